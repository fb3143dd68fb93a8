//! Heat maps: a number for each cell of a grid, as a colour, with a bar that explains it.

use super::axis::{Axis, Scale};
use super::colour::{Colour, ColourMap};

/// A grid of numbers; a cell that is not finite is grey, or not drawn.
#[derive(Clone, Debug)]
pub struct Heat {
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) z: Vec<f64>,
    pub(super) label: String,
    pub(super) map: ColourMap,
    pub(super) range: (Option<f64>, Option<f64>),
    is_open: bool,
}

impl Heat {
    /// `z` holds a row of `x.len()` values for each `y`, row by row; `x` and `y` are the centres of the cells, ascending.
    pub fn new(x: &[f64], y: &[f64], z: &[f64], label: impl Into<String>) -> Self {
        Self {
            x: x.into(),
            y: y.into(),
            z: z.into(),
            label: label.into(),
            map: ColourMap::Sequential,
            range: (None, None),
            is_open: false,
        }
    }

    /// With another colour map.
    pub fn map(mut self, map: ColourMap) -> Self {
        self.map = map;
        self
    }

    /// With a fixed range of colours.
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = (Some(low), Some(high));
        self
    }

    /// With cells that are not finite left out, so that what is below them is seen.
    pub fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// The range of the colours.
    pub(super) fn axis(&self) -> Axis {
        let axis = Axis::fitting(Scale::Linear, self.z.iter().copied(), self.range, 0.0);
        match self.map {
            ColourMap::Sequential => axis,
            ColourMap::Diverging => {
                let high = axis.high.abs().max(axis.low.abs());
                Axis {
                    low: -high,
                    high,
                    ..axis
                }
            }
        }
    }

    /// One of `LEVELS` colours, so that equal ones can be drawn together; none for a cell that is not finite.
    pub(super) fn level(&self, axis: &Axis, z: f64) -> Option<usize> {
        let share = axis.share(z)?.clamp(0.0, 1.0);
        Some((share * (LEVELS - 1) as f64).round() as usize)
    }

    /// The colour of a level; none for one that is not drawn.
    pub(super) fn colour(&self, level: Option<usize>) -> Option<Colour> {
        match level {
            Some(level) => Some(self.map.colour(level as f64 / (LEVELS - 1) as f64)),
            None => (!self.is_open).then_some(Colour::LIGHT_GREY),
        }
    }
}

/// Colours of a heat map.
pub(super) const LEVELS: usize = 256;

/// The borders of cells around these centres: half way on the scale. Centres that it cannot show have none.
pub(super) fn borders(scale: Scale, centres: &[f64]) -> Vec<f64> {
    if scale == Scale::Log {
        let logs: Vec<f64> = centres.iter().map(|c| libm::log10(*c)).collect();
        let borders = borders(Scale::Linear, &logs);
        return borders.into_iter().map(libm::exp10).collect();
    }
    let n = centres.len();
    match n {
        0 => Vec::new(),
        1 => vec![centres[0] - 0.5, centres[0] + 0.5],
        _ => {
            let between = centres.windows(2).map(|w| w[0] + (w[1] - w[0]) / 2.0);
            let first = centres[0] - (centres[1] - centres[0]) / 2.0;
            let last = centres[n - 1] + (centres[n - 1] - centres[n - 2]) / 2.0;
            std::iter::once(first)
                .chain(between)
                .chain([last])
                .collect()
        }
    }
}
