//! What a system that is made at run time must be like besides its functions: names that WGSL takes, texts that fit a
//! comment, and numbers that f32 holds.

use crate::error::{Error, Result, exact};
use crate::noise::environment::Environment;
use crate::noise::{Distribution, Noise};
use crate::system::bounds::{check_positive, check_samples};
use crate::system::identifiers::{LONGEST_NAME, name_problem};
use crate::system::model::{Defaults, Description};
use crate::system::origin::Origin;
use crate::system::policy::LARGEST_DIMENSION;
use std::collections::HashSet;

/// Coordinates of the state, of the control, and parameters, at most this many of each: WGSL allows a struct 1023 members.
pub const MOST_NAMES: usize = 1023;
const LONGEST_TEXT: usize = 1000;

/// Whether an engine in f32 can hold it.
pub fn fits(value: f64) -> bool {
    value.is_finite() && value.abs() <= f64::from(f32::MAX)
}

/// Refuses more names than a struct of WGSL has members.
pub fn check_count(at: Origin<'_>, kind: &str, count: usize) -> Result<()> {
    match count > MOST_NAMES {
        true => {
            let problem = format!("{count} names are too many, expected at most {MOST_NAMES}");
            Err(at.error(kind, problem))
        }
        false => Ok(()),
    }
}

/// Everything but the functions.
pub fn check(about: &Description, defaults: &Defaults, at: Origin<'_>) -> Result<()> {
    check_name(about, at)?;
    let state: Vec<&str> = about.state.iter().map(|c| &*c.name).collect();
    let control: Vec<&str> = about.control.iter().map(|c| &*c.name).collect();
    let parameters: Vec<&str> = about.parameters.iter().map(|p| &*p.name).collect();
    check_names(at, "state", &state)?;
    check_names(at, "control", &control)?;
    check_names(at, "parameter", &parameters)?;
    if control.is_empty() {
        return Err(at.error("control", "there is none, expected at least one coordinate"));
    }
    check_texts(about, at)?;
    check_numbers(about, at)?;
    let checked = defaults
        .policy
        .check(&about.name, state.len(), control.len(), about.horizon);
    checked.map_err(|e| at.refused("policy", &e))?;
    // The settings of the descents may follow from the weights of the policy.
    check_settings(about, at)?;
    check_environment(about, &defaults.environment, at)
}

fn check_name(about: &Description, at: Origin<'_>) -> Result<()> {
    let name = &about.name;
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_fine = (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fine);
    if is_fine && !name.starts_with('-') {
        return Ok(());
    }
    let expected = "expected lower-case words joined by '-', such as \"my-spring\"";
    let problem = format!("it is '{}', {expected}", shown(name));
    Err(at.error("name", problem))
}

/// A stranger's word, so that it can stand in a sentence.
pub fn shown(word: &str) -> String {
    let start: String = word.chars().take(LONGEST_NAME).collect();
    let dots = if start.len() < word.len() { "…" } else { "" };
    format!("{}{dots}", start.escape_debug())
}

fn check_names(at: Origin<'_>, kind: &str, names: &[&str]) -> Result<()> {
    check_count(at, kind, names.len())?;
    let mut seen = HashSet::new();
    for name in names {
        let place = || format!("{kind} '{}'", shown(name));
        if let Some(problem) = name_problem(name) {
            return Err(at.error(place(), problem));
        }
        if !seen.insert(name) {
            return Err(at.error(place(), "the name is there twice, expected each once"));
        }
    }
    Ok(())
}

/// They are printed into comments, which a line break would end.
fn check_texts(about: &Description, at: Origin<'_>) -> Result<()> {
    let of_names = |kind: &str, name: &str, what: &str| format!("{kind} '{name}', {what}");
    let mut texts = vec![
        ("summary".to_string(), &about.summary),
        ("source".to_string(), &about.source),
    ];
    texts.extend(about.contact.iter().map(|c| ("contact".to_string(), c)));
    for (kind, list) in [("state", &about.state), ("control", &about.control)] {
        texts.extend(
            list.iter()
                .map(|c| (of_names(kind, &c.name, "unit"), &c.unit)),
        );
    }
    for p in &about.parameters {
        texts.push((of_names("parameter", &p.name, "unit"), &p.unit));
        texts.push((of_names("parameter", &p.name, "meaning"), &p.meaning));
    }
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    for (place, text) in texts {
        if text.len() > LONGEST_TEXT || text.contains(breaks) {
            let problem = format!("expected one line of up to {LONGEST_TEXT} bytes");
            return Err(at.error(place, problem));
        }
    }
    Ok(())
}

