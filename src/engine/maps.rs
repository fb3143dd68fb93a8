//! The maps of the engines by name.

use crate::engine::cpu::CpuMap;
use crate::engine::gpu::{AdapterChoice, Device, GpuMap};
use crate::engine::kind::Kind;
use crate::engine::map::{Map, check_points};
use crate::error::Result;
use crate::system::functions::{Function, Sizes};
use rayon::prelude::*;

/// Compiles a function for an engine; `adapter` chooses the GPU's.
pub fn open(
    kind: Kind,
    function: &Function,
    parameters: &[f64],
    sizes: Sizes,
    adapter: &AdapterChoice,
) -> Result<Box<dyn Map>> {
    Ok(match kind {
        Kind::Reference => Box::new(ReferenceMap {
            function: function.clone(),
            parameters: parameters.to_vec(),
            sizes,
        }),
        Kind::Cpu => Box::new(CpuMap::new(function, parameters, sizes)),
        Kind::Gpu => {
            let device = Device::open(adapter)?;
            Box::new(GpuMap::new(device, function, parameters, sizes)?)
        }
    })
}

/// The function in f64, node by node, on all cores.
struct ReferenceMap {
    function: Function,
    parameters: Vec<f64>,
    sizes: Sizes,
}

impl Map for ReferenceMap {
    fn run(&mut self, points: &[f64]) -> Result<Vec<f64>> {
        check_points(points.len(), self.sizes)?;
        let result = |point: &[f64]| {
            let (state, control) = point.split_at(self.sizes.state);
            self.function.run(&self.parameters, state, control, 0.0)
        };
        let rows = points.par_chunks(self.sizes.point().max(1));
        Ok(rows.flat_map_iter(result).collect())
    }
}
