//! A step linearized under noise: errors of all ways against many samples, the barrier as the noise that it is, jumps, engines.

use crate::engines::{MIB, gpu_or_skip};
use mollify::Task;
use mollify::contact::quasidynamic::smoothing;
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::engine::maps;
use mollify::estimate::linearize::{
    Law, Linearization, Point, Reason, Settings, WANTED, linearize,
};

fn at_length(name: &str, length: f64) -> Task {
    let task = Task::find(name).expect(name);
    task.with_parameter("smoothing", length).expect("a length")
}

/// On engine `kind`.
fn ways(kind: Kind, task: &Task, points: &[Point], settings: &Settings) -> Vec<Linearization> {
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let function = steps.function(WANTED);
    let adapter = AdapterChoice::Any;
    let map = maps::open(kind, &function, task.parameters(), steps.sizes, &adapter);
    linearize(&mut *map.expect("an engine"), steps, points, settings).expect("a linearization")
}

fn point(state: &[f64], control: &[f64]) -> Point {
    Point {
        state: state.to_vec(),
        control: control.to_vec(),
    }
}

/// A push a little beside the middle of a face, a centimetre off it.
fn push() -> Point {
    point(&[0.0, 0.0, 0.0, 0.2, -0.61], &[0.22, -0.58])
}

