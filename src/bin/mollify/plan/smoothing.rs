//! How much the planner smooths, by weights or by lengths.

use crate::engine::invalid;
use crate::output::number;
use mollify::Result;
use mollify::contact::quasidynamic::smoothing;
use mollify::plan::Scenario;

/// κ of all stages in 1/J from --kappa or --length; none where neither was given.
pub fn kappas(kappa: &[f64], length: &[f64], scenario: &Scenario<'_>) -> Result<Option<Vec<f64>>> {
    let compliance = scenario
        .steps
        .contact_compliance(scenario.task.parameters());
    if let Some(wrong) = length.iter().find(|l| !(**l > 0.0 && l.is_finite())) {
        let expected = "a length in m above 0; --gradient exact takes steps without smoothing";
        return Err(invalid("--length", &number(*wrong), expected));
    }
    Ok(match (kappa, length) {
        ([], []) => None,
        ([], lengths) => {
            let weight = |length: &f64| smoothing::weight(*length, compliance);
            Some(lengths.iter().map(weight).collect())
        }
        (kappas, _) => Some(kappas.to_vec()),
    })
}
