//! An engine whose batches others compute.

use super::call::{Answer, Call, MeanDeviation};
use super::worker::{Worker, head_of, next_block, part};
use crate::engine::backend::{Backend, Precision};
use crate::engine::batch::{Baseline, Batch};
use crate::engine::check;
use crate::engine::distributed::{Answers, Cut, Gathered, Question, What};
use crate::engine::front::noise_free;
use crate::engine::interrupt::Interrupt;
use crate::engine::kind::Kind;
use crate::engine::moments::{Decrease, Moments};
use crate::engine::report::{EngineReport, Sample, WorkPlan};
use crate::engine::tree::{BLOCK_SAMPLES, Tree};
use crate::engine::work::{OnStop, Work};
use crate::error::{Error, Named, Result};
use crate::system::task::Task;
use std::ops::Range;

/// Takes work to workers, however many there are and wherever they run.
pub trait Carrier: Send {
    /// Has every part answered by [`answer`](super::answer) in the process of a worker, and hands the bytes of each over once, as they come, by the
    /// number of the part. When the interrupt is set it returns early, without what had not been there.
    ///
    /// # Errors
    /// [`PartsError::Lost`](crate::error::PartsError::Lost) if a part gets no answer; and those of `arrived`.
    fn carry(
        &mut self,
        task: &Task,
        parts: &[Vec<u8>],
        interrupt: &Interrupt,
        arrived: &mut dyn FnMut(usize, &[u8]) -> Result<()>,
    ) -> Result<()>;
}

/// An engine that cuts every batch into parts and has them computed by workers. Where they agree in version, kind, adapter and
/// driver, its results have the bits of one process.
#[derive(Debug)]
pub struct Distributed<C> {
    carrier: C,
    parts: u64,
    report: EngineReport,
    precision: Precision,
    worker: Worker,
    interrupt: Interrupt,
}

impl<C: Carrier> Distributed<C> {
    /// Asks one worker what it is. Batches are cut into at most so many parts.
    ///
    /// # Errors
    /// Those of [`Carrier::carry`], if there can be no such number of parts, and [`Error::Interrupted`].
    pub fn open(mut carrier: C, task: &Task, parts: u64, interrupt: Interrupt) -> Result<Self> {
        Cut::new(0, parts)?;
        let mut found = None;
        let asked = vec![part(&[])?];
        carrier.carry(task, &asked, &interrupt, &mut |_, bytes| {
            found = Some(head_of(bytes)?.0);
            Ok(())
        })?;
        let head = found.ok_or(Error::Interrupted)?;
        Ok(Self {
            report: EngineReport {
                engine: Kind::from_name(&head.worker.engine)?.name(),
                adapter: head.worker.adapter.clone(),
                driver: head.worker.driver.clone(),
                reason: format!("of the workers: {}", head.reason),
                compile_seconds: None,
            },
            precision: head.precision,
            worker: head.worker,
            carrier,
            parts,
            interrupt,
        })
    }

    /// Answers all that `next` asks, in rounds until it asks no more; each round is cut as one, so that many small batches are as
    /// good as a large one. What a stop leaves is not whole.
    ///
    /// # Errors
    /// Those of `next` and of the workers.
    pub fn gather(
        &mut self,
        task: &Task,
        next: &mut dyn FnMut(&mut Gathered) -> Result<Vec<Question>>,
    ) -> Result<Gathered> {
        let answers = Answers::default();
        let mut known = Gathered::new(self.report.clone(), self.precision, answers);
        loop {
            let asked = next(&mut known)?;
            if asked.is_empty() || self.interrupt.is_set() {
                return Ok(known);
            }
            // What no engine would begin is refused here, in its own words.
            for Question { theta, batch, .. } in &asked {
                noise_free(self, task, theta, batch, check::Call::Moments)?;
            }
            let blocks = |q: &Question| q.batch.samples.div_ceil(BLOCK_SAMPLES);
            let count = self.parts.min(asked.iter().map(blocks).sum()).max(1);
            let mut parts = Vec::new();
            for index in 0..count {
                let ranges = Cut::new(index, count)?.ranges(&asked).into_iter();
                let calls = ranges.map(|(i, range)| {
                    let question = asked[i].clone();
                    let deviations = known.answers.deviations(&question)?;
                    Ok(Call::Statistics {
                        question,
                        range,
                        deviations: deviations.map(|all| MeanDeviation {
                            count: all.count(),
                            mean: all.deviation.mean,
                        }),
                    })
                });
                parts.push(calls.collect::<Result<Vec<_>>>()?);
            }
            parts.retain(|calls| !calls.is_empty());
            self.carry(task, &parts, &mut |call, answer| match (call, answer) {
                (Call::Statistics { question, .. }, Answer::Statistics(found)) => {
                    known.answers.add(question, found)
                }
                _ => Err(another_answer()),
            })?;
        }
    }

