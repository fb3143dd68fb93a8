//! What tests of the command line share: running the binary, what it left behind, and fresh folders.
//!
//! Use it with `#[path = "../common/cli.rs"] mod cli;`.

#![allow(dead_code, reason = "each test binary uses its own part")]

use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

/// What a run left behind.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.status, 0, "stderr: {}", self.stderr);
        self
    }

    /// Ended with this status, these words, and nothing on stdout.
    #[track_caller]
    pub fn failed(self, status: i32, words: &str) {
        assert_eq!(self.status, status, "stderr: {}", self.stderr);
        assert!(self.stderr.contains(words), "{words}: {}", self.stderr);
        assert_eq!(self.stdout, "");
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("stdout is one JSON document")
    }
}

/// The binary with these arguments, which nobody types to.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mollify"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs to the end, without a panic.
#[track_caller]
pub fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the binary runs");
    let run = Run {
        status: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    };
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

#[track_caller]
pub fn mollify(arguments: &[&str]) -> Run {
    run(&mut command(arguments))
}

/// The document that a run prints.
#[track_caller]
pub fn json(arguments: &[&str]) -> Value {
    mollify(arguments).succeeded().json()
}

/// Exit status 2 and one sentence with these words.
#[track_caller]
pub fn refused(arguments: &[&str], words: &[&str]) {
    let run = mollify(arguments);
    assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
    for word in words {
        let error = &run.stderr;
        assert!(
            error.contains(word),
            "{arguments:?}: '{word}' is not in {error}"
        );
    }
}

/// The arguments of a line, on the engine that every machine has.
pub fn reference(line: &str) -> Vec<&str> {
    let mut arguments: Vec<_> = line.split_whitespace().collect();
    arguments.extend(["--engine", "reference"]);
    arguments
}

/// The same with a path at the end of the line.
pub fn reference_with<'a>(line: &'a str, path: &'a str) -> Vec<&'a str> {
    let mut arguments: Vec<_> = line.split_whitespace().collect();
    arguments.extend([path, "--engine", "reference"]);
    arguments
}

/// A run of which these words have been seen on stderr, and what follows there.
pub fn begun(command: &mut Command, words: &str) -> (Child, ChildStderr) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stderr = child.stderr.take().expect("it is piped");
    let mut seen = String::new();
    let mut byte = [0];
    while !seen.contains(words) && stderr.read(&mut byte).expect("it can be read") == 1 {
        seen.push(char::from(byte[0]));
    }
    (child, stderr)
}

/// As Ctrl-C does.
pub fn interrupt(child: &Child) {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.expect("there is a kill command").success());
}

/// A fresh folder, removed at the end.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// The name is that of no other test.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }

    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.0.join(name), content).expect("the file can be written");
        self.file(name)
    }

    #[track_caller]
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).expect("the file is there")
    }

    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("the file is UTF-8")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
pub fn has_fields(document: &Value, fields: &str) {
    for field in fields.split_whitespace() {
        assert!(document.get(field).is_some(), "no field {field}");
    }
}
