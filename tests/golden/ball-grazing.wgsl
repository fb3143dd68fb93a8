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
    let t59 = 1.0 / (t27 + t56 / item_3);
    let t60 = t31 * t59;
    let t61 = (t26 + t31 * item_3 + t32 * item_4 - t57 - t60 * t58) * (1.0 / (t32 + t57 / item_4 - t31 * t60));
    let t62 = t27 * t32 - t31 * t31;
    let t63 = (t31 * t26 - t32 * t25) / t62;
    let t64 = (t31 * t25 - t27 * t26) / t62;
    let t65 = 0.0 < t63 && 0.0 < t64;
    let t66 = max(-t25, 0.0) / t27;
    let t67 = 0.0 <= t26 + t31 * t66;
    let t68 = select(item_3 - (t58 * t59 - t60 * t61), select(select(0.0, t66, t67), t63, t65), t33);
    let t69 = select(item_4 - t61, select(select(max(-t26, 0.0) / t32, 0.0, t67), t64, t65), t33);
    let box_y = state.box_y + (t14 * t68 + t18 * t69) / t21;
    let ball_y = state.ball_y + (t22 + (t15 * t68 + t19 * t69) / parameters.stiffness);
    let ball_z = state.ball_z + (t23 + (t17 * t68 + t20 * t69) / parameters.stiffness);
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
    let t71 = 1.0 / (t39 + t68 / item_3);
    let t72 = t43 * t71;
    let t73 = 1.0 / (t44 + t69 / item_4 - t43 * t72);
    let t74 = (t35 + t43 * item_3 + t44 * item_4 - t69 - t72 * t70) * t73;
    let t75 = t39 * t44 - t43 * t43;
    let t76 = (t43 * t35 - t44 * t34) / t75;
    let t77 = (t43 * t34 - t39 * t35) / t75;
    let t78 = 0.0 < t76 && 0.0 < t77;
    let t79 = -t34;
    let t80 = max(t79, 0.0) / t39;
    let t81 = -t35;
    let t82 = max(t81, 0.0) / t44;
    let t83 = 0.0 <= t35 + t43 * t80;
    let t84 = select(item_3 - (t70 * t71 - t72 * t74), select(select(0.0, t80, t83), t76, t78), t45);
    let t85 = select(item_4 - t74, select(select(t82, 0.0, t83), t77, t78), t45);
    let t86 = 2.0 * parameters.weight_ball;
    let t87 = 2.0 * parameters.effort;
    let t88 = t87 * (control.command_z - state.last_command_z);
    let t89 = t87 * (control.command_y - state.last_command_y);
    let t90 = 2.0 * parameters.weight * (state.box_y - parameters.goal) + cotangent.box_y;
    let t91 = cotangent.ball_z / parameters.stiffness;
    let t92 = cotangent.ball_y / parameters.stiffness;
    let t93 = cotangent.box_y / t30;
    let t94 = t91 * t29 + t92 * t28 + t93 * t27;
    let t95 = t91 * t26 + t92 * t24 + t93 * t23;
    let t96 = select(0.0, t94, t45);
    let t97 = select(0.0, t95, t45);
    let t98 = select(t95, 0.0, t45);
    let t99 = select(select(t96, 0.0, t78), 0.0, t83) / t44;
    let t100 = select(0.0, select(t97, 0.0, t78), t83) / t39;
    let t101 = select(0.0, t96, t78) / t75;
    let t102 = t101 * t77;
    let t103 = select(0.0, t97, t78) / t75;
    let t104 = t103 * t76;
    let t105 = -t102 - t104;
    let t106 = (t98 * t72 - select(t94, 0.0, t45)) * t73;
    let t107 = -(t98 * t71) - t106 * t72;
    let t108 = -(t99 * t82) - t103 * t34 + t105 * t39 + t106 * item_4;
    let t109 = -select(0.0, t99, 0.0 <= t81) - t101 * t39 + t103 * t43 + t106;
    let t110 = t101 * t34 + t103 * t35 + 2.0 * (t104 + t102) * t43 + t106 * item_3;
    let t111 = t110 + t107 * item_4;
    let t112 = t101 * t43 - select(0.0, t100, 0.0 <= t79) - t103 * t44 + t107;
    let t113 = -(t100 * t80) - t101 * t35 + t105 * t44 + t107 * item_3;
    let t114 = t91 * t85 + t108 * t42 + (t108 * t29 + t111 * t26) / parameters.stiffness;
    let t115 = t92 * t85 + t108 * t41 + (t108 * t28 + t111 * t24) / parameters.stiffness;
    let t116 = t93 * t85 + t108 * t40 + (t108 * t27 + t111 * t23) / t30;
    let t117 = t91 * t84 + t111 * t42 + t113 * t38 + t113 * t26 / parameters.stiffness;
    let t118 = t92 * t84 + t111 * t41 + t113 * t37 + t113 * t24 / parameters.stiffness;
    let t119 = t93 * t84 + t111 * t40 + t113 * t36 + t113 * t23 / t30;
    let t120 = t114 + t109 * t32;
    let t121 = t115 + t109 * t31;
    let gap_cotangent = t109 + t112;
    let t122 = t117 + t112 * t32;
    let t123 = cotangent.ball_z + t109 * t29 + t112 * t26;
    let t124 = t118 + t112 * t31;
    let t125 = cotangent.ball_y + t109 * t28 + t112 * t24;
    let t126 = t86 * (state.ball_z - parameters.goal_ball_z) + cotangent.ball_z - t123;
    let t127 = t86 * (state.ball_y - parameters.goal_ball_y) + cotangent.ball_y - t125;
    let t128 = select(t120 + t122 + (t121 - t116 - t124 + t119) * parameters.friction, 0.0, t10);
    let t129 = select(t128, 0.0, t16) / t17;
    let t130 = select(t121 + (t122 - t120) * parameters.friction + t124 - t119 - t116, 0.0, t10);
    let t131 = select(t130, 0.0, t16) / t17;
    let t132 = select(0.0, gap_cotangent, t10);
    let t133 = select(-(t129 * t20) - t131 * t18, 0.0, t16) + select(gap_cotangent, 0.0, t10);
    let t134 = select(0.0, t132, t13);
    let t135 = select(t132, 0.0, t13);
    let t136 = 2.0 * select(0.0, t133 / (2.0 * t9), 0.0 < t8);
    let t137 = t129 + t136 * t7;
    let t138 = t131 + t136 * t4;
    let t139 = select(select(0.0, -t135, t15), t135, 0.0 < t1) + select(0.0, t137, t6 <= 0.0);
    let t140 = select(select(0.0, -t134, t14), t134, 0.0 < t0) + select(0.0, t138, t3 <= 0.0);
    let t141 = t140 + select(0.0, t138, 0.0 <= t2);
    return StateControl(
        State(t90 - t141, t127 + t141, t126 + (t139 + select(0.0, t137, 0.0 <= t5)), -t89, -t88),
        Control(cotangent.last_command_y + t89 + t125, cotangent.last_command_z + t88 + t123),
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
