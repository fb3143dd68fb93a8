//! Names that a shader does not have.

use crate::error::Error;
use wgpu::naga;

/// The error for `structure.field`, which lists the fields that are there.
pub(super) fn unknown_field(
    kind: &'static str,
    structure: &str,
    field: &str,
    members: &[naga::StructMember],
) -> Error {
    let names = members.iter().filter_map(|m| m.name.clone());
    Error::ShaderName {
        kind,
        name: format!("{structure}.{field}"),
        known: names.collect(),
    }
}
