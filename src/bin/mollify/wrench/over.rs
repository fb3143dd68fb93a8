//! Wrenches along a coordinate of a pose, and where they jump.

use super::{Args, shapes};
use crate::continuity::grid;
use crate::failure::Failure;
use crate::figure::data::Table;
use mollify::contact::{Body, ContactModel, Law, Wrench, wrench};
use mollify::continuity::{Line, Search};
use mollify::error::Named as _;
use serde::Serialize;

/// A jump along a line.
#[derive(Debug, Serialize)]
pub(super) struct Jump {
    pub model: &'static str,
    pub what: &'static str,
    pub at: f64,
    pub size: f64,
}

/// The components of a wrench, by name.
pub(super) const COMPONENTS: [&str; 3] = ["force_x", "force_y", "moment"];

pub(super) fn components(w: &Wrench<f64>) -> [f64; 3] {
    [w.force.x, w.force.y, w.moment]
}

/// A coordinate that varies.
pub(super) struct Over {
    pub name: String,
    /// Of both poses.
    index: usize,
    places: Vec<f64>,
    poses: [[f64; 3]; 2],
}

/// A component of the wrench of a model along a line.
pub struct Along {
    pub(super) model: &'static str,
    pub(super) component: &'static str,
    pub(super) line: Line,
}

impl Over {
    pub fn parse(args: &Args, text: &str) -> Result<Self, Failure> {
        let (name, places) = grid(text)?;
        let index = shapes::COORDINATES.iter().position(|c| *c == name);
        let Some(index) = index else {
            let near = mollify::error::nearest(&name, shapes::COORDINATES);
            let near = near.map_or(String::new(), |n| format!(" (did you mean '{n}'?)"));
            return Err(Failure::Usage(format!(
                "--over is '{name}', but must be one of {}{near}",
                shapes::COORDINATES.join(", ")
            )));
        };
        Ok(Self {
            name,
            index,
            places,
            poses: [
                shapes::pose('a', &args.pose_a)?,
                shapes::pose('b', &args.pose_b)?,
            ],
        })
    }

    /// The two bodies at a value.
    fn at(&self, a: &Body<f64>, b: &Body<f64>, value: f64) -> [Body<f64>; 2] {
        match self.index {
            i @ 0..3 => [shapes::moved(a, self.poses[0], i, value), b.clone()],
            i => [a.clone(), shapes::moved(b, self.poses[1], i - 3, value)],
        }
    }

    pub fn lines(
        &self,
        a: &Body<f64>,
        b: &Body<f64>,
        law: &Law<f64>,
    ) -> mollify::Result<Vec<Along>> {
        let mut all = Vec::new();
        for (model, name, _) in ContactModel::ALL {
            let at = |x: f64| {
                let [a, b] = self.at(a, b, x);
                components(&wrench(*model, &a, &b, law).on_a)
            };
            let search = search(&at, &self.places);
            for (i, component) in COMPONENTS.into_iter().enumerate() {
                all.push(Along {
                    model: name,
                    component,
                    line: Line::search(&|x| Ok(at(x)[i]), &self.places, &search)?,
                });
            }
        }
        Ok(all)
    }
}

/// Below this part of the largest force or moment along the line a jump is rounding.
const ROUNDING: f64 = 1e-9;

/// A component that is 0 but for rounding is known by the others.
pub fn search(at: &dyn Fn(f64) -> [f64; 3], places: &[f64]) -> Search {
    let all = places.iter().flat_map(|x| at(*x));
    Search {
        rounding: ROUNDING * all.fold(0.0, |largest, x| f64::max(largest, x.abs())),
        ..Search::default()
    }
}

pub(super) fn jumps(lines: &[Along]) -> Vec<Jump> {
    let values = |component: &str| -> f64 {
        let same = lines.iter().filter(|along| along.component == component);
        let values = same.flat_map(|along| &along.line.values);
        values.fold(0.0, |largest, x| largest.max(x.abs()))
    };
    let mut all = Vec::new();
    for along in lines {
        let least = ROUNDING * values(along.component);
        let real = along.line.jumps.iter().filter(|j| j.size().abs() > least);
        all.extend(real.map(|jump| Jump {
            model: along.model,
            what: along.component,
            at: jump.low,
            size: jump.size(),
        }));
    }
    all
}

pub(super) fn data(over: &str, lines: &[Along]) -> Table {
    let places = lines.first().map_or(&[][..], |along| &along.line.places);
    lines
        .iter()
        .fold(Table::new().column(over, places), |table, along| {
            let name = format!("{}_{}", along.model.replace('-', "_"), along.component);
            table.column(name, &along.line.values)
        })
}
