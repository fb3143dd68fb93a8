//! What a planner needs of a quasi-dynamic system beyond its steps: single steps that are fast, how its robots may take hold
//! anew, and its published problem.
//!
//! A planner that grows a tree asks for one step at a time, where the f64 numbers of
//! [`crate::system::quasidynamic::QuasiDynamics::linearize`] would carry derivatives through every operation. For steps of the barrier, B has a closed form behind the step: with s = φ + J d and
//! S = ∂d₀/∂u, a selection of coordinates,
//!
//!   B = (Q + J' diag(λ/s) J)⁻¹ Q S
//!
//! which is the implicit function of Q (d - d₀) = J'λ with λ s = μ; under another law -dλ/ds is in place of λ/s. In f64 the matrix of the motion is accurate enough: its
//! condition is at most about 1e9 for κ up to 1e7.

use crate::contact::quasidynamic::{Problem, Step};
use crate::number::linear::Factors;
use crate::system::quasidynamic::QuasiDynamic;

/// Numbers between 0 and 1, one for each call.
pub type Uniform<'a> = dyn FnMut() -> f64 + 'a;

/// A quasi-dynamic system with a planning problem of its own.
///
/// Its objects are the coordinates that no command pulls, in front of all others.
pub trait Planned<const N: usize, const M: usize, const Q: usize, const ROWS: usize>:
    QuasiDynamic<N, M, Q, ROWS>
{
    /// The problem, and the settings of a tree for it.
    const PROBLEM: PlanningProblem;

    /// [`QuasiDynamic::solve`] for f64 alone, where there is a faster way to the same step.
    fn solve_f64(p: &Self::Parameters<f64>, problem: &Problem<f64, Q, ROWS>) -> Step<f64, Q, ROWS> {
        Self::solve(p, problem)
    }

    /// -dλ/ds of each row after a step, N/m: how stiff the law of contact makes it; λ/s for barriers.
    fn row_stiffness(
        _p: &Self::Parameters<f64>,
        problem: &Problem<f64, Q, ROWS>,
        step: &Step<f64, Q, ROWS>,
    ) -> [f64; ROWS] {
        let open = problem.open(&step.motion);
        std::array::from_fn(|k| step.force[k] / open[k])
    }

    /// A configuration with the objects where they are and the robots anywhere that they can take hold of them.
    fn regrasp(p: &Self::Parameters<f64>, q: [f64; Q], uniform: &mut Uniform<'_>) -> [f64; Q];
}

/// Where objects are to go, and how a tree is grown there unless told otherwise: the published settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanningProblem {
    /// How many coordinates are objects'.
    pub objects: usize,
    /// Where they are to be.
    pub goal: &'static [f64],
    /// Subgoals are uniform between these.
    pub low: &'static [f64],
    /// See `low`.
    pub high: &'static [f64],
    /// Whether robots start where [`Planned::regrasp`] puts them rather than where the task starts.
    pub starts_anywhere: bool,
    /// How many nodes.
    pub nodes: usize,
    /// κ, 1/J.
    pub kappa: f64,
    /// The largest change of the command, in norm.
    pub step: f64,
    /// γ of the metric, in the square of the unit of B.
    pub regularization: f64,
    /// The local distance to the goal at which it is reached.
    pub tolerance: f64,
    /// The probability that a subgoal is the goal.
    pub goal_probability: f64,
    /// The probability that a child is a new grasp.
    pub regrasp_probability: f64,
    /// The largest local distance from which a subgoal is pursued.
    pub threshold: f64,
    /// Weights of the squares of the objects' coordinates in a metric that is the same everywhere.
    pub global_weights: &'static [f64],
}

/// A step and how it answers to its command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// q⁺, Q values
    pub next: Vec<f64>,
    /// B = ∂q⁺/∂u, Q × M, row by row
    pub by_control: Vec<f64>,
}

/// Of parameters, q and u.
type AtPoint<T> = fn(&[f64], &[f64], &[f64]) -> T;
/// Of parameters and q.
type Regrasp = fn(&[f64], &[f64], &mut Uniform<'_>) -> Vec<f64>;

/// The erased form of a [`Planned`] system.
#[derive(Clone, Copy)]
pub struct Planning {
    /// Its problem.
    pub problem: PlanningProblem,
    respond: AtPoint<Response>,
    advance: AtPoint<Vec<f64>>,
    regrasp: Regrasp,
}

impl Planning {
    /// Erases a system.
    pub fn of<T, const N: usize, const M: usize, const Q: usize, const ROWS: usize>() -> Self
    where
        T: Planned<N, M, Q, ROWS>,
    {
        use crate::system::ParameterSet;
        Self {
            problem: T::PROBLEM,
            respond: |p, q, u| {
                let p = T::Parameters::from_fn(|i| p[i]);
                let (q, u) = (std::array::from_fn(|i| q[i]), std::array::from_fn(|i| u[i]));
                respond::<T, N, M, Q, ROWS>(&p, q, u)
            },
            advance: |p, q, u| {
                let p = T::Parameters::from_fn(|i| p[i]);
                let (q, u) = (std::array::from_fn(|i| q[i]), std::array::from_fn(|i| u[i]));
                let motion = T::solve_f64(&p, &T::problem(&p, q, u)).motion;
                q.iter().zip(motion).map(|(q, d)| q + d).collect()
            },
            regrasp: |p, q, uniform| {
                let p = T::Parameters::from_fn(|i| p[i]);
                T::regrasp(&p, std::array::from_fn(|i| q[i]), uniform).to_vec()
            },
        }
    }

    /// The step from q under u with B, in f64; the smoothing of the parameters is above 0.
    pub fn respond(&self, parameters: &[f64], q: &[f64], u: &[f64]) -> Response {
        (self.respond)(parameters, q, u)
    }

    /// The step from q under u alone, q⁺ in f64.
    pub fn advance(&self, parameters: &[f64], q: &[f64], u: &[f64]) -> Vec<f64> {
        (self.advance)(parameters, q, u)
    }

    /// See [`Planned::regrasp`].
    pub fn regrasp(&self, parameters: &[f64], q: &[f64], uniform: &mut Uniform<'_>) -> Vec<f64> {
        (self.regrasp)(parameters, q, uniform)
    }
}

fn respond<T, const N: usize, const M: usize, const Q: usize, const ROWS: usize>(
    p: &T::Parameters<f64>,
    q: [f64; Q],
    u: [f64; M],
) -> Response
where
    T: Planned<N, M, Q, ROWS>,
{
    let problem = T::problem(p, q, u);
    let step = T::solve_f64(p, &problem);
    let stiffness = T::row_stiffness(p, &problem, &step);
    let mut matrix = [[0.0; Q]; Q];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = problem.stiffness[i];
    }
    for (row, stiffness) in problem.jacobian.iter().zip(stiffness) {
        for i in 0..Q {
            let Some(weighted) = row[i].map(|x| x * stiffness) else {
                continue;
            };
            for j in 0..=i {
                matrix[i][j] += weighted * row[j].unwrap_or(0.0);
            }
        }
    }
    let factors = Factors::of(matrix);
    let mut by_control = vec![0.0; Q * M];
    let commanded = (0..Q).filter(|i| problem.free[*i].is_some());
    for (j, i) in commanded.take(M).enumerate() {
        let mut pull = [0.0; Q];
        pull[i] = problem.stiffness[i];
        for (row, x) in factors.solve(pull).into_iter().enumerate() {
            by_control[row * M + j] = x;
        }
    }
    Response {
        next: (0..Q).map(|i| q[i] + step.motion[i]).collect(),
        by_control,
    }
}
