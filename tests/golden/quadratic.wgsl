// quadratic: coupled bowl of any dimension (horizon d): every variance has a closed form
// moments of Gaussian quadratic forms

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 3u;

struct Parameters {
    slope: f32, // 1: g, slope of each coordinate
    curvature: f32, // 1: h, second derivative along each coordinate
    coupling: f32, // 1: c, second derivative between neighbours
}

struct State {
    previous: f32, // 1
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
    return Parameters(values[0], values[1], values[2]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.previous);
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
    return State(control.position);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = parameters.curvature * 0.5 * (control.position * control.position);
    return parameters.slope * control.position + t0 + parameters.coupling * control.position * state.previous;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return 0.0;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = cotangent.previous + state.previous * parameters.coupling + parameters.slope;
    return StateControl(
        State(parameters.coupling * control.position),
        Control(t0 + 2.0 * (parameters.curvature * 0.5) * control.position),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0);
}
