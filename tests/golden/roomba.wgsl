// roomba: a point finds its way among discs that stop it: a jump with no derivative
// ICML 2022 (arXiv 2202.00817), obstacle course

const STATE_SIZE: u32 = 3u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 7u;

struct Parameters {
    time_step: f32, // s: time step h
    goal_x: f32, // m: goal across
    goal_y: f32, // m: goal along
    weight: f32, // 1/m2: cost of the distance at each step
    final_weight: f32, // 1/m2: cost w of the distance at the end
    effort: f32, // s2/m2: cost R of the control
    collision_cost: f32, // 1: cost of a last step that was blocked
}

struct State {
    position_x: f32, // m
    position_y: f32, // m
    blocked: f32, // 1
}

struct Control {
    velocity_x: f32, // m/s
    velocity_y: f32, // m/s
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
    return array<f32, STATE_SIZE>(state.position_x, state.position_y, state.blocked);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.velocity_x, control.velocity_y);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let next_x = state.position_x + parameters.time_step * control.velocity_x;
    let next_y = state.position_y + parameters.time_step * control.velocity_y;
    let t0 = next_x - -0.2;
    let t1 = next_y - 0.5;
    let t2 = next_x - 0.5;
    let t3 = next_y - 1.2;
    let t4 = next_x * next_x;
    let t5 = next_y - 2.3;
    let t6 = (t0 * t0 + t1 * t1 <= 0.04 || t2 * t2 + t3 * t3 <= 0.04) || t4 + t5 * t5 <= 0.09;
    let t7 = next_x - 0.4;
    let t8 = next_y - 3.2;
    let t9 = next_x - -0.8;
    let t10 = next_y - 3.8;
    let t11 = next_x - -1.0;
    let t12 = next_y - 1.0;
    let t13 = ((t6 || t7 * t7 + t8 * t8 <= 0.25) || t9 * t9 + t10 * t10 <= 0.01) || t11 * t11 + t12 * t12 <= 0.25;
    let t14 = next_y - 1.5;
    let blocked = t13 || t4 + t14 * t14 <= 0.04;
    return State(
        select(next_x, state.position_x, blocked),
        select(next_y, state.position_y, blocked),
        select(0.0, 1.0, blocked),
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = state.position_x - parameters.goal_x;
    let t1 = state.position_y - parameters.goal_y;
    let t2 = control.velocity_x * control.velocity_x + control.velocity_y * control.velocity_y;
    return parameters.weight * (t0 * t0 + t1 * t1) + parameters.effort * t2;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.position_x - parameters.goal_x;
    let t1 = state.position_y - parameters.goal_y;
    return parameters.final_weight * (t0 * t0 + t1 * t1) + parameters.collision_cost * state.blocked;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let next_x = state.position_x + parameters.time_step * control.velocity_x;
    let next_y = state.position_y + parameters.time_step * control.velocity_y;
    let t0 = next_x - -0.2;
    let t1 = next_y - 0.5;
    let t2 = next_x - 0.5;
    let t3 = next_y - 1.2;
    let t4 = next_x * next_x;
    let t5 = next_y - 2.3;
    let t6 = (t0 * t0 + t1 * t1 <= 0.04 || t2 * t2 + t3 * t3 <= 0.04) || t4 + t5 * t5 <= 0.09;
    let t7 = next_x - 0.4;
    let t8 = next_y - 3.2;
    let t9 = next_x - -0.8;
    let t10 = next_y - 3.8;
    let t11 = next_x - -1.0;
    let t12 = next_y - 1.0;
    let t13 = ((t6 || t7 * t7 + t8 * t8 <= 0.25) || t9 * t9 + t10 * t10 <= 0.01) || t11 * t11 + t12 * t12 <= 0.25;
    let t14 = next_y - 1.5;
    let blocked = t13 || t4 + t14 * t14 <= 0.04;
    let t15 = 2.0 * parameters.effort;
    let t16 = 2.0 * parameters.weight;
    let t17 = t16 * (state.position_y - parameters.goal_y) + select(0.0, cotangent.position_y, blocked);
    let next_y_cotangent = select(cotangent.position_y, 0.0, blocked);
    let t18 = t16 * (state.position_x - parameters.goal_x) + select(0.0, cotangent.position_x, blocked);
    let next_x_cotangent = select(cotangent.position_x, 0.0, blocked);
    return StateControl(
        State(t18 + next_x_cotangent, t17 + next_y_cotangent, 0.0),
        Control(
            t15 * control.velocity_x + next_x_cotangent * parameters.time_step,
            t15 * control.velocity_y + next_y_cotangent * parameters.time_step,
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * parameters.final_weight;
    return State(
        t0 * (state.position_x - parameters.goal_x),
        t0 * (state.position_y - parameters.goal_y),
        parameters.collision_cost,
    );
}
