//! A loop of fixed count finds a value, and one step behind it the derivative of the implicit function: in f64, with dual
//! numbers, by the reverse sweep, rounded, on the lanes of engine cpu and as WGSL.

use crate::engines::{all, batch, reference};
use mollify::engine::Engine as _;
use mollify::number::Scalar;
use mollify::number::dual::Dual;
use mollify::number::graph::{Graph, Id, Node};
use mollify::number::linear::solve_symmetric;
use mollify::number::reverse;
use mollify::number::rounded::{Rounded, UNIT_ROUNDOFF};
use mollify::number::traced::{Traced, record};
use mollify::system::model::Model;
use mollify::system::task::Task;
use mollify::system::{ControlCoordinate, Dynamics, Objective, StateCoordinate, coordinate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

/// √a by Newton, and a step behind it.
fn root<S: Scalar>(a: S) -> S {
    let one = S::constant(1.0);
    let [x] = S::iterate(12, [one + a], &[a], |[x], a| [(x + a[0] / x) * 0.5]);
    x - (x.square() - a) / (x * 2.0)
}

/// A(p) with a strong diagonal.
fn matrix<S: Scalar>([p, q, r]: [S; 3]) -> [[S; 3]; 3] {
    let zero = S::constant(0.0);
    [
        [p.square() + 3.0, zero, zero],
        [p * q, q.square() + 4.0, zero],
        [q * r, r - 0.5, r.square() + 5.0],
    ]
}

/// The root x of A(p) x + x³ = p by Newton's method, and a step behind it.
fn newton<S: Scalar>(p: [S; 3]) -> [S; 3] {
    let step = |x: [S; 3], a: [[S; 3]; 3], b: [S; 3]| -> [S; 3] {
        let full = |i: usize, j: usize| if i >= j { a[i][j] } else { a[j][i] };
        let residual = std::array::from_fn(|i| {
            let product = (0..3).fold(x[i] * x[i].square(), |sum, j| sum + full(i, j) * x[j]);
            product - b[i]
        });
        let mut jacobian = a;
        for i in 0..3 {
            jacobian[i][i] = jacobian[i][i] + x[i].square() * 3.0;
        }
        let step = solve_symmetric(jacobian, residual);
        std::array::from_fn(|i| x[i] - step[i])
    };
    let a = matrix(p);
    let captured: Vec<S> = a.iter().flatten().chain(&p).copied().collect();
    let found = S::iterate(9, [S::constant(0.0); 3], &captured, |x, c| {
        let a = std::array::from_fn(|i| std::array::from_fn(|j| c[3 * i + j]));
        step(x, a, [c[9], c[10], c[11]])
    });
    // The derivative of one step with the Jacobian held: A is symmetric, so that its lower triangle is all of it.
    step(found, a, p)
}

/// Value and gradient of `of` by dual numbers and by the reverse sweep, which must agree.
fn both_ways<const D: usize>(
    at: [f64; D],
    dual: impl Fn([Dual<D>; D]) -> Dual<D>,
    traced: impl Fn([Traced; D]) -> Traced,
) -> (f64, [f64; D]) {
    let by_dual = dual(std::array::from_fn(|i| Dual::variable(at[i], i)));
    let (mut graph, (inputs, output)) = record(|| {
        let inputs: [Traced; D] = std::array::from_fn(|i| Traced::input(0, i as u32));
        (inputs.map(|x| x.id()), traced(inputs).id())
    });
    let one = graph.push(Node::constant(1.0));
    let cotangents = reverse::vjp(&mut graph, &[output], &[one], &inputs);
    let outputs: Vec<Id> = [output].into_iter().chain(cotangents).collect();
    let found: Vec<f64> = graph.run(&outputs, &[&at]);
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
    assert!(near(found[0], by_dual.value), "{found:?} {by_dual:?}");
    for (a, b) in found[1..].iter().zip(by_dual.derivative) {
        assert!(near(*a, b), "{found:?} {by_dual:?}");
    }
    (by_dual.value, by_dual.derivative)
}

#[test]
fn a_step_behind_the_loop_gives_the_derivative_of_the_root() {
    let mut rng = StdRng::seed_from_u64(3);
    for _ in 0..50 {
        let a = rng.random_range(-2.0..3.0_f64).exp2();
        assert!((root(a) - a.sqrt()).abs() < 1e-13 * a.sqrt().max(1.0));
        let (value, [slope]) = both_ways([a], |[a]| root(a), |[a]| root(a));
        assert!((value - a.sqrt()).abs() < 1e-12, "{value}");
        assert!((slope - 0.5 / a.sqrt()).abs() < 1e-10, "{slope} at {a}");
    }
}

#[test]
fn three_equations_by_newton_have_the_implicit_derivative() {
    let mut rng = StdRng::seed_from_u64(4);
    for _ in 0..20 {
        let p: [f64; 3] = std::array::from_fn(|_| rng.random_range(-1.0..1.0));
        let x = newton(p);
        let a = matrix(p);
        let full = |i: usize, j: usize| if i >= j { a[i][j] } else { a[j][i] };
        for i in 0..3 {
            let product: f64 = (0..3).map(|j| full(i, j) * x[j]).sum();
            assert!((product + x[i].powi(3) - p[i]).abs() < 1e-13, "{x:?}");
        }
        // dx/dp = -J⁻¹ ∂r/∂p with J = A + 3 diag(x²), the derivatives of r by hand.
        for k in 0..3 {
            let (_, slope) = both_ways(p, |p| newton(p)[k], |p| newton(p)[k]);
            for (direction, slope) in slope.iter().enumerate() {
                let da = |i: usize, j: usize| -> f64 {
                    let (i, j) = if i >= j { (i, j) } else { (j, i) };
                    match (i, j, direction) {
                        (0, 0, 0) | (1, 1, 1) | (2, 2, 2) => 2.0 * p[direction],
                        (1, 0, 0) => p[1],
                        (1, 0, 1) => p[0],
                        (2, 0, 1) => p[2],
                        (2, 0, 2) => p[1],
                        (2, 1, 2) => 1.0,
                        _ => 0.0,
                    }
                };
                let right: [f64; 3] = std::array::from_fn(|i| {
                    let moved: f64 = (0..3).map(|j| da(i, j) * x[j]).sum();
                    f64::from(u8::from(i == direction)) - moved
                });
                let mut jacobian = a;
                for i in 0..3 {
                    jacobian[i][i] += 3.0 * x[i] * x[i];
                }
                let expected = solve_symmetric(jacobian, right)[k];
                assert!((slope - expected).abs() < 1e-10, "{slope} {expected}");
            }
        }
    }
}

#[test]
fn the_loop_itself_has_no_derivative() {
    let found = |a: Dual<1>| Dual::iterate(3, [a], &[a], |[x], c| [x * c[0] + a])[0];
    let x = found(Dual::variable(1.5, 0));
    assert_eq!(x.derivative, [0.0]);
    let (graph, output) = record(|| {
        let a = Traced::input(0, 0);
        Traced::iterate(3, [a], &[a], |[x], c| [x * c[0] + c[0]])[0].id()
    });
    let dual: Vec<Dual<1>> = graph.run(&[output], &[&[Dual::variable(1.5, 0)]]);
    assert_eq!((dual[0].value, dual[0].derivative), (x.value, [0.0]));
}

#[test]
fn a_value_takes_the_derivative_of_its_carrier() {
    let of = |x: Dual<1>, y: Dual<1>| x.with_derivative_of(y);
    let (x, y) = (
        Dual {
            value: 3.0,
            derivative: [5.0],
        },
        Dual {
            value: 9.0,
            derivative: [7.0],
        },
    );
    assert_eq!((of(x, y).value, of(x, y).derivative), (3.0, [7.0]));
    let at = [1.3, 0.4];
    let (value, slope) = both_ways(
        at,
        |[x, y]| (x.sin().with_derivative_of(x * y)).square(),
        |[x, y]| (x.sin().with_derivative_of(x * y)).square(),
    );
    let sine = at[0].sin();
    assert!((value - sine * sine).abs() < 1e-15);
    assert!((slope[0] - 2.0 * sine * at[1]).abs() < 1e-15);
    assert!((slope[1] - 2.0 * sine * at[0]).abs() < 1e-15);
}

#[test]
fn a_loop_rounds_as_often_as_it_has_to() {
    let x = root(Rounded::input(2.0, 1e-6));
    assert!((x.value - 2.0_f64.sqrt()).abs() < 1e-13);
    // The derivative of the root times the rms error of a, and a few roundings of the last step; those of twelve passes are gone.
    let expected = 0.5 / 2.0_f64.sqrt() * 1e-6 / 3.0_f64.sqrt();
    let roundings = 8.0 * UNIT_ROUNDOFF * x.value;
    assert!(
        (0.6 * expected..1.6 * expected + roundings).contains(&x.error()),
        "{x:?}"
    );
    assert!(x.margin.is_infinite());
}

#[test]
fn equal_loops_are_one_and_a_stranger_is_refused() {
    let (graph, (a, b)) = record(|| {
        let a = Traced::input(0, 0);
        let make = || Traced::iterate(4, [a], &[a], |[x], c| [x.sin() + c[0]])[0].id();
        (make(), make())
    });
    assert_eq!(a, b);
    assert_eq!(graph.passes(&[a]), 5);
    let (graph, none) = record(|| {
        let a = Traced::input(0, 0);
        Traced::iterate(0, [a], &[], |[x], _| [x.sin()])[0].id()
    });
    assert_eq!(graph.passes(&[none]), 0);
}

/// A loop in a loop, of the items of two that change places.
fn nested<S: Scalar>(a: S, b: S) -> [S; 2] {
    S::iterate(3, [a, b], &[b], |[x, y], c| {
        let [z] = S::iterate(2, [x], &[y, c[0]], |[z], d| [z * 0.5 + d[0] * d[1]]);
        [y, z - x * 0.25]
    })
}

#[test]
fn a_loop_in_a_loop_is_right() {
    let (a, b) = (0.7, -1.2);
    let expected = nested(a, b);
    let by_hand = {
        let (mut x, mut y) = (a, b);
        for _ in 0..3 {
            let mut z = x;
            for _ in 0..2 {
                z = z * 0.5 + y * b;
            }
            (x, y) = (y, z - x * 0.25);
        }
        [x, y]
    };
    assert_eq!(expected, by_hand);
    let (graph, outputs): (Graph, Vec<Id>) = record(|| {
        nested(Traced::input(0, 0), Traced::input(0, 1))
            .map(|x| x.id())
            .to_vec()
    });
    assert_eq!(graph.run(&outputs, &[&[a, b]]), expected);
    assert_eq!(graph.passes(&outputs), 1 + 3 * (1 + 1 + 2));
}

mollify::parameters! {
    /// Of a toy with loops.
    pub struct Parameters {
        stiffness: 1.7, "1", "how stiff the spring of the implicit step is";
        time_step: 0.1, "s", "time step h", positive;
    }
}

/// An implicit step of a stiffening spring, x⁺ = x + h (u - k sinh-like(x⁺)), by Newton; a cost with a loop in a loop.
struct Implicit;

impl Dynamics<2, 1> for Implicit {
    type Parameters<S: Scalar> = Parameters<S>;

    const NAME: &'static str = "implicit";
    const SUMMARY: &'static str = "an implicit step by Newton's method";
    const SOURCE: &'static str = "a test";
    const STATE: [StateCoordinate; 2] = [
        coordinate("position", "m").at(0.4),
        coordinate("other", "m").at(-0.3),
    ];
    const CONTROL: [ControlCoordinate; 1] = [coordinate("pull", "m/s")];

    fn advance<S: Scalar>(p: &Parameters<S>, [x, y]: [S; 2], [u]: [S; 1]) -> [S; 2] {
        let step = |next: S, c: [S; 4]| {
            let [x, u, stiffness, h] = c;
            let residual = next + h * (stiffness * (next + next * next.square()) - u) - x;
            next - residual / (h * stiffness * (next.square() * 3.0 + 1.0) + 1.0)
        };
        let c = [x, u, p.stiffness, p.time_step];
        let [found] = S::iterate(6, [x], &c, |[next], c| {
            [step(next, [c[0], c[1], c[2], c[3]])]
        });
        let next = step(found, c).named("next");
        [next, y.with_derivative_of(x * 0.5) + p.time_step * next]
    }
}

impl Objective<2, 1> for Implicit {
    const HORIZON: usize = 7;
    const START: f64 = 0.3;
    const SIGMA: f64 = 0.2;

    fn stage_cost<S: Scalar>(_p: &Parameters<S>, [x, y]: [S; 2], [u]: [S; 1], time: S) -> S {
        let [a, b] = nested(x, y);
        (x - a * 0.1).square() + u.square() * 0.1 + (y - b * 0.1 - time * 0.05).square()
    }

    fn final_cost<S: Scalar>(_p: &Parameters<S>, [x, y]: [S; 2]) -> S {
        x.square() + y
    }
}

#[test]
fn engines_agree_on_loops() {
    let model = Arc::new(Model::new(Implicit));
    let task = Task::new(model.clone());
    let theta = task.start();
    let batch = batch(777, 5);
    let expected = reference()
        .moments(&task, &theta, &batch)
        .expect("reference");
    for mut engine in all("engines_agree_on_loops", &model) {
        let name = engine.report().engine;
        let found = engine.moments(&task, &theta, &batch).expect(name);
        let near = |a: f64, b: f64, scale: f64| (a - b).abs() <= 2e-5 * scale;
        let (a, b) = (&found.deviation, &expected.deviation);
        assert!(
            near(a.mean, b.mean, expected.nominal),
            "{name}: {a:?} {b:?}"
        );
        for (a, b) in found.coordinates.iter().zip(&expected.coordinates) {
            let scale = b.first_order.mean.abs().max(0.1);
            assert!(
                near(a.first_order.mean, b.first_order.mean, scale),
                "{name}: {a:?} {b:?}"
            );
            let deviation = (b.zeroth_order.m2 / 777.0).sqrt();
            assert!(
                near(a.zeroth_order.mean, b.zeroth_order.mean, deviation.max(0.1)),
                "{name}"
            );
        }
    }
    // The first order against differences of costs: the derivative goes through the step behind the loop.
    let p = task.parameters();
    let mut l = model.linearization();
    let (x, u) = ([0.4, -0.3], [0.25]);
    model.linearize(p, &x, &u, 3, &mut l);
    let advanced = |x: [f64; 2]| {
        let mut next = [0.0; 2];
        model.advance(p, &x, &u, &mut next);
        next
    };
    let h = 1e-6;
    let (high, low) = (advanced([x[0] + h, x[1]]), advanced([x[0] - h, x[1]]));
    let slope = (high[0] - low[0]) / (2.0 * h);
    assert!((l.state_jacobian[0] - slope).abs() < 1e-8);
}

#[test]
fn printed_loops_are_valid_and_as_they_were() {
    let text = mollify::engine::gpu::wgsl(&Model::new(Implicit));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/loops.wgsl");
    if std::env::var_os("MOLLIFY_UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).expect("golden file is writable");
    }
    assert_eq!(text, std::fs::read_to_string(path).unwrap_or_default());
}
