//! Loops over series, and symmetric maps: in f64, with dual numbers, by the reverse sweep, rounded, as graphs in files, on
//! the lanes of engine cpu and as WGSL.

use crate::engines::{all, batch, reference};
use mollify::engine::Engine as _;
use mollify::number::Scalar;
use mollify::number::dual::Dual;
use mollify::number::graph::{Graph, Id, Node};
use mollify::number::reverse;
use mollify::number::rounded::Rounded;
use mollify::number::traced::{Traced, record};
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
use std::sync::Arc;

/// x with (diag(d) + v v') x = r by L D L', forwards and backwards over the rows: the second loop reads what the first gave,
/// from its end.
fn solved<S: Scalar>(d: &[S; 4], v: &[S; 4], r: [S; 4]) -> [S; 4] {
    let mut x = r;
    S::symmetric(&mut x, &[*d, *v].concat(), &mut |x, c| {
        let series = [c[..4].to_vec(), c[4..].to_vec(), x.to_vec()];
        let mut left = [S::constant(1.0), S::constant(0.0)];
        let given = S::scan(4, &mut left, &[], &series, &mut |left, _, row| {
            let ([p, z], [d, v, r]) = ([left[0], left[1]], [row[0], row[1], row[2]]);
            let pivot = d + v * p * v;
            let (gain, y) = (p * v / pivot, r - v * z);
            left[0] = p - gain * v * p;
            left[1] = z + gain * y;
            vec![y / pivot, gain]
        });
        let from_end = |values: &[S]| values.iter().rev().copied().collect::<Vec<S>>();
        let series = [from_end(&given[0]), from_end(&given[1]), from_end(&c[4..])];
        let mut t = [S::constant(0.0)];
        let back = S::scan(4, &mut t, &[], &series, &mut |t, _, row| {
            let x = row[0] - row[1] * t[0];
            t[0] = t[0] + row[2] * x;
            vec![x]
        });
        x.copy_from_slice(&from_end(&back[0]));
    });
    x
}

const D: [f64; 4] = [0.7, 1.9, 0.3, 2.2];
const V: [f64; 4] = [1.1, -0.4, 0.8, 0.5];

/// Right sides that depend on two numbers; the matrix depends on them, too, which gives no derivative.
fn of_two<S: Scalar>([a, b]: [S; 2]) -> S {
    let d = D.map(|x| a.square() + x);
    let v = V.map(|x| b * x);
    let r = [a, b, a * b, S::constant(1.0)];
    let x = solved(&d, &v, r);
    x[0] + x[1] * x[2] - x[3] * 2.0
}

#[test]
fn a_symmetric_map_solves_and_has_the_derivative_of_what_it_maps() {
    let r = [0.3, -1.2, 0.9, 0.4];
    let x = solved(&D, &V, r);
    let along: f64 = x.iter().zip(V).map(|(x, v)| x * v).sum();
    for i in 0..4 {
        assert!((D[i] * x[i] + V[i] * along - r[i]).abs() < 1e-14, "{x:?}");
    }
    let at = [0.6, -0.9];
    let by_dual = of_two([0, 1].map(|i| Dual::<2>::variable(at[i], i)));
    let (mut graph, (inputs, output)) = record(|| {
        let inputs: [Traced; 2] = [0, 1].map(|i| Traced::input(0, i));
        (inputs.map(|x| x.id()), of_two(inputs).id())
    });
    let one = graph.push(Node::constant(1.0));
    let cotangents = reverse::vjp(&mut graph, &[output], &[one], &inputs);
    let outputs: Vec<Id> = [output].into_iter().chain(cotangents).collect();
    let found: Vec<f64> = graph.run(&outputs, &[&at]);
    assert!((found[0] - of_two(at)).abs() < 1e-15);
    // The matrix held: differences of a map of the right side alone.
    let (d, v) = (D.map(|x| at[0] * at[0] + x), V.map(|x| at[1] * x));
    let held = |[a, b]: [f64; 2]| {
        let x = solved(&d, &v, [a, b, a * b, 1.0]);
        x[0] + x[1] * x[2] - x[3] * 2.0
    };
    for i in 0..2 {
        let moved = |h: f64| {
            let mut at = at;
            at[i] += h;
            held(at)
        };
        let slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        assert!((by_dual.derivative[i] - slope).abs() < 1e-9);
        assert!((found[1 + i] - by_dual.derivative[i]).abs() < 1e-13);
    }
    let rounded = of_two(at.map(|x| Rounded::input(x, 1e-6)));
    assert!((rounded.value - found[0]).abs() < 1e-15);
    assert!((1e-8..1e-4).contains(&rounded.error()), "{rounded:?}");
}

