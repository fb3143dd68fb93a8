//! The published planning problem: turn the ball by half a turn where it is; and new grasps of both arms.
//!
//! A grasp brings each arm to the ball by itself: it touches with its last disc at a random place of the rim, with the elbow to
//! either side, or it envelops the ball, its first joint closing until a disc of the first link touches and then its second.

use super::{ARMS, DISC, DISCS, LINK, Parameters, PlanarHand, touches};
use crate::contact::quasidynamic::planar::On;
use crate::contact::quasidynamic::{Effort, Problem, Step, many_rows_f64};
use crate::system::planning::{Planned, PlanningProblem, Uniform};
use std::f64::consts::{PI, TAU};

impl Planned<11, 4, 7, 24> for PlanarHand {
    const PROBLEM: PlanningProblem = PlanningProblem {
        objects: 3,
        goal: &[0.0, 0.35, PI],
        low: &[-0.3, 0.3, -0.01],
        high: &[0.3, 0.5, PI + 0.01],
        starts_anywhere: false,
        nodes: 1000,
        kappa: 100.0,
        step: 0.35,
        regularization: 1e-4,
        tolerance: 0.01,
        goal_probability: 0.3,
        regrasp_probability: 0.1,
        threshold: f64::INFINITY,
        global_weights: &[10.0, 10.0, 1.0],
    };

    fn solve_f64(p: &Parameters<f64>, problem: &Problem<f64, 7, 24>) -> Step<f64, 7, 24> {
        many_rows_f64(problem, Self::mu(p), Effort::DOUBLE)
    }

    fn regrasp(p: &Parameters<f64>, mut q: [f64; 7], uniform: &mut Uniform<'_>) -> [f64; 7] {
        for arm in 0..2 {
            let found = (0..TRIES).find_map(|_| tip_at(p, q, arm, TAU * uniform(), uniform()));
            q = found.unwrap_or_else(|| enveloped(p, q, arm));
        }
        q
    }
}

/// Places on the rim that are tried before the arm envelops the ball.
const TRIES: usize = 20;
/// How far along the second link the last disc is, m.
const TIP: f64 = match DISCS[5] {
    On::First(at) | On::Second(at) => at,
};
/// How much overlap is none, m: what rounding makes of a touch.
const ROUNDING: f64 = 1e-9;
/// How exactly joints close, rad.
const CLOSED: f64 = 1e-3;

/// The least gap between the ball and the discs of an arm.
fn least_gap(p: &Parameters<f64>, q: [f64; 7], arm: usize) -> f64 {
    let touches = touches(p, q);
    let of_arm = &touches[arm * DISCS.len()..][..DISCS.len()];
    of_arm
        .iter()
        .map(|(touch, _)| touch.gap)
        .fold(f64::INFINITY, f64::min)
}

fn with_joints(mut q: [f64; 7], arm: usize, joints: [f64; 2]) -> [f64; 7] {
    q[3 + 2 * arm..][..2].copy_from_slice(&joints);
    q
}

/// The arm with its last disc on the rim of the ball at `angle`, its elbow to one side or the other; none if that is out of
/// reach or another disc is inside of the ball.
fn tip_at(
    p: &Parameters<f64>,
    q: [f64; 7],
    arm: usize,
    angle: f64,
    elbow: f64,
) -> Option<[f64; 7]> {
    let (base, side) = ARMS[arm];
    let (sine, cosine) = libm::sincos(angle);
    let reach = p.radius + DISC;
    let tip = [q[0] + reach * cosine - base, q[1] + reach * sine];
    // As seen along the direction from which the arm's angles count.
    let [x, y] = tip.map(|x| side * x);
    let bent = (x * x + y * y - LINK * LINK - TIP * TIP) / (2.0 * LINK * TIP);
    if bent.abs() > 1.0 {
        return None;
    }
    let second = libm::acos(bent).copysign(elbow - 0.5);
    let (sine, cosine) = libm::sincos(second);
    let first = libm::atan2(y, x) - libm::atan2(TIP * sine, LINK + TIP * cosine);
    let found = with_joints(q, arm, [wrapped(first), second]);
    (least_gap(p, found, arm) >= -ROUNDING).then_some(found)
}

/// The same angle in (-π, π].
fn wrapped(angle: f64) -> f64 {
    angle - TAU * ((angle - PI) / TAU).ceil()
}

/// The arm closed around the ball.
fn enveloped(p: &Parameters<f64>, q: [f64; 7], arm: usize) -> [f64; 7] {
    let side = ARMS[arm].1;
    let close = |of: &dyn Fn(f64) -> [f64; 7]| {
        // Open at 0, closed at half a turn.
        let (mut open, mut closed) = (0.0, PI);
        while closed - open > CLOSED {
            let middle = 0.5 * (open + closed);
            match least_gap(p, of(middle), arm) < 0.0 {
                true => closed = middle,
                false => open = middle,
            }
        }
        open
    };
    let first = close(&|x| with_joints(q, arm, [side * x, 0.0]));
    let second = close(&|x| with_joints(q, arm, [side * first, side * x]));
    with_joints(q, arm, [side * first, side * second])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::ParameterSet;

    fn parameters() -> Parameters<f64> {
        let list = Parameters::<f64>::LIST;
        Parameters::from_fn(|i| list[i].default)
    }

    #[test]
    fn arms_close_around_the_ball_as_published() {
        let p = parameters();
        let mut q = [0.0, 0.35, 0.0, 0.0, 0.0, 0.0, 0.0];
        for arm in 0..2 {
            q = enveloped(&p, q, arm);
            assert!(least_gap(&p, q, arm) >= 0.0);
            assert!(least_gap(&p, q, arm) < CLOSED * 0.3);
        }
        for (found, published) in q[3..].iter().zip([-0.8805, -0.6059, 0.8805, 0.6059]) {
            assert!((found - published).abs() < 2.0 * CLOSED, "{q:?}");
        }
    }

    #[test]
    fn every_grasp_touches_the_ball_and_leaves_it_where_it_is() {
        let p = parameters();
        let mut state = 1_u64;
        let mut uniform = || {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut by_tip = 0;
        for k in 0..200 {
            let ball = [
                0.3 * (f64::from(k) * 0.7).sin(),
                0.4 + 0.1 * f64::from(k).cos(),
                0.2,
            ];
            let q = PlanarHand::regrasp(
                &p,
                [ball[0], ball[1], ball[2], 0.0, 0.0, 0.0, 0.0],
                &mut uniform,
            );
            assert_eq!(q[..3], ball);
            for arm in 0..2 {
                let touch = touches(&p, q)[6 * arm + 5].0.gap;
                by_tip += usize::from(touch.abs() < 1e-9);
            }
        }
        // Only places that no fingertip reaches leave an arm to envelop the ball.
        assert!(by_tip > 300, "{by_tip} of 400 arms");
    }
}