fn check_numbers(about: &Description, at: Origin<'_>) -> Result<()> {
    let most = LARGEST_DIMENSION / about.control.len().max(1);
    if about.horizon == 0 || about.horizon > most {
        let expected = format!("expected a whole number from 1 to {most}");
        return Err(at.error("horizon", format!("it is {}, {expected}", about.horizon)));
    }
    let noise = Noise {
        distribution: Distribution::Gaussian,
        on: Default::default(),
        sigma: about.sigma,
    };
    noise.check().map_err(|e| at.refused("sigma", &e))?;
    check_fits(at, "start", about.start)?;
    for p in &about.parameters {
        let place = format!("parameter '{}', default", p.name);
        check_fits(at, &place, p.default)?;
        if p.positive && p.default <= 0.0 {
            let found = exact(p.default);
            let problem = format!("it is {found}, expected above 0, as it is positive");
            return Err(at.error(place, problem));
        }
    }
    Ok(())
}

fn check_fits(at: Origin<'_>, place: &str, value: f64) -> Result<()> {
    match fits(value) {
        true => Ok(()),
        false => {
            let problem = format!(
                "{} does not fit f32, expected a finite number up to 3e38",
                exact(value)
            );
            Err(at.error(place, problem))
        }
    }
}

/// Those of the descents, by the bounds that the descents have.
fn check_settings(about: &Description, at: Origin<'_>) -> Result<()> {
    if let Some(p) = about.published {
        let of = Settings {
            at,
            of: "published",
        };
        of.counts(p.samples, p.iterations)?;
        of.positive(&[("step", p.step), ("gamma", p.gamma), ("bound", p.bound)])?;
        if !(p.step_decay >= 0.0 && p.step_decay.is_finite()) {
            let expected = "a finite number from 0";
            return of.refused(Error::invalid("step_decay", p.step_decay, expected));
        }
    }
    let t = about.tuned;
    let of = Settings { at, of: "tuned" };
    of.counts(t.samples, t.iterations)?;
    if let Some(gamma) = t.gamma {
        of.positive(&[("gamma", gamma)])?;
    }
    of.positive(&[("radius", t.radius)])
}

/// The settings of one descent.
#[derive(Clone, Copy)]
struct Settings<'a> {
    at: Origin<'a>,
    of: &'static str,
}

impl Settings<'_> {
    fn counts(self, samples: u64, iterations: u32) -> Result<()> {
        check_samples(samples).or_else(|e| self.refused(e))?;
        if iterations == 0 {
            let expected = format!("a whole number from 1 to {}", u32::MAX);
            return self.refused(Error::invalid("iterations", iterations, &expected));
        }
        Ok(())
    }

    fn positive(self, settings: &[(&str, f64)]) -> Result<()> {
        let check = |(name, value): &(&str, f64)| check_positive(name, *value);
        let mut checked = settings.iter().map(check);
        checked.try_for_each(|found| found.or_else(|e| self.refused(e)))
    }

    /// The error of a setting, with its place.
    fn refused(self, error: Error) -> Result<()> {
        let place = match &error {
            Error::InvalidValue { what, .. } => format!("{}.{what}", self.of),
            _ => self.of.into(),
        };
        Err(self.at.refused(place, &error))
    }
}

/// A draw for each coordinate and parameter, of numbers that f32 holds; what starts from others starts from earlier ones.
fn check_environment(about: &Description, of: &Environment, at: Origin<'_>) -> Result<()> {
    let expected = "expected finite numbers that fit f32, and a deviation or width above 0";
    for (i, (c, initial)) in about.state.iter().zip(&of.initial).enumerate() {
        let place = format!("state '{}'", c.name);
        if !initial.draw.is_sound() {
            let problem = format!("it is {}, {expected}", initial.draw);
            return Err(at.error(format!("{place}, initial"), problem));
        }
        for (j, factor) in initial.terms.iter() {
            let place = format!("{place}, terms");
            check_fits(at, &place, *factor)?;
            if *j >= i {
                let problem = "a term refers to another coordinate than those that stand before it";
                return Err(at.error(place, format!("{problem}, expected one of them")));
            }
        }
    }
    for (p, draw) in about.parameters.iter().zip(&of.parameters) {
        let place = format!("parameter '{}'", p.name);
        let place = format!("{place}, randomized");
        if !draw.is_sound() {
            return Err(at.error(place, format!("it is {draw}, {expected}")));
        }
        if p.positive {
            let checked = Environment::check_positive(*draw, &p.name);
            checked.map_err(|e| at.refused(place, &e))?;
        }
    }
    Ok(())
}
