//! Between a model and its document.

use super::banks::Banks;
use super::document::{Document, DrawText, ParameterText, StateText};
use super::{FORMAT, VERSION};
use crate::error::{Result, plural};
use crate::noise::environment::{Draw, Environment, Initial};
use crate::system::checks::{check, check_count};
use crate::system::functions::{Functions, Part};
use crate::system::model::{Defaults, Description, Model};
use crate::system::origin::Origin;
use crate::system::policy::Policy;
use crate::system::{Coordinate, Parameter, Tuned};
use std::collections::HashMap;
use std::sync::Arc;

fn text_of(draw: &Draw) -> DrawText {
    match draw {
        Draw::Constant(x) => DrawText::Number(*x),
        random => DrawText::Text(random.to_string()),
    }
}

fn draw_of(text: &DrawText, place: &str, at: Origin<'_>) -> Result<Draw> {
    match text {
        DrawText::Number(x) => Ok(Draw::Constant(*x)),
        DrawText::Text(text) => Draw::parse(text, place).map_err(|e| at.refused(place, &e)),
    }
}

impl Document {
    /// The document of a model.
    pub fn of(model: &Model) -> Self {
        let (about, defaults, f) = (model.about(), model.defaults(), model.functions());
        let banks = Banks::of(about);
        Self {
            format: FORMAT.into(),
            version: VERSION,
            name: about.name.clone(),
            summary: about.summary.clone(),
            source: about.source.clone(),
            contact: about.contact.clone(),
            state: states(about, &defaults.environment),
            control: about.control.clone(),
            parameters: parameters(about, &defaults.environment),
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
            advance: banks.write(&f.advance),
            stage_cost: banks.write(&f.stage_cost),
            final_cost: banks.write(&f.final_cost),
        }
    }

    /// The same without what is only read.
    pub fn without_remarks(mut self) -> Self {
        let none: Arc<str> = "".into();
        (self.summary, self.source) = (none.clone(), none.clone());
        let units = self.state.iter_mut().map(|x| &mut x.unit);
        let units = units.chain(self.control.iter_mut().map(|x| &mut x.unit));
        let parameters = self.parameters.iter_mut();
        let rest = parameters.flat_map(|p| [&mut p.unit, &mut p.meaning]);
        units.chain(rest).for_each(|text| *text = none.clone());
        self
    }

    /// The model, with everything checked.
    pub fn model(self, at: Origin<'_>) -> Result<Model> {
        check_count(at, "state", self.state.len())?;
        check_count(at, "parameter", self.parameters.len())?;
        let defaults = self.defaults(at)?;
        let (texts, about) = self.description(&defaults.policy);
        check(&about, &defaults, at)?;
        let banks = Banks::of(&about);
        let [advance, stage_cost, final_cost] = texts;
        let functions = Functions::new(
            banks.read(at, Part::Advance, &advance, about.state.len())?,
            banks.read(at, Part::StageCost, &stage_cost, 1)?,
            banks.read(at, Part::FinalCost, &final_cost, 1)?,
            about.sizes(),
        );
        Ok(Model::interpreted(about, defaults, functions))
    }

    fn defaults(&self, at: Origin<'_>) -> Result<Defaults> {
        let policy = match &self.policy {
            None => Policy::OpenLoop,
            Some(text) => text.parse().map_err(|e| at.refused("policy", &e))?,
        };
        Ok(Defaults {
            policy,
            noise_on: self.noise_on,
            environment: Environment {
                initial: self.initial(at)?,
                parameters: self.drawn(at)?,
            },
            commanded: self.commanded(at)?,
        })
    }

    fn initial(&self, at: Origin<'_>) -> Result<Vec<Initial>> {
        let mut earlier: HashMap<&str, usize> = HashMap::new();
        let mut initial = Vec::with_capacity(self.state.len());
        for (i, x) in self.state.iter().enumerate() {
            let place = format!("state '{}'", x.name);
            let mut terms = Vec::with_capacity(x.terms.len());
            for (name, factor) in &x.terms {
                let Some(j) = earlier.get(name.as_str()) else {
                    let expected = "expected a coordinate that stands before it";
                    let problem = format!("a term refers to '{name}', {expected}");
                    return Err(at.error(format!("{place}, terms"), problem));
                };
                terms.push((*j, *factor));
            }
            let (draw, terms) = (
                draw_of(&x.initial, &format!("{place}, initial"), at)?,
                terms.into(),
            );
            initial.push(Initial { draw, terms });
            earlier.insert(&x.name, i);
        }
        Ok(initial)
    }

    /// The coordinate of the state that each control commands.
    fn commanded(&self, at: Origin<'_>) -> Result<Vec<usize>> {
        let count = self.commanded.len();
        if count != 0 && count != self.control.len() {
            let (found, controls) = (plural(count, "name"), plural(self.control.len(), "control"));
            let problem = format!("it has {found}, expected one for each of {controls}, or none");
            return Err(at.error("commanded", problem));
        }
        let index = |name: &Arc<str>| {
            let found = self.state.iter().position(|c| c.name == *name);
            let problem = || format!("'{name}' is no coordinate of the state");
            found.ok_or_else(|| at.error("commanded", problem()))
        };
        self.commanded.iter().map(index).collect()
    }

    fn drawn(&self, at: Origin<'_>) -> Result<Vec<Draw>> {
        let draw = |p: &ParameterText| match &p.randomized {
            None => Ok(Draw::Constant(p.default)),
            Some(text) => draw_of(text, &format!("parameter '{}', randomized", p.name), at),
        };
        self.parameters.iter().map(draw).collect()
    }

    /// The texts of the functions, and what the rest describes.
    fn description(self, policy: &Policy) -> ([super::text::FunctionText; 3], Description) {
        let network = policy.network(self.state.len(), self.control.len(), self.horizon);
        let d = match network {
            Some(network) => network.dimension(),
            None => self.horizon.saturating_mul(self.control.len()),
        };
        let coordinate = |x: StateText| Coordinate {
            name: x.name,
            unit: x.unit,
        };
        let parameter = |p: ParameterText| Parameter {
            name: p.name,
            unit: p.unit,
            default: p.default,
            meaning: p.meaning,
            positive: p.positive,
        };
        let about = Description {
            name: self.name,
            summary: self.summary,
            source: self.source,
            contact: self.contact,
            state: self.state.into_iter().map(coordinate).collect(),
            control: self.control,
            parameters: self.parameters.into_iter().map(parameter).collect(),
            horizon: self.horizon,
            start: self.start,
            sigma: self.sigma,
            published: self.published,
            tuned: self.tuned.unwrap_or_else(|| Tuned::derived(self.sigma, d)),
        };
        ([self.advance, self.stage_cost, self.final_cost], about)
    }
}

fn states(about: &Description, of: &Environment) -> Vec<StateText> {
    let term = |(j, factor): &(usize, f64)| (about.state[*j].name.to_string(), *factor);
    let both = about.state.iter().zip(&of.initial);
    both.map(|(c, initial)| StateText {
        name: c.name.clone(),
        unit: c.unit.clone(),
        initial: text_of(&initial.draw),
        terms: initial.terms.iter().map(term).collect(),
    })
    .collect()
}

fn parameters(about: &Description, of: &Environment) -> Vec<ParameterText> {
    let both = about.parameters.iter().zip(&of.parameters);
    both.map(|(p, draw)| ParameterText {
        name: p.name.clone(),
        unit: p.unit.clone(),
        default: p.default,
        meaning: p.meaning.clone(),
        positive: p.positive,
        randomized: (*draw != Draw::Constant(p.default)).then(|| text_of(draw)),
    })
    .collect()
}
