//! Everything about a linearization, as the command line and Python give it.

use super::fit::{Estimate, Linearization, Mixed};
use super::point::Point;
use super::settings::Settings;
use super::smoothed::Smoothed;
use crate::engine::kind::Kind;
use crate::system::quasidynamic::StepLinearization;
use crate::system::variant::Names;
use serde::Serialize;

/// The step by the barrier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Barrier {
    /// The next configuration.
    pub c: Vec<f64>,
    /// Rows of A.
    pub a: Vec<Vec<f64>>,
    /// Rows of B.
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

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document<'a> {
    /// The name of the task.
    pub task: &'a str,
    /// The engine.
    pub engine: String,
    /// What rows and columns stand for.
    pub names: Names,
    /// Where.
    pub point: &'a Point,
    /// None for the exact step.
    pub kappa: Option<f64>,
    /// m
    pub length: f64,
    /// Whether the steps under noise have the barrier too.
    pub barrier_under_noise: bool,
    /// Of the noise.
    #[serde(flatten)]
    pub settings: &'a Settings,
    /// By the barrier.
    pub barrier: Barrier,
    /// By derivatives.
    pub first_order: &'a Estimate,
    /// By least squares.
    pub zeroth_order: &'a Estimate,
    /// By both.
    pub mixed: &'a Mixed,
    /// It took.
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
    /// That of a step by these ways; `barrier_under_noise` as they were made.
    pub fn new(
        smoothed: &'a Smoothed<'_>,
        kind: Kind,
        (point, settings, barrier_under_noise): (&'a Point, &'a Settings, bool),
        ways: &'a Linearization,
        seconds: f64,
    ) -> Self {
        let parameters = smoothed.smooth.parameters();
        let step = smoothed
            .steps
            .linearize(parameters, &point.state, &point.control);
        Self {
            task: smoothed.smooth.name(),
            engine: kind.to_string(),
            names: Names::of(&smoothed.smooth, smoothed.steps.sizes.state),
            point,
            kappa: smoothed.kappa.is_finite().then_some(smoothed.kappa),
            length: smoothed.length,
            barrier_under_noise,
            settings,
            barrier: Barrier::of(&step, smoothed),
            first_order: &ways.first_order,
            zeroth_order: &ways.zeroth_order,
            mixed: &ways.mixed,
            seconds,
        }
    }
}
