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
    let t37 = t6;
    let t38 = 1.0 / (t5 + t33 / item_3);
    let t39 = t37 * t38;
    let t40 = (t2 + t6 * item_3 - t35 - t34 - t39 * t36) * (1.0 / (t7 + t34 / item_4 - t37 * t39));
    let t41 = -(t5 * t6) - t6 * t6;
    let t42 = t6 * t4;
    let t43 = (t6 * t2 + t42) / t41;
    let t44 = (t42 - t5 * t2) / t41;
    let t45 = 0.0 < t43 && 0.0 < t44;
    let t46 = max(-t4, 0.0) / t5;
    let t47 = 0.0 <= t2 + t6 * t46;
    let t48 = select(-(max(state.block - parameters.room, 0.0) / t6), 0.0, t47);
    let t49 = select(item_3 - (t36 * t38 - t39 * t40), select(select(0.0, t46, t47), t43, t45), t8);
    let block = state.block + (t49 - select(item_4 - t40, select(t48, t44, t45), t8)) / t1;
    let pusher = state.pusher + (control.command - state.pusher - t49 / parameters.stiffness);
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
    let t33 = t6;
    let t34 = 1.0 / (t5 + t9 / item_3 / item_3);
    let t35 = t33 * t34;
    let t36 = -(t5 * t6) - t6 * t6;
    let t37 = t6 * t4;
    let t38 = 0.0 < (t6 * t2 + t37) / t36 && 0.0 < (t37 - t5 * t2) / t36;
    let t39 = -t4;
    let t40 = 0.0 <= t2 + t6 * (max(t39, 0.0) / t5);
    let t41 = 2.0 * parameters.effort * (control.command - state.last_command);
    let t42 = 2.0 * parameters.weight * (state.block - parameters.goal) + cotangent.block;
    let t43 = cotangent.block / t1;
    let t44 = t43 - cotangent.pusher / parameters.stiffness;
    let t45 = -t43;
    let t46 = select(0.0, t45, t8);
    let t47 = select(0.0, t44, t8);
    let t48 = select(t44, 0.0, t8);
    let t49 = select(0.0, -(select(select(t46, 0.0, t38), 0.0, t40) / t6), 0.0 <= state.block - parameters.room);
    let t50 = select(0.0, select(0.0, select(t47, 0.0, t38), t40) / t5, 0.0 <= t39);
    let t51 = select(0.0, t46, t38) / t36;
    let t52 = select(0.0, t47, t38) / t36;
    let t53 = (t48 * t35 - select(t45, 0.0, t8)) * (1.0 / (t7 + t9 / item_4 / item_4 - t33 * t35));
    let t54 = (t51 + t52) * t6 - t50 + (-(t48 * t34) - t53 * t35);
    return StateControl(
        State(
            t42 + t49 - (t52 * t6 - t51 * t5 + t53) + t54,
            cotangent.pusher + t54 - t54 - cotangent.pusher,
            -t41,
        ),
        Control(cotangent.last_command + t41 - t54 + cotangent.pusher),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(
        2.0 * (parameters.final_factor * parameters.weight) * (state.block - parameters.goal),
        0.0,
        0.0,
    );
}
