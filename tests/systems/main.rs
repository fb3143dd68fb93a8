//! Room `systems`: each against what is known of its motion, and all against their closed forms.

#[path = "../common/engines.rs"]
mod engines;

mod billiards;
mod builder;
mod closed_forms;
mod double_pendulum;
mod files;
mod hopper;
mod lqr;
mod pushing;
mod roomba;
mod tennis;
