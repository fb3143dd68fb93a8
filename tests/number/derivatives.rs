//! A system is written once; its graph, its dual numbers and its reverse sweep all mean the same function.

mod kinks;
mod operations;
mod trajectory;

use mollify::number::Scalar as _;
use mollify::number::rounded::Rounded;
use mollify::system::formulas::Linearization;
use mollify::system::functions::Function;
use mollify::system::model::Model;
use mollify::systems;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The defaults times 1/2 to 2; a default of 0 becomes anything near it, and a damping stays one. Bodies that start in
/// contact are hardly changed: another size would press them together by more than themselves.
pub fn random_parameters(model: &Model, rng: &mut StdRng) -> Vec<f64> {
    let octaves: f64 = match model.quasi_dynamics() {
        Some(_) => 0.1,
        None => 1.0,
    };
    let mut value = |name: &str, default: f64| match (name, default) {
        ("damping", _) => rng.random_range(0.9..1.0),
        // Shorter ones change on the scale of the differences of these tests.
        ("smoothing", _) => rng.random_range(0.04..0.1),
        ("corner", _) => rng.random_range(0.0..0.1),
        (_, 0.0) => rng.random_range(-0.5..0.5),
        _ => default * rng.random_range(-octaves..octaves).exp2(),
    };
    let parameters = model.parameters().iter();
    parameters.map(|p| value(&p.name, p.default)).collect()
}

/// The number of the step at which costs are looked at.
const TIME: usize = 7;

/// The arguments of all functions of a system.
#[derive(Clone, Debug)]
struct Point {
    parameters: Vec<f64>,
    state: Vec<f64>,
    control: Vec<f64>,
    cotangent: Vec<f64>,
}

impl Point {
    fn random(model: &Model, rng: &mut StdRng) -> Self {
        let parameters = random_parameters(model, rng);
        let mut draw = |count, size: f64| -> Vec<f64> {
            (0..count).map(|_| rng.random_range(-size..size)).collect()
        };
        let mut point = Self {
            parameters,
            // Friction's bodies must touch now and then.
            state: draw(model.state_size(), 0.3),
            control: draw(model.control_size(), 1.7),
            cotangent: draw(model.state_size(), 2.3),
        };
        // Commands are near to where the robot is, and bodies where they touch a little.
        let commanded = &model.defaults().commanded;
        if !commanded.is_empty() {
            let start = model.defaults().environment.mean_state();
            for (x, start) in point.state.iter_mut().zip(start) {
                *x = start + 0.1 * *x;
            }
            for (u, i) in point.control.iter_mut().zip(commanded) {
                *u = point.state[*i] + 0.02 * *u;
            }
        }
        point
    }

    fn evaluate(&self, function: &Function) -> Vec<f64> {
        let banks: [&[f64]; 5] = [
            &self.parameters,
            &self.state,
            &self.control,
            &[TIME as f64],
            &self.cotangent,
        ];
        function.graph().run(function.outputs(), &banks)
    }
}

fn for_every_system(count: usize, mut body: impl FnMut(&str, &Model, &Point, &mut StdRng)) {
    for (number, (name, make)) in systems::every().iter().enumerate() {
        let model = make();
        let mut rng = StdRng::seed_from_u64(100 + number as u64);
        for _ in 0..count {
            let point = Point::random(&model, &mut rng);
            body(name, &model, &point, &mut rng);
        }
    }
}

#[test]
fn traced_graph_computes_the_formulas() {
    for_every_system(200, |name, model, point, _| {
        let Point {
            parameters: p,
            state: x,
            control: u,
            ..
        } = point;
        let mut next = vec![0.0; model.state_size()];
        model.advance(p, x, u, &mut next);
        let traces = model.functions();
        let pairs = [
            (&traces.advance, next),
            (&traces.stage_cost, vec![model.stage_cost(p, x, u, TIME)]),
            (&traces.final_cost, vec![model.final_cost(p, x)]),
        ];
        for (trace, expected) in pairs {
            let found = point.evaluate(trace);
            assert_eq!(found.len(), expected.len(), "{name}");
            for (a, b) in found.iter().zip(&expected) {
                assert!(
                    (a - b).abs() <= 1e-12 * b.abs(),
                    "{name} at {point:?}: {a}, {b}"
                );
            }
        }
    });
}

