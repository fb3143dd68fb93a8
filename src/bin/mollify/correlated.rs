//! `--covariance power-law=B|FILE`

use super::arrays::matrix;
use super::words::sentence;
use mollify::noise::Covariance;
use mollify::{Error, Result};
use std::path::PathBuf;

/// As it is given.
#[derive(Clone, Debug)]
pub enum Correlated {
    /// By a formula.
    Formula(Covariance),
    /// In a file.
    File(PathBuf),
}

impl Correlated {
    /// Reads the file, if it is one.
    pub fn read(&self) -> Result<Covariance> {
        match self {
            Self::Formula(covariance) => Ok(covariance.clone()),
            Self::File(path) => matrix::covariance(path),
        }
    }
}

/// `power-law=B`, or the name of a file.
pub fn correlated(text: &str) -> std::result::Result<Correlated, String> {
    let text = text.trim();
    if text == "full" || text.starts_with("rank=") {
        return Err(format!(
            "expected power-law=B or a file; what mppi and cem adapt is --adapt {text}"
        ));
    }
    if text.contains('=') || !text.contains('.') {
        let formula = text.parse().map(Correlated::Formula);
        return formula.map_err(|error| match error {
            Error::InvalidValue { expected, .. } => {
                format!("expected {expected}, or a file of a matrix")
            }
            other => sentence(&other),
        });
    }
    Ok(Correlated::File(text.into()))
}
