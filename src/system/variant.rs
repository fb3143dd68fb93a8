//! What makes a variant of a task, as documents record it.

use crate::error::{exact, number};
use crate::noise::environment::Initial;
use crate::noise::{Distribution, NoiseOn};
use crate::system::names::Coordinate;
use crate::system::policy::Policy;
use crate::system::shaping::{Limiting, Risk};
use crate::system::task::Task;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Model parameters as an object, name to value, in the order of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters(pub Vec<(Arc<str>, f64)>);

impl Parameters {
    /// Those of a task.
    pub fn of(task: &Task) -> Self {
        let names = task.system().parameters().iter().map(|p| p.name.clone());
        Self(names.zip(task.parameters().iter().copied()).collect())
    }
}

/// The coordinates of states and controls, in their order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Names {
    /// Of the state.
    pub state: Vec<Arc<str>>,
    /// Of the control.
    pub control: Vec<Arc<str>>,
}

impl Names {
    /// Those of a task; of its state the first `states`, such as the configuration of a quasi-dynamic one.
    pub fn of(task: &Task, states: usize) -> Self {
        let about = task.model().about();
        let names = |all: &[Coordinate]| all.iter().map(|c| c.name.clone()).collect();
        Self {
            state: names(&about.state[..states]),
            control: names(&about.control),
        }
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |(name, value): &(Arc<str>, f64)| format!("{name}={}", number(*value));
        let words: Vec<_> = self.0.iter().map(word).collect();
        f.write_str(&words.join(" "))
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().cloned())
    }
}

/// What stands between theta and the controls, and between costs and objective, in the notation that it is read from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// The parameters that are the decision.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decide: Vec<Arc<str>>,
    /// Standard deviation of the noise on each control, where they have their own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sigmas: BTreeMap<Arc<str>, String>,
    /// Covariance of the noise over σ², where its values are not independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covariance: Option<String>,
    /// Limits of controls.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<Arc<str>, String>,
    /// How controls are kept between them, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_by: Option<Limiting>,
    /// After how many steps the derivative of the state is cut, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation: Option<u32>,
    /// What takes the place of the mean of the costs, if anything does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
}

impl Shape {
    /// That of a task.
    pub fn of(task: &Task) -> Self {
        let shaping = task.shaping();
        let controls = controls_of(task);
        let limits = controls.clone().zip(shaping.limits());
        let sigmas = controls.zip(task.control_sigmas());
        // They are kept as shares of the largest.
        let exact = |x: f64| exact(format!("{x:.14e}").parse().unwrap_or(x));
        let ends = |[first, last]: [f64; 2]| match first == last {
            true => exact(first),
            false => format!("{}..{}", exact(first), exact(last)),
        };
        Self {
            decide: match shaping.decided() {
                Some(_) => controls_of(task).map(|c| c.name.clone()).collect(),
                None => Vec::new(),
            },
            sigmas: sigmas
                .filter(|_| task.noise_ratios().is_some())
                .map(|(c, own)| (c.name.clone(), ends(own)))
                .collect(),
            covariance: task.covariance().map(|c| c.to_string()),
            limits: limits
                .filter_map(|(c, limit)| Some((c.name.clone(), limit.as_ref()?.to_string())))
                .collect(),
            limit_by: shaping
                .limits()
                .iter()
                .flatten()
                .map(|limit| limit.by)
                .next(),
            truncation: shaping.truncation(),
            risk: shaping.risk(),
        }
    }
}

fn controls_of(task: &Task) -> std::slice::Iter<'_, Coordinate> {
    task.model().about().control.iter()
}

/// Contact model, policy, noise and environment, in the notation that they are read from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// The contact model, for a system that exists with several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Arc<str>>,
    /// The policy.
    pub policy: Policy,
    /// The distribution of the noise.
    pub noise: Distribution,
    /// What the noise is added to.
    pub noise_on: NoiseOn,
    /// What shapes the system.
    #[serde(flatten)]
    pub shape: Shape,
    /// Coordinates of the initial state that differ from sample to sample.
    pub initial: BTreeMap<Arc<str>, String>,
    /// Parameters that differ from sample to sample.
    pub randomize: BTreeMap<Arc<str>, String>,
}

impl Drawn {
    /// That of a task.
    pub fn of(task: &Task) -> Self {
        let environment = task.environment();
        let states: Vec<_> = task
            .model()
            .about()
            .state
            .iter()
            .map(|v| v.name.clone())
            .collect();
        let initial = states.iter().zip(&environment.initial);
        let parameters = task.model().parameters().iter().map(|p| p.name.clone());
        let drawn = parameters.zip(&environment.parameters);
        Self {
            shape: Shape::of(task),
            contact: task.model().about().contact.clone(),
            policy: task.policy().clone(),
            noise: task.noise().distribution,
            noise_on: task.noise().on,
            initial: initial
                .filter(|(_, x)| x.draw.is_random() || !x.terms.is_empty())
                .map(|(name, x)| (name.clone(), in_notation(x, &states)))
                .collect(),
            randomize: drawn
                .filter(|(_, draw)| draw.is_random())
                .map(|(name, draw)| (name, draw.to_string()))
                .collect(),
        }
    }
}

/// A draw and its terms, such as `normal:0,0.1-0.2*position_1`.
fn in_notation(initial: &Initial, states: &[Arc<str>]) -> String {
    let terms = initial.terms.iter().map(|(from, factor)| {
        let sign = if *factor < 0.0 { "-" } else { "+" };
        format!("{sign}{}*{}", exact(factor.abs()), states[*from])
    });
    initial.draw.to_string() + &terms.collect::<String>()
}
