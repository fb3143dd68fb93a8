//! Which directions are asked, how far along each, and what is learned from the answer.
//!
//! ```text
//! asked     the strongest direction, those with a strength above 0.3, and those not asked for six iterations
//! lengths   half and twice its scale, at most the limit
//! after     its scale is that of its best length that is certain; without one 0.35 of what it was, 0.7 if undecided
//!           after a step, its strength is half of what it was, and half of what its certain gain is of the best one
//! ```
//!
//! A scale is a multiple of p: the newton direction has a length of its own, the others have length 1.

use super::directions::COUNT;

/// Multiples of the scale that are tried.
const MULTIPLES: [f64; 2] = [0.5, 2.0];

/// A direction that is stronger is asked every time.
const STRONG: f64 = 0.3;

/// A weaker one is asked after so many iterations.
const IDLE: u32 = 6;

/// What a loss leaves of the scale.
const SHRUNK: f64 = 0.35;

/// What a comparison that decided nothing leaves of it.
const UNDECIDED: f64 = 0.7;

/// How much of the winner's gain one that did not win can count for.
const LOSER: f64 = 0.8;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Way {
    scale: f64,
    strength: f64,
    idle: u32,
}

/// A step to try: theta - scale p.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// The direction, by its place.
    pub way: usize,
    /// The multiple of p.
    pub scale: f64,
    /// |scale p|
    pub length: f64,
}

/// All directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Portfolio {
    ways: [Way; COUNT],
}

impl Portfolio {
    /// With `scale` for the direction that has a length of its own, the first, and `length` for the others.
    pub fn new(scale: f64, length: f64) -> Self {
        let way = |scale| Way {
            scale,
            strength: 1.0,
            idle: 0,
        };
        let mut ways = [way(length); COUNT];
        ways[0].scale = scale;
        Self { ways }
    }

    /// The same strengths with other scales.
    pub fn rescale(&mut self, scale: f64, length: f64) {
        self.ways.iter_mut().for_each(|way| way.scale = length);
        self.ways[0].scale = scale;
    }

    /// The steps to try along directions of these lengths |p|, where there are any; none is longer than `limit`.
    pub fn trials(&mut self, lengths: &[Option<f64>; COUNT], limit: f64) -> Vec<Trial> {
        let present = || (0..COUNT).filter(|i| lengths[*i].is_some());
        let strength = |i: &usize| self.ways[*i].strength;
        let strongest = present().max_by(|a, b| strength(a).total_cmp(&strength(b)));
        let is_asked = |i: &usize| {
            let way = &self.ways[*i];
            Some(*i) == strongest || way.strength > STRONG || way.idle >= IDLE
        };
        let asked: Vec<usize> = present().filter(is_asked).collect();
        self.ways.iter_mut().for_each(|way| way.idle += 1);
        let mut trials = Vec::new();
        for way in asked {
            self.ways[way].idle = 0;
            let norm = lengths[way].unwrap_or(1.0);
            let scale = self.ways[way].scale;
            let mut tried = MULTIPLES.map(|m| (m * scale * norm).min(limit));
            if tried[0] == tried[1] {
                tried[0] = 0.5 * limit;
            }
            trials.extend(tried.map(|length| Trial {
                way,
                scale: length / norm,
                length,
            }));
        }
        trials
    }

    /// Learns from what is certain of each trial; `accepted` is the one that was taken.
    pub fn learn(
        &mut self,
        trials: &[Trial],
        certain: &[f64],
        accepted: Option<usize>,
        undecided: bool,
    ) {
        for (i, way) in self.ways.iter_mut().enumerate() {
            let own = (0..trials.len()).filter(|j| trials[*j].way == i);
            let Some(own) = own.max_by(|a, b| certain[*a].total_cmp(&certain[*b])) else {
                continue;
            };
            let gains = certain[own] > 0.0;
            way.scale = match gains {
                true => trials[own].scale,
                false if undecided => UNDECIDED * way.scale,
                false => SHRUNK * way.scale,
            };
            let Some(best) = accepted else { continue };
            let share = if gains {
                (certain[own] / certain[best]).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let value = if trials[best].way == i {
                1.0
            } else {
                LOSER * share
            };
            way.strength = 0.5 * (way.strength + value);
        }
    }
}
