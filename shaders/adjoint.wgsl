// The first-order sample of each trajectory, backwards through a segment of time.
//
//   lambda_H = d final_cost / dx,   (lambda_t, mu_t) = step_vjp(x_t, u_t, t, lambda_{t+1}),
//   mu_t is the gradient of the open loop; else it is passed back through the policy: to theta, and to lambda_t
//
// 1. Noise is read back; states are read back, or computed again from those that were kept: see trajectory_*.wgsl.
// 2. A derivative that is not finite marks the sample, at the time where the sweep meets it first, unless
//    the trajectory itself was marked already.

struct Back {
    cotangent: State,
    nonfinite_time: u32,
}

fn keep_state(setting: Setting, number: u32, state: State) {
    if !setting.keep {
        return;
    }
    let elements = state_to_array(state);
    for (var i = 0u; i < STATE_SIZE; i++) {
        states[row_index(kept_states() * STATE_SIZE, number * STATE_SIZE + i, setting.lane)] = elements[i];
    }
}

fn load_state(number: u32, lane: u32) -> State {
    var elements: array<f32, STATE_SIZE>;
    for (var i = 0u; i < STATE_SIZE; i++) {
        elements[i] = states[row_index(kept_states() * STATE_SIZE, number * STATE_SIZE + i, lane)];
    }
    return state_from_array(elements);
}

fn control_of(setting: Setting, time: u32, state: State) -> Control {
    var w: array<f32, CONTROL_SIZE>;
    for (var a = 0u; a < CONTROL_SIZE; a++) {
        let element = time * CONTROL_SIZE + a;
        if element < plan.noise_dimension {
            w[a] = noise[noise_index(element, setting.lane)];
        }
    }
    return noisy_control(0u, setting.lane, time, state, w, 1.0);
}

fn back_step(setting: Setting, time: u32, state: State, control: Control, back: ptr<function, Back>) {
    let earlier = step_vjp(setting.parameters, state, control, f32(time), (*back).cotangent);
    let cotangent = back_through_policy(setting.lane, time, state, earlier.control, earlier.state);
    (*back).cotangent = cotangent;
    var largest = 0u;
    let gradient = control_to_array(earlier.control);
    for (var a = 0u; a < CONTROL_SIZE; a++) {
        largest = max(largest, magnitude_bits(gradient[a]));
    }
    let elements = state_to_array(cotangent);
    for (var i = 0u; i < STATE_SIZE; i++) {
        largest = max(largest, magnitude_bits(elements[i]));
    }
    if largest >= FIRST_NONFINITE_BITS && (*back).nonfinite_time == ALWAYS_FINITE {
        (*back).nonfinite_time = time;
    }
}

// One lane is one sample; reads its states and noise, writes its rows of first_order, may mark its outcome.
@compute @workgroup_size(64)
fn adjoint(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    let setting = Setting(sample_parameters(lane), lane, 0u, 1.0, true);
    var back: Back;
    back.nonfinite_time = load_nonfinite_time(0u, lane);
    if plan.first_step + plan.steps == plan.horizon {
        back.cotangent = final_cost_gradient(setting.parameters, load_state(kept_number(plan.steps), lane));
        start_gradient(lane);
    } else {
        back.cotangent = load_checkpoint(0u, lane);
    }
    back_steps(setting, &back);
    if plan.first_step > 0u {
        store_checkpoint(0u, lane, back.cotangent);
    } else if gradient_magnitude(lane) >= FIRST_NONFINITE_BITS && back.nonfinite_time == ALWAYS_FINITE {
        back.nonfinite_time = 0u;
    }
    outcomes[outcome_index(0u, NONFINITE_TIME_ROW, lane)] = back.nonfinite_time;
}
