//! One pair of axes and what is in it.

use super::axis::{Axis, Scale};
use super::heat::{Heat, borders};
use super::series::{Kind, Series};
use super::shape::Shape;

/// Where the legend of a panel goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legend {
    /// Into a corner without data if there is one, else above the axes.
    #[default]
    Auto,
    /// Above the axes.
    Above,
    /// Nowhere.
    None,
}

/// A line across the panel.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub at: f64,
    pub label: String,
}

/// A remark at a place in data coordinates.
#[derive(Clone, Debug)]
pub(super) struct Annotation {
    pub at: (f64, f64),
    pub text: String,
}

/// What an axis is asked to be.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    pub label: String,
    pub scale: Scale,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Places with names instead of round numbers.
    pub ticks: Vec<(f64, String)>,
}

/// One pair of axes; see the module for an example.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    pub(super) title: Option<String>,
    pub(super) x: Wish,
    pub(super) y: Wish,
    pub(super) equal_aspect: bool,
    pub(super) bare: bool,
    pub(super) legend: Legend,
    pub(super) categories: Vec<String>,
    pub(super) series: Vec<Series>,
    pub(super) shapes: Vec<Shape>,
    pub(super) frames: Vec<Vec<Shape>>,
    pub(super) heat: Option<Heat>,
    pub(super) horizontals: Vec<Reference>,
    pub(super) verticals: Vec<Reference>,
    pub(super) annotations: Vec<Annotation>,
}

