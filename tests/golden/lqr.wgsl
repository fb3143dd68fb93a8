// lqr: linear-quadratic regulator: a smooth policy search with a weight for every pair of coordinates
// ICML 2022 (arXiv 2202.00817), linear-quadratic regulator

const STATE_SIZE: u32 = 100u;
const CONTROL_SIZE: u32 = 100u;
const PARAMETER_SIZE: u32 = 5u;

struct Parameters {
    persistence: f32, // 1: a, what is left of the state after a step
    gain: f32, // 1: b, effect of the control
    weight: f32, // 1: q, cost of the state
    final_weight: f32, // 1: q_T, cost of the state at the end
    effort: f32, // 1: r, cost of the control
}

struct State {
    x00: f32, // 1
    x01: f32, // 1
    x02: f32, // 1
    x03: f32, // 1
    x04: f32, // 1
    x05: f32, // 1
    x06: f32, // 1
    x07: f32, // 1
    x08: f32, // 1
    x09: f32, // 1
    x10: f32, // 1
    x11: f32, // 1
    x12: f32, // 1
    x13: f32, // 1
    x14: f32, // 1
    x15: f32, // 1
    x16: f32, // 1
    x17: f32, // 1
    x18: f32, // 1
    x19: f32, // 1
    x20: f32, // 1
    x21: f32, // 1
    x22: f32, // 1
    x23: f32, // 1
    x24: f32, // 1
    x25: f32, // 1
    x26: f32, // 1
    x27: f32, // 1
    x28: f32, // 1
    x29: f32, // 1
    x30: f32, // 1
    x31: f32, // 1
    x32: f32, // 1
    x33: f32, // 1
    x34: f32, // 1
    x35: f32, // 1
    x36: f32, // 1
    x37: f32, // 1
    x38: f32, // 1
    x39: f32, // 1
    x40: f32, // 1
    x41: f32, // 1
    x42: f32, // 1
    x43: f32, // 1
    x44: f32, // 1
    x45: f32, // 1
    x46: f32, // 1
    x47: f32, // 1
    x48: f32, // 1
    x49: f32, // 1
    x50: f32, // 1
    x51: f32, // 1
    x52: f32, // 1
    x53: f32, // 1
    x54: f32, // 1
    x55: f32, // 1
    x56: f32, // 1
    x57: f32, // 1
    x58: f32, // 1
    x59: f32, // 1
    x60: f32, // 1
    x61: f32, // 1
    x62: f32, // 1
    x63: f32, // 1
    x64: f32, // 1
    x65: f32, // 1
    x66: f32, // 1
    x67: f32, // 1
    x68: f32, // 1
    x69: f32, // 1
    x70: f32, // 1
    x71: f32, // 1
    x72: f32, // 1
    x73: f32, // 1
    x74: f32, // 1
    x75: f32, // 1
    x76: f32, // 1
    x77: f32, // 1
    x78: f32, // 1
    x79: f32, // 1
    x80: f32, // 1
    x81: f32, // 1
    x82: f32, // 1
    x83: f32, // 1
    x84: f32, // 1
    x85: f32, // 1
    x86: f32, // 1
    x87: f32, // 1
    x88: f32, // 1
    x89: f32, // 1
    x90: f32, // 1
    x91: f32, // 1
    x92: f32, // 1
    x93: f32, // 1
    x94: f32, // 1
    x95: f32, // 1
    x96: f32, // 1
    x97: f32, // 1
    x98: f32, // 1
    x99: f32, // 1
}

struct Control {
    u00: f32, // 1
    u01: f32, // 1
    u02: f32, // 1
    u03: f32, // 1
    u04: f32, // 1
    u05: f32, // 1
    u06: f32, // 1
    u07: f32, // 1
    u08: f32, // 1
    u09: f32, // 1
    u10: f32, // 1
    u11: f32, // 1
    u12: f32, // 1
    u13: f32, // 1
    u14: f32, // 1
    u15: f32, // 1
    u16: f32, // 1
    u17: f32, // 1
    u18: f32, // 1
    u19: f32, // 1
    u20: f32, // 1
    u21: f32, // 1
    u22: f32, // 1
    u23: f32, // 1
    u24: f32, // 1
    u25: f32, // 1
    u26: f32, // 1
    u27: f32, // 1
    u28: f32, // 1
    u29: f32, // 1
    u30: f32, // 1
    u31: f32, // 1
    u32: f32, // 1
    u33: f32, // 1
    u34: f32, // 1
    u35: f32, // 1
    u36: f32, // 1
    u37: f32, // 1
    u38: f32, // 1
    u39: f32, // 1
    u40: f32, // 1
    u41: f32, // 1
    u42: f32, // 1
    u43: f32, // 1
    u44: f32, // 1
    u45: f32, // 1
    u46: f32, // 1
    u47: f32, // 1
    u48: f32, // 1
    u49: f32, // 1
    u50: f32, // 1
    u51: f32, // 1
    u52: f32, // 1
    u53: f32, // 1
    u54: f32, // 1
    u55: f32, // 1
    u56: f32, // 1
    u57: f32, // 1
    u58: f32, // 1
    u59: f32, // 1
    u60: f32, // 1
    u61: f32, // 1
    u62: f32, // 1
    u63: f32, // 1
    u64: f32, // 1
    u65: f32, // 1
    u66: f32, // 1
    u67: f32, // 1
    u68: f32, // 1
    u69: f32, // 1
    u70: f32, // 1
    u71: f32, // 1
    u72: f32, // 1
    u73: f32, // 1
    u74: f32, // 1
    u75: f32, // 1
    u76: f32, // 1
    u77: f32, // 1
    u78: f32, // 1
    u79: f32, // 1
    u80: f32, // 1
    u81: f32, // 1
    u82: f32, // 1
    u83: f32, // 1
    u84: f32, // 1
    u85: f32, // 1
    u86: f32, // 1
    u87: f32, // 1
    u88: f32, // 1
    u89: f32, // 1
    u90: f32, // 1
    u91: f32, // 1
    u92: f32, // 1
    u93: f32, // 1
    u94: f32, // 1
    u95: f32, // 1
    u96: f32, // 1
    u97: f32, // 1
    u98: f32, // 1
    u99: f32, // 1
}

