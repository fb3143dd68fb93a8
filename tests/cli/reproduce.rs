//! Experiments run, decide their claims by their numbers, and leave what their pages refer to.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("reproduce-{name}"));
    let _ = fs::remove_dir_all(&path);
    path
}

fn mollify(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mollify"))
        .args(arguments)
        .output()
        .expect("mollify starts")
}

#[test]
fn quick_experiments_leave_pages_whose_files_are_there() {
    let out = folder("quick");
    let path = out.to_str().expect("a path in UTF-8");
    for name in [
        "heaviside",
        "empirical-bias",
        "variance-stiffness",
        "pivot",
        "barrier-noise",
        "contact-smoothing",
    ] {
        let arguments = ["reproduce", name, "--quick", "--seeds", "3", "--quiet"];
        let output = mollify(
            &[
                &arguments[..],
                &["--out", path, "--engine", "cpu", "--json"],
            ]
            .concat(),
        );
        // Claims may fail with a tenth of the work, which is exit status 1; anything else is a fault.
        let document: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{name}: {e}: {}", String::from_utf8_lossy(&output.stderr)));
        let entry = &document[0];
        let claims = entry["claims"].as_array().expect("claims");
        assert!(claims.len() >= 2, "{name}");
        let all = claims.iter().all(|c| c["holds"] == true);
        assert_eq!(entry["holds"], all, "{name}");
        assert_eq!(output.status.code(), Some(i32::from(!all)), "{name}");
        let page = fs::read_to_string(out.join(name).join("README.md")).expect(name);
        for link in page.split("](").skip(1) {
            let file = link.split(')').next().expect("a link ends");
            let size = fs::metadata(out.join(name).join(file)).map_or(0, |m| m.len());
            assert!(size > 0, "{name}: {file}");
        }
    }
    let again = mollify(&["reproduce", "heaviside", "--quick", "--out", path]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
}

#[test]
fn a_jump_is_invisible_to_the_first_order() {
    let out = folder("heaviside");
    let path = out.to_str().expect("a path in UTF-8");
    let output = mollify(&[
        "reproduce",
        "heaviside",
        "--quick",
        "--out",
        path,
        "--engine",
        "cpu",
    ]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("holds          the first order is exactly 0"),
        "{text}"
    );
}

#[test]
fn unknown_experiments_and_too_few_seeds_are_one_sentence() {
    for (arguments, words) in [
        (&["reproduce", "heavyside"][..], "did you mean 'heaviside'"),
        (&["reproduce", "pivot", "--seeds", "1"], "at least 2"),
    ] {
        let output = mollify(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            error.contains(words) && error.lines().count() == 1,
            "{error}"
        );
    }
}

#[test]
fn the_list_names_every_experiment() {
    let text = String::from_utf8(mollify(&["reproduce"]).stdout).expect("UTF-8");
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/experiments");
    let pages = fs::read_dir(pages).expect("the pages are there");
    let folders = pages.map(|page| page.expect("an entry").path());
    let names: Vec<_> = folders.filter(|page| page.is_dir()).collect();
    assert!(names.len() >= 12, "{names:?}");
    for page in names {
        let name = page.file_name().expect("a name").to_string_lossy();
        assert!(text.contains(&*name), "{name}");
    }
}

/// In the midst of descents, which by themselves return what they have.
#[cfg(unix)]
#[test]
fn an_interrupted_experiment_leaves_no_page() {
    let out = folder("interrupted");
    let path = out.to_str().expect("a path in UTF-8");
    let mut command =
        crate::cli::command(&["reproduce", "pushing", "--engine", "cpu", "--out", path]);
    let (mut child, mut stderr) = crate::cli::begun(&mut command, "zeroth");
    // Into a descent, not between two of them.
    std::thread::sleep(std::time::Duration::from_millis(300));
    crate::cli::interrupt(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("stderr is UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{rest}");
    assert!(
        rest.contains("error: interrupted before there was a result"),
        "{rest}"
    );
    // Nothing was begun after the stop.
    assert!(!rest.contains("aobg"), "{rest}");
    assert!(!out.exists(), "an empty folder says nothing");
}

#[cfg(unix)]
#[test]
fn pages_finished_before_an_interrupt_stay() {
    let out = folder("interrupted-all");
    let path = out.to_str().expect("a path in UTF-8");
    let mut command = crate::cli::command(&[
        "reproduce",
        "all",
        "--quick",
        "--engine",
        "cpu",
        "--out",
        path,
    ]);
    let (mut child, mut stderr) = crate::cli::begun(&mut command, "ball-wall: ball-wall zeroth");
    crate::cli::interrupt(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("stderr is UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{rest}");
    for (name, finished) in [
        ("heaviside", true),
        ("empirical-bias", true),
        ("ball-wall", false),
    ] {
        assert_eq!(
            out.join(name).join("README.md").exists(),
            finished,
            "{name}"
        );
    }
}

/// What takes no part has no number, and does not end it.
#[test]
fn all_descents_race() {
    let out = folder("descents");
    let path = out.to_str().expect("a path in UTF-8");
    let line = "reproduce descents --quick --seeds 2 --quiet --engine cpu --out";
    let arguments: Vec<&str> = line.split(' ').chain([path]).collect();
    let output = mollify(&arguments);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{words}");
    let page = fs::read_to_string(out.join("descents/README.md")).expect("a page");
    for name in [
        "pivot",
        "heaviside",
        "lqr-2",
        "cart-wall",
        "friction",
        "tennis",
    ] {
        let task = mollify::system::task::Task::find(name).expect("it is built in");
        let start = format!("| `{name}` |");
        let rows: Vec<&str> = page.lines().filter(|l| l.starts_with(&start)).collect();
        assert_eq!(rows.len(), 3, "{name}: one for each budget");
        let missing = rows[0].matches("| - ").count();
        let searches = if task.noise_is_on_decision() { 0 } else { 3 };
        let fixed = usize::from(task.published().is_none());
        assert_eq!(missing, searches + fixed, "{name}");
    }
    let refused = mollify(&arguments);
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(
        refused.status.code() == Some(2) && words.contains("--resume"),
        "{words}"
    );
    // One descent was cut while it was written: it is run again, all others are taken.
    let ends = out.join("descents/ends.csv");
    let kept = fs::read_to_string(&ends).expect("the ends");
    fs::write(&ends, &kept[..kept.len() - 4]).expect("cut");
    let again: Vec<&str> = arguments.iter().copied().chain(["--resume"]).collect();
    assert_eq!(mollify(&again).status.code(), output.status.code());
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(String::from).collect();
        lines.sort();
        lines
    };
    let kept_again = fs::read_to_string(&ends).expect("the ends");
    assert_eq!(sorted(&kept_again), sorted(&kept));
    let page_again = fs::read_to_string(out.join("descents/README.md")).expect("a page");
    let tables = |text: &str| -> Vec<String> {
        let rows = text.lines().filter(|l| l.starts_with('|'));
        rows.map(String::from).collect()
    };
    assert_eq!(tables(&page_again), tables(&page));
}
