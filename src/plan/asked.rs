//! What is asked of a planner: its method, and of each setting a value or the default of that method.
//!
//! A setting that the chosen method does not read is refused, rather than left out in silence.

use crate::contact::quasidynamic::smoothing;
use crate::error::{Error, Named, PlanError, Result, number};
use crate::plan::kinds::{Gradient, Method, StateJacobian, TrustRegion};
use crate::plan::options::Options;
use crate::plan::rrt::{Ablation, Extension, Metric, Settings};
use crate::plan::scenario::Scenario;
use crate::system::task::Task;

/// How a plan is found: by one of all planners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planner {
    /// Commands along a whole trajectory
    Commands(Method),
    /// A tree of reachable configurations with new grasps, as published
    Rrt,
}

impl Default for Planner {
    fn default() -> Self {
        Self::Commands(Method::default())
    }
}

impl Named for Planner {
    const WHAT: &'static str = Method::WHAT;
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        of_commands(0),
        of_commands(1),
        (
            Self::Rrt,
            "rrt",
            "A tree of reachable configurations with new grasps, as published",
        ),
    ];
}

const fn of_commands(i: usize) -> (Planner, &'static str, &'static str) {
    let (method, name, help) = Method::ALL[i];
    (Planner::Commands(method), name, help)
}

/// Settings of all planners, each none for the default; what they mean is told in [`Options`] and in [`Settings`] of a tree.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "they are told where they are used")]
pub struct Asked {
    pub planner: Planner,
    pub gradient: Option<Gradient>,
    pub iterations: Option<u64>,
    pub reach: Option<f64>,
    pub step: Option<f64>,
    pub trust_region: Option<TrustRegion>,
    pub state_jacobian: Option<StateJacobian>,
    /// κ of all stages, 1/J; empty for the default.
    pub kappa: Vec<f64>,
    /// The same as lengths, m.
    pub length: Vec<f64>,
    pub sigma: Option<f64>,
    pub samples: Option<u64>,
    pub tolerance: Option<f64>,
    pub nodes: Option<u64>,
    pub regularization: Option<f64>,
    pub goal_probability: Option<f64>,
    pub regrasp_probability: Option<f64>,
    pub threshold: Option<f64>,
    pub metric: Option<Metric>,
    pub extension: Option<Extension>,
    pub ablation: Option<Ablation>,
    pub batch: Option<u64>,
    pub seed: u64,
}

/// What is asked beside [`Asked`], of which the planners of commands alone have a use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Whether a number of commands is given.
    pub horizon: bool,
    /// Whether commands to start from are.
    pub commands: bool,
    /// Whether an engine is.
    pub engine: bool,
    /// Whether an adapter is.
    pub adapter: bool,
}

const SHOOTING: Planner = Planner::Commands(Method::Shooting);
const MPC: Planner = Planner::Commands(Method::Mpc);
const RRT: Planner = Planner::Rrt;

fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn refused(what: &str, value: &str, why: &str) -> Result<()> {
    Err(Error::invalid(what, value, format!("left out {why}")))
}

impl Asked {
    /// Where linearizations come from.
    pub fn gradient(&self) -> Gradient {
        self.gradient.unwrap_or_default()
    }

    /// Refuses what would do nothing, and what contradicts each other.
    pub fn check(&self, beside: Beside) -> Result<()> {
        self.check_readers(beside)?;
        match self.planner {
            Planner::Rrt => self.check_tree(),
            Planner::Commands(method) => self.check_commands(method),
        }
    }

