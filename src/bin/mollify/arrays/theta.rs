//! theta of a task from what a file holds.
//!
//! ```text
//! policy            one array                       named arrays
//! open loop         H x M, or H M in a row          theta or commands, or one of any name
//! held              M                               theta or commands, or one of any name
//! held=N, spline=N  values x M, or in a row         theta or commands, or one of any name
//! linear            M x N, or M N in a row          layer1_weights
//! other feedback    d in a row                      layer<l>_weights and layer<l>_bias of each layer
//! ```
//!
//! Axes of length 1 say nothing and are passed over where an array has no name. A shape that is another one, a mirrored
//! one above all, is refused, as are arrays that are missing or too many, and results of another task or policy: the numbers
//! would be taken for others.

use super::weights::{self, Part};
use super::{Array, Kind, Named, Origin, Problem, Stored, listed, table, words};
use mollify::system::policy::Policy;
use mollify::system::task::Task;
use mollify::{Error, Result};
use std::path::Path;

pub use super::table::write as to_csv;

/// theta of a task from a file, checked; `what` is the flag that names the file.
pub fn read(path: &Path, task: &Task, what: &str) -> Result<Vec<f64>> {
    let kind = Kind::of(path).ok_or_else(|| Error::InvalidValue {
        what: what.into(),
        value: format!("'{}'", path.display()),
        expected: "a file whose name ends in .json, .npy, .npz, .csv, .tsv, .txt or .safetensors"
            .into(),
    })?;
    let bytes = std::fs::read(path).map_err(|source| Error::Read {
        path: path.into(),
        source,
    })?;
    let format = |problem: Problem, expected: String| Error::Format {
        path: path.into(),
        problem,
        expected,
    };
    let stored = kind.read(&bytes);
    let stored = stored.map_err(|problem| format(problem, kind.expected().into()))?;
    let theta = fit(stored, task).map_err(|problem| format(problem, expected(task)))?;
    task.check_theta(&theta, &format!("'{}'", path.display()))?;
    Ok(theta)
}

/// What a file should hold for a task.
fn expected(task: &Task) -> String {
    let (name, policy) = (task.name(), task.policy());
    let single = words(&shape(task));
    match weights::of(task) {
        None => format!("an array of shape {single} for task '{name}' with the policy {policy}"),
        Some(network) => {
            let parts = weights::parts(&network);
            let parts = parts
                .iter()
                .map(|part| format!("{} ({})", part.name, words(&part.shape)));
            let parts: Vec<String> = parts.collect();
            format!(
                "an array of shape {single}, or the arrays {}, for task '{name}' with the policy {policy}",
                parts.join(", ")
            )
        }
    }
}

/// The shape of theta as one array.
pub fn shape(task: &Task) -> Vec<u64> {
    let model = task.model();
    let controls = model.control_size() as u64;
    let states = task.system().state_size() as u64;
    match task.policy() {
        Policy::OpenLoop => vec![task.horizon() as u64, controls],
        Policy::Linear => vec![controls, states],
        Policy::HeldFor { .. } | Policy::Spline { .. } => {
            vec![task.dimension() as u64 / controls.max(1), controls]
        }
        Policy::Held | Policy::Affine | Policy::Perceptron { .. } => vec![task.dimension() as u64],
    }
}

fn fit(stored: Stored<'_>, task: &Task) -> std::result::Result<Vec<f64>, Problem> {
    match stored {
        Stored::Single(array) => single(array, task),
        Stored::Described(array, origin) => {
            check_origin(origin, task)?;
            single(array, task)
        }
        Stored::Named(arrays) => named(arrays, task),
    }
}

/// A result of another task may have the right shape by chance.
fn check_origin(origin: Origin, task: &Task) -> std::result::Result<(), Problem> {
    match origin {
        Origin {
            task: Some(other), ..
        } if other != task.name() => Err(format!(
            "it is a result of task '{other}'; save the array alone to use it all the same"
        )),
        Origin {
            policy: Some(policy),
            ..
        } if policy != task.policy().to_string() => {
            Err(format!("its theta is of the policy {policy}"))
        }
        _ => Ok(()),
    }
}

