//! Everything that is refused: one sentence and status 2.

use super::npy;
use crate::cli::{Scratch, mollify, reference_with};

#[test]
fn bad_input_is_one_sentence_and_status_2() {
    for (line, words) in [
        ("gradient", "needs the name of a task"),
        ("optimize", "heaviside"),
        ("shader", "needs the name of a task"),
        ("gradient pushin", "did you mean 'pushing'"),
        ("gradient nope", "there is no task 'nope'; `mollify list`"),
        ("gradient pushing --samples 1e20", "of at most 9e15"),
        (
            "sweep heaviside --over rule=first,zeroth --rule first --out x",
            "--rule is first, but must be left out with --over rule",
        ),
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
        (
            "gradient heaviside --randomize threshold=uniform:-3e38,3e38",
            "within the range of f32",
        ),
        (
            "gradient heaviside --randomize threshold=normal:nan,1",
            "within the range of f32",
        ),
        (
            "gradient pushing --initial position_1=normal:0,1+2*velocity_1",
            "a term of initial state 'position_1' is 'velocity_1', but must be",
        ),
        (
            "gradient pushing --initial position_1",
            "such as position_1=normal:0,0.1",
        ),
        (
            "gradient pushing --randomize mass",
            "such as mass=uniform:0.05,0.2",
        ),
        (
            "gradient heaviside --iteration -1",
            "expected a whole number from 0 to 4294967295",
        ),
        ("reproduce --seed -1", "expected a whole number from 0"),
        (
            "gradient heaviside --sigma 1e-300",
            "--sigma is 1e-300, but",
        ),
        (
            "gradient heaviside --gamma -1e300",
            "--gamma is -1e300, but",
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
        ("gradient heaviside --replay 5e9", "from 0 to 4294967294"),
        (
            "gradient heaviside --replay 9..3",
            "such as 17, 3,17 or 0..99",
        ),
        ("gradient heaviside --force", "--out"),
        ("gradient heaviside --theta /no/such.json", "cannot read"),
        ("gradient heaviside --theta theta.mat", ".npy"),
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
    let scratch = Scratch::new("cli-bad-theta");
    let f8 =
        |shape: &str| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let one = 1.0_f64.to_le_bytes();
    for (path, words) in [
        (scratch.write("cut.json", "[1, 2"), "expected an array"),
        (
            scratch.write("other.json", "{\"x\": 1}"),
            "neither \"theta\" nor",
        ),
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
        (scratch.write("ragged.csv", "1,2\n3\n"), "row 2 has 1 value"),
        (scratch.write("comma.csv", "0,5;1\n"), "write 0.5"),
        (
            scratch.write("nan.json", "[NaN]"),
            "NaN is no number of JSON",
        ),
        (scratch.write("nan.csv", "nan\n"), "finite"),
        (scratch.write("text.npy", "hello"), "NumPy"),
        (scratch.write("short.npy", npy(&f8("(9,)"), &one)), "NumPy"),
        (
            scratch.write("huge.npy", npy(&f8("(4294967296, 4294967296, 4)"), &one)),
            "shape",
        ),
        (
            scratch.write("complex.npy", npy(&f8("(1,)").replace("f8", "c8"), &one)),
            "<c8",
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
fn results_are_not_overwritten_unless_forced() {
    let scratch = Scratch::new("cli-overwrite");
    let out = scratch.file("out");
    let arguments = reference_with("optimize heaviside --iterations 1 --out", &out);
    mollify(&arguments).succeeded();
    let before = scratch.read("out/result.json");
    let again = mollify(&arguments);
    assert_eq!(again.status, 2);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    assert_eq!(scratch.read("out/result.json"), before);
    let forced: Vec<_> = arguments.iter().copied().chain(["--force"]).collect();
    mollify(&forced).succeeded();

    let file = scratch.write("file", "");
    let arguments = reference_with("optimize heaviside --iterations 1 --out", &file);
    let run = mollify(&arguments);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("cannot write"), "{}", run.stderr);
}
