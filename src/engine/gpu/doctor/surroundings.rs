//! Containers and WSL, which stand between a program and the GPU of the machine.

use super::devices::Vendor;
use super::host::Host;
use super::{Level, Patient};
use serde::Serialize;

/// What a container needs to reach the driver of an NVIDIA GPU.
pub(super) const CAPABILITIES: &str = "start the container with --gpus all and -e NVIDIA_DRIVER_CAPABILITIES=all (or \
                                       compute,utility,graphics): without graphics there is no Vulkan in it";

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

impl Patient<'_> {
    pub(super) fn surroundings(&mut self) {
        if let Some(sign) = self.surroundings.container.clone() {
            self.add(
                "container",
                Level::Note,
                format!("this is a container: {sign}"),
                None,
            );
            self.capabilities();
        }
        if self.surroundings.wsl {
            let (level, found, advice) = match self.host.exists("/dev/dxg") {
                true => (
                    Level::Note,
                    "this is WSL, with the GPU of Windows as /dev/dxg",
                    None,
                ),
                false => (
                    Level::Bad,
                    "this is WSL, but there is no /dev/dxg",
                    Some(
                        "install Windows' driver of the GPU, then in Windows: wsl --update"
                            .to_string(),
                    ),
                ),
            };
            self.add("WSL", level, found.into(), advice);
            let serves = self
                .files
                .iter()
                .any(|f| f.path.to_lowercase().contains("dzn"));
            if level == Level::Note && !serves {
                let found = "there is no driver file for WSL (dzn_icd)".to_string();
                self.add("driver file", Level::Bad, found, Some(self.packages.mesa()));
            }
        }
    }

    /// NVIDIA's container runtime mounts the Vulkan driver only where graphics is asked for; it is not by default.
    fn capabilities(&mut self) {
        const NAME: &str = "NVIDIA_DRIVER_CAPABILITIES";
        let has_nvidia = self.nodes.iter().any(|n| n.vendor == Some(Vendor::Nvidia));
        let asked = self
            .host
            .variable("NVIDIA_VISIBLE_DEVICES")
            .is_some_and(|v| v != "void" && v != "none");
        if !has_nvidia && !asked {
            return;
        }
        let value = self.host.variable(NAME).map(String::from);
        let listed = value.iter().flat_map(|v| v.split(','));
        if listed
            .map(str::trim)
            .any(|word| word == "all" || word == "graphics")
        {
            return;
        }
        let found = match value {
            Some(value) => format!("{NAME} is {value}, without graphics"),
            None => format!("{NAME} is not set, which means utility,compute, without graphics"),
        };
        self.add("container", Level::Bad, found, Some(CAPABILITIES.into()));
    }
}
