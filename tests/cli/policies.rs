//! Policies on the command line: flags, weights from and to files, and what is said about wrong ones.

use crate::cli::{Scratch, json, refused};
use safetensors::{Dtype, tensor::TensorView};
use std::fs;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("policies-{name}"));
    let _ = fs::remove_dir_all(&path);
    path
}

const HOPPER: [&str; 6] = [
    "hopper",
    "--policy",
    "perceptron=3,2",
    "--horizon",
    "30",
    "--quiet",
];

#[test]
fn weights_survive_the_way_through_npz_and_npy() {
    let out = folder("weights");
    let path = out.to_str().expect("UTF-8");
    let flags = [
        "--engine",
        "cpu",
        "--iterations",
        "3",
        "--samples",
        "50",
        "--out",
        path,
    ];
    let found = json(&[&["optimize", "--json"], &HOPPER[..], &flags[..]].concat());
    let theta = found["theta"].as_array().expect("theta");
    // 4 states: 4*3 + 3, 3*2 + 2, 2*1 + 1 weights.
    assert_eq!(theta.len(), 26);
    for file in [
        "theta.npz",
        "theta.safetensors",
        "theta.npy",
        "theta.csv",
        "result.json",
    ] {
        let file = out.join(file);
        let file = file.to_str().expect("UTF-8");
        let flags = [
            "--engine",
            "cpu",
            "--samples",
            "10",
            "--theta",
            file,
            "--json",
        ];
        let read = json(&[&["gradient"], &HOPPER[..], &flags[..]].concat());
        assert_eq!(read["theta"], found["theta"], "{file}");
    }
    let npz = out.join("theta.npz");
    let npz = npz.to_str().expect("UTF-8");
    refused(
        &[
            "gradient",
            "hopper",
            "--policy",
            "perceptron=4,2",
            "--theta",
            npz,
        ],
        &["layer1_weights", "3 x 4", "4 x 4", "perceptron=4,2"],
    );
    refused(
        &[
            "gradient",
            "hopper",
            "--policy",
            "perceptron=3,2,5",
            "--theta",
            npz,
        ],
        &["layer3", "perceptron=3,2,5"],
    );
    refused(
        &["gradient", "pushing", "--theta", npz],
        &["open-loop", "weights of a feedback policy"],
    );
}

/// Arrays of these shapes as a file; the numbers count up, in F32 or F64.
fn safetensors(arrays: &[(&str, &[usize])], wide: bool) -> Vec<u8> {
    let mut next = 0..;
    let mut bytes_of = |count: usize| -> Vec<u8> {
        let numbers = next.by_ref().take(count).map(|i: i32| f64::from(i) / 8.0);
        match wide {
            true => numbers.flat_map(f64::to_le_bytes).collect(),
            false => numbers.flat_map(|x| (x as f32).to_le_bytes()).collect(),
        }
    };
    let data: Vec<Vec<u8>> = arrays
        .iter()
        .map(|(_, shape)| bytes_of(shape.iter().product()))
        .collect();
    let dtype = if wide { Dtype::F64 } else { Dtype::F32 };
    let views = arrays.iter().zip(&data).map(|((name, shape), bytes)| {
        let view = TensorView::new(dtype, shape.to_vec(), bytes).expect("bytes fit the shape");
        (name.to_string(), view)
    });
    safetensors::serialize(views, None).expect("it can be written")
}

const LAYERS: [(&str, &[usize]); 6] = [
    ("layer1_weights", &[3, 4]),
    ("layer1_bias", &[3]),
    ("layer2_weights", &[2, 3]),
    ("layer2_bias", &[2]),
    ("layer3_weights", &[1, 2]),
    ("layer3_bias", &[1]),
];

