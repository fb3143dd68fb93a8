// hopper: a perceptron hops to a height on stiff ground, from random initial heights
// after Raibert's hopper, vertical

const STATE_SIZE: u32 = 4u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 14u;

struct Parameters {
    body_mass: f32, // kg: mass m of the body
    foot_mass: f32, // kg: mass m_f of the foot
    gravity: f32, // m/s2: acceleration g
    leg_stiffness: f32, // N/m: spring k of the leg
    leg_damping: f32, // N s/m: damper c of the leg
    leg_length: f32, // m: rest length l of the leg
    force_limit: f32, // N: largest force F_max of the actuator
    ground_stiffness: f32, // N/m: stiffness k_g of the ground
    ground_dissipation: f32, // s/m: dissipation D of the ground after Hunt and Crossley
    ground_damping: f32, // N s/m: damping c_g of the ground after Kelvin and Voigt
    time_step: f32, // s: time step h
    goal: f32, // m: goal of the apex
    weight: f32, // 1/m2: cost w of the apex's distance from its goal
    effort: f32, // 1: cost R of the control
}

struct State {
    foot_height: f32, // m
    extension: f32, // m
    body_velocity: f32, // m/s
    foot_velocity: f32, // m/s
}

struct Control {
    thrust: f32, // 1
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.foot_height, state.extension, state.body_velocity, state.foot_velocity);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.thrust);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = parameters.force_limit * tanh_f32(control.thrust) - parameters.leg_stiffness * state.extension;
    let t1 = parameters.leg_damping * (state.body_velocity - state.foot_velocity);
    let leg_force = t0 - t1;
    let t2 = -(parameters.ground_stiffness * state.foot_height) - parameters.ground_damping * state.foot_velocity;
    let ground_force = select(0.0, max(t2, 0.0), state.foot_height < 0.0);
    let t3 = parameters.time_step * (leg_force / parameters.body_mass - parameters.gravity);
    let v_body = state.body_velocity + t3;
    let t4 = (ground_force - leg_force) / parameters.foot_mass - parameters.gravity;
    let v_foot = state.foot_velocity + parameters.time_step * t4;
    return State(
        state.foot_height + parameters.time_step * v_foot,
        state.extension + parameters.time_step * (v_body - v_foot),
        v_body,
        v_foot,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = parameters.leg_stiffness / parameters.body_mass * (state.extension * state.extension);
    let t1 = (state.body_velocity * state.body_velocity + t0) / (parameters.gravity * 2.0);
    let t2 = state.foot_height + parameters.leg_length + state.extension + t1 - parameters.goal;
    return parameters.weight * (t2 * t2) + parameters.effort * (control.thrust * control.thrust);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = parameters.leg_stiffness / parameters.body_mass * (state.extension * state.extension);
    let t1 = (state.body_velocity * state.body_velocity + t0) / (parameters.gravity * 2.0);
    let t2 = state.foot_height + parameters.leg_length + state.extension + t1 - parameters.goal;
    return parameters.weight * (t2 * t2);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = tanh_f32(control.thrust);
    let t1 = -(parameters.ground_stiffness * state.foot_height) - parameters.ground_damping * state.foot_velocity;
    let t2 = parameters.leg_stiffness / parameters.body_mass;
    let t3 = state.body_velocity * state.body_velocity + t2 * (state.extension * state.extension);
    let t4 = parameters.gravity * 2.0;
    let t5 = state.foot_height + parameters.leg_length + state.extension + t3 / t4;
    let t6 = 2.0 * parameters.weight * (t5 - parameters.goal);
    let t7 = t6 / t4;
    let t8 = cotangent.extension * parameters.time_step;
    let v_body_cotangent = cotangent.body_velocity + t8;
    let v_foot_cotangent = cotangent.foot_velocity - t8 + cotangent.foot_height * parameters.time_step;
    let ground_force_cotangent = v_foot_cotangent * parameters.time_step / parameters.foot_mass;
    let t9 = v_body_cotangent * parameters.time_step / parameters.body_mass;
    let leg_force_cotangent = t9 - ground_force_cotangent;
    let t10 = select(0.0, select(0.0, ground_force_cotangent, state.foot_height < 0.0), 0.0 <= t1);
    let t11 = ground_force_cotangent - t9;
    let t12 = t11 * parameters.leg_damping;
    return StateControl(
        State(
            t6 + cotangent.foot_height - t10 * parameters.ground_stiffness,
            2.0 * (t7 * t2) * state.extension + t6 + cotangent.extension + t11 * parameters.leg_stiffness,
            2.0 * t7 * state.body_velocity + v_body_cotangent + t12,
            v_foot_cotangent - t10 * parameters.ground_damping - t12,
        ),
        Control(
            2.0 * parameters.effort * control.thrust + leg_force_cotangent * parameters.force_limit * (1.0 - t0 * t0),
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = parameters.leg_stiffness / parameters.body_mass;
    let t1 = state.body_velocity * state.body_velocity + t0 * (state.extension * state.extension);
    let t2 = parameters.gravity * 2.0;
    let t3 = state.foot_height + parameters.leg_length + state.extension + t1 / t2;
    let t4 = 2.0 * parameters.weight * (t3 - parameters.goal);
    let t5 = t4 / t2;
    return State(t4, 2.0 * (t5 * t0) * state.extension + t4, 2.0 * t5 * state.body_velocity, 0.0);
}
