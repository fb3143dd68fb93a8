//! Everything that can go wrong, as values a caller can match on.
//!
//! Each message is one sentence that says what was wrong, where, what was expected and what to do. A setting to change stands
//! in backquotes by its name in the library, as in `samples`, so that a program can put its own spelling there.
//! Ending early, a radius that became too small, or a warning about the noise level are *results*,
//! not errors: see [`crate::solve::Stopped`] and [`crate::estimate::alpha::Reason`].
//!
//! Longer than other files, because every field of every error is explained. Those of sweeps are in
//! `error/sweep.rs`, those of builders in `error/build.rs`, those of plans in `error/plan.rs`, those of receding horizons in
//! `error/control.rs`, those of parts in `error/parts.rs`.

mod build;
mod control;
mod named;
mod parts;
mod plan;
mod sweep;
mod words;

pub use build::BuildError;
pub use control::ControlError;
pub use named::Named;
pub use parts::{Flaws, PartsError};
pub use plan::PlanError;
pub use sweep::SweepError;
pub use words::{exact, nearest, number, plural, with_digits};

use std::path::PathBuf;
use words::{InSentence, choice, did_you_mean, list};

/// The result type of the whole crate.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No task of that name.
    #[error("there is no task '{name}'{}", did_you_mean(.nearest))]
    UnknownTask {
        /// The name that was asked for.
        name: String,
        /// The task with the most similar name, if any is close.
        nearest: Option<String>,
    },
    /// A setting has no such choice.
    #[error("{what} is '{name}'{}, but must be one of {}", did_you_mean(.nearest), list(.known))]
    UnknownName {
        /// The setting.
        what: &'static str,
        /// The name that was asked for.
        name: String,
        /// The choice with the most similar name, if any is close.
        nearest: Option<String>,
        /// All choices.
        known: Vec<String>,
    },
    /// The system has no parameter of that name.
    #[error("task '{task}' has no parameter '{name}'{}; it has {}", did_you_mean(.nearest), list(.known))]
    UnknownParameter {
        /// The task.
        task: String,
        /// The name that was asked for.
        name: String,
        /// The parameter with the most similar name, if any is close.
        nearest: Option<String>,
        /// All parameters of the task.
        known: Vec<String>,
    },
    /// The system has no coordinate of the state of that name.
    #[error("task '{task}' has no state coordinate '{name}'{}; it has {}", did_you_mean(.nearest), list(.known))]
    UnknownState {
        /// The task.
        task: String,
        /// The name that was asked for.
        name: String,
        /// The coordinate with the most similar name, if any is close.
        nearest: Option<String>,
        /// All coordinates of the state.
        known: Vec<String>,
    },
    /// The system has no control of that name.
    #[error("task '{task}' has no control '{name}'{}; it has {}", did_you_mean(.nearest), list(.known))]
    UnknownControl {
        /// The task.
        task: String,
        /// The name that was asked for.
        name: String,
        /// The control with the most similar name, if any is close.
        nearest: Option<String>,
        /// All controls of the task.
        known: Vec<String>,
    },
    /// A command is outside of the limits of its control.
    #[error(
        "`limit` of control '{control}' is {}..{}, which excludes {origin}, where it is commanded {}; give limits around that, \
         or another `theta`",
        number(*.low), number(*.high), number(*.value)
    )]
    OutsideLimits {
        /// The control.
        control: String,
        /// Its least value.
        low: f64,
        /// Its largest value.
        high: f64,
        /// Where the command comes from.
        origin: String,
        /// The command.
        value: f64,
    },
    /// The task has no contact model of that name.
    #[error("task '{task}' has no contact model '{name}'{}; it has {}", did_you_mean(.nearest), choice(.known))]
    UnknownContact {
        /// The task.
        task: String,
        /// The name that was asked for.
        name: String,
        /// The model with the most similar name, if any is close.
        nearest: Option<String>,
        /// All models of the task.
        known: Vec<String>,
    },
    /// The task has no published settings, which fixed steps start from.
    #[error(
        "task '{task}' has no published settings: fixed steps need samples, step and iterations"
    )]
    Unpublished {
        /// The task.
        task: String,
    },
    /// A number or a word outside its domain.
    #[error("{what} is {value}, but must be {expected}")]
    InvalidValue {
        /// What was being set, for instance `sigma`.
        what: String,
        /// The value found.
        value: String,
        /// The values that are accepted.
        expected: String,
    },
    /// The decision vector has the wrong length.
    #[error(
        "theta from {origin} has {got} values, but task '{task}' with policy {policy} and horizon {horizon} needs {expected}; change it, `policy` or `horizon`"
    )]
    ThetaLength {
        /// Where theta came from (a path, or "the caller").
        origin: String,
        /// The task.
        task: String,
        /// The policy in force.
        policy: String,
        /// The horizon in force.
        horizon: usize,
        /// The number of values needed.
        expected: usize,
        /// The number of values found.
        got: usize,
    },
    /// The decision vector holds an infinity or a NaN.
    #[error(
        "theta from {origin} has the value {value:e} at index {index}, but every value must be finite and fit f32"
    )]
    ThetaNonFinite {
        /// Where theta came from.
        origin: String,
        /// Index of the first such value, from 0.
        index: usize,
        /// That value.
        value: f64,
    },
    /// A file could not be read.
    #[error("cannot read '{}': {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file was read but is not in the expected format.
    #[error("cannot understand '{}': {problem}; expected {expected}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was found.
        problem: String,
        /// What was expected.
        expected: String,
    },
    /// A system from a text or from a builder was not accepted.
    #[error("cannot use the system {origin}: {place}: {problem}")]
    System {
        /// Where it came from, such as "in 'spring.json'".
        origin: String,
        /// Where in it, such as "advance, node 7".
        place: String,
        /// What was found, and what was expected.
        problem: String,
    },
    /// A file or folder could not be written.
    #[error("cannot write '{}': {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A result file is there already.
    #[error("'{}' is there already and would be overwritten", path.display())]
    Exists {
        /// The file in the way.
        path: PathBuf,
    },
    /// No adapter matches the name.
    #[error("there is no adapter matching '{name}'; this machine has {}", list(.available))]
    UnknownAdapter {
        /// The name that was asked for.
        name: String,
        /// The adapters found.
        available: Vec<String>,
    },
    /// There is no adapter at all.
    #[error(
        "no GPU adapter was found ({reason}); install a Vulkan driver (on Debian or Ubuntu: mesa-vulkan-drivers) or use `engine` cpu"
    )]
    NoAdapter {
        /// Why, as far as it is known.
        reason: String,
    },
    /// The memory budget cannot hold the smallest unit of work.
    #[error(
        "`memory` {budget} cannot hold one block of {block} samples of task '{task}', which takes {needed}; give `memory` {suggestion} or more, or a shorter `horizon`"
    )]
    MemoryTooSmall {
        /// The task.
        task: String,
        /// What is allowed.
        budget: String,
        /// Samples of a block.
        block: u64,
        /// What one block takes.
        needed: String,
        /// A budget that suffices, such as `17MiB`.
        suggestion: String,
    },
    /// A limit of the adapter cannot hold the smallest unit of work.
    #[error(
        "adapter '{adapter}' allows {limit} = {allowed}, but one block of task '{task}' needs {needed}; give a shorter `horizon` or use `engine` cpu"
    )]
    AdapterLimit {
        /// The adapter.
        adapter: String,
        /// The name of the limit.
        limit: &'static str,
        /// What it allows.
        allowed: u64,
        /// What is needed.
        needed: u64,
        /// The task.
        task: String,
    },
    /// Some samples gave an infinity or a NaN.
    #[error(
        "{count} of {samples} samples of task '{task}' are not finite, first sample {sample} at time {time} under seed {seed}; leave such samples out with `nonfinite` drop{hint}"
    )]
    NonFinite {
        /// The task.
        task: String,
        /// How many samples.
        count: u64,
        /// Of how many.
        samples: u64,
        /// The first such sample.
        sample: u64,
        /// The first time step at which it was not finite.
        time: u32,
        /// The seed of the run.
        seed: u64,
        /// A possible reason.
        hint: String,
    },
    /// Some rollouts along drawn directions gave an infinity or a NaN.
    #[error(
        "{count} of {samples} rollouts of task '{task}' around theta are not finite; take a smaller `sigma`, or leave such rollouts out with `nonfinite` drop"
    )]
    NonFiniteCosts {
        /// The task.
        task: String,
        /// How many rollouts.
        count: u64,
        /// Of how many.
        samples: u64,
    },
    /// Statistics left the range of f32.
    #[error(
        "the statistics of task '{task}' are of size {size:e}, whose squares f32 cannot hold; change the units of the task with `parameters` or `sigma`, or use `engine` reference{hint}"
    )]
    OutOfRange {
        /// The task.
        task: String,
        /// The size found: too small, infinite or NaN.
        size: f64,
        /// A possible reason.
        hint: String,
    },
    /// Rounding to f32 changes the noise-free trajectory so much that a result would be false.
    #[error(
        "f32 cannot hold task '{task}' here: rounding alone changes {what} by {error:.2e}, where a sample is of size {size:.2e}; bring coordinates and goals nearer to 0, or the parameters nearer to each other in size, or use `engine` reference{hint}"
    )]
    LostInF32 {
        /// The task.
        task: String,
        /// What is false.
        what: &'static str,
        /// The rms f32 error of it without noise.
        error: f64,
        /// The root mean square of a sample of it.
        size: f64,
        /// A possible reason.
        hint: String,
    },
    /// The noise is lost beside theta in f32.
    #[error(
        "`sigma` {sigma:e} is lost in f32 beside theta, whose largest value is {theta:e}; give `sigma` {smallest:e} or more, or use `engine` reference"
    )]
    SigmaTooSmall {
        /// σ
        sigma: f64,
        /// The largest |theta|.
        theta: f64,
        /// The smallest σ that an f32 engine takes.
        smallest: f64,
    },
    /// The noise-free rollout gave an infinity or a NaN.
    #[error(
        "the noise-free rollout of task '{task}' is not finite from time {time} on, so there is nothing to descend; change theta or a value of `parameters`{hint}"
    )]
    NonFiniteNominal {
        /// The task.
        task: String,
        /// The first time step at which it was not finite.
        time: u32,
        /// Advice of the system, for instance about its stability limit; empty or starting with "; ".
        hint: String,
    },
    /// The shader text was not accepted: a fault of the system's definition or of this crate.
    #[error("the shader '{label}' is not valid WGSL: {message}")]
    Shader {
        /// The shader.
        label: String,
        /// What the compiler said.
        message: String,
    },
    /// Host and shader do not agree about a name or type: a fault of this crate.
    #[error("host and shader disagree about {kind} '{name}'; the shader has {}", list(.known))]
    ShaderName {
        /// What was looked for, with its article: "a buffer", "a field given as u32,", "a field never set,".
        kind: &'static str,
        /// The name.
        name: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// A buffer or a dispatch is larger than the device allows; smaller chunks are the remedy.
    #[error(
        "{what} needs {needed}, but the adapter '{adapter}' allows {limit} = {allowed}; give a smaller `memory`"
    )]
    DeviceLimit {
        /// The adapter.
        adapter: String,
        /// The buffer or dispatch, in words.
        what: String,
        /// The name of the limit.
        limit: &'static str,
        /// What it allows.
        allowed: u64,
        /// What is needed.
        needed: u64,
    },
    /// The adapter ran out of memory.
    #[error(
        "the adapter '{adapter}' ran out of memory ({message}), with smaller chunks too; give a smaller `memory`, or `fallback` cpu"
    )]
    OutOfMemory {
        /// The adapter.
        adapter: String,
        /// What the driver said.
        message: String,
    },
    /// The machine does not give the memory that is allowed.
    #[error(
        "the machine does not give this process the {needed} that a block takes; give a smaller `memory`"
    )]
    Allocation {
        /// What is needed.
        needed: String,
    },
    /// The device was lost, for instance to a watchdog.
    #[error(
        "the device of adapter '{adapter}' was lost ({message}), also after it was opened again; run again, or give `fallback` cpu to go on without it"
    )]
    DeviceLost {
        /// The adapter.
        adapter: String,
        /// What the driver said.
        message: String,
    },
    /// Any other error of the adapter.
    #[error("the adapter '{adapter}' reported an error: {message}")]
    Adapter {
        /// The adapter.
        adapter: String,
        /// What it said.
        message: String,
    },
    /// The run was interrupted before it had a result.
    #[error("interrupted before there was a result")]
    Interrupted,
    /// Something is wrong at one point of a sweep.
    #[error("at {point}: {source}")]
    AtGridPoint {
        /// The values of the axes.
        point: String,
        /// What is wrong there.
        source: Box<Error>,
    },
    /// Something about a sweep.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// Something about the parts of a run.
    #[error(transparent)]
    Parts(#[from] PartsError),
    /// Something about a value or a function that is recorded by a builder.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Something about a plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Something about a receding horizon.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// An engine does not agree with the reference, so that its speed means nothing.
    #[error(
        "engine '{engine}' does not agree with the reference on task '{task}': {what} is off by {deviation:.3}, more than {tolerance}; nothing was timed"
    )]
    Disagreement {
        /// The engine.
        engine: String,
        /// The task.
        task: String,
        /// What is off.
        what: String,
        /// By how much: means in standard errors, variances relative.
        deviation: f64,
        /// What is allowed.
        tolerance: f64,
    },
    /// An engine returned two results for the same batch: a fault of this crate or of a driver.
    #[error(
        "engine '{engine}' gave two results for the same {samples} samples of task '{task}', which must be equal bit for bit; report it, and use `engine` reference meanwhile"
    )]
    NotRepeatable {
        /// The engine.
        engine: String,
        /// The task.
        task: String,
        /// K
        samples: u64,
    },
}

