//! A linearization for people.

use crate::output::{number, table, with_error};
use mollify::estimate::linearize::{Choice, Document, Reason};

/// The text.
pub fn for_people(d: &Document<'_>) -> String {
    let kappa = d.kappa.map_or("inf".into(), number);
    let pairs = if d.settings.pairs { " in pairs" } else { "" };
    let of = if d.barrier_under_noise {
        "smoothed"
    } else {
        "exact"
    };
    let mut text = format!(
        "{} on {}: barrier of {kappa} 1/J, {} m; {} {of} steps{pairs}, noise of {} on commands and {} on the state, seed {}\n\n",
        d.task,
        d.engine,
        number(d.length),
        d.settings.samples,
        number(d.settings.sigma),
        number(d.settings.state_sigma),
        d.settings.seed,
    );
    let (mixed, header) = (
        &d.mixed.estimate,
        ["", "barrier", "first order", "zeroth order", "mixed"],
    );
    let mut rows = Vec::new();
    for (i, name) in d.names.state.iter().enumerate() {
        let ways = [d.first_order, d.zeroth_order, mixed];
        let values = ways.map(|w| with_error(w.c[i], w.std_error.c[i]));
        rows.push(row(format!("c {name}"), d.barrier.c[i], values));
    }
    for (i, name) in d.names.state.iter().enumerate() {
        for (j, by) in d.names.control.iter().enumerate() {
            let ways = [d.first_order, d.zeroth_order, mixed];
            let values = ways.map(|w| with_error(w.b[i][j], w.std_error.b[i][j]));
            rows.push(row(format!("B {name} by {by}"), d.barrier.b[i][j], values));
        }
    }
    text += &table(&header, rows, 1..5);
    let forces: Vec<String> = d.barrier.normal_forces.iter().map(|f| number(*f)).collect();
    text += &format!("\nnormal forces of the barrier, N: {}\n", forces.join(", "));
    text += &described("B", &d.mixed.choice);
    text += &described("A", &d.mixed.choice_of_a);
    text + "A, and the derivatives of the forces by state and command (C and D), are in --json.\n"
}

fn row(name: String, barrier: f64, values: [String; 3]) -> Vec<String> {
    [name, number(barrier)].into_iter().chain(values).collect()
}

fn described(matrix: &str, choice: &Choice) -> String {
    let why = match choice.reason {
        Reason::LeastVariance => "least variance of the mix",
        Reason::NoVariance => "neither order varies",
        Reason::Disagreement => {
            "the orders differ by more than chance: the step jumps within the noise"
        }
    };
    format!(
        "alpha of {matrix} {}: {why}; the orders differ by at most {} standard errors, chance allows {}\n",
        number(choice.alpha),
        number(choice.disagreement),
        number(choice.limit)
    )
}