    /// Each setting, whether it is given, and the planners that read it.
    fn check_readers(&self, beside: Beside) -> Result<()> {
        let commands: &[Planner] = &[SHOOTING, MPC];
        let settings = [
            ("horizon", beside.horizon, commands),
            ("commands", beside.commands, commands),
            ("iterations", self.iterations.is_some(), commands),
            ("reach", self.reach.is_some(), commands),
            ("state_jacobian", self.state_jacobian.is_some(), commands),
            ("engine", beside.engine, commands),
            ("adapter", beside.adapter, commands),
            ("trust_region", self.trust_region.is_some(), &[SHOOTING]),
            ("step", self.step.is_some(), &[SHOOTING, RRT]),
            ("nodes", self.nodes.is_some(), &[RRT]),
            ("regularization", self.regularization.is_some(), &[RRT]),
            ("goal_probability", self.goal_probability.is_some(), &[RRT]),
            (
                "regrasp_probability",
                self.regrasp_probability.is_some(),
                &[RRT],
            ),
            ("threshold", self.threshold.is_some(), &[RRT]),
            ("metric", self.metric.is_some(), &[RRT]),
            ("extension", self.extension.is_some(), &[RRT]),
            ("ablation", self.ablation.is_some(), &[RRT]),
            ("batch", self.batch.is_some(), &[RRT]),
        ];
        for (setting, is_given, readers) in settings {
            if is_given && !readers.contains(&self.planner) {
                let readers: Vec<&str> = readers.iter().map(|m| m.name()).collect();
                let why = format!(
                    "with `method` {}: it is for {}",
                    self.planner.name(),
                    readers.join(" and ")
                );
                return refused(setting, "given", &why);
            }
        }
        Ok(())
    }

