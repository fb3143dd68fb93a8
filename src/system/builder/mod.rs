//! A system built value by value, without a type of its own: what a front in another language calls.
//!
//! Names first, then each function as a recording: its inputs are [`Value`]s, operations make new ones, and its outputs
//! define it. A value knows its recording and is refused in another.
//!
//! ```
//! use mollify::noise::environment::Draw;
//! use mollify::system::Builder;
//! use mollify::system::builder::Part;
//!
//! # fn main() -> mollify::Result<()> {
//! // x⁺ = x + h u, cost Σ x² + c u² and x² at the end
//! let mut system = Builder::new("slider");
//! system.state("position", "m", Draw::Constant(1.0));
//! system.control("velocity", "m/s");
//! system.parameter("time_step", "s", 0.1, "time step h");
//! system.parameter("effort", "s2", 0.01, "cost c of the control");
//! system.horizon(20).sigma(0.1);
//!
//! let f = system.record(Part::Advance);
//! let moved = f.parameter("time_step")?.mul(&f.control("velocity")?)?;
//! system.define(&f, &[f.state("position")?.add(&moved)?])?;
//!
//! let f = system.record(Part::StageCost);
//! let effort = f.parameter("effort")?.mul(&f.control("velocity")?.square())?;
//! system.define(&f, &[f.state("position")?.square().add(&effort)?])?;
//!
//! let f = system.record(Part::FinalCost);
//! system.define(&f, &[f.state("position")?.square()])?;
//!
//! let task = system.task()?;
//! assert_eq!(task.dimension(), 20);
//! let text = task.model().to_json()?;
//! # assert!(text.contains("time_step"));
//! # Ok(()) }
//! ```

mod loops;
mod operations;
mod recording;

pub use crate::system::functions::Part;
pub use loops::Repeat;
pub use recording::{Mask, Recording, Value};

use crate::error::{BuildError, Error, Result};
use crate::noise::NoiseOn;
use crate::noise::environment::{Draw, Environment, Initial};
use crate::system::functions::{Function, Functions};
use crate::system::model::{Defaults, Description, Model};
use crate::system::origin::Origin;
use crate::system::policy::Policy;
use crate::system::task::Task;
use crate::system::{Coordinate, Parameter, Published, Tuned};
use recording::{Names, check_outputs};
use std::sync::Arc;

/// A system in the making; see the module. Names and numbers are checked by [`Builder::model`].
#[derive(Clone, Debug)]
pub struct Builder {
    about: Description,
    defaults: Defaults,
    tuned: Option<Tuned>,
    functions: [Option<Function>; 3],
}

fn coordinate(name: &str, unit: &str) -> Coordinate {
    Coordinate {
        name: name.into(),
        unit: unit.into(),
    }
}

impl Builder {
    /// A system of that name: lower case, words joined by '-'. It has one time step, σ = 0.1 and the open loop.
    pub fn new(name: &str) -> Self {
        Self {
            about: Description {
                name: name.into(),
                summary: "".into(),
                source: "".into(),
                contact: None,
                state: Vec::new(),
                control: Vec::new(),
                parameters: Vec::new(),
                horizon: 1,
                start: 0.0,
                sigma: 0.1,
                published: None,
                tuned: Tuned::derived(0.1, 1),
            },
            defaults: Defaults {
                policy: Policy::OpenLoop,
                noise_on: NoiseOn::Decision,
                environment: Environment {
                    initial: Vec::new(),
                    parameters: Vec::new(),
                },
                commanded: Vec::new(),
            },
            tuned: None,
            functions: [None, None, None],
        }
    }

    /// One line: what it shows.
    pub fn summary(&mut self, text: &str) -> &mut Self {
        self.about.summary = text.into();
        self
    }

    /// Where it comes from.
    pub fn source(&mut self, text: &str) -> &mut Self {
        self.about.source = text.into();
        self
    }

    /// H, the number of time steps.
    pub fn horizon(&mut self, horizon: usize) -> &mut Self {
        self.about.horizon = horizon;
        self
    }

    /// σ, standard deviation of the noise on each coordinate of theta.
    pub fn sigma(&mut self, sigma: f64) -> &mut Self {
        self.about.sigma = sigma;
        self
    }

    /// theta at the start, one value for each coordinate of theta.
    pub fn start(&mut self, start: f64) -> &mut Self {
        self.about.start = start;
        self
    }

    /// Settings of the descent with steps of fixed length.
    pub fn published(&mut self, published: Published) -> &mut Self {
        self.about.published = Some(published);
        self
    }

    /// Settings of the trust-region descent, in place of [`Tuned::derived`].
    pub fn tuned(&mut self, tuned: Tuned) -> &mut Self {
        self.tuned = Some(tuned);
        self
    }

    /// The policy unless another is given.
    pub fn policy(&mut self, policy: Policy) -> &mut Self {
        self.defaults.policy = policy;
        self
    }

    /// What the noise is added to unless told.
    pub fn noise_on(&mut self, on: NoiseOn) -> &mut Self {
        self.defaults.noise_on = on;
        self
    }

