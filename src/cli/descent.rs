//! The flags of a descent, and what they leave to the task.

use super::args::{EstimateArgs, count, real};
use super::output::name_of;
use clap::ValueEnum;
use mollify::solve::{Descent, Options};
use mollify::task::Task;
use mollify::{Error, Result};
use serde::Serialize;

/// How theta moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum DescentName {
    /// The best of several step lengths, compared under the same noise
    TrustRegion,
    /// Fixed steps with the published settings
    Gradient,
}

/// The flags of a descent.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Descent")]
pub struct DescentArgs {
    /// How theta moves
    #[arg(long, value_name = "HOW", value_enum, default_value_t = DescentName::TrustRegion)]
    pub descent: DescentName,
    /// First radius of the trust region, in the unit of theta [default: the task's]
    #[arg(long, value_name = "Q", value_parser = real, allow_negative_numbers = true)]
    radius: Option<f64>,
    /// Step length of the gradient descent: theta <- theta - step x gradient [default: the task's]
    #[arg(long, value_name = "STEP", value_parser = real, allow_negative_numbers = true)]
    step: Option<f64>,
    /// Stop after so many iterations [default: the task's]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    iterations: Option<u64>,
    /// Stop after the iteration in which so many rollouts are used up
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    rollouts: Option<u64>,
    /// Stop after the iteration in which so much time is used up
    #[arg(long, value_name = "S", value_parser = real, allow_negative_numbers = true)]
    seconds: Option<f64>,
}

/// The options of a run; a flag that the chosen descent does not know is an error.
pub fn options(flags: &DescentArgs, estimate: &EstimateArgs, task: &Task) -> Result<Options> {
    let (tuned, published) = (task.tuned(), task.published());
    let unused = |flag: &str, value: Option<f64>, descent: DescentName| match value {
        Some(value) => Err(Error::InvalidValue {
            what: flag.into(),
            value: value.to_string(),
            expected: format!("left out with --descent {}", name_of(&descent)),
        }),
        None => Ok(()),
    };
    let (descent, estimate, iterations) = match flags.descent {
        DescentName::TrustRegion => {
            unused("--step", flags.step, flags.descent)?;
            let radius = flags.radius.unwrap_or(tuned.radius);
            let estimate = estimate.settings(tuned.samples, tuned.gamma, None);
            (Descent::TrustRegion { radius }, estimate, tuned.iterations)
        }
        DescentName::Gradient => {
            unused("--radius", flags.radius, flags.descent)?;
            let step = flags.step.unwrap_or(published.step);
            let bound = Some(published.bound);
            let estimate = estimate.settings(published.samples, published.gamma, bound);
            (Descent::Gradient { step }, estimate, published.iterations)
        }
    };
    let iterations = match flags.iterations {
        None => iterations,
        Some(n) => u32::try_from(n).map_err(|_| Error::InvalidValue {
            what: "--iterations".into(),
            value: n.to_string(),
            expected: "a whole number from 0 to 4294967295".into(),
        })?,
    };
    Ok(Options {
        estimate,
        descent,
        iterations,
        rollouts: flags.rollouts,
        seconds: flags.seconds,
    })
}
