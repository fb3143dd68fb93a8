//! A jump, and how it is found: by bisection towards the half that differs more.

use crate::error::Result;

/// A function of one variable.
pub(super) type Of<'a> = &'a (dyn Fn(f64) -> Result<f64> + Sync);

/// Where a function jumps, and from what to what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jump {
    /// The last place below the jump.
    pub low: f64,
    /// The first place above it: the next number, or nearly so.
    pub high: f64,
    /// The value at `low`.
    pub below: f64,
    /// The value at `high`.
    pub above: f64,
}

impl Jump {
    /// By how much the function jumps.
    pub fn size(&self) -> f64 {
        self.above - self.below
    }
}

/// Jumps between two neighbours at most: a function that is nothing but rounding jumps at every number.
pub(super) const MOST_IN_A_PAIR: usize = 64;

/// Where a function has a value of its own at the very place of a jump, and as far around it as it cannot tell places apart, what
/// is on both sides is one jump.
pub(super) fn joined(jumps: Vec<Jump>, near: f64) -> Vec<Jump> {
    let mut all: Vec<Jump> = Vec::with_capacity(jumps.len());
    for jump in jumps {
        match all.last_mut() {
            Some(last) if jump.low - last.high <= near && last.size() * jump.size() > 0.0 => {
                (last.high, last.above) = (jump.high, jump.above);
            }
            _ => all.push(jump),
        }
    }
    all
}

/// The jumps between the ends of `whole`, and how many parts are left where they are too many.
pub(super) fn within(
    f: Of<'_>,
    whole: Jump,
    tolerance: f64,
    halvings: usize,
) -> Result<(Vec<Jump>, usize)> {
    let (mut found, mut left) = (Vec::new(), vec![whole]);
    while found.len() < MOST_IN_A_PAIR
        && let Some(part) = left.pop()
    {
        if part.size().abs() <= tolerance {
            continue;
        }
        let jump = bisected(f, part, 0.5 * tolerance, halvings)?;
        if jump.size().abs() <= 0.5 * tolerance {
            continue;
        }
        found.push(jump);
        left.push(Jump {
            high: jump.low,
            above: jump.below,
            ..part
        });
        left.push(Jump {
            low: jump.high,
            below: jump.above,
            ..part
        });
    }
    let differs = |part: &&Jump| part.size().abs() > tolerance;
    let rest = left.iter().filter(differs).count();
    Ok((found, rest))
}

/// What is left of a difference after halvings towards the larger half, as soon as it is no more than `slope`: then it is no jump.
fn bisected(f: Of<'_>, mut part: Jump, slope: f64, halvings: usize) -> Result<Jump> {
    for _ in 0..halvings {
        let middle = 0.5 * (part.low + part.high);
        let is_done = part.size().abs() <= slope;
        if is_done || middle <= part.low || middle >= part.high {
            break;
        }
        let between = f(middle)?;
        if (between - part.below).abs() > (part.above - between).abs() {
            (part.high, part.above) = (middle, between);
        } else {
            (part.low, part.below) = (middle, between);
        }
    }
    Ok(part)
}
