//! States and controls against time, for tasks that are not in space.

use super::Run;
use super::looks::faint;
use crate::figure::{Figure, Legend, Panel, Series};
use mollify::system::Coordinate;
use mollify::system::shaping::Limit;
use mollify::system::task::Task;

/// Lines in one panel that can be told apart by name.
const NAMED: usize = 8;

/// Points of a line.
const MOST_POINTS: usize = 2001;

/// Panels below each other; of more there are two columns.
const ONE_COLUMN: usize = 3;

/// States and controls against the time step, a panel for each unit; none for a task without state or of one step. `other` is
/// another run to compare with and its name: dotted.
pub fn states(task: &Task, run: &Run, other: Option<(&str, &Run)>, title: &str) -> Option<Figure> {
    let about = task.system().about();
    if about.state.is_empty() || task.horizon() < 2 {
        return None;
    }
    let finite = |run: &Run| run.nonfinite.map_or(task.horizon(), |t| t as usize);
    let (n, m) = (task.model().state_size(), about.control.len());
    let states = |run: &Run| Lines::of(&run.states, n, finite(run) + 1);
    let controls = |run: &Run| {
        let applied: Vec<f64> = run
            .controls
            .chunks(m)
            .flat_map(|u| task.applied(u))
            .collect();
        Lines::of(&applied, m, finite(run).max(1))
    };
    let beside = |of: &dyn Fn(&Run) -> Lines| other.map(|(name, run)| (name.to_string(), of(run)));
    let mut panels = panels("state", &about.state, &states(run), beside(&states), &[]);
    let limits = task.shaping().limits();
    let (run, other) = (controls(run), beside(&controls));
    let below = self::panels("control", &about.control, &run, other, limits);
    panels.extend(below);
    let columns = if panels.len() > ONE_COLUMN { 2 } else { 1 };
    let mut figure = Figure::new().panel_height_mm(40.0).shared_x();
    let mut panels = panels.into_iter().map(|p| p.x_label("time step"));
    let first = panels.next().map(|panel| panel.title(title));
    let all: Vec<Panel> = first.into_iter().chain(panels).collect();
    for row in all.chunks(columns) {
        figure = figure.row(row.to_vec());
    }
    Some(figure.description(format!("{title}: states and controls against time.")))
}

/// Coordinates against time.
struct Lines {
    time: Vec<f64>,
    values: Vec<Vec<f64>>,
}

impl Lines {
    /// Of the first `times` of values that stand coordinate by coordinate at each time.
    fn of(values: &[f64], coordinates: usize, times: usize) -> Self {
        let stride = times.div_ceil(MOST_POINTS);
        let of_coordinate = |i: usize| {
            let own = values.iter().skip(i).step_by(coordinates).take(times);
            own.step_by(stride).copied().collect()
        };
        Self {
            time: (0..times).step_by(stride).map(|t| t as f64).collect(),
            values: (0..coordinates).map(of_coordinate).collect(),
        }
    }
}

/// One panel for each unit, with its limits; a coordinate that is alone in its unit names the axis.
fn panels(
    what: &str,
    list: &[Coordinate],
    lines: &Lines,
    other: Option<(String, Lines)>,
    limits: &[Option<Limit>],
) -> Vec<Panel> {
    let mut units: Vec<&str> = Vec::new();
    for coordinate in list {
        if !units.contains(&&*coordinate.unit) {
            units.push(&coordinate.unit);
        }
    }
    let of_unit = |unit: &str| {
        let members = list.iter().enumerate().filter(|(_, c)| &*c.unit == unit);
        let members: Vec<(usize, &Coordinate)> = members.collect();
        let label = match members[..] {
            [(_, alone)] => format!("{} ({unit})", alone.name),
            _ => format!("{what} ({unit})"),
        };
        let mut panel = Panel::new().y_label(label);
        if let Some((name, other)) = &other {
            for (i, _) in &members {
                panel = panel.series(faint(&other.time, &other.values[*i], name));
            }
        }
        let mut drawn: Vec<f64> = Vec::new();
        for limit in members.iter().filter_map(|(i, _)| limits.get(*i)?.as_ref()) {
            for end in [limit.low, limit.high] {
                if !drawn.contains(&end) {
                    panel = panel.horizontal(end, if drawn.is_empty() { "limit" } else { "" });
                    drawn.push(end);
                }
            }
        }
        for (style, (i, coordinate)) in members.iter().enumerate() {
            let series = Series::line(&lines.time, &lines.values[*i]).style(style);
            panel = panel.series(match members.len() {
                1 => series,
                2..=NAMED => series.label(&*coordinate.name),
                _ => series.width(0.5),
            });
        }
        panel.legend(Legend::Auto)
    };
    units.into_iter().map(of_unit).collect()
}
