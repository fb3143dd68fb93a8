//! The weights of a feedback policy from and to `.npz`: one array for each matrix and bias, as NumPy reads them.
//!
//! Layer l, counted from 1, has `layer<l>_weights` of shape outputs x inputs and, if the policy has one, `layer<l>_bias`.

use mollify::policy::Network;
use mollify::task::Task;
use mollify::{Error, Result};
use npyz::WriterBuilder;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;

/// An array of a network: its name, its shape and where it begins in theta.
struct Array {
    name: String,
    shape: Vec<u64>,
    first: usize,
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

/// theta of a task from the arrays of a file.
pub fn read(path: &Path, task: &Task) -> Result<Vec<f64>> {
    let format = |problem: String, expected: String| Error::Format {
        path: path.into(),
        problem,
        expected,
    };
    let Some(network) = task.network() else {
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
    let file = std::fs::File::open(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    let a_file = "a .npz file as numpy.savez writes it";
    let mut archive =
        zip::ZipArchive::new(file).map_err(|e| format(e.to_string(), a_file.into()))?;
    let mut theta = vec![0.0; network.dimension()];
    for array in arrays(&network) {
        let expected = format!(
            "an array '{}' of shape {} for the policy {}",
            array.name,
            words(&array.shape),
            task.policy()
        );
        let values = one(&mut archive, &array).map_err(|problem| format(problem, expected))?;
        theta[array.first..array.first + values.len()].copy_from_slice(&values);
    }
    Ok(theta)
}

/// The numbers of one array, or what is wrong with it.
fn one(
    archive: &mut zip::ZipArchive<std::fs::File>,
    array: &Array,
) -> std::result::Result<Vec<f64>, String> {
    let mut bytes = Vec::new();
    archive
        .by_name(&format!("{}.npy", array.name))
        .map_err(|e| format!("array '{}': {e}", array.name))?
        .read_to_end(&mut bytes)
        .map_err(|e| format!("array '{}': {e}", array.name))?;
    let file = npyz::NpyFile::new(&bytes[..]).map_err(|e| e.to_string())?;
    if file.shape() != array.shape {
        return Err(format!(
            "array '{}' has shape {}",
            array.name,
            words(file.shape())
        ));
    }
    if file.order() == npyz::Order::Fortran && array.shape.len() > 1 {
        return Err(format!(
            "array '{}' is in Fortran order, not in C order",
            array.name
        ));
    }
    let wrong = |e: io::Error| format!("array '{}': {e}", array.name);
    match file.try_data::<f64>() {
        Ok(values) => values.collect::<io::Result<_>>().map_err(wrong),
        Err(file) => match file.try_data::<f32>() {
            Ok(values) => values
                .map(|x| x.map(f64::from))
                .collect::<io::Result<_>>()
                .map_err(wrong),
            Err(_) => Err(format!("array '{}' is neither f32 nor f64", array.name)),
        },
    }
}

/// The arrays of a network with theta in them.
pub fn to_npz(network: &Network, theta: &[f64]) -> io::Result<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    for array in arrays(network) {
        let count = array.shape.iter().product::<u64>() as usize;
        let mut bytes = Vec::new();
        let mut writer = npyz::WriteOptions::new()
            .default_dtype()
            .shape(&array.shape)
            .writer(&mut bytes)
            .begin_nd()?;
        writer.extend(&theta[array.first..array.first + count])?;
        writer.finish()?;
        archive.start_file(format!("{}.npy", array.name), options)?;
        archive.write_all(&bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
