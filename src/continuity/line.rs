//! Jumps of a function of one variable, by bisection.
//!
//! The function is looked at on a grid. Neighbours that differ by more than a tolerance are bisected, each time towards the
//! half that differs more, until no number lies between both ends: what is left of the difference is a jump if it is above
//! half the tolerance, and slope if not. What lies beside a jump is searched on, if its ends differ.
//!
//!   rise = pathwise slope x range + sum of jumps + remainder
//!
//! with the mean of the slope over the range, by the trapezoidal rule on the grid, and the remainder that the grid leaves of it: a
//! first-order gradient sees the slope, and none of the jumps.

use super::jump::{Jump, Of, joined, within};
use super::slope::{slope, widths};
use crate::error::{Error, Result};
use rayon::prelude::*;

/// How jumps are searched for.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Neighbours that differ by no more are left alone; none for a thousandth of the span of all values.
    pub tolerance: Option<f64>,
    /// Halvings at most.
    pub halvings: usize,
    /// Pairs that are bisected at most, those that differ most.
    pub most: usize,
    /// Differences up to it are rounding, however small the span of all values is.
    pub rounding: f64,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            tolerance: None,
            halvings: 45,
            most: 512,
            rounding: 0.0,
        }
    }
}

/// A function along a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The places, in order.
    pub places: Vec<f64>,
    /// The values there.
    pub values: Vec<f64>,
    /// The slopes there, on the piece that the place is on; NaN where the piece is shorter than a slope can be measured on.
    pub slopes: Vec<f64>,
    /// The tolerance that was taken.
    pub tolerance: f64,
    /// All jumps, in order.
    pub jumps: Vec<Jump>,
    /// Parts that differed and were not bisected: pairs beyond the most, and what is left of pairs with too many jumps.
    pub left_alone: usize,
}

/// The least tolerance, in parts of the largest value: below it differences are rounding.
const ROUNDING: f64 = 1e-12;
/// Places that are nearer to each other, in parts of the range, are one.
const NEAREST: f64 = 1e-12;
impl Line {
    /// Searches along a grid of at least two places in order.
    pub fn search(
        f: &(dyn Fn(f64) -> Result<f64> + Sync),
        places: &[f64],
        search: &Search,
    ) -> Result<Self> {
        let is_grid = places.len() >= 2 && places.windows(2).all(|w| w[0] < w[1]);
        if !is_grid {
            let found = format!("{} of them", places.len());
            return Err(Error::invalid("places", found, "two or more, in order"));
        }
        let values: Vec<f64> = places.par_iter().map(|x| f(*x)).collect::<Result<_>>()?;
        let (low, high) = ends(&values);
        let least = search.rounding.max(ROUNDING * low.abs().max(high.abs()));
        let tolerance = search.tolerance.unwrap_or(1e-3 * (high - low)).max(least);
        let search = Search {
            tolerance: Some(tolerance),
            ..*search
        };
        let (jumps, left_alone) = all_jumps(f, (places, &values), &search)?;
        let slopes = (0..places.len()).into_par_iter();
        let slopes = slopes.map(|i| slope(f, (places[i], values[i]), widths(places, i)));
        Ok(Self {
            slopes: slopes.collect::<Result<_>>()?,
            places: places.into(),
            values,
            tolerance,
            jumps,
            left_alone,
        })
    }

