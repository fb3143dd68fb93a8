//! Operations on [`Row`]s.
//!
//! Each does in every sample what the operation of [`Rounded`](crate::number::rounded::Rounded) does, bit for bit: tests compare them.
//! The loops are plain: they vectorise for whatever instruction set the caller is compiled for, which is why everything here is always
//! inlined. Margins are found where they are asked for.
#![expect(
    clippy::needless_range_loop,
    reason = "several arrays at the same sample"
)]

use crate::number::Scalar;
use crate::number::rounded::rows::{Row, SAMPLES, SEEDS, WIDTH};
use crate::number::rounded::{NEAR, RUNS, off};

#[inline(always)]
fn mask(value: bool) -> f32 {
    f32::from_bits(if value { !0 } else { 0 })
}

#[inline(always)]
fn wide_mask(value: bool) -> f64 {
    f64::from_bits(if value { !0 } else { 0 })
}

#[inline(always)]
fn holds(mask: f64) -> bool {
    mask.to_bits() != 0
}

/// a + b
#[inline(always)]
pub fn sum(a: &Row, b: &Row) -> Row {
    let mut out = *a;
    add(&mut out, a, b, true);
    out
}

/// a - b
#[inline(always)]
pub fn difference(a: &Row, b: &Row) -> Row {
    let mut out = *a;
    sub(&mut out, a, b, true);
    out
}

#[inline(always)]
fn least(out: &mut Row, a: &Row, b: &Row) {
    for s in 0..SAMPLES {
        out.margin[s] = a.margin[s].min(b.margin[s]);
    }
}

#[inline(always)]
fn arithmetic(
    out: &mut Row,
    (a, b): (&Row, &Row),
    with_margin: bool,
    exact: impl Fn(f64, f64) -> f64,
    single: impl Fn(f32, f32) -> f32,
) {
    for s in 0..SAMPLES {
        out.value[s] = exact(a.value[s], b.value[s]);
    }
    for i in 0..WIDTH {
        out.runs[i] = single(a.runs[i], b.runs[i]);
    }
    if with_margin {
        least(out, a, b);
    }
}

#[inline(always)]
pub(super) fn add(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    arithmetic(out, (a, b), with_margin, |a, b| a + b, |a, b| a + b);
}

#[inline(always)]
pub(super) fn sub(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    arithmetic(out, (a, b), with_margin, |a, b| a - b, |a, b| a - b);
}

#[inline(always)]
pub(super) fn mul(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    arithmetic(out, (a, b), with_margin, |a, b| a * b, |a, b| a * b);
}

#[inline(always)]
pub(super) fn neg(out: &mut Row, a: &Row) {
    for s in 0..SAMPLES {
        out.value[s] = -a.value[s];
    }
    for i in 0..WIDTH {
        out.runs[i] = -a.runs[i];
    }
    out.margin = a.margin;
}

/// A function that vectorises.
#[inline(always)]
fn vectorised(
    out: &mut Row,
    (a, b): (&Row, &Row),
    with_margin: bool,
    exact: impl Fn(f64, f64) -> f64,
) {
    for s in 0..SAMPLES {
        out.value[s] = exact(a.value[s], b.value[s]);
    }
    for i in 0..SAMPLES {
        out.runs[i] = exact(a.runs[i].into(), b.runs[i].into()) as f32;
    }
    for i in SAMPLES..WIDTH {
        out.runs[i] = off(exact(a.runs[i].into(), b.runs[i].into()), SEEDS[i]);
    }
    if with_margin {
        least(out, a, b);
    }
}

#[inline(always)]
pub(super) fn div(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    vectorised(out, (a, b), with_margin, |a, b| a / b);
}

#[inline(always)]
pub(super) fn sqrt(out: &mut Row, a: &Row, with_margin: bool) {
    vectorised(out, (a, a), false, |a, _| Scalar::sqrt(a));
    if with_margin {
        let zero = Row::truth(false).with_margins(&[f64::INFINITY; SAMPLES]);
        margin_of_comparison(out, &zero, a);
    }
}

/// A function of a library, which is called for each run of the samples that are used.
#[inline(always)]
pub(super) fn called(
    out: &mut Row,
    (a, b): (&Row, &Row),
    with_margin: bool,
    used: usize,
    exact: fn(f64, f64) -> f64,
) {
    let mut results = [0.0; WIDTH];
    for s in 0..used {
        out.value[s] = exact(a.value[s], b.value[s]);
    }
    for run in 0..RUNS {
        for i in run * SAMPLES..run * SAMPLES + used {
            results[i] = exact(a.runs[i].into(), b.runs[i].into());
        }
    }
    for i in 0..SAMPLES {
        out.runs[i] = results[i] as f32;
    }
    for i in SAMPLES..WIDTH {
        out.runs[i] = off(results[i], SEEDS[i]);
    }
    if with_margin {
        least(out, a, b);
    }
}

#[inline(always)]
fn margin_of_comparison(out: &mut Row, a: &Row, b: &Row) {
    let mut gap = [0.0; SAMPLES];
    let mut squares = [0.0; SAMPLES];
    for s in 0..SAMPLES {
        gap[s] = a.value[s] - b.value[s];
    }
    for run in 0..RUNS {
        for s in 0..SAMPLES {
            let i = run * SAMPLES + s;
            let difference = f64::from(a.runs[i]) - f64::from(b.runs[i]) - gap[s];
            squares[s] += difference * difference;
        }
    }
    for s in 0..SAMPLES {
        let error = (squares[s] / RUNS as f64).sqrt();
        let here = match error > 0.0 {
            true => gap[s].abs() / (NEAR * error),
            false => f64::INFINITY,
        };
        out.margin[s] = here.min(a.margin[s]).min(b.margin[s]);
    }
}