// A cotangent of state and control.
struct StateControl {
    state: State,
    control: Control,
}

fn parameters_from_array(values: array<f32, PARAMETER_SIZE>) -> Parameters {
    return Parameters(values[0], values[1], values[2], values[3], values[4]);
}

fn state_to_array(state: State) -> array<f32, STATE_SIZE> {
    return array<f32, STATE_SIZE>(state.x00, state.x01, state.x02, state.x03, state.x04, state.x05, state.x06, state.x07, state.x08, state.x09, state.x10, state.x11, state.x12, state.x13, state.x14, state.x15, state.x16, state.x17, state.x18, state.x19, state.x20, state.x21, state.x22, state.x23, state.x24, state.x25, state.x26, state.x27, state.x28, state.x29, state.x30, state.x31, state.x32, state.x33, state.x34, state.x35, state.x36, state.x37, state.x38, state.x39, state.x40, state.x41, state.x42, state.x43, state.x44, state.x45, state.x46, state.x47, state.x48, state.x49, state.x50, state.x51, state.x52, state.x53, state.x54, state.x55, state.x56, state.x57, state.x58, state.x59, state.x60, state.x61, state.x62, state.x63, state.x64, state.x65, state.x66, state.x67, state.x68, state.x69, state.x70, state.x71, state.x72, state.x73, state.x74, state.x75, state.x76, state.x77, state.x78, state.x79, state.x80, state.x81, state.x82, state.x83, state.x84, state.x85, state.x86, state.x87, state.x88, state.x89, state.x90, state.x91, state.x92, state.x93, state.x94, state.x95, state.x96, state.x97, state.x98, state.x99);
}

fn state_from_array(values: array<f32, STATE_SIZE>) -> State {
    return State(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18], values[19], values[20], values[21], values[22], values[23], values[24], values[25], values[26], values[27], values[28], values[29], values[30], values[31], values[32], values[33], values[34], values[35], values[36], values[37], values[38], values[39], values[40], values[41], values[42], values[43], values[44], values[45], values[46], values[47], values[48], values[49], values[50], values[51], values[52], values[53], values[54], values[55], values[56], values[57], values[58], values[59], values[60], values[61], values[62], values[63], values[64], values[65], values[66], values[67], values[68], values[69], values[70], values[71], values[72], values[73], values[74], values[75], values[76], values[77], values[78], values[79], values[80], values[81], values[82], values[83], values[84], values[85], values[86], values[87], values[88], values[89], values[90], values[91], values[92], values[93], values[94], values[95], values[96], values[97], values[98], values[99]);
}

fn control_to_array(control: Control) -> array<f32, CONTROL_SIZE> {
    return array<f32, CONTROL_SIZE>(control.u00, control.u01, control.u02, control.u03, control.u04, control.u05, control.u06, control.u07, control.u08, control.u09, control.u10, control.u11, control.u12, control.u13, control.u14, control.u15, control.u16, control.u17, control.u18, control.u19, control.u20, control.u21, control.u22, control.u23, control.u24, control.u25, control.u26, control.u27, control.u28, control.u29, control.u30, control.u31, control.u32, control.u33, control.u34, control.u35, control.u36, control.u37, control.u38, control.u39, control.u40, control.u41, control.u42, control.u43, control.u44, control.u45, control.u46, control.u47, control.u48, control.u49, control.u50, control.u51, control.u52, control.u53, control.u54, control.u55, control.u56, control.u57, control.u58, control.u59, control.u60, control.u61, control.u62, control.u63, control.u64, control.u65, control.u66, control.u67, control.u68, control.u69, control.u70, control.u71, control.u72, control.u73, control.u74, control.u75, control.u76, control.u77, control.u78, control.u79, control.u80, control.u81, control.u82, control.u83, control.u84, control.u85, control.u86, control.u87, control.u88, control.u89, control.u90, control.u91, control.u92, control.u93, control.u94, control.u95, control.u96, control.u97, control.u98, control.u99);
}

fn control_from_array(values: array<f32, CONTROL_SIZE>) -> Control {
    return Control(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16], values[17], values[18], values[19], values[20], values[21], values[22], values[23], values[24], values[25], values[26], values[27], values[28], values[29], values[30], values[31], values[32], values[33], values[34], values[35], values[36], values[37], values[38], values[39], values[40], values[41], values[42], values[43], values[44], values[45], values[46], values[47], values[48], values[49], values[50], values[51], values[52], values[53], values[54], values[55], values[56], values[57], values[58], values[59], values[60], values[61], values[62], values[63], values[64], values[65], values[66], values[67], values[68], values[69], values[70], values[71], values[72], values[73], values[74], values[75], values[76], values[77], values[78], values[79], values[80], values[81], values[82], values[83], values[84], values[85], values[86], values[87], values[88], values[89], values[90], values[91], values[92], values[93], values[94], values[95], values[96], values[97], values[98], values[99]);
}

