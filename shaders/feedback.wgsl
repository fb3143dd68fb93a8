// A feedback policy: layers of weights between state and control, tanh on all but the last. One that holds its control has a
// single layer, which reads no state and has a bias.
//
//   a = x,   a <- tanh(W a + b) for each hidden layer,   u = W a + b
//
// 1. Each layer's matrix stands in theta row by row, then its bias, if it has one.
// 2. With noise on the decision the weights of each sample are theta + w; with noise on the action u + w_t.
// 3. Loops over the values of a layer take eight at a time and then 4, 2 and 1, those over theta four: some software drivers end a kernel silently after 65535
//    iterations of all its loops together.
// 4. A control that is held for some steps, or a spline, is a bias that is another one at other times: the sum of KNOTS_TAKEN values of theta,
//    from that of the step's knot on, times factors that repeat every KNOT_PERIOD steps.
// 5. The cotangent of u is passed back to the weights, summed over time in the rows of a buffer, and to the state.

alias Activations = array<f32, ACTIVATIONS>;

fn weight(candidate: u32, lane: u32, index: u32, noise_factor: f32) -> f32 {
    let mean = theta[candidate * plan.dimension + index];
    if NOISE_ON_ACTION {
        return mean;
    }
    return mean + noise_factor * noise[noise_index(index, lane)];
}

fn add_product(candidate: u32, lane: u32, index: u32, noise_factor: f32, sum: f32, value: f32) -> f32 {
    return sum + weight(candidate, lane, index, noise_factor) * value;
}

fn at_knots(candidate: u32, lane: u32, time: u32, a: u32, noise_factor: f32) -> f32 {
    var factors = KNOT_FACTORS;
    var sum = 0.0;
    for (var k = 0u; k < KNOTS_TAKEN; k++) {
        let index = (time / KNOT_STEPS + k) * CONTROL_SIZE + a;
        sum += factors[(time % KNOT_PERIOD) * KNOTS_TAKEN + k] * weight(candidate, lane, index, noise_factor);
    }
    return sum;
}

