//! Panels in rows and columns: all axes of a column start and end together, and so do those of a row.

use super::Figure;
use super::frame::{Frame, Margins};
use super::legend::{self, Entry};
use super::mark::{Mark, Rect};
use super::panel::{Legend, Panel};
use super::view::View;

const POINTS_PER_MM: f64 = 72.0 / 25.4;
/// Around the whole figure.
const EDGE: f64 = 4.0;
/// Between panels.
const GAP: f64 = 9.0;
/// Axes are never narrower, however little room there is.
const NARROWEST: f64 = 24.0;

/// The marks of a figure and its size in points.
pub(super) struct Drawing {
    pub marks: Vec<Mark>,
    pub width: f64,
    pub height: f64,
}

/// A panel by row and column.
struct Cell<'a> {
    row: usize,
    column: usize,
    frame: Frame<'a>,
    entries: Vec<Entry>,
    /// Whether the legend stands above the axes.
    above: bool,
}

/// Draws the whole figure.
pub(super) fn draw(figure: &Figure) -> Drawing {
    let mut cells = cells(figure);
    let columns = figure
        .rows
        .iter()
        .map(|r| r.panels.len())
        .max()
        .unwrap_or(0);
    let width = figure.width_mm * POINTS_PER_MM;
    let mut common: Vec<Entry> = Vec::new();
    if figure.common_legend {
        for cell in &mut cells {
            legend::merge(&mut common, std::mem::take(&mut cell.entries));
        }
    }
    let across = fit_width(&mut cells, columns, width);
    for cell in &mut cells {
        decide_legend(cell);
    }
    let common_height = match common.is_empty() {
        true => 0.0,
        false => legend::height_above(&common, width - 2.0 * EDGE - across[0].left) + 5.0,
    };
    let height = place(&mut cells, figure, &across, EDGE + common_height);
    let mut marks = Vec::new();
    if !common.is_empty() {
        let left = EDGE + across[0].left;
        legend::draw_above(&common, left, EDGE, width - EDGE - left, &mut marks);
    }
    for cell in &cells {
        draw_cell(cell, &mut marks);
    }
    Drawing {
        marks,
        width,
        height,
    }
}

/// All panels with their ranges, in axes at the origin.
fn cells(figure: &Figure) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let mut number = 0;
    let is_last = |row: usize, column: usize| {
        let below = figure.rows.iter().skip(row + 1);
        below.into_iter().all(|r| r.panels.len() <= column)
    };
    for (row, line) in figure.rows.iter().enumerate() {
        for (column, panel) in line.panels.iter().enumerate() {
            let (x, y) = ranges(figure, row, column, panel);
            let (x, y) = panel.axes(&x, &y);
            let height = line.height_mm.unwrap_or(figure.panel_height_mm) * POINTS_PER_MM;
            let rect = Rect::new(0.0, 0.0, 100.0, height.max(NARROWEST));
            let letter = char::from_u32(u32::from('a') + number % 26).unwrap_or('a');
            number += 1;
            cells.push(Cell {
                row,
                column,
                frame: Frame {
                    panel,
                    view: View { rect, x, y },
                    show_x: !figure.shared_x || is_last(row, column),
                    show_y: !figure.shared_y || column == 0,
                    letter: figure.lettered.then(|| format!("({letter})")),
                    legend_above: 0.0,
                },
                entries: legend::entries(panel),
                above: false,
            });
        }
    }
    cells
}

/// The numbers that decide the ranges: those of the panel, or of all that share an axis with it.
fn ranges(figure: &Figure, row: usize, column: usize, panel: &Panel) -> (Vec<f64>, Vec<f64>) {
    let in_column = figure.rows.iter().filter_map(|r| r.panels.get(column));
    let in_row = figure.rows[row].panels.iter();
    let x = match figure.shared_x {
        true => in_column.flat_map(Panel::x_values).collect(),
        false => panel.x_values(),
    };
    let y = match figure.shared_y {
        true => in_row.flat_map(Panel::y_values).collect(),
        false => panel.y_values(),
    };
    (x, y)
}

