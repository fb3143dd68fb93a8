//! The engines by name.

use crate::error::Named;
use std::fmt;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The best adapter, a software one if there is no other
    Gpu,
    /// The shaders' f32 arithmetic on all cores, vectorised
    Cpu,
    /// Plain f64 on all cores
    Reference,
}

impl Named for Kind {
    const WHAT: &'static str = "engine";
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Gpu,
            "gpu",
            "The best adapter, a software one if there is no other",
        ),
        (
            Self::Cpu,
            "cpu",
            "The shaders' f32 arithmetic on all cores, vectorised",
        ),
        (Self::Reference, "reference", "Plain f64 on all cores"),
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
