//! Texts of systems with random damage: each is a model or one line about what is wrong, and what is a model can be
//! printed, compiled and rolled out.
//!
//! `MOLLIFY_FUZZ_CASES=1e6 cargo test --release --test systems damaged` tries more of them.

use super::{SPRING, exported, valid_shader};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Batch, Engine, Interrupt};
use mollify::system::model::Model;
use mollify::system::task::Task;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::HashSet;
use std::fs;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// Unless MOLLIFY_FUZZ_CASES says how many.
const CASES: u64 = 3000;
const TASKS: [&str; 6] = ["pushing", "friction", "hopper", "tennis", "lqr-2", "sine"];

/// What a number or a word of a text becomes.
const ODD: [&str; 24] = [
    "0",
    "-0",
    "1",
    "2",
    "-1",
    "0.5",
    "7",
    "1e-30",
    "1e30",
    "3e38",
    "1e39",
    "1e999",
    "-1e-50",
    "65536",
    "4294967295",
    "18446744073709551615",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"mul\"",
    "\"div\"",
    "\"select\"",
];

/// Where the words, numbers and signs of a JSON text begin and end.
fn tokens(text: &[u8]) -> Vec<(usize, usize)> {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b"+-._".contains(&b);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = match text[at] {
            b'"' => {
                let close = text[at + 1..].iter().position(|b| *b == b'"');
                at + 2 + close.expect("a text that was written has closed strings")
            }
            b if is_word(b) => {
                let more = text[at..].iter().take_while(|b| is_word(**b));
                at + more.count()
            }
            _ => at + 1,
        };
        if !text[at].is_ascii_whitespace() {
            found.push((at, end));
        }
        at = end;
    }
    found
}

/// One random damage.
fn damage(text: &mut Vec<u8>, source: &[u8], rng: &mut StdRng) {
    let tokens = tokens(source);
    let token = |rng: &mut StdRng| tokens[rng.random_range(0..tokens.len())];
    let numbers = tokens.iter().filter(|(a, _)| source[*a].is_ascii_digit());
    let numbers: Vec<_> = numbers.copied().collect();
    // Places are those of the source: only the first damage to a text takes tokens.
    match rng.random_range(0..8) {
        0 => {
            let at = rng.random_range(0..text.len());
            text[at] ^= 1 << rng.random_range(0..8);
        }
        1 => {
            let at = rng.random_range(0..text.len());
            text[at] = rng.random_range(b' '..=b'~');
        }
        2 => text.truncate(rng.random_range(0..text.len())),
        3 => {
            let ((a, b), (c, d)) = (token(rng), token(rng));
            let (first, second) = (source[a..b].to_vec(), source[c..d].to_vec());
            let (low, high) = if a <= c {
                ((a, b), (c, d))
            } else {
                ((c, d), (a, b))
            };
            let (to_low, to_high) = if a <= c {
                (second, first)
            } else {
                (first, second)
            };
            text.splice(high.0..high.1, to_high);
            if low.0 < high.0 {
                text.splice(low.0..low.1, to_low);
            }
        }
        4 => {
            let (a, b) = token(rng);
            text.drain(a..b);
        }
        5 => {
            let (a, b) = token(rng);
            let copy = source[a..b].to_vec();
            text.splice(b..b, copy);
        }
        // A number is where most is at stake, so it is often changed.
        _ => {
            let (a, b) = numbers[rng.random_range(0..numbers.len())];
            let odd = ODD[rng.random_range(0..ODD.len())];
            text.splice(a..b, odd.bytes());
        }
    }
}

/// Whatever it costs, there is no panic; errors are one line.
fn rolled_out(model: Model, shaders: &mut HashSet<u64>) {
    let text = model.to_json().expect("a model has a text");
    let again = Model::from_json(&text, "again").expect("what is written is read");
    assert_eq!(again.to_json().expect("a text"), text);
    let task = Task::new(Arc::new(model));
    let horizon = task.horizon().min(3);
    let task = task.with_horizon(horizon).expect("a shorter horizon");
    // Most differ in numbers that are no part of the shader.
    let source = mollify::engine::gpu::source(&task);
    if shaders.insert(BuildHasherDefault::<DefaultHasher>::default().hash_one(source)) {
        valid_shader(&task);
    }
    let theta = task.start();
    let mut cpu = CpuEngine::new("a test", 64 << 20, Interrupt::default());
    let mut reference = crate::engines::reference();
    let engines: [&mut dyn Engine; 2] = [&mut cpu, &mut reference];
    for engine in engines {
        if let Err(error) = engine.moments(&task, &theta, &Batch::new(8, 1)) {
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
}

#[test]
fn damaged_texts_are_a_model_or_one_line_and_never_a_panic() {
    let mut sources: Vec<String> = TASKS.iter().map(|name| exported(name).1).collect();
    sources.push(SPRING.into());
    // Of its own, so that a long run may go on beside others.
    let name = format!("systems-mutations-{}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("damaged.json");
    let mut shaders = HashSet::new();
    let mut accepted = 0;
    let cases = crate::amount::from_environment("MOLLIFY_FUZZ_CASES", CASES);
    for case in 0..cases {
        if case > 0 && case % 50_000 == 0 {
            println!("{case} texts, {accepted} are models");
        }
        let mut rng = StdRng::seed_from_u64(case);
        let source = sources[case as usize % sources.len()].as_bytes();
        let mut text = source.to_vec();
        damage(&mut text, source, &mut rng);
        fs::write(&path, &text).expect("a file");
        let run = || match Model::read(&path) {
            Ok(model) => {
                rolled_out(model, &mut shaders);
                true
            }
            Err(error) => {
                let error = error.to_string();
                let fits = error.chars().count() < 700 && !error.chars().any(char::is_control);
                assert!(fits, "{error}");
                false
            }
        };
        let result = catch_unwind(AssertUnwindSafe(run));
        accepted += usize::from(result.unwrap_or_else(|_| {
            panic!("case {case}:\n{}", String::from_utf8_lossy(&text));
        }));
    }
    fs::remove_dir_all(&folder).expect("the folder is there");
    println!(
        "{cases} texts: {accepted} are models, with {} shaders",
        shaders.len()
    );
    // Both ends are tried: of 3000, some hundreds change a number or a name and are as good as before.
    let share = accepted as f64 / cases as f64;
    assert!((0.07..0.93).contains(&share), "{accepted} were accepted");
    assert!(shaders.len() > 50, "{} shaders", shaders.len());
}
