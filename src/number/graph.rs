//! Expression graphs: a system's formulas as data. Hash-consed, constants folded, identities removed.
//!
//! A node is evaluated exactly once per call of the printed function, whatever it hangs on: a graph has no
//! branches and no side effects, so both arms of a `select` are computed and the order of printing is free as long as
//! arguments come first. A node's arguments always have smaller numbers, so increasing order is an evaluation order and
//! decreasing order is the order of the reverse sweep. Nodes are hash-consed: an expression that is written twice is one
//! node. A graph can never hold a cycle, a node of another graph, or a constant that is not finite. The one exception to
//! "once" is the body of a [`Loop`], which is a graph of its own and runs a fixed number of times.

use crate::number::{Mask, Scalar};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The number of a node in its graph; smaller than that of every node that uses it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Id(u32);

impl Id {
    /// As an index into arrays with one entry per node.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Operations with one argument.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(
    missing_docs,
    reason = "each variant is the method of Scalar of that name"
)]
pub enum Unary {
    Neg,
    Abs,
    Sqrt,
    Sin,
    Cos,
    Exp,
    Ln,
    Tanh,
    Detach,
    Not,
}

/// Operations with two arguments; the comparisons and `And`, `Or` give a mask.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(
    missing_docs,
    reason = "each variant is the method of Scalar or Mask of that name"
)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Max,
    Min,
    Atan2,
    Less,
    LessEqual,
    And,
    Or,
    /// a, with the derivative of b
    WithDerivativeOf,
}

/// Names of operations: those that a text of a graph has, each with the variant. The one place that knows both.
macro_rules! names {
    ($type:ident { $($variant:ident $name:literal),* $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in a text.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}
names!(Unary {
    Neg "neg", Abs "abs", Sqrt "sqrt", Sin "sin", Cos "cos", Exp "exp", Ln "ln", Tanh "tanh", Detach "detach",
    Not "not",
});
names!(Binary {
    Add "add", Sub "sub", Mul "mul", Div "div", Max "max", Min "min", Atan2 "atan2", Less "less",
    LessEqual "less_equal", And "and", Or "or", WithDerivativeOf "with_derivative_of",
});

/// The bank of the items in the body of a [`Loop`].
pub const ITEMS: u32 = 0;
/// The bank of what the body of a [`Loop`] captures.
pub const CAPTURED: u32 = 1;

/// A loop of fixed count: the outputs of the body are the items of the next pass. See [`Scalar::iterate`].
#[derive(Clone, Debug)]
pub struct Loop {
    /// How many passes.
    pub count: u32,
    /// The items before the first pass.
    pub start: Vec<Id>,
    /// Other values that the body uses, the same in all passes.
    pub captured: Vec<Id>,
    /// The body, with the inputs [`ITEMS`] and [`CAPTURED`].
    pub graph: Graph,
    /// The items after a pass, as nodes of the body.
    pub outputs: Vec<Id>,
}

/// One node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// A number, by its bits so that it can be hashed.
    Constant(u64),
    /// true or false
    MaskConstant(bool),
    /// An argument of the function: number `index` of the inputs in `bank`.
    Input {
        /// Which inputs; whoever makes the graph says what they stand for.
        bank: u32,
        /// Which of them.
        index: u32,
    },
    /// op a
    Unary(Unary, Id),
    /// a op b
    Binary(Binary, Id, Id),
    /// mask, value where it holds, value elsewhere
    Select(Id, Id, Id),
    /// What a loop of the graph leaves in one of its items.
    Item {
        /// The number of the loop.
        of: u32,
        /// The number of the item.
        item: u32,
    },
}

impl Node {
    /// The node of a number.
    pub fn constant(value: f64) -> Self {
        Node::Constant(value.to_bits())
    }
}

/// A hash-consed expression graph; see the [module](super) for what can never be in one.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    numbers: HashMap<Node, Id>,
    names: HashMap<Id, String>,
    loops: Vec<Loop>,
    /// The loops by what is hashed of them, so that equal ones are found among many.
    loop_numbers: HashMap<u64, Vec<u32>>,
}

