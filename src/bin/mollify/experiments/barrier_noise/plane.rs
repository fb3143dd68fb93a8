//! In the plane: a disc at the lower face of a box, commanded from 15 cm off to 15 cm into it.

use crate::experiments::lab::Lab;
use crate::experiments::landscapes::linear;
use crate::experiments::page::Page;
use crate::figure::data::Table;
use crate::figure::{Colour, Dash, Figure, Panel, Series};
use mollify::Task;
use mollify::contact::quasidynamic::smoothing;
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::engine::maps;
use mollify::error::Result;
use mollify::estimate::linearize::{Law, Point, Settings, WANTED, linearize};

/// κ of the barrier, 1/J.
const KAPPA: f64 = 100.0;
/// The friction of the published system.
const PUBLISHED: f64 = 2.0 / 3.0;

/// What is claimed of barrier and Student's t noise at a contact: how far B may differ, of the largest entry of B of a stick.
#[derive(Clone, Copy, PartialEq)]
enum Claimed {
    /// Not at all: within 4 standard errors.
    Same,
    /// With the published friction, whose rows are coupled a little.
    Near,
    /// With another friction, commanded along the face too.
    Other,
    /// The same, commanded into the face alone.
    Apart,
}

/// A contact, and commands.
struct Case {
    friction: f64,
    offset: f64,
    /// How far the disc is commanded along the face, m.
    along: f64,
    claimed: Claimed,
}

const fn case(friction: f64, offset: f64, along: f64, claimed: Claimed) -> Case {
    Case {
        friction,
        offset,
        along,
        claimed,
    }
}

const CASES: [Case; 11] = [
    case(0.0, 0.0, 0.0, Claimed::Same),
    case(0.0, 0.2, 0.0, Claimed::Same),
    case(PUBLISHED, 0.0, 0.0, Claimed::Same),
    case(PUBLISHED, 0.2, 0.0, Claimed::Near),
    case(PUBLISHED, 0.4, 0.0, Claimed::Near),
    case(0.3, 0.0, 0.05, Claimed::Other),
    case(0.3, 0.2, 0.05, Claimed::Other),
    case(0.3, 0.4, 0.05, Claimed::Other),
    case(0.3, 0.0, 0.0, Claimed::Apart),
    case(0.3, 0.2, 0.0, Claimed::Apart),
    case(0.3, 0.4, 0.0, Claimed::Apart),
];

/// B along the commands, entry by entry, box first.
struct Compared {
    into: Vec<f64>,
    barrier: Vec<Vec<f64>>,
    student_t: Vec<Vec<f64>>,
    std_error: Vec<Vec<f64>>,
    gaussian: Vec<Vec<f64>>,
    /// The largest entry of B of the exact step that sticks.
    largest: f64,
    /// W₀₁/W₀₀
    coupling: f64,
}

impl Compared {
    fn of(case: &Case, samples: u64, seed: u64) -> Result<Self> {
        let plain = Task::find("planar-pushing")?.with_parameter("friction", case.friction)?;
        let steps = plain.model().quasi_dynamics().expect("quasi-dynamic");
        let length = smoothing::length(KAPPA, steps.contact_compliance(plain.parameters()));
        let smooth = plain.clone().with_parameter("smoothing", length)?;
        let exact = plain.clone().with_parameter("smoothing", 0.0)?;
        let into = linear(-0.15, 0.15, 25);
        let point = |un: &f64| Point {
            state: vec![0.0, 0.0, 0.0, case.offset, -0.6],
            control: vec![case.offset + case.along, -0.6 + un],
        };
        let points: Vec<Point> = into.iter().map(point).collect();
        let at_rest = &point(&0.0);
        let rows = steps.contact_rows(plain.parameters(), &at_rest.state, &at_rest.control);
        // Without friction both rows are the same, and their barriers add up.
        let same = if case.friction == 0.0 { 2.0 } else { 1.0 };
        let squares = rows
            .iter()
            .map(|row| 2.0 * same * row.compliance / KAPPA / row.by_control.powi(2));
        let scale = (squares.sum::<f64>() / rows.len() as f64).sqrt();
        let function = steps.function(WANTED);
        let parameters = exact.parameters();
        let adapter = AdapterChoice::Any;
        let mut map = maps::open(Kind::Cpu, &function, parameters, steps.sizes, &adapter)?;
        let mut under = |noise, sigma| -> Result<[Vec<Vec<f64>>; 2]> {
            let settings = Settings {
                noise,
                seed,
                ..Settings::new(samples, sigma)
            };
            let found = linearize(&mut *map, steps, &points, &settings)?;
            let b = found.iter().map(|x| x.first_order.b.concat());
            let errors = found.iter().map(|x| x.first_order.std_error.b.concat());
            Ok([b.collect(), errors.collect()])
        };
        let [student_t, std_error] = under(Law::StudentT, scale)?;
        let [gaussian, _] = under(Law::Gaussian, Law::NEAREST_GAUSSIAN * scale)?;
        let b = |task: &Task, at: &Point| {
            let step = steps.linearize(task.parameters(), &at.state, &at.control);
            step.next_by_control
        };
        let sticking = sticking(&exact, &points[points.len() - 1]);
        Ok(Self {
            barrier: points.iter().map(|at| b(&smooth, at)).collect(),
            student_t,
            std_error,
            gaussian,
            largest: b(&exact, &sticking).iter().fold(0.0, |m, x| m.max(x.abs())),
            coupling: coupling(&smooth, at_rest),
            into,
        })
    }

