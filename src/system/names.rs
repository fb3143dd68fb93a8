//! Names: coordinates of state and control, and the parameters of a model, with their units.

use crate::noise::environment::{Draw, Initial};
use std::sync::Arc;

/// A named quantity with its unit: a coordinate of the state or of the control.
///
/// Compiled systems declare them as `Coordinate<&str>`; a model owns its own, so that it may come from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coordinate<Text = Arc<str>> {
    /// A WGSL and Rust identifier.
    pub name: Text,
    /// Its SI unit; "1" for a number.
    pub unit: Text,
}

/// Short form of [`Coordinate`] for tables of them.
pub const fn coordinate(name: &'static str, unit: &'static str) -> Coordinate<&'static str> {
    Coordinate { name, unit }
}

impl From<&Coordinate<&'static str>> for Coordinate {
    fn from(declared: &Coordinate<&'static str>) -> Self {
        Self {
            name: declared.name.into(),
            unit: declared.unit.into(),
        }
    }
}

/// A coordinate of the control of a compiled system.
pub type ControlCoordinate = Coordinate<&'static str>;

/// A coordinate of the state of a compiled system, and how it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct StateCoordinate {
    /// Name and unit.
    pub coordinate: Coordinate<&'static str>,
    /// Its value in x₀, or the distribution of that.
    pub initial: Initial,
}

impl Coordinate<&'static str> {
    /// A coordinate of the state that starts at this value, in its unit.
    pub const fn at(self, value: f64) -> StateCoordinate {
        self.drawn(Initial::new(Draw::Constant(value)))
    }

    /// A coordinate of the state that starts at a sum of multiples of earlier ones.
    pub const fn following(self, terms: &'static [(usize, f64)]) -> StateCoordinate {
        self.drawn(Initial::with_terms(Draw::Constant(0.0), terms))
    }

    /// A coordinate of the state that is drawn anew for every sample.
    pub const fn drawn(self, initial: Initial) -> StateCoordinate {
        StateCoordinate {
            coordinate: self,
            initial,
        }
    }
}

/// A run-time parameter of a system's model.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter<Text = Arc<str>> {
    /// A WGSL and Rust identifier, and the name by which it is set.
    pub name: Text,
    /// Its SI unit; "1" for a number.
    pub unit: Text,
    /// The value unless it is set.
    pub default: f64,
    /// What it is.
    pub meaning: Text,
    /// Whether only values above 0 make sense, as for a mass.
    #[serde(default)]
    pub positive: bool,
}

impl From<&Parameter<&'static str>> for Parameter {
    fn from(declared: &Parameter<&'static str>) -> Self {
        Self {
            name: declared.name.into(),
            unit: declared.unit.into(),
            default: declared.default,
            meaning: declared.meaning.into(),
            positive: declared.positive,
        }
    }
}

/// The parameters of a system as a struct with one field each; made by [`parameters!`](crate::parameters).
pub trait ParameterSet<S> {
    /// All of them, in the order of the fields.
    const LIST: &'static [Parameter<&'static str>];
    /// The struct with field `i` set to `value(i)`.
    fn from_fn(value: impl FnMut(usize) -> S) -> Self;
}

/// Declares a parameter struct with name, default, unit and meaning of each field, and `positive` where only values
/// above 0 make sense.
///
/// ```
/// mollify::parameters! {
///     /// A spring and its mass.
///     pub struct Spring {
///         stiffness: 10.0, "N/m", "spring stiffness";
///         mass: 0.1, "kg", "mass at its end", positive;
///     }
/// }
/// use mollify::system::ParameterSet;
/// assert_eq!(<Spring<f64> as ParameterSet<f64>>::LIST[1].name, "mass");
/// assert!(<Spring<f64> as ParameterSet<f64>>::LIST[1].positive);
/// ```
#[macro_export]
macro_rules! parameters {
    (@is) => { false };
    (@is positive) => { true };
    ($(#[$doc:meta])* pub struct $name:ident {
        $($field:ident: $default:expr, $unit:literal, $meaning:literal $(, $positive:ident)?;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<S> {
            $(#[doc = $meaning] pub $field: S,)*
        }
        impl<S> $crate::system::ParameterSet<S> for $name<S> {
            const LIST: &'static [$crate::system::Parameter<&'static str>] = &[$($crate::system::Parameter {
                name: stringify!($field), unit: $unit, default: $default, meaning: $meaning,
                positive: $crate::parameters!(@is $($positive)?),
            },)*];
            fn from_fn(mut value: impl FnMut(usize) -> S) -> Self {
                let mut next = 0..;
                $(let $field = value(next.next().unwrap_or_default());)*
                Self { $($field,)* }
            }
        }
    };
}
