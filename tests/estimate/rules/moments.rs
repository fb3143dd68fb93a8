//! Moments are a commutative monoid up to rounding, and lose nothing where means are large.

use mollify::engine::moments::{Coordinate, Moments, NonFinite, Offender, Spread};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const DIMENSION: usize = 3;

/// Deviation, g₁ and g₀ of one sample.
type Raw = (f64, [f64; DIMENSION], [f64; DIMENSION]);

fn random(count: usize, rng: &mut StdRng) -> Vec<Raw> {
    let mut number = |mean: f64| mean + rng.random_range(-1.0..1.0) * 3.0;
    let mut raw = || {
        let first = [number(0.0), number(-40.0), number(7.0)];
        // Correlated with the first order, with either sign.
        let zeroth = [
            first[0] * 2.0 + number(100.0),
            number(0.5),
            number(1.0) - first[2],
        ];
        (number(250.0), first, zeroth)
    };
    (0..count).map(|_| raw()).collect()
}

fn one_by_one(samples: &[Raw]) -> Moments {
    let mut m = Moments::empty(17.0, DIMENSION);
    for (deviation, first, zeroth) in samples {
        m.add(
            *deviation,
            first.iter().copied().zip(zeroth.iter().copied()),
        );
    }
    m
}

fn merged(parts: &[Moments]) -> Moments {
    let mut total = Moments::empty(17.0, DIMENSION);
    parts.iter().for_each(|part| total.merge(part));
    total
}

/// Mean, M2 and cross moment by their definitions, in two passes.
fn by_definition(x: &[f64], y: &[f64]) -> (Spread, f64) {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (mean_x, mean_y) = (mean(x), mean(y));
    let m2 = x.iter().map(|x| (x - mean_x).powi(2)).sum();
    let cross = x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y));
    let spread = Spread {
        count: x.len() as u64,
        mean: mean_x,
        m2,
    };
    (spread, cross.sum())
}

fn numbers(m: &Moments) -> Vec<f64> {
    let of = |c: &Coordinate| {
        let (f, z) = (c.first_order, c.zeroth_order);
        [f.mean, f.m2, z.mean, z.m2, c.cross]
    };
    let head = [m.deviation.mean, m.deviation.m2, m.largest_zeroth_order];
    head.into_iter()
        .chain(m.coordinates.iter().flat_map(of))
        .collect()
}

fn equal_to_rounding(a: &Moments, b: &Moments) {
    assert_eq!((a.count(), a.nonfinite), (b.count(), b.nonfinite));
    for (a, b) in numbers(a).iter().zip(numbers(b)) {
        assert!((a - b).abs() <= 1e-10 * b.abs() + 1e-9, "{a}, {b}");
    }
}

#[test]
fn adding_one_by_one_gives_the_definitions() {
    let samples = random(1001, &mut StdRng::seed_from_u64(1));
    let m = one_by_one(&samples);
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-11 * (1.0 + b.abs()), "{a}, {b}");
    let deviations: Vec<f64> = samples.iter().map(|s| s.0).collect();
    let (spread, _) = by_definition(&deviations, &deviations);
    close(m.deviation.mean, spread.mean);
    close(m.deviation.m2, spread.m2);
    close(m.deviation.variance(), spread.m2 / 1000.0);
    close(m.value_mean(), 17.0 + spread.mean);
    close(m.value_std_error(), (spread.m2 / 1000.0 / 1001.0).sqrt());
    for i in 0..DIMENSION {
        let first: Vec<f64> = samples.iter().map(|s| s.1[i]).collect();
        let zeroth: Vec<f64> = samples.iter().map(|s| s.2[i]).collect();
        let (spread, cross) = by_definition(&first, &zeroth);
        close(m.coordinates[i].first_order.mean, spread.mean);
        close(m.coordinates[i].first_order.m2, spread.m2);
        close(m.coordinates[i].cross, cross);
        assert_eq!(
            cross.abs() > 1000.0,
            i != 1,
            "coordinates 0 and 2 are correlated"
        );
        let (spread, _) = by_definition(&zeroth, &first);
        close(m.coordinates[i].zeroth_order.mean, spread.mean);
        close(m.coordinates[i].zeroth_order.m2, spread.m2);
    }
}

#[test]
fn merge_of_any_split_equals_all_at_once() {
    let mut rng = StdRng::seed_from_u64(2);
    for _ in 0..50 {
        let count = rng.random_range(2..400);
        let samples = random(count, &mut rng);
        let mut cuts: Vec<usize> = (0..5).map(|_| rng.random_range(0..=count)).collect();
        cuts.extend([0, count]);
        cuts.sort_unstable();
        let parts: Vec<Moments> = cuts
            .windows(2)
            .map(|c| one_by_one(&samples[c[0]..c[1]]))
            .collect();
        equal_to_rounding(&merged(&parts), &one_by_one(&samples));
        // Commutative and associative, empty parts included.
        let reversed: Vec<Moments> = parts.iter().rev().cloned().collect();
        equal_to_rounding(&merged(&reversed), &merged(&parts));
        let right = merged(&parts[3..]);
        let mut left = merged(&parts[..3]);
        left.merge(&right);
        equal_to_rounding(&left, &merged(&parts));
    }
}

