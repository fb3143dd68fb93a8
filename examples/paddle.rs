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

use mollify::check::verify;
use mollify::engine::Interrupt;
use mollify::engine::gpu::{AdapterChoice, GpuEngine};
use mollify::engine::reference::ReferenceEngine;
use mollify::number::Scalar;
use mollify::solve::{Options, solve};
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
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
            let report = verify(&mut gpu, &mut reference, &task, 1024, 0)?;
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
    Ok(())
}
