//! The weights of a feedback policy from and to `.npz` and `.safetensors`: one array for each matrix and bias, as NumPy and
//! PyTorch have them.
//!
//! Layer l, counted from 1, has `layer<l>_weights` of shape outputs x inputs and, if the policy has one, `layer<l>_bias`.

use crate::npy;
use mollify::system::policy::Network;
use mollify::system::task::Task;
use mollify::{Error, Result};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::io::{self, Cursor, Read};
use std::path::Path;

/// An array of a network: its name, its shape and where it begins in theta.
struct Array {
    name: String,
    shape: Vec<u64>,
    first: usize,
}

/// The network of a task that has weights; a control that is held is numbers and no network to other programs.
pub fn of(task: &Task) -> Option<Network> {
    task.network().filter(|network| network.states() > 0)
}

fn arrays(network: &Network) -> Vec<Array> {
    let mut list = Vec::new();
    for (l, layer) in (1..).zip(network.layers()) {
        list.push(Array {
            name: format!("layer{l}_weights"),
            shape: vec![layer.outputs as u64, layer.inputs as u64],
            first: layer.weights,
        });
        if let Some(first) = layer.bias {
            list.push(Array {
                name: format!("layer{l}_bias"),
                shape: vec![layer.outputs as u64],
                first,
            });
        }
    }
    list
}

fn words(shape: &[u64]) -> String {
    let axes: Vec<String> = shape.iter().map(u64::to_string).collect();
    axes.join(" x ")
}

/// Whether a file has the weights of a policy by its name.
pub fn is_file_of_weights(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["npz", "safetensors"]
        .iter()
        .any(|e| extension.eq_ignore_ascii_case(e))
}

/// theta of a task from the arrays of a file.
pub fn read(path: &Path, task: &Task) -> Result<Vec<f64>> {
    let format = |problem: String, expected: String| Error::Format {
        path: path.into(),
        problem,
        expected,
    };
    let Some(network) = of(task) else {
        return Err(Error::InvalidValue {
            what: "--theta".into(),
            value: format!("'{}'", path.display()),
            expected: format!(
                "a .json, .npy or .csv file, because task '{}' has the policy {}, which has no weights",
                task.name(),
                task.policy()
            ),
        });
    };
    let bytes = std::fs::read(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    let is_npz = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("npz"));
    let (opened, a_file) = match is_npz {
        true => (Arrays::npz(&bytes), "a .npz file as numpy.savez writes it"),
        false => (
            Arrays::safetensors(&bytes),
            "a .safetensors file as safetensors.numpy.save_file writes it",
        ),
    };
    let mut stored = opened.map_err(|problem| format(problem, a_file.into()))?;
    let mut theta = vec![0.0; network.dimension()];
    for array in arrays(&network) {
        let expected = format!(
            "an array '{}' of shape {} for the policy {}",
            array.name,
            words(&array.shape),
            task.policy()
        );
        let values = stored
            .one(&array)
            .map_err(|problem| format(problem, expected))?;
        theta[array.first..array.first + values.len()].copy_from_slice(&values);
    }
    Ok(theta)
}

