//! Force and moment are -∇ of an energy that is computed in another way: by the areas of bodies drawn in.

use crate::scenes::{State, cube, disc, ground, models, numbers, on_a, rough, smooth, soft};
use mollify::contact::ContactModel::{self, RigidSoft, SoftSoft};
use mollify::contact::{Body, Field, Law, Pose, energy};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

type Point = [f64; 2];

/// The part of a polygon on one side of a line: n·x <= offset.
fn clipped(polygon: &[Point], n: Point, offset: f64) -> Vec<Point> {
    let out = |p: Point| n[0] * p[0] + n[1] * p[1] - offset;
    let mut left = Vec::new();
    for (i, &p) in polygon.iter().enumerate() {
        let q = polygon[(i + 1) % polygon.len()];
        let (a, b) = (out(p), out(q));
        if a <= 0.0 {
            left.push(p);
        }
        if a * b < 0.0 {
            let s = a / (a - b);
            left.push([p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])]);
        }
    }
    left
}

fn area(polygon: &[Point]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    let pairs = polygon.iter().zip(next);
    0.5 * pairs.map(|(p, q)| p[0] * q[1] - p[1] * q[0]).sum::<f64>()
}

/// Normals and offsets of the faces of a box, in the plane.
fn faces(half: Point, pose: [f64; 3]) -> [(Point, f64); 4] {
    let (s, c) = pose[2].sin_cos();
    let face = |n: Point, h: f64| (n, h + n[0] * pose[0] + n[1] * pose[1]);
    [
        face([c, s], half[0]),
        face([-s, c], half[1]),
        face([-c, -s], half[0]),
        face([s, -c], half[1]),
    ]
}

/// ∫ area(A_z ∩ B_z) dz, where a body is drawn in by z/k at its faces; one that is rigid is not.
fn layers(model: ContactModel, state: &State, law: &Law<f64>) -> f64 {
    const COUNT: usize = 4000;
    let least = |half: Point| f64::min(half[0], half[1]);
    let peak = law.slope_b * least(state.half[1]);
    let level = |number: usize| {
        let z = peak * (number as f64 + 0.5) / COUNT as f64;
        let mut polygon = vec![[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]];
        for (body, slope) in [law.slope_a, law.slope_b].into_iter().enumerate() {
            let half = state.half[body];
            let drawn_in = |h: f64| match (model, body, law.field) {
                (RigidSoft, 0, _) => 0.0,
                (_, _, Field::Distance) => z / slope,
                (_, _, Field::Centre) => z / (slope * least(half) / h),
            };
            let all = faces(half, state.pose[body]).into_iter().enumerate();
            for (j, (normal, offset)) in all {
                polygon = clipped(&polygon, normal, offset - drawn_in(half[j % 2]));
            }
        }
        area(&polygon)
    };
    (0..COUNT).map(level).sum::<f64>() * peak / COUNT as f64
}

#[test]
fn wrench_of_pressure_is_the_slope_of_the_energy() {
    let mut rng = StdRng::seed_from_u64(5);
    let mut compared = 0;
    while compared < 20 {
        let state = State::random(&mut rng);
        for field in [Field::Distance, Field::Centre] {
            let law = smooth(rough(field));
            for model in [RigidSoft, SoftSoft] {
                let [a, b] = state.bodies(state.coordinates());
                let found = numbers(on_a(model, &a, &b, &law));
                let size = found.iter().map(|x| x.abs()).fold(0.0, f64::max);
                if size < 1.0 {
                    continue;
                }
                compared += 1;
                let u = energy(model, &a, &b, &law).expect("a potential");
                let by_layers = layers(model, &state, &law);
                assert!((u - by_layers).abs() <= 1e-5 * u, "{u}, {by_layers}");
                const STEP: f64 = 1e-4;
                for (i, found) in found.into_iter().enumerate() {
                    let moved = |by: f64| {
                        let mut state = state;
                        state.pose[0][i] += by;
                        layers(model, &state, &law)
                    };
                    let slope = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
                    assert!(
                        (found + slope).abs() <= 1e-5 * size,
                        "{model:?} {field:?} {i}: {found}, {slope} at {state:?}"
                    );
                }
            }
        }
    }
}

/// Minus the slope of the library's energy along a coordinate of the pose of A.
fn slope(
    model: ContactModel,
    a: impl Fn([f64; 3]) -> Body<f64>,
    b: &Body<f64>,
    law: &Law<f64>,
    at: [f64; 3],
    i: usize,
) -> f64 {
    const STEP: f64 = 1e-5;
    let moved = |by: f64| {
        let mut at = at;
        at[i] += by;
        energy(model, &a(at), b, law).expect("a potential")
    };
    -(moved(STEP) - moved(-STEP)) / (2.0 * STEP)
}

