//! From text to functions, node by node: nothing is taken for granted.

use super::banks::{Bank, Banks, Inputs};
use super::operation::Operation;
use super::text::{Cell, Cells, FunctionText, LoopText, MOST_NODES};
use super::vocabulary::{
    Checked, Problem, constant, expected_number, label, meant, of_leaf, position, told, truth,
    wrong,
};
use crate::error::{Result, plural};
use crate::number::graph::{Graph, Id, Loop, Node};
use crate::system::checks::shown;
use crate::system::functions::{Function, Part};
use crate::system::origin::Origin;
use std::collections::HashMap;

/// Loops inside of loops, at most.
const MOST_DEPTH: usize = 16;

/// A node of the graph, and whether it is a mask.
type Known = (Id, bool);

/// What is read, for the places in errors, and how deep in loops.
#[derive(Clone, Copy)]
struct Inside<'a> {
    at: Origin<'a>,
    name: &'a str,
    /// Which function of a system; none for the body of a loop.
    part: Option<Part>,
    depth: usize,
}

impl Banks {
    /// The function of a text; `count` is how many outputs it must have.
    pub fn read(
        &self,
        at: Origin<'_>,
        part: Part,
        text: &FunctionText,
        count: usize,
    ) -> Result<Function> {
        let name = part.name();
        if text.size() > MOST_NODES {
            let problem = format!(
                "with its loops written out it has more than {MOST_NODES} nodes, expected at most that"
            );
            return Err(at.error(name, problem));
        }
        let (part, depth) = (Some(part), 0);
        let inside = Inside {
            at,
            name,
            part,
            depth,
        };
        self.function(inside, text, count)
    }

    fn function(&self, inside: Inside<'_>, text: &FunctionText, count: usize) -> Result<Function> {
        let Inside { at, name, .. } = inside;
        let mut reader = Reader {
            banks: self,
            inside,
            loops: &text.loops,
            graph: Graph::default(),
            known: Vec::new(),
            left: HashMap::new(),
        };
        for (i, cells) in text.nodes.0.iter().enumerate() {
            let node = reader.node(cells);
            let node = node.map_err(|p| p.at(at, || format!("{name}, node {i}")))?;
            reader.known.push(node);
        }
        if text.outputs.len() != count {
            let found = plural(text.outputs.len(), "output");
            let problem = format!("it has {found}, expected {count}");
            return Err(at.error(name, problem));
        }
        let unused = (0..text.loops.len() as u64).find(|l| !reader.left.contains_key(l));
        if let Some(unused) = unused {
            let problem = format!("no node uses loop {unused}, expected one, or no such loop");
            return Err(at.error(name, problem));
        }
        let outputs = reader.earlier_numbers(&text.outputs);
        let outputs = outputs.map_err(|p| p.at(at, || format!("{name}, outputs")))?;
        let graph = reader.graph;
        Ok(Function::new(graph, outputs))
    }
}

struct Reader<'a> {
    banks: &'a Banks,
    inside: Inside<'a>,
    loops: &'a [LoopText],
    graph: Graph,
    /// The nodes so far.
    known: Vec<Known>,
    /// What the loops so far leave.
    left: HashMap<u64, Vec<Id>>,
}

