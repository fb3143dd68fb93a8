//! One or two rows: the forces by Newton's method along the curve that gap and force of a row lie on.
//!
//! With v = s - W λ as the unknown of a row, gap and force are functions of v that stay on the curve whatever Newton does:
//!
//! ```text
//! barrier       s λ = μ                       λ = (root - v)/(2 W),  root = √(v² + 4 W μ),   -dλ/dv = λ/root
//! short-tailed  e^(-s/l) + e^(-Wλ/l) = 1      λ = l log(1 + e^(-v/l))/W,                     -dλ/dv = 1/(W (1 + e^(v/l)))
//! ```
//!
//! What is left are the two equations vₖ = cₖ + W₀₁ λ(v_other), started at v = c. Both slopes are between 0 and 1/W, so
//! that the matrix of Newton's method has a determinant of at least 1 - W₀₁²/(W₀₀ W₁₁). Five passes are enough for any μ.
//!
//! Where one of two formulas is taken for its rounding only, that stands inside of a loop: it is no branch of the physics.

use super::exact;
use super::implicit::{Found, polished};
use super::problem::{Problem, Step};
use super::smoothing::Smoothing;
use crate::number::Scalar;

/// Passes of Newton's method for two rows: four reach the forces, and a fifth what their derivatives are taken at.
const PASSES: u32 = 5;

/// A row at v on the curve.
#[derive(Clone, Copy)]
pub(super) struct OnCurve<S> {
    v: S,
    /// λ
    pub force: S,
    /// -dλ/dv
    slope: S,
}

/// A law of gap and force: what of it is the same at every v, and a row at v from that.
struct Law<S> {
    fixed: fn(S, S) -> [S; 3],
    at: fn(S, [S; 3]) -> OnCurve<S>,
}

impl<S: Scalar> Law<S> {
    const BARRIER: Self = Self {
        fixed: |w, mu| [w * mu * 4.0, S::constant(0.5) / w, mu * 2.0],
        at: barrier_at,
    };
    const SHORT_TAILED: Self = Self {
        fixed: |w, length| [S::constant(1.0) / length, S::constant(1.0) / w, length],
        at: short_tailed_at,
    };
}

/// The barrier at v: the positive root of W λ² + v λ = μ.
pub(super) fn barrier<S: Scalar>(v: S, w: S, mu: S) -> OnCurve<S> {
    (Law::BARRIER.at)(v, (Law::BARRIER.fixed)(w, mu))
}

/// The barrier, without a difference of numbers that are nearly equal, and with one division.
fn barrier_at<S: Scalar>(v: S, [curvature, softness, twice_mu]: [S; 3]) -> OnCurve<S> {
    let root = (v.square() + curvature).sqrt();
    let sum = v.abs() + root;
    let inverse = S::constant(1.0) / (sum * root);
    let pressed = v.less(S::constant(0.0));
    let force = S::select(pressed, sum * softness, twice_mu * (root * inverse));
    let slope = force * (sum * inverse);
    OnCurve { v, force, slope }
}

/// The short-tailed law.
fn short_tailed_at<S: Scalar>(v: S, [per_length, stiffness, length]: [S; 3]) -> OnCurve<S> {
    let (zero, one) = (S::constant(0.0), S::constant(1.0));
    let tail = (-(v.abs() * per_length)).exp();
    let force = ((-v).max(zero) + length * (tail + one).ln()) * stiffness;
    let share = S::select(v.less(zero), one, tail) / (tail + one);
    // Beyond 60 lengths there is no force in f32; a slope of 0 would be divided by.
    let slope = share.max(S::constant(1e-26)) * stiffness;
    OnCurve { v, force, slope }
}

/// Whether there is no smoothing, and μ, or anything above 0 if it is not: arms that are not chosen are evaluated too.
pub(super) fn smoothed<S: Scalar>(mu: S) -> (S::Mask, S) {
    let is_exact = mu.less_equal(S::constant(0.0));
    (is_exact, S::select(is_exact, S::constant(1.0), mu))
}

