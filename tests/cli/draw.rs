//! The pictures that `optimize --out` and `gradient --replay --out` write: which files, and what is in them.

use crate::cli::Run;
use roxmltree::{Document, Node, ParsingOptions};
use std::fs;
use std::path::{Path, PathBuf};

fn mollify(arguments: &[&str]) -> Run {
    crate::cli::mollify(&[arguments, &["--engine", "reference"]].concat())
}

#[track_caller]
fn succeeded(arguments: &[&str]) -> (String, String) {
    let run = mollify(arguments).succeeded();
    (run.stdout, run.stderr)
}

/// A folder that is not there yet.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-draw-{name}"));
    let _ = fs::remove_dir_all(&path);
    path
}

/// A short descent into a folder.
fn optimize(name: &str, more: &[&str]) -> (PathBuf, String, String) {
    let path = folder(&[&[name], more].concat().join(""));
    let out = path.to_string_lossy().into_owned();
    let mut arguments = vec!["optimize", name, "--iterations", "2", "--samples", "64"];
    arguments.extend(more);
    arguments.extend(["--out", &out]);
    let (stdout, stderr) = succeeded(&arguments);
    (path, stdout, stderr)
}

#[track_caller]
fn read(path: &Path, name: &str) -> String {
    fs::read_to_string(path.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[track_caller]
fn xml(text: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options);
    document.expect("a well-formed document")
}

#[track_caller]
fn is_png(path: &Path, name: &str) {
    let bytes = fs::read(path.join(name)).expect("it is there");
    let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes))
        .read_info()
        .expect("a PNG file");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it fits memory")];
    reader.next_frame(&mut pixels).expect("a whole picture");
    // Something is on the paper.
    assert!(pixels.iter().filter(|p| **p != 255).count() > 1000);
}

fn frame(node: &Node<'_, '_>) -> Option<usize> {
    node.attribute("data-frame")
        .map(|n| n.parse().expect("a number"))
}

/// The times in the script of an animation.
fn times(html: &str) -> Vec<f64> {
    let (_, rest) = html.split_once("const times = [").expect("the times");
    let (list, _) = rest.split_once(']').expect("their end");
    let numbers = list.split(", ").map(|t| t.parse().expect("a number"));
    numbers.collect()
}

/// A whole animation: each of `panels` panels has one group for each time, of which the first is seen.
#[track_caller]
fn is_animation(html: &str, panels: usize) -> Vec<f64> {
    let document = xml(html);
    let times = times(html);
    let groups: Vec<_> = document
        .descendants()
        .filter(|n| frame(n).is_some())
        .collect();
    assert_eq!(groups.len(), panels * times.len());
    for group in &groups {
        let number = frame(group).expect("a frame");
        assert!(number < times.len());
        assert_eq!(group.attribute("display"), (number > 0).then_some("none"));
        assert!(
            group.children().any(|c| c.is_element()),
            "frame {number} is empty"
        );
    }
    assert!(times.is_sorted(), "{times:?}");
    let with_id = |id: &str| {
        document
            .descendants()
            .find(|n| n.attribute("id") == Some(id))
    };
    let slider = with_id("time").expect("a slider");
    let last = (times.len() - 1).to_string();
    assert_eq!(slider.attribute("max"), Some(last.as_str()));
    assert!(with_id("play").is_some() && with_id("speed").is_some());
    let selected = document
        .descendants()
        .filter(|n| n.has_attribute("selected"));
    assert_eq!(selected.count(), 1);
    // It asks for nothing from anywhere.
    let asks = |n: &Node<'_, '_>| n.has_attribute("src") || n.has_attribute("href");
    assert!(!document.descendants().any(|n| asks(&n)));
    assert!(!html.contains("url(") && !html.contains("import") && !html.contains("fetch"));
    assert!(!html.contains("NaN") && !html.contains("inf "));
    times
}

#[test]
fn every_task_with_bodies_gets_its_trajectory_and_an_animation() {
    for (name, panels, end) in [
        ("pushing", 2, Some(2.0)),
        ("friction", 2, Some(2.0)),
        ("ball-wall", 1, None),
        ("pivot", 1, Some(1.0)),
        ("roomba", 1, Some(2.0)),
        ("tennis", 1, Some(10.0)),
        ("hopper", 2, Some(0.25)),
        ("billiards", 1, Some(0.5)),
        ("double-pendulum", 1, Some(0.4)),
    ] {
        let (path, stdout, _) = optimize(name, &[]);
        let files = "trajectory.svg, trajectory.png, animation.html";
        assert!(stdout.contains(files), "{name}: {stdout}");
        let times = is_animation(&read(&path, "animation.html"), panels);
        if let Some(end) = end {
            let last = times.last().expect("a time");
            assert!((last - end).abs() < 1e-6, "{name} ends at {last}");
        }
        let svg = read(&path, "trajectory.svg");
        let svg = xml(&svg);
        let title = svg.descendants().find(|n| n.has_tag_name("title"));
        let title = title.and_then(|n| n.text()).unwrap_or_default();
        assert!(title.starts_with(&format!("{name}: cost ")), "{title}");
        is_png(&path, "trajectory.png");
    }
}

