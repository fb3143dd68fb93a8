//! What is done when a device fails: each fault has one remedy, the result keeps its bits, and a second fault is an error.

use std::sync::{Arc, Mutex};

use crate::engines::{MIB, batch, gpu_or_skip};
use mollify::Error;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::fallback::WithFallback;
use mollify::engine::gpu::{Fault, GpuEngine};
use mollify::engine::moments::Moments;
use mollify::engine::{Batch, Engine, Interrupt, Wanted};
use mollify::system::task::Task;

const SAMPLES: u64 = 9001;

fn pushing() -> Task {
    let task = Task::find("pushing").and_then(|t| t.with_horizon(121));
    task.expect("pushing")
}

fn moments(engine: &mut dyn Engine, task: &Task) -> Result<Moments, Error> {
    engine.moments(task, &task.start(), &batch(SAMPLES, 4))
}

/// An engine, the moments that it should find, and how many chunks it takes for them.
fn engine(test: &str, task: &Task) -> Option<(GpuEngine, Moments)> {
    let mut engine = gpu_or_skip(test, task.model(), 8 * MIB)?;
    let expected = moments(&mut engine, task).expect("moments");
    Some((engine, expected))
}

#[test]
fn device_that_is_lost_once_is_opened_again_and_no_bit_changes() {
    let test = "device_that_is_lost_once_is_opened_again_and_no_bit_changes";
    let task = pushing();
    // At the first submission, and in the middle.
    for after in [0, 2] {
        let Some((mut engine, expected)) = engine(test, &task) else {
            return;
        };
        engine.inject(Fault::DeviceLost, after, 1);
        let found = moments(&mut engine, &task).expect("the device is opened again");
        assert_eq!(found, expected, "after {after} submissions");
        // The new device works on.
        assert_eq!(moments(&mut engine, &task).expect("moments"), expected);
        let theta = task.start();
        let candidates = [theta.iter().map(|t| t + 0.01).collect()];
        let b = batch(3000, 1);
        let fine = engine
            .decreases(&task, &theta, &candidates, &b)
            .expect("decreases");
        engine.inject(Fault::DeviceLost, 1, 1);
        let again = engine
            .decreases(&task, &theta, &candidates, &b)
            .expect("decreases");
        assert_eq!(again, fine);
    }
}

#[test]
fn memory_that_runs_out_once_halves_the_chunk_and_no_bit_changes() {
    let test = "memory_that_runs_out_once_halves_the_chunk_and_no_bit_changes";
    let task = pushing();
    let Some((_, expected)) = engine(test, &task) else {
        return;
    };
    for after in [0, 5, 17] {
        let mut engine = gpu_or_skip(test, task.model(), 64 * MIB).expect("an adapter");
        // So that there is more than one block to halve.
        let warm = Batch {
            samples: 8192,
            ..batch(SAMPLES, 9)
        };
        engine
            .moments(&task, &task.start(), &warm)
            .expect("moments");
        engine.inject(Fault::OutOfMemory, after, 1);
        let found = moments(&mut engine, &task).expect("smaller chunks fit");
        assert_eq!(found, expected, "after {after} allocations");
    }
}

#[test]
fn fault_that_stays_is_an_error_of_its_own() {
    let test = "fault_that_stays_is_an_error_of_its_own";
    let task = pushing();
    let Some((mut engine, expected)) = engine(test, &task) else {
        return;
    };
    engine.inject(Fault::OutOfMemory, 0, u64::MAX);
    // The workspace that is there serves; another task size needs a new one.
    let other = Batch {
        samples: 64,
        ..batch(SAMPLES, 4)
    };
    let error = engine
        .moments(&task, &task.start(), &other)
        .expect_err("no memory");
    assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
    // Nothing is lost: with memory, it goes on.
    engine.inject(Fault::OutOfMemory, 0, 0);
    assert_eq!(moments(&mut engine, &task).expect("moments"), expected);
}

