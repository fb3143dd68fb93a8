//! From text to functions, node by node: nothing is taken for granted.

use super::banks::{Bank, Banks};
use super::text::{Cell, Cells, FunctionText, LoopText, MOST_NODES};
use super::vocabulary::{Checked, Problem, arity, constant, label, position, truth, wrong};
use crate::error::Result;
use crate::number::graph::{Binary, Graph, Id, Loop, Node, Unary};
use crate::system::functions::Function;
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
    depth: usize,
}

impl Banks {
    /// The function of a text; `count` is how many outputs it must have.
    pub fn read(
        &self,
        at: Origin<'_>,
        name: &str,
        text: &FunctionText,
        count: usize,
    ) -> Result<Function> {
        if text.size() > MOST_NODES {
            let problem = format!(
                "with its loops written out it has more than {MOST_NODES} nodes, expected at most that"
            );
            return Err(at.error(name, problem));
        }
        self.function(Inside { at, name, depth: 0 }, text, count)
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
            let problem = format!("it has {} outputs, expected {count}", text.outputs.len());
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
        Ok(Function { graph, outputs })
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
                "there is no node {place} before, expected one of the {} earlier ones, counted from 0",
                self.known.len()
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
            _ => wrong(format!(
                "argument {} is no node, expected the number of an earlier one",
                i + 1
            )),
        }
    }

    fn node(&mut self, cells: &Cells) -> Checked<Known> {
        let Some((Cell::Text(op), rest)) = cells.0.split_first() else {
            return wrong("expected a list that begins with the name of an operation");
        };
        match op.as_str() {
            "input" => return Ok((self.input(rest)?, false)),
            "mask" => return Ok((self.graph.push(truth(rest)?), true)),
            _ => {}
        }
        let (count, mask) = arity(op)?;
        let label = label(op, rest, count)?;
        let id = match op.as_str() {
            "constant" => self.graph.push(constant(&rest[0])?),
            "item" => self.item(&rest[0], &rest[1])?,
            _ => {
                let node = self.operation(op, rest)?;
                self.graph.push(node)
            }
        };
        if let Some(label) = label {
            self.graph.name(id, label);
        }
        Ok((id, mask))
    }

    fn operation(&self, op: &str, rest: &[Cell]) -> Checked<Node> {
        if let Some(unary) = Unary::ALL.iter().find(|u| u.name() == op) {
            let of_mask = *unary == Unary::Not;
            return Ok(Node::Unary(*unary, self.argument(rest, 0, of_mask)?));
        }
        if let Some(binary) = Binary::ALL.iter().find(|b| b.name() == op) {
            let of_masks = matches!(binary, Binary::And | Binary::Or);
            let arguments = [0, 1].map(|i| self.argument(rest, i, of_masks));
            let [a, b] = arguments;
            return Ok(Node::Binary(*binary, a?, b?));
        }
        Ok(Node::Select(
            self.argument(rest, 0, true)?,
            self.argument(rest, 1, false)?,
            self.argument(rest, 2, false)?,
        ))
    }

    /// The kind of inputs of that name, where this function has it.
    fn bank(&self, word: Option<&Cell>) -> Checked<&Bank> {
        let allowed = |kind: &str| match self.inside.name {
            "advance" => kind != "time",
            "final_cost" => matches!(kind, "parameter" | "state"),
            _ => true,
        };
        let banks = || self.banks.0.iter().filter(|bank| allowed(bank.kind));
        let found = match word {
            Some(Cell::Text(kind)) => banks().find(|bank| bank.kind == kind),
            _ => None,
        };
        if let Some(bank) = found {
            return Ok(bank);
        }
        let kinds: Vec<_> = banks().map(|bank| format!("'{}'", bank.kind)).collect();
        let expected = kinds.join(", ");
        wrong(format!("no such input here, expected one of {expected}"))
    }

    fn input(&mut self, rest: &[Cell]) -> Checked<Id> {
        let bank = self.bank(rest.first())?;
        let (kind, names) = (bank.kind, &bank.names);
        let index = match &rest[1..] {
            [] if kind == "time" => 0,
            [Cell::Index(i)] if *i < names.len() as u64 => *i as usize,
            [Cell::Text(name)] => position(name, bank)?,
            _ => {
                let count = names.len();
                return wrong(format!(
                    "expected one name or number of an input of '{kind}', which has {count}"
                ));
            }
        };
        let (bank, index) = (bank.number, index as u32);
        Ok(self.graph.push(Node::Input { bank, index }))
    }

    /// What a loop leaves; the first node that asks for it reads the loop.
    fn item(&mut self, number: &Cell, item: &Cell) -> Checked<Id> {
        let (Cell::Index(number), Cell::Index(item)) = (number, item) else {
            return wrong("expected the number of a loop and of its item behind 'item'");
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
                let count = left.len();
                wrong(format!(
                    "loop {number} has no item {item}, expected one of {count}, counted from 0"
                ))
            }
        }
    }

    /// The text of a loop that is not too wide, at a depth that is not too large.
    fn loop_text(&self, number: u64, depth: usize) -> Checked<&LoopText> {
        let found = usize::try_from(number).ok().and_then(|i| self.loops.get(i));
        let Some(text) = found else {
            let count = self.loops.len();
            return wrong(format!(
                "there is no loop {number}, expected one of {count}, counted from 0"
            ));
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
            depth,
            ..self.inside
        };
        let banks = Banks::of_loop(start.len(), captured.len(), series.len());
        let outputs = start.len() + text.given;
        let body = banks.function(inside, &text.body, outputs);
        let Function { graph, outputs } = body.map_err(Problem::Inside)?;
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