#[test]
fn names_of_bodies_and_goals_are_text_in_the_picture() {
    let (path, ..) = optimize("tennis", &["--json"]);
    let svg = read(&path, "trajectory.svg");
    for word in [
        "ball",
        "pad",
        "goal",
        "start theta",
        "x (m)",
        "every 1.25 s",
    ] {
        assert!(svg.contains(word), "no '{word}'");
    }
}

#[test]
fn a_task_without_bodies_says_so_and_shows_its_states() {
    let (path, stdout, stderr) = optimize("lqr-2", &[]);
    assert!(
        stderr.contains("'lqr-2' has no bodies in space"),
        "{stderr}"
    );
    assert!(!stdout.contains("animation.html"), "{stdout}");
    assert!(!path.join("animation.html").exists());
    let svg = read(&path, "trajectory.svg");
    xml(&svg);
    for word in ["x00", "x01", "u00", "time step", "start theta"] {
        assert!(svg.contains(word), "no '{word}'");
    }
    is_png(&path, "trajectory.png");

    let (path, stdout, stderr) = optimize("heaviside", &[]);
    assert!(stderr.contains("there is no trajectory.svg"), "{stderr}");
    assert!(!stdout.contains("trajectory"), "{stdout}");
    assert!(!path.join("trajectory.svg").exists());

    // A note is neither a warning nor an error.
    let (_, _, stderr) = optimize("heaviside", &["--quiet"]);
    assert_eq!(stderr, "");
}

#[test]
fn replayed_samples_are_drawn_in_every_batch_they_are_in() {
    let path = folder("replay");
    let out = path.to_string_lossy().into_owned();
    let line = ["gradient", "tennis", "--replay", "3", "--out", &out];
    let (stdout, _) = succeeded(&line);
    assert!(stdout.contains("independent-animation.html"), "{stdout}");
    let mut starts = Vec::new();
    for prefix in ["", "independent-"] {
        let html = read(&path, &format!("{prefix}animation.html"));
        is_animation(&html, 1);
        assert!(html.contains("tennis, sample 3, cost "));
        let svg = read(&path, &format!("{prefix}trajectory.svg"));
        xml(&svg);
        assert!(svg.contains("without noise"));
        is_png(&path, &format!("{prefix}trajectory.png"));
        starts.push(svg);
    }
    assert_ne!(starts[0], starts[1], "both samples have balls of their own");

    // Nothing is overwritten unless forced.
    assert_eq!(mollify(&line).status, 2);
    fs::remove_file(path.join("result.json")).expect("it is there");
    mollify(&line).failed(2, "rollout.npz");
    succeeded(&[&line[..], &["--force"]].concat());
}

#[test]
fn a_sample_that_breaks_down_is_drawn_until_then() {
    // At rest without noise; with it the bodies meet in half of the samples, and the numbers overflow.
    let theta = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-draw-rest.json");
    fs::write(&theta, "[0, 0, 0]").expect("it can be written");
    let theta = theta.to_string_lossy();
    let line = "gradient pushing --set stiffness=3e38 --set mass=1e-38 --set time_step=1e20 --horizon 3 --sigma 1e-15 \
                --samples 100 --rule shared --nonfinite drop --json --theta";
    let mut line: Vec<&str> = line.split_whitespace().collect();
    line.push(&theta);
    let found: serde_json::Value = serde_json::from_str(&succeeded(&line).0).expect("JSON");
    let sample = found["nonfinite"]["first"]["sample"].to_string();

    let path = folder("broken");
    let out = path.to_string_lossy();
    line.extend(["--replay", &sample, "--out", &out]);
    succeeded(&line);
    let svg = read(&path, "trajectory.svg");
    assert!(svg.contains("not finite from time"), "it says when");
    xml(&svg);
    let times = is_animation(&read(&path, "animation.html"), 2);
    assert!(times.len() < 4, "{times:?}");
    is_png(&path, "trajectory.png");
}
