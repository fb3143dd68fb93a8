//! From smoothed contact to plans.

pub mod rrt;
