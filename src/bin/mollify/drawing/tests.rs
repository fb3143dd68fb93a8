//! What is drawn is what the equations say: places, contacts and lengths of every system with bodies in space.
//!
//! Longer than other files, because every such system has its case here.

use crate::drawing::{Course, Instant, Run};
use mollify::engine::reference::ReferenceEngine;
use mollify::engine::{Baseline, Batch, Engine, Interrupt, Sample};
use mollify::noise::environment::Draw;
use mollify::system::scene::{Form, Item, Role, Scene, corners};
use mollify::system::task::Task;

/// Rounding of a few operations on numbers of order 1.
const TINY: f64 = 1e-12;

fn task(name: &str) -> Task {
    Task::find(name).expect("a built-in task")
}

fn scene(task: &Task, state: &[f64], control: &[f64], share: f64) -> Scene {
    task.model().scene(task.parameters(), state, control, share)
}

fn value(task: &Task, name: &str) -> f64 {
    task.parameters()[task.model().parameter_index(name).expect("a parameter")]
}

#[track_caller]
fn named<'a>(items: &'a [Item], name: &str) -> &'a Item {
    let found = items.iter().find(|i| i.name == name);
    found.expect("an item of that name")
}

/// Left, bottom, right and top of an item.
fn bounds(item: &Item) -> [f64; 4] {
    let start = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    item.extent().iter().fold(start, |b, p| {
        [
            b[0].min(p[0]),
            b[1].min(p[1]),
            b[2].max(p[0]),
            b[3].max(p[1]),
        ]
    })
}

fn centre(item: &Item) -> [f64; 2] {
    match item.form {
        Form::Circle { centre, .. } | Form::Rectangle { centre, .. } => centre,
        Form::Point(at) => at,
        _ => panic!("{item:?} has no centre"),
    }
}

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() < TINY, "{a} is not {b}");
}

/// Pairs of numbers in (-1, 1) that fill the square.
fn pairs(count: usize) -> impl Iterator<Item = (f64, f64)> {
    let place = |x: f64| 2.0 * x.fract() - 1.0;
    let both = move |i: usize| {
        (
            place(i as f64 * 0.754_877_666),
            place(i as f64 * 0.569_840_291),
        )
    };
    (1..=count).map(both)
}

/// Numbers in (-1, 1) that do not repeat.
fn spread(count: usize) -> impl Iterator<Item = f64> {
    (1..=count).map(|i| 2.0 * (i as f64 * 0.618_033_988_749_895).fract() - 1.0)
}

fn sample(task: &Task, theta: &[f64], number: u64) -> (Sample, f64) {
    let mut engine = ReferenceEngine::new("a test", Interrupt::default());
    let batch = Batch {
        baseline: Baseline::None,
        ..Batch::new(number + 1, 0)
    };
    let samples = engine
        .samples(task, theta, &batch, number..number + 1)
        .expect("a sample");
    let nominal = Run::nominal(task, theta).cost;
    let sample = samples.into_iter().next().expect("one sample");
    let cost = nominal + sample.deviation;
    (sample, cost)
}

#[test]
fn the_spring_of_pushing_meets_body_2_exactly_without_a_gap() {
    for rest_length in [1.0, 0.4] {
        let task = task("pushing")
            .with_parameter("rest_length", rest_length)
            .expect("a parameter");
        for gap in [-0.1, -1e-6, 0.0, 1e-6, 0.3] {
            let drawn = scene(&task, &[0.2, gap, 0.0, 0.0], &[0.0], 0.0).items;
            let (one, two) = (named(&drawn, "body 1"), named(&drawn, "body 2"));
            close(centre(one)[0], 0.2);
            close(centre(two)[0], 0.2 + gap + rest_length);
            let spring = drawn.iter().find(|i| i.role == Role::Link);
            let [left, _, right, _] = bounds(spring.expect("a spring"));
            close(left, bounds(one)[2]);
            close(bounds(two)[0] - right, gap.max(0.0));
        }
    }
}

#[test]
fn bodies_of_friction_stand_over_each_other_exactly_in_contact() {
    let task = task("friction");
    let range = value(&task, "contact_range");
    for offset in spread(50).map(|x| 1.5 * x * range) {
        let drawn = scene(&task, &[0.7, offset, 0.0, 0.1], &[0.0], 0.0).items;
        let (one, two) = (
            bounds(named(&drawn, "body 1")),
            bounds(named(&drawn, "body 2")),
        );
        close(one[3], two[1]);
        let over = two[0] < one[2] && one[0] < two[2];
        // The slip changes without a control only if friction acts.
        let mut next = [0.0; 4];
        let state = [0.7, offset, 0.0, 0.1];
        let model = task.model();
        model.advance(task.parameters(), &state, &[0.0], &mut next);
        assert_eq!(over, next[3] != 0.1, "offset {offset}");
    }
}

