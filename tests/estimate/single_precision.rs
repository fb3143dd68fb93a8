//! Results that f32 does not hold are refused or warned of, and the zeroth order stands where the first is lost.

use crate::engines::{MIB, reference};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Engine, Interrupt, Wanted};
use mollify::estimate::alpha::{Reason, Rule};
use mollify::estimate::bias::{Evidence, Verdict};
use mollify::estimate::{self, Mixed, Settings, Warning, single_precision, warnings};
use mollify::noise::environment::Draw;
use mollify::solve::Options;
use mollify::system::task::Task;
use mollify::{Error, Result};

fn cpu() -> CpuEngine {
    CpuEngine::new("a test", 256 * MIB, Interrupt::default())
}

fn settings(task: &Task, samples: u64) -> Settings {
    let mut settings = Options::tuned(task).estimate;
    settings.samples = samples;
    settings
}

fn estimated(engine: &mut dyn Engine, task: &Task, settings: &Settings) -> Result<Mixed> {
    let theta = task.start();
    estimate::estimate(engine, task, &theta, settings, 0, Wanted::Both)
}

fn task(name: &str, parameters: &[(&str, f64)]) -> Task {
    let found = Task::find(name).expect(name);
    let set = |task: Task, (name, value): &(&str, f64)| task.with_parameter(name, *value);
    parameters.iter().try_fold(found, set).expect(name)
}

/// pushing at another place: everything is the same, but the numbers are larger.
fn moved(by: f64) -> Task {
    let task = task("pushing", &[("goal_1", 1.0 + by), ("goal_2", 2.0 + by)]);
    let moved = task.with_initial("position_1", Draw::Constant(by), &[]);
    moved.expect("an initial state")
}

#[test]
fn translation_is_right_or_warned_of_or_refused() {
    let here = moved(0.0);
    let samples = settings(&here, 2048);
    let right = estimated(&mut reference(), &here, &samples).expect("in f64");
    let (mut warned, mut refused) = (0, 0);
    for by in [0.0, 1e2, 1e3, 1e4, 3e4, 1e5, 1e6, 1e7] {
        let task = moved(by);
        let found = estimated(&mut cpu(), &task, &samples).expect("an estimate");
        match single_precision::watch(&cpu(), &task, &task.start(), &found) {
            Ok(warnings) if warnings.is_empty() => {
                let off = (found.value_mean - right.value_mean).abs();
                assert!(off < 4.0 * right.value_std_error, "{by}: {off}");
            }
            Ok(_) => warned += 1,
            Err(Error::LostInF32 { task, .. }) => {
                assert_eq!(task, "pushing");
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(
        warned >= 1 && refused >= 3,
        "{warned} warned of, {refused} refused"
    );
    // f64 has no such bounds.
    let far = moved(1e5);
    let in_f64 = estimated(&mut reference(), &far, &samples).expect("in f64");
    let warnings = single_precision::watch(&reference(), &far, &far.start(), &in_f64);
    assert_eq!(warnings.expect("in f64"), []);
    assert!((in_f64.value_mean - right.value_mean).abs() < 1e-6 * right.value_mean);
}

/// Twenty seeds of every task at its defaults: nothing is said where nothing is wrong.
#[test]
fn defaults_are_not_warned_of() {
    for (name, _) in mollify::systems::ALL
        .iter()
        .filter(|(name, _)| *name != "lqr")
    {
        let task = Task::find(name).expect(name);
        let found = estimated(&mut cpu(), &task, &settings(&task, 1000)).expect(name);
        let warnings = single_precision::watch(&cpu(), &task, &task.start(), &found);
        assert_eq!(warnings.expect(name), [], "{name}");
    }
}

#[test]
fn a_stiff_first_order_is_lost_and_the_zeroth_stands() {
    for stiffness in [3000.0, 5000.0, 7000.0] {
        let task = task("pushing", &[("stiffness", stiffness)]);
        let settings = settings(&task, 1000);
        let found = estimated(&mut cpu(), &task, &settings).expect("an estimate");
        assert_eq!(
            (found.choice.alpha, found.choice.reason),
            (0.0, Reason::FirstOrderLost)
        );
        assert_eq!((&found.first_order, &found.report), (&None, &None));
        let said = warnings(&task, &settings, &found);
        let lost = |w: &Warning| matches!(w, Warning::FirstOrderLost { .. });
        assert!(said.iter().any(lost), "{said:?}");
        let right = estimated(&mut reference(), &task, &settings).expect("in f64");
        let off = (found.value_mean - right.value_mean).abs();
        assert!(off < 4.0 * right.value_std_error, "{stiffness}: {off}");
        let pairs = found
            .zeroth_order
            .gradient
            .iter()
            .zip(&right.zeroth_order.gradient);
        for ((a, b), error) in pairs.zip(&right.zeroth_order.std_error) {
            assert!(
                (a - b).abs() < 4.0 * 1.5 * error,
                "{stiffness}: {a}, {b} ± {error}"
            );
        }
    }
    // A rule that has nothing else fails, and the error is of the first order.
    let task = task("pushing", &[("stiffness", 3000.0)]);
    for rule in [Rule::First, Rule::Fixed(0.5)] {
        let mut settings = settings(&task, 100);
        settings.rule = rule;
        let error = estimated(&mut cpu(), &task, &settings).expect_err("no first order");
        assert!(matches!(error, Error::OutOfRange { .. }), "{error}");
    }
}

#[test]
fn errors_keep_the_reason_that_the_system_knows() {
    let task = task("hopper", &[("ground_stiffness", 1e6)]);
    let error = estimated(&mut cpu(), &task, &settings(&task, 100)).expect_err("unstable");
    assert!(error.to_string().contains("stability limit"), "{error}");
    let friction = self::task("friction", &[("viscosity", 25.0)]);
    assert!(
        friction
            .warning()
            .is_some_and(|w| w.contains("stability limit"))
    );
    assert_eq!(
        self::task("friction", &[("viscosity", 15.0)]).warning(),
        None
    );
}

#[test]
fn a_bias_larger_than_the_gradient_cannot_be_told() {
    let task = task("pushing", &[("stiffness", 1e6)]);
    let found = estimated(&mut reference(), &task, &settings(&task, 1000)).expect("in f64");
    let report = found.report.expect("both orders");
    let Evidence::WithinLimit {
        unseen,
        gradient,
        needed,
        ..
    } = report.evidence
    else {
        panic!("{report:?}");
    };
    assert_eq!(report.verdict, Verdict::CannotTell);
    assert!(unseen > gradient && needed > 1000.0);
    let plain = self::task("pushing", &[]);
    let found = estimated(&mut reference(), &plain, &settings(&plain, 1000)).expect("in f64");
    assert_eq!(found.report.map(|r| r.verdict), Some(Verdict::Agreement));
}

#[test]
fn a_bound_below_the_samples_and_a_single_sample_are_said() {
    let task = task("pushing", &[]);
    for (bound, samples, expected) in [(1.0, 100, "beyond the bound"), (1e9, 1, "single sample")] {
        let mut settings = settings(&task, samples);
        settings.bound = Some(bound);
        let found = estimated(&mut cpu(), &task, &settings).expect("an estimate");
        let said = warnings(&task, &settings, &found);
        let matching = said.iter().filter(|w| w.to_string().contains(expected));
        assert_eq!(matching.count(), 1, "{said:?}");
    }
}
