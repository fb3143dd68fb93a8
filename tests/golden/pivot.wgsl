// pivot: the best angle lies at a cliff's edge: fixed first-order steps walk over it
// ICML 2022 (arXiv 2202.00817), momentum transfer

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 1u;

struct Parameters {
    cliff: f32, // rad: angle a beyond which contact is lost
}

struct State {
    unused: f32, // a struct has at least one member
}

struct Control {
    angle: f32, // rad
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
    return array<f32, CONTROL_SIZE>(control.angle);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    return State(0.0);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.angle <= parameters.cliff && -parameters.cliff <= control.angle;
    let t1 = sin_f32(control.angle);
    return select(0.0, -(t1 * t1), t0);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return 0.0;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = control.angle <= parameters.cliff && -parameters.cliff <= control.angle;
    let t1 = 2.0 * select(0.0, 1.0, t0) * sin_f32(control.angle) * cos_f32(control.angle);
    return StateControl(State(0.0), Control(-t1));
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0);
}
