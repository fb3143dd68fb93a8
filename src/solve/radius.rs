//! A radius by comparison: several step lengths at once, compared under common random numbers.
//!
//! At theta with gradient estimate g and radius r, the candidates are theta - q g/|g| for q = r/8, r/4, … 8r.
//!
//! - No q exceeds σ√d. The first-order model of a σ-smoothed function is worth that much and no more; without
//!   the cap a long step can leap to another minimum that the model knows nothing of.
//! - a(q) is the mean of f(theta, wᵢ) - f(theta - q g/|g|, wᵢ) over the same noise for both, se(q) its standard
//!   error. The q with the largest a - 2 se is taken if that is positive, and becomes the next r.
//! - If none is positive, r is halved and a fresh estimate is drawn.

use crate::engine::Decrease;
use crate::estimate::vector;

/// Multiples of the radius that are tried.
const MULTIPLES: [f64; 7] = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

/// How many standard errors a decrease must clear to count.
const CONFIDENCE: f64 = 2.0;

/// The radius is given up on below this share of the cap σ√d.
const SMALLEST: f64 = 1e-4;

/// The radius.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Radius {
    radius: f64,
    cap: f64,
}

/// What became of the candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// The candidate of this number was accepted; the radius is now its length.
    Accepted(usize),
    /// None was better beyond doubt; the radius was halved.
    Rejected,
}

impl Radius {
    /// A radius for noise of standard deviation `sigma` on `dimension` coordinates.
    pub fn new(radius: f64, sigma: f64, dimension: usize) -> Self {
        let cap = sigma * (dimension as f64).sqrt();
        Self {
            radius: radius.min(cap),
            cap,
        }
    }

    /// Follows a σ that changes: the cap becomes σ√d, and the radius stays below it.
    pub fn set_cap(&mut self, sigma: f64, dimension: usize) {
        self.cap = sigma * (dimension as f64).sqrt();
        self.radius = self.radius.min(self.cap);
    }

    /// r
    pub fn radius(&self) -> f64 {
        self.radius
    }

    /// Whether a run of rejections made it too small to go on.
    pub fn is_exhausted(&self) -> bool {
        self.radius < SMALLEST * self.cap
    }

    /// The lengths to try, increasing, none above σ√d.
    pub fn lengths(&self) -> Vec<f64> {
        let mut lengths: Vec<f64> = MULTIPLES
            .iter()
            .map(|m| (m * self.radius).min(self.cap))
            .collect();
        lengths.dedup();
        lengths
    }

    /// theta - q g/|g| for each length q; none if g is 0.
    pub fn candidates(&self, theta: &[f64], gradient: &[f64]) -> Vec<Vec<f64>> {
        let gradient = vector(gradient);
        let norm = gradient.norm();
        if norm == 0.0 {
            return Vec::new();
        }
        self.lengths()
            .iter()
            .map(|q| {
                let moved = vector(theta) - gradient * (q / norm);
                moved.as_slice().to_vec()
            })
            .collect()
    }

    /// Takes the best candidate, or halves the radius. A candidate with a non-finite sample, or
    /// whose sums overflowed, is no candidate.
    pub fn update(&mut self, decreases: &[Decrease]) -> Step {
        let best = decreases
            .iter()
            .enumerate()
            .filter(|(_, d)| d.nonfinite.count == 0 && d.count() > 0)
            .map(|(i, d)| (i, d.mean() - CONFIDENCE * d.std_error()))
            // Sums of finite costs may overflow in f32, and NaN is the largest of all.
            .filter(|(_, certain)| certain.is_finite())
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((i, certain)) if certain > 0.0 => {
                self.radius = self.lengths()[i];
                Step::Accepted(i)
            }
            _ => {
                self.radius *= 0.5;
                Step::Rejected
            }
        }
    }
}
