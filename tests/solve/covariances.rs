//! Covariances that follow the samples, on a valley that is not along the axes.

use crate::engines::MIB;
use mollify::engine::Interrupt;
use mollify::engine::cpu::CpuEngine;
use mollify::noise::environment::Draw;
use mollify::solve::{Adaptation, Kind, Options, solve};
use mollify::system::Builder;
use mollify::system::builder::Part;
use mollify::system::task::Task;

const D: usize = 8;

/// f = Σ λᵢ (qᵢ·u - 1)², q the rows of an orthogonal matrix, in one step.
fn valley(curvature: impl Fn(usize) -> f64) -> Task {
    let mut b = Builder::new("valley");
    b.horizon(1).sigma(0.1);
    b.state("x", "1", Draw::Constant(0.0));
    let names: Vec<String> = (0..D).map(|i| format!("u{i}")).collect();
    for name in &names {
        b.control(name, "1");
    }
    let f = b.record(Part::Advance);
    b.define(&f, &[f.state("x").expect("x")]).expect("defined");
    let f = b.record(Part::StageCost);
    let number = |x: f64| f.constant(x).expect("a number");
    let mut sum = number(0.0);
    for i in 0..D {
        let mut along = number(-1.0);
        for (j, name) in names.iter().enumerate() {
            // The discrete cosine transform is orthogonal.
            let norm = if i == 0 {
                (1.0 / D as f64).sqrt()
            } else {
                (2.0 / D as f64).sqrt()
            };
            let q = norm * (std::f64::consts::PI * i as f64 * (j as f64 + 0.5) / D as f64).cos();
            let u = f.control(name).expect("a control");
            along = along
                .add(&u.mul(&number(q)).expect("a product"))
                .expect("a sum");
        }
        let weight = number(curvature(i));
        sum = sum
            .add(&along.square().mul(&weight).expect("a product"))
            .expect("a sum");
    }
    b.define(&f, &[sum]).expect("defined");
    let f = b.record(Part::FinalCost);
    b.define(&f, &[f.constant(0.0).expect("a number")])
        .expect("defined");
    b.task().expect("a task")
}

fn reached(task: &Task, kind: Kind, covariance: Adaptation, seed: u64) -> f64 {
    let mut options = Options::of(task, kind).expect("options").within(20_000);
    options.adaptation = covariance;
    options.estimate.seed = seed;
    let mut engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let stop = Interrupt::default();
    let found = solve(
        &mut engine,
        task,
        &task.start(),
        &options,
        &stop,
        &mut |_| (),
    );
    found.expect("a descent").final_value.cost
}

/// λ from 1 to 1000, each larger than the one before by the same factor.
fn graded() -> Task {
    valley(|i| 10.0_f64.powf(3.0 * i as f64 / (D - 1) as f64))
}

/// Two directions are flat, and all others steep.
fn two_flat() -> Task {
    valley(|i| if i < 2 { 1.0 } else { 1000.0 })
}

/// With the same rollouts a covariance that can have the shape of the valley gets further down than the diagonal one.
#[test]
fn adapted_covariances_follow_a_valley() {
    for kind in [Kind::Cem, Kind::Mppi] {
        for (task, covariance) in [
            (graded(), Adaptation::Full),
            (two_flat(), Adaptation::Rank(2)),
        ] {
            let wins = (0..10).filter(|seed| {
                let adapted = reached(&task, kind, covariance, 40 + seed);
                let diagonal = reached(&task, kind, Adaptation::None, 40 + seed);
                println!(
                    "{kind:?}, {covariance}, seed {seed}: {adapted:.2e} beside {diagonal:.2e}"
                );
                adapted < diagonal
            });
            let wins = wins.count();
            assert!(
                wins >= 9,
                "{kind:?} with {covariance} was below in {wins} of 10"
            );
        }
    }
}

#[test]
fn what_has_no_such_covariance_is_refused() {
    let task = graded();
    let refused = |task: &Task, kind: Kind, covariance: Adaptation| {
        let mut options = Options::of(task, kind).expect("options");
        options.adaptation = covariance;
        options.check(task).expect_err("an error").to_string()
    };
    assert!(refused(&task, Kind::TrustRegion, Adaptation::Full).contains("mppi or cem"));
    assert!(refused(&task, Kind::Cem, Adaptation::Rank(8)).contains("from 1 to 7"));
    let long = Task::find("pushing")
        .and_then(|t| t.with_horizon(3000))
        .expect("pushing");
    assert!(refused(&long, Kind::Mppi, Adaptation::Full).contains("2048"));
}
