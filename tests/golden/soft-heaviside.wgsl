// soft-heaviside: ramp of finite width: few samples hit it, so the first-order estimate looks like 0
// ICML 2022 (arXiv 2202.00817), empirical bias

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 1u;

struct Parameters {
    width: f32, // 1: width D of the ramp
}

struct State {
    unused: f32, // a struct has at least one member
}

struct Control {
    position: f32, // 1
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.unused);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.position);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    return State(0.0);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    return min(max(control.position * 2.0 / parameters.width, -1.0), 1.0);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return 0.0;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = control.position * 2.0 / parameters.width;
    let t1 = select(0.0, select(0.0, 1.0, max(t0, -1.0) <= 1.0), -1.0 <= t0) / parameters.width;
    return StateControl(State(0.0), Control(t1 * 2.0));
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0);
}
