//! What was grown.

use serde::Serialize;

/// How far a tree is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Nodes so far.
    pub nodes: usize,
    /// Subgoals so far.
    pub tries: u64,
    /// The least local distance to the goal so far.
    pub distance: f64,
}

/// A configuration that can be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The number of the node that it was reached from; none for the root.
    pub parent: Option<usize>,
    /// q
    pub q: Vec<f64>,
    /// u that takes the parent here; none for the root and for a new grasp.
    pub command: Option<Vec<f64>>,
}

/// Why a tree is no larger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// It has a node within the tolerance of the goal.
    Reached,
    /// It has all of its nodes.
    #[default]
    Full,
    /// Somebody asked to stop.
    Interrupted,
    /// Hardly any subgoal was within the threshold of a node.
    NothingNear,
}

/// See the [module](super).
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Parents come before children.
    pub nodes: Vec<Node>,
    /// Subgoals, those that were not pursued included.
    pub tries: u64,
    /// The node of the least local distance to the goal.
    pub best: usize,
    /// That distance.
    pub distance: f64,
    /// Why it is no larger.
    pub ended: Ended,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            tries: 0,
            best: 0,
            distance: f64::INFINITY,
            ended: Ended::Full,
        }
    }
}

/// The way from the root to a node, step by step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// q of each node: one more than there are commands.
    pub states: Vec<Vec<f64>>,
    /// u of each step; for a new grasp where the robots then are.
    pub commands: Vec<Vec<f64>>,
    /// The steps that are new grasps.
    pub regrasps: Vec<usize>,
}

impl Tree {
    /// Adds a node at a local distance from the goal.
    pub(super) fn push(&mut self, node: Node, distance: f64) {
        if distance < self.distance {
            (self.best, self.distance) = (self.nodes.len(), distance);
        }
        self.nodes.push(node);
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            nodes: self.nodes.len(),
            tries: self.tries,
            distance: self.distance,
        }
    }

    /// Whether the goal was reached.
    pub fn reached(&self) -> bool {
        self.ended == Ended::Reached
    }

    /// The node whose objects are nearest to `goal`, and their Euclidean distance, m and rad alike.
    pub fn nearest(&self, goal: &[f64]) -> (usize, f64) {
        let square = |node: &Node| {
            let off = node.q.iter().zip(goal);
            off.map(|(x, g)| (x - g).powi(2)).sum::<f64>()
        };
        let squares = self.nodes.iter().map(square).enumerate();
        let least = squares.min_by(|a, b| a.1.total_cmp(&b.1));
        least.map_or((0, f64::INFINITY), |(i, square)| (i, square.sqrt()))
    }

    /// The distance of [`Tree::nearest`].
    pub fn least_error(&self, goal: &[f64]) -> f64 {
        self.nearest(goal).1
    }

    /// The way to a node; `robots` of the last coordinates are commanded.
    pub fn path(&self, to: usize, robots: usize) -> Path {
        let parent = |i: &usize| self.nodes[*i].parent;
        let mut numbers: Vec<usize> = std::iter::successors(Some(to), parent).collect();
        numbers.reverse();
        let mut path = Path::default();
        for (step, node) in numbers.into_iter().map(|i| &self.nodes[i]).enumerate() {
            path.states.push(node.q.clone());
            let is_root = node.parent.is_none();
            match &node.command {
                Some(command) => path.commands.push(command.clone()),
                None if is_root => {}
                None => {
                    path.regrasps.push(step - 1);
                    path.commands.push(node.q[node.q.len() - robots..].to_vec());
                }
            }
        }
        path
    }
}