fn frobenius(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// The root of the mean square error of B by first order, zeroth order and mixed, over so many independent draws.
fn errors(sigma: f64, samples: u64, pairs: bool, truth: &[Vec<f64>]) -> [f64; 3] {
    const DRAWS: usize = 60;
    let settings = Settings {
        pairs,
        seed: 3,
        ..Settings::new(samples, sigma)
    };
    // Noise at another number of a point is other noise.
    let found = ways(
        Kind::Cpu,
        &at_length("planar-pushing", 0.0),
        &vec![push(); DRAWS],
        &settings,
    );
    let of = |b: &dyn Fn(&Linearization) -> Vec<Vec<f64>>| {
        let squares = found.iter().map(|way| frobenius(&b(way), truth).powi(2));
        (squares.sum::<f64>() / DRAWS as f64).sqrt()
    };
    [
        of(&|way| way.first_order.b.clone()),
        of(&|way| way.zeroth_order.b.clone()),
        of(&|way| way.mixed.estimate.b.clone()),
    ]
}

/// Under that many pairs.
fn truth(sigma: f64) -> Vec<Vec<f64>> {
    let settings = Settings::new(400_000, sigma);
    let exact = at_length("planar-pushing", 0.0);
    ways(Kind::Cpu, &exact, &[push()], &settings)
        .remove(0)
        .mixed
        .estimate
        .b
}

/// Least squares on pairs are nearer than means of derivatives of single steps, and the mix is not farther than either.
#[test]
fn errors_of_all_ways_are_as_they_were_measured() {
    for sigma in [0.2, 0.05, 0.02] {
        let truth = truth(sigma);
        for samples in [100, 1000] {
            let [first, ..] = errors(sigma, samples, false, &truth);
            let [first_pairs, zeroth_pairs, mixed_pairs] = errors(sigma, samples, true, &truth);
            println!(
                "sigma {sigma}, N {samples}: first {first:.4}, first pairs {first_pairs:.4}, LS pairs {zeroth_pairs:.4}, \
                 mixed pairs {mixed_pairs:.4}"
            );
            assert!(mixed_pairs <= 1.03 * first_pairs.min(zeroth_pairs));
            if sigma == 0.05 && samples == 1000 {
                assert!(zeroth_pairs / first <= 0.6, "{zeroth_pairs} {first}");
            }
        }
    }
}

/// The errors that are printed are those that are made.
#[test]
fn standard_errors_are_those_of_many_draws() {
    let settings = Settings::new(400, 0.05);
    let exact = at_length("planar-pushing", 0.0);
    let found = ways(Kind::Cpu, &exact, &vec![push(); 300], &settings);
    for way in [0, 1, 2] {
        let estimate = |l: &Linearization| match way {
            0 => l.first_order.clone(),
            1 => l.zeroth_order.clone(),
            _ => l.mixed.estimate.clone(),
        };
        for (i, j) in [(0, 0), (1, 1), (2, 0), (2, 1), (4, 1)] {
            let values: Vec<f64> = found.iter().map(|l| estimate(l).b[i][j]).collect();
            let mean = values.iter().sum::<f64>() / 300.0;
            let spread = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 299.0;
            let stated = found
                .iter()
                .map(|l| estimate(l).std_error.b[i][j].powi(2))
                .sum::<f64>();
            let ratio = (spread / (stated / 300.0)).sqrt();
            // 300 draws tell a spread to 4 %.
            assert!((0.85..1.2).contains(&ratio), "way {way}, B{i}{j}: {ratio}");
        }
    }
}

/// Also with 50 pairs, where a fit follows its samples and alpha fits them: neither may look better than it is.
#[test]
fn standard_errors_hold_with_few_samples() {
    let exact = at_length("planar-pushing", 0.0);
    for sigma in [0.2, 0.02] {
        let truth = truth(sigma);
        let settings = Settings {
            seed: 7,
            ..Settings::new(100, sigma)
        };
        let found = ways(Kind::Cpu, &exact, &vec![push(); 600], &settings);
        let zeroth = |l: &Linearization| l.zeroth_order.clone();
        let mixed = |l: &Linearization| l.mixed.estimate.clone();
        for (name, way) in [("least squares", zeroth as fn(&_) -> _), ("mix", mixed)] {
            let (mut made, mut stated) = (0.0, 0.0);
            for estimate in found.iter().map(way) {
                let entries = estimate.b.iter().flatten().zip(truth.iter().flatten());
                made += entries.map(|(x, y)| (x - y).powi(2)).sum::<f64>();
                let errors = estimate.std_error.b.iter().flatten();
                stated += errors.map(|x| x * x).sum::<f64>();
            }
            let ratio = (made / stated).sqrt();
            println!("sigma {sigma}, {name}: errors are {ratio:.3} of what is stated");
            assert!(
                (0.9..1.1).contains(&ratio),
                "sigma {sigma}, {name}: {ratio}"
            );
        }
    }
}

/// At the middle of a face the two rows of a contact decouple, with W = .024 and |Jₐ|² = 1 + 4/9: the barrier is the mean of the
/// exact step under Student's t noise of the scale √(2 W/κ)/|Jₐ|.
#[test]
fn the_barrier_is_the_mean_under_its_noise() {
    let kappa = 100.0;
    let plain = Task::find("planar-pushing").expect("a task");
    let steps = plain.model().quasi_dynamics().expect("quasi-dynamic");
    let length = smoothing::length(kappa, steps.contact_compliance(plain.parameters()));
    let smooth = at_length("planar-pushing", length);
    let scale = (2.0 * 0.024 / kappa / (1.0 + 4.0 / 9.0_f64)).sqrt();
    let settings = Settings {
        noise: Law::StudentT,
        ..Settings::new(400_000, scale)
    };
    for command in [[0.02, -0.55], [0.0, -0.62], [-0.05, -0.59]] {
        let at = point(&[0.0, 0.0, 0.0, 0.0, -0.6], &command);
        let expected = steps.linearize(smooth.parameters(), &at.state, &at.control);
        let exact = at_length("planar-pushing", 0.0);
        let found = ways(Kind::Cpu, &exact, &[at], &settings)
            .remove(0)
            .first_order;
        for (i, row) in found.b.iter().enumerate() {
            for (j, b) in row.iter().enumerate() {
                let off = (b - expected.next_by_control[2 * i + j]).abs();
                let allowed = 4.0 * found.std_error.b[i][j] + 1e-5;
                assert!(
                    off <= allowed,
                    "B{i}{j} at {command:?}: off by {off}, {allowed}"
                );
            }
            let off = (found.c[i] - expected.next[i]).abs();
            assert!(
                off <= 4.0 * found.std_error.c[i] + 1e-5,
                "c{i} at {command:?}: {off}"
            );
        }
    }
}

/// Off the middle the rows know of each other: then barrier and noise are no longer the same, but within 5 % of the largest entry.
#[test]
fn off_the_middle_the_barrier_is_near_its_noise() {
    let kappa = 100.0;
    let plain = Task::find("planar-pushing").expect("a task");
    let steps = plain.model().quasi_dynamics().expect("quasi-dynamic");
    let length = smoothing::length(kappa, steps.contact_compliance(plain.parameters()));
    let (smooth, exact) = (
        at_length("planar-pushing", length),
        at_length("planar-pushing", 0.0),
    );
    for offset in [0.2, 0.4] {
        let points: Vec<Point> = (-6..=6)
            .map(|i| {
                let into = -0.6 + 0.025 * f64::from(i);
                point(&[0.0, 0.0, 0.0, offset, -0.6], &[offset, into])
            })
            .collect();
        let rows = steps.contact_rows(plain.parameters(), &points[6].state, &points[6].control);
        let squares = rows
            .iter()
            .map(|row| 2.0 * row.compliance / kappa / row.by_control.powi(2));
        let settings = Settings {
            noise: Law::StudentT,
            ..Settings::new(20_000, (squares.sum::<f64>() / 2.0).sqrt())
        };
        let found = ways(Kind::Cpu, &exact, &points, &settings);
        let of = |point: &Point| {
            let step = steps.linearize(smooth.parameters(), &point.state, &point.control);
            step.next_by_control
        };
        let sticking = steps.linearize(exact.parameters(), &points[12].state, &points[12].control);
        let largest = sticking
            .next_by_control
            .iter()
            .fold(0.0, |m: f64, x| m.max(x.abs()));
        let off = found.iter().zip(&points).map(|(found, point)| {
            let pairs = found.first_order.b.concat().into_iter().zip(of(point));
            pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        });
        let off = off.fold(0.0, f64::max) / largest;
        println!("offset {offset}: {off:.4}");
        assert!(off <= 0.05 && off > 0.005, "offset {offset}: {off}");
    }
}

/// Where a step is smooth and noise is small, all ways find its derivatives.
#[test]
fn with_little_noise_all_ways_find_the_derivatives() {
    for (name, at) in [
        ("planar-pushing", push()),
        ("ball-grazing", point(&[0.0, -0.1, -0.05], &[-0.08, -0.06])),
        ("block-wall", point(&[0.1, 0.05], &[0.12])),
    ] {
        let task = Task::find(name).expect(name);
        let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
        let at = Point {
            state: at.state[..steps.sizes.state].to_vec(),
            control: at.control[..steps.sizes.control].to_vec(),
        };
        let expected = steps.linearize(task.parameters(), &at.state, &at.control);
        let settings = Settings {
            state_sigma: 1e-4,
            ..Settings::new(200, 1e-4)
        };
        let found = ways(Kind::Reference, &task, &[at], &settings).remove(0);
        for way in [
            &found.first_order,
            &found.zeroth_order,
            &found.mixed.estimate,
        ] {
            let a = way.a.concat();
            let b = way.b.concat();
            for (found, expected) in a.iter().zip(&expected.next_by_state) {
                assert!(
                    (found - expected).abs() < 2e-3,
                    "{name}: {found} {expected}"
                );
            }
            for (found, expected) in b.iter().zip(&expected.next_by_control) {
                assert!(
                    (found - expected).abs() < 2e-3,
                    "{name}: {found} {expected}"
                );
            }
        }
    }
}

/// A disc inside of the box on its diagonal is pushed out through one face or the other: derivatives do not see that.
#[test]
fn where_the_step_jumps_the_first_order_is_left_out() {
    let at = point(&[0.0, 0.0, 0.0, 0.3, 0.3], &[0.3, 0.3]);
    let settings = Settings {
        state_sigma: 0.02,
        ..Settings::new(4000, 0.02)
    };
    let exact = at_length("planar-pushing", 0.0);
    let found = ways(Kind::Reference, &exact, &[at], &settings)
        .remove(0)
        .mixed;
    let choice = found.choice_of_a;
    assert_eq!((choice.alpha, choice.reason), (0.0, Reason::Disagreement));
    assert!(choice.disagreement > choice.limit, "{choice:?}");
    // Its commands do not jump.
    assert!(
        found.choice.reason != Reason::Disagreement,
        "{:?}",
        found.choice
    );
}

#[test]
fn engines_find_the_same_for_many_points() {
    let task = Task::find("planar-pushing").expect("a task");
    let points: Vec<Point> = (0..5)
        .map(|i| {
            point(
                &[0.0, 0.0, 0.1, 0.2, -0.62],
                &[0.2, -0.6 + 0.01 * f64::from(i)],
            )
        })
        .collect();
    let settings = Settings {
        pairs: false,
        seed: 9,
        ..Settings::new(500, 0.03)
    };
    let expected = ways(Kind::Reference, &task, &points, &settings);
    let mut kinds = vec![Kind::Cpu];
    if gpu_or_skip("engines_find_the_same", task.model(), MIB).is_some() {
        kinds.push(Kind::Gpu);
    }
    for kind in kinds {
        let found = ways(kind, &task, &points, &settings);
        for (found, expected) in found.iter().zip(&expected) {
            let ways = |l: &Linearization| [l.first_order.clone(), l.zeroth_order.clone()];
            for (found, expected) in ways(found).iter().zip(ways(expected)) {
                // Least squares divide what f32 leaves of a step by the noise on the state, .0015, and its root of 500.
                assert!(frobenius(&found.a, &expected.a) < 1e-3, "{kind}");
                assert!(frobenius(&found.b, &expected.b) < 1e-4, "{kind}");
            }
        }
    }
}

#[test]
fn what_tells_no_error_is_refused() {
    let task = Task::find("planar-pushing").expect("a task");
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let refused = |settings: Settings, at: Point| {
        let function = steps.function(WANTED);
        let adapter = AdapterChoice::Any;
        let map = maps::open(
            Kind::Reference,
            &function,
            task.parameters(),
            steps.sizes,
            &adapter,
        );
        let error = linearize(&mut *map.expect("reference"), steps, &[at], &settings);
        error.expect_err("refused").to_string()
    };
    let usual = Settings::new(100, 0.02);
    let few = Settings::new(15, 0.02);
    assert_eq!(
        refused(few, push()),
        "samples is 15, but must be at least 16 for a step of 5 coordinates and 2 commands"
    );
    let none = Settings {
        state_sigma: 0.0,
        ..usual.clone()
    };
    assert_eq!(
        refused(none, push()),
        "state_sigma is 0, but must be a finite number above 0, from 1e-15 to 1e9"
    );
    let short = point(&[0.0; 4], &[0.0; 2]);
    assert_eq!(
        refused(usual.clone(), short),
        "the state of a point is 4 values, but must be 5 values"
    );
    let nan = point(&[0.0; 5], &[0.0, f64::NAN]);
    assert_eq!(
        refused(usual, nan),
        "the control of a point is NaN, but must be finite values"
    );
}
