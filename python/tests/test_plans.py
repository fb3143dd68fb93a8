"""plan, control and landscape beside the command line, what they keep, and what they refuse."""

import json
import pickle

import mollify
import numpy as np
import pytest


def _without_time(document):
    """A document without what differs from run to run."""
    times = {"seconds", "planning_seconds", "real_time_factor", "steps_per_second"}
    if isinstance(document, dict):
        return {name: _without_time(value) for name, value in document.items() if name not in times}
    return [_without_time(value) for value in document] if isinstance(document, list) else document


def _is_that_of(found, expected) -> None:
    assert _without_time(found.to_dict()) == _without_time(expected)
    json.dumps(found.to_dict())
    again = pickle.loads(pickle.dumps(found))
    assert type(again) is type(found) and again == found and repr(again) == repr(found)


@pytest.mark.parametrize(
    ("flags", "keywords"),
    [
        (["--goal", "box_x=0.2", "--iterations", "5"], dict(goal=dict(box_x=0.2), iterations=5)),
        (["--start", "disc_y=-0.3", "--kappa", "100,500"], dict(start=dict(disc_y=-0.3), kappa=[100, 500])),
        (
            ["--method", "mpc", "--gradient", "mixed", "--seed", "3", "--tolerance", "5", "--iterations", "2"],
            dict(method="mpc", gradient="mixed", seed=3, tolerance=5, iterations=2),
        ),
    ],
)
def test_plan_is_that_of_the_command_line(command, flags, keywords) -> None:
    expected = command("plan", "planar-pushing", *flags)
    found = mollify.plan("planar-pushing", **keywords)
    _is_that_of(found, expected)
    assert found.commands.shape == (20, 2) and found.states.shape == (21, 7)
    assert not found.commands.flags.writeable
    assert found.history["best_cost"].shape == (found.iterations,)
    further = mollify.plan("planar-pushing", commands=found.commands, **{**keywords, "iterations": 1})
    # Commands of mpc may be a little beyond their reach, and are moved to within it.
    if found.largest_reach <= found.settings.reach:
        assert further.first_cost == found.cost


def test_a_tree_has_all_of_its_nodes(command) -> None:
    flags = ["--method", "rrt", "--seed", "3", "--nodes", "400", "--goal", "box_y=0.1", "--tolerance", "100"]
    expected = command("plan", "planar-pushing", *flags)
    found = mollify.plan("planar-pushing", method="rrt", seed=3, nodes=400, goal=dict(box_y=0.1), tolerance=100)
    _is_that_of(found, expected)
    tree = found.tree
    assert tree.states.shape == (found.nodes, 5) and tree.parents[0] == -1
    assert (tree.parents[1:] < np.arange(1, found.nodes)).all() and np.isnan(tree.commands[0]).all()
    # The path is one of nodes, from the root on.
    at = [int(np.flatnonzero((tree.states == state).all(axis=1))[0]) for state in found.states]
    assert at[0] == 0 and [tree.parents[node] for node in at[1:]] == at[:-1]


def test_control_is_that_of_the_command_line(command) -> None:
    flags = ["--steps", "15", "--rollouts", "100", "--replan", "3", "--plant", "mass=0.15", "--disturb", "velocity_1=0.02"]
    expected = command("control", "pushing", "--horizon", "60", *flags, "--engine", "cpu")
    seen = []
    found = mollify.control(
        mollify.task("pushing", horizon=60), steps=15, rollouts=100, replan=3, plant=dict(mass=0.15),
        disturb=dict(velocity_1=0.02), engine="cpu", callback=seen.append,
    )
    _is_that_of(found, expected)
    assert found.states.shape == (16, 4) and found.controls.shape == (15, 1) and found.costs.shape == (16,)
    assert found.cost == pytest.approx(found.costs.sum(), rel=1e-12) and found.complete
    assert [plan.step for plan in seen] == [0, 3, 6, 9, 12] == found.plans["step"].tolist()
    # A task under feedback by default is planned for under the open loop, as on the command line.
    short = ["--steps", "2", "--rollouts", "40", "--horizon", "30", "--method", "mppi", "--refine", "2"]
    expected = command("control", "hopper", *short, "--engine", "cpu")
    task = mollify.task("hopper", horizon=30)
    _is_that_of(mollify.control(task, steps=2, rollouts=40, method="mppi", refine=2, engine="cpu"), expected)


