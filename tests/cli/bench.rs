//! `mollify bench` as a user or a script meets it.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn mollify(line: &str) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_mollify"))
        .args(line.split_whitespace())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    output
}

/// The document of a run that succeeds.
#[track_caller]
fn document(line: &str) -> Value {
    let output = mollify(line);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{line}: {stderr}");
    serde_json::from_slice(&output.stdout).expect("stdout is one JSON document")
}

/// The one line of a run that is refused.
#[track_caller]
fn refused(line: &str) -> String {
    let output = mollify(line);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{line}: {stderr}");
    assert!(output.stdout.is_empty(), "{line} printed a result");
    stderr
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-bench-{name}.json"))
}

fn number(value: &Value, path: &str) -> f64 {
    let found = value.pointer(path).and_then(Value::as_f64);
    found.unwrap_or_else(|| panic!("no number at {path} in {value}"))
}

fn rows(document: &Value) -> &Vec<Value> {
    document["rows"].as_array().expect("rows is an array")
}

const SHORT: &str = "--engine cpu,reference --seconds 2 --json --quiet";

#[test]
fn every_task_engine_and_k_has_a_row_that_is_consistent() {
    let d = document(&format!(
        "bench lqr-2 heaviside --samples 300,64,64 --repeats 3 {SHORT}"
    ));
    assert_eq!(d["kind"], "mollify bench");
    let found: Vec<String> = rows(&d)
        .iter()
        .map(|r| format!("{} {} {}", r["task"], r["samples"], r["engine"]).replace('"', ""))
        .collect();
    let expected = [
        "lqr-2 64 cpu",
        "lqr-2 64 reference",
        "lqr-2 300 cpu",
        "lqr-2 300 reference",
        "heaviside 64 cpu",
        "heaviside 64 reference",
        "heaviside 300 cpu",
        "heaviside 300 reference",
    ];
    assert_eq!(found, expected);
    for row in rows(&d) {
        let horizon = if row["task"] == "lqr-2" { 10.0 } else { 1.0 };
        let seconds = number(row, "/seconds/median");
        let (min, max) = (number(row, "/seconds/min"), number(row, "/seconds/max"));
        assert!(min > 0.0 && min <= seconds && seconds <= max, "{row}");
        let rate = number(row, "/samples") * horizon / seconds;
        let stated = number(row, "/sample_steps_per_second/median");
        assert!((rate / stated - 1.0).abs() < 1e-9, "{rate} {stated}");
        let least = number(row, "/sample_steps_per_second/min");
        assert!((least * max - stated * seconds).abs() < 1e-6 * stated * seconds);
        // The stages are a decomposition of the median.
        let stages = ["noise", "rollout", "zeroth_order", "first_order"];
        let sum: f64 = stages
            .iter()
            .map(|s| number(row, &format!("/stages/{s}")))
            .sum();
        assert!((sum - seconds).abs() < 1e-9 + 1e-6 * seconds, "{row}");
        assert!(number(row, "/planned_bytes") > 0.0);
        assert!((1.0..=3.0).contains(&number(row, "/repeats")));
    }
    // Neither engine is a GPU.
    assert_eq!(d["break_even"].as_array().map(Vec::len), Some(0));
    if cfg!(target_os = "linux") {
        assert!(number(&d, "/peak_bytes") > 1e6);
    }
}

#[test]
fn engines_are_checked_against_the_reference() {
    let d = document(&format!(
        "bench pushing --horizon 20 --samples 64 --no-stages {SHORT}"
    ));
    let opened = d["engines"].as_array().expect("engines is an array");
    let checks = |engine: &str| -> &Vec<Value> {
        let found = opened.iter().find(|o| o["engine"] == engine);
        found.expect("opened")["check"]
            .as_array()
            .expect("an array")
    };
    assert!(checks("reference").is_empty());
    assert_eq!(checks("cpu").len(), 7);
    // f32 against f64 on the same samples: not exactly 0, or the engine was compared with itself.
    let worst = checks("cpu").iter().map(|c| number(c, "/deviation"));
    let worst = worst.fold(0.0, f64::max);
    assert!(worst > 0.0 && worst < 0.01, "{worst}");
    assert!(rows(&d).iter().all(|r| r["stages"].is_null()));
}

#[test]
fn the_break_even_is_searched_where_there_is_a_gpu() {
    let devices = document("devices --json");
    if devices["adapters"].as_array().is_none_or(Vec::is_empty) {
        let required = std::env::var_os("MOLLIFY_REQUIRE_GPU").is_some();
        assert!(
            !required,
            "there is no adapter, but MOLLIFY_REQUIRE_GPU is set"
        );
        eprintln!("SKIPPED the_break_even_is_searched_where_there_is_a_gpu: there is no adapter");
        return;
    }
    let line = "bench heaviside --engine gpu,cpu --samples 64 --no-stages --repeats 1 --seconds 20 \
                --break-even 1024 --json --quiet";
    let d = document(line);
    let points = d["break_even"][0]["points"].as_array().expect("points");
    let samples: Vec<f64> = points.iter().map(|p| number(p, "/samples")).collect();
    assert_eq!(samples, [64.0, 256.0, 1024.0]);
    let faster = |p: &&Value| number(p, "/gpu_seconds") < number(p, "/cpu_seconds");
    let first = points.iter().rev().take_while(faster).last();
    assert_eq!(
        d["break_even"][0]["samples"],
        first.map_or(Value::Null, |p| p["samples"].clone())
    );
    let gpu = &d["engines"][0];
    assert_eq!(gpu["engine"], "gpu");
    let (open, compile) = (
        number(gpu, "/open_seconds"),
        number(gpu, "/compile_seconds"),
    );
    assert!(compile > 0.0 && compile <= open, "{compile} {open}");
}

