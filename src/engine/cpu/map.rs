//! A function at many points: 64 points at a time in f32 lanes, on all cores. Twin of `shaders/map.wgsl`.

use super::execute::Execute;
use super::lanes::{LANES, Row};
use super::program::{BANKS, Bank, Place, Program, Slot};
use crate::engine::map::{Map, check_points};
use crate::error::Result;
use crate::system::functions::{self, Function, Sizes};
use pulp::Arch;
use rayon::prelude::*;

/// Points that a thread takes at one time.
const CHUNK: usize = 16 * LANES;

/// A function compiled for this processor.
pub struct CpuMap {
    program: Program,
    bases: [usize; BANKS],
    /// Where the point begins, and behind it the results.
    rows: usize,
    sizes: Sizes,
    results: usize,
    arch: Arch,
}

impl CpuMap {
    /// Compiles it.
    pub fn new(function: &Function, parameters: &[f64], sizes: Sizes) -> Self {
        let input = |bank: u32, index: u32| match bank {
            functions::STATE => Slot::Input(Place {
                bank: Bank::State,
                index,
            }),
            functions::CONTROL => Slot::Input(Place {
                bank: Bank::Control,
                index,
            }),
            functions::PARAMETERS => Slot::Uniform(parameters[index as usize] as f32),
            // Nothing that a point has.
            _ => Slot::Uniform(f32::NAN),
        };
        let results = function.outputs.len();
        let targets: Vec<Place> = Place::rows(Bank::NextState, results).collect();
        let program = Program::new(&[function], input, &targets);
        let rows = program.constants.len() + program.file;
        let mut bases = [0; BANKS];
        bases[Bank::File as usize] = program.constants.len();
        bases[Bank::State as usize] = rows;
        bases[Bank::Control as usize] = rows + sizes.state;
        bases[Bank::NextState as usize] = rows + sizes.point();
        Self {
            program,
            bases,
            rows,
            sizes,
            results,
            arch: Arch::new(),
        }
    }

    /// How many operations a point takes, loops counted as often as they run.
    pub fn operations(&self) -> usize {
        let segments = self.program.segments.iter();
        let counts = segments.map(|s| s.code.len() * s.body.map_or(1, |body| body.count as usize));
        counts.sum()
    }

    /// Rows of memory, with the constants in place.
    fn memory(&self) -> Vec<Row> {
        let count = self.rows + self.sizes.point() + self.results;
        let mut rows = vec![Row::filled(0.0); count];
        for (row, constant) in rows.iter_mut().zip(&self.program.constants) {
            *row = Row::filled(*constant);
        }
        rows
    }

    /// Up to 64 points; lanes without one repeat what was there.
    fn lanes(&self, rows: &mut [Row], points: &[f32], results: &mut [f32]) {
        let width = self.sizes.point();
        let inputs = &mut rows[self.rows..][..width];
        for (lane, point) in points.chunks(width).enumerate() {
            for (row, value) in inputs.iter_mut().zip(point) {
                row.0[lane] = *value;
            }
        }
        self.arch.dispatch(Execute {
            program: &self.program,
            rows,
            bases: &self.bases,
        });
        let outputs = &rows[self.rows + width..];
        for (lane, result) in results.chunks_mut(self.results).enumerate().take(LANES) {
            for (value, row) in result.iter_mut().zip(outputs) {
                *value = row.0[lane];
            }
        }
    }

    /// [`Map::run`] without the way from and to f64.
    pub fn run_f32(&self, points: &[f32]) -> Result<Vec<f32>> {
        let width = self.sizes.point();
        check_points(points.len(), self.sizes)?;
        let mut results = vec![0.0; points.len() / width.max(1) * self.results];
        let chunks = results.par_chunks_mut(CHUNK * self.results);
        let both = chunks.zip(points.par_chunks(CHUNK * width));
        both.for_each_init(
            || self.memory(),
            |rows, (results, points)| {
                let results = results.chunks_mut(LANES * self.results);
                for (results, points) in results.zip(points.chunks(LANES * width)) {
                    self.lanes(rows, points, results);
                }
            },
        );
        Ok(results)
    }
}

impl Map for CpuMap {
    fn run(&mut self, points: &[f64]) -> Result<Vec<f64>> {
        let points: Vec<f32> = points.iter().map(|x| *x as f32).collect();
        let results = self.run_f32(&points)?;
        Ok(results.into_iter().map(f64::from).collect())
    }
}
