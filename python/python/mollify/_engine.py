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

    __slots__ = ("_engine", "_arguments", "_carrier", "_parts")
    _engine: Any
    _arguments: tuple[Any, ...]
    _carrier: Any
    _parts: int

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
        self._carrier = None
        self._parts = 1
        size = None if memory is None else str(memory)
        self._engine = _mollify.Engine(kind, adapter, size, threads or 0)

    @classmethod
    def distributed(
        cls,
        executor: Any,
        *,
        parts: int | None = None,
        kind: str = "auto",
        adapter: str | None = None,
        memory: str | int | None = None,
        threads: int | None = 1,
    ) -> Engine:
        """An engine whose batches the workers of an executor compute, with the bits of one process, whatever their number.

        executor: any :class:`concurrent.futures.Executor`: processes (started by 'spawn'), loky, mpi4py, or Dask's
            ``client.get_executor()``; it stays open
        parts: of a batch, at most, as blocks of 1024 samples are not cut; four for each worker unless told
        kind, adapter, memory, threads: of the engine of each worker, with one thread unless told; all must have the same kind, and
            on a GPU the same adapter and driver

        A descent stays here, its batches go there. Ctrl-C takes back what has not begun. A part that fails three times is an
        :class:`mollify.Error` that names it; ``optimize`` then has the best theta until then as ``.result`` of it.

        >>> with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context('spawn')) as executor:
        ...     mollify.gradient('pushing', samples=10**7, engine=mollify.Engine.distributed(executor))
        """
        from . import _distributed

        if isinstance(executor, type) or not callable(getattr(executor, "submit", None)):
            raise ValueError(
                f"executor is {executor!r}, but must be a concurrent.futures.Executor, such as client.get_executor() of Dask"
            )
        count: Any = _distributed.usual_parts(executor) if parts is None else parts
        if not hasattr(count, "__index__") or isinstance(count, bool) or not 1 <= count <= 10**6:
            raise ValueError(f"parts is {parts!r}, but must be a whole number from 1 to 1000000")
        count = int(count)
        engine = cls(kind, adapter=adapter, memory=memory, threads=threads)
        engine._carrier = _distributed.Carrier(executor, engine._arguments)
        engine._parts = count
        size = None if memory is None else str(memory)
        engine._engine = _mollify.Engine(kind, adapter, size, threads or 0, (engine._carrier, count))
        return engine

    @classmethod
    def _of(cls, arguments: tuple[Any, ...]) -> Engine:
        kind, adapter, memory, threads = arguments
        return cls(kind, adapter=adapter, memory=memory, threads=threads)

    @property
    def done(self) -> int:
        """Samples that are done since it was made, over all workers; another thread may look at it meanwhile."""
        return self._engine.done()

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
        if self._carrier is not None:
            raise TypeError("an engine of an executor cannot be pickled, as the executor cannot; make one where it is needed")
        return _again, self._arguments

    def __repr__(self) -> str:
        report = self.report
        if report is None:
            return f"Engine('{self._arguments[0]}'){self._of_workers()}, not yet open"
        on = f" on {report['adapter']}" if report.get("adapter") else ""
        return f"Engine {report['engine']}{on}{self._of_workers()}: {report['reason']}"

    def _of_workers(self) -> str:
        return "" if self._carrier is None else f" of an executor, {self._parts} parts a batch"


def _again(*arguments: Any) -> Engine:
    return Engine._of(arguments)


def _engine(engine: Engine | str) -> Any:
    """The compiled engine of an Engine, or a new one of that kind."""
    return (engine if isinstance(engine, Engine) else Engine(engine))._engine


def _local(engine: Engine | str, what: str) -> Any:
    """The same for what is not cut into parts."""
    if isinstance(engine, Engine) and engine._carrier is not None:
        raise ValueError(
            f"engine is one of an executor, but must be of this process for {what}: its steps are too short to be sent"
        )
    return _engine(engine)
