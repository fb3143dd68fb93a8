//! The generator gives the published numbers, its normals are normal and independent, and the f32
//! normals of the shader's twin stay within the stated bound of those in f64.

use crate::maths_cases::excess;
use mollify::noise::{
    NORMAL_BOUND, batch_key, fill, noise_pair, standard_normal_pair, standard_normal_pair_f32,
    threefry2x32,
};
use rayon::prelude::*;

const PAIRS: u32 = 5_000_000;
const STANDARD_ERRORS: f64 = 4.5;

/// From `kat_vectors` of Random123, "threefry2x32 20": counter, key, result.
const KNOWN_ANSWERS: [[[u32; 2]; 3]; 3] = [
    [[0, 0], [0, 0], [0x6b20_0159, 0x99ba_4efe]],
    [[u32::MAX; 2], [u32::MAX; 2], [0x1cb9_96fc, 0xbb00_2be7]],
    [
        [0x243f_6a88, 0x85a3_08d3],
        [0x1319_8a2e, 0x0370_7344],
        [0xc492_3a9c, 0x483d_f7a0],
    ],
];

#[test]
fn threefry_gives_the_published_numbers() {
    for [counter, key, result] in KNOWN_ANSWERS {
        assert_eq!(threefry2x32(key, counter), result);
    }
}

#[test]
fn batch_key_takes_the_low_word_of_the_seed_first() {
    assert_eq!(
        batch_key(0x0370_7344_1319_8a2e, 0x243f_6a88, 0x85a3_08d3),
        KNOWN_ANSWERS[2][2]
    );
}

#[test]
fn fill_follows_the_convention_for_even_and_odd_lengths() {
    let key = batch_key(1, 2, 3);
    let mut noise = [0.0; 7];
    for length in 0..=7 {
        fill(key, 9, &mut noise[..length]);
        for (i, &element) in noise[..length].iter().enumerate() {
            assert_eq!(element, noise_pair(key, 9, i as u32 / 2)[i % 2]);
        }
    }
}

/// The normals of samples `0 ..` of 1000 pairs each, as the sampler draws them.
fn draws(seed: u64) -> Vec<[f64; 2]> {
    let key = batch_key(seed, 0, 0);
    (0..PAIRS)
        .into_par_iter()
        .map(|i| noise_pair(key, i / 1000, i % 1000))
        .collect()
}

#[test]
fn normals_have_the_moments_and_the_distribution_of_normals() {
    let mut normals = draws(20_110_712).concat();
    let count = normals.len() as f64;
    // E x^k, and its standard error √((E x^2k − (E x^k)²)/n).
    for (power, expected, variance) in
        [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
    {
        let mean = normals.par_iter().map(|x| x.powi(power)).sum::<f64>() / count;
        let deviation = (mean - expected) / (variance / count).sqrt();
        println!("moment {power}: {mean:.6}, {deviation:.2} standard errors off");
        assert!(
            deviation.abs() < STANDARD_ERRORS,
            "moment {power} is {mean}"
        );
    }
    normals.par_sort_unstable_by(f64::total_cmp);
    let distance = normals
        .par_iter()
        .enumerate()
        .map(|(i, x)| {
            let phi = 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
            (phi - i as f64 / count)
                .abs()
                .max((phi - (i + 1) as f64 / count).abs())
        })
        .reduce(|| 0.0, f64::max);
    let critical = (0.5 * (2.0_f64 / 1e-4).ln()).sqrt(); // Kolmogorov: 2 exp(−2 d²) = 1e-4
    println!(
        "Kolmogorov-Smirnov: {:.3}, critical {critical:.3}",
        distance * count.sqrt()
    );
    assert!(distance * count.sqrt() < critical);
}

#[test]
fn neighbours_are_uncorrelated() {
    let normals = draws(7);
    let other_seed = draws(8);
    let key = batch_key(7, 1, 0);
    let stream = batch_key(7, 0, 1);
    let pairs = (0..PAIRS as usize).into_par_iter();
    type Other<'a> = Box<dyn Fn(usize) -> f64 + Sync + 'a>;
    let at = |i: usize| normals[i % normals.len()];
    let others: [(&str, Other); 7] = [
        ("the second element", Box::new(|i| at(i)[1])),
        ("the next pair", Box::new(|i| at(i + 1)[0])),
        (
            "the second element of the next pair",
            Box::new(|i| at(i + 1)[1]),
        ),
        ("the next sample", Box::new(|i| at(i + 1000)[0])),
        ("the next seed", Box::new(|i| other_seed[i][0])),
        (
            "the next iteration",
            Box::new(|i| noise_pair(key, i as u32 / 1000, i as u32 % 1000)[0]),
        ),
        (
            "the next stream",
            Box::new(|i| noise_pair(stream, i as u32 / 1000, i as u32 % 1000)[0]),
        ),
    ];
    for (name, other) in others {
        // Of the values, and of the squares: Var = 1 and (E x⁴ − 1)² = 4.
        let [values, squares] = pairs
            .clone()
            .map(|i| {
                let (x, y) = (at(i)[0], other(i));
                [x * y, (x * x - 1.0) * (y * y - 1.0) / 2.0]
            })
            .reduce(|| [0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]])
            .map(|sum| sum / f64::from(PAIRS).sqrt());
        println!("{name}: {values:.2} and, squared, {squares:.2} standard errors off");
        assert!(
            values.abs() < STANDARD_ERRORS,
            "correlation with {name}: {values} standard errors"
        );
        assert!(
            squares.abs() < STANDARD_ERRORS,
            "squares with {name}: {squares} standard errors"
        );
    }
}

#[test]
fn f32_normals_are_within_the_bound_of_those_in_f64() {
    let words = [
        0,
        1,
        2,
        0xff,
        0x100,
        0xff_ffff,
        0x100_0000,
        0x100_0001,
        0x1fff_ffff,
        0x2000_0000,
    ];
    let words = words
        .into_iter()
        .chain([0x3fff_ffff, 0x4000_0000, 0x6000_0000, 0x8000_0000]);
    let words: Vec<u32> = words.chain([0xe000_0000, 0xffff_ff00, u32::MAX]).collect();
    let edges = words
        .iter()
        .flat_map(|&x| words.iter().map(move |&y| [x, y]));
    let random = (0..4_000_000).map(|i| threefry2x32([5, 6], [i, 0]));
    // Small values of the radius and of the angle are rare: half the words are shifted down.
    let small = (0..1_000_000).map(|i| {
        let [x, y] = threefry2x32([5, 6], [i, 1]);
        [x >> (i % 24), if i % 2 == 0 { y >> (i % 23) } else { y }]
    });
    let bits: Vec<[u32; 2]> = edges.chain(random).chain(small).collect();
    let worst = bits
        .par_iter()
        .flat_map_iter(|&bits| std::iter::repeat_n(bits, 2).enumerate())
        .map(|(element, bits)| {
            let truth = standard_normal_pair(bits)[element];
            let value = standard_normal_pair_f32(bits)[element];
            let error = excess(truth, value, NORMAL_BOUND.absolute);
            assert!(
                error <= NORMAL_BOUND.ulp,
                "{bits:x?}: {value:e}, not {truth:e}: {error} ulp"
            );
            assert!(value != 0.0 && truth.abs() < 6.67, "{bits:x?}: {truth}");
            error
        })
        .reduce(|| 0.0, f64::max);
    println!("f32 against f64: {worst:.3} ulp at most");
}
