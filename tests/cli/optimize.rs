//! `mollify optimize`: descents, how they end, and what they leave.

use super::npy;
use crate::cli::{
    Scratch, begun, command, has_fields, interrupt, mollify, reference, reference_with,
};
use serde_json::Value;
use std::fs;
use std::io::Read;

#[test]
fn a_budget_without_end_is_accepted() {
    mollify(&reference(
        "optimize heaviside --iterations 1 --seconds 1e300",
    ))
    .succeeded();
}

#[test]
fn a_budget_sets_all_else_and_the_end_says_what_goes_on() {
    let run = mollify(&reference("optimize quadratic --rollouts 2000 --quiet")).succeeded();
    for words in [
        "of 2000, and 16384 of the final evaluation",
        "times its noise",
        "the same command with --rollouts ",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    let d = mollify(&reference("optimize quadratic --rollouts 2000 --json")).succeeded();
    let d = d.json();
    assert_eq!(
        (&d["stopped"], &d["ended_by"]),
        (&"rollouts".into(), &"budget".into())
    );
    assert_eq!(d["settings"]["rollouts"], 2000);
    assert!(d["settings"]["iterations"].is_null());
    let spent = d["rollouts"].as_u64().expect("a number") - 16_384;
    assert!((1800..=2000).contains(&spent), "{spent}");
    assert_eq!(d["advice"][0]["rollouts"], 4 * spent);
    for (line, least) in [("", "48"), (" --descent mppi --samples 100", "100")] {
        let refused = mollify(&reference(&format!(
            "optimize quadratic --rollouts 3{line}"
        )));
        assert_eq!(refused.status, 2, "{}", refused.stderr);
        let words = format!("is 3, but must be at least {least}, which one iteration takes");
        assert!(refused.stderr.contains(&words), "{}", refused.stderr);
    }
}

#[test]
fn optimize_lowers_the_cost_and_reports_it() {
    let d = mollify(&reference(
        "optimize pushing --iterations 4 --horizon 50 --json",
    ))
    .succeeded()
    .json();
    has_fields(
        &d,
        "task engine adapter seed rule descent settings parameters iterations final best_iteration stopped theta \
         rollouts final_rollouts ended_by gradient_over_noise advice seconds",
    );
    has_fields(
        &d["iterations"][0],
        "iteration cost value_mean value_std_error gradient_norm alpha alpha_reason bias confidence_radius radius \
         accepted rollouts seconds",
    );
    has_fields(&d["final"], "cost value_mean value_std_error");
    has_fields(
        &d["settings"],
        "samples sigma horizon baseline gamma radius iterations",
    );
    assert_eq!(d["stopped"], "iterations");
    assert_eq!(d["descent"], "trust-region");
    assert_eq!(d["theta"].as_array().expect("a list").len(), 50);
    let first = d["iterations"][0]["value_mean"].as_f64().expect("a number");
    let last = d["final"]["value_mean"].as_f64().expect("a number");
    assert!(last < first, "{first} {last}");
}

#[test]
fn gradient_descent_takes_the_published_settings() {
    let d = mollify(&reference(
        "optimize pushing --descent gradient --iterations 2 --json",
    ))
    .succeeded()
    .json();
    let task = mollify::system::task::Task::find("pushing").expect("it is built in");
    let published = task.published().expect("published");
    let settings = &d["settings"];
    assert_eq!(d["descent"], "gradient");
    assert_eq!(settings["samples"], published.samples);
    assert_eq!(settings["step"], published.step);
    assert_eq!(settings["gamma"], published.gamma);
    assert_eq!(settings["bound"], published.bound);
    assert_eq!(settings["baseline"], "nominal");
    assert!(settings.get("radius").is_none());
}

#[test]
fn a_descent_that_blows_up_is_delivered_with_status_1() {
    let scratch = Scratch::new("cli-blow-up");
    let out = scratch.file("out");
    let arguments = reference_with(
        "optimize pushing --descent gradient --step 1e3 --json --out",
        &out,
    );
    let run = mollify(&arguments);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("no longer finite"), "{}", run.stderr);
    let result = run.json();
    assert_eq!(result["stopped"], "non-finite");
    assert!(scratch.0.join("out/theta.npy").exists());
    // What was not finite is named, with the theta to look at it again.
    let breakdown = &result["breakdown"];
    assert!(breakdown["time"].is_u64(), "{breakdown}");
    let iteration = breakdown["iteration"].as_u64().expect("a number");
    assert!(
        run.stderr.contains(&format!("in iteration {iteration} ")),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("broken-theta.npy"), "{}", run.stderr);
    assert!(scratch.0.join("out/broken-theta.npy").exists());
}

