//! The radius of gradient sampling: which steps are tried, which one is taken, and what becomes of the radius.

use mollify::engine::Decrease;
use mollify::engine::moments::{NonFinite, Offender, Spread};
use mollify::solve::radius::{Radius, Step};

/// A mean decrease with its standard error, of 100 samples.
fn decrease(mean: f64, std_error: f64) -> Decrease {
    Decrease {
        spread: Spread {
            count: 100,
            mean,
            m2: std_error * std_error * 100.0 * 99.0,
        },
        nonfinite: NonFinite::default(),
    }
}

fn with_one_broken(decrease: Decrease) -> Decrease {
    Decrease {
        nonfinite: NonFinite {
            count: 1,
            first: Some(Offender { sample: 3, time: 5 }),
        },
        ..decrease
    }
}

#[test]
fn radii_go_from_an_eighth_to_eight_times_and_never_beyond_the_cap() {
    // σ√d = 0.3 · 4
    let region = Radius::new(0.02, 0.3, 16);
    let expected = [0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16];
    let found = region.lengths();
    assert_eq!(found.len(), 7);
    assert!(
        found
            .iter()
            .zip(expected)
            .all(|(a, b)| (a - b).abs() < 1e-15),
        "{found:?}"
    );

    let region = Radius::new(0.5, 0.3, 16);
    let found = region.lengths();
    assert_eq!(found, [0.0625, 0.125, 0.25, 0.5, 1.0, 1.2]);
    assert!(
        found.windows(2).all(|pair| pair[0] < pair[1]),
        "the cap is tried once"
    );

    let region = Radius::new(100.0, 0.3, 16);
    assert!((region.radius() - 1.2).abs() < 1e-15, "{}", region.radius());
    assert!(region.lengths().iter().all(|q| *q <= 0.3 * 4.0));
}

#[test]
fn candidates_lie_against_the_gradient_at_the_lengths() {
    let region = Radius::new(0.1, 0.5, 3);
    let (theta, gradient) = ([1.0, -2.0, 0.5], [20.0, -30.0, 60.0]);
    let candidates = region.candidates(&theta, &gradient);
    let lengths = region.lengths();
    assert_eq!(candidates.len(), lengths.len());
    for (candidate, length) in candidates.iter().zip(lengths) {
        for i in 0..3 {
            let expected = theta[i] - length * gradient[i] / 70.0;
            assert!((candidate[i] - expected).abs() < 1e-15, "{candidate:?}");
        }
    }
    assert!(region.candidates(&theta, &[0.0; 3]).is_empty());
}

#[test]
fn decrease_that_is_certain_counts_and_not_the_largest() {
    let mut region = Radius::new(0.1, 1.0, 4);
    let mut decreases = [decrease(-1.0, 0.1); 7];
    decreases[1] = decrease(1.0, 0.1); // 0.8 for certain
    decreases[4] = decrease(3.0, 1.05); // 0.9
    decreases[6] = decrease(5.0, 2.2); // 0.6
    assert_eq!(region.update(&decreases), Step::Accepted(4));
    assert!(
        (region.radius() - 0.2).abs() < 1e-15,
        "the radius is the length taken"
    );
    // Shrinking is possible, too: the multiple of 1/8.
    let mut decreases = [decrease(-1.0, 0.1); 7];
    decreases[0] = decrease(0.3, 0.1);
    assert_eq!(region.update(&decreases), Step::Accepted(0));
    assert!((region.radius() - 0.025).abs() < 1e-15);
}

#[test]
fn radius_is_halved_when_no_decrease_is_certain() {
    let mut region = Radius::new(0.1, 1.0, 4);
    assert_eq!(region.update(&[decrease(1.0, 0.51); 7]), Step::Rejected);
    assert!((region.radius() - 0.05).abs() < 1e-15);
    assert_eq!(region.update(&[decrease(0.0, 0.0); 7]), Step::Rejected);
    assert!((region.radius() - 0.025).abs() < 1e-15);
    assert_eq!(region.update(&[]), Step::Rejected);
    assert!((region.radius() - 0.0125).abs() < 1e-15);
}

#[test]
fn candidate_with_a_sample_that_is_not_finite_is_never_accepted() {
    let mut region = Radius::new(0.1, 1.0, 4);
    let mut decreases = [with_one_broken(decrease(9.0, 0.1)); 7];
    assert_eq!(region.update(&decreases), Step::Rejected);
    decreases[2] = decrease(0.5, 0.1);
    assert_eq!(region.update(&decreases), Step::Accepted(2));
    let nothing = Decrease {
        spread: Spread::default(),
        ..decrease(9.0, 0.0)
    };
    assert_eq!(region.update(&[nothing; 7]), Step::Rejected);
}

/// Sums of finite costs may overflow in f32.
#[test]
fn decrease_that_overflowed_hides_no_other() {
    let mut region = Radius::new(0.1, 1.0, 4);
    for broken in [
        decrease(f64::NAN, 0.1),
        decrease(f64::INFINITY, 0.1),
        decrease(1.0, f64::NAN),
    ] {
        assert_eq!(
            region.update(&[broken, decrease(0.5, 0.1), broken]),
            Step::Accepted(1)
        );
        assert_eq!(region.update(&[broken; 3]), Step::Rejected);
    }
}

/// 2⁻¹³ < 1e-4 < 2⁻¹²
#[test]
fn a_run_of_rejections_exhausts_the_region() {
    let mut region = Radius::new(2.0, 1.0, 4);
    for rejections in 1..=14 {
        assert!(
            !region.is_exhausted(),
            "after {} rejections",
            rejections - 1
        );
        region.update(&[decrease(-1.0, 0.1)]);
        if rejections == 14 {
            assert!(region.is_exhausted());
        }
    }
}
