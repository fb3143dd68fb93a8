//! Wrenches whose value is known: k is the slope of the pressure, d the depth, w a width.

use crate::scenes::{cube, disc, ground, numbers, on_a, soft};
use mollify::contact::ContactModel::{RigidSoft, SoftSoft};
use mollify::contact::{Body, ContactModel, Extents, Friction, Law, Pose, Shape, Twist, energy};

const K: f64 = 210.0;

fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found}, expected {expected}"
    );
}

/// Of slopes in series.
fn in_series(a: f64, b: f64) -> f64 {
    a * b / (a + b)
}

/// Corner on corner, aligned, overlap dx < dy: k (dx dy - dx²/2) sideways, k dx²/2 upwards.
#[test]
fn corner_on_corner() {
    let (a, b) = ([0.7, 0.5], [0.9, 0.6]);
    for (dx, dy) in [(0.05, 0.2), (0.1, 0.11), (0.2, 0.05), (0.07, 0.03)] {
        // A lies to the right of B and above it.
        let upper = cube(a, [a[0] + b[0] - dx, a[1] + b[1] - dy, 0.0]);
        let lower = cube(b, [0.0; 3]);
        let sideways = |dx: f64, dy: f64| dx * dy - dx * dx / 2.0;
        let (least, most) = (f64::min(dx, dy), f64::max(dx, dy));
        let along_least = sideways(least, most);
        let along_most = least * least / 2.0;
        let [fx, fy] = match dx < dy {
            true => [along_least, along_most],
            false => [along_most, along_least],
        };
        let u = least * least * most / 2.0 - least.powi(3) / 6.0;
        for (model, law, k) in [
            (RigidSoft, soft(1.0, K), K),
            (SoftSoft, soft(K, 1.7 * K), in_series(K, 1.7 * K)),
            (SoftSoft, soft(3.0 * K, K), in_series(3.0 * K, K)),
            (SoftSoft, soft(K, K), K / 2.0),
        ] {
            let [x, y, _] = numbers(on_a(model, &upper, &lower, &law));
            let what = format!("{model:?} {dx} {dy}");
            close(x, k * fx, 1e-12 * k, &what);
            close(y, k * fy, 1e-12 * k, &what);
            let found = energy(model, &upper, &lower, &law).expect("a potential");
            close(found, k * u, 1e-12 * k, &what);
        }
    }
}

/// A narrow box flat on a wide soft one: k w d, and with both soft k' w d - k'² d²/k_A, k' in series.
#[test]
fn a_narrow_box_on_a_wide_one() {
    let w = 0.4;
    for d in [1e-4, 0.03, 0.12] {
        let narrow = cube([w / 2.0, 0.3], [0.2, 0.8 - d, 0.0]);
        let wide = cube([1.5, 0.5], [0.0; 3]);
        let (ka, kb) = (K, 0.6 * K);
        let k = in_series(ka, kb);
        for (model, expected) in [
            (RigidSoft, kb * w * d),
            (SoftSoft, k * d * w - k * k * d * d / ka),
        ] {
            let [x, y, moment] = numbers(on_a(model, &narrow, &wide, &soft(ka, kb)));
            close(y, expected, 1e-12 * K, &format!("{model:?} {d}"));
            // The sides of a soft box lose as much on the left as on the right.
            close(x, 0.0, 1e-12, "sideways");
            close(moment, 0.0, 1e-13, "moment");
        }
    }
}

/// Depth up to nearly the medial axis: the pressure goes on growing.
#[test]
fn depth_to_the_medial_axis() {
    let w = 0.4;
    for share in [0.5, 0.9, 0.95] {
        let d = share * 0.5;
        let narrow = cube([w / 2.0, 0.9], [0.0, 1.4 - d, 0.0]);
        let wide = cube([2.0, 0.5], [0.0; 3]);
        let [_, y, _] = numbers(on_a(RigidSoft, &narrow, &wide, &soft(1.0, K)));
        close(y, K * w * d, 1e-10, "force");
    }
}

