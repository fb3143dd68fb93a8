//! What turns a state into a control: [`Policy`], and the [`Network`] behind every feedback policy.
//!
//! ```text
//! open loop    u_t = theta_t                                  d = H M
//! held         u_t = theta, the same at all times             d = M
//! held=N       u_t = theta_⌊t/N⌋                              d = ⌈H/N⌉ M, see `knots`
//! spline=N     u_t = Σ B_k(t/N - ⌊t/N⌋) theta_⌊t/N⌋+k         d = (⌈H/N⌉ + 3) M
//! linear       u = K x                                        d = M N, K row by row
//! affine       u = K x + k                                    d = M (N + 1), K row by row, then k
//! perceptron   a⁰ = x, aˡ = tanh(Wˡ aˡ⁻¹ + bˡ), u = Wᴸ aᴸ⁻¹ + bᴸ     W¹ row by row, b¹, W², b², …
//! ```
//!
//! Linear and affine policies are networks without a hidden layer, and a held control is one whose layer reads no state and
//! has a bias, so one pair of functions serves all of them. Its twins are `shaders/feedback.wgsl` and `cpu/network.rs`.

use crate::error::{Error, Result};
use crate::number::Scalar;
use crate::system::knots::Knots;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// How the control follows from the decision theta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// theta is the sequence of controls.
    OpenLoop,
    /// theta is one control for all steps.
    Held,
    /// theta is one control for every so many steps.
    HeldFor {
        /// N, 1 or more.
        steps: usize,
    },
    /// theta are the values of a cubic B-spline in time, one for every so many steps and three more.
    Spline {
        /// N, 1 or more.
        steps: usize,
    },
    /// u = K x
    Linear,
    /// u = K x + k
    Affine,
    /// Layers of tanh between state and control.
    Perceptron {
        /// The widths of the hidden layers.
        hidden: Cow<'static, [usize]>,
    },
}

/// More hidden layers or wider ones are surely a mistake.
const MOST_LAYERS: usize = 8;
const MOST_WIDTH: usize = 1024;
/// Shaders have a table of the factors of a spline.
const MOST_KNOT_STEPS: usize = 1024;

/// Values of theta, at most: samples and coordinates are counted in 32 bits on the device.
pub const LARGEST_DIMENSION: usize = u32::MAX as usize / 2;

impl Policy {
    /// The network of a policy from N states to M controls over H steps; none for open loop.
    pub fn network(&self, states: usize, controls: usize, horizon: usize) -> Option<Network> {
        let knots = match self {
            Policy::HeldFor { steps } => Some(Knots::held(*steps, horizon)),
            Policy::Spline { steps } => Some(Knots::spline(*steps, horizon)),
            _ => None,
        };
        let (read, hidden, bias): (usize, &[usize], bool) = match self {
            Policy::OpenLoop => return None,
            Policy::Held | Policy::HeldFor { .. } | Policy::Spline { .. } => (0, &[], true),
            Policy::Linear => (states, &[], false),
            Policy::Affine => (states, &[], true),
            Policy::Perceptron { hidden } => (states, hidden, true),
        };
        let ends = |size: usize| std::iter::once(size);
        Some(Network {
            sizes: ends(read)
                .chain(hidden.iter().copied())
                .chain(ends(controls))
                .collect(),
            bias,
            knots,
        })
    }

    /// Refuses what a task of that name with N states and M controls cannot have.
    pub fn check(&self, task: &str, states: usize, controls: usize, horizon: usize) -> Result<()> {
        let steps = match self {
            Policy::HeldFor { steps } | Policy::Spline { steps } => *steps,
            _ => 1,
        };
        let most = match self {
            Policy::Spline { .. } => horizon.min(MOST_KNOT_STEPS),
            _ => horizon,
        };
        if !(1..=most).contains(&steps) {
            let expected =
                format!("at most {most} steps for a horizon of {horizon}, and at least 1");
            return Err(Error::invalid("policy", self.to_string(), &expected));
        }
        let Some(network) = self.network(states, controls, horizon) else {
            return Ok(());
        };
        if states == 0 && !self.is_of_time() {
            let expected = format!("open-loop for task '{task}', which has no state to feed back");
            return Err(Error::invalid("policy", self.to_string(), &expected));
        }
        if network.dimension() > LARGEST_DIMENSION {
            let expected = format!("a policy of at most {LARGEST_DIMENSION} weights");
            return Err(Error::invalid("policy", self.to_string(), &expected));
        }
        Ok(())
    }

