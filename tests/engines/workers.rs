//! An engine whose batches others compute has the bits of one process, whoever computes what, in any order and however often; and
//! what goes wrong with them is said, with what was found until then.

use crate::brittle::brittle;
use crate::distributed::tasks;
use crate::engines::{MIB, gpu_or_skip, reference};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::distributed::{Carrier, Distributed, answer};
use mollify::engine::moments::NonFinitePolicy;
use mollify::engine::{Baseline, Batch, Engine, Interrupt, Wanted};
use mollify::error::PartsError;
use mollify::estimate::landscape;
use mollify::estimate::{Settings, distributed, estimate};
use mollify::noise::environment::Draw;
use mollify::solve::{Kind, Options, Stopped, solve};
use mollify::system::shaping::{Limit, Limiting};
use mollify::system::task::Task;
use mollify::{Error, Result};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// Workers of one process that know a task by its text alone.
struct Shuffled {
    engines: Vec<Box<dyn Engine>>,
    rng: StdRng,
    /// After so many parts nobody answers any more.
    left: usize,
    /// After so many parts somebody asks to stop.
    until_stop: usize,
}

impl Shuffled {
    fn new(engines: Vec<Box<dyn Engine>>) -> Self {
        Self {
            engines,
            rng: StdRng::seed_from_u64(31),
            left: usize::MAX,
            until_stop: usize::MAX,
        }
    }
}

