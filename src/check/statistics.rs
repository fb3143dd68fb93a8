//! The statistics of a batch against those of its samples, with what the errors of the samples may do to them.
//!
//! Samples that are off by up to aᵢ have a mean that is off by no more than mean aᵢ, and a second moment Σ (x - x̄)² by no more
//! than Σ (2 |x - x̄| aᵢ + aᵢ²): no chance goes into these bounds. What an engine sums in f32 it rounds too, by [`SUMMED`].

use super::measures::norm;
use super::report::Row;
use super::samples::Pair;
use crate::engine::moments::{Moments, NonFinitePolicy, Offender};
use crate::engine::{Baseline, Sample, Wanted};
use crate::estimate::alpha::{Rule, Variances};
use crate::estimate::directions::Directions;
use crate::estimate::zeroth::Zeroth;
use crate::estimate::{self, Estimate, Settings};
use crate::number::rounded::UNIT_ROUNDOFF;

/// What sums of f32 may be off by, of the sum of the sizes: strips of 16 samples are summed one after another, as distances from
/// the first of them, whose own distance from the mean they then all have.
const SUMMED: f64 = 256.0 * UNIT_ROUNDOFF;

/// The moments of samples in full, baseline nominal.
pub(super) fn moments_of<'a>(
    nominal: f64,
    dimension: usize,
    samples: impl Iterator<Item = &'a Sample>,
) -> Moments {
    let mut moments = Moments::empty(nominal, dimension);
    for (number, s) in samples.enumerate() {
        if let Some(time) = s.nonfinite {
            let sample = number as u64;
            moments.nonfinite.add(Offender { sample, time });
            continue;
        }
        let weight = s.deviation - s.baseline;
        let both = s.first_order.iter().zip(&s.score);
        moments.add(s.deviation, both.map(|(g, w)| (*g, weight * w)));
    }
    moments
}

/// The sample of a pair that goes into the expected moments: f64, or what the engine gave where a branch was too close to call.
pub(super) fn taken(pair: &Pair) -> &Sample {
    match pair.is_comparable() {
        true => &pair.expected,
        false => &pair.found,
    }
}

/// Sums over samples of sizes and of what they may be off by.
#[derive(Default)]
struct Sums {
    /// Σ |x - x̄|
    spread: f64,
    /// Σ a
    off: f64,
    /// Σ (2 |x - x̄| a + a²)
    second: f64,
}

impl Sums {
    fn add(&mut self, distance: f64, off: f64) {
        self.spread += distance;
        self.off += off;
        self.second += (2.0 * distance + off) * off;
    }

    /// What the mean of n samples may be off by.
    fn mean(&self, n: f64, size: f64) -> f64 {
        (self.off + SUMMED * self.spread) / n + UNIT_ROUNDOFF * size
    }

    /// What a second moment M2 may be off by.
    fn second_moment(&self, m2: f64) -> f64 {
        self.second + SUMMED * m2
    }
}

/// What the moments of samples may be off by.
struct Allowed {
    n: f64,
    value: Sums,
    first: Sums,
    zeroth: Sums,
    /// Of Σ (g₁ - ḡ₁)·(g₀ - ḡ₀)
    cross: f64,
    /// The largest of one g₀
    largest: f64,
}

impl Allowed {
    fn of(pairs: &[Pair], expected: &Moments) -> Self {
        let mut all = Self {
            n: expected.count().max(1) as f64,
            value: Sums::default(),
            first: Sums::default(),
            zeroth: Sums::default(),
            cross: 0.0,
            largest: 0.0,
        };
        let finite = pairs.iter().filter(|p| taken(p).nonfinite.is_none());
        finite.for_each(|pair| all.add(pair, expected));
        all
    }

