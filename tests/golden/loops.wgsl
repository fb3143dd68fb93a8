// implicit: an implicit step by Newton's method
// a test

const STATE_SIZE: u32 = 2u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 2u;

struct Parameters {
    stiffness: f32, // 1: how stiff the spring of the implicit step is
    time_step: f32, // s: time step h
}

struct State {
    position: f32, // m
    other: f32, // m
}

struct Control {
    pull: f32, // m/s
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.position, state.other);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.pull);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    var item = state.position;
    for (var turn = 0u; turn < 6u; turn++) {
        let t0 = item * item;
        let t1 = parameters.time_step * (parameters.stiffness * (item + item * t0) - control.pull);
        let t2 = parameters.time_step * parameters.stiffness * (t0 * 3.0 + 1.0) + 1.0;
        item = item - (item + t1 - state.position) / t2;
    }
    let t3 = item * item;
    let t4 = parameters.time_step * (parameters.stiffness * (item + item * t3) - control.pull);
    let t5 = parameters.time_step * parameters.stiffness * (t3 * 3.0 + 1.0) + 1.0;
    let next = item - (item + t4 - state.position) / t5;
    return State(next, state.other + parameters.time_step * next);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    var item = state.position;
    var item_2 = state.other;
    for (var turn = 0u; turn < 3u; turn++) {
        var item_3 = item;
        for (var turn_2 = 0u; turn_2 < 2u; turn_2++) {
            item_3 = item_3 * 0.5 + item_2 * state.other;
        }
        let next = item_2;
        item_2 = item_3 - item * 0.25;
        item = next;
    }
    let t0 = state.position - item * 0.1;
    let t1 = state.other - item_2 * 0.1 - time * 0.05;
    return t0 * t0 + control.pull * control.pull * 0.1 + t1 * t1;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return state.position * state.position + state.other;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    var item = state.position;
    for (var turn = 0u; turn < 6u; turn++) {
        let t0 = item * item;
        let t1 = parameters.time_step * (parameters.stiffness * (item + item * t0) - control.pull);
        let t2 = parameters.time_step * parameters.stiffness * (t0 * 3.0 + 1.0) + 1.0;
        item = item - (item + t1 - state.position) / t2;
    }
    let t3 = parameters.time_step * parameters.stiffness * (item * item * 3.0 + 1.0);
    var item_2 = state.position;
    var item_3 = state.other;
    for (var turn_2 = 0u; turn_2 < 3u; turn_2++) {
        var item_4 = item_2;
        for (var turn_3 = 0u; turn_3 < 2u; turn_3++) {
            item_4 = item_4 * 0.5 + item_3 * state.other;
        }
        let next = item_3;
        item_3 = item_4 - item_2 * 0.25;
        item_2 = next;
    }
    let next_cotangent = cotangent.position + cotangent.other * parameters.time_step;
    let t4 = next_cotangent / (t3 + 1.0);
    return StateControl(
        State(
            2.0 * (state.position - item_2 * 0.1) + cotangent.other * 0.5 + t4,
            2.0 * (state.other - item_3 * 0.1 - time * 0.05),
        ),
        Control(0.2 * control.pull + t4 * parameters.time_step),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(2.0 * state.position, 1.0);
}
