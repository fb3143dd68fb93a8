//! Systems that are built value by value: the same as compiled ones, and strangers are refused.

mod refusals;

use crate::engines::{MIB, all, batch};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::{Engine as _, Interrupt};
use mollify::noise::environment::Draw;
use mollify::number::graph::Graph;
use mollify::number::{Mask as _, Scalar};
use mollify::system::builder::{Part, Recording, Value};
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::system::{Builder, Published, Tuned};
use mollify::{Result, systems};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

const SPRING: &str = include_str!("../../examples/spring.json");

/// Names and settings of `friction`.
fn friction_named() -> Result<Builder> {
    let mut b = Builder::new("friction");
    b.summary("one body carries another by friction and must not slip away under it")
        .source("ICML 2022 (arXiv 2202.00817), friction")
        .horizon(400)
        .sigma(0.1);
    for (name, unit) in [
        ("position_1", "m"),
        ("offset", "m"),
        ("velocity_1", "m/s"),
        ("slip", "m/s"),
    ] {
        b.state(name, unit, Draw::Constant(0.0));
    }
    b.control("force", "N");
    for (name, default, unit, meaning) in [
        (
            "viscosity",
            1.8,
            "N s/m",
            "friction force b per relative velocity",
        ),
        ("force_limit", 0.18, "N", "largest friction force"),
        (
            "contact_range",
            0.1,
            "m",
            "distance below which the bodies touch",
        ),
        ("mass", 0.1, "kg", "mass m of each body"),
        ("time_step", 0.005, "s", "time step h"),
        ("goal_1", 2.0, "m", "goal of body 1"),
        ("goal_2", 2.0, "m", "goal of body 2"),
        (
            "weight_1",
            0.1,
            "1/m2",
            "cost of body 1's distance, and in s2/m2 of both velocities",
        ),
        ("weight_2", 10.0, "1/m2", "cost of body 2's distance"),
        ("effort", 1.0, "1/N2", "cost of the control"),
    ] {
        b.parameter(name, unit, default, meaning);
    }
    b.positive("mass")?.positive("time_step")?;
    b.published(Published {
        samples: 10,
        step: 1e-4,
        step_decay: 0.0,
        iterations: 100,
        gamma: 2e4,
        bound: 100.0,
    });
    b.tuned(Tuned {
        samples: 200,
        iterations: 100,
        gamma: Some(1e4),
        radius: 1.0,
    });
    Ok(b)
}

/// One step of `friction`, in the order of `src/systems/friction.rs`.
fn friction_step(f: &Recording) -> Result<[Value; 4]> {
    let (p, x) = (|name| f.parameter(name), |name| f.state(name));
    let (offset, range, slip) = (x("offset")?, p("contact_range")?, x("slip")?);
    let (time_step, force) = (p("time_step")?, f.control("force")?);
    let touching = offset.less(&range)?.and(&offset.neg().less(&range)?)?;
    let friction = p("viscosity")?
        .mul(&slip)?
        .clamp_symmetric(&p("force_limit")?)?;
    let friction_force = touching.select(&friction, &f.constant(0.0)?)?;
    let friction_force = friction_force.named("friction_force")?;
    let gain = time_step.div(&p("mass")?)?.named("gain")?;
    let pushed = gain.mul(&force.add(&friction_force)?)?;
    let velocity_1 = x("velocity_1")?.add(&pushed)?.named("velocity_1")?;
    let twice = friction_force.mul(&f.constant(2.0)?)?;
    let slip = slip.sub(&gain.mul(&force.add(&twice)?)?)?.named("slip")?;
    Ok([
        x("position_1")?.add(&time_step.mul(&velocity_1)?)?,
        offset.add(&time_step.mul(&slip)?)?,
        velocity_1,
        slip,
    ])
}

