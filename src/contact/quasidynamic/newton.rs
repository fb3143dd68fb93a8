//! Many rows: primal-dual Newton with a falling μ.
//!
//! ```text
//! start   each row alone at μ₀ = 0.1 J: λ on its curve at v = c, s = μ₀/λ, d = d₀ + G J'λ
//! pass    μ <- max(μ_end, 0.2 μ);   w = λ/s,   e = μ/s - λ,   ρ = φ + J d - s
//!         (Q + J' diag(w) J) Δd = Q (d₀ - d) + J'(λ + e - w ρ)
//!         Δs = J Δd + ρ,   Δλ = e - w Δs
//!         a = min(1, 0.99/max(-Δs/s, -Δλ/λ));   d, s, λ <- d + a Δd, s + a Δs, λ + a Δλ
//! ```
//!
//! There is no line search, no logarithm and no first phase: starts may penetrate as deep as they like. Ten passes reach the
//! barrier's solution to 1e-6 m for κ up to 1e4; μ₀ is of the size of the energies K Δu²/2 of a step.
//!
//! Without smoothing the barrier is taken at the hardest μ of the [`Effort`], and the Newton step behind the loop aims at
//! s λ = 0 in place of μ: that subtracts μ dq/dμ, the first-order part of what the barrier changes.

use super::curve::{barrier, smoothed};
use super::implicit::{ManyRows, hessian};
use super::problem::{Problem, Step};
use crate::number::Scalar;

/// μ at the start, J.
const FIRST_MU: f64 = 0.1;
/// What becomes of μ from one pass to the next.
const FALL: f64 = 0.2;
/// How much of the way to the nearest bound a step may go.
const SHARE: f64 = 0.99;

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
        passes: 10,
        hardest: 1.0 / super::smoothing::LARGEST_WEIGHT_IN_F32,
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
    let force = iterate(problem, mu, effort.passes);
    let gap = force.map(|force| mu / force);
    let open = problem.open(&problem.motion(&force));
    let residual = std::array::from_fn(|k| {
        let aim = S::select(is_exact, S::constant(0.0), gap[k]);
        open[k] - aim
    });
    let weight = std::array::from_fn(|k| (force[k] / gap[k]).detach());
    let correction = ManyRows::new(problem.detached(), weight).solve(residual);
    problem.step(std::array::from_fn(|k| force[k] - correction[k]))
}

/// λ after so many passes.
fn iterate<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
    mu: S,
    passes: u32,
) -> [S; ROWS] {
    let mut items = Iterate::start(problem).numbers();
    let mut captured = problem.numbers();
    captured.push(mu);
    S::iterate_in_place(passes, &mut items, &captured, &mut |items, captured| {
        let problem = problem.with_numbers(captured);
        let mu = captured[captured.len() - 1];
        let next = Iterate::of_numbers(items).pass(&problem, mu);
        items.copy_from_slice(&next.numbers());
    });
    Iterate::<S, N, ROWS>::of_numbers(&items).force
}

/// What a pass changes.
struct Iterate<S, const N: usize, const ROWS: usize> {
    motion: [S; N],
    gap: [S; ROWS],
    force: [S; ROWS],
    mu: S,
}

impl<S: Scalar, const N: usize, const ROWS: usize> Iterate<S, N, ROWS> {
    /// Each row as if it were alone.
    fn start(problem: &Problem<S, N, ROWS>) -> Self {
        let (c, mu) = (problem.free_gap(), S::constant(FIRST_MU));
        let force = std::array::from_fn(|k| barrier(c[k], problem.compliance(k, k), mu).force);
        Self {
            motion: problem.motion(&force),
            gap: force.map(|force| mu / force),
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

    fn pass(&self, problem: &Problem<S, N, ROWS>, last_mu: S) -> Self {
        let rows = std::array::from_fn::<usize, ROWS, _>(|k| k);
        let (s, lambda) = (self.gap, self.force);
        let mu = last_mu.max(self.mu * FALL);
        let inverse = s.map(|s| S::constant(1.0) / s);
        let weight = rows.map(|k| lambda[k] * inverse[k]);
        let excess = rows.map(|k| mu * inverse[k] - lambda[k]);
        let open = problem.open(&self.motion);
        let off = rows.map(|k| open[k] - s[k]);
        // λ + e - w ρ, and the forces that do not balance.
        let aim = rows.map(|k| mu * inverse[k] - weight[k] * off[k]);
        let reaction = problem.reaction(&aim);
        let right = std::array::from_fn(|i| {
            let left = problem.free[i].map_or(-self.motion[i], |free| free - self.motion[i]);
            problem.stiffness[i] * left + reaction[i]
        });
        let motion = hessian(problem, &weight).solve(right);
        let opening = problem.opening(&motion);
        let gap = rows.map(|k| opening[k] + off[k]);
        let force = rows.map(|k| excess[k] - weight[k] * gap[k]);
        let share = share(
            &rows.map(|k| gap[k] * inverse[k]),
            &rows.map(|k| force[k] / lambda[k]),
        );
        Self {
            motion: std::array::from_fn(|i| self.motion[i] + share * motion[i]),
            gap: rows.map(|k| s[k] + share * gap[k]),
            force: rows.map(|k| lambda[k] + share * force[k]),
            mu,
        }
    }
}

/// The share of a step that keeps gaps and forces positive, from their relative changes.
fn share<S: Scalar, const ROWS: usize>(gap: &[S; ROWS], force: &[S; ROWS]) -> S {
    let least =
        |start: S, changes: &[S; ROWS]| changes.iter().fold(start, |least, x| least.min(*x));
    let least = least(least(S::constant(-SHARE), gap), force);
    S::constant(-SHARE) / least
}
