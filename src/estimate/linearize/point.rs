//! Where a step is linearized, and what of it that takes.

use crate::system::quasidynamic::Wanted;
use serde::Serialize;

/// What of a step the samples need.
pub const WANTED: Wanted = Wanted::Motion;

/// Where a step is linearized.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// q
    pub state: Vec<f64>,
    /// u
    pub control: Vec<f64>,
}
