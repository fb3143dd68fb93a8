//! `mollify list [TASK | --system FILE]`

use super::args::both_given;
use super::failure::Failure;
use super::output::{json, number, plural, print, table, tolerance};
use mollify::error::{Named as _, exact};
use mollify::noise::NoiseOn;
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use mollify::system::variant::Drawn;
use mollify::system::{Coordinate, Model, Parameter, Published, Tuned};
use mollify::systems;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Show the tasks with their sizes and defaults, or one task in full
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify list               all tasks
  mollify list pushing       one task: states, controls, parameters with units, source
  mollify list --system spring.json   the same of a file
  mollify list --json        everything, for programs

Columns: states and controls count the coordinates of one time step; theta has horizon x controls values, or the weights of the task's policy; \
parameters are what --set takes.")]
pub struct Args {
    /// A task to show in full
    task: Option<String>,
    /// A file of a system in place of the name of a task; `mollify export` writes such files
    #[arg(long, value_name = "FILE")]
    system: Option<PathBuf>,
    /// Model of contact, for the tasks that have a choice [default: the task's]
    #[arg(long, value_name = "MODEL", requires = "task")]
    contact: Option<String>,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    json: bool,
}

/// What the JSON says of one task.
#[derive(Serialize)]
struct Entry {
    name: Arc<str>,
    system: Option<String>,
    summary: Arc<str>,
    source: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    state: Vec<Coordinate>,
    control: Vec<Coordinate>,
    parameters: Vec<Parameter>,
    horizon: usize,
    dimension: usize,
    start: f64,
    sigma: f64,
    policy: Policy,
    noise_on: NoiseOn,
    /// x₀ of each coordinate: a number or a draw, with multiples of earlier coordinates.
    initial: BTreeMap<Arc<str>, String>,
    /// The parameters that differ from sample to sample.
    randomize: BTreeMap<Arc<str>, String>,
    trust_region: Tuned,
    /// The budget of the trust region.
    rollouts: u64,
    gradient: Option<Published>,
}

/// The contact models of a task.
#[derive(Serialize)]
struct Contact {
    default: Arc<str>,
    models: Vec<&'static str>,
}

impl Entry {
    fn of(model: Arc<Model>) -> Self {
        let task = Task::new(model);
        let (model, about) = (task.model(), task.model().about());
        let drawn = Drawn::of(&task);
        let initial = about.state.iter().zip(task.initial_state());
        let initial = initial.map(|(c, x)| (c.name.clone(), exact(*x)));
        Self {
            name: about.name.clone(),
            system: model.file().map(|path| path.display().to_string()),
            summary: about.summary.clone(),
            source: about.source.clone(),
            contact: about.contact.clone().map(|default| Contact {
                default,
                models: systems::contacts(&about.name)
                    .iter()
                    .map(|(name, _)| *name)
                    .collect(),
            }),
            state: about.state.clone(),
            control: about.control.clone(),
            parameters: about.parameters.clone(),
            horizon: about.horizon,
            dimension: task.dimension(),
            start: about.start,
            sigma: about.sigma,
            // What is drawn takes the place of its mean.
            initial: initial.chain(drawn.initial).collect(),
            policy: drawn.policy,
            noise_on: drawn.noise_on,
            randomize: drawn.randomize,
            trust_region: about.tuned,
            rollouts: about.tuned.rollouts(),
            gradient: about.published,
        }
    }
}

/// Prints the table, the task or the document.
pub fn run(args: &Args) -> Result<(), Failure> {
    let entry = match (&args.task, &args.system) {
        (Some(_), Some(_)) => return Err(both_given()),
        (Some(name), None) => {
            let task = Task::find_with(name, args.contact.as_deref())?;
            Some(Entry::of(task.model().clone()))
        }
        (None, Some(path)) => Some(Entry::of(Arc::new(Model::read(path)?))),
        (None, None) => None,
    };
    if let Some(entry) = entry {
        return match args.json {
            true => print(&json(&entry)?),
            false => print(&in_full(&entry)),
        };
    }
    let entries: Vec<Entry> = systems::ALL
        .iter()
        .map(|(_, model)| Entry::of(Arc::new(model())))
        .collect();
    match args.json {
        true => print(&json(&entries)?),
        false => print(&overview(&entries)),
    }
}

/// Columns for what a task shows, and for its parameters, so that no line is longer than 120.
const SHOWS: usize = 68;
const PARAMETERS: usize = 98;

/// The words in lines of at most so many columns.
fn lines(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => *line = word.into(),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                *line = format!("{line} {word}");
            }
            _ => lines.push(word.into()),
        }
    }
    lines.join("\n")
}

fn overview(entries: &[Entry]) -> String {
    let header = ["task", "states", "controls", "horizon", "sigma", "shows"];
    let sizes = entries.iter().map(|e| {
        vec![
            e.name.to_string(),
            e.state.len().to_string(),
            e.control.len().to_string(),
            e.horizon.to_string(),
            number(e.sigma),
            lines(&e.summary, SHOWS),
        ]
    });
    let sizes = table(&header, sizes.collect(), 1..5);
    let parameters = entries.iter().map(|e| {
        let list: Vec<_> = e
            .parameters
            .iter()
            .map(|p| format!("{}={}", p.name, number(p.default)))
            .collect();
        vec![e.name.to_string(), lines(&list.join(" "), PARAMETERS)]
    });
    let parameters = table(
        &["task", "parameters for --set"],
        parameters.collect(),
        0..0,
    );
    format!(
        "{sizes}\n{parameters}\nDefaults of the descent\n{}\n\
         `mollify list TASK` shows one task in full: units, meanings, source.\n",
        defaults(entries)
    )
}

