"""Results: the documents of the command line as objects, with arrays where they have lists of numbers."""

from __future__ import annotations

import html
import json
from typing import Any, Iterator, Mapping

import numpy as np

#: Values of an array that its repr shows on each side.
_SHOWN = 3


def _is_numbers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(v is None or (isinstance(v, (int, float)) and not isinstance(v, bool)) for v in value)
        and any(v is not None for v in value)
    )


def _is_matrix(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(_is_numbers(row) for row in value)
        and len({len(row) for row in value}) == 1
    )


def _frozen(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def _as_object(value: Any) -> Any:
    """Numbers as read-only arrays (null as NaN), objects as records."""
    if isinstance(value, dict):
        return Record(value)
    if _is_numbers(value) or _is_matrix(value):
        return _frozen(np.array(value, dtype=np.float64))
    if isinstance(value, list):
        return [_as_object(v) for v in value]
    return value


def _short(value: Any) -> str:
    if isinstance(value, Record):
        inside = ", ".join(f"{name}={_short(value[name])}" for name in value)
        return f"({inside})"
    if isinstance(value, np.ndarray):
        return _short_array(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return f"[{len(value)} entries]"
    return str(value)


def _short_array(value: np.ndarray) -> str:
    with np.printoptions(precision=5, threshold=2 * _SHOWN, edgeitems=_SHOWN):
        text = " ".join(np.array2string(value).split())
    return f"{text} of shape {value.shape}" if value.size > 2 * _SHOWN else text


class Record(Mapping[str, Any]):
    """An object of a document: its members as attributes or by name; lists of numbers are read-only arrays."""

    __slots__ = ("_members", "_known")
    _members: dict[str, Any]
    _known: dict[str, Any]

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = members
        self._known = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = _as_object(self._members[name])
        return self._known[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(
                f"there is no '{name}' here; there are {', '.join(self)}"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._members]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self._members == other._members

    __hash__ = None  # type: ignore[assignment]

    def __float__(self) -> float:
        """The mean, of what has one."""
        return float(self["mean"])

    def __repr__(self) -> str:
        return f"Record{_short(self)}"

    def __reduce__(self) -> Any:
        return Record, (self._members,)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and dictionaries."""
        return json.loads(json.dumps(self._members))


class Arrays(Record):
    """Arrays by name, and numbers."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __reduce__(self) -> Any:
        return type(self), (self._members,)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)) or list(self) != list(other):
            return False
        return all(np.array_equal(self[name], other[name], equal_nan=True) for name in self)

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {np.shape(self[name])}" for name in self)
        return f"{type(self).__name__}({shapes})"

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and lists."""
        return {name: np.asarray(self[name]).tolist() for name in self}


class Result(Record):
    """A document of the command line, from its JSON text. ``to_dict()`` is that JSON."""

    __slots__ = ("_text",)
    _text: str
    #: What the repr shows.
    _summary: tuple[str, ...] = ()

    def __init__(self, text: str) -> None:
        self._text = text
        self._known = {}

    def __getattr__(self, name: str) -> Any:
        if name == "_members":
            self._members = json.loads(self._text)
            return self._members
        return super().__getattr__(name)

    def __reduce__(self) -> Any:
        return type(self), (self._text,)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the command line, as Python reads it."""
        return json.loads(self._text)

    def _lines(self) -> list[tuple[str, str]]:
        shown = self._summary or tuple(self)
        return [(name, _short(self[name])) for name in shown if self._members.get(name) is not None]

    def __repr__(self) -> str:
        lines = self._lines()
        width = max((len(name) for name, _ in lines), default=0)
        body = "\n".join(f"  {name:<{width}}  {value}" for name, value in lines)
        return f"{type(self).__name__}\n{body}"

    def _repr_html_(self) -> str:
        cells = (
            f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for name, value in self._lines()
        )
        return f"<table><caption>{type(self).__name__}</caption>{''.join(cells)}</table>"


class Gradient(Result):
    """One estimate of the gradient of the smoothed objective: what ``mollify gradient --json`` prints.

    value: mean and std_error of F; ``float(g.value)`` is the mean
    value_at_theta: f(theta, 0), without noise
    gradient: the mix, shape (d,), of the unit of the cost over that of theta
    first_order, zeroth_order: gradient (d,), std_error (d,), and variance of one sample
    alpha, alpha_reason: weight of the first order, and why
    bias, confidence_radius: norm of the difference of both orders, and radius of the zeroth
    theta: where, shape (d,)
    """

    __slots__ = ()
    _summary = (
        "task", "engine", "samples", "sigma", "seed", "rule", "value", "value_at_theta",
        "gradient", "alpha", "alpha_reason", "bias", "confidence_radius", "seconds", "warnings",
    )


class Descent(Result):
    """A descent: what ``mollify optimize --json`` prints.

    theta: the best, shape (d,)
    final: cost without noise, value_mean and value_std_error of F from fresh samples
    stopped: why it ended
    history: the iterations, a dictionary of arrays with one value for each
    """

    __slots__ = ()
    _summary = (
        "task", "engine", "descent", "rule", "seed", "final", "stopped", "best_iteration",
        "theta", "rollouts", "seconds", "warnings",
    )

    @property
    def history(self) -> dict[str, np.ndarray]:
        """One array for each quantity of the iterations, as pandas and polars take it; NaN for what is unknown."""
        return _table(self._members["iterations"])


class Verification(Result):
    """An engine beside the reference: what ``mollify verify --json`` prints. ``holds`` says whether all checks do."""

    __slots__ = ()
    _summary = ("engine", "adapter", "samples", "seed", "holds", "reports")


class Devices(Result):
    """The adapters of this machine, and what ``auto`` takes: what ``mollify devices --json`` prints."""

    __slots__ = ()


def _table(entries: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """One array for each member of the entries, which are alike."""
    names = entries[0] if entries else ()
    return {name: _column([entry[name] for entry in entries]) for name in names}


def _column(values: list[Any]) -> np.ndarray:
    if all(v is None or (isinstance(v, (int, float)) and not isinstance(v, bool)) for v in values):
        if all(isinstance(v, int) for v in values):
            return _frozen(np.array(values, dtype=np.int64))
        return _frozen(np.array(values, dtype=np.float64))
    return _frozen(np.array(values))
