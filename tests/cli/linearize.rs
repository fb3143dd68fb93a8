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
    has_fields(&document["barrier"], "c a b normal_forces");
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
        ("linearize planar-pushing --at box_x=nan", "finite"),
        ("linearize planar-pushing --kappa 0", "above 0"),
        ("linearize planar-pushing --kappa nan", "above 0"),
        ("linearize planar-pushing --length -1", "smoothing"),
        ("linearize planar-hand --kappa 1e9", "lost in f32"),
        ("linearize planar-pushing --samples 3", "at least 16"),
        ("linearize planar-pushing --sigma 0", "sigma"),
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
