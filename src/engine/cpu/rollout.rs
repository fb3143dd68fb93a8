//! One tile: [`LANES`] samples rolled out together, the twin of `rollout.wgsl`.

use super::compiled::Kernel;
use super::execute::Execute;
use super::feedback::{Weights, forward};
use super::lanes::{ALWAYS_FINITE, LANES, Row, add, note, raise};
use super::layout::Layout;
use super::program::Bank;
use crate::engine::report::Sample;
use crate::noise::{Distribution, Factor};
use crate::system::task::Task;
use pulp::{Simd, WithSimd};
use std::ops::Range;

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
    /// What programs read and write, and the rows as long as the horizon.
    pub(super) rows: Vec<Row>,
    pub(super) layout: Layout,
    /// The score without its factor, a row for each coordinate, where it is not the noise itself.
    pub(super) score: Vec<Row>,
    /// Of the latest rollout.
    pub outcome: Outcome,
    pub(super) samples: [u32; LANES],
    /// Where the segments begin, n rows for each, and the cotangents where they end; none if there is one segment.
    pub(super) starts: Vec<Row>,
    pub(super) ends: Vec<Row>,
    pub(super) initial: Vec<Row>,
    pub(super) parameters: Vec<Row>,
    pub(super) activations: Vec<Row>,
    pub(super) cotangents: Vec<Row>,
}

impl Tile {
    /// Enough for rollouts, and for the way back if there is one.
    pub fn new(kernel: &Kernel, with_first_order: bool) -> Self {
        let rows = |count: usize| vec![Row::filled(0.0); count];
        let zero = Row::filled(0.0);
        let activations = kernel.network.as_ref().map_or(0, |n| n.activations());
        let layout = Layout::new(kernel, with_first_order);
        let score = kernel.has_score_rows().then_some(kernel.coordinates());
        let marks = match kernel.is_cut() {
            true => kernel.segments().count() * kernel.states,
            false => 0,
        };
        Self {
            rows: layout.rows(kernel),
            layout,
            score: rows(score.unwrap_or(0)),
            outcome: Outcome {
                deviation: zero,
                baseline: zero,
                squared_score: zero,
                times: [ALWAYS_FINITE; LANES],
            },
            samples: [0; LANES],
            starts: rows(marks),
            ends: rows(if with_first_order { marks } else { 0 }),
            initial: rows(kernel.states),
            parameters: rows(kernel.drawn_parameters()),
            activations: rows(activations),
            cotangents: rows(activations),
        }
    }

    /// w, a row for each of its elements.
    pub fn noise(&self) -> &[Row] {
        &self.rows[self.layout.noise.clone()]
    }

    /// See [`Tile::noise`].
    pub fn noise_mut(&mut self) -> &mut [Row] {
        &mut self.rows[self.layout.noise.clone()]
    }

    /// g₁, a row for each coordinate.
    pub fn first_order(&self) -> &[Row] {
        &self.rows[self.layout.first_order.clone()]
    }

    /// The score of each coordinate without its factor.
    pub fn score(&self) -> &[Row] {
        match self.score.is_empty() {
            true => self.noise(),
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
            noise: column(self.noise()),
            score: column(self.score()).iter().map(|s| factor * s).collect(),
            first_order: column(self.first_order()),
            initial_state: column(&self.initial),
            parameters: column(&self.parameters),
            nonfinite: (time != ALWAYS_FINITE).then_some(time),
        }
    }

    /// Bytes of a tile with so many steps in memory.
    pub fn bytes(task: &Task, segment: usize) -> u64 {
        let n = task.model().state_size();
        let here = segment * task.model().control_size();
        let is_open_loop = task.network().is_none();
        let coordinates = if is_open_loop { here } else { task.dimension() };
        let noise = match task.noise_is_on_decision() && !is_open_loop {
            true => task.noise_dimension(),
            false => here,
        };
        let is_score = task.noise_is_on_decision()
            && task.noise().distribution == Distribution::Gaussian
            && task.noise_ratios().is_none()
            && task.factor().is_none();
        let score = if is_score { 0 } else { coordinates };
        let marks = match segment < task.horizon() {
            true => 2 * task.horizon().div_ceil(segment) * n,
            false => 0,
        };
        let rows = (segment + 1) * n + noise + score + coordinates + marks;
        (rows * size_of::<Row>()) as u64
    }
}

/// Draws the environments of `samples`, and their noise in the first segment.
pub struct Draw<'a> {
    pub kernel: &'a Kernel,
    pub samples: &'a [u32; LANES],
    pub tile: &'a mut Tile,
}

impl WithSimd for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            kernel: k,
            samples,
            tile,
        } = self;
        tile.samples = *samples;
        let Tile {
            initial,
            parameters,
            ..
        } = tile;
        k.draw_environment(samples, initial, parameters);
        let first = 0..k.segment;
        DrawNoise {
            kernel: k,
            steps: &first,
            tile,
        }
        .with_simd(simd);
    }
}

/// Draws the noise of the samples of a tile in a segment, which begins at an even element of the noise.
pub struct DrawNoise<'a> {
    pub kernel: &'a Kernel,
    pub steps: &'a Range<usize>,
    pub tile: &'a mut Tile,
}

impl WithSimd for DrawNoise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            kernel: k,
            steps,
            tile,
        } = self;
        let (first, count) = match k.is_noise_of_weights() {
            true => (0, k.noise_dimension),
            false => (steps.start * k.controls, steps.len() * k.controls),
        };
        let samples = tile.samples;
        let rows = tile.noise_mut()[..count].chunks_mut(2);
        for (pair, rows) in (first as u32 / 2..).zip(rows) {
            k.draw_noise(&samples, pair, rows);
        }
        if let Some(factor) = &k.noise.mixing {
            let noise = tile.layout.noise.clone();
            correlate(factor, &mut tile.rows[noise], &mut tile.score);
        }
    }
}

