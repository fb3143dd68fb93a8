//! Room `systems`: each against what is known of its motion, and all against their closed forms.

#[path = "../common/amount.rs"]
mod amount;
#[path = "../common/engines.rs"]
mod engines;

mod billiards;
mod bounce;
mod builder;
mod cart_pole;
mod closed_forms;
mod continuity;
mod corner;
mod correlated;
mod double_pendulum;
mod files;
mod hopper;
mod ledge;
mod lqr;
mod mating;
mod pushing;
mod quadrotor;
mod roomba;
mod shaping;
mod shove;
mod tennis;
