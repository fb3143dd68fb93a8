//! The contact manifold of parry2d beside `manifold`: the same normal everywhere, and so jumps at the same places.

use crate::scenes::{State, cube, numbers, on_a, soft};
use mollify::contact::{Body, ContactModel, Shape};
use parry2d::math::{Pose2, Vector};
use parry2d::query::ContactManifold;
use parry2d::query::details::contact_manifold_cuboid_cuboid;
use parry2d::shape::Cuboid;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// The direction in which parry2d pushes A, and how many points it has; in f32.
fn push([a, b]: &[Body<f64>; 2]) -> Option<([f64; 2], usize)> {
    let of = |body: &Body<f64>| {
        let Shape::Rectangle(e) = &body.shape else {
            panic!("a box");
        };
        let (at, turn) = (body.pose.position, body.pose.rotation.expect("a turn"));
        let pose = Pose2::new(
            Vector::new(at.x as f32, at.y as f32),
            turn.sine.atan2(turn.cosine) as f32,
        );
        (pose, Cuboid::new(Vector::new(e.right as f32, e.top as f32)))
    };
    let ((pose_a, a), (pose_b, b)) = (of(a), of(b));
    let mut manifold = ContactManifold::<(), ()>::new();
    let between = pose_a.inv_mul(&pose_b);
    contact_manifold_cuboid_cuboid(&between, &a, &b, 0.0, &mut manifold);
    let normal = -(pose_a.rotation * manifold.local_n1);
    let deep = manifold.points.iter().filter(|p| p.dist < 0.0).count();
    (deep > 0).then_some(([f64::from(normal.x), f64::from(normal.y)], deep))
}

/// The direction of the force of `manifold` without friction.
fn direction([a, b]: &[Body<f64>; 2]) -> Option<[f64; 2]> {
    let [x, y, _] = numbers(on_a(ContactModel::Manifold, a, b, &soft(1.0, 1.0)));
    let size = f64::hypot(x, y);
    (size > 1e-4).then(|| [x / size, y / size])
}

#[test]
fn parry2d_has_the_normals_of_manifold() {
    let mut rng = StdRng::seed_from_u64(13);
    let (mut both, mut differ) = (0, 0);
    for _ in 0..4000 {
        let state = State::random(&mut rng);
        let pair = state.bodies(state.coordinates());
        let (Some((peer, _)), Some(own)) = (push(&pair), direction(&pair)) else {
            continue;
        };
        both += 1;
        differ += usize::from(f64::hypot(peer[0] - own[0], peer[1] - own[1]) > 1e-4);
    }
    println!("{differ} of {both} differ");
    // Depths that f32 cannot tell apart.
    assert!(both > 1000 && differ <= both / 500, "{differ} of {both}");
}

/// Corner on corner its normal turns by a right angle where the overlaps are equal, as that of `manifold` does.
#[test]
fn parry2d_jumps_on_the_diagonal() {
    let (half, d) = ([1.0, 1.0], 0.1);
    let pair = |t: f64| {
        let a = cube(half, [2.0 - d - t, 2.0 - d, 0.0]);
        [a, cube(half, [0.0; 3])]
    };
    let [mut low, mut high] = [-0.01, 0.013];
    let across = |t: f64| push(&pair(t)).expect("they overlap").0[0] > 0.5;
    assert!(across(low) && !across(high));
    for _ in 0..45 {
        let middle = 0.5 * (low + high);
        let end = if across(middle) { &mut low } else { &mut high };
        *end = middle;
    }
    assert!(low.abs() < 1e-6, "{low}");
    let own = |t: f64| direction(&pair(t)).expect("they overlap")[0] > 0.5;
    assert!(own(-1e-9) && !own(1e-9));
    let points = [-1e-3, 1e-3].map(|t| push(&pair(t)).expect("they overlap").1);
    assert_eq!(points, [2, 2]);
}
