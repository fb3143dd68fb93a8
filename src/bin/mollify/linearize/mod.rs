//! `mollify linearize TASK`

mod at;
mod document;
mod over;
mod table;

use super::args::{EngineName, OutputArgs, count, memory, named, real, seed, setting};
use super::engine::invalid;
use super::failure::Failure;
use super::files::{self, Folder};
use super::output::{json, note, number};
use document::{Over, Whole};
use mollify::engine::kind::Kind;
use mollify::engine::map::Map;
use mollify::engine::maps;
use mollify::error::Named;
use mollify::estimate::linearize::{
    Document, Law, Settings, Smoothed, WANTED, bytes_of_a_point, linearize_watched,
};
use mollify::{Result, Task};
use std::time::Instant;

/// Linearize one quasi-dynamic step in three ways: next state = c + A (state) + B (command)
///
/// The barrier smooths contact by itself. Noise smooths the step without it, and its derivative is estimated by first order
/// (means of derivatives), by zeroth order (least squares), and by a mix of both, each with its standard errors.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify linearize planar-pushing --at box_y=0.5 --at disc_y=-0.1 --control command_y=-0.05
  mollify linearize planar-hand --kappa 100 --samples 1e5 --json
  mollify linearize planar-pushing --at box_y=0.5 --over command_y=lin:-0.25..0.05/61 --out push

Files of --out: result.json (what --json prints), and with --over linearize.svg and linearize.png.
What is not given: the state is where the task starts, and a command is where the robot is.
More: `mollify help linearize FLAG`, and topics grids, parameters, engines.")]
pub struct Args {
    /// Name of the task; `mollify list` shows all of them
    #[arg(value_name = "TASK")]
    task: String,
    /// Set a parameter of the model; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Task")]
    set: Vec<(String, f64)>,
    /// A coordinate of the state; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Point")]
    at: Vec<(String, f64)>,
    /// A command; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Point")]
    control: Vec<(String, f64)>,
    /// Sweep a coordinate or a command over a grid, such as lin:-0.1..0.1/41, and draw B
    ///
    /// By the barrier, by Student's t noise and by Gaussian noise on commands. Their scale is the one that belongs to the barrier at
    /// the point itself, from the rows of contact that carry its force; --sigma sets that of the Gaussian noise in its place, and
    /// Student's t takes 1/1.4072 of it, which is nearest. Needs --out or --json.
    #[arg(long, value_name = "NAME=GRID", help_heading = "Point")]
    over: Option<String>,
    /// Weight of the barrier in 1/J; inf for the exact step [default: from --length]
    #[arg(long, value_name = "K", value_parser = real, allow_negative_numbers = true, conflicts_with = "length", help_heading = "Smoothing")]
    kappa: Option<f64>,
    /// Smoothing length of the barrier in m; 0 for the exact step [default: the task's]
    #[arg(long, value_name = "L", value_parser = real, allow_negative_numbers = true, help_heading = "Smoothing")]
    length: Option<f64>,
    /// Noise on commands: standard deviation, for student-t the scale [default: the task's]
    #[arg(long, value_name = "S", value_parser = real, allow_negative_numbers = true, help_heading = "Smoothing")]
    sigma: Option<f64>,
    /// Noise on the state, for A [default: 0.05 of --sigma]
    #[arg(long, value_name = "S", value_parser = real, allow_negative_numbers = true, help_heading = "Smoothing")]
    state_sigma: Option<f64>,
    /// Law of the noise [default: gaussian]
    #[arg(long, value_name = "NOISE", value_parser = named::<Law>(), help_heading = "Smoothing")]
    noise: Option<Law>,
    /// Smooth the step by the barrier under the noise too, in place of the exact step
    #[arg(long, help_heading = "Smoothing")]
    barrier_under_noise: bool,
    /// Steps for each of A and B
    #[arg(long, value_name = "N", value_parser = count, default_value = "1000", allow_negative_numbers = true, help_heading = "Estimate")]
    samples: u64,
    /// Draw every sample by itself, and not in pairs of w and -w
    #[arg(long, help_heading = "Estimate")]
    no_pairs: bool,
    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true, help_heading = "Estimate")]
    seed: u64,
    /// What computes [default: auto]
    #[arg(long, value_name = "ENGINE", value_parser = named::<EngineName>(), help_heading = "Engine")]
    engine: Option<EngineName>,
    /// The GPU by a part of its name
    #[arg(long, value_name = "NAME", help_heading = "Engine")]
    adapter: Option<String>,
    /// Memory for the samples of a point, such as 64MiB or 2GiB
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = memory, allow_negative_numbers = true, help_heading = "Engine")]
    memory: u64,
    #[command(flatten)]
    output: OutputArgs,
}

/// The result files.
const FILES: &[&str] = &["result.json", "linearize.svg", "linearize.png"];

