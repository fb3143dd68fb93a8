//! Rounded numbers say what f32 makes of a computation, and how near it came to another branch.

use mollify::engine::Sample;
use mollify::engine::nominal::nominal;
use mollify::engine::rounding::{Looked, rounding};
use mollify::number::rounded::{ALLOWED, NEAR, Rounded, UNIT_ROUNDOFF};
use mollify::number::{Mask, Scalar};
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn known_to(value: f64, error: f64) -> Rounded {
    Rounded::input(value, error)
}

fn number(value: f64) -> Rounded {
    Rounded::constant(value)
}

#[test]
fn comparison_at_its_threshold_is_near_and_one_far_away_is_not() {
    let threshold = number(0.75);
    // The rms of what is anywhere within ± error is error/√3.
    let unit = NEAR * 1e-6 / 3.0_f64.sqrt();
    for distance in [0.0, 0.1, -0.1, 0.5, -0.5, 2.0, -2.0, 1e5] {
        let x = known_to(0.75 + distance * unit, 1e-6);
        for margin in [
            x.less(threshold).margin,
            x.less_equal(threshold).margin,
            threshold.less(x).margin,
            x.greater_equal(threshold).not().margin,
            Rounded::select(x.less(threshold), number(0.0), threshold).margin,
            x.max(threshold).margin,
            x.min(threshold).margin,
            (x - threshold).abs().margin,
        ] {
            // Sixteen runs tell their rms to a third.
            let expected = distance.abs();
            let near = (expected * 0.6..=expected * 1.6).contains(&margin);
            assert!(
                near || distance > 1e3 && margin > 1e3,
                "{distance}: {margin}"
            );
        }
    }
}

/// The larger of two, and one of them, may be the same value: both engines see that alike.
#[test]
fn a_value_is_not_near_itself() {
    let (a, b) = (known_to(0.5, 1e-7), known_to(0.7, 1e-7));
    let larger = Rounded::select(a.less(b), b, a);
    assert!(larger.less(b).margin > 1e4);
    // A root may be rounded in another way each time that it is taken, and its square is not the value.
    assert!(larger.less(b.sqrt().square()).margin < 1.0);
}

#[test]
fn branches_of_a_seamless_value_do_not_count() {
    let x = known_to(1e-9, 1e-7);
    let both = x.max(number(0.0));
    assert!(both.margin < 0.1);
    let seamless = both.square().seamless();
    assert_eq!(seamless.margin, f64::INFINITY);
    assert!(seamless.error() > 0.0 && (seamless.value - 1e-18).abs() < 1e-24);
    // What comes behind it counts.
    assert!(seamless.less(number(1e-18)).margin < 1.0);
}

#[test]
fn values_that_are_known_exactly_are_near_nothing() {
    let tie = known_to(0.5, 0.0).less(number(0.5));
    assert_eq!(
        tie.margin,
        f64::INFINITY,
        "both engines decide an exact tie alike"
    );
    let sum = known_to(0.5, 0.0) + 0.25;
    assert_eq!(sum.less(number(0.75)).margin, f64::INFINITY);
    // None of these is an f32, and in f64 their sum is not the number either.
    assert!((number(0.1) + 0.2).less(number(0.3)).margin < 1.0);
}

#[test]
fn branch_that_is_not_taken_does_not_count() {
    let near = Rounded::select(
        known_to(1.0, 1e-7).less(number(1.0)),
        number(0.0),
        known_to(2.0, 1e-7),
    );
    assert!(near.margin < 1.0);
    let far = known_to(5.0, 1e-7);
    let mask = far.greater(number(0.0));
    assert!(Rounded::select(mask, far, near).margin > 1e5);
    assert!(Rounded::select(mask.not(), far, near).margin < 1.0);
    assert!(far.max(near).margin < 1.0, "what is compared is looked at");
    // What depends on a near branch is near, however it is combined.
    assert!((near * far + 1.0).sin().margin < 1.0);
    assert!(mask.and(near.greater(number(0.0))).margin < 1.0);
    assert!(mask.not().or(near.greater(number(0.0))).margin < 1.0);
}

/// What decides is all that counts: of two that hold, `or` needs one, and of two that do not, neither makes `and` hold alone.
#[test]
fn masks_that_do_not_decide_do_not_count() {
    let zero = || number(0.0);
    let yes = |margin: f64| known_to(margin, 0.01).greater(zero());
    let no = |margin: f64| known_to(-margin, 0.01).greater(zero());
    let (near, far) = (3.0, 5.0);
    let [a, b] = [near, far].map(|x| (yes(x).margin, no(x).margin));
    for (mask, margin) in [
        (yes(near).and(yes(far)), a.0),
        (yes(near).and(no(far)), b.1),
        (no(near).and(yes(far)), a.1),
        (no(near).and(no(far)), b.1),
        (yes(near).or(yes(far)), b.0),
        (yes(near).or(no(far)), a.0),
        (no(near).or(yes(far)), b.0),
        (no(near).or(no(far)), a.1),
    ] {
        assert_eq!(mask.margin, margin, "{mask:?}");
    }
}

