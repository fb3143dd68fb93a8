//! The inputs of a function by the names that a text has for them.

use crate::number::graph::{CAPTURED, ELEMENTS, ITEMS};
use crate::system::functions::{CONTROL, PARAMETERS, STATE, TIME};
use crate::system::model::Description;

/// One kind of inputs.
pub struct Bank {
    /// Its number in the graph.
    pub number: u32,
    /// The word in front of an input.
    pub kind: &'static str,
    /// The names of its inputs.
    pub names: Vec<String>,
}

/// All kinds that there are, by their numbers.
pub struct Banks(pub Vec<Bank>);

fn bank(number: u32, kind: &'static str, names: impl Iterator<Item = String>) -> Bank {
    Bank {
        number,
        kind,
        names: names.collect(),
    }
}

impl Banks {
    /// Those of a system.
    pub fn of(about: &Description) -> Self {
        let parameters = about.parameters.iter().map(|p| p.name.to_string());
        let state = about.state.iter().map(|c| c.name.to_string());
        let control = about.control.iter().map(|c| c.name.to_string());
        Self(vec![
            bank(PARAMETERS, "parameter", parameters),
            bank(STATE, "state", state),
            bank(CONTROL, "control", control),
            bank(TIME, "time", std::iter::once("time".into())),
        ])
    }

    /// Those of the body of a loop.
    pub fn of_loop(items: usize, captured: usize, series: usize) -> Self {
        let numbers = |count: usize| (0..count).map(|i| i.to_string());
        let alike = [
            bank(ITEMS, "item", numbers(items)),
            bank(CAPTURED, "captured", numbers(captured)),
        ];
        let elements = bank(ELEMENTS, "element", numbers(series));
        let elements = (series > 0).then_some(elements);
        Self(alike.into_iter().chain(elements).collect())
    }
}
