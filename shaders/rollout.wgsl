// Rolls out noisy trajectories, all of them independent.
//
//   u_t = policy(x_t, theta, w),   x_{t+1} = advance(x_t, u_t),   f = sum stage_cost(x_t, u_t) + final_cost(x_H)
//
// 1. The cost is summed as its deviation from the noise-free cost of each step: f is of the order of 10^3 and
//    the signal is in differences of order 1, which f32 would lose.
// 2. Finiteness is tested on the bits: a compiler may take x != x for false.
// 3. Two coordinates share one counter of the generator, so a pair is drawn at every even coordinate.

// amount is 1 with noise and 0 without.
fn roll(lane: u32, candidate: u32, amount: f32, keep_trajectory: bool) -> Outcome {
    let constants = sample_parameters(lane);
    var state = sample_state(lane);
    var outcome = Outcome(0.0, 0.0, 0.0, ALWAYS_FINITE);
    var pair = vec2<f32>(0.0, 0.0);
    for (var t = 0u; t < plan.horizon; t++) {
        var w: array<f32, CONTROL_SIZE>;
        for (var a = 0u; a < CONTROL_SIZE; a++) {
            let coordinate = t * CONTROL_SIZE + a;
            if !NOISE_IS_STORED {
                let is_even = (coordinate & 1u) == 0u;
                if is_even {
                    let counter = vec2<u32>(plan.first_sample + lane, coordinate >> 1u);
                    pair = standard_pair(threefry2x32(plan.key, counter));
                }
                let drawn = plan.noise_scale * select(pair.y, pair.x, is_even);
                let shape = score_shape(drawn);
                outcome.squared_score += shape * shape;
                w[a] = amount * drawn;
                if keep_trajectory {
                    noise[coordinate * plan.stride + lane] = drawn;
                }
            } else if coordinate < plan.noise_dimension {
                w[a] = amount * noise[coordinate * plan.stride + lane];
            }
        }
        let control = noisy_control(candidate, lane, t, state, w, amount);
        if keep_trajectory {
            store_state(t, lane, state);
        }
        let cost = stage_cost(constants, state, control);
        outcome = account(outcome, cost - nominal_costs[t], state, t);
        state = advance(constants, state, control);
    }
    if keep_trajectory {
        store_state(plan.horizon, lane, state);
    }
    let cost = final_cost(constants, state);
    return account(outcome, cost - nominal_costs[plan.horizon], state, plan.horizon);
}

// Adds one step's deviation and notes the first time that anything is not finite.
fn account(before: Outcome, deviation: f32, state: State, time: u32) -> Outcome {
    var outcome = before;
    outcome.deviation += deviation;
    var largest = magnitude_bits(outcome.deviation);
    let elements = state_to_array(state);
    for (var i = 0u; i < STATE_SIZE; i++) {
        largest = max(largest, magnitude_bits(elements[i]));
    }
    if largest >= FIRST_NONFINITE_BITS {
        outcome.nonfinite_time = min(outcome.nonfinite_time, time);
    }
    return outcome;
}

fn store_state(time: u32, lane: u32, state: State) {
    let elements = state_to_array(state);
    for (var i = 0u; i < STATE_SIZE; i++) {
        states[(time * STATE_SIZE + i) * plan.stride + lane] = elements[i];
    }
}

// One lane is one sample; reads theta, writes its states, noise and outcome.
@compute @workgroup_size(64)
fn rollout(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= plan.samples {
        return;
    }
    var without_noise = Outcome(0.0, 0.0, 0.0, ALWAYS_FINITE);
    if plan.paired_baseline == 1u {
        without_noise = roll(id.x, 0u, 0.0, false);
    }
    var outcome = roll(id.x, 0u, 1.0, true);
    outcome.baseline = without_noise.deviation;
    if without_noise.nonfinite_time != ALWAYS_FINITE {
        outcome.nonfinite_time = without_noise.nonfinite_time;
    }
    store_outcome(0u, id.x, outcome);
}

// One lane is one sample of one candidate; reads theta, writes its outcome only.
@compute @workgroup_size(64)
fn rollout_costs(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= plan.samples {
        return;
    }
    store_outcome(id.y, id.x, roll(id.x, id.y, 1.0, false));
}
