//! A brick that is pressed onto a stud, by curated points and by pressure.

use super::contacts::ends;
use super::lab::Lab;
use super::landscapes::linear;
use super::page::Page;
use crate::drawing::{Course, Run, animation};
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Scale, Series};
use mollify::contact::ContactModel;
use mollify::engine::nominal::nominal;
use mollify::error::{Result, number};
use mollify::noise::environment::Draw;
use mollify::system::ParameterSet as _;
use mollify::system::task::Task;
use mollify::systems::mating::{Parameters, forces};

const MODELS: [(ContactModel, &str); 2] = [
    (ContactModel::Vertices, "vertices"),
    (ContactModel::RigidSoft, "rigid-soft"),
];

/// What a run of 8 ms leaves.
#[derive(Clone, Copy, Default)]
struct Ending {
    /// Largest |F_left + F_right| across, N.
    asymmetry: f64,
    /// |x|, mm
    aside: f64,
    /// |angle|, rad
    angle: f64,
    /// Depth of the tips, mm.
    depth: f64,
}

/// A brick let go at a height.
fn brick(contact: &str, height: f64, horizon: usize) -> Result<Task> {
    Task::find_with("mating", Some(contact))?
        .with_parameter("time_step", 0.002)?
        .with_horizon(horizon)?
        .with_initial("y", Draw::Constant(height), &[])
}

fn run(model: ContactModel, contact: &str, shift: f64, height: f64) -> Result<Ending> {
    let task = brick(contact, height, 4000)?;
    let p = Parameters::from_fn(|i| task.parameters()[i]);
    let path = nominal(&task, &[shift]);
    let mut ending = Ending::default();
    for state in path.states.chunks_exact(6) {
        let state: [f64; 6] = std::array::from_fn(|i| state[i]);
        let [left, right, _] = forces(model, &p, state, shift);
        ending.asymmetry = ending.asymmetry.max((left[0] + right[0]).abs());
        (ending.aside, ending.angle) = ((state[0] + shift).abs(), state[2].abs());
        ending.depth = p.top - state[1];
    }
    Ok(ending)
}

/// Asymmetry, resting places, and the force of insertion.
pub fn block_mating(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::of_talk(
        "Mating bricks: points part what pressure centres",
        "Curated contact points on a tight fit make the two sides flip at different times; the field of a pressure is \
         symmetric and stable.",
    );
    let phases = lab.amount(24).max(10);
    page.what = format!(
        "A brick is pressed onto a stud that is 0.1 mm too wide on each side, from shifts of 10⁻⁶ to 0.03 mm, for 8 ms at \
         h = 2 µs: the worst of {phases} starts at heights a micrometre apart, so that contact begins in another part of a \
         step each time. Asymmetry is the largest \
         |F_left + F_right| across. And the force of insertion at rest, without friction."
    );
    insertion(&mut page)?;
    let shifts = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2];
    let (mut rows, mut gains, mut aside) = (Vec::new(), [vec![], vec![]], [vec![], vec![]]);
    for (i, (model, contact)) in MODELS.into_iter().enumerate() {
        for shift in shifts {
            lab.say(&format!("{contact}, shift {shift:e} mm"));
            let mut worst = Ending::default();
            for phase in 0..phases {
                let found = run(model, contact, shift, 1.8 + 1e-3 * phase as f64)?;
                worst.asymmetry = worst.asymmetry.max(found.asymmetry);
                if found.aside >= worst.aside {
                    (worst.aside, worst.angle) = (found.aside, found.angle);
                    worst.depth = found.depth;
                }
            }
            rows.push(vec![
                contact.into(),
                number(shift),
                number(worst.asymmetry),
                number(worst.asymmetry / shift),
                number(worst.aside),
                number(worst.angle),
                format!("{:.4}", worst.depth),
            ]);
            gains[i].push(worst.asymmetry / shift);
            aside[i].push(worst.aside);
        }
    }
    let header = [
        "contact",
        "shift (mm)",
        "asymmetry (N)",
        "gain (N/mm)",
        "final |x| (mm)",
        "its |angle| (rad)",
        "its depth (mm)",
    ];
    page.table("Worst of all starts", &header, rows);
    let series = MODELS.into_iter().zip(&gains);
    let panel = Panel::new()
        .x_label("shift (mm)")
        .y_label("asymmetry over shift (N/mm)")
        .x_scale(Scale::Log)
        .y_scale(Scale::Log);
    let panel = series.fold(panel, |panel, ((_, contact), gains)| {
        panel.series(Series::line(&shifts, gains).label(contact))
    });
    let data = Table::new()
        .column("shift", &shifts)
        .column("gain_vertices", &gains[0])
        .column("gain_rigid_soft", &gains[1]);
    page.picture(
        "asymmetry",
        "How much the two sides differ",
        Figure::of(panel),
        data,
    );
    let (least, most) = ends(&gains[1][..5]);
    page.claim(
        "by pressure the asymmetry is in proportion to the shift from 10⁻⁶ to 10⁻² mm: 115 ± 10 N/mm",
        least > 105.0 && most < 125.0,
        format!("{} to {} N/mm", number(least), number(most)),
    );
    let at_a_micrometre = gains[0][3];
    page.claim(
        "by points it has a gain of 3700 N/mm, within 5 %, at 10⁻³ mm",
        (at_a_micrometre / 3700.0).ln().abs() < 1.05_f64.ln(),
        format!("{} N/mm", number(at_a_micrometre)),
    );
    rest(&mut page, &aside);
    films(lab, &mut page)?;
    page.notes.push(
        "The brick's centre of mass is at the height of its tips, its ceiling 4.5 mm wide and a point on it as stiff as half of \
         it: from these follow the depths at rest, 1.7719 and 1.7741 mm, and the gain of 115 N/mm."
            .into(),
    );
    Ok(page)
}

