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
    let t64 = t63 / t60;
    let t65 = sqrt(max(t48 * t48 + t57 * t59 * 4.0, 0.0));
    let t66 = abs(t48) + t65;
    let t67 = select(t62 / t66, t66 / (t57 * 2.0), t48 < 0.0);
    let t68 = t67 / t65;
    var item = t47;
    var item_2 = t48;
    var item_3 = t63;
    var item_4 = t67;
    var item_5 = t64;
    var item_6 = t68;
    for (var turn = 0u; turn < 5u; turn++) {
        let t69 = item - t47 - t56 * item_4;
        let t70 = item_2 - t48 - t56 * item_3;
        let t71 = t56 * item_5;
        let t72 = t56 * item_6;
        let t73 = 1.0 - t71 * t72;
        let t74 = item - (t69 - t72 * t70) / t73;
        let t75 = sqrt(max(t74 * t74 + t50 * t59 * 4.0, 0.0));
        let t76 = abs(t74) + t75;
        let t77 = t59 * 2.0;
        let t78 = select(t77 / t76, t76 / (t50 * 2.0), t74 < 0.0);
        let t79 = item_2 - (t70 - t71 * t69) / t73;
        let t80 = sqrt(max(t79 * t79 + t57 * t59 * 4.0, 0.0));
        let t81 = abs(t79) + t80;
        let t82 = select(t77 / t81, t81 / (t57 * 2.0), t79 < 0.0);
        let next = t74;
        let next_2 = t79;
        let next_3 = t78;
        let next_4 = t82;
        let next_5 = t78 / t75;
        let next_6 = t82 / t80;
        item = next;
        item_2 = next_2;
        item_3 = next_3;
        item_4 = next_4;
        item_5 = next_5;
        item_6 = next_6;
    }
    let t83 = t59 / item_3;
    let t84 = t59 / item_4;
    let t85 = t47 + t50 * item_3 + t56 * item_4 - t83;
    let t86 = t56;
    let t87 = 1.0 / (t50 + t83 / item_3);
    let t88 = t86 * t87;
    let t89 = (t48 + t56 * item_3 + t57 * item_4 - t84 - t88 * t85) * (1.0 / (t57 + t84 / item_4 - t86 * t88));
    let t90 = t50 * t57 - t56 * t56;
    let t91 = (t56 * t48 - t57 * t47) / t90;
    let t92 = (t56 * t47 - t50 * t48) / t90;
    let t93 = 0.0 < t91 && 0.0 < t92;
    let t94 = max(-t47, 0.0) / t50;
    let t95 = 0.0 <= t48 + t56 * t94;
    let t96 = select(item_3 - (t85 * t87 - t88 * t89), select(select(0.0, t94, t95), t91, t93), t58);
    let t97 = select(item_4 - t89, select(select(max(-t48, 0.0) / t57, 0.0, t95), t92, t93), t58);
    let box_x = state.box_x + (t28 * t96 + t36 * t97) / t42;
    let box_y = state.box_y + (t30 * t96 + t37 * t97) / t42;
    let box_angle = state.box_angle + (t32 * t96 + t38 * t97) / t43;
    let disc_x = state.disc_x + (t44 + (t33 * t96 + t39 * t97) / parameters.stiffness);
    let disc_y = state.disc_y + (t45 + (t35 * t96 + t40 * t97) / parameters.stiffness);
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
    let t77 = t76 / t73;
    let t78 = sqrt(max(t57 * t57 + t70 * t72 * 4.0, 0.0));
    let t79 = abs(t57) + t78;
    let t80 = select(t75 / t79, t79 / (t70 * 2.0), t57 < 0.0);
    let t81 = t80 / t78;
    var item = t56;
    var item_2 = t57;
    var item_3 = t76;
    var item_4 = t80;
    var item_5 = t77;
    var item_6 = t81;
    for (var turn = 0u; turn < 5u; turn++) {
        let t82 = item - t56 - t69 * item_4;
        let t83 = item_2 - t57 - t69 * item_3;
        let t84 = t69 * item_5;
        let t85 = t69 * item_6;
        let t86 = 1.0 - t84 * t85;
        let t87 = item - (t82 - t85 * t83) / t86;
        let t88 = sqrt(max(t87 * t87 + t63 * t72 * 4.0, 0.0));
        let t89 = abs(t87) + t88;
        let t90 = t72 * 2.0;
        let t91 = select(t90 / t89, t89 / (t63 * 2.0), t87 < 0.0);
        let t92 = item_2 - (t83 - t84 * t82) / t86;
        let t93 = sqrt(max(t92 * t92 + t70 * t72 * 4.0, 0.0));
        let t94 = abs(t92) + t93;
        let t95 = select(t90 / t94, t94 / (t70 * 2.0), t92 < 0.0);
        let next = t87;
        let next_2 = t92;
        let next_3 = t91;
        let next_4 = t95;
        let next_5 = t91 / t88;
        let next_6 = t95 / t93;
        item = next;
        item_2 = next_2;
        item_3 = next_3;
        item_4 = next_4;
        item_5 = next_5;
        item_6 = next_6;
    }
    let t96 = t72 / item_3;
    let t97 = t72 / item_4;
    let t98 = t56 + t63 * item_3 + t69 * item_4 - t96;
    let t99 = t69;
    let t100 = 1.0 / (t63 + t96 / item_3);
    let t101 = t99 * t100;
    let t102 = 1.0 / (t70 + t97 / item_4 - t99 * t101);
    let t103 = (t57 + t69 * item_3 + t70 * item_4 - t97 - t101 * t98) * t102;
    let t104 = t63 * t70 - t69 * t69;
    let t105 = (t69 * t57 - t70 * t56) / t104;
    let t106 = (t69 * t56 - t63 * t57) / t104;
    let t107 = 0.0 < t105 && 0.0 < t106;
    let t108 = -t56;
    let t109 = max(t108, 0.0) / t63;
    let t110 = -t57;
    let t111 = max(t110, 0.0) / t70;
    let t112 = 0.0 <= t57 + t69 * t109;
    let t113 = select(item_3 - (t98 * t100 - t101 * t103), select(select(0.0, t109, t112), t105, t107), t71);
    let t114 = select(item_4 - t103, select(select(t111, 0.0, t112), t106, t107), t71);
    let t115 = 2.0 * parameters.weight_angle * (state.box_angle - parameters.goal_angle);
    let t116 = 2.0 * parameters.weight_disc;
    let t117 = 2.0 * parameters.weight_place;
    let t118 = 2.0 * parameters.effort;
    let t119 = t118 * (control.command_y - state.last_command_y);
    let t120 = t118 * (control.command_x - state.last_command_x);
    let t121 = t116 * (state.disc_y - parameters.goal_disc_y) + cotangent.disc_y;
    let t122 = t116 * (state.disc_x - parameters.goal_disc_x) + cotangent.disc_x;
    let t123 = cotangent.disc_y / parameters.stiffness;
    let t124 = cotangent.disc_x / parameters.stiffness;
    let t125 = cotangent.box_angle / t52;
    let t126 = cotangent.box_y / t51;
    let t127 = cotangent.box_x / t51;
    let t128 = t123 * t49 + t124 * t48 + t125 * t47 + t126 * t46 + t127 * t45;
    let t129 = t123 * t44 + t124 * t42 + t125 * t41 + t126 * t39 + t127 * t37;
    let t130 = select(0.0, t128, t71);
    let t131 = select(0.0, t129, t71);
    let t132 = select(t129, 0.0, t71);
    let t133 = select(select(t130, 0.0, t107), 0.0, t112) / t70;
    let t134 = select(0.0, select(t131, 0.0, t107), t112) / t63;
    let t135 = select(0.0, t130, t107) / t104;
    let t136 = t135 * t106;
    let t137 = select(0.0, t131, t107) / t104;
    let t138 = t137 * t105;
    let t139 = -t136 - t138;
    let t140 = (t132 * t101 - select(t128, 0.0, t71)) * t102;
    let t141 = -(t132 * t100) - t140 * t101;
    let t142 = -(t133 * t111) - t137 * t56 + t139 * t63 + t140 * item_4;
    let t143 = -select(0.0, t133, 0.0 <= t110) - t135 * t63 + t137 * t69 + t140;
    let t144 = t135 * t56 + t137 * t57 + 2.0 * (t138 + t136) * t69 + t140 * item_3;
    let t145 = t144 + t141 * item_4;
    let t146 = t135 * t69 - select(0.0, t134, 0.0 <= t108) - t137 * t70 + t141;
    let t147 = -(t134 * t109) - t135 * t57 + t139 * t70 + t141 * item_3;
    let t148 = t123 * t114 + t142 * t68 + (t142 * t49 + t145 * t44) / parameters.stiffness;
    let t149 = t124 * t114 + t142 * t67 + (t142 * t48 + t145 * t42) / parameters.stiffness;
    let t150 = t125 * t114 + t142 * t66 + (t142 * t47 + t145 * t41) / t52;
    let t151 = t126 * t114 + t142 * t65 + (t142 * t46 + t145 * t39) / t51;
    let t152 = t127 * t114 + t142 * t64 + (t142 * t45 + t145 * t37) / t51;
    let t153 = t123 * t113 + t145 * t68 + t147 * t62 + t147 * t44 / parameters.stiffness;
    let t154 = t124 * t113 + t145 * t67 + t147 * t61 + t147 * t42 / parameters.stiffness;
    let t155 = t125 * t113 + t145 * t66 + t147 * t60 + t147 * t41 / t52;
    let t156 = t126 * t113 + t145 * t65 + t147 * t59 + t147 * t39 / t51;
    let t157 = t127 * t113 + t145 * t64 + t147 * t58 + t147 * t37 / t51;
    let t158 = t148 + t143 * t54;
    let t159 = t149 + t143 * t53;
    let t160 = t153 + t146 * t54;
    let t161 = cotangent.disc_y + t143 * t49 + t146 * t44;
    let t162 = t154 + t146 * t53;
    let t163 = cotangent.disc_x + t143 * t48 + t146 * t42;
    let t164 = t150 + t155;
    let t165 = (t150 - t155) * parameters.friction;
    let t166 = t152 + (t156 - t151) * parameters.friction + t157;
    let t167 = t158 + t160 - t156 + (t159 - t152 - t162 + t157) * parameters.friction;
    let t168 = t165 * t29;
    let t169 = t165 * t30 + t164 * t29;
    let t170 = t159 + (t160 - t158) * parameters.friction + t162 + t165 * t32 + t164 * t33;
    let t171 = t164 * t30;
    let t172 = t167 + t165 * t33 - t164 * t32 - t151 - t169 * t31;
    let t173 = t171 - t168;
    let t174 = t170 + t173 * t31;
    let gap_cotangent = t143 + t146 + (t173 * t29 - t169 * t30);
    let t175 = t174 - t166;
    let t176 = t166 - t174;
    let t177 = select(select(t172 * t2 + t176 * t3, 0.0, t15), 0.0, t21) / t22;
    let t178 = select(select(t172 * t3 + t175 * t2, 0.0, t15), 0.0, t21) / t22;
    let t179 = select(0.0, gap_cotangent, t15);
    let t180 = select(-(t177 * t25) - t178 * t23, 0.0, t21) + select(gap_cotangent, 0.0, t15);
    let t181 = select(0.0, t179, t18);
    let t182 = select(t179, 0.0, t18);
    let t183 = 2.0 * select(0.0, t180 / (2.0 * t14), 0.0 < t13);
    let t184 = t177 + t183 * t12;
    let t185 = t178 + t183 * t9;
    let t186 = select(select(0.0, -t182, t20), t182, 0.0 < t5) + select(0.0, t184, t11 <= 0.0);
    let t187 = t186 + select(0.0, t184, 0.0 <= t10);
    let t188 = select(select(0.0, -t181, t19), t181, 0.0 < t4) + select(0.0, t185, t8 <= 0.0);
    let t189 = t188 + select(0.0, t185, 0.0 <= t7);
    let t190 = t169 + t187 * t2 + t189 * t3;
    let t191 = t168 - t171 - t187 * t3 + t189 * t2;
    let t192 = t115 + cotangent.box_angle + (t172 * t24 + t176 * t26 - t187 * t0 + t189 * t1) * t2;
    return StateControl(
        State(
            t117 * (state.box_x - parameters.goal_x) + cotangent.box_x - t191,
            t117 * (state.box_y - parameters.goal_y) + cotangent.box_y - t190,
            t192 - (t172 * t26 + t175 * t24 + t187 * t1 + t189 * t0) * t3,
            t122 - t163 + t191,
            t121 - t161 + t190,
            -t120,
            -t119,
        ),
        Control(cotangent.last_command_x + t120 + t163, cotangent.last_command_y + t119 + t161),
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
