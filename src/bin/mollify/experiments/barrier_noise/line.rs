//! On a line: k/2 (q - u)² + b(q) with b' = -k f(q) has the solution q(u) = E max(u + w, 0) for symmetric noise w where f is
//! its own inverse, and dq/du = P(w >= -u).

use crate::experiments::lab::Lab;
use crate::experiments::landscapes::linear;
use crate::experiments::page::Page;
use crate::figure::data::Table;
use crate::figure::{Colour, Dash, Figure, Panel, Series};
use mollify::Task;
use mollify::error::{Named, Result};
use mollify::estimate::Estimate;
use mollify::estimate::linearize::Law;
use mollify::noise::Distribution;
use std::f64::consts::{PI, SQRT_2};

/// s, the scale of all noises, m; of Laplace's and of the logistic distribution their own scale, of the normal one its standard
/// deviation.
const SCALE: f64 = 0.02;

fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

/// A noise of scale 1 and its barrier, with k = 1.
struct Pair {
    noise: Distribution,
    barrier: &'static str,
    /// σ of the scale 1.
    sigma: f64,
    density: fn(f64) -> f64,
    /// q(u)
    step: fn(f64) -> f64,
    /// dq/du, and the distribution function of the noise.
    slope: fn(f64) -> f64,
    /// `short_tailed` of the task's law, if it has this one.
    law: Option<f64>,
}

const PAIRS: [Pair; 4] = [
    Pair {
        noise: Distribution::StudentT,
        barrier: "log",
        sigma: 1.0,
        density: |x| (2.0 + x * x).powf(-1.5),
        step: |u| match u < 0.0 {
            // Without a difference of numbers that are nearly equal.
            true => 1.0 / ((u * u + 2.0).sqrt() - u),
            false => 0.5 * (u + (u * u + 2.0).sqrt()),
        },
        slope: |u| 0.5 * (1.0 + u / (u * u + 2.0).sqrt()),
        law: Some(0.0),
    },
    Pair {
        noise: Distribution::Logistic,
        barrier: "dilogarithm",
        sigma: PI / 1.732_050_807_568_877_2,
        density: |x| 0.25 / (0.5 * x).cosh().powi(2),
        step: |u| u.max(0.0) + (-u.abs()).exp().ln_1p(),
        slope: |u| 1.0 / (1.0 + (-u).exp()),
        law: Some(1.0),
    },
    Pair {
        noise: Distribution::Gaussian,
        barrier: "no closed form",
        sigma: 1.0,
        density: normal_density,
        step: |u| u * normal_below(u) + normal_density(u),
        slope: normal_below,
        law: None,
    },
    Pair {
        noise: Distribution::Laplace,
        barrier: "linear and x log x",
        sigma: SQRT_2,
        density: |x| 0.5 * (-x.abs()).exp(),
        step: |u| u.max(0.0) + 0.5 * (-u.abs()).exp(),
        slope: |u| match u < 0.0 {
            true => 0.5 * u.exp(),
            false => 1.0 - 0.5 * (-u).exp(),
        },
        law: None,
    },
];

/// ∫ of a function over (0, ∞) by the trapezoidal rule in t, x = exp(t - e^-t), which has hardly any error for what is smooth there.
fn integral(f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 64.0;
    let term = |i: i32| {
        let t = f64::from(i) * STEP;
        let x = (t - (-t).exp()).exp();
        f(x) * x * (1.0 + (-t).exp())
    };
    let terms = (-320..=2560).map(term).filter(|x| x.is_finite());
    STEP * terms.sum::<f64>()
}

/// E max(u + w, 0) over the density: of the side of 0 that has no u in it, which both sides of the noise give.
fn mean_by_quadrature(pair: &Pair, u: f64) -> f64 {
    // max(u + w, 0) over w > |u| for u < 0; for u > 0 that and u, by symmetry.
    let beyond = integral(|x| x * (pair.density)(u.abs() + x));
    u.max(0.0) + beyond
}

/// The largest differences in units of the scale: closed form and quadrature; the balance of force and spring, q(u) - u = f(q(u)),
/// with f taken as its own inverse; and the task's step with its law.
fn in_closed_form(pair: &Pair) -> Result<[f64; 3]> {
    let mut worst = [0.0_f64; 3];
    for u in linear(-6.0, 6.0, 49) {
        let q = (pair.step)(u);
        worst[0] = worst[0].max((q - mean_by_quadrature(pair, u)).abs());
        worst[1] = worst[1].max((q - u - (pair.step)(-u)).abs());
        if let Some(law) = pair.law {
            let task = wall(SCALE, law)?;
            let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
            let found = steps.linearize(task.parameters(), &[0.1], &[SCALE * u]);
            worst[2] = worst[2].max((found.next[0] / SCALE - q).abs());
            worst[2] = worst[2].max((found.next_by_control[0] - (pair.slope)(u)).abs());
        }
    }
    Ok(worst)
}

/// One step of the cart, whose cost is where it ends.
fn wall(smoothing: f64, law: f64) -> Result<Task> {
    let task = Task::find("cart-wall")?.with_horizon(1)?;
    let task = task.with_parameter("effort", 0.0)?;
    let task = task.with_parameter("short_tailed", law)?;
    task.with_parameter("smoothing", smoothing)
}

/// Values and slopes under a noise, with standard errors.
struct Sampled {
    value: Vec<[f64; 2]>,
    slope: Vec<[f64; 2]>,
}

