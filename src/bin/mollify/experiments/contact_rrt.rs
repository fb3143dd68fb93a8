//! Trees over smoothed contact: how often and how soon they reach the goal, whole and with something taken away.

use super::lab::Lab;
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::error::Result;
use mollify::plan::Gradient;
use mollify::plan::rrt::{Ablation, Extension, Problem, Settings, Tree, grow};
use mollify::system::task::Task;
use std::time::Instant;

/// The trees of all seeds under some settings.
struct Trees {
    trees: Vec<Tree>,
    goal: Vec<f64>,
    /// Of all trees together.
    seconds: f64,
}

impl Trees {
    fn nodes(&self) -> usize {
        self.trees.iter().map(|tree| tree.nodes.len()).sum()
    }

    /// Nodes of the trees that reached the goal, in order.
    fn reached(&self) -> Vec<f64> {
        let reached = self.trees.iter().filter(|tree| tree.reached());
        let mut nodes: Vec<f64> = reached.map(|tree| tree.nodes.len() as f64).collect();
        nodes.sort_by(f64::total_cmp);
        nodes
    }

    fn share(&self) -> f64 {
        self.reached().len() as f64 / self.trees.len() as f64
    }

    fn of_all(&self) -> String {
        format!("{} of {}", self.reached().len(), self.trees.len())
    }

    fn microseconds_per_node(&self) -> f64 {
        1e6 * self.seconds / self.nodes() as f64
    }

    fn row(&self, task: &str, name: &str) -> Vec<String> {
        let mut errors: Vec<f64> = self
            .trees
            .iter()
            .map(|tree| tree.least_error(&self.goal))
            .collect();
        errors.sort_by(f64::total_cmp);
        let tries: u64 = self.trees.iter().map(|tree| tree.tries).sum();
        let reached = self.reached();
        vec![
            task.into(),
            name.into(),
            self.of_all(),
            reached
                .get(reached.len() / 2)
                .map_or("-".into(), f64::to_string),
            format!("{:.3}", errors[errors.len() / 2]),
            format!("{:.1}", tries as f64 / self.nodes() as f64),
            format!("{:.1}", self.microseconds_per_node()),
        ]
    }
}

const HEADER: [&str; 7] = [
    "task",
    "settings",
    "reached",
    "median nodes of those",
    "median of the least error (m, rad)",
    "subgoals a node",
    "µs a node",
];

/// Seeds of the bounds, and of the tasks that take longer.
const SEEDS: u64 = 400;
const FEW: u64 = 100;

fn setup(name: &str) -> Result<(Task, Problem, Settings)> {
    let task = Task::find(name)?;
    let problem = Problem::published(&task)?;
    let planning = task.model().planning().map(|planning| planning.problem);
    let settings = Settings::published(&planning.expect("it has a published problem"));
    Ok((task, problem, settings))
}

