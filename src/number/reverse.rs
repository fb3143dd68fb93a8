//! The reverse sweep: from an expression graph to the graph of its vector-Jacobian product.
//!
//! For outputs yⱼ with cotangents ȳⱼ it appends to the graph the expressions of
//!
//!   x̄ᵢ = Σⱼ ȳⱼ ∂yⱼ/∂xᵢ
//!
//! Nodes are visited in decreasing order, so that all uses of a node come before it. Nodes that do not
//! depend on any xᵢ are skipped. A cotangent is switched off with `select(0, g, mask)`, never by multiplying
//! with the mask, because 0 · ∞ is NaN. What a loop leaves has no derivative, so that none is swept, unless it is a symmetric
//! map x = S r: then r̄ = S x̄, by the same body. The conventions at kinks are those of [`crate::number`].

use super::graph::{Binary, Graph, Id, Loop, Node, Unary};
use std::collections::HashSet;

/// Appends the cotangents of `inputs` and returns them, given the `cotangents` of `outputs`.
/// A node with a label gets a cotangent labelled `<label>_cotangent`.
pub fn vjp(graph: &mut Graph, outputs: &[Id], cotangents: &[Id], inputs: &[Id]) -> Vec<Id> {
    assert_eq!(outputs.len(), cotangents.len(), "one cotangent per output");
    let count = graph.len();
    let mut sweep = Sweep {
        active: active(graph, inputs),
        cotangents: vec![None; count],
        graph,
    };
    for (&output, &cotangent) in outputs.iter().zip(cotangents) {
        sweep.accumulate(output, cotangent);
    }
    for i in (0..count).rev() {
        sweep.propagate_map(i);
        if let Some(cotangent) = sweep.cotangents[i] {
            sweep.propagate(i, cotangent);
        }
    }
    let found: Vec<_> = inputs
        .iter()
        .map(|id| sweep.cotangents.get(id.index()).copied().flatten())
        .collect();
    found
        .into_iter()
        .map(|c| c.unwrap_or_else(|| graph.push(Node::constant(0.0))))
        .collect()
}

/// Which nodes depend on an input, with `detach` and comparisons cutting the dependence.
fn active(graph: &Graph, inputs: &[Id]) -> Vec<(Id, bool)> {
    let mut active: Vec<(Id, bool)> = Vec::with_capacity(graph.len());
    let inputs: HashSet<&Id> = inputs.iter().collect();
    for (id, node) in graph.iter() {
        let depends = match node {
            Node::Unary(Unary::Detach | Unary::Not, _)
            | Node::Binary(Binary::Less | Binary::LessEqual | Binary::And | Binary::Or, ..) => {
                false
            }
            Node::Item { of, .. } => {
                let map = graph.repeated(of);
                map.is_symmetric && map.start.iter().any(|r| active[r.index()].1)
            }
            Node::Binary(Binary::WithDerivativeOf, _, carrier) => active[carrier.index()].1,
            Node::Select(_, a, b) => active[a.index()].1 || active[b.index()].1,
            node => inputs.contains(&id) || graph.arguments(node).any(|a| active[a.index()].1),
        };
        active.push((id, depends));
    }
    active
}

struct Sweep<'a> {
    graph: &'a mut Graph,
    /// Number of each node of the forward part, and whether it depends on an input.
    active: Vec<(Id, bool)>,
    cotangents: Vec<Option<Id>>,
}

