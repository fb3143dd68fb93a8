//! From samples of a step to both orders and their mix.
//!
//! With wₖ the noise of unit k, yₖ half the difference of the pair's steps (or the step itself), and S = Σ wₖwₖ',
//!
//! ```text
//! J₀ = Σ yₖ wₖ' S⁻¹           sample  z₀ₖ = J₀ + n (yₖ - J₀ wₖ) wₖ'S⁻¹
//! J₁ = mean of z₁ₖ            sample  z₁ₖ = derivative of the step, or the mean of the pair's
//! alpha = (V₀ - C)/(V₀ + V₁ - 2C), within [0, 1]
//! ```
//!
//! V₁, V₀ are the variances of the samples, summed over all entries, and C is the covariance. Without pairs, w and y are
//! counted from their means.

use super::noise::{Side, noise};
use super::point::{Point, WANTED};
use super::settings::Settings;
use crate::engine::moments::{Coordinate, Spread};
use crate::error::{Error, Result};
use crate::estimate::bias;
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

/// Why alpha is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It makes the variance of the mix least.
    LeastVariance,
    /// Neither order varies: the step is linear wherever samples are.
    NoVariance,
    /// The orders differ by more than their errors: the step jumps within the noise, where the first order is biased.
    Disagreement,
}

/// How the orders of a matrix are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Weight of the first order.
    pub alpha: f64,
    /// Why.
    pub reason: Reason,
    /// The largest difference of the orders over all entries, in its standard errors.
    pub disagreement: f64,
    /// What of it is more than chance.
    pub limit: f64,
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
    /// By rows: all entries of the Jacobian.
    entries: Vec<Vec<Coordinate>>,
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
        let mut batch = Self {
            entries: vec![vec![Coordinate::default(); columns]; rows],
            mean: vec![Spread::default(); rows],
            intercept: Vec::new(),
            by_state: vec![vec![Spread::default(); rows]; rows],
        };
        let mut left = vec![Spread::default(); rows];
        for unit in &units {
            let w = &unit.w - &w_mean;
            let rest = &unit.odd - &y_mean - &zeroth * &w;
            let sample = &zeroth + &rest * (&inverse * &w).transpose() * count;
            for (i, row) in batch.entries.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    entry.add(unit.jacobian[(i, j)], sample[(i, j)]);
                }
                for (j, entry) in batch.by_state[i].iter_mut().enumerate() {
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

    fn each(&self, of: impl Fn(&Coordinate) -> f64) -> Vec<Vec<f64>> {
        let row = |row: &Vec<Coordinate>| row.iter().map(&of).collect();
        self.entries.iter().map(row).collect()
    }

    fn choice(&self) -> Choice {
        let entries: Vec<&Coordinate> = self.entries.iter().flatten().collect();
        let sum = |of: &dyn Fn(&Coordinate) -> f64| entries.iter().map(|e| of(e)).sum::<f64>();
        let (first, zeroth) = (
            sum(&|e| e.first_order.variance()),
            sum(&|e| e.zeroth_order.variance()),
        );
        let both = sum(&covariance);
        let units = entries[0].first_order.count;
        let disagreement = entries.iter().map(|e| z(e)).fold(0.0, f64::max);
        let limit = bias::limit(entries.len(), units);
        let spread = first + zeroth - 2.0 * both;
        let (alpha, reason) = if disagreement > limit {
            (0.0, Reason::Disagreement)
        } else if spread > 0.0 {
            let alpha = ((zeroth - both) / spread).clamp(0.0, 1.0);
            (alpha, Reason::LeastVariance)
        } else {
            (1.0, Reason::NoVariance)
        };
        Choice {
            alpha,
            reason,
            disagreement,
            limit,
        }
    }
}

/// Of the two orders of an entry, of one sample.
fn covariance(entry: &Coordinate) -> f64 {
    entry.cross / (entry.first_order.count - 1) as f64
}

/// How many standard errors the orders differ by; rounding of f32 is no difference.
fn z(entry: &Coordinate) -> f64 {
    let (first, zeroth) = (&entry.first_order, &entry.zeroth_order);
    let variance = first.variance() + zeroth.variance() - 2.0 * covariance(entry);
    let rounding = ROUNDING * (1.0 + first.mean.abs());
    let error = (variance.max(0.0) / first.count as f64 + rounding * rounding).sqrt();
    (first.mean - zeroth.mean).abs() / error
}

/// What f32 leaves of a derivative and of differences of steps.
const ROUNDING: f64 = 1e-4;

/// Value and standard error of alpha z₁ + (1 - alpha) z₀.
fn mixed(entry: &Coordinate, alpha: f64) -> (f64, f64) {
    let (first, zeroth) = (&entry.first_order, &entry.zeroth_order);
    let other = 1.0 - alpha;
    let variance = alpha * alpha * first.variance()
        + other * other * zeroth.variance()
        + 2.0 * alpha * other * covariance(entry);
    let value = alpha * first.mean + other * zeroth.mean;
    (value, (variance.max(0.0) / first.count as f64).sqrt())
}

pub(super) fn linearization(a: &Batch, b: &Batch) -> Linearization {
    let estimate = |c: Vec<(f64, f64)>, of: &dyn Fn(&Coordinate, &Batch) -> (f64, f64)| {
        let each =
            |batch: &Batch, which: fn((f64, f64)) -> f64| batch.each(|e| which(of(e, batch)));
        let (value, error) = (|x: (f64, f64)| x.0, |x: (f64, f64)| x.1);
        Estimate {
            c: c.iter().map(|x| x.0).collect(),
            a: each(a, value),
            b: each(b, value),
            std_error: StdErrors {
                c: c.iter().map(|x| x.1).collect(),
                a: each(a, error),
                b: each(b, error),
            },
        }
    };
    let of = |spread: &Spread| (spread.mean, spread.std_error());
    let of_state = |value: fn(&Spread) -> f64| -> Vec<Vec<f64>> {
        let rows = b.by_state.iter();
        rows.map(|row| row.iter().map(value).collect()).collect()
    };
    let (choice, choice_of_a) = (b.choice(), a.choice());
    let alpha = |batch: &Batch| match std::ptr::eq(batch, a) {
        true => choice_of_a.alpha,
        false => choice.alpha,
    };
    Linearization {
        first_order: estimate(b.mean.iter().map(of).collect(), &|e, _| of(&e.first_order)),
        zeroth_order: estimate(b.intercept.clone(), &|e, _| of(&e.zeroth_order)),
        mixed: Mixed {
            estimate: estimate(b.intercept.clone(), &|e, batch| mixed(e, alpha(batch))),
            alpha: choice.alpha,
            choice,
            choice_of_a,
        },
        a_under_command_noise: Means {
            value: of_state(|spread| spread.mean),
            std_error: of_state(Spread::std_error),
        },
    }
}
