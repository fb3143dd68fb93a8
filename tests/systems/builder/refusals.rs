//! What a builder refuses, each with its own error and without a panic.

use mollify::error::BuildError;
use mollify::noise::environment::Draw;
use mollify::system::builder::{Part, Recording, Value};
use mollify::system::policy::Policy;
use mollify::system::{Builder, Tuned};
use mollify::{Error, Result};

/// x⁺ = x + u, cost u², with a parameter p.
fn builder() -> Builder {
    let mut b = Builder::new("plain");
    b.state("x", "1", Draw::Constant(0.0)).control("u", "1");
    b.parameter("p", "1", 1.0, "a number");
    b
}

fn defined(b: &mut Builder) -> Result<()> {
    let f = b.record(Part::Advance);
    b.define(&f, &[f.state("x")?.add(&f.control("u")?)?])?;
    let f = b.record(Part::StageCost);
    b.define(&f, &[f.control("u")?.square()])
}

#[track_caller]
fn build_error<T>(result: Result<T>) -> BuildError {
    match result.err() {
        Some(Error::Build(error)) => {
            assert!(!error.to_string().contains('\n'), "{error}");
            error
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn stranger<T>(result: Result<T>) {
    let error = build_error(result);
    assert!(matches!(error, BuildError::Stranger { .. }), "{error}");
}

#[test]
fn strangers_are_refused_by_every_operation() {
    let b = builder();
    let (f, g) = (b.record(Part::Advance), b.record(Part::Advance));
    let (own, other) = (f.state("x").expect("x"), g.state("x").expect("x"));
    let binary: [fn(&Value, &Value) -> Result<Value>; 10] = [
        Value::add,
        Value::sub,
        Value::mul,
        Value::div,
        Value::max,
        Value::min,
        Value::atan2,
        Value::with_derivative_of,
        Value::clamp_symmetric,
        Value::safe_divide,
    ];
    for op in binary {
        stranger(op(&own, &other));
        stranger(op(&other, &own));
        assert!(op(&own, &own).is_ok());
    }
    let comparisons = [
        Value::less,
        Value::less_equal,
        Value::greater,
        Value::greater_equal,
    ];
    for compare in comparisons {
        stranger(compare(&own, &other));
    }
    let (mine, theirs) = (
        own.less(&own).expect("a mask"),
        other.less(&other).expect("a mask"),
    );
    stranger(mine.and(&theirs));
    stranger(theirs.or(&mine));
    stranger(mine.select(&own, &other));
    stranger(mine.select(&other, &own));
    stranger(theirs.select(&own, &own));
    stranger(f.norm(&[own.clone(), other.clone()]));
    stranger(f.repeat(2, std::slice::from_ref(&other), &[]));
    stranger(f.repeat(2, &[], &[other]));
    stranger(builder().define(&g, &[own]));
}

/// What is outside of a loop goes in as captured, and what is inside comes out as an item.
#[test]
fn values_do_not_cross_the_border_of_a_loop() {
    let b = builder();
    let f = b.record(Part::Advance);
    let x = f.state("x").expect("x");
    let repeat = f.repeat(2, std::slice::from_ref(&x), &[]).expect("a loop");
    let item = repeat.items[0].clone();
    stranger(item.add(&x));
    stranger(x.add(&item));
    stranger(repeat.clone().end(std::slice::from_ref(&x)));
    let error = build_error(repeat.clone().end(&[]));
    let (found, expected) = (0, 1);
    assert!(
        matches!(error, BuildError::Outputs { found: a, expected: b, .. } if (a, b) == (found, expected))
    );
    let body = repeat.body();
    for input in [body.state("x"), body.parameter("p"), body.control("u")] {
        let error = build_error(input);
        assert!(matches!(error, BuildError::UnknownInput { .. }), "{error}");
    }
    assert!(matches!(
        build_error(body.time()),
        BuildError::NoTime { .. }
    ));
    let foreign = build_error(builder().define(body, std::slice::from_ref(&item)));
    assert!(matches!(foreign, BuildError::Foreign { .. }), "{foreign}");
    let left = repeat.end(&[item.sin()]).expect("a loop");
    assert!(left[0].add(&x).is_ok());
    stranger(left[0].add(&item));
}

#[test]
fn inputs_constants_labels_and_outputs_are_checked_where_they_are_given() {
    let mut b = builder();
    let f = b.record(Part::Advance);
    let error = build_error(f.state("xx")).to_string();
    assert!(
        error.contains("advance of 'plain' has no state 'xx'"),
        "{error}"
    );
    assert!(error.contains("did you mean 'x'"), "{error}");
    build_error(f.parameter("q\n"));
    build_error(f.control("x"));
    let end = b.record(Part::FinalCost);
    build_error(end.control("u"));
    assert!(matches!(build_error(end.time()), BuildError::NoTime { .. }));
    assert!(matches!(build_error(f.time()), BuildError::NoTime { .. }));
    assert!(b.record(Part::StageCost).time().is_ok());
    for value in [f64::NAN, f64::INFINITY, 1e39, -1e300] {
        let error = build_error(f.constant(value));
        assert!(matches!(error, BuildError::Constant { .. }), "{error}");
    }
    let x = f.state("x").expect("x");
    for label in ["while", "__x", "state", "", "a b", "sin_f32"] {
        let error = build_error(x.sin().named(label));
        assert!(matches!(error, BuildError::Label { .. }), "{error}");
        build_error(x.less(&x).expect("a mask").named(label));
    }
    for outputs in [vec![], vec![x.clone(), x.clone()]] {
        let error = build_error(b.define(&f, &outputs));
        assert!(
            matches!(error, BuildError::Outputs { expected: 1, .. }),
            "{error}"
        );
    }
    for result in [
        b.positive("q").err(),
        b.randomized("q", Draw::Constant(1.0)).err(),
    ] {
        assert!(matches!(
            result,
            Some(Error::Build(BuildError::UnknownParameter { .. }))
        ));
    }
    for result in [b.term("y", "x", 1.0).err(), b.term("x", "y", 1.0).err()] {
        assert!(matches!(
            result,
            Some(Error::Build(BuildError::UnknownState { .. }))
        ));
    }
}

#[test]
fn a_function_of_another_builder_is_refused_unless_its_inputs_are_there() {
    let mut wide = builder();
    let before = wide.record(Part::Advance);
    wide.parameter("q", "1", 2.0, "one more");
    let after = wide.record(Part::Advance);
    let x = |f: &Recording| f.state("x").expect("x");
    // Those that were there when it began are still there.
    assert!(wide.define(&before, &[x(&before)]).is_ok());
    let error = build_error(builder().define(&after, &[x(&after)]));
    assert!(matches!(error, BuildError::Foreign { .. }), "{error}");
}

#[test]
fn what_is_missing_is_named() {
    let b = builder();
    let error = build_error(b.model());
    assert_eq!(
        error,
        BuildError::Undefined {
            function: "advance"
        }
    );
    let mut b = builder();
    let f = b.record(Part::Advance);
    b.define(&f, &[f.state("x").expect("x")]).expect("a step");
    let error = build_error(b.model());
    assert_eq!(
        error,
        BuildError::Undefined {
            function: "stage_cost"
        }
    );
}

/// What was defined before the last coordinate was declared has too few outputs.
#[test]
fn a_state_that_is_declared_too_late_is_an_error_and_no_panic() {
    let mut b = builder();
    defined(&mut b).expect("two functions");
    b.state("y", "1", Draw::Constant(0.0));
    for error in [build_error(b.model()), build_error(b.task())] {
        let (found, expected) = (1, 2);
        let of = "advance of 'plain'".to_string();
        assert_eq!(
            error,
            BuildError::Outputs {
                of,
                found,
                expected
            }
        );
        assert!(error.to_string().contains("has 1 output, but needs 2"));
    }
    let f = b.record(Part::Advance);
    let next = ["x", "y"].map(|name| f.state(name).expect(name));
    b.define(&f, &next).expect("a step");
    assert!(b.task().is_ok());
}

const WRONG: Draw = Draw::Normal {
    mean: 0.0,
    sigma: -1.0,
};

fn ignore<T>(_: T) {}

fn add(b: &mut Builder, unit: &str, default: f64) {
    b.parameter("a", unit, default, "");
}

fn twice(b: &mut Builder) {
    b.state("x", "1", Draw::Constant(0.0));
}

fn reserved(b: &mut Builder) {
    b.parameter("while", "1", 0.0, "");
}

fn spaced(b: &mut Builder) {
    b.control("u v", "1");
}

fn at_zero(b: &mut Builder) {
    b.parameter("q", "1", 0.0, "");
    ignore(b.positive("q"));
}

fn untuned(b: &mut Builder) {
    b.tuned(Tuned {
        samples: 0,
        iterations: 1,
        gamma: Some(1.0),
        radius: 1.0,
    });
}

/// So many weights that they cannot be counted.
fn wide() -> Policy {
    let hidden = vec![usize::MAX / 2; 3].into();
    Policy::Perceptron { hidden }
}

/// What is wrong with names and numbers is said as it is of a file, when the model is made.
#[test]
fn names_and_numbers_are_those_that_a_file_may_have() {
    type Spoil = fn(&mut Builder);
    let faults: [(Spoil, &str); 14] = [
        (twice, "state 'x': the name is there twice"),
        (reserved, "parameter 'while': the name is reserved"),
        (spaced, "control 'u v': expected a name"),
        (
            |b| add(b, "1\n", 0.0),
            "parameter 'a', unit: expected one line",
        ),
        (
            |b| add(b, "1", f64::NAN),
            "parameter 'a', default: NaN does not fit f32",
        ),
        (
            |b| ignore(b.summary("two\nlines")),
            "summary: expected one line",
        ),
        (|b| ignore(b.horizon(0)), "horizon: it is 0"),
        (|b| ignore(b.sigma(f64::NAN)), "sigma: it is NaN"),
        (
            |b| ignore(b.start(f64::INFINITY)),
            "start: inf does not fit",
        ),
        (
            |b| ignore(b.term("x", "x", 1.0)),
            "state 'x', terms: a term refers to 'x'",
        ),
        (
            |b| ignore(b.randomized("p", WRONG)),
            "parameter 'p', randomized: it is 'normal:0,-1'",
        ),
        (at_zero, "parameter 'q', default: it is 0"),
        (
            untuned,
            "tuned.samples: it is 0, expected a whole number from 1",
        ),
        (|b| ignore(b.policy(wide())), "policy: it is 'perceptron="),
    ];
    for (spoil, words) in faults {
        let mut b = builder();
        spoil(&mut b);
        if b.model().is_err_and(|e| matches!(e, Error::Build(_))) {
            // Names that were added have no function yet.
            let f = b.record(Part::Advance);
            let count = if words.contains("twice") { 2 } else { 1 };
            let next = vec![f.state("x").expect("x"); count];
            b.define(&f, &next).expect("a step");
            let f = b.record(Part::StageCost);
            b.define(&f, &[f.state("x").expect("x")]).expect("a cost");
        }
        let error = b.model().expect_err(words).to_string();
        let expected = format!("cannot use the system 'plain': {words}");
        assert!(error.starts_with(&expected), "{expected}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
    for name in ["", "Plain", "a b", "-a"] {
        let mut b = Builder::new(name);
        b.state("x", "1", Draw::Constant(0.0)).control("u", "1");
        defined(&mut b).expect("two functions");
        let error = b.model().expect_err(name).to_string();
        assert!(error.contains("expected lower-case words"), "{error}");
    }
    let mut b = Builder::new("none");
    let f = b.record(Part::Advance);
    b.define(&f, &[]).expect("no state");
    let f = b.record(Part::StageCost);
    b.define(&f, &[f.constant(1.0).expect("1")])
        .expect("a cost");
    let error = b.model().expect_err("no control").to_string();
    assert!(error.contains("control: there is none"), "{error}");
}

/// A loop in a front that runs away ends in an error when the model is made.
#[test]
fn more_nodes_than_a_file_may_have_are_refused() {
    let mut b = builder();
    defined(&mut b).expect("two functions");
    let f = b.record(Part::FinalCost);
    let mut x = f.state("x").expect("x");
    for _ in 0..200_001 {
        x = x.sin();
    }
    b.define(&f, &[x]).expect("a cost");
    let error = b.model().expect_err("too many").to_string();
    assert!(
        error.contains("final_cost: with its loops written out it has more than 200000"),
        "{error}"
    );
}
