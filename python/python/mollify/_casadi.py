"""Functions of CasADi as formulas for systems."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from . import _trace


def _operations(casadi: Any) -> dict[int, Callable[..., Any]]:
    """What the operations of CasADi are here."""
    one = {
        "OP_ASSIGN": lambda x: x,
        "OP_NEG": lambda x: -x,
        "OP_EXP": lambda x: _trace._of("exp", x),
        "OP_LOG": lambda x: _trace._of("ln", x),
        "OP_SQRT": _trace.sqrt,
        "OP_SQ": lambda x: _trace._of("square", x),
        "OP_TWICE": lambda x: x + x,
        "OP_SIN": lambda x: _trace._of("sin", x),
        "OP_COS": lambda x: _trace._of("cos", x),
        "OP_TAN": lambda x: _trace._of("sin", x) / _trace._of("cos", x),
        "OP_TANH": lambda x: _trace._of("tanh", x),
        "OP_FABS": lambda x: _trace._of("abs", x),
        "OP_INV": lambda x: 1.0 / x,
        "OP_NOT": lambda x: _trace.where(_truth(x), 0.0, 1.0),
        "OP_SIGN": lambda x: _trace.where(x > 0.0, 1.0, _trace.where(x < 0.0, -1.0, 0.0)),
    }
    two = {
        "OP_ADD": lambda a, b: a + b,
        "OP_SUB": lambda a, b: a - b,
        "OP_MUL": lambda a, b: a * b,
        "OP_DIV": lambda a, b: a / b,
        "OP_POW": lambda a, b: a**b,
        "OP_CONSTPOW": lambda a, b: a**b,
        "OP_LT": lambda a, b: _trace.where(a < b, 1.0, 0.0),
        "OP_LE": lambda a, b: _trace.where(a <= b, 1.0, 0.0),
        "OP_EQ": lambda a, b: _trace.where(a == b, 1.0, 0.0),
        "OP_NE": lambda a, b: _trace.where(a != b, 1.0, 0.0),
        "OP_AND": lambda a, b: a * b,
        "OP_OR": lambda a, b: _trace.maximum(a, b),
        "OP_FMIN": _trace.minimum,
        "OP_FMAX": _trace.maximum,
        "OP_ATAN2": lambda a, b: _trace._of("atan2", a, b),
        "OP_HYPOT": lambda a, b: _trace.norm([a, b]),
        "OP_COPYSIGN": lambda a, b: _trace.where(b < 0.0, -_trace._of("abs", a), _trace._of("abs", a)),
        # x where the condition holds, else 0.
        "OP_IF_ELSE_ZERO": lambda c, x: _trace.where(_truth(c), x, 0.0),
    }
    return {getattr(casadi, name): function for name, function in (one | two).items()}


def _truth(x: Any) -> Any:
    """Whether a number of CasADi stands for true."""
    return x > 0.5


def _name(casadi: Any, code: int) -> str:
    names = (n for n in dir(casadi) if n.startswith("OP_") and getattr(casadi, n) == code)
    return next(names, f"operation {code}")


def from_casadi(function: Any) -> Callable[..., Any]:
    """A function of CasADi as one that the functions of a system call, and plain floats as well.

    Each argument has as many values as that of the ``casadi.Function``, in the order of its columns; a function of one result
    returns its values as an array, of several a tuple of arrays. Loops and calls of other functions are written out.

    >>> step = from_casadi(casadi.Function('step', [x, u], [x + 0.1 * casadi.vertcat(x[1], u)]))
    >>> def advance(p, x, u): return step(x, u)
    """
    try:
        import casadi
    except ImportError as error:
        raise ImportError("from_casadi needs CasADi; install it with `pip install casadi`") from error
    if not isinstance(function, casadi.Function):
        raise ValueError(f"function is {function!r}, but must be a casadi.Function")
    try:
        flat = function if function.is_a("SXFunction") else function.expand()
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ValueError(
            f"'{function.name()}' is not made of scalar expressions alone, such as an external function or an integrator: "
            f"{reason}"
        ) from None
    known = _operations(casadi)
    program = []
    for k in range(flat.n_instructions()):
        code = flat.instruction_id(k)
        if code not in known and code not in (casadi.OP_CONST, casadi.OP_INPUT, casadi.OP_OUTPUT):
            raise ValueError(f"'{function.name()}' has {_name(casadi, code)}, for which there is no formula here")
        constant = flat.instruction_constant(k) if code == casadi.OP_CONST else None
        program.append((code, flat.instruction_input(k), flat.instruction_output(k), constant))
    sizes = [(flat.name_in(i), flat.nnz_in(i)) for i in range(flat.n_in())]
    results = [_places(flat, i) for i in range(flat.n_out())]

    def call(*arguments: Any) -> Any:
        values = _arguments(function.name(), sizes, arguments)
        work: dict[int, Any] = {}
        found = [np.zeros(size, dtype=object) for size, _ in results]
        for code, inputs, outputs, constant in program:
            if code == casadi.OP_CONST:
                work[outputs[0]] = constant
            elif code == casadi.OP_INPUT:
                work[outputs[0]] = values[inputs[0]][inputs[1]]
            elif code == casadi.OP_OUTPUT:
                found[outputs[0]][results[outputs[0]][1][outputs[1]]] = work[inputs[0]]
            else:
                work[outputs[0]] = known[code](*(work[i] for i in inputs))
        found = [x if _trace._has_traced(*x) else np.array(x, dtype=np.float64) for x in found]
        return found[0] if len(found) == 1 else tuple(found)

    return call


def _places(flat: Any, i: int) -> tuple[int, list[int]]:
    """The number of values of a result, and where in it, column by column, those stand that are not 0 by structure."""
    sparsity = flat.sparsity_out(i)
    rows, columns = sparsity.get_triplet()
    return sparsity.numel(), [row + sparsity.size1() * column for row, column in zip(rows, columns)]


def _arguments(name: str, sizes: list[tuple[str, int]], arguments: Any) -> list[list[Any]]:
    if len(arguments) != len(sizes):
        raise ValueError(f"'{name}' takes {len(sizes)} arguments, but got {len(arguments)}")
    found = []
    for (argument, size), given in zip(sizes, arguments):
        array = _trace._objects(given)
        values = list(array.reshape(-1, order="F"))
        if len(values) != size:
            raise ValueError(f"{argument} of '{name}' has {size} values, but got {len(values)}")
        found.append(values)
    return found
