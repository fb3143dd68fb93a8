//! Choices that are made by name.

use super::Error;
use super::words::nearest;

/// A closed set of choices with the names that a user, a file or a binding writes.
pub trait Named: Copy + PartialEq + Sized + 'static {
    /// What is chosen: the name of the setting, for instance `baseline`.
    const WHAT: &'static str;

    /// Each choice with its name and a line about it for users.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// The name of this choice.
    fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(choice, _, _)| *choice == self)
            .map_or("", |(_, name, _)| name)
    }

    /// The choice of that name; [`Error::UnknownName`] lists those that there are.
    fn from_name(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().find(|(_, known, _)| *known == name);
        let names = || Self::ALL.iter().map(|(_, known, _)| *known);
        found
            .map(|(choice, _, _)| *choice)
            .ok_or_else(|| Error::UnknownName {
                what: Self::WHAT,
                name: name.into(),
                nearest: nearest(name, names()),
                known: names().map(String::from).collect(),
            })
    }
}
