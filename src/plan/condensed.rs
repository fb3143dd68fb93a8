//! A trajectory's linearized steps as one quadratic program over the changes of all commands.
//!
//! With x̄, ū the trajectory, δU the changes of its commands and S the sensitivities,
//!
//! ```text
//! x_t - x̄_t = o_t + S_t δU,   o_{t+1} = A_t o_t,   S_{t+1} = A_t S_t + B_t E_t,   S_0 = 0,   E_t δU = δu_t
//! ```
//!
//! where o is 0 unless the first state has moved. The states are gone, and what is left is small, dense and has only bounds.

use super::cost::Quadratic;
use super::linear::Local;
use super::qp::Program;
use super::rollout::Trajectory;
use nalgebra::{DMatrix, DVector};

/// The states of all times from `first` on, as affine functions of δU.
pub struct Condensed<'a> {
    trajectory: &'a Trajectory,
    locals: &'a [Local],
    /// The time of the first command that is free.
    first: usize,
    /// o
    offset: Vec<DVector<f64>>,
    /// S
    sensitivity: Vec<DMatrix<f64>>,
}

impl<'a> Condensed<'a> {
    /// From time `first`, at which the state is `offset` beside the trajectory's.
    pub fn of(
        trajectory: &'a Trajectory,
        locals: &'a [Local],
        first: usize,
        offset: DVector<f64>,
    ) -> Self {
        let m = trajectory.commands[0].len();
        let steps = locals.len() - first;
        let mut sensitivity = vec![DMatrix::zeros(offset.len(), m * steps)];
        let mut offset = vec![offset];
        for (k, local) in locals[first..].iter().enumerate() {
            offset.push(&local.by_state * &offset[k]);
            let mut next = &local.by_state * &sensitivity[k];
            let mut own = next.columns_mut(k * m, m);
            own += &local.by_command;
            sensitivity.push(next);
        }
        Self {
            trajectory,
            locals,
            first,
            offset,
            sensitivity,
        }
    }

    fn commands(&self) -> usize {
        self.trajectory.commands[0].len()
    }

    /// Values of δU.
    pub fn size(&self) -> usize {
        self.sensitivity[0].ncols()
    }

    /// ∂(x_t, u_t)/∂δU of the k-th time; the command is missing at the last one, and its rows are 0.
    fn stacked(&self, k: usize) -> DMatrix<f64> {
        let (of_state, m) = (&self.sensitivity[k], self.commands());
        let n = of_state.nrows();
        let mut all = DMatrix::zeros(n + m, self.size());
        all.rows_mut(0, n).copy_from(of_state);
        if k < self.locals.len() - self.first {
            all.view_mut((n, k * m), (m, m)).fill_with_identity();
        }
        all
    }

    /// The cost of the linearized trajectory, without bounds.
    pub fn program(&self, cost: &[Quadratic]) -> Program {
        let mut quadratic = DMatrix::zeros(self.size(), self.size());
        let mut linear = DVector::zeros(self.size());
        for (k, part) in cost[self.first..].iter().enumerate() {
            let time = self.first + k;
            let (state, m) = (
                &self.trajectory.states[time] + &self.offset[k],
                self.commands(),
            );
            let command = self.trajectory.commands.get(time);
            let command = command.cloned().unwrap_or_else(|| DVector::zeros(m));
            let z = DVector::from_vec([state.as_slice(), command.as_slice()].concat());
            let by = self.stacked(k);
            quadratic += by.tr_mul(&(&part.hessian * &by));
            linear += by.tr_mul(&part.gradient(&z));
        }
        Program::new((&quadratic + quadratic.transpose()) * 0.5, linear)
    }

    /// u_t - q_t of all times with the coordinates q that follow the commands: its derivative, and its value at δU = 0.
    pub fn reaches(&self, commanded: &[usize]) -> (DMatrix<f64>, DVector<f64>) {
        let (m, steps) = (self.commands(), self.locals.len() - self.first);
        let mut rows = DMatrix::zeros(m * steps, self.size());
        let mut now = DVector::zeros(m * steps);
        for k in 0..steps {
            let time = self.first + k;
            for (j, i) in commanded.iter().enumerate() {
                let row = k * m + j;
                rows.row_mut(row).copy_from(&-self.sensitivity[k].row(*i));
                rows[(row, row)] += 1.0;
                let here = self.trajectory.states[time][*i] + self.offset[k][*i];
                now[row] = self.trajectory.commands[time][j] - here;
            }
        }
        (rows, now)
    }

    /// The forces λ of all rows and times: their derivative, and their value at δU = 0; none without the barrier's forces.
    pub fn forces(&self) -> Option<(DMatrix<f64>, DVector<f64>)> {
        let (m, mut rows, mut now) = (self.commands(), Vec::new(), Vec::new());
        for (k, local) in self.locals[self.first..].iter().enumerate() {
            let step = local.forces.as_ref()?;
            let (count, q) = (step.force.len(), step.next.len());
            let by_state = DMatrix::from_row_slice(count, q, &step.force_by_state);
            let by_command = DMatrix::from_row_slice(count, m, &step.force_by_control);
            let mut by = &by_state * self.sensitivity[k].rows(0, q);
            let mut own = by.columns_mut(k * m, m);
            own += by_command;
            let moved = &by_state * self.offset[k].rows(0, q);
            now.extend(
                step.force
                    .iter()
                    .zip(&moved)
                    .map(|(force, moved)| force + moved),
            );
            rows.push(by);
        }
        let count: usize = rows.iter().map(DMatrix::nrows).sum();
        let mut all = DMatrix::zeros(count, self.size());
        let mut at = 0;
        for by in rows {
            all.rows_mut(at, by.nrows()).copy_from(&by);
            at += by.nrows();
        }
        Some((all, DVector::from_vec(now)))
    }

    /// The trajectory's commands with these changes, from time `first` on.
    pub fn changed(&self, changes: &DVector<f64>) -> Vec<DVector<f64>> {
        let (m, commands) = (self.commands(), &self.trajectory.commands[self.first..]);
        let change = |k: usize| changes.rows(k * m, m);
        commands
            .iter()
            .enumerate()
            .map(|(k, u)| u + change(k))
            .collect()
    }
}
