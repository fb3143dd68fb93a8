//! How much of a test is done, where the environment may ask for more than is done every time.

/// The whole number in that variable of the environment, also as 1e6; `usual` if there is none.
pub fn from_environment(name: &str, usual: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => match text.parse::<f64>() {
            Ok(amount) if amount >= 1.0 => amount as u64,
            _ => panic!("{name} is '{text}', expected a whole number such as 1e6"),
        },
        Err(_) => usual,
    }
}
