//! What a system looks like in space: [`Geometry`] for what stands still, a [`Scene`] for one instant.
//!
//! A system with bodies says in its own file where they are ([`Drawn::geometry`](crate::system::Drawn::geometry) and
//! [`Drawn::scene`](crate::system::Drawn::scene)); the program makes pictures of it. All positions are `[across, up]`
//! in the units of [`Geometry::axes`], angles are radians, counterclockwise. Scenes are for people: no estimate looks at them.

use crate::contact::{Body, Shape, Vec2};
use crate::system::names::Coordinate;

/// The shape of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A disc.
    Circle {
        /// Its centre.
        centre: [f64; 2],
        /// Its radius.
        radius: f64,
    },
    /// A rectangle, turned about its centre.
    Rectangle {
        /// Its centre.
        centre: [f64; 2],
        /// Width and height before it is turned.
        size: [f64; 2],
        /// How far it is turned.
        angle: f64,
    },
    /// A convex polygon, corner by corner.
    Polygon(Vec<[f64; 2]>),
    /// A line from point to point.
    Path(Vec<[f64; 2]>),
    /// A straight arrow.
    Arrow {
        /// Where it starts.
        from: [f64; 2],
        /// Where its head is.
        to: [f64; 2],
    },
    /// A point: a dot or a cross of one size on paper, whatever the scale.
    Point([f64; 2]),
    /// The ground: everything below this height.
    Ground(f64),
    /// A line straight up through this place across.
    Vertical(f64),
    /// A level line at this height.
    Horizontal(f64),
}

/// What an item is, which decides its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A moving body; the number chooses its colour.
    Body(usize),
    /// A spring, a rod, a force: what joins bodies or acts on them.
    Link,
    /// A wall, an obstacle, the ground.
    Fixed,
    /// Where something should go.
    Goal,
    /// A body that is in trouble: blocked, or without contact that it needs.
    Alert,
}

/// One thing of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub role: Role,
    /// Its name in the legend; empty for none.
    pub name: &'static str,
    /// Its shape.
    pub form: Form,
    /// The point of it whose path is drawn.
    pub traced: Option<[f64; 2]>,
}

impl Form {
    /// The shape of a body where it is, as it collides. A half-plane is shown as ground.
    pub fn of(body: &Body<f64>) -> Self {
        let at = |point: Vec2<f64>| [point.x, point.y];
        match &body.shape {
            Shape::Disc { radius } => Form::Circle {
                centre: at(body.pose.position),
                radius: *radius,
            },
            Shape::HalfPlane => Form::Ground(body.pose.position.y),
            faces => {
                let corners = faces.corners().into_iter();
                Form::Polygon(corners.map(|c| at(body.pose.place(c))).collect())
            }
        }
    }
}

impl Item {
    /// An item whose path is not drawn.
    pub fn new(role: Role, name: &'static str, form: Form) -> Self {
        let traced = None;
        Self {
            role,
            name,
            form,
            traced,
        }
    }

    /// The body that takes the `number`-th colour.
    pub fn body(number: usize, name: &'static str, form: Form) -> Self {
        Self::new(Role::Body(number), name, form)
    }

    /// A line that joins bodies.
    pub fn link(points: Vec<[f64; 2]>) -> Self {
        Self::new(Role::Link, "", Form::Path(points))
    }

    /// With the path of this point of it.
    pub fn traced(mut self, at: [f64; 2]) -> Self {
        self.traced = Some(at);
        self
    }

    /// The points that a picture has to hold; none for lines without an end.
    pub fn extent(&self) -> Vec<[f64; 2]> {
        match &self.form {
            Form::Circle { centre, radius } => {
                let [x, y] = *centre;
                vec![[x - radius, y - radius], [x + radius, y + radius]]
            }
            Form::Rectangle {
                centre,
                size,
                angle,
            } => corners(*centre, *size, *angle).to_vec(),
            Form::Polygon(points) | Form::Path(points) => points.clone(),
            Form::Arrow { from, to } => vec![*from, *to],
            Form::Point(at) => vec![*at],
            Form::Ground(_) | Form::Vertical(_) | Form::Horizontal(_) => Vec::new(),
        }
    }
}