/// Where the brick ends, by the shifts of the table.
fn rest(page: &mut Page, aside: &[Vec<f64>; 2]) {
    let (_, centred) = ends(&aside[1]);
    page.claim(
        "by pressure the brick always ends centred",
        centred < 1e-8,
        format!("within {} mm", number(centred)),
    );
    let stuck = &aside[0][4..];
    page.claim(
        "by points it has a second place to rest, more than 0.005 mm aside, where one top point stands on the stud and its twin is \
         beside it",
        stuck.iter().all(|x| *x > 5e-3),
        format!("{} and {} mm aside", number(stuck[0]), number(stuck[1])),
    );
}

/// Both bricks in motion, from the start that is worst for the points.
fn films(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    const SHIFT: f64 = 0.03;
    for (_, contact) in MODELS {
        lab.say(&format!("animation, {contact}"));
        let task = brick(contact, 1.8, 1250)?;
        let run = Run::nominal(&task, &[SHIFT]);
        if let Some(course) = Course::of(&task, &run) {
            let title = format!("A brick that is pressed on by {contact}, {SHIFT} mm aside");
            page.film(contact, &title, &animation(&course, None, &title));
        }
    }
    Ok(())
}

fn insertion(page: &mut Page) -> Result<()> {
    let task = Task::find("mating")?;
    let p = Parameters {
        friction: 0.0,
        ..Parameters::from_fn(|i| task.parameters()[i])
    };
    let depths = linear(0.0, 1.69, 338);
    let up = |model| -> Vec<f64> {
        let at = |s: &f64| {
            let [left, right, _] = forces(model, &p, [0.0, 1.7 - s, 0.0, 0.0, 0.0, 0.0], 0.0);
            left[1] + right[1]
        };
        depths.iter().map(at).collect()
    };
    let [points, pressure] = MODELS.map(|(model, _)| up(model));
    let panel = Panel::new()
        .x_label("depth of the tips (mm)")
        .y_label("force of insertion (N)")
        .series(Series::line(&depths, &points).label("vertices"))
        .series(Series::line(&depths, &pressure).label("rigid-soft"));
    let data = Table::new()
        .column("depth", &depths)
        .column("vertices", &points)
        .column("rigid_soft", &pressure);
    page.picture(
        "insertion",
        "Slow insertion without friction",
        Figure::of(panel),
        data,
    );
    let plateau = pressure.iter().zip(&depths).filter(|(_, s)| **s > 0.1);
    let off = plateau.map(|(f, _)| (f - 0.6).abs()).fold(0.0, f64::max);
    let variation = |v: &[f64]| v.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>();
    page.claim(
        "by pressure the force of insertion is k δ² = 0.6 N from a depth of δ on; that of points is teeth of 6.8 N",
        off < 1e-6 && variation(&points) > 20.0,
        format!(
            "within {off:.1e} N; total variation {:.1} N against {:.3} N",
            variation(&points),
            variation(&pressure)
        ),
    );
    Ok(())
}
