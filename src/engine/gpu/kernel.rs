//! Entry points of a shader as things to run, with buffers bound by name.
//!
//! ```no_run
//! use mollify::engine::gpu::{AdapterChoice, Device, Kernel, Module};
//! # fn main() -> mollify::Result<()> {
//! let device = Device::open(&AdapterChoice::Any)?;
//! let source = "
//!     @group(0) @binding(0) var<storage, read_write> values: array<f32>;
//!     @compute @workgroup_size(64) fn double(@builtin(global_invocation_id) id: vec3<u32>) {
//!         if id.x < arrayLength(&values) { values[id.x] *= 2.0; }
//!     }";
//! let kernel = Kernel::new(&device, &Module::new(&device, "double.wgsl", source)?, "double")?;
//! let values = device.storage("values", 4 * 100)?;
//! let group = kernel.bind(&device, &[("values", &values)])?;
//! let mut encoder = device.encoder("double");
//! let mut pass = encoder.begin_compute_pass(&Default::default());
//! kernel.dispatch(&mut pass, &group, [100, 1, 1])?;
//! drop(pass); // ends the pass, so that the encoder can go on
//! let bytes = device.submit_and_download(encoder, &[(&values, 0..400)])?;
//! # Ok(()) }
//! ```

use std::num::NonZeroU64;
use std::ops::Deref;

use super::device::Device;
use super::reflection::{BufferSlot, Reflection};
use crate::error::{Error, Result};

/// A WGSL text on a device; dereferences to its [`Reflection`].
pub struct Module {
    reflection: Reflection,
    shader: wgpu::ShaderModule,
}

impl Module {
    /// Parses, validates and hands the text to the device; `label` stands for it in messages.
    pub fn new(device: &Device, label: &str, source: &str) -> Result<Module> {
        Module::from_reflection(device, Reflection::parse(label, source)?)
    }

    /// Hands a text that was parsed before to the device. Bounds checks stay on: they cost next to nothing.
    pub fn from_reflection(device: &Device, reflection: Reflection) -> Result<Module> {
        let source = wgpu::ShaderSource::Wgsl(reflection.source().into());
        let label = Some(reflection.label());
        let shader = device
            .scoped("the shader", || {
                device
                    .raw()
                    .create_shader_module(wgpu::ShaderModuleDescriptor { label, source })
            })
            .map_err(|e| as_shader_error(e, &reflection))?;
        Ok(Module { reflection, shader })
    }
}

impl Deref for Module {
    type Target = Reflection;

    fn deref(&self) -> &Reflection {
        &self.reflection
    }
}

/// One compute entry point, ready to run.
pub struct Kernel {
    name: String,
    pipeline: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
    slots: Vec<BufferSlot>,
    /// All buffers of the module, also those this kernel does not use.
    known: Vec<String>,
    workgroup_size: [u32; 3],
    adapter: String,
    max_groups: u32,
}

