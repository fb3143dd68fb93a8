//! How large a least-squares fit is, and whether it tells its error; see [`crate::estimate::least_squares`].

use crate::error::{Error, Result};
use crate::estimate::directions::Layout;
use crate::system::task::Task;

/// Largest d: the normal equations take d² numbers and d³/3 operations.
pub const LARGEST_DIMENSION: usize = 2000;

/// Refuses a decision too large for d x d matrices.
pub fn check_dimension(task: &Task) -> Result<()> {
    let d = task.dimension();
    if d <= LARGEST_DIMENSION {
        return Ok(());
    }
    let expected = format!(
        "correlation for theta of {d} values, because a fit of more than {LARGEST_DIMENSION} takes too much memory"
    );
    Err(Error::invalid("zeroth", "least-squares", &expected))
}

/// p: the slope, and the intercept unless mirrored pairs cancel it.
pub fn unknowns(layout: &Layout) -> usize {
    layout.dimension + usize::from(!layout.directions.is_antithetic())
}

/// Whether there are more rows than unknowns, so that residuals tell the error.
pub fn is_determined(layout: &Layout) -> bool {
    layout.drawn() > unknowns(layout) as u64
}
