"""Engines: what computes, kept between calls."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any

from . import _mollify


class Engine:
    """What computes. It opens with its first call, keeps its device and its kernels, and closes as a context manager.

    kind: 'auto' (a hardware GPU if there is one, otherwise the CPU), 'gpu', 'cpu' (f32 on all cores) or 'reference' (f64)
    adapter: the first adapter with this in its name, such as 'H100'; asks for the GPU
    memory: for the samples in flight, such as '1GiB' or a number of bytes; the number of samples is not limited by it
    threads: on the CPU; None for one on each core

    Calls from several threads wait for each other; two engines work side by side. All engines draw the same noise.

    >>> with Engine('cpu') as engine:
    ...     gradient = mollify.gradient('pushing', samples=1000, engine=engine)
    """

    __slots__ = ("_engine", "_arguments")
    _engine: Any
    _arguments: tuple[Any, ...]

    def __init__(
        self,
        kind: str = "auto",
        *,
        adapter: str | None = None,
        memory: str | int | None = None,
        threads: int | None = None,
    ) -> None:
        if not isinstance(kind, str):
            raise ValueError(f"engine is {kind!r}, but must be 'auto', 'gpu', 'cpu' or 'reference', or an Engine")
        if threads is not None and (not isinstance(threads, int) or isinstance(threads, bool) or threads < 1):
            raise ValueError(f"threads is {threads!r}, but must be a whole number from 1")
        self._arguments = (kind, adapter, memory, threads)
        size = None if memory is None else str(memory)
        self._engine = _mollify.Engine(kind, adapter, size, threads or 0)

    @property
    def report(self) -> dict[str, Any] | None:
        """Engine, adapter, driver, why it was taken, and seconds of compiling; None until its first call."""
        text = self._engine.report()
        return None if text is None else json.loads(text)

    def close(self) -> None:
        """Lets the device go. The next call opens it again."""
        self._engine.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> Any:
        return _again, self._arguments

    def __repr__(self) -> str:
        report = self.report
        if report is None:
            return f"Engine('{self._arguments[0]}'), not yet open"
        on = f" on {report['adapter']}" if report.get("adapter") else ""
        return f"Engine {report['engine']}{on}: {report['reason']}"


def _again(kind: str, adapter: str | None, memory: str | int | None, threads: int | None) -> Engine:
    return Engine(kind, adapter=adapter, memory=memory, threads=threads)


def _engine(engine: Engine | str) -> Any:
    """The compiled engine of an Engine, or a new one of that kind."""
    return (engine if isinstance(engine, Engine) else Engine(engine))._engine
