//! What a receding horizon is told.

use super::disturbance::Disturbance;
use super::refinement::Refinement;
use super::shift::Tail;
use crate::engine::moments::NonFinitePolicy;
use crate::error::{ControlError, Error, Result};
use crate::noise::batch_key;
use crate::solve::{self, Descent, Kind, Returned};
use crate::system::bounds::check_positive;
use crate::system::functions::TIME;
use crate::system::task::Task;
use serde::Serialize;

/// What a receding horizon is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Options {
    /// S, steps of the plant.
    pub steps: usize,
    /// N, steps between two plans; 1 to plan anew before every step.
    pub replan: usize,
    /// R, rollouts of one plan; never exceeded.
    pub rollouts: u64,
    /// Iterations of one plan; none for 1 of `mppi`, 4 of `cem`, and what R allows for others.
    pub iterations: Option<u32>,
    /// How one plan descends, but for its seed and its budgets.
    pub descent: solve::Options,
    /// Gradient steps behind the descent, within R.
    pub refinement: Option<Refinement>,
    /// What stands at the end of a plan that is shifted.
    pub tail: Tail,
    /// What happens to the plant that no plan knows of.
    pub disturbances: Vec<Disturbance>,
    /// Seed of the plans, of the disturbances, and of what the plant draws.
    pub seed: u64,
}

/// What is drawn from a seed, apart from each other and from what a descent draws.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    /// The noise of one plan, through a seed of its own.
    Plan = 16,
    /// Initial state and parameters of the plant.
    Plant = 17,
    /// The disturbances of the plant.
    Disturbance = 18,
}

/// Iterations of `cem` in one plan: it lives on narrowing its samples.
const ITERATIONS_OF_CEM: u32 = 4;

impl Options {
    /// 200 steps with a plan of so many rollouts before each, the task's defaults for the descent, and no disturbance.
    pub fn of(plan: &Task, kind: Kind, rollouts: u64) -> Result<Self> {
        let mut descent = solve::Options::of(plan, kind)?;
        descent.estimate.nonfinite = NonFinitePolicy::Drop;
        Ok(Self {
            steps: 200,
            replan: 1,
            rollouts,
            iterations: None,
            descent,
            refinement: None,
            tail: Tail::default(),
            disturbances: Vec::new(),
            seed: 0,
        })
    }

    /// With so many steps of the plant.
    #[must_use]
    pub fn with_steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// With a plan every so many steps.
    #[must_use]
    pub fn with_replan(mut self, steps: usize) -> Self {
        self.replan = steps;
        self
    }

    /// With gradient steps behind each descent.
    #[must_use]
    pub fn with_refinement(mut self, refinement: Refinement) -> Self {
        self.refinement = Some(refinement);
        self
    }

    /// With so many iterations of each plan.
    #[must_use]
    pub fn with_iterations(mut self, iterations: u32) -> Self {
        self.iterations = Some(iterations);
        self
    }

    /// With this at the end of a plan that is shifted.
    #[must_use]
    pub fn with_tail(mut self, tail: Tail) -> Self {
        self.tail = tail;
        self
    }

    /// With these disturbances.
    #[must_use]
    pub fn with_disturbances(mut self, disturbances: Vec<Disturbance>) -> Self {
        self.disturbances = disturbances;
        self
    }

    /// With another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Refuses what makes no sense, in itself or for the two tasks.
    pub fn check(&self, plan: &Task, plant: &Task) -> Result<()> {
        check_tasks(plan, plant)?;
        let horizon = plan.horizon();
        if self.steps == 0 || self.steps > u32::MAX as usize {
            return Err(Error::invalid("steps", self.steps, "from 1 to 4294967295"));
        }
        if self.replan == 0 || self.replan > horizon {
            let expected = format!("from 1 to {horizon}, the steps of a plan");
            return Err(Error::invalid("replan", self.replan, expected));
        }
        if self.iterations == Some(0) {
            return Err(Error::invalid("iterations", 0_u32, "at least 1"));
        }
        if let Some(refinement) = self.refinement {
            refinement
                .rate
                .map_or(Ok(()), |rate| check_positive("rate", rate))?;
            if refinement.rollouts() >= self.rollouts {
                let expected = format!("below the budget of {} `rollouts`", self.rollouts);
                return Err(Error::invalid("refine", refinement.steps, expected));
            }
        }
        for (i, disturbance) in self.disturbances.iter().enumerate() {
            let target = disturbance.target;
            if self.disturbances[..i].iter().any(|d| d.target == target) {
                let name = disturbance.name(plan);
                return Err(ControlError::DisturbedTwice { name }.into());
            }
        }
        self.descent_within_budget(plan)?.check(plan)
    }

    /// The descent of one plan within its budget.
    pub(super) fn descent_within_budget(&self, plan: &Task) -> Result<solve::Options> {
        let refining = self.refinement.map_or(0, |r| r.rollouts());
        let budget = self.rollouts.saturating_sub(refining);
        let mut descent = self.descent.within(budget);
        descent.returned = Returned::Last;
        let usual = match descent.descent {
            Descent::Mppi { .. } => Some(1),
            Descent::Cem { .. } => Some(ITERATIONS_OF_CEM),
            _ => None,
        };
        if let Some(iterations) = self.iterations.or(usual) {
            descent.iterations = iterations;
        }
        if usual.is_some() {
            // Where parameters are drawn, each sample has a rollout without noise beside it.
            let each = if plan.environment().has_random_parameters() {
                2
            } else {
                1
            };
            let batches = each * u64::from(descent.iterations);
            descent.estimate.samples = budget / batches;
            if descent.estimate.samples == 0 {
                let expected = format!("at least {batches}, one for each iteration");
                return Err(Error::invalid("rollouts", budget, expected));
            }
        }
        Ok(descent)
    }

    /// The key of what is drawn from the seed.
    pub(super) fn key(&self, stream: Stream, number: usize) -> [u32; 2] {
        batch_key(self.seed, number as u32, stream as u32)
    }

    /// The same as a seed.
    pub(super) fn seed_of(&self, stream: Stream, number: usize) -> u64 {
        let [low, high] = self.key(stream, number);
        u64::from(low) | u64::from(high) << 32
    }
}

/// Refuses tasks that no receding horizon can plan for.
fn check_tasks(plan: &Task, plant: &Task) -> Result<()> {
    let (planned, controlled) = (plan.model().about(), plant.model().about());
    if planned.state != controlled.state || planned.control != controlled.control {
        return Err(ControlError::OtherSystem {
            plan: plan.name().into(),
            plant: plant.name().into(),
        }
        .into());
    }
    if !plan.policy().is_open_loop() || plan.dimension() != plan.action_dimension() {
        return Err(ControlError::NotOpenLoop {
            task: plan.name().into(),
            policy: plan.policy().to_string(),
        }
        .into());
    }
    if plan.system().functions().stage_cost.uses(TIME) {
        let task = plan.name().into();
        return Err(ControlError::TimeInCost { task }.into());
    }
    // The worst rollouts of a plan are none of the plant, which has but one.
    match plan.shaping().risk() {
        Some(risk) => Err(Error::invalid(
            "risk",
            risk.to_string(),
            "left out: a plan minimises the mean of its costs",
        )),
        None => Ok(()),
    }
}
