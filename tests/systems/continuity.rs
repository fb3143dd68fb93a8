//! The search for jumps on tasks: what it says of them, with and without other time steps.

use mollify::Error;
use mollify::continuity::{Map, Search, Study, study};
use mollify::system::task::Task;

fn places(low: f64, high: f64, count: usize) -> Vec<f64> {
    let step = (high - low) / (count - 1) as f64;
    (0..count).map(|i| low + step * i as f64).collect()
}

fn of(task: &Task, names: (&str, &str), places: &[f64], steps: &[f64]) -> Study {
    study(
        task,
        &task.start(),
        names,
        places,
        steps,
        &Search::default(),
    )
    .expect("a study")
}

/// An artefact of stepping shrinks with the step, and the jump of a normal stays.
#[test]
fn jumps_that_shrink_are_told_from_those_that_stay() {
    let bounce = Task::find_with("bounce", Some("reverse")).expect("bounce");
    let found = of(
        &bounce,
        ("lift", "cost"),
        &places(0.0, 0.2, 300),
        &[1e-2, 2.5e-3],
    );
    assert!(found.jumps.len() >= 4);
    assert!(found.jumps.iter().all(|jump| jump.shrinks == Some(true)));
    let changed = found.jumps[0].changed.as_deref().unwrap_or_default();
    assert!(changed.contains("free_height"), "{changed}");
    assert_eq!(found.time_steps.len(), 2);
    assert!(found.time_steps[1].jumps > 3 * found.time_steps[0].jumps);

    let corner = Task::find_with("corner", Some("point")).expect("corner");
    let found = of(
        &corner,
        ("overlap", "cost"),
        &places(0.5, 1.5, 101),
        &[2e-2, 1e-2],
    );
    // The small ones are of stepping.
    let large: Vec<_> = found.jumps.iter().filter(|j| j.size.abs() > 0.5).collect();
    let [jump] = large.as_slice() else {
        panic!("{:?}", found.jumps);
    };
    assert_eq!(jump.shrinks, Some(false));
    assert!(
        (jump.at - 1.0).abs() < 1e-3 && (jump.size - 1.0).abs() < 0.02,
        "{jump:?}"
    );
    let changed = jump.changed.as_deref().unwrap_or_default();
    assert!(changed.contains("other_face"), "{changed}");
}

/// Of the stairs beside the jump of a normal none is taken for it, in whatever order the steps are given.
#[test]
fn one_jump_of_a_corner_stays_among_many() {
    let corner = Task::find_with("corner", Some("point")).expect("corner");
    let names = ("overlap", "velocity_y");
    let places = places(-0.5, 3.0, 100);
    let found = of(&corner, names, &places, &[2e-2, 1e-2, 5e-3]);
    let stays = found.jumps.iter().filter(|j| j.shrinks == Some(false));
    let stays: Vec<_> = stays.collect();
    assert!(found.jumps.len() > 50, "{}", found.jumps.len());
    let [jump] = stays.as_slice() else {
        panic!("{stays:?}");
    };
    assert!((jump.at - 1.0).abs() < 1e-3 && (jump.size - 1.0).abs() < 0.02);
    let again = of(&corner, names, &places, &[5e-3, 1e-2, 2e-2, 1e-2]);
    assert_eq!(again.jumps, found.jumps);
    assert_eq!(again.time_steps, found.time_steps);
}

/// A time step that does not divide the time, that is longer than it, or that takes forever.
#[test]
fn time_steps_divide_the_time() {
    let bounce = Task::find("bounce").expect("bounce");
    let map = Map::new(&bounce, &bounce.start(), "lift", "height").expect("a map");
    for (step, words) in [
        (3e-3, "whole steps"),
        (2.0, "whole steps"),
        (1e-9, "1000000 steps at most"),
    ] {
        let error = map.with_time_step(step).expect_err("a step").to_string();
        assert!(error.contains(words) && !error.contains('\n'), "{error}");
    }
    assert!(map.with_time_step(4e-3).is_ok());
    // A policy of the state is the same for any step.
    let hopper = Task::find("hopper").expect("hopper");
    let hopper = hopper
        .with_policy(mollify::system::policy::Policy::Linear)
        .expect("linear");
    let map = Map::new(&hopper, &hopper.start(), "foot_height", "cost").expect("a map");
    let step = hopper.parameters()[hopper.model().parameter_index("time_step").expect("h")];
    assert!(map.with_time_step(0.5 * step).is_ok());
}

