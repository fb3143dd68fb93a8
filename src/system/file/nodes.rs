//! Functions as lists of nodes, such as `["mul", 3, 4, "force"]`: the operation, earlier nodes, and a label.
//!
//! Longer than other files: each operation is written and read, and both directions stand side by side.

use super::origin::Origin;
use super::words::{fits, label_problem};
use crate::error::{Result, nearest};
use crate::number::graph::{Binary, CAPTURED, Graph, ITEMS, Id, Loop, Node, Unary};
use crate::system::functions::{CONTROL, Function, PARAMETERS, STATE, TIME};
use crate::system::model::Description;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// Nodes of a function with its loops written out, at most.
pub const MOST_NODES: u64 = 200_000;

/// One word of a node.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Index(u64),
    Number(f64),
    Truth(bool),
    Text(String),
}

impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Cell::Index(i) => to.serialize_u64(*i),
            Cell::Number(x) => to.serialize_f64(*x),
            Cell::Truth(b) => to.serialize_bool(*b),
            Cell::Text(t) => to.serialize_str(t),
        }
    }
}

struct CellVisitor;

impl Visitor<'_> for CellVisitor {
    type Value = Cell;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word of a node: a name or a number")
    }
    fn visit_u64<E: de::Error>(self, x: u64) -> std::result::Result<Cell, E> {
        Ok(Cell::Index(x))
    }
    fn visit_i64<E: de::Error>(self, x: i64) -> std::result::Result<Cell, E> {
        Ok(Cell::Number(x as f64))
    }
    fn visit_f64<E: de::Error>(self, x: f64) -> std::result::Result<Cell, E> {
        Ok(Cell::Number(x))
    }
    fn visit_bool<E: de::Error>(self, x: bool) -> std::result::Result<Cell, E> {
        Ok(Cell::Truth(x))
    }
    fn visit_str<E: de::Error>(self, x: &str) -> std::result::Result<Cell, E> {
        Ok(Cell::Text(x.into()))
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        from.deserialize_any(CellVisitor)
    }
}

/// All nodes of a function, not more than allowed: they are counted while they are read.
#[derive(Serialize)]
struct Nodes(Vec<Vec<Cell>>);

struct NodesVisitor;

impl<'de> Visitor<'de> for NodesVisitor {
    type Value = Nodes;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of nodes")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Nodes, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            if nodes.len() as u64 == MOST_NODES {
                let problem = format!("a function has more than {MOST_NODES} nodes");
                return Err(de::Error::custom(problem));
            }
            nodes.push(node);
        }
        Ok(Nodes(nodes))
    }
}

impl<'de> Deserialize<'de> for Nodes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        from.deserialize_seq(NodesVisitor)
    }
}

/// A function.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionText {
    nodes: Nodes,
    outputs: Vec<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    loops: Vec<LoopText>,
}

/// A loop of fixed count; `start` and `captured` are nodes of the function around it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LoopText {
    count: u32,
    start: Vec<u64>,
    captured: Vec<u64>,
    body: FunctionText,
}

