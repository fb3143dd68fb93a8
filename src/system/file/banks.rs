//! The inputs of a function by the names that a text has for them.

use super::text::Cell;
use crate::number::graph::{CAPTURED, ELEMENTS, ITEMS};
use crate::system::functions::{CONTROL, PARAMETERS, STATE, TIME};
use crate::system::model::Description;

/// How the inputs of one kind are told apart.
pub enum Inputs {
    /// There is one only, and nothing behind the word of its kind.
    One,
    /// So many, by their numbers.
    Numbered(usize),
    /// By name; a number is understood, too.
    Named(Vec<String>),
}

/// One kind of inputs.
pub struct Bank {
    /// Its number in the graph.
    pub number: u32,
    /// The word in front of an input.
    pub kind: &'static str,
    /// Its inputs.
    pub inputs: Inputs,
}

/// All kinds that there are, by their numbers.
pub struct Banks(pub Vec<Bank>);

fn bank(number: u32, kind: &'static str, inputs: Inputs) -> Bank {
    Bank {
        number,
        kind,
        inputs,
    }
}

impl Bank {
    /// How many inputs there are.
    pub fn count(&self) -> usize {
        match &self.inputs {
            Inputs::One => 1,
            Inputs::Numbered(count) => *count,
            Inputs::Named(names) => names.len(),
        }
    }

    /// The names of its inputs, where they have any.
    pub fn names(&self) -> &[String] {
        match &self.inputs {
            Inputs::Named(names) => names,
            Inputs::One | Inputs::Numbered(_) => &[],
        }
    }

    /// The word of an input behind that of its kind, if there is one.
    pub fn word(&self, index: u32) -> Option<Cell> {
        match &self.inputs {
            Inputs::One => None,
            Inputs::Numbered(_) => Some(Cell::Index(u64::from(index))),
            Inputs::Named(names) => Some(Cell::Text(names[index as usize].clone())),
        }
    }
}

impl Banks {
    /// Those of a system.
    pub fn of(about: &Description) -> Self {
        let parameters = about.parameters.iter().map(|p| p.name.to_string());
        let state = about.state.iter().map(|c| c.name.to_string());
        let control = about.control.iter().map(|c| c.name.to_string());
        Self(vec![
            bank(PARAMETERS, "parameter", Inputs::Named(parameters.collect())),
            bank(STATE, "state", Inputs::Named(state.collect())),
            bank(CONTROL, "control", Inputs::Named(control.collect())),
            bank(TIME, "time", Inputs::One),
        ])
    }

    /// Those of the body of a loop.
    pub fn of_loop(items: usize, captured: usize, series: usize) -> Self {
        let alike = [
            bank(ITEMS, "item", Inputs::Numbered(items)),
            bank(CAPTURED, "captured", Inputs::Numbered(captured)),
        ];
        let elements = bank(ELEMENTS, "element", Inputs::Numbered(series));
        let elements = (series > 0).then_some(elements);
        Self(alike.into_iter().chain(elements).collect())
    }
}
