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
    let free_velocity = state.velocity - parameters.time_step * parameters.gravity;
    let free_height = lifted + parameters.time_step * free_velocity;
    let hits = free_height < 0.0 && free_velocity < 0.0;
    let t0 = parameters.restitution * free_velocity;
    let rebound = -t0;
    let t1 = free_velocity <= 0.0 && 0.0 <= free_velocity;
    let impact_time = select(-(lifted / select(free_velocity, 1.0, t1)), 0.0, t1);
    return State(
        select(free_height, -(t0 * (parameters.time_step - impact_time)), hits),
        select(free_velocity, rebound, hits),
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
    let free_velocity = state.velocity - parameters.time_step * parameters.gravity;
    let free_height = lifted + parameters.time_step * free_velocity;
    let hits = free_height < 0.0 && free_velocity < 0.0;
    let t0 = free_velocity <= 0.0 && 0.0 <= free_velocity;
    let t1 = select(free_velocity, 1.0, t0);
    let t2 = lifted / t1;
    let impact_time = select(-t2, 0.0, t0);
    let rebound_cotangent = select(0.0, cotangent.velocity, hits);
    let t3 = select(0.0, cotangent.height, hits);
    let free_height_cotangent = select(cotangent.height, 0.0, hits);
    let impact_time_cotangent = t3 * (parameters.restitution * free_velocity);
    let t4 = select(impact_time_cotangent, 0.0, t0) / t1;
    let t5 = (-(t3 * (parameters.time_step - impact_time)) - rebound_cotangent) * parameters.restitution;
    let t6 = select(cotangent.velocity, 0.0, hits) + select(t4 * t2, 0.0, t0) + t5;
    let lifted_cotangent = free_height_cotangent - t4;
    let free_velocity_cotangent = t6 + free_height_cotangent * parameters.time_step;
    return StateControl(
        State(lifted_cotangent, free_velocity_cotangent, lifted_cotangent * control.lift),
        Control(lifted_cotangent * state.held),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(1.0, 0.0, 0.0);
}
