//! What f32 cannot hold is an error, not a wrong number.

use crate::engines::{MIB, batch, gpu_or_skip, task};
use mollify::Error;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::{Engine, Interrupt};
use mollify::system::task::Task;

/// The engines that compute in f32.
fn f32_engines(task: &Task) -> Vec<Box<dyn Engine>> {
    let cpu = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let mut engines: Vec<Box<dyn Engine>> = vec![Box::new(cpu)];
    if let Some(gpu) = gpu_or_skip("range_of_f32", task.model(), 256 * MIB) {
        engines.push(Box::new(gpu));
    }
    engines
}

#[test]
fn statistics_beyond_f32_are_refused_and_the_reference_has_them() {
    for size in [1e25, 1e-25] {
        let parameters = [("curvature", size), ("coupling", size), ("slope", size)];
        let task = task("quadratic", 5, 1.0, &parameters);
        let batch = batch(1000, 0);
        for engine in &mut f32_engines(&task) {
            let found = engine.moments(&task, &task.start(), &batch);
            assert!(
                matches!(found, Err(Error::OutOfRange { .. })),
                "{size}: {found:?}"
            );
        }
        let mut reference = ReferenceEngine::new("asked for", Interrupt::default());
        let found = reference
            .moments(&task, &task.start(), &batch)
            .expect("f64");
        let exact = task
            .model()
            .closed_form(task.parameters(), &task.start(), 1.0, found.nominal)
            .and_then(|form| form.first_order_variance)
            .expect("closed form");
        let variance: f64 = found
            .coordinates
            .iter()
            .map(|c| c.first_order.variance())
            .sum();
        // 1000 samples know a variance to about 5 %.
        assert!((variance / exact - 1.0).abs() < 0.2, "{variance} {exact}");
    }
}

#[test]
fn noise_that_f32_loses_beside_theta_is_refused() {
    let task = task("pushing", 10, 1e-9, &[]);
    for engine in &mut f32_engines(&task) {
        let found = engine.moments(&task, &task.start(), &batch(100, 0));
        assert!(
            matches!(found, Err(Error::SigmaTooSmall { .. })),
            "{found:?}"
        );
        let candidates = [task.start()];
        let found = engine.decreases(&task, &task.start(), &candidates, &batch(100, 0));
        assert!(
            matches!(found, Err(Error::SigmaTooSmall { .. })),
            "{found:?}"
        );
    }
    let mut reference = ReferenceEngine::new("asked for", Interrupt::default());
    assert!(
        reference
            .moments(&task, &task.start(), &batch(100, 0))
            .is_ok()
    );
}

#[test]
fn a_single_sample_has_no_variance() {
    let task = task("relu", 1, 0.1, &[]);
    let batch = batch(1, 0);
    for engine in &mut f32_engines(&task) {
        let found = engine
            .moments(&task, &task.start(), &batch)
            .expect("one sample");
        assert!(found.coordinates[0].first_order.variance().is_nan());
        assert!(found.value_std_error().is_nan());
        let candidates = [vec![-0.5]];
        let found = engine
            .decreases(&task, &task.start(), &candidates, &batch)
            .expect("runs");
        assert!(found[0].std_error().is_nan());
    }
}
