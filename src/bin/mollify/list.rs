//! `mollify list [TASK | --system FILE]`

use super::args::both_given;
use super::failure::Failure;
use super::output::{json, number, plural, print, table};
use mollify::system::model::Model;
use mollify::system::{Coordinate, Parameter, Published, Tuned};
use mollify::systems;
use serde::Serialize;
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
    trust_region: Tuned,
    gradient: Option<Published>,
}

/// The contact models of a task.
#[derive(Serialize)]
struct Contact {
    default: Arc<str>,
    models: Vec<&'static str>,
}

impl Entry {
    fn of(model: &Model) -> Self {
        let about = model.about();
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
            dimension: {
                let network = model
                    .defaults()
                    .policy
                    .network(about.state.len(), about.control.len());
                network.map_or(about.horizon * about.control.len(), |n| n.dimension())
            },
            start: about.start,
            sigma: about.sigma,
            trust_region: about.tuned,
            gradient: about.published,
        }
    }
}

/// Prints the table, the task or the document.
pub fn run(args: &Args) -> Result<(), Failure> {
    let entry = match (&args.task, &args.system) {
        (Some(_), Some(_)) => return Err(both_given()),
        (Some(name), None) => Some(Entry::of(&*systems::find(name)?)),
        (None, Some(path)) => Some(Entry::of(&Model::read(path)?)),
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
        .map(|(_, model)| Entry::of(&model()))
        .collect();
    match args.json {
        true => print(&json(&entries)?),
        false => print(&overview(&entries)),
    }
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
            e.summary.to_string(),
        ]
    });
    let sizes = table(&header, sizes.collect(), 1..5);
    let parameters = entries.iter().map(|e| {
        let list: Vec<_> = e
            .parameters
            .iter()
            .map(|p| format!("{}={}", p.name, number(p.default)))
            .collect();
        vec![e.name.to_string(), list.join(" ")]
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
        "gamma",
        "radius",
        "step",
        "bound",
    ];
    let rows = entries.iter().flat_map(|e| {
        let tuned = &e.trust_region;
        let gamma = match tuned.gamma {
            Tuned::ANY_BIAS => "none".into(),
            gamma => number(gamma),
        };
        let mut fixed = vec![String::new(), "gradient".into()];
        match &e.gradient {
            Some(published) => fixed.extend([
                published.samples.to_string(),
                published.iterations.to_string(),
                number(published.gamma),
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
                tuned.samples.to_string(),
                tuned.iterations.to_string(),
                gamma,
                number(tuned.radius),
                String::new(),
                "from samples".into(),
            ],
            fixed,
        ]
    });
    table(&header, rows.collect(), 2..8)
}

fn in_full(entry: &Entry) -> String {
    let coordinates = |list: &[Coordinate]| match list {
        [] => "none".to_string(),
        list => {
            let names = list.iter().map(|c| format!("{} ({})", c.name, c.unit));
            names.collect::<Vec<_>>().join(", ")
        }
    };
    let line = |name: &str, value: String| vec![name.to_string(), value];
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
            line("start", format!("every value {}", entry.start)),
            line("sigma", number(entry.sigma)),
        ])
        .chain(contact)
        .collect();
    let facts = table(&[], facts, 0..0);
    let rows = entry.parameters.iter().map(|p| {
        vec![
            p.name.to_string(),
            p.default.to_string(),
            p.unit.to_string(),
            p.meaning.to_string(),
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
        let mut entry = Entry::of(&pushing);
        entry.gradient = None;
        entry.trust_region = Tuned::derived(0.5, 4);
        let text = in_full(&entry);
        let row = |name: &str| -> Vec<&str> {
            let line = text.lines().find(|line| line.contains(name));
            line.expect("the row is there").split_whitespace().collect()
        };
        assert_eq!(
            row("  gradient "),
            [["gradient"].as_slice(), &["none"; 6]].concat()
        );
        // No bias reaches gamma, and the radius is 0.5 times the root of 4.
        let tuned = [
            "pushing",
            "trust-region",
            "200",
            "60",
            "none",
            "1",
            "from",
            "samples",
        ];
        assert_eq!(row("trust-region"), tuned);
    }
}
