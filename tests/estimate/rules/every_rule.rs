//! Each rule with each zeroth order along all directions: refused with a sentence, or mixed for a reason that is true.

use super::settings;
use crate::engines::{reference, task};
use mollify::Error;
use mollify::engine::Wanted;
use mollify::estimate::alpha::{Facts, Reason, Rule};
use mollify::estimate::directions::Directions;
use mollify::estimate::zeroth::Zeroth;
use mollify::estimate::{Mixed, Settings, estimate};
use mollify::noise::Distribution;
use mollify::noise::environment::Draw;
use mollify::system::task::Task;

const DIRECTIONS: [Directions; 4] = [
    Directions::Independent,
    Directions::Antithetic,
    Directions::Orthogonal,
    Directions::AntitheticOrthogonal,
];

/// d = 30; σ = 0.1.
const D: usize = 30;

/// A smooth cost, one that jumps, one that no sample sees anything of, one without Gaussian noise, and one where it is not
/// the only chance.
fn tasks() -> [Task; 5] {
    let smooth = task("quadratic", D, 0.1, &[]);
    let random = Draw::Normal {
        mean: 1.0,
        sigma: 0.1,
    };
    [
        task("heaviside", D, 0.1, &[]),
        task("heaviside", D, 0.1, &[("threshold", 50.0)]),
        smooth.clone().with_distribution(Distribution::Laplace),
        smooth
            .clone()
            .with_randomized("slope", random)
            .expect("a parameter"),
        smooth,
    ]
}

fn has_a_test(task: &Task) -> bool {
    task.noise().distribution == Distribution::Gaussian && !task.environment().is_random()
}

/// Whether what the reason says is so.
fn is_true(reason: Reason, task: &Task, settings: &Settings, mixed: &Mixed) -> bool {
    let (choice, facts) = (&mixed.choice, settings.rule.facts());
    let (v1, v0) = (choice.first_variance, choice.zeroth_variance);
    let test = mixed.report.as_ref().and_then(|report| report.poincare);
    let is = |alpha: f64| (choice.alpha - alpha).abs() < 1e-12;
    match reason {
        Reason::Fixed => !facts.needs_variance,
        Reason::InverseVariance if settings.rule == Rule::LeastError => is(v0 / (v0 + v1)),
        Reason::InverseVariance => facts.batches == 2 && is(v0 / (v0 + v1)) || facts.needs_poincare,
        Reason::BiasCounted => settings.rule == Rule::LeastError && choice.alpha < v0 / (v0 + v1),
        Reason::CovarianceAware => facts.needs_covariance && v0 + v1 > 0.0,
        Reason::PerCoordinate => choice.alphas.as_ref().is_some_and(|a| a.len() == D),
        Reason::PoincareViolated => {
            facts.needs_poincare && is(0.0) && test.is_some_and(|test| test.is_violated(0.3))
        }
        Reason::PoincareUnknown => facts.needs_poincare && is(0.0) && !has_a_test(task),
        Reason::Unconstrained => {
            choice.alpha * choice.bias <= choice.gamma - choice.confidence_radius
        }
        Reason::BiasConstrained => is((choice.gamma - choice.confidence_radius) / choice.bias),
        Reason::TooUncertain => choice.confidence_radius > choice.gamma,
        Reason::NoVariance => facts.needs_variance && v0 + v1 == 0.0,
        Reason::Unknown => facts.needs_variance && (v0 + v1).is_nan(),
        Reason::PerControl | Reason::Stopped | Reason::FirstOrderLost => false,
    }
}

fn is_listed(rule: Rule, error: &str) -> bool {
    let expected = error.split("must be ").nth(1).expect("a sentence");
    let mut words = expected
        .split([' ', ','])
        .map(|word| word.trim_end_matches("=A"));
    let name = rule.facts().name;
    words.any(|word| word == name)
}