fn forward(candidate: u32, lane: u32, time: u32, state: State, noise_factor: f32) -> Activations {
    var sizes = LAYER_SIZES;
    var activations: Activations;
    if HAS_KNOTS {
        for (var a = 0u; a < CONTROL_SIZE; a++) {
            activations[a] = at_knots(candidate, lane, time, a, noise_factor);
        }
        return activations;
    }
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
                sum = weight(candidate, lane, weights + outputs * inputs + i, noise_factor);
            }
            let row = weights + i * inputs;
            var j = 0u;
            for (; j + 8u <= inputs; j += 8u) {
                sum = add_product(candidate, lane, row + j, noise_factor, sum, activations[start + j]);
                sum = add_product(candidate, lane, row + j + 1u, noise_factor, sum, activations[start + j + 1u]);
                sum = add_product(candidate, lane, row + j + 2u, noise_factor, sum, activations[start + j + 2u]);
                sum = add_product(candidate, lane, row + j + 3u, noise_factor, sum, activations[start + j + 3u]);
                sum = add_product(candidate, lane, row + j + 4u, noise_factor, sum, activations[start + j + 4u]);
                sum = add_product(candidate, lane, row + j + 5u, noise_factor, sum, activations[start + j + 5u]);
                sum = add_product(candidate, lane, row + j + 6u, noise_factor, sum, activations[start + j + 6u]);
                sum = add_product(candidate, lane, row + j + 7u, noise_factor, sum, activations[start + j + 7u]);
            }
            if (inputs & 4u) != 0u {
                sum = add_product(candidate, lane, row + j, noise_factor, sum, activations[start + j]);
                sum = add_product(candidate, lane, row + j + 1u, noise_factor, sum, activations[start + j + 1u]);
                sum = add_product(candidate, lane, row + j + 2u, noise_factor, sum, activations[start + j + 2u]);
                sum = add_product(candidate, lane, row + j + 3u, noise_factor, sum, activations[start + j + 3u]);
                j += 4u;
            }
            if (inputs & 2u) != 0u {
                sum = add_product(candidate, lane, row + j, noise_factor, sum, activations[start + j]);
                sum = add_product(candidate, lane, row + j + 1u, noise_factor, sum, activations[start + j + 1u]);
                j += 2u;
            }
            if (inputs & 1u) != 0u {
                sum = add_product(candidate, lane, row + j, noise_factor, sum, activations[start + j]);
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
    noise_factor: f32,
) -> Control {
    var activations = forward(candidate, lane, time, state, noise_factor);
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
fn backward(lane: u32, time: u32, values: Activations, control: array<f32, CONTROL_SIZE>, into_score: bool) -> Activations {
    var sizes = LAYER_SIZES;
    var activations = values;
    var on_control = control;
    var cotangents: Activations;
    if HAS_KNOTS {
        var factors = KNOT_FACTORS;
        for (var a = 0u; a < CONTROL_SIZE; a++) {
            for (var k = 0u; k < KNOTS_TAKEN; k++) {
                let index = (time / KNOT_STEPS + k) * CONTROL_SIZE + a;
                add_to_gradient(lane, index, factors[(time % KNOT_PERIOD) * KNOTS_TAKEN + k] * on_control[a], into_score);
            }
        }
        return cotangents;
    }
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
            let row = weights + i * inputs;
            var j = 0u;
            for (; j + 8u <= inputs; j += 8u) {
                cotangents[start + j] += through_weight(lane, row + j, sensitivity, activations[start + j], into_score);
                cotangents[start + j + 1u] += through_weight(lane, row + j + 1u, sensitivity, activations[start + j + 1u], into_score);
                cotangents[start + j + 2u] += through_weight(lane, row + j + 2u, sensitivity, activations[start + j + 2u], into_score);
                cotangents[start + j + 3u] += through_weight(lane, row + j + 3u, sensitivity, activations[start + j + 3u], into_score);
                cotangents[start + j + 4u] += through_weight(lane, row + j + 4u, sensitivity, activations[start + j + 4u], into_score);
                cotangents[start + j + 5u] += through_weight(lane, row + j + 5u, sensitivity, activations[start + j + 5u], into_score);
                cotangents[start + j + 6u] += through_weight(lane, row + j + 6u, sensitivity, activations[start + j + 6u], into_score);
                cotangents[start + j + 7u] += through_weight(lane, row + j + 7u, sensitivity, activations[start + j + 7u], into_score);
            }
            if (inputs & 4u) != 0u {
                cotangents[start + j] += through_weight(lane, row + j, sensitivity, activations[start + j], into_score);
                cotangents[start + j + 1u] += through_weight(lane, row + j + 1u, sensitivity, activations[start + j + 1u], into_score);
                cotangents[start + j + 2u] += through_weight(lane, row + j + 2u, sensitivity, activations[start + j + 2u], into_score);
                cotangents[start + j + 3u] += through_weight(lane, row + j + 3u, sensitivity, activations[start + j + 3u], into_score);
                j += 4u;
            }
            if (inputs & 2u) != 0u {
                cotangents[start + j] += through_weight(lane, row + j, sensitivity, activations[start + j], into_score);
                cotangents[start + j + 1u] += through_weight(lane, row + j + 1u, sensitivity, activations[start + j + 1u], into_score);
                j += 2u;
            }
            if (inputs & 1u) != 0u {
                cotangents[start + j] += through_weight(lane, row + j, sensitivity, activations[start + j], into_score);
            }
            if HAS_BIAS {
                add_to_gradient(lane, weights + outputs * inputs + i, sensitivity, into_score);
            }
        }
    }
    return cotangents;
}

// The cotangent of a weight's input, after that of the weight was added.
fn through_weight(lane: u32, index: u32, sensitivity: f32, value: f32, into_score: bool) -> f32 {
    add_to_gradient(lane, index, sensitivity * value, into_score);
    return weight(0u, lane, index, 1.0) * sensitivity;
}

fn add_to_gradient(lane: u32, index: u32, value: f32, into_score: bool) {
    let place = gradient_index(index, lane);
    if into_score {
        score[place] += value;
    } else {
        first_order[place] += value;
    }
}

// The cotangent of the state at a time, from that of the control and what the system passes back by itself.
fn back_through_policy(lane: u32, time: u32, state: State, cotangent: Control, earlier: State) -> State {
    let activations = forward(0u, lane, time, state, 1.0);
    var through = backward(lane, time, activations, control_to_array(cotangent), false);
    var elements = state_to_array(earlier);
    var sizes = LAYER_SIZES;
    for (var i = 0u; i < sizes[0]; i++) {
        elements[i] += through[i];
    }
    return state_from_array(elements);
}

fn clear_row(lane: u32, row: u32, of_score: bool) {
    if row >= plan.dimension {
        return;
    }
    if of_score {
        score[gradient_index(row, lane)] = 0.0;
    } else {
        first_order[gradient_index(row, lane)] = 0.0;
    }
}

