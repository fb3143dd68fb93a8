//! The GPU engine: a device, the kernels of a model, and the workspace of the chunk in flight.
//!
//! Kernels are compiled once for each model and [`Variant`] that the tasks ask for.

use super::adapter::AdapterChoice;
use super::device::{Device, Fault};
use super::layout::{Layout, Planner};
use super::program::Program;
use super::source::Variant;
use super::workspace::Workspace;
use crate::engine::interrupt::Interrupt;
use crate::engine::report::EngineReport;
use crate::error::Result;
use crate::system::model::Model;
use crate::system::task::Task;
use std::sync::Arc;

/// Sample-steps of the first submission, before anything is known of the adapter's speed.
const FIRST_SUBMISSION_STEPS: u64 = 1 << 19;

/// See the module.
pub struct GpuEngine {
    choice: AdapterChoice,
    pub(super) device: Device,
    /// That of the latest task, and its digest.
    model: (Arc<Model>, u64),
    /// The digest of the model of the program in use.
    in_use: u64,
    /// Every program compiled so far, with the digest of its model.
    programs: Vec<(u64, Arc<Program>)>,
    /// The one in use.
    pub(super) program: Arc<Program>,
    pub(super) memory: u64,
    pub(super) report: EngineReport,
    pub(super) interrupt: Interrupt,
    pub(super) workspace: Option<Workspace>,
    /// Samples times steps of a submission that takes about [`LONGEST_SUBMISSION`].
    pub(super) submission_steps: u64,
}

impl std::fmt::Debug for GpuEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GpuEngine")
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

impl GpuEngine {
    /// Opens an adapter and compiles the kernels of `model`. `memory` bounds the bytes it may allocate.
    pub fn open(
        choice: &AdapterChoice,
        model: &Arc<Model>,
        memory: u64,
        reason: &str,
        interrupt: Interrupt,
    ) -> Result<Self> {
        let device = Device::open(choice)?;
        let variant = Variant::of(&Task::new(model.clone()));
        let program = Arc::new(Program::new(&device, model, variant)?);
        let adapter = device.report();
        let digest = model.digest()?;
        Ok(Self {
            report: EngineReport {
                engine: "gpu",
                adapter: Some(adapter.name.clone()),
                driver: Some(format!("{} {}", adapter.driver, adapter.driver_info)),
                reason: reason.into(),
                compile_seconds: Some(program.compile_seconds),
            },
            choice: choice.clone(),
            model: (model.clone(), digest),
            in_use: digest,
            programs: vec![(digest, program.clone())],
            program,
            memory,
            interrupt,
            workspace: None,
            submission_steps: FIRST_SUBMISSION_STEPS,
            device,
        })
    }

    /// See [`Device::inject`]. The fault is gone with the device that it was injected into.
    pub fn inject(&self, fault: Fault, after: u64, times: u64) {
        self.device.inject(fault, after, times);
    }

    /// Seconds that compiling shaders has taken so far; no timing of a run includes them.
    pub fn compile_seconds(&self) -> f64 {
        self.report.compile_seconds.unwrap_or(0.0)
    }

    /// Takes the program of a task, which is compiled if it is new.
    pub(super) fn select(&mut self, task: &Task, variant: Variant) -> Result<()> {
        if !Arc::ptr_eq(&self.model.0, task.model()) {
            self.model = (task.model().clone(), task.model().digest()?);
        }
        let digest = self.model.1;
        if self.in_use == digest && self.program.variant == variant {
            return Ok(());
        }
        self.workspace = None;
        let mut known = self.programs.iter();
        let known = known.find(|(of, p)| *of == digest && p.variant == variant);
        self.program = match known {
            Some((_, program)) => program.clone(),
            None => Arc::new(Program::new(&self.device, &self.model.0, variant)?),
        };
        self.in_use = digest;
        if known.is_none() {
            self.add_program();
        }
        Ok(())
    }

    /// Keeps the program in use, and counts the time it took.
    fn add_program(&mut self) {
        self.programs.push((self.model.1, self.program.clone()));
        let seconds = self.report.compile_seconds.unwrap_or(0.0);
        self.report.compile_seconds = Some(seconds + self.program.compile_seconds);
    }

    /// Opens the adapter again after its device was lost, with the program in use.
    pub(super) fn reopen(&mut self) -> Result<()> {
        self.workspace = None;
        let variant = self.program.variant.clone();
        self.programs.clear();
        self.device = Device::open(&self.choice)?;
        self.program = Arc::new(Program::new(&self.device, &self.model.0, variant)?);
        self.add_program();
        Ok(())
    }

    pub(super) fn planner<'a>(&'a self, task: &'a Task) -> Planner<'a> {
        Planner {
            task,
            sizes: &self.program.sizes,
            reader: &self.program.reader,
            device: &self.device,
            memory: self.memory,
        }
    }

    /// The workspace for chunks of up to `samples`; the one there is kept if it fits exactly.
    pub(super) fn prepare(&mut self, task: &Task, layout: &Layout, samples: u64) -> Result<()> {
        let bytes = self.planner(task).bytes(layout, samples);
        let serves = |w: &Workspace| w.serves(layout, bytes, samples);
        if !self.workspace.as_ref().is_some_and(serves) {
            // The old buffers go first, or both would be allocated at once.
            self.workspace = None;
            self.workspace = Some(Workspace::new(
                &self.device,
                &self.program.module,
                task,
                layout,
                bytes,
                samples,
            )?);
        }
        Ok(())
    }

    pub(super) fn forget_workspace(&mut self) {
        self.workspace = None;
    }

    pub(super) fn workspace(&self) -> &Workspace {
        self.workspace
            .as_ref()
            .expect("prepare was called before the workspace is used")
    }
}
