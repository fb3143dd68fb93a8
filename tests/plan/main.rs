//! Planners and what they are made of.

mod methods;
mod qp;
mod rrt;
mod trust_region;
