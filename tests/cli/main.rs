//! The command line as a user or a script meets it: names of the JSON, exit statuses, messages, files.

#[path = "../common/amount.rs"]
mod amount;
#[path = "../common/cli.rs"]
mod cli;
#[path = "../common/gpu.rs"]
mod gpu;

mod about;
mod bad_input;
mod bench;
mod contact;
mod control;
mod doctor;
mod draw;
mod faults;
mod folders;
mod full_disk;
mod gradient;
mod landscape;
mod linearize;
mod optimize;
mod parts;
mod plan;
mod policies;
mod reproduce;
mod shaping;
mod streams;
mod sweep;
mod systems;
mod trees;

/// An NPY file of version 1 with this header and these bytes.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}
