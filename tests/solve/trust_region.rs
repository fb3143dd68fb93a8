//! The parts of the trust region: which steps are tried, which are certain, how batches grow; and the descent they make.

use crate::engines::{reference, task, within_four_standard_errors};
use mollify::engine::moments::{NonFinite, Offender, Spread};
use mollify::engine::{Batch, Decrease, Engine, Interrupt, Stream};
use mollify::solve::trust_region::batch_size::BatchSize;
use mollify::solve::trust_region::comparison::{Judge, excess};
use mollify::solve::trust_region::portfolio::Portfolio;
use mollify::solve::{Options, Solution, solve};
use mollify::system::task::Task;

fn run(task: &Task, options: &Options) -> Solution {
    let interrupt = Interrupt::default();
    let start = task.start();
    solve(
        &mut reference(),
        task,
        &start,
        options,
        &interrupt,
        &mut |_| (),
    )
    .expect("it ends")
}

fn decrease(mean: f64, std_error: f64, count: u64) -> Decrease {
    let n = count as f64;
    let m2 = std_error * std_error * n * (n - 1.0);
    Decrease {
        spread: Spread { count, mean, m2 },
        nonfinite: NonFinite::default(),
    }
}

#[test]
fn half_and_twice_the_scale_are_tried_and_nothing_beyond_the_limit() {
    let mut portfolio = Portfolio::new(1.0, 0.3);
    let lengths = [Some(2.0), None, Some(1.0), None, None];
    let tried: Vec<(usize, f64, f64)> = portfolio
        .trials(&lengths, 3.0)
        .iter()
        .map(|t| (t.way, t.length, t.scale))
        .collect();
    // The first has the length 2 of its own; its double is cut.
    assert_eq!(
        tried,
        [(0, 1.0, 0.5), (0, 3.0, 1.5), (2, 0.15, 0.15), (2, 0.6, 0.6)]
    );
    // Both beyond the limit: the limit and half of it.
    let cut: Vec<f64> = portfolio
        .trials(&lengths, 0.1)
        .iter()
        .map(|t| t.length)
        .collect();
    assert_eq!(cut, [0.05, 0.1, 0.05, 0.1]);
    assert!(portfolio.trials(&[None; 5], 1.0).is_empty());
}

#[test]
fn scales_follow_what_is_certain_and_losers_wait() {
    let mut portfolio = Portfolio::new(1.0, 1.0);
    let lengths = [Some(1.0), Some(1.0), None, None, None];
    // The first wins by its longer step; the second loses.
    for _ in 0..3 {
        let trials = portfolio.trials(&lengths, 1e9);
        let certain: Vec<f64> = trials
            .iter()
            .map(|t| if t.way == 0 { t.length } else { -1.0 })
            .collect();
        portfolio.learn(&trials, &certain, Some(1), false);
    }
    let trials = portfolio.trials(&lengths, 1e9);
    // 2 x 2 x 2 for the winner, whose next steps are half and twice that; the strength of the loser is below the bar.
    let left: Vec<(usize, f64)> = trials.iter().map(|t| (t.way, t.length)).collect();
    assert_eq!(left, [(0, 4.0), (0, 16.0)]);
    let asked = (0..8).filter(|_| portfolio.trials(&lengths, 1e9).iter().any(|t| t.way == 1));
    assert_eq!(asked.count(), 1, "every sixth time");
    // Without a step the scale shrinks: less where nothing was decided.
    for (undecided, left) in [(true, 0.7), (false, 0.35)] {
        let mut portfolio = Portfolio::new(1.0, 1.0);
        let trials = portfolio.trials(&lengths, 1e9);
        portfolio.learn(&trials, &[-1.0; 4], None, undecided);
        let next = portfolio.trials(&lengths, 1e9);
        assert!((next[2].length - 0.5 * left).abs() < 1e-15, "{next:?}");
    }
}

#[test]
fn a_gain_is_certain_beyond_two_standard_errors_of_all_that_is_known() {
    let judge = Judge {
        excess: 0.0,
        sigma: 0.1,
    };
    assert!((judge.certain(&decrease(1.0, 0.3, 100), 0.1) - 0.4).abs() < 1e-12);
    assert!((judge.possible(&decrease(1.0, 0.3, 100), 0.1) - 1.6).abs() < 1e-12);
    assert_eq!(
        judge.possible(&decrease(-1.0, 3.0, 100), 0.1),
        f64::NEG_INFINITY
    );
    // se² = 0.09 + 1.6 X min(1, q/σ)/n
    let jumps = Judge {
        excess: 10.0,
        ..judge
    };
    for (length, share) in [(0.05, 0.5), (0.1, 1.0), (5.0, 1.0)] {
        let exact = (0.09 + 1.6 * 10.0 * share / 100.0_f64).sqrt();
        assert!((jumps.error(&decrease(1.0, 0.3, 100), length) - exact).abs() < 1e-12);
    }
    // Nothing is known of what is not finite, or of one sample.
    let mut broken = decrease(1.0, 0.0, 100);
    broken.nonfinite = NonFinite {
        count: 1,
        first: Some(Offender { sample: 3, time: 5 }),
    };
    for unknown in [
        broken,
        decrease(1.0, 0.0, 1),
        decrease(f64::NAN, 0.1, 9),
        decrease(1.0, f64::NAN, 9),
    ] {
        assert_eq!(judge.certain(&unknown, 0.1), f64::NEG_INFINITY);
    }
}

