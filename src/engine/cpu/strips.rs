//! The strips of a block, merged in f64 in their order.

use super::reduce::{CoordinateStrips, STRIPS, Values};
use crate::engine::moments::{Coordinate, Decrease, Moments, NonFinite, Offender, Spread};
use crate::engine::spread::Union;
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
pub struct Place {
    task: usize,
    strip: usize,
    count: u64,
    union: Union,
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
        count: u64::from(values.count[strip]),
        mean: f64::from(mean),
        m2: f64::from(m2),
    }
}

/// The tasks of a block, merged in their order.
pub fn block_moments(mut block: Moments, tasks: &[TaskStrips]) -> Moments {
    let places = merge_values(&mut block, tasks);
    merge_coordinates(&mut block.coordinates, tasks, &places);
    block
}

/// The deviations of the tasks of a block, merged in their order, and where the finite samples are.
pub fn merge_values(block: &mut Moments, tasks: &[TaskStrips]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(tasks.len() * STRIPS);
    for (task, strips) in tasks.iter().enumerate() {
        let values = &strips.values;
        for strip in 0..STRIPS {
            block.nonfinite.merge(left_out(values, strip));
            let spread = spread(values, strip);
            if spread.count == 0 {
                continue;
            }
            places.push(Place {
                task,
                strip,
                count: spread.count,
                union: Union::of(block.count(), spread.count),
            });
            block.deviation.merge(&spread);
            let largest = f64::from(values.largest[strip]);
            block.largest_zeroth_order = block.largest_zeroth_order.max(largest);
        }
    }
    places
}

/// Coordinates of the tasks of a block, merged in their order; those of the tasks begin with the first of these.
pub fn merge_coordinates(coordinates: &mut [Coordinate], tasks: &[TaskStrips], places: &[Place]) {
    let chunks = coordinates.par_chunks_mut(COORDINATES);
    chunks.with_min_len(2).enumerate().for_each(|(i, chunk)| {
        for place in places {
            let parts = &tasks[place.task].coordinates[i * COORDINATES..];
            for (coordinate, part) in chunk.iter_mut().zip(parts) {
                coordinate.unite(&self::part(part, place), place.union);
            }
        }
    });
}

fn part(strips: &CoordinateStrips, place: &Place) -> Coordinate {
    let spread = |order: usize| Spread {
        count: place.count,
        mean: f64::from(strips.mean[order][place.strip]),
        m2: f64::from(strips.m2[order][place.strip]),
    };
    Coordinate {
        first_order: spread(0),
        zeroth_order: spread(1),
        cross: f64::from(strips.cross[place.strip]),
    }
}

/// Adds the values of one candidate on one task.
pub fn add_values(total: &mut Decrease, values: &Values) {
    for strip in 0..STRIPS {
        total.merge(&Decrease {
            spread: spread(values, strip),
            nonfinite: left_out(values, strip),
        });
    }
}
