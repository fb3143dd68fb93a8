// mapped: a symmetric map and series
// a test

const STATE_SIZE: u32 = 2u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 1u;

struct Parameters {
    stiffness: f32, // 1: scale of the diagonal
}

struct State {
    position: f32, // m
    other: f32, // m
}

struct Control {
    pull: f32, // m/s
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.position, state.other);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.pull);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.position * state.position;
    var series = array<f32, 4>(parameters.stiffness * 0.7, parameters.stiffness * 1.9,
        parameters.stiffness * 0.3, parameters.stiffness * 2.2);
    var series_2 = array<f32, 4>(t0 + 1.1, t0 + -0.4, t0 + 0.8, t0 + 0.5);
    var items = array<f32, 4>(state.position, state.other, control.pull, state.position * control.pull);
    {
        var item = 1.0;
        var item_2 = 0.0;
        var given: array<f32, 4>;
        var given_2: array<f32, 4>;
        for (var turn = 0u; turn < 4u; turn++) {
            let element = series[turn];
            let element_2 = series_2[turn];
            let element_3 = items[turn];
            let t1 = element_2 * item;
            let t2 = element + t1 * element_2;
            let t3 = t1 / t2;
            let t4 = element_3 - element_2 * item_2;
            item = item - t3 * element_2 * item;
            item_2 = item_2 + t3 * t4;
            given[turn] = t4 / t2;
            given_2[turn] = t3;
        }
        var item_3 = 0.0;
        var given_3: array<f32, 4>;
        for (var turn_2 = 0u; turn_2 < 4u; turn_2++) {
            let element_4 = given[3u - turn_2];
            let element_5 = given_2[3u - turn_2];
            let element_6 = series_2[3u - turn_2];
            let t5 = element_4 - element_5 * item_3;
            item_3 = item_3 + element_6 * t5;
            given_3[turn_2] = t5;
        }
        items = array<f32, 4>(given_3[3], given_3[2], given_3[1], given_3[0]);
    }
    return State(state.position + items[0] * 0.1, state.other + items[2] * 0.1 - items[3] * 0.05);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    var item = 0.0;
    var series = array<f32, 3>(state.position, 0.0, state.other);
    var series_2 = array<f32, 3>(control.pull, state.position, state.other);
    for (var turn = 0u; turn < 3u; turn++) {
        let element = series[turn];
        let element_2 = series_2[turn];
        item = item + element * element_2;
    }
    let t0 = state.position - item * 0.1;
    return t0 * t0 + control.pull * control.pull * 0.1 + state.other * state.other;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return state.position * state.position + state.other;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.position * state.position;
    var item = 0.0;
    var series = array<f32, 3>(state.position, 0.0, state.other);
    var series_2 = array<f32, 3>(control.pull, state.position, state.other);
    for (var turn = 0u; turn < 3u; turn++) {
        let element = series[turn];
        let element_2 = series_2[turn];
        item = item + element * element_2;
    }
    var series_3 = array<f32, 4>(parameters.stiffness * 0.7, parameters.stiffness * 1.9,
        parameters.stiffness * 0.3, parameters.stiffness * 2.2);
    var series_4 = array<f32, 4>(t0 + 1.1, t0 + -0.4, t0 + 0.8, t0 + 0.5);
    var items = array<f32, 4>(cotangent.position * 0.1, 0.0, cotangent.other * 0.1,
        -(cotangent.other * 0.05));
    {
        var item_2 = 1.0;
        var item_3 = 0.0;
        var given: array<f32, 4>;
        var given_2: array<f32, 4>;
        for (var turn_2 = 0u; turn_2 < 4u; turn_2++) {
            let element_3 = series_3[turn_2];
            let element_4 = series_4[turn_2];
            let element_5 = items[turn_2];
            let t1 = element_4 * item_2;
            let t2 = element_3 + t1 * element_4;
            let t3 = t1 / t2;
            let t4 = element_5 - element_4 * item_3;
            item_2 = item_2 - t3 * element_4 * item_2;
            item_3 = item_3 + t3 * t4;
            given[turn_2] = t4 / t2;
            given_2[turn_2] = t3;
        }
        var item_4 = 0.0;
        var given_3: array<f32, 4>;
        for (var turn_3 = 0u; turn_3 < 4u; turn_3++) {
            let element_6 = given[3u - turn_3];
            let element_7 = given_2[3u - turn_3];
            let element_8 = series_4[3u - turn_3];
            let t5 = element_6 - element_7 * item_4;
            item_4 = item_4 + element_8 * t5;
            given_3[turn_3] = t5;
        }
        items = array<f32, 4>(given_3[3], given_3[2], given_3[1], given_3[0]);
    }
    let t6 = 2.0 * (state.position - item * 0.1) + cotangent.position + items[0];
    return StateControl(
        State(t6 + items[3] * control.pull, 2.0 * state.other + cotangent.other + items[1]),
        Control(0.2 * control.pull + items[2] + items[3] * state.position),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(2.0 * state.position, 1.0);
}
