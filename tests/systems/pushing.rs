//! Pushing: up to which stiffness its step is stable in contact.

use crate::engines::task;
use mollify::engine::nominal::nominal;
use mollify::system::{Dynamics, ParameterSet};
use mollify::systems::pushing::{Parameters, Pushing};
use nalgebra::Matrix4;

fn parameters(changes: &[(&str, f64)]) -> Parameters<f64> {
    let task = task("pushing", 1, 0.1, changes);
    Parameters::from_fn(|i| task.parameters()[i])
}

/// The largest magnitude of an eigenvalue of the step in contact, which is linear there.
fn spectral_radius(p: &Parameters<f64>) -> f64 {
    let deep = [0.0, -9.0, 0.0, 0.0];
    let from = Pushing::advance(p, deep, [0.0]);
    let column = |j: usize| {
        let mut state = deep;
        state[j] += 1.0;
        let to = Pushing::advance(p, state, [0.0]);
        std::array::from_fn::<f64, 4, _>(|i| to[i] - from[i])
    };
    let step = Matrix4::from_fn(|i, j| column(j)[i]);
    let magnitudes = step
        .complex_eigenvalues()
        .map(|value| value.re.hypot(value.im));
    magnitudes.max()
}

#[test]
fn it_warns_exactly_where_the_step_in_contact_is_unstable() {
    for (mass, time_step, damping) in [
        (0.1, 0.005, 0.998),
        (0.1, 0.005, 0.99),
        (0.37, 0.013, 0.4),
        (2.3, 0.0007, 1.0),
        (0.1, 0.005, 1.01),
    ] {
        let limit = (1.0 + damping) * mass / (time_step * time_step);
        for share in [0.3, 0.999, 1.001, 3.0] {
            let p = parameters(&[
                ("mass", mass),
                ("time_step", time_step),
                ("damping", damping),
                ("stiffness", share * limit),
            ]);
            let unstable = damping > 1.0 || share > 1.0;
            let radius = spectral_radius(&p);
            // At the very least 0.001 above 1 where unstable, and 1, that of the position, where not.
            assert_eq!(radius > 1.0 + 1e-6, unstable, "{radius} at {share}");
            assert_eq!(Pushing::warning(&p).is_some(), unstable, "at {share}");
        }
    }
}

/// Both bodies pushed at rest, in contact but for a share of 10⁻⁶ of the gap that balances the force, 400 steps long: the least
/// and the largest gap, as shares of that one.
fn gaps(stiffness: f64) -> (f64, f64) {
    let balance = -0.5 * 0.7 / stiffness;
    let mut task = task("pushing", 400, 0.1, &[("stiffness", stiffness)]);
    let start = mollify::noise::environment::Draw::Constant(balance * (1.0 + 1e-6));
    task = task.with_initial("gap", start, &[]).expect("a gap");
    let states = nominal(&task, &[0.7; 400]).states;
    let shares = states.chunks(4).map(|x| x[1] / balance);
    shares.fold((f64::MAX, f64::MIN), |(least, most), share| {
        (least.min(share), most.max(share))
    })
}

/// (1 + c) m/h² is 7992 with the defaults; 2m/h² without the damping would be 8000.
#[test]
fn a_contact_at_rest_stays_below_the_limit_and_breaks_up_above_it() {
    let (least, most) = gaps(7985.0);
    assert!(least > 1.0 - 1e-4 && most < 1.0 + 1e-4, "{least}, {most}");
    let (least, _) = gaps(7998.0);
    assert!(least < 0.0, "it parts: {least}");
}
