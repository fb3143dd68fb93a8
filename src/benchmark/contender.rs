//! The engines that take turns.

use super::document::{Deviation, Opened, Row};
use super::settings::Settings;
use crate::engine::cpu::CpuEngine;
use crate::engine::gpu::GpuEngine;
use crate::engine::kind::Kind;
use crate::engine::reference::ReferenceEngine;
use crate::engine::{Engine, Interrupt};
use crate::error::{Error, Result};
use crate::system::task::Task;
use std::fmt;
use std::time::Instant;

/// What happens, for whoever watches.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The GPU is left out, and why.
    WithoutGpu(&'a Error),
    /// A task and K has been measured.
    Measured(&'a [Row]),
}

enum Any {
    Gpu(Box<GpuEngine>),
    Other(Box<dyn Engine>),
}

/// An engine, opened for one task.
pub struct Contender {
    /// Which.
    pub kind: Kind,
    open_seconds: f64,
    engine: Any,
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contender")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

const REASON: &str = "to be timed";

impl Contender {
    /// Opens an engine for the model of `task`.
    pub fn open(
        kind: Kind,
        task: &Task,
        settings: &Settings,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let (memory, stop, started) = (settings.memory, interrupt.clone(), Instant::now());
        let engine = match kind {
            Kind::Gpu => {
                let adapter = &settings.adapter;
                let gpu = GpuEngine::open(adapter, task.model(), memory, REASON, stop)?;
                Any::Gpu(Box::new(gpu))
            }
            Kind::Cpu => Any::Other(Box::new(CpuEngine::new(REASON, memory, stop))),
            Kind::Reference => Any::Other(Box::new(ReferenceEngine::new(REASON, stop))),
        };
        Ok(Self {
            kind,
            open_seconds: started.elapsed().as_secs_f64(),
            engine,
        })
    }

    /// The engine itself.
    pub fn engine(&mut self) -> &mut dyn Engine {
        match &mut self.engine {
            Any::Gpu(gpu) => &mut **gpu,
            Any::Other(other) => &mut **other,
        }
    }

    pub(super) fn opened(&mut self, task: &Task, check: Vec<Deviation>) -> Opened {
        let report = self.engine().report().clone();
        Opened {
            task: task.name().into(),
            engine: report.engine.into(),
            adapter: report.adapter,
            driver: report.driver,
            open_seconds: self.open_seconds,
            compile_seconds: match &self.engine {
                Any::Gpu(gpu) => Some(gpu.compile_seconds()),
                Any::Other(_) => None,
            },
            check,
        }
    }
}

/// All that were asked for; the GPU may be missing where it is optional.
pub(super) fn open_all(
    task: &Task,
    settings: &Settings,
    interrupt: &Interrupt,
    watch: &mut impl FnMut(Progress<'_>),
) -> Result<Vec<Contender>> {
    let mut contenders = Vec::new();
    for kind in &settings.engines {
        match Contender::open(*kind, task, settings, interrupt) {
            Ok(contender) => contenders.push(contender),
            Err(error @ Error::NoAdapter { .. }) if settings.gpu_is_optional => {
                watch(Progress::WithoutGpu(&error));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(contenders)
}
