//! Merging strips in f64 in the order of the samples, as the host does for the GPU.

use super::reduce::{CoordinateStrips, STRIPS, Values};
use crate::engine::Decrease;
use crate::engine::moments::{Coordinate, Moments, NonFinite, Offender, Spread};
use rayon::prelude::*;

/// The strips of a task.
#[derive(Clone, Debug, Default)]
pub struct TaskStrips {
    /// Of the deviation.
    pub values: Values,
    /// One for each coordinate of theta.
    pub coordinates: Vec<CoordinateStrips>,
}

/// Coordinates that are merged together, so that the chains of their sums overlap.
const COORDINATES: usize = 8;

/// A strip with a finite sample.
struct Place {
    task: usize,
    strip: usize,
    /// Whether no sample is before it.
    is_first: bool,
    /// n_B/n and n_A n_B/n, of [`Spread::merged`]
    share: f64,
    weight: f64,
}

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
            let n = before + here;
            places.push(Place {
                task: number,
                strip,
                is_first: before == 0.0,
                share: here / n,
                weight: before * here / n,
            });
        }
    }
    let chunks = total.coordinates.par_chunks_mut(COORDINATES);
    chunks.with_min_len(2).enumerate().for_each(|(i, chunk)| {
        for place in &places {
            let parts = &tasks[place.task].coordinates[i * COORDINATES..];
            for (coordinate, part) in chunk.iter_mut().zip(parts) {
                merge(coordinate, self::part(part, place.strip), place);
            }
        }
    });
}

/// [`Coordinate::merged`] with the quotients of the place, which are those of all coordinates.
fn merge(total: &mut Coordinate, part: Coordinate, place: &Place) {
    if place.is_first {
        *total = part;
        return;
    }
    let (first, zeroth) = (&mut total.first_order, &mut total.zeroth_order);
    let delta_first = part.first_order.mean - first.mean;
    let delta_zeroth = part.zeroth_order.mean - zeroth.mean;
    first.mean += delta_first * place.share;
    zeroth.mean += delta_zeroth * place.share;
    first.m2 = first.m2 + part.first_order.m2 + delta_first * delta_first * place.weight;
    zeroth.m2 = zeroth.m2 + part.zeroth_order.m2 + delta_zeroth * delta_zeroth * place.weight;
    total.cross = total.cross + part.cross + delta_first * delta_zeroth * place.weight;
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
