//! `mollify doctor`: machines that are made up of a folder and variables, and the self-test of the adapters that are here.
//!
//! Longer than other files, because each way in which a GPU can be missing has its machine here.

use mollify::engine::gpu::doctor::{Examination, Finding, Host, Level, examine};
use mollify::engine::gpu::selftest::cases::{cases, judge};
use mollify::noise::standard_normal_pair_f32;

use std::fs;
use std::path::{Path, PathBuf};

/// A file system in a folder, removed at the end.
struct Machine {
    root: PathBuf,
    variables: Vec<(&'static str, String)>,
}

const LIBRARIES: &str = "/usr/lib/x86_64-linux-gnu";
const LOADER: &str = "/usr/lib/x86_64-linux-gnu/libvulkan.so.1";
const DRIVERS: &str = "/usr/share/vulkan/icd.d";

impl Machine {
    /// Debian with a user of no special groups.
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("doctor-{name}"));
        let _ = fs::remove_dir_all(&root);
        let machine = Self {
            root,
            variables: Vec::new(),
        };
        machine
            .with(
                "/etc/os-release",
                "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n",
            )
            .with(
                "/etc/ld.so.conf.d/usual.conf",
                &format!("# where libraries are\n{LIBRARIES}\n"),
            )
            .with("/etc/group", "root:x:0:\nrender:x:104:\n")
            .with(
                "/proc/self/status",
                "Uid:\t4242\t4242\t4242\t4242\nGid:\t4242\t4242\t4242\t4242\nGroups:\t4242 \n",
            )
    }

    fn with(self, path: &str, content: &str) -> Self {
        let at = self.root.join(&path[1..]);
        fs::create_dir_all(at.parent().expect("it has one")).expect("the folder can be made");
        fs::write(at, content).expect("the file can be written");
        self
    }

    fn with_variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn with_loader(self) -> Self {
        self.with(LOADER, "")
    }

    /// A driver file and its library.
    fn with_driver(self, name: &str, library: &str) -> Self {
        let content =
            format!("{{\"ICD\": {{\"library_path\": \"{library}\", \"api_version\": \"1.3.0\"}}}}");
        self.with(&format!("{DRIVERS}/{name}"), &content)
            .with(&format!("{LIBRARIES}/{library}"), "")
    }

    /// A GPU on the bus, with its PCI vendor.
    fn with_gpu(self, vendor: &str) -> Self {
        const DEVICE: &str = "/sys/bus/pci/devices/0000:01:00.0";
        self.with(&format!("{DEVICE}/class"), "0x030000\n")
            .with(&format!("{DEVICE}/vendor"), &format!("0x{vendor}\n"))
    }

    /// Its device file.
    fn with_render_node(self, vendor: &str, mode: u32) -> Self {
        let machine = self.with("/dev/dri/renderD128", "").with(
            "/sys/class/drm/renderD128/device/vendor",
            &format!("0x{vendor}\n"),
        );
        set_mode(&machine.root.join("dev/dri/renderD128"), mode);
        machine
    }

    fn examine(&self) -> Examination {
        let variables: Vec<(&str, &str)> = self
            .variables
            .iter()
            .map(|(k, v)| (*k, v.as_str()))
            .collect();
        examine(&Host::at(&self.root, &variables))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) {}

/// The one fault, with its advice.
#[track_caller]
fn fault(examination: &Examination) -> (&Finding, &str) {
    let faults: Vec<&Finding> = examination.faults().collect();
    assert_eq!(faults.len(), 1, "{:#?}", examination.findings);
    (
        faults[0],
        faults[0].advice.as_deref().expect("a fault has advice"),
    )
}

/// A machine on which nothing is wrong.
fn healthy(name: &str) -> Machine {
    Machine::new(name)
        .with_loader()
        .with_driver("radeon_icd.x86_64.json", "libvulkan_radeon.so")
        .with_gpu("1002")
        .with_render_node("1002", 0o666)
}

