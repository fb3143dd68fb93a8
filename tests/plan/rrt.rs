//! Trees over smoothed contact: the metric, the way back through a tree, rates over seeds, and what is refused.

use mollify::contact::quasidynamic::smoothing;
use mollify::plan::Gradient;
use mollify::plan::rrt::{
    Ablation, Ended, Extension, Local, Metric, Problem, Settings, Tree, deepest_overlap, grow,
};
use mollify::{Interrupt, Result, Task};

const TASKS: [&str; 3] = ["planar-pushing", "ball-grazing", "planar-hand"];

fn near(found: f64, expected: f64, bound: f64) {
    assert!(
        (found - expected).abs() <= bound,
        "{found} is not {expected}"
    );
}

fn task(name: &str) -> Task {
    Task::find(name).expect("a task")
}

fn published(task: &Task) -> (Problem, Settings) {
    let problem = &task.model().planning().expect("a planning problem").problem;
    let settings = Settings::published(problem);
    (Problem::published(task).expect("a problem"), settings)
}

fn grown(task: &Task, problem: &Problem, settings: &Settings) -> Result<Tree> {
    grow(task, problem, settings, &Interrupt::default(), &mut |_| ())
}

/// Parameters with the smoothing of a weight in 1/J; 0 for none.
fn smoothed(task: &Task, kappa: Option<f64>) -> Vec<f64> {
    let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
    let compliance = steps.contact_compliance(task.parameters());
    let at = task.model().parameter_index("smoothing").expect("a length");
    let mut parameters = task.parameters().to_vec();
    parameters[at] = kappa.map_or(0.0, |kappa| smoothing::length(kappa, compliance));
    parameters
}

