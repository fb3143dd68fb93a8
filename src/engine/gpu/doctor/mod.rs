//! Why is there no GPU? [`examine`] looks at what lies between a GPU and this program, and says what to do.
//!
//! ```text
//! this program -> loader -> driver file -> driver library -> device file -> kernel driver -> GPU
//!                 libvulkan.so.1   icd.d/*.json                /dev/dri/renderD*, /dev/nvidia*, /dev/dxg
//! ```
//!
//! All of it is files and environment variables, so that a test can make up any machine: [`Host::at`]. Whether the adapters
//! that are found compute correctly is a question for [`crate::engine::gpu::selftest`].

mod container;
mod devices;
mod host;
mod patient;
mod surroundings;
mod vulkan;

pub use devices::{Node, Vendor};
pub use host::{Host, Packages};
pub use patient::{Finding, Level};
pub use surroundings::Surroundings;
pub use vulkan::DriverFile;

use patient::Patient;
use serde::Serialize;

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// The distribution, in its own words.
    pub distribution: String,
    /// How software is installed on it.
    pub packages: Packages,
    /// What this runs in.
    pub surroundings: Surroundings,
    /// In the order in which a program meets them.
    pub findings: Vec<Finding>,
}

impl Examination {
    /// What is in the way.
    pub fn faults(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.level == Level::Bad)
    }
}

/// Looks at everything between a GPU and a Vulkan program.
pub fn examine(host: &Host) -> Examination {
    let (distribution, packages) = host::distribution(host);
    let mut patient = Patient {
        host,
        packages,
        surroundings: Surroundings::of(host),
        files: vulkan::driver_files(host),
        nodes: devices::nodes(host),
        on_the_bus: devices::on_the_bus(host),
        findings: Vec::new(),
    };
    patient.surroundings();
    patient.loader();
    patient.driver_files();
    patient.devices();
    patient.permissions();
    Examination {
        distribution,
        packages,
        surroundings: patient.surroundings,
        findings: patient.findings,
    }
}

