//! From samples of a step to both orders and their mix.
//!
//! With wₖ the noise of unit k, yₖ half the difference of the pair's steps (or the step itself), and S = Σ wₖwₖ',
//!
//! ```text
//! J₀ = Σ yₖ wₖ' S⁻¹           sample  z₀ₖ = J₀ + eₖ - mean e,   eₖ = n (yₖ - J₀ wₖ) wₖ'S⁻¹/(1 - hₖ)
//! J₁ = mean of z₁ₖ            sample  z₁ₖ = derivative of the step, or the mean of the pair's
//! alpha = (V₀ - C)/(V₀ + V₁ - 2C), within [0, 1]
//! ```
//!
//! V₁, V₀ are the variances of the samples, summed over all entries, and C is the covariance. Without pairs, w and y are
//! counted from their means.
//!
//! eₖ/n is what the fit would lose without unit k, so that the errors of J₀ are those of the jackknife: the leverage
//! hₖ = wₖ'S⁻¹wₖ (and 1/n for the mean) is how far a fit follows a unit of its own, and residuals are too small by that.

use super::mix::{Choice, Orders};
use super::noise::{Side, noise};
use super::point::{Point, WANTED};
use super::settings::Settings;
use crate::engine::moments::{Coordinate, Spread};
use crate::error::{Error, Result};
use crate::system::quasidynamic::QuasiDynamics;
use nalgebra::{DMatrix, DVector};
use serde::Serialize;

/// Standard errors, entry by entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StdErrors {
    /// Of c.
    pub c: Vec<f64>,
    /// Of A, rows.
    pub a: Vec<Vec<f64>>,
    /// Of B, rows.
    pub b: Vec<Vec<f64>>,
}

/// c, A and B.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Q values.
    pub c: Vec<f64>,
    /// Q rows of Q.
    pub a: Vec<Vec<f64>>,
    /// Q rows of M.
    pub b: Vec<Vec<f64>>,
    /// Their standard errors.
    pub std_error: StdErrors,
}

/// The mix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mixed {
    /// c, A and B.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// That of B.
    pub alpha: f64,
    /// How B is mixed.
    pub choice: Choice,
    /// How A is mixed.
    pub choice_of_a: Choice,
}

/// Means, entry by entry, with their standard errors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Means {
    /// Rows.
    pub value: Vec<Vec<f64>>,
    /// Rows.
    pub std_error: Vec<Vec<f64>>,
}

/// A smoothed step near a point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Linearization {
    /// By derivatives.
    pub first_order: Estimate,
    /// By least squares.
    pub zeroth_order: Estimate,
    /// By both.
    pub mixed: Mixed,
    /// The mean of ∂f/∂q(q, u + w): A of the step that noise on the command alone has smoothed. It is what B belongs to, and
    /// smooth where A from a little noise on q still has the kinks of the exact step; there is no such A of zeroth order.
    pub a_under_command_noise: Means,
}

/// What a map has found for a batch at point `number`.
pub(super) struct Sampled<'a> {
    pub side: Side,
    pub results: &'a [f64],
    pub number: u32,
}

/// The statistics of a batch.
pub(super) struct Batch {
    /// The Jacobian.
    orders: Orders,
    /// Mean of the steps.
    mean: Vec<Spread>,
    /// The steps where there is no noise, by least squares, with the error of that.
    intercept: Vec<(f64, f64)>,
    /// By rows: ∂f/∂q.
    by_state: Vec<Vec<Spread>>,
}

/// One unit.
struct Unit {
    w: DVector<f64>,
    /// yₖ
    odd: DVector<f64>,
    /// The mean of its steps.
    even: DVector<f64>,
    jacobian: DMatrix<f64>,
    by_state: DMatrix<f64>,
}

fn units(
    steps: &QuasiDynamics,
    settings: &Settings,
    point: &Point,
    sampled: &Sampled<'_>,
) -> Result<Vec<Unit>> {
    let (n, m) = (point.state.len(), point.control.len());
    let of_unit = settings.steps_of_unit() as usize;
    let width = sampled.results.len() / settings.samples as usize;
    let rows = sampled
        .results
        .chunks(width * of_unit)
        .take(settings.units() as usize);
    rows.enumerate()
        .map(|(unit, rows)| {
            let found: Vec<_> = rows
                .chunks(width)
                .map(|row| steps.read(WANTED, row))
                .collect();
            if rows.iter().any(|x| !x.is_finite()) {
                let what = format!("sample {} of a linearized step", unit * of_unit);
                return Err(Error::invalid(
                    &what,
                    "not finite",
                    "finite steps and derivatives",
                ));
            }
            let columns = if sampled.side == Side::State { n } else { m };
            let mut w = vec![0.0; columns];
            noise(sampled.side, settings, sampled.number, unit as u32, &mut w);
            let next = |i: usize| DVector::from_column_slice(&found[i].next);
            let by_state = |i: usize| DMatrix::from_row_slice(n, n, &found[i].next_by_state);
            let jacobian = |i: usize| match sampled.side {
                Side::State => by_state(i),
                Side::Control => DMatrix::from_row_slice(n, m, &found[i].next_by_control),
            };
            Ok(match settings.pairs {
                true => Unit {
                    w: DVector::from_vec(w),
                    odd: (next(0) - next(1)) * 0.5,
                    even: (next(0) + next(1)) * 0.5,
                    jacobian: (jacobian(0) + jacobian(1)) * 0.5,
                    by_state: (by_state(0) + by_state(1)) * 0.5,
                },
                false => Unit {
                    w: DVector::from_vec(w),
                    odd: next(0),
                    even: next(0),
                    jacobian: jacobian(0),
                    by_state: by_state(0),
                },
            })
        })
        .collect()
}

