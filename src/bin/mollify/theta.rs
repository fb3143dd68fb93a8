//! theta from and to files: JSON, NPY and CSV.

use mollify::{Error, Result};
use npyz::WriterBuilder;
use std::fs;
use std::io;
use std::path::Path;

/// What is wrong with a file, to be joined with its path.
struct Problem {
    found: String,
    expected: &'static str,
}

impl Problem {
    fn new(found: impl ToString, expected: &'static str) -> Self {
        let found = found.to_string();
        Self { found, expected }
    }
}

/// All numbers of the file, in C order.
pub fn read(path: &Path) -> Result<Vec<f64>> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let parse = match extension.to_lowercase().as_str() {
        "json" => json,
        "npy" => npy,
        "csv" => csv,
        _ => {
            return Err(Error::InvalidValue {
                what: "--theta".into(),
                value: format!("'{}'", path.display()),
                expected: "a file whose name ends in .json, .npy or .csv (or .npz or .safetensors for the weights of a policy)".into(),
            });
        }
    };
    let bytes = fs::read(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    parse(&bytes).map_err(|problem| Error::Format {
        path: path.into(),
        problem: problem.found,
        expected: problem.expected.into(),
    })
}

fn json(bytes: &[u8]) -> std::result::Result<Vec<f64>, Problem> {
    const EXPECTED: &str = "an array of numbers, or an object with such an array named \"theta\"";
    let document: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|e| Problem::new(e, EXPECTED))?;
    let array = match &document {
        serde_json::Value::Object(fields) => fields.get("theta"),
        other => Some(other),
    };
    let values = array
        .ok_or_else(|| Problem::new("the object has no \"theta\"", EXPECTED))?
        .as_array()
        .ok_or_else(|| Problem::new("theta is not an array", EXPECTED))?;
    let number = |(i, v): (usize, &serde_json::Value)| {
        v.as_f64()
            .ok_or_else(|| Problem::new(format!("value {i} is not a number"), EXPECTED))
    };
    values.iter().enumerate().map(number).collect()
}

fn csv(bytes: &[u8]) -> std::result::Result<Vec<f64>, Problem> {
    const EXPECTED: &str = "rows of numbers, with or without a header line";
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let mut values = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|e| Problem::new(e, EXPECTED))?;
        let numbers: Vec<_> = record.iter().map(|field| field.parse::<f64>()).collect();
        if row == 0 && numbers.iter().all(|n| n.is_err()) {
            continue;
        }
        for (column, (number, field)) in numbers.iter().zip(&record).enumerate() {
            let found = || {
                let place = format!("row {}, column {}", row + 1, column + 1);
                Problem::new(format!("{place} is '{field}'"), EXPECTED)
            };
            values.push(*number.as_ref().map_err(|_| found())?);
        }
    }
    match values.is_empty() {
        true => Err(Problem::new("there is no number in it", EXPECTED)),
        false => Ok(values),
    }
}

const NPY: &str = "a NumPy array of f32 or f64";

fn npy(bytes: &[u8]) -> std::result::Result<Vec<f64>, Problem> {
    check_shape(bytes)?;
    let problem = |e: io::Error| Problem::new(e, NPY);
    let file = npyz::NpyFile::new(bytes).map_err(problem)?;
    let (order, strides, shape) = (file.order(), file.strides().to_vec(), file.shape().to_vec());
    let description = file.dtype().descr();
    let values: io::Result<Vec<f64>> = match file.try_data::<f64>() {
        Ok(values) => values.collect(),
        Err(file) => match file.try_data::<f32>() {
            Ok(values) => values.map(|x| x.map(f64::from)).collect(),
            Err(_) => {
                let found = format!("its values are of type {description}");
                return Err(Problem::new(found, NPY));
            }
        },
    };
    let values = values.map_err(problem)?;
    Ok(match order {
        npyz::Order::C => values,
        npyz::Order::Fortran => in_c_order(&values, &shape, &strides),
    })
}

/// A shape that does not fit the file would only be found out after an overflow.
fn check_shape(bytes: &[u8]) -> std::result::Result<(), Problem> {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let header = String::from_utf8_lossy(line);
    let Some((_, rest)) = header.split_once("shape") else {
        return Ok(());
    };
    let tuple = rest.split(')').next().unwrap_or_default();
    let mut axes = tuple
        .split(|c: char| !c.is_ascii_digit())
        .filter(|axis| !axis.is_empty());
    let count = axes.try_fold(1_u64, |n, axis| n.checked_mul(axis.parse().ok()?));
    match count {
        Some(n) if n <= bytes.len() as u64 => Ok(()),
        _ => Err(Problem::new("its shape is larger than the file", NPY)),
    }
}

fn in_c_order(values: &[f64], shape: &[u64], strides: &[u64]) -> Vec<f64> {
    (0..values.len() as u64)
        .map(|number| {
            let mut rest = number;
            let mut at = 0;
            for (length, stride) in shape.iter().zip(strides).rev() {
                at += rest % length * stride;
                rest /= length;
            }
            values[at as usize]
        })
        .collect()
}

/// One axis of f64.
pub fn to_npy(theta: &[f64]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&[theta.len() as u64])
        .writer(&mut bytes)
        .begin_nd()?;
    writer.extend(theta)?;
    writer.finish()?;
    Ok(bytes)
}

/// One row per time step, one column per control coordinate; `header` names them.
pub fn to_csv(theta: &[f64], header: &[&str]) -> String {
    let mut text = header.join(",") + "\n";
    for row in theta.chunks(header.len().max(1)) {
        let cells: Vec<String> = row.iter().map(f64::to_string).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fortran_order_is_turned_into_c_order() {
        // [[0, 1, 2], [3, 4, 5]] stored column by column.
        let stored = [0.0, 3.0, 1.0, 4.0, 2.0, 5.0];
        let c = in_c_order(&stored, &[2, 3], &[1, 2]);
        assert_eq!(c, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    }
}
