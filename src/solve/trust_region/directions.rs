//! The directions that compete: what a look around theta says of where F falls. Steps go along -p.
//!
//! | direction | p |
//! |---|---|
//! | newton | \|H\|⁻¹ g₁, the first order over curvature: [`super::curvature`], [`super::lbfgs`] |
//! | mix | alpha g₁ + (1 - alpha) g₀ |
//! | other | of g₁ and g₀ the one that the mix has less of, where it has some of both |
//! | shortest | the shortest convex combination of the samples' first-order gradients: [`crate::solve::min_norm`] |
//! | ranks | -σ² Σ ωᵢ sᵢ, the mean of the scores s weighted by the ranks of the costs, for noise on theta of the noises |
//!
//! ω are the weights of CMA-ES (Hansen, arXiv 1604.00772): ln((n + 1)/2) - ln i for the i-th best of the better half, of sum 1.

use crate::engine::Sample;
use crate::estimate::Mixed;
use crate::solve::min_norm;
use nalgebra::{DMatrix, DVector};

/// The place of |H|⁻¹ g₁, which has a length of its own.
pub const NEWTON: usize = 0;
/// The place of the mix.
pub const MIX: usize = 1;
/// The place of what the mix has less of.
pub const OTHER: usize = 2;
/// The place of the shortest convex combination.
pub const SHORTEST: usize = 3;
/// The place of the mean weighted by ranks.
pub const RANKS: usize = 4;
/// How many there are.
pub const COUNT: usize = 5;

/// Weights of the first order between these bounds mix both.
const MIXED: std::ops::Range<f64> = 0.05..1.0;

/// Gradients of the shortest combination, at most: its program takes their number squared.
const MOST_GRADIENTS: usize = 100;

/// Samples that can be ranked, at least.
const LEAST_RANKED: usize = 4;

/// The vector at length 1; none if it has no length.
pub fn unit(v: &DVector<f64>) -> Option<DVector<f64>> {
    let norm = v.norm();
    (norm > 0.0 && norm.is_finite()).then(|| v / norm)
}

/// The first order of the look, if there is any and it varies or is not 0.
pub fn first_order(mixed: &Mixed) -> Option<DVector<f64>> {
    let first = mixed.first_order.as_ref()?;
    let gradient = DVector::from_column_slice(&first.gradient);
    (gradient.norm() > 0.0).then_some(gradient)
}

/// The mix.
pub fn mix(mixed: &Mixed) -> Option<DVector<f64>> {
    unit(&DVector::from_column_slice(&mixed.gradient))
}

/// Of both orders the one that the mix has less of.
pub fn other(mixed: &Mixed) -> Option<DVector<f64>> {
    let first = first_order(mixed)?;
    match mixed.choice.alpha {
        alpha if !MIXED.contains(&alpha) => None,
        alpha if alpha > 0.5 => unit(&DVector::from_column_slice(&mixed.zeroth_order.gradient)),
        _ => unit(&first),
    }
}

/// The shortest convex combination of the samples' gradients.
pub fn shortest(samples: &[Sample]) -> Option<DVector<f64>> {
    let samples = &samples[..samples.len().min(MOST_GRADIENTS)];
    let d = samples.first()?.first_order.len();
    let points = DMatrix::from_fn(d, samples.len(), |j, i| samples[i].first_order[j]);
    unit(&(&points * min_norm::of_columns(&points)))
}

/// The mean of the scores, weighted by ranks; none if all costs are equal.
pub fn ranks(samples: &[Sample]) -> Option<DVector<f64>> {
    if samples.len() < LEAST_RANKED {
        return None;
    }
    let mut order: Vec<&Sample> = samples.iter().collect();
    order.sort_by(|a, b| (a.deviation - a.baseline).total_cmp(&(b.deviation - b.baseline)));
    let cost = |s: &Sample| s.deviation - s.baseline;
    let ends = order.first().zip(order.last());
    if ends.is_some_and(|(best, worst)| cost(best) == cost(worst)) {
        return None;
    }
    let half = samples.len() / 2;
    let mut p = DVector::zeros(samples[0].score.len());
    for (i, sample) in order[..half].iter().enumerate() {
        let weight = ((samples.len() as f64 + 1.0) / 2.0).ln() - (i as f64 + 1.0).ln();
        p.axpy(-weight, &DVector::from_column_slice(&sample.score), 1.0);
    }
    unit(&p)
}
