//! GPUs on the bus, the device files of their kernel drivers, and who may open those.

use super::host::Host;
use serde::Serialize;
use std::fmt;

/// Who made a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// PCI vendor 10de
    Nvidia,
    /// PCI vendor 1002
    Amd,
    /// PCI vendor 8086
    Intel,
}

impl Vendor {
    fn of(id: &str) -> Option<Self> {
        match id.trim().trim_start_matches("0x").to_lowercase().as_str() {
            "10de" => Some(Vendor::Nvidia),
            "1002" => Some(Vendor::Amd),
            "8086" => Some(Vendor::Intel),
            _ => None,
        }
    }

    /// What the names of its driver files contain.
    pub fn driver_files(self) -> &'static [&'static str] {
        match self {
            Vendor::Nvidia => &["nvidia", "nouveau"],
            Vendor::Amd => &["radeon", "amd"],
            Vendor::Intel => &["intel"],
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Vendor::Nvidia => "NVIDIA",
            Vendor::Amd => "AMD",
            Vendor::Intel => "Intel",
        })
    }
}

/// The makers of the GPUs on the PCI bus, each once. Display adapters of servers and virtual machines do not compute and
/// are left out.
pub fn on_the_bus(host: &Host) -> Vec<Vendor> {
    const BUS: &str = "/sys/bus/pci/devices";
    let mut found = Vec::new();
    for device in host.list(BUS) {
        let read = |file: &str| {
            host.read(&format!("{BUS}/{device}/{file}"))
                .unwrap_or_default()
        };
        // Class 03: display controllers, 3D controllers among them.
        let is_display = read("class")
            .trim()
            .trim_start_matches("0x")
            .starts_with("03");
        if let Some(vendor) =
            Vendor::of(&read("vendor")).filter(|v| is_display && !found.contains(v))
        {
            found.push(vendor);
        }
    }
    found
}

/// A device file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Where.
    pub path: String,
    /// Whose, as far as it is known.
    pub vendor: Option<Vendor>,
    /// Whether this process may read and write it.
    pub may_open: bool,
    /// The group that may, where the owner's group may.
    pub group: Option<String>,
}

/// The device files of GPUs.
pub fn nodes(host: &Host) -> Vec<Node> {
    let render = host
        .list("/dev/dri")
        .into_iter()
        .filter(|name| name.starts_with("renderD"));
    let mut nodes: Vec<Node> = render
        .map(|name| {
            let vendor = host.read(&format!("/sys/class/drm/{name}/device/vendor"));
            node(
                host,
                format!("/dev/dri/{name}"),
                vendor.and_then(|id| Vendor::of(&id)),
            )
        })
        .collect();
    if host.exists("/dev/nvidiactl") {
        nodes.push(node(host, "/dev/nvidiactl".into(), Some(Vendor::Nvidia)));
    }
    let cards = host.list("/dev").into_iter().filter(|name| {
        let number = name.strip_prefix("nvidia").unwrap_or_default();
        !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    });
    nodes.extend(cards.map(|name| node(host, format!("/dev/{name}"), Some(Vendor::Nvidia))));
    if host.exists("/dev/dxg") {
        nodes.push(node(host, "/dev/dxg".into(), None));
    }
    nodes
}

#[cfg(unix)]
fn node(host: &Host, path: String, vendor: Option<Vendor>) -> Node {
    use std::os::unix::fs::MetadataExt;
    const READ_AND_WRITE: u32 = 0o6;
    let Ok(metadata) = host.path(&path).metadata() else {
        let (may_open, group) = (false, None);
        return Node {
            path,
            vendor,
            may_open,
            group,
        };
    };
    let ids = Ids::of(host);
    let allowed = |shift: u32| metadata.mode() >> shift & READ_AND_WRITE == READ_AND_WRITE;
    // The first that applies decides, as in the kernel; root may everything.
    let may_open = match () {
        () if ids.user == 0 => true,
        () if ids.user == metadata.uid() => allowed(6),
        () if ids.groups.contains(&metadata.gid()) => allowed(3),
        () => allowed(0),
    };
    let group = allowed(3).then(|| group_name(host, metadata.gid()));
    Node {
        path,
        vendor,
        may_open,
        group,
    }
}

#[cfg(not(unix))]
fn node(_host: &Host, path: String, vendor: Option<Vendor>) -> Node {
    let (may_open, group) = (true, None);
    Node {
        path,
        vendor,
        may_open,
        group,
    }
}

/// Who this process is: `/proc/self/status`.
#[cfg(unix)]
struct Ids {
    user: u32,
    groups: Vec<u32>,
}

#[cfg(unix)]
impl Ids {
    fn of(host: &Host) -> Self {
        let status = host.read("/proc/self/status").unwrap_or_default();
        let numbers = |name: &str| -> Vec<u32> {
            let line = status.lines().find_map(|l| l.strip_prefix(name));
            let words = line.unwrap_or_default().split_whitespace();
            words.filter_map(|w| w.parse().ok()).collect()
        };
        // Real, effective, saved and file system ids: the last decides about files.
        let last = |ids: Vec<u32>| ids.last().copied();
        let mut groups = numbers("Groups:");
        groups.extend(last(numbers("Gid:")));
        Self {
            user: last(numbers("Uid:")).unwrap_or(u32::MAX),
            groups,
        }
    }
}

#[cfg(unix)]
fn group_name(host: &Host, id: u32) -> String {
    let text = host.read("/etc/group").unwrap_or_default();
    let named = text.lines().find_map(|line| {
        let mut parts = line.split(':');
        let (name, _, number) = (parts.next()?, parts.next()?, parts.next()?);
        (number.parse() == Ok(id)).then(|| name.to_string())
    });
    named.unwrap_or(id.to_string())
}
