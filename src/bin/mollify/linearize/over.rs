//! B along a coordinate or a command: by the barrier, under the noise that the barrier is, and under Gaussian noise.

use super::at::Smoothed;
use super::document::{Document, Noisy, Over, rows};
use crate::engine::invalid;
use crate::figure::{Colour, Dash, Figure, Panel, Series};
use mollify::Result;
use mollify::engine::map::Map;
use mollify::estimate::linearize::{Law, Linearization, Point, Settings, linearize};
use mollify::sweep::Grid;

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
        .ok_or_else(|| invalid("--over", &format!("'{text}'"), expected))?;
    let name = name.trim();
    let place = smoothed.place("--over", name)?;
    let positions = Grid::parse(name, grid, false)?.values;
    Ok(Axis {
        name: name.into(),
        place,
        positions,
    })
}

/// Scale of the Gaussian noise nearest to Student's t of scale 1: the least largest distance of their distribution functions.
const NEAREST_GAUSSIAN: f64 = 1.4072;

/// The scale of Student's t that smooths a row as the barrier does, √(2 W μ)/|Jₐ|; the root of the mean square of all rows.
fn matched(smoothed: &Smoothed<'_>, point: &Point) -> f64 {
    let parameters = smoothed.smooth.parameters();
    let contact = smoothed
        .steps
        .contact_rows(parameters, &point.state, &point.control);
    let moved = contact.iter().filter(|row| row.by_control > 0.0);
    let squares: Vec<f64> = moved
        .map(|row| 2.0 * row.compliance / smoothed.kappa / (row.by_control * row.by_control))
        .collect();
    (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt()
}

/// B at all positions.
pub fn sweep(
    axis: &Axis,
    map: &mut dyn Map,
    smoothed: &Smoothed<'_>,
    at: &Point,
    settings: &Settings,
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
    // Without a barrier there is nothing to match.
    let scale = match smoothed.kappa.is_finite() {
        true => matched(smoothed, at),
        false => settings.sigma,
    };
    let mut noisy = |noise, sigma: f64| -> Result<Noisy> {
        let state_sigma = settings.state_sigma;
        let settings = Settings {
            noise,
            sigma,
            state_sigma,
            ..settings.clone()
        };
        let ways = linearize(map, smoothed.steps, &points, &settings)?;
        let each = |of: &dyn Fn(&Linearization) -> Vec<Vec<f64>>| ways.iter().map(of).collect();
        Ok(Noisy {
            sigma,
            b: each(&|way| way.first_order.b.clone()),
            std_error: each(&|way| way.first_order.std_error.b.clone()),
        })
    };
    Ok(Over {
        name: axis.name.clone(),
        positions: axis.positions.clone(),
        barrier,
        student_t: noisy(Law::StudentT, scale)?,
        gaussian: noisy(Law::Gaussian, NEAREST_GAUSSIAN * scale)?,
    })
}

/// A panel for each entry of B.
pub fn figure(d: &Document<'_>, over: &Over) -> Figure {
    let figure = Figure::new()
        .lettered()
        .shared_x()
        .common_legend()
        .panel_height_mm(30.0);
    let figure = d
        .names
        .state
        .iter()
        .enumerate()
        .fold(figure, |figure, (i, name)| {
            let columns = d.names.control.iter().enumerate();
            figure.row(columns.map(|(j, by)| panel(over, (i, j), &format!("{name} by {by}"))))
        });
    figure.description(format!(
        "B of the task {} over {}: by the barrier of length {} m, by Student's t noise and by Gaussian noise, {} samples.",
        d.task, over.name, d.length, d.settings.samples
    ))
}

fn panel(over: &Over, (i, j): (usize, usize), title: &str) -> Panel {
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
        .y_label("B")
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