#[test]
fn a_run_is_compared_with_an_earlier_one() {
    let line = format!("bench heaviside --samples 64 --repeats 3 {SHORT}");
    let mut earlier = document(&line);
    // A past in which cpu was a thousand times faster, and the reference a thousand times slower.
    for row in earlier["rows"].as_array_mut().expect("rows") {
        let factor = if row["engine"] == "cpu" { 1e3 } else { 1e-3 };
        for which in ["median", "min", "max"] {
            let rate = number(row, &format!("/sample_steps_per_second/{which}"));
            row["sample_steps_per_second"][which] = (rate * factor).into();
        }
    }
    let path = scratch("earlier");
    fs::write(&path, earlier.to_string()).expect("the file can be written");
    let output = mollify(&format!("{line} --compare {}", path.display()));
    assert_eq!(output.status.code(), Some(1), "a row is slower");
    let now: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let changes = now["comparison"]["changes"].as_array().expect("changes");
    let slower: Vec<bool> = changes.iter().map(|c| c["slower"] == true).collect();
    assert_eq!(slower, [true, false]);
    for change in changes {
        let ratio = number(change, "/now") / number(change, "/then");
        assert!((ratio / number(change, "/ratio") - 1.0).abs() < 1e-9);
    }
    // A median that is lower, but within the scatter of then, is no loss.
    let mut scattered = earlier.clone();
    for row in scattered["rows"].as_array_mut().expect("rows") {
        row["sample_steps_per_second"]["min"] = 1e-3.into();
    }
    let wide = scratch("scattered");
    fs::write(&wide, scattered.to_string()).expect("the file can be written");
    let now = document(&format!("{line} --compare {}", wide.display()));
    assert!(number(&now, "/comparison/changes/0/ratio") < 0.1);
    assert_eq!(now["comparison"]["changes"][0]["slower"], false);
    // A row that the earlier run does not have is named, and nothing is slower.
    let line = "bench heaviside --samples 128 --engine reference --seconds 1 --json --quiet";
    let now = document(&format!("{line} --compare {}", path.display()));
    assert_eq!(now["comparison"]["new"][0], "heaviside reference 128");
    assert_eq!(
        now["comparison"]["changes"].as_array().map(Vec::len),
        Some(0)
    );
    let people = mollify(&format!(
        "bench heaviside --samples 64 --engine cpu --compare {}",
        path.display()
    ));
    let text = String::from_utf8_lossy(&people.stdout).into_owned();
    assert!(text.contains("SLOWER"), "{text}");
}

#[test]
fn what_cannot_be_compared_is_refused_before_anything_runs() {
    let line = format!("bench heaviside --samples 64 {SHORT} --compare");
    let path = scratch("nowhere");
    let missing = refused(&format!("{line} {}", path.display()));
    assert!(missing.contains("cannot read"), "{missing}");
    let mut other = document("bench heaviside --samples 64 --engine reference --seconds 1 --json");
    other["tasks"][0]["task"] = "pushing".into();
    let mut wider = other.clone();
    wider["tasks"][0]["task"] = "heaviside".into();
    wider["tasks"][0]["sigma"] = 0.7.into();
    let mut incomplete = wider.clone();
    incomplete["rows"][0]["samples"] = "many".into();
    for (name, content, words) in [
        ("text", "not JSON".to_string(), "it is not JSON"),
        ("list", "[1, 2]".into(), "of something else"),
        (
            "object",
            "{\"kind\": \"a cake\"}".into(),
            "of something else",
        ),
        ("incomplete", incomplete.to_string(), "invalid type"),
        (
            "task",
            other.to_string(),
            "it has none of these tasks, but pushing",
        ),
        ("sigma", wider.to_string(), "has sigma 0.7, not 0.1"),
    ] {
        let path = scratch(name);
        fs::write(&path, content).expect("the file can be written");
        let stderr = refused(&format!("{line} {}", path.display()));
        assert!(stderr.contains(words), "{name}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

#[test]
fn bad_input_is_one_sentence_and_status_2() {
    for (flags, words) in [
        ("pushin", "did you mean 'pushing'"),
        ("heaviside --samples 0", "--samples is 0"),
        ("heaviside --samples 64,x", "a whole number"),
        ("heaviside --samples 5e9", "4294967295"),
        ("heaviside --repeats 0", "--repeats is 0"),
        ("heaviside --seconds 0", "--seconds is 0"),
        ("heaviside --seconds nan", "--seconds is NaN"),
        ("heaviside --break-even 1e12", "--break-even"),
        ("heaviside --engine cpu,fpga", "fpga"),
        (
            "heaviside --engine cpu --adapter llvmpipe",
            "--adapter is 'llvmpipe'",
        ),
        ("heaviside --threshold 0.2", "--compare"),
        ("heaviside --adapter nothing-like-it", "no "),
    ] {
        let stderr = refused(&format!("bench {flags}"));
        assert!(stderr.contains(words), "{flags}: {stderr}");
    }
}