fn advance(parameters: Parameters, state: State, control: Control) -> State {
    return State(
        parameters.persistence * state.x00 + parameters.gain * control.u00,
        parameters.persistence * state.x01 + parameters.gain * control.u01,
        parameters.persistence * state.x02 + parameters.gain * control.u02,
        parameters.persistence * state.x03 + parameters.gain * control.u03,
        parameters.persistence * state.x04 + parameters.gain * control.u04,
        parameters.persistence * state.x05 + parameters.gain * control.u05,
        parameters.persistence * state.x06 + parameters.gain * control.u06,
        parameters.persistence * state.x07 + parameters.gain * control.u07,
        parameters.persistence * state.x08 + parameters.gain * control.u08,
        parameters.persistence * state.x09 + parameters.gain * control.u09,
        parameters.persistence * state.x10 + parameters.gain * control.u10,
        parameters.persistence * state.x11 + parameters.gain * control.u11,
        parameters.persistence * state.x12 + parameters.gain * control.u12,
        parameters.persistence * state.x13 + parameters.gain * control.u13,
        parameters.persistence * state.x14 + parameters.gain * control.u14,
        parameters.persistence * state.x15 + parameters.gain * control.u15,
        parameters.persistence * state.x16 + parameters.gain * control.u16,
        parameters.persistence * state.x17 + parameters.gain * control.u17,
        parameters.persistence * state.x18 + parameters.gain * control.u18,
        parameters.persistence * state.x19 + parameters.gain * control.u19,
        parameters.persistence * state.x20 + parameters.gain * control.u20,
        parameters.persistence * state.x21 + parameters.gain * control.u21,
        parameters.persistence * state.x22 + parameters.gain * control.u22,
        parameters.persistence * state.x23 + parameters.gain * control.u23,
        parameters.persistence * state.x24 + parameters.gain * control.u24,
        parameters.persistence * state.x25 + parameters.gain * control.u25,
        parameters.persistence * state.x26 + parameters.gain * control.u26,
        parameters.persistence * state.x27 + parameters.gain * control.u27,
        parameters.persistence * state.x28 + parameters.gain * control.u28,
        parameters.persistence * state.x29 + parameters.gain * control.u29,
        parameters.persistence * state.x30 + parameters.gain * control.u30,
        parameters.persistence * state.x31 + parameters.gain * control.u31,
        parameters.persistence * state.x32 + parameters.gain * control.u32,
        parameters.persistence * state.x33 + parameters.gain * control.u33,
        parameters.persistence * state.x34 + parameters.gain * control.u34,
        parameters.persistence * state.x35 + parameters.gain * control.u35,
        parameters.persistence * state.x36 + parameters.gain * control.u36,
        parameters.persistence * state.x37 + parameters.gain * control.u37,
        parameters.persistence * state.x38 + parameters.gain * control.u38,
        parameters.persistence * state.x39 + parameters.gain * control.u39,
        parameters.persistence * state.x40 + parameters.gain * control.u40,
        parameters.persistence * state.x41 + parameters.gain * control.u41,
        parameters.persistence * state.x42 + parameters.gain * control.u42,
        parameters.persistence * state.x43 + parameters.gain * control.u43,
        parameters.persistence * state.x44 + parameters.gain * control.u44,
        parameters.persistence * state.x45 + parameters.gain * control.u45,
        parameters.persistence * state.x46 + parameters.gain * control.u46,
        parameters.persistence * state.x47 + parameters.gain * control.u47,
        parameters.persistence * state.x48 + parameters.gain * control.u48,
        parameters.persistence * state.x49 + parameters.gain * control.u49,
        parameters.persistence * state.x50 + parameters.gain * control.u50,
        parameters.persistence * state.x51 + parameters.gain * control.u51,
        parameters.persistence * state.x52 + parameters.gain * control.u52,
        parameters.persistence * state.x53 + parameters.gain * control.u53,
        parameters.persistence * state.x54 + parameters.gain * control.u54,
        parameters.persistence * state.x55 + parameters.gain * control.u55,
        parameters.persistence * state.x56 + parameters.gain * control.u56,
        parameters.persistence * state.x57 + parameters.gain * control.u57,
        parameters.persistence * state.x58 + parameters.gain * control.u58,
        parameters.persistence * state.x59 + parameters.gain * control.u59,
        parameters.persistence * state.x60 + parameters.gain * control.u60,
        parameters.persistence * state.x61 + parameters.gain * control.u61,
        parameters.persistence * state.x62 + parameters.gain * control.u62,
        parameters.persistence * state.x63 + parameters.gain * control.u63,
        parameters.persistence * state.x64 + parameters.gain * control.u64,
        parameters.persistence * state.x65 + parameters.gain * control.u65,
        parameters.persistence * state.x66 + parameters.gain * control.u66,
        parameters.persistence * state.x67 + parameters.gain * control.u67,
        parameters.persistence * state.x68 + parameters.gain * control.u68,
        parameters.persistence * state.x69 + parameters.gain * control.u69,
        parameters.persistence * state.x70 + parameters.gain * control.u70,
        parameters.persistence * state.x71 + parameters.gain * control.u71,
        parameters.persistence * state.x72 + parameters.gain * control.u72,
        parameters.persistence * state.x73 + parameters.gain * control.u73,
        parameters.persistence * state.x74 + parameters.gain * control.u74,
        parameters.persistence * state.x75 + parameters.gain * control.u75,
        parameters.persistence * state.x76 + parameters.gain * control.u76,
        parameters.persistence * state.x77 + parameters.gain * control.u77,
        parameters.persistence * state.x78 + parameters.gain * control.u78,
        parameters.persistence * state.x79 + parameters.gain * control.u79,
        parameters.persistence * state.x80 + parameters.gain * control.u80,
        parameters.persistence * state.x81 + parameters.gain * control.u81,
        parameters.persistence * state.x82 + parameters.gain * control.u82,
        parameters.persistence * state.x83 + parameters.gain * control.u83,
        parameters.persistence * state.x84 + parameters.gain * control.u84,
        parameters.persistence * state.x85 + parameters.gain * control.u85,
        parameters.persistence * state.x86 + parameters.gain * control.u86,
        parameters.persistence * state.x87 + parameters.gain * control.u87,
        parameters.persistence * state.x88 + parameters.gain * control.u88,
        parameters.persistence * state.x89 + parameters.gain * control.u89,
        parameters.persistence * state.x90 + parameters.gain * control.u90,
        parameters.persistence * state.x91 + parameters.gain * control.u91,
        parameters.persistence * state.x92 + parameters.gain * control.u92,
        parameters.persistence * state.x93 + parameters.gain * control.u93,
        parameters.persistence * state.x94 + parameters.gain * control.u94,
        parameters.persistence * state.x95 + parameters.gain * control.u95,
        parameters.persistence * state.x96 + parameters.gain * control.u96,
        parameters.persistence * state.x97 + parameters.gain * control.u97,
        parameters.persistence * state.x98 + parameters.gain * control.u98,
        parameters.persistence * state.x99 + parameters.gain * control.u99,
    );
}

