//! CMA-ES: the samples' ranks adapt the mean, the step size and the covariance of the search.
//!
//! ```text
//! yᵢ ~ N(0, C),  f at theta + s yᵢ,  ranked;  y = Σ wᵢ yᵢ over the better half
//! theta <- theta + s y
//! p_s <- (1 - c_s) p_s + √(c_s (2 - c_s) μ_eff) C^(-1/2) y        s <- s exp((c_s/d_s)(|p_s|/E|N(0, I)| - 1))
//! p_c <- (1 - c_c) p_c + h √(c_c (2 - c_c) μ_eff) y
//! C   <- (1 - c₁ - c_μ) C + c₁ (p_c p_cᵀ + (1 - h) c_c (2 - c_c) C) + c_μ Σ wᵢ yᵢ yᵢᵀ
//! ```
//!
//! The constants are those of Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772, with positive weights
//! only. C is full up to d = 128. Beyond, it is diagonal and c₁, c_μ are (d + 2)/3 times larger: sep-CMA-ES (Ros and
//! Hansen, PPSN 2008), which learns the scale of each coordinate but not how coordinates depend on each other. s starts
//! at σ of the task. It minimises the cost where samples end up, at last without noise, and not F.

use super::best::Criterion;
use super::method::{Context, Method, Moved, Observed};
use super::stopped::Stopped;
use crate::engine::moments::Spread;
use crate::engine::{Stream, Wanted};
use crate::error::{Error, Result};
use crate::estimate::Settings;
use crate::estimate::directions::{Costs, Directions, Layout};
use crate::estimate::zeroth::nominal;
use crate::system::task::Task;
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// Largest d with a full covariance: its eigenvectors take some d³ operations.
const LARGEST_FULL: usize = 128;

/// Numbers of one population, at most: 128 MiB.
const MOST_VALUES: u64 = 1 << 24;

/// The search is over when the spread is below this share of σ of the task.
const SMALLEST: f64 = 1e-4;

/// Samples unless told: 4 + 3 ln d, rounded down, in Hansen's notation λ.
pub(super) fn population(dimension: usize) -> u64 {
    4 + (3.0 * (dimension as f64).ln()).floor() as u64
}

/// Refuses a population that is too small to rank or too large to keep.
pub(super) fn check(samples: u64, task: &Task) -> Result<()> {
    let most = MOST_VALUES / task.dimension().max(1) as u64;
    if (4..=most).contains(&samples) {
        return Ok(());
    }
    let expected = format!("from 4 to {most} with `descent` cma-es, which keeps all samples");
    Err(Error::invalid("samples", samples, &expected))
}

/// C with its square root.
enum Covariance {
    /// C, and B and D with C = B D² Bᵀ.
    Full(DMatrix<f64>, DMatrix<f64>, DVector<f64>),
    Diagonal(DVector<f64>),
}

impl Covariance {
    fn new(d: usize) -> Self {
        match d <= LARGEST_FULL {
            true => Self::Full(
                DMatrix::identity(d, d),
                DMatrix::identity(d, d),
                DVector::repeat(d, 1.0),
            ),
            false => Self::Diagonal(DVector::repeat(d, 1.0)),
        }
    }

    /// C^(1/2) z, as B D z
    fn scaled(&self, z: &DVector<f64>) -> DVector<f64> {
        match self {
            Self::Full(_, b, d) => b * d.component_mul(z),
            Self::Diagonal(c) => c.map(f64::sqrt).component_mul(z),
        }
    }

    /// C^(-1/2) y for y = C^(1/2) z
    fn whitened(&self, z: &DVector<f64>) -> DVector<f64> {
        match self {
            Self::Full(_, b, _) => b * z,
            Self::Diagonal(_) => z.clone(),
        }
    }

