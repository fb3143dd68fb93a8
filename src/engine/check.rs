//! What every engine refuses before it begins: one front for all of them, because each call indexes by the lengths that
//! it is given.

use crate::engine::batch::Batch;
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::ops::Range;

/// A call of an engine, with what it takes beside task, theta and batch.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    /// [`crate::engine::Engine::moments`]
    Moments,
    /// [`crate::engine::Engine::decreases`] to these candidates
    Decreases(&'a [Vec<f64>]),
    /// [`crate::engine::Engine::costs`] of these thetas
    Costs(&'a [Vec<f64>]),
    /// [`crate::engine::Engine::samples`] of this range
    Samples(&'a Range<u64>),
}

/// Refuses a call that no engine can answer: [`Batch::check`] refuses the batch, [`Task::check_parameters`] the parameters,
/// or [`Task::check_theta`] any one theta, center or candidate; there are more or fewer thetas than samples; or the range goes beyond the batch.
pub fn check(task: &Task, theta: &[f64], batch: &Batch, call: Call<'_>) -> Result<()> {
    match call {
        // Costs take no baseline and make no blocks, so that what those need is not asked of the batch.
        Call::Costs(_) => batch.check_count()?,
        _ => batch.check()?,
    }
    task.check_parameters()?;
    task.check_noise()?;
    task.check_theta(theta, "the caller")?;
    match call {
        Call::Moments => Ok(()),
        Call::Decreases(candidates) => check_each(task, candidates, "candidates"),
        Call::Costs(thetas) => {
            check_number(thetas, batch)?;
            check_each(task, thetas, "thetas")
        }
        Call::Samples(range) => check_range(range, batch),
    }
}

/// The words for the one that is wrong are made only once it is found: there may be a million that are not.
fn check_each(task: &Task, thetas: &[Vec<f64>], name: &str) -> Result<()> {
    let fails = |theta: &Vec<f64>| task.check_theta(theta, name).is_err();
    match thetas.iter().position(fails) {
        Some(i) => task.check_theta(&thetas[i], &format!("{name}[{i}]")),
        None => Ok(()),
    }
}

fn check_number(thetas: &[Vec<f64>], batch: &Batch) -> Result<()> {
    let range = batch.range();
    let samples = range.end - range.start;
    if thetas.len() as u64 == samples {
        return Ok(());
    }
    let expected = format!("{samples}, the number of samples of the batch");
    Err(Error::invalid(
        "the number of thetas",
        thetas.len(),
        &expected,
    ))
}

fn check_range(range: &Range<u64>, batch: &Batch) -> Result<()> {
    if range.start <= range.end && range.end <= batch.samples {
        return Ok(());
    }
    let expected = format!("within 0..{}, the samples of the batch", batch.samples);
    let value = format!("{range:?}");
    Err(Error::invalid("the range of samples", value, &expected))
}

/// σ below this share of the largest |theta| is refused by engines that compute in f32: theta + w then keeps
/// fewer than 10 bits of w.
const SMALLEST_SIGMA: f64 = 1.0 / 16_384.0;

/// Refuses a σ that f32 cannot resolve beside theta.
pub fn check_sigma_in_f32(task: &Task, thetas: &[&[f64]]) -> Result<()> {
    let all = thetas.iter().flat_map(|theta| theta.iter());
    let largest = all.fold(0.0_f64, |m, x| m.max(x.abs()));
    let all: Vec<f64> = match task.factor() {
        Some(_) => task.sigmas(),
        None => task.control_sigmas().into_iter().flatten().collect(),
    };
    let noisy = all.into_iter().filter(|s| *s > 0.0);
    let sigma = noisy.reduce(f64::min).unwrap_or(task.sigma());
    if sigma < SMALLEST_SIGMA * largest {
        return Err(Error::SigmaTooSmall {
            sigma,
            theta: largest,
            smallest: SMALLEST_SIGMA * largest,
        });
    }
    Ok(())
}