fn stage_cost(parameters: Parameters, state: State, control: Control, time: f32) -> f32 {
    let t0 = state.x00 * state.x00 + state.x01 * state.x01 + state.x02 * state.x02;
    let t1 = t0 + state.x03 * state.x03 + state.x04 * state.x04 + state.x05 * state.x05;
    let t2 = t1 + state.x06 * state.x06 + state.x07 * state.x07 + state.x08 * state.x08;
    let t3 = t2 + state.x09 * state.x09 + state.x10 * state.x10 + state.x11 * state.x11;
    let t4 = t3 + state.x12 * state.x12 + state.x13 * state.x13 + state.x14 * state.x14;
    let t5 = t4 + state.x15 * state.x15 + state.x16 * state.x16 + state.x17 * state.x17;
    let t6 = t5 + state.x18 * state.x18 + state.x19 * state.x19 + state.x20 * state.x20;
    let t7 = t6 + state.x21 * state.x21 + state.x22 * state.x22 + state.x23 * state.x23;
    let t8 = t7 + state.x24 * state.x24 + state.x25 * state.x25 + state.x26 * state.x26;
    let t9 = t8 + state.x27 * state.x27 + state.x28 * state.x28 + state.x29 * state.x29;
    let t10 = t9 + state.x30 * state.x30 + state.x31 * state.x31 + state.x32 * state.x32;
    let t11 = t10 + state.x33 * state.x33 + state.x34 * state.x34 + state.x35 * state.x35;
    let t12 = t11 + state.x36 * state.x36 + state.x37 * state.x37 + state.x38 * state.x38;
    let t13 = t12 + state.x39 * state.x39 + state.x40 * state.x40 + state.x41 * state.x41;
    let t14 = t13 + state.x42 * state.x42 + state.x43 * state.x43 + state.x44 * state.x44;
    let t15 = t14 + state.x45 * state.x45 + state.x46 * state.x46 + state.x47 * state.x47;
    let t16 = t15 + state.x48 * state.x48 + state.x49 * state.x49 + state.x50 * state.x50;
    let t17 = t16 + state.x51 * state.x51 + state.x52 * state.x52 + state.x53 * state.x53;
    let t18 = t17 + state.x54 * state.x54 + state.x55 * state.x55 + state.x56 * state.x56;
    let t19 = t18 + state.x57 * state.x57 + state.x58 * state.x58 + state.x59 * state.x59;
    let t20 = t19 + state.x60 * state.x60 + state.x61 * state.x61 + state.x62 * state.x62;
    let t21 = t20 + state.x63 * state.x63 + state.x64 * state.x64 + state.x65 * state.x65;
    let t22 = t21 + state.x66 * state.x66 + state.x67 * state.x67 + state.x68 * state.x68;
    let t23 = t22 + state.x69 * state.x69 + state.x70 * state.x70 + state.x71 * state.x71;
    let t24 = t23 + state.x72 * state.x72 + state.x73 * state.x73 + state.x74 * state.x74;
    let t25 = t24 + state.x75 * state.x75 + state.x76 * state.x76 + state.x77 * state.x77;
    let t26 = t25 + state.x78 * state.x78 + state.x79 * state.x79 + state.x80 * state.x80;
    let t27 = t26 + state.x81 * state.x81 + state.x82 * state.x82 + state.x83 * state.x83;
    let t28 = t27 + state.x84 * state.x84 + state.x85 * state.x85 + state.x86 * state.x86;
    let t29 = t28 + state.x87 * state.x87 + state.x88 * state.x88 + state.x89 * state.x89;
    let t30 = t29 + state.x90 * state.x90 + state.x91 * state.x91 + state.x92 * state.x92;
    let t31 = t30 + state.x93 * state.x93 + state.x94 * state.x94 + state.x95 * state.x95;
    let t32 = t31 + state.x96 * state.x96 + state.x97 * state.x97 + state.x98 * state.x98;
    let t33 = control.u00 * control.u00 + control.u01 * control.u01 + control.u02 * control.u02;
    let t34 = t33 + control.u03 * control.u03 + control.u04 * control.u04 + control.u05 * control.u05;
    let t35 = t34 + control.u06 * control.u06 + control.u07 * control.u07 + control.u08 * control.u08;
    let t36 = t35 + control.u09 * control.u09 + control.u10 * control.u10 + control.u11 * control.u11;
    let t37 = t36 + control.u12 * control.u12 + control.u13 * control.u13 + control.u14 * control.u14;
    let t38 = t37 + control.u15 * control.u15 + control.u16 * control.u16 + control.u17 * control.u17;
    let t39 = t38 + control.u18 * control.u18 + control.u19 * control.u19 + control.u20 * control.u20;
    let t40 = t39 + control.u21 * control.u21 + control.u22 * control.u22 + control.u23 * control.u23;
    let t41 = t40 + control.u24 * control.u24 + control.u25 * control.u25 + control.u26 * control.u26;
    let t42 = t41 + control.u27 * control.u27 + control.u28 * control.u28 + control.u29 * control.u29;
    let t43 = t42 + control.u30 * control.u30 + control.u31 * control.u31 + control.u32 * control.u32;
    let t44 = t43 + control.u33 * control.u33 + control.u34 * control.u34 + control.u35 * control.u35;
    let t45 = t44 + control.u36 * control.u36 + control.u37 * control.u37 + control.u38 * control.u38;
    let t46 = t45 + control.u39 * control.u39 + control.u40 * control.u40 + control.u41 * control.u41;
    let t47 = t46 + control.u42 * control.u42 + control.u43 * control.u43 + control.u44 * control.u44;
    let t48 = t47 + control.u45 * control.u45 + control.u46 * control.u46 + control.u47 * control.u47;
    let t49 = t48 + control.u48 * control.u48 + control.u49 * control.u49 + control.u50 * control.u50;
    let t50 = t49 + control.u51 * control.u51 + control.u52 * control.u52 + control.u53 * control.u53;
    let t51 = t50 + control.u54 * control.u54 + control.u55 * control.u55 + control.u56 * control.u56;
    let t52 = t51 + control.u57 * control.u57 + control.u58 * control.u58 + control.u59 * control.u59;
    let t53 = t52 + control.u60 * control.u60 + control.u61 * control.u61 + control.u62 * control.u62;
    let t54 = t53 + control.u63 * control.u63 + control.u64 * control.u64 + control.u65 * control.u65;
    let t55 = t54 + control.u66 * control.u66 + control.u67 * control.u67 + control.u68 * control.u68;
    let t56 = t55 + control.u69 * control.u69 + control.u70 * control.u70 + control.u71 * control.u71;
    let t57 = t56 + control.u72 * control.u72 + control.u73 * control.u73 + control.u74 * control.u74;
    let t58 = t57 + control.u75 * control.u75 + control.u76 * control.u76 + control.u77 * control.u77;
    let t59 = t58 + control.u78 * control.u78 + control.u79 * control.u79 + control.u80 * control.u80;
    let t60 = t59 + control.u81 * control.u81 + control.u82 * control.u82 + control.u83 * control.u83;
    let t61 = t60 + control.u84 * control.u84 + control.u85 * control.u85 + control.u86 * control.u86;
    let t62 = t61 + control.u87 * control.u87 + control.u88 * control.u88 + control.u89 * control.u89;
    let t63 = t62 + control.u90 * control.u90 + control.u91 * control.u91 + control.u92 * control.u92;
    let t64 = t63 + control.u93 * control.u93 + control.u94 * control.u94 + control.u95 * control.u95;
    let t65 = t64 + control.u96 * control.u96 + control.u97 * control.u97 + control.u98 * control.u98;
    return parameters.weight * (t32 + state.x99 * state.x99) + parameters.effort * (t65 + control.u99 * control.u99);
}