def test_landscape_is_that_of_the_command_line(command) -> None:
    flags = ["--range", "-1..0.5", "--points", "7", "--samples", "300", "--seed", "2", "--engine", "cpu"]
    expected = command("landscape", "soft-heaviside", *flags)
    found = mollify.landscape("soft-heaviside", range=(-1, 0.5), points=7, samples=300, seed=2, engine="cpu")
    _is_that_of(found, expected)
    assert found.positions[0].tolist() == found.columns["position"].tolist()
    assert found.columns["gradient"].shape == (7,)
    for point, mean in zip(found.positions[0], found.columns["value_mean"]):
        there = mollify.gradient("soft-heaviside", [point], samples=300, seed=2, engine="cpu")
        assert float(there.value) == mean
    # A map has rows along the second axis.
    flags = ["--coordinate", "1", "--coordinate", "3", "--points", "3", "--samples", "50", "--engine", "reference"]
    found = mollify.landscape("quadratic", coordinate=[1, 3], points=3, samples=50, engine="reference")
    _is_that_of(found, command("landscape", "quadratic", *flags))
    x, y = found.columns["first_position"], found.columns["second_position"]
    assert x.shape == (3, 3) and (x == found.positions[0]).all() and (y.T == found.positions[1]).all()
    for direction in ["gradient", "ones"]:
        expected = command("landscape", "pushing", "--direction", direction, "--points", "2", "--engine", "cpu")
        _is_that_of(mollify.landscape("pushing", direction=direction, points=2, engine="cpu"), expected)
    ones = mollify.landscape("pushing", direction=np.ones(400), range=(-1, 2), points=2, engine="cpu")
    named = mollify.landscape("pushing", direction="ones", range=(-1, 2), points=2, engine="cpu")
    assert ones.columns["value_mean"].tolist() == named.columns["value_mean"].tolist()


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: mollify.plan("pushing"), "no quasi-dynamic step to plan through; tasks that have one: 'cart-wall'"),
        (lambda: mollify.plan("cart-wall", method="rrt"), "tasks that have one: 'planar-pushing'"),
        (lambda: mollify.plan("planar-pushing", nodes=3), "nodes is given, but must be left out with `method` shooting"),
        (lambda: mollify.plan("planar-pushing", method="rrt", engine="cpu"), "engine is given"),
        (lambda: mollify.plan("planar-pushing", method="rtt"), "did you mean 'rrt'"),
        (lambda: mollify.plan("planar-pushing", goal=dict(spin=1)), "no goal for 'spin'"),
        (lambda: mollify.plan("planar-pushing", start=dict(spin=1)), "no state coordinate 'spin'"),
        (lambda: mollify.plan("planar-pushing", goal=[1]), "goal is .* but must be a dictionary"),
        (lambda: mollify.plan("planar-pushing", commands=[[0, 0]]), "commands has shape"),
        (lambda: mollify.plan("planar-pushing", kappa=1, length=1), "one of them"),
        (lambda: mollify.plan("planar-pushing", kappa=[1e4, 1e2]), "ever larger weights"),
        (lambda: mollify.plan("planar-pushing", length=-1), "length is -1, but must be a length in m above 0"),
        (lambda: mollify.plan("planar-pushing", sigma=0.1), "sigma is given, but must be left out with `gradient` barrier"),
        (lambda: mollify.plan("planar-pushing", callback=3), "callback is 3"),
        (lambda: mollify.plan("planar-pushing", method="rrt", callback=print), "callback is given"),
        (lambda: mollify.control("pushing", steps=0), "steps is 0"),
        (lambda: mollify.control("pushing", rollouts=0), "rollouts is 0"),
        (lambda: mollify.control("pushing", replan=1000), "from 1 to 400"),
        (lambda: mollify.control("pushing", tail="x"), "'repeat', 'start'"),
        (lambda: mollify.control("pushing", plant=dict(spin=1)), "no parameter 'spin'"),
        (lambda: mollify.control("pushing", disturb=dict(spin=1)), "no coordinate 'spin' to disturb"),
        (lambda: mollify.control("pushing", rate=1), "give refine too"),
        (lambda: mollify.control(mollify.task("pushing", policy="linear")), "policy"),
        (lambda: mollify.landscape("pushing", coordinate=[1, 1]), "two different ones for a map"),
        (lambda: mollify.landscape("pushing", coordinate=400), "from 0 to 399"),
        (lambda: mollify.landscape("pushing", range=(1, 0)), "LO below HI"),
        (lambda: mollify.landscape("pushing", range=3), "pair of numbers"),
        (lambda: mollify.landscape("pushing", points=1), "points is 1, but must be a whole number from 2 to 1000000"),
        (lambda: mollify.landscape("pushing", direction="up"), "'gradient', 'ones', or an array"),
        (lambda: mollify.landscape("pushing", direction=[1, 2]), "direction has shape"),
        (lambda: mollify.landscape("pushing", direction=np.zeros(400)), "a value that is not 0"),
        (lambda: mollify.landscape("pushing", direction="ones", coordinate=0), "one of them"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(call, word) -> None:
    with pytest.raises(ValueError, match=word) as error:
        call()
    assert "--" not in str(error.value) and "\n" not in str(error.value)


def test_callbacks_stop_and_their_exceptions_come_through() -> None:
    found = mollify.plan("planar-pushing", callback=lambda iteration: iteration.iteration == 1)
    assert found.stopped == "interrupted" and found.iterations == 2
    run = mollify.control("pushing", steps=20, rollouts=100, callback=lambda plan: plan.step == 3, engine="cpu")
    assert run.ended == "interrupted" and run.states.shape == (5, 4) and not run.complete

    def fails(_: object) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        mollify.plan("planar-pushing", callback=fails)
    with pytest.raises(LookupError, match="mine"):
        mollify.control("pushing", steps=5, callback=fails, engine="cpu")
