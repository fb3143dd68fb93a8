// shove: a box runs past another or into it, seen from above
// own example: two boxes in open loop

const STATE_SIZE: u32 = 10u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 14u;

struct Parameters {
    pusher_mass: f32, // kg: mass of the box that pushes
    mass: f32, // kg: mass of the box that is pushed
    size: f32, // m: side of both boxes
    drag: f32, // N s/m: drag c of the floor on each box
    stiffness: f32, // N/m3: slope k of the pressure field; both soft are as stiff together
    slope_ratio: f32, // 1: slope of the pushing box over that of the other, both soft
    point_stiffness: f32, // N/m: stiffness k1 of one point; each of two points has half of it
    dissipation: f32, // s/m: dissipation D after Hunt and Crossley
    friction: f32, // 1: coefficient of friction between the boxes
    slip_speed: f32, // m/s: slip speed that regularises friction
    goal: f32, // m: goal of the box that is pushed
    weight: f32, // 1/m2: cost w of its distance from the goal
    effort: f32, // 1/N2: cost R of the forces
    time_step: f32, // s: time step h
}

struct State {
    pusher_x: f32, // m
    pusher_y: f32, // m
    pusher_velocity_x: f32, // m/s
    pusher_velocity_y: f32, // m/s
    box_x: f32, // m
    box_y: f32, // m
    box_angle: f32, // rad
    box_velocity_x: f32, // m/s
    box_velocity_y: f32, // m/s
    box_spin: f32, // rad/s
}

