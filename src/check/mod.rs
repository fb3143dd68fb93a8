//! GPU against reference: the same samples through both engines, compared one by one and as moments.
//!
//! f32 and f64 may legitimately take different branches where a comparison is nearer to flipping than f32
//! rounds. [`sample_margin`] tells those samples from the others; they are *excused* from the comparison sample by
//! sample, counted, and may be no more than [`MOST_EXCUSED`] of all. For the comparison of the moments the
//! reference takes the GPU's value of the excused samples, so that everything else is still compared tightly.

pub mod branches;
mod measures;

pub use crate::check::branches::{SHADOW, Sensitivity, sample_margin, sensitivity};
use crate::contact::ContactModel;
use crate::engine::moments::{Moments, NonFinitePolicy, Offender};
use crate::engine::nominal::finite_nominal;
use crate::engine::{Baseline, Batch, Engine, Sample, Stream, Wanted};
use crate::error::{Named as _, Result};
use crate::estimate::alpha::Rule;
use crate::estimate::directions::Directions;
use crate::estimate::zeroth::Zeroth;
use crate::estimate::{self, Settings};
use crate::number::margin::UNIT_ROUNDOFF;
use crate::system::task::Task;
use measures::{distance, largest, norm, ratio, root_mean_square};
use rayon::prelude::*;
use serde::Serialize;

/// The largest share of samples that may be excused, unless the task's model of contact jumps.
pub const MOST_EXCUSED: f64 = 0.01;

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What is compared.
    pub check: &'static str,
    /// The largest deviation found.
    pub deviation: f64,
    /// What is allowed.
    pub tolerance: f64,
    /// What the deviation is measured in, and why that much is allowed.
    pub reason: &'static str,
    /// deviation <= tolerance
    pub holds: bool,
}

/// The comparison of one task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The task.
    pub task: String,
    /// Its contact model, if it has a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The file of its system, if it came from one.
    pub system: Option<String>,
    /// The comparisons.
    pub rows: Vec<Row>,
    /// Samples drawn.
    pub samples: u64,
    /// Samples excused from the comparison one by one.
    pub excused: u64,
    /// Whether all rows hold.
    pub holds: bool,
}

/// The comparisons of an engine on several tasks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// The engine that was compared with the reference.
    pub engine: &'static str,
    /// Its adapter, if it has one.
    pub adapter: Option<String>,
    /// The driver of that.
    pub driver: Option<String>,
    /// The seed of the noise.
    pub seed: u64,
    /// Samples drawn of each task.
    pub samples: u64,
    /// One for each task.
    pub reports: Vec<Report>,
    /// Whether all of them hold.
    pub holds: bool,
}

