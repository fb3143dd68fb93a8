//! The artefact of the convex contact model: what slides also lifts, by friction coefficient times slip.

use super::lab::Lab;
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::Task;
use mollify::contact::quasidynamic::{Problem, two_rows};
use mollify::error::Result;

const PAPER: &str = "The convex relaxation of friction (Anitescu 2006), which the quasi-dynamic model of arXiv 2206.10787 is built \
on, lets sliding contacts separate by μ times the slip of a step; the paper names it and takes small steps.";

/// A block on the ground under position control along it: m 5 kg, μ .5, K 100 N/m.
struct Sliding {
    step: f64,
    state: [f64; 2],
    force: f64,
}

const MASS: f64 = 5.0;
const FRICTION: f64 = 0.5;
const STIFFNESS: f64 = 100.0;
const GRAVITY: f64 = 9.81;

impl Sliding {
    fn at_rest(step: f64) -> Self {
        Self {
            step,
            state: [0.0; 2],
            force: 0.0,
        }
    }

    /// One exact step to a command so far ahead; the motion.
    fn advance(&mut self, ahead: f64) -> [f64; 2] {
        let inertia = MASS / self.step.powi(2);
        let row = |sign: f64| [Some(sign * FRICTION), Some(1.0)];
        let problem = Problem {
            stiffness: [STIFFNESS, inertia],
            free: [Some(ahead), Some(-GRAVITY * self.step.powi(2))],
            gap: [self.state[1]; 2],
            jacobian: [row(1.0), row(-1.0)],
        };
        let found = two_rows(&problem, 0.0);
        self.force = found.force.iter().sum();
        for (x, d) in self.state.iter_mut().zip(found.motion) {
            *x += d;
        }
        found.motion
    }
}

/// Time steps, s.
const STEPS: [f64; 5] = [0.1, 0.05, 0.02, 0.01, 0.005];
/// Steps until sliding is steady, at most.
const SETTLING: u32 = 1_000_000;
/// Speed of steady sliding, m/s.
const SPEED: f64 = 0.5;

/// One time step's layer.
struct Layer {
    step: f64,
    gap: f64,
    force: f64,
    /// Of the first step, beside m g.
    first_force: f64,
}

impl Layer {
    fn of(step: f64) -> Self {
        let mut block = Sliding::at_rest(step);
        // So far ahead that it slides by v h a step once N is m g again.
        let ahead = SPEED * step + FRICTION * MASS * GRAVITY / STIFFNESS;
        block.advance(ahead);
        let first_force = block.force;
        // The smaller the step, the heavier the block is beside the spring, and the more steps it takes.
        for _ in 0..SETTLING {
            let [_, rise] = block.advance(ahead);
            if rise.abs() < 1e-13 {
                break;
            }
        }
        Self {
            step,
            gap: block.state[1],
            force: block.force,
            first_force,
        }
    }
}

/// The lift of a first step, the layer of steady sliding against the time step, and pushing with smaller steps.
pub fn lift(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new("Lift: what slides also lifts", PAPER);
    page.what = "A block of 5 kg on the ground (μ .5, K 100 N/m), pulled along it by exact steps from rest, and at a steady .5 m/s \
        with ever smaller time steps; and the face of a box pushed by one command that is also given in parts, each with a \
        time step as much smaller."
        .into();
    lab.runs_on("f64, one core");
    let mut first = Sliding::at_rest(0.1);
    let motion = first.advance(0.3);
    let expected = (STIFFNESS * 0.3 - FRICTION * MASS * GRAVITY)
        / (STIFFNESS + FRICTION.powi(2) * MASS / 0.01);
    page.claim(
        "a first slip lifts by μ times itself: dz = μ |dx|, with dx in closed form",
        (motion[0] - expected).abs() < 1e-9 && (motion[1] - FRICTION * motion[0]).abs() < 1e-9,
        format!(
            "dx {:.7} m, dz {:.7} m, N {:.2} N beside m g = 49.05 N",
            motion[0], motion[1], first.force
        ),
    );
    let layers = STEPS.map(Layer::of);
    page.table(
        "Steady sliding at .5 m/s",
        &[
            "h, s",
            "gap, mm",
            "gap / (μ v h)",
            "N / (m g)",
            "N / (m g) in the first step",
        ],
        layers.iter().map(row).collect(),
    );
    let weight = MASS * GRAVITY;
    let worst = |of: &dyn Fn(&Layer) -> f64| layers.iter().map(of).fold(0.0, f64::max);
    let off_gap = worst(&|l| (l.gap / (FRICTION * SPEED * l.step) - 1.0).abs());
    let off_force = worst(&|l| (l.force / weight - 1.0).abs());
    page.claim(
        "the layer of steady sliding is μ v h: proportional to the time step, and it does not grow",
        off_gap < 1e-6,
        format!("off by {off_gap:.1e} of it at most"),
    );
    page.claim(
        "its normal force is the weight again",
        off_force < 1e-6,
        format!("off by {off_force:.1e} at most"),
    );
    picture(&mut page, &layers);
    pushes(&mut page)?;
    Ok(page)
}

