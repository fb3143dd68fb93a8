//! How many samples a batch has, within a budget of R rollouts.
//!
//! ```text
//! n at first that of the options
//! n x 1.6   after a comparison that decided nothing, and after the second rejection in a row and each that follows
//! n x 0.8   after the third step in a row whose gain is beyond eight standard errors, and each that follows
//! n <= 2^(rejections in a row / 2) max(n at first, R/400),  n <= max(64, spent/12),  n <= (R - spent)/9
//! ```
//!
//! so that some hundred iterations are within every budget, and no iteration eats it; where nothing is found any more, what is
//! left goes into ever larger batches.

/// Growth of a batch that decided nothing.
const GROWTH: f64 = 1.6;

/// What is left of a batch after easy steps.
const DECAY: f64 = 0.8;

/// A gain beyond so many standard errors is easy.
const EASY: f64 = 8.0;

/// Easy steps in a row before batches become smaller.
const EASY_STEPS: u32 = 3;

/// Rejections in a row before batches become larger though the comparison was decided.
pub const STUCK: u32 = 2;

/// A batch is at most this part of the budget.
const OF_BUDGET: f64 = 400.0;

/// And of what was spent so far, unless that is less than so many samples.
const OF_SPENT: (f64, f64) = (12.0, 64.0);

/// And of what is left.
const OF_REST: f64 = 9.0;

/// Samples that tell a standard error, at least.
const LEAST: f64 = 8.0;

/// Samples of the next batch, and what they follow from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchSize {
    samples: f64,
    first: f64,
    budget: f64,
    spent: f64,
    easy: u32,
    rejected: u32,
}

impl BatchSize {
    /// `samples` at first, of a budget if there is one.
    pub fn new(samples: u64, budget: Option<u64>) -> Self {
        Self {
            samples: samples as f64,
            first: samples as f64,
            budget: budget.map_or(f64::INFINITY, |r| r as f64),
            spent: 0.0,
            easy: 0,
            rejected: 0,
        }
    }

    /// The samples of the next batch.
    pub fn next(&self) -> u64 {
        let of_spent = (self.spent / OF_SPENT.0).max(OF_SPENT.1).max(self.first);
        let of_rest = (self.left() / OF_REST).floor();
        self.samples.min(of_spent).min(of_rest).max(2.0).round() as u64
    }

    /// Rollouts that are left.
    pub fn left(&self) -> f64 {
        self.budget - self.spent
    }

    /// Rejections in a row.
    pub fn rejected(&self) -> u32 {
        self.rejected
    }

    /// The least that an iteration takes at so many rollouts for each sample.
    pub fn least(&self, for_each: u64) -> u64 {
        LEAST.min(self.first) as u64 * for_each
    }

    /// Counts rollouts.
    pub fn spend(&mut self, rollouts: u64) {
        self.spent += rollouts as f64;
    }

    /// Back to a quarter: what lies behind a barrier is new.
    pub fn start_again(&mut self) {
        self.samples = (0.25 * self.samples).max(self.first);
    }

    /// After a step whose gain is so many standard errors.
    pub fn accepted(&mut self, errors: f64) {
        self.rejected = 0;
        self.easy = if errors > EASY { self.easy + 1 } else { 0 };
        if self.easy >= EASY_STEPS {
            self.samples = (DECAY * self.samples).max(self.first);
        }
    }

    /// After none; `grows` unless the look was elsewhere.
    pub fn rejected_step(&mut self, undecided: bool, grows: bool) {
        self.easy = 0;
        self.rejected += 1;
        if grows && (undecided || self.rejected >= STUCK) {
            let relaxed = f64::from(self.rejected / 2).exp2();
            let most = relaxed * (self.budget / OF_BUDGET).max(self.first);
            self.samples = (GROWTH * self.samples).min(most).max(self.first);
        }
    }
}