impl Kernel {
    /// Compiles `entry_point`; its layout has the buffers that it uses, itself or through what it calls.
    pub fn new(device: &Device, module: &Module, entry_point: &str) -> Result<Kernel> {
        let slots = module.buffers_of(entry_point)?;
        let entries: Vec<_> = slots.iter().map(layout_entry).collect();
        let label = Some(entry_point);
        let (layout, pipeline) = device
            .scoped("the pipeline", || {
                let raw = device.raw();
                let layout = raw.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                    label,
                    entries: &entries,
                });
                let whole = raw.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                    label,
                    bind_group_layouts: &[Some(&layout)],
                    immediate_size: 0,
                });
                let pipeline = raw.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                    label,
                    layout: Some(&whole),
                    module: &module.shader,
                    entry_point: label,
                    compilation_options: Default::default(),
                    cache: None,
                });
                (layout, pipeline)
            })
            .map_err(|e| as_shader_error(e, module))?;
        Ok(Kernel {
            name: entry_point.into(),
            pipeline,
            layout,
            slots,
            known: module.buffer_names(),
            workgroup_size: module.workgroup_size(entry_point)?,
            adapter: device.report().name.clone(),
            max_groups: device.limits().max_compute_workgroups_per_dimension,
        })
    }

    /// The entry point.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lanes of a workgroup along x, y and z.
    pub fn workgroup_size(&self) -> [u32; 3] {
        self.workgroup_size
    }

    /// Names of the buffers it needs.
    pub fn buffer_names(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| slot.name.as_str())
    }

    /// Binds whole buffers by name.
    ///
    /// A buffer that only other kernels of the module use is left out, so one list serves them all. A name
    /// that is nowhere in the module, or a needed one that is not in the list, is [`Error::ShaderName`].
    pub fn bind(
        &self,
        device: &Device,
        buffers: &[(&str, &wgpu::Buffer)],
    ) -> Result<wgpu::BindGroup> {
        let stray = |(name, _): &&(&str, &wgpu::Buffer)| !self.known.iter().any(|k| k == name);
        if let Some((name, _)) = buffers.iter().find(stray) {
            return Err(self.unknown("a buffer", name, self.known.clone()));
        }
        self.bind_with(device, |name| {
            let found = buffers.iter().find(|(known, _)| *known == name);
            found.map(|(_, buffer)| buffer.as_entire_binding())
        })
    }

    /// Binds what `find` knows by the name of each buffer that it needs; parts of buffers too.
    pub(super) fn bind_with<'a>(
        &self,
        device: &Device,
        find: impl Fn(&str) -> Option<wgpu::BindingResource<'a>>,
    ) -> Result<wgpu::BindGroup> {
        let mut entries = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            let Some(resource) = find(&slot.name) else {
                let known = self.buffer_names().map(String::from).collect();
                return Err(self.unknown("a buffer that was not bound,", &slot.name, known));
            };
            entries.push(wgpu::BindGroupEntry {
                binding: slot.binding,
                resource,
            });
        }
        device.scoped(&format!("binding the buffers of '{}'", self.name), || {
            device.raw().create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(&self.name),
                layout: &self.layout,
                entries: &entries,
            })
        })
    }

    /// Runs at least `lanes` lanes along x, y and z: rounded up to whole workgroups, so the kernel must
    /// leave surplus lanes idle; zero lanes do nothing.
    ///
    /// More groups along an axis than the device allows (65535 as a rule) is [`Error::DeviceLimit`] and never
    /// folded onto another axis: the caller's chunks keep below it, and a kernel reads its lane from `x` alone.
    pub fn dispatch(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        buffers: &wgpu::BindGroup,
        lanes: [u32; 3],
    ) -> Result<()> {
        let mut groups = [0; 3];
        for axis in 0..3 {
            groups[axis] = lanes[axis].div_ceil(self.workgroup_size[axis]);
            if groups[axis] > self.max_groups {
                return Err(Error::DeviceLimit {
                    adapter: self.adapter.clone(),
                    what: format!("the kernel '{}' along {}", self.name, ["x", "y", "z"][axis]),
                    limit: "max_compute_workgroups_per_dimension",
                    allowed: self.max_groups.into(),
                    needed: groups[axis].into(),
                });
            }
        }
        if groups.contains(&0) {
            return Ok(());
        }
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, buffers, &[]);
        pass.dispatch_workgroups(groups[0], groups[1], groups[2]);
        Ok(())
    }

    fn unknown(&self, kind: &'static str, name: &str, known: Vec<String>) -> Error {
        Error::ShaderName {
            kind,
            name: name.into(),
            known,
        }
    }
}

fn layout_entry(slot: &BufferSlot) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding: slot.binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: match slot.uniform {
                true => wgpu::BufferBindingType::Uniform,
                false => wgpu::BufferBindingType::Storage {
                    read_only: slot.read_only,
                },
            },
            has_dynamic_offset: false,
            min_binding_size: NonZeroU64::new(slot.min_bytes),
        },
        count: None,
    }
}

/// What the device says about a text that naga accepts (a limit, mostly) is still about the shader.
fn as_shader_error(error: Error, reflection: &Reflection) -> Error {
    match error {
        Error::Adapter { message, .. } => Error::Shader {
            label: reflection.label().into(),
            message,
        },
        other => other,
    }
}
