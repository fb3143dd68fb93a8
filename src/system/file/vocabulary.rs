//! The words of a node, and what is wrong with one.

use super::banks::Bank;
use super::text::Cell;
use crate::error::{Error, exact, nearest, plural};
use crate::number::graph::Node;
use crate::system::checks::{fits, shown};
use crate::system::identifiers::{LONGEST_NAME, label_problem};
use crate::system::origin::Origin;

/// What is wrong with a node, or in the body of its loop.
pub enum Problem {
    /// In words, without the place.
    Here(String),
    /// With its place.
    Inside(Error),
}

impl Problem {
    /// The same with its place.
    pub fn at(self, at: Origin<'_>, place: impl FnOnce() -> String) -> Error {
        match self {
            Problem::Here(problem) => at.error(place(), problem),
            Problem::Inside(error) => error,
        }
    }
}

/// Of a node.
pub type Checked<T> = std::result::Result<T, Problem>;

/// What is wrong, in words.
pub fn wrong<T>(problem: impl Into<String>) -> Checked<T> {
    Err(Problem::Here(problem.into()))
}

/// A word as it stands in a sentence.
pub fn told(word: Option<&Cell>) -> String {
    match word {
        None => "nothing".into(),
        Some(Cell::Index(i)) => i.to_string(),
        Some(Cell::Number(x)) => exact(*x),
        Some(Cell::Truth(truth)) => truth.to_string(),
        Some(Cell::Text(text)) => format!("\"{}\"", shown(text)),
    }
}

/// Which numbers a text may give to one of `count` things.
pub fn expected_number(count: usize) -> String {
    match count {
        0 => "as there are none".into(),
        1 => "expected 0, as there is one".into(),
        count => format!("expected a number from 0 to {}", count - 1),
    }
}

/// The words behind that of a leaf, which must be `count`.
pub fn of_leaf<'a>(leaf: &str, rest: &'a [Cell], count: usize) -> Checked<&'a [Cell]> {
    match rest {
        [.., Cell::Text(label)] if rest.len() == count + 1 => wrong(format!(
            "'{leaf}' has the label '{}', expected none: inputs, constants and masks take no label",
            shown(label)
        )),
        _ if rest.len() > count => {
            let (found, expected) = (plural(rest.len(), "word"), count);
            wrong(format!(
                "'{leaf}' has {found} behind it, expected {expected}"
            ))
        }
        _ => Ok(rest),
    }
}

/// The node of a number.
pub fn constant(rest: &[Cell]) -> Checked<Node> {
    let value = match of_leaf("constant", rest, 1)? {
        [Cell::Index(x)] => *x as f64,
        [Cell::Number(x)] => *x,
        other => {
            let found = told(other.first());
            return wrong(format!(
                "{found} stands behind 'constant', expected a number"
            ));
        }
    };
    match fits(value) {
        true => Ok(Node::constant(value)),
        false => wrong(format!(
            "the constant {} does not fit f32, expected a number up to 3e38",
            exact(value)
        )),
    }
}

/// The node of a truth value.
pub fn truth(rest: &[Cell]) -> Checked<Node> {
    match of_leaf("mask", rest, 1)? {
        [Cell::Truth(truth)] => Ok(Node::MaskConstant(*truth)),
        other => {
            let found = told(other.first());
            wrong(format!(
                "{found} stands behind 'mask', expected true or false"
            ))
        }
    }
}

/// The label behind the `count` words that an operation takes, if there is one.
pub fn label<'a>(op: &str, rest: &'a [Cell], count: usize) -> Checked<Option<&'a str>> {
    let label = match rest.get(count..) {
        Some([]) => return Ok(None),
        Some([Cell::Text(label)]) => label,
        _ => {
            let found = plural(rest.len(), "word");
            return wrong(format!(
                "'{op}' has {found} behind it, expected {count} and perhaps a label"
            ));
        }
    };
    match label_problem(label) {
        None => Ok(Some(label)),
        Some(problem) => wrong(format!("label '{}': {problem}", shown(label))),
    }
}

/// Which input of a bank has that name.
pub fn position(name: &str, bank: &Bank) -> Checked<usize> {
    let known = || bank.names().iter().map(String::as_str);
    if let Some(found) = known().position(|known| known == name) {
        return Ok(found);
    }
    let (shown, meant, kind) = (shown(name), meant(name, known()), bank.kind);
    let expected = match bank.names() {
        [] => expected_number(bank.count()),
        [only] => format!("expected '{only}', its only name"),
        names => format!("expected one of its {} names", names.len()),
    };
    wrong(format!(
        "there is no input '{shown}' in '{kind}'{meant}, {expected}"
    ))
}

/// ` (did you mean 'n'?)`; nobody means a name by a longer one than there may be.
pub fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let nearest = match word.len() > LONGEST_NAME {
        true => None,
        false => nearest(word, known),
    };
    nearest.map_or(String::new(), |n| format!(" (did you mean '{n}'?)"))
}