    fn add(&mut self, pair: &Pair, expected: &Moments) {
        let s = taken(pair);
        let weight = s.deviation - s.baseline;
        let (score, first) = (norm(&s.score), norm(&s.first_order));
        // What the engine gave is what it sums, but for a rounding.
        let once = |size: f64| 2.0 * UNIT_ROUNDOFF * size;
        let [cost, of_weight, of_first, of_score] = match pair.is_comparable() {
            true => [pair.cost(), pair.weight(), pair.first_order(), pair.score()],
            false => [
                once(s.deviation.abs()),
                once(weight.abs()),
                once(first),
                once(score),
            ],
        };
        let of_zeroth = of_weight * score + weight.abs() * of_score + once(weight.abs() * score);
        let coordinates = expected.coordinates.iter();
        let (mut square_first, mut square_zeroth) = (0.0, 0.0);
        for ((c, g), w) in coordinates.zip(&s.first_order).zip(&s.score) {
            square_first += (g - c.first_order.mean).powi(2);
            square_zeroth += (weight * w - c.zeroth_order.mean).powi(2);
        }
        let (d1, d0) = (square_first.sqrt(), square_zeroth.sqrt());
        self.value
            .add((s.deviation - expected.deviation.mean).abs(), cost);
        self.first.add(d1, of_first);
        self.zeroth.add(d0, of_zeroth);
        self.cross += d1 * of_zeroth + of_first * d0 + of_first * of_zeroth + SUMMED * d1 * d0;
        self.largest = self.largest.max(of_zeroth);
    }
}

const OF_MEAN: &str =
    "of its standard error; the mean of what samples may be off by, and of sums in f32";
const OF_SECOND: &str =
    "relative; what samples may be off by changes it by as much, and sums in f32";

/// Counts, means, second moments and what is chosen from them.
pub(super) fn rows(found: &Moments, expected: &Moments, pairs: &[Pair]) -> Vec<Row> {
    let allowed = Allowed::of(pairs, expected);
    let mut rows = vec![Row::new(
        "finite samples",
        found.count().abs_diff(expected.count()) as f64,
        0.0,
        "counts are exact",
    )];
    rows.extend(mean_rows(found, expected, &allowed));
    // One sample has no variance.
    if expected.count() > 1 {
        rows.extend(second_rows(found, expected, &allowed));
        rows.extend(alpha_rows(found, expected, &allowed));
    }
    rows
}

fn both_orders(m: &Moments) -> [Estimate; 2] {
    [Estimate::first_order(m), Estimate::zeroth_order(m)]
}

fn mean_rows(found: &Moments, expected: &Moments, allowed: &Allowed) -> Vec<Row> {
    let n = allowed.n;
    let ([found_1, found_0], [expected_1, expected_0]) =
        (both_orders(found), both_orders(expected));
    let vector = |check, a: &Estimate, b: &Estimate, sums: &Sums| {
        let difference = (estimate::vector(&a.gradient) - estimate::vector(&b.gradient)).norm();
        let size = norm(&b.gradient);
        Row::of_scale(
            check,
            (difference, sums.mean(n, size)),
            (b.variance / n).sqrt(),
            OF_MEAN,
        )
    };
    let of_value = allowed.value.mean(n, expected.deviation.mean.abs());
    let largest = (found.largest_zeroth_order - expected.largest_zeroth_order).abs();
    vec![
        Row::of_scale(
            "mean of the value",
            (
                (found.deviation.mean - expected.deviation.mean).abs(),
                of_value,
            ),
            expected.deviation.std_error(),
            OF_MEAN,
        ),
        vector("first-order mean", &found_1, &expected_1, &allowed.first),
        vector("zeroth-order mean", &found_0, &expected_0, &allowed.zeroth),
        Row::of_scale(
            "largest zeroth order",
            (
                largest,
                allowed.largest + 4.0 * UNIT_ROUNDOFF * expected.largest_zeroth_order,
            ),
            expected.largest_zeroth_order,
            "relative; what one zeroth order may be off by",
        ),
    ]
}

/// Σ over coordinates of M2 and of C, and what each may be off by.
struct Seconds {
    first: (f64, f64),
    zeroth: (f64, f64),
    cross: (f64, f64),
}

impl Seconds {
    fn of(m: &Moments, allowed: &Allowed) -> Self {
        let sum = |of: fn(&crate::engine::moments::Coordinate) -> f64| {
            m.coordinates.iter().map(of).sum::<f64>()
        };
        let first = sum(|c| c.first_order.m2);
        let zeroth = sum(|c| c.zeroth_order.m2);
        Self {
            first: (first, allowed.first.second_moment(first)),
            zeroth: (zeroth, allowed.zeroth.second_moment(zeroth)),
            cross: (sum(|c| c.cross), allowed.cross),
        }
    }
}

