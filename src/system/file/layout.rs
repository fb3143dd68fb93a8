//! How the text is laid out: a text that people read and compare.

/// One node and one field a line.
pub fn in_lines(text: &str) -> String {
    let breaks = [
        (",\"", ",\n\""),
        ("],[", "],\n["),
        ("},{", "},\n{"),
        ("[[", "[\n["),
    ];
    let text = breaks
        .into_iter()
        .fold(text.to_string(), |text, (at, to)| broken(&text, at, to));
    text + "\n"
}

/// Breaks lines at `from`, but neither within strings nor between the words of a node.
fn broken(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let (mut depth, mut quoted, mut escaped, mut skip) = (0_usize, false, false, 0);
    for (i, c) in text.char_indices() {
        let inner_word = depth > 0 && from == ",\"";
        if skip == 0 && !quoted && !inner_word && text[i..].starts_with(from) {
            out.push_str(to);
            skip = from.chars().count();
        }
        if skip == 0 {
            out.push(c);
        } else {
            skip -= 1;
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    out
}
