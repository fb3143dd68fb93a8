//! `mollify doctor` as a user meets it: exit statuses, the JSON, and the reason where there is no adapter.

use serde_json::Value;
use std::process::Command;

fn mollify(line: &str, variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mollify"))
        .args(line.split_whitespace())
        .envs(variables.iter().copied())
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let stderr = text(output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code(), text(output.stdout), stderr)
}

#[test]
fn the_command_tests_every_adapter() {
    let (status, stdout, stderr) = mollify("doctor --json --points 5000", &[]);
    let document: Value = serde_json::from_str(&stdout).expect("JSON");
    let adapters = document["adapters"].as_array().expect("an array");
    if adapters.is_empty() {
        let required = std::env::var_os("MOLLIFY_REQUIRE_GPU").is_some();
        assert!(
            !required,
            "there is no adapter, but MOLLIFY_REQUIRE_GPU is set"
        );
        assert_eq!(status, Some(1), "{stderr}");
        eprintln!("SKIPPED the_command_tests_every_adapter: there is no adapter");
        return;
    }
    assert_eq!(status, Some(0), "{stdout}");
    for adapter in adapters {
        let checks = adapter["checks"].as_array().expect("an array");
        assert_eq!(checks.len(), 15, "{adapter}");
        for check in checks {
            assert!(
                check["passes"] == true && check["points"].as_u64() >= Some(3),
                "{check}"
            );
            let (worst, bound) = (check["worst"].as_f64(), check["bound"].as_f64());
            assert!(worst <= bound, "{check}");
        }
        // f32 is never all exact: a worst error of 0 would mean that nothing was computed.
        let functions = checks.iter().filter(|c| {
            c["check"]
                .as_str()
                .is_some_and(|n| n.ends_with("_f32 against f64"))
        });
        assert!(
            functions.clone().count() == 6
                && functions.clone().all(|c| c["worst"].as_f64() > Some(0.1))
        );
    }
    let (status, text, _) = mollify("doctor --points 100", &[]);
    assert_eq!(status, Some(0));
    assert!(
        text.contains("sin_f32 against f64") && text.contains("every check passes"),
        "{text}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn without_an_adapter_the_status_is_1_and_the_reason_is_there() {
    // No driver is seen then, whatever is installed.
    let hidden = [
        ("VK_DRIVER_FILES", "/nowhere.json"),
        ("VK_ICD_FILENAMES", "/nowhere.json"),
    ];
    let (status, text, _) = mollify("doctor --points 100", &hidden);
    assert_eq!(status, Some(1), "{text}");
    for words in [
        "/nowhere.json: it is not there",
        "correct or unset VK_DRIVER_FILES",
        "There is no adapter",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn bad_input_is_one_sentence_and_status_2() {
    for (flags, words) in [
        ("--points 1e12", "--points is 1000000000000"),
        ("--points -1", "a whole number"),
        ("pushing", "unexpected argument"),
    ] {
        let (status, stdout, stderr) = mollify(&format!("doctor {flags}"), &[]);
        assert_eq!((status, stdout.as_str()), (Some(2), ""), "{flags}");
        assert!(stderr.contains(words), "{flags}: {stderr}");
    }
}
