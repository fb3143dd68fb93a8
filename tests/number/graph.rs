//! An expression graph keeps one node per expression, simplifies without changing a value, and prints WGSL that
//! means what the graph means.

mod recordings;
mod simplification;

use mollify::engine::gpu::expression::{Signature, function};
use mollify::number::graph::{Binary, Graph, Id, Node, Unary};
use mollify::number::traced::{Traced, TracedMask, record};
use mollify::number::{Mask, Scalar};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use wgpu::naga;

const FIELDS: [&str; 4] = ["x", "y", "z", "w"];

/// The graph of a function of four variables, and its results.
fn graph_of(body: impl FnOnce([Traced; 4]) -> Vec<Traced>) -> (Graph, Vec<Id>) {
    record(|| {
        let results = body(std::array::from_fn(|i| Traced::input(0, i as u32)));
        results.into_iter().map(|r| r.id()).collect()
    })
}

fn print(graph: &Graph, outputs: &[Id]) -> String {
    let constructors = [("vec2<f32>", 2)];
    let signature = Signature {
        name: "probe",
        arguments: &[("p", "vec4<f32>")],
        result: ["f32", "vec2<f32>"][outputs.len() - 1],
        constructors: &constructors[..outputs.len() - 1],
    };
    let input = |_: u32, index: u32| format!("p.{}", FIELDS[index as usize]);
    let text = function(graph, outputs, &signature, &input);
    let module = naga::front::wgsl::parse_str(&text)
        .unwrap_or_else(|error| panic!("{}\n{text}", error.emit_to_string(&text)));
    naga::valid::Validator::new(Default::default(), naga::valid::Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}\n{text}", error.emit_to_string(&text)));
    text
}

/// The expression behind `return`.
fn printed(body: impl FnOnce([Traced; 4]) -> Traced) -> String {
    let (graph, outputs) = graph_of(|v| vec![body(v)]);
    let text = print(&graph, &outputs);
    let (_, rest) = text.split_once("return ").expect("it returns");
    rest.trim_end().trim_end_matches(";\n}").to_string()
}

fn value(graph: &Graph, outputs: &[Id], at: [f64; 4]) -> Vec<f64> {
    graph.run(outputs, &[&at])
}

#[test]
fn same_expression_twice_is_one_node() {
    let (graph, outputs) =
        graph_of(|[x, y, ..]| vec![(x + y) * (x - y).sin(), (y + x) * (x - y).sin()]);
    assert_eq!(outputs[0], outputs[1], "a sum does not depend on its order");
    assert_eq!(graph.operations(&outputs), 4, "+, -, sin, *");
    let (graph, outputs) = graph_of(|[x, y, ..]| vec![x - y, y - x]);
    assert_ne!(outputs[0], outputs[1], "a difference does");
    assert_eq!(graph.operations(&outputs), 2);
    // A mask and a select are nodes as any other.
    let (graph, outputs) = graph_of(|[x, y, z, w]| {
        let make = || Traced::select(x.less(y).and(z.less(w)), x, w);
        vec![make(), make()]
    });
    assert_eq!(outputs[0], outputs[1]);
    assert_eq!(graph.operations(&outputs), 4);
}

#[test]
fn dead_code_is_not_printed() {
    let (graph, outputs) = graph_of(|[x, y, z, _]| {
        let _unused = (z * y).sin().named("unused");
        vec![x * y]
    });
    let text = print(&graph, &outputs);
    assert!(
        !text.contains("unused") && !text.contains("sin") && !text.contains("p.z"),
        "{text}"
    );
    assert_eq!(graph.operations(&outputs), 1);
}

#[test]
fn printing_keeps_the_parentheses_that_matter_and_no_others() {
    assert_eq!(printed(|[a, b, c, _]| a - (b - c)), "p.x - (p.y - p.z)");
    assert_eq!(printed(|[a, b, c, _]| a - b - c), "p.x - p.y - p.z");
    assert_eq!(printed(|[a, b, c, _]| a - (b + c)), "p.x - (p.y + p.z)");
    assert_eq!(printed(|[a, b, c, _]| a + b * c), "p.x + p.y * p.z");
    assert_eq!(printed(|[a, b, c, _]| (a + b) * c), "(p.x + p.y) * p.z");
    assert_eq!(printed(|[a, b, c, _]| a * (b * c)), "p.x * (p.y * p.z)");
    assert_eq!(printed(|[a, b, c, _]| a / (b / c)), "p.x / (p.y / p.z)");
    assert_eq!(printed(|[a, b, c, _]| a / b / c), "p.x / p.y / p.z");
    assert_eq!(printed(|[a, b, c, _]| a / (b * c)), "p.x / (p.y * p.z)");
    assert_eq!(printed(|[a, b, ..]| -(a + b)), "-(p.x + p.y)");
    assert_eq!(printed(|[a, b, ..]| -a - b), "-p.x - p.y");
    assert_eq!(printed(|[a, ..]| a - -2.5), "p.x - -2.5");
    assert_eq!(
        printed(|[a, b, c, d]| Traced::select(a.less(b - c), d, -d)),
        "select(-p.w, p.w, p.x < p.y - p.z)"
    );
}

