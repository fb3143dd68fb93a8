// What a dispatch works on, and the buffers that the kernels share.
//
// 1. A dispatch takes a segment of the horizon, plan.steps steps from plan.first_step, for all samples of a chunk. What
//    a trajectory needs to go on stands in checkpoints and outcomes between segments, so a horizon has no limit but time.
// 2. A row holds one number for each sample. The rows of TILE samples stand together, one after the other, so that
//    neighbouring lanes touch neighbouring words, and a lane that goes from row to row stays close by: see row_index.

struct Plan {
    @align(16) key: vec2<u32>,  // of the noise of this batch; aligned as elements of a uniform array have to be
    environment_key: vec2<u32>, // of its initial states and parameters
    first_sample: u32,          // number of the chunk's first sample
    samples: u32,               // samples in this chunk
    stride: u32,                // distance between the rows of outcomes and checkpoints: samples of the largest chunk
    horizon: u32,               // H
    first_step: u32,            // time at which the segment starts
    steps: u32,                 // in the segment
    start_slot: u32,            // of the checkpoint where it starts, unless that is at time 0
    end_slot: u32,              // of the checkpoint that it leaves, unless it ends at time H
    again: u32,                 // 1 if it is rolled out again, for its states and noise: the outcome is there already
    dimension: u32,             // d, values of theta
    first_row: u32,             // coordinate of theta in row 0 of first_order and score
    gradient_rows: u32,         // rows of first_order and score
    noise_dimension: u32,       // values of w
    first_noise: u32,           // element of w in row 0 of noise
    noise_rows: u32,            // rows of noise
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

// Each kernel takes its plan from here at its start, by a number that is 0 but that no compiler can know: Mesa's lavapipe
// would compile a kernel anew for every plan whose values steer its loops, and keep them all.
@group(0) @binding(0) var<uniform> plans: array<Plan, 2>;
var<private> plan: Plan;

@group(0) @binding(1) var<storage, read> theta: array<f32>;         // d for each candidate
@group(0) @binding(2) var<storage, read> nominal_costs: array<f32>; // H + 1, of the noise-free trajectory
@group(0) @binding(3) var<storage, read_write> states: array<f32>;  // rows k * STATE_SIZE + i of the kept states k
@group(0) @binding(4) var<storage, read_write> noise: array<f32>;   // rows of w: t * CONTROL_SIZE + a, or those of theta
@group(0) @binding(5) var<storage, read_write> first_order: array<f32>;  // rows: df / dtheta
@group(0) @binding(6) var<storage, read_write> score: array<f32>;   // rows, without score_factor; see NOISE_ON_ACTION, HAS_COVARIANCE
@group(0) @binding(7) var<storage, read_write> outcomes: array<u32>; // OUTCOME_ROWS rows for each candidate
@group(0) @binding(8) var<storage, read_write> values: array<ValueStrip>; // one for each strip
@group(0) @binding(9) var<storage, read_write> coordinates: array<CoordinateStrip>; // gradient_rows times strips
@group(0) @binding(10) var<storage, read_write> decreases: array<DecreaseStrip>;    // candidates times strips
// Bindings 11 and 12 are those of environment_fixed.wgsl or environment_drawn.wgsl.
@group(0) @binding(13) var<storage, read_write> blocks: array<CoordinateStrip>;     // d times blocks
// Rows slot * STATE_SIZE + i: states between segments, of the estimate (slot: number of the segment) or of each
// candidate (slot: the candidate). Slot 0 of the estimate holds no state, but the cotangent on the way back.
@group(0) @binding(14) var<storage, read_write> checkpoints: array<f32>;
// The covariance of the noise, where that is not the same everywhere: L, then its inverse, of each row what is up to the diagonal.
@group(0) @binding(15) var<storage, read> triangles: array<f32>;

// Samples whose rows stand together.
const TILE: u32 = 64u;

// Where an element of one of a number of rows stands.
fn row_index(rows: u32, row: u32, lane: u32) -> u32 {
    return ((lane / TILE) * rows + row) * TILE + lane % TILE;
}

fn noise_index(element: u32, lane: u32) -> u32 {
    return row_index(plan.noise_rows, element - plan.first_noise, lane);
}

fn gradient_index(coordinate: u32, lane: u32) -> u32 {
    return row_index(plan.gradient_rows, coordinate - plan.first_row, lane);
}

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

fn load_outcome(candidate: u32, lane: u32) -> Outcome {
    return Outcome(
        load_deviation(candidate, lane),
        bitcast<f32>(outcomes[outcome_index(candidate, BASELINE_ROW, lane)]),
        bitcast<f32>(outcomes[outcome_index(candidate, SQUARED_SCORE_ROW, lane)]),
        load_nonfinite_time(candidate, lane),
    );
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
