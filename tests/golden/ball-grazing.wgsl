// ball-grazing: a ball drags a box by friction on its top, or pushes its side
// T-RO 2023 (arXiv 2206.10787), ball grazing; the cost is ours

const STATE_SIZE: u32 = 5u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 15u;

struct Parameters {
    mass: f32, // kg: mass m of the box
    stiffness: f32, // N/m: stiffness K of the ball's position control
    friction: f32, // 1: friction coefficient between box and ball
    smoothing: f32, // m: smoothing length of contact; 0 for none
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
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14]);
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
    let t24 = parameters.smoothing * parameters.smoothing / (t23 * 2.0);
    let t25 = gap + (t15 * t21 + t17 * t22);
    let t26 = gap + (t19 * t21 + t20 * t22);
    let t27 = 1.0 / (parameters.mass / (parameters.time_step * parameters.time_step));
    let t28 = t14 * (t14 * t27) + t15 * (t15 * t23) + t17 * (t17 * t23);
    let t29 = t18 * t27;
    let t30 = t19 * t23;
    let t31 = t20 * t23;
    let t32 = t14 * t29 + t15 * t30 + t17 * t31;
    let t33 = t18 * t29 + t19 * t30 + t20 * t31;
    let t34 = t24 <= 0.0;
    let t35 = select(t24, 1.0, t34);
    let t36 = t28 * t35 * 4.0;
    let t37 = 0.5 / t28;
    let t38 = t35 * 2.0;
    let t39 = t33 * t35 * 4.0;
    let t40 = 0.5 / t33;
    let t41 = sqrt(max(t25 * t25 + t36, 0.0));
    let t42 = abs(t25) + t41;
    let t43 = 1.0 / (t42 * t41);
    let t44 = select(t38 * (t41 * t43), t42 * t37, t25 < 0.0);
    let t45 = sqrt(max(t26 * t26 + t39, 0.0));
    let t46 = abs(t26) + t45;
    let t47 = 1.0 / (t46 * t45);
    let t48 = select(t38 * (t45 * t47), t46 * t40, t26 < 0.0);
    var item = t25;
    var item_2 = t26;
    var item_3 = t44;
    var item_4 = t48;
    var item_5 = t44 * (t42 * t43);
    var item_6 = t48 * (t46 * t47);
    for (var turn = 0u; turn < 5u; turn++) {
        let t49 = item - t25 - t32 * item_4;
        let t50 = item_2 - t26 - t32 * item_3;
        let t51 = t32 * item_5;
        let t52 = t32 * item_6;
        let t53 = 1.0 / (1.0 - t51 * t52);
        let t54 = item - (t49 - t52 * t50) * t53;
        let t55 = sqrt(max(t54 * t54 + t36, 0.0));
        let t56 = abs(t54) + t55;
        let t57 = 1.0 / (t56 * t55);
        let t58 = select(t38 * (t55 * t57), t56 * t37, t54 < 0.0);
        let t59 = item_2 - (t50 - t51 * t49) * t53;
        let t60 = sqrt(max(t59 * t59 + t39, 0.0));
        let t61 = abs(t59) + t60;
        let t62 = 1.0 / (t61 * t60);
        let t63 = select(t38 * (t60 * t62), t61 * t40, t59 < 0.0);
        item = t54;
        item_2 = t59;
        item_3 = t58;
        item_4 = t63;
        item_5 = t58 * (t56 * t57);
        item_6 = t63 * (t61 * t62);
    }
    let t64 = 1.0 / item_3;
    let t65 = 1.0 / item_4;
    let t66 = t35 * t64;
    let t67 = t35 * t65;
    let t68 = t25 + t28 * item_3 + t32 * item_4 - t66;
    let t69 = 1.0 / (t28 + t66 * t64);
    let t70 = t32 * t69;
    let t71 = (t26 + t32 * item_3 + t33 * item_4 - t67 - t70 * t68) * (1.0 / (t33 + t67 * t65 - t32 * t70));
    let t72 = t28 * t33 - t32 * t32;
    let t73 = (t32 * t26 - t33 * t25) / t72;
    let t74 = (t32 * t25 - t28 * t26) / t72;
    let t75 = 0.0 < t73 && 0.0 < t74;
    let t76 = max(-t25, 0.0) / t28;
    let t77 = 0.0 <= t26 + t32 * t76;
    let t78 = select(item_3 - (t68 * t69 - t70 * t71), select(select(0.0, t76, t77), t73, t75), t34);
    let t79 = select(item_4 - t71, select(select(max(-t26, 0.0) / t33, 0.0, t77), t74, t75), t34);
    let box_y = state.box_y + (t14 * t78 + t18 * t79) * t27;
    let ball_y = state.ball_y + (t21 + (t15 * t78 + t19 * t79) * t23);
    let ball_z = state.ball_z + (t22 + (t17 * t78 + t20 * t79) * t23);
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
    let t33 = parameters.smoothing * parameters.smoothing / (t32 * 2.0);
    let t34 = gap + (t24 * t30 + t26 * t31);
    let t35 = gap + (t28 * t30 + t29 * t31);
    let t36 = 1.0 / (parameters.mass / (parameters.time_step * parameters.time_step));
    let t37 = t23 * t36;
    let t38 = t24 * t32;
    let t39 = t26 * t32;
    let t40 = t23 * t37 + t24 * t38 + t26 * t39;
    let t41 = t27 * t36;
    let t42 = t28 * t32;
    let t43 = t29 * t32;
    let t44 = t23 * t41 + t24 * t42 + t26 * t43;
    let t45 = t27 * t41 + t28 * t42 + t29 * t43;
    let t46 = t33 <= 0.0;
    let t47 = select(t33, 1.0, t46);
    let t48 = t40 * t47 * 4.0;
    let t49 = 0.5 / t40;
    let t50 = t47 * 2.0;
    let t51 = t45 * t47 * 4.0;
    let t52 = 0.5 / t45;
    let t53 = sqrt(max(t34 * t34 + t48, 0.0));
    let t54 = abs(t34) + t53;
    let t55 = 1.0 / (t54 * t53);
    let t56 = select(t50 * (t53 * t55), t54 * t49, t34 < 0.0);
    let t57 = sqrt(max(t35 * t35 + t51, 0.0));
    let t58 = abs(t35) + t57;
    let t59 = 1.0 / (t58 * t57);
    let t60 = select(t50 * (t57 * t59), t58 * t52, t35 < 0.0);
    var item = t34;
    var item_2 = t35;
    var item_3 = t56;
    var item_4 = t60;
    var item_5 = t56 * (t54 * t55);
    var item_6 = t60 * (t58 * t59);
    for (var turn = 0u; turn < 5u; turn++) {
        let t61 = item - t34 - t44 * item_4;
        let t62 = item_2 - t35 - t44 * item_3;
        let t63 = t44 * item_5;
        let t64 = t44 * item_6;
        let t65 = 1.0 / (1.0 - t63 * t64);
        let t66 = item - (t61 - t64 * t62) * t65;
        let t67 = sqrt(max(t66 * t66 + t48, 0.0));
        let t68 = abs(t66) + t67;
        let t69 = 1.0 / (t68 * t67);
        let t70 = select(t50 * (t67 * t69), t68 * t49, t66 < 0.0);
        let t71 = item_2 - (t62 - t63 * t61) * t65;
        let t72 = sqrt(max(t71 * t71 + t51, 0.0));
        let t73 = abs(t71) + t72;
        let t74 = 1.0 / (t73 * t72);
        let t75 = select(t50 * (t72 * t74), t73 * t52, t71 < 0.0);
        item = t66;
        item_2 = t71;
        item_3 = t70;
        item_4 = t75;
        item_5 = t70 * (t68 * t69);
        item_6 = t75 * (t73 * t74);
    }
    let t76 = 1.0 / item_3;
    let t77 = 1.0 / item_4;
    let t78 = t47 * t76;
    let t79 = t47 * t77;
    let t80 = t34 + t40 * item_3 + t44 * item_4 - t78;
    let t81 = 1.0 / (t40 + t78 * t76);
    let t82 = t44 * t81;
    let t83 = 1.0 / (t45 + t79 * t77 - t44 * t82);
    let t84 = (t35 + t44 * item_3 + t45 * item_4 - t79 - t82 * t80) * t83;
    let t85 = t40 * t45 - t44 * t44;
    let t86 = (t44 * t35 - t45 * t34) / t85;
    let t87 = (t44 * t34 - t40 * t35) / t85;
    let t88 = 0.0 < t86 && 0.0 < t87;
    let t89 = -t34;
    let t90 = max(t89, 0.0) / t40;
    let t91 = -t35;
    let t92 = max(t91, 0.0) / t45;
    let t93 = 0.0 <= t35 + t44 * t90;
    let t94 = select(item_3 - (t80 * t81 - t82 * t84), select(select(0.0, t90, t93), t86, t88), t46);
    let t95 = select(item_4 - t84, select(select(t92, 0.0, t93), t87, t88), t46);
    let t96 = 2.0 * parameters.weight_ball;
    let t97 = 2.0 * parameters.effort;
    let t98 = t97 * (control.command_z - state.last_command_z);
    let t99 = t97 * (control.command_y - state.last_command_y);
    let t100 = 2.0 * parameters.weight * (state.box_y - parameters.goal) + cotangent.box_y;
    let t101 = cotangent.ball_z * t32;
    let t102 = cotangent.ball_y * t32;
    let t103 = cotangent.box_y * t36;
    let t104 = t101 * t29 + t102 * t28 + t103 * t27;
    let t105 = t101 * t26 + t102 * t24 + t103 * t23;
    let t106 = select(0.0, t104, t46);
    let t107 = select(0.0, t105, t46);
    let t108 = select(t105, 0.0, t46);
    let t109 = select(select(t106, 0.0, t88), 0.0, t93) / t45;
    let t110 = select(0.0, select(t107, 0.0, t88), t93) / t40;
    let t111 = select(0.0, t106, t88) / t85;
    let t112 = t111 * t87;
    let t113 = select(0.0, t107, t88) / t85;
    let t114 = t113 * t86;
    let t115 = -t112 - t114;
    let t116 = (t108 * t82 - select(t104, 0.0, t46)) * t83;
    let t117 = -(t108 * t81) - t116 * t82;
    let t118 = -(t109 * t92) - t113 * t34 + t115 * t40 + t116 * item_4;
    let t119 = -select(0.0, t109, 0.0 <= t91) - t111 * t40 + t113 * t44 + t116;
    let t120 = t111 * t34 + t113 * t35 + 2.0 * (t114 + t112) * t44 + t116 * item_3;
    let t121 = t120 + t117 * item_4;
    let t122 = t111 * t44 - select(0.0, t110, 0.0 <= t89) - t113 * t45 + t117;
    let t123 = -(t110 * t90) - t111 * t35 + t115 * t45 + t117 * item_3;
    let t124 = t103 * t95 + t118 * t41 + (t118 * t27 + t121 * t23) * t36;
    let t125 = t103 * t94 + t121 * t41 + t123 * t37 + t123 * t23 * t36;
    let t126 = t101 * t95 + t118 * t43 + (t118 * t29 + t121 * t26) * t32 + t119 * t31;
    let t127 = t102 * t95 + t118 * t42 + (t118 * t28 + t121 * t24) * t32 + t119 * t30;
    let gap_cotangent = t119 + t122;
    let t128 = t101 * t94 + t121 * t43 + t123 * t39 + t123 * t26 * t32 + t122 * t31;
    let t129 = cotangent.ball_z + t119 * t29 + t122 * t26;
    let t130 = t102 * t94 + t121 * t42 + t123 * t38 + t123 * t24 * t32 + t122 * t30;
    let t131 = cotangent.ball_y + t119 * t28 + t122 * t24;
    let t132 = t96 * (state.ball_z - parameters.goal_ball_z) + cotangent.ball_z - t129;
    let t133 = t96 * (state.ball_y - parameters.goal_ball_y) + cotangent.ball_y - t131;
    let t134 = select(t126 + t128 + (t127 - t124 - t130 + t125) * parameters.friction, 0.0, t10);
    let t135 = select(t134, 0.0, t16) / t17;
    let t136 = select(t127 + (t128 - t126) * parameters.friction + t130 - t125 - t124, 0.0, t10);
    let t137 = select(t136, 0.0, t16) / t17;
    let t138 = select(0.0, gap_cotangent, t10);
    let t139 = select(-(t135 * t20) - t137 * t18, 0.0, t16) + select(gap_cotangent, 0.0, t10);
    let t140 = select(0.0, t138, t13);
    let t141 = select(t138, 0.0, t13);
    let t142 = 2.0 * select(0.0, t139 / (2.0 * t9), 0.0 < t8);
    let t143 = t135 + t142 * t7;
    let t144 = t137 + t142 * t4;
    let t145 = select(select(0.0, -t141, t15), t141, 0.0 < t1) + select(0.0, t143, t6 <= 0.0);
    let t146 = select(select(0.0, -t140, t14), t140, 0.0 < t0) + select(0.0, t144, t3 <= 0.0);
    let t147 = t146 + select(0.0, t144, 0.0 <= t2);
    return StateControl(
        State(
            t100 - t147,
            t133 + t147,
            t132 + (t145 + select(0.0, t143, 0.0 <= t5)),
            -t99,
            -t98,
        ),
        Control(cotangent.last_command_y + t99 + t131, cotangent.last_command_z + t98 + t129),
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
