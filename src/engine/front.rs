//! From a [`Backend`] to an [`Engine`]: the checks, the noise-free rollout and the baseline, once for all of them.

use crate::engine::Engine;
use crate::engine::backend::{Backend, Precision};
use crate::engine::batch::{Baseline, Batch};
use crate::engine::check::{Call, check, check_sigma_in_f32};
use crate::engine::interrupt::Interrupt;
use crate::engine::moments::{Decrease, Moments};
use crate::engine::nominal::{Nominal, finite_nominal};
use crate::engine::parts::{Common, Parts};
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::Tree;
use crate::engine::work::Work;
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::ops::Range;

impl<B: Backend> Engine for B {
    fn report(&self) -> &EngineReport {
        Backend::report(self)
    }

    fn precision(&self) -> Precision {
        Backend::precision(self)
    }

    fn interrupt(&self) -> &Interrupt {
        Backend::interrupt(self)
    }

    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        batch.check()?;
        Backend::plan(self, task, batch)
    }

    fn deviations(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Parts> {
        let nominal = noise_free(self, task, theta, batch, Call::Moments)?;
        deviations(self, task, theta, batch, &nominal)
    }

    fn parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        known: Option<&Moments>,
    ) -> Result<Parts> {
        let nominal = noise_free(self, task, theta, batch, Call::Moments)?;
        let baseline = match (batch.baseline, known) {
            (Baseline::LeaveOneOut, None) => {
                let whole = batch.whole();
                let all = deviations(self, task, theta, &whole, &nominal)?.finish()?;
                batch.baseline(nominal.cost, &all)
            }
            (Baseline::LeaveOneOut, Some(all)) => {
                check_whole(all, batch)?;
                batch.baseline(nominal.cost, all)
            }
            _ => batch.baseline(nominal.cost, &Moments::empty(nominal.cost, 0)),
        };
        let work = Work {
            task,
            batch,
            thetas: &[theta],
            nominal: &nominal,
            baseline: baseline.0,
        };
        let common = Common {
            task: task.name().into(),
            batch: batch.whole(),
            nominal: nominal.cost,
            dimension: task.dimension(),
            baseline,
            precision: Backend::precision(self),
        };
        let tree = unless_empty(batch, || Backend::moments(self, &work))?;
        Ok(Parts::new(common, tree))
    }

    fn decrease_parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Tree<Decrease>>> {
        let nominal = noise_free(self, task, theta, batch, Call::Decreases(candidates))?;
        let candidates = candidates.iter().map(Vec::as_slice);
        let thetas: Vec<&[f64]> = std::iter::once(theta).chain(candidates).collect();
        if thetas.len() == 1 || batch.range().is_empty() {
            return Ok(vec![Tree::default(); thetas.len() - 1]);
        }
        let work = Work {
            task,
            batch,
            thetas: &thetas,
            nominal: &nominal,
            baseline: 0.0,
        };
        Backend::decreases(self, &work)
    }

    fn costs(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<f64>> {
        let nominal = noise_free(self, task, center, batch, Call::Costs(thetas))?;
        let work = Work {
            task,
            batch,
            thetas: &[center],
            nominal: &nominal,
            baseline: 0.0,
        };
        unless_empty(batch, || Backend::costs(self, &work, thetas))
    }

    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        let nominal = noise_free(self, task, theta, batch, Call::Samples(&range))?;
        let work = Work {
            task,
            batch,
            thetas: &[theta],
            nominal: &nominal,
            baseline: 0.0,
        };
        Backend::samples(self, &work, range)
    }
}

/// The noise-free rollout of theta, if the call can be answered. Only statistics are refused where σ is lost in f32: costs draw
/// no noise, and samples are there to be looked at.
pub(super) fn noise_free(
    backend: &impl Backend,
    task: &Task,
    theta: &[f64],
    batch: &Batch,
    call: Call<'_>,
) -> Result<Nominal> {
    check(task, theta, batch, call)?;
    let draws = matches!(call, Call::Moments | Call::Decreases(_));
    if draws && Backend::precision(backend) == Precision::F32 {
        check_sigma_in_f32(task, &[theta])?;
    }
    finite_nominal(task, theta)
}

fn deviations(
    backend: &mut impl Backend,
    task: &Task,
    theta: &[f64],
    batch: &Batch,
    nominal: &Nominal,
) -> Result<Parts> {
    let work = Work {
        task,
        batch,
        thetas: &[theta],
        nominal,
        baseline: 0.0,
    };
    let common = Common {
        task: task.name().into(),
        batch: batch.whole(),
        nominal: nominal.cost,
        dimension: 0,
        baseline: (0.0, 1.0),
        precision: Backend::precision(backend),
    };
    let tree = unless_empty(batch, || backend.deviations(&work))?;
    Ok(Parts::new(common, tree))
}

/// A part may be empty, which is nothing to a backend.
fn unless_empty<T: Default>(batch: &Batch, call: impl FnOnce() -> Result<T>) -> Result<T> {
    match batch.range().is_empty() {
        true => Ok(T::default()),
        false => call(),
    }
}

/// Leave-one-out is about the mean of the whole batch, whatever part is asked for.
fn check_whole(deviations: &Moments, batch: &Batch) -> Result<()> {
    if deviations.samples() == batch.samples {
        return Ok(());
    }
    let expected = format!("{}, those of the whole batch", batch.samples);
    let what = "the number of deviations";
    Err(Error::invalid(what, deviations.samples(), &expected))
}
