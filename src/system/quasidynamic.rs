//! Systems whose step is a quasi-dynamic contact problem: what a planner needs of them beyond a [`Dynamics`].
//!
//! The configuration q is the beginning of the state: objects, then robots. What stands behind it, such as the last command, is
//! there for costs. A step takes q and the command u to q⁺ and to the forces λ of the rows of all contacts; a
//! [`StepLinearization`] is
//!
//!   q⁺ ≈ c + A δq + B δu,   λ ≈ λ₀ + C δq + D δu

use crate::contact::quasidynamic::{Effort, Problem, Step};
use crate::error::{Error, Result, number};
use crate::number::Scalar;
use crate::number::traced::{Traced, record};
use crate::system::formulas::{DIRECTIONS, Directional, seeded};
use crate::system::functions::{CONTROL, Function, PARAMETERS, STATE, Sizes};
use crate::system::{Dynamics, ParameterSet};

/// A system with a state of N coordinates, `Q` of them a configuration, M commands, and contacts of `ROWS` rows in all.
pub trait QuasiDynamic<const N: usize, const M: usize, const Q: usize, const ROWS: usize>:
    Dynamics<N, M>
{
    /// How many rows a contact has: 1 without friction, 2 with friction.
    const ROWS_PER_CONTACT: usize;
    /// Of each coordinate, the parameter that says where it should be; none where the cost has no such parameter.
    const GOAL: [Option<&'static str>; Q];

    /// The convex problem of the step from q under the command u.
    fn problem<S: Scalar>(p: &Self::Parameters<S>, q: [S; Q], u: [S; M]) -> Problem<S, Q, ROWS>;

    /// Its solution with the smoothing of the parameters.
    fn solve<S: Scalar>(p: &Self::Parameters<S>, problem: &Problem<S, Q, ROWS>)
    -> Step<S, Q, ROWS>;

    /// [`QuasiDynamic::solve`] with another effort, where the solver has passes: linearizations and planners take steps in f64 one
    /// by one and can afford more of them; the system itself is one text for all numbers.
    fn solve_with<S: Scalar>(
        p: &Self::Parameters<S>,
        problem: &Problem<S, Q, ROWS>,
        _: Effort,
    ) -> Step<S, Q, ROWS> {
        Self::solve(p, problem)
    }

    /// W, m/N: the compliance of a contact between bodies that this system's smoothing length is measured with.
    fn contact_compliance<S: Scalar>(p: &Self::Parameters<S>) -> S;

    /// q⁺ and λ.
    fn step<S: Scalar>(p: &Self::Parameters<S>, q: [S; Q], u: [S; M]) -> ([S; Q], [S; ROWS]) {
        moved(q, Self::solve(p, &Self::problem(p, q, u)))
    }
}

/// q⁺ and λ.
fn moved<S: Scalar, const Q: usize, const ROWS: usize>(
    q: [S; Q],
    step: Step<S, Q, ROWS>,
) -> ([S; Q], [S; ROWS]) {
    (std::array::from_fn(|i| q[i] + step.motion[i]), step.force)
}

/// Refuses a smoothing length that is below 0, or below `shortest` without being 0: both in m.
pub fn check_smoothing(length: f64, shortest: f64) -> Result<()> {
    if length == 0.0 || (length > 0.0 && length >= shortest) {
        return Ok(());
    }
    let expected = match shortest > 0.0 {
        false => "0, which is none, or a length in m above it".to_string(),
        true => format!(
            "0, which is none, or a length of at least {} m: shorter ones are lost in f32, which is for all engines",
            number(shortest)
        ),
    };
    Err(Error::invalid("parameter 'smoothing'", length, &expected))
}

/// Refuses anything but 0 or 1 for the law of contact.
pub fn check_law(short_tailed: f64) -> Result<()> {
    match short_tailed == 0.0 || short_tailed == 1.0 {
        true => Ok(()),
        false => {
            let expected = "0, for the barrier, or 1, for short-tailed contact";
            Err(Error::invalid(
                "parameter 'short_tailed'",
                short_tailed,
                expected,
            ))
        }
    }
}

/// Refuses a friction coefficient below 0; without friction both rows of a contact are the same.
pub fn check_friction(coefficient: f64) -> Result<()> {
    match coefficient >= 0.0 && coefficient.is_finite() {
        true => Ok(()),
        false => {
            let expected = "0, for none, or a finite number above it";
            Err(Error::invalid(
                "parameter 'friction'",
                coefficient,
                expected,
            ))
        }
    }
}

/// Refuses corners that are rounder than the box is wide.
pub fn check_corner(corner: f64, half_width: f64) -> Result<()> {
    match (0.0..=half_width).contains(&corner) {
        true => Ok(()),
        false => {
            let expected = format!(
                "0, for sharp ones, or a radius up to half of the box's side, {} m",
                number(half_width)
            );
            Err(Error::invalid("parameter 'corner'", corner, &expected))
        }
    }
}

/// A step and its first derivatives; matrices are row-major.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepLinearization {
    /// c = q⁺, Q values
    pub next: Vec<f64>,
    /// λ, one for each row, N
    pub force: Vec<f64>,
    /// A = ∂q⁺/∂q, Q × Q
    pub next_by_state: Vec<f64>,
    /// B = ∂q⁺/∂u, Q × M
    pub next_by_control: Vec<f64>,
    /// C = ∂λ/∂q, ROWS × Q
    pub force_by_state: Vec<f64>,
    /// D = ∂λ/∂u, ROWS × M
    pub force_by_control: Vec<f64>,
}

