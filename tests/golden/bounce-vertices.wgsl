// bounce: a block falls and bounces: time steps make a staircase of a smooth function
// own example, after google/brax#73 and #317

const STATE_SIZE: u32 = 3u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 10u;

struct Parameters {
    mass: f32, // kg: mass m
    gravity: f32, // m/s2: acceleration g
    restitution: f32, // 1: restitution e of the rules that reverse the velocity
    width: f32, // m: width of the block
    stiffness: f32, // N/m3: slope k of the pressure field; both soft are as stiff together
    slope_ratio: f32, // 1: slope of the block over that of the ground, both soft
    point_stiffness: f32, // N/m: stiffness k1 of one point; each of two points has half of it
    dissipation: f32, // s/m: dissipation D after Hunt and Crossley
    damping: f32, // N s/m: damping c after Kelvin and Voigt
    time_step: f32, // s: time step h
}

struct State {
    height: f32, // m
    velocity: f32, // m/s
    held: f32, // 1
}

struct Control {
    lift: f32, // m
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.height, state.velocity, state.held);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.lift);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let lifted = state.height + state.held * control.lift;
    let t0 = parameters.width * 0.5;
    let t1 = parameters.point_stiffness * 0.5;
    let t2 = lifted * 0.0;
    let t3 = -t0;
    let t4 = lifted + parameters.width;
    let touches = 0.0 < -lifted;
    let touches_2 = 0.0 < -t4;
    let t5 = t1 * lifted;
    let t6 = t2 * 0.0 + state.velocity;
    let t7 = t5 * max(1.0 - parameters.dissipation * (t6 + 0.0 * (t0 - t2)), 0.0);
    let t8 = t1 * t4;
    let t9 = t4 * 0.0;
    let t10 = t8 * max(1.0 - parameters.dissipation * (t6 + 0.0 * (t0 - t9)), 0.0);
    let t11 = t8 * max(1.0 - parameters.dissipation * (t6 + 0.0 * (t3 - t9)), 0.0);
    let t12 = select(0.0, -t7, touches) + select(0.0, -t10, touches_2) + select(0.0, -t11, touches_2);
    let t13 = t5 * max(1.0 - parameters.dissipation * (t6 + 0.0 * (t3 - t2)), 0.0);
    let force = t12 + select(0.0, -t13, touches);
    let t14 = parameters.time_step * (force / parameters.mass - parameters.gravity);
    let t15 = state.velocity + t14;
    return State(lifted + parameters.time_step * t15, t15, 0.0);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    return 0.0;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return state.height;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let lifted = state.height + state.held * control.lift;
    let t0 = parameters.width * 0.5;
    let t1 = parameters.point_stiffness * 0.5;
    let t2 = lifted * 0.0;
    let t3 = -t0;
    let t4 = lifted + parameters.width;
    let touches = 0.0 < -lifted;
    let touches_2 = 0.0 < -t4;
    let t5 = t2 * 0.0 + state.velocity;
    let t6 = 1.0 - parameters.dissipation * (t5 + 0.0 * (t0 - t2));
    let t7 = t4 * 0.0;
    let t8 = 1.0 - parameters.dissipation * (t5 + 0.0 * (t0 - t7));
    let t9 = 1.0 - parameters.dissipation * (t5 + 0.0 * (t3 - t7));
    let t10 = 1.0 - parameters.dissipation * (t5 + 0.0 * (t3 - t2));
    let t11 = cotangent.velocity + cotangent.height * parameters.time_step;
    let force_cotangent = t11 * parameters.time_step / parameters.mass;
    let t12 = select(0.0, force_cotangent, touches);
    let t13 = -(t12 * (t1 * lifted));
    let t14 = select(0.0, t13, 0.0 <= t10) * parameters.dissipation;
    let t15 = select(0.0, force_cotangent, touches_2);
    let t16 = -(t15 * (t1 * t4));
    let t17 = select(0.0, t16, 0.0 <= t9) * parameters.dissipation;
    let t18 = select(0.0, t16, 0.0 <= t8) * parameters.dissipation;
    let t19 = (t17 * 0.0 + t18 * 0.0) * 0.0 + (-(t15 * max(t9, 0.0)) - t15 * max(t8, 0.0)) * t1;
    let t20 = select(0.0, t13, 0.0 <= t6) * parameters.dissipation;
    let t21 = -t14 - t17 - t18 - t20;
    let t22 = cotangent.height + (-(t12 * max(t10, 0.0)) - t12 * max(t6, 0.0)) * t1;
    let lifted_cotangent = t22 + t19 + (t14 * 0.0 + t20 * 0.0 + t21 * 0.0) * 0.0;
    return StateControl(
        State(lifted_cotangent, t11 + t21, lifted_cotangent * control.lift),
        Control(lifted_cotangent * state.held),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(1.0, 0.0, 0.0);
}
