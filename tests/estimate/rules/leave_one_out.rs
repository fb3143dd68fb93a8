//! The leave-one-out baseline is the mean of the other samples, literally.

use crate::engines::{all, batch, task};
use mollify::engine::{Baseline, Batch};

#[test]
fn leave_one_out_equals_its_definition() {
    const SAMPLES: u64 = 57;
    let quadratic = task("quadratic", 3, 0.4, &[("slope", -1.3), ("coupling", 0.9)]);
    let pushing = task("pushing", 5, 0.4, &[("stiffness", 70.0)]);
    for (task, tolerance) in [(quadratic, 3e-6), (pushing, 3e-5)] {
        let theta: Vec<f64> = (0..task.dimension())
            .map(|i| 0.7 - 0.4 * i as f64)
            .collect();
        for mut engine in all("leave_one_out_equals_its_definition", task.model()) {
            let batch = Batch {
                baseline: Baseline::LeaveOneOut,
                ..batch(SAMPLES, 23)
            };
            let m = engine.moments(&task, &theta, &batch).expect("moments");
            let samples = engine
                .samples(&task, &theta, &batch, 0..SAMPLES)
                .expect("samples");
            let total: f64 = samples.iter().map(|s| s.deviation).sum();
            let n = SAMPLES as f64;
            let mut largest: f64 = 0.0;
            let mut sums = vec![(0.0, 0.0); task.dimension()];
            for s in &samples {
                let others = (total - s.deviation) / (n - 1.0);
                let weight = (s.deviation - others) / task.sigma().powi(2);
                let g: Vec<f64> = s.noise.iter().map(|w| weight * w).collect();
                largest = largest.max(g.iter().map(|g| g * g).sum::<f64>().sqrt());
                for (sum, g) in sums.iter_mut().zip(g) {
                    *sum = (sum.0 + g, sum.1 + g * g);
                }
            }
            let on = format!("{}, {}", task.name(), engine.report().engine);
            let tolerance = if engine.report().engine != "reference" {
                tolerance
            } else {
                1e-9
            };
            for (c, (sum, squares)) in m.coordinates.iter().zip(sums) {
                let sd = (squares / n).sqrt();
                let found = c.zeroth_order;
                assert!(
                    (found.mean - sum / n).abs() <= tolerance * sd,
                    "{on}: {found:?}"
                );
                let m2 = squares - sum * sum / n;
                assert!(
                    (found.m2 / m2 - 1.0).abs() <= 10.0 * tolerance,
                    "{on}: {found:?}"
                );
            }
            let error = (m.largest_zeroth_order / largest - 1.0).abs();
            assert!(error <= 10.0 * tolerance, "{on}: largest off by {error:e}");
        }
    }
}
