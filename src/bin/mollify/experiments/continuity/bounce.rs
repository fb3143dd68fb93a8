//! A block that bounces: what time stepping and the law of the ground make of a smooth function.

use super::{above, along, stepped};
use crate::experiments::lab::Lab;
use crate::experiments::landscapes::linear;
use crate::experiments::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Series};
use mollify::error::{Result, number};

/// What a rule of time stepping is expected to do: slope, sum of jumps.
const RULES: [(&str, f64, f64); 4] = [
    ("reverse", 1.0, 0.040),
    ("reset", 0.0, 0.240),
    ("impact-time", -0.8, 0.400),
    ("exact", 1.20493, 0.0),
];

/// Rules that look for the ground once a step.
pub fn rules(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let places = linear(0.0, 0.2, lab.amount(500) as usize);
    let steps = [1e-2, 5e-3, 2.5e-3, 1e-3];
    let (mut rows, mut panel, mut data) = (
        Vec::new(),
        Panel::new()
            .x_label("height at the start (m)")
            .y_label("height after 1 s (m)"),
        Table::new(),
    );
    let (mut slope_off, mut sum_off, mut rule_off) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut counts = Vec::new();
    for (rule, slope, sum) in RULES {
        lab.say(&format!("bounce, {rule}"));
        for step in steps {
            let task = stepped("bounce", rule, step, 1.0)?;
            let found = along(&task, ("lift", "cost"), &places)?;
            if step == steps[0] {
                let heights: Vec<f64> = places.iter().map(|x| 1.0 + x).collect();
                panel = panel.series(Series::line(&heights, &found.line.values).label(rule));
                data = data.column(format!("{rule}_height"), &found.line.values);
            }
            if rule != "exact" {
                slope_off = slope_off.max((found.pathwise_slope - slope).abs());
                sum_off = sum_off.max((found.sum_of_jumps / sum - 1.0).abs());
                counts.push(found.jumps.len());
            }
            let rule_of_sum = found.pathwise_slope * 0.2 + found.sum_of_jumps;
            rule_off = rule_off.max((found.rise - rule_of_sum).abs());
            rows.push(vec![
                rule.into(),
                number(step),
                found.jumps.len().to_string(),
                format!("{:.5}", found.pathwise_slope),
                format!("{:.4}", found.sum_of_jumps),
                format!("{:.5}", found.rise),
            ]);
        }
    }
    let header = [
        "rule",
        "h (s)",
        "jumps",
        "pathwise slope",
        "sum of jumps",
        "rise",
    ];
    page.table("The bounce", &header, rows);
    let figure = Figure::of(panel);
    page.picture("bounce", "Height after 1 s at h = 0.01 s", figure, data);
    page.claim(
        "the slope between jumps is 1, 0 and -e at every step, and never that of the truth, 1.20493",
        slope_off < 1e-6,
        format!("largest deviation {slope_off:.1e}"),
    );
    page.claim(
        "the sum of the jumps does not depend on the step: 0.040, 0.240, 0.400 m",
        sum_off < 0.1,
        format!("largest deviation {:.0} %", 100.0 * sum_off),
    );
    page.claim(
        "the rise is slope x range + sum of jumps",
        rule_off < 1e-4,
        format!("largest deviation {rule_off:.1e} m"),
    );
    page.claim(
        "their number is that of the steps that the time of the impact passes, 0.043/h: 4, 9, 17, 43 for every rule",
        counts == [4, 9, 17, 43].repeat(3),
        format!("{counts:?}"),
    );
    Ok(())
}

/// The grounds, and what is expected of each: pathwise slope at the finest step, and the sum of the jumps.
const GROUNDS: [(&str, &str, f64); 3] = [
    ("spring", "point", 0.0),
    ("Hunt-Crossley", "rigid-soft", 0.08),
    ("Kelvin-Voigt", "kelvin-voigt", 0.0),
];

/// Compliant grounds of k = 10⁴ N/m.
pub fn grounds(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let places = linear(0.0, 0.2, lab.amount(2000) as usize);
    let tolerance = 2.5 / places.len() as f64;
    let mut rows = Vec::new();
    let (mut smooth, mut off, mut stairs) = (0, 0.0_f64, Vec::new());
    for (ground, contact, dissipation) in GROUNDS {
        for step in [1e-3, 5e-4, 2.5e-4, 1.25e-4] {
            lab.say(&format!("bounce, {ground}, h = {step}"));
            let task = stepped("bounce", contact, step, 1.0)?
                .with_parameter("point_stiffness", 1e4)?
                .with_parameter("stiffness", 5e4)?
                .with_parameter("dissipation", dissipation)?;
            let found = above(tolerance, &task, ("lift", "cost"), &places)?;
            let secant = found.rise / 0.2;
            match contact {
                "kelvin-voigt" => stairs.push((found.jumps.len(), found.sum_of_jumps)),
                _ => smooth += found.jumps.len(),
            }
            if contact != "kelvin-voigt" && step < 2e-4 {
                off = off.max((found.pathwise_slope / secant - 1.0).abs());
            }
            rows.push(vec![
                ground.into(),
                number(step),
                found.jumps.len().to_string(),
                format!("{:.3}", found.sum_of_jumps),
                format!("{:.4}", found.pathwise_slope),
                format!("{secant:.4}"),
            ]);
        }
    }
    let header = [
        "ground",
        "h (s)",
        "jumps",
        "sum of jumps",
        "pathwise slope",
        "rise/range",
    ];
    page.table("The bounce on compliant grounds", &header, rows);
    page.claim(
        "a force that is 0 at the touch gives no jumps, and a pathwise slope within 1 % of that of the whole at h = 0.125 ms",
        smooth == 0 && off < 0.01,
        format!("{smooth} jumps; within {:.2} %", 100.0 * off),
    );
    let counts: Vec<String> = stairs.iter().map(|(n, _)| n.to_string()).collect();
    let sums = stairs.iter().map(|(_, sum)| (sum / 1.19 - 1.0).abs());
    page.claim(
        "damping after Kelvin and Voigt makes 43, 86, 172, 345 jumps whose sum stays 1.19 m, five times the rise",
        counts == ["43", "86", "172", "345"] && sums.fold(0.0, f64::max) < 0.05,
        counts.join(", "),
    );
    Ok(())
}
