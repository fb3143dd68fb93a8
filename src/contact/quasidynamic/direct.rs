//! [`many_rows`](super::many_rows) for one step in f64: the same passes on arrays, and no more of them than it takes.
//!
//! Whoever asks for one step after the other, such as a tree, waits for each of them; series in memory, which let a graph have one
//! text for all rows, would take most of that time. Passes end where one changes no force by more than a millionth; the Newton
//! step behind them squares what is left. It is the one of the motion,
//!
//!   M⁻¹ r = w (r - J (Q + J' w J)⁻¹ J' w r),   w = λ/s
//!
//! which f64 can afford.

use super::curve::barrier;
use super::newton::{CLOSED, Effort, FALL, FIRST_MU, SHARE, START};
use super::problem::{Problem, Step};
use crate::number::linear::Factors;

/// What a pass may change of a force at most, as a share of it, to be the last one.
const SETTLED: f64 = 1e-6;

/// J without places for what is not there.
type Jacobian<const N: usize, const ROWS: usize> = [[f64; N]; ROWS];

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Gap, force and motion on their way.
struct Iterate<const N: usize, const ROWS: usize> {
    motion: [f64; N],
    gap: [f64; ROWS],
    force: [f64; ROWS],
}

/// The step of many rows; μ = 0 for no smoothing.
pub fn many_rows_f64<const N: usize, const ROWS: usize>(
    problem: &Problem<f64, N, ROWS>,
    mu: f64,
    effort: Effort,
) -> Step<f64, N, ROWS> {
    let jacobian: Jacobian<N, ROWS> = problem.jacobian.map(|row| row.map(|x| x.unwrap_or(0.0)));
    let last = mu.max(effort.hardest);
    let (mut now, soft) = start(problem, &jacobian, effort.stiffest);
    let mut falling = FIRST_MU;
    for _ in 0..effort.passes {
        falling = last.max(falling * FALL);
        let change = now.pass(problem, &jacobian, &soft, falling);
        if falling <= last && change < SETTLED {
            break;
        }
    }
    // As stiff as in the passes at most: rows that are the same would leave nothing of soft directions.
    let mut weight: [f64; ROWS] =
        std::array::from_fn(|k| 1.0 / (now.gap[k] / now.force[k] + soft[k]));
    if mu <= 0.0 && effort.crosses_over {
        for k in 0..ROWS {
            let own = soft[k] * effort.stiffest;
            let touches = now.gap[k] < own * now.force[k];
            weight[k] = if touches { 1.0 / (own * CLOSED) } else { 0.0 };
            now.force[k] = if touches { now.force[k] } else { 0.0 };
        }
    }
    let open = problem.open(&problem.motion(&now.force));
    let aim = |k: usize| if mu > 0.0 { last / now.force[k] } else { 0.0 };
    let weighted: [f64; ROWS] = std::array::from_fn(|k| weight[k] * (open[k] - aim(k)));
    let moved = factors(problem, &jacobian, &weight).solve(transposed(&jacobian, &weighted));
    problem.step(std::array::from_fn(|k| {
        now.force[k] - (weighted[k] - weight[k] * dot(&jacobian[k], &moved))
    }))
}

/// Q + J' diag(w) J
fn factors<const N: usize, const ROWS: usize>(
    problem: &Problem<f64, N, ROWS>,
    jacobian: &Jacobian<N, ROWS>,
    weight: &[f64; ROWS],
) -> Factors<f64, N> {
    let mut matrix = [[0.0; N]; N];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = problem.stiffness[i];
    }
    for (row, weight) in jacobian.iter().zip(weight) {
        for i in 0..N {
            let weighted = weight * row[i];
            for j in 0..=i {
                matrix[i][j] += weighted * row[j];
            }
        }
    }
    Factors::of(matrix)
}

/// J'x
fn transposed<const N: usize, const ROWS: usize>(
    jacobian: &Jacobian<N, ROWS>,
    x: &[f64; ROWS],
) -> [f64; N] {
    let mut sum = [0.0; N];
    for (row, x) in jacobian.iter().zip(x) {
        for (sum, entry) in sum.iter_mut().zip(row) {
            *sum += entry * x;
        }
    }
    sum
}

/// Each row as if it were alone; and W/[`Effort::stiffest`] of all rows.
fn start<const N: usize, const ROWS: usize>(
    problem: &Problem<f64, N, ROWS>,
    jacobian: &Jacobian<N, ROWS>,
    stiffest: f64,
) -> (Iterate<N, ROWS>, [f64; ROWS]) {
    let free = problem.free.map(|x| x.unwrap_or(0.0));
    let own: [f64; ROWS] = std::array::from_fn(|k| {
        let terms = jacobian[k].iter().zip(&problem.stiffness);
        terms.map(|(x, stiffness)| x * x / stiffness).sum()
    });
    let alone: [f64; ROWS] = std::array::from_fn(|k| {
        let gap = problem.gap[k] + dot(&jacobian[k], &free);
        barrier(gap, own[k], FIRST_MU).force
    });
    let force = alone.map(|force| force * START);
    let start = Iterate {
        motion: problem.motion(&force),
        gap: alone.map(|force| FIRST_MU / force),
        force,
    };
    (start, own.map(|own| own / stiffest))
}

impl<const N: usize, const ROWS: usize> Iterate<N, ROWS> {
    /// A pass, and the largest share by which it changed a force.
    fn pass(
        &mut self,
        problem: &Problem<f64, N, ROWS>,
        jacobian: &Jacobian<N, ROWS>,
        soft: &[f64; ROWS],
        mu: f64,
    ) -> f64 {
        let Self { motion, gap, force } = self;
        let open: [f64; ROWS] = std::array::from_fn(|k| problem.gap[k] + dot(&jacobian[k], motion));
        let lack: [f64; ROWS] = std::array::from_fn(|k| mu / force[k] - open[k]);
        let weight: [f64; ROWS] = std::array::from_fn(|k| 1.0 / (gap[k] / force[k] + soft[k]));
        let pull: [f64; ROWS] = std::array::from_fn(|k| force[k] + weight[k] * lack[k]);
        let mut right = transposed(jacobian, &pull);
        for i in 0..N {
            right[i] += problem.stiffness[i] * (problem.free[i].unwrap_or(0.0) - motion[i]);
        }
        let moved = factors(problem, jacobian, &weight).solve(right);
        let opening: [f64; ROWS] = std::array::from_fn(|k| dot(&jacobian[k], &moved));
        let gaps: [f64; ROWS] = std::array::from_fn(|k| open[k] + opening[k] - gap[k]);
        let forces: [f64; ROWS] = std::array::from_fn(|k| weight[k] * (lack[k] - opening[k]));
        let share = |change: &[f64; ROWS], of: &[f64; ROWS]| {
            let shares = change.iter().zip(of).map(|(change, of)| change / of);
            -SHARE / shares.fold(-SHARE, f64::min)
        };
        let shares = [share(&gaps, gap), share(&forces, force)];
        let mut largest = 0.0_f64;
        for i in 0..N {
            motion[i] += shares[0] * moved[i];
        }
        for k in 0..ROWS {
            largest = largest.max((forces[k] / force[k]).abs());
            gap[k] += shares[0] * gaps[k];
            force[k] += shares[1] * forces[k];
        }
        largest
    }
}
