//! The text as it is written and read.

use super::nodes::FunctionText;
use crate::noise::NoiseOn;
use crate::system::{Coordinate, Published, Tuned};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A draw: a number, or the text of [`Draw::parse`].
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum DrawText {
    Number(f64),
    Text(String),
}

/// A coordinate of the state with its distribution at the start.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateText {
    pub name: Arc<str>,
    pub unit: Arc<str>,
    pub initial: DrawText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<(String, f64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterText {
    pub name: Arc<str>,
    pub unit: Arc<str>,
    pub default: f64,
    pub meaning: Arc<str>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub positive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub randomized: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub format: String,
    pub version: u32,
    pub name: Arc<str>,
    #[serde(default)]
    pub summary: Arc<str>,
    #[serde(default)]
    pub source: Arc<str>,
    #[serde(default)]
    pub state: Vec<StateText>,
    pub control: Vec<Coordinate>,
    #[serde(default)]
    pub parameters: Vec<ParameterText>,
    pub horizon: usize,
    #[serde(default)]
    pub start: f64,
    pub sigma: f64,
    pub published: Option<Published>,
    pub tuned: Option<Tuned>,
    pub policy: Option<String>,
    #[serde(default)]
    pub noise_on: NoiseOn,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commanded: Vec<Arc<str>>,
    #[serde(default)]
    pub amplifies_rounding: bool,
    pub advance: FunctionText,
    pub stage_cost: FunctionText,
    pub final_cost: FunctionText,
}
