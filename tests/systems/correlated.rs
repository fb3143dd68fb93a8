//! Noise whose values are not independent, against closed forms and differences, and on every engine.

use crate::engines::{self, MIB, all};
use crate::shaping::{close, engines_agree, estimated, orders};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Batch, Engine, Interrupt, Wanted};
use mollify::error::Named as _;
use mollify::noise::environment::Draw;
use mollify::noise::{Covariance, Distribution, NoiseOn};
use mollify::solve::{Kind, Options, solve};
use mollify::system::Builder;
use mollify::system::builder::Part;
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use nalgebra::DMatrix;

/// x += a u₀ + b u₁ in H steps from 0, at the cost x_H².
fn sum_of_controls(horizon: usize) -> Task {
    let mut b = Builder::new("sum");
    b.horizon(horizon).sigma(0.3);
    b.state("x", "1", Draw::Constant(0.0));
    b.control("u0", "1").control("u1", "1");
    let f = b.record(Part::Advance);
    let number = |x: f64| f.constant(x).expect("a number");
    let term = |name: &str, by: f64| {
        let u = f.control(name).expect("a control");
        u.mul(&number(by)).expect("a product")
    };
    let x = f.state("x").expect("x");
    let x = x.add(&term("u0", A)).and_then(|x| x.add(&term("u1", B)));
    b.define(&f, &[x.expect("a sum")]).expect("defined");
    let f = b.record(Part::StageCost);
    b.define(&f, &[f.constant(0.0).expect("a number")])
        .expect("defined");
    let f = b.record(Part::FinalCost);
    b.define(&f, &[f.state("x").expect("x").square()])
        .expect("defined");
    b.task().expect("a task")
}

const A: f64 = 0.7;
const B: f64 = -1.3;

/// Symmetric and positive definite, of no simple shape.
fn definite(size: usize) -> DMatrix<f64> {
    let m = DMatrix::from_fn(size, size, |i, j| ((3 * i + 7 * j) as f64 * 0.61).sin());
    (&m * m.transpose()) / size as f64 + DMatrix::identity(size, size) * 0.2
}

fn given(size: usize) -> Covariance {
    Covariance::given(definite(size)).expect("a covariance")
}

/// F = x² + σ² vᵀ C v, ∇F = 2 x v, v what each value of theta adds to x: both orders, and a value that knows of C.
#[test]
fn both_orders_are_right_under_correlated_noise() {
    let horizon = 9;
    let v: Vec<f64> = [A, B].repeat(horizon);
    let theta: Vec<f64> = (0..2 * horizon).map(|i| 0.1 * (i as f64).cos()).collect();
    let x: f64 = theta.iter().zip(&v).map(|(t, v)| t * v).sum();
    let task = sum_of_controls(horizon);
    let own = task
        .clone()
        .with_control_sigma("u0", 0.4, 0.1)
        .and_then(|t| t.with_control_sigma("u1", 0.0, 0.0))
        .expect("noise");
    for (name, task, covariance) in [
        ("pink", &task, Covariance::PowerLaw(1.0)),
        ("steep", &task, Covariance::PowerLaw(3.0)),
        ("given", &task, given(2 * horizon)),
        ("pink, each its own", &own, Covariance::PowerLaw(1.0)),
    ] {
        let task = task.clone().with_covariance(covariance);
        let factor = task.factor().expect("a factor").matrix() * task.sigma();
        let along: f64 = (0..v.len())
            .map(|k| {
                (0..v.len())
                    .map(|i| v[i] * factor[(i, k)])
                    .sum::<f64>()
                    .powi(2)
            })
            .sum();
        let found = estimated(&task, &theta, 200_000, 17);
        close(name, found.value_mean, x * x + along, found.value_std_error);
        let (first, zeroth) = orders(&found);
        for (i, v) in v.iter().enumerate() {
            let expected = 2.0 * x * v;
            close(
                &format!("{name}, first order {i}"),
                first[i].0,
                expected,
                first[i].1,
            );
            // An element without noise has the first order in place of the zeroth.
            close(
                &format!("{name}, zeroth order {i}"),
                zeroth[i].0,
                expected,
                zeroth[i].1,
            );
        }
    }
}

