//! `mollify doctor`

use super::args::count;
use super::failure::Failure;
use super::output::{json, number, plural, print, table};
use super::words::in_flags;
use mollify::engine::gpu::doctor::{Examination, Finding, Host, Level, examine};
use mollify::engine::gpu::selftest::{Check, Tested, every_adapter};
use serde::Serialize;

/// Find out why there is no GPU, and test every adapter
///
/// Looks at the Vulkan loader, the driver files and their libraries, the device files and their permissions, containers and
/// WSL, and says what to install or to change. Then it runs the functions and the generator of the shaders on every adapter
/// and compares them with the host. Exit status 0 if an adapter is there and all pass, 1 otherwise.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify doctor
  mollify doctor --json
  mollify doctor --points 1e6      a longer test of each function")]
pub struct Args {
    /// Random points of each check of an adapter, besides the edges
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = count, allow_negative_numbers = true)]
    points: u64,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    json: bool,
}

/// The JSON document.
#[derive(Serialize)]
struct Document {
    /// None where adapters are not reached through Vulkan.
    examination: Option<Examination>,
    adapters: Vec<Tested>,
    has_hardware: bool,
    passes: bool,
}

/// A test of more would take minutes on a software adapter.
const MOST_POINTS: u64 = 100_000_000;

/// Examines, tests and prints.
pub fn run(args: &Args) -> Result<(), Failure> {
    let points = u32::try_from(args.points)
        .ok()
        .filter(|p| u64::from(*p) <= MOST_POINTS);
    let points = points.ok_or_else(|| mollify::Error::InvalidValue {
        what: "--points".into(),
        value: args.points.to_string(),
        expected: format!("a whole number up to {MOST_POINTS}"),
    })?;
    let mut examination = cfg!(target_os = "linux").then(|| examine(&Host::here()));
    for finding in examination.iter_mut().flat_map(|e| &mut e.findings) {
        finding.advice = finding.advice.as_deref().map(in_flags);
    }
    let mut adapters = every_adapter(points);
    for adapter in &mut adapters {
        adapter.error = adapter.error.as_deref().map(in_flags);
    }
    let document = Document {
        has_hardware: adapters.iter().any(|a| !a.adapter.is_software),
        passes: !adapters.is_empty() && adapters.iter().all(|a| a.passes),
        examination,
        adapters,
    };
    match args.json {
        true => print(&json(&document)?)?,
        false => print(&for_people(&document))?,
    }
    match document.passes {
        true => Ok(()),
        false => Err(Failure::Reported),
    }
}

fn for_people(d: &Document) -> String {
    let mut parts = Vec::new();
    if let Some(examination) = &d.examination {
        parts.push(findings(examination));
        parts.extend(to_do(examination, d.has_hardware));
    }
    parts.extend(d.adapters.iter().map(tested));
    parts.push(verdict(d));
    parts.join("\n")
}

fn findings(examination: &Examination) -> String {
    let line = |f: &Finding| {
        let level = match f.level {
            Level::Good => "",
            Level::Note => "note",
            Level::Bad => "BAD",
        };
        vec![f.part.to_string(), level.to_string(), f.found.clone()]
    };
    let rows = examination.findings.iter().map(line).collect();
    format!("{}\n{}", examination.distribution, table(&[], rows, 0..0))
}

/// What to do, faults first; nothing where there is a GPU already.
fn to_do(examination: &Examination, has_hardware: bool) -> Option<String> {
    let of = |level: Level| {
        let some = examination
            .findings
            .iter()
            .filter(move |f| f.level == level);
        some.filter_map(|f| f.advice.clone())
    };
    let notes = of(Level::Note).filter(|_| !has_hardware);
    let mut lines: Vec<String> = Vec::new();
    for advice in of(Level::Bad).chain(notes) {
        let line = format!("  {advice}\n");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then(|| format!("What to do:\n{}", lines.concat()))
}

fn tested(t: &Tested) -> String {
    let kind = t.adapter.device_type;
    let heading = format!("{} ({kind}, {})", t.adapter.name, t.adapter.backend);
    if let Some(error) = &t.error {
        return format!("{heading}: cannot be tested: {error}\n");
    }
    let line = |c: &Check| {
        vec![
            c.check.clone(),
            c.points.to_string(),
            number((c.worst * 1000.0).round() / 1000.0),
            number(c.bound),
            if c.passes { "yes" } else { "NO" }.to_string(),
            c.wrong.clone().unwrap_or_default(),
        ]
    };
    let rows = t.checks.iter().map(line).collect();
    let header = ["check", "points", "worst", "bound", "passes", ""];
    format!("{heading}\n{}", table(&header, rows, 1..4))
}

fn verdict(d: &Document) -> String {
    let failed = d.adapters.iter().filter(|a| !a.passes).count();
    let software = match d.has_hardware {
        true => "",
        false => ", all of them software: --engine auto takes the engine cpu",
    };
    match (d.adapters.len(), failed) {
        (0, _) => {
            let faults = d.examination.as_ref().map_or(0, |e| e.faults().count());
            let reason = match faults {
                0 => {
                    " although nothing is in the way; `VK_LOADER_DEBUG=all vulkaninfo` shows what the drivers say"
                }
                _ => "",
            };
            format!("There is no adapter{reason}. Without one, --engine cpu computes on the CPU.\n")
        }
        (n, 0) => format!(
            "{}, and every check passes{software}\n",
            plural(n, "adapter")
        ),
        (n, f) => format!(
            "{f} of {} fails; do not use it with --engine gpu\n",
            plural(n, "adapter")
        ),
    }
}
