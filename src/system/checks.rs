//! What a document must be like besides its functions: names that WGSL takes, and numbers that f32 holds.

use super::document::{Document, DrawText};
use super::origin::Origin;
use super::words::{LONGEST_NAME, fits, name_problem};
use crate::error::Result;

/// Coordinates of the state, of the control, and parameters, at most this many of each.
const MOST_NAMES: usize = 1024;
const LONGEST_TEXT: usize = 1000;

impl Document {
    /// Names, texts and numbers.
    pub(super) fn check(&self, at: Origin<'_>) -> Result<()> {
        let words = |name: &str| {
            let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fine)
        };
        if !words(&self.name) || self.name.starts_with('-') {
            return Err(at.error(
                "name",
                "expected lower-case words joined by '-', such as \"my-spring\"",
            ));
        }
        let state: Vec<&str> = self.state.iter().map(|c| &*c.name).collect();
        let control: Vec<&str> = self.control.iter().map(|c| &*c.name).collect();
        let parameters: Vec<&str> = self.parameters.iter().map(|c| &*c.name).collect();
        for (kind, names) in [
            ("state", state),
            ("control", control),
            ("parameter", parameters),
        ] {
            if names.len() > MOST_NAMES {
                return Err(at.error(
                    kind,
                    format!(
                        "{} names are too many, expected at most {MOST_NAMES}",
                        names.len()
                    ),
                ));
            }
            let mut seen = std::collections::HashSet::new();
            for name in names {
                let place = || format!("{kind} '{}'", name.escape_debug());
                if let Some(problem) = name_problem(name) {
                    return Err(at.error(place(), problem));
                }
                if !seen.insert(name) {
                    return Err(at.error(place(), "the name is there twice, expected each once"));
                }
            }
        }
        if self.control.is_empty() {
            return Err(at.error("control", "there is none, expected at least one coordinate"));
        }
        self.check_texts(at)?;
        self.check_numbers(at)
    }

    /// They are printed into comments, which a line break would end.
    fn check_texts(&self, at: Origin<'_>) -> Result<()> {
        let texts = [&self.summary, &self.source].into_iter();
        let texts = texts
            .chain(self.state.iter().map(|c| &c.unit))
            .chain(self.control.iter().map(|c| &c.unit))
            .chain(self.parameters.iter().flat_map(|p| [&p.unit, &p.meaning]));
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        for text in texts {
            if text.len() > LONGEST_TEXT || text.contains(breaks) {
                let problem = format!("expected one line of up to {LONGEST_TEXT} bytes");
                return Err(at.error("a summary, source, unit or meaning", problem));
            }
        }
        Ok(())
    }

    fn check_numbers(&self, at: Origin<'_>) -> Result<()> {
        let most = u32::MAX as usize / 2 / self.control.len();
        if self.horizon == 0 || self.horizon > most {
            let problem = format!(
                "it is {}, expected a whole number from 1 to {most}",
                self.horizon
            );
            return Err(at.error("horizon", problem));
        }
        if !(self.sigma > 0.0 && fits(self.sigma) && self.sigma as f32 > 0.0) {
            return Err(at.error(
                "sigma",
                format!(
                    "it is {:e}, expected a number above 0 that fits f32",
                    self.sigma
                ),
            ));
        }
        let mut numbers = vec![("start".to_string(), self.start)];
        for x in &self.state {
            let place = format!("state '{}'", x.name);
            if let DrawText::Number(value) = x.initial {
                numbers.push((place.clone(), value));
            }
            numbers.extend(x.terms.iter().map(|(_, factor)| (place.clone(), *factor)));
        }
        numbers.extend(
            self.parameters
                .iter()
                .map(|p| (format!("parameter '{}'", p.name), p.default)),
        );
        if let Some((place, value)) = numbers.into_iter().find(|(_, value)| !fits(*value)) {
            return Err(at.error(
                place,
                format!("{value:e} does not fit f32, expected a smaller number"),
            ));
        }
        for p in &self.parameters {
            if p.positive && p.default <= 0.0 {
                let place = format!("parameter '{}'", p.name);
                return Err(at.error(
                    place,
                    format!(
                        "its default is {}, expected above 0, as it is positive",
                        p.default
                    ),
                ));
            }
        }
        if self
            .published
            .is_some_and(|p| p.samples == 0 || p.iterations == 0 || p.step <= 0.0 || p.bound <= 0.0)
        {
            return Err(at.error(
                "published",
                "expected samples, iterations, step and bound above 0",
            ));
        }
        if self
            .tuned
            .is_some_and(|t| t.samples == 0 || t.iterations == 0 || t.radius <= 0.0)
        {
            return Err(at.error("tuned", "expected samples, iterations and radius above 0"));
        }
        Ok(())
    }
}
