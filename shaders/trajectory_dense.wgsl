// Every state is kept: for large states, and for policies whose controls are expensive to compute again.

fn kept_states() -> u32 {
    return plan.steps + 1u;
}

// The number under which the state of a step of the segment is kept.
fn kept_number(step: u32) -> u32 {
    return step;
}

fn roll_steps(setting: Setting, rollout: ptr<function, Rollout>) {
    for (var step = 0u; step < plan.steps; step++) {
        keep_state(setting, step, (*rollout).state);
        roll_step(setting, plan.first_step + step, rollout);
    }
    keep_state(setting, plan.steps, (*rollout).state);
}

fn back_steps(setting: Setting, back: ptr<function, Back>) {
    for (var step = plan.steps; step > 0u; step--) {
        let time = plan.first_step + step - 1u;
        let state = load_state(step - 1u, setting.lane);
        back_step(setting, time, state, control_of(setting, time, state), back);
    }
}
