//! Where a landscape goes: one or two axes through theta, and the points along them.
//!
//!   coordinate i   theta_i = p, the rest stays              slope g_i
//!   direction v    theta + p v                              slope v·g

use crate::error::{Error, Result, plural};
use crate::estimate::order::Estimate;
use crate::system::policy::Policy;
use crate::system::task::Task;
use serde::Serialize;

/// Standard deviations of the noise to both sides of theta, unless a range is given.
const SIGMAS: f64 = 8.0;

/// What moves theta.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// One value of theta, which is the position itself.
    Coordinate(usize),
    /// theta + position x direction.
    Direction(Vec<f64>),
}

/// A way with its points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Axis {
    /// What the position is, with its unit.
    pub label: String,
    /// Its index in theta; none along a direction.
    pub coordinate: Option<usize>,
    /// Where theta itself lies.
    pub centre: f64,
    /// First and last position.
    pub range: (f64, f64),
    /// What moves.
    #[serde(skip)]
    pub way: Way,
    /// The points.
    #[serde(skip)]
    pub positions: Vec<f64>,
}

impl Axis {
    /// Moves theta to a position.
    pub fn apply(&self, position: f64, theta: &mut [f64]) {
        match &self.way {
            Way::Coordinate(i) => theta[*i] = position,
            Way::Direction(v) => {
                for (t, v) in theta.iter_mut().zip(v) {
                    *t += position * v;
                }
            }
        }
    }

    /// The slope along this way.
    pub fn slope(&self, gradient: &[f64]) -> f64 {
        match &self.way {
            Way::Coordinate(i) => gradient[*i],
            Way::Direction(v) => v.iter().zip(gradient).map(|(v, g)| v * g).sum(),
        }
    }

    /// The slope of an estimate with its standard error. Along a direction the error is the sum of those of all
    /// coordinates, an upper bound whatever their correlation, which is not known.
    pub fn slope_of(&self, estimate: &Estimate) -> (f64, f64) {
        let error = match &self.way {
            Way::Coordinate(i) => estimate.std_error[*i],
            Way::Direction(v) => {
                let terms = v.iter().zip(estimate.std_error.iter());
                terms.map(|(v, e)| v.abs() * e).sum()
            }
        };
        (self.slope(estimate.gradient.as_slice()), error)
    }
}

/// One axis for each coordinate, of which there are one or two; ranges that are not given are the usual ones.
pub fn coordinates(
    task: &Task,
    theta: &[f64],
    wanted: &[u64],
    ranges: &[(f64, f64)],
    points: usize,
) -> Result<Vec<Axis>> {
    check_coordinates(wanted)?;
    check(ranges, points, wanted.len())?;
    let axis = |(k, i): (usize, &u64)| {
        let expected = format!(
            "the index of a value of theta, a whole number from 0 to {}",
            theta.len() - 1
        );
        let found = usize::try_from(*i).ok().filter(|i| *i < theta.len());
        let index =
            found.ok_or_else(|| Error::invalid("coordinate", format!("'{i}'"), &expected))?;
        let centre = theta[index];
        let half = usual_of(task, index, centre);
        let fallback = (centre - half, centre + half);
        let range = ranges.get(k).or(ranges.first()).copied();
        Ok(Axis {
            label: name(task, index),
            coordinate: Some(index),
            centre,
            range: range.unwrap_or(fallback),
            way: Way::Coordinate(index),
            positions: spread(range.unwrap_or(fallback), points),
        })
    };
    wanted.iter().enumerate().map(axis).collect()
}

/// What all of theta moves along.
#[derive(Clone, Debug, PartialEq)]
pub enum Direction {
    /// The mixed gradient at theta, of length 1.
    Gradient(Vec<f64>),
    /// All values alike.
    Ones,
    /// This vector, a value for each of theta.
    Given(Vec<f64>),
}

/// The axis along a direction: theta + p v.
pub fn along(
    task: &Task,
    direction: Direction,
    ranges: &[(f64, f64)],
    points: usize,
) -> Result<Axis> {
    check(ranges, points, 1)?;
    let half = usual(task, 0.0);
    let (direction, label, half) = match direction {
        Direction::Ones => {
            let label = format!("shift of all values of theta{}", unit_of_all(task));
            (vec![1.0; task.dimension()], label, half)
        }
        Direction::Gradient(g) => {
            let length = g.iter().map(|g| g * g).sum::<f64>().sqrt();
            if !(length > 0.0 && length.is_finite()) {
                let expected = "another way: the gradient at theta is 0 or not finite";
                return Err(Error::invalid("direction", "'gradient'", expected));
            }
            let label = format!("distance along the gradient{}", unit_of_all(task));
            (g.iter().map(|g| g / length).collect(), label, half)
        }
        Direction::Given(v) => {
            task.check_theta(&v, "direction")?;
            if v.iter().all(|v| *v == 0.0) {
                let expected = "one with a value that is not 0";
                return Err(Error::invalid(
                    "direction",
                    "0 in all of its values",
                    expected,
                ));
            }
            (v, "multiple of the direction (1)".to_string(), 1.0)
        }
    };
    let range = ranges.first().copied().unwrap_or((-half, half));
    Ok(Axis {
        label,
        coordinate: None,
        centre: 0.0,
        range,
        way: Way::Direction(direction),
        positions: spread(range, points),
    })
}

