//! Expression graphs: a system's formulas as data. Hash-consed, constants folded, identities removed.
//!
//! A node is evaluated exactly once per call of the printed function, whatever it hangs on: a graph has no
//! branches and no side effects, so both arms of a `select` are computed and the order of printing is free as long as
//! arguments come first. A node's arguments always have smaller numbers, so increasing order is an evaluation order and
//! decreasing order is the order of the reverse sweep. Nodes are hash-consed: an expression that is written twice is one
//! node. A graph can never hold a cycle, a node of another graph, or a constant that is not finite. The one exception to
//! "once" is the body of a [`Loop`], which is a graph of its own and runs a fixed number of times.

mod join;
mod run;
mod simplify;

pub use join::Loops;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

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
    Seamless,
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

            /// The one of that name in a text.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// The name in a text.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}
names!(Unary {
    Neg "neg", Abs "abs", Sqrt "sqrt", Sin "sin", Cos "cos", Exp "exp", Ln "ln", Tanh "tanh", Detach "detach",
    Seamless "seamless",
    Not "not",
});
names!(Binary {
    Add "add", Sub "sub", Mul "mul", Div "div", Max "max", Min "min", Atan2 "atan2", Less "less",
    LessEqual "less_equal", And "and", Or "or", WithDerivativeOf "with_derivative_of",
});

impl Unary {
    /// Whether argument and value are masks.
    pub fn is_of_a_mask(self) -> bool {
        self == Self::Not
    }
}

impl Binary {
    /// Whether the arguments are masks.
    pub fn takes_masks(self) -> bool {
        matches!(self, Self::And | Self::Or)
    }

    /// Whether the value is a mask.
    pub fn gives_mask(self) -> bool {
        self.takes_masks() || matches!(self, Self::Less | Self::LessEqual)
    }
}

/// The bank of the items in the body of a [`Loop`].
pub const ITEMS: u32 = 0;
/// The bank of what the body of a [`Loop`] captures.
pub const CAPTURED: u32 = 1;
/// The bank of the elements that the body of a [`Loop`] takes of its series.
pub const ELEMENTS: u32 = 2;

/// A loop of fixed count: the outputs of the body are the items of the next pass. See
/// [`Scalar::iterate`](crate::number::Scalar::iterate), [`Scalar::scan`](crate::number::Scalar::scan) and
/// [`Scalar::symmetric`](crate::number::Scalar::symmetric).
///
/// It leaves the items behind the last pass and then, series by series, what each pass gave.
#[derive(Clone, Debug, Default)]
pub struct Loop {
    /// How many passes.
    pub count: u32,
    /// The items before the first pass.
    pub start: Vec<Id>,
    /// Other values that the body uses, the same in all passes.
    pub captured: Vec<Id>,
    /// Values of which the body uses another one in each pass: each series has as many as there are passes.
    pub series: Vec<Vec<Id>>,
    /// The body, with the inputs [`ITEMS`], [`CAPTURED`] and [`ELEMENTS`].
    pub graph: Graph,
    /// The items after a pass, then what the pass gives, as nodes of the body.
    pub outputs: Vec<Id>,
    /// Whether it is a symmetric linear map of `start`, of one pass, whose derivative is itself.
    pub is_symmetric: bool,
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
    /// One value of what a loop of the graph leaves.
    Item {
        /// The number of the loop.
        of: u32,
        /// The number of the value: see [`Loop`].
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
        let outside = body.into_iter().flat_map(Loop::outside);
        [a, b, c].into_iter().flatten().chain(outside)
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

    /// The nodes of what a loop leaves; equal loops are one. Without a pass, they are what it starts with.
    pub fn repeat(&mut self, body: Loop) -> Vec<Id> {
        if body.count == 0 {
            return body.start;
        }
        let left = body.left() as u32;
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
        (0..left)
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
        let passes = |l: &Loop| u64::from(l.count) * (1 + l.graph.passes(&l.outputs));
        // Leaving a loop is a pass, too, to those who count.
        self.loops_of(outputs).map(|l| 1 + passes(l)).sum()
    }

    /// How many operations the outputs take, those of loops in all of their passes.
    pub fn work(&self, outputs: &[Id]) -> u64 {
        let inside = |l: &Loop| u64::from(l.count) * l.body_operations();
        self.operations(outputs) as u64 + self.loops_of(outputs).map(inside).sum::<u64>()
    }

    /// The loops that the outputs need.
    fn loops_of(&self, outputs: &[Id]) -> impl Iterator<Item = &Loop> {
        let live = self.live(outputs);
        let mut needed = vec![false; self.loops.len()];
        for (id, node) in self.iter() {
            if let (true, Node::Item { of, .. }) = (live[id.index()], node) {
                needed[of as usize] = true;
            }
        }
        let loops = self.loops.iter().zip(needed);
        loops.filter(|(_, needed)| *needed).map(|(l, _)| l)
    }

    /// How many operations the outputs take: live nodes that are neither constants nor inputs.
    pub fn operations(&self, outputs: &[Id]) -> usize {
        let live = self.live(outputs);
        (0..self.len())
            .filter(|&i| live[i] && !self.is_leaf(self.nodes[i]))
            .count()
    }
}

impl Loop {
    /// How many values a pass gives besides the items.
    pub fn given(&self) -> usize {
        self.outputs.len() - self.start.len()
    }

    /// How many values it leaves.
    pub fn left(&self) -> usize {
        self.start.len() + self.given() * self.count as usize
    }

    /// Which values of what it leaves the passes gave as number `which`.
    pub fn given_at(&self, which: usize) -> Range<usize> {
        let from = self.start.len() + which * self.count as usize;
        from..from + self.count as usize
    }

    /// Operations of a pass, those of loops in it in all of their passes.
    pub fn body_operations(&self) -> u64 {
        self.graph.work(&self.outputs)
    }

    /// The nodes outside that it uses.
    fn outside(&self) -> impl Iterator<Item = Id> + '_ {
        let alike = self.start.iter().chain(&self.captured);
        alike.chain(self.series.iter().flatten()).copied()
    }

    fn shape(&self) -> (u32, bool, &[Id], &[Id]) {
        (self.count, self.is_symmetric, &self.start, &self.outputs)
    }

    fn hashed(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.shape(), &self.captured, &self.series).hash(&mut hasher);
        self.graph.nodes.hash(&mut hasher);
        hasher.finish()
    }

    fn equals(&self, other: &Self) -> bool {
        self.shape() == other.shape()
            && (&self.captured, &self.series) == (&other.captured, &other.series)
            && self.graph.equals(&other.graph)
    }
}