/// Equal boxes stacked flush but for X: rigid-soft pushes off the flush position by k (|X| d - X²/2).
#[test]
fn flush_boxes() {
    let half = [0.6, 0.5];
    let d = 0.08;
    for x in [-0.05, -0.01, 0.0, 1e-9, 0.03] {
        let upper = cube(half, [x, 1.0 - d, 0.0]);
        let lower = cube(half, [0.0; 3]);
        let found = numbers(on_a(RigidSoft, &upper, &lower, &soft(1.0, K)));
        let expected = x.signum() * K * (x.abs() * d - x * x / 2.0);
        close(
            found[0],
            if x == 0.0 { 0.0 } else { expected },
            1e-9,
            "sideways",
        );
    }
}

/// Of slopes that differ soft-soft is continuous there, with a plateau of k' d²/2 beyond k' d |1/k_A - 1/k_B|.
#[test]
fn flush_boxes_of_two_slopes() {
    let (half, d) = ([0.6, 0.5], 0.08);
    let (ka, kb) = (2.0 * K, K);
    let k = in_series(ka, kb);
    let width = k * d * (1.0 / ka - 1.0 / kb).abs();
    let sideways = |x: f64| {
        let upper = cube(half, [x, 1.0 - d, 0.0]);
        numbers(on_a(SoftSoft, &upper, &cube(half, [0.0; 3]), &soft(ka, kb)))[0]
    };
    // Small shares of the plateau: further out the sides of the boxes count, too.
    for share in [0.25, 0.5, 0.75] {
        let (one, two) = (sideways(share * width), sideways(-share * width));
        close(one, -two, 1e-9, "odd");
        assert!(one.abs() < k * d * d / 2.0);
    }
    close(sideways(0.0), 0.0, 1e-9, "at the middle");
    let beyond = sideways(1.001 * width);
    close(beyond.abs(), k * d * d / 2.0, 0.01 * k * d * d, "plateau");
}

fn tilted(f: f64, lowest: f64, half: [f64; 2]) -> Body<f64> {
    let down = half[0] * f.abs().sin() + half[1] * f.cos();
    cube(half, [0.3, down - lowest, f])
}

/// A rigid box at a tilt on soft ground with both corners under: k A at the centroid of the submerged trapezium.
#[test]
fn tilted_box_with_two_corners_under() {
    let half = [0.5, 0.4];
    let w = 2.0 * half[0];
    for f in [0.02_f64, 0.1, -0.07] {
        let lowest = 0.16;
        let rise = w * f.abs().sin();
        let (d1, d2) = match f > 0.0 {
            // Turned to the left, the left corner is the lower one.
            true => (lowest, lowest - rise),
            false => (lowest - rise, lowest),
        };
        let (s1, s2) = (d1 / f.cos(), d2 / f.cos());
        let force = K * w * (s1 + s2) / 2.0;
        let xi = w * (s2 - s1) / (6.0 * (s1 + s2));
        let eta = (s1 * s1 + s1 * s2 + s2 * s2) / (3.0 * (s1 + s2));
        let moment = force * (xi * f.cos() - eta * f.sin() + half[1] * f.sin());
        let body = tilted(f, lowest, half);
        let found = numbers(on_a(RigidSoft, &body, &ground(), &soft(1.0, K)));
        close(found[1], force, 1e-10, "force");
        close(found[2], moment, 1e-10, "moment");
        close(found[0], 0.0, 1e-10, "sideways");
    }
    // A small tilt moves the centre of pressure by w² tan f/(12 d) towards the deep side, which is the left one.
    let (f, d) = (1e-5_f64, 0.1);
    let body = tilted(f, d + half[0] * f.sin(), half);
    let [_, y, moment] = numbers(on_a(RigidSoft, &body, &ground(), &soft(1.0, K)));
    // The force is vertical: its arm is that of the centre of pressure, and b sin f of the lever of the centre.
    let arm = moment / y - (half[1] - d / 2.0) * f.sin();
    close(
        arm,
        -w * w * f.tan() / (12.0 * d),
        1e-12,
        "centre of pressure",
    );
}

