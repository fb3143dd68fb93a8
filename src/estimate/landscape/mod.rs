//! The smoothed objective along one or two lines through theta: at each point what [`mod@crate::estimate`] finds there.
//!
//! All points draw the same noise (common random numbers), so that curves are smooth, and differences between points are seen far
//! below the standard errors.
//!
//! ```
//! use mollify::estimate::{Settings, landscape};
//! use mollify::{Interrupt, ReferenceEngine, Task};
//!
//! # fn main() -> mollify::Result<()> {
//! let task = Task::find("heaviside")?;
//! let mut engine = ReferenceEngine::new("asked for", Interrupt::default());
//! let theta = task.start();
//! let axes = landscape::coordinates(&task, &theta, &[0], &[(-1.0, 1.0)], 5)?;
//! let settings = Settings::new(1000, None);
//! let seen = landscape::visit(&mut engine, &task, &theta, &settings, &axes, &mut |_| ())?;
//! let document = landscape::Document::of(&engine, (&task, &theta), &settings, &axes, &seen, 0.0);
//! let values = document.columns.get("value_mean").expect("it is always there");
//! assert!(values.len() == 5 && values[0] < values[4]);
//! # Ok(()) }
//! ```

mod axis;
mod columns;
mod document;
mod visit;

pub use axis::{Axis, Direction, Way, all, along, check, coordinates, usual_points};
pub use columns::Columns;
pub use document::Document;
pub use visit::{Point, estimate_at, next, visit};