impl Graph {
    /// The node with number `id`.
    pub fn node(&self, id: Id) -> Node {
        self.nodes[id.index()]
    }

    /// The loop of that number.
    pub fn repeated(&self, number: u32) -> &Loop {
        &self.loops[number as usize]
    }

    /// The nodes that a node is made of: what its value is computed from, and what gives it its derivative.
    pub fn arguments(&self, node: Node) -> impl Iterator<Item = Id> + '_ {
        let (a, b, c, body) = match node {
            Node::Constant(_) | Node::MaskConstant(_) | Node::Input { .. } => {
                (None, None, None, None)
            }
            Node::Unary(_, a) => (Some(a), None, None, None),
            Node::Binary(_, a, b) => (Some(a), Some(b), None, None),
            Node::Select(mask, a, b) => (Some(mask), Some(a), Some(b), None),
            Node::Item { of, .. } => (None, None, None, Some(self.repeated(of))),
        };
        let outside = body
            .into_iter()
            .flat_map(|l| l.start.iter().chain(&l.captured));
        [a, b, c].into_iter().flatten().chain(outside.copied())
    }

    /// The nodes that the value of a node is computed from.
    pub fn operands(&self, node: Node) -> impl Iterator<Item = Id> + '_ {
        let count = match node {
            Node::Binary(Binary::WithDerivativeOf, ..) => 1,
            _ => usize::MAX,
        };
        self.arguments(node).take(count)
    }

    /// Whether a node is an input or a constant.
    pub fn is_leaf(&self, node: Node) -> bool {
        matches!(
            node,
            Node::Constant(_) | Node::MaskConstant(_) | Node::Input { .. }
        )
    }

    /// All nodes with their numbers, arguments first.
    pub fn iter(&self) -> impl Iterator<Item = (Id, Node)> + '_ {
        (0_u32..).map(Id).zip(self.nodes.iter().copied())
    }

    fn equals(&self, other: &Self) -> bool {
        let same = |(a, b): (&Loop, &Loop)| a.equals(b);
        self.nodes == other.nodes
            && self.loops.len() == other.loops.len()
            && self.loops.iter().zip(&other.loops).all(same)
    }

    /// How many nodes there are, dead ones included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The label of a node, if it has one.
    pub fn label(&self, id: Id) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// Labels a node for the printed text. The first label of a node stays; leaves need none.
    pub fn name(&mut self, id: Id, name: impl Into<String>) {
        if !self.is_leaf(self.node(id)) {
            self.names.entry(id).or_insert_with(|| name.into());
        }
    }

    /// The number of a node equal to `node` after simplification; a new one if there is none yet.
    pub fn push(&mut self, node: Node) -> Id {
        match self.simplified(node) {
            Ok(same) => same,
            Err(node) => self.insert(node),
        }
    }

    /// The nodes of the items that a loop leaves; equal loops are one. Without a pass, they are what it starts with.
    pub fn repeat(&mut self, body: Loop) -> Vec<Id> {
        if body.count == 0 {
            return body.start;
        }
        let items = body.outputs.len() as u32;
        let alike = self.loop_numbers.entry(body.hashed()).or_default();
        let mut known = alike.iter().copied();
        let of = match known.find(|of| self.loops[*of as usize].equals(&body)) {
            Some(of) => of,
            None => {
                let of = self.loops.len() as u32;
                alike.push(of);
                self.loops.push(body);
                of
            }
        };
        (0..items)
            .map(|item| self.push(Node::Item { of, item }))
            .collect()
    }

    fn insert(&mut self, node: Node) -> Id {
        if let Some(&id) = self.numbers.get(&node) {
            return id;
        }
        // a + b and b + a are one node, printed as it was first written.
        if let Node::Binary(op @ (Binary::Add | Binary::Mul), a, b) = node
            && let Some(&id) = self.numbers.get(&Node::Binary(op, b, a))
        {
            return id;
        }
        let id = Id(u32::try_from(self.nodes.len()).expect("a graph has fewer than 2^32 nodes"));
        self.nodes.push(node);
        self.numbers.insert(node, id);
        id
    }

    fn number(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    fn truth(&self, id: Id) -> Option<bool> {
        match self.node(id) {
            Node::MaskConstant(value) => Some(value),
            _ => None,
        }
    }

    fn negated(&self, id: Id) -> Option<Id> {
        match self.node(id) {
            Node::Unary(Unary::Neg, a) => Some(a),
            _ => None,
        }
    }

    /// `Ok` with an existing node of the same value, or `Err` with a node still to be inserted.
    ///
    /// x·0 is *not* folded to 0: for x = ∞ it is NaN, and the reference path would disagree.
    fn simplified(&mut self, node: Node) -> Result<Id, Node> {
        match node {
            Node::Unary(op, a) => self.simplified_unary(op, a),
            Node::Binary(op, a, b) => self.simplified_binary(op, a, b),
            Node::Select(mask, a, b) => match self.truth(mask) {
                Some(true) => Ok(a),
                Some(false) => Ok(b),
                None if a == b => Ok(a),
                None => Err(node),
            },
            leaf => Err(leaf),
        }
    }

    fn simplified_unary(&mut self, op: Unary, a: Id) -> Result<Id, Node> {
        if let Some(folded) = self.number(a).map(|x| apply_unary(op, x))
            && is_literal(folded)
        {
            return Err(Node::constant(folded));
        }
        match (op, self.truth(a), self.node(a)) {
            (Unary::Not, Some(value), _) => Err(Node::MaskConstant(!value)),
            (Unary::Not, _, Node::Unary(Unary::Not, inner)) => Ok(inner),
            (Unary::Neg, _, Node::Unary(Unary::Neg, inner)) => Ok(inner),
            (Unary::Neg, _, Node::Binary(Binary::Sub, x, y)) => {
                Ok(self.push(Node::Binary(Binary::Sub, y, x)))
            }
            _ => Err(Node::Unary(op, a)),
        }
    }

    fn simplified_binary(&mut self, op: Binary, a: Id, b: Id) -> Result<Id, Node> {
        use Binary::WithDerivativeOf;
        use Binary::{Add, And, Atan2, Div, Less, LessEqual, Max, Min, Mul, Or, Sub};
        let (x, y) = (self.number(a), self.number(b));
        if let (Some(x), Some(y)) = (x, y) {
            match op {
                Less => return Err(Node::MaskConstant(x < y)),
                LessEqual => return Err(Node::MaskConstant(x <= y)),
                Add | Sub | Mul | Div | Max | Min | Atan2 => {
                    let folded = apply_binary(op, x, y);
                    if is_literal(folded) {
                        return Err(Node::constant(folded));
                    }
                }
                WithDerivativeOf => return Ok(a),
                And | Or => unreachable!("masks are not numbers"),
            }
        }
        let (zero, one) = (Some(0.0), Some(1.0));
        match op {
            Add if x == zero => Ok(b),
            Add | Sub if y == zero => Ok(a),
            Sub if x == zero => Ok(self.push(Node::Unary(Unary::Neg, b))),
            Mul if x == one => Ok(b),
            Mul | Div if y == one => Ok(a),
            Mul if x == Some(-1.0) => Ok(self.push(Node::Unary(Unary::Neg, b))),
            Mul | Div if y == Some(-1.0) => Ok(self.push(Node::Unary(Unary::Neg, a))),
            // A negation moves outwards, where it often meets another or becomes a subtraction.
            Mul | Div => match (self.negated(a), self.negated(b)) {
                (Some(a), Some(b)) => Ok(self.push(Node::Binary(op, a, b))),
                (Some(a), None) => {
                    let inner = self.push(Node::Binary(op, a, b));
                    Ok(self.push(Node::Unary(Unary::Neg, inner)))
                }
                (None, Some(b)) => {
                    let inner = self.push(Node::Binary(op, a, b));
                    Ok(self.push(Node::Unary(Unary::Neg, inner)))
                }
                (None, None) => Err(Node::Binary(op, a, b)),
            },
            Add => match (self.negated(a), self.negated(b)) {
                (_, Some(b)) => Ok(self.push(Node::Binary(Sub, a, b))),
                (Some(a), None) => Ok(self.push(Node::Binary(Sub, b, a))),
                (None, None) => Err(Node::Binary(op, a, b)),
            },
            Sub => match self.negated(b) {
                Some(b) => Ok(self.push(Node::Binary(Add, a, b))),
                None => Err(Node::Binary(op, a, b)),
            },
            WithDerivativeOf if a == b => Ok(a),
            WithDerivativeOf if y.is_some() => Ok(self.push(Node::Unary(Unary::Detach, a))),
            And | Or => match (self.truth(a), self.truth(b)) {
                (Some(known), _) => Ok(if known == (op == And) { b } else { a }),
                (_, Some(known)) => Ok(if known == (op == And) { a } else { b }),
                _ if a == b => Ok(a),
                _ => Err(Node::Binary(op, a, b)),
            },
            _ => Err(Node::Binary(op, a, b)),
        }
    }

    /// Which nodes the values of the outputs depend on, as one flag per node: the rest is dead code.
    pub fn live(&self, outputs: &[Id]) -> Vec<bool> {
        self.reached(outputs, |node| self.operands(node))
    }

    /// The nodes that the values of the outputs or their derivatives depend on.
    pub fn needed(&self, outputs: &[Id]) -> Vec<bool> {
        self.reached(outputs, |node| self.arguments(node))
    }

    /// The nodes that are reached from the outputs by way of `next`.
    fn reached<I: Iterator<Item = Id>>(
        &self,
        outputs: &[Id],
        next: impl Fn(Node) -> I,
    ) -> Vec<bool> {
        let mut live = vec![false; self.len()];
        for &output in outputs {
            live[output.index()] = true;
        }
        for i in (0..self.len()).rev() {
            if live[i] {
                for argument in next(self.nodes[i]) {
                    live[argument.index()] = true;
                }
            }
        }
        live
    }

    /// How many passes the loops take that the outputs need, those of loops inside of loops included.
    pub fn passes(&self, outputs: &[Id]) -> u64 {
        let live = self.live(outputs);
        let mut needed = vec![false; self.loops.len()];
        for (id, node) in self.iter() {
            if let (true, Node::Item { of, .. }) = (live[id.index()], node) {
                needed[of as usize] = true;
            }
        }
        let needed = self.loops.iter().zip(needed).filter(|(_, needed)| *needed);
        let passes = |l: &Loop| u64::from(l.count) * (1 + l.graph.passes(&l.outputs));
        // Leaving a loop is a pass, too, to those who count.
        needed.map(|(l, _)| 1 + passes(l)).sum()
    }

    /// Adds what the outputs of another graph are made of, with labels; what both graphs have in common is there once.
    /// Returns the `outputs` of the other graph as nodes of this one. Dead nodes stay behind: a recording has some
    /// and a file has none, and the order of the sums that are swept in reverse must be the same for both.
    pub fn append(&mut self, other: &Graph, outputs: &[Id]) -> Vec<Id> {
        self.append_with(other, outputs, Loops::Kept, &|graph, bank, index| {
            graph.push(Node::Input { bank, index })
        })
    }

    /// The same with nodes in place of the inputs.
    pub fn append_with(
        &mut self,
        other: &Graph,
        outputs: &[Id],
        loops: Loops,
        input: &dyn Fn(&mut Graph, u32, u32) -> Id,
    ) -> Vec<Id> {
        let mut ids: Vec<Id> = Vec::with_capacity(other.len());
        let mut left: HashMap<u32, Vec<Id>> = HashMap::new();
        let needed = other.needed(outputs);
        for (id, node) in other.iter() {
            if !needed[id.index()] {
                // Nothing that is needed looks it up.
                ids.push(Id(u32::MAX));
                continue;
            }
            let at = |id: Id| ids[id.index()];
            let here = match node {
                Node::Unary(op, a) => self.push(Node::Unary(op, at(a))),
                Node::Binary(op, a, b) => self.push(Node::Binary(op, at(a), at(b))),
                Node::Select(mask, a, b) => self.push(Node::Select(at(mask), at(a), at(b))),
                Node::Input { bank, index } => input(self, bank, index),
                leaf @ (Node::Constant(_) | Node::MaskConstant(_)) => self.push(leaf),
                Node::Item { of, item } => {
                    let items = left.entry(of).or_insert_with(|| {
                        let mut body = other.repeated(of).clone();
                        body.start.iter_mut().for_each(|id| *id = at(*id));
                        body.captured.iter_mut().for_each(|id| *id = at(*id));
                        match loops {
                            Loops::Kept => self.repeat(body),
                            Loops::Unrolled => self.unroll(&body),
                        }
                    });
                    items[item as usize]
                }
            };
            if let Some(label) = other.label(id) {
                self.name(here, label);
            }
            ids.push(here);
        }
        outputs.iter().map(|id| ids[id.index()]).collect()
    }

    /// All passes of a loop, one behind the other.
    fn unroll(&mut self, body: &Loop) -> Vec<Id> {
        let mut items = body.start.clone();
        for _ in 0..body.count {
            items = self.append_with(
                &body.graph,
                &body.outputs,
                Loops::Unrolled,
                &|_, bank, index| match bank {
                    ITEMS => items[index as usize],
                    _ => body.captured[index as usize],
                },
            );
        }
        items
    }

    /// How many operations the outputs take: live nodes that are neither constants nor inputs.
    pub fn operations(&self, outputs: &[Id]) -> usize {
        let live = self.live(outputs);
        (0..self.len())
            .filter(|&i| live[i] && !self.is_leaf(self.nodes[i]))
            .count()
    }

    /// The values of `outputs`, where `inputs[bank][index]` are the inputs: in f64, with derivatives or with margins, as
    /// `S` is. Every live node is computed once, in order.
    pub fn run<S: Scalar>(&self, outputs: &[Id], inputs: &[&[S]]) -> Vec<S> {
        let mut values = Values::new(self.len());
        // A number with derivatives needs what gives them.
        self.compute(&self.needed(outputs), inputs, &mut values);
        outputs.iter().map(|id| values.number(*id)).collect()
    }

    /// Computes the nodes that are live.
    fn compute<S: Scalar>(&self, live: &[bool], inputs: &[&[S]], values: &mut Values<S>) {
        let mut left: HashMap<u32, Vec<S>> = HashMap::new();
        for (id, node) in self.iter().filter(|(id, _)| live[id.index()]) {
            let value = match node {
                Node::Constant(bits) => Value::Number(S::constant(f64::from_bits(bits))),
                Node::MaskConstant(value) => Value::Mask(truth::<S>(value)),
                Node::Input { bank, index } => Value::Number(inputs[bank as usize][index as usize]),
                Node::Unary(Unary::Not, a) => Value::Mask(values.mask(a).not()),
                Node::Unary(op, a) => Value::Number(unary(op, values.number(a))),
                Node::Binary(op, a, b) => values.binary(op, a, b),
                Node::Select(mask, a, b) => Value::Number(S::select(
                    values.mask(mask),
                    values.number(a),
                    values.number(b),
                )),
                Node::Item { of, item } => {
                    let run = || self.repeated(of).run(values);
                    Value::Number(left.entry(of).or_insert_with(run)[item as usize])
                }
            };
            values.0[id.index()] = Some(value);
        }
    }
}

