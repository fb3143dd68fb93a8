//! What a sweep goes over: one quantity and its values.

use super::cells;
use super::grid::{Grid, Spacing};
use crate::error::{Error, Result, SweepError, nearest};
use crate::estimate::Settings;
use crate::estimate::alpha::Rule;
use crate::system::task::Task;
use serde::{Serialize, Serializer};
use std::collections::HashSet;
use std::sync::Arc;

/// The axes that every task has; the others are the parameters of its model.
const COMMON: [&str; 5] = ["samples", "sigma", "horizon", "gamma", "rule"];

/// Before the name of a parameter: the axis is the standard deviation of its draws, not its value.
const SPREAD: &str = "randomize:";

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of everything but the rule.
    Numbers(Vec<f64>),
    /// Of the rule.
    Rules(Vec<Rule>),
}

impl Values {
    fn differ_in_short(&self) -> bool {
        match self {
            Values::Numbers(numbers) => {
                let mut seen = HashSet::new();
                numbers.iter().all(|x| seen.insert(cells::short(*x)))
            }
            Values::Rules(_) => false,
        }
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Values::Numbers(numbers) => serializer.collect_seq(numbers),
            Values::Rules(rules) => serializer.collect_seq(rules),
        }
    }
}

/// A quantity and the values it takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Axis {
    name: String,
    unit: Arc<str>,
    spacing: Spacing,
    values: Values,
    /// Whether short labels differ.
    #[serde(skip)]
    few_digits_tell: bool,
}

impl Axis {
    /// The axis of that name and grid, in the notation of [`Grid`], of a task.
    pub fn parse(task: &Task, name: &str, grid: &str) -> Result<Self> {
        let name = name.trim();
        let unit = unit(task, name)?;
        let (spacing, values) = match name {
            "rule" => (Spacing::List, Values::Rules(rules(grid)?)),
            _ => {
                let grid = Grid::parse(name, grid, matches!(name, "samples" | "horizon"))?;
                (grid.spacing, Values::Numbers(grid.values))
            }
        };
        Ok(Self {
            name: name.into(),
            unit: unit.into(),
            spacing,
            few_digits_tell: values.differ_in_short(),
            values,
        })
    }

    /// `samples`, `sigma`, `horizon`, `gamma`, `rule`, the name of a model parameter, or `randomize:` and that.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameter whose standard deviation varies, if that is what varies.
    pub fn spread_of(&self) -> Option<&str> {
        self.name.strip_prefix(SPREAD)
    }

    /// The unit of the values; empty where they have none.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// How the values follow each other.
    pub fn spacing(&self) -> Spacing {
        self.spacing
    }

    /// All values.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// How many values there are, at least one.
    pub fn count(&self) -> usize {
        match &self.values {
            Values::Numbers(numbers) => numbers.len(),
            Values::Rules(rules) => rules.len(),
        }
    }

    /// A value as a number; none for a rule.
    pub fn number(&self, index: usize) -> Option<f64> {
        match &self.values {
            Values::Numbers(numbers) => numbers.get(index).copied(),
            Values::Rules(_) => None,
        }
    }

    /// A value as it stands in the files.
    pub fn label(&self, index: usize) -> String {
        match &self.values {
            Values::Numbers(numbers) => cells::number(numbers[index]),
            Values::Rules(rules) => rules[index].to_string(),
        }
    }

    /// A value for people: at most 4 digits, unless these are too few to tell the values apart.
    pub fn short_label(&self, index: usize) -> String {
        match &self.values {
            Values::Numbers(numbers) if self.few_digits_tell => cells::short(numbers[index]),
            _ => self.label(index),
        }
    }

    /// Whether logarithms of the values make sense: a logarithmic grid, or a list of numbers above 0.
    pub fn is_logarithmic(&self) -> bool {
        match &self.values {
            Values::Numbers(n) => self.spacing != Spacing::Linear && n.iter().all(|x| *x > 0.0),
            Values::Rules(_) => false,
        }
    }

    /// Task and settings with value `index`.
    pub(super) fn apply(
        &self,
        index: usize,
        task: Task,
        mut s: Settings,
    ) -> Result<(Task, Settings)> {
        let task = match (&self.values, self.name.as_str()) {
            (Values::Rules(rules), _) => {
                s.rule = rules[index];
                task
            }
            (Values::Numbers(numbers), name) => {
                let value = numbers[index];
                match name {
                    "samples" => {
                        s.samples = value as u64;
                        task
                    }
                    "gamma" => {
                        s.gamma = Some(value);
                        task
                    }
                    "sigma" => task.with_sigma(value)?,
                    "horizon" => task.with_horizon(value as usize)?,
                    name => match name.strip_prefix(SPREAD) {
                        Some(parameter) => task.with_spread(parameter, value)?,
                        None => task.with_parameter(name, value)?,
                    },
                }
            }
        };
        Ok((task, s))
    }
}

/// The unit of an axis, or why there is no such axis.
fn unit<'a>(task: &'a Task, name: &str) -> Result<&'a str> {
    let parameters = task.model().parameters();
    if COMMON.contains(&name) {
        // Noise is in the unit of theta, if it has just one.
        let mut units = task.model().about().control.iter().map(|c| &*c.unit);
        let first = units.next().unwrap_or_default();
        let of_noise = name == "sigma" && units.all(|unit| unit == first);
        return Ok(if of_noise { first } else { "" });
    }
    let (prefix, parameter) = match name.strip_prefix(SPREAD) {
        Some(parameter) => (SPREAD, parameter),
        None => ("", name),
    };
    let found = parameters.iter().find(|p| &*p.name == parameter);
    found.map(|p| &*p.unit).ok_or_else(|| {
        let common = COMMON.into_iter().filter(|_| prefix.is_empty());
        let of_model = parameters.iter().map(|p| &*p.name);
        let known = || common.clone().chain(of_model.clone());
        let full = |name: &str| format!("{prefix}{name}");
        SweepError::UnknownAxis {
            task: task.name().into(),
            name: name.into(),
            nearest: nearest(parameter, known()).map(|n| full(&n)),
            known: known().map(full).collect(),
        }
        .into()
    })
}

fn rules(list: &str) -> Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = Vec::new();
    for name in list.split(',') {
        let rule = name.trim().parse().map_err(|error| match error {
            Error::InvalidValue {
                value, expected, ..
            } => {
                let expected = format!("a list of rules: {expected}");
                Error::invalid("axis rule", value, &expected)
            }
            other => other,
        })?;
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    Ok(rules)
}
