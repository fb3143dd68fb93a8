//! A block that bounces: what time stepping makes of a smooth function.

use mollify::continuity::{Line, Map, Search};
use mollify::system::task::Task;

fn bounce(contact: &str, time_step: f64) -> Task {
    Task::find_with("bounce", Some(contact))
        .and_then(|t| t.with_parameter("time_step", time_step))
        .and_then(|t| t.with_horizon((1.0 / time_step).round() as usize))
        .expect(contact)
}

/// The height after one second, over the height at the start from 1 to 1.2 m. Neighbours differ by less than the tolerance in m
/// unless there is a jump between them, which saves the search.
fn line(task: &Task, count: usize, tolerance: f64) -> Line {
    let map = Map::new(task, &[0.0], "height", "height").expect("a map");
    let place = |i: usize| 1.0 + 0.2 * i as f64 / (count - 1) as f64;
    let places: Vec<f64> = (0..count).map(place).collect();
    let search = Search {
        tolerance: Some(tolerance),
        ..Search::default()
    };
    Line::search(&|x| map.at(x), &places, &search).expect("a line")
}

const STEPS: [f64; 4] = [1e-2, 5e-3, 2.5e-3, 1e-3];

/// The same number of stairs for every rule, the more the finer the step; a wrong slope, and jumps that make up for it.
#[test]
fn rules_make_staircases_of_the_same_rise() {
    // The jumps of `reverse` end small, where the true slope is 1 as well.
    for (contact, slope, sum, size, tolerance) in [
        ("reverse", 1.0, 0.040, 0.94, 2.4e-4),
        ("reset", 0.0, 0.240, 5.6, 7e-4),
        ("impact-time", -0.8, 0.400, 9.3, 7e-4),
    ] {
        for (time_step, count) in STEPS.into_iter().zip([4, 9, 17, 43]) {
            let line = line(&bounce(contact, time_step), 500, tolerance);
            let found = (line.pathwise_slope(), line.sum_of_jumps(), line.jumps.len());
            let what = format!("{contact} {time_step}: {found:?}");
            assert!((found.0 - slope).abs() < 1e-6, "{what}");
            assert_eq!(found.2, count, "{what}");
            let mean = found.1 / count as f64 / time_step;
            // Of four stairs the mean is that of where they fall.
            let bound = if count < 9 { 0.15 } else { 0.05 };
            assert!((mean - size).abs() < bound * size, "{what}: {mean}");
            assert!((found.1 - sum).abs() < 0.1 * sum, "{what}");
            let rule = found.0 * line.range() + found.1;
            assert!((line.rise() - rule).abs() < 1e-6, "{what}");
        }
    }
}

#[test]
fn the_exact_parabola_has_no_jumps_and_the_slope_of_the_truth() {
    for time_step in STEPS {
        let line = line(&bounce("exact", time_step), 500, 6e-4);
        assert_eq!(line.jumps, [], "{time_step}");
        let secant = line.rise() / line.range();
        assert!((secant - 1.20493).abs() < 1e-5, "{secant}");
        // The mean over places is the secant up to the rule of summation.
        let slope = line.pathwise_slope();
        assert!((slope - 1.20493).abs() < 3e-4, "{slope}");
        let found = Map::new(&bounce("exact", time_step), &[0.0], "height", "height")
            .and_then(|map| map.at(1.1))
            .expect("a height");
        let t = (2.2_f64 / 9.81).sqrt();
        let rest = 1.0 - t;
        let expected = 0.8 * 9.81 * t * rest - 0.5 * 9.81 * rest * rest;
        assert!((found - expected).abs() < 1e-9, "{found}, {expected}");
    }
}

fn stiff(contact: &str, time_step: f64, dissipation: f64) -> Task {
    bounce(contact, time_step)
        .with_parameter("point_stiffness", 1e4)
        .and_then(|t| t.with_parameter("stiffness", 5e4))
        .and_then(|t| t.with_parameter("dissipation", dissipation))
        .expect(contact)
}

/// A force that is continuous gives a map that is, and a slope that tends to that of the whole.
#[test]
fn continuous_forces_do_not_jump() {
    for (contact, dissipation, slope) in [
        ("point", 0.0, 1.0997),
        ("point", 0.08, 0.921),
        ("rigid-soft", 0.08, 0.921),
    ] {
        for (time_step, count) in [(1e-3, 500), (1.25e-4, 2000)] {
            let line = line(&stiff(contact, time_step, dissipation), count, 1e-3);
            assert_eq!(line.jumps, [], "{contact} {time_step}");
            let (found, secant) = (line.pathwise_slope(), line.rise() / line.range());
            let what = format!("{contact} {dissipation} {time_step}: {found}, {secant}");
            println!("{what}");
            if time_step < 2e-4 {
                assert!((found / secant - 1.0).abs() < 0.01, "{what}");
                assert!((found / slope - 1.0).abs() < 0.01, "{what}");
            }
        }
    }
}

/// The counterexample: damping that jumps at the touch.
#[test]
fn kelvin_and_voigt_jump_at_every_step() {
    let lines = [1e-3, 5e-4, 2.5e-4].map(|h| (h, line(&stiff("kelvin-voigt", h, 0.0), 500, 3e-3)));
    for ((time_step, line), count) in lines.iter().zip([43, 86, 172]) {
        let what = format!(
            "{time_step}: {}, {}, {}",
            line.jumps.len(),
            line.sum_of_jumps(),
            line.pathwise_slope()
        );
        println!("{what}");
        assert_eq!(line.jumps.len(), count, "{what}");
        let mean = line.sum_of_jumps() / count as f64 / time_step;
        assert!((mean - 27.6).abs() < 0.05 * 27.6, "{what}: {mean}");
        assert!((line.sum_of_jumps() - 1.19).abs() < 0.05 * 1.19, "{what}");
        assert!((line.pathwise_slope() + 4.84).abs() < 0.05 * 4.84, "{what}");
    }
}
