//! The way to the GPU end to end: reflection, binding by name, dispatch, transfers, typed failures.
//!
//! Longer than other files: each kind of failure stands beside the success that it mirrors, on one shader.

use crate::gpu::{device_or_skip, run_map};
use mollify::Error;
use mollify::engine::gpu::{AdapterChoice, Device, Kernel, Module, Reflection, adapters};

/// The struct has 4 B, 8 B of padding and more before its vec3, and ends in padding: 48 B where Rust packs 32.
const SHADER: &str = "
const BLOCK_SIZE = 64u;
const SIGNED: i32 = 2 * 21;
const NEGATIVE = -1i;
const UNTYPED = 64;
const ALIAS = BLOCK_SIZE;
const SIGMA: f32 = 0.25;
const NOTHING = u32();

struct Plan {
    scale: f32,
    offset: vec3<f32>,
    count: u32,
    key: vec2<u32>,
}

@group(0) @binding(3) var<uniform> plan: Plan;
@group(0) @binding(0) var<storage, read> inputs: array<f32>;
@group(0) @binding(5) var<storage, read_write> outputs: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;

fn scaled(i: u32) -> f32 { return plan.scale * inputs[i] + plan.offset.z; }

// One lane is one value. Reads plan and inputs (through `scaled`), writes outputs.
@compute @workgroup_size(BLOCK_SIZE)
fn transform(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= plan.count { return; }
    outputs[id.x] = vec2(scaled(id.x), f32(id.x));
}

// One lane is one key. Reads plan, writes keys; leaves inputs and outputs alone.
@compute @workgroup_size(8, 4, 1)
fn spread(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.y * 8u + id.x;
    if i < arrayLength(&keys) { keys[i] = plan.key.x + plan.key.y + i; }
}
";

fn reflection() -> Reflection {
    Reflection::parse("test.wgsl", SHADER).expect("the shader is valid")
}

fn plan(count: u32) -> Vec<u8> {
    let bytes = || {
        let shader = reflection();
        let writer = shader.write_struct("Plan")?.f32("scale", 3.0)?;
        let writer = writer.vec3_f32("offset", [10.0, 20.0, 30.0])?;
        writer
            .u32("count", count)?
            .vec2_u32("key", [1000, 2000])?
            .finish()
    };
    bytes().expect("all fields are set")
}

/// The parts of a `ShaderName`, to compare.
#[track_caller]
fn name_error<T>(result: mollify::Result<T>) -> (&'static str, String, Vec<String>) {
    match result.err().expect("host and shader disagree") {
        Error::ShaderName { kind, name, known } => (kind, name, known),
        other => panic!("expected ShaderName, got {other:?}"),
    }
}

#[test]
fn a_struct_is_filled_at_the_offsets_of_the_shader() {
    let shader = reflection();
    assert_eq!(shader.struct_size("Plan").expect("there"), 48);
    let at = |field| shader.field_offset("Plan", field).expect("there");
    assert_eq!(
        [at("scale"), at("offset"), at("count"), at("key")],
        [0, 16, 28, 32]
    );
    let words: Vec<u32> = bytemuck::pod_collect_to_vec(&plan(65));
    let f = f32::to_bits;
    assert_eq!(
        words,
        [
            f(3.0),
            0,
            0,
            0,
            f(10.0),
            f(20.0),
            f(30.0),
            65,
            1000,
            2000,
            0,
            0
        ]
    );
}

#[test]
fn arrays_in_a_struct_are_filled_element_by_element() {
    let text = "struct Box { corners: array<vec2<f32>, 2>, widths: array<f32, 3>, n: i32 }";
    let shader = Reflection::parse("box.wgsl", text).expect("valid");
    let writer = || shader.write_struct("Box").expect("there");
    let filled = writer().array_f32("widths", &[1.0, 2.0, 3.0]);
    let left = name_error(
        filled
            .expect("three values")
            .i32("n", -1)
            .expect("set")
            .finish(),
    );
    assert_eq!(
        (left.0, left.1.as_str()),
        ("a field that was never set,", "Box.corners")
    );
    let short = name_error(writer().array_f32("widths", &[1.0]));
    assert_eq!(short.1, "Box.widths: 1 values");
    assert_eq!(
        short.2,
        [
            "corners: array<vec2<f32>, 2>",
            "widths: array<f32, 3>",
            "n: i32"
        ]
    );
    name_error(writer().array_u32("widths", &[1, 2, 3]));
}

