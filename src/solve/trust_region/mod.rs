//! The trust region: several directions, each with a length of its own, compared under the same noise.
//!
//! With n samples a batch, d values of theta, directions p that compete, and the limit L, at first σ√d, which is the length of
//! the noise where that is added to theta; elsewhere it is that number in the unit of theta:
//!
//! ```text
//! look      n noises at theta, under σ; under 2σ, 4σ, 8σ in turn where it is stuck            look.rs
//! point     newton, mix, other, shortest, ranks                                               directions.rs, curvature.rs
//! try       q = half and twice the last good length of each that has not kept losing, <= L    portfolio.rs
//! compare   gain(q) = mean over n fresh noises w of f(theta, w) - f(theta - q p/|p|, w), under σ
//!           the most promising q over 2n of them, if none is certain                          comparison.rs
//! accept    the q of the largest gain(q) - 2 se(q), if that is above 0:  theta <- theta - q p/|p|
//!           L doubles, up to 8σ√d, if q was at it
//! reject    else: theta stays, L halves, down to σ√d
//! then      n follows from how sure that was and what is left of R                            batch_size.rs
//! ```
//!
//! - Comparison decides which direction is right, so that a biased one loses by its cost, and nothing need be known of the
//!   task. It costs 2n rollouts for each direction that is asked, and n for theta.
//! - Stuck means rejected twice in a row. Every other look is then under a wider σ, and every one while |g|² is below twice its
//!   variance; the limit is then 2(c - 1)σ√d under cσ. What a wider look finds is judged under σ as any other step.
//! - With a rule for alpha that is given, the mix under that rule is the only direction.
//! - All noises are drawn anew in every iteration. A q with a cost that is not finite is not chosen.

pub mod batch_size;
pub mod comparison;
pub mod curvature;
pub mod directions;
pub mod lbfgs;
mod look;
pub mod portfolio;
mod secants;

use crate::error::{Error, Result};
use crate::estimate::alpha::Rule;
use crate::estimate::{Settings, vector};
use crate::solve::best::Criterion;
use crate::solve::method::{Context, Method, Moved, Observed};
use crate::solve::stopped::Stopped;
use crate::system::task::Task;
use batch_size::{BatchSize, STUCK};
use comparison::{Compared, Judge};
use curvature::{Curvature, Pairs};
use directions::COUNT;
use look::{Look, look};
use nalgebra::DVector;
use portfolio::{Portfolio, Trial};
use secants::Secants;

/// σ of looks where it is stuck, as multiples.
const WIDER: [f64; 3] = [2.0, 4.0, 8.0];

/// Wider looks in a row that see nothing before batches grow.
const PER_GROWTH: usize = 6;

/// L is at most this multiple of σ√d.
const LARGEST: f64 = 8.0;

/// A step is at the limit beyond this share of it.
const AT_LIMIT: f64 = 0.9;

/// |g|² below this multiple of its variance is noise.
const NOISE: f64 = 2.0;

/// What a comparison takes at least: two samples of theta and of both lengths of each direction.
const LEAST_COMPARISON: u64 = 2 * (2 * COUNT as u64 + 1);

/// A step is too short to matter below this share of σ√d.
const SHORTEST: f64 = 1e-6;

/// Rejections in a row, all of them too short or without any direction, before the descent gives up.
const PATIENCE: u32 = 24;

/// See the module.
pub(super) struct TrustRegion {
    /// Of all looks under σ; a wider look has one of its own.
    portfolio: Portfolio,
    size: BatchSize,
    pairs: Pairs,
    secants: Secants,
    /// σ√d
    cap: f64,
    /// L/cap
    factor: f64,
    /// X of [`comparison`].
    excess: f64,
    /// The multiple of σ of this look.
    wide: f64,
    /// Looks since it was stuck first, or found a way out.
    turn: usize,
    is_noise: bool,
    found: [Option<DVector<f64>>; COUNT],
    /// Rejections in a row that no longer step would have avoided, and those without any direction.
    too_short: u32,
    blind: u32,
}

