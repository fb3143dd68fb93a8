// planar-pushing: a disc pushes and turns a box: frictional contact with force at a distance
// T-RO 2023 (arXiv 2206.10787), planar pushing

const STATE_SIZE: u32 = 7u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 19u;

struct Parameters {
    mass: f32, // kg: mass m of the box
    inertia: f32, // kg m2: moment of inertia I of the box
    stiffness: f32, // N/m: stiffness K of the disc's position control
    friction: f32, // 1: friction coefficient between box and disc
    smoothing: f32, // m: smoothing length of contact; 0 for none
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
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18]);
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
    let t45 = parameters.smoothing * parameters.smoothing / ((t44 + t41 / parameters.mass) * 2.0);
    let t46 = gap + (t33 * t42 + t35 * t43);
    let t47 = gap + (t39 * t42 + t40 * t43);
    let t48 = 1.0 / (parameters.mass / t41);
    let t49 = 1.0 / (parameters.inertia / t41);
    let t50 = t28 * (t28 * t48) + t30 * (t30 * t48) + t32 * (t32 * t49) + t33 * (t33 * t44);
    let t51 = t50 + t35 * (t35 * t44);
    let t52 = t36 * t48;
    let t53 = t37 * t48;
    let t54 = t38 * t49;
    let t55 = t39 * t44;
    let t56 = t40 * t44;
    let t57 = t28 * t52 + t30 * t53 + t32 * t54 + t33 * t55 + t35 * t56;
    let t58 = t36 * t52 + t37 * t53 + t38 * t54 + t39 * t55 + t40 * t56;
    let t59 = t45 <= 0.0;
    let t60 = select(t45, 1.0, t59);
    let t61 = t51 * t60 * 4.0;
    let t62 = 0.5 / t51;
    let t63 = t60 * 2.0;
    let t64 = t58 * t60 * 4.0;
    let t65 = 0.5 / t58;
    let t66 = sqrt(max(t46 * t46 + t61, 0.0));
    let t67 = abs(t46) + t66;
    let t68 = 1.0 / (t67 * t66);
    let t69 = select(t63 * (t66 * t68), t67 * t62, t46 < 0.0);
    let t70 = sqrt(max(t47 * t47 + t64, 0.0));
    let t71 = abs(t47) + t70;
    let t72 = 1.0 / (t71 * t70);
    let t73 = select(t63 * (t70 * t72), t71 * t65, t47 < 0.0);
    var item = t46;
    var item_2 = t47;
    var item_3 = t69;
    var item_4 = t73;
    var item_5 = t69 * (t67 * t68);
    var item_6 = t73 * (t71 * t72);
    for (var turn = 0u; turn < 5u; turn++) {
        let t74 = item - t46 - t57 * item_4;
        let t75 = item_2 - t47 - t57 * item_3;
        let t76 = t57 * item_5;
        let t77 = t57 * item_6;
        let t78 = 1.0 / (1.0 - t76 * t77);
        let t79 = item - (t74 - t77 * t75) * t78;
        let t80 = sqrt(max(t79 * t79 + t61, 0.0));
        let t81 = abs(t79) + t80;
        let t82 = 1.0 / (t81 * t80);
        let t83 = select(t63 * (t80 * t82), t81 * t62, t79 < 0.0);
        let t84 = item_2 - (t75 - t76 * t74) * t78;
        let t85 = sqrt(max(t84 * t84 + t64, 0.0));
        let t86 = abs(t84) + t85;
        let t87 = 1.0 / (t86 * t85);
        let t88 = select(t63 * (t85 * t87), t86 * t65, t84 < 0.0);
        item = t79;
        item_2 = t84;
        item_3 = t83;
        item_4 = t88;
        item_5 = t83 * (t81 * t82);
        item_6 = t88 * (t86 * t87);
    }
    let t89 = 1.0 / item_3;
    let t90 = 1.0 / item_4;
    let t91 = t60 * t89;
    let t92 = t60 * t90;
    let t93 = t46 + t51 * item_3 + t57 * item_4 - t91;
    let t94 = 1.0 / (t51 + t91 * t89);
    let t95 = t57 * t94;
    let t96 = (t47 + t57 * item_3 + t58 * item_4 - t92 - t95 * t93) * (1.0 / (t58 + t92 * t90 - t57 * t95));
    let t97 = t51 * t58 - t57 * t57;
    let t98 = (t57 * t47 - t58 * t46) / t97;
    let t99 = (t57 * t46 - t51 * t47) / t97;
    let t100 = 0.0 < t98 && 0.0 < t99;
    let t101 = max(-t46, 0.0) / t51;
    let t102 = 0.0 <= t47 + t57 * t101;
    let t103 = select(item_3 - (t93 * t94 - t95 * t96), select(select(0.0, t101, t102), t98, t100), t59);
    let t104 = select(item_4 - t96, select(select(max(-t47, 0.0) / t58, 0.0, t102), t99, t100), t59);
    let box_x = state.box_x + (t28 * t103 + t36 * t104) * t48;
    let box_y = state.box_y + (t30 * t103 + t37 * t104) * t48;
    let box_angle = state.box_angle + (t32 * t103 + t38 * t104) * t49;
    let disc_x = state.disc_x + (t42 + (t33 * t103 + t39 * t104) * t44);
    let disc_y = state.disc_y + (t43 + (t35 * t103 + t40 * t104) * t44);
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
    let t54 = parameters.smoothing * parameters.smoothing / ((t53 + t50 / parameters.mass) * 2.0);
    let t55 = gap + (t42 * t51 + t44 * t52);
    let t56 = gap + (t48 * t51 + t49 * t52);
    let t57 = 1.0 / (parameters.mass / t50);
    let t58 = 1.0 / (parameters.inertia / t50);
    let t59 = t37 * t57;
    let t60 = t39 * t57;
    let t61 = t41 * t58;
    let t62 = t42 * t53;
    let t63 = t44 * t53;
    let t64 = t37 * t59 + t39 * t60 + t41 * t61 + t42 * t62 + t44 * t63;
    let t65 = t45 * t57;
    let t66 = t46 * t57;
    let t67 = t47 * t58;
    let t68 = t48 * t53;
    let t69 = t49 * t53;
    let t70 = t37 * t65 + t39 * t66 + t41 * t67 + t42 * t68 + t44 * t69;
    let t71 = t45 * t65 + t46 * t66 + t47 * t67 + t48 * t68 + t49 * t69;
    let t72 = t54 <= 0.0;
    let t73 = select(t54, 1.0, t72);
    let t74 = t64 * t73 * 4.0;
    let t75 = 0.5 / t64;
    let t76 = t73 * 2.0;
    let t77 = t71 * t73 * 4.0;
    let t78 = 0.5 / t71;
    let t79 = sqrt(max(t55 * t55 + t74, 0.0));
    let t80 = abs(t55) + t79;
    let t81 = 1.0 / (t80 * t79);
    let t82 = select(t76 * (t79 * t81), t80 * t75, t55 < 0.0);
    let t83 = sqrt(max(t56 * t56 + t77, 0.0));
    let t84 = abs(t56) + t83;
    let t85 = 1.0 / (t84 * t83);
    let t86 = select(t76 * (t83 * t85), t84 * t78, t56 < 0.0);
    var item = t55;
    var item_2 = t56;
    var item_3 = t82;
    var item_4 = t86;
    var item_5 = t82 * (t80 * t81);
    var item_6 = t86 * (t84 * t85);
    for (var turn = 0u; turn < 5u; turn++) {
        let t87 = item - t55 - t70 * item_4;
        let t88 = item_2 - t56 - t70 * item_3;
        let t89 = t70 * item_5;
        let t90 = t70 * item_6;
        let t91 = 1.0 / (1.0 - t89 * t90);
        let t92 = item - (t87 - t90 * t88) * t91;
        let t93 = sqrt(max(t92 * t92 + t74, 0.0));
        let t94 = abs(t92) + t93;
        let t95 = 1.0 / (t94 * t93);
        let t96 = select(t76 * (t93 * t95), t94 * t75, t92 < 0.0);
        let t97 = item_2 - (t88 - t89 * t87) * t91;
        let t98 = sqrt(max(t97 * t97 + t77, 0.0));
        let t99 = abs(t97) + t98;
        let t100 = 1.0 / (t99 * t98);
        let t101 = select(t76 * (t98 * t100), t99 * t78, t97 < 0.0);
        item = t92;
        item_2 = t97;
        item_3 = t96;
        item_4 = t101;
        item_5 = t96 * (t94 * t95);
        item_6 = t101 * (t99 * t100);
    }
    let t102 = 1.0 / item_3;
    let t103 = 1.0 / item_4;
    let t104 = t73 * t102;
    let t105 = t73 * t103;
    let t106 = t55 + t64 * item_3 + t70 * item_4 - t104;
    let t107 = 1.0 / (t64 + t104 * t102);
    let t108 = t70 * t107;
    let t109 = 1.0 / (t71 + t105 * t103 - t70 * t108);
    let t110 = (t56 + t70 * item_3 + t71 * item_4 - t105 - t108 * t106) * t109;
    let t111 = t64 * t71 - t70 * t70;
    let t112 = (t70 * t56 - t71 * t55) / t111;
    let t113 = (t70 * t55 - t64 * t56) / t111;
    let t114 = 0.0 < t112 && 0.0 < t113;
    let t115 = -t55;
    let t116 = max(t115, 0.0) / t64;
    let t117 = -t56;
    let t118 = max(t117, 0.0) / t71;
    let t119 = 0.0 <= t56 + t70 * t116;
    let t120 = select(item_3 - (t106 * t107 - t108 * t110), select(select(0.0, t116, t119), t112, t114), t72);
    let t121 = select(item_4 - t110, select(select(t118, 0.0, t119), t113, t114), t72);
    let t122 = 2.0 * parameters.weight_angle * (state.box_angle - parameters.goal_angle);
    let t123 = 2.0 * parameters.weight_disc;
    let t124 = 2.0 * parameters.weight_place;
    let t125 = 2.0 * parameters.effort;
    let t126 = t125 * (control.command_y - state.last_command_y);
    let t127 = t125 * (control.command_x - state.last_command_x);
    let t128 = t123 * (state.disc_y - parameters.goal_disc_y) + cotangent.disc_y;
    let t129 = t123 * (state.disc_x - parameters.goal_disc_x) + cotangent.disc_x;
    let t130 = cotangent.disc_y * t53;
    let t131 = cotangent.disc_x * t53;
    let t132 = cotangent.box_angle * t58;
    let t133 = cotangent.box_y * t57;
    let t134 = cotangent.box_x * t57;
    let t135 = t130 * t49 + t131 * t48 + t132 * t47 + t133 * t46 + t134 * t45;
    let t136 = t130 * t44 + t131 * t42 + t132 * t41 + t133 * t39 + t134 * t37;
    let t137 = select(0.0, t135, t72);
    let t138 = select(0.0, t136, t72);
    let t139 = select(t136, 0.0, t72);
    let t140 = select(select(t137, 0.0, t114), 0.0, t119) / t71;
    let t141 = select(0.0, select(t138, 0.0, t114), t119) / t64;
    let t142 = select(0.0, t137, t114) / t111;
    let t143 = t142 * t113;
    let t144 = select(0.0, t138, t114) / t111;
    let t145 = t144 * t112;
    let t146 = -t143 - t145;
    let t147 = (t139 * t108 - select(t135, 0.0, t72)) * t109;
    let t148 = -(t139 * t107) - t147 * t108;
    let t149 = -(t140 * t118) - t144 * t55 + t146 * t64 + t147 * item_4;
    let t150 = -select(0.0, t140, 0.0 <= t117) - t142 * t64 + t144 * t70 + t147;
    let t151 = t142 * t55 + t144 * t56 + 2.0 * (t145 + t143) * t70 + t147 * item_3;
    let t152 = t151 + t148 * item_4;
    let t153 = t142 * t70 - select(0.0, t141, 0.0 <= t115) - t144 * t71 + t148;
    let t154 = -(t141 * t116) - t142 * t56 + t146 * t71 + t148 * item_3;
    let t155 = t132 * t121 + t149 * t67 + (t149 * t47 + t152 * t41) * t58;
    let t156 = t133 * t121 + t149 * t66 + (t149 * t46 + t152 * t39) * t57;
    let t157 = t134 * t121 + t149 * t65 + (t149 * t45 + t152 * t37) * t57;
    let t158 = t132 * t120 + t152 * t67 + t154 * t61 + t154 * t41 * t58;
    let t159 = t133 * t120 + t152 * t66 + t154 * t60 + t154 * t39 * t57;
    let t160 = t134 * t120 + t152 * t65 + t154 * t59 + t154 * t37 * t57;
    let t161 = t130 * t121 + t149 * t69 + (t149 * t49 + t152 * t44) * t53 + t150 * t52;
    let t162 = t131 * t121 + t149 * t68 + (t149 * t48 + t152 * t42) * t53 + t150 * t51;
    let t163 = t130 * t120 + t152 * t69 + t154 * t63 + t154 * t44 * t53 + t153 * t52;
    let t164 = cotangent.disc_y + t150 * t49 + t153 * t44;
    let t165 = t131 * t120 + t152 * t68 + t154 * t62 + t154 * t42 * t53 + t153 * t51;
    let t166 = cotangent.disc_x + t150 * t48 + t153 * t42;
    let t167 = t155 + t158;
    let t168 = (t155 - t158) * parameters.friction;
    let t169 = t157 + (t159 - t156) * parameters.friction + t160;
    let t170 = t161 + t163 - t159 + (t162 - t157 - t165 + t160) * parameters.friction;
    let t171 = t168 * t29;
    let t172 = t168 * t30 + t167 * t29;
    let t173 = t162 + (t163 - t161) * parameters.friction + t165 + t168 * t32 + t167 * t33;
    let t174 = t167 * t30;
    let t175 = t170 + t168 * t33 - t167 * t32 - t156 - t172 * t31;
    let t176 = t174 - t171;
    let t177 = t173 + t176 * t31;
    let gap_cotangent = t150 + t153 + (t176 * t29 - t172 * t30);
    let t178 = t177 - t169;
    let t179 = t169 - t177;
    let t180 = select(select(t175 * t2 + t179 * t3, 0.0, t15), 0.0, t21) / t22;
    let t181 = select(select(t175 * t3 + t178 * t2, 0.0, t15), 0.0, t21) / t22;
    let t182 = select(0.0, gap_cotangent, t15);
    let t183 = select(-(t180 * t25) - t181 * t23, 0.0, t21) + select(gap_cotangent, 0.0, t15);
    let t184 = select(0.0, t182, t18);
    let t185 = select(t182, 0.0, t18);
    let t186 = 2.0 * select(0.0, t183 / (2.0 * t14), 0.0 < t13);
    let t187 = t180 + t186 * t12;
    let t188 = t181 + t186 * t9;
    let t189 = select(select(0.0, -t185, t20), t185, 0.0 < t5) + select(0.0, t187, t11 <= 0.0);
    let t190 = t189 + select(0.0, t187, 0.0 <= t10);
    let t191 = select(select(0.0, -t184, t19), t184, 0.0 < t4) + select(0.0, t188, t8 <= 0.0);
    let t192 = t191 + select(0.0, t188, 0.0 <= t7);
    let t193 = t172 + t190 * t2 + t192 * t3;
    let t194 = t171 - t174 - t190 * t3 + t192 * t2;
    let t195 = t122 + cotangent.box_angle + (t175 * t24 + t179 * t26 - t190 * t0 + t192 * t1) * t2;
    return StateControl(
        State(
            t124 * (state.box_x - parameters.goal_x) + cotangent.box_x - t194,
            t124 * (state.box_y - parameters.goal_y) + cotangent.box_y - t193,
            t195 - (t175 * t26 + t178 * t24 + t190 * t1 + t192 * t0) * t3,
            t129 - t166 + t194,
            t128 - t164 + t193,
            -t127,
            -t126,
        ),
        Control(cotangent.last_command_x + t127 + t166, cotangent.last_command_y + t126 + t164),
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
