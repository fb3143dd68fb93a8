//! Tasks that exist with several contact models: every model gives the same on every engine.

use crate::engines::{MIB, gpu_or_skip, is_long};
use mollify::check;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Engine, Interrupt, gpu};
use mollify::system::task::Task;
use mollify::systems;

/// Samples where trajectories are long: the reference takes its time for hundreds of steps of a contact geometry.
const SAMPLES: u64 = 32;

/// Verifies every contact model of every task that has a choice, on the engine that `open` opens. The default models are among
/// all tasks elsewhere.
fn verify(open: impl Fn(&Task) -> Option<Box<dyn Engine>>) {
    for (name, models) in systems::CONTACTS {
        let default = Task::find(name).expect(name);
        let default = default.model().about().contact.clone();
        let others = models
            .iter()
            .filter(|(contact, _)| default.as_deref() != Some(contact));
        for (contact, _) in others {
            let task = Task::find_with(name, Some(contact)).expect(contact);
            let Some(mut engine) = open(&task) else {
                return;
            };
            let samples = if is_long(&task) { SAMPLES } else { 1024 };
            let report = check::verify(&mut *engine, &task, samples, 0);
            let report = report.expect(contact);
            let broken: Vec<_> = report.rows.iter().filter(|row| !row.holds).collect();
            assert!(
                report.holds,
                "{name} {contact}: {broken:#?} {:?}",
                report.advice
            );
            assert_eq!(report.contact.as_deref(), Some(*contact));
            let excused = report.excused;
            let is_soft = contact.ends_with("soft");
            assert!(
                !is_soft || excused == 0,
                "{name} {contact}: {excused} excused"
            );
            // What takes 0.7 s to compile on a software GPU; seconds would depend on what else the machine does.
            let lines = gpu::source(&task).lines().count();
            assert!(lines < 8000, "{name} {contact}: {lines} lines of shaders");
        }
    }
}

#[test]
fn every_contact_model_is_verified_on_the_cpu() {
    verify(|_| {
        let cpu = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
        Some(Box::new(cpu))
    });
}

#[test]
fn every_contact_model_is_verified_on_the_gpu() {
    let test = "every_contact_model_is_verified_on_the_gpu";
    verify(|task| {
        gpu_or_skip(test, task.model(), 64 * MIB).map(|gpu| Box::new(gpu) as Box<dyn Engine>)
    });
}
