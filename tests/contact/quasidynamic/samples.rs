//! Random configurations and commands of the two tasks that everything is measured on, penetration included.

use mollify::contact::quasidynamic::Problem;
use mollify::system::ParameterSet;
use mollify::system::quasidynamic::QuasiDynamic;
use mollify::systems::planar_hand::{self, PlanarHand};
use mollify::systems::planar_pushing::{self, PlanarPushing};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Spread of commands around where the robot is, m and rad.
const COMMAND: f64 = 0.2;

pub fn pushing_parameters() -> planar_pushing::Parameters<f64> {
    ParameterSet::from_fn(|i| {
        <planar_pushing::Parameters<f64> as ParameterSet<f64>>::LIST[i].default
    })
}

pub fn hand_parameters() -> planar_hand::Parameters<f64> {
    ParameterSet::from_fn(|i| <planar_hand::Parameters<f64> as ParameterSet<f64>>::LIST[i].default)
}

/// A normal number.
pub fn normal(rng: &mut StdRng) -> f64 {
    let (a, b): (f64, f64) = (rng.random_range(1e-300..1.0), rng.random_range(0.0..1.0));
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

/// A box anywhere, turned anyhow, a disc from 5 cm inside of it to 20 cm off, and a command.
pub fn pushing(rng: &mut StdRng) -> ([f64; 5], [f64; 2]) {
    let p = pushing_parameters();
    loop {
        let mut q: [f64; 5] = std::array::from_fn(|_| rng.random_range(-1.0..1.0));
        q[2] *= std::f64::consts::PI;
        let gap = planar_pushing::touch(&p, q).gap;
        if (-0.05..0.2).contains(&gap) {
            let u = [3, 4].map(|i| q[i] + COMMAND * normal(rng));
            return (q, u);
        }
    }
}

/// A hand around its ball, arms up to 4 cm inside of it, and a command.
pub fn hand(rng: &mut StdRng) -> ([f64; 7], [f64; 4]) {
    hand_near(rng, 1.0, 0.04)
}

/// The same with another spread of places, and arms no deeper in the ball than this, m.
pub fn hand_near(rng: &mut StdRng, spread: f64, deepest: f64) -> ([f64; 7], [f64; 4]) {
    let p = hand_parameters();
    let grasp = [0.0, 0.35, 0.0, -0.8805, -0.6059, 0.8805, 0.6059];
    loop {
        let q: [f64; 7] = std::array::from_fn(|i| {
            grasp[i] + spread * if i < 3 { 0.05 } else { 0.2 } * normal(rng)
        });
        let u = std::array::from_fn(|i| q[3 + i] + COMMAND * normal(rng));
        let gaps = PlanarHand::problem(&p, q, u).gap;
        if gaps.iter().all(|gap| *gap > -deepest) {
            return (q, u);
        }
    }
}

pub fn pushing_problem(rng: &mut StdRng) -> Problem<f64, 5, 2> {
    let (q, u) = pushing(rng);
    PlanarPushing::problem(&pushing_parameters(), q, u)
}

pub fn hand_problem(rng: &mut StdRng) -> Problem<f64, 7, 24> {
    let (q, u) = hand(rng);
    PlanarHand::problem(&hand_parameters(), q, u)
}

/// So many of them, the same every time.
pub fn many<T>(count: usize, seed: u64, one: impl Fn(&mut StdRng) -> T) -> Vec<T> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count).map(|_| one(&mut rng)).collect()
}

/// The largest difference of both.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(
        0.0,
        |m, x| if x.is_nan() { f64::INFINITY } else { x.max(m) },
    )
}