#[test]
fn a_struct_field_that_is_unknown_mistyped_or_unset_is_an_error() {
    let shader = reflection();
    let writer = || shader.write_struct("Plan").expect("there");
    let (kind, name, known) = name_error(writer().f32("sigma", 0.1));
    assert_eq!((kind, name.as_str()), ("a field", "Plan.sigma"));
    assert_eq!(known, ["scale", "offset", "count", "key"]);
    let (kind, name, known) = name_error(writer().u32("scale", 3));
    assert_eq!(
        (kind, name.as_str()),
        ("a field given as u32,", "Plan.scale")
    );
    assert!(known.contains(&"scale: f32".to_string()), "{known:?}");
    let (kind, name, _) = name_error(writer().f32("scale", 3.0).expect("set").finish());
    assert_eq!(
        (kind, name.as_str()),
        ("a field that was never set,", "Plan.offset")
    );
    let (kind, name, known) = name_error(shader.write_struct("Plans"));
    assert_eq!((kind, name.as_str()), ("a struct", "Plans"));
    assert_eq!(known, ["Plan"]);
    name_error(shader.field_offset("Plan", "sigma"));
}

#[test]
fn constants_and_sizes_are_read_from_the_shader() {
    let shader = reflection();
    assert_eq!(shader.constant_u32("BLOCK_SIZE").expect("there"), 64);
    assert_eq!(shader.constant_u32("SIGNED").expect("there"), 42);
    assert_eq!(shader.constant_u32("ALIAS").expect("there"), 64);
    assert_eq!(shader.constant_u32("NOTHING").expect("there"), 0);
    assert_eq!(shader.constant_f32("SIGMA").expect("there"), 0.25);
    for name in ["SIGMA", "NEGATIVE"] {
        let (kind, _, _) = name_error(shader.constant_u32(name));
        assert_eq!(kind, "a constant that fits a u32,");
    }
    // naga keeps no constant without a type, so the message says to give it one.
    let (kind, _, _) = name_error(shader.constant_u32("UNTYPED"));
    assert!(kind.contains("with a type"), "{kind}");
    let (_, _, known) = name_error(shader.constant_u32("BLOCKSIZE"));
    assert!(known.contains(&"BLOCK_SIZE".to_string()), "{known:?}");
    assert_eq!(
        shader.workgroup_size("transform").expect("there"),
        [64, 1, 1]
    );
    assert_eq!(shader.workgroup_size("spread").expect("there"), [8, 4, 1]);
    assert_eq!(shader.entry_points(), ["transform", "spread"]);
    assert_eq!(shader.buffer_names(), ["plan", "inputs", "outputs", "keys"]);
    assert_eq!(shader.element_size("inputs").expect("there"), 4);
    assert_eq!(shader.element_size("outputs").expect("there"), 8);
    name_error(shader.element_size("plan"));
    name_error(shader.element_size("nowhere"));
}

#[test]
fn invalid_wgsl_is_reported_with_its_line() {
    let message = |text: &str| match Reflection::parse("broken.wgsl", text).err() {
        Some(Error::Shader { label, message }) => {
            assert_eq!(label, "broken.wgsl");
            message
        }
        other => panic!("expected Error::Shader, got {other:?}"),
    };
    let unknown = message("fn f() -> f32 {\n    return sigmma;\n}");
    assert!(unknown.contains("broken.wgsl:2:12"), "{unknown}");
    assert!(unknown.contains("return sigmma;"), "{unknown}");
    // Accepted by the parser, refused by the validator.
    let refused = message("@group(0) @binding(0) var<storage> a: array<bool>;");
    assert!(refused.contains("broken.wgsl:1:"), "{refused}");
}

