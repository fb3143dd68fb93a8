//! `mollify plan TASK --method rrt`: a tree of reachable configurations.

mod files;
mod flags;
mod path;
mod summary;

pub use flags::TreeArgs;

use super::Args;
use crate::failure::Failure;
use crate::files::Folder;
use crate::interrupt;
use crate::output::{json, note, number};
use crate::progress::Progress;
use mollify::plan::rrt::document::Document;
use mollify::plan::rrt::{self, Ended, Problem, Tree};
use mollify::systems::with_known;
use mollify::{Result, Task};
use std::time::Instant;
use summary::for_people;

/// Grows the tree, writes the files and prints the summary.
pub fn run(args: &Args) -> std::result::Result<(), Failure> {
    let task = args.started_task()?;
    let problem = problem(args, &task).map_err(with_known)?;
    let settings = args.asked().tree(&task)?;
    settings.check()?;
    let task = problem.task_with_goal(task)?;
    task.check_parameters()?;
    let folder = args.output.out.as_ref();
    let folder = folder
        .map(|path| Folder::prepare(path, files::FILES, args.output.force))
        .transpose()?;
    let overlap = rrt::deepest_overlap(&task, &problem.start);
    let quiet = args.output.quiet;
    if !quiet && overlap > 1e-9 && !problem.starts_anywhere {
        note(&format!(
            "note: bodies penetrate by {} m at the start; the first step pushes them apart",
            number(overlap)
        ));
    }
    if !quiet {
        say_outside(&task, &problem);
    }
    let interrupt = interrupt::install();
    let nodes = u32::try_from(settings.nodes).unwrap_or(u32::MAX);
    let progress = Progress::new(nodes, args.output.quiet, args.output.json);
    let mut shown = 0;
    let mut watch = |now: rrt::Progress| {
        // A node takes microseconds: to show each would take longer than to grow it.
        if now.nodes >= shown {
            shown = now.nodes + (settings.nodes / 50).max(1);
            let words = || format!("{} subgoals, distance {}", now.tries, number(now.distance));
            progress.show_number(now.nodes.saturating_sub(1) as u32, words);
        }
    };
    let started = Instant::now();
    let tree = rrt::grow(&task, &problem, &settings, &interrupt, &mut watch);
    progress.finish();
    let tree = tree?;
    let seconds = started.elapsed().as_secs_f64();
    let document = Document::of(&task, &problem, &settings, &tree, seconds)?;
    deliver(args, &task, &tree, &document, folder.as_ref())?;
    match tree.reached() {
        true => Ok(()),
        false => {
            note(&format!(
                "error: {}",
                not_reached(&tree, settings.tolerance)
            ));
            match tree.ended {
                Ended::Interrupted => Err(Failure::Stopped),
                _ => Err(Failure::Reported),
            }
        }
    }
}

/// Objects that start where no subgoal is: the tree has to find its way into the box.
fn say_outside(task: &Task, problem: &Problem) {
    let Some(planning) = task.model().planning() else {
        return;
    };
    let bounds = planning.problem.low.iter().zip(planning.problem.high);
    let names = task.model().about().state.iter().map(|c| &c.name);
    for ((name, at), (low, high)) in names.zip(&problem.start).zip(bounds) {
        if !(*low..=*high).contains(at) {
            note(&format!(
                "note: {name} starts at {}, outside of the box of subgoals, which goes from {} to {}",
                number(*at),
                number(*low),
                number(*high)
            ));
        }
    }
}

/// The published problem with the start and the goal of the command line.
fn problem(args: &Args, task: &Task) -> Result<Problem> {
    let mut problem = Problem::published(task)?;
    for (name, _) in &args.start {
        problem = problem.started_at(task, name);
    }
    for (name, value) in &args.goal {
        problem = problem.with_goal(task, name, *value)?;
    }
    Ok(problem)
}

fn not_reached(tree: &Tree, tolerance: f64) -> String {
    let why = match tree.ended {
        Ended::Interrupted => "it was interrupted",
        Ended::NothingNear => "hardly any subgoal is near a node: give a larger --threshold",
        _ => {
            "the tree is full: give more --nodes, another --seed, or a larger --regrasp-probability"
        }
    };
    format!(
        "the goal was not reached: the local distance of the best node is {}, and --tolerance is {}; {why}",
        number(tree.distance),
        number(tolerance)
    )
}

fn deliver(
    args: &Args,
    task: &Task,
    tree: &Tree,
    document: &Document<'_>,
    folder: Option<&Folder>,
) -> std::result::Result<(), Failure> {
    let text = json(document)?;
    let quiet = args.output.quiet;
    let write = |folder: &Folder| files::write(folder, &text, task, tree, document, quiet);
    let for_people = |files| for_people(document, files);
    crate::files::deliver(&text, args.output.json, folder, write, for_people)
}
