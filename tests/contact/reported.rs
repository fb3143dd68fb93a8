//! What users of other engines report, as small inputs.

use crate::scenes::{cube, models, numbers, on_a, soft};
use mollify::contact::ContactModel::{self, Point, RigidSoft, SoftSoft};
use mollify::contact::{Body, Law, Pose, Shape};

const K: f64 = 210.0;

/// k₁ = k w, k₂ = k w/2, slopes 2:1.
fn law(width: f64) -> Law<f64> {
    Law {
        slope_a: 2.0 * K,
        ..Law::elastic(K, width)
    }
}

/// google-deepmind/mujoco#3476: equal boxes corner to corner, or face to face, at near-zero overlap must not be thrown apart.
#[test]
fn a_touch_stays_a_touch() {
    let (half, overlap) = ([0.5, 0.5], 6e-5);
    for at in [
        [1.0 - overlap, 0.0, 0.0],
        [0.0, 1.0 - overlap, 0.0],
        [1.0 - overlap, 1.0 - overlap, 0.0],
        [1.0 - overlap, 1e-9, 1e-9],
    ] {
        for model in models() {
            let found = numbers(on_a(
                model,
                &cube(half, at),
                &cube(half, [0.0; 3]),
                &law(1.0),
            ));
            let size = f64::hypot(found[0], found[1]);
            assert!(size <= 2.0 * K * overlap, "{model:?} at {at:?}: {size}");
            assert!(found[2].abs() <= 2.0 * K * overlap, "{model:?}: {found:?}");
        }
    }
}

/// google-deepmind/mujoco#2356: a long box lies on a small one, whose corners are inside it; no moment, no drift.
#[test]
fn a_wide_box_lies_still_on_a_narrow_one() {
    let peg = cube([2.0, 0.2], [0.0, 0.49, 0.0]);
    let small = cube([0.1, 0.3], [0.0; 3]);
    for model in models() {
        let [x, y, moment] = numbers(on_a(model, &peg, &small, &law(0.2)));
        assert!(
            x.abs() < 1e-12 && y > 0.2 * K * 0.01 * 0.5,
            "{model:?} {x} {y}"
        );
        match model {
            // One of the peg's own two corners that are as deep is taken: the peg is turned.
            Point => assert!((moment.abs() - 2.0 * y).abs() < 1e-9, "{moment}"),
            _ => assert!(moment.abs() < 1e-12, "{model:?} {moment}"),
        }
    }
}

/// google-deepmind/mujoco#2471: a flat pose at tilts of ±1e-6 keeps its contact; the wrench is Lipschitz in the tilt.
#[test]
fn a_tiny_tilt_makes_a_tiny_difference() {
    for model in models().into_iter().filter(|model| *model != Point) {
        let at = |tilt: f64| {
            let upper = cube([0.4, 0.3], [0.05, 0.79, tilt]);
            numbers(on_a(model, &upper, &cube([1.0, 0.5], [0.0; 3]), &law(0.8)))
        };
        let flat = at(0.0);
        assert!(flat[1] > 0.5 * K * 0.8 * 0.01, "{model:?}");
        for tilt in [-1e-6, -1e-9, 1e-9, 1e-6] {
            for (x, y) in at(tilt).into_iter().zip(flat) {
                // Half a width squared, a depth and a stiffness make a slope of order k.
                assert!(
                    (x - y).abs() <= 2.0 * K * tilt.abs(),
                    "{model:?} {tilt}: {x}, {y}"
                );
            }
        }
    }
}

/// drake#22213: a cube on the ground rattles where a face has one point for each half; the wrench of a symmetrical pose is
/// symmetrical.
#[test]
fn a_cube_on_the_ground_is_not_turned() {
    let ground = Body::fixed(Shape::HalfPlane, Pose::upright(0.0, 0.0));
    for model in [RigidSoft, SoftSoft] {
        for depth in [1e-6, 0.01, 0.1] {
            let body = cube([0.5, 0.5], [0.37, 0.5 - depth, 0.0]);
            let found = numbers(on_a(model, &body, &ground, &law(1.0)));
            assert!(found[1] > 0.0);
            assert!(
                found[0].abs() < 1e-12 && found[2].abs() < 1e-12,
                "{model:?} {found:?}"
            );
        }
    }
}

/// drake#12441: a plate fully inside a soft body is pushed on both sides; what is left is -∇p of its area.
#[test]
fn a_thin_plate_inside_is_pushed_by_its_area() {
    let half = [0.2, 0.025];
    let plate = cube(half, [0.1, 0.2, 0.0]);
    let body = cube([1.0, 0.5], [0.0; 3]);
    let [x, y, moment] = numbers(on_a(RigidSoft, &plate, &body, &soft(1.0, K)));
    let area = 4.0 * half[0] * half[1];
    assert!((y - K * area).abs() < 1e-10, "{y}");
    assert!(x.abs() < 1e-10 && moment.abs() < 1e-10, "{x} {moment}");
}

/// keenon/nimblephysics#8: contacts that are dropped by depth make differences jump; here there are always as many.
#[test]
fn the_number_of_points_is_fixed() {
    let ramp = |model: ContactModel, tilt: f64| {
        let upper = cube([0.4, 0.3], [0.0, 0.79, tilt]);
        numbers(on_a(model, &upper, &cube([1.0, 0.5], [0.0; 3]), &law(0.8)))[1]
    };
    for model in [ContactModel::Vertices, ContactModel::Manifold] {
        // From two points to one: the second depth goes to 0 evenly.
        let steps = (0..2000).map(|i| 1e-4 * f64::from(i));
        let values: Vec<f64> = steps.map(|tilt| ramp(model, tilt)).collect();
        let largest = values
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f64::max);
        assert!(largest < 2e-4 * K, "{model:?} {largest}");
        assert!(values[0] > K * 0.8 * 0.01 * 0.9 && values[1999] > 0.0);
    }
}

/// newton-physics/newton#3503: unequal slopes act in series.
#[test]
fn slopes_act_in_series() {
    let (w, d) = (0.4, 0.03);
    for ratio in [1.0 / 3.0, 1.0, 3.0, 1e3] {
        let k = ratio * K / (1.0 + ratio);
        let narrow = cube([w / 2.0, 0.3], [0.2, 0.8 - d, 0.0]);
        let wide = cube([1.5, 0.5], [0.0; 3]);
        let [_, y, _] = numbers(on_a(SoftSoft, &narrow, &wide, &soft(ratio * K, K)));
        let expected = k * d * w - k * k * d * d / (ratio * K);
        assert!((y - expected).abs() < 1e-10, "{ratio}: {y}, {expected}");
    }
}

/// dimforge/rapier#142: a box that slides over a floor of boxes snags on the seams; over one soft slab there is none.
#[test]
fn a_floor_of_one_slab_has_no_seam() {
    let ground = Body::fixed(Shape::HalfPlane, Pose::upright(0.0, 0.0));
    for i in 0..200 {
        let x = -0.5 + 0.005 * f64::from(i);
        let body = cube([0.3, 0.2], [x, 0.19, 0.0]);
        let force = numbers(on_a(RigidSoft, &body, &ground, &law(0.6)))[0];
        assert!(force.abs() < 1e-12, "{x}: {force}");
    }
}
