//! Numbers as bytes, little-endian, and back.

use crate::error::{Error, Result};

/// What is left to read.
pub(crate) struct Reader<'a>(pub &'a [u8]);

/// The error of bytes that nobody here wrote.
pub(crate) fn broken(problem: &str) -> Error {
    Error::invalid("the bytes of parts", problem, "what `to_bytes` wrote")
}

/// Adds numbers.
pub(crate) fn numbers(bytes: &mut Vec<u8>, values: &[f64]) {
    values.iter().for_each(|x| bytes.extend(x.to_le_bytes()));
}

/// Adds a length.
pub(crate) fn length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend((length as u64).to_le_bytes());
}

impl<'a> Reader<'a> {
    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let too_few = || broken(&format!("{} bytes where {length} follow", self.0.len()));
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(too_few)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub fn f64(&mut self) -> Result<f64> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// A length, which may be wrong.
    pub fn length(&mut self) -> Result<usize> {
        usize::try_from(self.u64()?).map_err(|_| broken("a length is too large"))
    }

    /// So many numbers; a length that is wrong is not believed before the bytes are there.
    pub fn f64s(&mut self, count: usize) -> Result<Vec<f64>> {
        let bytes = count
            .checked_mul(8)
            .ok_or_else(|| broken("a length is too large"))?;
        let mut all = Reader(self.take(bytes)?);
        (0..count).map(|_| all.f64()).collect()
    }

    /// Refuses bytes that are left.
    pub fn end(&self) -> Result<()> {
        match self.0.len() {
            0 => Ok(()),
            more => Err(broken(&format!("{more} bytes too many"))),
        }
    }
}
