//! Pushing: one mass pushes another through a one-sided spring.
//!
//! ```text
//!        u →  ┌───┐  k   ┌───┐
//!       ─────▶│ 1 │/\/\/ │ 2 │        the spring acts only when x₂ - x₁ < 1 m
//!   ──────────┴───┴──────┴───┴──────────────▶ x [m]
//! ```
//!
//!   contact force   s = k (x₂ - x₁ - 1) on body 1 and -s on body 2 when x₂ - x₁ < 1, else 0
//!   v₁⁺ = c v₁ + (h/m)(u + s),   v₂⁺ = c v₂ - (h/m) s,   x⁺ = x + h v⁺
//!   cost Σ .1 ((x₁ - 1)² + v₁² + v₂²) + 10 (x₂ - 2)² + u², and the same without u at the end
//!
//! It shows what stiffness does. The force is continuous, so the cost has no jump and the first-order estimate no bias; but
//! its variance grows with k, and from 1000 N/m on, with damping .99 and horizon 200, it exceeds that of the zeroth order.
//!
//! The state is (x₁, gap, v₁, v₂) with gap = x₂ - x₁ - 1, so that x₀ = (0, 0, 0, 0) is the published (0, 1, 0, 0).
//! It is the same trajectory, but the sign of a gap that is integrated is known to f32's relative precision, while the
//! difference of two positions of order 1 loses it to rounding: of 2048 samples at stiffness 10,
//! 195 then came within f32 rounding of another branch, against 3 as it is.
//!
//! Here x₁, x₂, v₁, v₂ are those of the bodies; elsewhere xₜ is the whole state at time t, and v₁, v₀ are variances.
//!
//! The step is semi-implicit: v⁺ from x, then x⁺ from v⁺. In contact it maps (gap, h (v₂ - v₁)) by the matrix
//! ((1 - a, c), (-a, c)) with a = 2kh²/m, of trace 1 + c - a and determinant c. Both eigenvalues are within the unit
//! circle if c < 1 and a < 2 (1 + c), that is k < (1 + c) m/h² (= 7992 by default).
//!
//! Control u, SI units. Source: ICML 2022 (arXiv 2202.00817), pushing; the published
//! variants are stiffness 10 with horizon 400, stiffness 100 with horizon 200 (both damping .998), and stiffness
//! 1000 with damping .99 and horizon 200.

