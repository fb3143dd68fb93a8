//! Rows of numbers in a text, as spreadsheets, pandas and NumPy write them.
//!
//! Fields stand between commas, semicolons, tabs or blanks, which is seen in the last row: it is no header. A separator at
//! the end of a row is no field. A first row without anything that looks like a number is a header, and `#` begins a comment.

use super::{Array, Problem, without_mark};
use csv::{ReaderBuilder, StringRecord, Trim};
use std::borrow::Cow;

/// All rows; the shape is rows x columns.
pub(super) fn read(bytes: &[u8]) -> Result<Array, Problem> {
    let bytes = without_mark(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|_| "its text is not UTF-8")?;
    let separator = separator(text);
    let text = match separator {
        b' ' => Cow::Owned(between_commas(text)),
        _ => Cow::Borrowed(text),
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(if separator == b' ' { b',' } else { separator })
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let (mut values, mut rows, mut columns) = (Vec::new(), 0, 0);
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|e| e.to_string())?;
        if index == 0 && is_header(&record) {
            continue;
        }
        let fields = fields(&record);
        let row = record.position().map_or(0, csv::Position::line);
        if fields == 0 {
            return Err(format!("row {row} has no values"));
        }
        if rows > 0 && fields != columns {
            return Err(format!(
                "row {row} has {fields} values, while the rows before it have {columns}"
            ));
        }
        (rows, columns) = (rows + 1, fields);
        for (column, field) in record.iter().take(fields).enumerate() {
            let place = || format!("row {row}, column {}", column + 1);
            values.push(number(field).map_err(|problem| format!("{} {problem}", place()))?);
        }
    }
    match values.is_empty() {
        true => Err("there is no number in it".into()),
        false => Ok(Array {
            shape: vec![rows, columns as u64],
            values,
        }),
    }
}

/// What stands between the fields of the last row.
fn separator(text: &str) -> u8 {
    let is_row = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let last = text.rsplit(['\n', '\r']).find(is_row).unwrap_or("");
    let mut words = last.split_whitespace();
    let stand_apart = words.clone().count() > 1
        && words.all(|word| !word.starts_with(',') && !word.ends_with(','));
    match last {
        last if last.contains(';') => b';',
        last if last.contains('\t') => b'\t',
        _ if stand_apart => b' ',
        _ => b',',
    }
}

/// Blanks between fields, however many, become one comma; a decimal comma becomes a part of a quoted field.
fn between_commas(text: &str) -> String {
    let mut commas = String::with_capacity(text.len());
    for line in text.lines() {
        let is_comment = line.trim_start().starts_with('#');
        let words = line
            .split_whitespace()
            .map(|word| match word.contains(',') {
                true => Cow::Owned(format!("\"{}\"", word.replace('"', ""))),
                false => Cow::Borrowed(word),
            });
        if !is_comment {
            commas.push_str(&words.collect::<Vec<_>>().join(","));
        }
        commas.push('\n');
    }
    commas
}

/// Fields but the empty ones at the end.
fn fields(record: &StringRecord) -> usize {
    let filled = |&index: &usize| !record[index].is_empty();
    let last = (0..record.len()).rev().find(filled);
    last.map_or(0, |last| last + 1)
}

fn is_header(record: &StringRecord) -> bool {
    let begins_a_number = |field: &str| {
        let digits = field.trim_start_matches(['+', '-', '.', ',']);
        digits.starts_with(|c: char| c.is_ascii_digit())
    };
    record
        .iter()
        .all(|field| !begins_a_number(field) && field.parse::<f64>().is_err())
}

fn number(field: &str) -> Result<f64, Problem> {
    if let Ok(number) = field.parse() {
        return Ok(number);
    }
    if field.is_empty() {
        return Err("is empty; pandas leaves the names of its rows out with index=False".into());
    }
    let point = field.replacen(',', ".", 1);
    Err(match point.parse::<f64>() {
        Ok(_) => format!("is '{field}' with a decimal comma; write {point}"),
        Err(_) => {
            let visible = |c: char| if c.is_control() { '?' } else { c };
            let shown: String = field.chars().take(40).map(visible).collect();
            format!("is '{shown}'")
        }
    })
}

