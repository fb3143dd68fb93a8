//! A file whose bytes are whole or are refused: a head to read, a body, and a digest of both.
//!
//! ```text
//! mollify-part 1             what it is, and the version of this format
//! {"bytes":4711,…}           the head, one line of JSON; `bytes` is the length of the body
//! …                          the body
//! 0123456789abcdef           FNV-1a of 64 bits of all before it, and the end of the line
//! ```

use crate::files::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The first line, without its end.
const MAGIC: &str = "mollify-part 1";
/// Digits of the digest and the end of their line.
const SEAL: usize = 17;

/// A head as it stands in the file.
#[derive(Serialize, Deserialize)]
struct Line<H> {
    bytes: u64,
    #[serde(flatten)]
    head: H,
}

/// The bytes of a file.
///
/// # Errors
/// If the head cannot be written as JSON.
pub fn seal<H: Serialize>(head: &H, body: &[u8]) -> serde_json::Result<Vec<u8>> {
    let bytes = body.len() as u64;
    let line = serde_json::to_string(&Line { bytes, head })?;
    let mut file = format!("{MAGIC}\n{line}\n").into_bytes();
    file.extend(body);
    let digest = Digest::of(&file);
    file.extend(format!("{digest}\n").into_bytes());
    Ok(file)
}

/// Head and body of a file.
///
/// # Errors
/// What is wrong with it, in words: that it is another file, was cut off, or has changed.
pub fn open<H: DeserializeOwned>(file: &[u8]) -> Result<(H, &[u8]), String> {
    let begins = MAGIC.as_bytes();
    if !file.starts_with(&begins[..file.len().min(begins.len())]) {
        return Err("it is no part of a run".into());
    }
    let torn = || format!("it ends after {} bytes", file.len());
    let mut lines = file.splitn(3, |byte| *byte == b'\n');
    let (Some(magic), Some(line), Some(rest)) = (lines.next(), lines.next(), lines.next()) else {
        return Err(torn());
    };
    if magic != begins {
        let found = String::from_utf8_lossy(magic);
        return Err(format!("it is '{found}', and this release reads '{MAGIC}'"));
    }
    if rest.len() < SEAL {
        return Err(torn());
    }
    let (content, seal) = file.split_at(file.len() - SEAL);
    let body = &rest[..rest.len() - SEAL];
    let head = serde_json::from_slice::<Line<H>>(line);
    let whole = |bytes: u64| bytes == body.len() as u64;
    match head {
        Ok(head) if !whole(head.bytes) => Err(torn()),
        _ if format!("{}\n", Digest::of(content)).as_bytes() != seal => {
            Err("its bytes have changed since it was written".into())
        }
        Err(error) => Err(format!("its head is another one: {error}")),
        Ok(head) => Ok((head.head, body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_was_sealed_is_read_again() {
        for body in [&b""[..], b"\n", &[0, 255, b'\n', 7]] {
            let head = json!({ "part": 3, "mean": 0.1 });
            let file = seal(&head, body).expect("plain data");
            let (found, bytes) = open::<Value>(&file).expect("it is whole");
            assert_eq!((found, bytes), (head, body));
        }
    }

    /// Cut anywhere, or with any byte changed.
    #[test]
    fn every_torn_or_edited_file_is_found() {
        let file = seal(&json!({ "part": 3 }), b"some\nbytes").expect("plain data");
        for length in 0..file.len() {
            let problem = open::<Value>(&file[..length]).expect_err("it is torn");
            assert!(problem.contains("ends after"), "{length}: {problem}");
        }
        for at in 0..file.len() {
            let mut edited = file.clone();
            edited[at] ^= 1;
            open::<Value>(&edited).expect_err("it has changed");
        }
        let more = [&file[..], b"x"].concat();
        open::<Value>(&more).expect_err("it is longer");
        let other = open::<Value>(b"PK\x03\x04").expect_err("it is an archive");
        assert_eq!(other, "it is no part of a run");
    }
}
