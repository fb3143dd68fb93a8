"""Systems in Python: the bits of the compiled ones, and what cannot be recorded."""

import math
import pickle
import random
import time

import mollify
import numpy as np
import pytest
import systems


@pytest.mark.parametrize("name", systems.ALL)
def test_a_system_in_python_has_the_bits_of_the_built_in_one(name, engines):
    system = systems.ALL[name]
    for engine in engines:
        expected = mollify.gradient(name, samples=100, seed=1, engine=engine)
        found = mollify.gradient(system, samples=100, seed=1, engine=engine)
        assert found.value == expected.value and found.first_order == expected.first_order, engine
        assert found.zeroth_order == expected.zeroth_order and found.alpha == expected.alpha, engine


def test_a_whole_descent_has_the_bits_of_the_built_in_one():
    told = dict(samples=30, iterations=8, engine="cpu")
    expected, found = (mollify.optimize(system, **told) for system in ("pushing", systems.Pushing))
    assert found.theta.tolist() == expected.theta.tolist() and found.final == expected.final


@pytest.mark.parametrize("name", systems.ALL)
def test_functions_and_graph_agree(name):
    found = systems.ALL[name].check()
    assert found.value_deviation < 1e-12 and found.derivative_deviation < 1e-4
    assert found.values >= 1000 and found.derivatives > 500


def test_a_saved_system_runs_in_the_program(tmp_path, command):
    path = tmp_path / "friction.json"
    systems.Friction.save(path)
    expected = command("gradient", "--system", str(path), "--samples", "50", "--engine", "cpu")
    for system in (systems.Friction, path, pickle.loads(pickle.dumps(systems.Friction))):
        assert mollify.gradient(system, samples=50, engine="cpu").gradient.tolist() == expected["gradient"]


def test_numpy_records_as_it_is():
    matrix = np.array([[1.0, 0.1], [-0.2, 0.9]])

    def advance(p, x, u):
        return matrix @ x + np.array([0.0, 1.0]) * u.push

    def stage_cost(p, x, u, t):
        wave = np.sum(np.sin(x) ** 2) + np.dot(x, x) + np.maximum(x.a, 0.0) + np.abs(x["b"]) ** 3
        return wave + p.slope * t * u[0] + np.arctan2(x.a, 2.0) + mollify.clip(x.b, -1.0, 1.0) + mollify.norm(x)

    system = mollify.system(
        name="waves", state=["a", "b"], control=["push"], parameters=dict(slope=0.3), horizon=4,
        initial=dict(a=0.4, b=-0.7), advance=advance, stage_cost=stage_cost,
    )  # fmt: skip
    assert system.check().derivative_deviation < 1e-4
    theta = np.array([0.1, -0.2, 0.3, 0.4])
    state, cost = np.array([0.4, -0.7]), 0.0
    for t, push in enumerate(theta):
        wave = np.sum(np.sin(state) ** 2) + state @ state + max(state[0], 0.0) + abs(state[1]) ** 3
        cost += wave + 0.3 * t * push + np.arctan2(state[0], 2.0) + np.clip(state[1], -1, 1) + np.hypot(*state)
        state = matrix @ state + [0.0, push]
    found = mollify.gradient(system, theta, samples=1, engine="reference")
    assert found.value_at_theta == pytest.approx(cost, rel=1e-12)


def test_a_loop_is_recorded_once_with_what_it_needs():
    def advance(p, x, u):
        square = x.y * x.y + p.k
        root = mollify.loop(8, lambda y: 0.5 * (y + square / y), 1.0 + p.k)
        both = mollify.loop(3, lambda y: [y[0] + root * u.u, y[1] * mollify.loop(2, lambda z: z * root, y[1])], [0.0, 0.5])
        return [0.01 * (root + both[0] + both[1])]

    system = mollify.system(
        name="loops", state=["y"], control=["u"], parameters=dict(k=1.7), horizon=3,
        advance=advance, stage_cost=lambda p, x, u: x.y**2,
    )  # fmt: skip
    assert system.check().value_deviation < 1e-9
    one, other = (mollify.gradient(system, [0.3] * 3, samples=5, engine=e).value_at_theta for e in ("reference", "cpu"))
    assert one == other > 0.0


def define(**given):
    usual = dict(
        name="odd", state=["gap"], control=["push"], horizon=3,
        advance=lambda p, x, u: [x.gap + u.push], stage_cost=lambda p, x, u: x.gap**2,
    )  # fmt: skip
    return mollify.system(**(usual | given))


def branches(p, x, u):
    if x.gap > 0:
        return [x.gap]
    return [u.push]


def writes(p, x, u):
    x[0] = 1.0
    return x


kept = []


