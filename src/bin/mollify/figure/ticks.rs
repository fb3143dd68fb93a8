//! Where the ticks of an axis stand, and what is written at them.
//!
//! A linear axis has steps of 1, 2 or 5 times a power of ten; a logarithmic one has decades, and where fewer than two
//! decades are seen, 2 and 5 between them.

use super::axis::{Axis, Scale};
use super::font;

/// A mark on an axis; without a label it is a minor one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub at: f64,
    pub label: String,
}

/// All marks of an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ticks {
    pub ticks: Vec<Tick>,
    /// What all labels are to be multiplied with, such as ×10⁵.
    pub factor: Option<String>,
}

impl Ticks {
    /// Names in their places.
    pub fn named<'a>(names: impl IntoIterator<Item = (f64, &'a String)>) -> Self {
        let tick = |(at, name): (f64, &String)| Tick {
            at,
            label: name.clone(),
        };
        Self {
            ticks: names.into_iter().map(tick).collect(),
            factor: None,
        }
    }

    /// About `count` labels, at most a third more.
    pub fn of(axis: &Axis, count: usize) -> Self {
        match axis.scale {
            Scale::Linear => linear(axis, count.max(2)),
            Scale::Log => log(axis, count.max(2)),
        }
    }

    /// As many labels as fit side by side into `length` points.
    pub fn beside(axis: &Axis, length: f64, size: f64) -> Self {
        let most = (length / 28.0).clamp(2.0, 9.0) as usize;
        for count in (2..=most).rev() {
            let ticks = Self::of(axis, count);
            let whole =
                [&ticks, &ticks.every_second()].map(|t| (t.fit(axis, length, size), t.labels()));
            match whole {
                [(true, labels), _] if labels >= 2 => return ticks,
                // Rather a label at every second tick than one label.
                [(false, _), (true, labels)] if labels >= 3 && axis.scale == Scale::Linear => {
                    return ticks.every_second();
                }
                _ => {}
            }
        }
        // Where not even two fit, the ends of a longer step may.
        let finer = (most + 1..most + 5).map(|count| Self::of(axis, count).every_second());
        finer
            .filter(|t| axis.scale == Scale::Linear && t.labels() >= 2)
            .find(|t| t.fit(axis, length, size))
            .unwrap_or_else(|| Self::of(axis, 2))
    }

    fn labels(&self) -> usize {
        self.ticks.iter().filter(|t| !t.label.is_empty()).count()
    }

    /// Without the labels of odd multiples of the step; for linear axes.
    fn every_second(&self) -> Self {
        let labelled: Vec<f64> = self
            .ticks
            .iter()
            .filter(|t| !t.label.is_empty())
            .map(|t| t.at)
            .collect();
        let step = labelled
            .windows(2)
            .map(|w| w[1] - w[0])
            .fold(f64::INFINITY, f64::min);
        let mut ticks = self.clone();
        for tick in &mut ticks.ticks {
            if (tick.at / step).round().rem_euclid(2.0) == 1.0 {
                tick.label.clear();
            }
        }
        ticks
    }

    fn fit(&self, axis: &Axis, length: f64, size: f64) -> bool {
        let mut end = f64::NEG_INFINITY;
        for tick in self.ticks.iter().filter(|t| !t.label.is_empty()) {
            let half = font::width(&tick.label, size, false) / 2.0;
            let at = axis.share(tick.at).unwrap_or(0.0) * length;
            if at - half < end + 0.9 * size {
                return false;
            }
            end = at + half;
        }
        true
    }

    /// The width of the widest label.
    pub fn width(&self, size: f64) -> f64 {
        let widths = self
            .ticks
            .iter()
            .map(|t| font::width(&t.label, size, false));
        widths.fold(0.0, f64::max)
    }
}

fn linear(axis: &Axis, count: usize) -> Ticks {
    let rough = (axis.high - axis.low) / count as f64;
    let mut exponent = libm::floor(libm::log10(rough)) as i32;
    let mut digit = 1;
    for (next, power) in [(1, 0), (2, 0), (5, 0), (1, 1)] {
        if f64::from(next) * power_of_ten(exponent + power) >= 0.75 * rough {
            (digit, exponent) = (next, exponent + power);
            break;
        }
    }
    let step = f64::from(digit) * power_of_ten(exponent);
    let first = (axis.low / step - 1e-9).ceil();
    let last = (axis.high / step + 1e-9).floor();
    let largest = step * first.abs().max(last.abs());
    let size = libm::floor(libm::log10(largest.max(step))) as i32;
    // A factor only where plain numbers would be long.
    let factor = if size >= 5 || size <= -4 { size } else { 0 };
    let decimals = usize::try_from(factor - exponent).unwrap_or(0).min(12);
    let number = (last - first).clamp(0.0, 60.0) as usize;
    let ticks = (0..=number).map(|i| {
        let k = first + i as f64;
        Tick {
            at: k * step,
            label: signed(&format!("{:.decimals$}", k * step / power_of_ten(factor))),
        }
    });
    Ticks {
        ticks: ticks.filter(|t| axis.holds(t.at)).collect(),
        factor: (factor != 0).then(|| format!("×10{}", superscript(factor))),
    }
}

