//! Room `engine`: the engines against each other, at the edges of f32, and when a device or a call is bad.

#[path = "../common/amount.rs"]
mod amount;
#[path = "../common/engines.rs"]
mod engines;
#[path = "../common/gpu.rs"]
mod gpu;
#[path = "../common/maths_cases.rs"]
mod maths_cases;

mod agreement;
mod bad_calls;
mod brittle;
mod contact;
mod cpu_matches_gpu;
mod cpu_matches_reference;
mod distributed;
mod doctor;
mod gpu_faults;
mod gpu_kernel;
mod gpu_matches_reference;
mod noise;
mod peers;
mod planted;
mod policies;
mod range_of_f32;
mod strangers;
mod workers;
