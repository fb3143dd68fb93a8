//! Throughput of contact between pairs of boxes: wrenches, wrenches with their derivative, and the contact manifold of parry2d.
//!
//!     cargo bench --bench pairs                              4096 pairs
//!     MOLLIFY_BENCH_SAMPLES=512 cargo bench --bench pairs    fewer
//!
//! Elements are pairs, of random boxes that overlap or nearly do, with friction and dissipation. `wrench` and `derivative` run on engine
//! `cpu`, in f32 lanes on all cores; the derivative is the reverse sweep for all poses and twists, with the wrench. `one thread` is the
//! same on one thread, as parry2d is, which finds points and a normal, and no force. Each result is compared with f64 before it is
//! timed.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mollify::contact::{Body, ContactModel, Field, Friction, Law, Pose, Shape, Twist, wrench};
use mollify::engine::cpu::CpuMap;
use mollify::error::Named;
use mollify::number::Scalar;
use mollify::number::graph::{Graph, Node};
use mollify::number::reverse;
use mollify::number::traced::{Traced, record};
use mollify::system::functions::{CONTROL, Function, STATE, Sizes};
use parry2d::math::{Pose2, Vector};
use parry2d::query::ContactManifold;
use parry2d::query::details::contact_manifold_cuboid_cuboid;
use parry2d::shape::Cuboid;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::hint::black_box;

/// Of each body half extents, pose and twist; then what the wrench is multiplied with.
const SIZES: Sizes = Sizes {
    parameters: 0,
    state: 16,
    control: 3,
};

fn count() -> usize {
    let wanted = std::env::var("MOLLIFY_BENCH_SAMPLES").ok();
    wanted.and_then(|k| k.parse().ok()).unwrap_or(4096)
}

fn points(count: usize) -> Vec<f32> {
    let mut rng = StdRng::seed_from_u64(3);
    let mut points = Vec::new();
    for _ in 0..count {
        let mut draw = |low: f32, high: f32| rng.random_range(low..high);
        for _ in 0..2 {
            points.extend([draw(0.3, 1.2), draw(0.2, 0.9)]);
            points.extend([draw(-1.0, 1.0), draw(-1.0, 1.0), draw(-3.0, 3.0)]);
            points.extend([draw(-1.0, 1.0), draw(-1.0, 1.0), draw(-1.5, 1.5)]);
        }
        points.extend([draw(-1.0, 1.0), draw(-1.0, 1.0), draw(-1.0, 1.0)]);
    }
    points
}

fn body<S: Scalar>(x: &[S]) -> Body<S> {
    Body {
        shape: Shape::rectangle(x[0], x[1]),
        pose: Pose::new(x[2], x[3], x[4]),
        twist: Twist::new(x[5], x[6], x[7]),
    }
}

fn law<S: Scalar>() -> Law<S> {
    let number = S::constant;
    Law {
        slope_a: number(130.0),
        slope_b: number(70.0),
        point_stiffness: number(90.0),
        vertex_stiffness: number(45.0),
        dissipation: Some(number(0.3)),
        friction: Some(Friction {
            coefficient: number(0.4),
            slip_speed: number(0.2),
        }),
        field: Field::Distance,
    }
}

fn on_a<S: Scalar>(model: ContactModel, x: &[S]) -> [S; 3] {
    let on_a = wrench(model, &body(&x[..8]), &body(&x[8..]), &law()).on_a;
    [on_a.force.x, on_a.force.y, on_a.moment]
}

/// The wrench on A; with its derivative too, if asked for.
fn function(model: ContactModel, with_derivative: bool) -> Function {
    let (mut graph, outputs) = record(|| {
        let x: [Traced; 16] = std::array::from_fn(|i| Traced::input(STATE, i as u32));
        on_a(model, &x).map(Traced::id)
    });
    let mut all = outputs.to_vec();
    if with_derivative {
        let inputs = |graph: &mut Graph, bank: u32, indices: &[u32]| -> Vec<_> {
            let input = |index: &u32| Node::Input {
                bank,
                index: *index,
            };
            indices.iter().map(|i| graph.push(input(i))).collect()
        };
        let moving = [2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15];
        let x = inputs(&mut graph, STATE, &moving);
        let cotangent = inputs(&mut graph, CONTROL, &[0, 1, 2]);
        all.extend(reverse::vjp(&mut graph, &outputs, &cotangent, &x));
    }
    Function::new(graph, all)
}

/// All but a few, which are nearer to another branch than f32 rounds.
fn agrees(model: ContactModel, points: &[f32], results: &[f32], width: usize) {
    let rows = points.chunks(SIZES.point()).zip(results.chunks(width));
    let mut apart = 0;
    for (point, found) in rows.clone() {
        let x: Vec<f64> = point[..16].iter().copied().map(f64::from).collect();
        let expected = on_a(model, &x);
        let off = found.iter().zip(expected);
        apart += usize::from(
            off.map(|(a, b)| (f64::from(*a) - b).abs())
                .fold(0.0, f64::max)
                > 1e-3,
        );
    }
    let most = rows.len() / 500;
    assert!(apart <= most, "{model:?}: {apart} of {} differ", rows.len());
}

/// Poses of both bodies, and their boxes, for parry2d.
fn cuboids(points: &[f32]) -> Vec<[(Pose2, Cuboid); 2]> {
    let one = |x: &[f32]| {
        let pose = Pose2::new(Vector::new(x[2], x[3]), x[4]);
        (pose, Cuboid::new(Vector::new(x[0], x[1])))
    };
    let pair = |x: &[f32]| [one(&x[..8]), one(&x[8..])];
    points.chunks(SIZES.point()).map(pair).collect()
}

/// How many points it finds in all.
fn manifolds(pairs: &[[(Pose2, Cuboid); 2]]) -> usize {
    let mut found = 0;
    for [(pose_a, a), (pose_b, b)] in pairs {
        let mut manifold = ContactManifold::<(), ()>::new();
        let between = pose_a.inv_mul(pose_b);
        contact_manifold_cuboid_cuboid(&between, a, b, 0.0, &mut manifold);
        found += black_box(&manifold).points.len();
    }
    found
}

fn pairs(c: &mut Criterion) {
    let count = count();
    let points = points(count);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one = one.expect("a pool of one thread");
    let mut group = c.benchmark_group("pairs");
    group.throughput(Throughput::Elements(count as u64));
    for (model, name, _) in ContactModel::ALL {
        for (label, with_derivative) in [("wrench", false), ("derivative", true)] {
            let function = function(*model, with_derivative);
            let width = function.outputs().len();
            let map = CpuMap::new(&function, &[], SIZES);
            let run = || map.run_f32(&points).expect("whole points");
            agrees(*model, &points, &run(), width);
            eprintln!("{name}, {label}: {} operations", map.operations());
            group.bench_function(format!("{name}, {label}"), |b| b.iter(run));
            group.bench_function(format!("{name}, {label}, one thread"), |b| {
                b.iter(|| one.install(run));
            });
        }
    }
    let cuboids = cuboids(&points);
    assert!(manifolds(&cuboids) > count / 2);
    group.bench_function("parry2d, manifold, one thread", |b| {
        b.iter(|| manifolds(&cuboids));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = pairs
}
criterion_main!(benches);
