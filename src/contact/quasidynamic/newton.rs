//! Many rows: primal-dual Newton with a falling μ.
//!
//! ```text
//! start   λ of each row alone on its curve of μ₀ = 0.1 J, s = μ₀/λ; then 4 λ in place of λ, and d = d₀ + G J'λ
//! pass    μ <- max(μ_end, 0.2 μ);   1/w = s/λ + W/3·10⁶,   y = μ/λ - (φ + J d)
//!         (Q + J' diag(w) J) Δd = Q (d₀ - d) + J'(λ + w y)
//!         Δs = φ + J (d + Δd) - s,   Δλ = w (y - J Δd)
//!         a = min(1, 0.999/max(-Δs/s)),   b = min(1, 0.999/max(-Δλ/λ));   d, s, λ <- d + a Δd, s + a Δs, λ + b Δλ
//! ```
//!
//! There is no line search, no logarithm and no first phase: starts may penetrate as deep as they like. Ten passes reach the
//! barrier's solution for κ up to 1e4, and twelve for κ = 1e6; μ₀ is of the size of the energies K Δu²/2 of a step.
//!
//! Motions and forces take steps of their own. With one step for both, rows that are squeezed from two sides hold up all
//! others: of 4000 hands with arms up to 4 cm inside of the ball, 193 were not within 2e-6 m after ten passes at κ = 1e4;
//! with two steps 20, and with forces that start too high rather than too low 2.
//!
//! Without smoothing the barrier is taken at the hardest μ of the [`Effort`], and the Newton step behind the loop aims at
//! s λ = 0 in place of μ: that subtracts μ dq/dμ, the first-order part of what the barrier changes.

use super::curve::{barrier, smoothed};
use super::implicit::{Found, delassus, polished};
use super::problem::{Problem, Step};
use super::symmetric::{Factors, Symmetric};
use crate::number::Scalar;

/// μ at the start, J.
const FIRST_MU: f64 = 0.1;
/// What becomes of μ from one pass to the next.
const FALL: f64 = 0.2;
/// How much stiffer than its own compliance a pass takes a row to be, at most: in f32 nothing would be left of soft directions
/// beside stiffer ones. Rows that press against each other and move nothing settle the more slowly the less this is.
const STIFFEST: f64 = 3e6;
/// How much of the way to the nearest bound a step may go.
const SHARE: f64 = 0.999;
/// How many times the forces of rows alone all rows start with.
const START: f64 = 4.0;

/// How much work a step of many rows takes, and how hard its contact is without smoothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Passes of the loop.
    pub passes: u32,
    /// The smallest μ, J, which stands for no smoothing: what is smaller is taken to be that.
    pub hardest: f64,
}

impl Effort {
    /// For f32 and whatever is to agree with it.
    pub const SINGLE: Self = Self {
        passes: 12,
        hardest: 1e-7,
    };
    /// For f64 alone.
    pub const DOUBLE: Self = Self {
        passes: 24,
        hardest: 1e-10,
    };
}

/// The step of many rows; μ = 0 for no smoothing.
pub fn many_rows<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
    mu: S,
    effort: Effort,
) -> Step<S, N, ROWS> {
    let (is_exact, _) = smoothed(mu);
    let mu = mu.max(S::constant(effort.hardest));
    let (gap, force) = iterate(problem, mu, effort.passes);
    let open = problem.open(&problem.motion(&force));
    let residual = std::array::from_fn(|k| {
        let aim = S::select(is_exact, S::constant(0.0), mu / force[k]);
        open[k] - aim
    });
    let slope = std::array::from_fn(|k| (gap[k] / force[k]).detach());
    let found = Found {
        force,
        residual,
        slope,
    };
    problem.step(polished(delassus(&problem.detached()), found))
}

