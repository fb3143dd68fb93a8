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
//! s λ = 0 in place of μ: that subtracts μ dq/dμ, the first-order part of what the barrier changes. In f64 twenty passes and stiff
//! rows tell which rows touch, and that step closes those and lets go of all others: of 3991 random hands none is farther than 3e-9 m
//! from an independent solver, and no row pulls. In f32 half of them are within 1.3e-8 m, 99 % within 7e-7 m, and 30 farther off than 1e-6 m,
//! by up to 1.7e-4 m; more passes would leave 2, at the same stiffness.

use super::compliance::solved;
use super::curve::{barrier, smoothed};
use super::problem::{Problem, Row, Step};
use super::rows::{Rows, dot, lower, symmetric_at, taken};
use crate::number::Scalar;
use crate::number::linear::solve_symmetric;

/// μ at the start, J.
pub(super) const FIRST_MU: f64 = 0.1;
/// What becomes of μ from one pass to the next.
pub(super) const FALL: f64 = 0.2;
/// How much of the way to the nearest bound a step may go.
pub(super) const SHARE: f64 = 0.999;
/// How many times the forces of rows alone all rows start with.
pub(super) const START: f64 = 4.0;

/// How much work a step of many rows takes, and how hard its contact is without smoothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Passes of the loop.
    pub passes: u32,
    /// The smallest μ, J, which stands for no smoothing: what is smaller is taken to be that.
    pub hardest: f64,
    /// How much stiffer than its own compliance a pass takes a row to be, at most: in f32 nothing would be left of soft directions
    /// beside stiffer ones. Rows that press against each other and move nothing settle the more slowly the less this is.
    pub stiffest: f64,
    /// Whether the step without smoothing ends on the rows that touch, those with W λ > s: they are closed, and no other row has
    /// a force. That is the exact step where the passes have settled which rows these are, and far from it where not.
    pub crosses_over: bool,
}

impl Effort {
    /// For f32 and whatever is to agree with it: the step of a system, which is one text for all numbers.
    pub const SINGLE: Self = Self {
        passes: 12,
        hardest: 1e-10,
        stiffest: 3e6,
        crosses_over: false,
    };
    /// For steps in f64 alone.
    pub const DOUBLE: Self = Self {
        passes: 20,
        hardest: 1e-10,
        stiffest: 3e8,
        crosses_over: true,
    };
    /// For derivatives without smoothing: those of the limit of the barrier. A row that just touches, with no force on it, is half
    /// closed there; where it is open, as in the exact step, a robot that has come to rest at an object would see none.
    pub const LIMIT: Self = Self {
        crosses_over: false,
        ..Self::DOUBLE
    };
}

/// The compliance that stands for none beside the own one of a row that touches, and the inverse of how much there is for one that
/// does not.
pub(super) const CLOSED: f64 = 1e-10;

/// The step of many rows; μ = 0 for no smoothing.
pub fn many_rows<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
    mu: S,
    effort: Effort,
) -> Step<S, N, ROWS> {
    let (is_exact, _) = smoothed(mu);
    let mu = mu.max(S::constant(effort.hardest));
    let rows = Rows::of(problem);
    let (gap, mut force) = iterate(problem, &rows, mu, effort);
    let mut slope: [S; ROWS] = std::array::from_fn(|k| gap[k] / force[k]);
    let mut aim: [S; ROWS] =
        std::array::from_fn(|k| S::select(is_exact, S::constant(0.0), mu / force[k]));
    let touches: [S::Mask; ROWS] = std::array::from_fn(|k| slope[k].less(problem.compliance(k, k)));
    if effort.crosses_over {
        for k in 0..ROWS {
            let own = problem.compliance(k, k).detach();
            let closed = S::select(touches[k], own * CLOSED, own * (1.0 / CLOSED));
            slope[k] = S::select(is_exact, closed, slope[k]);
            let left = S::select(touches[k], force[k], S::constant(0.0));
            force[k] = S::select(is_exact, left, force[k]);
        }
    }
    let open = problem.open(&problem.motion(&force));
    if effort.crosses_over {
        for k in 0..ROWS {
            // What does not touch is left where it opens to.
            let left = S::select(touches[k], S::constant(0.0), open[k]);
            aim[k] = S::select(is_exact, left, aim[k]);
        }
    }
    let mut correction: [S; ROWS] = std::array::from_fn(|k| open[k] - aim[k]);
    solved(&rows, &inverse(&problem.stiffness), &slope, &mut correction);
    problem.step(std::array::from_fn(|k| force[k] - correction[k]))
}

fn inverse<S: Scalar, const N: usize>(values: &[S; N]) -> [S; N] {
    values.map(|x| S::constant(1.0) / x)
}

