//! What people and programs read: stdout, stderr, numbers and tables.

use super::failure::Failure;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use mollify::error::with_digits;
use mollify::system::Tuned;
use serde::Serialize;
use std::io::{self, ErrorKind, Write};

pub use mollify::error::{number, plural};

/// Writes a result to stdout. A reader that has seen enough (`| head`) is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

/// One line on stderr; if nobody can read it, nothing can be done about that.
pub fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// The JSON document of a result, with a line end.
pub fn json(document: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(document).map_err(|e| Failure::Output(e.into()))?;
    Ok(text + "\n")
}

/// γ, the tolerance of the rule `aobg`, in words: from the samples, or none where no bias reaches it.
pub fn tolerance(gamma: Option<f64>) -> String {
    match gamma {
        None => "from the samples".into(),
        Some(Tuned::ANY_BIAS) => "none".into(),
        Some(gamma) => number(gamma),
    }
}

/// Mean and standard error; the error with two digits, or that it is unknown.
pub fn with_error(mean: f64, std_error: f64) -> String {
    match std_error.is_nan() {
        true => format!("{} ± unknown", number(mean)),
        false => format!("{} ± {}", number(mean), with_digits(std_error, 2)),
    }
}

/// An aligned table without borders, as wide as its content; the columns from `right` on are aligned right.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, right: std::ops::Range<usize>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    if !header.is_empty() {
        table.set_header(header.to_vec());
    }
    table.add_rows(rows);
    table.discover_columns();
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { 0 } else { 1 }, 1));
        if right.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_two_digits() {
        assert_eq!(with_error(10.0, 1234.5), "10 ± 1234");
    }
}
