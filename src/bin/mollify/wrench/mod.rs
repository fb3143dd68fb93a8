//! `mollify wrench`

mod figure;
mod law;
mod over;
mod shapes;

use super::args::OutputArgs;
use super::failure::Failure;
use super::files::{self, Folder};
use super::output::{json, note, number, table};
use crate::figure::Figure;
use law::LawArgs;
use mollify::contact::{Body, ContactModel, Immersion, Law, Shape, energy, too_deep, wrench};
use mollify::error::Named as _;
use over::{Along, Jump, Over, data, jumps};
use serde::Serialize;
use std::collections::BTreeMap;

pub use over::search;

/// Compare the contact models on two shapes: force, moment and energy of each, side by side
///
/// The wrench is that on body A about its centre; SI units, one metre thick. In rigid-soft body A is rigid and B soft. Where
/// only --stiffness K is given, the slope of both pressure fields in N/m3 is K, the stiffness of a point in N/m is K as well,
/// and that of each of several points K/2. With --over one coordinate of a pose varies, and the places where a force or moment
/// jumps are listed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify wrench --a box:0.1,0.05 --pose-a 0,0.14,0 --b box:0.3,0.1 --pose-b 0,0,0 --stiffness 5e4
  mollify wrench --a box:1,1 --pose-a 1.9,1.9,0 --b box:1,1 --pose-b 0,0,0 --over x_a=lin:1.8..2/101
  mollify wrench --a disc:0.1 --pose-a 0,0.09,0 --b half-plane --pose-b 0,0,0 --json

Files of --out: wrench.svg, wrench.png (the shapes, the pressure and the forces), result.json; with
--over also over.svg, over.png, wrench.csv and wrench.npz.
More: `mollify help wrench FLAG`, and topic grids.")]
pub struct Args {
    /// Shape A: box:A,B (half extents), disc:R, half-plane, or polygon:X,Y,X,Y,...
    #[arg(long, value_name = "SHAPE")]
    a: String,
    /// Where A is
    #[arg(long, value_name = "X,Y,ANGLE", allow_hyphen_values = true)]
    pose_a: String,
    /// How A moves [default: not at all]
    #[arg(long, value_name = "VX,VY,OMEGA", allow_hyphen_values = true)]
    twist_a: Option<String>,
    /// Shape B
    #[arg(long, value_name = "SHAPE")]
    b: String,
    /// Where B is
    #[arg(long, value_name = "X,Y,ANGLE", allow_hyphen_values = true)]
    pose_b: String,
    /// How B moves [default: not at all]
    #[arg(long, value_name = "VX,VY,OMEGA", allow_hyphen_values = true)]
    twist_b: Option<String>,
    #[command(flatten)]
    law: LawArgs,
    /// A coordinate of a pose that varies, and its values: x_a, y_a, angle_a, x_b, y_b or angle_b
    #[arg(long, value_name = "NAME=GRID", allow_hyphen_values = true)]
    over: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// What a model says.
#[derive(Clone, Debug, Serialize)]
struct Row {
    force: [f64; 2],
    moment: f64,
    /// Without friction and dissipation, where the force has a potential.
    energy: Option<f64>,
}

/// The JSON document.
#[derive(Debug, Serialize)]
struct Document {
    a: String,
    b: String,
    models: BTreeMap<&'static str, Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    over: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jumps: Option<Vec<Jump>>,
    warnings: Vec<String>,
}

const FILES: &[&str] = &["wrench.svg", "wrench.png", "result.json"];
const FILES_OVER: &[&str] = &["over.svg", "over.png", "wrench.csv", "wrench.npz"];

/// The shapes, the pressure and the force on A by each contact model.
pub fn picture(a: &Body<f64>, b: &Body<f64>, law: &Law<f64>) -> Figure {
    figure::of(a, b, law, &rows(a, b, law))
}

/// Computes, draws and prints.
pub fn run(args: &Args) -> Result<(), Failure> {
    let law = args.law.law()?;
    let a = shapes::body('a', &args.a, &args.pose_a, args.twist_a.as_deref())?;
    let b = shapes::body('b', &args.b, &args.pose_b, args.twist_b.as_deref())?;
    if matches!((&a.shape, &b.shape), (Shape::HalfPlane, Shape::HalfPlane)) {
        let sentence = "--a and --b are both half-plane, but one of them must be a shape with an end: two half-planes never touch";
        return Err(Failure::Usage(sentence.into()));
    }
    let over = args.over.as_deref().map(|text| Over::parse(args, text));
    let over = over.transpose()?;
    let names = match &over {
        Some(_) => [FILES, FILES_OVER].concat(),
        None => FILES.to_vec(),
    };
    let prepare = |path| Folder::prepare(path, &names, args.output.force);
    let folder = args.output.out.as_deref().map(prepare).transpose()?;
    let lines = over.as_ref().map(|over| over.lines(&a, &b, &law));
    let lines = lines.transpose()?;
    let document = Document {
        a: args.a.clone(),
        b: args.b.clone(),
        models: finite(rows(&a, &b, &law))?,
        over: over.as_ref().map(|over| over.name.clone()),
        jumps: lines.as_deref().map(jumps),
        warnings: warnings(&a, &b),
    };
    for warning in &document.warnings {
        note(&format!("warning: {warning}"));
    }
    let text = json(&document)?;
    let along = over.as_ref().zip(lines.as_deref());
    let write = |folder: &Folder| {
        let picture = figure::of(&a, &b, &law, &document.models);
        folder.write_all(&written(&picture, &text, along));
        Ok(())
    };
    let for_people = |_| for_people(&document);
    files::deliver(&text, args.output.json, folder.as_ref(), write, for_people)
}

/// The result files, those of a line only where there is one.
fn written(
    picture: &Figure,
    text: &str,
    along: Option<(&Over, &[Along])>,
) -> Vec<(&'static str, Vec<u8>)> {
    // Numbers first: they cannot be made again from pictures.
    let mut files = vec![("result.json", text.as_bytes().to_vec())];
    if let Some((over, lines)) = along {
        let (picture, data) = (figure::along(&over.name, lines), data(&over.name, lines));
        files.extend([
            ("wrench.csv", data.to_csv().into_bytes()),
            ("wrench.npz", data.to_npz()),
            ("over.svg", picture.to_svg().into_bytes()),
            ("over.png", picture.to_png()),
        ]);
    }
    files.extend([
        ("wrench.svg", picture.to_svg().into_bytes()),
        ("wrench.png", picture.to_png()),
    ]);
    files
}

fn rows(a: &Body<f64>, b: &Body<f64>, law: &Law<f64>) -> BTreeMap<&'static str, Row> {
    let row = |(model, name, _): &(ContactModel, &'static str, &str)| {
        let found = wrench(*model, a, b, law).on_a;
        let row = Row {
            force: [found.force.x, found.force.y],
            moment: found.moment,
            energy: energy(*model, a, b, law),
        };
        (*name, row)
    };
    ContactModel::ALL.iter().map(row).collect()
}

