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
    let t42 = parameters.mass / t41;
    let t43 = parameters.inertia / t41;
    let t44 = control.command_x - state.disc_x;
    let t45 = control.command_y - state.disc_y;
    let t46 = parameters.smoothing * parameters.smoothing / ((1.0 / parameters.stiffness + t41 / parameters.mass) * 2.0);
    let t47 = gap + (t33 * t44 + t35 * t45);
    let t48 = gap + (t39 * t44 + t40 * t45);
    let t49 = t28 * (t28 / t42) + t30 * (t30 / t42) + t32 * (t32 / t43) + t33 * (t33 / parameters.stiffness);
    let t50 = t49 + t35 * (t35 / parameters.stiffness);
    let t51 = t36 / t42;
    let t52 = t37 / t42;
    let t53 = t38 / t43;
    let t54 = t39 / parameters.stiffness;
    let t55 = t40 / parameters.stiffness;
    let t56 = t28 * t51 + t30 * t52 + t32 * t53 + t33 * t54 + t35 * t55;
    let t57 = t36 * t51 + t37 * t52 + t38 * t53 + t39 * t54 + t40 * t55;
    let t58 = t46 <= 0.0;
    let t59 = select(t46, 1.0, t58);
    let t60 = sqrt(max(t47 * t47 + t50 * t59 * 4.0, 0.0));
    let t61 = abs(t47) + t60;
    let t62 = t59 * 2.0;
    let t63 = select(t62 / t61, t61 / (t50 * 2.0), t47 < 0.0);
    let t64 = sqrt(max(t48 * t48 + t57 * t59 * 4.0, 0.0));
    let t65 = abs(t48) + t64;
    let t66 = select(t62 / t65, t65 / (t57 * 2.0), t48 < 0.0);
    var item = t47;
    var item_2 = t48;
    var item_3 = t63;
    var item_4 = t66;
    var item_5 = t63 / t60;
    var item_6 = t66 / t64;
    for (var turn = 0u; turn < 5u; turn++) {
        let t67 = item - t47 - t56 * item_4;
        let t68 = item_2 - t48 - t56 * item_3;
        let t69 = t56 * item_5;
        let t70 = t56 * item_6;
        let t71 = 1.0 - t69 * t70;
        let t72 = item - (t67 - t70 * t68) / t71;
        let t73 = sqrt(max(t72 * t72 + t50 * t59 * 4.0, 0.0));
        let t74 = abs(t72) + t73;
        let t75 = t59 * 2.0;
        let t76 = select(t75 / t74, t74 / (t50 * 2.0), t72 < 0.0);
        let t77 = item_2 - (t68 - t69 * t67) / t71;
        let t78 = sqrt(max(t77 * t77 + t57 * t59 * 4.0, 0.0));
        let t79 = abs(t77) + t78;
        let t80 = select(t75 / t79, t79 / (t57 * 2.0), t77 < 0.0);
        item = t72;
        item_2 = t77;
        item_3 = t76;
        item_4 = t80;
        item_5 = t76 / t73;
        item_6 = t80 / t78;
    }
    let t81 = t59 / item_3;
    let t82 = t59 / item_4;
    let t83 = t47 + t50 * item_3 + t56 * item_4 - t81;
    let t84 = 1.0 / (t50 + t81 / item_3);
    let t85 = t56 * t84;
    let t86 = (t48 + t56 * item_3 + t57 * item_4 - t82 - t85 * t83) * (1.0 / (t57 + t82 / item_4 - t56 * t85));
    let t87 = t50 * t57 - t56 * t56;
    let t88 = (t56 * t48 - t57 * t47) / t87;
    let t89 = (t56 * t47 - t50 * t48) / t87;
    let t90 = 0.0 < t88 && 0.0 < t89;
    let t91 = max(-t47, 0.0) / t50;
    let t92 = 0.0 <= t48 + t56 * t91;
    let t93 = select(item_3 - (t83 * t84 - t85 * t86), select(select(0.0, t91, t92), t88, t90), t58);
    let t94 = select(item_4 - t86, select(select(max(-t48, 0.0) / t57, 0.0, t92), t89, t90), t58);
    let box_x = state.box_x + (t28 * t93 + t36 * t94) / t42;
    let box_y = state.box_y + (t30 * t93 + t37 * t94) / t42;
    let box_angle = state.box_angle + (t32 * t93 + t38 * t94) / t43;
    let disc_x = state.disc_x + (t44 + (t33 * t93 + t39 * t94) / parameters.stiffness);
    let disc_y = state.disc_y + (t45 + (t35 * t93 + t40 * t94) / parameters.stiffness);
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
    let t51 = parameters.mass / t50;
    let t52 = parameters.inertia / t50;
    let t53 = control.command_x - state.disc_x;
    let t54 = control.command_y - state.disc_y;
    let t55 = parameters.smoothing * parameters.smoothing / ((1.0 / parameters.stiffness + t50 / parameters.mass) * 2.0);
    let t56 = gap + (t42 * t53 + t44 * t54);
    let t57 = gap + (t48 * t53 + t49 * t54);
    let t58 = t37 / t51;
    let t59 = t39 / t51;
    let t60 = t41 / t52;
    let t61 = t42 / parameters.stiffness;
    let t62 = t44 / parameters.stiffness;
    let t63 = t37 * t58 + t39 * t59 + t41 * t60 + t42 * t61 + t44 * t62;
    let t64 = t45 / t51;
    let t65 = t46 / t51;
    let t66 = t47 / t52;
    let t67 = t48 / parameters.stiffness;
    let t68 = t49 / parameters.stiffness;
    let t69 = t37 * t64 + t39 * t65 + t41 * t66 + t42 * t67 + t44 * t68;
    let t70 = t45 * t64 + t46 * t65 + t47 * t66 + t48 * t67 + t49 * t68;
    let t71 = t55 <= 0.0;
    let t72 = select(t55, 1.0, t71);
    let t73 = sqrt(max(t56 * t56 + t63 * t72 * 4.0, 0.0));
    let t74 = abs(t56) + t73;
    let t75 = t72 * 2.0;
    let t76 = select(t75 / t74, t74 / (t63 * 2.0), t56 < 0.0);
    let t77 = sqrt(max(t57 * t57 + t70 * t72 * 4.0, 0.0));
    let t78 = abs(t57) + t77;
    let t79 = select(t75 / t78, t78 / (t70 * 2.0), t57 < 0.0);
    var item = t56;
    var item_2 = t57;
    var item_3 = t76;
    var item_4 = t79;
    var item_5 = t76 / t73;
    var item_6 = t79 / t77;
    for (var turn = 0u; turn < 5u; turn++) {
        let t80 = item - t56 - t69 * item_4;
        let t81 = item_2 - t57 - t69 * item_3;
        let t82 = t69 * item_5;
        let t83 = t69 * item_6;
        let t84 = 1.0 - t82 * t83;
        let t85 = item - (t80 - t83 * t81) / t84;
        let t86 = sqrt(max(t85 * t85 + t63 * t72 * 4.0, 0.0));
        let t87 = abs(t85) + t86;
        let t88 = t72 * 2.0;
        let t89 = select(t88 / t87, t87 / (t63 * 2.0), t85 < 0.0);
        let t90 = item_2 - (t81 - t82 * t80) / t84;
        let t91 = sqrt(max(t90 * t90 + t70 * t72 * 4.0, 0.0));
        let t92 = abs(t90) + t91;
        let t93 = select(t88 / t92, t92 / (t70 * 2.0), t90 < 0.0);
        item = t85;
        item_2 = t90;
        item_3 = t89;
        item_4 = t93;
        item_5 = t89 / t86;
        item_6 = t93 / t91;
    }
    let t94 = t72 / item_3;
    let t95 = t72 / item_4;
    let t96 = t56 + t63 * item_3 + t69 * item_4 - t94;
    let t97 = 1.0 / (t63 + t94 / item_3);
    let t98 = t69 * t97;
    let t99 = 1.0 / (t70 + t95 / item_4 - t69 * t98);
    let t100 = (t57 + t69 * item_3 + t70 * item_4 - t95 - t98 * t96) * t99;
    let t101 = t63 * t70 - t69 * t69;
    let t102 = (t69 * t57 - t70 * t56) / t101;
    let t103 = (t69 * t56 - t63 * t57) / t101;
    let t104 = 0.0 < t102 && 0.0 < t103;
    let t105 = -t56;
    let t106 = max(t105, 0.0) / t63;
    let t107 = -t57;
    let t108 = max(t107, 0.0) / t70;
    let t109 = 0.0 <= t57 + t69 * t106;
    let t110 = select(item_3 - (t96 * t97 - t98 * t100), select(select(0.0, t106, t109), t102, t104), t71);
    let t111 = select(item_4 - t100, select(select(t108, 0.0, t109), t103, t104), t71);
    let t112 = 2.0 * parameters.weight_angle * (state.box_angle - parameters.goal_angle);
    let t113 = 2.0 * parameters.weight_disc;
    let t114 = 2.0 * parameters.weight_place;
    let t115 = 2.0 * parameters.effort;
    let t116 = t115 * (control.command_y - state.last_command_y);
    let t117 = t115 * (control.command_x - state.last_command_x);
    let t118 = t113 * (state.disc_y - parameters.goal_disc_y) + cotangent.disc_y;
    let t119 = t113 * (state.disc_x - parameters.goal_disc_x) + cotangent.disc_x;
    let t120 = cotangent.disc_y / parameters.stiffness;
    let t121 = cotangent.disc_x / parameters.stiffness;
    let t122 = cotangent.box_angle / t52;
    let t123 = cotangent.box_y / t51;
    let t124 = cotangent.box_x / t51;
    let t125 = t120 * t49 + t121 * t48 + t122 * t47 + t123 * t46 + t124 * t45;
    let t126 = t120 * t44 + t121 * t42 + t122 * t41 + t123 * t39 + t124 * t37;
    let t127 = select(0.0, t125, t71);
    let t128 = select(0.0, t126, t71);
    let t129 = select(t126, 0.0, t71);
    let t130 = select(select(t127, 0.0, t104), 0.0, t109) / t70;
    let t131 = select(0.0, select(t128, 0.0, t104), t109) / t63;
    let t132 = select(0.0, t127, t104) / t101;
    let t133 = t132 * t103;
    let t134 = select(0.0, t128, t104) / t101;
    let t135 = t134 * t102;
    let t136 = -t133 - t135;
    let t137 = (t129 * t98 - select(t125, 0.0, t71)) * t99;
    let t138 = -(t129 * t97) - t137 * t98;
    let t139 = -(t130 * t108) - t134 * t56 + t136 * t63 + t137 * item_4;
    let t140 = -select(0.0, t130, 0.0 <= t107) - t132 * t63 + t134 * t69 + t137;
    let t141 = t132 * t56 + t134 * t57 + 2.0 * (t135 + t133) * t69 + t137 * item_3;
    let t142 = t141 + t138 * item_4;
    let t143 = t132 * t69 - select(0.0, t131, 0.0 <= t105) - t134 * t70 + t138;
    let t144 = -(t131 * t106) - t132 * t57 + t136 * t70 + t138 * item_3;
    let t145 = t120 * t111 + t139 * t68 + (t139 * t49 + t142 * t44) / parameters.stiffness;
    let t146 = t121 * t111 + t139 * t67 + (t139 * t48 + t142 * t42) / parameters.stiffness;
    let t147 = t122 * t111 + t139 * t66 + (t139 * t47 + t142 * t41) / t52;
    let t148 = t123 * t111 + t139 * t65 + (t139 * t46 + t142 * t39) / t51;
    let t149 = t124 * t111 + t139 * t64 + (t139 * t45 + t142 * t37) / t51;
    let t150 = t120 * t110 + t142 * t68 + t144 * t62 + t144 * t44 / parameters.stiffness;
    let t151 = t121 * t110 + t142 * t67 + t144 * t61 + t144 * t42 / parameters.stiffness;
    let t152 = t122 * t110 + t142 * t66 + t144 * t60 + t144 * t41 / t52;
    let t153 = t123 * t110 + t142 * t65 + t144 * t59 + t144 * t39 / t51;
    let t154 = t124 * t110 + t142 * t64 + t144 * t58 + t144 * t37 / t51;
    let t155 = t145 + t140 * t54;
    let t156 = t146 + t140 * t53;
    let t157 = t150 + t143 * t54;
    let t158 = cotangent.disc_y + t140 * t49 + t143 * t44;
    let t159 = t151 + t143 * t53;
    let t160 = cotangent.disc_x + t140 * t48 + t143 * t42;
    let t161 = t147 + t152;
    let t162 = (t147 - t152) * parameters.friction;
    let t163 = t149 + (t153 - t148) * parameters.friction + t154;
    let t164 = t155 + t157 - t153 + (t156 - t149 - t159 + t154) * parameters.friction;
    let t165 = t162 * t29;
    let t166 = t162 * t30 + t161 * t29;
    let t167 = t156 + (t157 - t155) * parameters.friction + t159 + t162 * t32 + t161 * t33;
    let t168 = t161 * t30;
    let t169 = t164 + t162 * t33 - t161 * t32 - t148 - t166 * t31;
    let t170 = t168 - t165;
    let t171 = t167 + t170 * t31;
    let gap_cotangent = t140 + t143 + (t170 * t29 - t166 * t30);
    let t172 = t171 - t163;
    let t173 = t163 - t171;
    let t174 = select(select(t169 * t2 + t173 * t3, 0.0, t15), 0.0, t21) / t22;
    let t175 = select(select(t169 * t3 + t172 * t2, 0.0, t15), 0.0, t21) / t22;
    let t176 = select(0.0, gap_cotangent, t15);
    let t177 = select(-(t174 * t25) - t175 * t23, 0.0, t21) + select(gap_cotangent, 0.0, t15);
    let t178 = select(0.0, t176, t18);
    let t179 = select(t176, 0.0, t18);
    let t180 = 2.0 * select(0.0, t177 / (2.0 * t14), 0.0 < t13);
    let t181 = t174 + t180 * t12;
    let t182 = t175 + t180 * t9;
    let t183 = select(select(0.0, -t179, t20), t179, 0.0 < t5) + select(0.0, t181, t11 <= 0.0);
    let t184 = t183 + select(0.0, t181, 0.0 <= t10);
    let t185 = select(select(0.0, -t178, t19), t178, 0.0 < t4) + select(0.0, t182, t8 <= 0.0);
    let t186 = t185 + select(0.0, t182, 0.0 <= t7);
    let t187 = t166 + t184 * t2 + t186 * t3;
    let t188 = t165 - t168 - t184 * t3 + t186 * t2;
    let t189 = t112 + cotangent.box_angle + (t169 * t24 + t173 * t26 - t184 * t0 + t186 * t1) * t2;
    return StateControl(
        State(
            t114 * (state.box_x - parameters.goal_x) + cotangent.box_x - t188,
            t114 * (state.box_y - parameters.goal_y) + cotangent.box_y - t187,
            t189 - (t169 * t26 + t172 * t24 + t184 * t1 + t186 * t0) * t3,
            t119 - t160 + t188,
            t118 - t158 + t187,
            -t117,
            -t116,
        ),
        Control(cotangent.last_command_x + t117 + t160, cotangent.last_command_y + t116 + t158),
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
