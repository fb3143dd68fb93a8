//! M⁻¹ for many rows, row by row: M = J G J' + diag(slope), of which only J and the compliance of the coordinates is stored.
//!
//! ```text
//! P = G, z = 0
//! row k, forwards    u = P Jₖ',  σ = slopeₖ + Jₖ u,  gain = u/σ,  y = rₖ - Jₖ z;   P <- P - gain u',  z <- z + gain y
//! t = 0
//! row k, backwards   xₖ = y/σ - gain·t;   t <- t + Jₖ' xₖ
//! ```
//!
//! This is L D L' of M, Lⱼₖ = Jⱼ gainₖ and D = diag(σ), without any of its entries: P is the compliance that is left to the
//! coordinates once the rows so far hold, as in Kalman's filter, and takes N² operations a row in place of the ROWS² of L.
//! The map is symmetric, and so is what rounding makes of it: L and L' have the same factors.

use super::rows::{Rows, dot, lower, symmetric_at, taken};
use crate::number::Scalar;

/// x = M⁻¹ r of rows with J, G and the slope; only r has a derivative.
pub(super) fn solved<S: Scalar, const N: usize>(
    rows: &Rows<S>,
    compliance: &[S; N],
    slope: &[S],
    r: &mut [S],
) {
    let captured = [compliance, slope, &rows.columns.concat()].concat();
    S::symmetric(r, &captured, &mut |r, mut captured| {
        let compliance = taken(&mut captured, N);
        let slope = taken(&mut captured, r.len());
        let rows = rows.captured(&mut captured);
        let given = forwards::<S, N>(&rows, &compliance, slope, r);
        r.copy_from_slice(&backwards(&rows, given));
    });
}

/// y/σ, then the gains: series of all rows.
fn forwards<S: Scalar, const N: usize>(
    rows: &Rows<S>,
    compliance: &[S],
    slope: Vec<S>,
    r: &[S],
) -> Vec<Vec<S>> {
    let zero = S::constant(0.0);
    let start = |(i, j): (usize, usize)| if i == j { compliance[i] } else { zero };
    let mut items: Vec<S> = lower(N).map(start).collect();
    let entries = items.len();
    items.extend([zero; N]);
    let series = [rows.columns.clone(), vec![slope, r.to_vec()]].concat();
    S::scan(
        rows.count(),
        &mut items,
        &[],
        &series,
        &mut |items, _, row| {
            let (jacobian, slope, r) = (&row[..N], row[N], row[N + 1]);
            let (p, z) = items.split_at_mut(entries);
            let u: [S; N] = std::array::from_fn(|i| {
                dot(
                    jacobian,
                    &std::array::from_fn::<S, N, _>(|j| symmetric_at(p, i, j)),
                )
            });
            let inverse = S::constant(1.0) / (slope + dot(jacobian, &u));
            let gain = u.map(|u| u * inverse);
            let y = r - dot(jacobian, z);
            for i in 0..N {
                for j in 0..=i {
                    let x = &mut p[i * (i + 1) / 2 + j];
                    *x = *x - gain[i] * u[j];
                }
                z[i] = z[i] + gain[i] * y;
            }
            [&[y * inverse], &gain[..]].concat()
        },
    )
}

/// x from what going forwards has given.
fn backwards<S: Scalar>(rows: &Rows<S>, given: Vec<Vec<S>>) -> Vec<S> {
    let reversed = |values: &Vec<S>| values.iter().rev().copied().collect::<Vec<S>>();
    let size = rows.columns.len();
    let series: Vec<Vec<S>> = given.iter().chain(&rows.columns).map(reversed).collect();
    let mut t = vec![S::constant(0.0); size];
    let x = S::scan(rows.count(), &mut t, &[], &series, &mut |t, _, row| {
        let (gain, jacobian) = row[1..].split_at(size);
        let x = row[0] - dot(gain, t);
        for (t, entry) in t.iter_mut().zip(jacobian) {
            *t = *t + *entry * x;
        }
        vec![x]
    });
    x.first().map(reversed).unwrap_or_default()
}
