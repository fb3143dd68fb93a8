// double-pendulum: chaos: the first-order variance grows exponentially with the horizon
// ICML 2022 (arXiv 2202.00817), double pendulum, with other equations of motion

const STATE_SIZE: u32 = 5u;
const CONTROL_SIZE: u32 = 4u;
const PARAMETER_SIZE: u32 = 14u;

struct Parameters {
    mass_1: f32, // kg: inner mass m₁
    mass_2: f32, // kg: outer mass m₂
    length_1: f32, // m: length l₁ of the inner rod
    length_2: f32, // m: length l₂ of the outer rod
    gravity: f32, // m/s2: acceleration g
    start_angle_1: f32, // rad: inner angle before the kick
    start_angle_2: f32, // rad: outer angle before the kick
    start_velocity_1: f32, // rad/s: inner angular velocity before the kick
    start_velocity_2: f32, // rad/s: outer angular velocity before the kick
    time_step: f32, // s: time step h
    goal_x: f32, // m: goal of the tip across
    goal_y: f32, // m: goal of the tip above the pivot
    weight: f32, // 1/m2: cost of the tip's distance at the end
    effort: f32, // 1: cost of the kick's square, in rad and rad/s
}

struct State {
    angle_1: f32, // rad
    angle_2: f32, // rad
    velocity_1: f32, // rad/s
    velocity_2: f32, // rad/s
    ready: f32, // 1
}