#[test]
fn every_number_of_lanes_is_covered_and_no_surplus_lane_writes() {
    let Some(device) = device_or_skip("every_number_of_lanes_is_covered") else {
        return;
    };
    let run = |count: u32| -> mollify::Result<Vec<[f32; 2]>> {
        let module = Module::new(&device, "test.wgsl", SHADER)?;
        let kernel = Kernel::new(&device, &module, "transform")?;
        let room = 128;
        let values: Vec<f32> = (0..room).map(|i| i as f32).collect();
        let bytes = room * u64::from(module.element_size("outputs")?);
        let buffers = [
            device.uniform("plan", module.struct_size("Plan")?.into())?,
            device.storage("inputs", 4 * room)?,
            device.storage("outputs", bytes)?,
        ];
        device.upload(&buffers[0], &plan(count))?;
        device.upload(&buffers[1], bytemuck::cast_slice(&values))?;
        // "keys" belongs to another kernel of the module, so it may be in the list.
        let names = ["outputs", "inputs", "plan", "keys"];
        let list = [2, 1, 0, 1].map(|i| &buffers[i]);
        let list: Vec<_> = names.into_iter().zip(list).collect();
        let group = kernel.bind(&device, &list)?;
        let mut encoder = device.encoder("test");
        let mut pass = encoder.begin_compute_pass(&Default::default());
        kernel.dispatch(&mut pass, &group, [count, 1, 1])?;
        drop(pass);
        let parts = device.submit_and_download(encoder, &[(&buffers[2], 0..bytes)])?;
        Ok(bytemuck::pod_collect_to_vec(&parts[0]))
    };
    for count in [0, 1, 63, 64, 65, 128] {
        let outputs = run(count).unwrap_or_else(|e| panic!("{count} lanes: {e}"));
        for (i, output) in outputs.iter().enumerate() {
            let expected = match (i as u32) < count {
                true => [3.0 * i as f32 + 30.0, i as f32],
                false => [0.0; 2],
            };
            assert_eq!(*output, expected, "value {i} of {count} lanes");
        }
    }
}

#[test]
fn kernels_of_one_module_share_a_list_of_buffers_and_a_submission() {
    let Some(device) = device_or_skip("kernels_share_a_list_of_buffers") else {
        return;
    };
    let run = || -> mollify::Result<Vec<Vec<u8>>> {
        let module = Module::new(&device, "test.wgsl", SHADER)?;
        let plan_buffer = device.uniform("plan", 48)?;
        device.upload(&plan_buffer, &plan(64))?;
        let [inputs, outputs, keys] = [
            device.storage("inputs", 256)?,
            device.storage("outputs", 512)?,
            device.storage("keys", 128)?,
        ];
        let list = [
            ("plan", &plan_buffer),
            ("inputs", &inputs),
            ("outputs", &outputs),
            ("keys", &keys),
        ];
        let transform = Kernel::new(&device, &module, "transform")?;
        let spread = Kernel::new(&device, &module, "spread")?;
        let names: Vec<_> = transform.buffer_names().collect();
        assert_eq!(names, ["plan", "inputs", "outputs"]);
        assert_eq!(spread.buffer_names().collect::<Vec<_>>(), ["plan", "keys"]);
        assert_eq!(spread.workgroup_size(), [8, 4, 1]);
        let groups = (
            transform.bind(&device, &list)?,
            spread.bind(&device, &list)?,
        );
        let mut encoder = device.encoder("both");
        let mut pass = encoder.begin_compute_pass(&Default::default());
        transform.dispatch(&mut pass, &groups.0, [64, 1, 1])?;
        spread.dispatch(&mut pass, &groups.1, [8, 4, 1])?;
        drop(pass);
        // Parts come back in the order they were asked for; a part may be empty.
        let parts = [(&keys, 4..12), (&outputs, 0..0), (&outputs, 504..512)];
        device.submit_and_download(encoder, &parts)
    };
    let parts = run().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        bytemuck::pod_collect_to_vec::<u8, u32>(&parts[0]),
        [3001, 3002]
    );
    assert!(parts[1].is_empty());
    assert_eq!(
        bytemuck::pod_collect_to_vec::<u8, f32>(&parts[2]),
        [30.0, 63.0]
    );
}

