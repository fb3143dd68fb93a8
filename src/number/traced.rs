//! Expression graphs: a system's formulas as data.
//!
//! A node is evaluated exactly once per call of the printed function, whatever it hangs on: a graph has no
//! branches, no loops and no side effects, so both arms of a `select` are computed and the order of
//! printing is free as long as arguments come first. A node's arguments always have smaller numbers, so
//! increasing order is an evaluation order and decreasing order is the order of the reverse sweep. Nodes are
//! hash-consed: an expression that is written twice is one node. A graph can never hold a cycle, a node of
//! another graph, or a constant that is not finite.
//!
//! [`graph`] holds the nodes and simplifies, [`adjoint`] is the reverse sweep, [`wgsl`] the printer. A graph
//! is built by running generic code with [`Traced`] scalars inside [`record`].

use crate::number::graph::{Binary, Graph, Id, Node, Unary};
use crate::number::{Mask, Scalar};
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::atomic::{AtomicU64, Ordering};

/// A graph in the making. Its number is its own, in all threads: node 3 of another graph is another expression.
struct Recording {
    number: u64,
    graph: Graph,
}

thread_local! {
    /// The recordings of this thread; `Traced` operations append to the last.
    static RECORDINGS: RefCell<Vec<Recording>> = const { RefCell::new(Vec::new()) };
}

/// Ends a recording, also when its body panics: what comes next in the outer one must not be appended to this one.
struct Ends;

impl Drop for Ends {
    fn drop(&mut self) {
        RECORDINGS.with_borrow_mut(Vec::pop);
    }
}

/// Runs `body` with a fresh graph and returns that graph with what `body` returned.
///
/// Recordings nest, but a `Traced` value belongs to the one that it was made in.
///
/// # Panics
///
/// If `body` uses a value of another recording, which is a mistake in the code that is recorded: a value of an outer
/// recording, or one that was kept from a recording that has ended.
pub fn record<T>(body: impl FnOnce() -> T) -> (Graph, T) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let recording = Recording {
        number: COUNT.fetch_add(1, Ordering::Relaxed),
        graph: Graph::default(),
    };
    RECORDINGS.with_borrow_mut(|all| all.push(recording));
    let ends = Ends;
    let result = body();
    let graph = in_recording(|recording| std::mem::take(&mut recording.graph));
    drop(ends);
    (graph, result)
}

fn in_recording<T>(then: impl FnOnce(&mut Recording) -> T) -> T {
    RECORDINGS.with_borrow_mut(|all| {
        let last = all.last_mut();
        then(last.expect("a Traced value is only used inside expr::record"))
    })
}

/// A node, and the recording that it is of.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: Id,
    recording: u64,
}

impl Recording {
    fn own(&self, place: Place) -> Id {
        assert!(
            place.recording == self.number,
            "a Traced value of one expr::record is used in another, where its number is that of another expression; make it \
             again from inputs of this recording"
        );
        place.id
    }
}

/// Appends a node that hangs on these.
fn push<const K: usize>(arguments: [Place; K], node: impl FnOnce([Id; K]) -> Node) -> Place {
    in_recording(|recording| {
        let arguments = arguments.map(|place| recording.own(place));
        Place {
            id: recording.graph.push(node(arguments)),
            recording: recording.number,
        }
    })
}

fn name(place: Place, name: &'static str) {
    in_recording(|recording| {
        let id = recording.own(place);
        recording.graph.name(id, name);
    });
}

/// A scalar that records what is done with it; it is a node of the graph being recorded.
#[derive(Clone, Copy, Debug)]
pub struct Traced(Place);

/// The truth value of a recorded comparison.
#[derive(Clone, Copy, Debug)]
pub struct TracedMask(Place);

impl Traced {
    /// The input printed as `path`, for instance `state.position`.
    pub fn input(group: &'static str, field: &'static str) -> Self {
        Traced(push([], |[]| Node::Input { group, field }))
    }

    /// Its number in the graph being recorded.
    pub fn id(self) -> Id {
        in_recording(|recording| recording.own(self.0))
    }
}

impl TracedMask {
    /// Its number in the graph being recorded.
    pub fn id(self) -> Id {
        in_recording(|recording| recording.own(self.0))
    }
}

fn unary(op: Unary, a: Traced) -> Traced {
    Traced(push([a.0], |[a]| Node::Unary(op, a)))
}

fn binary(op: Binary, a: Traced, b: Traced) -> Traced {
    Traced(push([a.0, b.0], |[a, b]| Node::Binary(op, a, b)))
}

fn to_mask(op: Binary, a: Place, b: Place) -> TracedMask {
    TracedMask(push([a, b], |[a, b]| Node::Binary(op, a, b)))
}

impl Mask for TracedMask {
    fn and(self, other: Self) -> Self {
        to_mask(Binary::And, self.0, other.0)
    }
    fn or(self, other: Self) -> Self {
        to_mask(Binary::Or, self.0, other.0)
    }
    fn not(self) -> Self {
        TracedMask(push([self.0], |[a]| Node::Unary(Unary::Not, a)))
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
        Traced(push([], |[]| Node::constant(value)))
    }
    fn less(self, other: Self) -> TracedMask {
        to_mask(Binary::Less, self.0, other.0)
    }
    fn less_equal(self, other: Self) -> TracedMask {
        to_mask(Binary::LessEqual, self.0, other.0)
    }
    fn select(mask: TracedMask, if_true: Self, if_false: Self) -> Self {
        let arguments = [mask.0, if_true.0, if_false.0];
        Traced(push(arguments, |[mask, a, b]| Node::Select(mask, a, b)))
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
    fn named(self, label: &'static str) -> Self {
        name(self.0, label);
        self
    }
}
