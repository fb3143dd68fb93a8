//! The flags of a descent, and what they leave to the task.

use super::args::{EstimateArgs, count, named, real};
use super::output::number;
use super::words::sentence;
use mollify::engine::Baseline;
use mollify::error::{Named, exact};
use mollify::estimate::alpha::Rule;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::solve::{Adaptation, Kind, Options, SigmaSchedule};
use mollify::system::task::Task;
use mollify::{Error, Result};

/// The flags of a descent.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Descent")]
pub struct DescentArgs {
    /// How theta moves
    ///
    /// All count rollouts, so that they compare at equal --rollouts. cem and cma-es minimise the cost where their samples end
    /// up, at last without noise; the others minimise the cost under noise.
    #[arg(long, value_name = "HOW", value_parser = named::<Kind>(), default_value = Kind::TrustRegion.name())]
    pub descent: Kind,
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
    /// How mppi and cem adapt a covariance: none, full or rank=R
    ///
    /// That of their samples, from that of the noise on, towards that of the weighted samples; rank=R keeps the R largest directions.
    #[arg(long, value_name = "HOW", default_value = "none", value_parser = adaptation)]
    adapt: Adaptation,
    /// How sigma changes over --iterations: constant, geometric:END or linear:END, where END is sigma of the last one
    ///
    /// Less noise at the end comes nearer to a minimum without noise. The best theta is then the one of least cost without
    /// noise, and the final F is still under --sigma. Not for cem and cma-es, which change sigma by themselves.
    #[arg(long, value_name = "HOW", default_value = "constant", value_parser = schedule)]
    sigma_schedule: SigmaSchedule,
    /// Stop after so many iterations [default: what --rollouts allows for trust-region; else the task's, 1000 for cma-es]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    iterations: Option<u64>,
    /// Budget of all iterations together, which alone sets batches and iterations [default: for trust-region the task's, see
    /// `mollify list`, and more for larger --samples; none with --iterations]; the final evaluation comes on top
    ///
    /// At most a tenth of it is left over, unless nothing is left to do. --samples and --iterations limit it further; for
    /// trust-region, --samples is the size of the first batch, and no later one is smaller.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    rollouts: Option<u64>,
    /// Stop after the iteration in which so much time is used up
    #[arg(long, value_name = "S", value_parser = real, allow_negative_numbers = true)]
    seconds: Option<f64>,
}

impl DescentArgs {
    /// That a radius is beyond the largest of a trust region, if it was given.
    pub fn capped(&self, task: &Task) -> Option<String> {
        let cap = task.mean_sigma() * (task.dimension() as f64).sqrt();
        let radius = self.radius.filter(|radius| *radius > cap)?;
        let has_one = matches!(self.descent, Kind::TrustRegion | Kind::GradientSampling);
        has_one.then(|| {
            format!(
                "--radius {} is beyond the largest radius, {} (sigma times the root of the number of values of theta), where \
                 the descent starts",
                number(radius),
                number(cap)
            )
        })
    }
}

/// The options of a run; a flag that the chosen descent does not know is an error.
pub fn options(flags: &DescentArgs, estimate: &EstimateArgs, task: &Task) -> Result<Options> {
    let mut options = match flags.descent {
        Kind::Gradient => fixed_steps(flags, estimate, task)?,
        descent => Options::of(task, descent)?,
    };
    let descent = &mut options.descent;
    if let Some(radius) = flags.radius {
        *descent = descent.with_radius(radius)?;
    }
    if let Some(step) = flags.step {
        *descent = descent.with_step(step)?;
    }
    if let Some(temperature) = flags.temperature {
        *descent = descent.with_temperature(temperature)?;
    }
    if let Some(elite) = flags.elite {
        *descent = descent.with_elite(elite)?;
    }
    options.adaptation = flags.adapt;
    let mixes_none = [Kind::Mppi, Kind::Cem, Kind::CmaEs, Kind::GradientSampling];
    if mixes_none.contains(&flags.descent) {
        costs_only(estimate, flags.descent)?;
    }
    let iterations = flags.iterations.map(iterations).transpose()?;
    options = options.limited(task, estimate.samples, iterations, flags.rollouts);
    if let Some(rule) = estimate.rule {
        options = options.with_rule(task, rule);
    }
    let (e, rule) = (&options.estimate, options.estimate.rule);
    // What suits the samples of the task may be below the confidence radius of fewer.
    let is_fewer = estimate.samples.is_some_and(|samples| samples < e.samples);
    let is_free = flags.descent != Kind::Gradient;
    let gamma = e.gamma.filter(|_| !(is_fewer && is_free));
    options.estimate = estimate.settings(e.samples, gamma, e.bound);
    options.estimate.rule = rule;
    options.schedule = flags.sigma_schedule;
    options.seconds = flags.seconds;
    Ok(options)
}

fn iterations(n: u64) -> Result<u32> {
    u32::try_from(n).map_err(|_| Error::InvalidValue {
        what: "--iterations".into(),
        value: n.to_string(),
        expected: "a whole number from 0 to 4294967295".into(),
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
fn costs_only(estimate: &EstimateArgs, descent: Kind) -> Result<()> {
    let refuse = |flag: &str, value: &str| {
        let expected = format!(
            "left out with --descent {}, which mixes no gradients",
            descent.name()
        );
        Err(Error::InvalidValue {
            what: flag.into(),
            value: value.into(),
            expected,
        })
    };
    let directions = matches!(descent, Kind::Mppi | Kind::Cem);
    if let Some(rule) = estimate.rule.filter(|rule| *rule != Rule::Aobg) {
        return refuse("--rule", &rule.to_string());
    }
    if let Some(gamma) = estimate.gamma {
        return refuse("--gamma", &exact(gamma));
    }
    if let Some(bound) = estimate.bound {
        return refuse("--bound", &exact(bound));
    }
    if estimate.baseline != Baseline::Nominal {
        return refuse("--baseline", estimate.baseline.name());
    }
    if estimate.zeroth != Zeroth::Correlation {
        return refuse("--zeroth", estimate.zeroth.name());
    }
    if estimate.directions != Directions::Independent && !directions {
        return refuse("--directions", estimate.directions.name());
    }
    Ok(())
}

fn adaptation(text: &str) -> std::result::Result<Adaptation, String> {
    text.parse().map_err(|error| match error {
        Error::InvalidValue { expected, .. } => format!("expected {expected}"),
        other => sentence(&other),
    })
}

fn schedule(text: &str) -> std::result::Result<SigmaSchedule, String> {
    text.parse().map_err(|error| match error {
        Error::InvalidValue { expected, .. } => format!("expected {expected}"),
        other => sentence(&other),
    })
}
