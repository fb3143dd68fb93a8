//! Contact between bodies.

pub mod quasidynamic;
