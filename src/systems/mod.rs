//! The contact systems, one file each, and the list that makes them tasks.
//!
//! Adding one costs its file, a `pub mod` line and a line in [`ALL`]; one that exists with several contact models has them in
//! [`CONTACTS`].

pub mod ball_grazing;
pub mod ball_wall;
pub mod billiards;
pub mod block_wall;
pub mod bounce;
pub mod cart_pole;
pub mod cart_wall;
pub mod choice;
pub mod corner;
pub mod double_pendulum;
pub mod friction;
pub mod gaussian;
pub mod heaviside;
pub mod hopper;
pub mod ledge;
pub mod lqr;
pub mod mating;
pub mod pivot;
pub mod planar_hand;
pub mod planar_pushing;
pub mod pushing;
pub mod quadratic;
pub mod quadrotor;
pub mod relu;
pub mod roomba;
mod shipped;
pub mod shove;
pub mod sine;
pub mod soft_heaviside;
pub mod tennis;

use crate::contact::ContactModel;
use crate::error::{Error, PlanError, Result, nearest};
use crate::system::model::{Model, Parts};
use crate::system::task::Task;
use crate::system::{Drawn, Objective};
use bounce::Bounce;
use bounce::impact::{Compliant, Exact, Impact, ImpactTime, KelvinVoigt, Reset, Reverse};
use choice::{Manifold, Point, RigidSoft, SoftSoft, Vertices};
use hopper::Ground as _;
use std::sync::Arc;

/// Erases and traces a system.
pub type Make = fn() -> Model;

/// Name and constructor of every built-in system, in the order in which lists show them.
pub const ALL: &[(&str, Make)] = &[
    ("pushing", || Parts::of(pushing::Pushing).drawn().model()),
    ("friction", || Parts::of(friction::Friction).drawn().model()),
    ("ball-wall", || {
        Parts::of(ball_wall::BallWall).drawn().exact().model()
    }),
    ("pivot", || Parts::of(pivot::Pivot).drawn().exact().model()),
    ("roomba", || Parts::of(roomba::Roomba).drawn().model()),
    ("tennis", || Parts::of(tennis::Tennis).drawn().model()),
    ("hopper", || {
        drawn::<hopper::Hopper<hopper::HuntCrossley>, 4, 1>()
    }),
    ("billiards", || {
        Parts::of(billiards::Billiards).drawn().model()
    }),
    ("double-pendulum", || {
        Parts::of(double_pendulum::DoublePendulum).drawn().model()
    }),
    ("cart-wall", || {
        Parts::of(cart_wall::CartWall)
            .drawn()
            .quasi_dynamic()
            .model()
    }),
    ("block-wall", || {
        Parts::of(block_wall::BlockWall)
            .drawn()
            .quasi_dynamic()
            .model()
    }),
    ("planar-pushing", || {
        Parts::of(planar_pushing::PlanarPushing)
            .drawn()
            .planned()
            .model()
    }),
    ("ball-grazing", || {
        Parts::of(ball_grazing::BallGrazing)
            .drawn()
            .planned()
            .model()
    }),
    ("planar-hand", || {
        Parts::of(planar_hand::PlanarHand).drawn().planned().model()
    }),
    ("lqr", || Parts::of(lqr::Lqr::<100>).exact().model()),
    ("lqr-20", || Parts::of(lqr::Lqr::<20>).exact().model()),
    ("lqr-2", || Parts::of(lqr::Lqr::<2>).exact().model()),
    ("bounce", || {
        drawn::<bounce::Bounce<Compliant<RigidSoft>>, 3, 1>()
    }),
    ("corner", || drawn::<corner::Corner<RigidSoft>, 4, 1>()),
    ("ledge", || drawn::<ledge::Ledge<RigidSoft>, 6, 1>()),
    ("shove", || drawn::<shove::Shove<RigidSoft>, 10, 2>()),
    ("mating", || drawn::<mating::Mating<RigidSoft>, 6, 1>()),
    ("heaviside", || {
        Parts::of(heaviside::Heaviside).exact().model()
    }),
    ("soft-heaviside", || {
        Parts::of(soft_heaviside::SoftHeaviside).exact().model()
    }),
    ("relu", || Parts::of(relu::Relu).exact().model()),
    ("sine", || Parts::of(sine::Sine).exact().model()),
    ("quadratic", || {
        Parts::of(quadratic::Quadratic).exact().model()
    }),
    ("cart-pole", || drawn::<cart_pole::CartPole, 4, 1>()),
    ("quadrotor", || drawn::<quadrotor::Quadrotor, 6, 2>()),
];

/// A system that is drawn, and is a type without a value.
fn drawn<T, const N: usize, const M: usize>() -> Model
where
    T: Objective<N, M> + Drawn<N, M> + Default,
{
    Parts::of(T::default()).drawn().model()
}

/// Name and constructor of a system with each of these contact models.
macro_rules! with_contacts {
    ($system:path, $states:literal, $controls:literal: $($choice:ident),*) => {
        &[$((choice::name_of(ContactModel::$choice), || {
            use $system as System;
            drawn::<System<$choice>, $states, $controls>()
        })),*]
    };
}

