//! The choice of a contact model, for systems that exist with every one of them.
//!
//! A system is generic over a [`Choice`], a type without a value, so that each model is a system of its own with its own graph:
//! what a run compares is the model and nothing else.

use crate::contact::{ContactModel, Field, Friction, Law};
use crate::error::Named as _;
use crate::number::Scalar;

/// A contact model as a type.
pub trait Choice: Send + Sync + 'static {
    /// The model.
    const MODEL: ContactModel;
}

/// Declares a type for each model.
macro_rules! choices {
    ($($name:ident),*) => {$(
        #[doc = concat!("[`ContactModel::", stringify!($name), "`]")]
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;
        impl Choice for $name {
            const MODEL: ContactModel = ContactModel::$name;
        }
    )*};
}
choices!(Point, Vertices, Manifold, RigidSoft, SoftSoft);

/// The name of a model.
pub const fn name_of(model: ContactModel) -> &'static str {
    let mut i = 0;
    while i < ContactModel::ALL.len() {
        let (known, name, _) = ContactModel::ALL[i];
        if known as u8 == model as u8 {
            return name;
        }
        i += 1;
    }
    ""
}

/// What the laws of the contact tasks have in common.
#[derive(Clone, Copy, Debug)]
pub struct Material<S> {
    /// k [N/m³], the slope of the pressure of a soft body against a rigid one. Both bodies soft are as stiff together.
    pub stiffness: S,
    /// k_A/k_B, where both are soft.
    pub slope_ratio: S,
    /// k₁ [N/m]; each of two points has half of it.
    pub point_stiffness: S,
    /// D [s/m]
    pub dissipation: Option<S>,
    /// μ and v_s
    pub friction: Option<Friction<S>>,
}

impl<S: Scalar> Material<S> {
    /// Without dissipation and friction.
    pub fn elastic(stiffness: S, slope_ratio: S, point_stiffness: S) -> Self {
        Self {
            stiffness,
            slope_ratio,
            point_stiffness,
            dissipation: None,
            friction: None,
        }
    }

    /// The law of a model: with k_A = (1 + r) k and k_B = k_A/r slopes in series make k, r the ratio of both.
    pub fn law(self, model: ContactModel) -> Law<S> {
        let slope_a = self.stiffness * (self.slope_ratio + 1.0);
        let slope_b = match model {
            ContactModel::SoftSoft => slope_a / self.slope_ratio,
            _ => self.stiffness,
        };
        Law {
            slope_a,
            slope_b,
            point_stiffness: self.point_stiffness,
            vertex_stiffness: self.point_stiffness * 0.5,
            dissipation: self.dissipation,
            friction: self.friction,
            field: Field::Distance,
        }
    }
}
