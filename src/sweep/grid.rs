//! The values of an axis, from their notation.
//!
//! ```text
//! 1e1..1e6       logarithmic, 2 points per decade and both ends:  A (B/A)^(i/(n-1))
//! 1e1..1e6/11    logarithmic, 11 points
//! lin:0..1/11    linear, 11 points (the default):                 A + (B - A) i/(n-1)
//! 10,100,1000    a list
//! ```
//!
//! Points between the ends are rounded to 12 digits, so that 0.3 is 0.3; those of a quantity that counts are rounded
//! to whole numbers. Values that are there twice are kept once.

use crate::error::{Error, Result};
use serde::Serialize;

/// Points of one axis, and rows of a sweep, at most.
pub(super) const MOST: usize = 1_000_000;

/// Points per decade unless their number is given.
const PER_DECADE: f64 = 2.0;

/// Points of a linear grid unless their number is given.
const LINEAR_POINTS: usize = 11;

/// How the values of an axis follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spacing {
    /// By equal ratios.
    Logarithmic,
    /// By equal differences.
    Linear,
    /// As they were given.
    List,
}

/// The values of an axis of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// How they follow each other.
    pub spacing: Spacing,
    /// At least one, no value twice.
    pub values: Vec<f64>,
}

impl Grid {
    /// Reads the notation above; `axis` is named in errors, and `counts` asks for whole numbers above 0.
    pub fn parse(axis: &str, text: &str, counts: bool) -> Result<Self> {
        let text = text.trim();
        let invalid = |expected: &str| {
            let what = format!("axis {axis}");
            Error::invalid(&what, format!("'{text}'"), expected)
        };
        let (spacing, body) = match text.split_once(':') {
            Some(("lin", body)) => (Spacing::Linear, body),
            Some(("log", body)) => (Spacing::Logarithmic, body),
            Some(_) => {
                return Err(invalid(
                    "a range A..B, log:A..B or lin:A..B, or a list A,B,C",
                ));
            }
            None if text.contains("..") => (Spacing::Logarithmic, text),
            None => (Spacing::List, text),
        };
        let mut values = match spacing {
            Spacing::List => list(body).map_err(invalid)?,
            _ => range(body, spacing).map_err(invalid)?,
        };
        if counts {
            whole(&mut values, spacing).map_err(invalid)?;
        }
        Ok(Self {
            spacing,
            values: once(values),
        })
    }
}

/// What is expected, where something else was found.
type Expected = &'static str;

fn number(text: &str) -> std::result::Result<f64, Expected> {
    match text.trim().replace('_', "").parse::<f64>() {
        Ok(x) if x.is_finite() => Ok(x),
        _ => Err("made of finite numbers, as in 1e1..1e6, 1e1..1e6/11, lin:0..1/11 or 10,100,1000"),
    }
}

fn list(body: &str) -> std::result::Result<Vec<f64>, Expected> {
    if body.is_empty() {
        return Err("a grid of at least one value, as in 1e1..1e6, lin:0..1/11 or 10,100,1000");
    }
    body.split(',').map(number).collect()
}

fn range(body: &str, spacing: Spacing) -> std::result::Result<Vec<f64>, Expected> {
    let (from, rest) = body
        .split_once("..")
        .ok_or("a range with two bounds, as in 1e1..1e6 or lin:0..1/11")?;
    let (to, count) = match rest.split_once('/') {
        Some((to, count)) => (to, Some(count)),
        None => (rest, None),
    };
    let (from, to) = (number(from)?, number(to)?);
    if spacing == Spacing::Logarithmic && !(from > 0.0 && to > 0.0) {
        return Err("a range between bounds above 0; for other bounds write lin:A..B");
    }
    if from >= to {
        return Err("a range whose first bound lies below its last");
    }
    let decades = to.log10() - from.log10();
    let count = match count {
        Some(text) => match text.trim().parse() {
            Ok(n) if (2..=MOST).contains(&n) => n,
            _ => return Err("a range whose number of points, after the /, is from 2 to 1000000"),
        },
        None if spacing == Spacing::Linear => LINEAR_POINTS,
        // Between normal numbers there are at most 617 decades.
        None => ((PER_DECADE * decades).round() as usize + 1).max(2),
    };
    let last = count - 1;
    let value = |i: usize| {
        let t = i as f64 / last as f64;
        match i {
            0 => from,
            i if i == last => to,
            _ if spacing == Spacing::Linear => match from + (to - from) * t {
                // What cancellation leaves of a 0 between the bounds.
                x if x.abs() < 1e-12 * (to - from) => 0.0,
                x => rounded(x),
            },
            _ => rounded(10.0_f64.powf(from.log10() + decades * t)),
        }
    };
    Ok((0..count).map(value).collect())
}

/// To 12 digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.11e}").parse().unwrap_or(x)
}

/// Rounds the points of a range; a list has to be whole already.
fn whole(values: &mut [f64], spacing: Spacing) -> std::result::Result<(), Expected> {
    for value in values {
        if spacing != Spacing::List {
            *value = value.round();
        }
        if value.fract() != 0.0 || !(1.0..=f64::from(u32::MAX)).contains(value) {
            return Err("made of whole numbers from 1 to 4294967295");
        }
    }
    Ok(())
}

/// Without repetitions, in the same order.
fn once(values: Vec<f64>) -> Vec<f64> {
    let mut seen = std::collections::HashSet::new();
    // Adding 0 makes -0 the same as 0.
    let bits = |x: &f64| (x + 0.0).to_bits();
    values
        .into_iter()
        .filter(|x| seen.insert(bits(x)))
        .collect()
}
