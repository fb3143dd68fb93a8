//! Files of every kind with bytes changed, cut, doubled and swapped: no reader panics, and none takes more memory than its
//! file stands for.

use super::{Kind, Stored, npy};
use std::io::Write as _;
use zip::write::SimpleFileOptions;

/// SplitMix64, so that every case can be had again from its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

/// Whole files to begin with.
fn seeds() -> Vec<(Kind, Vec<u8>)> {
    let values: Vec<f64> = (0..6).map(|i| f64::from(i) / 4.0 - 0.5).collect();
    let array = npy::write(&[3, 2], &values);
    let arrays = || {
        [("layer1_weights", &[3_u64, 2][..], &values[..])]
            .into_iter()
            .chain([("layer1_bias", &[6][..], &values[..])])
    };
    let mut deflated = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    deflated.start_file("theta.npy", options).expect("an entry");
    deflated.write_all(&array).expect("memory");
    let deflated = deflated.finish().expect("an archive").into_inner();
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (Kind::Npy, array),
        (Kind::Npz, super::archive(arrays()).expect("an archive")),
        (Kind::Npz, deflated),
        (
            Kind::Tensors,
            super::to_safetensors(arrays()).expect("a file"),
        ),
        (
            Kind::Json,
            text(
                "{\"policy\": \"linear\", \"theta\": [[1, -2.5e-3], [3, 4]], \"x\": {\"y\": [null, \"a\"]}}",
            ),
        ),
        (
            Kind::Json,
            text("[[[1, 2], [3, 4]], [[5e300, 6], [-7, 0.125]]]"),
        ),
        (
            Kind::Json,
            text("{\"layer1_weights\": [[1, 2]], \"layer1_bias\": [3]}"),
        ),
        (Kind::Table, text("torque;force;\n1;-2e3;\n0,5;4;\n")),
        (Kind::Table, text("# a b\n1.0 2.0\n3.0 4.0\n")),
        (Kind::Table, text("\u{feff},u\r\n0,\"1\"\r\n1,2\r\n")),
    ]
}

/// One change of a file, at a place and of a kind that dice decide.
fn change(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const TELLING: &[u8] = b"\0\xff\x80\x7f,;\t\n\r \"#[]{}():'-+.0159eENaN";
    let at = dice.roll(bytes.len());
    match dice.roll(6) {
        _ if bytes.is_empty() => bytes.push(dice.roll(256) as u8),
        0 => bytes[at] = dice.roll(256) as u8,
        1 => bytes[at] = TELLING[dice.roll(TELLING.len())],
        2 => bytes.truncate(at),
        3 => bytes.insert(at, TELLING[dice.roll(TELLING.len())]),
        4 => {
            let part = bytes[at..(at + 1 + dice.roll(12)).min(bytes.len())].to_vec();
            bytes.splice(at..at, part);
        }
        _ => bytes[at] ^= 1 << dice.roll(8),
    }
}

/// Reads everything that a file offers; the number of values, and the most that one array may have.
fn values(kind: Kind, bytes: &[u8]) -> usize {
    const MOST: u64 = 64;
    match kind.read(bytes) {
        Ok(Stored::Single(array) | Stored::Described(array, _)) => {
            let count: u64 = array.shape.iter().product();
            assert_eq!(count, array.values.len() as u64);
            array.values.len()
        }
        Ok(Stored::Named(mut arrays)) => {
            let names = arrays.names();
            let read = names.iter().filter_map(|name| arrays.read(name, MOST).ok());
            read.map(|array| array.values.len()).sum()
        }
        Err(problem) => {
            assert!(!problem.is_empty());
            0
        }
    }
}

fn throw(cases: u64) {
    let seeds = seeds();
    for case in 0..cases {
        let mut dice = Dice(case);
        let (kind, mut bytes) = seeds[dice.roll(seeds.len())].clone();
        for _ in 0..1 + dice.roll(4) {
            change(&mut bytes, &mut dice);
        }
        let count = values(kind, &bytes);
        assert!(
            kind == Kind::Npz || 8 * count <= 10 * bytes.len() + 64,
            "case {case}: {count} values of {} bytes",
            bytes.len()
        );
    }
}

#[test]
fn damaged_files_are_read_or_refused() {
    for (kind, bytes) in seeds().drain(..7) {
        assert!(values(kind, &bytes) > 0, "{kind:?} is whole");
    }
    throw(20_000);
}

/// `cargo test --release --bin mollify million -- --ignored`
#[test]
#[ignore = "a minute: for changes of the readers"]
fn a_million_damaged_files_are_read_or_refused() {
    throw(1_000_000);
}
