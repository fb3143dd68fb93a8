//! Shapes, poses and twists from their notation.

use mollify::contact::{Body, Polygon, Pose, Shape, Twist};
use mollify::{Error, Result};

fn invalid(what: &str, text: &str, expected: impl Into<String>) -> Error {
    Error::InvalidValue {
        what: what.into(),
        value: format!("'{text}'"),
        expected: expected.into(),
    }
}

const SHAPES: &str =
    "box:A,B with half extents, disc:R, half-plane, or polygon:X,Y,X,Y,... counter-clockwise";

fn numbers(text: &str) -> Option<Vec<f64>> {
    let parsed = text.split(',').map(|x| x.trim().parse::<f64>().ok());
    parsed.collect()
}

/// `box:A,B`, `disc:R`, `half-plane`, `polygon:X,Y,...`; `what` is the flag.
fn shape(what: &str, text: &str) -> Result<Shape<f64>> {
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    let values = numbers(rest).unwrap_or_default();
    let shape = match (kind, values.as_slice(), rest) {
        ("box", [_, _], _) if !are_positive(&values) => {
            let expected = "a box of positive half extents in m, such as box:0.1,0.05";
            return Err(invalid(what, text, expected));
        }
        ("box", [a, b], _) => Shape::rectangle(*a, *b),
        ("disc", [_], _) if !are_positive(&values) => {
            let expected = "a disc of a positive radius in m, such as disc:0.1";
            return Err(invalid(what, text, expected));
        }
        ("disc", [radius], _) => Shape::disc(*radius),
        ("half-plane", [], "") => Shape::HalfPlane,
        ("polygon", values, _) if values.len().is_multiple_of(2) && !values.is_empty() => {
            let corners: Vec<[f64; 2]> = values.chunks(2).map(|c| [c[0], c[1]]).collect();
            let polygon = Polygon::new(&corners);
            Shape::Polygon(polygon.map_err(|error| of_flag(what, error))?)
        }
        _ => {
            let near = mollify::error::nearest(kind, ["box", "disc", "half-plane", "polygon"]);
            let near = near.filter(|near| near != kind);
            let near = near.map_or(String::new(), |n| format!(" (did you mean '{n}'?)"));
            return Err(invalid(what, text, format!("{SHAPES}{near}")));
        }
    };
    Ok(shape)
}

/// The same error about the polygon of a flag.
fn of_flag(flag: &str, error: Error) -> Error {
    match error {
        Error::InvalidValue {
            what,
            value,
            expected,
        } => Error::InvalidValue {
            what: format!("the {what} of {flag}"),
            value,
            expected,
        },
        other => other,
    }
}

fn are_positive(values: &[f64]) -> bool {
    values.iter().all(|x| *x > 0.0 && x.is_finite())
}

/// Three finite numbers.
fn triple(what: &str, text: &str, expected: &str) -> Result<[f64; 3]> {
    match numbers(text).as_deref() {
        Some(&[x, y, z]) if [x, y, z].iter().all(|v| v.is_finite()) => Ok([x, y, z]),
        _ => Err(invalid(what, text, expected)),
    }
}

/// Position and angle, from the text of the flag; `letter` is a or b.
pub fn pose(letter: char, text: &str) -> Result<[f64; 3]> {
    let expected = "X,Y,ANGLE in m and rad, such as 0.1,0.2,0";
    triple(&format!("--pose-{letter}"), text, expected)
}

/// A body, from the texts of its flags; `letter` is a or b.
pub fn body(letter: char, text: &str, pose: &str, twist: Option<&str>) -> Result<Body<f64>> {
    let [x, y, angle] = self::pose(letter, pose)?;
    let expected = "VX,VY,OMEGA in m/s and rad/s, such as 0,-1,0";
    let twist = twist.map_or(Ok([0.0; 3]), |t| {
        triple(&format!("--twist-{letter}"), t, expected)
    })?;
    Ok(Body {
        shape: shape(&format!("--{letter}"), text)?,
        pose: Pose::new(x, y, angle),
        twist: Twist::new(twist[0], twist[1], twist[2]),
    })
}

/// The six coordinates of both poses, in order.
pub const COORDINATES: [&str; 6] = ["x_a", "y_a", "angle_a", "x_b", "y_b", "angle_b"];

/// The body with coordinate `i` of its pose (0, 1, 2) at `value`, which otherwise is at `at`.
pub fn moved(body: &Body<f64>, mut at: [f64; 3], i: usize, value: f64) -> Body<f64> {
    at[i] = value;
    Body {
        pose: Pose::new(at[0], at[1], at[2]),
        ..body.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_read_as_they_are_written() {
        let read = |text| shape("--a", text).expect(text);
        assert_eq!(read("box:0.1,0.2"), Shape::rectangle(0.1, 0.2));
        assert_eq!(read("disc:3"), Shape::disc(3.0));
        assert_eq!(read("half-plane"), Shape::HalfPlane);
        let polygon = read("polygon:-1,-1,2,-1,-1,2");
        assert!(matches!(polygon, Shape::Polygon(_)));
    }

    #[test]
    fn bad_shapes_are_one_sentence() {
        for text in [
            "box:0.1",
            "box:0,1",
            "disc:-1",
            "disk:1",
            "polygon:0,0,1,0",
            "polygon:0,0,1,0,0,1",
            "polygon:-1,-1,2,-1,0,0.1,-1,2",
            "half-plane:1",
            "box:a,b",
        ] {
            let error = shape("--a", text).expect_err(text).to_string();
            assert!(!error.contains('\n'), "{error}");
        }
        let error = shape("--a", "box:-1,1").expect_err("negative").to_string();
        assert!(
            error.contains("--a is 'box:-1,1'") && error.contains("half extents"),
            "{error}"
        );
        let error = shape("--a", "disk:1").expect_err("disk").to_string();
        assert!(error.contains("did you mean 'disc'"), "{error}");
    }
}