fn log(axis: &Axis, count: usize) -> Ticks {
    let low = libm::ceil(libm::log10(axis.low) - 1e-9) as i32;
    let high = libm::floor(libm::log10(axis.high) + 1e-9) as i32;
    let decades = usize::try_from(high - low + 1).unwrap_or(0);
    if decades < 2 {
        return within_a_decade(axis, low, count);
    }
    let stride = decades.div_ceil(count).max(1) as i32;
    let mut ticks = Vec::new();
    for k in low - 1..=high {
        let label = match k.rem_euclid(stride) == 0 {
            true => format!("10{}", superscript(k)),
            false => String::new(),
        };
        ticks.push(Tick {
            at: power_of_ten(k),
            label,
        });
        if stride == 1 {
            ticks.extend(minor((2..=9).map(|m| f64::from(m) * power_of_ten(k))));
        }
    }
    ticks.retain(|t| axis.holds(t.at));
    Ticks {
        ticks,
        factor: None,
    }
}

/// 1, 2, 5 times powers of ten, or linear steps where even those are too few.
fn within_a_decade(axis: &Axis, low: i32, count: usize) -> Ticks {
    let mut ticks = Vec::new();
    for k in low - 1..=low + 1 {
        for m in 1..=9 {
            let at = f64::from(m) * power_of_ten(k);
            let label = match m {
                1 | 2 | 5 => plain(m, k),
                _ => String::new(),
            };
            ticks.push(Tick { at, label });
        }
    }
    ticks.retain(|t| axis.holds(t.at));
    match ticks.iter().filter(|t| !t.label.is_empty()).count() {
        n if n >= 2 => Ticks {
            ticks,
            factor: None,
        },
        _ => linear(axis, count.min(4)),
    }
}

fn minor(places: impl Iterator<Item = f64>) -> impl Iterator<Item = Tick> {
    places.map(|at| Tick {
        at,
        label: String::new(),
    })
}

/// A digit times a power of ten, as short as can be.
fn plain(digit: i32, exponent: i32) -> String {
    match exponent {
        -3..=3 => {
            let decimals = usize::try_from(-exponent).unwrap_or(0);
            format!("{:.decimals$}", f64::from(digit) * power_of_ten(exponent))
        }
        _ if digit == 1 => format!("10{}", superscript(exponent)),
        _ => format!("{digit}×10{}", superscript(exponent)),
    }
}

fn power_of_ten(exponent: i32) -> f64 {
    // Parsing is correctly rounded, where powers are not.
    format!("1e{exponent}").parse().unwrap_or(f64::INFINITY)
}

/// With a minus sign instead of a hyphen, and no sign at zero.
pub(super) fn signed(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.into(),
        Some(rest) => format!("−{rest}"),
        None => number.into(),
    }
}

fn superscript(exponent: i32) -> String {
    let raised = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => char::from_u32(u32::from('⁰') + c.to_digit(10).unwrap_or(0)).unwrap_or(c),
    };
    exponent.to_string().chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis, count: usize) -> Vec<String> {
        let ticks = Ticks::of(&axis, count).ticks;
        let labels = ticks.into_iter().map(|t| t.label);
        labels.filter(|l| !l.is_empty()).collect()
    }

    fn axis(scale: Scale, low: f64, high: f64) -> Axis {
        Axis { scale, low, high }
    }

    #[test]
    fn linear_labels_are_round_numbers() {
        let of = |low, high| labels(axis(Scale::Linear, low, high), 4);
        assert_eq!(of(-0.31, 0.32), ["−0.2", "0.0", "0.2"]);
        assert_eq!(of(0.0, 1.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(of(3.0, 11.0), ["4", "6", "8", "10"]);
        // With a common factor.
        assert_eq!(of(0.0, 4e6), ["0", "1", "2", "3", "4"]);
        let ticks = Ticks::of(&axis(Scale::Linear, 0.0, 4e6), 4);
        assert_eq!(ticks.factor.as_deref(), Some("×10⁶"));
    }

    #[test]
    fn log_labels_are_decades_and_less_where_there_are_none() {
        let of = |low, high| labels(axis(Scale::Log, low, high), 5);
        assert_eq!(of(0.5, 2e3), ["10⁰", "10¹", "10²", "10³"]);
        assert_eq!(of(1e-12, 1.0), ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"]);
        assert_eq!(of(15.0, 80.0), ["20", "50"]);
        assert!(of(21.0, 23.0).len() >= 2);
    }

    #[test]
    fn ranges_never_degenerate() {
        let huge = [f64::MAX, -f64::MAX];
        let cases: [&[f64]; 8] = [
            &[],
            &[0.0],
            &[5.0, 5.0],
            &[f64::NAN, f64::INFINITY],
            &huge,
            &[1e-320],
            &[-1.0, 0.0],
            &[1.0, 1.0 + 1e-15],
        ];
        for scale in [Scale::Linear, Scale::Log] {
            for values in cases {
                for fixed in [
                    (None, None),
                    (Some(2.0), Some(2.0)),
                    (Some(f64::NAN), Some(-3.0)),
                    (Some(50.0), None),
                ] {
                    let a = Axis::fitting(scale, values.iter().copied(), fixed, 0.05);
                    let length = a.high - a.low;
                    assert!(a.low < a.high && length.is_finite(), "{values:?}: {a:?}");
                    assert!(scale == Scale::Linear || a.low > 0.0, "{values:?}: {a:?}");
                    let count = labels(a, 5).len();
                    assert!(
                        (1..=14).contains(&count),
                        "{values:?} {fixed:?}: {a:?} has {count} labels"
                    );
                }
            }
        }
    }
}