/// s and λ after so many passes.
fn iterate<S: Scalar, const N: usize, const ROWS: usize>(
    problem: &Problem<S, N, ROWS>,
    rows: &Rows<S>,
    mu: S,
    effort: Effort,
) -> ([S; ROWS], [S; ROWS]) {
    let (start, soft) = Iterate::start(problem, rows, effort.stiffest);
    let mut items = start.numbers();
    let free: Vec<S> = problem.free.iter().filter_map(|x| *x).collect();
    let fixed = [&[mu], &problem.stiffness[..], &free].concat();
    let captured = [fixed, problem.gap.to_vec(), soft, rows.columns.concat()].concat();
    S::iterate_in_place(
        effort.passes,
        &mut items,
        &captured,
        &mut |items, mut captured| {
            let mu = taken(&mut captured, 1)[0];
            let stiffness = taken(&mut captured, N);
            let mut free = taken(&mut captured, free.len()).into_iter();
            let fixed = Fixed {
                stiffness: std::array::from_fn(|i| stiffness[i]),
                free: problem.free.map(|x| x.and_then(|_| free.next())),
                gap: taken(&mut captured, ROWS),
                soft: taken(&mut captured, ROWS),
                rows: rows.captured(&mut captured),
            };
            let next = Iterate::of_numbers(items).pass(&fixed, mu);
            items.copy_from_slice(&next.numbers());
        },
    );
    let last = Iterate::<S, N>::of_numbers(&items);
    let all = |values: Vec<S>| std::array::from_fn(|k| values[k]);
    (all(last.gap), all(last.force))
}

/// What is the same in all passes.
struct Fixed<S, const N: usize> {
    stiffness: [S; N],
    /// d₀
    free: Row<S, N>,
    /// φ
    gap: Vec<S>,
    /// W/[`Effort::stiffest`] of each row
    soft: Vec<S>,
    rows: Rows<S>,
}

/// What a pass changes.
struct Iterate<S, const N: usize> {
    motion: [S; N],
    gap: Vec<S>,
    force: Vec<S>,
    mu: S,
}

impl<S: Scalar, const N: usize> Iterate<S, N> {
    /// Each row as if it were alone; and W/[`Effort::stiffest`] of all rows.
    fn start<const ROWS: usize>(
        problem: &Problem<S, N, ROWS>,
        rows: &Rows<S>,
        stiffest: f64,
    ) -> (Self, Vec<S>) {
        let zero = S::constant(0.0);
        let compliance = inverse(&problem.stiffness);
        let captured = [problem.free.map(|x| x.unwrap_or(zero)), compliance].concat();
        let series = [rows.columns.clone(), vec![problem.gap.to_vec()]].concat();
        let mut reaction = [zero; N];
        let given = S::scan(
            rows.count(),
            &mut reaction,
            &captured,
            &series,
            &mut |sum, x, row| {
                let (free, compliance) = x.split_at(N);
                let (jacobian, phi) = (&row[..N], row[N]);
                let moved: [S; N] = std::array::from_fn(|i| jacobian[i] * compliance[i]);
                let own = dot(jacobian, &moved);
                let mu = S::constant(FIRST_MU);
                let alone = barrier(phi + dot(jacobian, free), own, mu).force;
                let force = alone * START;
                for (sum, entry) in sum.iter_mut().zip(jacobian) {
                    *sum = *sum + *entry * force;
                }
                vec![mu / alone, force, own * (1.0 / stiffest)]
            },
        );
        let mut given = given.into_iter();
        let [gap, force, soft] = [(); 3].map(|()| given.next().unwrap_or_default());
        let motion = std::array::from_fn(|i| {
            let response = reaction[i] * compliance[i];
            problem.free[i].map_or(response, |free| free + response)
        });
        let start = Self {
            motion,
            gap,
            force,
            mu: S::constant(FIRST_MU),
        };
        (start, soft)
    }

    fn numbers(&self) -> Vec<S> {
        [&self.motion[..], &self.gap, &self.force, &[self.mu]].concat()
    }

    /// The inverse of [`Iterate::numbers`].
    fn of_numbers(mut numbers: &[S]) -> Self {
        let motion = taken(&mut numbers, N);
        let rows = numbers.len() / 2;
        Self {
            motion: std::array::from_fn(|i| motion[i]),
            gap: taken(&mut numbers, rows),
            force: taken(&mut numbers, rows),
            mu: numbers[0],
        }
    }

