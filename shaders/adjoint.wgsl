// The first-order sample of each trajectory, backwards in time.
//
//   lambda_H = d final_cost / dx,   (lambda_t, mu_t) = step_vjp(x_t, u_t, lambda_{t+1}),
//   mu_t is the gradient of the open loop; else it is passed back through the policy: to theta, and to lambda_t
//
// 1. States and noise are read back, not computed again.
// 2. A derivative that is not finite marks the sample, at the time where the sweep meets it first, unless
//    the trajectory itself was marked already.

fn load_state(time: u32, lane: u32) -> State {
    var elements: array<f32, STATE_SIZE>;
    for (var i = 0u; i < STATE_SIZE; i++) {
        elements[i] = states[(time * STATE_SIZE + i) * plan.stride + lane];
    }
    return state_from_array(elements);
}

// One lane is one sample; reads its states and noise, writes its rows of first_order, may mark its outcome.
@compute @workgroup_size(64)
fn adjoint(@builtin(global_invocation_id) id: vec3<u32>) {
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    let constants = sample_parameters(lane);
    var nonfinite_time = load_nonfinite_time(0u, lane);
    var cotangent = final_cost_gradient(constants, load_state(plan.horizon, lane));
    start_gradient(lane);
    for (var back = 1u; back <= plan.horizon; back++) {
        let t = plan.horizon - back;
        var w: array<f32, CONTROL_SIZE>;
        for (var a = 0u; a < CONTROL_SIZE; a++) {
            let coordinate = t * CONTROL_SIZE + a;
            if coordinate < plan.noise_dimension {
                w[a] = noise[coordinate * plan.stride + lane];
            }
        }
        let state = load_state(t, lane);
        let control = noisy_control(0u, lane, t, state, w, 1.0);
        let earlier = step_vjp(constants, state, control, cotangent);
        cotangent = back_through_policy(lane, t, state, earlier.control, earlier.state);
        var largest = 0u;
        let gradient = control_to_array(earlier.control);
        for (var a = 0u; a < CONTROL_SIZE; a++) {
            largest = max(largest, magnitude_bits(gradient[a]));
        }
        let elements = state_to_array(cotangent);
        for (var i = 0u; i < STATE_SIZE; i++) {
            largest = max(largest, magnitude_bits(elements[i]));
        }
        if largest >= FIRST_NONFINITE_BITS && nonfinite_time == ALWAYS_FINITE {
            nonfinite_time = t;
        }
    }
    if gradient_magnitude(lane) >= FIRST_NONFINITE_BITS && nonfinite_time == ALWAYS_FINITE {
        nonfinite_time = 0u;
    }
    outcomes[outcome_index(0u, NONFINITE_TIME_ROW, lane)] = nonfinite_time;
}
