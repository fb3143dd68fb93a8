//! Result folders as other processes find them: one writer at a time, whole files whenever a run ends, and all that was
//! done when it is stopped.

use crate::cli::{Scratch, mollify, reference, reference_with};
use serde_json::Value;
use std::fs;
use std::io::Cursor;

/// The shape of an array of an archive, and its numbers.
pub fn array(bytes: &[u8], name: &str) -> (String, Vec<f64>) {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("NPZ");
    let mut bytes = Vec::new();
    let mut file = archive.by_name(&format!("{name}.npy")).expect(name);
    std::io::Read::read_to_end(&mut file, &mut bytes).expect("it is stored whole");
    let header = String::from_utf8_lossy(&bytes[10..bytes.len().min(200)]).into_owned();
    let shape = header.split("'shape': (").nth(1).expect("a shape");
    let shape = shape.split(')').next().expect("its end").to_string();
    let length = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let (numbers, _) = bytes[length..].as_chunks::<8>();
    let numbers = numbers.iter().map(|b| f64::from_le_bytes(*b));
    (shape, numbers.collect())
}

fn theta_shape(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).contains("'shape': (5, 2), ")
}

#[test]
fn arrays_have_the_shape_of_what_they_stand_for() {
    let scratch = Scratch::new("cli-shapes");
    let out = scratch.file("descent");
    let line = "optimize roomba --horizon 5 --iterations 1 --samples 20 --out";
    mollify(&reference_with(line, &out)).succeeded();
    assert!(theta_shape(&scratch.read("descent/theta.npy")));

    let out = scratch.file("map");
    let line = "landscape quadratic --coordinate 0 --coordinate 1 --points 3 --samples 20 --out";
    mollify(&reference_with(line, &out)).succeeded();
    let npz = scratch.read("map/landscape.npz");
    let (shape, x) = array(&npz, "first_position");
    assert_eq!(shape, "3, 3");
    assert!(
        x[0] < x[1] && x[0] == x[3],
        "the first axis runs along rows: {x:?}"
    );
    assert_eq!(array(&npz, "value_mean").0, "3, 3");
}

#[test]
fn a_gradient_leaves_all_of_its_statistics() {
    let scratch = Scratch::new("cli-statistics");
    let out = scratch.file("out");
    let line = "gradient roomba --horizon 5 --samples 20 --json --out";
    let d = mollify(&reference_with(line, &out)).succeeded().json();
    let npz = scratch.read("out/statistics.npz");
    for (name, pointer) in [
        ("theta", "/theta"),
        ("gradient", "/gradient"),
        ("first_order", "/first_order/gradient"),
        ("zeroth_order_std_error", "/zeroth_order/std_error"),
    ] {
        let (shape, numbers) = array(&npz, name);
        assert_eq!(shape, "5, 2", "{name}");
        let expected = d.pointer(pointer).expect(pointer);
        assert_eq!(&serde_json::json!(numbers), expected, "{name}");
    }
    for (name, pointer) in [("value_mean", "/value/mean"), ("samples", "/samples")] {
        let (shape, numbers) = array(&npz, name);
        assert_eq!(shape, "", "{name}");
        assert_eq!(
            numbers[0],
            d.pointer(pointer).and_then(Value::as_f64).expect(name)
        );
    }
}

/// x' = x + v h and so on are for other tests: here the arrays must fit each other and the document.
#[test]
fn a_replay_leaves_the_rollout_step_by_step() {
    let scratch = Scratch::new("cli-rollout");
    let out = scratch.file("out");
    let line = "gradient pushing --horizon 6 --replay 3 --json --out";
    let d = mollify(&reference_with(line, &out)).succeeded().json();
    for (i, file) in ["rollout.npz", "independent-rollout.npz"]
        .into_iter()
        .enumerate()
    {
        let npz = scratch.read(&format!("out/{file}"));
        let numbers = |name: &str| array(&npz, name).1;
        assert_eq!(array(&npz, "states").0, "7, 4");
        assert_eq!(array(&npz, "controls").0, "6, 1");
        let replay = &d["replays"][i];
        assert_eq!(serde_json::json!(numbers("noise")), replay["noise"]);
        let cost = replay["cost"].as_f64().expect("a number");
        let sum: f64 = numbers("costs").iter().sum();
        assert_eq!(numbers("costs").len(), 7);
        assert!((sum - cost).abs() <= 1e-12 * cost.abs(), "{sum} {cost}");
        // theta is 0.1 everywhere at the start of the task.
        for (u, w) in numbers("controls").iter().zip(numbers("noise")) {
            assert!((u - w - 0.1).abs() < 1e-15, "{u} {w}");
        }
    }
}

