//! What may go on where a descent ended.

use super::kind::Kind;
use super::options::Options;
use super::stopped::{Cause, Stopped};
use serde::Serialize;

/// Something to change that may go on where a descent ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// So many rollouts.
    Rollouts(u64),
    /// So many iterations.
    Iterations(u32),
    /// So many seconds.
    Seconds(f64),
    /// Another descent.
    Descent(Kind),
    /// Another σ.
    Sigma(f64),
}

/// How much wider σ looks beyond what has no gradient.
const WIDER: f64 = 4.0;

/// How many times what is spent goes on.
const MORE: u32 = 4;

/// What may go on after a descent under σ.
pub(super) fn after(stopped: Stopped, options: &Options, rollouts: u64, sigma: f64) -> Vec<Advice> {
    let descent = options.descent.kind();
    let other = (descent != Kind::TrustRegion).then_some(Advice::Descent(Kind::TrustRegion));
    let change = match stopped.cause() {
        // More of what ended it: more of anything else ends at the same place.
        Cause::Budget => match stopped {
            Stopped::Iterations => {
                Some(Advice::Iterations(options.iterations.saturating_mul(MORE)))
            }
            Stopped::Time => options
                .seconds
                .map(|s| Advice::Seconds(f64::from(MORE) * s)),
            _ => Some(Advice::Rollouts(u64::from(MORE) * rollouts)),
        }
        .filter(|_| rollouts > 0),
        Cause::Gradient => Some(Advice::Sigma(WIDER * sigma)),
        // What is found under another σ has other minima.
        Cause::Region if other.is_none() => Some(Advice::Sigma(WIDER * sigma)),
        _ => None,
    };
    let other = other.filter(|_| matches!(stopped.cause(), Cause::Budget | Cause::Region));
    change.into_iter().chain(other).collect()
}
