//! A system that was written by hand, with a loop and a cost that uses time, does what its equations say:
//!
//!   m v⁺ = m v + h (u - k x - c v⁺ |v⁺|),   x⁺ = x + h v⁺,   cost Σ (x - sin(t/10))² + u²/100, and x² at the end

use super::{SPRING, agree, read, told, valid_shader};
use crate::engines::all;
use mollify::check::verify;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::nominal::nominal;
use mollify::engine::{Engine, Interrupt};
use mollify::system::model::Model;
use mollify::system::task::Task;
use std::sync::Arc;

/// m, k, c, h
const P: [f64; 4] = [0.6, 2.5, 0.9, 0.07];

fn spring() -> Arc<Model> {
    Arc::new(read(SPRING).expect("the example is right"))
}

/// v⁺ by bisection: the left side grows with it.
fn velocity(x: f64, v: f64, u: f64) -> f64 {
    let [m, k, c, h] = P;
    let residual = |y: f64| m * y + h * c * y * y.abs() - m * v - h * (u - k * x);
    let (mut low, mut high) = (-100.0, 100.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        match residual(middle) > 0.0 {
            true => high = middle,
            false => low = middle,
        }
    }
    0.5 * (low + high)
}

const POINTS: [[f64; 3]; 4] = [
    [0.3, -0.7, 0.2],
    [-1.1, 0.4, 3.0],
    [0.0, 2.0, -5.0],
    [2.0, -3.0, 0.5],
];

#[test]
fn one_step_and_the_costs_are_those_of_the_equations() {
    let model = spring();
    for [x, v, u] in POINTS {
        let mut next = [0.0; 2];
        model.advance(&P, &[x, v], &[u], &mut next);
        let exact = velocity(x, v, u);
        // Newton's method has converged to rounding after six passes from a start this near.
        assert!((next[1] - exact).abs() < 1e-12, "{} {exact}", next[1]);
        assert!((next[0] - (x + P[3] * exact)).abs() < 1e-12);
        for time in [0, 7] {
            let mark = (0.1 * time as f64).sin();
            let cost = (x - mark).powi(2) + 0.01 * u * u;
            let found = model.stage_cost(&P, &[x, v], &[u], time);
            assert!((found - cost).abs() < 1e-14, "{found} {cost}");
        }
        assert_eq!(model.final_cost(&P, &[x, v]), x * x);
    }
}

#[test]
fn the_derivative_is_that_of_the_implicit_function() {
    let model = spring();
    for [x, v, u] in POINTS {
        let mut found = model.linearization();
        model.linearize(&P, &[x, v], &[u], 3, &mut found);
        // (m + 2 h c |v⁺|) dv⁺ = m dv + h du - h k dx
        let [m, k, c, h] = P;
        let slope = m + 2.0 * h * c * velocity(x, v, u).abs();
        let [dx, dv, du] = [-h * k / slope, m / slope, h / slope];
        let jacobian = [1.0 + h * dx, h * dv, dx, dv];
        for (a, b) in found.state_jacobian.iter().zip(jacobian) {
            assert!((a - b).abs() < 1e-10, "{a} {b}");
        }
        for (a, b) in found.control_jacobian.iter().zip([h * du, du]) {
            assert!((a - b).abs() < 1e-10, "{a} {b}");
        }
        let gradient = [2.0 * (x - 0.3_f64.sin()), 0.0];
        for (a, b) in found.state_gradient.iter().zip(gradient) {
            assert!((a - b).abs() < 1e-14, "{a} {b}");
        }
    }
}

#[test]
fn its_parts_that_may_be_left_out_are_as_the_text_says() {
    let task = Task::new(spring());
    assert_eq!(
        (task.horizon(), task.sigma(), task.dimension()),
        (20, 0.1, 20)
    );
    assert!(task.published().is_none() && task.policy().is_open_loop());
    assert!(task.environment().has_random_parameters());
    // σ √d, and the means of what is drawn.
    assert!((task.tuned().radius - 0.1 * 20_f64.sqrt()).abs() < 1e-15);
    assert_eq!(task.parameters(), [0.5, 3.0, 0.7, 0.05]);
    assert_eq!(task.initial_state(), [0.0, 0.0]);
    let costs = nominal(&task, &task.start());
    assert!(costs.cost > 0.0);
}

#[test]
fn every_engine_runs_it_and_agrees_with_the_reference() {
    let (model, task) = (spring(), Task::new(spring()));
    valid_shader(&task);
    for mut engine in all("by_hand", &model).into_iter().skip(1) {
        let report = verify(&mut *engine, &task, 1024, 3).expect("a report");
        let failed: Vec<_> = report.rows.iter().filter(|row| !row.holds).collect();
        assert!(report.holds, "{failed:?}");
    }
}

