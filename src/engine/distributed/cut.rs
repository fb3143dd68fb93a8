//! Which samples belong to a part.

use crate::engine::batch::Wanted;
use crate::engine::distributed::{Question, What};
use crate::engine::tree::BLOCK_SAMPLES;
use crate::error::{Error, Result};
use std::ops::Range;

/// Parts of a run, at most.
pub const MOST_PARTS: u64 = 1_000_000;

/// Part `index`, from 0, of `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cut {
    index: u64,
    count: u64,
}

impl Cut {
    /// The part of that number, from 0, of so many.
    ///
    /// # Errors
    /// If there is no such part, or there are too many.
    pub fn new(index: u64, count: u64) -> Result<Self> {
        if !(1..=MOST_PARTS).contains(&count) {
            let expected = format!("from 1 to {MOST_PARTS}");
            return Err(Error::invalid("the number of parts", count, &expected));
        }
        if index >= count {
            let expected = format!("below {count}, the number of parts");
            return Err(Error::invalid("the index of the part", index, &expected));
        }
        Ok(Self { index, count })
    }

    /// Its number, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many parts there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The share of so many things that stand in a row.
    pub fn of(&self, all: u64) -> Range<u64> {
        let bound = |i: u64| (u128::from(i) * u128::from(all) / u128::from(self.count)) as u64;
        bound(self.index)..bound(self.index + 1)
    }

    /// The positions of the questions that this part has to do with, with its samples of each.
    ///
    /// Questions that cost the same stand in a row, block after block, of which each part has an equal share: a batch is cut
    /// within, and many small ones between.
    pub fn ranges(&self, questions: &[Question]) -> Vec<(usize, Range<u64>)> {
        let mut found = Vec::new();
        for kind in [0, 1, 2] {
            let alike = || {
                questions
                    .iter()
                    .enumerate()
                    .filter(|(_, q)| cost(q) == kind)
            };
            let share = self.of(alike().map(|(_, q)| blocks(q)).sum());
            let mut start = 0;
            for (i, question) in alike() {
                let end = start + blocks(question);
                let (from, to) = (share.start.max(start), share.end.min(end));
                if from < to {
                    let bound = |b: u64| ((b - start) * BLOCK_SAMPLES).min(question.batch.samples);
                    found.push((i, bound(from)..bound(to)));
                }
                start = end;
            }
        }
        found.sort_unstable_by_key(|(i, _)| *i);
        found
    }
}

fn blocks(question: &Question) -> u64 {
    question.batch.samples.div_ceil(BLOCK_SAMPLES)
}

/// Questions of the same number cost the same per sample.
fn cost(question: &Question) -> u8 {
    match (question.what, question.batch.wanted) {
        (What::Deviations, _) => 0,
        (What::Moments, Wanted::ZerothOrder) => 1,
        (What::Moments, Wanted::Both) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::batch::{Batch, Stream};

    fn question(samples: u64, wanted: Wanted, theta: f64) -> Question {
        Question {
            what: What::Moments,
            theta: vec![theta],
            batch: Batch {
                wanted,
                stream: Stream::Estimate,
                ..Batch::new(samples, 0)
            },
        }
    }

    /// Every sample of every question is in one part.
    #[test]
    fn parts_are_a_partition() {
        let mut questions = vec![
            question(100_001, Wanted::Both, 0.0),
            question(100_001, Wanted::ZerothOrder, 0.0),
        ];
        questions.extend((0..9).map(|i| question(700, Wanted::Both, f64::from(i))));
        questions.push(question(1024, Wanted::ZerothOrder, 2.0));
        for count in [1, 2, 3, 7, 16, 99, 250, 1000] {
            let mut ends = vec![0; questions.len()];
            let mut most = 0;
            for index in 0..count {
                let cut = Cut::new(index, count).expect("a part");
                let ranges = cut.ranges(&questions);
                for (i, range) in &ranges {
                    assert_eq!(range.start, ends[*i], "part {index} of {count}");
                    assert!(range.start < range.end);
                    ends[*i] = range.end;
                }
                let samples = |(_, range): &(usize, Range<u64>)| range.end - range.start;
                most = most.max(ranges.iter().map(samples).sum::<u64>());
            }
            let all: Vec<u64> = questions.iter().map(|q| q.batch.samples).collect();
            assert_eq!(ends, all, "{count} parts");
            let fair = all.iter().sum::<u64>() / count;
            assert!(most <= fair + 4 * BLOCK_SAMPLES, "{count}: {most}, {fair}");
        }
    }

    #[test]
    fn there_is_no_part_beyond_the_last() {
        for (index, count) in [(0, 0), (3, 3), (0, MOST_PARTS + 1)] {
            assert!(Cut::new(index, count).is_err(), "{index}/{count}");
        }
    }
}
