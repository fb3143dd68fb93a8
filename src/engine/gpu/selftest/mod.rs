//! Whether an adapter computes what the shaders promise: [`run`] puts the functions and the generator of `maths.wgsl` and
//! `rng.wgsl` through the points of [`cases`] and compares with the host.
//!
//! | check | against | bound |
//! |---|---|---|
//! | each function | f64 | that of [`crate::number::maths_f32`] |
//! | each function | its twin in f32 on the host | both bounds together |
//! | Threefry | the published vectors of Random123, and the host | exact |
//! | normals | f64 | [`NORMAL_BOUND`] |

pub mod cases;
mod map;

pub use map::{MapValue, run_map};

use crate::engine::gpu::{AdapterChoice, AdapterReport, Device};
use crate::error::Result;
use crate::noise::{NORMAL_BOUND, standard_normal_pair, threefry2x32};
use crate::number::maths_f32::Bound;
use cases::{Case, Judged, judge};
use serde::Serialize;

const MATHS: &str = include_str!("../../../../shaders/maths.wgsl");
const RNG: &str = include_str!("../../../../shaders/rng.wgsl");

/// From `kat_vectors` of Random123, "threefry2x32 20": key and counter, and the result.
pub const KNOWN_ANSWERS: [([u32; 4], [u32; 2]); 3] = [
    ([0; 4], [0x6b20_0159, 0x99ba_4efe]),
    ([u32::MAX; 4], [0x1cb9_96fc, 0xbb00_2be7]),
    (
        [0x1319_8a2e, 0x0370_7344, 0x243f_6a88, 0x85a3_08d3],
        [0xc492_3a9c, 0x483d_f7a0],
    ),
];

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// What is compared.
    pub check: String,
    /// Points.
    pub points: usize,
    /// The largest deviation: in ulp, or the number of words that differ.
    pub worst: f64,
    /// What is allowed.
    pub bound: f64,
    /// worst <= bound
    pub passes: bool,
    /// The first point that does not pass.
    pub wrong: Option<String>,
}

/// What became of one adapter.
#[derive(Clone, Debug, Serialize)]
pub struct Tested {
    /// The adapter.
    pub adapter: AdapterReport,
    /// The comparisons; empty where it could not be opened.
    pub checks: Vec<Check>,
    /// Why they could not be made or finished.
    pub error: Option<String>,
    /// Whether all were made and all pass.
    pub passes: bool,
}

/// Tests every adapter of this machine with `points` random points for each check, besides the edges.
pub fn every_adapter(points: u32) -> Vec<Tested> {
    let adapters = crate::engine::gpu::adapters().into_iter().enumerate();
    adapters
        .map(|(index, adapter)| {
            let checks = Device::open(&AdapterChoice::Numbered(index))
                .and_then(|device| run(&device, points));
            let (checks, error) = match checks {
                Ok(checks) => (checks, None),
                Err(error) => (Vec::new(), Some(error.to_string())),
            };
            Tested {
                adapter,
                passes: error.is_none() && checks.iter().all(|c| c.passes),
                checks,
                error,
            }
        })
        .collect()
}

/// All checks on one device.
pub fn run(device: &Device, points: u32) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for case in cases::cases(points) {
        checks.extend(function(device, &case)?);
    }
    checks.push(known_answers(device)?);
    checks.push(generator(device, points)?);
    checks.push(normals(device, points)?);
    Ok(checks)
}

fn check(name: String, points: usize, judged: Judged, bound: f64) -> Check {
    Check {
        check: name,
        points,
        worst: judged.worst,
        bound,
        passes: judged.wrong.is_none(),
        wrong: judged.wrong.map(|wrong| wrong.to_string()),
    }
}