#[test]
fn the_ball_of_ball_wall_ends_where_its_cost_says() {
    let task = task("ball-wall");
    let (speed, gravity) = (value(&task, "speed"), value(&task, "gravity"));
    let (distance, height) = (value(&task, "wall_distance"), value(&task, "wall_height"));
    let mut stopped = 0;
    for angle in [0.05, 0.1, 0.3, 0.35, 0.5, 0.7, 0.8, 1.0, 1.2, 1.5] {
        let run = Run::nominal(&task, &[angle]);
        let course = Course::of(&task, &run).expect("a flight");
        let end = centre(&course.instants.last().expect("an end").items[0]);
        close(end[0].powi(2), -run.cost);
        if end[1].abs() > TINY {
            stopped += 1;
            close(end[0], distance);
            assert!(end[1] > 0.0 && end[1] <= height, "stops at {end:?}");
        }
        for instant in &course.instants {
            let [x, y] = centre(&instant.items[0]);
            let t = instant.time;
            close(x, speed * angle.cos() * t);
            close(y, speed * angle.sin() * t - 0.5 * gravity * t * t);
        }
    }
    assert!((2..9).contains(&stopped), "{stopped} throws meet the wall");
}

#[test]
fn the_peg_of_pivot_is_in_trouble_exactly_beyond_the_cliff() {
    let task = task("pivot");
    for angle in spread(40).map(|x| 1.5 * x) {
        let run = Run::nominal(&task, &[angle]);
        let drawn = scene(&task, &[], &[angle], 1.0).items;
        let peg = named(&drawn, "peg");
        let [across, up] = centre(peg);
        close(across.atan2(up), angle);
        assert_eq!(peg.role == Role::Alert, run.cost == 0.0, "angle {angle}");
    }
}

#[test]
fn a_step_of_roomba_is_made_exactly_if_it_does_not_end_in_a_drawn_disc() {
    let task = task("roomba");
    let geometry = task.model().geometry(task.parameters()).expect("discs");
    let inside = |[x, y]: [f64; 2]| {
        geometry.fixed.iter().any(|item| match item.form {
            Form::Circle { centre, radius } => (x - centre[0]).hypot(y - centre[1]) <= radius,
            _ => false,
        })
    };
    let (mut next, mut blocked) = ([0.0; 3], 0);
    for (x, y) in pairs(400) {
        let to = [1.5 * x, 2.0 + 2.0 * y];
        let h = value(&task, "time_step");
        let state = [-3.0, -3.0, 0.0];
        let velocity = [(to[0] + 3.0) / h, (to[1] + 3.0) / h];
        let model = task.model();
        model.advance(task.parameters(), &state, &velocity, &mut next);
        let drawn = scene(&task, &next, &[0.0; 2], 0.0).items;
        close(centre(&drawn[0])[0], next[0]);
        assert_eq!(drawn[0].role == Role::Alert, inside(to), "to {to:?}");
        blocked += usize::from(inside(to));
    }
    assert!((20..200).contains(&blocked), "{blocked} of 400");
}

#[test]
fn the_ball_of_tennis_is_hit_exactly_in_the_drawn_pad() {
    let task = task("tennis");
    let h = value(&task, "time_step");
    let mut hits = 0;
    for (a, b) in pairs(300) {
        let state = [1.5 * a, 0.6 * b, 0.3, -0.5, 0.1, -0.05, 0.4];
        let drawn = scene(&task, &state, &[0.0; 3], 0.0).items;
        assert_eq!(centre(named(&drawn, "ball")), [state[0], state[1]]);
        let Form::Rectangle {
            centre,
            size,
            angle,
        } = named(&drawn, "pad").form
        else {
            panic!("the pad is a rectangle");
        };
        // Inside, the point lies to the left of all sides.
        let (x, y) = (state[0] + h * state[2], state[1] + h * state[3]);
        let pad = corners(centre, size, angle);
        let inside = (0..4).all(|i| {
            let (p, q) = (pad[i], pad[(i + 1) % 4]);
            (q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) >= 0.0
        });
        let mut next = [0.0; 7];
        let model = task.model();
        model.advance(task.parameters(), &state, &[0.0; 3], &mut next);
        let free = value(&task, "persistence") * state[2];
        assert_eq!(inside, (next[2] - free).abs() > 1e-9, "ball at ({x}, {y})");
        hits += usize::from(inside);
    }
    assert!((40..260).contains(&hits), "{hits} of 300");
}