impl Carrier for Shuffled {
    fn carry(
        &mut self,
        task: &Task,
        parts: &[Vec<u8>],
        interrupt: &Interrupt,
        arrived: &mut dyn FnMut(usize, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let task = Task::of_shipped(&task.shipped()?)?;
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.shuffle(&mut self.rng);
        for number in order {
            if interrupt.is_set() {
                return Ok(());
            }
            self.left = self.left.checked_sub(1).ok_or(PartsError::Lost {
                problem: format!("part {} of {} was lost", number + 1, parts.len()),
            })?;
            let who = self.rng.random_range(0..self.engines.len());
            let found = answer(&parts[number], &mut *self.engines[who], &task)?;
            if self.rng.random_bool(0.2) {
                assert_eq!(found, answer(&parts[number], &mut *self.engines[0], &task)?);
            }
            arrived(number, &found)?;
            self.until_stop -= 1;
            if self.until_stop == 0 {
                interrupt.set();
            }
        }
        Ok(())
    }
}

fn cpu(memory: u64) -> Box<dyn Engine> {
    Box::new(CpuEngine::new("a test", memory, Interrupt::default()))
}

fn over(carrier: Shuffled, task: &Task, parts: u64) -> Distributed<Shuffled> {
    Distributed::open(carrier, task, parts, Interrupt::default()).expect("they answer")
}

fn in_full<T: std::fmt::Debug>(found: &T) -> String {
    format!("{found:?}")
}

/// What shapes a system, or is drawn, besides what parts of the command line are tried with.
fn more_tasks() -> Vec<Task> {
    let of = |task: Result<Task>| task.expect("a variant");
    let pushing = || of(Task::find("pushing").and_then(|t| t.with_horizon(6)));
    let squashed = Limit::new(-0.4, 0.7, Limiting::Squash, "a limit").expect("a limit");
    let drawn = Draw::parse("normal:0.1,0.03", "x").expect("a draw");
    let hopper = of(Task::find("hopper"));
    let states: Vec<f64> = (0..7 * 4).map(|i| f64::from(i) * 0.01).collect();
    let mut seen = states.clone();
    seen[5] = f64::NAN;
    vec![
        of(pushing().with_limit(None, squashed)),
        pushing().with_risk("cvar=0.3".parse().expect("a risk")),
        of(pushing().with_decided(&["stiffness", "mass"], None, Some(seen))),
        of(pushing().with_initial("position_1", drawn, &[])),
        of(pushing().with_control_sigma("force", 0.2, 0.05)),
        of(hopper.with_horizon(5)),
        of(Task::find("planar-pushing").and_then(|t| t.with_horizon(3))),
    ]
}

#[test]
fn a_task_that_was_shipped_is_the_same() {
    for task in tasks().into_iter().chain(more_tasks()) {
        let text = task.shipped().expect("it can be");
        let again = Task::of_shipped(&text).expect("of the same version");
        assert_eq!(again.shipped().expect("it can be"), text);
        assert_eq!(in_full(&again.environment()), in_full(&task.environment()));
        assert_eq!(again.start(), task.start());
        assert_eq!(again.dimension(), task.dimension());
    }
    assert!(Task::of_shipped("{}").is_err());
    // From the text of a system file, whatever its name.
    let known = Task::find("pushing").expect("task");
    let text = known.model().to_json().expect("a text");
    let edited = text.replace("\"horizon\": 200", "\"horizon\": 7");
    let model = mollify::system::Model::from_json(&edited, "a test").expect("a system");
    let task = Task::new(std::sync::Arc::new(model));
    let again = Task::of_shipped(&task.shipped().expect("it can be")).expect("the same");
    assert_eq!(again.model().digest().ok(), task.model().digest().ok());
}

#[test]
fn every_call_has_the_bits_of_one_process() {
    let mut rng = StdRng::seed_from_u64(32);
    for (number, task) in tasks().into_iter().chain(more_tasks()).enumerate() {
        let theta = task.start();
        let mut one = cpu(256 * MIB);
        let parts = [1, 2, 5, 8][number % 4];
        let mut many = over(Shuffled::new(vec![cpu(0), cpu(64 * MIB)]), &task, parts);
        let baseline = [Baseline::Nominal, Baseline::LeaveOneOut, Baseline::None][number % 3];
        let batch = Batch {
            baseline,
            ..Batch::new(1024 * 3 + 17, rng.random())
        };
        let expected = one.moments(&task, &theta, &batch).expect("moments");
        let found = many.moments(&task, &theta, &batch).expect("moments");
        assert_eq!(in_full(&found), in_full(&expected), "{task:?}");
        let mut moved = || -> Vec<f64> {
            let off = |x: &f64| x + rng.random_range(-0.1..0.1) * task.sigma();
            theta.iter().map(off).collect()
        };
        let candidates = [moved(), moved(), moved()];
        let expected = one.decreases(&task, &theta, &candidates, &batch);
        let found = many.decreases(&task, &theta, &candidates, &batch);
        assert_eq!(in_full(&found), in_full(&expected), "{task:?}");
        let thetas: Vec<Vec<f64>> = (0..37).map(|_| moved()).collect();
        let of_costs = Batch::new(37, 5);
        let expected = one.costs(&task, &theta, &thetas, &of_costs).expect("costs");
        let found = many
            .costs(&task, &theta, &thetas, &of_costs)
            .expect("costs");
        assert_eq!(in_full(&found), in_full(&expected), "{task:?}");
        let expected = one.samples(&task, &theta, &batch, 1000..1043);
        let found = many.samples(&task, &theta, &batch, 1000..1043);
        assert_eq!(in_full(&found), in_full(&expected), "{task:?}");
    }
}

#[test]
fn the_reference_is_distributed_too() {
    let task = Task::find("ball-wall").expect("task");
    let workers = Shuffled::new(vec![Box::new(reference()), Box::new(reference())]);
    let mut many = over(workers, &task, 4);
    let settings = Settings::new(5001, None);
    let theta = task.start();
    let found = estimate(&mut many, &task, &theta, &settings, 0, Wanted::Both);
    let expected = estimate(&mut reference(), &task, &theta, &settings, 0, Wanted::Both);
    assert!(found.is_ok(), "{found:?}");
    assert_eq!(in_full(&found), in_full(&expected));
    assert_eq!(many.report().engine, "reference");
}

#[test]
fn a_descent_is_that_of_one_process() {
    let task = Task::find("pushing")
        .and_then(|t| t.with_horizon(20))
        .expect("task");
    let mut options = Options::of(&task, Kind::TrustRegion).expect("options");
    options.iterations = 4;
    options.estimate = options.estimate.with_seed(9);
    let never = Interrupt::default();
    let start = task.start();
    let expected = solve(
        &mut *cpu(256 * MIB),
        &task,
        &start,
        &options,
        &never,
        &mut |_| (),
    );
    let mut many = over(Shuffled::new(vec![cpu(0), cpu(0)]), &task, 3);
    let found = solve(&mut many, &task, &start, &options, &never, &mut |_| ());
    let (found, expected) = (found.expect("a descent"), expected.expect("a descent"));
    assert_eq!(in_full(&found.theta), in_full(&expected.theta));
    assert_eq!(in_full(&found.final_value), in_full(&expected.final_value));
}

/// All points of a line in one round, with the numbers that they have one by one.
#[test]
fn a_landscape_is_gathered_in_one_round() {
    let task = Task::find("ball-wall").expect("task");
    let settings = Settings::new(1500, None);
    let theta = task.start();
    let axes = landscape::coordinates(&task, &theta, &[0], &[], 9).expect("a line");
    let mut many = over(Shuffled::new(vec![cpu(0), cpu(0)]), &task, 4);
    let mut rounds = 0;
    let mut known = many
        .gather(&task, &mut |known| {
            rounds += 1;
            landscape::next(known, &task, &theta, &settings, &axes)
        })
        .expect("all");
    assert_eq!(rounds, 2, "one that asks, and one that asks no more");
    let visit = |engine: &mut dyn Engine| {
        landscape::visit(engine, &task, &theta, &settings, &axes, &mut |_| ()).expect("points")
    };
    let found = visit(&mut known);
    assert_eq!(in_full(&found), in_full(&visit(&mut *cpu(256 * MIB))));
    assert!(distributed::questions(&task, &theta, &settings, 0).is_ok());
}

#[test]
fn a_loss_is_said_and_a_descent_keeps_its_best() {
    let task = Task::find("pushing")
        .and_then(|t| t.with_horizon(20))
        .expect("task");
    let options = Options::of(&task, Kind::TrustRegion).expect("options");
    let never = Interrupt::default();
    let mut said = 0;
    for left in [1, 2, 9, 30] {
        let workers = Shuffled {
            left,
            ..Shuffled::new(vec![cpu(0)])
        };
        let mut many = over(workers, &task, 3);
        match solve(
            &mut many,
            &task,
            &task.start(),
            &options,
            &never,
            &mut |_| (),
        ) {
            Err(Error::Parts(PartsError::Lost { problem })) => {
                assert!(problem.contains("was lost"), "{problem}");
                said += 1;
            }
            Err(error) => panic!("{error}"),
            Ok(solution) => {
                assert_eq!(solution.stopped, Stopped::EngineLost);
                assert!(solution.final_value.value_mean.is_nan());
                assert_eq!(solution.theta.len(), task.dimension());
                let breakdown = solution.breakdown.expect("what broke");
                assert!(breakdown.message.contains("was lost"));
            }
        }
    }
    assert!((1..4).contains(&said), "{said} of 4 had nothing to keep");
}

#[test]
fn a_stop_keeps_the_parts_that_are_there_where_that_is_asked_for() {
    let task = Task::find("ball-wall").expect("task");
    let stopped = |keeps| {
        let workers = Shuffled {
            until_stop: 4,
            ..Shuffled::new(vec![cpu(0)])
        };
        let interrupt = Interrupt::default();
        if keeps {
            interrupt.keep_partial();
        }
        let mut many = Distributed::open(workers, &task, 10, interrupt).expect("they answer");
        many.moments(&task, &task.start(), &Batch::new(10 * 1024, 0))
    };
    assert!(matches!(stopped(false), Err(Error::Interrupted)));
    let kept = stopped(true).expect("some");
    assert_eq!(kept.samples(), 3 * 1024);
}

#[test]
fn workers_that_differ_are_refused() {
    let task = Task::find("ball-wall").expect("task");
    let mut many = over(
        Shuffled::new(vec![cpu(0), Box::new(reference())]),
        &task,
        20,
    );
    let batch = Batch::new(20 * 1024, 0);
    let error = many
        .moments(&task, &task.start(), &batch)
        .expect_err("they differ");
    let said = error.to_string();
    assert!(said.contains("engine is '"), "{said}");
    assert!(
        said.contains("'cpu'") && said.contains("'reference'"),
        "{said}"
    );
}

/// Samples that are left out are left out of the mean of the others, too, whoever finds it.
#[test]
fn the_mean_of_the_others_is_that_of_finite_samples() {
    let task = brittle(0.5, 1.1);
    let settings = Settings::new(5001, None)
        .with_nonfinite(NonFinitePolicy::Drop)
        .with_baseline(Baseline::LeaveOneOut);
    let theta = task.start();
    let mut one = cpu(256 * MIB);
    let expected = estimate(&mut *one, &task, &theta, &settings, 0, Wanted::Both);
    let left_out = expected.as_ref().expect("an estimate").nonfinite.count;
    assert!(left_out > 0);
    let mut many = over(Shuffled::new(vec![cpu(0), cpu(0)]), &task, 3);
    let found = estimate(&mut many, &task, &theta, &settings, 0, Wanted::Both);
    assert_eq!(in_full(&found), in_full(&expected));
    let mut known = many
        .gather(&task, &mut |known| {
            distributed::next(known, &task, &theta, &settings, 0)
        })
        .expect("all");
    let found = estimate(&mut known, &task, &theta, &settings, 0, Wanted::Both);
    assert_eq!(in_full(&found), in_full(&expected));
}

/// What no engine would begin is said in its own words, not as a part that failed.
#[test]
fn a_task_that_breaks_down_is_refused_before_it_is_sent() {
    let task = Task::find("pushing")
        .and_then(|task| task.with_parameter("stiffness", 1e30))
        .expect("a task");
    let settings = Settings::new(3000, None);
    let mut many = over(Shuffled::new(vec![cpu(0)]), &task, 3);
    let theta = task.start();
    let found = many.gather(&task, &mut |known| {
        distributed::next(known, &task, &theta, &settings, 0)
    });
    assert!(matches!(found, Err(Error::NonFiniteNominal { .. })));
}

/// One device serves tasks of several systems, in any order.
#[test]
fn an_engine_on_a_gpu_takes_tasks_of_other_systems() {
    let tasks =
        ["heaviside", "relu", "heaviside", "relu"].map(|name| Task::find(name).expect(name));
    let test = "an_engine_on_a_gpu_takes_tasks_of_other_systems";
    let Some(mut gpu) = gpu_or_skip(test, tasks[0].model(), 64 * MIB) else {
        return;
    };
    let mut seconds = Vec::new();
    for task in &tasks {
        let batch = Batch::new(3000, 1);
        let found = gpu.moments(task, &task.start(), &batch).expect("moments");
        let expected = cpu(64 * MIB)
            .moments(task, &task.start(), &batch)
            .expect("moments");
        let off = (found.value_mean() - expected.value_mean()).abs();
        assert!(off <= 1e-5 * expected.value_std_error().max(1e-3), "{off}");
        seconds.push(gpu.compile_seconds());
    }
    assert_eq!(seconds[1], seconds[3], "each system is compiled once");
}