/// Shares the width out: labels first, axes get what is left. Labels depend on the width of the axes, so it takes a
/// few rounds; the margins only grow, so it ends.
fn fit_width(cells: &mut [Cell<'_>], columns: usize, width: f64) -> Vec<Margins> {
    let mut across = vec![Margins::default(); columns.max(1)];
    for _ in 0..4 {
        let used: f64 = across.iter().map(|m| m.left + m.right).sum();
        let gaps = GAP * columns.saturating_sub(1) as f64;
        let free = (width - 2.0 * EDGE - used - gaps) / columns.max(1) as f64;
        for cell in &mut *cells {
            cell.frame.view.rect.width = free.max(NARROWEST);
            let margins = cell.frame.margins();
            let all = &mut across[cell.column];
            all.left = all.left.max(margins.left);
            all.right = all.right.max(margins.right);
        }
    }
    let used: f64 = across.iter().map(|m| m.left + m.right).sum();
    let gaps = GAP * columns.saturating_sub(1) as f64;
    let free = (width - 2.0 * EDGE - used - gaps) / columns.max(1) as f64;
    for cell in cells {
        cell.frame.view.rect.width = free.max(NARROWEST);
        if cell.frame.panel.equal_aspect {
            cell.frame.view = cell.frame.view.clone().equalised();
        }
    }
    across
}

/// Inside if there is a place without data, else above.
fn decide_legend(cell: &mut Cell<'_>) {
    let panel = cell.frame.panel;
    cell.above = match panel.legend {
        Legend::None => false,
        Legend::Above => true,
        Legend::Auto => {
            let data = data(&cell.frame);
            legend::place(&cell.entries, &cell.frame.view.rect, &data, &[]).is_none()
        }
    };
    if panel.legend == Legend::None {
        cell.entries.clear();
    }
    if cell.above && !cell.entries.is_empty() {
        let width = cell.frame.view.rect.width;
        cell.frame.legend_above = legend::height_above(&cell.entries, width) + 2.0;
    }
}

/// Moves all axes to their places; the height of the figure.
fn place(cells: &mut [Cell<'_>], figure: &Figure, across: &[Margins], top: f64) -> f64 {
    let mut lefts = Vec::new();
    let axes = cells.first().map_or(0.0, |c| c.frame.view.rect.width);
    let mut x = EDGE;
    for margins in across {
        lefts.push(x + margins.left);
        x += margins.left + axes + margins.right + GAP;
    }
    let mut y = top;
    for row in 0..figure.rows.len() {
        // One legend that takes more lines lifts all titles of its row.
        let in_row = cells.iter().filter(|c| c.row == row);
        let highest = in_row.map(|c| c.frame.legend_above).fold(0.0, f64::max);
        cells
            .iter_mut()
            .filter(|c| c.row == row)
            .for_each(|c| c.frame.legend_above = highest);
        let (mut above, mut below, mut height) = (0.0_f64, 0.0_f64, 0.0_f64);
        for cell in cells.iter().filter(|c| c.row == row) {
            let margins = cell.frame.margins();
            above = above.max(margins.top);
            below = below.max(margins.bottom);
            height = height.max(cell.frame.view.rect.height);
        }
        for cell in cells.iter_mut().filter(|c| c.row == row) {
            cell.frame.view.rect.left = lefts[cell.column];
            cell.frame.view.rect.top = y + above;
        }
        y += above + height + below;
        if row + 1 < figure.rows.len() {
            y += GAP;
        }
    }
    y + EDGE
}

/// What must stay visible: data, then the remarks about them.
fn data(frame: &Frame<'_>) -> Vec<Mark> {
    let mut marks = frame.view.draw(frame.panel);
    let remarks = frame.remarks(&marks);
    marks.extend(remarks);
    marks
}

fn draw_cell(cell: &Cell<'_>, marks: &mut Vec<Mark>) {
    let (frame, rect) = (&cell.frame, cell.frame.view.rect);
    let inside = frame.view.draw(frame.panel);
    let remarks = frame.remarks(&inside);
    marks.push(Mark::Clip(rect));
    marks.extend(inside);
    marks.push(Mark::Unclip);
    marks.extend(remarks);
    frame.draw(marks);
    if cell.entries.is_empty() {
        return;
    }
    if cell.above {
        let top = rect.top - frame.legend_above - frame.remarks_height() - 2.0;
        legend::draw_above(&cell.entries, rect.left, top, rect.width, marks);
    } else if let Some(at) = legend::place(&cell.entries, &rect, &data(frame), &[]) {
        legend::draw_column(&cell.entries, &at, marks);
    }
}
