//! How many iterations the loops of a kernel take, which some drivers limit.
//!
//! Mesa's llvmpipe ends every loop of a kernel, silently and with wrong results, once all its loops together have taken
//! 65535 iterations. Horizons are cut into segments that stay below that on every adapter: it is also a measure of the
//! time that a dispatch takes, which watchdogs limit.

use super::device::Device;
use crate::error::{Error, Result};
use crate::system::policy::Layer;
use crate::system::task::Task;

/// Iterations that llvmpipe grants an invocation (LP_MAX_TGSI_LOOP_ITERATIONS of Mesa).
const MOST_ITERATIONS: u64 = 65_535;

/// Segments are whole multiples of this, except the last: so many steps are unrolled, and a pair of draws is never cut.
pub const STEPS_AT_ONCE: u64 = 4;

/// An upper bound on the iterations of any kernel of a task, counted from the loops in `shaders/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Iterations {
    /// For each time step.
    step: u64,
    /// For whatever the horizon is.
    fixed: u64,
}

fn iterations(task: &Task) -> Iterations {
    let model = task.model();
    let (n, m) = (model.state_size() as u64, model.control_size() as u64);
    let network = task.network();
    // One way through a policy: eight values at a time. Leaving a loop counts as an iteration.
    let layer = |l: Layer| 3 + l.outputs as u64 * (2 + l.inputs as u64 / 8);
    let layers = network.iter().flat_map(|net| net.layers());
    let once: u64 = 4 + n + m + layers.map(layer).sum::<u64>();
    let step = 10 + 5 * (n.max(1) + m.max(1)) + 2 * once;
    let forward = 8 + 4 * (n.max(1) + m.max(1)) + once;
    let environment = task.environment();
    let terms: usize = environment.initial.iter().map(|x| x.terms.len()).sum();
    let draws = 2 * (n + (model.parameters().len() + terms) as u64);
    let gradient = match network {
        Some(_) => task.dimension() as u64 / 2 + 4,
        None => 0,
    };
    let drawing = match task.network().is_some() && task.noise_is_on_decision() {
        true => task.noise_dimension() as u64 / 2,
        false => 0,
    };
    let correlating = task.factor().map_or(0, |_| task.dimension() as u64 + 4);
    // A kernel runs each function of a step at most twice: where it goes on, and where it goes back over what it did not keep.
    let f = model.functions();
    let of_step = f.advance.passes() + f.stage_cost.passes() + f.step_vjp.passes();
    let of_end = f.final_cost.passes() + f.final_cost_gradient.passes();
    Iterations {
        step: step.max(forward) + 2 * of_step,
        fixed: of_end + gradient + draws + drawing + correlating + 4 * n,
    }
}

/// The most steps of a segment; an error if even the fewest are too many for the adapter.
pub fn longest_segment(device: &Device, task: &Task) -> Result<u64> {
    let Iterations { step, fixed } = iterations(task);
    let steps = MOST_ITERATIONS.saturating_sub(fixed) / step;
    let steps = steps / STEPS_AT_ONCE * STEPS_AT_ONCE;
    if steps > 0 {
        return Ok(steps);
    }
    let report = device.report();
    let needed = fixed + step * STEPS_AT_ONCE.min(task.horizon() as u64);
    match report.driver.contains("llvmpipe") && needed > MOST_ITERATIONS {
        false => Ok(STEPS_AT_ONCE),
        true => Err(Error::AdapterLimit {
            adapter: report.name.clone(),
            limit: "loop iterations of a kernel",
            allowed: MOST_ITERATIONS,
            needed,
            task: task.name().into(),
        }),
    }
}
