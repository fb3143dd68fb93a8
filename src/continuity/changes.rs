//! What changes at a jump: the first comparison of the formulas that the trajectories of both sides decide differently.

use super::map::Map;
use super::sides::Sides;
use crate::engine::nominal::Nominal;
use crate::error::Result;
use crate::number::graph::{Binary, Node};
use crate::system::functions::Function;
use crate::system::model::Description;
use crate::system::task::Task;
use std::collections::HashMap;

/// Comparisons that are named at most.
const MOST: usize = 3;

/// The comparisons that a function depends on, each with its name.
struct Comparisons {
    function: Function,
    names: Vec<String>,
    /// Whether it holds for two equal sides.
    holds_at_a_tie: Vec<bool>,
}

impl Comparisons {
    /// Of `<`, `<=`, `max` and `min`: the two sides of each.
    fn of(function: &Function, about: &Description) -> Self {
        let words = Sides::new(&function.graph, about);
        let graph = &function.graph;
        let needed = graph.needed(&function.outputs);
        let (mut sides, mut names, mut holds_at_a_tie) = (Vec::new(), Vec::new(), Vec::new());
        for (id, node) in graph.iter().filter(|(id, _)| needed[id.index()]) {
            let Node::Binary(op, a, b) = node else {
                continue;
            };
            if !matches!(
                op,
                Binary::Less | Binary::LessEqual | Binary::Max | Binary::Min
            ) {
                continue;
            }
            sides.extend([a, b]);
            holds_at_a_tie.push(op == Binary::LessEqual);
            names.push(match graph.label(id) {
                Some(label) => label.to_string(),
                None => format!("{} against {}", words.of(a), words.of(b)),
            });
        }
        number_alike(&mut names);
        Self {
            function: Function::new(graph.clone(), sides),
            names,
            holds_at_a_tie,
        }
    }

    /// Whether the first side of each is the lesser one.
    fn decide(&self, banks: &[&[f64]]) -> Vec<bool> {
        let sides = self.function.graph.run(&self.function.outputs, banks);
        let pairs = sides.chunks_exact(2).zip(&self.holds_at_a_tie);
        pairs
            .map(|(s, tie)| s[0] < s[1] || (*tie && s[0] == s[1]))
            .collect()
    }
}

/// Of several comparisons of one name, which of them it is, in the order of the formulas: `touches (2 of 4)`.
fn number_alike(names: &mut [String]) {
    let mut all: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, name) in names.iter().enumerate() {
        all.entry(name.clone()).or_default().push(i);
    }
    for alike in all.into_values().filter(|alike| alike.len() > 1) {
        for (number, i) in alike.iter().enumerate() {
            names[*i] += &format!(" ({} of {})", number + 1, alike.len());
        }
    }
}

/// A trajectory and the task that it is of.
type Side = (Task, Nominal);

/// The comparisons at step t of a trajectory; those of the last state at t = H.
fn decided(all: &[Comparisons; 3], (task, path): &Side, t: usize) -> Vec<bool> {
    let (n, m) = (task.model().state_size(), task.model().control_size());
    let state = &path.states[t * n..(t + 1) * n];
    let time = [t as f64];
    let cotangent = vec![0.0; n];
    if t == task.horizon() {
        let none = vec![0.0; m];
        return all[2].decide(&[task.parameters(), state, &none, &time, &cotangent]);
    }
    let control = &path.controls[t * m..(t + 1) * m];
    let banks = [task.parameters(), state, control, &time, &cotangent];
    let mut found = all[0].decide(&banks);
    found.extend(all[1].decide(&banks));
    found
}

/// In words, what the two places of a jump decide differently, first in time; none if nothing is compared differently.
pub fn changed(map: &Map, low: f64, high: f64) -> Result<Option<String>> {
    let sides = [map.trajectory(low)?, map.trajectory(high)?];
    let functions = sides[0].0.model().functions();
    let all = [
        &functions.advance,
        &functions.stage_cost,
        &functions.final_cost,
    ]
    .map(|function| Comparisons::of(function, sides[0].0.model().about()));
    let horizon = sides[0].0.horizon();
    for t in 0..=horizon {
        let [below, above] = [0, 1].map(|i| decided(&all, &sides[i], t));
        let names: Vec<&str> = match t == horizon {
            true => all[2].names.iter().map(String::as_str).collect(),
            false => {
                let both = all[0].names.iter().chain(&all[1].names);
                both.map(String::as_str).collect()
            }
        };
        let differ = below.iter().zip(&above).zip(names);
        let mut found: Vec<&str> = differ
            .filter(|((a, b), _)| a != b)
            .map(|(_, name)| name)
            .collect();
        if found.is_empty() {
            continue;
        }
        // What has a name says more.
        found.sort_by_key(|name| name.contains(" against "));
        let count = found.len();
        found.truncate(MOST);
        let more = match count.saturating_sub(MOST) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        return Ok(Some(format!("step {t}: {}{more}", found.join(", "))));
    }
    Ok(None)
}
