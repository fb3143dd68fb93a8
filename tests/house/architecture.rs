//! Data flows one way: the modules of the library form no circle, and no room looks at one that comes after it.
//!
//! What is read is the text: every path in a `use` declaration or in code that begins with `crate::`, `super::` or a child
//! module, resolved to the file that it leads to. Unit tests at the end of a file may look anywhere; what a module
//! re-exports from its own children, and does not use, is no arrow.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the library, floor by floor: a room sees what stands before its floor, and nothing else.
const FLOORS: &[&[&str]] = &[
    &["error"],
    &["files"],
    &["number"],
    &["noise", "contact"],
    &["system"],
    &["systems", "engine"],
    &["estimate"],
    &["solve", "plan", "sweep", "check", "continuity", "benchmark"],
    &["control"],
];

/// From module to the modules that it names.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with("src/bin") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// `engine::cpu` for `engine/cpu/mod.rs`, and `lib` for `lib.rs`.
fn module_of(path: &Path) -> String {
    let parts: Vec<String> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .filter(|part| part != "mod")
        .collect();
    parts.join("::")
}

/// The library: module and text of each file.
fn library() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a source can be read");
        let inside = path.strip_prefix(&src).expect("it lies in src");
        (module_of(inside), text)
    };
    files.iter().map(read).collect()
}

