//! Both orders and their mix under each contact model, on the corner.

mod halves;
mod shove;

use super::lab::{Lab, Summary};
use super::page::Page;
use mollify::engine::nominal::nominal;
use mollify::engine::{Baseline, Batch, Wanted};
use mollify::error::{Result, number};
use mollify::estimate::alpha::Rule;
use mollify::estimate::{self, Estimate, Settings};
use mollify::system::task::Task;
use rayon::prelude::*;

/// theta, sigma and gamma of each case.
const CASES: [(f64, f64, f64); 4] = [
    (0.5, 0.3, 0.3),
    (0.5, 1.0, 0.12),
    (0.8, 0.5, 0.3),
    (1.0, 0.1, 1.0),
];
const SAMPLES: u64 = 1000;

fn corner(contact: &str, sigma: f64) -> Result<Task> {
    Task::find_with("corner", Some(contact))?
        // Far from the other corners, however wide the noise is.
        .with_parameter("size", 400.0)?
        .with_sigma(sigma)
}

/// F'(theta) = E f(theta + σ z) z/σ by the rectangle rule from -8 to 8 σ, from costs alone.
fn truth(task: &Task, theta: f64, points: usize) -> f64 {
    let width = 16.0 / points as f64;
    let terms = (0..points).into_par_iter().map(|i| {
        let z = -8.0 + width * (i as f64 + 0.5);
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        nominal(task, &[theta + task.sigma() * z]).cost * z * density
    });
    terms.sum::<f64>() * width / task.sigma()
}

