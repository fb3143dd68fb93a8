//! A task: a system with everything that a run of it needs, as a user names it on the command line.

mod noise;
pub mod recipe;
mod shape;

use crate::error::{Error, Result, nearest};
use crate::noise::environment::{Draw, Environment, Initial};
use crate::noise::{
    Covariance, Distribution, Factor, Noise, NoiseOn, standard_normal_pair, threefry2x32,
};
use crate::system::model::Model;
use crate::system::policy::{LARGEST_DIMENSION, Network, Policy};
use crate::system::shaping::Shaping;
use crate::system::{ClosedForm, Published, Tuned};
use std::sync::Arc;

/// A system, its horizon, its policy, the noise, and the distribution of its initial state and parameters.
///
/// The decision theta has d values: for the open-loop policy the controls, coordinate (t, a) at t·M + a, so that
/// d = H·M; for a feedback policy its weights (see [`Policy`]). The noise is on theta or on the control of every step.
#[derive(Clone, Debug)]
pub struct Task {
    model: Arc<Model>,
    /// The system as it is, where `model` is that and a shaping.
    unshaped: Option<Arc<Model>>,
    shaping: Shaping,
    /// σ of each control at the first and the last time over the common one; empty where all have the common one.
    ratios: Vec<[f64; 2]>,
    /// That of the noise, where its values are not independent.
    covariance: Option<Covariance>,
    /// Its factor for the theta of this policy and horizon; none where it fits none.
    factor: Option<Arc<Factor>>,
    /// Whether the threshold of the risk was set from samples.
    is_settled: bool,
    horizon: usize,
    policy: Policy,
    noise: Noise,
    environment: Environment,
    /// The parameters with every draw at its mean.
    parameters: Vec<f64>,
    /// x₀ with every draw at its mean.
    initial_state: Vec<f64>,
}

impl Task {
    /// The task of a model with the model's defaults.
    pub fn new(model: Arc<Model>) -> Self {
        let defaults = model.defaults();
        let environment = defaults.environment.clone();
        Self {
            horizon: model.about().horizon,
            policy: defaults.policy.clone(),
            noise: Noise {
                distribution: Distribution::Gaussian,
                on: defaults.noise_on,
                sigma: model.about().sigma,
            },
            parameters: environment.mean_parameters(),
            initial_state: environment.mean_state(),
            environment,
            model,
            unshaped: None,
            shaping: Shaping::default(),
            is_settled: false,
            ratios: Vec::new(),
            covariance: None,
            factor: None,
        }
    }

    /// γ of the trust region that comes with the system, for the system as it comes: with another horizon, noise, policy or
    /// parameters the gradient has another size.
    pub fn tolerance(&self) -> Option<f64> {
        let usual = Self::new(self.system().clone());
        let is_usual = self.shaping.is_none()
            && self.horizon == usual.horizon
            && self.policy == usual.policy
            && self.noise == usual.noise
            && self.ratios.is_empty()
            && self.covariance.is_none()
            && self.environment == usual.environment;
        self.tuned().gamma.filter(|_| is_usual)
    }

    /// With another number of time steps.
    pub fn with_horizon(mut self, horizon: usize) -> Result<Self> {
        let largest = LARGEST_DIMENSION / self.model.control_size().max(1);
        if horizon == 0 || horizon > largest {
            let expected = format!("a whole number from 1 to {largest}");
            return Err(Error::invalid("horizon", horizon, &expected));
        }
        if self.shaping.decided().is_some() && horizon != self.horizon {
            let expected = format!(
                "{}, the steps of the known controls with `decide`",
                self.horizon
            );
            return Err(Error::invalid("horizon", horizon, &expected));
        }
        self.horizon = horizon;
        let policy = self.policy.clone();
        self.with_policy(policy)
    }

    /// With another policy; theta then has another number of values.
    pub fn with_policy(mut self, policy: Policy) -> Result<Self> {
        policy.check(
            self.name(),
            self.system().state_size(),
            self.model.control_size(),
            self.horizon,
        )?;
        self.policy = policy;
        Ok(self.factored())
    }

    /// With another value of a model parameter.
    pub fn with_parameter(self, name: &str, value: f64) -> Result<Self> {
        self.with_randomized(name, Draw::Constant(value))
    }

    /// With a model parameter drawn anew for every sample: domain randomisation.
    pub fn with_randomized(mut self, name: &str, draw: Draw) -> Result<Self> {
        let index = self.model.parameter_index(name)?;
        check_draw(draw, &format!("parameter '{name}'"))?;
        if self.model.parameters()[index].positive {
            Environment::check_positive(draw, name)?;
        }
        if let Some(decided) = &mut self.shaping.decided {
            decided.begin_at(index, draw).ok_or_else(|| {
                let expected = "a number for a parameter that is decided";
                Error::invalid(&format!("parameter '{name}'"), draw.to_string(), expected)
            })?;
        }
        self.environment.parameters[index] = draw;
        self.parameters = self.environment.mean_parameters();
        Ok(self)
    }

