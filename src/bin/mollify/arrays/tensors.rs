//! safetensors, the format of weights in machine learning: little-endian, in C order.

use super::{Array, Named, Problem, Stored, npy};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::io;

/// The arrays of a file.
pub(super) fn open(bytes: &[u8]) -> Result<Stored<'_>, Problem> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|e| e.to_string())?;
    Ok(Stored::Named(Box::new(Arrays(tensors))))
}

struct Arrays<'a>(SafeTensors<'a>);

impl Named for Arrays<'_> {
    fn names(&self) -> Vec<String> {
        let names = self.0.names();
        let mut names: Vec<String> = names.into_iter().map(str::to_string).collect();
        names.sort_unstable();
        names
    }

    fn read(&mut self, name: &str, _: u64) -> Result<Array, Problem> {
        let tensor = self.0.tensor(name).map_err(|_| "is not there")?;
        let shape = tensor.shape().iter().map(|n| *n as u64).collect();
        let values = values(&tensor)
            .ok_or_else(|| format!("is {:?}; save it as F16, BF16, F32 or F64", tensor.dtype()))?;
        Ok(Array { shape, values })
    }
}

fn values(tensor: &TensorView<'_>) -> Option<Vec<f64>> {
    let data = tensor.data();
    let (halves, words, doubles) = (
        data.as_chunks::<2>().0,
        data.as_chunks::<4>().0,
        data.as_chunks::<8>().0,
    );
    Some(match tensor.dtype() {
        Dtype::F16 => halves
            .iter()
            .map(|h| npy::half(u16::from_le_bytes(*h)))
            .collect(),
        // The upper half of an f32.
        Dtype::BF16 => halves
            .iter()
            .map(|[low, high]| f64::from(f32::from_le_bytes([0, 0, *low, *high])))
            .collect(),
        Dtype::F32 => words
            .iter()
            .map(|w| f64::from(f32::from_le_bytes(*w)))
            .collect(),
        Dtype::F64 => doubles.iter().map(|w| f64::from_le_bytes(*w)).collect(),
        _ => return None,
    })
}

/// A file of these arrays, F64.
pub fn to_safetensors<'a>(
    arrays: impl Iterator<Item = (&'a str, &'a [u64], &'a [f64])>,
) -> io::Result<Vec<u8>> {
    let arrays: Vec<(&str, Vec<usize>, Vec<u8>)> = arrays
        .map(|(name, shape, values)| {
            let shape = shape.iter().map(|n| *n as usize).collect();
            let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
            (name, shape, bytes)
        })
        .collect();
    let views = arrays
        .iter()
        .map(|(name, shape, bytes)| Ok((*name, TensorView::new(Dtype::F64, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, _>>();
    views
        .and_then(|views| safetensors::serialize(views, None))
        .map_err(|e| io::Error::other(e.to_string()))
}
