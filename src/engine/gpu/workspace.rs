//! The buffers of a chunk.

use super::device::Device;
use super::kernel::Module;
use super::layout::{Bytes, Layout, PLANS_PER_SEGMENT, correlation, terms};
use super::schedule::Stage;
use crate::error::Result;
use crate::noise::environment::{Draw, Shape};
use crate::system::task::Task;
use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroU64;

/// The buffers of a chunk.
#[derive(Debug)]
pub struct Workspace {
    layout: Layout,
    bytes: Bytes,
    /// Distance between rows: the most samples that fit.
    pub stride: u64,
    /// A plan for each segment and each way through it, [`Workspace::plan_stride`] apart.
    plans: wgpu::Buffer,
    /// Bytes from one plan to the next.
    pub plan_stride: u64,
    plan_bytes: u64,
    /// By the names that they have in the shader.
    buffers: HashMap<&'static str, wgpu::Buffer>,
    /// Bound once for each kernel and plan, and used again by every chunk.
    groups: RefCell<HashMap<(String, u64), wgpu::BindGroup>>,
}

impl Workspace {
    /// Allocates.
    pub fn new(
        device: &Device,
        module: &Module,
        task: &Task,
        layout: &Layout,
        bytes: Bytes,
        stride: u64,
    ) -> Result<Self> {
        let candidates = layout.purpose.candidates();
        let model = task.model();
        let draws = model.state_size().max(1) + model.parameters().len().max(1);
        let sizes = [
            ("parameters", u64::from(module.struct_size("Parameters")?)),
            ("initial_state", 4 * task.initial_state().len() as u64),
            ("theta", 4 * task.dimension() as u64 * (candidates + 1)),
            ("nominal_costs", 4 * (layout.horizon + 1)),
            ("states", bytes.states),
            ("noise", bytes.noise),
            ("first_order", bytes.first_order),
            ("score", bytes.score),
            ("checkpoints", bytes.checkpoints),
            ("draws", 12 * draws as u64),
            ("outcomes", bytes.outcomes),
            ("values", bytes.values),
            ("coordinates", bytes.coordinates),
            ("blocks", bytes.blocks),
            ("decreases", bytes.decreases),
            ("triangles", 4 * correlation(task)),
        ];
        let mut buffers = HashMap::new();
        for (name, size) in sizes {
            buffers.insert(name, device.storage(name, size.max(64))?);
        }
        // Its length counts, so it is exact.
        let terms = device.storage("terms", 12 * terms(task).max(1) as u64)?;
        buffers.insert("terms", terms);
        // A kernel binds an array of two, of which it uses the first.
        let plan_bytes = 2 * u64::from(module.struct_size("Plan")?);
        let alignment = u64::from(device.limits().min_uniform_buffer_offset_alignment);
        let plan_stride = plan_bytes.next_multiple_of(alignment);
        let plans = plan_stride * PLANS_PER_SEGMENT * layout.segments().count() as u64;
        Ok(Self {
            layout: layout.clone(),
            bytes,
            stride,
            plans: device.uniforms("plans", plans)?,
            plan_stride,
            plan_bytes,
            buffers,
            groups: RefCell::default(),
        })
    }

    /// Whether it serves another chunk as it is.
    pub fn serves(&self, layout: &Layout, bytes: Bytes, stride: u64) -> bool {
        (&self.layout, self.bytes, self.stride) == (layout, bytes, stride)
    }

    /// The buffers of a stage, bound.
    pub(super) fn group(&self, device: &Device, stage: &Stage<'_>) -> Result<wgpu::BindGroup> {
        let key = (stage.kernel.name().to_string(), stage.plan);
        if let Some(group) = self.groups.borrow().get(&key) {
            return Ok(group.clone());
        }
        let find = |name: &str| self.binding(name, stage.plan);
        let group = stage.kernel.bind_with(device, find)?;
        self.groups.borrow_mut().insert(key, group.clone());
        Ok(group)
    }

    /// The buffer, or the part of it, that a shader knows by a name, with plan number `plan`.
    fn binding(&self, name: &str, plan: u64) -> Option<wgpu::BindingResource<'_>> {
        if name == "plans" {
            return Some(wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                buffer: &self.plans,
                offset: plan * self.plan_stride,
                size: NonZeroU64::new(self.plan_bytes),
            }));
        }
        self.buffers.get(name).map(wgpu::Buffer::as_entire_binding)
    }

    /// A buffer that the engine reads or fills, by its name in the shader.
    pub fn buffer(&self, name: &str) -> &wgpu::Buffer {
        &self.buffers[name]
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
            writer = writer.f32(&parameter.name, value as f32)?;
        }
        if task.parameters().is_empty() {
            writer = writer.f32("unused", 0.0)?;
        }
        device.upload(self.buffer("parameters"), &writer.finish()?)?;
        if let Some(factor) = task.factor() {
            let numbers = factor.triangles_f32().concat();
            device.upload(self.buffer("triangles"), bytemuck::cast_slice(&numbers))?;
        }
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
            self.buffer("initial_state"),
            &mut task.initial_state().iter().copied(),
        )?;
        upload(
            self.buffer("theta"),
            &mut thetas.iter().flat_map(|t| t.iter().copied()),
        )?;
        upload(
            self.buffer("nominal_costs"),
            &mut nominal_costs.iter().copied(),
        )
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
        device.upload(self.buffer("draws"), &bytes)?;
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
        device.upload(self.buffer("terms"), &bytes)
    }

    /// Uploads the plans of one chunk, [`Workspace::plan_stride`] apart.
    pub fn upload_plans(&self, device: &Device, bytes: &[u8]) -> Result<()> {
        device.upload(&self.plans, bytes)
    }
}
