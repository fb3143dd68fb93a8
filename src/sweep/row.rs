//! A row of a sweep: what one estimate found, in numbers that depend on nothing but the sweep.

use super::broken::Broken;
use super::cells;
use super::definition::Sweep;
use crate::estimate::alpha::Reason;
use crate::estimate::{Mixed, vector};
use serde::Serialize;

/// A column of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Mean of f, the estimate of F.
    ValueMean,
    /// Its standard error.
    ValueStdError,
    /// f(theta, 0)
    ValueAtTheta,
    /// |g₁|
    FirstOrderNorm,
    /// |g₀|
    ZerothOrderNorm,
    /// v₁
    FirstOrderVariance,
    /// v₀
    ZerothOrderVariance,
    /// B = |g₁ - g₀|
    Bias,
    /// Weight of the first order.
    Alpha,
    /// ε
    ConfidenceRadius,
    /// |g|
    GradientNorm,
    /// Samples left out.
    Nonfinite,
    /// Rollouts of the estimate.
    Rollouts,
    /// |g₁ - ∇F|, where ∇F is known.
    ErrorFirst,
    /// |g₀ - ∇F|, where ∇F is known.
    ErrorZeroth,
    /// |g - ∇F|, where ∇F is known.
    ErrorMixed,
}

impl Quantity {
    /// All of them, in the order of the columns.
    pub const ALL: [Quantity; 16] = [
        Quantity::ValueMean,
        Quantity::ValueStdError,
        Quantity::ValueAtTheta,
        Quantity::FirstOrderNorm,
        Quantity::ZerothOrderNorm,
        Quantity::FirstOrderVariance,
        Quantity::ZerothOrderVariance,
        Quantity::Bias,
        Quantity::Alpha,
        Quantity::ConfidenceRadius,
        Quantity::GradientNorm,
        Quantity::Nonfinite,
        Quantity::Rollouts,
        Quantity::ErrorFirst,
        Quantity::ErrorZeroth,
        Quantity::ErrorMixed,
    ];

    /// The name of the column.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::ValueMean => "value_mean",
            Quantity::ValueStdError => "value_std_error",
            Quantity::ValueAtTheta => "value_at_theta",
            Quantity::FirstOrderNorm => "first_order_norm",
            Quantity::ZerothOrderNorm => "zeroth_order_norm",
            Quantity::FirstOrderVariance => "first_order_variance",
            Quantity::ZerothOrderVariance => "zeroth_order_variance",
            Quantity::Bias => "bias",
            Quantity::Alpha => "alpha",
            Quantity::ConfidenceRadius => "confidence_radius",
            Quantity::GradientNorm => "gradient_norm",
            Quantity::Nonfinite => "nonfinite",
            Quantity::Rollouts => "rollouts",
            Quantity::ErrorFirst => "error_first",
            Quantity::ErrorZeroth => "error_zeroth",
            Quantity::ErrorMixed => "error_mixed",
        }
    }
}

/// One estimate: grid point `number / repeats`, repeat `number % repeats`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// From 0, in the order of the file.
    pub number: usize,
    /// The seed of its noise.
    pub seed: u64,
    /// Why alpha is what it is, as in JSON; for a row that broke down `non-finite`, `non-finite-nominal` or `out-of-range`.
    pub alpha_reason: String,
    /// By the order of [`Quantity::ALL`]; NaN where nothing is known.
    pub(super) numbers: [f64; Quantity::ALL.len()],
}

impl Row {
    /// One of its numbers; NaN where nothing is known.
    pub fn get(&self, quantity: Quantity) -> f64 {
        // ALL lists the variants in the order of their declaration.
        self.numbers[quantity as usize]
    }

