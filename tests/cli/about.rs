//! What says what there is: `list`, `devices`, `shader`, `verify`, help and completions.

use crate::cli::{has_fields, mollify};

/// Says so, and fails where tests must not be skipped.
#[track_caller]
fn skipped_for_want_of_an_adapter() {
    let required = std::env::var_os("MOLLIFY_REQUIRE_GPU").is_some();
    assert!(
        !required,
        "there is no adapter, but MOLLIFY_REQUIRE_GPU is set"
    );
    eprintln!("skipped: there is no adapter");
}

#[test]
fn list_shows_every_task() {
    let table = mollify(&["list"]).succeeded().stdout;
    let document = mollify(&["list", "--json"]).succeeded().json();
    let entries = document.as_array().expect("a list");
    assert_eq!(entries.len(), mollify::systems::ALL.len());
    let fits = |line: &str| line.chars().count() <= 120;
    assert_eq!(table.lines().find(|line| !fits(line)), None);
    for ((name, _), entry) in mollify::systems::ALL.iter().zip(entries) {
        assert!(table.contains(name), "{name}");
        assert_eq!(entry["name"], *name);
        let fields = "summary source state control parameters horizon sigma trust_region gradient";
        has_fields(entry, fields);
        let shown = mollify(&["list", name]).succeeded().stdout;
        assert_eq!(shown.lines().find(|line| !fits(line)), None, "{name}");
        for parameter in entry["parameters"].as_array().expect("a list") {
            let parameter = parameter["name"].as_str().expect("a name");
            assert!(shown.contains(parameter), "{name}: {parameter}");
        }
    }
}

#[test]
fn devices_says_what_auto_takes_even_without_an_adapter() {
    let document = mollify(&["devices", "--json"]).succeeded().json();
    has_fields(&document, "adapters auto");
    has_fields(&document["auto"], "engine adapter reason");
    assert!(
        mollify(&["devices"])
            .succeeded()
            .stdout
            .contains("`auto` takes")
    );
}

#[test]
fn the_shader_holds_the_formulas_and_their_derivatives() {
    let text = mollify(&["shader", "pushing"]).succeeded().stdout;
    for word in ["fn advance", "fn step_vjp", "stiffness", "@compute"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn verify_holds_on_an_adapter_or_says_that_there_is_none() {
    let devices = mollify(&["devices", "--json"]).succeeded().json();
    let adapters = devices["adapters"].as_array().expect("a list");
    let run = mollify(&["verify", "heaviside", "sine", "--samples", "128", "--json"]);
    if adapters.is_empty() {
        skipped_for_want_of_an_adapter();
        assert_eq!(run.status, 2);
        assert!(
            run.stderr.contains("no GPU adapter was found"),
            "{}",
            run.stderr
        );
        return;
    }
    let d = run.succeeded().json();
    has_fields(&d, "adapter driver seed samples reports holds");
    assert_eq!(d["reports"].as_array().expect("a list").len(), 2);
    has_fields(&d["reports"][0], "task rows samples excused holds");
    has_fields(
        &d["reports"][0]["rows"][0],
        "check deviation tolerance reason holds",
    );
}

#[test]
fn the_gpu_is_taken_when_asked_for() {
    let run = mollify(&["gradient", "heaviside", "--engine", "gpu", "--json"]);
    match run.status {
        0 => {
            let d = run.json();
            assert_eq!(d["engine"], "gpu");
            assert!(d["adapter"].is_string(), "{d}");
        }
        status => {
            skipped_for_want_of_an_adapter();
            assert_eq!(status, 2);
            assert!(
                run.stderr.contains("no GPU adapter was found"),
                "{}",
                run.stderr
            );
        }
    }
}

#[test]
fn help_and_completions_are_printed() {
    for arguments in [&[][..], &["--help"], &["help", "optimize"]] {
        let text = mollify(arguments).succeeded().stdout;
        assert!(
            text.contains("Usage:") && text.contains("Examples:"),
            "{text}"
        );
    }
    for name in "list devices gradient optimize verify shader completions".split(' ') {
        let text = mollify(&[name, "--help"]).succeeded().stdout;
        assert!(text.contains("Examples:"), "{name}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = mollify(&["completions", shell]).succeeded().stdout;
        assert!(script.contains("optimize"), "{shell}");
    }
}
