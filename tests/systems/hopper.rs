//! Hopper: flight, energy, landings, and a policy that hops.

use crate::engines::{batch, reference};
use mollify::continuity::{Line, Map, Search};
use mollify::engine::Engine;
use mollify::engine::nominal::nominal;
use mollify::estimate::Estimate;
use mollify::system::ParameterSet;
use mollify::system::task::Task;
use mollify::systems::hopper::{Parameters, apex};

/// No policy: theta of a linear one is 0.
fn passive(horizon: usize, changes: &[(&str, f64)]) -> (Parameters<f64>, Vec<[f64; 4]>) {
    let task = crate::engines::task("hopper", horizon, 0.1, changes)
        .with_policy(mollify::system::policy::Policy::Linear)
        .expect("linear");
    let states = nominal(&task, &[0.0; 4]).states;
    let rows = states.chunks(4).map(|x| [x[0], x[1], x[2], x[3]]);
    (
        Parameters::from_fn(|i| task.parameters()[i]),
        rows.collect(),
    )
}

#[test]
fn it_falls_freely_until_it_lands() {
    let (_, states) = passive(150, &[]);
    for (t, x) in states.iter().enumerate() {
        let (t, h) = (t as f64, 0.001);
        // Semi-implicit: v = -g h t, y = y₀ - g h² t (t + 1)/2.
        let height = 0.15 - 9.81 * h * h * t * (t + 1.0) / 2.0;
        assert!((x[0] - height).abs() < 1e-12 && x[1].abs() < 1e-12);
        assert!((x[2] + 9.81 * h * t).abs() < 1e-12);
    }
}

/// Energy of body, foot, leg and ground, J.
fn energy(p: &Parameters<f64>, [foot, extension, v_body, v_foot]: [f64; 4]) -> f64 {
    let height = foot + p.leg_length + extension;
    let depth = foot.min(0.0);
    0.5 * (p.body_mass * v_body.powi(2) + p.foot_mass * v_foot.powi(2))
        + p.gravity * (p.body_mass * height + p.foot_mass * foot)
        + 0.5 * (p.leg_stiffness * extension.powi(2) + p.ground_stiffness * depth.powi(2))
}

/// A semi-implicit step wanders by O(h ω) of the energy in each impact, ω = √(k_g/m_f): it must shrink with h.
#[test]
fn energy_is_conserved_without_dampers() {
    let wander = |time_step: f64| {
        let steps = (0.6 / time_step) as usize;
        let changes = [
            ("leg_damping", 0.0),
            ("ground_dissipation", 0.0),
            ("time_step", time_step),
        ];
        let (p, states) = passive(steps, &changes);
        assert!(states.iter().any(|x| x[0] < 0.0), "it lands");
        let first = energy(&p, states[0]);
        let all = states.iter().map(|x| (energy(&p, *x) - first).abs());
        all.fold(0.0, f64::max)
    };
    let (coarse, fine) = (wander(1e-4), wander(1e-5));
    // Of 7 J, ω h = 0.045 and 0.0045.
    assert!(coarse < 0.1 && fine < 0.2 * coarse, "{coarse}, {fine}");
}

#[test]
fn dampers_and_landings_only_take_energy() {
    let (p, states) = passive(1000, &[]);
    let apex_at = |t: usize| apex(&p, states[t]);
    // Before the landing at 0.17 s, and after the first hop.
    assert!((apex_at(100) - 0.65).abs() < 1e-3, "{}", apex_at(100));
    assert!(apex_at(999) < 0.6, "{}", apex_at(999));
    let deepest = states.iter().map(|x| x[0]).fold(0.0, f64::min);
    assert!(
        (-0.01..-1e-4).contains(&deepest),
        "a stiff ground: {deepest} m"
    );
}

#[test]
fn warning_is_where_the_step_blows_up() {
    let warns = |contact: &str, stiffness: f64| {
        let task = Task::find_with("hopper", Some(contact))
            .and_then(|t| t.with_parameter("ground_stiffness", stiffness));
        task.expect(contact).warning().is_some()
    };
    // h² (k_g + 500)/0.1 + 2 h (1 or 31)/0.1 = 4.
    for (contact, limit) in [("hunt-crossley", 397_500.0), ("kelvin-voigt", 337_500.0)] {
        assert!(!warns(contact, 2e4), "{contact}");
        assert!(!warns(contact, 0.999 * limit), "{contact}");
        assert!(warns(contact, 1.001 * limit), "{contact}");
    }
}

/// The body's velocity at the end over the foot's height at the start: the law that jumps at the touch makes a staircase of it.
/// Its stairs are small, for the foot is light, and it is the body that is looked at.
#[test]
fn damping_that_jumps_at_the_touch_makes_a_staircase() {
    let line = |contact: &str, time_step: f64| {
        let task = Task::find_with("hopper", Some(contact))
            .and_then(|t| t.with_parameter("time_step", time_step))
            .and_then(|t| t.with_horizon((0.25 / time_step).round() as usize))
            .and_then(|t| t.with_policy(mollify::system::policy::Policy::Linear))
            .expect(contact);
        let map = Map::new(&task, &[0.0; 4], "foot_height", "body_velocity").expect("a map");
        let places: Vec<f64> = (0..200).map(|i| 0.1 + 0.1 * f64::from(i) / 199.0).collect();
        let search = Search {
            tolerance: Some(1e-4),
            ..Search::default()
        };
        Line::search(&|x| map.at(x), &places, &search).expect("a line")
    };
    for time_step in [1e-3, 5e-4] {
        let smooth = line("hunt-crossley", time_step);
        assert_eq!(smooth.jumps, [], "{time_step}");
        let slope = smooth.rise() / smooth.range();
        let share = smooth.pathwise_slope() / slope;
        assert!((share - 1.0).abs() < 0.02, "{time_step}: {share}");
    }
    let stairs = line("kelvin-voigt", 1e-3);
    // The time of the touch, √(2 y/g), passes 0.059 s of steps.
    let (count, sum) = (stairs.jumps.len(), stairs.sum_of_jumps());
    assert!(count.abs_diff(59) <= 3, "{count}");
    let missed = (sum / stairs.rise()).abs();
    assert!((0.005..0.01).contains(&missed), "{missed}");
}

/// Four steps against the first-order gradient of a few samples; the rollout is shorter, but has a whole stance.
#[test]
fn policy_learns_to_hop() {
    let task = Task::find("hopper").and_then(|t| t.with_horizon(450));
    let task = task.expect("hopper");
    let mut theta = task.start();
    let before = nominal(&task, &theta).cost;
    for iteration in 0..4 {
        let moments = reference().moments(&task, &theta, &batch(16, iteration));
        let gradient = Estimate::first_order(&moments.expect("moments")).gradient;
        let length = 0.3 / gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        for (x, g) in theta.iter_mut().zip(&gradient) {
            *x -= length * g;
        }
    }
    let after = nominal(&task, &theta).cost;
    assert!(after < 0.9 * before, "{before} to {after}");
}
