//! Loops in the printed text.
//!
//! Items are variables of the function, and what the passes give are arrays. A series is read from an array: from what an
//! earlier loop gave where it is that, and otherwise from one that is written for it, in front of all loops that it is the
//! same in.

use super::arrays::{Left, Order, Pack, run};
use super::{LONGEST_LINE, Printer, uses};
use crate::number::graph::{CAPTURED, ITEMS, Id, Loop, Node};
use std::collections::HashMap;
use std::ops::Range;

/// Operations of all passes up to which a compiler may write a loop out.
const LONGEST_UNROLLED: u64 = 256;

/// The arrays that the series of the loops in a body are, as far as they are inputs of it.
fn packs(of: &Loop) -> Vec<Pack> {
    let live = of.graph.live(&of.outputs);
    let mut packs: Vec<Pack> = Vec::new();
    for (id, node) in of.graph.iter() {
        let Node::Item { of: number, .. } = node else {
            continue;
        };
        if !live[id.index()] {
            continue;
        }
        for series in &of.graph.repeated(number).series {
            let Some((pack, _)) = Pack::of(&of.graph, series) else {
                continue;
            };
            if !packs.iter().any(|other| other.overlaps(&pack)) {
                packs.push(pack);
            }
        }
    }
    packs
}

/// Arguments behind each other, on as many lines as they need.
fn filled(constructor: &str, arguments: &[String], depth: usize) -> String {
    let indent = "    ".repeat(depth + 1);
    let mut text = format!("{constructor}(");
    let mut length = text.len();
    for (i, argument) in arguments.iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        if length + separator.len() + argument.len() > LONGEST_LINE {
            text += &format!("{}\n{indent}", separator.trim_end());
            length = indent.len();
        } else {
            text += separator;
            length += separator.len();
        }
        text += argument;
        length += argument.len();
    }
    text + ")"
}

