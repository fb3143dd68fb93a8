//! What goes to which stream, and that equal seeds give equal documents.

use crate::cli::{command, mollify, reference};
use serde_json::Value;
use std::io::Read;
use std::process::Stdio;

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
    let line = "gradient heaviside --bound 1e9 --gamma 1 --json";
    let run = mollify(&reference(line)).succeeded();
    assert!(run.stderr.contains("by construction"), "{}", run.stderr);
    assert_eq!(run.json()["alpha_reason"], "too-uncertain");
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
