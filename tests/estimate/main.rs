//! Room `estimate`: the estimators against closed forms, the rules of alpha, the directions.

#[path = "../common/engines.rs"]
mod engines;

mod barrier_noise;
mod directions;
mod estimators;
mod linearize;
mod rules;
mod single_precision;
