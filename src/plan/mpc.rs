//! A receding horizon over steps that were linearized once an iteration, as published.
//!
//! ```text
//! roll out the exact step under the initial commands
//! repeat
//!     linearize the trajectory under the smoothing of this iteration
//!     for t = 0 … H-1, from the state x_t that was reached
//!         least linearized cost over u_t … u_{H-1},  |u_s - q_s| ≤ reach with the robot q of the trajectory
//!         apply u_t to the exact step
//! keep the trajectory that costs least
//! ```
//!
//! The smoothing shrinks: κ goes geometrically from its first to its last value over twenty iterations, σ falls as the power
//! -.8 of the iteration. The cost may rise from one iteration to the next. The reach bounds each command by where the robot
//! *was* in the iteration before, so that a command may end a little beyond it.
//!
//! Source: Pang, Suh, Yang, Tedrake, T-RO 2023 (arXiv 2206.10787).

use super::condensed::Condensed;
use super::linear::{Linearizer, Local, Smoothing};
use super::options::Options;
use super::progress::{Iteration, Keeper};
use super::rollout::Trajectory;
use super::scenario::Scenario;
use super::solution::Stopped;
use crate::error::Result;
use nalgebra::DVector;

pub(super) fn run(
    scenario: &Scenario<'_>,
    options: &Options,
    linearizer: &mut Linearizer,
    keeper: &mut Keeper<'_>,
) -> Result<Stopped> {
    let exact = scenario.parameters(f64::INFINITY)?;
    let mut trajectory =
        Trajectory::of(scenario, &exact, &scenario.initial_commands, options.reach);
    for number in 0..options.iterations {
        if keeper.is_stopped() {
            return Ok(Stopped::Interrupted);
        }
        let smoothing = Smoothing {
            kappa: options.swept_kappa(number),
            sigma: options.swept_sigma(number),
            number,
        };
        let locals = linearizer.along(scenario, options, smoothing, &trajectory)?;
        trajectory = receded(scenario, options, &exact, &trajectory, &locals)?;
        let found = trajectory.clone();
        let cost = found.cost;
        keeper.keep(found, |iteration| Iteration {
            cost,
            smoothing: smoothing.of(options.gradient),
            ..iteration
        });
    }
    Ok(Stopped::Iterations)
}

/// The trajectory of one iteration.
fn receded(
    scenario: &Scenario<'_>,
    options: &Options,
    exact: &[f64],
    before: &Trajectory,
    locals: &[Local],
) -> Result<Trajectory> {
    let mut next = Trajectory::begin(scenario);
    for time in 0..before.commands.len() {
        let offset = next.latest() - &before.states[time];
        let condensed = Condensed::of(before, locals, time, offset);
        let mut program = condensed.program(&scenario.cost.parts);
        let m = scenario.commanded.len();
        for (k, command) in before.commands[time..].iter().enumerate() {
            let here = scenario.followed(&before.states[time + k]) - command;
            program
                .lower
                .rows_mut(k * m, m)
                .copy_from(&here.add_scalar(-options.reach));
            program
                .upper
                .rows_mut(k * m, m)
                .copy_from(&here.add_scalar(options.reach));
        }
        let changes = program.solve()?.x;
        let command: DVector<f64> = condensed.changed(&changes).swap_remove(0);
        next.push(scenario, exact, command);
    }
    Ok(next)
}
