//! `mollify sweep` as a user or a script meets it: sweeps that are killed, interrupted or run out of disk continue to
//! the same bytes; files, JSON, messages and exit statuses.
//!
//! Longer than other files, because every way in which a sweep can be stopped or refused has its case here.

use crate::cli::{Run, Scratch, begun, interrupt, mollify, run};
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

/// `mollify sweep` with the arguments of a line and a folder, on the engine that every machine has.
fn command(line: &str, out: &str) -> Command {
    let words: Vec<&str> = line.split_whitespace().collect();
    let engine = ["--engine", "reference", "--out", out];
    crate::cli::command(&[&["sweep"], &words[..], &engine].concat())
}

#[track_caller]
fn sweep(line: &str, out: &str) -> Run {
    run(&mut command(line, out))
}

const FILES: [&str; 6] = [
    "sweep.json",
    "rows.csv",
    "summary.csv",
    "rates.csv",
    "sweep.svg",
    "sweep.png",
];

/// The contents of all files of a sweep.
#[track_caller]
fn contents(scratch: &Scratch, folder: &str) -> Vec<Vec<u8>> {
    let read = |name: &&str| scratch.read(&format!("{folder}/{name}"));
    FILES.iter().map(read).collect()
}

/// The whole rows; 0 if there is no file yet.
fn rows(scratch: &Scratch, folder: &str) -> usize {
    let bytes = fs::read(scratch.0.join(folder).join("rows.csv")).unwrap_or_default();
    let lines = bytes.iter().filter(|b| **b == b'\n').count();
    lines.saturating_sub(1)
}

/// 120 rows that take long enough to be stopped in the middle.
const LONG: &str =
    "pushing --horizon 20 --over samples=200..2000/6 --over rule=shared,aobg --repeats 10";
const LONG_ROWS: usize = 120;

