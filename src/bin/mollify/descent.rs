//! The flags of a descent, and what they leave to the task.

use super::args::{EstimateArgs, count, real};
use super::output::name_of;
use clap::ValueEnum;
use mollify::engine::Baseline;
use mollify::estimate::alpha::Rule;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::solve::{Descent, Options, SigmaSchedule};
use mollify::system::task::Task;
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
    /// Steps of about --step in every coordinate, along averages of the gradient; published samples and iterations
    Adam,
    /// A trust region along the shortest convex combination of first-order gradients around theta: for kinks
    GradientSampling,
    /// Costs only: the mean of the samples, weighted by exp(-cost / temperature)
    Mppi,
    /// Costs only: mean and spread of the best samples, again and again
    Cem,
    /// Costs only: ranks adapt mean, spread and covariance of the samples; the covariance is diagonal beyond 128 values
    CmaEs,
}

/// The flags of a descent.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Descent")]
pub struct DescentArgs {
    /// How theta moves
    ///
    /// All count rollouts, so that they compare at equal --rollouts. cem and cma-es minimise the cost where their samples end
    /// up, at last without noise; the others minimise the cost under noise.
    #[arg(long, value_name = "HOW", value_enum, default_value_t = DescentName::TrustRegion)]
    pub descent: DescentName,
    /// First radius of trust-region and gradient-sampling, in the unit of theta [default: the task's]
    #[arg(long, value_name = "Q", value_parser = real, allow_negative_numbers = true)]
    radius: Option<f64>,
    /// Step length of gradient, theta <- theta - step x gradient [default: the task's], or of adam, the length by which each
    /// value of theta moves [default: sigma / 10]
    #[arg(long, value_name = "STEP", value_parser = real, allow_negative_numbers = true)]
    step: Option<f64>,
    /// Temperature of mppi in the unit of the cost: low follows the best sample, high the gradient [default: the standard
    /// deviation of the costs of each batch]
    #[arg(long, value_name = "T", value_parser = real, allow_negative_numbers = true)]
    temperature: Option<f64>,
    /// Share of the samples of cem whose mean and spread are taken over, above 0 and below 1 [default: 0.1]
    #[arg(long, value_name = "SHARE", value_parser = real, allow_negative_numbers = true)]
    elite: Option<f64>,
    /// How sigma changes over --iterations: constant, geometric:END or linear:END, where END is sigma of the last one
    ///
    /// Less noise at the end comes nearer to a minimum without noise. The best theta is then the one of least cost without
    /// noise, and the final F is still under --sigma. Not for cem and cma-es, which change sigma by themselves.
    #[arg(long, value_name = "HOW", default_value = "constant", value_parser = schedule)]
    sigma_schedule: SigmaSchedule,
    /// Stop after so many iterations [default: the task's; 1000 for cma-es]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    iterations: Option<u64>,
    /// Stop before an iteration that might take more rollouts than this in all; the last step and the final evaluation come on top
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    rollouts: Option<u64>,
    /// Stop after the iteration in which so much time is used up
    #[arg(long, value_name = "S", value_parser = real, allow_negative_numbers = true)]
    seconds: Option<f64>,
}

