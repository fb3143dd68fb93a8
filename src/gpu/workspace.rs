//! The buffers of a chunk, and how many samples a chunk may have.
//!
//! Per sample: (H+1)·N state words, the noise, d first-order words, d words of the score if it is not that of the noise
//! itself, an outcome for each candidate; per strip a
//! few words for the values, each coordinate and each candidate, twice, because they are copied to be read.

use super::device::Device;
use super::kernel::Module;
use super::source::Variant;
use super::strips::StripReader;
use crate::environment::{Draw, Shape};
use crate::error::{Error, Result};
use crate::task::Task;
use bytesize::ByteSize;

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

/// The sizes that a shader and a task lead to.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Samples of a block, from the shader.
    pub block: u64,
    /// Lanes of a block, from the shader.
    pub strip_lanes: u64,
    state_words: u64,
    /// Words of the outcome of a sample, from the shader.
    pub outcome_rows: u64,
}

/// Samples that a dispatch can number along one axis, whatever the adapter.
const MOST_SAMPLES: u64 = 1 << 21;

/// Bytes for what does not grow with the samples, and for the driver's own rounding.
const FIXED_BYTES: u64 = 64 * 1024;

/// The bytes of each buffer for some number of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    states: u64,
    noise: u64,
    first_order: u64,
    score: u64,
    outcomes: u64,
    values: u64,
    coordinates: u64,
    decreases: u64,
    fixed: u64,
}

impl Bytes {
    /// Of all of them.
    pub fn total(&self) -> u64 {
        let strips = self.values + self.coordinates + self.decreases;
        let rows = self.noise + self.first_order + self.score;
        self.states + rows + self.outcomes + 2 * strips + self.fixed
    }
    fn largest(&self) -> u64 {
        [
            self.states,
            self.noise,
            self.first_order,
            self.score,
            self.outcomes,
            self.coordinates,
            self.decreases,
        ]
        .into_iter()
        .max()
        .unwrap_or(0)
    }
}

impl Sizes {
    /// Looks the sizes up.
    pub fn new(module: &Module) -> Result<Self> {
        Ok(Self {
            block: u64::from(module.constant_u32("BLOCK_SAMPLES")?),
            strip_lanes: u64::from(module.constant_u32("STRIP_LANES")?),
            state_words: u64::from(module.constant_u32("STATE_SIZE")?),
            outcome_rows: u64::from(module.constant_u32("OUTCOME_ROWS")?),
        })
    }

    /// The strips of so many samples.
    pub fn strips(&self, samples: u64) -> u64 {
        samples.div_ceil(self.block) * self.strip_lanes
    }

    /// The bytes of a chunk of `samples`.
    pub fn bytes(
        &self,
        task: &Task,
        reader: &StripReader,
        purpose: Purpose,
        samples: u64,
    ) -> Bytes {
        let d = task.dimension() as u64;
        let steps = task.horizon() as u64 + 1;
        let strips = self.strips(samples);
        let (candidates, kept) = match purpose {
            Purpose::Moments => (0, samples),
            Purpose::Costs { candidates } => (candidates, 0),
            Purpose::Given => (0, 0),
        };
        let moments = u64::from(purpose == Purpose::Moments);
        let variant = Variant::of(task);
        let noisy = match variant.noise_is_stored || purpose == Purpose::Given {
            true => samples,
            false => kept,
        };
        let noise = match purpose {
            Purpose::Given => d,
            _ => task.noise_dimension() as u64,
        };
        let scored = if variant.noise_on_action { kept } else { 0 };
        let model = task.model();
        let environment = 12 * (model.state_size() + model.parameters().len() + terms(task)) as u64;
        Bytes {
            states: 4 * kept * steps * self.state_words,
            noise: 4 * noisy * noise,
            first_order: 4 * kept * d,
            score: 4 * scored * d,
            outcomes: 4 * samples * self.outcome_rows * (candidates + 1),
            values: strips * reader.value_bytes(),
            coordinates: moments * strips * d * reader.coordinate_bytes(),
            decreases: strips * candidates * reader.decrease_bytes(),
            fixed: FIXED_BYTES + environment + 4 * steps + 4 * d * (candidates + 1),
        }
    }

