//! Tennis: one step against numbers worked out by hand, and the published experiment's start against an independent program.

use crate::engines::{batch, reference, within_four_standard_errors as near};
use mollify::engine::nominal::nominal;
use mollify::engine::reference::rollout::{Trajectory, draw, rerun};
use mollify::engine::{Baseline, Engine, Wanted};
use mollify::system::ParameterSet;
use mollify::system::task::Task;
use mollify::systems::tennis::{Parameters, hits, missed};

fn tennis() -> Task {
    Task::find("tennis").expect("tennis")
}

fn defaults() -> Parameters<f64> {
    Parameters::from_fn(|i| <Parameters<f64> as ParameterSet<f64>>::LIST[i].default)
}

fn step(state: [f64; 7], control: [f64; 3]) -> Vec<f64> {
    let task = tennis();
    let mut next = vec![0.0; 7];
    task.model()
        .advance(task.parameters(), &state, &control, &mut next);
    next
}

fn close(found: &[f64], expected: &[f64]) {
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < 1e-12, "{found:?}, not {expected:?}");
    }
}

#[test]
fn ball_is_reflected_at_the_surface_of_a_pad_that_stands_still_meanwhile() {
    // b⁺ = (.115, .16), r_y = .16, s_y = -1: τ = .05 (1 - .04/.05001).
    let tau = 0.05 * (1.0 - 0.04 / 0.05001);
    let next = step([0.1, 0.21, 0.3, -1.0, 0.0, 0.0, 0.0], [0.4, 0.5, 0.0]);
    let x = 0.1 + 0.3 * (tau + 0.999 * (0.05 - tau));
    let y = 0.21 - tau + (0.05 - tau);
    close(&next, &[x, y, 0.2997, 1.0, 0.0, 0.0, 0.0]);
    assert!(y > 0.2, "it leaves the pad in the step of the impact");
}

#[test]
fn pad_that_is_not_hit_moves_and_the_ball_flies_on() {
    let next = step([0.1, 0.5, 0.3, -1.0, 0.1, -0.2, 0.05], [0.4, 0.5, -0.6]);
    let ball = [0.1 + 0.05 * 0.2997, 0.5 - 0.05 * 0.999, 0.2997, -0.999];
    close(&next, &[&ball[..], &[0.12, -0.175, 0.02]].concat());
}

/// At a quarter turn the pad faces -x: a ball that comes from there turns back.
#[test]
fn turned_pad_reflects_along_its_own_normal() {
    let quarter = std::f64::consts::FRAC_PI_2;
    let next = step([-0.21, 0.3, 1.0, 0.5, 0.0, 0.0, quarter], [0.0; 3]);
    close(&next[2..4], &[-1.0, 0.4995]);
}

#[test]
fn division_by_zero_in_the_time_of_impact_stays_finite() {
    // s_y = 1e-5/h makes the divisor 0 to rounding, in a hit and out of it.
    for height in [0.1, 3.0] {
        let next = step([0.0, height, 0.0, 1e-5 / 0.05, 0.0, 0.0, 0.0], [0.0; 3]);
        assert!(next.iter().all(|x| x.is_finite()), "{next:?}");
    }
}

#[test]
fn hits_are_counted_from_the_states() {
    let p = defaults();
    let task = tennis();
    let theta = task.start();
    let straight = nominal(&task, &theta);
    assert_eq!(hits(&p, &straight.states), 1);
    let beside = task.with_initial(
        "pad_x",
        mollify::noise::environment::Draw::Constant(1.5),
        &[],
    );
    let beside = nominal(&beside.expect("pad_x"), &theta);
    assert!(missed(&p, &beside.states));
    // From b_y = 2 the ball passes to -1.7: 100 · 4.2² is 1700.
    assert!(beside.cost > 1500.0 && straight.cost < 30.0);
}

/// 30 000 rollouts of a program that shares no line with this one (from the text of the module): cost 214.4 ± 2.2,
/// missed 4.84 ± 0.12 %. Some 60 rollouts per thousand carry nearly all of the variance.
#[test]
fn start_costs_and_misses_what_an_independent_program_found() {
    const SAMPLES: u64 = 6000;
    let task = tennis();
    let theta = task.start();
    let batch = mollify::engine::Batch {
        baseline: Baseline::None,
        wanted: Wanted::ZerothOrder,
        ..batch(SAMPLES, 5)
    };
    let moments = reference().moments(&task, &theta, &batch).expect("moments");
    let error = moments.value_std_error().hypot(2.2);
    near("cost", moments.value_mean(), 214.4, error, 0.0);

    let mut trajectory = Trajectory::new(&task);
    let zeros = vec![0.0; task.horizon() + 1];
    let mut count = 0.0;
    for sample in 0..SAMPLES as u32 {
        draw(&task, batch.keys(), sample, &mut trajectory);
        rerun(&task, &theta, &zeros, &mut trajectory);
        count += f64::from(u8::from(missed(&defaults(), &trajectory.states)));
    }
    let share = count / SAMPLES as f64;
    let error = (share * (1.0 - share) / SAMPLES as f64)
        .sqrt()
        .hypot(0.0012);
    near("missed", share, 0.0484, error, 0.0);
}
