"""Commands against the program: the same documents, to the bit."""

import pickle

import mollify
import numpy as np
import pytest
from conftest import without_times

#: Their kernels take long to compile on a software adapter.
SLOW_ON_LAVAPIPE = {
    "ball-grazing", "billiards", "corner", "double-pendulum", "ledge", "lqr", "lqr-2", "lqr-20", "mating", "planar-hand",
    "planar-pushing", "roomba", "shove",
}  # fmt: skip


@pytest.mark.parametrize("task", mollify.tasks())
def test_gradients_are_those_of_the_program(task, command, engines):
    for engine in engines:
        if engine == "gpu" and task in SLOW_ON_LAVAPIPE:
            continue
        arguments = ["gradient", task, "--samples", "16", "--seed", "3", "--engine", engine]
        found = mollify.gradient(task, samples=16, seed=3, engine=engine)
        assert without_times(found.to_dict()) == without_times(command(*arguments)), engine


def test_a_descent_is_that_of_the_program(command):
    told = dict(samples=50, iterations=5, seed=2, engine="cpu")
    flags = [word for name, value in told.items() for word in (f"--{name}", str(value))]
    found = mollify.optimize(mollify.task("friction", horizon=60, mass=0.2), **told)
    expected = command("optimize", "friction", "--horizon", "60", "--set", "mass=0.2", *flags)
    assert without_times(found.to_dict()) == without_times(expected)
    assert found.history["cost"].tolist() == [entry["cost"] for entry in expected["iterations"]]
    assert found.theta.tolist() == expected["theta"]


def test_variants_of_a_task_are_those_of_the_program(command):
    task = mollify.task(
        "hopper",
        contact="kelvin-voigt",
        horizon=40,
        policy="affine",
        noise_on="action",
        initial=dict(foot_height="uniform:0.1,0.2", extension="normal:0,0.01 - 0.1*foot_height"),
        randomize=dict(body_mass="uniform:0.9,1.1"),
        goal=0.7,
    )
    expected = command(
        "gradient", "hopper", "--contact", "kelvin-voigt", "--horizon", "40", "--policy", "affine", "--noise-on", "action",
        "--initial", "foot_height=uniform:0.1,0.2", "--initial", "extension=normal:0,0.01 - 0.1*foot_height",
        "--randomize", "body_mass=uniform:0.9,1.1", "--set", "goal=0.7", "--samples", "32", "--engine", "reference",
    )  # fmt: skip
    found = mollify.gradient(task, samples=32, engine="reference")
    assert without_times(found.to_dict()) == without_times(expected)


def test_results_are_arrays_that_do_not_change_and_travel():
    found = mollify.gradient("pushing", samples=20, engine="cpu")
    assert found.gradient.shape == (400,) == found.first_order.std_error.shape
    assert found.gradient.tolist() == found.to_dict()["gradient"]
    with pytest.raises(ValueError, match="read-only"):
        found.gradient[0] = 1.0
    again = pickle.loads(pickle.dumps(found))
    assert again == found and (again.gradient == found.gradient).all()
    assert "alpha" in repr(found) and "<table>" in found._repr_html_()
    assert float(found.value) == found.value.mean
    task = mollify.task("pushing", stiffness=1000, randomize=dict(mass="uniform:0.1,0.2"))
    assert pickle.loads(pickle.dumps(task)) == task
    assert mollify.task(task, mass=0.3).parameters["mass"] == 0.3


def test_rollouts_are_the_samples_of_the_gradient():
    task = mollify.task("tennis", horizon=30)
    samples = mollify.rollout(task, samples=40, seed=5, engine="reference")
    found = mollify.gradient(task, samples=40, seed=5, rule="shared", engine="reference")
    assert samples.states.shape == (40, 31, 7) and samples.controls.shape == (40, 30, 3)
    np.testing.assert_allclose(samples.costs.mean(), found.value.mean, rtol=1e-12)
    np.testing.assert_allclose(samples.first_order.mean(axis=0), found.first_order.gradient, rtol=1e-9, atol=1e-9)
    weighted = (samples.costs - samples.baselines)[:, None] * samples.scores
    np.testing.assert_allclose(weighted.mean(axis=0), found.zeroth_order.gradient, rtol=1e-9, atol=1e-9)
    # The noise is on the control of every step, behind the policy, which is 0 at the start.
    np.testing.assert_allclose(samples.controls.reshape(40, -1), samples.noise, rtol=1e-12)
    later = mollify.rollout(task, samples=2, first=7, seed=5, engine="reference")
    assert (later.costs == samples.costs[7:9]).all()
    assert pickle.loads(pickle.dumps(later)) == later


def test_costs_of_many_thetas():
    thetas = np.linspace(-0.3, 0.3, 7)[:, None]
    found = mollify.costs("heaviside", thetas, engine="reference")
    assert found.tolist() == [0.0, 0.0, 0.0, *[mollify.gradient("heaviside", [x], samples=1, engine="reference").value_at_theta for x in thetas[3:, 0]]]


