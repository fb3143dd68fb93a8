//! A margin says how near a computation came to another branch, in units of what f32 rounds.

use mollify::check::sample_margin;
use mollify::number::margin::{Margin, UNIT_ROUNDOFF};
use mollify::number::{Mask, Scalar};
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn known_to(value: f64, error: f64) -> Margin {
    Margin::input(value, error)
}

fn zero() -> Margin {
    Margin::constant(0.0)
}

#[test]
fn comparison_at_its_threshold_is_near_and_one_far_away_is_not() {
    let threshold = Margin::constant(0.75);
    for (value, nearest, farthest) in [
        (0.75, 0.0, 0.0),
        (0.75 + 0.5e-7, 0.49, 0.51),
        (0.75 - 0.5e-7, 0.49, 0.51),
        (0.75 + 3e-7, 2.9, 3.1),
        (1.75, 0.99e7, 1.01e7),
    ] {
        let x = known_to(value, 1e-7);
        for margin in [
            x.less(threshold).margin,
            x.less_equal(threshold).margin,
            threshold.less(x).margin,
            x.greater_equal(threshold).not().margin,
            Margin::select(x.less(threshold), zero(), threshold).margin,
            x.max(threshold).margin,
            x.min(threshold).margin,
            (x - threshold).abs().margin,
        ] {
            // A difference has a rounding of its own beside the error of x.
            assert!(
                (nearest * 0.5..=farthest).contains(&margin),
                "{value}: {margin}, not {nearest} to {farthest}"
            );
        }
    }
}

/// The larger of two, and one of them, may be the same value: both engines see that alike.
#[test]
fn a_value_is_not_near_itself() {
    let (a, b) = (known_to(0.5, 1e-7), known_to(0.7, 1e-7));
    let larger = Margin::select(a.less(b), b, a);
    assert!(larger.less(b).margin > 1e5);
    assert!(larger.less(b * 1.0).margin < 1.0, "computed once more");
    assert!(b.less(known_to(0.7, 1e-7)).margin < 1.0);
}

#[test]
fn branches_of_a_seamless_value_do_not_count() {
    let x = known_to(1e-9, 1e-7);
    let both = x.max(zero());
    assert!(both.margin < 0.1);
    let seamless = both.square().seamless();
    assert_eq!(seamless.margin, f64::INFINITY);
    assert!(seamless.error > 0.0 && (seamless.value - 1e-18).abs() < 1e-24);
    // What comes behind it counts.
    assert!(seamless.less(Margin::constant(1e-18)).margin < 1.0);
}

#[test]
fn values_that_are_known_exactly_are_near_nothing() {
    let tie = known_to(0.5, 0.0).less(Margin::constant(0.5));
    assert_eq!(
        tie.margin,
        f64::INFINITY,
        "both engines decide an exact tie alike"
    );
    assert_eq!(
        (known_to(0.5, 0.0) + 0.25)
            .less(Margin::constant(0.75))
            .margin,
        f64::INFINITY
    );
    // 0.1 is not an f32, so a comparison with it is near.
    assert!(Margin::constant(0.1).less(known_to(0.1, 0.0)).margin < 1.0);
}

#[test]
fn branch_that_is_not_taken_does_not_count() {
    let near = Margin::select(
        known_to(1.0, 1e-7).less(Margin::constant(1.0)),
        zero(),
        known_to(2.0, 1e-7),
    );
    assert!(near.margin < 1.0);
    let far = known_to(5.0, 1e-7);
    let mask = far.greater(zero());
    assert!(Margin::select(mask, far, near).margin > 1e6);
    assert!(Margin::select(mask.not(), far, near).margin < 1.0);
    assert!(far.max(near).margin < 1.0, "what is compared is looked at");
    // What depends on a near branch is near, however it is combined.
    assert!((near * far + 1.0).sin().margin < 1.0);
    assert!(mask.and(near.greater(zero())).margin < 1.0);
    assert!(mask.not().or(near.greater(zero())).margin < 1.0);
}

