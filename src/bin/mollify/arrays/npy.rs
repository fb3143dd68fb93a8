//! NPY, in which NumPy stores one array: real numbers of every size and order are read, f64 is written.
//!
//! A header of one line is all there is to it, and the crate for it brings a parser generator, integers of any size and
//! an assembler. The format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use super::{Array, words};
use std::fmt::Write as _;

const MAGIC: &[u8] = b"\x93NUMPY";

/// The array of a file, or what is wrong with the file. Takes no more memory than a few times the file, whatever it says.
pub fn read(bytes: &[u8]) -> Result<Array, String> {
    read_up_to(bytes, u64::MAX)
}

/// The same of the beginning of a file, long enough for an array of `most` values; one that has more is refused.
pub fn read_up_to(bytes: &[u8], most: u64) -> Result<Array, String> {
    let (header, data) = Header::split(bytes)?;
    let Header {
        kind,
        is_fortran,
        shape,
    } = header;
    let Some((size, number)) = reader(kind) else {
        return Err(format!(
            "its values are of type '{}'; convert them with .astype(float)",
            start(kind)
        ));
    };
    let count = shape.iter().try_fold(1_u64, |n, axis| n.checked_mul(*axis));
    if count.is_some_and(|n| n > most) {
        return Err(format!("it has shape {}", words(&shape)));
    }
    let length = count.and_then(|n| n.checked_mul(size as u64));
    let split = length.and_then(|n| data.split_at_checked(usize::try_from(n).ok()?));
    let (data, rest) = split.ok_or("its shape is larger than the file")?;
    if !rest.is_empty() {
        return Err(format!(
            "{} bytes follow its array of shape {}; save one array in a file",
            rest.len(),
            words(&shape)
        ));
    }
    let at = |index: usize| number(&data[index * size..(index + 1) * size]);
    let count = data.len() / size;
    let values = match is_fortran {
        true => (0..count)
            .map(|i| at(stored_at(i, count, &shape)))
            .collect(),
        false => (0..count).map(at).collect(),
    };
    Ok(Array { shape, values })
}

/// Reads a number from as many bytes as it has.
type Number = fn(&[u8]) -> f64;

/// The size of a value of a kind such as `<f4` and how it is read; none for kinds that are no real numbers.
fn reader(kind: &str) -> Option<(usize, Number)> {
    macro_rules! of {
        ($type:ty, $from:ident) => {
            Some((size_of::<$type>(), |b| <$type>::$from(whole(b)) as f64))
        };
    }
    match kind {
        "|b1" | "|u1" | "<u1" | ">u1" => of!(u8, from_le_bytes),
        "|i1" | "<i1" | ">i1" => of!(i8, from_le_bytes),
        "<u2" => of!(u16, from_le_bytes),
        ">u2" => of!(u16, from_be_bytes),
        "<i2" => of!(i16, from_le_bytes),
        ">i2" => of!(i16, from_be_bytes),
        "<u4" => of!(u32, from_le_bytes),
        ">u4" => of!(u32, from_be_bytes),
        "<i4" => of!(i32, from_le_bytes),
        ">i4" => of!(i32, from_be_bytes),
        "<u8" => of!(u64, from_le_bytes),
        ">u8" => of!(u64, from_be_bytes),
        "<i8" => of!(i64, from_le_bytes),
        ">i8" => of!(i64, from_be_bytes),
        "<f4" => of!(f32, from_le_bytes),
        ">f4" => of!(f32, from_be_bytes),
        "<f8" => of!(f64, from_le_bytes),
        ">f8" => of!(f64, from_be_bytes),
        "<f2" => Some((2, |b| half(u16::from_le_bytes(whole(b))))),
        ">f2" => Some((2, |b| half(u16::from_be_bytes(whole(b))))),
        _ => None,
    }
}

/// A number of half precision: a sign, 5 bits of exponent, 10 of fraction.
pub fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        // Below the smallest normal number there is no leading 1.
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    }
}

