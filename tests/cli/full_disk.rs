//! A disk that is full at the end of a run: what was computed goes to stdout all the same.
#![cfg(unix)]

use crate::cli::{Scratch, run};
use std::process::{Command, Stdio};

/// With a limit of 0 bytes on files, which stands for the disk; a folder and empty files can still be made.
#[test]
fn a_result_that_cannot_be_written_is_printed() {
    let scratch = Scratch::new("cli-full-disk");
    for (i, line) in [
        "gradient heaviside --engine reference",
        "gradient pushing --horizon 5 --replay 1 --engine reference",
        "landscape heaviside --engine reference",
        "optimize heaviside --iterations 1 --engine reference",
        "linearize planar-pushing --engine reference",
        "plan planar-pushing --iterations 1 --horizon 3 --tolerance 10",
        "plan planar-pushing --method rrt --nodes 5",
        "continuity heaviside --over threshold=0,1,2",
        "wrench --a box:1,1 --pose-a 1.9,0,0 --b box:1,1 --pose-b 0,0,0",
    ]
    .into_iter()
    .enumerate()
    {
        let mut limited = Command::new("sh");
        limited
            .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
            .arg(env!("CARGO_BIN_EXE_mollify"))
            .args(line.split_whitespace())
            .args(["--json", "--quiet", "--out", &scratch.file(&i.to_string())])
            .stdin(Stdio::null());
        let run = run(&mut limited);
        assert!(
            run.stderr.contains("cannot write"),
            "{line}: {}",
            run.stderr
        );
        let document: serde_json::Value = serde_json::from_str(&run.stdout).expect(line);
        assert!(document.is_object(), "{line}");
        assert_eq!(run.status, 1, "{line}: {}", run.stderr);
    }
}
