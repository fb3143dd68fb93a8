//! `mollify plan`: the document, files, exit statuses, and what is refused.

use crate::cli::{Run, Scratch, has_fields, mollify};

fn plan(rest: &str) -> Run {
    let words = std::iter::once("plan").chain(rest.split_whitespace());
    mollify(&words.collect::<Vec<_>>())
}

#[test]
fn a_plan_is_a_document() {
    let document = plan("planar-pushing --json").succeeded().json();
    has_fields(
        &document,
        "task method gradient engine seed reached distance tolerance cost first_cost nodes iterations stopped \
         largest_reach names commands states settings parameters history seconds",
    );
    assert_eq!(document["method"], "shooting");
    assert_eq!(document["gradient"], "barrier");
    assert_eq!(document["reached"], true);
    assert!(document["nodes"].is_null());
    let number = |name: &str| document[name].as_f64().expect("a number");
    assert!(number("cost") < 123.0 && number("largest_reach") <= 0.2 + 1e-12);
    let length = |value: &serde_json::Value| value.as_array().map(Vec::len);
    assert_eq!(length(&document["commands"]), Some(20));
    assert_eq!(length(&document["commands"][0]), Some(2));
    assert_eq!(length(&document["states"]), Some(21));
    assert_eq!(
        length(&document["states"][0]),
        length(&document["names"]["state"])
    );
    let text = plan("planar-pushing").succeeded();
    for words in ["reached", "settled after", "cost", "seconds"] {
        assert!(text.stdout.contains(words), "{words}: {}", text.stdout);
    }
    assert!(text.stderr.contains("iteration 1/60"), "{}", text.stderr);
}

#[test]
fn a_plan_leaves_files() {
    let scratch = Scratch::new("cli-plan-files");
    let out = scratch.file("pushed");
    let line = format!("planar-pushing --method mpc --quiet --out {out}");
    let run = plan(&line);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let npz = scratch.read("pushed/plan.npz");
    for name in ["commands.npy", "states.npy"] {
        let found = npz.windows(name.len()).any(|w| w == name.as_bytes());
        assert!(found, "{name}");
    }
    let history = scratch.text("pushed/history.csv");
    assert_eq!(history.lines().count(), 11);
    assert!(history.starts_with("iteration,cost,exact_cost,best_cost,smoothing,step,accepted"));
    assert!(scratch.text("pushed/trajectory.svg").contains("box"));
    assert!(
        scratch
            .text("pushed/animation.html")
            .contains("the trajectory in motion")
    );
    assert!(scratch.text("pushed/result.json").contains("\"mpc\""));
    plan(&line).failed(2, "already");
}

/// Start and goal move what the plan is about.
#[test]
fn starts_and_goals_are_set_by_the_names_of_coordinates() {
    let line = "planar-pushing --start disc_y=-0.3 --goal box_x=0.2 --goal box_angle=0 --goal box_y=0.7 --json";
    let document = plan(line).succeeded().json();
    assert_eq!(document["states"][0][4], -0.3);
    // The last command is where the disc starts.
    assert_eq!(document["states"][0][6], -0.3);
    assert_eq!(document["parameters"]["goal_x"], 0.2);
    let end = &document["states"][20];
    let off = |i: usize, goal: f64| (end[i].as_f64().expect("a number") - goal).abs();
    assert!(
        off(0, 0.2) < 0.1 && off(1, 0.7) < 0.1 && off(2, 0.0) < 0.1,
        "{end}"
    );
}

#[test]
fn a_start_that_penetrates_is_told_and_goes_on() {
    let run = plan("planar-pushing --start disc_y=-0.08 --iterations 3");
    assert!(
        run.stderr.contains("penetrate by 0.02 m at the start"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("cost"));
}

#[test]
fn a_goal_out_of_reach_ends_with_the_best_and_says_why() {
    let run = plan("planar-pushing --goal box_y=50 --horizon 5 --json");
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("was not reached") && run.stderr.contains("--tolerance"));
    let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("a document");
    assert_eq!(document["reached"], false);
    let number = |name: &str| document[name].as_f64().expect("a number");
    assert!(number("cost") < number("first_cost") && number("distance") > 40.0);
    // The exact step sees nothing at a distance.
    let blind = plan("planar-pushing --start disc_y=-0.3 --gradient exact");
    assert_eq!(blind.status, 1);
    assert!(
        blind.stderr.contains("no commands nearby cost less"),
        "{}",
        blind.stderr
    );
}

#[test]
fn every_gradient_plans_and_seeds_repeat() {
    for gradient in ["first", "zeroth", "mixed"] {
        let line = format!("planar-pushing --method mpc --gradient {gradient} --seed 3 --json");
        let [one, other] = [0, 1].map(|_| {
            let run = plan(&line);
            serde_json::from_str::<serde_json::Value>(&run.stdout).expect("a document")
        });
        assert_eq!(one["commands"], other["commands"], "{gradient}");
        assert_eq!(one["engine"], "cpu");
        assert!(one["cost"].as_f64().expect("a number") < 1000.0);
    }
}

