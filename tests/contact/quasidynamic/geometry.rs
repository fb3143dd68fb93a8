//! Gaps and rows of planar bodies: against distances found by search, and rows against how gaps change as bodies move.

use super::near;
use super::samples::{hand_parameters, many, pushing_parameters};
use mollify::contact::quasidynamic::planar::{
    RoundedBox, box_disc, contact_force, friction_of_pair, level_box_disc, line_disc,
};
use mollify::contact::quasidynamic::two_rows;
use mollify::system::quasidynamic::QuasiDynamic;
use mollify::systems::planar_hand::PlanarHand;
use mollify::systems::planar_pushing::{self, PlanarPushing};
use rand::RngExt;

/// The distance of a point to the outline of a box with rounded corners, below 0 inside, by walking along it.
fn by_walking(half: [f64; 2], corner: f64, at: [f64; 2]) -> f64 {
    let inner = half.map(|a| a - corner);
    let mut nearest = f64::INFINITY;
    let mut see = |x: f64, y: f64| nearest = nearest.min((x - at[0]).hypot(y - at[1]));
    for i in -4000..=4000 {
        let t = f64::from(i) / 4000.0;
        for sign in [-1.0, 1.0] {
            see(t * inner[0], sign * half[1]);
            see(sign * half[0], t * inner[1]);
            let angle = (t + 1.0) * std::f64::consts::FRAC_PI_4;
            for up in [-1.0, 1.0] {
                see(
                    sign * (inner[0] + corner * angle.cos()),
                    up * (inner[1] + corner * angle.sin()),
                );
            }
        }
    }
    let beyond = [0, 1].map(|i| (at[i].abs() - inner[i]).max(0.0));
    let inside = beyond[0].hypot(beyond[1]) < corner || (0..2).all(|i| at[i].abs() < inner[i]);
    if inside { -nearest } else { nearest }
}

#[test]
fn gaps_to_a_rounded_box_are_distances() {
    for at in many(60, 40, |rng| {
        [rng.random_range(-1.0..1.0), rng.random_range(-1.0..1.0)]
    }) {
        let (half, corner) = ([0.6, 0.4], 0.1);
        let shape = RoundedBox { half, corner };
        let touch = level_box_disc(&shape, 0.05, at);
        // Inside, between a face and the rounding of a corner, the nearest face is what counts.
        let deep = (0..2).all(|i| at[i].abs() < half[i] - corner);
        let expected = match deep {
            true => (0..2)
                .map(|i| at[i].abs() - half[i])
                .fold(f64::NEG_INFINITY, f64::max),
            false => by_walking(half, corner, at),
        };
        near(touch.gap + 0.05, expected, 2e-4);
        near(touch.normal[0].hypot(touch.normal[1]), 1.0, 1e-12);
        // The witness point of the box is where the disc's would be without the gap.
        let reach = touch.gap + 0.05;
        (0..2).for_each(|i| near(touch.lever[i] + reach * touch.normal[i], at[i], 1e-12));
        // A box that turns is the same in its own frame.
        let angle: f64 = 0.7;
        let turned = |v: [f64; 2]| {
            let (c, s) = (angle.cos(), angle.sin());
            [c * v[0] - s * v[1], s * v[0] + c * v[1]]
        };
        let other = box_disc(&shape, angle, 0.05, turned(at));
        near(other.gap, touch.gap, 1e-12);
        let normal = turned(touch.normal);
        (0..2).for_each(|i| near(other.normal[i], normal[i], 1e-12));
    }
    let wall = line_disc([0.6, 0.8], 0.1, [1.0, 2.0]);
    near(wall.gap, 0.6 + 1.6 - 0.1, 1e-12);
    near(wall.lever[0] * 0.6 + wall.lever[1] * 0.8, 0.0, 1e-12);
}

/// The mean of both rows is how the gap changes to first order, whatever moves.
#[test]
fn rows_are_the_slopes_of_gaps() {
    let p = pushing_parameters();
    let gap = |q: [f64; 5]| planar_pushing::touch(&p, q).gap;
    for (q, u) in many(100, 41, super::samples::pushing) {
        if gap(q) < -0.02 {
            continue;
        }
        let problem = PlanarPushing::problem(&p, q, u);
        for i in 0..5 {
            let at = |h: f64| {
                let mut moved = q;
                moved[i] += h;
                gap(moved)
            };
            let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
            let [a, b] = [0, 1].map(|k| problem.jacobian[k][i].unwrap_or(0.0));
            near((a + b) / 2.0, slope, 1e-6);
        }
    }
    let p = hand_parameters();
    for (q, u) in many(30, 42, super::samples::hand) {
        let problem = PlanarHand::problem(&p, q, u);
        for i in 0..7 {
            let at = |h: f64| {
                let mut moved = q;
                moved[i] += h;
                PlanarHand::problem(&p, moved, u).gap
            };
            let (high, low) = (at(1e-6), at(-1e-6));
            for contact in 0..12 {
                let k = 2 * contact;
                let [a, b] = [k, k + 1].map(|k| problem.jacobian[k][i].unwrap_or(0.0));
                near((a + b) / 2.0, (high[k] - low[k]) / 2e-6, 1e-6);
            }
        }
    }
}

/// The tangential rows are the slip of the two witness points. The arm's is on the disc: a joint that turns a disc about its own
/// centre moves it by the radius.
#[test]
fn the_base_disc_rubs_the_ball_as_it_turns() {
    let p = hand_parameters();
    let q = [0.0, 0.35, 0.0, -0.8805, -0.6059, 0.8805, 0.6059];
    let problem = PlanarHand::problem(&p, q, [0.0; 4]);
    let tangential = |contact: usize, i: usize| {
        let [a, b] = [0, 1].map(|k| problem.jacobian[2 * contact + k][i].unwrap_or(0.0));
        (a - b) / (2.0 * 0.8)
    };
    // Disc 0 of the left arm is at its base.
    near(tangential(0, 3), -0.05, 1e-12);
    assert!(problem.jacobian[0][4].is_none() && problem.jacobian[0][5].is_none());
    // The ball turns by its own radius at every contact.
    (0..12).for_each(|contact| near(tangential(contact, 2), -0.25, 1e-12));
}

/// What the disc loses the box gains, and the forces on the box turn it by their lever.
#[test]
fn forces_are_equal_and_opposite() {
    let p = pushing_parameters();
    for (q, u) in many(50, 43, super::samples::pushing) {
        let touch = planar_pushing::touch(&p, q);
        let problem = PlanarPushing::problem(&p, q, u);
        let step = two_rows(&problem, 0.01);
        let force = touch.force_on_object(p.friction, step.force);
        let reaction = problem.reaction(&step.force);
        for i in 0..2 {
            near(reaction[i], force[i], 1e-9);
            near(reaction[3 + i], -force[i], 1e-9);
        }
        let torque = touch.lever[0] * force[1] - touch.lever[1] * force[0];
        near(reaction[2], torque, 1e-9);
        let [normal, tangential] = contact_force(p.friction, step.force);
        near(normal.hypot(tangential), force[0].hypot(force[1]), 1e-9);
        assert!(tangential.abs() <= p.friction * normal);
    }
}

#[test]
fn friction_of_a_pair_is_the_harmonic_mean() {
    near(friction_of_pair(0.5, 1.0), 2.0 / 3.0, 1e-15);
    near(friction_of_pair(0.8, 0.8), 0.8, 1e-15);
}
