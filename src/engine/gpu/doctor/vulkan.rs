//! The parts of Vulkan that are files: the loader, and for each driver a JSON file that names its library.
//!
//! The loader reads the files of `VK_DRIVER_FILES` (or of `VK_ICD_FILENAMES`, its former name) and no others if that is set;
//! otherwise those of `VK_ADD_DRIVER_FILES` and of the folders `vulkan/icd.d` under the XDG paths.

use super::host::Host;
use serde::Serialize;

/// What a driver file says, and whether it is true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriverFile {
    /// The file.
    pub path: String,
    /// The library it names; none where the file cannot be understood.
    pub library: Option<String>,
    /// The library as it was found.
    pub found: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Whether it computes on the CPU.
    pub is_software: bool,
}

/// The library through which every Vulkan program goes.
pub const LOADER: &str = "libvulkan.so.1";

/// Where the loader is.
pub fn loader(host: &Host) -> Option<String> {
    host.library(LOADER)
}

/// The variable that replaces all folders, if one is set.
pub fn chosen_by(host: &Host) -> Option<&'static str> {
    ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"]
        .into_iter()
        .find(|name| host.variable(name).is_some())
}

/// The folders that are searched for driver files, in order.
pub fn folders(host: &Host) -> Vec<String> {
    let home = host.variable("HOME").unwrap_or("/root");
    let or = |name: &str, default: String| match host.variable(name) {
        Some(value) => value.to_string(),
        None => default,
    };
    let parts = [
        or("XDG_CONFIG_HOME", format!("{home}/.config")),
        or("XDG_CONFIG_DIRS", "/etc/xdg".into()),
        "/usr/local/etc:/etc".into(),
        or("XDG_DATA_HOME", format!("{home}/.local/share")),
        or("XDG_DATA_DIRS", "/usr/local/share:/usr/share".into()),
        // Always searched by the loader of some distributions, and where NixOS has them.
        "/usr/share:/run/opengl-driver/share".into(),
    ];
    let mut folders: Vec<String> = Vec::new();
    for base in parts
        .iter()
        .flat_map(|p| p.split(':'))
        .filter(|p| !p.is_empty())
    {
        let folder = format!("{}/vulkan/icd.d", base.trim_end_matches('/'));
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// Every driver file that the loader reads, with its faults.
pub fn driver_files(host: &Host) -> Vec<DriverFile> {
    let is_file = |name: &String| name.ends_with(".json");
    let in_folder = |folder: &String| -> Vec<String> {
        let names = host.list(folder).into_iter().filter(is_file);
        names.map(|name| format!("{folder}/{name}")).collect()
    };
    let paths: Vec<String> = match chosen_by(host) {
        // A folder may stand there as well.
        Some(variable) => host
            .paths_of(variable)
            .into_iter()
            .flat_map(|path| match host.path(&path).is_dir() {
                true => in_folder(&path),
                false => vec![path],
            })
            .collect(),
        None => {
            let mut paths = host.paths_of("VK_ADD_DRIVER_FILES");
            paths.extend(folders(host).iter().flat_map(in_folder));
            paths
        }
    };
    paths
        .into_iter()
        .filter_map(|path| driver_file(host, path))
        .collect()
}

/// One file; none if it is for another architecture than ours.
fn driver_file(host: &Host, path: String) -> Option<DriverFile> {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let mut file = DriverFile {
        is_software: ["lvp", "lavapipe", "swiftshader", "vk_swiftshader"]
            .iter()
            .any(|s| name.contains(s)),
        path,
        library: None,
        found: None,
        problem: None,
    };
    if !host.exists(&file.path) {
        file.problem = Some("it is not there".into());
        return Some(file);
    }
    let Some(text) = host.read(&file.path) else {
        file.problem = Some("it cannot be read".into());
        return Some(file);
    };
    let value: serde_json::Value = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(error) => {
            file.problem = Some(format!("it is not JSON: {error}"));
            return Some(file);
        }
    };
    let wide = value.pointer("/ICD/library_arch").and_then(|v| v.as_str());
    if wide.is_some_and(|bits| bits != usize::BITS.to_string()) {
        return None;
    }
    let Some(library) = value.pointer("/ICD/library_path").and_then(|v| v.as_str()) else {
        file.problem = Some("it names no library: there is no ICD.library_path".into());
        return Some(file);
    };
    file.library = Some(library.into());
    file.found = match library {
        absolute if absolute.starts_with('/') => {
            Some(absolute.to_string()).filter(|p| host.exists(p))
        }
        // Relative to the file itself.
        relative if relative.contains('/') => {
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            Some(format!("{folder}/{relative}")).filter(|p| host.exists(p))
        }
        name => host.library(name),
    };
    if file.found.is_none() {
        file.problem = Some(format!("its library {library} is not there"));
    }
    Some(file)
}
