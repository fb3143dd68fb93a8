//! What a WGSL text says about itself: names, sizes, offsets, constants, and the buffers an entry point uses.
//!
//! The host asks here instead of repeating a number, so the two sides cannot drift apart. No device is
//! needed: the text is parsed and validated by naga, the compiler inside wgpu.

use wgpu::naga;
use wgpu::naga::valid::{Capabilities, GlobalUse, ModuleInfo, ValidationFlags, Validator};

use super::struct_writer::StructWriter;
use super::unknown::unknown_field;
use crate::error::{Error, Result};

/// A WGSL text that is known to be valid, and what is in it.
pub struct Reflection {
    label: String,
    source: String,
    module: naga::Module,
    info: ModuleInfo,
}

/// One buffer of a shader, as `var<storage>` or `var<uniform>` declares it.
#[derive(Clone, Debug)]
pub(super) struct BufferSlot {
    pub name: String,
    pub binding: u32,
    pub uniform: bool,
    pub read_only: bool,
    /// Bytes a buffer must have at the least: with one element where the size is open.
    pub min_bytes: u64,
}

impl Reflection {
    /// Parses and validates WGSL; `label` stands for the text in messages.
    pub fn parse(label: &str, source: &str) -> Result<Reflection> {
        let invalid = |message: String| Error::Shader {
            label: label.into(),
            message,
        };
        let module = naga::front::wgsl::parse_str(source)
            .map_err(|e| invalid(e.emit_to_string_with_path(source, label)))?;
        let info = Validator::new(ValidationFlags::all(), Capabilities::default())
            .validate(&module)
            .map_err(|e| invalid(e.emit_to_string_with_path(source, label)))?;
        Ok(Reflection {
            label: label.into(),
            source: source.into(),
            module,
            info,
        })
    }

    /// The name of the text in messages.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The value of a module-scope `const` of an integer type, for instance `const BLOCK_SIZE = 64u;`.
    ///
    /// It must have a type: naga forgets a constant such as `const BLOCK_SIZE = 64;`, which has none, once
    /// it has put its value where it is used.
    pub fn constant_u32(&self, name: &str) -> Result<u32> {
        let value = match self.constant(name)? {
            naga::Literal::U32(v) => Some(v),
            naga::Literal::I32(v) => u32::try_from(v).ok(),
            _ => None,
        };
        value.ok_or_else(|| self.unknown_constant("a constant that fits a u32,", name))
    }

    /// The value of a module-scope `const` of a floating-point type.
    pub fn constant_f32(&self, name: &str) -> Result<f32> {
        match self.constant(name)? {
            naga::Literal::F32(v) => Ok(v),
            _ => Err(self.unknown_constant("a constant of type f32,", name)),
        }
    }

    /// Bytes of a struct, with its padding: also the stride of an array of them.
    pub fn struct_size(&self, name: &str) -> Result<u32> {
        self.structure(name).map(|(_, span)| span)
    }

    /// Bytes from the start of a struct to one of its fields.
    pub fn field_offset(&self, structure: &str, field: &str) -> Result<u32> {
        let (members, _) = self.structure(structure)?;
        let named = |m: &&naga::StructMember| m.name.as_deref() == Some(field);
        let found = members.iter().find(named);
        found
            .map(|m| m.offset)
            .ok_or_else(|| unknown_field("a field", structure, field, members))
    }

    /// Bytes of one element of the buffer `name`, which must be an array or end in one.
    pub fn element_size(&self, name: &str) -> Result<u32> {
        let types = &self.module.types;
        let found = self
            .buffers()
            .find(|(_, v)| v.name.as_deref() == Some(name));
        let mut inner = found.map(|(_, variable)| &types[variable.ty].inner);
        if let Some(naga::TypeInner::Struct { members, .. }) = inner {
            inner = members.last().map(|m| &types[m.ty].inner);
        }
        match inner {
            Some(naga::TypeInner::Array { stride, .. }) => Ok(*stride),
            _ => Err(Error::ShaderName {
                kind: "an array buffer",
                name: name.into(),
                known: self.buffer_names(),
            }),
        }
    }

