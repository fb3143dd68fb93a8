//! The zeroth order as the slope of a plane fitted to the costs.
//!
//! With z = w/σ the directions of M drawn rows, U independent units of them (see [`crate::estimate::directions`]):
//!
//! ```text
//! y = f(theta + w) - f(theta, 0) ≈ a + σ g·z                      p = d + 1 unknowns
//! y = (f(theta + w) - f(theta - w))/2 ≈ σ g·z  for mirrored pairs, where a cancels           p = d
//! M > p      c = (XᵀX)⁻¹ Xᵀy, the rows of X being (z, 1) or z;  g = the first d of c over σ
//! M <= p     the least c with Xc = y
//! ```
//!
//! - Exact on a linear cost for M >= p, whatever σ. On other costs its mean tends to ∇F as M grows, as Gaussian noise
//!   has E[f w]/σ² = ∇F; for finite M it is off by O(1/M).
//! - For M <= p it is the projection of the slope onto the span of the directions, shorter than ∇F by about M/p. It
//!   fits every row, so that no residual tells its error: variance and standard errors are NaN.
//! - Standard errors are heteroskedasticity-consistent and robust to dependence within a unit (MacKinnon and White 1985,
//!   HC1; Liang and Zeger 1986): with residuals e,
//!   Var c_j = U/(U-1) (M-1)/(M-p) Σ_u (A⁻¹ Σ_{i in u} e_i x_i)_j²,   A = XᵀX.
//!
//! A is summed chunk by chunk, so memory is p² numbers and M costs, whatever M d. The directions of a second pass, for
//! the residuals, are drawn again. Squaring the condition of X costs little here: the columns of X are independent
//! standard normals.

use crate::engine::moments::{Coordinate, Moments, NonFinitePolicy, Spread};
use crate::engine::{Batch, Engine};
use crate::error::Result;
use crate::estimate::directions::{Costs, Layout, Shape, for_each_chunk};
use crate::estimate::fit::unknowns;
use crate::estimate::units::{finished, nominal, unit_value};
use crate::system::task::Task;

pub use crate::estimate::fit::{LARGEST_DIMENSION, check_dimension, is_determined};

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// The rows of the fit.
struct Design<'a> {
    layout: &'a Layout,
    /// p
    unknowns: usize,
}

/// A chunk of them: x as columns, y, and the unit of each.
struct Rows {
    x: DMatrix<f64>,
    y: DVector<f64>,
}

impl<'a> Design<'a> {
    fn new(layout: &'a Layout) -> Self {
        Self {
            layout,
            unknowns: unknowns(layout),
        }
    }

    /// The rows of the finite units of a chunk.
    fn rows(&self, drawn: &[f64], costs: &Costs) -> Rows {
        let (g, d) = (self.layout.group, self.layout.dimension);
        let finite: Vec<usize> = (0..costs.ahead.len())
            .filter(|i| unit_value(costs, g, i / g).is_finite())
            .collect();
        let x = DMatrix::from_fn(self.unknowns, finite.len(), |j, i| match j < d {
            true => drawn[finite[i] * d + j],
            false => 1.0,
        });
        let y = finite.iter().map(|&i| match costs.behind.get(i) {
            Some(behind) => 0.5 * (costs.ahead[i] - behind),
            None => costs.ahead[i],
        });
        Rows {
            y: DVector::from_iterator(finite.len(), y),
            x,
        }
    }
}

/// The fit of a batch as moments per rollout; see [`crate::estimate::zeroth::moments`].
pub fn moments(
    engine: &mut dyn Engine,
    task: &Task,
    theta: &[f64],
    policy: NonFinitePolicy,
    batch: &Batch,
    layout: &Layout,
) -> Result<Moments> {
    let design = Design::new(layout);
    let p = design.unknowns;
    let scale = Shape::Diagonal(vec![task.sigma(); layout.dimension]);
    let mut units = Moments::empty(nominal(engine, task, theta, batch)?, 0);
    let mut normal = DMatrix::zeros(p, p);
    let mut right = DVector::zeros(p);
    let (mut seen, mut count) = (Costs::default(), 0);
    let determined = is_determined(layout);
    let mut show = |_, drawn: &[f64], costs: Costs| {
        for u in 0..costs.ahead.len() / layout.group {
            add_value(&mut units, unit_value(&costs, layout.group, u), layout);
        }
        let rows = design.rows(drawn, &costs);
        count += rows.y.len();
        if determined {
            normal.gemm(1.0, &rows.x, &rows.x.transpose(), 1.0);
            right.gemv(1.0, &rows.x, &rows.y, 1.0);
        }
        seen.ahead.extend(costs.ahead);
        seen.behind.extend(costs.behind);
    };
    for_each_chunk(engine, task, theta, &scale, layout, batch, &mut show)?;
    let known = (determined && count > p)
        .then(|| Cholesky::new(normal))
        .flatten();
    let (solution, influence) = match known {
        Some(normal) => {
            let solution = normal.solve(&right);
            let influence = Influence::of(&design, &seen, batch, &normal, &solution, count);
            (solution, influence)
        }
        None => (least_norm(&design, &seen, batch), Influence::unknown(p)),
    };
    fill(&mut units, &solution, &influence, task.sigma(), layout);
    finished(units, layout, policy, task)
}

