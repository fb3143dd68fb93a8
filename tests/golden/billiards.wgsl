// billiards: one strike, many impacts: a rugged cost that smoothing makes passable
// penalty springs between discs and cushions

const STATE_SIZE: u32 = 13u;
const CONTROL_SIZE: u32 = 2u;
const PARAMETER_SIZE: u32 = 10u;

struct Parameters {
    stiffness: f32, // N/m: stiffness k of balls and cushions
    mass: f32, // kg: mass m of a ball
    radius: f32, // m: radius r of a ball
    table: f32, // m: side of the table, whose corner is the origin
    damping: f32, // 1: factor c on the velocities per step
    time_step: f32, // s: time step h
    pocket_x: f32, // m: pocket across
    pocket_y: f32, // m: pocket along
    weight: f32, // 1/m2: cost of the object ball's distance from the pocket at the end
    effort: f32, // s2/m2: cost R of the strike
}

struct State {
    cue_x: f32, // m
    cue_y: f32, // m
    object_x: f32, // m
    object_y: f32, // m
    third_x: f32, // m
    third_y: f32, // m
    cue_velocity_x: f32, // m/s
    cue_velocity_y: f32, // m/s
    object_velocity_x: f32, // m/s
    object_velocity_y: f32, // m/s
    third_velocity_x: f32, // m/s
    third_velocity_y: f32, // m/s
    ready: f32, // 1
}

