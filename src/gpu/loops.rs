//! How many iterations the loops of a kernel take, which some drivers limit.
//!
//! Mesa's llvmpipe ends every loop of a kernel, silently and with wrong results, once all its loops together have taken
//! 65535 iterations. A request beyond that is refused there.

use super::device::Device;
use crate::error::{Error, Result};
use crate::task::Task;

/// Iterations that llvmpipe grants an invocation (LP_MAX_TGSI_LOOP_ITERATIONS of Mesa).
const LLVMPIPE_LIMIT: u64 = 65_535;

/// An upper bound on the iterations of any kernel of a task, counted from the loops in `shaders/`.
pub fn iterations(task: &Task) -> u64 {
    let model = task.model();
    let (n, m) = (model.state_size() as u64, model.control_size() as u64);
    let network = task.network();
    // One way through a policy: eight values at a time. Leaving a loop counts as an iteration.
    let layer = |l: crate::policy::Layer| 3 + l.outputs as u64 * (2 + l.inputs as u64 / 8);
    let layers = network.iter().flat_map(|net| net.layers());
    let once: u64 = 4 + n + m + layers.map(layer).sum::<u64>();
    let step = 10 + 5 * (n.max(1) + m.max(1)) + 2 * once;
    let rolls = if task.environment().is_random() { 2 } else { 1 };
    let forward = rolls * (8 + 4 * (n.max(1) + m.max(1)) + once);
    let terms = task
        .environment()
        .initial
        .iter()
        .map(|x| x.terms.len() as u64);
    let draws = 2 * (n + model.parameters().len() as u64 + terms.sum::<u64>());
    let gradient = if network.is_some() {
        task.dimension() as u64 / 2 + 4
    } else {
        0
    };
    let drawing = task.noise_dimension() as u64 / 2;
    (task.horizon() as u64 * step.max(forward) + gradient + draws).max(drawing)
}

/// Refuses a task that the adapter would cut short.
pub fn check(device: &Device, task: &Task) -> Result<()> {
    let report = device.report();
    let needed = iterations(task);
    if report.driver.contains("llvmpipe") && needed > LLVMPIPE_LIMIT {
        return Err(Error::AdapterLimit {
            adapter: report.name.clone(),
            limit: "loop iterations of a kernel",
            allowed: LLVMPIPE_LIMIT,
            needed,
            task: task.name().into(),
        });
    }
    Ok(())
}
