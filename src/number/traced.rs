//! Recording generic code: a graph is built by running it with [`Traced`] scalars inside [`record`].
//!
//! [`crate::number::graph`] says what a graph is, [`crate::number::reverse`] is the reverse sweep.

use crate::number::graph::{Binary, CAPTURED, Graph, ITEMS, Id, Loop, Node, Unary};
use crate::number::{Mask, Scalar};
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

thread_local! {
    /// The graph that `Traced` operations of this thread append to.
    static RECORDING: RefCell<Vec<Graph>> = const { RefCell::new(Vec::new()) };
}

/// Runs `body` with a fresh graph and returns that graph with what `body` returned.
/// Recordings nest; a `Traced` value must not leave the recording it was made in.
pub fn record<T>(body: impl FnOnce() -> T) -> (Graph, T) {
    RECORDING.with_borrow_mut(|stack| stack.push(Graph::default()));
    let result = body();
    let graph = RECORDING
        .with_borrow_mut(Vec::pop)
        .expect("the graph pushed above is still there");
    (graph, result)
}

fn push(node: Node) -> Id {
    RECORDING.with_borrow_mut(|stack| {
        stack
            .last_mut()
            .expect("a Traced value is only used inside expr::record")
            .push(node)
    })
}

/// The nodes of the items that a loop leaves.
fn repeat(body: Loop) -> Vec<Id> {
    RECORDING.with_borrow_mut(|stack| {
        stack
            .last_mut()
            .expect("a Traced value is only used inside record")
            .repeat(body)
    })
}

fn name(id: Id, name: &'static str) {
    RECORDING.with_borrow_mut(|stack| {
        stack
            .last_mut()
            .expect("a Traced value is only used inside expr::record")
            .name(id, name);
    });
}

/// A scalar that records what is done with it; it is a node of the graph being recorded.
#[derive(Clone, Copy, Debug)]
pub struct Traced(pub Id);

/// The truth value of a recorded comparison.
#[derive(Clone, Copy, Debug)]
pub struct TracedMask(pub Id);

impl Traced {
    /// Number `index` of the inputs in `bank`.
    pub fn input(bank: u32, index: u32) -> Self {
        Traced(push(Node::Input { bank, index }))
    }
}

fn unary(op: Unary, a: Traced) -> Traced {
    Traced(push(Node::Unary(op, a.0)))
}

fn binary(op: Binary, a: Traced, b: Traced) -> Traced {
    Traced(push(Node::Binary(op, a.0, b.0)))
}

impl Mask for TracedMask {
    fn and(self, other: Self) -> Self {
        TracedMask(push(Node::Binary(Binary::And, self.0, other.0)))
    }
    fn or(self, other: Self) -> Self {
        TracedMask(push(Node::Binary(Binary::Or, self.0, other.0)))
    }
    fn not(self) -> Self {
        TracedMask(push(Node::Unary(Unary::Not, self.0)))
    }
    fn named(self, label: &'static str) -> Self {
        name(self.0, label);
        self
    }
}

impl Neg for Traced {
    type Output = Self;
    fn neg(self) -> Self {
        unary(Unary::Neg, self)
    }
}

/// The four operators, between two traced values and between a traced value and a number.
macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Traced {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                binary(Binary::$trait, self, other)
            }
        }
        impl $trait<f64> for Traced {
            type Output = Self;
            fn $method(self, other: f64) -> Self {
                binary(Binary::$trait, self, Self::constant(other))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Scalar for Traced {
    type Mask = TracedMask;

    fn constant(value: f64) -> Self {
        Traced(push(Node::constant(value)))
    }
    fn less(self, other: Self) -> TracedMask {
        TracedMask(push(Node::Binary(Binary::Less, self.0, other.0)))
    }
    fn less_equal(self, other: Self) -> TracedMask {
        TracedMask(push(Node::Binary(Binary::LessEqual, self.0, other.0)))
    }
    fn select(mask: TracedMask, if_true: Self, if_false: Self) -> Self {
        Traced(push(Node::Select(mask.0, if_true.0, if_false.0)))
    }
    fn max(self, other: Self) -> Self {
        binary(Binary::Max, self, other)
    }
    fn min(self, other: Self) -> Self {
        binary(Binary::Min, self, other)
    }
    fn abs(self) -> Self {
        unary(Unary::Abs, self)
    }
    fn sqrt(self) -> Self {
        unary(Unary::Sqrt, self)
    }
    fn sin(self) -> Self {
        unary(Unary::Sin, self)
    }
    fn cos(self) -> Self {
        unary(Unary::Cos, self)
    }
    fn exp(self) -> Self {
        unary(Unary::Exp, self)
    }
    fn ln(self) -> Self {
        unary(Unary::Ln, self)
    }
    fn tanh(self) -> Self {
        unary(Unary::Tanh, self)
    }
    fn atan2(self, other: Self) -> Self {
        binary(Binary::Atan2, self, other)
    }
    fn detach(self) -> Self {
        unary(Unary::Detach, self)
    }
    fn with_derivative_of(self, carrier: Self) -> Self {
        binary(Binary::WithDerivativeOf, self, carrier)
    }
    fn iterate_in_place(
        count: u32,
        items: &mut [Self],
        captured: &[Self],
        body: &mut dyn FnMut(&mut [Self], &[Self]),
    ) {
        let ids = |values: &[Self]| -> Vec<Id> { values.iter().map(|x| x.0).collect() };
        let (start, outside) = (ids(items), ids(captured));
        let (graph, outputs) = record(|| {
            let bank = |bank: u32, count: usize| -> Vec<Self> {
                (0..count as u32).map(|i| Self::input(bank, i)).collect()
            };
            let mut inside = bank(ITEMS, start.len());
            body(&mut inside, &bank(CAPTURED, outside.len()));
            ids(&inside)
        });
        let found = repeat(Loop {
            count,
            start,
            captured: outside,
            graph,
            outputs,
        });
        for (item, id) in items.iter_mut().zip(found) {
            *item = Self(id);
        }
    }
    fn named(self, label: &'static str) -> Self {
        name(self.0, label);
        self
    }
}