/// The inputs by name: (bank, its name, the names in it).
pub struct Banks(Vec<(u32, &'static str, Vec<String>)>);

impl Banks {
    /// Those of a system.
    pub fn new(about: &Description) -> Self {
        let texts = |names: &mut dyn Iterator<Item = &str>| names.map(String::from).collect();
        Self(vec![
            (
                PARAMETERS,
                "parameter",
                texts(&mut about.parameters.iter().map(|p| &*p.name)),
            ),
            (
                STATE,
                "state",
                texts(&mut about.state.iter().map(|c| &*c.name)),
            ),
            (
                CONTROL,
                "control",
                texts(&mut about.control.iter().map(|c| &*c.name)),
            ),
            (TIME, "time", vec!["time".into()]),
        ])
    }

    fn of_loop(items: usize, captured: usize) -> Self {
        let numbers = |count: usize| (0..count).map(|i| i.to_string()).collect();
        Self(vec![
            (ITEMS, "item", numbers(items)),
            (CAPTURED, "captured", numbers(captured)),
        ])
    }

    /// The text of a function; dead nodes are left out, the others keep their order and so their bits.
    pub fn write(&self, function: &Function) -> FunctionText {
        let graph = &function.graph;
        let mut live = vec![false; graph.len()];
        function
            .outputs
            .iter()
            .for_each(|id| live[id.index()] = true);
        let all: Vec<(Id, Node)> = graph.iter().collect();
        for (id, node) in all.iter().rev() {
            if live[id.index()] {
                graph.arguments(*node).for_each(|a| live[a.index()] = true);
            }
        }
        let mut places: HashMap<Id, u64> = HashMap::new();
        let mut loops: Vec<u32> = Vec::new();
        let mut nodes = Vec::new();
        for (id, node) in all.into_iter().filter(|(id, _)| live[id.index()]) {
            places.insert(id, nodes.len() as u64);
            let mut cells = self.cells(node, &places, &mut loops);
            cells.extend(graph.label(id).map(|label| Cell::Text(label.into())));
            nodes.push(cells);
        }
        let at = |ids: &[Id]| ids.iter().map(|id| places[id]).collect();
        let loops = loops.into_iter().map(|number| {
            let l = graph.repeated(number);
            let body = Function {
                graph: l.graph.clone(),
                outputs: l.outputs.clone(),
            };
            LoopText {
                count: l.count,
                start: at(&l.start),
                captured: at(&l.captured),
                body: Self::of_loop(l.start.len(), l.captured.len()).write(&body),
            }
        });
        FunctionText {
            loops: loops.collect(),
            nodes: Nodes(nodes),
            outputs: at(&function.outputs),
        }
    }

    fn cells(&self, node: Node, places: &HashMap<Id, u64>, loops: &mut Vec<u32>) -> Vec<Cell> {
        let word = |text: &str| Cell::Text(text.into());
        let at = |id: Id| Cell::Index(places[&id]);
        match node {
            Node::Constant(bits) => vec![word("constant"), Cell::Number(f64::from_bits(bits))],
            Node::MaskConstant(truth) => vec![word("mask"), Cell::Truth(truth)],
            Node::Input { bank, index } => {
                let (_, kind, names) = &self.0[bank as usize];
                match *kind {
                    "time" => vec![word("input"), word("time")],
                    "item" | "captured" => {
                        vec![word("input"), word(kind), Cell::Index(u64::from(index))]
                    }
                    _ => vec![word("input"), word(kind), word(&names[index as usize])],
                }
            }
            Node::Unary(op, a) => vec![word(op.name()), at(a)],
            Node::Binary(op, a, b) => vec![word(op.name()), at(a), at(b)],
            Node::Select(mask, a, b) => vec![word("select"), at(mask), at(a), at(b)],
            Node::Item { of, item } => {
                let number = loops.iter().position(|l| *l == of).unwrap_or_else(|| {
                    loops.push(of);
                    loops.len() - 1
                });
                vec![
                    word("item"),
                    Cell::Index(number as u64),
                    Cell::Index(u64::from(item)),
                ]
            }
        }
    }

    /// The function of a text, checked node by node; `count` is how many outputs it must have.
    pub fn read(
        &self,
        at: Origin<'_>,
        name: &str,
        text: &FunctionText,
        count: usize,
    ) -> Result<Function> {
        if size(text) > MOST_NODES {
            let problem = format!("with its loops written out it has more than {MOST_NODES} nodes");
            return Err(at.error(name, problem));
        }
        let mut reader = Reader {
            banks: self,
            at,
            name,
            text,
            graph: Graph::default(),
            known: Vec::new(),
            left: HashMap::new(),
        };
        for (i, cells) in text.nodes.0.iter().enumerate() {
            let id = reader.node(cells).map_err(|problem| match problem {
                Problem::Here(problem) => at.error(format!("{name}, node {i}"), problem),
                Problem::Inside(error) => error,
            })?;
            reader.known.push(id);
        }
        if text.outputs.len() != count {
            let problem = format!("it has {} outputs, expected {count}", text.outputs.len());
            return Err(at.error(name, problem));
        }
        let unused = (0..text.loops.len() as u64).find(|l| !reader.left.contains_key(l));
        if let Some(unused) = unused {
            return Err(at.error(name, format!("no node uses loop {unused}; leave it out")));
        }
        let outputs: std::result::Result<Vec<Id>, Problem> = text
            .outputs
            .iter()
            .map(|i| reader.earlier(*i, false))
            .collect();
        let outputs = outputs.map_err(|problem| match problem {
            Problem::Here(problem) => at.error(format!("{name}, outputs"), problem),
            Problem::Inside(error) => error,
        })?;
        Ok(Function {
            graph: reader.graph,
            outputs,
        })
    }
}

/// Nodes with all loops written out.
fn size(text: &FunctionText) -> u64 {
    text.loops.iter().fold(text.nodes.0.len() as u64, |sum, l| {
        // A pass of an empty body still takes a pass.
        let pass = size(&l.body).saturating_add(1);
        sum.saturating_add(u64::from(l.count).saturating_mul(pass))
    })
}

/// What is wrong with a node, or in the body of its loop.
enum Problem {
    Here(String),
    Inside(crate::Error),
}

impl From<String> for Problem {
    fn from(text: String) -> Self {
        Problem::Here(text)
    }
}

type Checked<T> = std::result::Result<T, Problem>;

struct Reader<'a> {
    banks: &'a Banks,
    at: Origin<'a>,
    name: &'a str,
    text: &'a FunctionText,
    graph: Graph,
    /// Each node so far, and whether it is a mask.
    known: Vec<(Id, bool)>,
    /// What the loops so far leave.
    left: HashMap<u64, Vec<Id>>,
}

impl Reader<'_> {
    /// An earlier node of the kind that is wanted.
    fn earlier(&self, place: u64, mask: bool) -> Checked<Id> {
        let kind = |mask: bool| if mask { "mask" } else { "number" };
        match self.known.get(usize::try_from(place).unwrap_or(usize::MAX)) {
            None => Err(format!(
                "node {place} is used, but only the {} nodes before are there",
                self.known.len()
            )
            .into()),
            Some((_, is)) if *is != mask => {
                Err(format!("node {place} is a {}, expected a {}", kind(*is), kind(mask)).into())
            }
            Some((id, _)) => Ok(*id),
        }
    }

    fn argument(&self, cells: &[Cell], i: usize, mask: bool) -> Checked<Id> {
        match cells.get(i) {
            Some(Cell::Index(place)) => self.earlier(*place, mask),
            _ => {
                Err(format!("argument {i} is none, expected the number of an earlier node").into())
            }
        }
    }

    fn node(&mut self, cells: &[Cell]) -> Checked<(Id, bool)> {
        let Some((Cell::Text(op), rest)) = cells.split_first() else {
            return Err("expected a list that begins with the name of an operation"
                .to_string()
                .into());
        };
        let takes = |count: usize| -> Checked<()> {
            match rest.len() == count
                || (rest.len() == count + 1 && matches!(rest[count], Cell::Text(_)))
            {
                true => Ok(()),
                false => Err(format!(
                    "'{op}' has {} words behind it, expected {count} and perhaps a label",
                    rest.len()
                )
                .into()),
            }
        };
        let (node, mask, count) = match op.as_str() {
            "constant" => {
                takes(1)?;
                let value = match rest[0] {
                    Cell::Index(x) => x as f64,
                    Cell::Number(x) => x,
                    _ => return Err("expected a number behind 'constant'".to_string().into()),
                };
                if !fits(value) {
                    return Err(format!(
                        "the constant {value:e} does not fit f32, expected a smaller number"
                    )
                    .into());
                }
                (Node::constant(value), false, 1)
            }
            "mask" => match rest {
                [Cell::Truth(truth)] => (Node::MaskConstant(*truth), true, 1),
                _ => return Err("expected true or false behind 'mask'".to_string().into()),
            },
            "input" => return Ok((self.input(rest)?, false)),
            "item" => {
                takes(2)?;
                let id = self.item(rest)?;
                self.label(id, rest.get(2))?;
                return Ok((id, false));
            }
            "select" => {
                takes(3)?;
                (
                    Node::Select(
                        self.argument(cells, 1, true)?,
                        self.argument(cells, 2, false)?,
                        self.argument(cells, 3, false)?,
                    ),
                    false,
                    3,
                )
            }
            op => self.operation(op, cells, &takes)?,
        };
        let id = self.graph.push(node);
        self.label(id, rest.get(count))?;
        Ok((id, mask))
    }

    fn operation(
        &self,
        op: &str,
        cells: &[Cell],
        takes: &dyn Fn(usize) -> Checked<()>,
    ) -> Checked<(Node, bool, usize)> {
        if let Some(unary) = Unary::ALL.iter().find(|u| u.name() == op) {
            takes(1)?;
            let mask = *unary == Unary::Not;
            return Ok((Node::Unary(*unary, self.argument(cells, 1, mask)?), mask, 1));
        }
        if let Some(binary) = Binary::ALL.iter().find(|b| b.name() == op) {
            takes(2)?;
            let of_masks = matches!(binary, Binary::And | Binary::Or);
            let mask = of_masks || matches!(binary, Binary::Less | Binary::LessEqual);
            let (a, b) = (
                self.argument(cells, 1, of_masks)?,
                self.argument(cells, 2, of_masks)?,
            );
            return Ok((Node::Binary(*binary, a, b), mask, 2));
        }
        let leaves = ["constant", "mask", "input", "item", "select"].into_iter();
        let known = leaves
            .chain(Unary::ALL.iter().map(|u| u.name()))
            .chain(Binary::ALL.iter().map(|b| b.name()));
        let shown: String = op.escape_debug().take(60).collect();
        let meant = if op.len() > 60 {
            None
        } else {
            nearest(op, known)
        };
        let meant = meant.map_or(String::new(), |m| format!(" (did you mean '{m}'?)"));
        Err(
            format!("there is no operation '{shown}'{meant}; docs/systems.md lists all of them")
                .into(),
        )
    }

    fn label(&mut self, id: Id, label: Option<&Cell>) -> Checked<()> {
        if let Some(Cell::Text(label)) = label {
            if let Some(problem) = label_problem(label) {
                let shown: String = label.escape_debug().take(60).collect();
                return Err(format!("label '{shown}': {problem}").into());
            }
            self.graph.name(id, label.as_str());
        }
        Ok(())
    }

    fn input(&mut self, rest: &[Cell]) -> Checked<Id> {
        let allowed = |bank: &str| match self.name {
            "advance" => bank != "time",
            "final_cost" => matches!(bank, "parameter" | "state"),
            _ => true,
        };
        let banks: Vec<_> = self
            .banks
            .0
            .iter()
            .filter(|(_, kind, _)| allowed(kind))
            .collect();
        let kinds = || {
            banks
                .iter()
                .map(|(_, kind, _)| format!("'{kind}'"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let found = match rest.first() {
            Some(Cell::Text(kind)) => banks.iter().find(|(_, known, _)| known == kind),
            _ => None,
        };
        let Some((bank, kind, names)) = found else {
            return Err(format!("no such input here, expected one of {}", kinds()).into());
        };
        let index = match &rest[1..] {
            [] if *kind == "time" => 0,
            [Cell::Index(i)] if *i < names.len() as u64 => *i as usize,
            [Cell::Text(name)] => names.iter().position(|known| known == name).ok_or_else(|| {
                let shown: String = name.escape_debug().take(60).collect();
                let meant = if name.len() > 60 { None } else { nearest(name, names.iter().map(String::as_str)) };
                let meant = meant.map_or(String::new(), |m| format!(" (did you mean '{m}'?)"));
                format!("there is no input '{shown}' in '{kind}'{meant}; expected one of its {} names", names.len())
            })?,
            _ => return Err(format!("expected one name or number of an input of '{kind}', which has {}", names.len()).into()),
        };
        Ok(self.graph.push(Node::Input {
            bank: *bank,
            index: index as u32,
        }))
    }

    /// What a loop leaves; the first node that asks for it reads the loop.
    fn item(&mut self, rest: &[Cell]) -> Checked<Id> {
        let (Cell::Index(number), Cell::Index(item)) = (&rest[0], &rest[1]) else {
            return Err(
                "expected the number of a loop and of its item behind 'item'"
                    .to_string()
                    .into(),
            );
        };
        if !self.left.contains_key(number) {
            let text = self
                .text
                .loops
                .get(usize::try_from(*number).unwrap_or(usize::MAX));
            let text = text.ok_or_else(|| {
                format!("there is no loop {number}, only {}", self.text.loops.len())
            })?;
            let outside = |list: &[u64]| {
                list.iter()
                    .map(|i| self.earlier(*i, false))
                    .collect::<Checked<Vec<Id>>>()
            };
            let (start, captured) = (outside(&text.start)?, outside(&text.captured)?);
            let name = format!("{}, loop {number}", self.name);
            let banks = Banks::of_loop(start.len(), captured.len());
            let body = banks
                .read(self.at, &name, &text.body, start.len())
                .map_err(Problem::Inside)?;
            let left = self.graph.repeat(Loop {
                count: text.count,
                start,
                captured,
                graph: body.graph,
                outputs: body.outputs,
            });
            self.left.insert(*number, left);
        }
        let found = usize::try_from(*item)
            .ok()
            .and_then(|i| self.left[number].get(i).copied());
        found.ok_or_else(|| {
            format!(
                "loop {number} has no item {item}, only {}",
                self.left[number].len()
            )
            .into()
        })
    }
}