#[test]
fn several_samples_are_replayed_together() {
    let scratch = Scratch::new("cli-rollouts");
    let (one, all) = (scratch.file("one"), scratch.file("all"));
    let line = "gradient pushing --horizon 6 --rule shared --json --replay";
    let out = |numbers: &str, folder: &str| {
        let line = format!("{line} {numbers} --out");
        mollify(&reference_with(&line, folder)).succeeded().json()
    };
    let (single, several) = (out("4", &one), out("1,3..4", &all));
    assert_eq!(several["replays"].as_array().map(Vec::len), Some(3));
    assert_eq!(several["replays"][2], single["replays"][0]);
    let (one, all) = (
        scratch.read("one/rollout.npz"),
        scratch.read("all/rollout.npz"),
    );
    for (name, shape) in [("states", "3, 7, 4"), ("costs", "3, 7"), ("cost", "3,")] {
        let (found, numbers) = array(&all, name);
        assert_eq!(found, shape, "{name}");
        let last = &numbers[numbers.len() / 3 * 2..];
        assert_eq!(last, array(&one, name).1, "{name}");
    }
}

#[test]
fn the_log_has_the_lines_of_the_history() {
    let scratch = Scratch::new("cli-log");
    let log = scratch.file("history.jsonl");
    let line = "optimize pushing --horizon 5 --samples 20 --iterations 3 --json --log";
    let d = mollify(&reference_with(line, &log)).succeeded().json();
    let text = scratch.text("history.jsonl");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    assert_eq!(Value::Array(lines), d["iterations"]);
    mollify(&reference_with(line, &log)).failed(2, "history.jsonl");
}

#[test]
fn help_that_cannot_be_written_is_a_failure() {
    let Ok(full) = fs::File::create("/dev/full") else {
        return;
    };
    let mut help = crate::cli::command(&["--help"]);
    let status = help
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status();
    assert_eq!(status.expect("it runs").code(), Some(1));
}

