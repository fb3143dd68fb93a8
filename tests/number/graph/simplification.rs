//! A graph folds constants and removes identities, and no value changes by it.

use super::{FIELDS, graph_of, value};
use mollify::number::graph::{Binary, Graph, Id, Node, Unary};
use mollify::number::traced::{Traced, record};
use mollify::number::{Mask, Scalar};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

#[test]
fn constants_are_folded() {
    let constant = |body: fn() -> Traced| {
        let (graph, id) = record(|| body().id());
        match graph.node(id) {
            Node::Constant(bits) => f64::from_bits(bits),
            other => panic!("{other:?} is not a constant"),
        }
    };
    assert_eq!(constant(|| Traced::constant(2.0) * 3.5 - 1.25), 5.75);
    assert_eq!(constant(|| Traced::constant(-7.0) / 2.0), -3.5);
    assert_eq!(constant(|| -Traced::constant(2.25).sqrt()), -1.5);
    assert_eq!(constant(|| Traced::constant(-2.25).sqrt()), 0.0);
    assert_eq!(constant(|| Traced::constant(0.5).tanh()), 0.5_f64.tanh());
    assert_eq!(
        constant(|| Traced::constant(2.0).atan2(Traced::constant(-1.0))),
        2.0_f64.atan2(-1.0)
    );
    assert_eq!(
        constant(|| Traced::constant(2.0).max(Traced::constant(-1.0)).abs()),
        2.0
    );
    let chosen = || {
        let mask = Traced::constant(1.0).less(Traced::constant(2.0)).and(
            Traced::constant(2.0)
                .less_equal(Traced::constant(2.0))
                .not(),
        );
        Traced::select(mask, Traced::constant(1.0), Traced::constant(0.75))
    };
    assert_eq!(constant(chosen), 0.75);
}

/// WGSL has no literal for an infinity or a NaN.
#[test]
fn results_that_are_not_finite_stay_operations() {
    let bodies: [fn() -> Traced; 3] = [
        || Traced::constant(1.0) / 0.0,
        || Traced::constant(-1.0).ln(),
        || Traced::constant(1000.0).exp(),
    ];
    for body in bodies {
        let (graph, id) = record(|| body().id());
        assert_eq!(graph.operations(&[id]), 1);
        assert!(!value(&graph, &[id], [0.0; 4])[0].is_finite());
    }
}

/// Nor for what is finite in f64 alone: the printer would end on it.
#[test]
fn results_beyond_f32_stay_operations() {
    let bodies: [fn() -> Traced; 3] = [
        || Traced::constant(1e30) * 1e30,
        || Traced::constant(-3e38) - 3e38,
        || Traced::constant(200.0).exp(),
    ];
    for body in bodies {
        let (graph, id) = record(|| body().id());
        assert_eq!(graph.operations(&[id]), 1);
        let found = value(&graph, &[id], [0.0; 4])[0];
        assert!(found.is_finite() && found.abs() > f64::from(f32::MAX));
    }
}

#[test]
fn identities_are_removed() {
    let same = |body: fn(Traced) -> Traced| {
        let (_, outputs) = graph_of(|[x, ..]| vec![x, body(x)]);
        assert_eq!(outputs[0], outputs[1]);
    };
    same(|x| x + 0.0);
    same(|x| Traced::constant(0.0) + x);
    same(|x| x - 0.0);
    same(|x| -(Traced::constant(0.0) - x));
    same(|x| x * 1.0);
    same(|x| Traced::constant(1.0) * x);
    same(|x| x / 1.0);
    same(|x| -(-x));
    same(|x| -(x * -1.0));
    same(|x| Traced::select(x.less(Traced::constant(2.0)), x, x));
    same(|x| x.max(x));
    same(|x| x.min(x));
    same(|x| Traced::select(x.less(x), x * 2.0, x));
}

#[test]
fn product_with_zero_is_not_folded() {
    let (graph, outputs) = graph_of(|[x, ..]| vec![x * 0.0]);
    assert_eq!(graph.operations(&outputs), 1);
    assert!(value(&graph, &outputs, [f64::INFINITY, 0.0, 0.0, 0.0])[0].is_nan());
}

#[test]
fn masks_with_a_known_side_are_folded() {
    record(|| {
        let number = Traced::constant;
        let (yes, no) = (number(1.0).less(number(2.0)), number(2.0).less(number(1.0)));
        let open = Traced::input(0, 0).less(number(3.0));
        for (found, expected) in [
            (open.and(yes), open),
            (yes.and(open), open),
            (open.and(no), no),
            (no.and(open), no),
            (open.or(yes), yes),
            (yes.or(open), yes),
            (open.or(no), open),
            (no.or(open), open),
            (yes.not(), no),
            (open.not().not(), open),
        ] {
            assert_eq!(found.id(), expected.id());
        }
    });
}

/// One node for each number, input and random operation, with its value worked out beside the graph.
fn grow(graph: &mut Graph, known: &mut Vec<(Id, f64)>, rng: &mut StdRng) {
    let (a, x) = known[rng.random_range(0..known.len())];
    let (b, y) = known[rng.random_range(0..known.len())];
    let (node, value) = match rng.random_range(0..10) {
        0 | 1 => (Node::Binary(Binary::Sub, a, b), x - y),
        2 | 3 => (Node::Binary(Binary::Add, a, b), x + y),
        4 => (Node::Binary(Binary::Mul, a, b), x * y),
        5 => (Node::Binary(Binary::Div, a, b), x / y),
        6 => (Node::Binary(Binary::Max, a, b), if x >= y { x } else { y }),
        7 => {
            let less = graph.push(Node::Binary(Binary::Less, a, b));
            let not = graph.push(Node::Unary(Unary::Not, less));
            let both = graph.push(Node::Binary(Binary::And, not, less));
            let any = graph.push(Node::Binary(Binary::Or, less, both));
            (Node::Select(any, b, a), if x < y { y } else { x })
        }
        _ => (Node::Unary(Unary::Neg, a), -x),
    };
    if value.is_finite() && value.abs() < 1e6 {
        known.push((graph.push(node), value));
    }
}

#[test]
fn simplification_changes_no_value() {
    let mut rng = StdRng::seed_from_u64(7);
    for _ in 0..300 {
        let at: [f64; 4] = std::array::from_fn(|_| rng.random_range(-2.0..2.0));
        let (mut graph, inputs) = graph_of(|v| v.to_vec());
        let mut known: Vec<(Id, f64)> = inputs.into_iter().zip(at).collect();
        for number in [0.0, 1.0, -1.0, 0.7] {
            known.push((graph.push(Node::constant(number)), number));
        }
        for _ in 0..40 {
            grow(&mut graph, &mut known, &mut rng);
        }
        let ids: Vec<Id> = known.iter().map(|k| k.0).collect();
        for (found, (id, expected)) in value(&graph, &ids, at).into_iter().zip(known) {
            assert_eq!(
                found,
                expected,
                "{:?} at {FIELDS:?} = {at:?}",
                graph.node(id)
            );
        }
    }
}
