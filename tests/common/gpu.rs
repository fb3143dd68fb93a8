//! What tests that need a GPU share: a device, or a skip that is seen, and WGSL functions over many points.
//!
//! Use it with `#[path = "common/gpu.rs"] mod gpu;`. A software adapter counts as a GPU here.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::Write;

use mollify::gpu::{AdapterChoice, Device, Kernel, Module};

/// A device, or `None` after saying that `test` was skipped.
///
/// libtest has no notion of a test that skips itself: it will print "ok". So the line
/// `SKIPPED test: reason` goes to the stderr of the process itself, which libtest does not capture,
/// and `scripts/test.sh` counts these lines. With `MOLLIFY_REQUIRE_GPU=1` the test fails instead.
pub fn device_or_skip(test: &str) -> Option<Device> {
    let reason = match Device::open(&AdapterChoice::Any) {
        Ok(device) => return Some(device),
        Err(error) => error.to_string().replace('\n', " "),
    };
    let required = std::env::var("MOLLIFY_REQUIRE_GPU").is_ok_and(|v| v == "1");
    assert!(!required, "MOLLIFY_REQUIRE_GPU=1, but {reason}");
    // One write, so that lines of tests that run at the same time do not mix.
    let line = format!("SKIPPED {test}: {reason}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr is open");
    None
}

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
) -> Vec<O> {
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
    let module = Module::new(device, function, &text).unwrap_or_else(|e| panic!("{e}"));
    let kernel = Kernel::new(device, &module, "run_map").unwrap_or_else(|e| panic!("{e}"));
    let one = |chunk: &[I]| -> mollify::Result<Vec<O>> {
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
        Ok(bytemuck::pod_collect_to_vec(&parts[0]))
    };
    let mut outputs = Vec::with_capacity(inputs.len());
    for chunk in inputs.chunks(CHUNK) {
        outputs.extend(one(chunk).unwrap_or_else(|e| panic!("{e}")));
    }
    outputs
}
