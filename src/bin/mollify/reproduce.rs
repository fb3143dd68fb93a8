//! `mollify reproduce NAME|all`

use super::args::EngineArgs;
use super::engine;
use super::failure::Failure;
use super::files::Folder;
use super::interrupt;
use super::output::{json, note, print};
use crate::experiments::ends::{self, Ends};
use crate::experiments::{self, Claim, Experiment, Lab, Page};
use mollify::Error;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// Run an experiment of the paper: data, figures and a page that says what was seen
///
/// Each experiment gets a folder below --out with README.md, figures as SVG and PNG, and their data as CSV and NPZ. The
/// page says what the paper says, what was seen here, and which of its claims hold by the numbers seen; the exit status is
/// 1 if one does not. Ctrl-C stops the experiment in the making, which then leaves nothing, but for `descents`, which
/// takes hours and goes on with --resume; pages finished before stay, and the exit status is 130.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify reproduce                          the experiments there are
  mollify reproduce heaviside --out paper    one of them
  mollify reproduce all --out paper          all of them, in minutes on two cores
  mollify reproduce all --out paper --quick  a small part of the work, to look at it")]
pub struct Args {
    /// Name of the experiment, or all
    name: Option<String>,
    /// Folder for the results, with a folder for each experiment
    #[arg(long, value_name = "DIR", default_value = "reproduced")]
    out: PathBuf,
    /// Overwrite result files there
    #[arg(long)]
    force: bool,
    /// Go on with `descents` from the descents in ends.csv of its folder
    #[arg(long, conflicts_with = "force")]
    resume: bool,
    /// Do a small part of the work; some claims may then not hold
    #[arg(long)]
    quick: bool,
    /// First seed; the repeats take the seeds behind it
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = super::args::seed, allow_negative_numbers = true)]
    seed: u64,
    /// Repeats of each descent, each with a seed of its own
    #[arg(long, value_name = "R", default_value_t = 10, value_parser = super::args::count, allow_negative_numbers = true)]
    seeds: u64,
    #[command(flatten)]
    engine: EngineArgs,
    /// Only list the experiments
    #[arg(long)]
    list: bool,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    json: bool,
    /// Nothing on stderr but warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

/// What is said of one experiment.
#[derive(Serialize)]
struct Entry {
    experiment: &'static str,
    folder: PathBuf,
    engine: String,
    holds: bool,
    claims: Vec<Claim>,
    seconds: f64,
}

/// Runs and writes.
pub fn run(args: &Args) -> Result<(), Failure> {
    let Some(name) = args.name.as_deref().filter(|_| !args.list) else {
        return print(&list());
    };
    let experiments: Vec<&Experiment> = match name {
        "all" => experiments::ALL.iter().collect(),
        name => vec![experiments::find(name)?],
    };
    if args.seeds < 2 {
        return Err(Failure::Usage(format!(
            "--seeds is {}, but must be at least 2, because a spread is shown",
            args.seeds
        )));
    }
    check_kept(args, &experiments)?;
    let folders = experiments
        .iter()
        .map(|e| {
            Folder::prepare(
                &args.out.join(e.name),
                &["README.md"],
                args.force || args.resume,
            )
        })
        .collect::<Result<Vec<_>, _>>()?;
    let interrupt = interrupt::install();
    let mut entries = Vec::new();
    for (experiment, folder) in experiments.iter().zip(&folders) {
        let started = Instant::now();
        let stop = interrupt.clone();
        let mut open = |task: &_| engine::open(&args.engine, task, stop.clone());
        let mut observe = |text: &str| {
            if !args.quiet {
                note(&format!("{}: {text}", experiment.name));
            }
        };
        let mut lab = Lab::new(&mut open, &mut observe, interrupt.clone(), args.seed);
        lab.seeds = args.seeds;
        lab.quick = args.quick;
        if experiment.name == HOURS {
            let ends = Ends::open(folder.path(), args.resume)?;
            if args.resume {
                lab.say(&format!("going on from {} descents", ends.len()));
            }
            lab.ends = Some(ends);
        }
        let page = (experiment.run)(&mut lab);
        // Not all work looks at the flag, and a page of part of the work would look like one of all of it.
        let page = match interrupt.check().and(page) {
            Err(Error::Interrupted) if !entries.is_empty() => {
                note(&format!(
                    "interrupted in {}; the pages before it are whole",
                    experiment.name
                ));
                break;
            }
            page => page?,
        };
        let machine = lab.machine().to_string();
        page.save(folder, &command(args, experiment), &machine);
        let written = folder.finish();
        let entry = Entry {
            experiment: experiment.name,
            folder: folder.path().into(),
            engine: machine,
            holds: page.holds(),
            claims: page.claims.clone(),
            seconds: started.elapsed().as_secs_f64(),
        };
        if !args.json {
            print(&summary(&page, &entry))?;
        }
        written?;
        entries.push(entry);
    }
    if args.json {
        print(&json(&entries)?)?;
    }
    match entries.iter().all(|e| e.holds) {
        _ if entries.len() < experiments.len() => Err(Failure::Stopped),
        true => Ok(()),
        false => Err(Failure::Reported),
    }
}

/// The experiment that keeps what it has done.
const HOURS: &str = "descents";

/// Descents of a run that was stopped are not lost unasked, and going on needs some.
fn check_kept(args: &Args, experiments: &[&Experiment]) -> Result<(), Failure> {
    let is_it = experiments.iter().any(|e| e.name == HOURS);
    let path = args.out.join(HOURS).join(ends::NAME);
    match (args.resume, is_it, path.exists()) {
        (true, false, _) => Err(Failure::Usage(format!(
            "--resume is for {HOURS}, the only experiment that takes hours; leave it out"
        ))),
        (true, true, false) => Err(Failure::Usage(format!(
            "there is no '{}' to resume from; leave --resume out",
            path.display()
        ))),
        (false, true, true) if !args.force => Err(Failure::Usage(format!(
            "'{}' holds descents of an earlier run; give --resume to go on from them, --force to begin anew, or another --out",
            path.display()
        ))),
        _ => Ok(()),
    }
}

fn command(args: &Args, experiment: &Experiment) -> String {
    let mut text = format!("mollify reproduce {}", experiment.name);
    if args.quick {
        text += " --quick";
    }
    if args.seed != 0 {
        text += &format!(" --seed {}", args.seed);
    }
    if args.seeds != 10 {
        text += &format!(" --seeds {}", args.seeds);
    }
    text
}

fn list() -> String {
    let line = |e: &Experiment| format!("{:20} {}\n", e.name, e.summary);
    experiments::ALL.iter().map(line).collect()
}

fn summary(page: &Page, entry: &Entry) -> String {
    let mut text = format!("{}: {}\n", entry.experiment, page.title);
    for claim in &page.claims {
        let mark = if claim.holds {
            "holds         "
        } else {
            "DOES NOT HOLD "
        };
        text += &format!("  {mark} {} ({})\n", claim.text, claim.evidence);
    }
    text + &format!(
        "  in {} after {:.1} s\n",
        entry.folder.join("README.md").display(),
        entry.seconds
    )
}
