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
    let t3 = state.velocity_x + state.y * state.spin;
    let t4 = state.velocity_y - t0 * state.spin;
    let t5 = t1 * parameters.half_width;
    let t6 = t2 * parameters.half_height;
    let t7 = t2 * parameters.half_width;
    let t8 = t1 * parameters.half_height;
    let t9 = t0 + (t5 + t6);
    let t10 = state.y + (t7 - t8);
    let t11 = t0 + (t5 - t6);
    let t12 = state.y + (t7 + t8);
    let t13 = t0 + (-t5 - t6);
    let t14 = state.y + (t8 - t7);
    let t15 = t0 + (t6 - t5);
    let t16 = state.y + (-t7 - t8);
    let t17 = -t2;
    let t18 = -t1;
    let t19 = -parameters.ledge - state.y;
    let t20 = t1 * t0;
    let t21 = t2 * t19;
    let t22 = t21 - t20;
    let t23 = t2 * t0;
    let t24 = t1 * t19;
    let t25 = t23 + t24;
    let t26 = parameters.half_width - t22;
    let t27 = parameters.half_height - t25;
    let t28 = parameters.half_width + t22;
    let t29 = parameters.half_height + t25;
    let t30 = t2 * state.y;
    let t31 = -t20 - t30;
    let t32 = t1 * state.y;
    let t33 = t23 - t32;
    let t34 = parameters.half_width - t31;
    let t35 = parameters.half_height - t33;
    let t36 = parameters.half_width + t31;
    let t37 = parameters.half_height + t33;
    let t38 = -parameters.ledge - t0;
    let t39 = t1 * t38;
    let t40 = t39 - t30;
    let t41 = t2 * t38;
    let t42 = -t41 - t32;
    let t43 = parameters.half_width - t40;
    let t44 = parameters.half_height - t42;
    let t45 = parameters.half_width + t40;
    let t46 = parameters.half_height + t42;
    let t47 = t39 + t21;
    let t48 = t24 - t41;
    let t49 = parameters.half_width - t47;
    let t50 = parameters.half_height - t48;
    let t51 = parameters.half_width + t47;
    let t52 = parameters.half_height + t48;
    let t53 = -t9;
    let t54 = -t10;
    let t55 = parameters.ledge + t9;
    let t56 = parameters.ledge + t10;
    let t57 = -t11;
    let t58 = -t12;
    let t59 = parameters.ledge + t11;
    let t60 = parameters.ledge + t12;
    let t61 = -t13;
    let t62 = -t14;
    let t63 = parameters.ledge + t13;
    let t64 = parameters.ledge + t14;
    let t65 = -t15;
    let t66 = -t16;
    let t67 = parameters.ledge + t15;
    let t68 = parameters.ledge + t16;
    let other_corner = t53 < t57;
    let t69 = select(t53, t57, other_corner);
    let other_corner_2 = t69 < t61;
    let t70 = select(t69, t61, other_corner_2);
    let other_corner_3 = t70 < t65;
    let t71 = select(select(select(t9, t11, other_corner), t13, other_corner_2), t15, other_corner_3);
    let t72 = select(select(select(t10, t12, other_corner), t14, other_corner_2), t16, other_corner_3);
    let t73 = select(t70, t65, other_corner_3);
    let other_corner_4 = t54 < t58;
    let t74 = select(t54, t58, other_corner_4);
    let other_corner_5 = t74 < t62;
    let t75 = select(t74, t62, other_corner_5);
    let other_corner_6 = t75 < t66;
    let t76 = select(select(select(t9, t11, other_corner_4), t13, other_corner_5), t15, other_corner_6);
    let t77 = select(select(select(t10, t12, other_corner_4), t14, other_corner_5), t16, other_corner_6);
    let t78 = select(t75, t66, other_corner_6);
    let other_corner_7 = t55 < t59;
    let t79 = select(t55, t59, other_corner_7);
    let other_corner_8 = t79 < t63;
    let t80 = select(t79, t63, other_corner_8);
    let other_corner_9 = t80 < t67;
    let t81 = select(select(select(t9, t11, other_corner_7), t13, other_corner_8), t15, other_corner_9);
    let t82 = select(select(select(t10, t12, other_corner_7), t14, other_corner_8), t16, other_corner_9);
    let t83 = select(t80, t67, other_corner_9);
    let other_corner_10 = t56 < t60;
    let t84 = select(t56, t60, other_corner_10);
    let other_corner_11 = t84 < t64;
    let t85 = select(t84, t64, other_corner_11);
    let other_corner_12 = t85 < t68;
    let t86 = select(select(select(t9, t11, other_corner_10), t13, other_corner_11), t15, other_corner_12);
    let t87 = select(select(select(t10, t12, other_corner_10), t14, other_corner_11), t16, other_corner_12);
    let t88 = select(t85, t68, other_corner_12);
    let other_corner_13 = t26 < t34;
    let t89 = select(t26, t34, other_corner_13);
    let other_corner_14 = t89 < t43;
    let t90 = select(select(-parameters.ledge, 0.0, other_corner_13), 0.0, other_corner_14);
    let t91 = select(t89, t43, other_corner_14);
    let other_corner_15 = t91 < t49;
    let t92 = select(select(0.0, -parameters.ledge, other_corner_14), -parameters.ledge, other_corner_15);
    let t93 = select(t91, t49, other_corner_15);
    let other_corner_16 = t27 < t35;
    let t94 = select(t27, t35, other_corner_16);
    let other_corner_17 = t94 < t44;
    let t95 = select(select(-parameters.ledge, 0.0, other_corner_16), 0.0, other_corner_17);
    let t96 = select(t94, t44, other_corner_17);
    let other_corner_18 = t96 < t50;
    let t97 = select(select(0.0, -parameters.ledge, other_corner_17), -parameters.ledge, other_corner_18);
    let t98 = select(t96, t50, other_corner_18);
    let other_corner_19 = t28 < t36;
    let t99 = select(t28, t36, other_corner_19);
    let other_corner_20 = t99 < t45;
    let t100 = select(select(-parameters.ledge, 0.0, other_corner_19), 0.0, other_corner_20);
    let t101 = select(t99, t45, other_corner_20);
    let other_corner_21 = t101 < t51;
    let t102 = select(select(0.0, -parameters.ledge, other_corner_20), -parameters.ledge, other_corner_21);
    let t103 = select(t101, t51, other_corner_21);
    let other_corner_22 = t29 < t37;
    let t104 = select(t29, t37, other_corner_22);
    let other_corner_23 = t104 < t46;
    let t105 = select(select(-parameters.ledge, 0.0, other_corner_22), 0.0, other_corner_23);
    let t106 = select(t104, t46, other_corner_23);
    let other_corner_24 = t106 < t52;
    let t107 = select(select(0.0, -parameters.ledge, other_corner_23), -parameters.ledge, other_corner_24);
    let t108 = select(t106, t52, other_corner_24);
    let other_face = t78 < t73;
    let t109 = select(t73, t78, other_face);
    let other_face_2 = t83 < t109;
    let t110 = select(t109, t83, other_face_2);
    let other_face_3 = t88 < t110;
    let t111 = select(select(select(t71, t76, other_face), t81, other_face_2), t86, other_face_3);
    let t112 = select(select(select(t72, t77, other_face), t82, other_face_2), t87, other_face_3);
    let t113 = select(t110, t88, other_face_3);
    let t114 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t115 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let other_face_4 = t93 < t113;
    let t116 = select(t112, select(t90, -parameters.ledge, other_corner_15), other_face_4);
    let t117 = select(t113, t93, other_face_4);
    let other_face_5 = t98 < t117;
    let t118 = select(t116, select(t95, -parameters.ledge, other_corner_18), other_face_5);
    let t119 = select(t117, t98, other_face_5);
    let other_face_6 = t103 < t119;
    let t120 = select(select(select(t111, t92, other_face_4), t97, other_face_5), t102, other_face_6);
    let t121 = select(t118, select(t100, -parameters.ledge, other_corner_21), other_face_6);
    let t122 = select(t119, t103, other_face_6);
    let t123 = select(select(select(t114, t18, other_face_4), t2, other_face_5), t1, other_face_6);
    let t124 = select(select(select(t115, t17, other_face_4), t18, other_face_5), t2, other_face_6);
    let other_face_7 = t108 < t122;
    let t125 = select(t120, t107, other_face_7);
    let t126 = select(t121, select(t105, -parameters.ledge, other_corner_24), other_face_7);
    let t127 = select(t122, t108, other_face_7);
    let t128 = select(t123, t17, other_face_7);
    let t129 = select(t124, t1, other_face_7);
    let touches = 0.0 < t127;
    let load = parameters.point_stiffness * t127;
    let t130 = parameters.dissipation * (t3 * t128 + t4 * t129 + state.spin * (t125 * t129 - t126 * t128));
    let t131 = load * max(1.0 - t130, 0.0);
    let t132 = t3 * t129 - t4 * t128 + state.spin * (-(t125 * t128) - t126 * t129);
    let t133 = sqrt(max(t132 * t132 + parameters.slip_speed * parameters.slip_speed, 0.0));
    let t134 = parameters.friction * t132 / t133;
    let t135 = (t128 - t129 * t134) * t131;
    let t136 = (t129 + t128 * t134) * t131;
    let force_x = select(0.0, t135, touches);
    let force_y = select(0.0, t136, touches);
    let moment = select(0.0, (t125 - t0) * t136 - (t126 - state.y) * t135, touches);
    let t137 = parameters.time_step / parameters.mass;
    let t138 = parameters.half_width * parameters.half_width + parameters.half_height * parameters.half_height;
    let velocity_x = state.velocity_x + t137 * force_x;
    let velocity_y = state.velocity_y + t137 * force_y - parameters.time_step * parameters.gravity;
    let t139 = parameters.time_step * moment / (parameters.mass * t138 * 0.33333334);
    let spin = state.spin + t139;
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
    let t3 = state.velocity_x + state.y * state.spin;
    let t4 = state.velocity_y - t0 * state.spin;
    let t5 = t1 * parameters.half_width;
    let t6 = t2 * parameters.half_height;
    let t7 = t2 * parameters.half_width;
    let t8 = t1 * parameters.half_height;
    let t9 = t0 + (t5 + t6);
    let t10 = state.y + (t7 - t8);
    let t11 = t0 + (t5 - t6);
    let t12 = state.y + (t7 + t8);
    let t13 = t0 + (-t5 - t6);
    let t14 = state.y + (t8 - t7);
    let t15 = t0 + (t6 - t5);
    let t16 = state.y + (-t7 - t8);
    let t17 = -t2;
    let t18 = -t1;
    let t19 = -parameters.ledge - state.y;
    let t20 = t1 * t0;
    let t21 = t2 * t19;
    let t22 = t21 - t20;
    let t23 = t2 * t0;
    let t24 = t1 * t19;
    let t25 = t23 + t24;
    let t26 = parameters.half_width - t22;
    let t27 = parameters.half_height - t25;
    let t28 = parameters.half_width + t22;
    let t29 = parameters.half_height + t25;
    let t30 = t2 * state.y;
    let t31 = -t20 - t30;
    let t32 = t1 * state.y;
    let t33 = t23 - t32;
    let t34 = parameters.half_width - t31;
    let t35 = parameters.half_height - t33;
    let t36 = parameters.half_width + t31;
    let t37 = parameters.half_height + t33;
    let t38 = -parameters.ledge - t0;
    let t39 = t1 * t38;
    let t40 = t39 - t30;
    let t41 = t2 * t38;
    let t42 = -t41 - t32;
    let t43 = parameters.half_width - t40;
    let t44 = parameters.half_height - t42;
    let t45 = parameters.half_width + t40;
    let t46 = parameters.half_height + t42;
    let t47 = t39 + t21;
    let t48 = t24 - t41;
    let t49 = parameters.half_width - t47;
    let t50 = parameters.half_height - t48;
    let t51 = parameters.half_width + t47;
    let t52 = parameters.half_height + t48;
    let t53 = -t9;
    let t54 = -t10;
    let t55 = parameters.ledge + t9;
    let t56 = parameters.ledge + t10;
    let t57 = -t11;
    let t58 = -t12;
    let t59 = parameters.ledge + t11;
    let t60 = parameters.ledge + t12;
    let t61 = -t13;
    let t62 = -t14;
    let t63 = parameters.ledge + t13;
    let t64 = parameters.ledge + t14;
    let t65 = -t15;
    let t66 = -t16;
    let t67 = parameters.ledge + t15;
    let t68 = parameters.ledge + t16;
    let other_corner = t53 < t57;
    let t69 = select(t53, t57, other_corner);
    let other_corner_2 = t69 < t61;
    let t70 = select(t69, t61, other_corner_2);
    let other_corner_3 = t70 < t65;
    let t71 = select(select(select(t9, t11, other_corner), t13, other_corner_2), t15, other_corner_3);
    let t72 = select(select(select(t10, t12, other_corner), t14, other_corner_2), t16, other_corner_3);
    let t73 = select(t70, t65, other_corner_3);
    let other_corner_4 = t54 < t58;
    let t74 = select(t54, t58, other_corner_4);
    let other_corner_5 = t74 < t62;
    let t75 = select(t74, t62, other_corner_5);
    let other_corner_6 = t75 < t66;
    let t76 = select(select(select(t9, t11, other_corner_4), t13, other_corner_5), t15, other_corner_6);
    let t77 = select(select(select(t10, t12, other_corner_4), t14, other_corner_5), t16, other_corner_6);
    let t78 = select(t75, t66, other_corner_6);
    let other_corner_7 = t55 < t59;
    let t79 = select(t55, t59, other_corner_7);
    let other_corner_8 = t79 < t63;
    let t80 = select(t79, t63, other_corner_8);
    let other_corner_9 = t80 < t67;
    let t81 = select(select(select(t9, t11, other_corner_7), t13, other_corner_8), t15, other_corner_9);
    let t82 = select(select(select(t10, t12, other_corner_7), t14, other_corner_8), t16, other_corner_9);
    let t83 = select(t80, t67, other_corner_9);
    let other_corner_10 = t56 < t60;
    let t84 = select(t56, t60, other_corner_10);
    let other_corner_11 = t84 < t64;
    let t85 = select(t84, t64, other_corner_11);
    let other_corner_12 = t85 < t68;
    let t86 = select(select(select(t9, t11, other_corner_10), t13, other_corner_11), t15, other_corner_12);
    let t87 = select(select(select(t10, t12, other_corner_10), t14, other_corner_11), t16, other_corner_12);
    let t88 = select(t85, t68, other_corner_12);
    let other_corner_13 = t26 < t34;
    let t89 = select(t26, t34, other_corner_13);
    let other_corner_14 = t89 < t43;
    let t90 = select(select(-parameters.ledge, 0.0, other_corner_13), 0.0, other_corner_14);
    let t91 = select(t89, t43, other_corner_14);
    let other_corner_15 = t91 < t49;
    let t92 = select(select(0.0, -parameters.ledge, other_corner_14), -parameters.ledge, other_corner_15);
    let t93 = select(t91, t49, other_corner_15);
    let other_corner_16 = t27 < t35;
    let t94 = select(t27, t35, other_corner_16);
    let other_corner_17 = t94 < t44;
    let t95 = select(select(-parameters.ledge, 0.0, other_corner_16), 0.0, other_corner_17);
    let t96 = select(t94, t44, other_corner_17);
    let other_corner_18 = t96 < t50;
    let t97 = select(select(0.0, -parameters.ledge, other_corner_17), -parameters.ledge, other_corner_18);
    let t98 = select(t96, t50, other_corner_18);
    let other_corner_19 = t28 < t36;
    let t99 = select(t28, t36, other_corner_19);
    let other_corner_20 = t99 < t45;
    let t100 = select(select(-parameters.ledge, 0.0, other_corner_19), 0.0, other_corner_20);
    let t101 = select(t99, t45, other_corner_20);
    let other_corner_21 = t101 < t51;
    let t102 = select(select(0.0, -parameters.ledge, other_corner_20), -parameters.ledge, other_corner_21);
    let t103 = select(t101, t51, other_corner_21);
    let other_corner_22 = t29 < t37;
    let t104 = select(t29, t37, other_corner_22);
    let other_corner_23 = t104 < t46;
    let t105 = select(select(-parameters.ledge, 0.0, other_corner_22), 0.0, other_corner_23);
    let t106 = select(t104, t46, other_corner_23);
    let other_corner_24 = t106 < t52;
    let t107 = select(select(0.0, -parameters.ledge, other_corner_23), -parameters.ledge, other_corner_24);
    let t108 = select(t106, t52, other_corner_24);
    let other_face = t78 < t73;
    let t109 = select(t73, t78, other_face);
    let other_face_2 = t83 < t109;
    let t110 = select(t109, t83, other_face_2);
    let other_face_3 = t88 < t110;
    let t111 = select(select(select(t71, t76, other_face), t81, other_face_2), t86, other_face_3);
    let t112 = select(select(select(t72, t77, other_face), t82, other_face_2), t87, other_face_3);
    let t113 = select(t110, t88, other_face_3);
    let t114 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t115 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let other_face_4 = t93 < t113;
    let t116 = select(t112, select(t90, -parameters.ledge, other_corner_15), other_face_4);
    let t117 = select(t113, t93, other_face_4);
    let other_face_5 = t98 < t117;
    let t118 = select(t116, select(t95, -parameters.ledge, other_corner_18), other_face_5);
    let t119 = select(t117, t98, other_face_5);
    let other_face_6 = t103 < t119;
    let t120 = select(select(select(t111, t92, other_face_4), t97, other_face_5), t102, other_face_6);
    let t121 = select(t118, select(t100, -parameters.ledge, other_corner_21), other_face_6);
    let t122 = select(t119, t103, other_face_6);
    let t123 = select(select(select(t114, t18, other_face_4), t2, other_face_5), t1, other_face_6);
    let t124 = select(select(select(t115, t17, other_face_4), t18, other_face_5), t2, other_face_6);
    let other_face_7 = t108 < t122;
    let t125 = select(t120, t107, other_face_7);
    let t126 = select(t121, select(t105, -parameters.ledge, other_corner_24), other_face_7);
    let t127 = select(t122, t108, other_face_7);
    let t128 = select(t123, t17, other_face_7);
    let t129 = select(t124, t1, other_face_7);
    let touches = 0.0 < t127;
    let load = parameters.point_stiffness * t127;
    let t130 = t125 * t129 - t126 * t128;
    let t131 = parameters.dissipation * (t3 * t128 + t4 * t129 + state.spin * t130);
    let t132 = 1.0 - t131;
    let t133 = max(t132, 0.0);
    let t134 = load * t133;
    let t135 = -(t125 * t128) - t126 * t129;
    let t136 = t3 * t129 - t4 * t128 + state.spin * t135;
    let t137 = t136 * t136 + parameters.slip_speed * parameters.slip_speed;
    let t138 = sqrt(max(t137, 0.0));
    let t139 = parameters.friction * t136 / t138;
    let t140 = t128 - t129 * t139;
    let t141 = t129 + t128 * t139;
    let t142 = parameters.time_step / parameters.mass;
    let t143 = parameters.half_width * parameters.half_width + parameters.half_height * parameters.half_height;
    let spin_cotangent = cotangent.spin + cotangent.angle * parameters.time_step;
    let velocity_y_cotangent = cotangent.velocity_y + cotangent.y * parameters.time_step;
    let velocity_x_cotangent = cotangent.velocity_x + cotangent.x * parameters.time_step;
    let moment_cotangent = spin_cotangent / (parameters.mass * t143 * 0.33333334) * parameters.time_step;
    let force_y_cotangent = velocity_y_cotangent * t142;
    let force_x_cotangent = velocity_x_cotangent * t142;
    let t144 = select(0.0, moment_cotangent, touches);
    let t145 = t144 * (t140 * t134);
    let t146 = select(0.0, force_x_cotangent, touches) - t144 * (t126 - state.y);
    let t147 = t144 * (t141 * t134);
    let t148 = select(0.0, force_y_cotangent, touches) + t144 * (t125 - t0);
    let t149 = t148 * t134;
    let t150 = t146 * t134;
    let t151 = t148 * t141 + t146 * t140;
    let t152 = (t149 * t128 - t150 * t129) / t138;
    let t153 = 2.0 * select(0.0, -(t152 * t139 / (2.0 * t138)), 0.0 < t137) * t136;
    let t154 = t153 + t152 * parameters.friction;
    let t155 = t154 * state.spin;
    let t156 = t154 * t128;
    let load_cotangent = t151 * t133;
    let t157 = select(0.0, t151 * load, 0.0 <= t132) * parameters.dissipation;
    let t158 = t157 * state.spin;
    let t159 = t157 * t129;
    let t160 = t149 - t150 * t139 - t155 * t126 + t154 * t3 - t158 * t125 - t157 * t4;
    let t161 = t154 * t129 - t157 * t128;
    let t162 = t150 + t149 * t139 - t155 * t125 - t154 * t4 + t158 * t126 - t157 * t3;
    let t163 = load_cotangent * parameters.point_stiffness;
    let t164 = select(t160, 0.0, other_face_7);
    let t165 = select(t162, 0.0, other_face_7);
    let t166 = select(0.0, t163, other_face_7);
    let t167 = select(t163, 0.0, other_face_7);
    let t168 = select(t164, 0.0, other_face_6);
    let t169 = select(0.0, t160, other_face_7) + select(0.0, t165, other_face_6);
    let t170 = select(t165, 0.0, other_face_6);
    let t171 = select(0.0, t167, other_face_6);
    let t172 = select(t167, 0.0, other_face_6);
    let t173 = select(select(-t145 - t155 * t129 + t158 * t128, 0.0, other_face_7), 0.0, other_face_6);
    let t174 = select(select(t147 - t155 * t128 - t158 * t129, 0.0, other_face_7), 0.0, other_face_6);
    let t175 = select(0.0, t164, other_face_6) + select(0.0, t170, other_face_5);
    let t176 = select(0.0, t172, other_face_5);
    let t177 = select(t172, 0.0, other_face_5);
    let t178 = select(0.0, t162, other_face_7) + select(0.0, select(t168, 0.0, other_face_5), other_face_4);
    let t179 = select(0.0, t168, other_face_5) + select(0.0, select(t170, 0.0, other_face_5), other_face_4);
    let t180 = select(0.0, t177, other_face_4);
    let t181 = select(t177, 0.0, other_face_4);
    let t182 = select(select(t173, 0.0, other_face_5), 0.0, other_face_4);
    let t183 = select(select(t174, 0.0, other_face_5), 0.0, other_face_4);
    let t184 = select(0.0, t181, other_face_3);
    let t185 = select(t181, 0.0, other_face_3);
    let t186 = select(0.0, t182, other_face_3);
    let t187 = select(t182, 0.0, other_face_3);
    let t188 = select(0.0, t183, other_face_3);
    let t189 = select(t183, 0.0, other_face_3);
    let t190 = select(0.0, t185, other_face_2);
    let t191 = select(t185, 0.0, other_face_2);
    let t192 = select(0.0, t187, other_face_2);
    let t193 = select(t187, 0.0, other_face_2);
    let t194 = select(0.0, t189, other_face_2);
    let t195 = select(t189, 0.0, other_face_2);
    let t196 = select(0.0, t191, other_face);
    let t197 = select(t191, 0.0, other_face);
    let t198 = select(0.0, t193, other_face);
    let t199 = select(t193, 0.0, other_face);
    let t200 = select(0.0, t195, other_face);
    let t201 = select(t195, 0.0, other_face);
    let t202 = select(0.0, t166, other_corner_24);
    let t203 = select(t166, 0.0, other_corner_24);
    let t204 = select(t203, 0.0, other_corner_23);
    let t205 = select(0.0, t204, other_corner_22);
    let t206 = select(t171, 0.0, other_corner_21);
    let t207 = select(0.0, t206, other_corner_20);
    let t208 = select(t206, 0.0, other_corner_20);
    let t209 = select(t208, 0.0, other_corner_19);
    let t210 = select(0.0, t176, other_corner_18);
    let t211 = select(t176, 0.0, other_corner_18);
    let t212 = select(t211, 0.0, other_corner_17);
    let t213 = select(0.0, t212, other_corner_16);
    let t214 = select(t180, 0.0, other_corner_15);
    let t215 = select(0.0, t214, other_corner_14);
    let t216 = select(t214, 0.0, other_corner_14);
    let t217 = select(t216, 0.0, other_corner_13);
    let t218 = select(t184, 0.0, other_corner_12);
    let t219 = select(t186, 0.0, other_corner_12);
    let t220 = select(t188, 0.0, other_corner_12);
    let t221 = select(t218, 0.0, other_corner_11);
    let t222 = select(t219, 0.0, other_corner_11);
    let t223 = select(t220, 0.0, other_corner_11);
    let t224 = select(t190, 0.0, other_corner_9);
    let t225 = select(0.0, t186, other_corner_12) + select(0.0, t192, other_corner_9);
    let t226 = select(t192, 0.0, other_corner_9);
    let t227 = select(0.0, t188, other_corner_12) + select(0.0, t194, other_corner_9);
    let t228 = select(t194, 0.0, other_corner_9);
    let t229 = select(t224, 0.0, other_corner_8);
    let t230 = select(0.0, t219, other_corner_11) + select(0.0, t226, other_corner_8);
    let t231 = select(t226, 0.0, other_corner_8);
    let t232 = select(0.0, t220, other_corner_11) + select(0.0, t228, other_corner_8);
    let t233 = select(t228, 0.0, other_corner_8);
    let t234 = select(0.0, t222, other_corner_10) + select(0.0, t231, other_corner_7);
    let t235 = select(t222, 0.0, other_corner_10) + select(t231, 0.0, other_corner_7);
    let t236 = select(0.0, t223, other_corner_10) + select(0.0, t233, other_corner_7);
    let t237 = select(t223, 0.0, other_corner_10) + select(t233, 0.0, other_corner_7);
    let t238 = select(0.0, t196, other_corner_6);
    let t239 = select(t196, 0.0, other_corner_6);
    let t240 = select(t198, 0.0, other_corner_6);
    let t241 = select(t200, 0.0, other_corner_6);
    let t242 = select(0.0, t239, other_corner_5);
    let t243 = select(t239, 0.0, other_corner_5);
    let t244 = select(t240, 0.0, other_corner_5);
    let t245 = select(t241, 0.0, other_corner_5);
    let t246 = select(t243, 0.0, other_corner_4);
    let t247 = select(0.0, t197, other_corner_3);
    let t248 = select(t197, 0.0, other_corner_3);
    let t249 = t225 + select(0.0, t198, other_corner_6) + select(0.0, t199, other_corner_3);
    let t250 = select(t199, 0.0, other_corner_3);
    let t251 = t227 + select(0.0, t200, other_corner_6) + select(0.0, t201, other_corner_3);
    let t252 = select(t201, 0.0, other_corner_3);
    let t253 = select(0.0, t248, other_corner_2);
    let t254 = select(t248, 0.0, other_corner_2);
    let t255 = t230 + select(0.0, t240, other_corner_5) + select(0.0, t250, other_corner_2);
    let t256 = select(t250, 0.0, other_corner_2);
    let t257 = t232 + select(0.0, t241, other_corner_5) + select(0.0, t252, other_corner_2);
    let t258 = select(t252, 0.0, other_corner_2);
    let t259 = select(0.0, t254, other_corner);
    let t260 = t234 + select(0.0, t244, other_corner_4) + select(0.0, t256, other_corner);
    let t261 = t235 + select(t244, 0.0, other_corner_4) + select(t256, 0.0, other_corner);
    let t262 = t236 + select(0.0, t245, other_corner_4) + select(0.0, t258, other_corner);
    let t263 = t237 + select(t245, 0.0, other_corner_4) + select(t258, 0.0, other_corner);
    let t264 = t249 + select(0.0, t184, other_corner_12);
    let t265 = t251 + select(0.0, t190, other_corner_9);
    let t266 = t265 - t247;
    let t267 = t255 + select(0.0, t218, other_corner_11);
    let t268 = t257 + select(0.0, t224, other_corner_8);
    let t269 = t267 - t242;
    let t270 = t262 + select(0.0, t229, other_corner_7);
    let t271 = t260 + select(0.0, t221, other_corner_10) - select(0.0, t243, other_corner_4);
    let t272 = t270 - t259;
    let t273 = t261 + select(t221, 0.0, other_corner_10);
    let t274 = t273 - t246;
    let t275 = t263 + select(t229, 0.0, other_corner_7) - select(t254, 0.0, other_corner);
    let t276 = select(0.0, t171, other_corner_21) - select(0.0, t180, other_corner_15);
    let t277 = select(0.0, t211, other_corner_17) - select(0.0, t203, other_corner_23);
    let t278 = t210 - t202 + t277;
    let t279 = t276 + (t207 - t215);
    let t280 = t277 + (t213 - t205);
    let t281 = select(0.0, t216, other_corner_13) - select(0.0, t208, other_corner_19);
    let t282 = t215 - t207 + t281;
    let t283 = select(t204, 0.0, other_corner_22) - select(t212, 0.0, other_corner_16);
    let t284 = t205 - t213 + t283;
    let t285 = t202 - t210 + t283;
    let t286 = t276 + (t209 - t217);
    let t287 = t217 - t209 + t281;
    let t288 = cotangent.y + t145 + t280 * t1 + t282 * t2 - (t285 * t1 + t286 * t2);
    let t289 = t169 + t279 * t38 + t280 * state.y + t285 * t19 + t287 * t0 - t179;
    let t290 = t175 + t278 * t38 + t282 * state.y + t284 * t0 + t286 * t19 - t178;
    let t291 = t238 - t264;
    let t292 = -t147 - (t278 * t2 + t279 * t1) + t284 * t2 + t287 * t1 + t266 + (t268 - t253);
    let t293 = t253 - t268;
    let t294 = t289 + (t291 + t269 + t271 + (t246 - t273)) * parameters.half_height;
    let t295 = t290 + (t242 - t267 + t291 + t271 + t274) * parameters.half_width;
    let t296 = t295 + (t266 + t293 + (t259 - t270) + t275) * parameters.half_height;
    let t297 = t294 + (t247 - t265 + t293 + t272 + t275) * parameters.half_width;
    let t298 = t159 + t156;
    let t299 = t292 + t272 + t275 + t298 * state.spin;
    return StateControl(
        State(
            cotangent.x + t299,
            t288 + (t264 - t238) + t269 + t271 + t274 + t161 * state.spin,
            cotangent.angle + t296 * t1 - t297 * t2,
            velocity_x_cotangent + t161,
            velocity_y_cotangent + (-t156 - t159),
            spin_cotangent + t154 * t135 - t157 * t130 + t298 * t0 + t161 * state.y,
        ),
        Control(t299),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0, 0.0, 2.0 * (state.angle - parameters.goal), 0.0, 0.0, 0.0);
}
