//! The random numbers of a try: a function of seed, try and place, whatever runs beside it.

use crate::noise::environment::uniform;
use crate::noise::{batch_key, threefry2x32};

/// The stream of the generator: no estimate of the same seed draws from it.
const STREAM: u32 = 18;
/// The iteration of the key of what is drawn for the start; tries have those below.
const START: u32 = u32::MAX;

/// Uniform numbers in (0, 1), one after the other.
#[derive(Clone, Debug)]
pub(super) struct Draws {
    key: [u32; 2],
    counter: [u32; 2],
}

impl Draws {
    /// Those of the start.
    pub fn of_start(seed: u64) -> Self {
        Self {
            key: batch_key(seed, START, STREAM),
            counter: [0; 2],
        }
    }

    /// Those of a try.
    pub fn of_try(seed: u64, number: u64) -> Self {
        Self {
            key: batch_key(seed, (number >> 32) as u32, STREAM),
            counter: [number as u32, 0],
        }
    }

    /// The next one.
    pub fn next(&mut self) -> f64 {
        let bits = threefry2x32(self.key, self.counter);
        self.counter[1] += 1;
        f64::from(uniform(bits[0]))
    }

    /// Whether something of that probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.next() < probability
    }
}
