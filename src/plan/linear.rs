//! A trajectory's steps, linearized in any of the ways there are: x⁺ ≈ f(x, u) + A δx + B δu.
//!
//! A and B are those of the whole state. Of its configuration they come from the chosen gradient; what stands behind the
//! configuration, such as the last command, is no contact and comes from the system.
//!
//! | gradient | B | A |
//! |---|---|---|
//! | `barrier` | ∂/∂u of the smoothed step | ∂/∂q of it |
//! | `first` | mean of ∂f/∂u(q, u + w) | mean of ∂f/∂q(q, u + w): the same smoothing, and no other noise |
//! | `mixed` | that and least squares, mixed | the same |
//! | `zeroth` | least squares on f(q, u + w) | least squares on f(q + v, u), v a third of w |
//! | `exact` | ∂f/∂u | ∂f/∂q |
//!
//! A matters as much as B: with hardly any noise on q, A is that of the exact step, which ends in a kink wherever something
//! touches, and a plan through many of them goes astray.

use super::kinds::{Gradient, StateJacobian};
use super::options::Options;
use super::rollout::Trajectory;
use super::scenario::Scenario;
use crate::engine::gpu::AdapterChoice;
use crate::engine::kind::Kind;
use crate::engine::map::Map;
use crate::engine::maps;
use crate::error::Result;
use crate::estimate::linearize::{Linearization, Point, Settings, WANTED, linearize};
use crate::system::quasidynamic::{StepLinearization, Wanted};
use nalgebra::DMatrix;

/// Derivatives of a step by the state and the command.
#[derive(Clone, Debug)]
pub struct Local {
    /// A, N × N
    pub by_state: DMatrix<f64>,
    /// B, N × M
    pub by_command: DMatrix<f64>,
    /// The forces of the smoothed step with C and D by the configuration and the command; empty unless the barrier gave them.
    pub forces: Option<StepLinearization>,
}

impl Local {
    /// With A and the robot's B of a robot that touches nothing.
    fn without_contact_in_a(mut self, scenario: &Scenario<'_>) -> Self {
        let size = scenario.steps.sizes.state;
        self.by_state
            .view_mut((0, 0), (size, size))
            .fill_with_identity();
        for (j, i) in scenario.commanded.iter().enumerate() {
            self.by_state[(*i, *i)] = 0.0;
            self.by_command.row_mut(*i).fill(0.0);
            self.by_command[(*i, j)] = 1.0;
        }
        self
    }
}

/// How much noise on configurations there is for that on commands, where A is of zeroth order.
const STATE_NOISE: f64 = 0.3;

/// How much a linearization is smoothed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smoothing {
    /// κ of the barrier, 1/J.
    pub kappa: f64,
    /// σ of noise on commands.
    pub sigma: f64,
    /// A number that makes noise of one seed independent.
    pub number: u32,
}

/// What linearizes trajectories: an engine, and what it has compiled.
pub struct Linearizer {
    kind: Kind,
    adapter: AdapterChoice,
    /// With the parameters that it was compiled for.
    map: Option<(Vec<f64>, Box<dyn Map>)>,
}

impl Linearizer {
    /// On an engine.
    pub fn new(kind: Kind, adapter: AdapterChoice) -> Self {
        Self {
            kind,
            adapter,
            map: None,
        }
    }

