// corner: a box comes down on the corner of another: one number decides whether it passes
// own example: the frictionless corner

const STATE_SIZE: u32 = 4u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 6u;

struct Parameters {
    mass: f32, // kg: mass of the box that moves
    stiffness: f32, // N/m3: slope k of the pressure field; both soft are as stiff together
    slope_ratio: f32, // 1: slope of the moving body over that of the other, both soft
    point_stiffness: f32, // N/m: stiffness k1 of one point; each of two points has half of it
    size: f32, // m: side of both boxes
    time_step: f32, // s: time step h
}

struct State {
    x: f32, // m
    y: f32, // m
    velocity_x: f32, // m/s
    velocity_y: f32, // m/s
}

struct Control {
    overlap: f32, // m
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.x, state.y, state.velocity_x, state.velocity_y);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.overlap);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.x + control.overlap;
    let t1 = parameters.point_stiffness * 0.5;
    let t2 = state.y + parameters.size;
    let t3 = t0 - parameters.size;
    let t4 = parameters.size - t0;
    let t5 = -t2;
    let t6 = parameters.size + t2;
    let t7 = parameters.size - t3;
    let other_corner = t4 < t7;
    let t8 = select(t4, t7, other_corner);
    let other_corner_2 = t8 < t7;
    let t9 = select(t8, t7, other_corner_2);
    let other_corner_3 = -state.y < t5;
    let t10 = select(-state.y, t5, other_corner_3);
    let other_corner_4 = t10 < t5;
    let t11 = select(t10, t5, other_corner_4);
    let other_corner_5 = t11 < -state.y;
    let t12 = select(t11, -state.y, other_corner_5);
    let other_corner_6 = t0 < t3;
    let t13 = select(t0, t3, other_corner_6);
    let other_corner_7 = t13 < t3;
    let t14 = select(t13, t3, other_corner_7);
    let other_corner_8 = t2 < t6;
    let t15 = select(t2, t6, other_corner_8);
    let other_corner_9 = t15 < t6;
    let t16 = select(t15, t6, other_corner_9);
    let other_corner_10 = t16 < t2;
    let t17 = select(t16, t2, other_corner_10);
    let other_face = t12 < t9;
    let t18 = select(t9, t12, other_face);
    let other_face_2 = t14 < t18;
    let t19 = select(t18, t14, other_face_2);
    let t20 = select(select(-parameters.size, 0.0, other_face), 0.0, other_face_2);
    let other_face_3 = t17 < t19;
    let t21 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t22 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let t23 = select(select(parameters.size, -0.0, other_face_2), -0.0, other_face_3);
    let t24 = select(t20, -parameters.size, other_face_3);
    let t25 = t22 * 0.0;
    let t26 = t21 + t25;
    let t27 = t21 * 0.0;
    let t28 = t27 + t22;
    let other_edge = t28 < t26;
    let t29 = select(t26, t28, other_edge);
    let t30 = t25 - t21;
    let other_edge_2 = t30 < t29;
    let other_edge_3 = t27 - t22 < select(t29, t30, other_edge_2);
    let t31 = select(select(t0, t3, other_edge_2), t3, other_edge_3);
    let t32 = select(select(select(state.y, t2, other_edge), t2, other_edge_2), state.y, other_edge_3);
    let t33 = select(select(select(t0, t3, other_edge), t3, other_edge_2), t0, other_edge_3);
    let t34 = select(select(t2, state.y, other_edge_2), state.y, other_edge_3);
    let t35 = (t32 - t24) * t21 - (t31 - t23) * t22;
    let t36 = (t34 - t24) * t21 - (t33 - t23) * t22;
    let t37 = parameters.size - t35;
    let t38 = parameters.size - t36;
    let t39 = t35 - t36;
    let cut = t35 / select(t39, 1.0, abs(t39) < 1e-20);
    let t40 = select(0.0, max(0.0, cut), t35 < 0.0);
    let t41 = select(1.0, min(1.0, cut), t36 < 0.0);
    let t42 = t37 - t38;
    let cut_2 = t37 / select(t42, 1.0, abs(t42) < 1e-20);
    let t43 = select(t40, max(t40, cut_2), t37 < 0.0);
    let t44 = select(t41, min(t41, cut_2), t38 < 0.0);
    let touches = 0.0 < select(t19, t17, other_face_3);
    let t45 = touches && t43 <= t44;
    let t46 = min(t43, 1.0);
    let t47 = max(t44, t46);
    let t48 = t33 - t31;
    let t49 = t34 - t32;
    let t50 = (t23 - (t31 + t48 * t46)) * t21 + (t24 - (t32 + t49 * t46)) * t22;
    let touches_2 = t45 && 0.0 < t50;
    let t51 = (t23 - (t31 + t48 * t47)) * t21 + (t24 - (t32 + t49 * t47)) * t22;
    let touches_3 = t45 && 0.0 < t51;
    let load = t1 * t50;
    let load_2 = t1 * t51;
    let force_x = select(0.0, t21 * load, touches_2) + select(0.0, t21 * load_2, touches_3);
    let force_y = select(0.0, t22 * load, touches_2) + select(0.0, t22 * load_2, touches_3);
    let t52 = parameters.time_step / parameters.mass;
    let velocity_x = state.velocity_x + t52 * force_x;
    let velocity_y = state.velocity_y + t52 * force_y;
    return State(
        state.x + parameters.time_step * velocity_x,
        state.y + parameters.time_step * velocity_y,
        velocity_x,
        velocity_y,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    return 0.0;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return state.velocity_y;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.x + control.overlap;
    let t1 = parameters.point_stiffness * 0.5;
    let t2 = state.y + parameters.size;
    let t3 = t0 - parameters.size;
    let t4 = parameters.size - t0;
    let t5 = -t2;
    let t6 = parameters.size + t2;
    let t7 = parameters.size - t3;
    let other_corner = t4 < t7;
    let t8 = select(t4, t7, other_corner);
    let other_corner_2 = t8 < t7;
    let t9 = select(t8, t7, other_corner_2);
    let other_corner_3 = -state.y < t5;
    let t10 = select(-state.y, t5, other_corner_3);
    let other_corner_4 = t10 < t5;
    let t11 = select(t10, t5, other_corner_4);
    let other_corner_5 = t11 < -state.y;
    let t12 = select(t11, -state.y, other_corner_5);
    let other_corner_6 = t0 < t3;
    let t13 = select(t0, t3, other_corner_6);
    let other_corner_7 = t13 < t3;
    let t14 = select(t13, t3, other_corner_7);
    let other_corner_8 = t2 < t6;
    let t15 = select(t2, t6, other_corner_8);
    let other_corner_9 = t15 < t6;
    let t16 = select(t15, t6, other_corner_9);
    let other_corner_10 = t16 < t2;
    let t17 = select(t16, t2, other_corner_10);
    let other_face = t12 < t9;
    let t18 = select(t9, t12, other_face);
    let other_face_2 = t14 < t18;
    let t19 = select(t18, t14, other_face_2);
    let t20 = select(select(-parameters.size, 0.0, other_face), 0.0, other_face_2);
    let other_face_3 = t17 < t19;
    let t21 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t22 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let t23 = select(select(parameters.size, -0.0, other_face_2), -0.0, other_face_3);
    let t24 = select(t20, -parameters.size, other_face_3);
    let t25 = t22 * 0.0;
    let t26 = t21 + t25;
    let t27 = t21 * 0.0;
    let t28 = t27 + t22;
    let other_edge = t28 < t26;
    let t29 = select(t26, t28, other_edge);
    let t30 = t25 - t21;
    let other_edge_2 = t30 < t29;
    let other_edge_3 = t27 - t22 < select(t29, t30, other_edge_2);
    let t31 = select(select(t0, t3, other_edge_2), t3, other_edge_3);
    let t32 = select(select(select(state.y, t2, other_edge), t2, other_edge_2), state.y, other_edge_3);
    let t33 = select(select(select(t0, t3, other_edge), t3, other_edge_2), t0, other_edge_3);
    let t34 = select(select(t2, state.y, other_edge_2), state.y, other_edge_3);
    let t35 = (t32 - t24) * t21 - (t31 - t23) * t22;
    let t36 = (t34 - t24) * t21 - (t33 - t23) * t22;
    let t37 = parameters.size - t35;
    let t38 = parameters.size - t36;
    let t39 = t35 - t36;
    let t40 = abs(t39) < 1e-20;
    let t41 = select(t39, 1.0, t40);
    let cut = t35 / t41;
    let t42 = t35 < 0.0;
    let t43 = t36 < 0.0;
    let t44 = select(0.0, max(0.0, cut), t42);
    let t45 = select(1.0, min(1.0, cut), t43);
    let t46 = t37 - t38;
    let t47 = abs(t46) < 1e-20;
    let t48 = select(t46, 1.0, t47);
    let cut_2 = t37 / t48;
    let t49 = t37 < 0.0;
    let t50 = t38 < 0.0;
    let t51 = select(t44, max(t44, cut_2), t49);
    let t52 = select(t45, min(t45, cut_2), t50);
    let touches = 0.0 < select(t19, t17, other_face_3);
    let t53 = touches && t51 <= t52;
    let t54 = min(t51, 1.0);
    let t55 = max(t52, t54);
    let t56 = t33 - t31;
    let t57 = t34 - t32;
    let t58 = (t23 - (t31 + t56 * t54)) * t21 + (t24 - (t32 + t57 * t54)) * t22;
    let touches_2 = t53 && 0.0 < t58;
    let t59 = (t23 - (t31 + t56 * t55)) * t21 + (t24 - (t32 + t57 * t55)) * t22;
    let touches_3 = t53 && 0.0 < t59;
    let t60 = parameters.time_step / parameters.mass;
    let velocity_y_cotangent = cotangent.velocity_y + cotangent.y * parameters.time_step;
    let velocity_x_cotangent = cotangent.velocity_x + cotangent.x * parameters.time_step;
    let force_y_cotangent = velocity_y_cotangent * t60;
    let force_x_cotangent = velocity_x_cotangent * t60;
    let load_cotangent = select(0.0, force_y_cotangent, touches_3) * t22 + select(0.0, force_x_cotangent, touches_3) * t21;
    let t61 = load_cotangent * t1;
    let load_cotangent_2 = select(0.0, force_y_cotangent, touches_2) * t22 + select(0.0, force_x_cotangent, touches_2) * t21;
    let t62 = load_cotangent_2 * t1;
    let t63 = t61 * t22;
    let t64 = t61 * t21;
    let t65 = t63 * t55;
    let t66 = t64 * t55;
    let t67 = -(t63 * t57) - t64 * t56;
    let t68 = t62 * t22;
    let t69 = t62 * t21;
    let t70 = t68 * t54;
    let t71 = t69 * t54;
    let t72 = t54 <= t52;
    let t73 = select(0.0, t67, t72);
    let t74 = select(0.0, -(t68 * t57) - t69 * t56 + select(t67, 0.0, t72), t51 <= 1.0);
    let t75 = select(0.0, t73, t50);
    let t76 = t45 <= cut_2;
    let t77 = select(0.0, t74, t49);
    let t78 = cut_2 <= t44;
    let cut_cotangent = select(t75, 0.0, t76) + select(t77, 0.0, t78);
    let t79 = cut_cotangent / t48;
    let t80 = select(-(t79 * cut_2), 0.0, t47);
    let t81 = t79 + t80;
    let t82 = select(select(0.0, select(t73, 0.0, t50) + select(0.0, t75, t76), t43), 0.0, 1.0 <= cut);
    let t83 = select(select(0.0, select(t74, 0.0, t49) + select(0.0, t77, t78), t42), 0.0, cut <= 0.0);
    let cut_cotangent_2 = t82 + t83;
    let t84 = cut_cotangent_2 / t41;
    let t85 = select(-(t84 * cut), 0.0, t40);
    let t86 = t84 + t85;
    let t87 = -t65 - t70 + (t80 - t85) * t21;
    let t88 = -t66 - t71 + (t85 - t80) * t22;
    let t89 = -t63 - t68 + (t70 + t65) + (t86 - t81) * t21;
    let t90 = -t64 - t69 + (t71 + t66) + (t81 - t86) * t22;
    let t91 = select(t87, 0.0, other_edge_3);
    let t92 = select(t88, 0.0, other_edge_3);
    let t93 = cotangent.y + select(0.0, t87, other_edge_3) + select(0.0, t89, other_edge_3);
    let t94 = select(t89, 0.0, other_edge_3);
    let t95 = select(t90, 0.0, other_edge_3);
    let t96 = select(t92, 0.0, other_edge_2);
    let t97 = select(t94, 0.0, other_edge_2);
    let t98 = select(0.0, t90, other_edge_3) + select(0.0, t92, other_edge_2) + select(0.0, t95, other_edge_2);
    let t99 = select(0.0, t88, other_edge_3) + select(t95, 0.0, other_edge_2) + select(t96, 0.0, other_edge);
    let t100 = select(t91, 0.0, other_edge_2) + select(0.0, t94, other_edge_2) + select(0.0, t97, other_edge);
    let t101 = t93 + select(0.0, t91, other_edge_2) + select(t97, 0.0, other_edge);
    let t102 = t99 + (t98 + select(0.0, t96, other_edge));
    return StateControl(
        State(cotangent.x + t102, t101 + t100, velocity_x_cotangent, velocity_y_cotangent),
        Control(t102),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0, 0.0, 0.0, 1.0);
}