impl TrustRegion {
    pub fn new(task: &Task, settings: &Settings, radius: f64, budget: Option<u64>) -> Self {
        let cap = task.mean_sigma() * (task.dimension() as f64).sqrt();
        Self {
            portfolio: Portfolio::new(1.0, radius.min(cap)),
            size: BatchSize::new(settings.samples, budget),
            pairs: Pairs::default(),
            secants: Secants::default(),
            cap,
            factor: 1.0,
            excess: 0.0,
            wide: 1.0,
            turn: 0,
            is_noise: false,
            found: Default::default(),
            too_short: 0,
            blind: 0,
        }
    }

    /// The multiple of σ of the next look.
    fn widened(&mut self) -> f64 {
        if self.size.rejected() < STUCK {
            return 1.0;
        }
        let every = if self.is_noise { 1 } else { 2 };
        let turn = self.turn;
        self.turn += 1;
        match turn % every {
            0 => WIDER[turn / every % WIDER.len()],
            _ => 1.0,
        }
    }

    /// Looks under the wider σ; under σ itself if that is lost in what is not finite, or too large. The task with its σ, what
    /// is seen, and the rollouts of both.
    fn look_around(
        &mut self,
        context: &mut Context<'_>,
        settings: &Settings,
    ) -> Result<(Task, Look, u64)> {
        let sigma = context.task.sigma();
        let mut lost = 0;
        loop {
            let task = context.task.clone().with_sigma(self.wide * sigma)?;
            let mut around = Context {
                engine: &mut *context.engine,
                task: &task,
                settings,
                ..*context
            };
            match look(&mut around, settings) {
                Err(Error::NonFinite { .. } | Error::OutOfRange { .. }) if self.wide > 1.0 => {
                    lost = settings.samples * look::rollouts_of_sample(&task, settings);
                    self.wide = 1.0;
                }
                seen => {
                    let look = seen?;
                    let rollouts = lost + look.rollouts;
                    return Ok((task, look, rollouts));
                }
            }
        }
    }

    fn limit(&self) -> f64 {
        self.cap * self.factor.max(2.0 * (self.wide - 1.0))
    }

    /// The directions that a look shows, and the rollouts that finding them took beyond it.
    fn point(
        &mut self,
        context: &mut Context<'_>,
        settings: &Settings,
        look: &Look,
    ) -> Result<u64> {
        let mixed = &look.mixed;
        self.found = Default::default();
        self.found[directions::MIX] = directions::mix(mixed);
        if settings.rule != Rule::LeastError {
            return Ok(0);
        }
        let mut rollouts = 0;
        if let Some(first) = directions::first_order(mixed) {
            if !context.task.noise_is_on_decision() && self.wide == 1.0 {
                let spare = self.size.left() - (look.rollouts + LEAST_COMPARISON) as f64;
                rollouts = self.secants.look_back(context, settings, &first, spare)?;
            }
            self.found[directions::NEWTON] = self.newton(context.task, look, &first);
            self.found[directions::SHORTEST] = directions::shortest(&look.samples);
        }
        self.found[directions::OTHER] = directions::other(mixed);
        self.found[directions::RANKS] = directions::ranks(&look.samples);
        Ok(rollouts)
    }

    /// |H|⁻¹ g₁, with the pairs of a wider look alone if it is one.
    fn newton(&mut self, task: &Task, look: &Look, first: &DVector<f64>) -> Option<DVector<f64>> {
        if !task.noise_is_on_decision() {
            return self.secants.solve(first);
        }
        let pairs = curvature::of_samples(&look.samples);
        if self.wide > 1.0 {
            return Curvature::of(&pairs)?.solve(first);
        }
        self.pairs.add(pairs);
        Curvature::of(self.pairs.all())?.solve(first)
    }