#[test]
fn a_buffer_name_that_is_wrong_or_missing_is_an_error() {
    let Some(device) = device_or_skip("a_buffer_name_that_is_wrong_or_missing") else {
        return;
    };
    let module = Module::new(&device, "test.wgsl", SHADER).expect("valid");
    let kernel = Kernel::new(&device, &module, "spread").expect("compiles");
    let buffer = device.storage("keys", 64).expect("small");
    let uniform = device.uniform("plan", 48).expect("small");
    let (kind, name, known) =
        name_error(kernel.bind(&device, &[("plan", &uniform), ("kyes", &buffer)]));
    assert_eq!((kind, name.as_str()), ("a buffer", "kyes"));
    assert_eq!(known, ["plan", "inputs", "outputs", "keys"]);
    let (kind, name, known) = name_error(kernel.bind(&device, &[("plan", &uniform)]));
    assert_eq!(
        (kind, name.as_str()),
        ("a buffer that was not bound,", "keys")
    );
    assert_eq!(known, ["plan", "keys"]);
    let (kind, name, known) = name_error(Kernel::new(&device, &module, "transfrom"));
    assert_eq!((kind, name.as_str()), ("an entry point", "transfrom"));
    assert_eq!(known, ["transform", "spread"]);
    // The right names with the wrong buffers: wgpu notices, and it comes back as a value.
    let swapped = kernel.bind(&device, &[("plan", &buffer), ("keys", &uniform)]);
    assert!(matches!(swapped, Err(Error::Adapter { .. })));
    let small = device.uniform("plan", 16).expect("small");
    let short = kernel.bind(&device, &[("plan", &small), ("keys", &buffer)]);
    assert!(matches!(short, Err(Error::Adapter { .. })));
    device.check().expect("each error is reported once");
}

#[test]
fn a_shader_that_cannot_run_here_is_a_shader_error() {
    let Some(device) = device_or_skip("a_shader_that_cannot_run_here") else {
        return;
    };
    let kernel = |text: &str| {
        let module = Module::new(&device, "bad.wgsl", text)?;
        Kernel::new(&device, &module, "main")
    };
    let second_group = "@group(1) @binding(0) var<storage, read_write> a: array<f32>;
        @compute @workgroup_size(1) fn main() { a[0] = 1.0; }";
    let huge = "@compute @workgroup_size(1024, 64, 64) fn main() {}";
    for text in [second_group, huge] {
        let error = kernel(text).err().expect("refused");
        assert!(matches!(error, Error::Shader { .. }), "{error:?}");
    }
}

#[test]
fn too_large_a_buffer_or_dispatch_names_the_limit() {
    let Some(device) = device_or_skip("too_large_a_buffer_or_dispatch") else {
        return;
    };
    let allowed = device.limits().max_storage_buffer_binding_size;
    match device.storage("trajectory", allowed + 4).err() {
        Some(Error::DeviceLimit { limit, needed, .. }) => {
            assert_eq!(limit, "max_storage_buffer_binding_size");
            assert_eq!(needed, allowed + 4);
        }
        other => panic!("expected DeviceLimit, got {other:?}"),
    }
    let text = "@compute @workgroup_size(1) fn main() {}";
    let module = Module::new(&device, "idle.wgsl", text).expect("valid");
    let kernel = Kernel::new(&device, &module, "main").expect("compiles");
    let group = kernel.bind(&device, &[]).expect("needs no buffer");
    let most = device.limits().max_compute_workgroups_per_dimension;
    let mut encoder = device.encoder("idle");
    let mut pass = encoder.begin_compute_pass(&Default::default());
    if let Some(beyond) = most.checked_add(1) {
        let error = kernel.dispatch(&mut pass, &group, [1, beyond, 1]).err();
        assert!(
            matches!(error, Some(Error::DeviceLimit { .. })),
            "{error:?}"
        );
    }
    kernel
        .dispatch(&mut pass, &group, [most.min(65535), 1, 1])
        .expect("allowed");
    drop(pass);
    device.submit(encoder).expect("submitted");
    device.wait().expect("done");
}

