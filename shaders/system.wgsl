// THE CONTRACT between a system and the kernels, filled by a toy: a point that u pushes along a line.
// `mollify shader TASK` prints the same names for a real system; the kernels use nothing else of it.
//
// A system without state (or control) still has one unused member, because a struct cannot be empty.

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 1u;

struct Parameters {
    time_step: f32, // s
}

struct State {
    position: f32, // m
}

struct Control {
    velocity: f32, // m/s
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
    return array<f32, STATE_SIZE>(state.position);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.velocity);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

// The next state.
fn advance(parameters: Parameters, state: State, control: Control) -> State {
    return State(state.position + parameters.time_step * control.velocity);
}

// `time` is the number of the step.
fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    return state.position * state.position;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return state.position * state.position;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    return StateControl(
        State(cotangent.position + 2.0 * state.position),
        Control(parameters.time_step * cotangent.position),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(2.0 * state.position);
}