/// What of a step is wanted of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// q⁺ and λ
    Step,
    /// and B
    ByControl,
    /// and A
    Motion,
    /// and C and D
    All,
}

/// A row of a contact before a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContactRow {
    /// φ: below 0 where bodies penetrate, m.
    pub gap: f64,
    /// How far the row opens for a force on it, W, m/N.
    pub compliance: f64,
    /// |Jₐ|, how fast the commanded coordinates open it.
    pub by_control: f64,
}

/// Of parameters, q and u.
type AtPoint<T> = fn(&[f64], &[f64], &[f64]) -> T;

/// The erased form of a [`QuasiDynamic`] system.
#[derive(Clone)]
pub struct QuasiDynamics {
    /// Of a step: Q coordinates as the state, which are the first ones of the system's state, and M commands.
    pub sizes: Sizes,
    /// Rows of all contacts.
    pub rows: usize,
    /// See [`QuasiDynamic::ROWS_PER_CONTACT`].
    pub rows_per_contact: usize,
    /// See [`QuasiDynamic::GOAL`].
    pub goal: Vec<Option<&'static str>>,
    /// (parameters, q as the state, u as the control) to q⁺ and λ.
    pub step: Function,
    linearize: fn(&[f64], &[f64], &[f64], Effort) -> StepLinearization,
    next: AtPoint<Vec<f64>>,
    compliance: fn(&[f64]) -> f64,
    contact_rows: AtPoint<Vec<ContactRow>>,
}

impl QuasiDynamics {
    /// Erases and records a system.
    pub fn of<T, const N: usize, const M: usize, const Q: usize, const ROWS: usize>() -> Self
    where
        T: QuasiDynamic<N, M, Q, ROWS>,
    {
        let (graph, outputs) = record(|| {
            let p = T::Parameters::from_fn(|i| Traced::input(PARAMETERS, i as u32));
            let q = std::array::from_fn(|i| Traced::input(STATE, i as u32));
            let u = std::array::from_fn(|i| Traced::input(CONTROL, i as u32));
            let (next, force) = T::step(&p, q, u);
            next.iter().chain(&force).map(|x| x.id()).collect()
        });
        Self {
            sizes: Sizes {
                parameters: <T::Parameters<f64> as ParameterSet<f64>>::LIST.len(),
                state: Q,
                control: M,
            },
            rows: ROWS,
            rows_per_contact: T::ROWS_PER_CONTACT,
            goal: T::GOAL.to_vec(),
            step: Function::new(graph, outputs),
            linearize: linearize::<T, N, M, Q, ROWS>,
            next: |p, q, u| {
                let p = T::Parameters::from_fn(|i| p[i]);
                let (q, u) = (std::array::from_fn(|i| q[i]), std::array::from_fn(|i| u[i]));
                precise::<T, N, M, Q, ROWS>(&p, q, u).0.to_vec()
            },
            compliance: |p| T::contact_compliance(&T::Parameters::from_fn(|i| p[i])),
            contact_rows: contact_rows::<T, N, M, Q, ROWS>,
        }
    }

