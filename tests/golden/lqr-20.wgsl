// lqr-20: linear-quadratic regulator: a smooth policy search with a weight for every pair of coordinates
// ICML 2022 (arXiv 2202.00817), linear-quadratic regulator

const STATE_SIZE: u32 = 20u;
const CONTROL_SIZE: u32 = 20u;
const PARAMETER_SIZE: u32 = 5u;

struct Parameters {
    persistence: f32, // 1: a, what is left of the state after a step
    gain: f32, // 1: b, effect of the control
    weight: f32, // 1: q, cost of the state
    final_weight: f32, // 1: q_T, cost of the state at the end
    effort: f32, // 1: r, cost of the control
}

struct State {
    x00: f32, // 1
    x01: f32, // 1
    x02: f32, // 1
    x03: f32, // 1
    x04: f32, // 1
    x05: f32, // 1
    x06: f32, // 1
    x07: f32, // 1
    x08: f32, // 1
    x09: f32, // 1
    x10: f32, // 1
    x11: f32, // 1
    x12: f32, // 1
    x13: f32, // 1
    x14: f32, // 1
    x15: f32, // 1
    x16: f32, // 1
    x17: f32, // 1
    x18: f32, // 1
    x19: f32, // 1
}

struct Control {
    u00: f32, // 1
    u01: f32, // 1
    u02: f32, // 1
    u03: f32, // 1
    u04: f32, // 1
    u05: f32, // 1
    u06: f32, // 1
    u07: f32, // 1
    u08: f32, // 1
    u09: f32, // 1
    u10: f32, // 1
    u11: f32, // 1
    u12: f32, // 1
    u13: f32, // 1
    u14: f32, // 1
    u15: f32, // 1
    u16: f32, // 1
    u17: f32, // 1
    u18: f32, // 1
    u19: f32, // 1
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.x00, state.x01, state.x02, state.x03, state.x04, state.x05, state.x06, state.x07, state.x08, state.x09, state.x10, state.x11, state.x12, state.x13, state.x14, state.x15, state.x16, state.x17, state.x18, state.x19);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18], values[19]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.u00, control.u01, control.u02, control.u03, control.u04, control.u05, control.u06, control.u07, control.u08, control.u09, control.u10, control.u11, control.u12, control.u13, control.u14, control.u15, control.u16, control.u17, control.u18, control.u19);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18], values[19]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    return State(
        parameters.persistence * state.x00 + parameters.gain * control.u00,
        parameters.persistence * state.x01 + parameters.gain * control.u01,
        parameters.persistence * state.x02 + parameters.gain * control.u02,
        parameters.persistence * state.x03 + parameters.gain * control.u03,
        parameters.persistence * state.x04 + parameters.gain * control.u04,
        parameters.persistence * state.x05 + parameters.gain * control.u05,
        parameters.persistence * state.x06 + parameters.gain * control.u06,
        parameters.persistence * state.x07 + parameters.gain * control.u07,
        parameters.persistence * state.x08 + parameters.gain * control.u08,
        parameters.persistence * state.x09 + parameters.gain * control.u09,
        parameters.persistence * state.x10 + parameters.gain * control.u10,
        parameters.persistence * state.x11 + parameters.gain * control.u11,
        parameters.persistence * state.x12 + parameters.gain * control.u12,
        parameters.persistence * state.x13 + parameters.gain * control.u13,
        parameters.persistence * state.x14 + parameters.gain * control.u14,
        parameters.persistence * state.x15 + parameters.gain * control.u15,
        parameters.persistence * state.x16 + parameters.gain * control.u16,
        parameters.persistence * state.x17 + parameters.gain * control.u17,
        parameters.persistence * state.x18 + parameters.gain * control.u18,
        parameters.persistence * state.x19 + parameters.gain * control.u19,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = state.x00 * state.x00 + state.x01 * state.x01 + state.x02 * state.x02;
    let t1 = t0 + state.x03 * state.x03 + state.x04 * state.x04 + state.x05 * state.x05;
    let t2 = t1 + state.x06 * state.x06 + state.x07 * state.x07 + state.x08 * state.x08;
    let t3 = t2 + state.x09 * state.x09 + state.x10 * state.x10 + state.x11 * state.x11;
    let t4 = t3 + state.x12 * state.x12 + state.x13 * state.x13 + state.x14 * state.x14;
    let t5 = t4 + state.x15 * state.x15 + state.x16 * state.x16 + state.x17 * state.x17;
    let t6 = parameters.weight * (t5 + state.x18 * state.x18 + state.x19 * state.x19);
    let t7 = control.u00 * control.u00 + control.u01 * control.u01 + control.u02 * control.u02;
    let t8 = t7 + control.u03 * control.u03 + control.u04 * control.u04 + control.u05 * control.u05;
    let t9 = t8 + control.u06 * control.u06 + control.u07 * control.u07 + control.u08 * control.u08;
    let t10 = t9 + control.u09 * control.u09 + control.u10 * control.u10 + control.u11 * control.u11;
    let t11 = t10 + control.u12 * control.u12 + control.u13 * control.u13 + control.u14 * control.u14;
    let t12 = t11 + control.u15 * control.u15 + control.u16 * control.u16 + control.u17 * control.u17;
    let t13 = parameters.effort * (t12 + control.u18 * control.u18 + control.u19 * control.u19);
    return t6 + t13;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.x00 * state.x00 + state.x01 * state.x01 + state.x02 * state.x02;
    let t1 = t0 + state.x03 * state.x03 + state.x04 * state.x04 + state.x05 * state.x05;
    let t2 = t1 + state.x06 * state.x06 + state.x07 * state.x07 + state.x08 * state.x08;
    let t3 = t2 + state.x09 * state.x09 + state.x10 * state.x10 + state.x11 * state.x11;
    let t4 = t3 + state.x12 * state.x12 + state.x13 * state.x13 + state.x14 * state.x14;
    let t5 = t4 + state.x15 * state.x15 + state.x16 * state.x16 + state.x17 * state.x17;
    return parameters.final_weight * (t5 + state.x18 * state.x18 + state.x19 * state.x19);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = 2.0 * parameters.effort;
    let t1 = 2.0 * parameters.weight;
    return StateControl(
        State(
            t1 * state.x00 + cotangent.x00 * parameters.persistence,
            t1 * state.x01 + cotangent.x01 * parameters.persistence,
            t1 * state.x02 + cotangent.x02 * parameters.persistence,
            t1 * state.x03 + cotangent.x03 * parameters.persistence,
            t1 * state.x04 + cotangent.x04 * parameters.persistence,
            t1 * state.x05 + cotangent.x05 * parameters.persistence,
            t1 * state.x06 + cotangent.x06 * parameters.persistence,
            t1 * state.x07 + cotangent.x07 * parameters.persistence,
            t1 * state.x08 + cotangent.x08 * parameters.persistence,
            t1 * state.x09 + cotangent.x09 * parameters.persistence,
            t1 * state.x10 + cotangent.x10 * parameters.persistence,
            t1 * state.x11 + cotangent.x11 * parameters.persistence,
            t1 * state.x12 + cotangent.x12 * parameters.persistence,
            t1 * state.x13 + cotangent.x13 * parameters.persistence,
            t1 * state.x14 + cotangent.x14 * parameters.persistence,
            t1 * state.x15 + cotangent.x15 * parameters.persistence,
            t1 * state.x16 + cotangent.x16 * parameters.persistence,
            t1 * state.x17 + cotangent.x17 * parameters.persistence,
            t1 * state.x18 + cotangent.x18 * parameters.persistence,
            t1 * state.x19 + cotangent.x19 * parameters.persistence,
        ),
        Control(
            t0 * control.u00 + cotangent.x00 * parameters.gain,
            t0 * control.u01 + cotangent.x01 * parameters.gain,
            t0 * control.u02 + cotangent.x02 * parameters.gain,
            t0 * control.u03 + cotangent.x03 * parameters.gain,
            t0 * control.u04 + cotangent.x04 * parameters.gain,
            t0 * control.u05 + cotangent.x05 * parameters.gain,
            t0 * control.u06 + cotangent.x06 * parameters.gain,
            t0 * control.u07 + cotangent.x07 * parameters.gain,
            t0 * control.u08 + cotangent.x08 * parameters.gain,
            t0 * control.u09 + cotangent.x09 * parameters.gain,
            t0 * control.u10 + cotangent.x10 * parameters.gain,
            t0 * control.u11 + cotangent.x11 * parameters.gain,
            t0 * control.u12 + cotangent.x12 * parameters.gain,
            t0 * control.u13 + cotangent.x13 * parameters.gain,
            t0 * control.u14 + cotangent.x14 * parameters.gain,
            t0 * control.u15 + cotangent.x15 * parameters.gain,
            t0 * control.u16 + cotangent.x16 * parameters.gain,
            t0 * control.u17 + cotangent.x17 * parameters.gain,
            t0 * control.u18 + cotangent.x18 * parameters.gain,
            t0 * control.u19 + cotangent.x19 * parameters.gain,
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * parameters.final_weight;
    return State(
        t0 * state.x00,
        t0 * state.x01,
        t0 * state.x02,
        t0 * state.x03,
        t0 * state.x04,
        t0 * state.x05,
        t0 * state.x06,
        t0 * state.x07,
        t0 * state.x08,
        t0 * state.x09,
        t0 * state.x10,
        t0 * state.x11,
        t0 * state.x12,
        t0 * state.x13,
        t0 * state.x14,
        t0 * state.x15,
        t0 * state.x16,
        t0 * state.x17,
        t0 * state.x18,
        t0 * state.x19,
    );
}
