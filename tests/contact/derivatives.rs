//! Derivatives of wrenches with respect to poses and twists: dual numbers, the reverse sweep and differences.

use crate::scenes::{State, models, rough};
use mollify::contact::{Body, ContactModel, Field, wrench};
use mollify::number::Scalar;
use mollify::number::dual::Dual;
use mollify::number::graph::{Graph, Id, Node};
use mollify::number::reverse;
use mollify::number::rounded::Rounded;
use mollify::number::traced::{Traced, record};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// Force and moment on A, then those on B.
fn outputs<S: Scalar>(model: ContactModel, [a, b]: &[Body<S>; 2], field: Field) -> [S; 6] {
    let touch = wrench(model, a, b, &rough(field));
    let [on_a, on_b] = [touch.on_a, touch.on_b];
    [
        on_a.force.x,
        on_a.force.y,
        on_a.moment,
        on_b.force.x,
        on_b.force.y,
        on_b.moment,
    ]
}

/// Rows are outputs, columns the twelve coordinates.
fn by_duals(model: ContactModel, state: &State, field: Field) -> [[f64; 12]; 6] {
    let x = state.coordinates();
    let x: [Dual<12>; 12] = std::array::from_fn(|i| Dual::variable(x[i], i));
    outputs(model, &state.bodies(x), field).map(|y| y.derivative)
}

/// The graph of the outputs, with the reverse sweep of Σ λ y appended.
struct Reverse {
    graph: Graph,
    values: Vec<Id>,
    cotangents: Vec<Id>,
}

impl Reverse {
    fn of(model: ContactModel, state: &State, field: Field) -> Self {
        let (mut graph, values) = record(|| {
            let x = std::array::from_fn(|i| Traced::input(0, i as u32));
            outputs(model, &state.bodies(x), field).map(Traced::id)
        });
        let mut inputs = |bank: u32, count: u32| -> Vec<Id> {
            (0..count)
                .map(|index| graph.push(Node::Input { bank, index }))
                .collect()
        };
        let (x, lambda) = (inputs(0, 12), inputs(1, 6));
        let cotangents = reverse::vjp(&mut graph, &values, &lambda, &x);
        Self {
            graph,
            values: values.to_vec(),
            cotangents,
        }
    }

    fn row(&self, x: &[f64], output: usize) -> Vec<f64> {
        let mut lambda = [0.0; 6];
        lambda[output] = 1.0;
        self.graph.run(&self.cotangents, &[x, &lambda])
    }
}

#[test]
fn reverse_sweep_equals_dual_numbers() {
    let mut rng = StdRng::seed_from_u64(8);
    for number in 0..200 {
        let state = State::random(&mut rng);
        let field = if number % 2 == 0 {
            Field::Distance
        } else {
            Field::Centre
        };
        for model in models() {
            let reverse = Reverse::of(model, &state, field);
            let x = state.coordinates();
            let values = reverse.graph.run(&reverse.values, &[&x]);
            let expected = outputs(model, &state.bodies(x), field);
            for (found, expected) in values.iter().zip(expected) {
                assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()));
            }
            for (output, row) in by_duals(model, &state, field).iter().enumerate() {
                let scale = 1.0 + row.iter().map(|x| x.abs()).fold(0.0, f64::max);
                for (found, expected) in reverse.row(&x, output).iter().zip(row) {
                    assert!(
                        (found - expected).abs() <= 1e-10 * scale,
                        "{model:?} output {output}: {found}, {expected} at {state:?}"
                    );
                }
            }
        }
    }
}

/// The least margin of the branches, with this error on all coordinates.
fn margin(model: ContactModel, state: &State, field: Field, error: f64) -> f64 {
    let x = state.coordinates().map(|x| Rounded::input(x, error));
    let all = outputs(model, &state.bodies(x), field);
    all.iter().map(|y| y.margin).fold(f64::INFINITY, f64::min)
}

/// Central differences of all outputs along a coordinate.
fn differences(model: ContactModel, state: &State, field: Field, i: usize, step: f64) -> [f64; 6] {
    let moved = |by: f64| {
        let mut x = state.coordinates();
        x[i] += by;
        outputs(model, &state.bodies(x), field)
    };
    let (more, less) = (moved(step), moved(-step));
    std::array::from_fn(|output| (more[output] - less[output]) / (2.0 * step))
}

/// Of `rigid-soft` with the ends of its parts detached, too: nothing is missing from the derivative.
#[test]
fn dual_numbers_equal_central_differences() {
    const STEP: f64 = 1e-5;
    let mut rng = StdRng::seed_from_u64(9);
    let (mut compared, mut bent) = ([0; 5], [0; 5]);
    for number in 0..2000 {
        let state = State::random(&mut rng);
        let field = if number % 2 == 0 {
            Field::Distance
        } else {
            Field::Centre
        };
        for (count, model) in models().into_iter().enumerate() {
            // Points jump at a branch, which an interval of two steps must not hold.
            if margin(model, &state, field, STEP) < 1.0 {
                continue;
            }
            let rows = by_duals(model, &state, field);
            let scale = rows.iter().flatten().map(|x| x.abs()).fold(10.0, f64::max);
            for i in 0..12 {
                let difference = differences(model, &state, field, i, STEP);
                let nearer = differences(model, &state, field, i, 0.5 * STEP);
                for (output, row) in rows.iter().enumerate() {
                    // Pressure bends where a part of the boundary comes or goes: there differences do not settle.
                    let settled = (difference[output] - nearer[output]).abs() <= 2e-7 * scale;
                    if !settled {
                        bent[count] += 1;
                        continue;
                    }
                    compared[count] += 1;
                    assert!(
                        (nearer[output] - row[i]).abs() <= 1e-6 * scale,
                        "{model:?} output {output}, {i}: {}, {} at {state:?}",
                        nearer[output],
                        row[i]
                    );
                }
            }
        }
    }
    println!("{compared:?} {bent:?}");
    for (compared, bent) in compared.into_iter().zip(bent) {
        assert!(
            compared > 50_000 && bent < compared / 100,
            "{compared} {bent}"
        );
    }
}