/// What becomes of loops where a graph is added to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loops {
    /// They stay loops.
    Kept,
    /// Their passes are written one behind the other.
    Unrolled,
}

impl Loop {
    fn hashed(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.count, &self.start, &self.captured, &self.outputs).hash(&mut hasher);
        self.graph.nodes.hash(&mut hasher);
        hasher.finish()
    }

    fn equals(&self, other: &Self) -> bool {
        let outside = (&self.start, &self.captured) == (&other.start, &other.captured);
        outside
            && (self.count, &self.outputs) == (other.count, &other.outputs)
            && self.graph.equals(&other.graph)
    }

    /// The items that it leaves.
    fn run<S: Scalar>(&self, values: &Values<S>) -> Vec<S> {
        let outside = |ids: &[Id]| -> Vec<S> { ids.iter().map(|id| values.number(*id)).collect() };
        let (mut items, captured) = (outside(&self.start), outside(&self.captured));
        S::iterate_in_place(self.count, &mut items, &captured, &mut |items, captured| {
            let next = self.graph.run(&self.outputs, &[&*items, captured]);
            items.copy_from_slice(&next);
        });
        items
    }
}

/// A mask that always has this value.
fn truth<S: Scalar>(value: bool) -> S::Mask {
    let (zero, one) = (S::constant(0.0), S::constant(1.0));
    if value {
        zero.less(one)
    } else {
        one.less(zero)
    }
}

