//! What may go on where a descent ended.

use super::kind::Kind;
use super::stopped::{Cause, Stopped};
use serde::Serialize;

/// Something to change that may go on where a descent ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// So many rollouts.
    Rollouts(u64),
    /// Another descent.
    Descent(Kind),
    /// Another σ.
    Sigma(f64),
}

/// How much wider σ looks beyond what has no gradient.
const WIDER: f64 = 4.0;

/// How many times the rollouts go on.
const MORE: u64 = 4;

/// What may go on after a descent that took so many rollouts under σ.
pub(super) fn after(stopped: Stopped, descent: Kind, rollouts: u64, sigma: f64) -> Vec<Advice> {
    let other = (descent != Kind::TrustRegion).then_some(Advice::Descent(Kind::TrustRegion));
    let change = match stopped.cause() {
        Cause::Budget if rollouts > 0 => Some(Advice::Rollouts(MORE * rollouts)),
        Cause::Gradient => Some(Advice::Sigma(WIDER * sigma)),
        // What is found under another σ has other minima.
        Cause::Region if other.is_none() => Some(Advice::Sigma(WIDER * sigma)),
        _ => None,
    };
    let other = other.filter(|_| matches!(stopped.cause(), Cause::Budget | Cause::Region));
    change.into_iter().chain(other).collect()
}
