//! How drawn directions become noise on theta: w = s z in each coordinate, or w = L z.

use nalgebra::{DMatrix, DVector};

/// The square root of the covariance of the noise.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// s, one for each coordinate.
    Diagonal(Vec<f64>),
    /// L, d × d
    Factor(DMatrix<f64>),
}

impl Shape {
    /// theta + sign w
    pub fn moved(&self, theta: &[f64], sign: f64, z: &[f64]) -> Vec<f64> {
        let beside = |w: &mut dyn Iterator<Item = f64>| {
            theta.iter().zip(w).map(|(t, w)| t + sign * w).collect()
        };
        match self {
            Shape::Diagonal(scale) => beside(&mut scale.iter().zip(z).map(|(s, z)| s * z)),
            Shape::Factor(_) => beside(&mut self.step(z).into_iter()),
        }
    }

    /// w of z.
    pub fn step(&self, z: &[f64]) -> Vec<f64> {
        match self {
            Shape::Diagonal(scale) => scale.iter().zip(z).map(|(s, z)| s * z).collect(),
            Shape::Factor(factor) => {
                let z = DVector::from_column_slice(z);
                (factor * z).as_slice().to_vec()
            }
        }
    }

    /// The root mean square of the standard deviations of all coordinates.
    pub fn sigma(&self) -> f64 {
        let (square, count) = match self {
            Shape::Diagonal(scale) => (scale.iter().map(|s| s * s).sum::<f64>(), scale.len()),
            Shape::Factor(factor) => (factor.norm_squared(), factor.nrows()),
        };
        (square / count.max(1) as f64).sqrt()
    }
}