fn check_coordinates(wanted: &[u64]) -> Result<()> {
    let twice = wanted.len() == 2 && wanted[0] == wanted[1];
    if wanted.is_empty() || wanted.len() > 2 || twice {
        let names: Vec<String> = wanted.iter().map(u64::to_string).collect();
        let expected = "one index, or two different ones for a map";
        let found = format!("'{}'", names.join(", "));
        return Err(Error::invalid("coordinate", found, expected));
    }
    Ok(())
}

/// More points in all are surely a mistake.
const MOST_POINTS: usize = 1_000_000;

/// Points along an axis unless told: 101, or 31 of a map.
pub fn usual_points(axes: usize) -> usize {
    if axes == 1 { 101 } else { 31 }
}

/// The number of all points.
pub fn all(axes: &[Axis]) -> usize {
    axes.iter().map(|axis| axis.positions.len()).product()
}

/// Refuses ranges, and numbers of points along each, that so many axes cannot have; for whoever wants to know before the gradient is
/// found.
pub fn check(ranges: &[(f64, f64)], points: usize, axes: usize) -> Result<()> {
    check_points(points, axes)?;
    check_ranges(ranges, axes)
}

fn check_points(points: usize, axes: usize) -> Result<()> {
    let most = if axes == 1 {
        MOST_POINTS
    } else {
        MOST_POINTS.isqrt()
    };
    match (2..=most).contains(&points) {
        true => Ok(()),
        false => {
            let expected = format!("a whole number from 2 to {most}");
            Err(Error::invalid("points", points, expected))
        }
    }
}

fn check_ranges(ranges: &[(f64, f64)], axes: usize) -> Result<()> {
    if ranges.len() > axes {
        let expected = format!("given at most {}, once for each axis", plural(axes, "time"));
        let found = format!("given {} times", ranges.len());
        return Err(Error::invalid("range", found, expected));
    }
    for (low, high) in ranges {
        let fits = |x: f64| x.abs() <= f64::from(f32::MAX);
        if !(low < high && fits(*low) && fits(*high)) {
            let expected = "LO..HI with LO below HI, both finite and within f32";
            return Err(Error::invalid(
                "range",
                format!("'{low}..{high}'"),
                expected,
            ));
        }
    }
    Ok(())
}

/// Half the range: as wide as the smoothing reaches where the noise is on theta, else as large as theta.
fn usual(task: &Task, centre: f64) -> f64 {
    match task.noise_is_on_decision() {
        true => SIGMAS * task.sigma(),
        false => centre.abs().max(1.0),
    }
}

/// The same for one value of theta, which may have a sigma of its own.
fn usual_of(task: &Task, index: usize, centre: f64) -> f64 {
    let own = task.sigmas().get(index).copied();
    match own.filter(|sigma| task.noise_is_on_decision() && *sigma > 0.0) {
        Some(sigma) => SIGMAS * sigma,
        None => usual(task, centre),
    }
}

/// Equal steps, both ends included and exact.
fn spread((low, high): (f64, f64), points: usize) -> Vec<f64> {
    let last = (points - 1) as f64;
    let at = |i: usize| {
        let share = i as f64 / last;
        low * (1.0 - share) + high * share
    };
    (0..points).map(at).collect()
}

/// The name of a value of theta with its unit.
fn name(task: &Task, index: usize) -> String {
    let controls = &task.model().about().control;
    if !task.policy().is_of_time() || controls.is_empty() {
        return format!("weight {index} of the policy");
    }
    let control = &controls[index % controls.len()];
    let unit = &control.unit;
    match (task.policy(), task.horizon()) {
        (Policy::Held, _) | (_, 1) => format!("{} ({unit})", control.name),
        _ => {
            let time = index / controls.len();
            let what = if task.policy().is_open_loop() {
                "at step"
            } else {
                "value"
            };
            format!("{} {what} {time} ({unit})", control.name)
        }
    }
}

/// The unit of theta in brackets, if all its values have the same.
fn unit_of_all(task: &Task) -> String {
    let controls = &task.model().about().control;
    match controls.first() {
        Some(first)
            if task.policy().is_open_loop() && controls.iter().all(|c| c.unit == first.unit) =>
        {
            format!(" ({})", first.unit)
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_the_range_are_exact() {
        let positions = spread((-0.3, 0.7), 11);
        assert_eq!((positions[0], positions[10]), (-0.3, 0.7));
        assert!((positions[3] - 0.0).abs() < 1e-15);
    }
}
