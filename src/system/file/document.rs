//! The text as it is written and read.

use super::object::{list, object, optional};
use super::text::FunctionText;
use crate::noise::NoiseOn;
use crate::system::{Coordinate, Published, Tuned};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A draw: a number, or the text of [`Draw::parse`].
#[derive(Serialize)]
#[serde(untagged)]
pub enum DrawText {
    Number(f64),
    Text(String),
}

struct DrawVisitor;

impl Visitor<'_> for DrawVisitor {
    type Value = DrawText;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a draw such as \"normal:0,0.1\"")
    }
    fn visit_u64<E: de::Error>(self, x: u64) -> Result<DrawText, E> {
        Ok(DrawText::Number(x as f64))
    }
    fn visit_i64<E: de::Error>(self, x: i64) -> Result<DrawText, E> {
        Ok(DrawText::Number(x as f64))
    }
    fn visit_f64<E: de::Error>(self, x: f64) -> Result<DrawText, E> {
        Ok(DrawText::Number(x))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<DrawText, E> {
        Ok(DrawText::Text(text.into()))
    }
}

impl<'de> Deserialize<'de> for DrawText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(DrawVisitor)
    }
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
    pub randomized: Option<DrawText>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Arc<str>>,
    #[serde(default, deserialize_with = "list")]
    pub state: Vec<StateText>,
    #[serde(deserialize_with = "list")]
    pub control: Vec<Coordinate>,
    #[serde(default, deserialize_with = "list")]
    pub parameters: Vec<ParameterText>,
    pub horizon: usize,
    #[serde(default)]
    pub start: f64,
    pub sigma: f64,
    #[serde(default, deserialize_with = "optional")]
    pub published: Option<Published>,
    #[serde(default, deserialize_with = "optional")]
    pub tuned: Option<Tuned>,
    pub policy: Option<String>,
    #[serde(default)]
    pub noise_on: NoiseOn,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commanded: Vec<Arc<str>>,
    #[serde(deserialize_with = "object")]
    pub advance: FunctionText,
    #[serde(deserialize_with = "object")]
    pub stage_cost: FunctionText,
    #[serde(deserialize_with = "object")]
    pub final_cost: FunctionText,
}
