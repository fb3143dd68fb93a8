//! The noise of a task: its distribution, what it is on, and its size, of all values or of each control.

use super::Task;
use crate::error::{Error, Result};
use crate::noise::{Distribution, Noise, NoiseOn, Ratios};

impl Task {
    /// With another σ: the standard deviation of the noise (the scale of Student's t), in the unit of what it is
    /// added to.
    pub fn with_sigma(mut self, sigma: f64) -> Result<Self> {
        self.noise.sigma = sigma;
        self.noise.check()?;
        Ok(self)
    }

    /// With a σ of a control's own, from the first time on to the last; 0 for no noise. The common σ is then the largest of all.
    pub fn with_control_sigma(mut self, name: &str, first: f64, last: f64) -> Result<Self> {
        let control = self.control_index(name)?;
        for sigma in [first, last] {
            if sigma != 0.0 {
                let own = Noise {
                    sigma,
                    ..self.noise
                };
                own.check().map_err(|_| {
                    let expected = "0, or a standard deviation from 1e-15 to 1e15";
                    Error::invalid(&format!("`sigma` of control '{name}'"), sigma, expected)
                })?;
            }
        }
        let mut sigmas = self.control_sigmas();
        sigmas[control] = [first, last];
        let largest = sigmas.iter().flatten().fold(0.0_f64, |m, s| m.max(*s));
        if largest > 0.0 {
            self.noise.sigma = largest;
        }
        self.ratios = sigmas
            .into_iter()
            .map(|ends| ends.map(|s| s / self.noise.sigma))
            .collect();
        Ok(self)
    }

    /// σ of each control at the first and the last time.
    pub fn control_sigmas(&self) -> Vec<[f64; 2]> {
        match self.ratios.is_empty() {
            true => vec![[self.noise.sigma; 2]; self.model.control_size()],
            false => self
                .ratios
                .iter()
                .map(|ends| ends.map(|r| r * self.noise.sigma))
                .collect(),
        }
    }

    /// What the noise of each element is over the common one; none where all are the same. Elements are those of theta, or of the
    /// controls of all steps.
    pub fn noise_ratios(&self) -> Option<Ratios> {
        let controls = self.model.control_size().max(1);
        let times = self.noise_dimension() / controls;
        (!self.ratios.is_empty()).then(|| Ratios::between(&self.ratios, times))
    }

    /// σ of each element of the noise.
    pub fn sigmas(&self) -> Vec<f64> {
        let (sigma, count) = (self.noise.sigma, self.noise_dimension());
        match self.noise_ratios() {
            None => vec![sigma; count],
            Some(ratios) => (0..count).map(|i| sigma * ratios.of(i)).collect(),
        }
    }

    /// The root mean square of σ over all elements: σ where all have the common one.
    pub fn mean_sigma(&self) -> f64 {
        if self.ratios.is_empty() {
            return self.noise.sigma;
        }
        let squares: f64 = self.sigmas().iter().map(|s| s * s).sum();
        (squares / self.noise_dimension().max(1) as f64).sqrt()
    }

    /// Refuses noise that a run could not have: none at all, or noise of controls on weights.
    pub fn check_noise(&self) -> Result<()> {
        if self.ratios.is_empty() {
            return Ok(());
        }
        if self.ratios.iter().flatten().all(|r| *r == 0.0) {
            let expected =
                "above 0 for one control at least: without noise there is nothing to sample";
            return Err(Error::invalid("sigma", 0.0, expected));
        }
        let ends = &self.ratios;
        if self.noise_dimension() == self.model.control_size() && ends.iter().any(|e| e[0] != e[1])
        {
            let expected = "one number for each control, where there is one time: nothing goes from a first to a last one";
            return Err(Error::invalid("sigma", "a range", expected));
        }
        let is_silent = ends.iter().any(|e| e[0] == 0.0 || e[1] == 0.0);
        if !self.policy.is_of_time() && is_silent && !self.noise_is_on_decision() {
            let expected = "above 0 for every control of a feedback policy, whose weights would have no zeroth order without";
            return Err(Error::invalid("sigma", 0.0, expected));
        }
        if !self.policy.is_of_time() && self.noise_is_on_decision() {
            let expected = "one value for all weights of the policy; with `noise_on` action each control may have its own";
            return Err(Error::invalid("sigma", "one for a control", expected));
        }
        Ok(())
    }

    /// With another distribution of the noise.
    pub fn with_distribution(mut self, distribution: Distribution) -> Self {
        self.noise.distribution = distribution;
        self
    }

    /// With the noise on the decision or on the action; for the open loop both are the same.
    pub fn with_noise_on(mut self, on: NoiseOn) -> Self {
        self.noise.on = on;
        self
    }
}
