//! Texts with one fault each: every one is one error that names the place and what is expected, in one line.

use super::SPRING;
use mollify::Error;
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Batch, Engine as _, Interrupt, gpu};
use mollify::system::file::{MOST_BYTES, MOST_NODES};
use mollify::system::model::Model;
use mollify::system::task::Task;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Faults of the spring; its first lines say how they are written.
const FAULTS: &str = include_str!("malformed.txt");

/// The place and the words of an error, which is one line of a few hundred letters at most.
#[track_caller]
fn refused(text: &str) -> (String, String) {
    found(text).unwrap_or_else(|| panic!("accepted: {text:.1000}"))
}

/// The same for a text that may be accepted.
#[track_caller]
fn found(text: &str) -> Option<(String, String)> {
    let error = Model::from_json(text, "a text").err()?;
    let sentence = error.to_string();
    let fits = sentence.chars().count() < 700 && !sentence.chars().any(char::is_control);
    assert!(fits, "{sentence}");
    assert!(sentence.starts_with("cannot use the system in 'a text': "));
    match error {
        Error::System { place, problem, .. } => Some((place, problem)),
        error => panic!("another error: {error:?}"),
    }
}

#[test]
fn every_fault_is_one_sentence_that_names_place_and_expectation() {
    let lines = FAULTS.lines();
    let lines: Vec<String> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.replace('⏎', "\n").replace('∅', ""))
        .collect();
    let mut missed = Vec::new();
    let (faults, rest) = lines.as_chunks::<3>();
    assert!(
        rest.is_empty() && faults.len() >= 150,
        "{} faults",
        faults.len()
    );
    for [from, to, expected] in faults {
        let (at, words) = expected.split_once(": ").expect("a place and words");
        assert!(SPRING.contains(from), "{from}");
        let found = found(&SPRING.replacen(from, to, 1));
        let is_right =
            |(place, problem): &(String, String)| place.contains(at) && problem.contains(words);
        if !found.as_ref().is_some_and(is_right) {
            missed.push(format!("{to}\n  {expected}\n  {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_is_no_document_is_refused() {
    for (text, words) in [
        ("", "it is empty"),
        (" \n\t", "it is empty"),
        ("null", "expected an object"),
        ("7", "expected an object"),
        ("\"mollify-system\"", "expected an object"),
        ("[]", "expected an object"),
        ("[1,2]", "expected an object"),
        ("[\"mollify-system\", 1]", "expected an object"),
        ("{}", "expected \"format\""),
        ("{} {}", "trailing characters"),
        ("{\"format\": \"mollify-system\"", "EOF"),
        ("system:\n  name: spring\n", "expected"),
        ("\u{feff}{}", "expected \"format\""),
        ("\u{feff}\u{feff}{}", "expected value"),
        ("\u{feff}", "it is empty"),
    ] {
        let (_, problem) = refused(text);
        assert!(problem.contains(words), "{text}: {problem}");
    }
    refused(&format!("{SPRING},"));
}

/// Some editors begin a text with it.
#[test]
fn a_mark_of_the_byte_order_is_no_fault() {
    let marked = Model::from_json(&format!("\u{feff}{SPRING}"), "a text").expect("a model");
    let plain = Model::from_json(SPRING, "a text").expect("a model");
    assert_eq!(
        marked.to_json().expect("a text"),
        plain.to_json().expect("a text")
    );
}

#[test]
fn a_text_that_is_cut_anywhere_is_refused() {
    for end in 0..SPRING.trim_end().len() {
        refused(&SPRING[..end]);
    }
    let hopper = super::exported("hopper").1;
    for end in (0..hopper.trim_end().len()).step_by(7) {
        refused(&hopper[..end]);
    }
}

#[test]
fn deep_texts_are_refused_before_the_stack_ends() {
    for open in ["[", "{\"a\":", "{\"state\":[", "{\"format\":["] {
        refused(&open.repeat(100_000));
    }
    let deep = format!("\"start\": {}{}", "[".repeat(200), "]".repeat(200));
    refused(&SPRING.replacen("\"start\": [11]", &deep, 1));
}

/// The spring with another final cost.
fn with_final_cost(function: &str) -> String {
    let (before, _) = SPRING.split_once("\"final_cost\"").expect("it is there");
    format!("{before}\"final_cost\": {function}}}")
}

/// A loop that adds 1, around `inner` of its kind.
fn nested(depth: usize, count: u32) -> String {
    let body = match depth {
        0 => "{\"nodes\":[[\"input\",\"item\",0],[\"constant\",1],[\"add\",0,1]],\"outputs\":[2]}"
            .into(),
        _ => format!(
            "{{\"nodes\":[[\"input\",\"item\",0],[\"item\",0,0]],\"outputs\":[1],\"loops\":[{}]}}",
            nested(depth - 1, count)
        ),
    };
    format!("{{\"count\":{count},\"start\":[0],\"captured\":[],\"body\":{body}}}")
}

fn with_loops(depth: usize, count: u32) -> String {
    let inner = nested(depth, count);
    with_final_cost(&format!(
        "{{\"nodes\":[[\"input\",\"state\",0],[\"item\",0,0]],\"outputs\":[1],\"loops\":[{inner}]}}"
    ))
}

#[test]
fn loops_in_loops_are_counted_and_have_a_depth() {
    assert!(Model::from_json(&with_loops(15, 1), "a text").is_ok());
    let (_, problem) = refused(&with_loops(16, 1));
    assert!(problem.contains("nested more than 16 deep"), "{problem}");
    let (place, problem) = refused(&with_loops(9, 4));
    assert!(
        place == "final_cost" && problem.contains("more than 200000"),
        "{problem}"
    );
    refused(&with_loops(1, u32::MAX));
    refused(&with_loops(40, u32::MAX));
}

/// A function of so many nodes.
fn long(nodes: usize) -> String {
    let mut text = "{\"nodes\":[[\"input\",\"state\",0]".to_string();
    for i in 1..nodes {
        let (op, before) = (["sin", "neg", "exp"][i % 3], i - 1);
        write!(text, ",[\"{op}\",{before},\"a\"]").expect("a String takes it");
    }
    let last = nodes - 1;
    with_final_cost(&format!("{text}],\"outputs\":[{last}]}}"))
}

/// A text from a stranger costs no more time than a large model of one's own: seconds, in a build without optimisation
/// beside other tests.
#[test]
fn a_million_nodes_are_refused_at_once_and_the_most_that_are_allowed_are_read() {
    let million = long(1_000_000);
    let begun = Instant::now();
    let (_, problem) = refused(&million);
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    assert!(problem.contains("more than 200000 nodes"), "{problem}");
    let most = long(MOST_NODES as usize);
    let model = Model::from_json(&most, "a text").expect("it is allowed");
    assert_eq!(
        model.functions().final_cost.graph().len() as u64,
        MOST_NODES
    );
    let task = Task::new(Arc::new(model))
        .with_horizon(1)
        .expect("one step");
    assert!(gpu::source(&task).len() > 10 * MOST_NODES as usize);
    let mut cpu = CpuEngine::new("a test", 1 << 30, Interrupt::default());
    let moments = cpu.moments(&task, &task.start(), &Batch::new(16, 0));
    assert_eq!(moments.expect("moments").samples(), 16);
    let (_, problem) = refused(&long(MOST_NODES as usize + 1));
    assert!(problem.contains("more than 200000 nodes"), "{problem}");
}

#[test]
fn more_names_than_a_struct_has_members_are_refused() {
    let names = |count: usize| {
        let coordinate = |i| format!("{{\"name\":\"u{i}\",\"unit\":\"N\"}}");
        let list: Vec<_> = (0..count).map(coordinate).collect();
        let force = "{\"name\": \"force\", \"unit\": \"N\"}";
        SPRING.replacen(force, &format!("{force},{}", list.join(",")), 1)
    };
    assert!(Model::from_json(&names(1022), "a text").is_ok());
    let (place, problem) = refused(&names(1023));
    assert!(
        place == "control" && problem.contains("at most 1023"),
        "{problem}"
    );
    refused(&names(100_000));
}

/// A loop that is wide instead of long.
#[test]
fn wide_loops_are_refused() {
    let start = format!("\"start\": [{}11]", "11,".repeat(5000));
    let (_, problem) = refused(&SPRING.replacen("\"start\": [11]", &start, 1));
    assert!(problem.contains("at most 1024 of each"), "{problem}");
}

#[test]
fn names_of_any_length_stay_out_of_the_error() {
    let name = "a".repeat(1 << 20);
    let (place, _) = refused(&SPRING.replacen("\"velocity\"", &format!("\"{name}\""), 1));
    assert!(place.starts_with("state 'aaa"), "{place}");
    refused(&SPRING.replacen("[\"sub\", 6, 8]", &format!("[\"{name}\", 6, 8]"), 1));
    refused(&SPRING.replacen("\"gain\"", &format!("\"{name}\""), 1));
    refused(&SPRING.replacen("\"horizon\"", &format!("\"{name}\""), 1));
    refused(&SPRING.replacen("[[\"position\", 0.5]]", &format!("[[\"{name}\", 0.5]]"), 1));
    refused(&SPRING.replacen("normal:0,0.1", &name, 1));
}

#[test]
fn what_is_no_text_is_refused_by_what_it_is() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("systems-no-text");
    fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    };
    let mut broken = SPRING.as_bytes().to_vec();
    broken[100] = 0xff;
    let large = fs::File::create(folder.join("large.json")).expect("a file");
    large.set_len(MOST_BYTES + 1).expect("a sparse file");
    for (path, words) in [
        (folder.clone(), "it is a folder, expected a file"),
        (folder.join("none.json"), "cannot read"),
        (write("latin.json", &broken), "byte 100: it is no UTF-8"),
        (
            write("wide.json", &[0xff, 0xfe, b'{', 0]),
            "byte 0: it is no UTF-8",
        ),
        (write("empty.json", b""), "it is empty"),
        (write("zeros.json", &[0; 64]), "expected value"),
        (folder.join("large.json"), "more bytes than 33554432"),
    ] {
        let error = Model::read(&path).expect_err(words).to_string();
        assert!(error.contains(words) && !error.contains('\n'), "{error}");
    }
    fs::remove_dir_all(&folder).expect("the folder is there");
}

/// As many loops as there can be, each behind the one before.
#[test]
fn many_small_loops_take_no_longer_than_many_nodes() {
    const LOOPS: usize = 39_999;
    let body = "{\"nodes\":[[\"input\",\"item\",0],[\"sin\",0]],\"outputs\":[1]}";
    let (mut nodes, mut loops) = (String::new(), Vec::new());
    for i in 0..LOOPS {
        write!(nodes, ",[\"item\",{i},0]").expect("a String takes it");
        loops.push(format!(
            "{{\"count\":1,\"start\":[{i}],\"captured\":[],\"body\":{body}}}"
        ));
    }
    let text = with_final_cost(&format!(
        "{{\"nodes\":[[\"input\",\"state\",0]{nodes}],\"outputs\":[{LOOPS}],\"loops\":[{}]}}",
        loops.join(",")
    ));
    let begun = Instant::now();
    let model = Model::from_json(&text, "a text").expect("it is allowed");
    let task = Task::new(Arc::new(model))
        .with_horizon(1)
        .expect("one step");
    gpu::source(&task);
    let mut cpu = CpuEngine::new("a test", 1 << 30, Interrupt::default());
    let moments = cpu.moments(&task, &task.start(), &Batch::new(16, 0));
    assert_eq!(moments.expect("moments").samples(), 16);
    assert!(begun.elapsed() < Duration::from_secs(60));
}