/// What the row says must be refused is, with the sentence for it; the rest gives numbers.
#[test]
fn every_rule_is_refused_with_a_sentence_or_has_a_true_reason() {
    let mut seen = Vec::new();
    for task in tasks() {
        for (zeroth, directions, samples, rule) in everything() {
            let settings = settings(rule, 10.0, samples)
                .with_directions(directions)
                .with_zeroth(zeroth);
            let what = format!("{}, {settings:?}", task.name());
            let (facts, along) = (rule.facts(), settings.draws_directions());
            let gaussian = task.noise().distribution == Distribution::Gaussian;
            let short = samples < settings.least_samples(D);
            let refused = match along {
                true if !gaussian => Some("not Gaussian"),
                true if facts.needs_covariance => Some("apart from the first"),
                true if short && facts.needs_variance => Some("fewer tell no variance"),
                _ => None,
            };
            // Only the first coordinate is within reach of a jump at 0.
            let mut theta = vec![1.0; D];
            theta[0] = 0.0;
            let found = estimate(&mut reference(), &task, &theta, &settings, 0, Wanted::Both);
            match (refused, found) {
                (None, Ok(mixed)) => {
                    let reason = mixed.choice.reason;
                    seen.push(reason);
                    assert!((0.0..=1.0).contains(&mixed.choice.alpha), "{what}");
                    assert!(mixed.gradient.iter().all(|g| g.is_finite()), "{what}");
                    let is_true = is_true(reason, &task, &settings, &mixed);
                    assert!(is_true, "{what}: {reason}, {:?}", mixed.choice);
                    let batches = if along { 2 } else { facts.batches };
                    let most = batches * samples;
                    assert!((most / 2..=most).contains(&mixed.samples), "{what}");
                }
                (Some(words), Err(error @ Error::InvalidValue { .. })) => {
                    let error = error.to_string();
                    assert!(error.contains(words), "{what}: {error}");
                    assert!(words == "not Gaussian" || !is_listed_as_remedy(rule, &error));
                }
                (refused, found) => panic!("{what}: {refused:?}, but {found:?}"),
            }
        }
    }
    for reason in [
        Reason::Fixed,
        Reason::InverseVariance,
        Reason::CovarianceAware,
        Reason::PerCoordinate,
        Reason::PoincareViolated,
        Reason::PoincareUnknown,
        Reason::TooUncertain,
        Reason::NoVariance,
    ] {
        assert!(seen.contains(&reason), "{reason:?} is not walked over");
    }
}

/// All that there is, with too few samples for a fit and with enough.
fn everything() -> impl Iterator<Item = (Zeroth, Directions, u64, Rule)> {
    let zeroth = [Zeroth::Correlation, Zeroth::LeastSquares].into_iter();
    let along = zeroth.flat_map(|zeroth| DIRECTIONS.map(|directions| (zeroth, directions)));
    let sized = along.flat_map(|(z, d)| [20, 200].map(|samples| (z, d, samples)));
    sized.flat_map(|(z, d, samples)| Rule::ALL.map(|rule| (z, d, samples, rule)))
}

/// The rule that is refused must not be among those that the sentence offers instead.
fn is_listed_as_remedy(rule: Rule, error: &str) -> bool {
    let remedy = error.rsplit("or take ").next().unwrap_or(error);
    match error.contains("or take ") {
        true => remedy
            .split([' ', ','])
            .any(|word| word == rule.facts().name),
        false => is_listed(rule, error),
    }
}

/// The sentence that lists what is allowed lists all of it.
#[test]
fn a_refusal_lists_every_rule_that_is_not_refused() {
    let task = task("quadratic", 3, 0.1, &[]);
    let of = |rule| {
        let settings = settings(rule, 1.0, 100).with_directions(Directions::Antithetic);
        settings.check(&task)
    };
    for refused in [Rule::Shared, Rule::SharedPerCoordinate] {
        let error = of(refused).expect_err("refused").to_string();
        for rule in Rule::ALL {
            assert_eq!(is_listed(rule, &error), of(rule).is_ok(), "{rule}: {error}");
        }
    }
}

#[test]
fn every_rule_is_found_by_what_it_is_called_and_by_nothing_else() {
    for rule in Rule::ALL {
        assert_eq!(rule.to_string().parse::<Rule>().ok(), Some(rule));
        let name = rule.facts().name;
        let same = |other: &Rule| other.facts().name == name;
        assert_eq!(Rule::ALL.iter().filter(|rule| same(rule)).count(), 1);
        assert!(Rule::expected().contains(name) && !rule.facts().help.is_empty());
    }
    assert_eq!("ddcg".parse::<Rule>().ok(), Some(Rule::Ddcg(0.3)));
    assert_eq!(Rule::Ddcg(0.25).to_string(), "ddcg=0.25");
    assert_eq!("ddcg=0".parse::<Rule>().ok(), Some(Rule::Ddcg(0.0)));
    assert_eq!("fixed=1".parse::<Rule>().ok(), Some(Rule::Fixed(1.0)));
    for text in [
        "",
        "=",
        "fixed",
        "fixed=",
        "fixed=1.5",
        "fixed=nan",
        "ddcg=1",
        "ddcg=-0.1",
        "ivw=0.5",
        "ivw=",
        "IVW",
        "first ",
    ] {
        let error = text.parse::<Rule>().expect_err(text).to_string();
        assert_eq!(
            error,
            format!(
                "rule is '{text}', but must be aobg, ivw, ivw-h, shared, shared-per-coordinate, ddcg, ddcg=C with C from 0 \
                 to below 1, least-error, first, zeroth or fixed=A with A from 0 to 1"
            )
        );
    }
}

#[test]
fn rules_are_listed_by_their_facts() {
    let or = |wanted: fn(&Facts) -> bool| Rule::names("or", wanted);
    assert_eq!(
        or(|facts| facts.sees_bias),
        "aobg, ddcg, least-error or zeroth"
    );
    assert_eq!(or(|facts| facts.needs_poincare), "ddcg");
    assert_eq!(or(|_| false), "");
    let two = Rule::names("and", |facts| facts.batches == 2);
    assert_eq!(two, "aobg, ivw and ivw-h");
}
