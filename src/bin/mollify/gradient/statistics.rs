//! The files of `mollify gradient --out`: the document, and all of its statistics as arrays.

use crate::arrays::{self, theta};
use crate::files::Folder;
use mollify::estimate::document::Document;
use mollify::estimate::{Estimate, Mixed};
use mollify::system::task::Task;
use mollify::{Error, Result};

/// The result files.
pub const FILES: [&str; 2] = ["statistics.npz", "result.json"];

/// Writes them.
pub fn write(folder: &Folder, text: &str, task: &Task, d: &Document<'_>, m: &Mixed) -> Result<()> {
    let arrays = arrays(task, d, m);
    let npz = arrays::archive(
        arrays
            .iter()
            .map(|(name, shape, values)| (name.as_str(), &shape[..], &values[..])),
    );
    let npz = npz.map_err(|source| Error::Write {
        path: folder.path().join(FILES[0]),
        source,
    })?;
    folder.write_all(&[(FILES[0], npz), (FILES[1], text.as_bytes().to_vec())]);
    Ok(())
}

/// Names, shapes and numbers: what has a value for each value of theta has the shape of theta.
fn arrays(task: &Task, d: &Document<'_>, m: &Mixed) -> Vec<(String, Vec<u64>, Vec<f64>)> {
    let shape = theta::shape(task);
    let whole = |name: &str, values: &[f64]| (name.to_string(), shape.clone(), values.to_vec());
    let row = |name: &str, values: &[f64]| {
        let length = values.len() as u64;
        (name.to_string(), vec![length], values.to_vec())
    };
    let one = |name: &str, value: f64| (name.to_string(), Vec::new(), vec![value]);
    let order = |name: &str, e: &Estimate| {
        vec![
            whole(name, &e.gradient),
            whole(&format!("{name}_std_error"), &e.std_error),
            one(&format!("{name}_variance"), e.variance),
        ]
    };
    let mut arrays = vec![whole("theta", d.theta), whole("gradient", d.gradient)];
    arrays.push(one("variance_of_gradient", d.variance_of_gradient));
    arrays.extend(d.first_order.iter().flat_map(|e| order("first_order", e)));
    arrays.extend(order("zeroth_order", d.zeroth_order));
    arrays.extend(d.alphas.map(|alphas| whole("alphas", alphas)));
    arrays.extend(d.control_alphas.map(|alphas| row("control_alphas", alphas)));
    arrays.extend(
        [
            ("value_mean", d.value.mean),
            ("value_std_error", d.value.std_error),
            ("value_at_theta", d.value_at_theta),
            ("alpha", d.alpha),
            ("bias", d.bias),
            ("bound", d.bound),
            ("confidence_radius", d.confidence_radius),
            ("gamma", m.choice.gamma),
            ("failure_probability", d.setup.failure_probability),
            ("sigma", d.setup.sigma),
            ("nonfinite", m.nonfinite.count as f64),
            ("samples", d.setup.samples as f64),
            ("rollouts", d.rollouts as f64),
        ]
        .map(|(name, value)| one(name, value)),
    );
    arrays
}