/// What a node stands for.
#[derive(Clone, Copy)]
enum Value<S: Scalar> {
    Number(S),
    Mask(S::Mask),
}

/// The values of the nodes that were computed.
struct Values<S: Scalar>(Vec<Option<Value<S>>>);

impl<S: Scalar> Values<S> {
    fn new(count: usize) -> Self {
        Self(vec![None; count])
    }

    fn number(&self, id: Id) -> S {
        match self.0[id.index()] {
            Some(Value::Number(number)) => number,
            _ => unreachable!("a number is computed before it is used, and is no mask"),
        }
    }

    fn mask(&self, id: Id) -> S::Mask {
        match self.0[id.index()] {
            Some(Value::Mask(mask)) => mask,
            _ => unreachable!("a mask is computed before it is used, and is no number"),
        }
    }

    fn binary(&self, op: Binary, a: Id, b: Id) -> Value<S> {
        let numbers = || (self.number(a), self.number(b));
        let masks = || (self.mask(a), self.mask(b));
        let number = |f: fn(S, S) -> S| {
            let (a, b) = numbers();
            Value::Number(f(a, b))
        };
        match op {
            Binary::Add => number(S::add),
            Binary::Sub => number(S::sub),
            Binary::Mul => number(S::mul),
            Binary::Div => number(S::div),
            Binary::Max => number(S::max),
            Binary::Min => number(S::min),
            Binary::Atan2 => number(S::atan2),
            Binary::WithDerivativeOf => number(S::with_derivative_of),
            Binary::Less => Value::Mask(self.number(a).less(self.number(b))),
            Binary::LessEqual => Value::Mask(self.number(a).less_equal(self.number(b))),
            Binary::And => {
                let (a, b) = masks();
                Value::Mask(a.and(b))
            }
            Binary::Or => {
                let (a, b) = masks();
                Value::Mask(a.or(b))
            }
        }
    }
}

