//! What the rounding of a sample is said to be.

use crate::number::rounded::{RUNS, Rounded, root_mean_square};

/// How far f32 may lie from f64 in one sample, and how near it is to another branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// The smallest margin of all comparisons of the trajectory; see [`Rounded`].
    pub margin: f64,
    /// Of f - f(theta, 0).
    pub deviation: Errors,
    /// Of the same without noise; 0 unless initial state or parameters are random.
    pub baseline: Errors,
    /// Of g₁.
    pub first_order: Errors,
    /// Of the score.
    pub score: Errors,
}

/// The errors of the runs in a number or a vector x.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Errors {
    /// The rms of |e|.
    pub size: f64,
    /// x·e of each run: whether it is off along x.
    pub along: [f64; RUNS],
}

impl Errors {
    /// Of a number or a vector.
    pub(super) fn of(vector: &[Rounded]) -> Self {
        let (mut squares, mut along) = ([0.0; RUNS], [0.0; RUNS]);
        for x in vector {
            for (run, error) in x.errors().into_iter().enumerate() {
                squares[run] += error * error;
                along[run] += x.value * error;
            }
        }
        Self {
            size: root_mean_square(&squares.map(f64::sqrt)),
            along,
        }
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The cost alone; first order and score are taken to be without error.
    Cost,
    /// First order and score too.
    All,
}
