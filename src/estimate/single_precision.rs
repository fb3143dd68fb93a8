//! Whether the result of an engine in f32 is that of the task.
//!
//! f32 keeps 24 bits. Coordinates far from 0, weights far apart or a long unstable trajectory can use them up, and every sample is
//! then off in the same way, which no standard error shows. [`Rounding`] measures that at the noise-free trajectory, with the
//! system's own formulas in f32: e the rms error of f(theta, 0), e₁ that of its derivative. With s the standard error of F and S
//! the root mean square cost of a sample, s₁ the standard error of ∇̄¹F and S₁ its root mean square sample,
//!
//!   e > 10 s and e > S/100, or e₁ > 10 s₁ and e₁ > S₁/10     the result would be false: an error
//!   e > s/2, or e₁ > s₁/2                                    the standard error is not the whole error: a warning

use crate::engine::nominal::finite_nominal;
use crate::engine::rounding::{Looked, Rounding, noise_free_rounding};
use crate::engine::{Engine, Precision};
use crate::error::{Error, Result};
use crate::estimate::mix::Mixed;
use crate::estimate::order::{Estimate, vector};
use crate::estimate::warning::Warning;
use crate::system::task::Task;

/// States and controls of a trajectory of which the way back is looked at; of longer ones the cost alone, because all states of
/// all runs are kept.
const LONGEST: usize = 100_000;

/// What a batch says of a quantity: its standard error, and the size of one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Size {
    std_error: f64,
    sample: f64,
}

impl Size {
    /// Of F.
    fn of_value(mixed: &Mixed) -> Self {
        let n = mixed.samples.saturating_sub(mixed.nonfinite.count).max(1) as f64;
        Self {
            std_error: mixed.value_std_error,
            sample: libm::hypot(mixed.value_mean, mixed.value_std_error * n.sqrt()),
        }
    }

    /// Of ∇̄¹F.
    fn of_gradient(e: &Estimate) -> Self {
        Self {
            std_error: vector(&e.std_error).norm(),
            sample: libm::hypot(vector(&e.gradient).norm(), e.variance.sqrt()),
        }
    }
}

/// One quantity that rounding changes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Found {
    Fine,
    AboveStdError,
    False,
}

/// `share` is the part of a sample that may be lost.
fn judge(error: f64, size: Size, share: f64) -> Found {
    // Without a second sample there is no standard error, and where all samples are the same nothing was seen.
    if size.std_error.is_nan() || size.std_error == 0.0 {
        return Found::Fine;
    }
    if error.is_nan() || error > 10.0 * size.std_error && error > share * size.sample {
        return Found::False;
    }
    match error > 0.5 * size.std_error {
        true => Found::AboveStdError,
        false => Found::Fine,
    }
}

/// What rounding does to the noise-free trajectory; none for an engine in f64.
pub fn at(engine: &dyn Engine, task: &Task, theta: &[f64]) -> Result<Option<Rounding>> {
    if engine.precision() == Precision::F64 {
        return Ok(None);
    }
    let nominal = finite_nominal(task, theta)?;
    let values = task.horizon() * (task.model().state_size() + task.model().control_size());
    let looked = match values <= LONGEST {
        true => Looked::All,
        false => Looked::Cost,
    };
    Ok(Some(noise_free_rounding(task, theta, &nominal, looked)))
}

/// What an estimate at theta must be warned of, or the error that its result is false.
pub fn watch(
    engine: &dyn Engine,
    task: &Task,
    theta: &[f64],
    mixed: &Mixed,
) -> Result<Vec<Warning>> {
    let Some(rounding) = at(engine, task, theta)? else {
        return Ok(Vec::new());
    };
    let value = of_value(task, &rounding, Size::of_value(mixed))?;
    let first = mixed.first_order.as_ref().map(|e| {
        let (error, size) = (rounding.first_order.size, Size::of_gradient(e));
        warned(task, "the first order", (error, size, 0.1))
    });
    Ok(value
        .into_iter()
        .chain(first.transpose()?.flatten())
        .collect())
}

/// The same of an estimate of F alone: its mean, its standard error and its samples.
pub fn watch_value(
    engine: &dyn Engine,
    task: &Task,
    theta: &[f64],
    (mean, std_error): (f64, f64),
    samples: u64,
) -> Result<Option<Warning>> {
    let size = Size {
        std_error,
        sample: libm::hypot(mean, std_error * (samples.max(1) as f64).sqrt()),
    };
    let rounding = at(engine, task, theta)?;
    rounding.map_or(Ok(None), |rounding| of_value(task, &rounding, size))
}

fn of_value(task: &Task, rounding: &Rounding, size: Size) -> Result<Option<Warning>> {
    warned(task, "F", (rounding.deviation.size, size, 0.01))
}

fn warned(
    task: &Task,
    what: &'static str,
    (error, size, share): (f64, Size, f64),
) -> Result<Option<Warning>> {
    match judge(error, size, share) {
        Found::Fine => Ok(None),
        Found::AboveStdError => Ok(Some(Warning::Rounding {
            what,
            error,
            std_error: size.std_error,
        })),
        Found::False => Err(Error::LostInF32 {
            task: task.name().into(),
            what,
            error,
            size: size.sample,
            hint: task.hint(),
        }),
    }
}
