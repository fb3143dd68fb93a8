//! Our f32 functions keep their promises, and the shader knows the same numbers.

use std::collections::BTreeMap;

use crate::maths_cases::{bound, cases, check};
use mollify::number::maths_f32::is_nonfinite;
use wgpu::naga;

const MATHS_WGSL: &str = include_str!("../../shaders/maths.wgsl");
const RNG_WGSL: &str = include_str!("../../shaders/rng.wgsl");

#[test]
fn every_twin_is_within_its_bound() {
    for case in cases(1_000_000) {
        let values: Vec<f32> = case
            .points
            .iter()
            .map(|&[a, b]| (case.twin)(a, b))
            .collect();
        let worst = check(case.name, &case.points, &values);
        println!("{}: {worst:.3} ulp at most", case.name);
    }
}

#[test]
fn sign_of_zero_survives_odd_functions() {
    for case in cases(0) {
        if ["sin_f32", "tanh_f32", "atan2_f32"].contains(&case.name) {
            assert_eq!(
                (case.twin)(-0.0, 1.0).to_bits(),
                (-0.0_f32).to_bits(),
                "{}",
                case.name
            );
            assert_eq!((case.twin)(0.0, 0.0).to_bits(), 0, "{}", case.name);
        }
    }
}

#[test]
fn nonfinite_is_told_by_the_bits() {
    for x in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert!(is_nonfinite(x));
    }
    for x in [
        0.0,
        -0.0,
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        f32::from_bits(1),
    ] {
        assert!(!is_nonfinite(x));
    }
}

#[test]
fn shaders_are_valid() {
    let source = format!("{MATHS_WGSL}\n{RNG_WGSL}");
    let module = naga::front::wgsl::parse_str(&source)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)));
    naga::valid::Validator::new(Default::default(), naga::valid::Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&source)));
    let functions: Vec<_> = module
        .functions
        .iter()
        .filter_map(|(_, f)| f.name.as_deref())
        .collect();
    let named = cases(0).into_iter().map(|case| case.name);
    for name in named.chain([
        "is_nonfinite",
        "threefry2x32",
        "standard_normal_pair",
        "noise_pair",
    ]) {
        assert!(functions.contains(&name), "{name} is not in the shaders");
    }
}

#[test]
fn shader_header_states_the_tested_bounds() {
    for case in cases(0) {
        let bound = bound(case.name).expect("every case has a bound");
        let statement = format!("{} ulp + {:e} ", bound.ulp, bound.absolute);
        let stated = MATHS_WGSL
            .lines()
            .take_while(|line| line.starts_with("//"))
            .any(|line| line.contains(case.name) && format!("{line} ").contains(&statement));
        assert!(
            stated,
            "the header of maths.wgsl does not promise '{statement}' for {}",
            case.name
        );
    }
}

#[test]
fn shader_constants_equal_those_of_the_twins() {
    let maths = include_str!("../../src/number/maths_f32.rs");
    let mut twin = constants(maths);
    twin.retain(|name, _| {
        !["SIGN", "MAGNITUDE"].contains(&name.as_str()) && !name.ends_with("_BOUND")
    });
    assert_eq!(constants(MATHS_WGSL), twin);
    assert!(twin.len() > 40, "the parser lost constants: {twin:?}");

    let mut twin = constants(include_str!("../../src/noise/mod.rs"));
    twin.retain(|name, _| !name.ends_with("_BOUND"));
    assert_eq!(constants(RNG_WGSL), twin);
    assert_eq!(twin.len(), 4);
}

/// The numbers of every `const` at the start of a line, floats as the bits of their f32.
fn constants(source: &str) -> BTreeMap<String, Vec<i64>> {
    let declarations = source
        .split("\nconst ")
        .chain(source.split("\npub(crate) const "));
    let declared = declarations.filter_map(|text| {
        let (name, rest) = text.split_once(": ")?;
        let (_, value) = rest.split_once(" = ")?;
        let (value, _) = value.split_once(';')?;
        let is_name = name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        is_name.then(|| (name.to_owned(), numbers(value)))
    });
    declared.collect()
}

fn numbers(value: &str) -> Vec<i64> {
    let value = value
        .strip_prefix("vec4<u32>")
        .unwrap_or(value)
        .replace('_', "");
    let tokens = value
        .split(['(', ')', '[', ']', ',', ' '])
        .filter(|token| !token.is_empty());
    tokens
        .filter_map(|token| {
            if let Some(hex) = token.strip_prefix("0x") {
                i64::from_str_radix(hex.trim_end_matches('u'), 16).ok()
            } else if token.contains('.') {
                token.parse().ok().map(|x: f32| i64::from(x.to_bits()))
            } else {
                token.trim_end_matches('u').parse().ok()
            }
        })
        .collect()
}
