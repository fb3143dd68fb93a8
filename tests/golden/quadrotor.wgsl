// quadrotor: a planar quadrotor lands on two feet and stands
// planar quadrotor as in textbooks; contact after Hunt and Crossley 1975; task and sizes are ours

const STATE_SIZE: u32 = 6u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 20u;

struct Parameters {
    mass: f32, // kg: mass m
    inertia: f32, // kg m2: moment of inertia J about the middle
    gravity: f32, // m/s2: acceleration g
    arm: f32, // m: distance r of each rotor from the middle
    thrust_limit: f32, // N: largest thrust T_max of a rotor
    foot_across: f32, // m: distance b of each foot across
    foot_below: f32, // m: distance c of each foot below the middle
    ground_stiffness: f32, // N/m: stiffness k of the ground
    ground_dissipation: f32, // s/m: dissipation D of the ground after Hunt and Crossley
    ground_friction: f32, // 1: coefficient of friction of the feet
    slip_speed: f32, // m/s: speed v_s at which friction sets in
    time_step: f32, // s: time step h
    pad: f32, // m: place of the pad
    pad_width: f32, // m: width of the pad, for pictures
    weight: f32, // 1/m2: cost w of the distance from the pad
    level: f32, // 1: cost q of the tilt
    slow: f32, // s2/m2: cost s of the velocity
    calm: f32, // s2: cost z of the angular velocity
    effort: f32, // 1: cost R of a thrust, in its limit, squared
    final_factor: f32, // 1: factor f on the cost at the end
}

struct State {
    x: f32, // m
    y: f32, // m
    angle: f32, // rad
    velocity_x: f32, // m/s
    velocity_y: f32, // m/s
    angular_velocity: f32, // rad/s
}