    /// With a model parameter drawn anew for every sample, with this standard deviation, 0 or above: about the mean it
    /// has and of the kind it has; uniform if it was constant.
    pub fn with_spread(self, name: &str, deviation: f64) -> Result<Self> {
        let index = self.model.parameter_index(name)?;
        if !(deviation >= 0.0 && deviation.is_finite()) {
            let what = format!("the standard deviation of parameter '{name}'");
            return Err(Error::invalid(&what, deviation, "0 or a positive number"));
        }
        let draw = self.environment.parameters[index].with_deviation(deviation);
        self.with_randomized(name, draw)
    }

    /// With another distribution of a coordinate of the initial state; `terms` are factors of earlier coordinates.
    pub fn with_initial(mut self, name: &str, draw: Draw, terms: &[(&str, f64)]) -> Result<Self> {
        let index = self.state_index(name)?;
        check_draw(draw, &format!("initial state '{name}'"))?;
        let terms: Vec<(usize, f64)> = terms
            .iter()
            .map(|(other, factor)| {
                let j = self.state_index(other)?;
                if j >= index {
                    let what = format!("a term of initial state '{name}'");
                    let expected = format!("a coordinate that stands before '{name}' in the state");
                    return Err(Error::invalid(&what, format!("'{other}'"), &expected));
                }
                Ok((j, *factor))
            })
            .collect::<Result<_>>()?;
        self.environment.initial[index] = Initial {
            draw,
            terms: terms.into(),
        };
        self.initial_state = self.environment.mean_state();
        Ok(self)
    }

    /// The position of a control.
    pub fn control_index(&self, name: &str) -> Result<usize> {
        let list = &self.model.about().control;
        let names = || list.iter().map(|c| &*c.name);
        names()
            .position(|known| known == name)
            .ok_or_else(|| Error::UnknownControl {
                task: self.name().into(),
                name: name.into(),
                nearest: nearest(name, names()),
                known: names().map(String::from).collect(),
            })
    }

    fn state_index(&self, name: &str) -> Result<usize> {
        let list = &self.model.about().state;
        let names = || list.iter().map(|c| &*c.name);
        names()
            .position(|known| known == name)
            .ok_or_else(|| Error::UnknownState {
                task: self.name().into(),
                name: name.into(),
                nearest: nearest(name, names()),
                known: names().map(String::from).collect(),
            })
    }

    /// What the engines run: the system, and what shapes it.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }
    /// The system as it is.
    pub fn system(&self) -> &Arc<Model> {
        self.unshaped.as_ref().unwrap_or(&self.model)
    }
    /// What stands between theta and its controls, and between its costs and the objective.
    pub fn shaping(&self) -> &Shaping {
        &self.shaping
    }
    /// Its name.
    pub fn name(&self) -> &str {
        &self.model.about().name
    }
    /// The file that the system came from, if it did, as documents name it.
    pub fn system_file(&self) -> Option<String> {
        let file = self.model.file();
        file.map(|path| path.display().to_string())
    }
    /// H, the number of time steps.
    pub fn horizon(&self) -> usize {
        self.horizon
    }
    /// How the control follows from theta.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
    /// The network of a feedback policy, or of values that stand in time: those of an open loop too where their noise is not
    /// independent, because each then needs that of others.
    pub fn network(&self) -> Option<Network> {
        let policy = match (&self.policy, &self.factor) {
            (Policy::OpenLoop, Some(_)) => &Policy::HeldFor { steps: 1 },
            (policy, _) => policy,
        };
        policy.network(
            self.system().state_size(),
            self.model.control_size(),
            self.horizon,
        )
    }
    /// d, the number of values of theta.
    pub fn dimension(&self) -> usize {
        match self.network() {
            Some(network) => network.dimension(),
            None => self.action_dimension(),
        }
    }
    /// H·M, the number of control values of a rollout.
    pub fn action_dimension(&self) -> usize {
        self.horizon * self.model.control_size()
    }
    /// The number of values of the noise w of one sample.
    pub fn noise_dimension(&self) -> usize {
        match self.noise.on {
            NoiseOn::Decision => self.dimension(),
            NoiseOn::Action => self.action_dimension(),
        }
    }
    /// The noise.
    pub fn noise(&self) -> &Noise {
        &self.noise
    }
    /// σ
    pub fn sigma(&self) -> f64 {
        self.noise.sigma
    }
    /// Whether the noise is on theta itself, as it is for every open loop.
    pub fn noise_is_on_decision(&self) -> bool {
        self.policy.is_open_loop() || self.noise.on == NoiseOn::Decision
    }
    /// The distribution of initial state and parameters.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }
    /// The values of the model's parameters, in the model's order; the mean of those that are drawn.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }
    /// x₀, with every draw at its mean.
    pub fn initial_state(&self) -> &[f64] {
        &self.initial_state
    }