fn clear_four(lane: u32, first: u32, of_score: bool) {
    clear_row(lane, first, of_score);
    clear_row(lane, first + 1u, of_score);
    clear_row(lane, first + 2u, of_score);
    clear_row(lane, first + 3u, of_score);
}

fn row_magnitude(lane: u32, row: u32) -> u32 {
    if row >= plan.dimension {
        return 0u;
    }
    return magnitude_bits(first_order[gradient_index(row, lane)]);
}

fn row_square(lane: u32, row: u32) -> f32 {
    if row >= plan.dimension {
        return 0.0;
    }
    let shape = score_of(row, lane);
    return shape * shape;
}

fn start_gradient(lane: u32) {
    for (var i = 0u; i < plan.dimension; i += 4u) {
        clear_four(lane, i, false);
    }
}

fn gradient_magnitude(lane: u32) -> u32 {
    var largest = 0u;
    for (var i = 0u; i < plan.dimension; i += 4u) {
        largest = max(largest, row_magnitude(lane, i));
        largest = max(largest, row_magnitude(lane, i + 1u));
        largest = max(largest, row_magnitude(lane, i + 2u));
        largest = max(largest, row_magnitude(lane, i + 3u));
    }
    return largest;
}

// One lane is one sample; draws the noise of a segment, or of the decision, and writes its rows of noise.
@compute @workgroup_size(64)
fn draw(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    let end = plan.first_noise + plan.noise_rows;
    for (var first = plan.first_noise; first < end; first += 2u) {
        let counter = vec2<u32>(plan.first_sample + lane, first >> 1u);
        let pair = standard_pair(threefry2x32(plan.key, counter));
        store_drawn(first, lane, with_ratio(first, plan.noise_scale * pair.x));
        if first + 1u < end {
            store_drawn(first + 1u, lane, with_ratio(first + 1u, plan.noise_scale * pair.y));
        }
    }
}

fn store_drawn(element: u32, lane: u32, w: f32) {
    if HAS_COVARIANCE {
        first_order[gradient_index(element, lane)] = w;
    } else {
        noise[noise_index(element, lane)] = w;
    }
}

// One lane is one sample (x) and one element of the decision (y); reads the independent noise z that was drawn into the rows of
// first_order, writes its element of L z into noise and of the transpose of the inverse of L times z into score.
@compute @workgroup_size(64)
fn correlate(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    let a = id.y % COVARIANCE_STRIDE;
    let i = id.y / COVARIANCE_STRIDE;
    let count = plan.dimension / COVARIANCE_STRIDE;
    let row = i * (i + 1u) / 2u;
    var w = 0.0;
    for (var k = 0u; k <= i; k++) {
        w += triangles[row + k] * first_order[gradient_index(k * COVARIANCE_STRIDE + a, lane)];
    }
    noise[noise_index(id.y, lane)] = w;
    let inverse = count * (count + 1u) / 2u;
    var s = 0.0;
    for (var k = i; k < count; k++) {
        s += triangles[inverse + k * (k + 1u) / 2u + i] * first_order[gradient_index(k * COVARIANCE_STRIDE + a, lane)];
    }
    score[gradient_index(id.y, lane)] = s;
}

// One lane is one sample; reads the states and noise of a segment, adds to its rows of score, if they are not the
// noise's own, and writes the sum of their squares at the end. Every state is kept with a feedback policy.
@compute @workgroup_size(64)
fn scores(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    if NOISE_ON_ACTION {
        if plan.first_step == 0u {
            for (var i = 0u; i < plan.dimension; i += 4u) {
                clear_four(lane, i, true);
            }
        }
        for (var step = 0u; step < plan.steps; step++) {
            let time = plan.first_step + step;
            var shapes: array<f32, CONTROL_SIZE>;
            for (var a = 0u; a < CONTROL_SIZE; a++) {
                shapes[a] = score_shape_of(time * CONTROL_SIZE + a, noise[noise_index(time * CONTROL_SIZE + a, lane)]);
            }
            _ = backward(lane, time, forward(0u, lane, time, load_state(step, lane), 1.0), shapes, true);
        }
    }
    if plan.first_step + plan.steps < plan.horizon {
        return;
    }
    var squares = 0.0;
    for (var i = 0u; i < plan.dimension; i += 4u) {
        squares += row_square(lane, i);
        squares += row_square(lane, i + 1u);
        squares += row_square(lane, i + 2u);
        squares += row_square(lane, i + 3u);
    }
    outcomes[outcome_index(0u, SQUARED_SCORE_ROW, lane)] = bitcast<u32>(squares);
}