#[test]
fn a_healthy_machine_has_no_fault() {
    let found = healthy("healthy").examine();
    assert_eq!(found.faults().count(), 0, "{:#?}", found.findings);
    assert_eq!(found.distribution, "Debian GNU/Linux 12");
    assert_eq!(found.surroundings.container, None);
    let parts: Vec<&str> = found.findings.iter().map(|f| f.part).collect();
    assert_eq!(parts, ["loader", "driver file", "device"]);
    assert!(found.findings[0].found.ends_with("/libvulkan.so.1"));
    assert!(found.findings[2].found.contains("AMD"));
}

#[test]
fn a_missing_loader_is_named_with_the_package_of_the_distribution() {
    for (id, command) in [
        ("ID=debian", "apt-get install libvulkan1"),
        (
            "ID=linuxmint\nID_LIKE=\"ubuntu debian\"",
            "apt-get install libvulkan1",
        ),
        ("ID=fedora", "dnf install vulkan-loader"),
        (
            "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"",
            "dnf install vulkan-loader",
        ),
        ("ID=manjaro\nID_LIKE=arch", "pacman -S vulkan-icd-loader"),
        (
            "ID=plan9",
            "install the package that Debian calls libvulkan1",
        ),
    ] {
        let machine = healthy("loader").with("/etc/os-release", id);
        fs::remove_file(machine.root.join(&LOADER[1..])).expect("it is there");
        let found = machine.examine();
        let (fault, advice) = fault(&found);
        assert_eq!(fault.part, "loader");
        assert!(fault.found.contains("libvulkan.so.1"), "{}", fault.found);
        assert_eq!(advice, command, "{id}");
    }
    // Where LD_LIBRARY_PATH leads to it, it is there.
    let machine = healthy("loader-path")
        .with("/opt/vulkan/libvulkan.so.1", "")
        .with_variable("LD_LIBRARY_PATH", "/nowhere:/opt/vulkan");
    fs::remove_file(machine.root.join(&LOADER[1..])).expect("it is there");
    let found = machine.examine();
    assert_eq!(found.findings[0].found, "/opt/vulkan/libvulkan.so.1");
}

#[test]
fn driver_files_are_read_and_what_is_wrong_with_them_is_said() {
    let none = Machine::new("no-driver")
        .with_loader()
        .with_gpu("8086")
        .with_render_node("8086", 0o666);
    let found = none.examine();
    let (f, advice) = fault(&found);
    assert!(
        f.found.contains("/etc/vulkan/icd.d") && f.found.contains(DRIVERS),
        "{}",
        f.found
    );
    assert!(advice.contains("mesa-vulkan-drivers"), "{advice}");

    for (content, words) in [
        (
            "{\"ICD\": {\"library_path\": \"libgone.so\"}}",
            "its library libgone.so is not there",
        ),
        (
            "{\"ICD\": {\"library_path\": \"/opt/gone.so\"}}",
            "its library /opt/gone.so is not there",
        ),
        (
            "{\"ICD\": {\"library_path\": \"../gone.so\"}}",
            "its library ../gone.so is not there",
        ),
        ("{\"ICD\": {}}", "it names no library"),
        ("not json", "it is not JSON"),
    ] {
        let machine = healthy("broken-driver").with("/etc/vulkan/icd.d/broken.json", content);
        let found = machine.examine();
        let (f, advice) = fault(&found);
        assert!(
            f.found.contains("/etc/vulkan/icd.d/broken.json") && f.found.contains(words),
            "{}",
            f.found
        );
        assert!(advice.contains("remove the file"), "{advice}");
    }
    // Relative to the file, and below the home of the user; one for 32 bits is not for us.
    let machine = healthy("home-driver")
        .with_variable("HOME", "/home/me")
        .with(
            "/home/me/.local/share/vulkan/icd.d/mine.json",
            "{\"ICD\": {\"library_path\": \"../../mine.so\"}}",
        )
        .with("/home/me/.local/share/mine.so", "")
        .with(
            "/etc/vulkan/icd.d/narrow.json",
            "{\"ICD\": {\"library_path\": \"gone.so\", \"library_arch\": \"32\"}}",
        );
    let found = machine.examine();
    assert_eq!(found.faults().count(), 0, "{:#?}", found.findings);
    assert!(
        found
            .findings
            .iter()
            .any(|f| f.found.contains("mine.json -> "))
    );
}

