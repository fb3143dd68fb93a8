//! Where wrenches jump, and by how much: pressure fields nowhere but where equal faces coincide, points at every choice.

use crate::scenes::{State, cube, numbers, on_a, rough, soft};
use mollify::contact::ContactModel::{self, Manifold, Point, RigidSoft, SoftSoft, Vertices};
use mollify::contact::{Field, Law};
use rand::SeedableRng;
use rand::rngs::StdRng;

type Numbers = [f64; 3];

fn distance(a: Numbers, b: Numbers) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// What is left of the difference across an interval after so many halvings, each towards the larger half; and the place.
fn bisected(
    f: &dyn Fn(f64) -> Numbers,
    [mut low, mut high]: [f64; 2],
    halvings: usize,
) -> (f64, f64) {
    let (mut below, mut above) = (f(low), f(high));
    for _ in 0..halvings {
        let middle = 0.5 * (low + high);
        let between = f(middle);
        if distance(below, between) > distance(between, above) {
            (high, above) = (middle, between);
        } else {
            (low, below) = (middle, between);
        }
    }
    (distance(below, above), low)
}

/// The largest jump and the largest value along 1000 random lines through pose and twist: on each, the two largest of 200
/// steps are halved 40 times.
fn largest_jump(model: ContactModel, law: &Law<f64>) -> (f64, f64) {
    const STEPS: usize = 200;
    let mut rng = StdRng::seed_from_u64(10);
    let (mut jump, mut scale) = (0.0, 0.0);
    for _ in 0..1000 {
        let state = State::random(&mut rng);
        let (from, to) = (state.coordinates(), State::random(&mut rng).coordinates());
        let f = |s: f64| {
            let x = std::array::from_fn(|i| from[i] + s * (to[i] - from[i]));
            let [a, b] = state.bodies(x);
            numbers(on_a(model, &a, &b, law))
        };
        let place = |i: usize| i as f64 / STEPS as f64;
        let values: Vec<Numbers> = (0..=STEPS).map(|i| f(place(i))).collect();
        scale = values
            .iter()
            .map(|v| distance(*v, [0.0; 3]))
            .fold(scale, f64::max);
        let mut steps: Vec<(f64, usize)> = (0..STEPS)
            .map(|i| (distance(values[i], values[i + 1]), i))
            .collect();
        steps.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, i) in &steps[..2] {
            let (left, _) = bisected(&f, [place(*i), place(i + 1)], 40);
            jump = f64::max(jump, left);
        }
    }
    (jump, scale)
}

#[test]
fn pressure_does_not_jump_along_random_lines() {
    for field in [Field::Distance, Field::Centre] {
        for model in [RigidSoft, SoftSoft] {
            let (jump, scale) = largest_jump(model, &rough(field));
            assert!(
                jump < 1e-9 * scale,
                "{model:?} {field:?}: {jump:e} of {scale}"
            );
        }
    }
}

#[test]
fn points_jump_along_random_lines() {
    for model in [Point, Vertices, Manifold] {
        let (jump, scale) = largest_jump(model, &rough(Field::Distance));
        assert!(jump > 0.1 * scale, "{model:?}: {jump:e} of {scale}");
    }
}

/// Of aligned boxes whose overlap is d + t across and d upwards.
fn corner(model: ContactModel, half: [f64; 2], d: f64, t: f64, law: &Law<f64>) -> Numbers {
    let at = [2.0 * half[0] - d - t, 2.0 * half[1] - d, 0.0];
    numbers(on_a(model, &cube(half, at), &cube(half, [0.0; 3]), law))
}

/// At dx = dy = d the normal turns by a right angle: √2 k₁ d, and twice that with two points.
#[test]
fn the_face_switch_jumps_by_its_closed_form() {
    let (half, d) = ([1.0, 1.0], 0.1);
    let law = Law {
        point_stiffness: 3.0,
        vertex_stiffness: 1.0,
        ..soft(1.0, 1.0)
    };
    // The moment: of corners that are as deep `point` takes the first, 1 m from the centre on either side; the two points of
    // `manifold` are 1 m and 0.9 m away.
    for (model, force, moment) in [
        (Point, 2_f64.sqrt() * 3.0 * d, 2.0 * 3.0 * d),
        (Manifold, 8_f64.sqrt() * d, 0.38),
    ] {
        let f = |t: f64| {
            let [x, y, _] = corner(model, half, d, t, &law);
            [x, y, 0.0]
        };
        let (jump, at) = bisected(&f, [-0.01, 0.013], 45);
        assert!((jump - force).abs() < 1e-6, "{model:?}: {jump}, {force}");
        assert!(at.abs() < 1e-9);
        // The size of the force goes on evenly.
        let size = |t: f64| distance(f(t), [0.0; 3]);
        assert!((size(-1e-9) - size(1e-9)).abs() < 1e-6);
        let turned = corner(model, half, d, 1e-9, &law)[2] - corner(model, half, d, -1e-9, &law)[2];
        assert!((turned.abs() - moment).abs() < 1e-6, "{model:?}: {turned}");
    }
}

