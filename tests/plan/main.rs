//! Planners and what they are made of.

mod methods;
mod qp;
mod trust_region;
