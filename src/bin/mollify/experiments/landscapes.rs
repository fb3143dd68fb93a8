//! One-dimensional functions: `heaviside` and `empirical-bias`.

use super::lab::{Lab, Summary};
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Scale, Series};
use mollify::error::Result;
use mollify::estimate::Estimate;
use mollify::system::ClosedForm;
use mollify::system::task::Task;

fn exact(task: &Task, theta: f64) -> ClosedForm {
    task.closed_form(&[theta], 0.0)
        .expect("these tasks have closed forms for Gaussian noise")
}

/// `count` numbers from `low` to `high`.
pub fn linear(low: f64, high: f64, count: usize) -> Vec<f64> {
    let step = (high - low) / (count - 1) as f64;
    (0..count).map(|i| low + step * i as f64).collect()
}

/// `count` numbers from `low` to `high` in equal ratios.
pub fn geometric(low: f64, high: f64, count: usize) -> Vec<f64> {
    let logs = linear(low.ln(), high.ln(), count);
    logs.iter().map(|x| x.exp()).collect()
}

/// Slope of ln y against ln x by least squares, and its standard error.
pub fn slope(x: &[f64], y: &[f64]) -> (f64, f64) {
    let logs = |v: &[f64]| -> Vec<f64> { v.iter().map(|x| x.ln()).collect() };
    line(&logs(x), &logs(y))
}

/// Slope of y against x by least squares, and its standard error.
pub fn line(x: &[f64], y: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (mx, my) = (mean(x), mean(y));
    let sxx: f64 = x.iter().map(|x| (x - mx).powi(2)).sum();
    let sxy: f64 = x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum();
    let slope = sxy / sxx;
    let residuals = x.iter().zip(y).map(|(x, y)| y - my - slope * (x - mx));
    let variance = residuals.map(|r| r * r).sum::<f64>() / (n - 2.0).max(1.0);
    (slope, (variance / sxx).sqrt())
}

/// A jump seen by both orders.
pub fn heaviside(lab: &mut Lab<'_>) -> Result<Page> {
    let task = Task::find("heaviside")?;
    let mut page = Page::new(
        "Heaviside: the first order does not see a jump",
        "The derivative of a jump is 0 almost everywhere, so the first-order estimate of the smoothed objective is 0 \
         with no variance, while the zeroth-order estimate is unbiased (section 3).",
    );
    let samples = lab.amount(10_000);
    page.what = format!(
        "Both gradient estimates of F(theta) = E 1[theta + w >= 0], w ~ N(0, {}²), along theta, {samples} samples each, \
         beside the exact F' = φ(theta/σ)/σ; and the error against the number of samples at theta = 0.",
        task.sigma()
    );
    lab.say("landscape");
    let thetas = linear(-0.3, 0.3, 41);
    let (mut first, mut zeroth, mut errors, mut truth) = (vec![], vec![], vec![], vec![]);
    for (i, theta) in thetas.iter().enumerate() {
        let moments = lab.moments(&task, &[*theta], samples, i as u32)?;
        first.push(Estimate::first_order(&moments).gradient[0]);
        let estimate = Estimate::zeroth_order(&moments);
        zeroth.push(estimate.gradient[0]);
        errors.push(estimate.std_error[0]);
        truth.push(exact(&task, *theta).gradient[0]);
    }
    lab.say("convergence");
    let counts: Vec<f64> = geometric(10.0, lab.amount(1_000_000) as f64, 11)
        .iter()
        .map(|n| n.round())
        .collect();
    let seeds = lab.amount(100);
    let expected = exact(&task, 0.0).gradient[0];
    let (mut rms, mut rms_error) = (vec![], vec![]);
    for (i, count) in counts.iter().enumerate() {
        let squares: Vec<f64> = (0..seeds)
            .map(|k| {
                let number = 1000 + (i as u64 * seeds + k) as u32;
                let moments = lab.moments(&task, &[0.0], *count as u64, number)?;
                let found = Estimate::zeroth_order(&moments).gradient[0];
                Ok((found - expected).powi(2))
            })
            .collect::<Result<_>>()?;
        let summary = Summary::of(&squares);
        rms.push(summary.mean.sqrt());
        rms_error.push(0.5 * summary.std_error / summary.mean.sqrt());
    }
    let blind = vec![expected; counts.len()];
    let figure = Figure::new().lettered().row([
        Panel::new()
            .x_label("theta")
            .y_label("gradient of F")
            .series(Series::line(&thetas, &truth).label("exact"))
            .series(Series::line(&thetas, &first).label("first order"))
            .series(
                Series::line(&thetas, &zeroth)
                    .std_error(&errors)
                    .label("zeroth order"),
            ),
        Panel::new()
            .x_label("samples N")
            .y_label("rms error of the gradient")
            .x_scale(Scale::Log)
            .y_scale(Scale::Log)
            .series(Series::line(&counts, &blind).style(1).label("first order"))
            .series(
                Series::line(&counts, &rms)
                    .std_error(&rms_error)
                    .style(2)
                    .label("zeroth order"),
            ),
    ]);
    let data = Table::new()
        .column("theta", &thetas)
        .column("exact", &truth)
        .column("first_order", &first)
        .column("zeroth_order", &zeroth)
        .column("zeroth_order_std_error", &errors)
        .column("samples", &counts)
        .column("zeroth_order_rms_error", &rms)
        .column("zeroth_order_rms_error_std_error", &rms_error);
    let caption =
        "Gradient estimates along theta, with one standard error, and the error at theta = 0";
    page.picture("heaviside", caption, figure, data);
    let largest = first.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    page.claim(
        "the first order is exactly 0 everywhere",
        largest == 0.0,
        format!("largest |g1| {largest}"),
    );
    // Where no sample crosses the jump, the estimate and its standard error are 0: nothing can be said there.
    let off = zeroth
        .iter()
        .zip(&truth)
        .zip(&errors)
        .filter(|(_, e)| **e > 0.0);
    let worst = off.map(|((g, t), e)| (g - t).abs() / e).fold(0.0, f64::max);
    page.claim(
        "the zeroth order is unbiased: within 5 of its standard errors at all 41 places",
        worst < 5.0,
        format!("largest deviation {worst:.2} standard errors"),
    );
    let (rate, error) = slope(&counts, &rms);
    page.claim(
        "its error falls as one over the square root of N, that of the first order not at all",
        (rate + 0.5).abs() < 4.0 * error.max(0.01),
        format!("slope {rate:.3} ± {error:.3}"),
    );
    Ok(page)
}