/// The error of f32 over the rms of the runs is Student's t: its second moment is 16/14, and 16 of them is beyond all.
#[test]
fn runs_are_off_by_as_much_as_f32_is() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut squares = [0.0; 5];
    let draws = 20_000;
    for _ in 0..draws {
        let [x, y, z]: [f64; 3] = std::array::from_fn(|_| rng.random_range(-2.0..2.0));
        let [a, b, c] = [x, y, z].map(|x| Rounded::inexact(x, 1.0));
        let [p, q, r] = [x, y, z].map(|x| x as f32);
        let pairs = [
            ((p + q) * r - p * q, (a + b) * c - a * b),
            (p / (q * q + 0.5) - r, a / (b * b + 0.5) - c),
            ((p * p + q * q).sqrt() * r, (a * a + b * b).sqrt() * c),
            (
                (p - q).max(r) * (p + r).min(q),
                (a - b).max(c) * (a + c).min(b),
            ),
            ((p + q).abs() * 0.1 - r, (a + b).abs() * 0.1 - c),
        ];
        for (sum, (found, rounded)) in squares.iter_mut().zip(pairs) {
            let error = (f64::from(found) - rounded.value).abs();
            let share = error / rounded.error();
            assert!(
                share <= ALLOWED,
                "{error} beside {} at {x} {y} {z}",
                rounded.error()
            );
            *sum += share * share / f64::from(draws);
        }
    }
    // Inputs are rounded once at random in the runs and once as f32 has it in the engine: a little less. A quotient and a root are
    // off by what any driver may do, which this processor does not.
    for (i, mean) in squares.iter().enumerate() {
        let least = if [1, 2].contains(&i) { 0.0 } else { 0.2 };
        assert!((least..1.5).contains(mean), "formula {i}: {squares:?}");
    }
}

/// A step of the same size each time is rounded in the same way each time: the error grows with the steps, not with their root.
#[test]
fn rounding_that_accumulates_is_in_the_runs() {
    let (mut x, mut rounded) = (0.0_f32, number(0.0));
    for _ in 0..100_000 {
        x += 0.01;
        rounded = rounded + number(0.01);
    }
    let error = (f64::from(x) - rounded.value).abs();
    assert!(error > 0.5, "{error}");
    assert!((rounded.error() - error).abs() < 0.1 * error);
}

fn margin_of(task: &Task, theta: &[f64], noise: &[f64]) -> f64 {
    let sample = Sample {
        deviation: 0.0,
        baseline: 0.0,
        noise: noise.to_vec(),
        score: Vec::new(),
        first_order: Vec::new(),
        initial_state: task.initial_state().to_vec(),
        parameters: task.parameters().to_vec(),
        nonfinite: None,
    };
    let costs = nominal(task, theta).costs;
    rounding(task, theta, &costs, &sample, Looked::All).margin
}

#[test]
fn margin_of_a_sample_sees_the_branches_of_its_trajectory() {
    let heaviside = Task::find("heaviside")
        .and_then(|t| t.with_horizon(3))
        .expect("heaviside");
    let theta = [0.25, -0.5, 0.125];
    let at = |last: f64| margin_of(&heaviside, &theta, &[0.1, 0.75, last - theta[2]]);
    assert!(at(UNIT_ROUNDOFF * 1e-1) < 1.0);
    assert!(at(0.2) > 1e3 && at(-0.2) > 1e3);

    let pivot = Task::find("pivot").expect("pivot");
    let cliff = std::f64::consts::FRAC_PI_4;
    for angle in [cliff, -cliff] {
        assert!(margin_of(&pivot, &[0.7], &[angle - 0.7]) < 1.0);
        assert!(margin_of(&pivot, &[0.7], &[angle - 0.71]) > 1e3);
    }

    // Friction: the first body leaves from under the second in the one step of this horizon.
    let friction = Task::find("friction")
        .and_then(|t| t.with_horizon(2))
        .and_then(|t| t.with_parameter("time_step", 0.5))
        .expect("friction");
    // x1 after a step: h² u/m = 2.5 u, which is the contact range 0.1 at u = 0.04.
    assert!(margin_of(&friction, &[0.0, 0.0], &[0.04, 0.3]) < 1.0);
    assert!(margin_of(&friction, &[0.0, 0.0], &[0.05, 0.3]) > 1e3);
}
