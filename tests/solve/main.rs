//! Room `solve`: every optimiser on problems whose solution is known.

#[path = "../common/engines.rs"]
mod engines;

mod budgets;
mod curvature;
mod descent;
mod optimisers;
mod trust_region;
