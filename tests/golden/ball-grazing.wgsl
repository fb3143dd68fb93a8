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
    let t39 = t38 / t35;
    let t40 = sqrt(max(t26 * t26 + t32 * t34 * 4.0, 0.0));
    let t41 = abs(t26) + t40;
    let t42 = select(t37 / t41, t41 / (t32 * 2.0), t26 < 0.0);
    let t43 = t42 / t40;
    var item = t25;
    var item_2 = t26;
    var item_3 = t38;
    var item_4 = t42;
    var item_5 = t39;
    var item_6 = t43;
    for (var turn = 0u; turn < 5u; turn++) {
        let t44 = item - t25 - t31 * item_4;
        let t45 = item_2 - t26 - t31 * item_3;
        let t46 = t31 * item_5;
        let t47 = t31 * item_6;
        let t48 = 1.0 - t46 * t47;
        let t49 = item - (t44 - t47 * t45) / t48;
        let t50 = sqrt(max(t49 * t49 + t27 * t34 * 4.0, 0.0));
        let t51 = abs(t49) + t50;
        let t52 = t34 * 2.0;
        let t53 = select(t52 / t51, t51 / (t27 * 2.0), t49 < 0.0);
        let t54 = item_2 - (t45 - t46 * t44) / t48;
        let t55 = sqrt(max(t54 * t54 + t32 * t34 * 4.0, 0.0));
        let t56 = abs(t54) + t55;
        let t57 = select(t52 / t56, t56 / (t32 * 2.0), t54 < 0.0);
        let next = t49;
        let next_2 = t54;
        let next_3 = t53;
        let next_4 = t57;
        let next_5 = t53 / t50;
        let next_6 = t57 / t55;
        item = next;
        item_2 = next_2;
        item_3 = next_3;
        item_4 = next_4;
        item_5 = next_5;
        item_6 = next_6;
    }
    let t58 = t34 / item_3;
    let t59 = t34 / item_4;
    let t60 = t25 + t27 * item_3 + t31 * item_4 - t58;
    let t61 = t31;
    let t62 = 1.0 / (t27 + t58 / item_3);
    let t63 = t61 * t62;
    let t64 = (t26 + t31 * item_3 + t32 * item_4 - t59 - t63 * t60) * (1.0 / (t32 + t59 / item_4 - t61 * t63));
    let t65 = t27 * t32 - t31 * t31;
    let t66 = (t31 * t26 - t32 * t25) / t65;
    let t67 = (t31 * t25 - t27 * t26) / t65;
    let t68 = 0.0 < t66 && 0.0 < t67;
    let t69 = max(-t25, 0.0) / t27;
    let t70 = 0.0 <= t26 + t31 * t69;
    let t71 = select(item_3 - (t60 * t62 - t63 * t64), select(select(0.0, t69, t70), t66, t68), t33);
    let t72 = select(item_4 - t64, select(select(max(-t26, 0.0) / t32, 0.0, t70), t67, t68), t33);
    let box_y = state.box_y + (t14 * t71 + t18 * t72) / t21;
    let ball_y = state.ball_y + (t22 + (t15 * t71 + t19 * t72) / parameters.stiffness);
    let ball_z = state.ball_z + (t23 + (t17 * t71 + t20 * t72) / parameters.stiffness);
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
    let t51 = t50 / t47;
    let t52 = sqrt(max(t35 * t35 + t44 * t46 * 4.0, 0.0));
    let t53 = abs(t35) + t52;
    let t54 = select(t49 / t53, t53 / (t44 * 2.0), t35 < 0.0);
    let t55 = t54 / t52;
    var item = t34;
    var item_2 = t35;
    var item_3 = t50;
    var item_4 = t54;
    var item_5 = t51;
    var item_6 = t55;
    for (var turn = 0u; turn < 5u; turn++) {
        let t56 = item - t34 - t43 * item_4;
        let t57 = item_2 - t35 - t43 * item_3;
        let t58 = t43 * item_5;
        let t59 = t43 * item_6;
        let t60 = 1.0 - t58 * t59;
        let t61 = item - (t56 - t59 * t57) / t60;
        let t62 = sqrt(max(t61 * t61 + t39 * t46 * 4.0, 0.0));
        let t63 = abs(t61) + t62;
        let t64 = t46 * 2.0;
        let t65 = select(t64 / t63, t63 / (t39 * 2.0), t61 < 0.0);
        let t66 = item_2 - (t57 - t58 * t56) / t60;
        let t67 = sqrt(max(t66 * t66 + t44 * t46 * 4.0, 0.0));
        let t68 = abs(t66) + t67;
        let t69 = select(t64 / t68, t68 / (t44 * 2.0), t66 < 0.0);
        let next = t61;
        let next_2 = t66;
        let next_3 = t65;
        let next_4 = t69;
        let next_5 = t65 / t62;
        let next_6 = t69 / t67;
        item = next;
        item_2 = next_2;
        item_3 = next_3;
        item_4 = next_4;
        item_5 = next_5;
        item_6 = next_6;
    }
    let t70 = t46 / item_3;
    let t71 = t46 / item_4;
    let t72 = t34 + t39 * item_3 + t43 * item_4 - t70;
    let t73 = t43;
    let t74 = 1.0 / (t39 + t70 / item_3);
    let t75 = t73 * t74;
    let t76 = 1.0 / (t44 + t71 / item_4 - t73 * t75);
    let t77 = (t35 + t43 * item_3 + t44 * item_4 - t71 - t75 * t72) * t76;
    let t78 = t39 * t44 - t43 * t43;
    let t79 = (t43 * t35 - t44 * t34) / t78;
    let t80 = (t43 * t34 - t39 * t35) / t78;
    let t81 = 0.0 < t79 && 0.0 < t80;
    let t82 = -t34;
    let t83 = max(t82, 0.0) / t39;
    let t84 = -t35;
    let t85 = max(t84, 0.0) / t44;
    let t86 = 0.0 <= t35 + t43 * t83;
    let t87 = select(item_3 - (t72 * t74 - t75 * t77), select(select(0.0, t83, t86), t79, t81), t45);
    let t88 = select(item_4 - t77, select(select(t85, 0.0, t86), t80, t81), t45);
    let t89 = 2.0 * parameters.weight_ball;
    let t90 = 2.0 * parameters.effort;
    let t91 = t90 * (control.command_z - state.last_command_z);
    let t92 = t90 * (control.command_y - state.last_command_y);
    let t93 = 2.0 * parameters.weight * (state.box_y - parameters.goal) + cotangent.box_y;
    let t94 = cotangent.ball_z / parameters.stiffness;
    let t95 = cotangent.ball_y / parameters.stiffness;
    let t96 = cotangent.box_y / t30;
    let t97 = t94 * t29 + t95 * t28 + t96 * t27;
    let t98 = t94 * t26 + t95 * t24 + t96 * t23;
    let t99 = select(0.0, t97, t45);
    let t100 = select(0.0, t98, t45);
    let t101 = select(t98, 0.0, t45);
    let t102 = select(select(t99, 0.0, t81), 0.0, t86) / t44;
    let t103 = select(0.0, select(t100, 0.0, t81), t86) / t39;
    let t104 = select(0.0, t99, t81) / t78;
    let t105 = t104 * t80;
    let t106 = select(0.0, t100, t81) / t78;
    let t107 = t106 * t79;
    let t108 = -t105 - t107;
    let t109 = (t101 * t75 - select(t97, 0.0, t45)) * t76;
    let t110 = -(t101 * t74) - t109 * t75;
    let t111 = -(t102 * t85) - t106 * t34 + t108 * t39 + t109 * item_4;
    let t112 = -select(0.0, t102, 0.0 <= t84) - t104 * t39 + t106 * t43 + t109;
    let t113 = t104 * t34 + t106 * t35 + 2.0 * (t107 + t105) * t43 + t109 * item_3;
    let t114 = t113 + t110 * item_4;
    let t115 = t104 * t43 - select(0.0, t103, 0.0 <= t82) - t106 * t44 + t110;
    let t116 = -(t103 * t83) - t104 * t35 + t108 * t44 + t110 * item_3;
    let t117 = t94 * t88 + t111 * t42 + (t111 * t29 + t114 * t26) / parameters.stiffness;
    let t118 = t95 * t88 + t111 * t41 + (t111 * t28 + t114 * t24) / parameters.stiffness;
    let t119 = t96 * t88 + t111 * t40 + (t111 * t27 + t114 * t23) / t30;
    let t120 = t94 * t87 + t114 * t42 + t116 * t38 + t116 * t26 / parameters.stiffness;
    let t121 = t95 * t87 + t114 * t41 + t116 * t37 + t116 * t24 / parameters.stiffness;
    let t122 = t96 * t87 + t114 * t40 + t116 * t36 + t116 * t23 / t30;
    let t123 = t117 + t112 * t32;
    let t124 = t118 + t112 * t31;
    let gap_cotangent = t112 + t115;
    let t125 = t120 + t115 * t32;
    let t126 = cotangent.ball_z + t112 * t29 + t115 * t26;
    let t127 = t121 + t115 * t31;
    let t128 = cotangent.ball_y + t112 * t28 + t115 * t24;
    let t129 = t89 * (state.ball_z - parameters.goal_ball_z) + cotangent.ball_z - t126;
    let t130 = t89 * (state.ball_y - parameters.goal_ball_y) + cotangent.ball_y - t128;
    let t131 = select(t123 + t125 + (t124 - t119 - t127 + t122) * parameters.friction, 0.0, t10);
    let t132 = select(t131, 0.0, t16) / t17;
    let t133 = select(t124 + (t125 - t123) * parameters.friction + t127 - t122 - t119, 0.0, t10);
    let t134 = select(t133, 0.0, t16) / t17;
    let t135 = select(0.0, gap_cotangent, t10);
    let t136 = select(-(t132 * t20) - t134 * t18, 0.0, t16) + select(gap_cotangent, 0.0, t10);
    let t137 = select(0.0, t135, t13);
    let t138 = select(t135, 0.0, t13);
    let t139 = 2.0 * select(0.0, t136 / (2.0 * t9), 0.0 < t8);
    let t140 = t132 + t139 * t7;
    let t141 = t134 + t139 * t4;
    let t142 = select(select(0.0, -t138, t15), t138, 0.0 < t1) + select(0.0, t140, t6 <= 0.0);
    let t143 = select(select(0.0, -t137, t14), t137, 0.0 < t0) + select(0.0, t141, t3 <= 0.0);
    let t144 = t143 + select(0.0, t141, 0.0 <= t2);
    return StateControl(
        State(t93 - t144, t130 + t144, t129 + (t142 + select(0.0, t140, 0.0 <= t5)), -t92, -t91),
        Control(cotangent.last_command_y + t92 + t128, cotangent.last_command_z + t91 + t126),
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