/// The arrays of a file.
enum Arrays<'a> {
    Npz(Box<zip::ZipArchive<Cursor<&'a [u8]>>>),
    Safetensors(SafeTensors<'a>),
}

impl<'a> Arrays<'a> {
    fn npz(bytes: &'a [u8]) -> std::result::Result<Self, String> {
        let archive = zip::ZipArchive::new(Cursor::new(bytes));
        archive
            .map(|a| Self::Npz(Box::new(a)))
            .map_err(|e| e.to_string())
    }

    fn safetensors(bytes: &'a [u8]) -> std::result::Result<Self, String> {
        let tensors = SafeTensors::deserialize(bytes);
        tensors.map(Self::Safetensors).map_err(|e| e.to_string())
    }

    /// The numbers of one array, or what is wrong with it.
    fn one(&mut self, array: &Array) -> std::result::Result<Vec<f64>, String> {
        let problem = match self {
            Self::Npz(archive) => from_npz(archive, array),
            Self::Safetensors(tensors) => from_safetensors(tensors, array),
        };
        problem.map_err(|problem| format!("array '{}' {problem}", array.name))
    }
}

fn from_npz(
    archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
    array: &Array,
) -> std::result::Result<Vec<f64>, String> {
    let unreadable = |e: io::Error| format!("cannot be read: {e}");
    let mut bytes = Vec::new();
    archive
        .by_name(&format!("{}.npy", array.name))
        .map_err(|e| format!("cannot be read: {e}"))?
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let found = npy::read(&bytes).map_err(|e| format!("cannot be read: {e}"))?;
    check_shape(&found.shape, array)?;
    Ok(found.values)
}

/// The format is little-endian and in C order.
fn from_safetensors(
    tensors: &SafeTensors<'_>,
    array: &Array,
) -> std::result::Result<Vec<f64>, String> {
    let tensor = tensors.tensor(&array.name).map_err(|_| {
        let mut names = tensors.names();
        names.sort_unstable();
        format!("is not there; there are {}", names.join(", "))
    })?;
    let shape: Vec<u64> = tensor.shape().iter().map(|n| *n as u64).collect();
    check_shape(&shape, array)?;
    let (words, _) = tensor.data().as_chunks::<4>();
    let (double_words, _) = tensor.data().as_chunks::<8>();
    match tensor.dtype() {
        Dtype::F32 => Ok(words
            .iter()
            .map(|w| f64::from(f32::from_le_bytes(*w)))
            .collect()),
        Dtype::F64 => Ok(double_words
            .iter()
            .map(|w| f64::from_le_bytes(*w))
            .collect()),
        other => Err(format!("is {other:?}, neither F32 nor F64")),
    }
}

fn check_shape(found: &[u64], array: &Array) -> std::result::Result<(), String> {
    match found == array.shape {
        true => Ok(()),
        false => Err(format!("has shape {}", words(found))),
    }
}

/// The arrays of a network with theta in them.
pub fn to_npz(network: &Network, theta: &[f64]) -> io::Result<Vec<u8>> {
    let arrays = arrays(network);
    npy::archive(arrays.iter().map(|array| {
        let count = array.shape.iter().product::<u64>() as usize;
        let values = &theta[array.first..array.first + count];
        (array.name.as_str(), &array.shape[..], values)
    }))
}

/// The same as a safetensors file, F64.
pub fn to_safetensors(network: &Network, theta: &[f64]) -> io::Result<Vec<u8>> {
    let arrays = arrays(network);
    let bytes: Vec<Vec<u8>> = arrays
        .iter()
        .map(|array| {
            let count = array.shape.iter().product::<u64>() as usize;
            let values = &theta[array.first..array.first + count];
            values.iter().flat_map(|x| x.to_le_bytes()).collect()
        })
        .collect();
    let views = arrays
        .iter()
        .zip(&bytes)
        .map(|(array, bytes)| {
            let shape = array.shape.iter().map(|n| *n as usize).collect();
            Ok((&array.name, TensorView::new(Dtype::F64, shape, bytes)?))
        })
        .collect::<std::result::Result<Vec<_>, _>>();
    views
        .and_then(|views| safetensors::serialize(views, None))
        .map_err(|e| io::Error::other(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::write::SimpleFileOptions;

    /// As `numpy.savez` writes `np.asfortranarray(np.arange(6.).reshape(2, 3))`.
    #[test]
    fn weights_in_fortran_order_are_turned_into_c_order() {
        let stored: Vec<f64> = vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0];
        let mut file = npy::write(&[2, 3], &stored);
        let order = b"'fortran_order': False";
        let at = file.windows(order.len()).position(|w| w == order);
        let at = at.expect("an order");
        file[at..at + order.len()].copy_from_slice(b"'fortran_order': True ");

        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        archive.start_file("a.npy", options).expect("an entry");
        archive.write_all(&file).expect("memory");
        let bytes = archive.finish().expect("an archive").into_inner();

        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes[..])).expect("an archive");
        let array = Array {
            name: "a".into(),
            shape: vec![2, 3],
            first: 0,
        };
        let found = from_npz(&mut archive, &array).expect("an array");
        assert_eq!(found, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let array = Array {
            shape: vec![3, 2],
            ..array
        };
        let mirrored = from_npz(&mut archive, &array).expect_err("it is mirrored");
        assert!(mirrored.contains("2 x 3"), "{mirrored}");
    }
}
