"""Values that record what is done with them, so that Python functions become formulas for any engine."""

from __future__ import annotations

import numbers
import os
import sys
from typing import Any, Callable, Iterable, Iterator, NoReturn, Sequence

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from . import _mollify

_PACKAGE = os.path.dirname(os.path.abspath(__file__))

#: What a name of NumPy is called in the graph.
_UNARY = {
    "negative": "neg", "absolute": "abs", "fabs": "abs", "sqrt": "sqrt", "sin": "sin", "cos": "cos",
    "exp": "exp", "log": "ln", "tanh": "tanh", "square": "square",
}
_BINARY = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "true_divide": "div",
    "maximum": "max", "minimum": "min", "fmax": "max", "fmin": "min", "arctan2": "atan2",
}
_COMPARE = {
    "less": "less", "less_equal": "less_equal", "greater": "greater", "greater_equal": "greater_equal",
}


def _where() -> str:
    """The line of the user's code that is running."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if not os.path.abspath(path).startswith((_PACKAGE, os.path.dirname(np.__file__))):
            return f" ({os.path.basename(path)}, line {frame.f_lineno})"
        frame = frame.f_back  # type: ignore[assignment]
    return ""


def _refuse(sentence: str) -> NoReturn:
    raise TypeError(sentence + _where())


class Trace:
    """A function, or the body of a loop inside of it, that is being recorded."""

    def __init__(self, recording: Any, outside: Trace | None = None) -> None:
        self.recording = recording
        self.outside = outside
        #: Values of the trace around that the body of a loop needs: what it is here, for each.
        self.captured: list[tuple[Value, Value]] = []
        #: Whether captures are still being found.
        self.is_open = False
        #: Whether derivatives are meant to differ from those of the values.
        self.stops_derivatives = False

    def stop_derivatives(self) -> None:
        trace: Trace | None = self
        while trace is not None:
            trace.stops_derivatives = True
            trace = trace.outside

    def depth(self) -> int:
        return 0 if self.outside is None else 1 + self.outside.depth()

    def value(self, raw: Any) -> Value:
        return Value(self, raw)

    def constant(self, number: float) -> Value:
        return Value(self, self.recording.constant(number))

    def lift(self, thing: Any) -> Value:
        """A number, or a value of this trace or of one around it, as a value of this trace."""
        if isinstance(thing, Value):
            return thing if thing.trace is self else self._capture(thing)
        if isinstance(thing, np.ndarray) and thing.ndim == 0:
            return self.lift(thing.item())
        if isinstance(thing, Mask):
            _refuse("a comparison is used as a number; write mollify.where(condition, 1.0, 0.0)")
        if isinstance(thing, (bool, np.bool_)) or not isinstance(thing, (numbers.Real, np.number)):
            _refuse(f"{_kind(thing)} is used in a formula, which is made of numbers")
        return self.constant(float(thing))

    def _capture(self, value: Value) -> Value:
        if not self._is_around(value.trace):
            title = value.trace.recording.title
            _refuse(
                f"a value of {title} is used in {self.recording.title}; use the arguments of the function, and keep "
                "none of them for another one"
            )
        assert self.outside is not None
        outer = self.outside.lift(value)
        for known, here in self.captured:
            if known.raw.is_same(outer.raw):
                return here
        if not self.is_open:
            _refuse("the body of a loop used other values in its second run; it must do the same each time")
        here = self.constant(1.0)
        self.captured.append((outer, here))
        return here

    def _is_around(self, other: Trace) -> bool:
        trace = self.outside
        while trace is not None:
            if trace is other:
                return True
            trace = trace.outside
        return False


def _kind(thing: Any) -> str:
    return f"{thing!r} of type {type(thing).__name__}" if np.ndim(thing) == 0 else f"an array of shape {np.shape(thing)}"


def _inner(a: Trace, b: Trace) -> Trace:
    return a if a.depth() >= b.depth() else b


class Value:
    """A number that is being recorded: arithmetic, comparisons, and NumPy's functions on it make new ones."""

    __slots__ = ("trace", "raw")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, trace: Trace, raw: Any) -> None:
        self.trace = trace
        self.raw = raw

    # Operations.

    def _unary(self, operation: str) -> Value:
        return Value(self.trace, self.raw.unary(operation))

    def _pair(self, other: Any) -> tuple[Trace, Value, Value]:
        trace = _inner(self.trace, other.trace) if isinstance(other, Value) else self.trace
        return trace, trace.lift(self), trace.lift(other)

    def _binary(self, operation: str, other: Any, *, swapped: bool = False) -> Any:
        if isinstance(other, np.ndarray) and other.ndim > 0:
            return NotImplemented
        trace, a, b = self._pair(other)
        if swapped:
            a, b = b, a
        return Value(trace, a.raw.binary(operation, b.raw))

    def _compare(self, operation: str, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim > 0:
            return NotImplemented
        trace, a, b = self._pair(other)
        return Mask(trace, a.raw.compare(operation, b.raw))

    def __add__(self, other: Any) -> Any:
        return self._binary("add", other)

    def __radd__(self, other: Any) -> Any:
        return self._binary("add", other, swapped=True)

    def __sub__(self, other: Any) -> Any:
        return self._binary("sub", other)

    def __rsub__(self, other: Any) -> Any:
        return self._binary("sub", other, swapped=True)

    def __mul__(self, other: Any) -> Any:
        return self._binary("mul", other)

    def __rmul__(self, other: Any) -> Any:
        return self._binary("mul", other, swapped=True)

    def __truediv__(self, other: Any) -> Any:
        return self._binary("div", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._binary("div", other, swapped=True)

    def __neg__(self) -> Value:
        return self._unary("neg")

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return self._unary("abs")

    def __pow__(self, power: Any) -> Value:
        whole = isinstance(power, (int, float, np.number)) and float(power).is_integer()
        if isinstance(power, (float, np.floating)) and power in (0.5, -0.5):
            root = self._unary("sqrt")
            return root if power > 0 else 1.0 / root
        if not whole or abs(power) > 64:
            _refuse(f"x ** {power!r} is no formula; the power must be a whole number up to 64 or 0.5, else write np.exp(p * np.log(x))")
        return _power(self, int(power))

    def __rpow__(self, base: Any) -> Any:
        _refuse("a number to the power of a traced value is no formula; write np.exp(np.log(base) * x)")

    def __lt__(self, other: Any) -> Any:
        return self._compare("less", other)

    def __le__(self, other: Any) -> Any:
        return self._compare("less_equal", other)

    def __gt__(self, other: Any) -> Any:
        return self._compare("greater", other)

    def __ge__(self, other: Any) -> Any:
        return self._compare("greater_equal", other)

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim > 0:
            return NotImplemented
        return (self <= other) & (self >= other)

    def __ne__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim > 0:
            return NotImplemented
        return ~(self == other)

    # What NumPy calls on elements of object arrays.

    def sqrt(self) -> Value:
        return self._unary("sqrt")

    def sin(self) -> Value:
        return self._unary("sin")

    def cos(self) -> Value:
        return self._unary("cos")

    def tan(self) -> Value:
        return self._unary("sin") / self._unary("cos")

    def exp(self) -> Value:
        return self._unary("exp")

    def log(self) -> Value:
        return self._unary("ln")

    def tanh(self) -> Value:
        return self._unary("tanh")

    def square(self) -> Value:
        return self._unary("square")

    def fabs(self) -> Value:
        return self._unary("abs")

    def arctan2(self, other: Any) -> Any:
        return self._binary("atan2", other)

    def conjugate(self) -> Value:
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return _ufunc(ufunc, method, inputs, kwargs)

    # What cannot be recorded.

    def __bool__(self) -> bool:
        _refuse("a traced value has no truth; write mollify.where(condition, a, b) in place of `if`, `and`, `or` and `while`")

    def __float__(self) -> float:
        _refuse(
            "a traced value is no float; write np.sin(x), not math.sin(x), and leave out float(x) and int(x)"
        )

    __int__ = __float__  # type: ignore[assignment]
    __complex__ = __float__  # type: ignore[assignment]

    def __index__(self) -> int:
        _refuse("a traced value is no index; write mollify.where(condition, a[0], a[1])")

    def __round__(self, digits: Any = None) -> Any:
        _refuse("rounding a traced value is no formula; its derivative is 0 wherever there is one")

    __floor__ = __ceil__ = __trunc__ = __round__  # type: ignore[assignment]

    def __mod__(self, other: Any) -> Any:
        _refuse("x % y is no formula; np.arctan2(np.sin(x), np.cos(x)) wraps an angle")

    __rmod__ = __floordiv__ = __rfloordiv__ = __mod__

    def __iter__(self) -> Iterator[Any]:
        _refuse("one traced value is no array")

    def __repr__(self) -> str:
        return f"<a value of {self.trace.recording.title}>"


def _power(x: Value, power: int) -> Value:
    if power < 0:
        return 1.0 / _power(x, -power)
    if power == 0:
        return x.trace.constant(1.0)
    if power == 1:
        return x
    half = _power(x, power // 2)
    square = half._unary("square")
    return square * x if power % 2 else square


class Mask:
    """Whether a comparison of traced values holds: for ``mollify.where``, with ``&``, ``|`` and ``~``."""

    __slots__ = ("trace", "raw")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, trace: Trace, raw: Any) -> None:
        self.trace = trace
        self.raw = raw

    def _binary(self, operation: str, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim > 0:
            return NotImplemented
        other = _as_mask(self.trace, other)
        return Mask(self.trace, self.raw.binary(operation, other.raw))

    def __and__(self, other: Any) -> Any:
        return self._binary("and", other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return self._binary("or", other)

    __ror__ = __or__

    def __invert__(self) -> Mask:
        return Mask(self.trace, self.raw.negated())

    def __bool__(self) -> bool:
        _refuse(
            "whether a traced comparison holds is not known; write mollify.where(condition, a, b) in place of `if`, "
            "`condition & other` in place of `and`, and mollify.maximum(a, b) in place of max(a, b)"
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return _ufunc(ufunc, method, inputs, kwargs)

    def __repr__(self) -> str:
        return f"<a comparison of {self.trace.recording.title}>"


def _as_mask(trace: Trace, thing: Any) -> Mask:
    if isinstance(thing, Mask):
        if thing.trace is not trace:
            _refuse(
                f"a comparison of {thing.trace.recording.title} is used in {trace.recording.title}; compare inside of it"
            )
        return thing
    if isinstance(thing, (bool, np.bool_)):
        return Mask(trace, trace.recording.mask(bool(thing)))
    _refuse(f"{_kind(thing)} is used as a condition, which is a comparison such as x > 0")


def _ufunc(ufunc: Any, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """A function of NumPy on values and arrays of them."""
    if kwargs.get("out") is not None:
        _refuse("arrays of traced values are not written to; make a new one")
    name = ufunc.__name__
    if method == "__call__":
        own = _elementwise(name)
        if own is not None:
            return _map(own, inputs)
    plain = [_boxed(thing) for thing in inputs]
    if any(isinstance(thing, np.ndarray) and thing.ndim > 0 for thing in plain):
        return getattr(ufunc, method)(*plain, **kwargs)
    _refuse(f"np.{name} is no formula; {_KNOWN}")


_KNOWN = (
    "there are + - * / **, np.abs, sqrt, square, sin, cos, tan, exp, log, tanh, arctan2, maximum, minimum, dot, @ and "
    "mollify.where"
)


def _elementwise(name: str) -> Callable[..., Any] | None:
    if name in _UNARY:
        return lambda x: _apply(_UNARY[name], x)
    if name in _BINARY:
        return lambda a, b: _apply(_BINARY[name], a, b)
    if name in _COMPARE:
        return lambda a, b: _compared(_COMPARE[name], a, b)
    return _OTHERS.get(name)


_OTHERS: dict[str, Callable[..., Any]] = {
    "tan": lambda x: _apply("sin", x) / _apply("cos", x),
    "positive": lambda x: x,
    "power": lambda x, p: x**p,
    "float_power": lambda x, p: x**p,
    "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
    "logical_and": lambda a, b: a & b,
    "logical_or": lambda a, b: a | b,
    "logical_not": lambda a: ~a,
    "bitwise_and": lambda a, b: a & b,
    "bitwise_or": lambda a, b: a | b,
    "invert": lambda a: ~a,
    "reciprocal": lambda x: 1.0 / x,
    "hypot": lambda a, b: norm([a, b]),
}

#: The functions of plain numbers; values where the graph has a convention of its own are not compared.
_PLAIN: dict[str, Callable[..., Any]] = {
    "neg": np.negative, "abs": np.abs, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "exp": np.exp,
    "ln": np.log, "tanh": np.tanh, "square": np.square, "add": np.add, "sub": np.subtract,
    "mul": np.multiply, "div": np.divide, "max": np.maximum, "min": np.minimum, "atan2": np.arctan2,
    "less": np.less, "less_equal": np.less_equal, "greater": np.greater, "greater_equal": np.greater_equal,
}


def _apply(operation: str, a: Any, *rest: Any) -> Any:
    """One operation of the graph on numbers or values."""
    if not rest:
        return a._unary(operation) if isinstance(a, Value) else _PLAIN[operation](a)
    (b,) = rest
    if isinstance(a, Value):
        return a._binary(operation, b)
    if isinstance(b, Value):
        return b._binary(operation, a, swapped=True)
    return _PLAIN[operation](a, b)


_MIRRORED = {"less": "greater", "less_equal": "greater_equal", "greater": "less", "greater_equal": "less_equal"}


def _compared(operation: str, a: Any, b: Any) -> Any:
    if isinstance(a, Value):
        return a._compare(operation, b)
    if isinstance(b, Value):
        trace, b, a = b._pair(a)
        return Mask(trace, a.raw.compare(operation, b.raw))
    return _PLAIN[operation](a, b)


def _boxed(thing: Any) -> Any:
    if isinstance(thing, Vector):
        return thing._array
    if isinstance(thing, (Value, Mask)):
        box = np.empty((), dtype=object)
        box[()] = thing
        return box
    return thing


def _is_array(thing: Any) -> bool:
    return isinstance(thing, (Vector, list, tuple)) or (isinstance(thing, np.ndarray) and thing.ndim > 0)


def _map(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    """The function of elements on numbers, values and arrays of them."""
    if not any(_is_array(thing) for thing in inputs):
        return function(*(thing.item() if isinstance(thing, np.ndarray) else thing for thing in inputs))
    arrays = np.broadcast_arrays(*(_objects(thing) for thing in inputs))
    found = np.empty(arrays[0].shape, dtype=object)
    for index in np.ndindex(found.shape):
        found[index] = function(*(array[index] for array in arrays))
    if any(isinstance(x, (Value, Mask)) for x in found.flat):
        return found
    return np.array(found.tolist())


def _objects(thing: Any) -> np.ndarray:
    """As an array of objects."""
    thing = _boxed(thing)
    if isinstance(thing, np.ndarray):
        return thing.astype(object)
    array = np.empty(np.shape(thing) if not _has_values(thing) else _shape(thing), dtype=object)
    if array.ndim == 0:
        array[()] = thing
    else:
        for index in np.ndindex(array.shape):
            entry = thing
            for i in index:
                entry = entry[i]
            array[index] = entry
    return array


def _has_values(thing: Any) -> bool:
    if isinstance(thing, (list, tuple)):
        return any(_has_values(x) for x in thing)
    return isinstance(thing, (Value, Mask, Vector))


def _shape(thing: Any) -> tuple[int, ...]:
    if isinstance(thing, (list, tuple)):
        return (len(thing),) + (_shape(thing[0]) if thing else ())
    if isinstance(thing, Vector):
        return (len(thing),)
    return ()


class Vector(NDArrayOperatorsMixin):
    """State, control or parameters: coordinates by name (``x.gap`` or ``x['gap']``) or by number; an array for NumPy."""

    __slots__ = ("_names", "_array", "_what")

    def __init__(self, what: str, names: Sequence[str], values: Any) -> None:
        array = np.empty(len(names), dtype=object)
        for i, value in enumerate(values):
            array[i] = value
        if not any(isinstance(v, Value) for v in values):
            array = np.array([float(v) for v in values], dtype=np.float64)
        array.flags.writeable = False
        object.__setattr__(self, "_what", what)
        object.__setattr__(self, "_names", tuple(names))
        object.__setattr__(self, "_array", array)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if key not in self._names:
                known = ", ".join(self._names) or "nothing"
                raise AttributeError(f"there is no '{key}' in the {self._what}, which has {known}{_where()}")
            return self._array[self._names.index(key)]
        return self._array[key]

    def __setattr__(self, name: str, value: Any) -> None:
        _refuse(f"the {self._what} is not written to; return the new values instead")

    def __setitem__(self, key: Any, value: Any) -> None:
        _refuse(f"the {self._what} is not written to; return the new values instead")

    def __iter__(self) -> Iterator[Any]:
        return iter(self._array)

    def __len__(self) -> int:
        return len(self._array)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        if dtype is not None and np.dtype(dtype) != object and self._array.dtype == object:
            _refuse("traced values are no floats; leave out dtype=float, np.float64(x) and the like")
        return self._array if dtype is None else self._array.astype(dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if kwargs.get("out") is not None:
            _refuse(f"the {self._what} is not written to; return the new values instead")
        inputs = tuple(x._array if isinstance(x, Vector) else x for x in inputs)
        if self._array.dtype == object:
            return _ufunc(ufunc, method, inputs, kwargs)
        return getattr(ufunc, method)(*inputs, **kwargs)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names]

    def __repr__(self) -> str:
        return f"<the {self._what}: {', '.join(self._names)}>"


# The functions that NumPy has not, or not for objects.


def where(condition: Any, if_true: Any, if_false: Any) -> Any:
    """if_true where the condition holds, else if_false; both are computed. Numbers, traced values, or arrays of them."""
    if not _has_traced(condition, if_true, if_false):
        found = np.where(condition, if_true, if_false)
        return found if found.ndim else found.item()
    return _map(_select, (condition, if_true, if_false))


def _select(condition: Any, if_true: Any, if_false: Any) -> Any:
    if isinstance(condition, (bool, np.bool_)):
        return if_true if condition else if_false
    if not isinstance(condition, Mask):
        _refuse(f"{_kind(condition)} is used as a condition, which is a comparison such as x > 0")
    trace = condition.trace
    a, b = trace.lift(if_true), trace.lift(if_false)
    return Value(trace, condition.raw.select(a.raw, b.raw))


def _has_traced(*things: Any) -> bool:
    return any(
        isinstance(x, (Value, Mask))
        or (isinstance(x, (list, tuple)) and _has_traced(*x))
        or (isinstance(x, Vector) and x._array.dtype == object)
        or (isinstance(x, np.ndarray) and x.dtype == object)
        for x in things
    )


def _of(operation: str, *inputs: Any) -> Any:
    if not _has_traced(*inputs):
        return _PLAIN[operation](*inputs)
    return _map(lambda *x: _apply(operation, *x), inputs)


def maximum(a: Any, b: Any) -> Any:
    """The larger one; at a tie the derivative is that of the first."""
    return _of("max", a, b)


def minimum(a: Any, b: Any) -> Any:
    """The smaller one; at a tie the derivative is that of the first."""
    return _of("min", a, b)


def clip(x: Any, low: Any, high: Any) -> Any:
    """x within [low, high]."""
    return minimum(maximum(x, low), high)


def clamp_symmetric(x: Any, limit: Any) -> Any:
    """x within [-limit, limit]."""
    if not _has_traced(x, limit):
        return np.maximum(np.minimum(x, limit), np.negative(limit))
    return _map(lambda a, b: _recorded("clamp_symmetric", a, b), (x, limit))


def _recorded(operation: str, a: Any, b: Any) -> Value:
    trace = _trace_of((a, b))
    return Value(trace, trace.lift(a).raw.binary(operation, trace.lift(b).raw))


def sqrt(x: Any) -> Any:
    """The square root, and 0 for x <= 0."""
    if _has_traced(x):
        return _of("sqrt", x)
    return np.sqrt(np.maximum(x, 0.0))


def norm(values: Iterable[Any]) -> Any:
    """The Euclidean length, with derivative 0 at 0."""
    found = list(values)
    if not _has_traced(*found):
        return np.sqrt(np.sum(np.square(found)))
    trace = _trace_of(found)
    return Value(trace, trace.recording.norm([trace.lift(x).raw for x in found]))


def _trace_of(values: Iterable[Any]) -> Trace:
    traces = [x.trace for x in values if isinstance(x, (Value, Mask))]
    found = traces[0]
    for trace in traces[1:]:
        found = _inner(found, trace)
    return found


def safe_divide(a: Any, b: Any) -> Any:
    """a / b, and 0 with derivative 0 for b = 0."""
    if not _has_traced(a, b):
        return np.where(np.equal(b, 0.0), 0.0, np.divide(a, np.where(np.equal(b, 0.0), 1.0, b)))[()]
    return _map(lambda x, y: _recorded("safe_divide", x, y), (a, b))


def detach(x: Any) -> Any:
    """The same value with all derivatives stopped."""
    if not _has_traced(x):
        return x

    def stopped(value: Any) -> Any:
        if not isinstance(value, Value):
            return value
        value.trace.stop_derivatives()
        return value._unary("detach")

    return _map(stopped, (x,))


def with_derivative_of(value: Any, other: Any) -> Any:
    """The value with the derivative of the other."""
    if not _has_traced(value, other):
        return value

    def joined(a: Any, b: Any) -> Any:
        _trace_of((a, b)).stop_derivatives()
        return _recorded("with_derivative_of", a, b)

    return _map(joined, (value, other))


def named(x: Any, label: str) -> Any:
    """The same value with a label for the printed WGSL."""
    return Value(x.trace, x.raw.named(label)) if isinstance(x, Value) else x


def loop(count: int, body: Callable[[Any], Any], start: Any) -> Any:
    """body applied count times, from start: a number, or a list or array of them, and of that form after each pass.

    The body is recorded once. What a loop leaves has no derivative: let one ordinary step follow, such as a last step of
    Newton's method, or join it with :func:`with_derivative_of`.
    """
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
        _refuse(f"count of a loop is {count!r}, but must be a whole number from 1")
    single = not _is_array(start)
    items = [start] if single else list(start)
    if not _has_traced(*items) and not _depends(body):
        state = start if single else np.asarray(items)
        for _ in range(count):
            state = body(state)
            if not single:
                state = np.asarray(list(state))
        return state
    trace = _current()
    return _record_loop(trace, int(count), body, items, single)


#: The traces that are being recorded, innermost last.
_RECORDING: list[Trace] = []


def _depends(body: Callable[[Any], Any]) -> bool:
    """Whether something is being recorded: the body may then hold traced values."""
    return bool(_RECORDING)


def _current() -> Trace:
    if not _RECORDING:
        _refuse("a traced value is used where nothing is being recorded; keep no arguments of a system's functions")
    return _RECORDING[-1]


def _run_body(inside: Trace, items: list[Value], body: Callable[[Any], Any], single: bool) -> list[Value]:
    if single:
        argument: Any = items[0]
    else:
        argument = np.empty(len(items), dtype=object)
        argument[:] = items
    _RECORDING.append(inside)
    try:
        left = body(argument)
    finally:
        _RECORDING.pop()
    found = [left] if single else list(left) if _is_array(left) else None
    if found is None or len(found) != len(items):
        count = 1 if found is None else len(found)
        _refuse(f"the body of a loop leaves {count} values, but must leave {len(items)}, as it began with")
    return [inside.lift(x) for x in found]


def _record_loop(
    trace: Trace, count: int, body: Callable[[Any], Any], items: list[Any], single: bool
) -> Any:
    start = [trace.lift(x).raw for x in items]
    # A first run, thrown away, finds what the body needs from around it.
    first = trace.recording.repeat(count, start, [])
    probe = Trace(first.body(), trace)
    probe.is_open = True
    _run_body(probe, [Value(probe, raw) for raw in first.items()], body, single)
    outer = [known for known, _ in probe.captured]
    repeat = trace.recording.repeat(count, start, [x.raw for x in outer])
    inside = Trace(repeat.body(), trace)
    inside.captured = [(known, Value(inside, raw)) for known, raw in zip(outer, repeat.captured())]
    left = _run_body(inside, [Value(inside, raw) for raw in repeat.items()], body, single)
    trace.stop_derivatives()
    found = [Value(trace, raw) for raw in repeat.end([x.raw for x in left])]
    if single:
        return found[0]
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array
