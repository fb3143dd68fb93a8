//! Jumps of the map from start to end: those of time stepping, and those of contact.

mod bounce;
mod ledge;

use super::lab::Lab;
use super::page::Page;
use mollify::continuity::{Search, Study, study};
use mollify::error::Result;
use mollify::system::task::Task;

/// A task with a contact model and a time step, over the same time.
pub fn stepped(name: &str, contact: &str, time_step: f64, time: f64) -> Result<Task> {
    Task::find_with(name, Some(contact))?
        .with_parameter("time_step", time_step)?
        .with_horizon((time / time_step).round() as usize)
}

/// What a study of a task says.
pub fn along(task: &Task, names: (&str, &str), places: &[f64]) -> Result<Study> {
    study(task, &task.start(), names, places, &[], &Search::default())
}

/// The same where neighbours differ by more than the tolerance only at jumps.
fn above(tolerance: f64, task: &Task, names: (&str, &str), places: &[f64]) -> Result<Study> {
    let search = Search {
        tolerance: Some(tolerance),
        ..Search::default()
    };
    study(task, &task.start(), names, places, &[], &search)
}

/// The bounce by four rules, and the ledge by five contact models.
pub fn continuity(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::of_talk(
        "Continuity: corner cases, and artefacts",
        "Before gradients are asked for, the map from the initial to the final state should be continuous. Time stepping and \
         contact at points make it jump where physics does not.",
    );
    page.what = "A block bounces for 1 s from 1 to 1.2 m with e = 0.8, under four rules of time stepping and on three compliant \
                 grounds; a tilted box is dropped on the edge of a ledge from -0.15 to 0.15 m, and on the ledge at tilts from \
                 -0.3 to 0.3, under five contact models. Neighbours that differ are bisected until no number lies between them: \
                 what is left is a jump. There is no noise, so that nothing is averaged over seeds. `mollify continuity` shows \
                 each line."
        .into();
    bounce::rules(lab, &mut page)?;
    bounce::grounds(lab, &mut page)?;
    ledge::edge(lab, &mut page)?;
    ledge::tilt(lab, &mut page)?;
    page.notes.push(
        "The box that is tilted starts with its centre at 0.169 m, whatever the tilt. Its spans belong to that height: from 0.15 m \
         they are 0.17 (point), 0.14 (vertices), 0.69 (rigid-soft) and 1.05 rad (soft-soft), from 0.2 m 0.57, 1.08, 1.78 and 2.16. \
         So they compare models, at one height; beyond the single point their order does not depend on it."
            .into(),
    );
    Ok(page)
}
