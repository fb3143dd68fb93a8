//! A brick that is pressed onto a stud, by curated points and by pressure.

use super::lab::Lab;
use super::landscapes::linear;
use super::page::Page;
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
}

fn run(model: ContactModel, contact: &str, shift: f64, height: f64) -> Result<Ending> {
    let task = Task::find_with("mating", Some(contact))?
        .with_parameter("time_step", 0.002)?
        .with_horizon(4000)?
        .with_initial("y", Draw::Constant(height), &[])?;
    let p = Parameters::from_fn(|i| task.parameters()[i]);
    let path = nominal(&task, &[shift]);
    let mut ending = Ending::default();
    for state in path.states.chunks_exact(6) {
        let state: [f64; 6] = std::array::from_fn(|i| state[i]);
        let [left, right, _] = forces(model, &p, state, shift);
        ending.asymmetry = ending.asymmetry.max((left[0] + right[0]).abs());
        (ending.aside, ending.angle) = ((state[0] + shift).abs(), state[2].abs());
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
         h = 2 µs: the worst of {phases} starts at heights within a micrometre or so of each other. Asymmetry is the largest \
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
                let found = run(model, contact, shift, 1.8 + 1e-4 * phase as f64)?;
                worst.asymmetry = worst.asymmetry.max(found.asymmetry);
                worst.aside = worst.aside.max(found.aside);
                worst.angle = worst.angle.max(found.angle);
            }
            rows.push(vec![
                contact.into(),
                number(shift),
                number(worst.asymmetry),
                number(worst.asymmetry / shift),
                number(worst.aside),
                number(worst.angle),
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
        "final |angle| (rad)",
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
    let (least, most) = super::contacts::ends(&gains[1][..5]);
    page.claim(
        "by pressure the asymmetry is in proportion to the shift from 10⁻⁶ to 10⁻² mm: 115 ± 10 N/mm",
        least > 105.0 && most < 125.0,
        format!("{} to {} N/mm", number(least), number(most)),
    );
    let (_, most) = super::contacts::ends(&gains[0]);
    page.claim(
        "by points it has a gain above 1000 N/mm",
        most > 1000.0,
        format!("{} N/mm", number(most)),
    );
    let (_, centred) = super::contacts::ends(&aside[1]);
    page.claim(
        "by pressure the brick always ends centred",
        centred < 1e-8,
        format!("within {} mm", number(centred)),
    );
    Ok(page)
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
