//! The house itself: arrows between modules, words and crates of the library.

mod architecture;
mod library;
