//! Systems from files at the command line: `--system FILE` in place of the name of a task.

use crate::cli::{Scratch, mollify};
use serde_json::Value;

const SPRING: &str = include_str!("../../examples/spring.json");

/// Every command that takes a task takes a file of one.
const COMMANDS: [&str; 7] = [
    "gradient",
    "optimize",
    "landscape",
    "sweep --over sigma=0.1 --out /nowhere/at/all",
    "verify",
    "shader",
    "bench",
];

/// Refused in one line on stderr that has these words, with nothing on stdout.
#[track_caller]
fn refused(line: &str, path: &str, words: &str) {
    let mut arguments: Vec<&str> = line.split_whitespace().collect();
    arguments.extend(["--system", path]);
    let run = mollify(&arguments);
    assert_eq!(run.stderr.lines().count(), 1, "{line}: {}", run.stderr);
    assert!(run.stderr.ends_with('\n'), "{}", run.stderr);
    run.failed(2, words);
}

#[test]
fn a_malformed_system_is_one_line_and_status_2() {
    let scratch = Scratch::new("cli-malformed-systems");
    let changed = |name: &str, from: &str, to: &str| {
        assert!(SPRING.contains(from), "{from}");
        scratch.write(name, SPRING.replacen(from, to, 1))
    };
    let mut latin = SPRING.as_bytes().to_vec();
    latin[100] = 0xe9;
    for (path, words) in [
        (scratch.write("empty.json", ""), "it is empty"),
        (
            scratch.write("cut.json", &SPRING[..1500]),
            "EOF while parsing",
        ),
        (
            scratch.write("latin.json", latin),
            "byte 100: it is no UTF-8",
        ),
        (scratch.0.display().to_string(), "it is a folder"),
        (scratch.file("none.json"), "cannot read"),
        (changed("version.json", ": 1", ": 9"), "reads version 1"),
        (
            changed("cycle.json", "6, 8]", "6, 9]"),
            "there is no node 9 before",
        ),
        (
            changed("op.json", "\"sub\"", "\"sup\""),
            "did you mean 'sub'",
        ),
        (changed("nan.json", "0.05", "NaN"), "line 16"),
        (changed("inf.json", "0.05", "1e999"), "number out of range"),
        (
            changed("word.json", "\"gain\"", "\"while\""),
            "reserved in WGSL",
        ),
        (
            changed("name.json", "by hand", "\\u001b[2J\\n"),
            "expected one line",
        ),
        (changed("count.json", ": 6", ": 4000000000"), "200000 nodes"),
        (
            changed("cost.json", "\"final_cost\"", "\"cost\""),
            "unknown field `cost`",
        ),
    ] {
        refused("gradient --engine reference", &path, words);
    }
    let cycle = scratch.file("cycle.json");
    for command in COMMANDS {
        refused(
            command,
            &cycle,
            "advance, node 9: there is no node 9 before",
        );
    }
    refused(
        "gradient pushing",
        &cycle,
        "a task and --system are both given",
    );
    refused(
        "verify pushing sine",
        &cycle,
        "a task and --system are both given",
    );
}

/// The JSON of a command on the reference engine, with these arguments behind its line.
#[track_caller]
fn document(line: &str, more: &[&str]) -> Value {
    let mut arguments: Vec<&str> = line.split_whitespace().collect();
    arguments.extend(["--json"]);
    arguments.extend(more);
    mollify(&arguments).succeeded().json()
}

#[test]
fn documents_name_the_file_that_the_system_came_from() {
    let scratch = Scratch::new("cli-systems-documents");
    let spring = scratch.write("spring.json", SPRING);
    let out = scratch.file("sweep");
    let sweep = format!("sweep --over sigma=0.1,0.2 --samples 16 --engine cpu --out {out}");
    for (line, place) in [
        ("gradient --samples 16 --engine cpu", ""),
        ("gradient --samples 16 --engine cpu --replay 3", ""),
        ("gradient --samples 16 --engine cpu --dry-run", ""),
        (
            "optimize --samples 16 --iterations 1 --engine reference",
            "",
        ),
        ("landscape --samples 16 --points 3 --engine cpu", ""),
        (&*sweep, ""),
        ("verify --samples 16 --engine cpu", "/reports/0"),
        (
            "bench --samples 64 --engine cpu --repeats 1 --no-stages --break-even 0",
            "/tasks/0",
        ),
        ("list", ""),
    ] {
        let found = document(line, &["--system", &spring]);
        let system = found.pointer(&format!("{place}/system"));
        assert_eq!(system, Some(&Value::from(&*spring)), "{line}");
        let name = if line == "list" { "name" } else { "task" };
        let task = found.pointer(&format!("{place}/{name}"));
        assert_eq!(task, Some(&Value::from("spring")), "{line}");
    }
    let built_in = document("gradient heaviside --samples 16 --engine cpu", &[]);
    assert_eq!(built_in.get("system"), Some(&Value::Null));
    let kept: Value = serde_json::from_slice(&scratch.read("sweep/sweep.json")).expect("JSON");
    assert_eq!(kept["system"]["file"], *spring);
}