#[test]
fn the_hopper_stands_on_the_ground_in_stance_and_its_leg_joins_both_parts() {
    let task = task("hopper").with_horizon(600).expect("a horizon");
    let run = Run::nominal(&task, &task.start());
    let course = Course::of(&task, &run).expect("a hopper");
    let ground = course.geometry.fixed.iter().find_map(|i| match i.form {
        Form::Ground(height) => Some(height),
        _ => None,
    });
    let (ground, mut stances) = (ground.expect("a ground"), 0);
    for (instant, state) in course.instants.iter().zip(run.states.chunks(4)) {
        let (body, foot) = (named(&instant.items, "body"), named(&instant.items, "foot"));
        close(bounds(foot)[1], state[0]);
        close(
            centre(body)[1],
            state[0] + value(&task, "leg_length") + state[1],
        );
        let [_, low, _, high] = bounds(&instant.items[0]);
        close(low, bounds(foot)[3]);
        close(high, bounds(body)[1]);
        if state[0] < ground {
            stances += 1;
            // A static load of 11 N would sink 0.5 mm; a landing some millimetres.
            assert!(
                bounds(foot)[1] > ground - 0.01,
                "the foot sinks to {}",
                state[0]
            );
        }
    }
    assert!(stances > 50, "{stances} instants in stance");
}

#[test]
fn balls_of_billiards_move_exactly_after_drawn_discs_meet() {
    let task = task("billiards");
    let mut theta = vec![0.0; task.dimension()];
    // The last column of K strikes: towards the object ball.
    (theta[12], theta[25]) = (2.0, 1.8);
    let course = Course::of(&task, &Run::nominal(&task, &theta)).expect("a table");
    let meets = |items: &[Item]| {
        let Form::Circle { radius, .. } = items[0].form else {
            panic!("a ball is a circle");
        };
        let (a, b) = (centre(&items[0]), centre(&items[1]));
        (a[0] - b[0]).hypot(a[1] - b[1]) < 2.0 * radius
    };
    let rest = centre(&course.instants[0].items[1]);
    let moved = |items: &[Item]| centre(&items[1]) != rest;
    let first_meeting = course.instants.iter().position(|i| meets(&i.items));
    let first_motion = course.instants.iter().position(|i| moved(&i.items));
    let first_meeting = first_meeting.expect("the strike is aimed at the ball");
    assert!(first_meeting > 3, "they are apart before the strike");
    assert_eq!(first_motion, Some(first_meeting + 1));
    // The strike is drawn once, before the first step.
    let arrow = |items: &[Item]| match items.last().map(|i| &i.form) {
        Some(Form::Arrow { from, to }) => [to[0] - from[0], to[1] - from[1]],
        other => panic!("{other:?} is no arrow"),
    };
    close(arrow(&course.instants[0].items)[1], 0.2 * 1.8);
    assert_eq!(arrow(&course.instants[1].items), [0.0; 2]);
}

#[test]
fn rods_of_the_double_pendulum_keep_their_lengths_and_the_tip_is_that_of_the_cost() {
    let task = task("double-pendulum")
        .with_parameter("length_2", 0.6)
        .expect("a parameter");
    let run = Run::nominal(&task, &task.start());
    let course = Course::of(&task, &run).expect("a pendulum");
    let mut lowest = f64::INFINITY;
    for instant in &course.instants {
        let Form::Path(points) = &instant.items[0].form else {
            panic!("the rods are a path");
        };
        let length =
            |i: usize| (points[i + 1][0] - points[i][0]).hypot(points[i + 1][1] - points[i][1]);
        close(length(0), 1.0);
        close(length(1), 0.6);
        assert_eq!(points[1], centre(named(&instant.items, "inner mass")));
        assert_eq!(points[2], centre(named(&instant.items, "tip")));
        lowest = lowest.min(points[2][1]);
    }
    // It starts with the inner rod level and the outer one hanging.
    close(course.instants[0].items[0].extent()[2][1], -0.6);
    let [x, y] = centre(named(&course.instants.last().expect("an end").items, "tip"));
    close(x.powi(2) + (y - 2.0).powi(2), run.cost);
    assert!(lowest < -0.3);
}

