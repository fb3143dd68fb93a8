//! Limits, noise of each control, held controls, truncated horizons and risk on the command line.

use crate::cli::{json, mollify, refused};
use crate::folders::array;
use serde_json::Value;

const SMALL: [&str; 9] = [
    "pushing",
    "--horizon",
    "40",
    "--samples",
    "200",
    "--engine",
    "cpu",
    "--quiet",
    "--json",
];

#[test]
fn documents_say_what_shapes_a_task() {
    let shape = [
        "--limit",
        "force=-0.5..0.75",
        "--limit-by",
        "squash",
        "--truncation",
        "7",
        "--risk",
        "cvar=0.2",
        "--sigma",
        "force=0.3..0.1",
        "--hold",
        "5",
    ];
    let found = json(&[&["gradient"], &SMALL[..], &shape].concat());
    assert_eq!(found["limits"]["force"], "-0.5..0.75");
    assert_eq!(found["limit_by"], "squash");
    assert_eq!(found["truncation"], 7);
    assert_eq!(found["risk"], "cvar=0.2");
    assert_eq!(found["sigmas"]["force"], "0.3..0.1");
    assert_eq!(found["policy"], "held=5");
    assert_eq!(found["gradient"].as_array().expect("a gradient").len(), 8);
    // 200 samples in two batches, and those of the threshold.
    assert_eq!(found["rollouts"], 600);
    let plain = json(&[&["gradient"], &SMALL[..]].concat());
    for name in ["limits", "limit_by", "truncation", "risk", "sigmas"] {
        assert!(
            plain.get(name).is_none(),
            "{name} is told of a task that has none"
        );
    }
}

/// cvar=1 is the mean of all, up to the sum in f32.
#[test]
fn whole_tail_is_the_mean() {
    let plain = json(&[&["gradient"], &SMALL[..]].concat());
    let all = json(&[&["gradient"], &SMALL[..], &["--risk", "cvar=1"]].concat());
    let value = |found: &Value| found["value"]["mean"].as_f64().expect("a number");
    let off = (value(&plain) - value(&all)).abs();
    assert!(
        off < 1e-5 * value(&plain),
        "{} {}",
        value(&plain),
        value(&all)
    );
}

/// Whatever theta commands, the force keeps to its limits, and the limits pay: less of it, at a larger cost.
#[test]
fn controls_keep_to_their_limits() {
    let out = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shaping-limits");
    let _ = std::fs::remove_dir_all(&out);
    let path = out.to_str().expect("UTF-8");
    let flags = [
        "pushing",
        "--limit=0..0.15",
        "--engine",
        "cpu",
        "--seed",
        "3",
        "--replay",
        "2",
        "--out",
        path,
    ];
    mollify(&[&["gradient"], &flags[..]].concat()).succeeded();
    let bytes = std::fs::read(out.join("rollout.npz")).expect("the rollout");
    let mut arrays = array(&bytes, "controls").1;
    arrays.sort_unstable_by(f64::total_cmp);
    assert!(arrays[0] >= 0.0 && arrays[arrays.len() - 1] <= 0.15);
    assert!(
        arrays[0] == 0.0 && arrays[arrays.len() - 1] == 0.15,
        "sigma 0.1 about 0.1 meets both"
    );
}

/// What one process rolled out tells another which parameters it had.
#[test]
fn system_is_identified_from_a_rollout() {
    let out = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shaping-identified");
    let _ = std::fs::remove_dir_all(&out);
    let path = out.to_str().expect("UTF-8");
    let truth = [
        "--set",
        "stiffness=14",
        "--set",
        "mass=0.13",
        "--horizon",
        "120",
    ];
    let noise = [
        "--sigma", "1", "--replay", "0", "--engine", "cpu", "--out", path,
    ];
    mollify(&[&["gradient", "pushing"], &truth[..], &noise[..]].concat()).succeeded();
    let data = out.join("rollout.npz").to_str().expect("UTF-8").to_string();
    let decide = [
        "--decide",
        "stiffness,mass",
        "--data",
        &data,
        "--engine",
        "cpu",
        "--quiet",
    ];
    let flags = ["optimize", "pushing", "--rollouts", "1000", "--json"];
    let found = json(&[&flags[..], &decide[..]].concat());
    assert_eq!(found["decide"], serde_json::json!(["stiffness", "mass"]));
    assert_eq!(found["theta"].as_array().expect("theta").len(), 2);
    let known = found["identified"]["parameters"]
        .as_array()
        .expect("parameters");
    for (known, truth) in known.iter().zip([14.0, 0.13]) {
        let value = known["value"].as_f64().expect("a number");
        assert!((value / truth - 1.0).abs() < 1e-6, "{known}");
    }
    let array = |name: &str, width: usize| {
        let values = array(&std::fs::read(&data).expect("the rollout"), name).1;
        let rows = values.chunks(width).map(<[f64]>::to_vec);
        rows.collect::<Vec<_>>()
    };
    let text = serde_json::json!({"states": array("states", 4), "controls": array("controls", 1)});
    let written = out.join("data.json");
    std::fs::write(&written, text.to_string()).expect("written");
    let written = written.to_str().expect("UTF-8");
    let other = [
        "--decide",
        "stiffness,mass",
        "--data",
        written,
        "--engine",
        "cpu",
        "--quiet",
    ];
    let again = json(&[&flags[..], &other[..]].concat());
    assert_eq!(
        again["theta"], found["theta"],
        "JSON has the numbers of NPZ"
    );
    for (flags, word) in [
        (
            vec!["--decide", "spring", "--data", &data],
            "no parameter 'spring'",
        ),
        (
            vec!["--decide", "mass", "--data", &data, "--horizon", "7"],
            "120, the steps of",
        ),
        (vec!["--data", &data], "--decide"),
        (
            vec!["--decide", "mass", "--policy", "linear"],
            "cannot be used with",
        ),
        (
            vec!["--decide", "mass", "--data", "Cargo.toml"],
            "rollout.npz",
        ),
    ] {
        refused(&[&["optimize", "pushing"], &flags[..]].concat(), &[word]);
    }
}

