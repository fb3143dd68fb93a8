//! The engines by name.

use std::fmt;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// The best adapter, a software one if there is no other
    Gpu,
    /// The shaders' f32 arithmetic on all cores, vectorised
    Cpu,
    /// Plain f64 on all cores
    Reference,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Gpu => "gpu",
            Kind::Cpu => "cpu",
            Kind::Reference => "reference",
        })
    }
}
