//! `mollify verify [TASK ...]`

use super::args::{VariantArgs, count, memory, named, seed};
use super::failure::Failure;
use super::output::{json, note, number, print, table};
use super::{engine, interrupt};
use mollify::check::{Document, Report, Verdict, verify};
use mollify::engine::Engine;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::gpu::AdapterChoice;
use mollify::error::Named;
use mollify::system::task::Task;
use mollify::systems;

/// Compare the GPU or the CPU engine with the f64 reference, sample by sample
///
/// Runs the same samples on an adapter (a hardware GPU, or a software one if there is no other), or on the engine
/// `cpu`, and on the reference engine, and compares costs, gradients, statistics and alpha. Samples in which a branch
/// was too close to call are excused and counted. What f32 may do to a sample is measured with 16 runs of its formulas in f32.
/// Exit status 1 if any check does not hold, or if f32 cannot follow a system, so that little could be compared.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify verify                          all tasks
  mollify verify pushing friction --samples 1e5
  mollify verify pushing --set stiffness=100 --horizon 200
  mollify verify --engine cpu
  mollify verify --adapter llvmpipe --json

More: `mollify help verify FLAG`, and topics engines, noise, parameters, policies.")]
pub struct Args {
    /// Names of tasks [default: all]
    #[arg(value_name = "TASK")]
    tasks: Vec<String>,
    /// Number of samples that are compared
    #[arg(long, value_name = "K", default_value_t = 1024, value_parser = count, allow_negative_numbers = true)]
    samples: u64,
    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true)]
    seed: u64,
    /// What is verified
    #[arg(long, value_name = "ENGINE", value_parser = named::<Verified>(), default_value = Verified::Gpu.name())]
    engine: Verified,
    /// The first adapter with this in its name; `mollify devices` shows all of them
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// Memory for the samples in flight, such as 16MiB or 1GiB
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = memory, allow_negative_numbers = true)]
    memory: u64,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    json: bool,
    /// Nothing on stderr but warnings and errors
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    pub variant: VariantArgs,
}

/// The engines in f32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verified {
    /// The best adapter
    Gpu,
    /// The processor
    Cpu,
}

impl Named for Verified {
    const WHAT: &'static str = "engine";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Gpu, "gpu", "The best adapter"),
        (Self::Cpu, "cpu", "The processor"),
    ];
}

/// Compares and prints.
pub fn run(args: &Args) -> Result<(), Failure> {
    if args.samples == 0 || args.samples > u64::from(u32::MAX) {
        return Err(mollify::Error::InvalidValue {
            what: "--samples".into(),
            value: args.samples.to_string(),
            expected: "a whole number from 1 to 4294967295".into(),
        }
        .into());
    }
    let names: Vec<&str> = match args.tasks.as_slice() {
        [] => all(args.variant.contact.as_deref()),
        tasks => tasks.iter().map(String::as_str).collect(),
    };
    let tasks: Vec<Task> = match args.variant.of_file(args.tasks.len())? {
        Some(task) => vec![task],
        None => names
            .into_iter()
            .map(|name| args.variant.of(name))
            .collect::<mollify::Result<_>>()?,
    };
    let document = compare(args, &tasks)?;
    match args.json {
        true => print(&json(&document)?)?,
        false => print(&for_people(&document))?,
    }
    match document.holds {
        true => Ok(()),
        false => Err(Failure::Reported),
    }
}

/// All tasks, or those that have a contact model.
fn all(contact: Option<&str>) -> Vec<&'static str> {
    let names = systems::ALL.iter().map(|(name, _)| *name);
    let has = |name: &&str| {
        let mut models = systems::contacts(name).iter();
        contact.is_none_or(|contact| models.any(|(known, _)| *known == contact))
    };
    let found: Vec<_> = names.filter(has).collect();
    match (found.as_slice(), systems::CONTACTS) {
        // One that has a choice says what there is.
        ([], [(name, _), ..]) => vec![name],
        _ => found,
    }
}

fn compare(args: &Args, tasks: &[Task]) -> mollify::Result<Document> {
    if let (Verified::Cpu, Some(name)) = (args.engine, &args.adapter) {
        let expected = "left out with --engine cpu, which needs no adapter";
        return Err(engine::invalid("--adapter", name, expected));
    }
    let interrupt = interrupt::install();
    let choice = match &args.adapter {
        Some(name) => AdapterChoice::Named(name.clone()),
        None => AdapterChoice::Any,
    };
    let mut document = Document {
        engine: args.engine.name(),
        adapter: None,
        driver: None,
        seed: args.seed,
        samples: args.samples,
        reports: Vec::new(),
        holds: true,
    };
    for task in tasks {
        let stop = interrupt.clone();
        let reason = "to be verified";
        let mut found: Box<dyn Engine> = match args.engine {
            Verified::Gpu => engine::open_gpu(&choice, task.model(), args.memory, reason, stop)?,
            Verified::Cpu => Box::new(CpuEngine::new(reason, args.memory, stop)),
        };
        if document.adapter.is_none() {
            document.adapter.clone_from(&found.report().adapter);
            document.driver.clone_from(&found.report().driver);
        }
        let report = verify(&mut *found, task, args.samples, args.seed)?;
        if !args.quiet {
            note(&format!("{}: {}", report.task, word(&report)));
        }
        document.holds &= report.holds;
        document.reports.push(report);
    }
    Ok(document)
}

fn word(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Holds => "holds",
        Verdict::Differs => "does not hold",
        Verdict::CannotFollow => "f32 cannot follow",
    }
}

fn for_people(d: &Document) -> String {
    let rows = d.reports.iter().flat_map(|report| {
        report.rows.iter().enumerate().map(|(i, row)| {
            vec![
                if i == 0 {
                    report.task.clone()
                } else {
                    String::new()
                },
                row.check.into(),
                number(row.deviation),
                number(row.tolerance),
                if row.holds { "yes" } else { "NO" }.into(),
                row.reason.into(),
            ]
        })
    });
    let header = [
        "task",
        "check",
        "deviation",
        "tolerance",
        "holds",
        "why this tolerance",
    ];
    let checks = table(&header, rows.collect(), 2..4);
    let excused: Vec<String> = d
        .reports
        .iter()
        .filter(|r| r.excused > 0)
        .map(|r| format!("{} of {} ({})", r.excused, r.samples, r.task))
        .collect();
    let excused = match excused.as_slice() {
        [] => "no sample was excused".to_string(),
        list => format!(
            "excused, because a branch was too close to call: {}",
            list.join(", ")
        ),
    };
    let failed = d
        .reports
        .iter()
        .flat_map(|r| &r.rows)
        .filter(|row| !row.holds);
    let verdict = match failed.count() {
        0 => "every check holds".to_string(),
        1 => "1 check does not hold".to_string(),
        n => format!("{n} checks do not hold"),
    };
    let advice = d.reports.iter().filter_map(|r| {
        let advice = r.advice.as_ref()?;
        Some(format!("{}: {advice}\n", r.task))
    });
    let adapter = d.adapter.as_deref().unwrap_or("the engine cpu");
    format!(
        "{checks}\n{adapter} against the reference, {} samples, seed {}: {verdict}; {excused}\n{}",
        d.samples,
        d.seed,
        advice.collect::<String>()
    )
}
