//! Where a landscape goes: one or two axes through theta, and the points along them.
//!
//!   coordinate i   theta_i = p, the rest stays              slope g_i
//!   direction v    theta + p v                              slope v·g

use crate::arrays::theta;
use crate::engine::invalid;
use crate::failure::Failure;
use crate::output::plural;
use mollify::estimate::Estimate;
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use mollify::{Error, Result};
use serde::Serialize;
use std::path::{Path, PathBuf};

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
#[derive(Clone, Debug, Serialize)]
pub struct Axis {
    /// What the position is, with its unit.
    pub label: String,
    /// Its index in theta; none along a direction.
    pub coordinate: Option<usize>,
    /// Where theta itself lies.
    pub centre: f64,
    /// First and last position.
    pub range: (f64, f64),
    #[serde(skip)]
    pub way: Way,
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

/// How `--direction` was given.
#[derive(Clone, Debug, PartialEq)]
pub enum DirectionName {
    /// Along the gradient at theta, of length 1.
    Gradient,
    /// All values alike.
    Ones,
    /// Along the vector in a file.
    File(PathBuf),
}

/// The direction of these words.
pub fn direction(text: &str) -> std::result::Result<DirectionName, String> {
    Ok(match text {
        "gradient" => DirectionName::Gradient,
        "ones" => DirectionName::Ones,
        path if path.contains('.') => DirectionName::File(path.into()),
        _ => return Err("expected gradient, ones or a .json, .npy, .npz or .csv file".into()),
    })
}

/// A range `LO..HI`; whether it is one is checked later, to name what is wrong.
pub fn range(text: &str) -> std::result::Result<(f64, f64), String> {
    let expected = || "expected LO..HI, such as -0.5..0.5".to_string();
    let (low, high) = text.split_once("..").ok_or_else(expected)?;
    let number = |t: &str| t.trim().parse::<f64>().map_err(|_| expected());
    Ok((number(low)?, number(high)?))
}

/// One axis per coordinate.
pub fn coordinates(
    task: &Task,
    theta: &[f64],
    wanted: &[u64],
    ranges: &[(f64, f64)],
    points: usize,
) -> Result<Vec<Axis>> {
    check_ranges(ranges, wanted.len())?;
    let axis = |(k, i): (usize, &u64)| {
        let expected = format!(
            "the index of a value of theta, a whole number from 0 to {}",
            theta.len() - 1
        );
        let found = usize::try_from(*i).ok().filter(|i| *i < theta.len());
        let index = found.ok_or_else(|| invalid("--coordinate", &i.to_string(), &expected))?;
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

/// The axis along a direction; `gradient` is asked for only where it is needed.
pub fn along(
    task: &Task,
    wanted: &DirectionName,
    ranges: &[(f64, f64)],
    points: usize,
    gradient: impl FnOnce() -> Result<Vec<f64>>,
) -> std::result::Result<Axis, Failure> {
    check_ranges(ranges, 1)?;
    let half = usual(task, 0.0);
    let (direction, label, half) = match wanted {
        DirectionName::Ones => {
            let label = format!("shift of all values of theta{}", unit_of_all(task));
            (vec![1.0; task.dimension()], label, half)
        }
        DirectionName::Gradient => {
            let g = gradient()?;
            let length = g.iter().map(|g| g * g).sum::<f64>().sqrt();
            if !(length > 0.0 && length.is_finite()) {
                let expected = "another way: the gradient at theta is 0 or not finite";
                return Err(invalid("--direction", "gradient", expected).into());
            }
            let label = format!("distance along the gradient{}", unit_of_all(task));
            (g.iter().map(|g| g / length).collect(), label, half)
        }
        DirectionName::File(path) => {
            let direction = from_file(path, task)?;
            let label = "multiple of the direction (1)".to_string();
            (direction, label, 1.0)
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

fn from_file(path: &Path, task: &Task) -> std::result::Result<Vec<f64>, Failure> {
    let direction = theta::read(path, task, "--direction")?;
    match direction.iter().any(|v| *v != 0.0) {
        true => Ok(direction),
        false => {
            let expected = "a direction with a value that is not 0";
            Err(invalid("--direction", &path.display().to_string(), expected).into())
        }
    }
}

fn check_ranges(ranges: &[(f64, f64)], axes: usize) -> Result<()> {
    if ranges.len() > axes {
        let expected = format!("given at most {}, once for each axis", plural(axes, "time"));
        return Err(Error::InvalidValue {
            what: "--range".into(),
            value: format!("given {} times", ranges.len()),
            expected,
        });
    }
    for (low, high) in ranges {
        let fits = |x: f64| x.abs() <= f64::from(f32::MAX);
        if !(low < high && fits(*low) && fits(*high)) {
            let expected = "LO..HI with LO below HI, both finite and within f32";
            return Err(invalid("--range", &format!("{low}..{high}"), expected));
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
