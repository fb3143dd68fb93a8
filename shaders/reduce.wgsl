// From samples to the statistics of strips, which the host merges in f64.
//
//   mean = sum x / n,   m2 = sum (x - mean)^2,   cross = sum (x - mean_x)(y - mean_y)
//
// 1. A strip is STRIP_LENGTH samples, STRIP_LANES apart, so that the lanes of a group read neighbouring words:
//    strip s of block b holds the samples b * BLOCK_SAMPLES + k * STRIP_LANES + s, k = 0 ... STRIP_LENGTH - 1.
// 2. One pass, with sums about the strip's first sample as a shift: with D = sum (x - shift),
//    mean = shift + D / n and m2 = sum (x - shift)^2 - D^2 / n. Sums about zero would lose the variance of a large
//    mean; two passes would read everything twice.
// 3. Strips of one block are then merged on the device as they are on the host, so that little is read back:
//    mean = shift + D / n with D = sum n_s (mean_s - shift), m2 = sum m2_s + sum n_s (mean_s - shift)^2 - D^2 / n.
// 4. A chunk is a whole number of blocks, except the last, so the strips do not depend on how the samples are
//    cut into chunks, and neither does the result.
// 5. Samples that are not finite are left out, counted and located.

const STRIP_LANES: u32 = 64u;
const STRIP_LENGTH: u32 = 16u;
const BLOCK_SAMPLES: u32 = 1024u; // STRIP_LANES * STRIP_LENGTH

struct ValueStrip {
    count: u32,           // finite samples
    mean: f32,            // of the deviation
    m2: f32,
    largest_zeroth: f32,  // the largest |g0| of a sample
    nonfinite: u32,       // other samples
    offender: u32,        // the number of the first of those
    offender_time: u32,
}

struct CoordinateStrip {
    first_mean: f32,
    first_m2: f32,
    zeroth_mean: f32,
    zeroth_m2: f32,
    cross: f32,
}

struct DecreaseStrip {
    count: u32,    // samples finite at theta and at the candidate
    mean: f32,     // of f(theta, w) - f(candidate, w)
    m2: f32,
    nonfinite: u32,
    offender: u32,
    offender_time: u32,
}

fn strip_start(strip: u32) -> u32 {
    return (strip / STRIP_LANES) * BLOCK_SAMPLES + strip % STRIP_LANES;
}

fn strip_count() -> u32 {
    return ((plan.samples + BLOCK_SAMPLES - 1u) / BLOCK_SAMPLES) * STRIP_LANES;
}

// g0 = (f - b) S(w), without the shape of the score.
fn zeroth_weight(lane: u32) -> f32 {
    return (load_deviation(0u, lane) - (plan.baseline + load_baseline(lane))) * plan.score_factor;
}

// The shape of the score of a coordinate of theta, which stands in the same row as its gradient.
fn score_of(row: u32, lane: u32) -> f32 {
    if NOISE_ON_ACTION || HAS_COVARIANCE {
        return score[row_index(plan.gradient_rows, row, lane)];
    }
    return score_shape_of(plan.first_noise + row, noise[row_index(plan.noise_rows, row, lane)]);
}

// sum (x - shift)^2 - D^2 / n, which rounding may not make negative, and which overflow must not make 0: the host
// turns an infinity into an error.
fn second_moment(squares: f32, correction: f32) -> f32 {
    let overflows = magnitude_bits(squares) >= FIRST_NONFINITE_BITS;
    return select(max(squares - correction, 0.0), squares, overflows);
}

fn is_included(candidate: u32, lane: u32) -> bool {
    return lane < plan.samples && load_nonfinite_time(candidate, lane) == ALWAYS_FINITE;
}

// One lane is one strip; reads outcomes, writes its entry of values.
@compute @workgroup_size(64)
fn reduce_values(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let strip = id.x;
    if strip >= strip_count() {
        return;
    }
    let start = strip_start(strip);
    var result = ValueStrip(0u, 0.0, 0.0, 0.0, 0u, 0u, 0u);
    var shift = 0.0;
    var sum = 0.0;
    var squares = 0.0;
    for (var k = 0u; k < STRIP_LENGTH; k++) {
        let lane = start + k * STRIP_LANES;
        if is_included(0u, lane) {
            let deviation = load_deviation(0u, lane);
            shift = select(shift, deviation, result.count == 0u);
            let difference = deviation - shift;
            sum += difference;
            squares += difference * difference;
            result.count += 1u;
            let norm = abs(zeroth_weight(lane)) * sqrt(load_squared_score(lane));
            result.largest_zeroth = max(result.largest_zeroth, norm);
        } else if lane < plan.samples {
            if result.nonfinite == 0u {
                result.offender = plan.first_sample + lane;
                result.offender_time = load_nonfinite_time(0u, lane);
            }
            result.nonfinite += 1u;
        }
    }
    let mean = sum / f32(max(result.count, 1u));
    result.mean = shift + mean;
    result.m2 = second_moment(squares, mean * sum);
    values[strip] = result;
}

// Rows that a lane of reduce_coordinates takes together, so that outcomes are read once for all of them.
const ROWS_AT_ONCE: u32 = 4u;

// The rows from `row` on; a row beyond the last is that one again, and is not written.
fn four_rows(row: u32) -> vec4<u32> {
    return min(vec4<u32>(row, row + 1u, row + 2u, row + 3u), vec4<u32>(plan.gradient_rows - 1u));
}

fn zeroth_order_of(rows: vec4<u32>, lane: u32) -> vec4<f32> {
    let scores = vec4<f32>(score_of(rows.x, lane), score_of(rows.y, lane), score_of(rows.z, lane), score_of(rows.w, lane));
    return zeroth_weight(lane) * scores;
}

