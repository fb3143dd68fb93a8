//! `mollify control`: the document, files, exit statuses, and what is refused.

use crate::cli::{Run, Scratch, begun, command, has_fields, interrupt, mollify};
use std::io::Read;

fn control(rest: &str) -> Run {
    let words = std::iter::once("control").chain(rest.split_whitespace());
    let engine = ["--engine", "cpu"];
    mollify(&words.chain(engine).collect::<Vec<_>>())
}

fn length(value: &serde_json::Value) -> usize {
    value.as_array().expect("an array").len()
}

#[test]
fn a_run_is_a_document() {
    let line = "pushing --horizon 40 --steps 12 --replan 5 --rollouts 60 --method mppi --refine 2 --plant mass=0.2 \
                --disturb velocity_1=0.01 --disturb force=0.02 --seed 7";
    let document = control(&format!("{line} --json")).succeeded().json();
    has_fields(
        &document,
        "task system engine adapter driver reason method horizon sigma settings parameters plant policy noise names \
         names_of_disturbed states commands controls costs cost replannings ended error simulated_seconds \
         planning_seconds final_cost real_time_factor steps_per_second complete warnings",
    );
    assert_eq!(document["method"], "mppi");
    assert_eq!(document["ended"], "steps");
    assert_eq!(document["complete"], true);
    assert_eq!(document["parameters"]["mass"], 0.1);
    assert_eq!(document["plant"], serde_json::json!({ "mass": 0.2 }));
    assert_eq!(
        document["names_of_disturbed"],
        serde_json::json!(["velocity_1", "force"])
    );
    assert_eq!(
        (length(&document["states"]), length(&document["controls"])),
        (13, 12)
    );
    assert_eq!(
        (length(&document["costs"]), length(&document["replannings"])),
        (13, 3)
    );
    for (i, plan) in document["replannings"]
        .as_array()
        .expect("plans")
        .iter()
        .enumerate()
    {
        assert_eq!(plan["step"], 5 * i);
        assert_eq!(plan["rollouts"], 60);
    }
    let number = |name: &str| document[name].as_f64().expect("a number");
    assert!((number("simulated_seconds") - 0.06).abs() < 1e-12);
    let factor = 0.06 / number("planning_seconds");
    assert!((number("real_time_factor") / factor - 1.0).abs() < 1e-9);
    let sum: f64 = document["costs"]
        .as_array()
        .expect("costs")
        .iter()
        .filter_map(|c| c.as_f64())
        .sum();
    assert!((number("cost") / sum - 1.0).abs() < 1e-12);

    let text = control(line).succeeded();
    for words in [
        "12 of 12 steps",
        "mass=0.2, velocity_1 disturbed by 0.01, force disturbed by 0.02",
        "every 5 steps, 40 steps ahead, by mppi and 2 gradient steps within 60 rollouts",
        "real-time factor",
        "all steps are done",
    ] {
        assert!(text.stdout.contains(words), "{words}: {}", text.stdout);
    }
    assert!(text.stderr.contains("plan 1/3"), "{}", text.stderr);
}

#[test]
fn a_run_leaves_files() {
    let scratch = Scratch::new("cli-control-files");
    let out = scratch.file("swung");
    let line = format!("cart-pole --horizon 20 --steps 10 --rollouts 50 --quiet --out {out}");
    let run = control(&line).succeeded();
    assert_eq!(run.stderr, "");
    let npz = scratch.read("swung/control.npz");
    for name in ["states.npy", "commands.npy", "controls.npy", "costs.npy"] {
        let found = npz.windows(name.len()).any(|w| w == name.as_bytes());
        assert!(found, "{name}");
    }
    let plans = scratch.text("swung/plans.csv");
    assert_eq!(plans.lines().count(), 11);
    assert!(plans.starts_with("step,first_cost,cost,iterations,rollouts,seconds,stopped"));
    assert!(scratch.text("swung/trajectory.svg").contains("walls"));
    assert!(
        scratch
            .text("swung/states.svg")
            .contains("angular_velocity")
    );
    assert!(scratch.read("swung/states.png").starts_with(b"\x89PNG"));
    let film = scratch.text("swung/animation.html");
    assert!(film.contains("the trajectory in motion"));
    assert!(
        scratch
            .text("swung/result.json")
            .contains("\"trust-region\"")
    );
    control(&line).failed(2, "already");
    // A task that is not in space has states and controls against time alone.
    let out = scratch.file("regulated");
    let line = format!("lqr-2 --steps 5 --rollouts 50 --out {out}");
    let run = control(&line).succeeded();
    assert!(run.stderr.contains("no bodies in space"), "{}", run.stderr);
    assert!(scratch.text("regulated/trajectory.svg").contains("x00"));
    assert!(!scratch.0.join("regulated/states.svg").exists());
}