/// One corner under: k d²/sin 2|f| at the centroid of the triangle.
#[test]
fn tilted_box_with_one_corner_under() {
    let half = [0.5, 0.4];
    for f in [0.3_f64, -0.5, 0.7] {
        let d = 0.05;
        let body = tilted(f, d, half);
        let found = numbers(on_a(RigidSoft, &body, &ground(), &soft(1.0, K)));
        let force = K * d * d / (2.0 * f.abs()).sin();
        close(found[1], force, 1e-10, "force");
        // The corner, and from it up both edges to the surface.
        let side = -f.signum();
        let corner = body
            .pose
            .place(mollify::contact::Vec2::new(side * half[0], -half[1]));
        let [flat, steep] = [d / f.abs().tan(), -d * f.abs().tan()];
        let centroid = corner.x + f.signum() * (flat + steep) / 3.0;
        close(found[2], force * (centroid - 0.3), 1e-10, "moment");
    }
}

/// A soft box flat on a rigid half-plane: k (d w - d²); the half-plane as the rigid body A gives the same.
#[test]
fn soft_box_on_rigid_ground() {
    let (w, d) = (0.6, 0.07);
    let body = cube([w / 2.0, 0.4], [0.1, 0.4 - d, 0.0]);
    let expected = K * (d * w - d * d);
    let on_ground = numbers(on_a(RigidSoft, &ground(), &body, &soft(1.0, K)));
    close(on_ground[1], -expected, 1e-10, "ground first");
    let stiff = numbers(on_a(SoftSoft, &body, &ground(), &soft(K, 1e12)));
    close(stiff[1], expected, 1e-6, "nearly rigid ground");
}

/// Discs on a plane and on each other.
#[test]
fn discs() {
    let r = 0.8_f64;
    for d in [1e-3, 0.05, 0.2, 0.4] {
        let chord = (2.0 * r * d - d * d).sqrt();
        let rigid = K * (r * r * (1.0 - d / r).acos() - (r - d) * chord);
        let on_rigid = K * (r * chord - (r - d).powi(2) * (chord / (r - d)).asinh());
        let both = 2.0 * K / 3.0 * (2.0 * r - d).sqrt() * d.powf(1.5);
        let body = disc(r, [0.2, r - d]);
        let ground = ground();
        let law = soft(K, K);
        let force = |model, a: &Body<f64>, b: &Body<f64>| numbers(on_a(model, a, b, &law))[1];
        let tolerance = 1e-9 * K;
        close(
            force(RigidSoft, &body, &ground),
            rigid,
            tolerance,
            "rigid disc",
        );
        close(
            -force(RigidSoft, &ground, &body),
            on_rigid,
            tolerance,
            "soft disc",
        );
        close(force(SoftSoft, &body, &ground), both, tolerance, "both");
        close(
            -force(SoftSoft, &ground, &body),
            both,
            tolerance,
            "both, exchanged",
        );
        // Shallow contact of one soft body goes with d^1.5.
        if d <= 1e-3 {
            let shallow = 4.0 * 2_f64.sqrt() / 3.0 * K * r.sqrt() * d.powf(1.5);
            close(rigid, shallow, 2e-3 * shallow, "shallow");
        }
    }
}