#[test]
fn what_makes_no_sense_is_refused_in_a_sentence() {
    for (line, words) in [
        (
            "pushing",
            "no quasi-dynamic step to plan through; tasks that have one",
        ),
        ("planar-pusing", "planar-pushing"),
        ("planar-pushing --method rtt", "shooting"),
        ("planar-pushing --gradient second", "barrier"),
        ("planar-pushing --start box=1", "box_x"),
        ("planar-pushing --start box_x=nan", "box_x"),
        ("planar-pushing --goal box=1", "box_x"),
        ("planar-hand --goal left_1=1", "ball_y"),
        ("planar-pushing --goal box_x=inf", "goal_x"),
        ("planar-pushing --goal box_x", "NAME=VALUE"),
        (
            "planar-pushing --kappa 0",
            "--kappa is 0, but must be a finite number of 1/J above 0",
        ),
        ("planar-pushing --kappa nan", "--kappa"),
        ("planar-pushing --kappa 100,-1", "--kappa"),
        ("planar-pushing --length 0", "--length"),
        ("planar-pushing --length nan", "--length"),
        (
            "planar-pushing --kappa 100 --length 0.01",
            "cannot be used with",
        ),
        (
            "planar-hand --kappa 1e9",
            "--kappa is 1e9, but must be at most 1e6 1/J",
        ),
        ("planar-pushing --iterations 0", "--iterations"),
        ("planar-pushing --reach 0", "--reach"),
        ("planar-pushing --step -1", "--step"),
        ("planar-pushing --tolerance 0", "--tolerance"),
        ("planar-pushing --horizon 0", "horizon"),
        ("planar-pushing --horizon 100000", "at most 1000"),
        ("planar-pushing --gradient first --samples 3", "--samples"),
        ("planar-pushing --gradient first --sigma 0", "--sigma"),
        (
            "planar-pushing --gradient first --trust-region contact",
            "--gradient barrier",
        ),
        ("planar-pushing --set effort=-1", "convex"),
        ("planar-pushing --set friction=-1", "friction"),
        (
            "planar-hand --length 1e-6",
            "--length is 1e-6, but must be at least",
        ),
        (
            "planar-pushing --kappa 1e4,1e2",
            "--kappa is 10000,100, but must be ever larger weights",
        ),
        (
            "planar-pushing --start disc_y=0 --start disc_y=1",
            "--start disc_y is 1 and another value, but must be given once",
        ),
        (
            "planar-pushing --nodes 3",
            "--nodes is given, but must be left out with --method shooting: it is for rrt",
        ),
        ("planar-pushing --metric global", "it is for rrt"),
        ("planar-pushing --sigma 0.1", "with --gradient barrier"),
        ("planar-pushing --samples 50", "with --gradient barrier"),
        (
            "planar-pushing --gradient exact --kappa 100",
            "with --gradient exact",
        ),
        (
            "planar-pushing --method mpc --step 0.1",
            "with --method mpc: it is for shooting and rrt",
        ),
        (
            "planar-pushing --method mpc --trust-region contact",
            "with --method mpc: it is for shooting",
        ),
        ("planar-pushing --method mpc --kappa 1,10,100", "3 values"),
    ] {
        let run = plan(line);
        assert_eq!(run.status, 2, "{line}: {}", run.stderr);
        assert_eq!(
            run.stderr.matches("error").count(),
            1,
            "{line}: {}",
            run.stderr
        );
        run.failed(2, words);
    }
}

#[test]
fn a_plan_goes_on_from_commands_of_a_file() {
    let scratch = Scratch::new("cli-plan-commands");
    let pushed = scratch.file("pushed");
    let first = plan(&format!("planar-pushing --quiet --json --out {pushed}"))
        .succeeded()
        .json();
    let array = scratch.write("commands.json", first["commands"].to_string());
    for file in [
        format!("{pushed}/result.json"),
        format!("{pushed}/plan.npz"),
        array,
    ] {
        for method in ["shooting --iterations 1", "mpc --iterations 1"] {
            let line = format!("planar-pushing --quiet --json --commands {file} --method {method}");
            let next = plan(&line).succeeded().json();
            assert_eq!(next["first_cost"], first["cost"], "{line}");
            assert!(next["cost"].as_f64() <= first["cost"].as_f64(), "{line}");
        }
    }
    let few = scratch.write("few.json", "[[0, 0]]");
    let result = format!("{pushed}/result.json");
    for (task, file, words) in [
        (
            "ball-grazing",
            &*result,
            "it is a result of task 'planar-pushing'",
        ),
        ("planar-pushing --horizon 7", &*result, "40 values"),
        ("planar-pushing", &*few, "2 values"),
        ("planar-pushing", "nowhere.json", "nowhere.json"),
        (
            "planar-pushing --method rrt",
            &*result,
            "it is for shooting and mpc",
        ),
    ] {
        plan(&format!("{task} --commands {file}")).failed(2, words);
    }
}

/// On whatever GPU there is, software included: the same plan as in f64, but for what f32 leaves of the derivatives.
#[test]
fn a_plan_is_made_on_the_gpu() {
    if crate::gpu::device_or_skip("a_plan_is_made_on_the_gpu").is_none() {
        return;
    }
    let adapter = ["--engine gpu", "--engine reference"];
    let [on_gpu, on_reference] = adapter.map(|engine| {
        let line = format!(
            "planar-pushing --iterations 4 --kappa 100 --horizon 6 --tolerance 10 {engine} --json"
        );
        plan(&line).succeeded().json()
    });
    assert_eq!(on_gpu["engine"], "gpu");
    let cost = |document: &serde_json::Value| document["cost"].as_f64().expect("a number");
    let [found, expected] = [&on_gpu, &on_reference].map(cost);
    assert!((found / expected - 1.0).abs() < 1e-3, "{found} {expected}");
    let sampled = plan(
        "planar-pushing --method mpc --gradient mixed --iterations 2 --horizon 5 --tolerance 10 --engine gpu --json",
    );
    assert_eq!(sampled.succeeded().json()["engine"], "gpu");
}