/// The other models with an energy, and other bodies: discs, which are pressed by levels, and half-planes.
#[test]
fn wrench_is_the_slope_of_the_energy_for_every_pair() {
    let mut rng = StdRng::seed_from_u64(6);
    let law = smooth(rough(Field::Distance));
    let half = [0.6, 0.4];
    let round = |at: [f64; 3]| Body {
        pose: Pose::new(at[0], at[1], at[2]),
        ..disc(0.5, [0.0; 2])
    };
    let flat = |at: [f64; 3]| cube(half, at);
    let others = [
        ground(),
        disc(0.7, [0.2, -0.6]),
        cube([0.9, 0.5], [0.0, -0.5, 0.2]),
    ];
    let mut touched = 0;
    for _ in 0..60 {
        // The centre outside of the others: a disc deeper than its radius is beyond what levels resolve.
        let [x, y, turn] = [0, 1, 2].map(|_| rng.random_range(-0.6..0.6_f64));
        let at = [x, 0.15 + y.abs(), turn];
        for model in models() {
            for other in &others {
                for a in [&round as &dyn Fn([f64; 3]) -> Body<f64>, &flat] {
                    if energy(model, &a(at), other, &law).is_none() {
                        assert!(model == ContactModel::Manifold);
                        continue;
                    }
                    let found = numbers(on_a(model, &a(at), other, &law));
                    touched += usize::from(found[1].abs() > 1.0);
                    let size = found.iter().map(|x| x.abs()).fold(10.0, f64::max);
                    for (i, found) in found.into_iter().enumerate() {
                        let slope = slope(model, a, other, &law, at, i);
                        assert!(
                            (found - slope).abs() <= 1e-5 * size,
                            "{model:?} {i}: {found}, {slope} at {at:?} on {other:?}"
                        );
                    }
                }
            }
        }
    }
    assert!(touched > 300, "{touched}");
}

/// A disc as a polygon of so many corners.
const ROUND: usize = 100_000;

/// Force and moment about its centre on a rigid disc in a soft box about the origin: in each cell of the box, whose pressure is
/// linear, k times the outward normal times the area that the disc has there.
fn by_cells(k: f64, half: Point, radius: f64, centre: Point) -> [f64; 3] {
    let rim = |i: usize| {
        let angle = std::f64::consts::TAU * i as f64 / ROUND as f64;
        [
            centre[0] + radius * angle.cos(),
            centre[1] + radius * angle.sin(),
        ]
    };
    let disc: Vec<Point> = (0..ROUND).map(rim).collect();
    let all = faces(half, [0.0; 3]);
    let mut sum = [0.0; 3];
    for (normal, offset) in all {
        let mut cell = clipped(&disc, normal, offset);
        for (other, own) in all {
            // The pressure behind the other face is higher.
            let between = [other[0] - normal[0], other[1] - normal[1]];
            cell = clipped(&cell, between, own - offset);
        }
        let (mut first, size) = ([0.0; 2], area(&cell));
        for (i, p) in cell.iter().enumerate() {
            let q = cell[(i + 1) % cell.len()];
            for axis in 0..2 {
                let arm = (p[axis] + q[axis]) / 3.0 - centre[axis];
                first[axis] += 0.5 * (p[0] * q[1] - p[1] * q[0]) * arm;
            }
        }
        sum[0] += k * normal[0] * size;
        sum[1] += k * normal[1] * size;
        sum[2] += k * (first[0] * normal[1] - first[1] * normal[0]);
    }
    sum
}

/// Where a corner is in the disc the pressure has a crease across it. A rim without friction is not turned.
#[test]
fn a_disc_on_a_corner_is_pushed_as_its_area_says() {
    let (half, radius) = ([0.2, 0.2], 0.1);
    let law = soft(1.0, 1.0);
    let on_disc = |model, centre: Point| {
        let corner = cube(half, [0.0; 3]);
        numbers(on_a(model, &disc(radius, centre), &corner, &law))
    };
    let on_diagonal = |depth: f64| [0.2 + (radius - depth) / 2_f64.sqrt(); 2];
    let around = [
        on_diagonal(1e-3),
        on_diagonal(3e-3),
        on_diagonal(0.01),
        [0.269, 0.269],
        [0.25, 0.28],
        [0.21, 0.29],
        [0.29, 0.15],
        [0.24, 0.23],
    ];
    for centre in around {
        let found = on_disc(RigidSoft, centre);
        let expected = by_cells(1.0, half, radius, centre);
        let size = expected[0].hypot(expected[1]);
        for (found, expected) in found.into_iter().zip(expected) {
            let far = (found - expected).abs();
            assert!(far < 1e-6 * size, "{found} for {expected} at {centre:?}");
        }
        for model in [RigidSoft, SoftSoft] {
            let [x, y, moment] = on_disc(model, centre);
            let bound = 1e-12 * radius * x.hypot(y);
            assert!(
                moment.abs() < bound,
                "{model:?}: {moment} N m at {centre:?}"
            );
        }
    }
}