/// Axes of length 1 apart.
fn squeezed(shape: &[u64]) -> Vec<u64> {
    shape.iter().copied().filter(|n| *n != 1).collect()
}

/// The numbers of an array without a name. Their count is checked behind this.
fn single(array: Array, task: &Task) -> std::result::Result<Vec<f64>, Problem> {
    let wanted = shape(task);
    let count = task.dimension() as u64;
    if array.values.len() as u64 != count {
        let controls = task.model().control_size() as u64;
        let hint = table::hint(&array, count, controls);
        return match hint {
            Some(hint) if task.policy().is_open_loop() => Err(hint.into()),
            _ => Ok(array.values),
        };
    }
    let (found, wanted) = (squeezed(&array.shape), squeezed(&wanted));
    if found.len() <= 1 || found == wanted {
        return Ok(array.values);
    }
    let found_words = words(&array.shape);
    Err(match found.iter().rev().eq(&wanted) {
        true => format!("it has the mirrored shape {found_words}; save its transpose"),
        false => format!("it has shape {found_words}"),
    })
}

/// What `plan.npz` holds.
const PLAN: [&str; 2] = ["commands", "states"];

/// The numbers of arrays with names: those of a policy, or the only one.
fn named(mut arrays: Box<dyn Named + '_>, task: &Task) -> std::result::Result<Vec<f64>, Problem> {
    let names = arrays.names();
    let are_weights = names.iter().any(|name| name.starts_with("layer"));
    match (weights::of(task), &names[..]) {
        (_, [name]) | (None, [name, _]) if !are_weights && (names.len() == 1 || names == PLAN) => {
            let array = arrays.read(name, task.dimension() as u64);
            let array = array.map_err(|problem| format!("array '{name}' {problem}"))?;
            if array.values.len() != task.dimension() {
                return Err(format!("array '{name}' has shape {}", words(&array.shape)));
            }
            single(array, task)
        }
        (Some(network), _) => {
            let parts = weights::parts(&network);
            check_names(&names, &parts)?;
            let mut theta = vec![0.0; network.dimension()];
            for part in &parts {
                let values = part_of(&mut *arrays, part);
                let values =
                    values.map_err(|problem| format!("array '{}' {problem}", part.name))?;
                theta[part.first..part.first + values.len()].copy_from_slice(&values);
            }
            Ok(theta)
        }
        (None, _) if are_weights => Err(format!(
            "its arrays are the weights of a feedback policy: {}",
            listed(&names)
        )),
        (None, []) => Err("it has no array".into()),
        (None, _) => Err(format!(
            "it has several arrays, {}; save theta alone",
            listed(&names)
        )),
    }
}

/// Neither one too few nor one too many.
fn check_names(names: &[String], parts: &[Part]) -> std::result::Result<(), Problem> {
    let missing = parts.iter().find(|part| !names.contains(&part.name));
    if let Some(part) = missing {
        return Err(format!(
            "array '{}' is not there; there are {}",
            part.name,
            listed(names)
        ));
    }
    let is_surplus = |name: &&String| !parts.iter().any(|part| part.name == **name);
    let surplus: Vec<String> = names.iter().filter(is_surplus).cloned().collect();
    match surplus.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "it has arrays that this policy has not: {}",
            listed(&surplus)
        )),
    }
}

