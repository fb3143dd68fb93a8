//! What turns a state into a control: [`Policy`], and the [`Network`] behind every feedback policy.
//!
//! ```text
//! open loop    u_t = theta_t                                  d = H M
//! held         u_t = theta, the same at all times             d = M
//! linear       u = K x                                        d = M N, K row by row
//! affine       u = K x + k                                    d = M (N + 1), K row by row, then k
//! perceptron   a⁰ = x, aˡ = tanh(Wˡ aˡ⁻¹ + bˡ), u = Wᴸ aᴸ⁻¹ + bᴸ     W¹ row by row, b¹, W², b², …
//! ```
//!
//! Linear and affine policies are networks without a hidden layer, and a held control is one whose layer reads no state and
//! has a bias, so one pair of functions serves all of them. Its twins are `shaders/feedback.wgsl` and `cpu/network.rs`.

use crate::error::{Error, Result};
use crate::number::Scalar;
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

/// Values of theta, at most: samples and coordinates are counted in 32 bits on the device.
pub const LARGEST_DIMENSION: usize = u32::MAX as usize / 2;

impl Policy {
    /// The network of a policy from N states to M controls; none for open loop.
    pub fn network(&self, states: usize, controls: usize) -> Option<Network> {
        let (read, hidden, bias): (usize, &[usize], bool) = match self {
            Policy::OpenLoop => return None,
            Policy::Held => (0, &[], true),
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
        })
    }

    /// Refuses what a task of that name with N states and M controls cannot have.
    pub fn check(&self, task: &str, states: usize, controls: usize) -> Result<()> {
        let Some(network) = self.network(states, controls) else {
            return Ok(());
        };
        if states == 0 {
            let expected = format!("open-loop for task '{task}', which has no state to feed back");
            return Err(Error::invalid("policy", self.to_string(), &expected));
        }
        if network.dimension() > LARGEST_DIMENSION {
            let expected = format!("a policy of at most {LARGEST_DIMENSION} weights");
            return Err(Error::invalid("policy", self.to_string(), &expected));
        }
        Ok(())
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
                "open-loop, held, linear, affine or perceptron=WIDTHS with up to {MOST_LAYERS} widths from 1 to \
                 {MOST_WIDTH}, such as perceptron=16,16"
            );
            Error::invalid("policy", format!("'{text}'"), &expected)
        };
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

    /// Fills the activations behind the first, which are the state that it reads; the last M are the control.
    pub fn forward<S: Scalar>(&self, theta: &[S], activations: &mut [S]) {
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
    pub fn backward<S: Scalar>(
        &self,
        theta: &[S],
        activations: &[S],
        cotangents: &mut [S],
        gradient: &mut [S],
    ) {
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