/// Compares `gpu` with `reference` on a task at its start.
pub fn verify(
    gpu: &mut dyn Engine,
    reference: &mut dyn Engine,
    task: &Task,
    samples: u64,
    seed: u64,
) -> Result<Report> {
    let theta = task.start();
    let batch = Batch::new(samples, seed);
    let nominal = finite_nominal(task, &theta)?.cost;
    let on_gpu = gpu.samples(task, &theta, &batch, 0..samples)?;
    let mut on_cpu = reference.samples(task, &theta, &batch, 0..samples)?;
    let mut rows = Vec::new();
    let noise = largest(on_gpu.iter().zip(&on_cpu).flat_map(|(a, b)| {
        a.noise
            .iter()
            .zip(&b.noise)
            .map(|(a, b)| (a - b).abs() / b.abs())
    }));
    rows.push(row(
        "noise",
        noise,
        1e-6,
        "relative; 7 ulp of the generator and one of sigma",
    ));

    // On all cores: what rounding may do to a sample takes longer than the sample.
    let sensitivities: Vec<Sensitivity> = on_cpu
        .par_iter()
        .map(|s| sensitivity_of(task, &theta, s))
        .collect();
    let excused: Vec<bool> = sensitivities.iter().map(|s| s.margin < 1.0).collect();
    let kept = || {
        let pairs = on_gpu.iter().zip(&on_cpu).zip(&sensitivities);
        pairs.filter(|(_, s)| s.margin >= 1.0)
    };
    let disagree = kept()
        .filter(|((a, b), _)| a.nonfinite != b.nonfinite)
        .count();
    rows.push(row(
        "finiteness",
        disagree as f64,
        0.0,
        "samples that are finite on one engine only",
    ));
    let finite = || kept().filter(|((a, b), _)| a.nonfinite.or(b.nonfinite).is_none());
    // Where a system itself amplifies rounding, no engine in f32 can do better than that: the growth is measured.
    // The shadow of one sample may be near it by luck, so that the usual growth counts too.
    let usual = root_mean_square(sensitivities.iter().map(|s| s.rounding));
    let amplifies = task.model().defaults().amplifies_rounding;
    let cost_scale = nominal.abs() + root_mean_square(on_cpu.iter().map(|s| s.deviation));
    // A sample far above the others is rounded in proportion to itself: costs may have heavy tails.
    let cost = largest(finite().map(|((a, b), s)| {
        let own = cost_scale.max(nominal.abs() + b.deviation.abs());
        let grown = if amplifies {
            SHADOW * s.rounding.max(usual)
        } else {
            0.0
        };
        ratio(
            (a.deviation - b.deviation).abs(),
            own + grown / COST_OF_SAMPLE,
        )
    }));
    rows.push(row(
        "cost of a sample",
        cost,
        COST_OF_SAMPLE,
        match amplifies {
            false => "of |f(theta,0)| + rms deviation, or its own if larger; rounding of states along the trajectory",
            true => "the same, and 16 times what rounding all states does to it or to the rms sample: the system amplifies it",
        },
    ));
    let gradient_scale = root_mean_square(on_cpu.iter().map(|s| norm(&s.first_order)));
    let grown_cost = if amplifies { usual } else { 0.0 };
    let usual = root_mean_square(sensitivities.iter().map(|s| s.rounding_of_gradient));
    let grown = [grown_cost, usual];
    let gradient = largest(finite().map(|((a, b), s)| {
        let own = gradient_scale.max(norm(&b.first_order));
        // 0 where the system does not amplify rounding.
        let grown = SHADOW * s.rounding_of_gradient.max(usual);
        let scale = own + grown / FIRST_ORDER_OF_SAMPLE;
        ratio(distance(&a.first_order, &b.first_order), scale)
    }));
    rows.push(row(
        "first order of a sample",
        gradient,
        FIRST_ORDER_OF_SAMPLE,
        match amplifies {
            false => "|difference| of the rms |g1|, or its own if larger; 2^-24 for each of H steps, as a random walk, and room",
            true => "the same, and 16 times what rounding all states does to it or to the rms sample: the system amplifies it",
        },
    ));

    for ((a, b), excused) in on_gpu.iter().zip(&mut on_cpu).zip(&excused) {
        if *excused {
            b.clone_from(a);
        }
    }
    let expected = moments_of(task, nominal, &on_cpu);
    let found = gpu.moments(task, &theta, &batch)?;
    rows.extend(moment_rows(&found, &expected, grown));
    rows.extend(alpha_rows(&found, &expected));
    rows.push(decrease_row(gpu, reference, task, &theta, &batch)?);

    let count = excused.iter().filter(|e| **e).count();
    let (most_excused, reason) = match contact_jumps(task) {
        false => (
            MOST_EXCUSED,
            "share of samples nearer to another branch than f32 rounds",
        ),
        true => (
            1.0 - 1.0 / samples as f64,
            "the same, counted: the force between points jumps where a corner or face changes, and one is enough to compare",
        ),
    };
    rows.push(row(
        "excused samples",
        count as f64 / samples as f64,
        most_excused,
        reason,
    ));
    Ok(Report {
        task: task.name().into(),
        contact: task.model().about().contact.as_deref().map(Into::into),
        system: task.system_file(),
        holds: rows.iter().all(|r| r.holds),
        rows,
        samples,
        excused: count as u64,
    })
}

/// Whether the force of the task's model of contact jumps where the deepest corner or the nearest face changes.
fn contact_jumps(task: &Task) -> bool {
    let name = task.model().about().contact.as_deref();
    let mut models = ContactModel::ALL.iter();
    models.any(|(model, known, _)| name == Some(known) && !model.has_pressure())
}

