//! Room `number`, and what it is made of in WGSL: the graph, derivatives, rounded numbers, functions, the generator.

#[path = "../common/engines.rs"]
mod engines;
#[path = "../common/gpu.rs"]
mod gpu;
#[path = "../common/maths_cases.rs"]
mod maths_cases;

mod derivatives;
mod golden;
mod graph;
mod loops;
mod maths_accuracy;
mod random123;
mod rounded;
mod rows;
mod scans;
