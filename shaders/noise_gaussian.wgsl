// Gaussian noise of standard deviation sigma: noise_scale = sigma, score w / sigma^2, score_factor = 1 / sigma^2.

fn standard_pair(bits: vec2<u32>) -> vec2<f32> {
    return standard_normal_pair(bits);
}

fn score_shape(w: f32) -> f32 {
    return w;
}
