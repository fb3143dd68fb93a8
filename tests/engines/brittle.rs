//! A system that breaks for some controls, in two ways: its cost is not a number, or its derivative is not finite.

use mollify::number::Scalar;
use mollify::parameters;
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
use std::sync::Arc;

parameters! {
    /// Where it breaks.
    pub struct Parameters {
        floor: 10.0, "1", "the cost is not a number for controls below -floor";
        ceiling: 10.0, "1", "the derivative, but not the cost, is not finite for controls above";
    }
}

/// The state is the sum of the controls; each step may break, in the two ways above.
struct Brittle;

impl Dynamics<1, 1> for Brittle {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "brittle";
    const STATE: [StateCoordinate; 1] = [coordinate("sum", "1").at(0.3)];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("step", "1")];

    fn advance<S: Scalar>(_p: &Parameters<S>, [sum]: [S; 1], [step]: [S; 1]) -> [S; 1] {
        [sum + step]
    }
}

impl Objective<1, 1> for Brittle {
    const HORIZON: usize = 5;
    const START: f64 = 0.2;
    const SIGMA: f64 = 0.3;

    fn stage_cost<S: Scalar>(p: &Parameters<S>, [sum]: [S; 1], [step]: [S; 1], _time: S) -> S {
        // tanh ∞ = 1, and the derivative is 0 · ∞.
        let above = step.greater(p.ceiling);
        let exponent = step + S::select(above, S::constant(1000.0), S::constant(-3.0));
        // The logarithm of a negative number, or of one well above 0.
        let below = step.less(-p.floor);
        let argument = step + S::select(below, S::constant(-1000.0), S::constant(4.0));
        argument.ln() + exponent.exp().tanh() + sum.square()
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, [sum]: [S; 1]) -> S {
        sum.square() * 0.7
    }
}

/// The task with these two parameters.
pub fn brittle(floor: f64, ceiling: f64) -> Task {
    Task::new(Arc::new(Model::new(Brittle)))
        .with_parameter("floor", floor)
        .and_then(|task| task.with_parameter("ceiling", ceiling))
        .expect("brittle")
}