/// In f32 the noise is lost beside a large theta before anything overflows: that is theta's fault, not the noise's.
#[test]
fn a_theta_that_runs_away_is_called_so() {
    let line =
        "optimize pushing --descent gradient --step 1e3 --iterations 20 --quiet --engine cpu";
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let run = mollify(&arguments);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("theta ran away after"),
        "{}",
        run.stdout
    );
    for words in [
        "in iteration 1 theta ran away: its largest value is ",
        "give a smaller --step or --radius",
    ] {
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    for words in ["--sigma", "finite"] {
        let found = run.stderr.contains(words) || run.stdout.contains(words);
        assert!(!found, "{words}: {} {}", run.stdout, run.stderr);
    }
    let longest = run
        .stderr
        .split([' ', ';', ','])
        .filter(|w| w.parse::<f64>().is_ok());
    assert!(longest.map(str::len).max() <= Some(6), "{}", run.stderr);
    let json = mollify(&[&arguments[..], &["--json"]].concat());
    assert_eq!(json.json()["stopped"], "theta-ran-away");
}

#[test]
fn out_writes_what_theta_reads() {
    let scratch = Scratch::new("cli-round-trip");
    let out = scratch.file("out");
    let arguments = reference_with(
        "optimize pushing --iterations 2 --horizon 20 --json --out",
        &out,
    );
    let run = mollify(&arguments).succeeded();
    let written = scratch.text("out/result.json");
    assert_eq!(written, run.stdout);
    let history = scratch.text("out/history.csv");
    assert!(
        history.starts_with("iteration,cost,value_mean"),
        "{history}"
    );
    assert_eq!(history.lines().count(), 3);
    let theta = run.json()["theta"].clone();
    let array = scratch.write("out/array.json", theta.to_string());
    for file in [
        "out/result.json",
        "out/theta.npy",
        "out/theta.csv",
        "out/array.json",
    ] {
        let path = scratch.file(file);
        let arguments = reference_with(
            "gradient pushing --samples 8 --horizon 20 --json --theta",
            &path,
        );
        let d = mollify(&arguments).succeeded().json();
        assert_eq!(d["theta"], theta, "{file}");
    }
    assert!(array.ends_with("array.json"));
    let left: Vec<_> = fs::read_dir(scratch.0.join("out"))
        .expect("it is there")
        .collect();
    assert_eq!(left.len(), 8, "no temporary file stays: {left:?}");
}

#[test]
fn f32_and_fortran_order_are_read() {
    let scratch = Scratch::new("cli-npy-kinds");
    let stored: Vec<u8> = [1.0_f32, 3.0, 2.0, 4.0]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }";
    let path = scratch.write("theta.npy", npy(header, &stored));
    let arguments = reference_with("gradient roomba --horizon 2 --json --theta", &path);
    let d = mollify(&arguments).succeeded().json();
    assert_eq!(d["theta"], serde_json::json!([1.0, 2.0, 3.0, 4.0]));
}

#[cfg(unix)]
#[test]
fn an_interrupted_descent_delivers_the_best_theta() {
    let scratch = Scratch::new("cli-interrupt");
    let out = scratch.file("out");
    let arguments = reference_with(
        "optimize pushing --samples 2000 --rollouts 1e12 --out",
        &out,
    );
    // The first line of progress says that there is something to deliver.
    let (mut child, mut stderr) = begun(&mut command(&arguments), "iteration 0");
    interrupt(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("stderr is UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{rest}");
    let written = scratch.text("out/result.json");
    let d: Value = serde_json::from_str(&written).expect("it is JSON");
    assert_eq!(d["stopped"], "interrupted");
    assert_eq!(d["complete"], false);
    assert!(scratch.0.join("out/theta.npy").exists());
}
