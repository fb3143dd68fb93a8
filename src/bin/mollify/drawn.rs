//! Policy, noise and environment of a run, as documents record them and people read them.

use super::output::name_of;
use mollify::noise::environment::Initial;
use mollify::noise::{Distribution, NoiseOn};
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By the names of the flags, with values as the flags take them.
#[derive(Debug, Serialize)]
pub struct Drawn {
    pub policy: Policy,
    pub noise: Distribution,
    pub noise_on: NoiseOn,
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
            policy: task.policy().clone(),
            noise: task.noise().distribution,
            noise_on: task.noise().on,
            initial: initial
                .filter(|(_, x)| x.draw.is_random() || !x.terms.is_empty())
                .map(|(name, x)| (name.clone(), as_flag(x, &states)))
                .collect(),
            randomize: drawn
                .filter(|(_, draw)| draw.is_random())
                .map(|(name, draw)| (name, draw.to_string()))
                .collect(),
        }
    }

    /// The lines of a summary: name and value.
    pub fn lines(&self) -> Vec<Vec<String>> {
        let line = |name: &str, value: String| vec![name.to_string(), value];
        let noise = format!(
            "{}, noise {} on the {}",
            self.policy,
            name_of(&self.noise),
            name_of(&self.noise_on)
        );
        let mut lines = vec![line("policy", noise)];
        for (name, draws) in [("initial", &self.initial), ("randomize", &self.randomize)] {
            if !draws.is_empty() {
                let draws = draws.iter().map(|(name, draw)| format!("{name}={draw}"));
                lines.push(line(name, draws.collect::<Vec<_>>().join(" ")));
            }
        }
        lines
    }
}

fn as_flag(initial: &Initial, states: &[Arc<str>]) -> String {
    let terms = initial.terms.iter().map(|(from, factor)| {
        let sign = if *factor < 0.0 { "-" } else { "+" };
        format!("{sign}{}*{}", factor.abs(), states[*from])
    });
    initial.draw.to_string() + &terms.collect::<String>()
}
