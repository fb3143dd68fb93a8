//! A function of a system at many points at once, on any engine: steps and their linearizations, for whoever plans with them.
//!
//! A point is a state and a control, in one row; a result is a row of the function's outputs. Parameters are the same for all
//! points. Only functions of state, control and parameters are taken.
//!
//! ```
//! use mollify::Task;
//! use mollify::engine::{gpu::AdapterChoice, kind::Kind, maps};
//! use mollify::system::quasidynamic::Wanted;
//!
//! # fn main() -> mollify::Result<()> {
//! let task = Task::find("planar-pushing")?;
//! let steps = task.model().quasi_dynamics().expect("it is quasi-dynamic");
//! let function = steps.function(Wanted::Motion);
//! let (parameters, adapter) = (task.parameters(), AdapterChoice::Any);
//! let mut map = maps::open(Kind::Cpu, &function, parameters, steps.sizes, &adapter)?;
//! // A disc that touches the middle of a side, commanded 5 cm into the box.
//! let results = map.run(&[0.0, 0.5, 0.0, 0.0, -0.1, 0.0, -0.05])?;
//! let step = steps.read(Wanted::Motion, &results);
//! assert!(step.next[1] > 0.508 && step.next_by_control[3] > 0.1);
//! # Ok(()) }
//! ```

use crate::error::{Error, Result};
use crate::system::functions::Sizes;

/// A function ready to be evaluated.
pub trait Map: Send {
    /// The rows of results of rows of points, which hold whole points of finite values.
    fn run(&mut self, points: &[f64]) -> Result<Vec<f64>>;
}

/// Refuses rows that are not whole.
pub(crate) fn check_points(points: usize, sizes: Sizes) -> Result<()> {
    if points.is_multiple_of(sizes.point().max(1)) {
        return Ok(());
    }
    let expected = format!("a multiple of {}, the values of a point", sizes.point());
    Err(Error::invalid("the number of values", points, &expected))
}
