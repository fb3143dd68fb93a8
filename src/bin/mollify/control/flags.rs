//! The flags of a receding horizon, and the tasks and options that they make.

use crate::args::{TaskArgs, count, named, real, seed, setting};
use crate::failure::Failure;
use mollify::control::{Disturbance, Options, Refinement, Tail};
use mollify::error::Named;
use mollify::solve::Kind;
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use mollify::{Error, Result};

/// See the module.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Control")]
pub struct ControlArgs {
    /// Steps of the plant
    #[arg(long, value_name = "S", default_value_t = 200, value_parser = count, allow_negative_numbers = true)]
    steps: u64,
    /// Steps between two plans; 1 plans anew before every step
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = count, allow_negative_numbers = true)]
    replan: u64,
    /// Budget of one plan, never exceeded
    #[arg(long, value_name = "R", default_value_t = 400, value_parser = count, allow_negative_numbers = true)]
    rollouts: u64,
    /// How a plan is found; the words of --descent of `mollify optimize`
    ///
    /// A plan starts from the one before it, without the controls that were taken.
    #[arg(long, visible_alias = "descent", value_name = "HOW", value_parser = named::<Kind>(), default_value = Kind::TrustRegion.name())]
    method: Kind,
    /// Iterations of one plan [default: 1 for mppi, 4 for cem, what --rollouts allows for others]
    ///
    /// mppi and cem share the budget between them evenly; all others take as many as fit, but no more than these.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    iterations: Option<u64>,
    /// Gradient steps behind each descent, within --rollouts
    ///
    /// Each goes down the gradient of the cost without noise and counts as one rollout. With --method mppi this is Diff-MPPI; a step
    /// that does not lower the cost is not taken, and halves the rate.
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = count, allow_negative_numbers = true)]
    refine: u64,
    /// Length of a gradient step over the gradient [default: that with which the first one is sigma long]
    #[arg(long, value_name = "A", requires = "refine", value_parser = real, allow_negative_numbers = true)]
    rate: Option<f64>,
    /// What stands at the end of a plan that is shifted
    #[arg(long, value_name = "WHAT", value_parser = named::<Tail>(), default_value = Tail::Repeat.name())]
    tail: Tail,
    /// Set a parameter of the plant, which the plans do not know; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    plant: Vec<(String, f64)>,
    /// Normal noise on a state or a control of the plant in every step, by its standard deviation; may be repeated
    ///
    /// That on a state is added behind the step, that on a control before it, each in its own unit.
    #[arg(long, value_name = "NAME=S", value_parser = setting)]
    disturb: Vec<(String, f64)>,
    /// Seed of the plans, the disturbances, and what the plant draws of its start and parameters
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true)]
    seed: u64,
}

/// The task of the plans: that of the flags, under the open loop unless they say otherwise.
pub fn plan(args: &TaskArgs) -> std::result::Result<Task, Failure> {
    let task = args.task("control")?;
    match args.variant.policy {
        None => Ok(task.with_policy(Policy::OpenLoop)?),
        Some(_) => Ok(task),
    }
}

impl ControlArgs {
    /// The task of the plant.
    pub fn plant(&self, plan: &Task) -> Result<Task> {
        let set = |task: Task, (name, value): &(String, f64)| task.with_parameter(name, *value);
        self.plant.iter().try_fold(plan.clone(), set)
    }

    /// The options of a run.
    pub fn options(&self, plan: &Task) -> Result<Options> {
        let named = |(name, deviation): &(String, f64)| Disturbance::named(plan, name, *deviation);
        let disturbances = self.disturb.iter().map(named).collect::<Result<_>>()?;
        let mut options = Options::of(plan, self.method, self.rollouts)?
            .with_steps(usize::try_from(self.steps).unwrap_or(usize::MAX))
            .with_replan(usize::try_from(self.replan).unwrap_or(usize::MAX))
            .with_tail(self.tail)
            .with_disturbances(disturbances)
            .with_seed(self.seed);
        if let Some(iterations) = self.iterations {
            options = options.with_iterations(u32::try_from(iterations).unwrap_or(u32::MAX));
        }
        if self.refine > 0 {
            options = options.with_refinement(Refinement {
                steps: u32::try_from(self.refine).unwrap_or(u32::MAX),
                rate: self.rate,
            });
        }
        Ok(options)
    }
}

/// What is a descent elsewhere is the method here.
pub fn in_own_words(error: Error) -> Error {
    match error {
        Error::InvalidValue {
            what,
            value,
            expected,
        } if what == "descent" => Error::InvalidValue {
            what: "--method".into(),
            value,
            expected,
        },
        other => other,
    }
}