fn second_rows(found: &Moments, expected: &Moments, allowed: &Allowed) -> Vec<Row> {
    let (a, b) = (Seconds::of(found, allowed), Seconds::of(expected, allowed));
    let relative = |check, a: f64, (b, allowed): (f64, f64)| {
        Row::of_scale(check, ((a - b).abs(), allowed), b, OF_SECOND)
    };
    let value = expected.deviation.m2;
    let product = (b.first.0 * b.zeroth.0).sqrt();
    vec![
        relative(
            "variance of the value",
            found.deviation.m2,
            (value, allowed.value.second_moment(value)),
        ),
        relative("first-order variance", a.first.0, b.first),
        relative("zeroth-order variance", a.zeroth.0, b.zeroth),
        Row::of_scale(
            "cross moment",
            ((a.cross.0 - b.cross.0).abs(), b.cross.1),
            product,
            "of the product of both standard deviations; what samples may be off by, and sums in f32",
        ),
    ]
}

/// alpha, and what it may be off by: dalpha = (d numerator + alpha d denominator)/denominator.
fn alpha_rows(found: &Moments, expected: &Moments, allowed: &Allowed) -> Vec<Row> {
    let s = Seconds::of(expected, allowed);
    let chosen = |m: &Moments, rule| {
        let settings = settings(m.count(), rule);
        let mixed = estimate::mix(m, None, &settings, Wanted::Both, None);
        mixed.choice.alpha
    };
    let rules = [
        ("alpha, rule ivw", Rule::Ivw, (0.0, 0.0)),
        ("alpha, rule shared", Rule::Shared, s.cross),
    ];
    let row = |(check, rule, (cross, off_cross)): (&'static str, Rule, (f64, f64))| {
        let variances = Variances {
            first: s.first.0,
            zeroth: s.zeroth.0,
            covariance: cross,
        };
        let off = s.first.1 + s.zeroth.1 + 2.0 * off_cross;
        let rest = variances.of_difference() - off;
        let alpha = chosen(expected, rule);
        let tolerance = match rest > 0.0 {
            true => (s.zeroth.1 + off_cross + alpha * off) / rest,
            // Both variances may be rounding alone.
            false => 1.0,
        };
        Row::new(
            check,
            (chosen(found, rule) - alpha).abs(),
            tolerance.min(1.0),
            "absolute; what the variances may be off by changes it by as much",
        )
    };
    rules.into_iter().map(row).collect()
}

fn settings(samples: u64, rule: Rule) -> Settings {
    Settings {
        samples,
        seed: 0,
        rule,
        baseline: Baseline::Nominal,
        gamma: Some(f64::INFINITY),
        failure_probability: 0.05,
        bound: None,
        nonfinite: NonFinitePolicy::Drop,
        directions: Directions::Independent,
        zeroth: Zeroth::Correlation,
    }
}

/// The decrease to a candidate, against that of the samples at both.
pub(super) fn decrease_row(found: &crate::engine::Decrease, here: &[Pair], there: &[Pair]) -> Row {
    let pairs = || here.iter().zip(there);
    let finite = || {
        let finite = |p: &Pair| taken(p).nonfinite.is_none();
        pairs().filter(move |(a, b)| finite(a) && finite(b))
    };
    let n = finite().count().max(1) as f64;
    let decrease = |(a, b): (&Pair, &Pair)| taken(a).deviation - taken(b).deviation;
    let mean = finite().map(decrease).sum::<f64>() / n;
    let mut sums = Sums::default();
    for (a, b) in finite() {
        let off = |p: &Pair| match p.is_comparable() {
            true => p.cost(),
            false => 2.0 * UNIT_ROUNDOFF * taken(p).deviation.abs(),
        };
        let x = decrease((a, b));
        sums.add((x - mean).abs(), off(a) + off(b) + UNIT_ROUNDOFF * x.abs());
    }
    let error = found.std_error();
    let difference = match finite().count() as u64 == found.count() {
        true => (found.mean() - mean).abs(),
        false => f64::INFINITY,
    };
    Row::of_scale(
        "decrease to a candidate",
        (difference, sums.mean(n, mean.abs())),
        error,
        OF_MEAN,
    )
}
