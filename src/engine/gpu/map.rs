//! A function at many points on a GPU: one lane is one point.

use super::device::Device;
use super::expression::{self, Signature};
use super::kernel::{Kernel, Module};
use crate::engine::map::{Map, check_points};
use crate::error::Result;
use crate::system::functions::{self, Function, Sizes};

/// Points of a dispatch: long before a watchdog looks, even where the GPU is software.
const CHUNK: usize = 1 << 15;

/// A function compiled for a device.
pub struct GpuMap {
    device: Device,
    kernel: Kernel,
    parameters: wgpu::Buffer,
    sizes: Sizes,
    results: usize,
}

/// The text of the kernel.
fn source(function: &Function, sizes: Sizes) -> String {
    let results = function.outputs.len();
    let result = format!("array<f32, {results}>");
    let argument = format!("array<f32, {}>", sizes.point().max(1));
    let signature = Signature {
        name: "map_point",
        arguments: &[("point", &argument)],
        result: &result,
        constructors: &[(&result, results)],
    };
    let input = |bank: u32, index: u32| match bank {
        functions::STATE => format!("point[{index}]"),
        functions::CONTROL => format!("point[{}]", sizes.state + index as usize),
        _ => format!("map_parameters[{index}]"),
    };
    let printed = expression::function(&function.graph, &function.outputs, &signature, &input);
    [
        format!("const POINT_SIZE: u32 = {}u;\n", sizes.point().max(1)),
        format!("const RESULT_SIZE: u32 = {results}u;\n"),
        format!(
            "const MAP_PARAMETERS: u32 = {}u;\n",
            sizes.parameters.max(1)
        ),
        printed,
        include_str!("../../../shaders/maths.wgsl").into(),
        include_str!("../../../shaders/map.wgsl").into(),
    ]
    .join("\n")
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|x| *x as f32).collect()
}

impl GpuMap {
    /// Compiles it.
    pub fn new(
        device: Device,
        function: &Function,
        parameters: &[f64],
        sizes: Sizes,
    ) -> Result<Self> {
        let text = source(function, sizes);
        let module = Module::new(&device, "map.wgsl", &text)?;
        let kernel = Kernel::new(&device, &module, "map_points")?;
        let mut values = narrow(parameters);
        values.resize(values.len().max(1), 0.0);
        let buffer = device.storage("map_parameters", 4 * values.len() as u64)?;
        device.upload(&buffer, bytemuck::cast_slice(&values))?;
        Ok(Self {
            kernel,
            parameters: buffer,
            sizes,
            results: function.outputs.len(),
            device,
        })
    }

    fn chunk(&self, points: &[f32]) -> Result<Vec<f32>> {
        let device = &self.device;
        let count = points.len() / self.sizes.point().max(1);
        let bytes = 4 * (count * self.results) as u64;
        let input = device.storage("points", 4 * points.len() as u64)?;
        let output = device.storage("results", bytes)?;
        device.upload(&input, bytemuck::cast_slice(points))?;
        let buffers = [
            ("map_parameters", &self.parameters),
            ("points", &input),
            ("results", &output),
        ];
        let group = self.kernel.bind(device, &buffers)?;
        let mut encoder = device.encoder("map_points");
        let mut pass = encoder.begin_compute_pass(&Default::default());
        self.kernel
            .dispatch(&mut pass, &group, [count as u32, 1, 1])?;
        drop(pass);
        let parts = device.submit_and_download(encoder, &[(&output, 0..bytes)])?;
        Ok(bytemuck::pod_collect_to_vec(&parts[0]))
    }
}

impl Map for GpuMap {
    fn run(&mut self, points: &[f64]) -> Result<Vec<f64>> {
        check_points(points.len(), self.sizes)?;
        let points = narrow(points);
        let mut results = Vec::new();
        for chunk in points.chunks(CHUNK * self.sizes.point().max(1)) {
            results.extend(self.chunk(chunk)?.into_iter().map(f64::from));
        }
        Ok(results)
    }
}
