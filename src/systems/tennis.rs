//! Tennis: a pad that glides under a linear policy returns a ball.
//!
//! ```text
//!            o ball, velocity v ≈ -.2 b
//!             \
//!      r_y ▲   ╲
//!          └─▶ r_x
//!      ═══════════  pad at p, turned by its angle; half length .95, half height .2
//! ```
//!
//!   p⁺ = p + h u (position and angle), b⁺ = b + h v;   r = R'(b⁺ - p), s = R'v in the frame of the pad's new angle
//!   hit when |r_x| <= .95 and |r_y| <= .2;   then s_y⁺ = -s_y, else c s_y;   s_x⁺ = c s_x;   v⁺ = R s⁺
//!   τ = h (1 - (.2 - r_y)/(1e-5 - h s_y)) at a hit, else 0, the time before the impact
//!   b⁺⁺ = b + τ v + (h - τ) v⁺;   the pad does not move in a step with a hit
//!   cost Σ R u'u, and 100 |b - (0, 2.5)|² + 10 |v|² at the end
//!
//! The ball starts at b_x ~ U(-2, 2), b_y ~ N(2, .2²) with v = -.2 b + N(0, .03²), the pad at p_x ~ N(0, .5²), p_y and
//! angle ~ N(0, .05²). A division by 0 in τ gives 0; a ball that slides along the pad makes τ and the cost large: the tails
//! are heavy. A ball is **missed** when no step of its rollout is a hit: [`hits`] counts them from the states alone.
//!
//! Units: m, rad, s. Source: ICML 2022 (arXiv 2202.00817), tennis; all constants as published.

use crate::noise::NoiseOn;
use crate::noise::environment::{Draw, Initial};
use crate::number::{Mask, Scalar};
use crate::parameters;
use crate::system::policy::Policy;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Pad, air, time step and cost.
    pub struct Parameters {
        half_length: 0.95, "m", "half length of the pad", positive;
        half_height: 0.2, "m", "half height of the pad", positive;
        persistence: 0.999, "1", "factor c on the velocity per step";
        time_step: 0.05, "s", "time step h", positive;
        goal_x: 0.0, "m", "goal of the ball across";
        goal_y: 2.5, "m", "goal of the ball along";
        weight: 100.0, "1/m2", "cost of the ball's distance at the end";
        speed_weight: 10.0, "s2/m2", "cost of the ball's velocity at the end";
        effort: 0.001, "1", "cost R of the pad's velocities, in m/s and rad/s";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Tennis;

/// How many steps of a rollout were hits, from its states (7 values each): the velocity of any other step is
/// `persistence` times that before.
pub fn hits(p: &Parameters<f64>, states: &[f64]) -> usize {
    let velocity = |state: &[f64]| [state[2], state[3]];
    let pairs = states.chunks_exact(7).zip(states.chunks_exact(7).skip(1));
    pairs
        .filter(|(before, after)| {
            let ([x, y], [next_x, next_y]) = (velocity(before), velocity(after));
            let jump = (next_x - p.persistence * x).hypot(next_y - p.persistence * y);
            // Far above the rounding of f32, far below any impact that matters.
            jump > 1e-5 * x.hypot(y)
        })
        .count()
}

/// Whether the ball of a rollout was missed: it was never hit.
pub fn missed(p: &Parameters<f64>, states: &[f64]) -> bool {
    hits(p, states) == 0
}

const fn normal(mean: f64, sigma: f64) -> Draw {
    Draw::Normal { mean, sigma }
}

impl Dynamics<7, 3> for Tennis {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "tennis";
    const SUMMARY: &'static str =
        "a linear policy moves a pad to return a ball: hits have heavy tails";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), tennis";
    const STATE: [StateCoordinate; 7] = [
        coordinate("ball_x", "m").drawn(Initial::new(Draw::Uniform {
            low: -2.0,
            high: 2.0,
        })),
        coordinate("ball_y", "m").drawn(Initial::new(normal(2.0, 0.2))),
        coordinate("ball_velocity_x", "m/s")
            .drawn(Initial::with_terms(normal(0.0, 0.03), &[(0, -0.2)])),
        coordinate("ball_velocity_y", "m/s")
            .drawn(Initial::with_terms(normal(0.0, 0.03), &[(1, -0.2)])),
        coordinate("pad_x", "m").drawn(Initial::new(normal(0.0, 0.5))),
        coordinate("pad_y", "m").drawn(Initial::new(normal(0.0, 0.05))),
        coordinate("pad_angle", "rad").drawn(Initial::new(normal(0.0, 0.05))),
    ];
    const CONTROL: [ControlCoordinate; 3] = [
        coordinate("pad_velocity_x", "m/s"),
        coordinate("pad_velocity_y", "m/s"),
        coordinate("pad_rate", "rad/s"),
    ];
    const POLICY: Policy = Policy::Linear;
    const NOISE_ON: NoiseOn = NoiseOn::Action;

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [ball_x, ball_y, v_x, v_y, pad_x, pad_y, pad_angle]: [S; 7],
        [u_x, u_y, rate]: [S; 3],
    ) -> [S; 7] {
        let h = p.time_step;
        let angle = (pad_angle + h * rate).named("angle");
        let (sine, cosine) = (angle.sin().named("sine"), angle.cos().named("cosine"));
        let into = |x: S, y: S| (cosine * x + sine * y, cosine * y - sine * x);
        let (r_x, r_y) = into(ball_x + h * v_x - pad_x, ball_y + h * v_y - pad_y);
        let (s_x, s_y) = into(v_x, v_y);
        // Two comparisons, not |r|: the kink of the absolute value at 0 would count as a branch.
        let within = |x: S, limit: S| x.less_equal(limit).and((-x).less_equal(limit));
        let hit = within(r_x.named("along_pad"), p.half_length)
            .and(within(r_y.named("above_pad"), p.half_height))
            .named("hit");
        let share = (p.half_height - r_y).safe_divide(S::constant(1e-5) - h * s_y);
        let before = S::select(hit, h - h * share, S::constant(0.0)).named("time_before");
        let after_x = p.persistence * s_x;
        let after_y = S::select(hit, -s_y, p.persistence * s_y).named("rebound");
        let next_v_x = (cosine * after_x - sine * after_y).named("next_velocity_x");
        let next_v_y = (sine * after_x + cosine * after_y).named("next_velocity_y");
        let rest = h - before;
        [
            ball_x + before * v_x + rest * next_v_x,
            ball_y + before * v_y + rest * next_v_y,
            next_v_x,
            next_v_y,
            S::select(hit, pad_x, pad_x + h * u_x),
            S::select(hit, pad_y, pad_y + h * u_y),
            S::select(hit, pad_angle, angle),
        ]
    }
}