impl Args {
    fn settings(&self, task: &Task) -> Settings {
        let sigma = self.sigma.unwrap_or(task.sigma());
        let usual = Settings::new(self.samples, sigma);
        Settings {
            state_sigma: self.state_sigma.unwrap_or(usual.state_sigma),
            noise: self.noise.unwrap_or_default(),
            pairs: !self.no_pairs,
            seed: self.seed,
            ..usual
        }
    }

    /// Refuses more samples of a point than there is memory for, before there are any.
    fn check_memory(&self, smoothed: &Smoothed<'_>, settings: &Settings) -> Result<()> {
        let needed = bytes_of_a_point(smoothed.steps, settings);
        if needed <= self.memory {
            return Ok(());
        }
        let size = |bytes| bytesize::ByteSize::b(bytes).display().iec().to_string();
        let (allowed, needed) = (
            size(self.memory),
            format!("{}MiB", needed.div_ceil(1 << 20)),
        );
        let expected = format!(
            "at least {needed} for {} samples: all of a point are there at a time",
            settings.samples
        );
        Err(invalid("--memory", &allowed, &expected))
    }

    /// The steps under noise, on the engine that was asked for.
    fn open(&self, smoothed: &Smoothed<'_>) -> Result<(Kind, Box<dyn Map>)> {
        let function = smoothed.steps.function(WANTED);
        let parameters = match self.barrier_under_noise {
            true => smoothed.smooth.parameters(),
            false => smoothed.exact.parameters(),
        };
        let quiet = self.output.quiet;
        let (kind, adapter) = super::engine::kind(self.engine, self.adapter.as_deref(), quiet)?;
        let sizes = smoothed.steps.sizes;
        let map = maps::open(kind, &function, parameters, sizes, &adapter)?;
        Ok((kind, map))
    }
}

/// Refuses a sweep that nobody would see, and a law for one that has both.
fn check_over(args: &Args) -> Result<()> {
    let Some(text) = &args.over else {
        return Ok(());
    };
    if let Some(law) = args.noise {
        let expected = "left out with --over, which takes Student's t and Gaussian noise";
        return Err(invalid("--noise", law.name(), expected));
    }
    if args.output.out.is_none() && !args.output.json {
        let expected = "given with --out, for a picture, or with --json: a sweep has no table";
        return Err(invalid("--over", text, expected));
    }
    Ok(())
}

/// Linearizes and prints.
pub fn run(args: &Args) -> std::result::Result<(), Failure> {
    let task = at::task(args)?;
    let smoothed = at::smoothed(args, &task)?;
    let point = at::point(args, &smoothed)?;
    let settings = args.settings(&task);
    let over = args
        .over
        .as_deref()
        .map(|text| over::axis(text, &smoothed))
        .transpose()?;
    check_over(args)?;
    let folder = args.output.out.as_ref();
    let folder = folder
        .map(|path| Folder::prepare(path, FILES, args.output.force))
        .transpose()?;
    settings.check(smoothed.steps.sizes)?;
    args.check_memory(&smoothed, &settings)?;
    if let Some(deepest) = smoothed.deepest(&point).filter(|_| !args.output.quiet) {
        note(&format!(
            "note: bodies penetrate by {} m at this point; the step pushes them apart",
            number(-deepest)
        ));
    }
    let (kind, mut map) = args.open(&smoothed)?;
    let interrupt = super::interrupt::install();
    let started = Instant::now();
    let ways = linearize_watched(
        &mut *map,
        smoothed.steps,
        std::slice::from_ref(&point),
        &settings,
        &interrupt,
        &mut |_| (),
    )?;
    let swept: Option<Over> = match &over {
        Some(axis) => Some(over::sweep(
            axis,
            &mut *map,
            &smoothed,
            &point,
            &settings,
            args.sigma,
            &over::Watch {
                interrupt: &interrupt,
                quiet: args.output.quiet,
                json: args.output.json,
            },
        )?),
        None => None,
    };
    let seconds = started.elapsed().as_secs_f64();
    let asked = (&point, &settings, args.barrier_under_noise);
    let whole = Whole {
        document: Document::new(&smoothed, kind, asked, &ways[0], seconds),
        over: swept,
    };
    deliver(args, &whole, folder.as_ref())
}

fn deliver(
    args: &Args,
    whole: &Whole<'_>,
    folder: Option<&Folder>,
) -> std::result::Result<(), Failure> {
    let text = json(whole)?;
    let write = |folder: &Folder| {
        let mut files = vec![("result.json", text.as_bytes().to_vec())];
        if let Some(over) = &whole.over {
            let figure = over::figure(&whole.document, over);
            files.push(("linearize.svg", figure.to_svg().into_bytes()));
            files.push(("linearize.png", figure.to_png()));
        }
        folder.write_all(&files);
        Ok(())
    };
    let for_people = |_| table::for_people(&whole.document);
    files::deliver(&text, args.output.json, folder, write, for_people)
}