fn part_of(arrays: &mut dyn Named, part: &Part) -> std::result::Result<Vec<f64>, Problem> {
    let array = arrays.read(&part.name, part.count())?;
    if array.shape == part.shape {
        return Ok(array.values);
    }
    let found = words(&array.shape);
    Err(match array.shape.iter().rev().eq(&part.shape) {
        true => format!("has the mirrored shape {found}; save its transpose"),
        false => format!("has shape {found}"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{archive, npy, to_safetensors};
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    fn task(name: &str, policy: Policy) -> Task {
        let task = Task::find_with(name, None).expect(name);
        let task = task.with_policy(policy).expect(name);
        task.with_horizon(5).expect(name)
    }

    /// A folder of the test's own for files of any name.
    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("mollify-theta-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn counted(count: usize) -> Vec<f64> {
        (0..count).map(|i| i as f64 / 8.0 - 1.0).collect()
    }

    /// A file with a name and bytes, a task, and words of the error; none if it should be read as numbers that count up.
    type Case<'a> = (&'a str, Vec<u8>, &'a Task, &'a str);

    #[track_caller]
    fn check(folder: &Path, (name, bytes, task, words): Case<'_>) {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a file");
        match read(&path, task, "the file") {
            Ok(theta) => {
                assert_eq!(words, "", "{name} should be refused");
                assert_eq!(theta, counted(task.dimension()), "{name}");
            }
            Err(error) => {
                let error = error.to_string();
                assert!(
                    !words.is_empty() && error.contains(words),
                    "{name}: {error}"
                );
                assert!(!error.contains('\n'), "{name}: {error}");
            }
        }
    }

    /// An archive of arrays that count up together.
    fn named(arrays: &[(&str, &[u64])]) -> Vec<u8> {
        let mut from = 0;
        let arrays: Vec<_> = arrays
            .iter()
            .map(|(name, shape)| {
                let count = shape.iter().product::<u64>() as usize;
                let values = counted(from + count)[from..].to_vec();
                from += count;
                (*name, *shape, values)
            })
            .collect();
        archive(
            arrays
                .iter()
                .map(|(name, shape, x)| (*name, *shape, &x[..])),
        )
        .expect("memory")
    }

    #[test]
    fn an_open_loop_has_steps_and_controls() {
        let folder = folder("open-loop");
        // 5 steps of 2 controls.
        let roomba = task("roomba", Policy::OpenLoop);
        let flat = counted(10);
        let array = |shape: &[u64]| npy::write(shape, &flat);
        let rows = |width: usize| -> String {
            let rows: Vec<_> = flat.chunks(width).map(|row| format!("{row:?}")).collect();
            format!("[{}]", rows.join(","))
        };
        for case in [
            ("flat.npy", array(&[10]), &roomba, ""),
            ("steps.npy", array(&[5, 2]), &roomba, ""),
            ("batch.npy", array(&[1, 5, 2, 1]), &roomba, ""),
            (
                "mirrored.npy",
                array(&[2, 5]),
                &roomba,
                "the mirrored shape 2 x 5; save its transpose; expected an array of shape 5 x 2",
            ),
            ("cube.npy", array(&[5, 1, 2, 1]), &roomba, ""),
            (
                "few.npy",
                npy::write(&[4, 2], &flat[..8]),
                &roomba,
                "8 values",
            ),
            ("theta.npz", named(&[("theta", &[5, 2])]), &roomba, ""),
            ("arr.npz", named(&[("arr_0", &[10])]), &roomba, ""),
            (
                "mirrored.npz",
                named(&[("u", &[2, 5])]),
                &roomba,
                "mirrored shape 2 x 5",
            ),
            (
                "large.npz",
                named(&[("u", &[50, 2])]),
                &roomba,
                "array 'u' has shape 50 x 2",
            ),
            (
                "two.npz",
                named(&[("theta", &[5, 2]), ("v", &[1])]),
                &roomba,
                "several arrays, theta, v; save theta alone",
            ),
            (
                "plan.npz",
                named(&[("commands", &[5, 2]), ("states", &[6, 3])]),
                &roomba,
                "",
            ),
            (
                "plan.json",
                format!("{{\"task\": \"roomba\", \"commands\": {}}}", rows(2)).into_bytes(),
                &roomba,
                "",
            ),
            (
                "other.json",
                format!("{{\"task\": \"hopper\", \"theta\": {}}}", rows(2)).into_bytes(),
                &roomba,
                "it is a result of task 'hopper'",
            ),
            ("none.npz", named(&[]), &roomba, "it has no array"),
            (
                "policy.npz",
                named(&[("layer1_weights", &[5, 2])]),
                &roomba,
                "weights of a feedback policy: layer1_weights",
            ),
            ("rows.json", rows(2).into_bytes(), &roomba, ""),
            (
                "columns.json",
                rows(5).into_bytes(),
                &roomba,
                "mirrored shape 2 x 5",
            ),
            (
                "other.json",
                format!("{{\"policy\": \"linear\", \"theta\": {}}}", rows(10)).into_bytes(),
                &roomba,
                "of the policy linear",
            ),
            (
                "rows.csv",
                to_csv(&flat, &["v", "w"]).into_bytes(),
                &roomba,
                "",
            ),
            (
                "columns.csv",
                to_csv(&flat, &["1", "2", "3", "4", "5"].map(|_| "t")).into_bytes(),
                &roomba,
                "mirrored shape 2 x 5",
            ),
            (
                "index.csv",
                b",v,w\n0,1,2\n1,1,2\n2,1,2\n3,1,2\n4,1,2\n".to_vec(),
                &roomba,
                "index=False",
            ),
            ("theta.mat", vec![], &roomba, ".npz, .csv"),
        ] {
            check(&folder, case);
        }
        let held = task("roomba", Policy::Held);
        check(&folder, ("held.npz", named(&[("u", &[2])]), &held, ""));
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn weights_have_the_shapes_of_their_policy() {
        let folder = folder("weights");
        let (linear, affine) = (
            task("tennis", Policy::Linear),
            task("tennis", Policy::Affine),
        );
        let (m, n) = (3, 7);
        let (weights, bias) = (("layer1_weights", &[m, n][..]), ("layer1_bias", &[m][..]));
        let array = |shape: &[u64]| npy::write(shape, &counted(21));
        let tensors = to_safetensors(std::iter::once((weights.0, weights.1, &counted(21)[..])));
        for case in [
            ("flat.npy", array(&[21]), &linear, ""),
            ("matrix.npy", array(&[m, n]), &linear, ""),
            (
                "mirrored.npy",
                array(&[n, m]),
                &linear,
                "mirrored shape 7 x 3",
            ),
            ("linear.npz", named(&[weights]), &linear, ""),
            ("linear.safetensors", tensors.expect("memory"), &linear, ""),
            ("affine.npz", named(&[weights, bias]), &affine, ""),
            (
                "surplus.npz",
                named(&[weights, bias]),
                &linear,
                "arrays that this policy has not: layer1_bias",
            ),
            (
                "missing.npz",
                named(&[weights]),
                &affine,
                "'layer1_bias' is not there; there are layer1_weights",
            ),
            (
                "kernel.npz",
                named(&[("layer1_weights", &[n, m])]),
                &linear,
                "'layer1_weights' has the mirrored shape 7 x 3",
            ),
            ("flat.npz", named(&[("theta", &[24])]), &affine, ""),
            (
                "affine.npy",
                npy::write(&[m, n + 1], &counted(24)),
                &affine,
                "it has shape 3 x 8",
            ),
            (
                "arrays.json",
                b"{\"layer1_weights\": [[1]], \"x\": [1]}".to_vec(),
                &linear,
                "policy has not: x",
            ),
            (
                "short.json",
                b"{\"layer1_weights\": [[1]]}".to_vec(),
                &linear,
                "'layer1_weights' has shape 1 x 1",
            ),
        ] {
            check(&folder, case);
        }
        fs::remove_dir_all(folder).expect("it is ours");
    }
}
