//! What it means that two engines agree: within what the rounding of single samples may do to their statistics.

use mollify::engine::Decrease;
use mollify::engine::moments::{Moments, Spread};
use mollify::system::task::Task;

/// Rounding of one sample's cost in f32, of |f(theta, 0)| + its standard deviation: as in `verify`.
const COST: f64 = 2e-6;
/// Rounding of one sample's derivatives, of their size.
const DERIVATIVE: f64 = 1e-5;

pub fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found} on the GPU, {expected} by the reference, may differ by {tolerance}"
    );
}

/// The variance of one sample; 0 for a single one, which has none.
fn variance(spread: &Spread, count: u64) -> f64 {
    spread.m2 / (count.max(2) - 1) as f64
}

fn sd(spread: &Spread, count: u64) -> f64 {
    variance(spread, count).sqrt()
}

/// Moments within what the rounding of single samples may do to them.
#[allow(dead_code, reason = "each test binary uses its own part")]
pub fn agree(what: &str, task: &Task, found: &Moments, expected: &Moments) {
    // Three standard deviations of w.
    agree_with_score(what, 3.0 / task.sigma(), found, expected);
}

/// Moments within what the rounding of single samples may do to them, where a coordinate of the score is at most
/// `score`.
pub fn agree_with_score(what: &str, score: f64, found: &Moments, expected: &Moments) {
    let n = expected.count();
    assert_eq!(
        (found.count(), found.nonfinite),
        (n, expected.nonfinite),
        "{what}"
    );
    assert_eq!(found.nominal, expected.nominal, "{what}");
    let cost_scale =
        expected.nominal.abs() + sd(&expected.deviation, n) + expected.deviation.mean.abs();
    let cost = COST * cost_scale;
    near(
        &format!("{what}: value"),
        found.deviation.mean,
        expected.deviation.mean,
        cost,
    );
    let both = |a: f64, b: f64, error: f64| {
        // σ' = σ + error gives σ'² - σ² = error (2σ + error).
        near(
            &format!("{what}: a standard deviation"),
            a.sqrt(),
            b.sqrt(),
            error + 1e-6 * b.sqrt(),
        );
    };
    both(
        variance(&found.deviation, n),
        variance(&expected.deviation, n),
        2.0 * cost,
    );
    let largest = expected.largest_zeroth_order;
    for (i, (a, b)) in found
        .coordinates
        .iter()
        .zip(&expected.coordinates)
        .enumerate()
    {
        let (d1, d0) = (sd(&b.first_order, n), sd(&b.zeroth_order, n));
        let e1 = DERIVATIVE * (b.first_order.mean.abs() + d1);
        // The score times the error of the cost, and the error of the score itself.
        let e0 = score * cost + 1e-6 * (b.zeroth_order.mean.abs() + d0);
        near(
            &format!("{what}: g1[{i}]"),
            a.first_order.mean,
            b.first_order.mean,
            e1,
        );
        near(
            &format!("{what}: g0[{i}]"),
            a.zeroth_order.mean,
            b.zeroth_order.mean,
            e0,
        );
        both(
            variance(&a.first_order, n),
            variance(&b.first_order, n),
            2.0 * e1,
        );
        both(
            variance(&a.zeroth_order, n),
            variance(&b.zeroth_order, n),
            2.0 * e0,
        );
        let cross = n as f64 * (e1 * (d0 + e0) + e0 * (d1 + e1)) * 2.0;
        near(&format!("{what}: cross[{i}]"), a.cross, b.cross, cross);
    }
    let scale =
        largest + 10.0 * cost_scale * (found.coordinates.len() as f64).sqrt() * (score / 3.0);
    near(
        &format!("{what}: largest"),
        found.largest_zeroth_order,
        largest,
        1e-5 * scale,
    );
}

pub fn decreases_agree(what: &str, scale: f64, found: &[Decrease], expected: &[Decrease]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        assert_eq!((a.count(), a.nonfinite), (b.count(), b.nonfinite), "{what}");
        let cost = 2.0 * COST * scale;
        near(&format!("{what}: decrease {i}"), a.mean(), b.mean(), cost);
        let (a, b) = (sd(&a.spread, a.count()), sd(&b.spread, b.count()));
        near(&format!("{what}: spread {i}"), a, b, 2.0 * cost + 1e-6 * b);
    }
}
