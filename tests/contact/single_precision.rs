//! The wrench and its derivative in f32, on the lanes of engine `cpu`, against f64 on the same inputs.

use crate::scenes::{State, rough};
use mollify::contact::ContactModel::{self, RigidSoft, SoftSoft};
use mollify::contact::{Field, wrench};
use mollify::engine::cpu::CpuMap;
use mollify::number::graph::{Graph, Node};
use mollify::number::reverse;
use mollify::number::traced::{Traced, record};
use mollify::system::functions::{CONTROL, Function, STATE, Sizes};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const POSES: usize = 4000;
/// Poses and twists, then what the wrench is multiplied with.
const SIZES: Sizes = Sizes {
    parameters: 0,
    state: 12,
    control: 3,
};

/// The wrench on A, and the derivative of its product with the cotangent for all poses and twists.
fn function(model: ContactModel, state: &State) -> Function {
    let (mut graph, on_a) = record(|| {
        let x = std::array::from_fn(|i| Traced::input(STATE, i as u32));
        let [a, b] = state.bodies(x);
        let on_a = wrench(model, &a, &b, &rough(Field::Distance)).on_a;
        [on_a.force.x, on_a.force.y, on_a.moment].map(Traced::id)
    });
    let inputs = |graph: &mut Graph, bank: u32, count: usize| -> Vec<_> {
        (0..count as u32)
            .map(|index| graph.push(Node::Input { bank, index }))
            .collect()
    };
    let x = inputs(&mut graph, STATE, SIZES.state);
    let cotangent = inputs(&mut graph, CONTROL, SIZES.control);
    let back = reverse::vjp(&mut graph, &on_a, &cotangent, &x);
    Function::new(graph, on_a.into_iter().chain(back).collect())
}

/// Random boxes, every other one parallel to the other, with numbers that f32 has.
fn points(rng: &mut StdRng) -> Vec<f32> {
    let mut points = Vec::new();
    for number in 0..POSES {
        let mut state = State::random(rng);
        if number % 2 == 0 {
            state.pose[0][2] = 0.0;
            state.pose[1][2] = 0.0;
        }
        points.extend(state.coordinates().map(|x| x as f32));
        points.extend((0..3).map(|_| rng.random_range(-1.0..1.0_f32)));
    }
    points
}

#[test]
fn pressure_in_f32_is_that_in_f64() {
    let mut rng = StdRng::seed_from_u64(12);
    let state = State {
        half: [[0.7, 0.4], [0.9, 0.5]],
        ..State::random(&mut rng)
    };
    let points = points(&mut rng);
    for (model, of_wrench, of_derivative) in [(RigidSoft, 2e-6, 5e-6), (SoftSoft, 2e-6, 2e-5)] {
        let function = function(model, &state);
        let width = function.outputs().len();
        let found = CpuMap::new(&function, &[], SIZES).run_f32(&points);
        let found = found.expect("whole points");
        let (mut error, mut largest) = ([0.0_f64; 2], [0.0_f64; 2]);
        for (point, found) in points.chunks(SIZES.point()).zip(found.chunks(width)) {
            let point: Vec<f64> = point.iter().copied().map(f64::from).collect();
            let (x, cotangent) = point.split_at(SIZES.state);
            let mut banks: [&[f64]; 4] = [&[]; 4];
            banks[STATE as usize] = x;
            banks[CONTROL as usize] = cotangent;
            let expected = function.graph().run(function.outputs(), &banks);
            for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert!(found.is_finite(), "{model:?} {i} at {x:?}");
                let part = usize::from(i >= 3);
                error[part] = error[part].max((f64::from(*found) - expected).abs());
                largest[part] = largest[part].max(expected.abs());
            }
        }
        let share = [error[0] / largest[0], error[1] / largest[1]];
        println!("{model:?}: {share:?} of {largest:?}");
        assert!(
            share[0] < of_wrench && share[1] < of_derivative,
            "{model:?} {share:?}"
        );
    }
}
