//! A system's functions as expression graphs, forward and reverse.
//!
//! Each function is a graph of its own, recorded from generic code or read from a file. Only one time step and the costs are
//! graphs: the loops over time and samples stay in the kernels.

use crate::number::Scalar;
use crate::number::graph::{Graph, Id, Node};
use crate::number::reverse;
use crate::number::rounded::program::{Margins, Program};
use crate::number::traced::{Traced, record};
use crate::system::{Objective, ParameterSet};
use std::sync::OnceLock;

/// The bank of the model's parameters, in their order.
pub const PARAMETERS: u32 = 0;
/// The bank of the state x, N inputs.
pub const STATE: u32 = 1;
/// The bank of the control u, M inputs.
pub const CONTROL: u32 = 2;
/// The bank of the number t of the time step, one input; only the stage cost has it.
pub const TIME: u32 = 3;
/// The bank of the cotangent of the next state, N inputs; only the reverse functions have it.
pub const COTANGENT: u32 = 4;

/// The functions of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// From parameters, state and control to the next state.
    Advance,
    /// From parameters, state, control and time to a cost.
    StageCost,
    /// From parameters and state to a cost.
    FinalCost,
}

impl Part {
    /// As in a text.
    pub fn name(self) -> &'static str {
        match self {
            Part::Advance => "advance",
            Part::StageCost => "stage_cost",
            Part::FinalCost => "final_cost",
        }
    }

    /// Whether inputs of this bank are among its own.
    pub fn takes(self, bank: u32) -> bool {
        match bank {
            PARAMETERS | STATE => true,
            CONTROL => self != Part::FinalCost,
            TIME => self == Part::StageCost,
            _ => false,
        }
    }
}

/// One function: its graph and what it returns.
#[derive(Clone, Debug)]
pub struct Function {
    /// The expressions.
    pub(crate) graph: Graph,
    /// The results.
    pub(crate) outputs: Vec<Id>,
    /// What is computed of the graph, known from the first time that the function is run.
    needed: OnceLock<Vec<bool>>,
    /// What it is on rounded numbers, with margins and without.
    programs: [OnceLock<Program>; 2],
}

impl Function {
    /// Of expressions, and which of them are results.
    pub fn new(graph: Graph, outputs: Vec<Id>) -> Self {
        Self {
            graph,
            outputs,
            needed: OnceLock::new(),
            programs: Default::default(),
        }
    }

    /// The expressions.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The results.
    pub fn outputs(&self) -> &[Id] {
        &self.outputs
    }

    /// The outputs on f64, on numbers with derivatives or on those that are rounded.
    pub fn run<S: Scalar>(&self, p: &[S], state: &[S], control: &[S], time: S) -> Vec<S> {
        self.run_on(&[p, state, control, &[time]])
    }

    /// The same of any function, those with a cotangent too: `inputs[bank][index]` are its inputs.
    pub fn run_on<S: Scalar>(&self, inputs: &[&[S]]) -> Vec<S> {
        let needed = (self.needed).get_or_init(|| self.graph.needed(&self.outputs));
        self.graph.run_needed(needed, &self.outputs, inputs)
    }

    /// What it is on rounded numbers of several samples, with [`PARAMETERS`] that are fixed.
    pub fn program(&self, margins: Margins) -> &Program {
        let program = match margins {
            Margins::Found => &self.programs[0],
            Margins::Ignored => &self.programs[1],
        };
        program.get_or_init(|| Program::new(&self.graph, &self.outputs, PARAMETERS, margins))
    }

    /// How many operations it takes, those of loops in all of their passes.
    pub fn operations(&self) -> u64 {
        self.graph.work(&self.outputs)
    }

    /// How many passes the loops in it take.
    pub fn passes(&self) -> u64 {
        self.graph.passes(&self.outputs)
    }

    /// The function with a Jacobian behind its results: the derivatives of the first `count` of them by all inputs of these
    /// banks, each with its number of inputs; row by row, swept in reverse.
    pub fn with_jacobian(&self, count: usize, banks: &[(u32, usize)]) -> Self {
        let mut graph = Graph::default();
        let mut inputs = Vec::new();
        for (bank, count) in banks {
            inputs.extend(
                (0..*count as u32).map(|index| graph.push(Node::Input { bank: *bank, index })),
            );
        }
        let mut outputs = graph.append(&self.graph, &self.outputs);
        let one = graph.push(Node::constant(1.0));
        for i in 0..count {
            let row = reverse::vjp(&mut graph, &outputs[i..=i], &[one], &inputs);
            outputs.extend(row);
        }
        Self::new(graph, outputs)
    }

