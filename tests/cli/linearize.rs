//! `mollify linearize`: three ways side by side, sweeps, and what is refused.

use crate::cli::{Scratch, has_fields, mollify, reference};

const POINT: &str =
    "linearize planar-pushing --at box_y=0.5 --at disc_y=-0.1 --control command_y=-0.05";

#[test]
fn all_ways_stand_side_by_side() {
    let line = format!("{POINT} --samples 400 --kappa 100 --json");
    let document = mollify(&reference(&line)).succeeded().json();
    has_fields(
        &document,
        "task point barrier first_order zeroth_order mixed kappa length samples sigma state_sigma seed noise pairs",
    );
    has_fields(
        &document["barrier"],
        "c a b normal_forces row_forces force_by_state force_by_control",
    );
    // Two rows of one contact, by five coordinates and two commands: at the middle of a face either row's force grows alike.
    let forces = &document["barrier"]["force_by_control"];
    let entry = |i: usize, j: usize| forces[i][j].as_f64().expect("a number");
    assert_eq!(forces.as_array().map(Vec::len), Some(2));
    assert_eq!(
        document["barrier"]["force_by_state"][1]
            .as_array()
            .map(Vec::len),
        Some(5)
    );
    assert!(
        (entry(0, 1) - entry(1, 1)).abs() < 1e-6 && entry(0, 1) > 10.0,
        "{forces}"
    );
    let slope = 500.0 * document["barrier"]["b"][1][1].as_f64().expect("a number");
    assert!((entry(0, 1) + entry(1, 1) - slope).abs() < 1e-6, "{forces}");
    has_fields(&document["first_order"], "c a b std_error");
    has_fields(
        &document["mixed"],
        "c a b std_error alpha choice choice_of_a",
    );
    assert_eq!(
        document["point"]["state"],
        serde_json::json!([0.0, 0.5, 0.0, 0.0, -0.1])
    );
    // Where the robot is, but for what is commanded.
    assert_eq!(
        document["point"]["control"],
        serde_json::json!([0.0, -0.05])
    );
    let number = |way: &str, what: &str, i: usize, j: usize| {
        document[way][what][i][j].as_f64().expect("a number")
    };
    // A push of 5 cm at the middle of a face at 100/J, in closed form.
    let step = document["barrier"]["c"][1].as_f64().expect("a number") - 0.5;
    assert!((step - 0.009_068_5).abs() < 1e-7, "{step}");
    let force = document["barrier"]["normal_forces"][0].as_f64();
    assert!((force.expect("a number") - 500.0 * step).abs() < 1e-9);
    for way in ["barrier", "first_order", "zeroth_order", "mixed"] {
        assert!((number(way, "b", 1, 1) - 1.0 / 6.0).abs() < 0.03, "{way}");
        assert!((number(way, "a", 1, 1) - 5.0 / 6.0).abs() < 0.2, "{way}");
    }
    let text = mollify(&reference(&format!("{POINT} --samples 400")))
        .succeeded()
        .stdout;
    for words in [
        "B box_y by command_y",
        "normal forces of the barrier",
        "alpha of B",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_sweep_is_drawn() {
    let scratch = Scratch::new("cli-linearize-over");
    let out = scratch.file("over");
    let line = format!("{POINT} --samples 100 --over command_y=lin:-0.2..0.1/7 --json --out {out}");
    let document = mollify(&reference(&line)).succeeded().json();
    let over = &document["over"];
    assert_eq!(over["name"], "command_y");
    let length = |value: &serde_json::Value| value.as_array().map(Vec::len);
    for b in [
        &over["barrier"],
        &over["gaussian"]["b"],
        &over["student_t"]["b"],
    ] {
        assert_eq!(
            (length(b), length(&b[0]), length(&b[0][0])),
            (Some(7), Some(5), Some(2))
        );
    }
    // Far off the robot goes where it is told, and the box stays.
    let far = |i: usize, j: usize| over["barrier"][0][i][j].as_f64().expect("a number");
    assert!(far(4, 1) > 0.95 && far(1, 1) < 0.02);
    assert!(
        scratch
            .text("over/linearize.svg")
            .contains("box_y by command_y")
    );
    assert!(scratch.read("over/linearize.png").len() > 10_000);
    mollify(&reference(&line)).failed(2, "already");
}

/// On the hand, most rows are those of discs that touch nothing or that commands hardly move: they set no scale.
#[test]
fn the_noise_of_a_sweep_is_matched_to_the_rows_that_carry_force() {
    let line = "linearize planar-hand --kappa 100 --samples 200 --over command_left_1=lin:-1..-0.8/3 --json";
    let document = mollify(&reference(line)).succeeded().json();
    let over = &document["over"];
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let [t, normal] = ["student_t", "gaussian"].map(|name| number(&over[name]["sigma"]));
    assert!((0.03..0.3).contains(&t), "{t}");
    assert!((normal / t - 1.4072).abs() < 1e-9);
    let document = mollify(&reference(&format!("{line} --sigma 0.05")))
        .succeeded()
        .json();
    assert_eq!(number(&document["over"]["gaussian"]["sigma"]), 0.05);
}

/// Warnings are all that a quiet command says.
#[test]
fn a_quiet_run_says_nothing_of_penetration() {
    let line = "linearize planar-pushing --at disc_y=-0.08 --samples 100 --quiet";
    let run = mollify(&reference(line)).succeeded();
    assert_eq!(run.stderr, "");
}

#[test]
fn a_start_that_penetrates_is_told_and_goes_on() {
    let line = "linearize planar-pushing --at disc_y=-0.08 --samples 100";
    let run = mollify(&reference(line)).succeeded();
    assert!(run.stderr.contains("penetrate by 0.02 m"), "{}", run.stderr);
}

/// As everywhere, unless an engine is asked for.
#[test]
fn the_engine_that_is_taken_is_said() {
    let arguments: Vec<&str> = POINT.split(' ').chain(["--samples", "100"]).collect();
    let run = mollify(&arguments).succeeded();
    assert!(run.stderr.starts_with("engine: "), "{}", run.stderr);
    let quiet: Vec<&str> = arguments.iter().copied().chain(["--quiet"]).collect();
    let run = mollify(&quiet).succeeded();
    assert!(!run.stderr.contains("engine: "), "{}", run.stderr);
}

#[test]
fn what_makes_no_sense_is_refused_in_a_sentence() {
    for (line, words) in [
        ("linearize pushing", "no quasi-dynamic step"),
        ("linearize nothing", "nothing"),
        (
            "linearize planar-pushing --at box=1",
            "one of box_x, box_y, box_angle, disc_x, disc_y",
        ),
        (
            "linearize planar-pushing --control disc_x=1",
            "one of command_x, command_y",
        ),
        ("linearize planar-pushing --at box_x=near", "NAME=VALUE"),
        (
            "linearize planar-pushing --at box_z=1",
            "--at is 'box_z', but must be one of box_x, box_y, box_angle, disc_x, disc_y (did you mean 'box_",
        ),
        (
            "linearize planar-pushing --at box_y=nan",
            "--at box_y is NaN, but must be a finite number",
        ),
        (
            "linearize planar-pushing --at box_y=1e39",
            "--at box_y is 1e39, but must be a finite number",
        ),
        (
            "linearize planar-pushing --control command_x=1e300",
            "--control command_x is 1e300, but must be a finite number",
        ),
        ("linearize planar-pushing --sigma 1e30", "--sigma is 1e30"),
        (
            "linearize planar-pushing --state-sigma 0",
            "--state-sigma is 0",
        ),
        (
            "linearize planar-pushing --at box_y=1 --at box_y=2",
            "--at box_y is 2 and another value, but must be given once",
        ),
        (
            "linearize planar-hand --kappa 1e7",
            "--kappa is 1e7, but must be at most 1e6 1/J for this task",
        ),
        (
            "linearize planar-pushing --set friction=-1",
            "parameter 'friction' is -1",
        ),
        (
            "linearize planar-pushing --set corner=0.6",
            "parameter 'corner' is 0.6",
        ),
        (
            "linearize planar-pushing --over box_y=lin:0..1/3",
            "given with --out, for a picture, or with --json",
        ),
        (
            "linearize planar-pushing --over box_y=lin:0..1/3 --json --noise student-t",
            "--noise is 'student-t', but must be left out with --over",
        ),
        ("linearize planar-pushing --kappa 0", "above 0"),
        ("linearize planar-pushing --kappa nan", "above 0"),
        ("linearize planar-pushing --length -1", "smoothing"),
        ("linearize planar-hand --kappa 1e9", "lost in f32"),
        ("linearize planar-hand --length 1e-6", "lost in f32"),
        ("linearize planar-pushing --samples 3", "at least 16"),
        ("linearize planar-pushing --sigma 0", "sigma"),
        (
            "linearize planar-hand --samples 1e8",
            "MiB for 100000000 samples: all of a point are there at a time",
        ),
        (
            "linearize planar-pushing --memory 1KiB",
            "--memory is '1.0 KiB', but must be at least 1MiB for 1000 samples",
        ),
        ("linearize planar-pushing --over box_y", "a name and a grid"),
        ("linearize planar-pushing --over box_q=1,2", "one of box_x"),
        ("linearize planar-pushing --at =1", "NAME=VALUE"),
        (
            "linearize planar-pushing --adapter nowhere",
            "need no adapter",
        ),
        ("plan planar-pushing --adapter nowhere", "need no adapter"),
    ] {
        let run = mollify(&reference(line));
        assert_eq!(run.status, 2, "{line}: {}", run.stderr);
        run.failed(2, words);
    }
}
