//! A, B, C and D against central differences of steps, and by both sweeps.

use super::samples::{hand, many, pushing};
use super::task;
use mollify::contact::quasidynamic::smoothing;
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::engine::maps;
use mollify::number::Scalar;
use mollify::number::dual::Dual;
use mollify::system::quasidynamic::{QuasiDynamics, StepLinearization, Wanted};

/// Next configuration, then forces.
fn step(steps: &QuasiDynamics, p: &[f64], q: &[f64], u: &[f64]) -> Vec<f64> {
    steps.step.run(p, q, u, 0.0)
}

/// The derivative of output i by input j: of q, then of u.
fn entry(l: &StepLinearization, (n, m): (usize, usize), i: usize, j: usize) -> f64 {
    match (i < n, j < n) {
        (true, true) => l.next_by_state[i * n + j],
        (true, false) => l.next_by_control[i * m + j - n],
        (false, true) => l.force_by_state[(i - n) * n + j],
        (false, false) => l.force_by_control[(i - n) * m + j - n],
    }
}

/// The largest error of all entries, of motions and of forces, each relative to the largest entry of its kind or to 1.
fn errors(task: &mollify::Task, q: &[f64], u: &[f64], h: f64) -> [f64; 2] {
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let p = task.parameters();
    let found = steps.linearize(p, q, u);
    let (n, m) = (q.len(), u.len());
    let mut off = [0.0_f64; 2];
    let mut size = [1.0_f64; 2];
    for j in 0..n + m {
        let at = |h: f64| {
            let mut x = [q, u].concat();
            x[j] += h;
            step(steps, p, &x[..n], &x[n..])
        };
        let (high, low) = (at(h), at(-h));
        for i in 0..n + steps.rows {
            let slope = (high[i] - low[i]) / (2.0 * h);
            let kind = usize::from(i >= n);
            off[kind] = off[kind].max((slope - entry(&found, (n, m), i, j)).abs());
            size[kind] = size[kind].max(slope.abs());
        }
    }
    [off[0] / size[0], off[1] / size[1]]
}

/// The task at this weight of the barrier.
fn at(name: &str, kappa: f64) -> mollify::Task {
    let plain = task(name, &[]);
    let steps = plain.model().quasi_dynamics().expect("quasi-dynamic");
    let compliance = steps.contact_compliance(plain.parameters());
    task(name, &[("smoothing", smoothing::length(kappa, compliance))])
}

#[test]
fn all_jacobians_are_the_slopes_of_steps() {
    for (kappa, h) in [(1e2, 1e-6), (1e4, 1e-8)] {
        let mut worst = [0.0_f64; 4];
        for (q, u) in many(100, 30, pushing) {
            let [motion, force] = errors(&at("planar-pushing", kappa), &q, &u, h);
            worst = [
                worst[0].max(motion),
                worst[1].max(force),
                worst[2],
                worst[3],
            ];
        }
        for (q, u) in many(40, 31, hand) {
            let [motion, force] = errors(&at("planar-hand", kappa), &q, &u, h);
            worst = [
                worst[0],
                worst[1],
                worst[2].max(motion),
                worst[3].max(force),
            ];
        }
        println!("kappa {kappa:e}: pushing, hand: motion and force {worst:?}");
        assert!(worst.iter().all(|x| *x < 1e-5), "kappa {kappa}: {worst:?}");
    }
}

/// Duals through what is recorded: without smoothing, f64 alone has another solver for many rows.
fn by_duals(steps: &QuasiDynamics, p: &[f64], q: &[f64], u: &[f64]) -> StepLinearization {
    let (n, m) = (q.len(), u.len());
    let mut found = StepLinearization {
        next_by_state: vec![0.0; n * n],
        next_by_control: vec![0.0; n * m],
        force_by_state: vec![0.0; steps.rows * n],
        force_by_control: vec![0.0; steps.rows * m],
        ..StepLinearization::default()
    };
    let constant = |x: &f64| Dual::<1>::constant(*x);
    let p: Vec<Dual<1>> = p.iter().map(constant).collect();
    for j in 0..n + m {
        let mut x: Vec<Dual<1>> = q.iter().chain(u).map(constant).collect();
        x[j].derivative = [1.0];
        let outputs = steps.step.run(&p, &x[..n], &x[n..], constant(&0.0));
        for (i, output) in outputs.iter().enumerate() {
            let slope = output.derivative[0];
            match (i < n, j < n) {
                (true, true) => found.next_by_state[i * n + j] = slope,
                (true, false) => found.next_by_control[i * m + j - n] = slope,
                (false, true) => found.force_by_state[(i - n) * n + j] = slope,
                (false, false) => found.force_by_control[(i - n) * m + j - n] = slope,
            }
        }
        found.next = outputs[..n].iter().map(|x| x.value).collect();
        found.force = outputs[n..].iter().map(|x| x.value).collect();
    }
    found
}