    /// keep C + c₁ p pᵀ + c_μ Σ w y yᵀ
    fn update(
        &mut self,
        keep: f64,
        c1: f64,
        path: &DVector<f64>,
        c_mu: f64,
        best: &[(f64, DVector<f64>)],
    ) {
        match self {
            Self::Full(c, b, d) => {
                *c *= keep;
                c.ger(c1, path, path, 1.0);
                for (w, y) in best {
                    c.ger(c_mu * w, y, y, 1.0);
                }
                let eigen = SymmetricEigen::new(c.clone());
                *b = eigen.eigenvectors;
                *d = eigen.eigenvalues.map(|v| v.max(0.0).sqrt());
            }
            Self::Diagonal(c) => {
                *c *= keep;
                *c += path.component_mul(path) * c1;
                for (w, y) in best {
                    *c += y.component_mul(y) * (c_mu * w);
                }
            }
        }
    }

    /// The mean variance of a coordinate.
    fn mean_variance(&self) -> f64 {
        match self {
            Self::Full(c, ..) => c.diagonal().mean(),
            Self::Diagonal(c) => c.mean(),
        }
    }
}

/// The constants of d and λ.
struct Constants {
    weights: Vec<f64>,
    mu_eff: f64,
    c_s: f64,
    d_s: f64,
    c_c: f64,
    c_1: f64,
    c_mu: f64,
    /// E|N(0, I)|
    chi: f64,
}

impl Constants {
    fn new(d: f64, samples: u64, faster: f64) -> Self {
        let half = (samples / 2).max(1);
        let raw = |i: u64| ((samples as f64 + 1.0) / 2.0).ln() - (i as f64).ln();
        let sum: f64 = (1..=half).map(raw).sum();
        let weights: Vec<f64> = (1..=half).map(|i| raw(i) / sum).collect();
        let mu_eff = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
        let c_s = (mu_eff + 2.0) / (d + mu_eff + 5.0);
        let c_1 = (2.0 / ((d + 1.3).powi(2) + mu_eff) * faster).min(0.5);
        let c_mu = 2.0 * (mu_eff - 2.0 + 1.0 / mu_eff) / ((d + 2.0).powi(2) + mu_eff);
        Self {
            d_s: 1.0 + 2.0 * (((mu_eff - 1.0) / (d + 1.0)).sqrt() - 1.0).max(0.0) + c_s,
            c_c: (4.0 + mu_eff / d) / (d + 4.0 + 2.0 * mu_eff / d),
            c_mu: (c_mu * faster).min(1.0 - c_1),
            chi: d.sqrt() * (1.0 - 1.0 / (4.0 * d) + 1.0 / (21.0 * d * d)),
            weights,
            mu_eff,
            c_s,
            c_1,
        }
    }
}

pub(super) struct CmaEs {
    constants: Constants,
    covariance: Covariance,
    scale: f64,
    smallest: f64,
    path_s: DVector<f64>,
    path_c: DVector<f64>,
    /// w, z and y of the better half, best first.
    best: Vec<(f64, DVector<f64>, DVector<f64>)>,
}

impl CmaEs {
    pub fn new(task: &Task, samples: u64) -> Self {
        let d = task.dimension();
        let size = d as f64;
        let faster = if d <= LARGEST_FULL {
            1.0
        } else {
            (size + 2.0) / 3.0
        };
        Self {
            constants: Constants::new(size, samples, faster),
            covariance: Covariance::new(d),
            scale: task.sigma(),
            smallest: SMALLEST * task.sigma(),
            path_s: DVector::zeros(d),
            path_c: DVector::zeros(d),
            best: Vec::new(),
        }
    }

    fn spread(&self) -> f64 {
        self.scale * self.covariance.mean_variance().sqrt()
    }
}