/// The array of bytes of a number; `bytes` has just as many.
fn whole<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut number = [0; N];
    number.copy_from_slice(bytes);
    number
}

/// What the dictionary in a header says.
struct Header<'a> {
    kind: &'a str,
    is_fortran: bool,
    shape: Vec<u64>,
}

impl<'a> Header<'a> {
    /// The header of a file and what follows it.
    fn split(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), String> {
        let rest = bytes.strip_prefix(MAGIC);
        let rest = rest.ok_or("it does not begin as an NPY file does")?;
        let (length, rest) = match rest {
            [1, 0, a, b, rest @ ..] => (u32::from(u16::from_le_bytes([*a, *b])), rest),
            [2 | 3, 0, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]), rest),
            [1..=3, 0, ..] | [] | [_] => return Err("it ends within its header".into()),
            [major, minor, ..] => {
                return Err(format!("it is of the unknown version {major}.{minor}"));
            }
        };
        let split = rest.split_at_checked(length as usize);
        let (header, data) = split.ok_or("it ends within its header")?;
        let header = std::str::from_utf8(header).map_err(|_| "its header is not text")?;
        let header = Self::read(header);
        let header = header.map_err(|rest| format!("its header is wrong at '{}'", start(rest)))?;
        Ok((header, data))
    }

    /// The error is the text from where it is wrong.
    fn read(text: &'a str) -> Result<Self, &'a str> {
        let mut rest = text.trim();
        Self::dictionary(&mut rest).ok_or(rest)
    }

    /// `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`; keys in any order.
    fn dictionary(rest: &mut &'a str) -> Option<Self> {
        let (mut kind, mut is_fortran, mut shape) = (None, None, None);
        take(rest, "{")?;
        while take(rest, "}").is_none() {
            let key = quoted(rest)?;
            take(rest, ":")?;
            match key {
                "descr" => kind = Some(quoted(rest)?),
                "fortran_order" => {
                    let no = take(rest, "False").is_some();
                    is_fortran = Some(!no);
                    if !no {
                        take(rest, "True")?;
                    }
                }
                "shape" => shape = Some(tuple(rest)?),
                _ => return None,
            }
            if take(rest, ",").is_none() && !rest.starts_with('}') {
                return None;
            }
        }
        Some(Self {
            kind: kind?,
            is_fortran: is_fortran?,
            shape: shape?,
        })
    }
}

/// What a terminal can show of a text from a file.
fn start(text: &str) -> String {
    let visible = |c: char| if c.is_control() { '?' } else { c };
    text.chars().take(30).map(visible).collect()
}

/// Goes past a word and the blanks after it, if it is next.
fn take(rest: &mut &str, word: &str) -> Option<()> {
    *rest = rest.strip_prefix(word)?.trim_start();
    Some(())
}

fn quoted<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let quote = rest.chars().next().filter(|c| "'\"".contains(*c))?;
    let (text, after) = rest[1..].split_once(quote)?;
    *rest = after.trim_start();
    Some(text)
}

fn tuple(rest: &mut &str) -> Option<Vec<u64>> {
    let (inside, after) = rest.strip_prefix('(')?.split_once(')')?;
    let shape = match inside.trim() {
        "" => Some(Vec::new()),
        axes => {
            let axes = axes.strip_suffix(',').unwrap_or(axes).split(',');
            axes.map(|n| n.trim().parse().ok()).collect()
        }
    };
    *rest = after.trim_start();
    shape
}

/// Where the value of that place in C order is stored among `count` values whose first axis runs fastest.
fn stored_at(place: usize, count: usize, shape: &[u64]) -> usize {
    let (mut rest, mut at, mut stride) = (place as u64, 0, count as u64);
    for length in shape.iter().rev() {
        stride /= length;
        at += rest % length * stride;
        rest /= length;
    }
    at as usize
}

