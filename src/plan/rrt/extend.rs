//! From a tree and a subgoal to a child.

use super::draws::Draws;
use super::metric::{Local, nearest};
use super::sampled::Sampler;
use super::settings::{Extension, Metric, Settings};
use super::start::{Problem, planning};
use super::tree::{Node, Tree};
use crate::contact::quasidynamic::smoothing;
use crate::error::{Error, Result};
use crate::plan::kinds::Gradient;
use crate::system::planning::{Planning, Response};
use crate::system::task::Task;
use nalgebra::{DMatrix, DVector};

/// All that a try needs of task, problem and settings.
pub(super) struct Extender<'a, const D: usize> {
    planning: &'a Planning,
    settings: &'a Settings,
    /// Of the steps that nodes are smoothed with, and of those that lead to children.
    node_parameters: Vec<f64>,
    step_parameters: Vec<f64>,
    /// In place of the barrier.
    sampler: Option<Sampler<'a>>,
    pub goal: [f64; D],
    controls: usize,
}

/// What the smoothed step says at a node about where its robots are.
pub(super) struct Reach<const D: usize> {
    pub local: Local<D>,
    /// B, rows of objects only.
    by_control: Vec<f64>,
}

/// A node and what it can reach.
pub(super) struct Grown<const D: usize> {
    pub node: Node,
    pub reach: Reach<D>,
}

/// The values, and 0 behind them.
fn padded<const D: usize>(values: &[f64]) -> [f64; D] {
    std::array::from_fn(|i| values.get(i).copied().unwrap_or(0.0))
}

/// The parameter that smooths, by the name that all quasi-dynamic systems give it.
const SMOOTHING: &str = "smoothing";

impl<'a, const D: usize> Extender<'a, D> {
    pub fn new(task: &'a Task, problem: &Problem, settings: &'a Settings) -> Result<Self> {
        let steps = task.model().quasi_dynamics();
        let steps =
            steps.ok_or_else(|| Error::invalid("the task", task.name(), "quasi-dynamic"))?;
        let compliance = steps.contact_compliance(task.parameters());
        let at = task.model().parameter_index(SMOOTHING)?;
        let smoothed_by = |length: f64| {
            let mut parameters = task.parameters().to_vec();
            parameters[at] = length;
            parameters
        };
        let length = smoothing::length(settings.kappa, compliance);
        let node_parameters = smoothed_by(length);
        let is_sampled = settings.gradient != Gradient::Barrier;
        let planning = planning(task)?;
        let sampler =
            is_sampled.then(|| Sampler::new(steps, planning, settings, (compliance, &smoothed_by)));
        let step_parameters = match settings.extension {
            Extension::Smoothed => node_parameters.clone(),
            Extension::Exact => smoothed_by(0.0),
        };
        Ok(Self {
            planning,
            settings,
            node_parameters,
            step_parameters,
            sampler: sampler.transpose()?,
            goal: padded(&problem.goal),
            controls: steps.sizes.control,
        })
    }

    pub fn root(&self, q: Vec<f64>) -> Result<Grown<D>> {
        let reach = self.reach(self.respond(&q, 0)?);
        let node = Node {
            parent: None,
            q,
            command: None,
        };
        Ok(Grown { node, reach })
    }

    /// c and B at a configuration where the robots are told to stay.
    fn respond(&self, q: &[f64], number: u64) -> Result<Response> {
        let u = self.robots(q);
        match &self.sampler {
            Some(sampler) => sampler.respond(q, u, number),
            None => Ok(self.planning.respond(&self.node_parameters, q, u)),
        }
    }

    fn reach(&self, response: Response) -> Reach<D> {
        let objects = self.planning.problem.objects;
        let mut by_control = response.by_control;
        by_control.truncate(objects * self.controls);
        let local = Local::new(
            padded(&response.next[..objects]),
            &by_control,
            self.controls,
            self.settings.regularization,
        );
        Reach { local, by_control }
    }