    /// Whether theta are controls, of all steps or of some, and the state is not looked at.
    pub fn is_of_time(&self) -> bool {
        matches!(
            self,
            Policy::OpenLoop | Policy::Held | Policy::HeldFor { .. } | Policy::Spline { .. }
        )
    }

    /// Whether theta is the sequence of controls.
    pub fn is_open_loop(&self) -> bool {
        *self == Policy::OpenLoop
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Policy::OpenLoop => f.write_str("open-loop"),
            Policy::Held => f.write_str("held"),
            Policy::HeldFor { steps } => write!(f, "held={steps}"),
            Policy::Spline { steps } => write!(f, "spline={steps}"),
            Policy::Linear => f.write_str("linear"),
            Policy::Affine => f.write_str("affine"),
            Policy::Perceptron { hidden } => {
                let widths: Vec<String> = hidden.iter().map(usize::to_string).collect();
                write!(f, "perceptron={}", widths.join(","))
            }
        }
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Policy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || {
            let expected = format!(
                "open-loop, held, held=STEPS, spline=STEPS, linear, affine or perceptron=WIDTHS with up to {MOST_LAYERS} \
                 widths from 1 to {MOST_WIDTH}, such as perceptron=16,16"
            );
            Error::invalid("policy", format!("'{text}'"), &expected)
        };
        let steps = |text: &str| -> Result<usize> {
            let steps = text.trim().parse().map_err(|_| invalid())?;
            if steps == 0 {
                Err(invalid())
            } else {
                Ok(steps)
            }
        };
        if let Some(text) = text.strip_prefix("held=") {
            return Ok(Policy::HeldFor {
                steps: steps(text)?,
            });
        }
        if let Some(text) = text.strip_prefix("spline=") {
            return Ok(Policy::Spline {
                steps: steps(text)?,
            });
        }
        Ok(match text {
            "open-loop" => Policy::OpenLoop,
            "held" => Policy::Held,
            "linear" => Policy::Linear,
            "affine" => Policy::Affine,
            _ => {
                let widths = text.strip_prefix("perceptron=").ok_or_else(invalid)?;
                let hidden: Vec<usize> = widths
                    .split(',')
                    .map(|w| w.trim().parse().map_err(|_| invalid()))
                    .collect::<Result<_>>()?;
                let fits = |w: &usize| (1..=MOST_WIDTH).contains(w);
                if hidden.len() > MOST_LAYERS || !hidden.iter().all(fits) {
                    return Err(invalid());
                }
                Policy::Perceptron {
                    hidden: Cow::Owned(hidden),
                }
            }
        })
    }
}

/// Layers of weights between a state and a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The number of states that it reads, the widths of the hidden layers, the number of controls.
    pub sizes: Vec<usize>,
    /// Whether each layer adds a bias.
    pub bias: bool,
    /// Where the bias of its only layer, which reads no state, is another one at other times.
    pub knots: Option<Knots>,
}

/// One layer: where its weights and its activations are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Values that go in.
    pub inputs: usize,
    /// Values that come out.
    pub outputs: usize,
    /// Index in theta of its matrix, row by row.
    pub weights: usize,
    /// Index in theta of its bias, if it has one.
    pub bias: Option<usize>,
    /// Index of its inputs among the activations; its outputs follow on them.
    pub activations: usize,
    /// Whether tanh is applied to what comes out.
    pub hidden: bool,
}