fn sampled(lab: &mut Lab<'_>, pair: &Pair, commands: &[f64], samples: u64) -> Result<Sampled> {
    let task = wall(0.0, 0.0)?.with_distribution(pair.noise);
    let task = task.with_sigma(pair.sigma * SCALE)?;
    let mut found = Sampled {
        value: Vec::new(),
        slope: Vec::new(),
    };
    for (i, command) in commands.iter().enumerate() {
        let number = 100 * (1 + pair.noise as u32) + i as u32;
        let moments = lab.moments(&task, &[*command], samples, number)?;
        let first = Estimate::first_order(&moments);
        found
            .value
            .push([moments.value_mean(), moments.value_std_error()]);
        found.slope.push([first.gradient[0], first.std_error[0]]);
    }
    Ok(found)
}

/// The largest difference in standard errors.
fn furthest(found: &[[f64; 2]], expected: &[f64]) -> f64 {
    let off = found.iter().zip(expected);
    // f32 holds values of the size of the scale to 1e-9.
    off.map(|([mean, error], expected)| (mean - expected).abs() / (error + 1e-9))
        .fold(0.0, f64::max)
}

/// The four pairs: tables, claims, and a picture of the slopes.
pub fn pairs(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    let samples = lab.amount(1_000_000);
    let commands = linear(-3.0 * SCALE, 3.0 * SCALE, 13);
    let (mut rows, mut closed, mut furthest_off) = (Vec::new(), 0.0_f64, 0.0_f64);
    let mut panels = Vec::new();
    let mut data = Table::new().column("command", &commands);
    for pair in &PAIRS {
        lab.say(pair.noise.name());
        let worst = in_closed_form(pair)?;
        let found = sampled(lab, pair, &commands, samples)?;
        let expected = |of: fn(f64) -> f64, unit: f64| -> Vec<f64> {
            commands.iter().map(|u| unit * of(u / SCALE)).collect()
        };
        let (values, slopes) = (expected(pair.step, SCALE), expected(pair.slope, 1.0));
        let off = [
            furthest(&found.value, &values),
            furthest(&found.slope, &slopes),
        ];
        closed = worst.iter().fold(closed, |m, x| m.max(*x));
        furthest_off = off.iter().fold(furthest_off, |m, x| m.max(*x));
        rows.push(vec![
            pair.noise.name().into(),
            pair.barrier.into(),
            format!("{:.1e}", worst[0]),
            format!("{:.1e}", worst[1]),
            match pair.law {
                Some(_) => format!("{:.1e}", worst[2]),
                None => "no such law".into(),
            },
            format!("{:.2}", off[0]),
            format!("{:.2}", off[1]),
        ]);
        let name = pair.noise.name();
        let [means, errors] = [0, 1].map(|i| column(&found.slope, i));
        panels.push(panel(pair, &commands, [&slopes, &means, &errors]));
        data = data
            .column(format!("{name}_barrier"), &values)
            .column(format!("{name}_mean"), &column(&found.value, 0))
            .column(format!("{name}_mean_std_error"), &column(&found.value, 1))
            .column(format!("{name}_barrier_slope"), &slopes)
            .column(format!("{name}_mean_slope"), &means)
            .column(format!("{name}_mean_slope_std_error"), &errors);
    }
    page.table(
        format!("Four pairs on a line, scale {SCALE} m; {samples} samples at each of 13 commands"),
        &[
            "noise",
            "barrier",
            "closed form - quadrature",
            "gap and force change places",
            "step of the task",
            "value, s.e.",
            "slope, s.e.",
        ],
        rows,
    );
    page.claim(
        "in closed form barrier and noise are the same, and gap and force change places with the sign of the command",
        closed <= 1e-9,
        format!("off by {closed:.1e} of the scale at most"),
    );
    page.claim(
        "through the task: the mean of the exact step under each noise is the step of its barrier, in value and slope",
        furthest_off <= 4.0,
        format!("off by {furthest_off:.2} standard errors at most, of 104 comparisons"),
    );
    gaussian_beside_t(page);
    let figure = Figure::new().lettered().common_legend().row(panels);
    let caption = "Slope of the cart's step by its command: barrier, and mean of the exact step under the noise that belongs to it";
    page.picture("line", caption, figure, data);
    Ok(())
}

fn column(values: &[[f64; 2]], i: usize) -> Vec<f64> {
    values.iter().map(|x| x[i]).collect()
}

fn panel(pair: &Pair, x: &[f64], [barrier, mean, error]: [&[f64]; 3]) -> Panel {
    Panel::new()
        .title(pair.noise.name())
        .x_label("command (m)")
        .y_label("dq/du")
        .series(
            Series::line(x, barrier)
                .label("barrier")
                .colour(Colour::BLACK)
                .dash(Dash::Solid),
        )
        .series(
            Series::points(x, mean)
                .std_error(error)
                .label("exact step under noise ± s.e.")
                .colour(Colour::VERMILLION),
        )
}

/// How near the distribution function of a normal noise comes to that of Student's t of scale 1: by its σ.
fn distance_from_t(sigma: f64) -> f64 {
    let off = |x: f64| (normal_below(x / sigma) - (PAIRS[0].slope)(x)).abs();
    linear(0.0, 40.0, 40_001)
        .into_iter()
        .map(off)
        .fold(0.0, f64::max)
}

fn gaussian_beside_t(page: &mut Page) {
    // The slope of Student's t at 0 is 1/√8.
    let equal_slope = 8.0_f64.sqrt() * normal_density(0.0);
    let [equal, nearest] = [equal_slope, Law::NEAREST_GAUSSIAN].map(distance_from_t);
    page.claim(
        "Gaussian noise is not the barrier: at the best scale the distribution functions stay .031 apart",
        (nearest - 0.0313).abs() < 5e-4 && (equal - 0.0539).abs() < 5e-4,
        format!("{nearest:.4} at the best scale, 1.4072; {equal:.4} at equal slope, {equal_slope:.4}"),
    );
}
