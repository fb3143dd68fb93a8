// friction: one body carries another by friction and must not slip away under it
// ICML 2022 (arXiv 2202.00817), friction

const STATE_SIZE: u32 = 4u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 10u;

struct Parameters {
    viscosity: f32, // N s/m: friction force b per relative velocity
    force_limit: f32, // N: largest friction force
    contact_range: f32, // m: distance below which the bodies touch
    mass: f32, // kg: mass m of each body
    time_step: f32, // s: time step h
    goal_1: f32, // m: goal of body 1
    goal_2: f32, // m: goal of body 2
    weight_1: f32, // 1/m2: cost of body 1's distance, and in s2/m2 of both velocities
    weight_2: f32, // 1/m2: cost of body 2's distance
    effort: f32, // 1/N2: cost of the control
}

struct State {
    position_1: f32, // m
    offset: f32, // m
    velocity_1: f32, // m/s
    slip: f32, // m/s
}

struct Control {
    force: f32, // N
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.position_1, state.offset, state.velocity_1, state.slip);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.force);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.offset < parameters.contact_range && -state.offset < parameters.contact_range;
    let t1 = min(max(parameters.viscosity * state.slip, -parameters.force_limit), parameters.force_limit);
    let friction_force = select(0.0, t1, t0);
    let gain = parameters.time_step / parameters.mass;
    let velocity_1 = state.velocity_1 + gain * (control.force + friction_force);
    let slip = state.slip - gain * (control.force + friction_force * 2.0);
    return State(
        state.position_1 + parameters.time_step * velocity_1,
        state.offset + parameters.time_step * slip,
        velocity_1,
        slip,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let position_2 = state.position_1 + state.offset;
    let velocity_2 = state.velocity_1 + state.slip;
    let t0 = state.position_1 - parameters.goal_1;
    let t1 = t0 * t0 + (state.velocity_1 * state.velocity_1 + velocity_2 * velocity_2);
    let t2 = position_2 - parameters.goal_2;
    return parameters.weight_1 * t1 + parameters.weight_2 * (t2 * t2) + parameters.effort * (control.force * control.force);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let position_2 = state.position_1 + state.offset;
    let velocity_2 = state.velocity_1 + state.slip;
    let t0 = state.position_1 - parameters.goal_1;
    let t1 = t0 * t0 + (state.velocity_1 * state.velocity_1 + velocity_2 * velocity_2);
    let t2 = position_2 - parameters.goal_2;
    return parameters.weight_1 * t1 + parameters.weight_2 * (t2 * t2);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.offset < parameters.contact_range && -state.offset < parameters.contact_range;
    let t1 = parameters.viscosity * state.slip;
    let gain = parameters.time_step / parameters.mass;
    let position_2 = state.position_1 + state.offset;
    let velocity_2 = state.velocity_1 + state.slip;
    let position_2_cotangent = 2.0 * parameters.weight_2 * (position_2 - parameters.goal_2);
    let t2 = 2.0 * parameters.weight_1;
    let velocity_2_cotangent = t2 * velocity_2;
    let t3 = t2 * (state.position_1 - parameters.goal_1) + position_2_cotangent;
    let slip_cotangent = cotangent.slip + cotangent.offset * parameters.time_step;
    let velocity_1_cotangent = cotangent.velocity_1 + cotangent.position_1 * parameters.time_step;
    let t4 = slip_cotangent * gain;
    let t5 = velocity_1_cotangent * gain;
    let friction_force_cotangent = t5 - t4 * 2.0;
    let t6 = select(0.0, select(0.0, friction_force_cotangent, t0), max(t1, -parameters.force_limit) <= parameters.force_limit);
    let t7 = select(0.0, t6, -parameters.force_limit <= t1) * parameters.viscosity;
    return StateControl(
        State(
            t3 + cotangent.position_1,
            position_2_cotangent + cotangent.offset,
            t2 * state.velocity_1 + velocity_2_cotangent + velocity_1_cotangent,
            velocity_2_cotangent + slip_cotangent + t7,
        ),
        Control(2.0 * parameters.effort * control.force - t4 + t5),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let position_2 = state.position_1 + state.offset;
    let velocity_2 = state.velocity_1 + state.slip;
    let position_2_cotangent = 2.0 * parameters.weight_2 * (position_2 - parameters.goal_2);
    let t0 = 2.0 * parameters.weight_1;
    let velocity_2_cotangent = t0 * velocity_2;
    return State(
        t0 * (state.position_1 - parameters.goal_1) + position_2_cotangent,
        position_2_cotangent,
        t0 * state.velocity_1 + velocity_2_cotangent,
        velocity_2_cotangent,
    );
}
