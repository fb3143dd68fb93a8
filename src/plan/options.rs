//! The settings of a planner.

use super::kinds::{Gradient, Method, StateJacobian, TrustRegion};
use super::scenario::Scenario;
use crate::contact::quasidynamic::smoothing::LARGEST_WEIGHT_IN_F32;
use crate::error::{Error, Named, PlanError, Result, number};
use crate::estimate::linearize::Settings;
use crate::system::bounds::check_positive;
use serde::Serialize;

/// What a plan is made with; commands are in their own units.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Options {
    /// How.
    pub method: Method,
    /// By which derivatives.
    pub gradient: Gradient,
    /// Iterations at most; of shooting for each weight of the barrier.
    pub iterations: u32,
    /// How far a command may be from the coordinate that follows it.
    pub reach: f64,
    /// By how much a command may change in one iteration of shooting.
    pub step: f64,
    /// Where shooting trusts its linearizations.
    pub trust_region: TrustRegion,
    /// What of A is taken.
    pub state_jacobian: StateJacobian,
    /// κ, 1/J, from much smoothing to little: shooting goes through all of them, MPC from the first to the last over twenty
    /// iterations.
    pub kappa: Vec<f64>,
    /// Standard deviation of the noise on commands in the first iteration, of those gradients that are sampled.
    pub sigma: f64,
    /// Steps for each of A and B at each point.
    pub samples: u64,
    /// Seed of the noise.
    pub seed: u64,
    /// How far the objects may end from their goal: the norm over all of their coordinates, m and rad alike.
    pub tolerance: f64,
}

/// Iterations after which the noise of iteration 1 has fallen by a factor of this power of them.
const DECAY: f64 = 0.8;
/// Values of all commands, at most.
const MOST_VARIABLES: usize = 2000;
/// Iterations over which MPC goes from the first weight to the last.
const SWEEP: f64 = 20.0;

impl Options {
    /// The defaults of a method: for MPC the published ones, for shooting our own.
    pub fn of(method: Method) -> Self {
        let (iterations, kappa) = match method {
            Method::Shooting => (20, vec![1e2, 1e3, 1e4]),
            Method::Mpc => (10, vec![1e2, 2e3]),
        };
        Self {
            method,
            gradient: Gradient::Barrier,
            iterations,
            reach: 0.2,
            step: 0.1,
            trust_region: TrustRegion::Box,
            state_jacobian: StateJacobian::Full,
            kappa,
            sigma: 0.2,
            samples: 100,
            seed: 0,
            tolerance: 0.1,
        }
    }

    /// Refuses what makes no sense, in itself or for what is planned.
    pub fn check(&self, scenario: &Scenario<'_>) -> Result<()> {
        for (setting, value) in [
            ("reach", self.reach),
            ("step", self.step),
            ("sigma", self.sigma),
            ("tolerance", self.tolerance),
        ] {
            check_positive(setting, value)?;
        }
        let variables = scenario.task.horizon() * scenario.commanded.len();
        if variables > MOST_VARIABLES {
            let most = MOST_VARIABLES / scenario.commanded.len();
            let expected = format!("at most {most}: all of its commands are in one dense program");
            return Err(Error::invalid("horizon", scenario.task.horizon(), expected));
        }
        if self.iterations == 0 {
            return Err(Error::invalid("iterations", self.iterations, "at least 1"));
        }
        if self.kappa.is_empty() {
            return Err(Error::invalid(
                "kappa",
                "empty",
                "one number of 1/J or more",
            ));
        }
        for kappa in &self.kappa {
            if !(*kappa > 0.0 && kappa.is_finite()) {
                let expected = "a finite number of 1/J above 0; `gradient` exact takes steps without smoothing";
                return Err(Error::invalid("kappa", *kappa, expected));
            }
            if scenario.parameters(*kappa).is_err() {
                let expected = format!(
                    "at most {} 1/J for this task: beyond it, smoothing is lost in f32",
                    number(LARGEST_WEIGHT_IN_F32)
                );
                return Err(Error::invalid("kappa", *kappa, expected));
            }
        }
        if self.kappa.windows(2).any(|pair| pair[1] < pair[0]) {
            let expected = "ever larger weights: smoothing is to become less from one to the next";
            let found: Vec<String> = self.kappa.iter().map(|k| number(*k)).collect();
            return Err(Error::invalid("kappa", found.join(","), expected));
        }
        if self.trust_region != TrustRegion::Box && self.gradient != Gradient::Barrier {
            let gradient = self.gradient.name();
            return Err(PlanError::NoForces { gradient }.into());
        }
        match self.gradient.is_sampled() {
            true => Settings::new(self.samples, self.sigma).check(scenario.steps.sizes),
            false => Ok(()),
        }
    }

    /// κ of an iteration of MPC, from 0: κ₀ (κ₁/κ₀)^(i/20).
    pub(super) fn swept_kappa(&self, iteration: u32) -> f64 {
        let (first, last) = (self.kappa[0], self.kappa[self.kappa.len() - 1]);
        first * libm::pow(last / first, f64::from(iteration) / SWEEP)
    }

    /// σ of an iteration, from 0: σ/(i + 1)^.8.
    pub(super) fn swept_sigma(&self, iteration: u32) -> f64 {
        self.sigma / libm::pow(f64::from(iteration) + 1.0, DECAY)
    }
}
