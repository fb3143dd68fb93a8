//! Every distribution of the noise smooths relu into the function that its closed form says, on every engine.

use crate::engines::{batch, within_four_standard_errors};
use mollify::estimate::Estimate;
use mollify::noise::Distribution;
use mollify::system::task::Task;

/// E relu'(mu + w) = P(w > -mu) of each distribution, for mu > 0.
fn exact(distribution: Distribution, mu: f64, sigma: f64) -> f64 {
    match distribution {
        Distribution::Gaussian => unreachable!("estimators.rs has it"),
        Distribution::Laplace => 1.0 - 0.5 * (-mu * 2.0_f64.sqrt() / sigma).exp(),
        Distribution::Logistic => {
            let s = sigma * 3.0_f64.sqrt() / std::f64::consts::PI;
            1.0 / (1.0 + (-mu / s).exp())
        }
        Distribution::StudentT => 0.5 * (1.0 + mu / (mu * mu + 2.0 * sigma * sigma).sqrt()),
    }
}

#[test]
fn both_orders_of_relu_converge_to_the_closed_form_of_every_distribution() {
    let (mu, sigma) = (0.07, 0.13);
    for distribution in [
        Distribution::Laplace,
        Distribution::Logistic,
        Distribution::StudentT,
    ] {
        let task = Task::find("relu")
            .and_then(|t| t.with_sigma(sigma))
            .expect("relu")
            .with_distribution(distribution);
        let expected = exact(distribution, mu, sigma);
        for mut engine in crate::engines::all("both_orders_of_relu_converge", task.model()) {
            let what = format!("{distribution:?}, {}", engine.report().engine);
            let moments = engine
                .moments(&task, &[mu], &batch(200_000, 3))
                .expect(&what);
            for (order, found) in [
                ("first", Estimate::first_order(&moments)),
                ("zeroth", Estimate::zeroth_order(&moments)),
            ] {
                let what = format!("{what}, {order} order");
                let error = found.std_error[0];
                assert!(error > 0.0 && error < 0.02, "{what}: {error}");
                within_four_standard_errors(&what, found.gradient[0], expected, error, 0.0);
            }
        }
    }
}

#[test]
fn single_precision_draws_and_scores_are_those_of_double_precision() {
    for distribution in [
        Distribution::Laplace,
        Distribution::Logistic,
        Distribution::StudentT,
    ] {
        for word in [
            0,
            1,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
            0x1234_5678,
            0x9abc_def0,
        ] {
            let [a, b] = distribution.standard_pair([word, !word]);
            let [c, d] = distribution.standard_pair_f32([word, !word]);
            for (wide, narrow) in [(a, c), (b, d)] {
                // 2 - q and 1 - q round to 2^-24 near q = 1, where the draw is small.
                let off = (wide - f64::from(narrow)).abs();
                assert!(
                    off <= 1e-6 * wide.abs() + 3e-7 && wide.is_finite(),
                    "{distribution:?} of {word:#x}: {narrow}, not {wide}"
                );
                let constant = 0.5;
                let score = distribution.score_shape(wide, constant);
                let found = distribution.score_shape_f32(wide as f32, constant as f32);
                assert!(
                    (score - f64::from(found)).abs() < 1e-6,
                    "{distribution:?}: score of {wide}"
                );
            }
        }
    }
}