/// The step of one row, such as a contact without friction; μ = 0 for no smoothing.
pub fn one_row<S: Scalar, const N: usize>(problem: &Problem<S, N, 1>, mu: S) -> Step<S, N, 1> {
    let (c, w) = alone(problem);
    problem.step([barrier_alone(c, w, mu)])
}

/// The same under either law.
pub fn one_row_under<S: Scalar, const N: usize>(
    problem: &Problem<S, N, 1>,
    smoothing: &Smoothing<S>,
) -> Step<S, N, 1> {
    let (c, w) = alone(problem);
    let short = short_tailed_alone(c, w, smoothing.positive_length());
    let barrier = barrier_alone(c, w, smoothing.energy());
    problem.step([S::select(smoothing.is_short_tailed(), short, barrier)])
}

/// c and W of one row.
fn alone<S: Scalar, const N: usize>(problem: &Problem<S, N, 1>) -> (S, S) {
    (problem.free_gap()[0], problem.compliance(0, 0))
}

/// The force of one row under the short-tailed law, λ = l log(1 + e^(-c/l))/W. Found in a loop, as those of two rows: its formulas for
/// either side of 0 are no branch of the physics.
fn short_tailed_alone<S: Scalar>(c: S, w: S, length: S) -> S {
    let [force, slope] = S::iterate(1, [c, c], &[w, length], |[v, _], x| {
        let row = short_tailed_at(v, (Law::SHORT_TAILED.fixed)(x[0], x[1]));
        [row.force, row.slope]
    });
    let own = w.detach();
    force - slope * (c - c.detach()) - force * ((w - own) / own)
}

/// The force of one row under the barrier.
fn barrier_alone<S: Scalar>(c: S, w: S, mu: S) -> S {
    let (is_exact, mu) = smoothed(mu);
    let captured = [c, w, mu];
    let [force] = S::iterate(1, [c], &captured, |_, x| [barrier(x[0], x[1], x[2]).force]);
    let gap = mu / force;
    let smooth = polished(
        [[w.detach()]],
        Found {
            force: [force],
            residual: [c + w * force - gap],
            slope: [(gap / force).detach()],
        },
    );
    S::select(is_exact, exact::one_row(c, w), smooth[0])
}

/// The step of two rows, such as those of one contact with friction; μ = 0 for no smoothing.
pub fn two_rows<S: Scalar, const N: usize>(problem: &Problem<S, N, 2>, mu: S) -> Step<S, N, 2> {
    problem.step(Pair::of(problem).under_barrier(mu))
}

/// Two rows under the short-tailed law, whose force falls off as e^(-s/l) where that of the barrier falls off
/// as 1/s; l is the `length` in m, above 0. With one row it is the mean of the exact step under noise on the gap that has
/// the logistic distribution of scale l.
pub fn two_rows_short_tailed<S: Scalar, const N: usize>(
    problem: &Problem<S, N, 2>,
    length: S,
) -> Step<S, N, 2> {
    problem.step(Pair::of(problem).under_short_tail(length))
}

/// Two rows under either law.
pub fn two_rows_under<S: Scalar, const N: usize>(
    problem: &Problem<S, N, 2>,
    smoothing: &Smoothing<S>,
) -> Step<S, N, 2> {
    let pair = Pair::of(problem);
    let barrier = pair.under_barrier(smoothing.energy());
    let short = pair.under_short_tail(smoothing.positive_length());
    let is_short = smoothing.is_short_tailed();
    problem.step([0, 1].map(|k| S::select(is_short, short[k], barrier[k])))
}

/// Two rows by themselves: how they move without force and how they respond to it.
struct Pair<S> {
    /// c
    gap: [S; 2],
    /// W₀₀, W₀₁, W₁₁
    compliance: [S; 3],
}

