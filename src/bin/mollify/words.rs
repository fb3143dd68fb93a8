//! The sentences of the library in the words of the command line: flags for settings, and commands for what to do.

use mollify::Error;
use mollify::benchmark::compare;
use mollify::error::{PartsError, SweepError};
use mollify::estimate::Warning;
use std::path::Path;

/// A setting of the library and its flag.
const FLAGS: &[(&str, &str)] = &[
    ("ablation", "--ablation"),
    ("adaptation", "--adapt"),
    ("adapter", "--adapter"),
    ("axes", "--over"),
    ("baseline", "--baseline"),
    ("batch", "--batch"),
    ("bound", "--bound"),
    ("break_even", "--break-even"),
    ("commands", "--commands"),
    ("contact", "--contact"),
    ("coordinate", "--coordinate"),
    ("covariance", "--covariance"),
    ("decide", "--decide"),
    ("descent", "--descent"),
    ("direction", "--direction"),
    ("directions", "--directions"),
    ("disturb", "--disturb"),
    ("elite", "--elite"),
    ("engine", "--engine"),
    ("extension", "--extension"),
    ("failure_probability", "--failure-probability"),
    ("fallback", "--fallback"),
    ("gamma", "--gamma"),
    ("goal", "--goal"),
    ("goal_probability", "--goal-probability"),
    ("gradient", "--gradient"),
    ("horizon", "--horizon"),
    ("initial", "--initial"),
    ("iterations", "--iterations"),
    ("kappa", "--kappa"),
    ("length", "--length"),
    ("limit", "--limit"),
    ("limit_by", "--limit-by"),
    ("memory", "--memory"),
    ("method", "--method"),
    ("metric", "--metric"),
    ("nodes", "--nodes"),
    ("noise", "--noise"),
    ("noise_on", "--noise-on"),
    ("nonfinite", "--nonfinite"),
    ("output", "--of"),
    ("parameters", "--set"),
    ("points", "--points"),
    ("policy", "--policy"),
    ("radius", "--radius"),
    ("range", "--range"),
    ("rate", "--rate"),
    ("reach", "--reach"),
    ("refine", "--refine"),
    ("regrasp_probability", "--regrasp-probability"),
    ("regularization", "--regularization"),
    ("repeats", "--repeats"),
    ("replan", "--replan"),
    ("risk", "--risk"),
    ("rollouts", "--rollouts"),
    ("rule", "--rule"),
    ("samples", "--samples"),
    ("schedule", "--sigma-schedule"),
    ("seconds", "--seconds"),
    ("seed", "--seed"),
    ("sigma", "--sigma"),
    ("state_jacobian", "--state-jacobian"),
    ("state_sigma", "--state-sigma"),
    ("step", "--step"),
    ("steps", "--steps"),
    ("tail", "--tail"),
    ("temperature", "--temperature"),
    ("theta", "--theta"),
    ("threshold", "--threshold"),
    ("time_steps", "--steps"),
    ("tolerance", "--tolerance"),
    ("truncation", "--truncation"),
    ("trust_region", "--trust-region"),
    ("zeroth", "--zeroth"),
];

fn flag(setting: &str) -> Option<&'static str> {
    let found = FLAGS.iter().find(|(name, _)| *name == setting);
    found.map(|(_, flag)| *flag)
}

/// The text with the flag in place of each setting that stands in backquotes.
pub fn in_flags(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        words += before;
        match after.split_once('`') {
            Some((quoted, after)) => {
                match flag(quoted) {
                    Some(flag) => words += flag,
                    None => words += &format!("`{quoted}`"),
                }
                rest = after;
            }
            None => {
                words.push('`');
                rest = after;
            }
        }
    }
    words + rest
}

/// An error in one sentence: what was wrong, where, what was expected, and what to do at the command line.
pub fn sentence(error: &Error) -> String {
    sentence_about(error, None)
}

/// How a command is told its task: by name, or by the file that it came from.
fn named(task: &str, system: Option<&Path>) -> String {
    let Some(path) = system else {
        return task.into();
    };
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    match path.chars().all(plain) {
        true => format!("--system {path}"),
        // As a shell takes it.
        false => format!("--system '{}'", path.replace('\'', "'\\''")),
    }
}

