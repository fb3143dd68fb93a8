//! The rules for alpha by name, and what is known of each: one row of facts, which all ask who treat rules differently.

use crate::error::{Error, Result, exact};
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
    /// Least mean square error from one shared batch: what both orders differ by beyond chance is the error of the first.
    LeastError,
    /// alpha = 1
    First,
    /// alpha = 0
    Zeroth,
    /// alpha given.
    Fixed(f64),
}

/// The number of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// What it is called.
    pub letter: char,
    /// The values it may have.
    pub domain: &'static str,
    /// Whether the rule may be named without it.
    pub has_default: bool,
}

/// What is known of a rule, whatever number it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its name.
    pub name: &'static str,
    /// Its number, if it has one.
    pub number: Option<Number>,
    /// What it does, in lines for people.
    pub help: &'static str,
    /// Batches that an estimate of both orders draws: 2 if each order has its own, and then c = 0.
    pub batches: u64,
    /// Whether alpha is lowered, or 0 anyway, where the first order is biased.
    pub sees_bias: bool,
    /// Whether the first order has any part in it.
    pub needs_first_order: bool,
    /// Whether alpha follows from v₁ and v₀, so that both must be known.
    pub needs_variance: bool,
    /// Whether it follows from c, so that both orders must be estimated from the same samples.
    pub needs_covariance: bool,
    /// Whether alpha is 0 without the test of [`super::Poincare`].
    pub needs_poincare: bool,
    /// Whether it weighs the controls of a feedback policy: see [`crate::estimate::control_weights`].
    pub weighs_controls: bool,
}

/// alpha is what it is: nothing need be known, and nothing is seen.
const FIXED: Facts = Facts {
    name: "",
    number: None,
    help: "",
    batches: 1,
    sees_bias: false,
    needs_first_order: true,
    needs_variance: false,
    needs_covariance: false,
    needs_poincare: false,
    weighs_controls: false,
};

impl Facts {
    /// The name, with the letter of the number.
    pub fn form(&self) -> String {
        match self.number {
            Some(number) => format!("{}={}", self.name, number.letter),
            None => self.name.into(),
        }
    }

    /// The shortest that names the rule.
    fn shortest(&self) -> String {
        match self.number {
            Some(number) if number.has_default => self.name.into(),
            _ => self.form(),
        }
    }
}

impl Rule {
    /// Each rule, with its usual number; with some number if there is no usual one.
    pub const ALL: [Rule; 10] = [
        Rule::Aobg,
        Rule::Ivw,
        Rule::IvwH,
        Rule::Shared,
        Rule::SharedPerCoordinate,
        Rule::Ddcg(DDCG_SLACK),
        Rule::LeastError,
        Rule::First,
        Rule::Zeroth,
        Rule::Fixed(0.5),
    ];