fn final_cost(parameters: Parameters, state: State) -> f32 {
    let t0 = state.x00 * state.x00 + state.x01 * state.x01 + state.x02 * state.x02;
    let t1 = t0 + state.x03 * state.x03 + state.x04 * state.x04 + state.x05 * state.x05;
    let t2 = t1 + state.x06 * state.x06 + state.x07 * state.x07 + state.x08 * state.x08;
    let t3 = t2 + state.x09 * state.x09 + state.x10 * state.x10 + state.x11 * state.x11;
    let t4 = t3 + state.x12 * state.x12 + state.x13 * state.x13 + state.x14 * state.x14;
    let t5 = t4 + state.x15 * state.x15 + state.x16 * state.x16 + state.x17 * state.x17;
    let t6 = t5 + state.x18 * state.x18 + state.x19 * state.x19 + state.x20 * state.x20;
    let t7 = t6 + state.x21 * state.x21 + state.x22 * state.x22 + state.x23 * state.x23;
    let t8 = t7 + state.x24 * state.x24 + state.x25 * state.x25 + state.x26 * state.x26;
    let t9 = t8 + state.x27 * state.x27 + state.x28 * state.x28 + state.x29 * state.x29;
    let t10 = t9 + state.x30 * state.x30 + state.x31 * state.x31 + state.x32 * state.x32;
    let t11 = t10 + state.x33 * state.x33 + state.x34 * state.x34 + state.x35 * state.x35;
    let t12 = t11 + state.x36 * state.x36 + state.x37 * state.x37 + state.x38 * state.x38;
    let t13 = t12 + state.x39 * state.x39 + state.x40 * state.x40 + state.x41 * state.x41;
    let t14 = t13 + state.x42 * state.x42 + state.x43 * state.x43 + state.x44 * state.x44;
    let t15 = t14 + state.x45 * state.x45 + state.x46 * state.x46 + state.x47 * state.x47;
    let t16 = t15 + state.x48 * state.x48 + state.x49 * state.x49 + state.x50 * state.x50;
    let t17 = t16 + state.x51 * state.x51 + state.x52 * state.x52 + state.x53 * state.x53;
    let t18 = t17 + state.x54 * state.x54 + state.x55 * state.x55 + state.x56 * state.x56;
    let t19 = t18 + state.x57 * state.x57 + state.x58 * state.x58 + state.x59 * state.x59;
    let t20 = t19 + state.x60 * state.x60 + state.x61 * state.x61 + state.x62 * state.x62;
    let t21 = t20 + state.x63 * state.x63 + state.x64 * state.x64 + state.x65 * state.x65;
    let t22 = t21 + state.x66 * state.x66 + state.x67 * state.x67 + state.x68 * state.x68;
    let t23 = t22 + state.x69 * state.x69 + state.x70 * state.x70 + state.x71 * state.x71;
    let t24 = t23 + state.x72 * state.x72 + state.x73 * state.x73 + state.x74 * state.x74;
    let t25 = t24 + state.x75 * state.x75 + state.x76 * state.x76 + state.x77 * state.x77;
    let t26 = t25 + state.x78 * state.x78 + state.x79 * state.x79 + state.x80 * state.x80;
    let t27 = t26 + state.x81 * state.x81 + state.x82 * state.x82 + state.x83 * state.x83;
    let t28 = t27 + state.x84 * state.x84 + state.x85 * state.x85 + state.x86 * state.x86;
    let t29 = t28 + state.x87 * state.x87 + state.x88 * state.x88 + state.x89 * state.x89;
    let t30 = t29 + state.x90 * state.x90 + state.x91 * state.x91 + state.x92 * state.x92;
    let t31 = t30 + state.x93 * state.x93 + state.x94 * state.x94 + state.x95 * state.x95;
    let t32 = t31 + state.x96 * state.x96 + state.x97 * state.x97 + state.x98 * state.x98;
    return parameters.final_weight * (t32 + state.x99 * state.x99);
}

