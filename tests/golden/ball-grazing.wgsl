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
    let t21 = parameters.mass / (parameters.time_step * parameters.time_step);
    let t22 = control.command_y - state.ball_y;
    let t23 = control.command_z - state.ball_z;
    let t24 = parameters.smoothing * parameters.smoothing / (1.0 / parameters.stiffness * 2.0);
    let t25 = gap + (t15 * t22 + t17 * t23);
    let t26 = gap + (t19 * t22 + t20 * t23);
    let t27 = t14 * (t14 / t21) + t15 * (t15 / parameters.stiffness) + t17 * (t17 / parameters.stiffness);
    let t28 = t18 / t21;
    let t29 = t19 / parameters.stiffness;
    let t30 = t20 / parameters.stiffness;
    let t31 = t14 * t28 + t15 * t29 + t17 * t30;
    let t32 = t18 * t28 + t19 * t29 + t20 * t30;
    let t33 = t24 <= 0.0;
    let t34 = select(t24, 1.0, t33);
    let t35 = sqrt(max(t25 * t25 + t27 * t34 * 4.0, 0.0));
    let t36 = abs(t25) + t35;
    let t37 = t34 * 2.0;
    let t38 = select(t37 / t36, t36 / (t27 * 2.0), t25 < 0.0);
    let t39 = sqrt(max(t26 * t26 + t32 * t34 * 4.0, 0.0));
    let t40 = abs(t26) + t39;
    let t41 = select(t37 / t40, t40 / (t32 * 2.0), t26 < 0.0);
    var item = t25;
    var item_2 = t26;
    var item_3 = t38;
    var item_4 = t41;
    var item_5 = t38 / t35;
    var item_6 = t41 / t39;
    for (var turn = 0u; turn < 5u; turn++) {
        let t42 = item - t25 - t31 * item_4;
        let t43 = item_2 - t26 - t31 * item_3;
        let t44 = t31 * item_5;
        let t45 = t31 * item_6;
        let t46 = 1.0 - t44 * t45;
        let t47 = item - (t42 - t45 * t43) / t46;
        let t48 = sqrt(max(t47 * t47 + t27 * t34 * 4.0, 0.0));
        let t49 = abs(t47) + t48;
        let t50 = t34 * 2.0;
        let t51 = select(t50 / t49, t49 / (t27 * 2.0), t47 < 0.0);
        let t52 = item_2 - (t43 - t44 * t42) / t46;
        let t53 = sqrt(max(t52 * t52 + t32 * t34 * 4.0, 0.0));
        let t54 = abs(t52) + t53;
        let t55 = select(t50 / t54, t54 / (t32 * 2.0), t52 < 0.0);
        item = t47;
        item_2 = t52;
        item_3 = t51;
        item_4 = t55;
        item_5 = t51 / t48;
        item_6 = t55 / t53;
    }
    let t56 = t34 / item_3;
    let t57 = t34 / item_4;
    let t58 = t25 + t27 * item_3 + t31 * item_4 - t56;
    let t59 = t31;
    let t60 = 1.0 / (t27 + t56 / item_3);
    let t61 = t59 * t60;
    let t62 = (t26 + t31 * item_3 + t32 * item_4 - t57 - t61 * t58) * (1.0 / (t32 + t57 / item_4 - t59 * t61));
    let t63 = t27 * t32 - t31 * t31;
    let t64 = (t31 * t26 - t32 * t25) / t63;
    let t65 = (t31 * t25 - t27 * t26) / t63;
    let t66 = 0.0 < t64 && 0.0 < t65;
    let t67 = max(-t25, 0.0) / t27;
    let t68 = 0.0 <= t26 + t31 * t67;
    let t69 = select(item_3 - (t58 * t60 - t61 * t62), select(select(0.0, t67, t68), t64, t66), t33);
    let t70 = select(item_4 - t62, select(select(max(-t26, 0.0) / t32, 0.0, t68), t65, t66), t33);
    let box_y = state.box_y + (t14 * t69 + t18 * t70) / t21;
    let ball_y = state.ball_y + (t22 + (t15 * t69 + t19 * t70) / parameters.stiffness);
    let ball_z = state.ball_z + (t23 + (t17 * t69 + t20 * t70) / parameters.stiffness);
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
    let t30 = parameters.mass / (parameters.time_step * parameters.time_step);
    let t31 = control.command_y - state.ball_y;
    let t32 = control.command_z - state.ball_z;
    let t33 = parameters.smoothing * parameters.smoothing / (1.0 / parameters.stiffness * 2.0);
    let t34 = gap + (t24 * t31 + t26 * t32);
    let t35 = gap + (t28 * t31 + t29 * t32);
    let t36 = t23 / t30;
    let t37 = t24 / parameters.stiffness;
    let t38 = t26 / parameters.stiffness;
    let t39 = t23 * t36 + t24 * t37 + t26 * t38;
    let t40 = t27 / t30;
    let t41 = t28 / parameters.stiffness;
    let t42 = t29 / parameters.stiffness;
    let t43 = t23 * t40 + t24 * t41 + t26 * t42;
    let t44 = t27 * t40 + t28 * t41 + t29 * t42;
    let t45 = t33 <= 0.0;
    let t46 = select(t33, 1.0, t45);
    let t47 = sqrt(max(t34 * t34 + t39 * t46 * 4.0, 0.0));
    let t48 = abs(t34) + t47;
    let t49 = t46 * 2.0;
    let t50 = select(t49 / t48, t48 / (t39 * 2.0), t34 < 0.0);
    let t51 = sqrt(max(t35 * t35 + t44 * t46 * 4.0, 0.0));
    let t52 = abs(t35) + t51;
    let t53 = select(t49 / t52, t52 / (t44 * 2.0), t35 < 0.0);
    var item = t34;
    var item_2 = t35;
    var item_3 = t50;
    var item_4 = t53;
    var item_5 = t50 / t47;
    var item_6 = t53 / t51;
    for (var turn = 0u; turn < 5u; turn++) {
        let t54 = item - t34 - t43 * item_4;
        let t55 = item_2 - t35 - t43 * item_3;
        let t56 = t43 * item_5;
        let t57 = t43 * item_6;
        let t58 = 1.0 - t56 * t57;
        let t59 = item - (t54 - t57 * t55) / t58;
        let t60 = sqrt(max(t59 * t59 + t39 * t46 * 4.0, 0.0));
        let t61 = abs(t59) + t60;
        let t62 = t46 * 2.0;
        let t63 = select(t62 / t61, t61 / (t39 * 2.0), t59 < 0.0);
        let t64 = item_2 - (t55 - t56 * t54) / t58;
        let t65 = sqrt(max(t64 * t64 + t44 * t46 * 4.0, 0.0));
        let t66 = abs(t64) + t65;
        let t67 = select(t62 / t66, t66 / (t44 * 2.0), t64 < 0.0);
        item = t59;
        item_2 = t64;
        item_3 = t63;
        item_4 = t67;
        item_5 = t63 / t60;
        item_6 = t67 / t65;
    }
    let t68 = t46 / item_3;
    let t69 = t46 / item_4;
    let t70 = t34 + t39 * item_3 + t43 * item_4 - t68;
    let t71 = t43;
    let t72 = 1.0 / (t39 + t68 / item_3);
    let t73 = t71 * t72;
    let t74 = 1.0 / (t44 + t69 / item_4 - t71 * t73);
    let t75 = (t35 + t43 * item_3 + t44 * item_4 - t69 - t73 * t70) * t74;
    let t76 = t39 * t44 - t43 * t43;
    let t77 = (t43 * t35 - t44 * t34) / t76;
    let t78 = (t43 * t34 - t39 * t35) / t76;
    let t79 = 0.0 < t77 && 0.0 < t78;
    let t80 = -t34;
    let t81 = max(t80, 0.0) / t39;
    let t82 = -t35;
    let t83 = max(t82, 0.0) / t44;
    let t84 = 0.0 <= t35 + t43 * t81;
    let t85 = select(item_3 - (t70 * t72 - t73 * t75), select(select(0.0, t81, t84), t77, t79), t45);
    let t86 = select(item_4 - t75, select(select(t83, 0.0, t84), t78, t79), t45);
    let t87 = 2.0 * parameters.weight_ball;
    let t88 = 2.0 * parameters.effort;
    let t89 = t88 * (control.command_z - state.last_command_z);
    let t90 = t88 * (control.command_y - state.last_command_y);
    let t91 = 2.0 * parameters.weight * (state.box_y - parameters.goal) + cotangent.box_y;
    let t92 = cotangent.ball_z / parameters.stiffness;
    let t93 = cotangent.ball_y / parameters.stiffness;
    let t94 = cotangent.box_y / t30;
    let t95 = t92 * t29 + t93 * t28 + t94 * t27;
    let t96 = t92 * t26 + t93 * t24 + t94 * t23;
    let t97 = select(0.0, t95, t45);
    let t98 = select(0.0, t96, t45);
    let t99 = select(t96, 0.0, t45);
    let t100 = select(select(t97, 0.0, t79), 0.0, t84) / t44;
    let t101 = select(0.0, select(t98, 0.0, t79), t84) / t39;
    let t102 = select(0.0, t97, t79) / t76;
    let t103 = t102 * t78;
    let t104 = select(0.0, t98, t79) / t76;
    let t105 = t104 * t77;
    let t106 = -t103 - t105;
    let t107 = (t99 * t73 - select(t95, 0.0, t45)) * t74;
    let t108 = -(t99 * t72) - t107 * t73;
    let t109 = -(t100 * t83) - t104 * t34 + t106 * t39 + t107 * item_4;
    let t110 = -select(0.0, t100, 0.0 <= t82) - t102 * t39 + t104 * t43 + t107;
    let t111 = t102 * t34 + t104 * t35 + 2.0 * (t105 + t103) * t43 + t107 * item_3;
    let t112 = t111 + t108 * item_4;
    let t113 = t102 * t43 - select(0.0, t101, 0.0 <= t80) - t104 * t44 + t108;
    let t114 = -(t101 * t81) - t102 * t35 + t106 * t44 + t108 * item_3;
    let t115 = t92 * t86 + t109 * t42 + (t109 * t29 + t112 * t26) / parameters.stiffness;
    let t116 = t93 * t86 + t109 * t41 + (t109 * t28 + t112 * t24) / parameters.stiffness;
    let t117 = t94 * t86 + t109 * t40 + (t109 * t27 + t112 * t23) / t30;
    let t118 = t92 * t85 + t112 * t42 + t114 * t38 + t114 * t26 / parameters.stiffness;
    let t119 = t93 * t85 + t112 * t41 + t114 * t37 + t114 * t24 / parameters.stiffness;
    let t120 = t94 * t85 + t112 * t40 + t114 * t36 + t114 * t23 / t30;
    let t121 = t115 + t110 * t32;
    let t122 = t116 + t110 * t31;
    let gap_cotangent = t110 + t113;
    let t123 = t118 + t113 * t32;
    let t124 = cotangent.ball_z + t110 * t29 + t113 * t26;
    let t125 = t119 + t113 * t31;
    let t126 = cotangent.ball_y + t110 * t28 + t113 * t24;
    let t127 = t87 * (state.ball_z - parameters.goal_ball_z) + cotangent.ball_z - t124;
    let t128 = t87 * (state.ball_y - parameters.goal_ball_y) + cotangent.ball_y - t126;
    let t129 = select(t121 + t123 + (t122 - t117 - t125 + t120) * parameters.friction, 0.0, t10);
    let t130 = select(t129, 0.0, t16) / t17;
    let t131 = select(t122 + (t123 - t121) * parameters.friction + t125 - t120 - t117, 0.0, t10);
    let t132 = select(t131, 0.0, t16) / t17;
    let t133 = select(0.0, gap_cotangent, t10);
    let t134 = select(-(t130 * t20) - t132 * t18, 0.0, t16) + select(gap_cotangent, 0.0, t10);
    let t135 = select(0.0, t133, t13);
    let t136 = select(t133, 0.0, t13);
    let t137 = 2.0 * select(0.0, t134 / (2.0 * t9), 0.0 < t8);
    let t138 = t130 + t137 * t7;
    let t139 = t132 + t137 * t4;
    let t140 = select(select(0.0, -t136, t15), t136, 0.0 < t1) + select(0.0, t138, t6 <= 0.0);
    let t141 = select(select(0.0, -t135, t14), t135, 0.0 < t0) + select(0.0, t139, t3 <= 0.0);
    let t142 = t141 + select(0.0, t139, 0.0 <= t2);
    return StateControl(
        State(t91 - t142, t128 + t142, t127 + (t140 + select(0.0, t138, 0.0 <= t5)), -t90, -t89),
        Control(cotangent.last_command_y + t90 + t126, cotangent.last_command_z + t89 + t124),
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