    /// The row of the rule.
    pub const fn facts(self) -> Facts {
        match self {
            Rule::Aobg => Facts {
                name: "aobg",
                help: "least variance as long as the empirical bias stays within gamma, as published",
                batches: 2,
                sees_bias: true,
                needs_variance: true,
                ..FIXED
            },
            Rule::Ivw => Facts {
                name: "ivw",
                help: "least variance of two independent batches, blind to bias",
                batches: 2,
                needs_variance: true,
                ..FIXED
            },
            Rule::IvwH => Facts {
                name: "ivw-h",
                help: "the same for each time step and axis of the control; a feedback policy needs\n\
                       `noise_on` action, and its samples are rolled out twice more, on the CPU",
                batches: 2,
                needs_variance: true,
                weighs_controls: true,
                ..FIXED
            },
            Rule::Shared => Facts {
                name: "shared",
                help: "least variance of one batch for both orders: half the rollouts, blind to bias",
                needs_variance: true,
                needs_covariance: true,
                ..FIXED
            },
            Rule::SharedPerCoordinate => Facts {
                name: "shared-per-coordinate",
                help: "the same for each coordinate of theta",
                needs_variance: true,
                needs_covariance: true,
                ..FIXED
            },
            // One batch, although its weight ignores c: since c² <= v₁ v₀, for every alpha alpha² v₁ + (1-alpha)² v₀
            // + 2 alpha (1-alpha) c <= 2 (alpha² v₁ + (1-alpha)² v₀), so K shared rollouts are never worse than K/2 for
            // each order.
            Rule::Ddcg(_) => Facts {
                name: "ddcg",
                number: Some(Number {
                    letter: 'C',
                    domain: "from 0 to below 1",
                    has_default: true,
                }),
                help: "the weight of ivw from one batch, but 0 where the derivatives vary less than those of a continuous cost can,\n\
                       with the slack C from 0 to below 1; ddcg alone is ddcg=0.3",
                sees_bias: true,
                needs_variance: true,
                needs_poincare: true,
                ..FIXED
            },
            Rule::LeastError => Facts {
                name: "least-error",
                help: "least mean square error of one batch: what both orders differ by beyond chance counts as the error of the\n\
                       first; needs neither `gamma` nor `bound`",
                sees_bias: true,
                needs_variance: true,
                ..FIXED
            },
            Rule::First => Facts {
                name: "first",
                help: "alpha = 1, derivatives only",
                ..FIXED
            },
            Rule::Zeroth => Facts {
                name: "zeroth",
                help: "alpha = 0, costs only",
                sees_bias: true,
                needs_first_order: false,
                ..FIXED
            },
            Rule::Fixed(_) => Facts {
                name: "fixed",
                number: Some(Number {
                    letter: 'A',
                    domain: "from 0 to 1",
                    has_default: false,
                }),
                help: "alpha = A, from 0 to 1",
                ..FIXED
            },
        }
    }

    /// Whether it gives the first order a weight whatever becomes of it.
    pub fn needs_first_order(self) -> bool {
        match self {
            Rule::First => true,
            Rule::Fixed(alpha) => alpha > 0.0,
            _ => false,
        }
    }

    /// The names of the rules whose facts are as wanted; `last` is the word before the last of them.
    pub fn names(last: &str, wanted: impl Fn(&Facts) -> bool) -> String {
        let rows = Rule::ALL.map(Rule::facts);
        let names = rows.iter().filter(|facts| wanted(facts));
        listed(names.map(Facts::shortest).collect(), last)
    }

    /// All that [`Rule::from_str`] understands.
    pub fn expected() -> String {
        let forms = Rule::ALL.iter().flat_map(|rule| {
            let facts = rule.facts();
            let explained = facts.number.map(|Number { letter, domain, .. }| {
                format!("{} with {letter} {domain}", facts.form())
            });
            let bare = facts.number.is_none_or(|number| number.has_default);
            let bare = bare.then(|| facts.name.to_string());
            bare.into_iter().chain(explained)
        });
        listed(forms.collect(), "or")
    }

    /// The rule with another number; none if it has no number, or not that one.
    fn with_number(self, value: f64) -> Option<Self> {
        match self {
            Rule::Ddcg(_) => (0.0..1.0).contains(&value).then_some(Rule::Ddcg(value)),
            Rule::Fixed(_) => (0.0..=1.0).contains(&value).then_some(Rule::Fixed(value)),
            _ => None,
        }
    }
}

/// a, b or c
fn listed(mut words: Vec<String>, last: &str) -> String {
    let end = words.pop().unwrap_or_default();
    match words.is_empty() {
        true => end,
        false => format!("{} {last} {end}", words.join(", ")),
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.facts().name;
        match self {
            Rule::Ddcg(number) if *number != DDCG_SLACK => write!(f, "{name}={}", exact(*number)),
            Rule::Fixed(number) => write!(f, "{name}={}", exact(*number)),
            _ => f.write_str(name),
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
        let (name, number) = match text.split_once('=') {
            Some((name, number)) => (name, Some(number)),
            None => (text, None),
        };
        let named = Rule::ALL.into_iter().find(|rule| rule.facts().name == name);
        let found = named.and_then(|rule| match (rule.facts().number, number) {
            (None, None) => Some(rule),
            (Some(known), None) => known.has_default.then_some(rule),
            (_, Some(number)) => rule.with_number(number.parse().ok()?),
        });
        found.ok_or_else(|| Error::invalid("rule", format!("'{text}'"), Rule::expected()))
    }
}
