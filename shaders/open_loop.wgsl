// The open-loop policy: theta is the control sequence itself, u_t = theta_t + w_t, so that
// df/dtheta = df/du and the score of coordinate i is w_i / sigma^2.

fn nominal_control(candidate: u32, coordinate: u32) -> f32 {
    return theta[candidate * plan.dimension + coordinate];
}
