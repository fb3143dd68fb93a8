// Initial state and parameters drawn anew for every sample, from a key of their own: they are the same at every theta.
//
//   x0_i = draw_i + sum over j < i of factor_ij x0_j,   parameter_i = draw_{N + i}
//   draw = offset + scale * shape,   shape = 0, a standard normal z, or u uniform on (0, 1)
//
// Elements are numbered through state and parameters; each takes a counter (sample, element) of its own.

struct Draw {
    offset: f32,
    scale: f32,
    shape: u32, // one of the three below
}

const SHAPE_CONSTANT: u32 = 0u;
const SHAPE_NORMAL: u32 = 1u;
const SHAPE_UNIFORM: u32 = 2u;

// x0[target_index] += factor * x0[source_index]
struct Term {
    target_index: u32,
    source_index: u32,
    factor: f32,
}

@group(0) @binding(11) var<storage, read> draws: array<Draw>; // STATE_SIZE of the state, then PARAMETER_SIZE
@group(0) @binding(12) var<storage, read> terms: array<Term>; // sorted by target_index; factor 0 if there is none

const UNIFORM_UNIT: f32 = 5.9604645e-8; // 2^-24

fn draw_element(lane: u32, element: u32, draw: Draw) -> f32 {
    if draw.shape == SHAPE_CONSTANT {
        return draw.offset;
    }
    let bits = threefry2x32(plan.environment_key, vec2<u32>(plan.first_sample + lane, element));
    if draw.shape == SHAPE_NORMAL {
        return draw.offset + draw.scale * standard_normal_pair(bits).x;
    }
    return draw.offset + draw.scale * (f32(((bits.x >> 9u) << 1u) | 1u) * UNIFORM_UNIT);
}

fn sample_state(lane: u32) -> State {
    var elements: array<f32, STATE_SIZE>;
    for (var i = 0u; i < STATE_SIZE; i++) {
        elements[i] = draw_element(lane, i, draws[i]);
    }
    for (var k = 0u; k < arrayLength(&terms); k++) {
        let term = terms[k];
        elements[term.target_index] += term.factor * elements[term.source_index];
    }
    return state_from_array(elements);
}

fn sample_parameters(lane: u32) -> Parameters {
    var elements: array<f32, PARAMETER_SIZE>;
    for (var i = 0u; i < PARAMETER_SIZE; i++) {
        elements[i] = draw_element(lane, plan.states + i, draws[STATE_SIZE + i]);
    }
    return parameters_from_array(elements);
}
