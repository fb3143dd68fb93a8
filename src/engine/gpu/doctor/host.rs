//! The machine as the examination sees it: a root folder and the environment variables, both of which a test can fake.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where to look.
#[derive(Clone, Debug)]
pub struct Host {
    root: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Host {
    /// This machine.
    pub fn here() -> Self {
        // A variable that is not UTF-8 names no path that a driver would understand.
        let variables = std::env::vars_os();
        let variables =
            variables.filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        Self {
            root: "/".into(),
            variables: variables.collect(),
        }
    }

    /// A machine whose file system is the folder `root` and whose environment is these variables.
    pub fn at(root: &Path, variables: &[(&str, &str)]) -> Self {
        let owned = variables
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()));
        Self {
            root: root.into(),
            variables: owned.collect(),
        }
    }

    /// The place of an absolute path; `/usr` and `usr` are the same.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Whether something is there; a link to nowhere is not.
    pub fn exists(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// The text of a file, if it can be read.
    pub fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.path(path)).ok()
    }

    /// The names in a folder, sorted; none if there is no such folder.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten();
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// An environment variable, unless it is empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|v| !v.is_empty())
    }

    /// The paths of a variable, which stand between colons.
    pub fn paths_of(&self, name: &str) -> Vec<String> {
        let value = self.variable(name).unwrap_or_default();
        value
            .split(':')
            .filter(|p| !p.is_empty())
            .map(String::from)
            .collect()
    }

    /// The folders in which the dynamic linker looks, as far as files tell.
    pub fn library_folders(&self) -> Vec<String> {
        let mut folders = self.paths_of("LD_LIBRARY_PATH");
        let mut lists = vec!["/etc/ld.so.conf".to_string()];
        let more = self.list("/etc/ld.so.conf.d").into_iter();
        lists.extend(more.map(|name| format!("/etc/ld.so.conf.d/{name}")));
        for list in lists {
            let text = self.read(&list).unwrap_or_default();
            let lines = text.lines().map(str::trim);
            folders.extend(lines.filter(|l| l.starts_with('/')).map(String::from));
        }
        let triplet = format!("{}-linux-gnu", std::env::consts::ARCH);
        folders.extend(["/lib", "/usr/lib", "/usr/local/lib"].map(|f| format!("{f}/{triplet}")));
        let usual = [
            "/lib",
            "/lib64",
            "/usr/lib",
            "/usr/lib64",
            "/usr/local/lib",
            "/usr/local/lib64",
        ];
        folders.extend(usual.map(String::from));
        // NixOS keeps drivers here, WSL the libraries of its GPU.
        folders.extend(["/run/opengl-driver/lib", "/usr/lib/wsl/lib"].map(String::from));
        let mut seen = std::collections::BTreeSet::new();
        folders.retain(|folder| seen.insert(folder.clone()));
        folders
    }

    /// The first folder of the dynamic linker that has a library of that name.
    pub fn library(&self, name: &str) -> Option<String> {
        let paths = self
            .library_folders()
            .into_iter()
            .map(|folder| format!("{folder}/{name}"));
        paths.into_iter().find(|path| self.exists(path))
    }
}

/// How software is installed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Packages {
    /// Debian, Ubuntu and what came of them
    Apt,
    /// Fedora, Red Hat and what came of them
    Dnf,
    /// Arch and what came of it
    Pacman,
    /// SUSE
    Zypper,
    /// Alpine
    Apk,
    /// Something else
    Unknown,
}

/// The name of the distribution, and how software is installed on it: `/etc/os-release`.
pub fn distribution(host: &Host) -> (String, Packages) {
    let text = host
        .read("/etc/os-release")
        .or_else(|| host.read("/usr/lib/os-release"));
    let text = text.unwrap_or_default();
    let value = |name: &str| {
        let line = text
            .lines()
            .find_map(|l| l.strip_prefix(name)?.strip_prefix('='));
        line.map(|v| v.trim().trim_matches(['"', '\'']).to_string())
    };
    let ids = format!(
        "{} {}",
        value("ID").unwrap_or_default(),
        value("ID_LIKE").unwrap_or_default()
    );
    let known = ids.split_whitespace().find_map(|id| {
        Some(match id {
            "debian" | "ubuntu" => Packages::Apt,
            "fedora" | "rhel" | "centos" => Packages::Dnf,
            "arch" => Packages::Pacman,
            "suse" | "opensuse" | "opensuse-tumbleweed" | "opensuse-leap" | "sles" => {
                Packages::Zypper
            }
            "alpine" => Packages::Apk,
            _ => return None,
        })
    });
    let name = value("PRETTY_NAME").or(value("ID"));
    (
        name.unwrap_or("an unknown distribution".into()),
        known.unwrap_or(Packages::Unknown),
    )
}

impl Packages {
    fn command(self, names: [&str; 5]) -> String {
        let [apt, dnf, pacman, zypper, apk] = names;
        match self {
            Packages::Apt => format!("apt-get install {apt}"),
            Packages::Dnf => format!("dnf install {dnf}"),
            Packages::Pacman => format!("pacman -S {pacman}"),
            Packages::Zypper => format!("zypper install {zypper}"),
            Packages::Apk => format!("apk add {apk}"),
            Packages::Unknown => format!("install the package that Debian calls {apt}"),
        }
    }

    /// Installs the loader.
    pub fn loader(self) -> String {
        self.command([
            "libvulkan1",
            "vulkan-loader",
            "vulkan-icd-loader",
            "libvulkan1",
            "vulkan-loader",
        ])
    }

    /// Installs Mesa's drivers for AMD and Intel.
    pub fn mesa(self) -> String {
        self.command([
            "mesa-vulkan-drivers",
            "mesa-vulkan-drivers",
            "vulkan-radeon vulkan-intel",
            "libvulkan_radeon libvulkan_intel",
            "mesa-vulkan-ati mesa-vulkan-intel",
        ])
    }

    /// Installs Mesa's software driver.
    pub fn software(self) -> String {
        self.command([
            "mesa-vulkan-drivers",
            "mesa-vulkan-drivers",
            "vulkan-swrast",
            "libvulkan_lvp",
            "mesa-vulkan-swrast",
        ])
    }

    /// Installs NVIDIA's driver.
    pub fn nvidia(self) -> String {
        self.command([
            "nvidia-driver (on Ubuntu: ubuntu-drivers install)",
            "akmod-nvidia (from RPM Fusion)",
            "nvidia nvidia-utils",
            "nvidia-driver-G06-kmp-meta",
            "nothing: NVIDIA has no driver for musl",
        ])
    }
}
