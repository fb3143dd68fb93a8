//! How much the planner smooths, by weights or by lengths.

use crate::engine::invalid;
use crate::output::number;
use mollify::contact::quasidynamic::smoothing;
use mollify::plan::Scenario;
use mollify::{Result, Task};

/// κ of all stages in 1/J from --kappa or --length; none where neither was given.
pub fn kappas(kappa: &[f64], length: &[f64], scenario: &Scenario<'_>) -> Result<Option<Vec<f64>>> {
    let found = weights(kappa, length, scenario.task)?;
    Ok((!found.is_empty()).then_some(found))
}

/// The same for a task; empty where neither was given.
pub fn weights(kappa: &[f64], length: &[f64], task: &Task) -> Result<Vec<f64>> {
    if let Some(wrong) = length.iter().find(|l| !(**l > 0.0 && l.is_finite())) {
        let expected = "a length in m above 0; --gradient exact takes steps without smoothing";
        return Err(invalid("--length", &number(*wrong), expected));
    }
    let steps = task.model().quasi_dynamics();
    Ok(match (length, steps) {
        ([], _) | (_, None) => kappa.to_vec(),
        (lengths, Some(steps)) => {
            let compliance = steps.contact_compliance(task.parameters());
            let weight = |length: &f64| smoothing::weight(*length, compliance);
            for length in lengths {
                check_length(*length, task, steps.contact_compliance(task.parameters()))?;
            }
            lengths.iter().map(weight).collect()
        }
    })
}

/// Refuses a length that the task has no use for, as a length.
fn check_length(length: f64, task: &Task, compliance: f64) -> Result<()> {
    let set = task.clone().with_parameter("smoothing", length);
    if set.and_then(|task| task.check_parameters()).is_ok() {
        return Ok(());
    }
    let expected = format!(
        "at least {} m for this task: shorter ones are lost in f32, which is for all engines",
        number(smoothing::shortest_in_f32(compliance))
    );
    Err(invalid("--length", &number(length), &expected))
}