    /// The largest |B_barrier - B| of the largest entry.
    fn off(&self, of: &[Vec<f64>]) -> f64 {
        let pairs = self.barrier.iter().flatten().zip(of.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / self.largest
    }

    /// The same for Student's t noise in standard errors; f32 holds B to 1e-5.
    fn standard_errors(&self) -> f64 {
        let means = self.student_t.iter().flatten();
        let all = self
            .barrier
            .iter()
            .flatten()
            .zip(means.zip(self.std_error.iter().flatten()));
        all.map(|(a, (b, error))| (a - b).abs() / (error + 1e-5))
            .fold(0.0, f64::max)
    }
}

/// The command nearest to this one, along the face, under which both rows touch: the disc sticks. Without friction there is none, and it
/// is this one.
fn sticking(exact: &Task, pressed: &Point) -> Point {
    let steps = exact.model().quasi_dynamics().expect("quasi-dynamic");
    let along = |i: i32| {
        let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
        let mut at = pressed.clone();
        at.control[0] += 0.0025 * sign * f64::from((i + 1) / 2);
        at
    };
    let sticks = |at: &Point| {
        let force = steps
            .linearize(exact.parameters(), &at.state, &at.control)
            .force;
        force.iter().all(|x| *x > 0.0)
    };
    (0..200)
        .map(along)
        .find(sticks)
        .unwrap_or_else(|| pressed.clone())
}

/// W₀₁/W₀₀ of the two rows.
fn coupling(task: &Task, at: &Point) -> f64 {
    use mollify::system::ParameterSet;
    use mollify::system::quasidynamic::QuasiDynamic;
    use mollify::systems::planar_pushing::{Parameters, PlanarPushing};
    let p = Parameters::from_fn(|i| task.parameters()[i]);
    let q = std::array::from_fn(|i| at.state[i]);
    let problem = PlanarPushing::problem::<f64>(&p, q, [at.control[0], at.control[1]]);
    problem.compliance(0, 1) / problem.compliance(0, 0)
}

/// All contacts: a table, claims, and B of the published friction along the commands.
pub fn pushes(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let samples = lab.amount(50_000);
    let (mut rows, mut panels, mut data) = (Vec::new(), Vec::new(), Table::new());
    let mut found = Vec::new();
    for case in &CASES {
        lab.say(&format!(
            "friction {:.2}, offset {}, {} m along",
            case.friction, case.offset, case.along
        ));
        lab.interrupt().check()?;
        let compared = Compared::of(case, samples, lab.seed)?;
        let (off, errors) = (
            compared.off(&compared.student_t),
            compared.standard_errors(),
        );
        found.push((case.claimed, off, errors));
        rows.push(vec![
            format!("{:.2}", case.friction),
            case.offset.to_string(),
            case.along.to_string(),
            format!("{:.2}", compared.coupling),
            format!("{off:.4}"),
            format!("{errors:.1}"),
            format!("{:.4}", compared.off(&compared.gaussian)),
        ]);
        if case.friction == PUBLISHED {
            panels.push(panels_of(case, &compared));
            data = with_columns(data, case, &compared);
        }
    }
    page.table(
        format!("B of the barrier of {KAPPA} 1/J and of noise, {samples} samples at each of 25 commands: the largest difference of any entry"),
        &[
            "friction",
            "offset, m",
            "along the face, m",
            "W01/W00",
            "Student's t, of the largest entry",
            "in s.e.",
            "Gaussian, of the largest entry",
        ],
        rows,
    );
    claims(page, &found);
    let caption = "B of the box against how far the disc is commanded into its face, by offset from the middle, friction 2/3";
    let figure = panels.into_iter().fold(
        Figure::new()
            .lettered()
            .shared_x()
            .common_legend()
            .panel_height_mm(32.0),
        |figure, panels| figure.row(panels),
    );
    page.picture("plane", caption, figure, data);
    Ok(())
}

/// What is claimed of the cases, each with the largest difference and that in standard errors.
fn claims(page: &mut Page, found: &[(Claimed, f64, f64)]) {
    let of = |claimed| found.iter().filter(move |case| case.0 == claimed);
    let largest = |claimed| of(claimed).map(|case| case.1).fold(0.0, f64::max);
    let same = of(Claimed::Same).map(|case| case.2).fold(0.0, f64::max);
    page.claim(
        "without friction, and with friction where the rows decouple, barrier and Student's t noise are the same",
        same <= 4.0,
        format!("off by {same:.2} standard errors at most, the largest of 750 comparisons"),
    );
    let near = largest(Claimed::Near);
    page.claim(
        "with the published friction off the middle they are within 5 % of the largest entry, and no longer the same",
        near <= 0.05 && near > 0.01,
        format!("{near:.4}"),
    );
    let other = largest(Claimed::Other);
    page.claim(
        "with another friction coefficient, commanded 5 cm along the face too, they are within 9 %",
        other <= 0.09,
        format!("{other:.4}"),
    );
    let apart = largest(Claimed::Apart);
    page.claim(
        "with that friction and nothing commanded along the face, where both slides are as likely, 9 % do not hold",
        apart > 0.09,
        format!("{apart:.4}"),
    );
}

/// The entries of B that are drawn: box y and angle by the command into the face.
const DRAWN: [(usize, &str); 2] = [(3, "y by y"), (5, "angle by y")];

fn entry(b: &[Vec<f64>], at: usize) -> Vec<f64> {
    b.iter().map(|b| b[at]).collect()
}

fn panels_of(case: &Case, found: &Compared) -> [Panel; 2] {
    DRAWN.map(|(at, name)| {
        let x = &found.into;
        Panel::new()
            .title(format!("{name}, offset {} m", case.offset))
            .x_label("command into the face (m)")
            .y_label("B")
            .series(
                Series::line(x, &entry(&found.gaussian, at))
                    .label("Gaussian noise")
                    .colour(Colour::GREEN)
                    .dash(Dash::Solid),
            )
            .series(
                Series::line(x, &entry(&found.student_t, at))
                    .std_error(&entry(&found.std_error, at))
                    .label("Student's t noise ± s.e.")
                    .colour(Colour::VERMILLION)
                    .dash(Dash::Long),
            )
            .series(
                Series::line(x, &entry(&found.barrier, at))
                    .label("barrier")
                    .colour(Colour::BLACK)
                    .dash(Dash::Dashed),
            )
    })
}

fn with_columns(mut data: Table, case: &Case, found: &Compared) -> Table {
    if data.columns.is_empty() {
        data = data.column("command_into", &found.into);
    }
    for (at, name) in DRAWN {
        let stem = format!("{}_offset_{}", name.replace(' ', "_"), case.offset);
        for (way, b) in [
            ("barrier", &found.barrier),
            ("student_t", &found.student_t),
            ("student_t_std_error", &found.std_error),
            ("gaussian", &found.gaussian),
        ] {
            data = data.column(format!("{stem}_{way}"), &entry(b, at));
        }
    }
    data
}
