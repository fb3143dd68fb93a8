//! Roomba: discs stop it, and the end knows whether the last step was blocked.

use mollify::engine::nominal::nominal;
use mollify::system::task::Task;
use mollify::systems::roomba::{DISCS, in_a_disc};

fn constant(horizon: usize, [x, y]: [f64; 2]) -> Vec<f64> {
    (0..horizon).flat_map(|_| [x, y]).collect()
}

#[test]
fn it_stops_before_a_disc_and_pays_for_a_last_step_that_was_blocked() {
    let task = crate::engines::task("roomba", 70, 0.05, &[]);
    // Straight up, a little right of the first disc, it meets the one around (0, 1.5) at its edge 1.5 - √(.2² - .05²).
    let theta = [vec![5.0, 0.0], constant(69, [0.0, 2.0])].concat();
    let end = nominal(&task, &theta);
    let [x, y, blocked] = end.states[210..] else {
        panic!("three coordinates");
    };
    let edge = 1.5 - (0.2_f64.powi(2) - 0.05_f64.powi(2)).sqrt();
    assert_eq!((x, blocked), (0.05, 1.0));
    assert!(
        y < edge && y + 0.02 >= edge,
        "{y}, not the last step before {edge}"
    );
    // Without a last step the same end is cheaper by the collision.
    let mut still = theta;
    still[139] = 0.0;
    let without = nominal(&task, &still);
    assert_eq!(without.states[210..], [x, y, 0.0]);
    let difference = end.costs[70] - without.costs[70];
    assert!((difference - 100.0).abs() < 1e-11, "{difference}");
}

#[test]
fn it_never_stands_in_a_disc() {
    let task = crate::engines::task("roomba", 200, 0.05, &[]);
    for i in 0..60 {
        let angle = f64::from(i) * 0.05;
        let theta = constant(200, [3.0 * angle.cos(), 3.0 * angle.sin()]);
        for state in nominal(&task, &theta).states.chunks(3) {
            assert!(!in_a_disc(state[0], state[1]), "{state:?}");
        }
    }
}

/// Points of the map, read off by hand.
#[test]
fn discs_are_where_they_are_published() {
    for [x, y, r] in DISCS {
        assert!(in_a_disc(x, y) && in_a_disc(x + 0.999 * r, y) && in_a_disc(x, y - 0.999 * r));
    }
    for [x, y] in [
        [0.0, 0.0],
        [0.0, 4.0],
        [0.0, 1.9],
        [-0.25, 1.2],
        [-0.5, 3.0],
        [0.3, 2.5],
    ] {
        assert!(!in_a_disc(x, y), "({x}, {y}) is free");
    }
}

#[test]
fn start_costs_what_its_definition_says() {
    let task = Task::find("roomba").expect("roomba");
    let found = nominal(&task, &task.start()).cost;
    let distance2 = |t: f64| (1e-4 * t).powi(2) + (4.0 - 1e-4 * t).powi(2);
    let running: f64 = (0..200)
        .map(|t| distance2(f64::from(t)) + 0.001 * 2e-4)
        .sum();
    let expected = running + 10.0 * distance2(200.0);
    assert!(
        (found - expected).abs() < 1e-9 * expected,
        "{found}, not {expected}"
    );
}
