//! Where the rows of a tile are.

use super::compiled::Kernel;
use super::lanes::Row;
use super::program::{BANKS, Bank, Program};
use std::ops::Range;

/// The first row of each part, in this order.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Constants and intermediate results: step, last, step back, last back.
    pub files: [usize; 4],
    pub parameters: usize,
    pub cost: usize,
    pub control: usize,
    /// The number of the step, where a cost uses it.
    pub time: usize,
    /// ∂f/∂control, where a policy takes it further.
    pub gradient: usize,
    /// Cotangents of the states at even and at odd times.
    pub cotangents: [usize; 2],
    /// Of all times of a segment, or of even and odd ones.
    pub states: usize,
    pub noise: Range<usize>,
    pub first_order: Range<usize>,
}

impl Layout {
    /// The layout for rollouts, and for the way back if there is one.
    pub fn new(k: &Kernel, with_first_order: bool) -> Self {
        let mut rows = 0;
        let mut part = |count: usize| {
            rows += count;
            rows - count
        };
        let keeps = with_first_order || !k.on_decision;
        let times = if keeps { k.segment + 1 } else { 2 };
        let dimension = if with_first_order { k.coordinates() } else { 0 };
        let files = k.programs().map(|p| part(p.constants.len() + p.file));
        let parameters = part(k.drawn_parameters());
        let cost = part(1);
        let time = part(1);
        let [control, gradient] = [part(k.controls), part(k.controls)];
        let cotangents = [part(k.states), part(k.states)];
        let states = part(times * k.states);
        let noise = part(k.noise_rows());
        let first_order = part(dimension);
        Self {
            files,
            parameters,
            cost,
            control,
            time,
            gradient,
            cotangents,
            states,
            noise: noise..first_order,
            first_order: first_order..first_order + dimension,
        }
    }

    /// All rows, with the constants in place.
    pub fn rows(&self, k: &Kernel) -> Vec<Row> {
        let mut rows = vec![Row::filled(0.0); self.first_order.end];
        for (program, start) in k.programs().into_iter().zip(self.files) {
            for (row, constant) in rows[start..].iter_mut().zip(&program.constants) {
                *row = Row::filled(*constant);
            }
        }
        rows
    }

    /// Where the banks of a program begin; those that move with time are to be set.
    pub fn bases(&self, program: &Program, number: usize) -> [usize; BANKS] {
        let mut bases = [0; BANKS];
        bases[Bank::Constant as usize] = self.files[number];
        bases[Bank::File as usize] = self.files[number] + program.constants.len();
        bases[Bank::Control as usize] = self.control;
        bases[Bank::Time as usize] = self.time;
        bases[Bank::Parameters as usize] = self.parameters;
        bases[Bank::Cost as usize] = self.cost;
        bases
    }
}
