"""Systems written in Python: three functions, recorded once, run on any engine."""

from __future__ import annotations

import inspect
import re
import os
from typing import Any, Callable, Mapping, Sequence

import numpy as np

from . import _mollify, _trace
from ._check import Check, check_functions
from ._task import Task, _count, _real, _draws
from ._trace import Trace, Value, Vector

_PARTS = ("advance", "stage_cost", "final_cost")


def _names(what: str, given: Any) -> dict[str, str]:
    """Names with units, of a dictionary or of a list of names."""
    if isinstance(given, str) or not isinstance(given, (Mapping, Sequence)):
        raise ValueError(f"{what} is {given!r}, but must be a dictionary from names to units, such as dict(gap='m')")
    if not isinstance(given, Mapping):
        twice = sorted({name for name in given if list(given).count(name) > 1})
        if twice:
            raise ValueError(f"{what} has '{twice[0]}' twice; give each name once")
        given = {name: "1" for name in given}
    for name, unit in given.items():
        if not isinstance(name, str) or not isinstance(unit, str):
            raise ValueError(f"{what} has {name!r}: {unit!r}, but names and units must be in quotes")
    return dict(given)


def _parameter(name: str, given: Any) -> dict[str, Any]:
    """Default, unit, meaning and whether only values above 0 make sense."""
    found: dict[str, Any] = {"unit": "1", "meaning": name.replace("_", " "), "positive": False}
    if isinstance(given, Mapping):
        unknown = sorted(set(given) - {"default", "unit", "meaning", "positive"})
        if unknown or "default" not in given:
            problem = f"has '{unknown[0]}'" if unknown else "has no default"
            raise ValueError(f"parameter '{name}' {problem}; it takes default, unit, meaning and positive")
        return found | dict(given) | {"default": _real(f"parameters['{name}']", given["default"])}
    values = given if isinstance(given, (tuple, list)) else (given,)
    words = values[2:]
    if not values or not all(isinstance(word, str) for word in values[1:]):
        raise ValueError(
            f"parameter '{name}' is {given!r}, but must be a number or (number, unit), with 'positive' and a meaning if "
            "there is one, such as (0.1, 'kg', 'positive', 'mass of the ball')"
        )
    found["default"] = _real(f"parameters['{name}']", values[0])
    found["unit"] = values[1] if len(values) > 1 else "1"
    for word in words:
        found["positive" if word == "positive" else "meaning"] = True if word == "positive" else word
    return found


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()


def _initial(given: Any, state: Mapping[str, str]) -> list[str]:
    """The draw of each coordinate of the initial state."""
    if given is None:
        given = [0.0] * len(state)
    if isinstance(given, Mapping):
        unknown = sorted(set(given) - set(state))
        if unknown:
            raise ValueError(f"initial has '{unknown[0]}', which is no coordinate of the state: {', '.join(state)}")
        given = [given.get(name, 0.0) for name in state]
    values = list(given)
    if len(values) != len(state):
        raise ValueError(f"initial has {len(values)} values, but the state has {len(state)}: {', '.join(state)}")
    return [draw for _, draw in _draws("initial", dict(zip(state, values)))]