impl Sweep<'_> {
    fn accumulate(&mut self, target: Id, term: Id) {
        if !self.active[target.index()].1 {
            return;
        }
        let sum = match self.cotangents[target.index()] {
            None => term,
            Some(so_far) => self.binary(Binary::Add, so_far, term),
        };
        self.cotangents[target.index()] = Some(sum);
    }

    fn number(&mut self, value: f64) -> Id {
        self.graph.push(Node::constant(value))
    }
    fn unary(&mut self, op: Unary, a: Id) -> Id {
        self.graph.push(Node::Unary(op, a))
    }
    fn binary(&mut self, op: Binary, a: Id, b: Id) -> Id {
        self.graph.push(Node::Binary(op, a, b))
    }
    fn product(&mut self, a: Id, b: Id) -> Id {
        self.binary(Binary::Mul, a, b)
    }
    fn select(&mut self, mask: Id, if_true: Id, if_false: Id) -> Id {
        self.graph.push(Node::Select(mask, if_true, if_false))
    }

    /// Adds to the arguments' cotangents what node `i` with cotangent `g` owes them.
    fn propagate(&mut self, i: usize, g: Id) {
        let id = self.active[i].0;
        if let Some(label) = self.graph.label(id) {
            let label = format!("{label}_cotangent");
            self.graph.name(g, label);
        }
        match self.graph.node(id) {
            Node::Constant(_) | Node::MaskConstant(_) | Node::Input { .. } | Node::Item { .. } => {}
            Node::Unary(op, a) if self.active[a.index()].1 => {
                if let Some(term) = self.unary_term(op, a, id, g) {
                    self.accumulate(a, term);
                }
            }
            Node::Unary(..) => {}
            Node::Binary(op, a, b) => self.propagate_binary(op, a, b, id, g),
            Node::Select(mask, a, b) => self.propagate_choice(mask, a, b, g),
        }
    }

    /// r̄ = S x̄, once the cotangents of all of x are there: x₀ is the last of them to be visited.
    fn propagate_map(&mut self, i: usize) {
        let (id, is_active) = self.active[i];
        let Node::Item { of, item: 0 } = self.graph.node(id) else {
            return;
        };
        let map = self.graph.repeated(of).clone();
        let items: Vec<Id> = (0..map.left() as u32)
            .map(|item| self.graph.push(Node::Item { of, item }))
            .collect();
        // What nothing asked for may not have been there yet.
        let cotangent = |x: &Id| self.cotangents.get(x.index()).copied().flatten();
        let cotangents: Vec<Option<Id>> = items.iter().map(cotangent).collect();
        if !is_active || cotangents.iter().all(Option::is_none) {
            return;
        }
        let zero = self.number(0.0);
        let start = cotangents.iter().map(|x| x.unwrap_or(zero)).collect();
        let terms = self.graph.repeat(Loop {
            start,
            ..map.clone()
        });
        for (r, term) in map.start.iter().zip(terms) {
            self.accumulate(*r, term);
        }
    }

    /// g where the mask holds goes to `a`, elsewhere to `b`.
    fn propagate_choice(&mut self, mask: Id, a: Id, b: Id, g: Id) {
        let zero = self.number(0.0);
        if self.active[a.index()].1 {
            let term = self.select(mask, g, zero);
            self.accumulate(a, term);
        }
        if self.active[b.index()].1 {
            let term = self.select(mask, zero, g);
            self.accumulate(b, term);
        }
    }

    /// g · ∂y/∂a for y = op a.
    fn unary_term(&mut self, op: Unary, a: Id, y: Id, g: Id) -> Option<Id> {
        let zero = self.number(0.0);
        Some(match op {
            Unary::Neg => self.unary(Unary::Neg, g),
            Unary::Abs => {
                let positive = self.binary(Binary::Less, zero, a);
                let negative = self.binary(Binary::Less, a, zero);
                let minus_g = self.unary(Unary::Neg, g);
                let otherwise = self.select(negative, minus_g, zero);
                self.select(positive, g, otherwise)
            }
            Unary::Sqrt => {
                let two = self.number(2.0);
                let twice = self.product(two, y);
                let quotient = self.binary(Binary::Div, g, twice);
                let positive = self.binary(Binary::Less, zero, a);
                self.select(positive, quotient, zero)
            }
            Unary::Sin => {
                let slope = self.unary(Unary::Cos, a);
                self.product(g, slope)
            }
            Unary::Cos => {
                let sine = self.unary(Unary::Sin, a);
                let slope = self.unary(Unary::Neg, sine);
                self.product(g, slope)
            }
            Unary::Exp => self.product(g, y),
            Unary::Ln => self.binary(Binary::Div, g, a),
            Unary::Tanh => {
                let one = self.number(1.0);
                let square = self.product(y, y);
                let slope = self.binary(Binary::Sub, one, square);
                self.product(g, slope)
            }
            Unary::Seamless => g,
            Unary::Detach | Unary::Not => return None,
        })
    }

    fn propagate_binary(&mut self, op: Binary, a: Id, b: Id, y: Id, g: Id) {
        match op {
            Binary::Add => {
                self.accumulate(a, g);
                self.accumulate(b, g);
            }
            Binary::Sub => {
                self.accumulate(a, g);
                if self.active[b.index()].1 {
                    let term = self.unary(Unary::Neg, g);
                    self.accumulate(b, term);
                }
            }
            Binary::Mul if a == b => {
                let two = self.number(2.0);
                let twice = self.product(two, g);
                let term = self.product(twice, a);
                self.accumulate(a, term);
            }
            Binary::Mul => {
                for (to, other) in [(a, b), (b, a)] {
                    if self.active[to.index()].1 {
                        let term = self.product(g, other);
                        self.accumulate(to, term);
                    }
                }
            }
            Binary::Div => {
                let quotient = self.binary(Binary::Div, g, b);
                self.accumulate(a, quotient);
                if self.active[b.index()].1 {
                    let product = self.product(quotient, y);
                    let term = self.unary(Unary::Neg, product);
                    self.accumulate(b, term);
                }
            }
            Binary::Max => {
                let first = self.binary(Binary::LessEqual, b, a);
                self.propagate_choice(first, a, b, g);
            }
            Binary::Min => {
                let first = self.binary(Binary::LessEqual, a, b);
                self.propagate_choice(first, a, b, g);
            }
            Binary::Atan2 => self.propagate_atan2(a, b, g),
            Binary::WithDerivativeOf => self.accumulate(b, g),
            Binary::Less | Binary::LessEqual | Binary::And | Binary::Or => {}
        }
    }

    /// d atan2(y, x) = (x dy - y dx) / (x² + y²), and 0 at the origin.
    fn propagate_atan2(&mut self, y: Id, x: Id, g: Id) {
        let (zero, one) = (self.number(0.0), self.number(1.0));
        let (x2, y2) = (self.product(x, x), self.product(y, y));
        let r2 = self.binary(Binary::Add, x2, y2);
        let away = self.binary(Binary::Less, zero, r2);
        let divisor = self.select(away, r2, one);
        let quotient = self.binary(Binary::Div, g, divisor);
        let scaled = self.select(away, quotient, zero);
        let term = self.product(scaled, x);
        self.accumulate(y, term);
        let product = self.product(scaled, y);
        let term = self.unary(Unary::Neg, product);
        self.accumulate(x, term);
    }
}