/// The text without comments and without the unit tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or("");
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// The paths of a `use` tree: `a::{b, c::d}` gives `a::b` and `a::c::d`.
fn leaves(tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap_or("").trim();
        if !path.is_empty() {
            found.push(path.to_string());
        }
        return;
    };
    let prefix = &tree[..open];
    let inside = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
    let (mut depth, mut start) = (0, 0);
    for (at, character) in inside.char_indices().chain([(inside.len(), ',')]) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inside[start..at].trim();
                if !part.is_empty() {
                    leaves(&format!("{prefix}{part}"), found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// Every path in the code, and whether it is re-exported.
fn paths(code: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let in_a_tree = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_:{},*".contains(c);
    for (start, _) in code.match_indices("use ") {
        let line = code[..start].rsplit('\n').next().unwrap_or("").trim();
        let tree = code[start + 4..].split(';').next().unwrap_or("");
        if !(line.is_empty() || line.starts_with("pub")) || !tree.chars().all(in_a_tree) {
            continue;
        }
        let mut list = Vec::new();
        leaves(tree, &mut list);
        found.extend(list.into_iter().map(|path| (path, line.starts_with("pub"))));
    }
    for root in ["crate::", "super::"] {
        for (start, _) in code.match_indices(root) {
            let before = code[..start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                continue;
            }
            let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let path = code[start..].split(|c| !is_path(c)).next().unwrap_or("");
            // A list of paths was read above.
            if !path.ends_with("::") {
                found.push((path.to_string(), false));
            }
        }
    }
    found
}

/// The module that a path in `module` leads to: the longest beginning of it that is one.
fn resolve(module: &str, path: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut base: Vec<&str> = match module {
        "lib" => Vec::new(),
        inner => inner.split("::").collect(),
    };
    let mut parts: Vec<&str> = path.split("::").collect();
    match parts[0] {
        "crate" => {
            base.clear();
            parts.remove(0);
        }
        "super" => {
            while parts.first() == Some(&"super") {
                parts.remove(0);
                base.pop();
            }
        }
        "self" => {
            parts.remove(0);
        }
        child => {
            let inside = [base.as_slice(), &[child]].concat().join("::");
            if !modules.contains(&inside) {
                return None;
            }
        }
    }
    let whole = [base, parts].concat();
    let longest = (1..=whole.len()).rev().map(|n| whole[..n].join("::"));
    longest.into_iter().find(|m| modules.contains(m))
}

/// Whether the code, and not only its `use` declarations, names the last part of a path.
fn is_used(path: &str, code: &str) -> bool {
    let name = path.rsplit("::").next().unwrap_or(path);
    let statements = code.split(';').filter(|s| {
        let last = s.trim_start().rsplit('\n').next().unwrap_or("");
        !last.starts_with("pub use ") && !s.trim_start().starts_with("pub use ")
    });
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words = statements.flat_map(|s| s.split(|c| !is_word(c)));
    words.into_iter().any(|word| word == name)
}

fn arrows(library: &BTreeMap<String, String>) -> Arrows {
    let modules: BTreeSet<String> = library.keys().cloned().collect();
    let mut arrows = Arrows::new();
    for (module, text) in library {
        let targets = arrows.entry(module.clone()).or_default();
        for (path, is_public) in paths(&code(text)) {
            let Some(target) = resolve(module, &path, &modules) else {
                continue;
            };
            let is_child = module == "lib" || target.starts_with(&format!("{module}::"));
            let is_face = is_public && is_child && !is_used(&path, &code(text));
            if target != *module && !is_face {
                targets.insert(target);
            }
        }
    }
    arrows
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// The floor of a room; the root of the library is above all of them.
fn floor(module: &str) -> usize {
    let is_there = |floor: &&[&str]| floor.contains(&room(module));
    match module {
        "lib" => FLOORS.len(),
        _ => FLOORS
            .iter()
            .position(is_there)
            .unwrap_or_else(|| panic!("room '{}' has no floor in FLOORS", room(module))),
    }
}

/// Arrows to a room that does not stand before.
fn upward(arrows: &Arrows) -> Vec<String> {
    let mut found = Vec::new();
    for (from, targets) in arrows {
        for to in targets {
            if room(from) != room(to) && floor(to) >= floor(from) {
                found.push(format!("{from} -> {to}"));
            }
        }
    }
    found
}

/// The modules that can be reached along arrows.
fn reached(from: &str, arrows: &Arrows) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![from.to_string()];
    while let Some(module) = waiting.pop() {
        for next in arrows.get(&module).into_iter().flatten() {
            if found.insert(next.clone()) {
                waiting.push(next.clone());
            }
        }
    }
    found
}

/// The arrows that lie on a circle.
fn circles(arrows: &Arrows) -> Vec<String> {
    let reached: BTreeMap<&String, _> = arrows.keys().map(|m| (m, reached(m, arrows))).collect();
    let mut found = Vec::new();
    for (from, targets) in arrows {
        let back = |to: &&String| reached.get(to).is_some_and(|r| r.contains(from));
        found.extend(
            targets
                .iter()
                .filter(back)
                .map(|to| format!("{from} -> {to}")),
        );
    }
    found
}

#[test]
fn no_arrow_runs_against_the_order_of_the_rooms() {
    let found = upward(&arrows(&library()));
    assert!(
        found.is_empty(),
        "upward or sideways:\n{}",
        found.join("\n")
    );
}

#[test]
fn modules_form_no_circle() {
    let found = circles(&arrows(&library()));
    assert!(found.is_empty(), "on circles:\n{}", found.join("\n"));
}

/// The test itself is tested: what is added to the library as it stands is found.
#[test]
fn an_added_circle_or_upward_arrow_is_found() {
    let with = |module: &str, line: &str| {
        let mut library = library();
        let text = library.get_mut(module).expect("the module is there");
        text.insert_str(0, line);
        arrows(&library)
    };
    let found = upward(&with("number", "use crate::{error::Error, solve};\n"));
    assert_eq!(found, ["number -> solve"]);
    let found = upward(&with(
        "engine::moments",
        "fn f() { crate::systems::find(\"\") }\n",
    ));
    assert_eq!(found, ["engine::moments -> systems"]);
    let found = circles(&with("number", "use dual::Dual;\n"));
    assert_eq!(found, ["number -> number::dual", "number::dual -> number"]);
    assert!(!circles(&with("number::graph", "use super::reverse::vjp;\n")).is_empty());
    // Neither words in comments nor what a room shows of itself counts.
    assert_eq!(
        upward(&with("number", "// use crate::solve;\n")),
        Vec::<String>::new()
    );
    assert!(circles(&with("number", "pub use dual::Dual;\n")).is_empty());
}

/// An oracle that the code it judges imports is none. Who may look at it opens it by name, compares with it, or rolls samples
/// out again in f64.
#[test]
fn engines_do_not_lean_on_the_reference() {
    const MAY: [&str; 5] = [
        "lib",
        "engine::open",
        "benchmark",
        "check",
        "estimate::control_samples",
    ];
    let arrows = arrows(&library());
    let is_reference = |module: &str| module.starts_with("engine::reference");
    let may = |module: &str| MAY.iter().any(|m| module.starts_with(m)) || is_reference(module);
    let leans = |targets: &BTreeSet<String>| targets.iter().any(|to| is_reference(to));
    let found: Vec<_> = arrows
        .iter()
        .filter(|(from, targets)| !may(from) && leans(targets))
        .map(|(from, _)| from)
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Lines of the system in a source file, from its parameters to its `main`, without comments and empty lines.
fn lines_of_system(text: &str) -> usize {
    text.lines()
        .skip_while(|line| !line.starts_with("mollify::parameters!"))
        .take_while(|line| !line.starts_with("fn main"))
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

/// What a system must say fits a screen: parameters, names, one step, costs.
#[test]
fn a_minimal_system_is_under_forty_lines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/paddle.rs");
    let text = fs::read_to_string(path).expect("the example is there");
    let lines = lines_of_system(&text);
    assert!((20..40).contains(&lines), "{lines} lines");
    for part in ["Dynamics", "Objective"] {
        assert!(text.contains(&format!("impl {part}<3, 1> for Paddle")));
    }
}
