//! What an examination looks at, and what it has found so far.

use super::devices::{Node, Vendor};
use super::host::{Host, Packages};
use super::surroundings::Surroundings;
use super::vulkan::DriverFile;
use serde::Serialize;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// In the way of a GPU.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub part: &'static str,
    /// How grave it is.
    pub level: Level,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// What the parts of the examination share.
pub(super) struct Patient<'a> {
    pub host: &'a Host,
    pub packages: Packages,
    pub surroundings: Surroundings,
    pub files: Vec<DriverFile>,
    pub nodes: Vec<Node>,
    pub on_the_bus: Vec<Vendor>,
    pub findings: Vec<Finding>,
}

impl Patient<'_> {
    pub fn add(&mut self, part: &'static str, level: Level, found: String, advice: Option<String>) {
        self.findings.push(Finding {
            part,
            level,
            found,
            advice,
        });
    }
}
