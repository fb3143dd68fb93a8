//! A square matrix from a file that holds one array.

use super::{Array, Kind, Problem, Stored, listed, words};
use mollify::noise::Covariance;
use mollify::{Error, Result};
use nalgebra::DMatrix;
use std::path::Path;

/// Numbers of a matrix, at most.
const MOST: u64 = 1 << 23;

/// The covariance of noise that is in a file.
pub fn covariance(path: &Path) -> Result<Covariance> {
    let expected = "a .npy, .npz, .json, .csv, .tsv or .txt file with one square matrix, a row for each value of theta";
    let format = |problem: Problem| Error::Format {
        path: path.into(),
        problem,
        expected: expected.into(),
    };
    let kind = Kind::of(path).ok_or_else(|| format("its name has another ending".into()))?;
    let bytes = std::fs::read(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    let array = match kind.read(&bytes).map_err(&format)? {
        Stored::Single(array) | Stored::Described(array, _) => array,
        Stored::Named(mut arrays) => match arrays.names().as_slice() {
            [name] => arrays.read(name, MOST).map_err(&format)?,
            names => return Err(format(format!("it has the arrays {}", listed(names)))),
        },
    };
    let Array { shape, values } = array;
    let [rows, columns] = shape[..] else {
        return Err(format(format!("its array is {}", words(&shape))));
    };
    let matrix = DMatrix::from_row_slice(rows as usize, columns as usize, &values);
    Covariance::given(matrix).map_err(|error| match error {
        Error::InvalidValue {
            value, expected, ..
        } => Error::InvalidValue {
            what: format!("the covariance in '{}'", path.display()),
            value,
            expected,
        },
        error => error,
    })
}

#[cfg(test)]
mod tests {
    use super::covariance;

    #[test]
    fn a_file_that_holds_no_covariance_is_named() {
        let folder = std::env::temp_dir().join("mollify-matrix");
        std::fs::create_dir_all(&folder).expect("a folder");
        let refused = |name: &str, text: &str, word: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("a file");
            let error = covariance(&path).expect_err(word).to_string();
            assert!(error.contains(name) && error.contains(word), "{error}");
        };
        refused("line.csv", "1,0,0,1\n", "1 × 4");
        refused("flat.json", "[1, 0, 0, 1]", "4");
        refused("skew.json", "[[1, 0.5], [0.25, 1]]", "symmetric");
        refused("indefinite.csv", "1,2\n2,1\n", "positive definite");
        refused("matrix.bin", "1", "ending");
        let path = folder.join("good.csv");
        std::fs::write(&path, "2,1\n1,2\n").expect("a file");
        assert!(covariance(&path).is_ok());
    }
}
