//! A box on the corner of another: the jump of contact at points, and none of pressure.

use mollify::engine::nominal::nominal;
use mollify::system::task::Task;

const PRESSURE: [&str; 2] = ["rigid-soft", "soft-soft"];
const POINTS: [&str; 3] = ["point", "vertices", "manifold"];

fn corner(contact: &str, time_step: f64) -> Task {
    Task::find_with("corner", Some(contact))
        .and_then(|task| task.with_parameter("time_step", time_step))
        .and_then(|task| task.with_horizon((6.0 / time_step).round() as usize))
        .expect(contact)
}

/// The vertical velocity at the end.
fn end(task: &Task, theta: f64) -> f64 {
    nominal(task, &[theta]).cost
}

/// Where f jumps between two places, and by how much.
fn jump(task: &Task, mut low: f64, mut high: f64) -> (f64, f64) {
    let (mut below, mut above) = (end(task, low), end(task, high));
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let between = end(task, middle);
        if (between - below).abs() > (above - between).abs() {
            (high, above) = (middle, between);
        } else {
            (low, below) = (middle, between);
        }
    }
    (low, above - below)
}

#[test]
fn theta_is_one_number_for_all_steps() {
    let task = Task::find("corner").expect("corner");
    assert_eq!((task.dimension(), task.horizon()), (1, 300));
    assert_eq!(task.model().about().contact.as_deref(), Some("rigid-soft"));
}

#[test]
fn pressure_follows_the_published_curve() {
    for contact in PRESSURE {
        let task = corner(contact, 1e-3);
        for (theta, expected) in [
            (-0.2, -1.0),
            (0.5, -0.84008),
            (1.0, -0.31385),
            (1.5, 0.68771),
            (2.0, 0.93251),
            (3.0, 0.98525),
        ] {
            let found = end(&task, theta);
            assert!(
                (found - expected).abs() < 1e-3,
                "{contact} {theta}: {found}"
            );
        }
    }
}

#[test]
fn points_follow_their_closed_form_and_jump_by_one() {
    for contact in POINTS {
        for time_step in [1e-2, 5e-3] {
            let task = corner(contact, time_step);
            for theta in [0.2_f64, 0.5, 0.9] {
                let expected = -(1.0 - theta * theta).sqrt();
                let found = end(&task, theta);
                // The first order of the step.
                let bound = 2.0 * time_step;
                assert!(
                    (found - expected).abs() < bound,
                    "{contact} {theta}: {found}, {expected}"
                );
            }
            assert!((end(&task, 1.3) - 1.0).abs() < 2.0 * time_step);
            let (at, size) = jump(&task, 0.9, 1.1);
            assert!(
                (at - 1.0).abs() < 1e-3 && (size - 1.0).abs() < 0.01,
                "{contact}: {at}, {size}"
            );
        }
    }
}

#[test]
fn pressure_does_not_jump() {
    for contact in PRESSURE {
        let task = corner(contact, 1e-2);
        let values: Vec<f64> = (0..=300).map(|i| end(&task, 0.01 * f64::from(i))).collect();
        let steepest = values.windows(2).map(|w| w[1] - w[0]).enumerate();
        let (place, _) = steepest
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .expect("300 steps");
        let (_, size) = jump(&task, 0.01 * place as f64, 0.01 * (place + 1) as f64);
        assert!(size.abs() < 1e-9, "{contact}: {size:e}");
    }
}
