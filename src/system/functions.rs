//! A system's functions as expression graphs, forward and reverse.
//!
//! Each function is traced into a graph of its own. Only one time step and the costs are traced: the loops
//! over time and samples stay in the kernels.

use crate::number::graph::{Graph, Id, Node};
use crate::number::reverse;
use crate::number::traced::{Traced, record};
use crate::system::{Coordinate, ParameterSet, System};

/// One function: its graph and what it returns.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The expressions.
    pub graph: Graph,
    /// The results.
    pub outputs: Vec<Id>,
}

/// All functions of a system; N and M are the sizes of state and control.
#[derive(Clone, Debug)]
pub struct Traces {
    /// N outputs: the next state.
    pub advance: Trace,
    /// One output.
    pub stage_cost: Trace,
    /// One output.
    pub final_cost: Trace,
    /// N + M outputs: the cotangents of state and control of `cotangent`·advance + stage_cost.
    pub step_vjp: Trace,
    /// N outputs: ∂final_cost/∂state.
    pub final_cost_gradient: Trace,
}

fn inputs<const D: usize>(group: &'static str, list: &'static [Coordinate]) -> [Traced; D] {
    std::array::from_fn(|i| Traced::input(group, list[i].name))
}

fn ids(list: &[Traced]) -> Vec<Id> {
    list.iter().map(|x| x.id()).collect()
}

/// Runs `body` on traced inputs; returns the graph with the ids of state and control, and those of the outputs.
fn traced<T: System<N, M>, const N: usize, const M: usize>(
    body: impl FnOnce(&T::Parameters<Traced>, [Traced; N], [Traced; M]) -> Vec<Traced>,
) -> (Trace, Vec<Id>) {
    let (graph, (inputs, outputs)) = record(|| {
        let list = <T::Parameters<Traced> as ParameterSet<Traced>>::LIST;
        let p = T::Parameters::from_fn(|i| Traced::input("parameters", list[i].name));
        let state: [Traced; N] = inputs("state", T::ABOUT.state);
        let control: [Traced; M] = inputs("control", T::ABOUT.control);
        let outputs = body(&p, state, control);
        ([ids(&state), ids(&control)].concat(), ids(&outputs))
    });
    (Trace { graph, outputs }, inputs)
}

impl Traces {
    /// Traces a system.
    pub fn of<T: System<N, M>, const N: usize, const M: usize>() -> Self {
        let advance = |p: &T::Parameters<Traced>, x, u| T::advance(p, x, u).to_vec();
        let stage_cost = |p: &T::Parameters<Traced>, x, u| vec![T::stage_cost(p, x, u)];
        let final_cost = |p: &T::Parameters<Traced>, x, _| vec![T::final_cost(p, x)];
        let step =
            |p: &T::Parameters<Traced>, x, u| [advance(p, x, u), stage_cost(p, x, u)].concat();
        Self {
            advance: traced::<T, N, M>(advance).0,
            stage_cost: traced::<T, N, M>(stage_cost).0,
            final_cost: traced::<T, N, M>(final_cost).0,
            step_vjp: {
                let (trace, inputs) = traced::<T, N, M>(step);
                trace.vjp(&inputs, T::ABOUT.state)
            },
            final_cost_gradient: {
                let (trace, inputs) = traced::<T, N, M>(final_cost);
                trace.vjp(&inputs[..N], &[])
            },
        }
    }
}

impl Trace {
    /// The vector-Jacobian product. The cotangents of the outputs are the inputs `cotangent.<field>`, and 1 for
    /// a last output without a field: the cost.
    fn vjp(mut self, inputs: &[Id], fields: &[Coordinate]) -> Self {
        let mut cotangents: Vec<Id> = fields
            .iter()
            .map(|c| {
                self.graph.push(Node::Input {
                    group: "cotangent",
                    field: c.name,
                })
            })
            .collect();
        cotangents.push(self.graph.push(Node::constant(1.0)));
        self.outputs = reverse::vjp(&mut self.graph, &self.outputs, &cotangents, inputs);
        self
    }
}
