//! The contact trust region: its bound on a line, and the pull that it forbids.

use mollify::Task;
use mollify::engine::gpu::AdapterChoice;
use mollify::engine::kind::Kind;
use mollify::noise::environment::Draw;
use mollify::plan::condensed::Condensed;
use mollify::plan::qp::Program;
use mollify::plan::{Linearizer, Method, Options, Scenario, Smoothing, Trajectory, TrustRegion};
use mollify::plan::{plan, trust_region};
use nalgebra::{DMatrix, DVector};

/// One step from the start of a task under these commands, linearized at κ; `of` gets it condensed, with where it leads.
fn linearized<T>(
    task: &Task,
    kappa: f64,
    command: &[f64],
    of: impl Fn(&Condensed<'_>, &DVector<f64>, &DMatrix<f64>) -> T,
) -> T {
    let task = task.clone().with_horizon(1).expect("a step");
    let scenario = Scenario::of(&task).expect("a scenario");
    let parameters = scenario.parameters(kappa).expect("a weight");
    let commands = [DVector::from_column_slice(command)];
    let trajectory = Trajectory::of(&scenario, &parameters, &commands, f64::INFINITY);
    let smoothing = Smoothing {
        kappa,
        sigma: 1.0,
        number: 0,
    };
    let mut linearizer = Linearizer::new(Kind::Reference, AdapterChoice::Any);
    let options = Options::of(Method::Shooting);
    let locals = linearizer
        .along(&scenario, &options, smoothing, &trajectory)
        .expect("a step");
    let origin = DVector::zeros(trajectory.states[0].len());
    let condensed = Condensed::of(&trajectory, &locals, 0, origin);
    of(&condensed, &trajectory.states[1], &locals[0].by_command)
}

/// How far a program's command goes along `direction` within a region and a box.
fn farthest(
    condensed: &Condensed<'_>,
    direction: &[f64],
    region: TrustRegion,
    reach: f64,
) -> DVector<f64> {
    let n = direction.len();
    let mut program = Program::new(DMatrix::zeros(n, n), -DVector::from_column_slice(direction));
    program.lower.fill(-reach);
    program.upper.fill(reach);
    trust_region::within(program, condensed, region)
        .solve()
        .expect("solved")
        .x
}

/// On a line the full region is |δu| ≤ √(u² + 4/(K κ)), and the relaxed one only bounds the command that would pull.
#[test]
fn on_a_line_the_region_is_known() {
    let task = Task::find("cart-wall").expect("a task");
    const STIFFNESS: f64 = 50.0;
    for kappa in [100.0, 1e4] {
        for u in [-0.03, 0.0, 0.02, 0.3] {
            let bound = (u * u + 4.0 / (STIFFNESS * kappa)).sqrt();
            let found = |direction: f64, region| {
                linearized(&task, kappa, &[u], |condensed, _, _| {
                    farthest(condensed, &[direction], region, 5.0)[0]
                })
            };
            for direction in [1.0, -1.0] {
                let off = found(direction, TrustRegion::Contact) - direction * bound;
                assert!(off.abs() < 1e-9, "kappa {kappa}, u {u}: {off:e}");
            }
            // Away from the wall the predicted force would fall below 0.
            let away = found(1.0, TrustRegion::RelaxedContact);
            assert!((away - bound).abs() < 1e-9, "{away} {bound}");
            let into = found(-1.0, TrustRegion::RelaxedContact);
            assert!((into + 5.0).abs() < 1e-9, "{into}");
        }
    }
}

/// A goal behind the box while the disc touches its front: the plain box predicts that it pulls, the region that nothing moves.
#[test]
fn a_linearized_contact_does_not_pull() {
    let task = Task::find("planar-pushing").expect("a task");
    let task = task
        .with_initial("box_y", Draw::Constant(0.5), &[])
        .expect("a start");
    let start = task.initial_state().to_vec();
    // The command stays where the disc is; only the box's y counts.
    let (command, box_y) = ([start[3], start[4]], 1);
    let moved = |region| {
        linearized(&task, 100.0, &command, |condensed, next, by_command| {
            let slope = by_command.row(box_y).transpose();
            let down: Vec<f64> = slope.iter().map(|x| -x).collect();
            let change = farthest(condensed, &down, region, 0.1);
            (next[box_y] - start[box_y] + slope.dot(&change), change)
        })
    };
    let (pulled, change) = moved(TrustRegion::Box);
    assert!((pulled + 0.0058).abs() < 1e-4, "{pulled}");
    assert!((change[1] + 0.1).abs() < 1e-6, "{change}");
    for region in [TrustRegion::RelaxedContact, TrustRegion::Contact] {
        let (motion, change) = moved(region);
        assert!(motion >= -1e-9, "{region:?}: {motion:e}");
        assert!((change[1] + 0.031).abs() < 5e-4, "{region:?}: {change}");
    }
}

/// Every region leads to a plan; the rows cost little.
#[test]
fn plans_within_a_region_cost_about_the_same() {
    let task = Task::find("planar-pushing").expect("a task");
    let scenario = Scenario::of(&task).expect("a scenario");
    let cost = |trust_region| {
        let mut linearizer = Linearizer::new(Kind::Reference, AdapterChoice::Any);
        let options = Options {
            trust_region,
            ..Options::of(Method::Shooting)
        };
        let found = plan(
            &scenario,
            &options,
            &mut linearizer,
            &mollify::Interrupt::default(),
            &mut |_| (),
        );
        found.expect("a plan").cost
    };
    let plain = cost(TrustRegion::Box);
    for region in [TrustRegion::RelaxedContact, TrustRegion::Contact] {
        let found = cost(region);
        println!("{region:?} {found} beside {plain}");
        assert!(found < 1.1 * plain);
    }
}
