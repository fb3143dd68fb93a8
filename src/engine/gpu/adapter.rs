//! Which adapters there are, what they allow, and which one a run takes.

use crate::error::{Error, Result};

/// What one adapter is and allows: the limits of the adapter itself, in bytes or counts.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AdapterReport {
    /// The name its driver gives, for instance "NVIDIA H200".
    pub name: String,
    /// The interface it is reached through: "vulkan", "metal" or "dx12".
    pub backend: String,
    /// The driver; empty where the backend does not tell.
    pub driver: String,
    /// The version of the driver, in the driver's own words.
    pub driver_info: String,
    /// "discrete", "integrated", "virtual", "software" or "other".
    pub device_type: &'static str,
    /// Whether it computes on the CPU.
    pub is_software: bool,
    /// Bytes of a buffer that one binding can reach.
    pub max_storage_buffer_binding_size: u64,
    /// Bytes of one buffer.
    pub max_buffer_size: u64,
    /// Bytes of `var<workgroup>` variables.
    pub max_compute_workgroup_storage_size: u32,
    /// Lanes of one workgroup.
    pub max_compute_invocations_per_workgroup: u32,
    /// Workgroups of one dispatch along one axis.
    pub max_compute_workgroups_per_dimension: u32,
    /// Storage buffers of one kernel.
    pub max_storage_buffers_per_shader_stage: u32,
    /// Whether the GPU can time its own work.
    pub timestamp_queries: bool,
}

impl AdapterReport {
    pub(super) fn of(adapter: &wgpu::Adapter) -> Self {
        let (info, limits) = (adapter.get_info(), adapter.limits());
        let is_software = is_software(&info);
        AdapterReport {
            backend: info.backend.to_string(),
            device_type: match info.device_type {
                _ if is_software => "software",
                wgpu::DeviceType::DiscreteGpu => "discrete",
                wgpu::DeviceType::IntegratedGpu => "integrated",
                wgpu::DeviceType::VirtualGpu => "virtual",
                wgpu::DeviceType::Cpu | wgpu::DeviceType::Other => "other",
            },
            is_software,
            max_storage_buffer_binding_size: limits.max_storage_buffer_binding_size,
            max_buffer_size: limits.max_buffer_size,
            max_compute_workgroup_storage_size: limits.max_compute_workgroup_storage_size,
            max_compute_invocations_per_workgroup: limits.max_compute_invocations_per_workgroup,
            max_compute_workgroups_per_dimension: limits.max_compute_workgroups_per_dimension,
            max_storage_buffers_per_shader_stage: limits.max_storage_buffers_per_shader_stage,
            timestamp_queries: adapter.features().contains(wgpu::Features::TIMESTAMP_QUERY),
            name: info.name,
            driver: info.driver,
            driver_info: info.driver_info,
        }
    }

    /// Smaller is better: discrete, integrated, virtual, other, software.
    fn rank(&self) -> u32 {
        match self.device_type {
            "discrete" => 0,
            "integrated" => 1,
            "virtual" => 2,
            "other" => 3,
            _ => 4,
        }
    }
}

/// Some software adapters do not say so in their type, only in their name.
fn is_software(info: &wgpu::AdapterInfo) -> bool {
    let name = info.name.to_lowercase();
    info.device_type == wgpu::DeviceType::Cpu
        || ["llvmpipe", "lavapipe", "swiftshader", "basic render"]
            .iter()
            .any(|software| name.contains(software))
}

/// How an adapter is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdapterChoice {
    /// A real GPU only: discrete before integrated before virtual.
    Hardware,
    /// A real GPU if there is one, otherwise a software adapter.
    Any,
    /// The first adapter whose name contains this text, upper and lower case alike.
    Named(String),
    /// The adapter of this index in the list of [`adapters`]: two may have the same name.
    Numbered(usize),
}

/// All adapters of this machine, in the order the drivers give; empty where no driver is installed.
pub fn adapters() -> Vec<AdapterReport> {
    found(&instance()).into_iter().map(|(_, r)| r).collect()
}

/// The adapter that `choice` stands for on this machine, without opening it.
pub fn adapter(choice: &AdapterChoice) -> Result<AdapterReport> {
    choose(choice).map(|(_, report)| report)
}

fn instance() -> wgpu::Instance {
    wgpu::Instance::new(wgpu::InstanceDescriptor {
        // The validation layers of a debug build help whoever writes wgpu, and slow everybody else.
        flags: wgpu::InstanceFlags::empty(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    })
}

fn found(instance: &wgpu::Instance) -> Vec<(wgpu::Adapter, AdapterReport)> {
    pollster::block_on(instance.enumerate_adapters(wgpu::Backends::all()))
        .into_iter()
        .map(|adapter| {
            let report = AdapterReport::of(&adapter);
            (adapter, report)
        })
        .collect()
}

/// The adapter that `choice` stands for on this machine.
pub(super) fn choose(choice: &AdapterChoice) -> Result<(wgpu::Adapter, AdapterReport)> {
    let instance = instance();
    let mut found = found(&instance);
    if found.is_empty() {
        let reason = why_none(&instance);
        return Err(Error::NoAdapter { reason });
    }
    let reports: Vec<&AdapterReport> = found.iter().map(|(_, report)| report).collect();
    let index = pick(choice, &reports)?;
    Ok(found.swap_remove(index))
}

/// What wgpu says when asked for any adapter at all: it knows which backends had no driver.
fn why_none(instance: &wgpu::Instance) -> String {
    match pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default())) {
        Ok(_) => "the adapter appeared only on the second look".into(),
        Err(error) => without_absent_backends(&error.to_string()),
    }
}