/// Why a table may have another number of values than `count`, in rows of `columns`.
pub(super) fn hint(array: &Array, count: u64, columns: u64) -> Option<&'static str> {
    let [rows, found] = array.shape[..] else {
        return None;
    };
    let counts_up = |mut values: std::iter::StepBy<std::slice::Iter<'_, f64>>| {
        (0_u32..)
            .map(f64::from)
            .zip(&mut values)
            .all(|(i, v)| i == *v)
    };
    let first_column = counts_up(array.values.iter().step_by(found as usize));
    let first_row = counts_up(array.values[..found as usize].iter().step_by(1));
    if first_column && rows > 1 && rows * (found - 1) == count {
        return Some(
            "its first column counts the rows, as pandas writes it without index=False: leave it out",
        );
    }
    if first_row && (rows - 1) * found == count {
        return Some(
            "its first row counts the columns, as pandas writes it without header=False: leave it out",
        );
    }
    (found == 2 * columns && rows * columns == count).then_some(
        "it has two columns for each control: if its numbers have decimal commas, write points",
    )
}

/// One row per time step, one column per control coordinate; `header` names them.
pub fn write(theta: &[f64], header: &[&str]) -> String {
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
    fn every_dialect_gives_the_same_numbers() {
        for text in [
            "1,2\n3,4\n",
            "\u{feff}1,2\r\n3,4\r\n",
            "1,2\r3,4\r",
            "1;2\n3;4",
            "1;2;\n3;4;\n",
            "1,2,,\n3,4,,\n",
            "1\t2\t\n3\t4\t\n",
            "  1   2\n  3   4\n",
            "# torque force\n1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n",
            "torque (N m),force (N)\n1,2\n\n3,4\n",
            "torque;force;\n1;2;\n3;4;\n",
            "\"1\",\"2\"\n+3,4.\n",
            "1 , 2\n3 , 4\n",
            "1, 2\n3, 4\n",
        ] {
            let found = read(text.as_bytes()).expect(text);
            assert_eq!(found.shape, [2, 2], "{text}");
            assert_eq!(found.values, [1.0, 2.0, 3.0, 4.0], "{text}");
        }
        let column = read(b"torque (N m)\n0.5\n0.25\n").expect("CSV");
        assert_eq!((column.shape, column.values), (vec![2, 1], vec![0.5, 0.25]));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, words) in [
            ("", "no number"),
            ("a,b\n", "no number"),
            ("1\nx\n", "row 2, column 1 is 'x'"),
            ("1,2\n3\n", "row 2 has 1 values, while"),
            (
                "0,5;1,5\n",
                "row 1, column 1 is '0,5' with a decimal comma; write 0.5",
            ),
            ("0,5\t1,5\n", "decimal comma"),
            ("0,5 1,5\n", "decimal comma; write 0.5"),
            (
                "x;y\n-0,5;1\n",
                "row 2, column 1 is '-0,5' with a decimal comma; write -0.5",
            ),
            (",0\n0,0.5\n", "row 1, column 1 is empty; pandas"),
            ("1,,2\n", "row 1, column 2 is empty"),
        ] {
            let found = read(text.as_bytes()).expect_err(text);
            assert!(found.contains(words), "{text}: {found}");
        }
        assert!(read(b"\xff\xfe1\x00").is_err_and(|e| e.contains("UTF-16")));
        assert!(read(b"1\xe4").is_err_and(|e| e.contains("not UTF-8")));
    }

    #[test]
    fn a_likely_reason_for_too_many_values_is_named() {
        for (text, count, words) in [
            (",u\n0,0.5\n1,0.25\n", 2, "index=False"),
            ("0\n0.5\n0.25\n", 2, "header=False"),
            ("0,5\n3,5\n", 2, "decimal commas"),
        ] {
            let found = read(text.as_bytes()).expect(text);
            let hint = hint(&found, count, 1).expect(text);
            assert!(hint.contains(words), "{text}: {hint}");
        }
        let plain = read(b"1\n2\n3\n").expect("CSV");
        assert_eq!(hint(&plain, 2, 1), None);
    }
}