#[test]
fn nothing_is_the_identity() {
    let m = one_by_one(&random(7, &mut StdRng::seed_from_u64(3)));
    let mut left = Moments::empty(17.0, DIMENSION);
    left.merge(&m);
    assert_eq!(left, m);
    let mut right = m.clone();
    right.merge(&Moments::empty(17.0, DIMENSION));
    assert_eq!(right, m);
}

#[test]
fn samples_that_are_not_finite_add_up_and_the_first_is_kept() {
    let offender = |sample, time| Offender { sample, time };
    let mut a = NonFinite::default();
    a.add(offender(9, 2));
    a.add(offender(4, 7));
    a.add(offender(12, 1));
    assert_eq!((a.count, a.first), (3, Some(offender(4, 7))));
    let mut b = NonFinite::default();
    b.merge(a);
    assert_eq!(b, a);
    b.merge(NonFinite::default());
    assert_eq!(b, a);
    let mut empty = Moments::empty(1.0, DIMENSION);
    empty.nonfinite = a;
    let mut m = one_by_one(&random(5, &mut StdRng::seed_from_u64(4)));
    m.nonfinite.add(offender(3, 3));
    let finite = m.clone();
    m.merge(&empty);
    assert_eq!((m.count(), m.nonfinite.count), (5, 4));
    assert_eq!(m.nonfinite.first, Some(offender(3, 3)));
    assert_eq!(numbers(&m), numbers(&finite));
    empty.merge(&finite);
    assert_eq!((empty.count(), empty.nonfinite), (5, m.nonfinite));
}

#[test]
fn scaling_the_zeroth_order_scales_its_samples() {
    let samples = random(50, &mut StdRng::seed_from_u64(5));
    let scaled: Vec<Raw> = samples
        .iter()
        .map(|&(d, f, z)| (d, f, z.map(|z| z * -1.7)))
        .collect();
    let mut m = one_by_one(&samples);
    m.scale_zeroth_order(-1.7);
    m.largest_zeroth_order = m.largest_zeroth_order.abs();
    equal_to_rounding(&m, &one_by_one(&scaled));
}

#[test]
fn spread_keeps_its_digits_where_the_mean_is_ten_thousand_standard_deviations() {
    let mut rng = StdRng::seed_from_u64(6);
    // Multiples of 2⁻²⁰, so that the samples themselves have no rounding.
    let values: Vec<f64> = (0..20_000)
        .map(|_| {
            5773.0 + f64::from(rng.random_range(-(1 << 20)..=1 << 20_i32)) / f64::from(1 << 20)
        })
        .collect();
    let (truth, _) = by_definition(&values, &values);
    let ratio = truth.mean / truth.variance().sqrt();
    assert!((0.99e4..1.01e4).contains(&ratio), "{ratio}");
    let add_all = |values: &[f64]| {
        let mut spread = Spread::default();
        values.iter().for_each(|x| spread.add(*x));
        spread
    };
    let whole = add_all(&values);
    let mut merged = Spread::default();
    values.chunks(77).for_each(|c| merged.merge(&add_all(c)));
    for found in [whole, merged] {
        assert!(
            (found.m2 / truth.m2 - 1.0).abs() < 1e-9,
            "{} {}",
            found.m2,
            truth.m2
        );
        assert!((found.mean - truth.mean).abs() < 1e-11 * truth.mean);
    }
}

/// Whoever writes moments to a file gets the same bits back.
#[test]
fn moments_survive_json_to_the_bit() {
    let mut m = one_by_one(&random(41, &mut StdRng::seed_from_u64(8)));
    m.deviation.mean = -0.0;
    m.largest_zeroth_order = 5e-324;
    m.coordinates[1].cross = f64::MAX;
    m.nonfinite.add(Offender {
        sample: u64::from(u32::MAX),
        time: 3,
    });
    let text = serde_json::to_string(&m).expect("plain data");
    let read: Moments = serde_json::from_str(&text).expect("what was written");
    assert_eq!((read.count(), read.nonfinite), (m.count(), m.nonfinite));
    let bits = |m: &Moments| numbers(m).iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&read), bits(&m));
}

/// Two sets weigh the same from either side only up to rounding, but what was left out is the same to the bit.
#[test]
fn what_is_counted_commutes_exactly() {
    let mut rng = StdRng::seed_from_u64(9);
    let [a, b] = [13, 29].map(|count| one_by_one(&random(count, &mut rng)));
    let (ab, ba) = (merged(&[a.clone(), b.clone()]), merged(&[b, a]));
    assert_eq!((ab.count(), ab.nonfinite), (ba.count(), ba.nonfinite));
    assert_eq!(ab.largest_zeroth_order, ba.largest_zeroth_order);
    equal_to_rounding(&ab, &ba);
}
