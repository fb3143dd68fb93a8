//! Exactly at a kink the reverse sweep and the dual numbers choose the same side, and it is the one that the table
//! in `src/number/mod.rs` says.
//!
//! Longer than other files, because the table of ties stands in full.

use super::{Point, check_reverse_against_dual};
use mollify::system::formulas::Linearization;
use mollify::systems;

/// Name, changed parameters, state, control; then an entry of the linearization there.
type Tie = (
    &'static str,
    &'static [(&'static str, f64)],
    &'static [f64],
    &'static [f64],
    fn(&Linearization) -> f64,
    f64,
);

const FRICTION: &[(&str, f64)] = &[
    ("viscosity", 1.5),
    ("force_limit", 0.375),
    ("contact_range", 0.125),
    ("time_step", 0.25),
    ("mass", 0.5),
];
/// ∂slip⁺/∂slip of friction; ∂v₂⁺/∂gap of pushing.
const SLIP_BY_SLIP: fn(&Linearization) -> f64 = |l| l.state_jacobian[15];
const V2_BY_GAP: fn(&Linearization) -> f64 = |l| l.state_jacobian[13];
const SLOPE: fn(&Linearization) -> f64 = |l| l.control_gradient[0];

/// Powers of two, so that the points at the border are there exactly.
const TENNIS: &[(&str, f64)] = &[
    ("half_length", 0.75),
    ("half_height", 0.25),
    ("time_step", 0.5),
];
const HOPPER: &[(&str, f64)] = &[
    ("ground_stiffness", 16.0),
    ("ground_dissipation", 2.0),
    ("ground_damping", 8.0),
    ("foot_mass", 0.5),
    ("time_step", 0.25),
];
const BILLIARDS: &[(&str, f64)] = &[
    ("stiffness", 3.0),
    ("mass", 0.5),
    ("radius", 0.25),
    ("table", 8.0),
    ("time_step", 0.25),
];
/// ∂x⁺/∂u_x of roomba: the time step if the point moves, 0 if it is blocked.
const X_BY_CONTROL: fn(&Linearization) -> f64 = |l| l.control_jacobian[0];
/// ∂pad_x⁺/∂u_x of tennis: the time step, 0 at a hit.
const PAD_BY_CONTROL: fn(&Linearization) -> f64 = |l| l.control_jacobian[12];
/// ∂v_f⁺/∂y_f and ∂v_f⁺/∂v_f of hopper.
const FOOT_SPEED_BY_FOOT: fn(&Linearization) -> f64 = |l| l.state_jacobian[12];
const FOOT_SPEED_BY_FOOT_SPEED: fn(&Linearization) -> f64 = |l| l.state_jacobian[15];
/// ∂(cue velocity x)⁺/∂(cue x) of billiards: -(h/m) k in contact.
const CUE_SPEED_BY_CUE: fn(&Linearization) -> f64 = |l| l.state_jacobian[6 * 13];

/// Rests at these deviations from the start; the third ball is far away.
const fn balls(cue: [f64; 2], object: [f64; 2]) -> [f64; 13] {
    let mut state = [0.0; 13];
    [state[0], state[1]] = cue;
    [state[2], state[3]] = object;
    [state[4], state[5]] = [4.0, 6.0];
    state
}

const AT_LOW_CUSHION: [f64; 13] = balls([0.0, 2.0], [2.0, 4.0]);
const AT_HIGH_CUSHION: [f64; 13] = balls([7.5, 2.0], [2.0, 4.0]);
/// At (2, 2) and (2.5, 2): 2r apart.
const TOUCHING: [f64; 13] = balls([1.75, 1.75], [1.95, 1.48]);
/// Both at (2, 2).
const COINCIDENT: [f64; 13] = balls([1.75, 1.75], [1.45, 1.48]);

