//! A stop while the rule `ivw-h` weighs the controls of a feedback policy.

use super::control_weights::settings;
use super::controls::lqr;
use super::theta;
use mollify::engine::moments::Moments;
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::{
    Batch, Decrease, Engine, EngineReport, Interrupt, Parts, Precision, Sample, Tree, Wanted,
    WorkPlan,
};
use mollify::estimate::alpha::Reason;
use mollify::estimate::{estimate, estimate_so_far};
use mollify::system::task::Task;
use std::ops::Range;

/// Asks to stop once its second batch is done, that of the zeroth order.
struct StopsAfterTwo {
    engine: ReferenceEngine,
    interrupt: Interrupt,
    batches: u32,
}

impl Engine for StopsAfterTwo {
    fn report(&self) -> &EngineReport {
        self.engine.report()
    }

    fn precision(&self) -> Precision {
        Engine::precision(&self.engine)
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn plan(&self, task: &Task, batch: &Batch) -> mollify::Result<WorkPlan> {
        self.engine.plan(task, batch)
    }

    fn parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        deviations: Option<&Moments>,
    ) -> mollify::Result<Parts> {
        let parts = self.engine.parts(task, theta, batch, deviations);
        self.batches += 1;
        if self.batches == 2 {
            self.interrupt.set();
        }
        parts
    }

    fn deviations(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> mollify::Result<Parts> {
        self.engine.deviations(task, theta, batch)
    }

    fn decrease_parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> mollify::Result<Vec<Tree<Decrease>>> {
        self.engine.decrease_parts(task, theta, candidates, batch)
    }

    fn costs(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> mollify::Result<Vec<f64>> {
        self.engine.costs(task, center, thetas, batch)
    }

    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> mollify::Result<Vec<Sample>> {
        self.engine.samples(task, theta, batch, range)
    }
}

#[test]
fn a_stop_before_the_weights_are_known_leaves_the_zeroth_order() {
    let task = lqr("lqr-2", 4);
    let theta = theta(&task);
    let settings = settings(100, 0);
    let engine = || {
        let interrupt = Interrupt::default();
        interrupt.keep_partial();
        StopsAfterTwo {
            engine: ReferenceEngine::new("a test", interrupt.clone()),
            interrupt,
            batches: 0,
        }
    };
    let mixed = estimate_so_far(&mut engine(), &task, &theta, &settings, 0, Wanted::Both);
    let mixed = mixed.expect("both orders");
    // Each sample has a start of its own, and a baseline.
    assert_eq!(
        (mixed.complete, mixed.samples, mixed.rollouts),
        (false, 200, 400)
    );
    assert_eq!(
        (mixed.choice.alpha, mixed.choice.reason),
        (0.0, Reason::Stopped)
    );
    assert_eq!(mixed.gradient, mixed.zeroth_order.gradient);
    let variance = mixed.zeroth_order.variance / 100.0;
    assert!((mixed.variance_of_gradient / variance - 1.0).abs() < 1e-12);
    let error = estimate(&mut engine(), &task, &theta, &settings, 0, Wanted::Both);
    assert!(
        matches!(error, Err(mollify::Error::Interrupted)),
        "{error:?}"
    );
}
