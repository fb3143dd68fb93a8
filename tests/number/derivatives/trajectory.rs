//! The gradient of a whole trajectory's cost, by the reference's sweep back in time, is the slope of that cost.

use super::random_parameters;
use mollify::engine::nominal::nominal;
use mollify::engine::reference::adjoint::{Scratch, adjoint};
use mollify::engine::reference::rollout::{Trajectory, rerun};
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

fn random_task(name: &str, horizon: usize, rng: &mut StdRng) -> Task {
    let task = Task::find(name).expect(name);
    let values = random_parameters(task.model(), rng);
    let names: Vec<_> = task
        .model()
        .parameters()
        .iter()
        .map(|p| p.name.clone())
        .collect();
    let task = task.with_horizon(horizon).expect("horizon");
    names.iter().zip(values).fold(task, |task, (name, value)| {
        task.with_parameter(name, value).expect(name)
    })
}

fn gradient(task: &Task, theta: &[f64]) -> Vec<f64> {
    let mut trajectory = Trajectory::new(task);
    let zeros = vec![0.0; task.horizon() + 1];
    rerun(task, theta, &zeros, &mut trajectory);
    let mut first_order = vec![f64::NAN; task.dimension()];
    adjoint(
        task,
        &mut trajectory,
        &mut Scratch::new(task),
        &mut first_order,
    );
    assert_eq!(trajectory.nonfinite, None);
    first_order
}

#[test]
fn sweep_back_in_time_is_the_slope_of_the_cost() {
    let mut rng = StdRng::seed_from_u64(3);
    for (name, horizon) in [("pushing", 37), ("friction", 121), ("quadratic", 7)] {
        let (mut compared, mut kinked) = (0, 0);
        for _ in 0..8 {
            let task = random_task(name, horizon, &mut rng);
            // A force that lasts, so that bodies meet and part.
            let mean = rng.random_range(-3.0..3.0);
            let theta: Vec<f64> = (0..horizon)
                .map(|_| mean + rng.random_range(-3.0..3.0))
                .collect();
            let found = gradient(&task, &theta);
            let scale = found.iter().map(|g| g * g).sum::<f64>().sqrt();
            for i in 0..horizon {
                let at = |step: f64| {
                    let mut moved = theta.clone();
                    moved[i] += step;
                    nominal(&task, &moved).cost
                };
                let slope =
                    |h: f64| (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
                // Two steps that disagree have a kink or a jump between them.
                let (wide, narrow) = (slope(2e-4), slope(1e-4));
                if (wide - narrow).abs() > 1e-7 * scale {
                    kinked += 1;
                    continue;
                }
                compared += 1;
                assert!(
                    (found[i] - narrow).abs() <= 1e-6 * scale,
                    "{name}, theta[{i}]: {} from the sweep, {narrow} from differences",
                    found[i]
                );
            }
        }
        println!("{name}: {compared} compared, {kinked} across a kink");
        assert!(compared >= 9 * kinked, "{name}: {kinked} across a kink");
    }
}
