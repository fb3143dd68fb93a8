"""Tasks: a system with horizon, policy, noise and the distribution of its initial state."""

from __future__ import annotations

import json
import numbers
import os
from typing import Any, Mapping

import numpy as np

from . import _mollify
from ._results import Record, _frozen

_CHANGES = ("horizon", "sigma", "covariance", "data", "limit_by", "hold", "truncation", "risk", "policy", "noise", "noise_on")


def _real(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, np.number)):
        raise ValueError(f"{name} is {value!r}, but must be a number")
    return float(value)


def _count(name: str, value: Any) -> int:
    whole = isinstance(value, (numbers.Real, np.number)) and not isinstance(value, bool)
    if not whole or not float(value).is_integer() or value < 0:
        raise ValueError(f"{name} is {value!r}, but must be a whole number such as 1000 or 1e6")
    return int(value)


def _ends(name: str, value: Any) -> tuple[float, float]:
    """A number as both ends, or a pair of numbers."""
    if isinstance(value, (tuple, list, np.ndarray)):
        if len(value) != 2:
            raise ValueError(f"{name} is {value!r}, but must be a number or two, the first and the last")
        return _real(name, value[0]), _real(name, value[1])
    number = _real(name, value)
    return number, number


def _limits(limit: Any) -> list[tuple[str | None, float, float]]:
    """Name, least and largest value; without a name those of all controls."""
    if limit is None:
        return []
    named = limit.items() if isinstance(limit, Mapping) else [(None, limit)]
    limits = []
    for name, ends in named:
        what = "limit" if name is None else f"limit of {name}"
        if not isinstance(ends, (tuple, list, np.ndarray)):
            raise ValueError(f"{what} is {ends!r}, but must be a pair, the least and the largest value")
        limits.append((name, *_ends(what, ends)))
    return limits


def _covariance(covariance: Any) -> str | list[list[float]] | None:
    """A text such as 'power-law=1', or the rows of a square matrix."""
    if covariance is None or isinstance(covariance, str):
        return covariance
    try:
        matrix = np.asarray(covariance, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"covariance must be a text or a matrix of numbers: {error}") from None
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"covariance has shape {matrix.shape}, but must be square, (d, d)")
    return matrix.tolist()


def _decided(decide: Any) -> list[str]:
    """Names of parameters: one, or some."""
    names = [decide] if isinstance(decide, str) else list(decide or ())
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"decide has {name!r}, but must be names of parameters")
    return names


def _data(data: Any) -> tuple[list[float], list[float]] | None:
    """States (H+1, N) and controls (H, M) of a trajectory, by these names or as attributes."""
    if data is None:
        return None
    flat = []
    for name in ("states", "controls"):
        try:
            array = np.asarray(data[name], dtype=np.float64)
        except (TypeError, KeyError, ValueError, AttributeError):
            raise ValueError(
                "data must have 'states' of shape (horizon + 1, states) and 'controls' of shape (horizon, controls), such as "
                "rollout() with one sample"
            ) from None
        if array.ndim == 3 and len(array) == 1:
            array = array[0]
        if array.ndim != 2:
            raise ValueError(f"data['{name}'] has shape {array.shape}, but must have two axes, times and coordinates")
        flat.append(array)
    if len(flat[0]) != len(flat[1]) + 1:
        raise ValueError(
            f"data has {len(flat[0])} states and {len(flat[1])} controls, but must have one state more than controls"
        )
    return flat[0].reshape(-1).tolist(), flat[1].reshape(-1).tolist()


