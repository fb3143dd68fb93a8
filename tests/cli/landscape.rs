//! `mollify landscape`: its numbers against closed forms, `gradient` and differences; its files, pictures and messages.
//!
//! Longer than other files, because it has both the numbers and every bad input of the command.

use crate::cli::{Run, Scratch, mollify};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// On the engine that every machine has; `more` are arguments that may hold spaces.
#[track_caller]
fn reference(line: &str, more: &[&str]) -> Run {
    let mut arguments: Vec<_> = line.split_whitespace().collect();
    arguments.extend(more);
    arguments.extend(["--engine", "reference"]);
    let run = mollify(&arguments);
    assert_eq!(run.status, 0, "{line}: {}", run.stderr);
    run
}

#[track_caller]
fn document(line: &str, more: &[&str]) -> Value {
    let more: Vec<_> = more.iter().copied().chain(["--json"]).collect();
    let run = reference(line, &more);
    serde_json::from_str(&run.stdout).expect("stdout is one JSON document")
}

#[track_caller]
fn column(document: &Value, name: &str) -> Vec<f64> {
    let values = document["columns"][name].as_array();
    let values = values.unwrap_or_else(|| panic!("no column {name}"));
    values
        .iter()
        .map(|v| v.as_f64().expect("a number"))
        .collect()
}

#[test]
fn heaviside_matches_its_closed_form_at_all_points() {
    let samples = 4000.0;
    let d = document(
        "landscape heaviside --samples 4000 --points 41 --range -0.4..0.4",
        &[],
    );
    let (x, f) = (column(&d, "position"), column(&d, "value_mean"));
    let exact = column(&d, "closed_form_value");
    let (slope, error) = (
        column(&d, "zeroth_order"),
        column(&d, "zeroth_order_std_error"),
    );
    let exact_slope = column(&d, "closed_form_gradient");
    for i in 0..x.len() {
        // F is the share of ones among the 2 K rollouts of the rule aobg, so its standard error is known. 41 independent
        // normal numbers would all stay within 4 of them but in 0.3 % of cases, and with common noise still less often
        // fail. In the tails few or no rollouts are ones: 10/n more makes their count a failure with e^-10 at most.
        let n = 2.0 * samples;
        let bound = 4.0 * (exact[i] * (1.0 - exact[i]) / n).sqrt() + 10.0 / n;
        assert!(
            (f[i] - exact[i]).abs() <= bound,
            "F at {}: {} for {}",
            x[i],
            f[i],
            exact[i]
        );
        // The errors of the slopes are estimated, which needs the jump to be seen often.
        if x[i].abs() <= 0.2 {
            let off = (slope[i] - exact_slope[i]).abs();
            assert!(
                off <= 4.0 * error[i],
                "slope at {}: off by {off}, error {}",
                x[i],
                error[i]
            );
            let reported = column(&d, "value_std_error")[i];
            let known = (exact[i] * (1.0 - exact[i]) / n).sqrt();
            // The relative error of a standard error is below 4/sqrt(n p) = 0.3 for p = 0.023.
            assert!(
                (reported / known - 1.0).abs() < 0.3,
                "{reported} for {known}"
            );
        }
    }
    assert!(column(&d, "first_order").iter().all(|g| *g == 0.0));
    assert_eq!((x[0], x[40]), (-0.4, 0.4));
    let half = exact[20];
    assert!((half - 0.5).abs() < 1e-12, "F(0) = 1/2, not {half}");
}

#[test]
fn a_point_is_what_gradient_says_there() {
    let scratch = Scratch::new("landscape-point");
    let theta = scratch.file("theta.json");
    fs::write(&theta, "[0.3, -0.2]").expect("the file can be written");
    let flags = "heaviside --horizon 2 --samples 300 --seed 5 --rule ivw --baseline leave-one-out";
    let line = format!("landscape {flags} --coordinate 1 --points 3 --range -0.3..-0.1 --theta");
    let d = document(&line, &[&theta]);
    let g = document(&format!("gradient {flags} --theta"), &[&theta]);
    assert!((column(&d, "position")[1] + 0.2).abs() < 1e-15);
    for (name, value) in [
        ("value_mean", &g["value"]["mean"]),
        ("value_std_error", &g["value"]["std_error"]),
        ("value_at_theta", &g["value_at_theta"]),
        ("zeroth_order", &g["zeroth_order"]["gradient"][1]),
        ("zeroth_order_std_error", &g["zeroth_order"]["std_error"][1]),
        ("first_order", &g["first_order"]["gradient"][1]),
        ("gradient", &g["gradient"][1]),
        ("alpha", &g["alpha"]),
        ("bias", &g["bias"]),
        ("confidence_radius", &g["confidence_radius"]),
    ] {
        let value = value.as_f64().expect(name);
        // Positions may differ in the last digit from the theta of the file.
        let seen = column(&d, name)[1];
        assert!(
            (seen - value).abs() <= 1e-9 * value.abs().max(1e-9),
            "{name}: {seen} for {value}"
        );
    }
}

