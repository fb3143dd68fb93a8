//! `mollify devices`

use super::failure::Failure;
use super::output::{json, print, table};
use super::words::in_flags;
use bytesize::ByteSize;
use mollify::engine::devices::{Auto, Devices};
use mollify::engine::gpu::AdapterReport;

/// Show the adapters of this machine, their limits, and which engine `auto` takes
///
/// An adapter is a GPU, or a software stand-in for one, as its driver offers it through Vulkan, Metal or DX12.
/// `auto` never takes a software adapter: ask for it with --engine gpu or --adapter NAME.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  mollify devices
  mollify devices --json
  mollify gradient pushing --adapter llvmpipe    the first adapter with that in its name")]
pub struct Args {
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long)]
    json: bool,
}

/// Prints the adapters.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut document = Devices::here();
    document.auto.reason = in_flags(&document.auto.reason);
    match args.json {
        true => print(&json(&document)?),
        false => print(&for_people(&document)),
    }
}

fn for_people(document: &Devices) -> String {
    let adapters = match document.adapters.as_slice() {
        [] => "No adapter was found. A GPU needs its Vulkan driver; on Debian or Ubuntu \
               mesa-vulkan-drivers brings those of AMD and Intel and a software one. \
               Without any, --engine cpu computes on the CPU.\n"
            .to_string(),
        adapters => adapters
            .iter()
            .map(described)
            .collect::<Vec<_>>()
            .join("\n"),
    };
    let Auto {
        engine,
        adapter,
        reason,
    } = &document.auto;
    let on = adapter.as_ref().map(|a| format!(" on {a}"));
    format!(
        "{adapters}\n`auto` takes {engine}{}: {reason}\n",
        on.unwrap_or_default()
    )
}

fn described(a: &AdapterReport) -> String {
    let size = |bytes: u64| ByteSize::b(bytes).display().iec().to_string();
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let driver = format!("{} {}", a.driver, a.driver_info);
    let yes_or_no = if a.timestamp_queries { "yes" } else { "no" };
    table(
        &[],
        vec![
            line("adapter", a.name.clone()),
            line("backend", a.backend.clone()),
            line("type", a.device_type.into()),
            line("driver", driver.trim().into()),
            line("largest buffer", size(a.max_buffer_size)),
            line("largest binding", size(a.max_storage_buffer_binding_size)),
            line(
                "workgroup memory",
                size(a.max_compute_workgroup_storage_size.into()),
            ),
            line(
                "workgroup lanes",
                a.max_compute_invocations_per_workgroup.to_string(),
            ),
            line(
                "workgroups per dispatch",
                a.max_compute_workgroups_per_dimension.to_string(),
            ),
            line(
                "buffers per kernel",
                a.max_storage_buffers_per_shader_stage.to_string(),
            ),
            line("can time its work", yes_or_no.into()),
        ],
        0..0,
    )
}