def keeps(p, x, u):
    kept.append(x.gap)
    return [x.gap]


@pytest.mark.parametrize(
    "given, sentence",
    [
        (dict(advance=branches), "write mollify.where(condition, a, b) in place of `if`"),
        (dict(advance=lambda p, x, u: [math.sin(x.gap)]), "write np.sin(x), not math.sin(x)"),
        (dict(advance=lambda p, x, u: [float(x.gap)]), "leave out float(x)"),
        (dict(advance=lambda p, x, u: [max(x.gap, 0.0)]), "mollify.maximum(a, b) in place of max(a, b)"),
        (dict(advance=lambda p, x, u: [np.floor(x.gap)]), "np.floor is no formula"),
        (dict(advance=lambda p, x, u: [x.gap % 2.0]), "x % y is no formula"),
        (dict(advance=lambda p, x, u: [x.gap**2.5]), "x ** 2.5 is no formula"),
        (dict(advance=writes), "the state is not written to; return the new values instead"),
        (dict(advance=keeps, stage_cost=lambda p, x, u: kept[0] + x.gap), "keep none of them for another one"),
        (dict(advance=lambda p, x, u: ["a"]), "'a' of type str is used in a formula"),
        (dict(advance=lambda p, x, u: [x.gap > 0]), "a comparison is used as a number"),
        (dict(advance=lambda p, x, u: [x.speed]), "there is no 'speed' in the state, which has gap"),
        (dict(advance=lambda p, x, u: [p.mass]), "there is no 'mass' in the parameters, which has nothing"),
    ],
)
def test_what_cannot_be_recorded_says_what_to_write_and_where(given, sentence):
    with pytest.raises((TypeError, AttributeError)) as refused:
        define(**given)
    assert sentence in str(refused.value)
    assert "(test_systems.py, line " in str(refused.value)


def test_the_line_is_that_of_the_user():
    with pytest.raises(TypeError, match=rf"line {branches.__code__.co_firstlineno + 1}\)"):
        define(advance=branches)


@pytest.mark.parametrize(
    "given, sentence",
    [
        (dict(advance=lambda p, x, u: [x.gap, x.gap]), "returns 2 values, but the state has 1: gap"),
        (dict(advance=lambda p, x, u: None), "advance of 'odd' returns nothing"),
        (dict(advance=lambda p, x, u: dict(gab=x.gap)), "returns ['gab']"),
        (dict(advance=lambda p, x: [x.gap]), "takes (p, x), but must take (p, x, u)"),
        (dict(stage_cost=None), "has no stage_cost"),
        (dict(stage_cost=lambda p, x, u: [1.0, 2.0]), "must return one number, the cost"),
        (dict(state=["gap", "gap"]), "state has 'gap' twice"),
        (dict(state=["let"], advance=lambda p, x, u: x, stage_cost=lambda p, x, u: x[0]), "let"),
        (dict(state=["__gap"], advance=lambda p, x, u: x, stage_cost=lambda p, x, u: x[0]), "__gap"),
        (dict(name="Odd One"), "expected lower-case words joined by '-'"),
        (dict(initial=[0.0, 1.0]), "initial has 2 values, but the state has 1"),
        (dict(initial=dict(speed=1.0)), "initial has 'speed', which is no coordinate"),
        (dict(parameters=dict(mass="heavy")), "parameters['mass'] is 'heavy'"),
        (dict(parameters=dict(mass=(1.0, 2.0))), "must be a number or (number, unit)"),
        (dict(randomize=dict(mass=1.0)), "randomize has 'mass', which is no parameter"),
        (dict(horizon=0), "horizon: it is 0"),
        (dict(sigma=-1.0), "sigma: it is -1"),
        (dict(advance=lambda p, x, u: [x.gap * random.random()]), "it must depend on its arguments alone"),
    ],
)
def test_a_bad_definition_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError) as refused:
        define(**given)
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


def test_exceptions_of_the_functions_come_through():
    def advance(p, x, u):
        return [x.gap / ZeroDivisionError()]

    with pytest.raises(TypeError, match="ZeroDivisionError"):
        define(advance=advance)
    with pytest.raises(KeyError, match="mine"):
        define(advance=lambda p, x, u: {}["mine"])


def test_a_thousand_systems_leave_nothing_behind():
    resource = pytest.importorskip("resource")

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def many(count):
        for i in range(count):
            system = define(parameters={f"mass_{i}": float(i + 1)}, name=f"one-{i}")
            mollify.gradient(system, samples=1, engine="reference")

    many(100)
    before, started = peak(), time.perf_counter()
    many(1000)
    assert peak() - before < 10.0
    assert (time.perf_counter() - started) / 1000 < 0.05
