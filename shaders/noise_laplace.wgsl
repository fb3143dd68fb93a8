// Laplace noise, density exp(-|w| / b) / 2b with sigma = b sqrt 2: noise_scale = b, score sign(w) / b, score_factor = 1 / b.
// |w| = -b ln q,
// q = P(a larger magnitude), of 24 significant bits, never 0 nor 1; the top bit of the word is the sign.

fn standard(word: u32) -> f32 {
    let magnitude = word << 1u;
    let q = f32(select(magnitude & 0xffffff00u, magnitude | 1u, magnitude < 0x01000000u)) * UNIT;
    return select(1.0, -1.0, (word >> 31u) == 1u) * -log_of_normal(q);
}

fn standard_pair(bits: vec2<u32>) -> vec2<f32> {
    return vec2<f32>(standard(bits.x), standard(bits.y));
}

fn score_shape(w: f32) -> f32 {
    return select(1.0, -1.0, w < 0.0);
}
