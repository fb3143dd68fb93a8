//! How many operations a pair of boxes takes.

use crate::scenes::{State, rough};
use mollify::contact::{ContactModel, Field, wrench};
use mollify::number::traced::{Traced, record};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn operations(model: ContactModel) -> usize {
    let state = State::random(&mut StdRng::seed_from_u64(1));
    let (graph, outputs) = record(|| {
        let x = std::array::from_fn(|i| Traced::input(0, i as u32));
        let [a, b] = state.bodies(x);
        let touch = wrench(model, &a, &b, &rough(Field::Distance));
        let on_both = [touch.on_a, touch.on_b];
        on_both.map(|w| [w.force.x, w.force.y, w.moment].map(Traced::id))
    });
    graph.operations(outputs.as_flattened())
}

#[test]
fn a_pair_of_boxes_takes_few_operations() {
    for (model, most) in [
        (ContactModel::Point, 700),
        (ContactModel::Vertices, 1000),
        (ContactModel::Manifold, 1400),
        (ContactModel::RigidSoft, 2000),
        (ContactModel::SoftSoft, 4000),
    ] {
        let count = operations(model);
        println!("{model:?}: {count}");
        assert!(count <= most, "{model:?}: {count}");
    }
}
