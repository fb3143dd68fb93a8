//! Which theta a descent returns.

/// What makes a theta the best one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Criterion {
    /// It is the last: theta only moves to what is better beyond doubt.
    Last,
    /// It has the least estimate of F.
    LeastValue,
    /// It has the least cost without noise: σ changes, so that the estimates of F do not compare.
    LeastCost,
}

/// A theta that was looked at.
struct Kept {
    value: f64,
    theta: Vec<f64>,
    iteration: u32,
}

/// The best theta so far.
pub(super) struct Best {
    pub criterion: Criterion,
    kept: Option<Kept>,
}

impl Best {
    pub fn new(criterion: Criterion) -> Self {
        Self {
            criterion,
            kept: None,
        }
    }

    /// Whether no theta was looked at yet.
    pub fn is_none(&self) -> bool {
        self.kept.is_none()
    }

    /// Keeps theta if it is the best so far; of equal ones the first. `value` is what the criterion compares.
    pub fn consider(&mut self, value: f64, theta: &[f64], iteration: u32) {
        let is_better = match (self.criterion, &self.kept) {
            (Criterion::Last, _) | (_, None) => true,
            (_, Some(best)) => value < best.value,
        };
        if is_better {
            self.kept = Some(Kept {
                value,
                theta: theta.to_vec(),
                iteration,
            });
        }
    }

    /// The iteration that began at it, and it.
    pub fn take_theta(&mut self) -> Option<(u32, Vec<f64>)> {
        self.kept.take().map(|best| (best.iteration, best.theta))
    }
}
