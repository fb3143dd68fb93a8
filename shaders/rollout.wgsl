// Rolls out a segment of noisy trajectories, all of them independent.
//
//   u_t = policy(x_t, theta, w),   x_{t+1} = advance(x_t, u_t),   f = sum stage_cost(x_t, u_t, t) + final_cost(x_H)
//
//   plan        what the host says of this dispatch: plans[id.z], where id.z is always 0 (see plan.wgsl)
//   lane        one sample: number plan.first_sample + lane of the batch
//   candidate   number of a theta: 0 is that of the descent, the others, in a comparison, are where a step might go
//   segment     plan.steps time steps from plan.first_step: a long horizon takes several dispatches
//   slot        where in checkpoints the state between two segments stands
//   again       a segment is rolled out a second time, for its states and noise on the way back
//   policy      noisy_control: theta_t + w_t in open_loop.wgsl, layers of weights in feedback.wgsl
//   nominal     of the noise-free trajectory of theta, the same for all candidates, which the host rolls out in f64
//   score       S(w) = -d log density / dw, w / sigma^2 for a Gaussian; g0 is the mean of (f - b) S(w) where w is added to
//               theta, and of (f - b) sum (du_t/dtheta)^T S(w_t) where it is added to actions. score_shape is S(w) without a
//               factor that depends on sigma alone; squared_score, the sum of its squares, gives the norm of a sample
//   environment x_0 and the parameters of a sample, where those are random
//   baseline    b - f(theta, 0): plan.baseline for all samples, plus outcome.baseline of each, which is 0 unless b is
//               the noise-free cost of the sample's own environment
//
// 1. The cost is summed as its deviation from the noise-free cost of each step: f is large against
//    the differences between samples, and f32 would lose their last digits.
// 2. An element of w is a function of plan.key, sample and element, so all candidates meet the same w: common random
//    numbers. The key is another one in each iteration, and for each of first batch, second batch and comparison.
// 3. Two elements of w share one counter of the generator, so a pair is drawn at every even element; a segment starts at
//    an even one.
// 4. Finiteness is tested on the bits: a compiler may take x != x for false.
// 5. Which states are kept for the way back is up to trajectory_*.wgsl.

struct Rollout {
    state: State,
    outcome: Outcome,
    pair: vec2<f32>, // standard draws of this element of w and of the next
}

struct Setting {
    parameters: Parameters,
    lane: u32,
    candidate: u32,
    noise_factor: f32, // 1 with noise, 0 without
    keep: bool,        // states and noise
}

// deviation, baseline, squared_score, nonfinite_time
const OUTCOME_AT_START: Outcome = Outcome(0.0, 0.0, 0.0, ALWAYS_FINITE);

// What the noise of an element is over the common noise.
fn noise_ratio(element: u32) -> f32 {
    var first = NOISE_RATIOS_FIRST;
    var last = NOISE_RATIOS_LAST;
    let a = element % CONTROL_SIZE;
    let gone = element / CONTROL_SIZE;
    return first[a] * f32(NOISE_RATIO_STEPS - gone) + last[a] * f32(gone);
}

fn with_ratio(element: u32, w: f32) -> f32 {
    if HAS_NOISE_RATIOS {
        return noise_ratio(element) * w;
    }
    return w;
}

// The score of the noise of an element, which without noise is 0.
fn score_shape_of(element: u32, w: f32) -> f32 {
    if HAS_NOISE_RATIOS {
        let ratio = noise_ratio(element);
        if ratio == 0.0 {
            return 0.0;
        }
        return score_shape(w / ratio) / ratio;
    }
    return score_shape(w);
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
            let drawn = with_ratio(element, plan.noise_scale * select((*rollout).pair.y, (*rollout).pair.x, is_even));
            let shape = score_shape_of(element, drawn);
            (*rollout).outcome.squared_score += shape * shape;
            w[a] = setting.noise_factor * drawn;
            if setting.keep {
                noise[noise_index(element, setting.lane)] = drawn;
            }
        } else if element < plan.noise_dimension && setting.noise_factor > 0.0 {
            w[a] = setting.noise_factor * noise[noise_index(element, setting.lane)];
        }
    }
    return w;
}

fn roll_step(setting: Setting, time: u32, rollout: ptr<function, Rollout>) {
    let w = step_noise(setting, time, rollout);
    let state = (*rollout).state;
    let control = noisy_control(setting.candidate, setting.lane, time, state, w, setting.noise_factor);
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

// Rolls out the segment, from the outcome before it to the one after it, which at time H is that of the trajectory.
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

// One lane is one sample; reads theta, goes on from its outcome, writes its states, noise and, unless again, outcome.
@compute @workgroup_size(64)
fn rollout(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    var before = OUTCOME_AT_START;
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

// One lane is one sample without noise, whose deviation is its baseline; reads theta, goes on from its baseline, writes its
// baseline and when it was not finite.
@compute @workgroup_size(64)
fn rollout_baseline(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let lane = id.x;
    if lane >= plan.samples {
        return;
    }
    var before = OUTCOME_AT_START;
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
    var before = OUTCOME_AT_START;
    if plan.first_step > 0u {
        before = load_outcome(candidate, lane);
    }
    let setting = Setting(sample_parameters(lane), lane, candidate, 1.0, false);
    store_outcome(candidate, lane, roll(setting, before, candidate, candidate));
}
