//! How a step is smoothed by noise, and by how many samples.

use crate::error::{Error, Named, Result};
use crate::system::functions::Sizes;
use serde::Serialize;

/// The law of the noise on a configuration or a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// Normal
    #[default]
    Gaussian,
    /// Student's t with two degrees of freedom in all directions: the noise that the barrier is; sigma is its scale
    StudentT,
}

impl Law {
    /// The standard deviation of the normal noise that is nearest to Student's t of scale 1, and so to a barrier: their distribution
    /// functions are .0313 apart at most.
    pub const NEAREST_GAUSSIAN: f64 = 1.4072;
}

impl Named for Law {
    const WHAT: &'static str = "noise";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Gaussian, "gaussian", "Normal"),
        (
            Self::StudentT,
            "student-t",
            "Student's t with two degrees of freedom in all directions: the noise that the barrier is; sigma is its scale",
        ),
    ];
}

/// What [`super::linearize`] draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// N, the steps of a batch: there is one for A and one for B at each point.
    pub samples: u64,
    /// Standard deviation or scale of the noise on commands, in their unit, for B and c.
    pub sigma: f64,
    /// The same on configurations, for A.
    pub state_sigma: f64,
    /// Its law.
    pub noise: Law,
    /// Whether noise comes in pairs (w, -w).
    pub pairs: bool,
    /// Seed of the noise.
    pub seed: u64,
}

impl Settings {
    /// Gaussian pairs; noise on configurations is a twentieth of that on commands, as published (.001 beside .02).
    pub fn new(samples: u64, sigma: f64) -> Self {
        Self {
            samples,
            sigma,
            state_sigma: 0.05 * sigma,
            noise: Law::Gaussian,
            pairs: true,
            seed: 0,
        }
    }

    /// Independent samples of the statistics: pairs, or steps.
    pub fn units(&self) -> u64 {
        self.samples / self.steps_of_unit()
    }

    pub(super) fn steps_of_unit(&self) -> u64 {
        if self.pairs { 2 } else { 1 }
    }

    /// Refuses what tells no standard error.
    pub fn check(&self, sizes: Sizes) -> Result<()> {
        for (what, sigma) in [("sigma", self.sigma), ("state_sigma", self.state_sigma)] {
            if !(1e-15..=1e9).contains(&sigma) {
                return Err(Error::invalid(
                    what,
                    sigma,
                    "a finite number above 0, from 1e-15 to 1e9",
                ));
            }
        }
        // As many as there are coefficients, an intercept, and two for a variance.
        let fewest = (sizes.state.max(sizes.control) as u64 + 3) * self.steps_of_unit();
        if self.samples < fewest {
            let expected = format!(
                "at least {fewest} for a step of {} coordinates and {} commands",
                sizes.state, sizes.control
            );
            return Err(Error::invalid("samples", self.samples, &expected));
        }
        Ok(())
    }
}
