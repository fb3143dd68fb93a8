//! Containers and WSL, which stand between a program and the GPU of the machine.

use super::host::Host;
use serde::Serialize;

/// What a container needs to reach any other GPU.
pub(super) const DEVICE: &str = "start the container with --device /dev/dri (NVIDIA: --gpus all and -e NVIDIA_DRIVER_CAPABILITIES=all)";

/// What this runs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Surroundings {
    /// What tells that this is a container.
    pub container: Option<String>,
    /// Whether this is Windows' subsystem for Linux.
    pub wsl: bool,
}

impl Surroundings {
    /// Those of a machine.
    pub fn of(host: &Host) -> Self {
        let release = host.read("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            container: container(host),
            wsl: release.to_lowercase().contains("microsoft"),
        }
    }
}

fn container(host: &Host) -> Option<String> {
    for file in ["/.dockerenv", "/run/.containerenv"] {
        if host.exists(file) {
            return Some(file.into());
        }
    }
    if let Some(kind) = host.variable("container") {
        return Some(format!("the variable container={kind}"));
    }
    let groups = host.read("/proc/1/cgroup").unwrap_or_default();
    let kinds = ["docker", "kubepods", "libpod", "containerd", "lxc"];
    let kind = kinds.into_iter().find(|kind| groups.contains(kind))?;
    Some(format!("{kind} in /proc/1/cgroup"))
}