impl Batch {
    pub fn of(
        steps: &QuasiDynamics,
        settings: &Settings,
        point: &Point,
        sampled: &Sampled<'_>,
    ) -> Result<Self> {
        let units = units(steps, settings, point, sampled)?;
        let count = units.len() as f64;
        let (rows, columns) = units[0].jacobian.shape();
        let mean_of = |of: &dyn Fn(&Unit) -> DVector<f64>, size: usize| match settings.pairs {
            true => DVector::zeros(size),
            false => {
                units
                    .iter()
                    .fold(DVector::zeros(size), |sum, u| sum + of(u))
                    / count
            }
        };
        let (w_mean, y_mean) = (
            mean_of(&|u| u.w.clone(), columns),
            mean_of(&|u| u.odd.clone(), rows),
        );
        let (mut square, mut product) = (
            DMatrix::zeros(columns, columns),
            DMatrix::zeros(rows, columns),
        );
        for unit in &units {
            let (w, y) = (&unit.w - &w_mean, &unit.odd - &y_mean);
            square += &w * w.transpose();
            product += y * w.transpose();
        }
        let singular = || {
            Error::invalid(
                "samples",
                settings.samples,
                "more: their noise spans no volume",
            )
        };
        let inverse = square.cholesky().ok_or_else(singular)?.inverse();
        let zeroth = &product * &inverse;
        let of_mean = if settings.pairs { 0.0 } else { 1.0 / count };
        let rest = |unit: &Unit| {
            let w = &unit.w - &w_mean;
            &unit.odd - &y_mean - &zeroth * w
        };
        let lost = |unit: &Unit| {
            let w = &unit.w - &w_mean;
            let pull = (&inverse * &w).transpose();
            // A unit that nothing else pins down leaves nothing to judge it by.
            let left = (1.0 - of_mean - (&pull * &w)[0]).max(1.0 / count);
            rest(unit) * pull * (count / left)
        };
        let mut samples: Vec<DMatrix<f64>> = units.iter().map(lost).collect();
        let centre = &zeroth - samples.iter().sum::<DMatrix<f64>>() / count;
        samples.iter_mut().for_each(|sample| *sample += &centre);
        let first: Vec<&DMatrix<f64>> = units.iter().map(|unit| &unit.jacobian).collect();
        let mut batch = Self {
            mean: vec![Spread::default(); rows],
            intercept: Vec::new(),
            by_state: vec![vec![Spread::default(); rows]; rows],
            orders: Orders::of(&first, &samples),
        };
        let mut left = vec![Spread::default(); rows];
        for unit in &units {
            let rest = rest(unit);
            for (i, row) in batch.by_state.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    entry.add(unit.by_state[(i, j)]);
                }
                batch.mean[i].add(unit.even[i]);
                left[i].add(if settings.pairs {
                    unit.even[i]
                } else {
                    rest[i]
                });
            }
        }
        let at_zero = &y_mean - &zeroth * &w_mean;
        let intercept = |i: usize| match settings.pairs {
            true => batch.mean[i].mean,
            false => at_zero[i],
        };
        batch.intercept = (0..rows)
            .map(|i| (intercept(i), left[i].std_error()))
            .collect();
        Ok(batch)
    }
}

/// c with its errors, and what is `of` the batches of A and of B.
fn estimate(
    c: &[(f64, f64)],
    value: [Vec<Vec<f64>>; 2],
    std_error: [Vec<Vec<f64>>; 2],
) -> Estimate {
    let ([a, b], [error_of_a, error_of_b]) = (value, std_error);
    Estimate {
        c: c.iter().map(|x| x.0).collect(),
        a,
        b,
        std_error: StdErrors {
            c: c.iter().map(|x| x.1).collect(),
            a: error_of_a,
            b: error_of_b,
        },
    }
}

pub(super) fn linearization(a: &Batch, b: &Batch) -> Linearization {
    let both = [a, b];
    let order = |c: &[(f64, f64)], of: fn(&Coordinate) -> &Spread| {
        let value = both.map(|batch| batch.orders.each(|e| of(e).mean));
        let error = both.map(|batch| batch.orders.each(|e| of(e).std_error()));
        estimate(c, value, error)
    };
    let mean: Vec<_> = b.mean.iter().map(|x| (x.mean, x.std_error())).collect();
    let of_state = |value: fn(&Spread) -> f64| -> Vec<Vec<f64>> {
        let rows = b.by_state.iter();
        rows.map(|row| row.iter().map(value).collect()).collect()
    };
    let mixed = [|value: f64, _: f64| value, |_: f64, error: f64| error]
        .map(|of| both.map(|batch| batch.orders.mixed(of)));
    let [value, error] = mixed;
    Linearization {
        first_order: order(&mean, |e| &e.first_order),
        zeroth_order: order(&b.intercept, |e| &e.zeroth_order),
        mixed: Mixed {
            estimate: estimate(&b.intercept, value, error),
            alpha: b.orders.choice.alpha,
            choice: b.orders.choice,
            choice_of_a: a.orders.choice,
        },
        a_under_command_noise: Means {
            value: of_state(|spread| spread.mean),
            std_error: of_state(Spread::std_error),
        },
    }
}
