//! Which jumps stay when the time step shrinks: the same ones are found at each step, by place and size.

use super::jump::Jump;
use super::line::Line;

/// A jump that changes by less than this factor, from the largest step to the smallest, stays.
const STAYS: f64 = 0.75;
/// A jump is looked for within this part of the range at another step.
const NEAR: f64 = 0.02;

/// Whether each jump of the first line shrinks with the time step; the lines are in the order of falling steps.
///
/// Each jump of a line is matched with at most one of the next, nearest first, in place and in size: artefacts of stepping are many,
/// and some lie beside a jump that stays. What has no match at a step shrinks, and so does what was smaller or larger in the end: with
/// the step an artefact becomes another one.
pub(super) fn shrink(lines: &[Line]) -> Vec<bool> {
    let Some(first) = lines.first() else {
        return Vec::new();
    };
    // Where each jump is in the line that was looked at last.
    let mut tracked: Vec<Option<usize>> = (0..first.jumps.len()).map(Some).collect();
    for pair in lines.windows(2) {
        let same = matched(&pair[0], &pair[1]);
        for place in &mut tracked {
            *place = place.and_then(|i| same[i]);
        }
    }
    let last = &lines[lines.len() - 1];
    let stays = |(jump, place): (&Jump, &Option<usize>)| {
        place.is_some_and(|i| is_alike(jump, &last.jumps[i]))
    };
    first
        .jumps
        .iter()
        .zip(&tracked)
        .map(|pair| !stays(pair))
        .collect()
}

fn is_alike(one: &Jump, other: &Jump) -> bool {
    let ratio = other.size() / one.size();
    (STAYS..=1.0 / STAYS).contains(&ratio)
}

/// For each jump of a line, the same one of another line, if there is one.
fn matched(line: &Line, other: &Line) -> Vec<Option<usize>> {
    let mut pairs = Vec::new();
    for (i, jump) in line.jumps.iter().enumerate() {
        let near = reach(line, i);
        for (j, candidate) in other.jumps.iter().enumerate() {
            let away = (candidate.low - jump.low).abs() / near;
            if away <= 1.0 && is_alike(jump, candidate) {
                let change = (candidate.size() / jump.size()).ln().abs();
                pairs.push((away + change / (1.0 / STAYS).ln(), i, j));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found = vec![None; line.jumps.len()];
    let mut taken = vec![false; other.jumps.len()];
    for (_, i, j) in pairs {
        if found[i].is_none() && !taken[j] {
            (found[i], taken[j]) = (Some(j), true);
        }
    }
    found
}

/// How far a jump may move: not half as far as the next one of its size or more, that it would be taken for.
fn reach(line: &Line, i: usize) -> f64 {
    let own = &line.jumps[i];
    let others = line
        .jumps
        .iter()
        .enumerate()
        .filter(|(k, other)| *k != i && other.size().abs() >= STAYS * own.size().abs());
    let nearest = others
        .map(|(_, other)| (other.low - own.low).abs())
        .fold(f64::INFINITY, f64::min);
    (0.5 * nearest)
        .min(NEAR * line.range())
        .max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::continuity::Search;

    /// f = -√(1 - x²) on (0, 1) in stairs of h, and 1 beyond: the contact with a corner at a point. Only the jump of 1 stays, whatever
    /// stairs are beside it.
    #[test]
    fn one_jump_stays_among_stairs() {
        let line = |h: f64| {
            let f = move |x: f64| {
                let smooth = -(1.0 - x * x).max(0.0).sqrt();
                Ok(if x > 1.0 {
                    1.0
                } else {
                    h * (smooth / h).floor()
                })
            };
            let places: Vec<f64> = (0..300).map(|i| 3.5 * f64::from(i) / 299.0 - 0.5).collect();
            Line::search(&f, &places, &Search::default()).expect("a grid")
        };
        let lines = [0.02, 0.01, 0.005].map(line);
        let stays: Vec<&Jump> = lines[0]
            .jumps
            .iter()
            .zip(shrink(&lines))
            .filter_map(|(jump, shrinks)| (!shrinks).then_some(jump))
            .collect();
        assert!(lines[0].jumps.len() > 20);
        assert_eq!(stays.len(), 1, "{stays:?}");
        assert!((stays[0].low - 1.0).abs() < 1e-9);
    }
}
