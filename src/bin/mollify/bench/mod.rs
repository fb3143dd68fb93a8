//! `mollify bench [TASK ...]`

mod tables;

use super::args::{VariantArgs, count, memory, named, real, seed};
use super::failure::Failure;
use super::output::{json, note, print};
use super::words::sentence;
use super::{engine, interrupt};
use mollify::benchmark::compare::{self, Comparison};
use mollify::benchmark::{self, Document, Progress, Settings};
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::system::task::Task;
use mollify::{Error, Result};
use serde::Serialize;
use std::path::PathBuf;

/// Measure how fast each engine is on this machine
///
/// Prints sample-steps per second (samples times time steps) of both estimates with per-coordinate statistics: the
/// median of several rounds with the least and the largest, in which the engines take turns; the time of each stage;
/// from how many samples on the GPU is faster than the CPU; and the memory. Each engine is first compared with the
/// reference on 256 samples, and not timed if it is wrong. Exit status 1 if that fails, or if --compare finds a row slower.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify bench                                  pushing, tennis, ball-wall and lqr-20 on all engines
  mollify bench pushing --engine cpu --samples 16384,1e6
  mollify bench --json > before.json
  mollify bench --compare before.json            what has become slower since?
  mollify bench pushing --engine gpu,cpu --adapter llvmpipe --break-even 1e6

Stages are differences of medians: noise and rollout from the costs of 2 and of 4 thetas under the
same noise, the zeroth order (score, statistics) and the first order (adjoint, statistics) from
batches without and with them.
More: `mollify help bench FLAG`, and topics engines, noise, parameters, policies.")]
pub struct Args {
    /// Names of tasks [default: pushing, tennis, ball-wall, lqr-20]
    #[arg(value_name = "TASK")]
    tasks: Vec<String>,
    /// Engines to time; several after commas [default: all, the GPU if there is an adapter]
    #[arg(long, value_name = "ENGINE", value_parser = named::<Kind>(), value_delimiter = ',')]
    engine: Vec<Kind>,
    /// The adapter of the engine gpu: the first with this in its name; `mollify devices` shows all of them
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// Numbers K of samples; several after commas
    #[arg(long, value_name = "K", value_delimiter = ',', default_values = ["1024", "16384"], value_parser = count, allow_negative_numbers = true)]
    samples: Vec<u64>,
    /// Rounds for each task and K, if there is time
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = count, allow_negative_numbers = true)]
    repeats: u64,
    /// About how long all of it may take; slow engines have fewer rounds then, but at least one
    #[arg(long, value_name = "S", default_value_t = 40.0, value_parser = real, allow_negative_numbers = true)]
    seconds: f64,
    /// Time whole batches only, not their stages
    #[arg(long)]
    no_stages: bool,
    /// Largest K of the comparison of gpu with cpu; 0 for none
    #[arg(long, value_name = "K", default_value_t = 65_536, value_parser = count, allow_negative_numbers = true)]
    break_even: u64,
    /// Compare with an earlier run, the file of its --json
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Share of its throughput that a row may lose before --compare calls it slower
    ///
    /// In the median; and every round must be slower than every round of the earlier run, so that scatter alone is no loss.
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = real, allow_negative_numbers = true, requires = "compare")]
    threshold: f64,
    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true)]
    seed: u64,
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

/// Tasks unless named: open loop, feedback with heavy tails, no state, many weights.
const TASKS: [&str; 4] = ["pushing", "tennis", "ball-wall", "lqr-20"];

/// The JSON document.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    document: Document,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
}

impl Args {
    fn settings(&self) -> Result<Settings> {
        let all = [Kind::Gpu, Kind::Cpu, Kind::Reference];
        let mut engines = Vec::new();
        for kind in if self.engine.is_empty() {
            &all[..]
        } else {
            &self.engine
        } {
            if !engines.contains(kind) {
                engines.push(*kind);
            }
        }
        if let Some(name) = self
            .adapter
            .as_ref()
            .filter(|_| !engines.contains(&Kind::Gpu))
        {
            let expected = "left out with engines that need no adapter, or --engine gpu";
            return Err(engine::invalid("--adapter", name, expected));
        }
        let mut samples = self.samples.clone();
        samples.sort_unstable();
        samples.dedup();
        let settings = Settings {
            engines,
            gpu_is_optional: self.engine.is_empty() && self.adapter.is_none(),
            adapter: match &self.adapter {
                Some(name) => AdapterChoice::Named(name.clone()),
                None => AdapterChoice::Any,
            },
            samples,
            repeats: usize::try_from(self.repeats).unwrap_or(usize::MAX),
            seconds: self.seconds,
            stages: !self.no_stages,
            break_even: self.break_even,
            seed: self.seed,
            memory: self.memory,
        };
        settings.check()?;
        if !(0.0..1.0).contains(&self.threshold) {
            return Err(Error::InvalidValue {
                what: "--threshold".into(),
                value: self.threshold.to_string(),
                expected: "a share from 0 to below 1".into(),
            });
        }
        Ok(settings)
    }

    fn tasks(&self) -> Result<Vec<Task>> {
        let mut names: Vec<&str> = Vec::new();
        let given: Vec<&str> = self.tasks.iter().map(String::as_str).collect();
        for name in if given.is_empty() { &TASKS[..] } else { &given } {
            if !names.contains(name) {
                names.push(name);
            }
        }
        names
            .into_iter()
            .map(|name| self.variant.of(name))
            .collect()
    }
}

/// Measures and prints.
pub fn run(args: &Args) -> std::result::Result<(), Failure> {
    let settings = args.settings()?;
    let tasks = match args.variant.of_file(args.tasks.len())? {
        Some(task) => vec![task],
        None => args.tasks()?,
    };
    // Before minutes are spent on what cannot be compared.
    let earlier = args
        .compare
        .as_deref()
        .map(|path| compare::read(path, &tasks));
    let earlier = earlier.transpose()?;
    let mut said = false;
    let document = benchmark::run(&tasks, &settings, &interrupt::install(), |progress| {
        if args.quiet {
            return;
        }
        match progress {
            Progress::WithoutGpu(error) if !said => {
                said = true;
                note(&format!("without engine gpu: {}", sentence(error)));
            }
            Progress::WithoutGpu(_) => {}
            Progress::Measured(rows) => note(&tables::measured(rows)),
        }
    })?;
    let comparison = earlier.map(|then| compare::compare(&document, &then, args.threshold));
    let report = Report {
        document,
        comparison,
    };
    match args.json {
        true => print(&json(&report)?)?,
        false => print(&tables::for_people(
            &report.document,
            report.comparison.as_ref(),
        ))?,
    }
    match report.comparison.is_some_and(|c| c.any_slower()) {
        true => Err(Failure::Reported),
        false => Ok(()),
    }
}
