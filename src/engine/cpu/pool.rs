//! The memory of the threads.

use super::compiled::Kernel;
use super::reduce::Sums;
use super::rollout::Tile;
use std::sync::{Mutex, PoisonError};

/// What one thread works with.
pub struct Workspace {
    pub tile: Tile,
    /// Of all tasks that share a tile, one after the other.
    pub sums: Vec<Sums>,
}

/// Lends each thread what it works with, so that it is allocated once.
pub struct Pool<'a> {
    free: Mutex<Vec<Workspace>>,
    kernel: &'a Kernel,
    with_first_order: bool,
    sharing: usize,
}

impl<'a> Pool<'a> {
    /// Nothing allocated yet.
    pub fn new(kernel: &'a Kernel, with_first_order: bool, sharing: usize) -> Self {
        Self {
            free: Mutex::default(),
            kernel,
            with_first_order,
            sharing,
        }
    }

    /// A workspace for the time of `work`.
    pub fn lend<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let found = free().pop();
        let mut workspace = found.unwrap_or_else(|| Workspace {
            tile: Tile::new(self.kernel, self.with_first_order),
            sums: vec![Sums::default(); self.sharing * self.kernel.coordinates()],
        });
        let result = work(&mut workspace);
        free().push(workspace);
        result
    }
}
