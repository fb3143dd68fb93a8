//! Room `solve`: every optimiser on problems whose solution is known.

#[path = "../common/engines.rs"]
mod engines;

mod budgets;
mod covariances;
mod curvature;
mod descent;
mod identification;
mod optimisers;
mod trust_region;
