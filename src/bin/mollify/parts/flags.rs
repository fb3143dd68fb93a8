//! Which part, from the flag or from the scheduler.

use crate::args::count;
use crate::engine::invalid;
use crate::failure::Failure;
use mollify::engine::distributed::{Cut, MOST_PARTS};
use std::env;
use std::path::PathBuf;

/// Parts of a run, on other machines or one after the other.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Parts")]
pub struct PartArgs {
    /// Compute part I of N, from 1, into --out; /N takes I from Slurm's array
    ///
    /// The file gets its place whole or not at all. A part that is there is not computed again, so that the same command may be
    /// repeated. With /N, I is SLURM_ARRAY_TASK_ID, as of `sbatch --array=1-N`. See `mollify help clusters`.
    #[arg(long, value_name = "I/N", value_parser = part, conflicts_with = "merge", requires = "out", allow_hyphen_values = true)]
    pub part: Option<PartOf>,
    /// Print the result of all parts in a folder
    ///
    /// With the flags of the parts, of which only those may differ that turn samples into an estimate. Parts that are missing, torn
    /// or of another run are named.
    #[arg(long, value_name = "DIR")]
    pub merge: Option<PathBuf>,
}

/// A part as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// From 1; none if the scheduler tells it.
    number: Option<u64>,
    count: u64,
}

/// Where Slurm tells an element of an array its number.
const TASK: &str = "SLURM_ARRAY_TASK_ID";

fn part(text: &str) -> Result<PartOf, String> {
    let expected = || "expected I/N, such as 3/16, or /16 in a Slurm array".to_string();
    let (number, all) = text.split_once('/').ok_or_else(expected)?;
    let all = count(all).map_err(|_| expected())?;
    let number = match number.trim() {
        "" => None,
        number => Some(count(number).map_err(|_| expected())?),
    };
    if !(1..=MOST_PARTS).contains(&all) {
        return Err(format!("expected a number of parts from 1 to {MOST_PARTS}"));
    }
    match number {
        Some(number) if !(1..=all).contains(&number) => {
            Err(format!("expected a part from 1 to {all}"))
        }
        number => Ok(PartOf { number, count: all }),
    }
}

impl PartOf {
    /// With the number that Slurm tells where none is given.
    pub fn cut(self) -> Result<Cut, Failure> {
        let number = match self.number {
            Some(number) => number,
            None => self.told(env::var(TASK).ok())?,
        };
        Ok(Cut::new(number - 1, self.count)?)
    }

    fn told(self, task: Option<String>) -> Result<u64, Failure> {
        let all = self.count;
        let Some(task) = task else {
            let expected =
                format!("I/{all}, with a part from 1 to {all}, where there is no {TASK}");
            return Err(invalid("--part", &format!("/{all}"), &expected).into());
        };
        match task.trim().parse() {
            Ok(number) if (1..=all).contains(&number) => Ok(number),
            _ => {
                let expected = format!(
                    "from 1 to {all} with --part /{all}: submit with `sbatch --array=1-{all}`"
                );
                Err(invalid(TASK, &task, &expected).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_from_1() {
        let of = |number, count| Ok(PartOf { number, count });
        assert_eq!(part("3/16"), of(Some(3), 16));
        assert_eq!(part("16/16"), of(Some(16), 16));
        assert_eq!(part("/1e4"), of(None, 10_000));
        for text in [
            "0/16", "17/16", "3", "3/0", "-1/4", "a/4", "3/", "/", "1/2/3",
        ] {
            assert!(part(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_number_of_an_element_is_that_of_its_part() {
        let part = part("/8").expect("a part");
        let told = |task: &str| part.told(Some(task.into()));
        assert!(matches!(told("8"), Ok(8)));
        for task in ["0", "9", "", "x"] {
            let Err(Failure::Library(error)) = told(task) else {
                panic!("{task}");
            };
            let said = error.to_string();
            assert!(said.contains("--array=1-8"), "{said}");
        }
        assert!(part.told(None).is_err());
    }
}
