//! Figures for papers and reports: one description, written as SVG and as PNG.
//!
//! A [`Figure`] is a grid of [`Panel`]s; a panel has two axes and holds [`Series`] of numbers, [`Shape`]s in data
//! coordinates or a [`Heat`] map. Lengths are millimetres for sizes and points (1/72 inch) for strokes; text has 7 to
//! 8.5 points, so a figure of 85 mm fits a column and one of 180 mm a page without scaling.
//!
//! - Colours come in the order of the Okabe-Ito palette, each with a dash and a marker of its own, so a picture also
//!   reads in grey.
//! - A legend goes where there are no data, or above the axes.
//! - Numbers that are not finite leave a gap. Numbers that a logarithmic axis cannot show are left out, and the picture
//!   says how many ([`Panel::left_out`]).
//! - The font is compiled in: no fonts, no display and no other program are needed. Equal descriptions give equal bytes.
//!
//! ```
//! use mollify::figure::{Figure, Panel, Scale, Series};
//!
//! let samples = [10.0, 100.0, 1000.0, 10000.0];
//! let error = [0.31, 0.1, 0.033, 0.0099];
//! let panel = Panel::new()
//!     .x_label("samples N")
//!     .y_label("error of the gradient (1/m)")
//!     .x_scale(Scale::Log)
//!     .y_scale(Scale::Log)
//!     .series(Series::line(&samples, &error).std_error(&[0.05, 0.02, 0.005, 0.001]).label("zeroth order"))
//!     .horizontal(0.05, "tolerance");
//! let figure = Figure::of(panel).width_mm(85.0);
//! assert!(figure.to_svg().contains("zeroth order"));
//! assert!(figure.to_png().starts_with(b"\x89PNG"));
//! // figure.save(&folder, "error") writes error.svg and error.png.
//! ```

#![cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "a whole figure library: its tests draw with all of it"
    )
)]

mod animation;
mod axis;
mod categories;
mod colour;
pub mod data;
mod font;
mod frame;
mod free;
mod heat;
mod layout;
mod legend;
mod mark;
mod panel;
mod png;
mod remarks;
mod series;
mod shape;
mod svg;
mod symbol;
mod ticks;
mod view;

pub use animation::Animation;
pub use axis::Scale;
pub use colour::{Colour, ColourMap};
pub use heat::Heat;
pub use panel::{Legend, Panel};
pub use series::{Dash, Marker, Series};
pub use shape::Shape;

use crate::files::Folder;

/// Panels of one height, side by side.
#[derive(Clone, Debug)]
struct Row {
    height_mm: Option<f64>,
    panels: Vec<Panel>,
}

/// A grid of panels; see the module for an example.
#[derive(Clone, Debug)]
pub struct Figure {
    width_mm: f64,
    panel_height_mm: f64,
    dpi: f64,
    rows: Vec<Row>,
    shared_x: bool,
    shared_y: bool,
    lettered: bool,
    common_legend: bool,
    description: Option<String>,
}

impl Default for Figure {
    fn default() -> Self {
        Self::new()
    }
}

impl Figure {
    /// No panels; 180 mm wide, axes 45 mm high, 300 pixels to the inch.
    pub fn new() -> Self {
        Self {
            width_mm: 180.0,
            panel_height_mm: 45.0,
            dpi: 300.0,
            rows: Vec::new(),
            shared_x: false,
            shared_y: false,
            lettered: false,
            common_legend: false,
            description: None,
        }
    }

    /// One panel, 85 mm wide: a column of a paper.
    pub fn of(panel: Panel) -> Self {
        Self::new().width_mm(85.0).row([panel])
    }

    /// Adds a row of panels.
    pub fn row(mut self, panels: impl IntoIterator<Item = Panel>) -> Self {
        let panels = panels.into_iter().collect();
        self.rows.push(Row {
            height_mm: None,
            panels,
        });
        self
    }

    /// Adds a row whose axes have a height of their own.
    pub fn row_of_height(mut self, mm: f64, panels: impl IntoIterator<Item = Panel>) -> Self {
        let panels = panels.into_iter().collect();
        let height_mm = Some(within(mm, 5.0, 500.0));
        self.rows.push(Row { height_mm, panels });
        self
    }

    /// Width of the whole figure, 30 to 1000 mm.
    pub fn width_mm(mut self, mm: f64) -> Self {
        self.width_mm = within(mm, 30.0, 1000.0);
        self
    }

    /// Height of the axes of each panel, 5 to 500 mm; labels come on top of it.
    pub fn panel_height_mm(mut self, mm: f64) -> Self {
        self.panel_height_mm = within(mm, 5.0, 500.0);
        self
    }

    /// Pixels of the PNG to the inch, 36 to 1200.
    pub fn dpi(mut self, dpi: f64) -> Self {
        self.dpi = within(dpi, 36.0, 1200.0);
        self
    }

    /// All panels of a column have the same x range, written below the last one.
    pub fn shared_x(mut self) -> Self {
        self.shared_x = true;
        self
    }

    /// All panels of a row have the same y range, written beside the first one.
    pub fn shared_y(mut self) -> Self {
        self.shared_y = true;
        self
    }

    /// Panels are named (a), (b), ... row by row.
    pub fn lettered(mut self) -> Self {
        self.lettered = true;
        self
    }

    /// One legend for all panels, above them; give equal series the same [`Series::style`].
    pub fn common_legend(mut self) -> Self {
        self.common_legend = true;
        self
    }

    /// What the picture shows, for readers who cannot see it; the title of the SVG document.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// The SVG document.
    pub fn to_svg(&self) -> String {
        let drawing = layout::draw(self);
        svg::write(
            &drawing.marks,
            drawing.width,
            drawing.height,
            self.description.as_deref(),
        )
    }

    /// The PNG file.
    pub fn to_png(&self) -> Vec<u8> {
        let drawing = layout::draw(self);
        png::write(&drawing.marks, drawing.width, drawing.height, self.dpi)
    }

    /// Writes `stem.svg` and `stem.png`.
    pub fn save(&self, folder: &Folder, stem: &str) {
        folder.write(&format!("{stem}.svg"), self.to_svg().as_bytes());
        folder.write(&format!("{stem}.png"), &self.to_png());
    }
}

/// The nearest number of a range; what is not finite is the low end.
fn within(value: f64, low: f64, high: f64) -> f64 {
    if value.is_finite() {
        value.clamp(low, high)
    } else {
        low
    }
}

#[cfg(test)]
mod tests;