#[test]
fn a_sample_is_drawn_with_its_own_noise_start_and_parameters() {
    let range = Draw::Uniform {
        low: 0.3,
        high: 0.9,
    };
    let task = task("hopper")
        .with_randomized("leg_length", range)
        .expect("a parameter");
    let theta = task.start();
    let mut lengths = Vec::new();
    for number in 0..4 {
        let (sample, cost) = sample(&task, &theta, number);
        let run = Run::of_sample(&task, &theta, &sample);
        // The sum in another order.
        assert!(
            (run.cost - cost).abs() < 1e-9 * cost.abs(),
            "{} is not {cost}",
            run.cost
        );
        let course = Course::of(&task, &run).expect("a hopper");
        let first = &course.instants[0].items;
        close(bounds(named(first, "foot"))[1], sample.initial_state[0]);
        let leg = centre(named(first, "body"))[1] - sample.initial_state[0];
        let index = task
            .model()
            .parameter_index("leg_length")
            .expect("a parameter");
        close(leg, sample.parameters[index]);
        lengths.push(leg);
        let quiet = Run::without_noise(&task, &theta, &sample);
        assert_eq!(quiet.states[..4], run.states[..4]);
        assert_ne!(quiet.states, run.states);
    }
    lengths.dedup();
    assert_eq!(
        lengths.len(),
        4,
        "every sample has a leg of its own: {lengths:?}"
    );
}

#[test]
fn the_cost_of_a_run_is_that_of_its_sample_on_every_task() {
    for (name, _) in mollify::systems::ALL
        .iter()
        .filter(|(name, _)| *name != "lqr")
    {
        let task = task(name);
        let theta = task.start();
        let (sample, cost) = sample(&task, &theta, 5);
        let run = Run::of_sample(&task, &theta, &sample);
        let error = (run.cost - cost).abs();
        assert!(
            error <= 1e-9 * cost.abs().max(1.0),
            "{name}: {} is not {cost}",
            run.cost
        );
    }
}

#[test]
fn times_follow_the_time_step_and_items_stay_in_their_order() {
    let in_space = [
        "pushing",
        "friction",
        "roomba",
        "tennis",
        "hopper",
        "billiards",
        "double-pendulum",
    ];
    for name in in_space {
        let task = task(name);
        let course =
            Course::of(&task, &Run::nominal(&task, &task.start())).expect("it is in space");
        assert_eq!(course.instants.len(), task.horizon() + 1);
        let end = value(&task, "time_step") * task.horizon() as f64;
        let last = course.instants.last().expect("an end");
        assert!(
            (last.time - end).abs() < 1e-9,
            "{name}: {} is not {end}",
            last.time
        );
        let names = |items: &[Item]| items.iter().map(|i| i.name).collect::<Vec<_>>();
        let first = names(&course.instants[0].items);
        assert!(
            course.instants.iter().all(|i| names(&i.items) == first),
            "{name}"
        );
    }
    for name in [
        "heaviside",
        "soft-heaviside",
        "relu",
        "sine",
        "quadratic",
        "lqr-2",
    ] {
        let task = task(name);
        let run = Run::nominal(&task, &task.start());
        assert_eq!(Course::of(&task, &run), None, "{name} is not in space");
    }
}

#[test]
fn a_run_that_breaks_down_is_drawn_until_then() {
    let task = task("pushing")
        .with_parameter("stiffness", 1e6)
        .expect("a parameter");
    let mut theta = vec![0.0; task.dimension()];
    theta[0] = 1.0;
    let run = Run::nominal(&task, &theta);
    let course = Course::of(&task, &run).expect("it begins well");
    let finite = course
        .instants
        .iter()
        .flat_map(|i| &i.items)
        .flat_map(Item::extent);
    assert!(finite.flatten().all(f64::is_finite));
    let mut broken = run;
    broken.states[40..].fill(f64::NAN);
    let course = Course::of(&task, &broken).expect("it begins well");
    assert_eq!(course.instants.len(), 10);
}

/// Between two of nine instants the ball would come and go; what never turns at once has no hit.
#[test]
fn the_instants_of_a_picture_have_the_hit() {
    let course = |name: &str| {
        let task = task(name);
        let run = Run::nominal(&task, &task.start());
        Course::of(&task, &run).expect("it is in space")
    };
    let tennis = course("tennis");
    let height = |instant: &Instant| named(&instant.items, "ball").traced.expect("it is traced")[1];
    let even = tennis.spaced(9);
    let chosen = tennis.with_hits(&even, 2);
    let lowest = tennis
        .instants
        .iter()
        .map(height)
        .fold(f64::INFINITY, f64::min);
    let is_lowest = |instants: &[&Instant]| instants.iter().any(|i| height(i) == lowest);
    assert!(is_lowest(&chosen) && !is_lowest(&even) && chosen.len() <= 11);
    assert!(chosen.windows(2).all(|pair| pair[0].time < pair[1].time));
    let pendulum = course("double-pendulum");
    let even = pendulum.spaced(9);
    assert_eq!(pendulum.with_hits(&even, 2).len(), even.len());
}
