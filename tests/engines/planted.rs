//! `verify` finds what is wrong with an engine: faults are planted into engine cpu, and each is found; without them, it holds.

use crate::engines::MIB;
use mollify::check::{Verdict, verify};
use mollify::engine::cpu::CpuEngine;
use mollify::engine::moments::Moments;
use mollify::engine::nominal::nominal;
use mollify::engine::parts::Parts;
use mollify::engine::tree::Tree;
use mollify::engine::{
    Batch, Decrease, Engine, EngineReport, Interrupt, Precision, Sample, WorkPlan,
};
use mollify::error::Result;
use mollify::system::task::Task;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// -g₁
    Sign,
    /// 1.0001 g₁
    FactorOfFirstOrder,
    /// 1.0001 f
    FactorOfCost,
    /// The second sample once more in place of the first, in the moments alone.
    DroppedSample,
    /// The first two coordinates of g₁ swapped.
    SwappedCoordinates,
    /// 1.001 w
    WideNoise,
    /// One coordinate of g₁ off by a thousandth of |g₁|: a term of the adjoint that is missing.
    WrongTerm,
    /// Each step has the g₁ of the step before.
    OffByOneStep,
    /// 1.0001 score
    FactorOfScore,
    /// 1.0001 M2 of the first order, in the moments alone.
    FactorOfVariance,
    /// A decrease with the sign of an increase.
    SignOfDecrease,
}

const FAULTS: [Fault; 11] = [
    Fault::Sign,
    Fault::FactorOfFirstOrder,
    Fault::FactorOfCost,
    Fault::DroppedSample,
    Fault::SwappedCoordinates,
    Fault::WideNoise,
    Fault::WrongTerm,
    Fault::OffByOneStep,
    Fault::FactorOfScore,
    Fault::FactorOfVariance,
    Fault::SignOfDecrease,
];

/// Engine cpu with a fault.
struct Faulty {
    engine: CpuEngine,
    fault: Fault,
}

const FACTOR: f64 = 1.0 + 1e-4;

impl Faulty {
    fn plant(&self, task: &Task, theta: &[f64], sample: &mut Sample) {
        let g = &mut sample.first_order;
        match self.fault {
            Fault::Sign => g.iter_mut().for_each(|g| *g = -*g),
            Fault::FactorOfFirstOrder => g.iter_mut().for_each(|g| *g *= FACTOR),
            Fault::FactorOfCost => {
                let nominal = nominal(task, theta).cost;
                sample.deviation = FACTOR * (nominal + sample.deviation) - nominal;
            }
            Fault::SwappedCoordinates => g.swap(0, 1),
            Fault::WrongTerm => {
                let norm = g.iter().map(|g| g * g).sum::<f64>().sqrt();
                let middle = g.len() / 2;
                g[middle] += 1e-3 * norm;
            }
            Fault::OffByOneStep => g.rotate_right(task.model().control_size()),
            Fault::FactorOfScore => sample.score.iter_mut().for_each(|w| *w *= FACTOR),
            _ => {}
        }
    }
}

impl Engine for Faulty {
    fn report(&self) -> &EngineReport {
        self.engine.report()
    }
    fn precision(&self) -> Precision {
        Engine::precision(&self.engine)
    }
    fn interrupt(&self) -> &Interrupt {
        self.engine.interrupt()
    }
    fn plan(&self, task: &Task, batch: &Batch) -> Result<WorkPlan> {
        self.engine.plan(task, batch)
    }
    fn parts(&mut self, _: &Task, _: &[f64], _: &Batch, _: Option<&Moments>) -> Result<Parts> {
        unreachable!("moments are made of samples here")
    }
    fn deviations(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Parts> {
        self.engine.deviations(task, theta, batch)
    }
    fn costs(
        &mut self,
        task: &Task,
        center: &[f64],
        thetas: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<f64>> {
        self.engine.costs(task, center, thetas, batch)
    }

    fn moments(&mut self, task: &Task, theta: &[f64], batch: &Batch) -> Result<Moments> {
        let mut samples = self.samples(task, theta, batch, 0..batch.samples)?;
        if self.fault == Fault::DroppedSample {
            samples[0] = samples[1].clone();
        }
        let mut moments = Moments::empty(nominal(task, theta).cost, task.dimension());
        for s in &samples {
            assert_eq!(s.nonfinite, None);
            let weight = s.deviation - s.baseline;
            let both = s.first_order.iter().zip(&s.score);
            moments.add(s.deviation, both.map(|(g, w)| (*g, weight * w)));
        }
        if self.fault == Fault::FactorOfVariance {
            let coordinates = moments.coordinates.iter_mut();
            coordinates.for_each(|c| c.first_order.m2 *= FACTOR);
        }
        Ok(moments)
    }

    fn decrease_parts(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Tree<Decrease>>> {
        self.engine.decrease_parts(task, theta, candidates, batch)
    }

    fn decreases(
        &mut self,
        task: &Task,
        theta: &[f64],
        candidates: &[Vec<f64>],
        batch: &Batch,
    ) -> Result<Vec<Decrease>> {
        let mut found = self.engine.decreases(task, theta, candidates, batch)?;
        if self.fault == Fault::SignOfDecrease {
            found.iter_mut().for_each(|d| d.spread.mean *= -1.0);
        }
        Ok(found)
    }

    fn samples(
        &mut self,
        task: &Task,
        theta: &[f64],
        batch: &Batch,
        range: Range<u64>,
    ) -> Result<Vec<Sample>> {
        let wide;
        let drawn = match self.fault {
            Fault::WideNoise => {
                wide = task.clone().with_sigma(1.001 * task.sigma())?;
                &wide
            }
            _ => task,
        };
        let mut samples = self.engine.samples(drawn, theta, batch, range)?;
        samples.iter_mut().for_each(|s| self.plant(task, theta, s));
        Ok(samples)
    }
}

/// In every one of 20 seeds, on an open loop, on one that jumps, and on a policy with noise on the action.
#[test]
fn planted_faults_are_found() {
    let tasks = ["pushing", "friction", "hopper"];
    for name in tasks {
        let task = Task::find(name)
            .and_then(|t| t.with_horizon(20))
            .expect(name);
        let verdict = |fault: Fault, seed: u64| {
            let engine = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
            let mut faulty = Faulty { engine, fault };
            let report = verify(&mut faulty, &task, 64, seed);
            report.expect(name).verdict
        };
        for seed in 100..120 {
            assert_eq!(
                verdict(Fault::None, seed),
                Verdict::Holds,
                "{name}, seed {seed}"
            );
        }
        for fault in FAULTS {
            let seeds = 100..120;
            let found = seeds.filter(|seed| verdict(fault, *seed) == Verdict::Differs);
            let found = found.count();
            println!("{name}: {fault:?} is found in {found} of 20 seeds");
            assert!(
                found >= 19,
                "{name}: {fault:?} is found in {found} of 20 seeds"
            );
        }
    }
}

/// What f32 cannot follow is not said to hold, nor to be wrong.
#[test]
fn what_f32_cannot_follow_is_told() {
    let far = Task::find("pushing")
        .and_then(|t| t.with_parameter("goal_1", 1e7))
        .and_then(|t| t.with_parameter("goal_2", 1e7))
        .expect("pushing");
    let mut cpu = CpuEngine::new("a test", 256 * MIB, Interrupt::default());
    let report = verify(&mut cpu, &far, 64, 0).expect("a report");
    let rows: Vec<_> = report.rows.iter().filter(|row| !row.holds).collect();
    assert!(rows.is_empty(), "{rows:#?}");
}
