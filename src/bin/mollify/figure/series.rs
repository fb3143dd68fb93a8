//! Numbers to be seen: lines, points, bars and strips, with their spread.

use super::colour::Colour;

/// The symbol of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// ●
    Circle,
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ◆
    Diamond,
    /// ✕
    Cross,
    /// ▼
    Inverted,
    /// ✚
    Plus,
}

impl Marker {
    pub(super) const ALL: [Marker; 7] = [
        Marker::Circle,
        Marker::Square,
        Marker::Triangle,
        Marker::Diamond,
        Marker::Cross,
        Marker::Inverted,
        Marker::Plus,
    ];
}

/// The pattern of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// ────
    Solid,
    /// ─ ─ ─
    Dashed,
    /// ·····
    Dotted,
    /// ─ · ─
    Alternating,
    /// ── ──
    Long,
}

impl Dash {
    pub(super) const ALL: [Dash; 5] = [
        Dash::Solid,
        Dash::Dashed,
        Dash::Alternating,
        Dash::Dotted,
        Dash::Long,
    ];

    /// Lengths of strokes and gaps in points.
    pub(super) fn pattern(self) -> &'static [f64] {
        match self {
            Dash::Solid => &[],
            Dash::Dashed => &[4.0, 2.0],
            Dash::Dotted => &[1.2, 1.4],
            Dash::Alternating => &[5.0, 1.6, 1.2, 1.6],
            Dash::Long => &[8.0, 2.0],
        }
    }
}

/// What a series looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    Step,
    Points,
    Band,
    Bars,
    Strip,
}

/// One series of numbers. Colour, dash and marker follow from its place in the panel unless they are set.
///
/// Numbers that are not finite leave a gap. If slices differ in length, the rest of the longer one is not shown.
#[derive(Clone, Debug)]
pub struct Series {
    pub(super) kind: Kind,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    /// Absolute ends of the band or the error bars.
    pub(super) spread: Option<(Vec<f64>, Vec<f64>)>,
    pub(super) whiskers: bool,
    pub(super) label: Option<String>,
    pub(super) style: Option<usize>,
    pub(super) colour: Option<Colour>,
    pub(super) dash: Option<Dash>,
    pub(super) marker: Option<Marker>,
    pub(super) width: Option<f64>,
}

impl Series {
    fn new(kind: Kind, x: Vec<f64>, y: Vec<f64>) -> Self {
        Self {
            whiskers: matches!(kind, Kind::Points | Kind::Bars),
            kind,
            x,
            y,
            spread: None,
            label: None,
            style: None,
            colour: None,
            dash: None,
            marker: None,
            width: None,
        }
    }

    /// A line from point to point.
    pub fn line(x: &[f64], y: &[f64]) -> Self {
        Self::new(Kind::Line, x.into(), y.into())
    }

    /// A line that keeps its value until the next point.
    pub fn step(x: &[f64], y: &[f64]) -> Self {
        Self::new(Kind::Step, x.into(), y.into())
    }

    /// Points alone.
    pub fn points(x: &[f64], y: &[f64]) -> Self {
        Self::new(Kind::Points, x.into(), y.into())
    }

    /// The area between two curves, without a line.
    pub fn band(x: &[f64], lower: &[f64], upper: &[f64]) -> Self {
        let middle = lower.iter().zip(upper).map(|(a, b)| a + (b - a) / 2.0);
        let mut series = Self::new(Kind::Band, x.into(), middle.collect());
        series.spread = Some((lower.into(), upper.into()));
        series
    }

    /// One bar for each category of the panel; several such series stand side by side.
    pub fn bars(values: &[f64]) -> Self {
        let x = (0..values.len()).map(|i| i as f64).collect();
        Self::new(Kind::Bars, x, values.into())
    }

    /// All single values of each category of the panel as points, with their median; several such series stand side by side.
    pub fn strip(categories: &[Vec<f64>]) -> Self {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (i, values) in categories.iter().enumerate() {
            x.extend(values.iter().map(|_| i as f64));
            y.extend(values);
        }
        Self::new(Kind::Strip, x, y)
    }

    /// One standard error up and down: a band around a line, error bars on points and bars.
    pub fn std_error(self, std_error: &[f64]) -> Self {
        let ends = |sign: f64| {
            let pairs = self.y.iter().zip(std_error);
            pairs.map(|(y, e)| y + sign * e).collect()
        };
        let (lower, upper): (Vec<f64>, Vec<f64>) = (ends(-1.0), ends(1.0));
        self.between(&lower, &upper)
    }

    /// Ends of the band or of the error bars, for instance quantiles.
    pub fn between(mut self, lower: &[f64], upper: &[f64]) -> Self {
        self.spread = Some((lower.into(), upper.into()));
        self
    }

    /// Error bars instead of a band.
    pub fn error_bars(mut self) -> Self {
        self.whiskers = true;
        self
    }

    /// Its name in the legend; without one it is not there.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The place in the order of colours, dashes and markers, to look the same in every panel.
    pub fn style(mut self, place: usize) -> Self {
        self.style = Some(place);
        self
    }

    /// Its colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = Some(colour);
        self
    }

    /// The pattern of its line.
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = Some(dash);
        self
    }

    /// The symbol of its points; a line gets symbols by this.
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = Some(marker);
        self
    }

    /// Width of the line in points; 1.2 unless set.
    pub fn width(mut self, points: f64) -> Self {
        self.width = Some(points);
        self
    }

    /// All numbers that the x axis has to show.
    pub(super) fn x_values(&self) -> impl Iterator<Item = f64> {
        self.x.iter().copied().take(self.y.len())
    }

    /// All numbers that the y axis has to show.
    pub(super) fn y_values(&self) -> impl Iterator<Item = f64> {
        let count = self.x.len().min(self.y.len());
        let ends = self.spread.iter().flat_map(|(a, b)| [a, b]);
        let base = (self.kind == Kind::Bars && count > 0).then_some(0.0);
        let middle = (self.kind != Kind::Band).then_some(&self.y);
        let all = middle.into_iter().chain(ends);
        all.flat_map(move |v| v.iter().copied().take(count))
            .chain(base)
    }
}

/// Colour, dash and marker in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub colour: Colour,
    pub dash: Dash,
    pub marker: Marker,
    pub width: f64,
}

impl Style {
    /// That of a series which is `place`-th in its panel.
    pub fn of(series: &Series, place: usize) -> Self {
        let place = series.style.unwrap_or(place);
        Self {
            colour: series
                .colour
                .unwrap_or(Colour::PALETTE[place % Colour::PALETTE.len()]),
            dash: series.dash.unwrap_or(Dash::ALL[place % Dash::ALL.len()]),
            marker: series
                .marker
                .unwrap_or(Marker::ALL[place % Marker::ALL.len()]),
            width: series.width.unwrap_or(1.2),
        }
    }
}
