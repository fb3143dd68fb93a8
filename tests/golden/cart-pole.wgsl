// cart-pole: a pole on a cart swings up and balances between two walls
// walls after Marcucci and Tedrake 2020 (arXiv 2001.07203); swing and sizes are ours

const STATE_SIZE: u32 = 4u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 18u;

struct Parameters {
    cart_mass: f32, // kg: mass M of the cart
    pole_mass: f32, // kg: mass m at the tip of the pole
    length: f32, // m: length l of the pole
    gravity: f32, // m/s2: acceleration g
    force_limit: f32, // N: largest force F_max of the drive
    friction: f32, // N s/m: damper c of the cart
    pivot_damping: f32, // N m s: damper e of the pivot
    wall_distance: f32, // m: distance d of the walls from the middle
    half_width: f32, // m: distance b of the cart's sides from its middle
    wall_stiffness: f32, // N/m: stiffness k of the walls
    wall_dissipation: f32, // s/m: dissipation D of the walls after Hunt and Crossley
    time_step: f32, // s: time step h
    upright: f32, // 1: cost a of the pole's height below upright, in lengths
    centre: f32, // 1/m2: cost s of the cart's distance from the middle
    slow: f32, // s2/m2: cost w of the cart's velocity
    calm: f32, // s2: cost z of the pole's angular velocity
    effort: f32, // 1: cost R of the control
    final_factor: f32, // 1: factor f on the cost at the end
}

struct State {
    cart: f32, // m
    angle: f32, // rad
    velocity: f32, // m/s
    angular_velocity: f32, // rad/s
}

