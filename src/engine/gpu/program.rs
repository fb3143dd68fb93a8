//! The compiled kernels of one variant of a model's shader.

use super::device::Device;
use super::kernel::{Kernel, Module};
use super::layout::Sizes;
use super::print::wgsl;
use super::source::{Variant, source_of};
use super::strips::StripReader;
use crate::error::Result;
use crate::system::model::Model;
use std::time::Instant;

/// See the module.
pub(super) struct Program {
    pub variant: Variant,
    pub module: Module,
    pub rollout: Kernel,
    pub rollout_costs: Kernel,
    /// The noise-free rollout of each sample's own environment, where there is one.
    pub rollout_baseline: Option<Kernel>,
    pub adjoint: Kernel,
    pub reduce_values: Kernel,
    pub reduce_coordinates: Kernel,
    pub merge_coordinates: Kernel,
    pub reduce_decreases: Kernel,
    /// Draw and score the noise of a feedback policy.
    pub feedback: Option<Feedback>,
    pub reader: StripReader,
    pub sizes: Sizes,
    pub compile_seconds: f64,
}

/// What only feedback policies have.
pub(super) struct Feedback {
    pub draw: Kernel,
    /// Where noise and score follow from independent noise.
    pub correlate: Option<Kernel>,
    pub scores: Kernel,
}

impl Program {
    /// Compiles.
    pub fn new(device: &Device, model: &Model, variant: Variant) -> Result<Self> {
        let started = Instant::now();
        let source = source_of(&wgsl(model), &variant);
        let module = Module::new(device, &model.about().name, &source)?;
        let kernel = |name| Kernel::new(device, &module, name);
        Ok(Self {
            rollout: kernel("rollout")?,
            rollout_costs: kernel("rollout_costs")?,
            rollout_baseline: match variant.random_environment {
                false => None,
                true => Some(kernel("rollout_baseline")?),
            },
            adjoint: kernel("adjoint")?,
            reduce_values: kernel("reduce_values")?,
            reduce_coordinates: kernel("reduce_coordinates")?,
            merge_coordinates: kernel("merge_coordinates")?,
            reduce_decreases: kernel("reduce_decreases")?,
            feedback: match variant.is_feedback() {
                false => None,
                true => Some(Feedback {
                    draw: kernel("draw")?,
                    correlate: match variant.is_correlated() {
                        false => None,
                        true => Some(kernel("correlate")?),
                    },
                    scores: kernel("scores")?,
                }),
            },
            reader: StripReader::new(&module)?,
            sizes: Sizes::new(&module)?,
            compile_seconds: started.elapsed().as_secs_f64(),
            variant,
            module,
        })
    }
}