    /// Starts to fill the struct `name`, field by field.
    pub fn write_struct(&self, name: &str) -> Result<StructWriter<'_>> {
        let (members, span) = self.structure(name)?;
        Ok(StructWriter::new(name, members, span, &self.module))
    }

    /// Names of the compute entry points, in the order of the text.
    pub fn entry_points(&self) -> Vec<String> {
        let entries = self.module.entry_points.iter();
        entries.map(|entry| entry.name.clone()).collect()
    }

    /// Names of all buffers, in the order of the text.
    pub fn buffer_names(&self) -> Vec<String> {
        self.buffers().filter_map(|(_, v)| v.name.clone()).collect()
    }

    /// Lanes of a workgroup of the entry point `name`.
    pub fn workgroup_size(&self, name: &str) -> Result<[u32; 3]> {
        let index = self.entry_index(name)?;
        Ok(self.module.entry_points[index].workgroup_size)
    }

    /// The buffers that the entry point `name` uses, itself or through the functions it calls.
    ///
    /// `read_only` is as declared, not as used: the layout of a pipeline must agree with the declaration.
    pub(super) fn buffers_of(&self, name: &str) -> Result<Vec<BufferSlot>> {
        let usage = self.info.get_entry_point(self.entry_index(name)?);
        self.buffers()
            .filter(|(handle, _)| usage[*handle] != GlobalUse::empty())
            .map(|(_, variable)| self.slot(variable))
            .collect()
    }

    fn slot(&self, variable: &naga::GlobalVariable) -> Result<BufferSlot> {
        let name = variable.name.clone().unwrap_or_default();
        let (uniform, read_only) = match variable.space {
            naga::AddressSpace::Uniform => (true, true),
            naga::AddressSpace::Storage { access } => {
                (false, !access.contains(naga::StorageAccess::STORE))
            }
            _ => return Err(self.unusable(&name, "is neither a storage nor a uniform buffer")),
        };
        let binding = match &variable.binding {
            Some(place) if place.group == 0 => place.binding,
            _ => return Err(self.unusable(&name, "is not in group 0, where all buffers must be")),
        };
        let size = self.module.types[variable.ty]
            .inner
            .size(self.module.to_ctx());
        Ok(BufferSlot {
            name,
            binding,
            uniform,
            read_only,
            min_bytes: size.into(),
        })
    }

    fn unusable(&self, name: &str, problem: &str) -> Error {
        Error::Shader {
            label: self.label.clone(),
            message: format!("the variable '{name}' {problem}"),
        }
    }

    /// All variables that the host binds.
    fn buffers(
        &self,
    ) -> impl Iterator<Item = (naga::Handle<naga::GlobalVariable>, &naga::GlobalVariable)> {
        let variables = self.module.global_variables.iter();
        variables.filter(|(_, variable)| variable.binding.is_some())
    }

    fn entry_index(&self, name: &str) -> Result<usize> {
        let mut entries = self.module.entry_points.iter();
        entries
            .position(|e| e.name == name && e.stage == naga::ShaderStage::Compute)
            .ok_or_else(|| Error::ShaderName {
                kind: "an entry point",
                name: name.into(),
                known: self.entry_points(),
            })
    }

    fn structure(&self, name: &str) -> Result<(&[naga::StructMember], u32)> {
        let structs = || {
            self.module.types.iter().filter_map(|(_, ty)| {
                let naga::TypeInner::Struct { members, span } = &ty.inner else {
                    return None;
                };
                Some((ty.name.as_deref()?, (members.as_slice(), *span)))
            })
        };
        let found = structs().find(|&(known, _)| known == name);
        found.map(|(_, s)| s).ok_or_else(|| Error::ShaderName {
            kind: "a struct",
            name: name.into(),
            known: structs().map(|(known, _)| known.into()).collect(),
        })
    }

    fn constant(&self, name: &str) -> Result<naga::Literal> {
        let constants = self.module.constants.iter();
        let mut named = constants.filter(|(_, c)| c.name.as_deref() == Some(name));
        let literal = named.next().and_then(|(_, c)| self.literal(c.init));
        literal.ok_or_else(|| {
            self.unknown_constant("a scalar constant with a type (64u, not 64),", name)
        })
    }

    fn literal(&self, expression: naga::Handle<naga::Expression>) -> Option<naga::Literal> {
        match self.module.global_expressions[expression] {
            naga::Expression::Literal(literal) => Some(literal),
            naga::Expression::Constant(c) => self.literal(self.module.constants[c].init),
            naga::Expression::ZeroValue(ty) => match self.module.types[ty].inner {
                naga::TypeInner::Scalar(scalar) => naga::Literal::zero(scalar),
                _ => None,
            },
            _ => None,
        }
    }

    fn unknown_constant(&self, kind: &'static str, name: &str) -> Error {
        let constants = self.module.constants.iter();
        Error::ShaderName {
            kind,
            name: name.into(),
            known: constants.filter_map(|(_, c)| c.name.clone()).collect(),
        }
    }
}
