//! A flag and a counter between those who run and those who watch.

use crate::error::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What a run shares with those who watch it: a flag to stop it, and how far it is. Engines look at it between chunks.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    stop: AtomicBool,
    keeps_partial: AtomicBool,
    done: AtomicU64,
}

impl Interrupt {
    /// Asks to stop.
    pub fn set(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
    /// Forgets that somebody asked, so that what is left to do after a stop can be done.
    pub fn clear(&self) {
        self.0.stop.store(false, Ordering::Relaxed);
    }
    /// Whether somebody asked to stop.
    pub fn is_set(&self) -> bool {
        self.0.stop.load(Ordering::Relaxed)
    }
    /// [`Error::Interrupted`] once somebody asked to stop.
    pub fn check(&self) -> Result<()> {
        if self.is_set() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }
    /// From now on [`crate::engine::Engine::moments`] returns what it has when it is asked to stop, if it has anything, instead of
    /// [`Error::Interrupted`]. Its count then says how much that is.
    pub fn keep_partial(&self) {
        self.0.keeps_partial.store(true, Ordering::Relaxed);
    }
    /// Whether to stop and keep the `done` samples; [`Error::Interrupted`] if there is nothing to keep.
    pub fn stops_after(&self, done: u64) -> Result<bool> {
        match done > 0 && self.0.keeps_partial.load(Ordering::Relaxed) {
            true => Ok(self.is_set()),
            false => self.check().map(|()| false),
        }
    }
    /// Notes that so many more samples are done.
    pub fn add_done(&self, samples: u64) {
        self.0.done.fetch_add(samples, Ordering::Relaxed);
    }
    /// The samples done since the start.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }
}
