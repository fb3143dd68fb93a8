//! An engine behind its Python object: kept between calls, with its device and its kernels.

mod control;
mod descend;
mod estimate;
mod landscape;
mod linearize;
mod plan;
mod rollout;
mod sweep;
mod verify;

use crate::carrier::{Failed, Held, PyCarrier};
use crate::failure;
use crate::task::PyTask;
use crate::work::{self, Threads};
use bytesize::ByteSize;
use mollify::engine::EngineReport;
use mollify::engine::distributed::{Distributed, answer};
use mollify::engine::kind::Kind;
use mollify::engine::open::{Choice, MEMORY};
use mollify::error::Named;
use mollify::system::Model;
use mollify::{Engine, Interrupt, Task};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// An engine that was opened, and by which process.
struct Opened {
    process: u32,
    engine: Held,
}

/// What computes.
#[pyclass(frozen, module = "mollify._mollify", name = "Engine")]
pub struct PyEngine {
    choice: Choice,
    threads: usize,
    /// Who takes batches to workers, and into how many parts each is cut.
    workers: Option<(Py<PyAny>, u64)>,
    /// Why they failed, if they did.
    failed: Failed,
    interrupt: Interrupt,
    slot: Mutex<Slot>,
    /// Told when a call has ended.
    ended: Condvar,
}

/// Where the engine is between calls. A call takes it out: a lock that it held meanwhile might be waited for by the thread
/// that has it, which takes on other work while it waits for the rest of its own.
#[derive(Default)]
struct Slot {
    is_busy: bool,
    opened: Option<Opened>,
    /// Of the last call.
    report: Option<EngineReport>,
}

/// The engine of a call, put back when that ends, however it does.
struct Taken<'e> {
    from: &'e PyEngine,
    opened: Option<Opened>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut slot = self.from.slot();
        if let Some(opened) = &self.opened {
            slot.report = Some(opened.engine.report().clone());
        }
        slot.opened = self.opened.take();
        slot.is_busy = false;
        self.from.ended.notify_one();
    }
}

/// A number of bytes with a unit.
fn bytes(text: &str) -> PyResult<u64> {
    match text.trim().parse::<ByteSize>() {
        Ok(size) if size.as_u64() > 0 => Ok(size.as_u64()),
        _ => Err(PyValueError::new_err(format!(
            "memory is '{text}', but must be a size such as '16MiB' or '1GiB', or a number of bytes"
        ))),
    }
}

fn unknown(name: &str) -> PyErr {
    PyValueError::new_err(format!(
        "engine is '{name}', but must be one of 'auto', 'gpu', 'cpu', 'reference'"
    ))
}

#[pymethods]
impl PyEngine {
    /// `workers` are a `Carrier` and the number of parts of a batch.
    #[new]
    #[pyo3(signature = (kind, adapter, memory, threads, workers=None))]
    fn new(
        kind: &str,
        adapter: Option<String>,
        memory: Option<&str>,
        threads: usize,
        workers: Option<(Py<PyAny>, u64)>,
    ) -> PyResult<Self> {
        let kind = match kind {
            "auto" => None,
            name => Some(Kind::from_name(name).map_err(|_| unknown(name))?),
        };
        let memory = memory.map_or(Ok(MEMORY), bytes)?;
        let choice = Choice {
            kind,
            adapter,
            memory,
        };
        Ok(Self {
            choice,
            threads,
            workers,
            failed: Failed::default(),
            interrupt: Interrupt::default(),
            slot: Mutex::default(),
            ended: Condvar::new(),
        })
    }

    /// What it is, once a call has opened it: `gpu`, `cpu` or `reference`; the adapter, the driver, why it was taken, and the
    /// seconds of compiling so far.
    fn report(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let report = self.slot().report.clone();
        report.map(|r| crate::document::text(py, &r)).transpose()
    }

    /// Samples that are done since it was made.
    fn done(&self) -> u64 {
        self.interrupt.done()
    }

    /// The answers to a part of a batch, for whoever has it merged.
    fn answer<'py>(
        &self,
        py: Python<'py>,
        task: &PyTask,
        part: &[u8],
    ) -> PyResult<Bound<'py, PyBytes>> {
        let found = self.whole(py, task, |engine| answer(part, engine, &task.0))?;
        Ok(PyBytes::new(py, &found))
    }

    /// Lets the device go. The next call opens it again.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let mut taken = self.take(py)?;
        py.detach(|| {
            if let Some(opened) = taken.opened.take() {
                opened.let_go();
            }
        });
        Ok(())
    }
}

impl Opened {
    /// What another process opened is not taken apart: its threads and its device are not here.
    fn let_go(self) {
        if self.process != std::process::id() {
            std::mem::forget(self.engine);
        }
    }
}

/// Why a call got no engine.
enum Refused {
    /// An error of the library.
    Library(mollify::Error),
    /// A callback calls the engine that calls it.
    Busy,
    /// A GPU of a parent process.
    Forked,
}

impl From<mollify::Error> for Refused {
    fn from(error: mollify::Error) -> Self {
        Self::Library(error)
    }
}