impl Reader<'_> {
    /// An earlier node of the kind that is wanted.
    fn earlier(&self, place: u64, mask: bool) -> Checked<Id> {
        let kind = |mask: bool| if mask { "mask" } else { "number" };
        let found = usize::try_from(place).ok().and_then(|i| self.known.get(i));
        match found {
            Some((id, is)) if *is == mask => Ok(*id),
            Some((_, is)) => wrong(format!(
                "node {place} is a {}, expected a {}",
                kind(*is),
                kind(mask)
            )),
            None => wrong(format!(
                "there is no node {place} before, {}",
                expected_number(self.known.len())
            )),
        }
    }

    fn earlier_numbers(&self, places: &[u64]) -> Checked<Vec<Id>> {
        places.iter().map(|i| self.earlier(*i, false)).collect()
    }

    /// Argument number `i` of a node, from 0.
    fn argument(&self, cells: &[Cell], i: usize, mask: bool) -> Checked<Id> {
        match cells.get(i) {
            Some(Cell::Index(place)) => self.earlier(*place, mask),
            other => wrong(format!(
                "argument {} is {}, expected the number of an earlier node",
                i + 1,
                told(other)
            )),
        }
    }

    fn node(&mut self, cells: &Cells) -> Checked<Known> {
        let (word, rest) = match cells.0.split_first() {
            Some((Cell::Text(word), rest)) => (word, rest),
            other => {
                let found = told(other.map(|(first, _)| first));
                return wrong(format!(
                    "it begins with {found}, expected the name of an operation"
                ));
            }
        };
        let operation = Operation::named(word)?;
        let label = match operation.words() {
            Some(count) => label(word, rest, count)?,
            None => None,
        };
        let id = self.operation(operation, rest)?;
        if let Some(label) = label {
            self.graph.name(id, label);
        }
        Ok((id, operation.gives_mask()))
    }

    fn operation(&mut self, operation: Operation, rest: &[Cell]) -> Checked<Id> {
        let argument = |i: usize, mask: bool| self.argument(rest, i, mask);
        let node = match operation {
            Operation::Item => return self.item(&rest[0], &rest[1]),
            Operation::Constant => constant(rest)?,
            Operation::Mask => truth(rest)?,
            Operation::Input => self.input(rest)?,
            Operation::Unary(op) => Node::Unary(op, argument(0, op.is_of_a_mask())?),
            Operation::Binary(op) => {
                let masks = op.takes_masks();
                Node::Binary(op, argument(0, masks)?, argument(1, masks)?)
            }
            Operation::Select => {
                Node::Select(argument(0, true)?, argument(1, false)?, argument(2, false)?)
            }
        };
        Ok(self.graph.push(node))
    }

    /// The kind of inputs of that name, where this function has it.
    fn bank(&self, word: Option<&Cell>) -> Checked<&Bank> {
        let part = self.inside.part;
        let takes = |bank: &&Bank| part.is_none_or(|part| part.takes(bank.number));
        let banks = || self.banks.0.iter().filter(takes);
        let kind = match word {
            Some(Cell::Text(kind)) => Some(kind),
            _ => None,
        };
        let found = kind.and_then(|kind| banks().find(|bank| bank.kind == kind));
        if let Some(found) = found {
            return Ok(found);
        }
        let kinds: Vec<_> = banks().map(|bank| format!("'{}'", bank.kind)).collect();
        let expected = format!("expected one of {}", kinds.join(", "));
        let Some(kind) = kind else {
            let found = told(word);
            return wrong(format!("{found} stands behind 'input', {expected}"));
        };
        let meant = meant(kind, banks().map(|bank| bank.kind));
        let kind = shown(kind);
        wrong(format!(
            "there is no input '{kind}' here{meant}, {expected}"
        ))
    }

    fn input(&self, rest: &[Cell]) -> Checked<Node> {
        let bank = self.bank(rest.first())?;
        let words = match bank.inputs {
            Inputs::One => 1,
            Inputs::Numbered(_) | Inputs::Named(_) => 2,
        };
        let rest = of_leaf("input", rest, words)?;
        let (kind, count) = (bank.kind, bank.count());
        let index = match &rest[1..] {
            [] if words == 1 => 0,
            [Cell::Index(i)] if *i < count as u64 => *i as usize,
            [Cell::Index(i)] => {
                let expected = expected_number(count);
                return wrong(format!("there is no input {i} in '{kind}', {expected}"));
            }
            [Cell::Text(name)] => position(name, bank)?,
            other => {
                let found = told(other.first());
                let expected = "expected the name or number of an input";
                return wrong(format!("{found} stands behind '{kind}', {expected}"));
            }
        };
        let (bank, index) = (bank.number, index as u32);
        Ok(Node::Input { bank, index })
    }

    /// What a loop leaves; the first node that asks for it reads the loop.
    fn item(&mut self, number: &Cell, item: &Cell) -> Checked<Id> {
        let (Cell::Index(number), Cell::Index(item)) = (number, item) else {
            let (number, item) = (told(Some(number)), told(Some(item)));
            let expected = "expected the number of a loop and of its item";
            return wrong(format!(
                "{number} and {item} stand behind 'item', {expected}"
            ));
        };
        if !self.left.contains_key(number) {
            let left = self.repeated(*number)?;
            self.left.insert(*number, left);
        }
        let left = &self.left[number];
        let found = usize::try_from(*item).ok().and_then(|i| left.get(i));
        match found {
            Some(id) => Ok(*id),
            None => {
                let expected = expected_number(left.len());
                wrong(format!("loop {number} has no item {item}, {expected}"))
            }
        }
    }

    /// The text of a loop that is not too wide, at a depth that is not too large.
    fn loop_text(&self, number: u64, depth: usize) -> Checked<&LoopText> {
        let found = usize::try_from(number).ok().and_then(|i| self.loops.get(i));
        let Some(text) = found else {
            let expected = expected_number(self.loops.len());
            return wrong(format!("there is no loop {number}, {expected}"));
        };
        if depth > MOST_DEPTH {
            return wrong(format!(
                "loops are nested more than {MOST_DEPTH} deep, expected at most that"
            ));
        }
        if let Some(problem) = text.problem() {
            return wrong(format!("loop {number} {problem}"));
        }
        Ok(text)
    }

    fn repeated(&mut self, number: u64) -> Checked<Vec<Id>> {
        let depth = self.inside.depth + 1;
        let text = self.loop_text(number, depth)?;
        let start = self.earlier_numbers(&text.start)?;
        let captured = self.earlier_numbers(&text.captured)?;
        let series = text.series.iter().map(|s| self.earlier_numbers(s));
        let series = series.collect::<Checked<Vec<_>>>()?;
        let name = format!("{}, loop {number}", self.inside.name);
        let inside = Inside {
            name: &name,
            part: None,
            depth,
            ..self.inside
        };
        let banks = Banks::of_loop(start.len(), captured.len(), series.len());
        let outputs = start.len() + text.given;
        let body = banks.function(inside, &text.body, outputs);
        let Function { graph, outputs, .. } = body.map_err(Problem::Inside)?;
        Ok(self.graph.repeat(Loop {
            count: text.count,
            start,
            captured,
            series,
            graph,
            outputs,
            is_symmetric: text.symmetric,
        }))
    }
}