const TIES: &[Tie] = &[
    // Bodies that just touch exert no force.
    (
        "pushing",
        &[("stiffness", 17.0)],
        &[0.3, 0.0, 0.2, -0.7],
        &[0.4],
        V2_BY_GAP,
        0.0,
    ),
    (
        "pushing",
        &[("stiffness", 17.0)],
        &[0.3, -0.0, 0.2, -0.7],
        &[0.4],
        V2_BY_GAP,
        0.0,
    ),
    // At the range there is no friction: the slip stays; within it 1 - 2 (h/m) b = 1 - 2 · 0.5 · 1.5.
    (
        "friction",
        FRICTION,
        &[0.5, 0.125, 0.0, 0.125],
        &[0.4],
        SLIP_BY_SLIP,
        1.0,
    ),
    (
        "friction",
        FRICTION,
        &[0.5, -0.125, 0.0, 0.125],
        &[0.4],
        SLIP_BY_SLIP,
        1.0,
    ),
    (
        "friction",
        FRICTION,
        &[0.5, 0.0, 0.0, 0.125],
        &[0.4],
        SLIP_BY_SLIP,
        -0.5,
    ),
    // b · slip = ± limit: a tie of min and max goes to the friction, not to the limit.
    (
        "friction",
        FRICTION,
        &[0.5, 0.0625, 0.5, 0.25],
        &[0.4],
        SLIP_BY_SLIP,
        -0.5,
    ),
    (
        "friction",
        FRICTION,
        &[0.5, 0.0625, 0.75, -0.25],
        &[0.4],
        SLIP_BY_SLIP,
        -0.5,
    ),
    (
        "relu",
        &[("left_slope", -0.7), ("right_slope", 1.9)],
        &[],
        &[0.0],
        SLOPE,
        1.9,
    ),
    (
        "relu",
        &[("left_slope", -0.7), ("right_slope", 1.9)],
        &[],
        &[-0.0],
        SLOPE,
        1.9,
    ),
    (
        "soft-heaviside",
        &[("width", 0.375)],
        &[],
        &[0.1875],
        SLOPE,
        2.0 / 0.375,
    ),
    (
        "soft-heaviside",
        &[("width", 0.375)],
        &[],
        &[-0.1875],
        SLOPE,
        2.0 / 0.375,
    ),
    // At the cliff there is still contact: -sin 2a, with a = 0.7.
    (
        "pivot",
        &[("cliff", 0.7)],
        &[],
        &[0.7],
        SLOPE,
        -0.985_449_729_988_460_2,
    ),
    (
        "pivot",
        &[("cliff", 0.7)],
        &[],
        &[-0.7],
        SLOPE,
        0.985_449_729_988_460_2,
    ),
    // At the threshold the product lives on.
    (
        "heaviside",
        &[("threshold", 0.3)],
        &[0.8],
        &[0.3],
        |l| l.state_jacobian[0],
        1.0,
    ),
    // A throw at angle 0 whose range 0 is the wall's distance: it lands, with slope 0 of -range².
    (
        "ball-wall",
        &[("wall_distance", 0.0)],
        &[],
        &[0.0],
        SLOPE,
        0.0,
    ),
    // Straight up and just as high as the wall: 0 - g l²/(2 v²) = height = -1. It lands, too.
    (
        "ball-wall",
        &[
            ("gravity", 8.0),
            ("wall_distance", 0.5),
            ("wall_height", -1.0),
        ],
        &[],
        &[0.0],
        SLOPE,
        0.0,
    ),
    // On the border of the disc of radius 1/2 about (-1, 1) the step is blocked, from the side and from below.
    (
        "roomba",
        &[("time_step", 0.5)],
        &[-0.25, 1.0, 0.0],
        &[-0.5, 0.0],
        X_BY_CONTROL,
        0.0,
    ),
    (
        "roomba",
        &[("time_step", 0.5)],
        &[-1.0, 0.25, 0.0],
        &[0.0, 0.5],
        X_BY_CONTROL,
        0.0,
    ),
    // A ball at the ends and at the faces of the pad is hit.
    (
        "tennis",
        TENNIS,
        &[0.5, 0.25, 0.5, -0.25, 0.0, 0.0, 0.0],
        &[0.0, 0.0, 0.0],
        PAD_BY_CONTROL,
        0.0,
    ),
    (
        "tennis",
        TENNIS,
        &[-0.5, 0.25, -0.5, -0.25, 0.0, 0.0, 0.0],
        &[0.0, 0.0, 0.0],
        PAD_BY_CONTROL,
        0.0,
    ),
    (
        "tennis",
        TENNIS,
        &[0.0, 0.375, 0.5, -0.25, 0.0, 0.0, 0.0],
        &[0.0, 0.0, 0.0],
        PAD_BY_CONTROL,
        0.0,
    ),
    (
        "tennis",
        TENNIS,
        &[0.0, -0.125, 0.5, -0.25, 0.0, 0.0, 0.0],
        &[0.0, 0.0, 0.0],
        PAD_BY_CONTROL,
        0.0,
    ),
    // 1e-5 - h s_y = 0: the division gives 0 and has no derivative, so that ∂(ball y)⁺/∂(ball y) = 1.
    (
        "tennis",
        TENNIS,
        &[0.0, 0.0, 0.5, 2e-5, 0.0, 0.0, 0.0],
        &[0.0, 0.0, 0.0],
        |l| l.state_jacobian[8],
        1.0,
    ),
    // A foot at height 0 is in the air, however fast it falls.
    (
        "hopper",
        HOPPER,
        &[0.0, 0.0, 0.0, -0.5],
        &[0.2],
        FOOT_SPEED_BY_FOOT,
        0.0,
    ),
    (
        "hopper",
        HOPPER,
        &[-0.0, 0.0, 0.0, -0.5],
        &[0.2],
        FOOT_SPEED_BY_FOOT,
        0.0,
    ),
    // In the ground, D v_f = 1: a tie of max goes to the factor, 1 - (h/m_f) (c + k_g D/4).
    (
        "hopper",
        HOPPER,
        &[-0.25, 0.0, 0.0, 0.5],
        &[0.2],
        FOOT_SPEED_BY_FOOT_SPEED,
        -3.5,
    ),
    (
        "hopper-kelvin-voigt",
        HOPPER,
        &[0.0, 0.0, 0.0, -0.5],
        &[0.2],
        FOOT_SPEED_BY_FOOT,
        0.0,
    ),
    // In the ground, k_g · 1/4 = c_g · 1/2: a tie of max goes to the push, -(h/m_f) k_g.
    (
        "hopper-kelvin-voigt",
        HOPPER,
        &[-0.25, 0.0, 0.0, 0.5],
        &[0.2],
        FOOT_SPEED_BY_FOOT,
        -8.0,
    ),
    // Balls that just touch a cushion or each other: a tie of max goes to the overlap.
    (
        "billiards",
        BILLIARDS,
        &AT_LOW_CUSHION,
        &[0.3, -0.2],
        CUE_SPEED_BY_CUE,
        -1.5,
    ),
    (
        "billiards",
        BILLIARDS,
        &AT_HIGH_CUSHION,
        &[0.3, -0.2],
        CUE_SPEED_BY_CUE,
        -1.5,
    ),
    (
        "billiards",
        BILLIARDS,
        &TOUCHING,
        &[0.3, -0.2],
        CUE_SPEED_BY_CUE,
        -1.5,
    ),
    // Two balls in one place: no direction to push in, and no derivative.
    (
        "billiards",
        BILLIARDS,
        &COINCIDENT,
        &[0.3, -0.2],
        CUE_SPEED_BY_CUE,
        0.0,
    ),
    // The double pendulum has no kinks. Where both rods are in line its determinant is least; after the start a kick
    // has no effect.
    (
        "double-pendulum",
        &[
            ("start_angle_1", 0.0),
            ("start_velocity_1", 0.0),
            ("start_velocity_2", 0.0),
        ],
        &[0.0; 5],
        &[0.3, 0.2, -0.4, 0.1],
        X_BY_CONTROL,
        0.0,
    ),
];

