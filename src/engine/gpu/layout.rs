//! How a batch is cut: into chunks of samples, and the horizon of a chunk into segments.
//!
//! Per sample of a chunk: the states that are kept of a segment, its noise, its rows of the first order, d rows of the score if
//! it is not that of the noise itself, an outcome for each candidate, and a checkpoint for each segment. Per strip a few
//! words for the values, for each coordinate of a segment and for each candidate. What is read back counts twice.

use super::device::Device;
use super::kernel::Module;
use super::loops;
use super::source::Variant;
use super::strips::StripReader;
use crate::error::{Error, Result};
use crate::system::task::Task;
use bytesize::ByteSize;

/// Plans of a segment: on the way forward, and again on the way back.
pub const PLANS_PER_SEGMENT: u64 = 2;

/// What a chunk is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Trajectories and both estimates.
    Moments,
    /// Costs of theta and of so many candidates.
    Costs {
        /// Their number, theta not counted.
        candidates: u64,
    },
    /// Costs of thetas that the host gives, one for each sample.
    Given,
}

impl Purpose {
    /// Candidates, theta not counted.
    pub fn candidates(self) -> u64 {
        match self {
            Purpose::Costs { candidates } => candidates,
            Purpose::Moments | Purpose::Given => 0,
        }
    }
}

/// Samples that a dispatch can number along one axis, whatever the adapter.
const MOST_SAMPLES: u64 = 1 << 21;

/// Bytes for what does not grow with the samples, and for the driver's own rounding.
const FIXED_BYTES: u64 = 64 * 1024;

/// Blocks that a chunk should have before the horizon is cut for the sake of memory: fewer keep no GPU busy.
const WANTED_BLOCKS: u64 = 8;

/// The shortest segment that memory asks for; below it the checkpoints take more than is saved.
const SHORTEST_SEGMENT: u64 = 32;

/// The sizes that a shader leads to.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Samples of a block, from the shader.
    pub block: u64,
    /// Lanes of a block, from the shader.
    pub strip_lanes: u64,
    /// Samples whose rows stand together, from the shader.
    pub tile: u64,
    /// Rows that a lane of the reduction takes together, from the shader.
    pub rows_at_once: u64,
    state_words: u64,
    /// Words of the outcome of a sample, from the shader.
    pub outcome_rows: u64,
}

impl Sizes {
    /// Looks the sizes up.
    pub fn new(module: &Module) -> Result<Self> {
        let constant = |name| module.constant_u32(name).map(u64::from);
        Ok(Self {
            block: constant("BLOCK_SAMPLES")?,
            strip_lanes: constant("STRIP_LANES")?,
            tile: constant("TILE")?,
            rows_at_once: constant("ROWS_AT_ONCE")?,
            state_words: constant("STATE_SIZE")?,
            outcome_rows: constant("OUTCOME_ROWS")?,
        })
    }

    /// The strips of so many samples.
    pub fn strips(&self, samples: u64) -> u64 {
        self.blocks(samples) * self.strip_lanes
    }

    /// The blocks of so many samples.
    pub fn blocks(&self, samples: u64) -> u64 {
        samples.div_ceil(self.block)
    }
}

/// A part of the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its number.
    pub number: u64,
    /// The time at which it starts.
    pub first_step: u64,
    /// Its time steps.
    pub steps: u64,
}

/// The rows that a segment has in each buffer, and the elements in row 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Element of w in row 0.
    pub first_noise: u64,
    /// Rows of w.
    pub noise: u64,
    /// Coordinate of theta in row 0.
    pub first_row: u64,
    /// Rows of first_order and score.
    pub gradient: u64,
}

/// How a batch of one purpose is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What for.
    pub purpose: Purpose,
    /// H
    pub horizon: u64,
    /// Steps of a segment; the last may be shorter.
    pub steps: u64,
    /// The most samples of a chunk: all of the batch, or a whole number of blocks.
    pub most_samples: u64,
    controls: u64,
    dimension: u64,
    noise_dimension: u64,
    noise_of_decision: bool,
    feedback: bool,
}

