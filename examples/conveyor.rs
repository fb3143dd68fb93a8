//! A system of your own with contact geometry, in one file: a box is dropped on a conveyor that runs.
//!
//! ```text
//!      ┌──┐   box: position x, y, angle, dropped from rest
//!      └──┘
//!   ──────────── belt: a half-plane that moves at the speed u to the right
//!   m v' = contact force - m g e_y,   I ω' = contact moment
//!   cost  Σ R u²,  and at the end  Q (x - goal)² + A angle²
//! ```
//!
//! The wrench between box and belt is one call, whatever the contact model. By pressure the derivative has no jumps:
//!
//!     cargo run --release --example conveyor

use mollify::check::verify;
use mollify::contact::{Body, ContactModel, Friction, Law, Pose, Shape, Twist, wrench};
use mollify::engine::cpu::CpuEngine;
use mollify::number::Scalar;
use mollify::solve::Options;
use mollify::system::model::Model;
use mollify::system::policy::Policy;
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
use mollify::{Interrupt, Task, solve};
use std::sync::Arc;

mollify::parameters! {
    /// Box, belt and cost.
    pub struct Parameters {
        mass: 1.0, "kg", "mass m of the box", positive;
        half_width: 0.1, "m", "half the width of the box", positive;
        half_height: 0.05, "m", "half the height of the box", positive;
        stiffness: 2e4, "N/m3", "slope of the pressure in the belt", positive;
        dissipation: 0.5, "s/m", "dissipation after Hunt and Crossley";
        friction: 0.5, "1", "coefficient of friction";
        time_step: 0.002, "s", "time step h", positive;
        goal: 0.15, "m", "where the box is to be at the end";
        effort: 1e-5, "s2/m2", "cost R of the belt's speed";
    }
}

struct Conveyor;

impl Dynamics<6, 1> for Conveyor {
    type Parameters<S: Scalar> = Parameters<S>;
    const NAME: &'static str = "conveyor";
    const STATE: [StateCoordinate; 6] = [
        coordinate("x", "m").at(0.0),
        coordinate("y", "m").at(0.06),
        coordinate("angle", "rad").at(0.05),
        coordinate("velocity_x", "m/s").at(0.0),
        coordinate("velocity_y", "m/s").at(0.0),
        coordinate("spin", "rad/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("belt_speed", "m/s")];
    // One speed for the whole run.
    const POLICY: Policy = Policy::Held;

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 6], [speed]: [S; 1]) -> [S; 6] {
        let ([x, y, angle, vx, vy, spin], zero) = (state, S::constant(0.0));
        let falling = Body {
            shape: Shape::rectangle(p.half_width, p.half_height),
            pose: Pose::new(x, y, angle),
            twist: Twist::new(vx, vy, spin),
        };
        let belt = Body {
            shape: Shape::HalfPlane,
            pose: Pose::upright(zero, zero),
            twist: Twist::new(speed, zero, zero),
        };
        let law = Law {
            dissipation: Some(p.dissipation),
            friction: Some(Friction {
                coefficient: p.friction,
                slip_speed: S::constant(0.1),
            }),
            ..Law::elastic(p.stiffness, p.half_width * 2.0)
        };
        let pushed = wrench(ContactModel::RigidSoft, &falling, &belt, &law).on_a;
        let (h, gain) = (p.time_step, p.time_step / p.mass);
        let inertia = p.mass * (p.half_width.square() + p.half_height.square()) * (1.0 / 3.0);
        let vx = vx + gain * pushed.force.x;
        let vy = vy + gain * pushed.force.y - h * 9.81;
        let spin = spin + h * pushed.moment / inertia;
        [x + h * vx, y + h * vy, angle + h * spin, vx, vy, spin]
    }
}

impl Objective<6, 1> for Conveyor {
    const HORIZON: usize = 250;
    const START: f64 = 0.2;
    const SIGMA: f64 = 0.05;

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _: [S; 6], [speed]: [S; 1], _time: S) -> S {
        p.effort * speed.square()
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, [x, _, angle, ..]: [S; 6]) -> S {
        (x - p.goal).square() * 100.0 + angle.square()
    }
}

fn main() -> mollify::Result<()> {
    let task = Task::new(Arc::new(Model::new(Conveyor)));
    let interrupt = Interrupt::default();
    let mut cpu = CpuEngine::new("asked for", 1 << 28, interrupt.clone());
    let report = verify(&mut cpu, &task, 128, 0)?;
    println!(
        "CPU against reference: {} of {} checks hold, {} of {} samples excused",
        report.rows.iter().filter(|row| row.holds).count(),
        report.rows.len(),
        report.excused,
        report.samples
    );
    assert!(report.holds, "{:#?}", report.rows);
    let options = Options::tuned(&task);
    let start = task.start();
    let found = solve(&mut cpu, &task, &start, &options, &interrupt, &mut |_| ())?;
    let end = found.final_value;
    println!(
        "belt at {:.4} m/s: cost {:.4}, smoothed {:.4} ± {:.4}",
        found.theta[0], end.cost, end.value_mean, end.value_std_error
    );
    // On a belt that stands the box stays 0.15 m short of its goal: cost 2.25.
    assert!(end.cost < 0.2, "the box was not carried to its goal");
    Ok(())
}
