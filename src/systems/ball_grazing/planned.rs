//! The published planning problem: move the box by more than its friction with the ball can carry it without lifting the
//! ball. It has no new grasps unless told to.

use super::{BallGrazing, Parameters, smoothing};
use crate::contact::quasidynamic::{Problem, Step};
use crate::system::planning::{Planned, PlanningProblem, Uniform};

impl Planned<5, 2, 3, 2> for BallGrazing {
    const PROBLEM: PlanningProblem = PlanningProblem {
        objects: 1,
        goal: &[0.66],
        low: &[-1.0],
        high: &[1.0],
        starts_anywhere: false,
        nodes: 5000,
        kappa: 100.0,
        step: 0.3,
        regularization: 1e-4,
        tolerance: 0.01,
        goal_probability: 0.2,
        regrasp_probability: 0.0,
        threshold: f64::INFINITY,
        global_weights: &[1.0],
    };

    fn row_stiffness(
        p: &Parameters<f64>,
        problem: &Problem<f64, 3, 2>,
        step: &Step<f64, 3, 2>,
    ) -> [f64; 2] {
        let (law, open) = (smoothing(p), problem.open(&step.motion));
        [0, 1].map(|k| law.stiffness(problem.compliance(k, k), step.force[k], open[k]))
    }

    /// The ball touches the top of the box or one of its sides.
    fn regrasp(p: &Parameters<f64>, [y, ..]: [f64; 3], uniform: &mut Uniform<'_>) -> [f64; 3] {
        let reach = p.half_width + p.radius;
        let side = (3.0 * uniform()).floor();
        // At a side no lower than where the ball would lie on the ground.
        let along = (p.half_width - p.radius) * (2.0 * uniform() - 1.0);
        let [across, up] = match side {
            0.0 => [-reach, along],
            1.0 => [along, reach],
            _ => [reach, along],
        };
        [y, y + across, p.box_height + up]
    }
}
