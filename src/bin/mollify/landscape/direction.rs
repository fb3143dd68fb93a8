//! Flags of a landscape that are read in words of their own.

use crate::arrays::theta;
use crate::engine::invalid;
use mollify::Result;
use mollify::estimate::landscape::Direction;
use mollify::system::task::Task;
use std::path::PathBuf;

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

impl DirectionName {
    /// The direction itself; `gradient` is asked for only where it is needed.
    pub fn read(
        &self,
        task: &Task,
        gradient: impl FnOnce() -> Result<Vec<f64>>,
    ) -> Result<Direction> {
        Ok(match self {
            Self::Gradient => Direction::Gradient(gradient()?),
            Self::Ones => Direction::Ones,
            Self::File(path) => {
                let direction = theta::read(path, task, "--direction")?;
                if direction.iter().all(|v| *v == 0.0) {
                    let expected = "a direction with a value that is not 0";
                    return Err(invalid(
                        "--direction",
                        &path.display().to_string(),
                        expected,
                    ));
                }
                Direction::Given(direction)
            }
        })
    }
}

/// A range `LO..HI`; whether it is one is checked later, to name what is wrong.
pub fn range(text: &str) -> std::result::Result<(f64, f64), String> {
    let expected = || "expected LO..HI, such as -0.5..0.5".to_string();
    let (low, high) = text.split_once("..").ok_or_else(expected)?;
    let number = |t: &str| t.trim().parse::<f64>().map_err(|_| expected());
    Ok((number(low)?, number(high)?))
}
