//! `--part` and `--merge` as a user or a scheduler meets them: what is merged is what one process prints, and every file that is
//! missing, torn, of another run or in the way is named while nothing that was whole is lost.
//!
//! Longer than other files, because every way in which a folder of parts can be wrong has its case here.

use crate::cli::{Run, Scratch, command, mollify, refused, run};
use mollify::engine::distributed::{Answers, Cut, Gathered, to_bytes};
use mollify::engine::{Engine, Interrupt};
use mollify::estimate::{Settings, distributed};
use mollify::files::parts::{Head, write};
use mollify::{CpuEngine, Task};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// The words of a line on this engine, and more.
fn words<'a>(line: &'a str, engine: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let line = line.split_whitespace().chain(["--engine", engine]);
    line.chain(more.iter().copied()).collect()
}

#[track_caller]
fn part(line: &str, engine: &str, part: &str, folder: &str) -> Run {
    mollify(&words(
        line,
        engine,
        &["--part", part, "--out", folder, "--quiet"],
    ))
}

/// All parts of so many, the last one first.
#[track_caller]
fn all_parts(line: &str, engine: &str, count: u64, folder: &str) {
    for number in (1..=count).rev() {
        part(line, engine, &format!("{number}/{count}"), folder).succeeded();
    }
}

#[track_caller]
fn merge(line: &str, engine: &str, folder: &str, more: &[&str]) -> Run {
    mollify(&words(line, engine, &[&["--merge", folder], more].concat()))
}

/// What is printed but for how long it took.
fn untimed(text: &str) -> String {
    let timed = |line: &&str| {
        !line
            .trim_start()
            .trim_start_matches('"')
            .starts_with("seconds")
    };
    text.lines().filter(timed).collect::<Vec<_>>().join("\n")
}

/// The files of a folder by name.
fn contents(scratch: &Scratch, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(scratch.file(folder)).expect("a folder");
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).expect("a file"))
    };
    entries
        .map(|entry| read(entry.expect("an entry")))
        .collect()
}

/// Text, JSON and files; after as many rounds as it takes.
#[track_caller]
fn is_that_of_one_process(name: &str, line: &str, engine: &str, count: u64, rounds: usize) {
    let scratch = Scratch::new(name);
    let folder = scratch.file("parts");
    for _ in 0..rounds {
        all_parts(line, engine, count, &folder);
    }
    assert_eq!(contents(&scratch, "parts").len(), rounds * count as usize);
    for as_json in [&["--quiet"][..], &["--quiet", "--json"]] {
        let expected = mollify(&words(line, engine, as_json)).succeeded();
        let found = merge(line, engine, &folder, as_json).succeeded();
        assert_eq!(untimed(&found.stdout), untimed(&expected.stdout), "{line}");
        assert_eq!(found.stderr, expected.stderr, "{line}");
    }
    let [there, here] = ["there", "here"].map(|name| scratch.file(name));
    mollify(&words(line, engine, &["--out", &there])).succeeded();
    merge(line, engine, &folder, &["--out", &here]).succeeded();
    let [there, here] = ["there", "here"].map(|name| contents(&scratch, name));
    assert!(there.keys().eq(here.keys()), "{there:?}");
    for (name, bytes) in &there {
        match name.as_str() {
            "result.json" => {
                let [found, expected] =
                    [&here[name], bytes].map(|b| untimed(&String::from_utf8_lossy(b)));
                assert_eq!(found, expected);
            }
            _ => assert!(here[name] == *bytes, "{line}: {name}"),
        }
    }
}

#[test]
fn gradients_in_parts_are_those_of_one_process() {
    let name = "cli-parts-gradient";
    let line = "gradient pushing --horizon 7 --samples 5001";
    is_that_of_one_process(name, line, "cpu", 3, 1);
    is_that_of_one_process(name, line, "reference", 2, 1);
    let line = "gradient ball-wall --samples 3071 --iteration 3 --seed 9 --rule shared";
    is_that_of_one_process(name, line, "cpu", 11, 1);
    let line = "gradient pushing --horizon 5 --samples 4099 --baseline leave-one-out";
    is_that_of_one_process(name, line, "cpu", 4, 2);
}

#[test]
fn landscapes_in_parts_are_those_of_one_process() {
    let name = "cli-parts-landscape";
    let line = "landscape heaviside --points 11 --samples 300";
    is_that_of_one_process(name, line, "cpu", 4, 1);
    let line =
        "landscape pushing --horizon 5 --points 4 --samples 2050 --coordinate 0 --coordinate 2";
    is_that_of_one_process(name, line, "cpu", 7, 1);
    let line = "landscape pushing --horizon 5 --points 5 --samples 1500 --direction gradient";
    is_that_of_one_process(name, line, "cpu", 3, 2);
}