fn friction_end(f: &Recording) -> Result<Value> {
    let (p, x) = (|name| f.parameter(name), |name| f.state(name));
    let position_1 = x("position_1")?;
    let position_2 = position_1.add(&x("offset")?)?.named("position_2")?;
    let velocity_1 = x("velocity_1")?;
    let velocity_2 = velocity_1.add(&x("slip")?)?.named("velocity_2")?;
    let slow = velocity_1.square().add(&velocity_2.square())?;
    let first = position_1.sub(&p("goal_1")?)?.square().add(&slow)?;
    let first = p("weight_1")?.mul(&first)?;
    let second = position_2.sub(&p("goal_2")?)?.square();
    first.add(&p("weight_2")?.mul(&second)?)
}

fn friction() -> Result<Model> {
    let mut b = friction_named()?;
    let f = b.record(Part::Advance);
    b.define(&f, &friction_step(&f)?)?;
    let f = b.record(Part::StageCost);
    let end = friction_end(&f)?;
    let effort = f.parameter("effort")?.mul(&f.control("force")?.square())?;
    b.define(&f, &[end.add(&effort)?])?;
    let f = b.record(Part::FinalCost);
    b.define(&f, &[friction_end(&f)?])?;
    b.model()
}

#[test]
fn friction_has_the_bits_and_the_file_of_the_compiled_one() {
    let compiled = systems::find("friction").expect("it is built in");
    let built = Arc::new(friction().expect("it is right"));
    let texts = [&built, &compiled].map(|model| model.to_json().expect("a text"));
    for (found, expected) in texts[0].lines().zip(texts[1].lines()) {
        assert_eq!(found, expected);
    }
    assert!(texts[0] == texts[1]);
    let task = |model: &Arc<Model>| {
        Task::new(model.clone())
            .with_horizon(50)
            .expect("a horizon")
    };
    let theta: Vec<f64> = (0..50).map(|i| (0.3 * f64::from(i)).sin()).collect();
    let mut cpu = CpuEngine::new("a test", 64 * MIB, Interrupt::default());
    let mut found = [&compiled, &built].map(|model| {
        let moments = cpu.moments(&task(model), &theta, &batch(3000, 5));
        format!("{:?}", moments.expect("moments"))
    });
    assert!(found[0].len() > 1000);
    let [compiled, built] = &mut found;
    assert_eq!(compiled, built);
}

/// Newton's method in a loop, time in the cost, random starts: the example that was written by hand.
fn spring() -> Result<Model> {
    let mut b = Builder::new("spring");
    b.summary("a mass on a spring, slowed by drag, follows a mark that moves")
        .source("written by hand")
        .horizon(20)
        .sigma(0.1);
    b.state("position", "m", Draw::Constant(0.0));
    b.state(
        "velocity",
        "m/s",
        Draw::Normal {
            mean: 0.0,
            sigma: 0.1,
        },
    );
    b.term("velocity", "position", 0.5)?;
    b.control("force", "N");
    b.parameter("mass", "kg", 0.5, "mass m");
    b.parameter("stiffness", "N/m", 3.0, "stiffness k");
    b.parameter("drag", "kg/m", 0.7, "drag c v |v|");
    b.parameter("time_step", "s", 0.05, "time step h");
    b.positive("mass")?.positive("time_step")?;
    b.randomized(
        "stiffness",
        Draw::Uniform {
            low: 2.0,
            high: 4.0,
        },
    )?;

    let f = b.record(Part::Advance);
    let (p, position) = (|name| f.parameter(name), f.state("position")?);
    let gain = p("time_step")?.div(&p("mass")?)?.named("gain")?;
    let force = p("stiffness")?.mul(&position)?.named("spring_force")?;
    let pushed = gain.mul(&f.control("force")?.sub(&force)?)?;
    let a = f.state("velocity")?.add(&pushed)?.named("without_drag")?;
    let b_ = gain.mul(&p("drag")?)?.named("slowing")?;
    let newton = f.repeat(6, std::slice::from_ref(&a), &[a.clone(), b_.clone()])?;
    let (y, inside) = (newton.items[0].clone(), newton.body().clone());
    let [a_in, b_in] = [newton.captured[0].clone(), newton.captured[1].clone()];
    let size = y.abs();
    let residual = y.add(&b_in.mul(&y)?.mul(&size)?)?.sub(&a_in)?;
    let (one, two) = (inside.constant(1.0)?, inside.constant(2.0)?);
    let slope = one.add(&two.mul(&b_in.mul(&size)?)?)?;
    let next = y.sub(&residual.div(&slope)?)?;
    let found = newton.end(&[next])?[0].named("found")?;
    let (one, size) = (f.constant(1.0)?, found.abs());
    let drag = b_.mul(&found)?.mul(&size)?;
    let residual = found.add(&drag)?.sub(&a)?.named("residual")?;
    let twice = f.constant(2.0)?.mul(&b_.mul(&size)?)?;
    let slope = one.add(&twice)?.named("slope")?;
    let velocity = found.sub(&residual.div(&slope)?)?.named("next_velocity")?;
    let moved = position.add(&p("time_step")?.mul(&velocity)?)?;
    b.define(&f, &[moved, velocity])?;

    let f = b.record(Part::StageCost);
    let angle = f.constant(0.1)?.mul(&f.time()?)?.named("angle")?;
    let away = f.state("position")?.sub(&angle.sin().named("mark")?)?;
    let tracked = away.mul(&away)?;
    let force = f.control("force")?;
    let effort = f.constant(0.01)?.mul(&force.mul(&force)?)?;
    b.define(&f, &[tracked.add(&effort)?])?;

    let f = b.record(Part::FinalCost);
    b.define(&f, &[f.state("position")?.square()])?;
    b.model()
}