/// Refuses numbers that overflow.
fn finite(models: BTreeMap<&'static str, Row>) -> Result<BTreeMap<&'static str, Row>, Failure> {
    let is_finite = |row: &Row| {
        let energy = row.energy.unwrap_or(0.0);
        [row.force[0], row.force[1], row.moment, energy]
            .iter()
            .all(|x| x.is_finite())
    };
    match models.iter().find(|(_, row)| !is_finite(row)) {
        Some((name, _)) => Err(Failure::Usage(format!(
            "the wrench of {name} is not a finite number; lower --stiffness, or the extents and poses of --a and --b"
        ))),
        None => Ok(models),
    }
}

fn warnings(a: &Body<f64>, b: &Body<f64>) -> Vec<String> {
    let warning = |(model, name, _): &(ContactModel, &'static str, &str)| {
        let Immersion { depth, limit } = too_deep(*model, a, b)?;
        Some(format!(
            "{name}: the bodies overlap by {} m, but a pressure field is made for less than {} m, the depth of its medial axis: \
             beyond it pressure pulls in",
            number(depth),
            number(limit)
        ))
    };
    ContactModel::ALL.iter().filter_map(warning).collect()
}

/// A number, or 0 where it is rounding beside `scale`.
fn known(x: f64, scale: f64) -> f64 {
    if x.abs() <= 1e-14 * scale { 0.0 } else { x }
}

fn for_people(document: &Document) -> String {
    let all = document.models.values();
    let largest = |of: fn(&Row) -> f64| all.clone().map(of).fold(0.0, |m, x| f64::max(m, x.abs()));
    let force = largest(|row| row.force[0].hypot(row.force[1]));
    let moment = force.max(largest(|row| row.moment));
    let rows = document.models.iter().map(|(name, row)| {
        vec![
            (*name).to_string(),
            number(known(row.force[0], force)),
            number(known(row.force[1], force)),
            number(known(row.moment, moment)),
            row.energy.map_or("none".into(), number),
        ]
    });
    let header = [
        "model",
        "force x (N)",
        "force y (N)",
        "moment (N m)",
        "energy (J)",
    ];
    let mut text = format!("on {} by {}\n", document.a, document.b);
    text += &table(&header, rows.collect(), 1..5);
    let Some(jumps) = &document.jumps else {
        return text;
    };
    let over = document.over.as_deref().unwrap_or_default();
    if jumps.is_empty() {
        return text + &format!("\nno model jumps along {over}\n");
    }
    let rows = jumps.iter().map(|jump| {
        vec![
            jump.model.into(),
            jump.what.into(),
            number(jump.at),
            number(jump.size),
        ]
    });
    let at = format!("at {over}");
    text + &format!(
        "\n{}",
        table(&["model", "jumps", &at, "by"], rows.collect(), 2..4)
    )
}
