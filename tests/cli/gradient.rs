//! `mollify gradient`: the estimate, its report, and single samples.

use crate::cli::{Scratch, has_fields, mollify, reference, reference_with};
use serde_json::Value;

#[test]
fn gradient_of_heaviside_is_biased_in_the_first_order_only() {
    let run = mollify(&reference("gradient heaviside --samples 1000 --json")).succeeded();
    let d = run.json();
    has_fields(
        &d,
        "task engine adapter seed samples sigma parameters horizon rule baseline value value_at_theta first_order \
         zeroth_order alpha alpha_reason bias confidence_radius gradient nonfinite rollouts seconds closed_form gamma \
         failure_probability bound warnings variance_of_gradient report",
    );
    has_fields(&d["value"], "mean std_error");
    has_fields(&d["first_order"], "gradient variance std_error");
    has_fields(&d["zeroth_order"], "gradient variance std_error");
    has_fields(&d["nonfinite"], "count first");
    assert_eq!(d["engine"], "reference");
    assert_eq!(d["adapter"], Value::Null);
    assert_eq!(d["seed"], 0);
    assert_eq!(d["parameters"]["threshold"], 0.0);
    let mean = d["value"]["mean"].as_f64().expect("a number");
    assert!((mean - 0.5).abs() < 0.06, "{mean}");
    assert_eq!(d["first_order"]["gradient"], serde_json::json!([0.0]));
    assert_eq!(d["closed_form"]["value"], 0.5);
    let zeroth = d["zeroth_order"]["gradient"][0].as_f64().expect("a number");
    let exact = d["closed_form"]["gradient"][0].as_f64().expect("a number");
    let error = d["zeroth_order"]["std_error"][0]
        .as_f64()
        .expect("a number");
    assert!((zeroth - exact).abs() < 4.0 * error, "{zeroth} {exact}");
}

#[test]
fn report_gives_a_verdict_and_what_it_rests_on() {
    let scratch = Scratch::new("cli-report");
    let far = scratch.write("far.json", "[7.5]");
    let heaviside = "gradient heaviside --samples 1000";
    for (arguments, verdict, words) in [
        (reference(heaviside), "discontinuity", "standard errors"),
        (
            reference_with("gradient heaviside --theta", &far),
            "too-few-hits",
            "2000 samples cost the same",
        ),
        (
            reference("gradient quadratic --rule shared"),
            "agreement",
            "may not show",
        ),
    ] {
        let text = mollify(&arguments).succeeded().stdout;
        assert!(text.contains(&format!("{verdict}: ")), "{text}");
        assert!(text.contains(words), "{text}");
        let with_json = [&arguments[..], &["--json"]].concat();
        let report = &mollify(&with_json).succeeded().json()["report"];
        has_fields(
            report,
            "verdict evidence sentence comparisons limit level poincare coordinates",
        );
        assert_eq!(report["verdict"], verdict);
        has_fields(&report["coordinates"][0], "difference std_error z");
    }
    // The worst coordinates of many in the text, all in the document.
    let many = "gradient pushing --samples 100";
    let text = mollify(&reference(many)).succeeded().stdout;
    assert_eq!(text.matches("first order says").count(), 4, "{text}");
    let d = mollify(&reference(&format!("{many} --json")))
        .succeeded()
        .json();
    assert_eq!(
        d["report"]["coordinates"].as_array().expect("a list").len(),
        400
    );
    // A rule that follows the biased order is warned about.
    let run = mollify(&reference(&format!("{heaviside} --rule ivw"))).succeeded();
    assert!(run.stderr.contains("does not see it"), "{}", run.stderr);
}

#[test]
fn weights_of_each_coordinate_are_in_the_document() {
    for rule in ["shared-per-coordinate", "ivw-h"] {
        let line = format!("gradient pushing --horizon 7 --samples 64 --rule {rule}");
        let d = mollify(&reference(&format!("{line} --json")))
            .succeeded()
            .json();
        let alphas = d["alphas"].as_array().expect("a list");
        let mean = alphas.iter().filter_map(Value::as_f64).sum::<f64>() / 7.0;
        assert_eq!(alphas.len(), 7);
        assert!((d["alpha"].as_f64().expect("a number") - mean).abs() < 1e-12);
        assert_eq!(d["alpha_reason"], "per-coordinate");
        assert!(
            mollify(&reference(&line))
                .succeeded()
                .stdout
                .contains("mean weight, from ")
        );
    }
}