/// How the pictures of a system are laid out, and what does not move.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// Names and units of the directions across and up.
    pub axes: [Coordinate<&'static str>; 2],
    /// What time is counted in: "s" for most.
    pub time_unit: &'static str,
    /// Walls, obstacles, ground and goals.
    pub fixed: Vec<Item>,
    /// From one instant to the next in a picture of several, for systems that move along one line and would cover
    /// themselves; `[0, 0]` for the others. One of both is 0.
    pub spread: [f64; 2],
    /// In how many instants one time step is shown; more than 1 where a step is a whole motion.
    pub instants: usize,
}

impl Geometry {
    /// In a plane of metres, with time in seconds.
    pub fn metres(fixed: Vec<Item>) -> Self {
        Self::plane("m", "s", fixed)
    }

    /// In a plane and a time of these units.
    pub fn plane(unit: &'static str, time_unit: &'static str, fixed: Vec<Item>) -> Self {
        use crate::system::names::coordinate;
        Self {
            axes: [coordinate("x", unit), coordinate("y", unit)],
            time_unit,
            fixed,
            spread: [0.0; 2],
            instants: 1,
        }
    }
}

/// One instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Time since the beginning of the step, in [`Geometry::time_unit`].
    pub time: f64,
    /// Everything that moves, the lowest first; the same items in the same order at every instant.
    pub items: Vec<Item>,
}

/// The corners of a turned rectangle, counterclockwise from the lower left one.
pub fn corners(centre: [f64; 2], size: [f64; 2], angle: f64) -> [[f64; 2]; 4] {
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let (a, b) = (size[0] / 2.0, size[1] / 2.0);
    [(-a, -b), (a, -b), (a, b), (-a, b)].map(|(u, v)| {
        [
            centre[0] + u * cosine - v * sine,
            centre[1] + u * sine + v * cosine,
        ]
    })
}

/// A coil spring from one end to the other, `width` wide: straight pieces at the ends, five turns between them.
pub fn spring(from: [f64; 2], to: [f64; 2], width: f64) -> Vec<[f64; 2]> {
    const TURNS: usize = 5;
    let along = [to[0] - from[0], to[1] - from[1]];
    let length = along[0].hypot(along[1]);
    let across = match length > 0.0 {
        true => [-along[1] / length, along[0] / length],
        false => [0.0; 2],
    };
    let at = |share: f64, side: f64| {
        let aside = 0.5 * width * side;
        [0, 1].map(|i| from[i] + share * along[i] + aside * across[i])
    };
    let turns = (0..2 * TURNS).map(|i| {
        let side = if i % 2 == 0 { 1.0 } else { -1.0 };
        at(0.1 + 0.8 * (i as f64 + 0.5) / (2 * TURNS) as f64, side)
    });
    let ends = [at(0.0, 0.0), at(0.1, 0.0), at(0.9, 0.0), at(1.0, 0.0)];
    let mut points = vec![ends[0], ends[1]];
    points.extend(turns);
    points.extend([ends[2], ends[3]]);
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spring_ends_where_it_should_and_stays_within_its_width() {
        let points = spring([1.0, 2.0], [1.0, -1.0], 0.2);
        assert_eq!(points.first(), Some(&[1.0, 2.0]));
        assert_eq!(points.last(), Some(&[1.0, -1.0]));
        let widest = points
            .iter()
            .map(|p| (p[0] - 1.0).abs())
            .fold(0.0, f64::max);
        assert!((widest - 0.1).abs() < 1e-12, "{widest}");
        // Of no length it is a point.
        let flat = spring([0.5, 0.5], [0.5, 0.5], 0.2);
        assert!(flat.iter().all(|p| *p == [0.5, 0.5]));
    }

    #[test]
    fn a_rectangle_turns_about_its_centre() {
        let quarter = std::f64::consts::FRAC_PI_2;
        let turned = corners([1.0, 0.0], [4.0, 2.0], quarter);
        let expected = [[2.0, -2.0], [2.0, 2.0], [0.0, 2.0], [0.0, -2.0]];
        for (corner, right) in turned.iter().zip(expected) {
            assert!((corner[0] - right[0]).hypot(corner[1] - right[1]) < 1e-12);
        }
    }
}
