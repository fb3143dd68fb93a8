//! From how many samples on is the GPU worth it?

use super::contender::Contender;
use super::document::{BreakEven, Point, Scatter};
use super::settings::{Settings, batch};
use crate::engine::Wanted;
use crate::engine::kind::Kind;
use crate::error::Result;
use crate::system::task::Task;
use std::time::{Duration, Instant};

/// The smallest K that is tried, and the factor to the next.
const FIRST: u64 = 64;
const FACTOR: u64 = 4;

/// Turns at each K.
const TURNS: usize = 3;

/// Tries K = 64, 256, ... up to the largest, or until the time is used up; none where an engine is missing.
pub(super) fn search(
    contenders: &mut [Contender],
    task: &Task,
    settings: &Settings,
    limit: Duration,
) -> Result<Option<BreakEven>> {
    let find = |kind| contenders.iter().position(|c| c.kind == kind);
    let (Some(gpu), Some(cpu)) = (find(Kind::Gpu), find(Kind::Cpu)) else {
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
    use crate::benchmark::document::{BreakEven, Point};

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
