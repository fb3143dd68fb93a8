//! Batches on several machines: a run as questions to an engine, cut into parts that anybody may answer, and an engine that
//! gives what was answered.
//!
//! ```text
//! here          what a run asks          Vec<Question>, the samples of each cut into blocks
//! anywhere      part i of n              Question::ask of the ranges of Cut::ranges: Parts, as bytes
//! here          all parts                Answers: merged in any order; Gathered: an engine that knows them and nothing else
//! ```
//!
//! A part is a pure function of system, task, theta, batch, range and kind of engine, and what was merged has the bits of one
//! process, whatever the cut, the order and the number of workers: see [`crate::engine::tree`]. A run that does not know all of
//! its questions at first goes in rounds: what [`Gathered`] cannot answer is what the next one asks.
//!
//! [`to_bytes`] and [`from_bytes`] are what a worker sends. A task travels as its system file and settings, or is made again
//! from what made it here; a [`Question`] is JSON.
//!
//! ```
//! use mollify::engine::distributed::{Answers, Cut, Question, What};
//! use mollify::engine::{Batch, Engine, Interrupt};
//! use mollify::{CpuEngine, Task};
//!
//! # fn main() -> mollify::Result<()> {
//! let task = Task::find("ball-wall")?;
//! let mut engine = CpuEngine::new("an example", 1 << 28, Interrupt::default());
//! let batch = Batch::new(5000, 0);
//! let asked = [Question { what: What::Moments, theta: task.start(), batch }];
//! let mut answers = Answers::default();
//! for index in [2, 0, 1] {
//!     let cut = Cut::new(index, 3)?;
//!     for (question, range) in cut.ranges(&asked) {
//!         let part = asked[question].ask(&mut engine, &task, range, None)?;
//!         answers.add(&asked[question], part)?;
//!     }
//! }
//! let found = answers.parts(&asked[0]).expect("it was asked").clone().finish()?;
//! assert_eq!(found, engine.moments(&task, &task.start(), &batch)?);
//! # Ok(()) }
//! ```

mod answers;
mod body;
mod call;
mod cut;
mod gathered;
mod question;
mod worker;
mod workers;

pub use answers::Answers;
pub use body::{from_bytes, to_bytes};
pub use cut::{Cut, MOST_PARTS};
pub use gathered::Gathered;
pub use question::{Question, What, digest_of};
pub use worker::answer;
pub use workers::{Carrier, Distributed};