    /// Carries these calls, each a part.
    fn each(
        &mut self,
        task: &Task,
        calls: Vec<Call>,
        on_stop: OnStop,
        arrived: &mut dyn FnMut(&Call, Answer) -> Result<()>,
    ) -> Result<()> {
        let parts: Vec<Vec<Call>> = calls.into_iter().map(|call| vec![call]).collect();
        let done = self.carry(task, &parts, arrived)?;
        if done == parts.len() {
            return Ok(());
        }
        let kept = match on_stop {
            OnStop::Keep => done as u64,
            OnStop::Drop => 0,
        };
        match self.interrupt.stops_after(kept)? {
            true => Ok(()),
            false => Err(Error::Interrupted),
        }
    }

    /// How many parts were answered: all of them, unless somebody asked to stop.
    fn carry(
        &mut self,
        task: &Task,
        parts: &[Vec<Call>],
        arrived: &mut dyn FnMut(&Call, Answer) -> Result<()>,
    ) -> Result<usize> {
        let asked = parts.iter().map(|calls| part(calls));
        let asked = asked.collect::<Result<Vec<_>>>()?;
        let mut done = 0;
        let (worker, interrupt) = (&self.worker, &self.interrupt);
        self.carrier
            .carry(task, &asked, interrupt, &mut |number, bytes| {
                let (head, mut rest) = head_of(bytes)?;
                worker.check(&head.worker)?;
                for call in &parts[number] {
                    let answer = Answer::from_bytes(next_block(&mut rest)?)?;
                    arrived(call, answer)?;
                    interrupt.add_done(call.samples());
                }
                done += 1;
                Ok(())
            })?;
        Ok(done)
    }

    /// The ranges of the parts of a range, cut between blocks.
    fn pieces(&self, all: &Range<u64>) -> Result<Vec<Range<u64>>> {
        let blocks = (all.end - all.start).div_ceil(BLOCK_SAMPLES);
        let bound = |block: u64| (all.start + block * BLOCK_SAMPLES).min(all.end);
        let count = self.parts.min(blocks);
        let piece = |index| {
            let share = Cut::new(index, count)?.of(blocks);
            Ok(bound(share.start)..bound(share.end))
        };
        (0..count).map(piece).collect()
    }

    fn statistics(&mut self, work: &Work<'_>, what: What) -> Result<Tree<Moments>> {
        let batch = work.batch;
        let is_baseline = what == What::Moments && batch.baseline == Baseline::LeaveOneOut;
        let question = Question {
            what,
            theta: work.theta().to_vec(),
            batch: batch.whole(),
        };
        let call = |range| Call::Statistics {
            question: question.clone(),
            range,
            // The factor on g₀, which the count is for, is found where all parts meet.
            deviations: is_baseline.then_some(MeanDeviation {
                count: batch.samples,
                mean: work.baseline,
            }),
        };
        let calls = self.pieces(&batch.range())?.into_iter().map(call);
        let mut tree = Tree::default();
        self.each(
            work.task,
            calls.collect(),
            OnStop::Keep,
            &mut |_, answer| match answer {
                Answer::Statistics(parts) => tree.merge(parts.into_tree()),
                _ => Err(another_answer()),
            },
        )?;
        Ok(tree)
    }
}

