//! States and controls against time, for tasks that are not in space.

use super::Run;
use crate::figure::{Figure, Legend, Panel, Series};
use mollify::system::Coordinate;
use mollify::system::task::Task;

/// Lines in one panel that can be told apart by name.
const NAMED: usize = 8;

/// Points of a line.
const MOST_POINTS: usize = 2001;

/// States and controls against the time step, a panel for each unit; none for a task without state or of one step.
pub fn states(task: &Task, run: &Run, title: &str) -> Option<Figure> {
    let about = task.model().about();
    if about.state.is_empty() || task.horizon() < 2 {
        return None;
    }
    let finite = run.nonfinite.map_or(task.horizon(), |t| t as usize);
    let mut panels = panels("state", &about.state, &run.states, finite + 1);
    panels.extend(self::panels(
        "control",
        &about.control,
        &run.controls,
        finite.max(1),
    ));
    let mut panels = panels.into_iter();
    let first = panels.next().map(|panel| panel.title(title));
    let mut figure = Figure::new().panel_height_mm(45.0).shared_x();
    for panel in first.into_iter().chain(panels) {
        figure = figure.row([panel.x_label("time step")]);
    }
    Some(figure.description(format!("{title}: states and controls against time.")))
}

/// One panel for each unit.
fn panels(what: &str, list: &[Coordinate], values: &[f64], times: usize) -> Vec<Panel> {
    let mut units: Vec<&str> = Vec::new();
    for coordinate in list {
        if !units.contains(&&*coordinate.unit) {
            units.push(&coordinate.unit);
        }
    }
    let stride = times.div_ceil(MOST_POINTS);
    let time: Vec<f64> = (0..times).step_by(stride).map(|t| t as f64).collect();
    let of_unit = |unit: &str| {
        let members = list.iter().enumerate().filter(|(_, c)| &*c.unit == unit);
        let count = members.clone().count();
        let mut panel = Panel::new().y_label(format!("{what} ({unit})"));
        for (i, coordinate) in members {
            let line: Vec<f64> = values
                .iter()
                .skip(i)
                .step_by(list.len())
                .copied()
                .take(times)
                .step_by(stride)
                .collect();
            let series = Series::line(&time, &line);
            panel = panel.series(match count <= NAMED {
                true => series.label(&*coordinate.name),
                false => series.width(0.5),
            });
        }
        panel.legend(Legend::Auto)
    };
    units.into_iter().map(of_unit).collect()
}
