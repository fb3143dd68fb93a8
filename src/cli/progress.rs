//! What is seen of a descent while it runs: a live line on a terminal, a line now and then elsewhere.

use super::output::{note, number, with_error};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mollify::solve::Iteration;
use std::io::IsTerminal;
use std::time::Duration;

/// Lines of a whole run where there is no terminal.
const LINES: u32 = 10;

/// How progress is shown.
pub enum Progress {
    /// Not at all.
    None,
    /// On a terminal.
    Live(ProgressBar),
    /// Every so many iterations of so many.
    Lines { every: u32, iterations: u32 },
}

impl Progress {
    /// Live on a terminal; as lines elsewhere, unless the result is for a program.
    pub fn new(iterations: u32, quiet: bool, json: bool) -> Self {
        match (quiet, std::io::stderr().is_terminal(), json) {
            (true, ..) | (_, false, true) => Progress::None,
            (_, true, _) => Progress::Live(live(iterations)),
            (_, false, false) => Progress::Lines {
                every: iterations.div_ceil(LINES).max(1),
                iterations,
            },
        }
    }

    /// Shows an iteration that has ended.
    pub fn show(&self, it: &Iteration) {
        match self {
            Progress::None => {}
            Progress::Live(bar) => {
                bar.set_message(words(it));
                bar.set_position(u64::from(it.iteration) + 1);
            }
            Progress::Lines { every, iterations } => {
                if it.iteration.is_multiple_of(*every) {
                    note(&format!(
                        "iteration {}/{iterations}  {}",
                        it.iteration,
                        words(it)
                    ));
                }
            }
        }
    }

    /// Shows row `number` of a sweep, from 0.
    pub fn show_row(&self, number: usize, words: impl FnOnce() -> String) {
        match self {
            Progress::None => {}
            Progress::Live(bar) => {
                bar.set_message(words());
                bar.set_position(number as u64 + 1);
            }
            Progress::Lines { every, iterations } => {
                if number.is_multiple_of(*every as usize) {
                    note(&format!("row {}/{iterations}  {}", number + 1, words()));
                }
            }
        }
    }

    /// Leaves the terminal clean for the summary.
    pub fn finish(&self) {
        if let Progress::Live(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn live(iterations: u32) -> ProgressBar {
    let bar =
        ProgressBar::with_draw_target(Some(u64::from(iterations)), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} [{bar:20}] {elapsed} {wide_msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn words(it: &Iteration) -> String {
    let looked = match it.effective_samples {
        Some(effective) => format!(
            "sigma {}  effective samples {effective:.0}",
            number(it.sigma)
        ),
        None => format!("alpha {}", number(it.alpha)),
    };
    format!(
        "cost {}  F {}  {looked}  radius {}{}",
        number(it.cost),
        with_error(it.value_mean, it.value_std_error),
        number(it.radius),
        if it.accepted { "" } else { " rejected" }
    )
}
