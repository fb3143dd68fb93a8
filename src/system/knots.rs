//! Values of theta that stand at times: a control that is held for some steps, or a spline.
//!
//! ```text
//! held=N       u_t = c_j                                             j = ⌊t/N⌋, s = t/N - j
//! spline=N     u_t = Σ_k B_k(s) c_{j+k},  k = 0 … 3                  the uniform cubic B-spline, twice differentiable in time
//!              B = (1-s)³/6, (3s³ - 6s² + 4)/6, (-3s³ + 3s² + 3s + 1)/6, s³/6
//! ```
//!
//! c_j are M values each, ⌈H/N⌉ of them, and three more for a spline. Noise on theta is then noise of low frequency on the
//! controls, and its score that of the c_j, which are independent.

/// Where the values stand, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knots {
    /// Steps from one to the next.
    pub steps: usize,
    /// How many values each step takes: 1 or 4.
    pub taken: usize,
    /// How many there are of each control.
    pub count: usize,
}

impl Knots {
    /// Values that are held for so many steps.
    pub fn held(steps: usize, horizon: usize) -> Self {
        Self {
            steps,
            taken: 1,
            count: horizon.div_ceil(steps),
        }
    }

    /// Those of a cubic B-spline.
    pub fn spline(steps: usize, horizon: usize) -> Self {
        Self {
            steps,
            taken: 4,
            count: horizon.div_ceil(steps) + 3,
        }
    }

    /// The first value that the step at time t takes.
    pub fn first(&self, t: usize) -> usize {
        t / self.steps
    }

    /// Steps after which the factors repeat.
    pub fn period(&self) -> usize {
        match self.taken {
            1 => 1,
            _ => self.steps,
        }
    }

    /// The factors of the values that the step at time t takes; the others are 0.
    pub fn factors(&self, t: usize) -> [f64; 4] {
        if self.taken == 1 {
            return [1.0, 0.0, 0.0, 0.0];
        }
        let s = (t % self.steps) as f64 / self.steps as f64;
        let (square, cube, rest) = (s * s, s * s * s, 1.0 - s);
        [
            rest * rest * rest / 6.0,
            (3.0 * cube - 6.0 * square + 4.0) / 6.0,
            (-3.0 * cube + 3.0 * square + 3.0 * s + 1.0) / 6.0,
            cube / 6.0,
        ]
    }

    /// Index and factor of each value of control a, of M, that the step at time t takes.
    pub fn terms(&self, t: usize, a: usize, controls: usize) -> impl Iterator<Item = (usize, f64)> {
        let (first, factors) = (self.first(t), self.factors(t));
        let index = move |k: usize| (first + k) * controls + a;
        (0..self.taken).map(move |k| (index(k), factors[k]))
    }
}