#[test]
fn reverse_sweep_equals_dual_numbers_exactly_at_kinks() {
    let every = systems::every();
    for (name, changes, state, control, entry, expected) in TIES {
        let (_, make) = every.iter().find(|(known, _)| known == name).expect(name);
        let model = make();
        let mut point = Point {
            parameters: model.default_parameters(),
            state: state.to_vec(),
            control: control.to_vec(),
            cotangent: (0..state.len()).map(|i| 1.3 - 0.9 * i as f64).collect(),
        };
        for (parameter, value) in *changes {
            point.parameters[model.parameter_index(parameter).expect(parameter)] = *value;
        }
        let found = entry(&check_reverse_against_dual(name, &model, &point));
        assert!(
            (found - expected).abs() <= 1e-14 * expected.abs(),
            "{name} at {state:?}, {control:?}: {found}, not {expected}"
        );
    }
}

/// The breaks of ball-wall are known to rounding only: from neighbouring floats both sides are seen.
#[test]
fn reverse_sweep_equals_dual_numbers_around_the_breaks_of_ball_wall() {
    let model = systems::find("ball-wall").expect("ball-wall");
    let kink = 0.5 * (0.06 * 9.81_f64).asin();
    for rounded in [0.693_204, 1.199_343, kink] {
        for offset in -4000..4000_i64 {
            let point = Point {
                parameters: model.default_parameters(),
                state: vec![],
                control: vec![rounded + offset as f64 * 2.5e-10],
                cotangent: vec![],
            };
            check_reverse_against_dual("ball-wall", &model, &point);
        }
    }
}
