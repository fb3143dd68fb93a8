//! The operations of a text.

use super::vocabulary::{Checked, meant, wrong};
use crate::number::graph::{Binary, Unary};
use crate::system::checks::shown;

/// What the first word of a node says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operation {
    /// A number.
    Constant,
    /// A truth value.
    Mask,
    /// An input of the function.
    Input,
    /// What a loop leaves.
    Item,
    /// One of two numbers.
    Select,
    /// Of one node.
    Unary(Unary),
    /// Of two nodes.
    Binary(Binary),
}

/// Those that are not [`Unary`] or [`Binary`].
const OTHERS: [(&str, Operation); 5] = [
    ("constant", Operation::Constant),
    ("mask", Operation::Mask),
    ("input", Operation::Input),
    ("item", Operation::Item),
    ("select", Operation::Select),
];

impl Operation {
    /// The one of that name.
    pub fn named(word: &str) -> Checked<Self> {
        let other = || OTHERS.iter().find(|(name, _)| *name == word);
        let found = (Unary::named(word).map(Self::Unary))
            .or_else(|| Binary::named(word).map(Self::Binary))
            .or_else(|| other().map(|(_, operation)| *operation));
        if let Some(found) = found {
            return Ok(found);
        }
        let known = (OTHERS.iter().map(|(name, _)| *name))
            .chain(Unary::ALL.iter().map(|u| u.name()))
            .chain(Binary::ALL.iter().map(|b| b.name()));
        let (shown, meant) = (shown(word), meant(word, known));
        wrong(format!(
            "there is no operation '{shown}'{meant}; docs/systems.md lists all of them"
        ))
    }

    /// How many words stand behind it, without a label; none for a leaf, which has its own rules and no label.
    pub fn words(self) -> Option<usize> {
        match self {
            Self::Constant | Self::Mask | Self::Input => None,
            Self::Unary(_) => Some(1),
            Self::Item | Self::Binary(_) => Some(2),
            Self::Select => Some(3),
        }
    }

    /// Whether its value is a mask.
    pub fn gives_mask(self) -> bool {
        match self {
            Self::Mask => true,
            Self::Unary(op) => op.is_of_a_mask(),
            Self::Binary(op) => op.gives_mask(),
            Self::Constant | Self::Input | Self::Item | Self::Select => false,
        }
    }
}
