//! No help is longer than a few screens, and what it says can be done.

use super::topics::TOPICS;
use super::{names, shaped, text, topic};
use crate::Cli;
use clap::{CommandFactory, Parser};

/// The most lines of a help.
const LINES: usize = 120;
/// The most columns, as clap wraps where there is no terminal.
const COLUMNS: usize = 100;

/// What `--help` or `-h` prints for each command, with its name; the first is `mollify` itself.
fn helps(in_full: bool) -> Vec<(String, String)> {
    let all = [vec!["mollify".to_string()], names(&Cli::command())].concat();
    let of = |name: String| {
        let asked = in_full.then_some(name.as_str());
        let mut root = shaped(Cli::command(), asked).bin_name("mollify");
        root.build();
        let help = match root.find_subcommand_mut(&name) {
            Some(command) => command.render_help(),
            None => root.render_help(),
        };
        (name, help.to_string())
    };
    all.into_iter().map(of).collect()
}

fn help(name: &str) -> String {
    text(Some(name), None, Cli::command()).expect("it is there")
}

#[test]
fn no_help_is_longer_than_its_page() {
    for (in_full, most) in [(true, LINES), (false, 100)] {
        for (name, text) in helps(in_full) {
            let count = text.lines().count();
            assert!(count <= most, "'{name}' has {count} lines:\n{text}");
            let long = text.lines().find(|line| line.chars().count() > COLUMNS);
            assert_eq!(long, None, "'{name}'");
        }
    }
    for topic in TOPICS {
        let text = help(topic.name);
        let count = text.lines().count();
        assert!(count <= LINES, "{} has {count} lines", topic.name);
        let long = text.lines().find(|line| line.chars().count() > COLUMNS);
        assert_eq!(long, None, "{}", topic.name);
    }
}

/// As they would be pasted into a shell: whole lines, that the parser takes.
#[test]
fn examples_can_be_copied() {
    let topics = TOPICS.iter().map(|t| (t.name.to_string(), help(t.name)));
    let mut seen = 0;
    for (name, text) in helps(true).into_iter().chain(topics) {
        let examples = text.lines().filter(|line| line.starts_with("  mollify "));
        for line in examples {
            // A comment stands behind two blanks.
            let line = line.trim().split("  ").next().unwrap_or_default();
            let command = line.split(" > ").next().unwrap_or_default();
            let parsed = Cli::try_parse_from(command.split_whitespace());
            assert!(parsed.is_ok(), "'{name}': {line}: {parsed:?}");
            seen += 1;
        }
        let is_command = !TOPICS.iter().any(|t| t.name == name);
        assert!(!is_command || text.contains("Examples:"), "{name}");
    }
    assert!(seen > 60, "{seen} examples");
}

/// Behind `mollify help` in a help stand a topic, a command, or one and FLAG or TOPIC.
#[test]
fn every_topic_that_is_named_is_there() {
    let is_known = |name: &str| {
        let is_place = ["TOPIC", "FLAG", "COMMAND"].contains(&name);
        is_place || text(Some(name), None, Cli::command()).is_ok()
    };
    let topics = TOPICS.iter().map(|t| (t.name.to_string(), help(t.name)));
    let mut named = 0;
    for (name, text) in helps(true).into_iter().chain(topics) {
        // Not the example that names none.
        let text = text.replace("mollify help  ", "");
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for after in one_line.split("mollify help ").skip(1) {
            let word = after.split([' ', '`']).next().unwrap_or_default();
            let is_usage = word.starts_with('[');
            assert!(is_usage || is_known(word), "'{name}' names '{word}'");
            named += 1;
        }
        for list in one_line.split("and topics ").skip(1) {
            let list = list.split('.').next().unwrap_or_default();
            for word in list.split(", ") {
                assert!(topic(word).is_some(), "'{name}' names '{word}'");
                named += 1;
            }
        }
    }
    assert!(named > 60, "{named} names");
    let words = crate::WORDS
        .split("what they share:")
        .nth(1)
        .expect("it is there");
    let words = words.split('.').next().unwrap_or_default().split(',');
    assert_eq!(
        words
            .map(|w| topic(w.trim()).is_some())
            .filter(|known| *known)
            .count(),
        TOPICS.len()
    );
}

#[test]
fn what_is_unknown_is_one_sentence_with_the_nearest_name() {
    let refused = |name: &str, flag: Option<&str>| {
        let failure = text(Some(name), flag, Cli::command()).expect_err("it is not there");
        assert_eq!(failure.exit_status(), 2);
        format!("{failure:?}")
    };
    for (name, flag, words) in [
        ("nois", None, "did you mean 'noise'"),
        ("optimise", None, "did you mean 'optimize'"),
        ("qqq", None, "`mollify help` lists both"),
        ("optimize", Some("--sampels"), "did you mean '--samples'"),
        ("noise", Some("--sigma"), "is a topic and has no flag"),
    ] {
        let said = refused(name, flag);
        assert!(said.contains(words), "{said}");
    }
}

/// What a flag says at length is not lost: it is shown with the flag, and each choice is explained.
#[test]
fn a_flag_is_explained_in_full() {
    let of = |name: &str, flag: &str| text(Some(name), Some(flag), Cli::command());
    for (name, flag, words) in [
        (
            "optimize",
            "--descent",
            "ranks adapt mean, spread and covariance",
        ),
        ("gradient", "gamma", "plus two standard errors"),
        ("plan", "--ablation", "No contact sampling"),
        ("verify", "policy", "layers of tanh"),
    ] {
        let text = of(name, flag).expect("it is there");
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(one_line.contains(words), "{text}");
        assert!(!one_line.contains("--help"), "{text}");
    }
}
