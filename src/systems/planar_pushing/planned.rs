//! The published planning problem: carry the box 1 m across the table, with the disc anywhere beside it.

use super::{Parameters, PlanarPushing, smoothing};
use crate::contact::quasidynamic::{Problem, Step};
use crate::system::planning::{Planned, PlanningProblem, Uniform};
use std::f64::consts::PI;

impl Planned<7, 2, 5, 2> for PlanarPushing {
    const PROBLEM: PlanningProblem = PlanningProblem {
        objects: 3,
        goal: &[0.0, -0.5, 0.0],
        low: &[-2.0, -2.0, -PI],
        high: &[2.0, 2.0, PI],
        starts_anywhere: true,
        nodes: 500,
        kappa: 100.0,
        step: 0.3,
        regularization: 1e-2,
        tolerance: 0.1,
        goal_probability: 0.1,
        regrasp_probability: 0.2,
        threshold: 50.0,
        global_weights: &[20.0; 3],
    };

    fn row_stiffness(
        p: &Parameters<f64>,
        problem: &Problem<f64, 5, 2>,
        step: &Step<f64, 5, 2>,
    ) -> [f64; 2] {
        let (law, open) = (smoothing(p), problem.open(&step.motion));
        [0, 1].map(|k| law.stiffness(problem.compliance(k, k), step.force[k], open[k]))
    }

    /// The disc touches one of the sides of the box, or stands at the corner beyond its end.
    fn regrasp(
        p: &Parameters<f64>,
        [x, y, angle, ..]: [f64; 5],
        uniform: &mut Uniform<'_>,
    ) -> [f64; 5] {
        let reach = p.half_width + p.radius;
        let side = (4.0 * uniform()).floor();
        let along = reach * (2.0 * uniform() - 1.0);
        // A quarter turn for each side.
        let (sine, cosine) = libm::sincos(angle + side * PI / 2.0);
        [
            x,
            y,
            angle,
            x + reach * cosine - along * sine,
            y + reach * sine + along * cosine,
        ]
    }
}