/// The same about a task that came from a file.
pub fn sentence_about(error: &Error, system: Option<&Path>) -> String {
    let plain = || match error {
        // A file has its own words: a field of it is no flag.
        Error::System { .. } | Error::Format { .. } => error.to_string(),
        _ => in_flags(&error.to_string()),
    };
    let and = |advice: &str| format!("{}; {advice}", plain());
    match error {
        Error::AtGridPoint { point, source } => {
            format!("at {point}: {}", sentence_about(source, system))
        }
        Error::InvalidValue {
            what,
            value,
            expected,
        } => {
            let what = match (flag(what), what.strip_prefix("axis ")) {
                (Some(flag), _) => flag.to_string(),
                (None, Some(axis)) => format!("--over {axis}"),
                (None, None) => what.clone(),
            };
            format!("{what} is {value}, but must be {}", in_flags(expected))
        }
        Error::Unpublished { .. } => and("give --samples, --step and --iterations"),
        Error::UnknownTask { .. } => and("`mollify list` shows all of them"),
        // The caller of the library is the command, which has theta from a flag.
        Error::ThetaLength { .. } | Error::ThetaNonFinite { .. } => {
            plain().replace("theta from the caller", "theta from --theta")
        }
        Error::Format { expected, .. } if expected == compare::EXPECTED => {
            format!("{}, the output of `mollify bench --json`", plain())
        }
        Error::Write { .. } => and("choose another folder with --out"),
        Error::Exists { .. } => and("choose another place with --out, or give --force"),
        Error::NonFinite {
            task,
            count,
            samples,
            sample,
            time,
            seed,
            hint,
        } => format!(
            "{count} of {samples} samples of task '{task}' are not finite, first sample {sample} at time {time}; replay it \
             with `mollify gradient {} --replay {sample} --seed {seed}` and the same flags, or leave such samples out \
             with --nonfinite drop{hint}",
            named(task, system)
        ),
        Error::Disagreement { task, .. } => {
            and(&format!("see `mollify verify {}`", named(task, system)))
        }
        Error::Sweep(error) => of_a_sweep(error),
        Error::Parts(error) => of_parts(error),
        _ => plain(),
    }
}

/// A warning about an estimate in the words of the command line.
pub fn warning(warning: &Warning) -> String {
    let plain = in_flags(&warning.to_string());
    match warning {
        Warning::Dropped { sample, .. } => format!("{plain}; see it with --replay {sample}"),
        _ => plain,
    }
}

fn of_a_sweep(error: &SweepError) -> String {
    let again = "begin again with --force, or choose another folder with --out";
    match error {
        SweepError::Exists { .. } => format!("{error}; continue it with --resume, {again}"),
        SweepError::Missing { .. } => {
            format!("{error}; give --out the folder of one, or leave out --resume to begin")
        }
        SweepError::Changed { .. } => {
            format!("{error}; give the same flags with --resume, {again}")
        }
        SweepError::SystemChanged { .. } => {
            format!("{error}; give --resume with the former text in --system, {again}")
        }
        SweepError::Damaged { .. } => format!("{error}; --force begins again"),
        SweepError::Stopped { .. } => {
            format!("{error}: make room and give the same command with --resume")
        }
        _ => error.to_string(),
    }
}

fn of_parts(error: &PartsError) -> String {
    match error {
        PartsError::None { command, .. } => {
            format!("{error}; `mollify {command} ... --part I/N --out DIR` makes one")
        }
        PartsError::Other { .. } => {
            format!("{error}; choose another folder with --out, or give --force")
        }
        PartsError::Unmerged { flaws, .. } if flaws.are_mended_by_running() => {
            format!("{error}; run these parts again with the same flags")
        }
        PartsError::Unmerged { .. } => format!(
            "{error}; give the flags of the parts, or move the files that do not belong to them elsewhere"
        ),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_flag_is_one_of_a_command() {
        let program = Cli::command();
        let mut arguments = program.get_subcommands().flat_map(|c| c.get_arguments());
        let known: Vec<String> = arguments
            .by_ref()
            .filter_map(|a| a.get_long().map(|long| format!("--{long}")))
            .collect();
        for (setting, flag) in FLAGS {
            assert!(known.iter().any(|k| k == flag), "{setting}: {flag}");
        }
    }

    #[test]
    fn hints_name_the_task_as_it_came_in() {
        let error = Error::NonFinite {
            task: "spring".into(),
            count: 1,
            samples: 8,
            sample: 3,
            time: 2,
            seed: 5,
            hint: String::new(),
        };
        let expected = |task: &str| format!("`mollify gradient {task} --replay 3 --seed 5`");
        let about = |system: Option<&str>| sentence_about(&error, system.map(Path::new));
        assert!(about(None).contains(&expected("spring")));
        assert!(about(Some("a/spring.json")).contains(&expected("--system a/spring.json")));
        let quoted = expected("--system 'my spring'\\''s.json'");
        assert!(about(Some("my spring's.json")).contains(&quoted));
        let inside = Error::AtGridPoint {
            point: "sigma=1".into(),
            source: Box::new(error),
        };
        let sentence = sentence_about(&inside, Some(Path::new("s.json")));
        assert!(sentence.contains(&expected("--system s.json")));
    }

    #[test]
    fn what_is_said_of_a_file_keeps_the_words_of_the_file() {
        let system = Error::System {
            origin: "in 'a.json'".into(),
            place: "line 1, column 2".into(),
            problem: "missing field `sigma`".into(),
        };
        let format = Error::Format {
            path: "b.json".into(),
            problem: "missing field `samples`".into(),
            expected: "a list".into(),
        };
        for error in [system, format] {
            assert_eq!(sentence(&error), error.to_string());
        }
    }

    #[test]
    fn settings_in_backquotes_become_flags_and_nothing_else_does() {
        for (text, words) in [
            ("give `noise_on` action", "give --noise-on action"),
            ("`sigma` and `parameters`", "--sigma and --set"),
            ("see `mollify list` or sigma", "see `mollify list` or sigma"),
            (
                "`mollify list`, `rule` first",
                "`mollify list`, --rule first",
            ),
            ("one ` alone", "one ` alone"),
            ("", ""),
        ] {
            assert_eq!(in_flags(text), words);
        }
    }
}