struct Control {
    strike_x: f32, // m/s
    strike_y: f32, // m/s
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.cue_x, state.cue_y, state.object_x, state.object_y, state.third_x, state.third_y, state.cue_velocity_x, state.cue_velocity_y, state.object_velocity_x, state.object_velocity_y, state.third_velocity_x, state.third_velocity_y, state.ready);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.strike_x, control.strike_y);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let t0 = state.cue_x + 0.25;
    let t1 = state.cue_y + 0.25;
    let t2 = state.object_x + 0.55;
    let t3 = state.object_y + 0.52;
    let t4 = state.third_x + 0.8;
    let t5 = state.third_y + 0.75;
    let t6 = parameters.table - parameters.radius;
    let t7 = parameters.stiffness * (max(parameters.radius - t0, 0.0) - max(t0 - t6, 0.0));
    let t8 = parameters.stiffness * (max(parameters.radius - t1, 0.0) - max(t1 - t6, 0.0));
    let t9 = parameters.stiffness * (max(parameters.radius - t2, 0.0) - max(t2 - t6, 0.0));
    let t10 = parameters.stiffness * (max(parameters.radius - t3, 0.0) - max(t3 - t6, 0.0));
    let t11 = parameters.stiffness * (max(parameters.radius - t4, 0.0) - max(t4 - t6, 0.0));
    let t12 = parameters.stiffness * (max(parameters.radius - t5, 0.0) - max(t5 - t6, 0.0));
    let t13 = t2 - t0;
    let t14 = t3 - t1;
    let distance = sqrt(max(t13 * t13 + t14 * t14, 0.0));
    let t15 = parameters.radius * 2.0;
    let t16 = distance <= 0.0 && 0.0 <= distance;
    let t17 = parameters.stiffness * max(t15 - distance, 0.0) / select(distance, 1.0, t16);
    let t18 = select(t17, 0.0, t16);
    let t19 = t18 * t13;
    let t20 = t18 * t14;
    let t21 = t4 - t0;
    let t22 = t5 - t1;
    let distance_2 = sqrt(max(t21 * t21 + t22 * t22, 0.0));
    let t23 = distance_2 <= 0.0 && 0.0 <= distance_2;
    let t24 = parameters.stiffness * max(t15 - distance_2, 0.0) / select(distance_2, 1.0, t23);
    let t25 = select(t24, 0.0, t23);
    let t26 = t25 * t21;
    let t27 = t25 * t22;
    let t28 = t4 - t2;
    let t29 = t5 - t3;
    let distance_3 = sqrt(max(t28 * t28 + t29 * t29, 0.0));
    let t30 = distance_3 <= 0.0 && 0.0 <= distance_3;
    let t31 = parameters.stiffness * max(t15 - distance_3, 0.0) / select(distance_3, 1.0, t30);
    let t32 = select(t31, 0.0, t30);
    let t33 = t32 * t28;
    let t34 = t32 * t29;
    let gain = parameters.time_step / parameters.mass;
    let t35 = parameters.damping * (state.cue_velocity_x + state.ready * control.strike_x);
    let t36 = t35 + gain * (t7 - t19 - t26);
    let t37 = parameters.damping * (state.cue_velocity_y + state.ready * control.strike_y);
    let t38 = t37 + gain * (t8 - t20 - t27);
    let t39 = parameters.damping * state.object_velocity_x + gain * (t9 + t19 - t33);
    let t40 = parameters.damping * state.object_velocity_y + gain * (t10 + t20 - t34);
    let t41 = parameters.damping * state.third_velocity_x + gain * (t11 + t26 + t33);
    let t42 = parameters.damping * state.third_velocity_y + gain * (t12 + t27 + t34);
    return State(
        state.cue_x + parameters.time_step * t36,
        state.cue_y + parameters.time_step * t38,
        state.object_x + parameters.time_step * t39,
        state.object_y + parameters.time_step * t40,
        state.third_x + parameters.time_step * t41,
        state.third_y + parameters.time_step * t42,
        t36,
        t38,
        t39,
        t40,
        t41,
        t42,
        0.0,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = control.strike_x * control.strike_x + control.strike_y * control.strike_y;
    return parameters.effort * state.ready * t0;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.object_x + 0.55 - parameters.pocket_x;
    let t1 = state.object_y + 0.52 - parameters.pocket_y;
    return parameters.weight * (t0 * t0 + t1 * t1);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = state.cue_x + 0.25;
    let t1 = state.cue_y + 0.25;
    let t2 = state.object_x + 0.55;
    let t3 = state.object_y + 0.52;
    let t4 = state.third_x + 0.8;
    let t5 = state.third_y + 0.75;
    let t6 = parameters.table - parameters.radius;
    let t7 = t2 - t0;
    let t8 = t3 - t1;
    let t9 = t7 * t7 + t8 * t8;
    let distance = sqrt(max(t9, 0.0));
    let t10 = parameters.radius * 2.0;
    let t11 = t10 - distance;
    let t12 = distance <= 0.0 && 0.0 <= distance;
    let t13 = select(distance, 1.0, t12);
    let t14 = parameters.stiffness * max(t11, 0.0) / t13;
    let t15 = select(t14, 0.0, t12);
    let t16 = t4 - t0;
    let t17 = t5 - t1;
    let t18 = t16 * t16 + t17 * t17;
    let distance_2 = sqrt(max(t18, 0.0));
    let t19 = t10 - distance_2;
    let t20 = distance_2 <= 0.0 && 0.0 <= distance_2;
    let t21 = select(distance_2, 1.0, t20);
    let t22 = parameters.stiffness * max(t19, 0.0) / t21;
    let t23 = select(t22, 0.0, t20);
    let t24 = t4 - t2;
    let t25 = t5 - t3;
    let t26 = t24 * t24 + t25 * t25;
    let distance_3 = sqrt(max(t26, 0.0));
    let t27 = t10 - distance_3;
    let t28 = distance_3 <= 0.0 && 0.0 <= distance_3;
    let t29 = select(distance_3, 1.0, t28);
    let t30 = parameters.stiffness * max(t27, 0.0) / t29;
    let t31 = select(t30, 0.0, t28);
    let gain = parameters.time_step / parameters.mass;
    let t32 = control.strike_x * control.strike_x + control.strike_y * control.strike_y;
    let t33 = 2.0 * (parameters.effort * state.ready);
    let t34 = cotangent.third_velocity_y + cotangent.third_y * parameters.time_step;
    let t35 = t34 * gain;
    let t36 = cotangent.third_velocity_x + cotangent.third_x * parameters.time_step;
    let t37 = t36 * gain;
    let t38 = cotangent.object_velocity_y + cotangent.object_y * parameters.time_step;
    let t39 = t38 * gain;
    let t40 = cotangent.object_velocity_x + cotangent.object_x * parameters.time_step;
    let t41 = t40 * gain;
    let t42 = cotangent.cue_velocity_y + cotangent.cue_y * parameters.time_step;
    let t43 = t42 * gain;
    let t44 = t42 * parameters.damping;
    let t45 = cotangent.cue_velocity_x + cotangent.cue_x * parameters.time_step;
    let t46 = t45 * gain;
    let t47 = t45 * parameters.damping;
    let t48 = t35 - t39;
    let t49 = t37 - t41;
    let t50 = select(t48 * t25 + t49 * t24, 0.0, t28) / t29;
    let distance_cotangent = select(-(t50 * t30), 0.0, t28) - select(0.0, t50 * parameters.stiffness, 0.0 <= t27);
    let t51 = 2.0 * select(0.0, distance_cotangent / (2.0 * distance_3), 0.0 < t26);
    let t52 = t48 * t31 + t51 * t25;
    let t53 = t49 * t31 + t51 * t24;
    let t54 = t35 - t43;
    let t55 = t37 - t46;
    let t56 = select(t54 * t17 + t55 * t16, 0.0, t20) / t21;
    let distance_cotangent_2 = select(-(t56 * t22), 0.0, t20) - select(0.0, t56 * parameters.stiffness, 0.0 <= t19);
    let t57 = select(0.0, distance_cotangent_2 / (2.0 * distance_2), 0.0 < t18);
    let t58 = 2.0 * t57;
    let t59 = t54 * t23 + t58 * t17;
    let t60 = t55 * t23 + t58 * t16;
    let t61 = t39 - t43;
    let t62 = t41 - t46;
    let t63 = select(t61 * t8 + t62 * t7, 0.0, t12) / t13;
    let distance_cotangent_3 = select(-(t63 * t14), 0.0, t12) - select(0.0, t63 * parameters.stiffness, 0.0 <= t11);
    let t64 = 2.0 * select(0.0, distance_cotangent_3 / (2.0 * distance), 0.0 < t9);
    let t65 = t61 * t15 + t64 * t8;
    let t66 = t62 * t15 + t64 * t7;
    let t67 = t35 * parameters.stiffness;
    let t68 = t52 + t59 + select(0.0, -t67, 0.0 <= t5 - t6) - select(0.0, t67, 0.0 <= parameters.radius - t5);
    let t69 = t37 * parameters.stiffness;
    let t70 = t53 + t60 + select(0.0, -t69, 0.0 <= t4 - t6) - select(0.0, t69, 0.0 <= parameters.radius - t4);
    let t71 = t39 * parameters.stiffness;
    let t72 = t65 - t52 + select(0.0, -t71, 0.0 <= t3 - t6) - select(0.0, t71, 0.0 <= parameters.radius - t3);
    let t73 = t41 * parameters.stiffness;
    let t74 = t66 - t53 + select(0.0, -t73, 0.0 <= t2 - t6) - select(0.0, t73, 0.0 <= parameters.radius - t2);
    let t75 = t43 * parameters.stiffness;
    let t76 = -t59 - t65 + select(0.0, -t75, 0.0 <= t1 - t6) - select(0.0, t75, 0.0 <= parameters.radius - t1);
    let t77 = t46 * parameters.stiffness;
    let t78 = -t60 - t66 + select(0.0, -t77, 0.0 <= t0 - t6) - select(0.0, t77, 0.0 <= parameters.radius - t0);
    return StateControl(
        State(
            cotangent.cue_x + t78,
            cotangent.cue_y + t76,
            cotangent.object_x + t74,
            cotangent.object_y + t72,
            cotangent.third_x + t70,
            cotangent.third_y + t68,
            t47,
            t44,
            t40 * parameters.damping,
            t38 * parameters.damping,
            t36 * parameters.damping,
            t34 * parameters.damping,
            t32 * parameters.effort + t44 * control.strike_y + t47 * control.strike_x,
        ),
        Control(
            t33 * control.strike_x + t47 * state.ready,
            t33 * control.strike_y + t44 * state.ready,
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * parameters.weight;
    return State(
        0.0,
        0.0,
        t0 * (state.object_x + 0.55 - parameters.pocket_x),
        t0 * (state.object_y + 0.52 - parameters.pocket_y),
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    );
}
