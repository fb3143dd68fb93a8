//! Shapes: what is refused, in one sentence, and polygons of any number of corners.

use crate::scenes::{numbers, on_a, rough, smooth};
use mollify::contact::ContactModel::{RigidSoft, SoftSoft};
use mollify::contact::{Body, Field, Polygon, Pose, Shape, energy};

#[test]
fn polygons_that_are_none_are_refused() {
    let regular = |count: u32, turns: f64, radius: f64| -> Vec<[f64; 2]> {
        let angle = |i: u32| turns * std::f64::consts::TAU * f64::from(i) / f64::from(count);
        (0..count)
            .map(|i| [radius * angle(i).cos(), radius * angle(i).sin()])
            .collect()
    };
    let mut clockwise = regular(4, 1.0, 1.0);
    clockwise.reverse();
    for (corners, problem) in [
        (vec![[0.0, 0.0], [1.0, 0.0]], "of 2 corners"),
        (
            vec![[f64::NAN, 0.0], [1.0, 0.0], [0.0, 1.0]],
            "with a corner that is not finite",
        ),
        (
            vec![[-1.0, -1.0], [-1.0, -1.0], [1.0, 0.0]],
            "with two equal corners, 0 and the next",
        ),
        (
            vec![[-1.0, -1.0], [0.0, -1.0], [1.0, -1.0], [0.0, 1.0]],
            "without a left turn at corner 1",
        ),
        (clockwise, "without a left turn at corner 1"),
        (
            vec![[1.0, 1.0], [2.0, 1.0], [1.0, 2.0]],
            "with the origin outside edge 0",
        ),
        (regular(5, 2.0, 1.0), "that goes round more than once"),
    ] {
        let error = Polygon::new(&corners).expect_err(problem).to_string();
        let expected = format!(
            "polygon is one {problem}, but must be convex and counter-clockwise, of three or more corners, with the origin inside"
        );
        assert_eq!(error, expected);
    }
    assert!(Polygon::new(&regular(7, 1.0, 0.3)).is_ok());
}

#[test]
fn extents_are_positive_numbers() {
    for (shape, sentence) in [
        (
            Shape::rectangle(0.0, 1.0),
            "width of a box is 0, but must be a positive number [m]",
        ),
        (
            Shape::rectangle(1.0, -0.5),
            "height of a box is -1, but must be a positive number [m]",
        ),
        (
            Shape::disc(f64::INFINITY),
            "radius of a disc is inf, but must be a positive number [m]",
        ),
        (
            Shape::disc(f64::NAN),
            "radius of a disc is NaN, but must be a positive number [m]",
        ),
    ] {
        assert_eq!(shape.check().expect_err("no extent").to_string(), sentence);
    }
    assert!(Shape::rectangle(1.0, 2.0).check().is_ok() && Shape::HalfPlane.check().is_ok());
    let depths = [
        Shape::rectangle(1.0, 0.4),
        Shape::disc(0.3),
        Shape::HalfPlane,
    ];
    let depths = depths.map(|shape| shape.foundation_depth());
    assert_eq!(depths, [Some(0.4), Some(0.3), None]);
}

/// A triangle and a pentagon: force and moment are -∇ of the energy, which is computed from cells.
#[test]
fn wrench_of_polygons_is_the_slope_of_the_energy() {
    let polygon = |corners: &[[f64; 2]]| Polygon::new(corners).expect("convex");
    let triangle = polygon(&[[-0.5, -0.3], [0.7, -0.2], [0.0, 0.6]]);
    let pentagon = polygon(&[
        [-0.6, -0.5],
        [0.5, -0.6],
        [0.9, 0.1],
        [0.1, 0.7],
        [-0.7, 0.3],
    ]);
    let body = |shape: &Polygon<f64>, [x, y, angle]: [f64; 3]| {
        Body::fixed(Shape::Polygon(shape.lift()), Pose::new(x, y, angle))
    };
    let below = body(&pentagon, [0.1, -0.2, 0.4]);
    for field in [Field::Distance, Field::Centre] {
        let law = smooth(rough(field));
        for model in [RigidSoft, SoftSoft] {
            for at in [[0.2, 0.6, 0.3], [-0.5, 0.4, 1.9], [0.7, -0.1, -2.0]] {
                let found = numbers(on_a(model, &body(&triangle, at), &below, &law));
                for (i, found) in found.into_iter().enumerate() {
                    let moved = |by: f64| {
                        let mut at = at;
                        at[i] += by;
                        energy(model, &body(&triangle, at), &below, &law).expect("a potential")
                    };
                    let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                    assert!(
                        (found + slope).abs() < 1e-5 * (1.0 + found.abs()),
                        "{found} {slope}"
                    );
                }
                assert!(f64::hypot(found[0], found[1]) > 0.5, "{found:?}");
            }
        }
    }
}
