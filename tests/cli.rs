//! The command line as a user or a script meets it: names of the JSON, exit statuses, messages, files.
//!
//! Longer than other files, because every bad input of the command line has its case here, in one table of contents.

use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
struct Run {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    #[track_caller]
    fn succeeded(self) -> Self {
        assert_eq!(self.status, 0, "stderr: {}", self.stderr);
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("stdout is one JSON document")
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mollify"));
    command.args(arguments).stdin(Stdio::null());
    command
}

#[track_caller]
fn mollify(arguments: &[&str]) -> Run {
    let output = command(arguments).output().expect("the binary runs");
    let run = Run {
        status: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    };
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// The arguments of a line, on the engine that every machine has.
fn reference(line: &str) -> Vec<&str> {
    let mut arguments: Vec<_> = line.split_whitespace().collect();
    arguments.extend(["--engine", "reference"]);
    arguments
}

/// The same with a path at the end of the line.
fn reference_with<'a>(line: &'a str, path: &'a str) -> Vec<&'a str> {
    let mut arguments: Vec<_> = line.split_whitespace().collect();
    arguments.extend([path, "--engine", "reference"]);
    arguments
}

/// A fresh folder, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.0.join(name), content).expect("the file can be written");
        self.file(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Says so, and fails where tests must not be skipped.
#[track_caller]
fn skipped_for_want_of_an_adapter() {
    let required = std::env::var_os("MOLLIFY_REQUIRE_GPU").is_some();
    assert!(
        !required,
        "there is no adapter, but MOLLIFY_REQUIRE_GPU is set"
    );
    eprintln!("skipped: there is no adapter");
}

#[track_caller]
fn has_fields(document: &Value, fields: &str) {
    for field in fields.split_whitespace() {
        assert!(document.get(field).is_some(), "no field {field}");
    }
}

/// An NPY file of version 1 with this header and these bytes.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn bad_input_is_one_sentence_and_status_2() {
    for (line, words) in [
        ("gradient", "needs the name of a task"),
        ("optimize", "heaviside"),
        ("shader", "needs the name of a task"),
        ("gradient pushin", "did you mean 'pushing'"),
        ("list pushin", "did you mean 'pushing'"),
        ("shader nothing-like-it", "there is no task"),
        ("verify heaviside nothing-like-it", "there is no task"),
        ("verify --samples 0", "--samples is 0"),
        ("gradient heaviside --samples 0", "--samples is 0"),
        ("gradient heaviside --samples -3", "--samples"),
        ("gradient heaviside --samples 1.5", "a whole number"),
        ("gradient heaviside --samples 5e9", "4294967295"),
        (
            "gradient heaviside --samples 1 --baseline leave-one-out",
            "at least 2",
        ),
        ("gradient heaviside --sigma 0", "--sigma is 0"),
        ("gradient heaviside --sigma -1", "--sigma is -1"),
        ("gradient heaviside --sigma nan", "--sigma is NaN"),
        ("gradient heaviside --sigma wide", "expected a number"),
        ("gradient heaviside --horizon 0", "--horizon is 0"),
        ("gradient heaviside --horizon 1e12", "--horizon"),
        (
            "gradient heaviside --horizon 1e9 --engine reference",
            "give --memory",
        ),
        ("gradient heaviside --set threshold", "NAME=VALUE"),
        ("gradient heaviside --set =1", "NAME=VALUE"),
        ("gradient heaviside --set threshold=high", "NAME=VALUE"),
        (
            "gradient heaviside --set threshold=nan",
            "'threshold' is NaN",
        ),
        (
            "gradient heaviside --set treshold=1",
            "did you mean 'threshold'",
        ),
        ("gradient heaviside --gamma nan", "--gamma is NaN"),
        ("gradient heaviside --gamma -1", "--gamma is -1"),
        (
            "gradient heaviside --failure-probability 1",
            "--failure-probability is 1",
        ),
        ("gradient heaviside --bound 0", "--bound is 0"),
        ("gradient heaviside --rule best", "fixed=A"),
        ("gradient heaviside --rule fixed=2", "from 0 to 1"),
        ("gradient heaviside --rule ddcg=1", "from 0 to below 1"),
        ("gradient heaviside --baseline best", "leave-one-out"),
        ("gradient heaviside --nonfinite ignore", "drop"),
        ("gradient heaviside --seed -1", "--seed"),
        ("gradient heaviside --seed 1.5", "--seed"),
        ("gradient heaviside --memory 0", "16MiB"),
        ("gradient heaviside --memory much", "16MiB"),
        ("gradient heaviside --engine cpu --adapter x", "--adapter"),
        ("verify heaviside --engine cpu --adapter x", "--adapter"),
        ("gradient heaviside --engine fast", "reference"),
        (
            "gradient heaviside --engine reference --adapter x",
            "--adapter",
        ),
        ("gradient heaviside --adapter no-such-adapter", "adapter"),
        ("gradient heaviside --replay -1", "--replay"),
        ("gradient heaviside --replay 5e9", "--replay is 5000000000"),
        ("gradient heaviside --force", "--out"),
        ("gradient heaviside --theta /no/such.json", "cannot read"),
        ("gradient heaviside --theta theta.txt", ".npy"),
        ("optimize heaviside --step 1", "--descent trust-region"),
        ("optimize heaviside --radius 0", "--radius is 0"),
        (
            "optimize heaviside --descent gradient --radius 1",
            "--radius",
        ),
        (
            "optimize heaviside --descent gradient --step nan",
            "--step is NaN",
        ),
        ("optimize heaviside --descent up", "trust-region"),
        ("optimize heaviside --seconds -1", "--seconds is -1"),
        ("optimize heaviside --iterations 5e9", "--iterations"),
        ("completions nosuchshell", "bash"),
        ("nosuchcommand", "nosuchcommand"),
    ] {
        let run = mollify(&line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, 2, "{line}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{line}: {}", run.stderr);
        assert!(run.stdout.is_empty(), "{line}: {}", run.stdout);
    }
}

#[test]
fn bad_theta_files_are_named_with_what_is_wrong() {
    let scratch = Scratch::new("bad-theta");
    let f8 =
        |shape: &str| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let one = 1.0_f64.to_le_bytes();
    for (path, words) in [
        (scratch.write("cut.json", "[1, 2"), "expected an array"),
        (scratch.write("other.json", "{\"x\": 1}"), "no \"theta\""),
        (
            scratch.write("text.json", "[\"a\"]"),
            "value 0 is not a number",
        ),
        (scratch.write("long.json", "[1, 2]"), "needs 1"),
        (scratch.write("large.json", "[1e39]"), "finite"),
        (scratch.write("empty.csv", ""), "no number"),
        (scratch.write("header.csv", "a,b\n"), "no number"),
        (
            scratch.write("text.csv", "1\nx\n"),
            "row 2, column 1 is 'x'",
        ),
        (scratch.write("ragged.csv", "1,2\n3\n"), "fields"),
        (scratch.write("nan.csv", "nan\n"), "finite"),
        (scratch.write("text.npy", "hello"), "NumPy"),
        (scratch.write("short.npy", npy(&f8("(9,)"), &one)), "NumPy"),
        (
            scratch.write("huge.npy", npy(&f8("(4294967296, 4294967296, 4)"), &one)),
            "shape",
        ),
        (
            scratch.write("int.npy", npy(&f8("(1,)").replace("f8", "i8"), &one)),
            "i8",
        ),
    ] {
        let arguments = reference_with("gradient heaviside --theta", &path);
        let run = mollify(&arguments);
        assert_eq!(run.status, 2, "{path}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{path}: {}", run.stderr);
        assert!(run.stderr.contains(&path), "{path}: {}", run.stderr);
    }
}

#[test]
fn list_shows_every_task() {
    let table = mollify(&["list"]).succeeded().stdout;
    let document = mollify(&["list", "--json"]).succeeded().json();
    let entries = document.as_array().expect("a list");
    assert_eq!(entries.len(), mollify::systems::ALL.len());
    for ((name, _), entry) in mollify::systems::ALL.iter().zip(entries) {
        assert!(table.contains(name), "{name}");
        assert_eq!(entry["name"], *name);
        let fields = "summary source state control parameters horizon sigma trust_region gradient";
        has_fields(entry, fields);
        let shown = mollify(&["list", name]).succeeded().stdout;
        for parameter in entry["parameters"].as_array().expect("a list") {
            let parameter = parameter["name"].as_str().expect("a name");
            assert!(shown.contains(parameter), "{name}: {parameter}");
        }
    }
}

#[test]
fn devices_says_what_auto_takes_even_without_an_adapter() {
    let document = mollify(&["devices", "--json"]).succeeded().json();
    has_fields(&document, "adapters auto");
    has_fields(&document["auto"], "engine adapter reason");
    assert!(
        mollify(&["devices"])
            .succeeded()
            .stdout
            .contains("`auto` takes")
    );
}

#[test]
fn gradient_of_heaviside_is_biased_in_the_first_order_only() {
    let run = mollify(&reference("gradient heaviside --samples 1000 --json")).succeeded();
    let d = run.json();
    has_fields(
        &d,
        "task engine adapter seed samples sigma parameters horizon rule baseline value value_at_theta first_order \
         zeroth_order alpha alpha_reason bias confidence_radius gradient nonfinite rollouts seconds closed_form gamma \
         failure_probability bound warnings variance_of_gradient report",
    );
    has_fields(&d["value"], "mean std_error");
    has_fields(&d["first_order"], "gradient variance std_error");
    has_fields(&d["zeroth_order"], "gradient variance std_error");
    has_fields(&d["nonfinite"], "count first");
    assert_eq!(d["engine"], "reference");
    assert_eq!(d["adapter"], Value::Null);
    assert_eq!(d["seed"], 0);
    assert_eq!(d["parameters"]["threshold"], 0.0);
    let mean = d["value"]["mean"].as_f64().expect("a number");
    assert!((mean - 0.5).abs() < 0.06, "{mean}");
    assert_eq!(d["first_order"]["gradient"], serde_json::json!([0.0]));
    assert_eq!(d["closed_form"]["value"], 0.5);
    let zeroth = d["zeroth_order"]["gradient"][0].as_f64().expect("a number");
    let exact = d["closed_form"]["gradient"][0].as_f64().expect("a number");
    let error = d["zeroth_order"]["std_error"][0]
        .as_f64()
        .expect("a number");
    assert!((zeroth - exact).abs() < 4.0 * error, "{zeroth} {exact}");
}

#[test]
fn report_gives_a_verdict_and_what_it_rests_on() {
    let scratch = Scratch::new("report");
    let far = scratch.write("far.json", "[7.5]");
    let heaviside = "gradient heaviside --samples 1000";
    for (arguments, verdict, words) in [
        (reference(heaviside), "discontinuity", "standard errors"),
        (
            reference_with("gradient heaviside --theta", &far),
            "too-few-hits",
            "2000 samples cost the same",
        ),
        (
            reference("gradient quadratic --rule shared"),
            "agreement",
            "may not show",
        ),
    ] {
        let text = mollify(&arguments).succeeded().stdout;
        assert!(text.contains(&format!("{verdict}: ")), "{text}");
        assert!(text.contains(words), "{text}");
        let with_json = [&arguments[..], &["--json"]].concat();
        let report = &mollify(&with_json).succeeded().json()["report"];
        has_fields(
            report,
            "verdict evidence sentence comparisons limit level poincare coordinates",
        );
        assert_eq!(report["verdict"], verdict);
        has_fields(&report["coordinates"][0], "difference std_error z");
    }
    // The worst coordinates of many in the text, all in the document.
    let many = "gradient pushing --samples 100";
    let text = mollify(&reference(many)).succeeded().stdout;
    assert_eq!(text.matches("first order says").count(), 4, "{text}");
    let d = mollify(&reference(&format!("{many} --json")))
        .succeeded()
        .json();
    assert_eq!(
        d["report"]["coordinates"].as_array().expect("a list").len(),
        400
    );
    // A rule that follows the biased order is warned about.
    let run = mollify(&reference(&format!("{heaviside} --rule ivw"))).succeeded();
    assert!(run.stderr.contains("does not see it"), "{}", run.stderr);
}

#[test]
fn weights_of_each_coordinate_are_in_the_document() {
    for rule in ["shared-per-coordinate", "ivw-h"] {
        let line = format!("gradient pushing --horizon 7 --samples 64 --rule {rule}");
        let d = mollify(&reference(&format!("{line} --json")))
            .succeeded()
            .json();
        let alphas = d["alphas"].as_array().expect("a list");
        let mean = alphas.iter().filter_map(Value::as_f64).sum::<f64>() / 7.0;
        assert_eq!(alphas.len(), 7);
        assert!((d["alpha"].as_f64().expect("a number") - mean).abs() < 1e-12);
        assert_eq!(d["alpha_reason"], "per-coordinate");
        assert!(
            mollify(&reference(&line))
                .succeeded()
                .stdout
                .contains("mean weight, from ")
        );
    }
}

#[test]
fn closed_form_knows_the_baseline() {
    for baseline in ["none", "nominal", "leave-one-out"] {
        let line = format!("gradient quadratic --samples 20000 --json --baseline {baseline}");
        let d = mollify(&reference(&line)).succeeded().json();
        let sampled = d["zeroth_order"]["variance"].as_f64().expect("a number");
        let exact = d["closed_form"]["zeroth_order_variance"]
            .as_f64()
            .expect("a number");
        assert!(
            (sampled / exact - 1.0).abs() < 0.1,
            "{baseline}: {sampled} {exact}"
        );
    }
}

#[test]
fn flags_reach_the_estimate() {
    let line = "gradient pushing --horizon 7 --set stiffness=20 --set mass=0.2 --sigma 0.3 --seed 5 --samples 64 \
                --rule fixed=0.25 --baseline none --gamma 3 --failure-probability 0.1 --bound 2 --json";
    let d = mollify(&reference(line)).succeeded().json();
    assert_eq!(d["horizon"], 7);
    assert_eq!(d["parameters"]["stiffness"], 20.0);
    assert_eq!(d["parameters"]["mass"], 0.2);
    assert_eq!(d["sigma"], 0.3);
    assert_eq!(d["seed"], 5);
    assert_eq!(d["samples"], 64);
    assert_eq!(d["rule"], "fixed=0.25");
    assert_eq!(d["alpha"], 0.25);
    assert_eq!(d["baseline"], "none");
    assert_eq!(d["gamma"], 3.0);
    assert_eq!(d["failure_probability"], 0.1);
    assert_eq!(d["bound"], 2.0);
    assert_eq!(d["rollouts"], 64);
    assert_eq!(d["gradient"].as_array().expect("a list").len(), 7);
}

#[test]
fn replay_shows_the_sample_in_every_batch_it_is_in() {
    let d = mollify(&reference("gradient pushing --replay 17 --json"))
        .succeeded()
        .json();
    let replays = d["replays"].as_array().expect("a list");
    assert_eq!(replays.len(), 2);
    for replayed in replays {
        has_fields(replayed, "stream cost noise first_order nonfinite");
        assert_eq!(replayed["noise"].as_array().expect("a list").len(), 400);
    }
    assert_ne!(replays[0]["noise"], replays[1]["noise"]);
    let d = mollify(&reference(
        "gradient pushing --replay 17 --rule shared --json",
    ))
    .succeeded()
    .json();
    assert_eq!(d["replays"].as_array().expect("a list").len(), 1);
    assert_eq!(d["replays"][0]["noise"], replays[0]["noise"]);
    let shown = mollify(&reference("gradient pushing --replay 17")).succeeded();
    assert!(shown.stdout.contains("finite"), "{}", shown.stdout);
}

#[test]
fn samples_that_are_not_finite_are_named_replayed_and_dropped() {
    let scratch = Scratch::new("non-finite");
    // At rest without noise; with it the bodies meet in half of the samples, and the numbers overflow.
    let theta = scratch.write("rest.json", "[0, 0, 0]");
    let line = |command: &str| {
        format!(
            "{command} pushing --set stiffness=3e38 --set mass=1e-38 --set time_step=1e20 --horizon 3 --sigma 1e-15 \
             --samples 100 --rule shared --theta"
        )
    };
    let run = mollify(&reference_with(&line("gradient"), &theta));
    assert_eq!(run.status, 1, "{}", run.stderr);
    let (_, rest) = run.stderr.split_once("first sample ").expect("it is named");
    let (sample, _) = rest.split_once(' ').expect("its time follows");
    let replay = line(&format!("gradient --replay {sample} --json"));
    let d = mollify(&reference_with(&replay, &theta)).succeeded().json();
    assert_eq!(d["replays"][0]["cost"], Value::Null);
    assert!(d["replays"][0]["nonfinite"].is_u64(), "{d}");

    let drop = line("gradient --nonfinite drop --json");
    let run = mollify(&reference_with(&drop, &theta)).succeeded();
    let d = run.json();
    assert_eq!(d["nonfinite"]["first"]["sample"].to_string(), sample);
    assert!(d["value"]["mean"].is_f64(), "{d}");
    assert!(run.stderr.contains("left out"), "{}", run.stderr);
    let drop = line("optimize --nonfinite drop --iterations 2");
    let run = mollify(&reference_with(&drop, &theta)).succeeded();
    assert!(run.stderr.contains("left out"), "{}", run.stderr);
}

#[test]
fn a_budget_without_end_is_accepted() {
    mollify(&reference(
        "optimize heaviside --iterations 1 --seconds 1e300",
    ))
    .succeeded();
    let d = mollify(&reference("optimize heaviside --rollouts 0 --json")).succeeded();
    assert_eq!(d.json()["stopped"], "rollouts");
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
         rollouts seconds",
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
    let task = mollify::task::Task::find("pushing").expect("it is built in");
    let published = task.published();
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
    let scratch = Scratch::new("blow-up");
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

/// The noise of a later iteration can be drawn again.
#[test]
fn a_sample_of_any_iteration_is_replayed() {
    let cost = |iteration: u32| {
        let arguments =
            format!("gradient relu --engine reference --json --replay 3 --iteration {iteration}");
        let run = mollify(&arguments.split(' ').collect::<Vec<_>>());
        run.json()["replays"][0]["cost"].as_f64().expect("a number")
    };
    assert_eq!(cost(4), cost(4));
    assert_ne!(cost(4), cost(0));
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    for setting in ["mass=0", "mass=-1", "time_step=0"] {
        let run = mollify(&[
            "gradient",
            "pushing",
            "--engine",
            "reference",
            "--set",
            setting,
        ]);
        assert_eq!(run.status, 2, "{setting}: {}", run.stderr);
        assert!(run.stderr.contains("above 0"), "{setting}: {}", run.stderr);
    }
}

#[test]
fn out_writes_what_theta_reads() {
    let scratch = Scratch::new("round-trip");
    let out = scratch.file("out");
    let arguments = reference_with(
        "optimize pushing --iterations 2 --horizon 20 --json --out",
        &out,
    );
    let run = mollify(&arguments).succeeded();
    let written = fs::read_to_string(scratch.0.join("out/result.json")).expect("it is there");
    assert_eq!(written, run.stdout);
    let history = fs::read_to_string(scratch.0.join("out/history.csv")).expect("it is there");
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
    let scratch = Scratch::new("npy-kinds");
    let stored: Vec<u8> = [1.0_f32, 3.0, 2.0, 4.0]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }";
    let path = scratch.write("theta.npy", npy(header, &stored));
    let arguments = reference_with("gradient heaviside --horizon 4 --json --theta", &path);
    let d = mollify(&arguments).succeeded().json();
    assert_eq!(d["theta"], serde_json::json!([1.0, 2.0, 3.0, 4.0]));
}

#[test]
fn results_are_not_overwritten_unless_forced() {
    let scratch = Scratch::new("overwrite");
    let out = scratch.file("out");
    let arguments = reference_with("optimize heaviside --iterations 1 --out", &out);
    mollify(&arguments).succeeded();
    let before = fs::read(scratch.0.join("out/result.json")).expect("it is there");
    let again = mollify(&arguments);
    assert_eq!(again.status, 2);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    assert_eq!(
        fs::read(scratch.0.join("out/result.json")).expect("still there"),
        before
    );
    let forced: Vec<_> = arguments.iter().copied().chain(["--force"]).collect();
    mollify(&forced).succeeded();

    let file = scratch.write("file", "");
    let arguments = reference_with("optimize heaviside --iterations 1 --out", &file);
    let run = mollify(&arguments);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("cannot write"), "{}", run.stderr);
}

#[test]
fn the_same_seed_gives_the_same_document() {
    /// Everything but the times.
    fn timeless(mut document: Value) -> Value {
        let fields = document.as_object_mut().expect("an object");
        fields.remove("seconds");
        if let Some(iterations) = fields.get_mut("iterations").and_then(Value::as_array_mut) {
            for iteration in iterations {
                iteration
                    .as_object_mut()
                    .expect("an object")
                    .remove("seconds");
            }
        }
        document
    }
    for line in [
        "gradient pushing --samples 300 --seed 3 --json",
        "optimize ball-wall --iterations 3 --seed 3 --json",
    ] {
        let first = timeless(mollify(&reference(line)).succeeded().json());
        let second = timeless(mollify(&reference(line)).succeeded().json());
        assert_eq!(first, second, "{line}");
        let other = line.replace("--seed 3", "--seed 4");
        let other = timeless(mollify(&reference(&other)).succeeded().json());
        assert_ne!(first, other, "{line}");
    }
}

#[test]
fn stderr_is_silent_with_quiet_and_says_what_auto_took_without() {
    let loud = mollify(&["gradient", "heaviside"]).succeeded();
    assert!(loud.stderr.contains("engine: "), "{}", loud.stderr);
    let run = mollify(&reference("optimize heaviside --iterations 5 --quiet")).succeeded();
    assert_eq!(run.stderr, "");
    let run = mollify(&reference("optimize heaviside --iterations 5")).succeeded();
    assert!(run.stderr.contains("iteration 0/5"), "{}", run.stderr);
}

#[test]
fn warnings_go_to_stderr_and_into_the_document() {
    let line = "gradient pushing --set stiffness=1e6 --samples 16 --rule shared --json --quiet";
    let run = mollify(&reference(line)).succeeded();
    assert!(run.stderr.contains("stability limit"), "{}", run.stderr);
    assert_eq!(run.json()["warnings"].as_array().expect("a list").len(), 1);
    let line = "gradient heaviside --bound 1e9 --json";
    let run = mollify(&reference(line)).succeeded();
    assert!(run.stderr.contains("by construction"), "{}", run.stderr);
    assert_eq!(run.json()["alpha_reason"], "too-uncertain");
}

#[test]
fn the_shader_holds_the_formulas_and_their_derivatives() {
    let text = mollify(&["shader", "pushing"]).succeeded().stdout;
    for word in ["fn advance", "fn step_vjp", "stiffness", "@compute"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn verify_holds_on_an_adapter_or_says_that_there_is_none() {
    let devices = mollify(&["devices", "--json"]).succeeded().json();
    let adapters = devices["adapters"].as_array().expect("a list");
    let run = mollify(&["verify", "heaviside", "sine", "--samples", "128", "--json"]);
    if adapters.is_empty() {
        skipped_for_want_of_an_adapter();
        assert_eq!(run.status, 2);
        assert!(
            run.stderr.contains("no GPU adapter was found"),
            "{}",
            run.stderr
        );
        return;
    }
    let d = run.succeeded().json();
    has_fields(&d, "adapter driver seed samples reports holds");
    assert_eq!(d["reports"].as_array().expect("a list").len(), 2);
    has_fields(&d["reports"][0], "task rows samples excused holds");
    has_fields(
        &d["reports"][0]["rows"][0],
        "check deviation tolerance reason holds",
    );
}

#[test]
fn the_gpu_is_taken_when_asked_for() {
    let run = mollify(&["gradient", "heaviside", "--engine", "gpu", "--json"]);
    match run.status {
        0 => {
            let d = run.json();
            assert_eq!(d["engine"], "gpu");
            assert!(d["adapter"].is_string(), "{d}");
        }
        status => {
            skipped_for_want_of_an_adapter();
            assert_eq!(status, 2);
            assert!(
                run.stderr.contains("no GPU adapter was found"),
                "{}",
                run.stderr
            );
        }
    }
}

#[test]
fn help_and_completions_are_printed() {
    for arguments in [&[][..], &["--help"], &["help", "optimize"]] {
        let text = mollify(arguments).succeeded().stdout;
        assert!(
            text.contains("Usage:") && text.contains("Examples:"),
            "{text}"
        );
    }
    for name in "list devices gradient optimize verify shader completions".split(' ') {
        let text = mollify(&[name, "--help"]).succeeded().stdout;
        assert!(text.contains("Examples:"), "{name}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = mollify(&["completions", shell]).succeeded().stdout;
        assert!(script.contains("optimize"), "{shell}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for arguments in [
        &["list"][..],
        &["shader", "pushing"],
        &["completions", "bash"],
    ] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        drop(child.stdout.take());
        let mut stderr = String::new();
        let mut pipe = child.stderr.take().expect("it is piped");
        pipe.read_to_string(&mut stderr).expect("stderr is UTF-8");
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_descent_delivers_the_best_theta() {
    let scratch = Scratch::new("interrupt");
    let out = scratch.file("out");
    let arguments = reference_with(
        "optimize pushing --samples 2000 --iterations 100000 --out",
        &out,
    );
    let mut child = command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stderr = child.stderr.take().expect("it is piped");
    // The first line of progress says that there is something to deliver.
    let mut seen = String::new();
    let mut byte = [0];
    while !seen.contains("iteration 0") && stderr.read(&mut byte).expect("it can be read") == 1 {
        seen.push(char::from(byte[0]));
    }
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.expect("there is a kill command").success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("stderr is UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{rest}");
    let written = fs::read_to_string(scratch.0.join("out/result.json")).expect("it is there");
    let d: Value = serde_json::from_str(&written).expect("it is JSON");
    assert_eq!(d["stopped"], "interrupted");
    assert!(scratch.0.join("out/theta.npy").exists());
}
