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
    let t1 = parameters.room - state.block;
    let t2 = 1.0 / parameters.stiffness;
    let t3 = parameters.smoothing * parameters.smoothing / ((t2 + t0 / parameters.mass) * 2.0);
    let t4 = state.block - state.pusher + (state.pusher - control.command);
    let t5 = 1.0 / (parameters.mass / t0);
    let t6 = t5 + t2;
    let t7 = -t5;
    let t8 = t3 <= 0.0;
    let t9 = select(t3, 1.0, t8);
    let t10 = t6 * t9 * 4.0;
    let t11 = 0.5 / t6;
    let t12 = t9 * 2.0;
    let t13 = t5 * t9 * 4.0;
    let t14 = 0.5 / t5;
    let t15 = sqrt(max(t4 * t4 + t10, 0.0));
    let t16 = abs(t4) + t15;
    let t17 = 1.0 / (t16 * t15);
    let t18 = select(t12 * (t15 * t17), t16 * t11, t4 < 0.0);
    let t19 = sqrt(max(t1 * t1 + t13, 0.0));
    let t20 = abs(t1) + t19;
    let t21 = 1.0 / (t20 * t19);
    let t22 = select(t12 * (t19 * t21), t20 * t14, t1 < 0.0);
    var item = t4;
    var item_2 = t1;
    var item_3 = t18;
    var item_4 = t22;
    var item_5 = t18 * (t16 * t17);
    var item_6 = t22 * (t20 * t21);
    for (var turn = 0u; turn < 5u; turn++) {
        let t23 = item - t4 - t7 * item_4;
        let t24 = item_2 - t1 - t7 * item_3;
        let t25 = t7 * item_5;
        let t26 = t7 * item_6;
        let t27 = 1.0 / (1.0 - t25 * t26);
        let t28 = item - (t23 - t26 * t24) * t27;
        let t29 = sqrt(max(t28 * t28 + t10, 0.0));
        let t30 = abs(t28) + t29;
        let t31 = 1.0 / (t30 * t29);
        let t32 = select(t12 * (t29 * t31), t30 * t11, t28 < 0.0);
        let t33 = item_2 - (t24 - t25 * t23) * t27;
        let t34 = sqrt(max(t33 * t33 + t13, 0.0));
        let t35 = abs(t33) + t34;
        let t36 = 1.0 / (t35 * t34);
        let t37 = select(t12 * (t34 * t36), t35 * t14, t33 < 0.0);
        item = t28;
        item_2 = t33;
        item_3 = t32;
        item_4 = t37;
        item_5 = t32 * (t30 * t31);
        item_6 = t37 * (t35 * t36);
    }
    let t38 = 1.0 / item_3;
    let t39 = 1.0 / item_4;
    let t40 = t9 * t38;
    let t41 = t9 * t39;
    let t42 = t5 * item_4;
    let t43 = t4 + t6 * item_3 - t42 - t40;
    let t44 = 1.0 / (t6 + t40 * t38);
    let t45 = t7 * t44;
    let t46 = (t1 - t5 * item_3 + t42 - t41 - t45 * t43) * (1.0 / (t5 + t41 * t39 - t7 * t45));
    let t47 = t6 * t5 - t5 * t5;
    let t48 = t5 * t4;
    let t49 = (-(t5 * t1) - t48) / t47;
    let t50 = (-t48 - t6 * t1) / t47;
    let t51 = 0.0 < t49 && 0.0 < t50;
    let t52 = max(-t4, 0.0) / t6;
    let t53 = 0.0 <= t1 - t5 * t52;
    let t54 = select(select(max(state.block - parameters.room, 0.0) / t5, 0.0, t53), t50, t51);
    let t55 = select(item_3 - (t43 * t44 - t45 * t46), select(select(0.0, t52, t53), t49, t51), t8);
    let block = state.block + (t55 - select(item_4 - t46, t54, t8)) * t5;
    let pusher = state.pusher + (control.command - state.pusher - t55 * t2);
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
    let t1 = parameters.room - state.block;
    let t2 = 1.0 / parameters.stiffness;
    let t3 = parameters.smoothing * parameters.smoothing / ((t2 + t0 / parameters.mass) * 2.0);
    let t4 = state.block - state.pusher + (state.pusher - control.command);
    let t5 = 1.0 / (parameters.mass / t0);
    let t6 = t5 + t2;
    let t7 = -t5;
    let t8 = t3 <= 0.0;
    let t9 = select(t3, 1.0, t8);
    let t10 = t6 * t9 * 4.0;
    let t11 = 0.5 / t6;
    let t12 = t9 * 2.0;
    let t13 = t5 * t9 * 4.0;
    let t14 = 0.5 / t5;
    let t15 = sqrt(max(t4 * t4 + t10, 0.0));
    let t16 = abs(t4) + t15;
    let t17 = 1.0 / (t16 * t15);
    let t18 = select(t12 * (t15 * t17), t16 * t11, t4 < 0.0);
    let t19 = sqrt(max(t1 * t1 + t13, 0.0));
    let t20 = abs(t1) + t19;
    let t21 = 1.0 / (t20 * t19);
    let t22 = select(t12 * (t19 * t21), t20 * t14, t1 < 0.0);
    var item = t4;
    var item_2 = t1;
    var item_3 = t18;
    var item_4 = t22;
    var item_5 = t18 * (t16 * t17);
    var item_6 = t22 * (t20 * t21);
    for (var turn = 0u; turn < 5u; turn++) {
        let t23 = item - t4 - t7 * item_4;
        let t24 = item_2 - t1 - t7 * item_3;
        let t25 = t7 * item_5;
        let t26 = t7 * item_6;
        let t27 = 1.0 / (1.0 - t25 * t26);
        let t28 = item - (t23 - t26 * t24) * t27;
        let t29 = sqrt(max(t28 * t28 + t10, 0.0));
        let t30 = abs(t28) + t29;
        let t31 = 1.0 / (t30 * t29);
        let t32 = select(t12 * (t29 * t31), t30 * t11, t28 < 0.0);
        let t33 = item_2 - (t24 - t25 * t23) * t27;
        let t34 = sqrt(max(t33 * t33 + t13, 0.0));
        let t35 = abs(t33) + t34;
        let t36 = 1.0 / (t35 * t34);
        let t37 = select(t12 * (t34 * t36), t35 * t14, t33 < 0.0);
        item = t28;
        item_2 = t33;
        item_3 = t32;
        item_4 = t37;
        item_5 = t32 * (t30 * t31);
        item_6 = t37 * (t35 * t36);
    }
    let t38 = 1.0 / item_3;
    let t39 = 1.0 / item_4;
    let t40 = 1.0 / (t6 + t9 * t38 * t38);
    let t41 = t7 * t40;
    let t42 = t6 * t5 - t5 * t5;
    let t43 = t5 * t4;
    let t44 = 0.0 < (-(t5 * t1) - t43) / t42 && 0.0 < (-t43 - t6 * t1) / t42;
    let t45 = -t4;
    let t46 = 0.0 <= t1 - t5 * (max(t45, 0.0) / t6);
    let t47 = 2.0 * parameters.effort * (control.command - state.last_command);
    let t48 = 2.0 * parameters.weight * (state.block - parameters.goal) + cotangent.block;
    let t49 = cotangent.block * t5;
    let t50 = t49 - cotangent.pusher * t2;
    let t51 = -t49;
    let t52 = select(0.0, t51, t8);
    let t53 = select(0.0, t50, t8);
    let t54 = select(t50, 0.0, t8);
    let t55 = select(0.0, select(select(t52, 0.0, t44), 0.0, t46) / t5, 0.0 <= state.block - parameters.room);
    let t56 = select(0.0, select(0.0, select(t53, 0.0, t44), t46) / t6, 0.0 <= t45);
    let t57 = select(0.0, t52, t44) / t42;
    let t58 = select(0.0, t53, t44) / t42;
    let t59 = (t54 * t41 - select(t51, 0.0, t8)) * (1.0 / (t5 + t9 * t39 * t39 - t7 * t41));
    let t60 = (-t57 - t58) * t5 - t56 + (-(t54 * t40) - t59 * t41);
    return StateControl(
        State(
            t48 + t55 - (-(t57 * t6) - t58 * t5 + t59) + t60,
            cotangent.pusher + t60 - t60 - cotangent.pusher,
            -t47,
        ),
        Control(cotangent.last_command + t47 - t60 + cotangent.pusher),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(
        2.0 * (parameters.final_factor * parameters.weight) * (state.block - parameters.goal),
        0.0,
        0.0,
    );
}
