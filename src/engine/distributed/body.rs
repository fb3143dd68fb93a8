//! What one worker found, as bytes: some parts of answers, each with the number of its question.
//!
//! ```text
//! u32 n, and n times: u32 number of the question, u64 length, Parts::to_bytes
//! ```

use crate::engine::parts::Parts;
use crate::error::{Error, Result};

/// As bytes; see the module.
///
/// # Errors
/// Those of [`Parts::to_bytes`].
pub fn to_bytes(found: &[(usize, Parts)]) -> Result<Vec<u8>> {
    let mut bytes = (found.len() as u32).to_le_bytes().to_vec();
    for (question, parts) in found {
        let parts = parts.to_bytes()?;
        bytes.extend((*question as u32).to_le_bytes());
        bytes.extend((parts.len() as u64).to_le_bytes());
        bytes.extend(parts);
    }
    Ok(bytes)
}

/// The inverse of [`to_bytes`].
///
/// # Errors
/// If the bytes are something else.
pub fn from_bytes(bytes: &[u8]) -> Result<Vec<(usize, Parts)>> {
    let wrong = || Error::invalid("the bytes of a part", "cut off", "what `to_bytes` wrote");
    let (count, mut rest) = bytes.split_first_chunk().ok_or_else(wrong)?;
    let mut found = Vec::new();
    for _ in 0..u32::from_le_bytes(*count) {
        let (question, after) = rest.split_first_chunk().ok_or_else(wrong)?;
        let (length, after) = after.split_first_chunk().ok_or_else(wrong)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| wrong())?;
        let (parts, after) = after.split_at_checked(length).ok_or_else(wrong)?;
        found.push((
            u32::from_le_bytes(*question) as usize,
            Parts::from_bytes(parts)?,
        ));
        rest = after;
    }
    match rest.is_empty() {
        true => Ok(found),
        false => Err(wrong()),
    }
}
