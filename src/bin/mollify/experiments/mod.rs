//! The experiments of the ICML 2022 paper (Suh, Simchowitz, Zhang, Tedrake, arXiv 2202.00817) and those of the talk on
//! discontinuities of contact, and those on planning through contact, each as a function from
//! an engine to a [`Page`]: tables, figures with standard errors, and claims that its own numbers decide.

mod barrier_noise;
mod block_mating;
mod contact_gradients;
mod contact_rrt;
mod contact_smoothing;
mod contacts;
mod continuity;
mod control;
mod descents;
pub mod ends;
mod lab;
mod landscapes;
mod lift;
mod page;
mod plans;
mod policies;
mod races;
mod trusted_contact;
mod variances;

pub use lab::Lab;
pub use page::{Claim, Page};

use crate::failure::Failure;
use mollify::Result;
use mollify::error::nearest;

/// An experiment.
#[derive(Clone, Copy)]
pub struct Experiment {
    /// The name on the command line.
    pub name: &'static str,
    /// One line: what it shows.
    pub summary: &'static str,
    /// Runs it.
    pub run: fn(&mut Lab<'_>) -> Result<Page>,
}

/// All experiments, in the order of the paper.
pub const ALL: &[Experiment] = &[
    Experiment {
        name: "heaviside",
        summary: "a jump: the first order is 0, the zeroth order converges",
        run: landscapes::heaviside,
    },
    Experiment {
        name: "empirical-bias",
        summary: "a steep ramp: unbiased on average, wrong in nearly every batch",
        run: landscapes::empirical_bias,
    },
    Experiment {
        name: "ball-wall",
        summary: "a throw over a wall: first order stops before it",
        run: descents::ball_wall,
    },
    Experiment {
        name: "pivot",
        summary: "a cliff: first order walks over it",
        run: descents::pivot,
    },
    Experiment {
        name: "variance-stiffness",
        summary: "the variance of the first order grows with stiffness, that of the zeroth does not",
        run: variances::stiffness,
    },
    Experiment {
        name: "variance-horizon",
        summary: "the variance of the first order grows exponentially with the horizon where motion is chaotic",
        run: policies::variance_horizon,
    },
    Experiment {
        name: "pushing",
        summary: "soft and stiff pushing: the mix follows the better order",
        run: descents::pushing,
    },
    Experiment {
        name: "friction",
        summary: "pushing by friction: first order ends worse",
        run: descents::friction,
    },
    Experiment {
        name: "roomba",
        summary: "a point among discs: first order stays stuck",
        run: policies::roomba,
    },
    Experiment {
        name: "tennis",
        summary: "a linear policy returns balls: trained with first order it misses more",
        run: policies::tennis,
    },
    Experiment {
        name: "lqr",
        summary: "10 000 weights and nothing but smooth: first order wins",
        run: policies::lqr,
    },
    Experiment {
        name: "descents",
        summary: "all descents on all tasks, at equal rollouts",
        run: races::descents_at_equal_rollouts,
    },
    Experiment {
        name: "control",
        summary: "plans that are made anew at every step: success and cost by method, at equal rollouts",
        run: control::receding_horizons,
    },
    Experiment {
        name: "continuity",
        summary: "corner cases and artefacts of time stepping: the rise is slope and jumps",
        run: continuity::continuity,
    },
    Experiment {
        name: "contact-models",
        summary: "the force of a corner by five contact models: which jump, where, and by how much",
        run: contacts::contact_models,
    },
    Experiment {
        name: "corner-case",
        summary: "a box on a corner: the physical corner case, and the jump of choosing one face",
        run: contacts::corner_case,
    },
    Experiment {
        name: "block-mating",
        summary: "a brick on a stud: points part what pressure centres",
        run: block_mating::block_mating,
    },
    Experiment {
        name: "contact-gradients",
        summary: "both orders and their mix under each contact model",
        run: contact_gradients::contact_gradients,
    },
    Experiment {
        name: "barrier-noise",
        summary: "barrier and noise: four pairs on a line that are the same, and pushes where they are and are not",
        run: barrier_noise::barrier_noise,
    },
    Experiment {
        name: "contact-smoothing",
        summary: "three ways to linearize smoothed contact: errors against samples",
        run: contact_smoothing::contact_smoothing,
    },
    Experiment {
        name: "contact-rrt",
        summary: "trees over smoothed contact: success and nodes, whole and with something taken away",
        run: contact_rrt::contact_rrt,
    },
    Experiment {
        name: "contact-trajectories",
        summary: "plans through contact: both methods with every gradient, on pushing and on a hand",
        run: plans::contact_trajectories,
    },
    Experiment {
        name: "contact-trust-region",
        summary: "how far a linearized contact can be trusted, and what its rows cost",
        run: trusted_contact::contact_trust_region,
    },
    Experiment {
        name: "lift",
        summary: "the artefact of the convex model: what slides also lifts",
        run: lift::lift,
    },
];

/// The experiment of that name.
pub fn find(name: &str) -> std::result::Result<&'static Experiment, Failure> {
    let found = ALL.iter().find(|e| e.name == name);
    found.ok_or_else(|| {
        let near = nearest(name, ALL.iter().map(|e| e.name));
        let near = near.map_or(String::new(), |n| format!(" (did you mean '{n}'?)"));
        let known: Vec<String> = ALL.iter().map(|e| format!("'{}'", e.name)).collect();
        Failure::Usage(format!(
            "there is no experiment '{name}'{near}; there are {}, and all",
            known.join(", ")
        ))
    })
}
