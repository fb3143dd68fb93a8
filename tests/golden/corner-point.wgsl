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
    let t1 = state.y + parameters.size;
    let t2 = t0 - parameters.size;
    let t3 = parameters.size - t0;
    let t4 = -t1;
    let t5 = parameters.size + t1;
    let t6 = parameters.size - t2;
    let other_corner = t3 < t6;
    let t7 = select(t3, t6, other_corner);
    let other_corner_2 = t7 < t6;
    let t8 = select(t7, t6, other_corner_2);
    let other_corner_3 = -state.y < t4;
    let t9 = select(-state.y, t4, other_corner_3);
    let other_corner_4 = t9 < t4;
    let t10 = select(t9, t4, other_corner_4);
    let other_corner_5 = t10 < -state.y;
    let t11 = select(t10, -state.y, other_corner_5);
    let other_corner_6 = t0 < t2;
    let t12 = select(t0, t2, other_corner_6);
    let other_corner_7 = t12 < t2;
    let t13 = select(t12, t2, other_corner_7);
    let other_corner_8 = t1 < t5;
    let t14 = select(t1, t5, other_corner_8);
    let other_corner_9 = t14 < t5;
    let t15 = select(t14, t5, other_corner_9);
    let other_corner_10 = t15 < t1;
    let t16 = select(t15, t1, other_corner_10);
    let other_face = t11 < t8;
    let t17 = select(t8, t11, other_face);
    let other_face_2 = t13 < t17;
    let t18 = select(t17, t13, other_face_2);
    let other_face_3 = t16 < t18;
    let t19 = select(t18, t16, other_face_3);
    let t20 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t21 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < t19;
    let load = parameters.point_stiffness * t19;
    let force_x = select(0.0, t20 * load, touches);
    let force_y = select(0.0, t21 * load, touches);
    let t22 = parameters.time_step / parameters.mass;
    let velocity_x = state.velocity_x + t22 * force_x;
    let velocity_y = state.velocity_y + t22 * force_y;
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
    let t1 = state.y + parameters.size;
    let t2 = t0 - parameters.size;
    let t3 = parameters.size - t0;
    let t4 = -t1;
    let t5 = parameters.size + t1;
    let t6 = parameters.size - t2;
    let other_corner = t3 < t6;
    let t7 = select(t3, t6, other_corner);
    let other_corner_2 = t7 < t6;
    let t8 = select(t7, t6, other_corner_2);
    let other_corner_3 = -state.y < t4;
    let t9 = select(-state.y, t4, other_corner_3);
    let other_corner_4 = t9 < t4;
    let t10 = select(t9, t4, other_corner_4);
    let other_corner_5 = t10 < -state.y;
    let t11 = select(t10, -state.y, other_corner_5);
    let other_corner_6 = t0 < t2;
    let t12 = select(t0, t2, other_corner_6);
    let other_corner_7 = t12 < t2;
    let t13 = select(t12, t2, other_corner_7);
    let other_corner_8 = t1 < t5;
    let t14 = select(t1, t5, other_corner_8);
    let other_corner_9 = t14 < t5;
    let t15 = select(t14, t5, other_corner_9);
    let other_corner_10 = t15 < t1;
    let t16 = select(t15, t1, other_corner_10);
    let other_face = t11 < t8;
    let t17 = select(t8, t11, other_face);
    let other_face_2 = t13 < t17;
    let t18 = select(t17, t13, other_face_2);
    let other_face_3 = t16 < t18;
    let t19 = select(select(select(1.0, 0.0, other_face), -1.0, other_face_2), 0.0, other_face_3);
    let t20 = select(select(select(0.0, 1.0, other_face), 0.0, other_face_2), -1.0, other_face_3);
    let touches = 0.0 < select(t18, t16, other_face_3);
    let t21 = parameters.time_step / parameters.mass;
    let velocity_y_cotangent = cotangent.velocity_y + cotangent.y * parameters.time_step;
    let velocity_x_cotangent = cotangent.velocity_x + cotangent.x * parameters.time_step;
    let force_y_cotangent = velocity_y_cotangent * t21;
    let force_x_cotangent = velocity_x_cotangent * t21;
    let load_cotangent = select(0.0, force_y_cotangent, touches) * t20 + select(0.0, force_x_cotangent, touches) * t19;
    let t22 = load_cotangent * parameters.point_stiffness;
    let t23 = select(0.0, t22, other_face_3);
    let t24 = select(t22, 0.0, other_face_3);
    let t25 = select(0.0, t24, other_face_2);
    let t26 = select(t24, 0.0, other_face_2);
    let t27 = select(0.0, t26, other_face);
    let t28 = select(t26, 0.0, other_face);
    let t29 = select(t23, 0.0, other_corner_10);
    let t30 = select(t29, 0.0, other_corner_9);
    let t31 = select(0.0, t29, other_corner_9) + select(0.0, t30, other_corner_8);
    let t32 = select(0.0, t23, other_corner_10) + select(t30, 0.0, other_corner_8);
    let t33 = select(t25, 0.0, other_corner_7);
    let t34 = select(0.0, t25, other_corner_7) + select(0.0, t33, other_corner_6);
    let t35 = select(t27, 0.0, other_corner_5);
    let t36 = select(t35, 0.0, other_corner_4);
    let t37 = select(0.0, t35, other_corner_4) + select(0.0, t36, other_corner_3);
    let t38 = select(0.0, t27, other_corner_5) + select(t36, 0.0, other_corner_3);
    let t39 = select(t28, 0.0, other_corner_2);
    let t40 = select(0.0, t28, other_corner_2) + select(0.0, t39, other_corner);
    let t41 = select(t33, 0.0, other_corner_6) - select(t39, 0.0, other_corner);
    let t42 = t41 + (t34 - t40);
    return StateControl(
        State(
            cotangent.x + t42,
            cotangent.y + (t32 + t31 - t37) - t38,
            velocity_x_cotangent,
            velocity_y_cotangent,
        ),
        Control(t42),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0, 0.0, 0.0, 1.0);
}