impl Method for CmaEs {
    fn observe(&mut self, context: &mut Context<'_>) -> Result<Observed> {
        let (task, theta, settings) = (context.task, context.theta, context.settings);
        check(settings.samples, task)?;
        let d = theta.len();
        let layout = Layout::new(Directions::Independent, settings.samples, d)?;
        let batch = settings.batch(context.number, Stream::Estimate, Wanted::ZerothOrder);
        let cost = nominal(context.engine, task, theta, &batch)?;
        let rows = layout.draw(batch.key(), 0..layout.units);
        let drawn: Vec<DVector<f64>> = rows.chunks(d).map(DVector::from_column_slice).collect();
        let at = |z: &DVector<f64>| -> Vec<f64> {
            let y = self.covariance.scaled(z);
            theta
                .iter()
                .zip(&y)
                .map(|(t, y)| t + self.scale * y)
                .collect()
        };
        let thetas: Vec<Vec<f64>> = drawn.iter().map(at).collect();
        let costs = Costs {
            ahead: context.engine.costs(task, theta, &thetas, &batch)?,
            behind: Vec::new(),
        };
        costs.check(settings.nonfinite, task)?;
        let mut order: Vec<usize> = (0..drawn.len())
            .filter(|&i| costs.ahead[i].is_finite())
            .collect();
        let mut spread = Spread::default();
        order.iter().for_each(|&i| spread.add(costs.ahead[i]));
        order.sort_by(|&a, &b| costs.ahead[a].total_cmp(&costs.ahead[b]));
        let ranked = order.iter().zip(&self.constants.weights);
        self.best = ranked
            .map(|(&i, &w)| (w, drawn[i].clone(), self.covariance.scaled(&drawn[i])))
            .collect();
        Ok(Observed {
            effective_samples: Some(self.constants.mu_eff),
            rollouts: settings.samples,
            ..Observed::costs_only(cost, cost + spread.mean, spread.std_error(), self.spread())
        })
    }

    fn rollouts(&self, _: &Task, settings: &Settings) -> Result<u64> {
        Ok(settings.samples)
    }

    fn step(&mut self, context: &mut Context<'_>) -> Result<Moved> {
        let k = &self.constants;
        let d = context.theta.len();
        let (mut z, mut y) = (DVector::zeros(d), DVector::zeros(d));
        for (w, zi, yi) in &self.best {
            z.axpy(*w, zi, 1.0);
            y.axpy(*w, yi, 1.0);
        }
        let moved = context
            .theta
            .iter()
            .zip(&y)
            .map(|(t, y)| t + self.scale * y);
        let moved: Vec<f64> = moved.collect();
        let gain = (k.c_s * (2.0 - k.c_s) * k.mu_eff).sqrt();
        self.path_s = &self.path_s * (1.0 - k.c_s) + self.covariance.whitened(&z) * gain;
        let length = self.path_s.norm();
        let settled = 1.0 - (1.0 - k.c_s).powf(2.0 * (f64::from(context.number) + 1.0));
        let limit = (1.4 + 2.0 / (d as f64 + 1.0)) * k.chi;
        let h = if length / settled.sqrt() < limit {
            1.0
        } else {
            0.0
        };
        let gain = h * (k.c_c * (2.0 - k.c_c) * k.mu_eff).sqrt();
        self.path_c = &self.path_c * (1.0 - k.c_c) + y * gain;
        let keep = 1.0 - k.c_1 - k.c_mu + k.c_1 * (1.0 - h) * k.c_c * (2.0 - k.c_c);
        let best: Vec<_> = std::mem::take(&mut self.best);
        let best: Vec<_> = best.into_iter().map(|(w, _, y)| (w, y)).collect();
        self.covariance
            .update(keep, k.c_1, &self.path_c, k.c_mu, &best);
        self.scale *= ((k.c_s / k.d_s) * (length / k.chi - 1.0)).exp();
        Ok(Moved::to(context.theta, moved))
    }

    fn stopped(&self) -> Option<Stopped> {
        let spread = self.spread();
        (spread.is_nan() || spread < self.smallest).then_some(Stopped::SpreadTooSmall)
    }

    fn criterion(&self) -> Criterion {
        Criterion::LeastCost
    }
}