fn row(layer: &Layer) -> Vec<String> {
    let weight = MASS * GRAVITY;
    vec![
        layer.step.to_string(),
        format!("{:.3}", 1e3 * layer.gap),
        format!("{:.6}", layer.gap / (FRICTION * SPEED * layer.step)),
        format!("{:.6}", layer.force / weight),
        format!("{:.4}", layer.first_force / weight),
    ]
}

fn picture(page: &mut Page, layers: &[Layer]) {
    let steps: Vec<f64> = layers.iter().map(|l| l.step).collect();
    let gaps: Vec<f64> = layers.iter().map(|l| 1e3 * l.gap).collect();
    let panel = Panel::new()
        .x_label("time step (s)")
        .y_label("gap (mm)")
        .series(Series::line(&steps, &gaps).label("steady sliding at .5 m/s"));
    let data = Table::new()
        .column("time_step", &steps)
        .column("gap_mm", &gaps);
    page.picture(
        "lift",
        "The layer of steady sliding against the time step",
        Figure::new().row([panel]),
        data,
    );
}

/// A command at the middle of a face, in so many parts: where the box ends, and the largest normal force.
fn pushed(command: [f64; 2], parts: u32) -> Result<([f64; 3], f64)> {
    let step = 0.1 / f64::from(parts);
    let task = Task::find("planar-pushing")?.with_parameter("time_step", step)?;
    let task = task.with_parameter("smoothing", 0.0)?;
    let steps = task.model().quasi_dynamics();
    let steps = steps.expect("pushing is quasi-dynamic");
    let mut q = vec![0.0, 0.0, 0.0, 0.0, -0.6];
    let mut force = 0.0_f64;
    for part in 1..=parts {
        let share = f64::from(part) / f64::from(parts);
        let u = [command[0] * share, -0.6 + command[1] * share];
        let found = steps.linearize(task.parameters(), &q, &u);
        force = force.max(found.force.iter().sum());
        q = found.next;
    }
    Ok(([q[0], q[1], q[2]], force))
}

fn pushes(page: &mut Page) -> Result<()> {
    let mut rows = Vec::new();
    let mut inflated = Vec::new();
    for (name, command) in [
        ("push (0, .05)", [0.0, 0.05]),
        ("slide (.2, .05)", [0.2, 0.05]),
        ("pass without touching (.2, -.02)", [0.2, -0.02]),
    ] {
        for parts in [1, 2, 5, 10, 50] {
            let (end, force) = pushed(command, parts)?;
            if command == [0.2, 0.05] {
                inflated.push(force);
            }
            rows.push(vec![
                name.into(),
                parts.to_string(),
                format!("{:.5}", end[0]),
                format!("{:.5}", end[1]),
                format!("{:.5}", end[2]),
                format!("{force:.3}"),
            ]);
        }
    }
    page.table(
        "The middle of a box's face under one command, in parts of .1 s / parts each",
        &[
            "command",
            "parts",
            "box x, m",
            "box y, m",
            "angle, rad",
            "largest N, N",
        ],
        rows,
    );
    let (angle, touched) = pushed([0.2, -0.02], 1).map(|(end, force)| (end[2], force))?;
    page.claim(
        "in one large step the disc turns a box that it never touches",
        (angle - 0.094_444_4).abs() < 1e-6 && touched > 0.0,
        format!("command 2 cm away and 20 cm along: {angle:.6} rad"),
    );
    page.claim(
        "a slide in one large step has its normal force inflated",
        (inflated[0] - 7.64).abs() < 0.01,
        format!(
            "N {:.2} N, where Coulomb's law would give 4.17 N",
            inflated[0]
        ),
    );
    page.notes.push(
        "Parts of a command take parts of a time step, so that the box is as much stiffer in each (m/h²) and moves less for the \
         same command: a quasi-dynamic box keeps no velocity. What to compare between rows is the kind of motion, not its size."
            .into(),
    );
    Ok(())
}
