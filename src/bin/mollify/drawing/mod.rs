//! Trajectories as pictures: a stroboscopic still, an animation, and states against time.
//!
//! A [`Run`] is one trajectory in f64; a [`Course`] is where its bodies were, from the [`Drawn::scene`] of its own
//! parameters. [`still()`] shows several instants of a course at once, [`animation`] all of them one after the other.
//! A task without bodies in space has no course; [`states`] plots its coordinates.
//!
//! [`Drawn::scene`]: mollify::system::Drawn::scene
//!
//! ```
//! use crate::drawing::{Course, Run, still};
//! use mollify::Task;
//!
//! # fn main() -> mollify::Result<()> {
//! let task = Task::find("roomba")?;
//! let run = Run::nominal(&task, &task.start());
//! let course = Course::of(&task, &run).expect("a robot among discs is in space");
//! assert_eq!(course.instants.len(), task.horizon() + 1);
//! assert!(still(&course, None, "roomba").to_svg().contains("robot"));
//! # Ok(()) }
//! ```

mod looks;
mod moving;
mod states;
mod still;

pub use moving::animation;
pub use states::states;
pub use still::still;

use mollify::engine::Sample;
use mollify::engine::reference::rollout::{self, Trajectory};
use mollify::system::scene::{Geometry, Item};
use mollify::system::task::Task;

/// One trajectory and what it cost, in f64.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// x₀ … x_H, N values each.
    pub states: Vec<f64>,
    /// u₀ … u_{H-1}, M values each.
    pub controls: Vec<f64>,
    /// The parameters of the model.
    pub parameters: Vec<f64>,
    /// f
    pub cost: f64,
    /// The first time at which state or cost was not finite.
    pub nonfinite: Option<u32>,
    /// Steps in which something is put elsewhere, as robots are for a new grasp: its path there is none.
    pub breaks: Vec<usize>,
}

impl Run {
    /// The run without noise, from the mean of the initial states, with the mean of the parameters.
    pub fn nominal(task: &Task, theta: &[f64]) -> Self {
        let mut trajectory = Trajectory::new(task);
        let zeros = vec![0.0; task.horizon() + 1];
        rollout::rerun_without_noise(task, theta, &zeros, &mut trajectory);
        Self::of(trajectory)
    }

    /// The run of a sample: with its noise, its initial state and its parameters.
    pub fn of_sample(task: &Task, theta: &[f64], sample: &Sample) -> Self {
        Self::of(rollout::replay(task, theta, sample))
    }

    /// The run of a sample's initial state and parameters without its noise.
    pub fn without_noise(task: &Task, theta: &[f64], sample: &Sample) -> Self {
        let noise = vec![0.0; sample.noise.len()];
        let quiet = Sample {
            noise,
            ..sample.clone()
        };
        Self::of_sample(task, theta, &quiet)
    }

    fn of(trajectory: Trajectory) -> Self {
        Self {
            // Against a nominal trajectory of cost 0.
            cost: trajectory.deviation,
            states: trajectory.states,
            controls: trajectory.controls,
            parameters: trajectory.parameters,
            nonfinite: trajectory.nonfinite,
            breaks: Vec::new(),
        }
    }
}

/// Steps that are drawn at most: of more, some are left out between them.
const MOST_STEPS: usize = 20_000;

/// Where everything was at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Instant {
    /// Time since the beginning.
    pub time: f64,
    /// The step it belongs to; H at the end.
    pub step: usize,
    /// What moves.
    pub items: Vec<Item>,
}

/// All instants of a run until it is no longer finite, 20000 steps at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Layout and what stands still.
    pub geometry: Geometry,
    /// In the order of time; at least one.
    pub instants: Vec<Instant>,
    /// See [`Run::breaks`].
    pub breaks: Vec<usize>,
}