/// What many batches say of a case.
struct Seen {
    truth: f64,
    alpha_ivw: f64,
    alpha_aobg: f64,
    lowered: f64,
    disagree: f64,
    bias: f64,
    /// Root mean square errors: first, zeroth, aobg, ivw.
    errors: [f64; 4],
    ratio: f64,
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn see(
    lab: &mut Lab<'_>,
    contact: &str,
    (theta, sigma, gamma): (f64, f64, f64),
    batches: u64,
) -> Result<Seen> {
    let task = corner(contact, sigma)?;
    let truth = truth(&task, theta, 2000);
    let settings = |rule| {
        Settings::new(SAMPLES, gamma)
            .with_rule(rule)
            .with_baseline(Baseline::LeaveOneOut)
    };
    let (mut ivw, mut aobg, mut biases, mut ratios) = (vec![], vec![], vec![], vec![]);
    let (mut lowered, mut disagree) = (0.0, 0.0);
    let mut squares = [0.0; 4];
    for seed in 0..batches {
        let batch = Batch {
            baseline: Baseline::LeaveOneOut,
            ..Batch::new(SAMPLES, lab.seed + seed)
        };
        let moments = lab.moments_of(&task, &[theta], &batch)?;
        let (first, zeroth) = (
            Estimate::first_order(&moments),
            Estimate::zeroth_order(&moments),
        );
        let by = |rule| {
            estimate::mix(&moments, None, &settings(rule), Wanted::Both, None)
                .choice
                .alpha
        };
        let (of_ivw, of_aobg) = (by(Rule::Ivw), by(Rule::Aobg));
        let (g1, g0) = (first.gradient[0], zeroth.gradient[0]);
        let spread = first.std_error[0].hypot(zeroth.std_error[0]);
        let bias = (g1 - g0).abs() / spread;
        disagree += f64::from(u8::from(bias > 3.0));
        lowered += f64::from(u8::from(of_aobg < of_ivw - 1e-9));
        let mixed = |alpha: f64| alpha * g1 + (1.0 - alpha) * g0;
        for (sum, g) in squares
            .iter_mut()
            .zip([g1, g0, mixed(of_aobg), mixed(of_ivw)])
        {
            *sum += (g - truth).powi(2);
        }
        ivw.push(of_ivw);
        aobg.push(of_aobg);
        biases.push(bias);
        ratios.push(first.variance / zeroth.variance);
    }
    let n = batches as f64;
    Ok(Seen {
        truth,
        alpha_ivw: median(&mut ivw),
        alpha_aobg: median(&mut aobg),
        lowered: lowered / n,
        disagree: disagree / n,
        bias: median(&mut biases),
        errors: squares.map(|s| (s / n).sqrt()),
        ratio: median(&mut ratios),
    })
}

/// The corner under point contact and under pressure.
pub fn contact_gradients(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::of_talk(
        "Gradients under each contact model",
        "The first order is biased where the map jumps. Pressure contact takes the artificial jumps away: then inverse \
         variance is the right mix, and the stiffness that is left is a matter of variance alone.",
    );
    let batches = lab.amount(200).max(10);
    page.what = format!(
        "The corner at four places: both orders from one batch of {SAMPLES} samples with the leave-one-out baseline, {batches} \
         batches with seeds of their own. Medians but for errors, which are root mean squares against F' by quadrature of the \
         costs. Bias in standard errors of the difference, as if both were independent. `soft-soft` is left out: on a corner \
         its force is that of `rigid-soft`."
    );
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for case in CASES {
        for contact in ["point", "manifold", "rigid-soft"] {
            lab.say(&format!("theta {}, sigma {}, {contact}", case.0, case.1));
            let seen = see(lab, contact, case, batches)?;
            let digits = |x: f64| format!("{x:.4}");
            let mut row = vec![
                format!("{}, {}, {}", case.0, case.1, case.2),
                contact.into(),
                digits(seen.truth),
                format!("{:.3}", seen.alpha_ivw),
                format!("{:.3} ({:.0} %)", seen.alpha_aobg, 100.0 * seen.lowered),
                format!("{:.1} ({:.0} %)", seen.bias, 100.0 * seen.disagree),
            ];
            row.extend(seen.errors.map(digits));
            row.push(number(seen.ratio));
            rows.push(row);
            all.push((case, contact, seen));
        }
    }
    let header = [
        "theta, sigma, gamma",
        "contact",
        "F'",
        "alpha ivw",
        "alpha aobg (lowered in)",
        "bias in s.e. (> 3 in)",
        "rms first",
        "zeroth",
        "aobg",
        "ivw",
        "v1/v0",
    ];
    page.table("Batches", &header, rows);
    claims(&mut page, &all);
    halves::both(lab, &mut page)?;
    stiff(lab, &mut page)?;
    shove::shove(lab, &mut page)?;
    page.notes.push(
        "The rows of `point` are of time steps: there the normal turns at a whole step, the slope between jumps is \
         0, and so the first order is 0 with variance 0, its error is F' itself, and inverse variance takes all of \
         it. In continuous time \
         the map has the slope theta/√(1 - theta²) up to an overlap of L, and only the jump there is missing from F'."
            .into(),
    );
    Ok(page)
}

/// A case, a contact model and what was seen.
type One = ((f64, f64, f64), &'static str, Seen);

fn claims(page: &mut Page, all: &[One]) {
    let of = |pressure: bool| {
        all.iter()
            .filter(move |(_, contact, _)| contact.ends_with("soft") == pressure)
            .map(|(case, _, seen)| (case, seen))
    };
    let (least, _) =
        crate::experiments::contacts::ends(&of(false).map(|(_, s)| s.disagree).collect::<Vec<_>>());
    let (_, most) =
        crate::experiments::contacts::ends(&of(true).map(|(_, s)| s.disagree).collect::<Vec<_>>());
    page.claim(
        "at points both orders disagree by more than 3 standard errors in more than 60 % of the batches, by pressure in less \
         than 5 %",
        least > 0.6 && most < 0.05,
        format!("at least {:.0} %, at most {:.1} %", 100.0 * least, 100.0 * most),
    );
    let (least, _) =
        crate::experiments::contacts::ends(&of(false).map(|(_, s)| s.lowered).collect::<Vec<_>>());
    page.claim(
        "at points aobg lowers alpha in more than 85 % of the batches",
        least > 0.85,
        format!("at least {:.0} %", 100.0 * least),
    );
    let alphas: Vec<f64> = of(true).map(|(_, s)| s.alpha_aobg).collect();
    page.claim(
        "by pressure it leaves alpha where inverse variance puts it: 0.89 ± 0.02 and 0.53 ± 0.03 in the first two cases",
        (alphas[0] - 0.89).abs() < 0.02 && (alphas[1] - 0.53).abs() < 0.03,
        format!("{:.3}, {:.3}", alphas[0], alphas[1]),
    );
    let third = |contact: &str| {
        let mut cases = all.iter();
        let found = cases.find(|(case, known, _)| *case == CASES[2] && *known == contact);
        found.map_or([f64::NAN; 4], |(_, _, seen)| seen.errors)
    };
    let [_, zeroth, mix, _] = third("rigid-soft");
    page.claim(
        "by pressure, at theta 0.8 and sigma 0.5, the mix has at most 1/2.5 of the error of the zeroth order",
        zeroth > 2.5 * mix,
        format!("{} and {}", number(zeroth), number(mix)),
    );
    let [_, zeroth, _, ivw] = third("point");
    page.claim(
        "at points inverse variance has at least 5 times the error of the zeroth order there",
        ivw > 5.0 * zeroth,
        format!("{} and {}", number(ivw), number(zeroth)),
    );
}

/// Of one point in continuous time: the mean of f' = theta/√(1 - theta²) from 0 to 1, and with the jump of 1 at 1 all of F'.
fn closed_form(theta: f64, sigma: f64) -> [f64; 2] {
    const COUNT: usize = 2000;
    let density = |x: f64| {
        let z = (x - theta) / sigma;
        (-0.5 * z * z).exp() / ((2.0 * std::f64::consts::PI).sqrt() * sigma)
    };
    // theta = sin t makes it smooth.
    let width = std::f64::consts::FRAC_PI_2 / COUNT as f64;
    let terms = (0..COUNT).map(|i| {
        let sine = (width * (i as f64 + 0.5)).sin();
        sine * density(sine)
    });
    let slope = width * terms.sum::<f64>();
    [slope, slope + density(1.0)]
}

/// Noise far wider than the contact is soft.
fn stiff(lab: &mut Lab<'_>, page: &mut Page) -> Result<()> {
    const SIGMA: f64 = 10.0;
    let samples = lab.amount(200_000);
    let seeds = 10;
    let [slope, whole] = closed_form(0.5, SIGMA);
    let (mut rows, mut means) = (Vec::new(), Vec::new());
    for contact in ["point", "rigid-soft"] {
        lab.say(&format!("stiff limit, {contact}"));
        let task = corner(contact, SIGMA)?;
        let expected = truth(&task, 0.5, 4000);
        let of_seed = |lab: &mut Lab<'_>, seed: u64| -> Result<f64> {
            let batch = Batch::new(samples, lab.seed + seed);
            let moments = lab.moments_of(&task, &[0.5], &batch)?;
            Ok(Estimate::first_order(&moments).gradient[0] / expected)
        };
        let found: Vec<f64> = (0..seeds)
            .map(|seed| of_seed(lab, seed))
            .collect::<Result<_>>()?;
        let summary = Summary::of(&found);
        rows.push(vec![contact.into(), number(expected), summary.to_text(3)]);
        means.push(summary.mean);
    }
    let share = slope / whole;
    rows.push(vec![
        "point, in continuous time, closed form".into(),
        number(whole),
        format!("{share:.3}"),
    ]);
    page.table(
        format!("Wide noise: sigma = 10 L, {samples} samples, {seeds} seeds"),
        &["contact", "F'", "first order/F'"],
        rows,
    );
    page.claim(
        "with noise far wider than the contact is soft, half of the gradient is missing from the first order at points in \
         continuous time, all of it in time steps, because the normal turns at a whole step, at any number of samples; and \
         nothing by pressure",
        (share - 0.5).abs() < 0.02 && means[0].abs() < 0.02 && (means[1] - 1.0).abs() < 0.03,
        format!("{share:.3}, {:.3}, {:.3} of it are there", means[0], means[1]),
    );
    Ok(())
}
