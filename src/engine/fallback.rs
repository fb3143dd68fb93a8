//! An engine that another one takes over from when it fails for good.

use crate::engine::Engine;
use crate::engine::backend::Precision;
use crate::engine::batch::Batch;
use crate::engine::interrupt::Interrupt;
use crate::engine::moments::{Decrease, Moments};
use crate::engine::parts::Parts;
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::Tree;
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::ops::Range;

/// Opens the engine that takes over; it is told why.
pub type Successor = Box<dyn FnOnce(&str) -> Result<Box<dyn Engine>> + Send>;

/// An engine and the one that takes over from it after a failure of the device: memory, loss, or a limit. The call that
/// failed is done again from its beginning, and all later ones go to the successor.
///
/// Engines draw the same noise, so that results go on from where they were, but they round differently: a result is
/// bit-identical to that of either engine only until or from the failure on.
pub struct WithFallback {
    engine: Box<dyn Engine>,
    successor: Option<Successor>,
    /// Told when the successor takes over, and why.
    notice: Box<dyn Fn(&str) + Send>,
}

impl WithFallback {
    /// `notice` is called once, with a sentence, when `successor` takes over.
    pub fn new(
        engine: Box<dyn Engine>,
        successor: Successor,
        notice: impl Fn(&str) + Send + 'static,
    ) -> Self {
        Self {
            engine,
            successor: Some(successor),
            notice: Box::new(notice),
        }
    }

    fn attempt<T>(&mut self, call: impl Fn(&mut dyn Engine) -> Result<T>) -> Result<T> {
        let error = match call(&mut *self.engine) {
            Err(error) if is_of_the_device(&error) => error,
            outcome => return outcome,
        };
        let Some(successor) = self.successor.take() else {
            return Err(error);
        };
        let reason = format!("took over after a failure of the GPU: {error}");
        self.engine = successor(&reason)?;
        (self.notice)(&format!("engine {}: {reason}", self.engine.report().engine));
        call(&mut *self.engine)
    }
}

/// Whether another engine may do better: not with input that is wrong, or samples that are not finite.
fn is_of_the_device(error: &Error) -> bool {
    matches!(
        error,
        Error::Adapter { .. }
            | Error::AdapterLimit { .. }
            | Error::DeviceLimit { .. }
            | Error::DeviceLost { .. }
            | Error::OutOfMemory { .. }
    )
}

impl Engine for WithFallback {
    fn report(&self) -> &EngineReport {
        self.engine.report()
    }

    fn precision(&self) -> Precision {
        self.engine.precision()
    }

    fn interrupt(&self) -> &Interrupt {
        self.engine.interrupt()
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        self.engine.plan(task, batch)
    }

    fn parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        deviations: Option<&Moments>,
    ) -> Result<Parts> {
        self.attempt(|engine| engine.parts(task, theta, batch, deviations))
    }

    fn deviations(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Parts> {
        self.attempt(|engine| engine.deviations(task, theta, batch))
    }

    fn decrease_parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Tree<Decrease>>> {
        self.attempt(|engine| engine.decrease_parts(task, theta, candidates, batch))
    }

    fn costs(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<f64>> {
        self.attempt(|engine| engine.costs(task, center, thetas, batch))
    }

    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        self.attempt(|engine| engine.samples(task, theta, batch, range.clone()))
    }
}
