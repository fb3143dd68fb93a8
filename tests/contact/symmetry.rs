//! Action and reaction, mirror images, and bodies that change places.

use crate::scenes::{State, cube, models, numbers, rough};
use mollify::contact::ContactModel::{self, RigidSoft};
use mollify::contact::{Body, Field, Law, Pose, Shape, Touch, Twist, wrench};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// The largest of the numbers of a wrench that counts as one.
const SCALE: f64 = 100.0;

fn touches(check: impl Fn(ContactModel, &State, [Body<f64>; 2], Touch<f64>, &Law<f64>)) {
    let mut rng = StdRng::seed_from_u64(7);
    let mut count = 0;
    for _ in 0..2000 {
        let state = State::random(&mut rng);
        for field in [Field::Distance, Field::Centre] {
            let law = rough(field);
            for model in models() {
                let [a, b] = state.bodies(state.coordinates());
                let found = wrench(model, &a, &b, &law);
                count += usize::from(numbers(found.on_a).iter().any(|x| x.abs() > 1.0));
                check(model, &state, [a, b], found, &law);
            }
        }
    }
    assert!(count > 10_000, "{count} of 20000 touch");
}

/// No force and no moment about any one point.
#[test]
fn action_is_reaction() {
    touches(|model, state, [a, b], touch, _| {
        let force = touch.on_a.force + touch.on_b.force;
        let arm = a.pose.position - b.pose.position;
        let moment = touch.on_a.moment + touch.on_b.moment + arm.cross(touch.on_a.force);
        for sum in [force.x, force.y, moment] {
            assert!(sum.abs() <= 1e-12 * SCALE, "{model:?} {sum} at {state:?}");
        }
    });
}

/// With x, angle and spin of the other sign, so are force x and moment. Faces and corners are then numbered the other way
/// round, so that ties and their treatment are tested as well.
#[test]
fn mirror_poses_give_mirror_wrenches() {
    touches(|model, state, _, touch, law| {
        let mirror = |[x, y, turn]: [f64; 3]| [-x, y, -turn];
        let mirrored = State {
            pose: state.pose.map(mirror),
            twist: state.twist.map(mirror),
            ..*state
        };
        let [a, b] = mirrored.bodies(mirrored.coordinates());
        let found = numbers(wrench(model, &a, &b, law).on_a);
        for (x, y) in found.into_iter().zip(mirror_of(numbers(touch.on_a))) {
            assert!(
                (x - y).abs() <= 1e-12 * SCALE,
                "{model:?} {x}, {y} at {state:?}"
            );
        }
    });
}

fn mirror_of([x, y, moment]: [f64; 3]) -> [f64; 3] {
    [-x, y, -moment]
}

/// A turn and a shift of the whole plane turn the force and leave the moment.
#[test]
fn the_plane_has_no_directions() {
    let [shift_x, shift_y, turn] = [0.7, -1.3, 1.1_f64];
    let (sine, cosine) = turn.sin_cos();
    let turned = |x: f64, y: f64| [cosine * x - sine * y, sine * x + cosine * y];
    touches(|model, state, _, touch, law| {
        let mut moved = *state;
        for body in 0..2 {
            let [x, y, angle] = state.pose[body];
            let [vx, vy, spin] = state.twist[body];
            let [at, v] = [turned(x, y), turned(vx, vy)];
            moved.pose[body] = [at[0] + shift_x, at[1] + shift_y, angle + turn];
            moved.twist[body] = [v[0], v[1], spin];
        }
        let [a, b] = moved.bodies(moved.coordinates());
        let found = numbers(wrench(model, &a, &b, law).on_a);
        let [x, y, moment] = numbers(touch.on_a);
        let [x, y] = turned(x, y);
        for (found, expected) in found.into_iter().zip([x, y, moment]) {
            assert!(
                (found - expected).abs() <= 1e-11 * SCALE,
                "{model:?} at {state:?}"
            );
        }
    });
}

/// A and B in each other's place: all models but `rigid-soft`, where that says who is rigid.
#[test]
fn bodies_that_change_places_change_wrenches() {
    touches(|model, state, [a, b], touch, law| {
        if model == RigidSoft {
            return;
        }
        let law = Law {
            slope_a: law.slope_b,
            slope_b: law.slope_a,
            ..*law
        };
        let found = wrench(model, &b, &a, &law);
        for (found, expected) in [(found.on_b, touch.on_a), (found.on_a, touch.on_b)] {
            for (x, y) in numbers(found).into_iter().zip(numbers(expected)) {
                assert!(
                    (x - y).abs() <= 1e-12 * SCALE,
                    "{model:?} at {state:?}: {x}, {y}"
                );
            }
        }
    });
}

/// The same for discs, which are always taken first inside.
#[test]
fn discs_that_change_places_change_wrenches() {
    let law = rough(Field::Distance);
    let round = Body {
        shape: Shape::disc(0.4),
        pose: Pose::new(0.3, 0.7, 0.2),
        twist: Twist::new(0.1, -0.5, 0.7),
    };
    let flat = cube([0.8, 0.5], [0.0, 0.0, 0.3]);
    for model in models() {
        let one = wrench(model, &round, &flat, &law);
        let swapped = Law {
            slope_a: law.slope_b,
            slope_b: law.slope_a,
            ..law
        };
        let two = wrench(model, &flat, &round, &swapped);
        let sum = one.on_a.force + one.on_b.force;
        assert!(sum.x.abs() + sum.y.abs() < 1e-12);
        assert!(one.on_a.force.y > 1.0, "{model:?}");
        if model != RigidSoft {
            for (x, y) in numbers(one.on_a).into_iter().zip(numbers(two.on_b)) {
                assert!((x - y).abs() < 1e-11, "{model:?}: {x}, {y}");
            }
        }
    }
}