/// What the cost of a sample may deviate by, of its scale.
const COST_OF_SAMPLE: f64 = 2e-6;
/// What the first order of a sample may deviate by, of its scale.
const FIRST_ORDER_OF_SAMPLE: f64 = 1e-5;
/// What a mean may deviate by, of its standard error and of a thousandth of itself.
const MEAN: f64 = 1e-3;
/// What a variance may deviate by, of itself: ten times what a derivative of a sample may.
const VARIANCE: f64 = 1e-4;

fn sensitivity_of(task: &Task, theta: &[f64], sample: &Sample) -> Sensitivity {
    let world = (&sample.initial_state[..], &sample.parameters[..]);
    sensitivity(task, theta, &sample.noise, world)
}

fn row(check: &'static str, deviation: f64, tolerance: f64, reason: &'static str) -> Row {
    Row {
        check,
        deviation,
        tolerance,
        reason,
        holds: deviation <= tolerance,
    }
}

/// The moments of samples in full, baseline nominal.
fn moments_of(task: &Task, nominal: f64, samples: &[Sample]) -> Moments {
    let mut moments = Moments::empty(nominal, task.dimension());
    for (number, s) in samples.iter().enumerate() {
        if let Some(time) = s.nonfinite {
            let sample = number as u64;
            moments.nonfinite.add(Offender { sample, time });
            continue;
        }
        let weight = s.deviation - s.baseline;
        let both = s.first_order.iter().zip(&s.score);
        moments.add(s.deviation, both.map(|(g, w)| (*g, weight * w)));
    }
    moments
}

/// Deviations of a mean are measured in its own standard error, those of a second moment relative to itself.
///
/// `grown` is what rounding grows to in the cost and in the first order of the rms sample, where the system amplifies it: means of
/// samples that are each off by it in their own way are off by its share of √K.
fn moment_rows(found: &Moments, expected: &Moments, grown: [f64; 2]) -> Vec<Row> {
    let n = expected.count().max(1) as f64;
    let [grown_value, grown_first] = grown.map(|rounding| SHADOW * rounding / n.sqrt() / MEAN);
    let settings = |m: &Moments| {
        let first = estimate::Estimate::first_order(m);
        (first, estimate::Estimate::zeroth_order(m))
    };
    let ((found_1, found_0), (expected_1, expected_0)) = (settings(found), settings(expected));
    let cross = |m: &Moments| m.coordinates.iter().map(|c| c.cross).sum::<f64>() / n;
    let mean = |a: &estimate::Estimate, b: &estimate::Estimate, floor: f64| {
        let scale = (b.variance / n).sqrt() + floor;
        ratio(
            (estimate::vector(&a.gradient) - estimate::vector(&b.gradient)).norm(),
            scale,
        )
    };
    let relative = |a: f64, b: f64| ratio((a - b).abs(), b.abs());
    // Derivatives that are all the same have a variance of rounding, which no engine shares with another.
    let rounded = SHADOW * UNIT_ROUNDOFF * estimate::vector(&expected_1.gradient).norm();
    let variance_1 = expected_1.variance + rounded * rounded / VARIANCE;
    let spread = expected.deviation.std_error();
    let floor = MEAN * expected.value_mean().abs() + grown_value;
    let own = |b: &estimate::Estimate| MEAN * estimate::vector(&b.gradient).norm();
    let error_unit = match grown_first > 0.0 {
        false => "of its standard error + 1e-3 of itself; costs and derivatives in f32",
        true => {
            "the same, and what samples may differ by where the system amplifies rounding, as a random walk"
        }
    };
    let relative_unit = "relative; ten times what a derivative of a sample may differ by, 1e-5";
    vec![
        row(
            "finite samples",
            found.count().abs_diff(expected.count()) as f64,
            0.0,
            "counts are exact",
        ),
        row(
            "mean of the value",
            ratio(
                (found.value_mean() - expected.value_mean()).abs(),
                spread + floor,
            ),
            MEAN,
            error_unit,
        ),
        row(
            "variance of the value",
            relative(found.deviation.m2, expected.deviation.m2),
            VARIANCE,
            relative_unit,
        ),
        row(
            "first-order mean",
            mean(&found_1, &expected_1, own(&expected_1) + grown_first),
            MEAN,
            error_unit,
        ),
        row(
            "zeroth-order mean",
            mean(&found_0, &expected_0, own(&expected_0)),
            MEAN,
            error_unit,
        ),
        row(
            "first-order variance",
            ratio((found_1.variance - expected_1.variance).abs(), variance_1),
            VARIANCE,
            relative_unit,
        ),
        row(
            "zeroth-order variance",
            relative(found_0.variance, expected_0.variance),
            VARIANCE,
            relative_unit,
        ),
        row(
            "cross moment",
            ratio(
                (cross(found) - cross(expected)).abs(),
                (expected_0.variance * variance_1).sqrt(),
            ),
            VARIANCE,
            "of the product of both standard deviations; ten times what a derivative may differ by",
        ),
        row(
            "largest zeroth order",
            relative(found.largest_zeroth_order, expected.largest_zeroth_order),
            VARIANCE,
            relative_unit,
        ),
    ]
}