#[test]
fn mixes_of_and_and_or_are_parenthesised() {
    let masks = |[a, b, c, d]: [Traced; 4]| [a.less(b), b.less_equal(c), c.less(d)];
    let select = |mask: TracedMask, [a, b, ..]: [Traced; 4]| Traced::select(mask, a, b);
    let text = |build: fn([TracedMask; 3]) -> TracedMask| {
        let text = printed(|v| select(build(masks(v)), v));
        let text = text.strip_prefix("select(p.y, p.x, ").expect("a select");
        text.strip_suffix(')').expect("a select").to_string()
    };
    let [p, q, r] = ["p.x < p.y", "p.y <= p.z", "p.z < p.w"];
    assert_eq!(
        text(|[a, b, c]| a.and(b).or(c)),
        format!("({p} && {q}) || {r}")
    );
    assert_eq!(
        text(|[a, b, c]| a.and(b.or(c))),
        format!("{p} && ({q} || {r})")
    );
    assert_eq!(
        text(|[a, b, c]| a.or(b.and(c))),
        format!("{p} || ({q} && {r})")
    );
    assert_eq!(text(|[a, b, _]| a.and(b.not())), format!("{p} && !({q})"));
    assert_eq!(text(|[a, b, _]| a.or(b).not()), format!("!({p} || {q})"));
}

#[test]
fn repeated_labels_are_made_unique() {
    let (graph, outputs) = graph_of(|[x, y, z, _]| {
        let sum = (x + y).named("part");
        let product = (x * y).named("part");
        let taken = (x - z).named("part_2");
        // A label like an argument of the function, and one like a temporary.
        let argument = (y - z).named("p");
        let temporary = (z / x).named("t0");
        let shared = (x + z) * y;
        vec![
            sum * product + taken,
            argument * temporary + shared.sqrt() + shared,
        ]
    });
    let text = print(&graph, &outputs);
    let lets: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("let ")?
                .split_once(" =")
                .map(|(n, _)| n)
        })
        .collect();
    let mut unique = lets.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), lets.len(), "{text}");
    assert!(lets.len() >= 6 && !lets.contains(&"p"), "{text}");
    assert!(
        lets.iter().filter(|name| name.starts_with("part")).count() == 3,
        "{text}"
    );
}

/// One random operation on what is there already. Integers stay integers, so that f32 has no rounding.
fn grow(graph: &mut Graph, numbers: &mut Vec<Id>, masks: &mut Vec<Id>, rng: &mut StdRng) {
    let mut pick = |list: &[Id]| list[rng.random_range(0..list.len())];
    let (a, b, mask, other) = (pick(numbers), pick(numbers), pick(masks), pick(masks));
    let number = |graph: &mut Graph, node| Some(graph.push(node));
    let new = match rng.random_range(0..16) {
        0..=3 => number(graph, Node::Binary(Binary::Sub, a, b)),
        4 | 5 => number(graph, Node::Binary(Binary::Add, a, b)),
        6 => number(graph, Node::Binary(Binary::Mul, a, b)),
        7 => number(graph, Node::Binary(Binary::Max, a, b)),
        8 => number(graph, Node::Binary(Binary::Min, a, b)),
        9 => number(graph, Node::Unary(Unary::Neg, a)),
        10 => number(graph, Node::Unary(Unary::Abs, a)),
        11 => number(graph, Node::Select(mask, a, b)),
        op => {
            let binary = [Binary::Less, Binary::LessEqual];
            masks.push(graph.push(match op {
                12 => Node::Binary(binary[rng.random_range(0..2)], a, b),
                13 => Node::Binary(Binary::And, mask, other),
                14 => Node::Binary(Binary::Or, mask, other),
                _ => Node::Unary(Unary::Not, mask),
            }));
            None
        }
    };
    numbers.extend(new);
}

#[test]
fn printed_text_means_what_the_graph_means() {
    let Some(device) = crate::gpu::device_or_skip("printed_text_means_what_the_graph_means") else {
        return;
    };
    let mut rng = StdRng::seed_from_u64(8);
    let points: Vec<[f32; 4]> = (0..257)
        .map(|_| std::array::from_fn(|_| rng.random_range(-3..=3) as f32))
        .collect();
    for round in 0..24 {
        let (mut graph, mut numbers) = graph_of(|v| v.to_vec());
        let mut masks = vec![graph.push(Node::Binary(Binary::Less, numbers[0], numbers[1]))];
        for _ in 0..30 {
            grow(&mut graph, &mut numbers, &mut masks, &mut rng);
            if rng.random_range(0..4) == 0 {
                graph.name(numbers[numbers.len() - 1], ["label", "other"][round % 2]);
            }
        }
        let output = numbers[numbers.len() - 1];
        let text = print(&graph, &[output]);
        let found: Vec<f32> = crate::gpu::run_map(&device, &text, "probe", &points);
        for (point, found) in points.iter().zip(found) {
            let expected = value(&graph, &[output], point.map(f64::from))[0];
            if expected.abs() < 16_777_216.0 {
                assert_eq!(
                    f64::from(found),
                    expected,
                    "round {round} at {point:?}\n{text}"
                );
            }
        }
    }
}

/// A dead node of one function that is alive in the next would take its place in front of what that function does first.
#[test]
fn dead_nodes_stay_behind_where_graphs_are_joined() {
    let (recorded, alive) = graph_of(|[x, y, ..]| {
        let _dead = x * y;
        vec![x + y]
    });
    let mut written = Graph::default();
    let in_file = written.append(&recorded, &alive);
    let (next, later) = graph_of(|[x, y, z, _]| vec![(z - x).sin() + x * y]);
    let joined = |first: &Graph, outputs: &[Id]| {
        let mut graph = Graph::default();
        let mut all = graph.append(first, outputs);
        all.extend(graph.append(&next, &later));
        (graph.iter().collect::<Vec<_>>(), all)
    };
    assert!(written.len() < recorded.len());
    assert_eq!(joined(&recorded, &alive), joined(&written, &in_file));
}
