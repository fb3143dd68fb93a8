//! A task: a system with everything that a run of it needs, as a user names it on the command line.

use crate::error::{Error, Result};
use crate::model::Model;
use crate::system::{Published, Tuned};
use crate::systems;
use std::sync::Arc;

/// A system, its horizon, its parameters and the noise on its decision.
///
/// The decision theta is the open-loop control sequence: d = H·M values, coordinate (t, a) at t·M + a.
/// The noise is w ~ N(0, σ² I) on theta.
#[derive(Clone, Debug)]
pub struct Task {
    model: Arc<Model>,
    horizon: usize,
    sigma: f64,
    parameters: Vec<f64>,
}

/// Samples and coordinates are counted in 32 bits on the device.
const LARGEST_DIMENSION: usize = u32::MAX as usize / 2;

impl Task {
    /// The built-in task of that name with its defaults.
    pub fn find(name: &str) -> Result<Self> {
        Ok(Self::new(systems::find(name)?))
    }

    /// The task of a model with the model's defaults.
    pub fn new(model: Arc<Model>) -> Self {
        Self {
            horizon: model.about().horizon,
            sigma: model.about().sigma,
            parameters: model.default_parameters(),
            model,
        }
    }

    /// With another number of time steps.
    pub fn with_horizon(mut self, horizon: usize) -> Result<Self> {
        let largest = LARGEST_DIMENSION / self.model.control_size().max(1);
        if horizon == 0 || horizon > largest {
            let expected = format!("a whole number from 1 to {largest}");
            return Err(Error::invalid("--horizon", horizon, &expected));
        }
        self.horizon = horizon;
        Ok(self)
    }

    /// With another standard deviation of the noise, in the unit of theta.
    pub fn with_sigma(mut self, sigma: f64) -> Result<Self> {
        // The device computes 1/σ² in f32.
        if !(1e-15..=1e15).contains(&sigma) {
            let expected = "a standard deviation from 1e-15 to 1e15";
            return Err(Error::invalid("--sigma", sigma, expected));
        }
        self.sigma = sigma;
        Ok(self)
    }

    /// With another value of a model parameter.
    pub fn with_parameter(mut self, name: &str, value: f64) -> Result<Self> {
        let index = self.model.parameter_index(name)?;
        if !value.is_finite() || value.abs() > f64::from(f32::MAX) {
            let what = format!("parameter '{name}'");
            return Err(Error::invalid(
                &what,
                value,
                "a finite number that fits f32",
            ));
        }
        if self.model.parameters()[index].positive && value <= 0.0 {
            let what = format!("parameter '{name}'");
            return Err(Error::invalid(&what, value, "above 0"));
        }
        self.parameters[index] = value;
        Ok(self)
    }

    /// The system.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.model.about().name
    }
    /// H, the number of time steps.
    pub fn horizon(&self) -> usize {
        self.horizon
    }
    /// d = H·M, the number of values of theta.
    pub fn dimension(&self) -> usize {
        self.horizon * self.model.control_size()
    }
    /// σ, the standard deviation of the noise on each value of theta.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }
    /// The values of the model's parameters, in the model's order.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }
    /// x₀
    pub fn initial_state(&self) -> &[f64] {
        self.model.initial_state()
    }
    /// theta where a run starts.
    pub fn start(&self) -> Vec<f64> {
        vec![self.model.about().start; self.dimension()]
    }
    /// The settings of the published experiment.
    pub fn published(&self) -> &Published {
        &self.model.about().published
    }
    /// The settings of the trust-region descent.
    pub fn tuned(&self) -> &Tuned {
        &self.model.about().tuned
    }
    /// What is wrong with the parameters, if anything.
    pub fn warning(&self) -> Option<String> {
        self.model.warning(&self.parameters)
    }

    /// Checks that theta has d finite values that fit f32; `origin` names its source in the error.
    pub fn check_theta(&self, theta: &[f64], origin: &str) -> Result<()> {
        if theta.len() != self.dimension() {
            return Err(Error::ThetaLength {
                origin: origin.into(),
                task: self.name().into(),
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
