//! A function that is being recorded value by value.

use crate::error::{BuildError, Result, nearest};
use crate::number::Scalar as _;
use crate::number::graph::{Graph, Id, Node};
use crate::number::traced::{Traced, resume};
use crate::system::checks::{fits, shown};
use crate::system::functions::{CONTROL, Function, PARAMETERS, Part, STATE, TIME};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The names of the inputs, those of a bank at its number.
pub(super) type Names = [Vec<String>; 3];
const KINDS: [&str; 3] = ["parameter", "state", "control"];

struct Inner {
    /// In words, for errors.
    title: String,
    /// None for the body of a loop.
    part: Option<Part>,
    names: Names,
    graph: Mutex<Graph>,
}

/// A function, or the body of a loop, that is being recorded. Copies are the same recording.
#[derive(Clone)]
pub struct Recording(Arc<Inner>);

/// A number of a recording. It knows which: used in another one, it is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub(super) recording: Recording,
    pub(super) id: Id,
}

/// The truth value of a comparison of two values.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    pub(super) recording: Recording,
    pub(super) id: Id,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recording").field(&self.0.title).finish()
    }
}

impl PartialEq for Recording {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Recording {
    /// A function of the system of that name. Its inputs stand in front, as those of a compiled one do.
    pub(super) fn of(system: &str, part: Part, names: Names) -> Self {
        let banks = [PARAMETERS, STATE, CONTROL];
        let mut graph = Graph::default();
        for bank in banks.into_iter().filter(|bank| part.takes(*bank)) {
            for index in 0..names[bank as usize].len() as u32 {
                graph.push(Node::Input { bank, index });
            }
        }
        if part.takes(TIME) {
            let (bank, index) = (TIME, 0);
            graph.push(Node::Input { bank, index });
        }
        Self(Arc::new(Inner {
            title: format!("{} of '{system}'", part.name()),
            part: Some(part),
            names,
            graph: Mutex::new(graph),
        }))
    }

    /// The body of a loop in this one.
    pub(super) fn body(&self) -> Self {
        Self(Arc::new(Inner {
            title: format!("a loop in {}", self.title()),
            part: None,
            names: Default::default(),
            graph: Mutex::default(),
        }))
    }

    /// What it is, in words.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// Which function it is; none for the body of a loop.
    pub fn part(&self) -> Option<Part> {
        self.0.part
    }

    /// Whether inputs of this bank are among its own; the body of a loop has none of a system.
    fn takes(&self, bank: u32) -> bool {
        self.part().is_some_and(|part| part.takes(bank))
    }

    /// Whether its inputs are the first of these.
    pub(super) fn has_inputs_of(&self, names: &Names) -> bool {
        let mut both = self.0.names.iter().zip(names);
        both.all(|(own, names)| names.starts_with(own))
    }

    pub(super) fn graph(&self) -> MutexGuard<'_, Graph> {
        // Whoever panicked with it left a graph behind that is whole, or an empty one.
        self.0.graph.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs generic code on its graph: what it says is written once, for compiled systems and for these.
    pub(super) fn with<T>(&self, body: impl FnOnce() -> T) -> T {
        let mut graph = self.graph();
        let (found, result) = resume(std::mem::take(&mut *graph), body);
        *graph = found;
        result
    }

    pub(super) fn number(&self, id: Id) -> Value {
        let recording = self.clone();
        Value { recording, id }
    }

    pub(super) fn comparison(&self, id: Id) -> Mask {
        let recording = self.clone();
        Mask { recording, id }
    }

    /// Labels a node.
    pub(super) fn label(&self, id: Id, label: &str) {
        self.graph().name(id, label);
    }

    /// Refuses what is of another recording.
    pub(super) fn check(&self, other: &Self) -> Result<()> {
        match self == other {
            true => Ok(()),
            false => Err(BuildError::Stranger {
                of: other.title().into(),
                inside: self.title().into(),
            }
            .into()),
        }
    }

    /// The nodes of values of this recording; a stranger is refused.
    pub(super) fn ids(&self, values: &[Value]) -> Result<Vec<Id>> {
        let id = |value: &Value| self.check(&value.recording).map(|()| value.id);
        values.iter().map(id).collect()
    }

    /// A number.
    pub fn constant(&self, value: f64) -> Result<Value> {
        match fits(value) {
            true => Ok(self.number(self.with(|| Traced::constant(value).id()))),
            false => Err(BuildError::Constant { value }.into()),
        }
    }

    /// A mask that always has this value.
    pub fn mask(&self, value: bool) -> Mask {
        let id = self.graph().push(Node::MaskConstant(value));
        self.comparison(id)
    }

    /// √(Σ vᵢ²), with derivative 0 at v = 0.
    pub fn norm(&self, values: &[Value]) -> Result<Value> {
        let ids = self.ids(values)?;
        let norm = || {
            let values: Vec<Traced> = ids.into_iter().map(Traced::of).collect();
            Traced::norm_of(&values).id()
        };
        Ok(self.number(self.with(norm)))
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Result<Value> {
        self.input(PARAMETERS, name)
    }

    /// The coordinate of the state of that name.
    pub fn state(&self, name: &str) -> Result<Value> {
        self.input(STATE, name)
    }

    /// The coordinate of the control of that name.
    pub fn control(&self, name: &str) -> Result<Value> {
        self.input(CONTROL, name)
    }

    /// The number of the step.
    pub fn time(&self) -> Result<Value> {
        let inside = self.title().to_string();
        match self.takes(TIME) {
            true => Ok(self.node(TIME, 0)),
            false => Err(BuildError::NoTime { inside }.into()),
        }
    }

    pub(super) fn node(&self, bank: u32, index: u32) -> Value {
        let id = self.graph().push(Node::Input { bank, index });
        self.number(id)
    }

    fn input(&self, bank: u32, name: &str) -> Result<Value> {
        let known: &[String] = match self.takes(bank) {
            true => &self.0.names[bank as usize],
            false => &[],
        };
        let found = known.iter().position(|known| known == name);
        let index = found.ok_or_else(|| BuildError::UnknownInput {
            inside: self.title().into(),
            kind: KINDS[bank as usize],
            name: shown(name),
            nearest: nearest(name, known.iter().map(String::as_str)),
            known: known.to_vec(),
        })?;
        Ok(self.node(bank, index as u32))
    }

    /// The function with these outputs; `expected` is how many it must have.
    pub(super) fn function(&self, outputs: &[Value], expected: usize) -> Result<Function> {
        let outputs = self.ids(outputs)?;
        check_outputs(|| self.title().into(), outputs.len(), expected)?;
        let graph = self.graph().clone();
        Ok(Function::new(graph, outputs))
    }
}

/// Refuses another number of outputs than expected; `of` is the function in words.
pub(super) fn check_outputs(
    of: impl FnOnce() -> String,
    found: usize,
    expected: usize,
) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(BuildError::Outputs {
            of: of(),
            found,
            expected,
        }
        .into()),
    }
}
