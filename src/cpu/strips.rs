//! Merging strips in f64 in the order of the samples, as the host does for the GPU.

use super::reduce::{CoordinateStrips, STRIPS, Values};
use crate::engine::Decrease;
use crate::moments::{Coordinate, Moments, NonFinite, Offender, Spread};
use rayon::prelude::*;

/// The strips of a task.
#[derive(Clone, Debug)]
pub struct TaskStrips {
    /// Of the deviation.
    pub values: Values,
    /// One for each coordinate of theta.
    pub coordinates: Vec<CoordinateStrips>,
}

/// A strip with a finite sample: task, strip, samples before it and on it.
type Place = (usize, usize, f64, f64);

fn left_out(values: &Values, strip: usize) -> NonFinite {
    let count = u64::from(values.nonfinite[strip]);
    let (sample, time) = values.offender[strip];
    NonFinite {
        count,
        first: (count > 0).then_some(Offender { sample, time }),
    }
}

fn spread(values: &Values, strip: usize) -> Spread {
    let (mean, m2) = values.statistics(strip);
    Spread {
        mean: f64::from(mean),
        m2: f64::from(m2),
    }
}

/// Merges tasks into `total`, in their order.
pub fn merge_moments(total: &mut Moments, tasks: &[TaskStrips]) {
    let mut places: Vec<Place> = Vec::with_capacity(tasks.len() * STRIPS);
    for (number, task) in tasks.iter().enumerate() {
        for strip in 0..STRIPS {
            total.nonfinite.merge(left_out(&task.values, strip));
            let count = task.values.count[strip];
            if count == 0 {
                continue;
            }
            let (before, here) = (total.count as f64, f64::from(count));
            let spread = spread(&task.values, strip);
            total.deviation = match total.count {
                0 => spread,
                _ => total.deviation.merged(before, spread, here),
            };
            let largest = f64::from(task.values.largest[strip]);
            total.largest_zeroth_order = total.largest_zeroth_order.max(largest);
            total.count += u64::from(count);
            places.push((number, strip, before, here));
        }
    }
    let coordinates = total
        .coordinates
        .par_iter_mut()
        .with_min_len(16)
        .enumerate();
    coordinates.for_each(|(i, coordinate)| {
        for &(task, strip, before, here) in &places {
            let part = part(&tasks[task].coordinates[i], strip);
            *coordinate = match before {
                0.0 => part,
                _ => coordinate.merged(before, part, here),
            };
        }
    });
}

fn part(strips: &CoordinateStrips, strip: usize) -> Coordinate {
    let spread = |order: usize| Spread {
        mean: f64::from(strips.mean[order][strip]),
        m2: f64::from(strips.m2[order][strip]),
    };
    Coordinate {
        first_order: spread(0),
        zeroth_order: spread(1),
        cross: f64::from(strips.cross[strip]),
    }
}

/// Merges the values of one candidate on one task.
pub fn merge_decrease(total: &mut Decrease, values: &Values) {
    for strip in 0..STRIPS {
        total.merge(&Decrease {
            count: u64::from(values.count[strip]),
            spread: spread(values, strip),
            nonfinite: left_out(values, strip),
        });
    }
}
