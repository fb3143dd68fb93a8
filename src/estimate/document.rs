//! An estimate as a document: what it was made of, what was found, and what speaks against it.

pub use crate::estimate::explained::Explained;

use crate::engine::moments::NonFinite;
use crate::engine::nominal::too_deep;
use crate::engine::{Baseline, Engine};
use crate::estimate::alpha::{Reason, Rule};
use crate::estimate::directions::Directions;
use crate::estimate::mix::Mixed;
use crate::estimate::order::Estimate;
use crate::estimate::settings::Settings;
use crate::estimate::warning::warnings;
use crate::estimate::zeroth::Zeroth;
use crate::system::ClosedForm;
use crate::system::task::Task;
use crate::system::variant::{Drawn, Parameters};
use serde::Serialize;

/// What an estimate was made of: task, engine and settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setup<'a> {
    /// The name of the task.
    pub task: &'a str,
    /// The file of its system, if it came from one.
    pub system: Option<String>,
    /// The engine.
    pub engine: &'a str,
    /// Its adapter, if it has one.
    pub adapter: Option<&'a str>,
    /// The driver of that.
    pub driver: Option<&'a str>,
    /// The seed of the noise.
    pub seed: u64,
    /// K
    pub samples: u64,
    /// σ
    pub sigma: f64,
    /// Parameters of the model.
    pub parameters: Parameters,
    /// H
    pub horizon: usize,
    /// Policy, noise and environment.
    #[serde(flatten)]
    pub drawn: Drawn,
    /// How alpha was chosen.
    pub rule: Rule,
    /// b of the zeroth order.
    pub baseline: Baseline,
    /// Which directions the noise took.
    pub directions: Directions,
    /// Which formula made the zeroth order.
    pub zeroth: Zeroth,
    /// γ; none where it follows from the samples of each estimate.
    pub gamma: Option<f64>,
    /// δ
    pub failure_probability: f64,
}

impl<'a> Setup<'a> {
    /// That of an estimate.
    pub fn of(engine: &'a dyn Engine, task: &'a Task, settings: &Settings) -> Self {
        let report = engine.report();
        Self {
            task: task.name(),
            system: task.system_file(),
            engine: report.engine,
            adapter: report.adapter.as_deref(),
            driver: report.driver.as_deref(),
            seed: settings.seed,
            samples: settings.samples,
            sigma: task.sigma(),
            parameters: Parameters::of(task),
            horizon: task.horizon(),
            drawn: Drawn::of(task),
            rule: settings.rule,
            baseline: settings.baseline,
            directions: settings.directions,
            zeroth: settings.zeroth,
            gamma: settings.gamma,
            failure_probability: settings.failure_probability,
        }
    }
}

/// F
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Value {
    /// The mean of the samples.
    pub mean: f64,
    /// Its standard error.
    pub std_error: f64,
}

/// Everything about an estimate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// What it was made of.
    #[serde(flatten)]
    pub setup: Setup<'a>,
    /// Whether γ is ε + 2s₀ and was not given.
    pub gamma_from_samples: bool,
    /// R in force.
    pub bound: f64,
    /// Whether R is the largest of the samples themselves and not a bound that was given.
    pub bound_from_samples: bool,
    /// F
    pub value: Value,
    /// f(theta, 0), without noise.
    pub value_at_theta: f64,
    /// ∇̄¹F; none if only the zeroth order was wanted.
    pub first_order: Option<&'a Estimate>,
    /// ∇̄⁰F
    pub zeroth_order: &'a Estimate,
    /// The weight of the first order.
    pub alpha: f64,
    /// One for each coordinate of theta, if the rule has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alphas: Option<&'a [f64]>,
    /// One for each control, if the rule has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_alphas: Option<&'a [f64]>,
    /// Why alpha is what it is.
    pub alpha_reason: Reason,
    /// B
    pub bias: f64,
    /// ε
    pub confidence_radius: f64,
    /// The mix, d values.
    pub gradient: &'a [f64],
    /// Trace of the covariance of `gradient`.
    pub variance_of_gradient: f64,
    /// Whether both orders agree.
    pub report: Option<Explained<'a>>,
    /// The samples left out.
    pub nonfinite: NonFinite,
    /// Rollouts this took, those of baselines included.
    pub rollouts: u64,
    /// False if it was stopped before all samples were done.
    pub complete: bool,
    /// Seconds without those of compiling.
    pub seconds: f64,
    /// Of compiling shaders, beside `seconds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile_seconds: Option<f64>,
    /// Exact values, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_form: Option<ClosedForm>,
    /// What [`too_deep`] says of contact, and [`warnings`] in words.
    pub warnings: Vec<String>,
    /// Where, d values.
    pub theta: &'a [f64],
}

impl<'a> Document<'a> {
    /// That of an estimate at theta that took so many seconds.
    pub fn of(
        engine: &'a dyn Engine,
        task: &'a Task,
        theta: &'a [f64],
        settings: &Settings,
        mixed: &'a Mixed,
        seconds: f64,
    ) -> Self {
        let deep = too_deep(task, theta);
        let warnings = warnings(task, settings, mixed);
        Self {
            setup: Setup {
                gamma: Some(mixed.choice.gamma),
                ..Setup::of(engine, task, settings)
            },
            gamma_from_samples: settings.gamma.is_none(),
            bound: mixed.choice.bound,
            bound_from_samples: settings.bound.is_none(),
            value: Value {
                mean: mixed.value_mean,
                std_error: mixed.value_std_error,
            },
            value_at_theta: mixed.value_at_theta,
            first_order: mixed.first_order.as_ref(),
            zeroth_order: &mixed.zeroth_order,
            alpha: mixed.choice.alpha,
            alphas: mixed.choice.alphas.as_deref(),
            control_alphas: mixed.choice.control_alphas.as_deref(),
            alpha_reason: mixed.choice.reason,
            bias: mixed.choice.bias,
            confidence_radius: mixed.choice.confidence_radius,
            gradient: mixed.gradient.as_slice(),
            variance_of_gradient: mixed.variance_of_gradient,
            report: Explained::of(mixed),
            nonfinite: mixed.nonfinite,
            rollouts: mixed.rollouts,
            complete: mixed.complete,
            compile_seconds: engine.report().compile_seconds,
            seconds,
            closed_form: closed_form(task, theta, settings, mixed.value_at_theta),
            warnings: deep
                .into_iter()
                .chain(warnings.iter().map(ToString::to_string))
                .collect(),
            theta,
        }
    }
}

/// Exact values for the baseline in force; that of leave-one-out is F itself, up to 1/K. The variance of the zeroth order is
/// known for independent directions and the score alone.
fn closed_form(
    task: &Task,
    theta: &[f64],
    settings: &Settings,
    nominal: f64,
) -> Option<ClosedForm> {
    let exact = |b| task.closed_form(theta, b);
    let found = match settings.baseline {
        Baseline::None => exact(0.0),
        Baseline::Nominal => exact(nominal),
        Baseline::LeaveOneOut => exact(exact(0.0)?.value),
    };
    let plain = !settings.draws_directions() && settings.zeroth == Zeroth::default();
    found.map(|exact| ClosedForm {
        zeroth_order_variance: exact.zeroth_order_variance.filter(|_| plain),
        ..exact
    })
}
