// relu: two slopes: a kink biases nothing; with left_slope=-1 it is the absolute value
// maths of smoothing, arXiv 2206.10787

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 2u;

struct Parameters {
    left_slope: f32, // 1: slope for u < 0; -1 makes the function |u|
    right_slope: f32, // 1: slope for u >= 0
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
    return Parameters(values[0], values[1]);
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
    let t0 = select(parameters.left_slope, parameters.right_slope, 0.0 <= control.position);
    return t0 * control.position;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return 0.0;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    return StateControl(
        State(0.0),
        Control(select(parameters.left_slope, parameters.right_slope, 0.0 <= control.position)),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0);
}