    /// The most samples of a chunk within the memory budget and the adapter's limits: all of them, or a whole number
    /// of blocks.
    pub fn most_samples(
        &self,
        task: &Task,
        reader: &StripReader,
        device: &Device,
        memory: u64,
        purpose: Purpose,
        wanted: u64,
    ) -> Result<u64> {
        let limits = device.limits();
        let binding = limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size);
        let fits = |samples: u64| {
            let bytes = self.bytes(task, reader, purpose, samples);
            bytes.total() <= memory && bytes.largest() <= binding
        };
        if wanted <= MOST_SAMPLES && fits(wanted) {
            return Ok(wanted);
        }
        let smallest = self.bytes(task, reader, purpose, self.block.min(wanted));
        if smallest.largest() > binding {
            return Err(Error::AdapterLimit {
                adapter: device.report().name.clone(),
                limit: "max_storage_buffer_binding_size",
                allowed: binding,
                needed: smallest.largest(),
                task: task.name().into(),
            });
        }
        if smallest.total() > memory {
            let needed = smallest.total();
            return Err(Error::MemoryTooSmall {
                task: task.name().into(),
                budget: ByteSize(memory).display().iec().to_string(),
                block: self.block.min(wanted),
                needed: ByteSize(needed).display().iec().to_string(),
                suggestion: format!("{}MiB", needed.div_ceil(1 << 20)),
            });
        }
        // Bytes grow with the blocks, so the largest number that fits is found by halving.
        let (mut low, mut high) = (1, MOST_SAMPLES / self.block);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if fits(middle * self.block) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok((low * self.block).min(wanted))
    }
}

/// Terms of the initial state, all coordinates together.
fn terms(task: &Task) -> usize {
    let initial = &task.environment().initial;
    initial.iter().map(|x| x.terms.len()).sum()
}

/// The buffers of a chunk.
#[derive(Debug)]
pub struct Workspace {
    purpose: Purpose,
    random_environment: bool,
    bytes: Bytes,
    /// Distance between rows: the most samples that fit.
    pub stride: u64,
    plan: wgpu::Buffer,
    parameters: wgpu::Buffer,
    initial_state: wgpu::Buffer,
    theta: wgpu::Buffer,
    nominal_costs: wgpu::Buffer,
    pub(super) states: wgpu::Buffer,
    pub(super) noise: wgpu::Buffer,
    pub(super) first_order: wgpu::Buffer,
    pub(super) score: wgpu::Buffer,
    draws: wgpu::Buffer,
    terms: wgpu::Buffer,
    pub(super) outcomes: wgpu::Buffer,
    pub(super) values: wgpu::Buffer,
    pub(super) coordinates: wgpu::Buffer,
    pub(super) decreases: wgpu::Buffer,
}

impl Workspace {
    /// Allocates.
    pub fn new(
        device: &Device,
        module: &Module,
        task: &Task,
        bytes: Bytes,
        purpose: Purpose,
        stride: u64,
    ) -> Result<Self> {
        let storage = |label: &str, size: u64| device.storage(label, size.max(64));
        let candidates = match purpose {
            Purpose::Moments => 0,
            Purpose::Costs { candidates } => candidates,
            Purpose::Given => 0,
        };
        let draws = task.model().state_size().max(1) + task.model().parameters().len().max(1);
        Ok(Self {
            purpose,
            random_environment: task.environment().is_random(),
            bytes,
            stride,
            plan: device.uniform("plan", u64::from(module.struct_size("Plan")?))?,
            parameters: storage("parameters", u64::from(module.struct_size("Parameters")?))?,
            initial_state: storage("initial_state", 4 * task.initial_state().len() as u64)?,
            theta: storage("theta", 4 * task.dimension() as u64 * (candidates + 1))?,
            nominal_costs: storage("nominal_costs", 4 * (task.horizon() as u64 + 1))?,
            states: storage("states", bytes.states)?,
            noise: storage("noise", bytes.noise)?,
            first_order: storage("first_order", bytes.first_order)?,
            score: storage("score", bytes.score)?,
            draws: storage("draws", 12 * draws as u64)?,
            // Its length counts, so it is exact.
            terms: device.storage("terms", 12 * terms(task).max(1) as u64)?,
            outcomes: storage("outcomes", bytes.outcomes)?,
            values: storage("values", bytes.values)?,
            coordinates: storage("coordinates", bytes.coordinates)?,
            decreases: storage("decreases", bytes.decreases)?,
        })
    }

