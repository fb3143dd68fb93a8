//! What an engine is asked, of all samples of a batch.

use crate::engine::Engine;
use crate::engine::batch::{Baseline, Batch, Wanted};
use crate::engine::moments::Moments;
use crate::engine::parts::Parts;
use crate::error::{Error, Result};
use crate::files::Digest;
use crate::system::task::Task;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// [`Engine::parts`]
    Moments,
    /// [`Engine::deviations`], which the baseline leave-one-out takes first.
    Deviations,
}

/// Statistics at a theta over the whole of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Which.
    pub what: What,
    /// Where, d values.
    pub theta: Vec<f64>,
    /// Of which samples: the whole one.
    pub batch: Batch,
}

impl Question {
    /// The answer for the samples of a range, whose bounds are those of blocks. `deviations` are those of the whole batch, which
    /// the moments with the baseline leave-one-out need.
    ///
    /// # Errors
    /// Those of the engine, and if these deviations are not there.
    pub fn ask(
        &self,
        engine: &mut dyn Engine,
        task: &Task,
        range: Range<u64>,
        deviations: Option<&Moments>,
    ) -> Result<Parts> {
        let part = self.batch.within(range);
        match self.what {
            What::Deviations => engine.deviations(task, &self.theta, &part),
            What::Moments if self.needs_deviations() && deviations.is_none() => {
                let expected = "known for the baseline leave-one-out before its moments";
                Err(Error::invalid(
                    "the deviations of the batch",
                    "missing",
                    expected,
                ))
            }
            What::Moments => engine.parts(task, &self.theta, &part, deviations),
        }
    }

    /// Whether what has to be known first is the answer to [`Question::first`].
    pub fn needs_deviations(&self) -> bool {
        self.what == What::Moments && self.batch.baseline == Baseline::LeaveOneOut
    }

    /// The deviations at the same theta in the same batch; they are the same whichever orders are wanted.
    #[must_use]
    pub fn first(&self) -> Self {
        Self {
            what: What::Deviations,
            theta: self.theta.clone(),
            batch: Batch {
                wanted: Wanted::ZerothOrder,
                ..self.batch
            },
        }
    }

    /// A number that changes with anything of it.
    pub(crate) fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        self.add_to(&mut digest);
        digest.value()
    }

    fn add_to(&self, digest: &mut Digest) {
        let Batch {
            samples,
            seed,
            iteration,
            stream,
            baseline,
            wanted,
            part: _,
        } = self.batch;
        digest.add(&[self.what as u8, baseline as u8, wanted as u8, stream as u8]);
        digest.add(&iteration.to_le_bytes());
        digest.add(&samples.to_le_bytes());
        digest.add(&seed.to_le_bytes());
        self.theta.iter().for_each(|x| digest.add(&x.to_le_bytes()));
    }
}

/// A number that changes with any of these questions and with their order.
pub fn digest_of(questions: &[Question]) -> u64 {
    let mut digest = Digest::default();
    for question in questions {
        digest.add(&(question.theta.len() as u64).to_le_bytes());
        question.add_to(&mut digest);
    }
    digest.value()
}