use crate::number::Scalar;
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene, spring};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Masses, spring, time step and cost.
    pub struct Parameters {
        stiffness: 10.0, "N/m", "contact stiffness k";
        damping: 0.998, "1", "factor c on the velocities per step";
        mass: 0.1, "kg", "mass m of each body", positive;
        time_step: 0.005, "s", "time step h", positive;
        rest_length: 1.0, "m", "distance below which the bodies touch";
        goal_1: 1.0, "m", "goal of body 1";
        goal_2: 2.0, "m", "goal of body 2";
        weight_1: 0.1, "1/m2", "cost of body 1's distance, and in s2/m2 of both velocities";
        weight_2: 10.0, "1/m2", "cost of body 2's distance";
        effort: 1.0, "1/N2", "cost of the control";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Pushing;

/// What the size of a picture goes by; a spring without length leaves room for the bodies all the same.
fn drawn_size(p: &Parameters<f64>) -> f64 {
    match p.rest_length > 0.0 {
        true => p.rest_length,
        false => 1.0,
    }
}

impl Dynamics<4, 1> for Pushing {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "pushing";
    const SUMMARY: &'static str = "one mass pushes another through a stiff one-sided spring";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), pushing";
    const STATE: [StateCoordinate; 4] = [
        coordinate("position_1", "m").at(0.0),
        coordinate("gap", "m").at(0.0),
        coordinate("velocity_1", "m/s").at(0.0),
        coordinate("velocity_2", "m/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("force", "N")];

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [position_1, gap, velocity_1, velocity_2]: [S; 4],
        [force]: [S; 1],
    ) -> [S; 4] {
        let touching = gap.less(S::constant(0.0));
        // Names are for the WGSL that is printed from this, and change nothing else.
        let contact_force =
            S::select(touching, p.stiffness * gap, S::constant(0.0)).named("contact_force");
        let gain = (p.time_step / p.mass).named("gain");
        let velocity_1 =
            (p.damping * velocity_1 + gain * (force + contact_force)).named("velocity_1");
        let velocity_2 = (p.damping * velocity_2 - gain * contact_force).named("velocity_2");
        [
            position_1 + p.time_step * velocity_1,
            gap + p.time_step * (velocity_2 - velocity_1),
            velocity_1,
            velocity_2,
        ]
    }

    fn warning(p: &Parameters<f64>) -> Option<String> {
        let limit = (1.0 + p.damping) * p.mass / p.time_step.powi(2);
        (p.stiffness >= limit || p.damping > 1.0).then(|| {
            format!(
                "stiffness {} with damping {} is beyond the stability limit of the step, which is a stiffness of \
                 (1 + damping) mass / time_step^2 = {limit} and a damping of 1: what follows is the integrator blowing up, \
                 not physics",
                p.stiffness, p.damping
            )
        })
    }
}

impl Objective<4, 1> for Pushing {
    const HORIZON: usize = 400;
    const START: f64 = 0.1;
    const SIGMA: f64 = 0.1;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 10,
        step: 1e-3,
        step_decay: 0.0,
        iterations: 500,
        gamma: 1e8,
        // Of no effect at this γ, and no bound: samples are of the order of 10⁴ at the start.
        bound: 100.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        // As published: far above ε + B, which is below 10⁴ here from the start on.
        gamma: None,
        radius: 1.0,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 4], [force]: [S; 1], _time: S) -> S {
        Self::final_cost(p, state) + p.effort * force.square()
    }

    fn final_cost<S: Scalar>(
        p: &Parameters<S>,
        [position_1, gap, velocity_1, velocity_2]: [S; 4],
    ) -> S {
        let position_2 = (position_1 + gap + p.rest_length).named("position_2");
        let speed_squared = velocity_1.square() + velocity_2.square();
        p.weight_1 * ((position_1 - p.goal_1).square() + speed_squared)
            + p.weight_2 * (position_2 - p.goal_2).square()
    }
}

impl Drawn<4, 1> for Pushing {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let goal = |name, at| Item::new(Role::Goal, name, Form::Vertical(at));
        Geometry {
            spread: [0.0, -0.5 * drawn_size(p)],
            ..Geometry::metres(vec![
                Item::new(Role::Fixed, "", Form::Ground(0.0)),
                goal("goal of 1", p.goal_1),
                goal("goal of 2", p.goal_2),
            ])
        }
    }

    /// Two boxes of 0.3 rest lengths. The spring sits on body 1, one rest length minus a box long; in contact it is shorter by
    /// the depth of the contact, so that it ends at body 2.
    fn scene(
        p: &Parameters<f64>,
        [position_1, gap, ..]: [f64; 4],
        _force: [f64; 1],
        share: f64,
    ) -> Scene {
        let side = 0.3 * drawn_size(p);
        let position_2 = position_1 + gap + p.rest_length;
        let spring_end = position_1 + p.rest_length + gap.min(0.0) - side / 2.0;
        let middle = side / 2.0;
        let start = [position_1 + side / 2.0, middle];
        let body = |number, name, x: f64| {
            let (centre, size, angle) = ([x, middle], [side; 2], 0.0);
            let form = Form::Rectangle {
                centre,
                size,
                angle,
            };
            Item::body(number, name, form).traced(centre)
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::link(spring(start, [spring_end, middle], 0.4 * side)),
                body(0, "body 1", position_1),
                body(1, "body 2", position_2),
            ],
        }
    }
}
