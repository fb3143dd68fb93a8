// planar-pushing: a disc pushes and turns a box: frictional contact with force at a distance
// T-RO 2023 (arXiv 2206.10787), planar pushing

const STATE_SIZE: u32 = 7u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 20u;

struct Parameters {
    mass: f32, // kg: mass m of the box
    inertia: f32, // kg m2: moment of inertia I of the box
    stiffness: f32, // N/m: stiffness K of the disc's position control
    friction: f32, // 1: friction coefficient between box and disc
    smoothing: f32, // m: smoothing length of contact; 0 for none
    short_tailed: f32, // 1: 1 for short-tailed contact, smoothed as by logistic noise; 0 for the barrier
    time_step: f32, // s: time step h
    half_width: f32, // m: half of the box's side
    corner: f32, // m: radius of the box's corners
    radius: f32, // m: radius of the disc
    goal_x: f32, // m: goal of the box's x
    goal_y: f32, // m: goal of the box's y
    goal_angle: f32, // rad: goal of the box's angle
    goal_disc_x: f32, // m: goal of the disc's x
    goal_disc_y: f32, // m: goal of the disc's y
    weight_place: f32, // 1/m2: cost Q_p of the box's distance from its goal
    weight_angle: f32, // 1/rad2: cost Q_θ of the box's angle from its goal
    weight_disc: f32, // 1/m2: cost Q_r of the disc's distance from its goal
    final_factor: f32, // 1: how many times the distances count at the end
    effort: f32, // 1/m2: cost R of the square of each change of the command
}

struct State {
    box_x: f32, // m
    box_y: f32, // m
    box_angle: f32, // rad
    disc_x: f32, // m
    disc_y: f32, // m
    last_command_x: f32, // m
    last_command_y: f32, // m
}