    /// The next pass towards `last`, μ at the end.
    fn pass(self, fixed: &Fixed<S, N>, last: S) -> Self {
        let mu = last.max(self.mu * FALL);
        let motion = self.direction(fixed, mu);
        // What a row does is found anew where it is wanted, from its numbers: to store it would take more than that.
        let series = self.series(fixed);
        let captured = [&self.motion[..], &motion, &[mu]].concat();
        let mut least = [S::constant(-SHARE); 2];
        let count = fixed.rows.count();
        S::scan(
            count,
            &mut least,
            &captured,
            &series,
            &mut |least, x, row| {
                let row = RowPass::<S, N>::of(x, row);
                let [gap, force] = row.changes(&x[N..2 * N]);
                least[0] = least[0].min(gap / row.gap);
                least[1] = least[1].min(force * row.inverse);
                Vec::new()
            },
        );
        // The shares of the step that keep all gaps and all forces above 0.
        let shares = least.map(|least| S::constant(-SHARE) / least);
        let captured = [captured, shares.to_vec()].concat();
        let given = S::scan(count, &mut [], &captured, &series, &mut |_, x, row| {
            let row = RowPass::<S, N>::of(x, row);
            let [gap, force] = row.changes(&x[N..2 * N]);
            let [open, press] = [x[2 * N + 1], x[2 * N + 2]];
            vec![row.gap + open * gap, row.force + press * force]
        });
        let mut given = given.into_iter();
        let [gap, force] = [(); 2].map(|()| given.next().unwrap_or_default());
        Self {
            motion: std::array::from_fn(|i| self.motion[i] + shares[0] * motion[i]),
            gap,
            force,
            mu,
        }
    }

    /// J, φ, W/[`Effort::stiffest`], s, λ
    fn series(&self, fixed: &Fixed<S, N>) -> Vec<Vec<S>> {
        let rows = [&fixed.gap, &fixed.soft, &self.gap, &self.force].map(Vec::clone);
        [fixed.rows.columns.clone(), rows.to_vec()].concat()
    }

    /// Δd: the solution of (Q + J' diag(w) J) Δd = Q (d₀ - d) + J'(λ + w y).
    fn direction(&self, fixed: &Fixed<S, N>, mu: S) -> [S; N] {
        let zero = S::constant(0.0);
        let diagonal = |(i, j): (usize, usize)| if i == j { fixed.stiffness[i] } else { zero };
        let mut items: Vec<S> = lower(N).map(diagonal).collect();
        let entries = items.len();
        items.extend((0..N).map(|i| {
            let left = fixed.free[i].map_or(-self.motion[i], |free| free - self.motion[i]);
            fixed.stiffness[i] * left
        }));
        // No Δd yet.
        let captured = [&self.motion[..], &[zero; N], &[mu]].concat();
        let (count, series) = (fixed.rows.count(), self.series(fixed));
        S::scan(
            count,
            &mut items,
            &captured,
            &series,
            &mut |items, x, row| {
                let jacobian = &row[..N];
                let row = RowPass::<S, N>::of(x, row);
                let (matrix, right) = items.split_at_mut(entries);
                let weighted: [S; N] = std::array::from_fn(|i| row.weight * jacobian[i]);
                for (sum, (i, j)) in matrix.iter_mut().zip(lower(N)) {
                    *sum = *sum + weighted[i] * jacobian[j];
                }
                let pull = row.force + row.weight * row.lack;
                for (sum, entry) in right.iter_mut().zip(jacobian) {
                    *sum = *sum + *entry * pull;
                }
                Vec::new()
            },
        );
        let (matrix, right) = items.split_at(entries);
        // From the last coordinate to the first: objects come first and each robot has coordinates of its own behind them, so
        // that no robot fills in the entries of another.
        let from_end = |i: usize| N - 1 - i;
        let matrix: [[S; N]; N] = std::array::from_fn(|i| {
            std::array::from_fn(|j| symmetric_at(matrix, from_end(i), from_end(j)))
        });
        let motion = solve_symmetric(matrix, std::array::from_fn(|i| right[from_end(i)]));
        std::array::from_fn(|i| motion[from_end(i)])
    }
}

/// A row in a pass.
struct RowPass<S, const N: usize> {
    jacobian: [S; N],
    /// s
    gap: S,
    /// λ
    force: S,
    /// 1/λ
    inverse: S,
    /// w
    weight: S,
    /// φ + J d
    open: S,
    /// y, what the row lacks to the gap of its force
    lack: S,
}

impl<S: Scalar, const N: usize> RowPass<S, N> {
    /// From d, Δd and μ, and the elements of [`Iterate::series`].
    fn of(captured: &[S], row: &[S]) -> Self {
        let (jacobian, row) = row.split_at(N);
        let [phi, soft, gap, force] = [row[0], row[1], row[2], row[3]];
        let one = S::constant(1.0);
        let inverse = one / force;
        let open = phi + dot(jacobian, &captured[..N]);
        Self {
            jacobian: std::array::from_fn(|i| jacobian[i]),
            gap,
            force,
            inverse,
            weight: one / (gap * inverse + soft),
            open,
            lack: captured[2 * N] * inverse - open,
        }
    }

    /// Δs and Δλ for the motion Δd.
    fn changes(&self, motion: &[S]) -> [S; 2] {
        let opening = dot(&self.jacobian, motion);
        let gap = self.open + opening - self.gap;
        [gap, self.weight * (self.lack - opening)]
    }
}