    /// Places and values with both ends of each jump and, between them, one that is not a number: a picture has a gap there.
    pub fn pieces(&self) -> (Vec<f64>, Vec<f64>) {
        let all = self.places.iter().zip(&self.values);
        let mut points: Vec<(f64, u8, f64)> = all.map(|(x, y)| (*x, 0, *y)).collect();
        for jump in &self.jumps {
            points.extend([
                (jump.low, 0, jump.below),
                (jump.low, 1, f64::NAN),
                (jump.high, 2, jump.above),
            ]);
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        points.into_iter().map(|(x, _, y)| (x, y)).unzip()
    }

    /// How far the last place is from the first.
    pub fn range(&self) -> f64 {
        self.places[self.places.len() - 1] - self.places[0]
    }

    /// By how much the last value is above the first.
    pub fn rise(&self) -> f64 {
        self.values[self.values.len() - 1] - self.values[0]
    }

    /// The sum of all jumps, up counted above 0 and down below.
    pub fn sum_of_jumps(&self) -> f64 {
        // A sum of none is -0 if it is not added to 0.
        self.jumps
            .iter()
            .map(Jump::size)
            .fold(0.0, |sum, x| sum + x)
    }

    /// The mean of the slope over the range: what a first-order gradient is on average. Each place stands for what is nearer to it
    /// than to its neighbours; NaN where no slope is known.
    pub fn pathwise_slope(&self) -> f64 {
        let last = self.places.len() - 1;
        let share = |i: usize| self.places[(i + 1).min(last)] - self.places[i.saturating_sub(1)];
        let known = (0..=last).filter(|i| self.slopes[*i].is_finite());
        let (sum, shares) = known.fold((0.0, 0.0), |(sum, shares), i| {
            (sum + share(i) * self.slopes[i], shares + share(i))
        });
        sum / shares
    }

    /// What is left of the rise: it is neither mean slope nor jumps.
    pub fn remainder(&self) -> f64 {
        self.rise() - self.pathwise_slope() * self.range() - self.sum_of_jumps()
    }

    /// Whether the remainder is so large that the grid does not show what the function does between its places.
    pub fn is_too_coarse(&self) -> bool {
        let (low, high) = ends(&self.values);
        let remainder = self.remainder().abs();
        remainder.is_nan() || remainder > COARSE * (high - low).max(self.tolerance)
    }
}

/// A remainder above this part of the span of all values is large.
const COARSE: f64 = 0.05;

/// The jumps between neighbours that differ by more than the tolerance, in order, and how many parts were left alone.
fn all_jumps(
    f: Of<'_>,
    (places, values): (&[f64], &[f64]),
    search: &Search,
) -> Result<(Vec<Jump>, usize)> {
    let tolerance = search.tolerance.unwrap_or(0.0);
    let size = |i: &usize| (values[i + 1] - values[*i]).abs();
    let mut pairs: Vec<usize> = (0..places.len() - 1)
        .filter(|i| size(i) > tolerance)
        .collect();
    pairs.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let left_alone = pairs.len().saturating_sub(search.most);
    pairs.truncate(search.most);
    let found = pairs.par_iter().map(|&i| {
        let whole = Jump {
            low: places[i],
            high: places[i + 1],
            below: values[i],
            above: values[i + 1],
        };
        within(f, whole, tolerance, search.halvings)
    });
    let found = found.collect::<Result<Vec<_>>>()?;
    let left_in_pairs: usize = found.iter().map(|(_, left)| left).sum();
    let jumps = found.into_iter().flat_map(|(jumps, _)| jumps);
    let mut jumps: Vec<Jump> = jumps.collect();
    jumps.sort_by(|a, b| a.low.total_cmp(&b.low));
    let near = NEAREST * (places[places.len() - 1] - places[0]);
    Ok((joined(jumps, near), left_alone + left_in_pairs))
}

fn ends(values: &[f64]) -> (f64, f64) {
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    values
        .iter()
        .fold(start, |(low, high), x| (low.min(*x), high.max(*x)))
}

#[cfg(test)]
mod tests {
    use super::super::jump::MOST_IN_A_PAIR;
    use super::*;

    fn grid(count: usize) -> Vec<f64> {
        (0..count).map(|i| i as f64 / (count - 1) as f64).collect()
    }

    /// Seven stairs on a slope: the count, the places and the sum rule.
    #[test]
    fn stairs_are_counted_and_add_up() {
        let f = |x: f64| Ok(0.5 * x + 0.1 * (7.0 * x + 0.3).floor());
        let line = Line::search(&f, &grid(101), &Search::default()).expect("a grid");
        assert_eq!(line.jumps.len(), 7);
        for (i, jump) in line.jumps.iter().enumerate() {
            let expected = (i as f64 + 0.7) / 7.0;
            assert!((jump.low - expected).abs() < 1e-9, "{jump:?}, {expected}");
            assert!((jump.size() - 0.1).abs() < 1e-9, "{jump:?}");
        }
        let (x, y) = line.pieces();
        assert_eq!(x.len(), 101 + 3 * 7);
        assert_eq!(y.iter().filter(|y| y.is_nan()).count(), 7);
        assert!(x.is_sorted());
        assert!((line.pathwise_slope() - 0.5).abs() < 1e-7);
        let rule = line.pathwise_slope() * line.range() + line.sum_of_jumps();
        assert!((line.rise() - rule).abs() < 1e-7);
    }

