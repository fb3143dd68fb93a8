//! FNV-1a of 64 bits: tells bytes that were changed by accident, not those of somebody who wants to deceive.

/// The digest of what was added so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    /// That of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut digest = Self::default();
        digest.add(bytes);
        digest
    }

    /// That of these numbers, bit by bit.
    pub fn of_numbers(numbers: &[f64]) -> Self {
        let mut digest = Self::default();
        numbers.iter().for_each(|x| digest.add(&x.to_le_bytes()));
        digest
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    }

    /// As a number.
    pub fn value(&self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    /// By the published vectors.
    #[test]
    fn the_digest_is_fnv_1a() {
        for (text, expected) in [
            ("", "cbf29ce484222325"),
            ("a", "af63dc4c8601ec8c"),
            ("foobar", "85944171f73967e8"),
        ] {
            assert_eq!(Digest::of(text.as_bytes()).to_string(), expected);
        }
    }
}
