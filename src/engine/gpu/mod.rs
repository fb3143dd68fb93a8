//! The way to the GPU: adapters, buffers, and kernels whose buffers are bound by name.
//!
//! No formula lives here. WGSL text comes in, [`Reflection`] reads its names, sizes and constants, and
//! [`Kernel`] runs an entry point over buffers of a [`Device`]:
//!
//! ```text
//! source -> Reflection -> Module -> Kernel -(bind, dispatch)-> CommandEncoder -(submit_and_download)-> bytes
//! ```
//!
//! Nothing panics when a driver is missing, memory runs out or the device is lost: each is an
//! [`Error`](crate::Error) of its own, because each has its own remedy.

mod adapter;
mod batches;
mod chunks;
mod device;
pub mod doctor;
mod engine;
pub mod expression;
mod kernel;
mod layout;
mod loops;
mod map;
mod plan;
mod print;
mod program;
mod recovery;
mod reflection;
mod samples;
mod schedule;
pub mod selftest;
mod source;
mod strips;
mod struct_writer;
mod unknown;
mod workspace;

pub use adapter::{AdapterChoice, AdapterReport, adapter, adapters};
pub use device::{Device, Fault};
pub use engine::GpuEngine;
pub use kernel::{Kernel, Module};
pub use map::GpuMap;
pub use print::wgsl;
pub use reflection::Reflection;
pub use source::{Variant, source, source_of, source_with_system};
pub use struct_writer::StructWriter;
