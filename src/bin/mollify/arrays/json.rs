//! Arrays in JSON: nested as deep as the array has axes, read exactly, and with no more memory than a few times the text.

use super::{Array, DECISIONS, Named, Origin, Problem, Stored, listed, without_mark};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The array of a text, or that of its object under `theta` or `commands`, or the named arrays of its object.
pub(super) fn read(bytes: &[u8]) -> Result<Stored<'static>, Problem> {
    let bytes = without_mark(bytes)?;
    let is_object = bytes.trim_ascii_start().starts_with(b"{");
    if !is_object {
        return parse(bytes, Numbers).map(Stored::Single);
    }
    let Fields { arrays, origin } = parse(bytes, Fields::default())?;
    let is_there = |name: &&str| arrays.iter().any(|other| other == name);
    let decision = DECISIONS.into_iter().find(is_there);
    let are_weights = arrays.iter().any(|name| name.starts_with("layer"));
    let wanted = match (decision, are_weights) {
        (Some(name), _) => vec![name.to_string()],
        (_, true) => arrays,
        _ => {
            let others = listed(&arrays);
            return Err(format!(
                "the object has neither \"theta\" nor \"commands\"; its arrays are {others}"
            ));
        }
    };
    let mut found = parse(bytes, Chosen(&wanted))?;
    Ok(match decision {
        Some(_) => Stored::Described(found.swap_remove(0).1, origin),
        None => Stored::Named(Box::new(Arrays(found))),
    })
}

/// The arrays of an object under these names, as far as they are there.
pub(super) fn named(bytes: &[u8], names: &[&str]) -> Result<Vec<(String, Array)>, Problem> {
    let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
    parse(without_mark(bytes)?, Chosen(&names))
}

struct Arrays(Vec<(String, Array)>);

impl Named for Arrays {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    fn read(&mut self, name: &str, _: u64) -> Result<Array, Problem> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found
            .map(|(_, array)| array.clone())
            .ok_or_else(|| "is not there".into())
    }
}

fn parse<'a, S: DeserializeSeed<'a>>(bytes: &'a [u8], seed: S) -> Result<S::Value, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let found = seed.deserialize(&mut reader);
    let found = found.and_then(|value| reader.end().map(|()| value));
    found.map_err(|error| match named_number(bytes, error.line()) {
        Some(name) if error.is_syntax() => format!(
            "{name} is no number of JSON, at line {} column {}",
            error.line(),
            error.column()
        ),
        _ => error.to_string(),
    })
}

/// NaN or an infinity on a line, as Python writes them; from 1.
fn named_number(bytes: &[u8], line: usize) -> Option<&'static str> {
    let line = bytes.split(|b| *b == b'\n').nth(line.checked_sub(1)?)?;
    let has = |word: &str| line.windows(word.len()).any(|w| w == word.as_bytes());
    ["NaN", "-Infinity", "Infinity", "nan", "inf"]
        .into_iter()
        .find(|word| has(word))
}

/// Reads numbers in arrays of arrays.
struct Numbers;

impl<'de> DeserializeSeed<'de> for Numbers {
    type Value = Array;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Array, D::Error> {
        let mut nest = Nest::default();
        let level = Level {
            nest: &mut nest,
            depth: 0,
        };
        level.deserialize(reader)?;
        let Nest { shape, values, .. } = nest;
        let count = shape
            .iter()
            .try_fold(1_u64, |n, length| n.checked_mul(*length));
        match (shape.is_empty(), count == Some(values.len() as u64)) {
            (true, _) => Err(D::Error::custom("theta is not an array")),
            (_, true) => Ok(Array { shape, values }),
            (_, false) => Err(D::Error::custom("numbers stand beside arrays")),
        }
    }
}

/// What was seen so far: the length of the first array at each depth, and at which depth the numbers are.
#[derive(Default)]
struct Nest {
    shape: Vec<u64>,
    depth: Option<usize>,
    values: Vec<f64>,
}

/// What stands at a depth: a number, or an array of what stands one deeper.
struct Level<'a> {
    nest: &'a mut Nest,
    depth: usize,
}