def test_a_sweep_is_that_of_the_program(command, tmp_path):
    told = dict(repeats=2, samples=40, seed=3, engine="reference")
    found = mollify.sweep(mollify.task("pushing", horizon=20), dict(stiffness=[10, 1000.0], rule=["first", "aobg"]), **told)
    assert found.alpha.shape == (2, 2, 2) and found.axes["rule"].tolist() == ["first", "aobg"]
    flags = [word for name, value in told.items() for word in (f"--{name}", str(value))]
    command(
        "sweep", "pushing", "--horizon", "20", "--over", "stiffness=10,1000", "--over", "rule=first,aobg", *flags,
        "--out", str(tmp_path),
    )  # fmt: skip
    written = np.genfromtxt(tmp_path / "rows.csv", delimiter=",", names=True, dtype=None, encoding=None)
    for name in ("value_mean", "first_order_variance", "zeroth_order_variance", "alpha", "gradient_norm"):
        assert written[name].tolist() == found[name].ravel().tolist(), name
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(ValueError, match="stifness"):
        mollify.sweep("pushing", dict(stifness=[1.0]))


def test_jumps_are_those_of_the_program(command):
    grid = np.linspace(-0.15, 0.15, 61)
    found = mollify.continuity(mollify.task("ledge", contact="point"), "shift", "angle", grid)
    text = ",".join(map(repr, grid.tolist()))
    expected = command("continuity", "ledge", "--contact", "point", "--over", f"shift={text}", "--of", "angle")
    assert found.to_dict() == expected and len(found.jumps) > 0
    assert found.outputs.shape == found.slopes.shape == (61,)
    assert pickle.loads(pickle.dumps(found)).outputs.tolist() == found.outputs.tolist()
    with pytest.raises(ValueError, match="at least two different"):
        mollify.continuity("ledge", "shift", "angle", [1.0])


def test_verify_and_devices():
    found = mollify.verify("pushing", "heaviside", samples=32)
    assert found.holds and [report.task for report in found.reports] == ["pushing", "heaviside"]
    assert mollify.devices().auto.engine in ("gpu", "cpu")


def test_an_engine_is_kept_and_says_what_it_is():
    with mollify.Engine("cpu", memory="64MiB", threads=1) as engine:
        assert engine.report is None
        one = mollify.gradient("heaviside", samples=5000, engine=engine)
        assert engine.report["engine"] == "cpu"
    all_cores = mollify.gradient("heaviside", samples=5000, engine="cpu")
    assert one.gradient.tolist() == all_cores.gradient.tolist()


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: mollify.gradient("pushin"), "no task 'pushin' (did you mean 'pushing'?)"),
        (lambda: mollify.gradient("pushing", np.zeros((1, 400))), "shape (1, 400)"),
        (lambda: mollify.gradient("pushing", np.zeros(399)), "needs (400,) or (400, 1)"),
        (lambda: mollify.gradient("pushing", [np.nan] * 400), "theta has nan at index 0"),
        (lambda: mollify.gradient("pushing", "abc"), "theta must be numbers"),
        (lambda: mollify.gradient("pushing", rule="best"), "rule is 'best', but must be aobg"),
        (lambda: mollify.gradient("pushing", rule=0.5), "rule is 0.5, but must be a name"),
        (lambda: mollify.gradient("pushing", samples=0), "samples is 0"),
        (lambda: mollify.gradient("pushing", samples=2.5), "samples is 2.5"),
        (lambda: mollify.gradient("pushing", seed=-1), "seed is -1"),
        (lambda: mollify.gradient("pushing", engine="cuda"), "engine is 'cuda'"),
        (lambda: mollify.gradient("pushing", engine=3), "engine is 3"),
        (lambda: mollify.gradient(3), "system is 3"),
        (lambda: mollify.optimize("pushing", descent="mppi", rule="shared", engine="cpu"), "rule is given"),
        (lambda: mollify.optimize("pushing", elite=0.1, engine="cpu"), "elite is 0.1"),
        (lambda: mollify.optimize("pushing", callback=3, engine="cpu"), "callback is 3"),
        (lambda: mollify.Engine(memory="much"), "memory is 'much'"),
        (lambda: mollify.Engine(threads=0), "threads is 0"),
        (lambda: mollify.task("pushing", stifness=3.0), "no parameter 'stifness' (did you mean 'stiffness'?)"),
        (lambda: mollify.task("pushing", stiffness="3"), "stiffness is '3', but must be a number"),
        (lambda: mollify.task("pushing", mass=1.0, randomize=dict(mass="uniform:1,2")), "give it once"),
        (lambda: mollify.task("pushing", initial=dict(gap="normal:0")), "initial gap is 'normal:0'"),
        (lambda: mollify.task("nowhere.json"), "nowhere.json"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError) as refused:
        call()
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


