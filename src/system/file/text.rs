//! A function as it is written: nodes such as `["mul", 3, 4, "force"]`, an operation, earlier nodes, and a label.
//!
//! What is too large is refused while it is read, before it takes memory.

use super::object::{list, object};
use crate::error::plural;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Nodes of a function with its loops written out, at most.
pub const MOST_NODES: u64 = 200_000;

/// Items, captured values and series of a loop, at most this many of each.
const MOST_ITEMS: usize = 1024;

/// Words of a node, at most: an operation, three arguments, a label.
const MOST_CELLS: usize = 5;

/// One word of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Index(u64),
    Number(f64),
    Truth(bool),
    Text(String),
}

impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
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
    fn visit_u64<E: de::Error>(self, x: u64) -> Result<Cell, E> {
        Ok(Cell::Index(x))
    }
    fn visit_i64<E: de::Error>(self, x: i64) -> Result<Cell, E> {
        Ok(Cell::Number(x as f64))
    }
    fn visit_f64<E: de::Error>(self, x: f64) -> Result<Cell, E> {
        Ok(Cell::Number(x))
    }
    fn visit_bool<E: de::Error>(self, x: bool) -> Result<Cell, E> {
        Ok(Cell::Truth(x))
    }
    fn visit_str<E: de::Error>(self, x: &str) -> Result<Cell, E> {
        Ok(Cell::Text(x.into()))
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(CellVisitor)
    }
}

/// One node.
#[derive(Serialize)]
pub struct Cells(pub Vec<Cell>);

struct CellsVisitor;

impl<'de> Visitor<'de> for CellsVisitor {
    type Value = Cells;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node, such as [\"mul\", 3, 4]")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cells, A::Error> {
        let mut cells = Vec::new();
        while let Some(cell) = list.next_element()? {
            if cells.len() == MOST_CELLS {
                let problem = format!("a node has more than {MOST_CELLS} words");
                return Err(de::Error::custom(problem));
            }
            cells.push(cell);
        }
        Ok(Cells(cells))
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(CellsVisitor)
    }
}

/// All nodes of a function, not more than allowed.
#[derive(Serialize)]
pub struct Nodes(pub Vec<Cells>);

struct NodesVisitor;

impl<'de> Visitor<'de> for NodesVisitor {
    type Value = Nodes;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of nodes")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nodes, A::Error> {
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
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(NodesVisitor)
    }
}

/// A function.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionText {
    pub nodes: Nodes,
    pub outputs: Vec<u64>,
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "list"
    )]
    pub loops: Vec<LoopText>,
}

/// A loop of fixed count; `start`, `captured` and `series` are nodes of the function around it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoopText {
    pub count: u32,
    pub start: Vec<u64>,
    pub captured: Vec<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Vec<u64>>,
    /// How many values each pass gives besides the items.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub given: usize,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub symmetric: bool,
    #[serde(deserialize_with = "object")]
    pub body: FunctionText,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl LoopText {
    /// What is wrong with its sizes, behind its name.
    pub fn problem(&self) -> Option<String> {
        let [items, captures, series] = [self.start.len(), self.captured.len(), self.series.len()];
        let given = self.given;
        if items.max(captures).max(series).max(given) > MOST_ITEMS {
            let (items, captures) = (plural(items, "item"), plural(captures, "captured value"));
            return Some(format!(
                "has {items}, {captures}, {series} series and gives {given}, expected at most {MOST_ITEMS} of each"
            ));
        }
        let is_of_other_length = |s: &&Vec<u64>| s.len() as u64 != u64::from(self.count);
        if let Some(other) = self.series.iter().find(is_of_other_length) {
            let (count, length) = (self.count, other.len());
            return Some(format!(
                "has {count} passes and a series of {length} elements, expected as many elements as passes"
            ));
        }
        let is_map = self.count == 1 && series == 0 && given == 0;
        (self.symmetric && !is_map).then(|| {
            "is called symmetric, expected a body that is run once, without series, and gives nothing".into()
        })
    }
}

impl FunctionText {
    /// Nodes with all loops written out, and the values that go into and out of loops.
    pub fn size(&self) -> u64 {
        self.loops.iter().fold(self.nodes.0.len() as u64, |sum, l| {
            // A pass of an empty body still takes a pass.
            let pass = l.body.size().saturating_add(1 + l.given as u64);
            let elements = l.series.iter().map(Vec::len).sum::<usize>();
            let handed = (l.start.len() + l.captured.len() + elements) as u64;
            let passes = u64::from(l.count.max(1)).saturating_mul(pass);
            sum.saturating_add(passes).saturating_add(handed)
        })
    }
}