struct Control {
    kick_angle_1: f32, // rad
    kick_angle_2: f32, // rad
    kick_velocity_1: f32, // rad/s
    kick_velocity_2: f32, // rad/s
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.angle_1, state.angle_2, state.velocity_1, state.velocity_2, state.ready);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.kick_angle_1, control.kick_angle_2, control.kick_velocity_1, control.kick_velocity_2);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1], values[2], values[3]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.angle_1 + state.ready * control.kick_angle_1;
    let t1 = state.angle_2 + state.ready * control.kick_angle_2;
    let t2 = state.velocity_1 + state.ready * control.kick_velocity_1;
    let t3 = state.velocity_2 + state.ready * control.kick_velocity_2;
    let half_step = parameters.time_step * 0.5;
    let t4 = parameters.start_angle_1 + t0;
    let t5 = parameters.start_angle_2 + t1;
    let t6 = parameters.start_velocity_1 + t2;
    let t7 = parameters.start_velocity_2 + t3;
    let t8 = sin_f32(t4);
    let t9 = cos_f32(t4);
    let t10 = sin_f32(t5);
    let t11 = cos_f32(t5);
    let t12 = t9 * t11 + t8 * t10;
    let t13 = t8 * t11 - t9 * t10;
    let t14 = parameters.mass_1 + parameters.mass_2;
    let t15 = parameters.length_1 * t14;
    let t16 = parameters.mass_2 * parameters.length_2;
    let t17 = t14 * parameters.gravity;
    let t18 = -(t16 * t13 * (t7 * t7)) - t17 * t8;
    let t19 = parameters.length_1 * t13 * (t6 * t6) - parameters.gravity * t10;
    let t20 = parameters.length_1 * parameters.length_2;
    let t21 = t20 * (parameters.mass_1 + parameters.mass_2 * (t13 * t13));
    let t22 = (parameters.length_2 * t18 - t16 * t12 * t19) / t21;
    let t23 = (t15 * t19 - parameters.length_1 * t12 * t18) / t21;
    let t24 = parameters.start_angle_1 + (t0 + half_step * t6);
    let t25 = parameters.start_angle_2 + (t1 + half_step * t7);
    let t26 = parameters.start_velocity_1 + (t2 + half_step * t22);
    let t27 = parameters.start_velocity_2 + (t3 + half_step * t23);
    let t28 = sin_f32(t24);
    let t29 = cos_f32(t24);
    let t30 = sin_f32(t25);
    let t31 = cos_f32(t25);
    let t32 = t29 * t31 + t28 * t30;
    let t33 = t28 * t31 - t29 * t30;
    let t34 = -(t16 * t33 * (t27 * t27)) - t17 * t28;
    let t35 = parameters.length_1 * t33 * (t26 * t26) - parameters.gravity * t30;
    let t36 = t20 * (parameters.mass_1 + parameters.mass_2 * (t33 * t33));
    let t37 = (parameters.length_2 * t34 - t16 * t32 * t35) / t36;
    let t38 = (t15 * t35 - parameters.length_1 * t32 * t34) / t36;
    let t39 = parameters.start_angle_1 + (t0 + half_step * t26);
    let t40 = parameters.start_angle_2 + (t1 + half_step * t27);
    let t41 = parameters.start_velocity_1 + (t2 + half_step * t37);
    let t42 = parameters.start_velocity_2 + (t3 + half_step * t38);
    let t43 = sin_f32(t39);
    let t44 = cos_f32(t39);
    let t45 = sin_f32(t40);
    let t46 = cos_f32(t40);
    let t47 = t44 * t46 + t43 * t45;
    let t48 = t43 * t46 - t44 * t45;
    let t49 = -(t16 * t48 * (t42 * t42)) - t17 * t43;
    let t50 = parameters.length_1 * t48 * (t41 * t41) - parameters.gravity * t45;
    let t51 = t20 * (parameters.mass_1 + parameters.mass_2 * (t48 * t48));
    let t52 = (parameters.length_2 * t49 - t16 * t47 * t50) / t51;
    let t53 = (t15 * t50 - parameters.length_1 * t47 * t49) / t51;
    let t54 = parameters.start_angle_1 + (t0 + parameters.time_step * t41);
    let t55 = parameters.start_angle_2 + (t1 + parameters.time_step * t42);
    let t56 = parameters.start_velocity_1 + (t2 + parameters.time_step * t52);
    let t57 = parameters.start_velocity_2 + (t3 + parameters.time_step * t53);
    let t58 = sin_f32(t54);
    let t59 = cos_f32(t54);
    let t60 = sin_f32(t55);
    let t61 = cos_f32(t55);
    let t62 = t59 * t61 + t58 * t60;
    let t63 = t58 * t61 - t59 * t60;
    let t64 = -(t16 * t63 * (t57 * t57)) - t17 * t58;
    let t65 = parameters.length_1 * t63 * (t56 * t56) - parameters.gravity * t60;
    let t66 = t20 * (parameters.mass_1 + parameters.mass_2 * (t63 * t63));
    let sixth_step = parameters.time_step / 6.0;
    let t67 = t22 + (t37 + t52) * 2.0 + (parameters.length_2 * t64 - t16 * t62 * t65) / t66;
    let t68 = t23 + (t38 + t53) * 2.0 + (t15 * t65 - parameters.length_1 * t62 * t64) / t66;
    return State(
        t0 + sixth_step * (t6 + (t26 + t41) * 2.0 + t56),
        t1 + sixth_step * (t7 + (t27 + t42) * 2.0 + t57),
        t2 + sixth_step * t67,
        t3 + sixth_step * t68,
        0.0,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.kick_angle_1 * control.kick_angle_1 + control.kick_angle_2 * control.kick_angle_2;
    let t1 = t0 + control.kick_velocity_1 * control.kick_velocity_1 + control.kick_velocity_2 * control.kick_velocity_2;
    return parameters.effort * state.ready * t1;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = parameters.start_angle_1 + state.angle_1;
    let t1 = parameters.start_angle_2 + state.angle_2;
    let t2 = parameters.length_1 * sin_f32(t0) + parameters.length_2 * sin_f32(t1);
    let t3 = parameters.length_1 * cos_f32(t0) + parameters.length_2 * cos_f32(t1);
    let t4 = t2 - parameters.goal_x;
    let t5 = -t3 - parameters.goal_y;
    return parameters.weight * (t4 * t4 + t5 * t5);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.angle_1 + state.ready * control.kick_angle_1;
    let t1 = state.angle_2 + state.ready * control.kick_angle_2;
    let t2 = state.velocity_1 + state.ready * control.kick_velocity_1;
    let t3 = state.velocity_2 + state.ready * control.kick_velocity_2;
    let half_step = parameters.time_step * 0.5;
    let t4 = parameters.start_angle_1 + t0;
    let t5 = parameters.start_angle_2 + t1;
    let t6 = parameters.start_velocity_1 + t2;
    let t7 = parameters.start_velocity_2 + t3;
    let t8 = sin_f32(t4);
    let t9 = cos_f32(t4);
    let t10 = sin_f32(t5);
    let t11 = cos_f32(t5);
    let t12 = t9 * t11 + t8 * t10;
    let t13 = t8 * t11 - t9 * t10;
    let t14 = parameters.mass_1 + parameters.mass_2;
    let t15 = parameters.length_1 * t14;
    let t16 = parameters.mass_2 * parameters.length_2;
    let t17 = t16 * t12;
    let t18 = parameters.length_1 * t12;
    let t19 = t16 * t13;
    let t20 = t7 * t7;
    let t21 = t14 * parameters.gravity;
    let t22 = -(t19 * t20) - t21 * t8;
    let t23 = parameters.length_1 * t13;
    let t24 = t6 * t6;
    let t25 = t23 * t24 - parameters.gravity * t10;
    let t26 = parameters.length_1 * parameters.length_2;
    let t27 = t26 * (parameters.mass_1 + parameters.mass_2 * (t13 * t13));
    let t28 = (parameters.length_2 * t22 - t17 * t25) / t27;
    let t29 = (t15 * t25 - t18 * t22) / t27;
    let t30 = parameters.start_angle_1 + (t0 + half_step * t6);
    let t31 = parameters.start_angle_2 + (t1 + half_step * t7);
    let t32 = parameters.start_velocity_1 + (t2 + half_step * t28);
    let t33 = parameters.start_velocity_2 + (t3 + half_step * t29);
    let t34 = sin_f32(t30);
    let t35 = cos_f32(t30);
    let t36 = sin_f32(t31);
    let t37 = cos_f32(t31);
    let t38 = t35 * t37 + t34 * t36;
    let t39 = t34 * t37 - t35 * t36;
    let t40 = t16 * t38;
    let t41 = parameters.length_1 * t38;
    let t42 = t16 * t39;
    let t43 = t33 * t33;
    let t44 = -(t42 * t43) - t21 * t34;
    let t45 = parameters.length_1 * t39;
    let t46 = t32 * t32;
    let t47 = t45 * t46 - parameters.gravity * t36;
    let t48 = t26 * (parameters.mass_1 + parameters.mass_2 * (t39 * t39));
    let t49 = (parameters.length_2 * t44 - t40 * t47) / t48;
    let t50 = (t15 * t47 - t41 * t44) / t48;
    let t51 = parameters.start_angle_1 + (t0 + half_step * t32);
    let t52 = parameters.start_angle_2 + (t1 + half_step * t33);
    let t53 = parameters.start_velocity_1 + (t2 + half_step * t49);
    let t54 = parameters.start_velocity_2 + (t3 + half_step * t50);
    let t55 = sin_f32(t51);
    let t56 = cos_f32(t51);
    let t57 = sin_f32(t52);
    let t58 = cos_f32(t52);
    let t59 = t56 * t58 + t55 * t57;
    let t60 = t55 * t58 - t56 * t57;
    let t61 = t16 * t59;
    let t62 = parameters.length_1 * t59;
    let t63 = t16 * t60;
    let t64 = t54 * t54;
    let t65 = -(t63 * t64) - t21 * t55;
    let t66 = parameters.length_1 * t60;
    let t67 = t53 * t53;
    let t68 = t66 * t67 - parameters.gravity * t57;
    let t69 = t26 * (parameters.mass_1 + parameters.mass_2 * (t60 * t60));
    let t70 = (parameters.length_2 * t65 - t61 * t68) / t69;
    let t71 = (t15 * t68 - t62 * t65) / t69;
    let t72 = parameters.start_angle_1 + (t0 + parameters.time_step * t53);
    let t73 = parameters.start_angle_2 + (t1 + parameters.time_step * t54);
    let t74 = parameters.start_velocity_1 + (t2 + parameters.time_step * t70);
    let t75 = parameters.start_velocity_2 + (t3 + parameters.time_step * t71);
    let t76 = sin_f32(t72);
    let t77 = cos_f32(t72);
    let t78 = sin_f32(t73);
    let t79 = cos_f32(t73);
    let t80 = t77 * t79 + t76 * t78;
    let t81 = t76 * t79 - t77 * t78;
    let t82 = t16 * t80;
    let t83 = parameters.length_1 * t80;
    let t84 = t16 * t81;
    let t85 = t75 * t75;
    let t86 = -(t84 * t85) - t21 * t76;
    let t87 = parameters.length_1 * t81;
    let t88 = t74 * t74;
    let t89 = t87 * t88 - parameters.gravity * t78;
    let t90 = t26 * (parameters.mass_1 + parameters.mass_2 * (t81 * t81));
    let sixth_step = parameters.time_step / 6.0;
    let t91 = control.kick_angle_1 * control.kick_angle_1 + control.kick_angle_2 * control.kick_angle_2;
    let t92 = t91 + control.kick_velocity_1 * control.kick_velocity_1 + control.kick_velocity_2 * control.kick_velocity_2;
    let t93 = 2.0 * (parameters.effort * state.ready);
    let t94 = cotangent.velocity_2 * sixth_step;
    let t95 = t94 * 2.0;
    let t96 = cotangent.velocity_1 * sixth_step;
    let t97 = t96 * 2.0;
    let t98 = cotangent.angle_2 * sixth_step;
    let t99 = t98 * 2.0;
    let t100 = cotangent.angle_1 * sixth_step;
    let t101 = t100 * 2.0;
    let t102 = t94 / t90;
    let t103 = t102 * t15;
    let t104 = t96 / t90;
    let t105 = -(t102 * ((t15 * t89 - t83 * t86) / t90)) - t104 * ((parameters.length_2 * t86 - t82 * t89) / t90);
    let t106 = t104 * t82;
    let t107 = t103 - t106;
    let t108 = t100 + 2.0 * (t107 * t87) * t74;
    let t109 = 2.0 * (t105 * t26 * parameters.mass_2) * t81 + t107 * t88 * parameters.length_1;
    let t110 = t102 * t83 - t104 * parameters.length_2;
    let t111 = t98 + 2.0 * (t110 * t84) * t75;
    let t112 = t109 + t110 * t85 * t16;
    let t113 = -(t102 * t86 * parameters.length_1) - t104 * t89 * t16;
    let t114 = ((t106 - t103) * parameters.gravity - t112 * t77 + t113 * t76) * t79;
    let t115 = t114 - (t112 * t76 + t113 * t77) * t78;
    let t116 = (t110 * t21 + t112 * t79 + t113 * t78) * t77 - (t113 * t79 - t112 * t78) * t76;
    let t117 = (t95 + t111 * parameters.time_step) / t69;
    let t118 = t117 * t15;
    let t119 = (t97 + t108 * parameters.time_step) / t69;
    let t120 = t119 * t61;
    let t121 = t118 - t120;
    let t122 = 2.0 * ((-(t117 * t71) - t119 * t70) * t26 * parameters.mass_2) * t60;
    let t123 = t101 + t116 * parameters.time_step + 2.0 * (t121 * t66) * t53;
    let t124 = t117 * t62 - t119 * parameters.length_2;
    let t125 = t99 + t115 * parameters.time_step + 2.0 * (t124 * t63) * t54;
    let t126 = t122 + t121 * t67 * parameters.length_1 + t124 * t64 * t16;
    let t127 = -(t117 * t65 * parameters.length_1) - t119 * t68 * t16;
    let t128 = ((t120 - t118) * parameters.gravity - t126 * t56 + t127 * t55) * t58;
    let t129 = t128 - (t126 * t55 + t127 * t56) * t57;
    let t130 = (t124 * t21 + t126 * t58 + t127 * t57) * t56 - (t127 * t58 - t126 * t57) * t55;
    let t131 = (t95 + t125 * half_step) / t48;
    let t132 = t131 * t15;
    let t133 = (t97 + t123 * half_step) / t48;
    let t134 = t133 * t40;
    let t135 = t132 - t134;
    let t136 = 2.0 * ((-(t131 * t50) - t133 * t49) * t26 * parameters.mass_2) * t39;
    let t137 = t101 + t130 * half_step + 2.0 * (t135 * t45) * t32;
    let t138 = t131 * t41 - t133 * parameters.length_2;
    let t139 = t99 + t129 * half_step + 2.0 * (t138 * t42) * t33;
    let t140 = t136 + t135 * t46 * parameters.length_1 + t138 * t43 * t16;
    let t141 = -(t131 * t44 * parameters.length_1) - t133 * t47 * t16;
    let t142 = ((t134 - t132) * parameters.gravity - t140 * t35 + t141 * t34) * t37;
    let t143 = t142 - (t140 * t34 + t141 * t35) * t36;
    let t144 = (t138 * t21 + t140 * t37 + t141 * t36) * t35 - (t141 * t37 - t140 * t36) * t34;
    let t145 = (t94 + t139 * half_step) / t27;
    let t146 = t145 * t15;
    let t147 = (t96 + t137 * half_step) / t27;
    let t148 = t147 * t17;
    let t149 = t146 - t148;
    let t150 = 2.0 * ((-(t145 * t29) - t147 * t28) * t26 * parameters.mass_2) * t13;
    let t151 = t145 * t18 - t147 * parameters.length_2;
    let t152 = t150 + t149 * t24 * parameters.length_1 + t151 * t20 * t16;
    let t153 = -(t145 * t22 * parameters.length_1) - t147 * t25 * t16;
    let t154 = ((t148 - t146) * parameters.gravity - t152 * t9 + t153 * t8) * t11;
    let t155 = (t151 * t21 + t152 * t11 + t153 * t10) * t9 - (t153 * t11 - t152 * t10) * t8;
    let t156 = cotangent.velocity_2 + t111 + t125 + t139 + (t98 + t143 * half_step + 2.0 * (t151 * t19) * t7);
    let t157 = cotangent.velocity_1 + t108 + t123 + t137 + (t100 + t144 * half_step + 2.0 * (t149 * t23) * t6);
    let t158 = cotangent.angle_2 + t115 + t129 + t143 + (t154 - (t152 * t8 + t153 * t9) * t10);
    let t159 = cotangent.angle_1 + t116 + t130 + t144 + t155;
    let t160 = t92 * parameters.effort + t156 * control.kick_velocity_2 + t157 * control.kick_velocity_1;
    return StateControl(
        State(
            t159,
            t158,
            t157,
            t156,
            t160 + t158 * control.kick_angle_2 + t159 * control.kick_angle_1,
        ),
        Control(
            t93 * control.kick_angle_1 + t159 * state.ready,
            t93 * control.kick_angle_2 + t158 * state.ready,
            t93 * control.kick_velocity_1 + t157 * state.ready,
            t93 * control.kick_velocity_2 + t156 * state.ready,
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = parameters.start_angle_1 + state.angle_1;
    let t1 = parameters.start_angle_2 + state.angle_2;
    let t2 = sin_f32(t0);
    let t3 = sin_f32(t1);
    let t4 = cos_f32(t0);
    let t5 = cos_f32(t1);
    let t6 = parameters.length_1 * t2 + parameters.length_2 * t3 - parameters.goal_x;
    let t7 = -(parameters.length_1 * t4 + parameters.length_2 * t5) - parameters.goal_y;
    let t8 = 2.0 * parameters.weight;
    let t9 = t8 * t7;
    let t10 = t8 * t6;
    return State(
        t9 * parameters.length_1 * t2 + t10 * parameters.length_1 * t4,
        t9 * parameters.length_2 * t3 + t10 * parameters.length_2 * t5,
        0.0,
        0.0,
        0.0,
    );
}
