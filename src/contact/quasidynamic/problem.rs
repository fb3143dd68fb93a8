//! The convex problem of one step, and its maps between forces and motions.

use crate::number::Scalar;

/// A row of J: how its gap changes with each coordinate; none where it never does.
///
/// Zeros that are known when the system is written cost nothing: they are no operations of the graph.
pub type Row<S, const N: usize> = [Option<S>; N];

/// Least ½ (d - d₀)'Q (d - d₀) over the motions d of N coordinates that keep the rows φ + J d open. Coordinates are in m or rad.
#[derive(Clone, Copy, Debug)]
pub struct Problem<S, const N: usize, const ROWS: usize> {
    /// Q, the stiffness of each coordinate against motion, above 0: N/m or N m.
    pub stiffness: [S; N],
    /// d₀ = Q⁻¹ b, the motion without contact: u - q of a coordinate that is pulled to u; none where it stays.
    pub free: Row<S, N>,
    /// φ, the gap of each row before anything moves: m.
    pub gap: [S; ROWS],
    /// J: 1 or m.
    pub jacobian: [Row<S, N>; ROWS],
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
pub struct Step<S, const N: usize, const ROWS: usize> {
    /// d, the motion of each coordinate: m or rad.
    pub motion: [S; N],
    /// λ, the force of each row: N.
    pub force: [S; ROWS],
}

/// Σ aᵢ bᵢ over what is there in both; none if that is nothing.
fn product<S: Scalar>(pairs: impl Iterator<Item = (Option<S>, Option<S>)>) -> Option<S> {
    let terms = pairs.filter_map(|(a, b)| Some(a? * b?));
    terms.reduce(|sum, term| sum + term)
}

impl<S: Scalar, const N: usize, const ROWS: usize> Problem<S, N, ROWS> {
    /// G = Q⁻¹: of parameters alone in most systems, where it is a number by the time that steps run.
    fn softness(&self) -> [S; N] {
        self.stiffness.map(|stiffness| S::constant(1.0) / stiffness)
    }

    /// J d, row by row.
    pub fn opening(&self, motion: &[S; N]) -> [S; ROWS] {
        self.jacobian.map(|row| {
            let terms = row.into_iter().zip(motion.map(Some));
            product(terms).unwrap_or(S::constant(0.0))
        })
    }

    /// J'λ, coordinate by coordinate.
    pub fn reaction(&self, force: &[S; ROWS]) -> [S; N] {
        std::array::from_fn(|i| {
            let column = self.jacobian.iter().map(|row| row[i]);
            product(column.zip(force.map(Some))).unwrap_or(S::constant(0.0))
        })
    }

    /// G J'λ, what the forces add to the motion.
    pub fn response(&self, force: &[S; ROWS]) -> [S; N] {
        let reaction = self.reaction(force);
        let soft = self.softness();
        std::array::from_fn(|i| reaction[i] * soft[i])
    }

    /// d = d₀ + G J'λ
    pub fn motion(&self, force: &[S; ROWS]) -> [S; N] {
        let response = self.response(force);
        std::array::from_fn(|i| self.free[i].map_or(response[i], |free| free + response[i]))
    }

    /// φ + J d
    pub fn open(&self, motion: &[S; N]) -> [S; ROWS] {
        let opening = self.opening(motion);
        std::array::from_fn(|k| self.gap[k] + opening[k])
    }

    /// c = φ + J d₀, the gaps of the motion without contact.
    pub fn free_gap(&self) -> [S; ROWS] {
        std::array::from_fn(|k| {
            let terms = self.jacobian[k].into_iter().zip(self.free);
            product(terms).map_or(self.gap[k], |opening| self.gap[k] + opening)
        })
    }

    /// Wⱼₖ = Σᵢ Jⱼᵢ Gᵢ Jₖᵢ, an entry of the Delassus matrix: how far row j opens for a force on row k, m/N.
    pub fn compliance(&self, j: usize, k: usize) -> S {
        let soft = self.softness();
        let soft: Row<S, N> = std::array::from_fn(|i| Some(self.jacobian[k][i]? * soft[i]));
        let terms = self.jacobian[j].into_iter().zip(soft);
        product(terms).unwrap_or(S::constant(0.0))
    }

    /// The step of these forces.
    pub fn step(&self, force: [S; ROWS]) -> Step<S, N, ROWS> {
        Step {
            motion: self.motion(&force),
            force,
        }
    }
}
