//! [`Parts`] as bytes: 40 for each coordinate of each node, where JSON has some 200. Every number survives, infinite ones too.
//!
//! ```text
//! u32 length, JSON                            task, batch, precision
//! f64 nominal, f64 f64 baseline, u64 d
//! u32 nodes, and for each:
//!   u32 level, u64 index                      its place in the tree
//!   u64 n, f64 mean, f64 M2                   of the deviation
//!   f64 largest |g₀|
//!   u64 count, u64 sample, u32 time           not finite; the sample is 2⁶⁴ - 1 where there is none
//!   u64 n₁, u64 n₀                            of all coordinates
//!   d times: f64 mean₁, M2₁, mean₀, M2₀, C
//! ```
//!
//! All of it little-endian.

use crate::engine::backend::Precision;
use crate::engine::batch::Batch;
use crate::engine::moments::{Coordinate, Moments, NonFinite, Offender, Spread};
use crate::engine::parts::{Common, Parts};
use crate::engine::tree::Tree;
use crate::error::Result;
use crate::files::binary::{Reader, broken, numbers};
use serde::{Deserialize, Serialize};

/// What is no number of numbers.
#[derive(Serialize, Deserialize)]
struct Head {
    task: String,
    batch: Batch,
    precision: Precision,
}

const NO_SAMPLE: u64 = u64::MAX;

/// Bytes of a coordinate of a node.
pub const BYTES_OF_A_COORDINATE: usize = 5 * size_of::<f64>();

impl Parts {
    /// As bytes; see the module.
    ///
    /// # Errors
    /// If the coordinates of a node do not all count the same samples, which no engine does.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let head = Head {
            task: self.common.task.clone(),
            batch: self.common.batch,
            precision: self.common.precision,
        };
        let head = serde_json::to_vec(&head).map_err(|e| broken(&e.to_string()))?;
        let mut bytes = (head.len() as u32).to_le_bytes().to_vec();
        bytes.extend(head);
        let (b, factor) = self.common.baseline;
        numbers(&mut bytes, &[self.common.nominal, b, factor]);
        bytes.extend((self.common.dimension as u64).to_le_bytes());
        let nodes = self.tree.nodes();
        bytes.extend((nodes.len() as u32).to_le_bytes());
        for (level, index, moments) in nodes {
            bytes.extend(level.to_le_bytes());
            bytes.extend(index.to_le_bytes());
            write(&mut bytes, moments, self.common.dimension)?;
        }
        Ok(bytes)
    }

    /// The inverse of [`Parts::to_bytes`].
    ///
    /// # Errors
    /// If the bytes are no parts.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut rest = Reader(bytes);
        let length = rest.u32()? as usize;
        let head: Head = serde_json::from_slice(rest.take(length)?)
            .map_err(|error| broken(&format!("their head is no JSON of parts: {error}")))?;
        head.batch.check()?;
        let nominal = rest.f64()?;
        let baseline = (rest.f64()?, rest.f64()?);
        let dimension = usize::try_from(rest.u64()?).map_err(|_| broken("d is too large"))?;
        let mut tree = Tree::default();
        for _ in 0..rest.u32()? {
            let (level, index) = (rest.u32()?, rest.u64()?);
            tree.add_node(level, index, read(&mut rest, nominal, dimension)?)?;
        }
        rest.end()?;
        Ok(Self {
            common: Common {
                task: head.task,
                batch: head.batch,
                nominal,
                dimension,
                baseline,
                precision: head.precision,
            },
            tree,
        })
    }
}

fn write(bytes: &mut Vec<u8>, moments: &Moments, dimension: usize) -> Result<()> {
    let deviation = moments.deviation;
    bytes.extend(deviation.count.to_le_bytes());
    numbers(
        bytes,
        &[deviation.mean, deviation.m2, moments.largest_zeroth_order],
    );
    write_nonfinite(bytes, moments.nonfinite);
    let counts = |c: &Coordinate| (c.first_order.count, c.zeroth_order.count);
    let both = moments.coordinates.first().map_or((0, 0), counts);
    let alike = moments.coordinates.iter().all(|c| counts(c) == both);
    if !alike || moments.coordinates.len() != dimension {
        return Err(broken("coordinates that count different samples"));
    }
    bytes.extend(both.0.to_le_bytes());
    bytes.extend(both.1.to_le_bytes());
    bytes.reserve(BYTES_OF_A_COORDINATE * dimension);
    for Coordinate {
        first_order,
        zeroth_order,
        cross,
    } in &moments.coordinates
    {
        let first = [first_order.mean, first_order.m2];
        numbers(bytes, &first);
        numbers(bytes, &[zeroth_order.mean, zeroth_order.m2, *cross]);
    }
    Ok(())
}

fn read(rest: &mut Reader<'_>, nominal: f64, dimension: usize) -> Result<Moments> {
    let deviation = Spread {
        count: rest.u64()?,
        mean: rest.f64()?,
        m2: rest.f64()?,
    };
    let largest_zeroth_order = rest.f64()?;
    let nonfinite = read_nonfinite(rest)?;
    let (n1, n0) = (rest.u64()?, rest.u64()?);
    // A length that is wrong must not be believed before the bytes are there.
    let length = BYTES_OF_A_COORDINATE.checked_mul(dimension);
    let mut all = Reader(rest.take(length.ok_or_else(|| broken("d is too large"))?)?);
    let spread = |count, rest: &mut Reader<'_>| -> Result<Spread> {
        let (mean, m2) = (rest.f64()?, rest.f64()?);
        Ok(Spread { count, mean, m2 })
    };
    let mut coordinate = |_| -> Result<Coordinate> {
        Ok(Coordinate {
            first_order: spread(n1, &mut all)?,
            zeroth_order: spread(n0, &mut all)?,
            cross: all.f64()?,
        })
    };
    Ok(Moments {
        deviation,
        nominal,
        coordinates: (0..dimension).map(&mut coordinate).collect::<Result<_>>()?,
        largest_zeroth_order,
        nonfinite,
    })
}

pub(crate) fn write_nonfinite(bytes: &mut Vec<u8>, NonFinite { count, first }: NonFinite) {
    let (sample, time) = first.map_or((NO_SAMPLE, 0), |o| (o.sample, o.time));
    bytes.extend(count.to_le_bytes());
    bytes.extend(sample.to_le_bytes());
    bytes.extend(time.to_le_bytes());
}

pub(crate) fn read_nonfinite(rest: &mut Reader<'_>) -> Result<NonFinite> {
    let (count, sample, time) = (rest.u64()?, rest.u64()?, rest.u32()?);
    let first = (sample != NO_SAMPLE).then_some(Offender { sample, time });
    Ok(NonFinite { count, first })
}