    /// The step from q under u and its derivatives by dual numbers, in f64. Smoothing is a parameter.
    pub fn linearize(&self, parameters: &[f64], q: &[f64], u: &[f64]) -> StepLinearization {
        (self.linearize)(parameters, q, u, Effort::DOUBLE)
    }

    /// The same with the derivatives of the barrier's limit ([`Effort::LIMIT`]), which differ where rows just touch.
    pub fn linearize_limit(&self, parameters: &[f64], q: &[f64], u: &[f64]) -> StepLinearization {
        (self.linearize)(parameters, q, u, Effort::LIMIT)
    }

    /// q⁺ of the same step.
    pub fn next(&self, parameters: &[f64], q: &[f64], u: &[f64]) -> Vec<f64> {
        (self.next)(parameters, q, u)
    }

    /// The step as a function for `engine::map` (state q, control u): q⁺, λ, and the rows of the derivatives that are
    /// wanted; [`QuasiDynamics::read`] takes its results apart.
    pub fn function(&self, wanted: Wanted) -> Function {
        let (q, m) = ((STATE, self.sizes.state), (CONTROL, self.sizes.control));
        match wanted {
            Wanted::Step => self.step.clone(),
            Wanted::ByControl => self.step.with_jacobian(self.sizes.state, &[m]),
            Wanted::Motion => self.step.with_jacobian(self.sizes.state, &[q, m]),
            Wanted::All => {
                let rows = self.sizes.state + self.rows;
                self.step.with_jacobian(rows, &[q, m])
            }
        }
    }

    /// The results of [`QuasiDynamics::function`] at one point; what was not wanted is empty.
    pub fn read(&self, wanted: Wanted, results: &[f64]) -> StepLinearization {
        let (q, m) = (self.sizes.state, self.sizes.control);
        let (next, rest) = results.split_at(q);
        let (force, derivatives) = rest.split_at(self.rows);
        let by_state = match wanted {
            Wanted::Step | Wanted::ByControl => 0,
            Wanted::Motion | Wanted::All => q,
        };
        let mut found = StepLinearization {
            next: next.to_vec(),
            force: force.to_vec(),
            ..StepLinearization::default()
        };
        for (i, row) in derivatives.chunks(by_state + m).enumerate() {
            let (state, control) = row.split_at(by_state);
            let (by_state, by_control) = match i < q {
                true => (&mut found.next_by_state, &mut found.next_by_control),
                false => (&mut found.force_by_state, &mut found.force_by_control),
            };
            by_state.extend(state);
            by_control.extend(control);
        }
        found
    }

    /// The inverse of [`QuasiDynamics::read`].
    pub fn row(&self, wanted: Wanted, step: &StepLinearization) -> Vec<f64> {
        let (q, m) = (self.sizes.state, self.sizes.control);
        let mut row = [&step.next[..], &step.force].concat();
        let of_motion = (&step.next_by_state, &step.next_by_control, q);
        let of_forces = (&step.force_by_state, &step.force_by_control, self.rows);
        let (by_state, parts) = match wanted {
            Wanted::Step => (0, &[][..]),
            Wanted::ByControl => (0, &[of_motion][..]),
            Wanted::Motion => (q, &[of_motion][..]),
            Wanted::All => (q, &[of_motion, of_forces][..]),
        };
        for (state, control, rows) in parts {
            for i in 0..*rows {
                row.extend(&state[i * by_state..(i + 1) * by_state]);
                row.extend(&control[i * m..(i + 1) * m]);
            }
        }
        row
    }

