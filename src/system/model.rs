//! The erased form of a system: what every other module uses.
//!
//! A [`Model`] holds the [`Formulas`] of one system behind slices instead of arrays, and the same as expression graphs. It
//! comes from a system that was compiled, or from functions that were made at run time.
//!
//! Longer than other files, because whatever a system can be asked for has its line here.

use crate::contact::Immersion;
use crate::error::{Error, Result, nearest};
use crate::noise::NoiseOn;
use crate::noise::environment::{Draw, Environment};
use crate::system::formulas::{
    ClosedForms, Compiled, Drawing, Formulas, Interpreted, Linearization,
};
use crate::system::functions::{Functions, Sizes, TIME};
use crate::system::names::{Coordinate, Parameter, ParameterSet};
use crate::system::planning::{Planned, Planning};
use crate::system::policy::Policy;
use crate::system::quasidynamic::{QuasiDynamic, QuasiDynamics};
use crate::system::scene::{Geometry, Scene};
use crate::system::shaping::{Shaped, Shaping};
use crate::system::{ClosedForm, Drawn, Dynamics, Exact, Objective, Published, Tuned};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Samples of a batch for parameters as the decision, of which there are few.
const IDENTIFIES: u64 = 10;

/// What a user should know of a model before running it, and its defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// The name on the command line: lower case, words joined by '-'.
    pub name: Arc<str>,
    /// One line: what it shows.
    pub summary: Arc<str>,
    /// Where it comes from.
    pub source: Arc<str>,
    /// The contact model, for a system that exists with several.
    pub contact: Option<Arc<str>>,
    /// The coordinates of the state x, N of them.
    pub state: Vec<Coordinate>,
    /// The coordinates of the control u, M of them.
    pub control: Vec<Coordinate>,
    /// The run-time parameters.
    pub parameters: Vec<Parameter>,
    /// H, the number of time steps.
    pub horizon: usize,
    /// theta at the start, one value for each coordinate of theta.
    pub start: f64,
    /// σ, standard deviation of the noise on each coordinate of theta.
    pub sigma: f64,
    /// Settings of the published experiment, if there are any.
    pub published: Option<Published>,
    /// Settings of the trust-region descent.
    pub tuned: Tuned,
}

impl Description {
    fn of<T: Objective<N, M>, const N: usize, const M: usize>() -> Self {
        let network = T::POLICY.network(N, M, T::HORIZON);
        let dimension = network.map_or(T::HORIZON * M, |network| network.dimension());
        Self {
            name: T::NAME.into(),
            summary: T::SUMMARY.into(),
            source: T::SOURCE.into(),
            contact: T::CONTACT.map(Into::into),
            state: T::STATE.iter().map(|x| (&x.coordinate).into()).collect(),
            control: T::CONTROL.iter().map(Into::into).collect(),
            parameters: <T::Parameters<f64> as ParameterSet<f64>>::LIST
                .iter()
                .map(Into::into)
                .collect(),
            horizon: T::HORIZON,
            start: T::START,
            sigma: T::SIGMA,
            published: T::PUBLISHED,
            tuned: T::TUNED.unwrap_or_else(|| Tuned::derived(T::SIGMA, dimension)),
        }
    }

    /// The number of inputs of the functions.
    pub fn sizes(&self) -> Sizes {
        Sizes {
            parameters: self.parameters.len(),
            state: self.state.len(),
            control: self.control.len(),
        }
    }
}

/// What a task takes from its system unless told otherwise.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// The policy.
    pub policy: Policy,
    /// What the noise is added to.
    pub noise_on: NoiseOn,
    /// The distribution of initial state and parameters.
    pub environment: Environment,
    /// The coordinate of the state that each control commands, and holds at the start of the open loop; empty where
    /// controls command none.
    pub commanded: Vec<usize>,
}

impl Defaults {
    fn of<T: Dynamics<N, M>, const N: usize, const M: usize>(parameters: &[Parameter]) -> Self {
        let initial = T::STATE.map(|x| x.initial).to_vec();
        for (i, x) in initial.iter().enumerate() {
            let earlier = x.terms.iter().all(|(j, _)| *j < i);
            assert!(earlier, "terms of x₀ in STATE are earlier coordinates");
        }
        let draw = |p: &Parameter| {
            let found = T::RANDOMIZED.iter().find(|(name, _)| *name == &*p.name);
            found.map_or(Draw::Constant(p.default), |(_, draw)| *draw)
        };
        Self {
            policy: T::POLICY,
            noise_on: T::NOISE_ON,
            environment: Environment {
                initial,
                parameters: parameters.iter().map(draw).collect(),
            },
            commanded: T::COMMANDED.map_or(Vec::new(), Vec::from),
        }
    }
}

