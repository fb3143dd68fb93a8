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
    let t0 = parameters.gravity * parameters.time_step;
    let t1 = lifted + parameters.time_step * (state.velocity - t0 * 0.5);
    let hits = t1 < 0.0;
    let t2 = state.velocity * state.velocity + parameters.gravity * lifted * 2.0;
    let impact_speed = sqrt(max(t2, 0.0));
    let impact_time = (state.velocity + impact_speed) / parameters.gravity;
    let t3 = parameters.restitution * impact_speed;
    let t4 = parameters.time_step - impact_time;
    let t5 = parameters.gravity * t4;
    return State(
        select(t1, t4 * (t3 - t5 * 0.5), hits),
        select(state.velocity - t0, t3 - t5, hits),
        0.0,
    );
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
    let t0 = parameters.time_step * (state.velocity - parameters.gravity * parameters.time_step * 0.5);
    let hits = lifted + t0 < 0.0;
    let t1 = state.velocity * state.velocity + parameters.gravity * lifted * 2.0;
    let impact_speed = sqrt(max(t1, 0.0));
    let impact_time = (state.velocity + impact_speed) / parameters.gravity;
    let t2 = parameters.time_step - impact_time;
    let t3 = parameters.restitution * impact_speed - parameters.gravity * t2 * 0.5;
    let t4 = select(0.0, cotangent.velocity, hits);
    let t5 = select(0.0, cotangent.height, hits);
    let t6 = select(cotangent.height, 0.0, hits);
    let t7 = t5 * t2;
    let t8 = (t5 * t3 + (-t4 - t7 * 0.5) * parameters.gravity) / parameters.gravity;
    let impact_speed_cotangent = (t4 + t7) * parameters.restitution - t8;
    let t9 = select(0.0, impact_speed_cotangent / (2.0 * impact_speed), 0.0 < t1);
    let t10 = t9 * 2.0;
    let t11 = t10 * state.velocity - t8 + select(cotangent.velocity, 0.0, hits);
    let lifted_cotangent = t10 * parameters.gravity + t6;
    return StateControl(
        State(
            lifted_cotangent,
            t11 + t6 * parameters.time_step,
            lifted_cotangent * control.lift,
        ),
        Control(lifted_cotangent * state.held),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(1.0, 0.0, 0.0);
}
