//! Contact models side by side: the force between two boxes, and a box that comes down on a corner.

use super::continuity::{along, stepped};
use super::lab::Lab;
use super::landscapes::linear;
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use crate::wrench;
use mollify::contact::{self, Body, ContactModel, Law, Pose, Shape, Wrench};
use mollify::continuity::Line;
use mollify::error::{Named as _, Result, number};
use std::f64::consts::SQRT_2;

/// Least and largest of some numbers.
pub fn ends(values: &[f64]) -> (f64, f64) {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (least, most)
}

/// Two bodies whose pose depends on one number.
type Scene = fn(f64) -> [Body<f64>; 2];

fn cube(half: [f64; 2], x: f64, y: f64, angle: f64) -> Body<f64> {
    Body::fixed(Shape::rectangle(half[0], half[1]), Pose::new(x, y, angle))
}

/// The overlap of two boxes, corner on corner.
const DEPTH: f64 = 0.1;
/// The depth of a narrow box of [`WIDTH`] on a wide one.
const SHALLOW: f64 = 0.02;
const WIDTH: f64 = 0.8;

/// Corner on corner; the overlap across is `x`, that upwards [`DEPTH`].
fn corner(x: f64) -> [Body<f64>; 2] {
    let a = cube([1.0, 1.0], 2.0 - x, 2.0 - DEPTH, 0.0);
    [a, cube([1.0, 1.0], 0.0, 0.0, 0.0)]
}

/// A narrow box on a wide one, tilted by `x`.
fn tilt(x: f64) -> [Body<f64>; 2] {
    let a = cube([0.5 * WIDTH, 0.3], 0.0, 0.8 - SHALLOW, x);
    [a, cube([1.5, 0.5], 0.0, 0.0, 0.0)]
}

/// Equal boxes on each other, `x` from flush.
fn flush(x: f64) -> [Body<f64>; 2] {
    let a = cube([1.0, 1.0], x, 2.0 - DEPTH, 0.0);
    [a, cube([1.0, 1.0], 0.0, 0.0, 0.0)]
}

fn components(w: &Wrench<f64>) -> [f64; 3] {
    [w.force.x, w.force.y, w.moment]
}

/// The largest jump of a component along a scene: where, and the change of all three; none above rounding.
fn jump(
    model: ContactModel,
    law: &Law<f64>,
    scene: Scene,
    places: &[f64],
) -> Result<Option<(f64, [f64; 3])>> {
    let at = |x: f64| {
        let [a, b] = scene(x);
        components(&contact::wrench(model, &a, &b, law).on_a)
    };
    let search = wrench::search(&at, places);
    let mut largest: Option<(f64, f64, f64)> = None;
    for i in 0..3 {
        let line = Line::search(&|x| Ok(at(x)[i]), places, &search)?;
        for found in &line.jumps {
            let size = found.size().abs();
            if largest.is_none_or(|(known, ..)| size > known) {
                largest = Some((size, found.low, found.high));
            }
        }
    }
    Ok(largest.map(|(_, low, high)| {
        let (below, above) = (at(low), at(high));
        (low, [0, 1, 2].map(|i| above[i] - below[i]))
    }))
}

