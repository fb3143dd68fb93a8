//! `mollify help [TOPIC | COMMAND [FLAG]]`, and what `-h` and `--help` print.
//!
//! `-h` has a line or two for each flag; `--help` has an introduction and examples besides, in at most 120 lines. What else there
//! is to say, such as what each choice of a flag means, stands where the flag is declared, and is shown flag by flag here, and by
//! topic, see [`topics`].

#[cfg(test)]
mod tests;
mod topics;

use super::failure::Failure;
use super::output::print;
use clap::{Arg, ArgAction, Command};
use mollify::error::nearest;
use topics::{Flags, TOPICS, Topic};

/// Explain a topic, a command, or a flag of a command
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify help                       the commands and the topics
  mollify help noise                 a topic
  mollify help optimize              what `mollify optimize --help` prints
  mollify help optimize --descent    one flag of it, with what each choice means")]
pub struct Args {
    /// A topic or a command; left out, both are listed
    name: Option<String>,
    /// A flag of that command, to be explained in full
    #[arg(allow_hyphen_values = true, requires = "name")]
    flag: Option<String>,
}

/// The command `mollify` with a short help of everything but the command of that name, which is itself or one below it: that one
/// has an introduction and examples too.
pub fn shaped(root: Command, in_full: Option<&str>) -> Command {
    let names = names(&root);
    let is_full = in_full == Some(root.get_name());
    let root = with_help(root, is_full);
    names.iter().fold(root, |root, name| {
        root.mut_subcommand(name, |c| with_help(c, in_full == Some(name)))
    })
}

fn names(root: &Command) -> Vec<String> {
    let commands = root.get_subcommands();
    commands.map(|c| c.get_name().to_string()).collect()
}

/// What clap calls the long help has a paragraph for each flag; the short one, with more around it, is a page.
fn with_help(command: Command, in_full: bool) -> Command {
    let about = command.get_long_about().or(command.get_about()).cloned();
    let after = command.get_after_long_help().cloned();
    let command = match in_full {
        true => command
            .about(about.unwrap_or_default())
            .after_help(after.unwrap_or_default()),
        false => command,
    };
    let text = match in_full {
        true => "Print help (see a summary with '-h')",
        false => "Print help (see more with '--help')",
    };
    let flag = Arg::new("help").short('h').long("help").help(text);
    let flag = flag.action(ArgAction::HelpShort).help_heading(None);
    command.disable_help_flag(true).arg(flag)
}

/// The command whose help is asked for in full, if one is: by `--help`, and not by `-h`.
pub fn asked_in_full(root: &Command) -> Option<String> {
    let words = || std::env::args_os().skip(1);
    let is_asked = words().any(|word| word == "--help");
    let known = names(root);
    // The first word that is one: a value behind it may have the name of another command.
    let command = words().find_map(|word| known.iter().find(|name| *word == ***name).cloned());
    is_asked.then(|| command.unwrap_or_else(|| root.get_name().to_string()))
}

/// Prints what was asked for; `root` is the command `mollify`.
pub fn run(args: &Args, root: Command) -> Result<(), Failure> {
    print(&text(args.name.as_deref(), args.flag.as_deref(), root)?)
}

/// What `mollify help` says of a topic, or of a command and a flag of it.
fn text(name: Option<&str>, flag: Option<&str>, root: Command) -> Result<String, Failure> {
    let Some(name) = name else {
        return Ok(overview(root));
    };
    let topic = topic(name);
    let has_command = root.find_subcommand(name).is_some();
    match (topic, flag) {
        (Some(topic), None) => Ok(of_topic(topic, &root)),
        (_, flag) if has_command => match flag {
            None => Ok(of_command(root, name)),
            Some(flag) => of_flag(&root, name, flag),
        },
        (Some(_), Some(flag)) => Err(Failure::Usage(format!(
            "'{name}' is a topic and has no flag '{flag}'; `mollify help {name}` shows all of it"
        ))),
        (None, _) => Err(unknown(name, &root)),
    }
}

/// The commands and the topics.
pub fn overview(root: Command) -> String {
    let name = root.get_name().to_string();
    let mut root = shaped(root, Some(&name)).bin_name("mollify");
    let mut text = root.render_help().to_string();
    text += "\nTopics of `mollify help TOPIC`:\n";
    for topic in TOPICS {
        text += &format!("  {:<12} {}\n", topic.name, topic.about);
    }
    text
}

fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

fn unknown(name: &str, root: &Command) -> Failure {
    let topics = TOPICS.iter().map(|topic| topic.name);
    let commands = root.get_subcommands().map(Command::get_name);
    let near = match nearest(name, topics.chain(commands)) {
        Some(near) => format!(" (did you mean '{near}'?)"),
        None => String::new(),
    };
    Failure::Usage(format!(
        "there is neither a topic nor a command '{name}'{near}; `mollify help` lists both"
    ))
}

/// As `mollify NAME --help` prints it.
fn of_command(root: Command, name: &str) -> String {
    let mut root = shaped(root, Some(name)).bin_name("mollify");
    root.build();
    let command = root.find_subcommand_mut(name);
    command.map_or(String::new(), |command| command.render_help().to_string())
}

/// A topic, with its flags in full.
fn of_topic(topic: &Topic, root: &Command) -> String {
    let mut text = format!("{}\n\n{}\n", topic.about, (topic.text)().trim_end());
    if let Some(flags) = topic.flags {
        text += &format!("\nFlags\n{}", in_full(root, flags));
    }
    text
}

/// The flags with everything that is known of them.
fn in_full(root: &Command, flags: Flags) -> String {
    let Some(command) = root.find_subcommand(flags.command()) else {
        return String::new();
    };
    let others_hidden = |arg: Arg| match flags.has(&arg) {
        true => arg.help_heading(None),
        false => arg.hide(true),
    };
    let command = command.clone().mut_args(others_hidden);
    let command = command.help_template("{options}").disable_help_flag(true);
    let text = command.disable_version_flag(true).render_long_help();
    let lines = text.to_string();
    let lines = lines.lines().map(|line| line.trim_end().to_string() + "\n");
    lines.collect()
}

/// One flag of a command, with or without its dashes.
fn of_flag(root: &Command, name: &str, flag: &str) -> Result<String, Failure> {
    let long = flag.trim_start_matches('-');
    let command = root.find_subcommand(name);
    let known = command.iter().flat_map(|command| command.get_arguments());
    let known: Vec<&str> = known.filter_map(Arg::get_long).collect();
    if known.contains(&long) {
        return Ok(in_full(root, Flags::One(name, long)));
    }
    let near = match nearest(long, known) {
        Some(near) => format!(" (did you mean '--{near}'?)"),
        None => String::new(),
    };
    Err(Failure::Usage(format!(
        "`mollify {name}` has no flag '--{long}'{near}; `mollify {name} -h` lists all of them"
    )))
}
