//! Samples of ∇F with respect to the controls, against the engine, finite differences and closed forms.

use super::{theta, variants};
use crate::engines::{batch, reference, within_four_standard_errors as near};
use mollify::engine::moments::Moments;
use mollify::engine::nominal::nominal;
use mollify::engine::reference::rollout::replay;
use mollify::engine::{Baseline, Batch, Engine, Interrupt, Sample, Stream};
use mollify::estimate::Estimate;
use mollify::estimate::control_samples::{Order, Samples};
use mollify::noise::Distribution;
use mollify::system::task::Task;

pub const BASELINES: [Baseline; 3] = [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None];

/// A plant with unequal numbers everywhere.
pub fn lqr(name: &str, horizon: usize) -> Task {
    let parameters = [
        ("persistence", 0.9),
        ("gain", 1.3),
        ("weight", 0.7),
        ("final_weight", 4.0),
        ("effort", 0.3),
    ];
    crate::engines::task(name, horizon, 0.2, &parameters)
}

/// All variants whose noise is on the controls.
fn on_controls() -> impl Iterator<Item = (String, Task)> {
    variants()
        .into_iter()
        .filter(|(_, task)| task.policy().is_open_loop() || !task.noise_is_on_decision())
}

/// The moments of theta with this weight for every control.
fn with_one_weight(task: &Task, theta: &[f64], batch: Batch, order: Order, weight: f64) -> Moments {
    let center = nominal(task, theta);
    let samples = Samples::new(task, theta, &center, batch, order).expect("samples");
    let weights = vec![weight; task.action_dimension()];
    samples
        .of_theta(&weights, &Interrupt::default())
        .expect("moments")
}

fn same(what: &str, found: &Estimate, expected: &Estimate, factor: f64) {
    let norm = |numbers: &mut dyn Iterator<Item = f64>| numbers.map(|x| x * x).sum::<f64>().sqrt();
    let size = norm(&mut expected.gradient.iter().copied());
    let pairs = found.gradient.iter().zip(&expected.gradient);
    let off = norm(&mut pairs.map(|(a, b)| a - b * factor));
    assert!(
        off < 1e-12 * size,
        "{what}: the mean is off by {off:e} of {size}"
    );
    let variance = expected.variance * factor * factor;
    let off = (found.variance - variance).abs();
    assert!(
        off < 1e-11 * expected.variance,
        "{what}: the variance is off by {off:e}"
    );
}

#[test]
fn weights_of_one_give_the_estimates_of_the_engine_and_others_scale_them() {
    for (name, task) in on_controls() {
        let theta = theta(&task);
        for baseline in BASELINES {
            let batch = Batch {
                baseline,
                ..batch(130, 5)
            };
            let what = format!("{name}, {baseline:?}");
            let moments = reference().moments(&task, &theta, &batch).expect(&what);
            for weight in [1.0, 0.25] {
                let of = |order| with_one_weight(&task, &theta, batch, order, weight);
                let found = Estimate::first_order(&of(Order::First));
                same(&what, &found, &Estimate::first_order(&moments), weight);
                let found = Estimate::zeroth_order(&of(Order::Zeroth));
                same(&what, &found, &Estimate::zeroth_order(&moments), weight);
            }
        }
    }
}

/// f(theta, w) of a sample with some of its noise moved.
fn cost_with(task: &Task, theta: &[f64], sample: &Sample, moved: impl Fn(&mut [f64])) -> f64 {
    let mut sample = sample.clone();
    moved(&mut sample.noise);
    replay(task, theta, &sample).deviation
}

/// ∂f/∂w of every control by central differences: w is added to u, so this is ∂f/∂u with all that follows from it.
pub fn slopes(task: &Task, theta: &[f64], sample: &Sample) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let at = |i: usize, step: f64| cost_with(task, theta, sample, |w| w[i] += step);
    (0..task.action_dimension())
        .map(|i| (at(i, STEP) - at(i, -STEP)) / (2.0 * STEP))
        .collect()
}

