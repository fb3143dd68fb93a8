// What differs between variants of the kernels: here the open loop, whose noise is drawn where it is needed.

const NOISE_ON_ACTION: bool = false; // if true, score holds the score of theta; if false it is score_shape(noise)
const NOISE_IS_STORED: bool = false; // if true, the rows of noise were filled before the rollout
