// Every fourth state is kept, and the three in between are computed again on the way back: with a small state that takes
// less time than to write and read them. Steps that are left over beyond a multiple of four are kept one by one.

fn kept_states() -> u32 {
    return plan.steps / 4u + plan.steps % 4u + 1u;
}

// The number under which the state of a step of the segment is kept, if it is.
fn kept_number(step: u32) -> u32 {
    return step / 4u + step % 4u;
}

fn roll_steps(setting: Setting, rollout: ptr<function, Rollout>) {
    let last = plan.first_step + plan.steps;
    var time = plan.first_step;
    for (; time + 4u <= last; time += 4u) {
        keep_state(setting, kept_number(time - plan.first_step), (*rollout).state);
        roll_step(setting, time, rollout);
        roll_step(setting, time + 1u, rollout);
        roll_step(setting, time + 2u, rollout);
        roll_step(setting, time + 3u, rollout);
    }
    for (; time < last; time++) {
        keep_state(setting, kept_number(time - plan.first_step), (*rollout).state);
        roll_step(setting, time, rollout);
    }
    keep_state(setting, kept_number(plan.steps), (*rollout).state);
}

fn back_steps(setting: Setting, back: ptr<function, Back>) {
    let lane = setting.lane;
    var step = plan.steps;
    for (; step % 4u != 0u; step--) {
        let time = plan.first_step + step - 1u;
        let state = load_state(kept_number(step - 1u), lane);
        back_step(setting, time, state, control_of(setting, time, state), back);
    }
    for (; step > 0u; step -= 4u) {
        let time = plan.first_step + step - 4u;
        let x0 = load_state(kept_number(step - 4u), lane);
        let u0 = control_of(setting, time, x0);
        let x1 = advance(setting.parameters, x0, u0);
        let u1 = control_of(setting, time + 1u, x1);
        let x2 = advance(setting.parameters, x1, u1);
        let u2 = control_of(setting, time + 2u, x2);
        let x3 = advance(setting.parameters, x2, u2);
        let u3 = control_of(setting, time + 3u, x3);
        back_step(setting, time + 3u, x3, u3, back);
        back_step(setting, time + 2u, x2, u2, back);
        back_step(setting, time + 1u, x1, u1, back);
        back_step(setting, time, x0, u0, back);
    }
}