#[test]
fn samples_of_the_controls_are_slopes_of_the_cost_and_costs_times_scores() {
    for (name, task) in on_controls() {
        let theta = theta(&task);
        let batch = Batch {
            samples: 1,
            ..batch(1, 9)
        };
        let center = nominal(&task, &theta);
        let sample = &reference()
            .samples(&task, &theta, &batch, 0..1)
            .expect(&name)[0];
        let of = |order| {
            let samples = Samples::new(&task, &theta, &center, batch, order).expect(&name);
            samples.of_controls(&Interrupt::default()).expect(&name)
        };
        let (first, zeroth) = (of(Order::First), of(Order::Zeroth));
        let noise = task.noise();
        let density = |w: f64| log_density(noise.distribution, noise.sigma, w);
        for (i, slope) in slopes(&task, &theta, sample).into_iter().enumerate() {
            let found = first.coordinates[i].first_order.mean;
            assert!(
                (found - slope).abs() < 1e-5 * (1.0 + slope.abs()),
                "{name}, control {i}: {found}, not {slope}"
            );
            let w = sample.noise[i];
            let score = -(density(w + 1e-6) - density(w - 1e-6)) / 2e-6;
            let expected = (sample.deviation - sample.baseline) * score;
            let found = zeroth.coordinates[i].zeroth_order.mean;
            assert!(
                (found - expected).abs() < 1e-5 * (1.0 + expected.abs()),
                "{name}, control {i}: {found}, not {expected}"
            );
        }
    }
}

/// The logarithm of the density of w but for a constant, by hand: of the standard deviation σ, or for Student's t with 2
/// degrees of freedom of the scale σ.
fn log_density(distribution: Distribution, sigma: f64, w: f64) -> f64 {
    match distribution {
        Distribution::Gaussian => -0.5 * (w / sigma).powi(2),
        Distribution::Laplace => -(w.abs() * 2.0_f64.sqrt() / sigma),
        Distribution::Logistic => {
            let x = w * std::f64::consts::PI / (3.0_f64.sqrt() * sigma);
            -2.0 * (0.5 * x).cosh().ln()
        }
        Distribution::StudentT => -1.5 * (1.0 + 0.5 * (w / sigma).powi(2)).ln(),
    }
}

/// Weights that are given, so that both orders have their share, leave both unbiased. Of the 404 comparisons 0.03 exceed 4
/// standard errors by chance.
#[test]
fn orders_weighed_by_step_and_axis_add_up_to_the_gradient() {
    for (name, horizon, size, samples) in [("lqr-2", 6, 0.6, 40_000), ("lqr-20", 4, 0.1, 6_000)] {
        let task = lqr(name, horizon);
        let theta: Vec<f64> = theta(&task).iter().map(|x| size * x).collect();
        let exact = task
            .closed_form(&theta, 0.0)
            .expect("a closed form")
            .gradient;
        let weights: Vec<f64> = (0..task.action_dimension())
            .map(|i| 0.5 + 0.5 * (1.1 * i as f64).sin())
            .collect();
        let others: Vec<f64> = weights.iter().map(|a| 1.0 - a).collect();
        let center = nominal(&task, &theta);
        let of = |stream, order, weights: &[f64]| {
            let batch = Batch {
                stream,
                ..batch(samples, 4)
            };
            let samples = Samples::new(&task, &theta, &center, batch, order).expect(name);
            samples
                .of_theta(weights, &Interrupt::default())
                .expect(name)
        };
        let first = Estimate::first_order(&of(Stream::Estimate, Order::First, &weights));
        let zeroth = Estimate::zeroth_order(&of(Stream::Independent, Order::Zeroth, &others));
        for (i, exact) in exact.iter().enumerate() {
            let std_error = first.std_error[i].hypot(zeroth.std_error[i]);
            let what = format!("{name}, theta[{i}]");
            near(
                &what,
                first.gradient[i] + zeroth.gradient[i],
                *exact,
                std_error,
                0.0,
            );
        }
    }
}