fn trees(
    lab: &mut Lab<'_>,
    task: &Task,
    problem: &Problem,
    settings: &Settings,
    seeds: u64,
) -> Result<Trees> {
    let seeds = lab.amount(seeds);
    let interrupt = lab.interrupt().clone();
    let started = Instant::now();
    let mut all = Vec::new();
    for seed in lab.seed..lab.seed + seeds {
        let settings = Settings {
            seed,
            ..settings.clone()
        };
        all.push(grow(task, problem, &settings, &interrupt, &mut |_| ())?);
        interrupt.check()?;
    }
    Ok(Trees {
        trees: all,
        goal: problem.goal.clone(),
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// Pushing with all ablations, the hand with new grasps, and grazing with and without.
pub fn contact_rrt(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "RRT through contact: the metric of smoothed steps",
        "Pang, Suh, Yang, Tedrake (T-RO 2023, arXiv 2206.10787): trees with the smoothed reachability metric reach the goal, and \
         without smoothing, without contact sampling, or with one global metric they do not or far later. 1000 nodes take \
         3.25 s (pushing) and 10.3 s (hand) on 16 cores.",
    );
    page.what = format!(
        "`planar-pushing` carries its box 1 m with the published settings, {SEEDS} seeds, whole and with one thing taken away at \
         a time: smoothing (kappa 1e7), new grasps, the local metric; and with noise in place of the barrier, 100 steps at each node \
         under the normal noise nearest to it, {FEW} seeds. `planar-hand` turns its ball, and `ball-grazing` moves \
         its box by more than the ball can carry it, {FEW} seeds. A goal is reached when the local distance of a node to it is \
         below the tolerance. `mollify plan TASK --method rrt` grows each of these trees. They are grown in f64 whatever the \
         engine. No rate depends on the machine; times do, and on what else it does."
    );
    lab.runs_on("none; trees are grown in f64 on the processor");
    let mut rows = Vec::new();
    pushing(lab, &mut page, &mut rows)?;
    hand(lab, &mut page, &mut rows)?;
    grazing(lab, &mut page, &mut rows)?;
    page.table("All trees", &HEADER, rows);
    Ok(page)
}

/// c and B from steps under noise in place of the barrier, and children by the exact step, as published.
fn under_noise(gradient: Gradient, usual: &Settings) -> Settings {
    Settings {
        gradient,
        extension: Extension::Exact,
        ..usual.clone()
    }
}

fn pushing(lab: &mut Lab<'_>, page: &mut Page, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let (task, problem, usual) = setup("planar-pushing")?;
    let variants = [
        ("as published", usual.clone()),
        (
            "extended by the exact step",
            Settings {
                extension: Extension::Exact,
                ..usual.clone()
            },
        ),
        (
            "16 subgoals at a time",
            Settings {
                batch: 16,
                ..usual.clone()
            },
        ),
        ("exact B", Ablation::ExactB.of(usual.clone())),
        (
            "no contact sampling",
            Ablation::NoRegrasps.of(usual.clone()),
        ),
        ("global metric", Ablation::GlobalMetric.of(usual.clone())),
        ("noise, first order", under_noise(Gradient::First, &usual)),
        ("noise, zeroth order", under_noise(Gradient::Zeroth, &usual)),
        ("noise, mixed", under_noise(Gradient::Mixed, &usual)),
    ];
    let mut panel = Panel::new()
        .x_label("nodes")
        .y_label("share of the seeds that reached the goal");
    let (mut data, mut found) = (Table::new(), Vec::new());
    for (name, settings) in &variants {
        lab.say(&format!("planar-pushing, {name}"));
        // Noise takes a hundred times as long.
        let seeds = match settings.gradient {
            Gradient::Barrier => SEEDS,
            _ => FEW,
        };
        let trees = trees(lab, &task, &problem, settings, seeds)?;
        let (mut x, mut y) = (vec![0.0], vec![0.0]);
        for (i, nodes) in trees.reached().into_iter().enumerate() {
            x.push(nodes);
            y.push((i + 1) as f64 / trees.trees.len() as f64);
        }
        x.push(settings.nodes as f64);
        y.push(trees.share());
        panel = panel.series(Series::step(&x, &y).label(*name));
        let column = name.replace(' ', "_");
        data = data
            .column(format!("{column}_nodes"), &x)
            .column(format!("{column}_share"), &y);
        rows.push(trees.row("planar-pushing", name));
        found.push(trees);
    }
    page.picture(
        "reached",
        "Seeds of planar-pushing that reached the goal, over the nodes of the tree",
        Figure::of(panel),
        data,
    );
    page.claim(
        "as published, at least 55 % of the seeds reach the goal",
        found[0].share() >= 0.55,
        found[0].of_all(),
    );
    page.claim(
        "so they do with the exact step between nodes, and with 16 subgoals at a time",
        found[1].share() >= 0.55 && found[2].share() >= 0.55,
        format!("{}, {}", found[1].of_all(), found[2].of_all()),
    );
    for (trees, text, most) in [
        (&found[3], "without smoothing at most 30 % do", 0.30),
        (&found[4], "without contact sampling at most 10 % do", 0.10),
        (
            &found[5],
            "with one metric for all nodes at most 20 % do",
            0.20,
        ),
    ] {
        page.claim(text, trees.share() <= most, trees.of_all());
    }
    let by_noise: Vec<String> = found[6..].iter().map(Trees::of_all).collect();
    page.claim(
        "so they do by noise in place of the barrier, by any order, with 100 steps at each node",
        found[6..].iter().all(|trees| trees.share() >= 0.55),
        by_noise.join(", "),
    );
    let rate = found[0].microseconds_per_node();
    page.claim(
        "500 nodes take less than 1 s",
        500.0 * rate < 1e6,
        format!("{:.4} s, {:.4} s for 1000", 5e-4 * rate, 1e-3 * rate),
    );
    Ok(())
}

fn hand(lab: &mut Lab<'_>, page: &mut Page, rows: &mut Vec<Vec<String>>) -> Result<()> {
    use std::f64::consts::{FRAC_PI_2, PI};
    let (task, mut problem, usual) = setup("planar-hand")?;
    let grasping = Settings {
        nodes: 2000,
        regrasp_probability: 0.3,
        ..usual.clone()
    };
    for (name, angle, settings, is_bounded) in [
        ("half a turn, as published", PI, usual, false),
        (
            "a quarter turn, 2000 nodes, new grasps 0.3",
            FRAC_PI_2,
            grasping.clone(),
            true,
        ),
        (
            "half a turn, 2000 nodes, new grasps 0.3",
            PI,
            grasping,
            true,
        ),
    ] {
        lab.say(&format!("planar-hand, {name}"));
        problem.goal[2] = angle;
        let trees = trees(lab, &task, &problem, &settings, FEW)?;
        rows.push(trees.row("planar-hand", name));
        if is_bounded {
            page.claim(
                format!("the hand reaches {name}, from at least half of the seeds"),
                trees.share() >= 0.5,
                format!(
                    "{}, {:.2} s a tree",
                    trees.of_all(),
                    trees.seconds / trees.trees.len() as f64
                ),
            );
        }
    }
    page.notes.push(
        "The new grasps of the hand are those of this program: fingertips at random places of the rim. The published file of \
         the hand has none, and its pinch grasps are not known to us."
            .into(),
    );
    Ok(())
}

fn grazing(lab: &mut Lab<'_>, page: &mut Page, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let (task, problem, usual) = setup("ball-grazing")?;
    lab.say("ball-grazing, as published");
    let alone = trees(lab, &task, &problem, &usual, FEW)?;
    rows.push(alone.row("ball-grazing", "as published"));
    lab.say("ball-grazing, with new grasps");
    let settings = Settings {
        regrasp_probability: 0.2,
        ..usual
    };
    let grasping = trees(lab, &task, &problem, &settings, FEW)?;
    rows.push(grasping.row("ball-grazing", "new grasps 0.2"));
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let gap = |tree: &Tree| {
        let q = &tree.nodes[tree.nearest(&problem.goal).0].q;
        steps.contact_rows(task.parameters(), q, &q[1..])[0].gap
    };
    let gaps: Vec<f64> = alone.trees.iter().map(gap).collect();
    let (least, most) = super::contacts::ends(&gaps);
    page.claim(
        "ball-grazing is not reached as published: it needs contact sampling, which its file does not have",
        alone.share() == 0.0,
        alone.of_all(),
    );
    page.claim(
        "with new grasps of probability 0.2 it is reached from all seeds",
        grasping.share() == 1.0,
        grasping.of_all(),
    );
    let of_root = |tree: &Tree| tree.nodes.iter().filter(|n| n.parent == Some(0)).count();
    let of_roots: usize = alone.trees.iter().map(of_root).sum();
    page.notes.push(format!(
        "What fails in ball-grazing: the least change of the command that moves the box is along its face. The ball slides, and a \
         sliding step of the convex contact model lifts it by friction times slip: at the nodes with the box nearest to the goal \
         it is {least:.2} to {most:.2} m above it. There B is next to nothing, and no subgoal asks for the ball to come down, so \
         that {:.0} % of the nodes are children of the root. What cures it is to put the ball down again: new grasps.",
        100.0 * of_roots as f64 / alone.nodes() as f64
    ));
    Ok(())
}