/// A contact system ready to be run by any engine.
pub struct Model {
    about: Description,
    defaults: Defaults,
    formulas: Arc<dyn Formulas>,
    functions: Arc<Functions>,
    drawing: Option<Drawing>,
    closed_forms: Option<ClosedForms>,
    file: Option<PathBuf>,
    quasi_dynamics: Option<QuasiDynamics>,
    planning: Option<Planning>,
    shaped: Option<(Arc<Model>, Shaping)>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("name", &self.about.name)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// Erases and records a system; without pictures and closed forms, which [`Parts`] adds.
    pub fn new<T: Objective<N, M>, const N: usize, const M: usize>(_system: T) -> Self {
        let about = Description::of::<T, N, M>();
        Self {
            defaults: Defaults::of::<T, N, M>(&about.parameters),
            about,
            formulas: Arc::new(Compiled::<T, N, M>::new()),
            functions: Arc::new(Functions::of::<T, N, M>()),
            drawing: None,
            closed_forms: None,
            file: None,
            quasi_dynamics: None,
            planning: None,
            shaped: None,
        }
    }

    /// A model of functions that were made at run time and checked; the graphs are evaluated node by node where no engine
    /// compiles them.
    pub(super) fn interpreted(
        about: Description,
        defaults: Defaults,
        functions: Functions,
    ) -> Self {
        let functions = Arc::new(functions);
        Self {
            about,
            defaults,
            formulas: Arc::new(Interpreted::new(functions.clone())),
            functions,
            drawing: None,
            closed_forms: None,
            file: None,
            quasi_dynamics: None,
            planning: None,
            shaped: None,
        }
    }

    /// A system with something between it and what is asked of it; no closed forms and no planning.
    pub(super) fn shaped(inner: &Arc<Model>, shaping: &Shaping) -> Self {
        let shaping = Shaping {
            uses_time: inner.functions.stage_cost.uses(TIME),
            ..shaping.clone()
        };
        let mut about = inner.about.clone();
        about.state.extend(shaping.states());
        about.parameters.extend(shaping.parameters());
        let mut defaults = inner.defaults.clone();
        if let Some(decided) = shaping.decided() {
            about.control = decided.coordinates(&inner.about.parameters);
            defaults.commanded = Vec::new();
            about.tuned = Tuned {
                samples: IDENTIFIES,
                iterations: 10 * about.control.len() as u32,
                gamma: None,
                ..about.tuned
            };
        }
        shaping.extend(&mut defaults.environment);
        let shaped = Shaped {
            formulas: inner.formulas.clone(),
            functions: inner.functions.clone(),
            sizes: inner.about.sizes(),
            shaping: shaping.clone(),
        };
        Self {
            functions: Arc::new(shaped.graphs(about.sizes())),
            about,
            defaults,
            formulas: Arc::new(shaped),
            drawing: inner.drawing,
            closed_forms: None,
            file: inner.file.clone(),
            quasi_dynamics: None,
            planning: None,
            shaped: Some((inner.clone(), shaping)),
        }
    }

    /// Adds what shapes it to the distribution of initial state and parameters of the system itself.
    pub(super) fn extend(&self, environment: &mut Environment) {
        if let Some((_, shaping)) = &self.shaped {
            shaping.extend(environment);
        }
    }

    /// Names the file that it came from.
    pub(super) fn with_file(mut self, path: &Path) -> Self {
        self.file = Some(path.into());
        self
    }

    /// The file that it came from, if it did.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Name, units and defaults.
    pub fn about(&self) -> &Description {
        &self.about
    }

    /// The run-time parameters with units and defaults.
    pub fn parameters(&self) -> &[Parameter] {
        &self.about.parameters
    }

    /// The default values of the parameters, in their order.
    pub fn default_parameters(&self) -> Vec<f64> {
        self.parameters().iter().map(|p| p.default).collect()
    }

    /// The position of a parameter, or an error that suggests the nearest name.
    pub fn parameter_index(&self, name: &str) -> Result<usize> {
        let names = || self.parameters().iter().map(|p| &*p.name);
        names()
            .position(|known| known == name)
            .ok_or_else(|| Error::UnknownParameter {
                task: self.about.name.to_string(),
                name: name.into(),
                nearest: nearest(name, names()),
                known: names().map(String::from).collect(),
            })
    }

    /// N, the number of state coordinates.
    pub fn state_size(&self) -> usize {
        self.about.state.len()
    }

    /// M, the number of control coordinates.
    pub fn control_size(&self) -> usize {
        self.about.control.len()
    }

    /// What a task takes from its system unless told otherwise.
    pub fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// The system as expression graphs.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }

    /// Arrays of the right size for [`Model::linearize`].
    pub fn linearization(&self) -> Linearization {
        Linearization::zero(self.state_size(), self.control_size())
    }

    /// next = advance(state, control)
    pub fn advance(&self, p: &[f64], state: &[f64], control: &[f64], next: &mut [f64]) {
        self.formulas.advance(p, state, control, next);
    }

    /// stage_cost(state, control, time), at the step with the number `time`.
    pub fn stage_cost(&self, p: &[f64], state: &[f64], control: &[f64], time: usize) -> f64 {
        self.formulas.stage_cost(p, state, control, time as f64)
    }

