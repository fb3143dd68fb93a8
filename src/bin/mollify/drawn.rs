//! Policy, noise and environment of a run, as people read them.

use mollify::error::Named;
use mollify::system::variant::Drawn;

/// The lines of a summary: name and value.
pub fn lines(drawn: &Drawn) -> Vec<Vec<String>> {
    let line = |name: &str, value: String| vec![name.to_string(), value];
    let noise = format!(
        "{}, noise {} on the {}",
        drawn.policy,
        drawn.noise.name(),
        drawn.noise_on.name()
    );
    let mut lines = vec![line("policy", noise)];
    for (name, draws) in [("initial", &drawn.initial), ("randomize", &drawn.randomize)] {
        if !draws.is_empty() {
            let draws = draws.iter().map(|(name, draw)| format!("{name}={draw}"));
            lines.push(line(name, draws.collect::<Vec<_>>().join(" ")));
        }
    }
    lines
}
