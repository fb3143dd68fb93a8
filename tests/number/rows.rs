//! Rounded numbers of several samples side by side are those of each sample alone, bit for bit.

use mollify::number::Scalar;
use mollify::number::graph::{Binary, Graph, Id, Node, Unary};
use mollify::number::rounded::Rounded;
use mollify::number::rounded::program::{Margins, Program};
use mollify::number::rounded::rows::{Row, SAMPLES};
use mollify::system::functions::Function;
use mollify::system::task::Task;
use mollify::systems;
use pulp::Arch;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Inputs of all samples: `[sample][bank][index]`.
type Inputs = Vec<Vec<Vec<Rounded>>>;

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

fn assert_same(what: &str, row: Rounded, alone: Rounded, margins: Margins) {
    let errors = row.errors().into_iter().zip(alone.errors());
    let mut pairs = errors.chain([(row.value, alone.value)]);
    assert!(
        pairs.all(|(a, b)| same(a, b)),
        "{what}: {row:?}, not {alone:?}"
    );
    assert!(
        margins == Margins::Ignored || same(row.margin, alone.margin),
        "{what}: margin {}, not {}",
        row.margin,
        alone.margin
    );
}

/// Runs a program on as many samples as there are inputs, twice for the same fixed ones; compares with `alone` of each.
fn compare(
    what: &str,
    program: &Program,
    margins: Margins,
    inputs: &Inputs,
    alone: impl Fn(&[&[Rounded]]) -> Vec<Rounded>,
) {
    let used = inputs.len();
    let rows = |bank: usize| -> Vec<Row> {
        let row = |index: usize| {
            let mut row = Row::constant(0.0);
            for s in 0..SAMPLES {
                row.set(s, inputs[s.min(used - 1)][bank][index]);
            }
            row
        };
        (0..inputs[0][bank].len()).map(row).collect()
    };
    let banks: Vec<Vec<Row>> = (0..inputs[0].len()).map(rows).collect();
    let banks: Vec<&[Row]> = banks.iter().map(Vec::as_slice).collect();
    let (arch, mut scratch) = (Arch::new(), program.scratch());
    program.fix(arch, &mut scratch, banks[0], used);
    let longest = banks.iter().map(|bank| bank.len()).max().unwrap_or(0);
    let other = vec![Row::constant(-3.0); longest];
    let others: Vec<&[Row]> = banks.iter().map(|bank| &other[..bank.len()]).collect();
    program.run(arch, &mut scratch, &others, used);
    program.run(arch, &mut scratch, &banks, used);
    let results: Vec<Row> = program.results(&scratch).copied().collect();
    for (s, of_sample) in inputs.iter().enumerate() {
        let banks: Vec<&[Rounded]> = of_sample.iter().map(Vec::as_slice).collect();
        let expected = alone(&banks);
        assert_eq!(expected.len(), results.len());
        for (i, (row, alone)) in results.iter().zip(expected).enumerate() {
            let what = format!("{what}, output {i} of sample {s}");
            assert_same(&what, row.sample(s), alone, margins);
        }
    }
}

/// The nodes of all operations on the inputs of banks 0 and 1.
fn all_operations(graph: &mut Graph) -> Vec<Id> {
    let mut input = |bank: u32, index: u32| graph.push(Node::Input { bank, index });
    let (a, b, fixed) = (input(1, 0), input(1, 1), input(0, 0));
    let mut numbers = vec![a, b, fixed];
    let constant = graph.push(Node::constant(0.1));
    let pairs = [(a, b), (b, a), (a, fixed), (b, constant), (a, a)];
    let mut masks = Vec::new();
    for op in Binary::ALL.iter().filter(|op| !op.takes_masks()) {
        for (x, y) in pairs {
            let id = graph.push(Node::Binary(*op, x, y));
            match op.gives_mask() {
                true => masks.push(id),
                false => numbers.push(id),
            }
        }
    }
    for op in Unary::ALL.iter().filter(|op| !op.is_of_a_mask()) {
        for x in [a, b, fixed] {
            numbers.push(graph.push(Node::Unary(*op, x)));
        }
    }
    for i in 0..masks.len() {
        let (x, y) = (masks[i], masks[(i + 1) % masks.len()]);
        let not = graph.push(Node::Unary(Unary::Not, x));
        for op in [Binary::And, Binary::Or] {
            masks.push(graph.push(Node::Binary(op, not, y)));
            masks.push(graph.push(Node::Binary(op, x, y)));
        }
        masks.push(not);
    }
    for (i, mask) in masks.into_iter().enumerate() {
        let (x, y) = (numbers[i % numbers.len()], numbers[(i + 7) % numbers.len()]);
        numbers.push(graph.push(Node::Select(mask, x, y)));
    }
    let seamless = graph.push(Node::Unary(Unary::Seamless, numbers[numbers.len() - 1]));
    numbers.push(graph.push(Node::Binary(Binary::Add, seamless, a)));
    numbers
}

#[test]
fn every_operation_gives_what_it_gives_alone() {
    let mut graph = Graph::default();
    let outputs = all_operations(&mut graph);
    let values = [
        0.0,
        -0.0,
        0.1,
        0.1 + 1e-9,
        -0.1,
        1.0,
        -2.5e-3,
        700.0,
        1e30,
        -1e-30,
        1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let mut rng = StdRng::seed_from_u64(3);
    for used in [1, 5, SAMPLES] {
        for margins in [Margins::Found, Margins::Ignored] {
            let program = Program::new(&graph, &outputs, 0, margins);
            for _ in 0..40 {
                let mut number = || {
                    let value = values[rng.random_range(0..values.len())];
                    let mut x = Rounded::inexact(value, [0.0, 1.0, 1e5][rng.random_range(0..3)]);
                    x.margin = rng.random_range(0.0..1e3);
                    x
                };
                let mut sample = |_| vec![vec![number()], vec![number(), number()]];
                let inputs: Inputs = (0..used).map(&mut sample).collect();
                compare("a graph", &program, margins, &inputs, |banks| {
                    graph.run(&outputs, banks)
                });
            }
        }
    }
}

/// The functions of all systems, with their loops.
#[test]
fn every_system_gives_what_it_gives_alone() {
    let mut rng = StdRng::seed_from_u64(5);
    for (name, _) in systems::ALL {
        let task = Task::find(name).expect(name);
        let (model, functions) = (task.model(), task.model().functions());
        let used = rng.random_range(1..4);
        let mut near = |values: &[f64]| -> Vec<Rounded> {
            let near = |x: &f64| Rounded::inexact(x + rng.random_range(-0.1..0.1), 1.0);
            values.iter().map(near).collect()
        };
        let mut sample = |_| {
            vec![
                near(task.parameters()),
                near(task.initial_state()),
                near(&vec![0.0; model.control_size()]),
                vec![Rounded::constant(3.0)],
                near(&vec![0.5; model.state_size()]),
            ]
        };
        let inputs: Inputs = (0..used).map(&mut sample).collect();
        let all: [(&str, &Function); 5] = [
            ("advance", &functions.advance),
            ("stage_cost", &functions.stage_cost),
            ("final_cost", &functions.final_cost),
            ("step_vjp", &functions.step_vjp),
            ("final_cost_gradient", &functions.final_cost_gradient),
        ];
        for (part, function) in all {
            for margins in [Margins::Found, Margins::Ignored] {
                let what = format!("{part} of {name}");
                let program = function.program(margins);
                compare(&what, program, margins, &inputs, |banks| {
                    function.run_on(banks)
                });
            }
        }
    }
}
