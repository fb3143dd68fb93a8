//! The sides of a comparison in words: names where there are some, short formulas of names where there are none.

use crate::error::number;
use crate::number::graph::{Binary, Graph, Id, Node, Unary};
use crate::system::functions::{CONTROL, PARAMETERS, STATE, TIME};
use crate::system::model::Description;

/// Operations that are written out, one in the other, at most.
const DEPTH: usize = 3;
/// Letters of a formula at most.
const LENGTH: usize = 60;
/// Names that a longer one is said to be made of.
const NAMES: usize = 3;

/// The values of a graph in words.
pub(super) struct Sides<'a> {
    graph: &'a Graph,
    about: &'a Description,
}

impl<'a> Sides<'a> {
    pub fn new(graph: &'a Graph, about: &'a Description) -> Self {
        Self { graph, about }
    }

    /// The name of a value; a short formula; or what it is made of.
    pub fn of(&self, id: Id) -> String {
        match self.formula(id, DEPTH) {
            Some(formula) if formula.len() <= LENGTH => formula,
            _ => format!("a value of {}", self.nearest(id).join(", ")),
        }
    }

    /// The label of a node, or what an input is called, or a number.
    fn name(&self, id: Id) -> Option<String> {
        if let Some(label) = self.graph.label(id) {
            return Some(label.into());
        }
        let about = self.about;
        match self.graph.node(id) {
            Node::Constant(bits) => Some(number(f64::from_bits(bits))),
            Node::Input { bank, index } => {
                let index = index as usize;
                let name = match bank {
                    PARAMETERS => about.parameters.get(index).map(|p| &*p.name),
                    STATE => about.state.get(index).map(|c| &*c.name),
                    CONTROL => about.control.get(index).map(|c| &*c.name),
                    TIME => Some("time"),
                    _ => None,
                };
                name.map(str::to_string)
            }
            _ => None,
        }
    }

    /// A formula of names, none if it takes more operations than `depth` one in the other.
    fn formula(&self, id: Id, depth: usize) -> Option<String> {
        if let Some(name) = self.name(id) {
            return Some(name);
        }
        let inner = |id: Id| self.formula(id, depth.checked_sub(1)?);
        match self.graph.node(id) {
            Node::Unary(Unary::Neg, a) => Some(format!("-{}", inner(a)?)),
            Node::Unary(Unary::Detach | Unary::Seamless, a) => self.formula(a, depth),
            Node::Unary(op, a) => Some(format!("{}({})", op.name(), inner(a)?)),
            Node::Binary(op, a, b) => {
                let (a, b) = (inner(a)?, inner(b)?);
                Some(match op {
                    Binary::Add => format!("({a} + {b})"),
                    Binary::Sub => format!("({a} - {b})"),
                    Binary::Mul => format!("{a} {b}"),
                    Binary::Div => format!("{a}/{b}"),
                    op => format!("{}({a}, {b})", op.name()),
                })
            }
            _ => None,
        }
    }

    /// The names that a value is made of, the nearest first.
    fn nearest(&self, id: Id) -> Vec<String> {
        let (mut found, mut known) = (Vec::new(), vec![id]);
        let mut next = 0;
        while next < known.len() && found.len() < NAMES {
            let here = known[next];
            next += 1;
            match self.name(here) {
                Some(name) if name.parse::<f64>().is_err() => {
                    if !found.contains(&name) {
                        found.push(name);
                    }
                }
                Some(_) => {}
                None => {
                    for argument in self.graph.operands(self.graph.node(here)) {
                        if !known.contains(&argument) {
                            known.push(argument);
                        }
                    }
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::task::Task;

    /// No comparison of any task is of values without a name.
    #[test]
    fn every_side_has_names() {
        for (task, _) in crate::systems::ALL {
            let task = Task::find_with(task, None).expect("a task");
            let model = task.model();
            let graph = &model.functions().advance.graph;
            let sides = Sides::new(graph, model.about());
            for (_, node) in graph.iter() {
                let Node::Binary(Binary::Less | Binary::Max | Binary::Min, a, b) = node else {
                    continue;
                };
                for side in [a, b] {
                    let words = sides.of(side);
                    let bare = words.trim_start_matches("a value of");
                    assert!(!bare.trim().is_empty(), "{}: '{words}'", task.name());
                }
            }
        }
    }
}