    /// The rows of all contacts at q under u.
    pub fn contact_rows(&self, parameters: &[f64], q: &[f64], u: &[f64]) -> Vec<ContactRow> {
        (self.contact_rows)(parameters, q, u)
    }

    /// W, m/N, with which [`crate::contact::quasidynamic::smoothing`] turns κ into a smoothing length.
    pub fn contact_compliance(&self, parameters: &[f64]) -> f64 {
        (self.compliance)(parameters)
    }
}

fn contact_rows<T, const N: usize, const M: usize, const Q: usize, const ROWS: usize>(
    p: &[f64],
    q: &[f64],
    u: &[f64],
) -> Vec<ContactRow>
where
    T: QuasiDynamic<N, M, Q, ROWS>,
{
    let p = T::Parameters::from_fn(|i| p[i]);
    let problem = T::problem(
        &p,
        std::array::from_fn(|i| q[i]),
        std::array::from_fn(|i| u[i]),
    );
    let row = |k: usize| {
        let commanded = (0..Q).filter(|i| problem.free[*i].is_some());
        let entries = commanded.filter_map(|i| problem.jacobian[k][i]);
        ContactRow {
            gap: problem.gap[k],
            compliance: problem.compliance(k, k),
            by_control: entries.map(|x: f64| x * x).sum::<f64>().sqrt(),
        }
    };
    (0..ROWS).map(row).collect()
}

/// q⁺ and λ as well as f64 can.
fn precise<T, const N: usize, const M: usize, const Q: usize, const ROWS: usize>(
    p: &T::Parameters<f64>,
    q: [f64; Q],
    u: [f64; M],
) -> ([f64; Q], [f64; ROWS])
where
    T: QuasiDynamic<N, M, Q, ROWS>,
{
    let problem = T::problem(p, q, u);
    moved(q, T::solve_with(p, &problem, Effort::DOUBLE))
}

fn linearize<T, const N: usize, const M: usize, const Q: usize, const ROWS: usize>(
    p: &[f64],
    q: &[f64],
    u: &[f64],
    effort: Effort,
) -> StepLinearization
where
    T: QuasiDynamic<N, M, Q, ROWS>,
{
    let (next, force) = precise::<T, N, M, Q, ROWS>(
        &T::Parameters::from_fn(|i| p[i]),
        std::array::from_fn(|i| q[i]),
        std::array::from_fn(|i| u[i]),
    );
    let mut found = StepLinearization {
        next: next.to_vec(),
        force: force.to_vec(),
        next_by_state: vec![0.0; Q * Q],
        next_by_control: vec![0.0; Q * M],
        force_by_state: vec![0.0; ROWS * Q],
        force_by_control: vec![0.0; ROWS * M],
    };
    let p = T::Parameters::from_fn(|i| Directional::constant(p[i]));
    for from in (0..Q + M).step_by(DIRECTIONS) {
        let q = std::array::from_fn(seeded(q, 0, from));
        let u = std::array::from_fn(seeded(u, Q, from));
        let (next, force) = moved(q, T::solve_with(&p, &T::problem(&p, q, u), effort));
        for variable in from..(from + DIRECTIONS).min(Q + M) {
            let direction = variable - from;
            let (next_by, force_by, width, column) = match variable < Q {
                true => (
                    &mut found.next_by_state,
                    &mut found.force_by_state,
                    Q,
                    variable,
                ),
                false => (
                    &mut found.next_by_control,
                    &mut found.force_by_control,
                    M,
                    variable - Q,
                ),
            };
            for (i, x) in next.iter().enumerate() {
                next_by[i * width + column] = x.derivative[direction];
            }
            for (k, x) in force.iter().enumerate() {
                force_by[k * width + column] = x.derivative[direction];
            }
        }
    }
    found
}
