//! theta from and to files: JSON, NPY and CSV.

use crate::npy;
use mollify::{Error, Result};
use std::fs;
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
        "npy" => npy_values,
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

fn npy_values(bytes: &[u8]) -> std::result::Result<Vec<f64>, Problem> {
    const EXPECTED: &str = "a NumPy array of f32 or f64";
    let array = npy::read(bytes).map_err(|e| Problem::new(e, EXPECTED))?;
    Ok(array.values)
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
