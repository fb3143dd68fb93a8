//! Workers of a Python executor: what carries parts of batches to other processes.

use mollify::engine::distributed::{Carrier, Distributed, Gathered, Question};
use mollify::error::PartsError;
use mollify::system::Model;
use mollify::system::task::recipe::Recipe;
use mollify::{Engine, Interrupt, Result, Task};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use std::sync::{Arc, Mutex, PoisonError};

/// Between two looks at the interrupt, seconds.
const LOOK: f64 = 0.01;

/// The exception that ended a run.
pub type Failed = Arc<Mutex<Option<PyErr>>>;

/// Python's `mollify._distributed.Carrier`.
#[derive(Debug)]
pub struct PyCarrier {
    object: Py<PyAny>,
    /// Why it failed, for whoever raises that.
    failed: Failed,
    /// The last task, and what it was sent as.
    last: Option<(Arc<Model>, Recipe, String)>,
}

impl PyCarrier {
    pub fn new(object: Py<PyAny>, failed: Failed) -> Self {
        Self {
            object,
            failed,
            last: None,
        }
    }

    fn lost(&self, error: PyErr) -> mollify::Error {
        let problem = Python::attach(|py| error.value(py).to_string());
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        PartsError::Lost { problem }.into()
    }

    /// The text of a task, which is the same for all batches of a descent.
    fn text(&mut self, task: &Task) -> Result<String> {
        let recipe = task.recipe();
        if let Some((system, known, text)) = &self.last
            && Arc::ptr_eq(system, task.system())
            && *known == recipe
        {
            return Ok(text.clone());
        }
        let text = task.shipped()?;
        self.last = Some((task.system().clone(), recipe, text.clone()));
        Ok(text)
    }
}

/// Parts that were answered, by their numbers.
type Answers = Vec<(usize, PyBackedBytes)>;

/// What was answered since the last look; none once all parts are.
fn step(run: &Py<PyAny>) -> PyResult<Option<Answers>> {
    Python::attach(|py| run.call_method1(py, "step", (LOOK,))?.extract(py))
}

/// Cancels what has not begun, and gives what was answered since the last look.
fn cancel(run: &Py<PyAny>) -> PyResult<Answers> {
    Python::attach(|py| run.call_method0(py, "cancel")?.extract(py))
}

impl Carrier for PyCarrier {
    fn carry(
        &mut self,
        task: &Task,
        parts: &[Vec<u8>],
        interrupt: &Interrupt,
        arrived: &mut dyn FnMut(usize, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let text = self.text(task)?;
        let begun = Python::attach(|py| {
            let parts: Vec<_> = parts.iter().map(|part| PyBytes::new(py, part)).collect();
            self.object.call_method1(py, "answers", (text, parts))
        });
        let run = begun.map_err(|e| self.lost(e))?;
        let mut hand_over = |answers: Answers| {
            let mut answers = answers.into_iter();
            answers.try_for_each(|(number, bytes)| arrived(number, &bytes))
        };
        while !interrupt.is_set() {
            let Some(answers) = step(&run).map_err(|e| self.lost(e))? else {
                return Ok(());
            };
            if let Err(error) = hand_over(answers) {
                // What else is under way is of no use to anybody.
                let _ = cancel(&run);
                return Err(error);
            }
        }
        hand_over(cancel(&run).map_err(|e| self.lost(e))?)
    }
}

/// An engine of this process, or one whose batches workers compute.
pub enum Held {
    Own(Box<dyn Engine>),
    Workers(Box<Distributed<PyCarrier>>),
}

impl Held {
    pub fn engine(&mut self) -> &mut dyn Engine {
        match self {
            Self::Own(engine) => &mut **engine,
            Self::Workers(engine) => &mut **engine,
        }
    }

    /// All that `next` asks of workers, in few rounds; none where an engine of this process does as well.
    pub fn gather(
        &mut self,
        task: &Task,
        next: &mut dyn FnMut(&mut Gathered) -> Result<Vec<Question>>,
    ) -> Result<Option<Gathered>> {
        match self {
            Self::Own(_) => Ok(None),
            Self::Workers(engine) => engine.gather(task, next).map(Some),
        }
    }

    pub fn report(&self) -> &mollify::engine::EngineReport {
        match self {
            Self::Own(engine) => engine.report(),
            Self::Workers(engine) => Engine::report(&**engine),
        }
    }
}
