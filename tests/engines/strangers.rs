//! `verify` on systems that nobody tuned anything for: three smooth ones and three with contact, read from files, with random masses,
//! stiffness from 10 to 1000, horizons from 10 to 2000.
//!
//! An engine that is right is never refused: the report holds, or says that f32 cannot follow and why.
//! `MOLLIFY_VERIFY_SEEDS=50 cargo test --test engines strangers -- --nocapture` takes more of them than every time.

use mollify::check::{Verdict, verify};
use mollify::engine::Interrupt;
use mollify::engine::cpu::CpuEngine;
use mollify::number::{Mask, Scalar};
use mollify::parameters;
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::path::Path;
use std::sync::Arc;

parameters! {
    /// What all of these systems are made of.
    pub struct Parameters {
        mass_1: 1.0, "kg", "first mass", positive;
        mass_2: 1.0, "kg", "second mass", positive;
        stiffness: 100.0, "N/m", "stiffness", positive;
        damping: 0.5, "N s/m", "damping", positive;
        time_step: 0.01, "s", "time step", positive;
        goal: 0.7, "m", "where to be";
        weight: 1.3, "1/m2", "cost of the distance";
        effort: 0.01, "1/N2", "cost of the control";
    }
}

const STATE: [StateCoordinate; 4] = [
    coordinate("position_1", "m").at(0.1),
    coordinate("position_2", "m").at(0.4),
    coordinate("velocity_1", "m/s").at(0.3),
    coordinate("velocity_2", "m/s").at(-0.2),
];

/// Velocities after these forces, then positions.
fn moved<S: Scalar>(p: &Parameters<S>, state: [S; 4], force_1: S, force_2: S) -> [S; 4] {
    let [x1, x2, v1, v2] = state;
    let v1 = v1 + p.time_step * force_1 / p.mass_1;
    let v2 = v2 + p.time_step * force_2 / p.mass_2;
    [x1 + p.time_step * v1, x2 + p.time_step * v2, v1, v2]
}

