// The same initial state and parameters for all samples.

@group(0) @binding(11) var<storage, read> parameters: Parameters;
@group(0) @binding(12) var<storage, read> initial_state: array<f32>; // STATE_SIZE

fn sample_state(lane: u32) -> State {
    var elements: array<f32, STATE_SIZE>;
    for (var i = 0u; i < STATE_SIZE; i++) {
        elements[i] = initial_state[i];
    }
    return state_from_array(elements);
}

fn sample_parameters(lane: u32) -> Parameters {
    return parameters;
}