/// A function against f64, and against its twin.
fn function(device: &Device, case: &Case) -> Result<Vec<Check>> {
    let arguments = match case.name {
        "atan2_f32" => "p.x, p.y",
        _ => "p.x",
    };
    let source = format!(
        "{MATHS}\nfn probe(p: vec2<f32>) -> f32 {{ return {}({arguments}); }}\n",
        case.name
    );
    let values: Vec<f32> = run_map(device, &source, "probe", &case.points)?;
    let (Some(bound), Some(judged)) = (
        cases::bound(case.name),
        judge(case.name, &case.points, &values),
    ) else {
        return Ok(Vec::new());
    };
    // Each may be off by the bound, in either direction.
    let both = Bound {
        ulp: 2.0 * bound.ulp,
        absolute: 2.0 * bound.absolute,
    };
    let mut against_twin = Judged::default();
    for (point, value) in case.points.iter().zip(&values) {
        let twin = (case.twin)(point[0], point[1]);
        // Where the one overflows, the other may stop at the largest number.
        let at_the_end =
            |x: f32| x.abs() > 3.4e38 && x.is_sign_negative() == twin.is_sign_negative();
        if at_the_end(twin) && at_the_end(*value) {
            continue;
        }
        against_twin.add(*point, f64::from(twin), *value, both);
    }
    let count = case.points.len();
    Ok(vec![
        check(
            format!("{} against f64", case.name),
            count,
            judged,
            bound.ulp,
        ),
        check(
            format!("{} against its twin", case.name),
            count,
            against_twin,
            both.ulp,
        ),
    ])
}

/// A comparison of words: how many pairs differ.
fn words(name: &str, inputs: &[[u32; 4]], found: &[[u32; 2]], expected: &[[u32; 2]]) -> Check {
    let differ = || (0..inputs.len()).filter(|&i| found.get(i) != expected.get(i));
    let wrong = differ().next().map(|i| {
        let (input, found, expected) = (inputs[i], found.get(i), expected.get(i));
        format!("{input:x?} gives {found:x?}, not {expected:x?}")
    });
    Check {
        check: name.into(),
        points: inputs.len(),
        worst: differ().count() as f64,
        bound: 0.0,
        passes: wrong.is_none(),
        wrong,
    }
}

fn threefry_on(device: &Device, inputs: &[[u32; 4]]) -> Result<Vec<[u32; 2]>> {
    let source = format!(
        "{MATHS}\n{RNG}\nfn probe(p: vec4<u32>) -> vec2<u32> {{ return threefry2x32(p.xy, p.zw); }}\n"
    );
    run_map(device, &source, "probe", inputs)
}

fn known_answers(device: &Device) -> Result<Check> {
    let inputs = KNOWN_ANSWERS.map(|(input, _)| input);
    let found = threefry_on(device, &inputs)?;
    let expected = KNOWN_ANSWERS.map(|(_, result)| result);
    Ok(words(
        "threefry, published vectors",
        &inputs,
        &found,
        &expected,
    ))
}

fn generator(device: &Device, points: u32) -> Result<Check> {
    let inputs: Vec<[u32; 4]> = (0..points)
        .map(|i| {
            let ([a, b], [c, d]) = (threefry2x32([1, 2], [i, 0]), threefry2x32([1, 2], [i, 1]));
            [a, b, c, d]
        })
        .collect();
    let found = threefry_on(device, &inputs)?;
    let expected: Vec<[u32; 2]> = inputs
        .iter()
        .map(|&[a, b, c, d]| threefry2x32([a, b], [c, d]))
        .collect();
    Ok(words(
        "threefry against the host",
        &inputs,
        &found,
        &expected,
    ))
}

fn normals(device: &Device, points: u32) -> Result<Check> {
    let edges = [
        0,
        1,
        0xff_ffff,
        0x100_0000,
        0x2000_0000,
        0x8000_0000,
        u32::MAX,
    ];
    let pairs = edges
        .iter()
        .flat_map(|&x| edges.iter().map(move |&y| [x, y]));
    // Small words, which mean large normals and directions near an axis, are rare: a third is shifted down.
    let random = (0..points).map(|i| {
        let [x, y] = threefry2x32([5, 6], [i, 1]);
        match i % 3 {
            0 => [x >> (i % 24), y >> (i % 23)],
            _ => [x, y],
        }
    });
    let bits: Vec<[u32; 2]> = pairs.chain(random).collect();
    let source = format!("{MATHS}\n{RNG}");
    let found: Vec<[f32; 2]> = run_map(device, &source, "standard_normal_pair", &bits)?;
    let mut judged = Judged::default();
    for (bits, found) in bits.iter().zip(found) {
        for (truth, value) in standard_normal_pair(*bits).into_iter().zip(found) {
            judged.add(bits.map(f32::from_bits), truth, value, NORMAL_BOUND);
        }
    }
    Ok(check(
        "normals against f64".into(),
        bits.len(),
        judged,
        NORMAL_BOUND.ulp,
    ))
}
