//! Axes: what range the data need, and where in it a number lies.

/// How numbers become places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equal distances.
    #[default]
    Linear,
    /// Equal ratios are equal distances; what is not above 0 has no place and is left out.
    Log,
}

impl Scale {
    /// Whether a number has a place.
    pub(super) fn shows(self, value: f64) -> bool {
        value.is_finite() && (self == Scale::Linear || value > 0.0)
    }

    fn forward(self, value: f64) -> f64 {
        match self {
            Scale::Linear => value,
            Scale::Log => libm::log10(value),
        }
    }
}

/// A range with a scale: `low < high`, both finite, above 0 on a log axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    pub scale: Scale,
    pub low: f64,
    pub high: f64,
}

/// Larger numbers are not shown, so that differences do not overflow.
const LARGEST: f64 = 1e300;
/// No axis reaches farther.
const FARTHEST: f64 = 1e305;

impl Axis {
    /// The range of some numbers with a margin; `fixed` ends are taken as they are where they make sense.
    pub fn fitting(
        scale: Scale,
        values: impl IntoIterator<Item = f64>,
        fixed: (Option<f64>, Option<f64>),
        margin: f64,
    ) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|v| scale.shows(*v)) {
            low = low.min(value);
            high = high.max(value);
        }
        let limit = |v: f64| match scale {
            Scale::Linear => v.clamp(-LARGEST, LARGEST),
            Scale::Log => v.clamp(1.0 / LARGEST, LARGEST),
        };
        let usable = |v: Option<f64>| v.filter(|v| scale.shows(*v)).map(limit);
        let (least, most) = (usable(fixed.0), usable(fixed.1));
        if low > high {
            let (a, b): (f64, f64) = if scale == Scale::Log {
                (1.0, 10.0)
            } else {
                (0.0, 1.0)
            };
            (low, high) = (a.min(most.unwrap_or(a)), b.max(least.unwrap_or(b)));
        }
        let (low, high) = (least.unwrap_or(limit(low)), most.unwrap_or(limit(high)));
        let (low, high) = widened(scale, low.min(high), low.max(high));
        let mut axis = Self { scale, low, high };
        axis.grow(
            if least.is_some() { 0.0 } else { margin },
            if most.is_some() { 0.0 } else { margin },
        );
        axis
    }

    /// Moves both ends outwards by shares of the length.
    pub fn grow(&mut self, below: f64, above: f64) {
        let (a, b) = (self.scale.forward(self.low), self.scale.forward(self.high));
        let (a, b) = (a - below * (b - a), b + above * (b - a));
        let (a, b) = match self.scale {
            Scale::Linear => (a.max(-FARTHEST), b.min(FARTHEST)),
            Scale::Log => (
                libm::exp10(a.max(-libm::log10(FARTHEST))),
                libm::exp10(b.min(libm::log10(FARTHEST))),
            ),
        };
        // An end that stays is exact.
        if below != 0.0 {
            self.low = a;
        }
        if above != 0.0 {
            self.high = b;
        }
    }

    /// 0 at the low end, 1 at the high end; none for what has no place.
    pub fn share(&self, value: f64) -> Option<f64> {
        if !self.scale.shows(value) {
            return None;
        }
        let place = |v| self.scale.forward(v);
        let (low, high) = (place(self.low), place(self.high));
        Some((place(value) - low) / (high - low))
    }

    /// As `share`, but what is too low for a log axis lies at the low end: for ends of bands and bars.
    pub fn share_or_low(&self, value: f64) -> Option<f64> {
        match self.scale == Scale::Log && value <= 0.0 {
            true => Some(0.0),
            false => self.share(value),
        }
    }

    /// Whether a number lies on the axis, but for rounding.
    pub fn holds(&self, value: f64) -> bool {
        let share = self.share(value);
        share.is_some_and(|s| (-1e-9..=1.0 + 1e-9).contains(&s))
    }
}

/// A range that is long enough to be divided.
fn widened(scale: Scale, low: f64, high: f64) -> (f64, f64) {
    match scale {
        Scale::Linear if high - low > 1e-10 * high.abs().max(low.abs()) => (low, high),
        Scale::Linear => {
            let size = high.abs().max(low.abs());
            let half = if size < 1e-290 { 1.0 } else { 0.1 * size };
            (low - half, high + half)
        }
        Scale::Log if high / low > 1.0 + 1e-6 => (low, high),
        Scale::Log => (low / 3.0, high * 3.0),
    }
}