#[cfg(unix)]
mod stopped {
    use super::*;
    use crate::cli::{begun, command, interrupt};
    use std::io::Read;
    use std::process::Stdio;
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    #[test]
    fn the_second_of_two_runs_into_one_folder_is_refused() {
        let scratch = Scratch::new("cli-two-runs");
        let out = scratch.file("out");
        let line = "optimize pushing --samples 2000 --iterations 100000 --out";
        let (mut first, mut stderr) =
            begun(&mut command(&reference_with(line, &out)), "iteration 0");
        for line in [
            "optimize pushing --iterations 1 --force --out",
            "gradient pushing --out",
            "landscape heaviside --out",
            "sweep relu --over samples=2,3 --out",
        ] {
            let second = mollify(&reference_with(line, &out));
            second.failed(2, "another process is writing it");
        }
        interrupt(&first);
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).expect("stderr is UTF-8");
        assert_eq!(first.wait().expect("it ends").code(), Some(130), "{rest}");
        let written: Value = serde_json::from_str(&scratch.text("out/result.json")).expect("JSON");
        assert_eq!(written["settings"]["samples"], 2000);
    }

    #[test]
    fn a_stopped_landscape_keeps_its_points() {
        let scratch = Scratch::new("cli-stopped-landscape");
        for (name, flags) in [("line", ""), ("map", "--coordinate 0 --coordinate 1 ")] {
            let out = scratch.file(name);
            let line = format!("landscape pushing {flags}--points 900 --samples 1000 --json --out");
            let child = command(&reference_with(&line, &out))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it runs");
            sleep(Duration::from_millis(1500));
            interrupt(&child);
            let ended = child.wait_with_output().expect("it ends");
            let stderr = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(130), "{stderr}");
            let d: Value = serde_json::from_slice(&ended.stdout).expect("JSON");
            let done = d["points"].as_u64().expect("a number") as usize;
            assert!(done > 0 && d["complete"] == false, "{done}");
            let values = d["columns"]["value_mean"].as_array().expect("a column");
            assert_eq!(values.len(), done);
            let rows = scratch.text(&format!("{name}/landscape.csv"));
            assert_eq!(rows.lines().count(), done + 1);
            let npz = scratch.read(&format!("{name}/landscape.npz"));
            let (shape, _) = array(&npz, "value_mean");
            let expected = if name == "map" {
                "900, 900".into()
            } else {
                format!("{done},")
            };
            assert_eq!(shape, expected);
        }
    }

    /// Kills at moments spread over a run: what bears the name of a result is whole, whenever it was. MOLLIFY_KILLS says how
    /// many there are.
    #[test]
    fn a_kill_leaves_no_torn_file() {
        let kills = crate::amount::from_environment("MOLLIFY_KILLS", 7) as u32;
        let scratch = Scratch::new("cli-kills");
        for (number, line) in [
            "optimize pushing --horizon 20 --samples 50 --iterations 5 --out",
            "landscape pushing --horizon 20 --points 20 --samples 50 --out",
            "reproduce heaviside --quick --seeds 2 --out",
        ]
        .into_iter()
        .enumerate()
        {
            let whole = scratch.file(&format!("{number}-whole"));
            let started = Instant::now();
            mollify(&reference_with(line, &whole)).succeeded();
            let mut duration = started.elapsed();
            let (mut running, mut found) = (0, 0);
            for kill in 1..=kills {
                let folder = format!("{number}-{kill}");
                let mut child = command(&reference_with(line, &scratch.file(&folder)))
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("it runs");
                // Most kills fall into the writing, at the end.
                let fraction = (f64::from(kill) * 0.618_033_988_749_895).fract().sqrt();
                sleep(duration.mul_f64(fraction));
                let is_running = child.try_wait().expect("it can be asked").is_none();
                running += u32::from(is_running);
                if !is_running {
                    // The machine has become faster, because other tests have ended.
                    duration = duration.mul_f64(0.8);
                }
                child.kill().expect("it can be killed");
                child.wait().expect("it ends");
                let mut left = Vec::new();
                files(&scratch.0.join(&folder), &mut left);
                found += left.len();
                for path in left {
                    is_whole(&path);
                }
                // What is left keeps nobody from doing it again.
                if kill == kills {
                    let out = scratch.file(&folder);
                    let again = format!("{} --force --out", line.trim_end_matches(" --out"));
                    mollify(&reference_with(&again, &out)).succeeded();
                    let mut left = Vec::new();
                    files(&scratch.0.join(&folder), &mut left);
                    let is_hidden =
                        |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
                    assert!(!left.iter().any(|p| p.file_name().is_some_and(is_hidden)));
                }
            }
            println!("{line}: {running} of {kills} kills found it running, {found} whole files");
            assert!(
                4 * running >= kills,
                "only {running} of {kills} kills found it running"
            );
        }
    }

    fn files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => files(&path, found),
                path => found.push(path),
            }
        }
    }

    /// By what ends a file of its kind.
    #[track_caller]
    fn is_whole(path: &std::path::Path) {
        let bytes = fs::read(path).expect("it can be read");
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let ends = |end: &[u8]| bytes.ends_with(end);
        let whole = match name.rsplit('.').next().expect("an end") {
            // A file in the making, which bears no name of a result.
            "tmp" => name.starts_with('.'),
            "json" => serde_json::from_slice::<Value>(&bytes).is_ok(),
            "npz" => zip::ZipArchive::new(Cursor::new(&bytes)).is_ok(),
            "npy" => bytes.len() == 128 + 8 * 20,
            "png" => ends(b"IEND\xaeB`\x82"),
            "svg" => ends(b"</svg>\n") || ends(b"</svg>"),
            "html" => ends(b"</html>\n") || ends(b"</html>"),
            "csv" | "md" => ends(b"\n"),
            other => panic!("a file that nobody knows: {other}"),
        };
        assert!(whole, "{} of {} bytes is torn", path.display(), bytes.len());
    }

    /// Nothing on stdout but what was asked for, whoever else is in the process.
    #[test]
    fn interrupted_before_a_result_is_130() {
        let line = "landscape pushing --samples 1e9 --json";
        let child = command(&reference(line))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        sleep(Duration::from_millis(800));
        interrupt(&child);
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(130));
        assert!(ended.stdout.is_empty());
    }
}
