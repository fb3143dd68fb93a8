//! The files of `mollify plan --method rrt --out`.

use super::path;
use crate::figure::{Figure, Panel, Series};
use crate::files::Folder;
use crate::output::number;
use crate::{arrays, draw};
use mollify::plan::rrt::Tree;
use mollify::plan::rrt::document::Document;
use mollify::{Error, Result, Task};
use std::io;

/// The result files.
pub const FILES: &[&str] = &[
    "result.json",
    "tree.npz",
    "path.npz",
    "tree.svg",
    "tree.png",
    draw::FILES[0],
    draw::FILES[1],
    draw::FILES[2],
];

/// Writes them.
pub fn write(
    folder: &Folder,
    text: &str,
    task: &Task,
    tree: &Tree,
    document: &Document<'_>,
    quiet: bool,
) -> Result<()> {
    folder.write("tree.npz", &archive(folder, tree_arrays(tree, document))?);
    folder.write("path.npz", &archive(folder, path_arrays(document))?);
    folder.write("result.json", text.as_bytes());
    let figure = picture(task, tree, document);
    folder.write("tree.svg", figure.to_svg().as_bytes());
    folder.write("tree.png", &figure.to_png());
    let (task, run) = path::run(task, document)?;
    let picture = draw::Picture {
        task: &task,
        run: &run,
        other: None,
        title: format!("{}: the path to the best node", task.name()),
        prefix: "",
    };
    draw::write(folder, &picture, quiet);
    Ok(())
}

/// A name, a shape and values.
type Array = (&'static str, Vec<u64>, Vec<f64>);

fn archive(folder: &Folder, arrays: Vec<Array>) -> Result<Vec<u8>> {
    let arrays = arrays
        .iter()
        .map(|(name, shape, x)| (*name, &shape[..], &x[..]));
    arrays::archive(arrays).map_err(|source: io::Error| Error::Write {
        path: folder.path().into(),
        source,
    })
}

fn rows(name: &'static str, rows: &[Vec<f64>]) -> Array {
    let width = rows.first().map_or(0, Vec::len);
    (name, vec![rows.len() as u64, width as u64], rows.concat())
}

/// Configurations, parents (-1 for none), the commands that lead to nodes (NaN for none).
fn tree_arrays(tree: &Tree, document: &Document<'_>) -> Vec<Array> {
    let none = vec![f64::NAN; document.names.control.len()];
    let states: Vec<Vec<f64>> = tree.nodes.iter().map(|n| n.q.clone()).collect();
    let command = |n: &mollify::plan::rrt::Node| n.command.clone().unwrap_or(none.clone());
    let commands: Vec<Vec<f64>> = tree.nodes.iter().map(command).collect();
    let parents = tree
        .nodes
        .iter()
        .map(|n| n.parent.map_or(-1.0, |p| p as f64));
    vec![
        rows("states", &states),
        ("parents", vec![states.len() as u64], parents.collect()),
        rows("commands", &commands),
    ]
}

fn path_arrays(document: &Document<'_>) -> Vec<Array> {
    let regrasps: Vec<f64> = document.regrasps.iter().map(|t| *t as f64).collect();
    vec![
        rows("states", &document.states),
        rows("commands", &document.commands),
        ("regrasps", vec![regrasps.len() as u64], regrasps),
    ]
}

/// Where the objects of all nodes are, joined to those of their parents, with the path to the best one: the first two
/// coordinates of objects, and beside them all others; one coordinate against the number of the node.
fn picture(task: &Task, tree: &Tree, document: &Document<'_>) -> Figure {
    let about = task.model().about();
    let label = |i: usize| format!("{} ({})", about.state[i].name, about.state[i].unit);
    let goal = document.goal;
    let panels = match goal.len() {
        1 => vec![(None, 0)],
        n => (1..n).map(|i| (Some(0), i)).collect(),
    };
    let at = |node: usize, axis: Option<usize>| match axis {
        Some(axis) => tree.nodes[node].q[axis],
        None => node as f64,
    };
    let way: Vec<usize> = {
        let parent = |i: &usize| tree.nodes[*i].parent;
        std::iter::successors(Some(tree.best), parent).collect()
    };
    let panel = |&(across, up): &(Option<usize>, usize)| {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (i, node) in tree.nodes.iter().enumerate() {
            let Some(parent) = node.parent else { continue };
            // A gap between the branches.
            x.extend([at(parent, across), at(i, across), f64::NAN]);
            y.extend([at(parent, Some(up)), at(i, Some(up)), f64::NAN]);
        }
        let along = |axis: Option<usize>| way.iter().map(|i| at(*i, axis)).collect::<Vec<f64>>();
        let across_goal = across.map_or(at(tree.best, None), |axis| goal[axis]);
        Panel::new()
            .x_label(across.map_or("node".to_string(), label))
            .y_label(label(up))
            .series(Series::line(&x, &y).label("tree").width(0.5))
            .series(Series::line(&along(across), &along(Some(up))).label("path"))
            .series(Series::points(&[across_goal], &[goal[up]]).label("goal"))
    };
    Figure::new()
        .row(panels.iter().map(panel))
        .common_legend()
        .description(format!(
            "{}: the objects of all {} nodes of the tree, and the path to the best one, whose local distance to the goal is {}.",
            task.name(),
            tree.nodes.len(),
            number(document.cost)
        ))
}
