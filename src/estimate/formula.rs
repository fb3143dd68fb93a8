//! Which formula makes a gradient of costs, by name.

use crate::error::Named;
use serde::Serialize;

/// Which formula makes a gradient of costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zeroth {
    /// The mean of cost times score: unbiased for any number of samples
    #[default]
    Correlation,
    /// The slope of a plane fitted to the costs: exact on linear costs from more than d samples on, and much less noisy
    /// where the cost is nearly linear; with fewer samples the least slope that fits, whose error is unknown
    LeastSquares,
}

impl Named for Zeroth {
    const WHAT: &'static str = "zeroth";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Correlation,
            "correlation",
            "The mean of cost times score: unbiased for any number of samples",
        ),
        (
            Self::LeastSquares,
            "least-squares",
            "The slope of a plane fitted to the costs: exact on linear costs from more than d samples on, and much less noisy \
             where the cost is nearly linear; with fewer samples the least slope that fits, whose error is unknown",
        ),
    ];
}
