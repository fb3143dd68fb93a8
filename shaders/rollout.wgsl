// Rolls out a segment of noisy trajectories, all of them independent.
//
//   u_t = policy(x_t, theta, w),   x_{t+1} = advance(x_t, u_t),   f = sum stage_cost(x_t, u_t, t) + final_cost(x_H)
//
// 1. The cost is summed as its deviation from the noise-free cost of each step: f is of the order of 10^3 and
//    the signal is in differences of order 1, which f32 would lose.
// 2. Finiteness is tested on the bits: a compiler may take x != x for false.
// 3. Two elements of w share one counter of the generator, so a pair is drawn at every even element; a segment starts at
//    an even one.
// 4. Which states are kept for the way back is up to trajectory_*.wgsl.

struct Rollout {
    state: State,
    outcome: Outcome,
    pair: vec2<f32>, // standard draws of this element of w and of the next
}

// amount is 1 with noise and 0 without.
struct Setting {
    parameters: Parameters,
    lane: u32,
    candidate: u32,
    amount: f32,
    keep: bool, // states and noise
}

// The noise of a step, drawn here or read.
fn step_noise(setting: Setting, time: u32, rollout: ptr<function, Rollout>) -> array<f32, CONTROL_SIZE> {
    var w: array<f32, CONTROL_SIZE>;
    for (var a = 0u; a < CONTROL_SIZE; a++) {
        let element = time * CONTROL_SIZE + a;
        if !NOISE_IS_STORED {
            let is_even = (element & 1u) == 0u;
            if is_even {
                let counter = vec2<u32>(plan.first_sample + setting.lane, element >> 1u);
                (*rollout).pair = standard_pair(threefry2x32(plan.key, counter));
            }
            let drawn = plan.noise_scale * select((*rollout).pair.y, (*rollout).pair.x, is_even);
            let shape = score_shape(drawn);
            (*rollout).outcome.squared_score += shape * shape;
            w[a] = setting.amount * drawn;
            if setting.keep {
                noise[noise_index(element, setting.lane)] = drawn;
            }
        } else if element < plan.noise_dimension && setting.amount > 0.0 {
            w[a] = setting.amount * noise[noise_index(element, setting.lane)];
        }
    }
    return w;
}

fn roll_step(setting: Setting, time: u32, rollout: ptr<function, Rollout>) {
    let w = step_noise(setting, time, rollout);
    let state = (*rollout).state;
    let control = noisy_control(setting.candidate, setting.lane, time, state, w, setting.amount);
    let cost = stage_cost(setting.parameters, state, control, f32(time));
    (*rollout).outcome = account((*rollout).outcome, cost - nominal_costs[time], state, time);
    (*rollout).state = advance(setting.parameters, state, control);
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
    if largest >= FIRST_NONFINITE_BITS && outcome.nonfinite_time == ALWAYS_FINITE {
        outcome.nonfinite_time = time;
    }
    return outcome;
}

fn checkpoint_index(slot: u32, element: u32, lane: u32) -> u32 {
    return (slot * STATE_SIZE + element) * plan.stride + lane;
}

fn load_checkpoint(slot: u32, lane: u32) -> State {
    var elements: array<f32, STATE_SIZE>;
    for (var i = 0u; i < STATE_SIZE; i++) {
        elements[i] = checkpoints[checkpoint_index(slot, i, lane)];
    }
    return state_from_array(elements);
}

fn store_checkpoint(slot: u32, lane: u32, state: State) {
    let elements = state_to_array(state);
    for (var i = 0u; i < STATE_SIZE; i++) {
        checkpoints[checkpoint_index(slot, i, lane)] = elements[i];
    }
}

// The segment from the outcome so far, which is that of the whole rollout where the segment is the last.
fn roll(setting: Setting, before: Outcome, start_slot: u32, end_slot: u32) -> Outcome {
    var rollout: Rollout;
    rollout.outcome = before;
    if plan.first_step == 0u {
        rollout.state = sample_state(setting.lane);
    } else {
        rollout.state = load_checkpoint(start_slot, setting.lane);
    }
    roll_steps(setting, &rollout);
    let end = plan.first_step + plan.steps;
    if end < plan.horizon {
        store_checkpoint(end_slot, setting.lane, rollout.state);
        return rollout.outcome;
    }
    let cost = final_cost(setting.parameters, rollout.state);
    return account(rollout.outcome, cost - nominal_costs[plan.horizon], rollout.state, plan.horizon);
}

// One lane is one sample; reads theta, goes on from its outcome, writes its states, noise and outcome.
@compute @workgroup_size(64)
fn rollout(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    var before = Outcome(0.0, 0.0, 0.0, ALWAYS_FINITE);
    if plan.first_step > 0u {
        before = load_outcome(0u, lane);
    } else if plan.paired_baseline == 1u {
        before.baseline = load_baseline(lane);
        before.nonfinite_time = load_nonfinite_time(0u, lane);
    }
    let setting = Setting(sample_parameters(lane), lane, 0u, 1.0, true);
    let outcome = roll(setting, before, plan.start_slot, plan.end_slot);
    if plan.again == 0u {
        store_outcome(0u, lane, outcome);
    }
}

// One lane is one sample; reads theta, goes on from its baseline, writes its baseline and when it was not finite.
@compute @workgroup_size(64)
fn rollout_baseline(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    var before = Outcome(0.0, 0.0, 0.0, ALWAYS_FINITE);
    if plan.first_step > 0u {
        before.deviation = load_baseline(lane);
        before.nonfinite_time = load_nonfinite_time(0u, lane);
    }
    let setting = Setting(sample_parameters(lane), lane, 0u, 0.0, false);
    let outcome = roll(setting, before, plan.start_slot, plan.end_slot);
    outcomes[outcome_index(0u, BASELINE_ROW, lane)] = bitcast<u32>(outcome.deviation);
    outcomes[outcome_index(0u, NONFINITE_TIME_ROW, lane)] = outcome.nonfinite_time;
}

// One lane is one sample of one candidate; reads theta, goes on from its outcome, writes its outcome only.
@compute @workgroup_size(64)
fn rollout_costs(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    let candidate = id.y;
    var before = Outcome(0.0, 0.0, 0.0, ALWAYS_FINITE);
    if plan.first_step > 0u {
        before = load_outcome(candidate, lane);
    }
    let setting = Setting(sample_parameters(lane), lane, candidate, 1.0, false);
    store_outcome(candidate, lane, roll(setting, before, candidate, candidate));
}