    /// One more coordinate of the state, and where it starts.
    pub fn state(&mut self, name: &str, unit: &str, initial: Draw) -> &mut Self {
        self.about.state.push(coordinate(name, unit));
        self.defaults
            .environment
            .initial
            .push(Initial::new(initial));
        self
    }

    /// Adds a multiple of an earlier coordinate to where a coordinate starts.
    pub fn term(&mut self, name: &str, earlier: &str, factor: f64) -> Result<&mut Self> {
        let position = |name: &str| {
            let mut names = self.about.state.iter();
            let found = names.position(|c| *c.name == *name);
            found.ok_or_else(|| BuildError::UnknownState { name: name.into() })
        };
        let (i, j) = (position(name)?, position(earlier)?);
        self.defaults.environment.initial[i]
            .terms
            .to_mut()
            .push((j, factor));
        Ok(self)
    }

    /// One more coordinate of the control.
    pub fn control(&mut self, name: &str, unit: &str) -> &mut Self {
        self.about.control.push(coordinate(name, unit));
        self
    }

    /// One more run-time parameter.
    pub fn parameter(&mut self, name: &str, unit: &str, default: f64, meaning: &str) -> &mut Self {
        self.about.parameters.push(Parameter {
            name: name.into(),
            unit: unit.into(),
            default,
            meaning: meaning.into(),
            positive: false,
        });
        let draws = &mut self.defaults.environment.parameters;
        draws.push(Draw::Constant(default));
        self
    }

    fn parameter_index(&self, name: &str) -> Result<usize> {
        let mut names = self.about.parameters.iter();
        let found = names.position(|p| *p.name == *name);
        Ok(found.ok_or_else(|| BuildError::UnknownParameter { name: name.into() })?)
    }

    /// The parameter only makes sense above 0.
    pub fn positive(&mut self, name: &str) -> Result<&mut Self> {
        let index = self.parameter_index(name)?;
        self.about.parameters[index].positive = true;
        Ok(self)
    }

    /// The parameter is drawn anew for every sample.
    pub fn randomized(&mut self, name: &str, draw: Draw) -> Result<&mut Self> {
        let index = self.parameter_index(name)?;
        self.defaults.environment.parameters[index] = draw;
        Ok(self)
    }

    /// Begins a function. Its inputs are those that are declared by now.
    pub fn record(&self, part: Part) -> Recording {
        Recording::of(&self.about.name, part, self.names())
    }

    fn names(&self) -> Names {
        let coordinates = |list: &[Coordinate]| list.iter().map(|c| c.name.to_string()).collect();
        let parameters = self.about.parameters.iter();
        [
            parameters.map(|p| p.name.to_string()).collect(),
            coordinates(&self.about.state),
            coordinates(&self.about.control),
        ]
    }

    /// Ends a function: the next state, coordinate by coordinate, or one cost. A function that was defined before is
    /// replaced.
    pub fn define(&mut self, recording: &Recording, outputs: &[Value]) -> Result<()> {
        let own = recording.has_inputs_of(&self.names());
        let part = recording.part().filter(|_| own);
        let part = part.ok_or_else(|| BuildError::Foreign {
            of: recording.title().into(),
        })?;
        let function = recording.function(outputs, self.outputs(part))?;
        self.functions[part as usize] = Some(function);
        Ok(())
    }

    /// How many outputs a function has.
    fn outputs(&self, part: Part) -> usize {
        match part {
            Part::Advance => self.about.state.len(),
            Part::StageCost | Part::FinalCost => 1,
        }
    }

    /// The model, checked as if it had been read from its own text; a final cost that was not defined is 0.
    pub fn model(&self) -> Result<Model> {
        let function = |part: Part| {
            let name = part.name();
            let found = self.functions[part as usize].clone();
            let found = found.ok_or(BuildError::Undefined { function: name })?;
            // Coordinates may have been declared since.
            let of = || format!("{name} of '{}'", self.about.name);
            check_outputs(of, found.outputs.len(), self.outputs(part))?;
            Ok::<_, Error>(found)
        };
        let none = || {
            let recording = self.record(Part::FinalCost);
            recording.function(&[recording.constant(0.0)?], 1)
        };
        let final_cost = match self.functions[Part::FinalCost as usize] {
            Some(_) => function(Part::FinalCost)?,
            None => none()?,
        };
        let mut about = self.about.clone();
        let (n, m) = (about.state.len(), about.control.len());
        let network = self.defaults.policy.network(n, m, self.about.horizon);
        let d = network.map_or(about.horizon.saturating_mul(m), |n| n.dimension());
        about.tuned = self.tuned.unwrap_or_else(|| Tuned::derived(about.sigma, d));
        let functions = Functions::new(
            function(Part::Advance)?,
            function(Part::StageCost)?,
            final_cost,
            about.sizes(),
        );
        let model = Model::interpreted(about, self.defaults.clone(), functions);
        model.checked(Origin::Builder(&self.about.name))
    }

    /// The task of the model, with its defaults.
    pub fn task(&self) -> Result<Task> {
        Ok(Task::new(Arc::new(self.model()?)))
    }
}
