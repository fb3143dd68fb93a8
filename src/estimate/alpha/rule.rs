//! The rules for alpha by name.

use crate::error::{Error, Result};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// c of the rule `ddcg` unless given, as published.
pub const DDCG_SLACK: f64 = 0.3;

/// A rule for alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Inverse variance under a bound on the empirical bias; independent batches, as published.
    Aobg,
    /// Inverse variance; independent batches.
    Ivw,
    /// Inverse variance of each time step and axis of the control; independent batches. See [`crate::estimate::control_weights`] for
    /// feedback policies.
    IvwH,
    /// Least variance from one shared batch, with the cross moment.
    Shared,
    /// The same for each coordinate of theta.
    SharedPerCoordinate,
    /// Inverse variance unless the first order varies less than a continuous cost would let it, with the slack c;
    /// one shared batch.
    Ddcg(f64),
    /// alpha = 1
    First,
    /// alpha = 0
    Zeroth,
    /// alpha given.
    Fixed(f64),
}

/// The rules without a number.
const PLAIN: [(&str, Rule); 8] = [
    ("aobg", Rule::Aobg),
    ("ivw", Rule::Ivw),
    ("ivw-h", Rule::IvwH),
    ("shared", Rule::Shared),
    ("shared-per-coordinate", Rule::SharedPerCoordinate),
    ("ddcg", Rule::Ddcg(DDCG_SLACK)),
    ("first", Rule::First),
    ("zeroth", Rule::Zeroth),
];

impl Rule {
    /// Whether the two orders are estimated from different samples.
    ///
    /// `ddcg` shares one batch although its weight ignores the covariance c: since c² <= v₁ v₀, for every alpha
    /// alpha² v₁ + (1-alpha)² v₀ + 2 alpha (1-alpha) c <= 2 (alpha² v₁ + (1-alpha)² v₀), so N shared rollouts are
    /// never worse than N/2 for each order.
    pub fn wants_independent_batches(self) -> bool {
        matches!(self, Rule::Aobg | Rule::Ivw | Rule::IvwH)
    }

    /// Whether alpha follows from the variances of both orders, so that both must be known.
    pub fn needs_variance(self) -> bool {
        !matches!(self, Rule::First | Rule::Zeroth | Rule::Fixed(_))
    }

    /// Whether nothing in the rule would lower alpha where the first order is biased.
    pub fn is_blind_to_bias(self) -> bool {
        !matches!(self, Rule::Aobg | Rule::Ddcg(_) | Rule::Zeroth)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = PLAIN.iter().find(|(_, rule)| rule == self) {
            return f.write_str(name);
        }
        match self {
            Rule::Ddcg(slack) => write!(f, "ddcg={slack}"),
            Rule::Fixed(alpha) => write!(f, "fixed={alpha}"),
            plain => unreachable!("{plain:?} is in the list of rules without a number"),
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Rule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let expected = "aobg, ivw, ivw-h, shared, shared-per-coordinate, ddcg, ddcg=C with C from 0 to below 1, \
                        first, zeroth or fixed=A with A from 0 to 1";
        let invalid = || Error::invalid("rule", format!("'{text}'"), expected);
        if let Some((_, rule)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(*rule);
        }
        let (name, value) = text.split_once('=').ok_or_else(invalid)?;
        let value: f64 = value.parse().map_err(|_| invalid())?;
        match name {
            "ddcg" if (0.0..1.0).contains(&value) => Ok(Rule::Ddcg(value)),
            "fixed" if (0.0..=1.0).contains(&value) => Ok(Rule::Fixed(value)),
            _ => Err(invalid()),
        }
    }
}