impl<S: Scalar> Pair<S> {
    fn of<const N: usize>(problem: &Problem<S, N, 2>) -> Self {
        Self {
            gap: problem.free_gap(),
            compliance: [(0, 0), (0, 1), (1, 1)].map(|(j, k)| problem.compliance(j, k)),
        }
    }

    fn own_compliance(&self) -> [S; 2] {
        [self.compliance[0], self.compliance[2]]
    }

    /// Both rows where vₖ = cₖ + W₀₁ λ(v_other).
    fn newton(&self, smoothing: S, law: &Law<S>) -> [OnCurve<S>; 2] {
        let [w00, w01, w11] = self.compliance;
        let fixed = [w00, w11].map(|w| (law.fixed)(w, smoothing));
        let [a, b] = [0, 1].map(|k| (law.at)(self.gap[k], fixed[k]));
        let start = [a.v, b.v, a.force, b.force, a.slope, b.slope];
        let captured = [&[self.gap[0], self.gap[1], w01], &fixed.concat()[..]].concat();
        let found = S::iterate(PASSES, start, &captured, |[va, vb, fa, fb, ta, tb], x| {
            let [c0, c1, w01] = [0, 1, 2].map(|i| x[i]);
            let fixed = [[x[3], x[4], x[5]], [x[6], x[7], x[8]]];
            let (ra, rb) = (va - c0 - w01 * fb, vb - c1 - w01 * fa);
            let (sa, sb) = (w01 * ta, w01 * tb);
            let scale = S::constant(1.0) / (S::constant(1.0) - sa * sb);
            let a = (law.at)(va - (ra - sb * rb) * scale, fixed[0]);
            let b = (law.at)(vb - (rb - sa * ra) * scale, fixed[1]);
            [a.v, b.v, a.force, b.force, a.slope, b.slope]
        });
        [0, 1].map(|k| OnCurve {
            v: found[k],
            force: found[2 + k],
            slope: found[4 + k],
        })
    }

    /// The forces under the barrier.
    fn under_barrier(&self, mu: S) -> [S; 2] {
        let (is_exact, mu) = smoothed(mu);
        let rows = self.newton(mu, &Law::BARRIER);
        let inverse = rows.map(|row| S::constant(1.0) / row.force);
        let gap = inverse.map(|inverse| mu * inverse);
        let slope = [0, 1].map(|k| gap[k] * inverse[k]);
        let smooth = self.behind(rows, gap, slope);
        let exact = exact::two_rows(self.gap, self.compliance);
        [0, 1].map(|k| S::select(is_exact, exact[k], smooth[k]))
    }

    /// The forces under the short-tailed law.
    fn under_short_tail(&self, length: S) -> [S; 2] {
        let rows = self.newton(length, &Law::SHORT_TAILED);
        let w = self.own_compliance();
        let gap = [0, 1].map(|k| rows[k].v + w[k].detach() * rows[k].force);
        // ds/dv = 1 + W dλ/dv
        let slope = [0, 1].map(|k| S::constant(1.0) / rows[k].slope - w[k].detach());
        // The law has W in it: at one λ, ds/dW = λ/W ds/dλ.
        let gap = [0, 1].map(|k| {
            let own = w[k].detach();
            gap[k] - slope[k] * rows[k].force * ((w[k] - own) / own)
        });
        self.behind(rows, gap, slope)
    }

    /// The forces with their derivatives; `gap` is s on the curve and `slope` is -ds/dλ there.
    fn behind(&self, rows: [OnCurve<S>; 2], gap: [S; 2], slope: [S; 2]) -> [S; 2] {
        let [w00, w01, w11] = self.compliance;
        let [f0, f1] = rows.map(|row| row.force);
        let residual = [
            self.gap[0] + w00 * f0 + w01 * f1 - gap[0],
            self.gap[1] + w01 * f0 + w11 * f1 - gap[1],
        ];
        let matrix = [[w00, w01], [w01, w11]].map(|row| row.map(S::detach));
        polished(
            matrix,
            Found {
                force: [f0, f1],
                residual,
                slope: slope.map(S::detach),
            },
        )
    }
}
