//! How far two numbers or vectors are apart, for the rows of a comparison.

/// a of scale; nothing is 0 of anything, of nothing too.
pub(super) fn ratio(a: f64, scale: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a / scale }
}

/// |v|
pub(super) fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// |a - b|
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// The largest value; NaN counts as infinite, so that it cannot hide.
pub(super) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(
        0.0,
        |a, b| if b.is_nan() { f64::INFINITY } else { a.max(b) },
    )
}

/// The root of the mean square of what is finite.
pub(super) fn root_mean_square(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values
        .filter(|x| x.is_finite())
        .fold((0.0, 0), |(s, n), x| (s + x * x, n + 1));
    (sum / f64::from(count.max(1))).sqrt()
}
