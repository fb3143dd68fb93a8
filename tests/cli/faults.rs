//! What a user sees when the GPU fails, a run is stopped, or a run is only planned. The faults are asked for by a hidden
//! flag; they are described in `mollify::engine::gpu::Device::inject`.

use std::time::{Duration, Instant};

use crate::cli::{Run, Scratch, command, interrupt, mollify, run};

const GRADIENT: &str =
    "gradient pushing --horizon 121 --samples 9000 --rule shared --json --engine gpu --memory 8MiB";

fn gradient(more: &str) -> Run {
    let line = format!("{GRADIENT} {more}");
    mollify(&line.split_whitespace().collect::<Vec<_>>())
}

fn has_gpu(test: &str) -> bool {
    crate::gpu::device_or_skip(test).is_some()
}

/// All that does not depend on the clock.
fn timeless(run: &Run) -> serde_json::Value {
    let mut document = run.json();
    let fields = document.as_object_mut().expect("an object");
    fields.remove("seconds");
    fields.remove("compile_seconds");
    document
}

#[test]
fn faults_that_happen_once_are_recovered_from_without_a_bit_of_difference() {
    if !has_gpu("faults_that_happen_once_are_recovered_from_without_a_bit_of_difference") {
        return;
    }
    let expected = gradient("").succeeded();
    let compile = expected.json()["compile_seconds"].as_f64();
    assert!(compile.is_some_and(|seconds| seconds > 0.0), "{compile:?}");
    let expected = timeless(&expected);
    for fault in ["device-lost@0x1", "device-lost@3x1", "out-of-memory@20x1"] {
        let found = gradient(&format!("--inject-fault {fault}")).succeeded();
        assert_eq!(timeless(&found), expected, "{fault}");
    }
}

#[test]
fn faults_that_stay_are_one_sentence_and_status_1() {
    if !has_gpu("faults_that_stay_are_one_sentence_and_status_1") {
        return;
    }
    for (fault, words) in [
        ("out-of-memory@3x99", "ran out of memory"),
        ("out-of-memory@3x99", "--fallback cpu"),
    ] {
        let failed = gradient(&format!("--quiet --inject-fault {fault}"));
        assert_eq!(failed.stderr.trim().lines().count(), 1, "{}", failed.stderr);
        failed.failed(1, words);
    }
    gradient("--inject-fault teapot@1x1").failed(2, "device-lost@3x1");
}

#[test]
fn another_engine_takes_over_and_says_so() {
    if !has_gpu("another_engine_takes_over_and_says_so") {
        return;
    }
    let taken = gradient("--inject-fault out-of-memory@3x99 --fallback cpu").succeeded();
    assert!(
        taken.stderr.contains("warning: engine cpu: took over"),
        "{}",
        taken.stderr
    );
    let (taken, gpu) = (timeless(&taken), timeless(&gradient("").succeeded()));
    assert_eq!(taken["engine"], "cpu");
    let line = GRADIENT.replace("--engine gpu", "--engine cpu");
    let cpu = timeless(&mollify(&line.split_whitespace().collect::<Vec<_>>()).succeeded());
    assert_eq!(taken["gradient"], cpu["gradient"]);
    assert_ne!(
        taken["gradient"], gpu["gradient"],
        "the engines round alike?"
    );
    // A request beyond a limit of the adapter goes to the other engine at once.
    gradient("--fallback teapot").failed(2, "[possible values: cpu, reference]");
}

#[test]
fn a_stopped_gradient_shows_what_it_has_within_a_second() {
    let line = "gradient pushing --samples 1e9 --engine cpu --json --rule aobg";
    let mut long = command(&line.split_whitespace().collect::<Vec<_>>());
    let child = long
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    std::thread::sleep(Duration::from_secs(2));
    interrupt(&child);
    let asked = Instant::now();
    let output = child.wait_with_output().expect("it ends");
    let waited = asked.elapsed();
    assert_eq!(
        output.status.code(),
        Some(130),
        "{:?}",
        String::from_utf8(output.stderr)
    );
    let d: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(d["complete"], false);
    let rollouts = d["rollouts"].as_u64().expect("a number");
    assert!((1024..1_000_000_000).contains(&rollouts), "{rollouts}");
    // Stopped in the first of two batches.
    assert_eq!(d["samples"], d["rollouts"]);
    let warnings = d["warnings"].to_string();
    assert!(
        warnings.contains(&format!("{rollouts} rollouts that were done")),
        "{warnings}"
    );
    // Not a matter of speed: without the stop this takes an hour. Ten seconds leave room for a busy machine.
    assert!(waited < Duration::from_secs(10), "{waited:?}");
}

#[test]
fn a_dry_run_plans_and_runs_nothing() {
    let scratch = Scratch::new("cli-dry-run");
    let text = mollify(&["gradient", "pushing", "--dry-run", "--engine", "cpu"]).succeeded();
    for word in ["memory", "chunks", "segments of time", "predicted time"] {
        assert!(text.stdout.contains(word), "{word}: {}", text.stdout);
    }
    let line = "optimize friction --samples 100000 --iterations 7 --dry-run --json --memory 64MiB";
    let mut engines = vec!["cpu", "reference"];
    if has_gpu("a_dry_run_plans_and_runs_nothing") {
        engines.push("gpu");
    }
    for engine in engines {
        let more = ["--engine", engine, "--rule", "shared", "--out"];
        let folder = scratch.file(engine);
        let arguments = line.split_whitespace().chain(more).chain([folder.as_str()]);
        let d = run(&mut command(&arguments.collect::<Vec<_>>()))
            .succeeded()
            .json();
        assert_eq!(d["samples"], 100_000, "{engine}");
        assert_eq!(d["batches"], 7.0, "{engine}");
        assert_eq!(d["rollouts"], 700_000.0, "{engine}");
        let plan = &d["plan"];
        let number = |name: &str| plan[name].as_u64().expect("a number");
        assert!(
            number("bytes") > 0 && number("bytes") <= 64 << 20,
            "{engine}: {plan}"
        );
        assert!(
            number("chunks") * number("chunk_samples") >= 100_000,
            "{engine}: {plan}"
        );
        assert_eq!(
            number("dispatches") > 0,
            engine == "gpu",
            "{engine}: {plan}"
        );
        assert!(d["predicted_seconds"].as_f64().expect("a number") > 0.0);
        let left = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{engine}: a dry run leaves no file");
    }
}

#[test]
fn long_horizons_fit_a_small_memory_and_change_no_bit() {
    let line = "gradient pushing --horizon 10000 --samples 1500 --rule shared --json --quiet";
    let mut engines = vec!["cpu"];
    if has_gpu("long_horizons_fit_a_small_memory_and_change_no_bit") {
        engines.push("gpu");
    }
    for engine in engines {
        let with_memory = |memory| {
            let more = ["--engine", engine, "--memory", memory];
            let arguments: Vec<_> = line.split_whitespace().chain(more).collect();
            timeless(&mollify(&arguments).succeeded())
        };
        assert_eq!(with_memory("64MiB"), with_memory("2GiB"), "{engine}");
    }
}
