// What a dispatch works on, and the buffers that the kernels share.
//
// A row holds one number for each sample of the chunk, so neighbouring lanes touch neighbouring words:
// element (row, lane) stands at row * plan.stride + lane.

struct Plan {
    key: vec2<u32>,             // of the noise of this batch
    environment_key: vec2<u32>, // of its initial states and parameters
    first_sample: u32,          // number of the chunk's first sample
    samples: u32,               // samples in this chunk
    stride: u32,                // distance between rows: the samples of the largest chunk
    horizon: u32,               // H
    dimension: u32,             // d, values of theta
    noise_dimension: u32,       // values of w
    states: u32,                // N, which STATE_SIZE is not where it is 0
    noise_scale: f32,           // w = noise_scale * standard draw
    score_factor: f32,          // score of w = score_factor * score_shape(w, score_constant)
    score_constant: f32,
    baseline: f32,              // b - f(theta, 0)
    paired_baseline: u32,       // 1 if b is the noise-free cost of each sample's own environment
    with_first_order: u32,      // 1 if the adjoint ran
}

// What a rollout leaves besides its trajectory.
struct Outcome {
    deviation: f32,      // f - f(theta, 0)
    baseline: f32,       // the deviation of the same environment without noise
    squared_score: f32,  // the sum of the squares of the score's shape
    nonfinite_time: u32, // when it was first not finite; ALWAYS_FINITE if never
}

// Its members stand in rows of their own.
const OUTCOME_ROWS: u32 = 4u;
const DEVIATION_ROW: u32 = 0u;
const BASELINE_ROW: u32 = 1u;
const SQUARED_SCORE_ROW: u32 = 2u;
const NONFINITE_TIME_ROW: u32 = 3u;

const ALWAYS_FINITE: u32 = 0xffffffffu;

@group(0) @binding(0) var<uniform> plan: Plan;
@group(0) @binding(1) var<storage, read> theta: array<f32>;         // d for each candidate
@group(0) @binding(2) var<storage, read> nominal_costs: array<f32>; // H + 1, of the noise-free trajectory
@group(0) @binding(3) var<storage, read_write> states: array<f32>;  // rows t * STATE_SIZE + i, t = 0 ... H
@group(0) @binding(4) var<storage, read_write> noise: array<f32>;   // rows of w: t * CONTROL_SIZE + a, or those of theta
@group(0) @binding(5) var<storage, read_write> first_order: array<f32>;  // d rows: df / dtheta
@group(0) @binding(6) var<storage, read_write> score: array<f32>;   // d rows, without score_factor; see NOISE_ON_ACTION
@group(0) @binding(7) var<storage, read_write> outcomes: array<u32>; // OUTCOME_ROWS rows for each candidate
@group(0) @binding(8) var<storage, read_write> values: array<ValueStrip>; // one for each strip
@group(0) @binding(9) var<storage, read_write> coordinates: array<CoordinateStrip>; // rows coordinates
@group(0) @binding(10) var<storage, read_write> decreases: array<DecreaseStrip>;     // rows candidates
// Bindings 11 to 13 are those of environment_fixed.wgsl or environment_drawn.wgsl.

// The exponent of x with its sign removed, so that infinities and NaN are the largest of all.
fn magnitude_bits(x: f32) -> u32 {
    return bitcast<u32>(x) & 0x7fffffffu;
}

const FIRST_NONFINITE_BITS: u32 = 0x7f800000u;

fn outcome_index(candidate: u32, row: u32, lane: u32) -> u32 {
    return (candidate * OUTCOME_ROWS + row) * plan.stride + lane;
}

fn store_outcome(candidate: u32, lane: u32, outcome: Outcome) {
    outcomes[outcome_index(candidate, DEVIATION_ROW, lane)] = bitcast<u32>(outcome.deviation);
    outcomes[outcome_index(candidate, BASELINE_ROW, lane)] = bitcast<u32>(outcome.baseline);
    outcomes[outcome_index(candidate, SQUARED_SCORE_ROW, lane)] = bitcast<u32>(outcome.squared_score);
    outcomes[outcome_index(candidate, NONFINITE_TIME_ROW, lane)] = outcome.nonfinite_time;
}

fn load_deviation(candidate: u32, lane: u32) -> f32 {
    return bitcast<f32>(outcomes[outcome_index(candidate, DEVIATION_ROW, lane)]);
}

fn load_baseline(lane: u32) -> f32 {
    return bitcast<f32>(outcomes[outcome_index(0u, BASELINE_ROW, lane)]);
}

fn load_squared_score(lane: u32) -> f32 {
    return bitcast<f32>(outcomes[outcome_index(0u, SQUARED_SCORE_ROW, lane)]);
}

fn load_nonfinite_time(candidate: u32, lane: u32) -> u32 {
    return outcomes[outcome_index(candidate, NONFINITE_TIME_ROW, lane)];
}