    /// Whether a result depends on an input of this bank.
    pub fn uses(&self, bank: u32) -> bool {
        let live = self.graph.live(&self.outputs);
        let mut nodes = self.graph.iter();
        nodes.any(|(id, node)| {
            live[id.index()] && matches!(node, Node::Input { bank: b, .. } if b == bank)
        })
    }
}

/// The number of inputs in each bank of a system's own functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Of [`PARAMETERS`].
    pub parameters: usize,
    /// N
    pub state: usize,
    /// M
    pub control: usize,
}

impl Sizes {
    /// Values of a point: a state and a control.
    pub fn point(self) -> usize {
        self.state + self.control
    }
}

/// All functions of a system; N and M are the sizes of state and control.
#[derive(Clone, Debug)]
pub struct Functions {
    /// (parameters, state, control) to N outputs: the next state.
    pub advance: Function,
    /// (parameters, state, control, time) to one output.
    pub stage_cost: Function,
    /// (parameters, state) to one output.
    pub final_cost: Function,
    /// (parameters, state, control, time, cotangent) to N + M outputs: the cotangents of state and control of
    /// `cotangent`·advance + stage_cost.
    pub step_vjp: Function,
    /// (parameters, state) to N outputs: ∂final_cost/∂state.
    pub final_cost_gradient: Function,
}

/// A function of a system to be recorded.
type Body<'a, P, const N: usize, const M: usize> =
    dyn Fn(&P, [Traced; N], [Traced; M]) -> Vec<Traced> + 'a;

impl Functions {
    /// Records a system.
    pub fn of<T: Objective<N, M>, const N: usize, const M: usize>() -> Self {
        let list = <T::Parameters<Traced> as ParameterSet<Traced>>::LIST;
        let sizes = Sizes {
            parameters: list.len(),
            state: N,
            control: M,
        };
        let recorded = |body: &Body<'_, T::Parameters<Traced>, N, M>| {
            let (graph, outputs) = record(|| {
                let p = T::Parameters::from_fn(|i| Traced::input(PARAMETERS, i as u32));
                let x = std::array::from_fn(|i| Traced::input(STATE, i as u32));
                let u = std::array::from_fn(|i| Traced::input(CONTROL, i as u32));
                body(&p, x, u).iter().map(|output| output.id()).collect()
            });
            Function::new(graph, outputs)
        };
        Self::new(
            recorded(&|p, x, u| T::advance(p, x, u).to_vec()),
            recorded(&|p, x, u| vec![T::stage_cost(p, x, u, Traced::input(TIME, 0))]),
            recorded(&|p, x, _| vec![T::final_cost(p, x)]),
            sizes,
        )
    }

    /// Adds the reverse functions; `advance` has as many outputs as there are coordinates of the state, the costs have one.
    pub(super) fn new(
        advance: Function,
        stage_cost: Function,
        final_cost: Function,
        sizes: Sizes,
    ) -> Self {
        let step_vjp = {
            let mut graph = Graph::default();
            let inputs = inputs(&mut graph, sizes);
            let mut outputs = graph.append(&advance.graph, &advance.outputs);
            outputs.extend(graph.append(&stage_cost.graph, &stage_cost.outputs));
            let cotangents = (0..sizes.state as u32).map(|index| Node::Input {
                bank: COTANGENT,
                index,
            });
            vjp(graph, &outputs, cotangents, &inputs)
        };
        let final_cost_gradient = {
            let mut graph = Graph::default();
            let inputs = inputs(&mut graph, sizes);
            let outputs = graph.append(&final_cost.graph, &final_cost.outputs);
            vjp(graph, &outputs, std::iter::empty(), &inputs[..sizes.state])
        };
        Self {
            advance,
            stage_cost,
            final_cost,
            step_vjp,
            final_cost_gradient,
        }
    }
}

/// Puts the inputs in front, as a recording does, and returns those of state and control.
fn inputs(graph: &mut Graph, sizes: Sizes) -> Vec<Id> {
    let mut bank = |bank: u32, count: usize| -> Vec<Id> {
        let input = |index| graph.push(Node::Input { bank, index });
        (0..count as u32).map(input).collect()
    };
    bank(PARAMETERS, sizes.parameters);
    [bank(STATE, sizes.state), bank(CONTROL, sizes.control)].concat()
}

/// The vector-Jacobian product with these cotangents of the first outputs, and 1 for the last one: the cost.
fn vjp(
    mut graph: Graph,
    outputs: &[Id],
    cotangents: impl Iterator<Item = Node>,
    inputs: &[Id],
) -> Function {
    let mut cotangents: Vec<Id> = cotangents.map(|node| graph.push(node)).collect();
    cotangents.push(graph.push(Node::constant(1.0)));
    let outputs = reverse::vjp(&mut graph, outputs, &cotangents, inputs);
    Function::new(graph, outputs)
}
