//! The tasks under what can be set of their contact: without friction, round corners, and the short-tailed law.

use super::samples::{distance, hand, many, pushing};
use super::{near, task};
use mollify::Task;
use mollify::contact::quasidynamic::smoothing;
use mollify::engine::cpu::CpuMap;
use mollify::system::quasidynamic::{QuasiDynamics, StepLinearization, Wanted};

fn steps(task: &Task) -> &QuasiDynamics {
    task.model().quasi_dynamics().expect("quasi-dynamic")
}

/// Engine `cpu`, in f32.
fn on_cpu(task: &Task, q: &[f64], u: &[f64]) -> StepLinearization {
    let steps = steps(task);
    let map = CpuMap::new(
        &steps.function(Wanted::Motion),
        task.parameters(),
        steps.sizes,
    );
    let point: Vec<f32> = q.iter().chain(u).map(|x| *x as f32).collect();
    let results = map.run_f32(&point).expect("one point");
    let results: Vec<f64> = results.iter().map(|x| f64::from(*x)).collect();
    steps.read(Wanted::Motion, &results)
}

/// Both rows of a contact without friction are the same: the exact force is that of one row, the barrier's that of twice its μ.
#[test]
fn a_push_without_friction_is_in_closed_form() {
    // W_nn of a push at the middle of a face.
    let w = 0.012;
    for into in [0.05, 0.001, -0.02, 0.2] {
        for length in [0.0, 0.0155, 0.002] {
            let task = task(
                "planar-pushing",
                &[("friction", 0.0), ("smoothing", length)],
            );
            let (q, u) = ([0.0, 0.0, 0.0, 0.0, -0.6], [0.03, -0.6 + into]);
            let found = steps(&task).linearize(task.parameters(), &q, &u);
            let mu = smoothing::energy(length, steps(&task).contact_compliance(task.parameters()));
            let force = (into + (into * into + 8.0 * w * mu).sqrt()) / (2.0 * w);
            near(found.force.iter().sum(), force, 1e-9 * (1.0 + force));
            near(found.next[1], force / 500.0, 1e-11);
            near(found.next[3], 0.03, 1e-12);
            let single = on_cpu(&task, &q, &u);
            assert!(
                distance(&single.next, &found.next) < 3e-6,
                "{single:?} {found:?}"
            );
            assert!(distance(&single.next_by_control, &found.next_by_control) < 1e-3);
        }
    }
}

#[test]
fn every_task_takes_a_step_without_friction() {
    for (name, points) in [
        (
            "planar-pushing",
            many(200, 60, pushing)
                .into_iter()
                .map(|(q, u)| (q.to_vec(), u.to_vec()))
                .collect::<Vec<_>>(),
        ),
        (
            "planar-hand",
            many(60, 61, hand)
                .into_iter()
                .map(|(q, u)| (q.to_vec(), u.to_vec()))
                .collect(),
        ),
        (
            "ball-grazing",
            vec![
                (vec![0.0, 0.1, -0.02], vec![0.15, -0.1]),
                (vec![0.0, 0.0, 0.0], vec![0.0; 2]),
            ],
        ),
    ] {
        let plain = task(name, &[("friction", 0.0)]);
        let compliance = steps(&plain).contact_compliance(plain.parameters());
        for kappa in [1e2, 1e4, f64::INFINITY] {
            let length = smoothing::length(kappa, compliance);
            let task = task(name, &[("friction", 0.0), ("smoothing", length)]);
            for (q, u) in &points {
                let found = steps(&task).linearize(task.parameters(), q, u);
                let all = [
                    &found.next[..],
                    &found.force,
                    &found.next_by_state,
                    &found.next_by_control,
                ];
                assert!(
                    all.concat().iter().all(|x| x.is_finite()),
                    "{name} {kappa}: {q:?} {u:?}"
                );
                let single = on_cpu(&task, q, u);
                let off = distance(&single.next, &found.next);
                let allowed = if kappa.is_finite() { 1e-5 } else { 5e-4 };
                assert!(off < allowed, "{name} {kappa}: {q:?} {u:?}: {off:e}");
                let slopes = [&single.next_by_state[..], &single.next_by_control].concat();
                assert!(
                    slopes.iter().all(|x| x.is_finite()),
                    "{name} {kappa}: {q:?} {u:?}"
                );
            }
        }
    }
}

