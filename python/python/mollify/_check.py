"""Whether the recorded graph says what the Python functions say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ._task import task

if TYPE_CHECKING:
    from ._system import System

#: Values in f64 that are computed in another order.
_OF_VALUES = 1e-9
#: Central differences of step h err by h squared and by rounding over h.
_OF_DERIVATIVES = 1e-5
_STEP = 1e-5


@dataclass(frozen=True)
class Check:
    """What was compared.

    value_deviation: largest difference of a function and its graph, relative to 1 + the value
    derivative_deviation: largest difference of the derivatives of the graph and central differences, likewise
    values, derivatives: how many numbers were compared
    beside_kinks: derivatives that were left out, because central differences of two widths disagree there
    """

    value_deviation: float
    derivative_deviation: float
    values: int
    derivatives: int
    beside_kinks: int


@dataclass(frozen=True)
class _Points:
    p: np.ndarray
    x: np.ndarray
    u: np.ndarray
    times: np.ndarray


def _points(system: System, made: Any, samples: int, random: np.random.Generator) -> _Points:
    """States near the start, of all magnitudes; parameters near their defaults."""
    n, m = len(system.state), len(system.control)
    scale = 10.0 ** random.uniform(-2, 1, size=(samples, 1))
    x = made._task.initial_state() + scale * random.standard_normal((samples, n))
    u = scale * random.standard_normal((samples, m))
    p = np.array(list(system.parameters.values()), dtype=float) * random.uniform(0.8, 1.25, size=len(system.parameters))
    return _Points(p, x, u, random.integers(0, made.horizon, size=samples).astype(float))


def check_functions(system: System, samples: int, derivatives: int, seed: int) -> Check:
    made = task(system)
    at = _points(system, made, samples, np.random.default_rng(seed))
    graph = made._task.evaluate(at.p, at.x, at.u, at.times)
    n = len(system.state)
    shapes = {"advance": ("next", n), "stage_cost": ("stage_cost", 1), "final_cost": ("final_cost", 1)}
    worst, compared = 0.0, 0
    with np.errstate(all="ignore"):
        for part in system._functions:
            name, width = shapes[part]
            expected = np.array([system._plain(part, at.p, x, u, t) for x, u, t in zip(at.x, at.u, at.times)])
            deviation = _deviation(graph[name].reshape(-1, width), expected.reshape(-1, width))
            compared += int(np.isfinite(deviation).sum())
            worst = max(worst, float(np.nanmax(deviation, initial=0.0)))
            if worst > _OF_VALUES:
                _refuse(system, part, at, deviation)
        slopes = (0.0, 0, 0) if system._stops_derivatives else _slopes(system, graph, at, derivatives)
    return Check(worst, slopes[0], compared, slopes[1], slopes[2])


def _deviation(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Relative to 1 + the value; NaN where the functions are not finite, for the graph has conventions there."""
    known = np.isfinite(expected)
    deviation = np.abs(found - expected) / (1.0 + np.abs(expected))
    return np.where(known, np.where(np.isnan(deviation), np.inf, deviation), np.nan)


def _refuse(system: System, part: str, at: _Points, deviation: np.ndarray) -> None:
    row = int(np.unravel_index(np.nanargmax(deviation), deviation.shape)[0])
    state = ", ".join(f"{name}={value:.6g}" for name, value in zip(system.state, at.x[row]))
    raise ValueError(
        f"{part} of '{system.name}' and what was recorded of it differ by {np.nanmax(deviation):.3g} at {state}: it must "
        "depend on its arguments alone, and do the same each time"
    )


def _slopes(system: System, graph: Any, at: _Points, count: int) -> tuple[float, int, int]:
    """The largest deviation of derivatives, how many were compared, and how many were beside a kink."""
    n, m = len(system.state), len(system.control)
    exact = {
        "advance": np.concatenate(
            [graph["state_jacobian"].reshape(-1, n, n), graph["control_jacobian"].reshape(-1, n, m)], axis=2
        ),
        "stage_cost": np.concatenate(
            [graph["state_gradient"].reshape(-1, 1, n), graph["control_gradient"].reshape(-1, 1, m)], axis=2
        ),
        "final_cost": graph["final_gradient"].reshape(-1, 1, n),
    }
    worst, compared, left_out = 0.0, 0, 0
    for part in system._functions:
        for row in range(min(count, len(at.x))):
            for column in range(exact[part].shape[2]):
                wide, narrow = (_difference(system, part, at, row, column, h) for h in (_STEP, _STEP / 4))
                scale = 1.0 + np.abs(wide)
                smooth = np.abs(wide - narrow) <= _OF_DERIVATIVES * scale
                found = np.abs(exact[part][row, :, column] - narrow) / scale
                left_out += int((~smooth).sum())
                compared += int(smooth.sum())
                worst = max(worst, float(np.max(found[smooth], initial=0.0)))
    if worst > 10 * _OF_DERIVATIVES:
        raise ValueError(
            f"a derivative of '{system.name}' and the central difference of its Python functions differ by {worst:.3g}; "
            "please report it with the functions"
        )
    return worst, compared, left_out


def _difference(system: System, part: str, at: _Points, row: int, column: int, step: float) -> np.ndarray:
    """The central difference along a coordinate of state and control."""
    n = len(system.state)
    values = []
    for sign in (1.0, -1.0):
        x, u = at.x[row].copy(), at.u[row].copy()
        target, index = (x, column) if column < n else (u, column - n)
        h = step * (1.0 + abs(target[index]))
        target[index] += sign * h
        values.append(system._plain(part, at.p, x, u, at.times[row]))
    return (values[0] - values[1]) / (2.0 * h)
