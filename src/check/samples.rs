//! Sample by sample: an engine in f32 beside f64.

use super::measures::{distance, norm, root_mean_square};
use super::report::Row;
use crate::engine::Sample;
use crate::engine::reference::Drawn;
use crate::engine::rounding::{Errors, Rounding};
use crate::noise::{Distribution, Factor};
use crate::number::rounded::{ALLOWED, RUNS, UNIT_ROUNDOFF, root_mean_square as rms_of_runs};
use crate::system::task::Task;

/// A sample of an engine, the same in f64, and what rounding may do to it.
pub(super) struct Pair {
    pub found: Sample,
    pub expected: Sample,
    pub rounding: Rounding,
}

/// What an f32 error of that rms may be: the result itself is rounded too, once where it is computed and once where it is kept.
fn allowed(rms: f64, result: f64) -> f64 {
    ALLOWED * rms + 2.0 * UNIT_ROUNDOFF * result.abs()
}

impl Pair {
    /// Whether f32 can be expected to come near: it takes the same branches, and nothing leaves its range.
    pub fn is_comparable(&self) -> bool {
        let r = &self.rounding;
        let size = r.deviation.size + r.baseline.size + r.first_order.size + r.score.size;
        r.margin >= 1.0 && size.is_finite()
    }

    /// Whether it is finite in f32 and in f64.
    pub fn is_finite(&self) -> bool {
        self.found.nonfinite.is_none() && self.expected.nonfinite.is_none()
    }

    /// What f - f(theta, 0) may be off by.
    pub fn cost(&self) -> f64 {
        allowed(self.rounding.deviation.size, self.expected.deviation)
    }

    /// What f - b may be off by.
    pub fn weight(&self) -> f64 {
        let baseline = allowed(self.rounding.baseline.size, self.expected.baseline);
        let weight = self.expected.deviation - self.expected.baseline;
        self.cost() + baseline + UNIT_ROUNDOFF * weight.abs()
    }

    /// What g₁ may be off by, as a length.
    pub fn first_order(&self) -> f64 {
        allowed(
            self.rounding.first_order.size,
            norm(&self.expected.first_order),
        )
    }

    /// What the score may be off by, as a length.
    pub fn score(&self) -> f64 {
        allowed(self.rounding.score.size, norm(&self.expected.score))
    }
}

/// One quantity of all samples: the worst of those that can be compared, of the scale of all.
struct Compared {
    check: &'static str,
    reason: &'static str,
    scale: f64,
}

impl Compared {
    /// `of` gives the difference of a sample and what is allowed.
    fn row<'a>(
        &self,
        pairs: impl Iterator<Item = &'a Pair>,
        of: impl Fn(&Pair) -> (f64, f64),
    ) -> Row {
        let share = |(difference, allowed): &(f64, f64)| match difference.is_nan() {
            true => f64::INFINITY,
            false if *difference == 0.0 => 0.0,
            false => difference / allowed,
        };
        let worst = pairs
            .map(of)
            .max_by(|a, b| share(a).total_cmp(&share(b)))
            .unwrap_or_default();
        Row::of_scale(self.check, worst, self.scale, self.reason)
    }
}

/// Whether a quantity is off by a factor: of all samples together, where what is chance in their errors is small.
///
///   factor - 1 = Σ x·(y - x)/Σ |x|²,   y of the engine, x in f64
fn factor_row<'a>(
    check: &'static str,
    pairs: impl Iterator<Item = &'a Pair>,
    of: impl for<'b> Fn(&'b Pair) -> (&'b [f64], &'b [f64], &'b Errors),
) -> Row {
    let (mut along, mut squares, mut runs) = (0.0, 0.0, [0.0; RUNS]);
    for pair in pairs {
        let (found, expected, errors) = of(pair);
        for (y, x) in found.iter().zip(expected) {
            along += x * (y - x);
            squares += x * x;
        }
        for (sum, more) in runs.iter_mut().zip(errors.along) {
            *sum += more;
        }
    }
    let allowed = ALLOWED * rms_of_runs(&runs) + 2.0 * UNIT_ROUNDOFF * squares;
    Row::of_scale(
        check,
        (along.abs(), allowed),
        squares,
        "factor - 1; what the same 16 runs are off by, all samples together",
    )
}

const OF_RUNS: &str = "what f32 does to this sample, from 16 runs: 16 times its rms error, and two roundings of the result";