/// q⁺ = l log(1 + e^(u/l)) of the cart, and the slope of that.
#[test]
fn a_cart_under_the_short_tailed_law_is_the_softplus() {
    for length in [0.02, 0.003] {
        let task = task(
            "cart-wall",
            &[
                ("smoothing", length),
                ("short_tailed", 1.0),
                ("stiffness", 73.0),
            ],
        );
        for u in [-0.2_f64, -0.01, 0.0, 0.004, 0.3] {
            let found = steps(&task).linearize(task.parameters(), &[0.11], &[u]);
            let next = u.max(0.0) + length * (-u.abs() / length).exp().ln_1p();
            near(found.next[0], next, 1e-14);
            near(found.force[0], 73.0 * (next - u), 1e-11);
            near(
                found.next_by_control[0],
                1.0 / (1.0 + (-u / length).exp()),
                1e-12,
            );
        }
        let exact = task.with_parameter("smoothing", 0.0).expect("none");
        let found = steps(&exact).linearize(exact.parameters(), &[0.11], &[-0.03]);
        near(found.next[0], 0.0, 1e-15);
        near(found.next_by_control[0], 0.0, 1e-15);
    }
}

/// Derivatives by duals, by the reverse sweep in f32, by differences, and B in closed form behind the step that a tree takes.
#[test]
fn derivatives_under_the_short_tailed_law_are_slopes() {
    let task = task(
        "planar-pushing",
        &[("smoothing", 0.02), ("short_tailed", 1.0)],
    );
    let (steps, p) = (steps(&task), task.parameters());
    let planning = task.model().planning().expect("planned");
    let mut pressed = 0;
    for (q, u) in many(200, 62, pushing) {
        let found = steps.linearize(p, &q, &u);
        pressed += usize::from(found.force.iter().any(|x| *x > 0.5));
        for j in 0..7 {
            let at = |h: f64| {
                let mut x = [&q[..], &u].concat();
                x[j] += h;
                steps.linearize(p, &x[..5], &x[5..]).next
            };
            let (high, low) = (at(1e-6), at(-1e-6));
            for i in 0..5 {
                let slope = (high[i] - low[i]) / 2e-6;
                let entry = match j < 5 {
                    true => found.next_by_state[i * 5 + j],
                    false => found.next_by_control[i * 2 + j - 5],
                };
                near(entry, slope, 1e-5 * (1.0 + slope.abs()));
            }
        }
        let response = planning.respond(p, &q, &u);
        assert!(distance(&response.by_control, &found.next_by_control) < 1e-6);
        let single = on_cpu(&task, &q, &u);
        assert!(distance(&single.next, &found.next) < 3e-6);
        assert!(distance(&single.next_by_control, &found.next_by_control) < 1e-3);
    }
    assert!(pressed > 50, "{pressed} of 200 touch");
}

#[test]
fn what_is_no_contact_is_refused() {
    for (name, parameter, value, words) in [
        (
            "planar-pushing",
            "friction",
            -1.0,
            "0, for none, or a finite number above it",
        ),
        ("planar-hand", "friction", -0.1, "0, for none"),
        ("ball-grazing", "friction", -2.0, "0, for none"),
        (
            "planar-pushing",
            "corner",
            -1.0,
            "up to half of the box's side, 0.5 m",
        ),
        (
            "planar-pushing",
            "corner",
            0.6,
            "up to half of the box's side, 0.5 m",
        ),
        (
            "planar-pushing",
            "short_tailed",
            0.5,
            "0, for the barrier, or 1",
        ),
        ("cart-wall", "short_tailed", 2.0, "0, for the barrier, or 1"),
        (
            "block-wall",
            "short_tailed",
            -1.0,
            "0, for the barrier, or 1",
        ),
        (
            "ball-grazing",
            "short_tailed",
            7.0,
            "0, for the barrier, or 1",
        ),
    ] {
        let plain = Task::find(name).expect(name);
        let set = plain.with_parameter(parameter, value);
        let error = set
            .and_then(|task| task.check_parameters())
            .expect_err("refused");
        let text = error.to_string();
        assert!(text.contains(words) && text.contains(parameter), "{text}");
    }
    // A box of half a side with corners of it is a disc.
    let disc = task("planar-pushing", &[("corner", 0.5)]);
    disc.check_parameters().expect("round");
}
