//! One tile: [`LANES`] samples rolled out together, the twin of `rollout.wgsl`.

use super::kernel::Kernel;
use super::lanes::{ALWAYS_FINITE, LANES, Row, execute, note, raise};
use super::network::{Weights, forward};
use super::program::Program;
use crate::engine::Sample;
use crate::task::Task;
use pulp::{Simd, WithSimd};

/// What a rollout leaves besides its trajectory.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// f - f(theta, 0)
    pub deviation: Row,
    /// The deviation of the same environment without noise.
    pub baseline: Row,
    /// The sum of the squares of the score's shape.
    pub squared_score: Row,
    /// When it was first not finite.
    pub times: [u32; LANES],
}

/// The memory of a tile.
#[derive(Clone, Debug)]
pub struct Tile {
    pub(super) states: Vec<Row>,
    /// w, a row for each of its elements.
    pub noise: Vec<Row>,
    /// The score without its factor, a row for each coordinate, where it is not the noise itself.
    pub(super) score: Vec<Row>,
    /// g₁, a row for each coordinate.
    pub first_order: Vec<Row>,
    /// Of the latest rollout.
    pub outcome: Outcome,
    pub(super) initial: Vec<Row>,
    pub(super) parameters: Vec<Row>,
    pub(super) cotangent: Vec<Row>,
    pub(super) activations: Vec<Row>,
    pub(super) cotangents: Vec<Row>,
    pub(super) files: [Vec<Row>; 4],
}

impl Tile {
    /// Enough for rollouts, and for the way back if there is one.
    pub fn new(kernel: &Kernel, with_first_order: bool) -> Self {
        let rows = |count: usize| vec![Row::filled(0.0); count];
        let zero = Row::filled(0.0);
        let keeps = with_first_order || !kernel.on_decision;
        let times = if keeps { kernel.horizon + 1 } else { 2 };
        let activations = kernel.network.as_ref().map_or(0, |n| n.activations());
        let some = |wanted: bool, count: usize| rows(if wanted { count } else { 0 });
        let files = [
            &kernel.step,
            &kernel.last,
            &kernel.step_back,
            &kernel.last_back,
        ];
        Self {
            states: rows(times * kernel.states),
            noise: rows(kernel.noise_dimension),
            score: some(kernel.has_score_rows(), kernel.dimension),
            first_order: some(with_first_order, kernel.dimension),
            outcome: Outcome {
                deviation: zero,
                baseline: zero,
                squared_score: zero,
                times: [ALWAYS_FINITE; LANES],
            },
            initial: rows(kernel.states),
            parameters: rows(kernel.drawn_parameters()),
            cotangent: rows(kernel.states),
            activations: rows(activations),
            cotangents: rows(activations),
            files: files.map(Program::registers),
        }
    }

    /// The score of each coordinate without its factor.
    pub fn score(&self) -> &[Row] {
        match self.score.is_empty() {
            true => &self.noise,
            false => &self.score,
        }
    }

    /// A sample of the latest rollout and the way back.
    pub fn sample(&self, kernel: &Kernel, lane: usize) -> Sample {
        let column =
            |rows: &[Row]| -> Vec<f64> { rows.iter().map(|row| f64::from(row.0[lane])).collect() };
        let time = self.outcome.times[lane];
        let factor = f64::from(kernel.noise.factor);
        Sample {
            deviation: f64::from(self.outcome.deviation.0[lane]),
            baseline: f64::from(self.outcome.baseline.0[lane]),
            noise: column(&self.noise),
            score: column(self.score()).iter().map(|s| factor * s).collect(),
            first_order: column(&self.first_order),
            initial_state: column(&self.initial),
            parameters: column(&self.parameters),
            nonfinite: (time != ALWAYS_FINITE).then_some(time),
        }
    }

    /// Bytes of a tile.
    pub fn bytes(task: &Task) -> u64 {
        let states = (task.horizon() + 1) * task.model().state_size();
        let score = if task.noise_is_on_decision() {
            0
        } else {
            task.dimension()
        };
        let rows = states + task.noise_dimension() + score + task.dimension();
        (rows * size_of::<Row>()) as u64
    }
}

/// Draws the noise and the environments of `samples`.
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
            k.draw_noise(self.samples, pair, rows);
        }
        let Tile {
            initial,
            parameters,
            ..
        } = self.tile;
        k.draw_environment(self.samples, initial, parameters);
    }
}

/// Rolls out from theta.
pub struct Rollout<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    /// Whether the noise that is there counts.
    pub with_noise: bool,
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
            with_noise,
            keep_states,
            tile,
        } = self;
        let n = k.states;
        let m = k.controls;
        let place = |t: usize| n * if keep_states { t } else { t % 2 };
        tile.states[..n].copy_from_slice(&tile.initial);
        for (i, row) in tile.parameters.iter().enumerate() {
            tile.files[0][n + m + i] = *row;
            tile.files[1][n + i] = *row;
        }
        tile.outcome.deviation = Row::filled(0.0);
        tile.outcome.times = [ALWAYS_FINITE; LANES];
        for t in 0..=k.horizon {
            let is_last = t == k.horizon;
            let here = place(t)..place(t) + n;
            if !is_last {
                let (state, after) = tile.files[0].split_at_mut(n);
                state.copy_from_slice(&tile.states[here.clone()]);
                let noise = if with_noise { &tile.noise[..] } else { &[] };
                controls(k, theta, noise, t, state, &mut tile.activations, after);
            } else {
                tile.files[1][..n].copy_from_slice(&tile.states[here]);
            }
            let program = if is_last { &k.last } else { &k.step };
            let file = &mut tile.files[usize::from(is_last)];
            execute(program, file);
            let outputs = program.outputs();
            let cost = &file[outputs[outputs.len() - 1] as usize];
            let deviation = &mut tile.outcome.deviation;
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

/// The controls at time t from the state; `noise` is empty if there is none.
#[inline(always)]
pub fn controls(
    k: &Kernel,
    theta: &[f32],
    noise: &[Row],
    t: usize,
    state: &[Row],
    activations: &mut [Row],
    out: &mut [Row],
) {
    let m = k.controls;
    let here = t * m..(t + 1) * m;
    if let Some(network) = &k.network {
        activations[..k.states].copy_from_slice(state);
        let noise = if k.on_decision { noise } else { &[] };
        forward(network, Weights { theta, noise }, activations);
        out[..m].copy_from_slice(&activations[activations.len() - m..]);
    } else {
        for (u, theta) in out.iter_mut().zip(&theta[here.clone()]) {
            *u = Row::filled(*theta);
        }
    }
    if noise.is_empty() || (k.network.is_some() && k.on_decision) {
        return;
    }
    for (u, w) in out.iter_mut().zip(&noise[here]) {
        for (u, w) in u.0.iter_mut().zip(&w.0) {
            *u += w;
        }
    }
}
