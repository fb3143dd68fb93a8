//! L-BFGS: curvature from gradients at successive thetas, for noise on the action, where a batch holds no secants of theta.
//!
//! ```text
//! s = theta - theta before,  y = g(theta) - g(theta before), under the same noise
//! q <- g;   from the newest pair to the oldest:  a = s·q/s·y,  q <- q - a y
//! q <- (s·y/y·y of the newest) q;   back again:  q <- q + s (a - y·q/s·y)
//! ```
//!
//! q is then H⁻¹ g of the BFGS update that starts from that multiple of 1 (Nocedal, Math. Comp. 35, 1980).

use nalgebra::DVector;
use std::collections::VecDeque;

/// Pairs that are kept.
const MEMORY: usize = 12;

/// A pair whose s·y is below this share of |s||y| has no curvature.
const SMALLEST: f64 = 1e-6;

/// The last pairs, the newest at the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lbfgs {
    pairs: VecDeque<(DVector<f64>, DVector<f64>)>,
}

impl Lbfgs {
    /// Adds a pair, if it has curvature; beyond twelve the oldest goes.
    pub fn add(&mut self, s: DVector<f64>, y: DVector<f64>) {
        if s.dot(&y) > SMALLEST * s.norm() * y.norm() {
            self.pairs.push_back((s, y));
        }
        while self.pairs.len() > MEMORY {
            self.pairs.pop_front();
        }
    }

    /// H⁻¹ g; none without pairs, or if it is not finite.
    pub fn solve(&self, g: &DVector<f64>) -> Option<DVector<f64>> {
        let (s, y) = self.pairs.back()?;
        let scale = s.dot(y) / y.norm_squared();
        let mut q = g.clone();
        let mut weights = Vec::with_capacity(self.pairs.len());
        for (s, y) in self.pairs.iter().rev() {
            let a = s.dot(&q) / s.dot(y);
            q.axpy(-a, y, 1.0);
            weights.push(a);
        }
        q *= scale;
        for ((s, y), a) in self.pairs.iter().zip(weights.into_iter().rev()) {
            let b = y.dot(&q) / s.dot(y);
            q.axpy(a - b, s, 1.0);
        }
        q.iter().all(|x| x.is_finite()).then_some(q)
    }
}