    fn robots<'q>(&self, q: &'q [f64]) -> &'q [f64] {
        &q[q.len() - self.controls..]
    }

    /// A child of the node that is nearest to a random subgoal; none if that is too far or its step is not finite.
    pub fn attempt(&self, tree: &Tree, reaches: &[Reach<D>], number: u64) -> Option<Grown<D>> {
        let mut draws = Draws::of_try(self.settings.seed, number);
        let goal = self.subgoal(&mut draws);
        let parent = self.parent(tree, reaches, &goal)?;
        let q = &tree.nodes[parent].q;
        let (q, command) = match draws.happens(self.settings.regrasp_probability) {
            true => {
                let parameters = &self.node_parameters;
                let uniform = &mut || draws.next();
                (self.planning.regrasp(parameters, q, uniform), None)
            }
            false => {
                let command = self.command(q, &reaches[parent], &goal)?;
                let next = self.planning.advance(&self.step_parameters, q, &command);
                (next, Some(command))
            }
        };
        // Steps under noise that are not finite make no node.
        let reach = self.reach(self.respond(&q, number + 1).ok()?);
        let is_finite = reach.local.is_finite() && q.iter().all(|x| x.is_finite());
        let node = Node {
            parent: Some(parent),
            q,
            command,
        };
        is_finite.then_some(Grown { node, reach })
    }

    fn subgoal(&self, draws: &mut Draws) -> [f64; D] {
        if draws.happens(self.settings.goal_probability) {
            return self.goal;
        }
        let problem = &self.planning.problem;
        let mut goal = [0.0; D];
        for (x, (low, high)) in goal.iter_mut().zip(problem.low.iter().zip(problem.high)) {
            *x = low + (high - low) * draws.next();
        }
        goal
    }

    fn parent(&self, tree: &Tree, reaches: &[Reach<D>], goal: &[f64; D]) -> Option<usize> {
        let weights = self.planning.problem.global_weights;
        match self.settings.metric {
            Metric::Local => {
                let found = nearest(reaches.iter().map(|x| x.local.distance(goal)))?;
                (found.1 <= self.settings.threshold).then_some(found.0)
            }
            Metric::Global => {
                let terms = |node: &Node| {
                    let off = node.q.iter().zip(goal).zip(weights);
                    off.map(|((x, g), w)| w * (x - g).powi(2)).sum()
                };
                nearest(tree.nodes.iter().map(terms)).map(|found| found.0)
            }
        }
    }

    /// Where the robots are, and δu of the least squares, at most `step` long.
    fn command(&self, q: &[f64], reach: &Reach<D>, goal: &[f64; D]) -> Option<Vec<f64>> {
        let objects = self.planning.problem.objects;
        let b = DMatrix::from_row_slice(objects, self.controls, &reach.by_control);
        let off = DVector::from_fn(objects, |i, _| goal[i] - reach.local.centre[i]);
        let change = least_squares(b, &off)?;
        let length = change.norm();
        let scale = if length > self.settings.step {
            self.settings.step / length
        } else {
            1.0
        };
        let moved = self.robots(q).iter().zip(&change);
        Some(moved.map(|(x, d)| x + scale * d).collect())
    }
}

/// The shortest x of the least |B x - y|; directions of B that rounding cannot tell from none are left alone.
fn least_squares(b: DMatrix<f64>, y: &DVector<f64>) -> Option<DVector<f64>> {
    let size = b.nrows().max(b.ncols()) as f64;
    let svd = b.svd(true, true);
    let none = svd.singular_values.max() * size * f64::EPSILON;
    svd.solve(y, none).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Interrupt;
    use crate::plan::rrt::grow;
    use nalgebra::{Matrix3, Matrix3x2, Vector3};

    /// (g - c)'(B B' + γ I)⁻¹ (g - c) of a node, by another way than the tree's.
    fn distance(extender: &Extender<'_, 3>, q: &[f64], goal: &[f64; 3]) -> f64 {
        let parameters = &extender.node_parameters;
        let step = extender.planning.respond(parameters, q, &q[3..]);
        let b = Matrix3x2::from_row_slice(&step.by_control[..6]);
        let p = b * b.transpose() + Matrix3::identity() * extender.settings.regularization;
        let off = Vector3::from_row_slice(goal) - Vector3::from_row_slice(&step.next[..3]);
        off.dot(&(p.try_inverse().expect("definite") * off))
    }

    #[test]
    fn parents_are_the_nearest_nodes_by_brute_force() {
        let task = Task::find("planar-pushing").expect("a task");
        let problem = Problem::published(&task).expect("a problem");
        let planning = planning(&task).expect("a planning problem");
        let settings = Settings {
            nodes: 120,
            tolerance: 1e-9,
            ..Settings::published(&planning.problem)
        };
        let interrupt = Interrupt::default();
        let tree = grow(&task, &problem, &settings, &interrupt, &mut |_| ()).expect("a tree");
        let extender =
            Extender::<3>::new(&task, &problem, &settings).expect("a task that has steps");
        let (mut size, mut refused) = (1, 0);
        for number in 0..tree.tries {
            let goal = extender.subgoal(&mut Draws::of_try(settings.seed, number));
            let distances = tree.nodes[..size]
                .iter()
                .map(|n| distance(&extender, &n.q, &goal));
            let all: Vec<f64> = distances.collect();
            let least = all.iter().copied().fold(f64::INFINITY, f64::min);
            if least > settings.threshold {
                refused += 1;
                continue;
            }
            let parent = tree.nodes[size].parent.expect("not the root");
            assert!(
                all[parent] <= least * (1.0 + 1e-9),
                "{} of {least}",
                all[parent]
            );
            size += 1;
        }
        assert_eq!(size, tree.nodes.len());
        assert!(refused > 50, "{refused}");
    }

    #[test]
    fn the_command_is_the_shortest_of_the_least_squares() {
        // One direction of B is none: what cannot be done is left, what need not be done is not done.
        let b = DMatrix::from_row_slice(2, 3, &[2.0, 0.0, 2.0, 0.0, 0.0, 0.0]);
        let x = least_squares(b, &DVector::from_vec(vec![4.0, 7.0])).expect("a solution");
        for (found, expected) in x.iter().zip([1.0, 0.0, 1.0]) {
            assert!((found - expected).abs() < 1e-14, "{x}");
        }
    }
}
