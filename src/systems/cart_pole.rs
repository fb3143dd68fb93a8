//! Cart-pole: a pole on a cart swings up and balances between two walls.
//!
//! ```text
//!   ▌               ● m         ▐        tip at (x + l sin φ, l cos φ)
//!   ▌              ╱ φ, l       ▐
//!   ▌    u →  ┌───┴───┐         ▐        walls at -d and d push the cart's sides, b from x, and the tip
//!   ▌         │   x   │ M       ▐
//!   ▌─────────┴───────┴─────────▐
//!  -d                           d
//! ```
//!
//! From L = ½ (M + m) v² + m l v ω cos φ + ½ m l² ω² - m g l cos φ, with the force P on the tip, the force C on the cart, both
//! across, F = F_max tanh u - c v and the pivot's damper e:
//!
//!   (M + m) v̇ + m l cos φ ω̇ = F + C + P + m l ω² sin φ,     m l cos φ v̇ + m l² ω̇ = m g l sin φ - e ω + P l cos φ
//!
//! whose determinant m l² (M + m sin² φ) is never 0. A wall pushes with k max(0, -gap) max(0, 1 - D v) after Hunt and Crossley, v
//! away from it. The step is semi-implicit: v⁺, ω⁺ from the state, then x⁺ = x + h v⁺, φ⁺ = φ + h ω⁺.
//!
//!   cost Σ a (1 - cos φ) + s x² + w v² + z ω² + R u², and f times the same without u at the end
//!
//! The angle is that from upright; the pole hangs at π, where it starts, nearly. The drive is too weak to lift the pole at once.
//! The walls are in the way of long swings, and a push for who uses them: the contact is in the swing, at high speed, at another time
//! for each try. The walls and the two contacts are after Marcucci and Tedrake 2020 (arXiv 2001.07203), where the pole balances
//! between soft walls; swing, cart contacts and sizes are ours. Units: SI.

use crate::contact::spring::push;
use crate::number::Scalar;
use crate::parameters;
use crate::system::scene::{Form, Geometry, Item, Role, Scene};
use crate::system::{
    ControlCoordinate, Drawn, Dynamics, Objective, Published, StateCoordinate, Tuned, coordinate,
};

