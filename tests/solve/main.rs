//! Room `solve`: every optimiser on problems whose solution is known.

#[path = "../common/engines.rs"]
mod engines;

mod descent;
mod optimisers;