/// A file with these numbers in C order, as `numpy.save` writes it; of few axes, so that version 1 has room for them.
pub fn write(shape: &[u64], values: &[f64]) -> Vec<u8> {
    let mut header = "{'descr': '<f8', 'fortran_order': False, 'shape': (".to_string();
    for (number, axis) in shape.iter().enumerate() {
        let space = if number == 0 { "" } else { " " };
        // A tuple of one axis needs its comma.
        let comma = if number + 1 < shape.len().max(2) {
            ","
        } else {
            ""
        };
        let _ = write!(header, "{space}{axis}{comma}");
    }
    header += "), }";
    // The data begin at a multiple of 64 bytes; 10 are before the header, and a newline ends it.
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = [MAGIC, &[1, 0], &(length as u16).to_le_bytes()].concat();
    bytes.extend(format!("{header:<0$}\n", length - 1).bytes());
    bytes.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
        let length = (header.len() as u32).to_le_bytes();
        let length = &length[..if version == 1 { 2 } else { 4 }];
        [MAGIC, &[version, 0], length, header.as_bytes(), data].concat()
    }

    /// As NumPy 2 writes `np.arange(6.).reshape(2, 3)`.
    fn as_numpy_writes_it() -> Vec<u8> {
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
        let header = format!("{header:<117}\n");
        let data: Vec<u8> = (0..6).flat_map(|i| f64::from(i).to_le_bytes()).collect();
        file(1, &header, &data)
    }

    #[test]
    fn bytes_are_those_of_numpy() {
        let values: Vec<f64> = (0..6).map(f64::from).collect();
        assert_eq!(write(&[2, 3], &values), as_numpy_writes_it());
        for (shape, words) in [(&[6][..], "(6,)"), (&[], "()"), (&[1, 2, 3], "(1, 2, 3)")] {
            let count = shape.iter().product::<u64>() as usize;
            let bytes = write(shape, &values[..count]);
            let text = String::from_utf8_lossy(&bytes);
            assert!(text.contains(&format!("'shape': {words}, }}")), "{text}");
            assert_eq!((bytes.len() - 8 * count) % 64, 0);
            let found = read(&bytes).expect("NPY");
            assert_eq!(
                (&found.shape[..], &found.values[..]),
                (shape, &values[..count])
            );
        }
    }

    #[test]
    fn every_kind_of_number_and_version_is_read() {
        let kinds: [(&str, Vec<u8>, f64); 16] = [
            ("<f2", vec![0x00, 0xc1], -2.5),
            (">f2", vec![0xc1, 0x00], -2.5),
            ("<f4", 1.5_f32.to_le_bytes().into(), 1.5),
            (">f4", 1.5_f32.to_be_bytes().into(), 1.5),
            ("<f8", 1.5_f64.to_le_bytes().into(), 1.5),
            (">f8", 1.5_f64.to_be_bytes().into(), 1.5),
            ("|b1", vec![1], 1.0),
            ("|u1", vec![200], 200.0),
            ("|i1", vec![200], -56.0),
            ("<i2", (-300_i16).to_le_bytes().into(), -300.0),
            (">u2", 300_u16.to_be_bytes().into(), 300.0),
            ("<i4", (-70_000_i32).to_le_bytes().into(), -70_000.0),
            (">i4", (-70_000_i32).to_be_bytes().into(), -70_000.0),
            ("<u4", 70_000_u32.to_le_bytes().into(), 70_000.0),
            ("<i8", (-5_i64).to_le_bytes().into(), -5.0),
            (">u8", 5_u64.to_be_bytes().into(), 5.0),
        ];
        for (kind, data, value) in kinds {
            for version in 1..=3 {
                // Other quotes, another order, and no comma at the end.
                let header =
                    format!("{{\"shape\":(1,),'fortran_order':False , 'descr' : '{kind}'}}\n");
                let found = read(&file(version, &header, &data)).expect(kind);
                assert_eq!(
                    (found.shape, found.values),
                    (vec![1], vec![value]),
                    "{kind}"
                );
            }
        }
    }

    /// As numpy.float16 has them.
    #[test]
    fn halves_are_exact() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x0001, 2_f64.powi(-24)),
            (0x03ff, 1023.0 * 2_f64.powi(-24)),
            (0x0400, 2_f64.powi(-14)),
            (0x2e66, 0.099_975_585_937_5),
            (0x3c00, 1.0),
            (0x7bff, 65504.0),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn fortran_order_is_turned_into_c_order() {
        let turned = |stored: &[f64], shape: &[u64]| -> Vec<f64> {
            let header = format!(
                "{{'descr': '<f8', 'fortran_order': True, 'shape': ({}), }}",
                shape.iter().map(|n| format!("{n}, ")).collect::<String>()
            );
            let data: Vec<u8> = stored.iter().flat_map(|x| x.to_le_bytes()).collect();
            read(&file(1, &header, &data)).expect("NPY").values
        };
        // [[0, 1, 2], [3, 4, 5]] stored column by column.
        let c = turned(&[0.0, 3.0, 1.0, 4.0, 2.0, 5.0], &[2, 3]);
        assert_eq!(c, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        // [[[0, 1], [2, 3]], [[4, 5], [6, 7]]], the first axis fastest.
        let c = turned(&[0.0, 4.0, 2.0, 6.0, 1.0, 5.0, 3.0, 7.0], &[2, 2, 2]);
        assert_eq!(c, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    }

    #[test]
    fn surplus_bytes_and_values_are_refused() {
        let twice = [as_numpy_writes_it(), as_numpy_writes_it()].concat();
        let found = read(&twice).expect_err("two arrays");
        assert!(
            found.starts_with("176 bytes follow its array of shape 2 x 3"),
            "{found}"
        );
        let found = read_up_to(&as_numpy_writes_it(), 5).expect_err("six values");
        assert_eq!(found, "it has shape 2 x 3");
    }

    #[test]
    fn what_is_wrong_with_a_file_is_one_sentence() {
        let whole = as_numpy_writes_it();
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "cut at {length}");
        }
        let says = |descr: &str, order: &str, shape: &str, words: &str| {
            let header =
                format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}");
            let found = read(&file(1, &header, &[0; 8])).expect_err(&header);
            assert!(found.contains(words) && !found.contains('\n'), "{found}");
        };
        for kind in ["'|S8'", "'|O'", "'<f16'", "'<c16'", "'é8'"] {
            says(kind, "False", "(1,)", &format!("of type {kind}"));
        }
        says(
            "[('a', '<f8')]",
            "False",
            "(1,)",
            "wrong at '[('a', '<f8')]",
        );
        says("'<f8'", "Maybe", "(1,)", "wrong at 'Maybe");
        for shape in [
            "(-1,)",
            "(1.5,)",
            "(99999999999999999999,)",
            "1",
            "(1",
            "(,)",
        ] {
            says("'<f8'", "False", shape, "wrong at");
        }
        for order in ["False", "True"] {
            for shape in [
                "(2,)",
                "(4294967296, 4294967296, 4)",
                "(18446744073709551615,)",
            ] {
                says("'<f8'", order, shape, "larger than the file");
            }
            // Nothing at all, however long the other axis is.
            let header = format!(
                "{{'descr': '<f8', 'fortran_order': {order}, 'shape': (0, 18446744073709551615)}}"
            );
            assert_eq!(read(&file(1, &header, &[])).map(|a| a.values), Ok(vec![]));
        }
        for header in [
            "",
            "{",
            "{}",
            "{'descr'",
            "{'descr': '<f8'}",
            "{'other': 1}",
            "é",
        ] {
            assert!(read(&file(2, header, &[])).is_err(), "{header}");
        }
        assert!(read(b"\x93NUMPY\x04\x00\x00\x00").is_err_and(|e| e.contains("4.0")));
        assert!(read(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{").is_err_and(|e| e.contains("ends")));
        let rings = read(&file(1, "\u{7}", &[])).expect_err("no dictionary");
        assert!(rings.ends_with("wrong at '?'"), "{rings}");
    }
}
