//! A system of your own, in one file: a paddle throws a ball up through contact.
//!
//! ```text
//!        o   ball: height b, velocity v
//!        |
//!   ───────────  paddle: height p, its velocity is the control u
//!   contact force  F = k max(p - b, 0) max(1 + c (u - v), 0)
//!   v⁺ = v + h (F/m - g),   b⁺ = b + h v⁺,   p⁺ = p + h u
//!   cost  Σ R u²,  and at the end  Q (b - goal)² + V v²
//! ```
//!
//! The system says no more than it must: how it moves and what that costs. It runs on both engines, is verified, and is
//! optimised:
//!
//!     cargo run --release --example paddle
//!
//! The contact force is 0 at the touch, whatever the velocity: Hunt and Crossley's law. Below, a counterexample has that of Kelvin
//! and Voigt, k d + c v, which jumps there: the cost becomes a staircase of where the ball starts, and first order sees the
//! slope of its stairs alone.

use mollify::check::verify;
use mollify::continuity::{Search, study};
use mollify::engine::gpu::AdapterChoice;
use mollify::number::Scalar;
use mollify::solve::Options;
use mollify::system::model::Model;
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
use mollify::{GpuEngine, Interrupt, ReferenceEngine, Task, solve};
use std::sync::Arc;

mollify::parameters! {
    /// Ball, paddle and cost.
    pub struct Parameters {
        stiffness: 200.0, "N/m", "contact stiffness k";
        dissipation: 0.5, "s/m", "contact damping c";
        mass: 0.1, "kg", "mass m of the ball", positive;
        time_step: 0.005, "s", "time step h", positive;
        goal: 0.5, "m", "height of the ball at the end";
        effort: 0.01, "s2/m2", "cost R of the paddle's velocity";
        miss: 100.0, "1/m2", "cost Q of the distance from the goal";
        speed: 1.0, "s2/m2", "cost V of the ball's velocity at the end";
    }
}

struct Paddle;

impl Dynamics<3, 1> for Paddle {
    type Parameters<S: Scalar> = Parameters<S>;
    const NAME: &'static str = "paddle";
    const STATE: [StateCoordinate; 3] = [
        coordinate("ball", "m").at(0.05),
        coordinate("ball_velocity", "m/s").at(0.0),
        coordinate("paddle", "m").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("paddle_velocity", "m/s")];

    fn advance<S: Scalar>(p: &Parameters<S>, [ball, v, paddle]: [S; 3], [u]: [S; 1]) -> [S; 3] {
        let zero = S::constant(0.0);
        let spring = p.stiffness * (paddle - ball).max(zero);
        let force = (spring * (p.dissipation * (u - v) + 1.0).max(zero)).named("force");
        let v = (v + p.time_step * (force / p.mass - 9.81)).named("ball_velocity");
        [ball + p.time_step * v, v, paddle + p.time_step * u]
    }
}

impl Objective<3, 1> for Paddle {
    const HORIZON: usize = 100;

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _: [S; 3], [u]: [S; 1], _time: S) -> S {
        p.effort * u.square()
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [ball, v, _]: [S; 3]) -> S {
        p.miss * (ball - p.goal).square() + p.speed * v.square()
    }
}

fn main() -> mollify::Result<()> {
    let task = Task::new(Arc::new(Model::new(Paddle)));
    let interrupt = Interrupt::default();
    let mut reference = ReferenceEngine::new("asked for", interrupt.clone());
    let (any, memory) = (AdapterChoice::Any, 1 << 28);
    match GpuEngine::open(&any, task.model(), memory, "asked for", interrupt.clone()) {
        Err(error) => println!("not verified: {error}"),
        Ok(mut gpu) => {
            let report = verify(&mut gpu, &task, 1024, 0)?;
            println!(
                "GPU against reference: {} of {} checks hold, {} of {} samples excused",
                report.rows.iter().filter(|row| row.holds).count(),
                report.rows.len(),
                report.excused,
                report.samples
            );
            assert!(report.holds, "{:#?}", report.rows);
        }
    }
    let options = Options::tuned(&task);
    let engine = &mut reference;
    let found = solve(
        engine,
        &task,
        &task.start(),
        &options,
        &interrupt,
        &mut |i| {
            if i.iteration % 10 == 0 {
                println!(
                    "{:4}  cost {:8.4}  alpha {:.3}",
                    i.iteration, i.cost, i.alpha
                );
            }
        },
    )?;
    let end = found.final_value;
    println!(
        "cost {:.4}, smoothed {:.4} ± {:.4}",
        end.cost, end.value_mean, end.value_std_error
    );
    // Without a throw the ball rests on the paddle, 0.5 m below its goal: cost 25.
    assert!(end.cost < 5.0, "the ball was not thrown");
    let smooth = jumps(&task)?;
    let stairs = jumps(&Task::new(Arc::new(Model::new(KelvinVoigt))))?;
    assert!(smooth == 0 && stairs > 0, "{smooth}, {stairs}");
    Ok(())
}

/// How often the cost jumps where the ball starts 0.05 to 0.1 m above a paddle at rest.
fn jumps(task: &Task) -> mollify::Result<usize> {
    let places: Vec<f64> = (0..200).map(|i| 0.05 + 0.00025 * f64::from(i)).collect();
    let still = vec![0.0; task.dimension()];
    let of = ("ball", "cost");
    let found = study(task, &still, of, &places, &[], &Search::default())?;
    println!(
        "{}: {} jumps, rise {:.2} = {:.2} of slope + {:.2} of jumps",
        found.task,
        found.jumps.len(),
        found.rise,
        found.pathwise_slope * (places[199] - places[0]),
        found.sum_of_jumps
    );
    Ok(found.jumps.len())
}

/// The counterexample: spring and damper where the ball is on the paddle, pushing only.
struct KelvinVoigt;

/// As heavy on impact as `dissipation` is, N s/m.
const DAMPER: f64 = 1.0;

impl Dynamics<3, 1> for KelvinVoigt {
    type Parameters<S: Scalar> = Parameters<S>;
    const NAME: &'static str = "paddle-kelvin-voigt";
    const STATE: [StateCoordinate; 3] = Paddle::STATE;
    const CONTROL: [ControlCoordinate; 1] = Paddle::CONTROL;

    fn advance<S: Scalar>(p: &Parameters<S>, [ball, v, paddle]: [S; 3], [u]: [S; 1]) -> [S; 3] {
        let zero = S::constant(0.0);
        let push = p.stiffness * (paddle - ball) + (u - v) * DAMPER;
        let force = S::select(ball.less(paddle), push.max(zero), zero).named("force");
        let v = (v + p.time_step * (force / p.mass - 9.81)).named("ball_velocity");
        [ball + p.time_step * v, v, paddle + p.time_step * u]
    }
}

impl Objective<3, 1> for KelvinVoigt {
    const HORIZON: usize = Paddle::HORIZON;

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 3], control: [S; 1], time: S) -> S {
        Paddle::stage_cost(p, state, control, time)
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 3]) -> S {
        Paddle::final_cost(p, state)
    }
}
