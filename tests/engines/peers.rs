//! The CUDA peer computes what it is timed for: its kernels, run on the CPU lane by lane, against the reference engine on
//! the same samples.

use crate::engines::{batch, reference};
use mollify::engine::Engine;
use mollify::engine::moments::Coordinate;
use mollify::engine::moments::Spread;
use mollify::system::task::Task;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// More than the eight blocks of 128 lanes of the emulated device, so that blocks go round twice, and the last is not full.
const SAMPLES: u64 = 1100;

fn compiled() -> Option<std::path::PathBuf> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pushing_on_cpu");
    let output = Command::new("c++")
        .args(["-std=c++20", "-O2", "-pthread", "-x", "c++", "-include"])
        .arg(peers.join("cuda_on_cpu.h"))
        .arg(peers.join("pushing.cu"))
        .arg("-o")
        .arg(&binary)
        .output();
    match output {
        Err(_) => None,
        Ok(output) if output.status.success() => Some(binary),
        Ok(output) => {
            let message = String::from_utf8_lossy(&output.stderr);
            // A compiler from before C++20 cannot know <barrier>.
            assert!(message.contains("barrier: No such file"), "{message}");
            None
        }
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("an array").iter();
    list.map(|x| x.as_f64().expect("a number")).collect()
}

#[test]
fn the_kernels_of_the_cuda_peer_agree_with_the_reference_on_the_same_samples() {
    let Some(binary) = compiled() else {
        let test = "the_kernels_of_the_cuda_peer_agree_with_the_reference_on_the_same_samples";
        eprintln!("SKIPPED {test}: there is no c++ for C++20");
        return;
    };
    let mut peer = Command::new(binary)
        .args(["--samples", &SAMPLES.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stdin = peer.stdin.take().expect("piped");
    writeln!(&stdin, "check").expect("it listens");
    drop(stdin);
    let output = peer.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let line = text.lines().nth(1).expect("an answer");
    let found: Value = serde_json::from_str(line).expect("JSON");

    let task = Task::find("pushing").expect("built in");
    let batch = batch(SAMPLES, 0);
    let expected = reference()
        .moments(&task, &task.start(), &batch)
        .expect("runs");
    let error = expected.value_std_error();
    let value = numbers(&found["value"]["mean"])[0] - expected.value_mean();
    assert!(value.abs() < 0.01 * error, "{value} {error}");
    type Order = fn(&Coordinate) -> Spread;
    let orders: [(&str, Order); 2] = [
        ("first_order", |c| c.first_order),
        ("zeroth_order", |c| c.zeroth_order),
    ];
    for (name, order) in orders {
        let (means, errors) = (
            numbers(&found[name]["mean"]),
            numbers(&found[name]["std_error"]),
        );
        assert_eq!((means.len(), errors.len()), (400, 400));
        for (i, c) in expected.coordinates.iter().enumerate() {
            let truth = order(c);
            let error = truth.std_error();
            // f32 along 400 steps; a lost sample would be 1/33 of a standard error or more.
            let off = (means[i] - truth.mean).abs() / error;
            assert!(off < 0.01, "{name}[{i}] is off by {off} standard errors");
            assert!(
                (errors[i] / error - 1.0).abs() < 2e-4,
                "{name}[{i}] {} {error}",
                errors[i]
            );
        }
    }
}
