//! A brick on a stud: closed forms at rest, and symmetry in motion.

use mollify::contact::ContactModel;
use mollify::engine::nominal::nominal;
use mollify::system::ParameterSet;
use mollify::system::task::Task;
use mollify::systems::mating::{Parameters, fastest, forces};
use nalgebra::DMatrix;

const K: f64 = 60.0;
const KP: f64 = 34.0;
const DELTA: f64 = 0.1;

fn parameters(task: &Task) -> Parameters<f64> {
    Parameters::from_fn(|i| task.parameters()[i])
}

/// Without friction, at rest: the forces on left wall, right wall and ceiling with the tips s deep and x aside.
fn at_rest(model: ContactModel, s: f64, x: f64) -> [[f64; 2]; 3] {
    let task = Task::find("mating").expect("mating");
    let p = Parameters {
        friction: 0.0,
        ..parameters(&task)
    };
    forces(model, &p, [x, 1.7 - s, 0.0, 0.0, 0.0, 0.0], 0.0)
}

#[test]
fn pressure_inserts_at_a_constant_force() {
    for s in [0.02, 0.07, 0.1, 0.3, 0.9, 1.69] {
        let [left, right, ceiling] = at_rest(ContactModel::RigidSoft, s, 0.0);
        let expected = match s < DELTA {
            true => 2.0 * K * (DELTA * s - 0.5 * s * s),
            false => K * DELTA * DELTA,
        };
        assert!(
            (left[1] + right[1] - expected).abs() < 1e-6,
            "{s}: {left:?}"
        );
        assert_eq!(ceiling, [0.0; 2]);
        if s > DELTA {
            let side = K * (DELTA * s - 0.5 * DELTA * DELTA);
            assert!((left[0] + side).abs() < 1e-6 && (right[0] - side).abs() < 1e-6);
            // Across it is a spring of 2 k (s - δ), and balanced in the middle.
            let x = 1e-4;
            let [left, right, _] = at_rest(ContactModel::RigidSoft, s, x);
            let stiffness = -(left[0] + right[0]) / x;
            assert!(
                (stiffness - 2.0 * K * (s - DELTA)).abs() < 1e-6,
                "{s}: {stiffness}"
            );
        }
        assert!((left[0] + right[0]).abs() < 4e-15 * 60.0);
    }
}

#[test]
fn points_insert_in_teeth() {
    let up = |s: f64| {
        let [left, right, _] = at_rest(ContactModel::Vertices, s, 0.0);
        left[1] + right[1]
    };
    // The rows are 0, 0.85 and 1.65 above the tips: each rises to 2 kp δ and drops to 0.
    for row in [0.0, 0.85, 1.65] {
        let (before, behind) = (up(row + DELTA - 1e-9), up(row + DELTA + 1e-9));
        assert!((before - 2.0 * KP * DELTA).abs() < 1e-6, "{row}: {before}");
        assert!(behind.abs() < 1e-9, "{row}: {behind}");
    }
    let [left, _, _] = at_rest(ContactModel::Vertices, 1.69, 0.0);
    assert!((left[0] + 2.0 * KP * DELTA).abs() < 1e-6, "{left:?}");
}

/// Largest |F_left + F_right| across of a run of 8 ms, and |x|, depth at its end.
fn run(contact: &str, shift: f64, height: f64) -> [f64; 3] {
    let task = Task::find_with("mating", Some(contact))
        .and_then(|t| t.with_parameter("time_step", 0.002))
        .and_then(|t| t.with_horizon(4000))
        .and_then(|t| {
            let draw = mollify::noise::environment::Draw::Constant(height);
            t.with_initial("y", draw, &[])
        })
        .expect(contact);
    let model = match contact {
        "vertices" => ContactModel::Vertices,
        _ => ContactModel::RigidSoft,
    };
    let (p, path) = (parameters(&task), nominal(&task, &[shift]));
    let asymmetry = path.states.chunks_exact(6).map(|x| {
        let state = std::array::from_fn(|i| x[i]);
        let [left, right, _] = forces(model, &p, state, shift);
        (left[0] + right[0]).abs()
    });
    let asymmetry = asymmetry.fold(0.0, f64::max);
    let last = &path.states[path.states.len() - 6..];
    [asymmetry, (last[0] + shift).abs(), 1.7 - last[1]]
}

