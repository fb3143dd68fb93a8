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
    let shape = &drawn.shape;
    if !shape.decide.is_empty() {
        lines.push(line("decide", shape.decide.join(" ")));
    }
    if !shape.sigmas.is_empty() {
        let sigmas = shape
            .sigmas
            .iter()
            .map(|(name, sigma)| format!("{name}={sigma}"));
        lines.push(line("sigma", sigmas.collect::<Vec<_>>().join(" ")));
    }
    if let Some(covariance) = &shape.covariance {
        lines.push(line("covariance", format!("{covariance}, times sigma²")));
    }
    if let Some(by) = shape.limit_by {
        let limits = shape
            .limits
            .iter()
            .map(|(name, limit)| format!("{name}={limit}"));
        let limits: Vec<String> = limits.collect();
        lines.push(line(
            "limits",
            format!("{}, by {}", limits.join(" "), by.name()),
        ));
    }
    if let Some(steps) = shape.truncation {
        lines.push(line("truncation", format!("every {steps} steps")));
    }
    if let Some(risk) = shape.risk {
        lines.push(line("risk", risk.to_string()));
    }
    for (name, draws) in [("initial", &drawn.initial), ("randomize", &drawn.randomize)] {
        if !draws.is_empty() {
            let draws = draws.iter().map(|(name, draw)| format!("{name}={draw}"));
            lines.push(line(name, draws.collect::<Vec<_>>().join(" ")));
        }
    }
    lines
}
