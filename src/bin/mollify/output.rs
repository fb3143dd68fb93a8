//! What people and programs read: stdout, stderr, numbers and tables.

use super::failure::Failure;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;
use serde::ser::Serializer;
use std::io::{self, ErrorKind, Write};

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

/// A number for people: about six digits, and a power of ten where that is shorter.
pub fn number(x: f64) -> String {
    with_digits(x, 6)
}

/// Mean and standard error; the error with two digits, or that it is unknown.
pub fn with_error(mean: f64, std_error: f64) -> String {
    match std_error.is_nan() {
        true => format!("{} ± unknown", number(mean)),
        false => format!("{} ± {}", number(mean), with_digits(std_error, 2)),
    }
}

fn with_digits(x: f64, digits: usize) -> String {
    if x == 0.0 {
        return "0".into();
    }
    if !x.is_finite() {
        return x.to_string();
    }
    let scientific = format!("{:.*e}", digits - 1, x);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..=5).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        trimmed(&format!("{x:.decimals$}")).into()
    } else {
        format!("{}e{exponent}", trimmed(mantissa))
    }
}

/// Without zeros at the end of the fraction.
fn trimmed(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// "1 value", "2 values"
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The word a flag takes for a value.
pub fn name_of(value: &impl clap::ValueEnum) -> String {
    value
        .to_possible_value()
        .map_or(String::new(), |v| v.get_name().to_string())
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

/// Model parameters as an object, name to value, in the order of the model.
#[derive(Debug)]
pub struct Parameters(pub Vec<(std::sync::Arc<str>, f64)>);

impl Parameters {
    /// Those of a task.
    pub fn of(task: &mollify::system::task::Task) -> Self {
        let names = task.model().parameters().iter().map(|p| p.name.clone());
        Self(names.zip(task.parameters().iter().copied()).collect())
    }
}

impl std::fmt::Display for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={}", number(*value)))
            .collect();
        f.write_str(&parts.join(" "))
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_keep_their_digits() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-0.5, "-0.5"),
            (123456.0, "123456"),
            (999999.7, "1e6"),
            (1234567.0, "1.23457e6"),
            (1.0 / 3.0, "0.333333"),
            (1e-9, "1e-9"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(x), text);
        }
        assert_eq!(with_error(10.0, 1234.5), "10 ± 1234");
    }
}
