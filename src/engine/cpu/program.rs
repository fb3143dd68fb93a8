//! What a program is: operations on rows, made by `compile`.

use std::ops::Range;

/// An operation; masks are all bits set or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named like the operations of the graph")]
pub enum Op {
    Neg,
    Abs,
    Sqrt,
    Sin,
    Cos,
    Exp,
    Ln,
    Tanh,
    Not,
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
    /// b where mask a, else c
    Select,
    /// a b + c, rounded twice
    MulAdd,
    /// a b - c
    MulSub,
    /// c - a b
    SubMul,
    /// a b + c d
    MulAddMul,
    /// a b - c d
    MulSubMul,
    /// a b + (c + d)
    MulAddSum,
    /// a b + (c - d)
    MulAddDifference,
    /// (a + b) + c
    SumAdd,
    /// (a + b) c
    SumMul,
    /// (a - b) c
    DifferenceMul,
    /// (a + b) c + d
    SumMulAdd,
    /// (a - b) c + d
    DifferenceMulAdd,
    /// b where a < d, else c
    SelectLess,
    /// a; the last of all, see [`Op::COUNT`]
    Copy,
}

impl Op {
    /// The number of operations.
    pub const COUNT: usize = Op::Copy as usize + 1;
}

/// Where rows are; where each of these begins differs from step to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named like what is there")]
pub enum Bank {
    Constant,
    /// Intermediate results
    File,
    Control,
    /// The number of the step.
    Time,
    Parameters,
    Cost,
    State,
    NextState,
    /// Of the state after the step
    CotangentAfter,
    /// Of the state before the step
    Cotangent,
    /// Of the control
    Gradient,
    /// Before a pass of a loop
    Items,
    /// After a pass of a loop
    NextItems,
    /// What a loop captures
    Captured,
}

/// The number of banks.
pub const BANKS: usize = 14;

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is counted from.
    pub bank: Bank,
    /// Rows from there.
    pub index: u32,
}

impl Place {
    /// Consecutive rows of a bank.
    pub fn rows(bank: Bank, count: usize) -> impl Iterator<Item = Self> {
        (0..count as u32).map(move |index| Self { bank, index })
    }
}

/// One operation on a, b, c, d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// What is done.
    pub op: Op,
    /// Bit i: argument i is the same number in all lanes.
    pub uniform: u8,
    /// Where the arguments are.
    pub places: [Place; 4],
    /// The numbers of those that are the same in all lanes.
    pub numbers: [f32; 4],
    /// Where the result goes.
    pub out: Place,
}

/// Operations that are run together: once, or as the body of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where they are.
    pub code: Range<usize>,
    /// The loop that they are the body of.
    pub body: Option<Body>,
}

/// A loop; its rows are counted from the file of the program, but for the constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    /// Passes.
    pub count: u32,
    /// The items of even and of odd passes.
    pub items: [usize; 2],
    /// What is captured.
    pub captured: usize,
    /// Its intermediate results.
    pub file: usize,
    /// Its constants, from those of the program on.
    pub constants: usize,
}

impl Body {
    /// Where the banks begin in a pass; what was next in one pass is there in the next one.
    #[inline(always)]
    pub fn bases(&self, outside: &[usize; BANKS], pass: u32) -> [usize; BANKS] {
        let mut bases = *outside;
        let file = outside[Bank::File as usize];
        let parity = (pass % 2) as usize;
        bases[Bank::Items as usize] = file + self.items[parity];
        bases[Bank::NextItems as usize] = file + self.items[1 - parity];
        bases[Bank::Captured as usize] = file + self.captured;
        bases[Bank::File as usize] = file + self.file;
        bases[Bank::Constant as usize] += self.constants;
        bases
    }

    /// Where the items are at the end.
    pub fn left(&self) -> usize {
        self.items[(self.count % 2) as usize]
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Program {
    /// The operations, in order.
    pub code: Vec<Instruction>,
    /// Which of them are run how often: all of them, in order.
    pub segments: Vec<Segment>,
    /// The rows of the constants.
    pub constants: Vec<f32>,
    /// Rows of intermediate results.
    pub file: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
/// Where an argument of a step comes from.
pub enum Slot {
    /// A row that the program reads.
    Input(Place),
    /// The same number in all lanes.
    Uniform(f32),
    /// What a step of the program gives.
    Result(u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub op: Op,
    pub arguments: [Slot; 4],
    /// The row that it must go to, if there is one.
    pub target: Option<Place>,
}

impl Step {
    /// A step whose result goes anywhere.
    pub fn new(op: Op, arguments: [Slot; 4]) -> Self {
        Self {
            op,
            arguments,
            target: None,
        }
    }
}

pub(super) fn uniform(slot: Slot) -> Option<f32> {
    match slot {
        Slot::Uniform(value) => Some(value),
        _ => None,
    }
}
