//! Cart and wall: a position-controlled cart on a line, and the smoothest picture of smoothed contact there is.
//!
//! ```text
//!   ▌     ┌───┐
//!   ▌  f→ │ q │/\/\/ u         the spring K pulls the cart to its command u; the wall at 0 pushes back
//!   ▌─────┴───┴──────────▶ x [m]
//! ```
//!
//!   q⁺ = argmin ½ K (q⁺ - u)² - μ log q⁺,   so   q⁺ = (u + √(u² + 4 μ/K))/2,   f = μ/q⁺,   dq⁺/du = (1 + u/√(u² + 4 μ/K))/2
//!
//! and q⁺ = max(u, 0) without smoothing. The compliance of the contact is W = 1/K, so that the smoothing length is
//! l = √(2 μ/K): the same q⁺ is the mean of max(u + w, 0) under noise w of Student's t with two degrees of freedom and scale l.
//! Where the cart was before does not matter: ∂q⁺/∂q = 0.
//!
//! cost Σ R (uₜ - uₜ₋₁)² + s q + Q (q - goal)² at the end, with u₋₁ = q₀; by default s = 1 and Q = 0: as near to the wall as
//! effort allows. With one step and R = 0 the cost is q⁺ itself.
//! The rows of contact are after Pang, Suh, Yang, Tedrake, T-RO 2023 (arXiv 2206.10787); the task is ours.

use crate::contact::quasidynamic::smoothing::Smoothing;
use crate::contact::quasidynamic::{Problem, Step, one_row_under};
use crate::error::Result;
use crate::number::Scalar;
use crate::parameters;
use crate::system::quasidynamic::{QuasiDynamic, check_law, check_smoothing};
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Cart, contact and cost.
    pub struct Parameters {
        stiffness: 50.0, "N/m", "stiffness K of the cart's position control", positive;
        smoothing: 0.02, "m", "smoothing length of contact; 0 for none";
        short_tailed: 0.0, "1", "1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier";
        time_step: 0.1, "s", "time step h", positive;
        goal: 0.0, "m", "goal of the cart";
        slope: 1.0, "1/m", "cost of the cart's distance from the wall at the end";
        weight: 0.0, "1/m2", "cost of the square of its distance from the goal at the end";
        effort: 2.0, "1/m2", "cost R of the square of each change of the command";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct CartWall;

impl Dynamics<2, 1> for CartWall {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "cart-wall";
    const SUMMARY: &'static str = "a cart against a wall: force at a distance on a line";
    const SOURCE: &'static str =
        "contact after T-RO 2023 (arXiv 2206.10787); cost and sizes are ours";
    const STATE: [StateCoordinate; 2] = [
        coordinate("cart", "m").at(0.1),
        coordinate("last_command", "m").following(&[(0, 1.0)]),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("command", "m")];
    const COMMANDED: Option<[usize; 1]> = Some([0]);

    fn advance<S: Scalar>(p: &Parameters<S>, [cart, _]: [S; 2], u: [S; 1]) -> [S; 2] {
        let ([next], _) = Self::step(p, [cart], u);
        [next.named("cart"), u[0]]
    }

    fn check(p: &Parameters<f64>) -> Result<()> {
        check_smoothing(p.smoothing, 0.0)?;
        check_law(p.short_tailed)
    }
}

fn smoothing<S: Scalar>(p: &Parameters<S>) -> Smoothing<S> {
    Smoothing {
        length: p.smoothing,
        compliance: CartWall::contact_compliance(p),
        short_tailed: p.short_tailed,
    }
}

impl QuasiDynamic<2, 1, 1, 1> for CartWall {
    const ROWS_PER_CONTACT: usize = 1;
    const GOAL: [Option<&'static str>; 1] = [Some("goal")];

    fn problem<S: Scalar>(
        p: &Parameters<S>,
        [cart]: [S; 1],
        [command]: [S; 1],
    ) -> Problem<S, 1, 1> {
        Problem {
            stiffness: [p.stiffness],
            free: [Some(command - cart)],
            gap: [cart],
            jacobian: [[Some(S::constant(1.0))]],
        }
    }

    fn solve<S: Scalar>(p: &Parameters<S>, problem: &Problem<S, 1, 1>) -> Step<S, 1, 1> {
        one_row_under(problem, &smoothing(p))
    }

    fn contact_compliance<S: Scalar>(p: &Parameters<S>) -> S {
        S::constant(1.0) / p.stiffness
    }
}

impl Objective<2, 1> for CartWall {
    const HORIZON: usize = 10;
    const SIGMA: f64 = 0.02;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        gamma: None,
        radius: 0.1,
    });

    fn stage_cost<S: Scalar>(
        p: &Parameters<S>,
        [_, last]: [S; 2],
        [command]: [S; 1],
        _time: S,
    ) -> S {
        p.effort * (command - last).square()
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [cart, _]: [S; 2]) -> S {
        p.slope * cart + p.weight * (cart - p.goal).square()
    }
}

/// Metres of arrow for a newton.
const ARROW: f64 = 0.02;
/// Width and height of the cart as drawn, m.
const SIZE: [f64; 2] = [0.05, 0.03];

impl Drawn<2, 1> for CartWall {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        Geometry {
            spread: [0.0, -1.5 * SIZE[1]],
            ..Geometry::metres(vec![
                Item::new(Role::Fixed, "wall", Form::Vertical(0.0)),
                Item::new(Role::Goal, "goal", Form::Vertical(p.goal)),
            ])
        }
    }

    /// The cart with its left side at q, its command, and the force of the wall on it.
    fn scene(p: &Parameters<f64>, [cart, _]: [f64; 2], [command]: [f64; 1], share: f64) -> Scene {
        let (_, [force]) = Self::step(p, [cart], [command]);
        let middle = SIZE[1] / 2.0;
        let body = Form::Rectangle {
            centre: [cart + SIZE[0] / 2.0, middle],
            size: SIZE,
            angle: 0.0,
        };
        let arrow = Form::Arrow {
            from: [cart - ARROW * force, middle],
            to: [cart, middle],
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::body(0, "cart", body).traced([cart, middle]),
                Item::new(Role::Goal, "command", Form::Point([command, middle])),
                Item::new(Role::Link, "force of the wall", arrow),
            ],
        }
    }
}
