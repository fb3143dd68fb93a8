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
    let t2 = -lifted;
    let t3 = t0 + t0;
    let t4 = -(lifted + parameters.width);
    let other_corner = t2 < t4;
    let t5 = select(t2, t4, other_corner);
    let other_corner_2 = t5 < t4;
    let t6 = select(t5, t4, other_corner_2);
    let other_corner_3 = t6 < t2;
    let touches = 0.0 < select(t6, t2, other_corner_3);
    let t7 = lifted - lifted;
    let t8 = t3 * 0.0;
    let t9 = lifted + t7 * 0.0;
    let t10 = (t0 - t8) * 0.0 - t9;
    let touches_2 = touches && 0.0 < t10;
    let t11 = lifted + t7;
    let t12 = (t0 - t3) * 0.0 - t11;
    let touches_3 = touches && 0.0 < t12;
    let load = t1 * t10;
    let t13 = lifted * 0.0 * 0.0 + state.velocity;
    let t14 = 1.0 - parameters.dissipation * (t13 + 0.0 * (t8 - t0 - t9 * 0.0));
    let load_2 = t1 * t12;
    let t15 = 1.0 - parameters.dissipation * (t13 + 0.0 * (t3 - t0 - t11 * 0.0));
    let force = select(0.0, load * max(t14, 0.0), touches_2) + select(0.0, load_2 * max(t15, 0.0), touches_3);
    let t16 = parameters.time_step * (force / parameters.mass - parameters.gravity);
    let t17 = state.velocity + t16;
    return State(lifted + parameters.time_step * t17, t17, 0.0);
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
    let t2 = -lifted;
    let t3 = t0 + t0;
    let t4 = -(lifted + parameters.width);
    let other_corner = t2 < t4;
    let t5 = select(t2, t4, other_corner);
    let other_corner_2 = t5 < t4;
    let t6 = select(t5, t4, other_corner_2);
    let other_corner_3 = t6 < t2;
    let touches = 0.0 < select(t6, t2, other_corner_3);
    let t7 = lifted - lifted;
    let t8 = t3 * 0.0;
    let t9 = lifted + t7 * 0.0;
    let t10 = (t0 - t8) * 0.0 - t9;
    let touches_2 = touches && 0.0 < t10;
    let t11 = lifted + t7;
    let t12 = (t0 - t3) * 0.0 - t11;
    let touches_3 = touches && 0.0 < t12;
    let load = t1 * t10;
    let t13 = lifted * 0.0 * 0.0 + state.velocity;
    let t14 = 1.0 - parameters.dissipation * (t13 + 0.0 * (t8 - t0 - t9 * 0.0));
    let load_2 = t1 * t12;
    let t15 = 1.0 - parameters.dissipation * (t13 + 0.0 * (t3 - t0 - t11 * 0.0));
    let t16 = cotangent.velocity + cotangent.height * parameters.time_step;
    let force_cotangent = t16 * parameters.time_step / parameters.mass;
    let t17 = select(0.0, force_cotangent, touches_3);
    let load_cotangent = t17 * max(t15, 0.0);
    let t18 = select(0.0, t17 * load_2, 0.0 <= t15) * parameters.dissipation;
    let t19 = select(0.0, force_cotangent, touches_2);
    let load_cotangent_2 = t19 * max(t14, 0.0);
    let t20 = select(0.0, t19 * load, 0.0 <= t14) * parameters.dissipation;
    let t21 = -t18 - t20;
    let t22 = t18 * 0.0 * 0.0 - load_cotangent * t1;
    let t23 = t20 * 0.0 * 0.0 - load_cotangent_2 * t1;
    let t24 = t22 + t23 * 0.0;
    let lifted_cotangent = cotangent.height + t22 + t23 + t24 - t24 + t21 * 0.0 * 0.0;
    return StateControl(
        State(lifted_cotangent, t16 + t21, lifted_cotangent * control.lift),
        Control(lifted_cotangent * state.held),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(1.0, 0.0, 0.0);
}
