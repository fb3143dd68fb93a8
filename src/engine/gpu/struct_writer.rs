//! Fills a WGSL struct by the names of its fields: offsets and padding come from the shader.
//!
//! A field that is not there, of another type, or never set is an error, so a field added to the shader
//! cannot be forgotten on the host.

use wgpu::naga::{self, Scalar, TypeInner, VectorSize};

use super::unknown::unknown_field;
use crate::error::{Error, Result};

/// A struct in the making; see [`Reflection::write_struct`](super::Reflection::write_struct).
pub struct StructWriter<'a> {
    name: String,
    members: &'a [naga::StructMember],
    module: &'a naga::Module,
    bytes: Vec<u8>,
    set: Vec<bool>,
}

impl<'a> StructWriter<'a> {
    pub(super) fn new(
        name: &str,
        members: &'a [naga::StructMember],
        span: u32,
        module: &'a naga::Module,
    ) -> Self {
        StructWriter {
            name: name.into(),
            members,
            module,
            bytes: vec![0; span as usize],
            set: vec![false; members.len()],
        }
    }

    /// Sets a field of type `u32`.
    pub fn u32(self, field: &str, value: u32) -> Result<Self> {
        self.put("a field given as u32,", field, SCALAR_U32, &[value])
    }

    /// Sets a field of type `i32`.
    pub fn i32(self, field: &str, value: i32) -> Result<Self> {
        let ty = TypeInner::Scalar(Scalar::I32);
        self.put("a field given as i32,", field, ty, &[value])
    }

    /// Sets a field of type `f32`.
    pub fn f32(self, field: &str, value: f32) -> Result<Self> {
        self.put("a field given as f32,", field, SCALAR_F32, &[value])
    }

    /// Sets a field of type `vec2<u32>`.
    pub fn vec2_u32(self, field: &str, value: [u32; 2]) -> Result<Self> {
        let ty = vector(VectorSize::Bi, Scalar::U32);
        self.put("a field given as vec2<u32>,", field, ty, &value)
    }

    /// Sets a field of type `vec3<u32>`.
    pub fn vec3_u32(self, field: &str, value: [u32; 3]) -> Result<Self> {
        let ty = vector(VectorSize::Tri, Scalar::U32);
        self.put("a field given as vec3<u32>,", field, ty, &value)
    }

    /// Sets a field of type `vec4<u32>`.
    pub fn vec4_u32(self, field: &str, value: [u32; 4]) -> Result<Self> {
        let ty = vector(VectorSize::Quad, Scalar::U32);
        self.put("a field given as vec4<u32>,", field, ty, &value)
    }

    /// Sets a field of type `vec2<f32>`.
    pub fn vec2_f32(self, field: &str, value: [f32; 2]) -> Result<Self> {
        let ty = vector(VectorSize::Bi, Scalar::F32);
        self.put("a field given as vec2<f32>,", field, ty, &value)
    }

    /// Sets a field of type `vec3<f32>`.
    pub fn vec3_f32(self, field: &str, value: [f32; 3]) -> Result<Self> {
        let ty = vector(VectorSize::Tri, Scalar::F32);
        self.put("a field given as vec3<f32>,", field, ty, &value)
    }

    /// Sets a field of type `vec4<f32>`.
    pub fn vec4_f32(self, field: &str, value: [f32; 4]) -> Result<Self> {
        let ty = vector(VectorSize::Quad, Scalar::F32);
        self.put("a field given as vec4<f32>,", field, ty, &value)
    }

    /// Sets a field of type `array<u32, N>`; `values` must have exactly N.
    pub fn array_u32(self, field: &str, values: &[u32]) -> Result<Self> {
        self.put_array("a field given as array<u32>", field, SCALAR_U32, values)
    }

    /// Sets a field of type `array<f32, N>`; `values` must have exactly N.
    pub fn array_f32(self, field: &str, values: &[f32]) -> Result<Self> {
        self.put_array("a field given as array<f32>", field, SCALAR_F32, values)
    }

