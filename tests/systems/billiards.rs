//! Billiards: momentum, energy, reflection, and one strike that acts once.

use mollify::engine::nominal::nominal;
use mollify::systems::billiards::START;

/// The states under a strike, which is the last column of K.
fn shot(horizon: usize, [x, y]: [f64; 2], changes: &[(&str, f64)]) -> Vec<Vec<f64>> {
    let task = crate::engines::task("billiards", horizon, 0.05, changes);
    let mut theta = vec![0.0; task.dimension()];
    (theta[12], theta[25]) = (x, y);
    let states = nominal(&task, &theta).states;
    states.chunks(13).map(<[f64]>::to_vec).collect()
}

const NO_DRAG: (&str, f64) = ("damping", 1.0);

#[test]
fn impact_of_two_balls_keeps_momentum_and_nearly_all_energy() {
    // Cue ball against object ball only: 0.15 s at 2 m/s ends before the third ball or a cushion is reached.
    let changes = [NO_DRAG, ("time_step", 1e-4)];
    let states = shot(2200, [1.4, 1.4], &changes);
    let last = &states[2200];
    let momentum = [last[6] + last[8] + last[10], last[7] + last[9] + last[11]];
    assert!((momentum[0] - 1.4).abs() < 1e-12 && (momentum[1] - 1.4).abs() < 1e-12);
    assert!(last[8] > 0.5, "the object ball moves");
    let energy: f64 = last[6..12].iter().map(|v| v * v).sum();
    // Potential energy is left out, which is 0 apart; the step is of first order, h ω = 0.034.
    assert!((energy / (2.0 * 1.4 * 1.4) - 1.0).abs() < 1e-2, "{energy}");
    // Equal masses part at a right angle if nothing is lost.
    let cosine =
        (last[6] * last[8] + last[7] * last[9]) / (last[6].hypot(last[7]) * last[8].hypot(last[9]));
    assert!(cosine.abs() < 1e-2, "{cosine}");
}

#[test]
fn cushion_turns_the_velocity_across_it() {
    // Straight down, 0.22 m to the cushion.
    let states = shot(400, [0.0, -1.0], &[NO_DRAG]);
    let last = &states[400];
    assert!(last[6] == 0.0 && (last[7] - 1.0).abs() < 0.05, "{last:?}");
    let lowest = states
        .iter()
        .map(|x| x[1] + START[0][1])
        .fold(1.0, f64::min);
    assert!(
        (0.02..0.03).contains(&lowest),
        "a stiff cushion: {lowest} m"
    );
}

#[test]
fn strike_acts_once_and_drag_stops_the_balls() {
    let states = shot(600, [0.3, 0.0], &[]);
    for (t, x) in states.iter().enumerate().skip(1) {
        // Long before the far side, nothing but drag: x = .3 h c (1 - cᵗ)/(1 - c).
        let c = 0.996_f64;
        let expected = 0.3 * 0.002 * c * (1.0 - c.powi(t as i32)) / (1.0 - c);
        assert!((x[0] - expected).abs() < 1e-12 && x[12] == 0.0);
    }
    assert!(states[600][6] < 0.03);
}

#[test]
fn weights_of_the_deviations_have_no_effect() {
    let task = crate::engines::task("billiards", 100, 0.05, &[]);
    let mut theta = vec![0.0; 26];
    (theta[12], theta[25]) = (1.2, 1.3);
    let alone = nominal(&task, &theta).cost;
    let others: Vec<f64> = (0..26)
        .map(|i| if i % 13 == 12 { theta[i] } else { 3.0 })
        .collect();
    assert_eq!(nominal(&task, &others).cost, alone);
}

/// After several impacts a difference of 1e-9 in the strike has grown by far more than the time of flight explains.
#[test]
fn impacts_amplify_a_difference() {
    let at = |speed: f64, horizon| shot(horizon, [speed, speed], &[NO_DRAG])[horizon].clone();
    let growth = |horizon| {
        let (a, b) = (at(1.5, horizon), at(1.5 + 1e-9, horizon));
        let squares = (0..6).map(|i| (a[i] - b[i]).powi(2));
        squares.sum::<f64>().sqrt() / 1e-9
    };
    let (before, after) = (growth(60), growth(2000));
    assert!(after > 20.0 * before * 2000.0 / 60.0, "{before}, {after}");
}

#[test]
fn warning_is_where_impacts_last_two_steps() {
    let warns = |stiffness: f64| {
        let task = crate::engines::task("billiards", 10, 0.05, &[("stiffness", stiffness)]);
        task.warning().is_some()
    };
    assert!(!warns(1e4) && warns(3e4));
}
