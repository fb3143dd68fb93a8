// ball-grazing: a ball drags a box by friction on its top, or pushes its side
// T-RO 2023 (arXiv 2206.10787), ball grazing; the cost is ours

const STATE_SIZE: u32 = 5u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 16u;

struct Parameters {
    mass: f32, // kg: mass m of the box
    stiffness: f32, // N/m: stiffness K of the ball's position control
    friction: f32, // 1: friction coefficient between box and ball
    smoothing: f32, // m: smoothing length of contact; 0 for none
    short_tailed: f32, // 1: 1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier
    time_step: f32, // s: time step h
    half_width: f32, // m: half of the box's side
    box_height: f32, // m: height z of the middle of the box
    radius: f32, // m: radius of the ball
    goal: f32, // m: goal of the box's y
    goal_ball_y: f32, // m: goal of the ball's y
    goal_ball_z: f32, // m: goal of the ball's z
    weight: f32, // 1/m2: cost Q of the box's distance from its goal
    weight_ball: f32, // 1/m2: cost Q_r of the ball's distance from its goal
    final_factor: f32, // 1: how many times the distances count at the end
    effort: f32, // 1/m2: cost R of the square of each change of the command
}

struct State {
    box_y: f32, // m
    ball_y: f32, // m
    ball_z: f32, // m
    last_command_y: f32, // m
    last_command_z: f32, // m
}