#[inline(always)]
fn compare(
    out: &mut Row,
    (a, b): (&Row, &Row),
    with_margin: bool,
    exact: impl Fn(f64, f64) -> bool,
    single: impl Fn(f32, f32) -> bool,
) {
    for s in 0..SAMPLES {
        out.value[s] = wide_mask(exact(a.value[s], b.value[s]));
    }
    for i in 0..WIDTH {
        out.runs[i] = mask(single(a.runs[i], b.runs[i]));
    }
    if with_margin {
        margin_of_comparison(out, a, b);
    }
}

#[inline(always)]
pub(super) fn less(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    compare(out, (a, b), with_margin, |a, b| a < b, |a, b| a < b);
}

#[inline(always)]
pub(super) fn less_equal(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    compare(out, (a, b), with_margin, |a, b| a <= b, |a, b| a <= b);
}

#[inline(always)]
pub(super) fn not(out: &mut Row, a: &Row) {
    for s in 0..SAMPLES {
        out.value[s] = f64::from_bits(!a.value[s].to_bits());
    }
    for i in 0..WIDTH {
        out.runs[i] = f32::from_bits(!a.runs[i].to_bits());
    }
    out.margin = a.margin;
}

/// `a` and `b`, or `a` or `b`; `all` is the truth of both where both have to flip.
#[inline(always)]
fn joined(
    out: &mut Row,
    (a, b): (&Row, &Row),
    with_margin: bool,
    is_or: bool,
    bits: impl Fn(u32, u32) -> u32,
    wide: impl Fn(u64, u64) -> u64,
) {
    for s in 0..SAMPLES {
        let joined = wide(a.value[s].to_bits(), b.value[s].to_bits());
        if with_margin {
            let (one, other) = (holds(a.value[s]) == is_or, holds(b.value[s]) == is_or);
            out.margin[s] = match (one, other) {
                (false, false) => a.margin[s].min(b.margin[s]),
                (true, true) => a.margin[s].max(b.margin[s]),
                (true, false) => a.margin[s],
                (false, true) => b.margin[s],
            };
        }
        out.value[s] = f64::from_bits(joined);
    }
    for i in 0..WIDTH {
        out.runs[i] = f32::from_bits(bits(a.runs[i].to_bits(), b.runs[i].to_bits()));
    }
}

#[inline(always)]
pub(super) fn and(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    joined(out, (a, b), with_margin, false, |a, b| a & b, |a, b| a & b);
}

#[inline(always)]
pub(super) fn or(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    joined(out, (a, b), with_margin, true, |a, b| a | b, |a, b| a | b);
}

#[inline(always)]
pub(super) fn select(out: &mut Row, [mask, a, b]: [&Row; 3], with_margin: bool) {
    for s in 0..SAMPLES {
        let holds = holds(mask.value[s]);
        out.value[s] = if holds { a.value[s] } else { b.value[s] };
    }
    if with_margin {
        for s in 0..SAMPLES {
            let holds = holds(mask.value[s]);
            let arm = if holds { a.margin[s] } else { b.margin[s] };
            out.margin[s] = arm.min(mask.margin[s]);
        }
    }
    for i in 0..WIDTH {
        let holds = mask.runs[i].to_bits() != 0;
        out.runs[i] = if holds { a.runs[i] } else { b.runs[i] };
    }
}

/// The one of both that a comparison says, `b` where it does not hold. Its margin is not above that of the comparison.
#[inline(always)]
fn chosen(
    out: &mut Row,
    (a, b): (&Row, &Row),
    with_margin: bool,
    exact: impl Fn(f64, f64) -> bool,
    single: impl Fn(f32, f32) -> bool,
) {
    if with_margin {
        margin_of_comparison(out, a, b);
    }
    for s in 0..SAMPLES {
        let holds = exact(a.value[s], b.value[s]);
        out.value[s] = if holds { a.value[s] } else { b.value[s] };
    }
    for i in 0..WIDTH {
        let holds = single(a.runs[i], b.runs[i]);
        out.runs[i] = if holds { a.runs[i] } else { b.runs[i] };
    }
}

#[inline(always)]
pub(super) fn max(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    chosen(out, (a, b), with_margin, |a, b| b <= a, |a, b| b <= a);
}

#[inline(always)]
pub(super) fn min(out: &mut Row, a: &Row, b: &Row, with_margin: bool) {
    chosen(out, (a, b), with_margin, |a, b| a <= b, |a, b| a <= b);
}

#[inline(always)]
pub(super) fn abs(out: &mut Row, a: &Row, with_margin: bool) {
    if with_margin {
        let zero = Row::truth(false).with_margins(&[f64::INFINITY; SAMPLES]);
        margin_of_comparison(out, a, &zero);
    }
    for s in 0..SAMPLES {
        let value = a.value[s];
        out.value[s] = if value < 0.0 { -value } else { value };
    }
    for i in 0..WIDTH {
        let run = a.runs[i];
        out.runs[i] = if run < 0.0 { -run } else { run };
    }
}

#[inline(always)]
pub(super) fn settle(out: &mut Row, a: &Row) {
    *out = *a;
    out.margin = [f64::INFINITY; SAMPLES];
}