#[test]
fn a_loop_a_clock_and_random_starts_give_the_numbers_of_the_file() {
    let built = Arc::new(spring().expect("it is right"));
    let read = Arc::new(Model::from_json(SPRING, "a text").expect("the example"));
    let (built_task, read_task) = (Task::new(built.clone()), Task::new(read));
    let theta: Vec<f64> = (0..20).map(|i| (0.3 * f64::from(i)).sin()).collect();
    for mut engine in all("builder", &built) {
        let mut numbers = |task: &Task| {
            let moments = engine.moments(task, &theta, &batch(200, 5));
            format!("{:?}", moments.expect("moments"))
        };
        assert_eq!(numbers(&built_task), numbers(&read_task));
    }
}

/// Every operation on two values, as a builder has it.
fn built(f: &Recording, x: &Value, y: &Value) -> Result<Vec<Value>> {
    let masks = [
        x.less(y)?,
        x.less_equal(y)?,
        x.greater(y)?,
        x.greater_equal(y)?,
        x.less(y)?.and(&y.less(&x.constant(0.5)?)?)?,
        x.less(y)?.or(&y.less(&x.constant(0.5)?)?)?,
        x.less(y)?.not(),
        f.mask(true).and(&x.less(y)?)?,
    ];
    let mut all = vec![
        x.neg(),
        x.abs(),
        x.sqrt(),
        x.sin(),
        x.cos(),
        x.exp(),
        y.ln(),
        x.tanh(),
        x.detach(),
        x.square(),
        x.add(y)?,
        x.sub(y)?,
        x.mul(y)?,
        x.div(y)?,
        x.max(y)?,
        x.min(y)?,
        x.atan2(y)?,
        x.with_derivative_of(y)?,
        x.clamp_symmetric(y)?,
        x.safe_divide(y)?,
        f.norm(&[x.clone(), y.clone(), x.constant(1.5)?])?,
    ];
    for mask in masks {
        all.push(mask.select(x, y)?);
    }
    let powers = f.repeat(3, &[x.clone(), x.constant(1.0)?], std::slice::from_ref(y))?;
    let [a, b] = [&powers.items[0], &powers.items[1]];
    let next = [a.mul(&powers.captured[0])?, b.add(a)?];
    all.extend(powers.end(&next)?);
    Ok(all)
}