impl Course {
    /// Where the bodies of a run were; none for tasks that are not in space, or a run that was never finite.
    pub fn of(task: &Task, run: &Run) -> Option<Self> {
        let (model, p) = (task.model(), &run.parameters);
        let geometry = model.geometry(p)?;
        let (n, m) = (model.state_size(), model.control_size());
        let (parts, steps) = (geometry.instants.max(1), task.horizon());
        let scene = |state: usize, step: usize, share: f64| {
            let state = &run.states[state * n..(state + 1) * n];
            let control = &run.controls[step * m..(step + 1) * m];
            model.scene(p, state, control, share)
        };
        let mut instants = Vec::with_capacity(steps * parts + 1);
        let mut start = 0.0;
        for step in 0..steps {
            let length = scene(step, step, 1.0).time;
            if step % steps.div_ceil(MOST_STEPS) != 0 {
                start += length;
                continue;
            }
            // A step that is a whole motion has an end of its own.
            let last = if parts > 1 { parts } else { 0 };
            for part in 0..=last {
                let scene = scene(step, step, part as f64 / parts as f64);
                instants.push(Instant {
                    time: start + scene.time,
                    step,
                    items: scene.items,
                });
            }
            start += length;
        }
        if parts == 1 {
            let items = scene(steps, steps - 1, 0.0).items;
            let (time, step) = (start, steps);
            instants.push(Instant { time, step, items });
        }
        let broken = instants.iter().position(|i| !i.is_finite());
        instants.truncate(broken.unwrap_or(instants.len()));
        let whole = !instants.is_empty();
        whole.then_some(Self {
            geometry,
            instants,
            breaks: run.breaks.clone(),
        })
    }

    /// Where a time falls: the last instant that is not after it.
    pub fn at(&self, time: f64) -> &Instant {
        let after = self.instants.partition_point(|i| i.time <= time);
        &self.instants[after.saturating_sub(1)]
    }

    /// `count` instants at most, evenly over all, the first and the last among them.
    pub(crate) fn spaced(&self, count: usize) -> Vec<&Instant> {
        let last = self.instants.len() - 1;
        let count = count.min(last + 1).max(2);
        let mut indices: Vec<usize> = (0..count)
            .map(|i| (i as f64 * last as f64 / (count - 1) as f64).round() as usize)
            .collect();
        indices.dedup();
        indices.into_iter().map(|i| &self.instants[i]).collect()
    }

    /// These instants with those at which something traced turns or stops at once, the hardest `most` of them: a hit that falls
    /// between two instants would not be seen.
    pub(crate) fn with_hits<'a>(&'a self, chosen: &[&'a Instant], most: usize) -> Vec<&'a Instant> {
        let mut hits: Vec<(f64, usize)> = (1..self.instants.len().saturating_sub(1))
            .filter_map(|i| Some((self.jolt(i)?, i)))
            .collect();
        hits.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut all: Vec<&Instant> = chosen.to_vec();
        all.extend(hits.iter().take(most).map(|(_, i)| &self.instants[*i]));
        all.sort_by(|a, b| a.time.total_cmp(&b.time));
        all.dedup_by(|a, b| std::ptr::eq(*a, *b));
        all
    }

    /// By how much the velocity of something traced changes in the instant `i`, where that is as much as it was, and ten times
    /// what it is in the instants about it.
    fn jolt(&self, i: usize) -> Option<f64> {
        // A motion that begins anew is no hit.
        let (before, behind) = (&self.instants[i - 1], &self.instants[i + 1]);
        if self.geometry.instants > 1 && before.step != behind.step {
            return None;
        }
        let change = |i: usize, item: usize| {
            let at = |i: usize| self.instants.get(i)?.items.get(item)?.traced;
            let (a, b, c) = (at(i.checked_sub(1)?)?, at(i)?, at(i + 1)?);
            let turned = (c[0] - 2.0 * b[0] + a[0]).hypot(c[1] - 2.0 * b[1] + a[1]);
            Some((turned, (b[0] - a[0]).hypot(b[1] - a[1])))
        };
        let of_item = |item: usize| {
            let (turned, way) = change(i, item)?;
            let around = [i.checked_sub(2), Some(i + 2)].into_iter().flatten();
            let calm = around
                .filter_map(|i| change(i, item))
                .map(|(turned, _)| turned);
            let usual = calm.fold(0.0, f64::max);
            (turned > way && turned > 10.0 * usual && way > 0.0).then_some(turned)
        };
        (0..self.instants[i].items.len())
            .filter_map(of_item)
            .reduce(f64::max)
    }

    /// Whether the system moves along one line, and which axis its instants are spread along: 0 across, 1 up.
    pub(crate) fn spread_axis(&self) -> Option<usize> {
        self.geometry.spread.iter().position(|s| *s != 0.0)
    }
}

impl Instant {
    fn is_finite(&self) -> bool {
        let points = self.items.iter().flat_map(Item::extent);
        let mut all = points.flatten().chain([self.time]);
        // Beyond this no picture shows anything.
        all.all(|x| x.abs() < 1e12)
    }
}

#[cfg(test)]
mod tests;
