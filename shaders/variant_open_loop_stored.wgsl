// What differs between variants of the kernels: here the open loop with noise that the host has stored.

const NOISE_ON_ACTION: bool = false; // if true, score holds the score of theta; if false it is score_shape(noise)
const NOISE_IS_STORED: bool = true;  // if true, the rows of noise were filled before the rollout
