//! The points at which our f32 functions are judged, with a verdict that panics.

#![allow(unused_imports, reason = "each test binary uses its own part")]

pub use mollify::engine::gpu::selftest::cases::{bound, cases, excess};

/// Panics at the first value out of bounds; returns the largest error in ulp beyond the absolute
/// part of the bound.
#[allow(dead_code, reason = "each test binary uses its own part")]
pub fn check(name: &str, points: &[[f32; 2]], values: &[f32]) -> f64 {
    assert_eq!(points.len(), values.len());
    let judged = mollify::engine::gpu::selftest::cases::judge(name, points, values);
    let judged = judged.unwrap_or_else(|| panic!("there is no rule for {name}"));
    if let Some(wrong) = judged.wrong {
        panic!("{name}{wrong}, at most {:?}", bound(name));
    }
    judged.worst
}
