//! Words that several messages share.

/// The candidate nearest to `name` in edit distance, if it is near enough to be a typing error.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(name, c), c))
        .filter(|&(distance, c)| distance <= 1 + name.len().max(c.len()) / 3)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, c)| c.to_string())
}

/// ` (did you mean 'n'?)`, if there is a candidate.
pub(super) fn did_you_mean(nearest: &Option<String>) -> String {
    match nearest {
        Some(n) => format!(" (did you mean '{n}'?)"),
        None => String::new(),
    }
}

/// The names in quotation marks, or `none`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => "none".into(),
        names => names
            .iter()
            .map(|n| format!("'{n}'"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}