#[test]
fn the_metric_is_that_of_the_least_change_of_the_command() {
    // B = diag(.1, .2) over a row of 0, γ = .01: P = diag(50, 20, 100).
    let local = Local::<3>::new([0.0; 3], &[0.1, 0.0, 0.0, 0.2, 0.0, 0.0], 2, 0.01);
    near(local.distance(&[0.1, 0.1, 0.1]), 0.5 + 0.2 + 1.0, 1e-14);
    // One command, B = b = (.3, .4): P = (1 - b b'/(γ + |b|²))/γ.
    let local = Local::<2>::new([1.0, -1.0], &[0.3, 0.4], 1, 0.05);
    let expected = (5.0 - 1.1_f64.powi(2) / 0.3) / 0.05;
    near(local.distance(&[2.0, 1.0]), expected, 1e-12);
    // Coordinates that there are not add nothing.
    let padded = Local::<6>::new([1.0, -1.0, 0.0, 0.0, 0.0, 0.0], &[0.3, 0.4], 1, 0.05);
    near(
        padded.distance(&[2.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        expected,
        1e-12,
    );
}

#[test]
fn the_metric_of_a_push_at_the_centre_of_a_face_is_known() {
    // The disc touches the face, commanded to where it is: both rows have W = .024 by themselves and c = 0, so that
    // λ = √(μ/W), dλ/dc = -1/(2 W), and the normal force is 1.2909944 N.
    let task = task("planar-pushing");
    let planning = task.model().planning().expect("a planning problem");
    let q = [0.0, 0.0, 0.0, 0.0, -0.6];
    let step = planning.respond(&smoothed(&task, Some(100.0)), &q, &q[3..]);
    let b = [[1.0 / 27.0, 0.0], [0.0, 1.0 / 12.0], [5.0 / 9.0, 0.0]];
    for (found, expected) in step.by_control.iter().zip(b.as_flattened()) {
        near(*found, *expected, 1e-12);
    }
    let centre = [step.next[0], step.next[1], step.next[2]];
    near(centre[1], 1.290_994_448_7 / 500.0, 1e-12);
    let local = Local::<3>::new(centre, &step.by_control[..6], 2, 0.01);
    let off = |by: [f64; 3]| [0, 1, 2].map(|i| centre[i] + by[i]);
    near(
        local.distance(&off([0.0, 0.1, 0.0])),
        0.01 / (1.0 / 144.0 + 0.01),
        1e-12,
    );
    // (δ² - (b δ)²/(γ + |b|²))/γ with b = (1/27, 5/9)
    let length = (1.0_f64 / 27.0).powi(2) + (5.0_f64 / 9.0).powi(2);
    let expected = (0.01 - (0.1_f64 * 5.0 / 9.0).powi(2) / (0.01 + length)) / 0.01;
    near(local.distance(&off([0.0, 0.0, 0.1])), expected, 1e-10);
}

#[test]
fn single_steps_and_their_b_are_those_of_dual_numbers() {
    for name in TASKS {
        let task = task(name);
        let steps = task.model().quasi_dynamics().expect("quasi-dynamic");
        let planning = task.model().planning().expect("a planning problem");
        let objects = planning.problem.objects;
        for kappa in [100.0, 1e4, 1e6] {
            let parameters = smoothed(&task, Some(kappa));
            for k in 0..20 {
                let value =
                    |x: f64, i: usize| x + 0.03 * (1.7 * f64::from(k) + 2.3 * i as f64).sin();
                let start = task.initial_state().iter().enumerate();
                let q: Vec<f64> = start
                    .take(steps.sizes.state)
                    .map(|(i, x)| value(*x, i))
                    .collect();
                let u: Vec<f64> = (objects..q.len()).map(|i| value(q[i], i + 40)).collect();
                let found = planning.respond(&parameters, &q, &u);
                let expected = steps.linearize(&parameters, &q, &u);
                for (a, b) in found.next.iter().zip(&expected.next) {
                    near(*a, *b, 1e-12);
                }
                // The loop of many rows leaves up to 1e-6 of the forces to the Newton step behind it.
                let bound = if name == "planar-hand" { 1e-5 } else { 1e-7 };
                for (a, b) in found.by_control.iter().zip(&expected.next_by_control) {
                    near(*a, *b, bound);
                }
                assert_eq!(planning.advance(&parameters, &q, &u), found.next);
            }
        }
    }
}

#[test]
fn every_step_of_a_tree_is_a_step_of_the_system_or_a_new_grasp() {
    for (name, extension) in [
        ("planar-pushing", Extension::Smoothed),
        ("planar-pushing", Extension::Exact),
        ("ball-grazing", Extension::Smoothed),
        ("planar-hand", Extension::Smoothed),
    ] {
        let task = task(name);
        let (problem, settings) = published(&task);
        let settings = Settings {
            nodes: 60,
            regrasp_probability: 0.2,
            tolerance: 1e-6,
            extension,
            ..settings
        };
        let tree = grown(&task, &problem, &settings).expect("a tree");
        assert_eq!((tree.nodes.len(), tree.ended), (60, Ended::Full));
        let planning = task.model().planning().expect("a planning problem");
        let objects = planning.problem.objects;
        let kappa = (extension == Extension::Smoothed).then_some(settings.kappa);
        let parameters = smoothed(&task, kappa);
        let (mut regrasps, mut longest) = (0, 0.0_f64);
        for (i, node) in tree.nodes.iter().enumerate().skip(1) {
            let parent = &tree.nodes[node.parent.filter(|p| *p < i).expect("an earlier one")];
            match &node.command {
                Some(command) => {
                    let change = command.iter().zip(&parent.q[objects..]);
                    let square: f64 = change.map(|(u, q)| (u - q).powi(2)).sum();
                    longest = longest.max(square.sqrt());
                    assert_eq!(planning.advance(&parameters, &parent.q, command), node.q);
                }
                None => {
                    regrasps += 1;
                    assert_eq!(node.q[..objects], parent.q[..objects]);
                    assert!(
                        deepest_overlap(&task, &node.q) < 1e-3,
                        "{name}: {:?}",
                        node.q
                    );
                }
            }
        }
        assert!(regrasps > 2, "{regrasps}");
        // Most subgoals are far, so that steps are as long as they may be.
        near(longest, settings.step, 1e-12);
        // The way to the best node, from the root on.
        let path = tree.path(tree.best, task.model().control_size());
        assert_eq!(path.states.len(), path.commands.len() + 1);
        assert_eq!(path.states[0], tree.nodes[0].q);
        assert_eq!(path.states.last(), Some(&tree.nodes[tree.best].q));
        for (t, command) in path.commands.iter().enumerate() {
            let expected = match path.regrasps.contains(&t) {
                true => path.states[t + 1].clone(),
                false => planning.advance(&parameters, &path.states[t], command),
            };
            assert_eq!(expected, path.states[t + 1]);
        }
    }
}

/// Of so many seeds.
fn reached(ablation: Ablation, seeds: u64) -> usize {
    let task = task("planar-pushing");
    let (problem, settings) = published(&task);
    let is_reached = |seed: &u64| {
        let settings = ablation.of(Settings {
            seed: *seed,
            ..settings.clone()
        });
        grown(&task, &problem, &settings).expect("a tree").reached()
    };
    (0..seeds).filter(is_reached).count()
}

/// The same as in the published comparison: `mollify reproduce contact-rrt` has the rates of more seeds.
#[test]
fn smoothing_new_grasps_and_the_local_metric_are_what_reaches_the_goal() {
    const SEEDS: u64 = 40;
    let published = reached(Ablation::None, SEEDS);
    assert!(published >= 22, "{published}");
    for (ablation, most) in [
        (Ablation::ExactB, 12),
        (Ablation::NoRegrasps, 4),
        (Ablation::GlobalMetric, 8),
    ] {
        let found = reached(ablation, SEEDS);
        assert!(found <= most, "{ablation:?}: {found}");
    }
}

#[test]
fn the_hand_turns_the_ball_by_a_quarter_with_new_grasps() {
    let task = task("planar-hand");
    let (mut problem, settings) = published(&task);
    problem.goal[2] = std::f64::consts::FRAC_PI_2;
    let reaches = |seed: &u64| {
        let settings = Settings {
            nodes: 2000,
            regrasp_probability: 0.3,
            seed: *seed,
            ..settings.clone()
        };
        let tree = grown(&task, &problem, &settings).expect("a tree");
        // The local metric counts turns that a command of a tenth of a radian would make.
        tree.reached() && tree.least_error(&problem.goal) < 0.1
    };
    let found = (0..4).filter(reaches).count();
    assert!(found >= 2, "{found} of 4");
}

#[test]
fn grazing_fails_with_the_ball_where_it_is_and_works_with_new_grasps() {
    let task = task("ball-grazing");
    let (problem, settings) = published(&task);
    let tree = |regrasp_probability| {
        let settings = Settings {
            nodes: 1500,
            regrasp_probability,
            ..settings.clone()
        };
        grown(&task, &problem, &settings).expect("a tree")
    };
    assert_eq!(tree(0.0).ended, Ended::Full);
    let with_grasps = tree(0.2);
    assert!(with_grasps.reached() && with_grasps.least_error(&problem.goal) < 0.05);
}

#[test]
fn a_tree_depends_on_seed_and_batch_alone() {
    let task = task("planar-pushing");
    let (problem, settings) = published(&task);
    for batch in [1, 16] {
        let settings = Settings {
            nodes: 150,
            batch,
            seed: 7,
            ..settings.clone()
        };
        let first = grown(&task, &problem, &settings).expect("a tree");
        let one_thread = rayon_pool().install(|| grown(&task, &problem, &settings));
        assert_eq!(first, one_thread.expect("a tree"));
        assert_eq!(first.tries % batch as u64, 0);
        let other = Settings {
            seed: 8,
            ..settings
        };
        assert_ne!(first, grown(&task, &problem, &other).expect("a tree"));
    }
}

fn rayon_pool() -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.build().expect("a thread")
}

#[test]
fn an_interrupt_keeps_the_tree() {
    let task = task("planar-pushing");
    let (problem, settings) = published(&task);
    let interrupt = Interrupt::default();
    let settings = Settings {
        tolerance: 1e-9,
        ..settings
    };
    let tree = grow(&task, &problem, &settings, &interrupt, &mut |progress| {
        if progress.nodes == 40 {
            interrupt.set();
        }
    });
    let tree = tree.expect("a tree");
    assert_eq!((tree.ended, tree.nodes.len()), (Ended::Interrupted, 40));
    assert!(tree.distance.is_finite());
}

#[test]
fn a_threshold_that_nothing_is_within_ends_the_tree() {
    let task = task("planar-pushing");
    let (problem, settings) = published(&task);
    let settings = Settings {
        nodes: 3,
        threshold: 1e-9,
        ..settings
    };
    let tree = grown(&task, &problem, &settings).expect("a tree");
    assert_eq!((tree.ended, tree.nodes.len()), (Ended::NothingNear, 1));
}

#[test]
fn what_grows_no_tree_is_refused_in_a_sentence() {
    let task = task("planar-pushing");
    let (problem, good) = published(&task);
    let refused = |change: &dyn Fn(&mut Settings), words: &str| {
        let mut settings = good.clone();
        change(&mut settings);
        let error = grown(&task, &problem, &settings).expect_err(words);
        assert!(error.to_string().starts_with(words), "{error}");
    };
    refused(&|s| s.nodes = 0, "nodes is 0, but must be 1 or more");
    refused(&|s| s.batch = 0, "batch is 0, but must be");
    refused(&|s| s.kappa = 0.0, "kappa is 0, but must be above 0");
    refused(&|s| s.kappa = 1e9, "kappa is 1e9, but must be");
    refused(&|s| s.kappa = f64::NAN, "kappa is NaN, but must be");
    refused(&|s| s.step = -1.0, "step is -1, but must be");
    refused(&|s| s.tolerance = 0.0, "tolerance is 0, but must be");
    refused(&|s| s.goal_probability = 1.5, "goal_probability is 1.5");
    refused(&|s| s.threshold = f64::NAN, "threshold is NaN");
    let refused = |start: &[f64], goal: &[f64], words: &str| {
        let problem = Problem {
            start: start.to_vec(),
            goal: goal.to_vec(),
            ..problem.clone()
        };
        let error = grown(&task, &problem, &good).expect_err(words);
        assert!(error.to_string().starts_with(words), "{error}");
    };
    let (start, goal) = (&problem.start[..], &problem.goal[..]);
    refused(
        start,
        &[0.0, 5.0, 0.0],
        "the goal of box_y is 5, but must be between -2 and 2",
    );
    refused(
        start,
        &goal[..2],
        "the goal is 2 values, but must be 3 values",
    );
    refused(&start[..3], goal, "the start is 3 values");
    refused(&[f64::NAN; 5], goal, "the start is NaN");
    let other = Task::find("pushing").expect("a task");
    let error = Problem::published(&other).expect_err("it has none");
    assert!(
        error.to_string().contains("has no planning problem"),
        "{error}"
    );
}

#[test]
fn a_start_inside_of_a_body_says_by_how_much_and_goes_on() {
    let task = task("planar-pushing");
    let (mut problem, settings) = published(&task);
    problem.starts_anywhere = false;
    problem.start = vec![0.0, 0.5, 0.0, 0.0, -0.07];
    near(deepest_overlap(&task, &problem.start), 0.03, 1e-12);
    assert_eq!(deepest_overlap(&task, &[0.0, 0.5, 0.0, 0.0, -0.2]), 0.0);
    let settings = Settings {
        nodes: 30,
        metric: Metric::Global,
        ..settings
    };
    assert_eq!(
        grown(&task, &problem, &settings)
            .expect("a tree")
            .nodes
            .len(),
        30
    );
}

/// Under the noise that is nearest to the barrier, nodes reach what they reach under the barrier, and trees their goal; the same seed
/// grows the same tree.
#[test]
fn trees_grow_under_noise_in_place_of_the_barrier() {
    let task = task("planar-pushing");
    let (problem, usual) = published(&task);
    for gradient in [Gradient::First, Gradient::Zeroth, Gradient::Mixed] {
        let settings = |seed| Settings {
            gradient,
            extension: Extension::Exact,
            seed,
            ..usual.clone()
        };
        let trees: Vec<Tree> = (100..106)
            .map(|seed| grown(&task, &problem, &settings(seed)).expect("a tree"))
            .collect();
        let reached = trees.iter().filter(|tree| tree.reached()).count();
        println!("{gradient:?}: {reached} of 6 reached");
        assert!(reached >= 2, "{gradient:?}: {reached} of 6");
        let again = grown(&task, &problem, &settings(100)).expect("a tree");
        assert_eq!(again.nodes, trees[0].nodes);
    }
    let exact = Settings {
        gradient: Gradient::Exact,
        ..usual.clone()
    };
    let words = grown(&task, &problem, &exact)
        .expect_err("refused")
        .to_string();
    assert!(words.contains("gradient"), "{words}");
    let none = Settings {
        gradient: Gradient::First,
        samples: 2,
        ..usual
    };
    assert!(grown(&task, &problem, &none).is_err());
}
