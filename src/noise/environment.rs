//! What differs from sample to sample besides the noise: the initial state and the parameters of the model.
//!
//! ```text
//! x₀ᵢ = drawᵢ + Σ_{j<i} factorᵢⱼ x₀ⱼ            parameterᵢ = drawₙ₊ᵢ
//! draw = constant | mean + σ z | low + (high - low) u,   z standard normal, u uniform on (0, 1)
//! bits = threefry2x32(key, (sample, element)),   u = (2 ⌊first word / 2⁹⌋ + 1) 2⁻²⁴
//! ```
//!
//! The key is that of the batch with another stream, so that the same sample has the same environment at every theta:
//! common random numbers. Twin of `shaders/environment.wgsl`.

use crate::error::{Error, Result, exact};
use crate::noise::{standard_normal_pair, standard_normal_pair_f32, threefry2x32};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// The distribution of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Draw {
    /// Always the same.
    Constant(f64),
    /// N(mean, sigma²)
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sigma: f64,
    },
    /// Uniform between low and high.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

/// What a draw multiplies its scale with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Shape {
    /// 0
    Constant = 0,
    /// z
    Normal = 1,
    /// u
    Uniform = 2,
}

impl Draw {
    /// The draw as offset + scale · shape.
    pub fn parts(&self) -> (f64, f64, Shape) {
        match *self {
            Draw::Constant(value) => (value, 0.0, Shape::Constant),
            Draw::Normal { mean, sigma } => (mean, sigma, Shape::Normal),
            Draw::Uniform { low, high } => (low, high - low, Shape::Uniform),
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match *self {
            Draw::Constant(value) => value,
            Draw::Normal { mean, .. } => mean,
            Draw::Uniform { low, high } => 0.5 * (low + high),
        }
    }

    /// The variance.
    pub fn variance(&self) -> f64 {
        match *self {
            Draw::Constant(_) => 0.0,
            Draw::Normal { sigma, .. } => sigma * sigma,
            Draw::Uniform { low, high } => (high - low).powi(2) / 12.0,
        }
    }

    /// The same mean and kind with another standard deviation, 0 or above; what was constant becomes uniform.
    pub fn with_deviation(&self, deviation: f64) -> Self {
        let mean = self.mean();
        match *self {
            _ if deviation == 0.0 => Draw::Constant(mean),
            Draw::Normal { .. } => Draw::Normal {
                mean,
                sigma: deviation,
            },
            // The variance of a uniform draw is (high - low)²/12.
            Draw::Constant(_) | Draw::Uniform { .. } => Draw::Uniform {
                low: mean - 3.0_f64.sqrt() * deviation,
                high: mean + 3.0_f64.sqrt() * deviation,
            },
        }
    }

    /// Whether it is not always the same.
    pub fn is_random(&self) -> bool {
        !matches!(self, Draw::Constant(_))
    }

    /// The smallest value, where there is one.
    fn least(&self) -> f64 {
        match *self {
            Draw::Constant(value) => value,
            Draw::Normal { .. } => f64::NEG_INFINITY,
            Draw::Uniform { low, high } => low.min(high),
        }
    }

    /// The value for random bits.
    pub fn value(&self, bits: [u32; 2]) -> f64 {
        let (offset, scale, shape) = self.parts();
        offset
            + scale
                * match shape {
                    Shape::Constant => 0.0,
                    Shape::Normal => standard_normal_pair(bits)[0],
                    Shape::Uniform => f64::from(uniform(bits[0])),
                }
    }

    /// [`Draw::value`] in f32, operation by operation as the shader does it.
    pub fn value_f32(&self, bits: [u32; 2]) -> f32 {
        let (offset, scale, shape) = self.parts();
        offset as f32
            + scale as f32
                * match shape {
                    Shape::Constant => 0.0,
                    Shape::Normal => standard_normal_pair_f32(bits)[0],
                    Shape::Uniform => uniform(bits[0]),
                }
    }

    /// Reads `0.5`, `normal:MEAN,SIGMA` or `uniform:LOW,HIGH`; `what` names the place in the error.
    pub fn parse(text: &str, what: &str) -> Result<Self> {
        let invalid = || {
            let expected = "a number, normal:MEAN,SIGMA or uniform:LOW,HIGH with SIGMA above 0 and LOW below HIGH, within the range of f32";
            Error::invalid(what, format!("'{text}'"), expected)
        };
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| invalid());
        let draw = match text.split_once(':') {
            None => Draw::Constant(number(text)?),
            Some((kind, rest)) => {
                let (a, b) = rest.split_once(',').ok_or_else(invalid)?;
                let (a, b) = (number(a)?, number(b)?);
                match kind.trim() {
                    "normal" => Draw::Normal { mean: a, sigma: b },
                    "uniform" => Draw::Uniform { low: a, high: b },
                    _ => return Err(invalid()),
                }
            }
        };
        match draw.is_sound() {
            true => Ok(draw),
            false => Err(invalid()),
        }
    }

    /// Whether every number of it fits f32, the width of a uniform draw too, and no deviation or width is 0 or below.
    pub fn is_sound(&self) -> bool {
        let (offset, scale, shape) = self.parts();
        let fits = |x: f64| x.abs() <= f64::from(f32::MAX);
        fits(offset) && fits(scale) && (scale > 0.0 || shape == Shape::Constant)
    }
}

