//! Bodies in the plane: gaps, normals, and the rows of a contact.
//!
//! ```text
//!      t = (-n_y, n_x)
//!        ↑            a touch from an object to a robot: gap φ, normal n from the object to the robot,
//!   ┌────┼──┐         witness points p + w of the object and c - r n of the disc, φ apart along n;
//!   │ p ─w→ │─ φ ─(c) a × b = a_x b_y - a_y b_x
//!   └───────┘  n →
//! ```
//!
//! | pair | gap and normal |
//! |---|---|
//! | disc (R, p) - disc (r, c) | φ = abs(c - p) - R - r, n = (c - p)/abs(c - p) |
//! | box (half extents a, corners rounded by ρ) - disc | with x = c - p in the frame of the box and e = abs(x) - (a - ρ): outside φ = abs(max(e, 0)) - ρ - r; inside, where e <= 0, the face that is nearest |
//! | line (point p, normal n) - disc | φ = n·(c - p) - r |
//!
//! Outside of the bodies gaps are C¹; inside of a box the normal jumps where two faces are equally near.
//!
//! A row along v (n for the normal one, t for the tangential one) is the speed at which the witness points part along v for
//! each coordinate: -(v, w × v) for an object's place and angle, v·∂c/∂q - r (v·t) ω for a disc that turns with ω = ∂angle/∂q.

use super::problem::Row;
use crate::number::Scalar;

/// a·b
pub fn dot<S: Scalar>(a: [S; 2], b: [S; 2]) -> S {
    a[0] * b[0] + a[1] * b[1]
}

/// a × b
pub fn cross<S: Scalar>(a: [S; 2], b: [S; 2]) -> S {
    a[0] * b[1] - a[1] * b[0]
}

/// A quarter turn, counterclockwise.
pub fn turned<S: Scalar>([x, y]: [S; 2]) -> [S; 2] {
    [-y, x]
}

/// Where an object and a disc are nearest.
#[derive(Clone, Copy, Debug)]
pub struct Touch<S> {
    /// φ, m; below 0 where they overlap.
    pub gap: S,
    /// n, from the object to the disc.
    pub normal: [S; 2],
    /// w, from the object's place to its witness point, m.
    pub lever: [S; 2],
    /// r of the disc, m.
    pub radius: S,
}

/// A disc of radius `own` at p and a disc of radius r at c; `across` is c - p.
pub fn disc_disc<S: Scalar>(own: S, radius: S, across: [S; 2]) -> Touch<S> {
    let distance = S::norm(across);
    let normal = across.map(|x| x.safe_divide(distance));
    Touch {
        gap: (distance - own - radius).named("gap"),
        normal,
        lever: normal.map(|x| own * x),
        radius,
    }
}

/// The shape of a box.
#[derive(Clone, Copy, Debug)]
pub struct RoundedBox<S> {
    /// a, half of its width and height, m.
    pub half: [S; 2],
    /// ρ, the radius of its corners, m; 0 for sharp ones.
    pub corner: S,
}

/// A box at p, turned by `angle`, and a disc of radius r at c; `across` is c - p.
pub fn box_disc<S: Scalar>(shape: &RoundedBox<S>, angle: S, radius: S, across: [S; 2]) -> Touch<S> {
    let axis = [angle.cos(), angle.sin()];
    let local = [dot(axis, across), cross(axis, across)];
    let (gap, [x, y]) = beside(shape, radius, local);
    let normal = [x * axis[0] - y * axis[1], x * axis[1] + y * axis[0]];
    let reach = gap + radius;
    Touch {
        gap,
        normal,
        lever: [0, 1].map(|i| across[i] - reach * normal[i]),
        radius,
    }
}

/// A box that does not turn: the same with its axes along the world's.
pub fn level_box_disc<S: Scalar>(shape: &RoundedBox<S>, radius: S, across: [S; 2]) -> Touch<S> {
    let (gap, normal) = beside(shape, radius, across);
    let reach = gap + radius;
    Touch {
        gap,
        normal,
        lever: [0, 1].map(|i| across[i] - reach * normal[i]),
        radius,
    }
}

/// Gap and normal in the frame of the box.
fn beside<S: Scalar>(shape: &RoundedBox<S>, radius: S, local: [S; 2]) -> (S, [S; 2]) {
    let (zero, one) = (S::constant(0.0), S::constant(1.0));
    let inner = shape.half.map(|a| a - shape.corner);
    // From the inner box to the centre of the disc: 0 along the sides that it is beside.
    let beyond = [0, 1].map(|i| {
        let high = (local[i] - inner[i]).max(zero);
        high + (local[i] + inner[i]).min(zero)
    });
    let distance = S::norm(beyond);
    let inside = distance.less_equal(zero);
    let depth = [0, 1].map(|i| local[i].abs() - inner[i]);
    let nearest_is_x = depth[1].less_equal(depth[0]);
    let sign = local.map(|x| S::select(x.less(zero), -one, one));
    let face = [
        S::select(nearest_is_x, sign[0], zero),
        S::select(nearest_is_x, zero, sign[1]),
    ];
    let deepest = S::select(nearest_is_x, depth[0], depth[1]);
    let reach = S::select(inside, deepest, distance);
    let gap = (reach - shape.corner - radius).named("gap");
    let normal = [0, 1].map(|i| {
        let outside = beyond[i].safe_divide(distance);
        S::select(inside, face[i], outside)
    });
    (gap, normal)
}