/// z to L z, and the score L⁻ᵀ z.
#[inline(always)]
fn correlate(factor: &Factor, noise: &mut [Row], score: &mut [Row]) {
    let [lower, inverse] = factor.triangles_f32();
    let (stride, count) = (factor.stride(), noise.len() / factor.stride());
    let add = |sum: &mut Row, by: f32, x: &Row| {
        for (sum, x) in sum.0.iter_mut().zip(&x.0) {
            *sum += by * x;
        }
    };
    for (element, score) in score.iter_mut().enumerate() {
        let (i, a) = (element / stride, element % stride);
        let mut sum = Row::filled(0.0);
        for k in i..count {
            add(
                &mut sum,
                inverse[Factor::place(k, i)],
                &noise[k * stride + a],
            );
        }
        *score = sum;
    }
    // From the last on: each takes those before it, which are there still.
    for element in (0..noise.len()).rev() {
        let (i, a) = (element / stride, element % stride);
        let mut sum = Row::filled(0.0);
        for k in 0..=i {
            add(&mut sum, lower[Factor::place(i, k)], &noise[k * stride + a]);
        }
        noise[element] = sum;
    }
}

/// Rolls out a segment, from where the one before it ended.
pub struct Rollout<'a> {
    pub kernel: &'a Kernel,
    pub theta: &'a [f32],
    /// Whether the noise that is there counts.
    pub with_noise: bool,
    pub keep_states: bool,
    pub steps: &'a Range<usize>,
    pub tile: &'a mut Tile,
}

impl WithSimd for Rollout<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            kernel: k,
            theta,
            with_noise,
            keep_states,
            steps,
            tile,
        } = self;
        let n = k.states;
        let layout = tile.layout.clone();
        let Range { start, end } = *steps;
        let place = |t: usize| {
            let here = t - start;
            layout.states + n * if keep_states { here } else { here % 2 }
        };
        let segment = start / k.segment;
        let state = match start {
            0 => &tile.initial,
            _ => &tile.starts[segment * n..(segment + 1) * n],
        };
        tile.rows[place(start)..place(start) + n].copy_from_slice(state);
        let parameters = layout.parameters..layout.parameters + tile.parameters.len();
        tile.rows[parameters].copy_from_slice(&tile.parameters);
        if start == 0 {
            tile.outcome.deviation = Row::filled(0.0);
            tile.outcome.times = [ALWAYS_FINITE; LANES];
        }
        let mut largest = [0; LANES];
        let times = if end == k.horizon { end + 1 } else { end };
        for t in start..times {
            let is_last = t == k.horizon;
            let number = usize::from(is_last);
            let program = k.programs()[number];
            if !is_last {
                controls(k, theta, with_noise, (t, t - start, place(t)), tile);
                tell_time(k, t, tile);
            }
            let mut bases = layout.bases(program, number);
            bases[Bank::State as usize] = place(t);
            bases[Bank::NextState as usize] = place(t + 1);
            simd.vectorize(Execute {
                program,
                rows: &mut tile.rows,
                bases: &bases,
            });
            let cost = &tile.rows[layout.cost];
            let nominal = k.nominal_costs[t];
            let deviation = &mut tile.outcome.deviation;
            add(&mut largest, deviation, cost, nominal);
            raise(&mut largest, &tile.rows[place(t)..place(t) + n]);
            note(&mut tile.outcome.times, &largest, t as u32);
        }
        if end < k.horizon {
            let state = place(end)..place(end) + n;
            tile.starts[(segment + 1) * n..(segment + 2) * n].copy_from_slice(&tile.rows[state]);
        }
    }
}

/// Writes the number of the step where the cost reads it.
#[inline(always)]
pub fn tell_time(k: &Kernel, t: usize, tile: &mut Tile) {
    if k.uses_time {
        tile.rows[tile.layout.time] = Row::filled(t as f32);
    }
}

/// The controls at time t, which is the `here`th of its segment, from the state, which begins at `state`.
#[inline(always)]
pub fn controls(
    k: &Kernel,
    theta: &[f32],
    with_noise: bool,
    (t, here, state): (usize, usize, usize),
    tile: &mut Tile,
) {
    let m = k.controls;
    let layout = &tile.layout;
    let (before, noise) = tile.rows.split_at_mut(layout.noise.start);
    let noise = if with_noise {
        &noise[..layout.noise.len()]
    } else {
        &[]
    };
    let of_time = |t: usize| t * m..(t + 1) * m;
    let is_on_weights = k.network.is_some() && k.on_decision;
    let is_on_action = !noise.is_empty() && !is_on_weights;
    let own = if is_on_action {
        &noise[of_time(here)]
    } else {
        &[]
    };
    if let Some(network) = &k.network {
        network.read(&before[state..state + k.states], &mut tile.activations);
        let noise = if k.on_decision { noise } else { &[] };
        forward(network, Weights { theta, noise }, t, &mut tile.activations);
        let out = &mut before[layout.control..layout.control + m];
        out.copy_from_slice(&tile.activations[tile.activations.len() - m..]);
        for (u, w) in out.iter_mut().zip(own) {
            for (u, w) in u.0.iter_mut().zip(&w.0) {
                *u += w;
            }
        }
        return;
    }
    let out = &mut before[layout.control..layout.control + m];
    for (i, (u, theta)) in out.iter_mut().zip(&theta[of_time(t)]).enumerate() {
        match own.get(i) {
            None => *u = Row::filled(*theta),
            Some(w) => {
                for (u, w) in u.0.iter_mut().zip(&w.0) {
                    *u = theta + w;
                }
            }
        }
    }
}
