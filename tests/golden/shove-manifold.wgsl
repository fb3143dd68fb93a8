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
    let t66 = t0 + t0;
    let t67 = t0 - t19;
    let t68 = t0 - t20;
    let t69 = t0 + t19;
    let t70 = t0 + t20;
    let t71 = t0 - t22;
    let t72 = t0 - t23;
    let t73 = t0 + t22;
    let t74 = t0 + t23;
    let t75 = t0 - t25;
    let t76 = t0 - t26;
    let t77 = t0 + t25;
    let t78 = t0 + t26;
    let t79 = t0 - t27;
    let t80 = t0 - t28;
    let t81 = t0 + t27;
    let t82 = t0 + t28;
    let other_corner = t38 < t47;
    let t83 = select(t38, t47, other_corner);
    let other_corner_2 = t83 < t56;
    let t84 = select(t83, t56, other_corner_2);
    let other_corner_3 = t84 < t62;
    let t85 = select(t84, t62, other_corner_3);
    let other_corner_4 = t39 < t48;
    let t86 = select(t39, t48, other_corner_4);
    let other_corner_5 = t86 < t57;
    let t87 = select(t86, t57, other_corner_5);
    let other_corner_6 = t87 < t63;
    let t88 = select(t87, t63, other_corner_6);
    let other_corner_7 = t40 < t49;
    let t89 = select(t40, t49, other_corner_7);
    let other_corner_8 = t89 < t58;
    let t90 = select(t89, t58, other_corner_8);
    let other_corner_9 = t90 < t64;
    let t91 = select(t90, t64, other_corner_9);
    let other_corner_10 = t41 < t50;
    let t92 = select(t41, t50, other_corner_10);
    let other_corner_11 = t92 < t59;
    let t93 = select(t92, t59, other_corner_11);
    let other_corner_12 = t93 < t65;
    let t94 = select(t93, t65, other_corner_12);
    let other_face = t88 < t85;
    let t95 = select(t85, t88, other_face);
    let other_face_2 = t91 < t95;
    let t96 = select(t95, t91, other_face_2);
    let other_face_3 = t94 < t96;
    let t97 = select(t96, t94, other_face_3);
    let t98 = select(select(select(t29, t8, other_face), t1, other_face_2), t2, other_face_3);
    let t99 = select(select(select(t2, t29, other_face), t8, other_face_2), t1, other_face_3);
    let t100 = select(select(select(t19, t22, other_face), t25, other_face_2), t27, other_face_3);
    let t101 = select(select(select(t20, t23, other_face), t26, other_face_2), t28, other_face_3);
    let t102 = select(select(select(t1, t2, other_face), t29, other_face_2), t8, other_face_3);
    let t103 = select(select(select(t8, t1, other_face), t2, other_face_2), t29, other_face_3);
    let t104 = t103 * 0.0;
    let t105 = t102 + t104;
    let t106 = t102 * 0.0;
    let t107 = t106 + t103;
    let other_edge = t107 < t105;
    let t108 = select(t105, t107, other_edge);
    let t109 = t104 - t102;
    let other_edge_2 = t109 < t108;
    let other_edge_3 = t106 - t103 < select(t108, t109, other_edge_2);
    let t110 = select(select(t0, t15, other_edge_2), t15, other_edge_3);
    let t111 = select(select(select(t15, t0, other_edge), t0, other_edge_2), t15, other_edge_3);
    let t112 = select(select(select(t0, t15, other_edge), t15, other_edge_2), t0, other_edge_3);
    let other_corner_13 = t67 < t71;
    let t113 = select(t67, t71, other_corner_13);
    let other_corner_14 = t113 < t75;
    let t114 = select(t113, t75, other_corner_14);
    let other_corner_15 = t114 < t79;
    let t115 = select(t114, t79, other_corner_15);
    let other_corner_16 = t68 < t72;
    let t116 = select(t68, t72, other_corner_16);
    let other_corner_17 = t116 < t76;
    let t117 = select(t116, t76, other_corner_17);
    let other_corner_18 = t117 < t80;
    let t118 = select(t117, t80, other_corner_18);
    let other_corner_19 = t69 < t73;
    let t119 = select(t69, t73, other_corner_19);
    let other_corner_20 = t119 < t77;
    let t120 = select(t119, t77, other_corner_20);
    let other_corner_21 = t120 < t81;
    let t121 = select(t120, t81, other_corner_21);
    let other_corner_22 = t70 < t74;
    let t122 = select(t70, t74, other_corner_22);
    let other_corner_23 = t122 < t78;
    let t123 = select(t122, t78, other_corner_23);
    let other_corner_24 = t123 < t82;
    let t124 = select(t123, t82, other_corner_24);
    let other_face_4 = t118 < t115;
    let t125 = select(t115, t118, other_face_4);
    let other_face_5 = t121 < t125;
    let t126 = select(t125, t121, other_face_5);
    let other_face_6 = t124 < t126;
    let t127 = select(t126, t124, other_face_6);
    let t128 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t129 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let t130 = select(select(select(t15, t0, other_face_4), t0, other_face_5), t15, other_face_6);
    let t131 = t128 * t1;
    let t132 = t129 * t2;
    let t133 = t131 - t132;
    let t134 = t128 * t2;
    let t135 = t129 * t1;
    let t136 = t134 + t135;
    let other_edge_4 = t136 < t133;
    let t137 = select(t133, t136, other_edge_4);
    let t138 = t132 - t131;
    let other_edge_5 = t138 < t137;
    let other_edge_6 = -t134 - t135 < select(t137, t138, other_edge_5);
    let t139 = select(select(select(t19, t22, other_edge_4), t25, other_edge_5), t27, other_edge_6);
    let t140 = select(select(select(t20, t23, other_edge_4), t26, other_edge_5), t28, other_edge_6);
    let t141 = select(select(select(t22, t25, other_edge_4), t27, other_edge_5), t19, other_edge_6);
    let t142 = select(select(select(t23, t26, other_edge_4), t28, other_edge_5), t20, other_edge_6);
    let reference_on_a = t97 < t127;
    let t143 = select(t128, t98, reference_on_a);
    let t144 = select(t129, t99, reference_on_a);
    let t145 = select(select(select(t0, t15, other_face_5), t15, other_face_6), t100, reference_on_a);
    let t146 = select(t130, t101, reference_on_a);
    let t147 = select(t128, t102, reference_on_a);
    let t148 = select(t129, t103, reference_on_a);
    let t149 = select(t139, t110, reference_on_a);
    let t150 = select(t140, t111, reference_on_a);
    let t151 = select(t141, t112, reference_on_a);
    let t152 = select(t142, t110, reference_on_a);
    let t153 = (t150 - t146) * t147 - (t149 - t145) * t148;
    let t154 = (t152 - t146) * t147 - (t151 - t145) * t148;
    let t155 = t66 - t153;
    let t156 = t66 - t154;
    let t157 = t153 - t154;
    let cut = t153 / select(t157, 1.0, abs(t157) < 1e-20);
    let t158 = select(0.0, max(0.0, cut), t153 < 0.0);
    let t159 = select(1.0, min(1.0, cut), t154 < 0.0);
    let t160 = t155 - t156;
    let cut_2 = t155 / select(t160, 1.0, abs(t160) < 1e-20);
    let t161 = select(t158, max(t158, cut_2), t155 < 0.0);
    let t162 = select(t159, min(t159, cut_2), t156 < 0.0);
    let touches = 0.0 < select(t127, t97, reference_on_a);
    let t163 = touches && t161 <= t162;
    let t164 = min(t161, 1.0);
    let t165 = max(t162, t164);
    let t166 = t151 - t149;
    let t167 = t152 - t150;
    let t168 = t149 + t166 * t164;
    let t169 = t150 + t167 * t164;
    let t170 = (t145 - t168) * t147 + (t146 - t169) * t148;
    let touches_2 = t163 && 0.0 < t170;
    let t171 = t149 + t166 * t165;
    let t172 = t150 + t167 * t165;
    let t173 = (t145 - t171) * t147 + (t146 - t172) * t148;
    let touches_3 = t163 && 0.0 < t173;
    let load = t3 * t170;
    let t174 = t13 * t143 + t14 * t144;
    let t175 = parameters.dissipation * (t174 - state.box_spin * (t168 * t144 - t169 * t143));
    let t176 = load * max(1.0 - t175, 0.0);
    let t177 = t13 * t144 - t14 * t143;
    let t178 = t177 - state.box_spin * (-(t168 * t143) - t169 * t144);
    let t179 = parameters.slip_speed * parameters.slip_speed;
    let t180 = parameters.friction * t178 / sqrt(max(t178 * t178 + t179, 0.0));
    let t181 = (t143 - t144 * t180) * t176;
    let t182 = (t144 + t143 * t180) * t176;
    let load_2 = t3 * t173;
    let t183 = parameters.dissipation * (t174 - state.box_spin * (t171 * t144 - t172 * t143));
    let t184 = load_2 * max(1.0 - t183, 0.0);
    let t185 = t177 - state.box_spin * (-(t171 * t143) - t172 * t144);
    let t186 = parameters.friction * t185 / sqrt(max(t185 * t185 + t179, 0.0));
    let t187 = (t143 - t144 * t186) * t184;
    let t188 = (t144 + t143 * t186) * t184;
    let t189 = select(0.0, t181, touches_2) + select(0.0, t187, touches_3);
    let t190 = select(0.0, t182, touches_2) + select(0.0, t188, touches_3);
    let t191 = select(0.0, (t168 - t9) * t182 - (t169 - t12) * t181, touches_2) + select(0.0, (t171 - t9) * t188 - (t172 - t12) * t187, touches_3);
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
    let t66 = t0 + t0;
    let t67 = t0 - t19;
    let t68 = t0 - t20;
    let t69 = t0 + t19;
    let t70 = t0 + t20;
    let t71 = t0 - t22;
    let t72 = t0 - t23;
    let t73 = t0 + t22;
    let t74 = t0 + t23;
    let t75 = t0 - t25;
    let t76 = t0 - t26;
    let t77 = t0 + t25;
    let t78 = t0 + t26;
    let t79 = t0 - t27;
    let t80 = t0 - t28;
    let t81 = t0 + t27;
    let t82 = t0 + t28;
    let other_corner = t38 < t47;
    let t83 = select(t38, t47, other_corner);
    let other_corner_2 = t83 < t56;
    let t84 = select(t83, t56, other_corner_2);
    let other_corner_3 = t84 < t62;
    let t85 = select(t84, t62, other_corner_3);
    let other_corner_4 = t39 < t48;
    let t86 = select(t39, t48, other_corner_4);
    let other_corner_5 = t86 < t57;
    let t87 = select(t86, t57, other_corner_5);
    let other_corner_6 = t87 < t63;
    let t88 = select(t87, t63, other_corner_6);
    let other_corner_7 = t40 < t49;
    let t89 = select(t40, t49, other_corner_7);
    let other_corner_8 = t89 < t58;
    let t90 = select(t89, t58, other_corner_8);
    let other_corner_9 = t90 < t64;
    let t91 = select(t90, t64, other_corner_9);
    let other_corner_10 = t41 < t50;
    let t92 = select(t41, t50, other_corner_10);
    let other_corner_11 = t92 < t59;
    let t93 = select(t92, t59, other_corner_11);
    let other_corner_12 = t93 < t65;
    let t94 = select(t93, t65, other_corner_12);
    let other_face = t88 < t85;
    let t95 = select(t85, t88, other_face);
    let other_face_2 = t91 < t95;
    let t96 = select(t95, t91, other_face_2);
    let other_face_3 = t94 < t96;
    let t97 = select(t96, t94, other_face_3);
    let t98 = select(select(select(t29, t8, other_face), t1, other_face_2), t2, other_face_3);
    let t99 = select(select(select(t2, t29, other_face), t8, other_face_2), t1, other_face_3);
    let t100 = select(select(select(t19, t22, other_face), t25, other_face_2), t27, other_face_3);
    let t101 = select(select(select(t20, t23, other_face), t26, other_face_2), t28, other_face_3);
    let t102 = select(select(select(t1, t2, other_face), t29, other_face_2), t8, other_face_3);
    let t103 = select(select(select(t8, t1, other_face), t2, other_face_2), t29, other_face_3);
    let t104 = t103 * 0.0;
    let t105 = t102 + t104;
    let t106 = t102 * 0.0;
    let t107 = t106 + t103;
    let other_edge = t107 < t105;
    let t108 = select(t105, t107, other_edge);
    let t109 = t104 - t102;
    let other_edge_2 = t109 < t108;
    let other_edge_3 = t106 - t103 < select(t108, t109, other_edge_2);
    let t110 = select(select(t0, t15, other_edge_2), t15, other_edge_3);
    let t111 = select(select(select(t15, t0, other_edge), t0, other_edge_2), t15, other_edge_3);
    let t112 = select(select(select(t0, t15, other_edge), t15, other_edge_2), t0, other_edge_3);
    let other_corner_13 = t67 < t71;
    let t113 = select(t67, t71, other_corner_13);
    let other_corner_14 = t113 < t75;
    let t114 = select(t113, t75, other_corner_14);
    let other_corner_15 = t114 < t79;
    let t115 = select(t114, t79, other_corner_15);
    let other_corner_16 = t68 < t72;
    let t116 = select(t68, t72, other_corner_16);
    let other_corner_17 = t116 < t76;
    let t117 = select(t116, t76, other_corner_17);
    let other_corner_18 = t117 < t80;
    let t118 = select(t117, t80, other_corner_18);
    let other_corner_19 = t69 < t73;
    let t119 = select(t69, t73, other_corner_19);
    let other_corner_20 = t119 < t77;
    let t120 = select(t119, t77, other_corner_20);
    let other_corner_21 = t120 < t81;
    let t121 = select(t120, t81, other_corner_21);
    let other_corner_22 = t70 < t74;
    let t122 = select(t70, t74, other_corner_22);
    let other_corner_23 = t122 < t78;
    let t123 = select(t122, t78, other_corner_23);
    let other_corner_24 = t123 < t82;
    let t124 = select(t123, t82, other_corner_24);
    let other_face_4 = t118 < t115;
    let t125 = select(t115, t118, other_face_4);
    let other_face_5 = t121 < t125;
    let t126 = select(t125, t121, other_face_5);
    let other_face_6 = t124 < t126;
    let t127 = select(t126, t124, other_face_6);
    let t128 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t129 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let t130 = select(select(select(t15, t0, other_face_4), t0, other_face_5), t15, other_face_6);
    let t131 = t128 * t1;
    let t132 = t129 * t2;
    let t133 = t131 - t132;
    let t134 = t128 * t2;
    let t135 = t129 * t1;
    let t136 = t134 + t135;
    let other_edge_4 = t136 < t133;
    let t137 = select(t133, t136, other_edge_4);
    let t138 = t132 - t131;
    let other_edge_5 = t138 < t137;
    let other_edge_6 = -t134 - t135 < select(t137, t138, other_edge_5);
    let t139 = select(select(select(t19, t22, other_edge_4), t25, other_edge_5), t27, other_edge_6);
    let t140 = select(select(select(t20, t23, other_edge_4), t26, other_edge_5), t28, other_edge_6);
    let t141 = select(select(select(t22, t25, other_edge_4), t27, other_edge_5), t19, other_edge_6);
    let t142 = select(select(select(t23, t26, other_edge_4), t28, other_edge_5), t20, other_edge_6);
    let reference_on_a = t97 < t127;
    let t143 = select(t128, t98, reference_on_a);
    let t144 = select(t129, t99, reference_on_a);
    let t145 = select(select(select(t0, t15, other_face_5), t15, other_face_6), t100, reference_on_a);
    let t146 = select(t130, t101, reference_on_a);
    let t147 = select(t128, t102, reference_on_a);
    let t148 = select(t129, t103, reference_on_a);
    let t149 = select(t139, t110, reference_on_a);
    let t150 = select(t140, t111, reference_on_a);
    let t151 = select(t141, t112, reference_on_a);
    let t152 = select(t142, t110, reference_on_a);
    let t153 = t149 - t145;
    let t154 = t150 - t146;
    let t155 = t154 * t147 - t153 * t148;
    let t156 = t151 - t145;
    let t157 = t152 - t146;
    let t158 = t157 * t147 - t156 * t148;
    let t159 = t66 - t155;
    let t160 = t66 - t158;
    let t161 = t155 - t158;
    let t162 = abs(t161) < 1e-20;
    let t163 = select(t161, 1.0, t162);
    let cut = t155 / t163;
    let t164 = t155 < 0.0;
    let t165 = t158 < 0.0;
    let t166 = select(0.0, max(0.0, cut), t164);
    let t167 = select(1.0, min(1.0, cut), t165);
    let t168 = t159 - t160;
    let t169 = abs(t168) < 1e-20;
    let t170 = select(t168, 1.0, t169);
    let cut_2 = t159 / t170;
    let t171 = t159 < 0.0;
    let t172 = t160 < 0.0;
    let t173 = select(t166, max(t166, cut_2), t171);
    let t174 = select(t167, min(t167, cut_2), t172);
    let touches = 0.0 < select(t127, t97, reference_on_a);
    let t175 = touches && t173 <= t174;
    let t176 = min(t173, 1.0);
    let t177 = max(t174, t176);
    let t178 = t151 - t149;
    let t179 = t152 - t150;
    let t180 = t149 + t178 * t176;
    let t181 = t150 + t179 * t176;
    let t182 = t145 - t180;
    let t183 = t146 - t181;
    let t184 = t182 * t147 + t183 * t148;
    let touches_2 = t175 && 0.0 < t184;
    let t185 = t149 + t178 * t177;
    let t186 = t150 + t179 * t177;
    let t187 = t145 - t185;
    let t188 = t146 - t186;
    let t189 = t187 * t147 + t188 * t148;
    let touches_3 = t175 && 0.0 < t189;
    let load = t3 * t184;
    let t190 = t13 * t143 + t14 * t144;
    let t191 = t180 * t144 - t181 * t143;
    let t192 = 1.0 - parameters.dissipation * (t190 - state.box_spin * t191);
    let t193 = max(t192, 0.0);
    let t194 = load * t193;
    let t195 = t13 * t144 - t14 * t143;
    let t196 = -(t180 * t143) - t181 * t144;
    let t197 = t195 - state.box_spin * t196;
    let t198 = parameters.slip_speed * parameters.slip_speed;
    let t199 = t197 * t197 + t198;
    let t200 = sqrt(max(t199, 0.0));
    let t201 = parameters.friction * t197 / t200;
    let t202 = t143 - t144 * t201;
    let t203 = t144 + t143 * t201;
    let t204 = t202 * t194;
    let t205 = t203 * t194;
    let load_2 = t3 * t189;
    let t206 = t185 * t144 - t186 * t143;
    let t207 = 1.0 - parameters.dissipation * (t190 - state.box_spin * t206);
    let t208 = max(t207, 0.0);
    let t209 = load_2 * t208;
    let t210 = -(t185 * t143) - t186 * t144;
    let t211 = t195 - state.box_spin * t210;
    let t212 = t211 * t211 + t198;
    let t213 = sqrt(max(t212, 0.0));
    let t214 = parameters.friction * t211 / t213;
    let t215 = t143 - t144 * t214;
    let t216 = t144 + t143 * t214;
    let t217 = t215 * t209;
    let t218 = t216 * t209;
    let t219 = select(0.0, t204, touches_2) + select(0.0, t217, touches_3);
    let t220 = select(0.0, t205, touches_2) + select(0.0, t218, touches_3);
    let t221 = parameters.mass * (parameters.size * parameters.size) * 0.16666667;
    let t222 = parameters.time_step / parameters.pusher_mass;
    let t223 = parameters.time_step / parameters.mass;
    let t224 = 2.0 * parameters.effort;
    let box_spin_cotangent = cotangent.box_spin + cotangent.box_angle * parameters.time_step;
    let box_velocity_y_cotangent = cotangent.box_velocity_y + cotangent.box_y * parameters.time_step;
    let box_velocity_x_cotangent = cotangent.box_velocity_x + cotangent.box_x * parameters.time_step;
    let pusher_velocity_y_cotangent = cotangent.pusher_velocity_y + cotangent.pusher_y * parameters.time_step;
    let pusher_velocity_x_cotangent = cotangent.pusher_velocity_x + cotangent.pusher_x * parameters.time_step;
    let moment_cotangent = box_spin_cotangent / t221 * parameters.time_step;
    let t225 = box_spin_cotangent * (parameters.time_step * parameters.drag / parameters.mass);
    let push_y_cotangent = box_velocity_y_cotangent * t223;
    let t226 = box_velocity_x_cotangent * t223;
    let t227 = pusher_velocity_y_cotangent * t222;
    let t228 = pusher_velocity_x_cotangent * t222;
    let push_x_cotangent = t226 - t228;
    let t229 = -moment_cotangent;
    let t230 = t227 - push_y_cotangent;
    let t231 = t228 - t226;
    let t232 = moment_cotangent * t219;
    let t233 = t230 * t2 + t231 * t1 - moment_cotangent * (t10 - t11);
    let t234 = t230 * t1 + push_x_cotangent * t2 - moment_cotangent * t9;
    let t235 = select(0.0, t229, touches_3);
    let t236 = t235 * t217;
    let t237 = select(0.0, t233, touches_3) - t235 * (t186 - t12);
    let t238 = t235 * t218;
    let t239 = select(0.0, t234, touches_3) + t235 * (t185 - t9);
    let t240 = t239 * t209;
    let t241 = t237 * t209;
    let t242 = t239 * t216 + t237 * t215;
    let t243 = (t240 * t143 - t241 * t144) / t213;
    let t244 = 2.0 * select(0.0, -(t243 * t214 / (2.0 * t213)), 0.0 < t212) * t211;
    let t245 = t244 + t243 * parameters.friction;
    let t246 = t245 * state.box_spin;
    let load_cotangent = t242 * t208;
    let t247 = select(0.0, t242 * load_2, 0.0 <= t207) * parameters.dissipation;
    let t248 = t247 * state.box_spin;
    let t249 = load_cotangent * t3;
    let t250 = select(0.0, t229, touches_2);
    let t251 = t250 * t204;
    let t252 = select(0.0, t233, touches_2) - t250 * (t181 - t12);
    let t253 = t250 * t205;
    let t254 = select(0.0, t234, touches_2) + t250 * (t180 - t9);
    let t255 = t254 * t194;
    let t256 = t252 * t194;
    let t257 = t254 * t203 + t252 * t202;
    let t258 = t241 + t240 * t214 + t246 * t185 - t248 * t186 + t256 + t255 * t201;
    let t259 = t240 - t241 * t214 + t246 * t186 + t248 * t185 + t255 - t256 * t201;
    let t260 = (t255 * t143 - t256 * t144) / t200;
    let t261 = 2.0 * select(0.0, -(t260 * t201 / (2.0 * t200)), 0.0 < t199) * t197;
    let t262 = t261 + t260 * parameters.friction;
    let t263 = t245 + t262;
    let t264 = box_spin_cotangent - t225 - t245 * t210 + t247 * t206 - t262 * t196;
    let t265 = t262 * state.box_spin;
    let t266 = t263 * t143;
    let load_cotangent_2 = t257 * t193;
    let t267 = select(0.0, t257 * load, 0.0 <= t192) * parameters.dissipation;
    let t268 = -t247 - t267;
    let t269 = t267 * state.box_spin;
    let t270 = t268 * t144;
    let t271 = t270 - t266;
    let t272 = t263 * t144 + t268 * t143;
    let t273 = load_cotangent_2 * t3;
    let t274 = t249 * t148;
    let t275 = t249 * t147;
    let t276 = t246 * t144 - t236 - t248 * t143 - t274;
    let t277 = t238 + t246 * t143 + t248 * t144 - t275;
    let t278 = t276 * t179 + t277 * t178;
    let t279 = t273 * t148;
    let t280 = t273 * t147;
    let t281 = t265 * t144 - t251 - t269 * t143 - t279;
    let t282 = t253 + t265 * t143 + t269 * t144 - t280;
    let t283 = t276 * t177 + t281 * t176;
    let t284 = t277 * t177 + t282 * t176;
    let t285 = t176 <= t174;
    let t286 = select(0.0, t278, t285);
    let t287 = select(0.0, t281 * t179 + t282 * t178 + select(t278, 0.0, t285), t173 <= 1.0);
    let t288 = select(0.0, t286, t172);
    let t289 = t167 <= cut_2;
    let t290 = select(0.0, t287, t171);
    let t291 = cut_2 <= t166;
    let cut_cotangent = select(t288, 0.0, t289) + select(t290, 0.0, t291);
    let t292 = cut_cotangent / t170;
    let t293 = select(-(t292 * cut_2), 0.0, t169);
    let t294 = t292 + t293;
    let t295 = select(0.0, select(t286, 0.0, t172) + select(0.0, t288, t289), t165);
    let t296 = select(0.0, select(t287, 0.0, t171) + select(0.0, t290, t291), t164);
    let cut_cotangent_2 = select(t295, 0.0, 1.0 <= cut) + select(t296, 0.0, cut <= 0.0);
    let t297 = cut_cotangent_2 / t163;
    let t298 = select(-(t297 * cut), 0.0, t162);
    let t299 = t297 + t298;
    let t300 = t293 - t298;
    let t301 = t299 - t294;
    let t302 = t298 - t293;
    let t303 = t300 * t147;
    let t304 = t302 * t148;
    let t305 = t294 - t299;
    let t306 = t301 * t147;
    let t307 = t305 * t148;
    let t308 = select(t283 + t303, 0.0, reference_on_a);
    let t309 = select(t284 + t304, 0.0, reference_on_a);
    let t310 = select(t276 + t281 - t283 + t306, 0.0, reference_on_a);
    let t311 = select(t277 + t282 - t284 + t307, 0.0, reference_on_a);
    let t312 = select(0.0, t249 * t188 + t273 * t183 + t302 * t156 + t305 * t153, reference_on_a);
    let t313 = select(0.0, t249 * t187 + t273 * t182 + t300 * t157 + t301 * t154, reference_on_a);
    let t314 = select(0.0, t274 + t279 - t303 - t306, reference_on_a);
    let t315 = select(0.0, t275 + t280 - t304 - t307, reference_on_a);
    let t316 = select(0.0, t259 + t265 * t181 + t263 * t13 + t269 * t180 + t268 * t14, reference_on_a);
    let t317 = select(0.0, t258 + t265 * t180 - t263 * t14 - t269 * t181 + t268 * t13, reference_on_a);
    let t318 = select(t308, 0.0, other_edge_6);
    let t319 = select(t309, 0.0, other_edge_6);
    let t320 = select(t310, 0.0, other_edge_6);
    let t321 = select(t311, 0.0, other_edge_6);
    let t322 = select(0.0, t310, other_edge_6) + select(0.0, t318, other_edge_5);
    let t323 = select(t318, 0.0, other_edge_5);
    let t324 = select(0.0, t311, other_edge_6) + select(0.0, t319, other_edge_5);
    let t325 = select(t319, 0.0, other_edge_5);
    let t326 = select(t320, 0.0, other_edge_5);
    let t327 = select(t321, 0.0, other_edge_5);
    let t328 = select(0.0, t320, other_edge_5) + select(0.0, t323, other_edge_4);
    let t329 = select(0.0, t321, other_edge_5) + select(0.0, t325, other_edge_4);
    let t330 = select(t323, 0.0, other_edge_4) + select(0.0, t326, other_edge_4);
    let t331 = select(0.0, t308, other_edge_6) + select(t326, 0.0, other_edge_4);
    let t332 = select(t325, 0.0, other_edge_4) + select(0.0, t327, other_edge_4);
    let t333 = select(0.0, t309, other_edge_6) + select(t327, 0.0, other_edge_4);
    let t334 = select(t312, 0.0, other_face_3);
    let t335 = select(t313, 0.0, other_face_3);
    let t336 = t322 + select(0.0, t314, other_face_3);
    let t337 = select(t314, 0.0, other_face_3);
    let t338 = t324 + select(0.0, t315, other_face_3);
    let t339 = select(t315, 0.0, other_face_3);
    let t340 = select(t316, 0.0, other_face_3);
    let t341 = t230 * t219 + push_x_cotangent * t220 + select(0.0, t317, other_face_3);
    let t342 = select(t317, 0.0, other_face_3);
    let t343 = select(t334, 0.0, other_face_2);
    let t344 = select(0.0, t312, other_face_3) + select(0.0, t335, other_face_2);
    let t345 = select(t335, 0.0, other_face_2);
    let t346 = t328 + select(0.0, t337, other_face_2);
    let t347 = select(t337, 0.0, other_face_2);
    let t348 = t329 + select(0.0, t339, other_face_2);
    let t349 = select(t339, 0.0, other_face_2);
    let t350 = select(0.0, t313, other_face_3) + select(0.0, t340, other_face_2);
    let t351 = select(t340, 0.0, other_face_2);
    let t352 = t230 * t220 + t231 * t219 + select(0.0, t316, other_face_3) + select(0.0, t342, other_face_2);
    let t353 = select(t342, 0.0, other_face_2);
    let t354 = t341 + select(0.0, t334, other_face_2) + select(0.0, t345, other_face);
    let t355 = t352 + select(0.0, t343, other_face) + select(t345, 0.0, other_face);
    let t356 = t330 + select(0.0, t347, other_face);
    let t357 = t331 + select(t347, 0.0, other_face);
    let t358 = t332 + select(0.0, t349, other_face);
    let t359 = t333 + select(t349, 0.0, other_face);
    let t360 = t350 + select(t343, 0.0, other_face) + select(0.0, t353, other_face);
    let t361 = t344 + select(0.0, t351, other_face) + select(t353, 0.0, other_face);
    let t362 = t336 + t348;
    let t363 = t346 + t358;
    let t364 = t236 + t251 + t336 + t346 + t356 + t357;
    let t365 = -(moment_cotangent * t220) - t238 - t253 + t338 + t348 + t358 + t359;
    let t366 = t356 + t359;
    let t367 = t354 + select(t351, 0.0, other_face) + (t362 - t338 + t363 - t357 - t366) * t0;
    let t368 = t266 - t270;
    let t369 = t355 - t361 + (t363 - t362 - t357 - t338 + t366) * t0 + t271 * t7;
    let t370 = t271 * t1 + t272 * t2;
    let t371 = t368 * t2 + t272 * t1;
    let t372 = t232 + t364;
    let t373 = -t232 - t364;
    let t374 = t372 * t1 + t365 * t2;
    let t375 = t373 * t2 + t365 * t1;
    let t376 = t370 * 0.0;
    let t377 = t371 * 0.0;
    let t378 = (t367 + t368 * t6 + t272 * t7 + t373 * t4 + t365 * t5 - t360) * t1;
    return StateControl(
        State(
            cotangent.pusher_x + (t375 - t376),
            cotangent.pusher_y + t377 + t374,
            pusher_velocity_x_cotangent - t228 * parameters.drag + t371,
            pusher_velocity_y_cotangent - t227 * parameters.drag + t370,
            cotangent.box_x + (t376 - t375),
            cotangent.box_y - t377 - t374,
            cotangent.box_angle + t378 - (t369 + t272 * t6 + t372 * t5 + t365 * t4) * t2,
            box_velocity_x_cotangent - t226 * parameters.drag - t371,
            box_velocity_y_cotangent - push_y_cotangent * parameters.drag - t370,
            t264 + t267 * t191,
        ),
        Control(t224 * control.force_x + t228, t224 * control.force_y + t227),
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