impl Layout {
    fn whole(task: &Task, purpose: Purpose) -> Self {
        let variant = Variant::of(task);
        Self {
            purpose,
            horizon: task.horizon() as u64,
            steps: task.horizon() as u64,
            most_samples: 0,
            controls: task.model().control_size() as u64,
            dimension: task.dimension() as u64,
            noise_dimension: task.noise_dimension() as u64,
            noise_of_decision: purpose == Purpose::Given
                || (variant.is_feedback() && !variant.noise_on_action),
            feedback: variant.is_feedback(),
        }
    }

    /// The segments in order of time.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = Segment> + use<> {
        let (steps, horizon) = (self.steps, self.horizon);
        (0..horizon.div_ceil(steps)).map(move |number| Segment {
            number,
            first_step: number * steps,
            steps: steps.min(horizon - number * steps),
        })
    }

    /// Whether the horizon is one segment.
    pub fn is_whole(&self) -> bool {
        self.steps >= self.horizon
    }

    /// The rows of a segment.
    pub fn rows(&self, segment: &Segment) -> Rows {
        let (first, count) = (
            segment.first_step * self.controls,
            segment.steps * self.controls,
        );
        let (first_noise, noise) = match (self.noise_of_decision, self.purpose) {
            (true, Purpose::Given) => (0, self.dimension),
            (true, _) => (0, self.noise_dimension),
            (false, _) => (first, count),
        };
        let (first_row, gradient) = match self.feedback {
            true => (0, self.dimension),
            false => (first, count),
        };
        Rows {
            first_noise,
            noise,
            first_row,
            gradient,
        }
    }
}

/// The bytes of each buffer for some number of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    pub states: u64,
    pub noise: u64,
    pub first_order: u64,
    pub score: u64,
    pub outcomes: u64,
    pub checkpoints: u64,
    pub values: u64,
    pub coordinates: u64,
    pub blocks: u64,
    pub decreases: u64,
    fixed: u64,
}

impl Bytes {
    /// Of all of them.
    pub fn total(&self) -> u64 {
        let read_back = self.values + self.blocks + self.decreases;
        let rows = self.states + self.noise + self.first_order + self.score + self.checkpoints;
        rows + self.outcomes + self.coordinates + 2 * read_back + self.fixed
    }

    fn largest(&self) -> u64 {
        [
            self.states,
            self.noise,
            self.first_order,
            self.score,
            self.outcomes,
            self.checkpoints,
            self.coordinates,
            self.blocks,
            self.decreases,
        ]
        .into_iter()
        .max()
        .unwrap_or(0)
    }
}

/// Terms of the initial state, all coordinates together.
pub fn terms(task: &Task) -> usize {
    let initial = &task.environment().initial;
    initial.iter().map(|x| x.terms.len()).sum()
}

/// Numbers of both triangles of the covariance of the noise.
pub fn correlation(task: &Task) -> u64 {
    task.factor().map_or(0, |factor| {
        factor.triangles_f32().iter().map(|t| t.len() as u64).sum()
    })
}

/// Finds how a task is cut on a device within a memory budget.
pub struct Planner<'a> {
    pub task: &'a Task,
    pub sizes: &'a Sizes,
    pub reader: &'a StripReader,
    pub device: &'a Device,
    pub memory: u64,
}