#[test]
fn all_points_draw_the_same_noise() {
    let d = document(
        "landscape relu --samples 500 --points 61 --range -0.3..0.3",
        &[],
    );
    let (f, exact) = (column(&d, "value_mean"), column(&d, "closed_form_value"));
    let error = column(&d, "value_std_error");
    for i in 0..60 {
        // The error of a difference over h = 0.01 is at most h/2 / sqrt(n) for slopes from 0 to 1, below a sixth of the
        // error of F once F has seen the kink (sigma 0.1); independent noise would make it sqrt(2) errors of F.
        if error[i] > 1e-4 {
            let off = (f[i + 1] - f[i] - (exact[i + 1] - exact[i])).abs();
            assert!(
                off < 0.7 * error[i],
                "point {i}: off by {off}, error {}",
                error[i]
            );
        }
    }
}

#[test]
fn the_first_order_is_the_slope_of_the_drawn_curve() {
    let scratch = Scratch::new("landscape-direction");
    let file = scratch.file("direction.csv");
    fs::write(&file, "0.5\n-2\n0\n1\n3\n").expect("the file can be written");
    let flags = "landscape quadratic --samples 200 --rule shared --points 5 --range -0.6..0.2";
    for way in ["ones", "gradient", &file] {
        let d = document(&format!("{flags} --direction"), &[way]);
        let (x, f) = (column(&d, "position"), column(&d, "value_mean"));
        let exact = column(&d, "closed_form_value");
        let columns = [("first_order", &f), ("closed_form_gradient", &exact)];
        for (name, values) in columns {
            let slope = column(&d, name);
            for i in 1..4 {
                // Exact for a quadratic, but for rounding.
                let difference = (values[i + 1] - values[i - 1]) / (x[i + 1] - x[i - 1]);
                let off = (difference - slope[i]).abs();
                assert!(
                    off < 1e-9 * slope[i].abs().max(1.0),
                    "{way} {name}: {difference}, {}",
                    slope[i]
                );
            }
        }
        assert_eq!(d["std_error_is_bound"], true);
    }
    // Along the gradient the slope at theta is its length.
    let d = document(&format!("{flags} --direction gradient"), &[]);
    let g = document("gradient quadratic --samples 200 --rule shared", &[]);
    let values = g["gradient"].as_array().expect("a gradient");
    let square: f64 = values
        .iter()
        .map(|v| v.as_f64().expect("a number").powi(2))
        .sum();
    let x = column(&d, "position");
    let slope = column(&d, "gradient");
    // Linear between the points at -0.2 and 0.
    let i = x
        .iter()
        .position(|x| x.abs() < 1e-12)
        .expect("0 is a point");
    assert!(
        (slope[i] - square.sqrt()).abs() < 1e-6 * square.sqrt(),
        "{} for {}",
        slope[i],
        square.sqrt()
    );
}

#[test]
fn a_map_holds_the_line_through_its_middle() {
    let flags = "landscape quadratic --samples 100 --points 3";
    let map = document(
        &format!("{flags} --coordinate 1 --coordinate 4 --range 0.5..2 --range 0.9..1.1"),
        &[],
    );
    let line = document(&format!("{flags} --coordinate 1 --range 0.5..2"), &[]);
    assert_eq!(
        column(&map, "first_position")[3..6],
        column(&line, "position")
    );
    assert_eq!(
        column(&map, "second_position"),
        [0.9, 0.9, 0.9, 1.0, 1.0, 1.0, 1.1, 1.1, 1.1]
    );
    for name in ["value_mean", "alpha", "bias", "closed_form_value"] {
        assert_eq!(column(&map, name)[3..6], column(&line, name), "{name}");
        assert_ne!(column(&map, name)[0], column(&map, name)[8], "{name}");
    }
    assert_eq!(map["axes"][1]["label"], "position at step 4 (1)");
}