/// What decides is all that counts: of two that hold, `or` needs one, and of two that do not, neither makes `and` hold alone.
#[test]
fn masks_that_do_not_decide_do_not_count() {
    let yes = |margin: f64| known_to(margin, 1.0).greater(zero());
    let no = |margin: f64| known_to(-margin, 1.0).greater(zero());
    for (mask, margin) in [
        (yes(3.0).and(yes(5.0)), 3.0),
        (yes(3.0).and(no(5.0)), 5.0),
        (no(3.0).and(yes(5.0)), 3.0),
        (no(3.0).and(no(5.0)), 5.0),
        (yes(3.0).or(yes(5.0)), 5.0),
        (yes(3.0).or(no(5.0)), 3.0),
        (no(3.0).or(yes(5.0)), 5.0),
        (no(3.0).or(no(5.0)), 3.0),
    ] {
        assert!(
            (mask.margin - margin).abs() < 1e-6,
            "{mask:?}, not {margin}"
        );
    }
}

#[test]
fn error_bounds_what_f32_computes() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut worst: f64 = 0.0;
    for _ in 0..20_000 {
        let [x, y, z]: [f32; 3] = std::array::from_fn(|_| rng.random_range(-2.0..2.0));
        let (a, b, c) = (
            known_to(x.into(), 0.0),
            known_to(y.into(), 0.0),
            known_to(z.into(), 0.0),
        );
        let pairs = [
            ((x + y) * z - x * y, (a + b) * c - a * b),
            (x / (y * y + 0.5) - z, a / (b * b + 0.5) - c),
            ((x * x + y * y).sqrt() * z, (a * a + b * b).sqrt() * c),
            (
                (x - y).max(z) * (x + z).min(y),
                (a - b).max(c) * (a + c).min(b),
            ),
            ((x + y).abs() * 0.1 - z, (a + b).abs() * 0.1 - c),
        ];
        for (i, (found, margin)) in pairs.into_iter().enumerate() {
            let error = (f64::from(found) - margin.value).abs();
            // Products of errors are left out of the bound.
            let allowed = margin.error * (1.0 + 1e-5) + 1e-14;
            assert!(
                error <= allowed,
                "formula {i} at {x}, {y}, {z}: {error} above {allowed}"
            );
            worst = worst.max(error / allowed);
        }
    }
    assert!(worst > 0.5, "the bound is {} times too wide", 1.0 / worst);
}

#[test]
fn margin_of_a_sample_sees_the_branches_of_its_trajectory() {
    let heaviside = Task::find("heaviside")
        .and_then(|t| t.with_horizon(3))
        .expect("heaviside");
    let theta = [0.25, -0.5, 0.125];
    let at = |last: f64| sample_margin(&heaviside, &theta, &[0.1, 0.75, last - theta[2]]);
    assert!(at(0.0) < 1.0 && at(UNIT_ROUNDOFF) < 1.0);
    assert!(at(0.2) > 1e3 && at(-0.2) > 1e3);

    let pivot = Task::find("pivot").expect("pivot");
    let cliff = std::f64::consts::FRAC_PI_4;
    for angle in [cliff, -cliff] {
        assert!(sample_margin(&pivot, &[0.7], &[angle - 0.7]) < 1.0);
        assert!(sample_margin(&pivot, &[0.7], &[angle - 0.71]) > 1e3);
    }

    // Friction: the first body leaves from under the second in the one step of this horizon.
    let friction = Task::find("friction")
        .and_then(|t| t.with_horizon(2))
        .and_then(|t| t.with_parameter("time_step", 0.5))
        .expect("friction");
    // x1 after a step: h² u/m = 2.5 u, which is the contact range 0.1 at u = 0.04.
    assert!(sample_margin(&friction, &[0.0, 0.0], &[0.04, 0.3]) < 1.0);
    assert!(sample_margin(&friction, &[0.0, 0.0], &[0.05, 0.3]) > 1e3);
}