    /// The engine.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    fn open(&mut self, scenario: &Scenario<'_>, wanted: Wanted, p: &[f64]) -> Result<&mut dyn Map> {
        let (_, map) = match self.map.take() {
            Some((parameters, map)) if parameters == p => self.map.insert((parameters, map)),
            _ => {
                let function = scenario.steps.function(wanted);
                let sizes = scenario.steps.sizes;
                let map = maps::open(self.kind, &function, p, sizes, &self.adapter)?;
                self.map.insert((p.to_vec(), map))
            }
        };
        Ok(&mut **map)
    }

    /// The steps of a trajectory.
    pub fn along(
        &mut self,
        scenario: &Scenario<'_>,
        options: &Options,
        smoothing: Smoothing,
        trajectory: &Trajectory,
    ) -> Result<Vec<Local>> {
        let kappa = match options.gradient {
            Gradient::Barrier => smoothing.kappa,
            _ => f64::INFINITY,
        };
        let parameters = scenario.parameters(kappa)?;
        let size = scenario.steps.sizes.state;
        let pairs = trajectory.states.iter().zip(&trajectory.commands);
        let points: Vec<Point> = pairs
            .map(|(state, command)| Point {
                state: state.as_slice()[..size].to_vec(),
                control: command.as_slice().to_vec(),
            })
            .collect();
        let found = match options.gradient.is_sampled() {
            true => self.sampled(scenario, options, smoothing, &parameters, &points)?,
            false => self.at_points(scenario, &parameters, &points)?,
        };
        let whole = found.into_iter().enumerate();
        let locals = whole.map(|(time, step)| {
            let local = local(scenario, &parameters, trajectory, time, step);
            match options.state_jacobian {
                StateJacobian::Full => local,
                StateJacobian::Identity => local.without_contact_in_a(scenario),
            }
        });
        Ok(locals.collect())
    }

    /// The derivatives themselves, in f64 by dual numbers on the reference, else by the engine.
    fn at_points(
        &mut self,
        scenario: &Scenario<'_>,
        parameters: &[f64],
        points: &[Point],
    ) -> Result<Vec<StepLinearization>> {
        let steps = scenario.steps;
        if self.kind == Kind::Reference {
            // A robot that has come to rest at an object must see it.
            let at = |p: &Point| steps.linearize_limit(parameters, &p.state, &p.control);
            return Ok(points.iter().map(at).collect());
        }
        let map = self.open(scenario, Wanted::All, parameters)?;
        let rows = points.iter().flat_map(|p| p.state.iter().chain(&p.control));
        let results = map.run(&rows.copied().collect::<Vec<_>>())?;
        let width = (results.len() / points.len().max(1)).max(1);
        let read = |row: &[f64]| steps.read(Wanted::All, row);
        Ok(results.chunks(width).map(read).collect())
    }

    /// Estimates from exact steps under noise.
    fn sampled(
        &mut self,
        scenario: &Scenario<'_>,
        options: &Options,
        smoothing: Smoothing,
        parameters: &[f64],
        points: &[Point],
    ) -> Result<Vec<StepLinearization>> {
        let settings = Settings {
            // Points of one call differ by their number; calls by this.
            seed: options.seed ^ (u64::from(smoothing.number) << 32),
            state_sigma: STATE_NOISE * smoothing.sigma,
            ..Settings::new(options.samples, smoothing.sigma)
        };
        let map = self.open(scenario, WANTED, parameters)?;
        let found = linearize(map, scenario.steps, points, &settings)?;
        let read = |way: &Linearization| {
            let of_both = &way.a_under_command_noise.value;
            let (a, b) = match options.gradient {
                Gradient::First => (of_both, &way.first_order.b),
                Gradient::Zeroth => (&way.zeroth_order.a, &way.zeroth_order.b),
                _ => (of_both, &way.mixed.estimate.b),
            };
            StepLinearization {
                next_by_state: a.concat(),
                next_by_control: b.concat(),
                ..StepLinearization::default()
            }
        };
        Ok(found.iter().map(read).collect())
    }
}

fn local(
    scenario: &Scenario<'_>,
    parameters: &[f64],
    trajectory: &Trajectory,
    time: usize,
    step: StepLinearization,
) -> Local {
    let model = scenario.task.model();
    let (n, m, q) = (
        model.state_size(),
        model.control_size(),
        scenario.steps.sizes.state,
    );
    let mut whole = model.linearization();
    let (x, u) = (&trajectory.states[time], &trajectory.commands[time]);
    model.linearize(parameters, x.as_slice(), u.as_slice(), time, &mut whole);
    let mut by_state = DMatrix::from_row_slice(n, n, &whole.state_jacobian);
    let mut by_command = DMatrix::from_row_slice(n, m, &whole.control_jacobian);
    let of_state = DMatrix::from_row_slice(q, q, &step.next_by_state);
    let of_command = DMatrix::from_row_slice(q, m, &step.next_by_control);
    by_state.view_mut((0, 0), (q, q)).copy_from(&of_state);
    by_command.view_mut((0, 0), (q, m)).copy_from(&of_command);
    Local {
        by_state,
        by_command,
        forces: (!step.force_by_control.is_empty()).then_some(step),
    }
}
