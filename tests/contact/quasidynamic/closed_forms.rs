//! Steps that can be written down: on a line, at rest, at the centre of a face, and in the limit without smoothing.

use super::near;
use super::samples::{self, pushing_parameters};
use mollify::contact::quasidynamic::{
    Effort, Problem, Step, many_rows, one_row, two_rows, two_rows_short_tailed,
};
use mollify::system::quasidynamic::QuasiDynamic;
use mollify::systems::planar_pushing::{self, PlanarPushing};
use nalgebra::{DMatrix, DVector};

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

/// A block of 5 kg that is pulled along x by K = 100 N/m and is free to rise: friction 0.5, time step 0.1 s.
fn sled(height: f64, pull: f64) -> Problem<f64, 2, 2> {
    Problem {
        stiffness: [100.0, 500.0],
        free: [Some(pull), Some(-5.0 * 9.81 / 500.0)],
        gap: [height; 2],
        jacobian: [[Some(0.5), Some(1.0)], [Some(-0.5), Some(1.0)]],
    }
}

#[test]
fn a_block_sticks_or_slides_and_lifts_itself() {
    let (weight, friction): (f64, f64) = (5.0 * 9.81, 0.5);
    for pull in [0.3, -0.3, 0.26, 0.2, -0.1, 0.0] {
        let step = two_rows(&sled(0.0, pull), 0.0);
        let slip = (100.0 * pull.abs() - friction * weight).max(0.0) / (100.0 + 0.25 * 500.0);
        near(step.motion[0], slip.copysign(pull), 1e-12);
        near(step.motion[1], friction * slip, 1e-12);
        let normal = step.force[0] + step.force[1];
        near(normal, weight + 500.0 * friction * slip, 1e-9);
        let tangential = friction * (step.force[0] - step.force[1]);
        near(
            tangential.abs(),
            (100.0 * pull.abs()).min(friction * normal),
            1e-9,
        );
    }
    let step = two_rows(&sled(0.0, 0.3), 0.0);
    near(step.motion[0], 0.024_333_3, 5e-8);
    near(step.force[0] + step.force[1], 55.133_3, 5e-5);
}

/// Commanded .3 m ahead at every step: the gap is friction times slip, and does not grow.
#[test]
fn steady_sliding_lifts_by_friction_times_slip() {
    let mut height = 0.0;
    let mut last = [0.0; 2];
    for _ in 0..60 {
        let step = two_rows(&sled(height, 0.3), 0.0);
        height += step.motion[1];
        last = [step.motion[0], step.force[0] + step.force[1]];
    }
    near(last[0], (30.0 - 0.5 * 49.05) / 100.0, 1e-9);
    near(height, 0.5 * last[0], 1e-9);
    near(height, 0.027_375, 1e-9);
    near(last[1], 49.05, 1e-7);
}

#[test]
fn a_block_rests_on_the_barrier() {
    let kappa = 100.0;
    let height = 2.0 / (kappa * 49.05);
    near(height, 4.077e-4, 5e-8);
    for solve in [two_rows, |problem: &_, mu| {
        many_rows(problem, mu, Effort::DOUBLE)
    }] {
        let step = solve(&sled(height, 0.0), 1.0 / kappa);
        near(step.motion[1], 0.0, 1e-12);
        near(step.force.iter().sum(), 49.05, 1e-9);
    }
}

/// A box at the origin, a disc that touches its lower face `offset` from the middle, and a command relative to the disc.
fn push(offset: f64, [along, into]: [f64; 2]) -> Problem<f64, 5, 2> {
    let q = [0.0, 0.0, 0.0, offset, -0.6];
    PlanarPushing::problem(&pushing_parameters(), q, [offset + along, -0.6 + into])
}

