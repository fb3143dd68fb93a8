//! Where two descriptions of a run differ, in words.

use serde_json::{Map, Value};

/// Where the name of the file of a system stands, which says nothing of what it decides.
const FILE: &str = "system.file";
/// Where the digest of a system stands.
pub const DIGEST: &str = "system.digest";

/// Where a description now differs first from that there: place, value there, value now. Both are read from text, so
/// that numbers are rounded in the same way.
///
/// # Errors
/// If one of them is no JSON.
pub fn change(then: &[u8], now: &[u8]) -> serde_json::Result<Option<[String; 3]>> {
    let (then, now): (Value, Value) = (serde_json::from_slice(then)?, serde_json::from_slice(now)?);
    Ok(change_of(&then, &now))
}

/// The same of what was read.
pub fn change_of(then: &Value, now: &Value) -> Option<[String; 3]> {
    let digest = |description: &Value| description.pointer("/system/digest").cloned();
    let task = |description: &Value| description.get("task").cloned().unwrap_or_default();
    if let Some(changed) = difference("task", &task(then), &task(now)) {
        return Some(changed);
    }
    // What else differs may follow from another text of the system, so that it is told first.
    if let (Some(then), Some(now)) = (digest(then), digest(now))
        && let Some(changed) = difference(DIGEST, &then, &now)
    {
        return Some(changed);
    }
    difference("", then, now)
}

/// Where two documents first differ, and how: place, value there, value here.
fn difference(place: &str, then: &Value, now: &Value) -> Option<[String; 3]> {
    let inner = |key: &str| match place {
        "" => key.to_string(),
        place => format!("{place}.{key}"),
    };
    match (then, now) {
        _ if place == FILE => None,
        (Value::Object(then), Value::Object(now)) => {
            let added = now.keys().filter(|key| !then.contains_key(*key));
            let all = || then.keys().chain(added.clone());
            // What follows from others says less than those.
            let follows = |key: &&String| key.ends_with("digest") || *key == "noise_free_cost";
            let causes = all().filter(|key| !follows(key));
            causes.chain(all().filter(follows)).find_map(|key| {
                let at = |map: &Map<String, Value>| map.get(key).cloned();
                let (then, now) = (at(then).unwrap_or_default(), at(now).unwrap_or_default());
                difference(&inner(key), &then, &now)
            })
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            let pairs = then.iter().zip(now).enumerate();
            let inner = |i: usize, entry: &Value| match entry.get("name") {
                Some(Value::String(name)) => format!("{place}[{name}]"),
                _ => format!("{place}[{i}]"),
            };
            pairs
                .map(|(i, (then, now))| difference(&inner(i, then), then, now))
                .find_map(|found| found)
        }
        (Value::Array(then), Value::Array(now)) => {
            let count = |array: &[Value]| format!("a list of {}", array.len());
            Some([place.into(), count(then), count(now)])
        }
        (then, now) => (then != now).then(|| [place.into(), then.to_string(), now.to_string()]),
    }
}
