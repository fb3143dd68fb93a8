//! A block that bounces: what time stepping makes of a smooth function.

use mollify::continuity::{Jump, Line, Map, Search};
use mollify::system::task::Task;

fn bounce(contact: &str, time_step: f64) -> Task {
    Task::find_with("bounce", Some(contact))
        .and_then(|t| t.with_parameter("time_step", time_step))
        .and_then(|t| t.with_horizon((1.0 / time_step).round() as usize))
        .expect(contact)
}

/// The height after one second, over the height at the start from 1 to 1.2 m.
fn line(task: &Task, count: usize) -> Line {
    let map = Map::new(task, &[0.0], "height", "height").expect("a map");
    let place = |i: usize| 1.0 + 0.2 * i as f64 / (count - 1) as f64;
    let places: Vec<f64> = (0..count).map(place).collect();
    Line::search(&|x| map.at(x), &places, &Search::default()).expect("a line")
}

const STEPS: [f64; 4] = [1e-2, 5e-3, 2.5e-3, 1e-3];

/// The same number of stairs for every rule, the more the finer the step; a wrong slope, and jumps that make up for it.
#[test]
fn rules_make_staircases_of_the_same_rise() {
    for (contact, slope, sum, size) in [
        ("reverse", 1.0, 0.040, 0.94),
        ("reset", 0.0, 0.240, 5.6),
        ("impact-time", -0.8, 0.400, 9.3),
    ] {
        for (time_step, count) in STEPS.into_iter().zip([4, 9, 17, 43]) {
            let line = line(&bounce(contact, time_step), 500);
            let found = (line.pathwise_slope(), line.sum_of_jumps(), line.jumps.len());
            let what = format!("{contact} {time_step}: {found:?}");
            assert!((found.0 - slope).abs() < 1e-6, "{what}");
            assert!(found.2.abs_diff(count) <= 1, "{what}");
            let mean = found.1 / found.2 as f64 / time_step;
            // Of four stairs the mean is that of where they fall.
            let is_mean = count < 9 || (mean - size).abs() < 0.1 * size;
            assert!(is_mean, "{what}: {mean}");
            // A range holds a whole number of stairs up to one.
            assert!(
                (found.1 - sum).abs() < 0.1 * sum + 0.5 * mean * time_step,
                "{what}"
            );
            let rule = found.0 * line.range() + found.1;
            assert!((line.rise() - rule).abs() < 1e-6, "{what}");
        }
    }
}

#[test]
fn the_exact_parabola_has_no_jumps_and_the_slope_of_the_truth() {
    for time_step in STEPS {
        let line = line(&bounce("exact", time_step), 500);
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
        for time_step in [1e-3, 1.25e-4] {
            let count = if time_step > 2e-4 { 100 } else { 200 };
            let line = line(&stiff(contact, time_step, dissipation), count);
            assert_eq!(line.jumps, [], "{contact} {time_step}");
            if time_step > 2e-4 {
                continue;
            }
            let (found, secant) = (line.pathwise_slope(), line.rise() / line.range());
            let what = format!("{contact} {dissipation}: {found}, {secant}");
            assert!((found / secant - 1.0).abs() < 0.01, "{what}");
            assert!((found / slope - 1.0).abs() < 0.01, "{what}");
        }
    }
}

/// The counterexample: damping that jumps at the touch.
#[test]
fn kelvin_and_voigt_jump_at_every_step() {
    let lines = [1e-3, 5e-4].map(|h| line(&stiff("kelvin-voigt", h, 0.0), 500));
    for (line, count) in lines.iter().zip([43, 86]) {
        assert!(
            line.jumps.len().abs_diff(count) <= 2,
            "{}",
            line.jumps.len()
        );
        assert!(
            (line.sum_of_jumps() - 1.19).abs() < 0.12,
            "{}",
            line.sum_of_jumps()
        );
        assert!(
            (line.pathwise_slope() + 4.84).abs() < 0.3,
            "{}",
            line.pathwise_slope()
        );
    }
    let [coarse, fine] = lines.map(|line| line.jumps.iter().map(Jump::size).fold(0.0, f64::max));
    assert!((fine / coarse - 0.5).abs() < 0.1, "{coarse}, {fine}");
}