/// By how much too deep, and from where.
#[test]
fn contact_that_is_too_deep_is_said() {
    let corner = Task::find("corner").expect("corner");
    let corner = corner.with_parameter("stiffness", 1e-3).expect("soft");
    let found = of(&corner, ("overlap", "cost"), &places(3.0, 4.0, 3), &[]);
    let all = found.warnings.join("; ");
    assert!(
        all.contains("medial axis") && all.contains("overlap by"),
        "{all}"
    );
    let stiff = Task::find("corner").expect("corner");
    let found = of(&stiff, ("overlap", "cost"), &places(0.0, 1.0, 3), &[]);
    assert!(!found.warnings.join("; ").contains("medial axis"));
}

/// What flips has names: no value stands for itself.
#[test]
fn what_changed_has_names() {
    for (task, contact, over) in [
        ("ledge", Some("vertices"), "shift"),
        ("corner", Some("manifold"), "overlap"),
        ("bounce", Some("kelvin-voigt"), "lift"),
    ] {
        let task = Task::find_with(task, contact).expect("a task");
        let found = of(&task, (over, "cost"), &places(-0.02, 0.13, 20), &[]);
        for jump in &found.jumps {
            let changed = jump.changed.as_deref().unwrap_or_default();
            assert!(!changed.contains("a value against"), "{changed}");
            assert!(!changed.contains("against a value;"), "{changed}");
        }
    }
}

/// Over a coordinate of the start, a held control and a parameter; of a coordinate at the end and the cost.
#[test]
fn inputs_and_outputs_of_all_kinds() {
    let corner = Task::find("corner").expect("corner");
    let at = |over: &str, of: &str, x: f64| {
        let map = Map::new(&corner, &[0.8], over, of).expect(over);
        map.at(x).expect(over)
    };
    // x and overlap are one sum, and the cost is the velocity at the end.
    let (by_state, by_control) = (at("x", "cost", 0.2), at("overlap", "velocity_y", 1.0));
    assert!((by_state - by_control).abs() < 1e-12);
    assert!(at("mass", "velocity_x", 2.0) != at("mass", "velocity_x", 1.0));
    // Without contact 6 s at 1 m/s, from 0.105 m.
    assert!((at("overlap", "y", -1.0) - (0.105 - 6.0)).abs() < 1e-9);
    let pushing = Task::find("pushing").expect("pushing");
    let map = Map::new(&pushing, &pushing.start(), "force", "cost").expect("a map");
    let same = vec![0.7; pushing.dimension()];
    let expected = mollify::engine::nominal::nominal(&pushing, &same).cost;
    assert_eq!(map.at(0.7).expect("a cost"), expected);
}

/// A system with a jump in its cost and no state: heaviside.
#[test]
fn a_cost_that_jumps_is_seen() {
    let task = Task::find("heaviside").expect("heaviside");
    let found = of(&task, ("position", "cost"), &places(-1.0, 1.0, 11), &[]);
    assert_eq!(found.jumps.len(), 1);
    assert!((found.sum_of_jumps - found.rise).abs() < 1e-12);
    assert!(
        found.jumps[0]
            .changed
            .as_deref()
            .is_some_and(|c| c.starts_with("step 0"))
    );
}

#[test]
fn bad_names_are_one_sentence() {
    let task = Task::find("corner").expect("corner");
    for (over, of) in [("overlp", "cost"), ("overlap", "costs"), ("", "cost")] {
        let error = Map::new(&task, &[0.8], over, of).expect_err(over);
        assert!(matches!(error, Error::InvalidValue { .. }));
        let text = error.to_string();
        assert!(
            !text.contains('\n') && text.contains("velocity_y"),
            "{text}"
        );
    }
    let tennis = Task::find("tennis").expect("tennis");
    let control = tennis.model().about().control[0].name.clone();
    assert!(Map::new(&tennis, &tennis.start(), &control, "cost").is_err());
    // Another step of an open loop is another theta.
    let pushing = Task::find("pushing").expect("pushing");
    let map = Map::new(&pushing, &pushing.start(), "force", "cost").expect("a map");
    assert!(map.with_time_step(1e-3).is_err());
}
