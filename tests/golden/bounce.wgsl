// bounce: a block falls and bounces: time steps make a staircase of a smooth function
// own example, after google/brax#73 and #317

const STATE_SIZE: u32 = 3u;
const CONTROL_SIZE: u32 = 1u;
const PARAMETER_SIZE: u32 = 10u;

struct Parameters {
    mass: f32, // kg: mass m
    gravity: f32, // m/s2: acceleration g
    restitution: f32, // 1: restitution e of the rules that reverse the velocity
    width: f32, // m: width of the block
    stiffness: f32, // N/m3: slope k of the pressure field; both soft are as stiff together
    slope_ratio: f32, // 1: slope of the block over that of the ground, both soft
    point_stiffness: f32, // N/m: stiffness k1 of one point; each of two points has half of it
    dissipation: f32, // s/m: dissipation D after Hunt and Crossley
    damping: f32, // N s/m: damping c after Kelvin and Voigt
    time_step: f32, // s: time step h
}

struct State {
    height: f32, // m
    velocity: f32, // m/s
    held: f32, // 1
}

struct Control {
    lift: f32, // m
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
    return array<f32, STATE_SIZE>(state.height, state.velocity, state.held);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.lift);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    let lifted = state.height + state.held * control.lift;
    let t0 = parameters.width * 0.5;
    let t1 = lifted * 0.0;
    let t2 = -t0;
    let t3 = lifted + parameters.width;
    let t4 = t0 + t0;
    let t5 = lifted * parameters.stiffness;
    let pressure = -t5;
    let t6 = t3 * parameters.stiffness;
    let pressure_2 = -t6;
    let t7 = state.velocity * -0.0;
    let t8 = t0 * -0.0;
    let t9 = t7 - t1 + 0.0 * (t8 + lifted);
    let t10 = 0.0 * parameters.width;
    let t11 = 1.0 - parameters.dissipation * t9;
    let t12 = 1.0 - parameters.dissipation * (t9 + t10);
    let t13 = t11 - t12;
    let cut = t11 / select(t13, 1.0, abs(t13) < 1e-20);
    let t14 = select(0.0, max(0.0, cut), t11 < 0.0);
    let t15 = select(1.0, min(1.0, cut), t12 < 0.0);
    let t16 = t6 - t5;
    let cut_2 = -(t5 / select(t16, 1.0, abs(t16) < 1e-20));
    let t17 = pressure < 0.0;
    let t18 = pressure_2 < 0.0;
    let t19 = min(select(t14, max(t14, cut_2), t17), 1.0);
    let enters = t19;
    let leaves = max(select(t15, min(t15, cut_2), t18), t19);
    let t20 = (enters + leaves) * 0.5;
    let t21 = t5 - t6;
    let t22 = t12 - t11;
    let t23 = (t21 * enters - t5) * (t11 + t22 * enters) + (t21 * t20 - t5) * (t11 + t22 * t20) * 4.0;
    let t24 = (leaves - enters) * 0.16666667 * (t23 + (t21 * leaves - t5) * (t11 + t22 * leaves));
    let load = t24 * parameters.width;
    let t25 = t1 * -0.0;
    let t26 = t25 - state.velocity + 0.0 * (t2 - t3 * -0.0);
    let t27 = 0.0 * t4;
    let t28 = 1.0 - parameters.dissipation * t26;
    let t29 = 1.0 - parameters.dissipation * (t26 + t27);
    let t30 = t28 - t29;
    let cut_3 = t28 / select(t30, 1.0, abs(t30) < 1e-20);
    let t31 = select(0.0, max(0.0, cut_3), t28 < 0.0);
    let t32 = select(1.0, min(1.0, cut_3), t29 < 0.0);
    let t33 = t6 - t6;
    let cut_4 = -(t6 / select(t33, 1.0, abs(t33) < 1e-20));
    let t34 = min(select(t31, max(t31, cut_4), t18), 1.0);
    let enters_2 = t34;
    let leaves_2 = max(select(t32, min(t32, cut_4), t18), t34);
    let t35 = (enters_2 + leaves_2) * 0.5;
    let t36 = t29 - t28;
    let t37 = (t33 * enters_2 - t6) * (t28 + t36 * enters_2) + (t33 * t35 - t6) * (t28 + t36 * t35) * 4.0;
    let t38 = (leaves_2 - enters_2) * 0.16666667 * (t37 + (t33 * leaves_2 - t6) * (t28 + t36 * leaves_2));
    let load_2 = t38 * t4;
    let t39 = t1 + t7 + 0.0 * (-t8 - t3);
    let t40 = 1.0 - parameters.dissipation * t39;
    let t41 = 1.0 - parameters.dissipation * (t39 + t10);
    let t42 = t40 - t41;
    let cut_5 = t40 / select(t42, 1.0, abs(t42) < 1e-20);
    let t43 = select(0.0, max(0.0, cut_5), t40 < 0.0);
    let t44 = select(1.0, min(1.0, cut_5), t41 < 0.0);
    let cut_6 = -(t6 / select(t21, 1.0, abs(t21) < 1e-20));
    let t45 = min(select(t43, max(t43, cut_6), t18), 1.0);
    let enters_3 = t45;
    let leaves_3 = max(select(t44, min(t44, cut_6), t17), t45);
    let t46 = (enters_3 + leaves_3) * 0.5;
    let t47 = t41 - t40;
    let t48 = (t16 * enters_3 - t6) * (t40 + t47 * enters_3) + (t16 * t46 - t6) * (t40 + t47 * t46) * 4.0;
    let t49 = (leaves_3 - enters_3) * 0.16666667 * (t48 + (t16 * leaves_3 - t6) * (t40 + t47 * leaves_3));
    let load_3 = t49 * parameters.width;
    let t50 = t25 + state.velocity + 0.0 * (t2 - lifted * -0.0);
    let t51 = 1.0 - parameters.dissipation * t50;
    let t52 = 1.0 - parameters.dissipation * (t50 + t27);
    let t53 = t51 - t52;
    let cut_7 = t51 / select(t53, 1.0, abs(t53) < 1e-20);
    let t54 = select(0.0, max(0.0, cut_7), t51 < 0.0);
    let t55 = select(1.0, min(1.0, cut_7), t52 < 0.0);
    let t56 = t5 - t5;
    let cut_8 = -(t5 / select(t56, 1.0, abs(t56) < 1e-20));
    let t57 = min(select(t54, max(t54, cut_8), t17), 1.0);
    let enters_4 = t57;
    let leaves_4 = max(select(t55, min(t55, cut_8), t17), t57);
    let t58 = (enters_4 + leaves_4) * 0.5;
    let t59 = t52 - t51;
    let t60 = (t56 * enters_4 - t5) * (t51 + t59 * enters_4) + (t56 * t58 - t5) * (t51 + t59 * t58) * 4.0;
    let t61 = (leaves_4 - enters_4) * 0.16666667 * (t60 + (t56 * leaves_4 - t5) * (t51 + t59 * leaves_4));
    let load_4 = t61 * t4;
    let force = -0.0 * load - load_2 + -0.0 * load_3 + load_4;
    let t62 = parameters.time_step * (force / parameters.mass - parameters.gravity);
    let t63 = state.velocity + t62;
    return State(lifted + parameters.time_step * t63, t63, 0.0);
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    return 0.0;
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    return state.height;
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let lifted = state.height + state.held * control.lift;
    let t0 = parameters.width * 0.5;
    let t1 = lifted * 0.0;
    let t2 = -t0;
    let t3 = lifted + parameters.width;
    let t4 = t0 + t0;
    let t5 = lifted * parameters.stiffness;
    let pressure = -t5;
    let t6 = t3 * parameters.stiffness;
    let pressure_2 = -t6;
    let t7 = state.velocity * -0.0;
    let t8 = t0 * -0.0;
    let t9 = t7 - t1 + 0.0 * (t8 + lifted);
    let t10 = 0.0 * parameters.width;
    let t11 = 1.0 - parameters.dissipation * t9;
    let t12 = 1.0 - parameters.dissipation * (t9 + t10);
    let t13 = t11 - t12;
    let cut = t11 / select(t13, 1.0, abs(t13) < 1e-20);
    let t14 = select(0.0, max(0.0, cut), t11 < 0.0);
    let t15 = select(1.0, min(1.0, cut), t12 < 0.0);
    let t16 = t6 - t5;
    let cut_2 = -(t5 / select(t16, 1.0, abs(t16) < 1e-20));
    let t17 = pressure < 0.0;
    let t18 = pressure_2 < 0.0;
    let t19 = min(select(t14, max(t14, cut_2), t17), 1.0);
    let enters = t19;
    let leaves = max(select(t15, min(t15, cut_2), t18), t19);
    let t20 = (enters + leaves) * 0.5;
    let t21 = t5 - t6;
    let t22 = t12 - t11;
    let t23 = t1 * -0.0;
    let t24 = t23 - state.velocity + 0.0 * (t2 - t3 * -0.0);
    let t25 = 0.0 * t4;
    let t26 = 1.0 - parameters.dissipation * t24;
    let t27 = 1.0 - parameters.dissipation * (t24 + t25);
    let t28 = t26 - t27;
    let cut_3 = t26 / select(t28, 1.0, abs(t28) < 1e-20);
    let t29 = select(0.0, max(0.0, cut_3), t26 < 0.0);
    let t30 = select(1.0, min(1.0, cut_3), t27 < 0.0);
    let t31 = t6 - t6;
    let cut_4 = -(t6 / select(t31, 1.0, abs(t31) < 1e-20));
    let t32 = min(select(t29, max(t29, cut_4), t18), 1.0);
    let enters_2 = t32;
    let leaves_2 = max(select(t30, min(t30, cut_4), t18), t32);
    let t33 = (enters_2 + leaves_2) * 0.5;
    let t34 = t27 - t26;
    let t35 = t1 + t7 + 0.0 * (-t8 - t3);
    let t36 = 1.0 - parameters.dissipation * t35;
    let t37 = 1.0 - parameters.dissipation * (t35 + t10);
    let t38 = t36 - t37;
    let cut_5 = t36 / select(t38, 1.0, abs(t38) < 1e-20);
    let t39 = select(0.0, max(0.0, cut_5), t36 < 0.0);
    let t40 = select(1.0, min(1.0, cut_5), t37 < 0.0);
    let cut_6 = -(t6 / select(t21, 1.0, abs(t21) < 1e-20));
    let t41 = min(select(t39, max(t39, cut_6), t18), 1.0);
    let enters_3 = t41;
    let leaves_3 = max(select(t40, min(t40, cut_6), t17), t41);
    let t42 = (enters_3 + leaves_3) * 0.5;
    let t43 = t37 - t36;
    let t44 = t23 + state.velocity + 0.0 * (t2 - lifted * -0.0);
    let t45 = 1.0 - parameters.dissipation * t44;
    let t46 = 1.0 - parameters.dissipation * (t44 + t25);
    let t47 = t45 - t46;
    let cut_7 = t45 / select(t47, 1.0, abs(t47) < 1e-20);
    let t48 = select(0.0, max(0.0, cut_7), t45 < 0.0);
    let t49 = select(1.0, min(1.0, cut_7), t46 < 0.0);
    let t50 = t5 - t5;
    let cut_8 = -(t5 / select(t50, 1.0, abs(t50) < 1e-20));
    let t51 = min(select(t48, max(t48, cut_8), t17), 1.0);
    let enters_4 = t51;
    let leaves_4 = max(select(t49, min(t49, cut_8), t17), t51);
    let t52 = (enters_4 + leaves_4) * 0.5;
    let t53 = t46 - t45;
    let t54 = cotangent.velocity + cotangent.height * parameters.time_step;
    let force_cotangent = t54 * parameters.time_step / parameters.mass;
    let t55 = force_cotangent * t4;
    let t56 = t55 * ((leaves_4 - enters_4) * 0.16666667);
    let t57 = t56 * (t45 + t53 * leaves_4);
    let t58 = t56 * (t50 * leaves_4 - t5);
    let t59 = t56 * 4.0;
    let t60 = t59 * (t45 + t53 * t52);
    let t61 = t59 * (t50 * t52 - t5);
    let t62 = t56 * (t45 + t53 * enters_4);
    let t63 = t56 * (t50 * enters_4 - t5);
    let t64 = t58 * leaves_4 + t61 * t52 + t63 * enters_4;
    let t65 = t57 * leaves_4 + t60 * t52 + t62 * enters_4;
    let t66 = (t64 - (t58 + t61 + t63)) * parameters.dissipation - t64 * parameters.dissipation;
    let load_cotangent = force_cotangent * -0.0;
    let t67 = load_cotangent * parameters.width;
    let t68 = t67 * ((leaves_3 - enters_3) * 0.16666667);
    let t69 = t68 * (t36 + t43 * leaves_3);
    let t70 = t68 * (t16 * leaves_3 - t6);
    let t71 = t68 * 4.0;
    let t72 = t71 * (t36 + t43 * t42);
    let t73 = t71 * (t16 * t42 - t6);
    let t74 = t68 * (t36 + t43 * enters_3);
    let t75 = t68 * (t16 * enters_3 - t6);
    let t76 = t70 * leaves_3 + t73 * t42 + t75 * enters_3;
    let t77 = t69 * leaves_3 + t72 * t42 + t74 * enters_3;
    let t78 = (t76 - (t70 + t73 + t75)) * parameters.dissipation - t76 * parameters.dissipation;
    let t79 = t55 * ((leaves_2 - enters_2) * 0.16666667);
    let t80 = t79 * (t26 + t34 * leaves_2);
    let t81 = t79 * (t31 * leaves_2 - t6);
    let t82 = t79 * 4.0;
    let t83 = t82 * (t26 + t34 * t33);
    let t84 = t82 * (t31 * t33 - t6);
    let t85 = -(t80 * leaves_2) - t83 * t33;
    let t86 = t79 * (t26 + t34 * enters_2);
    let t87 = t79 * (t31 * enters_2 - t6);
    let t88 = t87 * enters_2 - (-(t81 * leaves_2) - t84 * t33);
    let t89 = t86 * enters_2;
    let t90 = t88 * parameters.dissipation;
    let t91 = (-t81 - t84 - t87 + t88) * parameters.dissipation;
    let t92 = t90 - t91;
    let t93 = t67 * ((leaves - enters) * 0.16666667);
    let t94 = t93 * (t11 + t22 * leaves);
    let t95 = t93 * (t21 * leaves - t5);
    let t96 = t93 * 4.0;
    let t97 = t96 * (t11 + t22 * t20);
    let t98 = t96 * (t21 * t20 - t5);
    let t99 = t93 * (t11 + t22 * enters);
    let t100 = t93 * (t21 * enters - t5);
    let t101 = t95 * leaves + t98 * t20 + t100 * enters;
    let t102 = t94 * leaves + t97 * t20 + t99 * enters;
    let t103 = -t69 - t72 - t74 + t80 + t83 + t86 + (t85 - t89) + (t89 - t85) - t102;
    let t104 = t101 * parameters.dissipation;
    let t105 = (t101 - (t95 + t98 + t100)) * parameters.dissipation;
    let t106 = t105 - t104;
    let t107 = -(t78 * 0.0) - t92 * 0.0 * -0.0 + (t103 + t77) * parameters.stiffness;
    let t108 = (-t57 - t60 - t62 + t65 - t65 - t94 - t97 - t99 + t102 - t77) * parameters.stiffness;
    let lifted_cotangent = cotangent.height - t66 * 0.0 * -0.0 + t106 * 0.0 + t108 + t107 + (t78 + (t66 + t92) * -0.0 + (t104 - t105)) * 0.0;
    return StateControl(
        State(
            lifted_cotangent,
            t54 + t66 + (t91 - t90) + (t78 + t106) * -0.0,
            lifted_cotangent * control.lift,
        ),
        Control(lifted_cotangent * state.held),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    return State(1.0, 0.0, 0.0);
}
