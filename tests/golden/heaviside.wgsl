// heaviside: product of unit steps: the first-order estimate is 0, whatever the slope of F
// ICML 2022 (arXiv 2202.00817), sections 3 and 4

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 1u;

struct Parameters {
    threshold: f32, // 1: where the step is
}

struct State {
    product: f32, // 1
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
    return array<f32, STATE_SIZE>(state.product);
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
    return State(select(0.0, state.product, parameters.threshold <= control.position));
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    return 0.0;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return state.product;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    return StateControl(
        State(select(0.0, cotangent.product, parameters.threshold <= control.position)),
        Control(0.0),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(1.0);
}