def _draws(name: str, draws: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Numbers and texts such as 'normal:0,0.1', by the name of what is drawn."""
    if draws is None:
        return []
    if not isinstance(draws, Mapping):
        raise ValueError(f"{name} is {draws!r}, but must be a dictionary from names to draws")
    texts = []
    for key, draw in draws.items():
        texts.append((key, draw if isinstance(draw, str) else repr(_real(f"{name}[{key!r}]", draw))))
    return texts


class Task:
    """A task, as :func:`mollify.task` makes it; it does not change.

    name, horizon H, sigma, policy, noise, noise_on
    dimension: d, the number of values of theta
    state, control: names with units, N and M of them
    parameters: values by name
    initial, randomize: draws by name
    """

    __slots__ = ("_task", "_origin", "_changes", "_about", "_system")
    _task: Any
    _origin: tuple[str, ...]
    _changes: dict[str, Any]
    _about: Record
    _system: Any

    def __init__(self, origin: tuple[str, ...], changes: dict[str, Any], system: Any = None) -> None:
        kind, text, *rest = origin
        if kind == "name":
            base = _mollify.Task.find(text, *rest)
        elif kind == "file":
            base = _mollify.Task.read(text)
        else:
            base = _mollify.Task.from_json(text, *rest)
        self._task = base.varied(changes)
        self._origin = origin
        self._changes = changes
        self._about = Record(json.loads(self._task.describe()))
        self._system = system

    def __reduce__(self) -> Any:
        return Task, (self._origin, self._changes)

    @property
    def name(self) -> str:
        """Its name."""
        return self._about.name

    @property
    def summary(self) -> str:
        """One line: what it shows."""
        return self._about.summary

    @property
    def horizon(self) -> int:
        """H, the number of time steps."""
        return self._task.horizon

    @property
    def dimension(self) -> int:
        """d, the number of values of theta: H x M controls, or the weights of the policy."""
        return self._task.dimension

    @property
    def sigma(self) -> float:
        """Standard deviation of the noise."""
        return self._about.sigma

    @property
    def policy(self) -> str:
        """How the control follows from theta."""
        return self._about.policy

    @property
    def noise(self) -> str:
        """Distribution of the noise."""
        return self._about.noise

    @property
    def noise_on(self) -> str:
        """What the noise is added to."""
        return self._about.noise_on

    @property
    def contact(self) -> str | None:
        """The contact model, of a task that has a choice."""
        return self._about.get("contact")

    @property
    def state(self) -> dict[str, str]:
        """Names of the coordinates of the state, with units."""
        return {c["name"]: c["unit"] for c in self._about._members["state"]}

    @property
    def control(self) -> dict[str, str]:
        """Names of the coordinates of the control, with units."""
        return {c["name"]: c["unit"] for c in self._about._members["control"]}

    @property
    def parameters(self) -> dict[str, float]:
        """Values of the parameters by name; the mean of those that are drawn."""
        return dict(self._about._members["parameters"])

    @property
    def initial(self) -> dict[str, str]:
        """Coordinates of the initial state that differ from sample to sample."""
        return dict(self._about._members["initial"])

    @property
    def randomize(self) -> dict[str, str]:
        """Parameters that differ from sample to sample."""
        return dict(self._about._members["randomize"])

    @property
    def warning(self) -> str | None:
        """What is wrong with the parameters, if anything."""
        return self._task.warning()

    def start(self) -> np.ndarray:
        """theta where a run starts, shape (d,)."""
        return _frozen(self._task.start())

    def system_json(self) -> str:
        """The text of the system file, which ``--system`` of the command line takes."""
        return self._task.system_json()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the system file. What was set for the task alone, such as sigma, is not in it."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.system_json())

    def describe(self) -> dict[str, Any]:
        """All of this as a dictionary."""
        return self._about.to_dict()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Task):
            return NotImplemented
        return (self._origin, self._changes) == (other._origin, other._changes)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        sizes = f"{len(self.state)} states, {len(self.control)} controls, horizon {self.horizon}"
        values = " ".join(f"{name}={value:g}" for name, value in self.parameters.items())
        lines = [
            f"Task '{self.name}': {sizes}, theta of {self.dimension}, policy {self.policy}",
            f"  noise {self.noise} on the {self.noise_on}, sigma {self.sigma:g}",
        ]
        if values:
            lines.append(f"  {values}")
        return "\n".join(lines)


def task(
    system: Any,
    *,
    contact: str | None = None,
    horizon: int | None = None,
    sigma: float | Mapping[str, Any] | None = None,
    covariance: Any = None,
    decide: Any = None,
    data: Any = None,
    limit: Mapping[str, Any] | tuple[float, float] | None = None,
    limit_by: str | None = None,
    hold: int | None = None,
    truncation: int | None = None,
    risk: str | None = None,
    policy: str | None = None,
    noise: str | None = None,
    noise_on: str | None = None,
    initial: Mapping[str, Any] | None = None,
    randomize: Mapping[str, Any] | None = None,
    **parameters: float,
) -> Task:
    """A task: a built-in one by name, a system file by its path, a system of your own, or another task with changes.

    contact: model of contact, for the tasks that have a choice
    horizon: number H of time steps
    sigma: standard deviation of the noise, in the unit of what it is added to; or of controls, such as
        dict(force=0.1, torque=(0.3, 0.05)), where a pair is that of the first and of the last step, and 0 is no noise
    covariance: that of the noise on theta over sigma squared: 'power-law=1', coloured in time, or a matrix, shape (d, d)
    decide: names of parameters that are theta in place of the controls
    data: a trajectory to follow with decide, states (H+1, N), NaN where nothing was seen, and controls (H, M): system
        identification, by :func:`mollify.optimize`, whose ``identified`` has the values with their errors
    limit: least and largest value of controls, such as dict(force=(-1, 1)), or (-1, 1) for all
    limit_by: 'clamp' or 'squash'
    hold: steps for which each control is held; the same as policy='held=5'
    truncation: steps after which the derivative of the state is cut
    risk: 'cvar=0.1', the mean of the worst tenth of the costs, or 'worst', in place of the mean of all
    policy: 'open-loop' (theta is H x M controls), 'held', 'held=5', 'spline=20', 'linear', 'affine' or
        'perceptron=16,16'
    noise: its distribution; noise_on: 'decision' or 'action'
    initial: draws of coordinates of the initial state, such as dict(gap='normal:0,0.1', speed=0.5)
    randomize: draws of parameters, such as dict(mass='uniform:0.05,0.2')
    parameters: values of parameters of the model, such as stiffness=1000

    >>> task('pushing', stiffness=1000, horizon=200).dimension
    200
    """
    changes: dict[str, Any] = {
        "horizon": None if horizon is None else _count("horizon", horizon),
        "sigma": None if sigma is None or isinstance(sigma, Mapping) else _real("sigma", sigma),
        "sigmas": [(n, *_ends(f"sigma of {n}", s)) for n, s in sigma.items()] if isinstance(sigma, Mapping) else [],
        "covariance": _covariance(covariance),
        "decide": _decided(decide),
        "data": _data(data),
        "limits": _limits(limit),
        "limit_by": limit_by,
        "hold": None if hold is None else _count("hold", hold),
        "truncation": None if truncation is None else _count("truncation", truncation),
        "risk": risk,
        "policy": policy,
        "noise": noise,
        "noise_on": noise_on,
        "initial": _draws("initial", initial),
        "randomize": _draws("randomize", randomize),
        "parameters": [(name, _real(name, value)) for name, value in parameters.items()],
    }
    known = changes["data"]
    if known is not None:
        if not changes["decide"]:
            raise ValueError("data is given without decide, the names of the parameters that it should tell")
        steps = np.asarray(data["controls"]).shape[-2]
        if horizon is not None and horizon != steps:
            raise ValueError(f"horizon is {horizon}, but must be {steps}, the steps of data, or left out")
        changes["horizon"] = steps
    twice = sorted(set(parameters) & set(randomize or ()))
    if twice:
        raise ValueError(f"randomize has '{twice[0]}', which is given as a value, too; give it once")
    origin, before, traced = _origin(system, contact)
    return Task(origin, _merged(before, changes), traced)


def _merged(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Later changes in place of earlier ones; a parameter is a value or a draw, whatever was given last."""
    if not before:
        return changes
    merged = {key: before[key] if changes[key] is None else changes[key] for key in _CHANGES}
    given = {name for key in ("parameters", "randomize") for name, _ in changes[key]}
    for key in ("parameters", "randomize"):
        merged[key] = [(n, v) for n, v in before[key] if n not in given] + changes[key]
    for key in ("sigmas", "limits"):
        later = {name for name, _, _ in changes[key]}
        merged[key] = [entry for entry in before[key] if entry[0] not in later] + changes[key]
    if changes["sigma"] is not None:
        merged["sigmas"] = changes["sigmas"]
    starts = {name for name, _ in changes["initial"]}
    merged["decide"] = changes["decide"] or before["decide"]
    merged["initial"] = [(n, v) for n, v in before["initial"] if n not in starts] + changes["initial"]
    return merged


def _origin(system: Any, contact: str | None) -> tuple[tuple[str, ...], dict[str, Any], Any]:
    """Where the system comes from, what was changed before, and its Python functions if there are any."""
    if contact is not None and not isinstance(system, str):
        raise ValueError(f"contact is '{contact}', but must be left out with a system that is no built-in one")
    if isinstance(system, Task):
        return system._origin, system._changes, system._system
    if isinstance(system, os.PathLike) or (isinstance(system, str) and system.endswith(".json")):
        if contact is not None:
            raise ValueError(f"contact is '{contact}', but must be left out with a system file")
        return ("file", os.fspath(system)), {}, None
    if isinstance(system, str):
        return ("name", system) + ((contact,) if contact is not None else ()), {}, None
    text = getattr(system, "_system_json", None)
    if text is not None:
        return ("json", text, f"of {system.name}"), {}, system
    raise ValueError(
        f"system is {system!r}, but must be the name of a built-in task, the path of a .json file, a Task, or a class "
        "under @mollify.system"
    )


def _theta(task: Task, theta: Any, name: str = "theta") -> np.ndarray:
    """theta as d contiguous numbers: flat, or in the shape of the controls or of the matrix of a linear policy."""
    if theta is None:
        return task._task.start()
    try:
        array = np.asarray(theta, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers, but is no array of them: {error}") from None
    d, (n, m) = task.dimension, task._task.sizes
    shapes = {"open-loop": (task.horizon, m), "held": (m,), "linear": (m, n)}
    if task.policy.startswith(("held=", "spline=")):
        shapes[task.policy] = (d // m, m)
    matrix = shapes.get(task.policy)
    if array.ndim == 0 and d == 1:
        array = array.reshape(1)
    if array.shape not in {(d,), matrix}:
        flat = f"({d},)"
        expected = flat if matrix in (None, (d,)) else f"{flat} or {matrix}"
        raise ValueError(
            f"{name} has shape {array.shape}, but task '{task.name}' with policy {task.policy} and horizon "
            f"{task.horizon} needs {expected}"
        )
    flat_array = np.require(array.reshape(-1), np.float64, ["C", "A"])
    if not np.isfinite(flat_array).all():
        index = int(np.flatnonzero(~np.isfinite(flat_array))[0])
        raise ValueError(f"{name} has {flat_array[index]} at index {index}, but must be finite")
    return flat_array
