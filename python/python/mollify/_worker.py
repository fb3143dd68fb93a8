"""What runs in the processes of an executor; each of them keeps its engines and the tasks that it was sent."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from . import _mollify
from ._engine import Engine

_shared: dict[tuple[Any, ...], Engine] = {}
_lock = threading.Lock()
_own = threading.local()

_task = lru_cache(maxsize=16)(_mollify.Task.of_shipped)


def _kept(arguments: tuple[Any, ...]) -> Any:
    """Threads of one process have engines of their own on the CPU, and take turns on a GPU."""
    if arguments[0] in ("cpu", "reference"):
        engines = _own.__dict__.setdefault("engines", {})
        if arguments not in engines:
            engines[arguments] = Engine._of(arguments)
        return engines[arguments]._engine
    with _lock:
        if arguments not in _shared:
            _shared[arguments] = Engine._of(arguments)
        return _shared[arguments]._engine


def answer(arguments: tuple[Any, ...], task: str, part: bytes, attempt: int) -> bytes:
    """The answers to a part of a batch. The attempt tells one call from another where an executor knows equal ones."""
    return _kept(arguments).answer(_task(task), part)


def sweep(
    arguments: tuple[Any, ...], task: str, asked: dict[str, Any], index: int, count: int, attempt: int
) -> bytes:
    """The rows of a part of a sweep."""
    return _kept(arguments).sweep_part(_task(task), asked, index, count)
