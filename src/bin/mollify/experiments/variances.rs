//! The variance of one sample against stiffness.

use super::lab::Lab;
use super::landscapes::{geometric, slope};
use super::page::Page;
use crate::figure::data::Table;
use crate::figure::{Figure, Panel, Scale, Series};
use mollify::error::Result;
use mollify::estimate::Estimate;
use mollify::system::task::Task;

/// Beyond it the step of `pushing` with damping 0.99 is unstable: (1 + c) m/h².
const STABILITY_LIMIT: f64 = 7960.0;

/// Both orders at the start of `pushing`, over stiffness.
pub fn stiffness(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new(
        "Variance against stiffness",
        "The variance of the first order grows with the stiffness of contact, until the zeroth order, whose variance \
         depends on the cost alone, has less (section 3.3).",
    );
    let (samples, repeats) = (lab.amount(10_000), 5);
    let stiffnesses = geometric(10.0, 1e5, 17);
    page.what = format!(
        "Pushing with damping 0.99 and H = 200 at its start, sigma 0.1: the variance of one sample (trace of the \
         covariance) of both orders, mean and standard error of {repeats} batches of {samples} samples for each \
         stiffness. Beyond (1 + c) m/h² = {STABILITY_LIMIT} N/m the time step is unstable: what is seen there is the \
         integrator, not physics. Points are missing where derivatives leave the range of f32."
    );
    let mut columns: [Vec<f64>; 4] = Default::default();
    for (i, stiffness) in stiffnesses.iter().enumerate() {
        lab.say(&format!("stiffness {stiffness:.0}"));
        let task = Task::find("pushing")?
            .with_horizon(200)?
            .with_parameter("damping", 0.99)?
            .with_parameter("stiffness", *stiffness)?;
        let mut seen: [Vec<f64>; 2] = Default::default();
        for repeat in 0..repeats {
            let number = (i * repeats + repeat) as u32;
            let moments = match lab.moments(&task, &task.start(), samples, number) {
                Ok(moments) => moments,
                // Beyond the limit states overflow: no number is the honest one.
                Err(
                    mollify::Error::NonFiniteNominal { .. }
                    | mollify::Error::NonFinite { .. }
                    | mollify::Error::OutOfRange { .. },
                ) => continue,
                Err(error) => return Err(error),
            };
            seen[0].push(Estimate::first_order(&moments).variance);
            seen[1].push(Estimate::zeroth_order(&moments).variance);
        }
        for (order, values) in seen.iter().enumerate() {
            let (mean, error) = match values.is_empty() {
                true => (f64::NAN, f64::NAN),
                false => {
                    let summary = super::lab::Summary::of(values);
                    (summary.mean, summary.std_error)
                }
            };
            columns[2 * order].push(mean);
            columns[2 * order + 1].push(error);
        }
    }
    let [first, first_error, zeroth, zeroth_error] = columns;
    let panel = Panel::new()
        .x_label("stiffness (N/m)")
        .y_label("variance of one sample")
        .x_scale(Scale::Log)
        .y_scale(Scale::Log)
        .series(
            Series::line(&stiffnesses, &first)
                .std_error(&first_error)
                .label("first order"),
        )
        .series(
            Series::line(&stiffnesses, &zeroth)
                .std_error(&zeroth_error)
                .label("zeroth order"),
        )
        .vertical(STABILITY_LIMIT, "stability limit");
    let data = Table::new()
        .column("stiffness", &stiffnesses)
        .column("first_order_variance", &first)
        .column("first_order_variance_std_error", &first_error)
        .column("zeroth_order_variance", &zeroth)
        .column("zeroth_order_variance_std_error", &zeroth_error);
    let caption =
        "Variance of one sample at the start of pushing, with standard errors of five batches";
    page.picture("variance-stiffness", caption, Figure::of(panel), data);
    let stable = || (0..stiffnesses.len()).filter(|&i| stiffnesses[i] < STABILITY_LIMIT);
    let at = |v: &[f64], from: f64| -> Vec<f64> {
        stable()
            .filter(|&i| stiffnesses[i] >= from)
            .map(|i| v[i])
            .collect()
    };
    // Blank where derivatives leave the range of f32.
    let known = |x: &[f64], y: &[f64]| -> (Vec<f64>, Vec<f64>) {
        let pairs = x.iter().zip(y).filter(|(_, y)| y.is_finite());
        pairs.map(|(x, y)| (*x, *y)).unzip()
    };
    let (x, y) = known(&at(&stiffnesses, 100.0), &at(&first, 100.0));
    let (rate, error) = slope(&x, &y);
    page.claim(
        "the variance of the first order grows as a power of the stiffness, from 100 N/m to the stability limit",
        rate > 4.0 * error && rate > 0.5,
        format!("slope {rate:.2} ± {error:.2}"),
    );
    let (_, values) = known(&at(&stiffnesses, 0.0), &at(&zeroth, 0.0));
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    page.claim(
        "that of the zeroth order stays within a factor of 2",
        most < 2.0 * least,
        format!("{least:.3e} to {most:.3e}"),
    );
    let crossing = stable().find(|&i| first[i] > zeroth[i]);
    page.claim(
        "below the stability limit there is a stiffness from which on the zeroth order has less variance",
        crossing.is_some(),
        crossing.map_or("none".into(), |i| format!("from {:.0} N/m on", stiffnesses[i])),
    );
    Ok(page)
}
