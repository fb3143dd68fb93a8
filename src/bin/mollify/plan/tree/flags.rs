//! The flags of a tree.

use super::super::Args;
use super::super::smoothing::weights;
use crate::args::{count, named, real};
use crate::engine::invalid;
use mollify::error::PlanError;
use mollify::plan::Gradient;
use mollify::plan::rrt::{Ablation, Extension, Metric, Settings};
use mollify::{Result, Task};

/// What only `--method rrt` takes; unless given, the published settings of the task.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Tree (--method rrt)")]
pub struct TreeArgs {
    /// Nodes at which the tree ends [default: the task's]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub nodes: Option<u64>,
    /// Regularization of the local metric, (B B' + G I)^-1 [default: the task's]
    #[arg(long, value_name = "G", value_parser = real, allow_negative_numbers = true)]
    pub regularization: Option<f64>,
    /// Probability that a subgoal is the goal [default: the task's]
    #[arg(long, value_name = "P", value_parser = real, allow_negative_numbers = true)]
    pub goal_probability: Option<f64>,
    /// Probability that a child is a new grasp [default: the task's]
    #[arg(long, value_name = "P", value_parser = real, allow_negative_numbers = true)]
    pub regrasp_probability: Option<f64>,
    /// Local distance beyond which a subgoal is not pursued; inf for none [default: the task's]
    #[arg(long, value_name = "D", value_parser = real, allow_negative_numbers = true)]
    pub threshold: Option<f64>,
    /// The distance by which the nearest node is chosen [default: local]
    #[arg(long, value_name = "METRIC", value_parser = named::<Metric>())]
    pub metric: Option<Metric>,
    /// The step that takes a node to its child [default: smoothed with --gradient barrier, else exact, as published]
    #[arg(long, value_name = "STEP", value_parser = named::<Extension>())]
    pub extension: Option<Extension>,
    /// What the published comparison takes away [default: none]
    #[arg(long, value_name = "WHAT", value_parser = named::<Ablation>())]
    pub ablation: Option<Ablation>,
    /// Subgoals that are pursued at the same time [default: 1]
    #[arg(long, value_name = "K", value_parser = count, allow_negative_numbers = true)]
    pub batch: Option<u64>,
}

fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

impl TreeArgs {
    /// The published settings of the task with what the command line says.
    pub fn settings(&self, args: &Args, task: &Task) -> Result<Settings> {
        let planning = task.model().planning();
        let planning = planning.ok_or_else(|| PlanError::Unplanned {
            task: task.name().into(),
            known: Vec::new(),
        })?;
        let usual = Settings::published(&planning.problem);
        let kappa = match &weights(&args.kappa, &args.length, task)?[..] {
            [] => usual.kappa,
            [kappa] => *kappa,
            several => {
                let found = format!("{} values", several.len());
                return Err(invalid("--kappa of --method rrt", &found, "one value"));
            }
        };
        let gradient = args.gradient();
        let extension = match gradient {
            Gradient::Barrier => Extension::Smoothed,
            _ => Extension::Exact,
        };
        let mut settings = self.ablation.unwrap_or_default().of(Settings {
            nodes: self.nodes.map_or(usual.nodes, whole),
            gradient,
            kappa,
            sigma: args.sigma,
            samples: args.samples.unwrap_or(usual.samples),
            step: args.step.unwrap_or(usual.step),
            regularization: self.regularization.unwrap_or(usual.regularization),
            tolerance: args.tolerance.unwrap_or(usual.tolerance),
            goal_probability: self.goal_probability.unwrap_or(usual.goal_probability),
            regrasp_probability: self
                .regrasp_probability
                .unwrap_or(usual.regrasp_probability),
            threshold: self.threshold.unwrap_or(usual.threshold),
            metric: self.metric.unwrap_or_default(),
            extension: self.extension.unwrap_or(extension),
            batch: self.batch.map_or(usual.batch, whole),
            seed: args.seed,
        });
        if gradient.is_sampled() {
            // What is in force is told.
            let steps = task.model().quasi_dynamics();
            let nearest =
                steps.map(|s| settings.nearest_sigma(s.contact_compliance(task.parameters())));
            settings.sigma = settings.sigma.or(nearest);
        }
        Ok(settings)
    }
}
