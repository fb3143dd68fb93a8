//! Quasi-dynamic contact: each time step is a convex problem, and a barrier makes it smooth.
//!
//! A step moves the configuration q by d. Objects resist by their inertia M/h², robots are pulled to their command u by
//! springs K; with Q = diag(M/h², K) and the motion d₀ = (Q⁻¹ external force, u - q_robot) without contact,
//!
//! ```text
//! E(d) = ½ (d - d₀)'Q (d - d₀)                      energy of the step                      J
//! r(d) = φ + J d                                    rows of all contacts                    m
//!
//! exact:    min E(d)  such that r >= 0              λ >= 0 the multipliers of the rows      N
//! barrier:  min E(d) - μ Σ log rₖ                   λₖ rₖ = μ: force at a distance          μ = 1/κ in J
//! ```
//!
//! A contact with gap φ, normal and tangential velocities Jₙ d and Jₜ d and friction coefficient m has the two rows
//! φ + (Jₙ ± m Jₜ) d. In the plane they *are* the cone of friction, and their barrier is the barrier of the cone:
//! log(rₙ² - m² (Jₜd)²) = log r₊ + log r₋. The normal force is λ₊ + λ₋, the tangential one m (λ₊ - λ₋).
//!
//! By duality a step is a problem in the forces alone: with the compliance G = Q⁻¹, the gaps c = φ + J d₀ of the motion
//! without contact and the Delassus matrix W = J G J',
//!
//! ```text
//! s = c + W λ,   λₖ sₖ = μ  (μ = 0: complementary),   d = d₀ + G J'λ
//! ```
//!
//! | rows | solver | passes |
//! |---|---|---|
//! | 1 | [`one_row`]: closed form | - |
//! | 2 | [`two_rows`]: Newton on the curve s λ = μ, the closed form without smoothing | 5 |
//! | many | [`many_rows`]: primal-dual Newton with a falling μ; [`many_rows_f64`] for one step after the other | 12 |
//!
//! The loops only find a value. One differentiable Newton step on the dual behind them polishes it, and gives the motion
//! *and the forces* the derivatives of the implicit function: see [`implicit`].
//!
//! One or two rows can also be short-tailed in place of barriers: see [`two_rows_short_tailed`].
//!
//! Smoothing is given as a length: that at which a contact of compliance W holds off what is pressed against it with no
//! force, l = √(2 W μ): see [`smoothing`].
//!
//! Sources: Pang, Suh, Yang, Tedrake, *Global Planning for Contact-Rich Manipulation via Local Smoothing of Quasi-Dynamic Contact
//! Models*, IEEE T-RO 2023 (arXiv 2206.10787), for the model and its constants; Anitescu, *Optimization-based simulation of
//! nonsmooth rigid multibody dynamics*, 2006, for the convex rows. The solver is ours.

mod compliance;
mod curve;
mod direct;
mod exact;
pub mod implicit;
mod newton;
pub mod planar;
mod problem;
mod rows;
pub mod smoothing;

pub use curve::{one_row, one_row_under, two_rows, two_rows_short_tailed, two_rows_under};
pub use direct::many_rows_f64;
pub use newton::{Effort, many_rows};
pub use problem::{Problem, Row, Step};