struct Control {
    command_x: f32, // m
    command_y: f32, // m
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18], values[19]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.box_x, state.box_y, state.box_angle, state.disc_x, state.disc_y, state.last_command_x, state.last_command_y);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.command_x, control.command_y);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.disc_x - state.box_x;
    let t1 = state.disc_y - state.box_y;
    let t2 = cos_f32(state.box_angle);
    let t3 = sin_f32(state.box_angle);
    let t4 = t2 * t0 + t3 * t1;
    let t5 = t2 * t1 - t3 * t0;
    let t6 = parameters.half_width - parameters.corner;
    let t7 = max(t4 - t6, 0.0) + min(t4 + t6, 0.0);
    let t8 = max(t5 - t6, 0.0) + min(t5 + t6, 0.0);
    let t9 = sqrt(max(t7 * t7 + t8 * t8, 0.0));
    let t10 = t9 <= 0.0;
    let t11 = abs(t4) - t6;
    let t12 = abs(t5) - t6;
    let t13 = t12 <= t11;
    let gap = select(t9, select(t12, t11, t13), t10) - parameters.corner - parameters.radius;
    let t14 = t10 && 0.0 <= t9;
    let t15 = select(t9, 1.0, t14);
    let t16 = select(select(t7 / t15, 0.0, t14), select(0.0, select(1.0, -1.0, t4 < 0.0), t13), t10);
    let t17 = select(select(t8 / t15, 0.0, t14), select(select(1.0, -1.0, t5 < 0.0), 0.0, t13), t10);
    let t18 = t16 * t2;
    let t19 = t17 * t3;
    let t20 = t18 - t19;
    let t21 = t16 * t3 + t17 * t2;
    let t22 = gap + parameters.radius;
    let t23 = t0 - t22 * t20;
    let t24 = t1 - t22 * t21;
    let t25 = t19 - t18;
    let t26 = t24 * t20 - t23 * t21;
    let t27 = parameters.friction * t21;
    let t28 = t25 + t27;
    let t29 = parameters.friction * t25;
    let t30 = t29 - t21;
    let t31 = parameters.friction * (t23 * t20 + t24 * t21);
    let t32 = t26 - t31;
    let t33 = t20 - t27;
    let t34 = parameters.friction * t20;
    let t35 = t21 + t34;
    let t36 = t25 - t27;
    let t37 = -t21 - t29;
    let t38 = t26 + t31;
    let t39 = t20 + t27;
    let t40 = t21 - t34;
    let t41 = parameters.time_step * parameters.time_step;
    let t42 = control.command_x - state.disc_x;
    let t43 = control.command_y - state.disc_y;
    let t44 = 1.0 / parameters.stiffness;
    let t45 = gap + (t33 * t42 + t35 * t43);
    let t46 = gap + (t39 * t42 + t40 * t43);
    let t47 = 1.0 / (parameters.mass / t41);
    let t48 = 1.0 / (parameters.inertia / t41);
    let t49 = t28 * (t28 * t47) + t30 * (t30 * t47) + t32 * (t32 * t48) + t33 * (t33 * t44);
    let t50 = t49 + t35 * (t35 * t44);
    let t51 = t36 * t47;
    let t52 = t37 * t47;
    let t53 = t38 * t48;
    let t54 = t39 * t44;
    let t55 = t40 * t44;
    let t56 = t28 * t51 + t30 * t52 + t32 * t53 + t33 * t54 + t35 * t55;
    let t57 = t36 * t51 + t37 * t52 + t38 * t53 + t39 * t54 + t40 * t55;
    let t58 = parameters.smoothing * parameters.smoothing / ((t44 + t41 / parameters.mass) * 2.0);
    let t59 = t58 <= 0.0;
    let t60 = select(t58, 1.0, t59);
    let t61 = t50 * t60 * 4.0;
    let t62 = 0.5 / t50;
    let t63 = t60 * 2.0;
    let t64 = t57 * t60 * 4.0;
    let t65 = 0.5 / t57;
    let t66 = sqrt(max(t45 * t45 + t61, 0.0));
    let t67 = abs(t45);
    let t68 = t67 + t66;
    let t69 = 1.0 / (t68 * t66);
    let t70 = t45 < 0.0;
    let t71 = select(t63 * (t66 * t69), t68 * t62, t70);
    let t72 = sqrt(max(t46 * t46 + t64, 0.0));
    let t73 = abs(t46);
    let t74 = t73 + t72;
    let t75 = 1.0 / (t74 * t72);
    let t76 = t46 < 0.0;
    let t77 = select(t63 * (t72 * t75), t74 * t65, t76);
    var item = t45;
    var item_2 = t46;
    var item_3 = t71;
    var item_4 = t77;
    var item_5 = t71 * (t68 * t69);
    var item_6 = t77 * (t74 * t75);
    for (var turn = 0u; turn < 5u; turn++) {
        let t78 = item - t45 - t56 * item_4;
        let t79 = item_2 - t46 - t56 * item_3;
        let t80 = t56 * item_5;
        let t81 = t56 * item_6;
        let t82 = 1.0 / (1.0 - t80 * t81);
        let t83 = item - (t78 - t81 * t79) * t82;
        let t84 = sqrt(max(t83 * t83 + t61, 0.0));
        let t85 = abs(t83) + t84;
        let t86 = 1.0 / (t85 * t84);
        let t87 = select(t63 * (t84 * t86), t85 * t62, t83 < 0.0);
        let t88 = item_2 - (t79 - t80 * t78) * t82;
        let t89 = sqrt(max(t88 * t88 + t64, 0.0));
        let t90 = abs(t88) + t89;
        let t91 = 1.0 / (t90 * t89);
        let t92 = select(t63 * (t89 * t91), t90 * t65, t88 < 0.0);
        item = t83;
        item_2 = t88;
        item_3 = t87;
        item_4 = t92;
        item_5 = t87 * (t85 * t86);
        item_6 = t92 * (t90 * t91);
    }
    let t93 = 1.0 / item_3;
    let t94 = 1.0 / item_4;
    let t95 = t60 * t93;
    let t96 = t60 * t94;
    let t97 = t45 + t50 * item_3 + t56 * item_4 - t95;
    let t98 = 1.0 / (t50 + t95 * t93);
    let t99 = t56 * t98;
    let t100 = (t46 + t56 * item_3 + t57 * item_4 - t96 - t99 * t97) * (1.0 / (t57 + t96 * t94 - t56 * t99));
    let t101 = t50 * t57;
    let t102 = t101 - t56 * t56;
    let t103 = t101 * 1e-6 < t102;
    let t104 = select(t101, t102, t103);
    let t105 = (t56 * t46 - t57 * t45) / t104;
    let t106 = (t56 * t45 - t50 * t46) / t104;
    let t107 = (0.0 < t105 && 0.0 < t106) && t103;
    let t108 = max(-t45, 0.0);
    let t109 = t108 / t50;
    let t110 = max(-t46, 0.0);
    let t111 = 0.0 <= t46 + t56 * t109;
    let t112 = select(item_3 - (t97 * t98 - t99 * t100), select(select(0.0, t109, t111), t105, t107), t59);
    let t113 = select(item_4 - t100, select(select(t110 / t57, 0.0, t111), t106, t107), t59);
    let t114 = 0.0 < parameters.smoothing;
    let t115 = select(1.0, parameters.smoothing, t114);
    let t116 = 1.0 / t115;
    let t117 = 1.0 / t50;
    let t118 = 1.0 / t57;
    let t119 = exp_f32(-(t67 * t116));
    let t120 = t119 + 1.0;
    let t121 = exp_f32(-(t73 * t116));
    let t122 = t121 + 1.0;
    var item_7 = t45;
    var item_8 = t46;
    var item_9 = (t108 + t115 * log_f32(t120)) * t117;
    var item_10 = (t110 + t115 * log_f32(t122)) * t118;
    var item_11 = max(select(t119, 1.0, t70) / t120, 1e-26) * t117;
    var item_12 = max(select(t121, 1.0, t76) / t122, 1e-26) * t118;
    for (var turn_2 = 0u; turn_2 < 5u; turn_2++) {
        let t123 = item_7 - t45 - t56 * item_10;
        let t124 = item_8 - t46 - t56 * item_9;
        let t125 = t56 * item_11;
        let t126 = t56 * item_12;
        let t127 = 1.0 / (1.0 - t125 * t126);
        let t128 = (t123 - t126 * t124) * t127;
        let t129 = item_7 - t128;
        let t130 = exp_f32(-(abs(t129) * t116));
        let t131 = t130 + 1.0;
        let t132 = (t124 - t125 * t123) * t127;
        let t133 = item_8 - t132;
        let t134 = exp_f32(-(abs(t133) * t116));
        let t135 = t134 + 1.0;
        let next = t129;
        let next_2 = t133;
        item_9 = (max(t128 - item_7, 0.0) + t115 * log_f32(t131)) * t117;
        item_10 = (max(t132 - item_8, 0.0) + t115 * log_f32(t135)) * t118;
        item_11 = max(select(t130, 1.0, t129 < 0.0) / t131, 1e-26) * t117;
        item_12 = max(select(t134, 1.0, t133 < 0.0) / t135, 1e-26) * t118;
        item_7 = next;
        item_8 = next_2;
    }
    let t136 = 1.0 / item_11 - t50;
    let t137 = 1.0 / item_12 - t57;
    let t138 = t45 + t50 * item_9 + t56 * item_10 - (item_7 + t50 * item_9 - t136 * item_9 * ((t50 - t50) / t50));
    let t139 = t46 + t56 * item_9 + t57 * item_10 - (item_8 + t57 * item_10 - t137 * item_10 * ((t57 - t57) / t57));
    let t140 = 1.0 / (t50 + t136);
    let t141 = t56 * t140;
    let t142 = (t139 - t141 * t138) * (1.0 / (t57 + t137 - t56 * t141));
    let t143 = t114 && 0.5 < parameters.short_tailed;
    let t144 = select(t112, item_9 - (t138 * t140 - t141 * t142), t143);
    let t145 = select(t113, item_10 - t142, t143);
    let box_x = state.box_x + (t28 * t144 + t36 * t145) * t47;
    let box_y = state.box_y + (t30 * t144 + t37 * t145) * t47;
    let box_angle = state.box_angle + (t32 * t144 + t38 * t145) * t48;
    let disc_x = state.disc_x + (t42 + (t33 * t144 + t39 * t145) * t44);
    let disc_y = state.disc_y + (t43 + (t35 * t144 + t40 * t145) * t44);
    return State(box_x, box_y, box_angle, disc_x, disc_y, control.command_x, control.command_y);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.command_x - state.last_command_x;
    let t1 = control.command_y - state.last_command_y;
    let t2 = state.box_x - parameters.goal_x;
    let t3 = state.box_y - parameters.goal_y;
    let t4 = state.disc_x - parameters.goal_disc_x;
    let t5 = state.disc_y - parameters.goal_disc_y;
    let t6 = state.box_angle - parameters.goal_angle;
    let t7 = parameters.weight_place * (t2 * t2 + t3 * t3) + parameters.weight_angle * (t6 * t6);
    return t7 + parameters.weight_disc * (t4 * t4 + t5 * t5) + parameters.effort * (t0 * t0 + t1 * t1);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.box_x - parameters.goal_x;
    let t1 = state.box_y - parameters.goal_y;
    let t2 = state.disc_x - parameters.goal_disc_x;
    let t3 = state.disc_y - parameters.goal_disc_y;
    let t4 = state.box_angle - parameters.goal_angle;
    let t5 = parameters.weight_place * (t0 * t0 + t1 * t1) + parameters.weight_angle * (t4 * t4);
    return parameters.final_factor * (t5 + parameters.weight_disc * (t2 * t2 + t3 * t3));
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.disc_x - state.box_x;
    let t1 = state.disc_y - state.box_y;
    let t2 = cos_f32(state.box_angle);
    let t3 = sin_f32(state.box_angle);
    let t4 = t2 * t0 + t3 * t1;
    let t5 = t2 * t1 - t3 * t0;
    let t6 = parameters.half_width - parameters.corner;
    let t7 = t4 - t6;
    let t8 = t4 + t6;
    let t9 = max(t7, 0.0) + min(t8, 0.0);
    let t10 = t5 - t6;
    let t11 = t5 + t6;
    let t12 = max(t10, 0.0) + min(t11, 0.0);
    let t13 = t9 * t9 + t12 * t12;
    let t14 = sqrt(max(t13, 0.0));
    let t15 = t14 <= 0.0;
    let t16 = abs(t4) - t6;
    let t17 = abs(t5) - t6;
    let t18 = t17 <= t16;
    let t19 = t4 < 0.0;
    let t20 = t5 < 0.0;
    let gap = select(t14, select(t17, t16, t18), t15) - parameters.corner - parameters.radius;
    let t21 = t15 && 0.0 <= t14;
    let t22 = select(t14, 1.0, t21);
    let t23 = t9 / t22;
    let t24 = select(select(t23, 0.0, t21), select(0.0, select(1.0, -1.0, t19), t18), t15);
    let t25 = t12 / t22;
    let t26 = select(select(t25, 0.0, t21), select(select(1.0, -1.0, t20), 0.0, t18), t15);
    let t27 = t24 * t2;
    let t28 = t26 * t3;
    let t29 = t27 - t28;
    let t30 = t24 * t3 + t26 * t2;
    let t31 = gap + parameters.radius;
    let t32 = t0 - t31 * t29;
    let t33 = t1 - t31 * t30;
    let t34 = t28 - t27;
    let t35 = t33 * t29 - t32 * t30;
    let t36 = parameters.friction * t30;
    let t37 = t34 + t36;
    let t38 = parameters.friction * t34;
    let t39 = t38 - t30;
    let t40 = parameters.friction * (t32 * t29 + t33 * t30);
    let t41 = t35 - t40;
    let t42 = t29 - t36;
    let t43 = parameters.friction * t29;
    let t44 = t30 + t43;
    let t45 = t34 - t36;
    let t46 = -t30 - t38;
    let t47 = t35 + t40;
    let t48 = t29 + t36;
    let t49 = t30 - t43;
    let t50 = parameters.time_step * parameters.time_step;
    let t51 = control.command_x - state.disc_x;
    let t52 = control.command_y - state.disc_y;
    let t53 = 1.0 / parameters.stiffness;
    let t54 = gap + (t42 * t51 + t44 * t52);
    let t55 = gap + (t48 * t51 + t49 * t52);
    let t56 = 1.0 / (parameters.mass / t50);
    let t57 = 1.0 / (parameters.inertia / t50);
    let t58 = t37 * t56;
    let t59 = t39 * t56;
    let t60 = t41 * t57;
    let t61 = t42 * t53;
    let t62 = t44 * t53;
    let t63 = t37 * t58 + t39 * t59 + t41 * t60 + t42 * t61 + t44 * t62;
    let t64 = t45 * t56;
    let t65 = t46 * t56;
    let t66 = t47 * t57;
    let t67 = t48 * t53;
    let t68 = t49 * t53;
    let t69 = t37 * t64 + t39 * t65 + t41 * t66 + t42 * t67 + t44 * t68;
    let t70 = t45 * t64 + t46 * t65 + t47 * t66 + t48 * t67 + t49 * t68;
    let t71 = parameters.smoothing * parameters.smoothing / ((t53 + t50 / parameters.mass) * 2.0);
    let t72 = t71 <= 0.0;
    let t73 = select(t71, 1.0, t72);
    let t74 = t63 * t73 * 4.0;
    let t75 = 0.5 / t63;
    let t76 = t73 * 2.0;
    let t77 = t70 * t73 * 4.0;
    let t78 = 0.5 / t70;
    let t79 = sqrt(max(t54 * t54 + t74, 0.0));
    let t80 = abs(t54);
    let t81 = t80 + t79;
    let t82 = 1.0 / (t81 * t79);
    let t83 = t54 < 0.0;
    let t84 = select(t76 * (t79 * t82), t81 * t75, t83);
    let t85 = sqrt(max(t55 * t55 + t77, 0.0));
    let t86 = abs(t55);
    let t87 = t86 + t85;
    let t88 = 1.0 / (t87 * t85);
    let t89 = t55 < 0.0;
    let t90 = select(t76 * (t85 * t88), t87 * t78, t89);
    var item = t54;
    var item_2 = t55;
    var item_3 = t84;
    var item_4 = t90;
    var item_5 = t84 * (t81 * t82);
    var item_6 = t90 * (t87 * t88);
    for (var turn = 0u; turn < 5u; turn++) {
        let t91 = item - t54 - t69 * item_4;
        let t92 = item_2 - t55 - t69 * item_3;
        let t93 = t69 * item_5;
        let t94 = t69 * item_6;
        let t95 = 1.0 / (1.0 - t93 * t94);
        let t96 = item - (t91 - t94 * t92) * t95;
        let t97 = sqrt(max(t96 * t96 + t74, 0.0));
        let t98 = abs(t96) + t97;
        let t99 = 1.0 / (t98 * t97);
        let t100 = select(t76 * (t97 * t99), t98 * t75, t96 < 0.0);
        let t101 = item_2 - (t92 - t93 * t91) * t95;
        let t102 = sqrt(max(t101 * t101 + t77, 0.0));
        let t103 = abs(t101) + t102;
        let t104 = 1.0 / (t103 * t102);
        let t105 = select(t76 * (t102 * t104), t103 * t78, t101 < 0.0);
        item = t96;
        item_2 = t101;
        item_3 = t100;
        item_4 = t105;
        item_5 = t100 * (t98 * t99);
        item_6 = t105 * (t103 * t104);
    }
    let t106 = 1.0 / item_3;
    let t107 = 1.0 / item_4;
    let t108 = t73 * t106;
    let t109 = t73 * t107;
    let t110 = t54 + t63 * item_3 + t69 * item_4 - t108;
    let t111 = 1.0 / (t63 + t108 * t106);
    let t112 = t69 * t111;
    let t113 = 1.0 / (t70 + t109 * t107 - t69 * t112);
    let t114 = (t55 + t69 * item_3 + t70 * item_4 - t109 - t112 * t110) * t113;
    let t115 = t63 * t70;
    let t116 = t115 - t69 * t69;
    let t117 = t115 * 1e-6 < t116;
    let t118 = select(t115, t116, t117);
    let t119 = (t69 * t55 - t70 * t54) / t118;
    let t120 = (t69 * t54 - t63 * t55) / t118;
    let t121 = (0.0 < t119 && 0.0 < t120) && t117;
    let t122 = -t54;
    let t123 = max(t122, 0.0);
    let t124 = t123 / t63;
    let t125 = -t55;
    let t126 = max(t125, 0.0);
    let t127 = t126 / t70;
    let t128 = 0.0 <= t55 + t69 * t124;
    let t129 = select(item_3 - (t110 * t111 - t112 * t114), select(select(0.0, t124, t128), t119, t121), t72);
    let t130 = select(item_4 - t114, select(select(t127, 0.0, t128), t120, t121), t72);
    let t131 = 0.0 < parameters.smoothing;
    let t132 = select(1.0, parameters.smoothing, t131);
    let t133 = 1.0 / t132;
    let t134 = 1.0 / t63;
    let t135 = 1.0 / t70;
    let t136 = exp_f32(-(t80 * t133));
    let t137 = t136 + 1.0;
    let t138 = exp_f32(-(t86 * t133));
    let t139 = t138 + 1.0;
    var item_7 = t54;
    var item_8 = t55;
    var item_9 = (t123 + t132 * log_f32(t137)) * t134;
    var item_10 = (t126 + t132 * log_f32(t139)) * t135;
    var item_11 = max(select(t136, 1.0, t83) / t137, 1e-26) * t134;
    var item_12 = max(select(t138, 1.0, t89) / t139, 1e-26) * t135;
    for (var turn_2 = 0u; turn_2 < 5u; turn_2++) {
        let t140 = item_7 - t54 - t69 * item_10;
        let t141 = item_8 - t55 - t69 * item_9;
        let t142 = t69 * item_11;
        let t143 = t69 * item_12;
        let t144 = 1.0 / (1.0 - t142 * t143);
        let t145 = (t140 - t143 * t141) * t144;
        let t146 = item_7 - t145;
        let t147 = exp_f32(-(abs(t146) * t133));
        let t148 = t147 + 1.0;
        let t149 = (t141 - t142 * t140) * t144;
        let t150 = item_8 - t149;
        let t151 = exp_f32(-(abs(t150) * t133));
        let t152 = t151 + 1.0;
        let next = t146;
        let next_2 = t150;
        item_9 = (max(t145 - item_7, 0.0) + t132 * log_f32(t148)) * t134;
        item_10 = (max(t149 - item_8, 0.0) + t132 * log_f32(t152)) * t135;
        item_11 = max(select(t147, 1.0, t146 < 0.0) / t148, 1e-26) * t134;
        item_12 = max(select(t151, 1.0, t150 < 0.0) / t152, 1e-26) * t135;
        item_7 = next;
        item_8 = next_2;
    }
    let t153 = 1.0 / item_11 - t63;
    let t154 = 1.0 / item_12 - t70;
    let t155 = t153 * item_9;
    let t156 = t154 * item_10;
    let t157 = t54 + t63 * item_9 + t69 * item_10 - (item_7 + t63 * item_9 - t155 * ((t63 - t63) / t63));
    let t158 = t55 + t69 * item_9 + t70 * item_10 - (item_8 + t70 * item_10 - t156 * ((t70 - t70) / t70));
    let t159 = 1.0 / (t63 + t153);
    let t160 = t69 * t159;
    let t161 = 1.0 / (t70 + t154 - t69 * t160);
    let t162 = (t158 - t160 * t157) * t161;
    let t163 = t131 && 0.5 < parameters.short_tailed;
    let t164 = select(t129, item_9 - (t157 * t159 - t160 * t162), t163);
    let t165 = select(t130, item_10 - t162, t163);
    let t166 = 2.0 * parameters.weight_angle * (state.box_angle - parameters.goal_angle);
    let t167 = 2.0 * parameters.weight_disc;
    let t168 = 2.0 * parameters.weight_place;
    let t169 = 2.0 * parameters.effort;
    let t170 = t169 * (control.command_y - state.last_command_y);
    let t171 = t169 * (control.command_x - state.last_command_x);
    let t172 = t167 * (state.disc_y - parameters.goal_disc_y) + cotangent.disc_y;
    let t173 = t167 * (state.disc_x - parameters.goal_disc_x) + cotangent.disc_x;
    let t174 = cotangent.disc_y * t53;
    let t175 = cotangent.disc_x * t53;
    let t176 = cotangent.box_angle * t57;
    let t177 = cotangent.box_y * t56;
    let t178 = cotangent.box_x * t56;
    let t179 = t174 * t49 + t175 * t48 + t176 * t47 + t177 * t46 + t178 * t45;
    let t180 = t174 * t44 + t175 * t42 + t176 * t41 + t177 * t39 + t178 * t37;
    let t181 = select(t179, 0.0, t163);
    let t182 = select(0.0, t180, t163);
    let t183 = select(t180, 0.0, t163);
    let t184 = (t182 * t160 - select(0.0, t179, t163)) * t161;
    let t185 = t182 * t159;
    let t186 = t184 * t160;
    let t187 = -t185 - t186;
    let t188 = select(0.0, t181, t72);
    let t189 = select(0.0, t183, t72);
    let t190 = select(t183, 0.0, t72);
    let t191 = select(select(t188, 0.0, t121), 0.0, t128) / t70;
    let t192 = select(0.0, select(t189, 0.0, t121), t128) / t63;
    let t193 = select(0.0, t188, t121) / t118;
    let t194 = t187 * item_9 - (t186 + t185) * t155 / t63 - t192 * t124 - t193 * t55;
    let t195 = select(0.0, t189, t121) / t118;
    let t196 = -(t193 * t120) - t195 * t119;
    let t197 = select(0.0, t196, t117);
    let t198 = select(t196, 0.0, t117) + t197;
    let t199 = t184 * item_9 + t187 * item_10 + t193 * t54 + t195 * t55 - 2.0 * t197 * t69;
    let t200 = t184 * item_10 + t184 * t156 / t70 - t191 * t127 - t195 * t54 + t198 * t63;
    let t201 = (t190 * t112 - select(t181, 0.0, t72)) * t113;
    let t202 = -(t190 * t111) - t201 * t112;
    let t203 = t200 + t201 * item_4;
    let t204 = t184 - select(0.0, t191, 0.0 <= t125) - t193 * t63 + t195 * t69 + t201;
    let t205 = t199 + t201 * item_3 + t202 * item_4;
    let t206 = t187 - select(0.0, t192, 0.0 <= t122) + t193 * t69 - t195 * t70 + t202;
    let t207 = t194 + t198 * t70 + t202 * item_3;
    let t208 = t176 * t165 + t203 * t66 + (t203 * t47 + t205 * t41) * t57;
    let t209 = t177 * t165 + t203 * t65 + (t203 * t46 + t205 * t39) * t56;
    let t210 = t178 * t165 + t203 * t64 + (t203 * t45 + t205 * t37) * t56;
    let t211 = t176 * t164 + t205 * t66 + t207 * t60 + t207 * t41 * t57;
    let t212 = t177 * t164 + t205 * t65 + t207 * t59 + t207 * t39 * t56;
    let t213 = t178 * t164 + t205 * t64 + t207 * t58 + t207 * t37 * t56;
    let t214 = t174 * t165 + t203 * t68 + (t203 * t49 + t205 * t44) * t53 + t204 * t52;
    let t215 = t175 * t165 + t203 * t67 + (t203 * t48 + t205 * t42) * t53 + t204 * t51;
    let t216 = t174 * t164 + t205 * t68 + t207 * t62 + t207 * t44 * t53 + t206 * t52;
    let t217 = cotangent.disc_y + t204 * t49 + t206 * t44;
    let t218 = t175 * t164 + t205 * t67 + t207 * t61 + t207 * t42 * t53 + t206 * t51;
    let t219 = cotangent.disc_x + t204 * t48 + t206 * t42;
    let t220 = t208 + t211;
    let t221 = (t208 - t211) * parameters.friction;
    let t222 = t210 + (t212 - t209) * parameters.friction + t213;
    let t223 = t214 + t216 - t212 + (t215 - t210 - t218 + t213) * parameters.friction;
    let t224 = t221 * t29;
    let t225 = t221 * t30 + t220 * t29;
    let t226 = t215 + (t216 - t214) * parameters.friction + t218 + t221 * t32 + t220 * t33;
    let t227 = t220 * t30;
    let t228 = t223 + t221 * t33 - t220 * t32 - t209 - t225 * t31;
    let t229 = t227 - t224;
    let t230 = t226 + t229 * t31;
    let gap_cotangent = t204 + t206 + (t229 * t29 - t225 * t30);
    let t231 = t230 - t222;
    let t232 = t222 - t230;
    let t233 = select(select(t228 * t2 + t232 * t3, 0.0, t15), 0.0, t21) / t22;
    let t234 = select(select(t228 * t3 + t231 * t2, 0.0, t15), 0.0, t21) / t22;
    let t235 = select(0.0, gap_cotangent, t15);
    let t236 = select(-(t233 * t25) - t234 * t23, 0.0, t21) + select(gap_cotangent, 0.0, t15);
    let t237 = select(0.0, t235, t18);
    let t238 = select(t235, 0.0, t18);
    let t239 = 2.0 * select(0.0, t236 / (2.0 * t14), 0.0 < t13);
    let t240 = t233 + t239 * t12;
    let t241 = t234 + t239 * t9;
    let t242 = select(select(0.0, -t238, t20), t238, 0.0 < t5) + select(0.0, t240, t11 <= 0.0);
    let t243 = t242 + select(0.0, t240, 0.0 <= t10);
    let t244 = select(select(0.0, -t237, t19), t237, 0.0 < t4) + select(0.0, t241, t8 <= 0.0);
    let t245 = t244 + select(0.0, t241, 0.0 <= t7);
    let t246 = t225 + t243 * t2 + t245 * t3;
    let t247 = t224 - t227 - t243 * t3 + t245 * t2;
    let t248 = t166 + cotangent.box_angle + (t228 * t24 + t232 * t26 - t243 * t0 + t245 * t1) * t2;
    return StateControl(
        State(
            t168 * (state.box_x - parameters.goal_x) + cotangent.box_x - t247,
            t168 * (state.box_y - parameters.goal_y) + cotangent.box_y - t246,
            t248 - (t228 * t26 + t231 * t24 + t243 * t1 + t245 * t0) * t3,
            t173 - t219 + t247,
            t172 - t217 + t246,
            -t171,
            -t170,
        ),
        Control(cotangent.last_command_x + t171 + t219, cotangent.last_command_y + t170 + t217),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * (parameters.final_factor * parameters.weight_disc);
    let t1 = 2.0 * (parameters.final_factor * parameters.weight_place);
    return State(
        t1 * (state.box_x - parameters.goal_x),
        t1 * (state.box_y - parameters.goal_y),
        2.0 * (parameters.final_factor * parameters.weight_angle) * (state.box_angle - parameters.goal_angle),
        t0 * (state.disc_x - parameters.goal_disc_x),
        t0 * (state.disc_y - parameters.goal_disc_y),
        0.0,
        0.0,
    );
}