impl Objective<7, 3> for Tennis {
    const HORIZON: usize = 200;
    const SIGMA: f64 = 0.01;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 1000,
        step: 1e-6,
        step_decay: 0.1,
        iterations: 200,
        gamma: 1000.0,
        bound: 1000.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 2000,
        iterations: 60,
        gamma: Some(3000.0),
        radius: 0.01,
    });

    fn stage_cost<S: Scalar>(
        p: &Parameters<S>,
        _state: [S; 7],
        [u_x, u_y, rate]: [S; 3],
        _time: S,
    ) -> S {
        p.effort * (u_x.square() + u_y.square() + rate.square())
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [ball_x, ball_y, v_x, v_y, ..]: [S; 7]) -> S {
        p.weight * ((ball_x - p.goal_x).square() + (ball_y - p.goal_y).square())
            + p.speed_weight * (v_x.square() + v_y.square())
    }
}

impl Drawn<7, 3> for Tennis {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let goal = Form::Point([p.goal_x, p.goal_y]);
        let goal = Item::new(Role::Goal, "goal", goal);
        Geometry::metres(vec![goal])
    }

    /// The ball is a point; the pad is the region in which it is hit.
    fn scene(
        p: &Parameters<f64>,
        [ball_x, ball_y, _, _, pad_x, pad_y, angle]: [f64; 7],
        _velocities: [f64; 3],
        share: f64,
    ) -> Scene {
        let (ball, centre) = ([ball_x, ball_y], [pad_x, pad_y]);
        let pad = Form::Rectangle {
            centre,
            size: [2.0 * p.half_length, 2.0 * p.half_height],
            angle,
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::body(1, "pad", pad).traced(centre),
                Item::body(0, "ball", Form::Point(ball)).traced(ball),
            ],
        }
    }
}
