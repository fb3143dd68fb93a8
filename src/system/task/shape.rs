//! What shapes the system of a task: see [`crate::system::shaping`].

use super::Task;
use crate::error::{Error, Result};
use crate::noise::NoiseOn;
use crate::system::model::Model;
use crate::system::policy::Policy;
use crate::system::shaping::{Decided, Limit, Observed, Risk};
use std::sync::Arc;

/// σ of a parameter that is decided, of its value.
const SHARE: f64 = 0.05;

/// Steps between two cuts, at most: f32 counts as far.
const LONGEST_TRUNCATION: u32 = 1 << 24;

impl Task {
    /// With parameters of the system as the decision, in place of its controls, which are known: H × M values, or those of the
    /// start where none are given. theta are the values of the parameters, about which the noise is; `observed`, H + 1 states, takes
    /// the place of the costs. σ is a twentieth of each value unless it is set behind this.
    pub fn with_decided(
        mut self,
        names: &[&str],
        controls: Option<Vec<f64>>,
        observed: Option<Vec<f64>>,
    ) -> Result<Self> {
        let system = self.system().clone();
        let parameters = self.indices_to_decide(names)?;
        let open = Self::new(system.clone()).with_horizon(self.horizon)?;
        let controls = match controls {
            Some(controls) => controls,
            None => open.with_policy(Policy::OpenLoop)?.start(),
        };
        let (n, m) = (system.state_size(), system.control_size());
        self.check_known("controls", controls.len(), self.horizon * m)?;
        if let Some(states) = &observed {
            self.check_known("states", states.len(), (self.horizon + 1) * n)?;
        }
        let is_positive = |i: &usize| system.parameters()[*i].positive;
        let start: Vec<f64> = parameters.iter().map(|i| self.parameters[*i]).collect();
        let decided = Decided {
            positive: parameters.iter().map(is_positive).collect(),
            start: start.clone(),
            parameters,
            controls: controls.into(),
            observed: observed.map(|states| Observed::new(states, n)),
        };
        decided.check()?;
        // Limits are those of controls that are no longer decided.
        self.shaping.limits.clear();
        self.shaping.decided = Some(decided);
        self.ratios = Vec::new();
        let mut task = self.shaped();
        task.noise.on = NoiseOn::Decision;
        task = task.with_policy(Policy::Held)?;
        for (name, value) in names.iter().zip(start) {
            let sigma = if value == 0.0 {
                SHARE
            } else {
                SHARE * value.abs()
            };
            task = task.with_control_sigma(name, sigma, sigma)?;
        }
        Ok(task)
    }

    /// The positions of parameters that may be decided.
    fn indices_to_decide(&self, names: &[&str]) -> Result<Vec<usize>> {
        let mut indices = Vec::new();
        for name in names {
            let index = self.system().parameter_index(name)?;
            if indices.contains(&index) || self.environment.parameters[index].is_random() {
                let expected = "a parameter that is given once and not drawn";
                return Err(Error::invalid("decide", format!("'{name}'"), expected));
            }
            indices.push(index);
        }
        match indices.is_empty() {
            false => Ok(indices),
            true => {
                let expected = "the names of parameters, one at least";
                Err(Error::invalid("decide", "empty", expected))
            }
        }
    }

    fn check_known(&self, name: &str, given: usize, size: usize) -> Result<()> {
        if given == size {
            return Ok(());
        }
        let expected = format!("{size} for a horizon of {}", self.horizon);
        let what = format!("the number of values of the known {name}");
        Err(Error::invalid(&what, given, &expected))
    }

    /// With a control kept between limits, or with all of them where no name is given.
    pub fn with_limit(mut self, name: Option<&str>, limit: Limit) -> Result<Self> {
        let controls = self.model.control_size();
        let chosen = match name {
            Some(name) => {
                let index = self.control_index(name)?;
                index..index + 1
            }
            None => 0..controls,
        };
        self.shaping.limits.resize(controls, None);
        self.shaping.limits[chosen].fill(Some(limit));
        Ok(self.shaped())
    }

    /// With the adjoint of the state cut every n steps: the first order of a step knows of at most n steps after it, has less
    /// variance where those are unstable, and is biased.
    pub fn with_truncation(mut self, steps: u32) -> Result<Self> {
        if steps == 0 || steps > LONGEST_TRUNCATION {
            let expected = format!("a whole number of steps from 1 to {LONGEST_TRUNCATION}");
            return Err(Error::invalid("truncation", steps, &expected));
        }
        self.shaping.truncation = Some(steps);
        Ok(self.shaped())
    }

    /// With the worst costs in place of the mean of all.
    pub fn with_risk(mut self, risk: Risk) -> Self {
        self.shaping.risk = Some(risk);
        self.shaped()
    }

    /// With a threshold of the risk that stays.
    pub(crate) fn settled(mut self) -> Self {
        self.is_settled = true;
        self
    }

    /// Whether the threshold of the risk stays.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// With the model that follows from the system and the shaping.
    pub(super) fn shaped(mut self) -> Self {
        let system = self.system().clone();
        self.environment.initial.truncate(system.state_size());
        let own = system.parameters().len();
        self.environment.parameters.truncate(own);
        self.model = match self.shaping.is_none() {
            true => system.clone(),
            false => Arc::new(Model::shaped(&system, &self.shaping)),
        };
        self.model.extend(&mut self.environment);
        self.is_settled = false;
        self.unshaped = Some(system);
        self.parameters = self.environment.mean_parameters();
        self.initial_state = self.environment.mean_state();
        self
    }

    /// What the system gets of a control as the policy commands it.
    pub fn applied(&self, control: &[f64]) -> Vec<f64> {
        self.shaping.limited(control)
    }

    /// Refuses theta where all commands of a control are beyond its limits by more than three σ: none of them would move. Some of them
    /// are so behind a descent, which is not limited itself.
    pub fn check_reach(&self, theta: &[f64], origin: &str) -> Result<()> {
        let m = self.model.control_size().max(1);
        let sigmas = self.control_sigmas();
        for (a, limit) in self.shaping.limits.iter().enumerate() {
            let sigma = sigmas[a].into_iter().fold(0.0, f64::max);
            let reaches = |limit: &Limit| {
                let mut commands = theta.iter().skip(a).step_by(m);
                commands.any(|u| *u > limit.low - 3.0 * sigma && *u < limit.high + 3.0 * sigma)
            };
            if self.policy.is_of_time() && limit.as_ref().is_some_and(|limit| !reaches(limit)) {
                return self.check_within_limits(theta, 3.0, origin);
            }
        }
        Ok(())
    }

    /// Refuses commands that are beyond the limits of their controls by more than so many σ: noise then hardly comes between
    /// them, and clamped controls do not move. `origin` names theta in the error. The weights of feedback are no commands.
    pub fn check_within_limits(&self, theta: &[f64], slack: f64, origin: &str) -> Result<()> {
        if !self.policy.is_of_time() {
            return Ok(());
        }
        let (about, sigmas) = (self.model.about(), self.control_sigmas());
        for (i, command) in theta.iter().enumerate() {
            let control = i % about.control.len().max(1);
            let Some(Some(limit)) = self.shaping.limits.get(control) else {
                continue;
            };
            let slack = slack * sigmas[control].into_iter().fold(0.0, f64::max);
            if *command < limit.low - slack || *command > limit.high + slack {
                return Err(Error::OutsideLimits {
                    control: about.control[control].name.to_string(),
                    low: limit.low,
                    high: limit.high,
                    origin: origin.into(),
                    value: *command,
                });
            }
        }
        Ok(())
    }
}
