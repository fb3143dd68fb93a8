//! Systems from files at the command line: `--system FILE` in place of the name of a task.

use crate::cli::{Scratch, mollify};

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
