//! NPZ, a ZIP archive of NPY files: what `numpy.savez` and `numpy.savez_compressed` write is read, and the former is written.

use super::{Array, Named, Problem, Stored, npy};
use std::io::{self, Cursor, Read, Write as _};
use zip::write::SimpleFileOptions;

/// What an NPY file may have besides its values.
const HEADER: u64 = 1 << 16;
/// The largest value that is read has as many bytes.
const VALUE: u64 = 8;

/// The arrays of an archive.
pub(super) fn open(bytes: &[u8]) -> Result<Stored<'_>, Problem> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    Ok(Stored::Named(Box::new(Arrays(archive))))
}

struct Arrays<'a>(zip::ZipArchive<Cursor<&'a [u8]>>);

impl Named for Arrays<'_> {
    fn names(&self) -> Vec<String> {
        let names = self.0.file_names();
        names
            .filter_map(Result::ok)
            .map(|name| name.strip_suffix(".npy").unwrap_or(&name).to_string())
            .collect()
    }

    fn read(&mut self, name: &str, most: u64) -> Result<Array, Problem> {
        let unreadable = |e: &dyn std::fmt::Display| format!("cannot be read: {e}");
        let stored = self.0.by_name(&format!("{name}.npy"));
        let stored = stored.map_err(|e| unreadable(&e))?;
        // A few bytes can inflate to any number.
        let room = most.saturating_mul(VALUE).saturating_add(HEADER);
        let mut bytes = Vec::new();
        let taken = stored.take(room).read_to_end(&mut bytes);
        taken.map_err(|e| unreadable(&e))?;
        npy::read_up_to(&bytes, most).map_err(|e| match e.strip_prefix("it has shape ") {
            Some(shape) => format!("has shape {shape}"),
            None => unreadable(&e),
        })
    }
}

/// An archive as `numpy.savez` writes it: of each array the name, the shape and the numbers.
pub fn archive<'a>(
    arrays: impl Iterator<Item = (&'a str, &'a [u64], &'a [f64])>,
) -> io::Result<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    for (name, shape, values) in arrays {
        archive.start_file(format!("{name}.npy"), options)?;
        archive.write_all(&npy::write(shape, values))?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deflated(name: &str, file: &[u8]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        archive.start_file(name, options).expect("an entry");
        archive.write_all(file).expect("memory");
        archive.finish().expect("an archive").into_inner()
    }

    fn read(bytes: &[u8], name: &str, most: u64) -> Result<Array, Problem> {
        match open(bytes)? {
            Stored::Named(mut arrays) => arrays.read(name, most),
            _ => Err("not named".into()),
        }
    }

    #[test]
    fn deflated_arrays_are_read() {
        let values: Vec<f64> = (0..6).map(f64::from).collect();
        let bytes = deflated("a.npy", &npy::write(&[2, 3], &values));
        let found = read(&bytes, "a", 6).expect("an array");
        assert_eq!((found.shape, found.values), (vec![2, 3], values));
        assert_eq!(read(&bytes, "a", 5), Err("has shape 2 x 3".into()));
        let missing = read(&bytes, "b", 6).expect_err("it is not there");
        assert!(missing.contains("not found"), "{missing}");
    }

    /// 80 megabytes of zeros are a few kilobytes on the disk; none of them is inflated.
    #[test]
    fn a_small_file_stands_for_no_large_array() {
        let bytes = deflated("a.npy", &npy::write(&[10_000_000], &vec![0.0; 10_000_000]));
        assert!(bytes.len() < 200_000);
        assert_eq!(read(&bytes, "a", 100), Err("has shape 10000000".into()));
    }
}
