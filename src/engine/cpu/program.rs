//! What a program is: operations on rows, made by [`compile`](super::compile).

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
    /// a
    Copy,
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
}

/// The number of banks.
pub const BANKS: usize = 11;

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is counted from.
    pub bank: Bank,
    /// Rows from there.
    pub index: u16,
}

impl Place {
    /// Consecutive rows of a bank.
    pub fn rows(bank: Bank, count: usize) -> impl Iterator<Item = Self> {
        (0..count as u16).map(move |index| Self { bank, index })
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

/// See the module.
#[derive(Clone, Debug)]
pub struct Program {
    /// The operations, in order.
    pub code: Vec<Instruction>,
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
}

pub(super) fn uniform(slot: Slot) -> Option<f32> {
    match slot {
        Slot::Uniform(value) => Some(value),
        _ => None,
    }
}
