//! A call of an engine that somebody else answers, and its answer, as bytes.
//!
//! ```text
//! call      JSON
//! answer    u32 kind, then
//!   0       Parts::to_bytes
//!   1       u64 trees, of each: u64 nodes, of each: u32 level, u64 index, u64 n, f64 mean, f64 M2, u64 u64 u32 not finite
//!   2       u64 n, n times f64
//!   3       u64 samples, of each: f64 deviation, f64 baseline, five times u64 n and n times f64, u64 time + 1 or 0
//! ```

use crate::engine::Engine;
use crate::engine::batch::Batch;
use crate::engine::distributed::Question;
use crate::engine::moments::{Decrease, Moments, NonFinite, Spread};
use crate::engine::parts::Parts;
use crate::engine::parts::bytes::{read_nonfinite, write_nonfinite};
use crate::engine::report::Sample;
use crate::engine::tree::Tree;
use crate::error::Result;
use crate::files::binary::{Reader, broken, length, numbers};
use crate::system::task::Task;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A call of an engine for some samples of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Statistics: [`Question::ask`].
    Statistics {
        /// Of what.
        question: Question,
        /// Of which samples.
        range: Range<u64>,
        /// Of f - f(theta, 0) over the whole batch, where the baseline leave-one-out needs it.
        deviations: Option<MeanDeviation>,
    },
    /// [`Engine::decrease_parts`]
    Decreases {
        /// theta
        theta: Vec<f64>,
        /// Where to.
        candidates: Vec<Vec<f64>>,
        /// Of which samples.
        batch: Batch,
    },
    /// [`Engine::costs`]
    Costs {
        /// What they are compared with.
        center: Vec<f64>,
        /// One for each sample of the batch.
        thetas: Vec<Vec<f64>>,
        /// In whose environments.
        batch: Batch,
    },
    /// [`Engine::samples`]
    Samples {
        /// theta
        theta: Vec<f64>,
        /// Of which batch.
        batch: Batch,
        /// Which.
        range: Range<u64>,
    },
}

/// What the baseline leave-one-out takes of the deviations f - f(theta, 0) of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanDeviation {
    /// Finite samples.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
}

impl MeanDeviation {
    /// As much of the statistics of a batch of so many samples as that baseline looks at.
    fn moments(self, samples: u64) -> Moments {
        let Self { count, mean } = self;
        Moments {
            deviation: Spread {
                count,
                mean,
                m2: 0.0,
            },
            nonfinite: NonFinite {
                count: samples.saturating_sub(count),
                first: None,
            },
            ..Moments::empty(0.0, 0)
        }
    }
}

/// What an engine answers to a [`Call`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Statistics.
    Statistics(Parts),
    /// One tree for each candidate.
    Decreases(Vec<Tree<Decrease>>),
    /// One cost for each theta.
    Costs(Vec<f64>),
    /// Samples in full.
    Samples(Vec<Sample>),
}

impl Call {
    /// How many samples it takes.
    pub fn samples(&self) -> u64 {
        let length = |range: &Range<u64>| range.end - range.start;
        match self {
            Self::Statistics { range, .. } | Self::Samples { range, .. } => length(range),
            Self::Decreases { batch, .. } | Self::Costs { batch, .. } => length(&batch.range()),
        }
    }

    /// What the engine answers.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn ask(&self, engine: &mut dyn Engine, task: &Task) -> Result<Answer> {
        Ok(match self {
            Self::Statistics {
                question,
                range,
                deviations,
            } => {
                let whole = deviations.map(|d| d.moments(question.batch.samples));
                let parts = question.ask(engine, task, range.clone(), whole.as_ref())?;
                Answer::Statistics(parts)
            }
            Self::Decreases {
                theta,
                candidates,
                batch,
            } => Answer::Decreases(engine.decrease_parts(task, theta, candidates, batch)?),
            Self::Costs {
                center,
                thetas,
                batch,
            } => Answer::Costs(engine.costs(task, center, thetas, batch)?),
            Self::Samples {
                theta,
                batch,
                range,
            } => Answer::Samples(engine.samples(task, theta, batch, range.clone())?),
        })
    }
}

impl Answer {
    /// As bytes; see the module.
    ///
    /// # Errors
    /// Those of [`Parts::to_bytes`].
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::Statistics(parts) => {
                bytes.extend(0_u32.to_le_bytes());
                bytes.extend(parts.to_bytes()?);
            }
            Self::Decreases(trees) => {
                bytes.extend(1_u32.to_le_bytes());
                length(&mut bytes, trees.len());
                trees.iter().for_each(|tree| write_tree(&mut bytes, tree));
            }
            Self::Costs(costs) => {
                bytes.extend(2_u32.to_le_bytes());
                list(&mut bytes, costs);
            }
            Self::Samples(samples) => {
                bytes.extend(3_u32.to_le_bytes());
                length(&mut bytes, samples.len());
                samples
                    .iter()
                    .for_each(|sample| write_sample(&mut bytes, sample));
            }
        }
        Ok(bytes)
    }

    /// The inverse of [`Answer::to_bytes`].
    ///
    /// # Errors
    /// If the bytes are no answer.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut rest = Reader(bytes);
        let answer = match rest.u32()? {
            0 => return Ok(Self::Statistics(Parts::from_bytes(rest.0)?)),
            1 => Self::Decreases(many(&mut rest, read_tree)?),
            2 => Self::Costs(read_list(&mut rest)?),
            3 => Self::Samples(many(&mut rest, read_sample)?),
            kind => return Err(broken(&format!("an answer of kind {kind}"))),
        };
        rest.end()?;
        Ok(answer)
    }
}

