//! Parts of a segment: the interval of it that several linear conditions leave.
//!
//! A segment runs from s = 0 to s = 1, and what varies along it is a [`Ramp`], linear in s. A condition g(s) >= 0 cuts the
//! interval at the s where g is 0:
//!
//!   cut(from, to, g):  s = g₀/(g₀ - g₁);  from = max(from, s) if g₀ < 0;  to = min(to, s) if g₁ < 0
//!
//! which is right whatever the signs are. Where both ends are negative, `to` is not above `from` afterwards, wherever s is.

use crate::number::Scalar;

/// A value that is linear along a segment: at its start and at its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ramp<S> {
    pub start: S,
    pub end: S,
}

impl<S: Scalar> Ramp<S> {
    /// At s.
    pub fn at(self, s: S) -> S {
        self.start + (self.end - self.start) * s
    }
}

/// Where a condition cuts, and which side of it is lost: before the cut, behind it, both or none.
#[derive(Clone, Copy)]
pub(super) struct Cut<S: Scalar> {
    at: S,
    loses_start: S::Mask,
    loses_end: S::Mask,
}

impl<S: Scalar> Cut<S> {
    /// Loses what is negative.
    pub fn negative(g: Ramp<S>) -> Self {
        let zero = S::constant(0.0);
        Self {
            at: zero_of(g.start, g.start - g.end),
            loses_start: g.start.less(zero),
            loses_end: g.end.less(zero),
        }
    }

    /// Loses where `other` is less than `one`. Its [`Cut::reversed`] loses the rest, so that a segment on which both are
    /// equal is lost by one of them, and counted once.
    pub fn where_less(other: Ramp<S>, one: Ramp<S>) -> Self {
        let start = other.start - one.start;
        Self {
            at: zero_of(start, start - (other.end - one.end)),
            loses_start: other.start.less(one.start),
            loses_end: other.end.less(one.end),
        }
    }
}

/// g₀/difference; any finite number where no end, or both, are lost.
fn zero_of<S: Scalar>(start: S, difference: S) -> S {
    let tiny = difference.abs().less(S::constant(1e-20));
    (start / S::select(tiny, S::constant(1.0), difference)).named("cut")
}

/// What is left of a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<S> {
    pub from: S,
    pub to: S,
}

impl<S: Scalar> Span<S> {
    /// All of it.
    pub fn whole() -> Self {
        Self {
            from: S::constant(0.0),
            to: S::constant(1.0),
        }
    }

    /// Without what the cut loses.
    pub fn cut(self, by: &Cut<S>) -> Self {
        Self {
            from: S::select(by.loses_start, self.from.max(by.at), self.from),
            to: S::select(by.loses_end, self.to.min(by.at), self.to),
        }
    }

    /// Without what the cut keeps.
    pub fn cut_reversed(self, by: &Cut<S>) -> Self {
        Self {
            from: S::select(by.loses_start, self.from, self.from.max(by.at)),
            to: S::select(by.loses_end, self.to, self.to.min(by.at)),
        }
    }

    /// With ends in order, and both in [0, 1]: an interval that was lost may have had them anywhere.
    pub fn in_order(self) -> Self {
        let from = self.from.min(S::constant(1.0));
        Self {
            from,
            to: self.to.max(from),
        }
    }

    /// With ends that have no derivative.
    pub fn detached(self) -> Self {
        Self {
            from: self.from.detach().named("enters"),
            to: self.to.detach().named("leaves"),
        }
    }
}

/// The integrals of a weight over the part of a segment, in units of its length: of p c, and of s p c.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load<S> {
    pub total: S,
    pub first_moment: S,
}

impl<S: Scalar> Load<S> {
    /// Nothing.
    pub fn zero() -> Self {
        let zero = S::constant(0.0);
        Self {
            total: zero,
            first_moment: zero,
        }
    }

    /// By Simpson's rule, exact for the product of two ramps and s; `factor` is 1 if there is none.
    pub fn of(pressure: Ramp<S>, factor: Option<Ramp<S>>, span: Span<S>) -> Self {
        let Span { from, to } = span;
        let middle = (from + to) * 0.5;
        let weigh = |s: S| match factor {
            Some(factor) => pressure.at(s) * factor.at(s),
            None => pressure.at(s),
        };
        let (first, centre, last) = (weigh(from), weigh(middle) * 4.0, weigh(to));
        let sixth = (to - from) * (1.0 / 6.0);
        Self {
            total: sixth * (first + centre + last),
            first_moment: sixth * (from * first + middle * centre + to * last),
        }
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            first_moment: self.first_moment + other.first_moment,
        }
    }
}
