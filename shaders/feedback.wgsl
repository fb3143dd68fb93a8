// A feedback policy: layers of weights between state and control, tanh on all but the last.
//
//   a = x,   a <- tanh(W a + b) for each hidden layer,   u = W a + b
//
// 1. Each layer's matrix stands in theta row by row, then its bias, if it has one.
// 2. With noise on the decision the weights of each sample are theta + w; with noise on the action u + w_t.
// 3. The cotangent of u is passed back to the weights, summed over time in the rows of a buffer, and to the state.

alias Activations = array<f32, ACTIVATIONS>;

fn weight(candidate: u32, lane: u32, index: u32, amount: f32) -> f32 {
    let mean = theta[candidate * plan.dimension + index];
    if NOISE_ON_ACTION {
        return mean;
    }
    return mean + amount * noise[index * plan.stride + lane];
}

fn forward(candidate: u32, lane: u32, state: State, amount: f32) -> Activations {
    var sizes = LAYER_SIZES;
    var activations: Activations;
    var elements = state_to_array(state);
    for (var i = 0u; i < sizes[0]; i++) {
        activations[i] = elements[i];
    }
    var weights = 0u;
    var start = 0u;
    for (var layer = 0u; layer < LAYERS; layer++) {
        let inputs = sizes[layer];
        let outputs = sizes[layer + 1u];
        for (var i = 0u; i < outputs; i++) {
            var sum = 0.0;
            if HAS_BIAS {
                sum = weight(candidate, lane, weights + outputs * inputs + i, amount);
            }
            for (var j = 0u; j < inputs; j++) {
                sum += weight(candidate, lane, weights + i * inputs + j, amount) * activations[start + j];
            }
            if layer + 1u < LAYERS {
                sum = tanh_f32(sum);
            }
            activations[start + inputs + i] = sum;
        }
        weights += outputs * inputs + select(0u, outputs, HAS_BIAS);
        start += inputs;
    }
    return activations;
}

fn noisy_control(
    candidate: u32,
    lane: u32,
    time: u32,
    state: State,
    w: array<f32, CONTROL_SIZE>,
    amount: f32,
) -> Control {
    var activations = forward(candidate, lane, state, amount);
    var noise_of_step = w;
    var elements: array<f32, CONTROL_SIZE>;
    for (var a = 0u; a < CONTROL_SIZE; a++) {
        elements[a] = activations[ACTIVATIONS - CONTROL_SIZE + a];
        if NOISE_ON_ACTION {
            elements[a] += noise_of_step[a];
        }
    }
    return control_from_array(elements);
}

// The vector-Jacobian product of forward at theta: adds to the rows of score or first_order, returns the cotangents of
// all activations.
fn backward(lane: u32, values: Activations, control: array<f32, CONTROL_SIZE>, into_score: bool) -> Activations {
    var sizes = LAYER_SIZES;
    var activations = values;
    var on_control = control;
    var cotangents: Activations;
    for (var a = 0u; a < CONTROL_SIZE; a++) {
        cotangents[ACTIVATIONS - CONTROL_SIZE + a] = on_control[a];
    }
    var weights = plan.dimension;
    var out = ACTIVATIONS;
    for (var back = 1u; back <= LAYERS; back++) {
        let inputs = sizes[LAYERS - back];
        let outputs = sizes[LAYERS - back + 1u];
        weights -= outputs * inputs + select(0u, outputs, HAS_BIAS);
        out -= outputs;
        let start = out - inputs;
        for (var i = 0u; i < outputs; i++) {
            var sensitivity = cotangents[out + i];
            if back > 1u {
                sensitivity *= 1.0 - activations[out + i] * activations[out + i];
            }
            for (var j = 0u; j < inputs; j++) {
                let index = weights + i * inputs + j;
                add_to_gradient(lane, index, sensitivity * activations[start + j], into_score);
                cotangents[start + j] += weight(0u, lane, index, 1.0) * sensitivity;
            }
            if HAS_BIAS {
                add_to_gradient(lane, weights + outputs * inputs + i, sensitivity, into_score);
            }
        }
    }
    return cotangents;
}

fn add_to_gradient(lane: u32, index: u32, value: f32, into_score: bool) {
    let place = index * plan.stride + lane;
    if into_score {
        score[place] += value;
    } else {
        first_order[place] += value;
    }
}

// The cotangent of the state at a time, from that of the control and what the system passes back by itself.
fn back_through_policy(lane: u32, time: u32, state: State, cotangent: Control, earlier: State) -> State {
    let activations = forward(0u, lane, state, 1.0);
    var through = backward(lane, activations, control_to_array(cotangent), false);
    var elements = state_to_array(earlier);
    for (var i = 0u; i < STATE_SIZE; i++) {
        elements[i] += through[i];
    }
    return state_from_array(elements);
}

fn start_gradient(lane: u32) {
    for (var i = 0u; i < plan.dimension; i++) {
        first_order[i * plan.stride + lane] = 0.0;
    }
}

fn gradient_magnitude(lane: u32) -> u32 {
    var largest = 0u;
    for (var i = 0u; i < plan.dimension; i++) {
        largest = max(largest, magnitude_bits(first_order[i * plan.stride + lane]));
    }
    return largest;
}

// One lane is one sample; draws its noise and writes its rows of noise.
@compute @workgroup_size(64)
fn draw(@builtin(global_invocation_id) id: vec3<u32>) {
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    for (var first = 0u; first < plan.noise_dimension; first += 2u) {
        let counter = vec2<u32>(plan.first_sample + lane, first >> 1u);
        let pair = standard_pair(threefry2x32(plan.key, counter));
        noise[first * plan.stride + lane] = plan.noise_scale * pair.x;
        if first + 1u < plan.noise_dimension {
            noise[(first + 1u) * plan.stride + lane] = plan.noise_scale * pair.y;
        }
    }
}

// One lane is one sample; reads its states and noise, writes its rows of score, if they are not the noise's own, and the
// sum of their squares.
@compute @workgroup_size(64)
fn scores(@builtin(global_invocation_id) id: vec3<u32>) {
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    if NOISE_ON_ACTION {
        for (var i = 0u; i < plan.dimension; i++) {
            score[i * plan.stride + lane] = 0.0;
        }
        for (var t = 0u; t < plan.horizon; t++) {
            var shapes: array<f32, CONTROL_SIZE>;
            for (var a = 0u; a < CONTROL_SIZE; a++) {
                shapes[a] = score_shape(noise[(t * CONTROL_SIZE + a) * plan.stride + lane]);
            }
            _ = backward(lane, forward(0u, lane, load_state(t, lane), 1.0), shapes, true);
        }
    }
    var squares = 0.0;
    for (var i = 0u; i < plan.dimension; i++) {
        let shape = score_of(i, lane);
        squares += shape * shape;
    }
    outcomes[outcome_index(0u, SQUARED_SCORE_ROW, lane)] = bitcast<u32>(squares);
}
