//! What the empirical-bias report says to people about the coordinates that differ most.

use crate::output::{number, with_error};
use mollify::estimate::Mixed;
use mollify::estimate::bias::Disagreement;
use mollify::estimate::document::Explained;

/// Coordinates that are shown; the JSON has all.
const SHOWN: usize = 4;

/// One line per coordinate for those that differ most.
pub fn worst(explained: &Explained<'_>, mixed: &Mixed) -> Vec<String> {
    let coordinates = &explained.report.coordinates;
    let Some(first) = &mixed.first_order else {
        return Vec::new();
    };
    let mut order: Vec<usize> = (0..coordinates.len()).collect();
    // Where no error is known the differences themselves are all there is.
    let unknown = coordinates.iter().any(Disagreement::is_unknown);
    let by = |i: usize| match unknown {
        true => coordinates[i].difference.abs(),
        false => coordinates[i].z.abs(),
    };
    order.sort_by(|a, b| by(*b).total_cmp(&by(*a)));
    let line = |i: &usize| {
        let zeroth = &mixed.zeroth_order;
        let disagreement = match unknown {
            true => format!("a difference of {}, of unknown error", number(by(*i))),
            false => format!("disagreement of {:.2} standard errors", by(*i)),
        };
        format!(
            "[{i}] first order says {}, zeroth order says {}: {disagreement}",
            with_error(first.gradient[*i], first.std_error[*i]),
            with_error(zeroth.gradient[*i], zeroth.std_error[*i]),
        )
    };
    order.iter().take(SHOWN).map(line).collect()
}