impl Panel {
    /// An empty panel.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of text above it.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What the x axis shows, with its unit.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x.label = label.into();
        self
    }

    /// What the y axis shows, with its unit.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y.label = label.into();
        self
    }

    /// The scale of the x axis.
    pub fn x_scale(mut self, scale: Scale) -> Self {
        self.x.scale = scale;
        self
    }

    /// The scale of the y axis.
    pub fn y_scale(mut self, scale: Scale) -> Self {
        self.y.scale = scale;
        self
    }

    /// A fixed range of the x axis; an end that is not finite is taken from the data.
    pub fn x_range(mut self, low: f64, high: f64) -> Self {
        (self.x.low, self.x.high) = (Some(low), Some(high));
        self
    }

    /// A fixed range of the y axis; an end that is not finite is taken from the data.
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        (self.y.low, self.y.high) = (Some(low), Some(high));
        self
    }

    /// Names at places of the x axis instead of round numbers.
    pub fn x_ticks(mut self, ticks: impl IntoIterator<Item = (f64, String)>) -> Self {
        self.x.ticks = ticks.into_iter().collect();
        self
    }

    /// Names at places of the y axis instead of round numbers.
    pub fn y_ticks(mut self, ticks: impl IntoIterator<Item = (f64, String)>) -> Self {
        self.y.ticks = ticks.into_iter().collect();
        self
    }

    /// A unit of x is as long as a unit of y, for drawings: one of the two ranges becomes longer.
    pub fn equal_aspect(mut self) -> Self {
        self.equal_aspect = true;
        self
    }

    /// Without axes, for drawings that need none.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Where the legend goes.
    pub fn legend(mut self, legend: Legend) -> Self {
        self.legend = legend;
        self
    }

    /// Names along the x axis for [`Series::bars`] and [`Series::strip`]; the i-th lies at x = i.
    pub fn categories<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.categories = names.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a series.
    pub fn series(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// Adds a shape, below all series.
    pub fn shape(mut self, shape: Shape) -> Self {
        self.shapes.push(shape);
        self
    }

    /// Adds many shapes.
    pub fn shapes(mut self, shapes: impl IntoIterator<Item = Shape>) -> Self {
        self.shapes.extend(shapes);
        self
    }

    /// Shapes above all series of which one set is seen at a time: see [`Animation`](super::Animation). A still picture shows
    /// the first set; the axes have room for all.
    pub fn frames(mut self, frames: impl IntoIterator<Item = Vec<Shape>>) -> Self {
        self.frames = frames.into_iter().collect();
        self
    }

    /// Fills the panel with a heat map.
    pub fn heat(mut self, heat: Heat) -> Self {
        self.heat = Some(heat);
        self
    }

    /// Adds a thin line across the panel at a height; the label may be empty.
    pub fn horizontal(mut self, y: f64, label: impl Into<String>) -> Self {
        let label = label.into();
        self.horizontals.push(Reference { at: y, label });
        self
    }

    /// Adds a thin line up the panel; the label may be empty.
    pub fn vertical(mut self, x: f64, label: impl Into<String>) -> Self {
        let label = label.into();
        self.verticals.push(Reference { at: x, label });
        self
    }

    /// Adds a remark beside a point.
    pub fn annotate(mut self, x: f64, y: f64, text: impl Into<String>) -> Self {
        let text = text.into();
        self.annotations.push(Annotation { at: (x, y), text });
        self
    }

    /// How many numbers have no place on a logarithmic axis; the picture says so as well.
    pub fn left_out(&self) -> usize {
        let (x, y) = (self.x.scale, self.y.scale);
        let lost = |v: f64, scale: Scale| v.is_finite() && !scale.shows(v);
        let seen = self.series.iter().filter(|s| s.kind != Kind::Bars);
        seen.flat_map(|s| s.x.iter().zip(&s.y))
            .filter(|(a, b)| lost(**a, x) || lost(**b, y))
            .count()
    }

    /// Every shape, of all frames.
    fn all_shapes(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().chain(self.frames.iter().flatten())
    }

    /// All numbers along x.
    pub(super) fn x_values(&self) -> Vec<f64> {
        if !self.categories.is_empty() {
            return vec![-0.5, self.categories.len() as f64 - 0.5];
        }
        let mut values: Vec<f64> = self.series.iter().flat_map(Series::x_values).collect();
        values.extend(self.series.iter().flat_map(|s| match s.kind {
            Kind::Bars | Kind::Strip => s.x.iter().flat_map(|x| [x - 0.5, x + 0.5]).collect(),
            _ => Vec::new(),
        }));
        values.extend(self.all_shapes().flat_map(Shape::points).map(|p| p.0));
        values.extend(self.heat.iter().flat_map(|h| borders(self.x.scale, &h.x)));
        values.extend(self.verticals.iter().map(|r| r.at));
        values.extend(self.annotations.iter().map(|a| a.at.0));
        values
    }

    /// All numbers along y.
    pub(super) fn y_values(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.series.iter().flat_map(Series::y_values).collect();
        values.extend(self.all_shapes().flat_map(Shape::points).map(|p| p.1));
        values.extend(self.heat.iter().flat_map(|h| borders(self.y.scale, &h.y)));
        values.extend(self.horizontals.iter().map(|r| r.at));
        values.extend(self.annotations.iter().map(|a| a.at.1));
        values
    }

    /// Both ranges, for these numbers.
    pub(super) fn axes(&self, x_values: &[f64], y_values: &[f64]) -> (Axis, Axis) {
        let tight = self.heat.is_some() || !self.categories.is_empty();
        let fit = |wish: &Wish, values: &[f64], margin| {
            let values = values.iter().copied();
            Axis::fitting(wish.scale, values, (wish.low, wish.high), margin)
        };
        let x = fit(&self.x, x_values, if tight { 0.0 } else { 0.025 });
        let margin = if self.heat.is_some() { 0.0 } else { 0.06 };
        let mut y = fit(&self.y, y_values, margin);
        // Bars stand on the axis.
        let bars = self.series.iter().any(|s| s.kind == Kind::Bars);
        if bars && self.y.scale == Scale::Linear && self.y.low.is_none() {
            let least = y_values.iter().filter(|v| v.is_finite());
            if least.fold(0.0, |a: f64, b| a.min(*b)) >= 0.0 && y.high > 0.0 {
                y.low = 0.0;
            }
        }
        (x, y)
    }
}
