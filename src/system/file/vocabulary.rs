//! The words of a node, and what is wrong with one.

use super::banks::Bank;
use super::text::Cell;
use crate::error::{Error, nearest};
use crate::number::graph::{Binary, Node, Unary};
use crate::system::checks::{fits, shown};
use crate::system::identifiers::{LONGEST_NAME, label_problem};
use crate::system::origin::Origin;

/// Operations that are not [`Unary`] or [`Binary`].
const OTHERS: [&str; 5] = ["constant", "mask", "input", "item", "select"];

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

/// The node of a number.
pub fn constant(cell: &Cell) -> Checked<Node> {
    let value = match cell {
        Cell::Index(x) => *x as f64,
        Cell::Number(x) => *x,
        _ => return wrong("expected a number behind 'constant'"),
    };
    match fits(value) {
        true => Ok(Node::constant(value)),
        false => wrong(format!(
            "the constant {value:e} does not fit f32, expected a number up to 3e38"
        )),
    }
}

/// The node of a truth value.
pub fn truth(rest: &[Cell]) -> Checked<Node> {
    match rest {
        [Cell::Truth(truth)] => Ok(Node::MaskConstant(*truth)),
        _ => wrong("expected true or false behind 'mask', and no more"),
    }
}

/// The label behind the `count` words that an operation takes, if there is one.
pub fn label<'a>(op: &str, rest: &'a [Cell], count: usize) -> Checked<Option<&'a str>> {
    let label = match rest.get(count..) {
        Some([]) => return Ok(None),
        Some([Cell::Text(label)]) => label,
        _ => {
            let found = rest.len();
            return wrong(format!(
                "'{op}' has {found} words behind it, expected {count} and perhaps a label"
            ));
        }
    };
    match label_problem(label) {
        None => Ok(Some(label)),
        Some(problem) => wrong(format!("label '{}': {problem}", shown(label))),
    }
}

/// How many words stand behind an operation, and whether it gives a mask.
pub fn arity(op: &str) -> Checked<(usize, bool)> {
    match op {
        "constant" => return Ok((1, false)),
        "item" => return Ok((2, false)),
        "select" => return Ok((3, false)),
        _ => {}
    }
    if let Some(unary) = Unary::ALL.iter().find(|u| u.name() == op) {
        return Ok((1, *unary == Unary::Not));
    }
    if let Some(binary) = Binary::ALL.iter().find(|b| b.name() == op) {
        use Binary::{And, Less, LessEqual, Or};
        return Ok((2, matches!(binary, Less | LessEqual | And | Or)));
    }
    let known = OTHERS
        .into_iter()
        .chain(Unary::ALL.iter().map(|u| u.name()))
        .chain(Binary::ALL.iter().map(|b| b.name()));
    let meant = meant(op, known);
    let shown = shown(op);
    wrong(format!(
        "there is no operation '{shown}'{meant}; docs/systems.md lists all of them"
    ))
}

/// Which input of a bank has that name.
pub fn position(name: &str, bank: &Bank) -> Checked<usize> {
    let known = || bank.names.iter().map(String::as_str);
    if let Some(found) = known().position(|known| known == name) {
        return Ok(found);
    }
    let (shown, meant) = (shown(name), meant(name, known()));
    let (kind, count) = (bank.kind, bank.names.len());
    wrong(format!(
        "there is no input '{shown}' in '{kind}'{meant}, expected one of its {count} names"
    ))
}

/// ` (did you mean 'n'?)`; nobody means a name by a longer one than there may be.
fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let nearest = match word.len() > LONGEST_NAME {
        true => None,
        false => nearest(word, known),
    };
    nearest.map_or(String::new(), |n| format!(" (did you mean '{n}'?)"))
}