#[test]
fn weights_are_read_from_safetensors() {
    let scratch = Scratch::new("policies-safetensors");
    for wide in [false, true] {
        let path = scratch.write("theta.safetensors", safetensors(&LAYERS, wide));
        let flags = [
            "--engine",
            "cpu",
            "--samples",
            "10",
            "--theta",
            &path,
            "--json",
        ];
        let found = json(&[&["gradient"], &HOPPER[..], &flags[..]].concat());
        // Matrix and bias of each layer follow each other in theta as they do here.
        let expected: Vec<f64> = (0..26).map(|i| f64::from(i) / 8.0).collect();
        assert_eq!(found["theta"], serde_json::json!(expected), "{wide}");
    }
    let mut turned = LAYERS;
    turned[0].1 = &[4, 3];
    let wide = TensorView::new(Dtype::I64, vec![3, 4], &[0; 96]).expect("bytes fit the shape");
    let whole = [
        LAYERS[0].0,
        LAYERS[1].0,
        LAYERS[2].0,
        LAYERS[3].0,
        LAYERS[4].0,
        LAYERS[5].0,
    ];
    let whole = safetensors::serialize(whole.map(|name| (name, wide.clone())), None);
    for (bytes, words) in [
        (
            safetensors(&turned, true),
            &[
                "'layer1_weights' has the mirrored shape 4 x 3",
                "layer1_weights (3 x 4)",
            ][..],
        ),
        (
            safetensors(&LAYERS[..3], true),
            &["'layer2_bias' is not there; there are layer1_bias, layer1_weights, layer2_weights"],
        ),
        (
            whole.expect("it can be written"),
            &["'layer1_weights' is I64; save it as F16, BF16, F32 or F64"],
        ),
        (
            b"\xff\xff\xff\xff\xff\xff\xff\xff{}".to_vec(),
            &[
                "header too large",
                "as safetensors.numpy.save_file writes it",
            ],
        ),
        (b"short".to_vec(), &["header too small"]),
    ] {
        let path = scratch.write("bad.safetensors", bytes);
        refused(
            &[&["gradient"], &HOPPER[..], &["--theta", &path]].concat(),
            words,
        );
    }
    let path = scratch.file("theta.safetensors");
    refused(
        &["gradient", "pushing", "--theta", &path],
        &["open-loop", "weights of a feedback policy"],
    );
}

#[test]
fn draws_of_initial_states_and_parameters_are_read() {
    let found = json(&[
        "gradient",
        "pushing",
        "--engine",
        "reference",
        "--samples",
        "200",
        "--horizon",
        "20",
        "--initial",
        "velocity_1=normal:0,0.3-0.5*position_1",
        "--initial",
        "position_1=uniform:-1,1",
        "--randomize",
        "stiffness=uniform:5,20",
        "--json",
        "--quiet",
    ]);
    let error = found["value"]["std_error"].as_f64().expect("a number");
    assert!(
        error > 0.1,
        "the spread of the initial states is seen: {error}"
    );
}

#[test]
fn wrong_policies_draws_and_names_are_one_sentence() {
    for (flags, words) in [
        (
            &["--policy", "perceptron=0"][..],
            &["perceptron=WIDTHS"][..],
        ),
        (
            &["--policy", "quadratic"],
            &["open-loop, held, held=STEPS, spline=STEPS, linear, affine"],
        ),
        (
            &["--initial", "position_3=0"],
            &["position_3", "position_1"],
        ),
        (
            &["--initial", "position_1=normal:0"],
            &["normal:MEAN,SIGMA"],
        ),
        (
            &["--initial", "position_1=0+2*gap"],
            &["stands before 'position_1'"],
        ),
        (&["--randomize", "mass=uniform:-1,1"], &["numbers above 0"]),
        (
            &["--randomize", "weight=uniform:0,1"],
            &["has no parameter 'weight'"],
        ),
    ] {
        refused(&[&["gradient", "pushing"][..], flags].concat(), words);
    }
    refused(
        &["gradient", "relu", "--policy", "linear"],
        &["no state to feed back"],
    );
}
