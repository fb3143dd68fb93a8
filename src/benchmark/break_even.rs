//! From how many samples on is the GPU worth it?

use super::{Contender, EngineKind, Scatter, Settings, batch};
use crate::engine::Wanted;
use crate::error::Result;
use crate::system::task::Task;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// The smallest K that is tried, and the factor to the next.
const FIRST: u64 = 64;
const FACTOR: u64 = 4;

/// Turns at each K.
const TURNS: usize = 3;

/// Both engines at one K.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// K
    pub samples: u64,
    /// Both estimates on the engine `gpu`, the median.
    pub gpu_seconds: f64,
    /// Both estimates on the engine `cpu`, the median.
    pub cpu_seconds: f64,
}

/// Where the GPU overtakes the CPU on this machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BreakEven {
    /// The task.
    pub task: String,
    /// The smallest K of the grid from which on the GPU was faster at every K; none if it was not at the last one.
    pub samples: Option<u64>,
    /// The grid.
    pub points: Vec<Point>,
}

impl BreakEven {
    /// Judges a grid in ascending order of K.
    pub fn of(task: &str, points: Vec<Point>) -> Self {
        let faster = points.iter().rev();
        let faster = faster.take_while(|p| p.gpu_seconds < p.cpu_seconds);
        Self {
            task: task.into(),
            samples: faster.last().map(|p| p.samples),
            points,
        }
    }
}

/// Tries K = 64, 256, ... up to the largest, or until the time is used up; none where an engine is missing.
pub(super) fn search(
    contenders: &mut [Contender],
    task: &Task,
    settings: &Settings,
    limit: Duration,
) -> Result<Option<BreakEven>> {
    let find = |kind| contenders.iter().position(|c| c.kind == kind);
    let (Some(gpu), Some(cpu)) = (find(EngineKind::Gpu), find(EngineKind::Cpu)) else {
        return Ok(None);
    };
    let theta = task.start();
    let (started, mut points, mut samples) = (Instant::now(), Vec::new(), FIRST);
    while samples <= settings.break_even {
        let batch = batch(settings, samples, Wanted::Both);
        let (mut times, before) = ([Vec::new(), Vec::new()], started.elapsed());
        // The first turn is not counted: it allocates.
        for turn in 0..=TURNS {
            for (times, index) in times.iter_mut().zip([gpu, cpu]) {
                let begin = Instant::now();
                contenders[index].engine().moments(task, &theta, &batch)?;
                if turn > 0 {
                    times.push(begin.elapsed().as_secs_f64());
                }
            }
        }
        let [gpu_seconds, cpu_seconds] = times.map(|t| Scatter::of(&t).median);
        points.push(Point {
            samples,
            gpu_seconds,
            cpu_seconds,
        });
        let taken = started.elapsed() - before;
        if started.elapsed() + taken * FACTOR as u32 > limit {
            break;
        }
        samples *= FACTOR;
    }
    Ok(Some(BreakEven::of(task.name(), points)))
}

#[cfg(test)]
mod tests {
    use super::{BreakEven, Point};

    fn samples_of(gpu_is_faster: &[bool]) -> Option<u64> {
        let points = gpu_is_faster.iter().zip(0..).map(|(faster, i)| Point {
            samples: 64 << (2 * i),
            gpu_seconds: if *faster { 1.0 } else { 3.0 },
            cpu_seconds: 2.0,
        });
        BreakEven::of("pushing", points.collect()).samples
    }

    #[test]
    fn it_is_the_first_of_those_that_stay_faster() {
        assert_eq!(samples_of(&[]), None);
        assert_eq!(samples_of(&[true]), Some(64));
        assert_eq!(samples_of(&[false, true, false, true, true]), Some(4096));
        assert_eq!(samples_of(&[true, true, false]), None);
    }
}