/// A ramp that few samples hit.
pub fn empirical_bias(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Empirical bias: unbiased, and wrong in nearly every batch",
        "A continuous but steep approximation of a jump has an unbiased first order, yet with few samples it looks like \
         the jump itself: with high probability the batch shows neither the gradient nor its variance (section 3.2).",
    );
    let (samples, batches) = (100, lab.amount(400));
    let widths = geometric(1e-5, 1.0, 16);
    page.what = format!(
        "The soft Heaviside function with a ramp of width D at theta = 0, sigma 0.1: {batches} batches of {samples} \
         samples for each D. The probability that no sample of a batch hits the ramp is (1 - p)^N with \
         p = Φ(D/2σ) - Φ(-D/2σ)."
    );
    let (mut missed, mut predicted, mut median, mut truth) = (vec![], vec![], vec![], vec![]);
    let (mut mean, mut mean_error, mut variance, mut exact_variance) =
        (vec![], vec![], vec![], vec![]);
    let mut worst = (0.0_f64, 0.0_f64);
    for (i, width) in widths.iter().enumerate() {
        lab.say(&format!("width {width:.1e}"));
        let task = Task::find("soft-heaviside")?.with_parameter("width", *width)?;
        let form = exact(&task, 0.0);
        let (mut gradients, mut variances) = (vec![], vec![]);
        for k in 0..batches {
            let number = (i as u64 * batches + k) as u32;
            let estimate = Estimate::first_order(&lab.moments(&task, &[0.0], samples, number)?);
            gradients.push(estimate.gradient[0]);
            variances.push(estimate.variance);
        }
        let p = form.gradient[0] * width / 2.0;
        let none = (1.0 - p).powi(samples as i32);
        let share = gradients.iter().filter(|g| **g == 0.0).count() as f64 / batches as f64;
        let spread = (none * (1.0 - none) / batches as f64)
            .sqrt()
            .max(1.0 / batches as f64);
        worst.0 = worst.0.max((share - none).abs() / spread);
        let summary = Summary::of(&gradients);
        let true_variance = form.first_order_variance.unwrap_or(f64::NAN);
        let std_error = (true_variance / (samples * batches) as f64).sqrt();
        worst.1 = worst
            .1
            .max((summary.mean - form.gradient[0]).abs() / std_error);
        missed.push(share);
        predicted.push(none);
        mean.push(summary.mean);
        mean_error.push(std_error);
        truth.push(form.gradient[0]);
        exact_variance.push(true_variance);
        gradients.sort_by(f64::total_cmp);
        variances.sort_by(f64::total_cmp);
        median.push(gradients[gradients.len() / 2]);
        variance.push(variances[variances.len() / 2]);
    }
    let log = || {
        Panel::new()
            .x_label("width D of the ramp")
            .x_scale(Scale::Log)
    };
    let figure = Figure::new().lettered().row([
        log()
            .y_label("share of batches with no hit")
            .series(Series::line(&widths, &predicted).label("(1 - p)^N"))
            .series(Series::points(&widths, &missed).label("seen")),
        log()
            .y_label("first-order gradient")
            .series(Series::line(&widths, &truth).label("exact"))
            .series(
                Series::line(&widths, &mean)
                    .std_error(&mean_error)
                    .label("mean of all batches"),
            )
            .series(Series::line(&widths, &median).label("median batch")),
        log()
            .y_label("first-order variance")
            .y_scale(Scale::Log)
            .series(Series::line(&widths, &exact_variance).label("exact"))
            .series(
                Series::line(&widths, &variance)
                    .style(2)
                    .label("median batch"),
            ),
    ]);
    let data = Table::new()
        .column("width", &widths)
        .column("no_hit_predicted", &predicted)
        .column("no_hit_seen", &missed)
        .column("gradient_exact", &truth)
        .column("gradient_mean", &mean)
        .column("gradient_mean_std_error", &mean_error)
        .column("gradient_median", &median)
        .column("variance_exact", &exact_variance)
        .column("variance_median", &variance);
    let caption = "What batches of 100 samples see of a ramp: hits, the first-order gradient, and its variance";
    page.picture("empirical-bias", caption, figure, data);
    page.claim(
        "the share of batches without a hit is (1 - p)^N",
        worst.0 < 4.0,
        format!("largest deviation {:.2} standard errors", worst.0),
    );
    page.claim(
        "the mean over all batches is right: the first order is unbiased",
        worst.1 < 4.0,
        format!("largest deviation {:.2} standard errors", worst.1),
    );
    page.claim(
        "for the steepest ramp the median batch shows a gradient and a variance of 0",
        median[0] == 0.0 && variance[0] == 0.0,
        format!(
            "gradient {}, variance {}, exact {:.3} and {:.3e}",
            median[0], variance[0], truth[0], exact_variance[0]
        ),
    );
    Ok(page)
}
