//! What shapes a system: limits, cut derivatives and risk, against closed forms, and on every engine.

use crate::engines::{self, MIB, all};
use mollify::check::{Verdict, verify};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Engine, Interrupt, Wanted};
use mollify::error::Named as _;
use mollify::estimate::alpha::Rule;
use mollify::estimate::{Estimate, Mixed, Settings, estimate};
use mollify::noise::environment::Draw;
use mollify::noise::{Distribution, NoiseOn};
use mollify::solve::{Kind, Options, solve};
use mollify::system::builder::Part;
use mollify::system::policy::Policy;
use mollify::system::shaping::{Limit, Limiting, Risk};
use mollify::system::task::Task;
use mollify::system::{Builder, Model};
use mollify::{Error, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::f64::consts::PI;
use std::sync::Arc;

fn limit(low: f64, high: f64, by: Limiting) -> Limit {
    Limit::new(low, high, by, "a limit").expect("limits")
}

/// Tasks with everything that shapes them, alone and together.
fn shaped() -> Vec<(&'static str, Task)> {
    let short = |name: &str| engines::task(name, 23, 0.13, &[]);
    let clamped = short("pushing")
        .with_limit(Some("force"), limit(-0.1, 0.3, Limiting::Clamp))
        .expect("a limit");
    let squashed = Task::find("hopper")
        .and_then(|t| t.with_horizon(17))
        .and_then(|t| t.with_limit(None, limit(-0.4, 0.9, Limiting::Squash)))
        .expect("hopper");
    let cut = short("friction").with_truncation(5).expect("a truncation");
    let risky = short("friction")
        .with_risk(Risk::cvar(0.3).expect("a share"))
        .with_parameter("cost_threshold", 1.0)
        .and_then(|t| t.with_parameter("tail_share", 0.3))
        .and_then(|t| t.with_parameter("weight_below", 0.0))
        .expect("its parameters");
    let all = short("tennis")
        .with_limit(None, limit(-0.3, 0.2, Limiting::Squash))
        .and_then(|t| t.with_truncation(7))
        .expect("shaped")
        .with_risk(Risk::Worst);
    vec![
        ("clamped", clamped),
        ("squashed", squashed),
        ("cut", cut),
        ("risky", risky),
        ("all", all),
    ]
}

/// A random point: parameters as they are, a state near the start, a control.
fn point(task: &Task, rng: &mut StdRng) -> (Vec<f64>, Vec<f64>) {
    let shift = |x: &f64, rng: &mut StdRng| x + rng.random_range(-0.5..0.5);
    let state = task.initial_state().iter().map(|x| shift(x, rng)).collect();
    let control = (0..task.model().control_size())
        .map(|_| rng.random_range(-0.8..0.8))
        .collect();
    (state, control)
}

#[test]
fn formulas_are_the_graphs() {
    let mut rng = StdRng::seed_from_u64(5);
    for (name, task) in shaped() {
        let (model, p) = (task.model(), task.parameters());
        let f = model.functions();
        for _ in 0..50 {
            let (x, u) = point(&task, &mut rng);
            let mut next = vec![0.0; x.len()];
            model.advance(p, &x, &u, &mut next);
            let graph = f.advance.run(p, &x, &u, 0.0);
            let same = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (1.0 + a.abs());
            assert!(
                next.iter().zip(&graph).all(|(a, b)| same(*a, *b)),
                "{name}: {next:?} {graph:?}"
            );
            let (cost, graph) = (
                model.stage_cost(p, &x, &u, 3),
                f.stage_cost.run(p, &x, &u, 3.0)[0],
            );
            assert!(same(cost, graph), "{name}: {cost} {graph}");
            let (cost, graph) = (
                model.final_cost(p, &x),
                f.final_cost.run(p, &x, &[], 0.0)[0],
            );
            assert!(same(cost, graph), "{name}: {cost} {graph}");
        }
    }
}

/// Duals through the formulas of the system, against the reverse sweep over the graph of the shaped one.
#[test]
fn derivatives_by_duals_are_those_of_the_reverse_sweep() {
    let mut rng = StdRng::seed_from_u64(6);
    for (name, task) in shaped() {
        let (model, p) = (task.model(), task.parameters());
        let (n, m) = (model.state_size(), model.control_size());
        for _ in 0..50 {
            let (x, u) = point(&task, &mut rng);
            let cotangent: Vec<f64> = (0..n).map(|_| rng.random_range(-1.0..1.0)).collect();
            let mut l = model.linearization();
            model.linearize(p, &x, &u, 2, &mut l);
            let time = [2.0];
            let back = model
                .functions()
                .step_vjp
                .run_on(&[p, &x, &u, &time, &cotangent]);
            for (i, found) in back.iter().enumerate() {
                let column = |row: usize| match i < n {
                    true => l.state_jacobian[row * n + i],
                    false => l.control_jacobian[row * m + i - n],
                };
                let of_cost = if i < n {
                    l.state_gradient[i]
                } else {
                    l.control_gradient[i - n]
                };
                let terms = (0..n).map(|row| column(row) * cotangent[row]);
                let expected = of_cost + terms.sum::<f64>();
                let close = (found - expected).abs() <= 1e-9 * (1.0 + expected.abs());
                assert!(close, "{name}, derivative {i}: {found}, not {expected}");
            }
            let mut gradient = vec![0.0; n];
            model.final_cost_gradient(p, &x, &mut gradient);
            let reverse = model.functions().final_cost_gradient.run(p, &x, &[], 0.0);
            for (a, b) in gradient.iter().zip(&reverse) {
                assert!((a - b).abs() <= 1e-10 * (1.0 + a.abs()), "{name}: {a} {b}");
            }
        }
    }
}

#[test]
fn engines_agree_with_the_reference() {
    for (name, task) in shaped() {
        for mut engine in all("engines_agree_with_the_reference", task.model())
            .into_iter()
            .skip(1)
        {
            for seed in [3, 4] {
                let report = verify(&mut *engine, &task, 200, seed).expect(name);
                let kind = engine.report().engine;
                assert_eq!(
                    report.verdict,
                    Verdict::Holds,
                    "{name} on {kind}: {report:?}"
                );
            }
        }
    }
}

/// A system of one step whose cost is that of its control, and nothing else.
fn of_control(cost: &[(f64, f64)]) -> Arc<Model> {
    let mut b = Builder::new("static");
    b.horizon(1).sigma(0.3);
    b.state("x", "1", Draw::Constant(0.0));
    let names: Vec<String> = (0..cost.len()).map(|i| format!("u{i}")).collect();
    for name in &names {
        b.control(name, "N");
    }
    let f = b.record(Part::Advance);
    b.define(&f, &[f.state("x").expect("x")]).expect("defined");
    let f = b.record(Part::StageCost);
    let mut sum = f.constant(0.0).expect("a number");
    for (name, (linear, square)) in names.iter().zip(cost) {
        let u = f.control(name).expect("a control");
        let term = u
            .mul(&f.constant(*linear).expect("a number"))
            .expect("a product");
        let square = u
            .square()
            .mul(&f.constant(*square).expect("a number"))
            .expect("a product");
        sum = sum.add(&term.add(&square).expect("a sum")).expect("a sum");
    }
    b.define(&f, &[sum]).expect("defined");
    let f = b.record(Part::FinalCost);
    b.define(&f, &[f.constant(0.0).expect("a number")])
        .expect("defined");
    b.task().expect("a task").model().clone()
}

pub fn estimated(task: &Task, theta: &[f64], samples: u64, seed: u64) -> Mixed {
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let settings = Settings::new(samples, None).with_seed(seed);
    estimate(&mut engine, task, theta, &settings, 0, Wanted::Both).expect("an estimate")
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// ∫ g(x) of the standard normal, by the trapezium rule, which is exact to rounding here.
fn expectation(g: impl Fn(f64) -> f64) -> f64 {
    let (steps, end) = (40_000, 9.0);
    let h = 2.0 * end / f64::from(steps);
    (0..=steps)
        .map(|i| -end + h * f64::from(i))
        .map(|x| h * density(x) * g(x))
        .sum()
}

/// E f(limit(theta + w)) and its derivative: both orders are those of the limited system, at starts inside and outside.
#[test]
fn both_gradients_are_right_under_limits() {
    let model = of_control(&[(0.4, 1.0)]);
    for by in [Limiting::Clamp, Limiting::Squash] {
        for (i, theta) in [0.1, 0.45, -0.25, 0.7].into_iter().enumerate() {
            let (low, high, sigma) = (-0.2, 0.5, 0.3);
            let of = |v: f64| limit(low, high, by).apply(v);
            let cost = |v: f64| 0.4 * of(v) + of(v) * of(v);
            let value = expectation(|z| cost(theta + sigma * z));
            let gradient = expectation(|z| cost(theta + sigma * z) * z / sigma);
            let task = Task::new(model.clone())
                .with_limit(Some("u0"), limit(low, high, by))
                .expect("a limit");
            let found = estimated(&task, &[theta], 100_000, 11 + i as u64);
            let (first, zeroth) = orders(&found);
            close("the value", found.value_mean, value, found.value_std_error);
            for (order, (mean, std_error)) in [("first", first[0]), ("zeroth", zeroth[0])] {
                close(
                    &format!("{by:?} at {theta}, {order} order"),
                    mean,
                    gradient,
                    std_error,
                );
            }
        }
    }
}

pub type Pairs = Vec<(f64, f64)>;

/// Mean and standard error of each coordinate of both orders.
pub fn orders(found: &Mixed) -> (Pairs, Pairs) {
    let of = |estimate: &Estimate| -> Pairs {
        let errors = estimate.std_error.iter().copied();
        estimate.gradient.iter().copied().zip(errors).collect()
    };
    let first = found.first_order.as_ref().expect("a first order");
    (of(first), of(&found.zeroth_order))
}

pub fn close(what: &str, found: f64, expected: f64, std_error: f64) {
    engines::within_four_standard_errors(what, found, expected, std_error, 1e-6);
}

/// f = 2 u0 - u1 under noise is normal, so that CVaR_q is its mean + σ √5 φ(z)/q, z the quantile of 1 - q.
#[test]
fn conditional_value_at_risk_of_a_normal_cost() {
    let task = Task::new(of_control(&[(2.0, 0.0), (-1.0, 0.0)]));
    // φ(z)/q of q = 1, 0.5, 0.1.
    for (share, factor) in [(1.0, 0.0), (0.5, 0.797_884_560_8), (0.1, 1.754_983_319_3)] {
        let task = task.clone().with_risk(Risk::cvar(share).expect("a share"));
        let (mut values, mut first, mut zeroth) = (Vec::new(), Vec::new(), Vec::new());
        for seed in 0..20 {
            let found = estimated(&task, &[0.4, 0.3], 4000, 100 + seed);
            let (g1, g0) = orders(&found);
            values.push(found.value_mean);
            first.push(g1[0].0);
            zeroth.push(g0[1].0);
        }
        let value = 2.0 * 0.4 - 0.3 + 0.3 * 5.0_f64.sqrt() * factor;
        for (what, found, expected) in [
            ("F", values, value),
            ("g1", first, 2.0),
            ("g0", zeroth, -1.0),
        ] {
            let n = found.len() as f64;
            let mean = found.iter().sum::<f64>() / n;
            let variance = found.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
            close(
                &format!("{what} at {share}"),
                mean,
                expected,
                (variance / n).sqrt(),
            );
        }
    }
}

/// Estimates and descents set the threshold while they run, on one engine that was opened for the task; costs below 0 stay what they
/// are until then.
#[test]
fn risk_runs_on_every_engine() {
    let task = engines::task("ball-wall", 1, 0.1, &[]).with_risk(Risk::Cvar(0.5));
    let theta = task.start();
    let plain = engines::task("ball-wall", 1, 0.1, &[]);
    let settings = Settings::new(2000, None)
        .with_seed(5)
        .with_rule(Rule::LeastError);
    let mut values = Vec::new();
    for mut engine in all("risk_runs_on_every_engine", task.model()) {
        let found = estimate(&mut *engine, &task, &theta, &settings, 0, Wanted::Both);
        values.push(found.expect("an estimate").value_mean);
        let options = Options::of(&task, Kind::TrustRegion)
            .expect("options")
            .within(2000);
        let stop = Interrupt::default();
        let found = solve(&mut *engine, &task, &theta, &options, &stop, &mut |_| ());
        assert!(found.expect("a descent").iterations.len() > 2);
        let batch = engines::batch(50, 5);
        let own = engine
            .samples(&task, &theta, &batch, 0..50)
            .expect("samples");
        let mut reference = engines::reference();
        let expected = reference
            .samples(&plain, &theta, &batch, 0..50)
            .expect("samples");
        for (a, b) in own.iter().zip(&expected) {
            assert!(
                (a.deviation - b.deviation).abs() < 1e-5,
                "without a threshold f is f"
            );
        }
    }
    let mut costs: Vec<f64> = {
        let nominal = mollify::engine::nominal::nominal(&plain, &theta).cost;
        let samples =
            engines::reference().samples(&plain, &theta, &engines::batch(2000, 5), 0..2000);
        samples
            .expect("samples")
            .iter()
            .map(|s| nominal + s.deviation)
            .collect()
    };
    costs.sort_by(f64::total_cmp);
    let worst = costs[1000..].iter().sum::<f64>() / 1000.0;
    for value in values {
        assert!((value - worst).abs() < 1e-6, "{value}, not {worst}");
    }
}

/// The worst of K normal costs is as large as the largest of K normal numbers.
#[test]
fn worst_is_the_largest_cost_of_the_batch() {
    let task = Task::new(of_control(&[(1.0, 0.0)]));
    let plain = CpuEngine::new("a test", 256 * MIB, Interrupt::default())
        .samples(&task, &[0.2], &engines::batch(500, 7), 0..500)
        .expect("samples");
    let largest = plain.iter().map(|s| s.deviation).fold(f64::MIN, f64::max) + 0.2;
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let settings = Settings::new(500, None)
        .with_seed(7)
        .with_rule(Rule::LeastError);
    let task = task.with_risk(Risk::Worst);
    let found = estimate(&mut engine, &task, &[0.2], &settings, 0, Wanted::Both);
    let found = found.expect("an estimate");
    assert!(
        (found.value_mean - largest).abs() < 1e-5,
        "{} {largest}",
        found.value_mean
    );
}

/// x' = x + u, cost x² at the end, derivatives cut every 4 of 10 steps: x₈ is cut, so that controls before it have no derivative.
#[test]
fn truncated_horizon_knows_of_no_step_beyond_a_cut() {
    let mut b = Builder::new("sum");
    b.horizon(10).sigma(0.1);
    b.state("x", "m", Draw::Constant(0.5));
    b.control("u", "m");
    let f = b.record(Part::Advance);
    let sum = f
        .state("x")
        .and_then(|x| x.add(&f.control("u")?))
        .expect("a sum");
    b.define(&f, &[sum]).expect("defined");
    let f = b.record(Part::StageCost);
    let own = f.control("u").expect("u").square();
    b.define(&f, &[own]).expect("defined");
    let f = b.record(Part::FinalCost);
    b.define(&f, &[f.state("x").expect("x").square()])
        .expect("defined");
    let task = b.task().and_then(|t| t.with_truncation(4)).expect("a task");
    let theta: Vec<f64> = (0..10).map(|t| 0.1 * f64::from(t) - 0.3).collect();
    for mut engine in all("truncated_horizon", task.model()) {
        let samples = engine
            .samples(&task, &theta, &engines::batch(3, 1), 0..3)
            .expect("samples");
        for sample in samples {
            let u: Vec<f64> = theta
                .iter()
                .zip(&sample.noise)
                .map(|(t, w)| t + w)
                .collect();
            let end = 0.5 + u.iter().sum::<f64>();
            for (t, found) in sample.first_order.iter().enumerate() {
                let beyond = if t < 8 { 0.0 } else { 2.0 * end };
                let expected = 2.0 * u[t] + beyond;
                assert!(
                    (found - expected).abs() < 1e-5,
                    "t = {t}: {found}, not {expected}"
                );
            }
        }
    }
}

/// A descent on the worst tenth of the costs ends with less of them than one on the mean.
#[test]
fn descents_take_risk_and_limits() {
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let task = engines::task("friction", 60, 0.1, &[])
        .with_limit(None, limit(-0.5, 2.0, Limiting::Clamp))
        .expect("a limit");
    let risky = task.clone().with_risk(Risk::cvar(0.2).expect("a share"));
    for descent in ["trust-region", "gradient", "adam", "mppi", "cem", "cma-es"] {
        let kind = Kind::from_name(descent).expect(descent);
        let options = Options::of(&risky, kind).expect(descent).within(20_000);
        let found = solve(
            &mut engine,
            &risky,
            &risky.start(),
            &options,
            &Interrupt::default(),
            &mut |_| (),
        );
        let found = found.expect(descent);
        let spent = found.iterations.last().map_or(0, |i| i.rollouts);
        assert!(spent <= 20_000, "{descent}: {spent}");
        let before = estimated(&risky, &risky.start(), 4096, 9).value_mean;
        let after = estimated(&risky, &found.theta, 4096, 9).value_mean;
        assert!(after < before, "{descent}: {after} from {before}");
    }
}

#[test]
fn shortest_combination_of_gradients_is_refused_under_risk() {
    let task = engines::task("friction", 60, 0.1, &[]).with_risk(Risk::Worst);
    let options = Options::of(&task, Kind::GradientSampling).expect("options");
    let error = options.check(&task).expect_err("an error").to_string();
    assert!(error.contains("under `risk`"), "{error}");
}

/// Tasks with noise of each control's own, in time too.
fn spread() -> Vec<(&'static str, Task)> {
    let of = |task: Task, name: &str, first, last| {
        task.with_control_sigma(name, first, last).expect(name)
    };
    let open = Task::find("lqr-2")
        .and_then(|t| t.with_horizon(15))
        .and_then(|t| t.with_policy(Policy::OpenLoop))
        .expect("lqr-2")
        .with_noise_on(NoiseOn::Decision);
    let [a, b] = controls(&open);
    let open = of(of(open, &a, 0.3, 0.05), &b, 0.0, 0.0);
    let spline = "spline=5".parse().and_then(|p| open.clone().with_policy(p));
    let linear = engines::task("lqr-2", 9, 0.2, &[]).with_noise_on(NoiseOn::Action);
    let linear = linear.with_policy(Policy::Linear).expect("linear");
    let changing = of(engines::task("friction", 20, 0.1, &[]), "force", 0.02, 0.2);
    let ending = of(engines::task("friction", 48, 0.1, &[]), "force", 0.3, 0.0);
    let with = |d| changing.clone().with_distribution(d);
    vec![
        ("open loop", open),
        ("spline", spline.expect("a spline")),
        ("to nothing", ending),
        ("laplace", with(Distribution::Laplace)),
        ("logistic", with(Distribution::Logistic)),
        ("student", with(Distribution::StudentT)),
        ("on the action", of(linear, &a, 0.05, 0.3)),
    ]
}

/// The names of two controls.
fn controls(task: &Task) -> [String; 2] {
    let list = &task.model().about().control;
    [0, 1].map(|i| list[i].name.to_string())
}

#[test]
fn engines_agree_on_noise_of_each_control() {
    engines_agree("engines_agree_on_noise_of_each_control", spread());
}

/// Each engine holds beside the reference on these tasks.
pub fn engines_agree(test: &str, tasks: Vec<(&str, Task)>) {
    for (name, task) in tasks {
        for mut engine in all(test, task.model()).into_iter().skip(1) {
            for seed in [1, 2] {
                let report = verify(&mut *engine, &task, 300, seed).expect(name);
                let kind = engine.report().engine;
                assert_eq!(
                    report.verdict,
                    Verdict::Holds,
                    "{name} on {kind}: {report:?}"
                );
            }
        }
    }
}

/// Each element has the deviation that it should have, and its score is w/σ².
#[test]
fn noise_of_a_control_has_its_own_deviation() {
    for (name, task) in spread().into_iter().take(2) {
        let (count, times) = (4000, task.noise_dimension() / 2);
        let samples = engines::reference()
            .samples(&task, &task.start(), &engines::batch(count, 8), 0..count)
            .expect("samples");
        for (i, sigma) in task.sigmas().into_iter().enumerate() {
            let share = (i / 2) as f64 / (times - 1) as f64;
            let expected = if i % 2 == 0 { 0.3 - 0.25 * share } else { 0.0 };
            assert!((sigma - expected).abs() < 1e-12, "{name}, {i}: {sigma}");
            let mean = samples.iter().map(|s| s.noise[i].powi(2)).sum::<f64>() / count as f64;
            let error = expected * expected * (2.0 / count as f64).sqrt();
            let what = format!("{name}, variance of element {i}");
            close(&what, mean, expected * expected, error);
            for s in samples.iter().take(5) {
                let score = match sigma > 0.0 {
                    true => s.noise[i] / (sigma * sigma),
                    false => 0.0,
                };
                let off = (s.score[i] - score).abs();
                assert!(off <= 1e-9 * score.abs(), "{} {score}", s.score[i]);
            }
        }
    }
}

/// f = Σ cᵢ uᵢ + uᵢ²: F = f(θ) + Σ σᵢ², ∇F = c + 2θ, whatever σᵢ are, and 0 is one of them.
#[test]
fn gradient_under_noise_of_each_control_is_that_of_the_smoothed_cost() {
    let cost = [(0.4, 1.0), (-0.7, 1.0), (0.2, 1.0)];
    let theta = [0.3, -0.1, 0.2];
    let mut task = Task::new(of_control(&cost));
    for (name, sigma) in [("u0", 0.05), ("u1", 0.0), ("u2", 0.6)] {
        task = task.with_control_sigma(name, sigma, sigma).expect(name);
    }
    let found = estimated(&task, &theta, 200_000, 3);
    let terms = cost.iter().zip(&theta).map(|((c, _), t)| c * t + t * t);
    let value = terms.sum::<f64>() + 0.05 * 0.05 + 0.6 * 0.6;
    close("F", found.value_mean, value, found.value_std_error);
    let (first, zeroth) = orders(&found);
    for (i, ((c, _), t)) in cost.iter().zip(&theta).enumerate() {
        for (what, (mean, std_error)) in [("first", first[i]), ("zeroth", zeroth[i])] {
            close(
                &format!("{what} order of u{i}"),
                mean,
                c + 2.0 * t,
                std_error,
            );
        }
        let error = zeroth[i].1.max(first[i].1);
        close(
            &format!("mix of u{i}"),
            found.gradient[i],
            c + 2.0 * t,
            error,
        );
    }
    let error = zeroth[1].1;
    assert!(
        error < 1e-5,
        "without noise the first order counts: {error}"
    );
}

#[test]
fn noise_that_cannot_be_is_refused() {
    let task = || {
        let task = Task::find("lqr-2").and_then(|t| t.with_policy(Policy::OpenLoop));
        task.expect("lqr-2").with_noise_on(NoiseOn::Decision)
    };
    let [a, b] = controls(&task());
    let refused = |result: Result<()>| result.expect_err("an error").to_string();
    let silent = task()
        .with_control_sigma(&a, 0.0, 0.0)
        .and_then(|t| t.with_control_sigma(&b, 0.0, 0.0));
    let error = refused(silent.and_then(|t| t.check_noise()));
    assert!(error.contains("nothing to sample"), "{error}");
    let error = refused(task().with_control_sigma(&a, -0.1, 0.1).map(|_| ()));
    assert!(error.contains("0, or a standard deviation"), "{error}");
    let unknown = task().with_control_sigma("spin", 0.1, 0.1);
    assert!(matches!(unknown, Err(Error::UnknownControl { .. })));
    let own = task().with_control_sigma(&a, 0.5, 0.1).expect("noise");
    let weights = own.clone().with_policy(Policy::Linear);
    let error = refused(weights.and_then(|t| t.check_noise()));
    assert!(error.contains("all weights"), "{error}");
    // Hidden layers act through all controls, so that a score needs the noise of all.
    let acted = task().with_policy(Policy::Linear).expect("linear");
    let acted = acted.with_noise_on(NoiseOn::Action);
    let silent = acted.with_control_sigma(&a, 0.0, 0.0).expect("noise");
    let error = refused(silent.check_noise());
    assert!(
        error.contains("every control of a feedback policy"),
        "{error}"
    );
    let held = own.clone().with_policy(Policy::Held).expect("held");
    let error = refused(held.check_noise());
    assert!(error.contains("one number for each control"), "{error}");
    let options = Options::of(&own, Kind::CmaEs).expect("options");
    assert!(options.check(&own).is_err());
}

#[test]
fn strangers_are_refused() {
    let task = || Task::find("pushing").expect("pushing");
    let refused = |result: Result<Task>| result.expect_err("an error").to_string();
    for (low, high) in [
        (1.0, -1.0),
        (0.5, 0.5),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
    ] {
        let error = Limit::new(low, high, Limiting::Clamp, "limit of force").expect_err("an error");
        assert!(error.to_string().contains("low below high"), "{error}");
    }
    let unknown = task().with_limit(Some("push"), limit(-1.0, 1.0, Limiting::Clamp));
    assert!(matches!(unknown, Err(Error::UnknownControl { .. })));
    assert!(refused(task().with_truncation(0)).contains("from 1 to"));
    for share in [0.0, -0.1, 1.1, f64::NAN] {
        let error = Risk::cvar(share).expect_err("an error").to_string();
        assert!(error.contains("above 0 and at most 1"), "{error}");
    }
    let excluded = task()
        .with_limit(None, limit(1.0, 2.0, Limiting::Clamp))
        .and_then(|t| t.check_within_limits(&t.start(), 0.0, "the start"));
    assert!(matches!(excluded, Err(Error::OutsideLimits { .. })));
}
