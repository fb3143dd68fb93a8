//! The pushing experiment of ICML 2022 with its published constants: fixed steps, three rules, ten seeds, two
//! stiffnesses. Prints the table of the README.
//!
//!     cargo run --release --example published_pushing

use mollify::engine::Interrupt;
use mollify::engine::reference::ReferenceEngine;
use mollify::estimate::alpha::Rule;
use mollify::solve::{Options, solve};
use mollify::system::task::Task;

const SEEDS: u64 = 10;

fn main() -> mollify::Result<()> {
    let soft = Task::find("pushing")?;
    let stiff = Task::find("pushing")?
        .with_parameter("stiffness", 1000.0)?
        .with_parameter("damping", 0.99)?
        .with_horizon(200)?;
    println!(
        "| stiffness | rule | cost at the start | cost at the last iteration: mean ± standard deviation (least … largest) |"
    );
    println!("|---|---|---|---|");
    for (stiffness, task) in [(10, soft), (1000, stiff)] {
        for rule in [Rule::First, Rule::Zeroth, Rule::Aobg] {
            let mut start = 0.0;
            let mut ends = Vec::new();
            for seed in 0..SEEDS {
                let mut options = Options::published(&task)?;
                options.estimate.seed = seed;
                options.estimate.rule = rule;
                let interrupt = Interrupt::default();
                let mut engine = ReferenceEngine::new("asked for", interrupt.clone());
                let engine = &mut engine;
                let found = solve(
                    engine,
                    &task,
                    &task.start(),
                    &options,
                    &interrupt,
                    &mut |_| (),
                )?;
                start = found.iterations[0].cost;
                ends.extend(found.iterations.last().map(|i| i.cost));
            }
            let n = ends.len() as f64;
            let mean = ends.iter().sum::<f64>() / n;
            let variance = ends.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
            let least = ends.iter().copied().fold(f64::INFINITY, f64::min);
            let largest = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            println!(
                "| {stiffness} | `{rule}` | {start:.2} | {mean:.2} ± {:.2} ({least:.1} … {largest:.1}) |",
                variance.sqrt()
            );
        }
    }
    Ok(())
}