/// A rigid ball on soft ground is a stack of rigid discs: the pressure of a half-plane is that of the depth alone, whatever is beside
/// it. Slices of a ball of radius R that are y from its middle have radius √(R² - y²), and sum up to π k R d² (1 - d/(3 R)).
#[test]
fn a_ball_is_a_stack_of_discs() {
    const SLICES: usize = 4000;
    let (radius, d) = (0.8_f64, 0.15_f64);
    let widest = (2.0 * radius * d - d * d).sqrt();
    // y = widest sin t: the force of a slice goes to 0 with its depth, and so smoothly in t.
    let slice = |i: usize| {
        let t = std::f64::consts::FRAC_PI_2 * (i as f64 + 0.5) / SLICES as f64;
        let own = (radius * radius - (widest * t.sin()).powi(2)).sqrt();
        let body = disc(own, [0.1, radius - d]);
        let force = numbers(on_a(RigidSoft, &body, &ground(), &soft(K, K)))[1];
        2.0 * force * widest * t.cos() * std::f64::consts::FRAC_PI_2 / SLICES as f64
    };
    let found: f64 = (0..SLICES).map(slice).sum();
    let expected = std::f64::consts::PI * K * radius * d * d * (1.0 - d / (3.0 * radius));
    close(found, expected, 1e-6 * expected, "rigid ball");
}

#[test]
fn two_discs() {
    let (r1, r2) = (0.8_f64, 0.5_f64);
    for d in [1e-3, 0.05, 0.2] {
        let (s, distance) = (r1 + r2, r1 + r2 - d);
        let root = (distance.powi(2) - (r1 - r2).powi(2)).sqrt();
        let arc =
            s * (s * s - distance * distance).sqrt() - distance * distance * (s / distance).acosh();
        let expected = K * root * arc / (4.0 * distance);
        let (a, b) = (
            disc(r1, [0.1, 0.2]),
            disc(r2, [0.1 + distance * 0.6, 0.2 + distance * 0.8]),
        );
        let [x, y, moment] = numbers(on_a(SoftSoft, &a, &b, &soft(K, K)));
        close(x, -0.6 * expected, 1e-8 * K, "x");
        close(y, -0.8 * expected, 1e-8 * K, "y");
        close(moment, 0.0, 1e-10, "moment");
    }
}

/// Hunt and Crossley: k w d (1 + D v) on approach, nothing when leaving faster than 1/D.
#[test]
fn flat_contact_on_approach() {
    let (w, d, dissipation) = (0.4, 0.03, 0.3);
    for v in [0.0, 0.7, -2.0, -3.5, -10.0] {
        let narrow = Body {
            twist: Twist::new(0.0, -v, 0.0),
            ..cube([w / 2.0, 0.3], [0.2, 0.8 - d, 0.0])
        };
        let law = Law {
            dissipation: Some(dissipation),
            ..soft(1.0, K)
        };
        let found = numbers(on_a(RigidSoft, &narrow, &cube([1.5, 0.5], [0.0; 3]), &law));
        let expected = K * w * d * f64::max(0.0, 1.0 + dissipation * v);
        close(found[1], expected, 1e-12 * K, &format!("v = {v}"));
    }
}

/// The walls of a box that slides are pressed on one side and relieved on the other: -k D d² v.
#[test]
fn walls_of_a_sliding_box() {
    let (w, d, dissipation) = (0.4, 0.03, 0.3);
    for v in [0.5, -1.3] {
        let narrow = Body {
            twist: Twist::new(v, 0.0, 0.0),
            ..cube([w / 2.0, 0.3], [0.2, 0.8 - d, 0.0])
        };
        let law = Law {
            dissipation: Some(dissipation),
            ..soft(1.0, K)
        };
        let found = numbers(on_a(RigidSoft, &narrow, &cube([1.5, 0.5], [0.0; 3]), &law));
        close(found[0], -K * dissipation * d * d * v, 1e-9, "sideways");
    }
}

/// Friction of a flat contact that slides at v: μ N v/√(v² + v_s²), against it.
#[test]
fn friction_of_a_flat_contact() {
    let (w, d, friction, slip_speed) = (0.4, 0.03, 0.5, 0.1);
    for v in [0.05, -0.4] {
        let ground = Body {
            twist: Twist::new(-v, 0.0, 0.0),
            ..ground()
        };
        let law = Law {
            friction: Some(Friction {
                coefficient: friction,
                slip_speed,
            }),
            point_stiffness: K * w,
            vertex_stiffness: K * w / 2.0,
            ..soft(K, K)
        };
        let body = cube([w / 2.0, 0.3], [0.2, 0.3 - d, 0.0]);
        for model in crate::scenes::models() {
            let found = numbers(on_a(model, &body, &ground, &law));
            let expected = -friction * found[1] * v / f64::hypot(v, slip_speed);
            // The walls of a soft box carry some of it, in another direction.
            let share = if model == SoftSoft { 0.2 } else { 1e-12 };
            close(found[0], expected, share * found[1], model_name(model));
            assert!(found[1] > 0.3 * K * w * d);
        }
    }
}

