//! The table of conventions in `src/number/mod.rs`, one operation at a time, with its numbers written out:
//! values in f64, dual numbers, and the reverse sweep must all give the row.

use mollify::number::dual::Dual;
use mollify::number::graph::Node;
use mollify::number::reverse;
use mollify::number::traced::{Traced, record};
use mollify::number::{Mask, Scalar};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, PI};

/// Every operation of [`Scalar`] and [`Mask`] as a function of x and y.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Negate,
    Add,
    Subtract,
    Multiply,
    Square,
    Divide,
    AddNumber,
    SubtractNumber,
    MultiplyNumber,
    DivideNumber,
    SelectLess,
    SelectLessEqual,
    SelectGreater,
    SelectGreaterEqual,
    SelectAnd,
    SelectOr,
    SelectNot,
    Max,
    Min,
    Abs,
    Sqrt,
    Sin,
    Cos,
    Exp,
    Ln,
    Tanh,
    Atan2,
    Detach,
    DetachedFactor,
    Seamless,
    Clamp,
    Norm,
    SafeDivide,
}
use Operation::*;

fn apply<S: Scalar>(operation: Operation, x: S, y: S) -> S {
    let (double, triple) = (x * 2.0, y * 3.0);
    let zero = S::constant(0.0);
    match operation {
        Negate => -x,
        Add => x + y,
        Subtract => x - y,
        Multiply => x * y,
        Square => x.square(),
        Divide => x / y,
        AddNumber => x + 2.5,
        SubtractNumber => x - 2.5,
        MultiplyNumber => x * 2.5,
        DivideNumber => x / 2.5,
        SelectLess => S::select(x.less(y), double, triple),
        SelectLessEqual => S::select(x.less_equal(y), double, triple),
        SelectGreater => S::select(x.greater(y), double, triple),
        SelectGreaterEqual => S::select(x.greater_equal(y), double, triple),
        SelectAnd => S::select(zero.less(x).and(zero.less(y)), double, triple),
        SelectOr => S::select(zero.less(x).or(zero.less(y)), double, triple),
        SelectNot => S::select(x.less(y).not(), double, triple),
        Max => x.max(y),
        Min => x.min(y),
        Abs => x.abs(),
        Sqrt => x.sqrt(),
        Sin => x.sin(),
        Cos => x.cos(),
        Exp => x.exp(),
        Ln => x.ln(),
        Tanh => x.tanh(),
        Atan2 => x.atan2(y),
        Detach => x.detach(),
        Seamless => x.seamless() * y,
        DetachedFactor => x * x.detach() * y,
        Clamp => x.clamp_symmetric(y),
        Norm => S::norm([x, y]),
        SafeDivide => x.safe_divide(y),
    }
}

/// Operation, [x, y], value, [∂/∂x, ∂/∂y].
type Row = (Operation, [f64; 2], f64, [f64; 2]);

