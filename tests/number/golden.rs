//! The printed WGSL of every system is part of the repository, to be reviewed like code.
//!
//! After a change: `MOLLIFY_UPDATE_GOLDEN=1 cargo test --test number golden`, then read the difference.

use mollify::engine::gpu;
use mollify::system::task::Task;
use mollify::systems;
use std::path::PathBuf;
use std::sync::Arc;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.wgsl"))
}

#[test]
fn printed_system_equals_its_golden_file() {
    // Thousands of lines are not reviewed; that they are valid is tested below.
    let every = systems::every().into_iter();
    for (name, make) in every.filter(|(name, _)| !name.ends_with("soft-soft")) {
        let text = mollify::engine::gpu::wgsl(&make());
        let path = golden(&name);
        if std::env::var_os("MOLLIFY_UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &text).expect("golden file is writable");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            text, expected,
            "{name}: the printed WGSL changed; if that was meant, run MOLLIFY_UPDATE_GOLDEN=1 cargo test --test number golden"
        );
    }
}

#[test]
fn every_module_that_runs_is_valid() {
    for (name, make) in systems::every() {
        let task = Task::new(Arc::new(make()));
        gpu::Reflection::parse(&name, &gpu::source(&task)).expect(&name);
    }
}

/// Each kernel can be read and checked without any Rust: the toy system fills the contract.
#[test]
fn hand_written_shaders_are_valid_with_the_toy_system() {
    let toy = include_str!("../../shaders/system.wgsl");
    let source = gpu::source_with_system(toy);
    gpu::Reflection::parse("toy", &source).expect("toy");
    // The toy network, with every other alternative file at least once.
    let shaders = |names: &[&str]| -> String {
        let read = |name: &&str| {
            let path = format!("{}/shaders/{name}.wgsl", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).expect(name)
        };
        names.iter().map(read).collect()
    };
    for (noise, trajectory) in [
        ("gaussian", "trajectory_dense"),
        ("laplace", "trajectory_sparse"),
        ("logistic", "trajectory_dense"),
        ("student_t", "trajectory_dense"),
    ] {
        let noise = format!("noise_{noise}");
        let all = [
            "system",
            "variant_feedback",
            "maths",
            "rng",
            "plan",
            "feedback",
            &noise,
            "environment_drawn",
            trajectory,
            "rollout",
            "adjoint",
            "reduce",
        ];
        gpu::Reflection::parse(&noise, &shaders(&all)).expect(&noise);
    }
}