/// The defaults of both descents, one row per task.
fn defaults(entries: &[Entry]) -> String {
    let header = [
        "task",
        "descent",
        "samples",
        "iterations",
        "rollouts",
        "gamma",
        "radius",
        "step",
        "bound",
    ];
    let rows = entries.iter().flat_map(|e| {
        let tuned = &e.trust_region;
        let mut fixed = vec![String::new(), "gradient".into()];
        match &e.gradient {
            Some(published) => fixed.extend([
                published.samples.to_string(),
                published.iterations.to_string(),
                String::new(),
                tolerance(Some(published.gamma)),
                String::new(),
                number(published.step),
                number(published.bound),
            ]),
            None => fixed.resize_with(header.len(), || "none".into()),
        }
        [
            vec![
                e.name.to_string(),
                "trust-region".into(),
                "from 10".into(),
                "any".into(),
                tuned.rollouts().to_string(),
                tuned
                    .gamma
                    .map_or("from samples".into(), |g| tolerance(Some(g))),
                number(tuned.radius),
                String::new(),
                "from samples".into(),
            ],
            fixed,
        ]
    });
    table(&header, rows.collect(), 2..9)
}

/// What differs from the usual: the open loop, noise on theta, a start at 0, and parameters that are the same for all samples.
fn differing(entry: &Entry) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut line =
        |name: &str, value: String| found.push(vec![name.into(), lines(&value, PARAMETERS)]);
    if entry.policy != Policy::OpenLoop {
        line("policy", entry.policy.to_string());
    }
    if entry.noise_on != NoiseOn::default() {
        line("noise on", entry.noise_on.name().into());
    }
    let names = entry.state.iter().map(|c| &c.name);
    let initial: Vec<_> = names
        .filter_map(|name| entry.initial.get_key_value(name))
        .filter(|(_, draw)| draw.parse() != Ok(0.0))
        .collect();
    let names = entry.parameters.iter().map(|p| &p.name);
    let randomize = names.filter_map(|name| entry.randomize.get_key_value(name));
    for (name, draws) in [("initial", initial), ("randomize", randomize.collect())] {
        if !draws.is_empty() {
            let draws = draws.iter().map(|(name, draw)| format!("{name}={draw}"));
            line(name, draws.collect::<Vec<_>>().join(" "));
        }
    }
    found
}

fn in_full(entry: &Entry) -> String {
    let coordinates = |list: &[Coordinate]| match list {
        [] => "none".to_string(),
        list => {
            let names = list.iter().map(|c| format!("{} ({})", c.name, c.unit));
            names.collect::<Vec<_>>().join(", ")
        }
    };
    let line = |name: &str, value: String| vec![name.to_string(), lines(&value, PARAMETERS)];
    let contact = entry.contact.iter().map(|contact| {
        let others = contact.models.join(", ");
        line("contact", format!("{} of {others}", contact.default))
    });
    let file = entry.system.iter().map(|file| line("file", file.clone()));
    let facts = [line("task", entry.name.to_string())]
        .into_iter()
        .chain(file);
    let facts = facts
        .chain([
            line("shows", entry.summary.to_string()),
            line("source", entry.source.to_string()),
            line("state", coordinates(&entry.state)),
            line("control", coordinates(&entry.control)),
            line("horizon", entry.horizon.to_string()),
            line("theta", plural(entry.dimension, "value")),
            line("start", format!("every value {}", number(entry.start))),
            line("sigma", number(entry.sigma)),
        ])
        .chain(differing(entry))
        .chain(contact)
        .collect();
    let facts = table(&[], facts, 0..0);
    let rows = entry.parameters.iter().map(|p| {
        vec![
            p.name.to_string(),
            number(p.default),
            p.unit.to_string(),
            lines(&p.meaning, SHOWS),
        ]
    });
    let header = ["parameter", "default", "unit", "meaning"];
    let parameters = table(&header, rows.collect(), 1..2);
    let defaults = defaults(std::slice::from_ref(entry));
    format!("{facts}\n{parameters}\nDefaults of the descent\n{defaults}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_without_published_settings_shows_none() {
        let pushing = systems::find("pushing").expect("it is built in");
        let mut entry = Entry::of(pushing);
        entry.gradient = None;
        entry.trust_region = Tuned::derived(0.5, 4);
        let text = in_full(&entry);
        let row = |name: &str| -> Vec<&str> {
            let line = text.lines().find(|line| line.contains(name));
            line.expect("the row is there").split_whitespace().collect()
        };
        assert_eq!(
            row("  gradient "),
            [["gradient"].as_slice(), &["none"; 7]].concat()
        );
        // The radius is 0.5 times the root of 4.
        let tuned = [
            "pushing",
            "trust-region",
            "from",
            "10",
            "any",
            "120000",
            "from",
            "samples",
            "1",
            "from",
            "samples",
        ];
        assert_eq!(row("trust-region"), tuned);
    }
}
