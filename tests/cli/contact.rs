//! `--contact`, `continuity` and `wrench`: numbers against closed forms, files, and bad input.

use crate::cli::{Scratch, has_fields, mollify};

#[test]
fn documents_say_which_contact_model_they_had() {
    let shown = mollify(&["list", "corner"]).succeeded().stdout;
    assert!(
        shown.contains("rigid-soft of point, vertices, manifold"),
        "{shown}"
    );
    let run = |more: &[&str]| {
        let line = [
            "gradient",
            "corner",
            "--samples",
            "64",
            "--engine",
            "cpu",
            "--json",
        ];
        mollify(&[&line[..], more].concat()).succeeded().json()
    };
    assert_eq!(run(&[])["contact"], "rigid-soft");
    let point = run(&["--contact", "point"]);
    assert_eq!(point["contact"], "point");
    let again = run(&["--contact", "point", "--replay", "3"]);
    assert_eq!(again["contact"], "point");
    assert!(run(&[])["value"]["mean"] != point["value"]["mean"]);
}

#[test]
fn unknown_contact_models_are_one_sentence() {
    for (line, words) in [
        ("gradient corner --contact pont", "did you mean 'point'"),
        (
            "gradient mating --contact soft-soft",
            "it has 'vertices', 'rigid-soft'",
        ),
        (
            "gradient pushing --contact point",
            "no contact model 'point'; it has one law of contact and no choice",
        ),
        ("export ledge --contact rigid", "'rigid-soft'"),
        ("verify corner --contact x", "'manifold'"),
        (
            "gradient hopper --contact kelvin-voit",
            "did you mean 'kelvin-voigt'",
        ),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        mollify(&arguments).failed(2, words);
    }
}

#[test]
fn continuity_finds_the_stairs_of_a_bounce() {
    let scratch = Scratch::new("continuity");
    let out = scratch.file("bounce");
    let line = "continuity bounce --contact reset --over lift=lin:0..0.2/200 --steps 1e-2,5e-3 --json --out";
    let mut arguments: Vec<&str> = line.split(' ').collect();
    arguments.push(&out);
    let document = mollify(&arguments).succeeded().json();
    has_fields(
        &document,
        "over of jumps sum_of_jumps pathwise_slope rise time_steps",
    );
    let jumps = document["jumps"].as_array().expect("jumps");
    assert_eq!(jumps.len(), 4);
    has_fields(&jumps[0], "at size below above changed");
    let sum = document["sum_of_jumps"].as_f64().expect("a number");
    assert!((sum - document["rise"].as_f64().expect("a number")).abs() < 1e-6);
    assert!(jumps.iter().all(|j| j["shrinks"] == true));
    for file in ["svg", "png", "csv", "npz"] {
        assert!(
            !scratch
                .read(&format!("bounce/continuity.{file}"))
                .is_empty()
        );
    }
    let text = mollify(&arguments[..arguments.len() - 3])
        .succeeded()
        .stdout;
    assert!(
        text.contains("shrinks") && text.contains("free_height"),
        "{text}"
    );
}

