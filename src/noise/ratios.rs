//! Noise that is larger on some controls, or at some times, than on others.
//!
//!   σ_{t,a} = σ r_{t,a},   r_{t,a} = first_a (n - t) + last_a t,   w_{t,a} = r_{t,a} y,   S(w) = S_σ(w/r)/r,   y of the common σ
//!
//! with n steps from the first time to the last, and both ends divided by n: sums of what is not negative, so that nothing cancels
//! where the noise ends at 0. An element without noise, r = 0, has the score 0. Elements stand control by control at each time, or at
//! each of the values that stand for times.

/// r of each element.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratios {
    /// At the first time over n, one for each control.
    pub first: Vec<f64>,
    /// At the last time over n.
    pub last: Vec<f64>,
    /// n, 1 or more.
    pub steps: usize,
}

impl Ratios {
    /// From the first time to the last of so many, the two ends for each control.
    pub fn between(ends: &[[f64; 2]], times: usize) -> Self {
        let steps = times.saturating_sub(1).max(1);
        Self {
            first: ends.iter().map(|[first, _]| first / steps as f64).collect(),
            last: ends.iter().map(|[_, last]| last / steps as f64).collect(),
            steps,
        }
    }

    /// Steps to the last time, those from the first, and the control.
    fn place(&self, element: usize) -> (usize, usize, usize) {
        let (time, a) = (element / self.first.len(), element % self.first.len());
        (self.steps.saturating_sub(time), time, a)
    }

    /// r of an element.
    pub fn of(&self, element: usize) -> f64 {
        let (left, gone, a) = self.place(element);
        self.first[a] * left as f64 + self.last[a] * gone as f64
    }

    /// The same in f32, operation by operation as the shader does it.
    #[inline(always)]
    pub fn of_f32(&self, element: usize) -> f32 {
        let (left, gone, a) = self.place(element);
        self.first[a] as f32 * left as f32 + self.last[a] as f32 * gone as f32
    }
}