/// `vertices` jumps there as well where the two corners inside each other change their nearest face.
#[test]
fn vertices_jump_with_their_nearest_faces() {
    let (half, d) = ([1.0, 1.0], 0.1);
    let law = soft(1.0, 1.0);
    let k = law.vertex_stiffness;
    let f = |t: f64| corner(Vertices, half, d, t, &law);
    let force = |t: f64| [f(t)[0], f(t)[1], 0.0];
    let (jump, _) = bisected(&force, [-0.01, 0.013], 45);
    assert!((jump - 8_f64.sqrt() * k * d).abs() < 1e-6, "{jump}");
    let turned = f(1e-9)[2] - f(-1e-9)[2];
    assert!((turned.abs() - 0.38 * k).abs() < 1e-6, "{turned}");
}

/// A box at a tilt on a wide face: the deepest corner switches at tilt 0, and the moment by k₁ d w, against the tilt.
#[test]
fn the_deepest_corner_switches_at_no_tilt() {
    let (w, d) = (0.8, 0.02);
    let law = Law {
        point_stiffness: 1.0,
        vertex_stiffness: 0.5,
        ..soft(1.0, 1.0)
    };
    let wide = cube([3.0, 0.5], [0.0; 3]);
    let moment = |model, tilt: f64| {
        let narrow = cube([w / 2.0, 0.3], [0.0, 0.8 - d, tilt]);
        numbers(on_a(model, &narrow, &wide, &law))[2]
    };
    let (left, right) = (moment(Point, 1e-9), moment(Point, -1e-9));
    // Tilted to the left, the left corner is the deepest and the box is turned back to the right.
    assert!(left < 0.0 && right > 0.0);
    assert!((right - left - d * w).abs() < 1e-6, "{left}, {right}");
    for model in [Vertices, Manifold, RigidSoft, SoftSoft] {
        let jump = moment(model, 1e-9) - moment(model, -1e-9);
        assert!(jump.abs() < 1e-7, "{model:?}: {jump}");
    }
}

/// A corner across the medial axis of a wide box: k₂ d √2 where it turns by a right angle, 2 k₂ d between opposite faces.
#[test]
fn vertices_jump_at_the_medial_axis() {
    let law = soft(1.0, 1.0);
    let k = law.vertex_stiffness;
    let body = cube([1.0, 0.3], [0.0; 3]);
    // A long thin rod from above, whose lower left corner alone is inside.
    let rod = |x: f64, y: f64| cube([0.02, 3.0], [x + 0.02, y + 3.0, 0.0]);
    let between = |y: f64| {
        let v = numbers(on_a(Vertices, &rod(0.0, y), &body, &law));
        [v[0], v[1], 0.0]
    };
    // Two corners of the rod are inside, both cross the axis.
    let (jump, at) = bisected(&between, [-0.01, 0.013], 45);
    assert!((jump - 2.0 * 2.0 * k * 0.3).abs() < 1e-6, "{jump}");
    assert!(at.abs() < 1e-9, "{at}");
    let beside = |x: f64| {
        let v = numbers(on_a(Vertices, &rod(x, 0.2), &body, &law));
        [v[0], v[1], 0.0]
    };
    // The right corner stays 0.06 from the side, nearer than 0.1 from the top, all the time.
    let (jump, at) = bisected(&beside, [0.89, 0.913], 45);
    assert!((jump - 2_f64.sqrt() * k * 0.1).abs() < 1e-6, "{jump}");
    assert!((at - 0.9).abs() < 1e-9, "{at}");
}

/// Equal boxes stacked flush: soft-soft of equal slopes jumps by k d²/2 sideways, k the slope of each; of slopes 2:1 it does not.
#[test]
fn soft_soft_jumps_where_equal_faces_coincide() {
    let (half, d, k) = ([0.6, 0.5], 0.08, 210.0);
    let sideways = |slopes: [f64; 2], x: f64| {
        let upper = cube(half, [x, 2.0 * half[1] - d, 0.0]);
        let law = soft(slopes[0], slopes[1]);
        let v = numbers(on_a(SoftSoft, &upper, &cube(half, [0.0; 3]), &law));
        [v[0], 0.0, 0.0]
    };
    let jump = sideways([k, k], 1e-10)[0] - sideways([k, k], -1e-10)[0];
    assert!((jump.abs() - k * d * d / 2.0).abs() < 1e-6, "{jump}");
    let f = |x: f64| sideways([2.0 * k, k], x);
    let (left, _) = bisected(&f, [-1e-3, 1.1e-3], 45);
    assert!(left < 1e-9, "{left}");
}
