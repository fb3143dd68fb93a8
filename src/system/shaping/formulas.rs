//! The formulas of a shaped system: those of the system itself in f64, and all of them as graphs.

use super::map::Shaping;
use crate::contact::Immersion;
use crate::error::Result;
use crate::number::traced::{Traced, record};
use crate::number::{Scalar, dual::Dual};
use crate::system::formulas::{
    Directional, Formulas, Linearization, derivatives, gradient, seeded,
};
use crate::system::functions::{CONTROL, Function, Functions, PARAMETERS, STATE, Sizes, TIME};
use std::sync::Arc;

/// A system and how it is shaped.
pub(in crate::system) struct Shaped {
    /// Of the system itself.
    pub formulas: Arc<dyn Formulas>,
    /// Its graphs.
    pub functions: Arc<Functions>,
    /// Its parameters, states and controls.
    pub sizes: Sizes,
    pub shaping: Shaping,
}

/// A function of parameters, state and control to be recorded.
type Body<'a> = dyn Fn(&[Traced], &[Traced], &[Traced]) -> Vec<Traced> + 'a;

impl Shaped {
    /// The state of the system, and what the shaping remembers.
    fn parts<'a, S>(&self, z: &'a [S]) -> (&'a [S], &'a [S]) {
        z.split_at(self.sizes.state)
    }

    /// The parameters of the system, and those of the shaping.
    pub fn parameters<'a, S>(&self, p: &'a [S]) -> (&'a [S], &'a [S]) {
        p.split_at(self.sizes.parameters)
    }

    /// All functions as graphs.
    pub fn graphs(&self, sizes: Sizes) -> Functions {
        let recorded = |body: &Body<'_>| {
            let bank = |bank: u32, count: usize| -> Vec<Traced> {
                (0..count as u32).map(|i| Traced::input(bank, i)).collect()
            };
            let (graph, outputs) = record(|| {
                let p = bank(PARAMETERS, sizes.parameters);
                let (z, v) = (bank(STATE, sizes.state), bank(CONTROL, sizes.control));
                body(&p, &z, &v).iter().map(|x| x.id()).collect()
            });
            Function::new(graph, outputs)
        };
        let advance = recorded(&|p, z, v| {
            let at = self.at(p, z, v);
            let cost = || self.stage_cost_on(&at, self.shaping.time(at.y));
            let mut next = self.advance_on(&at);
            next.extend(self.shaping.remembered(at.y, v, cost));
            next
        });
        let cost = recorded(&|p, z, v| {
            let at = self.at(p, z, v);
            let time = || Traced::input(TIME, 0);
            vec![self.shaping.stage_cost(|| self.stage_cost_on(&at, time()))]
        });
        let last = recorded(&|p, z, _| vec![self.final_cost_on(p, z)]);
        Functions::new(advance, cost, last, sizes)
    }

    /// What the system gets at a point, with derivatives where they are not cut.
    fn at<'a, S: Scalar>(&self, p: &[S], z: &'a [S], v: &[S]) -> At<'a, S> {
        let (p, _) = self.parameters(p);
        let (x, y) = self.parts(z);
        let (p, u) = self.shaping.given(p, y, v, self.sizes.control);
        let x = self.shaping.differentiated(x, y);
        At { p, x, u, y }
    }

    /// The next state of the system, by its graph.
    fn advance_on<S: Scalar>(&self, at: &At<'_, S>) -> Vec<S> {
        let advance = &self.functions.advance;
        advance.run(&at.p, &at.x, &at.u, S::constant(0.0))
    }

    /// What the step costs, by the graph of the system.
    fn stage_cost_on<S: Scalar>(&self, at: &At<'_, S>, time: S) -> S {
        let graph = &self.functions.stage_cost;
        let own = || graph.run(&at.p, &at.x, &at.u, time)[0];
        self.shaping.cost_of(&at.x, time, own)
    }

    /// What the end costs, by the graph of the system.
    fn final_cost_on<S: Scalar>(&self, p: &[S], z: &[S]) -> S {
        let ((p, own), (x, y)) = (self.parameters(p), self.parts(z));
        let p = self.shaping.at_end(p, y);
        let graph = &self.functions.final_cost;
        let cost = || graph.run(&p, x, &[], S::constant(0.0))[0];
        let cost = self.shaping.cost_of(x, self.shaping.time(y), cost);
        self.shaping.final_cost(own, y, cost)
    }

    /// Whether the derivatives are those of the formulas of the system itself, which know of none by its parameters.
    fn is_by_formulas(&self) -> bool {
        self.shaping.decided().is_none()
    }

    /// A function of the system as numbers with derivatives, from its own derivatives at this point.
    fn along(
        value: f64,
        factors: (&[f64], &[f64]),
        x: &[Directional],
        u: &[Directional],
    ) -> Directional {
        let mut number = Dual::constant(value);
        let factors = factors.0.iter().chain(factors.1);
        for (factor, moved) in factors.zip(x.iter().chain(u)) {
            for (d, by) in number.derivative.iter_mut().zip(moved.derivative) {
                *d += factor * by;
            }
        }
        number
    }

    /// [`Formulas::linearize`] by the derivatives of the formulas of the system.
    fn linearize_by_formulas(
        &self,
        p: &[f64],
        z: &[f64],
        v: &[f64],
        time: f64,
        out: &mut Linearization,
    ) {
        let here = self.at(p, z, v);
        let (n, m) = (here.x.len(), here.u.len());
        // A step costs now, or where costs are summed it is the sum that grows.
        let time = match self.shaping.risk() {
            Some(_) => self.shaping.time(here.y),
            None => time,
        };
        let (p_here, x, u) = (&here.p, &here.x, &here.u);
        let mut next_state = vec![0.0; n];
        self.formulas.advance(p_here, x, u, &mut next_state);
        let mut l = Linearization::zero(n, m);
        self.formulas.linearize(p_here, x, u, time, &mut l);
        let value = self.formulas.stage_cost(p_here, x, u, time);
        derivatives((z.len(), v.len()), out, |from, next| {
            let z: Vec<Directional> = (0..z.len()).map(seeded(z, 0, from)).collect();
            let v: Vec<Directional> = (0..v.len()).map(seeded(v, z.len(), from)).collect();
            let p: Vec<Directional> = p.iter().map(|x| Dual::constant(*x)).collect();
            let at = self.at(&p, &z, &v);
            let cost = || {
                let factors = (&l.state_gradient[..], &l.control_gradient[..]);
                Self::along(value, factors, &at.x, &at.u)
            };
            for (i, next) in next[..n].iter_mut().enumerate() {
                let row = &l.state_jacobian[i * n..][..n];
                let columns = &l.control_jacobian[i * m..][..m];
                *next = Self::along(next_state[i], (row, columns), &at.x, &at.u);
            }
            let own = self.shaping.remembered(at.y, &v, cost);
            next[n..].copy_from_slice(&own);
            self.shaping.stage_cost(cost)
        });
    }
}

