//! The descent, on one page.
//!
//! ```text
//! repeat
//!     estimate ∇F at theta, both orders, and mix them         estimate, alpha
//!     stop if the gradient cannot be told from 0, the radius is too small, or a budget is spent
//!     theta <- theta - q g/|g|, q by comparison               descent trust-region
//!     theta <- theta - step · g                               descent gradient (as published)
//! return the best theta
//! ```
//!
//! Why it stopped is a value, [`Stopped`], not an error.

mod options;
mod solution;

pub use options::{Descent, Options};
pub use solution::{Breakdown, Iteration, Solution, Stopped, Value};

use crate::alpha::Rule;
use crate::engine::{Engine, Interrupt, Stream, Wanted};
use crate::error::{Error, Result};
use crate::estimate::{self, Mixed};
use crate::task::Task;
use crate::trust_region::{Step, TrustRegion};
use nalgebra::DVector;
use std::time::Instant;

/// Iterations in a row whose gradient is noise before the descent gives up.
const PATIENCE: u32 = 5;

/// Samples of the final evaluation, at least.
pub const FINAL_SAMPLES: u64 = 16_384;

/// Minimises F from `start`. `observe` sees every iteration as it ends.
pub fn solve(
    engine: &mut dyn Engine,
    task: &Task,
    start: &[f64],
    options: &Options,
    interrupt: &Interrupt,
    observe: &mut dyn FnMut(&Iteration),
) -> Result<Solution> {
    options.check()?;
    task.check_theta(start, "the caller")?;
    let mut run = Run::new(engine, task, start, options);
    let stopped = loop {
        if let Some(reason) = run.exhausted(interrupt) {
            break reason;
        }
        match run.iterate() {
            Ok(iteration) => observe(iteration),
            Err(error) => break run.ended_by(error)?,
        }
    };
    run.finish(stopped, interrupt)
}

/// The state of a descent.
struct Run<'a> {
    engine: &'a mut dyn Engine,
    task: &'a Task,
    options: &'a Options,
    started: Instant,
    region: TrustRegion,
    theta: Vec<f64>,
    /// The least estimate of F so far, with its theta and iteration.
    best: Option<(f64, Vec<f64>, u32)>,
    iterations: Vec<Iteration>,
    rollouts: u64,
    noise_in_a_row: u32,
    breakdown: Option<Breakdown>,
}

impl<'a> Run<'a> {
    fn new(
        engine: &'a mut dyn Engine,
        task: &'a Task,
        start: &[f64],
        options: &'a Options,
    ) -> Self {
        let radius = match options.descent {
            Descent::TrustRegion { radius } => radius,
            Descent::Gradient { .. } => f64::INFINITY,
        };
        Self {
            engine,
            task,
            options,
            started: Instant::now(),
            region: TrustRegion::new(radius, task.sigma(), task.dimension()),
            theta: start.to_vec(),
            best: None,
            iterations: Vec::new(),
            rollouts: 0,
            noise_in_a_row: 0,
            breakdown: None,
        }
    }

    fn exhausted(&self, interrupt: &Interrupt) -> Option<Stopped> {
        let spent = self.started.elapsed();
        if interrupt.is_set() {
            return Some(Stopped::Interrupted);
        }
        if self.region.is_exhausted() {
            return Some(Stopped::RadiusTooSmall);
        }
        if self.noise_in_a_row >= PATIENCE {
            return Some(Stopped::GradientIsNoise);
        }
        if self.iterations.len() >= self.options.iterations as usize {
            return Some(Stopped::Iterations);
        }
        if self
            .options
            .rollouts
            .is_some_and(|most| self.rollouts >= most)
        {
            return Some(Stopped::Rollouts);
        }
        let most = self.options.seconds;
        most.is_some_and(|most| spent.as_secs_f64() >= most)
            .then_some(Stopped::Time)
    }

    /// An error ends the descent; if there is a best theta already, some errors only end it early.
    fn ended_by(&mut self, error: Error) -> Result<Stopped> {
        if self.best.is_none() {
            return Err(error);
        }
        let (sample, time) = match error {
            Error::Interrupted => return Ok(Stopped::Interrupted),
            Error::NonFinite { sample, time, .. } => (Some(sample), Some(time)),
            Error::NonFiniteNominal { time, .. } => (None, Some(time)),
            // A theta that ran away leaves the range of f32 before it overflows.
            Error::OutOfRange { .. } | Error::SigmaTooSmall { .. } => (None, None),
            error => return Err(error),
        };
        self.breakdown = Some(Breakdown {
            iteration: self.iterations.len() as u32,
            sample,
            time,
            message: error.to_string(),
            theta: self.theta.clone(),
        });
        Ok(Stopped::NonFinite)
    }