/// Costs, first orders and scores.
pub(super) fn rows(nominal: f64, pairs: &[Pair]) -> Vec<Row> {
    let compared = || {
        let pairs = pairs.iter();
        pairs.filter(|p| p.is_comparable() && p.is_finite())
    };
    let rms = |of: fn(&Pair) -> f64| root_mean_square(pairs.iter().map(of));
    let cost = Compared {
        check: "cost of a sample",
        reason: OF_RUNS,
        scale: nominal.abs() + rms(|p| p.expected.deviation),
    };
    let first_order = Compared {
        check: "first order of a sample",
        reason: OF_RUNS,
        scale: rms(|p| norm(&p.expected.first_order)),
    };
    let score = Compared {
        check: "score of a sample",
        reason: OF_RUNS,
        scale: rms(|p| norm(&p.expected.score)),
    };
    let finite_once = pairs
        .iter()
        .filter(|p| p.is_comparable() && p.found.nonfinite != p.expected.nonfinite);
    vec![
        Row::new(
            "finiteness",
            finite_once.count() as f64,
            0.0,
            "samples that are finite on one engine only",
        ),
        cost.row(compared(), |p| {
            let (a, b) = (&p.found, &p.expected);
            let baseline = (a.baseline - b.baseline).abs();
            ((a.deviation - b.deviation).abs() + baseline, p.weight())
        }),
        first_order.row(compared(), |p| {
            let both = (&p.found.first_order, &p.expected.first_order);
            (distance(both.0, both.1), p.first_order())
        }),
        score.row(compared(), |p| {
            (distance(&p.found.score, &p.expected.score), p.score())
        }),
        factor_row("factor of the costs", compared(), |p| {
            let numbers = [&p.found.deviation, &p.expected.deviation].map(std::slice::from_ref);
            (numbers[0], numbers[1], &p.rounding.deviation)
        }),
        factor_row("factor of the first orders", compared(), |p| {
            let vectors = (&p.found.first_order, &p.expected.first_order);
            (vectors.0, vectors.1, &p.rounding.first_order)
        }),
        factor_row("factor of the scores", compared(), |p| {
            (&p.found.score, &p.expected.score, &p.rounding.score)
        }),
    ]
}

/// In σ: a rounding of 2 - q, 2⁻²⁴, is 1e-6 of this.
const ROUNDED_TAIL: f64 = 0.06;

/// What was drawn, against what the reference draws.
pub(super) fn drawn_rows(task: &Task, found: &[Sample], expected: &[Drawn]) -> Vec<Row> {
    let both = || found.iter().zip(expected);
    // 2 - q of a logistic draw is rounded, which near 0 is no longer small beside the draw.
    let beside = match task.noise().distribution {
        Distribution::Logistic => ROUNDED_TAIL,
        _ => 0.0,
    };
    let sigmas = task.sigmas();
    let off = |a: &f64, b: &f64, sigma: &f64| {
        super::measures::ratio((a - b).abs(), b.abs() + beside * sigma)
    };
    let noise = both().flat_map(|(a, b)| {
        let pairs = a.noise.iter().zip(&b.noise).zip(&sigmas);
        pairs.map(|((a, b), sigma)| off(a, b, sigma))
    });
    let mut rows = match task.factor() {
        None => vec![Row::new(
            "noise",
            super::measures::largest(noise),
            1e-6,
            "relative; 7 ulp of the generator and one of sigma",
        )],
        Some(factor) => vec![Row::new(
            "noise",
            super::measures::largest(both().flat_map(|(a, b)| off_of_terms(factor, a, b))),
            1.0,
            "of 1e-6, and a rounding for each of the terms, of their sum without signs",
        )],
    };
    if task.environment().is_random() {
        let states = both().map(|(a, b)| off_by(task, a, b));
        rows.push(Row::new(
            "initial states and parameters",
            super::measures::largest(states),
            1e-6,
            "of the size of their terms; 7 ulp of the generator and one of each term",
        ));
    }
    rows
}

/// How far correlated noise is from the other, over what its terms may be off together.
fn off_of_terms(factor: &Factor, found: &Sample, expected: &Drawn) -> Vec<f64> {
    let sizes = factor.sizes(&factor.independent(&expected.noise));
    let pairs = found
        .noise
        .iter()
        .zip(&expected.noise)
        .zip(sizes)
        .enumerate();
    let off = |(i, ((a, b), size)): (usize, ((&f64, &f64), f64))| {
        let terms = (i / factor.stride() + 1) as f64;
        super::measures::ratio((a - b).abs(), (1e-6 + terms * UNIT_ROUNDOFF) * size)
    };
    pairs.map(off).collect()
}

/// How far initial state and parameters are from those of the other sample, of the sizes of what they are sums of.
fn off_by(task: &Task, found: &Sample, expected: &Drawn) -> f64 {
    let mean = task.initial_state();
    let environment = task.environment();
    let of_state = |i: usize| {
        let (a, b) = (found.initial_state[i], expected.initial_state[i]);
        let terms = environment.initial[i].terms.iter();
        let terms: f64 = terms
            .map(|(j, factor)| (factor * expected.initial_state[*j]).abs())
            .sum();
        super::measures::ratio((a - b).abs(), b.abs() + mean[i].abs() + terms)
    };
    let parameters = found.parameters.iter().zip(&expected.parameters);
    let of_parameters = parameters
        .zip(task.parameters())
        .map(|((a, b), mean)| super::measures::ratio((a - b).abs(), b.abs() + mean.abs()));
    let states = (0..mean.len()).map(of_state);
    super::measures::largest(states.chain(of_parameters))
}
