//! A system from a file against the compiled one it was exported from, batch by batch in turn, within one process: what is
//! printed is the ratio of their times, 1 for the same speed.
//!
//!     cargo bench --bench files              201 turns of each task and engine
//!     cargo bench --bench files -- pushing   tasks with this in their name
//!
//! Both give the same bits, which is checked before they are timed. Whichever goes first in a turn goes second in the next
//! one.

use mollify::engine::cpu::CpuEngine;
use mollify::engine::gpu::{AdapterChoice, GpuEngine};
use mollify::engine::{Batch, Engine, Interrupt};
use mollify::system::model::Model;
use mollify::system::task::Task;
use std::sync::Arc;
use std::time::Instant;

/// The tasks and their K, for batches of some milliseconds.
const TASKS: [(&str, u64); 4] = [
    ("pushing", 4096),
    ("tennis", 1024),
    ("ball-wall", 65_536),
    ("lqr-20", 1024),
];
const TURNS: usize = 201;
const MEMORY: u64 = 1 << 28;

fn cpu(_: &Arc<Model>) -> mollify::Result<Box<dyn Engine>> {
    let interrupt = Interrupt::default();
    Ok(Box::new(CpuEngine::new("a benchmark", MEMORY, interrupt)))
}

fn gpu(model: &Arc<Model>) -> mollify::Result<Box<dyn Engine>> {
    let (choice, interrupt) = (AdapterChoice::Any, Interrupt::default());
    let engine = GpuEngine::open(&choice, model, MEMORY, "a benchmark", interrupt)?;
    Ok(Box::new(engine))
}

/// A task with the engine that has its kernels.
struct Side {
    task: Task,
    engine: Box<dyn Engine>,
}

impl Side {
    /// Seconds of one batch.
    fn time(&mut self, samples: u64, turn: usize) -> f64 {
        let (theta, batch) = (self.task.start(), Batch::new(samples, turn as u64));
        let begun = Instant::now();
        let moments = self.engine.moments(&self.task, &theta, &batch);
        let seconds = begun.elapsed().as_secs_f64();
        assert_eq!(moments.expect("it runs").samples(), samples);
        seconds
    }

    fn bits(&mut self, samples: u64) -> String {
        let theta = self.task.start();
        let moments = self
            .engine
            .moments(&self.task, &theta, &Batch::new(samples, 1));
        format!("{:?}", moments.expect("it runs"))
    }
}

/// The value below which this share of the sorted values lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// Times from the file over times compiled, sorted.
fn ratios(sides: &mut [Side; 2], samples: u64, turns: usize) -> Vec<f64> {
    let mut found = Vec::with_capacity(turns);
    for turn in 0..turns {
        let mut seconds = [0.0; 2];
        for i in 0..2 {
            let side = (turn + i) % 2;
            seconds[side] = sides[side].time(samples, turn);
        }
        found.push(seconds[1] / seconds[0]);
    }
    found.sort_by(f64::total_cmp);
    found
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let only_test = arguments.iter().any(|a| a == "--test");
    let wanted = arguments.iter().find(|a| !a.starts_with("--"));
    for (name, samples) in TASKS {
        if wanted.is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let compiled = mollify::systems::find(name).expect("a built-in task");
        let text = compiled.to_json().expect("a text");
        let read = Arc::new(Model::from_json(&text, name).expect("its own text"));
        for open in [cpu, gpu] {
            let side = |model: &Arc<Model>| {
                let task = Task::new(model.clone());
                open(model).map(|engine| Side { task, engine })
            };
            let mut sides = match (side(&compiled), side(&read)) {
                (Ok(compiled), Ok(read)) => [compiled, read],
                (Err(error), _) | (_, Err(error)) => {
                    eprintln!("SKIPPED benchmark of {name}: {error}");
                    continue;
                }
            };
            let (samples, turns) = if only_test {
                (256, 1)
            } else {
                (samples, TURNS)
            };
            let [a, b] = [0, 1].map(|i| sides[i].bits(samples));
            assert!(a == b, "{name}: other bits from the file");
            let found = ratios(&mut sides, samples, turns);
            let [low, median, high] = [0.25, 0.5, 0.75].map(|share| quantile(&found, share));
            let engine = sides[0].engine.report().engine;
            println!(
                "{name} {engine} K={samples}: {median:.3} ({low:.3} to {high:.3}, {turns} turns)"
            );
        }
    }
}