/// The same command again is the same run; another seed is another one.
#[test]
fn a_seed_is_a_run() {
    let states = |rest: &str| {
        let line = format!("hopper --horizon 30 --steps 6 --rollouts 60 --json {rest}");
        let document = control(&line).succeeded().json();
        (document["states"].clone(), document["commands"].clone())
    };
    let first = states("--seed 3");
    assert_eq!(first, states("--seed 3"));
    let other = states("--seed 4");
    assert_ne!(first.1, other.1);
    // The plant draws where it starts.
    assert_ne!(first.0[0], other.0[0]);
}

#[test]
fn a_stop_delivers_what_is_done() {
    let scratch = Scratch::new("cli-control-stop");
    let out = scratch.file("stopped");
    let line =
        "control pushing --horizon 40 --steps 1e6 --rollouts 40 --method mppi --engine cpu --out";
    let arguments: Vec<&str> = line.split_whitespace().chain([out.as_str()]).collect();
    let (child, mut stderr) = begun(&mut command(&arguments), "plan 1/1000000");
    interrupt(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("it can be read");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{rest}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        text.contains("of 1000000 steps") && text.contains("interrupted"),
        "{text}"
    );
    let document: serde_json::Value =
        serde_json::from_str(&scratch.text("stopped/result.json")).expect("a document");
    assert_eq!(document["ended"], "interrupted");
    assert_eq!(document["complete"], false);
    let done = length(&document["controls"]);
    assert!(done < 1_000_000 && length(&document["states"]) == done + 1);
}

#[test]
fn a_plant_that_blows_up_is_said_with_what_is_done() {
    let run =
        control("lqr-2 --horizon 10 --steps 20 --replan 10 --rollouts 60 --plant persistence=1e20");
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("error: the plant was no longer finite after"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("the plant was no longer finite"));
}

#[test]
fn bad_input_is_refused_in_a_sentence() {
    for (line, words) in [
        ("pushing --steps 0", "--steps is 0, but must be from 1 to"),
        (
            "pushing --replan 401",
            "--replan is 401, but must be from 1 to 400",
        ),
        (
            "pushing --rollouts 2",
            "--rollouts is 2, but must be at least",
        ),
        (
            "pushing --method mppi --rollouts 0",
            "--rollouts is 0, but must be at least 1",
        ),
        (
            "pushing --refine 400",
            "--refine is 400, but must be below the budget of 400 --rollouts",
        ),
        ("pushing --refine 2 --rate -1", "--rate is -1, but must be"),
        ("pushing --rate 1", "--refine"),
        ("pushing --method mppii", "mppi"),
        (
            "pushing --method mppi --noise laplace",
            "--method is mppi, but must be",
        ),
        (
            "pushing --plant mas=1",
            "no parameter 'mas' (did you mean 'mass'?)",
        ),
        (
            "pushing --plant mass=-1",
            "parameter 'mass' is -1, but must be above 0",
        ),
        (
            "pushing --disturb velocity1=0.1",
            "no coordinate 'velocity1' to disturb (did you mean 'velocity_1'?)",
        ),
        (
            "pushing --disturb force=-1",
            "the deviation of the disturbance of 'force' is -1",
        ),
        (
            "pushing --disturb force=1 --disturb force=2",
            "coordinate 'force' is disturbed twice",
        ),
        ("tennis --policy linear", "take --policy open-loop"),
        (
            "heaviside --method gradient --rollouts 1",
            "--rollouts is 1, but must be at least",
        ),
        ("quadrotor --method gradient", "no published settings"),
        ("nope", "there is no task 'nope'"),
        ("", "`mollify control` needs the name of a task"),
    ] {
        let run = control(line);
        assert_eq!(run.status, 2, "{line}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{line}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{line}");
    }
}
