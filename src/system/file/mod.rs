//! A model as a readable, versioned JSON text; `docs/systems.md` describes it for those who write one.
//!
//! A text is never trusted: [`Model::from_json`] checks sizes, names, numbers, and every node before a graph is built
//! of it, because the engines take what a model promises for granted.

mod checks;
mod document;
mod nodes;
mod origin;
mod words;

use crate::error::{Error, Result};
use crate::noise::environment::{Draw, Environment, Initial};
use crate::system::functions::Functions;
use crate::system::model::{Defaults, Description, Model};
use crate::system::policy::Policy;
use crate::system::{Coordinate, Parameter, Tuned};
use document::{Document, DrawText, ParameterText, StateText};
use nodes::Banks;
use origin::Origin;
use serde::Deserialize;
use std::sync::Arc;

/// The value of the field "format".
pub const FORMAT: &str = "mollify-system";
/// The value of the field "version".
pub const VERSION: u32 = 1;
/// A larger text is refused before it is read, bytes.
pub const MOST_BYTES: u64 = 32 << 20;

/// What is read first: a text of another version may have other fields.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u32>,
}

impl Model {
    /// The model as a text that [`Model::from_json`] reads; only what the functions need is in it. The picture, the
    /// closed forms and the warnings of a compiled system are not.
    pub fn to_json(&self) -> Result<String> {
        let mut text = serde_json::to_string(&self.document())
            .map_err(|e| Origin(&self.about().name).syntax(&e))?;
        // One node and one field a line: a text that people read and compare.
        for (from, to) in [
            (",\"", ",\n\""),
            ("],[", "],\n["),
            ("},{", "},\n{"),
            ("[[", "[\n["),
        ] {
            text = outside_of_arrays(&text, from, to);
        }
        Ok(text + "\n")
    }

    fn document(&self) -> Document {
        let (about, defaults, f) = (self.about(), self.defaults(), self.functions());
        let draw = |draw: &Draw| match draw {
            Draw::Constant(x) => DrawText::Number(*x),
            random => DrawText::Text(random.to_string()),
        };
        let state = about.state.iter().zip(&defaults.environment.initial);
        let parameters = about
            .parameters
            .iter()
            .zip(&defaults.environment.parameters);
        let banks = Banks::new(about);
        Document {
            format: FORMAT.into(),
            version: VERSION,
            name: about.name.clone(),
            summary: about.summary.clone(),
            source: about.source.clone(),
            state: state
                .map(|(c, initial)| StateText {
                    name: c.name.clone(),
                    unit: c.unit.clone(),
                    initial: draw(&initial.draw),
                    terms: initial
                        .terms
                        .iter()
                        .map(|(j, factor)| (about.state[*j].name.to_string(), *factor))
                        .collect(),
                })
                .collect(),
            control: about.control.clone(),
            parameters: parameters
                .map(|(p, random)| ParameterText {
                    name: p.name.clone(),
                    unit: p.unit.clone(),
                    default: p.default,
                    meaning: p.meaning.clone(),
                    positive: p.positive,
                    randomized: random.is_random().then(|| random.to_string()),
                })
                .collect(),
            horizon: about.horizon,
            start: about.start,
            sigma: about.sigma,
            published: about.published,
            tuned: Some(about.tuned),
            policy: Some(defaults.policy.to_string()),
            noise_on: defaults.noise_on,
            commanded: {
                let name = |i: &usize| about.state[*i].name.clone();
                defaults.commanded.iter().map(name).collect()
            },
            amplifies_rounding: defaults.amplifies_rounding,
            advance: banks.write(&f.advance),
            stage_cost: banks.write(&f.stage_cost),
            final_cost: banks.write(&f.final_cost),
        }
    }

    /// Reads what [`Model::to_json`] writes; `origin` names the text in errors, such as its path.
    pub fn from_json(text: &str, origin: &str) -> Result<Self> {
        let at = Origin(origin);
        if text.len() as u64 > MOST_BYTES {
            let problem = format!(
                "{} bytes are too many, expected at most {MOST_BYTES}",
                text.len()
            );
            return Err(at.error("the text", problem));
        }
        if text.trim().is_empty() {
            return Err(at.error("the text", "it is empty, expected a JSON object"));
        }
        let head: Head = serde_json::from_str(text).map_err(|e| at.syntax(&e))?;
        if head.format.as_deref() != Some(FORMAT) {
            return Err(at.error("format", format!("expected \"format\": \"{FORMAT}\"")));
        }
        if head.version != Some(VERSION) {
            let found = head.version.map_or("none".into(), |v| v.to_string());
            let problem = format!("it is {found}, but this release reads version {VERSION}");
            return Err(at.error("version", problem));
        }
        let document: Document = serde_json::from_str(text).map_err(|e| at.syntax(&e))?;
        document.check(at)?;
        document.model(at)
    }