def test_shaped_tasks_show_the_system():
    shaped = mollify.task("pushing", horizon=20, limit=(-0.05, 0.05), truncation=5, risk="cvar=0.5", sigma=dict(force=(0.3, 0.1)))
    assert len(shaped.state) == 4
    seen = mollify.rollout(shaped, samples=3)
    assert seen.states.shape == (3, 21, 4)
    assert np.abs(seen.controls).max() <= 0.05
    assert mollify.gradient(shaped, samples=100).to_dict()["risk"] == "cvar=0.5"
    for wrong, words in [
        (dict(limit=3), "must be a pair"),
        (dict(limit=dict(push=(0, 1))), "no control 'push'"),
        (dict(sigma=dict(force=(1, 2, 3))), "a number or two"),
        (dict(risk="cvar=2"), "above 0 and at most 1"),
    ]:
        with pytest.raises(ValueError, match=words):
            mollify.task("pushing", **wrong)


def test_correlated_noise_and_decided_parameters() -> None:
    matrix = 0.5 * np.eye(20) + 0.5
    for covariance in ("power-law=1", matrix):
        coloured = mollify.task("pushing", horizon=20, covariance=covariance)
        found = mollify.rollout(coloured, samples=4000, engine="cpu")
        noise = np.asarray(found.noise) / coloured.sigma
        sample = noise.T @ noise / len(noise)
        if covariance is matrix:
            assert np.abs(sample - matrix).max() < 0.12
            again = np.linalg.solve(matrix, noise[0]) / coloured.sigma
            assert np.allclose(found.scores[0], again, rtol=1e-3, atol=1e-3)
        assert abs(np.diag(sample) - 1).max() < 0.15 and sample[10, 11] > 0.4
        assert pickle.loads(pickle.dumps(coloured)) == coloured
    for changes, word in [
        (dict(covariance=np.eye(3)), "20 × 20"),
        (dict(covariance=np.ones((2, 3))), "square"),
        (dict(covariance=[[1, 2], [2, 1]]), "positive definite"),
        (dict(covariance="pink"), "power-law=EXPONENT"),
        (dict(covariance="power-law=1", noise="laplace"), "Gaussian"),
        (dict(decide=["mass", 3]), "names of parameters"),
        (dict(decide="weight"), "weight"),
        (dict(data=dict(states=[[0.0], [0.0]], controls=[[0.0]])), "without decide"),
        (dict(decide="mass", data=dict(states=[[0.0]])), "must have 'states'"),
    ]:
        with pytest.raises(ValueError, match=word):
            mollify.task("pushing", horizon=20, **changes)


def test_identification() -> None:
    theta = mollify.optimize("pushing", samples=50, rollouts=4000, engine="cpu").theta
    seen = mollify.rollout(mollify.task("pushing", stiffness=14.0, mass=0.13), theta, engine="cpu")
    followed = mollify.task("pushing", decide=["stiffness", "mass"], data=seen)
    assert followed.dimension == 2 and list(followed.control) == ["stiffness", "mass"]
    assert pickle.loads(pickle.dumps(followed)) == followed
    found = mollify.optimize(followed, rollouts=6000, engine="cpu").to_dict()["identified"]
    values = {known["name"]: known["value"] for known in found["parameters"]}
    assert abs(values["stiffness"] - 14) < 0.01 and abs(values["mass"] - 0.13) < 1e-4, values


def test_linearize_is_that_of_the_command_line(command) -> None:
    point = ["--at", "box_y=0.5", "--at", "disc_y=-0.1", "--control", "command_y=-0.05"]
    expected = command("linearize", "planar-pushing", *point, "--kappa", "50", "--samples", "400", "--engine", "cpu")
    found = mollify.linearize(
        "planar-pushing", dict(box_y=0.5, disc_y=-0.1), dict(command_y=-0.05), kappa=50, samples=400, engine="cpu"
    )
    document = found.to_dict()
    assert document.pop("seconds") >= 0 and expected.pop("seconds") >= 0
    assert document == expected
    state, control = expected["point"]["state"], expected["point"]["control"]
    again = mollify.linearize("planar-pushing", np.array(state), control, kappa=50, samples=400, engine="cpu")
    assert again.to_dict()["mixed"] == expected["mixed"]
    n, m = len(state), len(control)
    assert np.shape(found.barrier.a) == (n, n) and np.shape(found.barrier.b) == (n, m)
    for arguments, changes, word in [
        (("pushing",), {}, "quasi-dynamic step"),
        (("planar-pushing", np.zeros(2)), {}, "shape"),
        (("planar-pushing", dict(spin=1)), {}, "spin"),
        (("planar-pushing",), dict(kappa=-1), "above 0"),
        (("planar-pushing",), dict(kappa=1, length=0.1), "one of them"),
        (("planar-pushing",), dict(samples=3), "at least"),
        (("planar-pushing",), dict(noise="laplace"), "laplace"),
    ]:
        with pytest.raises(ValueError, match=word):
            mollify.linearize(*arguments, **changes, engine="cpu")