struct Control {
    drive: f32, // 1
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.cart, state.angle, state.velocity, state.angular_velocity);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.drive);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let force = parameters.force_limit * tanh_f32(control.drive);
    let t0 = sin_f32(state.angle);
    let t1 = cos_f32(state.angle);
    let t2 = state.cart + parameters.length * t0;
    let t3 = parameters.wall_distance - parameters.half_width;
    let t4 = parameters.wall_dissipation * state.velocity;
    let t5 = parameters.wall_stiffness * max(0.0, -(t3 + state.cart)) * max(1.0 - t4, 0.0);
    let t6 = parameters.wall_stiffness * max(0.0, state.cart - t3) * max(t4 + 1.0, 0.0);
    let on_cart = t5 - t6;
    let t7 = parameters.wall_stiffness * max(0.0, -(parameters.wall_distance + t2));
    let t8 = parameters.wall_dissipation * (state.velocity + parameters.length * state.angular_velocity * t1);
    let t9 = parameters.wall_stiffness * max(0.0, t2 - parameters.wall_distance);
    let on_tip = t7 * max(1.0 - t8, 0.0) - t9 * max(t8 + 1.0, 0.0);
    let t10 = parameters.pivot_damping * state.angular_velocity / parameters.length;
    let t11 = parameters.gravity * t0 + (on_tip * t1 - t10) / parameters.pole_mass;
    let t12 = parameters.pole_mass * parameters.length * (state.angular_velocity * state.angular_velocity);
    let t13 = force - parameters.friction * state.velocity + on_cart + on_tip + t12 * t0;
    let t14 = (t13 - parameters.pole_mass * t1 * t11) / (parameters.cart_mass + parameters.pole_mass * (t0 * t0));
    let velocity = state.velocity + parameters.time_step * t14;
    let angular_velocity = state.angular_velocity + parameters.time_step * ((t11 - t1 * t14) / parameters.length);
    return State(
        state.cart + parameters.time_step * velocity,
        state.angle + parameters.time_step * angular_velocity,
        velocity,
        angular_velocity,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = parameters.upright * (1.0 - cos_f32(state.angle)) + parameters.centre * (state.cart * state.cart);
    let t1 = parameters.calm * (state.angular_velocity * state.angular_velocity);
    return t0 + parameters.slow * (state.velocity * state.velocity) + t1 + parameters.effort * (control.drive * control.drive);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = parameters.upright * (1.0 - cos_f32(state.angle)) + parameters.centre * (state.cart * state.cart);
    let t1 = parameters.calm * (state.angular_velocity * state.angular_velocity);
    return parameters.final_factor * (t0 + parameters.slow * (state.velocity * state.velocity) + t1);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = tanh_f32(control.drive);
    let force = parameters.force_limit * t0;
    let t1 = sin_f32(state.angle);
    let t2 = cos_f32(state.angle);
    let t3 = state.cart + parameters.length * t1;
    let t4 = parameters.length * state.angular_velocity;
    let t5 = parameters.wall_distance - parameters.half_width;
    let t6 = -(t5 + state.cart);
    let t7 = parameters.wall_stiffness * max(0.0, t6);
    let t8 = parameters.wall_dissipation * state.velocity;
    let t9 = 1.0 - t8;
    let t10 = max(t9, 0.0);
    let t11 = state.cart - t5;
    let t12 = parameters.wall_stiffness * max(0.0, t11);
    let t13 = t8 + 1.0;
    let t14 = max(t13, 0.0);
    let on_cart = t7 * t10 - t12 * t14;
    let t15 = -(parameters.wall_distance + t3);
    let t16 = parameters.wall_stiffness * max(0.0, t15);
    let t17 = parameters.wall_dissipation * (state.velocity + t4 * t2);
    let t18 = 1.0 - t17;
    let t19 = max(t18, 0.0);
    let t20 = t3 - parameters.wall_distance;
    let t21 = parameters.wall_stiffness * max(0.0, t20);
    let t22 = t17 + 1.0;
    let t23 = max(t22, 0.0);
    let on_tip = t16 * t19 - t21 * t23;
    let t24 = parameters.pivot_damping * state.angular_velocity / parameters.length;
    let t25 = parameters.gravity * t1 + (on_tip * t2 - t24) / parameters.pole_mass;
    let t26 = parameters.pole_mass * parameters.length;
    let t27 = t26 * (state.angular_velocity * state.angular_velocity);
    let t28 = force - parameters.friction * state.velocity + on_cart + on_tip + t27 * t1;
    let t29 = parameters.cart_mass + parameters.pole_mass * (t1 * t1);
    let t30 = parameters.pole_mass * t2;
    let t31 = (t28 - t30 * t25) / t29;
    let angular_velocity_cotangent = cotangent.angular_velocity + cotangent.angle * parameters.time_step;
    let velocity_cotangent = cotangent.velocity + cotangent.cart * parameters.time_step;
    let t32 = angular_velocity_cotangent * parameters.time_step / parameters.length;
    let on_cart_cotangent = (velocity_cotangent * parameters.time_step - t32 * t2) / t29;
    let t33 = t32 - on_cart_cotangent * t30;
    let t34 = -parameters.upright - t32 * t31 - on_cart_cotangent * t25 * parameters.pole_mass;
    let t35 = 2.0 * parameters.slow * state.velocity + velocity_cotangent - on_cart_cotangent * parameters.friction;
    let t36 = on_cart_cotangent * t27 - 2.0 * (on_cart_cotangent * t31 * parameters.pole_mass) * t1;
    let t37 = 2.0 * (parameters.calm + on_cart_cotangent * t1 * t26) * state.angular_velocity;
    let t38 = t33 / parameters.pole_mass;
    let t39 = angular_velocity_cotangent + t37 - t38 / parameters.length * parameters.pivot_damping;
    let on_tip_cotangent = on_cart_cotangent + t38 * t2;
    let t40 = select(-(on_tip_cotangent * t23 * parameters.wall_stiffness), 0.0, t20 <= 0.0);
    let t41 = select(0.0, -(on_tip_cotangent * t21), 0.0 <= t22) - select(0.0, on_tip_cotangent * t16, 0.0 <= t18);
    let t42 = t41 * parameters.wall_dissipation;
    let t43 = select(on_tip_cotangent * t19 * parameters.wall_stiffness, 0.0, t15 <= 0.0);
    let t44 = t40 - t43;
    let t45 = select(-(on_cart_cotangent * t14 * parameters.wall_stiffness), 0.0, t11 <= 0.0);
    let t46 = select(0.0, -(on_cart_cotangent * t12), 0.0 <= t13) - select(0.0, on_cart_cotangent * t7, 0.0 <= t9);
    let t47 = select(on_cart_cotangent * t10 * parameters.wall_stiffness, 0.0, t6 <= 0.0);
    let t48 = 2.0 * parameters.centre * state.cart + cotangent.cart + t45 - t47;
    return StateControl(
        State(
            t48 + t44,
            cotangent.angle - (t34 + t38 * on_tip + t42 * t4) * t1 + (t36 + t33 * parameters.gravity + t44 * parameters.length) * t2,
            t35 + t46 * parameters.wall_dissipation + t42,
            t39 + t42 * t2 * parameters.length,
        ),
        Control(
            2.0 * parameters.effort * control.drive + on_cart_cotangent * parameters.force_limit * (1.0 - t0 * t0),
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(
        2.0 * (parameters.final_factor * parameters.centre) * state.cart,
        parameters.final_factor * parameters.upright * sin_f32(state.angle),
        2.0 * (parameters.final_factor * parameters.slow) * state.velocity,
        2.0 * (parameters.final_factor * parameters.calm) * state.angular_velocity,
    );
}
