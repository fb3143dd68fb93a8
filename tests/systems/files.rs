//! Systems from files: what is written is read back as the same functions, and what is wrong is said in one sentence.

mod by_hand;
mod malformed;
mod mutations;
mod names;

use mollify::engine::gpu::{self, Reflection};
use mollify::engine::{Batch, Engine};
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::systems;
use std::sync::Arc;

/// A system that was never compiled.
const SPRING: &str = include_str!("../../examples/spring.json");

fn exported(name: &str) -> (Arc<Model>, String) {
    let model = systems::find(name).expect("a built-in task");
    let text = model.to_json().expect("a model has a text");
    (model, text)
}

fn read(text: &str) -> Result<Model, String> {
    Model::from_json(text, "a text").map_err(|e| e.to_string())
}

/// Panics with what the compiler of shaders says.
#[track_caller]
fn valid_shader(task: &Task) {
    if let Err(error) = Reflection::parse(task.name(), &gpu::source(task)) {
        panic!("{error}");
    }
}

/// The largest horizon shows no more than a short one.
fn short(model: &Arc<Model>) -> Task {
    let task = Task::new(model.clone());
    let horizon = task.horizon().min(10);
    task.with_horizon(horizon).expect("a horizon")
}

/// Everything that an engine tells of a task, number by number.
fn told(engine: &mut dyn Engine, task: &Task) -> Vec<f64> {
    let batch = Batch::new(64, 7);
    let theta: Vec<f64> = (task.start().iter().enumerate())
        .map(|(i, x)| x + 0.1 * (1.0 + i as f64).sin())
        .collect();
    let other: Vec<f64> = theta.iter().map(|x| 0.9 * x + 0.05).collect();
    let moments = engine.moments(task, &theta, &batch).expect("moments");
    let mut told = vec![
        moments.nominal,
        moments.deviation.mean,
        moments.deviation.variance(),
    ];
    for c in &moments.coordinates {
        let spreads = [c.first_order, c.zeroth_order];
        told.extend(spreads.iter().flat_map(|s| [s.mean, s.variance()]));
        told.push(c.cross);
    }
    let samples = engine.samples(task, &theta, &batch, 0..64);
    for sample in samples.expect("samples") {
        told.extend([sample.deviation, sample.baseline]);
        let lists = [sample.noise, sample.score, sample.first_order];
        told.extend(lists.into_iter().flatten());
        told.extend(sample.initial_state.iter().chain(&sample.parameters));
    }
    let both = [theta.clone(), other];
    let decreases = engine.decreases(task, &theta, &both, &batch);
    for d in decreases.expect("decreases") {
        told.extend([d.spread.mean, d.spread.variance()]);
    }
    let range = Batch::new(2, 7);
    told.extend(engine.costs(task, &theta, &both, &range).expect("costs"));
    told
}

/// In f32 to the bit, because the programs are the same; in f64 the compiler of Rust may order a sum in another way than the
/// graph.
#[track_caller]
fn agree(engine: &str, here: &[f64], there: &[f64]) {
    assert_eq!(here.len(), there.len());
    for (i, (a, b)) in here.iter().zip(there).enumerate() {
        let same = a.to_bits() == b.to_bits();
        let near = (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0);
        let fine = same || (engine == "reference" && near);
        assert!(fine, "{engine}, number {i}: {a:e}, but {b:e} from the file");
    }
}

#[test]
fn every_system_comes_back_with_the_same_text_shader_and_numbers() {
    for (name, _) in systems::ALL {
        let (model, text) = exported(name);
        let back = Arc::new(read(&text).unwrap_or_else(|e| panic!("{name}: {e}")));
        let again = back.to_json().expect("a text");
        assert!(again == text, "{name}: another text");
        let (here, there) = (short(&model), short(&back));
        let sources = [gpu::source(&here), gpu::source(&there)];
        assert!(sources[0] == sources[1], "{name}: another shader");
        let engines = crate::engines::all("files", &model);
        let others = crate::engines::all("files", &back);
        for (mut a, mut b) in engines.into_iter().zip(others) {
            let numbers = (told(&mut *a, &here), told(&mut *b, &there));
            agree(a.report().engine, &numbers.0, &numbers.1);
        }
    }
}