#[test]
fn a_variable_replaces_the_folders_and_may_be_wrong() {
    for variable in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
        let machine = healthy("variable").with_variable(variable, "/opt/gone.json");
        let found = machine.examine();
        let faults: Vec<&Finding> = found.faults().collect();
        assert!(
            faults[0].found.contains("/opt/gone.json: it is not there"),
            "{faults:#?}"
        );
        assert_eq!(
            faults[0].advice,
            Some(format!("correct or unset {variable}"))
        );
        // The driver that is installed does not count then.
        assert!(
            faults[1]
                .found
                .contains("no driver file for the GPU of AMD"),
            "{faults:#?}"
        );
        assert!(
            found
                .findings
                .iter()
                .any(|f| f.level == Level::Note && f.found.contains(variable))
        );
    }
}

#[cfg(unix)]
#[test]
fn a_device_that_may_not_be_opened_is_told_with_its_group() {
    use std::os::unix::fs::MetadataExt;
    let machine = healthy("permission").with_render_node("1002", 0o660);
    let group = fs::metadata(machine.root.join("dev/dri/renderD128"))
        .expect("it is there")
        .gid();
    let machine = machine.with("/etc/group", &format!("video:x:44:\nrender:x:{group}:\n"));
    let found = machine.examine();
    let (f, advice) = fault(&found);
    assert_eq!((f.part, f.level), ("permission", Level::Bad));
    assert!(f.found.contains("/dev/dri/renderD128"), "{}", f.found);
    assert_eq!(advice, "usermod -aG render $USER, then log in again");
    // A member of the group, the owner's group, and root may.
    for status in [
        format!("Uid:\t4242\t4242\t4242\t4242\nGid:\t1\t1\t1\t1\nGroups:\t7 {group}\n"),
        format!(
            "Uid:\t4242\t4242\t4242\t4242\nGid:\t{group}\t{group}\t{group}\t{group}\nGroups:\t\n"
        ),
        "Uid:\t0\t0\t0\t0\nGid:\t77\t77\t77\t77\nGroups:\t\n".to_string(),
    ] {
        let machine = healthy("permitted")
            .with_render_node("1002", 0o660)
            .with("/proc/self/status", &status);
        let found = machine.examine();
        assert_eq!(found.faults().count(), 0, "{status} {:#?}", found.findings);
    }
}

#[test]
fn a_gpu_without_its_kernel_driver_is_told() {
    for (vendor, words) in [
        ("10de", "nvidia-driver"),
        ("1002", "amdgpu"),
        ("8086", "i915"),
    ] {
        let machine = Machine::new("kernel").with_loader().with_gpu(vendor);
        let machine = machine.with_driver("lvp_icd.x86_64.json", "libvulkan_lvp.so");
        let found = machine.examine();
        let (f, advice) = fault(&found);
        assert!(f.found.contains("on the PCI bus"), "{}", f.found);
        assert!(advice.contains(words), "{advice}");
    }
    // The display adapter of a server is no GPU, and no fault.
    let machine = Machine::new("server").with_loader().with_gpu("1a03");
    let found = machine
        .with_driver("lvp_icd.x86_64.json", "libvulkan_lvp.so")
        .examine();
    assert_eq!(found.faults().count(), 0, "{:#?}", found.findings);
    let note = found
        .findings
        .iter()
        .find(|f| f.part == "device")
        .expect("it is said");
    assert_eq!(note.level, Level::Note);
    assert!(
        found
            .findings
            .iter()
            .any(|f| f.found.contains("a software driver"))
    );
}

