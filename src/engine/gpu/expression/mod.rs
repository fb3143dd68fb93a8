//! Printing an expression graph as a WGSL function.
//!
//! A value used once is written where it is used; one that is shared, labelled or long becomes a `let`.
//! Parentheses are those that keep the order of operations of the graph and no others, so
//! `a - (b - c)` keeps them and `(a * b) + c` loses them.
//!
//! Longer than other files, because every kind of node has its case here.

mod arrays;
mod repeated;

use crate::number::graph::{Binary, Graph, Id, Node, Unary};
use arrays::{Left, Pack};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// An inlined expression longer than this many characters gets a `let` of its own.
const LONGEST_INLINE: usize = 64;

/// A returned expression longer than this many characters is wrapped.
const LONGEST_LINE: usize = 88;

/// What a printed function looks like from outside.
#[derive(Debug)]
pub struct Signature<'a> {
    /// Its name.
    pub name: &'a str,
    /// Name and type of each argument.
    pub arguments: &'a [(&'a str, &'a str)],
    /// The type of the result.
    pub result: &'a str,
    /// The structs the outputs are packed into, each with its number of outputs; empty for one bare f32.
    pub constructors: &'a [(&'a str, usize)],
}

/// How tightly an expression's outermost operator binds; larger binds tighter.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Logical,
    Comparison,
    Sum,
    Product,
    Prefix,
    Atom,
}

/// Prints the function that computes `outputs`; `input` is the text of an input of a bank.
pub fn function(
    graph: &Graph,
    outputs: &[Id],
    signature: &Signature<'_>,
    input: &dyn Fn(u32, u32) -> String,
) -> String {
    let mut printer = Printer {
        graph,
        input,
        outputs,
        uses: uses(graph, outputs),
        text: Vec::with_capacity(graph.len()),
        loops: HashMap::new(),
        arrays: HashMap::new(),
        packs: Vec::new(),
        scope: Scope {
            taken: signature
                .arguments
                .iter()
                .map(|(name, _)| (*name).to_string())
                .collect(),
            numbers: HashMap::new(),
            temporaries: 0,
            depth: 1,
            body: String::new(),
        },
    };
    printer.visit_all();
    let results: Vec<&str> = outputs
        .iter()
        .map(|id| printer.text[id.index()].0.as_str())
        .collect();
    let arguments: Vec<String> = signature
        .arguments
        .iter()
        .map(|(name, ty)| format!("{name}: {ty}"))
        .collect();
    format!(
        "fn {}({}) -> {} {{\n{}    return {};\n}}\n",
        signature.name,
        arguments.join(", "),
        signature.result,
        printer.scope.body,
        packed(&results, signature),
    )
}

/// The outputs inside their constructors, on one line when they fit.
fn packed(results: &[&str], signature: &Signature<'_>) -> String {
    let mut rest = results;
    let mut parts = Vec::new();
    for &(constructor, count) in signature.constructors {
        let (mine, others) = rest.split_at(count);
        rest = others;
        // A struct cannot be empty in WGSL: one without coordinates has a single unused member.
        let mine = if mine.is_empty() { &["0.0"] } else { mine };
        let line = format!("{constructor}({})", mine.join(", "));
        parts.push(if line.len() <= LONGEST_LINE {
            line
        } else {
            wrapped(constructor, mine)
        });
    }
    match parts.len() {
        0 => results[0].to_string(),
        1 => parts.remove(0),
        _ => {
            let line = format!("{}({})", signature.result, parts.join(", "));
            match line.len() <= LONGEST_LINE && !line.contains('\n') {
                true => line,
                false => {
                    let parts: Vec<String> =
                        parts.iter().map(|p| p.replace('\n', "\n    ")).collect();
                    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                    wrapped(signature.result, &parts)
                }
            }
        }
    }
}

/// A constructor with one argument per line.
fn wrapped(constructor: &str, arguments: &[&str]) -> String {
    let arguments = arguments.join(",\n        ");
    format!("{constructor}(\n        {arguments},\n    )")
}

/// How often each node is used by live nodes and outputs; a loop uses what it needs once.
fn uses(graph: &Graph, outputs: &[Id]) -> Vec<usize> {
    let live = graph.live(outputs);
    let mut uses = vec![0; graph.len()];
    let mut loops = HashSet::new();
    for (id, node) in graph.iter() {
        if !live[id.index()] {
            continue;
        }
        let is_counted = matches!(node, Node::Item { of, .. } if !loops.insert(of));
        if !is_counted {
            for argument in graph.operands(node) {
                uses[argument.index()] += 1;
            }
        }
    }
    for output in outputs {
        uses[output.index()] += 1;
    }
    uses
}