struct Control {
    force_x: f32, // N
    force_y: f32, // N
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
    return array<f32, STATE_SIZE>(state.pusher_x, state.pusher_y, state.pusher_velocity_x, state.pusher_velocity_y, state.box_x, state.box_y, state.box_angle, state.box_velocity_x, state.box_velocity_y, state.box_spin);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.force_x, control.force_y);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = parameters.size * 0.5;
    let t1 = cos_f32(state.box_angle);
    let t2 = sin_f32(state.box_angle);
    let t3 = state.pusher_x - state.box_x;
    let t4 = state.pusher_y - state.box_y;
    let t5 = state.pusher_velocity_x - state.box_velocity_x - (state.box_y - state.pusher_y) * 0.0;
    let t6 = state.pusher_velocity_y - state.box_velocity_y - t3 * 0.0;
    let t7 = -t2;
    let t8 = t1 * t3 + t2 * t4;
    let t9 = t2 * t3;
    let t10 = t1 * t4;
    let t11 = t10 - t9;
    let t12 = t1 * t5 + t2 * t6;
    let t13 = t1 * t6 - t2 * t5;
    let t14 = -t0;
    let t15 = t1 * t0;
    let t16 = t2 * t0;
    let t17 = t15 - t16;
    let t18 = t8 + t17;
    let t19 = t11 + (-t16 - t15);
    let t20 = t15 + t16;
    let t21 = t8 + t20;
    let t22 = t11 + t17;
    let t23 = t16 - t15;
    let t24 = t8 + t23;
    let t25 = t11 + t20;
    let t26 = t8 + (-t15 - t16);
    let t27 = t11 + t23;
    let t28 = -t1;
    let t29 = t0 - t8;
    let t30 = t14 - t11;
    let t31 = t1 * t29;
    let t32 = t2 * t30;
    let t33 = t31 - t32;
    let t34 = t2 * t29;
    let t35 = t1 * t30;
    let t36 = t34 + t35;
    let t37 = t0 - t33;
    let t38 = t0 - t36;
    let t39 = t0 + t33;
    let t40 = t0 + t36;
    let t41 = t0 - t11;
    let t42 = t2 * t41;
    let t43 = t31 - t42;
    let t44 = t1 * t41;
    let t45 = t34 + t44;
    let t46 = t0 - t43;
    let t47 = t0 - t45;
    let t48 = t0 + t43;
    let t49 = t0 + t45;
    let t50 = t14 - t8;
    let t51 = t1 * t50;
    let t52 = t51 - t42;
    let t53 = t2 * t50;
    let t54 = t53 + t44;
    let t55 = t0 - t52;
    let t56 = t0 - t54;
    let t57 = t0 + t52;
    let t58 = t0 + t54;
    let t59 = t51 - t32;
    let t60 = t53 + t35;
    let t61 = t0 - t59;
    let t62 = t0 - t60;
    let t63 = t0 + t59;
    let t64 = t0 + t60;
    let t65 = t0 - t18;
    let t66 = t0 - t19;
    let t67 = t0 + t18;
    let t68 = t0 + t19;
    let t69 = t0 - t21;
    let t70 = t0 - t22;
    let t71 = t0 + t21;
    let t72 = t0 + t22;
    let t73 = t0 - t24;
    let t74 = t0 - t25;
    let t75 = t0 + t24;
    let t76 = t0 + t25;
    let t77 = t0 - t26;
    let t78 = t0 - t27;
    let t79 = t0 + t26;
    let t80 = t0 + t27;
    let other_corner = t65 < t69;
    let t81 = select(t65, t69, other_corner);
    let other_corner_2 = t81 < t73;
    let t82 = select(t81, t73, other_corner_2);
    let other_corner_3 = t82 < t77;
    let t83 = select(select(select(t18, t21, other_corner), t24, other_corner_2), t26, other_corner_3);
    let t84 = select(select(select(t19, t22, other_corner), t25, other_corner_2), t27, other_corner_3);
    let t85 = select(t82, t77, other_corner_3);
    let other_corner_4 = t66 < t70;
    let t86 = select(t66, t70, other_corner_4);
    let other_corner_5 = t86 < t74;
    let t87 = select(t86, t74, other_corner_5);
    let other_corner_6 = t87 < t78;
    let t88 = select(select(select(t18, t21, other_corner_4), t24, other_corner_5), t26, other_corner_6);
    let t89 = select(select(select(t19, t22, other_corner_4), t25, other_corner_5), t27, other_corner_6);
    let t90 = select(t87, t78, other_corner_6);
    let other_corner_7 = t67 < t71;
    let t91 = select(t67, t71, other_corner_7);
    let other_corner_8 = t91 < t75;
    let t92 = select(t91, t75, other_corner_8);
    let other_corner_9 = t92 < t79;
    let t93 = select(select(select(t18, t21, other_corner_7), t24, other_corner_8), t26, other_corner_9);
    let t94 = select(select(select(t19, t22, other_corner_7), t25, other_corner_8), t27, other_corner_9);
    let t95 = select(t92, t79, other_corner_9);
    let other_corner_10 = t68 < t72;
    let t96 = select(t68, t72, other_corner_10);
    let other_corner_11 = t96 < t76;
    let t97 = select(t96, t76, other_corner_11);
    let other_corner_12 = t97 < t80;
    let t98 = select(select(select(t18, t21, other_corner_10), t24, other_corner_11), t26, other_corner_12);
    let t99 = select(select(select(t19, t22, other_corner_10), t25, other_corner_11), t27, other_corner_12);
    let t100 = select(t97, t80, other_corner_12);
    let other_corner_13 = t37 < t46;
    let t101 = select(t37, t46, other_corner_13);
    let other_corner_14 = t101 < t55;
    let t102 = select(t101, t55, other_corner_14);
    let other_corner_15 = t102 < t61;
    let t103 = select(select(select(t14, t0, other_corner_13), t0, other_corner_14), t14, other_corner_15);
    let t104 = select(t102, t61, other_corner_15);
    let other_corner_16 = t38 < t47;
    let t105 = select(t38, t47, other_corner_16);
    let other_corner_17 = t105 < t56;
    let t106 = select(t105, t56, other_corner_17);
    let other_corner_18 = t106 < t62;
    let t107 = select(select(select(t14, t0, other_corner_16), t0, other_corner_17), t14, other_corner_18);
    let t108 = select(t106, t62, other_corner_18);
    let other_corner_19 = t39 < t48;
    let t109 = select(t39, t48, other_corner_19);
    let other_corner_20 = t109 < t57;
    let t110 = select(t109, t57, other_corner_20);
    let other_corner_21 = t110 < t63;
    let t111 = select(select(select(t14, t0, other_corner_19), t0, other_corner_20), t14, other_corner_21);
    let t112 = select(t110, t63, other_corner_21);
    let other_corner_22 = t40 < t49;
    let t113 = select(t40, t49, other_corner_22);
    let other_corner_23 = t113 < t58;
    let t114 = select(t113, t58, other_corner_23);
    let other_corner_24 = t114 < t64;
    let t115 = select(select(select(t14, t0, other_corner_22), t0, other_corner_23), t14, other_corner_24);
    let t116 = select(t114, t64, other_corner_24);
    let other_face = t90 < t85;
    let t117 = select(t85, t90, other_face);
    let other_face_2 = t95 < t117;
    let t118 = select(t117, t95, other_face_2);
    let other_face_3 = t100 < t118;
    let t119 = select(select(select(t83, t88, other_face), t93, other_face_2), t98, other_face_3);
    let t120 = select(select(select(t84, t89, other_face), t94, other_face_2), t99, other_face_3);
    let t121 = select(t118, t100, other_face_3);
    let t122 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t123 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let other_face_4 = t104 < t121;
    let t124 = select(t119, select(select(t0, t14, other_corner_14), t14, other_corner_15), other_face_4);
    let t125 = select(t121, t104, other_face_4);
    let other_face_5 = t108 < t125;
    let t126 = select(t124, select(select(t0, t14, other_corner_17), t14, other_corner_18), other_face_5);
    let t127 = select(t125, t108, other_face_5);
    let other_face_6 = t112 < t127;
    let t128 = select(t126, select(select(t0, t14, other_corner_20), t14, other_corner_21), other_face_6);
    let t129 = select(select(select(t120, t103, other_face_4), t107, other_face_5), t111, other_face_6);
    let t130 = select(t127, t112, other_face_6);
    let t131 = select(select(select(t122, t28, other_face_4), t7, other_face_5), t1, other_face_6);
    let t132 = select(select(select(t123, t2, other_face_4), t28, other_face_5), t7, other_face_6);
    let other_face_7 = t116 < t130;
    let t133 = select(t128, select(select(t0, t14, other_corner_23), t14, other_corner_24), other_face_7);
    let t134 = select(t129, t115, other_face_7);
    let t135 = select(t130, t116, other_face_7);
    let t136 = select(t131, t2, other_face_7);
    let t137 = select(t132, t1, other_face_7);
    let touches = 0.0 < t135;
    let load = parameters.point_stiffness * t135;
    let t138 = t12 * t136 + t13 * t137 - state.box_spin * (t133 * t137 - t134 * t136);
    let t139 = load * max(1.0 - parameters.dissipation * t138, 0.0);
    let t140 = t12 * t137 - t13 * t136 - state.box_spin * (-(t133 * t136) - t134 * t137);
    let t141 = sqrt(max(t140 * t140 + parameters.slip_speed * parameters.slip_speed, 0.0));
    let t142 = parameters.friction * t140 / t141;
    let t143 = (t136 - t137 * t142) * t139;
    let t144 = (t137 + t136 * t142) * t139;
    let t145 = select(0.0, t143, touches);
    let t146 = select(0.0, t144, touches);
    let t147 = t2 * t145 + t1 * t146;
    let push_x = t2 * t146 - t1 * t145;
    let push_y = -t147;
    let moment = -(t8 * t146) - (t9 - t10) * t145 - select(0.0, (t133 - t8) * t144 - (t134 - t11) * t143, touches);
    let t148 = parameters.mass * (parameters.size * parameters.size) * 0.16666667;
    let t149 = parameters.time_step / parameters.pusher_mass;
    let t150 = control.force_x - push_x - parameters.drag * state.pusher_velocity_x;
    let pusher_velocity_x = state.pusher_velocity_x + t149 * t150;
    let t151 = control.force_y + t147 - parameters.drag * state.pusher_velocity_y;
    let pusher_velocity_y = state.pusher_velocity_y + t149 * t151;
    let t152 = parameters.time_step / parameters.mass;
    let box_velocity_x = state.box_velocity_x + t152 * (push_x - parameters.drag * state.box_velocity_x);
    let box_velocity_y = state.box_velocity_y + t152 * (push_y - parameters.drag * state.box_velocity_y);
    let t153 = parameters.time_step * parameters.drag / parameters.mass * state.box_spin;
    let box_spin = state.box_spin - t153 + parameters.time_step * moment / t148;
    return State(
        state.pusher_x + parameters.time_step * pusher_velocity_x,
        state.pusher_y + parameters.time_step * pusher_velocity_y,
        pusher_velocity_x,
        pusher_velocity_y,
        state.box_x + parameters.time_step * box_velocity_x,
        state.box_y + parameters.time_step * box_velocity_y,
        state.box_angle + parameters.time_step * box_spin,
        box_velocity_x,
        box_velocity_y,
        box_spin,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.force_x * control.force_x + control.force_y * control.force_y;
    return parameters.effort * t0;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.box_x - parameters.goal;
    return parameters.weight * (t0 * t0);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = parameters.size * 0.5;
    let t1 = cos_f32(state.box_angle);
    let t2 = sin_f32(state.box_angle);
    let t3 = state.pusher_x - state.box_x;
    let t4 = state.pusher_y - state.box_y;
    let t5 = state.pusher_velocity_x - state.box_velocity_x - (state.box_y - state.pusher_y) * 0.0;
    let t6 = state.pusher_velocity_y - state.box_velocity_y - t3 * 0.0;
    let t7 = -t2;
    let t8 = t1 * t3 + t2 * t4;
    let t9 = t2 * t3;
    let t10 = t1 * t4;
    let t11 = t10 - t9;
    let t12 = t1 * t5 + t2 * t6;
    let t13 = t1 * t6 - t2 * t5;
    let t14 = -t0;
    let t15 = t1 * t0;
    let t16 = t2 * t0;
    let t17 = t15 - t16;
    let t18 = t8 + t17;
    let t19 = t11 + (-t16 - t15);
    let t20 = t15 + t16;
    let t21 = t8 + t20;
    let t22 = t11 + t17;
    let t23 = t16 - t15;
    let t24 = t8 + t23;
    let t25 = t11 + t20;
    let t26 = t8 + (-t15 - t16);
    let t27 = t11 + t23;
    let t28 = -t1;
    let t29 = t0 - t8;
    let t30 = t14 - t11;
    let t31 = t1 * t29;
    let t32 = t2 * t30;
    let t33 = t31 - t32;
    let t34 = t2 * t29;
    let t35 = t1 * t30;
    let t36 = t34 + t35;
    let t37 = t0 - t33;
    let t38 = t0 - t36;
    let t39 = t0 + t33;
    let t40 = t0 + t36;
    let t41 = t0 - t11;
    let t42 = t2 * t41;
    let t43 = t31 - t42;
    let t44 = t1 * t41;
    let t45 = t34 + t44;
    let t46 = t0 - t43;
    let t47 = t0 - t45;
    let t48 = t0 + t43;
    let t49 = t0 + t45;
    let t50 = t14 - t8;
    let t51 = t1 * t50;
    let t52 = t51 - t42;
    let t53 = t2 * t50;
    let t54 = t53 + t44;
    let t55 = t0 - t52;
    let t56 = t0 - t54;
    let t57 = t0 + t52;
    let t58 = t0 + t54;
    let t59 = t51 - t32;
    let t60 = t53 + t35;
    let t61 = t0 - t59;
    let t62 = t0 - t60;
    let t63 = t0 + t59;
    let t64 = t0 + t60;
    let t65 = t0 - t18;
    let t66 = t0 - t19;
    let t67 = t0 + t18;
    let t68 = t0 + t19;
    let t69 = t0 - t21;
    let t70 = t0 - t22;
    let t71 = t0 + t21;
    let t72 = t0 + t22;
    let t73 = t0 - t24;
    let t74 = t0 - t25;
    let t75 = t0 + t24;
    let t76 = t0 + t25;
    let t77 = t0 - t26;
    let t78 = t0 - t27;
    let t79 = t0 + t26;
    let t80 = t0 + t27;
    let other_corner = t65 < t69;
    let t81 = select(t65, t69, other_corner);
    let other_corner_2 = t81 < t73;
    let t82 = select(t81, t73, other_corner_2);
    let other_corner_3 = t82 < t77;
    let t83 = select(select(select(t18, t21, other_corner), t24, other_corner_2), t26, other_corner_3);
    let t84 = select(select(select(t19, t22, other_corner), t25, other_corner_2), t27, other_corner_3);
    let t85 = select(t82, t77, other_corner_3);
    let other_corner_4 = t66 < t70;
    let t86 = select(t66, t70, other_corner_4);
    let other_corner_5 = t86 < t74;
    let t87 = select(t86, t74, other_corner_5);
    let other_corner_6 = t87 < t78;
    let t88 = select(select(select(t18, t21, other_corner_4), t24, other_corner_5), t26, other_corner_6);
    let t89 = select(select(select(t19, t22, other_corner_4), t25, other_corner_5), t27, other_corner_6);
    let t90 = select(t87, t78, other_corner_6);
    let other_corner_7 = t67 < t71;
    let t91 = select(t67, t71, other_corner_7);
    let other_corner_8 = t91 < t75;
    let t92 = select(t91, t75, other_corner_8);
    let other_corner_9 = t92 < t79;
    let t93 = select(select(select(t18, t21, other_corner_7), t24, other_corner_8), t26, other_corner_9);
    let t94 = select(select(select(t19, t22, other_corner_7), t25, other_corner_8), t27, other_corner_9);
    let t95 = select(t92, t79, other_corner_9);
    let other_corner_10 = t68 < t72;
    let t96 = select(t68, t72, other_corner_10);
    let other_corner_11 = t96 < t76;
    let t97 = select(t96, t76, other_corner_11);
    let other_corner_12 = t97 < t80;
    let t98 = select(select(select(t18, t21, other_corner_10), t24, other_corner_11), t26, other_corner_12);
    let t99 = select(select(select(t19, t22, other_corner_10), t25, other_corner_11), t27, other_corner_12);
    let t100 = select(t97, t80, other_corner_12);
    let other_corner_13 = t37 < t46;
    let t101 = select(t37, t46, other_corner_13);
    let other_corner_14 = t101 < t55;
    let t102 = select(t101, t55, other_corner_14);
    let other_corner_15 = t102 < t61;
    let t103 = select(select(select(t14, t0, other_corner_13), t0, other_corner_14), t14, other_corner_15);
    let t104 = select(t102, t61, other_corner_15);
    let other_corner_16 = t38 < t47;
    let t105 = select(t38, t47, other_corner_16);
    let other_corner_17 = t105 < t56;
    let t106 = select(t105, t56, other_corner_17);
    let other_corner_18 = t106 < t62;
    let t107 = select(select(select(t14, t0, other_corner_16), t0, other_corner_17), t14, other_corner_18);
    let t108 = select(t106, t62, other_corner_18);
    let other_corner_19 = t39 < t48;
    let t109 = select(t39, t48, other_corner_19);
    let other_corner_20 = t109 < t57;
    let t110 = select(t109, t57, other_corner_20);
    let other_corner_21 = t110 < t63;
    let t111 = select(select(select(t14, t0, other_corner_19), t0, other_corner_20), t14, other_corner_21);
    let t112 = select(t110, t63, other_corner_21);
    let other_corner_22 = t40 < t49;
    let t113 = select(t40, t49, other_corner_22);
    let other_corner_23 = t113 < t58;
    let t114 = select(t113, t58, other_corner_23);
    let other_corner_24 = t114 < t64;
    let t115 = select(select(select(t14, t0, other_corner_22), t0, other_corner_23), t14, other_corner_24);
    let t116 = select(t114, t64, other_corner_24);
    let other_face = t90 < t85;
    let t117 = select(t85, t90, other_face);
    let other_face_2 = t95 < t117;
    let t118 = select(t117, t95, other_face_2);
    let other_face_3 = t100 < t118;
    let t119 = select(select(select(t83, t88, other_face), t93, other_face_2), t98, other_face_3);
    let t120 = select(select(select(t84, t89, other_face), t94, other_face_2), t99, other_face_3);
    let t121 = select(t118, t100, other_face_3);
    let t122 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t123 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let other_face_4 = t104 < t121;
    let t124 = select(t119, select(select(t0, t14, other_corner_14), t14, other_corner_15), other_face_4);
    let t125 = select(t121, t104, other_face_4);
    let other_face_5 = t108 < t125;
    let t126 = select(t124, select(select(t0, t14, other_corner_17), t14, other_corner_18), other_face_5);
    let t127 = select(t125, t108, other_face_5);
    let other_face_6 = t112 < t127;
    let t128 = select(t126, select(select(t0, t14, other_corner_20), t14, other_corner_21), other_face_6);
    let t129 = select(select(select(t120, t103, other_face_4), t107, other_face_5), t111, other_face_6);
    let t130 = select(t127, t112, other_face_6);
    let t131 = select(select(select(t122, t28, other_face_4), t7, other_face_5), t1, other_face_6);
    let t132 = select(select(select(t123, t2, other_face_4), t28, other_face_5), t7, other_face_6);
    let other_face_7 = t116 < t130;
    let t133 = select(t128, select(select(t0, t14, other_corner_23), t14, other_corner_24), other_face_7);
    let t134 = select(t129, t115, other_face_7);
    let t135 = select(t130, t116, other_face_7);
    let t136 = select(t131, t2, other_face_7);
    let t137 = select(t132, t1, other_face_7);
    let touches = 0.0 < t135;
    let load = parameters.point_stiffness * t135;
    let t138 = t133 * t137 - t134 * t136;
    let t139 = parameters.dissipation * (t12 * t136 + t13 * t137 - state.box_spin * t138);
    let t140 = 1.0 - t139;
    let t141 = max(t140, 0.0);
    let t142 = load * t141;
    let t143 = -(t133 * t136) - t134 * t137;
    let t144 = t12 * t137 - t13 * t136 - state.box_spin * t143;
    let t145 = t144 * t144 + parameters.slip_speed * parameters.slip_speed;
    let t146 = sqrt(max(t145, 0.0));
    let t147 = parameters.friction * t144 / t146;
    let t148 = t136 - t137 * t147;
    let t149 = t137 + t136 * t147;
    let t150 = t148 * t142;
    let t151 = t149 * t142;
    let t152 = select(0.0, t150, touches);
    let t153 = select(0.0, t151, touches);
    let t154 = parameters.mass * (parameters.size * parameters.size) * 0.16666667;
    let t155 = parameters.time_step / parameters.pusher_mass;
    let t156 = parameters.time_step / parameters.mass;
    let t157 = 2.0 * parameters.effort;
    let box_spin_cotangent = cotangent.box_spin + cotangent.box_angle * parameters.time_step;
    let box_velocity_y_cotangent = cotangent.box_velocity_y + cotangent.box_y * parameters.time_step;
    let box_velocity_x_cotangent = cotangent.box_velocity_x + cotangent.box_x * parameters.time_step;
    let pusher_velocity_y_cotangent = cotangent.pusher_velocity_y + cotangent.pusher_y * parameters.time_step;
    let pusher_velocity_x_cotangent = cotangent.pusher_velocity_x + cotangent.pusher_x * parameters.time_step;
    let moment_cotangent = box_spin_cotangent / t154 * parameters.time_step;
    let t158 = box_spin_cotangent * (parameters.time_step * parameters.drag / parameters.mass);
    let push_y_cotangent = box_velocity_y_cotangent * t156;
    let t159 = box_velocity_x_cotangent * t156;
    let t160 = pusher_velocity_y_cotangent * t155;
    let t161 = pusher_velocity_x_cotangent * t155;
    let push_x_cotangent = t159 - t161;
    let t162 = t160 - push_y_cotangent;
    let t163 = t161 - t159;
    let t164 = moment_cotangent * t152;
    let t165 = select(0.0, -moment_cotangent, touches);
    let t166 = select(0.0, t162 * t1 + push_x_cotangent * t2 - moment_cotangent * t8, touches);
    let t167 = select(0.0, t162 * t2 + t163 * t1 - moment_cotangent * (t9 - t10), touches);
    let t168 = t165 * t150;
    let t169 = t167 - t165 * (t134 - t11);
    let t170 = t165 * t151;
    let t171 = t166 + t165 * (t133 - t8);
    let t172 = t171 * t142;
    let t173 = t169 * t142;
    let t174 = t171 * t149 + t169 * t148;
    let t175 = (t172 * t136 - t173 * t137) / t146;
    let t176 = 2.0 * select(0.0, -(t175 * t147 / (2.0 * t146)), 0.0 < t145) * t144;
    let t177 = t176 + t175 * parameters.friction;
    let t178 = t177 * state.box_spin;
    let t179 = t177 * t136;
    let load_cotangent = t174 * t141;
    let t180 = select(0.0, t174 * load, 0.0 <= t140) * parameters.dissipation;
    let t181 = t180 * state.box_spin;
    let t182 = t180 * t137;
    let t183 = -t179 - t182;
    let t184 = t172 - t173 * t147 + t178 * t134 + t177 * t12 + t181 * t133 - t180 * t13;
    let t185 = t177 * t137 - t180 * t136;
    let t186 = t173 + t172 * t147 + t178 * t133 - t177 * t13 - t181 * t134 - t180 * t12;
    let t187 = load_cotangent * parameters.point_stiffness;
    let t188 = select(t184, 0.0, other_face_7);
    let t189 = t162 * t152 + push_x_cotangent * t153 + select(0.0, t186, other_face_7);
    let t190 = select(t186, 0.0, other_face_7);
    let t191 = select(0.0, t187, other_face_7);
    let t192 = select(t187, 0.0, other_face_7);
    let t193 = select(t188, 0.0, other_face_6);
    let t194 = t162 * t153 + t163 * t152 + select(0.0, t184, other_face_7) + select(0.0, t190, other_face_6);
    let t195 = select(t190, 0.0, other_face_6);
    let t196 = select(0.0, t192, other_face_6);
    let t197 = select(t192, 0.0, other_face_6);
    let t198 = select(select(t178 * t137 - t168 - t181 * t136, 0.0, other_face_7), 0.0, other_face_6);
    let t199 = select(select(t170 + t178 * t136 + t181 * t137, 0.0, other_face_7), 0.0, other_face_6);
    let t200 = select(0.0, t188, other_face_6) + select(0.0, t195, other_face_5);
    let t201 = select(0.0, t197, other_face_5);
    let t202 = select(t197, 0.0, other_face_5);
    let t203 = t189 + select(0.0, select(t193, 0.0, other_face_5), other_face_4);
    let t204 = select(0.0, t193, other_face_5) + select(0.0, select(t195, 0.0, other_face_5), other_face_4);
    let t205 = select(0.0, t202, other_face_4);
    let t206 = select(t202, 0.0, other_face_4);
    let t207 = select(select(t198, 0.0, other_face_5), 0.0, other_face_4);
    let t208 = select(select(t199, 0.0, other_face_5), 0.0, other_face_4);
    let t209 = select(0.0, t206, other_face_3);
    let t210 = select(t206, 0.0, other_face_3);
    let t211 = select(0.0, t207, other_face_3);
    let t212 = select(t207, 0.0, other_face_3);
    let t213 = select(0.0, t208, other_face_3);
    let t214 = select(t208, 0.0, other_face_3);
    let t215 = select(0.0, t210, other_face_2);
    let t216 = select(t210, 0.0, other_face_2);
    let t217 = select(0.0, t212, other_face_2);
    let t218 = select(t212, 0.0, other_face_2);
    let t219 = select(0.0, t214, other_face_2);
    let t220 = select(t214, 0.0, other_face_2);
    let t221 = select(0.0, t216, other_face);
    let t222 = select(t216, 0.0, other_face);
    let t223 = select(0.0, t218, other_face);
    let t224 = select(t218, 0.0, other_face);
    let t225 = select(0.0, t220, other_face);
    let t226 = select(t220, 0.0, other_face);
    let t227 = select(t191, 0.0, other_corner_24);
    let t228 = select(t227, 0.0, other_corner_23);
    let t229 = select(0.0, t196, other_corner_21);
    let t230 = select(t196, 0.0, other_corner_21);
    let t231 = select(0.0, t230, other_corner_20);
    let t232 = select(t230, 0.0, other_corner_20);
    let t233 = select(0.0, t232, other_corner_19);
    let t234 = select(t232, 0.0, other_corner_19);
    let t235 = select(t201, 0.0, other_corner_18);
    let t236 = select(t235, 0.0, other_corner_17);
    let t237 = select(0.0, t205, other_corner_15);
    let t238 = select(t205, 0.0, other_corner_15);
    let t239 = select(0.0, t238, other_corner_14);
    let t240 = select(t238, 0.0, other_corner_14);
    let t241 = select(0.0, t240, other_corner_13);
    let t242 = select(t240, 0.0, other_corner_13);
    let t243 = select(t209, 0.0, other_corner_12);
    let t244 = select(t211, 0.0, other_corner_12);
    let t245 = select(t213, 0.0, other_corner_12);
    let t246 = select(t243, 0.0, other_corner_11);
    let t247 = select(t244, 0.0, other_corner_11);
    let t248 = select(t245, 0.0, other_corner_11);
    let t249 = select(t215, 0.0, other_corner_9);
    let t250 = select(0.0, t211, other_corner_12) + select(0.0, t217, other_corner_9);
    let t251 = select(t217, 0.0, other_corner_9);
    let t252 = select(0.0, t213, other_corner_12) + select(0.0, t219, other_corner_9);
    let t253 = select(t219, 0.0, other_corner_9);
    let t254 = select(t249, 0.0, other_corner_8);
    let t255 = select(0.0, t244, other_corner_11) + select(0.0, t251, other_corner_8);
    let t256 = select(t251, 0.0, other_corner_8);
    let t257 = select(0.0, t245, other_corner_11) + select(0.0, t253, other_corner_8);
    let t258 = select(t253, 0.0, other_corner_8);
    let t259 = select(0.0, t247, other_corner_10) + select(0.0, t256, other_corner_7);
    let t260 = select(t247, 0.0, other_corner_10) + select(t256, 0.0, other_corner_7);
    let t261 = select(0.0, t248, other_corner_10) + select(0.0, t258, other_corner_7);
    let t262 = select(t248, 0.0, other_corner_10) + select(t258, 0.0, other_corner_7);
    let t263 = select(t221, 0.0, other_corner_6);
    let t264 = select(t223, 0.0, other_corner_6);
    let t265 = select(t225, 0.0, other_corner_6);
    let t266 = select(t263, 0.0, other_corner_5);
    let t267 = select(t264, 0.0, other_corner_5);
    let t268 = select(t265, 0.0, other_corner_5);
    let t269 = select(t266, 0.0, other_corner_4);
    let t270 = select(0.0, t222, other_corner_3);
    let t271 = select(t222, 0.0, other_corner_3);
    let t272 = t250 + select(0.0, t223, other_corner_6) + select(0.0, t224, other_corner_3);
    let t273 = select(t224, 0.0, other_corner_3);
    let t274 = t252 + select(0.0, t225, other_corner_6) + select(0.0, t226, other_corner_3);
    let t275 = select(t226, 0.0, other_corner_3);
    let t276 = select(t271, 0.0, other_corner_2);
    let t277 = t255 + select(0.0, t264, other_corner_5) + select(0.0, t273, other_corner_2);
    let t278 = select(t273, 0.0, other_corner_2);
    let t279 = t257 + select(0.0, t265, other_corner_5) + select(0.0, t275, other_corner_2);
    let t280 = select(t275, 0.0, other_corner_2);
    let t281 = t259 + select(0.0, t267, other_corner_4) + select(0.0, t278, other_corner);
    let t282 = t260 + select(t267, 0.0, other_corner_4) + select(t278, 0.0, other_corner);
    let t283 = t261 + select(0.0, t268, other_corner_4) + select(0.0, t280, other_corner);
    let t284 = t262 + select(t268, 0.0, other_corner_4) + select(t280, 0.0, other_corner);
    let t285 = t274 + select(0.0, t215, other_corner_9);
    let t286 = t272 + select(0.0, t209, other_corner_12) - select(0.0, t221, other_corner_6);
    let t287 = t277 + select(0.0, t243, other_corner_11) - select(0.0, t263, other_corner_5);
    let t288 = t279 + select(0.0, t249, other_corner_8) - select(0.0, t271, other_corner_2);
    let t289 = t281 + select(0.0, t246, other_corner_10) - select(0.0, t266, other_corner_4);
    let t290 = t283 + select(0.0, t254, other_corner_7) - select(0.0, t276, other_corner);
    let t291 = t282 + select(t246, 0.0, other_corner_10);
    let t292 = t284 + select(t254, 0.0, other_corner_7) - select(t276, 0.0, other_corner);
    let t293 = select(0.0, t191, other_corner_24) - select(0.0, t201, other_corner_18);
    let t294 = select(0.0, t227, other_corner_23) - select(0.0, t235, other_corner_17);
    let t295 = t293 + t294;
    let t296 = t229 - t237 + (t231 - t239);
    let t297 = select(0.0, t228, other_corner_22) - select(0.0, t236, other_corner_16);
    let t298 = t294 + t297;
    let t299 = t239 - t231 + (t241 - t233);
    let t300 = select(t228, 0.0, other_corner_22) - select(t236, 0.0, other_corner_16);
    let t301 = t297 + t300;
    let t302 = t293 + t300;
    let t303 = t233 - t241 + (t234 - t242);
    let t304 = t237 - t229 + (t242 - t234);
    let t305 = -(moment_cotangent * t153) - t170 - (t295 * t2 + t296 * t1) - (t301 * t2 + t303 * t1);
    let t306 = t270 - t285;
    let t307 = t168 - (t298 * t1 + t299 * t2) - (t302 * t1 + t304 * t2) + t286 + t287;
    let t308 = t286 + t288;
    let t309 = t287 + t290;
    let t310 = t307 + t289 + (t291 - t269);
    let t311 = t305 + (t285 - t270) + t288 + t290 + t292;
    let t312 = t289 + t292;
    let t313 = t269 - t291;
    let t314 = t203 + t295 * t50 + t299 * t41 + t301 * t29 + t304 * t30 + (t306 + t308 + t309 + t313 - t312) * t0;
    let t315 = t194 + t296 * t50 + t298 * t41 + t302 * t30 + t303 * t29 - t204 + (t309 - t308 + t313 + t306 + t312) * t0;
    let t316 = t182 + t179;
    let t317 = t183 * t1 + t185 * t2;
    let t318 = t316 * t2 + t185 * t1;
    let t319 = t164 + t310;
    let t320 = -t164 - t310;
    let t321 = t319 * t1 + t311 * t2;
    let t322 = t320 * t2 + t311 * t1;
    let t323 = t317 * 0.0;
    let t324 = t318 * 0.0;
    let t325 = (t314 + t316 * t5 + t185 * t6 + t320 * t3 + t311 * t4 - t200) * t1;
    return StateControl(
        State(
            cotangent.pusher_x + (t322 - t323),
            cotangent.pusher_y + t324 + t321,
            pusher_velocity_x_cotangent - t161 * parameters.drag + t318,
            pusher_velocity_y_cotangent - t160 * parameters.drag + t317,
            cotangent.box_x + (t323 - t322),
            cotangent.box_y - t324 - t321,
            cotangent.box_angle + t325 - (t315 + t183 * t6 + t185 * t5 + t319 * t4 + t311 * t3) * t2,
            box_velocity_x_cotangent - t159 * parameters.drag - t318,
            box_velocity_y_cotangent - push_y_cotangent * parameters.drag - t317,
            box_spin_cotangent - t158 - t177 * t143 + t180 * t138,
        ),
        Control(t157 * control.force_x + t161, t157 * control.force_y + t160),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(
        0.0,
        0.0,
        0.0,
        0.0,
        2.0 * parameters.weight * (state.box_x - parameters.goal),
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    );
}
