//! Which engine a run takes, and why.

use super::args::{EngineArgs, EngineName};
use super::output::note;
use super::words::in_flags;
use bytesize::ByteSize;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::fallback::WithFallback;
use mollify::engine::gpu::{AdapterChoice, Fault, GpuEngine};
use mollify::engine::kind::Kind;
use mollify::engine::open::Choice;
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::{Batch, Engine, Interrupt};
use mollify::error::Named;
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::{Error, Result};
use std::sync::Arc;

/// An engine that can take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FallbackName {
    /// Single precision on all cores
    Cpu,
    /// Double precision on all cores
    Reference,
}

impl Named for FallbackName {
    const WHAT: &'static str = "fallback";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Cpu, "cpu", "Single precision on all cores"),
        (
            Self::Reference,
            "reference",
            "Double precision on all cores",
        ),
    ];
}

/// `device-lost@3x2`: the fault, the calls that go well before, and those that fail.
pub fn fault(text: &str) -> std::result::Result<(Fault, u64, u64), String> {
    let error = || "expected a fault such as device-lost@3x1 or out-of-memory@0x2".to_string();
    let (name, counts) = text.split_once('@').ok_or_else(error)?;
    let (after, times) = counts.split_once('x').ok_or_else(error)?;
    let fault = match name {
        "device-lost" => Fault::DeviceLost,
        "out-of-memory" => Fault::OutOfMemory,
        _ => return Err(error()),
    };
    let number = |text: &str| text.parse().map_err(|_| error());
    Ok((fault, number(after)?, number(times)?))
}

/// Opens the engine that was asked for. `auto` takes a hardware GPU, or the CPU where there is none.
pub fn open(args: &EngineArgs, task: &Task, interrupt: Interrupt) -> Result<Box<dyn Engine>> {
    let on_cpu = matches!(args.engine, Some(EngineName::Cpu | EngineName::Reference));
    if on_cpu && (args.fallback.is_some() || args.inject_fault.is_some()) {
        return Err(invalid(
            "--engine",
            args.engine.unwrap_or(EngineName::Auto).name(),
            "gpu or auto with --fallback, which is for a GPU that fails",
        ));
    }
    let engine = open_one(args, task, &interrupt);
    let Some(fallback) = args.fallback else {
        return engine;
    };
    let memory = args.memory;
    let successor = move |reason: &str| -> Result<Box<dyn Engine>> {
        Ok(match fallback {
            FallbackName::Cpu => Box::new(CpuEngine::new(reason, memory, interrupt)),
            FallbackName::Reference => Box::new(ReferenceEngine::new(reason, interrupt)),
        })
    };
    let engine = match engine {
        // No GPU is a failure of the GPU.
        Err(
            error @ (Error::NoAdapter { .. } | Error::Adapter { .. } | Error::AdapterLimit { .. }),
        ) => {
            let reason = format!("took over because there is no GPU that can be used: {error}");
            let engine = successor(&reason)?;
            let name = engine.report().engine;
            note(&format!("warning: engine {name}: {}", in_flags(&reason)));
            return Ok(engine);
        }
        engine => engine?,
    };
    Ok(Box::new(WithFallback::new(
        engine,
        Box::new(successor),
        |sentence| note(&format!("warning: {}", in_flags(sentence))),
    )))
}

impl EngineName {
    /// None for `auto`.
    fn kind(self) -> Option<Kind> {
        match self {
            Self::Auto => None,
            Self::Gpu => Some(Kind::Gpu),
            Self::Cpu => Some(Kind::Cpu),
            Self::Reference => Some(Kind::Reference),
        }
    }
}

/// Which kind of engine, and for a GPU which adapter, for commands that take steps and no batches of rollouts; as [`open`]
/// chooses. Says on stderr what `auto` took.
pub fn kind(
    engine: Option<EngineName>,
    adapter: Option<&str>,
    quiet: bool,
) -> Result<(Kind, AdapterChoice)> {
    let choice = Choice {
        kind: engine.and_then(EngineName::kind),
        adapter: adapter.map(Into::into),
        ..Choice::default()
    };
    let (kind, adapter, reason) = choice.kind()?;
    if let Some(reason) = reason.filter(|_| !quiet) {
        note(&format!("engine: {kind}: {}", in_flags(&reason)));
    }
    Ok((kind, adapter))
}