struct Control {
    rotor_left: f32, // 1
    rotor_right: f32, // 1
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18], values[19]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.x, state.y, state.angle, state.velocity_x, state.velocity_y, state.angular_velocity);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.rotor_left, control.rotor_right);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = parameters.thrust_limit * (tanh_f32(control.rotor_left) + 1.0) * 0.5;
    let t1 = parameters.thrust_limit * (tanh_f32(control.rotor_right) + 1.0) * 0.5;
    let total_thrust = t0 + t1;
    let t2 = sin_f32(state.angle);
    let t3 = cos_f32(state.angle);
    let t4 = parameters.foot_across * t3;
    let t5 = parameters.foot_below * t2;
    let t6 = t5 - t4;
    let t7 = parameters.foot_across * t2;
    let t8 = parameters.foot_below * t3;
    let t9 = -t7 - t8;
    let t10 = state.velocity_x - state.angular_velocity * t9;
    let t11 = parameters.ground_dissipation * (state.velocity_y + state.angular_velocity * t6);
    let t12 = parameters.ground_stiffness * max(0.0, -(state.y + t9)) * max(1.0 - t11, 0.0);
    let t13 = parameters.slip_speed * parameters.slip_speed;
    let t14 = parameters.ground_friction * t10 / sqrt(max(t10 * t10 + t13, 0.0));
    let t15 = t12 * t14;
    let t16 = t4 + t5;
    let t17 = t7 - t8;
    let t18 = state.velocity_x - state.angular_velocity * t17;
    let t19 = parameters.ground_dissipation * (state.velocity_y + state.angular_velocity * t16);
    let t20 = parameters.ground_stiffness * max(0.0, -(state.y + t17)) * max(1.0 - t19, 0.0);
    let t21 = parameters.ground_friction * t18 / sqrt(max(t18 * t18 + t13, 0.0));
    let t22 = t20 * t21;
    let t23 = parameters.time_step * (-t15 - t22 - total_thrust * t2) / parameters.mass;
    let v_x = state.velocity_x + t23;
    let t24 = (t12 + t20 + total_thrust * t3) / parameters.mass - parameters.gravity;
    let v_y = state.velocity_y + parameters.time_step * t24;
    let t25 = (t1 - t0) * parameters.arm + (t6 * t12 + t9 * t15 + (t16 * t20 + t17 * t22));
    let spin = state.angular_velocity + parameters.time_step * t25 / parameters.inertia;
    return State(
        state.x + parameters.time_step * v_x,
        state.y + parameters.time_step * v_y,
        state.angle + parameters.time_step * spin,
        v_x,
        v_y,
        spin,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = (tanh_f32(control.rotor_left) + 1.0) * 0.5;
    let t1 = (tanh_f32(control.rotor_right) + 1.0) * 0.5;
    let t2 = state.x - parameters.pad;
    let t3 = state.y - parameters.foot_below;
    let t4 = parameters.weight * (t2 * t2 + t3 * t3) + parameters.level * (1.0 - cos_f32(state.angle));
    let t5 = state.velocity_x * state.velocity_x + state.velocity_y * state.velocity_y;
    let t6 = parameters.calm * (state.angular_velocity * state.angular_velocity);
    return t4 + parameters.slow * t5 + t6 + parameters.effort * (t0 * t0 + t1 * t1);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.x - parameters.pad;
    let t1 = state.y - parameters.foot_below;
    let t2 = parameters.weight * (t0 * t0 + t1 * t1) + parameters.level * (1.0 - cos_f32(state.angle));
    let t3 = state.velocity_x * state.velocity_x + state.velocity_y * state.velocity_y;
    let t4 = parameters.calm * (state.angular_velocity * state.angular_velocity);
    return parameters.final_factor * (t2 + parameters.slow * t3 + t4);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = tanh_f32(control.rotor_left);
    let t1 = t0 + 1.0;
    let t2 = tanh_f32(control.rotor_right);
    let t3 = t2 + 1.0;
    let total_thrust = parameters.thrust_limit * t1 * 0.5 + parameters.thrust_limit * t3 * 0.5;
    let t4 = sin_f32(state.angle);
    let t5 = cos_f32(state.angle);
    let t6 = parameters.foot_across * t5;
    let t7 = parameters.foot_below * t4;
    let t8 = t7 - t6;
    let t9 = parameters.foot_across * t4;
    let t10 = parameters.foot_below * t5;
    let t11 = -t9 - t10;
    let t12 = state.velocity_x - state.angular_velocity * t11;
    let t13 = -(state.y + t11);
    let t14 = parameters.ground_stiffness * max(0.0, t13);
    let t15 = parameters.ground_dissipation * (state.velocity_y + state.angular_velocity * t8);
    let t16 = 1.0 - t15;
    let t17 = max(t16, 0.0);
    let t18 = t14 * t17;
    let t19 = parameters.slip_speed * parameters.slip_speed;
    let t20 = t12 * t12 + t19;
    let t21 = sqrt(max(t20, 0.0));
    let t22 = parameters.ground_friction * t12 / t21;
    let t23 = t6 + t7;
    let t24 = t9 - t10;
    let t25 = state.velocity_x - state.angular_velocity * t24;
    let t26 = -(state.y + t24);
    let t27 = parameters.ground_stiffness * max(0.0, t26);
    let t28 = parameters.ground_dissipation * (state.velocity_y + state.angular_velocity * t23);
    let t29 = 1.0 - t28;
    let t30 = max(t29, 0.0);
    let t31 = t27 * t30;
    let t32 = t25 * t25 + t19;
    let t33 = sqrt(max(t32, 0.0));
    let t34 = parameters.ground_friction * t25 / t33;
    let t35 = 2.0 * parameters.effort;
    let t36 = 2.0 * parameters.slow;
    let t37 = 2.0 * parameters.weight;
    let spin_cotangent = cotangent.angular_velocity + cotangent.angle * parameters.time_step;
    let v_y_cotangent = cotangent.velocity_y + cotangent.y * parameters.time_step;
    let v_x_cotangent = cotangent.velocity_x + cotangent.x * parameters.time_step;
    let t38 = spin_cotangent / parameters.inertia * parameters.time_step;
    let t39 = t38 * parameters.arm;
    let t40 = v_y_cotangent * parameters.time_step / parameters.mass;
    let t41 = v_x_cotangent / parameters.mass * parameters.time_step;
    let total_thrust_cotangent = t40 * t5 - t41 * t4;
    let t42 = t38 * t24 - t41;
    let t43 = t40 + t38 * t23 + t42 * t34;
    let t44 = t42 * t31 / t33;
    let t45 = 2.0 * select(0.0, -(t44 * t34 / (2.0 * t33)), 0.0 < t32) * t25 + t44 * parameters.ground_friction;
    let t46 = select(0.0, t43 * t27, 0.0 <= t29) * parameters.ground_dissipation;
    let t47 = select(t43 * t30 * parameters.ground_stiffness, 0.0, t26 <= 0.0);
    let t48 = t38 * (t31 * t34) - t47;
    let t49 = 2.0 * parameters.calm * state.angular_velocity + spin_cotangent - t46 * t23;
    let t50 = t38 * t31 - t46 * state.angular_velocity;
    let t51 = t45 * state.angular_velocity;
    let t52 = t38 * t18;
    let t53 = t38 * t11 - t41;
    let t54 = t40 + t38 * t8 + t53 * t22;
    let t55 = t53 * t18 / t21;
    let t56 = 2.0 * select(0.0, -(t55 * t22 / (2.0 * t21)), 0.0 < t20) * t12 + t55 * parameters.ground_friction;
    let t57 = select(0.0, t54 * t14, 0.0 <= t16) * parameters.ground_dissipation;
    let t58 = select(t54 * t17 * parameters.ground_stiffness, 0.0, t13 <= 0.0);
    let t59 = t57 * state.angular_velocity;
    let t60 = t56 * state.angular_velocity - (t38 * (t18 * t22) - t58);
    let t61 = t40 * total_thrust - parameters.level + (t51 - t48 + t60) * parameters.foot_below;
    let t62 = (t48 - t51 + t60) * parameters.foot_across - t41 * total_thrust + (t50 + (t52 - t59)) * parameters.foot_below;
    let t63 = cotangent.angle - (t61 + (t50 + (t59 - t52)) * parameters.foot_across) * t4;
    let t64 = t35 * (t3 * 0.5) * 0.5 + (t39 + total_thrust_cotangent) * 0.5 * parameters.thrust_limit;
    let t65 = t35 * (t1 * 0.5) * 0.5 + (total_thrust_cotangent - t39) * 0.5 * parameters.thrust_limit;
    return StateControl(
        State(
            t37 * (state.x - parameters.pad) + cotangent.x,
            t37 * (state.y - parameters.foot_below) + cotangent.y - t47 - t58,
            t63 + t62 * t5,
            t36 * state.velocity_x + v_x_cotangent + t45 + t56,
            t36 * state.velocity_y + v_y_cotangent - t46 - t57,
            t49 - t45 * t24 - t57 * t8 - t56 * t11,
        ),
        Control(t65 * (1.0 - t0 * t0), t64 * (1.0 - t2 * t2)),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * (parameters.final_factor * parameters.slow);
    let t1 = 2.0 * (parameters.final_factor * parameters.weight);
    return State(
        t1 * (state.x - parameters.pad),
        t1 * (state.y - parameters.foot_below),
        parameters.final_factor * parameters.level * sin_f32(state.angle),
        t0 * state.velocity_x,
        t0 * state.velocity_y,
        2.0 * (parameters.final_factor * parameters.calm) * state.angular_velocity,
    );
}
