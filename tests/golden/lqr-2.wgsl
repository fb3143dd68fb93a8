// lqr-2: linear-quadratic regulator: a smooth policy search with a weight for every pair of coordinates
// ICML 2022 (arXiv 2202.00817), linear-quadratic regulator

const STATE_SIZE: u32 = 2u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 5u;

struct Parameters {
    persistence: f32, // 1: a, what is left of the state after a step
    gain: f32, // 1: b, effect of the control
    weight: f32, // 1: q, cost of the state
    final_weight: f32, // 1: q_T, cost of the state at the end
    effort: f32, // 1: r, cost of the control
}

struct State {
    x00: f32, // 1
    x01: f32, // 1
}

struct Control {
    u00: f32, // 1
    u01: f32, // 1
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.x00, state.x01);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.u00, control.u01);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    return State(
        parameters.persistence * state.x00 + parameters.gain * control.u00,
        parameters.persistence * state.x01 + parameters.gain * control.u01,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = parameters.weight * (state.x00 * state.x00 + state.x01 * state.x01);
    let t1 = parameters.effort * (control.u00 * control.u00 + control.u01 * control.u01);
    return t0 + t1;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return parameters.final_weight * (state.x00 * state.x00 + state.x01 * state.x01);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = 2.0 * parameters.effort;
    let t1 = 2.0 * parameters.weight;
    return StateControl(
        State(
            t1 * state.x00 + cotangent.x00 * parameters.persistence,
            t1 * state.x01 + cotangent.x01 * parameters.persistence,
        ),
        Control(
            t0 * control.u00 + cotangent.x00 * parameters.gain,
            t0 * control.u01 + cotangent.x01 * parameters.gain,
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * parameters.final_weight;
    return State(t0 * state.x00, t0 * state.x01);
}
