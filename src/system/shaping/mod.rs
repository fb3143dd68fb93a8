//! What stands between theta and the controls of a system, and between its costs and the objective.
//!
//! A shaped system is a system of its own, as graphs, so that every engine runs and differentiates it and none knows of it:
//!
//! ```text
//! v_t                       what the policy commands: theta and noise
//! u_t = limit(scale v_t)    what the system gets
//! (x, y)_{t+1}              its state, and behind it what the shaping itself has to remember
//! ```
//!
//! What is its own stands behind what is the system's: coordinates y of the state behind the N of x, a parameter behind those of
//! the system.
//!
//! ```text
//! truncation   every n steps the adjoint of the state is cut: λ is 0 before it                     y has the steps since
//! risk         f becomes c + max(f - c, 0)/q: its mean over the noise is, at the least c, the mean of the worst share q of
//!              the costs, CVaR_q; c and q are parameters of it                              y has the cost so far
//! ```
//!
//! CVaR: Rockafellar and Uryasev, "Optimization of conditional value-at-risk", Journal of Risk 2000.

mod decided;
mod formulas;
mod limit;
mod map;
mod risk;

pub use decided::{Decided, Observed, Sensitivity};
pub use limit::{Limit, Limiting};
pub use map::{COST_THRESHOLD, Shaping, TAIL_SHARE, WEIGHT_BELOW};
pub use risk::Risk;

pub(super) use formulas::Shaped;
