//! What happens to the plant that no plan knows of: normal noise on coordinates of its state or its control, fresh in every step.

use crate::error::{ControlError, Error, Result, nearest};
use crate::system::task::Task;
use serde::Serialize;

/// What is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A coordinate of the state, behind every step.
    State(usize),
    /// A control, before every step.
    Control(usize),
}

/// Normal noise on one coordinate, of mean 0, fresh in every step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Disturbance {
    /// Which coordinate.
    pub target: Target,
    /// Its standard deviation in one step, in the unit of the coordinate, 0 or above.
    pub deviation: f64,
}

impl Disturbance {
    /// That of the coordinate of this name; a name that state and control share is the state's.
    pub fn named(task: &Task, name: &str, deviation: f64) -> Result<Self> {
        if !(deviation >= 0.0 && deviation.is_finite()) {
            let what = format!("the deviation of the disturbance of '{name}'");
            return Err(Error::invalid(&what, deviation, "0 or a positive number"));
        }
        let names = names(task);
        let found = names.iter().position(|known| *known == name);
        let states = task.model().state_size();
        let target = match found {
            Some(index) if index < states => Target::State(index),
            Some(index) => Target::Control(index - states),
            None => {
                return Err(ControlError::UnknownCoordinate {
                    task: task.name().into(),
                    name: name.into(),
                    nearest: nearest(name, names.iter().copied()),
                    known: names.iter().map(|n| n.to_string()).collect(),
                }
                .into());
            }
        };
        Ok(Self { target, deviation })
    }

    /// The name of its coordinate.
    pub fn name(&self, task: &Task) -> String {
        let index = match self.target {
            Target::State(index) => index,
            Target::Control(index) => task.model().state_size() + index,
        };
        names(task)[index].into()
    }
}

/// The coordinates of the state, then those of the control.
fn names(task: &Task) -> Vec<&str> {
    let about = task.model().about();
    let all = about.state.iter().chain(&about.control);
    all.map(|c| &*c.name).collect()
}
