//! One WGSL function over many values.

use crate::engine::gpu::{Device, Kernel, Module};
use crate::error::Result;

/// A Rust type with the layout of a WGSL type in an array.
pub trait MapValue: bytemuck::Pod {
    /// The WGSL type.
    const WGSL: &'static str;
}

macro_rules! map_values {
    ($($rust:ty = $wgsl:literal),* $(,)?) => {
        $(impl MapValue for $rust { const WGSL: &'static str = $wgsl; })*
    };
}

map_values! {
    f32 = "f32", [f32; 2] = "vec2<f32>", [f32; 4] = "vec4<f32>",
    u32 = "u32", [u32; 2] = "vec2<u32>", [u32; 4] = "vec4<u32>",
}

/// Points in one dispatch: well below the limits of any adapter.
const CHUNK: usize = 1 << 20;

/// `function` of the WGSL text `source` at each of `inputs`, on the device.
///
/// The function takes one value and returns one; a kernel around it is added to the text. For a function
/// of two values, add one of a vec2 to the text: `fn probe(p: vec2<f32>) -> f32 { return atan2_(p.y, p.x); }`.
pub fn run_map<I: MapValue, O: MapValue>(
    device: &Device,
    source: &str,
    function: &str,
    inputs: &[I],
) -> Result<Vec<O>> {
    let text = format!(
        "{source}
@group(0) @binding(0) var<storage, read> run_map_inputs: array<{}>;
@group(0) @binding(1) var<storage, read_write> run_map_outputs: array<{}>;

@compute @workgroup_size(64)
fn run_map(@builtin(global_invocation_id) id: vec3<u32>) {{
    if id.x < arrayLength(&run_map_outputs) {{
        run_map_outputs[id.x] = {function}(run_map_inputs[id.x]);
    }}
}}
",
        I::WGSL,
        O::WGSL
    );
    let module = Module::new(device, function, &text)?;
    let kernel = Kernel::new(device, &module, "run_map")?;
    let mut outputs = Vec::with_capacity(inputs.len());
    for chunk in inputs.chunks(CHUNK) {
        let bytes = std::mem::size_of::<O>() as u64 * chunk.len() as u64;
        let input = device.storage("inputs", std::mem::size_of_val(chunk) as u64)?;
        let output = device.storage("outputs", bytes)?;
        device.upload(&input, bytemuck::cast_slice(chunk))?;
        let buffers = [("run_map_inputs", &input), ("run_map_outputs", &output)];
        let group = kernel.bind(device, &buffers)?;
        let mut encoder = device.encoder(function);
        let mut pass = encoder.begin_compute_pass(&Default::default());
        kernel.dispatch(&mut pass, &group, [chunk.len() as u32, 1, 1])?;
        drop(pass);
        let parts = device.submit_and_download(encoder, &[(&output, 0..bytes)])?;
        outputs.extend(bytemuck::pod_collect_to_vec::<u8, O>(&parts[0]));
    }
    Ok(outputs)
}