#[test]
fn another_engine_takes_over_if_it_was_asked_for() {
    let test = "another_engine_takes_over_if_it_was_asked_for";
    let task = pushing();
    let Some(gpu) = gpu_or_skip(test, task.model(), 8 * MIB) else {
        return;
    };
    gpu.inject(Fault::OutOfMemory, 3, u64::MAX);
    let said = Arc::new(Mutex::new(Vec::new()));
    let listener = said.clone();
    let open = |reason: &str| -> mollify::Result<Box<dyn Engine>> {
        Ok(Box::new(CpuEngine::new(
            reason,
            64 * MIB,
            Interrupt::default(),
        )))
    };
    let mut engine = WithFallback::new(Box::new(gpu), Box::new(open), move |sentence: &str| {
        let mut heard = listener.lock().expect("no other thread");
        heard.push(sentence.to_string());
    });
    assert_eq!(engine.report().engine, "gpu");
    let found = moments(&mut engine, &task).expect("the cpu takes over");
    let mut cpu = CpuEngine::new("a test", 64 * MIB, Interrupt::default());
    assert_eq!(found, moments(&mut cpu, &task).expect("moments"));
    assert_eq!(engine.report().engine, "cpu");
    assert!(
        engine.report().reason.contains("memory"),
        "{:?}",
        engine.report()
    );
    let said = said.lock().expect("no other thread");
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn bad_input_is_not_passed_to_the_engine_that_could_take_over() {
    let test = "bad_input_is_not_passed_to_the_engine_that_could_take_over";
    let task = pushing();
    let Some(gpu) = gpu_or_skip(test, task.model(), 8 * MIB) else {
        return;
    };
    let open = |_: &str| -> mollify::Result<Box<dyn Engine>> { panic!("bad input is no fault") };
    let mut engine = WithFallback::new(Box::new(gpu), Box::new(open), |_| {});
    let error = engine.moments(&task, &[0.0; 3], &batch(10, 0));
    assert!(error.is_err());
}

/// A stop keeps what is done if that was asked for, and is an error otherwise.
#[test]
fn stop_keeps_the_samples_that_are_done() {
    // The last two are cut into pieces by their memory and by their steps.
    let long = Task::find("pushing").and_then(|t| t.with_horizon(3000));
    for task in [
        pushing(),
        Task::find("heaviside").expect("heaviside"),
        long.expect("pushing"),
    ] {
        stop_keeps_the_first_samples(&task);
    }
}

fn stop_keeps_the_first_samples(task: &Task) {
    let interrupt = Interrupt::default();
    let mut engine = CpuEngine::new("a test", 64 * MIB, interrupt.clone());
    let many = Batch {
        samples: 4_000_000_000,
        wanted: Wanted::Both,
        ..batch(1, 4)
    };
    for keeps in [false, true] {
        if keeps {
            interrupt.keep_partial();
        }
        interrupt.clear();
        let (stopper, before) = (interrupt.clone(), interrupt.done());
        let stop = std::thread::spawn(move || {
            while stopper.done() < before + 10_000 {
                std::thread::yield_now();
            }
            stopper.set();
        });
        let outcome = engine.moments(task, &task.start(), &many);
        stop.join().expect("the stopper ends");
        let done = interrupt.done() - before;
        assert!((10_000..many.samples).contains(&done), "{done}");
        match (keeps, outcome) {
            (false, Err(Error::Interrupted)) => {}
            (true, Ok(part)) => {
                assert_eq!(part.count(), done);
                interrupt.clear();
                let fewer = Batch {
                    samples: done,
                    ..many
                };
                let whole = engine
                    .moments(task, &task.start(), &fewer)
                    .expect("moments");
                assert_eq!(part, whole, "{}: the first {done} samples", task.name());
            }
            (_, other) => panic!("{other:?}"),
        }
    }
}