struct Control {
    command_y: f32, // m
    command_z: f32, // m
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.box_y, state.ball_y, state.ball_z, state.last_command_y, state.last_command_z);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.command_y, control.command_z);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.ball_y - state.box_y;
    let t1 = state.ball_z - parameters.box_height;
    let t2 = max(t0 - parameters.half_width, 0.0) + min(t0 + parameters.half_width, 0.0);
    let t3 = max(t1 - parameters.half_width, 0.0) + min(t1 + parameters.half_width, 0.0);
    let t4 = sqrt(max(t2 * t2 + t3 * t3, 0.0));
    let t5 = t4 <= 0.0;
    let t6 = abs(t0) - parameters.half_width;
    let t7 = abs(t1) - parameters.half_width;
    let t8 = t7 <= t6;
    let gap = select(t4, select(t7, t6, t8), t5) - parameters.radius;
    let t9 = t5 && 0.0 <= t4;
    let t10 = select(t4, 1.0, t9);
    let t11 = select(select(t2 / t10, 0.0, t9), select(0.0, select(1.0, -1.0, t0 < 0.0), t8), t5);
    let t12 = select(select(t3 / t10, 0.0, t9), select(select(1.0, -1.0, t1 < 0.0), 0.0, t8), t5);
    let t13 = parameters.friction * t12;
    let t14 = t13 - t11;
    let t15 = t11 - t13;
    let t16 = parameters.friction * t11;
    let t17 = t12 + t16;
    let t18 = -t11 - t13;
    let t19 = t11 + t13;
    let t20 = t12 - t16;
    let t21 = control.command_y - state.ball_y;
    let t22 = control.command_z - state.ball_z;
    let t23 = 1.0 / parameters.stiffness;
    let t24 = gap + (t15 * t21 + t17 * t22);
    let t25 = gap + (t19 * t21 + t20 * t22);
    let t26 = 1.0 / (parameters.mass / (parameters.time_step * parameters.time_step));
    let t27 = t14 * (t14 * t26) + t15 * (t15 * t23) + t17 * (t17 * t23);
    let t28 = t18 * t26;
    let t29 = t19 * t23;
    let t30 = t20 * t23;
    let t31 = t14 * t28 + t15 * t29 + t17 * t30;
    let t32 = t18 * t28 + t19 * t29 + t20 * t30;
    let t33 = parameters.smoothing * parameters.smoothing / (t23 * 2.0);
    let t34 = t33 <= 0.0;
    let t35 = select(t33, 1.0, t34);
    let t36 = t27 * t35 * 4.0;
    let t37 = 0.5 / t27;
    let t38 = t35 * 2.0;
    let t39 = t32 * t35 * 4.0;
    let t40 = 0.5 / t32;
    let t41 = sqrt(max(t24 * t24 + t36, 0.0));
    let t42 = abs(t24);
    let t43 = t42 + t41;
    let t44 = 1.0 / (t43 * t41);
    let t45 = t24 < 0.0;
    let t46 = select(t38 * (t41 * t44), t43 * t37, t45);
    let t47 = sqrt(max(t25 * t25 + t39, 0.0));
    let t48 = abs(t25);
    let t49 = t48 + t47;
    let t50 = 1.0 / (t49 * t47);
    let t51 = t25 < 0.0;
    let t52 = select(t38 * (t47 * t50), t49 * t40, t51);
    var item = t24;
    var item_2 = t25;
    var item_3 = t46;
    var item_4 = t52;
    var item_5 = t46 * (t43 * t44);
    var item_6 = t52 * (t49 * t50);
    for (var turn = 0u; turn < 5u; turn++) {
        let t53 = item - t24 - t31 * item_4;
        let t54 = item_2 - t25 - t31 * item_3;
        let t55 = t31 * item_5;
        let t56 = t31 * item_6;
        let t57 = 1.0 / (1.0 - t55 * t56);
        let t58 = item - (t53 - t56 * t54) * t57;
        let t59 = sqrt(max(t58 * t58 + t36, 0.0));
        let t60 = abs(t58) + t59;
        let t61 = 1.0 / (t60 * t59);
        let t62 = select(t38 * (t59 * t61), t60 * t37, t58 < 0.0);
        let t63 = item_2 - (t54 - t55 * t53) * t57;
        let t64 = sqrt(max(t63 * t63 + t39, 0.0));
        let t65 = abs(t63) + t64;
        let t66 = 1.0 / (t65 * t64);
        let t67 = select(t38 * (t64 * t66), t65 * t40, t63 < 0.0);
        item = t58;
        item_2 = t63;
        item_3 = t62;
        item_4 = t67;
        item_5 = t62 * (t60 * t61);
        item_6 = t67 * (t65 * t66);
    }
    let t68 = 1.0 / item_3;
    let t69 = 1.0 / item_4;
    let t70 = t35 * t68;
    let t71 = t35 * t69;
    let t72 = t24 + t27 * item_3 + t31 * item_4 - t70;
    let t73 = 1.0 / (t27 + t70 * t68);
    let t74 = t31 * t73;
    let t75 = (t25 + t31 * item_3 + t32 * item_4 - t71 - t74 * t72) * (1.0 / (t32 + t71 * t69 - t31 * t74));
    let t76 = t27 * t32;
    let t77 = t76 - t31 * t31;
    let t78 = t76 * 1e-6 < t77;
    let t79 = select(t76, t77, t78);
    let t80 = (t31 * t25 - t32 * t24) / t79;
    let t81 = (t31 * t24 - t27 * t25) / t79;
    let t82 = (0.0 < t80 && 0.0 < t81) && t78;
    let t83 = max(-t24, 0.0);
    let t84 = t83 / t27;
    let t85 = max(-t25, 0.0);
    let t86 = 0.0 <= t25 + t31 * t84;
    let t87 = select(item_3 - (t72 * t73 - t74 * t75), select(select(0.0, t84, t86), t80, t82), t34);
    let t88 = select(item_4 - t75, select(select(t85 / t32, 0.0, t86), t81, t82), t34);
    let t89 = 0.0 < parameters.smoothing;
    let t90 = select(1.0, parameters.smoothing, t89);
    let t91 = 1.0 / t90;
    let t92 = 1.0 / t27;
    let t93 = 1.0 / t32;
    let t94 = exp_f32(-(t42 * t91));
    let t95 = t94 + 1.0;
    let t96 = exp_f32(-(t48 * t91));
    let t97 = t96 + 1.0;
    var item_7 = t24;
    var item_8 = t25;
    var item_9 = (t83 + t90 * log_f32(t95)) * t92;
    var item_10 = (t85 + t90 * log_f32(t97)) * t93;
    var item_11 = max(select(t94, 1.0, t45) / t95, 1e-26) * t92;
    var item_12 = max(select(t96, 1.0, t51) / t97, 1e-26) * t93;
    for (var turn_2 = 0u; turn_2 < 5u; turn_2++) {
        let t98 = item_7 - t24 - t31 * item_10;
        let t99 = item_8 - t25 - t31 * item_9;
        let t100 = t31 * item_11;
        let t101 = t31 * item_12;
        let t102 = 1.0 / (1.0 - t100 * t101);
        let t103 = (t98 - t101 * t99) * t102;
        let t104 = item_7 - t103;
        let t105 = exp_f32(-(abs(t104) * t91));
        let t106 = t105 + 1.0;
        let t107 = (t99 - t100 * t98) * t102;
        let t108 = item_8 - t107;
        let t109 = exp_f32(-(abs(t108) * t91));
        let t110 = t109 + 1.0;
        let next = t104;
        let next_2 = t108;
        item_9 = (max(t103 - item_7, 0.0) + t90 * log_f32(t106)) * t92;
        item_10 = (max(t107 - item_8, 0.0) + t90 * log_f32(t110)) * t93;
        item_11 = max(select(t105, 1.0, t104 < 0.0) / t106, 1e-26) * t92;
        item_12 = max(select(t109, 1.0, t108 < 0.0) / t110, 1e-26) * t93;
        item_7 = next;
        item_8 = next_2;
    }
    let t111 = 1.0 / item_11 - t27;
    let t112 = 1.0 / item_12 - t32;
    let t113 = t24 + t27 * item_9 + t31 * item_10 - (item_7 + t27 * item_9 - t111 * item_9 * ((t27 - t27) / t27));
    let t114 = t25 + t31 * item_9 + t32 * item_10 - (item_8 + t32 * item_10 - t112 * item_10 * ((t32 - t32) / t32));
    let t115 = 1.0 / (t27 + t111);
    let t116 = t31 * t115;
    let t117 = (t114 - t116 * t113) * (1.0 / (t32 + t112 - t31 * t116));
    let t118 = t89 && 0.5 < parameters.short_tailed;
    let t119 = select(t87, item_9 - (t113 * t115 - t116 * t117), t118);
    let t120 = select(t88, item_10 - t117, t118);
    let box_y = state.box_y + (t14 * t119 + t18 * t120) * t26;
    let ball_y = state.ball_y + (t21 + (t15 * t119 + t19 * t120) * t23);
    let ball_z = state.ball_z + (t22 + (t17 * t119 + t20 * t120) * t23);
    return State(box_y, ball_y, ball_z, control.command_y, control.command_z);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.command_y - state.last_command_y;
    let t1 = control.command_z - state.last_command_z;
    let t2 = state.ball_y - parameters.goal_ball_y;
    let t3 = state.ball_z - parameters.goal_ball_z;
    let t4 = state.box_y - parameters.goal;
    let t5 = parameters.weight * (t4 * t4) + parameters.weight_ball * (t2 * t2 + t3 * t3);
    return t5 + parameters.effort * (t0 * t0 + t1 * t1);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.ball_y - parameters.goal_ball_y;
    let t1 = state.ball_z - parameters.goal_ball_z;
    let t2 = state.box_y - parameters.goal;
    let t3 = parameters.weight * (t2 * t2) + parameters.weight_ball * (t0 * t0 + t1 * t1);
    return parameters.final_factor * t3;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.ball_y - state.box_y;
    let t1 = state.ball_z - parameters.box_height;
    let t2 = t0 - parameters.half_width;
    let t3 = t0 + parameters.half_width;
    let t4 = max(t2, 0.0) + min(t3, 0.0);
    let t5 = t1 - parameters.half_width;
    let t6 = t1 + parameters.half_width;
    let t7 = max(t5, 0.0) + min(t6, 0.0);
    let t8 = t4 * t4 + t7 * t7;
    let t9 = sqrt(max(t8, 0.0));
    let t10 = t9 <= 0.0;
    let t11 = abs(t0) - parameters.half_width;
    let t12 = abs(t1) - parameters.half_width;
    let t13 = t12 <= t11;
    let t14 = t0 < 0.0;
    let t15 = t1 < 0.0;
    let gap = select(t9, select(t12, t11, t13), t10) - parameters.radius;
    let t16 = t10 && 0.0 <= t9;
    let t17 = select(t9, 1.0, t16);
    let t18 = t4 / t17;
    let t19 = select(select(t18, 0.0, t16), select(0.0, select(1.0, -1.0, t14), t13), t10);
    let t20 = t7 / t17;
    let t21 = select(select(t20, 0.0, t16), select(select(1.0, -1.0, t15), 0.0, t13), t10);
    let t22 = parameters.friction * t21;
    let t23 = t22 - t19;
    let t24 = t19 - t22;
    let t25 = parameters.friction * t19;
    let t26 = t21 + t25;
    let t27 = -t19 - t22;
    let t28 = t19 + t22;
    let t29 = t21 - t25;
    let t30 = control.command_y - state.ball_y;
    let t31 = control.command_z - state.ball_z;
    let t32 = 1.0 / parameters.stiffness;
    let t33 = gap + (t24 * t30 + t26 * t31);
    let t34 = gap + (t28 * t30 + t29 * t31);
    let t35 = 1.0 / (parameters.mass / (parameters.time_step * parameters.time_step));
    let t36 = t23 * t35;
    let t37 = t24 * t32;
    let t38 = t26 * t32;
    let t39 = t23 * t36 + t24 * t37 + t26 * t38;
    let t40 = t27 * t35;
    let t41 = t28 * t32;
    let t42 = t29 * t32;
    let t43 = t23 * t40 + t24 * t41 + t26 * t42;
    let t44 = t27 * t40 + t28 * t41 + t29 * t42;
    let t45 = parameters.smoothing * parameters.smoothing / (t32 * 2.0);
    let t46 = t45 <= 0.0;
    let t47 = select(t45, 1.0, t46);
    let t48 = t39 * t47 * 4.0;
    let t49 = 0.5 / t39;
    let t50 = t47 * 2.0;
    let t51 = t44 * t47 * 4.0;
    let t52 = 0.5 / t44;
    let t53 = sqrt(max(t33 * t33 + t48, 0.0));
    let t54 = abs(t33);
    let t55 = t54 + t53;
    let t56 = 1.0 / (t55 * t53);
    let t57 = t33 < 0.0;
    let t58 = select(t50 * (t53 * t56), t55 * t49, t57);
    let t59 = sqrt(max(t34 * t34 + t51, 0.0));
    let t60 = abs(t34);
    let t61 = t60 + t59;
    let t62 = 1.0 / (t61 * t59);
    let t63 = t34 < 0.0;
    let t64 = select(t50 * (t59 * t62), t61 * t52, t63);
    var item = t33;
    var item_2 = t34;
    var item_3 = t58;
    var item_4 = t64;
    var item_5 = t58 * (t55 * t56);
    var item_6 = t64 * (t61 * t62);
    for (var turn = 0u; turn < 5u; turn++) {
        let t65 = item - t33 - t43 * item_4;
        let t66 = item_2 - t34 - t43 * item_3;
        let t67 = t43 * item_5;
        let t68 = t43 * item_6;
        let t69 = 1.0 / (1.0 - t67 * t68);
        let t70 = item - (t65 - t68 * t66) * t69;
        let t71 = sqrt(max(t70 * t70 + t48, 0.0));
        let t72 = abs(t70) + t71;
        let t73 = 1.0 / (t72 * t71);
        let t74 = select(t50 * (t71 * t73), t72 * t49, t70 < 0.0);
        let t75 = item_2 - (t66 - t67 * t65) * t69;
        let t76 = sqrt(max(t75 * t75 + t51, 0.0));
        let t77 = abs(t75) + t76;
        let t78 = 1.0 / (t77 * t76);
        let t79 = select(t50 * (t76 * t78), t77 * t52, t75 < 0.0);
        item = t70;
        item_2 = t75;
        item_3 = t74;
        item_4 = t79;
        item_5 = t74 * (t72 * t73);
        item_6 = t79 * (t77 * t78);
    }
    let t80 = 1.0 / item_3;
    let t81 = 1.0 / item_4;
    let t82 = t47 * t80;
    let t83 = t47 * t81;
    let t84 = t33 + t39 * item_3 + t43 * item_4 - t82;
    let t85 = 1.0 / (t39 + t82 * t80);
    let t86 = t43 * t85;
    let t87 = 1.0 / (t44 + t83 * t81 - t43 * t86);
    let t88 = (t34 + t43 * item_3 + t44 * item_4 - t83 - t86 * t84) * t87;
    let t89 = t39 * t44;
    let t90 = t89 - t43 * t43;
    let t91 = t89 * 1e-6 < t90;
    let t92 = select(t89, t90, t91);
    let t93 = (t43 * t34 - t44 * t33) / t92;
    let t94 = (t43 * t33 - t39 * t34) / t92;
    let t95 = (0.0 < t93 && 0.0 < t94) && t91;
    let t96 = -t33;
    let t97 = max(t96, 0.0);
    let t98 = t97 / t39;
    let t99 = -t34;
    let t100 = max(t99, 0.0);
    let t101 = t100 / t44;
    let t102 = 0.0 <= t34 + t43 * t98;
    let t103 = select(item_3 - (t84 * t85 - t86 * t88), select(select(0.0, t98, t102), t93, t95), t46);
    let t104 = select(item_4 - t88, select(select(t101, 0.0, t102), t94, t95), t46);
    let t105 = 0.0 < parameters.smoothing;
    let t106 = select(1.0, parameters.smoothing, t105);
    let t107 = 1.0 / t106;
    let t108 = 1.0 / t39;
    let t109 = 1.0 / t44;
    let t110 = exp_f32(-(t54 * t107));
    let t111 = t110 + 1.0;
    let t112 = exp_f32(-(t60 * t107));
    let t113 = t112 + 1.0;
    var item_7 = t33;
    var item_8 = t34;
    var item_9 = (t97 + t106 * log_f32(t111)) * t108;
    var item_10 = (t100 + t106 * log_f32(t113)) * t109;
    var item_11 = max(select(t110, 1.0, t57) / t111, 1e-26) * t108;
    var item_12 = max(select(t112, 1.0, t63) / t113, 1e-26) * t109;
    for (var turn_2 = 0u; turn_2 < 5u; turn_2++) {
        let t114 = item_7 - t33 - t43 * item_10;
        let t115 = item_8 - t34 - t43 * item_9;
        let t116 = t43 * item_11;
        let t117 = t43 * item_12;
        let t118 = 1.0 / (1.0 - t116 * t117);
        let t119 = (t114 - t117 * t115) * t118;
        let t120 = item_7 - t119;
        let t121 = exp_f32(-(abs(t120) * t107));
        let t122 = t121 + 1.0;
        let t123 = (t115 - t116 * t114) * t118;
        let t124 = item_8 - t123;
        let t125 = exp_f32(-(abs(t124) * t107));
        let t126 = t125 + 1.0;
        let next = t120;
        let next_2 = t124;
        item_9 = (max(t119 - item_7, 0.0) + t106 * log_f32(t122)) * t108;
        item_10 = (max(t123 - item_8, 0.0) + t106 * log_f32(t126)) * t109;
        item_11 = max(select(t121, 1.0, t120 < 0.0) / t122, 1e-26) * t108;
        item_12 = max(select(t125, 1.0, t124 < 0.0) / t126, 1e-26) * t109;
        item_7 = next;
        item_8 = next_2;
    }
    let t127 = 1.0 / item_11 - t39;
    let t128 = 1.0 / item_12 - t44;
    let t129 = t127 * item_9;
    let t130 = t128 * item_10;
    let t131 = t33 + t39 * item_9 + t43 * item_10 - (item_7 + t39 * item_9 - t129 * ((t39 - t39) / t39));
    let t132 = t34 + t43 * item_9 + t44 * item_10 - (item_8 + t44 * item_10 - t130 * ((t44 - t44) / t44));
    let t133 = 1.0 / (t39 + t127);
    let t134 = t43 * t133;
    let t135 = 1.0 / (t44 + t128 - t43 * t134);
    let t136 = (t132 - t134 * t131) * t135;
    let t137 = t105 && 0.5 < parameters.short_tailed;
    let t138 = select(t103, item_9 - (t131 * t133 - t134 * t136), t137);
    let t139 = select(t104, item_10 - t136, t137);
    let t140 = 2.0 * parameters.weight_ball;
    let t141 = 2.0 * parameters.effort;
    let t142 = t141 * (control.command_z - state.last_command_z);
    let t143 = t141 * (control.command_y - state.last_command_y);
    let t144 = t140 * (state.ball_z - parameters.goal_ball_z) + cotangent.ball_z;
    let t145 = t140 * (state.ball_y - parameters.goal_ball_y) + cotangent.ball_y;
    let t146 = 2.0 * parameters.weight * (state.box_y - parameters.goal) + cotangent.box_y;
    let t147 = cotangent.ball_z * t32;
    let t148 = cotangent.ball_y * t32;
    let t149 = cotangent.box_y * t35;
    let t150 = t147 * t29 + t148 * t28 + t149 * t27;
    let t151 = t147 * t26 + t148 * t24 + t149 * t23;
    let t152 = select(t150, 0.0, t137);
    let t153 = select(0.0, t151, t137);
    let t154 = select(t151, 0.0, t137);
    let t155 = (t153 * t134 - select(0.0, t150, t137)) * t135;
    let t156 = t153 * t133;
    let t157 = t155 * t134;
    let t158 = -t156 - t157;
    let t159 = select(0.0, t152, t46);
    let t160 = select(0.0, t154, t46);
    let t161 = select(t154, 0.0, t46);
    let t162 = select(select(t159, 0.0, t95), 0.0, t102) / t44;
    let t163 = select(0.0, select(t160, 0.0, t95), t102) / t39;
    let t164 = select(0.0, t159, t95) / t92;
    let t165 = t158 * item_9 - (t157 + t156) * t129 / t39 - t163 * t98 - t164 * t34;
    let t166 = select(0.0, t160, t95) / t92;
    let t167 = -(t164 * t94) - t166 * t93;
    let t168 = select(0.0, t167, t91);
    let t169 = select(t167, 0.0, t91) + t168;
    let t170 = t155 * item_9 + t158 * item_10 + t164 * t33 + t166 * t34 - 2.0 * t168 * t43;
    let t171 = t155 * item_10 + t155 * t130 / t44 - t162 * t101 - t166 * t33 + t169 * t39;
    let t172 = (t161 * t86 - select(t152, 0.0, t46)) * t87;
    let t173 = -(t161 * t85) - t172 * t86;
    let t174 = t171 + t172 * item_4;
    let t175 = t155 - select(0.0, t162, 0.0 <= t99) - t164 * t39 + t166 * t43 + t172;
    let t176 = t170 + t172 * item_3 + t173 * item_4;
    let t177 = t158 - select(0.0, t163, 0.0 <= t96) + t164 * t43 - t166 * t44 + t173;
    let t178 = t165 + t169 * t44 + t173 * item_3;
    let t179 = t149 * t139 + t174 * t40 + (t174 * t27 + t176 * t23) * t35;
    let t180 = t149 * t138 + t176 * t40 + t178 * t36 + t178 * t23 * t35;
    let t181 = t147 * t139 + t174 * t42 + (t174 * t29 + t176 * t26) * t32 + t175 * t31;
    let t182 = t148 * t139 + t174 * t41 + (t174 * t28 + t176 * t24) * t32 + t175 * t30;
    let gap_cotangent = t175 + t177;
    let t183 = t147 * t138 + t176 * t42 + t178 * t38 + t178 * t26 * t32 + t177 * t31;
    let t184 = cotangent.ball_z + t175 * t29 + t177 * t26;
    let t185 = t148 * t138 + t176 * t41 + t178 * t37 + t178 * t24 * t32 + t177 * t30;
    let t186 = cotangent.ball_y + t175 * t28 + t177 * t24;
    let t187 = select(t181 + t183 + (t182 - t179 - t185 + t180) * parameters.friction, 0.0, t10);
    let t188 = select(t187, 0.0, t16) / t17;
    let t189 = select(t182 + (t183 - t181) * parameters.friction + t185 - t180 - t179, 0.0, t10);
    let t190 = select(t189, 0.0, t16) / t17;
    let t191 = select(0.0, gap_cotangent, t10);
    let t192 = select(-(t188 * t20) - t190 * t18, 0.0, t16) + select(gap_cotangent, 0.0, t10);
    let t193 = select(0.0, t191, t13);
    let t194 = select(t191, 0.0, t13);
    let t195 = 2.0 * select(0.0, t192 / (2.0 * t9), 0.0 < t8);
    let t196 = t188 + t195 * t7;
    let t197 = t190 + t195 * t4;
    let t198 = select(select(0.0, -t194, t15), t194, 0.0 < t1) + select(0.0, t196, t6 <= 0.0);
    let t199 = select(select(0.0, -t193, t14), t193, 0.0 < t0) + select(0.0, t197, t3 <= 0.0);
    let t200 = t199 + select(0.0, t197, 0.0 <= t2);
    return StateControl(
        State(
            t146 - t200,
            t145 - t186 + t200,
            t144 - t184 + (t198 + select(0.0, t196, 0.0 <= t5)),
            -t143,
            -t142,
        ),
        Control(cotangent.last_command_y + t143 + t186, cotangent.last_command_z + t142 + t184),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * (parameters.final_factor * parameters.weight_ball);
    return State(
        2.0 * (parameters.final_factor * parameters.weight) * (state.box_y - parameters.goal),
        t0 * (state.ball_y - parameters.goal_ball_y),
        t0 * (state.ball_z - parameters.goal_ball_z),
        0.0,
        0.0,
    );
}
