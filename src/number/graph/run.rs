//! Evaluation of a graph on any kind of number: f64, duals, rounded numbers.

use super::{Binary, Graph, Id, Loop, Node, Unary};
use crate::number::{Mask, Scalar};
use std::collections::HashMap;

impl Graph {
    /// The values of `outputs`, where `inputs[bank][index]` are the inputs: in f64, with derivatives or rounded, as
    /// `S` is. Every live node is computed once, in order.
    pub fn run<S: Scalar>(&self, outputs: &[Id], inputs: &[&[S]]) -> Vec<S> {
        // A number with derivatives needs what gives them.
        self.run_needed(&self.needed(outputs), outputs, inputs)
    }

    /// The same, with [`Graph::needed`] of these outputs: to find those takes as long as to compute them.
    pub fn run_needed<S: Scalar>(
        &self,
        needed: &[bool],
        outputs: &[Id],
        inputs: &[&[S]],
    ) -> Vec<S> {
        let mut values = Values(Vec::with_capacity(self.len()));
        self.compute(needed, inputs, &mut values);
        outputs.iter().map(|id| values.number(*id)).collect()
    }

    /// Computes the nodes that are live.
    fn compute<S: Scalar>(&self, live: &[bool], inputs: &[&[S]], values: &mut Values<S>) {
        let mut left: HashMap<u32, Vec<S>> = HashMap::new();
        for ((_, node), live) in self.iter().zip(live) {
            if !live {
                values.0.push(None);
                continue;
            }
            let value = match node {
                Node::Constant(bits) => Value::Number(S::constant(f64::from_bits(bits))),
                Node::MaskConstant(value) => Value::Mask(truth::<S>(value)),
                Node::Input { bank, index } => Value::Number(inputs[bank as usize][index as usize]),
                Node::Unary(Unary::Not, a) => Value::Mask(values.mask(a).not()),
                Node::Unary(op, a) => Value::Number(unary(op, values.number(a))),
                Node::Binary(op, a, b) => values.binary(op, a, b),
                Node::Select(mask, a, b) => Value::Number(S::select(
                    values.mask(mask),
                    values.number(a),
                    values.number(b),
                )),
                Node::Item { of, item } => {
                    let run = || self.repeated(of).run(values);
                    Value::Number(left.entry(of).or_insert_with(run)[item as usize])
                }
            };
            values.0.push(Some(value));
        }
    }
}

impl Loop {
    /// What it leaves.
    fn run<S: Scalar>(&self, values: &Values<S>) -> Vec<S> {
        let outside =
            |ids: &Vec<Id>| -> Vec<S> { ids.iter().map(|id| values.number(*id)).collect() };
        let (mut items, captured) = (outside(&self.start), outside(&self.captured));
        let (graph, outputs) = (&self.graph, &self.outputs);
        let needed = graph.needed(outputs);
        if self.is_symmetric {
            S::symmetric(&mut items, &captured, &mut |items, captured| {
                let next = graph.run_needed(&needed, outputs, &[&*items, captured]);
                items.copy_from_slice(&next);
            });
            return items;
        }
        let series: Vec<Vec<S>> = self.series.iter().map(outside).collect();
        let mut body = |items: &mut [S], captured: &[S], elements: &[S]| {
            let inputs = [&*items, captured, elements];
            let mut next = graph.run_needed(&needed, outputs, &inputs);
            let given = next.split_off(items.len());
            items.copy_from_slice(&next);
            given
        };
        let given = S::scan(self.count, &mut items, &captured, &series, &mut body);
        items.extend(given.concat());
        items
    }
}

/// A mask that always has this value.
fn truth<S: Scalar>(value: bool) -> S::Mask {
    let (zero, one) = (S::constant(0.0), S::constant(1.0));
    if value {
        zero.less(one)
    } else {
        one.less(zero)
    }
}

/// What a node stands for.
#[derive(Clone, Copy)]
enum Value<S: Scalar> {
    Number(S),
    Mask(S::Mask),
}

/// The values of the nodes in their order, of those that were computed.
struct Values<S: Scalar>(Vec<Option<Value<S>>>);

impl<S: Scalar> Values<S> {
    fn number(&self, id: Id) -> S {
        match self.0[id.index()] {
            Some(Value::Number(number)) => number,
            _ => unreachable!("a number is computed before it is used, and is no mask"),
        }
    }

    fn mask(&self, id: Id) -> S::Mask {
        match self.0[id.index()] {
            Some(Value::Mask(mask)) => mask,
            _ => unreachable!("a mask is computed before it is used, and is no number"),
        }
    }

    fn binary(&self, op: Binary, a: Id, b: Id) -> Value<S> {
        let (x, y) = (|| self.number(a), || self.number(b));
        match op {
            Binary::Add => Value::Number(x() + y()),
            Binary::Sub => Value::Number(x() - y()),
            Binary::Mul => Value::Number(x() * y()),
            Binary::Div => Value::Number(x() / y()),
            Binary::Max => Value::Number(x().max(y())),
            Binary::Min => Value::Number(x().min(y())),
            Binary::Atan2 => Value::Number(x().atan2(y())),
            Binary::WithDerivativeOf => Value::Number(x().with_derivative_of(y())),
            Binary::Less => Value::Mask(x().less(y())),
            Binary::LessEqual => Value::Mask(x().less_equal(y())),
            Binary::And => Value::Mask(self.mask(a).and(self.mask(b))),
            Binary::Or => Value::Mask(self.mask(a).or(self.mask(b))),
        }
    }
}

pub(super) fn unary<S: Scalar>(op: Unary, x: S) -> S {
    match op {
        Unary::Neg => -x,
        Unary::Abs => x.abs(),
        Unary::Sqrt => x.sqrt(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Exp => x.exp(),
        Unary::Ln => x.ln(),
        Unary::Tanh => x.tanh(),
        Unary::Detach => x.detach(),
        Unary::Seamless => x.seamless(),
        Unary::Not => unreachable!("a mask is no number"),
    }
}