    /// Reads the file of a model.
    pub fn read(path: &std::path::Path) -> Result<Self> {
        use std::io::Read as _;
        let failed = |source| Error::Read {
            path: path.into(),
            source,
        };
        let mut text = String::new();
        // One byte more than allowed shows that there is more, however large the file is.
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(MOST_BYTES + 1)
            .read_to_string(&mut text)
            .map_err(failed)?;
        Self::from_json(&text, &path.display().to_string())
    }
}

/// Breaks lines at `from`, but not within strings.
fn outside_of_arrays(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let (mut depth, mut quoted, mut escaped, mut skip) = (0_usize, false, false, 0);
    for (i, c) in text.char_indices() {
        let inner_word = depth > 0 && from == ",\"";
        if skip == 0 && !quoted && !inner_word && text[i..].starts_with(from) {
            out.push_str(to);
            skip = from.chars().count();
        }
        if skip == 0 {
            out.push(c);
        } else {
            skip -= 1;
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    out
}

impl Document {
    /// The coordinate of the state that each control commands.
    fn commanded(&self, at: Origin<'_>) -> Result<Vec<usize>> {
        let count = self.commanded.len();
        if count != 0 && count != self.control.len() {
            let problem = format!(
                "there are {count} names, expected one for each of the {} controls, or none",
                self.control.len()
            );
            return Err(at.error("commanded", problem));
        }
        let index = |name: &Arc<str>| {
            let found = self.state.iter().position(|c| c.name == *name);
            let problem = || format!("'{name}' is no coordinate of the state");
            found.ok_or_else(|| at.error("commanded", problem()))
        };
        self.commanded.iter().map(index).collect()
    }

    fn model(self, at: Origin<'_>) -> Result<Model> {
        let draw = |text: &DrawText, place: &str| match text {
            DrawText::Number(x) => Ok(Draw::Constant(*x)),
            DrawText::Text(text) => {
                Draw::parse(text, place).map_err(|e| at.error(place, e.to_string()))
            }
        };
        let mut initial = Vec::with_capacity(self.state.len());
        for (i, x) in self.state.iter().enumerate() {
            let place = format!("state '{}'", x.name);
            let earlier = |(name, factor): &(String, f64)| {
                let found = self.state[..i].iter().position(|c| *c.name == **name);
                let problem = || {
                    format!(
                        "a term refers to '{name}', expected a coordinate that stands before it"
                    )
                };
                Ok((found.ok_or_else(|| at.error(&*place, problem()))?, *factor))
            };
            initial.push(Initial {
                draw: draw(&x.initial, &place)?,
                terms: x
                    .terms
                    .iter()
                    .map(earlier)
                    .collect::<Result<Vec<_>>>()?
                    .into(),
            });
        }
        let mut drawn = Vec::with_capacity(self.parameters.len());
        for p in &self.parameters {
            let place = format!("parameter '{}'", p.name);
            let one = match &p.randomized {
                None => Draw::Constant(p.default),
                Some(text) => {
                    Draw::parse(text, &place).map_err(|e| at.error(&*place, e.to_string()))?
                }
            };
            if p.positive {
                Environment::check_positive(one, &p.name)
                    .map_err(|e| at.error(&*place, e.to_string()))?;
            }
            drawn.push(one);
        }
        let commanded = self.commanded(at)?;
        let policy: Policy = match &self.policy {
            None => Policy::OpenLoop,
            Some(text) => text
                .parse()
                .map_err(|e: Error| at.error("policy", e.to_string()))?,
        };
        if !policy.is_open_loop() && self.state.is_empty() {
            return Err(at.error(
                "policy",
                "expected open-loop, because there is no state to feed back",
            ));
        }
        let network = policy.network(self.state.len(), self.control.len());
        let dimension = network.map_or(self.horizon * self.control.len(), |n| n.dimension());
        let about = Description {
            name: self.name,
            summary: self.summary,
            source: self.source,
            state: self
                .state
                .into_iter()
                .map(|x| Coordinate {
                    name: x.name,
                    unit: x.unit,
                })
                .collect(),
            control: self.control,
            parameters: self
                .parameters
                .into_iter()
                .map(|p| Parameter {
                    name: p.name,
                    unit: p.unit,
                    default: p.default,
                    meaning: p.meaning,
                    positive: p.positive,
                })
                .collect(),
            horizon: self.horizon,
            start: self.start,
            sigma: self.sigma,
            published: self.published,
            tuned: self
                .tuned
                .unwrap_or_else(|| Tuned::derived(self.sigma, dimension)),
        };
        let (advance, stage_cost, final_cost) = {
            let banks = Banks::new(&about);
            (
                banks.read(at, "advance", &self.advance, about.state.len())?,
                banks.read(at, "stage_cost", &self.stage_cost, 1)?,
                banks.read(at, "final_cost", &self.final_cost, 1)?,
            )
        };
        let functions = Functions::new(advance, stage_cost, final_cost, about.sizes());
        let defaults = Defaults {
            policy,
            noise_on: self.noise_on,
            environment: Environment {
                initial,
                parameters: drawn,
            },
            commanded,
            amplifies_rounding: self.amplifies_rounding,
        };
        Ok(Model::interpreted(about, defaults, functions))
    }
}
