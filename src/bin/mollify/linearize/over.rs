//! B along a coordinate or a command: by the barrier, under the noise that the barrier is, and under Gaussian noise.

use super::at::place;
use super::document::{Noisy, Over};
use crate::engine::invalid;
use crate::figure::{Colour, Dash, Figure, Panel, Series};
use crate::progress::Progress;
use mollify::Result;
use mollify::engine::Interrupt;
use mollify::engine::map::Map;
use mollify::error::Named;
use mollify::estimate::linearize::{
    Document, Law, Linearization, Point, Settings, Smoothed, linearize_watched, rows,
};
use mollify::sweep::Grid;
use mollify::system::quasidynamic::ContactRow;

/// Who watches a sweep, and who may end it.
pub struct Watch<'a> {
    pub interrupt: &'a Interrupt,
    pub quiet: bool,
    pub json: bool,
}

/// A coordinate or command, and where it goes.
pub struct Axis {
    name: String,
    /// Its place in the state and then the commands.
    place: usize,
    positions: Vec<f64>,
}

/// `NAME=GRID`
pub fn axis(text: &str, smoothed: &Smoothed<'_>) -> Result<Axis> {
    let expected = "a name and a grid, such as command_y=lin:-0.1..0.1/41";
    let (name, grid) = text
        .split_once('=')
        .ok_or_else(|| invalid("--over", text, expected))?;
    let name = name.trim();
    let place = place(smoothed, "--over", name)?;
    let positions = Grid::parse(name, grid, false)?.values;
    Ok(Axis {
        name: name.into(),
        place,
        positions,
    })
}

/// The scale of Student's t that smooths as the barrier does. A row alone has √(2 W μ)/|Jₐ|; of all rows of this point the squares
/// above and below are averaged by the force λ that the barrier gives them, so that those count which the step is made by, and not
/// those that are far off or that commands hardly move:
///
///   s² = 2 μ Σ λ W / Σ λ |Jₐ|²
fn matched(smoothed: &Smoothed<'_>, point: &Point) -> f64 {
    let parameters = smoothed.smooth.parameters();
    let (q, u) = (&point.state, &point.control);
    let contact = smoothed.steps.contact_rows(parameters, q, u);
    let forces = smoothed.steps.linearize(parameters, q, u).force;
    let mean = |of: &dyn Fn(&ContactRow) -> f64| {
        let terms = contact.iter().zip(&forces);
        terms.map(|(row, force)| force * of(row)).sum::<f64>()
    };
    let moved = mean(&|row| row.by_control * row.by_control);
    let square = 2.0 / smoothed.kappa * mean(&|row| row.compliance) / moved.max(f64::MIN_POSITIVE);
    square.sqrt()
}

/// B at all positions.
pub fn sweep(
    axis: &Axis,
    map: &mut dyn Map,
    smoothed: &Smoothed<'_>,
    at: &Point,
    settings: &Settings,
    sigma: Option<f64>,
    seen: &Watch<'_>,
) -> Result<Over> {
    let n = at.state.len();
    let point = |position: &f64| {
        let mut point = at.clone();
        match axis.place < n {
            true => point.state[axis.place] = *position,
            false => point.control[axis.place - n] = *position,
        }
        point
    };
    let points: Vec<Point> = axis.positions.iter().map(point).collect();
    let barrier = points.iter().map(|point| {
        let parameters = smoothed.smooth.parameters();
        let step = smoothed
            .steps
            .linearize(parameters, &point.state, &point.control);
        rows(&step.next_by_control, smoothed.steps.sizes.control)
    });
    let barrier = barrier.collect();
    // What was asked for is the standard deviation of the normal noise; without a barrier there is nothing to match.
    let scale = match sigma {
        None if smoothed.kappa.is_finite() => matched(smoothed, at),
        _ => settings.sigma / Law::NEAREST_GAUSSIAN,
    };
    let progress = Progress::new(2 * points.len() as u32, seen.quiet, seen.json);
    let mut noisy = |noise, sigma: f64, before: usize| -> Result<Noisy> {
        let state_sigma = settings.state_sigma;
        let settings = Settings {
            noise,
            sigma,
            state_sigma,
            ..settings.clone()
        };
        let mut watch = |done: usize| {
            let words = || format!("{} noise", Named::name(noise));
            progress.show_number((before + done) as u32, words);
        };
        let steps = smoothed.steps;
        let ways = linearize_watched(map, steps, &points, &settings, seen.interrupt, &mut watch)?;
        let each = |of: &dyn Fn(&Linearization) -> Vec<Vec<f64>>| ways.iter().map(of).collect();
        Ok(Noisy {
            sigma,
            b: each(&|way| way.first_order.b.clone()),
            std_error: each(&|way| way.first_order.std_error.b.clone()),
        })
    };
    let student_t = noisy(Law::StudentT, scale, 0)?;
    let gaussian = noisy(Law::Gaussian, Law::NEAREST_GAUSSIAN * scale, points.len())?;
    progress.finish();
    Ok(Over {
        name: axis.name.clone(),
        positions: axis.positions.clone(),
        barrier,
        student_t,
        gaussian,
    })
}

/// A panel for each entry of B.
pub fn figure(d: &Document<'_>, over: &Over) -> Figure {
    let figure = Figure::new()
        .shared_x()
        .common_legend()
        .panel_height_mm(30.0);
    let [names, controls] = [&d.names.state, &d.names.control];
    // There are letters for so many.
    let figure = match names.len() * controls.len() <= 26 {
        true => figure.lettered(),
        false => figure,
    };
    // A title names its entry where there is room for that; else the first row names commands and the first column coordinates.
    let titles = |i: usize, j: usize, name: &str, by: &str| match controls.len() <= 2 {
        true => (format!("{name} by {by}"), "B".to_string()),
        false => (
            if i == 0 {
                by.to_string()
            } else {
                String::new()
            },
            if j == 0 {
                name.to_string()
            } else {
                String::new()
            },
        ),
    };
    let figure = d
        .names
        .state
        .iter()
        .enumerate()
        .fold(figure, |figure, (i, name)| {
            let columns = d.names.control.iter().enumerate();
            figure.row(columns.map(|(j, by)| panel(over, (i, j), titles(i, j, name, by))))
        });
    figure.description(format!(
        "B of the task {} over {}: by the barrier of length {} m, by Student's t noise of scale {} and by Gaussian noise of {}, {} samples.",
        d.task, over.name, d.length, over.student_t.sigma, over.gaussian.sigma, d.settings.samples
    ))
}

fn panel(over: &Over, (i, j): (usize, usize), (title, y_label): (String, String)) -> Panel {
    let entry = |all: &[Vec<Vec<f64>>]| all.iter().map(|b| b[i][j]).collect::<Vec<f64>>();
    let x = &over.positions;
    let noisy = |noisy: &Noisy, label: &str, colour, dash| {
        Series::line(x, &entry(&noisy.b))
            .std_error(&entry(&noisy.std_error))
            .label(label)
            .colour(colour)
            .dash(dash)
    };
    Panel::new()
        .title(title)
        .x_label(over.name.as_str())
        .y_label(y_label)
        .series(noisy(
            &over.gaussian,
            "Gaussian noise ± s.e.",
            Colour::GREEN,
            Dash::Solid,
        ))
        .series(noisy(
            &over.student_t,
            "Student's t noise ± s.e.",
            Colour::VERMILLION,
            Dash::Long,
        ))
        .series(
            Series::line(x, &entry(&over.barrier))
                .label("barrier")
                .colour(Colour::BLACK)
                .dash(Dash::Dashed),
        )
}
