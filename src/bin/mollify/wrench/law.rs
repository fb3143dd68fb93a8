//! The numbers of the law of contact, from their flags.

use crate::args::{named, real};
use crate::failure::Failure;
use mollify::contact::{Field, Friction, Law};
use mollify::error::Named as _;

/// The numbers of the law.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Law")]
pub(super) struct LawArgs {
    /// Slope K of the pressure in both bodies, N/m3
    #[arg(long, value_name = "K", default_value_t = 1.0, value_parser = real, allow_hyphen_values = true)]
    stiffness: f64,
    /// That of body A alone
    #[arg(long, value_name = "K", value_parser = real, allow_hyphen_values = true)]
    stiffness_a: Option<f64>,
    /// That of body B alone
    #[arg(long, value_name = "K", value_parser = real, allow_hyphen_values = true)]
    stiffness_b: Option<f64>,
    /// Stiffness of the one contact of `point`, N/m [default: K]
    #[arg(long, value_name = "K1", value_parser = real, allow_hyphen_values = true)]
    point_stiffness: Option<f64>,
    /// Stiffness of each contact of `vertices` and `manifold`, N/m [default: half of that of `point`]
    #[arg(long, value_name = "K2", value_parser = real, allow_hyphen_values = true)]
    vertex_stiffness: Option<f64>,
    /// Dissipation D after Hunt and Crossley, s/m
    #[arg(long, value_name = "D", default_value_t = 0.0, value_parser = real, allow_hyphen_values = true)]
    dissipation: f64,
    /// Coefficient of friction
    #[arg(long, value_name = "MU", default_value_t = 0.0, value_parser = real, allow_hyphen_values = true)]
    friction: f64,
    /// Slip speed that regularises friction, m/s
    #[arg(long, value_name = "V", default_value_t = 0.01, value_parser = real, allow_hyphen_values = true)]
    slip_speed: f64,
    /// Pressure field of soft polygons
    #[arg(long, value_name = "FIELD", default_value = Field::Distance.name(), value_parser = named::<Field>())]
    field: Field,
}

impl LawArgs {
    /// The law, checked.
    pub(super) fn law(&self) -> Result<Law<f64>, Failure> {
        let point_stiffness = self.point_stiffness.unwrap_or(self.stiffness);
        let law = Law {
            slope_a: self.stiffness_a.unwrap_or(self.stiffness),
            slope_b: self.stiffness_b.unwrap_or(self.stiffness),
            point_stiffness,
            vertex_stiffness: self.vertex_stiffness.unwrap_or(0.5 * point_stiffness),
            dissipation: (self.dissipation != 0.0).then_some(self.dissipation),
            friction: (self.friction != 0.0).then_some(Friction {
                coefficient: self.friction,
                slip_speed: self.slip_speed,
            }),
            field: self.field,
        };
        let checks = [
            ("--stiffness", self.stiffness, true),
            ("--stiffness-a", law.slope_a, true),
            ("--stiffness-b", law.slope_b, true),
            ("--point-stiffness", law.point_stiffness, true),
            ("--vertex-stiffness", law.vertex_stiffness, true),
            ("--slip-speed", self.slip_speed, true),
            ("--dissipation", self.dissipation, false),
            ("--friction", self.friction, false),
        ];
        for (flag, value, positive) in checks {
            let fine = value.is_finite() && (value > 0.0 || (!positive && value == 0.0));
            if !fine {
                let bound = if positive { "above 0" } else { "from 0 on" };
                let sentence = format!("{flag} is {value}, but must be a number {bound}");
                return Err(Failure::Usage(sentence));
            }
        }
        Ok(law)
    }
}