#[test]
fn sweeps_in_parts_have_the_bytes_of_one_process() {
    let scratch = Scratch::new("cli-parts-sweep");
    let line =
        "sweep pushing --horizon 5 --over samples=50..200/3 --over rule=first,aobg --repeats 3";
    let [folder, there, here] = ["parts", "there", "here"].map(|name| scratch.file(name));
    all_parts(line, "reference", 4, &folder);
    let expected = mollify(&words(line, "reference", &["--out", &there, "--quiet"])).succeeded();
    let found = merge(line, "reference", &folder, &["--out", &here]).succeeded();
    let named = expected.stdout.replace(&there, &here);
    assert_eq!(untimed(&found.stdout), untimed(&named));
    assert_eq!(contents(&scratch, "here"), contents(&scratch, "there"));
    // Without a folder of its own the result goes beside the parts.
    merge(line, "reference", &folder, &[]).succeeded();
    assert_eq!(
        scratch.read("parts/rows.csv"),
        scratch.read("there/rows.csv")
    );
    let again = merge(line, "reference", &folder, &[]);
    again.failed(2, "there is a sweep in");
    fs::remove_file(scratch.file("parts/sweep-2-of-4.part")).expect("a part");
    let missing = merge(line, "reference", &folder, &["--force"]);
    missing.failed(1, "missing is part 2 of 4");
    assert_eq!(
        scratch.read("parts/rows.csv"),
        scratch.read("there/rows.csv")
    );
}

const LINE: &str = "gradient ball-wall --samples 5001";

#[test]
fn what_turns_samples_into_an_estimate_may_change_at_the_merge() {
    let scratch = Scratch::new("cli-parts-gamma");
    let folder = scratch.file("parts");
    all_parts(LINE, "cpu", 2, &folder);
    let more = [
        "--gamma",
        "0.5",
        "--failure-probability",
        "0.01",
        "--bound",
        "3",
    ];
    let expected = mollify(&words(LINE, "cpu", &more)).succeeded();
    let found = merge(LINE, "cpu", &folder, &more).succeeded();
    assert_eq!(untimed(&found.stdout), untimed(&expected.stdout));
    // The engine is that of the parts, whatever this machine has.
    let line: Vec<&str> = LINE.split_whitespace().collect();
    let found = mollify(&[&line[..], &["--merge", &folder, "--json"]].concat()).succeeded();
    assert_eq!(found.json()["engine"], "cpu");
}

#[test]
fn what_is_wrong_with_parts_is_told_and_nothing_is_lost() {
    let scratch = Scratch::new("cli-parts-flaws");
    let folder = scratch.file("parts");
    merge(LINE, "cpu", &folder, &[]).failed(2, "cannot read");
    fs::create_dir(&folder).expect("a folder");
    merge(LINE, "cpu", &folder, &[]).failed(2, "there is no part of `gradient`");
    for number in [1, 2, 5] {
        part(LINE, "cpu", &format!("{number}/5"), &folder).succeeded();
    }
    merge(LINE, "cpu", &folder, &[]).failed(1, "missing are parts 3-4 of 5; run these parts again");
    let before = contents(&scratch, "parts");

    // Another cut, seed or engine has no place among them.
    part(LINE, "cpu", "3/6", &folder).failed(2, "of 5 parts, as");
    let other = format!("{LINE} --seed 2");
    part(&other, "cpu", "2/5", &folder).failed(2, "is of another run: seed is 0 there and 2 here");
    let engine = part(LINE, "reference", "2/5", &folder);
    engine.failed(2, "engine.kind is \"cpu\" there and \"reference\" here");
    let samples = format!("{LINE} --sigma 0.2");
    merge(&samples, "cpu", &folder, &[]).failed(2, "sigma is 0.1 there and 0.2 in this one");
    merge("gradient pushing --samples 5001", "cpu", &folder, &[]).failed(2, "task is");
    merge(LINE, "reference", &folder, &[]).failed(1, "missing are parts 3-4");
    assert_eq!(contents(&scratch, "parts"), before);
    part(&other, "cpu", "3/5", &folder).succeeded();
    part(LINE, "cpu", "4/5", &folder).succeeded();
    let said = merge(LINE, "cpu", &folder, &[]);
    said.failed(2, "missing is part 3 of 5; '");
    part(LINE, "cpu", "3/5", &folder).failed(2, "give --force");
    let forced = words(LINE, "cpu", &["--part", "3/5", "--out", &folder, "--force"]);
    mollify(&forced).succeeded();
    merge(LINE, "cpu", &folder, &[]).succeeded();
    merge(LINE, "reference", &folder, &[]).failed(2, "--engine is 'reference', but must be cpu");

    // A torn one is named, and computed again.
    let torn = scratch.file("parts/gradient-4-of-5.part");
    let whole = fs::read(&torn).expect("a part");
    fs::write(&torn, &whole[..whole.len() / 2]).expect("a file");
    let said = merge(LINE, "cpu", &folder, &[]);
    said.failed(1, "missing is part 4 of 5; '");
    // What is whole is not touched, and not in need of the others.
    let there = part(LINE, "cpu", "1/5", &folder).succeeded();
    assert!(
        there.stdout.contains("is there already"),
        "{}",
        there.stdout
    );
    let again = part(LINE, "cpu", "4/5", &folder).succeeded();
    assert!(
        again.stderr.contains("is computed again: it ends after"),
        "{}",
        again.stderr
    );
    let mut edited = whole.clone();
    let last = edited.len() - 30;
    edited[last] ^= 1;
    fs::write(&torn, edited).expect("a file");
    merge(LINE, "cpu", &folder, &[]).failed(1, "its bytes have changed since it was written");
    part(LINE, "cpu", "4/5", &folder).succeeded();

    // A copy is no harm, and what a killed writer left none either.
    fs::copy(&torn, scratch.file("parts/copy.part")).expect("a copy");
    fs::write(scratch.file("parts/.gradient-4-of-5.part.7.tmp"), "x").expect("a file");
    merge(LINE, "cpu", &folder, &[]).succeeded();
    let there = part(LINE, "cpu", "4/5", &folder).succeeded();
    assert!(
        there.stdout.contains("is there already"),
        "{}",
        there.stdout
    );
}

