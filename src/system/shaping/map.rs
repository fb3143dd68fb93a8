//! What is done to controls, costs and derivatives, on any kind of number: see the module above.

use super::decided::Decided;
use super::limit::Limit;
use super::risk::Risk;
use crate::noise::environment::{Draw, Environment, Initial};
use crate::number::Scalar;
use crate::system::names::{Coordinate, Parameter};

/// How a system is shaped; as it is unless something is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shaping {
    /// For each control its limits, if it has some; empty if none has.
    pub(in crate::system) limits: Vec<Option<Limit>>,
    /// After how many steps the adjoint is cut.
    pub(in crate::system) truncation: Option<u32>,
    /// What becomes of the costs of all samples.
    pub(in crate::system) risk: Option<Risk>,
    /// Which parameters are the decision, in place of the controls.
    pub(in crate::system) decided: Option<Decided>,
    /// Whether the stage cost of the system depends on the number of the step.
    pub(in crate::system) uses_time: bool,
}

/// The name of the parameter c of a risk.
pub const COST_THRESHOLD: &str = "cost_threshold";
/// The name of the parameter q of a risk.
pub const TAIL_SHARE: &str = "tail_share";
/// The name of the parameter ω of a risk, the weight of what is below c: 0, and 1 as long as c and q are not set.
pub const WEIGHT_BELOW: &str = "weight_below";

/// What the shaping remembers from step to step, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    /// Steps since the adjoint was cut.
    Since,
    /// The cost so far.
    Cost,
    /// The number of the step.
    Time,
    /// A parameter that is decided: the end has no control to take it from.
    Parameter(usize),
}

impl Own {
    fn name(self) -> String {
        match self {
            Own::Since => "steps_since_cut".into(),
            Own::Cost => "cost_so_far".into(),
            Own::Time => "step_number".into(),
            Own::Parameter(i) => format!("decided_{i}"),
        }
    }
}

impl Shaping {
    /// Whether the system stays as it is.
    pub fn is_none(&self) -> bool {
        let has_limit = self.limits.iter().any(Option::is_some);
        !has_limit && self.truncation.is_none() && self.risk.is_none() && self.decided.is_none()
    }

    /// The limits of the controls, one after the other; empty if none has any.
    pub fn limits(&self) -> &[Option<Limit>] {
        &self.limits
    }

    /// After how many steps the adjoint is cut, if it is.
    pub fn truncation(&self) -> Option<u32> {
        self.truncation
    }

    /// What becomes of the costs of all samples, if they are not averaged.
    pub fn risk(&self) -> Option<Risk> {
        self.risk
    }

    /// Which parameters are the decision, if they are.
    pub fn decided(&self) -> Option<&Decided> {
        self.decided.as_ref()
    }

    /// What it remembers.
    fn own(&self) -> impl Iterator<Item = Own> + use<> {
        let with_time = self.decided.is_some() || self.risk.is_some() && self.uses_time;
        let all = [
            (Own::Since, self.truncation.is_some()),
            (Own::Cost, self.risk.is_some()),
            (Own::Time, with_time),
        ];
        let all = all.into_iter().filter(|(_, is_there)| *is_there);
        // What was observed does not depend on parameters.
        let decided = self.decided.as_ref().filter(|d| d.observed.is_none());
        let count = decided.map_or(0, |d| d.parameters.len());
        all.map(|(own, _)| own)
            .chain((0..count).map(Own::Parameter))
    }

    fn place(&self, wanted: Own) -> Option<usize> {
        self.own().position(|own| own == wanted)
    }

    /// Its coordinates of the state, all 0 at the start.
    pub(in crate::system) fn states(&self) -> Vec<Coordinate> {
        let coordinate = |own: Own| Coordinate {
            name: own.name().into(),
            unit: "1".into(),
        };
        self.own().map(coordinate).collect()
    }

    /// Adds its states and parameters to those of the system, which come first, as they are.
    pub(in crate::system) fn extend(&self, environment: &mut Environment) {
        let zero = |_| Initial::new(Draw::Constant(0.0));
        environment.initial.extend(self.own().map(zero));
        let defaults = self.parameters().into_iter().map(|p| p.default);
        environment.parameters.extend(defaults.map(Draw::Constant));
    }