impl Error {
    pub(crate) fn invalid(what: &str, value: impl InSentence, expected: impl AsRef<str>) -> Self {
        Error::InvalidValue {
            what: what.into(),
            value: value.in_sentence(),
            expected: expected.as_ref().into(),
        }
    }

    /// With what may be behind it, where statistics were not finite.
    pub(crate) fn because(mut self, reason: String) -> Self {
        if let Error::NonFinite { hint, .. } | Error::OutOfRange { hint, .. } = &mut self {
            *hint = reason;
        }
        self
    }

    /// Whether a run failed, and not what it was told: the same input may do on another machine, at another theta or with
    /// another seed.
    pub fn is_of_the_run(&self) -> bool {
        match self {
            Error::NonFinite { .. }
            | Error::NonFiniteCosts { .. }
            | Error::NonFiniteNominal { .. }
            | Error::OutOfRange { .. }
            | Error::LostInF32 { .. }
            | Error::Shader { .. }
            | Error::ShaderName { .. }
            | Error::DeviceLimit { .. }
            | Error::OutOfMemory { .. }
            | Error::Allocation { .. }
            | Error::DeviceLost { .. }
            | Error::Adapter { .. }
            | Error::Interrupted
            | Error::Disagreement { .. }
            | Error::NotRepeatable { .. }
            | Error::Sweep(SweepError::Stopped { .. })
            | Error::Plan(
                PlanError::Stalled { .. }
                | PlanError::NotFinite { .. }
                | PlanError::NotConvex
                | PlanError::Infeasible
                | PlanError::Unbounded,
            ) => true,
            Error::AtGridPoint { source, .. } => source.is_of_the_run(),
            Error::Parts(PartsError::Unmerged { flaws, .. }) => flaws.are_mended_by_running(),
            Error::Parts(
                PartsError::Unanswered | PartsError::Unlike { .. } | PartsError::Lost { .. },
            ) => true,
            _ => false,
        }
    }
}