struct Printer<'a> {
    graph: &'a Graph,
    input: &'a dyn Fn(u32, u32) -> String,
    outputs: &'a [Id],
    uses: Vec<usize>,
    /// For each node so far, the text that stands for it and how tightly that binds.
    text: Vec<(String, Binding)>,
    /// What each loop so far leaves.
    loops: HashMap<u32, Left>,
    /// Arrays that were written for series.
    arrays: HashMap<Vec<Id>, String>,
    /// Arrays that inputs of this function are in, if it is the body of a loop.
    packs: Vec<(Pack, String)>,
    scope: Scope,
}

/// What a function and the loops in it share.
#[derive(Default)]
struct Scope {
    taken: HashSet<String>,
    /// The number to try next behind a name, so that a name that is wanted often is found at once.
    numbers: HashMap<String, usize>,
    temporaries: usize,
    /// Braces around what is written now.
    depth: usize,
    body: String,
}

impl Scope {
    /// Writes a line.
    fn line(&mut self, text: &str) {
        let indent = "    ".repeat(self.depth);
        writeln!(self.body, "{indent}{text}").expect("writing to a String succeeds");
    }

    /// `wanted`, with a number behind it if that name is taken.
    fn fresh(&mut self, wanted: &str) -> String {
        if self.taken.insert(wanted.to_string()) {
            return wanted.to_string();
        }
        let number = self.numbers.entry(wanted.to_string()).or_insert(2);
        loop {
            let name = format!("{wanted}_{number}");
            *number += 1;
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

impl Printer<'_> {
    fn visit_all(&mut self) {
        let live = self.graph.live(self.outputs);
        for (id, node) in self.graph.iter() {
            self.visit(id, node, live[id.index()]);
        }
    }

    fn visit(&mut self, id: Id, node: Node, live: bool) {
        if !live {
            self.text.push((String::new(), Binding::Atom));
            return;
        }
        if let Node::Item { of, .. } = node
            && !self.loops.contains_key(&of)
        {
            let left = self.repeated(self.graph.repeated(of));
            self.loops.insert(of, left);
        }
        self.spell_at_run_time(node);
        let (text, binding) = self.expression(node);
        let label = self.graph.label(id);
        // What an item is called stands where the loop is.
        let is_name = self.graph.is_leaf(node) || matches!(node, Node::Item { .. });
        // A negated input is as short as a name for it, and what says nothing to a GPU is its argument.
        let short = match node {
            Node::Unary(Unary::Neg, a) => self.graph.is_leaf(self.graph.node(a)),
            Node::Unary(Unary::Detach | Unary::Seamless, _)
            | Node::Binary(Binary::WithDerivativeOf, ..) => is_word(&text),
            _ => false,
        };
        let shared = self.uses[id.index()] > 1 && !short;
        // What is only returned stands behind `return`, however long.
        let long = text.len() > LONGEST_INLINE && !self.outputs.contains(&id);
        if is_name || !(label.is_some() || shared || long) {
            self.text.push((text, binding));
            return;
        }
        let name = match label {
            Some(label) => self.scope.fresh(label),
            None => {
                let name = format!("t{}", self.scope.temporaries);
                self.scope.temporaries += 1;
                self.scope.fresh(&name)
            }
        };
        self.scope.line(&format!("let {name} = {text};"));
        self.text.push((name, Binding::Atom));
    }

    /// An operation on two constants is there only because no literal is its result, and a shader whose constant expressions
    /// leave f32 is refused: a variable in the place of one of them is computed with at run time.
    fn spell_at_run_time(&mut self, node: Node) {
        let Node::Binary(_, a, b) = node else {
            return;
        };
        let is_constant = |id: Id| matches!(self.graph.node(id), Node::Constant(_));
        if is_constant(a) && is_constant(b) {
            let name = self.scope.fresh("constant");
            let text = self.text[a.index()].0.clone();
            self.scope.line(&format!("let {name} = {text};"));
            self.text[a.index()] = (name, Binding::Atom);
        }
    }

    /// The text of a node that is read many times: a name for it, unless it is one.
    fn once(&mut self, id: Id) -> String {
        let (text, _) = self.text[id.index()].clone();
        if self.graph.is_leaf(self.graph.node(id)) || is_word(&text) {
            return text;
        }
        let name = self.scope.fresh("captured");
        self.scope.line(&format!("let {name} = {text};"));
        self.text[id.index()] = (name.clone(), Binding::Atom);
        name
    }

    /// The text of an argument, in parentheses if it binds less tightly than `at_least`.
    fn operand(&self, id: Id, at_least: Binding) -> String {
        let (text, binding) = &self.text[id.index()];
        if *binding < at_least {
            format!("({text})")
        } else {
            text.clone()
        }
    }

    fn expression(&self, node: Node) -> (String, Binding) {
        let plain = |id: Id| self.text[id.index()].0.as_str();
        match node {
            Node::Constant(bits) => {
                let value = f64::from_bits(bits);
                let binding = if value.is_sign_negative() {
                    Binding::Prefix
                } else {
                    Binding::Atom
                };
                (number(value), binding)
            }
            Node::MaskConstant(value) => (value.to_string(), Binding::Atom),
            Node::Input { bank, index } => ((self.input)(bank, index), Binding::Atom),
            Node::Item { of, item } => {
                let values = &self.loops[&of].values;
                (values[item as usize].clone(), Binding::Atom)
            }
            Node::Select(mask, a, b) => (
                format!("select({}, {}, {})", plain(b), plain(a), plain(mask)),
                Binding::Atom,
            ),
            Node::Unary(op, a) => match op {
                Unary::Neg => (
                    format!("-{}", self.operand(a, Binding::Atom)),
                    Binding::Prefix,
                ),
                Unary::Not => (
                    format!("!{}", self.operand(a, Binding::Atom)),
                    Binding::Prefix,
                ),
                Unary::Detach | Unary::Seamless => self.text[a.index()].clone(),
                Unary::Abs => (format!("abs({})", plain(a)), Binding::Atom),
                Unary::Sqrt => (format!("sqrt(max({}, 0.0))", plain(a)), Binding::Atom),
                Unary::Sin => (format!("sin_f32({})", plain(a)), Binding::Atom),
                Unary::Cos => (format!("cos_f32({})", plain(a)), Binding::Atom),
                Unary::Exp => (format!("exp_f32({})", plain(a)), Binding::Atom),
                Unary::Ln => (format!("log_f32({})", plain(a)), Binding::Atom),
                Unary::Tanh => (format!("tanh_f32({})", plain(a)), Binding::Atom),
            },
            Node::Binary(op, a, b) => self.binary(op, a, b),
        }
    }

    fn binary(&self, op: Binary, a: Id, b: Id) -> (String, Binding) {
        let call = |name: &str| {
            let (a, b) = (&self.text[a.index()].0, &self.text[b.index()].0);
            (format!("{name}({a}, {b})"), Binding::Atom)
        };
        // The left argument may bind as tightly as the operator, the right one must bind tighter.
        let infix = |symbol: &str, own: Binding, right: Binding| {
            let (a, b) = (self.operand(a, own), self.operand(b, right));
            (format!("{a} {symbol} {b}"), own)
        };
        match op {
            Binary::Add => infix("+", Binding::Sum, Binding::Product),
            Binary::Sub => infix("-", Binding::Sum, Binding::Product),
            Binary::Mul => infix("*", Binding::Product, Binding::Prefix),
            Binary::Div => infix("/", Binding::Product, Binding::Prefix),
            Binary::Max => call("max"),
            Binary::Min => call("min"),
            Binary::Atan2 => call("atan2_f32"),
            Binary::Less => (
                format!(
                    "{} < {}",
                    self.operand(a, Binding::Sum),
                    self.operand(b, Binding::Sum)
                ),
                Binding::Comparison,
            ),
            Binary::LessEqual => (
                format!(
                    "{} <= {}",
                    self.operand(a, Binding::Sum),
                    self.operand(b, Binding::Sum)
                ),
                Binding::Comparison,
            ),
            Binary::WithDerivativeOf => self.text[a.index()].clone(),
            // WGSL does not mix && and || without parentheses.
            Binary::And | Binary::Or => {
                let symbol = if op == Binary::And { "&&" } else { "||" };
                let (a, b) = (
                    self.operand(a, Binding::Comparison),
                    self.operand(b, Binding::Comparison),
                );
                (format!("{a} {symbol} {b}"), Binding::Logical)
            }
        }
    }
}

/// Whether a text is a name.
fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A number as a WGSL literal: the shortest text that is the nearest f32.
pub fn number(value: f64) -> String {
    let value = value as f32;
    assert!(
        value.is_finite(),
        "a constant of an expression graph fits into f32"
    );
    format!("{value:?}")
}
