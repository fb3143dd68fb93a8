// The open-loop policy: theta is the control sequence itself, u_t = theta_t + w_t, so that df/dtheta = df/du and the
// score of coordinate i is that of w_i.

fn noisy_control(
    candidate: u32,
    lane: u32,
    time: u32,
    state: State,
    w: array<f32, CONTROL_SIZE>,
    noise_factor: f32,
) -> Control {
    var noise_of_step = w;
    var elements: array<f32, CONTROL_SIZE>;
    for (var a = 0u; a < CONTROL_SIZE; a++) {
        elements[a] = theta[candidate * plan.dimension + time * CONTROL_SIZE + a] + noise_of_step[a];
    }
    return control_from_array(elements);
}

// The row of first_order that the cotangent of control a at a time goes to; there is nothing to pass back to the state.
fn back_through_policy(lane: u32, time: u32, state: State, cotangent: Control, earlier: State) -> State {
    var elements = control_to_array(cotangent);
    for (var a = 0u; a < CONTROL_SIZE; a++) {
        first_order[gradient_index(time * CONTROL_SIZE + a, lane)] = elements[a];
    }
    return earlier;
}

// Nothing to sum up.
fn start_gradient(lane: u32) {}

// Whether the gradient is finite; each of its rows was looked at already.
fn gradient_magnitude(lane: u32) -> u32 {
    return 0u;
}