/// u in (0, 1), of 24 bits, exact in f32 and symmetric about 1/2.
#[inline(always)]
pub fn uniform(word: u32) -> f32 {
    const UNIT: f32 = 1.0 / (1_u32 << 24) as f32;
    ((word >> 9 << 1) | 1) as f32 * UNIT
}

impl fmt::Display for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Draw::Constant(value) => f.write_str(&exact(*value)),
            Draw::Normal { mean, sigma } => {
                write!(f, "normal:{},{}", exact(*mean), exact(*sigma))
            }
            Draw::Uniform { low, high } => write!(f, "uniform:{},{}", exact(*low), exact(*high)),
        }
    }
}

impl Serialize for Draw {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A draw, and the coordinates that are added to it with their factors.
pub type DrawAndTerms<'a> = (Draw, Vec<(&'a str, f64)>);

/// Reads a draw and the terms behind it, `+ FACTOR*NAME` or `- FACTOR*NAME`; `what` names the place in the error.
pub fn parse_initial<'a>(text: &'a str, what: &str) -> Result<DrawAndTerms<'a>> {
    let mut rest = text.trim();
    let mut terms = Vec::new();
    while let Some((before, other)) = rest.rsplit_once('*') {
        let expected = "DRAW followed by terms such as -0.2*position_1";
        let invalid = || Error::invalid(what, format!("'{text}'"), expected);
        // The sign of the factor starts the term; one behind an e belongs to an exponent.
        let mut signs = before.char_indices().filter(|(i, c)| {
            matches!(c, '+' | '-') && !before[..*i].trim_end().ends_with(['e', 'E', ','])
        });
        let start = signs.next_back().map(|(i, _)| i).ok_or_else(invalid)?;
        let factor = before[start..].replace(' ', "");
        terms.push((other.trim(), factor.parse().map_err(|_| invalid())?));
        rest = before[..start].trim_end();
    }
    terms.reverse();
    Ok((Draw::parse(rest, what)?, terms))
}

/// One coordinate of x₀.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Initial {
    /// Its own draw.
    pub draw: Draw,
    /// Earlier coordinates and the factors with which they are added.
    pub terms: Cow<'static, [(usize, f64)]>,
}

impl Initial {
    /// A draw of its own.
    pub const fn new(draw: Draw) -> Self {
        Self {
            draw,
            terms: Cow::Borrowed(&[]),
        }
    }

    /// A draw plus multiples of earlier coordinates.
    pub const fn with_terms(draw: Draw, terms: &'static [(usize, f64)]) -> Self {
        Self {
            draw,
            terms: Cow::Borrowed(terms),
        }
    }
}

/// The distribution of initial state and parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Environment {
    /// x₀, N coordinates.
    pub initial: Vec<Initial>,
    /// The parameters of the model.
    pub parameters: Vec<Draw>,
}

impl Environment {
    /// Whether anything differs from sample to sample.
    pub fn is_random(&self) -> bool {
        self.has_random_parameters() || self.initial.iter().any(|x| x.draw.is_random())
    }

    /// Whether a parameter differs from sample to sample.
    pub fn has_random_parameters(&self) -> bool {
        self.parameters.iter().any(Draw::is_random)
    }

    /// The initial state with every draw at its mean.
    pub fn mean_state(&self) -> Vec<f64> {
        self.assemble(|x| x.draw.mean())
    }

    /// The parameters with every draw at its mean.
    pub fn mean_parameters(&self) -> Vec<f64> {
        self.parameters.iter().map(Draw::mean).collect()
    }

    fn assemble(&self, mut draw: impl FnMut(&Initial) -> f64) -> Vec<f64> {
        let mut state: Vec<f64> = Vec::with_capacity(self.initial.len());
        for x in &self.initial {
            let own = draw(x);
            let value = x.terms.iter().fold(own, |sum, (j, f)| sum + f * state[*j]);
            state.push(value);
        }
        state
    }

    /// x₀ of a sample.
    pub fn state(&self, key: [u32; 2], sample: u32) -> Vec<f64> {
        let mut element = 0..;
        self.assemble(|x| {
            let counter = [sample, element.next().unwrap_or_default()];
            x.draw.value(threefry2x32(key, counter))
        })
    }

    /// The parameters of a sample.
    pub fn parameters(&self, key: [u32; 2], sample: u32) -> Vec<f64> {
        let first = self.initial.len() as u32;
        (first..)
            .zip(&self.parameters)
            .map(|(element, draw)| draw.value(threefry2x32(key, [sample, element])))
            .collect()
    }

    /// What is wrong with a distribution for a parameter that only makes sense above 0.
    pub fn check_positive(draw: Draw, name: &str) -> Result<()> {
        if draw.least() > 0.0 {
            return Ok(());
        }
        let what = format!("parameter '{name}'");
        let expected = match draw {
            Draw::Constant(_) => "above 0",
            _ => "a distribution on numbers above 0, such as uniform:0.5,1.5",
        };
        Err(Error::invalid(&what, draw.to_string(), expected))
    }
}
