//! One tile: [`LANES`] samples rolled out and differentiated together, the twin of `rollout.wgsl` and
//! `adjoint.wgsl`.

use super::lanes::{ALWAYS_FINITE, LANES, Row, draw, execute, note, raise};
use super::program::Program;
use crate::engine::Sample;
use crate::task::Task;
use pulp::{Simd, WithSimd};

/// What a batch needs of a task, in f32.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// (x, u) to (next x, stage cost)
    step: Program,
    /// x to final cost
    last: Program,
    /// (x, u, cotangent) to the cotangents of x and u
    step_back: Program,
    /// x to ∂final_cost/∂x
    last_back: Program,
    initial_state: Vec<f32>,
    nominal_costs: Vec<f32>,
    key: [u32; 2],
    sigma: f32,
    /// H
    pub horizon: usize,
    /// N
    states: usize,
    /// M
    controls: usize,
}

impl Kernel {
    /// Compiles the task.
    pub fn new(task: &Task, nominal_costs: &[f64], key: [u32; 2]) -> Self {
        let model = task.model();
        let about = model.about();
        let named = |group, list: &[crate::system::Coordinate]| -> Vec<(&str, &str)> {
            list.iter().map(|c| (group, c.name)).collect()
        };
        let state = named("state", about.state);
        let step = [state.clone(), named("control", about.control)].concat();
        let back = [step.clone(), named("cotangent", about.state)].concat();
        let parameter = |name: &str| -> f32 {
            let place = model.parameters().iter().position(|p| p.name == name);
            place.map_or(f32::NAN, |i| task.parameters()[i] as f32)
        };
        let traces = model.traces();
        let narrow = |list: &[f64]| -> Vec<f32> { list.iter().map(|x| *x as f32).collect() };
        Self {
            step: Program::new(&[&traces.advance, &traces.stage_cost], &step, parameter),
            last: Program::new(&[&traces.final_cost], &state, parameter),
            step_back: Program::new(&[&traces.step_vjp], &back, parameter),
            last_back: Program::new(&[&traces.final_cost_gradient], &state, parameter),
            initial_state: narrow(task.initial_state()),
            nominal_costs: narrow(nominal_costs),
            key,
            sigma: task.sigma() as f32,
            horizon: task.horizon(),
            states: model.state_size(),
            controls: model.control_size(),
        }
    }

    /// d = H M
    pub fn dimension(&self) -> usize {
        self.horizon * self.controls
    }
}

/// What a rollout leaves besides its trajectory.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// f - f(theta, 0)
    pub deviation: Row,
    /// |w|²
    pub squared_noise: Row,
    /// When it was first not finite.
    pub times: [u32; LANES],
}

/// The memory of a tile.
#[derive(Clone, Debug)]
pub struct Tile {
    states: Vec<Row>,
    /// w, a row for each coordinate.
    pub noise: Vec<Row>,
    /// g₁, a row for each coordinate.
    pub first_order: Vec<Row>,
    /// Of the latest rollout.
    pub outcome: Outcome,
    cotangent: Vec<Row>,
    files: [Vec<Row>; 4],
}

impl Tile {
    /// Enough for rollouts, and for the way back if there is one.
    pub fn new(kernel: &Kernel, with_first_order: bool) -> Self {
        let zero = Row::filled(0.0);
        let times = if with_first_order {
            kernel.horizon + 1
        } else {
            2
        };
        let gradients = if with_first_order {
            kernel.dimension()
        } else {
            0
        };
        Self {
            states: vec![zero; times * kernel.states],
            noise: vec![zero; kernel.dimension()],
            first_order: vec![zero; gradients],
            outcome: Outcome {
                deviation: zero,
                squared_noise: zero,
                times: [ALWAYS_FINITE; LANES],
            },
            cotangent: vec![zero; kernel.states],
            files: [
                &kernel.step,
                &kernel.last,
                &kernel.step_back,
                &kernel.last_back,
            ]
            .map(Program::registers),
        }
    }

    /// A sample of the latest rollout and the way back.
    pub fn sample(&self, lane: usize) -> Sample {
        let column = |rows: &[Row]| rows.iter().map(|row| f64::from(row.0[lane])).collect();
        let time = self.outcome.times[lane];
        Sample {
            deviation: f64::from(self.outcome.deviation.0[lane]),
            baseline: 0.0,
            score: Vec::new(),
            initial_state: Vec::new(),
            parameters: Vec::new(),
            noise: column(&self.noise),
            first_order: column(&self.first_order),
            nonfinite: (time != ALWAYS_FINITE).then_some(time),
        }
    }

