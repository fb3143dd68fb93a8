//! What a library must be for those who use it without the program: choices by name, and errors without flags.

use mollify::Error;
use mollify::engine::Baseline;
use mollify::engine::kind::Kind;
use mollify::engine::moments::NonFinitePolicy;
use mollify::error::Named;
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::noise::{Distribution, NoiseOn};
use std::fmt::Debug;

fn names_read_back<T: Named + Debug>(names: &[&str]) {
    let known: Vec<&str> = T::ALL.iter().map(|(_, name, _)| *name).collect();
    assert_eq!(known, names);
    for (choice, name, help) in T::ALL {
        assert_eq!(choice.name(), *name);
        assert_eq!(T::from_name(name).expect("it is there"), *choice);
        assert!(!help.is_empty() && !help.ends_with('.'), "{help}");
    }
    let error = T::from_name("nothing-like-it").expect_err("there is no such choice");
    assert!(
        matches!(&error, Error::UnknownName { what, .. } if *what == T::WHAT),
        "{error}"
    );
    for name in names {
        assert!(error.to_string().contains(&format!("'{name}'")), "{error}");
    }
}

#[test]
fn choices_read_back_from_their_names() {
    names_read_back::<Baseline>(&["nominal", "leave-one-out", "none"]);
    names_read_back::<NonFinitePolicy>(&["error", "drop"]);
    names_read_back::<Kind>(&["gpu", "cpu", "reference"]);
    names_read_back::<Distribution>(&["gaussian", "laplace", "logistic", "student-t"]);
    names_read_back::<NoiseOn>(&["decision", "action"]);
    names_read_back::<Zeroth>(&["correlation", "least-squares"]);
    names_read_back::<Directions>(&[
        "independent",
        "antithetic",
        "orthogonal",
        "antithetic-orthogonal",
    ]);
    let error = Baseline::from_name("nomimal").expect_err("a typing error");
    assert_eq!(
        error.to_string(),
        "baseline is 'nomimal' (did you mean 'nominal'?), but must be one of 'nominal', 'leave-one-out', 'none'"
    );
}

/// JSON and a user write the same word.
#[test]
fn a_choice_has_one_name_everywhere() {
    fn same<T: Named + serde::Serialize>() {
        for (choice, name, _) in T::ALL {
            let json = serde_json::to_value(choice).expect("it is a word");
            assert_eq!(json, *name);
        }
    }
    same::<Baseline>();
    same::<NonFinitePolicy>();
    same::<Distribution>();
    same::<NoiseOn>();
    same::<Zeroth>();
    same::<Directions>();
}
