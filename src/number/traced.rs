//! Recording generic code: a graph is built by running it with [`Traced`] scalars inside [`record`].
//!
//! [`crate::number::graph`] says what a graph is, [`crate::number::reverse`] is the reverse sweep.

use crate::number::graph::{Binary, CAPTURED, ELEMENTS, Graph, ITEMS, Id, Loop, Node, Unary};
use crate::number::{Mask, Scalar, ScanBody};
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
    resume(Graph::default(), body)
}

/// [`record`], going on with a graph; its nodes are there as [`Traced::of`] and [`TracedMask::of`].
pub fn resume<T>(graph: Graph, body: impl FnOnce() -> T) -> (Graph, T) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let recording = Recording {
        number: COUNT.fetch_add(1, Ordering::Relaxed),
        graph,
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
        then(last.expect("a Traced value is only used inside record"))
    })
}

/// What goes into a loop from outside.
struct Outside<'a> {
    start: &'a [Traced],
    captured: &'a [Traced],
    series: &'a [Vec<Traced>],
}

impl Outside<'_> {
    /// Records a body and adds the loop of it; returns what it leaves.
    fn repeat(
        &self,
        (count, is_symmetric): (u32, bool),
        body: &mut ScanBody<'_, Traced>,
    ) -> Vec<Traced> {
        let (graph, outputs) = record(|| {
            let bank = |bank: u32, count: usize| -> Vec<Traced> {
                let indices = 0..count as u32;
                indices.map(|i| Traced::input(bank, i)).collect()
            };
            let mut items = bank(ITEMS, self.start.len());
            let captured = bank(CAPTURED, self.captured.len());
            let given = body(&mut items, &captured, &bank(ELEMENTS, self.series.len()));
            items.iter().chain(&given).map(|x| x.id()).collect()
        });
        in_recording(|recording| {
            let own = |values: &[Traced]| values.iter().map(|x| recording.own(x.0)).collect();
            let body = Loop {
                count,
                start: own(self.start),
                captured: own(self.captured),
                series: self.series.iter().map(|values| own(values)).collect(),
                graph,
                outputs,
                is_symmetric,
            };
            let place = |id| Place {
                id,
                recording: recording.number,
            };
            let left = recording.graph.repeat(body).into_iter();
            left.map(|id| Traced(place(id))).collect()
        })
    }
}

/// A node, and the recording that it is of.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: Id,
    recording: u64,
}

impl Place {
    /// A node that the graph being recorded has already.
    fn of(id: Id) -> Self {
        in_recording(|recording| {
            assert!(id.index() < recording.graph.len(), "a node of this graph");
            Place {
                id,
                recording: recording.number,
            }
        })
    }
}

impl Recording {
    fn own(&self, place: Place) -> Id {
        assert!(
            place.recording == self.number,
            "a Traced value of one record is used in another, where its number is that of another expression; make it \
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
    /// Number `index` of the inputs in `bank`.
    pub fn input(bank: u32, index: u32) -> Self {
        Traced(push([], |[]| Node::Input { bank, index }))
    }

    /// The node of that number in the graph being recorded, which is one of a number.
    pub fn of(id: Id) -> Self {
        Traced(Place::of(id))
    }

    /// Its number in the graph being recorded.
    pub fn id(self) -> Id {
        in_recording(|recording| recording.own(self.0))
    }
}

impl TracedMask {
    /// The node of that number in the graph being recorded, which is one of a mask.
    pub fn of(id: Id) -> Self {
        TracedMask(Place::of(id))
    }

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
    fn seamless(self) -> Self {
        unary(Unary::Seamless, self)
    }
    fn with_derivative_of(self, carrier: Self) -> Self {
        binary(Binary::WithDerivativeOf, self, carrier)
    }
    fn scan(
        count: u32,
        items: &mut [Self],
        captured: &[Self],
        series: &[Vec<Self>],
        body: &mut ScanBody<'_, Self>,
    ) -> Vec<Vec<Self>> {
        let outside = Outside {
            start: items,
            captured,
            series,
        };
        let left = outside.repeat((count, false), body);
        let (left, given) = left.split_at(items.len());
        items.copy_from_slice(left);
        let given = given.chunks(count.max(1) as usize);
        given.map(<[Self]>::to_vec).collect()
    }
    fn symmetric(r: &mut [Self], captured: &[Self], body: &mut dyn FnMut(&mut [Self], &[Self])) {
        let outside = Outside {
            start: r,
            captured,
            series: &[],
        };
        let left = outside.repeat((1, true), &mut |r, captured, _| {
            body(r, captured);
            Vec::new()
        });
        r.copy_from_slice(&left);
    }
    fn named(self, label: &'static str) -> Self {
        name(self.0, label);
        self
    }
}
