//! Plans through quasi-dynamic contact: commands that move objects to a goal.
//!
//! ```text
//! least Σ_t cost(x_t, u_t) + final cost(x_H)   over   u_0 … u_{H-1},
//!     x_{t+1} = step(x_t, u_t),   |u_t - q_t| ≤ reach        q: what follows the commands
//! ```
//!
//! Contact makes the exact step blind: a robot that touches nothing sees no derivative of the object. Every planner here looks
//! at smoothed steps ([`Gradient`]) and judges its commands by the exact one.
//!
//! | method | one iteration | file |
//! |---|---|---|
//! | `shooting` | one quadratic program over all commands; less smoothing in stages | `shooting.rs` |
//! | `mpc` | one program for each time step, from the state that was reached; less smoothing as it goes | `mpc.rs` |
//!
//! A tree over smoothed contact, which plans where these have no slope to follow, is [`rrt`].
//!
//! What they share: steps linearized along a trajectory ([`linear`]), the states eliminated from them ([`condensed`]),
//! costs as quadratic functions ([`cost`]), and convex quadratic programs ([`qp`]). Where a linearization of contact can be
//! trusted is in [`trust_region`].
//!
//! ```
//! use mollify::engine::{gpu::AdapterChoice, kind::Kind};
//! use mollify::plan::{Linearizer, Method, Options, Scenario, plan};
//! use mollify::{Interrupt, Task};
//!
//! # fn main() -> mollify::Result<()> {
//! let task = Task::find("planar-pushing")?;
//! let scenario = Scenario::of(&task)?;
//! let mut linearizer = Linearizer::new(Kind::Reference, AdapterChoice::Any);
//! let options = Options::of(Method::Shooting);
//! let found = plan(&scenario, &options, &mut linearizer, &Interrupt::default(), &mut |_| ())?;
//! assert!(found.reached && found.cost < 123.0 && found.largest_reach <= 0.2 + 1e-12);
//! # Ok(()) }
//! ```

mod asked;
pub mod condensed;
pub mod cost;
pub mod document;
mod kinds;
pub mod linear;
mod mpc;
mod options;
mod progress;
pub mod qp;
mod rollout;
pub mod rrt;
mod scenario;
mod shooting;
mod solution;
pub mod trust_region;

pub use asked::{Asked, Beside, Planner};
pub use kinds::{Gradient, Method, StateJacobian, TrustRegion};
pub use linear::{Linearizer, Smoothing};
pub use options::Options;
pub use progress::Iteration;
pub use rollout::Trajectory;
pub use scenario::{Scenario, goals, with_goal};
pub use solution::{Plan, Stopped};

use crate::engine::Interrupt;
use crate::error::{Error, PlanError, Result};
use progress::Keeper;
use shooting::Shooting;

/// Plans; calls `observe` with every iteration as it ends. Whoever asks to stop gets the best commands so far.
pub fn plan(
    scenario: &Scenario<'_>,
    options: &Options,
    linearizer: &mut Linearizer,
    interrupt: &Interrupt,
    observe: &mut dyn FnMut(&Iteration),
) -> Result<Plan> {
    options.check(scenario)?;
    let parameters = scenario.parameters(f64::INFINITY)?;
    let first = Trajectory::of(
        scenario,
        &parameters,
        &scenario.initial_commands,
        options.reach,
    );
    let first_cost = first.cost;
    let mut keeper = Keeper {
        scenario,
        parameters,
        reach: options.reach,
        interrupt,
        observe,
        best: first,
        history: Vec::new(),
    };
    let ended = match options.method {
        Method::Shooting => Shooting {
            scenario,
            options,
            linearizer,
            keeper: &mut keeper,
        }
        .run(),
        Method::Mpc => mpc::run(scenario, options, linearizer, &mut keeper),
    };
    let stopped = match ended {
        // What was found before is kept.
        Err(Error::Plan(PlanError::Stalled { .. })) => Stopped::Unsolved,
        ended => ended?,
    };
    let (best, history) = (keeper.best, keeper.history);
    let distance = best.distance(scenario);
    let rows =
        |list: &[nalgebra::DVector<f64>]| list.iter().map(|v| v.as_slice().to_vec()).collect();
    Ok(Plan {
        reached: distance <= options.tolerance,
        distance,
        cost: best.cost,
        first_cost,
        iterations: history.len() as u32,
        largest_reach: best.largest_reach(scenario),
        stopped,
        commands: rows(&best.commands),
        states: rows(&best.states),
        history,
    })
}