/// The numbers of Slurm, of which those of another array are refused.
#[test]
fn a_slurm_array_tells_its_parts() {
    let scratch = Scratch::new("cli-parts-slurm");
    let folder = scratch.file("parts");
    let element = |id: Option<&str>, count: &str| {
        let mut element = command(&words(LINE, "cpu", &["--part", count, "--out", &folder]));
        element.env_remove("SLURM_ARRAY_TASK_ID");
        id.map(|id| element.env("SLURM_ARRAY_TASK_ID", id));
        run(&mut element)
    };
    for id in ["2", "1", "3"] {
        element(Some(id), "/3").succeeded();
    }
    merge(LINE, "cpu", &folder, &[]).succeeded();
    element(Some("0"), "/3").failed(2, "sbatch --array=1-3");
    element(Some("4"), "/3").failed(2, "SLURM_ARRAY_TASK_ID is '4'");
    element(None, "/3").failed(2, "there is no SLURM_ARRAY_TASK_ID");
    // A number that is given counts, in an array too.
    element(Some("9"), "2/3").succeeded();
}

/// A cause is named, and not what follows from it: the noise-free cost, or the digest of a system with its limits.
#[test]
fn what_differs_is_named_by_its_cause() {
    let scratch = Scratch::new("cli-parts-causes");
    let line = "gradient pushing --horizon 5 --samples 2000";
    for (more, said) in [
        (
            "--set stiffness=11",
            "parameters.stiffness is 10.0 there and 11.0",
        ),
        ("--limit=-1..1", "limit_by is null there and \"clamp\""),
        ("--truncation 2", "truncation is null there and 2"),
        (
            "--randomize stiffness=uniform:5,15",
            "environment is null there",
        ),
    ] {
        let folder = scratch.file("parts");
        part(line, "cpu", "1/1", &folder).succeeded();
        merge(&format!("{line} {more}"), "cpu", &folder, &[]).failed(2, said);
    }
}