impl Patient<'_> {
    fn loader(&mut self) {
        match vulkan::loader(self.host) {
            Some(path) => self.add("loader", Level::Good, path, None),
            None => {
                let count = self.host.library_folders().len();
                let found = format!("{} is in none of {count} library folders", vulkan::LOADER);
                let advice = self.packages.loader();
                self.add("loader", Level::Bad, found, Some(advice));
            }
        }
    }

    fn driver_files(&mut self) {
        const PART: &str = "driver file";
        let chosen = vulkan::chosen_by(self.host);
        if let Some(variable) = chosen {
            let found = format!("{variable} is set, so that no other driver is seen");
            let advice = format!("unset {variable} to see the drivers that are installed");
            self.add(PART, Level::Note, found, Some(advice));
        }
        for file in self.files.clone() {
            match (&file.problem, &file.found) {
                (None, Some(library)) => {
                    let software = if file.is_software {
                        ", a software driver"
                    } else {
                        ""
                    };
                    let found = format!("{} -> {library}{software}", file.path);
                    self.add(PART, Level::Good, found, None);
                }
                (problem, _) => {
                    let problem = problem.as_deref().unwrap_or("its library is not there");
                    let advice = self.about_driver_file(&file, chosen);
                    self.add(
                        PART,
                        Level::Bad,
                        format!("{}: {problem}", file.path),
                        Some(advice),
                    );
                }
            }
        }
        if self.files.is_empty() {
            let found = format!("there is none in {}", vulkan::folders(self.host).join(", "));
            let advice = match self.on_the_bus.contains(&Vendor::Nvidia) {
                true => format!(
                    "{}; without a GPU: {}",
                    self.packages.nvidia(),
                    self.packages.software()
                ),
                false => format!(
                    "{}; without a GPU: {}",
                    self.packages.mesa(),
                    self.packages.software()
                ),
            };
            self.add(PART, Level::Bad, found, Some(advice));
        }
    }

    fn about_driver_file(&self, file: &DriverFile, chosen: Option<&str>) -> String {
        let is_nvidia = file.path.to_lowercase().contains("nvidia");
        match (chosen, &file.library, is_nvidia) {
            (Some(variable), None, _) => format!("correct or unset {variable}"),
            (_, Some(_), true) if self.surroundings.container.is_some() => {
                container::CAPABILITIES.into()
            }
            (_, _, true) => format!("reinstall the driver: {}", self.packages.nvidia()),
            (_, _, false) => {
                let install = if file.is_software {
                    self.packages.software()
                } else {
                    self.packages.mesa()
                };
                format!("remove the file, or reinstall its driver: {install}")
            }
        }
    }

    fn devices(&mut self) {
        const PART: &str = "device";
        for node in self.nodes.clone() {
            let of = node.vendor.map(|v| format!(" ({v})")).unwrap_or_default();
            self.add(PART, Level::Good, format!("{}{of}", node.path), None);
        }
        let known: Vec<Vendor> = self.nodes.iter().filter_map(|n| n.vendor).collect();
        for vendor in self
            .on_the_bus
            .clone()
            .into_iter()
            .filter(|v| !known.contains(v))
        {
            let found = format!("a GPU of {vendor} is on the PCI bus, but has no device file");
            let advice = match (self.surroundings.container.is_some(), vendor) {
                (true, Vendor::Nvidia) => container::CAPABILITIES.to_string(),
                (true, _) => surroundings::DEVICE.to_string(),
                (false, Vendor::Nvidia) => format!(
                    "its kernel driver is not loaded: {}",
                    self.packages.nvidia()
                ),
                (false, Vendor::Amd) => {
                    "its kernel driver is not loaded: modprobe amdgpu, and see dmesg".into()
                }
                (false, Vendor::Intel) => {
                    "its kernel driver is not loaded: modprobe i915 (or xe), and see dmesg".into()
                }
            };
            self.add(PART, Level::Bad, found, Some(advice));
        }
        if self.nodes.is_empty() && self.on_the_bus.is_empty() {
            let found = "no GPU on the PCI bus and no device file".to_string();
            let advice = match (self.surroundings.container.is_some(), self.surroundings.wsl) {
                (true, _) => format!(
                    "if the machine has one: {}; else use `engine` cpu",
                    surroundings::DEVICE
                ),
                (_, true) => {
                    "update Windows' driver of the GPU, then: wsl --update; else use `engine` cpu"
                        .into()
                }
                (false, false) => "this machine has no GPU; use `engine` cpu".into(),
            };
            self.add(PART, Level::Note, found, Some(advice));
        }
        self.drivers_of_devices(&known);
    }

    /// A device whose vendor has no driver file.
    fn drivers_of_devices(&mut self, known: &[Vendor]) {
        if self.files.is_empty() {
            return; // That is said already.
        }
        let mut said = Vec::new();
        for vendor in known.iter().copied() {
            let names = vendor.driver_files();
            let serves = |file: &DriverFile| {
                let path = file.path.to_lowercase();
                names.iter().any(|name| path.contains(name))
            };
            if self.files.iter().any(serves) || said.contains(&vendor) {
                continue;
            }
            said.push(vendor);
            let found = format!("there is no driver file for the GPU of {vendor}");
            let advice = match vendor {
                Vendor::Nvidia if self.surroundings.container.is_some() => {
                    container::CAPABILITIES.into()
                }
                Vendor::Nvidia => self.packages.nvidia(),
                Vendor::Amd | Vendor::Intel => self.packages.mesa(),
            };
            self.add("driver file", Level::Bad, found, Some(advice));
        }
    }

    fn permissions(&mut self) {
        for node in self.nodes.clone().into_iter().filter(|n| !n.may_open) {
            let found = format!("{} cannot be opened by this user", node.path);
            let advice = match (&node.group, self.surroundings.container.is_some()) {
                (Some(group), true) => format!(
                    "start the container with --group-add of the group {group} of that file"
                ),
                (Some(group), false) => format!("usermod -aG {group} $USER, then log in again"),
                (None, _) => format!("chmod 666 {}", node.path),
            };
            self.add("permission", Level::Bad, found, Some(advice));
        }
    }
}
