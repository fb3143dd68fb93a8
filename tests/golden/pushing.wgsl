// pushing: one mass pushes another through a stiff one-sided spring
// ICML 2022 (arXiv 2202.00817), pushing

const STATE_SIZE: u32 = 4u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 10u;

struct Parameters {
    stiffness: f32, // N/m: contact stiffness k
    damping: f32, // 1: factor c on the velocities per step
    mass: f32, // kg: mass m of each body
    time_step: f32, // s: time step h
    rest_length: f32, // m: distance below which the bodies touch
    goal_1: f32, // m: goal of body 1
    goal_2: f32, // m: goal of body 2
    weight_1: f32, // 1/m2: cost of body 1's distance, and in s2/m2 of both velocities
    weight_2: f32, // 1/m2: cost of body 2's distance
    effort: f32, // 1/N2: cost of the control
}

struct State {
    position_1: f32, // m
    gap: f32, // m
    velocity_1: f32, // m/s
    velocity_2: f32, // m/s
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
    return array<f32, STATE_SIZE>(state.position_1, state.gap, state.velocity_1, state.velocity_2);
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
    let contact_force = select(0.0, parameters.stiffness * state.gap, state.gap < 0.0);
    let gain = parameters.time_step / parameters.mass;
    let velocity_1 = parameters.damping * state.velocity_1 + gain * (control.force + contact_force);
    let velocity_2 = parameters.damping * state.velocity_2 - gain * contact_force;
    return State(
        state.position_1 + parameters.time_step * velocity_1,
        state.gap + parameters.time_step * (velocity_2 - velocity_1),
        velocity_1,
        velocity_2,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let position_2 = state.position_1 + state.gap + parameters.rest_length;
    let t0 = state.velocity_1 * state.velocity_1 + state.velocity_2 * state.velocity_2;
    let t1 = state.position_1 - parameters.goal_1;
    let t2 = position_2 - parameters.goal_2;
    let t3 = parameters.weight_1 * (t1 * t1 + t0) + parameters.weight_2 * (t2 * t2);
    return t3 + parameters.effort * (control.force * control.force);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let position_2 = state.position_1 + state.gap + parameters.rest_length;
    let t0 = state.velocity_1 * state.velocity_1 + state.velocity_2 * state.velocity_2;
    let t1 = state.position_1 - parameters.goal_1;
    let t2 = position_2 - parameters.goal_2;
    return parameters.weight_1 * (t1 * t1 + t0) + parameters.weight_2 * (t2 * t2);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let gain = parameters.time_step / parameters.mass;
    let position_2 = state.position_1 + state.gap + parameters.rest_length;
    let position_2_cotangent = 2.0 * parameters.weight_2 * (position_2 - parameters.goal_2);
    let t0 = 2.0 * parameters.weight_1;
    let t1 = t0 * (state.position_1 - parameters.goal_1) + position_2_cotangent;
    let t2 = cotangent.gap * parameters.time_step;
    let velocity_2_cotangent = cotangent.velocity_2 + t2;
    let velocity_1_cotangent = cotangent.velocity_1 - t2 + cotangent.position_1 * parameters.time_step;
    let t3 = velocity_1_cotangent * gain;
    let contact_force_cotangent = t3 - velocity_2_cotangent * gain;
    let t4 = select(0.0, contact_force_cotangent, state.gap < 0.0) * parameters.stiffness;
    return StateControl(
        State(
            t1 + cotangent.position_1,
            position_2_cotangent + cotangent.gap + t4,
            t0 * state.velocity_1 + velocity_1_cotangent * parameters.damping,
            t0 * state.velocity_2 + velocity_2_cotangent * parameters.damping,
        ),
        Control(2.0 * parameters.effort * control.force + t3),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let position_2 = state.position_1 + state.gap + parameters.rest_length;
    let position_2_cotangent = 2.0 * parameters.weight_2 * (position_2 - parameters.goal_2);
    let t0 = 2.0 * parameters.weight_1;
    return State(
        t0 * (state.position_1 - parameters.goal_1) + position_2_cotangent,
        position_2_cotangent,
        t0 * state.velocity_1,
        t0 * state.velocity_2,
    );
}
