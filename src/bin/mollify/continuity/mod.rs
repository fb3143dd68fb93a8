//! `mollify continuity TASK`

mod figure;

use super::args::{OutputArgs, TaskArgs, VariantArgs, count, real};
use super::failure::Failure;
use super::files::{self, Folder};
use super::output::{json, note, number, plural, table};
use crate::figure::data::Table;
use mollify::continuity::{Search, Study, study};
use mollify::noise::Distribution;
use mollify::sweep::Grid;

/// Find where the map from a start to an end jumps, and say what flips there
///
/// Without noise, from values of an initial coordinate, a parameter or a control that is held over all steps, to a coordinate
/// at the end or the cost. Neighbours that differ are bisected until no number lies between them; what is left is a jump. The
/// rise of the map is its mean slope, which a first-order gradient sees, times the range, plus the sum of the jumps, which it
/// does not see, up to a remainder that shrinks with the grid. With --steps the same at several time steps: jumps that shrink are artefacts of stepping, those that stay are
/// of the geometry, or of the physics.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify continuity bounce --contact reverse --over height=lin:1..1.2/500 --of height
  mollify continuity ledge --over shift=lin:-0.15..0.15/50 --of angle --steps 1e-2,5e-3,2.5e-3
  mollify continuity ledge --contact point --over shift=lin:-0.15..0.15/500 --of angle --out ledge
  mollify continuity corner --over overlap=lin:0..3/300 --of cost
  mollify continuity pushing --over force=lin:0..3/200 --of cost --json

Files of --out: continuity.svg, continuity.png, continuity.csv, continuity.npz, result.json.
More: `mollify help continuity FLAG`, and topics grids, parameters, policies.")]
pub struct Args {
    #[command(flatten)]
    pub task: TaskArgs,
    /// What varies, and its values: a coordinate of the control or of the initial state, or a parameter
    #[arg(long, value_name = "NAME=GRID", help_heading = "Continuity")]
    over: String,
    /// What is looked at: a coordinate of the state at the end, or cost
    #[arg(
        long,
        value_name = "OUTPUT",
        default_value = "cost",
        help_heading = "Continuity"
    )]
    of: String,
    /// Time steps to repeat it at, over the same time, such as 1e-2,5e-3,2.5e-3 [default: the task's alone]
    ///
    /// Each divides that time into whole steps. The jumps that are listed are those of the largest; each is looked for, by place and
    /// size, at all others.
    #[arg(long, value_name = "H,H,...", value_delimiter = ',', value_parser = real, allow_hyphen_values = true, help_heading = "Continuity")]
    steps: Vec<f64>,
    /// Neighbours that differ by no more are not bisected [default: a thousandth of the span of all values]
    #[arg(long, value_name = "T", value_parser = real, allow_hyphen_values = true, help_heading = "Continuity")]
    tolerance: Option<f64>,
    /// Pairs of neighbours that are bisected at most, those that differ most
    #[arg(long, value_name = "N", value_parser = count, allow_hyphen_values = true, default_value_t = 512, help_heading = "Continuity")]
    most: u64,
    #[command(flatten)]
    output: OutputArgs,
}

/// The result files.
const FILES: &[&str] = &[
    "continuity.csv",
    "continuity.npz",
    "result.json",
    "continuity.svg",
    "continuity.png",
];

/// Jumps that people are shown at most.
const SHOWN: usize = 20;

/// Searches, draws and prints.
pub fn run(args: &Args) -> Result<(), Failure> {
    check(args)?;
    let task = args.task.task("continuity")?;
    let theta = args.task.theta(&task)?.unwrap_or_else(|| task.start());
    let (name, places) = grid(&args.over)?;
    let prepare = |path| Folder::prepare(path, FILES, args.output.force);
    let folder = args.output.out.as_deref().map(prepare).transpose()?;
    let search = Search {
        tolerance: args.tolerance,
        most: usize::try_from(args.most).unwrap_or(usize::MAX),
        ..Search::default()
    };
    let found = study(
        &task,
        &theta,
        (&name, &args.of),
        &places,
        &args.steps,
        &search,
    )?;
    if found.left_alone > 0 && !args.output.quiet {
        note(&format!(
            "warning: {} more pairs of places differ by more than {}; take a finer grid, a larger --tolerance or more with \
             --most",
            found.left_alone,
            number(found.tolerance)
        ));
    }
    for warning in found.warnings.iter().filter(|_| !args.output.quiet) {
        note(&format!("warning: {warning}"));
    }
    let text = json(&found)?;
    let write = |folder: &Folder| {
        let (picture, data) = (figure::of(&found), data(&found));
        folder.write_all(&[
            (FILES[0], data.to_csv().into_bytes()),
            (FILES[1], data.to_npz()),
            (FILES[2], text.as_bytes().to_vec()),
            (FILES[3], picture.to_svg().into_bytes()),
            (FILES[4], picture.to_png()),
        ]);
        Ok(())
    };
    let for_people = |_| for_people(&found);
    files::deliver(&text, args.output.json, folder.as_ref(), write, for_people)
}

