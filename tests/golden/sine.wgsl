// sine: smooth wave: both estimates agree, and noise flattens what is shorter than sigma
// Fourier transform of the normal density

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 1u;

struct Parameters {
    frequency: f32, // 1: angular frequency k
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
    return sin_f32(parameters.frequency * control.position);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return 0.0;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    return StateControl(
        State(0.0),
        Control(cos_f32(parameters.frequency * control.position) * parameters.frequency),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0);
}
