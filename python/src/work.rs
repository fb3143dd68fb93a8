//! Work of the library on threads of its own, while Python goes on.
//!
//! The caller's thread gives the interpreter free and looks for signals every few milliseconds, so that Ctrl-C comes through.
//! Threads do not survive `fork`: a child process makes its own.

use crate::failure;
use mollify::Interrupt;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Between two looks at signals.
pub const LOOK: Duration = Duration::from_millis(10);

/// Threads for a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Threads {
    /// So many, which compute; 0 is one for each core.
    Compute(usize),
    /// Those that wait for workers, which may be threads of this process and need the others meanwhile.
    Wait,
}

/// The pools of this process.
static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

struct Pools {
    process: u32,
    by_threads: HashMap<Threads, Arc<ThreadPool>>,
}

/// The pool of these threads.
fn pool(threads: Threads) -> Result<Arc<ThreadPool>, String> {
    let mut guard = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if guard.as_ref().is_some_and(|pools| pools.process != process) {
        // The threads of a parent process are not here: whatever waits for them waits for ever.
        std::mem::forget(guard.take());
    }
    let pools = guard.get_or_insert_with(|| Pools {
        process,
        by_threads: HashMap::new(),
    });
    if let Some(known) = pools.by_threads.get(&threads) {
        return Ok(known.clone());
    }
    let count = match threads {
        Threads::Compute(count) => count,
        Threads::Wait => 0,
    };
    let new = ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(|i| format!("mollify-{i}"))
        .build()
        .map_err(|error| format!("the threads could not be started: {error}"))?;
    let new = Arc::new(new);
    pools.by_threads.insert(threads, new.clone());
    Ok(new)
}

/// Whether the caller is a callback of work that is going on.
pub fn is_inside() -> bool {
    rayon::current_thread_index().is_some()
}

/// The exception of a signal, for whoever raises it with what was found until then.
pub fn stop(py: Python<'_>, signal: Option<PyErr>) -> Option<Py<PyAny>> {
    signal.map(|error| error.into_value(py).into_any())
}

/// Does the work without the interpreter. A signal sets `interrupt`, and its exception is returned beside what the work
/// made of that.
pub fn run<T: Send>(
    py: Python<'_>,
    threads: Threads,
    interrupt: &Interrupt,
    work: impl FnOnce() -> T + Send,
) -> PyResult<(T, Option<PyErr>)> {
    if is_inside() {
        // To wait here for a thread might be to wait for oneself.
        let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
        return Ok((done.map_err(|panic| panicked(py, &*panic))?, None));
    }
    let pool = py
        .detach(|| pool(threads))
        .map_err(|message| failure::internal(py, &message))?;
    pool.in_place_scope(|scope| {
        let (send, receive) = channel();
        scope.spawn(move |_| {
            let done = catch_unwind(AssertUnwindSafe(work));
            // Nobody left to tell is nobody to tell.
            let _ = send.send(done);
        });
        let (done, signal) = wait(py, receive, interrupt);
        match done {
            Some(Ok(done)) => Ok((done, signal)),
            Some(Err(panic)) => Err(panicked(py, &*panic)),
            None => Err(failure::internal(py, "a thread went away")),
        }
    })
}

/// What comes, and the exception of the first signal meanwhile.
fn wait<T: Send>(
    py: Python<'_>,
    mut receive: Receiver<T>,
    interrupt: &Interrupt,
) -> (Option<T>, Option<PyErr>) {
    let mut signal = None;
    loop {
        let (back, found) = py.detach(move || {
            let found = receive.recv_timeout(LOOK);
            (receive, found)
        });
        receive = back;
        match found {
            Ok(done) => return (Some(done), signal),
            Err(RecvTimeoutError::Disconnected) => return (None, signal),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(error) = py.check_signals() {
            interrupt.set();
            signal.get_or_insert(error);
        }
    }
}

fn panicked(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| text.to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    failure::internal(py, &text.unwrap_or_else(|| "a panic".into()))
}