/// Both sweeps, for each row of the derivatives that a planner may want.
#[test]
fn the_reverse_sweep_gives_what_duals_give() {
    for name in [
        "cart-wall",
        "block-wall",
        "planar-pushing",
        "ball-grazing",
        "planar-hand",
    ] {
        for smoothing in [0.01, 0.0] {
            let task = task(name, &[("smoothing", smoothing)]);
            let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
            let q: Vec<f64> = task.initial_state()[..steps.sizes.state].to_vec();
            let commanded = &task.model().defaults().commanded;
            let u: Vec<f64> = commanded.iter().map(|i| q[*i] + 0.03).collect();
            let expected = by_duals(steps, task.parameters(), &q, &u);
            for wanted in [Wanted::Step, Wanted::ByControl, Wanted::Motion, Wanted::All] {
                let results = steps.function(wanted).run(task.parameters(), &q, &u, 0.0);
                let found = steps.read(wanted, &results);
                let pairs = [
                    (&found.next, &expected.next),
                    (&found.force, &expected.force),
                    (&found.next_by_state, &expected.next_by_state),
                    (&found.next_by_control, &expected.next_by_control),
                    (&found.force_by_state, &expected.force_by_state),
                    (&found.force_by_control, &expected.force_by_control),
                ];
                for (i, (a, b)) in pairs.into_iter().enumerate() {
                    let size = b.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
                    let is_there = match wanted {
                        Wanted::Step => i < 2,
                        Wanted::ByControl => i < 2 || i == 3,
                        Wanted::Motion => i < 4,
                        Wanted::All => true,
                    };
                    assert_eq!(a.len(), if is_there { b.len() } else { 0 }, "{name}, {i}");
                    for (a, b) in a.iter().zip(b) {
                        assert!((a - b).abs() <= 1e-10 * size, "{name}, {i}: {a} {b}");
                    }
                }
            }
        }
    }
}

/// With λ s = μ, a force changes by its share as its gap does by its own: dλ/λ = -dr/r.
#[test]
fn forces_change_by_the_share_that_gaps_do() {
    let task = at("planar-pushing", 100.0);
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let (q, u) = ([0.0, 0.5, 0.0, 0.1, -0.1], [0.13, -0.05]);
    let l = steps.linearize(task.parameters(), &q, &u);
    for k in 0..steps.rows {
        let gap = |force: f64| 1.0 / (100.0 * force);
        for a in 0..2 {
            let h = 1e-6;
            let mut moved = u;
            moved[a] += h;
            let high = step(steps, task.parameters(), &q, &moved)[5 + k];
            moved[a] -= 2.0 * h;
            let low = step(steps, task.parameters(), &q, &moved)[5 + k];
            let opening = (gap(high) - gap(low)) / (2.0 * h) / gap(l.force[k]);
            let share = l.force_by_control[k * 2 + a] / l.force[k];
            assert!(
                (opening + share).abs() < 1e-6 * share.abs().max(1.0),
                "{opening} {share}"
            );
        }
    }
}

/// A row of results is taken apart and put together again without a loss, whatever was wanted.
#[test]
fn rows_of_results_are_read_and_written_alike() {
    for name in ["cart-wall", "planar-pushing", "ball-grazing"] {
        let task = task(name, &[]);
        let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
        for wanted in [Wanted::Step, Wanted::ByControl, Wanted::Motion, Wanted::All] {
            let function = steps.function(wanted);
            let adapter = AdapterChoice::Any;
            let map = maps::open(
                Kind::Reference,
                &function,
                task.parameters(),
                steps.sizes,
                &adapter,
            );
            let point: Vec<f64> = (0..steps.sizes.point())
                .map(|i| 0.3 - 0.07 * i as f64)
                .collect();
            let row = map.and_then(|mut map| map.run(&point)).expect("a step");
            assert_eq!(
                steps.row(wanted, &steps.read(wanted, &row)),
                row,
                "{name}, {wanted:?}"
            );
        }
    }
}
