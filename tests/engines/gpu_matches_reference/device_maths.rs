//! The functions and the generator of the shaders, on the device that is here, against their promises.

use crate::gpu::{device_or_skip, run_map};
use crate::maths_cases::{cases, check, excess};
use mollify::noise::{NORMAL_BOUND, standard_normal_pair, threefry2x32};

const MATHS: &str = include_str!("../../../shaders/maths.wgsl");
const RNG: &str = include_str!("../../../shaders/rng.wgsl");

#[test]
fn every_function_is_within_its_bound_on_the_device() {
    let Some(device) = device_or_skip("every_function_is_within_its_bound_on_the_device") else {
        return;
    };
    for case in cases(300_000) {
        let arguments = if case.name == "atan2_f32" {
            "p.x, p.y"
        } else {
            "p.x"
        };
        let source = format!(
            "{MATHS}\nfn probe(p: vec2<f32>) -> f32 {{ return {}({arguments}); }}\n",
            case.name
        );
        let values: Vec<f32> = run_map(&device, &source, "probe", &case.points);
        let worst = check(case.name, &case.points, &values);
        println!("{}: {worst:.3} ulp at most", case.name);
    }
}

#[test]
fn threefry_on_the_device_gives_the_published_numbers_and_those_of_the_host() {
    let test = "threefry_on_the_device_gives_the_published_numbers_and_those_of_the_host";
    let Some(device) = device_or_skip(test) else {
        return;
    };
    let source = format!(
        "{MATHS}\n{RNG}\nfn probe(p: vec4<u32>) -> vec2<u32> {{ return threefry2x32(p.xy, p.zw); }}\n"
    );
    // From `kat_vectors` of Random123, "threefry2x32 20": key and counter, result.
    let known: [([u32; 4], [u32; 2]); 3] = [
        ([0; 4], [0x6b20_0159, 0x99ba_4efe]),
        ([u32::MAX; 4], [0x1cb9_96fc, 0xbb00_2be7]),
        (
            [0x1319_8a2e, 0x0370_7344, 0x243f_6a88, 0x85a3_08d3],
            [0xc492_3a9c, 0x483d_f7a0],
        ),
    ];
    let found: Vec<[u32; 2]> = run_map(&device, &source, "probe", &known.map(|k| k.0));
    assert_eq!(found, known.map(|k| k.1));

    let inputs: Vec<[u32; 4]> = (0..100_000)
        .map(|i| {
            let ([a, b], [c, d]) = (threefry2x32([1, 2], [i, 0]), threefry2x32([1, 2], [i, 1]));
            [a, b, c, d]
        })
        .collect();
    let found: Vec<[u32; 2]> = run_map(&device, &source, "probe", &inputs);
    for (&[a, b, c, d], found) in inputs.iter().zip(found) {
        assert_eq!(found, threefry2x32([a, b], [c, d]));
    }
}

#[test]
fn normals_on_the_device_are_within_the_bound_of_those_in_f64() {
    let test = "normals_on_the_device_are_within_the_bound_of_those_in_f64";
    let Some(device) = device_or_skip(test) else {
        return;
    };
    let source = format!("{MATHS}\n{RNG}");
    let edges = [
        0,
        1,
        0xff,
        0x100,
        0xff_ffff,
        0x100_0000,
        0x1fff_ffff,
        0x2000_0000,
    ];
    let edges = edges
        .into_iter()
        .chain([0x6000_0000, 0x8000_0000, 0xe000_0000, u32::MAX]);
    let edges: Vec<u32> = edges.collect();
    let pairs = edges
        .iter()
        .flat_map(|&x| edges.iter().map(move |&y| [x, y]));
    // Small words, which mean large normals and directions near an axis, are rare: a third is shifted down.
    let random = (0..1_000_000_u32).map(|i| {
        let [x, y] = threefry2x32([5, 6], [i, 1]);
        match i % 3 {
            0 => [x >> (i % 24), y >> (i % 23)],
            _ => [x, y],
        }
    });
    let bits: Vec<[u32; 2]> = pairs.chain(random).collect();
    let found: Vec<[f32; 2]> = run_map(&device, &source, "standard_normal_pair", &bits);
    let mut worst: f64 = 0.0;
    for (bits, found) in bits.iter().zip(found) {
        for (truth, value) in standard_normal_pair(*bits).into_iter().zip(found) {
            let error = excess(truth, value, NORMAL_BOUND.absolute);
            assert!(
                error <= NORMAL_BOUND.ulp,
                "{bits:x?}: {value:e}, not {truth:e}"
            );
            worst = worst.max(error);
        }
    }
    println!("{worst:.3} ulp at most");
}