/// 24 starts within one step's fall of each other; the worst of them.
fn worst(contact: &str, shift: f64) -> [f64; 3] {
    let runs = (0..24).map(|i| run(contact, shift, 1.8 + 1e-4 * f64::from(i)));
    runs.fold([0.0; 3], |worst, run| {
        [0, 1, 2].map(|i| worst[i].max(run[i]))
    })
}

/// By pressure the walls differ in proportion to the shift, and the brick always ends centred.
#[test]
fn pressure_is_symmetric_and_stable() {
    for shift in [1e-6, 1e-5, 1e-4, 1e-3, 1e-2] {
        let [asymmetry, aside, depth] = worst("rigid-soft", shift);
        let what = format!("{shift}: {asymmetry} N, {aside:e} mm, {depth} mm");
        println!("pressure {what}");
        assert!((asymmetry / shift - 115.0).abs() < 10.0, "{what}");
        assert!(aside < 1e-8, "{what}");
        // The ceiling carries what the force of insertion leaves of the press: d = (20 - 0.6)/(60 x 4.5).
        assert!((depth - 1.771_85).abs() < 1e-4, "{what}");
    }
}

/// At points both sides flip in different steps, and there is a second place to rest.
#[test]
fn points_are_neither() {
    let [asymmetry, aside, _] = worst("vertices", 1e-3);
    println!("points 1e-3: {asymmetry} N, {aside:e} mm");
    assert!(asymmetry / 1e-3 > 3700.0 / 1.05, "{asymmetry}");
    assert!(aside < 1e-8, "{aside:e}");
    let [asymmetry, aside, depth] = worst("vertices", 1e-2);
    println!("points 1e-2: {asymmetry} N, {aside} mm, {depth} mm");
    assert!(aside > 5e-3, "{aside:e}");
}

/// The brick with a time step of so many limits, its centre of mass so far above the tips, without what takes energy away.
fn stepped(contact: &str, limits: f64, centre: f64) -> Task {
    let task = Task::find_with("mating", Some(contact)).expect(contact);
    let with = |task: Task, name: &str, value: f64| task.with_parameter(name, value).expect(name);
    let task = with(with(task, "friction", 0.0), "dissipation", 0.0);
    let task = with(task, "centre", centre);
    let model = match contact {
        "vertices" => ContactModel::Vertices,
        _ => ContactModel::RigidSoft,
    };
    let limit = 2.0 / fastest(model, &parameters(&task));
    with(task, "time_step", limits * limit)
}

/// How small motions of the brick grow in one step where it is pressed in: the spectral radius of the step's own Jacobian.
fn growth(task: &Task) -> f64 {
    // Deeper than the walls reach, so that the ceiling is in too, and so deep that the uppermost point of a wall is nearest to the
    // side of the stud.
    let moved = |j: usize, by: f64| {
        let mut state = [0.0, -0.1, 0.0, 0.0, 0.0, 0.0];
        state[j] += by;
        let mut next = [0.0; 6];
        let model = task.model();
        model.advance(task.parameters(), &state, &[0.0], &mut next);
        next
    };
    let columns = [0, 1, 2, 3, 4, 5].map(|j| (moved(j, 1e-6), moved(j, -1e-6)));
    let jacobian = DMatrix::from_fn(6, 6, |i, j| {
        let (ahead, behind) = columns[j];
        (ahead[i] - behind[i]) / 2e-6
    });
    let values = jacobian.complex_eigenvalues();
    values.iter().map(|v| v.re.hypot(v.im)).fold(0.0, f64::max)
}

/// Beyond the limit the step itself blows up, a little below it not, whatever the centre of mass and the contact.
#[test]
fn the_limit_is_where_the_step_blows_up() {
    for contact in ["rigid-soft", "vertices"] {
        for centre in [-0.8, 0.0, 0.7, 3.0] {
            let (below, beyond) = (
                stepped(contact, 0.97, centre),
                stepped(contact, 1.1, centre),
            );
            let what = format!("{contact} {centre}: {} {}", growth(&below), growth(&beyond));
            println!("{what}");
            assert!(
                growth(&below) < 1.0 + 1e-3 && growth(&beyond) > 1.2,
                "{what}"
            );
            assert_eq!(below.warning(), None);
            let warning = beyond.warning().expect("it is beyond the limit");
            assert!(warning.contains("stability limit 2"), "{warning}");
        }
    }
}