/// The rows of a sweep belong to what the file said when it began.
#[test]
fn a_sweep_is_not_resumed_with_another_text_in_the_file() {
    let scratch = Scratch::new("cli-systems-resume");
    let spring = scratch.write("spring.json", SPRING);
    let out = scratch.file("sweep");
    let line = format!("sweep --over sigma=0.1,0.2 --samples 16 --engine cpu --out {out}");
    let run = |path: &str, more: &str| {
        let line = format!("{line} --system {path} {more}");
        mollify(&line.split_whitespace().collect::<Vec<_>>())
    };
    run(&spring, "").succeeded();
    run(&spring, "--resume").succeeded();
    // The same under another path, and with other words about it.
    let moved = scratch.write("moved.json", SPRING);
    run(&moved, "--resume").succeeded();
    for (from, to) in [("by hand", "by somebody"), ("mass m", "M"), ("N/m", "1")] {
        assert!(SPRING.contains(from), "{from}");
        scratch.write("moved.json", SPRING.replace(from, to));
        run(&moved, "--resume").succeeded();
    }
    for (from, to) in [
        ("\"constant\", 0.01", "\"constant\", 0.02"),
        ("0.5]]", "0.25]]"),
        ("\"horizon\": 20", "\"horizon\": 21"),
        ("\"default\": 0.5", "\"default\": 0.6"),
        ("\"div\", 3, 0", "\"mul\", 3, 0"),
    ] {
        assert!(SPRING.contains(from), "{from}");
        scratch.write("spring.json", SPRING.replace(from, to));
        let refused = run(&spring, "--resume");
        assert!(!refused.stderr.contains("same flags"), "{}", refused.stderr);
        refused.failed(2, "the text of the system has changed since it began");
    }
}

#[test]
fn hints_take_the_file_and_can_be_followed() {
    let scratch = Scratch::new("cli-systems-hints");
    // The end may be anywhere, and the logarithm of a negative position is none.
    let text = SPRING
        .replace("\"initial\": 0}", "\"initial\": 0.5}")
        .replace(
            "[\"mul\", 0, 0]\n], \"outputs\": [1]",
            "[\"ln\", 0]\n], \"outputs\": [1]",
        );
    let path = scratch.write("falls.json", text);
    let flags = ["--horizon", "1", "--sigma", "300", "--engine", "cpu"];
    let mut arguments = vec!["gradient", "--system", &*path];
    arguments.extend(flags);
    let run = mollify(&arguments);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let hint = format!("`mollify gradient --system {path} --replay ");
    let (_, rest) = run.stderr.split_once(&hint).expect("a hint");
    let (words, _) = rest.split_once('`').expect("the end of the hint");
    let mut arguments = vec!["gradient", "--system", &*path, "--replay"];
    arguments.extend(words.split_whitespace());
    arguments.extend(flags);
    let replay = mollify(&arguments).succeeded();
    assert!(
        replay.stdout.contains("NaN") || replay.stdout.contains("finite"),
        "{}",
        replay.stdout
    );
}

#[test]
fn list_describes_a_file_as_the_task_that_it_was_exported_from() {
    let scratch = Scratch::new("cli-systems-list");
    for (name, _) in mollify::systems::ALL {
        let path = scratch.file(&format!("{name}.json"));
        mollify(&["export", name, "--out", &path]).succeeded();
        let by_name = mollify(&["list", name]).succeeded().stdout;
        let by_file = mollify(&["list", "--system", &path]).succeeded().stdout;
        let (named, rest): (Vec<&str>, Vec<&str>) =
            by_file.lines().partition(|line| line.contains(&path));
        assert_eq!(named.len(), 1, "{by_file}");
        assert_eq!(rest, by_name.lines().collect::<Vec<_>>());
        let mut by_file = document("list", &["--system", &path]);
        by_file["system"] = Value::Null;
        assert_eq!(by_file, document("list", &[name]));
    }
    refused("list pushing", &scratch.file("pushing.json"), "both given");
    refused("list", &scratch.file("none.json"), "cannot read");
}

/// A file has fields, and no flags.
#[test]
fn errors_of_a_file_keep_the_words_of_the_file() {
    let scratch = Scratch::new("cli-systems-words");
    for (from, to, words) in [
        ("\"sigma\": 0.1,\n", "", "missing field `sigma`"),
        (
            "\"sigma\"",
            "\"sigmas\": 1, \"sigma\"",
            "`horizon`, `start`",
        ),
        (
            "\"sigma\"",
            "\"tuned\": {\"samples\": 9, \"iterations\": 1, \"gamma\": 0, \"radius\": 1}, \"sigma\"",
            "tuned.gamma: it is 0, expected a positive finite number",
        ),
        (
            "\"sigma\"",
            "\"tuned\": {\"samples\": 9, \"iterations\": 1, \"gamma\": 1, \"radius\": -1e-300}, \"sigma\"",
            "tuned.radius: it is -1e-300, expected",
        ),
        (
            "\"sigma\": 0.1",
            "\"sigma\": 1e-300",
            "sigma: it is 1e-300,",
        ),
    ] {
        assert!(SPRING.contains(from), "{from}");
        let path = scratch.write("spring.json", SPRING.replacen(from, to, 1));
        let run = mollify(&["optimize", "--system", &path]);
        assert!(!run.stderr.contains("--"), "{}", run.stderr);
        run.failed(2, words);
    }
}

