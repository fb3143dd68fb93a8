"""The commands plan and control: commands through quasi-dynamic contact, and a receding horizon."""

from __future__ import annotations

from typing import Any, Callable, Mapping

import numpy as np

from ._calls import _optional_count, _optional_real, _seed, _task, _text, _told
from ._engine import Engine, _engine, _local
from ._errors import _unless_stopped
from ._results import Arrays, Record, Result, _frozen, _table
from ._task import _count, _real, _theta
from ._task import task as _make_task


class Plan(Result):
    """Commands that move objects to a goal: what ``mollify plan --json`` prints.

    commands: (H, M); states: (H+1, N), under the exact step; names: what their columns stand for
    reached: whether the objects end within ``tolerance`` of their goal, and distance: how far from it they do
    cost, first_cost: of the task under the exact step, and of the initial commands
    history: the iterations, a dictionary of arrays with one value for each
    """

    __slots__ = ()
    _summary = (
        "task", "method", "gradient", "engine", "seed", "reached", "distance", "tolerance", "cost", "first_cost",
        "iterations", "stopped", "commands", "seconds",
    )

    @property
    def history(self) -> dict[str, np.ndarray]:
        """One array for each quantity of the iterations; NaN for what is unknown."""
        return _table(self._members["history"])


class Tree(Result):
    """A tree of reachable configurations: what ``mollify plan --method rrt --json`` prints.

    commands, states, regrasps: the way to the best node; its steps of regrasps are new grasps
    reached: whether that is within ``tolerance`` of the goal by the local distance, which is cost
    exact_end, exact_error: where the commands leave the objects under the exact step, and how far from the goal
    tree: all nodes: states (n, N), commands (n, M) that lead there (NaN for the root and new grasps), parents (n,), -1 for none
    """

    __slots__ = ("tree",)
    tree: Arrays
    _summary = (
        "task", "method", "gradient", "seed", "reached", "cost", "tolerance", "exact_error", "least_error", "nodes",
        "iterations", "stopped", "seconds",
    )

    def __reduce__(self) -> Any:
        return _of_tree, (self._text, dict(self.tree._members))


class Control(Result):
    """A run of a plant under plans: what ``mollify control --json`` prints.

    states: (S+1, N); commands, disturbed, controls: (S, M), as planned, with their disturbances, and within their limits
    costs: (S+1,), those of the steps and of the end; cost: their sum
    plans: one array for each quantity of the plans
    complete: whether all steps are done; ended, error: why not
    """

    __slots__ = ()
    _summary = (
        "task", "engine", "method", "horizon", "sigma", "cost", "final_cost", "complete", "ended", "error",
        "planning_seconds", "real_time_factor", "warnings",
    )

    @property
    def plans(self) -> dict[str, np.ndarray]:
        """One array for each quantity of the plans."""
        return _table(self._members["replannings"])


def _of_tree(text: str, nodes: dict[str, np.ndarray]) -> Tree:
    found = Tree(text)
    found.tree = Arrays({name: _frozen(np.array(values)) for name, values in nodes.items()})
    return found


def _by_name(what: str, values: Any) -> list[tuple[str, float]]:
    if values is None:
        return []
    if not isinstance(values, Mapping):
        raise ValueError(f"{what} is {values!r}, but must be a dictionary from names to numbers")
    for name in values:
        if not isinstance(name, str):
            raise ValueError(f"{what} has {name!r}, but its names must be in quotes")
    return [(name, _real(f"{what}['{name}']", value)) for name, value in values.items()]


def _weights(name: str, values: Any) -> list[float]:
    if values is None:
        return []
    values = list(values) if np.ndim(values) else [values]
    return [_real(name, value) for value in values]


