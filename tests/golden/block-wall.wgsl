// block-wall: a pusher moves a block towards a wall, with smoothed contact at both
// contact after T-RO 2023 (arXiv 2206.10787); cost and sizes are ours

const STATE_SIZE: u32 = 3u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 9u;

struct Parameters {
    mass: f32, // kg: mass m of the block
    stiffness: f32, // N/m: stiffness K of the pusher's position control
    smoothing: f32, // m: smoothing length of contact; 0 for none
    time_step: f32, // s: time step h
    room: f32, // m: place of the block's left side where it touches the wall
    goal: f32, // m: goal of the block's left side
    weight: f32, // 1/m2: cost Q of the block's distance from its goal
    final_factor: f32, // 1: how many times that counts at the end
    effort: f32, // 1/m2: cost R of the square of each change of the command
}

struct State {
    block: f32, // m
    pusher: f32, // m
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
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.block, state.pusher, state.last_command);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.command);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = parameters.time_step * parameters.time_step;
    let t1 = parameters.mass / t0;
    let t2 = parameters.room - state.block;
    let t3 = parameters.smoothing * parameters.smoothing / ((1.0 / parameters.stiffness + t0 / parameters.mass) * 2.0);
    let t4 = state.block - state.pusher + (state.pusher - control.command);
    let t5 = 1.0 / t1 - -1.0 / parameters.stiffness;
    let t6 = -1.0 / t1;
    let t7 = -t6;
    let t8 = t3 <= 0.0;
    let t9 = select(t3, 1.0, t8);
    let t10 = sqrt(max(t4 * t4 + t5 * t9 * 4.0, 0.0));
    let t11 = abs(t4) + t10;
    let t12 = t9 * 2.0;
    let t13 = select(t12 / t11, t11 / (t5 * 2.0), t4 < 0.0);
    let t14 = t13 / t10;
    let t15 = sqrt(max(t2 * t2 - t6 * t9 * 4.0, 0.0));
    let t16 = abs(t2) + t15;
    let t17 = select(t12 / t16, -(t16 / (t6 * 2.0)), t2 < 0.0);
    let t18 = t17 / t15;
    var item = t4;
    var item_2 = t2;
    var item_3 = t13;
    var item_4 = t17;
    var item_5 = t14;
    var item_6 = t18;
    for (var turn = 0u; turn < 5u; turn++) {
        let t19 = item - t4 - t6 * item_4;
        let t20 = item_2 - t2 - t6 * item_3;
        let t21 = t6 * item_5;
        let t22 = t6 * item_6;
        let t23 = 1.0 - t21 * t22;
        let t24 = item - (t19 - t22 * t20) / t23;
        let t25 = sqrt(max(t24 * t24 + t5 * t9 * 4.0, 0.0));
        let t26 = abs(t24) + t25;
        let t27 = t9 * 2.0;
        let t28 = select(t27 / t26, t26 / (t5 * 2.0), t24 < 0.0);
        let t29 = item_2 - (t20 - t21 * t19) / t23;
        let t30 = sqrt(max(t29 * t29 + t7 * t9 * 4.0, 0.0));
        let t31 = abs(t29) + t30;
        let t32 = select(t27 / t31, t31 / (t7 * 2.0), t29 < 0.0);
        let next = t24;
        let next_2 = t29;
        let next_3 = t28;
        let next_4 = t32;
        let next_5 = t28 / t25;
        let next_6 = t32 / t30;
        item = next;
        item_2 = next_2;
        item_3 = next_3;
        item_4 = next_4;
        item_5 = next_5;
        item_6 = next_6;
    }
    let t33 = t9 / item_3;
    let t34 = t9 / item_4;
    let t35 = t6 * item_4;
    let t36 = t4 + t5 * item_3 + t35 - t33;
    let t37 = t5 + t33 / item_3;
    let t38 = t6 / t37;
    let t39 = (t2 + t6 * item_3 - t35 - t34 - t38 * t36) / (t7 + t34 / item_4 - t38 * t38 * t37);
    let t40 = -(t5 * t6) - t6 * t6;
    let t41 = t6 * t4;
    let t42 = (t6 * t2 + t41) / t40;
    let t43 = (t41 - t5 * t2) / t40;
    let t44 = 0.0 < t42 && 0.0 < t43;
    let t45 = max(-t4, 0.0) / t5;
    let t46 = 0.0 <= t2 + t6 * t45;
    let t47 = select(-(max(state.block - parameters.room, 0.0) / t6), 0.0, t46);
    let t48 = select(item_3 - (t36 / t37 - t38 * t39), select(select(0.0, t45, t46), t42, t44), t8);
    let block = state.block + (t48 - select(item_4 - t39, select(t47, t43, t44), t8)) / t1;
    let pusher = state.pusher + (control.command - state.pusher - t48 / parameters.stiffness);
    return State(block, pusher, control.command);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.command - state.last_command;
    let t1 = state.block - parameters.goal;
    return parameters.effort * (t0 * t0) + parameters.weight * (t1 * t1);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.block - parameters.goal;
    return parameters.final_factor * parameters.weight * (t0 * t0);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = parameters.time_step * parameters.time_step;
    let t1 = parameters.mass / t0;
    let t2 = parameters.room - state.block;
    let t3 = parameters.smoothing * parameters.smoothing / ((1.0 / parameters.stiffness + t0 / parameters.mass) * 2.0);
    let t4 = state.block - state.pusher + (state.pusher - control.command);
    let t5 = 1.0 / t1 - -1.0 / parameters.stiffness;
    let t6 = -1.0 / t1;
    let t7 = -t6;
    let t8 = t3 <= 0.0;
    let t9 = select(t3, 1.0, t8);
    let t10 = sqrt(max(t4 * t4 + t5 * t9 * 4.0, 0.0));
    let t11 = abs(t4) + t10;
    let t12 = t9 * 2.0;
    let t13 = select(t12 / t11, t11 / (t5 * 2.0), t4 < 0.0);
    let t14 = t13 / t10;
    let t15 = sqrt(max(t2 * t2 - t6 * t9 * 4.0, 0.0));
    let t16 = abs(t2) + t15;
    let t17 = select(t12 / t16, -(t16 / (t6 * 2.0)), t2 < 0.0);
    let t18 = t17 / t15;
    var item = t4;
    var item_2 = t2;
    var item_3 = t13;
    var item_4 = t17;
    var item_5 = t14;
    var item_6 = t18;
    for (var turn = 0u; turn < 5u; turn++) {
        let t19 = item - t4 - t6 * item_4;
        let t20 = item_2 - t2 - t6 * item_3;
        let t21 = t6 * item_5;
        let t22 = t6 * item_6;
        let t23 = 1.0 - t21 * t22;
        let t24 = item - (t19 - t22 * t20) / t23;
        let t25 = sqrt(max(t24 * t24 + t5 * t9 * 4.0, 0.0));
        let t26 = abs(t24) + t25;
        let t27 = t9 * 2.0;
        let t28 = select(t27 / t26, t26 / (t5 * 2.0), t24 < 0.0);
        let t29 = item_2 - (t20 - t21 * t19) / t23;
        let t30 = sqrt(max(t29 * t29 + t7 * t9 * 4.0, 0.0));
        let t31 = abs(t29) + t30;
        let t32 = select(t27 / t31, t31 / (t7 * 2.0), t29 < 0.0);
        let next = t24;
        let next_2 = t29;
        let next_3 = t28;
        let next_4 = t32;
        let next_5 = t28 / t25;
        let next_6 = t32 / t30;
        item = next;
        item_2 = next_2;
        item_3 = next_3;
        item_4 = next_4;
        item_5 = next_5;
        item_6 = next_6;
    }
    let t33 = t5 + t9 / item_3 / item_3;
    let t34 = t6 / t33;
    let t35 = -(t5 * t6) - t6 * t6;
    let t36 = t6 * t4;
    let t37 = 0.0 < (t6 * t2 + t36) / t35 && 0.0 < (t36 - t5 * t2) / t35;
    let t38 = -t4;
    let t39 = 0.0 <= t2 + t6 * (max(t38, 0.0) / t5);
    let t40 = 2.0 * parameters.effort * (control.command - state.last_command);
    let t41 = 2.0 * parameters.weight * (state.block - parameters.goal) + cotangent.block;
    let t42 = cotangent.block / t1;
    let t43 = t42 - cotangent.pusher / parameters.stiffness;
    let t44 = -t42;
    let t45 = select(0.0, t44, t8);
    let t46 = select(0.0, t43, t8);
    let t47 = select(t43, 0.0, t8);
    let t48 = select(0.0, -(select(select(t45, 0.0, t37), 0.0, t39) / t6), 0.0 <= state.block - parameters.room);
    let t49 = select(0.0, select(0.0, select(t46, 0.0, t37), t39) / t5, 0.0 <= t38);
    let t50 = select(0.0, t45, t37) / t35;
    let t51 = select(0.0, t46, t37) / t35;
    let t52 = (t47 * t34 - select(t44, 0.0, t8)) / (t7 + t9 / item_4 / item_4 - t34 * t34 * t33);
    let t53 = (t50 + t51) * t6 - t49 + (-(t47 / t33) - t52 * t34);
    return StateControl(
        State(
            t41 + t48 - (t51 * t6 - t50 * t5 + t52) + t53,
            cotangent.pusher + t53 - t53 - cotangent.pusher,
            -t40,
        ),
        Control(cotangent.last_command + t40 - t53 + cotangent.pusher),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(
        2.0 * (parameters.final_factor * parameters.weight) * (state.block - parameters.goal),
        0.0,
        0.0,
    );
}