fn check(args: &Args) -> Result<(), Failure> {
    if let Some(flag) = about_noise(&args.task.variant) {
        return Err(Failure::Usage(format!(
            "{flag} has no effect on continuity, which looks at trajectories without noise; leave it out"
        )));
    }
    if args.most == 0 {
        let sentence =
            "--most is 0, but must be a whole number from 1 on: without bisection no jump is found";
        return Err(Failure::Usage(sentence.into()));
    }
    let above_0 = |x: &f64| *x > 0.0 && x.is_finite();
    if let Some(step) = args.steps.iter().find(|h| !above_0(h)) {
        let sentence = format!("--steps has {step}, but must be numbers above 0 in s");
        return Err(Failure::Usage(sentence));
    }
    match args.tolerance.filter(|t| !above_0(t)) {
        Some(tolerance) => Err(Failure::Usage(format!(
            "--tolerance is {tolerance}, but must be a number above 0"
        ))),
        None => Ok(()),
    }
}

/// The first flag that is given and says something about noise alone.
fn about_noise(variant: &VariantArgs) -> Option<&'static str> {
    let given = [
        ("--sigma", !variant.sigma.is_empty()),
        ("--noise", variant.noise != Distribution::Gaussian),
        ("--noise-on", variant.noise_on.is_some()),
        ("--randomize", !variant.randomize.is_empty()),
        ("--risk", variant.risk.is_some()),
        ("--truncation", variant.truncation.is_some()),
    ];
    given
        .into_iter()
        .find_map(|(flag, is_given)| is_given.then_some(flag))
}

/// Name and places of `NAME=GRID`, in order.
pub fn grid(text: &str) -> Result<(String, Vec<f64>), Failure> {
    let Some((name, grid)) = text.split_once('=') else {
        return Err(Failure::Usage(format!(
            "--over is '{text}', but must be NAME=GRID, such as height=lin:1..1.2/500"
        )));
    };
    let mut places = Grid::parse(name, grid, false)?.values;
    places.sort_by(f64::total_cmp);
    if places.len() < 2 {
        return Err(Failure::Usage(format!(
            "--over {name} has one place, but a grid needs at least two, such as {name}=lin:0..1/500"
        )));
    }
    Ok((name.trim().into(), places))
}

fn data(found: &Study) -> Table {
    let jumps = |of: fn(&mollify::continuity::Found) -> f64| -> Vec<f64> {
        found.jumps.iter().map(of).collect()
    };
    Table::new()
        .column(found.over.as_str(), &found.line.places)
        .column("output", &found.line.values)
        .column("slope", &found.line.slopes)
        .column("jump_at", &jumps(|j| j.at))
        .column("jump_size", &jumps(|j| j.size))
        .column("jump_below", &jumps(|j| j.below))
        .column("jump_above", &jumps(|j| j.above))
}

fn for_people(found: &Study) -> String {
    let contact = found.contact.as_deref();
    let contact = contact.map_or(String::new(), |c| format!(" with contact {c}"));
    let mut text = format!(
        "{}{contact}: {} at the end over {} from {} to {}, {} places\n",
        found.task,
        found.of,
        found.over,
        number(found.range[0]),
        number(found.range[1]),
        found.places
    );
    let width = found.range[1] - found.range[0];
    let sizes = found.rise.abs() + found.sum_of_jumps.abs() + (found.pathwise_slope * width).abs();
    let is_rounding = found.remainder.abs() <= 1e-12 * sizes;
    let remainder = if is_rounding { 0.0 } else { found.remainder };
    text += &format!(
        "{}, their sum {}; pathwise slope {}\nrise {} = {} of slope + {} of jumps, {} left over\n",
        plural(found.jumps.len(), "jump"),
        number(found.sum_of_jumps),
        number(found.pathwise_slope),
        number(found.rise),
        number(found.pathwise_slope * width),
        number(found.sum_of_jumps),
        number(remainder),
    );
    if !found.jumps.is_empty() {
        text += &format!("\n{}", jumps(found));
    }
    if !found.time_steps.is_empty() {
        text += &format!("\n{}", steps(found));
    }
    text
}

fn jumps(found: &Study) -> String {
    let mut largest: Vec<_> = found.jumps.iter().collect();
    largest.sort_by(|a, b| b.size.abs().total_cmp(&a.size.abs()));
    let shown = &largest[..largest.len().min(SHOWN)];
    // Only if there are several time steps.
    let with_steps = shown.iter().any(|jump| jump.shrinks.is_some());
    let rows = shown.iter().map(|jump| {
        let mut row = vec![jump.at, jump.size, jump.below, jump.above]
            .into_iter()
            .map(number)
            .collect::<Vec<_>>();
        if with_steps {
            row.push(
                if jump.shrinks == Some(true) {
                    "shrinks"
                } else {
                    "stays"
                }
                .into(),
            );
        }
        let nothing = || "nothing is compared differently".to_string();
        row.push(jump.changed.clone().unwrap_or_else(nothing));
        row
    });
    let mut header = vec!["at", "size", "below", "above"];
    header.extend(with_steps.then_some("smaller h"));
    header.push("changed");
    let mut text = table(&header, rows.collect(), 0..4);
    if found.jumps.len() > SHOWN {
        let more = found.jumps.len() - SHOWN;
        text += &format!("... {more} smaller ones with --json\n");
    }
    text
}

fn steps(found: &Study) -> String {
    let rows = found.time_steps.iter().map(|of| {
        vec![
            number(of.time_step),
            of.jumps.to_string(),
            number(of.largest),
            number(of.sum_of_jumps),
            number(of.pathwise_slope),
            number(of.rise),
        ]
    });
    let header = [
        "time step",
        "jumps",
        "largest",
        "sum of jumps",
        "pathwise slope",
        "rise",
    ];
    table(&header, rows.collect(), 0..6)
}