fn model_name(model: ContactModel) -> &'static str {
    mollify::error::Named::name(model)
}

/// The field at the centre is softer along the long axis: k H/H_j behind face j.
#[test]
fn centre_field() {
    let law = Law {
        field: mollify::contact::Field::Centre,
        ..soft(1.0, K)
    };
    let d = 0.04;
    let upright = cube([0.2, 0.5], [0.0; 3]);
    let above = cube([0.05, 0.1], [0.0, 0.6 - d, 0.0]);
    let beside = cube([0.1, 0.05], [0.3 - d, 0.0, 0.0]);
    let up = numbers(on_a(RigidSoft, &above, &upright, &law))[1];
    let out = numbers(on_a(RigidSoft, &beside, &upright, &law))[0];
    close(up, K * 0.2 / 0.5 * 0.1 * d, 1e-12 * K, "on the short face");
    close(out, K * 0.1 * d, 1e-12 * K, "on the long face");
}

/// A box about another of its points is the same body.
#[test]
fn a_box_may_be_about_any_of_its_points() {
    let law = crate::scenes::rough(mollify::contact::Field::Distance);
    let (a, b) = (
        cube([0.5, 0.3], [0.4, 0.5, 0.3]),
        cube([0.8, 0.4], [0.0, 0.0, -0.2]),
    );
    // About its upper right corner.
    let corner = b.pose.place(mollify::contact::Vec2::new(0.8, 0.4));
    let moved = Body {
        shape: Shape::Rectangle(Extents {
            right: 0.0,
            top: 0.0,
            left: 1.6,
            bottom: 0.8,
        }),
        pose: Pose::new(corner.x, corner.y, -0.2),
        ..b.clone()
    };
    for model in crate::scenes::models() {
        let (found, expected) = (on_a(model, &a, &moved, &law), on_a(model, &a, &b, &law));
        for (x, y) in numbers(found).into_iter().zip(numbers(expected)) {
            close(x, y, 1e-12 * 100.0, model_name(model));
        }
        assert!(expected.force.y > 0.1);
    }
}

/// A box written as a polygon is the same body.
#[test]
fn a_box_is_a_polygon() {
    let polygon = |[a, b]: [f64; 2]| {
        let corners = [[a, -b], [a, b], [-a, b], [-a, -b]];
        Shape::Polygon(mollify::contact::Polygon::new(&corners).expect("a box is convex"))
    };
    let (half_a, half_b) = ([0.5, 0.3], [0.8, 0.4]);
    let (pose_a, pose_b) = (Pose::new(0.4, 0.5, 0.3), Pose::new(0.0, 0.0, -0.2));
    let law = crate::scenes::rough(mollify::contact::Field::Centre);
    for model in crate::scenes::models() {
        let boxes = |a: Shape<f64>, b: Shape<f64>| {
            let body = |shape, pose| Body {
                shape,
                pose,
                twist: Twist::new(0.1, -0.3, 0.4),
            };
            numbers(on_a(model, &body(a, pose_a), &body(b, pose_b), &law))
        };
        let rectangle = |[a, b]: [f64; 2]| Shape::rectangle(a, b);
        let expected = boxes(rectangle(half_a), rectangle(half_b));
        let found = boxes(polygon(half_a), polygon(half_b));
        for (x, y) in found.iter().zip(expected) {
            close(*x, y, 1e-12 * 100.0, model_name(model));
        }
        assert!(expected[1] > 0.1, "{expected:?}");
    }
}