class System:
    """A system of your own, as :func:`mollify.system` makes it. ``mollify.task`` and all commands take it.

    name, state, control: as given; parameters: defaults by name
    advance, stage_cost, final_cost: the Python functions; draw: what was given for pictures
    """

    name: str
    state: dict[str, str]
    control: dict[str, str]
    parameters: dict[str, float]
    draw: Callable[..., Any] | None
    _system_json: str
    _functions: dict[str, Callable[..., Any]]
    _known: dict[str, dict[str, Any]]

    def __init__(self, name: str, functions: dict[str, Callable[..., Any]], given: dict[str, Any]) -> None:
        self.name = name
        self.state = _names("state", given["state"])
        self.control = _names("control", given["control"])
        self._known = {n: _parameter(n, v) for n, v in (given["parameters"] or {}).items()}
        self.parameters = {n: v["default"] for n, v in self._known.items()}
        self.draw = given["draw"]
        self._functions = functions
        self._takes_time = _arguments(functions["stage_cost"]) >= 4
        self._stops_derivatives = False
        self._system_json = self._build(given)
        self.check(samples=8, derivatives=2)

    @property
    def advance(self) -> Callable[..., Any]:
        """The next state, from parameters, state and control."""
        return self._functions["advance"]

    @property
    def stage_cost(self) -> Callable[..., Any]:
        """The cost of a step, from parameters, state, control and, if it takes it, the number of the step."""
        return self._functions["stage_cost"]

    @property
    def final_cost(self) -> Callable[..., Any] | None:
        """The cost of the end, from parameters and state."""
        return self._functions.get("final_cost")

    def _build(self, given: dict[str, Any]) -> str:
        builder = _mollify.Builder(self.name)
        builder.describe(
            given["summary"], given["source"], _count("horizon", given["horizon"]),
            _real("sigma", given["sigma"]), _real("start", given["start"]),
        )
        builder.defaults(given["policy"], given["noise_on"])
        builder.settings(given["tuned"], given["published"])
        for (name, unit), draw in zip(self.state.items(), _initial(given["initial"], self.state)):
            builder.state(name, unit, draw)
        for name, unit in self.control.items():
            builder.control(name, unit)
        draws = dict(_draws("randomize", given["randomize"]))
        for name, known in self._known.items():
            builder.parameter(
                name, known["unit"], known["default"], known["meaning"], known["positive"], draws.pop(name, None)
            )
        if draws:
            known_names = ", ".join(self._known) or "none"
            raise ValueError(f"randomize has '{next(iter(draws))}', which is no parameter of '{self.name}': {known_names}")
        for part in self._functions:
            self._record(builder, part)
        return builder.system_json()

    def _record(self, builder: Any, part: str) -> None:
        recording = builder.record(part)
        trace = Trace(recording)

        def inputs(kind: str, names: Any) -> Vector:
            return Vector(kind if kind != "parameter" else "parameters", list(names),
                          [Value(trace, recording.input(kind, name)) for name in names])

        p, x = inputs("parameter", self.parameters), inputs("state", self.state)
        arguments: list[Any] = [p, x]
        if part != "final_cost":
            arguments.append(inputs("control", self.control))
        if part == "stage_cost" and self._takes_time:
            arguments.append(Value(trace, recording.input("time", "time")))
        _trace._RECORDING.append(trace)
        try:
            found = self._outputs(part, self._functions[part](*arguments))
            outputs = [trace.lift(value).raw for value in found]
        finally:
            _trace._RECORDING.pop()
        self._stops_derivatives |= trace.stops_derivatives
        builder.define(recording, outputs)

    def _outputs(self, part: str, found: Any) -> list[Any]:
        """The values that a function returned, in order."""
        if part != "advance":
            if isinstance(found, (Vector, list, tuple, np.ndarray)):
                size = np.size(found) if isinstance(found, np.ndarray) else len(found)
                if size != 1:
                    raise ValueError(f"{part} of '{self.name}' returns {size} values, but must return one number, the cost")
                found = found.reshape(-1)[0] if isinstance(found, np.ndarray) else found[0]
            if found is None:
                raise ValueError(f"{part} of '{self.name}' returns nothing; return the cost")
            return [found]
        if isinstance(found, Mapping):
            if set(found) != set(self.state):
                raise ValueError(f"advance of '{self.name}' returns {sorted(found)}, but the state has {list(self.state)}")
            return [found[name] for name in self.state]
        if found is None:
            raise ValueError(f"advance of '{self.name}' returns nothing; return the next state")
        single = not isinstance(found, (Vector, list, tuple, np.ndarray))
        values = [found] if single else list(found.reshape(-1)) if isinstance(found, np.ndarray) else list(found)
        if len(values) != len(self.state):
            raise ValueError(
                f"advance of '{self.name}' returns {len(values)} values, but the state has {len(self.state)}: "
                f"{', '.join(self.state)}"
            )
        return values

    def _plain(self, part: str, p: np.ndarray, x: np.ndarray, u: np.ndarray, time: float) -> np.ndarray:
        """A function on plain floats."""
        arguments: list[Any] = [Vector("parameters", list(self.parameters), p), Vector("state", list(self.state), x)]
        if part != "final_cost":
            arguments.append(Vector("control", list(self.control), u))
        if part == "stage_cost" and self._takes_time:
            arguments.append(np.float64(time))
        return np.array([float(v) for v in self._outputs(part, self._functions[part](*arguments))])

    def check(self, *, samples: int = 200, derivatives: int = 20, seed: int = 0) -> Check:
        """Compares the functions on plain floats with the recorded graph, and its derivatives with central differences.

        samples: random states, controls and parameters for values; derivatives: how many of them for derivatives
        Raises ValueError where they differ.
        """
        if not self._functions:
            raise ValueError(f"system '{self.name}' came without its Python functions, so that nothing is there to compare")
        return check_functions(self, samples, derivatives, seed)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the system file, which ``--system`` of the command line and :func:`mollify.task` take."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._system_json)

    def __reduce__(self) -> Any:
        # Functions of a notebook cannot be pickled; the graph is all that a worker needs.
        return _from_json, (self.name, self._system_json, self.state, self.control, self.parameters)

    def __call__(self) -> Task:
        """Its task."""
        from ._task import task

        return task(self)

    def __repr__(self) -> str:
        return (
            f"System '{self.name}': state {', '.join(self.state)}; control {', '.join(self.control)}; "
            f"parameters {', '.join(self.parameters) or 'none'}"
        )