fn first_order_of(rows: vec4<u32>, lane: u32) -> vec4<f32> {
    if plan.with_first_order == 0u {
        return vec4<f32>(0.0);
    }
    let n = plan.gradient_rows;
    return vec4<f32>(
        first_order[row_index(n, rows.x, lane)],
        first_order[row_index(n, rows.y, lane)],
        first_order[row_index(n, rows.z, lane)],
        first_order[row_index(n, rows.w, lane)],
    );
}

// One lane is one strip (x) of ROWS_AT_ONCE rows (y); reads outcomes, noise or score, and first_order, writes its entries
// of coordinates.
@compute @workgroup_size(64)
fn reduce_coordinates(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let strip = id.x;
    let row = id.y * ROWS_AT_ONCE;
    if strip >= strip_count() || row >= plan.gradient_rows {
        return;
    }
    let rows = four_rows(row);
    let start = strip_start(strip);
    var count = 0u;
    var shift: array<vec4<f32>, 2>; // first order, zeroth order
    var sum: array<vec4<f32>, 2>;
    var squares: array<vec4<f32>, 2>;
    var products = vec4<f32>(0.0);
    for (var k = 0u; k < STRIP_LENGTH; k++) {
        let lane = start + k * STRIP_LANES;
        if is_included(0u, lane) {
            let first = first_order_of(rows, lane);
            let zeroth = zeroth_order_of(rows, lane);
            shift[0] = select(shift[0], first, count == 0u);
            shift[1] = select(shift[1], zeroth, count == 0u);
            let difference = first - shift[0];
            let other = zeroth - shift[1];
            sum[0] += difference;
            sum[1] += other;
            squares[0] += difference * difference;
            squares[1] += other * other;
            products += difference * other;
            count += 1u;
        }
    }
    let n = f32(max(count, 1u));
    let mean = array<vec4<f32>, 2>(sum[0] / n, sum[1] / n);
    for (var i = 0u; i < ROWS_AT_ONCE && row + i < plan.gradient_rows; i++) {
        coordinates[(row + i) * strip_count() + strip] = CoordinateStrip(
            shift[0][i] + mean[0][i],
            second_moment(squares[0][i], mean[0][i] * sum[0][i]),
            shift[1][i] + mean[1][i],
            second_moment(squares[1][i], mean[1][i] * sum[1][i]),
            products[i] - mean[0][i] * sum[1][i],
        );
    }
}

fn block_count() -> u32 {
    return strip_count() / STRIP_LANES;
}

// One lane is one row (x) of one block (y); reads the strips of values and coordinates, writes its entry of blocks.
@compute @workgroup_size(64)
fn merge_coordinates(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let row = id.x;
    let block = id.y;
    if row >= plan.gradient_rows || block >= block_count() {
        return;
    }
    var count = 0.0;
    var shift = vec2<f32>(0.0, 0.0); // first order, zeroth order
    var sum = vec2<f32>(0.0, 0.0);
    var squares = vec2<f32>(0.0, 0.0);
    var within = vec2<f32>(0.0, 0.0); // m2 of the strips by themselves
    var products = 0.0;
    var cross = 0.0;
    for (var s = 0u; s < STRIP_LANES; s++) {
        let strip = block * STRIP_LANES + s;
        let n = f32(values[strip].count);
        if n > 0.0 {
            let part = coordinates[row * strip_count() + strip];
            let mean = vec2<f32>(part.first_mean, part.zeroth_mean);
            shift = select(shift, mean, count == 0.0);
            let difference = mean - shift;
            sum += n * difference;
            squares += n * difference * difference;
            products += n * difference.x * difference.y;
            within += vec2<f32>(part.first_m2, part.zeroth_m2);
            cross += part.cross;
            count += n;
        }
    }
    let mean = sum / max(count, 1.0);
    blocks[(plan.first_row + row) * block_count() + block] = CoordinateStrip(
        shift.x + mean.x,
        within.x + second_moment(squares.x, mean.x * sum.x),
        shift.y + mean.y,
        within.y + second_moment(squares.y, mean.y * sum.y),
        cross + products - mean.x * sum.y,
    );
}

// One lane is one strip (x) of one candidate (y, from 0); reads the outcomes of theta (candidate 0) and of the
// candidate (y + 1), writes its entry of decreases.
@compute @workgroup_size(64)
fn reduce_decreases(@builtin(global_invocation_id) id: vec3<u32>) {
    plan = plans[id.z];
    let strip = id.x;
    if strip >= strip_count() {
        return;
    }
    let start = strip_start(strip);
    let candidate = id.y + 1u;
    var result = DecreaseStrip(0u, 0.0, 0.0, 0u, 0u, 0u);
    var shift = 0.0;
    var sum = 0.0;
    var squares = 0.0;
    for (var k = 0u; k < STRIP_LENGTH; k++) {
        let lane = start + k * STRIP_LANES;
        if is_included(0u, lane) && is_included(candidate, lane) {
            let decrease = load_deviation(0u, lane) - load_deviation(candidate, lane);
            shift = select(shift, decrease, result.count == 0u);
            let difference = decrease - shift;
            sum += difference;
            squares += difference * difference;
            result.count += 1u;
        } else if lane < plan.samples {
            if result.nonfinite == 0u {
                result.offender = plan.first_sample + lane;
                let here = load_nonfinite_time(0u, lane);
                // Time at theta if that is not finite, else at the candidate, as on the host.
                let there = load_nonfinite_time(candidate, lane);
                result.offender_time = select(here, there, here == ALWAYS_FINITE);
            }
            result.nonfinite += 1u;
        }
    }
    let mean = sum / f32(max(result.count, 1u));
    result.mean = shift + mean;
    result.m2 = second_moment(squares, mean * sum);
    decreases[id.y * strip_count() + strip] = result;
}
