//! What is known of questions, merged from parts in any order.

use crate::engine::distributed::Question;
use crate::engine::moments::Moments;
use crate::engine::parts::Parts;
use crate::error::{Error, Result};
use std::collections::HashMap;

/// Questions with the parts of their answers.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// By the digest of the question.
    known: HashMap<u64, Vec<(Question, Parts)>>,
}

impl Answers {
    /// Adds a part of the answer to a question.
    ///
    /// # Errors
    /// If it has samples that are there already, or is of another task, theta or batch than the parts before.
    pub fn add(&mut self, question: &Question, part: Parts) -> Result<()> {
        if *part.batch() != question.batch {
            let expected = "that of the question";
            let value = format!("{:?}", part.batch());
            return Err(Error::invalid("the batch of the part", value, expected));
        }
        let alike = self.known.entry(question.digest()).or_default();
        match alike.iter_mut().find(|(known, _)| known == question) {
            Some((_, parts)) => parts.merge(part),
            None => {
                alike.push((question.clone(), part));
                Ok(())
            }
        }
    }

    /// What is known of a question.
    pub fn parts(&self, question: &Question) -> Option<&Parts> {
        let alike = self.known.get(&question.digest())?;
        let found = alike.iter().find(|(known, _)| known == question);
        found.map(|(_, parts)| parts)
    }

    /// The same where all samples are in it.
    pub fn whole(&self, question: &Question) -> Option<&Parts> {
        self.parts(question).filter(|parts| parts.is_whole())
    }

    /// The statistics of [`Question::first`], where they are needed and known.
    ///
    /// # Errors
    /// Those of [`Parts::finish`].
    pub fn deviations(&self, question: &Question) -> Result<Option<Moments>> {
        let first = question.needs_deviations().then(|| question.first());
        let known = first.and_then(|first| self.whole(&first).cloned());
        known.map(Parts::finish).transpose()
    }
}
