//! A system of your own, in one file: a paddle throws a ball up through contact.
//!
//! ```text
//!        o   ball: height b, velocity v
//!        |
//!   ───────────  paddle: height p, its velocity is the control u
//!   contact force  F = max(k (p - b) + c (u - v), 0)  while b < p,  else 0
//!   v⁺ = v + h (F/m - g),   b⁺ = b + h v⁺,   p⁺ = p + h u
//!   cost  Σ R u² + S p²,  and at the end  Q (b - goal)² + V v²
//! ```
//!
//! It runs on both engines, is verified, and is optimised:
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
use mollify::system::{About, Published, System, Tuned, coordinate};
use std::sync::Arc;

mollify::parameters! {
    /// Ball, paddle and cost.
    pub struct Parameters {
        stiffness: 200.0, "N/m", "contact stiffness k";
        dissipation: 0.5, "N s/m", "contact damping c";
        mass: 0.1, "kg", "mass m of the ball", positive;
        gravity: 9.81, "m/s2", "acceleration g";
        time_step: 0.005, "s", "time step h", positive;
        goal: 0.5, "m", "height of the ball at the end";
        effort: 0.01, "s2/m2", "cost R of the paddle's velocity";
        stroke: 0.1, "1/m2", "cost S of the paddle's height";
        miss: 100.0, "1/m2", "cost Q of the distance from the goal";
        speed: 1.0, "s2/m2", "cost V of the ball's velocity at the end";
    }
}

struct Paddle;

impl System<3, 1> for Paddle {
    type Parameters<S: Scalar> = Parameters<S>;

    const ABOUT: About = About {
        name: "paddle",
        summary: "a paddle throws a ball up through contact",
        source: "an example of this repository",
        state: &[
            coordinate("ball", "m"),
            coordinate("ball_velocity", "m/s"),
            coordinate("paddle", "m"),
        ],
        control: &[coordinate("paddle_velocity", "m/s")],
        horizon: 100,
        start: 0.0,
        sigma: 0.1,
        published: Published {
            samples: 100,
            step: 1e-3,
            iterations: 200,
            gamma: 1e3,
            bound: 100.0,
        },
        tuned: Tuned {
            samples: 500,
            iterations: 60,
            gamma: 1e3,
            radius: 1.0,
        },
    };
    const INITIAL_STATE: [f64; 3] = [0.05, 0.0, 0.0];

    fn advance<S: Scalar>(
        p: &Parameters<S>,
        [ball, ball_velocity, paddle]: [S; 3],
        [paddle_velocity]: [S; 1],
    ) -> [S; 3] {
        let zero = S::constant(0.0);
        let depth = (paddle - ball).named("depth");
        let push = p.stiffness * depth + p.dissipation * (paddle_velocity - ball_velocity);
        let touching = depth.greater(zero);
        let force = S::select(touching, push.max(zero), zero).named("force");
        let ball_velocity =
            (ball_velocity + p.time_step * (force / p.mass - p.gravity)).named("ball_velocity");
        [
            ball + p.time_step * ball_velocity,
            ball_velocity,
            paddle + p.time_step * paddle_velocity,
        ]
    }

    fn stage_cost<S: Scalar>(
        p: &Parameters<S>,
        [_, _, paddle]: [S; 3],
        [paddle_velocity]: [S; 1],
        _time: S,
    ) -> S {
        p.effort * paddle_velocity.square() + p.stroke * paddle.square()
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [ball, ball_velocity, _]: [S; 3]) -> S {
        p.miss * (ball - p.goal).square() + p.speed * ball_velocity.square()
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