#[test]
fn an_export_is_overwritten_on_demand_only() {
    let scratch = Scratch::new("cli-systems-export");
    let path = scratch.file("new/pushing.json");
    mollify(&["export", "pushing", "--out", &path]).succeeded();
    scratch.write("new/pushing.json", "changed by hand");
    let refused = mollify(&["export", "pushing", "--out", &path]);
    let words = "is there already and would be overwritten; choose another place with --out, or give --force";
    refused.failed(2, words);
    assert_eq!(scratch.read("new/pushing.json"), b"changed by hand");
    mollify(&["export", "pushing", "--out", &path, "--force"]).succeeded();
    mollify(&["list", "--system", &path]).succeeded();
    let folder = scratch.file("new");
    for special in [&*folder, "/dev/null", "/"] {
        let run = mollify(&["export", "pushing", "--out", special, "--force"]);
        run.failed(2, "it is no plain file");
    }
}

/// What a run would do that the usual does not: all of it is in the file.
#[test]
fn list_shows_policy_noise_start_and_random_parameters_where_they_differ() {
    let scratch = Scratch::new("cli-systems-list-more");
    let text = SPRING
        .replace("\"initial\": 0}", "\"initial\": 1.5}")
        .replace(
            "\"sigma\"",
            "\"policy\": \"linear\", \"noise_on\": \"action\", \"sigma\"",
        );
    let path = scratch.write("spring.json", text);
    let shown = mollify(&["list", "--system", &path]).succeeded().stdout;
    let row = |name: &str| -> String {
        let line = shown.lines().find(|line| line.starts_with(name));
        let words: Vec<_> = line.expect(name).split_whitespace().collect();
        words.join(" ")
    };
    assert_eq!(row("policy"), "policy linear");
    assert_eq!(row("noise on"), "noise on action");
    assert_eq!(
        row("initial"),
        "initial position=1.5 velocity=normal:0,0.1+0.5*position"
    );
    assert_eq!(row("randomize"), "randomize stiffness=uniform:2,4");
    let document = document("list", &["--system", &path]);
    for (place, value) in [
        ("/policy", "linear"),
        ("/noise_on", "action"),
        ("/initial/position", "1.5"),
        ("/initial/velocity", "normal:0,0.1+0.5*position"),
        ("/randomize/stiffness", "uniform:2,4"),
    ] {
        assert_eq!(
            document.pointer(place),
            Some(&Value::from(value)),
            "{place}"
        );
    }
    // The usual has no line of its own.
    let usual = mollify(&["list", "quadratic"]).succeeded().stdout;
    for name in ["policy", "noise on", "randomize"] {
        assert!(!usual.lines().any(|line| line.starts_with(name)), "{usual}");
    }
}

#[test]
fn a_tolerance_that_nothing_reaches_is_none_wherever_it_is_printed() {
    let scratch = Scratch::new("cli-systems-gamma");
    let path = scratch.write("spring.json", SPRING);
    let tuned = "\"tuned\": {\"samples\": 20, \"iterations\": 1, \"gamma\": 1.7976931348623157e308, \"radius\": 0.4}, \"sigma\"";
    let any = scratch.write("any.json", SPRING.replacen("\"sigma\"", tuned, 1));
    for (file, expected) in [(&path, "gamma from the samples"), (&any, "gamma none")] {
        let line = format!("optimize --iterations 1 --engine cpu --system {file}");
        let run = mollify(&line.split_whitespace().collect::<Vec<_>>()).succeeded();
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
    let sweep = format!("sweep --over sigma=0.1 --out {}", scratch.file("sweep"));
    for command in [
        "gradient",
        "optimize --iterations 1",
        "landscape --points 3",
        &*sweep,
    ] {
        let line = format!(
            "{command} --samples 16 --gamma 1.7976931348623157e308 --engine cpu --system {path}"
        );
        let run = mollify(&line.split_whitespace().collect::<Vec<_>>()).succeeded();
        let gammas: Vec<&str> = run.stdout.lines().filter(|l| l.contains("gamma")).collect();
        let is_none = |line: &&str| line.contains("gamma none") || line.contains("gamma=none");
        assert!(gammas.iter().any(is_none), "{command}: {}", run.stdout);
        assert!(!run.stdout.contains("e308"), "{command}: {}", run.stdout);
    }
}
