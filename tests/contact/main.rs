//! The room `contact`: wrenches against closed forms, energies, derivatives and each other; quasi-dynamic steps.

#[path = "../common/engines.rs"]
mod engines;

mod closed_forms;
mod counts;
mod derivatives;
mod energy;
mod jumps;
mod peers;
mod quasidynamic;
mod reported;
mod scenes;
mod shapes;
mod single_precision;
mod symmetry;
