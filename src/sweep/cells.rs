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

/// To 4 digits; a power of ten where that is shorter. Whole numbers below a million keep all digits: 10 000 samples.
pub(super) fn short(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 1e6 {
        return number(x);
    }
    let power = format!("{x:.3e}");
    let rounded: f64 = power.parse().unwrap_or(x);
    // Display never takes a power of ten, and both take as few digits as read as the same number.
    let (plain, power) = (format!("{rounded}"), format!("{rounded:e}"));
    match (1e-4..1e6).contains(&rounded.abs()) {
        true => plain,
        false => power,
    }
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

/// FNV-1a of the cells before it: eight digits that change with any of theirs.
pub(super) fn check(cells: &[String]) -> String {
    let bytes = cells.iter().flat_map(|cell| cell.bytes().chain([b',']));
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}

/// The cells of one line.
pub(super) fn parse_line(line: &[u8]) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line);
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(String::from).collect())
}

#[cfg(test)]
mod tests {
    use super::{check, short};

    /// `a,` by the published constants of the hash.
    #[test]
    fn the_check_is_fnv_1a() {
        let mut hash = 0x811c_9dc5_u64;
        for byte in *b"a," {
            hash = (hash ^ u64::from(byte)) * 16_777_619 % (1 << 32);
        }
        assert_eq!(check(&["a".into()]), format!("{hash:08x}"));
        assert_ne!(
            check(&["1".into(), "23".into()]),
            check(&["12".into(), "3".into()])
        );
    }

    #[test]
    fn short_numbers_have_four_digits() {
        for (x, text) in [
            (316.227766017, "316.2"),
            (0.00316227766017, "0.003162"),
            (31622.7766017, "31620"),
            (1e4, "10000"),
            (12345.0, "12345"),
            (-0.1, "-0.1"),
            (0.0, "0"),
            (3.16227766017e-7, "3.162e-7"),
            (1e300, "1e300"),
        ] {
            assert_eq!(short(x), text);
        }
    }
}