#[test]
fn batches_grow_while_undecided_shrink_while_easy_and_leave_some_of_the_budget() {
    let mut size = BatchSize::new(10, Some(100_000));
    assert_eq!(size.next(), 10);
    size.spend(6000);
    size.rejected_step(true, true);
    assert_eq!(size.next(), 16);
    size.rejected_step(false, true);
    assert_eq!(size.next(), 26, "the second in a row");
    size.rejected_step(false, false);
    assert_eq!(size.next(), 26, "a look elsewhere");
    for _ in 0..2 {
        size.accepted(9.0);
    }
    assert_eq!((size.next(), size.rejected()), (26, 0));
    size.accepted(9.0);
    assert_eq!(size.next(), 20);
    // R/400 = 250 at most, doubled for every two rejections in a row; spent/12 = 500 and 64 at least.
    for _ in 0..30 {
        size.rejected_step(true, true);
    }
    assert_eq!(size.next(), 500);
    size.spend(92_200);
    assert_eq!(size.next(), 200, "a ninth of what is left");
    assert_eq!(BatchSize::new(7, None).next(), 7);
    assert_eq!(
        (
            BatchSize::new(200, None).least(6),
            BatchSize::new(3, None).least(6)
        ),
        (48, 18)
    );
}

/// X of a batch at theta under the noise of the task.
fn excess_at(task: &Task, theta: &[f64], samples: u64, seed: u64) -> f64 {
    let batch = Batch::new(samples, seed);
    let m = reference().moments(task, theta, &batch).expect("moments");
    let first = |c: &mollify::engine::moments::Coordinate| {
        (c.first_order.variance(), c.first_order.mean.powi(2))
    };
    let (variance, square) = m
        .coordinates
        .iter()
        .map(first)
        .fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    excess(
        m.count(),
        m.deviation.variance(),
        variance,
        square,
        task.sigma(),
    )
}

#[test]
fn the_excess_is_0_for_smooth_costs_and_what_it_is_at_a_jump() {
    let smooth = task("quadratic", 3, 0.3, &[]);
    for (seed, samples) in [(0, 10), (1, 100), (2, 1000)] {
        assert_eq!(excess_at(&smooth, &[0.4, -0.2, 1.0], samples, seed), 0.0);
    }
    // At the jump half of the costs are 1: Var f = 1/4, and no derivative.
    let jump = Task::find("heaviside").expect("task");
    let n = 1000.0_f64;
    let exact = 0.25 * (1.0 - 2.0 * (2.0 / (n - 1.0)).sqrt());
    let found = excess_at(&jump, &[0.0], 1000, 0);
    // The variance of a variance of coin tosses is far below its mean here.
    within_four_standard_errors("excess", found, exact, 0.0, 0.01 * exact);
    // Ten samples are too few to be sure of much, and none that is sure is below 0.
    assert!((0..20).all(|seed| excess_at(&jump, &[0.0], 10, seed) >= 0.0));
}

/// The first look is the batch of the engine, whether its samples come one by one or, beyond a block, as statistics.
#[test]
fn a_look_has_the_statistics_of_its_batch() {
    for (name, samples) in [
        ("pushing", 10),
        ("pushing", 1500),
        ("lqr-2", 1100),
        ("friction", 1024),
    ] {
        let task = Task::find(name).expect(name);
        let mut options = Options::tuned(&task);
        (
            options.estimate.samples,
            options.iterations,
            options.rollouts,
        ) = (samples, 1, Some(100_000));
        let found = run(&task, &options).iterations[0].clone();
        let batch = options
            .estimate
            .batch(0, Stream::Estimate, mollify::engine::Wanted::Both);
        let exact = reference()
            .moments(&task, &task.start(), &batch)
            .expect("moments");
        let near = |a: f64, b: f64| {
            assert!(
                (a - b).abs() <= 1e-9 * b.abs().max(1e-9),
                "{name} {samples}: {a} {b}"
            )
        };
        near(found.value_mean, exact.value_mean());
        near(found.value_std_error, exact.value_std_error());
        let first: f64 = exact
            .coordinates
            .iter()
            .map(|c| c.first_order.variance())
            .sum();
        let zeroth: f64 = exact
            .coordinates
            .iter()
            .map(|c| c.zeroth_order.variance())
            .sum();
        near(found.first_order_variance.expect("both"), first);
        near(found.zeroth_order_variance, zeroth);
    }
}

#[test]
fn the_same_seed_gives_the_same_descent_and_another_another() {
    for name in ["pivot", "lqr-2", "ball-wall"] {
        let task = Task::find(name).expect(name);
        let mut options = Options::tuned(&task).within(1500);
        let mut theta = |seed| {
            options.estimate.seed = seed;
            run(&task, &options).theta
        };
        assert_eq!(theta(5), theta(5), "{name}");
        assert_ne!(theta(5), theta(6), "{name}");
    }
}

/// Two samples, odd budgets, one dimension and five, batches beyond a block: every one ends, and no worse than it began.
#[test]
fn odd_sizes_end_no_worse_than_they_began() {
    for (horizon, samples, rollouts) in [(1, 2, 97), (5, 3, 1009), (2, 1025, 20_011), (3, 7, 333)] {
        let task = task("quadratic", horizon, 0.1, &[]);
        let mut options = Options::tuned(&task).within(rollouts);
        options.estimate.samples = samples;
        let found = run(&task, &options);
        assert!(!found.iterations.is_empty());
        let first = found.iterations[0].cost;
        assert!(
            found.final_value.cost <= first,
            "{horizon}: {first} {:?}",
            found.final_value
        );
    }
}
