//! `mollify plan --method rrt`: trees, their files, and what is refused.

use crate::cli::{Run, Scratch, has_fields};

/// The program with the words of a line.
fn mollify(line: &str) -> Run {
    crate::cli::mollify(&line.split_whitespace().collect::<Vec<_>>())
}

const PUSHING: &str = "plan planar-pushing --method rrt";

#[test]
fn a_tree_that_reaches_its_goal_leaves_tree_path_and_pictures() {
    let scratch = Scratch::new("cli-plan-rrt");
    let out = scratch.file("tree");
    let document = mollify(&format!(
        "{PUSHING} --nodes 2000 --seed 0 --json --out {out}"
    ))
    .succeeded()
    .json();
    has_fields(
        &document,
        "task method gradient seed reached cost nodes iterations commands states seconds regrasps goal settings stopped names",
    );
    assert_eq!(document["method"], "rrt");
    assert_eq!(document["reached"], true);
    assert_eq!(document["stopped"], "reached");
    assert!(document["cost"].as_f64().expect("a number") < 0.1);
    let length = |name: &str| document[name].as_array().expect("a list").len();
    assert_eq!(length("states"), length("commands") + 1);
    let start = document["states"][0].as_array().expect("a list");
    assert_eq!(
        (start[0].as_f64(), start[1].as_f64()),
        (Some(0.0), Some(0.5))
    );
    // The published settings, all of them.
    let settings = &document["settings"];
    for (name, value) in [
        ("kappa", 100.0),
        ("step", 0.3),
        ("regularization", 0.01),
        ("tolerance", 0.1),
        ("goal_probability", 0.1),
        ("regrasp_probability", 0.2),
        ("threshold", 50.0),
        ("batch", 1.0),
    ] {
        assert_eq!(settings[name].as_f64(), Some(value), "{name}");
    }
    let kept: serde_json::Value =
        serde_json::from_str(&scratch.text("tree/result.json")).expect("JSON");
    assert_eq!(kept, document);
    for file in [
        "tree.npz",
        "path.npz",
        "tree.svg",
        "tree.png",
        "trajectory.png",
        "animation.html",
    ] {
        assert!(
            std::fs::metadata(format!("{out}/{file}"))
                .expect(file)
                .len()
                > 500,
            "{file}"
        );
    }
    assert!(scratch.text("tree/tree.svg").contains("box_angle (rad)"));
    // A folder in use is left alone.
    mollify(&format!("{PUSHING} --seed 1 --out {out}")).failed(2, "is there already");
}

#[test]
fn a_goal_that_is_not_reached_ends_with_the_best_found_and_why() {
    let run = mollify(&format!(
        "{PUSHING} --nodes 20 --ablation no-regrasps --json"
    ));
    assert_eq!(run.status, 1);
    let document = run.json();
    assert_eq!(
        (&document["reached"], &document["nodes"]),
        (&false.into(), &20.into())
    );
    assert!(
        run.stderr.contains("the goal was not reached") && run.stderr.contains("--nodes"),
        "{}",
        run.stderr
    );
    assert_eq!(document["settings"]["regrasp_probability"], 0.0);
}

#[test]
fn a_start_that_penetrates_is_said_and_goes_on() {
    let run = mollify(&format!("{PUSHING} --nodes 5 --start disc_y=-0.07"));
    assert!(
        run.stderr.contains("penetrate by 0.03 m at the start"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("5 nodes"), "{}", run.stdout);
}

#[test]
fn what_grows_no_tree_is_one_sentence() {
    for (flags, words) in [
        ("--nodes 0", "--nodes is 0, but must be 1 or more"),
        ("--kappa 0", "--kappa is 0, but must be above 0"),
        ("--kappa 1e9", "--kappa is 1e9, but must be"),
        ("--kappa nan", "--kappa is NaN, but must be"),
        ("--kappa 1,2", "one value"),
        ("--goal box_y=3", "but must be between -2 and 2"),
        ("--goal box_q=3", "there is no goal for 'box_q'"),
        ("--start box_q=3", "box_q"),
        (
            "--regrasp-probability 2",
            "--regrasp-probability is 2, but must be between 0 and 1",
        ),
        ("--ablation everything", "everything"),
    ] {
        mollify(&format!("{PUSHING} {flags}")).failed(2, words);
    }
    mollify("plan cart-wall --method rrt")
        .failed(2, "'planar-pushing', 'ball-grazing', 'planar-hand'");
}
