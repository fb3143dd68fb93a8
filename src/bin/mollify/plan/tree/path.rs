//! A path through a tree as a run that can be drawn.

use crate::drawing::Run;
use mollify::plan::rrt::document::Document;
use mollify::{Result, Task};

/// The run along a path, and the task with its horizon. The robots' way to a new grasp is not planned: in that step nothing
/// is commanded. A path of no steps stays for one.
pub fn run(task: &Task, path: &Document<'_>) -> Result<(Task, Run)> {
    let steps = path.commands.len().max(1);
    let controls = task.model().control_size();
    let rest = |q: &[f64]| q[q.len() - controls..].to_vec();
    let state = |t: usize| &path.states[t.min(path.states.len() - 1)];
    let command = |t: usize| match path.commands.get(t) {
        Some(command) if !path.regrasps.contains(&t) => command.clone(),
        _ => rest(state(t)),
    };
    let behind = task.model().state_size() - state(0).len();
    let all = |t: usize| {
        let last = match t.checked_sub(1) {
            Some(before) => command(before),
            None => rest(state(0)),
        };
        [&state(t)[..], &last[..behind.min(last.len())]].concat()
    };
    let run = Run {
        states: (0..=steps).flat_map(all).collect(),
        controls: (0..steps).flat_map(command).collect(),
        parameters: task.parameters().to_vec(),
        cost: f64::NAN,
        nonfinite: None,
        breaks: path.regrasps.clone(),
    };
    Ok((task.clone().with_horizon(steps)?, run))
}
