//! What is seen of a descent while it runs: a live line on a terminal, a line now and then elsewhere.

use super::args::OutputArgs;
use super::output::{note, number, with_error};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mollify::engine::Interrupt;
use mollify::solve::{Iteration, Options};
use std::cell::Cell;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

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
    /// By the rollouts of a budget.
    Budget(Budget),
}

/// How far a budget is spent.
pub struct Budget {
    rollouts: u64,
    bar: Option<ProgressBar>,
    /// The rollouts at which the next line is due.
    due: Cell<u64>,
}

impl Budget {
    fn show(&self, it: &Iteration) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}  {}", it.iteration, words(it)));
            bar.set_position(it.rollouts);
        } else if it.rollouts >= self.due.get() {
            let every = self.rollouts.div_ceil(u64::from(LINES)).max(1);
            self.due.set((it.rollouts / every + 1) * every);
            let (number, spent, all) = (it.iteration, it.rollouts, self.rollouts);
            note(&format!(
                "iteration {number}, {spent} of {all} rollouts  {}",
                words(it)
            ));
        }
    }
}

impl Progress {
    /// Live on a terminal; as lines elsewhere, unless the result is for a program.
    pub fn new(iterations: u32, quiet: bool, json: bool) -> Self {
        match (quiet, std::io::stderr().is_terminal(), json) {
            (true, ..) | (_, false, true) => Progress::None,
            (_, true, _) => Progress::Live(live(u64::from(iterations))),
            (_, false, false) => Progress::Lines {
                every: iterations.div_ceil(LINES).max(1),
                iterations,
            },
        }
    }

    /// The same for a descent, by iterations or, where they are not limited, by rollouts.
    pub fn of_descent(options: &Options, quiet: bool, json: bool) -> Self {
        let budget = options.rollouts.filter(|_| options.iterations == u32::MAX);
        let Some(rollouts) = budget else {
            return Self::new(options.iterations, quiet, json);
        };
        match Self::new(1, quiet, json) {
            Progress::None => Progress::None,
            shown => Progress::Budget(Budget {
                rollouts,
                bar: matches!(shown, Progress::Live(_)).then(|| live(rollouts)),
                due: Cell::new(0),
            }),
        }
    }

    /// Shows an iteration that has ended.
    pub fn show(&self, it: &Iteration) {
        match self {
            Progress::None => {}
            Progress::Budget(budget) => budget.show(it),
            Progress::Live(bar) => {
                let number = u64::from(it.iteration) + 1;
                let length = bar.length().unwrap_or(0);
                bar.set_message(format!("{number}/{length}  {}", words(it)));
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

    /// Shows iteration `number`, from 0, in these words.
    pub fn show_number(&self, number: u32, words: impl FnOnce() -> String) {
        self.show_one("iteration", number as usize, words);
    }

    /// Shows plan `number` of a receding horizon, from 0.
    pub fn show_plan(&self, number: usize, words: impl FnOnce() -> String) {
        self.show_one("plan", number, words);
    }

    /// Shows row `number` of a sweep, from 0.
    pub fn show_row(&self, number: usize, words: impl FnOnce() -> String) {
        self.show_one("row", number, words);
    }

    fn show_one(&self, what: &str, number: usize, words: impl FnOnce() -> String) {
        match self {
            Progress::None | Progress::Budget(_) => {}
            Progress::Live(bar) => {
                let length = bar.length().unwrap_or(0);
                bar.set_message(format!("{what} {}/{length}  {}", number + 1, words()));
                bar.set_position(number as u64 + 1);
            }
            Progress::Lines { every, iterations } => {
                if number.is_multiple_of(*every as usize) {
                    note(&format!("{what} {}/{iterations}  {}", number + 1, words()));
                }
            }
        }
    }

    /// Leaves the terminal clean for the summary.
    pub fn finish(&self) {
        match self {
            Progress::Live(bar) | Progress::Budget(Budget { bar: Some(bar), .. }) => {
                bar.finish_and_clear()
            }
            _ => {}
        }
    }
}

/// A bar that fits into 30 columns; the words behind it are cut where the line ends.
const BAR: &str = "{percent:>3}% [{bar:10}] {elapsed} {wide_msg}";

/// How often a run without iterations says how far it is.
const EVERY: Duration = Duration::from_millis(200);
/// The same where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// The progress of a batch by samples done, from a thread that watches the count.
pub struct SampleProgress {
    ended: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl SampleProgress {
    /// Live on a terminal; as lines elsewhere, unless the result is for a program.
    pub fn start(interrupt: &Interrupt, samples: u64, output: &OutputArgs) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let on_terminal = std::io::stderr().is_terminal();
        let silent = output.quiet || (output.json && !on_terminal);
        let watcher = (!silent).then(|| {
            let (ended, interrupt) = (ended.clone(), interrupt.clone());
            std::thread::spawn(move || watch(&ended, &interrupt, samples, on_terminal))
        });
        Self { ended, watcher }
    }

    /// Leaves the terminal clean for the summary.
    pub fn finish(self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher {
            watcher.thread().unpark();
            // A watcher that failed has nothing to say.
            let _ = watcher.join();
        }
    }
}

fn watch(ended: &AtomicBool, interrupt: &Interrupt, samples: u64, on_terminal: bool) {
    let mut bar = None;
    let mut said = Instant::now();
    loop {
        std::thread::park_timeout(EVERY);
        if ended.load(Ordering::Relaxed) {
            break;
        }
        let done = interrupt.done().min(samples);
        if on_terminal {
            let bar = bar.get_or_insert_with(|| live(samples));
            bar.set_message(format!("{done}/{samples} samples"));
            bar.set_position(done);
        } else if said.elapsed() >= LINE_EVERY {
            said = Instant::now();
            note(&format!("{done} of {samples} samples"));
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

/// A bar on the terminal.
pub fn live(length: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(BAR) {
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
        "cost {}  F {}  {looked}  step {}{}",
        number(it.cost),
        with_error(it.value_mean, it.value_std_error),
        number(it.radius),
        if it.accepted { "" } else { " rejected" }
    )
}
