// Student's t noise with two degrees of freedom and scale sigma: noise_scale = sigma, score 3 w / (2 sigma^2 + w^2),
// score_factor = 3, score_constant = 2 sigma^2. |w| = sigma sqrt 2 (1 - q) / sqrt(q (2 - q)),
// q = P(a larger magnitude), of 24 significant bits, never 0 nor 1; the top bit of the word is the sign.

const SQRT_2: f32 = 1.41421354;

fn standard(word: u32) -> f32 {
    let magnitude = word << 1u;
    let q = f32(select(magnitude & 0xffffff00u, magnitude | 1u, magnitude < 0x01000000u)) * UNIT;
    return select(1.0, -1.0, (word >> 31u) == 1u) * (SQRT_2 * (1.0 - q) / sqrt(q * (2.0 - q)));
}

fn standard_pair(bits: vec2<u32>) -> vec2<f32> {
    return vec2<f32>(standard(bits.x), standard(bits.y));
}

fn score_shape(w: f32) -> f32 {
    return w / (plan.score_constant + w * w);
}
