//! One-shot Gauss-Newton: one quadratic program over all commands, again and again, under ever less smoothing.
//!
//! ```text
//! for each κ of the options                                   one pass with gradients other than the barrier's
//!     roll out the smoothed step under the commands
//!     repeat
//!         linearize every step of it                          Linearizer::along
//!         least linearized cost over δU, with                 Condensed, Program::solve
//!             |δu| ≤ step,  |u_t - q_t| ≤ reach linearized, and the contact trust region
//!         roll out the commands with these changes
//!         go there, or, if it costs more, stay and halve the step
//!     until nothing is gained or the iterations are spent
//! ```
//!
//! Wherever commands are rolled out, each is moved to within reach of the coordinate that follows it, so that the bound holds
//! for the trajectory itself and not for its linearization only. Without the barrier the roll-out is that of the exact step.
//!
//! The reach is what makes smoothing pay: a command that touches nothing changes nothing without it.

use super::condensed::Condensed;
use super::kinds::Gradient;
use super::linear::{Linearizer, Local, Smoothing};
use super::options::Options;
use super::progress::{Iteration, Keeper};
use super::rollout::Trajectory;
use super::scenario::Scenario;
use super::solution::Stopped;
use super::trust_region;
use crate::error::Result;
use nalgebra::DVector;

/// An iteration that gains less than this share of the cost is the last one.
const LEAST_GAIN: f64 = 1e-6;
/// A step below this share of the first one is given up on.
const SMALLEST: f64 = 1e-4;

/// What an iteration works with.
pub(super) struct Shooting<'a, 'k> {
    pub scenario: &'a Scenario<'a>,
    pub options: &'a Options,
    pub linearizer: &'a mut Linearizer,
    pub keeper: &'a mut Keeper<'k>,
}

impl Shooting<'_, '_> {
    pub fn run(mut self) -> Result<Stopped> {
        let stages = match self.options.gradient {
            Gradient::Barrier => self.options.kappa.clone(),
            _ => vec![f64::INFINITY],
        };
        let mut commands = self.scenario.initial_commands.clone();
        let mut stopped = Stopped::Settled;
        for kappa in stages {
            stopped = self.stage(kappa, &mut commands)?;
            if stopped == Stopped::Interrupted {
                break;
            }
        }
        Ok(stopped)
    }

    /// All iterations with one smoothing, from these commands to better ones.
    fn stage(&mut self, kappa: f64, commands: &mut Vec<DVector<f64>>) -> Result<Stopped> {
        let (scenario, options) = (self.scenario, self.options);
        let parameters = scenario.parameters(kappa)?;
        let roll_out = |commands: &[DVector<f64>]| {
            Trajectory::of(scenario, &parameters, commands, options.reach)
        };
        let mut current = roll_out(commands);
        let (mut step, mut locals) = (options.step, None);
        for number in 0..options.iterations {
            if self.keeper.is_stopped() {
                return Ok(Stopped::Interrupted);
            }
            let smoothing = Smoothing {
                kappa,
                sigma: options.swept_sigma(number),
                number,
            };
            let around = match locals.take() {
                // Under noise, a new look may show what the last one did not.
                Some(locals) if !options.gradient.is_sampled() => locals,
                _ => self
                    .linearizer
                    .along(scenario, options, smoothing, &current)?,
            };
            let next = roll_out(&changed(scenario, options, &current, &around, step)?);
            let gain = current.cost - next.cost;
            let accepted = gain > 0.0;
            let used = step;
            if accepted {
                current = next;
                commands.clone_from(&current.commands);
            } else {
                step *= 0.5;
                locals = Some(around);
            }
            self.keeper.note(&current.commands, |iteration| Iteration {
                cost: current.cost,
                smoothing: smoothing.of(options.gradient),
                step: Some(used),
                accepted,
                ..iteration
            });
            let is_last = accepted && gain < LEAST_GAIN * current.cost.abs();
            if !options.gradient.is_sampled() && is_last || step < SMALLEST * options.step {
                return Ok(Stopped::Settled);
            }
        }
        Ok(Stopped::Iterations)
    }
}

/// The commands with the changes that the linearized cost is least under.
fn changed(
    scenario: &Scenario<'_>,
    options: &Options,
    current: &Trajectory,
    locals: &[Local],
    step: f64,
) -> Result<Vec<DVector<f64>>> {
    let origin = DVector::zeros(current.states[0].len());
    let condensed = Condensed::of(current, locals, 0, origin);
    let mut program = condensed.program(&scenario.cost.parts);
    program.lower.fill(-step);
    program.upper.fill(step);
    let (rows, now) = condensed.reaches(&scenario.commanded);
    // Rounding may have put a command at its bound a little beyond it.
    let least = now.map(|x| (-options.reach - x).min(0.0));
    let most = now.map(|x| (options.reach - x).max(0.0));
    let program = program.with_rows(&rows, least.as_slice(), most.as_slice());
    let program = trust_region::within(program, &condensed, options.trust_region);
    Ok(condensed.changed(&program.solve()?.x))
}