/// The laws of `bounce`: rules of time stepping, and grounds.
const BOUNCES: &[(&str, Make)] = &[
    (Reverse::NAME, || drawn::<Bounce<Reverse>, 3, 1>()),
    (Reset::NAME, || drawn::<Bounce<Reset>, 3, 1>()),
    (ImpactTime::NAME, || drawn::<Bounce<ImpactTime>, 3, 1>()),
    (Exact::NAME, || drawn::<Bounce<Exact>, 3, 1>()),
    (KelvinVoigt::NAME, || drawn::<Bounce<KelvinVoigt>, 3, 1>()),
    (Compliant::<Point>::NAME, || {
        drawn::<Bounce<Compliant<Point>>, 3, 1>()
    }),
    (Compliant::<Vertices>::NAME, || {
        drawn::<Bounce<Compliant<Vertices>>, 3, 1>()
    }),
    (Compliant::<Manifold>::NAME, || {
        drawn::<Bounce<Compliant<Manifold>>, 3, 1>()
    }),
    (Compliant::<RigidSoft>::NAME, || {
        drawn::<Bounce<Compliant<RigidSoft>>, 3, 1>()
    }),
    (Compliant::<SoftSoft>::NAME, || {
        drawn::<Bounce<Compliant<SoftSoft>>, 3, 1>()
    }),
];

/// The grounds of `hopper`.
const HOPPERS: &[(&str, Make)] = &[
    (hopper::HuntCrossley::NAME, || {
        drawn::<hopper::Hopper<hopper::HuntCrossley>, 4, 1>()
    }),
    (hopper::KelvinVoigt::NAME, || {
        drawn::<hopper::Hopper<hopper::KelvinVoigt>, 4, 1>()
    }),
];

/// The contact models of the systems that exist with several; the first of a system is not its default, that is in [`ALL`].
pub const CONTACTS: &[(&str, &[(&str, Make)])] = &[
    ("hopper", HOPPERS),
    ("bounce", BOUNCES),
    (
        "corner",
        with_contacts!(corner::Corner, 4, 1: Point, Vertices, Manifold, RigidSoft, SoftSoft),
    ),
    (
        "ledge",
        with_contacts!(ledge::Ledge, 6, 1: Point, Vertices, Manifold, RigidSoft, SoftSoft),
    ),
    (
        "shove",
        with_contacts!(shove::Shove, 10, 2: Point, Vertices, Manifold, RigidSoft, SoftSoft),
    ),
    (
        "mating",
        with_contacts!(mating::Mating, 6, 1: Vertices, RigidSoft),
    ),
];

/// The contact models of a system, by name; none for a system that exists with one law.
pub fn contacts(name: &str) -> &'static [(&'static str, Make)] {
    let found = CONTACTS.iter().find(|(known, _)| *known == name);
    found.map_or(&[], |(_, models)| models)
}

/// Every built-in system with every contact model, with a name that tells them apart: `corner` has the default one,
/// `corner-point` another.
pub fn every() -> Vec<(String, Make)> {
    let mut all = Vec::new();
    for (name, make) in ALL {
        all.push((name.to_string(), *make));
        let about = contacts(name);
        if about.is_empty() {
            continue;
        }
        let default = make().about().contact.clone();
        let others = about
            .iter()
            .filter(|(contact, _)| default.as_deref() != Some(contact));
        all.extend(others.map(|(contact, make)| (format!("{name}-{contact}"), *make)));
    }
    all
}

/// The names of the built-in systems that have something.
fn names_with(has: impl Fn(&Model) -> bool) -> Vec<&'static str> {
    let all = ALL.iter().filter(|(_, make)| has(&make()));
    all.map(|(name, _)| *name).collect()
}

/// The names of those with a quasi-dynamic step.
pub fn quasi_dynamic() -> Vec<&'static str> {
    names_with(|model| model.quasi_dynamics().is_some())
}

/// The error with the names of the systems that have what planners miss in this one.
pub fn with_known(error: Error) -> Error {
    let owned = |names: Vec<&str>| names.into_iter().map(String::from).collect();
    match error {
        Error::Plan(PlanError::NotQuasiDynamic { task, .. }) => PlanError::NotQuasiDynamic {
            task,
            known: owned(quasi_dynamic()),
        }
        .into(),
        Error::Plan(PlanError::Unplanned { task, .. }) => PlanError::Unplanned {
            task,
            known: owned(names_with(|model| model.planning().is_some())),
        }
        .into(),
        other => other,
    }
}

/// The built-in system of that name.
pub fn find(name: &str) -> Result<Arc<Model>> {
    match ALL.iter().find(|(known, _)| *known == name) {
        Some((_, make)) => Ok(Arc::new(make())),
        None => Err(Error::UnknownTask {
            name: name.into(),
            nearest: nearest(name, ALL.iter().map(|(known, _)| *known)),
        }),
    }
}

/// The built-in system of that name with a contact model; its default one unless told.
pub fn find_with(name: &str, contact: Option<&str>) -> Result<Arc<Model>> {
    let (default, Some(contact)) = (find(name)?, contact) else {
        return find(name);
    };
    if default.about().contact.as_deref() == Some(contact) {
        return Ok(default);
    }
    let known = || contacts(name).iter().map(|(contact, _)| *contact);
    match contacts(name).iter().find(|(known, _)| *known == contact) {
        Some((_, make)) => Ok(Arc::new(make())),
        None => Err(Error::UnknownContact {
            task: name.into(),
            name: contact.into(),
            nearest: nearest(contact, known()),
            known: known().map(String::from).collect(),
        }),
    }
}

impl Task {
    /// The built-in task of that name with its defaults.
    pub fn find(name: &str) -> Result<Self> {
        Ok(Self::new(find(name)?))
    }

    /// The same with a contact model; the task's own unless told.
    pub fn find_with(name: &str, contact: Option<&str>) -> Result<Self> {
        Ok(Self::new(find_with(name, contact)?))
    }
}