/// s and λ after so many passes.
fn iterate<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
    mu: S,
    passes: u32,
) -> ([S; ROWS], [S; ROWS]) {
    let own: [S; ROWS] = std::array::from_fn(|k| problem.compliance(k, k));
    let mut items = Iterate::start(problem, &own).numbers();
    let captured = [problem.numbers(), own.to_vec(), vec![mu]].concat();
    S::iterate_in_place(passes, &mut items, &captured, &mut |items, captured| {
        let (problem, rest) = problem.with_numbers(captured);
        let next = Iterate::of_numbers(items).pass(&problem, rest);
        items.copy_from_slice(&next.numbers());
    });
    let last = Iterate::<S, N, ROWS>::of_numbers(&items);
    (last.gap, last.force)
}

/// What a pass changes.
struct Iterate<S, const N: usize, const ROWS: usize> {
    motion: [S; N],
    gap: [S; ROWS],
    force: [S; ROWS],
    mu: S,
}

impl<S: Scalar, const N: usize, const ROWS: usize> Iterate<S, N, ROWS> {
    /// Each row as if it were alone, `own` being its compliance.
    fn start(problem: &Problem<S, N, ROWS>, own: &[S; ROWS]) -> Self {
        let (c, mu) = (problem.free_gap(), S::constant(FIRST_MU));
        let alone: [S; ROWS] = std::array::from_fn(|k| barrier(c[k], own[k], mu).force);
        let force = alone.map(|force| force * START);
        Self {
            motion: problem.motion(&force),
            gap: alone.map(|force| mu / force),
            force,
            mu,
        }
    }

    fn numbers(&self) -> Vec<S> {
        let parts = [&self.motion[..], &self.gap, &self.force, &[self.mu]];
        parts.concat()
    }

    /// The inverse of [`Iterate::numbers`].
    fn of_numbers(numbers: &[S]) -> Self {
        Self {
            motion: std::array::from_fn(|i| numbers[i]),
            gap: std::array::from_fn(|k| numbers[N + k]),
            force: std::array::from_fn(|k| numbers[N + ROWS + k]),
            mu: numbers[N + 2 * ROWS],
        }
    }

    /// The next pass; `rest` are the compliances of the rows, then μ at the end.
    fn pass(&self, problem: &Problem<S, N, ROWS>, rest: &[S]) -> Self {
        let rows = std::array::from_fn::<usize, ROWS, _>(|k| k);
        let (s, lambda) = (self.gap, self.force);
        let mu = rest[ROWS].max(self.mu * FALL);
        let one = S::constant(1.0);
        let inverse = lambda.map(|lambda| one / lambda);
        let weight = rows.map(|k| one / (s[k] * inverse[k] + rest[k] * (1.0 / STIFFEST)));
        let open = problem.open(&self.motion);
        // What rows lack to the gap of their force, and the forces that do not balance.
        let lack = rows.map(|k| mu * inverse[k] - open[k]);
        let reaction = problem.reaction(&rows.map(|k| lambda[k] + weight[k] * lack[k]));
        let right = std::array::from_fn(|i| {
            let left = problem.free[i].map_or(-self.motion[i], |free| free - self.motion[i]);
            problem.stiffness[i] * left + reaction[i]
        });
        let motion = hessian(problem, &weight).solve(right);
        let opening = problem.opening(&motion);
        let gap = rows.map(|k| open[k] + opening[k] - s[k]);
        let force = rows.map(|k| weight[k] * (lack[k] - opening[k]));
        let open = share(&rows.map(|k| gap[k] / s[k]));
        let press = share(&rows.map(|k| force[k] * inverse[k]));
        Self {
            motion: std::array::from_fn(|i| self.motion[i] + open * motion[i]),
            gap: rows.map(|k| s[k] + open * gap[k]),
            force: rows.map(|k| lambda[k] + press * force[k]),
            mu,
        }
    }
}

/// The share of a step that keeps what is positive so, from its relative changes.
fn share<S: Scalar, const ROWS: usize>(changes: &[S; ROWS]) -> S {
    let bound = S::constant(-SHARE);
    bound / changes.iter().fold(bound, |least, x| least.min(*x))
}

/// Q + J' diag(w) J
fn hessian<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
    weight: &[S; ROWS],
) -> Factors<S, N> {
    let mut matrix = Symmetric::diagonal(&problem.stiffness);
    for (row, weight) in problem.jacobian.iter().zip(weight) {
        matrix.add(*weight, row);
    }
    matrix.factors()
}
