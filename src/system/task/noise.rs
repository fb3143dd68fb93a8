//! The noise of a task: its distribution, what it is on, and its size, of all values or of each control.

use super::Task;
use crate::error::{Error, Result};
use crate::noise::{Covariance, Distribution, Factor, Noise, NoiseOn, Ratios};
use std::sync::Arc;

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
        Ok(self.factored())
    }

    /// With noise on theta whose values are not independent: of covariance σ² C. Whether C fits theta is found by
    /// [`Task::check_noise`].
    pub fn with_covariance(mut self, covariance: Covariance) -> Self {
        self.covariance = Some(covariance);
        self.factored()
    }

    /// The covariance of the noise over σ², where its values are not independent.
    pub fn covariance(&self) -> Option<&Covariance> {
        self.covariance.as_ref()
    }

    /// Its factor.
    pub fn factor(&self) -> Option<&Arc<Factor>> {
        self.factor.as_ref()
    }

    /// With the factor that follows from covariance, policy and horizon.
    pub(super) fn factored(mut self) -> Self {
        self.factor = None;
        if let Some(covariance) = &self.covariance {
            let controls = self.model.control_size().max(1);
            let (times, ratios) = (self.dimension() / controls, self.noise_ratios());
            let factor = match self.policy.is_of_time() {
                true => covariance.factor(times, controls, ratios.as_ref()),
                false => covariance.factor(self.dimension(), 1, None),
            };
            self.factor = factor.ok().map(Arc::new);
        }
        self
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

    /// The same for what draws the noise: none where a covariance has them in it.
    pub fn drawn_ratios(&self) -> Option<Ratios> {
        self.noise_ratios().filter(|_| self.factor.is_none())
    }

    /// σ of each element of the noise.
    pub fn sigmas(&self) -> Vec<f64> {
        let (sigma, count) = (self.noise.sigma, self.noise_dimension());
        if let Some(factor) = &self.factor {
            return factor.deviations().iter().map(|s| sigma * s).collect();
        }
        match self.noise_ratios() {
            None => vec![sigma; count],
            Some(ratios) => (0..count).map(|i| sigma * ratios.of(i)).collect(),
        }
    }

    /// The root mean square of σ over all elements: σ where all have the common one.
    pub fn mean_sigma(&self) -> f64 {
        if self.ratios.is_empty() && self.factor.is_none() {
            return self.noise.sigma;
        }
        let squares: f64 = self.sigmas().iter().map(|s| s * s).sum();
        (squares / self.noise_dimension().max(1) as f64).sqrt()
    }

    /// Refuses noise that a run could not have: none at all, or noise of controls on weights.
    pub fn check_noise(&self) -> Result<()> {
        self.check_covariance()?;
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

    fn check_covariance(&self) -> Result<()> {
        let Some(covariance) = &self.covariance else {
            return Ok(());
        };
        let refused = |expected: &str| {
            Err(Error::invalid(
                "covariance",
                covariance.to_string(),
                expected,
            ))
        };
        if self.noise.distribution != Distribution::Gaussian {
            return refused("left out where the noise is not Gaussian");
        }
        if !self.noise_is_on_decision() {
            return refused("left out where the noise is on the action; or `noise_on` decision");
        }
        let (is_of_time, has_own) = (self.policy.is_of_time(), !self.ratios.is_empty());
        match covariance {
            Covariance::PowerLaw(_) if !is_of_time => {
                return refused(
                    "left out with a feedback policy, whose weights do not stand in time",
                );
            }
            Covariance::PowerLaw(_)
                if self.ratios.iter().any(|r| (r[0] == 0.0) != (r[1] == 0.0)) =>
            {
                return refused("left out where the noise of a control begins or ends at 0");
            }
            Covariance::Given(_) if has_own => {
                return refused(
                    "power-law where controls have a `sigma` of their own, which a matrix has in it",
                );
            }
            _ => {}
        }
        // What fits is there already.
        if self.factor.is_none() {
            let controls = if is_of_time {
                self.model.control_size().max(1)
            } else {
                1
            };
            let ratios = self.noise_ratios();
            covariance.factor(self.dimension() / controls, controls, ratios.as_ref())?;
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