    /// final_cost(state)
    pub fn final_cost(&self, p: &[f64], state: &[f64]) -> f64 {
        self.formulas.final_cost(p, state)
    }

    /// First derivatives of `advance` and `stage_cost` by dual numbers.
    pub fn linearize(
        &self,
        p: &[f64],
        state: &[f64],
        control: &[f64],
        time: usize,
        out: &mut Linearization,
    ) {
        self.formulas.linearize(p, state, control, time as f64, out);
    }

    /// ∂final_cost/∂x by dual numbers.
    pub fn final_cost_gradient(&self, p: &[f64], state: &[f64], gradient: &mut [f64]) {
        self.formulas.final_cost_gradient(p, state, gradient);
    }

    /// What is wrong with these parameters, if anything.
    pub fn warning(&self, p: &[f64]) -> Option<String> {
        self.formulas.warning(p)
    }

    /// The deepest contact by a pressure field at x under u; none if there is no such contact, or no limit to its depth.
    pub fn immersion(&self, p: &[f64], state: &[f64], control: &[f64]) -> Option<Immersion> {
        self.formulas.immersion(p, state, control)
    }

    /// Refuses parameters that make no sense for the system.
    pub fn check(&self, p: &[f64]) -> Result<()> {
        self.formulas.check(p)
    }

    /// What stands still in a picture and how it is laid out; none for a system that is not in space.
    pub fn geometry(&self, p: &[f64]) -> Option<Geometry> {
        if let Some((inner, _)) = &self.shaped {
            return inner.geometry(&p[..inner.parameters().len()]);
        }
        self.drawing.map(|drawing| (drawing.geometry)(p))
    }

    /// Everything that moves at one instant; see [`Drawn::scene`]. Empty for a system that is not in space.
    pub fn scene(&self, p: &[f64], state: &[f64], control: &[f64], share: f64) -> Scene {
        if let Some((inner, shaping)) = &self.shaped {
            let p = &p[..inner.parameters().len()];
            let (state, own) = state.split_at(inner.state_size());
            let (p, control) = shaping.given(p, own, control, inner.control_size());
            return inner.scene(&p, state, &control, share);
        }
        match self.drawing {
            Some(drawing) => (drawing.scene)(p, state, control, share),
            None => Scene::default(),
        }
    }

    /// The contact problem of a step, for a system that has one.
    pub fn quasi_dynamics(&self) -> Option<&QuasiDynamics> {
        self.quasi_dynamics.as_ref()
    }

    /// What a planner that grows a tree needs, for a system that has it.
    pub fn planning(&self) -> Option<&Planning> {
        self.planning.as_ref()
    }

    /// Exact value, gradient and variances at theta, where known.
    pub fn closed_form(
        &self,
        p: &[f64],
        theta: &[f64],
        sigma: f64,
        baseline: f64,
    ) -> Option<ClosedForm> {
        let forms = self.closed_forms?;
        (forms.open_loop)(p, theta, sigma, baseline)
    }

    /// Exact value and gradient of the default feedback policy with Gaussian noise on the action, where known.
    pub fn feedback_closed_form(
        &self,
        p: &[f64],
        theta: &[f64],
        horizon: usize,
        sigma: f64,
    ) -> Option<ClosedForm> {
        let forms = self.closed_forms?;
        (forms.feedback)(p, theta, horizon, sigma)
    }
}

/// A compiled system on its way to a model, with the parts that it has beyond what [`Model::new`] asks for:
/// `Parts::of(System).drawn().exact().model()`.
pub struct Parts<T, const N: usize, const M: usize> {
    model: Model,
    system: PhantomData<T>,
}

impl<T: Objective<N, M>, const N: usize, const M: usize> Parts<T, N, M> {
    /// [`Model::new`] of the system.
    pub fn of(system: T) -> Self {
        Self {
            model: Model::new(system),
            system: PhantomData,
        }
    }

    /// With its pictures.
    pub fn drawn(mut self) -> Self
    where
        T: Drawn<N, M>,
    {
        self.model.drawing = Some(Drawing::of::<T, N, M>());
        self
    }

    /// With its closed forms.
    pub fn exact(mut self) -> Self
    where
        T: Exact<N, M>,
    {
        self.model.closed_forms = Some(ClosedForms::of::<T, N, M>());
        self
    }

    /// With the contact problem of its steps.
    pub fn quasi_dynamic<const Q: usize, const ROWS: usize>(mut self) -> Self
    where
        T: QuasiDynamic<N, M, Q, ROWS>,
    {
        self.model.quasi_dynamics = Some(QuasiDynamics::of::<T, N, M, Q, ROWS>());
        self
    }

    /// With the contact problem of its steps and a planning problem.
    pub fn planned<const Q: usize, const ROWS: usize>(mut self) -> Self
    where
        T: Planned<N, M, Q, ROWS>,
    {
        self.model.planning = Some(Planning::of::<T, N, M, Q, ROWS>());
        self.quasi_dynamic()
    }

    /// The model.
    pub fn model(self) -> Model {
        self.model
    }
}