#[test]
fn a_sweep_killed_at_any_moment_is_resumed_to_the_same_bytes() {
    const KILLS: u32 = 20;
    let scratch = Scratch::new("cli-sweep-kill");
    // The shorter of two: the first run may have to share the machine with other tests.
    let undisturbed = ["other", "whole"].map(|folder| {
        let started = Instant::now();
        sweep(LONG, &scratch.file(folder)).succeeded();
        started.elapsed()
    });
    let mut duration = undisturbed[0].min(undisturbed[1]);
    let whole = contents(&scratch, "whole");
    assert_eq!(rows(&scratch, "whole"), LONG_ROWS);
    let (mut running, mut in_the_middle) = (0, 0);
    // Weyl's sequence: as good as random, and the same every time.
    for kill in 1..=KILLS {
        let fraction = (f64::from(kill) * 0.618_033_988_749_895).fract();
        let delay = duration.mul_f64(0.8 * fraction);
        let folder = format!("kill-{kill}");
        let out = scratch.file(&folder);
        let mut child = command(LONG, &out)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        thread::sleep(delay);
        let ended = child.try_wait().expect("it can be asked");
        running += u32::from(ended.is_none());
        if ended.is_some() {
            // The machine has become faster, because other tests have ended.
            duration = duration.mul_f64(0.8);
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let left = rows(&scratch, &folder);
        in_the_middle += u32::from((1..LONG_ROWS).contains(&left));
        let what = format!("kill {kill} after {delay:?} of {duration:?}, {left} rows");
        if scratch.0.join(&folder).exists() {
            let run = sweep(&format!("{LONG} --resume"), &out).succeeded();
            let said = format!("resuming: {left} of {LONG_ROWS} rows");
            assert!(run.stderr.contains(&said), "{what}: {}", run.stderr);
        } else {
            sweep(&format!("{LONG} --resume"), &out).failed(2, "there is no sweep in");
            sweep(LONG, &out).succeeded();
        }
        assert!(contents(&scratch, &folder) == whole, "{what}");
        fs::remove_dir_all(scratch.0.join(folder)).expect("it can be removed");
    }
    println!(
        "{duration:?}: {running} kills found it running, {in_the_middle} in the middle of the rows"
    );
    assert!(
        2 * running >= KILLS,
        "only {running} of {KILLS} kills found it running"
    );
    assert!(
        2 * in_the_middle >= KILLS,
        "only {in_the_middle} of {KILLS} in the middle"
    );
}

#[test]
fn a_sweep_that_is_not_there_is_not_resumed() {
    let scratch = Scratch::new("cli-sweep-missing");
    let out = scratch.file("typing/error");
    sweep("relu --over samples=2,3 --resume", &out).failed(2, "leave out --resume to begin");
    assert!(!scratch.0.join("typing").exists());
    scratch.write("notes.txt", "of somebody else");
    let here = scratch.0.to_string_lossy();
    sweep("relu --over samples=2,3 --resume", &here).failed(2, "there is no sweep in");
}

#[test]
fn a_number_that_was_changed_is_not_believed() {
    let scratch = Scratch::new("cli-sweep-changed");
    let line = "relu --over samples=20,30 --repeats 2";
    let out = scratch.file("out");
    sweep(line, &out).succeeded();
    let text = scratch.text("out/rows.csv");
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let mut cells: Vec<&str> = lines[2].split(',').collect();
    cells[2] = "7.77";
    lines[2] = cells.join(",");
    fs::write(scratch.0.join("out/rows.csv"), lines.join("\n") + "\n").expect("a file");
    let again = sweep(&format!("{line} --resume"), &out);
    again.failed(2, "line 3 is not what this sweep wrote");
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_keeps_its_rows_and_says_how_to_resume() {
    let scratch = Scratch::new("cli-sweep-interrupt");
    sweep(LONG, &scratch.file("whole")).succeeded();
    let out = scratch.file("stopped");
    let (mut child, mut stderr) = begun(&mut command(LONG, &out), "row 1/");
    interrupt(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("stderr is UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{rest}");
    let there = rows(&scratch, "stopped");
    assert!((1..LONG_ROWS).contains(&there), "{there}");
    let said = format!("interrupted: {there} of {LONG_ROWS} rows are in '{out}'");
    assert!(rest.contains(&said) && rest.contains("--resume"), "{rest}");
    assert!(!scratch.0.join("stopped/summary.csv").exists());
    sweep(&format!("{LONG} --resume"), &out).succeeded();
    assert!(contents(&scratch, "stopped") == contents(&scratch, "whole"));
}

#[cfg(unix)]
#[test]
fn two_processes_do_not_write_one_sweep() {
    let scratch = Scratch::new("cli-sweep-lock");
    let out = scratch.file("out");
    let (mut child, stderr) = begun(
        &mut command(&LONG.replace("2000", "2000000"), &out),
        "row 1/",
    );
    for flag in ["--resume", "--force"] {
        let second = sweep(&format!("{LONG} {flag}"), &out);
        second.failed(2, "another process is writing it");
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    drop(stderr);
    // The lock went with the process.
    sweep("relu --over samples=2,3 --force", &out).succeeded();
}

/// A limit on the size of files stands for a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_sweep_and_leaves_whole_rows() {
    const LINE: &str = "relu --over samples=10..1000 --repeats 10";
    let scratch = Scratch::new("cli-sweep-full");
    sweep(LINE, &scratch.file("whole")).succeeded();
    let whole = contents(&scratch, "whole");
    let out = scratch.file("full");
    // Blocks of `ulimit -f` are 512 or 1024 bytes, so 4 to 8 KiB of about 15.
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_mollify"))
        .arg("sweep")
        .args(LINE.split_whitespace())
        .args(["--engine", "reference", "--out", &out])
        .stdin(Stdio::null());
    let run = run(&mut limited);
    let there = rows(&scratch, "full");
    assert!((1..50).contains(&there), "{there}");
    let words = format!("; the {there} whole rows before are kept");
    assert!(run.stderr.contains("cannot write"), "{}", run.stderr);
    assert!(
        run.stderr.contains("rows.csv") && run.stderr.contains("--resume"),
        "{}",
        run.stderr
    );
    run.failed(1, &words);
    // Not even a torn line is left.
    let bytes = scratch.read("full/rows.csv");
    assert!(whole[1].starts_with(&bytes) && bytes.ends_with(b"\n"));
    sweep(&format!("{LINE} --resume"), &out).succeeded();
    assert!(contents(&scratch, "full") == whole);
}

#[test]
fn a_torn_last_line_is_written_again() {
    const LINE: &str = "relu --over samples=10,20 --over rule=ivw,fixed=0.5 --repeats 2";
    let scratch = Scratch::new("cli-sweep-torn");
    let out = scratch.file("out");
    sweep(LINE, &out).succeeded();
    let whole = contents(&scratch, "out");
    let cut = whole[1].len() - 9;
    fs::write(scratch.0.join("out/rows.csv"), &whole[1][..cut]).expect("it can be written");
    let run = sweep(&format!("{LINE} --resume"), &out).succeeded();
    assert!(
        run.stderr.contains("resuming: 7 of 8 rows"),
        "{}",
        run.stderr
    );
    assert!(contents(&scratch, "out") == whole);
}

#[test]
fn a_folder_with_rows_is_continued_only_by_the_same_sweep() {
    const LINE: &str = "relu --over samples=10,20 --repeats 2";
    let scratch = Scratch::new("cli-sweep-same");
    let out = scratch.file("out");
    sweep(LINE, &out).succeeded();
    let before = contents(&scratch, "out");
    let again = sweep(LINE, &out);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    again.failed(2, "--resume");
    for (changed, words) in [
        ("--seed 1", "settings.seed was 0 there and is 1 now"),
        (
            "--rule ivw",
            "settings.rule was \"aobg\" there and is \"ivw\" now",
        ),
        ("--sigma 0.2", "sigma was 0.1 there and is 0.2 now"),
        ("--set left_slope=-1", "parameters.left_slope was 0.0"),
        (
            "--over gamma=1",
            "axes was a list of 1 there and is a list of 2 now",
        ),
    ] {
        let run = sweep(&format!("{LINE} {changed} --resume"), &out);
        run.failed(2, words);
    }
    let engine = format!("sweep {LINE} --resume --engine cpu --out {out}");
    let changed = mollify(&engine.split_whitespace().collect::<Vec<_>>());
    changed.failed(2, "engine was \"reference\" there and is \"cpu\" now");
    assert!(contents(&scratch, "out") == before);
    // Memory and what is printed change no number.
    let run = sweep(
        &format!("{LINE} --resume --memory 1MiB --json --quiet"),
        &out,
    )
    .succeeded();
    assert_eq!(run.stderr, "");
    assert!(contents(&scratch, "out") == before);
    sweep(&format!("{LINE} --seed 1 --force"), &out).succeeded();
    assert!(contents(&scratch, "out") != before);

    let file = scratch.file("file");
    fs::write(&file, "").expect("it can be written");
    sweep(LINE, &file).failed(2, "cannot write");
}

#[test]
fn bad_input_is_one_sentence_and_status_2() {
    let scratch = Scratch::new("cli-sweep-bad");
    let out = scratch.file("out");
    for (line, words) in [
        ("--over samples=1,2", "needs the name of a task"),
        ("relu", "--over"),
        ("relu --over samples", "NAME=GRID"),
        ("relu --over =1", "NAME=GRID"),
        ("relu --over samples=", "at least one value"),
        ("relu --over sampels=1,2", "did you mean 'samples'"),
        ("pushing --over stifness=1,2", "did you mean 'stiffness'"),
        ("relu --over nothing=1,2", "it has 'samples', 'sigma'"),
        (
            "pushing --over randomize:stifness=1,2",
            "did you mean 'randomize:stiffness'",
        ),
        (
            "pushing --over randomize:horizon=1,2",
            "it has 'randomize:stiffness', 'randomize:damping'",
        ),
        ("pushing --over randomize:=1", "no axis 'randomize:'"),
        ("pushing --over randomize:mass=", "at least one value"),
        (
            "pushing --over randomize:mass=-1",
            "at randomize:mass=-1: the standard deviation of parameter 'mass' is -1",
        ),
        ("pushing --over randomize:mass=1", "such as uniform:0.5,1.5"),
        (
            "pushing --over mass=1,2 --randomize mass=uniform:1,2",
            "--over randomize:mass keeps its mean",
        ),
        ("relu --over samples=1e3..1e1", "first bound lies below"),
        ("relu --over sigma=0..1", "above 0"),
        ("relu --over sigma=lin:0..1", "at sigma=0: --sigma is 0"),
        ("relu --over samples=1.5", "whole numbers"),
        ("relu --over samples=10,20 --over samples=30", "given twice"),
        ("relu --over samples=10,20 --samples 5", "--samples is 5"),
        ("relu --over sigma=1,2 --sigma 5", "--sigma is 5"),
        (
            "relu --over left_slope=1 --set left_slope=2",
            "--set left_slope is 2",
        ),
        ("relu --over samples=10 --repeats 0", "--repeats is 0"),
        ("relu --over samples=10 --repeats -1", "--repeats"),
        ("relu --over samples=10 --repeats 2e6", "is 2000000, but"),
        ("relu --over rule=best", "fixed=A"),
        ("relu --over samples=10 --resume --force", "--force"),
        ("relu --over horizon=2,1e9", "at horizon=1e9: --memory"),
        (
            "relu --over samples=1,10 --baseline leave-one-out",
            "at samples=1: ",
        ),
        (
            "pushing --over mass=1,0",
            "at mass=0: parameter 'mass' is 0",
        ),
    ] {
        let run = sweep(line, &out);
        assert!(run.stderr.contains(words), "{line}: {}", run.stderr);
        run.failed(2, words);
        assert!(!Path::new(&out).exists(), "{line}: nothing is left behind");
    }
    mollify(&["sweep", "relu", "--over", "samples=1"]).failed(2, "--out");
}

#[test]
fn rows_that_break_down_are_counted_and_named_and_the_sweep_goes_on() {
    let scratch = Scratch::new("cli-sweep-fails");
    let line = "pushing --horizon 3 --over time_step=0.005,1e30 --repeats 2 --samples 100";
    let run = sweep(&format!("{line} --json"), &scratch.file("out")).succeeded();
    let words =
        "2 of 4 rows broke down, first at time_step=1e30 (the noise-free rollout is not finite)";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    let d = run.json();
    assert_eq!(
        (&d["done"], &d["ended"]),
        (&Value::from(4), &Value::from("complete"))
    );
    assert_eq!(d["broken"]["rows"], 2);
    assert_eq!(d["broken"]["first"]["time_step"], 1e30);
    assert!(d["summary"][0]["mean"]["value_mean"].is_number());
    assert!(d["summary"][1]["mean"]["value_mean"].is_null());
    let again = sweep(&format!("{line} --resume"), &scratch.file("out")).succeeded();
    assert!(again.stdout.contains(words), "{}", again.stdout);
    // Nothing but breakdowns is a failure, with all files all the same.
    let line = line.replace("0.005,1e30", "1e30");
    let run = sweep(&line, &scratch.file("all"));
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("error: 2 of 2 rows broke down"),
        "{}",
        run.stderr
    );
    assert_eq!(rows(&scratch, "all"), 2);
}

#[test]
fn statistics_beyond_f32_are_a_row_as_well() {
    let scratch = Scratch::new("cli-sweep-range");
    let line = "sweep pushing --over stiffness=10,1000 --set time_step=0.01 --samples 100 --repeats 3 --rule first --engine cpu --out";
    let out = scratch.file("out");
    let words: Vec<&str> = line.split_whitespace().chain([out.as_str()]).collect();
    let run = crate::cli::mollify(&words).succeeded();
    let expected = "first at stiffness=1000 (statistics leave the range of f32)";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
    let text = scratch.text("out/rows.csv");
    assert_eq!(text.lines().count(), 7);
    assert!(text.contains(",out-of-range,"), "{text}");
    // A rule that looks goes on with the zeroth order.
    let line = line.replace("--rule first ", "");
    let out = scratch.file("aobg");
    let words: Vec<&str> = line.split_whitespace().chain([out.as_str()]).collect();
    crate::cli::mollify(&words).succeeded();
    let text = scratch.text("aobg/rows.csv");
    assert!(!text.contains("out-of-range"), "{text}");
}

#[test]
fn people_see_short_numbers_and_files_have_all_digits() {
    let scratch = Scratch::new("cli-sweep-short");
    let line = "relu --over left_slope=0.1..10 --over gamma=1,2 --samples 20 --repeats 2";
    let run = sweep(line, &scratch.file("out")).succeeded();
    assert!(
        run.stdout.contains("0.3162 ") && run.stdout.contains("3.162 "),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("3.1622"), "{}", run.stdout);
    assert!(scratch.text("out/rows.csv").contains("\n3.16227766017,"));
}

#[test]
fn json_and_files_say_the_same() {
    let scratch = Scratch::new("cli-sweep-json");
    let line =
        "quadratic --over samples=10..1000/3 --over curvature=lin:1..2/2 --repeats 4 --seed 3";
    let run = sweep(&format!("{line} --json"), &scratch.file("out")).succeeded();
    let d: Value = serde_json::from_str(&run.stdout).expect("stdout is one JSON document");
    for field in "task engine adapter driver sigma horizon parameters settings axes repeats rows done ended summary \
                  rates folder files seconds warnings broken"
        .split_whitespace()
    {
        assert!(d.get(field).is_some(), "no field {field}");
    }
    assert_eq!(
        (&d["rows"], &d["done"]),
        (&Value::from(24), &Value::from(24))
    );
    assert_eq!(d["ended"], "complete");
    assert_eq!(d["axes"][1]["values"], serde_json::json!([1.0, 2.0]));

    let table = |name: &str| {
        let mut reader = csv::Reader::from_path(scratch.0.join("out").join(name)).expect(name);
        let rows = reader.deserialize::<std::collections::BTreeMap<String, String>>();
        rows.map(|row| row.expect(name)).collect::<Vec<_>>()
    };
    let rows = table("rows.csv");
    assert_eq!(rows.len(), 24);
    assert_eq!(
        (rows[5]["samples"].as_str(), rows[5]["seed"].as_str()),
        ("10", "4")
    );
    assert_eq!(rows[5]["curvature"], "2");
    assert_eq!(rows[23]["rollouts"], "2000");
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    // Summed in another order.
    let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} {b}");
    let biases: Vec<f64> = rows[4..8].iter().map(|row| number(&row["bias"])).collect();
    let mean = biases.iter().sum::<f64>() / 4.0;
    let variance = biases.iter().map(|b| (b - mean).powi(2)).sum::<f64>() / 3.0;
    let summary = &table("summary.csv")[1];
    near(number(&summary["bias_mean"]), mean);
    near(number(&summary["bias_std"]), variance.sqrt());
    assert_eq!(
        d["summary"][1]["at"],
        serde_json::json!({"samples": 10.0, "curvature": 2.0})
    );
    near(
        d["summary"][1]["mean"]["bias"].as_f64().expect("a number"),
        mean,
    );
    let rates = table("rates.csv");
    assert_eq!(rates.len(), d["rates"].as_array().expect("a list").len());
    assert_eq!(
        (rates[0]["axis"].as_str(), rates[0]["samples"].as_str()),
        ("samples", "")
    );
    let slope = d["rates"][0]["slope"].as_f64().expect("a number");
    near(number(&rates[0]["slope"]), slope);
}

/// Texts of a picture, each as often as it is there.
#[track_caller]
fn texts(svg: &[u8]) -> Vec<String> {
    let svg = std::str::from_utf8(svg).expect("SVG is UTF-8");
    let document = roxmltree::Document::parse(svg).expect("a well-formed document");
    let nodes = document.descendants().filter(|n| n.has_tag_name("text"));
    let text = |node: roxmltree::Node<'_, '_>| {
        let parts = node.descendants().filter(|n| n.is_text());
        parts.filter_map(|n| n.text()).collect::<String>()
    };
    nodes.map(text).collect()
}

#[track_caller]
fn picture(scratch: &Scratch, line: &str, name: &str) -> Vec<String> {
    sweep(line, &scratch.file(name)).succeeded();
    let png = scratch.read(&format!("{name}/sweep.png"));
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .expect("a PNG file");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it fits memory")];
    reader.next_frame(&mut pixels).expect("a whole picture");
    let colours: std::collections::HashSet<&[u8]> = pixels.chunks_exact(3).collect();
    assert!(colours.len() > 20, "{line}: {} colours", colours.len());
    texts(&scratch.read(&format!("{name}/sweep.svg")))
}

#[test]
fn a_complete_sweep_leaves_its_picture() {
    let scratch = Scratch::new("cli-sweep-picture");
    let count = |texts: &[String], word: &str| texts.iter().filter(|t| t.contains(word)).count();

    // One axis: the slopes are those of rates.csv. The standard error of F falls as samples^(-1/2).
    let line = "relu --over samples=10..10000/4 --repeats 20";
    let seen = picture(&scratch, line, "one");
    assert_eq!(count(&seen, "samples"), 6, "{seen:?}");
    let mut rates = csv::Reader::from_path(scratch.0.join("one/rates.csv")).expect("rates");
    let rates: Vec<csv::StringRecord> = rates.records().map(|r| r.expect("a rate")).collect();
    assert_eq!(count(&seen, "slope"), rates.len(), "{seen:?}");
    let rate = rates
        .iter()
        .find(|r| r.iter().any(|c| c == "value_std_error"));
    let slope: f64 = rate.expect("a rate of F")[3].parse().expect("a number");
    assert!((slope + 0.5).abs() < 0.05, "{slope}");
    let words = format!("F, slope {slope:.3}").replace('-', "−");
    assert_eq!(count(&seen, &words), 1, "no {words} in {seen:?}");

    // Where no error is known there are lengths instead, and without repeats no band.
    let line = "pushing --over stiffness=lin:1..10/3 --horizon 20 --samples 20 --repeats 1";
    let seen = picture(&scratch, line, "linear");
    assert_eq!(count(&seen, "stiffness (N/m)"), 6, "{seen:?}");
    assert_eq!(count(&seen, "length of the gradient"), 1, "{seen:?}");
    assert_eq!(count(&seen, "slope"), 0, "{seen:?}");

    // Names: in the order of the list, and in every panel.
    let seen = picture(&scratch, "relu --over rule=ivw,first --samples 50", "names");
    for name in ["ivw", "first"] {
        assert_eq!(seen.iter().filter(|t| *t == name).count(), 6, "{seen:?}");
    }

    // Two axes: a curve for each value of the shorter one, or maps.
    let line = "relu --over samples=10,100,1000 --over rule=ivw,first --repeats 2";
    let seen = picture(&scratch, line, "curves");
    assert_eq!(count(&seen, "rule=ivw") + count(&seen, "rule=first"), 2);
    let line = "relu --over samples=10..1000/9 --over sigma=lin:0.1..1/9 --repeats 2";
    let seen = picture(&scratch, line, "map");
    assert!(
        count(&seen, "log₁₀") >= 5 && count(&seen, "samples") == 9,
        "{seen:?}"
    );

    let line = "pushing --over randomize:stiffness=lin:0..5/3 --horizon 5 --samples 20 --repeats 2";
    let seen = picture(&scratch, line, "spread");
    assert_eq!(count(&seen, "spread of stiffness (N/m)"), 6, "{seen:?}");

    // Three axes.
    let line = "relu --over samples=10,100,1000 --over sigma=1,2,4 --over rule=ivw,first,zeroth --repeats 2";
    let seen = picture(&scratch, line, "three");
    assert_eq!(count(&seen, "sigma="), 3, "{seen:?}");
}

#[test]
fn people_see_tables_and_progress_but_none_with_quiet() {
    let scratch = Scratch::new("cli-sweep-people");
    let line = "relu --over samples=100..10000/3 --repeats 4";
    let run = sweep(line, &scratch.file("loud")).succeeded();
    for words in [
        "mean ± standard deviation",
        "error_mixed",
        "slopes of",
        "rates.csv",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    assert!(run.stderr.contains("row 1/12"), "{}", run.stderr);
    let run = sweep(&format!("{line} --quiet"), &scratch.file("quiet")).succeeded();
    assert_eq!(run.stderr, "");
    // On pushing no exact gradient is known, and the stability limit is near.
    let line = "pushing --over stiffness=10,1e6,1e7 --horizon 2 --samples 10 --repeats 1";
    let run = sweep(line, &scratch.file("stiff")).succeeded();
    assert!(!run.stdout.contains("error_mixed"), "{}", run.stdout);
    assert!(
        run.stderr.contains("warning: at stiffness=1e6: "),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("1 more"), "{}", run.stderr);
}
