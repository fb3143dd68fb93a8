//! What a container or Windows' subsystem for Linux needs to reach a GPU.

use super::devices::Vendor;
use super::patient::{Level, Patient};

/// What a container needs to reach the driver of an NVIDIA GPU.
pub(super) const CAPABILITIES: &str = "start the container with --gpus all and -e NVIDIA_DRIVER_CAPABILITIES=all (or \
                                       compute,utility,graphics): without graphics there is no Vulkan in it";

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