/// A wall or the ground through the origin and a disc of radius r at `across`; its witness point does not move.
pub fn line_disc<S: Scalar>(normal: [S; 2], radius: S, across: [S; 2]) -> Touch<S> {
    let distance = dot(normal, across);
    Touch {
        gap: (distance - radius).named("gap"),
        normal,
        lever: [0, 1].map(|i| across[i] - distance * normal[i]),
        radius,
    }
}

impl<S: Scalar> Touch<S> {
    /// t
    pub fn tangent(&self) -> [S; 2] {
        turned(self.normal)
    }

    /// How the touch opens along v with the object's place and angle.
    pub fn by_object(&self, v: [S; 2]) -> [S; 3] {
        [-v[0], -v[1], -cross(self.lever, v)]
    }

    /// The force on the object from those of the two rows: the disc pushes along -n, and along -t by friction.
    pub fn force_on_object(&self, friction: S, rows: [S; 2]) -> [S; 2] {
        let [along, across] = contact_force(friction, rows);
        let tangent = self.tangent();
        [0, 1].map(|i| -(along * self.normal[i] + across * tangent[i]))
    }

    /// The two rows of the contact, φ + (Jₙ ± m Jₜ) d, from the rows along n and along t.
    pub fn rows<const N: usize>(
        &self,
        friction: S,
        normal: Row<S, N>,
        tangent: Row<S, N>,
    ) -> ([S; 2], [Row<S, N>; 2]) {
        let row = |sign: f64| -> Row<S, N> {
            std::array::from_fn(|i| match (normal[i], tangent[i]) {
                (Some(n), Some(t)) => Some(n + friction * t * sign),
                (n, t) => n.or(t.map(|t| friction * t * sign)),
            })
        };
        ([self.gap; 2], [row(1.0), row(-1.0)])
    }
}

/// The friction coefficient of two bodies with coefficients of their own: their harmonic mean, 2 a b/(a + b).
pub fn friction_of_pair(a: f64, b: f64) -> f64 {
    2.0 * a * b / (a + b)
}

/// The forces along n and t from those of the two rows of a contact: λ₊ + λ₋ and m (λ₊ - λ₋).
pub fn contact_force<S: Scalar>(friction: S, rows: [S; 2]) -> [S; 2] {
    [rows[0] + rows[1], friction * (rows[0] - rows[1])]
}

/// A planar arm of two links, and the discs on it.
#[derive(Clone, Copy, Debug)]
pub struct Arm<S> {
    /// The first joint, m.
    pub base: [S; 2],
    /// 1 where both angles are from the x axis, -1 where they are from its other end.
    pub side: f64,
    /// l₁, m; the second link starts there.
    pub length: S,
}

/// A disc on an arm: how far along which link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum On {
    /// The first link, m from its joint.
    First(f64),
    /// The second link, m from its joint.
    Second(f64),
}

/// Where a disc of an arm is, and how it moves with both joints.
#[derive(Clone, Copy, Debug)]
pub struct Place<S> {
    /// c, m.
    pub centre: [S; 2],
    /// ∂c/∂q of both joints, m; none where it never moves.
    pub speed: [Option<[S; 2]>; 2],
    /// Whether each joint turns it.
    pub turns: [bool; 2],
}

impl<S: Scalar> Arm<S> {
    /// Where the discs are under these joint angles, the second of them from the first link.
    ///
    ///   c = base + l₁ e(a₁) + l₂ e(a₁ + a₂),   e(a) = ±(cos a, sin a)
    pub fn places<const D: usize>(&self, angles: [S; 2], discs: [On; D]) -> [Place<S>; D] {
        let along = |angle: S| [angle.cos(), angle.sin()].map(|x| x * self.side);
        let (first, second) = (along(angles[0]), along(angles[0] + angles[1]));
        let plus = |a: [S; 2], b: [S; 2]| [a[0] + b[0], a[1] + b[1]];
        let elbow = first.map(|x| self.length * x);
        discs.map(|disc| match disc {
            On::First(at) => {
                let arm = first.map(|x| x * at);
                Place {
                    centre: if at == 0.0 {
                        self.base
                    } else {
                        plus(self.base, arm)
                    },
                    speed: [(at != 0.0).then_some(turned(arm)), None],
                    turns: [true, false],
                }
            }
            On::Second(at) => {
                let outer = second.map(|x| x * at);
                let arm = plus(elbow, outer);
                Place {
                    centre: plus(self.base, arm),
                    speed: [Some(turned(arm)), Some(turned(outer))],
                    turns: [true, true],
                }
            }
        })
    }
}

impl<S: Scalar> Place<S> {
    /// How a touch with this disc opens along n and along t with both joints.
    pub fn by_joints(&self, touch: &Touch<S>) -> [[Option<S>; 2]; 2] {
        let normal = self.speed.map(|speed| Some(dot(touch.normal, speed?)));
        let tangent = [0, 1].map(|joint| {
            let moved = self.speed[joint].map(|speed| dot(touch.tangent(), speed));
            match (moved, self.turns[joint]) {
                (Some(moved), true) => Some(moved - touch.radius),
                (None, true) => Some(-touch.radius),
                (moved, false) => moved,
            }
        });
        [normal, tangent]
    }
}