// The gradient of cotangent . advance + stage_cost.
fn step_vjp(parameters: Parameters, state: State, control: Control, time: f32, cotangent: State) -> StateControl {
    let t0 = 2.0 * parameters.effort;
    let t1 = 2.0 * parameters.weight;
    return StateControl(
        State(
            t1 * state.x00 + cotangent.x00 * parameters.persistence,
            t1 * state.x01 + cotangent.x01 * parameters.persistence,
            t1 * state.x02 + cotangent.x02 * parameters.persistence,
            t1 * state.x03 + cotangent.x03 * parameters.persistence,
            t1 * state.x04 + cotangent.x04 * parameters.persistence,
            t1 * state.x05 + cotangent.x05 * parameters.persistence,
            t1 * state.x06 + cotangent.x06 * parameters.persistence,
            t1 * state.x07 + cotangent.x07 * parameters.persistence,
            t1 * state.x08 + cotangent.x08 * parameters.persistence,
            t1 * state.x09 + cotangent.x09 * parameters.persistence,
            t1 * state.x10 + cotangent.x10 * parameters.persistence,
            t1 * state.x11 + cotangent.x11 * parameters.persistence,
            t1 * state.x12 + cotangent.x12 * parameters.persistence,
            t1 * state.x13 + cotangent.x13 * parameters.persistence,
            t1 * state.x14 + cotangent.x14 * parameters.persistence,
            t1 * state.x15 + cotangent.x15 * parameters.persistence,
            t1 * state.x16 + cotangent.x16 * parameters.persistence,
            t1 * state.x17 + cotangent.x17 * parameters.persistence,
            t1 * state.x18 + cotangent.x18 * parameters.persistence,
            t1 * state.x19 + cotangent.x19 * parameters.persistence,
            t1 * state.x20 + cotangent.x20 * parameters.persistence,
            t1 * state.x21 + cotangent.x21 * parameters.persistence,
            t1 * state.x22 + cotangent.x22 * parameters.persistence,
            t1 * state.x23 + cotangent.x23 * parameters.persistence,
            t1 * state.x24 + cotangent.x24 * parameters.persistence,
            t1 * state.x25 + cotangent.x25 * parameters.persistence,
            t1 * state.x26 + cotangent.x26 * parameters.persistence,
            t1 * state.x27 + cotangent.x27 * parameters.persistence,
            t1 * state.x28 + cotangent.x28 * parameters.persistence,
            t1 * state.x29 + cotangent.x29 * parameters.persistence,
            t1 * state.x30 + cotangent.x30 * parameters.persistence,
            t1 * state.x31 + cotangent.x31 * parameters.persistence,
            t1 * state.x32 + cotangent.x32 * parameters.persistence,
            t1 * state.x33 + cotangent.x33 * parameters.persistence,
            t1 * state.x34 + cotangent.x34 * parameters.persistence,
            t1 * state.x35 + cotangent.x35 * parameters.persistence,
            t1 * state.x36 + cotangent.x36 * parameters.persistence,
            t1 * state.x37 + cotangent.x37 * parameters.persistence,
            t1 * state.x38 + cotangent.x38 * parameters.persistence,
            t1 * state.x39 + cotangent.x39 * parameters.persistence,
            t1 * state.x40 + cotangent.x40 * parameters.persistence,
            t1 * state.x41 + cotangent.x41 * parameters.persistence,
            t1 * state.x42 + cotangent.x42 * parameters.persistence,
            t1 * state.x43 + cotangent.x43 * parameters.persistence,
            t1 * state.x44 + cotangent.x44 * parameters.persistence,
            t1 * state.x45 + cotangent.x45 * parameters.persistence,
            t1 * state.x46 + cotangent.x46 * parameters.persistence,
            t1 * state.x47 + cotangent.x47 * parameters.persistence,
            t1 * state.x48 + cotangent.x48 * parameters.persistence,
            t1 * state.x49 + cotangent.x49 * parameters.persistence,
            t1 * state.x50 + cotangent.x50 * parameters.persistence,
            t1 * state.x51 + cotangent.x51 * parameters.persistence,
            t1 * state.x52 + cotangent.x52 * parameters.persistence,
            t1 * state.x53 + cotangent.x53 * parameters.persistence,
            t1 * state.x54 + cotangent.x54 * parameters.persistence,
            t1 * state.x55 + cotangent.x55 * parameters.persistence,
            t1 * state.x56 + cotangent.x56 * parameters.persistence,
            t1 * state.x57 + cotangent.x57 * parameters.persistence,
            t1 * state.x58 + cotangent.x58 * parameters.persistence,
            t1 * state.x59 + cotangent.x59 * parameters.persistence,
            t1 * state.x60 + cotangent.x60 * parameters.persistence,
            t1 * state.x61 + cotangent.x61 * parameters.persistence,
            t1 * state.x62 + cotangent.x62 * parameters.persistence,
            t1 * state.x63 + cotangent.x63 * parameters.persistence,
            t1 * state.x64 + cotangent.x64 * parameters.persistence,
            t1 * state.x65 + cotangent.x65 * parameters.persistence,
            t1 * state.x66 + cotangent.x66 * parameters.persistence,
            t1 * state.x67 + cotangent.x67 * parameters.persistence,
            t1 * state.x68 + cotangent.x68 * parameters.persistence,
            t1 * state.x69 + cotangent.x69 * parameters.persistence,
            t1 * state.x70 + cotangent.x70 * parameters.persistence,
            t1 * state.x71 + cotangent.x71 * parameters.persistence,
            t1 * state.x72 + cotangent.x72 * parameters.persistence,
            t1 * state.x73 + cotangent.x73 * parameters.persistence,
            t1 * state.x74 + cotangent.x74 * parameters.persistence,
            t1 * state.x75 + cotangent.x75 * parameters.persistence,
            t1 * state.x76 + cotangent.x76 * parameters.persistence,
            t1 * state.x77 + cotangent.x77 * parameters.persistence,
            t1 * state.x78 + cotangent.x78 * parameters.persistence,
            t1 * state.x79 + cotangent.x79 * parameters.persistence,
            t1 * state.x80 + cotangent.x80 * parameters.persistence,
            t1 * state.x81 + cotangent.x81 * parameters.persistence,
            t1 * state.x82 + cotangent.x82 * parameters.persistence,
            t1 * state.x83 + cotangent.x83 * parameters.persistence,
            t1 * state.x84 + cotangent.x84 * parameters.persistence,
            t1 * state.x85 + cotangent.x85 * parameters.persistence,
            t1 * state.x86 + cotangent.x86 * parameters.persistence,
            t1 * state.x87 + cotangent.x87 * parameters.persistence,
            t1 * state.x88 + cotangent.x88 * parameters.persistence,
            t1 * state.x89 + cotangent.x89 * parameters.persistence,
            t1 * state.x90 + cotangent.x90 * parameters.persistence,
            t1 * state.x91 + cotangent.x91 * parameters.persistence,
            t1 * state.x92 + cotangent.x92 * parameters.persistence,
            t1 * state.x93 + cotangent.x93 * parameters.persistence,
            t1 * state.x94 + cotangent.x94 * parameters.persistence,
            t1 * state.x95 + cotangent.x95 * parameters.persistence,
            t1 * state.x96 + cotangent.x96 * parameters.persistence,
            t1 * state.x97 + cotangent.x97 * parameters.persistence,
            t1 * state.x98 + cotangent.x98 * parameters.persistence,
            t1 * state.x99 + cotangent.x99 * parameters.persistence,
        ),
        Control(
            t0 * control.u00 + cotangent.x00 * parameters.gain,
            t0 * control.u01 + cotangent.x01 * parameters.gain,
            t0 * control.u02 + cotangent.x02 * parameters.gain,
            t0 * control.u03 + cotangent.x03 * parameters.gain,
            t0 * control.u04 + cotangent.x04 * parameters.gain,
            t0 * control.u05 + cotangent.x05 * parameters.gain,
            t0 * control.u06 + cotangent.x06 * parameters.gain,
            t0 * control.u07 + cotangent.x07 * parameters.gain,
            t0 * control.u08 + cotangent.x08 * parameters.gain,
            t0 * control.u09 + cotangent.x09 * parameters.gain,
            t0 * control.u10 + cotangent.x10 * parameters.gain,
            t0 * control.u11 + cotangent.x11 * parameters.gain,
            t0 * control.u12 + cotangent.x12 * parameters.gain,
            t0 * control.u13 + cotangent.x13 * parameters.gain,
            t0 * control.u14 + cotangent.x14 * parameters.gain,
            t0 * control.u15 + cotangent.x15 * parameters.gain,
            t0 * control.u16 + cotangent.x16 * parameters.gain,
            t0 * control.u17 + cotangent.x17 * parameters.gain,
            t0 * control.u18 + cotangent.x18 * parameters.gain,
            t0 * control.u19 + cotangent.x19 * parameters.gain,
            t0 * control.u20 + cotangent.x20 * parameters.gain,
            t0 * control.u21 + cotangent.x21 * parameters.gain,
            t0 * control.u22 + cotangent.x22 * parameters.gain,
            t0 * control.u23 + cotangent.x23 * parameters.gain,
            t0 * control.u24 + cotangent.x24 * parameters.gain,
            t0 * control.u25 + cotangent.x25 * parameters.gain,
            t0 * control.u26 + cotangent.x26 * parameters.gain,
            t0 * control.u27 + cotangent.x27 * parameters.gain,
            t0 * control.u28 + cotangent.x28 * parameters.gain,
            t0 * control.u29 + cotangent.x29 * parameters.gain,
            t0 * control.u30 + cotangent.x30 * parameters.gain,
            t0 * control.u31 + cotangent.x31 * parameters.gain,
            t0 * control.u32 + cotangent.x32 * parameters.gain,
            t0 * control.u33 + cotangent.x33 * parameters.gain,
            t0 * control.u34 + cotangent.x34 * parameters.gain,
            t0 * control.u35 + cotangent.x35 * parameters.gain,
            t0 * control.u36 + cotangent.x36 * parameters.gain,
            t0 * control.u37 + cotangent.x37 * parameters.gain,
            t0 * control.u38 + cotangent.x38 * parameters.gain,
            t0 * control.u39 + cotangent.x39 * parameters.gain,
            t0 * control.u40 + cotangent.x40 * parameters.gain,
            t0 * control.u41 + cotangent.x41 * parameters.gain,
            t0 * control.u42 + cotangent.x42 * parameters.gain,
            t0 * control.u43 + cotangent.x43 * parameters.gain,
            t0 * control.u44 + cotangent.x44 * parameters.gain,
            t0 * control.u45 + cotangent.x45 * parameters.gain,
            t0 * control.u46 + cotangent.x46 * parameters.gain,
            t0 * control.u47 + cotangent.x47 * parameters.gain,
            t0 * control.u48 + cotangent.x48 * parameters.gain,
            t0 * control.u49 + cotangent.x49 * parameters.gain,
            t0 * control.u50 + cotangent.x50 * parameters.gain,
            t0 * control.u51 + cotangent.x51 * parameters.gain,
            t0 * control.u52 + cotangent.x52 * parameters.gain,
            t0 * control.u53 + cotangent.x53 * parameters.gain,
            t0 * control.u54 + cotangent.x54 * parameters.gain,
            t0 * control.u55 + cotangent.x55 * parameters.gain,
            t0 * control.u56 + cotangent.x56 * parameters.gain,
            t0 * control.u57 + cotangent.x57 * parameters.gain,
            t0 * control.u58 + cotangent.x58 * parameters.gain,
            t0 * control.u59 + cotangent.x59 * parameters.gain,
            t0 * control.u60 + cotangent.x60 * parameters.gain,
            t0 * control.u61 + cotangent.x61 * parameters.gain,
            t0 * control.u62 + cotangent.x62 * parameters.gain,
            t0 * control.u63 + cotangent.x63 * parameters.gain,
            t0 * control.u64 + cotangent.x64 * parameters.gain,
            t0 * control.u65 + cotangent.x65 * parameters.gain,
            t0 * control.u66 + cotangent.x66 * parameters.gain,
            t0 * control.u67 + cotangent.x67 * parameters.gain,
            t0 * control.u68 + cotangent.x68 * parameters.gain,
            t0 * control.u69 + cotangent.x69 * parameters.gain,
            t0 * control.u70 + cotangent.x70 * parameters.gain,
            t0 * control.u71 + cotangent.x71 * parameters.gain,
            t0 * control.u72 + cotangent.x72 * parameters.gain,
            t0 * control.u73 + cotangent.x73 * parameters.gain,
            t0 * control.u74 + cotangent.x74 * parameters.gain,
            t0 * control.u75 + cotangent.x75 * parameters.gain,
            t0 * control.u76 + cotangent.x76 * parameters.gain,
            t0 * control.u77 + cotangent.x77 * parameters.gain,
            t0 * control.u78 + cotangent.x78 * parameters.gain,
            t0 * control.u79 + cotangent.x79 * parameters.gain,
            t0 * control.u80 + cotangent.x80 * parameters.gain,
            t0 * control.u81 + cotangent.x81 * parameters.gain,
            t0 * control.u82 + cotangent.x82 * parameters.gain,
            t0 * control.u83 + cotangent.x83 * parameters.gain,
            t0 * control.u84 + cotangent.x84 * parameters.gain,
            t0 * control.u85 + cotangent.x85 * parameters.gain,
            t0 * control.u86 + cotangent.x86 * parameters.gain,
            t0 * control.u87 + cotangent.x87 * parameters.gain,
            t0 * control.u88 + cotangent.x88 * parameters.gain,
            t0 * control.u89 + cotangent.x89 * parameters.gain,
            t0 * control.u90 + cotangent.x90 * parameters.gain,
            t0 * control.u91 + cotangent.x91 * parameters.gain,
            t0 * control.u92 + cotangent.x92 * parameters.gain,
            t0 * control.u93 + cotangent.x93 * parameters.gain,
            t0 * control.u94 + cotangent.x94 * parameters.gain,
            t0 * control.u95 + cotangent.x95 * parameters.gain,
            t0 * control.u96 + cotangent.x96 * parameters.gain,
            t0 * control.u97 + cotangent.x97 * parameters.gain,
            t0 * control.u98 + cotangent.x98 * parameters.gain,
            t0 * control.u99 + cotangent.x99 * parameters.gain,
        ),
    );
}

