//! The standard normal distribution, and exact smoothing of piecewise smooth functions of one variable.
//!
//! For f with jumps Jᵢ (right limit minus left limit) at tᵢ and w ~ N(0, σ²),
//!
//!   F(μ)  = E f(μ + w)
//!   F'(μ) = E f'(μ + w) + Σᵢ Jᵢ φ((tᵢ - μ)/σ)/σ
//!
//! and the second part is the exact bias of the first-order estimate.

use crate::system::ClosedForm;

/// φ(t), the standard normal density.
pub fn density(t: f64) -> f64 {
    (-0.5 * t * t).exp() / std::f64::consts::TAU.sqrt()
}

/// Φ(t), the standard normal distribution function.
pub fn cumulative(t: f64) -> f64 {
    0.5 * libm::erfc(-t * std::f64::consts::FRAC_1_SQRT_2)
}

/// Beyond this many standard deviations the density is below 1e-22 and is left out.
const REACH: f64 = 10.0;

/// Subintervals of Simpson's rule on each smooth piece; the error is below 1e-10 for what is used here.
const SUBINTERVALS: usize = 2000;

/// The closed form of the sum over coordinates of one function `f` with derivative `slope`, smooth between
/// the `breaks` (in any order). The zeroth-order variance is given for a single coordinate.
pub fn piecewise(
    f: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
    breaks: &[f64],
    theta: &[f64],
    sigma: f64,
    baseline: f64,
) -> ClosedForm {
    let parts: Vec<Smoothed> = theta
        .iter()
        .map(|&mu| smoothed(&f, &slope, breaks, mu, sigma, baseline))
        .collect();
    ClosedForm {
        value: parts.iter().map(|p| p.value).sum(),
        gradient: parts.iter().map(|p| p.slope + p.jumps).collect(),
        first_order: parts.iter().map(|p| p.slope).collect(),
        first_order_variance: Some(
            parts
                .iter()
                .map(|p| p.slope_square - p.slope * p.slope)
                .sum(),
        ),
        zeroth_order_variance: match parts.as_slice() {
            [p] => Some(p.zeroth_square - (p.slope + p.jumps).powi(2)),
            _ => None,
        },
    }
}

struct Smoothed {
    value: f64,
    slope: f64,
    slope_square: f64,
    zeroth_square: f64,
    jumps: f64,
}

fn smoothed(
    f: &impl Fn(f64) -> f64,
    slope: &impl Fn(f64) -> f64,
    breaks: &[f64],
    mu: f64,
    sigma: f64,
    baseline: f64,
) -> Smoothed {
    let (low, high) = (mu - REACH * sigma, mu + REACH * sigma);
    let mut inside: Vec<f64> = breaks
        .iter()
        .copied()
        .filter(|t| (low..high).contains(t))
        .collect();
    inside.sort_by(f64::total_cmp);
    let mut edges = vec![low];
    edges.extend(&inside);
    edges.push(high);
    let mut sum = Smoothed {
        value: 0.0,
        slope: 0.0,
        slope_square: 0.0,
        zeroth_square: 0.0,
        jumps: 0.0,
    };
    for edge in edges.windows(2) {
        // The rule must see the limits from inside the piece, not the values at the jump.
        let inset = 1e-12 * (edge[1] - edge[0]);
        let width = (edge[1] - edge[0]) / SUBINTERVALS as f64;
        for i in 0..=SUBINTERVALS {
            let x = (edge[0] + i as f64 * width).clamp(edge[0] + inset, edge[1] - inset);
            let simpson = match i {
                0 | SUBINTERVALS => 1.0,
                i if i % 2 == 1 => 4.0,
                _ => 2.0,
            };
            let z = (x - mu) / sigma;
            let weight = simpson * width / 3.0 * density(z) / sigma;
            let (value, slope) = (f(x), slope(x));
            sum.value += weight * value;
            sum.slope += weight * slope;
            sum.slope_square += weight * slope * slope;
            sum.zeroth_square += weight * ((value - baseline) * z / sigma).powi(2);
        }
    }
    for t in inside {
        let step = 1e-9 * (1.0 + t.abs());
        let jump = f(t + step) - f(t - step);
        // A kink leaves a difference of the order of the step: no jump.
        if jump.abs() > 1e-6 {
            sum.jumps += jump * density((t - mu) / sigma) / sigma;
        }
    }
    sum
}
