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
    let t14 = sqrt(max(t2 * t2 - t6 * t9 * 4.0, 0.0));
    let t15 = abs(t2) + t14;
    let t16 = select(t12 / t15, -(t15 / (t6 * 2.0)), t2 < 0.0);
    var item = t4;
    var item_2 = t2;
    var item_3 = t13;
    var item_4 = t16;
    var item_5 = t13 / t10;
    var item_6 = t16 / t14;
    for (var turn = 0u; turn < 5u; turn++) {
        let t17 = item - t4 - t6 * item_4;
        let t18 = item_2 - t2 - t6 * item_3;
        let t19 = t6 * item_5;
        let t20 = t6 * item_6;
        let t21 = 1.0 - t19 * t20;
        let t22 = item - (t17 - t20 * t18) / t21;
        let t23 = sqrt(max(t22 * t22 + t5 * t9 * 4.0, 0.0));
        let t24 = abs(t22) + t23;
        let t25 = t9 * 2.0;
        let t26 = select(t25 / t24, t24 / (t5 * 2.0), t22 < 0.0);
        let t27 = item_2 - (t18 - t19 * t17) / t21;
        let t28 = sqrt(max(t27 * t27 + t7 * t9 * 4.0, 0.0));
        let t29 = abs(t27) + t28;
        let t30 = select(t25 / t29, t29 / (t7 * 2.0), t27 < 0.0);
        item = t22;
        item_2 = t27;
        item_3 = t26;
        item_4 = t30;
        item_5 = t26 / t23;
        item_6 = t30 / t28;
    }
    let t31 = t9 / item_3;
    let t32 = t9 / item_4;
    let t33 = t6 * item_4;
    let t34 = t4 + t5 * item_3 + t33 - t31;
    let t35 = 1.0 / (t5 + t31 / item_3);
    let t36 = t6 * t35;
    let t37 = (t2 + t6 * item_3 - t33 - t32 - t36 * t34) * (1.0 / (t7 + t32 / item_4 - t6 * t36));
    let t38 = -(t5 * t6) - t6 * t6;
    let t39 = t6 * t4;
    let t40 = (t6 * t2 + t39) / t38;
    let t41 = (t39 - t5 * t2) / t38;
    let t42 = 0.0 < t40 && 0.0 < t41;
    let t43 = max(-t4, 0.0) / t5;
    let t44 = 0.0 <= t2 + t6 * t43;
    let t45 = select(-(max(state.block - parameters.room, 0.0) / t6), 0.0, t44);
    let t46 = select(item_3 - (t34 * t35 - t36 * t37), select(select(0.0, t43, t44), t40, t42), t8);
    let block = state.block + (t46 - select(item_4 - t37, select(t45, t41, t42), t8)) / t1;
    let pusher = state.pusher + (control.command - state.pusher - t46 / parameters.stiffness);
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
    let t14 = sqrt(max(t2 * t2 - t6 * t9 * 4.0, 0.0));
    let t15 = abs(t2) + t14;
    let t16 = select(t12 / t15, -(t15 / (t6 * 2.0)), t2 < 0.0);
    var item = t4;
    var item_2 = t2;
    var item_3 = t13;
    var item_4 = t16;
    var item_5 = t13 / t10;
    var item_6 = t16 / t14;
    for (var turn = 0u; turn < 5u; turn++) {
        let t17 = item - t4 - t6 * item_4;
        let t18 = item_2 - t2 - t6 * item_3;
        let t19 = t6 * item_5;
        let t20 = t6 * item_6;
        let t21 = 1.0 - t19 * t20;
        let t22 = item - (t17 - t20 * t18) / t21;
        let t23 = sqrt(max(t22 * t22 + t5 * t9 * 4.0, 0.0));
        let t24 = abs(t22) + t23;
        let t25 = t9 * 2.0;
        let t26 = select(t25 / t24, t24 / (t5 * 2.0), t22 < 0.0);
        let t27 = item_2 - (t18 - t19 * t17) / t21;
        let t28 = sqrt(max(t27 * t27 + t7 * t9 * 4.0, 0.0));
        let t29 = abs(t27) + t28;
        let t30 = select(t25 / t29, t29 / (t7 * 2.0), t27 < 0.0);
        item = t22;
        item_2 = t27;
        item_3 = t26;
        item_4 = t30;
        item_5 = t26 / t23;
        item_6 = t30 / t28;
    }
    let t31 = 1.0 / (t5 + t9 / item_3 / item_3);
    let t32 = t6 * t31;
    let t33 = -(t5 * t6) - t6 * t6;
    let t34 = t6 * t4;
    let t35 = 0.0 < (t6 * t2 + t34) / t33 && 0.0 < (t34 - t5 * t2) / t33;
    let t36 = -t4;
    let t37 = 0.0 <= t2 + t6 * (max(t36, 0.0) / t5);
    let t38 = 2.0 * parameters.effort * (control.command - state.last_command);
    let t39 = 2.0 * parameters.weight * (state.block - parameters.goal) + cotangent.block;
    let t40 = cotangent.block / t1;
    let t41 = t40 - cotangent.pusher / parameters.stiffness;
    let t42 = -t40;
    let t43 = select(0.0, t42, t8);
    let t44 = select(0.0, t41, t8);
    let t45 = select(t41, 0.0, t8);
    let t46 = select(0.0, -(select(select(t43, 0.0, t35), 0.0, t37) / t6), 0.0 <= state.block - parameters.room);
    let t47 = select(0.0, select(0.0, select(t44, 0.0, t35), t37) / t5, 0.0 <= t36);
    let t48 = select(0.0, t43, t35) / t33;
    let t49 = select(0.0, t44, t35) / t33;
    let t50 = (t45 * t32 - select(t42, 0.0, t8)) * (1.0 / (t7 + t9 / item_4 / item_4 - t6 * t32));
    let t51 = (t48 + t49) * t6 - t47 + (-(t45 * t31) - t50 * t32);
    return StateControl(
        State(
            t39 + t46 - (t49 * t6 - t48 * t5 + t50) + t51,
            cotangent.pusher + t51 - t51 - cotangent.pusher,
            -t38,
        ),
        Control(cotangent.last_command + t38 - t51 + cotangent.pusher),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(
        2.0 * (parameters.final_factor * parameters.weight) * (state.block - parameters.goal),
        0.0,
        0.0,
    );
}