#[test]
fn a_container_needs_the_capability_graphics() {
    let container = |capabilities: Option<&str>| {
        let machine = Machine::new("container")
            .with_loader()
            .with("/.dockerenv", "")
            .with("/dev/nvidiactl", "")
            .with_driver("nvidia_icd.json", "libGLX_nvidia.so.0");
        set_mode(&machine.root.join("dev/nvidiactl"), 0o666);
        match capabilities {
            Some(value) => machine.with_variable("NVIDIA_DRIVER_CAPABILITIES", value),
            None => machine,
        }
    };
    for (value, good) in [
        (None, false),
        (Some("compute,utility"), false),
        (Some("compute, graphics"), true),
        (Some("all"), true),
    ] {
        let found = container(value).examine();
        assert_eq!(found.surroundings.container.as_deref(), Some("/.dockerenv"));
        if good {
            assert_eq!(found.faults().count(), 0, "{value:?} {:#?}", found.findings);
            continue;
        }
        let (f, advice) = fault(&found);
        assert!(f.found.contains("without graphics"), "{}", f.found);
        assert!(
            advice.contains("NVIDIA_DRIVER_CAPABILITIES=all"),
            "{advice}"
        );
    }
    let machine = Machine::new("pod")
        .with("/proc/1/cgroup", "0::/kubepods/pod1\n")
        .with_loader();
    let found = machine.examine().surroundings.container;
    assert_eq!(found.as_deref(), Some("kubepods in /proc/1/cgroup"));
}

#[test]
fn wsl_needs_its_device_and_its_driver() {
    let machine = |name: &str| {
        Machine::new(name)
            .with_loader()
            .with(
                "/proc/sys/kernel/osrelease",
                "5.15.90.1-microsoft-standard-WSL2\n",
            )
            .with_driver("lvp_icd.x86_64.json", "libvulkan_lvp.so")
    };
    let found = machine("wsl-without").examine();
    let (f, advice) = fault(&found);
    assert!(
        f.found.contains("/dev/dxg") && advice.contains("wsl --update"),
        "{advice}"
    );
    let with_device = |machine: Machine| {
        let machine = machine.with("/dev/dxg", "");
        set_mode(&machine.root.join("dev/dxg"), 0o666);
        machine
    };
    let found = with_device(machine("wsl-device")).examine();
    assert!(fault(&found).0.found.contains("dzn_icd"));
    let driven = with_device(machine("wsl")).with_driver("dzn_icd.x86_64.json", "libvulkan_dzn.so");
    let found = driven.examine();
    assert_eq!(found.faults().count(), 0, "{:#?}", found.findings);
}

#[test]
fn the_self_test_sees_a_wrong_value() {
    for case in cases(1000) {
        let mut values: Vec<f32> = case
            .points
            .iter()
            .map(|&[a, b]| (case.twin)(a, b))
            .collect();
        let judged = judge(case.name, &case.points, &values).expect("a function of ours");
        assert_eq!(judged.wrong, None, "{}", case.name);
        let index = values
            .iter()
            .position(|v| v.is_normal() && v.abs() > 1e-3)
            .expect("there is one");
        // Ten units in the last place.
        values[index] = f32::from_bits(values[index].to_bits() + 10);
        let judged = judge(case.name, &case.points, &values).expect("a function of ours");
        let wrong = judged.wrong.expect("it is seen");
        assert_eq!(
            wrong.arguments.map(f32::to_bits),
            case.points[index].map(f32::to_bits)
        );
        assert!(judged.worst > 5.0 && wrong.error > 5.0, "{wrong}");
    }
    assert_eq!(judge("no_such_f32", &[], &[]), None);
    // The generator that the self-test compares with is not the identity.
    assert_ne!(
        standard_normal_pair_f32([1, 2]),
        standard_normal_pair_f32([2, 1])
    );
}