/// What a shape remembers from step to step is no state of the system, and no file shows it as one.
#[test]
fn files_have_the_states_of_the_system() {
    let out = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shaping-states");
    let _ = std::fs::remove_dir_all(&out);
    let folder = |name: &str| out.join(name).to_str().expect("UTF-8").to_string();
    let (replayed, controlled) = (folder("replayed"), folder("controlled"));
    let shape = [
        "--horizon",
        "20",
        "--truncation",
        "5",
        "--limit=-0.05..0.1",
        "--engine",
        "cpu",
    ];
    let replay = ["--replay", "0", "--risk", "worst", "--out", &replayed];
    mollify(&[&["gradient", "pushing"], &shape[..], &replay].concat()).succeeded();
    let steps = ["--steps", "10", "--rollouts", "60", "--out", &controlled];
    mollify(&[&["control", "pushing"], &shape[..], &steps].concat()).succeeded();
    for (file, rows) in [("replayed/rollout.npz", 21), ("controlled/control.npz", 11)] {
        let bytes = std::fs::read(out.join(file)).expect(file);
        assert_eq!(array(&bytes, "states").0, format!("{rows}, 4"), "{file}");
        let controls = array(&bytes, "controls").1;
        assert!(
            controls.iter().all(|u| (-0.05..=0.1).contains(u)),
            "{file}: {controls:?}"
        );
    }
    let bytes = std::fs::read(out.join("replayed/rollout.npz")).expect("the rollout");
    assert_eq!(array(&bytes, "parameters").1.len(), 10);
}

/// A descent may command more than a limit allows; what it leaves is gone on with.
#[test]
fn theta_of_a_limited_descent_is_read_again() {
    let out = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shaping-beyond");
    let _ = std::fs::remove_dir_all(&out);
    let path = out.to_str().expect("UTF-8");
    let limited = [
        "pushing",
        "--limit",
        "force=-0.5..0.5",
        "--engine",
        "cpu",
        "--quiet",
    ];
    let descent = ["--rollouts", "5000", "--out", path];
    mollify(&[&["optimize"], &limited[..], &descent[..]].concat()).succeeded();
    let theta = out.join("theta.npy").to_str().expect("UTF-8").to_string();
    mollify(&[&["gradient"], &limited[..], &["--theta", &theta]].concat()).succeeded();
    let far = ["--limit", "force=-9..-8", "--theta", &theta];
    refused(
        &[&["gradient", "pushing"], &far[..]].concat(),
        &["excludes", "theta.npy"],
    );
}

#[test]
fn strangers_are_refused_in_one_sentence() {
    let gradient = |flags: &[&'static str]| [&["gradient", "pushing"], flags].concat();
    for (flags, words) in [
        (
            vec!["--limit", "force=1..-1"],
            vec!["--limit force", "low below high"],
        ),
        (
            vec!["--limit", "push=0..1"],
            vec!["no control 'push'", "it has 'force'"],
        ),
        (
            vec!["--limit", "force=1..2"],
            vec!["excludes the start", "commanded 0.1"],
        ),
        (vec!["--limit", "force"], vec!["NAME=LOW..HIGH"]),
        (
            vec!["--limit-by", "squash"],
            vec!["left out without --limit"],
        ),
        (
            vec!["--sigma", "force=0"],
            vec!["--sigma", "nothing to sample"],
        ),
        (
            vec!["--sigma", "force=-1"],
            vec!["0, or a standard deviation"],
        ),
        (vec!["--sigma", "spin=1"], vec!["no control 'spin'"]),
        (vec!["--hold", "0"], vec!["--hold", "from 1 to 400"]),
        (vec!["--hold", "401"], vec!["--hold", "from 1 to 400"]),
        (vec!["--policy", "spline=0"], vec!["spline=STEPS"]),
        (vec!["--truncation", "0"], vec!["--truncation", "from 1 to"]),
        (vec!["--risk", "cvar=0"], vec!["above 0 and at most 1"]),
        (vec!["--risk", "cvar=1.5"], vec!["above 0 and at most 1"]),
        (vec!["--risk", "mean"], vec!["cvar=Q"]),
    ] {
        refused(&gradient(&flags), &words);
    }
    let flags = [
        "optimize",
        "pushing",
        "--risk",
        "worst",
        "--descent",
        "gradient-sampling",
    ];
    refused(&flags, &["--descent", "under --risk"]);
}
