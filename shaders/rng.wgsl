// Noise from a counter: element of a sample = function of (key, sample, pair), so no state is kept,
// any lane can draw any element again, and the order of the lanes cannot matter.
//
// Coordinate i of the decision (time t, axis a, m axes: i = t*m + a) takes element i % 2 of pair i / 2.
//
// Bits: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
// as 1, 2, 3", SC 2011). Normals: Box-Muller, sqrt(-2 ln u) (cos 2 pi v, sin 2 pi v), where
//   u = x 2^-32 from the first word: x | 1 below 2^24, else x without its low 8 bits: never 0 or 1,
//       a tail out to 6.66 standard deviations;
//   v = y 2^-32 from the second word, its low 6 bits replaced by 100000: symmetric, on no axis.
// Both are exact in f32, hence the same number on every device. Needs maths.wgsl in front.

const PARITY: u32 = 0x1bd11bdau;
const EVEN_ROTATIONS: vec4<u32> = vec4<u32>(13u, 15u, 26u, 6u);
const ODD_ROTATIONS: vec4<u32> = vec4<u32>(17u, 29u, 16u, 24u);
const UNIT: f32 = 2.3283064e-10; // 2^-32

fn mix_words(x: vec2<u32>, rotation: u32) -> vec2<u32> {
    let sum = x.x + x.y;
    return vec2<u32>(sum, ((x.y << rotation) | (x.y >> (32u - rotation))) ^ sum);
}

fn four_rounds(x: vec2<u32>, rotations: vec4<u32>) -> vec2<u32> {
    return mix_words(mix_words(mix_words(mix_words(x, rotations.x), rotations.y), rotations.z), rotations.w);
}

fn threefry2x32(key: vec2<u32>, counter: vec2<u32>) -> vec2<u32> {
    let third = key.x ^ key.y ^ PARITY;
    var x = counter + key;
    x = four_rounds(x, EVEN_ROTATIONS) + vec2<u32>(key.y, third + 1u);
    x = four_rounds(x, ODD_ROTATIONS) + vec2<u32>(third, key.x + 2u);
    x = four_rounds(x, EVEN_ROTATIONS) + vec2<u32>(key.x, key.y + 3u);
    x = four_rounds(x, ODD_ROTATIONS) + vec2<u32>(key.y, third + 4u);
    x = four_rounds(x, EVEN_ROTATIONS) + vec2<u32>(third, key.x + 5u);
    return x;
}

fn standard_normal_pair(bits: vec2<u32>) -> vec2<f32> {
    let x = select(bits.x & 0xffffff00u, bits.x | 1u, bits.x < 0x01000000u);
    let radius = sqrt(-2.0 * log_of_normal(f32(x) * UNIT));
    let turn = (bits.y & 0xffffffc0u) | 32u;
    let quadrant = (turn + 0x20000000u) >> 30u;
    let angle = f32(bitcast<i32>(turn - (quadrant << 30u))) * RADIANS;
    return radius * cosine_sine(quadrant, angle);
}

fn noise_pair(key: vec2<u32>, sample: u32, pair: u32) -> vec2<f32> {
    return standard_normal_pair(threefry2x32(key, vec2<u32>(sample, pair)));
}