#[test]
fn a_misuse_comes_back_as_an_error_and_the_device_goes_on() {
    let Some(device) = device_or_skip("a_misuse_comes_back_as_an_error") else {
        return;
    };
    let buffer = device.storage("four", 4).expect("small");
    let long = device.upload(&buffer, &[0; 8]);
    assert!(matches!(long, Err(Error::Adapter { .. })), "{long:?}");
    for range in [0..8, 2..4, 8..12] {
        let outside = device.download(&[(&buffer, range.clone())]);
        assert!(
            matches!(outside, Err(Error::Adapter { .. })),
            "{range:?}: {outside:?}"
        );
    }
    device.upload(&buffer, &[1, 2, 3, 4]).expect("fits");
    let parts = device.download(&[(&buffer, 0..4)]).expect("fits");
    assert_eq!(parts, [[1, 2, 3, 4]]);
    // An error outside of any scope waits for the next check, and is told once.
    device.queue().write_buffer(&buffer, 4, &[0; 4]);
    assert!(matches!(device.check(), Err(Error::Adapter { .. })));
    device.check().expect("told once");
}

#[test]
fn a_lost_device_says_so_from_every_operation() {
    let Some(device) = device_or_skip("a_lost_device_says_so") else {
        return;
    };
    let buffer = device.storage("four", 4).expect("small");
    device.raw().destroy();
    let lost = |what: &str, error: Option<Error>| {
        let is_lost = matches!(error, Some(Error::DeviceLost { .. }));
        assert!(is_lost, "{what}: {error:?}");
    };
    lost("wait", device.wait().err());
    lost("check", device.check().err());
    lost("again", device.check().err());
    lost("storage", device.storage("more", 4).err());
    lost("upload", device.upload(&buffer, &[0; 4]).err());
    lost("download", device.download(&[(&buffer, 0..4)]).err());
    lost("submit", device.submit(device.encoder("none")).err());
    let module = Module::new(&device, "idle.wgsl", "fn f() {}");
    lost("module", module.err());
}

#[test]
fn an_adapter_is_found_by_part_of_its_name() {
    let Some(device) = device_or_skip("an_adapter_is_found_by_part_of_its_name") else {
        return;
    };
    let part = device.report().name.to_uppercase();
    let part: String = part.chars().take(5).collect();
    Device::open(&AdapterChoice::Named(part)).expect("the same name, shorter");
    let missing = Device::open(&AdapterChoice::Named("no such adapter".into())).err();
    match missing {
        Some(Error::UnknownAdapter { name, available }) => {
            assert_eq!(name, "no such adapter");
            assert!(available.contains(&device.report().name));
        }
        other => panic!("expected UnknownAdapter, got {other:?}"),
    }
    let hardware = adapters().iter().any(|a| !a.is_software);
    assert_eq!(Device::open(&AdapterChoice::Hardware).is_ok(), hardware);
}

#[test]
fn a_function_is_evaluated_at_many_points() {
    let Some(device) = device_or_skip("a_function_is_evaluated_at_many_points") else {
        return;
    };
    let text = "fn product(p: vec2<f32>) -> f32 { return p.x * p.y; }
        fn swap(p: vec2<u32>) -> vec2<u32> { return p.yx; }";
    let points: Vec<[f32; 2]> = (0..1001).map(|i| [i as f32, 2.0]).collect();
    let products: Vec<f32> = run_map(&device, text, "product", &points);
    let expected: Vec<f32> = (0..1001).map(|i| 2.0 * i as f32).collect();
    assert_eq!(products, expected);
    let swapped: Vec<[u32; 2]> = run_map(&device, text, "swap", &[[1, 2], [3, 4]]);
    assert_eq!(swapped, [[2, 1], [4, 3]]);
    // More than one dispatch.
    let many: Vec<[u32; 2]> = (0..(1 << 20) + 1).map(|i| [i, 0]).collect();
    let swapped: Vec<[u32; 2]> = run_map(&device, text, "swap", &many);
    assert!(swapped.iter().zip(0..).all(|(s, i)| *s == [0, i]));
    let none: Vec<f32> = run_map(&device, text, "product", &[] as &[[f32; 2]]);
    assert!(none.is_empty());
}
