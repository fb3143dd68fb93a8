//! What a linearization prints: that of the library, and a sweep.

use mollify::estimate::linearize::Document;
use serde::Serialize;

/// B along a sweep: of each position the rows of B.
#[derive(Serialize)]
pub struct Over {
    pub name: String,
    pub positions: Vec<f64>,
    pub barrier: Vec<Vec<Vec<f64>>>,
    pub student_t: Noisy,
    pub gaussian: Noisy,
}

/// Means of derivatives under a noise.
#[derive(Serialize)]
pub struct Noisy {
    pub sigma: f64,
    pub b: Vec<Vec<Vec<f64>>>,
    pub std_error: Vec<Vec<Vec<f64>>>,
}

/// All of it.
#[derive(Serialize)]
pub struct Whole<'a> {
    #[serde(flatten)]
    pub document: Document<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
}