fn unary<S: Scalar>(op: Unary, x: S) -> S {
    match op {
        Unary::Neg => -x,
        Unary::Abs => x.abs(),
        Unary::Sqrt => x.sqrt(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Exp => x.exp(),
        Unary::Ln => x.ln(),
        Unary::Tanh => x.tanh(),
        Unary::Detach => x.detach(),
        Unary::Not => unreachable!("a mask is no number"),
    }
}

/// Whether a result becomes a constant. One that is not finite, or not in f32, stays an operation: WGSL has no literal for
/// it.
fn is_literal(x: f64) -> bool {
    x.abs() <= f64::from(f32::MAX)
}

/// The value of an operation on a number; NaN for the one on a mask.
fn apply_unary(op: Unary, x: f64) -> f64 {
    match op {
        Unary::Not => f64::NAN,
        op => unary(op, x),
    }
}

/// The value of an arithmetic operation; NaN for those that give a mask.
fn apply_binary(op: Binary, x: f64, y: f64) -> f64 {
    match op {
        Binary::Add => x + y,
        Binary::Sub => x - y,
        Binary::Mul => x * y,
        Binary::Div => x / y,
        Binary::Max => Scalar::max(x, y),
        Binary::Min => Scalar::min(x, y),
        Binary::Atan2 => Scalar::atan2(x, y),
        Binary::WithDerivativeOf => x,
        Binary::Less | Binary::LessEqual | Binary::And | Binary::Or => f64::NAN,
    }
}