    /// Three jumps between two neighbours. Where what is beside a jump has equal ends, it is not looked at: that is for the grid.
    #[test]
    fn what_lies_beside_a_jump_is_searched_on() {
        let f = |x: f64| {
            Ok(match x {
                x if x < 0.52 => 0.0,
                x if x < 0.53 => 1.0,
                x if x < 0.54 => 0.4,
                _ => 2.0,
            })
        };
        let line = Line::search(&f, &grid(11), &Search::default()).expect("a grid");
        let sizes: Vec<f64> = line.jumps.iter().map(Jump::size).collect();
        assert_eq!(sizes, [1.0, 0.4 - 1.0, 1.6]);
    }

    /// A sign: 0 at 0, which is a place of the search, or beside it.
    #[test]
    fn a_value_at_the_very_jump_makes_no_second_one() {
        for width in [0.0, 1e-15] {
            let f = |x: f64| {
                let at = x - 0.5;
                Ok(if at.abs() <= width { 0.0 } else { at.signum() })
            };
            let line = Line::search(&f, &grid(10), &Search::default()).expect("a grid");
            let sizes: Vec<f64> = line.jumps.iter().map(Jump::size).collect();
            assert_eq!(sizes, [2.0], "{width}");
        }
    }

    /// A ramp over a ten-thousandth of the range is no jump.
    #[test]
    fn a_steep_slope_is_no_jump() {
        let f = |x: f64| Ok(((x - 0.50003) * 1e4).clamp(0.0, 1.0));
        let line = Line::search(&f, &grid(51), &Search::default()).expect("a grid");
        assert_eq!(line.jumps, []);
    }

    /// What is rounding and nothing else jumps at every number: the search ends, and says that it is not done.
    #[test]
    fn noise_does_not_keep_the_search_busy() {
        let noise = |x: f64| {
            let mixed = x.to_bits().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            mixed as f64 * 1e-25
        };
        let f = |x: f64| Ok(noise(x));
        let line = Line::search(&f, &grid(11), &Search::default()).expect("a grid");
        assert!(line.left_alone > 0 && line.jumps.len() <= 10 * MOST_IN_A_PAIR);
        // Beside a value of 1 it is rounding.
        let f = |x: f64| Ok(1.0 + noise(x));
        let line = Line::search(&f, &grid(11), &Search::default()).expect("a grid");
        assert_eq!((line.jumps.len(), line.left_alone), (0, 0));
        let f = |x: f64| Ok(noise(x));
        let known = Search {
            rounding: 1e-12,
            ..Search::default()
        };
        let line = Line::search(&f, &grid(11), &known).expect("a grid");
        assert_eq!((line.jumps.len(), line.left_alone), (0, 0));
    }

    /// On places by equal ratios each stands for its own part, and none is left: d(ln x)/dx = 1/x from 1 to 100.
    #[test]
    fn slopes_are_weighed_by_what_they_stand_for() {
        let f = |x: f64| Ok(x.ln());
        let places: Vec<f64> = (0..=400).map(|i| 10_f64.powf(i as f64 / 200.0)).collect();
        let line = Line::search(&f, &places, &Search::default()).expect("a grid");
        let expected = 100_f64.ln() / 99.0;
        assert!((line.pathwise_slope() / expected - 1.0).abs() < 1e-4);
        assert!(line.remainder().abs() < 1e-3 && !line.is_too_coarse());
        // Three places know too little of it.
        let line = Line::search(&f, &[1.0, 10.0, 100.0], &Search::default()).expect("a grid");
        let trapezoids = 0.5 * (1.0 + 0.1) * 9.0 + 0.5 * (0.1 + 0.01) * 90.0;
        let expected = 100_f64.ln() - trapezoids;
        assert!((line.remainder() - expected).abs() < 1e-4 && line.is_too_coarse());
    }

    /// A function that is not defined beside its grid.
    #[test]
    fn no_place_is_asked_for_outside_of_the_grid() {
        let f = |x: f64| match (1.0..=1e8).contains(&x) {
            true => Ok(x.sqrt()),
            false => Err(Error::invalid("places", x, "from 1 to 1e8")),
        };
        let places: Vec<f64> = (0..=8).map(|i| 10_f64.powi(i)).collect();
        let line = Line::search(&f, &places, &Search::default()).expect("inside");
        for (x, slope) in line.places.iter().zip(&line.slopes) {
            assert!(
                (slope * 2.0 * x.sqrt() - 1.0).abs() < 1e-5,
                "{slope} at {x}"
            );
        }
    }

    #[test]
    fn one_place_is_no_grid() {
        let f = |x: f64| Ok(x);
        assert!(Line::search(&f, &[0.0], &Search::default()).is_err());
        assert!(Line::search(&f, &[1.0, 0.0], &Search::default()).is_err());
    }
}