parameters! {
    /// Cart, pole, walls, time step and cost.
    pub struct Parameters {
        cart_mass: 1.0, "kg", "mass M of the cart", positive;
        pole_mass: 0.2, "kg", "mass m at the tip of the pole", positive;
        length: 0.5, "m", "length l of the pole", positive;
        gravity: 9.81, "m/s2", "acceleration g", positive;
        force_limit: 6.0, "N", "largest force F_max of the drive", positive;
        friction: 0.1, "N s/m", "damper c of the cart";
        pivot_damping: 0.002, "N m s", "damper e of the pivot";
        wall_distance: 0.8, "m", "distance d of the walls from the middle", positive;
        half_width: 0.1, "m", "distance b of the cart's sides from its middle", positive;
        wall_stiffness: 500.0, "N/m", "stiffness k of the walls";
        wall_dissipation: 0.5, "s/m", "dissipation D of the walls after Hunt and Crossley";
        time_step: 0.02, "s", "time step h", positive;
        upright: 1.0, "1", "cost a of the pole's height below upright, in lengths";
        centre: 0.5, "1/m2", "cost s of the cart's distance from the middle";
        slow: 0.01, "s2/m2", "cost w of the cart's velocity";
        calm: 0.01, "s2", "cost z of the pole's angular velocity";
        effort: 0.001, "1", "cost R of the control";
        final_factor: 20.0, "1", "factor f on the cost at the end";
    }
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct CartPole;

/// The forces of the walls across, on the cart and on the tip of the pole.
pub fn wall_forces<S: Scalar>(
    p: &Parameters<S>,
    [cart, angle, velocity, angular_velocity]: [S; 4],
) -> [S; 2] {
    let between = |position: S, speed: S, room: S| {
        let left = push(p.wall_stiffness, p.wall_dissipation, room + position, speed);
        let right = push(
            p.wall_stiffness,
            p.wall_dissipation,
            room - position,
            -speed,
        );
        left - right
    };
    let tip = cart + p.length * angle.sin();
    let tip_speed = velocity + p.length * angular_velocity * angle.cos();
    [
        between(cart, velocity, p.wall_distance - p.half_width),
        between(tip, tip_speed, p.wall_distance),
    ]
}

/// (v̇, ω̇) under the force of the drive.
pub fn accelerations<S: Scalar>(p: &Parameters<S>, state: [S; 4], drive: S) -> [S; 2] {
    let [_, angle, velocity, angular_velocity] = state;
    let (sine, cosine) = (angle.sin(), angle.cos());
    let [on_cart, on_tip] = wall_forces(p, state);
    let (on_cart, on_tip) = (on_cart.named("on_cart"), on_tip.named("on_tip"));
    // The second equation divided by m l: cos φ v̇ + l ω̇ = turning.
    let turning = p.gravity * sine
        + (on_tip * cosine - p.pivot_damping * angular_velocity / p.length) / p.pole_mass;
    let swinging = p.pole_mass * p.length * angular_velocity.square() * sine;
    let across = drive - p.friction * velocity + on_cart + on_tip + swinging;
    let mass = p.cart_mass + p.pole_mass * sine.square();
    let acceleration = (across - p.pole_mass * cosine * turning) / mass;
    [acceleration, (turning - cosine * acceleration) / p.length]
}

impl Dynamics<4, 1> for CartPole {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "cart-pole";
    const SUMMARY: &'static str = "a pole on a cart swings up and balances between two walls";
    const SOURCE: &'static str =
        "walls after Marcucci and Tedrake 2020 (arXiv 2001.07203); swing and sizes are ours";
    const STATE: [StateCoordinate; 4] = [
        coordinate("cart", "m").at(0.0),
        coordinate("angle", "rad").at(3.0),
        coordinate("velocity", "m/s").at(0.0),
        coordinate("angular_velocity", "rad/s").at(0.0),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("drive", "1")];

    fn advance<S: Scalar>(p: &Parameters<S>, state: [S; 4], [drive]: [S; 1]) -> [S; 4] {
        let [cart, angle, velocity, angular_velocity] = state;
        let force = (p.force_limit * drive.tanh()).named("force");
        let [acceleration, angular] = accelerations(p, state, force);
        let h = p.time_step;
        let velocity = (velocity + h * acceleration).named("velocity");
        let angular_velocity = (angular_velocity + h * angular).named("angular_velocity");
        [
            cart + h * velocity,
            angle + h * angular_velocity,
            velocity,
            angular_velocity,
        ]
    }

    /// A wall at the cart moves at most 1/M, one at the tip 1/m, and both share the cart.
    fn warning(p: &Parameters<f64>) -> Option<String> {
        let h = p.time_step;
        let stiff = h * h * p.wall_stiffness * (1.0 / p.cart_mass + 1.0 / p.pole_mass);
        (stiff >= 4.0).then(|| {
            format!(
                "h^2 k (1/M + 1/m) = {stiff} is beyond the stability limit 4 of the step: what follows is the integrator \
                 blowing up, not physics"
            )
        })
    }
}

impl Objective<4, 1> for CartPole {
    const HORIZON: usize = 150;
    const SIGMA: f64 = 0.3;
    const PUBLISHED: Option<Published> = None;
    const TUNED: Option<Tuned> = Some(Tuned {
        samples: 200,
        iterations: 60,
        gamma: None,
        radius: 1.0,
    });

    fn stage_cost<S: Scalar>(p: &Parameters<S>, state: [S; 4], [drive]: [S; 1], _time: S) -> S {
        distance(p, state) + p.effort * drive.square()
    }

    fn final_cost<S: Scalar>(p: &Parameters<S>, state: [S; 4]) -> S {
        p.final_factor * distance(p, state)
    }
}

fn distance<S: Scalar>(p: &Parameters<S>, [cart, angle, velocity, angular_velocity]: [S; 4]) -> S {
    p.upright * (S::constant(1.0) - angle.cos())
        + p.centre * cart.square()
        + p.slow * velocity.square()
        + p.calm * angular_velocity.square()
}

impl Drawn<4, 1> for CartPole {
    fn geometry(p: &Parameters<f64>) -> Geometry {
        let upright = Form::Point([0.0, p.length]);
        Geometry::metres(vec![
            Item::new(Role::Fixed, "walls", Form::Vertical(-p.wall_distance)),
            Item::new(Role::Fixed, "", Form::Vertical(p.wall_distance)),
            Item::new(Role::Goal, "goal of the tip", upright),
        ])
    }

    /// The pivot is in the middle of the cart, at height 0.
    fn scene(
        p: &Parameters<f64>,
        [cart, angle, ..]: [f64; 4],
        _drive: [f64; 1],
        share: f64,
    ) -> Scene {
        let tip = [
            cart + p.length * libm::sin(angle),
            p.length * libm::cos(angle),
        ];
        let block = Form::Rectangle {
            centre: [cart, 0.0],
            size: [2.0 * p.half_width, p.half_width],
            angle: 0.0,
        };
        let bob = Form::Circle {
            centre: tip,
            radius: 0.06 * p.length,
        };
        Scene {
            time: share * p.time_step,
            items: vec![
                Item::body(0, "cart", block).traced([cart, 0.0]),
                Item::link(vec![[cart, 0.0], tip]),
                Item::body(1, "tip", bob).traced(tip),
            ],
        }
    }
}
