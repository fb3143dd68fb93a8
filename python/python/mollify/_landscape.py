"""The command landscape."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._calls import _optional_count, _settings, _task
from ._engine import Engine, _engine
from ._errors import _unless_stopped
from ._results import Result, _frozen
from ._task import _count, _real, _theta


class Landscape(Result):
    """The smoothed objective along one or two lines through theta: what ``mollify landscape --json`` prints.

    axes: one, or two of a map; positions: the points along each
    columns: one value for each point, in the shape of the positions (of a map rows along the second axis): value_mean,
        value_std_error, value_at_theta, alpha, bias, confidence_radius; along a line the slopes first_order, zeroth_order,
        gradient; closed_form_value where it is known
    complete: whether all points are done
    """

    __slots__ = ("positions",)
    positions: list[np.ndarray]
    _summary = ("task", "engine", "samples", "sigma", "seed", "rule", "points", "complete", "rollouts", "seconds", "warnings")

    def __reduce__(self) -> Any:
        return _landscape, (self._text, self.positions)

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """By name; of a map that was stopped, NaN where a point is not done."""
        shape = tuple(len(p) for p in reversed(self.positions))
        return {name: _column(values, shape) for name, values in self._members["columns"].items()}


def _column(values: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    column = np.full(int(np.prod(shape)), np.nan)
    column[: len(values)] = np.array(values, dtype=np.float64)
    return _frozen(column[: len(values)] if len(shape) == 1 else column.reshape(shape))


def _landscape(text: str, positions: list[np.ndarray]) -> Landscape:
    found = Landscape(text)
    found.positions = [_frozen(np.array(p)) for p in positions]
    return found


def _ranges(given: Any) -> list[tuple[float, float]]:
    if given is None:
        return []
    pairs = [given] if np.ndim(given) < 2 else list(given)
    ends = []
    for pair in pairs:
        if np.shape(pair) != (2,):
            raise ValueError(f"range is {given!r}, but must be a pair of numbers (low, high), or two of them for a map")
        ends.append((_real("range", pair[0]), _real("range", pair[1])))
    return ends


def landscape(
    task: Any,
    theta: Any = None,
    *,
    coordinate: Any = None,
    direction: Any = None,
    range: Any = None,
    points: int | None = None,
    samples: int | None = None,
    seed: int = 0,
    engine: Engine | str = "auto",
    rule: str | None = None,
    baseline: str | None = None,
    gamma: float | None = None,
    failure_probability: float | None = None,
    bound: float | None = None,
    nonfinite: str | None = None,
    directions: str | None = None,
    zeroth: str | None = None,
) -> Landscape:
    """The smoothed objective and its gradients along a line through theta, or maps along two, as ``mollify landscape``.

    All points draw the same noise (common random numbers).

    coordinate: index of the value of theta to move, from 0, or two of them for a map; the first value unless told
    direction: moves all of theta instead, theta + p v: 'gradient', 'ones', or v as an array of the shape of theta
    range: positions (low, high), of a map a pair of pairs; 8 sigma to both sides of theta unless told, -1 to 1 for an array
    points: along each axis, 101 unless told, 31 of a map; the other keywords are those of :func:`gradient`

    Ctrl-C raises :class:`mollify.Interrupted`, whose ``result`` has the points that are done.

    >>> landscape('heaviside', range=(-1, 1), points=21).columns['value_mean'].shape
    """
    made = _task(task)
    if coordinate is not None and direction is not None:
        raise ValueError("coordinate and direction are two ways to move theta; give one of them")
    along: Any = None
    if isinstance(direction, str):
        if direction not in ("gradient", "ones"):
            raise ValueError(f"direction is '{direction}', but must be 'gradient', 'ones', or an array of the shape of theta")
        along = direction
    elif direction is not None:
        along = _theta(made, direction, "direction").tolist()
    indices = [0] if coordinate is None else list(coordinate) if np.ndim(coordinate) else [coordinate]
    way = {
        "coordinates": [_count("coordinate", i) for i in indices],
        "direction": along,
        "ranges": _ranges(range),
        "points": _optional_count("points", points),
    }
    settings = _settings(
        samples, seed, rule, baseline, gamma, failure_probability, bound, nonfinite, directions, zeroth
    )
    text, stop, positions = _engine(engine).landscape(made._task, _theta(made, theta), settings, way)
    return _unless_stopped(_landscape(text, positions), stop, "columns")
