//! What can go wrong where a system is built value by value.

use super::words::{did_you_mean, list};

/// An error of a builder; what is wrong with the system that is built is [`super::Error::System`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A value is a node of one graph, and says nothing in another.
    #[error(
        "a value of {of} is used in {inside}, which is another recording; make it again from the inputs of that one"
    )]
    Stranger {
        /// The recording of the value, in words.
        of: String,
        /// The recording in which it was used.
        inside: String,
    },
    /// There is no such input.
    #[error("{inside} has no {kind} '{name}'{}; it has {}", did_you_mean(.nearest), list(.known))]
    UnknownInput {
        /// The recording, in words.
        inside: String,
        /// parameter, state or control
        kind: &'static str,
        /// The name that was asked for.
        name: String,
        /// The input with the most similar name, if any is close.
        nearest: Option<String>,
        /// All inputs of that kind.
        known: Vec<String>,
    },
    /// No parameter of that name was declared.
    #[error("the system has no parameter '{name}' yet; declare it before more is said about it")]
    UnknownParameter {
        /// The name that was asked for.
        name: String,
    },
    /// No coordinate of the state of that name was declared.
    #[error("the system has no state '{name}' yet; declare it before more is said about it")]
    UnknownState {
        /// The name that was asked for.
        name: String,
    },
    /// Time is an input of the stage cost only.
    #[error("{inside} has no time; only the stage cost depends on it")]
    NoTime {
        /// The recording, in words.
        inside: String,
    },
    /// f32 does not hold the constant.
    #[error("the constant {value:e} does not fit f32; give a finite number up to 3e38")]
    Constant {
        /// The number.
        value: f64,
    },
    /// The shader cannot have that label.
    #[error("label '{label}': {problem}")]
    Label {
        /// The label.
        label: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A function has another number of outputs.
    #[error("{of} has {found} outputs, but needs {expected}")]
    Outputs {
        /// The recording, in words.
        of: String,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// A function is needed and was not defined.
    #[error("the system has no {function} yet; record it and define it by its outputs")]
    Undefined {
        /// Which one.
        function: &'static str,
    },
    /// The body of a loop, or a function with other inputs.
    #[error("{of} is no function of the inputs of this builder; define a recording that it began")]
    Foreign {
        /// The recording, in words.
        of: String,
    },
}