const ORDINARY: &[Row] = &[
    (Negate, [1.5, 9.0], -1.5, [-1.0, 0.0]),
    (Add, [1.5, -4.0], -2.5, [1.0, 1.0]),
    (Subtract, [1.5, -4.0], 5.5, [1.0, -1.0]),
    (Multiply, [1.5, -4.0], -6.0, [-4.0, 1.5]),
    (Square, [-1.5, 9.0], 2.25, [-3.0, 0.0]),
    (Divide, [1.5, -4.0], -0.375, [-0.25, -0.09375]),
    (AddNumber, [1.5, 9.0], 4.0, [1.0, 0.0]),
    (SubtractNumber, [1.5, 9.0], -1.0, [1.0, 0.0]),
    (MultiplyNumber, [1.5, 9.0], 3.75, [2.5, 0.0]),
    (DivideNumber, [1.5, 9.0], 0.6, [0.4, 0.0]),
    (SelectLess, [1.0, 2.0], 2.0, [2.0, 0.0]),
    (SelectLess, [2.0, 1.0], 3.0, [0.0, 3.0]),
    (SelectLessEqual, [2.0, 1.0], 3.0, [0.0, 3.0]),
    (SelectGreater, [2.0, 1.0], 4.0, [2.0, 0.0]),
    (SelectGreaterEqual, [1.0, 2.0], 6.0, [0.0, 3.0]),
    (SelectAnd, [2.0, 1.0], 4.0, [2.0, 0.0]),
    (SelectAnd, [2.0, -1.0], -3.0, [0.0, 3.0]),
    (SelectAnd, [-2.0, 1.0], 3.0, [0.0, 3.0]),
    (SelectOr, [-2.0, 1.0], -4.0, [2.0, 0.0]),
    (SelectOr, [-2.0, -1.0], -3.0, [0.0, 3.0]),
    (SelectNot, [2.0, 1.0], 4.0, [2.0, 0.0]),
    (SelectNot, [1.0, 2.0], 6.0, [0.0, 3.0]),
    (Max, [1.5, 1.25], 1.5, [1.0, 0.0]),
    (Max, [1.5, 1.75], 1.75, [0.0, 1.0]),
    (Min, [1.5, 1.25], 1.25, [0.0, 1.0]),
    (Min, [1.5, 1.75], 1.5, [1.0, 0.0]),
    (Abs, [1.5, 9.0], 1.5, [1.0, 0.0]),
    (Abs, [-1.5, 9.0], 1.5, [-1.0, 0.0]),
    (Sqrt, [6.25, 9.0], 2.5, [0.2, 0.0]),
    (Sqrt, [-6.25, 9.0], 0.0, [0.0, 0.0]),
    (Sin, [PI / 6.0, 9.0], 0.5, [0.8660254037844386, 0.0]),
    (Cos, [PI / 6.0, 9.0], 0.8660254037844386, [-0.5, 0.0]),
    (Exp, [LN_2, 9.0], 2.0, [2.0, 0.0]),
    (Ln, [2.0, 9.0], LN_2, [0.5, 0.0]),
    (Tanh, [LN_2, 9.0], 0.6, [0.64, 0.0]),
    (Atan2, [2.0, 2.0], FRAC_PI_4, [0.25, -0.25]),
    (Atan2, [0.5, -0.5], 3.0 * FRAC_PI_4, [-1.0, -1.0]),
    (Atan2, [2.0, 0.0], FRAC_PI_2, [0.0, -0.5]),
    (Detach, [1.5, 9.0], 1.5, [0.0, 0.0]),
    (DetachedFactor, [1.5, -4.0], -9.0, [-6.0, 2.25]),
    (Seamless, [1.5, -4.0], -6.0, [-4.0, 1.5]),
    (Clamp, [0.5, 2.0], 0.5, [1.0, 0.0]),
    (Clamp, [3.0, 2.0], 2.0, [0.0, 1.0]),
    (Clamp, [-3.0, 2.0], -2.0, [0.0, -1.0]),
    (Norm, [3.0, -4.0], 5.0, [0.6, -0.8]),
    (Norm, [0.0, -4.0], 4.0, [0.0, -1.0]),
    (SafeDivide, [1.5, -4.0], -0.375, [-0.25, -0.09375]),
];

const AT_THE_TIE: &[Row] = &[
    (SelectLess, [2.0, 2.0], 6.0, [0.0, 3.0]),
    (SelectLessEqual, [2.0, 2.0], 4.0, [2.0, 0.0]),
    (SelectGreater, [2.0, 2.0], 6.0, [0.0, 3.0]),
    (SelectGreaterEqual, [2.0, 2.0], 4.0, [2.0, 0.0]),
    (SelectAnd, [0.0, 1.0], 3.0, [0.0, 3.0]),
    (SelectOr, [0.0, 0.0], 0.0, [0.0, 3.0]),
    (SelectNot, [2.0, 2.0], 4.0, [2.0, 0.0]),
    (Max, [1.5, 1.5], 1.5, [1.0, 0.0]),
    (Min, [1.5, 1.5], 1.5, [1.0, 0.0]),
    (Max, [0.0, -0.0], 0.0, [1.0, 0.0]),
    (Min, [0.0, -0.0], 0.0, [1.0, 0.0]),
    (Abs, [0.0, 9.0], 0.0, [0.0, 0.0]),
    (Sqrt, [0.0, 9.0], 0.0, [0.0, 0.0]),
    (Atan2, [0.0, 0.0], 0.0, [0.0, 0.0]),
    (Detach, [0.0, 9.0], 0.0, [0.0, 0.0]),
    // Both limits keep the slope of x: max(x, -y) and min(x, y) give a tie to x.
    (Clamp, [2.0, 2.0], 2.0, [1.0, 0.0]),
    (Clamp, [-2.0, 2.0], -2.0, [1.0, 0.0]),
    (Clamp, [0.0, 0.0], 0.0, [1.0, 0.0]),
    (Norm, [0.0, 0.0], 0.0, [0.0, 0.0]),
    (SafeDivide, [1.5, 0.0], 0.0, [0.0, 0.0]),
    (SafeDivide, [0.0, 0.0], 0.0, [0.0, 0.0]),
];