/// F through contact at theta ± h eᵢ under the same noise.
#[test]
fn zeroth_order_is_the_slope_of_the_smoothed_cost() {
    let task = engines::task("pushing", 23, 0.4, &[("stiffness", 300.0)]);
    let theta: Vec<f64> = (0..23).map(|t| 3.0 * (0.3 * t as f64).cos()).collect();
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    for covariance in [Covariance::PowerLaw(1.5), given(23)] {
        let task = task.clone().with_covariance(covariance.clone());
        let samples = 400_000;
        let found = estimated(&task, &theta, samples, 5);
        let (first, zeroth) = orders(&found);
        let batch = Batch {
            wanted: Wanted::ZerothOrder,
            ..Batch::new(samples, 6)
        };
        for i in [0, 11, 20] {
            let h = 0.05;
            let mut value = |sign: f64| {
                let mut theta = theta.clone();
                theta[i] += sign * h;
                let moments = engine.moments(&task, &theta, &batch).expect("moments");
                moments.value_mean()
            };
            let slope = (value(1.0) - value(-1.0)) / (2.0 * h);
            // The noise is the same on both sides, so that the difference has about the error of the first order.
            let error = |own: f64| own.hypot(first[i].1);
            let what = format!("{covariance}, order of {i}");
            close(
                &format!("first {what}"),
                first[i].0,
                slope,
                error(first[i].1),
            );
            close(
                &format!("zeroth {what}"),
                zeroth[i].0,
                slope,
                error(zeroth[i].1),
            );
        }
    }
}

/// Of each policy and noise on theta, with random environments and without.
fn correlated() -> Vec<(&'static str, Task)> {
    let pink = |task: Task, beta| task.with_covariance(Covariance::PowerLaw(beta));
    let open = Task::find("lqr-2")
        .and_then(|t| t.with_horizon(15))
        .and_then(|t| t.with_policy(Policy::OpenLoop))
        .expect("lqr-2")
        .with_noise_on(NoiseOn::Decision);
    let [a, b] = [0, 1].map(|i| open.model().about().control[i].name.to_string());
    let own = open
        .clone()
        .with_control_sigma(&a, 0.3, 0.05)
        .and_then(|t| t.with_control_sigma(&b, 0.0, 0.0))
        .expect("noise");
    let spline = "spline=5".parse().and_then(|p| open.clone().with_policy(p));
    let linear = Task::find("lqr-2").and_then(|t| t.with_policy(Policy::Linear));
    let linear = linear.expect("linear").with_noise_on(NoiseOn::Decision);
    let weights = linear.dimension();
    let drawn = engines::task("pushing", 23, 0.2, &[])
        .with_randomized(
            "stiffness",
            Draw::parse("uniform:5,20", "a test").expect("a draw"),
        )
        .expect("a draw");
    vec![
        (
            "pink pushing",
            pink(engines::task("pushing", 23, 0.2, &[]), 1.0),
        ),
        ("drawn pushing", pink(drawn, 0.7)),
        ("controls of their own", pink(own, 1.3)),
        ("a spline", pink(spline.expect("a spline"), 2.0)),
        (
            "friction",
            engines::task("friction", 30, 0.1, &[]).with_covariance(given(30)),
        ),
        ("weights", linear.with_covariance(given(weights))),
    ]
}

#[test]
fn engines_agree_on_correlated_noise() {
    engines_agree("engines_agree_on_correlated_noise", correlated());
}