#[test]
fn weights_of_each_control_are_in_the_document_of_a_feedback_policy() {
    let run = |line: &str| mollify(&line.split_whitespace().collect::<Vec<_>>());
    let line = "gradient lqr-2 --engine cpu --horizon 7 --samples 64 --rule ivw-h --json";
    let d = run(line).succeeded().json();
    let alphas = d["control_alphas"].as_array().expect("a list");
    let mean = alphas.iter().filter_map(Value::as_f64).sum::<f64>() / 14.0;
    assert_eq!((alphas.len(), &d["alphas"]), (14, &Value::Null));
    assert!((d["alpha"].as_f64().expect("a number") - mean).abs() < 1e-12);
    assert_eq!(d["alpha_reason"], "per-control");
    // Two batches of 64, and as many baselines: each sample has a start of its own.
    assert_eq!(d["rollouts"], 256);
    for command in ["gradient", "landscape", "optimize"] {
        let refused = run(&format!("{command} lqr-2 --rule ivw-h --noise-on decision"));
        refused.failed(2, "give --noise-on action");
    }
}

#[test]
fn closed_form_knows_the_baseline() {
    for baseline in ["none", "nominal", "leave-one-out"] {
        let line = format!("gradient quadratic --samples 20000 --json --baseline {baseline}");
        let d = mollify(&reference(&line)).succeeded().json();
        let sampled = d["zeroth_order"]["variance"].as_f64().expect("a number");
        let exact = d["closed_form"]["zeroth_order_variance"]
            .as_f64()
            .expect("a number");
        assert!(
            (sampled / exact - 1.0).abs() < 0.1,
            "{baseline}: {sampled} {exact}"
        );
    }
}

#[test]
fn flags_reach_the_estimate() {
    let line = "gradient pushing --horizon 7 --set stiffness=20 --set mass=0.2 --sigma 0.3 --seed 5 --samples 64 \
                --rule fixed=0.25 --baseline none --gamma 3 --failure-probability 0.1 --bound 2 --json";
    let d = mollify(&reference(line)).succeeded().json();
    assert_eq!(d["horizon"], 7);
    assert_eq!(d["parameters"]["stiffness"], 20.0);
    assert_eq!(d["parameters"]["mass"], 0.2);
    assert_eq!(d["sigma"], 0.3);
    assert_eq!(d["seed"], 5);
    assert_eq!(d["samples"], 64);
    assert_eq!(d["rule"], "fixed=0.25");
    assert_eq!(d["alpha"], 0.25);
    assert_eq!(d["baseline"], "none");
    assert_eq!(d["gamma"], 3.0);
    assert_eq!(d["failure_probability"], 0.1);
    assert_eq!(d["bound"], 2.0);
    assert_eq!(d["rollouts"], 64);
    assert_eq!(d["gradient"].as_array().expect("a list").len(), 7);
}

#[test]
fn replay_shows_the_sample_in_every_batch_it_is_in() {
    let d = mollify(&reference("gradient pushing --replay 17 --json"))
        .succeeded()
        .json();
    let replays = d["replays"].as_array().expect("a list");
    assert_eq!(replays.len(), 2);
    for replayed in replays {
        has_fields(replayed, "stream cost noise first_order nonfinite");
        assert_eq!(replayed["noise"].as_array().expect("a list").len(), 400);
    }
    assert_ne!(replays[0]["noise"], replays[1]["noise"]);
    let d = mollify(&reference(
        "gradient pushing --replay 17 --rule shared --json",
    ))
    .succeeded()
    .json();
    assert_eq!(d["replays"].as_array().expect("a list").len(), 1);
    assert_eq!(d["replays"][0]["noise"], replays[0]["noise"]);
    let shown = mollify(&reference("gradient pushing --replay 17")).succeeded();
    assert!(shown.stdout.contains("finite"), "{}", shown.stdout);
}

#[test]
fn samples_that_are_not_finite_are_named_replayed_and_dropped() {
    let scratch = Scratch::new("cli-non-finite");
    // At rest without noise; with it the bodies meet in half of the samples, and the numbers overflow.
    let theta = scratch.write("rest.json", "[0, 0, 0]");
    let line = |command: &str| {
        format!(
            "{command} pushing --set stiffness=3e38 --set mass=1e-38 --set time_step=1e20 --horizon 3 --sigma 1e-15 \
             --samples 100 --rule shared --theta"
        )
    };
    let run = mollify(&reference_with(&line("gradient"), &theta));
    assert_eq!(run.status, 1, "{}", run.stderr);
    let (_, rest) = run.stderr.split_once("first sample ").expect("it is named");
    let (sample, _) = rest.split_once(' ').expect("its time follows");
    let replay = line(&format!("gradient --replay {sample} --json"));
    let d = mollify(&reference_with(&replay, &theta)).succeeded().json();
    assert_eq!(d["replays"][0]["cost"], Value::Null);
    assert!(d["replays"][0]["nonfinite"].is_u64(), "{d}");

    let drop = line("gradient --nonfinite drop --json");
    let run = mollify(&reference_with(&drop, &theta)).succeeded();
    let d = run.json();
    assert_eq!(d["nonfinite"]["first"]["sample"].to_string(), sample);
    assert!(d["value"]["mean"].is_f64(), "{d}");
    assert!(run.stderr.contains("left out"), "{}", run.stderr);
    let drop = line("optimize --nonfinite drop --iterations 2");
    let run = mollify(&reference_with(&drop, &theta)).succeeded();
    assert!(run.stderr.contains("left out"), "{}", run.stderr);
}

