//! The cells of the CSV files: exact, short, and the same for the same numbers.

use std::io;

/// The shortest decimal that reads as the same number again; empty for NaN, which stands for "not known".
pub(super) fn number(x: f64) -> String {
    if x.is_nan() {
        return String::new();
    }
    let text = format!("{x:?}");
    text.strip_suffix(".0").map_or(text.clone(), String::from)
}

/// The inverse of [`number`].
pub(super) fn parse_number(cell: &str) -> Option<f64> {
    match cell {
        "" => Some(f64::NAN),
        cell => cell.parse().ok(),
    }
}

/// One line with its end.
pub(super) fn line<T: AsRef<[u8]>>(cells: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer.write_record(cells).map_err(io::Error::from);
    written
        .and_then(|()| writer.into_inner().map_err(|e| e.into_error()))
        .expect("writing to memory succeeds")
}

/// The cells of one line.
pub(super) fn parse_line(line: &[u8]) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line);
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(String::from).collect())
}