fn open_one(args: &EngineArgs, task: &Task, interrupt: &Interrupt) -> Result<Box<dyn Engine>> {
    let choice = Choice {
        kind: args.engine.and_then(EngineName::kind),
        adapter: args.adapter.clone(),
        memory: args.memory,
    };
    choice.open_with(task.model(), interrupt, |gpu| {
        if let Some((fault, after, times)) = args.inject_fault {
            gpu.inject(fault, after, times);
        }
    })
}

/// Says on stderr what `auto` took.
pub fn announce(args: &EngineArgs, engine: &dyn Engine, quiet: bool) {
    let by_itself = matches!(args.engine, Some(EngineName::Auto) | None) && args.adapter.is_none();
    if quiet || !by_itself {
        return;
    }
    note(&format!("engine: {}", described(engine)));
}

/// Name, adapter and reason.
pub fn described(engine: &dyn Engine) -> String {
    let report = engine.report();
    let reason = in_flags(&report.reason);
    match &report.adapter {
        Some(adapter) => format!("{} on {adapter}: {reason}", report.engine),
        None => format!("{}: {reason}", report.engine),
    }
}

fn size(bytes: u64) -> String {
    ByteSize::b(bytes).display().iec().to_string()
}

/// Says on stderr how a batch is cut that takes more than one piece.
pub fn announce_plan(engine: &dyn Engine, task: &Task, batch: &Batch, quiet: bool) {
    let Ok(plan) = engine.plan(task, batch) else {
        return;
    };
    if quiet || plan.chunks * plan.segments == 1 {
        return;
    }
    let segments = match plan.segments {
        1 => String::new(),
        n => format!(", {n} segments of up to {} steps", plan.segment_steps),
    };
    note(&format!(
        "plan: {} chunks of up to {} samples{segments}, {}",
        plan.chunks,
        plan.chunk_samples,
        size(plan.bytes)
    ));
}

/// Refuses a batch that does not fit the memory allowed, before anything large is allocated.
pub fn plan(engine: &dyn Engine, args: &EngineArgs, task: &Task, batch: &Batch) -> Result<()> {
    let plan = match engine.plan(task, batch) {
        // The engine that takes over will have no such limit.
        Err(Error::AdapterLimit { .. }) if args.fallback.is_some() => return Ok(()),
        plan => plan?,
    };
    if plan.bytes <= args.memory {
        return on_this_machine(engine, task, plan.bytes);
    }
    Err(Error::MemoryTooSmall {
        task: task.name().into(),
        budget: size(args.memory),
        block: plan.chunk_samples,
        needed: size(plan.bytes),
        suggestion: format!("{}MiB", plan.bytes.div_ceil(1 << 20)),
    })
}

/// Whether the machine gives that much memory to this process: what it refuses later would end the process at once. What is
/// tried is given back untouched.
fn on_this_machine(engine: &dyn Engine, task: &Task, bytes: u64) -> Result<()> {
    // Beside the samples: threads, theta, statistics, and their text, in which a number has some twenty letters.
    const BESIDE: u64 = 64 << 20;
    const EACH: u64 = 512;
    let is_on_the_device = engine.report().engine == "gpu";
    let all = bytes + BESIDE + EACH * task.dimension() as u64;
    let mut trial: Vec<u8> = Vec::new();
    let given = usize::try_from(all).is_ok_and(|n| trial.try_reserve_exact(n).is_ok());
    match is_on_the_device || given {
        true => Ok(()),
        false => Err(Error::Allocation {
            needed: size(bytes),
        }),
    }
}

/// The GPU engine on the adapter that `choice` stands for.
pub fn open_gpu(
    choice: &AdapterChoice,
    model: &Arc<Model>,
    memory: u64,
    reason: &str,
    interrupt: Interrupt,
) -> Result<Box<dyn Engine>> {
    let engine = GpuEngine::open(choice, model, memory, reason, interrupt)?;
    Ok(Box::new(engine))
}

/// The error of a value that does not fit the others.
pub fn invalid(what: &str, value: &str, expected: &str) -> Error {
    Error::InvalidValue {
        what: what.into(),
        value: format!("'{value}'"),
        expected: expected.into(),
    }
}