impl Network {
    /// The layers from state to control.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = Layer> + use<> {
        let (mut weights, mut activations) = (0, 0);
        let last = self.sizes.len() - 1;
        let mut layers = Vec::with_capacity(last);
        for (l, pair) in self.sizes.windows(2).enumerate() {
            let (inputs, outputs) = (pair[0], pair[1]);
            let after = weights + inputs * outputs;
            layers.push(Layer {
                inputs,
                outputs,
                weights,
                bias: self.bias.then_some(after),
                activations,
                hidden: l + 1 < last,
            });
            weights = after + if self.bias { outputs } else { 0 };
            activations += inputs;
        }
        layers.into_iter()
    }

    /// d, the number of weights and biases.
    pub fn dimension(&self) -> usize {
        if let Some(knots) = &self.knots {
            return knots.count.saturating_mul(self.controls());
        }
        let of_layer = |p: &[usize]| {
            let bias = if self.bias { p[1] } else { 0 };
            p[0].saturating_mul(p[1]).saturating_add(bias)
        };
        let layers = self.sizes.windows(2).map(of_layer);
        layers.fold(0, usize::saturating_add)
    }

    /// How many coordinates of the state it reads: all N, or none where a control is held.
    pub fn states(&self) -> usize {
        self.sizes[0]
    }

    /// Puts what it reads of a state among the activations.
    pub fn read<T: Copy>(&self, state: &[T], activations: &mut [T]) {
        let read = self.states();
        activations[..read].copy_from_slice(&state[..read]);
    }

    /// M, the number of controls.
    pub fn controls(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    /// The values of all layers, state and control included.
    pub fn activations(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// Fills the activations behind the first, which are the state that it reads; the last M are the control at time t.
    #[inline(always)]
    pub fn forward<S: Scalar>(&self, theta: &[S], t: usize, activations: &mut [S]) {
        if let Some(knots) = &self.knots {
            let controls = activations.len();
            for (a, u) in activations.iter_mut().enumerate() {
                let terms = knots.terms(t, a, controls);
                *u = terms.fold(S::constant(0.0), |sum, (i, factor)| {
                    sum + S::constant(factor) * theta[i]
                });
            }
            return;
        }
        for layer in self.layers() {
            let (before, after) = activations.split_at_mut(layer.activations + layer.inputs);
            let inputs = &before[layer.activations..];
            for (i, out) in after[..layer.outputs].iter_mut().enumerate() {
                let start = layer.bias.map_or(S::constant(0.0), |b| theta[b + i]);
                let row = &theta[layer.weights + i * layer.inputs..][..layer.inputs];
                let sum = row
                    .iter()
                    .zip(inputs)
                    .fold(start, |sum, (&w, &x)| sum + w * x);
                *out = if layer.hidden { sum.tanh() } else { sum };
            }
        }
    }

    /// The vector-Jacobian product of [`Network::forward`]: adds (∂u/∂theta)ᵀ λ to `gradient` (d values) and turns
    /// `cotangents`, whose last M values are λ, into those of all activations, so that the first are (∂u/∂x)ᵀ λ of the state that it reads.
    #[inline(always)]
    pub fn backward<S: Scalar>(
        &self,
        theta: &[S],
        t: usize,
        activations: &[S],
        cotangents: &mut [S],
        gradient: &mut [S],
    ) {
        if let Some(knots) = &self.knots {
            for (a, cotangent) in cotangents.iter().enumerate() {
                for (i, factor) in knots.terms(t, a, cotangents.len()) {
                    gradient[i] = gradient[i] + S::constant(factor) * *cotangent;
                }
            }
            return;
        }
        for layer in self.layers().rev() {
            let out = layer.activations + layer.inputs;
            let (before, after) = cotangents.split_at_mut(out);
            let inputs = &mut before[layer.activations..];
            inputs.fill(S::constant(0.0));
            for (i, &cotangent) in after[..layer.outputs].iter().enumerate() {
                let a = activations[out + i];
                let sensitivity = match layer.hidden {
                    true => cotangent * (S::constant(1.0) - a * a),
                    false => cotangent,
                };
                for (j, input) in inputs.iter_mut().enumerate() {
                    let w = layer.weights + i * layer.inputs + j;
                    gradient[w] = gradient[w] + sensitivity * activations[layer.activations + j];
                    *input = *input + theta[w] * sensitivity;
                }
                if let Some(bias) = layer.bias {
                    gradient[bias + i] = gradient[bias + i] + sensitivity;
                }
            }
        }
    }
}