#[test]
fn bad_lines_are_one_sentence() {
    for (line, words) in [
        ("continuity corner --over overlap", "NAME=GRID"),
        ("continuity corner --over overlap=1", "at least two"),
        (
            "continuity corner --over overlp=lin:0..1/5",
            "did you mean 'overlap'",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --of angle",
            "velocity_y",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --steps 0",
            "above 0",
        ),
        (
            "continuity pushing --over force=lin:0..1/5 --steps 0.01",
            "another step",
        ),
        (
            "continuity bounce --over lift=lin:0..0.2/5 --steps 3e-3",
            "--steps is 0.003, but must be a time step that divides",
        ),
        (
            "continuity bounce --over lift=lin:0..0.2/5 --steps 1e-9",
            "steps at most",
        ),
        (
            "continuity bounce --over lift=lin:0..0.2/5 --steps 1e-2,2",
            "whole steps",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --steps -1",
            "--steps has -1, but must be numbers above 0",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --tolerance -1",
            "--tolerance is -1, but must be a number above 0",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --most 0",
            "--most is 0, but must be a whole number from 1 on",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --sigma 1",
            "--sigma has no effect",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --noise laplace",
            "--noise has no effect",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --noise-on decision",
            "--noise-on has no effect",
        ),
        (
            "continuity corner --over overlap=lin:0..1/5 --randomize mass=uniform:1,2",
            "--randomize has no effect",
        ),
        (
            "continuity corner --over overlap=0,1e300",
            "--over is 1e300, but must be made of numbers that fit f32",
        ),
        ("continuity --over x=1,2", "needs the name of a task"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        mollify(&arguments).failed(2, words);
    }
}

const CORNER: &str = "wrench --a box:1,1 --pose-a 1.94,1.9,0 --b box:1,1 --pose-b 0,0,0";

/// Where a parameter must be positive nothing below the grid is asked for; and each place stands for its own part of it.
#[test]
fn a_logarithmic_grid_is_kept_to() {
    let line = "continuity bounce --over stiffness=10..1e8/8 --of height --json";
    let arguments: Vec<&str> = line.split(' ').collect();
    let document = mollify(&arguments).succeeded().json();
    has_fields(&document, "remainder warnings");
    let of = |name: &str| document[name].as_f64().expect("a number");
    let rule = of("pathwise_slope") * (1e8 - 10.0) + of("sum_of_jumps") + of("remainder");
    assert!((of("rise") - rule).abs() < 1e-9 * (1.0 + of("rise").abs()));
}

#[test]
fn contact_that_is_too_deep_is_said_by_every_command() {
    let soft = "corner --set stiffness=1e-3 --json";
    for line in [
        format!("gradient {soft} --initial x=3 --samples 8 --engine cpu"),
        format!("optimize {soft} --initial x=3 --samples 8 --iterations 1 --engine cpu"),
        format!("continuity {soft} --over overlap=3,4"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let run = mollify(&arguments).succeeded();
        assert!(run.stderr.contains("medial axis"), "{line}: {}", run.stderr);
        let document = run.json();
        let warnings = document["warnings"].to_string();
        assert!(warnings.contains("overlap by"), "{line}: {warnings}");
    }
}

#[test]
fn a_task_is_listed_with_its_contact() {
    let document = mollify(&["list", "corner", "--contact", "point", "--json"]);
    let document = document.succeeded().json();
    assert_eq!(document["contact"]["default"], "point");
}

/// G1: corner on corner with overlaps dx = 0.06 < dy = 0.1.
#[test]
fn wrenches_are_those_of_the_closed_forms() {
    let arguments: Vec<&str> = CORNER
        .split(' ')
        .chain(["--stiffness", "200", "--json"])
        .collect();
    let document = mollify(&arguments).succeeded().json();
    let (k, dx, dy) = (200.0, 0.06, 0.1);
    let near = |found: &serde_json::Value, expected: f64| {
        let found = found.as_f64().expect("a number");
        assert!((found - expected).abs() < 1e-11, "{found}, {expected}");
    };
    for (model, k) in [("rigid-soft", k), ("soft-soft", 0.5 * k)] {
        let row = &document["models"][model];
        has_fields(row, "force moment energy");
        near(&row["force"][0], k * (dx * dy - 0.5 * dx * dx));
        near(&row["force"][1], 0.5 * k * dx * dx);
        near(
            &row["energy"],
            k * (0.5 * dx * dx * dy - dx * dx * dx / 6.0),
        );
    }
    // One point of stiffness k, several of k/2.
    near(&document["models"]["point"]["force"][0], k * dx);
    near(&document["models"]["vertices"]["force"][0], k * dx);
    near(&document["models"]["manifold"]["force"][0], k * dx);
    assert!(document["models"]["manifold"]["energy"].is_null());
}

#[test]
fn jumps_along_a_pose_are_those_of_points() {
    let scratch = Scratch::new("wrench");
    let out = scratch.file("corner");
    let more = ["--over", "x_a=lin:1.85..1.95/51", "--json", "--out", &out];
    let arguments: Vec<&str> = CORNER.split(' ').chain(more).collect();
    let document = mollify(&arguments).succeeded().json();
    let jumps = document["jumps"].as_array().expect("jumps");
    assert!(
        jumps
            .iter()
            .all(|j| !j["model"].as_str().is_some_and(|m| m.ends_with("soft")))
    );
    let point = jumps
        .iter()
        .find(|j| j["model"] == "point")
        .expect("a jump");
    assert!((point["at"].as_f64().expect("a number") - 1.9).abs() < 1e-9);
    for file in [
        "wrench.svg",
        "wrench.png",
        "over.svg",
        "wrench.npz",
        "result.json",
    ] {
        assert!(
            !scratch.read(&format!("corner/{file}")).is_empty(),
            "{file}"
        );
    }
}

#[test]
fn bad_shapes_and_laws_are_one_sentence() {
    for (line, words) in [
        (
            "wrench --a bax:1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0",
            "did you mean 'box'",
        ),
        (
            "wrench --a box:1,0 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0",
            "positive",
        ),
        (
            "wrench --a box:-1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0",
            "positive",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,0,0 --b disc:-0.5 --pose-b 0,0,0",
            "positive",
        ),
        (
            "wrench --a polygon:0,0,0,0,1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0",
            "the polygon of --a is one with two equal corners",
        ),
        (
            "wrench --a polygon:-1,0,1,0 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0",
            "three or more corners",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0 --over x_a=1",
            "at least two",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,0 --b box:1,1 --pose-b 0,0,0",
            "X,Y,ANGLE",
        ),
        (
            "wrench --a polygon:0,0,2,0,0.5,0.5,0,2 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0",
            "convex",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0 --stiffness 0",
            "--stiffness is 0",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0 --dissipation -1",
            "--dissipation is -1, but must be a number from 0 on",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0 --slip-speed -1e-3",
            "--slip-speed is -0.001, but must be a number above 0",
        ),
        (
            "wrench --a half-plane --pose-a 0,0,0 --b half-plane --pose-b 0,0,3",
            "two half-planes never touch",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,1.9,0 --b box:1,1 --pose-b 0,0,0 --stiffness 1e308",
            "not a finite number",
        ),
        (
            "wrench --a box:1e300,1e300 --pose-a 0,1e300,0 --b box:1,1e300 --pose-b 0,0,0",
            "not a finite number",
        ),
        (
            "wrench --a box:1,1 --pose-a 0,0,0 --b box:1,1 --pose-b 0,0,0 --over x=lin:0..1/5",
            "x_a",
        ),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        mollify(&arguments).failed(2, words);
    }
    // Deep overlap is no error, but is said.
    let line = "wrench --a box:1,1 --pose-a 0,0.5,0 --b box:1,1 --pose-b 0,0,0 --json";
    let arguments: Vec<&str> = line.split(' ').collect();
    let run = mollify(&arguments);
    assert!(run.stderr.contains("medial axis"), "{}", run.stderr);
    // The depth and the limit.
    assert!(
        run.stderr.contains("1.5") && run.stderr.contains('1'),
        "{}",
        run.stderr
    );
}
