//! What becomes of the costs of all samples.

use crate::error::{Error, Result};
use crate::number::Scalar;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The objective where bad outcomes count more: CVaR_q, the mean of the worst share q of the costs.
///
/// ```text
/// CVaR_q = min over c of c + E max(f - c, 0)/q,   the least at the quantile c of which a share q of the costs is above
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Risk {
    /// The mean of the worst share q, above 0 and at most 1; 1 is the mean of all.
    Cvar(f64),
    /// The worst one of the samples of a batch: q is 1/K.
    Worst,
}

impl Risk {
    /// CVaR of a level q in (0, 1].
    pub fn cvar(share: f64) -> Result<Self> {
        match share > 0.0 && share <= 1.0 {
            true => Ok(Self::Cvar(share)),
            false => Err(Error::invalid("risk", format!("cvar={share}"), EXPECTED)),
        }
    }
}

const EXPECTED: &str = "cvar=Q with a share Q of the worst samples above 0 and at most 1, or worst";

impl Risk {
    /// q in a batch of so many samples.
    pub fn share(self, samples: u64) -> f64 {
        match self {
            Self::Cvar(share) => share,
            Self::Worst => 1.0 / samples.max(1) as f64,
        }
    }

    /// c + max(f - c, 0)/q + ω min(f - c, 0) of c, q and ω: f itself for 0, 1 and 1, which they are until samples set them.
    pub(super) fn of<S: Scalar>(cost: S, [threshold, share, below]: [S; 3]) -> S {
        let (beyond, zero) = (cost - threshold, S::constant(0.0));
        threshold + beyond.max(zero) / share + below * beyond.min(zero)
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cvar(share) => write!(f, "cvar={share}"),
            Self::Worst => f.write_str("worst"),
        }
    }
}

impl FromStr for Risk {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || Error::invalid("risk", format!("'{text}'"), EXPECTED);
        match text.trim() {
            "worst" => Ok(Self::Worst),
            other => {
                let share = other.strip_prefix("cvar=").ok_or_else(invalid)?;
                Self::cvar(share.trim().parse().map_err(|_| invalid())?).map_err(|_| invalid())
            }
        }
    }
}

impl Serialize for Risk {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