/// The options of a run; a flag that the chosen descent does not know is an error.
pub fn options(flags: &DescentArgs, estimate: &EstimateArgs, task: &Task) -> Result<Options> {
    let tuned = task.tuned();
    let unused = |flag: &str, value: Option<f64>, descent: DescentName| match value {
        Some(value) => Err(Error::InvalidValue {
            what: flag.into(),
            value: value.to_string(),
            expected: format!("left out with --descent {}", name_of(&descent)),
        }),
        None => Ok(()),
    };
    let name = flags.descent;
    let knows = |names: &[DescentName]| names.contains(&name);
    use DescentName::{Adam, Cem, CmaEs, Gradient, GradientSampling, Mppi, TrustRegion};
    if !knows(&[TrustRegion, GradientSampling]) {
        unused("--radius", flags.radius, name)?;
    }
    if !knows(&[Gradient, Adam]) {
        unused("--step", flags.step, name)?;
    }
    if !knows(&[Mppi]) {
        unused("--temperature", flags.temperature, name)?;
    }
    if !knows(&[Cem]) {
        unused("--elite", flags.elite, name)?;
    }
    if knows(&[Mppi, Cem, CmaEs, GradientSampling]) {
        costs_only(estimate, name)?;
    }
    let radius = flags.radius.unwrap_or(tuned.radius);
    let defaults = match name {
        TrustRegion => Options::tuned(task),
        Gradient => fixed_steps(flags, estimate, task)?,
        Adam => Options::adam(task),
        GradientSampling => Options::gradient_sampling(task),
        Mppi => Options::search(task, Descent::Mppi { temperature: None }),
        Cem => Options::search(task, Descent::Cem { elite: 0.1 }),
        CmaEs => Options::search(task, Descent::CmaEs),
    };
    let descent = match defaults.descent {
        Descent::TrustRegion { .. } => Descent::TrustRegion { radius },
        Descent::GradientSampling { .. } => Descent::GradientSampling { radius },
        Descent::Gradient { step } => Descent::Gradient {
            step: flags.step.unwrap_or(step),
        },
        Descent::Adam { step } => Descent::Adam {
            step: flags.step.unwrap_or(step),
        },
        Descent::Mppi { .. } => Descent::Mppi {
            temperature: flags.temperature,
        },
        Descent::Cem { elite } => Descent::Cem {
            elite: flags.elite.unwrap_or(elite),
        },
        Descent::CmaEs => Descent::CmaEs,
    };
    let e = &defaults.estimate;
    let estimate = estimate.settings(e.samples, e.gamma, e.bound);
    let iterations = defaults.iterations;
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
        schedule: flags.sigma_schedule,
        iterations,
        rollouts: flags.rollouts,
        seconds: flags.seconds,
    })
}

/// The published settings, or without them the flags that stand for them.
fn fixed_steps(flags: &DescentArgs, estimate: &EstimateArgs, task: &Task) -> Result<Options> {
    let all = (estimate.samples, flags.step, flags.iterations);
    match (Options::published(task), all) {
        // `options` puts the iterations in, with their check.
        (Err(_), (Some(samples), Some(step), Some(_))) => {
            Ok(Options::fixed_steps(task, samples, step, 0))
        }
        (published, _) => published,
    }
}

/// Refuses what only an estimate of the mixed gradient knows.
fn costs_only(estimate: &EstimateArgs, descent: DescentName) -> Result<()> {
    let refuse = |flag: &str, value: String| {
        let expected = format!(
            "left out with --descent {}, which mixes no gradients",
            name_of(&descent)
        );
        Err(Error::InvalidValue {
            what: flag.into(),
            value,
            expected,
        })
    };
    let directions = matches!(descent, DescentName::Mppi | DescentName::Cem);
    if estimate.rule != Rule::Aobg {
        return refuse("--rule", estimate.rule.to_string());
    }
    if let Some(gamma) = estimate.gamma {
        return refuse("--gamma", gamma.to_string());
    }
    if let Some(bound) = estimate.bound {
        return refuse("--bound", bound.to_string());
    }
    if estimate.baseline != Baseline::Nominal {
        return refuse("--baseline", name_of(&estimate.baseline));
    }
    if estimate.zeroth != Zeroth::Correlation {
        return refuse("--zeroth", name_of(&estimate.zeroth));
    }
    if estimate.directions != Directions::Independent && !directions {
        return refuse("--directions", name_of(&estimate.directions));
    }
    Ok(())
}

fn schedule(text: &str) -> std::result::Result<SigmaSchedule, String> {
    text.parse().map_err(|error| match error {
        Error::InvalidValue { expected, .. } => format!("expected {expected}"),
        other => other.to_string(),
    })
}
