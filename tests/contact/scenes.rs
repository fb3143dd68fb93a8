//! Bodies, laws and random states that the tests share.

use mollify::contact::{
    Body, ContactModel, Field, Friction, Law, Pose, Shape, Twist, Wrench, wrench,
};
use mollify::error::Named;
use mollify::number::Scalar;
use rand::RngExt;
use rand::rngs::StdRng;

/// All models, in their order.
pub fn models() -> Vec<ContactModel> {
    ContactModel::ALL.iter().map(|(model, ..)| *model).collect()
}

/// A box at rest.
pub fn cube(half: [f64; 2], pose: [f64; 3]) -> Body<f64> {
    Body::fixed(
        Shape::rectangle(half[0], half[1]),
        Pose::new(pose[0], pose[1], pose[2]),
    )
}

/// A disc at rest.
pub fn disc(radius: f64, at: [f64; 2]) -> Body<f64> {
    Body::fixed(Shape::disc(radius), Pose::new(at[0], at[1], 0.3))
}

/// Everything below y = 0.
pub fn ground() -> Body<f64> {
    Body::fixed(Shape::HalfPlane, Pose::upright(0.0, 0.0))
}

/// Slopes of A and B, no friction, no dissipation.
pub fn soft(slope_a: f64, slope_b: f64) -> Law<f64> {
    Law {
        slope_a,
        ..Law::elastic(slope_b, 1.0)
    }
}

/// The wrench on A.
pub fn on_a(model: ContactModel, a: &Body<f64>, b: &Body<f64>, law: &Law<f64>) -> Wrench<f64> {
    wrench(model, a, b, law).on_a
}

/// (force x, force y, moment)
pub fn numbers(wrench: Wrench<f64>) -> [f64; 3] {
    [wrench.force.x, wrench.force.y, wrench.moment]
}

/// Two boxes that overlap or nearly do: half extents of A and B, poses and twists of both.
#[derive(Clone, Copy, Debug)]
pub struct State {
    pub half: [[f64; 2]; 2],
    pub pose: [[f64; 3]; 2],
    pub twist: [[f64; 3]; 2],
}

impl State {
    /// Two boxes of different sides somewhere, at any angle, moving.
    pub fn random(rng: &mut StdRng) -> Self {
        let mut draw = |low: f64, high: f64| rng.random_range(low..high);
        let half = [(); 2].map(|()| [draw(0.3, 1.2), draw(0.2, 0.9)]);
        let at = [draw(-1.0, 1.0), draw(-1.0, 1.0)];
        let apart = [draw(-1.0, 1.0), draw(-1.0, 1.0)];
        let pose = [
            [at[0] + apart[0], at[1] + apart[1], draw(-3.0, 3.0)],
            [at[0], at[1], draw(-3.0, 3.0)],
        ];
        let twist = [(); 2].map(|()| [draw(-1.0, 1.0), draw(-1.0, 1.0), draw(-1.5, 1.5)]);
        Self { half, pose, twist }
    }

    /// Poses and twists as one vector of twelve: that of A, then that of B.
    pub fn coordinates(&self) -> [f64; 12] {
        let all = [self.pose[0], self.twist[0], self.pose[1], self.twist[1]];
        std::array::from_fn(|i| all[i / 3][i % 3])
    }

    /// Both bodies, with these in place of poses and twists.
    pub fn bodies<S: Scalar>(&self, x: [S; 12]) -> [Body<S>; 2] {
        [0, 1].map(|body: usize| {
            let [half_width, half_height] = self.half[body].map(S::constant);
            let x = &x[6 * body..];
            Body {
                shape: Shape::rectangle(half_width, half_height),
                pose: Pose::new(x[0], x[1], x[2]),
                twist: Twist::new(x[3], x[4], x[5]),
            }
        })
    }
}

/// A law with friction and dissipation, and no numbers that are the same.
pub fn rough<S: Scalar>(field: Field) -> Law<S> {
    let number = S::constant;
    Law {
        slope_a: number(130.0),
        slope_b: number(70.0),
        point_stiffness: number(90.0),
        vertex_stiffness: number(55.0),
        dissipation: Some(number(0.3)),
        friction: Some(Friction {
            coefficient: number(0.4),
            slip_speed: number(0.2),
        }),
        field,
    }
}

/// A frictionless one.
pub fn smooth(law: Law<f64>) -> Law<f64> {
    Law {
        dissipation: None,
        friction: None,
        ..law
    }
}
