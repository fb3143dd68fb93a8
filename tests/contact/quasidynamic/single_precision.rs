//! Steps in f32, on the lanes of engine `cpu` and in shaders, against the same steps in f64.

use super::independent::by_clarabel;
use super::samples::{distance, hand, hand_parameters, many, pushing, pushing_parameters};
use super::task;
use crate::engines;
use mollify::Task;
use mollify::contact::quasidynamic::smoothing;
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::engine::map::Map;
use mollify::engine::maps;
use mollify::system::quasidynamic::{QuasiDynamic, QuasiDynamics, Wanted};
use mollify::systems::planar_hand::PlanarHand;
use mollify::systems::planar_pushing::PlanarPushing;

/// Engine `cpu`, and the GPU where there is one.
fn on_engines(test: &str, task: &Task, wanted: Wanted) -> Vec<(Kind, Box<dyn Map>)> {
    let steps = steps(task);
    let function = steps.function(wanted);
    let open = |kind| {
        maps::open(
            kind,
            &function,
            task.parameters(),
            steps.sizes,
            &AdapterChoice::Any,
        )
    };
    let mut maps = vec![(Kind::Cpu, open(Kind::Cpu).expect("cpu"))];
    if engines::gpu_or_skip(test, task.model(), engines::MIB).is_some() {
        maps.push((Kind::Gpu, open(Kind::Gpu).expect("gpu")));
    }
    maps
}

fn steps(task: &Task) -> &QuasiDynamics {
    task.model().quasi_dynamics().expect("quasi-dynamic")
}

/// Points as f32 has them, so that what differs is the step.
fn rounded<const N: usize, const M: usize>(points: Vec<([f64; N], [f64; M])>) -> Vec<Vec<f64>> {
    let round = |x: &f64| f64::from(*x as f32);
    points
        .iter()
        .map(|(q, u)| q.iter().chain(u).map(round).collect())
        .collect()
}

fn at(name: &str, kappa: f64) -> Task {
    let plain = task(name, &[]);
    let compliance = steps(&plain).contact_compliance(plain.parameters());
    task(name, &[("smoothing", smoothing::length(kappa, compliance))])
}

/// How far derivatives are from what they should be, of the largest of them or of 1.
fn off(found: &[f64], expected: &[f64]) -> f64 {
    let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    distance(found, expected) / size
}

/// The largest error of q⁺, B and A over all points.
fn check(name: &str, points: &[Vec<f64>], kappa: f64) {
    let task = at(name, kappa);
    let steps = steps(&task);
    let flat = points.concat();
    for (kind, mut map) in on_engines("single_precision", &task, Wanted::Motion) {
        let results = map.run(&flat).expect("whole points");
        let width = results.len() / points.len();
        let mut worst = [0.0_f64; 3];
        for (point, result) in points.iter().zip(results.chunks(width)) {
            let (q, u) = point.split_at(steps.sizes.state);
            let expected = steps.linearize(task.parameters(), q, u);
            let found = steps.read(Wanted::Motion, result);
            worst[0] = worst[0].max(distance(&found.next, &expected.next));
            worst[1] = worst[1].max(off(&found.next_by_control, &expected.next_by_control));
            worst[2] = worst[2].max(off(&found.next_by_state, &expected.next_by_state));
        }
        println!(
            "{name}, {kind}, kappa {kappa:e}: q+ {:e}, B {:e}, A {:e}",
            worst[0], worst[1], worst[2]
        );
        let bounds = [3e-6, 3e-4, 6e-4];
        assert!(
            worst.iter().zip(bounds).all(|(x, bound)| *x <= bound),
            "{name}, {kind}, {kappa}: {worst:?}"
        );
    }
}

#[test]
fn steps_and_derivatives_in_f32_are_near_those_in_f64() {
    let pushing = rounded(many(1500, 50, pushing));
    let hand = rounded(many(500, 51, hand));
    for kappa in [1e2, 1e3, 1e4] {
        check("planar-pushing", &pushing, kappa);
        check("planar-hand", &hand, kappa);
    }
}

/// Without smoothing: of one contact a closed form, of twelve the hardest barrier that f32 holds, corrected.
#[test]
fn exact_steps_in_f32_are_those_of_an_independent_solver() {
    let points = rounded(many(1000, 52, pushing));
    let task = task("planar-pushing", &[("smoothing", 0.0)]);
    for (kind, mut map) in on_engines("exact_in_f32", &task, Wanted::Step) {
        let results = map.run(&points.concat()).expect("whole points");
        let worst = points.iter().zip(results.chunks(7)).map(|(point, result)| {
            let (q, u) = (std::array::from_fn(|i| point[i]), [point[5], point[6]]);
            let motion = by_clarabel(&PlanarPushing::problem(&pushing_parameters(), q, u));
            let next: Vec<f64> = (0..5).map(|i| q[i] + motion[i]).collect();
            distance(&result[..5], &next)
        });
        let worst = worst.fold(0.0, f64::max);
        println!("pushing on {kind}: {worst:e}");
        assert!(worst < 1e-6, "{kind}: {worst:e}");
    }
    let points = rounded(many(1000, 53, hand));
    let task = super::task("planar-hand", &[("smoothing", 0.0)]);
    for (kind, mut map) in on_engines("exact_in_f32", &task, Wanted::Step) {
        let results = map.run(&points.concat()).expect("whole points");
        let mut errors: Vec<f64> = points
            .iter()
            .zip(results.chunks(31))
            .map(|(point, result)| {
                let (q, u) = (
                    std::array::from_fn(|i| point[i]),
                    std::array::from_fn(|i| point[7 + i]),
                );
                let motion = by_clarabel(&PlanarHand::problem(&hand_parameters(), q, u));
                let next: Vec<f64> = (0..7).map(|i| q[i] + motion[i]).collect();
                distance(&result[..7], &next)
            })
            .collect();
        errors.sort_by(f64::total_cmp);
        println!(
            "hand on {kind}: 99 % {:e}, largest {:e}",
            errors[990], errors[999]
        );
        assert!(
            errors[990] < 2e-5 && errors[999] < 5e-4,
            "{kind}: {:e} {:e}",
            errors[990],
            errors[999]
        );
    }
}

#[test]
fn a_map_refuses_half_a_point() {
    let task = task("cart-wall", &[]);
    for (kind, mut map) in on_engines("a_map_refuses_half_a_point", &task, Wanted::Step) {
        let error = map
            .run(&[0.1, 0.2, 0.3])
            .expect_err("half a point")
            .to_string();
        assert_eq!(
            error, "the number of values is 3, but must be a multiple of 2, the values of a point",
            "{kind}"
        );
        assert!(map.run(&[]).expect("no point").is_empty(), "{kind}");
    }
}