    fn iterate(&mut self) -> Result<&Iteration> {
        let number = self.iterations.len() as u32;
        let settings = &self.options.estimate;
        let wanted = match settings.rule {
            Rule::Zeroth => Wanted::ZerothOrder,
            _ => Wanted::Both,
        };
        let mixed = estimate::estimate(
            self.engine,
            self.task,
            &self.theta,
            settings,
            number,
            wanted,
        )?;
        self.rollouts += mixed.rollouts;
        let fixed_steps = matches!(self.options.descent, Descent::Gradient { .. });
        // Under a trust region theta only moves to what is better beyond doubt, so the last one is the best.
        let better = self
            .best
            .as_ref()
            .is_none_or(|(value, ..)| mixed.value_mean < *value);
        if better || !fixed_steps {
            self.best = Some((mixed.value_mean, self.theta.clone(), number));
        }
        let (length, accepted) = match self.options.descent {
            Descent::Gradient { step } => self.fixed_step(&mixed, step)?,
            Descent::TrustRegion { .. } => self.trust_region_step(&mixed, number)?,
        };
        let is_noise = mixed.gradient.norm_squared() <= mixed.variance_of_gradient;
        self.noise_in_a_row = match is_noise && !accepted && !fixed_steps {
            true => self.noise_in_a_row + 1,
            false => 0,
        };
        self.iterations
            .push(self.line(number, &mixed, length, accepted));
        Ok(&self.iterations[number as usize])
    }

    fn line(&self, number: u32, mixed: &Mixed, length: f64, accepted: bool) -> Iteration {
        let computed = mixed.first_order.is_some();
        Iteration {
            iteration: number,
            cost: mixed.value_at_theta,
            value_mean: mixed.value_mean,
            value_std_error: mixed.value_std_error,
            gradient_norm: mixed.gradient.norm(),
            alpha: mixed.choice.alpha,
            alpha_reason: mixed.choice.reason,
            first_order_variance: computed.then_some(mixed.choice.first_variance),
            zeroth_order_variance: mixed.choice.zeroth_variance,
            bias: computed.then_some(mixed.choice.bias),
            confidence_radius: mixed.choice.confidence_radius,
            radius: length,
            accepted,
            rollouts: self.rollouts,
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }

    fn fixed_step(&mut self, mixed: &Mixed, step: f64) -> Result<(f64, bool)> {
        let moved = DVector::from_column_slice(&self.theta) - &mixed.gradient * step;
        let theta = moved.as_slice().to_vec();
        self.task
            .check_theta(&theta, "the descent")
            .map_err(|_| Error::NonFiniteNominal {
                task: self.task.name().into(),
                time: 0,
                hint: ", or take a smaller --step".into(),
            })?;
        self.theta = theta;
        Ok((step * mixed.gradient.norm(), true))
    }

    fn trust_region_step(&mut self, mixed: &Mixed, number: u32) -> Result<(f64, bool)> {
        let mut candidates = self.region.candidates(&self.theta, &mixed.gradient);
        let tried = self.region.radius();
        if candidates.is_empty() {
            let step = self.region.update(&[]);
            return Ok((tried, step != Step::Rejected));
        }
        let batch = self
            .options
            .estimate
            .batch(number, Stream::Candidates, Wanted::ZerothOrder);
        let decreases = self
            .engine
            .decreases(self.task, &self.theta, &candidates, &batch)?;
        self.rollouts += batch.samples * (candidates.len() as u64 + 1);
        Ok(match self.region.update(&decreases) {
            Step::Accepted(i) => {
                self.theta = candidates.swap_remove(i);
                (self.region.radius(), true)
            }
            Step::Rejected => (tried, false),
        })
    }

    /// Evaluates the best theta with fresh noise and packs the result. Samples that are not finite there are left
    /// out and make the run end as [`Stopped::NonFinite`]: an error would lose all the work.
    fn finish(self, stopped: Stopped, interrupt: &Interrupt) -> Result<Solution> {
        let last = (self.iterations.len() as u32, self.theta);
        let moved_last = self.iterations.last().is_some_and(|i| i.accepted);
        let trust_region = matches!(self.options.descent, Descent::TrustRegion { .. });
        let (best_iteration, theta) = match self.best {
            // Where samples were not finite, the last theta is the one at which they were not.
            Some((_, theta, iteration))
                if !(trust_region && moved_last) || stopped == Stopped::NonFinite =>
            {
                (iteration, theta)
            }
            _ => last,
        };
        let mut batch = self
            .options
            .estimate
            .batch(0, Stream::Final, Wanted::ZerothOrder);
        batch.samples = batch.samples.max(FINAL_SAMPLES);
        // The engine looks at the flag as well, and without this evaluation there is no result.
        let moments = loop {
            match self.engine.moments(self.task, &theta, &batch) {
                Err(Error::Interrupted) if interrupt.is_set() => interrupt.clear(),
                moments => break moments?,
            }
        };
        let policy = self.options.estimate.nonfinite;
        let stopped = match moments.check(policy, self.task.name(), batch.seed) {
            Ok(()) => stopped,
            Err(error) if moments.count == 0 => return Err(error),
            Err(_) => Stopped::NonFinite,
        };
        Ok(Solution {
            iterations: self.iterations,
            final_value: Value {
                cost: moments.nominal,
                value_mean: moments.value_mean(),
                value_std_error: moments.value_std_error(),
                samples: moments.count,
            },
            best_iteration,
            stopped,
            breakdown: self.breakdown,
            theta,
            rollouts: self.rollouts + batch.samples,
            seconds: self.started.elapsed().as_secs_f64(),
        })
    }
}
