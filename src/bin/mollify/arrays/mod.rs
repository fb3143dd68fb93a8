//! Arrays of numbers from and to files: theta, weights of policies, directions, statistics.
//!
//! ```text
//! .npy                 one array                                                       npy
//! .npz                 named arrays, stored or deflated                                npz
//! .safetensors         named arrays                                                    tensors
//! .json                one array, or an object with `theta`, `commands` or named arrays  json
//! .csv, .tsv, .txt     rows of numbers                                                 table
//! ```
//!
//! A reader takes what the file says, with the shape that it has. Whether that is what a task wants is decided in one place
//! for all of them, [`theta`], and what the arrays of a policy are called in another, [`weights`].

mod json;
pub mod matrix;
pub mod npy;
pub mod npz;
mod table;
mod tensors;
pub mod theta;
pub mod trajectory;
pub mod weights;

#[cfg(test)]
mod fuzz;

use std::path::Path;

pub use npz::archive;
pub use tensors::to_safetensors;

/// An array, and its numbers in C order: the last axis runs fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    pub shape: Vec<u64>,
    pub values: Vec<f64>,
}

/// What is wrong with a file, in words that go on after its name.
type Problem = String;

/// What a file holds.
enum Stored<'a> {
    /// One array without a name.
    Single(Array),
    /// One array, and what the file says it is of.
    Described(Array, Origin),
    /// Arrays under names, each read when it is wanted.
    Named(Box<dyn Named + 'a>),
}

/// What a file says that its array is of, where it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Origin {
    task: Option<String>,
    policy: Option<String>,
}

/// What theta is called where it stands among others: the decision of a descent, the commands of a plan.
const DECISIONS: [&str; 2] = ["theta", "commands"];

/// The arrays of a file that has names for them.
trait Named {
    /// The names, in the order of the file.
    fn names(&self) -> Vec<String>;

    /// One of them, which is refused if it has more values than `most`: a file of a kilobyte can stand for gigabytes.
    fn read(&mut self, name: &str, most: u64) -> Result<Array, Problem>;
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Npy,
    Npz,
    Table,
    Tensors,
}

impl Kind {
    /// By the end of the name.
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        Some(match extension.as_str() {
            "json" => Kind::Json,
            "npy" => Kind::Npy,
            "npz" => Kind::Npz,
            "csv" | "tsv" | "txt" => Kind::Table,
            "safetensors" => Kind::Tensors,
            _ => return None,
        })
    }

    /// What such a file should be.
    fn expected(self) -> &'static str {
        match self {
            Kind::Json => {
                "an array of numbers, or an object with such an array named \"theta\" or \"commands\", in UTF-8"
            }
            Kind::Npy => "a NumPy array of real numbers, as numpy.save writes it",
            Kind::Npz => "a .npz file as numpy.savez or numpy.savez_compressed writes it",
            Kind::Table => {
                "rows of numbers such as 0.5 between commas, semicolons, tabs or blanks, with or without a header line"
            }
            Kind::Tensors => "a .safetensors file as safetensors.numpy.save_file writes it",
        }
    }

    fn read(self, bytes: &[u8]) -> Result<Stored<'_>, Problem> {
        match self {
            Kind::Json => json::read(bytes),
            Kind::Npy => npy::read(bytes).map(Stored::Single),
            Kind::Npz => npz::open(bytes),
            Kind::Table => table::read(bytes).map(Stored::Single),
            Kind::Tensors => tensors::open(bytes),
        }
    }
}

/// A text without the mark that some editors put at its beginning; UTF-16 is named as what it is.
fn without_mark(bytes: &[u8]) -> Result<&[u8], Problem> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(rest),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Err("its text is UTF-16; save it as UTF-8".to_string())
        }
        _ => Ok(bytes),
    }
}

/// `3 x 7`, for messages.
fn words(shape: &[u64]) -> String {
    match shape {
        [] => "()".into(),
        axes => {
            let axes: Vec<String> = axes.iter().map(u64::to_string).collect();
            axes.join(" x ")
        }
    }
}

/// Names for messages: few enough for a line.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let visible = |name: &String| -> String {
        let visible = |c: char| if c.is_control() { '?' } else { c };
        name.chars().take(60).map(visible).collect()
    };
    let mut text: Vec<String> = names.iter().take(SHOWN).map(visible).collect();
    if names.len() > SHOWN {
        text.push(format!("{} more", names.len() - SHOWN));
    }
    match text.is_empty() {
        true => "none".into(),
        false => text.join(", "),
    }
}