    /// What follows for the next iteration.
    fn learn(&mut self, trials: &[Trial], compared: &Compared) -> bool {
        let accepted = compared.certain[compared.best] > 0.0;
        let limit = self.limit();
        let taken = accepted.then_some(compared.best);
        let is_usual = self.wide == 1.0;
        if is_usual {
            self.portfolio
                .learn(trials, &compared.certain, taken, compared.undecided);
        }
        if !accepted {
            let longest = trials.iter().map(|t| t.length).fold(0.0, f64::max);
            if is_usual {
                let is_short = longest < SHORTEST * self.cap;
                self.too_short = if is_short { self.too_short + 1 } else { 0 };
            }
            let grows = is_usual || self.turn.is_multiple_of(PER_GROWTH);
            self.size.rejected_step(compared.undecided, grows);
            if is_usual {
                self.factor = (0.5 * self.factor).max(1.0);
            }
            return false;
        }
        self.too_short = 0;
        let gain = &compared.gains[compared.best];
        self.size
            .accepted(gain.mean() / gain.std_error().max(f64::MIN_POSITIVE));
        if !is_usual {
            self.turn = 0;
            self.portfolio.rescale(0.5, 0.5 * self.cap);
            self.size.start_again();
        } else if trials[compared.best].length >= AT_LIMIT * limit {
            self.factor = (2.0 * self.factor).min(LARGEST);
        }
        true
    }
}

impl Method for TrustRegion {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        self.wide = self.widened();
        let settings = context.settings.with_samples(self.size.next());
        self.cap = context.task.mean_sigma() * (context.theta.len() as f64).sqrt();
        let (task, look, mut rollouts) = self.look_around(context, &settings)?;
        let mixed = &look.mixed;
        let mut around = Context {
            engine: &mut *context.engine,
            task: &task,
            settings: &settings,
            ..*context
        };
        rollouts += self.point(&mut around, &settings, &look)?;
        if self.wide == 1.0 {
            self.excess = comparison::excess_of(mixed, &task).max(0.5 * self.excess);
        }
        let square = vector(&mixed.gradient).norm_squared();
        self.is_noise = square <= NOISE * mixed.variance_of_gradient;
        self.size.spend(rollouts);
        Ok(Observed {
            rollouts,
            ..Observed::mixed(mixed, task.sigma())
        })
    }

    fn rollouts(&self, task: &Task, settings: &Settings) -> Result<u64> {
        let for_each = look::rollouts_of_sample(task, settings) + COUNT as u64;
        Ok(self.size.least(for_each))
    }

    fn spend(&mut self, rollouts: u64) {
        self.size.spend(rollouts);
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        let lengths = std::array::from_fn(|i| self.found[i].as_ref().map(|p| p.norm()));
        let limit = self.limit();
        let trials = match self.wide > 1.0 {
            true => Portfolio::new(1.0, 0.5 * self.wide * self.cap).trials(&lengths, limit),
            false => self.portfolio.trials(&lengths, limit),
        };
        if trials.is_empty() {
            self.blind += 1;
            self.size.rejected_step(true, true);
            return Ok(Moved {
                theta: None,
                length: 0.0,
                rollouts: 0,
            });
        }
        self.blind = 0;
        let theta = DVector::from_column_slice(context.theta);
        let moved = |t: &Trial| {
            self.found[t.way]
                .as_ref()
                .map_or(theta.clone(), |p| &theta - p * t.scale)
        };
        let mut thetas: Vec<Vec<f64>> = trials
            .iter()
            .map(|t| moved(t).as_slice().to_vec())
            .collect();
        let judge = Judge {
            excess: self.excess,
            sigma: context.task.sigma(),
        };
        let (samples, left) = (self.size.next(), self.size.left());
        let compared = judge.compare(context, &thetas, &trials, samples, left)?;
        self.size.spend(compared.rollouts);
        let accepted = self.learn(&trials, &compared);
        Ok(Moved {
            theta: accepted.then(|| thetas.swap_remove(compared.best)),
            length: trials[compared.best].length,
            rollouts: compared.rollouts,
        })
    }

    fn stopped(&self) -> Option<Stopped> {
        if self.blind >= PATIENCE {
            return Some(Stopped::GradientIsZero);
        }
        (self.too_short >= PATIENCE).then_some(Stopped::RadiusTooSmall)
    }

    fn criterion(&self) -> Criterion {
        Criterion::Last
    }
}
