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
    // The smoothed steps reach it; where the exact step ends with the same commands stands beside that.
    let error = document["exact_error"].as_f64().expect("a number");
    let end = document["exact_end"].as_array().expect("a list");
    let off = end.iter().zip([0.0_f64, -0.5, 0.0]);
    let off = off.map(|(x, g)| (x.as_f64().expect("a number") - g).powi(2));
    assert!((off.sum::<f64>().sqrt() - error).abs() < 1e-12 && error > 0.0);
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

/// Judged by exact steps, the tree ends where these lead.
#[test]
fn a_tree_of_exact_steps_ends_where_its_path_does() {
    let run = mollify(&format!("{PUSHING} --nodes 60 --extension exact --json"));
    let document = run.json();
    let states = document["states"].as_array().expect("a list");
    let last = states.last().and_then(|q| q.as_array()).expect("a state");
    for (found, expected) in document["exact_end"]
        .as_array()
        .expect("a list")
        .iter()
        .zip(last)
    {
        let [found, expected] = [found, expected].map(|x| x.as_f64().expect("a number"));
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
    let text = mollify(&format!("{PUSHING} --nodes 60")).stdout;
    assert!(
        text.contains("by smoothed steps") && text.contains("exact end"),
        "{text}"
    );
}

#[test]
fn a_start_outside_of_the_subgoals_is_said() {
    let line = format!("{PUSHING} --nodes 5 --start box_x=3 --start disc_x=3");
    let words = "box_x starts at 3, outside of the box of subgoals, which goes from -2 to 2";
    assert!(mollify(&line).stderr.contains(words));
    assert!(!mollify(&format!("{line} --quiet")).stderr.contains("note:"));
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
        (
            "--horizon 5",
            "--horizon is given, but must be left out with --method rrt: it is for shooting and mpc",
        ),
        ("--iterations 5", "--iterations"),
        ("--reach 0.1", "--reach"),
        ("--samples 50", "--samples"),
        ("--engine gpu", "--engine"),
        ("--trust-region box", "--trust-region"),
        (
            "--gradient mixed --ablation exact-b",
            "with --ablation exact-b, which takes no noise",
        ),
        ("--gradient mixed --sigma 0", "sigma"),
        ("--sigma 0.1", "it is for first, zeroth and mixed"),
        ("--gradient exact", "--ablation exact-b"),
        (
            "--ablation exact-b --kappa 100",
            "--ablation exact-b, which sets it",
        ),
        (
            "--ablation no-regrasps --regrasp-probability 0.5",
            "--ablation no-regrasps, which sets it to 0",
        ),
        (
            "--ablation global-metric --metric local",
            "--ablation global-metric, which sets it",
        ),
    ] {
        mollify(&format!("{PUSHING} {flags}")).failed(2, words);
    }
    mollify("plan cart-wall --method rrt")
        .failed(2, "'planar-pushing', 'ball-grazing', 'planar-hand'");
}
