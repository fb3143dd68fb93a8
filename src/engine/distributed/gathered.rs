//! An engine that computes nothing: it has what others have computed.

use crate::engine::Engine;
use crate::engine::backend::Precision;
use crate::engine::batch::Batch;
use crate::engine::distributed::{Answers, Question, What};
use crate::engine::interrupt::Interrupt;
use crate::engine::moments::{Decrease, Moments};
use crate::engine::parts::Parts;
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::Tree;
use crate::error::{Error, PartsError, Result};
use crate::system::task::Task;
use std::ops::Range;

/// Answers what is known, and notes what is not.
#[derive(Debug)]
pub struct Gathered {
    /// What is known.
    pub answers: Answers,
    /// What the engine says of itself that has computed them.
    pub report: EngineReport,
    /// And in what.
    pub precision: Precision,
    interrupt: Interrupt,
    unanswered: Vec<Question>,
}

impl Gathered {
    /// For answers of the engine that says this of itself.
    pub fn new(report: EngineReport, precision: Precision, answers: Answers) -> Self {
        Self {
            answers,
            report,
            precision,
            interrupt: Interrupt::default(),
            unanswered: Vec::new(),
        }
    }

    /// Those of these questions that are not known, as a round asks them: what others need comes before these.
    pub fn open(&self, questions: &[Question]) -> Vec<Question> {
        let unknown = |q: &&Question| self.answers.whole(q).is_none();
        let open: Vec<Question> = questions.iter().filter(unknown).cloned().collect();
        let firsts = open.iter().filter(|q| q.needs_deviations());
        let firsts: Vec<Question> = firsts.map(Question::first).collect();
        let missing: Vec<Question> = firsts.iter().filter(unknown).cloned().collect();
        match missing.is_empty() {
            true => open,
            false => missing,
        }
    }

    /// What was asked in vain since the last time.
    pub fn take_unanswered(&mut self) -> Vec<Question> {
        let asked = std::mem::take(&mut self.unanswered);
        self.open(&asked)
    }

    fn answer(&mut self, what: What, theta: &[f64], batch: &Batch) -> Result<Parts> {
        let question = Question {
            what,
            theta: theta.to_vec(),
            batch: batch.whole(),
        };
        let question = match what {
            What::Moments => question,
            What::Deviations => question.first(),
        };
        if let Some(parts) = self.answers.whole(&question) {
            return Ok(parts.clone());
        }
        self.unanswered.push(question);
        Err(PartsError::Unanswered.into())
    }
}

impl Engine for Gathered {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// It takes no memory.
    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        batch.check()?;
        Ok(WorkPlan {
            chunk_samples: batch.samples,
            chunks: 1,
            segment_steps: task.horizon() as u64,
            segments: 1,
            bytes: 0,
            dispatches: 0,
        })
    }

    /// Always those of the whole batch.
    fn parts(
        &mut self,
        _task: &Task,
        theta: &[f64],
        batch: &Batch,
        _deviations: Option<&Moments>,
    ) -> Result<Parts> {
        self.answer(What::Moments, theta, batch)
    }

    fn deviations(&mut self, _task: &Task, theta: &[f64], batch: &Batch) -> Result<Parts> {
        self.answer(What::Deviations, theta, batch)
    }

    fn decrease_parts(
        &mut self,
        _task: &Task,
        _theta: &[f64],
        _candidates: &[Vec<f64>],
        _batch: &Batch,
    ) -> Result<Vec<Tree<Decrease>>> {
        Err(not_gathered("candidates"))
    }

    fn costs(
        &mut self,
        _task: &Task,
        _center: &[f64],
        _thetas: &[Vec<f64>],
        _batch: &Batch,
    ) -> Result<Vec<f64>> {
        Err(not_gathered("costs of thetas"))
    }

    fn samples(
        &mut self,
        _task: &Task,
        _theta: &[f64],
        _batch: &Batch,
        _range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        Err(not_gathered("samples in full"))
    }
}

fn not_gathered(what: &'static str) -> Error {
    PartsError::NotGathered { what }.into()
}