/// Pictures and jumps of the force between two boxes.
pub fn contact_models(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::of_talk(
        "Contact models: where the force jumps",
        "The force of one point, or of several, flips its direction where another face becomes the nearest. A pressure field \
         turns it gradually.",
    );
    page.what = format!(
        "Boxes of half extents 1, slopes k = 1 of the pressure, k1 = 1 and k2 = 1/2 at points: corner on corner with an \
         overlap of {DEPTH} upwards; a box of width {WIDTH}, {SHALLOW} deep on a wide one, tilted; and equal boxes stacked. \
         Jumps are bisected to the last number. `mollify wrench` shows each pose. There is no noise."
    );
    let law = Law::elastic(1.0, 1.0);
    for (stem, x, caption) in [
        ("before", 0.09, "Overlap across a little less than upwards"),
        (
            "behind",
            0.11,
            "Overlap across a little more than upwards: the force of points has turned",
        ),
    ] {
        let [a, b] = corner(x);
        let models = ContactModel::ALL.iter();
        let force = |model: ContactModel| components(&contact::wrench(model, &a, &b, &law).on_a);
        let data = models.fold(Table::new(), |table, (model, name, _)| {
            table.column(name.replace('-', "_"), &force(*model))
        });
        page.picture(stem, caption, wrench::picture(&a, &b, &law), data);
    }
    lab.say("jumps");
    let scenes: [(&str, Scene, Vec<f64>); 3] = [
        ("corner", corner, linear(0.05, 0.15, 101)),
        ("tilt", tilt, linear(-0.01, 0.01, 102)),
        ("flush", flush, linear(-0.05, 0.05, 102)),
    ];
    let mut rows = Vec::new();
    let mut found = Vec::new();
    for (name, scene, places) in &scenes {
        for (model, contact, _) in ContactModel::ALL {
            let jump = jump(*model, &law, *scene, places)?;
            let cells = match jump {
                None => vec!["none".to_string(); 4],
                Some((at, change)) => {
                    let mut cells = vec![number(at)];
                    cells.extend(change.map(number));
                    cells
                }
            };
            let row = [(*name).to_string(), (*contact).to_string()];
            rows.push(row.into_iter().chain(cells).collect());
            found.push((*name, *model, jump));
        }
    }
    let header = [
        "along",
        "contact",
        "at",
        "force x by",
        "force y by",
        "moment by",
    ];
    page.table("Jumps", &header, rows);
    let of = |scene: &str, model: ContactModel| {
        let mut all = found.iter();
        all.find(|(name, known, _)| *name == scene && *known == model)
            .and_then(|(.., jump)| *jump)
    };
    let turned = |model| of("corner", model).map_or(0.0, |(_, d)| d[0].hypot(d[1]));
    let point = turned(ContactModel::Point);
    page.claim(
        "one point: the force turns by a jump of √2 k1 d on the diagonal of a corner",
        (point - SQRT_2 * DEPTH).abs() < 1e-6,
        number(point),
    );
    let several = [ContactModel::Vertices, ContactModel::Manifold].map(turned);
    let expected = 2.0 * SQRT_2 * 0.5 * DEPTH;
    page.claim(
        "several points: by 2 √2 k2 d",
        several.iter().all(|size| (size - expected).abs() < 1e-6),
        format!("{}, {}", number(several[0]), number(several[1])),
    );
    let moment = of("tilt", ContactModel::Point).map_or(0.0, |(_, d)| d[2].abs());
    page.claim(
        "one point: the moment of a flat contact jumps by k1 d w as the box tilts; several points have no such jump",
        (moment - SHALLOW * WIDTH).abs() < 1e-3 * moment
            && [ContactModel::Vertices, ContactModel::Manifold]
                .iter()
                .all(|model| of("tilt", *model).is_none()),
        number(moment),
    );
    let smooth = |model| of("corner", model).is_none() && of("tilt", model).is_none();
    page.claim(
        "pressure jumps in neither",
        smooth(ContactModel::RigidSoft) && smooth(ContactModel::SoftSoft),
        "none",
    );
    honest(&mut page, of("flush", ContactModel::SoftSoft))?;
    Ok(page)
}

/// Where pressure is not smooth either.
fn honest(page: &mut Page, jump_of_equals: Option<(f64, [f64; 3])>) -> Result<()> {
    let expected = 0.5 * DEPTH * DEPTH;
    let size = jump_of_equals.map_or(0.0, |(_, d)| d[0].abs());
    let law = Law {
        slope_a: 2.0,
        ..Law::elastic(1.0, 1.0)
    };
    let places = linear(-0.05, 0.05, 102);
    let cured = jump(ContactModel::SoftSoft, &law, flush, &places)?;
    page.claim(
        "two soft bodies that are flush and equally stiff are the exception: the force across jumps by k d²/2, and not if one is \
         twice as stiff as the other",
        (size - expected).abs() < 1e-6 && cured.is_none(),
        format!("{} against {}", number(size), number(expected)),
    );
    let law = Law::elastic(1.0, 1.0);
    let depths = linear(0.02, 0.98, 97);
    let force = |depth: f64| {
        let a = cube([0.5 * WIDTH, 1.0], 0.0, 1.5 - depth, 0.0);
        let b = cube([1.5, 0.5], 0.0, 0.0, 0.0);
        contact::wrench(ContactModel::RigidSoft, &a, &b, &law)
            .on_a
            .force
            .y
    };
    let forces: Vec<f64> = depths.iter().map(|d| force(*d)).collect();
    let panel = Panel::new()
        .x_label("depth (m)")
        .y_label("force (N)")
        .series(Series::line(&depths, &forces).label("rigid-soft"))
        .vertical(0.5, "medial axis");
    let data = Table::new()
        .column("depth", &depths)
        .column("force", &forces);
    let caption = "A flat face pressed through the medial axis of a soft box, at half its height";
    page.picture("medial-axis", caption, Figure::of(panel), data);
    let slope = |d: f64| (force(d + 1e-4) - force(d - 1e-4)) / 2e-4;
    let (before, behind) = (slope(0.3), slope(0.7));
    page.claim(
        "beyond the medial axis pressure pulls in: the slope of the force is k w before and -k w behind",
        (before - WIDTH).abs() < 1e-6 && (behind + WIDTH).abs() < 1e-6,
        format!("{}, {}", number(before), number(behind)),
    );
    Ok(())
}

