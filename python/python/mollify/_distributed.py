"""Batches on an executor: what is submitted, what comes back, and what is tried again."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from typing import Any, Callable

from . import _worker
from ._errors import Error

ATTEMPTS = 3
"""How often a part is tried before its failure is an error."""

PATIENCE = 20.0
"""For how many seconds an executor may be without its workers' scheduler."""

_Submitted = Callable[[int, int], Future]


class Carrier:
    """Takes parts to the workers of an executor.

    executor: any :class:`concurrent.futures.Executor`; arguments: of the engine of each worker
    """

    __slots__ = ("_executor", "_arguments")

    def __init__(self, executor: Any, arguments: tuple[Any, ...]) -> None:
        self._executor = executor
        self._arguments = arguments

    def answers(self, task: str, parts: list[bytes]) -> Run:
        """Begins to have all parts of a batch answered."""
        def submit(number: int, attempt: int) -> Future:
            return self._executor.submit(_worker.answer, self._arguments, task, parts[number], attempt)

        return Run(self._executor, submit, len(parts))

    def sweep(self, task: str, asked: dict[str, Any], count: int) -> Run:
        """Begins to have the rows of a sweep measured."""
        def submit(number: int, attempt: int) -> Future:
            return self._executor.submit(_worker.sweep, self._arguments, task, asked, number, count, attempt)

        return Run(self._executor, submit, count)


class Run:
    """Parts under way. Whatever happens, each of them comes back once."""

    __slots__ = ("_executor", "_submit", "_count", "_pending", "_failed", "_without")

    def __init__(self, executor: Any, submit: _Submitted, count: int) -> None:
        self._executor = executor
        self._submit = submit
        self._count = count
        self._pending: dict[Future, int] = {}
        self._failed = [0] * count
        self._without: float | None = None
        for number in range(count):
            self._begin(number)

    def step(self, seconds: float) -> list[tuple[int, bytes]] | None:
        """What has come within this time; None once everything has."""
        if not self._pending:
            return None
        wait(self._pending, timeout=seconds, return_when=FIRST_COMPLETED)
        answers = []
        # Of those that somebody has cancelled, waiting does not tell.
        for future in [future for future in self._pending if future.done()]:
            number = self._pending.pop(future)
            if future.cancelled():
                self._again(number, CancelledError("somebody cancelled it"))
                continue
            error = future.exception()
            if error is not None:
                self._again(number, error)
                continue
            answers.append((number, self._bytes(number, future.result())))
        self._look()
        return answers

    def cancel(self) -> list[tuple[int, bytes]]:
        """Takes back what has not begun, and gives what has come since. What is under way is left alone."""
        answers = []
        pending, self._pending = self._pending, {}
        if self._status() != "running":
            return []
        for future, number in pending.items():
            if not future.cancel() and future.done() and future.exception() is None:
                answers.append((number, self._bytes(number, future.result())))
        return answers

    def _bytes(self, number: int, answer: Any) -> bytes:
        if not isinstance(answer, bytes):
            raise Error(
                f"the executor gave a {type(answer).__name__} for {self._name(number)}, but must give what the submitted "
                "function returns"
            )
        return answer

    def _begin(self, number: int) -> None:
        try:
            future = self._submit(number, self._failed[number])
        except Exception as error:
            self.cancel()
            raise Error(f"the executor takes no more work, at {self._name(number)}: {_told(error)}") from error
        if not isinstance(future, Future):
            raise ValueError(
                f"the executor's submit() gave a {type(future).__name__}, but must give a concurrent.futures.Future"
            )
        self._pending[future] = number

    def _again(self, number: int, error: BaseException) -> None:
        if isinstance(error, (ValueError, TypeError)):
            # What was told wrong stays wrong.
            self.cancel()
            raise error
        self._failed[number] += 1
        if self._failed[number] >= ATTEMPTS:
            self.cancel()
            raise Error(f"{self._name(number)} failed {ATTEMPTS} times: {_told(error)}") from error
        self._begin(number)

    def _name(self, number: int) -> str:
        return f"part {number + 1} of {self._count}"

    def _status(self) -> str:
        """Of Dask's client; other executors know of nothing that could be away."""
        client = getattr(self._executor, "_client", None)
        return getattr(client, "status", "running")

    def _look(self) -> None:
        """Dask's client waits for a scheduler that went away, and its futures with it."""
        status = self._status()
        if status == "running":
            self._without = None
            return
        now = time.monotonic()
        self._without = self._without or now
        if status == "closed" or now - self._without > PATIENCE:
            self._pending = {}
            raise Error(f"the scheduler of the executor is away, its client is {status!r}: start it again, and go on")


def _told(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def finished(run: Run) -> list[bytes]:
    """All parts in their order; Ctrl-C takes back what has not begun."""
    found: dict[int, bytes] = {}
    try:
        while (answers := run.step(0.05)) is not None:
            found.update(answers)
    except BaseException:
        run.cancel()
        raise
    return [found[number] for number in sorted(found)]


def usual_parts(executor: Any) -> int:
    """Four for each worker, where the executor says how many it has, so that none waits long for the last one; else 16."""
    workers = getattr(executor, "_max_workers", None)
    client = getattr(executor, "_client", None)
    if client is not None:
        if client.status != "running":
            raise ValueError(f"the client of the executor is {client.status!r}, but must be running: make another one")
        workers = sum(client.ncores().values())
    return 4 * workers if isinstance(workers, int) and workers > 0 else 16