/// W_nn = .012, W_tt = .027, W_nt = 0 and friction 2/3: both rows have the compliance .024 and do not know of each other.
#[test]
fn a_push_at_the_middle_of_a_face_has_two_rows_that_decouple() {
    let friction = 2.0 / 3.0;
    let problem = push(0.0, [0.0; 2]);
    near(problem.compliance(0, 0), 0.024, 1e-15);
    near(problem.compliance(1, 1), 0.024, 1e-15);
    near(problem.compliance(0, 1), 0.0, 1e-17);
    for command in [
        [0.0, 0.05],
        [0.02, 0.05],
        [-0.2, 0.05],
        [0.2, -0.02],
        [0.02, -0.02],
    ] {
        for mu in [0.0, 1e-4, 1e-2] {
            let step = two_rows(&push(0.0, command), mu);
            let [along, into] = command;
            let force = [1.0, -1.0].map(|sign| {
                // The normal points down to the disc, so that t points along +x.
                let c = -into + sign * friction * along;
                ((c * c + 4.0 * 0.024 * mu).sqrt() - c) / 0.048
            });
            near(step.force[0], force[0], 1e-9);
            near(step.force[1], force[1], 1e-9);
            let (normal, tangential) = (force[0] + force[1], friction * (force[0] - force[1]));
            let expected = [
                -tangential / 500.0,
                normal / 500.0,
                -0.03 * tangential,
                along + tangential / 100.0,
                into - normal / 100.0,
            ];
            for (found, expected) in step.motion.iter().zip(expected) {
                near(*found, expected, 1e-9);
            }
        }
    }
}

/// Command, and how the box moves: without smoothing (it slides where it need not touch), and at κ = 100.
#[test]
fn pushes_at_the_middle_of_a_face_have_the_known_numbers() {
    for (command, motion) in [
        ([0.0, 0.05], [0.0, 0.008_333_3, 0.0]),
        ([0.02, 0.05], [0.001_481_5, 0.008_333_3, 0.022_222_2]),
        ([0.2, 0.05], [0.010_185_2, 0.015_277_8, 0.152_777_8]),
        ([0.02, -0.02], [0.0; 3]),
    ] {
        let step = two_rows(&push(0.0, command), 0.0);
        (0..3).for_each(|i| near(step.motion[i], motion[i], 5e-8));
    }
    let step = two_rows(&push(0.0, [0.2, 0.05]), 0.0);
    near(step.force.iter().sum(), 7.64, 5e-3);
    near(
        two_rows(&push(0.0, [0.2, -0.02]), 0.0).motion[2],
        0.094_444_4,
        5e-8,
    );
    for (command, motion) in [
        ([0.0, 0.05], [0.0, 0.009_068_5, 0.0]),
        ([0.02, 0.05], [0.001_365_8, 0.009_104_6, 0.020_486_7]),
        ([0.02, -0.02], [0.000_356_9, 0.001_550_1, 0.005_354_2]),
    ] {
        let step = two_rows(&push(0.0, command), 0.01);
        (0..3).for_each(|i| near(step.motion[i], motion[i], 5e-8));
    }
    near(
        two_rows(&push(0.0, [0.0, 0.05]), 0.01).motion[4],
        0.004_657_6,
        5e-8,
    );
}

/// λ >= 0, r >= 0 and λ r = 0 have one solution: the closed form satisfies them for any two rows.
#[test]
fn two_rows_without_smoothing_are_complementary() {
    let mut kinds = [0; 4];
    for problem in samples::many(5000, 1, samples::pushing_problem) {
        let step = two_rows(&problem, 0.0);
        let open = problem.open(&step.motion);
        for (force, gap) in step.force.iter().zip(open) {
            assert!(*force >= 0.0 && gap >= -1e-12, "{step:?}");
            near(force * gap, 0.0, 1e-12 * (1.0 + force));
        }
        let touching = [0, 1].map(|k| usize::from(step.force[k] > 0.0));
        kinds[2 * touching[0] + touching[1]] += 1;
    }
    assert!(kinds.iter().all(|count| *count > 100), "{kinds:?}");
}

/// B of a step from q under u: how the configuration changes with the command, row by row.
fn by_command(smoothing: f64, offset: f64, command: [f64; 2]) -> Vec<f64> {
    let task = super::task("planar-pushing", &[("smoothing", smoothing)]);
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let (q, u) = (
        [0.0, 0.0, 0.0, offset, -0.6],
        [offset + command[0], -0.6 + command[1]],
    );
    steps.linearize(task.parameters(), &q, &u).next_by_control
}