fn another_answer() -> Error {
    let expected = "the answer to its call";
    Error::invalid("the answer of a worker", "of another kind", expected)
}

impl<C: Carrier> Backend for Distributed<C> {
    fn report(&self) -> &EngineReport {
        &self.report
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    /// That of one part; what a worker makes of it is its own.
    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        let pieces = self.pieces(&batch.range())?;
        let longest = pieces.iter().map(|range| range.end - range.start).max();
        Ok(WorkPlan {
            chunk_samples: longest.unwrap_or(0),
            chunks: pieces.len() as u64,
            segment_steps: task.horizon() as u64,
            segments: 1,
            bytes: 0,
            dispatches: 0,
        })
    }

    fn deviations(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.statistics(work, What::Deviations)
    }

    fn moments(&mut self, work: &Work<'_>) -> Result<Tree<Moments>> {
        self.statistics(work, What::Moments)
    }

    fn decreases(&mut self, work: &Work<'_>) -> Result<Vec<Tree<Decrease>>> {
        let candidates: Vec<Vec<f64>> = work.thetas[1..].iter().map(|x| x.to_vec()).collect();
        let call = |range| Call::Decreases {
            theta: work.theta().to_vec(),
            candidates: candidates.clone(),
            batch: work.batch.within(range),
        };
        let calls = self.pieces(&work.batch.range())?.into_iter().map(call);
        let mut trees = vec![Tree::default(); candidates.len()];
        self.each(
            work.task,
            calls.collect(),
            OnStop::Drop,
            &mut |_, answer| match answer {
                Answer::Decreases(found) if found.len() == trees.len() => {
                    let mut pairs = trees.iter_mut().zip(found);
                    pairs.try_for_each(|(tree, more)| tree.merge(more))
                }
                _ => Err(another_answer()),
            },
        )?;
        Ok(trees)
    }

    fn costs(&mut self, work: &Work<'_>, thetas: &[Vec<f64>]) -> Result<Vec<f64>> {
        let all = work.batch.range();
        let count = self.parts.min(thetas.len() as u64);
        let share = |index| Ok(Cut::new(index, count)?.of(thetas.len() as u64));
        let shares = (0..count).map(share).collect::<Result<Vec<_>>>()?;
        let place = |range: &Range<u64>| range.start as usize..range.end as usize;
        let calls = shares.iter().map(|share| Call::Costs {
            center: work.theta().to_vec(),
            thetas: thetas[place(share)].to_vec(),
            batch: work
                .batch
                .within(all.start + share.start..all.start + share.end),
        });
        let mut costs = vec![f64::NAN; thetas.len()];
        let calls: Vec<Call> = calls.collect();
        self.each(work.task, calls, OnStop::Drop, &mut |call, answer| {
            let (Call::Costs { batch, .. }, Answer::Costs(found)) = (call, answer) else {
                return Err(another_answer());
            };
            let range = batch.range();
            let share = range.start - all.start..range.end - all.start;
            let out = &mut costs[place(&share)];
            match found.len() == out.len() {
                true => out.copy_from_slice(&found),
                false => return Err(another_answer()),
            }
            Ok(())
        })?;
        Ok(costs)
    }

    fn samples(&mut self, work: &Work<'_>, range: Range<u64>) -> Result<Vec<Sample>> {
        let call = |range| Call::Samples {
            theta: work.theta().to_vec(),
            batch: *work.batch,
            range,
        };
        let calls = self.pieces(&range)?.into_iter().map(call);
        let mut found = Vec::new();
        self.each(
            work.task,
            calls.collect(),
            OnStop::Drop,
            &mut |call, answer| match (call, answer) {
                (Call::Samples { range, .. }, Answer::Samples(samples))
                    if samples.len() as u64 == range.end - range.start =>
                {
                    found.push((range.start, samples));
                    Ok(())
                }
                _ => Err(another_answer()),
            },
        )?;
        found.sort_unstable_by_key(|(start, _)| *start);
        Ok(found.into_iter().flat_map(|(_, samples)| samples).collect())
    }
}