def _from_json(name: str, text: str, state: Any, control: Any, parameters: Any) -> System:
    found = System.__new__(System)
    found.name, found._system_json = name, text
    found.state, found.control, found.parameters = state, control, parameters
    found.draw, found._functions, found._known = None, {}, {}
    return found


def _arguments(function: Callable[..., Any]) -> int:
    return len(inspect.signature(function).parameters)


def _functions(cls: type) -> dict[str, Callable[..., Any]]:
    found = {}
    for part in _PARTS:
        function = inspect.getattr_static(cls, part, None)
        if function is None:
            continue
        if isinstance(function, (staticmethod, classmethod)):
            function = function.__func__
        found[part] = function
    return found


def _checked(name: str, functions: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    wanted = {"advance": ("(p, x, u)", {3}), "stage_cost": ("(p, x, u) or (p, x, u, t)", {3, 4}), "final_cost": ("(p, x)", {2})}
    for part in ("advance", "stage_cost"):
        if part not in functions:
            raise ValueError(f"system '{name}' has no {part}; write def {part}{wanted[part][0].split(' or ')[0]}")
    for part, function in functions.items():
        if not callable(function):
            raise ValueError(f"{part} of '{name}' is {function!r}, but must be a function")
        signature, counts = wanted[part]
        arguments = list(inspect.signature(function).parameters)
        if len(arguments) not in counts or arguments[0] == "self":
            raise ValueError(
                f"{part} of '{name}' takes ({', '.join(arguments)}), but must take {signature}: parameters, state"
                + (", control" if part != "final_cost" else "")
                + (", and the number of the step" if part == "stage_cost" else "")
                + (", without self" if arguments and arguments[0] == "self" else "")
            )
    return functions


def system(
    cls: type | None = None,
    *,
    state: Mapping[str, str] | Sequence[str],
    control: Mapping[str, str] | Sequence[str],
    parameters: Mapping[str, Any] | None = None,
    horizon: int,
    name: str | None = None,
    initial: Mapping[str, Any] | Sequence[Any] | None = None,
    sigma: float = 0.1,
    start: float = 0.0,
    summary: str = "",
    source: str = "",
    policy: str | None = None,
    noise_on: str | None = None,
    randomize: Mapping[str, Any] | None = None,
    tuned: Mapping[str, Any] | None = None,
    published: Mapping[str, Any] | None = None,
    advance: Callable[..., Any] | None = None,
    stage_cost: Callable[..., Any] | None = None,
    final_cost: Callable[..., Any] | None = None,
    draw: Callable[..., Any] | None = None,
) -> Any:
    """A system of your own: a decorator of a class with the functions below, or they themselves.

    advance(p, x, u): the next state, as a list or a dictionary by name
    stage_cost(p, x, u) or stage_cost(p, x, u, t): the cost of a step; final_cost(p, x): of the end, 0 without it
    state, control: names with units, such as dict(gap='m', speed='m/s')
    parameters: number, (number, unit), or (number, unit, 'positive', meaning) by name
    initial: number or draw of each coordinate of the state, in order or by name; 0 unless told
    horizon: H; sigma: standard deviation of the noise on each control; start: theta at the start, one value for all
    policy, noise_on, randomize: as in :func:`mollify.task`; tuned, published: settings of the descents

    The functions are called once, with values that record what is done with them: `if` and `math.sin` do not work on
    them, ``mollify.where`` and ``np.sin`` do. They are then called with plain floats at random states, and compared.
    """
    given = {
        "state": state, "control": control, "parameters": parameters, "horizon": horizon, "initial": initial,
        "sigma": sigma, "start": start, "summary": summary, "source": source, "policy": policy,
        "noise_on": noise_on, "randomize": randomize,
        "tuned": tuned, "published": published, "draw": draw,
    }
    handed = {"advance": advance, "stage_cost": stage_cost, "final_cost": final_cost}
    functions = {part: function for part, function in handed.items() if function is not None}
    if functions:
        made = name or "system"
        return System(made, _checked(made, functions), given)

    def decorate(cls: type) -> System:
        made = name or _kebab(cls.__name__)
        text = inspect.getdoc(cls)
        if not given["summary"] and text:
            given["summary"] = text.strip().splitlines()[0]
        drawn = inspect.getattr_static(cls, "draw", None)
        if drawn is not None and given["draw"] is None:
            given["draw"] = drawn.__func__ if isinstance(drawn, staticmethod) else drawn
        found = System(made, _checked(made, _functions(cls)), given)
        found.__doc__ = cls.__doc__
        return found

    return decorate if cls is None else decorate(cls)


def check(system: System, *, samples: int = 200, derivatives: int = 20, seed: int = 0) -> Check:
    """See :meth:`System.check`."""
    if not isinstance(system, System):
        raise ValueError(f"system is {system!r}, but must be a system that was written in Python")
    return system.check(samples=samples, derivatives=derivatives, seed=seed)
