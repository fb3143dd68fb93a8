// ball-wall: throw over a wall: a jump that the first-order estimate does not see
// ICML 2022 (arXiv 2202.00817), ball with wall

const STATE_SIZE: u32 = 1u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 4u;

struct Parameters {
    speed: f32, // m/s: speed v of the throw
    gravity: f32, // m/s2: acceleration g
    wall_distance: f32, // m: distance l of the wall
    wall_height: f32, // m: height of the wall
}

struct State {
    unused: f32, // a struct has at least one member
}

struct Control {
    angle: f32, // rad
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.unused);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.angle);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    return State(0.0);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let sine = sin_f32(control.angle);
    let cosine = cos_f32(control.angle);
    let t0 = parameters.speed * parameters.speed * 2.0;
    let range = t0 * sine * cosine / parameters.gravity;
    let t1 = parameters.wall_distance * parameters.wall_distance;
    let t2 = parameters.wall_distance * sine * cosine - parameters.gravity * t1 / t0;
    let hits_wall = t2 <= parameters.wall_height * (cosine * cosine);
    return select(-(range * range), -t1, hits_wall && !(range <= parameters.wall_distance));
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return 0.0;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let sine = sin_f32(control.angle);
    let cosine = cos_f32(control.angle);
    let t0 = parameters.speed * parameters.speed * 2.0;
    let t1 = t0 * sine;
    let range = t1 * cosine / parameters.gravity;
    let t2 = parameters.gravity * (parameters.wall_distance * parameters.wall_distance);
    let hits_wall = parameters.wall_distance * sine * cosine - t2 / t0 <= parameters.wall_height * (cosine * cosine);
    let t3 = select(1.0, 0.0, hits_wall && !(range <= parameters.wall_distance));
    let t4 = 2.0 * t3 * range / parameters.gravity;
    return StateControl(State(0.0), Control(t4 * t1 * sine - t4 * cosine * t0 * cosine));
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(0.0);
}
