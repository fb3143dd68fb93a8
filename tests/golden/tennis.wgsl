// tennis: a linear policy moves a pad to return a ball: hits have heavy tails
// ICML 2022 (arXiv 2202.00817), tennis

const STATE_SIZE: u32 = 7u;
const CONTROL_SIZE: u32 = 3u;
const PARAMETER_SIZE: u32 = 9u;

struct Parameters {
    half_length: f32, // m: half length of the pad
    half_height: f32, // m: half height of the pad
    persistence: f32, // 1: factor c on the velocity per step
    time_step: f32, // s: time step h
    goal_x: f32, // m: goal of the ball across
    goal_y: f32, // m: goal of the ball along
    weight: f32, // 1/m2: cost of the ball's distance at the end
    speed_weight: f32, // s2/m2: cost of the ball's velocity at the end
    effort: f32, // 1: cost R of the pad's velocities, in m/s and rad/s
}

struct State {
    ball_x: f32, // m
    ball_y: f32, // m
    ball_velocity_x: f32, // m/s
    ball_velocity_y: f32, // m/s
    pad_x: f32, // m
    pad_y: f32, // m
    pad_angle: f32, // rad
}

struct Control {
    pad_velocity_x: f32, // m/s
    pad_velocity_y: f32, // m/s
    pad_rate: f32, // rad/s
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.ball_x, state.ball_y, state.ball_velocity_x, state.ball_velocity_y, state.pad_x, state.pad_y, state.pad_angle);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.pad_velocity_x, control.pad_velocity_y, control.pad_rate);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1], values[2]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let angle = state.pad_angle + parameters.time_step * control.pad_rate;
    let sine = sin_f32(angle);
    let cosine = cos_f32(angle);
    let t0 = state.ball_x + parameters.time_step * state.ball_velocity_x - state.pad_x;
    let t1 = state.ball_y + parameters.time_step * state.ball_velocity_y - state.pad_y;
    let along_pad = cosine * t0 + sine * t1;
    let t2 = cosine * t1;
    let t3 = sine * t0;
    let above_pad = t2 - t3;
    let t4 = cosine * state.ball_velocity_y;
    let t5 = sine * state.ball_velocity_x;
    let t6 = t4 - t5;
    let t7 = along_pad <= parameters.half_length && -along_pad <= parameters.half_length;
    let t8 = above_pad <= parameters.half_height && t3 - t2 <= parameters.half_height;
    let hit = t7 && t8;
    let t9 = 1e-5 - parameters.time_step * t6;
    let t10 = t9 <= 0.0 && 0.0 <= t9;
    let t11 = select((parameters.half_height - above_pad) / select(t9, 1.0, t10), 0.0, t10);
    let time_before = select(0.0, parameters.time_step - parameters.time_step * t11, hit);
    let t12 = parameters.persistence * (cosine * state.ball_velocity_x + sine * state.ball_velocity_y);
    let rebound = select(parameters.persistence * t6, t5 - t4, hit);
    let next_velocity_x = cosine * t12 - sine * rebound;
    let next_velocity_y = sine * t12 + cosine * rebound;
    let t13 = parameters.time_step - time_before;
    return State(
        state.ball_x + time_before * state.ball_velocity_x + t13 * next_velocity_x,
        state.ball_y + time_before * state.ball_velocity_y + t13 * next_velocity_y,
        next_velocity_x,
        next_velocity_y,
        select(state.pad_x + parameters.time_step * control.pad_velocity_x, state.pad_x, hit),
        select(state.pad_y + parameters.time_step * control.pad_velocity_y, state.pad_y, hit),
        select(angle, state.pad_angle, hit),
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.pad_velocity_x * control.pad_velocity_x + control.pad_velocity_y * control.pad_velocity_y;
    return parameters.effort * (t0 + control.pad_rate * control.pad_rate);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.ball_x - parameters.goal_x;
    let t1 = state.ball_y - parameters.goal_y;
    let t2 = state.ball_velocity_x * state.ball_velocity_x + state.ball_velocity_y * state.ball_velocity_y;
    return parameters.weight * (t0 * t0 + t1 * t1) + parameters.speed_weight * t2;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let angle = state.pad_angle + parameters.time_step * control.pad_rate;
    let sine = sin_f32(angle);
    let cosine = cos_f32(angle);
    let t0 = state.ball_x + parameters.time_step * state.ball_velocity_x - state.pad_x;
    let t1 = state.ball_y + parameters.time_step * state.ball_velocity_y - state.pad_y;
    let along_pad = cosine * t0 + sine * t1;
    let t2 = cosine * t1;
    let t3 = sine * t0;
    let above_pad = t2 - t3;
    let t4 = cosine * state.ball_velocity_y;
    let t5 = sine * state.ball_velocity_x;
    let t6 = t4 - t5;
    let t7 = along_pad <= parameters.half_length && -along_pad <= parameters.half_length;
    let t8 = above_pad <= parameters.half_height && t3 - t2 <= parameters.half_height;
    let hit = t7 && t8;
    let t9 = 1e-5 - parameters.time_step * t6;
    let t10 = t9 <= 0.0 && 0.0 <= t9;
    let t11 = select(t9, 1.0, t10);
    let t12 = (parameters.half_height - above_pad) / t11;
    let t13 = parameters.time_step - parameters.time_step * select(t12, 0.0, t10);
    let time_before = select(0.0, t13, hit);
    let t14 = parameters.persistence * (cosine * state.ball_velocity_x + sine * state.ball_velocity_y);
    let rebound = select(parameters.persistence * t6, t5 - t4, hit);
    let next_velocity_x = cosine * t14 - sine * rebound;
    let next_velocity_y = sine * t14 + cosine * rebound;
    let t15 = parameters.time_step - time_before;
    let t16 = 2.0 * parameters.effort;
    let t17 = select(cotangent.pad_y, 0.0, hit);
    let t18 = select(cotangent.pad_x, 0.0, hit);
    let next_velocity_y_cotangent = cotangent.ball_velocity_y + cotangent.ball_y * t15;
    let t19 = cotangent.ball_y * next_velocity_y + cotangent.ball_x * next_velocity_x;
    let next_velocity_x_cotangent = cotangent.ball_velocity_x + cotangent.ball_x * t15;
    let t20 = cotangent.ball_y * state.ball_velocity_y + cotangent.ball_x * state.ball_velocity_x;
    let time_before_cotangent = t20 - t19;
    let t21 = next_velocity_y_cotangent * t14 - next_velocity_x_cotangent * rebound;
    let rebound_cotangent = next_velocity_y_cotangent * cosine - next_velocity_x_cotangent * sine;
    let t22 = next_velocity_y_cotangent * rebound + next_velocity_x_cotangent * t14;
    let t23 = next_velocity_y_cotangent * sine + next_velocity_x_cotangent * cosine;
    let t24 = select(0.0, rebound_cotangent, hit);
    let t25 = select(rebound_cotangent, 0.0, hit) * parameters.persistence;
    let t26 = t23 * parameters.persistence;
    let t27 = -(select(0.0, time_before_cotangent, hit) * parameters.time_step);
    let t28 = select(t27, 0.0, t10) / t11;
    let t29 = select(-(t28 * t12), 0.0, t10) * parameters.time_step;
    let t30 = t25 - t29 - t24;
    let t31 = t24 + (t29 - t25);
    let sine_cotangent = t21 + t31 * state.ball_velocity_x + t26 * state.ball_velocity_y + t28 * t0;
    let t32 = t28 * sine;
    let cosine_cotangent = t22 + t30 * state.ball_velocity_y + t26 * state.ball_velocity_x - t28 * t1;
    let t33 = t28 * cosine;
    let angle_cotangent = select(cotangent.pad_angle, 0.0, hit) - cosine_cotangent * sine + sine_cotangent * cosine;
    return StateControl(
        State(
            cotangent.ball_x + t32,
            cotangent.ball_y - t33,
            cotangent.ball_x * time_before + t31 * sine + t26 * cosine + t32 * parameters.time_step,
            cotangent.ball_y * time_before + t30 * cosine + t26 * sine - t33 * parameters.time_step,
            select(0.0, cotangent.pad_x, hit) + t18 - t32,
            select(0.0, cotangent.pad_y, hit) + t17 + t33,
            select(0.0, cotangent.pad_angle, hit) + angle_cotangent,
        ),
        Control(
            t16 * control.pad_velocity_x + t18 * parameters.time_step,
            t16 * control.pad_velocity_y + t17 * parameters.time_step,
            t16 * control.pad_rate + angle_cotangent * parameters.time_step,
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * parameters.speed_weight;
    let t1 = 2.0 * parameters.weight;
    return State(
        t1 * (state.ball_x - parameters.goal_x),
        t1 * (state.ball_y - parameters.goal_y),
        t0 * state.ball_velocity_x,
        t0 * state.ball_velocity_y,
        0.0,
        0.0,
        0.0,
    );
}
