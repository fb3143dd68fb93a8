// ledge: a tilted box is dropped on the edge of a ledge: how is it turned?
// own example: continuity of the final angle

const STATE_SIZE: u32 = 6u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 13u;

struct Parameters {
    mass: f32, // kg: mass of the box
    half_width: f32, // m: half the width of the box
    half_height: f32, // m: half the height of the box
    ledge: f32, // m: side of the ledge
    stiffness: f32, // N/m3: slope k of the pressure field; both soft are as stiff together
    slope_ratio: f32, // 1: slope of the box over that of the ledge, both soft
    point_stiffness: f32, // N/m: stiffness k1 of one point; each of two points has half of it
    dissipation: f32, // s/m: dissipation D after Hunt and Crossley
    friction: f32, // 1: coefficient of friction
    slip_speed: f32, // m/s: slip speed that regularises friction
    gravity: f32, // m/s2: gravity
    goal: f32, // rad: goal of the angle
    time_step: f32, // s: time step h
}

struct State {
    x: f32, // m
    y: f32, // m
    angle: f32, // rad
    velocity_x: f32, // m/s
    velocity_y: f32, // m/s
    spin: f32, // rad/s
}

struct Control {
    shift: f32, // m
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.x, state.y, state.angle, state.velocity_x, state.velocity_y, state.spin);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.shift);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.x + control.shift;
    let t1 = cos_f32(state.angle);
    let t2 = sin_f32(state.angle);
    let t3 = parameters.point_stiffness * 0.5;
    let t4 = state.velocity_x + state.y * state.spin;
    let t5 = state.velocity_y - t0 * state.spin;
    let t6 = t1 * parameters.half_width;
    let t7 = t2 * parameters.half_height;
    let t8 = t2 * parameters.half_width;
    let t9 = t1 * parameters.half_height;
    let t10 = t0 + (t6 + t7);
    let t11 = state.y + (t8 - t9);
    let t12 = t0 + (t6 - t7);
    let t13 = state.y + (t8 + t9);
    let t14 = t0 + (-t6 - t7);
    let t15 = state.y + (t9 - t8);
    let t16 = t0 + (t7 - t6);
    let t17 = state.y + (-t8 - t9);
    let t18 = -t2;
    let t19 = -t1;
    let t20 = -parameters.ledge - state.y;
    let t21 = t1 * t0;
    let t22 = t2 * t20;
    let t23 = t22 - t21;
    let t24 = t2 * t0;
    let t25 = t1 * t20;
    let t26 = t24 + t25;
    let t27 = parameters.half_width - t23;
    let t28 = parameters.half_height - t26;
    let t29 = parameters.half_width + t23;
    let t30 = parameters.half_height + t26;
    let t31 = t2 * state.y;
    let t32 = -t21 - t31;
    let t33 = t1 * state.y;
    let t34 = t24 - t33;
    let t35 = parameters.half_width - t32;
    let t36 = parameters.half_height - t34;
    let t37 = parameters.half_width + t32;
    let t38 = parameters.half_height + t34;
    let t39 = -parameters.ledge - t0;
    let t40 = t1 * t39;
    let t41 = t40 - t31;
    let t42 = t2 * t39;
    let t43 = -t42 - t33;
    let t44 = parameters.half_width - t41;
    let t45 = parameters.half_height - t43;
    let t46 = parameters.half_width + t41;
    let t47 = parameters.half_height + t43;
    let t48 = t40 + t22;
    let t49 = t25 - t42;
    let t50 = parameters.half_width - t48;
    let t51 = parameters.half_height - t49;
    let t52 = parameters.half_width + t48;
    let t53 = parameters.half_height + t49;
    let t54 = -t10;
    let t55 = -t11;
    let t56 = parameters.ledge + t10;
    let t57 = parameters.ledge + t11;
    let t58 = -t12;
    let t59 = -t13;
    let t60 = parameters.ledge + t12;
    let t61 = parameters.ledge + t13;
    let t62 = -t14;
    let t63 = -t15;
    let t64 = parameters.ledge + t14;
    let t65 = parameters.ledge + t15;
    let t66 = -t16;
    let t67 = -t17;
    let t68 = parameters.ledge + t16;
    let t69 = parameters.ledge + t17;
    let other_face = t55 < t54;
    let t70 = select(t54, t55, other_face);
    let other_face_2 = t56 < t70;
    let t71 = select(t70, t56, other_face_2);
    let other_face_3 = t57 < t71;
    let t72 = select(t71, t57, other_face_3);
    let t73 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t74 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < t72;
    let other_face_4 = t59 < t58;
    let t75 = select(t58, t59, other_face_4);
    let other_face_5 = t60 < t75;
    let t76 = select(t75, t60, other_face_5);
    let other_face_6 = t61 < t76;
    let t77 = select(t76, t61, other_face_6);
    let t78 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t79 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let touches_2 = 0.0 < t77;
    let other_face_7 = t63 < t62;
    let t80 = select(t62, t63, other_face_7);
    let other_face_8 = t64 < t80;
    let t81 = select(t80, t64, other_face_8);
    let other_face_9 = t65 < t81;
    let t82 = select(t81, t65, other_face_9);
    let t83 = select(select(select(1.0, 0.0, other_face_7), -1.0, other_face_8), 0.0, other_face_9);
    let t84 = select(select(select(0.0, 1.0, other_face_7), 0.0, other_face_8), -1.0, other_face_9);
    let touches_3 = 0.0 < t82;
    let other_face_10 = t67 < t66;
    let t85 = select(t66, t67, other_face_10);
    let other_face_11 = t68 < t85;
    let t86 = select(t85, t68, other_face_11);
    let other_face_12 = t69 < t86;
    let t87 = select(t86, t69, other_face_12);
    let t88 = select(select(select(1.0, 0.0, other_face_10), -1.0, other_face_11), 0.0, other_face_12);
    let t89 = select(select(select(0.0, 1.0, other_face_10), 0.0, other_face_11), -1.0, other_face_12);
    let touches_4 = 0.0 < t87;
    let other_face_13 = t28 < t27;
    let t90 = select(t27, t28, other_face_13);
    let other_face_14 = t29 < t90;
    let t91 = select(t90, t29, other_face_14);
    let other_face_15 = t30 < t91;
    let t92 = select(t91, t30, other_face_15);
    let t93 = select(select(select(t19, t2, other_face_13), t1, other_face_14), t18, other_face_15);
    let t94 = select(select(select(t18, t19, other_face_13), t2, other_face_14), t1, other_face_15);
    let touches_5 = 0.0 < t92;
    let other_face_16 = t36 < t35;
    let t95 = select(t35, t36, other_face_16);
    let other_face_17 = t37 < t95;
    let t96 = select(t95, t37, other_face_17);
    let other_face_18 = t38 < t96;
    let t97 = select(t96, t38, other_face_18);
    let t98 = select(select(select(t19, t2, other_face_16), t1, other_face_17), t18, other_face_18);
    let t99 = select(select(select(t18, t19, other_face_16), t2, other_face_17), t1, other_face_18);
    let touches_6 = 0.0 < t97;
    let other_face_19 = t45 < t44;
    let t100 = select(t44, t45, other_face_19);
    let other_face_20 = t46 < t100;
    let t101 = select(t100, t46, other_face_20);
    let other_face_21 = t47 < t101;
    let t102 = select(t101, t47, other_face_21);
    let t103 = select(select(select(t19, t2, other_face_19), t1, other_face_20), t18, other_face_21);
    let t104 = select(select(select(t18, t19, other_face_19), t2, other_face_20), t1, other_face_21);
    let touches_7 = 0.0 < t102;
    let other_face_22 = t51 < t50;
    let t105 = select(t50, t51, other_face_22);
    let other_face_23 = t52 < t105;
    let t106 = select(t105, t52, other_face_23);
    let other_face_24 = t53 < t106;
    let t107 = select(t106, t53, other_face_24);
    let t108 = select(select(select(t19, t2, other_face_22), t1, other_face_23), t18, other_face_24);
    let t109 = select(select(select(t18, t19, other_face_22), t2, other_face_23), t1, other_face_24);
    let touches_8 = 0.0 < t107;
    let load = t3 * t72;
    let t110 = parameters.dissipation * (t4 * t73 + t5 * t74 + state.spin * (t10 * t74 - t11 * t73));
    let t111 = load * max(1.0 - t110, 0.0);
    let t112 = t4 * t74 - t5 * t73 + state.spin * (-(t10 * t73) - t11 * t74);
    let t113 = parameters.slip_speed * parameters.slip_speed;
    let t114 = parameters.friction * t112 / sqrt(max(t112 * t112 + t113, 0.0));
    let t115 = (t73 - t74 * t114) * t111;
    let t116 = (t74 + t73 * t114) * t111;
    let load_2 = t3 * t77;
    let t117 = parameters.dissipation * (t4 * t78 + t5 * t79 + state.spin * (t12 * t79 - t13 * t78));
    let t118 = load_2 * max(1.0 - t117, 0.0);
    let t119 = t4 * t79 - t5 * t78 + state.spin * (-(t12 * t78) - t13 * t79);
    let t120 = parameters.friction * t119 / sqrt(max(t119 * t119 + t113, 0.0));
    let t121 = (t78 - t79 * t120) * t118;
    let t122 = (t79 + t78 * t120) * t118;
    let t123 = select(0.0, (t12 - t0) * t122 - (t13 - state.y) * t121, touches_2);
    let t124 = select(0.0, (t10 - t0) * t116 - (t11 - state.y) * t115, touches) + t123;
    let load_3 = t3 * t82;
    let t125 = parameters.dissipation * (t4 * t83 + t5 * t84 + state.spin * (t14 * t84 - t15 * t83));
    let t126 = load_3 * max(1.0 - t125, 0.0);
    let t127 = t4 * t84 - t5 * t83 + state.spin * (-(t14 * t83) - t15 * t84);
    let t128 = parameters.friction * t127 / sqrt(max(t127 * t127 + t113, 0.0));
    let t129 = (t83 - t84 * t128) * t126;
    let t130 = (t84 + t83 * t128) * t126;
    let t131 = select(0.0, (t14 - t0) * t130 - (t15 - state.y) * t129, touches_3);
    let t132 = select(0.0, t115, touches) + select(0.0, t121, touches_2) + select(0.0, t129, touches_3);
    let t133 = select(0.0, t116, touches) + select(0.0, t122, touches_2) + select(0.0, t130, touches_3);
    let load_4 = t3 * t87;
    let t134 = parameters.dissipation * (t4 * t88 + t5 * t89 + state.spin * (t16 * t89 - t17 * t88));
    let t135 = load_4 * max(1.0 - t134, 0.0);
    let t136 = t4 * t89 - t5 * t88 + state.spin * (-(t16 * t88) - t17 * t89);
    let t137 = parameters.friction * t136 / sqrt(max(t136 * t136 + t113, 0.0));
    let t138 = (t88 - t89 * t137) * t135;
    let t139 = (t89 + t88 * t137) * t135;
    let t140 = select(0.0, (t16 - t0) * t139 - (t17 - state.y) * t138, touches_4);
    let load_5 = t3 * t92;
    let t141 = t4 * t93 + t5 * t94 + state.spin * (0.0 * t94 + parameters.ledge * t93);
    let t142 = load_5 * max(1.0 - parameters.dissipation * t141, 0.0);
    let t143 = t4 * t94 - t5 * t93 + state.spin * (parameters.ledge * t94 - 0.0 * t93);
    let t144 = parameters.friction * t143 / sqrt(max(t143 * t143 + t113, 0.0));
    let t145 = (t93 - t94 * t144) * t142;
    let t146 = (t94 + t93 * t144) * t142;
    let t147 = t132 + select(0.0, t138, touches_4) + select(0.0, t145, touches_5);
    let t148 = t133 + select(0.0, t139, touches_4) + select(0.0, t146, touches_5);
    let t149 = t124 + t131 + t140 + select(0.0, -(t0 * t146) - t20 * t145, touches_5);
    let load_6 = t3 * t97;
    let t150 = 0.0 * t99;
    let t151 = 0.0 * t98;
    let t152 = parameters.dissipation * (t4 * t98 + t5 * t99 + state.spin * (t150 - t151));
    let t153 = load_6 * max(1.0 - t152, 0.0);
    let t154 = t4 * t99 - t5 * t98 + state.spin * (-t151 - t150);
    let t155 = parameters.friction * t154 / sqrt(max(t154 * t154 + t113, 0.0));
    let t156 = (t98 - t99 * t155) * t153;
    let t157 = (t99 + t98 * t155) * t153;
    let load_7 = t3 * t102;
    let t158 = t4 * t103 + t5 * t104 + state.spin * (-(parameters.ledge * t104) - 0.0 * t103);
    let t159 = load_7 * max(1.0 - parameters.dissipation * t158, 0.0);
    let t160 = t4 * t104 - t5 * t103 + state.spin * (parameters.ledge * t103 - 0.0 * t104);
    let t161 = parameters.friction * t160 / sqrt(max(t160 * t160 + t113, 0.0));
    let t162 = (t103 - t104 * t161) * t159;
    let t163 = (t104 + t103 * t161) * t159;
    let t164 = t147 + select(0.0, t156, touches_6) + select(0.0, t162, touches_7);
    let t165 = t148 + select(0.0, t157, touches_6) + select(0.0, t163, touches_7);
    let t166 = t149 + select(0.0, state.y * t156 - t0 * t157, touches_6) + select(0.0, t39 * t163 + state.y * t162, touches_7);
    let load_8 = t3 * t107;
    let t167 = parameters.ledge * t109;
    let t168 = parameters.ledge * t108;
    let t169 = parameters.dissipation * (t4 * t108 + t5 * t109 + state.spin * (t168 - t167));
    let t170 = load_8 * max(1.0 - t169, 0.0);
    let t171 = t4 * t109 - t5 * t108 + state.spin * (t168 + t167);
    let t172 = parameters.friction * t171 / sqrt(max(t171 * t171 + t113, 0.0));
    let t173 = (t108 - t109 * t172) * t170;
    let t174 = (t109 + t108 * t172) * t170;
    let force_x = t164 + select(0.0, t173, touches_8);
    let force_y = t165 + select(0.0, t174, touches_8);
    let moment = t166 + select(0.0, t39 * t174 - t20 * t173, touches_8);
    let t175 = parameters.time_step / parameters.mass;
    let t176 = parameters.half_width * parameters.half_width + parameters.half_height * parameters.half_height;
    let velocity_x = state.velocity_x + t175 * force_x;
    let velocity_y = state.velocity_y + t175 * force_y - parameters.time_step * parameters.gravity;
    let t177 = parameters.time_step * moment / (parameters.mass * t176 * 0.33333334);
    let spin = state.spin + t177;
    return State(
        state.x + parameters.time_step * velocity_x,
        state.y + parameters.time_step * velocity_y,
        state.angle + parameters.time_step * spin,
        velocity_x,
        velocity_y,
        spin,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    return 0.0;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.angle - parameters.goal;
    return t0 * t0;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.x + control.shift;
    let t1 = cos_f32(state.angle);
    let t2 = sin_f32(state.angle);
    let t3 = parameters.point_stiffness * 0.5;
    let t4 = state.velocity_x + state.y * state.spin;
    let t5 = state.velocity_y - t0 * state.spin;
    let t6 = t1 * parameters.half_width;
    let t7 = t2 * parameters.half_height;
    let t8 = t2 * parameters.half_width;
    let t9 = t1 * parameters.half_height;
    let t10 = t0 + (t6 + t7);
    let t11 = state.y + (t8 - t9);
    let t12 = t0 + (t6 - t7);
    let t13 = state.y + (t8 + t9);
    let t14 = t0 + (-t6 - t7);
    let t15 = state.y + (t9 - t8);
    let t16 = t0 + (t7 - t6);
    let t17 = state.y + (-t8 - t9);
    let t18 = -t2;
    let t19 = -t1;
    let t20 = -parameters.ledge - state.y;
    let t21 = t1 * t0;
    let t22 = t2 * t20;
    let t23 = t22 - t21;
    let t24 = t2 * t0;
    let t25 = t1 * t20;
    let t26 = t24 + t25;
    let t27 = parameters.half_width - t23;
    let t28 = parameters.half_height - t26;
    let t29 = parameters.half_width + t23;
    let t30 = parameters.half_height + t26;
    let t31 = t2 * state.y;
    let t32 = -t21 - t31;
    let t33 = t1 * state.y;
    let t34 = t24 - t33;
    let t35 = parameters.half_width - t32;
    let t36 = parameters.half_height - t34;
    let t37 = parameters.half_width + t32;
    let t38 = parameters.half_height + t34;
    let t39 = -parameters.ledge - t0;
    let t40 = t1 * t39;
    let t41 = t40 - t31;
    let t42 = t2 * t39;
    let t43 = -t42 - t33;
    let t44 = parameters.half_width - t41;
    let t45 = parameters.half_height - t43;
    let t46 = parameters.half_width + t41;
    let t47 = parameters.half_height + t43;
    let t48 = t40 + t22;
    let t49 = t25 - t42;
    let t50 = parameters.half_width - t48;
    let t51 = parameters.half_height - t49;
    let t52 = parameters.half_width + t48;
    let t53 = parameters.half_height + t49;
    let t54 = -t10;
    let t55 = -t11;
    let t56 = parameters.ledge + t10;
    let t57 = parameters.ledge + t11;
    let t58 = -t12;
    let t59 = -t13;
    let t60 = parameters.ledge + t12;
    let t61 = parameters.ledge + t13;
    let t62 = -t14;
    let t63 = -t15;
    let t64 = parameters.ledge + t14;
    let t65 = parameters.ledge + t15;
    let t66 = -t16;
    let t67 = -t17;
    let t68 = parameters.ledge + t16;
    let t69 = parameters.ledge + t17;
    let other_face = t55 < t54;
    let t70 = select(t54, t55, other_face);
    let other_face_2 = t56 < t70;
    let t71 = select(t70, t56, other_face_2);
    let other_face_3 = t57 < t71;
    let t72 = select(t71, t57, other_face_3);
    let t73 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t74 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < t72;
    let other_face_4 = t59 < t58;
    let t75 = select(t58, t59, other_face_4);
    let other_face_5 = t60 < t75;
    let t76 = select(t75, t60, other_face_5);
    let other_face_6 = t61 < t76;
    let t77 = select(t76, t61, other_face_6);
    let t78 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t79 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let touches_2 = 0.0 < t77;
    let other_face_7 = t63 < t62;
    let t80 = select(t62, t63, other_face_7);
    let other_face_8 = t64 < t80;
    let t81 = select(t80, t64, other_face_8);
    let other_face_9 = t65 < t81;
    let t82 = select(t81, t65, other_face_9);
    let t83 = select(select(select(1.0, 0.0, other_face_7), -1.0, other_face_8), 0.0, other_face_9);
    let t84 = select(select(select(0.0, 1.0, other_face_7), 0.0, other_face_8), -1.0, other_face_9);
    let touches_3 = 0.0 < t82;
    let other_face_10 = t67 < t66;
    let t85 = select(t66, t67, other_face_10);
    let other_face_11 = t68 < t85;
    let t86 = select(t85, t68, other_face_11);
    let other_face_12 = t69 < t86;
    let t87 = select(t86, t69, other_face_12);
    let t88 = select(select(select(1.0, 0.0, other_face_10), -1.0, other_face_11), 0.0, other_face_12);
    let t89 = select(select(select(0.0, 1.0, other_face_10), 0.0, other_face_11), -1.0, other_face_12);
    let touches_4 = 0.0 < t87;
    let other_face_13 = t28 < t27;
    let t90 = select(t27, t28, other_face_13);
    let other_face_14 = t29 < t90;
    let t91 = select(t90, t29, other_face_14);
    let other_face_15 = t30 < t91;
    let t92 = select(t91, t30, other_face_15);
    let t93 = select(select(select(t19, t2, other_face_13), t1, other_face_14), t18, other_face_15);
    let t94 = select(select(select(t18, t19, other_face_13), t2, other_face_14), t1, other_face_15);
    let touches_5 = 0.0 < t92;
    let other_face_16 = t36 < t35;
    let t95 = select(t35, t36, other_face_16);
    let other_face_17 = t37 < t95;
    let t96 = select(t95, t37, other_face_17);
    let other_face_18 = t38 < t96;
    let t97 = select(t96, t38, other_face_18);
    let t98 = select(select(select(t19, t2, other_face_16), t1, other_face_17), t18, other_face_18);
    let t99 = select(select(select(t18, t19, other_face_16), t2, other_face_17), t1, other_face_18);
    let touches_6 = 0.0 < t97;
    let other_face_19 = t45 < t44;
    let t100 = select(t44, t45, other_face_19);
    let other_face_20 = t46 < t100;
    let t101 = select(t100, t46, other_face_20);
    let other_face_21 = t47 < t101;
    let t102 = select(t101, t47, other_face_21);
    let t103 = select(select(select(t19, t2, other_face_19), t1, other_face_20), t18, other_face_21);
    let t104 = select(select(select(t18, t19, other_face_19), t2, other_face_20), t1, other_face_21);
    let touches_7 = 0.0 < t102;
    let other_face_22 = t51 < t50;
    let t105 = select(t50, t51, other_face_22);
    let other_face_23 = t52 < t105;
    let t106 = select(t105, t52, other_face_23);
    let other_face_24 = t53 < t106;
    let t107 = select(t106, t53, other_face_24);
    let t108 = select(select(select(t19, t2, other_face_22), t1, other_face_23), t18, other_face_24);
    let t109 = select(select(select(t18, t19, other_face_22), t2, other_face_23), t1, other_face_24);
    let touches_8 = 0.0 < t107;
    let load = t3 * t72;
    let t110 = t10 * t74 - t11 * t73;
    let t111 = parameters.dissipation * (t4 * t73 + t5 * t74 + state.spin * t110);
    let t112 = 1.0 - t111;
    let t113 = max(t112, 0.0);
    let t114 = load * t113;
    let t115 = -(t10 * t73) - t11 * t74;
    let t116 = t4 * t74 - t5 * t73 + state.spin * t115;
    let t117 = parameters.slip_speed * parameters.slip_speed;
    let t118 = t116 * t116 + t117;
    let t119 = sqrt(max(t118, 0.0));
    let t120 = parameters.friction * t116 / t119;
    let t121 = t73 - t74 * t120;
    let t122 = t74 + t73 * t120;
    let load_2 = t3 * t77;
    let t123 = t12 * t79 - t13 * t78;
    let t124 = parameters.dissipation * (t4 * t78 + t5 * t79 + state.spin * t123);
    let t125 = 1.0 - t124;
    let t126 = max(t125, 0.0);
    let t127 = load_2 * t126;
    let t128 = -(t12 * t78) - t13 * t79;
    let t129 = t4 * t79 - t5 * t78 + state.spin * t128;
    let t130 = t129 * t129 + t117;
    let t131 = sqrt(max(t130, 0.0));
    let t132 = parameters.friction * t129 / t131;
    let t133 = t78 - t79 * t132;
    let t134 = t79 + t78 * t132;
    let load_3 = t3 * t82;
    let t135 = t14 * t84 - t15 * t83;
    let t136 = parameters.dissipation * (t4 * t83 + t5 * t84 + state.spin * t135);
    let t137 = 1.0 - t136;
    let t138 = max(t137, 0.0);
    let t139 = load_3 * t138;
    let t140 = -(t14 * t83) - t15 * t84;
    let t141 = t4 * t84 - t5 * t83 + state.spin * t140;
    let t142 = t141 * t141 + t117;
    let t143 = sqrt(max(t142, 0.0));
    let t144 = parameters.friction * t141 / t143;
    let t145 = t83 - t84 * t144;
    let t146 = t84 + t83 * t144;
    let load_4 = t3 * t87;
    let t147 = t16 * t89 - t17 * t88;
    let t148 = parameters.dissipation * (t4 * t88 + t5 * t89 + state.spin * t147);
    let t149 = 1.0 - t148;
    let t150 = max(t149, 0.0);
    let t151 = load_4 * t150;
    let t152 = -(t16 * t88) - t17 * t89;
    let t153 = t4 * t89 - t5 * t88 + state.spin * t152;
    let t154 = t153 * t153 + t117;
    let t155 = sqrt(max(t154, 0.0));
    let t156 = parameters.friction * t153 / t155;
    let t157 = t88 - t89 * t156;
    let t158 = t89 + t88 * t156;
    let load_5 = t3 * t92;
    let t159 = 0.0 * t94 + parameters.ledge * t93;
    let t160 = parameters.dissipation * (t4 * t93 + t5 * t94 + state.spin * t159);
    let t161 = 1.0 - t160;
    let t162 = max(t161, 0.0);
    let t163 = load_5 * t162;
    let t164 = parameters.ledge * t94 - 0.0 * t93;
    let t165 = t4 * t94 - t5 * t93 + state.spin * t164;
    let t166 = t165 * t165 + t117;
    let t167 = sqrt(max(t166, 0.0));
    let t168 = parameters.friction * t165 / t167;
    let t169 = t93 - t94 * t168;
    let t170 = t94 + t93 * t168;
    let load_6 = t3 * t97;
    let t171 = 0.0 * t99;
    let t172 = 0.0 * t98;
    let t173 = t171 - t172;
    let t174 = parameters.dissipation * (t4 * t98 + t5 * t99 + state.spin * t173);
    let t175 = 1.0 - t174;
    let t176 = max(t175, 0.0);
    let t177 = load_6 * t176;
    let t178 = -t172 - t171;
    let t179 = t4 * t99 - t5 * t98 + state.spin * t178;
    let t180 = t179 * t179 + t117;
    let t181 = sqrt(max(t180, 0.0));
    let t182 = parameters.friction * t179 / t181;
    let t183 = t98 - t99 * t182;
    let t184 = t99 + t98 * t182;
    let load_7 = t3 * t102;
    let t185 = -(parameters.ledge * t104) - 0.0 * t103;
    let t186 = parameters.dissipation * (t4 * t103 + t5 * t104 + state.spin * t185);
    let t187 = 1.0 - t186;
    let t188 = max(t187, 0.0);
    let t189 = load_7 * t188;
    let t190 = parameters.ledge * t103 - 0.0 * t104;
    let t191 = t4 * t104 - t5 * t103 + state.spin * t190;
    let t192 = t191 * t191 + t117;
    let t193 = sqrt(max(t192, 0.0));
    let t194 = parameters.friction * t191 / t193;
    let t195 = t103 - t104 * t194;
    let t196 = t104 + t103 * t194;
    let load_8 = t3 * t107;
    let t197 = parameters.ledge * t109;
    let t198 = parameters.ledge * t108;
    let t199 = t198 - t197;
    let t200 = parameters.dissipation * (t4 * t108 + t5 * t109 + state.spin * t199);
    let t201 = 1.0 - t200;
    let t202 = max(t201, 0.0);
    let t203 = load_8 * t202;
    let t204 = t198 + t197;
    let t205 = t4 * t109 - t5 * t108 + state.spin * t204;
    let t206 = t205 * t205 + t117;
    let t207 = sqrt(max(t206, 0.0));
    let t208 = parameters.friction * t205 / t207;
    let t209 = t108 - t109 * t208;
    let t210 = t109 + t108 * t208;
    let t211 = parameters.time_step / parameters.mass;
    let t212 = parameters.half_width * parameters.half_width + parameters.half_height * parameters.half_height;
    let spin_cotangent = cotangent.spin + cotangent.angle * parameters.time_step;
    let velocity_y_cotangent = cotangent.velocity_y + cotangent.y * parameters.time_step;
    let velocity_x_cotangent = cotangent.velocity_x + cotangent.x * parameters.time_step;
    let moment_cotangent = spin_cotangent / (parameters.mass * t212 * 0.33333334) * parameters.time_step;
    let force_y_cotangent = velocity_y_cotangent * t211;
    let force_x_cotangent = velocity_x_cotangent * t211;
    let t213 = select(0.0, moment_cotangent, touches_8);
    let t214 = select(0.0, force_x_cotangent, touches_8) - t213 * t20;
    let t215 = select(0.0, force_y_cotangent, touches_8) + t213 * t39;
    let t216 = t215 * t203;
    let t217 = t214 * t203;
    let t218 = t215 * t210 + t214 * t209;
    let t219 = (t216 * t108 - t217 * t109) / t207;
    let t220 = 2.0 * select(0.0, -(t219 * t208 / (2.0 * t207)), 0.0 < t206) * t205;
    let t221 = t220 + t219 * parameters.friction;
    let t222 = t221 * state.spin;
    let load_cotangent = t218 * t202;
    let t223 = select(0.0, t218 * load_8, 0.0 <= t201) * parameters.dissipation;
    let t224 = t223 * state.spin;
    let t225 = t217 + t216 * t208 - t221 * t5 + (t222 - t224) * parameters.ledge;
    let t226 = t216 - t217 * t208 + t221 * t4 + (t222 + t224) * parameters.ledge;
    let t227 = t226 - t223 * t5;
    let t228 = t225 - t223 * t4;
    let t229 = load_cotangent * t3;
    let t230 = select(0.0, moment_cotangent, touches_7);
    let t231 = select(0.0, force_x_cotangent, touches_7) + t230 * state.y;
    let t232 = select(0.0, force_y_cotangent, touches_7) + t230 * t39;
    let t233 = t232 * t189;
    let t234 = t231 * t189;
    let t235 = t232 * t196 + t231 * t195;
    let t236 = (t233 * t103 - t234 * t104) / t193;
    let t237 = 2.0 * select(0.0, -(t236 * t194 / (2.0 * t193)), 0.0 < t192) * t191;
    let t238 = t237 + t236 * parameters.friction;
    let t239 = t238 * state.spin;
    let load_cotangent_2 = t235 * t188;
    let t240 = select(0.0, t235 * load_7, 0.0 <= t187) * parameters.dissipation;
    let t241 = spin_cotangent + t221 * t204 - t223 * t199 + t238 * t190 - t240 * t185;
    let t242 = t240 * state.spin;
    let t243 = t234 + t233 * t194 + t239 * parameters.ledge - t238 * t5 + t242 * 0.0;
    let t244 = t233 - t234 * t194 - t239 * 0.0 + t238 * t4 + t242 * parameters.ledge;
    let t245 = t244 - t240 * t5;
    let t246 = t243 - t240 * t4;
    let t247 = load_cotangent_2 * t3;
    let t248 = select(0.0, moment_cotangent, touches_6);
    let t249 = select(0.0, force_x_cotangent, touches_6) + t248 * state.y;
    let t250 = select(0.0, force_y_cotangent, touches_6) - t248 * t0;
    let t251 = t250 * t177;
    let t252 = t249 * t177;
    let t253 = t250 * t184 + t249 * t183;
    let t254 = (t251 * t98 - t252 * t99) / t181;
    let t255 = 2.0 * select(0.0, -(t254 * t182 / (2.0 * t181)), 0.0 < t180) * t179;
    let t256 = t255 + t254 * parameters.friction;
    let t257 = t256 * state.spin;
    let t258 = -(t221 * t108) - t223 * t109 - t238 * t103 - t240 * t104 - t256 * t98;
    let t259 = t221 * t109 - t223 * t108 + t238 * t104 - t240 * t103 + t256 * t99;
    let load_cotangent_3 = t253 * t176;
    let t260 = select(0.0, t253 * load_6, 0.0 <= t175) * parameters.dissipation;
    let t261 = t260 * state.spin;
    let t262 = t251 - t252 * t182 + t256 * t4 + (-t257 - t261) * 0.0 - t260 * t5;
    let t263 = t252 + t251 * t182 - t256 * t5 + (t261 - t257) * 0.0 - t260 * t4;
    let t264 = load_cotangent_3 * t3;
    let t265 = select(0.0, moment_cotangent, touches_5);
    let t266 = select(0.0, force_x_cotangent, touches_5) - t265 * t20;
    let t267 = select(0.0, force_y_cotangent, touches_5) - t265 * t0;
    let t268 = t267 * t163;
    let t269 = t266 * t163;
    let t270 = t267 * t170 + t266 * t169;
    let t271 = (t268 * t93 - t269 * t94) / t167;
    let t272 = 2.0 * select(0.0, -(t271 * t168 / (2.0 * t167)), 0.0 < t166) * t165;
    let t273 = t272 + t271 * parameters.friction;
    let t274 = t273 * state.spin;
    let load_cotangent_4 = t270 * t162;
    let t275 = select(0.0, t270 * load_5, 0.0 <= t161) * parameters.dissipation;
    let t276 = t275 * state.spin;
    let t277 = t269 + t268 * t168 - t274 * 0.0 - t273 * t5 - t276 * parameters.ledge;
    let t278 = t268 - t269 * t168 + t274 * parameters.ledge + t273 * t4 - t276 * 0.0;
    let t279 = t278 - t275 * t5;
    let t280 = t277 - t275 * t4;
    let t281 = load_cotangent_4 * t3;
    let t282 = select(0.0, moment_cotangent, touches_4);
    let t283 = t282 * (t157 * t151);
    let t284 = select(0.0, force_x_cotangent, touches_4) - t282 * (t17 - state.y);
    let t285 = t282 * (t158 * t151);
    let t286 = select(0.0, force_y_cotangent, touches_4) + t282 * (t16 - t0);
    let t287 = t286 * t158 + t284 * t157;
    let t288 = (t286 * t151 * t88 - t284 * t151 * t89) / t155;
    let t289 = 2.0 * select(0.0, -(t288 * t156 / (2.0 * t155)), 0.0 < t154) * t153;
    let t290 = t289 + t288 * parameters.friction;
    let t291 = t241 + t256 * t178 - t260 * t173 + t273 * t164 - t275 * t159 + t290 * t152;
    let t292 = t290 * state.spin;
    let load_cotangent_5 = t287 * t150;
    let t293 = select(0.0, t287 * load_4, 0.0 <= t149) * parameters.dissipation;
    let t294 = t293 * state.spin;
    let t295 = t258 - t260 * t99 - t273 * t93 - t275 * t94 - t290 * t88 - t293 * t89;
    let t296 = t259 - t260 * t98 + t273 * t94 - t275 * t93 + t290 * t89 - t293 * t88;
    let t297 = load_cotangent_5 * t3;
    let t298 = select(0.0, moment_cotangent, touches_3);
    let t299 = t298 * (t145 * t139);
    let t300 = select(0.0, force_x_cotangent, touches_3) - t298 * (t15 - state.y);
    let t301 = t298 * (t146 * t139);
    let t302 = select(0.0, force_y_cotangent, touches_3) + t298 * (t14 - t0);
    let t303 = cotangent.y + t230 * (t195 * t189) + t248 * (t183 * t177) + t283 + t299;
    let t304 = t302 * t146 + t300 * t145;
    let t305 = (t302 * t139 * t83 - t300 * t139 * t84) / t143;
    let t306 = 2.0 * select(0.0, -(t305 * t144 / (2.0 * t143)), 0.0 < t142) * t141;
    let t307 = t306 + t305 * parameters.friction;
    let t308 = t307 * state.spin;
    let load_cotangent_6 = t304 * t138;
    let t309 = select(0.0, t304 * load_3, 0.0 <= t137) * parameters.dissipation;
    let t310 = t309 * state.spin;
    let t311 = load_cotangent_6 * t3;
    let t312 = select(0.0, moment_cotangent, touches_2);
    let t313 = t312 * (t133 * t127);
    let t314 = select(0.0, force_x_cotangent, touches_2) - t312 * (t13 - state.y);
    let t315 = t312 * (t134 * t127);
    let t316 = select(0.0, force_y_cotangent, touches_2) + t312 * (t12 - t0);
    let t317 = -(t248 * (t184 * t177)) - t265 * (t170 * t163) - t285 - t301 - t315;
    let t318 = t316 * t134 + t314 * t133;
    let t319 = (t316 * t127 * t78 - t314 * t127 * t79) / t131;
    let t320 = 2.0 * select(0.0, -(t319 * t132 / (2.0 * t131)), 0.0 < t130) * t129;
    let t321 = t320 + t319 * parameters.friction;
    let t322 = t321 * state.spin;
    let load_cotangent_7 = t318 * t126;
    let t323 = select(0.0, t318 * load_2, 0.0 <= t125) * parameters.dissipation;
    let t324 = t291 - t293 * t147 + t307 * t140 - t309 * t135 + t321 * t128 - t323 * t123;
    let t325 = t323 * state.spin;
    let t326 = load_cotangent_7 * t3;
    let t327 = select(0.0, moment_cotangent, touches);
    let t328 = t327 * (t121 * t114);
    let t329 = select(0.0, force_x_cotangent, touches) - t327 * (t11 - state.y);
    let t330 = t327 * (t122 * t114);
    let t331 = select(0.0, force_y_cotangent, touches) + t327 * (t10 - t0);
    let t332 = t331 * t122 + t329 * t121;
    let t333 = (t331 * t114 * t73 - t329 * t114 * t74) / t119;
    let t334 = 2.0 * select(0.0, -(t333 * t120 / (2.0 * t119)), 0.0 < t118) * t116;
    let t335 = t334 + t333 * parameters.friction;
    let t336 = t335 * state.spin;
    let t337 = t295 - t307 * t83 - t309 * t84 - t321 * t78 - t323 * t79 - t335 * t73;
    let t338 = t296 + t307 * t84 - t309 * t83 + t321 * t79 - t323 * t78 + t335 * t74;
    let load_cotangent_8 = t332 * t113;
    let t339 = select(0.0, t332 * load, 0.0 <= t112) * parameters.dissipation;
    let t340 = t339 * state.spin;
    let t341 = t339 * t74;
    let t342 = t338 - t339 * t73;
    let t343 = load_cotangent_8 * t3;
    let t344 = select(t227, 0.0, other_face_24);
    let t345 = select(t228, 0.0, other_face_24);
    let t346 = select(0.0, t229, other_face_24);
    let t347 = select(t229, 0.0, other_face_24);
    let t348 = select(t344, 0.0, other_face_23);
    let t349 = select(0.0, t227, other_face_24) + select(0.0, t345, other_face_23);
    let t350 = select(t345, 0.0, other_face_23);
    let t351 = select(t347, 0.0, other_face_23);
    let t352 = select(0.0, t228, other_face_24) + select(t348, 0.0, other_face_22);
    let t353 = select(0.0, t344, other_face_23) + select(0.0, t350, other_face_22);
    let t354 = select(0.0, t348, other_face_22) + select(t350, 0.0, other_face_22);
    let t355 = select(0.0, t351, other_face_22);
    let t356 = select(t245, 0.0, other_face_21);
    let t357 = select(t246, 0.0, other_face_21);
    let t358 = select(t247, 0.0, other_face_21);
    let t359 = select(t356, 0.0, other_face_20);
    let t360 = t349 + select(0.0, t245, other_face_21) + select(0.0, t357, other_face_20);
    let t361 = select(t357, 0.0, other_face_20);
    let t362 = select(0.0, t358, other_face_20);
    let t363 = select(t358, 0.0, other_face_20);
    let t364 = t352 + select(0.0, t246, other_face_21) + select(t359, 0.0, other_face_19);
    let t365 = t353 + select(0.0, t356, other_face_20) + select(0.0, t361, other_face_19);
    let t366 = t354 + select(0.0, t359, other_face_19) + select(t361, 0.0, other_face_19);
    let t367 = select(t363, 0.0, other_face_19);
    let t368 = select(t262, 0.0, other_face_18);
    let t369 = select(t263, 0.0, other_face_18);
    let t370 = select(0.0, t264, other_face_18);
    let t371 = select(t264, 0.0, other_face_18);
    let t372 = select(t368, 0.0, other_face_17);
    let t373 = t360 + select(0.0, t262, other_face_18) + select(0.0, t369, other_face_17);
    let t374 = select(t369, 0.0, other_face_17);
    let t375 = select(t371, 0.0, other_face_17);
    let t376 = t364 + select(0.0, t263, other_face_18) + select(t372, 0.0, other_face_16);
    let t377 = t365 + select(0.0, t368, other_face_17) + select(0.0, t374, other_face_16);
    let t378 = t366 + select(0.0, t372, other_face_16) + select(t374, 0.0, other_face_16);
    let t379 = select(0.0, t375, other_face_16);
    let t380 = select(t279, 0.0, other_face_15);
    let t381 = select(t280, 0.0, other_face_15);
    let t382 = select(t281, 0.0, other_face_15);
    let t383 = select(t380, 0.0, other_face_14);
    let t384 = t373 + select(0.0, t279, other_face_15) + select(0.0, t381, other_face_14);
    let t385 = select(t381, 0.0, other_face_14);
    let t386 = select(0.0, t382, other_face_14);
    let t387 = select(t382, 0.0, other_face_14);
    let t388 = t376 + select(0.0, t280, other_face_15) + select(t383, 0.0, other_face_13);
    let t389 = t377 + select(0.0, t380, other_face_14) + select(0.0, t385, other_face_13);
    let t390 = t378 + select(0.0, t383, other_face_13) + select(t385, 0.0, other_face_13);
    let t391 = select(t387, 0.0, other_face_13);
    let t392 = select(t297, 0.0, other_face_12);
    let t393 = select(t392, 0.0, other_face_11);
    let t394 = select(0.0, t393, other_face_10);
    let t395 = select(t393, 0.0, other_face_10);
    let t396 = select(t311, 0.0, other_face_9);
    let t397 = select(t396, 0.0, other_face_8);
    let t398 = select(0.0, t397, other_face_7);
    let t399 = select(t397, 0.0, other_face_7);
    let t400 = select(t326, 0.0, other_face_6);
    let t401 = select(t400, 0.0, other_face_5);
    let t402 = select(t401, 0.0, other_face_4);
    let t403 = select(t343, 0.0, other_face_3);
    let t404 = select(t403, 0.0, other_face_2);
    let t405 = select(0.0, t404, other_face);
    let t406 = -t283 - t292 * t89 + t294 * t88 + select(0.0, t297, other_face_12);
    let t407 = t285 - t292 * t88 - t294 * t89 + select(0.0, t392, other_face_11);
    let t408 = t407 - t395;
    let t409 = -t299 - t308 * t84 + t310 * t83 + select(0.0, t311, other_face_9);
    let t410 = t301 - t308 * t83 - t310 * t84 + select(0.0, t396, other_face_8);
    let t411 = t409 - t398;
    let t412 = -t313 - t322 * t79 + t325 * t78 + select(0.0, t326, other_face_6);
    let t413 = t315 - t322 * t78 - t325 * t79 + select(0.0, t400, other_face_5);
    let t414 = t412 - select(0.0, t401, other_face_4);
    let t415 = t413 - t402;
    let t416 = -t328 - t336 * t74 + t340 * t73 + select(0.0, t343, other_face_3);
    let t417 = t416 - t405;
    let t418 = t330 - t336 * t73 - t340 * t74 + select(0.0, t403, other_face_2) - select(t404, 0.0, other_face);
    let t419 = select(0.0, t347, other_face_23) - select(t351, 0.0, other_face_22);
    let t420 = select(0.0, t363, other_face_19) - select(0.0, t247, other_face_21);
    let t421 = t355 - t346 + t420;
    let t422 = t419 + (t362 - t367);
    let t423 = t213 * (t210 * t203) + t230 * (t196 * t189) + t421 * t2 + t422 * t1;
    let t424 = t420 + (t379 - t370);
    let t425 = select(t375, 0.0, other_face_16) - select(0.0, t371, other_face_17);
    let t426 = t367 - t362 + t425;
    let t427 = select(0.0, t281, other_face_15) - select(0.0, t387, other_face_13);
    let t428 = t370 - t379 + t427;
    let t429 = t346 - t355 + t427;
    let t430 = t419 + (t386 - t391);
    let t431 = -(t213 * (t209 * t203)) - t265 * (t169 * t163) + t429 * t1 + t430 * t2;
    let t432 = t391 - t386 + t425;
    let t433 = t384 + t422 * t39 + t424 * state.y + t429 * t20 + t432 * t0 - t390;
    let t434 = t389 + t421 * t39 + t426 * state.y + t428 * t0 + t430 * t20 - t388;
    let t435 = t303 + t313 + t328 + t424 * t1 + t426 * t2 - t431 + (t406 - t394);
    let t436 = t394 - t406;
    let t437 = t317 - t330 - t423 + t428 * t2 + t432 * t1 + t408 + (t410 - t399);
    let t438 = t399 - t410;
    let t439 = t433 + (t436 + t411 + t414 + (t405 - t416)) * parameters.half_height;
    let t440 = t434 + (t398 - t409 + t436 + t414 + t417) * parameters.half_width;
    let t441 = t440 + (t408 + t438 + (t402 - t413) + t418) * parameters.half_height;
    let t442 = t439 + (t395 - t407 + t438 + t415 + t418) * parameters.half_width;
    let t443 = t341 - t337;
    let t444 = t437 + t415 + t418 + t443 * state.spin;
    return StateControl(
        State(
            cotangent.x + t444,
            t435 + t411 + t414 + t417 + t342 * state.spin,
            cotangent.angle + t441 * t1 - t442 * t2,
            velocity_x_cotangent + t342,
            velocity_y_cotangent + (t337 - t341),
            t324 + t335 * t115 - t339 * t110 + t443 * t0 + t342 * state.y,
        ),
        Control(t444),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0, 0.0, 2.0 * (state.angle - parameters.goal), 0.0, 0.0, 0.0);
}
