//! Loops of a function that is being recorded.

use super::recording::{Recording, Value};
use crate::error::Result;
use crate::number::graph::{CAPTURED, ITEMS, Id, Loop};
use crate::system::functions::Function;

/// The body of a loop, being recorded.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// The items before a pass.
    pub items: Vec<Value>,
    /// What was captured, the same in all passes.
    pub captured: Vec<Value>,
    outside: Recording,
    count: u32,
    /// The nodes outside, at the start and captured.
    from: (Vec<Id>, Vec<Id>),
    body: Recording,
}

impl Recording {
    /// Begins a loop of fixed count: see [`Scalar::iterate`](crate::number::Scalar::iterate). What its body needs beside
    /// its items is `captured`.
    pub fn repeat(&self, count: u32, start: &[Value], captured: &[Value]) -> Result<Repeat> {
        let (start, captured) = (self.ids(start)?, self.ids(captured)?);
        let body = self.body();
        let bank = |bank: u32, count: usize| {
            (0..count as u32)
                .map(|i| body.node(bank, i))
                .collect::<Vec<_>>()
        };
        Ok(Repeat {
            items: bank(ITEMS, start.len()),
            captured: bank(CAPTURED, captured.len()),
            outside: self.clone(),
            count,
            from: (start, captured),
            body,
        })
    }
}

impl Repeat {
    /// The recording of the body, for constants and for loops inside of it.
    pub fn body(&self) -> &Recording {
        &self.body
    }

    /// Ends the body with the items after a pass; returns what the loop leaves, outside of it.
    pub fn end(self, items: &[Value]) -> Result<Vec<Value>> {
        let Function { graph, outputs, .. } = self.body.function(items, self.items.len())?;
        let (start, captured) = self.from;
        let left = self.outside.graph().repeat(Loop {
            count: self.count,
            start,
            captured,
            graph,
            outputs,
            ..Loop::default()
        });
        Ok(left.into_iter().map(|id| self.outside.number(id)).collect())
    }
}