fn alpha_rows(found: &Moments, expected: &Moments) -> Vec<Row> {
    let alpha = |m: &Moments, rule| {
        let settings = Settings {
            samples: m.count(),
            seed: 0,
            rule,
            baseline: Baseline::Nominal,
            gamma: f64::INFINITY,
            failure_probability: 0.05,
            bound: None,
            nonfinite: NonFinitePolicy::Drop,
            directions: Directions::Independent,
            zeroth: Zeroth::Correlation,
        };
        estimate::mix(m, None, &settings, Wanted::Both, None)
            .choice
            .alpha
    };
    let rows = [
        ("alpha, rule ivw", Rule::Ivw),
        ("alpha, rule shared", Rule::Shared),
    ];
    rows.into_iter()
        .map(|(check, rule)| {
            let difference = (alpha(found, rule) - alpha(expected, rule)).abs();
            row(
                check,
                difference,
                1e-4,
                "absolute; a ratio of variances, each of which may differ by 1e-4",
            )
        })
        .collect()
}

/// The decrease to a candidate a tenth of σ away in every coordinate, against that of the samples in full.
fn decrease_row(
    gpu: &mut dyn Engine,
    reference: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    batch: &Batch,
) -> Result<Row> {
    let candidate: Vec<f64> = theta.iter().map(|t| t + 0.1 * task.sigma()).collect();
    let batch = Batch {
        stream: Stream::Candidates,
        ..*batch
    };
    let mut costs = |theta: &[f64]| -> Result<Vec<f64>> {
        let nominal = finite_nominal(task, theta)?.cost;
        let on_gpu = gpu.samples(task, theta, &batch, 0..batch.samples)?;
        let on_cpu = reference.samples(task, theta, &batch, 0..batch.samples)?;
        let cost = |(g, c): (&Sample, &Sample)| match sensitivity_of(task, theta, c).margin < 1.0 {
            true => nominal + g.deviation,
            false => nominal + c.deviation,
        };
        Ok(on_gpu.par_iter().zip(&on_cpu).map(cost).collect())
    };
    let (here, there) = (costs(theta)?, costs(&candidate)?);
    let pairs: Vec<(f64, f64)> = here.into_iter().zip(there).collect();
    let finite = || pairs.iter().filter(|(a, b)| (a - b).is_finite());
    let n = finite().count().max(1) as f64;
    let differences = || finite().map(|(a, b)| a - b);
    let expected = differences().sum::<f64>() / n;
    let found = gpu.decreases(task, theta, std::slice::from_ref(&candidate), &batch)?[0];
    let spread = root_mean_square(differences().map(|x| x - expected));
    let one = finite().next().map_or(0.0, |(here, _)| here.abs());
    let scale = spread / n.sqrt() + 1e-3 * (one + expected.abs());
    Ok(row(
        "decrease to a candidate",
        ratio((found.mean() - expected).abs(), scale),
        1e-3,
        "of its standard error + 1e-3 of the cost; costs in f32",
    ))
}