    /// theta where a run starts: the system's, which holds what the controls command where it is, or small random weights for a perceptron, whose gradient would vanish
    /// at 0. They are N(0, 1/inputs) for each layer, the last a tenth of that, always the same.
    pub fn start(&self) -> Vec<f64> {
        if let Some(decided) = self
            .shaping
            .decided()
            .filter(|_| self.policy == Policy::Held)
        {
            return decided.start().to_vec();
        }
        let Policy::Perceptron { .. } = self.policy else {
            let commanded = &self.model.defaults().commanded;
            let is_sequence = self.policy.is_of_time() && self.policy != Policy::Held;
            if is_sequence && !commanded.is_empty() {
                let hold: Vec<f64> = commanded.iter().map(|i| self.initial_state[*i]).collect();
                return hold.repeat(self.dimension() / hold.len());
            }
            return vec![self.model.about().start; self.dimension()];
        };
        let mut theta = vec![0.0; self.dimension()];
        let Some(network) = self.network() else {
            return theta;
        };
        for layer in network.layers() {
            let share = if layer.hidden { 1.0 } else { 0.1 };
            let scale = share / (layer.inputs as f64).sqrt();
            let weights = &mut theta[layer.weights..][..layer.inputs * layer.outputs];
            for (i, weight) in (layer.weights..).zip(weights) {
                let bits = threefry2x32([0, 0], [i as u32, 0]);
                *weight = scale * standard_normal_pair(bits)[0];
            }
        }
        theta
    }
    /// The settings of the published experiment, if there are any.
    pub fn published(&self) -> Option<&Published> {
        self.model.about().published.as_ref()
    }
    /// The settings of the trust-region descent.
    pub fn tuned(&self) -> &Tuned {
        &self.model.about().tuned
    }
    /// What is wrong with the parameters, if anything.
    pub fn warning(&self) -> Option<String> {
        self.model.warning(&self.parameters)
    }

    /// The same as the end of an error: a reason that may be behind it.
    pub(crate) fn hint(&self) -> String {
        self.warning().map(|w| format!("; {w}")).unwrap_or_default()
    }

    /// Refuses parameters that make no sense for the system; those that are drawn by their mean.
    pub fn check_parameters(&self) -> Result<()> {
        self.model.check(&self.parameters)
    }

    /// Exact values at theta, where they are known for the policy, the noise and the distributions in force;
    /// `baseline` is b of the zeroth order.
    pub fn closed_form(&self, theta: &[f64], baseline: f64) -> Option<ClosedForm> {
        if self.noise.distribution != Distribution::Gaussian
            || !self.ratios.is_empty()
            || self.covariance.is_some()
            || self.environment.has_random_parameters()
        {
            return None;
        }
        let (p, sigma) = (&self.parameters, self.noise.sigma);
        if self.policy.is_open_loop() {
            let fixed = !self.environment.is_random();
            return self
                .model
                .closed_form(p, theta, sigma, baseline)
                .filter(|_| fixed);
        }
        let defaults = self.model.defaults();
        let usual = self.policy == defaults.policy
            && self.noise.on == NoiseOn::Action
            && self.environment.initial == defaults.environment.initial;
        let exact = || {
            self.model
                .feedback_closed_form(p, theta, self.horizon, sigma)
        };
        usual.then(exact).flatten()
    }

    /// Checks that theta has d finite values that fit f32; `origin` names its source in the error.
    pub fn check_theta(&self, theta: &[f64], origin: &str) -> Result<()> {
        if theta.len() != self.dimension() {
            return Err(Error::ThetaLength {
                origin: origin.into(),
                task: self.name().into(),
                policy: self.policy.to_string(),
                horizon: self.horizon,
                expected: self.dimension(),
                got: theta.len(),
            });
        }
        let bad = theta
            .iter()
            .position(|v| !v.is_finite() || v.abs() > f64::from(f32::MAX));
        match bad {
            Some(index) => Err(Error::ThetaNonFinite {
                origin: origin.into(),
                index,
                value: theta[index],
            }),
            None => Ok(()),
        }
    }
}

fn check_draw(draw: Draw, what: &str) -> Result<()> {
    let expected = match draw {
        Draw::Constant(_) => "a finite number that fits f32",
        _ => "a draw of finite numbers that fit f32, with a deviation or width above 0",
    };
    match draw.is_sound() {
        true => Ok(()),
        false => Err(Error::invalid(what, draw.to_string(), expected)),
    }
}
