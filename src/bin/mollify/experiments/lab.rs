//! What an experiment works with: engines, seeds, and how much work it may do.

use super::ends::Ends;
use mollify::control;
use mollify::engine::moments::Moments;
use mollify::engine::{Batch, Engine, Interrupt};
use mollify::error::Result;
use mollify::estimate::alpha::Rule;
use mollify::solve::{Options, Solution, solve};
use mollify::system::task::Task;

/// Opens an engine for a task.
pub type Open<'a> = dyn FnMut(&Task) -> Result<Box<dyn Engine>> + 'a;

/// See the module.
pub struct Lab<'a> {
    open: &'a mut Open<'a>,
    observe: &'a mut dyn FnMut(&str),
    interrupt: Interrupt,
    /// First seed.
    pub seed: u64,
    /// Repeats with seeds of their own, unless an experiment needs a number of its own.
    pub seeds: u64,
    /// A small part of the work, to see that everything runs; claims may then fail.
    pub quick: bool,
    /// Keeps how descents ended, where an experiment takes hours.
    pub ends: Option<Ends>,
    engine: Option<(String, Box<dyn Engine>)>,
    machine: String,
}

/// The mean, the standard deviation and the ends of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
    /// Standard error of the mean.
    pub std_error: f64,
    /// Least.
    pub least: f64,
    /// Largest.
    pub largest: f64,
}

impl Summary {
    /// Of at least one number.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        let deviation = (squares / (n - 1.0).max(1.0)).sqrt();
        Self {
            mean,
            deviation,
            std_error: deviation / n.sqrt(),
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            largest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// mean ± standard deviation (least … largest)
    pub fn to_text(self, digits: usize) -> String {
        format!(
            "{:.digits$} ± {:.digits$} ({:.digits$} … {:.digits$})",
            self.mean, self.deviation, self.least, self.largest
        )
    }
}

/// The name of a task with that of its contact model: each has kernels of its own.
fn with_contact(task: &Task) -> String {
    let contact = task.model().about().contact.as_deref();
    format!("{} {}", task.name(), contact.unwrap_or_default())
}

/// By how many standard errors of the difference of means `a` is above `b`.
pub fn standard_errors_above(a: &Summary, b: &Summary) -> f64 {
    let spread = a.std_error.hypot(b.std_error);
    (a.mean - b.mean) / spread.max(f64::MIN_POSITIVE)
}

impl<'a> Lab<'a> {
    /// With the usual number of seeds.
    pub fn new(
        open: &'a mut Open<'a>,
        observe: &'a mut dyn FnMut(&str),
        interrupt: Interrupt,
        seed: u64,
    ) -> Self {
        Self {
            open,
            observe,
            interrupt,
            seed,
            seeds: 10,
            quick: false,
            ends: None,
            engine: None,
            machine: String::new(),
        }
    }

    /// What the experiments ran on so far.
    pub fn machine(&self) -> &str {
        &self.machine
    }

    /// For work on no engine of rollouts: what it runs on.
    pub fn runs_on(&mut self, machine: &str) {
        self.machine = machine.into();
    }

    /// What asks it to stop.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Says what is being done.
    pub fn say(&mut self, text: &str) {
        (self.observe)(text);
    }

    /// `full`, or a tenth of it, at least 2, if only a small part of the work is to be done.
    pub fn amount(&self, full: u64) -> u64 {
        if self.quick { (full / 10).max(2) } else { full }
    }

    fn engine(&mut self, task: &Task) -> Result<&mut dyn Engine> {
        if self
            .engine
            .as_ref()
            .is_none_or(|(name, _)| *name != with_contact(task))
        {
            let engine = (self.open)(task)?;
            let report = engine.report();
            self.machine = match (&report.adapter, &report.driver) {
                (Some(adapter), Some(driver)) => {
                    format!("{} on {adapter} ({driver})", report.engine)
                }
                _ => report.engine.to_string(),
            };
            self.engine = Some((with_contact(task), engine));
        }
        let (_, engine) = self.engine.as_mut().expect("it was opened above");
        Ok(&mut **engine)
    }

    /// The moments at theta of `samples` samples; `number` makes batches of one seed independent.
    pub fn moments(
        &mut self,
        task: &Task,
        theta: &[f64],
        samples: u64,
        number: u32,
    ) -> Result<Moments> {
        let batch = Batch {
            iteration: number,
            ..Batch::new(samples, self.seed)
        };
        self.moments_of(task, theta, &batch)
    }

    /// The moments at theta of a batch.
    pub fn moments_of(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        self.interrupt.check()?;
        self.engine(task)?.moments(task, theta, batch)
    }

    /// A descent from the start of the task; one that was interrupted is an error, not a result.
    pub fn descend(&mut self, task: &Task, options: &Options) -> Result<Solution> {
        let interrupt = self.interrupt.clone();
        interrupt.check()?;
        let start = task.start();
        let engine = self.engine(task)?;
        let found = solve(engine, task, &start, options, &interrupt, &mut |_| ())?;
        interrupt.check()?;
        Ok(found)
    }

    /// A receding horizon on a plant that is as its plans know it; one that was interrupted is an error, not a result.
    pub fn control(&mut self, task: &Task, options: &control::Options) -> Result<control::Run> {
        let interrupt = self.interrupt.clone();
        interrupt.check()?;
        let start = task.start();
        let engine = self.engine(task)?;
        let run = control::control(engine, task, task, &start, options, &interrupt, &mut |_| ())?;
        interrupt.check()?;
        Ok(run)
    }

    /// The descents of all seeds with a rule.
    pub fn descents(
        &mut self,
        task: &Task,
        options: &Options,
        rule: Rule,
    ) -> Result<Vec<Solution>> {
        (0..self.seeds)
            .map(|i| {
                let mut options = *options;
                options.estimate.rule = rule;
                options.estimate.seed = self.seed + i;
                self.descend(task, &options)
            })
            .collect()
    }
}