/// Declares a system of two masses by its forces at a state under a control.
macro_rules! system {
    ($(#[$doc:meta])* $name:ident, $text:literal, |$p:ident, $x:ident, $u:ident| $forces:expr) => {
        $(#[$doc])*
        struct $name;

        impl Dynamics<4, 1> for $name {
            type Parameters<S: Scalar> = Parameters<S>;

            const NAME: &'static str = $text;
            const STATE: [StateCoordinate; 4] = STATE;
            const CONTROL: [ControlCoordinate; 1] = [coordinate("force", "N")];

            fn advance<S: Scalar>($p: &Parameters<S>, $x: [S; 4], [$u]: [S; 1]) -> [S; 4] {
                let [force_1, force_2] = $forces;
                moved($p, $x, force_1, force_2)
            }
        }

        impl Objective<4, 1> for $name {
            const HORIZON: usize = 100;
            const START: f64 = 0.3;
            const SIGMA: f64 = 0.4;

            fn stage_cost<S: Scalar>(p: &Parameters<S>, x: [S; 4], [u]: [S; 1], _time: S) -> S {
                p.effort * u.square() + p.time_step * p.weight * (x[0] - p.goal).square()
            }

            fn final_cost<S: Scalar>(p: &Parameters<S>, x: [S; 4]) -> S {
                p.weight * ((x[1] - p.goal).square() + x[2].square() * 0.1)
            }
        }
    };
}

system!(
    /// Two masses, a linear and a cubic spring.
    Springs, "strange-springs", |p, x, u| {
        let stretch = x[1] - x[0];
        let pull = p.stiffness * stretch + p.damping * (x[3] - x[2]);
        let held = p.stiffness * x[0] * x[0].square() * 0.1 + p.damping * x[2];
        [u + pull - held, -pull - p.damping * x[3]]
    }
);

system!(
    /// Two pendulums that are coupled by the sine of their difference.
    Pendulums, "strange-pendulums", |p, x, u| {
        let coupled = (x[1] - x[0]).sin() * p.stiffness * 0.1;
        [
            u - x[0].sin() * 9.81 + coupled - p.damping * x[2],
            -(x[1].sin() * 9.81) - coupled - p.damping * x[3],
        ]
    }
);

system!(
    /// Forces that saturate, and a soft well.
    Saturated, "strange-saturated", |p, x, u| {
        let well = (-(x[0] - x[1]).square()).exp() * (x[0] - x[1]) * p.stiffness * 0.1;
        [
            u.tanh() * 3.0 - well - p.damping * x[2] - x[0],
            well + (x[0] + x[2]).tanh() - p.damping * x[3] - x[1],
        ]
    }
);

system!(
    /// One mass pushes another through a spring that only pushes, against a wall.
    Pushed, "strange-pushed", |p, x, u| {
        let zero = S::constant(0.0);
        let push = (p.stiffness * (x[0] + 0.2 - x[1])).max(zero);
        let wall = (p.stiffness * (x[1] - 0.8)).max(zero);
        [u - push - p.damping * x[2], push - wall - p.damping * x[3]]
    }
);

system!(
    /// A mass on a mass with dry friction, whose contact ends at a distance.
    Rubbed, "strange-rubbed", |p, x, u| {
        let offset = x[1] - x[0];
        let touching = offset.less(S::constant(0.5)).and((-offset).less(S::constant(0.5)));
        let rubbed = (p.damping * 3.0 * (x[2] - x[3])).clamp_symmetric(S::constant(0.4));
        let rubbed = S::select(touching, rubbed, S::constant(0.0));
        [u - rubbed - p.stiffness * 0.05 * x[0], rubbed]
    }
);

system!(
    /// Two masses between walls, which give force with damping only where they are touched.
    Walled, "strange-walled", |p, x, u| {
        let zero = S::constant(0.0);
        let wall = |x: S, v: S| {
            let (left, right) = (-x - 0.3, x - 0.6);
            let of = |depth: S, rate: S| {
                let force = p.stiffness * depth * (p.damping * rate + 1.0);
                S::select(depth.greater(zero), force.max(zero), zero)
            };
            of(left, -v) - of(right, v)
        };
        let bond = (x[1] - x[0] - 0.3) * 5.0;
        [u + wall(x[0], x[2]) + bond, wall(x[1], x[3]) - bond]
    }
);

/// The text of a system with numbers of its own in the file.
fn stranger(text: &str, rng: &mut StdRng) -> (String, f64, u64) {
    let mut file: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let mut log_uniform = |low: f64, high: f64| low * (high / low).powf(rng.random_range(0.0..1.0));
    let stiffness = log_uniform(10.0, 1000.0);
    let horizon = log_uniform(10.0, 2000.0).round() as u64;
    let values = [
        log_uniform(0.5, 3.0),
        log_uniform(0.5, 3.0),
        stiffness,
        log_uniform(0.1, 1.0),
        log_uniform(0.002, 0.01),
        log_uniform(0.3, 2.0),
        log_uniform(0.3, 30.0),
        log_uniform(1e-3, 0.1),
    ];
    let parameters = file["parameters"].as_array_mut().expect("a list");
    assert_eq!(parameters.len(), values.len());
    for (parameter, value) in parameters.iter_mut().zip(values) {
        parameter["default"] = value.into();
    }
    file["horizon"] = horizon.into();
    (file.to_string(), stiffness, horizon)
}

#[test]
fn strangers_from_files_hold_or_are_said_to_be_beyond_f32() {
    let texts = [
        Model::new(Springs).to_json(),
        Model::new(Pendulums).to_json(),
        Model::new(Saturated).to_json(),
        Model::new(Pushed).to_json(),
        Model::new(Rubbed).to_json(),
        Model::new(Walled).to_json(),
    ];
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("strangers");
    std::fs::create_dir_all(&folder).expect("a folder");
    let seeds = crate::amount::from_environment("MOLLIFY_VERIFY_SEEDS", 3);
    let (mut held, mut all) = (0, 0);
    for text in texts {
        let text = text.expect("a text");
        for seed in 0..seeds {
            let mut rng = StdRng::seed_from_u64(seed);
            let (text, stiffness, horizon) = stranger(&text, &mut rng);
            let path = folder.join("system.json");
            std::fs::write(&path, text).expect("a file");
            let task = Task::new(Arc::new(Model::read(&path).expect("a system")));
            let mut engine = CpuEngine::new("a test", 256 << 20, Interrupt::default());
            let report = verify(&mut engine, &task, 256, seed).expect("a report");
            let what = format!(
                "{} seed {seed}, stiffness {stiffness:.0}, horizon {horizon}: {:?}, {} excused, rounding {:.1e} of the cost, {:.1e} \
                 of the first order",
                task.name(),
                report.verdict,
                report.excused,
                report.cost_rounding,
                report.first_order_rounding
            );
            println!("{what}");
            let failed: Vec<_> = report.rows.iter().filter(|row| !row.holds).collect();
            assert!(report.verdict != Verdict::Differs, "{what}: {failed:?}");
            let beyond = report.verdict == Verdict::CannotFollow;
            assert_eq!(beyond, report.advice.is_some(), "{what}");
            held += u64::from(report.holds);
            all += 1;
        }
    }
    println!("{held} of {all} hold");
    assert!(2 * held >= all, "{held} of {all} hold");
}