/// The same in generic code.
fn generic<S: Scalar>(x: S, y: S) -> Vec<S> {
    let half = S::constant(0.5);
    let masks = [
        x.less(y),
        x.less_equal(y),
        x.greater(y),
        x.greater_equal(y),
        x.less(y).and(y.less(half)),
        x.less(y).or(y.less(half)),
        x.less(y).not(),
        x.less(y),
    ];
    let mut all = vec![
        -x,
        x.abs(),
        x.sqrt(),
        x.sin(),
        x.cos(),
        x.exp(),
        y.ln(),
        x.tanh(),
        x.detach(),
        x.square(),
        x + y,
        x - y,
        x * y,
        x / y,
        x.max(y),
        x.min(y),
        x.atan2(y),
        x.with_derivative_of(y),
        x.clamp_symmetric(y),
        x.safe_divide(y),
        S::norm([x, y, S::constant(1.5)]),
    ];
    all.extend(masks.map(|mask| S::select(mask, x, y)));
    let step = |[a, b]: [S; 2], y: &[S]| [a * y[0], b + a];
    all.extend(S::iterate(3, [x, S::constant(1.0)], &[y], step));
    all
}

/// Values and derivatives: the last by dual numbers on the graph that was built.
#[test]
fn every_operation_is_the_one_of_generic_code() {
    use mollify::number::dual::Dual;
    let mut b = Builder::new("operations");
    // As many coordinates as there are operations, so that all of them are outputs.
    let count = generic(0.0_f64, 1.0).len();
    for i in 0..count {
        b.state(&format!("x{i}"), "1", Draw::Constant(0.0));
    }
    b.control("u", "1");
    let f = b.record(Part::Advance);
    let outputs = built(&f, &f.state("x0").expect("x"), &f.state("x1").expect("y"));
    b.define(&f, &outputs.expect("values")).expect("outputs");
    let f = b.record(Part::StageCost);
    b.define(&f, &[f.control("u").expect("u")]).expect("a cost");
    let model = b.model().expect("a model");
    let advance = &model.functions().advance;
    let mut rng = StdRng::seed_from_u64(3);
    for _ in 0..100 {
        let (x, y) = (rng.random_range(-2.0..2.0), rng.random_range(0.1..2.0));
        let dual = [Dual::<2>::variable(x, 0), Dual::variable(y, 1)];
        let mut state = vec![Dual::constant(0.0); count];
        state[..2].copy_from_slice(&dual);
        let zero = Dual::constant(0.0);
        let found = advance.run(&[], &state, &[zero], zero);
        for (i, (a, b)) in found.iter().zip(generic(dual[0], dual[1])).enumerate() {
            let same = a.value.to_bits() == b.value.to_bits();
            assert!(
                same && a.derivative == b.derivative,
                "output {i}: {a:?} {b:?}"
            );
        }
    }
}

/// What is not defined of the costs is 0, and what is built can be taken by any thread.
#[test]
fn a_final_cost_is_0_unless_defined_and_models_and_values_cross_threads() {
    fn crosses<T: Send + Sync + 'static>(_: &T) {}
    let mut b = Builder::new("plain");
    b.control("u", "1").horizon(3);
    let f = b.record(Part::Advance);
    crosses(&(b.clone(), f.clone()));
    b.define(&f, &[]).expect("no state");
    let f = b.record(Part::StageCost);
    let u = f.control("u").expect("u");
    let square = std::thread::spawn(move || u.square())
        .join()
        .expect("no panic");
    b.define(&f, &[square]).expect("a cost");
    let model = b.model().expect("a model");
    assert_eq!(model.final_cost(&[], &[]), 0.0);
    assert_eq!(model.stage_cost(&[], &[], &[3.0], 0), 9.0);
    let graph: &Graph = model.functions().final_cost.graph();
    assert_eq!(graph.len(), 1);
}
