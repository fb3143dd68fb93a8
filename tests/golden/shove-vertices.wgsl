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
    let t3 = parameters.point_stiffness * 0.5;
    let t4 = state.pusher_x - state.box_x;
    let t5 = state.pusher_y - state.box_y;
    let t6 = state.pusher_velocity_x - state.box_velocity_x - (state.box_y - state.pusher_y) * 0.0;
    let t7 = state.pusher_velocity_y - state.box_velocity_y - t4 * 0.0;
    let t8 = -t2;
    let t9 = t1 * t4 + t2 * t5;
    let t10 = t2 * t4;
    let t11 = t1 * t5;
    let t12 = t11 - t10;
    let t13 = t1 * t6 + t2 * t7;
    let t14 = t1 * t7 - t2 * t6;
    let t15 = -t0;
    let t16 = t1 * t0;
    let t17 = t2 * t0;
    let t18 = t16 - t17;
    let t19 = t9 + t18;
    let t20 = t12 + (-t17 - t16);
    let t21 = t16 + t17;
    let t22 = t9 + t21;
    let t23 = t12 + t18;
    let t24 = t17 - t16;
    let t25 = t9 + t24;
    let t26 = t12 + t21;
    let t27 = t9 + (-t16 - t17);
    let t28 = t12 + t24;
    let t29 = -t1;
    let t30 = t0 - t9;
    let t31 = t15 - t12;
    let t32 = t1 * t30;
    let t33 = t2 * t31;
    let t34 = t32 - t33;
    let t35 = t2 * t30;
    let t36 = t1 * t31;
    let t37 = t35 + t36;
    let t38 = t0 - t34;
    let t39 = t0 - t37;
    let t40 = t0 + t34;
    let t41 = t0 + t37;
    let t42 = t0 - t12;
    let t43 = t2 * t42;
    let t44 = t32 - t43;
    let t45 = t1 * t42;
    let t46 = t35 + t45;
    let t47 = t0 - t44;
    let t48 = t0 - t46;
    let t49 = t0 + t44;
    let t50 = t0 + t46;
    let t51 = t15 - t9;
    let t52 = t1 * t51;
    let t53 = t52 - t43;
    let t54 = t2 * t51;
    let t55 = t54 + t45;
    let t56 = t0 - t53;
    let t57 = t0 - t55;
    let t58 = t0 + t53;
    let t59 = t0 + t55;
    let t60 = t52 - t33;
    let t61 = t54 + t36;
    let t62 = t0 - t60;
    let t63 = t0 - t61;
    let t64 = t0 + t60;
    let t65 = t0 + t61;
    let t66 = t0 - t19;
    let t67 = t0 - t20;
    let t68 = t0 + t19;
    let t69 = t0 + t20;
    let t70 = t0 - t22;
    let t71 = t0 - t23;
    let t72 = t0 + t22;
    let t73 = t0 + t23;
    let t74 = t0 - t25;
    let t75 = t0 - t26;
    let t76 = t0 + t25;
    let t77 = t0 + t26;
    let t78 = t0 - t27;
    let t79 = t0 - t28;
    let t80 = t0 + t27;
    let t81 = t0 + t28;
    let other_face = t67 < t66;
    let t82 = select(t66, t67, other_face);
    let other_face_2 = t68 < t82;
    let t83 = select(t82, t68, other_face_2);
    let other_face_3 = t69 < t83;
    let t84 = select(t83, t69, other_face_3);
    let t85 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t86 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < t84;
    let other_face_4 = t71 < t70;
    let t87 = select(t70, t71, other_face_4);
    let other_face_5 = t72 < t87;
    let t88 = select(t87, t72, other_face_5);
    let other_face_6 = t73 < t88;
    let t89 = select(t88, t73, other_face_6);
    let t90 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t91 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let touches_2 = 0.0 < t89;
    let other_face_7 = t75 < t74;
    let t92 = select(t74, t75, other_face_7);
    let other_face_8 = t76 < t92;
    let t93 = select(t92, t76, other_face_8);
    let other_face_9 = t77 < t93;
    let t94 = select(t93, t77, other_face_9);
    let t95 = select(select(select(1.0, 0.0, other_face_7), -1.0, other_face_8), 0.0, other_face_9);
    let t96 = select(select(select(0.0, 1.0, other_face_7), 0.0, other_face_8), -1.0, other_face_9);
    let touches_3 = 0.0 < t94;
    let other_face_10 = t79 < t78;
    let t97 = select(t78, t79, other_face_10);
    let other_face_11 = t80 < t97;
    let t98 = select(t97, t80, other_face_11);
    let other_face_12 = t81 < t98;
    let t99 = select(t98, t81, other_face_12);
    let t100 = select(select(select(1.0, 0.0, other_face_10), -1.0, other_face_11), 0.0, other_face_12);
    let t101 = select(select(select(0.0, 1.0, other_face_10), 0.0, other_face_11), -1.0, other_face_12);
    let touches_4 = 0.0 < t99;
    let other_face_13 = t39 < t38;
    let t102 = select(t38, t39, other_face_13);
    let other_face_14 = t40 < t102;
    let t103 = select(t102, t40, other_face_14);
    let other_face_15 = t41 < t103;
    let t104 = select(t103, t41, other_face_15);
    let t105 = select(select(select(t29, t8, other_face_13), t1, other_face_14), t2, other_face_15);
    let t106 = select(select(select(t2, t29, other_face_13), t8, other_face_14), t1, other_face_15);
    let touches_5 = 0.0 < t104;
    let other_face_16 = t48 < t47;
    let t107 = select(t47, t48, other_face_16);
    let other_face_17 = t49 < t107;
    let t108 = select(t107, t49, other_face_17);
    let other_face_18 = t50 < t108;
    let t109 = select(t108, t50, other_face_18);
    let t110 = select(select(select(t29, t8, other_face_16), t1, other_face_17), t2, other_face_18);
    let t111 = select(select(select(t2, t29, other_face_16), t8, other_face_17), t1, other_face_18);
    let touches_6 = 0.0 < t109;
    let other_face_19 = t57 < t56;
    let t112 = select(t56, t57, other_face_19);
    let other_face_20 = t58 < t112;
    let t113 = select(t112, t58, other_face_20);
    let other_face_21 = t59 < t113;
    let t114 = select(t113, t59, other_face_21);
    let t115 = select(select(select(t29, t8, other_face_19), t1, other_face_20), t2, other_face_21);
    let t116 = select(select(select(t2, t29, other_face_19), t8, other_face_20), t1, other_face_21);
    let touches_7 = 0.0 < t114;
    let other_face_22 = t63 < t62;
    let t117 = select(t62, t63, other_face_22);
    let other_face_23 = t64 < t117;
    let t118 = select(t117, t64, other_face_23);
    let other_face_24 = t65 < t118;
    let t119 = select(t118, t65, other_face_24);
    let t120 = select(select(select(t29, t8, other_face_22), t1, other_face_23), t2, other_face_24);
    let t121 = select(select(select(t2, t29, other_face_22), t8, other_face_23), t1, other_face_24);
    let touches_8 = 0.0 < t119;
    let load = t3 * t84;
    let t122 = parameters.dissipation * (t13 * t85 + t14 * t86 - state.box_spin * (t19 * t86 - t20 * t85));
    let t123 = load * max(1.0 - t122, 0.0);
    let t124 = t13 * t86 - t14 * t85 - state.box_spin * (-(t19 * t85) - t20 * t86);
    let t125 = parameters.slip_speed * parameters.slip_speed;
    let t126 = parameters.friction * t124 / sqrt(max(t124 * t124 + t125, 0.0));
    let t127 = (t85 - t86 * t126) * t123;
    let t128 = (t86 + t85 * t126) * t123;
    let load_2 = t3 * t89;
    let t129 = parameters.dissipation * (t13 * t90 + t14 * t91 - state.box_spin * (t22 * t91 - t23 * t90));
    let t130 = load_2 * max(1.0 - t129, 0.0);
    let t131 = t13 * t91 - t14 * t90 - state.box_spin * (-(t22 * t90) - t23 * t91);
    let t132 = parameters.friction * t131 / sqrt(max(t131 * t131 + t125, 0.0));
    let t133 = (t90 - t91 * t132) * t130;
    let t134 = (t91 + t90 * t132) * t130;
    let t135 = select(0.0, (t19 - t9) * t128 - (t20 - t12) * t127, touches) + select(0.0, (t22 - t9) * t134 - (t23 - t12) * t133, touches_2);
    let load_3 = t3 * t94;
    let t136 = parameters.dissipation * (t13 * t95 + t14 * t96 - state.box_spin * (t25 * t96 - t26 * t95));
    let t137 = load_3 * max(1.0 - t136, 0.0);
    let t138 = t13 * t96 - t14 * t95 - state.box_spin * (-(t25 * t95) - t26 * t96);
    let t139 = parameters.friction * t138 / sqrt(max(t138 * t138 + t125, 0.0));
    let t140 = (t95 - t96 * t139) * t137;
    let t141 = (t96 + t95 * t139) * t137;
    let t142 = select(0.0, t127, touches) + select(0.0, t133, touches_2) + select(0.0, t140, touches_3);
    let t143 = select(0.0, t128, touches) + select(0.0, t134, touches_2) + select(0.0, t141, touches_3);
    let t144 = t135 + select(0.0, (t25 - t9) * t141 - (t26 - t12) * t140, touches_3);
    let load_4 = t3 * t99;
    let t145 = t13 * t100 + t14 * t101 - state.box_spin * (t27 * t101 - t28 * t100);
    let t146 = load_4 * max(1.0 - parameters.dissipation * t145, 0.0);
    let t147 = t13 * t101 - t14 * t100 - state.box_spin * (-(t27 * t100) - t28 * t101);
    let t148 = parameters.friction * t147 / sqrt(max(t147 * t147 + t125, 0.0));
    let t149 = (t100 - t101 * t148) * t146;
    let t150 = (t101 + t100 * t148) * t146;
    let t151 = t144 + select(0.0, (t27 - t9) * t150 - (t28 - t12) * t149, touches_4);
    let load_5 = t3 * t104;
    let t152 = t0 * t106;
    let t153 = t0 * t105;
    let t154 = parameters.dissipation * (t13 * t105 + t14 * t106 - state.box_spin * (t152 + t153));
    let t155 = load_5 * max(1.0 - t154, 0.0);
    let t156 = t13 * t106 - t14 * t105 - state.box_spin * (t152 - t153);
    let t157 = parameters.friction * t156 / sqrt(max(t156 * t156 + t125, 0.0));
    let t158 = (t105 - t106 * t157) * t155;
    let t159 = (t106 + t105 * t157) * t155;
    let t160 = t142 + select(0.0, t149, touches_4) + select(0.0, t158, touches_5);
    let t161 = t143 + select(0.0, t150, touches_4) + select(0.0, t159, touches_5);
    let load_6 = t3 * t109;
    let t162 = t0 * t111;
    let t163 = t0 * t110;
    let t164 = parameters.dissipation * (t13 * t110 + t14 * t111 - state.box_spin * (t162 - t163));
    let t165 = load_6 * max(1.0 - t164, 0.0);
    let t166 = t13 * t111 - t14 * t110 - state.box_spin * (-t163 - t162);
    let t167 = parameters.friction * t166 / sqrt(max(t166 * t166 + t125, 0.0));
    let t168 = (t110 - t111 * t167) * t165;
    let t169 = (t111 + t110 * t167) * t165;
    let t170 = t151 + select(0.0, t30 * t159 - t31 * t158, touches_5) + select(0.0, t30 * t169 - t42 * t168, touches_6);
    let load_7 = t3 * t114;
    let t171 = t0 * t116;
    let t172 = t0 * t115;
    let t173 = parameters.dissipation * (t13 * t115 + t14 * t116 - state.box_spin * (-t171 - t172));
    let t174 = load_7 * max(1.0 - t173, 0.0);
    let t175 = t13 * t116 - t14 * t115 - state.box_spin * (t172 - t171);
    let t176 = parameters.friction * t175 / sqrt(max(t175 * t175 + t125, 0.0));
    let t177 = (t115 - t116 * t176) * t174;
    let t178 = (t116 + t115 * t176) * t174;
    let t179 = t160 + select(0.0, t168, touches_6) + select(0.0, t177, touches_7);
    let t180 = t161 + select(0.0, t169, touches_6) + select(0.0, t178, touches_7);
    let load_8 = t3 * t119;
    let t181 = t0 * t121;
    let t182 = t0 * t120;
    let t183 = parameters.dissipation * (t13 * t120 + t14 * t121 - state.box_spin * (t182 - t181));
    let t184 = load_8 * max(1.0 - t183, 0.0);
    let t185 = t13 * t121 - t14 * t120 - state.box_spin * (t182 + t181);
    let t186 = parameters.friction * t185 / sqrt(max(t185 * t185 + t125, 0.0));
    let t187 = (t120 - t121 * t186) * t184;
    let t188 = (t121 + t120 * t186) * t184;
    let t189 = t179 + select(0.0, t187, touches_8);
    let t190 = t180 + select(0.0, t188, touches_8);
    let t191 = t170 + select(0.0, t51 * t178 - t42 * t177, touches_7) + select(0.0, t51 * t188 - t31 * t187, touches_8);
    let t192 = t2 * t189 + t1 * t190;
    let push_x = t2 * t190 - t1 * t189;
    let push_y = -t192;
    let moment = -(t9 * t190) - (t10 - t11) * t189 - t191;
    let t193 = parameters.mass * (parameters.size * parameters.size) * 0.16666667;
    let t194 = parameters.time_step / parameters.pusher_mass;
    let t195 = control.force_x - push_x - parameters.drag * state.pusher_velocity_x;
    let pusher_velocity_x = state.pusher_velocity_x + t194 * t195;
    let t196 = control.force_y + t192 - parameters.drag * state.pusher_velocity_y;
    let pusher_velocity_y = state.pusher_velocity_y + t194 * t196;
    let t197 = parameters.time_step / parameters.mass;
    let box_velocity_x = state.box_velocity_x + t197 * (push_x - parameters.drag * state.box_velocity_x);
    let box_velocity_y = state.box_velocity_y + t197 * (push_y - parameters.drag * state.box_velocity_y);
    let t198 = parameters.time_step * parameters.drag / parameters.mass * state.box_spin;
    let box_spin = state.box_spin - t198 + parameters.time_step * moment / t193;
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
    let t3 = parameters.point_stiffness * 0.5;
    let t4 = state.pusher_x - state.box_x;
    let t5 = state.pusher_y - state.box_y;
    let t6 = state.pusher_velocity_x - state.box_velocity_x - (state.box_y - state.pusher_y) * 0.0;
    let t7 = state.pusher_velocity_y - state.box_velocity_y - t4 * 0.0;
    let t8 = -t2;
    let t9 = t1 * t4 + t2 * t5;
    let t10 = t2 * t4;
    let t11 = t1 * t5;
    let t12 = t11 - t10;
    let t13 = t1 * t6 + t2 * t7;
    let t14 = t1 * t7 - t2 * t6;
    let t15 = -t0;
    let t16 = t1 * t0;
    let t17 = t2 * t0;
    let t18 = t16 - t17;
    let t19 = t9 + t18;
    let t20 = t12 + (-t17 - t16);
    let t21 = t16 + t17;
    let t22 = t9 + t21;
    let t23 = t12 + t18;
    let t24 = t17 - t16;
    let t25 = t9 + t24;
    let t26 = t12 + t21;
    let t27 = t9 + (-t16 - t17);
    let t28 = t12 + t24;
    let t29 = -t1;
    let t30 = t0 - t9;
    let t31 = t15 - t12;
    let t32 = t1 * t30;
    let t33 = t2 * t31;
    let t34 = t32 - t33;
    let t35 = t2 * t30;
    let t36 = t1 * t31;
    let t37 = t35 + t36;
    let t38 = t0 - t34;
    let t39 = t0 - t37;
    let t40 = t0 + t34;
    let t41 = t0 + t37;
    let t42 = t0 - t12;
    let t43 = t2 * t42;
    let t44 = t32 - t43;
    let t45 = t1 * t42;
    let t46 = t35 + t45;
    let t47 = t0 - t44;
    let t48 = t0 - t46;
    let t49 = t0 + t44;
    let t50 = t0 + t46;
    let t51 = t15 - t9;
    let t52 = t1 * t51;
    let t53 = t52 - t43;
    let t54 = t2 * t51;
    let t55 = t54 + t45;
    let t56 = t0 - t53;
    let t57 = t0 - t55;
    let t58 = t0 + t53;
    let t59 = t0 + t55;
    let t60 = t52 - t33;
    let t61 = t54 + t36;
    let t62 = t0 - t60;
    let t63 = t0 - t61;
    let t64 = t0 + t60;
    let t65 = t0 + t61;
    let t66 = t0 - t19;
    let t67 = t0 - t20;
    let t68 = t0 + t19;
    let t69 = t0 + t20;
    let t70 = t0 - t22;
    let t71 = t0 - t23;
    let t72 = t0 + t22;
    let t73 = t0 + t23;
    let t74 = t0 - t25;
    let t75 = t0 - t26;
    let t76 = t0 + t25;
    let t77 = t0 + t26;
    let t78 = t0 - t27;
    let t79 = t0 - t28;
    let t80 = t0 + t27;
    let t81 = t0 + t28;
    let other_face = t67 < t66;
    let t82 = select(t66, t67, other_face);
    let other_face_2 = t68 < t82;
    let t83 = select(t82, t68, other_face_2);
    let other_face_3 = t69 < t83;
    let t84 = select(t83, t69, other_face_3);
    let t85 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t86 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < t84;
    let other_face_4 = t71 < t70;
    let t87 = select(t70, t71, other_face_4);
    let other_face_5 = t72 < t87;
    let t88 = select(t87, t72, other_face_5);
    let other_face_6 = t73 < t88;
    let t89 = select(t88, t73, other_face_6);
    let t90 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t91 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let touches_2 = 0.0 < t89;
    let other_face_7 = t75 < t74;
    let t92 = select(t74, t75, other_face_7);
    let other_face_8 = t76 < t92;
    let t93 = select(t92, t76, other_face_8);
    let other_face_9 = t77 < t93;
    let t94 = select(t93, t77, other_face_9);
    let t95 = select(select(select(1.0, 0.0, other_face_7), -1.0, other_face_8), 0.0, other_face_9);
    let t96 = select(select(select(0.0, 1.0, other_face_7), 0.0, other_face_8), -1.0, other_face_9);
    let touches_3 = 0.0 < t94;
    let other_face_10 = t79 < t78;
    let t97 = select(t78, t79, other_face_10);
    let other_face_11 = t80 < t97;
    let t98 = select(t97, t80, other_face_11);
    let other_face_12 = t81 < t98;
    let t99 = select(t98, t81, other_face_12);
    let t100 = select(select(select(1.0, 0.0, other_face_10), -1.0, other_face_11), 0.0, other_face_12);
    let t101 = select(select(select(0.0, 1.0, other_face_10), 0.0, other_face_11), -1.0, other_face_12);
    let touches_4 = 0.0 < t99;
    let other_face_13 = t39 < t38;
    let t102 = select(t38, t39, other_face_13);
    let other_face_14 = t40 < t102;
    let t103 = select(t102, t40, other_face_14);
    let other_face_15 = t41 < t103;
    let t104 = select(t103, t41, other_face_15);
    let t105 = select(select(select(t29, t8, other_face_13), t1, other_face_14), t2, other_face_15);
    let t106 = select(select(select(t2, t29, other_face_13), t8, other_face_14), t1, other_face_15);
    let touches_5 = 0.0 < t104;
    let other_face_16 = t48 < t47;
    let t107 = select(t47, t48, other_face_16);
    let other_face_17 = t49 < t107;
    let t108 = select(t107, t49, other_face_17);
    let other_face_18 = t50 < t108;
    let t109 = select(t108, t50, other_face_18);
    let t110 = select(select(select(t29, t8, other_face_16), t1, other_face_17), t2, other_face_18);
    let t111 = select(select(select(t2, t29, other_face_16), t8, other_face_17), t1, other_face_18);
    let touches_6 = 0.0 < t109;
    let other_face_19 = t57 < t56;
    let t112 = select(t56, t57, other_face_19);
    let other_face_20 = t58 < t112;
    let t113 = select(t112, t58, other_face_20);
    let other_face_21 = t59 < t113;
    let t114 = select(t113, t59, other_face_21);
    let t115 = select(select(select(t29, t8, other_face_19), t1, other_face_20), t2, other_face_21);
    let t116 = select(select(select(t2, t29, other_face_19), t8, other_face_20), t1, other_face_21);
    let touches_7 = 0.0 < t114;
    let other_face_22 = t63 < t62;
    let t117 = select(t62, t63, other_face_22);
    let other_face_23 = t64 < t117;
    let t118 = select(t117, t64, other_face_23);
    let other_face_24 = t65 < t118;
    let t119 = select(t118, t65, other_face_24);
    let t120 = select(select(select(t29, t8, other_face_22), t1, other_face_23), t2, other_face_24);
    let t121 = select(select(select(t2, t29, other_face_22), t8, other_face_23), t1, other_face_24);
    let touches_8 = 0.0 < t119;
    let load = t3 * t84;
    let t122 = t19 * t86 - t20 * t85;
    let t123 = parameters.dissipation * (t13 * t85 + t14 * t86 - state.box_spin * t122);
    let t124 = 1.0 - t123;
    let t125 = max(t124, 0.0);
    let t126 = load * t125;
    let t127 = -(t19 * t85) - t20 * t86;
    let t128 = t13 * t86 - t14 * t85 - state.box_spin * t127;
    let t129 = parameters.slip_speed * parameters.slip_speed;
    let t130 = t128 * t128 + t129;
    let t131 = sqrt(max(t130, 0.0));
    let t132 = parameters.friction * t128 / t131;
    let t133 = t85 - t86 * t132;
    let t134 = t86 + t85 * t132;
    let t135 = t133 * t126;
    let t136 = t134 * t126;
    let load_2 = t3 * t89;
    let t137 = t22 * t91 - t23 * t90;
    let t138 = parameters.dissipation * (t13 * t90 + t14 * t91 - state.box_spin * t137);
    let t139 = 1.0 - t138;
    let t140 = max(t139, 0.0);
    let t141 = load_2 * t140;
    let t142 = -(t22 * t90) - t23 * t91;
    let t143 = t13 * t91 - t14 * t90 - state.box_spin * t142;
    let t144 = t143 * t143 + t129;
    let t145 = sqrt(max(t144, 0.0));
    let t146 = parameters.friction * t143 / t145;
    let t147 = t90 - t91 * t146;
    let t148 = t91 + t90 * t146;
    let t149 = t147 * t141;
    let t150 = t148 * t141;
    let load_3 = t3 * t94;
    let t151 = t25 * t96 - t26 * t95;
    let t152 = parameters.dissipation * (t13 * t95 + t14 * t96 - state.box_spin * t151);
    let t153 = 1.0 - t152;
    let t154 = max(t153, 0.0);
    let t155 = load_3 * t154;
    let t156 = -(t25 * t95) - t26 * t96;
    let t157 = t13 * t96 - t14 * t95 - state.box_spin * t156;
    let t158 = t157 * t157 + t129;
    let t159 = sqrt(max(t158, 0.0));
    let t160 = parameters.friction * t157 / t159;
    let t161 = t95 - t96 * t160;
    let t162 = t96 + t95 * t160;
    let t163 = t161 * t155;
    let t164 = t162 * t155;
    let t165 = select(0.0, t135, touches) + select(0.0, t149, touches_2) + select(0.0, t163, touches_3);
    let t166 = select(0.0, t136, touches) + select(0.0, t150, touches_2) + select(0.0, t164, touches_3);
    let load_4 = t3 * t99;
    let t167 = t27 * t101 - t28 * t100;
    let t168 = parameters.dissipation * (t13 * t100 + t14 * t101 - state.box_spin * t167);
    let t169 = 1.0 - t168;
    let t170 = max(t169, 0.0);
    let t171 = load_4 * t170;
    let t172 = -(t27 * t100) - t28 * t101;
    let t173 = t13 * t101 - t14 * t100 - state.box_spin * t172;
    let t174 = t173 * t173 + t129;
    let t175 = sqrt(max(t174, 0.0));
    let t176 = parameters.friction * t173 / t175;
    let t177 = t100 - t101 * t176;
    let t178 = t101 + t100 * t176;
    let t179 = t177 * t171;
    let t180 = t178 * t171;
    let load_5 = t3 * t104;
    let t181 = t0 * t106;
    let t182 = t0 * t105;
    let t183 = t181 + t182;
    let t184 = parameters.dissipation * (t13 * t105 + t14 * t106 - state.box_spin * t183);
    let t185 = 1.0 - t184;
    let t186 = max(t185, 0.0);
    let t187 = load_5 * t186;
    let t188 = t181 - t182;
    let t189 = t13 * t106 - t14 * t105 - state.box_spin * t188;
    let t190 = t189 * t189 + t129;
    let t191 = sqrt(max(t190, 0.0));
    let t192 = parameters.friction * t189 / t191;
    let t193 = t105 - t106 * t192;
    let t194 = t106 + t105 * t192;
    let t195 = t193 * t187;
    let t196 = t194 * t187;
    let t197 = t165 + select(0.0, t179, touches_4) + select(0.0, t195, touches_5);
    let t198 = t166 + select(0.0, t180, touches_4) + select(0.0, t196, touches_5);
    let load_6 = t3 * t109;
    let t199 = t0 * t111;
    let t200 = t0 * t110;
    let t201 = t199 - t200;
    let t202 = parameters.dissipation * (t13 * t110 + t14 * t111 - state.box_spin * t201);
    let t203 = 1.0 - t202;
    let t204 = max(t203, 0.0);
    let t205 = load_6 * t204;
    let t206 = -t200 - t199;
    let t207 = t13 * t111 - t14 * t110 - state.box_spin * t206;
    let t208 = t207 * t207 + t129;
    let t209 = sqrt(max(t208, 0.0));
    let t210 = parameters.friction * t207 / t209;
    let t211 = t110 - t111 * t210;
    let t212 = t111 + t110 * t210;
    let t213 = t211 * t205;
    let t214 = t212 * t205;
    let load_7 = t3 * t114;
    let t215 = t0 * t116;
    let t216 = t0 * t115;
    let t217 = -t215 - t216;
    let t218 = parameters.dissipation * (t13 * t115 + t14 * t116 - state.box_spin * t217);
    let t219 = 1.0 - t218;
    let t220 = max(t219, 0.0);
    let t221 = load_7 * t220;
    let t222 = t216 - t215;
    let t223 = t13 * t116 - t14 * t115 - state.box_spin * t222;
    let t224 = t223 * t223 + t129;
    let t225 = sqrt(max(t224, 0.0));
    let t226 = parameters.friction * t223 / t225;
    let t227 = t115 - t116 * t226;
    let t228 = t116 + t115 * t226;
    let t229 = t227 * t221;
    let t230 = t228 * t221;
    let t231 = t197 + select(0.0, t213, touches_6) + select(0.0, t229, touches_7);
    let t232 = t198 + select(0.0, t214, touches_6) + select(0.0, t230, touches_7);
    let load_8 = t3 * t119;
    let t233 = t0 * t121;
    let t234 = t0 * t120;
    let t235 = t234 - t233;
    let t236 = parameters.dissipation * (t13 * t120 + t14 * t121 - state.box_spin * t235);
    let t237 = 1.0 - t236;
    let t238 = max(t237, 0.0);
    let t239 = load_8 * t238;
    let t240 = t234 + t233;
    let t241 = t13 * t121 - t14 * t120 - state.box_spin * t240;
    let t242 = t241 * t241 + t129;
    let t243 = sqrt(max(t242, 0.0));
    let t244 = parameters.friction * t241 / t243;
    let t245 = t120 - t121 * t244;
    let t246 = t121 + t120 * t244;
    let t247 = t245 * t239;
    let t248 = t246 * t239;
    let t249 = t231 + select(0.0, t247, touches_8);
    let t250 = t232 + select(0.0, t248, touches_8);
    let t251 = parameters.mass * (parameters.size * parameters.size) * 0.16666667;
    let t252 = parameters.time_step / parameters.pusher_mass;
    let t253 = parameters.time_step / parameters.mass;
    let t254 = 2.0 * parameters.effort;
    let box_spin_cotangent = cotangent.box_spin + cotangent.box_angle * parameters.time_step;
    let box_velocity_y_cotangent = cotangent.box_velocity_y + cotangent.box_y * parameters.time_step;
    let box_velocity_x_cotangent = cotangent.box_velocity_x + cotangent.box_x * parameters.time_step;
    let pusher_velocity_y_cotangent = cotangent.pusher_velocity_y + cotangent.pusher_y * parameters.time_step;
    let pusher_velocity_x_cotangent = cotangent.pusher_velocity_x + cotangent.pusher_x * parameters.time_step;
    let moment_cotangent = box_spin_cotangent / t251 * parameters.time_step;
    let t255 = box_spin_cotangent * (parameters.time_step * parameters.drag / parameters.mass);
    let push_y_cotangent = box_velocity_y_cotangent * t253;
    let t256 = box_velocity_x_cotangent * t253;
    let t257 = pusher_velocity_y_cotangent * t252;
    let t258 = pusher_velocity_x_cotangent * t252;
    let push_x_cotangent = t256 - t258;
    let t259 = -moment_cotangent;
    let t260 = t257 - push_y_cotangent;
    let t261 = t258 - t256;
    let t262 = moment_cotangent * t249;
    let t263 = t260 * t2 + t261 * t1 - moment_cotangent * (t10 - t11);
    let t264 = t260 * t1 + push_x_cotangent * t2 - moment_cotangent * t9;
    let t265 = select(0.0, t259, touches_8);
    let t266 = select(0.0, t263, touches_8) - t265 * t31;
    let t267 = select(0.0, t264, touches_8) + t265 * t51;
    let t268 = t267 * t239;
    let t269 = t266 * t239;
    let t270 = t267 * t246 + t266 * t245;
    let t271 = (t268 * t120 - t269 * t121) / t243;
    let t272 = 2.0 * select(0.0, -(t271 * t244 / (2.0 * t243)), 0.0 < t242) * t241;
    let t273 = t272 + t271 * parameters.friction;
    let t274 = t273 * state.box_spin;
    let load_cotangent = t270 * t238;
    let t275 = select(0.0, t270 * load_8, 0.0 <= t237) * parameters.dissipation;
    let t276 = t275 * state.box_spin;
    let t277 = t268 - t269 * t244 + t273 * t13 + (-t274 - t276) * t0 - t275 * t14;
    let t278 = t269 + t268 * t244 - t273 * t14 + (t276 - t274) * t0 - t275 * t13;
    let t279 = load_cotangent * t3;
    let t280 = select(0.0, t259, touches_7);
    let t281 = select(0.0, t263, touches_7) - t280 * t42;
    let t282 = select(0.0, t264, touches_7) + t280 * t51;
    let t283 = t282 * t221;
    let t284 = t281 * t221;
    let t285 = t282 * t228 + t281 * t227;
    let t286 = (t283 * t115 - t284 * t116) / t225;
    let t287 = 2.0 * select(0.0, -(t286 * t226 / (2.0 * t225)), 0.0 < t224) * t223;
    let t288 = t287 + t286 * parameters.friction;
    let t289 = box_spin_cotangent - t255 - t273 * t240 + t275 * t235 - t288 * t222;
    let t290 = t288 * state.box_spin;
    let load_cotangent_2 = t285 * t220;
    let t291 = select(0.0, t285 * load_7, 0.0 <= t219) * parameters.dissipation;
    let t292 = t291 * state.box_spin;
    let t293 = t283 - t284 * t226 + t288 * t13 + (t290 - t292) * t0 - t291 * t14;
    let t294 = t284 + t283 * t226 - t288 * t14 + (-t290 - t292) * t0 - t291 * t13;
    let t295 = load_cotangent_2 * t3;
    let t296 = select(0.0, t259, touches_6);
    let t297 = select(0.0, t263, touches_6) - t296 * t42;
    let t298 = select(0.0, t264, touches_6) + t296 * t30;
    let t299 = t298 * t205;
    let t300 = t297 * t205;
    let t301 = t298 * t212 + t297 * t211;
    let t302 = (t299 * t110 - t300 * t111) / t209;
    let t303 = 2.0 * select(0.0, -(t302 * t210 / (2.0 * t209)), 0.0 < t208) * t207;
    let t304 = t303 + t302 * parameters.friction;
    let t305 = t304 * state.box_spin;
    let t306 = -(t273 * t120) - t275 * t121 - t288 * t115 - t291 * t116 - t304 * t110;
    let t307 = t273 * t121 - t275 * t120 + t288 * t116 - t291 * t115 + t304 * t111;
    let load_cotangent_3 = t301 * t204;
    let t308 = select(0.0, t301 * load_6, 0.0 <= t203) * parameters.dissipation;
    let t309 = t308 * state.box_spin;
    let t310 = t299 - t300 * t210 + t304 * t13 + (t305 + t309) * t0 - t308 * t14;
    let t311 = t300 + t299 * t210 - t304 * t14 + (t305 - t309) * t0 - t308 * t13;
    let t312 = load_cotangent_3 * t3;
    let t313 = select(0.0, t259, touches_5);
    let t314 = select(0.0, t263, touches_5) - t313 * t31;
    let t315 = select(0.0, t264, touches_5) + t313 * t30;
    let t316 = t315 * t187;
    let t317 = t314 * t187;
    let t318 = t315 * t194 + t314 * t193;
    let t319 = (t316 * t105 - t317 * t106) / t191;
    let t320 = 2.0 * select(0.0, -(t319 * t192 / (2.0 * t191)), 0.0 < t190) * t189;
    let t321 = t320 + t319 * parameters.friction;
    let t322 = t321 * state.box_spin;
    let load_cotangent_4 = t318 * t186;
    let t323 = select(0.0, t318 * load_5, 0.0 <= t185) * parameters.dissipation;
    let t324 = t289 + t291 * t217 - t304 * t206 + t308 * t201 - t321 * t188 + t323 * t183;
    let t325 = t323 * state.box_spin;
    let t326 = t316 - t317 * t192 + t321 * t13 + (t325 - t322) * t0 - t323 * t14;
    let t327 = t317 + t316 * t192 - t321 * t14 + (t322 + t325) * t0 - t323 * t13;
    let t328 = load_cotangent_4 * t3;
    let t329 = select(0.0, t259, touches_4);
    let t330 = t329 * t179;
    let t331 = select(0.0, t263, touches_4) - t329 * (t28 - t12);
    let t332 = t329 * t180;
    let t333 = select(0.0, t264, touches_4) + t329 * (t27 - t9);
    let t334 = t333 * t178 + t331 * t177;
    let t335 = (t333 * t171 * t100 - t331 * t171 * t101) / t175;
    let t336 = 2.0 * select(0.0, -(t335 * t176 / (2.0 * t175)), 0.0 < t174) * t173;
    let t337 = t336 + t335 * parameters.friction;
    let t338 = t337 * state.box_spin;
    let load_cotangent_5 = t334 * t170;
    let t339 = select(0.0, t334 * load_4, 0.0 <= t169) * parameters.dissipation;
    let t340 = t339 * state.box_spin;
    let t341 = t306 - t308 * t111 - t321 * t105 - t323 * t106 - t337 * t100 - t339 * t101;
    let t342 = t307 - t308 * t110 + t321 * t106 - t323 * t105 + t337 * t101 - t339 * t100;
    let t343 = load_cotangent_5 * t3;
    let t344 = select(0.0, t259, touches_3);
    let t345 = t344 * t163;
    let t346 = select(0.0, t263, touches_3) - t344 * (t26 - t12);
    let t347 = t344 * t164;
    let t348 = select(0.0, t264, touches_3) + t344 * (t25 - t9);
    let t349 = t348 * t162 + t346 * t161;
    let t350 = (t348 * t155 * t95 - t346 * t155 * t96) / t159;
    let t351 = 2.0 * select(0.0, -(t350 * t160 / (2.0 * t159)), 0.0 < t158) * t157;
    let t352 = t351 + t350 * parameters.friction;
    let t353 = t352 * state.box_spin;
    let load_cotangent_6 = t349 * t154;
    let t354 = select(0.0, t349 * load_3, 0.0 <= t153) * parameters.dissipation;
    let t355 = t354 * state.box_spin;
    let t356 = load_cotangent_6 * t3;
    let t357 = select(0.0, t259, touches_2);
    let t358 = t357 * t149;
    let t359 = select(0.0, t263, touches_2) - t357 * (t23 - t12);
    let t360 = t357 * t150;
    let t361 = select(0.0, t264, touches_2) + t357 * (t22 - t9);
    let t362 = t361 * t148 + t359 * t147;
    let t363 = (t361 * t141 * t90 - t359 * t141 * t91) / t145;
    let t364 = 2.0 * select(0.0, -(t363 * t146 / (2.0 * t145)), 0.0 < t144) * t143;
    let t365 = t364 + t363 * parameters.friction;
    let t366 = t324 - t337 * t172 + t339 * t167 - t352 * t156 + t354 * t151 - t365 * t142;
    let t367 = t365 * state.box_spin;
    let load_cotangent_7 = t362 * t140;
    let t368 = select(0.0, t362 * load_2, 0.0 <= t139) * parameters.dissipation;
    let t369 = t368 * state.box_spin;
    let t370 = load_cotangent_7 * t3;
    let t371 = select(0.0, t259, touches);
    let t372 = t371 * t135;
    let t373 = select(0.0, t263, touches) - t371 * (t20 - t12);
    let t374 = t371 * t136;
    let t375 = select(0.0, t264, touches) + t371 * (t19 - t9);
    let t376 = t375 * t134 + t373 * t133;
    let t377 = (t375 * t126 * t85 - t373 * t126 * t86) / t131;
    let t378 = 2.0 * select(0.0, -(t377 * t132 / (2.0 * t131)), 0.0 < t130) * t128;
    let t379 = t378 + t377 * parameters.friction;
    let t380 = t379 * state.box_spin;
    let t381 = t341 - t352 * t95 - t354 * t96 - t365 * t90 - t368 * t91 - t379 * t85;
    let t382 = t342 + t352 * t96 - t354 * t95 + t365 * t91 - t368 * t90 + t379 * t86;
    let load_cotangent_8 = t376 * t125;
    let t383 = select(0.0, t376 * load, 0.0 <= t124) * parameters.dissipation;
    let t384 = t383 * state.box_spin;
    let t385 = t383 * t86;
    let t386 = t381 - t385;
    let t387 = t382 - t383 * t85;
    let t388 = load_cotangent_8 * t3;
    let t389 = select(t277, 0.0, other_face_24);
    let t390 = t260 * t249 + push_x_cotangent * t250 + select(0.0, t278, other_face_24);
    let t391 = select(t278, 0.0, other_face_24);
    let t392 = select(t279, 0.0, other_face_24);
    let t393 = select(t389, 0.0, other_face_23);
    let t394 = t260 * t250 + t261 * t249 + select(0.0, t277, other_face_24) + select(0.0, t391, other_face_23);
    let t395 = select(t391, 0.0, other_face_23);
    let t396 = select(0.0, t392, other_face_23);
    let t397 = select(t392, 0.0, other_face_23);
    let t398 = select(0.0, t389, other_face_23) + select(0.0, t395, other_face_22);
    let t399 = select(0.0, t393, other_face_22) + select(t395, 0.0, other_face_22);
    let t400 = select(t397, 0.0, other_face_22);
    let t401 = select(t293, 0.0, other_face_21);
    let t402 = t390 + select(t393, 0.0, other_face_22) + select(0.0, t294, other_face_21);
    let t403 = select(t294, 0.0, other_face_21);
    let t404 = select(t295, 0.0, other_face_21);
    let t405 = select(t401, 0.0, other_face_20);
    let t406 = t394 + select(0.0, t293, other_face_21) + select(0.0, t403, other_face_20);
    let t407 = select(t403, 0.0, other_face_20);
    let t408 = select(0.0, t404, other_face_20);
    let t409 = select(t404, 0.0, other_face_20);
    let t410 = t398 + select(0.0, t401, other_face_20) + select(0.0, t407, other_face_19);
    let t411 = t399 + select(0.0, t405, other_face_19) + select(t407, 0.0, other_face_19);
    let t412 = select(t409, 0.0, other_face_19);
    let t413 = select(t310, 0.0, other_face_18);
    let t414 = t402 + select(t405, 0.0, other_face_19) + select(0.0, t311, other_face_18);
    let t415 = select(t311, 0.0, other_face_18);
    let t416 = select(t312, 0.0, other_face_18);
    let t417 = select(t413, 0.0, other_face_17);
    let t418 = t406 + select(0.0, t310, other_face_18) + select(0.0, t415, other_face_17);
    let t419 = select(t415, 0.0, other_face_17);
    let t420 = select(0.0, t416, other_face_17);
    let t421 = select(t416, 0.0, other_face_17);
    let t422 = t410 + select(0.0, t413, other_face_17) + select(0.0, t419, other_face_16);
    let t423 = t411 + select(0.0, t417, other_face_16) + select(t419, 0.0, other_face_16);
    let t424 = select(t421, 0.0, other_face_16);
    let t425 = select(t326, 0.0, other_face_15);
    let t426 = t414 + select(t417, 0.0, other_face_16) + select(0.0, t327, other_face_15);
    let t427 = select(t327, 0.0, other_face_15);
    let t428 = select(t328, 0.0, other_face_15);
    let t429 = select(t425, 0.0, other_face_14);
    let t430 = t418 + select(0.0, t326, other_face_15) + select(0.0, t427, other_face_14);
    let t431 = select(t427, 0.0, other_face_14);
    let t432 = select(0.0, t428, other_face_14);
    let t433 = select(t428, 0.0, other_face_14);
    let t434 = t422 + select(0.0, t425, other_face_14) + select(0.0, t431, other_face_13);
    let t435 = t423 + select(0.0, t429, other_face_13) + select(t431, 0.0, other_face_13);
    let t436 = select(t433, 0.0, other_face_13);
    let t437 = select(t343, 0.0, other_face_12);
    let t438 = select(t437, 0.0, other_face_11);
    let t439 = select(t438, 0.0, other_face_10);
    let t440 = select(t356, 0.0, other_face_9);
    let t441 = select(t440, 0.0, other_face_8);
    let t442 = select(t370, 0.0, other_face_6);
    let t443 = select(t442, 0.0, other_face_5);
    let t444 = select(t388, 0.0, other_face_3);
    let t445 = select(t444, 0.0, other_face_2);
    let t446 = select(0.0, t445, other_face);
    let t447 = t338 * t101 - t330 - t340 * t100 + select(0.0, t343, other_face_12);
    let t448 = t332 + t338 * t100 + t340 * t101 + select(0.0, t437, other_face_11);
    let t449 = t447 - select(0.0, t438, other_face_10);
    let t450 = t353 * t96 - t345 - t355 * t95 + select(0.0, t356, other_face_9) - select(0.0, t441, other_face_7);
    let t451 = t347 + t353 * t95 + t355 * t96 + select(0.0, t440, other_face_8) - select(t441, 0.0, other_face_7);
    let t452 = t367 * t91 - t358 - t369 * t90 + select(0.0, t370, other_face_6) - select(0.0, t443, other_face_4);
    let t453 = t360 + t367 * t90 + t369 * t91 + select(0.0, t442, other_face_5) - select(t443, 0.0, other_face_4);
    let t454 = t380 * t86 - t372 - t384 * t85 + select(0.0, t388, other_face_3);
    let t455 = t374 + t380 * t85 + t384 * t86 + select(0.0, t444, other_face_2) - select(t445, 0.0, other_face);
    let t456 = select(0.0, t279, other_face_24) - select(0.0, t397, other_face_22);
    let t457 = select(0.0, t295, other_face_21) - select(0.0, t409, other_face_19);
    let t458 = t456 + t457;
    let t459 = t396 - t400 + (t408 - t412);
    let t460 = -(moment_cotangent * t250) - t332 - t347 - t360 - t374 - (t265 * t248 + t280 * t230 + t458 * t2 + t459 * t1);
    let t461 = select(0.0, t312, other_face_18) - select(0.0, t421, other_face_16);
    let t462 = t457 + t461;
    let t463 = t412 - t408 + (t424 - t420);
    let t464 = t426 + select(t429, 0.0, other_face_13) + t458 * t51 + t463 * t42;
    let t465 = t330 + t345 + t358 + t372 - (-(t280 * t229) - t296 * t213 + t462 * t1 + t463 * t2);
    let t466 = select(0.0, t328, other_face_15) - select(0.0, t433, other_face_13);
    let t467 = t461 + t466;
    let t468 = t456 + t466;
    let t469 = t420 - t424 + (t432 - t436);
    let t470 = t400 - t396 + (t436 - t432);
    let t471 = t465 - (-(t265 * t247) - t313 * t195 + t468 * t1 + t470 * t2) + t449;
    let t472 = t460 - (t296 * t214 + t313 * t196 + t467 * t2 + t469 * t1) + (t448 - t439);
    let t473 = t439 - t448;
    let t474 = t449 + t451;
    let t475 = t450 + t453;
    let t476 = t471 + t450 + t452 + (t454 - t446);
    let t477 = t472 + t451 + t453 + t455;
    let t478 = t452 + t455;
    let t479 = t446 - t454;
    let t480 = t464 + t467 * t30 + t470 * t31 + (t473 + t474 + t475 + t479 - t478) * t0;
    let t481 = t430 + t459 * t51 + t462 * t42 + t468 * t31 + t469 * t30 - t435 + (t475 - t474 + t479 + t473 + t478) * t0;
    let t482 = t385 - t381;
    let t483 = t386 * t1 + t387 * t2;
    let t484 = t482 * t2 + t387 * t1;
    let t485 = t262 + t476;
    let t486 = -t262 - t476;
    let t487 = t485 * t1 + t477 * t2;
    let t488 = t486 * t2 + t477 * t1;
    let t489 = t483 * 0.0;
    let t490 = t484 * 0.0;
    let t491 = (t480 + t482 * t6 + t387 * t7 + t486 * t4 + t477 * t5 - t434) * t1;
    return StateControl(
        State(
            cotangent.pusher_x + (t488 - t489),
            cotangent.pusher_y + t490 + t487,
            pusher_velocity_x_cotangent - t258 * parameters.drag + t484,
            pusher_velocity_y_cotangent - t257 * parameters.drag + t483,
            cotangent.box_x + (t489 - t488),
            cotangent.box_y - t490 - t487,
            cotangent.box_angle + t491 - (t481 + t386 * t7 + t387 * t6 + t485 * t5 + t477 * t4) * t2,
            box_velocity_x_cotangent - t256 * parameters.drag - t484,
            box_velocity_y_cotangent - push_y_cotangent * parameters.drag - t483,
            t366 + t368 * t137 - t379 * t127 + t383 * t122,
        ),
        Control(t254 * control.force_x + t258, t254 * control.force_y + t257),
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