fn check(rows: &[Row]) {
    // A cotangent other than 1 shows whether it reaches every term.
    let cotangent = -1.75;
    let near = |found: f64, expected: f64| (found - expected).abs() <= 4e-15 * expected.abs();
    for &(operation, [x, y], value, derivative) in rows {
        let at = format!("{operation:?} at x = {x}, y = {y}");
        let plain = apply(operation, x, y);
        assert!(near(plain, value), "{at}: f64 gives {plain}, not {value}");

        let dual = apply(
            operation,
            Dual::<2>::variable(x, 0),
            Dual::<2>::variable(y, 1),
        );
        assert!(near(dual.value, value), "{at}: the dual value is {dual:?}");

        let (mut graph, (inputs, output)) = record(|| {
            let (x, y) = (Traced::input(0, 0), Traced::input(0, 1));
            ([x.id(), y.id()], apply(operation, x, y).id())
        });
        let g = graph.push(Node::Input { bank: 1, index: 0 });
        let sweep = reverse::vjp(&mut graph, &[output], &[g], &inputs);
        let found: Vec<f64> = graph.run(&[output, sweep[0], sweep[1]], &[&[x, y], &[cotangent]]);
        assert!(
            near(found[0], value),
            "{at}: the graph's value is {found:?}"
        );
        for i in 0..2 {
            let (d, r) = (dual.derivative[i], found[i + 1]);
            let expected = derivative[i];
            assert!(near(d, expected), "{at}: dual {i} is {d}, not {expected}");
            assert!(
                near(r, cotangent * expected),
                "{at}: reverse {i} is {r}, not {cotangent} times {expected}"
            );
        }
    }
}

#[test]
fn dual_and_reverse_give_the_textbook_derivative_at_ordinary_points() {
    check(ORDINARY);
}

#[test]
fn dual_and_reverse_obey_the_table_of_conventions_at_ties() {
    check(AT_THE_TIE);
}

#[test]
fn division_by_zero_and_logarithm_of_zero_are_as_ieee_has_them() {
    for operation in [Divide, Ln] {
        let x = if matches!(operation, Ln) { 0.0 } else { 2.0 };
        let value = apply(operation, x, 0.0);
        assert!(value.is_infinite(), "{operation:?} gives {value}");
        let dual = apply(operation, Dual::<1>::variable(x, 0), Dual::constant(0.0));
        assert!(dual.value.is_infinite() && !dual.derivative[0].is_finite());
    }
}

/// f64::max would drop the NaN, and a sample that is not finite would pass for a good one.
#[test]
fn max_and_min_of_a_nan_are_nan() {
    for operation in [Max, Min, Clamp] {
        assert!(apply(operation, f64::NAN, 1.0).is_nan(), "{operation:?}");
        let dual = apply(
            operation,
            Dual::<1>::variable(f64::NAN, 0),
            Dual::constant(1.0),
        );
        assert!(dual.value.is_nan(), "{operation:?}");
    }
    assert!(apply(Max, 1.0, f64::NAN).is_nan() && apply(Min, 1.0, f64::NAN).is_nan());
}
