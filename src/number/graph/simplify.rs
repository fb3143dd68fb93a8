//! Simplification of a node before it is inserted: constants are folded, identities removed.

use super::run::unary;
use super::{Binary, Graph, Id, Node, Unary};
use crate::number::Scalar;

impl Graph {
    fn number(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    fn truth(&self, id: Id) -> Option<bool> {
        match self.node(id) {
            Node::MaskConstant(value) => Some(value),
            _ => None,
        }
    }

    fn negated(&self, id: Id) -> Option<Id> {
        match self.node(id) {
            Node::Unary(Unary::Neg, a) => Some(a),
            _ => None,
        }
    }

    /// `Ok` with an existing node of the same value, or `Err` with a node still to be inserted.
    ///
    /// x·0 is *not* folded to 0: for x = ∞ it is NaN, and the reference path would disagree.
    pub(super) fn simplified(&mut self, node: Node) -> Result<Id, Node> {
        match node {
            Node::Unary(op, a) => self.simplified_unary(op, a),
            Node::Binary(op, a, b) => self.simplified_binary(op, a, b),
            Node::Select(mask, a, b) => match self.truth(mask) {
                Some(true) => Ok(a),
                Some(false) => Ok(b),
                None if a == b => Ok(a),
                None => Err(node),
            },
            leaf => Err(leaf),
        }
    }

    fn simplified_unary(&mut self, op: Unary, a: Id) -> Result<Id, Node> {
        if let Some(folded) = self.number(a).map(|x| apply_unary(op, x))
            && is_literal(folded)
        {
            return Err(Node::constant(folded));
        }
        match (op, self.truth(a), self.node(a)) {
            (Unary::Not, Some(value), _) => Err(Node::MaskConstant(!value)),
            (Unary::Not, _, Node::Unary(Unary::Not, inner)) => Ok(inner),
            (Unary::Neg, _, Node::Unary(Unary::Neg, inner)) => Ok(inner),
            (Unary::Neg, _, Node::Binary(Binary::Sub, x, y)) => {
                Ok(self.push(Node::Binary(Binary::Sub, y, x)))
            }
            _ => Err(Node::Unary(op, a)),
        }
    }

    fn simplified_binary(&mut self, op: Binary, a: Id, b: Id) -> Result<Id, Node> {
        use Binary::WithDerivativeOf;
        use Binary::{Add, And, Atan2, Div, Less, LessEqual, Max, Min, Mul, Or, Sub};
        let (x, y) = (self.number(a), self.number(b));
        if let (Some(x), Some(y)) = (x, y) {
            match op {
                Less => return Err(Node::MaskConstant(x < y)),
                LessEqual => return Err(Node::MaskConstant(x <= y)),
                Add | Sub | Mul | Div | Max | Min | Atan2 => {
                    let folded = apply_binary(op, x, y);
                    if is_literal(folded) {
                        return Err(Node::constant(folded));
                    }
                }
                WithDerivativeOf => return Ok(a),
                And | Or => unreachable!("masks are not numbers"),
            }
        }
        let (zero, one) = (Some(0.0), Some(1.0));
        match op {
            Add if x == zero => Ok(b),
            Add | Sub if y == zero => Ok(a),
            Sub if x == zero => Ok(self.push(Node::Unary(Unary::Neg, b))),
            Mul if x == one => Ok(b),
            Mul | Div if y == one => Ok(a),
            Mul if x == Some(-1.0) => Ok(self.push(Node::Unary(Unary::Neg, b))),
            Mul | Div if y == Some(-1.0) => Ok(self.push(Node::Unary(Unary::Neg, a))),
            // A negation moves outwards, where it often meets another or becomes a subtraction.
            Mul | Div => match (self.negated(a), self.negated(b)) {
                (Some(a), Some(b)) => Ok(self.push(Node::Binary(op, a, b))),
                (Some(a), None) => {
                    let inner = self.push(Node::Binary(op, a, b));
                    Ok(self.push(Node::Unary(Unary::Neg, inner)))
                }
                (None, Some(b)) => {
                    let inner = self.push(Node::Binary(op, a, b));
                    Ok(self.push(Node::Unary(Unary::Neg, inner)))
                }
                (None, None) => Err(Node::Binary(op, a, b)),
            },
            Add => match (self.negated(a), self.negated(b)) {
                (_, Some(b)) => Ok(self.push(Node::Binary(Sub, a, b))),
                (Some(a), None) => Ok(self.push(Node::Binary(Sub, b, a))),
                (None, None) => Err(Node::Binary(op, a, b)),
            },
            Sub => match self.negated(b) {
                Some(b) => Ok(self.push(Node::Binary(Add, a, b))),
                None => Err(Node::Binary(op, a, b)),
            },
            WithDerivativeOf | Max | Min if a == b => Ok(a),
            // Also for a NaN, which is not less than itself. That it is not even equal keeps `LessEqual`.
            Less if a == b => Err(Node::MaskConstant(false)),
            WithDerivativeOf if y.is_some() => Ok(self.push(Node::Unary(Unary::Detach, a))),
            And | Or => match (self.truth(a), self.truth(b)) {
                (Some(known), _) => Ok(if known == (op == And) { b } else { a }),
                (_, Some(known)) => Ok(if known == (op == And) { a } else { b }),
                _ if a == b => Ok(a),
                _ => Err(Node::Binary(op, a, b)),
            },
            _ => Err(Node::Binary(op, a, b)),
        }
    }
}

/// Whether a result becomes a constant. One that is not finite, or not in f32, stays an operation: WGSL has no literal for
/// it.
fn is_literal(x: f64) -> bool {
    x.abs() <= f64::from(f32::MAX)
}

/// The value of an operation on a number; NaN for the one on a mask.
fn apply_unary(op: Unary, x: f64) -> f64 {
    match op {
        Unary::Not => f64::NAN,
        op => unary(op, x),
    }
}

/// The value of an arithmetic operation; NaN for those that give a mask.
fn apply_binary(op: Binary, x: f64, y: f64) -> f64 {
    match op {
        Binary::Add => x + y,
        Binary::Sub => x - y,
        Binary::Mul => x * y,
        Binary::Div => x / y,
        Binary::Max => Scalar::max(x, y),
        Binary::Min => Scalar::min(x, y),
        Binary::Atan2 => Scalar::atan2(x, y),
        Binary::WithDerivativeOf => x,
        Binary::Less | Binary::LessEqual | Binary::And | Binary::Or => f64::NAN,
    }
}