impl Refused {
    fn exception(&self, py: Python<'_>) -> PyErr {
        match self {
            Self::Library(error) => failure::exception(py, error),
            Self::Busy => PyRuntimeError::new_err(
                "this engine is at work for the call that this callback belongs to; take another Engine inside of it",
            ),
            Self::Forked => PyRuntimeError::new_err(
                "this engine has a GPU that was opened before this process was forked; open another Engine here, or start \
                 processes by 'spawn'",
            ),
        }
    }
}

impl PyEngine {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the call that has the engine, if one has, and takes it.
    fn take(&self, py: Python<'_>) -> PyResult<Taken<'_>> {
        loop {
            let free = py.detach(|| {
                let slot = self.slot();
                let wait = |slot| self.ended.wait_timeout(slot, work::LOOK);
                let mut slot = match slot.is_busy && !work::is_inside() {
                    true => wait(slot).unwrap_or_else(PoisonError::into_inner).0,
                    false => slot,
                };
                let free = !slot.is_busy;
                slot.is_busy = true;
                free.then(|| slot.opened.take())
            });
            if let Some(opened) = free {
                return Ok(Taken { from: self, opened });
            }
            if work::is_inside() {
                return Err(Refused::Busy.exception(py));
            }
            py.check_signals()?;
        }
    }

    /// What the work makes of the engine, opened for the model; and the exception of a signal meanwhile.
    fn work<T: Send>(
        &self,
        py: Python<'_>,
        model: &Arc<Model>,
        work: impl FnOnce(&mut dyn Engine) -> mollify::Result<T> + Send,
    ) -> PyResult<(T, Option<PyErr>)> {
        self.work_held(py, model, |held| work(held.engine()))
    }

    /// The same for work that does something else with workers.
    fn work_held<T: Send>(
        &self,
        py: Python<'_>,
        model: &Arc<Model>,
        work: impl FnOnce(&mut Held) -> mollify::Result<T> + Send,
    ) -> PyResult<(T, Option<PyErr>)> {
        let mut taken = self.take(py)?;
        self.interrupt.clear();
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let call = || -> Result<T, Refused> {
            let opened = self.opened(&mut taken.opened, model)?;
            Ok(work(&mut opened.engine)?)
        };
        let (done, signal) = work::run(py, self.threads(), &self.interrupt, call)?;
        match (done, signal) {
            (Ok(done), signal) => Ok((done, signal)),
            (Err(_), Some(signal)) => Err(signal),
            (Err(refused), None) => {
                let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                Err(failed
                    .as_ref()
                    .map_or_else(|| refused.exception(py), |error| error.clone_ref(py)))
            }
        }
    }

    /// The same for work that takes no engine but its choice and its threads.
    fn work_alone<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce() -> mollify::Result<T> + Send,
    ) -> PyResult<(T, Option<PyErr>)> {
        let _taken = self.take(py)?;
        self.interrupt.clear();
        match work::run(py, self.threads(), &self.interrupt, work)? {
            (Ok(done), signal) => Ok((done, signal)),
            (Err(_), Some(signal)) => Err(signal),
            (Err(error), None) => Err(failure::exception(py, &error)),
        }
    }

    /// The same as [`PyEngine::work`], where what was found before a signal is not kept.
    fn whole<T: Send>(
        &self,
        py: Python<'_>,
        task: &PyTask,
        work: impl FnOnce(&mut dyn Engine) -> mollify::Result<T> + Send,
    ) -> PyResult<T> {
        match self.work(py, task.0.model(), work)? {
            (done, None) => Ok(done),
            (_, Some(signal)) => Err(signal),
        }
    }

    fn threads(&self) -> Threads {
        match self.workers {
            Some(_) => Threads::Wait,
            None => Threads::Compute(self.threads),
        }
    }

    fn held(&self, model: &Arc<Model>) -> mollify::Result<Held> {
        let Some((carrier, parts)) = &self.workers else {
            return Ok(Held::Own(self.choice.open(model, &self.interrupt)?));
        };
        let carrier = PyCarrier::new(
            Python::attach(|py| carrier.clone_ref(py)),
            self.failed.clone(),
        );
        // Any task: what a worker is does not depend on it.
        let task = Task::find("heaviside")?;
        let engine = Distributed::open(carrier, &task, *parts, self.interrupt.clone())?;
        Ok(Held::Workers(Box::new(engine)))
    }

    fn opened<'o>(
        &self,
        guard: &'o mut Option<Opened>,
        model: &Arc<Model>,
    ) -> Result<&'o mut Opened, Refused> {
        let process = std::process::id();
        let foreign = |opened: &mut Opened| opened.process != process;
        if let Some(opened) = guard.take_if(foreign) {
            let kind = opened.engine.report().engine;
            opened.let_go();
            if kind == Kind::Gpu.name() {
                return Err(Refused::Forked);
            }
        }
        if guard.is_none() {
            let engine = self.held(model)?;
            *guard = Some(Opened { process, engine });
        }
        guard.as_mut().ok_or(Refused::Busy)
    }
}
