//! What `sweep.json` says: everything that the rows depend on, so that only the same sweep is continued.

use super::axis::Axis;
use super::definition::Sweep;
use crate::engine::EngineReport;
use crate::estimate::Settings;
use crate::noise::environment::Environment;
use crate::noise::{Distribution, NoiseOn};
use crate::system::policy::Policy;
use crate::system::task::Task;
use crate::system::variant::Shape;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the files; another one cannot be resumed.
const FORMAT: u32 = 1;

/// Everything that the rows depend on.
#[derive(Serialize)]
pub(super) struct Description<'a> {
    format: u32,
    version: &'static str,
    task: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'a str>,
    system: Option<SystemFile>,
    parameters: BTreeMap<&'a str, f64>,
    horizon: usize,
    sigma: f64,
    policy: &'a Policy,
    noise: Distribution,
    noise_on: NoiseOn,
    #[serde(flatten)]
    shape: Shape,
    /// Where anything is drawn; the parameters tell the rest.
    environment: Option<&'a Environment>,
    theta: Option<&'a [f64]>,
    settings: &'a Settings,
    axes: &'a [Axis],
    repeats: usize,
    engine: &'a str,
    adapter: Option<&'a str>,
    driver: Option<&'a str>,
}

/// The file of a system and what stood in it: another text in the same file is another sweep, and the same text in another
/// file is the same one.
#[derive(Serialize)]
struct SystemFile {
    file: String,
    /// Of [`Model::digest`](crate::system::model::Model::digest).
    digest: String,
}

impl SystemFile {
    fn of(task: &Task) -> Option<Self> {
        let file = task.system_file()?;
        let digest = format!("{:016x}", task.model().digest().ok()?);
        Some(Self { file, digest })
    }
}

impl<'a> Description<'a> {
    /// That of a sweep on an engine.
    pub(super) fn of(sweep: &'a Sweep, engine: &'a EngineReport) -> Self {
        let task = sweep.task();
        let names = task.model().parameters().iter().map(|p| &*p.name);
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION"),
            task: task.name(),
            contact: task.model().about().contact.as_deref(),
            system: SystemFile::of(task),
            parameters: names.zip(task.parameters().iter().copied()).collect(),
            horizon: task.horizon(),
            sigma: task.sigma(),
            policy: task.policy(),
            noise: task.noise().distribution,
            noise_on: task.noise().on,
            shape: Shape::of(task),
            environment: Some(task.environment()).filter(|e| e.is_random()),
            theta: sweep.theta.as_deref(),
            settings: sweep.settings(),
            axes: sweep.axes(),
            repeats: sweep.repeats(),
            engine: engine.engine,
            adapter: engine.adapter.as_deref(),
            driver: engine.driver.as_deref(),
        }
    }
}
