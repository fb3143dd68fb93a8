// block-wall: a pusher moves a block towards a wall, with smoothed contact at both
// contact after T-RO 2023 (arXiv 2206.10787); cost and sizes are ours

const STATE_SIZE: u32 = 3u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 10u;

struct Parameters {
    mass: f32, // kg: mass m of the block
    stiffness: f32, // N/m: stiffness K of the pusher's position control
    smoothing: f32, // m: smoothing length of contact; 0 for none
    short_tailed: f32, // 1: 1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier
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
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9]);
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
    let t3 = state.block - state.pusher + (state.pusher - control.command);
    let t4 = 1.0 / (parameters.mass / t0);
    let t5 = t4 + t2;
    let t6 = -t4;
    let t7 = parameters.smoothing * parameters.smoothing / ((t2 + t0 / parameters.mass) * 2.0);
    let t8 = t7 <= 0.0;
    let t9 = select(t7, 1.0, t8);
    let t10 = t5 * t9 * 4.0;
    let t11 = 0.5 / t5;
    let t12 = t9 * 2.0;
    let t13 = t4 * t9 * 4.0;
    let t14 = 0.5 / t4;
    let t15 = sqrt(max(t3 * t3 + t10, 0.0));
    let t16 = abs(t3);
    let t17 = t16 + t15;
    let t18 = 1.0 / (t17 * t15);
    let t19 = t3 < 0.0;
    let t20 = select(t12 * (t15 * t18), t17 * t11, t19);
    let t21 = sqrt(max(t1 * t1 + t13, 0.0));
    let t22 = abs(t1);
    let t23 = t22 + t21;
    let t24 = 1.0 / (t23 * t21);
    let t25 = t1 < 0.0;
    let t26 = select(t12 * (t21 * t24), t23 * t14, t25);
    var item = t3;
    var item_2 = t1;
    var item_3 = t20;
    var item_4 = t26;
    var item_5 = t20 * (t17 * t18);
    var item_6 = t26 * (t23 * t24);
    for (var turn = 0u; turn < 5u; turn++) {
        let t27 = item - t3 - t6 * item_4;
        let t28 = item_2 - t1 - t6 * item_3;
        let t29 = t6 * item_5;
        let t30 = t6 * item_6;
        let t31 = 1.0 / (1.0 - t29 * t30);
        let t32 = item - (t27 - t30 * t28) * t31;
        let t33 = sqrt(max(t32 * t32 + t10, 0.0));
        let t34 = abs(t32) + t33;
        let t35 = 1.0 / (t34 * t33);
        let t36 = select(t12 * (t33 * t35), t34 * t11, t32 < 0.0);
        let t37 = item_2 - (t28 - t29 * t27) * t31;
        let t38 = sqrt(max(t37 * t37 + t13, 0.0));
        let t39 = abs(t37) + t38;
        let t40 = 1.0 / (t39 * t38);
        let t41 = select(t12 * (t38 * t40), t39 * t14, t37 < 0.0);
        item = t32;
        item_2 = t37;
        item_3 = t36;
        item_4 = t41;
        item_5 = t36 * (t34 * t35);
        item_6 = t41 * (t39 * t40);
    }
    let t42 = 1.0 / item_3;
    let t43 = 1.0 / item_4;
    let t44 = t9 * t42;
    let t45 = t9 * t43;
    let t46 = t4 * item_4;
    let t47 = t3 + t5 * item_3 - t46 - t44;
    let t48 = 1.0 / (t5 + t44 * t42);
    let t49 = t6 * t48;
    let t50 = (t1 - t4 * item_3 + t46 - t45 - t49 * t47) * (1.0 / (t4 + t45 * t43 - t6 * t49));
    let t51 = t5 * t4;
    let t52 = t51 - t4 * t4;
    let t53 = t51 * 1e-6 < t52;
    let t54 = select(t51, t52, t53);
    let t55 = t4 * t3;
    let t56 = (-(t4 * t1) - t55) / t54;
    let t57 = (-t55 - t5 * t1) / t54;
    let t58 = (0.0 < t56 && 0.0 < t57) && t53;
    let t59 = max(-t3, 0.0);
    let t60 = t59 / t5;
    let t61 = max(state.block - parameters.room, 0.0);
    let t62 = 0.0 <= t1 - t4 * t60;
    let t63 = select(item_3 - (t47 * t48 - t49 * t50), select(select(0.0, t60, t62), t56, t58), t8);
    let t64 = select(item_4 - t50, select(select(t61 / t4, 0.0, t62), t57, t58), t8);
    let t65 = 0.0 < parameters.smoothing;
    let t66 = select(1.0, parameters.smoothing, t65);
    let t67 = 1.0 / t66;
    let t68 = 1.0 / t5;
    let t69 = 1.0 / t4;
    let t70 = exp_f32(-(t16 * t67));
    let t71 = t70 + 1.0;
    let t72 = exp_f32(-(t22 * t67));
    let t73 = t72 + 1.0;
    var item_7 = t3;
    var item_8 = t1;
    var item_9 = (t59 + t66 * log_f32(t71)) * t68;
    var item_10 = (t61 + t66 * log_f32(t73)) * t69;
    var item_11 = max(select(t70, 1.0, t19) / t71, 1e-26) * t68;
    var item_12 = max(select(t72, 1.0, t25) / t73, 1e-26) * t69;
    for (var turn_2 = 0u; turn_2 < 5u; turn_2++) {
        let t74 = item_7 - t3 - t6 * item_10;
        let t75 = item_8 - t1 - t6 * item_9;
        let t76 = t6 * item_11;
        let t77 = t6 * item_12;
        let t78 = 1.0 / (1.0 - t76 * t77);
        let t79 = (t74 - t77 * t75) * t78;
        let t80 = item_7 - t79;
        let t81 = exp_f32(-(abs(t80) * t67));
        let t82 = t81 + 1.0;
        let t83 = (t75 - t76 * t74) * t78;
        let t84 = item_8 - t83;
        let t85 = exp_f32(-(abs(t84) * t67));
        let t86 = t85 + 1.0;
        let next = t80;
        let next_2 = t84;
        item_9 = (max(t79 - item_7, 0.0) + t66 * log_f32(t82)) * t68;
        item_10 = (max(t83 - item_8, 0.0) + t66 * log_f32(t86)) * t69;
        item_11 = max(select(t81, 1.0, t80 < 0.0) / t82, 1e-26) * t68;
        item_12 = max(select(t85, 1.0, t84 < 0.0) / t86, 1e-26) * t69;
        item_7 = next;
        item_8 = next_2;
    }
    let t87 = 1.0 / item_11 - t5;
    let t88 = 1.0 / item_12 - t4;
    let t89 = t4 * item_10;
    let t90 = t3 + t5 * item_9 - t89 - (item_7 + t5 * item_9 - t87 * item_9 * ((t5 - t5) / t5));
    let t91 = t1 - t4 * item_9 + t89 - (item_8 + t4 * item_10 - t88 * item_10 * ((t4 - t4) / t4));
    let t92 = 1.0 / (t5 + t87);
    let t93 = t6 * t92;
    let t94 = (t91 - t93 * t90) * (1.0 / (t4 + t88 - t6 * t93));
    let t95 = t65 && 0.5 < parameters.short_tailed;
    let t96 = select(t63, item_9 - (t90 * t92 - t93 * t94), t95);
    let block = state.block + (t96 - select(t64, item_10 - t94, t95)) * t4;
    let pusher = state.pusher + (control.command - state.pusher - t96 * t2);
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
    let t3 = state.block - state.pusher + (state.pusher - control.command);
    let t4 = 1.0 / (parameters.mass / t0);
    let t5 = t4 + t2;
    let t6 = -t4;
    let t7 = parameters.smoothing * parameters.smoothing / ((t2 + t0 / parameters.mass) * 2.0);
    let t8 = t7 <= 0.0;
    let t9 = select(t7, 1.0, t8);
    let t10 = t5 * t9 * 4.0;
    let t11 = 0.5 / t5;
    let t12 = t9 * 2.0;
    let t13 = t4 * t9 * 4.0;
    let t14 = 0.5 / t4;
    let t15 = sqrt(max(t3 * t3 + t10, 0.0));
    let t16 = abs(t3);
    let t17 = t16 + t15;
    let t18 = 1.0 / (t17 * t15);
    let t19 = t3 < 0.0;
    let t20 = select(t12 * (t15 * t18), t17 * t11, t19);
    let t21 = sqrt(max(t1 * t1 + t13, 0.0));
    let t22 = abs(t1);
    let t23 = t22 + t21;
    let t24 = 1.0 / (t23 * t21);
    let t25 = t1 < 0.0;
    let t26 = select(t12 * (t21 * t24), t23 * t14, t25);
    var item = t3;
    var item_2 = t1;
    var item_3 = t20;
    var item_4 = t26;
    var item_5 = t20 * (t17 * t18);
    var item_6 = t26 * (t23 * t24);
    for (var turn = 0u; turn < 5u; turn++) {
        let t27 = item - t3 - t6 * item_4;
        let t28 = item_2 - t1 - t6 * item_3;
        let t29 = t6 * item_5;
        let t30 = t6 * item_6;
        let t31 = 1.0 / (1.0 - t29 * t30);
        let t32 = item - (t27 - t30 * t28) * t31;
        let t33 = sqrt(max(t32 * t32 + t10, 0.0));
        let t34 = abs(t32) + t33;
        let t35 = 1.0 / (t34 * t33);
        let t36 = select(t12 * (t33 * t35), t34 * t11, t32 < 0.0);
        let t37 = item_2 - (t28 - t29 * t27) * t31;
        let t38 = sqrt(max(t37 * t37 + t13, 0.0));
        let t39 = abs(t37) + t38;
        let t40 = 1.0 / (t39 * t38);
        let t41 = select(t12 * (t38 * t40), t39 * t14, t37 < 0.0);
        item = t32;
        item_2 = t37;
        item_3 = t36;
        item_4 = t41;
        item_5 = t36 * (t34 * t35);
        item_6 = t41 * (t39 * t40);
    }
    let t42 = 1.0 / item_3;
    let t43 = 1.0 / item_4;
    let t44 = 1.0 / (t5 + t9 * t42 * t42);
    let t45 = t6 * t44;
    let t46 = t5 * t4;
    let t47 = t46 - t4 * t4;
    let t48 = t46 * 1e-6 < t47;
    let t49 = select(t46, t47, t48);
    let t50 = t4 * t3;
    let t51 = (0.0 < (-(t4 * t1) - t50) / t49 && 0.0 < (-t50 - t5 * t1) / t49) && t48;
    let t52 = -t3;
    let t53 = max(t52, 0.0);
    let t54 = state.block - parameters.room;
    let t55 = 0.0 <= t1 - t4 * (t53 / t5);
    let t56 = 0.0 < parameters.smoothing;
    let t57 = select(1.0, parameters.smoothing, t56);
    let t58 = 1.0 / t57;
    let t59 = 1.0 / t5;
    let t60 = 1.0 / t4;
    let t61 = exp_f32(-(t16 * t58));
    let t62 = t61 + 1.0;
    let t63 = exp_f32(-(t22 * t58));
    let t64 = t63 + 1.0;
    var item_7 = t3;
    var item_8 = t1;
    var item_9 = (t53 + t57 * log_f32(t62)) * t59;
    var item_10 = (max(t54, 0.0) + t57 * log_f32(t64)) * t60;
    var item_11 = max(select(t61, 1.0, t19) / t62, 1e-26) * t59;
    var item_12 = max(select(t63, 1.0, t25) / t64, 1e-26) * t60;
    for (var turn_2 = 0u; turn_2 < 5u; turn_2++) {
        let t65 = item_7 - t3 - t6 * item_10;
        let t66 = item_8 - t1 - t6 * item_9;
        let t67 = t6 * item_11;
        let t68 = t6 * item_12;
        let t69 = 1.0 / (1.0 - t67 * t68);
        let t70 = (t65 - t68 * t66) * t69;
        let t71 = item_7 - t70;
        let t72 = exp_f32(-(abs(t71) * t58));
        let t73 = t72 + 1.0;
        let t74 = (t66 - t67 * t65) * t69;
        let t75 = item_8 - t74;
        let t76 = exp_f32(-(abs(t75) * t58));
        let t77 = t76 + 1.0;
        let next = t71;
        let next_2 = t75;
        item_9 = (max(t70 - item_7, 0.0) + t57 * log_f32(t73)) * t59;
        item_10 = (max(t74 - item_8, 0.0) + t57 * log_f32(t77)) * t60;
        item_11 = max(select(t72, 1.0, t71 < 0.0) / t73, 1e-26) * t59;
        item_12 = max(select(t76, 1.0, t75 < 0.0) / t77, 1e-26) * t60;
        item_7 = next;
        item_8 = next_2;
    }
    let t78 = 1.0 / (t5 + (1.0 / item_11 - t5));
    let t79 = t6 * t78;
    let t80 = t56 && 0.5 < parameters.short_tailed;
    let t81 = 2.0 * parameters.effort * (control.command - state.last_command);
    let t82 = 2.0 * parameters.weight * (state.block - parameters.goal) + cotangent.block;
    let t83 = cotangent.block * t4;
    let t84 = t83 - cotangent.pusher * t2;
    let t85 = -t83;
    let t86 = select(t85, 0.0, t80);
    let t87 = select(0.0, t84, t80);
    let t88 = select(t84, 0.0, t80);
    let t89 = (t87 * t79 - select(0.0, t85, t80)) * (1.0 / (t4 + (1.0 / item_12 - t4) - t6 * t79));
    let t90 = select(0.0, t86, t8);
    let t91 = select(0.0, t88, t8);
    let t92 = select(t88, 0.0, t8);
    let t93 = select(0.0, select(select(t90, 0.0, t51), 0.0, t55) / t4, 0.0 <= t54);
    let t94 = select(0.0, select(0.0, select(t91, 0.0, t51), t55) / t5, 0.0 <= t52);
    let t95 = select(0.0, t90, t51) / t49;
    let t96 = select(0.0, t91, t51) / t49;
    let t97 = (t92 * t45 - select(t86, 0.0, t8)) * (1.0 / (t4 + t9 * t43 * t43 - t6 * t45));
    let t98 = -(t87 * t78) - t89 * t79 - t94 + (-t95 - t96) * t4 + (-(t92 * t44) - t97 * t45);
    return StateControl(
        State(
            t82 + t93 - (t89 - t95 * t5 - t96 * t4 + t97) + t98,
            cotangent.pusher + t98 - t98 - cotangent.pusher,
            -t81,
        ),
        Control(cotangent.last_command + t81 - t98 + cotangent.pusher),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(
        2.0 * (parameters.final_factor * parameters.weight) * (state.block - parameters.goal),
        0.0,
        0.0,
    );
}