#[test]
fn flags_that_make_no_sense_with_parts_are_refused() {
    let scratch = Scratch::new("cli-parts-flags");
    let folder = scratch.file("parts");
    let with = |more: &[&'static str]| {
        let mut all = words(LINE, "cpu", more);
        all.extend(["--out", &folder]);
        all.into_iter().map(String::from).collect::<Vec<_>>()
    };
    for (more, said) in [
        (&["--part", "0/3"][..], "expected a part from 1 to 3"),
        (&["--part", "4/3"], "expected a part from 1 to 3"),
        (&["--part", "-1/3"], "expected I/N"),
        (&["--part", "3"], "expected I/N"),
        (&["--part", "1/2000000"], "from 1 to 1000000"),
        (&["--part", "1/3", "--merge", "x"], "cannot be used with"),
        (&["--part", "1/3", "--replay", "3"], "cannot be used with"),
        (&["--part", "1/3", "--dry-run"], "cannot be used with"),
        (
            &["--part", "1/3", "--directions", "antithetic"],
            "--directions is",
        ),
        (&["--part", "1/3", "--risk", "worst"], "--risk is"),
    ] {
        let more = with(more);
        refused(
            &more.iter().map(String::as_str).collect::<Vec<_>>(),
            &[said],
        );
    }
    assert!(!std::path::Path::new(&folder).exists(), "nothing was made");
    let line: Vec<&str> = LINE.split_whitespace().collect();
    refused(&[&line[..], &["--part", "1/3"]].concat(), &["--out"]);
    let gpu = ["--part", "1/3", "--out", &folder, "--fallback", "cpu"];
    refused(&[&line[..], &gpu].concat(), &["--fallback is 'cpu'"]);
    refused(&["sweep", "relu", "--over", "samples=10"], &["--out"]);
}

#[test]
fn a_part_says_what_became_of_it() {
    let scratch = Scratch::new("cli-parts-json");
    let folder = scratch.file("parts");
    let line = words(LINE, "cpu", &["--part", "1/9", "--out", &folder, "--json"]);
    let first = mollify(&line).succeeded().json();
    assert_eq!((&first["part"], &first["parts"]), (&json!(1), &json!(9)));
    assert_eq!(first["written"], true);
    let file = first["file"].as_str().expect("a path");
    let length = fs::metadata(file).expect("it is there").len();
    assert_eq!(first["bytes"], length);
    assert_eq!(mollify(&line).succeeded().json()["written"], false);
    // 5 blocks, 9 parts.
    let empty = words(LINE, "cpu", &["--part", "9/9", "--out", &folder]);
    assert!(mollify(&empty).succeeded().stdout.contains("samples"));
    let none = part(LINE, "cpu", "1/99", &scratch.file("many")).succeeded();
    assert!(none.stderr.contains("has no samples"), "{}", none.stderr);
}

/// With a limit of 0 bytes on files, which stands for the disk.
#[test]
fn a_full_disk_keeps_what_is_whole() {
    let scratch = Scratch::new("cli-parts-disk");
    let folder = scratch.file("parts");
    all_parts(LINE, "cpu", 3, &folder);
    fs::remove_file(scratch.file("parts/gradient-2-of-3.part")).expect("a part");
    let before = contents(&scratch, "parts");
    for force in [&[][..], &["--force"]] {
        for number in ["1/3", "2/3"] {
            let mut limited = Command::new("sh");
            limited
                .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
                .arg(env!("CARGO_BIN_EXE_mollify"))
                .args(words(LINE, "cpu", &["--part", number, "--out", &folder]))
                .args(force)
                .stdin(Stdio::null());
            let run = run(&mut limited);
            match number {
                "1/3" => assert_eq!(run.status, 0, "it is there: {}", run.stderr),
                _ => run.failed(2, "cannot write"),
            }
            assert_eq!(contents(&scratch, "parts"), before);
        }
    }
    part(LINE, "cpu", "2/3", &folder).succeeded();
    merge(LINE, "cpu", &folder, &[]).succeeded();
}

/// Root may write anywhere, so that it takes the part of another user where it can.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_told_before_the_work() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new("cli-parts-read-only");
    let folder = scratch.file("parts");
    all_parts(LINE, "cpu", 2, &folder);
    fs::remove_file(scratch.file("parts/gradient-2-of-2.part")).expect("a part");
    let before = contents(&scratch, "parts");
    let mode = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode));
    mode(0o555).expect("it is ours");
    let is_root = fs::write(scratch.file("parts/trial"), "").is_ok();
    let _ = fs::remove_file(scratch.file("parts/trial"));
    let line = words(LINE, "cpu", &["--part", "2/2", "--out", &folder]);
    let mut writer = match is_root {
        false => command(&line),
        true => {
            let mut nobody = Command::new("setpriv");
            nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
            nobody.arg(env!("CARGO_BIN_EXE_mollify")).args(&line);
            nobody
        }
    };
    match writer.output() {
        Ok(output) if output.status.code() == Some(2) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(said.contains("cannot write"), "{said}");
            assert!(said.contains("choose another folder with --out"), "{said}");
        }
        Ok(output) if !is_root => panic!("{output:?}"),
        other => eprintln!("SKIPPED read-only parts: root cannot become nobody here: {other:?}"),
    }
    assert_eq!(contents(&scratch, "parts"), before);
    mode(0o755).expect("it is ours");
    part(LINE, "cpu", "2/2", &folder).succeeded();
    merge(LINE, "cpu", &folder, &[]).succeeded();
}