impl Level<'_> {
    fn number<E: Error>(self, value: f64) -> Result<(), E> {
        if *self.nest.depth.get_or_insert(self.depth) != self.depth {
            return Err(E::custom(format!(
                "value {} is nested less or more than the values before it",
                self.nest.values.len()
            )));
        }
        self.nest.values.push(value);
        Ok(())
    }

    fn no_number<E: Error>(self) -> Result<(), E> {
        let index = self.nest.values.len();
        match self.depth {
            0 => Err(E::custom("theta is not an array")),
            _ => Err(E::custom(format!("value {index} is not a number"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers in arrays")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.number(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.number(value as f64)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.number(value as f64)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.no_number()
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.no_number()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.no_number()
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.no_number()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { nest, depth } = self;
        let mut length = 0;
        loop {
            let below = Level {
                nest: &mut *nest,
                depth: depth + 1,
            };
            if list.next_element_seed(below)?.is_none() {
                break;
            }
            length += 1;
        }
        // Lengths are known from within: deeper ones first.
        if nest.shape.len() <= depth {
            nest.shape.resize(depth + 1, u64::MAX);
        }
        let known = &mut nest.shape[depth];
        match *known {
            u64::MAX => *known = length,
            n if n == length => {}
            n => {
                return Err(A::Error::custom(format!(
                    "an array of {length} values stands beside one of {n}"
                )));
            }
        }
        Ok(())
    }
}

/// Which fields of an object are arrays, and what it says that they are of.
#[derive(Default)]
struct Fields {
    arrays: Vec<String>,
    origin: Origin,
}

impl<'de> DeserializeSeed<'de> for Fields {
    type Value = Self;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value_seed(Glance)? {
                Glanced::Array if self.arrays.contains(&name) && is_decision(&name) => {
                    return Err(A::Error::custom(format!("\"{name}\" is there twice")));
                }
                Glanced::Array => self.arrays.push(name),
                Glanced::Text(text) if name == "policy" => self.origin.policy = Some(text),
                Glanced::Text(text) if name == "task" => self.origin.task = Some(text),
                Glanced::Other if is_decision(&name) => {
                    return Err(A::Error::custom(format!("{name} is not an array")));
                }
                _ => {}
            }
        }
        Ok(self)
    }
}

fn is_decision(name: &str) -> bool {
    DECISIONS.contains(&name)
}

/// What a field is, without keeping it.
enum Glanced {
    Array,
    Text(String),
    Other,
}

struct Glance;

impl<'de> DeserializeSeed<'de> for Glance {
    type Value = Glanced;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Glanced, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Glance {
    type Value = Glanced;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Glanced, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Glanced::Array)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Glanced, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Glanced::Other)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Glanced, E> {
        Ok(Glanced::Text(text.into()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Glanced, E> {
        Ok(Glanced::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Glanced, E> {
        Ok(Glanced::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Glanced, E> {
        Ok(Glanced::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Glanced, E> {
        Ok(Glanced::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Glanced, E> {
        Ok(Glanced::Other)
    }
}

/// Reads the arrays under these names.
struct Chosen<'a>(&'a [String]);

impl<'de> DeserializeSeed<'de> for Chosen<'_> {
    type Value = Vec<(String, Array)>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Chosen<'_> {
    type Value = Vec<(String, Array)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            match self.0.contains(&name) {
                true => found.push((name, map.next_value_seed(Numbers)?)),
                false => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(text: &str) -> Result<(Vec<u64>, Vec<f64>), Problem> {
        match read(text.as_bytes())? {
            Stored::Single(array) | Stored::Described(array, _) => Ok((array.shape, array.values)),
            Stored::Named(_) => Err("named".into()),
        }
    }

    #[test]
    fn nested_arrays_keep_their_shape() {
        let found = single("[1, -2, 3e2]").expect("JSON");
        assert_eq!(found, (vec![3], vec![1.0, -2.0, 300.0]));
        let found = single("{\"seed\": 1, \"theta\": [[1, 2], [3, 4], [5, 6]], \"x\": [\"a\"]}");
        let counted: Vec<f64> = (1..7).map(f64::from).collect();
        assert_eq!(found.expect("JSON"), (vec![3, 2], counted));
        assert_eq!(single("[[], []]").expect("JSON"), (vec![2, 0], vec![]));
        assert_eq!(
            single("\u{feff}[7]").expect("a mark at the beginning").1,
            [7.0]
        );
    }

    /// Bit by bit: the nearest double of what the text says.
    #[test]
    fn numbers_are_read_exactly() {
        for text in ["1.5777777777770001", "3.278271604935428", "0.1", "5e-324"] {
            let found = single(&format!("[{text}]")).expect(text).1[0];
            let exact: f64 = text.parse().expect(text);
            assert_eq!(found.to_bits(), exact.to_bits(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, words) in [
            ("[1, \"a\"]", "value 1 is not a number"),
            ("[[1], [null]]", "value 1 is not a number"),
            ("[{}]", "value 0 is not a number"),
            ("[true]", "value 0 is not a number"),
            (
                "[[1, 2], [3]]",
                "an array of 1 values stands beside one of 2",
            ),
            ("[1, [2]]", "value 1 is nested less or more"),
            ("[1, []]", "numbers stand beside arrays"),
            ("7", "theta is not an array"),
            ("\"text\"", "theta is not an array"),
            ("{\"theta\": 7}", "theta is not an array"),
            ("{\"theta\": [1], \"theta\": [2]}", "there twice"),
            (
                "{\"u\": [1]}",
                "neither \"theta\" nor \"commands\"; its arrays are u",
            ),
            ("{\"commands\": 7}", "commands is not an array"),
            ("[NaN]", "NaN is no number of JSON, at line 1 column 2"),
            ("[1,\n-Infinity]", "-Infinity is no number of JSON"),
            ("[1e400]", "number out of range"),
            ("[1] [2]", "trailing characters"),
            ("", "EOF"),
        ] {
            let found = single(text).expect_err(text);
            assert!(found.contains(words), "{text}: {found}");
        }
        let deep = "[".repeat(100_000);
        assert!(single(&deep).is_err_and(|e| e.contains("recursion limit")));
        assert!(read(b"\xff\xfe[\x001\x00]\x00").is_err_and(|e| e.contains("UTF-16")));
    }
}