/// The covariance of what is drawn is the one that was asked for, in each engine.
#[test]
fn what_is_drawn_has_the_covariance() {
    let (name, task) = (
        "given",
        engines::task("friction", 6, 0.1, &[]).with_covariance(given(6)),
    );
    let (count, c) = (20_000_u64, definite(6) * 0.01);
    for mut engine in all("what_is_drawn_has_the_covariance", task.model()) {
        let samples = engine.samples(&task, &task.start(), &engines::batch(count, 8), 0..count);
        let samples = samples.expect("samples");
        for i in 0..6 {
            for j in 0..=i {
                let sum: f64 = samples.iter().map(|s| s.noise[i] * s.noise[j]).sum();
                let variance = c[(i, i)] * c[(j, j)] + c[(i, j)].powi(2);
                let error = (variance / count as f64).sqrt();
                close(
                    &format!("{name} {i}, {j}"),
                    sum / count as f64,
                    c[(i, j)],
                    error,
                );
            }
        }
    }
}

#[test]
fn every_descent_of_theta_goes_down_under_coloured_noise() {
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let task = engines::task("friction", 60, 0.1, &[]).with_covariance(Covariance::PowerLaw(1.0));
    for descent in [
        "trust-region",
        "gradient",
        "adam",
        "gradient-sampling",
        "mppi",
        "cem",
    ] {
        let kind = Kind::from_name(descent).expect(descent);
        let options = Options::of(&task, kind).expect(descent).within(20_000);
        let (start, stop) = (task.start(), Interrupt::default());
        let found = solve(&mut engine, &task, &start, &options, &stop, &mut |_| ());
        let found = found.expect(descent);
        let before = estimated(&task, &start, 4096, 9).value_mean;
        let after = estimated(&task, &found.theta, 4096, 9).value_mean;
        assert!(after < before, "{descent}: {after} from {before}");
    }
}

#[test]
fn covariances_that_do_not_fit_are_refused() {
    let task = engines::task("pushing", 23, 0.2, &[]);
    let refused = |task: Task, covariance: Covariance, word: &str| {
        let error = task.with_covariance(covariance).check_noise();
        let error = error.expect_err(word).to_string();
        assert!(error.contains(word), "{error}");
    };
    let pink = || Covariance::PowerLaw(1.0);
    refused(task.clone(), given(22), "23 × 23");
    let laplace = task.clone().with_distribution(Distribution::Laplace);
    refused(laplace, pink(), "Gaussian");
    let linear = task.clone().with_policy(Policy::Linear).expect("linear");
    refused(
        linear.clone().with_noise_on(NoiseOn::Action),
        pink(),
        "on the action",
    );
    refused(linear.with_noise_on(NoiseOn::Decision), pink(), "in time");
    let ending = task.clone().with_control_sigma("force", 0.3, 0.0);
    refused(ending.expect("noise"), pink(), "ends at 0");
    let own = task.clone().with_control_sigma("force", 0.3, 0.1);
    refused(own.expect("noise"), given(23), "of their own");
    let long = task.clone().with_horizon(3000).expect("long");
    refused(long, pink(), "2048");
    let coloured = task.clone().with_covariance(pink());
    let options = Options::of(&coloured, Kind::CmaEs).expect("options");
    let error = options.check(&coloured).expect_err("independent noise");
    assert!(error.to_string().contains("covariance"), "{error}");
    // A search draws by the whole matrix, which several controls make larger than L.
    let wide = Task::find("quadrotor").and_then(|t| t.with_horizon(1500));
    let wide = wide.expect("quadrotor").with_covariance(pink());
    wide.check_noise().expect("L has 1500 rows");
    let error = Options::of(&wide, Kind::Mppi)
        .expect("options")
        .check(&wide);
    let error = error.expect_err("a matrix of 3000").to_string();
    assert!(error.contains("3000"), "{error}");
    // A value of theta whose noise f32 cannot resolve, though sigma is large.
    let mut narrow = DMatrix::identity(23, 23);
    narrow[(4, 4)] = 1e-14;
    let narrow = task.with_covariance(Covariance::given(narrow).expect("definite"));
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let moments = engine.moments(&narrow, &[1.0; 23], &engines::batch(64, 1));
    let error = moments.expect_err("too small a sigma").to_string();
    assert!(error.contains("sigma"), "{error}");
}