impl Planner<'_> {
    /// The bytes of a chunk of `samples`.
    pub fn bytes(&self, layout: &Layout, samples: u64) -> Bytes {
        let task = self.task;
        let candidates = layout.purpose.candidates();
        let is_moments = layout.purpose == Purpose::Moments;
        let tiled = samples.next_multiple_of(self.sizes.tile);
        let kept = if is_moments { tiled } else { 0 };
        let variant = Variant::of(task);
        let given = layout.purpose == Purpose::Given;
        let noisy = match variant.noise_is_stored || given {
            true => tiled,
            false => kept,
        };
        let first = layout.segments().next();
        let rows = first.map(|s| layout.rows(&s));
        let (noise, gradient) = rows.map_or((0, 0), |r| (r.noise, r.gradient));
        // A last segment that is not a multiple of four keeps up to three states one by one.
        let states = match variant.keeps_every_state {
            true => layout.steps + 1,
            false => layout.steps / 4 + 4,
        };
        let slots = match (layout.is_whole(), is_moments) {
            (true, _) => 0,
            (false, true) => layout.segments().count() as u64,
            (false, false) => candidates + 1,
        };
        // Independent noise stands in the rows of the first order before those are needed.
        let (differentiated, scored) = match (variant.is_correlated(), variant.noise_on_action) {
            (true, _) => (noisy, noisy),
            (false, true) => (kept, kept),
            (false, false) => (kept, 0),
        };
        let moments = u64::from(is_moments);
        let (strips, blocks) = (self.sizes.strips(samples), self.sizes.blocks(samples));
        let d = layout.dimension;
        let model = task.model();
        let environment = 12 * (model.state_size() + model.parameters().len() + terms(task)) as u64;
        Bytes {
            states: 4 * kept * states * self.sizes.state_words,
            noise: 4 * noisy * noise,
            first_order: 4 * differentiated * gradient,
            score: 4 * scored * gradient,
            outcomes: 4 * samples * self.sizes.outcome_rows * (candidates + 1),
            checkpoints: 4 * samples * self.sizes.state_words * slots,
            values: strips * self.reader.value_bytes(),
            coordinates: moments * strips * gradient * self.reader.coordinate_bytes(),
            blocks: moments * blocks * d * self.reader.coordinate_bytes(),
            decreases: strips * candidates * self.reader.decrease_bytes(),
            fixed: FIXED_BYTES
                + environment
                + 4 * correlation(task)
                + 4 * (layout.horizon + 1)
                + 4 * d * (candidates + 1),
        }
    }

    fn fits(&self, layout: &Layout, samples: u64) -> bool {
        let bytes = self.bytes(layout, samples);
        bytes.total() <= self.memory && bytes.largest() <= self.binding()
    }

    fn binding(&self) -> u64 {
        let limits = self.device.limits();
        limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size)
    }

    /// The most samples of a chunk: all that are wanted, or a whole number of blocks, or 0 if not even one fits.
    fn most(&self, layout: &Layout, wanted: u64) -> u64 {
        if wanted <= MOST_SAMPLES && self.fits(layout, wanted) {
            return wanted;
        }
        let block = self.sizes.block;
        // Bytes grow with the blocks, so the largest number that fits is found by halving.
        let (mut low, mut high) = (0, MOST_SAMPLES / block);
        while low < high {
            let middle = (low + high).div_ceil(2);
            match self.fits(layout, middle * block) {
                true => low = middle,
                false => high = middle - 1,
            }
        }
        (low * block).min(wanted)
    }

    /// Cuts a batch of `wanted` samples: the horizon only if the loops of a kernel would be too long, or if memory is short
    /// for many samples at a time.
    pub fn layout(&self, purpose: Purpose, wanted: u64) -> Result<Layout> {
        let mut layout = Layout::whole(self.task, purpose);
        layout.steps = loops::longest_segment(self.device, self.task)?.min(layout.horizon);
        let enough = wanted.min(WANTED_BLOCKS * self.sizes.block);
        loop {
            layout.most_samples = self.most(&layout, wanted);
            let shorter = (layout.steps / 2).next_multiple_of(loops::STEPS_AT_ONCE);
            if layout.most_samples >= enough
                || shorter < SHORTEST_SEGMENT
                || shorter >= layout.steps
            {
                break;
            }
            layout.steps = shorter;
        }
        match layout.most_samples {
            0 => Err(self.too_large(&layout, wanted)),
            _ => Ok(layout),
        }
    }

    /// Why not even a block fits.
    fn too_large(&self, layout: &Layout, wanted: u64) -> Error {
        let block = self.sizes.block.min(wanted);
        let smallest = self.bytes(layout, block);
        if smallest.largest() > self.binding() {
            return Error::AdapterLimit {
                adapter: self.device.report().name.clone(),
                limit: "max_storage_buffer_binding_size",
                allowed: self.binding(),
                needed: smallest.largest(),
                task: self.task.name().into(),
            };
        }
        let needed = smallest.total();
        Error::MemoryTooSmall {
            task: self.task.name().into(),
            budget: ByteSize(self.memory).display().iec().to_string(),
            block,
            needed: ByteSize(needed).display().iec().to_string(),
            suggestion: format!("{}MiB", needed.div_ceil(1 << 20)),
        }
    }
}
