//! Which engine a run takes, and why.

use crate::engine::Engine;
use crate::engine::cpu::CpuEngine;
use crate::engine::gpu::{self, AdapterChoice, GpuEngine};
use crate::engine::interrupt::Interrupt;
use crate::engine::kind::Kind;
use crate::engine::reference::ReferenceEngine;
use crate::error::{Error, Result};
use crate::system::model::Model;
use std::sync::Arc;

/// An engine as it is asked for.
///
/// ```
/// use mollify::engine::kind::Kind;
/// use mollify::engine::open::Choice;
/// use mollify::{Interrupt, Task};
///
/// # fn main() -> mollify::Result<()> {
/// let task = Task::find("heaviside")?;
/// let choice = Choice { kind: Some(Kind::Cpu), ..Choice::default() };
/// let engine = choice.open(task.model(), &Interrupt::default())?;
/// assert_eq!(engine.report().engine, "cpu");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Which; none for a hardware GPU if there is one, otherwise the CPU.
    pub kind: Option<Kind>,
    /// The first adapter with this in its name.
    pub adapter: Option<String>,
    /// Bytes for the samples in flight.
    pub memory: u64,
}

/// Bytes for the samples in flight unless told: 256 MiB.
pub const MEMORY: u64 = 256 << 20;

impl Default for Choice {
    fn default() -> Self {
        Self {
            kind: None,
            adapter: None,
            memory: MEMORY,
        }
    }
}

impl Choice {
    /// What was asked for, and in which words; none if nothing was.
    fn asked(&self) -> Result<Option<(Kind, AdapterChoice, &'static str)>> {
        Ok(match (self.kind, &self.adapter) {
            (Some(Kind::Cpu | Kind::Reference), Some(name)) => {
                let expected = "left out with `engine` cpu or reference, which need no adapter";
                return Err(Error::invalid("adapter", format!("'{name}'"), expected));
            }
            (_, Some(name)) => {
                let choice = AdapterChoice::Named(name.clone());
                Some((Kind::Gpu, choice, "asked for by name"))
            }
            (Some(kind), None) => Some((kind, AdapterChoice::Any, "asked for")),
            (None, None) => None,
        })
    }

    /// Which kind and for a GPU which adapter, without opening it; and why, if nothing was asked for.
    pub fn kind(&self) -> Result<(Kind, AdapterChoice, Option<String>)> {
        if let Some((kind, choice, _)) = self.asked()? {
            return Ok((kind, choice, None));
        }
        let (kind, reason) = match gpu::adapter(&AdapterChoice::Hardware) {
            Ok(_) => (Kind::Gpu, FOUND.to_string()),
            Err(error) => (Kind::Cpu, why_not(error)?),
        };
        Ok((kind, AdapterChoice::Hardware, Some(reason)))
    }

    /// Opens it for a model. If nothing was asked for, a GPU that is not there or cannot be used is passed over for the CPU.
    pub fn open(&self, model: &Arc<Model>, interrupt: &Interrupt) -> Result<Box<dyn Engine>> {
        self.open_with(model, interrupt, |_| ())
    }

    /// The same; a GPU is handed to `opened` first.
    pub fn open_with(
        &self,
        model: &Arc<Model>,
        interrupt: &Interrupt,
        opened: impl Fn(&GpuEngine),
    ) -> Result<Box<dyn Engine>> {
        let gpu = |choice: &AdapterChoice, reason: &str| -> Result<Box<dyn Engine>> {
            let engine = GpuEngine::open(choice, model, self.memory, reason, interrupt.clone())?;
            opened(&engine);
            Ok(Box::new(engine))
        };
        let cpu = |reason: &str| Box::new(CpuEngine::new(reason, self.memory, interrupt.clone()));
        match self.asked()? {
            Some((Kind::Gpu, choice, reason)) => gpu(&choice, reason),
            Some((Kind::Cpu, _, reason)) => Ok(cpu(reason)),
            Some((Kind::Reference, _, reason)) => {
                Ok(Box::new(ReferenceEngine::new(reason, interrupt.clone())))
            }
            None => match gpu(&AdapterChoice::Hardware, FOUND) {
                Err(error) => Ok(cpu(&why_not(error)?)),
                engine => engine,
            },
        }
    }
}

/// Why a GPU was taken that nobody asked for.
const FOUND: &str = "a hardware GPU was found";

/// Why a run goes on without the GPU; errors that another engine would only hide are passed on.
pub(super) fn why_not(error: Error) -> Result<String> {
    match error {
        Error::NoAdapter { reason } => Ok(format!("no hardware GPU was found ({reason})")),
        error @ (Error::Adapter { .. } | Error::DeviceLost { .. } | Error::AdapterLimit { .. }) => {
            Ok(format!("the GPU cannot be used: {error}"))
        }
        error => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_asks_for_the_gpu_and_no_other_engine_has_one() {
        let choice = |kind: Option<Kind>| Choice {
            kind,
            adapter: Some("llvmpipe".into()),
            ..Choice::default()
        };
        for kind in [None, Some(Kind::Gpu)] {
            let found = choice(kind).kind().expect("nothing is opened");
            let named = AdapterChoice::Named("llvmpipe".into());
            assert_eq!(found, (Kind::Gpu, named, None));
        }
        for kind in [Kind::Cpu, Kind::Reference] {
            let refused = choice(Some(kind)).kind().expect_err("it has no adapter");
            assert_eq!(
                refused.to_string(),
                "adapter is 'llvmpipe', but must be left out with `engine` cpu or reference, which need no adapter"
            );
        }
    }

    #[test]
    fn only_what_another_engine_does_better_is_passed_over() {
        let lost = Error::NoAdapter {
            reason: "none".into(),
        };
        let reason = why_not(lost).expect("the CPU goes on");
        assert_eq!(reason, "no hardware GPU was found (none)");
        assert!(matches!(
            why_not(Error::Interrupted),
            Err(Error::Interrupted)
        ));
    }
}