fn add_value(units: &mut Moments, value: f64, layout: &Layout) {
    if value.is_finite() {
        units.deviation.add(value);
    } else {
        units.nonfinite.count += layout.rollouts_per_unit() as u64;
    }
}

/// The variance of each unknown, and the largest pull of one unit.
struct Influence {
    variance: DVector<f64>,
    largest: f64,
}

impl Influence {
    fn unknown(unknowns: usize) -> Self {
        Self {
            variance: DVector::repeat(unknowns, f64::NAN),
            largest: f64::NAN,
        }
    }

    fn of(
        design: &Design<'_>,
        seen: &Costs,
        batch: &Batch,
        normal: &Cholesky<f64, Dyn>,
        solution: &DVector<f64>,
        rows: usize,
    ) -> Self {
        let (g, d) = (design.layout.group, design.layout.dimension);
        let mut squares = DVector::zeros(design.unknowns);
        let (mut largest, mut units) = (0.0_f64, 0_usize);
        for_each_part(design, seen, batch, &mut |part| {
            let residuals = &part.y - part.x.tr_mul(solution);
            let mut pulls = DMatrix::zeros(design.unknowns, part.y.len() / g);
            for (i, e) in residuals.iter().enumerate() {
                pulls.column_mut(i / g).axpy(*e, &part.x.column(i), 1.0);
            }
            normal.solve_mut(&mut pulls);
            units += pulls.ncols();
            for pull in pulls.column_iter() {
                squares += pull.component_mul(&pull);
                largest = largest.max(pull.rows(0, d).norm());
            }
        });
        let (u, m, p) = (units as f64, rows as f64, design.unknowns as f64);
        Self {
            variance: squares * (u / (u - 1.0) * (m - 1.0) / (m - p)),
            largest: largest * u,
        }
    }
}

/// Draws the directions again and shows their rows.
fn for_each_part(design: &Design<'_>, seen: &Costs, batch: &Batch, show: &mut dyn FnMut(Rows)) {
    let g = design.layout.group;
    for units in design.layout.chunks() {
        let range = units.start as usize * g..units.end as usize * g;
        let drawn = design.layout.draw(batch.key(), units);
        let part = Costs {
            ahead: seen.ahead[range.clone()].to_vec(),
            behind: seen.behind.get(range).unwrap_or_default().to_vec(),
        };
        show(design.rows(&drawn, &part));
    }
}

/// The least c with Xc = y: with Xᵀ = QR it is Q R⁻ᵀ y.
fn least_norm(design: &Design<'_>, seen: &Costs, batch: &Batch) -> DVector<f64> {
    let mut x = DMatrix::zeros(design.unknowns, 0);
    let mut y = Vec::new();
    for_each_part(design, seen, batch, &mut |part| {
        let (old, new) = (x.ncols(), part.x.ncols());
        x.resize_horizontally_mut(old + new, 0.0);
        x.columns_mut(old, new).copy_from(&part.x);
        y.extend(part.y.iter().copied());
    });
    // Rollouts that were dropped may leave more rows than unknowns only where the normal equations failed.
    let used = x.ncols().min(design.unknowns);
    let (q, r) = x.columns(0, used).into_owned().qr().unpack();
    let y = DVector::from_column_slice(&y[..used]);
    match r.tr_solve_upper_triangular(&y) {
        Some(inner) => q * inner,
        None => DVector::repeat(design.unknowns, f64::NAN),
    }
}

/// Puts slope and influence in as the moments of unit means.
fn fill(
    units: &mut Moments,
    solution: &DVector<f64>,
    influence: &Influence,
    sigma: f64,
    layout: &Layout,
) {
    let count = units.count();
    let u = count as f64;
    let pairs = solution.iter().zip(&influence.variance);
    let coordinate = |(c, variance): (&f64, &f64)| Coordinate {
        first_order: Spread {
            count,
            ..Spread::default()
        },
        zeroth_order: Spread {
            count,
            mean: c / sigma,
            m2: variance / (sigma * sigma) * u * (u - 1.0),
        },
        ..Coordinate::default()
    };
    units.coordinates = pairs.take(layout.dimension).map(coordinate).collect();
    units.largest_zeroth_order = influence.largest / sigma;
}