    /// The row of an estimate; `exact` is ∇F, where known.
    pub(super) fn of(number: usize, seed: u64, m: &Mixed, exact: Option<&[f64]>) -> Self {
        let norm = |g: Option<&[f64]>| g.map_or(f64::NAN, |g| vector(g).norm());
        let error = |g: Option<&[f64]>| match (g, exact) {
            (Some(g), Some(exact)) => (vector(g) - vector(exact)).norm(),
            _ => f64::NAN,
        };
        let first = m.first_order.as_ref();
        let first_order = first.map(|e| e.gradient.as_slice());
        let pick = |quantity| match quantity {
            Quantity::ValueMean => m.value_mean,
            Quantity::ValueStdError => m.value_std_error,
            Quantity::ValueAtTheta => m.value_at_theta,
            Quantity::FirstOrderNorm => norm(first_order),
            Quantity::ZerothOrderNorm => norm(Some(&m.zeroth_order.gradient)),
            Quantity::FirstOrderVariance => first.map_or(f64::NAN, |e| e.variance),
            Quantity::ZerothOrderVariance => m.zeroth_order.variance,
            Quantity::Bias => m.choice.bias,
            Quantity::Alpha => m.choice.alpha,
            Quantity::ConfidenceRadius => m.choice.confidence_radius,
            Quantity::GradientNorm => norm(Some(&m.gradient)),
            Quantity::Nonfinite => m.nonfinite.count as f64,
            Quantity::Rollouts => m.rollouts as f64,
            Quantity::ErrorFirst => error(first_order),
            Quantity::ErrorZeroth => error(Some(&m.zeroth_order.gradient)),
            Quantity::ErrorMixed => error(Some(&m.gradient)),
        };
        Self {
            number,
            seed,
            alpha_reason: word(m.choice.reason),
            numbers: Quantity::ALL.map(pick),
        }
    }

    /// The row of an estimate that broke down: nothing is known but how many samples were not finite.
    pub(super) fn of_broken(number: usize, seed: u64, samples: u64, what: Broken) -> Self {
        let pick = |quantity| match quantity {
            Quantity::Nonfinite => what.nonfinite(samples),
            _ => f64::NAN,
        };
        Self {
            number,
            seed,
            alpha_reason: what.word().into(),
            numbers: Quantity::ALL.map(pick),
        }
    }

    /// Why there is no estimate, in words, if there is none.
    pub fn broken(&self) -> Option<&'static str> {
        let all = [Broken::Samples(0), Broken::Nominal, Broken::Range];
        let found = all.into_iter().find(|b| b.word() == self.alpha_reason);
        found.map(Broken::in_words)
    }

    /// The header of `rows.csv`.
    pub(super) fn header(sweep: &Sweep) -> Vec<u8> {
        let mut header: Vec<&str> = sweep.axes().iter().map(|axis| axis.name()).collect();
        header.push("seed");
        for quantity in Quantity::ALL {
            header.push(quantity.name());
            if quantity == Quantity::Alpha {
                header.push("alpha_reason");
            }
        }
        header.push("check");
        cells::line(header)
    }

    /// The line of `rows.csv`.
    pub(super) fn line(&self, sweep: &Sweep) -> Vec<u8> {
        let mut row = sweep.labels(sweep.point_of(self.number));
        row.push(self.seed.to_string());
        for quantity in Quantity::ALL {
            row.push(cells::number(self.get(quantity)));
            if quantity == Quantity::Alpha {
                row.push(self.alpha_reason.clone());
            }
        }
        row.push(cells::check(&row));
        cells::line(row)
    }

    /// The inverse of [`Row::line`]; none if the line is not that of row `number`, byte by byte.
    pub(super) fn parse(sweep: &Sweep, number: usize, line: &[u8]) -> Option<Self> {
        let cells = cells::parse_line(line)?;
        let own = cells.get(sweep.axes().len() + 1..)?;
        let mut row = Self {
            number,
            seed: sweep.seed_of(number),
            alpha_reason: String::new(),
            numbers: [f64::NAN; Quantity::ALL.len()],
        };
        let mut own = own.iter();
        for quantity in Quantity::ALL {
            row.numbers[quantity as usize] = cells::parse_number(own.next()?)?;
            if quantity == Quantity::Alpha {
                row.alpha_reason.clone_from(own.next()?);
            }
        }
        (row.line(sweep) == line).then_some(row)
    }
}

/// The word for a reason, as in JSON.
fn word(reason: Reason) -> String {
    match serde_json::to_value(reason) {
        Ok(serde_json::Value::String(word)) => word,
        _ => reason.to_string(),
    }
}