def plan(
    task: Any,
    *,
    method: str | None = None,
    start: Mapping[str, float] | None = None,
    goal: Mapping[str, float] | None = None,
    commands: Any = None,
    gradient: str | None = None,
    iterations: int | None = None,
    reach: float | None = None,
    step: float | None = None,
    trust_region: str | None = None,
    state_jacobian: str | None = None,
    kappa: Any = None,
    length: Any = None,
    sigma: float | None = None,
    samples: int | None = None,
    tolerance: float | None = None,
    nodes: int | None = None,
    regularization: float | None = None,
    goal_probability: float | None = None,
    regrasp_probability: float | None = None,
    threshold: float | None = None,
    metric: str | None = None,
    extension: str | None = None,
    ablation: str | None = None,
    batch: int | None = None,
    seed: int = 0,
    engine: Engine | str | None = None,
    callback: Callable[[Record], Any] | None = None,
) -> Any:
    """Plans commands that move objects to a goal through quasi-dynamic contact, as ``mollify plan``.

    task: one with a quasi-dynamic step, such as 'planar-pushing'; its horizon is the number of commands H
    method: 'shooting' (all commands at once), 'mpc', or 'rrt', a tree with new grasps
    start, goal: where coordinates start, and where they should be at the end, by name
    commands: to start from, shape (H, M), such as those of a plan that was found; those that keep the robot where it is unless told
    gradient: 'barrier', 'first', 'zeroth', 'mixed' or 'exact'; kappa (1/J) or length (m): weights of the barrier, one or several
    sigma, samples: of the noise, for the gradients that have some
    reach, step, trust_region, state_jacobian, iterations: of shooting and mpc, as on the command line
    nodes ... batch: of rrt
    tolerance: how far from the goal objects may end
    engine: what linearizes; unless told 'cpu' for gradients from samples, else 'reference'
    callback: called with each iteration of shooting and mpc as it ends; True from it stops

    Returns a :class:`Plan`, or a :class:`Tree` with method 'rrt'. A goal that is not reached is no error: see ``reached``.
    Ctrl-C raises :class:`mollify.Interrupted`, whose ``result`` has the best commands until then.

    >>> plan('planar-pushing', goal=dict(box_x=0.2), iterations=5).commands.shape
    """
    made = _task(task)
    starts = _by_name("start", start)
    if starts:
        made = _make_task(made, initial=dict(starts))
    if kappa is not None and length is not None:
        raise ValueError("kappa and length are two names of one thing; give one of them")
    wanted = {
        "method": _text("method", method),
        "goal": _by_name("goal", goal),
        "started": [name for name, _ in starts],
        "commands": None if commands is None else _theta(made, commands, "commands").tolist(),
        "gradient": _text("gradient", gradient),
        "iterations": _optional_count("iterations", iterations),
        "reach": _optional_real("reach", reach),
        "step": _optional_real("step", step),
        "trust_region": _text("trust_region", trust_region),
        "state_jacobian": _text("state_jacobian", state_jacobian),
        "kappa": _weights("kappa", kappa),
        "length": _weights("length", length),
        "sigma": _optional_real("sigma", sigma),
        "samples": _optional_count("samples", samples),
        "tolerance": _optional_real("tolerance", tolerance),
        "nodes": _optional_count("nodes", nodes),
        "regularization": _optional_real("regularization", regularization),
        "goal_probability": _optional_real("goal_probability", goal_probability),
        "regrasp_probability": _optional_real("regrasp_probability", regrasp_probability),
        "threshold": _optional_real("threshold", threshold),
        "metric": _text("metric", metric),
        "extension": _text("extension", extension),
        "ablation": _text("ablation", ablation),
        "batch": _optional_count("batch", batch),
        "seed": _seed(seed),
        "has_engine": engine is not None,
    }
    usual = "cpu" if gradient in ("first", "zeroth", "mixed") else "reference"
    told = _told(callback)
    text, stop, tree = _local(usual if engine is None else engine, "plan").plan(made._task, wanted, told)
    if tree is None:
        found: Result = Plan(text)
    else:
        count = len(tree["parents"])
        found = _of_tree(text, {name: x if name == "parents" else x.reshape(count, -1) for name, x in tree.items()})
    return _unless_stopped(found, stop, "commands")


def control(
    task: Any,
    theta: Any = None,
    *,
    steps: int = 200,
    replan: int = 1,
    rollouts: int = 400,
    method: str | None = None,
    iterations: int | None = None,
    refine: int = 0,
    rate: float | None = None,
    tail: str | None = None,
    plant: Mapping[str, float] | None = None,
    disturb: Mapping[str, float] | None = None,
    seed: int = 0,
    engine: Engine | str = "auto",
    callback: Callable[[Record], Any] | None = None,
) -> Control:
    """Runs a system under plans that are made anew while it runs (model predictive control), as ``mollify control``.

    task: of the plans, under the open loop; its horizon is how far they look ahead
    theta: controls that the first plan starts from; None for the start of the task
    steps: of the plant; replan: steps between two plans; rollouts: budget of one plan
    method: how a plan is found, a descent of :func:`optimize`; iterations: of one plan
    refine, rate: gradient steps behind each descent; with method 'mppi' this is Diff-MPPI
    tail: what stands at the end of a plan that is shifted, such as 'repeat' or 'start'
    plant: parameters of the plant that the plans do not know, by name
    disturb: standard deviations of normal noise on states and controls of the plant in every step, by name
    callback: called with each plan (step, first_cost, cost, rollouts, seconds); True from it stops

    Ctrl-C raises :class:`mollify.Interrupted`, whose ``result`` has what was done.

    >>> control('pushing', steps=20, plant=dict(mass=0.15)).states.shape
    """
    made = _task(task)
    if made._changes.get("policy") is None:
        made = _make_task(made, policy="open-loop")
    if rate is not None and not refine:
        raise ValueError("rate is given, but without refine there are no gradient steps; give refine too")
    horizon = {
        "steps": _count("steps", steps),
        "replan": _count("replan", replan),
        "rollouts": _count("rollouts", rollouts),
        "method": _text("method", method),
        "iterations": _optional_count("iterations", iterations, 2**32 - 1),
        "refine": _optional_count("refine", refine, 2**32 - 1) or 0,
        "rate": _optional_real("rate", rate),
        "tail": _text("tail", tail),
        "plant": _by_name("plant", plant),
        "disturb": _by_name("disturb", disturb),
        "seed": _seed(seed),
    }
    told = _told(callback)
    text, stop = _engine(engine).control(made._task, _theta(made, theta), horizon, told)
    return _unless_stopped(Control(text), stop, "states")
