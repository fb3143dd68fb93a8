// cart-wall: a cart against a wall: force at a distance on a line
// contact after T-RO 2023 (arXiv 2206.10787); cost and sizes are ours

const STATE_SIZE: u32 = 2u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 8u;

struct Parameters {
    stiffness: f32, // N/m: stiffness K of the cart's position control
    smoothing: f32, // m: smoothing length of contact; 0 for none
    short_tailed: f32, // 1: 1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier
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
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
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
    let t2 = state.cart + t0;
    let t3 = 0.0 < parameters.smoothing;
    let captured = select(1.0, parameters.smoothing, t3);
    var item = t2;
    var item_2 = t2;
    {
        let t4 = 1.0 / t1;
        let t5 = exp_f32(-(abs(item) * (1.0 / captured)));
        let t6 = t5 + 1.0;
        let next = (max(-item, 0.0) + captured * log_f32(t6)) * t4;
        item_2 = max(select(t5, 1.0, item < 0.0) / t6, 1e-26) * t4;
        item = next;
    }
    let t7 = parameters.smoothing * parameters.smoothing / (t1 * 2.0);
    let t8 = t7 <= 0.0;
    let t9 = select(t7, 1.0, t8);
    var item_3 = t2;
    {
        let t10 = sqrt(max(t2 * t2 + t1 * t9 * 4.0, 0.0));
        let t11 = abs(t2) + t10;
        item_3 = select(t9 * 2.0 * (t10 * (1.0 / (t11 * t10))), t11 * (0.5 / t1), t2 < 0.0);
    }
    let t12 = t9 / item_3;
    let t13 = select(item_3 - (t2 + t1 * item_3 - t12) * (1.0 / (t1 + t12 / item_3)), max(-t2, 0.0) / t1, t8);
    let t14 = select(t13, item - item_2 * (t2 - t2) - item * ((t1 - t1) / t1), t3 && 0.5 < parameters.short_tailed);
    let cart = state.cart + (t0 + t14 * t1);
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
    let t1 = state.cart + (control.command - state.cart);
    let t2 = 0.0 < parameters.smoothing;
    let captured = select(1.0, parameters.smoothing, t2);
    var item = t1;
    var item_2 = t1;
    {
        let t3 = 1.0 / t0;
        let t4 = exp_f32(-(abs(item) * (1.0 / captured)));
        let t5 = t4 + 1.0;
        let next = (max(-item, 0.0) + captured * log_f32(t5)) * t3;
        item_2 = max(select(t4, 1.0, item < 0.0) / t5, 1e-26) * t3;
        item = next;
    }
    let t6 = parameters.smoothing * parameters.smoothing / (t0 * 2.0);
    let t7 = t6 <= 0.0;
    let t8 = select(t6, 1.0, t7);
    var item_3 = t1;
    {
        let t9 = sqrt(max(t1 * t1 + t0 * t8 * 4.0, 0.0));
        let t10 = abs(t1) + t9;
        item_3 = select(t8 * 2.0 * (t9 * (1.0 / (t10 * t9))), t10 * (0.5 / t0), t1 < 0.0);
    }
    let t11 = t2 && 0.5 < parameters.short_tailed;
    let t12 = 2.0 * parameters.effort * (control.command - state.last_command);
    let t13 = cotangent.cart * t0;
    let t14 = select(t13, 0.0, t11);
    let t15 = -select(0.0, select(0.0, t14, t7) / t0, 0.0 <= -t1) - select(t14, 0.0, t7) * (1.0 / (t0 + t8 / item_3 / item_3));
    let t16 = cotangent.cart + (t15 - select(0.0, t13, t11) * item_2);
    return StateControl(State(t16 - t16, -t12), Control(cotangent.last_command + t12 + t16));
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(2.0 * parameters.weight * (state.cart - parameters.goal) + parameters.slope, 0.0);
}
