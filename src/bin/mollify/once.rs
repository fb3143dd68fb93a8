//! Flags that may be repeated, but not for one name.

use mollify::{Error, Result};

/// Refuses a name that is set twice: which of both counts would be a guess.
pub fn once(flag: &str, settings: &[(String, f64)]) -> Result<()> {
    for (i, (name, value)) in settings.iter().enumerate() {
        if settings[..i].iter().any(|(known, _)| known == name) {
            return Err(Error::InvalidValue {
                what: format!("{flag} {name}"),
                value: format!("{value} and another value"),
                expected: "given once".into(),
            });
        }
    }
    Ok(())
}