#[test]
fn files_hold_the_same_numbers_and_are_not_overwritten() {
    let scratch = Scratch::new("landscape-files");
    let out = scratch.file("out");
    let line = "landscape ball-wall --samples 50 --points 11 --quiet --out";
    let text = reference(line, &[&out]).stdout;
    assert!(
        text.contains("exact F") && text.contains("landscape.svg"),
        "{text}"
    );
    let read = |name: &str| fs::read_to_string(Path::new(&out).join(name)).expect(name);
    let d: Value = serde_json::from_str(&read("result.json")).expect("JSON");
    let csv = read("landscape.csv");
    let mut lines = csv.lines();
    let header: Vec<_> = lines.next().expect("a header").split(',').collect();
    assert_eq!(lines.clone().count(), 11);
    for (i, name) in header.iter().enumerate() {
        let values = lines.clone().map(|l| l.split(',').nth(i).expect("a cell"));
        let values: Vec<f64> = values.map(|v| v.parse().expect("a number")).collect();
        // serde_json reads numbers to the last digit but one.
        let near = |(a, b): (&f64, f64)| (a - b).abs() <= 4.0 * f64::EPSILON * b.abs();
        assert!(values.iter().zip(column(&d, name)).all(near), "{name}");
    }
    let svg = read("landscape.svg");
    for label in [
        "angle (rad)",
        "(d) weight of the first order",
        "F, exact",
        "theta",
    ] {
        assert!(svg.contains(label), "{label}");
    }
    let bytes = |name: &str| fs::read(Path::new(&out).join(name)).expect(name);
    assert!(bytes("landscape.png").starts_with(b"\x89PNG"));
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes("landscape.npz"))).expect("NPZ");
    assert_eq!(archive.len(), header.len());

    let mut again: Vec<&str> = line.split_whitespace().chain([out.as_str()]).collect();
    let refused = mollify(&again);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    again.extend(["--force", "--engine", "reference"]);
    assert_eq!(mollify(&again).status, 0);
    assert_eq!(
        read("landscape.svg"),
        svg,
        "equal numbers give equal pictures"
    );
}

#[test]
fn without_a_folder_there_is_a_table_and_a_hint() {
    let text = reference("landscape heaviside --samples 20 --points 200 --quiet", &[]).stdout;
    assert!(text.contains("--out DIR"), "{text}");
    let rows = text
        .lines()
        .filter(|l| l.trim_start().starts_with(['-', '0']))
        .count();
    assert_eq!(rows, 21, "{text}");
    let map = reference("landscape heaviside --horizon 2 --coordinate 0 --coordinate 1 --samples 20 --points 4 --quiet", &[]).stdout;
    assert!(
        map.contains("least F") && map.contains("--out DIR"),
        "{map}"
    );
}

#[test]
fn bad_input_is_one_sentence_and_status_2() {
    for (line, words) in [
        ("landscape", "needs the name of a task"),
        ("landscape heavisid", "did you mean 'heaviside'"),
        ("landscape heaviside --coordinate 1", "from 0 to 0"),
        ("landscape heaviside --coordinate -1", "--coordinate"),
        (
            "landscape quadratic --coordinate 1 --coordinate 1",
            "two different",
        ),
        (
            "landscape quadratic --coordinate 1 --coordinate 2 --coordinate 3",
            "two different",
        ),
        ("landscape heaviside --range 1..1", "LO below HI"),
        ("landscape heaviside --range 1..-1", "LO below HI"),
        ("landscape heaviside --range 0..inf", "LO below HI"),
        ("landscape heaviside --range nan..1", "LO below HI"),
        ("landscape heaviside --range 0..1e39", "within f32"),
        ("landscape heaviside --range 0:1", "LO..HI"),
        (
            "landscape heaviside --range 0..1 --range 0..1",
            "at most 1 time",
        ),
        ("landscape heaviside --points 1", "--points is 1"),
        (
            "landscape heaviside --direction gradient --points 1",
            "--points is 1",
        ),
        (
            "landscape heaviside --direction gradient --range 1..0",
            "LO below HI",
        ),
        (
            "landscape quadratic --coordinate 0 --coordinate 1 --points 5000",
            "from 2 to 1000",
        ),
        ("landscape heaviside --samples 0", "--samples is 0"),
        ("landscape heaviside --direction up", "gradient, ones or"),
        (
            "landscape heaviside --direction ones --coordinate 0",
            "--coordinate",
        ),
        ("landscape heaviside --direction no-such.csv", "cannot read"),
        (
            "landscape heaviside --rule first --direction gradient",
            "--direction",
        ),
        ("landscape heaviside --force", "--out"),
    ] {
        let arguments: Vec<_> = line.split_whitespace().chain(["--quiet"]).collect();
        let seen = mollify(&arguments);
        assert_eq!(seen.status, 2, "{line}: {}", seen.stderr);
        assert!(seen.stderr.contains(words), "{line}: {}", seen.stderr);
        assert!(seen.stdout.is_empty(), "{line}: {}", seen.stdout);
    }
}

#[test]
fn what_a_direction_cannot_have_is_told_before_a_folder_is_made() {
    let scratch = Scratch::new("landscape-early");
    let out = scratch.file("out");
    let line = format!("landscape heaviside --direction gradient --range 1..0 --out {out}");
    let seen = mollify(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(seen.status, 2, "{}", seen.stderr);
    assert!(!Path::new(&out).exists(), "{out} was made");
}
