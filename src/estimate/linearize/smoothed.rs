//! A quasi-dynamic task smoothed by the barrier, and not at all.

use super::point::Point;
use crate::contact::quasidynamic::smoothing;
use crate::error::{Error, Result, number};
use crate::system::quasidynamic::QuasiDynamics;
use crate::system::task::Task;

/// See the module.
pub struct Smoothed<'a> {
    /// The step.
    pub steps: &'a QuasiDynamics,
    /// With the barrier.
    pub smooth: Task,
    /// Without.
    pub exact: Task,
    /// m, 0 for the exact step.
    pub length: f64,
    /// 1/J, infinite for the exact step.
    pub kappa: f64,
}

impl<'a> Smoothed<'a> {
    /// By a barrier of this weight, or of this length, or of that of the task. Refuses a weight that is not above 0 or that f32
    /// loses, parameters that make no sense, and a task that is not quasi-dynamic.
    pub fn of(task: &'a Task, kappa: Option<f64>, length: Option<f64>) -> Result<Self> {
        let Some(steps) = task.model().quasi_dynamics() else {
            let expected = "a task that has a quasi-dynamic step, such as planar-pushing";
            return Err(Error::invalid(
                "task",
                format!("'{}'", task.name()),
                expected,
            ));
        };
        let compliance = steps.contact_compliance(task.parameters());
        let length = match (kappa, length) {
            (Some(kappa), _) if kappa > 0.0 => smoothing::length(kappa, compliance),
            (Some(kappa), _) => {
                let expected = "a number of 1/J above 0, or inf for the exact step";
                return Err(Error::invalid("kappa", number(kappa), expected));
            }
            (None, Some(length)) => length,
            (None, None) => task.parameters()[task.model().parameter_index("smoothing")?],
        };
        let exact = task.clone().with_parameter("smoothing", 0.0)?;
        exact.check_parameters()?;
        let smooth = task.clone().with_parameter("smoothing", length)?;
        // All else is fine: it is the smoothing, which was given.
        smooth.check_parameters().map_err(|error| match kappa {
            Some(kappa) => {
                let expected = format!(
                    "at most {} 1/J for this task, or inf for the exact step: beyond it, smoothing is lost in f32, which is for all engines",
                    number(smoothing::LARGEST_WEIGHT_IN_F32)
                );
                Error::invalid("kappa", number(kappa), &expected)
            }
            None => error,
        })?;
        Ok(Self {
            steps,
            smooth,
            exact,
            length,
            kappa: smoothing::weight(length, compliance),
        })
    }

    /// The names of the configuration's coordinates, and of the commands.
    pub fn names(&self) -> [Vec<String>; 2] {
        let about = self.smooth.model().about();
        let state = about.state.iter().take(self.steps.sizes.state);
        [
            state.map(|c| c.name.to_string()).collect(),
            about.control.iter().map(|c| c.name.to_string()).collect(),
        ]
    }

    /// The configuration where the task starts.
    pub fn start(&self) -> Vec<f64> {
        self.smooth.initial_state()[..self.steps.sizes.state].to_vec()
    }

    /// The command that keeps the robot where it is in a configuration.
    pub fn hold(&self, state: &[f64]) -> Vec<f64> {
        let commanded = &self.smooth.model().defaults().commanded;
        let mut control: Vec<f64> = commanded.iter().map(|i| state[*i]).collect();
        control.resize(self.steps.sizes.control, 0.0);
        control
    }

    /// The gap of the bodies that are deepest in each other, if any are.
    pub fn deepest(&self, point: &Point) -> Option<f64> {
        let parameters = self.smooth.parameters();
        let rows = self
            .steps
            .contact_rows(parameters, &point.state, &point.control);
        let gaps = rows.iter().map(|row| row.gap);
        gaps.reduce(f64::min).filter(|gap| *gap < -1e-9)
    }
}