    /// Bytes of a tile.
    pub fn bytes(task: &Task) -> u64 {
        let states = (task.horizon() + 1) * task.model().state_size();
        ((states + 2 * task.dimension()) * size_of::<Row>()) as u64
    }
}

/// Draws the noise of `samples`.
pub struct Draw<'a> {
    pub kernel: &'a Kernel,
    pub samples: &'a [u32; LANES],
    pub tile: &'a mut Tile,
}

impl WithSimd for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let k = self.kernel;
        for (pair, rows) in (0_u32..).zip(self.tile.noise.chunks_mut(2)) {
            draw(k.key, self.samples, pair, k.sigma, rows);
        }
        let squares = &mut self.tile.outcome.squared_noise;
        *squares = Row::filled(0.0);
        for w in &self.tile.noise {
            for (sum, w) in squares.0.iter_mut().zip(&w.0) {
                *sum += w * w;
            }
        }
    }
}

/// Rolls out from theta with the noise that is there.
pub struct Rollout<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    pub keep_states: bool,
    pub tile: &'a mut Tile,
}

impl WithSimd for Rollout<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            kernel: k,
            theta,
            keep_states,
            tile,
        } = self;
        let (n, m) = (k.states, k.controls);
        let [step, last, ..] = &mut tile.files;
        let place = |t: usize| n * if keep_states { t } else { t % 2 };
        for (row, x) in tile.states.iter_mut().zip(&k.initial_state) {
            *row = Row::filled(*x);
        }
        let deviation = &mut tile.outcome.deviation;
        *deviation = Row::filled(0.0);
        tile.outcome.times = [ALWAYS_FINITE; LANES];
        for t in 0..=k.horizon {
            let is_last = t == k.horizon;
            let (program, file) = match is_last {
                false => (&k.step, &mut *step),
                true => (&k.last, &mut *last),
            };
            file[..n].copy_from_slice(&tile.states[place(t)..place(t) + n]);
            if !is_last {
                for a in 0..m {
                    controls(&mut file[n + a], theta[t * m + a], &tile.noise[t * m + a]);
                }
            }
            execute(program, file);
            let outputs = program.outputs();
            let cost = &file[outputs[outputs.len() - 1] as usize];
            let mut largest = [0; LANES];
            for (sum, cost) in deviation.0.iter_mut().zip(&cost.0) {
                *sum += cost - k.nominal_costs[t];
            }
            raise(&mut largest, deviation);
            for row in &file[..n] {
                raise(&mut largest, row);
            }
            note(&mut tile.outcome.times, &largest, t as u32);
            if !is_last {
                let next = &mut tile.states[place(t + 1)..place(t + 1) + n];
                for (row, output) in next.iter_mut().zip(outputs) {
                    *row = file[*output as usize];
                }
            }
        }
    }
}

/// Differentiates the latest rollout, backwards in time.
pub struct Adjoint<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    pub tile: &'a mut Tile,
}

impl WithSimd for Adjoint<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            kernel: k,
            theta,
            tile,
        } = self;
        let (n, m) = (k.states, k.controls);
        let [.., step, last] = &mut tile.files;
        for t in (0..=k.horizon).rev() {
            let is_last = t == k.horizon;
            let (program, file) = match is_last {
                false => (&k.step_back, &mut *step),
                true => (&k.last_back, &mut *last),
            };
            file[..n].copy_from_slice(&tile.states[t * n..(t + 1) * n]);
            if !is_last {
                for a in 0..m {
                    controls(&mut file[n + a], theta[t * m + a], &tile.noise[t * m + a]);
                }
                file[n + m..n + m + n].copy_from_slice(&tile.cotangent);
            }
            execute(program, file);
            let (earlier, gradient) = program.outputs().split_at(n);
            for (row, output) in tile.cotangent.iter_mut().zip(earlier) {
                *row = file[*output as usize];
            }
            if !is_last {
                let mut largest = [0; LANES];
                let rows = &mut tile.first_order[t * m..(t + 1) * m];
                for (row, output) in rows.iter_mut().zip(gradient) {
                    *row = file[*output as usize];
                    raise(&mut largest, row);
                }
                for row in &tile.cotangent {
                    raise(&mut largest, row);
                }
                note(&mut tile.outcome.times, &largest, t as u32);
            }
        }
    }
}

/// u = theta + w
#[inline(always)]
fn controls(out: &mut Row, theta: f32, noise: &Row) {
    for (u, w) in out.0.iter_mut().zip(&noise.0) {
        *u = theta + w;
    }
}
