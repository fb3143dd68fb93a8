//! What is compiled for each instruction set, besides the programs: a closure would be a function of its own, without one.

use crate::number::rounded::Rounded;
use crate::number::rounded::operations::sum;
use crate::number::rounded::rows::{Row, RowErrors, SAMPLES};
use crate::system::policy::Network;
use pulp::NullaryFnOnce;

/// [`Network::forward`]
pub(super) struct Forward<'a> {
    pub network: &'a Network,
    pub theta: &'a [Rounded],
    pub t: usize,
    pub activations: &'a mut [Rounded],
}

impl NullaryFnOnce for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.network.forward(self.theta, self.t, self.activations);
    }
}

/// [`Network::backward`]
pub(super) struct Backward<'a> {
    pub network: &'a Network,
    pub theta: &'a [Rounded],
    pub t: usize,
    pub activations: &'a [Rounded],
    pub cotangents: &'a mut [Rounded],
    pub gradient: &'a mut [Rounded],
}

impl NullaryFnOnce for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (theta, activations) = (self.theta, self.activations);
        self.network
            .backward(theta, self.t, activations, self.cotangents, self.gradient);
    }
}

/// Adds noise that is known to a rounding to controls.
pub(super) struct AddNoise<'a> {
    pub controls: &'a mut [Row],
    pub noise: &'a [[f64; SAMPLES]],
}

impl NullaryFnOnce for AddNoise<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (u, w) in self.controls.iter_mut().zip(self.noise) {
            *u = sum(u, &Row::inexact(w, 1.0));
        }
    }
}

/// The errors of a vector of each sample.
pub(super) struct ErrorsOf<'a>(pub &'a [Row]);

impl NullaryFnOnce for ErrorsOf<'_> {
    type Output = RowErrors;

    #[inline(always)]
    fn call(self) -> RowErrors {
        let mut errors = RowErrors::default();
        for x in self.0 {
            errors.add(x);
        }
        errors
    }
}
