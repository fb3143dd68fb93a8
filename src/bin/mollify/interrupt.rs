//! Ctrl-C: the first one asks to stop, the second one stops.

use super::failure::STOPPED;
use super::output::note;
use mollify::engine::Interrupt;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

/// Installs the handler, also for a request to terminate, as cluster schedulers send it.
pub fn install() -> Interrupt {
    let interrupt = Interrupt::default();
    let asked = interrupt.clone();
    let before = AtomicBool::new(false);
    let handler = move || {
        if before.swap(true, Ordering::Relaxed) {
            process::exit(STOPPED.into());
        }
        asked.set();
        note("stopping after the work in flight; once more stops at once");
    };
    // Without a handler Ctrl-C ends the process, which is no reason not to run.
    let _ = ctrlc::set_handler(handler);
    interrupt
}