/// What a system gets: parameters, state and control; and what its shaping remembers.
struct At<'a, S> {
    p: Vec<S>,
    x: Vec<S>,
    u: Vec<S>,
    y: &'a [S],
}

impl Formulas for Shaped {
    fn advance(&self, p: &[f64], z: &[f64], v: &[f64], next: &mut [f64]) {
        let at = self.at(p, z, v);
        let (of_system, own) = next.split_at_mut(at.x.len());
        self.formulas.advance(&at.p, &at.x, &at.u, of_system);
        let time = self.shaping.time(at.y);
        let cost = || {
            let own = || self.formulas.stage_cost(&at.p, &at.x, &at.u, time);
            self.shaping.cost_of(&at.x, time, own)
        };
        own.copy_from_slice(&self.shaping.remembered(at.y, v, cost));
    }

    fn stage_cost(&self, p: &[f64], z: &[f64], v: &[f64], time: f64) -> f64 {
        let at = self.at(p, z, v);
        self.shaping.stage_cost(|| {
            let own = || self.formulas.stage_cost(&at.p, &at.x, &at.u, time);
            self.shaping.cost_of(&at.x, time, own)
        })
    }

    fn final_cost(&self, p: &[f64], z: &[f64]) -> f64 {
        let ((p, own), (x, y)) = (self.parameters(p), self.parts(z));
        let p = self.shaping.at_end(p, y);
        let cost = || self.formulas.final_cost(&p, x);
        let cost = self.shaping.cost_of(x, self.shaping.time(y), cost);
        self.shaping.final_cost(own, y, cost)
    }

    fn linearize(&self, p: &[f64], z: &[f64], v: &[f64], time: f64, out: &mut Linearization) {
        if self.is_by_formulas() {
            return self.linearize_by_formulas(p, z, v, time, out);
        }
        let p: Vec<Directional> = p.iter().map(|x| Dual::constant(*x)).collect();
        let (n, time) = (self.sizes.state, Dual::constant(time));
        derivatives((z.len(), v.len()), out, |from, next| {
            let z: Vec<Directional> = (0..z.len()).map(seeded(z, 0, from)).collect();
            let v: Vec<Directional> = (0..v.len()).map(seeded(v, z.len(), from)).collect();
            let at = self.at(&p, &z, &v);
            next[..n].copy_from_slice(&self.advance_on(&at));
            let cost = || self.stage_cost_on(&at, self.shaping.time(at.y));
            next[n..].copy_from_slice(&self.shaping.remembered(at.y, &v, cost));
            self.shaping.stage_cost(|| self.stage_cost_on(&at, time))
        });
    }

    fn final_cost_gradient(&self, p: &[f64], z: &[f64], out: &mut [f64]) {
        if !self.is_by_formulas() {
            let p: Vec<Directional> = p.iter().map(|x| Dual::constant(*x)).collect();
            return gradient(out, |from| {
                let z: Vec<Directional> = (0..z.len()).map(seeded(z, 0, from)).collect();
                self.final_cost_on(&p, &z)
            });
        }
        let ((own_p, own), (x, _)) = (self.parameters(p), self.parts(z));
        let own: Vec<Directional> = own.iter().map(|x| Dual::constant(*x)).collect();
        let mut of_system = vec![0.0; x.len()];
        self.formulas.final_cost_gradient(own_p, x, &mut of_system);
        let value = self.formulas.final_cost(own_p, x);
        gradient(out, |from| {
            let z: Vec<Directional> = (0..z.len()).map(seeded(z, 0, from)).collect();
            let (x, y) = self.parts(&z);
            let cost = || Self::along(value, (&of_system, &[]), x, &[]);
            let cost = self.shaping.cost_of(x, self.shaping.time(y), cost);
            self.shaping.final_cost(&own, y, cost)
        });
    }

    fn warning(&self, p: &[f64]) -> Option<String> {
        self.formulas.warning(self.parameters(p).0)
    }

    fn immersion(&self, p: &[f64], z: &[f64], v: &[f64]) -> Option<Immersion> {
        let at = self.at(p, z, v);
        self.formulas.immersion(&at.p, &at.x, &at.u)
    }

    fn check(&self, p: &[f64]) -> Result<()> {
        self.formulas.check(self.parameters(p).0)
    }
}
