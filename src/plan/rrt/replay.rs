//! Where the commands of a path lead without smoothing.

use super::tree::Path;
use crate::error::Result;
use crate::system::task::Task;

/// q after each step of the path under the exact step, open loop from where the path starts: one more than there are commands. At a
/// new grasp the robots go where the path has them, with the objects where they are.
pub fn replay(task: &Task, path: &Path) -> Result<Vec<Vec<f64>>> {
    let planning = super::start::planning(task)?;
    let exact = task.clone().with_parameter("smoothing", 0.0)?;
    let objects = planning.problem.objects;
    let mut states: Vec<Vec<f64>> = path.states.first().cloned().into_iter().collect();
    for (step, command) in path.commands.iter().enumerate() {
        let Some(q) = states.last() else { break };
        let next = match path.regrasps.contains(&step) {
            true => [&q[..objects], &path.states[step + 1][objects..]].concat(),
            false => planning.advance(exact.parameters(), q, command),
        };
        states.push(next);
    }
    Ok(states)
}
