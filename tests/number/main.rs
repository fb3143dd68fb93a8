//! Room `number`, and what it is made of in WGSL: the graph, derivatives, margins, functions, the generator.

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
mod margins;
mod maths_accuracy;
mod random123;
mod scans;
