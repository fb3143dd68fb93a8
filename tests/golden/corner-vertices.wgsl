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
    let t5 = -parameters.size - state.y;
    let t6 = parameters.size - t5;
    let t7 = parameters.size + t4;
    let t8 = -t2;
    let t9 = parameters.size + t2;
    let t10 = parameters.size - t3;
    let other_face = -state.y < t4;
    let t11 = select(t4, -state.y, other_face);
    let other_face_2 = t0 < t11;
    let t12 = select(t11, t0, other_face_2);
    let other_face_3 = t2 < t12;
    let t13 = select(t12, t2, other_face_3);
    let t14 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t15 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < t13;
    let other_face_4 = t8 < t4;
    let t16 = select(t4, t8, other_face_4);
    let other_face_5 = t0 < t16;
    let t17 = select(t16, t0, other_face_5);
    let other_face_6 = t9 < t17;
    let t18 = select(t17, t9, other_face_6);
    let t19 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t20 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let touches_2 = 0.0 < t18;
    let other_face_7 = t8 < t10;
    let t21 = select(t10, t8, other_face_7);
    let other_face_8 = t3 < t21;
    let t22 = select(t21, t3, other_face_8);
    let other_face_9 = t9 < t22;
    let t23 = select(t22, t9, other_face_9);
    let t24 = select(select(select(1.0, 0.0, other_face_7), -1.0, other_face_8), 0.0, other_face_9);
    let t25 = select(select(select(0.0, 1.0, other_face_7), 0.0, other_face_8), -1.0, other_face_9);
    let touches_3 = 0.0 < t23;
    let other_face_10 = -state.y < t10;
    let t26 = select(t10, -state.y, other_face_10);
    let other_face_11 = t3 < t26;
    let t27 = select(t26, t3, other_face_11);
    let other_face_12 = t2 < t27;
    let t28 = select(t27, t2, other_face_12);
    let t29 = select(select(select(1.0, 0.0, other_face_10), -1.0, other_face_11), 0.0, other_face_12);
    let t30 = select(select(select(0.0, 1.0, other_face_10), 0.0, other_face_11), -1.0, other_face_12);
    let touches_4 = 0.0 < t28;
    let other_face_13 = t6 < t3;
    let t31 = select(t3, t6, other_face_13);
    let other_face_14 = t7 < t31;
    let t32 = select(t31, t7, other_face_14);
    let other_face_15 = t5 < t32;
    let t33 = select(t32, t5, other_face_15);
    let t34 = select(select(select(-1.0, -0.0, other_face_13), 1.0, other_face_14), -0.0, other_face_15);
    let t35 = select(select(select(-0.0, -1.0, other_face_13), -0.0, other_face_14), 1.0, other_face_15);
    let touches_5 = 0.0 < t33;
    let other_face_16 = t2 < t3;
    let t36 = select(t3, t2, other_face_16);
    let other_face_17 = t7 < t36;
    let t37 = select(t36, t7, other_face_17);
    let other_face_18 = -state.y < t37;
    let t38 = select(t37, -state.y, other_face_18);
    let t39 = select(select(select(-1.0, -0.0, other_face_16), 1.0, other_face_17), -0.0, other_face_18);
    let t40 = select(select(select(-0.0, -1.0, other_face_16), -0.0, other_face_17), 1.0, other_face_18);
    let touches_6 = 0.0 < t38;
    let other_face_19 = t2 < t0;
    let t41 = select(t0, t2, other_face_19);
    let other_face_20 = t4 < t41;
    let t42 = select(t41, t4, other_face_20);
    let other_face_21 = -state.y < t42;
    let t43 = select(t42, -state.y, other_face_21);
    let t44 = select(select(select(-1.0, -0.0, other_face_19), 1.0, other_face_20), -0.0, other_face_21);
    let t45 = select(select(select(-0.0, -1.0, other_face_19), -0.0, other_face_20), 1.0, other_face_21);
    let touches_7 = 0.0 < t43;
    let other_face_22 = t6 < t0;
    let t46 = select(t0, t6, other_face_22);
    let other_face_23 = t4 < t46;
    let t47 = select(t46, t4, other_face_23);
    let other_face_24 = t5 < t47;
    let t48 = select(t47, t5, other_face_24);
    let t49 = select(select(select(-1.0, -0.0, other_face_22), 1.0, other_face_23), -0.0, other_face_24);
    let t50 = select(select(select(-0.0, -1.0, other_face_22), -0.0, other_face_23), 1.0, other_face_24);
    let touches_8 = 0.0 < t48;
    let load = t1 * t13;
    let load_2 = t1 * t18;
    let t51 = select(0.0, t14 * load, touches) + select(0.0, t19 * load_2, touches_2);
    let t52 = select(0.0, t15 * load, touches) + select(0.0, t20 * load_2, touches_2);
    let load_3 = t1 * t23;
    let load_4 = t1 * t28;
    let t53 = t51 + select(0.0, t24 * load_3, touches_3) + select(0.0, t29 * load_4, touches_4);
    let t54 = t52 + select(0.0, t25 * load_3, touches_3) + select(0.0, t30 * load_4, touches_4);
    let load_5 = t1 * t33;
    let load_6 = t1 * t38;
    let t55 = t53 + select(0.0, t34 * load_5, touches_5) + select(0.0, t39 * load_6, touches_6);
    let t56 = t54 + select(0.0, t35 * load_5, touches_5) + select(0.0, t40 * load_6, touches_6);
    let load_7 = t1 * t43;
    let load_8 = t1 * t48;
    let force_x = t55 + select(0.0, t44 * load_7, touches_7) + select(0.0, t49 * load_8, touches_8);
    let force_y = t56 + select(0.0, t45 * load_7, touches_7) + select(0.0, t50 * load_8, touches_8);
    let t57 = parameters.time_step / parameters.mass;
    let velocity_x = state.velocity_x + t57 * force_x;
    let velocity_y = state.velocity_y + t57 * force_y;
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
    let t5 = -parameters.size - state.y;
    let t6 = parameters.size - t5;
    let t7 = parameters.size + t4;
    let t8 = -t2;
    let t9 = parameters.size + t2;
    let t10 = parameters.size - t3;
    let other_face = -state.y < t4;
    let t11 = select(t4, -state.y, other_face);
    let other_face_2 = t0 < t11;
    let t12 = select(t11, t0, other_face_2);
    let other_face_3 = t2 < t12;
    let t13 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t14 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < select(t12, t2, other_face_3);
    let other_face_4 = t8 < t4;
    let t15 = select(t4, t8, other_face_4);
    let other_face_5 = t0 < t15;
    let t16 = select(t15, t0, other_face_5);
    let other_face_6 = t9 < t16;
    let t17 = select(select(select(1.0, 0.0, other_face_4), -1.0, other_face_5), 0.0, other_face_6);
    let t18 = select(select(select(0.0, 1.0, other_face_4), 0.0, other_face_5), -1.0, other_face_6);
    let touches_2 = 0.0 < select(t16, t9, other_face_6);
    let other_face_7 = t8 < t10;
    let t19 = select(t10, t8, other_face_7);
    let other_face_8 = t3 < t19;
    let t20 = select(t19, t3, other_face_8);
    let other_face_9 = t9 < t20;
    let t21 = select(select(select(1.0, 0.0, other_face_7), -1.0, other_face_8), 0.0, other_face_9);
    let t22 = select(select(select(0.0, 1.0, other_face_7), 0.0, other_face_8), -1.0, other_face_9);
    let touches_3 = 0.0 < select(t20, t9, other_face_9);
    let other_face_10 = -state.y < t10;
    let t23 = select(t10, -state.y, other_face_10);
    let other_face_11 = t3 < t23;
    let t24 = select(t23, t3, other_face_11);
    let other_face_12 = t2 < t24;
    let t25 = select(select(select(1.0, 0.0, other_face_10), -1.0, other_face_11), 0.0, other_face_12);
    let t26 = select(select(select(0.0, 1.0, other_face_10), 0.0, other_face_11), -1.0, other_face_12);
    let touches_4 = 0.0 < select(t24, t2, other_face_12);
    let other_face_13 = t6 < t3;
    let t27 = select(t3, t6, other_face_13);
    let other_face_14 = t7 < t27;
    let t28 = select(t27, t7, other_face_14);
    let other_face_15 = t5 < t28;
    let t29 = select(select(select(-1.0, -0.0, other_face_13), 1.0, other_face_14), -0.0, other_face_15);
    let t30 = select(select(select(-0.0, -1.0, other_face_13), -0.0, other_face_14), 1.0, other_face_15);
    let touches_5 = 0.0 < select(t28, t5, other_face_15);
    let other_face_16 = t2 < t3;
    let t31 = select(t3, t2, other_face_16);
    let other_face_17 = t7 < t31;
    let t32 = select(t31, t7, other_face_17);
    let other_face_18 = -state.y < t32;
    let t33 = select(select(select(-1.0, -0.0, other_face_16), 1.0, other_face_17), -0.0, other_face_18);
    let t34 = select(select(select(-0.0, -1.0, other_face_16), -0.0, other_face_17), 1.0, other_face_18);
    let touches_6 = 0.0 < select(t32, -state.y, other_face_18);
    let other_face_19 = t2 < t0;
    let t35 = select(t0, t2, other_face_19);
    let other_face_20 = t4 < t35;
    let t36 = select(t35, t4, other_face_20);
    let other_face_21 = -state.y < t36;
    let t37 = select(select(select(-1.0, -0.0, other_face_19), 1.0, other_face_20), -0.0, other_face_21);
    let t38 = select(select(select(-0.0, -1.0, other_face_19), -0.0, other_face_20), 1.0, other_face_21);
    let touches_7 = 0.0 < select(t36, -state.y, other_face_21);
    let other_face_22 = t6 < t0;
    let t39 = select(t0, t6, other_face_22);
    let other_face_23 = t4 < t39;
    let t40 = select(t39, t4, other_face_23);
    let other_face_24 = t5 < t40;
    let t41 = select(select(select(-1.0, -0.0, other_face_22), 1.0, other_face_23), -0.0, other_face_24);
    let t42 = select(select(select(-0.0, -1.0, other_face_22), -0.0, other_face_23), 1.0, other_face_24);
    let touches_8 = 0.0 < select(t40, t5, other_face_24);
    let t43 = parameters.time_step / parameters.mass;
    let velocity_y_cotangent = cotangent.velocity_y + cotangent.y * parameters.time_step;
    let velocity_x_cotangent = cotangent.velocity_x + cotangent.x * parameters.time_step;
    let force_y_cotangent = velocity_y_cotangent * t43;
    let force_x_cotangent = velocity_x_cotangent * t43;
    let load_cotangent = select(0.0, force_y_cotangent, touches_8) * t42 + select(0.0, force_x_cotangent, touches_8) * t41;
    let t44 = load_cotangent * t1;
    let load_cotangent_2 = select(0.0, force_y_cotangent, touches_7) * t38 + select(0.0, force_x_cotangent, touches_7) * t37;
    let t45 = load_cotangent_2 * t1;
    let load_cotangent_3 = select(0.0, force_y_cotangent, touches_6) * t34 + select(0.0, force_x_cotangent, touches_6) * t33;
    let t46 = load_cotangent_3 * t1;
    let load_cotangent_4 = select(0.0, force_y_cotangent, touches_5) * t30 + select(0.0, force_x_cotangent, touches_5) * t29;
    let t47 = load_cotangent_4 * t1;
    let load_cotangent_5 = select(0.0, force_y_cotangent, touches_4) * t26 + select(0.0, force_x_cotangent, touches_4) * t25;
    let t48 = load_cotangent_5 * t1;
    let load_cotangent_6 = select(0.0, force_y_cotangent, touches_3) * t22 + select(0.0, force_x_cotangent, touches_3) * t21;
    let t49 = load_cotangent_6 * t1;
    let load_cotangent_7 = select(0.0, force_y_cotangent, touches_2) * t18 + select(0.0, force_x_cotangent, touches_2) * t17;
    let t50 = load_cotangent_7 * t1;
    let load_cotangent_8 = select(0.0, force_y_cotangent, touches) * t14 + select(0.0, force_x_cotangent, touches) * t13;
    let t51 = load_cotangent_8 * t1;
    let t52 = select(t44, 0.0, other_face_24);
    let t53 = select(t52, 0.0, other_face_23);
    let t54 = select(t45, 0.0, other_face_21);
    let t55 = select(0.0, t52, other_face_23) + select(0.0, t54, other_face_20);
    let t56 = select(t54, 0.0, other_face_20);
    let t57 = select(t53, 0.0, other_face_22) + select(t56, 0.0, other_face_19);
    let t58 = select(0.0, t45, other_face_21) + select(0.0, t46, other_face_18);
    let t59 = select(t46, 0.0, other_face_18);
    let t60 = select(t59, 0.0, other_face_17);
    let t61 = select(0.0, t56, other_face_19) + select(0.0, t60, other_face_16);
    let t62 = select(0.0, t44, other_face_24) + select(0.0, t47, other_face_15);
    let t63 = select(t47, 0.0, other_face_15);
    let t64 = select(0.0, t59, other_face_17) + select(0.0, t63, other_face_14);
    let t65 = select(t63, 0.0, other_face_14);
    let t66 = select(0.0, t53, other_face_22) + select(0.0, t65, other_face_13);
    let t67 = select(t60, 0.0, other_face_16) + select(t65, 0.0, other_face_13);
    let t68 = select(t48, 0.0, other_face_12);
    let t69 = select(t68, 0.0, other_face_11);
    let t70 = select(t49, 0.0, other_face_9);
    let t71 = t67 + select(0.0, t68, other_face_11) + select(0.0, t70, other_face_8);
    let t72 = select(t70, 0.0, other_face_8);
    let t73 = select(t50, 0.0, other_face_6);
    let t74 = select(t73, 0.0, other_face_5);
    let t75 = t61 + select(0.0, t48, other_face_12) + select(0.0, t51, other_face_3);
    let t76 = select(t51, 0.0, other_face_3);
    let t77 = t57 + select(0.0, t73, other_face_5) + select(0.0, t76, other_face_2);
    let t78 = select(t76, 0.0, other_face_2);
    let t79 = t58 + select(0.0, t69, other_face_10) + select(0.0, t78, other_face);
    let t80 = t55 + select(t74, 0.0, other_face_4) + select(t78, 0.0, other_face);
    let t81 = t71 - (select(t69, 0.0, other_face_10) + select(t72, 0.0, other_face_7));
    let t82 = t75 + (select(0.0, t49, other_face_9) + select(0.0, t50, other_face_6));
    let t83 = t82 - (select(0.0, t72, other_face_7) + select(0.0, t74, other_face_4));
    let t84 = t77 - (t80 + t64) + t81;
    return StateControl(
        State(
            cotangent.x + t84,
            cotangent.y + (t66 - t62) + t83 - t79,
            velocity_x_cotangent,
            velocity_y_cotangent,
        ),
        Control(t84),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0, 0.0, 0.0, 1.0);
}