/// Leaves out what wgpu says about backends that this build does not have.
fn without_absent_backends(message: &str) -> String {
    let list = message.split_once("; ").map_or(message, |(_, list)| list);
    let of_this_build: Vec<_> = list
        .split(", ")
        .filter(|part| !part.contains("not compiled in"))
        .collect();
    match of_this_build.is_empty() {
        true => message.into(),
        false => of_this_build.join(", "),
    }
}

fn pick(choice: &AdapterChoice, reports: &[&AdapterReport]) -> Result<usize> {
    let best = |software: bool| {
        (0..reports.len())
            .filter(|&i| software || !reports[i].is_software)
            .min_by_key(|&i| reports[i].rank())
    };
    let names = || reports.iter().map(|r| r.name.clone()).collect::<Vec<_>>();
    match choice {
        AdapterChoice::Hardware => best(false).ok_or_else(|| Error::NoAdapter {
            reason: format!("there are only software adapters: {}", names().join(", ")),
        }),
        AdapterChoice::Any => best(true).ok_or_else(|| Error::NoAdapter {
            reason: "the drivers report none".into(),
        }),
        AdapterChoice::Numbered(index) => match *index < reports.len() {
            true => Ok(*index),
            false => Err(Error::UnknownAdapter {
                name: format!("number {index}"),
                available: names(),
            }),
        },
        AdapterChoice::Named(wanted) => {
            let wanted = wanted.to_lowercase();
            let matches = |r: &&AdapterReport| r.name.to_lowercase().contains(&wanted);
            reports
                .iter()
                .position(matches)
                .ok_or_else(|| Error::UnknownAdapter {
                    name: wanted.clone(),
                    available: names(),
                })
        }
    }
}

/// The WebGPU defaults (or less where the adapter has less), with buffers and dispatches as large as it allows.
pub(super) fn limits_to_request(adapter: &wgpu::Limits) -> wgpu::Limits {
    wgpu::Limits {
        max_storage_buffer_binding_size: adapter.max_storage_buffer_binding_size,
        max_uniform_buffer_binding_size: adapter.max_uniform_buffer_binding_size,
        max_buffer_size: adapter.max_buffer_size,
        max_storage_buffers_per_shader_stage: adapter.max_storage_buffers_per_shader_stage,
        max_bindings_per_bind_group: adapter.max_bindings_per_bind_group,
        max_compute_workgroups_per_dimension: adapter.max_compute_workgroups_per_dimension,
        ..wgpu::Limits::default().or_worse_values_from(adapter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(name: &str, device_type: &'static str) -> AdapterReport {
        AdapterReport {
            name: name.into(),
            backend: "vulkan".into(),
            driver: String::new(),
            driver_info: String::new(),
            device_type,
            is_software: device_type == "software",
            max_storage_buffer_binding_size: 1 << 27,
            max_buffer_size: 1 << 28,
            max_compute_workgroup_storage_size: 16384,
            max_compute_invocations_per_workgroup: 256,
            max_compute_workgroups_per_dimension: 65535,
            max_storage_buffers_per_shader_stage: 8,
            timestamp_queries: false,
        }
    }

    fn picked(choice: AdapterChoice, reports: &[AdapterReport]) -> Result<&str> {
        let references: Vec<_> = reports.iter().collect();
        pick(&choice, &references).map(|i| reports[i].name.as_str())
    }

    #[test]
    fn hardware_prefers_discrete_and_never_takes_software() {
        let all = [
            report("llvmpipe", "software"),
            report("Passed through", "virtual"),
            report("Iris", "integrated"),
            report("GeForce", "discrete"),
        ];
        for (count, name) in [(4, "GeForce"), (3, "Iris"), (2, "Passed through")] {
            let picked = picked(AdapterChoice::Hardware, &all[..count]);
            assert_eq!(picked.expect("there is hardware"), name);
        }
        let none = picked(AdapterChoice::Hardware, &all[..1]).expect_err("only software");
        assert!(matches!(none, Error::NoAdapter { .. }));
        assert!(none.to_string().contains("llvmpipe"), "{none}");
        let any = picked(AdapterChoice::Any, &all[..1]).expect("software will do");
        assert_eq!(any, "llvmpipe");
        let any = picked(AdapterChoice::Any, &all).expect("hardware first");
        assert_eq!(any, "GeForce");
    }

    #[test]
    fn the_reason_names_only_backends_of_this_build() {
        let text = "No adapter found; noop support not compiled in, vulkan drivers/libraries \
                    could not be loaded, gl support not compiled in";
        let reason = without_absent_backends(text);
        assert_eq!(reason, "vulkan drivers/libraries could not be loaded");
        assert_eq!(without_absent_backends("Something else"), "Something else");
    }

    #[test]
    fn a_name_matches_in_part_and_in_any_case() {
        let all = [report("llvmpipe", "software"), report("Iris", "integrated")];
        let named = |name: &str| picked(AdapterChoice::Named(name.into()), &all);
        assert_eq!(named("LLVM").expect("there"), "llvmpipe");
        assert_eq!(named("ris").expect("there"), "Iris");
        let numbered = |i| picked(AdapterChoice::Numbered(i), &all);
        assert_eq!(numbered(1).expect("there"), "Iris");
        let error = numbered(2).expect_err("there are two").to_string();
        assert!(error.contains("number 2"), "{error}");
        let error = named("Radeon").expect_err("not there").to_string();
        assert!(
            error.contains("llvmpipe") && error.contains("Iris"),
            "{error}"
        );
    }
}
