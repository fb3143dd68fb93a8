//! Steps that can be written down: on a line, at rest, at the centre of a face, and in the limit without smoothing.

use mollify::contact::quasidynamic::{Effort, Problem, Step, many_rows, one_row, two_rows};

fn near(found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs();
    assert!(off <= tolerance, "{found}, not {expected}: off by {off:e}");
}

/// A cart on the spring K, a wall at 0, `ROWS` equal rows; its motion from where it is commanded to.
fn cart<const ROWS: usize>(stiffness: f64, at: f64, command: f64) -> Problem<f64, 1, ROWS> {
    Problem {
        stiffness: [stiffness],
        free: [Some(command - at)],
        gap: [at; ROWS],
        jacobian: [[Some(1.0)]; ROWS],
    }
}

/// q⁺ = (u + √(u² + 4nμ/K))/2, whatever q was; the force of all rows is nμ/q⁺.
fn check_cart<const ROWS: usize>(
    solve: impl Fn(&Problem<f64, 1, ROWS>, f64) -> Step<f64, 1, ROWS>,
) {
    let n = ROWS as f64;
    for (stiffness, kappa) in [(50.0, 100.0), (73.0, 1e4), (50.0, 1e3)] {
        for (at, command) in [(0.1, 0.3), (0.2, 0.0), (-0.05, -0.2), (0.4, 0.01)] {
            let step = solve(&cart(stiffness, at, command), 1.0 / kappa);
            let square: f64 = command * command + 4.0 * n / (stiffness * kappa);
            let next = (command + square.sqrt()) / 2.0;
            near(at + step.motion[0], next, 1e-9);
            let force: f64 = step.force.iter().sum();
            near(force, n / (kappa * next), 1e-9 * (1.0 + force));
        }
    }
}

#[test]
fn a_cart_stands_off_a_wall() {
    check_cart::<1>(one_row);
    check_cart::<2>(two_rows);
    check_cart::<1>(|problem, mu| many_rows(problem, mu, Effort::DOUBLE));
    check_cart::<2>(|problem, mu| many_rows(problem, mu, Effort::DOUBLE));
    check_cart::<5>(|problem, mu| many_rows(problem, mu, Effort::DOUBLE));
    let stand_off = |next: f64| 0.3 + next;
    let one = one_row(&cart(50.0, 0.3, 0.0), 0.01);
    near(stand_off(one.motion[0]), 0.014_142_1, 1e-7);
    let two = two_rows(&cart(50.0, 0.3, 0.0), 0.01);
    near(stand_off(two.motion[0]), 0.02, 1e-12);
}

#[test]
fn a_cart_without_smoothing_stops_at_the_wall() {
    for (at, command) in [(0.1, 0.3), (0.2, -0.1), (-0.05, -0.2)] {
        let step = one_row(&cart(50.0, at, command), 0.0);
        near(at + step.motion[0], command.max(0.0), 1e-15);
        near(step.force[0], 50.0 * (-command).max(0.0), 1e-13);
    }
}

/// A pusher on the spring K and a block that resists by M/h², D apart if the pusher goes where it is commanded to.
fn pusher<const ROWS: usize>(apart: f64) -> Problem<f64, 2, ROWS> {
    Problem {
        stiffness: [500.0, 100.0],
        free: [None, Some(0.3 - apart)],
        gap: [0.3; ROWS],
        jacobian: [[Some(1.0), Some(-1.0)]; ROWS],
    }
}

fn check_pusher<const ROWS: usize>(
    solve: impl Fn(&Problem<f64, 2, ROWS>, f64) -> Step<f64, 2, ROWS>,
) {
    let (n, w) = (ROWS as f64, 1.0 / 100.0 + 1.0 / 500.0);
    for kappa in [100.0, 3e3] {
        for apart in [0.0_f64, -0.05, 0.2, -0.3] {
            let step = solve(&pusher(apart), 1.0 / kappa);
            let gap = (apart + (apart * apart + 4.0 * n * w / kappa).sqrt()) / 2.0;
            let force = n / (kappa * gap);
            near(0.3 + step.motion[0] - step.motion[1], gap, 1e-9);
            near(step.force.iter().sum(), force, 1e-9 * (1.0 + force));
            near(step.motion[0], force / 500.0, 1e-11 * (1.0 + force));
            near(
                step.motion[1],
                0.3 - apart - force / 100.0,
                1e-11 * (1.0 + force),
            );
        }
    }
}

#[test]
fn a_pusher_and_a_block_share_what_they_overlap() {
    check_pusher::<1>(one_row);
    check_pusher::<2>(two_rows);
    check_pusher::<3>(|problem, mu| many_rows(problem, mu, Effort::DOUBLE));
    let force = |apart| -> f64 { two_rows(&pusher(apart), 0.01).force.iter().sum() };
    near(force(0.0), 1.290_994_4, 5e-8);
    near(force(-0.05), 4.534_240_2, 5e-8);
}