/// The reverse sweep in f64 against dual numbers: two derivations that share no code.
fn check_reverse_against_dual(name: &str, model: &Model, point: &Point) -> Linearization {
    let (n, m) = (model.state_size(), model.control_size());
    let mut l = model.linearization();
    model.linearize(
        &point.parameters,
        &point.state,
        &point.control,
        TIME,
        &mut l,
    );
    let mut last = vec![0.0; n];
    model.final_cost_gradient(&point.parameters, &point.state, &mut last);

    let contracted = |jacobian: &[f64], own: &[f64], width: usize, j: usize| {
        let terms = (0..n).map(|i| jacobian[i * width + j] * point.cotangent[i]);
        let terms: Vec<f64> = terms.chain([own[j]]).collect();
        let sum: f64 = terms.iter().sum();
        (sum, terms.iter().map(|t| t.abs()).sum::<f64>())
    };
    let states = (0..n).map(|j| contracted(&l.state_jacobian, &l.state_gradient, n, j));
    let controls = (0..m).map(|j| contracted(&l.control_jacobian, &l.control_gradient, m, j));
    let expected: Vec<(f64, f64)> = states.chain(controls).collect();
    let found = point.evaluate(&model.functions().step_vjp);
    assert_eq!(found.len(), n + m, "{name}");
    let found_last = point.evaluate(&model.functions().final_cost_gradient);
    assert_eq!(found_last.len(), n, "{name}");

    // Where a robot was cancels as 1 - 1 in where it goes: each sweep leaves its own rounding of the cotangents.
    let cancelled = match model.defaults().commanded.is_empty() {
        true => 0.0,
        false => point.cotangent.iter().map(|c| c.abs()).sum(),
    };
    let last = last.iter().map(|g| (*g, g.abs()));
    let pairs = expected.into_iter().chain(last);
    for (i, (found, (sum, scale))) in found.iter().chain(&found_last).zip(pairs).enumerate() {
        // A box deep inside another is pushed from all sides: terms that are 0 together leave their rounding in one of both.
        assert!(
            (found - sum).abs() <= 1e-10 * (scale + cancelled) + 1e-12,
            "{name}, output {i} at {point:?}: reverse {found}, dual {sum}"
        );
    }
    l
}

#[test]
fn reverse_sweep_equals_dual_numbers_for_every_system() {
    for_every_system(300, |name, model, point, _| {
        check_reverse_against_dual(name, model, point);
    });
}

/// The least margin of the branches of all functions, with this error on state and control: above 1 none flips within it.
fn margin(model: &Model, point: &Point, error: f64) -> f64 {
    let wide = |values: &[f64]| -> Vec<Rounded> {
        let values = values.iter();
        values.map(|x| Rounded::input(*x, error)).collect()
    };
    let p: Vec<Rounded> = point
        .parameters
        .iter()
        .map(|x| Rounded::constant(*x))
        .collect();
    let (state, control) = (wide(&point.state), wide(&point.control));
    let (functions, time) = (model.functions(), Rounded::constant(TIME as f64));
    let functions = [
        &functions.advance,
        &functions.stage_cost,
        &functions.final_cost,
    ];
    let outputs = functions.map(|f| f.run(&p, &state, &control, time));
    let margins = outputs.iter().flatten().map(|x| x.margin);
    margins.fold(f64::INFINITY, f64::min)
}

#[test]
fn dual_numbers_equal_central_differences_away_from_kinks() {
    const STEP: f64 = 1e-4;
    let (mut compared, mut skipped) = (0, 0);
    for_every_system(40, |name, model, point, _| {
        let (n, m) = (model.state_size(), model.control_size());
        let p = &point.parameters;
        if margin(model, point, STEP) < 1.0 {
            skipped += 1;
            return;
        }
        compared += 1;
        // Next state, stage cost and final cost as one vector function of state and control.
        let all = |inputs: &[f64]| {
            let (x, u) = inputs.split_at(n);
            let mut values = vec![0.0; n];
            model.advance(p, x, u, &mut values);
            values.extend([model.stage_cost(p, x, u, TIME), model.final_cost(p, x)]);
            values
        };
        let mut l = model.linearization();
        model.linearize(p, &point.state, &point.control, TIME, &mut l);
        let mut last = vec![0.0; n];
        model.final_cost_gradient(p, &point.state, &mut last);
        let inputs = [point.state.clone(), point.control.clone()].concat();
        let values = all(&inputs);
        for j in 0..n + m {
            let at = |steps: f64| {
                let mut moved = inputs.clone();
                moved[j] += steps * STEP;
                all(&moved)
            };
            let [far_below, below, above, far_above] = [-2.0, -1.0, 1.0, 2.0].map(at);
            for i in 0..n + 2 {
                let slope =
                    (8.0 * (above[i] - below[i]) - (far_above[i] - far_below[i])) / (12.0 * STEP);
                let dual = match (i, j < n) {
                    (i, true) if i < n => l.state_jacobian[i * n + j],
                    (i, false) if i < n => l.control_jacobian[i * m + j - n],
                    (i, true) if i == n => l.state_gradient[j],
                    (i, false) if i == n => l.control_gradient[j - n],
                    (_, true) => last[j],
                    (_, false) => 0.0,
                };
                // The second term is what rounding of the values leaves of a difference.
                let tolerance = 1e-6 * dual.abs() + 1e-10 * (1.0 + values[i].abs());
                assert!(
                    (slope - dual).abs() <= tolerance,
                    "{name}, d output {i} / d input {j} at {point:?}: dual {dual}, slope {slope}"
                );
            }
        }
    });
    println!("{compared} compared, {skipped} too near a branch");
    assert!(
        compared > 5 * skipped,
        "{compared} compared, {skipped} skipped"
    );
}
