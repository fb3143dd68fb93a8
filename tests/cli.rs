//! The command line as a user or a script meets it: names of the JSON, exit statuses, messages, files.

#[path = "cli/about.rs"]
mod about;
#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "common/cli.rs"]
mod cli;
#[path = "cli/gradient.rs"]
mod gradient;
#[path = "cli/optimize.rs"]
mod optimize;
#[path = "cli/streams.rs"]
mod streams;

/// An NPY file of version 1 with this header and these bytes.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}
