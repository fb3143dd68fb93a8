//! Systems from files: what is written is read back as the same functions, and what is wrong is said in one sentence.

use mollify::engine::{Batch, gpu};
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::systems;
use std::sync::Arc;

fn exported(name: &str) -> (Arc<Model>, String) {
    let model = systems::find(name).expect("a built-in task");
    let text = model.to_json().expect("a model has a text");
    (model, text)
}

fn read(text: &str) -> Result<Model, String> {
    Model::from_json(text, "a text").map_err(|e| e.to_string())
}

#[test]
fn every_system_comes_back_with_the_same_text_shader_and_numbers() {
    for (name, _) in systems::ALL {
        let (model, text) = exported(name);
        let back = Arc::new(read(&text).unwrap_or_else(|e| panic!("{name}: {e}")));
        assert!(
            back.to_json().expect("a text") == text,
            "{name}: another text"
        );
        // The largest horizon shows no more than a short one.
        let task = |model: &Arc<Model>| {
            let horizon = model.about().horizon.min(10);
            Task::new(model.clone())
                .with_horizon(horizon)
                .expect("a horizon")
        };
        let (here, there) = (task(&model), task(&back));
        assert!(
            gpu::source(&here) == gpu::source(&there),
            "{name}: another shader"
        );
        let batch = Batch::new(64, 0);
        let theta = here.start();
        for (mut a, mut b) in crate::engines::all("files", &model)
            .into_iter()
            .zip(crate::engines::all("files", &back))
        {
            let one = a.moments(&here, &theta, &batch).expect("moments");
            let other = b.moments(&there, &theta, &batch).expect("moments");
            let (one, other) = (format!("{one:?}"), format!("{other:?}"));
            if a.report().engine != "reference" {
                assert_eq!(one, other, "{name} on {}", a.report().engine);
            }
        }
    }
}

/// A change of the exported text of `quadratic`, and words of the error.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "\"version\":1",
        "\"version\":2",
        "this release reads version 1",
    ),
    ("mollify-system", "other", "expected \"format\""),
    ("[\"mul\"", "[\"mull\"", "did you mean 'mul'"),
    ("\"horizon\":", "\"horizon\":0,\"x\":", "unknown field"),
    ("\"sigma\":", "\"sigma\":-", "expected a number above 0"),
    ("\"outputs\":[", "\"outputs\":[99,", "expected"),
    ("\"final_cost\"", "\"last_cost\"", "unknown field"),
    ("[\"mul\",", "[\"mul\",999,", "expected 2"),
];

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let (_, text) = exported("quadratic");
    for (from, to, words) in WRONG {
        assert!(text.contains(from), "{from} is in {text}");
        let error = read(&text.replacen(from, to, 1)).expect_err(to);
        assert!(
            error.contains(words) && !error.contains('\n'),
            "{to}: {error}"
        );
    }
    assert!(read("").expect_err("empty").contains("it is empty"));
    assert!(read(&"[".repeat(100_000)).is_err());
}

#[test]
fn a_text_that_is_cut_anywhere_is_an_error_and_no_panic() {
    let (_, text) = exported("hopper");
    for end in (0..text.trim_end().len()).step_by(7) {
        assert!(read(&text[..end]).is_err(), "{end}");
    }
}