fn final_cost_gradient(parameters: Parameters, state: State) -> State {
    let t0 = 2.0 * parameters.final_weight;
    return State(
        t0 * state.x00,
        t0 * state.x01,
        t0 * state.x02,
        t0 * state.x03,
        t0 * state.x04,
        t0 * state.x05,
        t0 * state.x06,
        t0 * state.x07,
        t0 * state.x08,
        t0 * state.x09,
        t0 * state.x10,
        t0 * state.x11,
        t0 * state.x12,
        t0 * state.x13,
        t0 * state.x14,
        t0 * state.x15,
        t0 * state.x16,
        t0 * state.x17,
        t0 * state.x18,
        t0 * state.x19,
        t0 * state.x20,
        t0 * state.x21,
        t0 * state.x22,
        t0 * state.x23,
        t0 * state.x24,
        t0 * state.x25,
        t0 * state.x26,
        t0 * state.x27,
        t0 * state.x28,
        t0 * state.x29,
        t0 * state.x30,
        t0 * state.x31,
        t0 * state.x32,
        t0 * state.x33,
        t0 * state.x34,
        t0 * state.x35,
        t0 * state.x36,
        t0 * state.x37,
        t0 * state.x38,
        t0 * state.x39,
        t0 * state.x40,
        t0 * state.x41,
        t0 * state.x42,
        t0 * state.x43,
        t0 * state.x44,
        t0 * state.x45,
        t0 * state.x46,
        t0 * state.x47,
        t0 * state.x48,
        t0 * state.x49,
        t0 * state.x50,
        t0 * state.x51,
        t0 * state.x52,
        t0 * state.x53,
        t0 * state.x54,
        t0 * state.x55,
        t0 * state.x56,
        t0 * state.x57,
        t0 * state.x58,
        t0 * state.x59,
        t0 * state.x60,
        t0 * state.x61,
        t0 * state.x62,
        t0 * state.x63,
        t0 * state.x64,
        t0 * state.x65,
        t0 * state.x66,
        t0 * state.x67,
        t0 * state.x68,
        t0 * state.x69,
        t0 * state.x70,
        t0 * state.x71,
        t0 * state.x72,
        t0 * state.x73,
        t0 * state.x74,
        t0 * state.x75,
        t0 * state.x76,
        t0 * state.x77,
        t0 * state.x78,
        t0 * state.x79,
        t0 * state.x80,
        t0 * state.x81,
        t0 * state.x82,
        t0 * state.x83,
        t0 * state.x84,
        t0 * state.x85,
        t0 * state.x86,
        t0 * state.x87,
        t0 * state.x88,
        t0 * state.x89,
        t0 * state.x90,
        t0 * state.x91,
        t0 * state.x92,
        t0 * state.x93,
        t0 * state.x94,
        t0 * state.x95,
        t0 * state.x96,
        t0 * state.x97,
        t0 * state.x98,
        t0 * state.x99,
    );
}