impl Printer<'_> {
    /// Writes a loop; returns what it leaves.
    pub(super) fn repeated(&mut self, of: &Loop) -> Left {
        let packs: Vec<(Pack, String)> = packs(of)
            .into_iter()
            .map(|pack| self.outside(of, pack))
            .collect();
        let captured = self.members(of.captured.len(), CAPTURED, &packs, |printer, i| {
            printer.once(of.captured[i])
        });
        let items = self.members(of.start.len(), ITEMS, &packs, |printer, i| {
            let name = printer.scope.fresh("item");
            let text = printer.text[of.start[i].index()].0.clone();
            printer.scope.line(&format!("var {name} = {text};"));
            name
        });
        let series: Vec<String> = of.series.iter().map(|ids| self.element(ids)).collect();
        let count = of.count;
        let given: Vec<String> = (0..of.given())
            .map(|_| {
                let name = self.scope.fresh("given");
                self.scope
                    .line(&format!("var {name}: array<f32, {count}>;"));
                name
            })
            .collect();
        let count = self.passes(of, &series);
        let turn = self.open(of, &count);
        let element = |text: &String| -> String {
            let name = self.scope.fresh("element");
            let text = text.replace(TURN, &turn);
            self.scope.line(&format!("let {name} = {text};"));
            name
        };
        let elements: Vec<String> = series.iter().map(element).collect();
        self.body(of, &packs, [&items, &captured, &elements], (&turn, &given));
        self.scope.depth -= 1;
        self.scope.line("}");
        left(of, items, &given, &packs)
    }

    /// How many passes: a number that compilers do not know where they had better not write out all passes.
    fn passes(&mut self, of: &Loop, series: &[String]) -> String {
        let count = format!("{}u", of.count);
        let is_short = u64::from(of.count) * of.body_operations() <= LONGEST_UNROLLED;
        let alike = of.start.iter().chain(&of.captured);
        let mut known = alike.filter(|id| !matches!(self.graph.node(**id), Node::Constant(_)));
        let number = match (series.first(), known.next()) {
            (Some(element), _) => element.replace(TURN, "0u"),
            (None, Some(id)) => self.text[id.index()].0.clone(),
            (None, None) => return count,
        };
        if is_short {
            return count;
        }
        let name = self.scope.fresh("count");
        self.scope
            .line(&format!("let {name} = passes({count}, {number});"));
        name
    }

    /// Begins a pass; returns the name of its number.
    fn open(&mut self, of: &Loop, count: &str) -> String {
        let is_block = of.count == 1 && of.series.is_empty() && of.given() == 0;
        if is_block {
            self.scope.line("{");
            self.scope.depth += 1;
            return String::new();
        }
        let turn = self.scope.fresh("turn");
        let line = format!("for (var {turn} = 0u; {turn} < {count}; {turn}++) {{");
        self.scope.line(&line);
        self.scope.depth += 1;
        turn
    }

    /// The array outside that inputs of a body are in: a variable of its own where they are items.
    fn outside(&mut self, of: &Loop, pack: Pack) -> (Pack, String) {
        let ids = match pack.bank {
            ITEMS => &of.start[pack.range()],
            _ => &of.captured[pack.range()],
        };
        if pack.bank != ITEMS
            && let Some((name, Order::Up)) = self.known_array(ids)
        {
            return (pack, name);
        }
        let text = match self.known_array(ids) {
            Some((name, Order::Up)) => name,
            _ => self.constructed(ids),
        };
        let kind = if pack.bank == ITEMS {
            "items"
        } else {
            "series"
        };
        let name = self.scope.fresh(kind);
        self.scope.line(&format!("var {name} = {text};"));
        if pack.bank != ITEMS {
            self.arrays.insert(ids.to_vec(), name.clone());
        }
        (pack, name)
    }

    /// The texts of the inputs of a bank: elements of a pack, or `alone`.
    fn members(
        &mut self,
        count: usize,
        bank: u32,
        packs: &[(Pack, String)],
        alone: impl Fn(&mut Self, usize) -> String,
    ) -> Vec<String> {
        let member = |i: usize| {
            let mut own = packs.iter().filter(|(pack, _)| pack.bank == bank);
            let found = own.find(|(pack, _)| pack.range().contains(&i));
            match found {
                Some((pack, name)) => format!("{name}[{}]", i - pack.range().start),
                None => alone(self, i),
            }
        };
        (0..count).map(member).collect()
    }

    /// The array that these nodes are all of, if there is one.
    fn known_array(&self, ids: &[Id]) -> Option<(String, Order)> {
        if let Some(name) = self.arrays.get(ids) {
            return Some((name.clone(), Order::Up));
        }
        if let Some((pack, order)) = Pack::of(self.graph, ids) {
            let mut packs = self.packs.iter();
            let (_, name) = packs.find(|(known, _)| *known == pack)?;
            return Some((name.clone(), order));
        }
        let item = |id: &Id| match self.graph.node(*id) {
            Node::Item { of, item } => Some((of, item)),
            _ => None,
        };
        let items: Vec<(u32, u32)> = ids.iter().map(item).collect::<Option<_>>()?;
        let (numbers, order) = run(&items)?;
        let left = self.loops.get(&items.first()?.0)?;
        let (_, name) = left.arrays.iter().find(|(known, _)| *known == numbers)?;
        Some((name.clone(), order))
    }

    /// The text of an element of a series in the pass [`TURN`].
    fn element(&mut self, ids: &[Id]) -> String {
        let (name, order) = self.known_array(ids).unwrap_or_else(|| {
            let (name, text) = (self.scope.fresh("series"), self.constructed(ids));
            self.scope.line(&format!("var {name} = {text};"));
            self.arrays.insert(ids.to_vec(), name.clone());
            (name, Order::Up)
        });
        match order {
            Order::Up => format!("{name}[{TURN}]"),
            Order::Down => format!("{name}[{}u - {TURN}]", ids.len() - 1),
        }
    }

    fn constructed(&self, ids: &[Id]) -> String {
        let texts: Vec<String> = ids
            .iter()
            .map(|id| self.text[id.index()].0.clone())
            .collect();
        let constructor = format!("array<f32, {}>", ids.len());
        filled(&constructor, &texts, self.scope.depth)
    }

    /// Writes what a pass does; inputs are those of items, captured values and elements.
    fn body(
        &mut self,
        of: &Loop,
        packs: &[(Pack, String)],
        inputs: [&[String]; 3],
        (turn, given): (&str, &[String]),
    ) {
        let input = |bank: u32, index: u32| inputs[bank as usize][index as usize].clone();
        let mut inner = Printer {
            graph: &of.graph,
            input: &input,
            outputs: &of.outputs,
            uses: uses(&of.graph, &of.outputs),
            text: Vec::with_capacity(of.graph.len()),
            loops: HashMap::new(),
            arrays: HashMap::new(),
            packs: packs.to_vec(),
            scope: std::mem::take(&mut self.scope),
        };
        inner.visit_all();
        // All of them before any is written, because each may depend on all that were there.
        let mut assigned: Vec<(String, String)> = Vec::new();
        let own = packs.iter().filter(|(pack, _)| pack.bank == ITEMS);
        for (pack, name) in own.clone() {
            let next = &of.outputs[pack.range()];
            let text = match inner.known_array(next) {
                Some((array, Order::Up)) => array,
                _ => inner.constructed(next),
            };
            assigned.push((name.clone(), text));
        }
        let text = |id: &Id| inner.text[id.index()].0.clone();
        for (i, name) in inputs[ITEMS as usize].iter().enumerate() {
            if !own.clone().any(|(pack, _)| pack.range().contains(&i)) {
                assigned.push((name.clone(), text(&of.outputs[i])));
            }
        }
        for (name, id) in given.iter().zip(&of.outputs[of.start.len()..]) {
            assigned.push((format!("{name}[{turn}]"), text(id)));
        }
        self.scope = inner.scope;
        self.assign(assigned);
    }

    /// Assigns what is left of a pass. What a later one still reads is kept in between.
    fn assign(&mut self, assigned: Vec<(String, String)>) {
        let is_read_later = |i: usize| {
            let (item, _) = &assigned[i];
            let variable = item.split('[').next().unwrap_or(item);
            assigned[i + 1..]
                .iter()
                .any(|(_, text)| mentions(text, variable))
        };
        let mut kept: Vec<(&String, String)> = Vec::new();
        for (i, (item, text)) in assigned.iter().enumerate() {
            if is_read_later(i) {
                let next = self.scope.fresh("next");
                self.scope.line(&format!("let {next} = {text};"));
                kept.push((item, next));
            } else {
                self.scope.line(&format!("{item} = {text};"));
            }
        }
        for (item, next) in kept {
            self.scope.line(&format!("{item} = {next};"));
        }
    }
}

/// Whether a text has this name in it.
fn mentions(text: &str, name: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == name)
}

/// Stands for the number of the pass until that has a name; no name has such a character.
const TURN: &str = "#";

fn left(of: &Loop, items: Vec<String>, given: &[String], packs: &[(Pack, String)]) -> Left {
    let own = packs.iter().filter(|(pack, _)| pack.bank == ITEMS);
    let mut arrays: Vec<(Range<u32>, String)> = own
        .map(|(pack, name)| (pack.indices.clone(), name.clone()))
        .collect();
    let mut values = items;
    for (which, name) in given.iter().enumerate() {
        let numbers = of.given_at(which);
        arrays.push((numbers.start as u32..numbers.end as u32, name.clone()));
        values.extend((0..of.count).map(|t| format!("{name}[{t}]")));
    }
    Left { values, arrays }
}