/// The box that comes down on a corner.
pub fn corner_case(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::of_talk(
        "The corner case: what is physical, and what is not",
        "A body that hits a corner or misses it ends in different places: that is physics. A jump inside the contact is of \
         the model.",
    );
    let places = linear(-0.5, 3.0, lab.amount(350) as usize);
    page.what = "A box comes down at 1 m/s on the corner of another, without friction, turning and weight; over their overlap, \
                 its vertical velocity at the end: -1 passed by, +1 thrown back. Lengths are in L, which the compliance sets; \
                 rigid bodies would jump at 0. h = 10 ms, and 1 ms for the value at 1. There is no noise."
        .into();
    let mut panel = Panel::new()
        .x_label("overlap (L)")
        .y_label("velocity at the end (m/s)");
    let mut data = Table::new().column("overlap", &places);
    let (mut rows, mut jumps) = (Vec::new(), Vec::new());
    for (model, contact, _) in ContactModel::ALL {
        lab.say(contact);
        let task = stepped("corner", contact, 1e-2, 6.0)?;
        let found = along(&task, ("overlap", "cost"), &places)?;
        let (x, y) = found.line.pieces();
        panel = panel.series(Series::line(&x, &y).label(*contact));
        data = data.column(contact.replace('-', "_"), &found.line.values);
        // The largest first: all others are of stepping.
        let mut sorted: Vec<_> = found.jumps.iter().collect();
        sorted.sort_by(|a, b| b.size.abs().total_cmp(&a.size.abs()));
        let main = sorted.first();
        rows.push(vec![
            (*contact).into(),
            found.jumps.len().to_string(),
            main.map_or("-".into(), |j| number(j.at)),
            main.map_or("-".into(), |j| number(j.size)),
            main.and_then(|j| j.changed.clone()).unwrap_or("-".into()),
            sorted.get(1).map_or("-".into(), |j| number(j.size)),
        ]);
        jumps.push((*model, found));
    }
    let header = [
        "contact",
        "jumps",
        "the largest at",
        "its size",
        "what changed there",
        "size of the next",
    ];
    page.table(
        "Jumps, the largest of each model and the next",
        &header,
        rows,
    );
    page.picture(
        "corner-case",
        "Thrown back or passed by",
        Figure::of(panel),
        data,
    );
    let text = |of: &[f64]| of.iter().map(|x| number(*x)).collect::<Vec<_>>().join(", ");
    let points = jumps.iter().filter(|(model, _)| !model.has_pressure());
    let (places, sizes): (Vec<f64>, Vec<f64>) = points
        .flat_map(|(_, found)| found.jumps.iter().filter(|j| j.size.abs() > 0.5))
        .map(|j| (j.at, j.size))
        .unzip();
    page.claim(
        "contact at points has one large jump, of 1 at an overlap of L; the small ones are of stepping",
        places.len() == 3
            && places.iter().all(|at| (at - 1.0).abs() < 1e-3)
            && sizes.iter().all(|size| (size - 1.0).abs() < 0.01),
        format!("at {}; by {}", text(&places), text(&sizes)),
    );
    let smooth: Vec<_> = jumps
        .iter()
        .filter(|(model, _)| model.has_pressure())
        .collect();
    let at_1 = |contact: &str| {
        let task = stepped("corner", contact, 1e-3, 6.0)?;
        Ok(mollify::engine::nominal::nominal(&task, &[1.0]).cost)
    };
    let values: Vec<f64> = ["rigid-soft", "soft-soft"]
        .into_iter()
        .map(at_1)
        .collect::<Result<_>>()?;
    page.claim(
        "pressure has none, and -0.3138 m/s at an overlap of L",
        smooth.iter().all(|(_, found)| found.jumps.is_empty())
            && values.iter().all(|v| (v + 0.3138).abs() < 1e-3),
        text(&values),
    );
    Ok(page)
}