#[test]
fn what_a_scan_leaves_has_no_derivative() {
    let x = Dual::<1>::variable(2.0, 0);
    let mut sum = [x];
    let given = Dual::scan(3, &mut sum, &[x], &[vec![x; 3]], &mut |sum, c, row| {
        sum[0] = sum[0] + row[0] * c[0];
        vec![sum[0]]
    });
    assert_eq!((sum[0].value, sum[0].derivative), (14.0, [0.0]));
    let last = given[0][2];
    assert_eq!((last.value, last.derivative), (14.0, [0.0]));
}

#[test]
fn a_graph_keeps_one_body_for_all_passes() {
    let (graph, outputs): (Graph, Vec<Id>) = record(|| {
        let x: Vec<Traced> = (0..50).map(|i| Traced::input(0, i)).collect();
        let mut sum = [x[0]];
        let given = Traced::scan(50, &mut sum, &[], &[x], &mut |sum, _, row| {
            sum[0] = sum[0] + row[0].sin();
            vec![sum[0] * 2.0]
        });
        [sum[0].id(), given[0][9].id()].to_vec()
    });
    assert_eq!(graph.passes(&outputs), 51);
    assert!(graph.len() < 110, "{}", graph.len());
    assert_eq!(graph.work(&outputs), 2 + 50 * 3);
    let x: Vec<f64> = (0..50).map(|i| 0.1 * f64::from(i)).collect();
    let sum = |count: usize| x[..count].iter().fold(x[0], |sum, x| sum + x.sin());
    assert_eq!(graph.run(&outputs, &[&x]), [sum(50), 2.0 * sum(10)]);
}

mollify::parameters! {
    /// Of a toy with a symmetric map in it.
    pub struct Parameters {
        stiffness: 1.7, "1", "scale of the diagonal";
    }
}

/// A step through the solution of a symmetric system, and a running sum over a series with nothing in one of its places.
struct Mapped;

impl Dynamics<2, 1> for Mapped {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "mapped";
    const SUMMARY: &'static str = "a symmetric map and series";
    const SOURCE: &'static str = "a test";
    const STATE: [StateCoordinate; 2] = [
        coordinate("position", "m").at(0.4),
        coordinate("other", "m").at(-0.3),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("pull", "m/s")];

    fn advance<S: Scalar>(p: &Parameters<S>, [x, y]: [S; 2], [u]: [S; 1]) -> [S; 2] {
        let d = D.map(|d| p.stiffness * d);
        let solved = solved(&d, &V.map(|v| x.square() + v), [x, y, u, x * u]);
        [x + solved[0] * 0.1, y + solved[2] * 0.1 - solved[3] * 0.05]
    }
}

impl Objective<2, 1> for Mapped {
    const HORIZON: usize = 6;
    const START: f64 = 0.3;
    const SIGMA: f64 = 0.2;

    fn stage_cost<S: Scalar>(_p: &Parameters<S>, [x, y]: [S; 2], [u]: [S; 1], _time: S) -> S {
        let mut sum = [S::constant(0.0)];
        let series = [vec![x, S::constant(0.0), y], vec![u, x, y]];
        S::scan(3, &mut sum, &[], &series, &mut |sum, _, row| {
            sum[0] = sum[0] + row[0] * row[1];
            Vec::new()
        });
        (x - sum[0] * 0.1).square() + u.square() * 0.1 + y.square()
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, [x, y]: [S; 2]) -> S {
        x.square() + y
    }
}

#[test]
fn engines_agree_on_series_and_maps_and_so_does_a_file_of_them() {
    let model = Arc::new(Model::new(Mapped));
    let text = model.to_json().expect("a model has a text");
    let read = Arc::new(Model::from_json(&text, "a text").expect("it is read back"));
    assert_eq!(read.to_json().expect("a text"), text);
    let batch = batch(777, 5);
    let task = Task::new(model.clone());
    let theta = task.start();
    let expected = reference()
        .moments(&task, &theta, &batch)
        .expect("reference");
    let near = |a: f64, b: f64, scale: f64| (a - b).abs() <= 2e-5 * scale;
    for model in [model, read] {
        let task = Task::new(model.clone());
        for mut engine in all("engines_agree_on_series", &model) {
            let name = engine.report().engine;
            let found = engine.moments(&task, &theta, &batch).expect(name);
            let (a, b) = (&found.deviation, &expected.deviation);
            assert!(
                near(a.mean, b.mean, expected.nominal),
                "{name}: {a:?} {b:?}"
            );
            for (a, b) in found.coordinates.iter().zip(&expected.coordinates) {
                let scale = b.first_order.mean.abs().max(0.1);
                let (a, b) = (a.first_order.mean, b.first_order.mean);
                assert!(near(a, b, scale), "{name}: {a} {b}");
            }
        }
    }
}

#[test]
fn printed_series_are_valid_and_as_they_were() {
    let text = mollify::engine::gpu::wgsl(&Model::new(Mapped));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/series.wgsl");
    if std::env::var_os("MOLLIFY_UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).expect("golden file is writable");
    }
    assert_eq!(text, std::fs::read_to_string(path).unwrap_or_default());
}
