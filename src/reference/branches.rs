//! Which samples may differ between f32 and f64, because a branch was too close to call.

use crate::margin::{Margin, UNIT_ROUNDOFF};
use crate::task::Task;

/// How near a sample came to taking another branch, in units of the f32 error expected there; below 1 it may
/// differ between the engines.
///
/// The error expected of a state after t steps is 2√t roundings of its largest value so far, as of a random
/// walk, and sixteen times its distance from a shadow: the same trajectory with every state rounded to f32. The
/// shadow shows what rounding grows to where the system itself amplifies it, as stiff contact does. The error
/// of a control is 16 roundings, which covers the 7 ulp of the normal generator.
pub fn sample_margin(task: &Task, theta: &[f64], noise: &[f64]) -> f64 {
    let model = task.model();
    let (n, m) = (model.state_size(), model.control_size());
    let p = task.parameters();
    let mut state = task.initial_state().to_vec();
    let mut shadow: Vec<f64> = state.iter().map(|x| f64::from(*x as f32)).collect();
    let mut largest = vec![0.0_f64; n];
    let mut margin = f64::INFINITY;
    for t in 0..=task.horizon() {
        let roundings = 2.0 * (t as f64).sqrt() * UNIT_ROUNDOFF;
        let inputs: Vec<Margin> = (0..n)
            .map(|i| {
                largest[i] = largest[i].max(state[i].abs());
                let drift = SHADOW * (state[i] - shadow[i]).abs();
                Margin::input(state[i], roundings * largest[i] + drift)
            })
            .collect();
        if t == task.horizon() {
            return margin.min(model.final_margin(p, &inputs));
        }
        let control: Vec<f64> = (t * m..(t + 1) * m).map(|i| theta[i] + noise[i]).collect();
        let controls: Vec<Margin> = (t * m..(t + 1) * m)
            .zip(&control)
            .map(|(i, u)| {
                let error = 16.0 * UNIT_ROUNDOFF * (theta[i].abs() + noise[i].abs());
                Margin::input(*u, error)
            })
            .collect();
        let (next, here) = model.margin(p, &inputs, &controls);
        margin = margin.min(here);
        state = next;
        let rounded: Vec<f64> = control.iter().map(|u| f64::from(*u as f32)).collect();
        let before = shadow.clone();
        model.advance(p, &before, &rounded, &mut shadow);
        shadow.iter_mut().for_each(|x| *x = f64::from(*x as f32));
    }
    margin
}

/// How many times the distance to the shadow counts as expected error.
const SHADOW: f64 = 16.0;