    /// The bytes, if every field was set.
    pub fn finish(self) -> Result<Vec<u8>> {
        match self.set.iter().position(|&set| !set) {
            None => Ok(self.bytes),
            Some(index) => {
                let field = self.members[index].name.as_deref().unwrap_or_default();
                Err(self.disagree("a field that was never set,", field))
            }
        }
    }

    fn put<T: bytemuck::NoUninit>(
        mut self,
        kind: &'static str,
        field: &str,
        ty: TypeInner,
        value: &[T],
    ) -> Result<Self> {
        let index = self.index(field)?;
        let member = &self.members[index];
        if self.module.types[member.ty].inner != ty {
            return Err(self.disagree(kind, field));
        }
        self.write(member.offset as usize, value);
        self.set[index] = true;
        Ok(self)
    }

    fn put_array<T: bytemuck::NoUninit>(
        mut self,
        kind: &'static str,
        field: &str,
        element: TypeInner,
        values: &[T],
    ) -> Result<Self> {
        let index = self.index(field)?;
        let member = &self.members[index];
        let types = &self.module.types;
        let stride = match types[member.ty].inner {
            TypeInner::Array {
                base,
                size: naga::ArraySize::Constant(count),
                stride,
            } if types[base].inner == element && count.get() as usize == values.len() => stride,
            _ => {
                // The length is part of the type, so it is part of the message.
                let field = format!("{field}: {} values", values.len());
                return Err(self.disagree(kind, &field));
            }
        };
        for (i, value) in values.iter().enumerate() {
            let at = member.offset as usize + i * stride as usize;
            self.write(at, std::slice::from_ref(value));
        }
        self.set[index] = true;
        Ok(self)
    }

    fn write<T: bytemuck::NoUninit>(&mut self, at: usize, value: &[T]) {
        let value: &[u8] = bytemuck::cast_slice(value);
        self.bytes[at..at + value.len()].copy_from_slice(value);
    }

    fn index(&self, field: &str) -> Result<usize> {
        let named = |m: &naga::StructMember| m.name.as_deref() == Some(field);
        let found = self.members.iter().position(named);
        found.ok_or_else(|| unknown_field("a field", &self.name, field, self.members))
    }

    /// The error whose list shows each field with its type.
    fn disagree(&self, kind: &'static str, field: &str) -> Error {
        let typed = |m: &naga::StructMember| {
            let name = m.name.as_deref().unwrap_or_default();
            format!("{name}: {}", wgsl_type(self.module, m.ty))
        };
        Error::ShaderName {
            kind,
            name: format!("{}.{field}", self.name),
            known: self.members.iter().map(typed).collect(),
        }
    }
}

const SCALAR_U32: TypeInner = TypeInner::Scalar(Scalar::U32);
const SCALAR_F32: TypeInner = TypeInner::Scalar(Scalar::F32);

fn vector(size: VectorSize, scalar: Scalar) -> TypeInner {
    TypeInner::Vector { size, scalar }
}

/// A type as WGSL writes it, as far as a host can fill it.
fn wgsl_type(module: &naga::Module, ty: naga::Handle<naga::Type>) -> String {
    let scalar_name = |scalar: Scalar| match scalar {
        Scalar::U32 => "u32",
        Scalar::I32 => "i32",
        Scalar::F32 => "f32",
        _ => "another scalar",
    };
    match &module.types[ty].inner {
        TypeInner::Scalar(scalar) => scalar_name(*scalar).into(),
        TypeInner::Vector { size, scalar } => {
            format!("vec{}<{}>", *size as u8, scalar_name(*scalar))
        }
        TypeInner::Array { base, size, .. } => match size {
            naga::ArraySize::Constant(n) => format!("array<{}, {n}>", wgsl_type(module, *base)),
            _ => format!("array<{}>", wgsl_type(module, *base)),
        },
        _ => module.types[ty]
            .name
            .clone()
            .unwrap_or("another type".into()),
    }
}
