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
    let t54 = parameters.half_width + parameters.half_width;
    let t55 = parameters.half_height + parameters.half_height;
    let t56 = -t10;
    let t57 = -t11;
    let t58 = parameters.ledge + t10;
    let t59 = parameters.ledge + t11;
    let t60 = -t12;
    let t61 = -t13;
    let t62 = parameters.ledge + t12;
    let t63 = parameters.ledge + t13;
    let t64 = -t14;
    let t65 = -t15;
    let t66 = parameters.ledge + t14;
    let t67 = parameters.ledge + t15;
    let t68 = -t16;
    let t69 = -t17;
    let t70 = parameters.ledge + t16;
    let t71 = parameters.ledge + t17;
    let other_corner = t27 < t35;
    let t72 = select(t27, t35, other_corner);
    let other_corner_2 = t72 < t44;
    let t73 = select(t72, t44, other_corner_2);
    let other_corner_3 = t73 < t50;
    let t74 = select(t73, t50, other_corner_3);
    let other_corner_4 = t28 < t36;
    let t75 = select(t28, t36, other_corner_4);
    let other_corner_5 = t75 < t45;
    let t76 = select(t75, t45, other_corner_5);
    let other_corner_6 = t76 < t51;
    let t77 = select(t76, t51, other_corner_6);
    let other_corner_7 = t29 < t37;
    let t78 = select(t29, t37, other_corner_7);
    let other_corner_8 = t78 < t46;
    let t79 = select(t78, t46, other_corner_8);
    let other_corner_9 = t79 < t52;
    let t80 = select(t79, t52, other_corner_9);
    let other_corner_10 = t30 < t38;
    let t81 = select(t30, t38, other_corner_10);
    let other_corner_11 = t81 < t47;
    let t82 = select(t81, t47, other_corner_11);
    let other_corner_12 = t82 < t53;
    let t83 = select(t82, t53, other_corner_12);
    let other_face = t77 < t74;
    let t84 = select(t74, t77, other_face);
    let other_face_2 = t80 < t84;
    let t85 = select(t84, t80, other_face_2);
    let other_face_3 = t83 < t85;
    let t86 = select(t85, t83, other_face_3);
    let t87 = select(select(select(t19, t2, other_face), t1, other_face_2), t18, other_face_3);
    let t88 = select(select(select(t18, t19, other_face), t2, other_face_2), t1, other_face_3);
    let t89 = select(select(select(t10, t12, other_face), t14, other_face_2), t16, other_face_3);
    let t90 = select(select(select(t11, t13, other_face), t15, other_face_2), t17, other_face_3);
    let t91 = select(select(select(t1, t18, other_face), t19, other_face_2), t2, other_face_3);
    let t92 = select(select(select(t2, t1, other_face), t18, other_face_2), t19, other_face_3);
    let t93 = select(select(select(t55, t54, other_face), t55, other_face_2), t54, other_face_3);
    let t94 = t92 * 0.0;
    let t95 = t91 + t94;
    let t96 = t91 * 0.0;
    let t97 = t96 + t92;
    let other_edge = t97 < t95;
    let t98 = select(t95, t97, other_edge);
    let t99 = t94 - t91;
    let other_edge_2 = t99 < t98;
    let t100 = select(select(-parameters.ledge, 0.0, other_edge), 0.0, other_edge_2);
    let t101 = select(select(0.0, -parameters.ledge, other_edge), -parameters.ledge, other_edge_2);
    let other_edge_3 = t96 - t92 < select(t98, t99, other_edge_2);
    let t102 = select(select(0.0, -parameters.ledge, other_edge_2), -parameters.ledge, other_edge_3);
    let other_corner_13 = t56 < t60;
    let t103 = select(t56, t60, other_corner_13);
    let other_corner_14 = t103 < t64;
    let t104 = select(t103, t64, other_corner_14);
    let other_corner_15 = t104 < t68;
    let t105 = select(t104, t68, other_corner_15);
    let other_corner_16 = t57 < t61;
    let t106 = select(t57, t61, other_corner_16);
    let other_corner_17 = t106 < t65;
    let t107 = select(t106, t65, other_corner_17);
    let other_corner_18 = t107 < t69;
    let t108 = select(t107, t69, other_corner_18);
    let other_corner_19 = t58 < t62;
    let t109 = select(t58, t62, other_corner_19);
    let other_corner_20 = t109 < t66;
    let t110 = select(t109, t66, other_corner_20);
    let other_corner_21 = t110 < t70;
    let t111 = select(t110, t70, other_corner_21);
    let other_corner_22 = t59 < t63;
    let t112 = select(t59, t63, other_corner_22);
    let other_corner_23 = t112 < t67;
    let t113 = select(t112, t67, other_corner_23);
    let other_corner_24 = t113 < t71;
    let t114 = select(t113, t71, other_corner_24);
    let other_face_4 = t108 < t105;
    let t115 = select(t105, t108, other_face_4);
    let other_face_5 = t111 < t115;
    let t116 = select(t115, t111, other_face_5);
    let t117 = select(select(-parameters.ledge, 0.0, other_face_4), 0.0, other_face_5);
    let other_face_6 = t114 < t116;
    let t118 = select(t116, t114, other_face_6);
    let t119 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t120 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let t121 = select(select(0.0, -parameters.ledge, other_face_5), -parameters.ledge, other_face_6);
    let t122 = t119 * t1;
    let t123 = t120 * t2;
    let t124 = t122 + t123;
    let t125 = t119 * t2;
    let t126 = t120 * t1;
    let t127 = t126 - t125;
    let other_edge_4 = t127 < t124;
    let t128 = select(t124, t127, other_edge_4);
    let t129 = -t122 - t123;
    let other_edge_5 = t129 < t128;
    let other_edge_6 = t125 - t126 < select(t128, t129, other_edge_5);
    let t130 = select(select(select(t10, t12, other_edge_4), t14, other_edge_5), t16, other_edge_6);
    let t131 = select(select(select(t11, t13, other_edge_4), t15, other_edge_5), t17, other_edge_6);
    let t132 = select(select(select(t12, t14, other_edge_4), t16, other_edge_5), t10, other_edge_6);
    let t133 = select(select(select(t13, t15, other_edge_4), t17, other_edge_5), t11, other_edge_6);
    let reference_on_a = t86 < t118;
    let t134 = select(t119, t87, reference_on_a);
    let t135 = select(t120, t88, reference_on_a);
    let t136 = select(t121, t89, reference_on_a);
    let t137 = select(select(t117, -parameters.ledge, other_face_6), t90, reference_on_a);
    let t138 = select(t119, t91, reference_on_a);
    let t139 = select(t120, t92, reference_on_a);
    let t140 = select(parameters.ledge, t93, reference_on_a);
    let t141 = select(t130, t102, reference_on_a);
    let t142 = select(t131, select(t100, -parameters.ledge, other_edge_3), reference_on_a);
    let t143 = select(t132, select(t101, 0.0, other_edge_3), reference_on_a);
    let t144 = select(t133, t102, reference_on_a);
    let t145 = (t142 - t137) * t138 - (t141 - t136) * t139;
    let t146 = (t144 - t137) * t138 - (t143 - t136) * t139;
    let t147 = t140 - t145;
    let t148 = t140 - t146;
    let t149 = t145 - t146;
    let cut = t145 / select(t149, 1.0, abs(t149) < 1e-20);
    let t150 = select(0.0, max(0.0, cut), t145 < 0.0);
    let t151 = select(1.0, min(1.0, cut), t146 < 0.0);
    let t152 = t147 - t148;
    let cut_2 = t147 / select(t152, 1.0, abs(t152) < 1e-20);
    let t153 = select(t150, max(t150, cut_2), t147 < 0.0);
    let t154 = select(t151, min(t151, cut_2), t148 < 0.0);
    let touches = 0.0 < select(t118, t86, reference_on_a);
    let t155 = touches && t153 <= t154;
    let t156 = min(t153, 1.0);
    let t157 = max(t154, t156);
    let t158 = t143 - t141;
    let t159 = t144 - t142;
    let t160 = t141 + t158 * t156;
    let t161 = t142 + t159 * t156;
    let t162 = (t136 - t160) * t138 + (t137 - t161) * t139;
    let touches_2 = t155 && 0.0 < t162;
    let t163 = t141 + t158 * t157;
    let t164 = t142 + t159 * t157;
    let t165 = (t136 - t163) * t138 + (t137 - t164) * t139;
    let touches_3 = t155 && 0.0 < t165;
    let load = t3 * t162;
    let t166 = t4 * t134 + t5 * t135;
    let t167 = parameters.dissipation * (t166 + state.spin * (t160 * t135 - t161 * t134));
    let t168 = load * max(1.0 - t167, 0.0);
    let t169 = t4 * t135 - t5 * t134;
    let t170 = t169 + state.spin * (-(t160 * t134) - t161 * t135);
    let t171 = parameters.slip_speed * parameters.slip_speed;
    let t172 = parameters.friction * t170 / sqrt(max(t170 * t170 + t171, 0.0));
    let t173 = (t134 - t135 * t172) * t168;
    let t174 = (t135 + t134 * t172) * t168;
    let t175 = select(0.0, (t160 - t0) * t174 - (t161 - state.y) * t173, touches_2);
    let load_2 = t3 * t165;
    let t176 = parameters.dissipation * (t166 + state.spin * (t163 * t135 - t164 * t134));
    let t177 = load_2 * max(1.0 - t176, 0.0);
    let t178 = t169 + state.spin * (-(t163 * t134) - t164 * t135);
    let t179 = parameters.friction * t178 / sqrt(max(t178 * t178 + t171, 0.0));
    let t180 = (t134 - t135 * t179) * t177;
    let t181 = (t135 + t134 * t179) * t177;
    let t182 = select(0.0, (t163 - t0) * t181 - (t164 - state.y) * t180, touches_3);
    let force_x = select(0.0, t173, touches_2) + select(0.0, t180, touches_3);
    let force_y = select(0.0, t174, touches_2) + select(0.0, t181, touches_3);
    let moment = t175 + t182;
    let t183 = parameters.time_step / parameters.mass;
    let t184 = parameters.half_width * parameters.half_width + parameters.half_height * parameters.half_height;
    let velocity_x = state.velocity_x + t183 * force_x;
    let velocity_y = state.velocity_y + t183 * force_y - parameters.time_step * parameters.gravity;
    let t185 = parameters.time_step * moment / (parameters.mass * t184 * 0.33333334);
    let spin = state.spin + t185;
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
    let t54 = parameters.half_width + parameters.half_width;
    let t55 = parameters.half_height + parameters.half_height;
    let t56 = -t10;
    let t57 = -t11;
    let t58 = parameters.ledge + t10;
    let t59 = parameters.ledge + t11;
    let t60 = -t12;
    let t61 = -t13;
    let t62 = parameters.ledge + t12;
    let t63 = parameters.ledge + t13;
    let t64 = -t14;
    let t65 = -t15;
    let t66 = parameters.ledge + t14;
    let t67 = parameters.ledge + t15;
    let t68 = -t16;
    let t69 = -t17;
    let t70 = parameters.ledge + t16;
    let t71 = parameters.ledge + t17;
    let other_corner = t27 < t35;
    let t72 = select(t27, t35, other_corner);
    let other_corner_2 = t72 < t44;
    let t73 = select(t72, t44, other_corner_2);
    let other_corner_3 = t73 < t50;
    let t74 = select(t73, t50, other_corner_3);
    let other_corner_4 = t28 < t36;
    let t75 = select(t28, t36, other_corner_4);
    let other_corner_5 = t75 < t45;
    let t76 = select(t75, t45, other_corner_5);
    let other_corner_6 = t76 < t51;
    let t77 = select(t76, t51, other_corner_6);
    let other_corner_7 = t29 < t37;
    let t78 = select(t29, t37, other_corner_7);
    let other_corner_8 = t78 < t46;
    let t79 = select(t78, t46, other_corner_8);
    let other_corner_9 = t79 < t52;
    let t80 = select(t79, t52, other_corner_9);
    let other_corner_10 = t30 < t38;
    let t81 = select(t30, t38, other_corner_10);
    let other_corner_11 = t81 < t47;
    let t82 = select(t81, t47, other_corner_11);
    let other_corner_12 = t82 < t53;
    let t83 = select(t82, t53, other_corner_12);
    let other_face = t77 < t74;
    let t84 = select(t74, t77, other_face);
    let other_face_2 = t80 < t84;
    let t85 = select(t84, t80, other_face_2);
    let other_face_3 = t83 < t85;
    let t86 = select(t85, t83, other_face_3);
    let t87 = select(select(select(t19, t2, other_face), t1, other_face_2), t18, other_face_3);
    let t88 = select(select(select(t18, t19, other_face), t2, other_face_2), t1, other_face_3);
    let t89 = select(select(select(t10, t12, other_face), t14, other_face_2), t16, other_face_3);
    let t90 = select(select(select(t11, t13, other_face), t15, other_face_2), t17, other_face_3);
    let t91 = select(select(select(t1, t18, other_face), t19, other_face_2), t2, other_face_3);
    let t92 = select(select(select(t2, t1, other_face), t18, other_face_2), t19, other_face_3);
    let t93 = select(select(select(t55, t54, other_face), t55, other_face_2), t54, other_face_3);
    let t94 = t92 * 0.0;
    let t95 = t91 + t94;
    let t96 = t91 * 0.0;
    let t97 = t96 + t92;
    let other_edge = t97 < t95;
    let t98 = select(t95, t97, other_edge);
    let t99 = t94 - t91;
    let other_edge_2 = t99 < t98;
    let t100 = select(select(-parameters.ledge, 0.0, other_edge), 0.0, other_edge_2);
    let t101 = select(select(0.0, -parameters.ledge, other_edge), -parameters.ledge, other_edge_2);
    let other_edge_3 = t96 - t92 < select(t98, t99, other_edge_2);
    let t102 = select(select(0.0, -parameters.ledge, other_edge_2), -parameters.ledge, other_edge_3);
    let other_corner_13 = t56 < t60;
    let t103 = select(t56, t60, other_corner_13);
    let other_corner_14 = t103 < t64;
    let t104 = select(t103, t64, other_corner_14);
    let other_corner_15 = t104 < t68;
    let t105 = select(t104, t68, other_corner_15);
    let other_corner_16 = t57 < t61;
    let t106 = select(t57, t61, other_corner_16);
    let other_corner_17 = t106 < t65;
    let t107 = select(t106, t65, other_corner_17);
    let other_corner_18 = t107 < t69;
    let t108 = select(t107, t69, other_corner_18);
    let other_corner_19 = t58 < t62;
    let t109 = select(t58, t62, other_corner_19);
    let other_corner_20 = t109 < t66;
    let t110 = select(t109, t66, other_corner_20);
    let other_corner_21 = t110 < t70;
    let t111 = select(t110, t70, other_corner_21);
    let other_corner_22 = t59 < t63;
    let t112 = select(t59, t63, other_corner_22);
    let other_corner_23 = t112 < t67;
    let t113 = select(t112, t67, other_corner_23);
    let other_corner_24 = t113 < t71;
    let t114 = select(t113, t71, other_corner_24);
    let other_face_4 = t108 < t105;
    let t115 = select(t105, t108, other_face_4);
    let other_face_5 = t111 < t115;
    let t116 = select(t115, t111, other_face_5);
    let t117 = select(select(-parameters.ledge, 0.0, other_face_4), 0.0, other_face_5);
    let other_face_6 = t114 < t116;
    let t118 = select(t116, t114, other_face_6);
    let t119 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t120 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let t121 = select(select(0.0, -parameters.ledge, other_face_5), -parameters.ledge, other_face_6);
    let t122 = t119 * t1;
    let t123 = t120 * t2;
    let t124 = t122 + t123;
    let t125 = t119 * t2;
    let t126 = t120 * t1;
    let t127 = t126 - t125;
    let other_edge_4 = t127 < t124;
    let t128 = select(t124, t127, other_edge_4);
    let t129 = -t122 - t123;
    let other_edge_5 = t129 < t128;
    let other_edge_6 = t125 - t126 < select(t128, t129, other_edge_5);
    let t130 = select(select(select(t10, t12, other_edge_4), t14, other_edge_5), t16, other_edge_6);
    let t131 = select(select(select(t11, t13, other_edge_4), t15, other_edge_5), t17, other_edge_6);
    let t132 = select(select(select(t12, t14, other_edge_4), t16, other_edge_5), t10, other_edge_6);
    let t133 = select(select(select(t13, t15, other_edge_4), t17, other_edge_5), t11, other_edge_6);
    let reference_on_a = t86 < t118;
    let t134 = select(t119, t87, reference_on_a);
    let t135 = select(t120, t88, reference_on_a);
    let t136 = select(t121, t89, reference_on_a);
    let t137 = select(select(t117, -parameters.ledge, other_face_6), t90, reference_on_a);
    let t138 = select(t119, t91, reference_on_a);
    let t139 = select(t120, t92, reference_on_a);
    let t140 = select(parameters.ledge, t93, reference_on_a);
    let t141 = select(t130, t102, reference_on_a);
    let t142 = select(t131, select(t100, -parameters.ledge, other_edge_3), reference_on_a);
    let t143 = select(t132, select(t101, 0.0, other_edge_3), reference_on_a);
    let t144 = select(t133, t102, reference_on_a);
    let t145 = t141 - t136;
    let t146 = t142 - t137;
    let t147 = t146 * t138 - t145 * t139;
    let t148 = t143 - t136;
    let t149 = t144 - t137;
    let t150 = t149 * t138 - t148 * t139;
    let t151 = t140 - t147;
    let t152 = t140 - t150;
    let t153 = t147 - t150;
    let t154 = abs(t153) < 1e-20;
    let t155 = select(t153, 1.0, t154);
    let cut = t147 / t155;
    let t156 = t147 < 0.0;
    let t157 = t150 < 0.0;
    let t158 = select(0.0, max(0.0, cut), t156);
    let t159 = select(1.0, min(1.0, cut), t157);
    let t160 = t151 - t152;
    let t161 = abs(t160) < 1e-20;
    let t162 = select(t160, 1.0, t161);
    let cut_2 = t151 / t162;
    let t163 = t151 < 0.0;
    let t164 = t152 < 0.0;
    let t165 = select(t158, max(t158, cut_2), t163);
    let t166 = select(t159, min(t159, cut_2), t164);
    let touches = 0.0 < select(t118, t86, reference_on_a);
    let t167 = touches && t165 <= t166;
    let t168 = min(t165, 1.0);
    let t169 = max(t166, t168);
    let t170 = t143 - t141;
    let t171 = t144 - t142;
    let t172 = t141 + t170 * t168;
    let t173 = t142 + t171 * t168;
    let t174 = t136 - t172;
    let t175 = t137 - t173;
    let t176 = t174 * t138 + t175 * t139;
    let touches_2 = t167 && 0.0 < t176;
    let t177 = t141 + t170 * t169;
    let t178 = t142 + t171 * t169;
    let t179 = t136 - t177;
    let t180 = t137 - t178;
    let t181 = t179 * t138 + t180 * t139;
    let touches_3 = t167 && 0.0 < t181;
    let load = t3 * t176;
    let t182 = t4 * t134 + t5 * t135;
    let t183 = t172 * t135 - t173 * t134;
    let t184 = 1.0 - parameters.dissipation * (t182 + state.spin * t183);
    let t185 = max(t184, 0.0);
    let t186 = load * t185;
    let t187 = t4 * t135 - t5 * t134;
    let t188 = -(t172 * t134) - t173 * t135;
    let t189 = t187 + state.spin * t188;
    let t190 = parameters.slip_speed * parameters.slip_speed;
    let t191 = t189 * t189 + t190;
    let t192 = sqrt(max(t191, 0.0));
    let t193 = parameters.friction * t189 / t192;
    let t194 = t134 - t135 * t193;
    let t195 = t135 + t134 * t193;
    let load_2 = t3 * t181;
    let t196 = t177 * t135 - t178 * t134;
    let t197 = 1.0 - parameters.dissipation * (t182 + state.spin * t196);
    let t198 = max(t197, 0.0);
    let t199 = load_2 * t198;
    let t200 = -(t177 * t134) - t178 * t135;
    let t201 = t187 + state.spin * t200;
    let t202 = t201 * t201 + t190;
    let t203 = sqrt(max(t202, 0.0));
    let t204 = parameters.friction * t201 / t203;
    let t205 = t134 - t135 * t204;
    let t206 = t135 + t134 * t204;
    let t207 = parameters.time_step / parameters.mass;
    let t208 = parameters.half_width * parameters.half_width + parameters.half_height * parameters.half_height;
    let spin_cotangent = cotangent.spin + cotangent.angle * parameters.time_step;
    let velocity_y_cotangent = cotangent.velocity_y + cotangent.y * parameters.time_step;
    let velocity_x_cotangent = cotangent.velocity_x + cotangent.x * parameters.time_step;
    let moment_cotangent = spin_cotangent / (parameters.mass * t208 * 0.33333334) * parameters.time_step;
    let force_y_cotangent = velocity_y_cotangent * t207;
    let force_x_cotangent = velocity_x_cotangent * t207;
    let t209 = select(0.0, moment_cotangent, touches_3);
    let t210 = t209 * (t205 * t199);
    let t211 = select(0.0, force_x_cotangent, touches_3) - t209 * (t178 - state.y);
    let t212 = t209 * (t206 * t199);
    let t213 = select(0.0, force_y_cotangent, touches_3) + t209 * (t177 - t0);
    let t214 = t213 * t199;
    let t215 = t211 * t199;
    let t216 = t213 * t206 + t211 * t205;
    let t217 = (t214 * t134 - t215 * t135) / t203;
    let t218 = 2.0 * select(0.0, -(t217 * t204 / (2.0 * t203)), 0.0 < t202) * t201;
    let t219 = t218 + t217 * parameters.friction;
    let t220 = t219 * state.spin;
    let load_cotangent = t216 * t198;
    let t221 = select(0.0, t216 * load_2, 0.0 <= t197) * parameters.dissipation;
    let t222 = t221 * state.spin;
    let t223 = load_cotangent * t3;
    let t224 = select(0.0, moment_cotangent, touches_2);
    let t225 = t224 * (t194 * t186);
    let t226 = select(0.0, force_x_cotangent, touches_2) - t224 * (t173 - state.y);
    let t227 = t224 * (t195 * t186);
    let t228 = select(0.0, force_y_cotangent, touches_2) + t224 * (t172 - t0);
    let t229 = t228 * t186;
    let t230 = t226 * t186;
    let t231 = t228 * t195 + t226 * t194;
    let t232 = t215 + t214 * t204 - t220 * t177 + t222 * t178 + t230 + t229 * t193;
    let t233 = t214 - t215 * t204 - t220 * t178 - t222 * t177 + t229 - t230 * t193;
    let t234 = (t229 * t134 - t230 * t135) / t192;
    let t235 = 2.0 * select(0.0, -(t234 * t193 / (2.0 * t192)), 0.0 < t191) * t189;
    let t236 = t235 + t234 * parameters.friction;
    let t237 = t219 + t236;
    let t238 = t236 * state.spin;
    let t239 = t237 * t134;
    let load_cotangent_2 = t231 * t185;
    let t240 = select(0.0, t231 * load, 0.0 <= t184) * parameters.dissipation;
    let t241 = -t221 - t240;
    let t242 = spin_cotangent + t219 * t200 - t221 * t196 + t236 * t188 - t240 * t183;
    let t243 = t240 * state.spin;
    let t244 = t241 * t135;
    let t245 = t237 * t135 + t241 * t134;
    let t246 = load_cotangent_2 * t3;
    let t247 = t223 * t139;
    let t248 = t223 * t138;
    let t249 = -t210 - t220 * t135 + t222 * t134 - t247;
    let t250 = t212 - t220 * t134 - t222 * t135 - t248;
    let t251 = t249 * t171 + t250 * t170;
    let t252 = t246 * t139;
    let t253 = t246 * t138;
    let t254 = -t225 - t238 * t135 + t243 * t134 - t252;
    let t255 = t227 - t238 * t134 - t243 * t135 - t253;
    let t256 = t249 * t169 + t254 * t168;
    let t257 = t250 * t169 + t255 * t168;
    let t258 = t168 <= t166;
    let t259 = select(0.0, t251, t258);
    let t260 = select(0.0, t254 * t171 + t255 * t170 + select(t251, 0.0, t258), t165 <= 1.0);
    let t261 = select(0.0, t259, t164);
    let t262 = t159 <= cut_2;
    let t263 = select(0.0, t260, t163);
    let t264 = cut_2 <= t158;
    let cut_cotangent = select(t261, 0.0, t262) + select(t263, 0.0, t264);
    let t265 = cut_cotangent / t162;
    let t266 = select(-(t265 * cut_2), 0.0, t161);
    let t267 = t265 + t266;
    let t268 = select(0.0, select(t259, 0.0, t164) + select(0.0, t261, t262), t157);
    let t269 = select(0.0, select(t260, 0.0, t163) + select(0.0, t263, t264), t156);
    let cut_cotangent_2 = select(t268, 0.0, 1.0 <= cut) + select(t269, 0.0, cut <= 0.0);
    let t270 = cut_cotangent_2 / t155;
    let t271 = select(-(t270 * cut), 0.0, t154);
    let t272 = t270 + t271;
    let t273 = t266 - t271;
    let t274 = t272 - t267;
    let t275 = t271 - t266;
    let t276 = t273 * t138;
    let t277 = t275 * t139;
    let t278 = t267 - t272;
    let t279 = t274 * t138;
    let t280 = t278 * t139;
    let t281 = select(t256 + t276, 0.0, reference_on_a);
    let t282 = select(t257 + t277, 0.0, reference_on_a);
    let t283 = select(t249 + t254 - t256 + t279, 0.0, reference_on_a);
    let t284 = select(t250 + t255 - t257 + t280, 0.0, reference_on_a);
    let t285 = select(0.0, t223 * t180 + t246 * t175 + t275 * t148 + t278 * t145, reference_on_a);
    let t286 = select(0.0, t223 * t179 + t246 * t174 + t273 * t149 + t274 * t146, reference_on_a);
    let t287 = select(0.0, t247 + t252 - t276 - t279, reference_on_a);
    let t288 = select(0.0, t248 + t253 - t277 - t280, reference_on_a);
    let t289 = select(0.0, t233 - t238 * t173 + t237 * t4 - t243 * t172 + t241 * t5, reference_on_a);
    let t290 = select(0.0, t232 - t238 * t172 - t237 * t5 + t243 * t173 + t241 * t4, reference_on_a);
    let t291 = select(t281, 0.0, other_edge_6);
    let t292 = select(t282, 0.0, other_edge_6);
    let t293 = select(t283, 0.0, other_edge_6);
    let t294 = select(t284, 0.0, other_edge_6);
    let t295 = select(0.0, t283, other_edge_6) + select(0.0, t291, other_edge_5);
    let t296 = select(t291, 0.0, other_edge_5);
    let t297 = select(0.0, t284, other_edge_6) + select(0.0, t292, other_edge_5);
    let t298 = select(t292, 0.0, other_edge_5);
    let t299 = select(t293, 0.0, other_edge_5);
    let t300 = select(t294, 0.0, other_edge_5);
    let t301 = select(0.0, t293, other_edge_5) + select(0.0, t296, other_edge_4);
    let t302 = select(0.0, t294, other_edge_5) + select(0.0, t298, other_edge_4);
    let t303 = select(t296, 0.0, other_edge_4) + select(0.0, t299, other_edge_4);
    let t304 = select(0.0, t281, other_edge_6) + select(t299, 0.0, other_edge_4);
    let t305 = select(t298, 0.0, other_edge_4) + select(0.0, t300, other_edge_4);
    let t306 = select(0.0, t282, other_edge_6) + select(t300, 0.0, other_edge_4);
    let t307 = select(t285, 0.0, other_face_3);
    let t308 = select(t286, 0.0, other_face_3);
    let t309 = t295 + select(0.0, t287, other_face_3);
    let t310 = select(t287, 0.0, other_face_3);
    let t311 = t297 + select(0.0, t288, other_face_3);
    let t312 = select(t288, 0.0, other_face_3);
    let t313 = select(t289, 0.0, other_face_3);
    let t314 = select(t290, 0.0, other_face_3);
    let t315 = select(0.0, t290, other_face_3) + select(0.0, t307, other_face_2);
    let t316 = select(t307, 0.0, other_face_2);
    let t317 = select(0.0, t285, other_face_3) + select(0.0, t308, other_face_2);
    let t318 = select(t308, 0.0, other_face_2);
    let t319 = t301 + select(0.0, t310, other_face_2);
    let t320 = select(t310, 0.0, other_face_2);
    let t321 = t302 + select(0.0, t312, other_face_2);
    let t322 = select(t312, 0.0, other_face_2);
    let t323 = select(0.0, t286, other_face_3) + select(0.0, t313, other_face_2);
    let t324 = select(t313, 0.0, other_face_2);
    let t325 = select(0.0, t289, other_face_3) + select(0.0, t314, other_face_2);
    let t326 = select(t314, 0.0, other_face_2);
    let t327 = t325 + select(0.0, t316, other_face) + select(t318, 0.0, other_face);
    let t328 = t303 + select(0.0, t320, other_face);
    let t329 = t304 + select(t320, 0.0, other_face);
    let t330 = t305 + select(0.0, t322, other_face);
    let t331 = t306 + select(t322, 0.0, other_face);
    let t332 = t315 + select(0.0, t318, other_face) + select(t324, 0.0, other_face);
    let t333 = t323 + select(t316, 0.0, other_face) + select(0.0, t326, other_face);
    let t334 = t317 + select(0.0, t324, other_face) + select(t326, 0.0, other_face);
    let t335 = t327 - t334 + (t319 - t309 + t328 - t329) * parameters.half_height;
    let t336 = t333 - t332 + (-t319 - t309 + t328 + t329) * parameters.half_width;
    let t337 = t239 - t244;
    let t338 = -t212 - t227 + t311 + t321 + t330 + t331 + t337 * state.spin;
    let t339 = (t336 + (t311 - t321 - t330 + t331) * parameters.half_height) * t1;
    let t340 = (t335 + (-t311 - t321 + t330 + t331) * parameters.half_width) * t2;
    return StateControl(
        State(
            cotangent.x + t338,
            cotangent.y + t210 + t225 + t309 + t319 + t328 + t329 + t245 * state.spin,
            cotangent.angle + t339 - t340,
            velocity_x_cotangent + t245,
            velocity_y_cotangent + (t244 - t239),
            t242 + t337 * t0 + t245 * state.y,
        ),
        Control(t338),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0, 0.0, 2.0 * (state.angle - parameters.goal), 0.0, 0.0, 0.0);
}
