//! The machine, and the memory of this process as Linux tells it.

use serde::{Deserialize, Serialize};
use std::fs;

/// A number without the machine it was seen on says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The model of the processor; empty where the system does not tell.
    pub processor: String,
    /// Threads that the engines `cpu` and `reference` use.
    pub threads: usize,
    /// The operating system.
    pub system: String,
    /// `release` or `debug`: a debug build is several times slower.
    pub build: String,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            processor: processor(&cpuinfo),
            threads: rayon::current_num_threads(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            build: match cfg!(debug_assertions) {
                true => "debug",
                false => "release",
            }
            .into(),
        }
    }
}

fn processor(cpuinfo: &str) -> String {
    let value = |line: &str| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "model name").then(|| value.trim().to_string())
    };
    cpuinfo.lines().find_map(value).unwrap_or_default()
}

/// The peak of the resident memory: of one run, and of the whole process.
#[derive(Debug, Default)]
pub struct Peak {
    largest: Option<u64>,
    can_restart: bool,
}

impl Peak {
    /// Forgets the peak so far, as far as the system allows.
    pub fn restart(&mut self) {
        self.largest = self.largest.max(high_water());
        // 5 resets the high water mark of this process to what is resident now (proc(5)).
        self.can_restart = fs::write("/proc/self/clear_refs", "5").is_ok();
    }

    /// Bytes since [`Peak::restart`]; none where the system does not tell.
    pub fn since(&mut self) -> Option<u64> {
        let now = high_water();
        self.largest = self.largest.max(now);
        now.filter(|_| self.can_restart)
    }

    /// Bytes since the process began.
    pub fn overall(&mut self) -> Option<u64> {
        self.largest = self.largest.max(high_water());
        self.largest
    }
}

fn high_water() -> Option<u64> {
    bytes_of(&fs::read_to_string("/proc/self/status").ok()?)
}

/// `VmHWM:     1234 kB`
fn bytes_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_linux_writes() {
        let status = "Name:\tx\nVmPeak:\t  99 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 5 kB\n";
        assert_eq!(bytes_of(status), Some(1234 * 1024));
        assert_eq!(bytes_of("VmHWM:\t many kB\n"), None);
        let cpuinfo = "processor\t: 0\nmodel name\t: A Processor: 9000\n";
        assert_eq!(processor(cpuinfo), "A Processor: 9000");
        assert_eq!(processor(""), "");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_peak_is_seen() {
        let mut peak = Peak::default();
        peak.restart();
        let before = peak.overall().expect("Linux tells");
        let large = vec![1_u8; 64 << 20];
        assert!(std::hint::black_box(&large).iter().all(|x| *x == 1));
        drop(large);
        assert!(peak.overall().expect("Linux tells") >= before.max(64 << 20));
    }
}
