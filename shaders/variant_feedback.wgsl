// What differs between variants of the kernels: a toy network of 1 state, 2 hidden values and 1 control with noise on
// the action. The host prints the same constants for a real policy.

const NOISE_ON_ACTION: bool = true; // if true, score holds the score of theta; if false it is score_shape(noise)
const NOISE_IS_STORED: bool = true; // if true, the rows of noise were filled before the rollout

const LAYERS: u32 = 2u;
const LAYER_SIZES: array<u32, 3> = array<u32, 3>(1u, 2u, 1u); // states, hidden values, controls
const ACTIVATIONS: u32 = 4u; // their sum
const HAS_BIAS: bool = true;

const HAS_KNOTS: bool = false; // if true, theta are values in time; see feedback.wgsl
const KNOT_STEPS: u32 = 1u;
const KNOTS_TAKEN: u32 = 1u;
const KNOT_PERIOD: u32 = 1u;
const KNOT_FACTORS: array<f32, 1> = array<f32, 1>(1.0); // KNOT_PERIOD times KNOTS_TAKEN

const HAS_NOISE_RATIOS: bool = false; // if true, controls have noise of their own, over the common one, from first to last step
const NOISE_RATIOS_FIRST: array<f32, 1> = array<f32, 1>(1.0); // one for each control, over the steps
const NOISE_RATIOS_LAST: array<f32, 1> = array<f32, 1>(1.0);
const NOISE_RATIO_STEPS: u32 = 1u;

const HAS_COVARIANCE: bool = false; // if true, noise and score follow from independent noise; see correlate
const COVARIANCE_STRIDE: u32 = 1u; // from one element that another follows from to the next
