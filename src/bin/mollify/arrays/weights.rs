//! The weights of a feedback policy as named arrays: one for each matrix and bias, as NumPy and PyTorch have them.
//!
//! Layer l, counted from 1, has `layer<l>_weights` of shape outputs x inputs and, if the policy has one, `layer<l>_bias`.

use super::{archive, to_safetensors};
use mollify::system::policy::Network;
use mollify::system::task::Task;
use std::io;

/// An array of a network: its name, its shape and where it begins in theta.
pub struct Part {
    pub name: String,
    pub shape: Vec<u64>,
    pub first: usize,
}

impl Part {
    /// The number of its values.
    pub fn count(&self) -> u64 {
        self.shape.iter().product()
    }
}

/// The network of a task that has weights; a control that is held is numbers and no network to other programs.
pub fn of(task: &Task) -> Option<Network> {
    task.network().filter(|network| network.states() > 0)
}

/// The arrays of a network, in the order of theta.
pub fn parts(network: &Network) -> Vec<Part> {
    let mut list = Vec::new();
    for (l, layer) in (1..).zip(network.layers()) {
        list.push(Part {
            name: format!("layer{l}_weights"),
            shape: vec![layer.outputs as u64, layer.inputs as u64],
            first: layer.weights,
        });
        if let Some(first) = layer.bias {
            list.push(Part {
                name: format!("layer{l}_bias"),
                shape: vec![layer.outputs as u64],
                first,
            });
        }
    }
    list
}

/// Name, shape and values of each array.
fn filled<'a>(
    parts: &'a [Part],
    theta: &'a [f64],
) -> impl Iterator<Item = (&'a str, &'a [u64], &'a [f64])> {
    parts.iter().map(|part| {
        let values = &theta[part.first..part.first + part.count() as usize];
        (part.name.as_str(), &part.shape[..], values)
    })
}

/// The arrays of a network with theta in them.
pub fn to_npz(network: &Network, theta: &[f64]) -> io::Result<Vec<u8>> {
    archive(filled(&parts(network), theta))
}

/// The same as a safetensors file.
pub fn to_tensors(network: &Network, theta: &[f64]) -> io::Result<Vec<u8>> {
    to_safetensors(filled(&parts(network), theta))
}
