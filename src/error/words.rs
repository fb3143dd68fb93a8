//! Words that several messages share.

/// The candidate nearest to `name` in edit distance, if it is near enough to be a typing error.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(name, c), c))
        // A third of the letters, or one: 'nope' is no 'hopper'. 'params' is short for 'parameter'.
        .filter(|&(distance, c)| {
            distance <= (name.len().min(c.len()) / 3).max(1) || is_short_for(name, c)
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, c)| c.to_string())
}

/// Whether both begin alike, with most of the shorter one.
fn is_short_for(name: &str, candidate: &str) -> bool {
    let same = name.chars().zip(candidate.chars());
    let alike = same.take_while(|(a, b)| a == b).count();
    alike >= 4 && 3 * alike >= 2 * name.len().min(candidate.len())
}

/// ` (did you mean 'n'?)`, if there is a candidate.
pub(super) fn did_you_mean(nearest: &Option<String>) -> String {
    match nearest {
        Some(n) => format!(" (did you mean '{n}'?)"),
        None => String::new(),
    }
}

/// As [`list`], of which there may be none.
pub(super) fn choice(known: &[String]) -> String {
    match known {
        [] => "one law of contact and no choice".into(),
        known => list(known),
    }
}

/// The names in quotation marks, or `none`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => "none".into(),
        names => names
            .iter()
            .map(|n| format!("'{n}'"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// A number for people: about six digits, and a power of ten where that is shorter.
pub fn number(x: f64) -> String {
    with_digits(x, 6)
}

/// The same with so many digits.
pub fn with_digits(x: f64, digits: usize) -> String {
    if x == 0.0 {
        return "0".into();
    }
    if !x.is_finite() {
        return x.to_string();
    }
    let scientific = format!("{:.*e}", digits - 1, x);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..=5).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        trimmed(&format!("{x:.decimals$}")).into()
    } else {
        format!("{}e{exponent}", trimmed(mantissa))
    }
}

/// Without zeros at the end of the fraction.
fn trimmed(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// A number for people with all of its digits, as short as it can be written so that it is read back to the bit.
pub fn exact(x: f64) -> String {
    let is_plain = x == 0.0 || !x.is_finite() || (1e-5..1e9).contains(&x.abs());
    match is_plain {
        true => x.to_string(),
        false => format!("{x:e}"),
    }
}

/// A value as it stands in a sentence. What displays itself is shown by its text, a number by [`exact`]: plainly printed, 1e-300
/// fills three lines.
pub(crate) trait InSentence {
    /// The words.
    fn in_sentence(self) -> String;
}

impl InSentence for f64 {
    fn in_sentence(self) -> String {
        exact(self)
    }
}

macro_rules! in_sentence {
    ($($type:ty)*) => {
        $(impl InSentence for $type {
            fn in_sentence(self) -> String {
                self.to_string()
            }
        })*
    };
}
in_sentence!(&str String u32 u64 usize u128);

/// "1 value", "2 values"
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_are_short_and_come_back_to_the_bit() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (-20.0, "-20"),
            (1e-300, "1e-300"),
            (-1e300, "-1e300"),
            (1.0 + f64::EPSILON, "1.0000000000000002"),
            (1e-5, "0.00001"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(exact(x), text);
            let back: f64 = text.parse().expect("a number");
            assert_eq!(back.to_bits(), x.to_bits());
        }
        assert_eq!(1e-300_f64.in_sentence(), "1e-300");
    }

    #[test]
    fn numbers_are_short_and_keep_their_digits() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-0.5, "-0.5"),
            (123456.0, "123456"),
            (999999.7, "1e6"),
            (1234567.0, "1.23457e6"),
            (1.0 / 3.0, "0.333333"),
            (1e-9, "1e-9"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(x), text);
        }
    }
}