    /// Its parameters.
    pub(in crate::system) fn parameters(&self) -> Vec<Parameter> {
        let parameter = |name: &str, default: f64, meaning: &str, positive: bool| Parameter {
            name: name.into(),
            unit: "1".into(),
            default,
            meaning: meaning.into(),
            positive,
        };
        match self.risk {
            None => Vec::new(),
            Some(_) => vec![
                parameter(
                    COST_THRESHOLD,
                    0.0,
                    "cost c above which samples count, set from the samples",
                    false,
                ),
                parameter(TAIL_SHARE, 1.0, "share q of the samples above it", true),
                parameter(WEIGHT_BELOW, 1.0, "weight of what is below it", false),
            ],
        }
    }

    /// Parameters and control that the system gets, of M values.
    pub(in crate::system) fn given<S: Scalar>(
        &self,
        p: &[S],
        y: &[S],
        v: &[S],
        controls: usize,
    ) -> (Vec<S>, Vec<S>) {
        let v = self.limited(v);
        match &self.decided {
            None => (p.to_vec(), v),
            Some(decided) => {
                let control = decided.controls(self.time(y), controls);
                (decided.parameters(p, &v), control)
            }
        }
    }

    /// The parameters that the system gets at the end.
    pub(super) fn at_end<S: Scalar>(&self, p: &[S], y: &[S]) -> Vec<S> {
        let decided = self.decided.as_ref().filter(|d| d.observed.is_none());
        match (decided, self.place(Own::Parameter(0))) {
            (Some(decided), Some(first)) => decided.parameters(p, &y[first..]),
            _ => p.to_vec(),
        }
    }

    /// v between its limits.
    pub(in crate::system) fn limited<S: Scalar>(&self, v: &[S]) -> Vec<S> {
        let mut control = v.to_vec();
        for (u, limit) in control.iter_mut().zip(&self.limits) {
            if let Some(limit) = limit {
                *u = limit.apply(*u);
            }
        }
        control
    }

    /// x with a derivative, or without where the adjoint is cut.
    pub(super) fn differentiated<S: Scalar>(&self, x: &[S], y: &[S]) -> Vec<S> {
        let Some(since) = self.place(Own::Since) else {
            return x.to_vec();
        };
        // What is counted has no branch: it is a whole number, far from the half.
        let is_cut = y[since].detach().less(S::constant(0.5));
        let cut = |x: &S| S::select(is_cut, x.detach(), *x);
        x.iter().map(cut).collect()
    }

    /// The number of the step, where it is remembered; else 0.
    pub(super) fn time<S: Scalar>(&self, y: &[S]) -> S {
        self.place(Own::Time).map_or(S::constant(0.0), |i| y[i])
    }

    /// y of the next step, where the step costs this.
    pub(super) fn remembered<S: Scalar>(&self, y: &[S], v: &[S], cost: impl Fn() -> S) -> Vec<S> {
        let v = self.limited(v);
        let next = |(own, y): (Own, &S)| match own {
            Own::Cost => *y + cost(),
            Own::Time => *y + 1.0,
            Own::Parameter(i) => v[i],
            Own::Since => {
                let next = *y + 1.0;
                let steps = f64::from(self.truncation.unwrap_or(1));
                let is_over = S::constant(steps - 0.5).less(next);
                S::select(is_over, S::constant(0.0), next)
            }
        };
        self.own().zip(y).map(next).collect()
    }

    /// What a state and a step from it cost, where `own` is that of the system.
    pub(super) fn cost_of<S: Scalar>(&self, x: &[S], time: S, own: impl Fn() -> S) -> S {
        match self.decided.as_ref().and_then(|d| d.observed.as_ref()) {
            Some(observed) => observed.cost(x, time),
            None => own(),
        }
    }

    /// What a step costs: nothing, where the sum of all costs counts at the end.
    pub(super) fn stage_cost<S: Scalar>(&self, cost: impl Fn() -> S) -> S {
        match self.risk {
            Some(_) => S::constant(0.0),
            None => cost(),
        }
    }

    /// The final cost, where that of the system is `last`.
    pub(super) fn final_cost<S: Scalar>(&self, own: &[S], y: &[S], last: S) -> S {
        match (self.risk, self.place(Own::Cost)) {
            (Some(_), Some(i)) => Risk::of(y[i] + last, [own[0], own[1], own[2]]),
            _ => last,
        }
    }
}