/// B = (G - G Jₐ'(Jₐ G Jₐ')⁻¹ Jₐ G) S with Jₐ the rows that touch, S the springs of the robot.
fn by_active_rows(problem: &Problem<f64, 5, 2>, active: &[usize]) -> Vec<f64> {
    let compliance =
        DMatrix::from_diagonal(&DVector::from_fn(5, |i, _| 1.0 / problem.stiffness[i]));
    let rows = DMatrix::from_fn(active.len(), 5, |k, i| {
        problem.jacobian[active[k]][i].unwrap_or(0.0)
    });
    let mut response = compliance.clone();
    if !active.is_empty() {
        let w = &rows * &compliance * rows.transpose();
        let inverse = w.try_inverse().expect("rows are independent");
        response -= &compliance * rows.transpose() * inverse * &rows * &compliance;
    }
    let springs = DMatrix::from_fn(5, 2, |i, a| if i == 3 + a { 100.0 } else { 0.0 });
    (response * springs).transpose().iter().copied().collect()
}

#[test]
fn derivatives_go_to_those_of_the_rows_that_touch() {
    // κ = 1e9.
    let hard = (2.0 * 0.012 * 1e-9_f64).sqrt();
    for (command, active) in [
        ([0.02, -0.1], &[][..]),
        ([0.01, 0.05], &[0, 1]),
        ([0.2, 0.05], &[1]),
        ([-0.2, 0.05], &[0]),
    ] {
        let expected = by_active_rows(&push(0.2, command), active);
        for (smoothing, tolerance) in [(0.0, 1e-12), (hard, 1e-6)] {
            for (found, expected) in by_command(smoothing, 0.2, command).iter().zip(&expected) {
                near(*found, *expected, tolerance);
            }
        }
    }
    let sticking = by_command(0.0, 0.2, [0.01, 0.05]);
    for (found, expected) in sticking.iter().zip([
        0.081_632_7,
        -0.034_013_6,
        -0.034_013_6,
        0.153_061_2,
        1.020_408_2,
        0.408_163_3,
    ]) {
        near(*found, expected, 5e-8);
    }
}

/// log[(φ + Jₙ d)² - m² (Jₜ d)²] = log r₊ + log r₋: the pyramid of two rows is the cone.
#[test]
fn two_rows_are_the_cone_of_friction() {
    let p = pushing_parameters();
    for (q, u) in samples::many(200, 2, samples::pushing) {
        let touch = planar_pushing::touch(&p, q);
        let problem = PlanarPushing::problem(&p, q, u);
        let d = two_rows(&problem, 0.01).motion;
        let along = |v: [f64; 2]| -> f64 {
            let object = touch.by_object(v);
            (0..3).map(|i| object[i] * d[i]).sum::<f64>() + v[0] * d[3] + v[1] * d[4]
        };
        let normal = touch.gap + along(touch.normal);
        let tangential = p.friction * along(touch.tangent());
        let cone = (normal * normal - tangential * tangential).ln();
        let rows = problem.open(&d).map(f64::ln);
        near(cone, rows[0] + rows[1], 1e-9);
    }
}

/// One row under the short-tailed law: q⁺ = l log(1 + e^(u/l)), the mean of max(u + w, 0) under logistic noise.
#[test]
fn the_short_tailed_law_is_the_softplus() {
    for length in [0.02, 0.005, 0.001] {
        for apart in [-0.3, -0.05, -0.002, 0.0, 0.004, 0.03] {
            // Two rows that do not know of each other.
            let problem = Problem {
                stiffness: [50.0, 80.0],
                free: [Some(apart), Some(0.5 * apart)],
                gap: [0.0; 2],
                jacobian: [[Some(1.0), None], [None, Some(1.0)]],
            };
            let step = two_rows_short_tailed(&problem, length);
            for (motion, free) in step.motion.iter().zip([apart, 0.5 * apart]) {
                near(*motion, length * (free / length).exp().ln_1p(), 1e-12);
            }
            near(step.force[0], 50.0 * (step.motion[0] - apart), 1e-10);
        }
    }
    // Coupled, it goes to the exact step as l does, and its tail is short.
    for problem in samples::many(300, 3, samples::pushing_problem) {
        let (short, exact) = (
            two_rows_short_tailed(&problem, 1e-4),
            two_rows(&problem, 0.0),
        );
        assert!(samples::distance(&short.motion, &exact.motion) < 3e-4);
    }
    let far = push(0.0, [0.0, -0.2]);
    let (short, barrier) = (two_rows_short_tailed(&far, 0.01), two_rows(&far, 0.01));
    assert!(
        short.force[0] < 1e-8 && barrier.force[0] > 0.04,
        "{short:?} {barrier:?}"
    );
}
