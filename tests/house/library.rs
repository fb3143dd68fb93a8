//! What a library must be for those who use it without the program: choices by name, no words of a command line, few crates.

use mollify::Error;
use mollify::engine::Baseline;
use mollify::engine::kind::Kind;
use mollify::engine::moments::NonFinitePolicy;
use mollify::error::Named;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::noise::{Distribution, NoiseOn};
use mollify::solve::{Kind as DescentKind, Options};
use mollify::system::task::Task;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn names_read_back<T: Named + Debug>(names: &[&str]) {
    let known: Vec<&str> = T::ALL.iter().map(|(_, name, _)| *name).collect();
    assert_eq!(known, names);
    for (choice, name, help) in T::ALL {
        assert_eq!(choice.name(), *name);
        assert_eq!(T::from_name(name).expect("it is there"), *choice);
        assert!(!help.is_empty() && !help.ends_with('.'), "{help}");
    }
    let error = T::from_name("nothing-like-it").expect_err("there is no such choice");
    assert!(
        matches!(&error, Error::UnknownName { what, .. } if *what == T::WHAT),
        "{error}"
    );
    for name in names {
        assert!(error.to_string().contains(&format!("'{name}'")), "{error}");
    }
}

#[test]
fn choices_read_back_from_their_names() {
    names_read_back::<Baseline>(&["nominal", "leave-one-out", "none"]);
    names_read_back::<NonFinitePolicy>(&["error", "drop"]);
    names_read_back::<Kind>(&["gpu", "cpu", "reference"]);
    names_read_back::<Distribution>(&["gaussian", "laplace", "logistic", "student-t"]);
    names_read_back::<NoiseOn>(&["decision", "action"]);
    names_read_back::<Zeroth>(&["correlation", "least-squares"]);
    names_read_back::<Directions>(&[
        "independent",
        "antithetic",
        "orthogonal",
        "antithetic-orthogonal",
    ]);
    let error = Baseline::from_name("nomimal").expect_err("a typing error");
    assert_eq!(
        error.to_string(),
        "baseline is 'nomimal' (did you mean 'nominal'?), but must be one of 'nominal', 'leave-one-out', 'none'"
    );
}

/// Each descent has a number of its own, or none, and refuses the others.
#[test]
fn a_descent_knows_its_own_numbers_only() {
    let task = Task::find("pushing").expect("task");
    let own = [
        "radius",
        "step",
        "step",
        "radius",
        "temperature",
        "elite",
        "",
    ];
    assert_eq!(own.len(), DescentKind::ALL.len());
    for ((kind, name, _), own) in DescentKind::ALL.iter().zip(own) {
        let descent = Options::of(&task, *kind).expect("published").descent;
        assert_eq!((descent.kind(), descent.name()), (*kind, *name));
        for (setting, with, found) in [
            ("radius", descent.with_radius(0.5), 0.5),
            ("step", descent.with_step(0.25), 0.25),
            ("temperature", descent.with_temperature(2.0), 2.0),
            ("elite", descent.with_elite(0.125), 0.125),
        ] {
            match with {
                Ok(with) => {
                    assert_eq!(setting, own, "{name}");
                    let numbers = [with.radius(), with.step(), with.temperature(), with.elite()];
                    let numbers: Vec<f64> = numbers.into_iter().flatten().collect();
                    assert_eq!(numbers, [found], "{name}");
                }
                Err(error) => {
                    assert_ne!(setting, own, "{name}: {error}");
                    let words =
                        format!("{setting} is {found}, but must be left out with `descent` {name}");
                    assert_eq!(error.to_string(), words);
                }
            }
        }
    }
}

/// JSON and a user write the same word.
#[test]
fn a_choice_has_one_name_everywhere() {
    fn same<T: Named + serde::Serialize>() {
        for (choice, name, _) in T::ALL {
            let json = serde_json::to_value(choice).expect("it is a word");
            assert_eq!(json, *name);
        }
    }
    same::<Baseline>();
    same::<NonFinitePolicy>();
    same::<Distribution>();
    same::<NoiseOn>();
    same::<Zeroth>();
    same::<Directions>();
    same::<DescentKind>();
}

/// Flags of other programs, which the advice about containers and drivers names.
const OF_OTHERS: &[&str] = &["--device", "--gpus", "--group-add", "--update"];

/// What belongs to the program, in a line of the library.
fn of_the_program(line: &str) -> Option<String> {
    for word in ["clap", "exit_status", "`mollify "] {
        if line.contains(word) {
            return Some(word.into());
        }
    }
    line.match_indices("--").find_map(|(at, _)| {
        let before = line[..at].chars().next_back();
        let starts = before.is_none_or(|c| c.is_whitespace() || "\"'`(|".contains(c));
        let is_word = |c: &char| c.is_ascii_lowercase() || *c == '-';
        let flag: String = line[at..].chars().take_while(is_word).collect();
        let is_flag = starts && flag[2..].starts_with(|c: char| c.is_ascii_lowercase());
        (is_flag && !OF_OTHERS.contains(&flag.as_str())).then_some(flag)
    })
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true if path.ends_with("src/bin") => {}
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

/// A Python package or another program shows the errors and the docs of the library, where a flag means nothing.
#[test]
fn the_library_knows_nothing_of_a_command_line() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 100, "{}", files.len());
    let mut found = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path).expect("a source can be read");
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = of_the_program(line) {
                found.push(format!("{}:{}: {word}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_word_of_the_program_is_found() {
    for (line, word) in [
        ("/// The value without `--set`.", "--set"),
        ("    \"--gamma\",", "--gamma"),
        ("    \"give --noise-on action\"", "--noise-on"),
        ("#[derive(clap::ValueEnum)]", "clap"),
        ("//! see `mollify list`", "`mollify "),
    ] {
        assert_eq!(of_the_program(line).as_deref(), Some(word), "{line}");
    }
    for line in ["wsl --update", "a --> b", "-------", "x--y", "--gpus all"] {
        assert_eq!(of_the_program(line), None, "{line}");
    }
}

/// Lines of `cargo tree`, without versions.
fn tree(edges: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--no-default-features",
            "--prefix",
            "none",
        ])
        .args(["--edges", edges])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).expect("it is text");
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    lines.map(String::from).collect()
}

#[test]
fn the_library_alone_brings_no_crate_that_parses_draws_or_prints() {
    let names: BTreeSet<String> = tree("normal")
        .iter()
        .filter_map(|line| line.split_whitespace().next().map(String::from))
        .collect();
    assert!(names.contains("wgpu"), "{names:?}");
    let of_the_program = [
        "clap",
        "clap_complete",
        "comfy-table",
        "ctrlc",
        "dejavu",
        "indicatif",
        "npyz",
        "png",
        "safetensors",
        "tiny-skia",
        "ttf-parser",
        "zip",
    ];
    for name in of_the_program {
        assert!(!names.contains(name), "{name}");
    }
    // 95 on Linux when this was written; other platforms have other drivers.
    let all = tree("normal,build");
    assert!(all.len() <= 100, "{} crates: {all:?}", all.len());
}
