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
    let t1 = -lifted;
    let t2 = -t0;
    let t3 = lifted + parameters.width;
    let t4 = -t3;
    let other_corner = t1 < t4;
    let t5 = select(t1, t4, other_corner);
    let other_corner_2 = t5 < t4;
    let t6 = select(t5, t4, other_corner_2);
    let other_corner_3 = t6 < t1;
    let t7 = select(select(select(lifted, t3, other_corner), t3, other_corner_2), lifted, other_corner_3);
    let t8 = select(t6, t1, other_corner_3);
    let touches = 0.0 < t8;
    let load = parameters.point_stiffness * t8;
    let t9 = select(select(t0, t2, other_corner_2), t2, other_corner_3) - t7 * 0.0;
    let t10 = parameters.dissipation * (lifted * 0.0 * 0.0 + state.velocity + 0.0 * t9);
    let force = select(0.0, load * max(1.0 - t10, 0.0), touches);
    let t11 = parameters.time_step * (force / parameters.mass - parameters.gravity);
    let t12 = state.velocity + t11;
    return State(lifted + parameters.time_step * t12, t12, 0.0);
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
    let t1 = -lifted;
    let t2 = -t0;
    let t3 = lifted + parameters.width;
    let t4 = -t3;
    let other_corner = t1 < t4;
    let t5 = select(t1, t4, other_corner);
    let other_corner_2 = t5 < t4;
    let t6 = select(t5, t4, other_corner_2);
    let other_corner_3 = t6 < t1;
    let t7 = select(select(select(lifted, t3, other_corner), t3, other_corner_2), lifted, other_corner_3);
    let t8 = select(t6, t1, other_corner_3);
    let touches = 0.0 < t8;
    let load = parameters.point_stiffness * t8;
    let t9 = select(select(t0, t2, other_corner_2), t2, other_corner_3) - t7 * 0.0;
    let t10 = parameters.dissipation * (lifted * 0.0 * 0.0 + state.velocity + 0.0 * t9);
    let t11 = 1.0 - t10;
    let t12 = cotangent.velocity + cotangent.height * parameters.time_step;
    let force_cotangent = t12 * parameters.time_step / parameters.mass;
    let t13 = select(0.0, force_cotangent, touches);
    let load_cotangent = t13 * max(t11, 0.0);
    let t14 = select(0.0, t13 * load, 0.0 <= t11) * parameters.dissipation;
    let t15 = t14 * 0.0 * 0.0;
    let t16 = load_cotangent * parameters.point_stiffness;
    let t17 = select(t16, 0.0, other_corner_3);
    let t18 = select(t15, 0.0, other_corner_3);
    let t19 = select(t17, 0.0, other_corner_2);
    let t20 = select(t18, 0.0, other_corner_2);
    let t21 = select(0.0, t17, other_corner_2) + select(0.0, t19, other_corner);
    let t22 = select(0.0, t16, other_corner_3) + select(t19, 0.0, other_corner);
    let t23 = select(0.0, t18, other_corner_2) + select(0.0, t20, other_corner);
    let t24 = cotangent.height + select(0.0, t15, other_corner_3) + select(t20, 0.0, other_corner);
    let lifted_cotangent = t24 + (t23 - t21) - t15 - t22;
    return StateControl(
        State(lifted_cotangent, t12 - t14, lifted_cotangent * control.lift),
        Control(lifted_cotangent * state.held),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(1.0, 0.0, 0.0);
}