/// They do the same work, and whoever comes last finds it done.
#[test]
fn two_writers_of_a_part_do_no_harm() {
    let scratch = Scratch::new("cli-parts-two");
    let folder = scratch.file("parts");
    let line = words(LINE, "cpu", &["--part", "1/2", "--out", &folder]);
    let both: Vec<_> = (0..4)
        .map(|_| {
            command(&line)
                .stdout(Stdio::piped())
                .spawn()
                .expect("it runs")
        })
        .collect();
    for child in both {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{output:?}");
    }
    part(LINE, "cpu", "2/2", &folder).succeeded();
    assert_eq!(contents(&scratch, "parts").len(), 2);
    merge(LINE, "cpu", &folder, &[]).succeeded();
}

#[test]
fn a_part_that_is_killed_leaves_nothing_and_is_done_again() {
    let scratch = Scratch::new("cli-parts-kill");
    let folder = scratch.file("parts");
    let long = "gradient pushing --samples 1e8";
    let line = words(long, "cpu", &["--part", "1/2", "--out", &folder, "--quiet"]);
    let mut child = command(&line).spawn().expect("it runs");
    thread::sleep(Duration::from_millis(700));
    assert!(child.try_wait().expect("it is ours").is_none(), "too fast");
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    let left = contents(&scratch, "parts");
    assert!(left.keys().all(|name| !name.ends_with(".part")), "{left:?}");
    merge(long, "cpu", &folder, &[]).failed(2, "there is no part");
    let stopped = {
        let child = command(&line)
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        thread::sleep(Duration::from_millis(700));
        crate::cli::interrupt(&child);
        child.wait_with_output().expect("it ends")
    };
    assert_eq!(stopped.status.code(), Some(130), "{stopped:?}");
    assert!(
        contents(&scratch, "parts")
            .keys()
            .all(|name| !name.ends_with(".part"))
    );
}

/// Made here, because ten thousand processes take their time; merged by the program.
#[test]
fn ten_thousand_parts_are_merged() {
    const PARTS: u64 = 10_000;
    let scratch = Scratch::new("cli-parts-many");
    let folder = scratch.0.join("parts");
    let samples = 7 * 1024 * PARTS / 5 + 1;
    let line = format!("gradient ball-wall --samples {samples}");
    let task = Task::find("ball-wall").expect("task");
    let (theta, settings) = (task.start(), Settings::new(samples, None));
    let mut engine = CpuEngine::new("asked for", 1 << 28, Interrupt::default());
    let report = engine.report().clone();
    let described =
        distributed::Description::of(&task, &theta, &settings, 0, Some(&report)).expect("a text");
    let run = serde_json::to_value(described).expect("plain data");
    let mut known = Gathered::new(report, engine.precision(), Answers::default());
    let asked = distributed::next(&mut known, &task, &theta, &settings, 0).expect("it is cut");
    fs::create_dir(&folder).expect("a folder");
    for index in 0..PARTS {
        let cut = Cut::new(index, PARTS).expect("a part");
        let each = cut.ranges(&asked).into_iter().map(|(i, range)| {
            let part = asked[i].ask(&mut engine, &task, range, None);
            (i, part.expect("a part"))
        });
        let body = to_bytes(&each.collect::<Vec<_>>()).expect("bytes");
        let head = Head {
            command: "gradient".into(),
            part: index + 1,
            parts: PARTS,
            round: 1,
            run: run.clone(),
            asked: distributed::word_of(&asked),
            made: Value::Null,
        };
        write(&folder, &head, &body, false).expect("it can be written");
    }
    let expected = mollify(&words(&line, "cpu", &["--json", "--quiet"])).succeeded();
    let folder = scratch.file("parts");
    let found = merge(&line, "cpu", &folder, &["--json", "--quiet"]).succeeded();
    let (mut found, mut expected) = (found.json(), expected.json());
    for document in [&mut found, &mut expected] {
        document["seconds"] = Value::Null;
    }
    assert_eq!(found, expected);
    for number in ["00017", "00018", "00019", "09999"] {
        let name = format!("parts/gradient-{number}-of-10000.part");
        fs::remove_file(scratch.file(&name)).expect("a part");
    }
    let said = merge(&line, "cpu", &folder, &[]);
    said.failed(1, "missing are parts 17-19,9999 of 10000");
}