/// What was read can be written, and read once more, without a change.
#[test]
fn it_survives_its_own_export_to_the_bit() {
    let model = spring();
    let text = model.to_json().expect("a text");
    assert!(
        text.contains("\"loops\"") && text.contains("[\"input\",\"time\"]"),
        "{text}"
    );
    let back = Arc::new(read(&text).expect("its own text"));
    assert_eq!(back.to_json().expect("a text"), text);
    let mut engine = CpuEngine::new("a test", 64 << 20, Interrupt::default());
    let here = told(&mut engine, &Task::new(model));
    agree(
        engine.report().engine,
        &here,
        &told(&mut engine, &Task::new(back)),
    );
}

/// Constants beyond f32, as a result and as an argument: no literal of WGSL, so that they are computed at run time.
#[test]
fn constants_that_leave_f32_are_printed_and_make_samples_that_are_not_finite() {
    for cost in [
        "[\"constant\", 1e30],\n[\"mul\", 1, 1],\n[\"mul\", 0, 2]",
        "[\"constant\", 0],\n[\"div\", 1, 1],\n[\"add\", 0, 2]",
        "[\"constant\", 3e38],\n[\"add\", 1, 1],\n[\"max\", 0, 2]",
        "[\"constant\", 0],\n[\"ln\", 1],\n[\"sub\", 0, 2]",
    ] {
        let text = SPRING.replace(
            "[\"mul\", 0, 0]\n], \"outputs\": [1]",
            &format!("{cost}\n], \"outputs\": [3]"),
        );
        let model = Arc::new(read(&text).expect(cost));
        let task = Task::new(model.clone());
        valid_shader(&task);
        let engines: Vec<Box<dyn Engine>> = all("constants", &model).into_iter().skip(1).collect();
        for mut engine in engines {
            let batch = crate::engines::batch(8, 0);
            let moments = engine.moments(&task, &task.start(), &batch);
            match moments {
                Ok(moments) => assert_eq!(moments.nonfinite.count, 8, "{cost}"),
                Err(error) => assert!(error.to_string().contains("is not finite"), "{error}"),
            }
        }
    }
    // Where it is not chosen, it does no harm, nor where a cotangent leaves f32 that nothing depends on.
    let cost = "[\"constant\", 0],\n[\"div\", 1, 1],\n[\"less\", 0, 0],\n[\"select\", 3, 2, 0],\n[\"mul\", 4, 4]";
    let text = SPRING.replace(
        "[\"mul\", 0, 0]\n], \"outputs\": [1]",
        &format!("{cost}\n], \"outputs\": [5]"),
    );
    let model = Arc::new(read(&text).expect(cost));
    let task = Task::new(model.clone());
    valid_shader(&task);
    for mut engine in all("constants", &model) {
        let found = engine.moments(&task, &task.start(), &crate::engines::batch(8, 0));
        assert!(found.is_ok(), "{found:?}");
    }
}

/// A body that is moved by hand, with these nodes of a cost of its position, which is node 0.
fn slider(cost: &str, output: usize) -> Task {
    let cost =
        format!(r#"{{"nodes": [["input", "state", "position"], {cost}], "outputs": [{output}]}}"#);
    let text = format!(
        r#"{{"format": "mollify-system", "version": 1, "name": "slider", "summary": "a body", "source": "a test",
        "state": [{{"name": "position", "unit": "m", "initial": 0.2}}],
        "control": [{{"name": "step", "unit": "m"}}],
        "parameters": [], "horizon": 3, "sigma": 0.1,
        "advance": {{"nodes": [["input", "state", "position"], ["input", "control", "step"], ["add", 0, 1]], "outputs": [2]}},
        "stage_cost": {cost}, "final_cost": {cost}}}"#
    );
    Task::new(Arc::new(Model::from_json(&text, "a text").expect("right")))
}

/// The square of the position, and not a number below .1.
const BROKEN_BELOW: &str = r#"["constant", 0.1], ["less", 0, 1], ["constant", -1], ["ln", 3], ["mul", 0, 0], ["select", 2, 4, 5]"#;

/// Nothing is 0 of nothing, and what is not finite anywhere is left out everywhere.
#[test]
fn verify_holds_where_costs_are_0_or_not_finite() {
    for (cost, output) in [(r#"["constant", 0]"#, 1), (BROKEN_BELOW, 6)] {
        let task = slider(cost, output);
        for mut engine in all("verify_zero", task.model()).into_iter().skip(1) {
            let report = verify(&mut *engine, &task, 1024, 3).expect("a report");
            let failed: Vec<_> = report.rows.iter().filter(|row| !row.holds).collect();
            assert!(failed.is_empty(), "{cost}: {failed:?}");
        }
    }
}
