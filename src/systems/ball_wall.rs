//! Ball over a wall: throw as far as possible; a low throw stops at the wall.
//!
//! ```text
//!        .-''''-.
//!      .'   ┌┐   '.            range   x_T = v² sin(2θ)/g
//!    .' θ   ││     '.          height  y = l tan θ - g l²/(2 v² cos² θ) at the wall, l its distance
//!   o───────┘└───────x
//!   0       .06     x_T [m]
//! ```
//!
//! x_T <= l: lands at x_T. Else y <= wall height: stops at l. Else lands at x_T. Cost -x² per throw.
//! The comparison y <= height is multiplied by cos² θ, so that nothing is divided by 0.
//! No state; one throw per step, so d = horizon. Units: SI, radians.
//! Source: ICML 2022 (arXiv 2202.00817). The closed form is the piecewise formula of [`super::gaussian`]:
//! kinks where x_T = l, jumps where y = height, which is A sin 2θ - B cos 2θ = C with A = l/2,
//! B = height/2, C = g l²/(2 v²) + height/2.

use super::gaussian;
use crate::number::dual::Dual;
use crate::number::{Mask, Scalar};
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ClosedForm, ControlCoordinate, Drawn, Dynamics, Exact, Objective, ParameterSet, Published,
    StateCoordinate, Tuned, coordinate,
};
use std::f64::consts::PI;

parameters! {
    /// The throw and the wall.
    pub struct Parameters {
        speed: 1.0, "m/s", "speed v of the throw", positive;
        gravity: 9.81, "m/s2", "acceleration g", positive;
        wall_distance: 0.06, "m", "distance l of the wall", positive;
        wall_height: 0.02, "m", "height of the wall";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct BallWall;

/// The range of a throw over flat ground, and whether the wall stops it, from sine and cosine of the angle.
fn landing<S: Scalar>(p: &Parameters<S>, sine: S, cosine: S) -> (S, S::Mask) {
    let range = (p.speed.square() * 2.0 * sine * cosine / p.gravity).named("range");
    let drop = p.gravity * p.wall_distance.square() / (p.speed.square() * 2.0);
    let lands_before = range.less_equal(p.wall_distance);
    let hits_wall = (p.wall_distance * sine * cosine - drop)
        .less_equal(p.wall_height * cosine.square())
        .named("hits_wall");
    (range, hits_wall.and(lands_before.not()))
}

impl Dynamics<0, 1> for BallWall {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "ball-wall";
    const SUMMARY: &'static str =
        "throw over a wall: a jump that the first-order estimate does not see";
    const SOURCE: &'static str = "ICML 2022 (arXiv 2202.00817), ball with wall";
    const STATE: [StateCoordinate; 0] = [];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("angle", "rad")];

    fn advance<S: Scalar>(_p: &Parameters<S>, _state: [S; 0], _control: [S; 1]) -> [S; 0] {
        []
    }
}

impl Objective<0, 1> for BallWall {
    const HORIZON: usize = 1;
    const START: f64 = 0.1;
    const SIGMA: f64 = 0.1;
    const PUBLISHED: Option<Published> = Some(Published {
        samples: 50,
        step: 0.1,
        step_decay: 0.0,
        iterations: 500,
        gamma: 0.01,
        bound: 1.0,
    });
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 4000,
        iterations: 100,
        gamma: None,
        radius: 0.05,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, _state: [S; 0], [angle]: [S; 1], _time: S) -> S {
        let (sine, cosine) = (angle.sin().named("sine"), angle.cos().named("cosine"));
        let (range, stopped) = landing(p, sine, cosine);
        S::select(stopped, -p.wall_distance.square(), -range.square())
    }
}

impl Drawn<0, 1> for BallWall {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let wall = [[p.wall_distance, 0.0], [p.wall_distance, p.wall_height]];
        Geometry {
            instants: 80,
            ..Geometry::metres(vec![
                Item::new(Role::Fixed, "", Form::Ground(0.0)),
                Item::new(Role::Fixed, "wall", Form::Path(wall.to_vec())),
            ])
        }
    }

    /// The flight, to where it lands or to the wall that stops it. A throw into the ground is drawn as its formula says,
    /// backwards in time.
    fn scene(p: &Parameters<f64>, _state: [f64; 0], [angle]: [f64; 1], share: f64) -> Scene {
        let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
        let (_, stopped) = landing(p, sine, cosine);
        let flight = match stopped {
            true => p.wall_distance / (p.speed * cosine),
            false => 2.0 * p.speed * sine / p.gravity,
        };
        let time = share * flight;
        let at = [
            p.speed * cosine * time,
            p.speed * sine * time - 0.5 * p.gravity * time * time,
        ];
        Scene {
            time: time.abs(),
            items: vec![Item::body(0, "ball", Form::Point(at)).traced(at)],
        }
    }
}

impl Exact<0, 1> for BallWall {
    fn closed_form(p: &Parameters<f64>, theta: &[f64], sigma: f64, b: f64) -> Option<ClosedForm> {
        let values = [p.speed, p.gravity, p.wall_distance, p.wall_height];
        let dual = Parameters::<Dual<1>>::from_fn(|i| Dual::constant(values[i]));
        Some(gaussian::piecewise(
            |x| Self::stage_cost(p, [], [x], 0.0),
            |x| {
                Self::stage_cost(&dual, [], [Dual::variable(x, 0)], Dual::constant(0.0)).derivative
                    [0]
            },
            &breaks(p),
            theta,
            sigma,
            b,
        ))
    }
}

/// The angles in (-2π, 3π) at which the cost has a kink or a jump.
fn breaks(p: &Parameters<f64>) -> Vec<f64> {
    let (a, b) = (p.wall_distance / 2.0, p.wall_height / 2.0);
    let c = p.gravity * p.wall_distance.powi(2) / (2.0 * p.speed.powi(2)) + b;
    let jump = (c / a.hypot(b)).asin();
    let phase = b.atan2(a);
    let kink = (p.wall_distance * p.gravity / p.speed.powi(2)).asin();
    // An angle that does not exist is NaN and drops out below.
    let doubled = [phase + jump, phase + PI - jump, kink, PI - kink];
    (-2..=2)
        .flat_map(|turn| doubled.map(|double| double / 2.0 + f64::from(turn) * PI))
        .filter(|angle| angle.is_finite())
        .collect()
}
