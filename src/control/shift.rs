//! A plan, N steps later.

use crate::error::Named;
use crate::system::task::Task;
use serde::Serialize;

/// What stands at the end of a plan for the steps that it did not look at yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tail {
    /// The last control again: a command goes on holding where it holds
    #[default]
    Repeat,
    /// The controls with which the task starts
    Start,
}

impl Named for Tail {
    const WHAT: &'static str = "tail";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Repeat,
            "repeat",
            "The last control again: a command goes on holding where it holds",
        ),
        (
            Self::Start,
            "start",
            "The controls with which the task starts",
        ),
    ];
}

/// theta without its first `steps` controls, and as many at its end; `task` is the plan's, under the open loop.
pub fn shifted(theta: &[f64], task: &Task, steps: usize, tail: Tail) -> Vec<f64> {
    let m = task.model().control_size();
    let end = theta.len() - m;
    let last = match tail {
        Tail::Repeat => theta[end..].to_vec(),
        Tail::Start => task.start()[end..].to_vec(),
    };
    let kept = &theta[(steps * m).min(theta.len())..];
    let mut next = kept.to_vec();
    next.extend(last.iter().cycle().take(theta.len() - kept.len()));
    next
}