fn many<T>(rest: &mut Reader<'_>, read: impl Fn(&mut Reader<'_>) -> Result<T>) -> Result<Vec<T>> {
    (0..rest.length()?).map(|_| read(rest)).collect()
}

fn list(bytes: &mut Vec<u8>, values: &[f64]) {
    length(bytes, values.len());
    numbers(bytes, values);
}

fn read_list(rest: &mut Reader<'_>) -> Result<Vec<f64>> {
    let count = rest.length()?;
    rest.f64s(count)
}

fn write_tree(bytes: &mut Vec<u8>, tree: &Tree<Decrease>) {
    let nodes = tree.nodes();
    length(bytes, nodes.len());
    for (level, index, decrease) in nodes {
        bytes.extend(level.to_le_bytes());
        bytes.extend(index.to_le_bytes());
        let Decrease { spread, nonfinite } = decrease;
        bytes.extend(spread.count.to_le_bytes());
        numbers(bytes, &[spread.mean, spread.m2]);
        write_nonfinite(bytes, *nonfinite);
    }
}

fn read_tree(rest: &mut Reader<'_>) -> Result<Tree<Decrease>> {
    let mut tree = Tree::default();
    for _ in 0..rest.length()? {
        let (level, index) = (rest.u32()?, rest.u64()?);
        let spread = Spread {
            count: rest.u64()?,
            mean: rest.f64()?,
            m2: rest.f64()?,
        };
        let nonfinite = read_nonfinite(rest)?;
        tree.add_node(level, index, Decrease { spread, nonfinite })?;
    }
    Ok(tree)
}

fn write_sample(bytes: &mut Vec<u8>, sample: &Sample) {
    numbers(bytes, &[sample.deviation, sample.baseline]);
    for values in [
        &sample.noise,
        &sample.score,
        &sample.first_order,
        &sample.initial_state,
        &sample.parameters,
    ] {
        list(bytes, values);
    }
    let time = sample.nonfinite.map_or(0, |time| u64::from(time) + 1);
    bytes.extend(time.to_le_bytes());
}

fn read_sample(rest: &mut Reader<'_>) -> Result<Sample> {
    Ok(Sample {
        deviation: rest.f64()?,
        baseline: rest.f64()?,
        noise: read_list(rest)?,
        score: read_list(rest)?,
        first_order: read_list(rest)?,
        initial_state: read_list(rest)?,
        parameters: read_list(rest)?,
        nonfinite: rest.u64()?.checked_sub(1).map(|time| time as u32),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Sample {
        Sample {
            deviation: f64::NAN,
            baseline: f64::INFINITY,
            noise: vec![0.1, -0.0],
            score: vec![],
            first_order: vec![f64::MIN_POSITIVE],
            initial_state: vec![1.0, 2.0, 3.0],
            parameters: vec![5e-324],
            nonfinite: Some(0),
        }
    }

    /// Bit by bit, so that NaN counts too.
    #[test]
    fn answers_are_read_again() {
        let mut tree = Tree::default();
        for index in [0, 1, 5] {
            let mut decrease = Decrease::default();
            decrease.spread.add(0.3 * index as f64);
            tree.add(index, decrease).expect("once");
        }
        let finite = Sample {
            nonfinite: None,
            ..sample()
        };
        for answer in [
            Answer::Decreases(vec![tree, Tree::default()]),
            Answer::Costs(vec![1.5, f64::NAN, f64::NEG_INFINITY]),
            Answer::Samples(vec![sample(), finite]),
        ] {
            let bytes = answer.to_bytes().expect("it can be");
            let again = Answer::from_bytes(&bytes).expect("they are whole");
            assert_eq!(again.to_bytes().expect("it can be"), bytes);
            assert_eq!(format!("{again:?}"), format!("{answer:?}"));
        }
    }

    /// Cut anywhere, or longer.
    #[test]
    fn bytes_that_are_torn_are_refused() {
        let bytes = Answer::Samples(vec![sample()])
            .to_bytes()
            .expect("it can be");
        for end in 0..bytes.len() {
            assert!(Answer::from_bytes(&bytes[..end]).is_err(), "{end}");
        }
        assert!(Answer::from_bytes(&[&bytes[..], b"x"].concat()).is_err());
        let huge = [&2_u32.to_le_bytes()[..], &u64::MAX.to_le_bytes()].concat();
        assert!(Answer::from_bytes(&huge).is_err());
    }
}