/// The noise of a later iteration can be drawn again.
#[test]
fn a_sample_of_any_iteration_is_replayed() {
    let cost = |iteration: u32| {
        let arguments =
            format!("gradient relu --engine reference --json --replay 3 --iteration {iteration}");
        let run = mollify(&arguments.split(' ').collect::<Vec<_>>());
        run.json()["replays"][0]["cost"].as_f64().expect("a number")
    };
    assert_eq!(cost(4), cost(4));
    assert_ne!(cost(4), cost(0));
}

#[test]
fn documents_record_policy_noise_and_what_is_drawn() {
    let line = "gradient pushing --horizon 5 --samples 70 --policy affine --noise student-t --noise-on action \
                --randomize mass=uniform:0.05,0.2 --initial position_1=normal:0,0.1 \
                --initial gap=normal:0.1,0.2-0.5*position_1";
    let json = mollify(&reference(&format!("{line} --json"))).succeeded();
    let d = json.json();
    assert_eq!(d["policy"], "affine");
    assert_eq!(d["noise"], "student-t");
    assert_eq!(d["noise_on"], "action");
    assert_eq!(d["randomize"]["mass"], "uniform:0.05,0.2");
    assert_eq!(d["initial"]["position_1"], "normal:0,0.1");
    assert_eq!(d["initial"]["gap"], "normal:0.1,0.2-0.5*position_1");
    assert_eq!(d["initial"].as_object().map(|o| o.len()), Some(2));
    // Heavy tails are no small matter for the numbers.
    assert!(
        d["warnings"].to_string().contains("no variance"),
        "{}",
        d["warnings"]
    );
    let text = mollify(&reference(line)).succeeded().stdout;
    for words in [
        "affine, noise student-t on the action",
        "gap=normal:0.1,0.2-0.5*position_1",
        "mass=uniform:0.05,0.2",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let optimize =
        "optimize pushing --horizon 5 --samples 70 --iterations 1 --policy affine --json";
    let d = mollify(&reference(optimize)).succeeded().json();
    assert_eq!(
        (&d["policy"], &d["noise_on"]),
        (&"affine".into(), &"decision".into())
    );
}

#[test]
fn exact_variance_is_that_of_the_plain_estimator() {
    let exact = |more: &str| {
        let line = format!("gradient quadratic --samples 200 --json {more}");
        mollify(&reference(&line)).succeeded().json()["closed_form"].clone()
    };
    assert!(exact("")["zeroth_order_variance"].is_f64());
    for more in [
        "--zeroth least-squares",
        "--directions antithetic",
        "--directions orthogonal",
    ] {
        let closed_form = exact(more);
        assert!(closed_form["zeroth_order_variance"].is_null(), "{more}");
        assert_eq!(closed_form["gradient"], exact("")["gradient"], "{more}");
    }
}

#[test]
fn a_fit_of_unknown_error_is_called_that_and_nothing_is_nan() {
    let line = "gradient pushing --horizon 50 --samples 20 --zeroth least-squares";
    let text = mollify(&reference(&format!("{line} --rule fixed=0.5")))
        .succeeded()
        .stdout;
    for words in [
        "too-few-hits: 20 finite rollouts tell no error of the zeroth order, so nothing can be told; raise --samples until \
         there are 52",
        "± unknown: a difference of",
        "of unknown error",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("NaN standard errors"), "{text}");
    for rule in ["aobg", "ivw", "ivw-h", "ddcg"] {
        let refused = mollify(&reference(&format!("{line} --rule {rule}")));
        refused.failed(2, "--samples is 20, but must be at least 52");
    }
}

#[test]
fn parameter_that_is_given_twice_is_refused() {
    for more in [
        "--set mass=0.1 --set mass=0.2",
        "--set mass=0.2 --randomize mass=uniform:0.05,0.2",
    ] {
        let line = format!("gradient pushing --samples 10 {more}");
        mollify(&reference(&line)).failed(2, "given once");
    }
    mollify(&reference("gradient pushing --samples 10 --fallback cpu")).failed(2, "--fallback");
}