    /// Which of both names of the smoothing is given, if one is.
    fn smoothing(&self) -> Option<&'static str> {
        match (self.kappa.is_empty(), self.length.is_empty()) {
            (true, true) => None,
            (false, _) => Some("kappa"),
            (true, false) => Some("length"),
        }
    }

    fn check_tree(&self) -> Result<()> {
        let gradient = self.gradient();
        if gradient == Gradient::Exact {
            let expected = "barrier, first, zeroth or mixed with `method` rrt; `ablation` exact-b takes B of contact as good as exact";
            return Err(Error::invalid("gradient", gradient.name(), expected));
        }
        self.check_sampled()?;
        match (self.ablation.unwrap_or_default(), self.smoothing()) {
            (Ablation::ExactB, Some(setting)) => {
                refused(setting, "given", "with `ablation` exact-b, which sets it")
            }
            (Ablation::ExactB, None) if gradient.is_sampled() => refused(
                "gradient",
                gradient.name(),
                "with `ablation` exact-b, which takes no noise",
            ),
            (Ablation::NoRegrasps, _) if self.regrasp_probability.is_some() => refused(
                "regrasp_probability",
                "given",
                "with `ablation` no-regrasps, which sets it to 0",
            ),
            (Ablation::GlobalMetric, _) if self.metric == Some(Metric::Local) => refused(
                "metric",
                Metric::Local.name(),
                "with `ablation` global-metric, which sets it",
            ),
            _ => Ok(()),
        }
    }

    /// Refuses what says something of noise where there is none.
    fn check_sampled(&self) -> Result<()> {
        let gradient = self.gradient();
        for (setting, is_given) in [
            ("sigma", self.sigma.is_some()),
            ("samples", self.samples.is_some()),
        ] {
            if is_given && !gradient.is_sampled() {
                let why = format!(
                    "with `gradient` {}: it is for first, zeroth and mixed",
                    gradient.name()
                );
                return refused(setting, "given", &why);
            }
        }
        Ok(())
    }

    fn check_commands(&self, method: Method) -> Result<()> {
        let gradient = self.gradient();
        if let Some(setting) = self.smoothing().filter(|_| gradient != Gradient::Barrier) {
            let why = format!("with `gradient` {}: it is the barrier's", gradient.name());
            return refused(setting, "given", &why);
        }
        self.check_sampled()?;
        let values = self.kappa.len().max(self.length.len());
        match self.smoothing() {
            Some(setting) if method == Method::Mpc && values > 2 => {
                let expected = "the first and the last one with `method` mpc, which goes from one to the other by itself";
                Err(Error::invalid(
                    setting,
                    format!("{values} values"),
                    expected,
                ))
            }
            _ => Ok(()),
        }
    }

    /// κ of all stages, 1/J; empty where neither weights nor lengths are given.
    fn weights(&self, task: &Task) -> Result<Vec<f64>> {
        for length in &self.length {
            if !(*length > 0.0 && length.is_finite()) {
                let expected =
                    "a length in m above 0; `gradient` exact takes steps without smoothing";
                return Err(Error::invalid("length", *length, expected));
            }
        }
        let steps = task.model().quasi_dynamics();
        let (false, Some(steps)) = (self.length.is_empty(), steps) else {
            return Ok(self.kappa.clone());
        };
        let compliance = steps.contact_compliance(task.parameters());
        for length in &self.length {
            check_length(*length, task, compliance)?;
        }
        let weight = |length: &f64| smoothing::weight(*length, compliance);
        Ok(self.length.iter().map(weight).collect())
    }

    /// The options of a planner of commands.
    pub fn options(&self, method: Method, scenario: &Scenario<'_>) -> Result<Options> {
        let usual = Options::of(method);
        let iterations = self.iterations.unwrap_or(usual.iterations.into());
        let kappa = self.weights(scenario.task)?;
        Ok(Options {
            gradient: self.gradient(),
            iterations: u32::try_from(iterations).unwrap_or(u32::MAX),
            reach: self.reach.unwrap_or(usual.reach),
            step: self.step.unwrap_or(usual.step),
            trust_region: self.trust_region.unwrap_or(usual.trust_region),
            state_jacobian: self.state_jacobian.unwrap_or(usual.state_jacobian),
            kappa: if kappa.is_empty() { usual.kappa } else { kappa },
            sigma: self.sigma.unwrap_or(usual.sigma),
            samples: self.samples.unwrap_or(usual.samples),
            seed: self.seed,
            tolerance: self.tolerance.unwrap_or(usual.tolerance),
            ..usual
        })
    }

    /// The settings of a tree: the published ones of the task, with what is asked.
    pub fn tree(&self, task: &Task) -> Result<Settings> {
        let planning = task.model().planning();
        let planning = planning.ok_or_else(|| PlanError::Unplanned {
            task: task.name().into(),
            known: Vec::new(),
        })?;
        let usual = Settings::published(&planning.problem);
        let kappa = match &self.weights(task)?[..] {
            [] => usual.kappa,
            [kappa] => *kappa,
            several => {
                let found = format!("{} values", several.len());
                let expected = "one value with `method` rrt";
                let setting = self.smoothing().unwrap_or("kappa");
                return Err(Error::invalid(setting, found, expected));
            }
        };
        let gradient = self.gradient();
        let extension = match gradient {
            Gradient::Barrier => Extension::Smoothed,
            _ => Extension::Exact,
        };
        let mut settings = self.ablation.unwrap_or_default().of(Settings {
            nodes: self.nodes.map_or(usual.nodes, whole),
            gradient,
            kappa,
            sigma: self.sigma,
            samples: self.samples.unwrap_or(usual.samples),
            step: self.step.unwrap_or(usual.step),
            regularization: self.regularization.unwrap_or(usual.regularization),
            tolerance: self.tolerance.unwrap_or(usual.tolerance),
            goal_probability: self.goal_probability.unwrap_or(usual.goal_probability),
            regrasp_probability: self
                .regrasp_probability
                .unwrap_or(usual.regrasp_probability),
            threshold: self.threshold.unwrap_or(usual.threshold),
            metric: self.metric.unwrap_or_default(),
            extension: self.extension.unwrap_or(extension),
            batch: self.batch.map_or(usual.batch, whole),
            seed: self.seed,
        });
        if gradient.is_sampled() {
            // What is in force is told.
            let steps = task.model().quasi_dynamics();
            let nearest =
                steps.map(|s| settings.nearest_sigma(s.contact_compliance(task.parameters())));
            settings.sigma = settings.sigma.or(nearest);
        }
        Ok(settings)
    }
}

/// Refuses a length that the task has no use for, as a length.
fn check_length(length: f64, task: &Task, compliance: f64) -> Result<()> {
    let set = task.clone().with_parameter("smoothing", length);
    if set.and_then(|task| task.check_parameters()).is_ok() {
        return Ok(());
    }
    let expected = format!(
        "at least {} m for this task: shorter ones are lost in f32, which is for all engines",
        number(smoothing::shortest_in_f32(compliance))
    );
    Err(Error::invalid("length", length, expected))
}
