// cart-wall: a cart against a wall: force at a distance on a line
// contact after T-RO 2023 (arXiv 2206.10787); cost and sizes are ours

const STATE_SIZE: u32 = 2u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 7u;

struct Parameters {
    stiffness: f32, // N/m: stiffness K of the cart's position control
    smoothing: f32, // m: smoothing length of contact; 0 for none
    time_step: f32, // s: time step h
    goal: f32, // m: goal of the cart
    slope: f32, // 1/m: cost of the cart's distance from the wall at the end
    weight: f32, // 1/m2: cost of the square of its distance from the goal at the end
    effort: f32, // 1/m2: cost R of the square of each change of the command
}

struct State {
    cart: f32, // m
    last_command: f32, // m
}

struct Control {
    command: f32, // m
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.cart, state.last_command);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.command);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = control.command - state.cart;
    let t1 = 1.0 / parameters.stiffness;
    let t2 = parameters.smoothing * parameters.smoothing / (t1 * 2.0);
    let t3 = state.cart + t0;
    let t4 = t2 <= 0.0;
    let t5 = select(t2, 1.0, t4);
    var item = t3;
    {
        let t6 = sqrt(max(t3 * t3 + t1 * t5 * 4.0, 0.0));
        let t7 = abs(t3) + t6;
        item = select(t5 * 2.0 * (t6 * (1.0 / (t7 * t6))), t7 * (0.5 / t1), t3 < 0.0);
    }
    let t8 = t5 / item;
    let t9 = select(item - (t3 + t1 * item - t8) * (1.0 / (t1 + t8 / item)), max(-t3, 0.0) / t1, t4);
    let cart = state.cart + (t0 + t9 * t1);
    return State(cart, control.command);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.command - state.last_command;
    return parameters.effort * (t0 * t0);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.cart - parameters.goal;
    return parameters.slope * state.cart + parameters.weight * (t0 * t0);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = 1.0 / parameters.stiffness;
    let t1 = parameters.smoothing * parameters.smoothing / (t0 * 2.0);
    let t2 = state.cart + (control.command - state.cart);
    let t3 = t1 <= 0.0;
    let t4 = select(t1, 1.0, t3);
    var item = t2;
    {
        let t5 = sqrt(max(t2 * t2 + t0 * t4 * 4.0, 0.0));
        let t6 = abs(t2) + t5;
        item = select(t4 * 2.0 * (t5 * (1.0 / (t6 * t5))), t6 * (0.5 / t0), t2 < 0.0);
    }
    let t7 = 2.0 * parameters.effort * (control.command - state.last_command);
    let t8 = cotangent.cart * t0;
    let t9 = -select(0.0, select(0.0, t8, t3) / t0, 0.0 <= -t2) - select(t8, 0.0, t3) * (1.0 / (t0 + t4 / item / item));
    let t10 = cotangent.cart + t9;
    return StateControl(State(t10 - t10, -t7), Control(cotangent.last_command + t7 + t10));
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(2.0 * parameters.weight * (state.cart - parameters.goal) + parameters.slope, 0.0);
}