    /// Whether it serves another chunk as it is.
    pub fn serves(&self, purpose: Purpose, bytes: Bytes, stride: u64) -> bool {
        (self.purpose, self.bytes, self.stride) == (purpose, bytes, stride)
    }

    /// All buffers by the names they have in the shader.
    pub fn named(&self) -> Vec<(&'static str, &wgpu::Buffer)> {
        let environment = match self.random_environment {
            false => [
                ("parameters", &self.parameters),
                ("initial_state", &self.initial_state),
            ],
            true => [("draws", &self.draws), ("terms", &self.terms)],
        };
        let others = [
            ("plan", &self.plan),
            ("theta", &self.theta),
            ("nominal_costs", &self.nominal_costs),
            ("states", &self.states),
            ("noise", &self.noise),
            ("first_order", &self.first_order),
            ("score", &self.score),
            ("outcomes", &self.outcomes),
            ("values", &self.values),
            ("coordinates", &self.coordinates),
            ("decreases", &self.decreases),
        ];
        others.into_iter().chain(environment).collect()
    }

    /// Uploads what stays the same for all chunks of a batch. `thetas` is theta and then the candidates.
    pub fn upload(
        &self,
        device: &Device,
        module: &Module,
        task: &Task,
        thetas: &[&[f64]],
        nominal_costs: &[f64],
    ) -> Result<()> {
        let mut writer = module.write_struct("Parameters")?;
        for (parameter, &value) in task.model().parameters().iter().zip(task.parameters()) {
            writer = writer.f32(parameter.name, value as f32)?;
        }
        if task.parameters().is_empty() {
            writer = writer.f32("unused", 0.0)?;
        }
        device.upload(&self.parameters, &writer.finish()?)?;
        if task.environment().is_random() {
            self.upload_environment(device, module, task)?;
        }
        let upload = |buffer: &wgpu::Buffer, numbers: &mut dyn Iterator<Item = f64>| {
            let numbers: Vec<f32> = numbers.map(|x| x as f32).collect();
            if numbers.is_empty() {
                return Ok(());
            }
            device.upload(buffer, bytemuck::cast_slice(&numbers))
        };
        upload(
            &self.initial_state,
            &mut task.initial_state().iter().copied(),
        )?;
        upload(
            &self.theta,
            &mut thetas.iter().flat_map(|t| t.iter().copied()),
        )?;
        upload(&self.nominal_costs, &mut nominal_costs.iter().copied())
    }

    fn upload_environment(&self, device: &Device, module: &Module, task: &Task) -> Result<()> {
        let environment = task.environment();
        let nothing = Draw::Constant(0.0);
        let state: Vec<Draw> = environment.initial.iter().map(|x| x.draw).collect();
        let or_nothing = |list: Vec<Draw>| if list.is_empty() { vec![nothing] } else { list };
        let mut bytes = Vec::new();
        for draw in [
            or_nothing(state),
            or_nothing(environment.parameters.clone()),
        ]
        .concat()
        {
            let (offset, scale, shape) = draw.parts();
            let shape = module.constant_u32(match shape {
                Shape::Constant => "SHAPE_CONSTANT",
                Shape::Normal => "SHAPE_NORMAL",
                Shape::Uniform => "SHAPE_UNIFORM",
            })?;
            bytes.extend(
                module
                    .write_struct("Draw")?
                    .f32("offset", offset as f32)?
                    .f32("scale", scale as f32)?
                    .u32("shape", shape)?
                    .finish()?,
            );
        }
        device.upload(&self.draws, &bytes)?;
        let mut list: Vec<(usize, usize, f64)> = Vec::new();
        for (to, x) in environment.initial.iter().enumerate() {
            list.extend(x.terms.iter().map(|(from, factor)| (to, *from, *factor)));
        }
        if list.is_empty() {
            list.push((0, 0, 0.0));
        }
        let mut bytes = Vec::new();
        for (to, from, factor) in list {
            bytes.extend(
                module
                    .write_struct("Term")?
                    .u32("target_index", to as u32)?
                    .u32("source_index", from as u32)?
                    .f32("factor", factor as f32)?
                    .finish()?,
            );
        }
        device.upload(&self.terms, &bytes)
    }

    /// Uploads the plan of one chunk.
    pub fn upload_plan(&self, device: &Device, bytes: &[u8]) -> Result<()> {
        device.upload(&self.plan, bytes)
    }
}
