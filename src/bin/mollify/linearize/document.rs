//! What a linearization prints.

use super::Args;
use super::at::Smoothed;
use mollify::engine::kind::Kind;
use mollify::estimate::linearize::{Estimate, Linearization, Mixed, Point, Settings};
use mollify::system::quasidynamic::StepLinearization;
use serde::Serialize;

/// The step by the barrier.
#[derive(Serialize)]
pub struct Barrier {
    pub c: Vec<f64>,
    pub a: Vec<Vec<f64>>,
    pub b: Vec<Vec<f64>>,
    /// Of each contact, N.
    pub normal_forces: Vec<f64>,
    /// λ of each row, N; a contact with friction has two.
    pub row_forces: Vec<f64>,
    /// C = ∂λ/∂q, a row for each row of a contact.
    pub force_by_state: Vec<Vec<f64>>,
    /// D = ∂λ/∂u, the same.
    pub force_by_control: Vec<Vec<f64>>,
}

/// B along a sweep: of each position the rows of B.
#[derive(Serialize)]
pub struct Over {
    pub name: String,
    pub positions: Vec<f64>,
    pub barrier: Vec<Vec<Vec<f64>>>,
    pub student_t: Noisy,
    pub gaussian: Noisy,
}

/// Means of derivatives under a noise.
#[derive(Serialize)]
pub struct Noisy {
    pub sigma: f64,
    pub b: Vec<Vec<Vec<f64>>>,
    pub std_error: Vec<Vec<Vec<f64>>>,
}

#[derive(Serialize)]
pub struct Names {
    pub state: Vec<String>,
    pub control: Vec<String>,
}

/// All of it.
#[derive(Serialize)]
pub struct Document<'a> {
    pub task: &'a str,
    pub engine: String,
    pub names: Names,
    pub point: &'a Point,
    /// None for the exact step.
    pub kappa: Option<f64>,
    pub length: f64,
    pub barrier_under_noise: bool,
    #[serde(flatten)]
    pub settings: &'a Settings,
    pub barrier: Barrier,
    pub first_order: &'a Estimate,
    pub zeroth_order: &'a Estimate,
    pub mixed: &'a Mixed,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    pub seconds: f64,
}

/// Rows of so many.
pub fn rows(values: &[f64], width: usize) -> Vec<Vec<f64>> {
    values.chunks(width).map(<[f64]>::to_vec).collect()
}

impl Barrier {
    fn of(step: &StepLinearization, smoothed: &Smoothed<'_>) -> Self {
        let steps = smoothed.steps;
        let contacts = step.force.chunks(steps.rows_per_contact);
        Self {
            c: step.next.clone(),
            a: rows(&step.next_by_state, steps.sizes.state),
            b: rows(&step.next_by_control, steps.sizes.control),
            normal_forces: contacts.map(|rows| rows.iter().sum()).collect(),
            row_forces: step.force.clone(),
            force_by_state: rows(&step.force_by_state, steps.sizes.state),
            force_by_control: rows(&step.force_by_control, steps.sizes.control),
        }
    }
}

impl<'a> Document<'a> {
    #[expect(
        clippy::too_many_arguments,
        reason = "a document is everything there is to say"
    )]
    pub fn new(
        args: &Args,
        smoothed: &'a Smoothed<'_>,
        kind: Kind,
        point: &'a Point,
        settings: &'a Settings,
        ways: &'a Linearization,
        over: Option<Over>,
        seconds: f64,
    ) -> Self {
        let [state, control] = smoothed.names();
        let parameters = smoothed.smooth.parameters();
        let step = smoothed
            .steps
            .linearize(parameters, &point.state, &point.control);
        Self {
            task: smoothed.smooth.name(),
            engine: kind.to_string(),
            names: Names { state, control },
            point,
            kappa: smoothed.kappa.is_finite().then_some(smoothed.kappa),
            length: smoothed.length,
            barrier_under_noise: args.barrier_under_noise,
            settings,
            barrier: Barrier::of(&step, smoothed),
            first_order: &ways.first_order,
            zeroth_order: &ways.zeroth_order,
            mixed: &ways.mixed,
            over,
            seconds,
        }
    }
}
